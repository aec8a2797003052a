"""Tables of contents: lines that repeat headings with their pages, and are no text of the document themselves."""

from __future__ import annotations

from xlplan.checks.numbering import label_of
from xlplan.documents.word.nodes import val, w, walk
from xlplan.documents.word.reading import Passage
from xlplan.patterns import pattern
from xlplan.vietnamese.text import clean, key

_STYLES = ("toc", "mclc", "mucluc", "umclc", "umucluc", "contents")  # ids of Word in English and Vietnamese, of Writer
_TITLE = key("mục lục")
_PAGE = pattern(r"(?:(?<!\t)\t|(?<!\.)\.{4}|(?<!…)…{2})[\s.…]*+\d{1,3}\s*$")  # in no more time for a line of dots
_REFERENCE = pattern(r"(?i)\s*PAGEREF\b")


def is_of_contents(passage: Passage) -> bool:
    """Whether a passage is a line of a table of contents, or its title.

    Told by its style, by a reference to a page, or, where somebody typed it, by a heading with a page behind it.
    """
    style = (val(passage.element, "pPr", "pStyle") or "").lower()
    if style.startswith(_STYLES) or key(clean(passage.text)) == _TITLE:
        return True
    if not _PAGE.search(passage.text):
        return False
    codes = (node.text for node in walk(passage.element) if node.tag == w("instrText"))
    heading = _PAGE.sub("", passage.text)
    return any(map(_REFERENCE.match, codes)) or label_of(clean(heading)) is not None or heading.isupper()
