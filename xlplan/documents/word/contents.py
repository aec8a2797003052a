"""Tables of contents: lines that repeat headings with their pages, and are no text of the document themselves."""

from __future__ import annotations

from collections.abc import Sequence

from xlplan.checks.numbering import label_of
from xlplan.documents.word.nodes import val, w, walk
from xlplan.documents.word.reading import Passage
from xlplan.patterns import pattern
from xlplan.vietnamese.text import clean, key

_STYLES = ("toc", "mclc", "mucluc", "umclc", "umucluc", "contents")  # ids of Word in English and Vietnamese, of Writer
_TITLE = key("mục lục")
_PAGE = pattern(r"(?:(?<!\t)\t|(?<!\.)\.{4}|(?<!…)…{2})[\s.…]*+\d{1,3}\s*$")  # in no more time for a line of dots
_REFERENCE = pattern(r"(?i)\s*PAGEREF\b")


def of_contents(passages: Sequence[Passage]) -> frozenset[int]:
    """The numbers of the passages that are lines of a table of contents, or its title.

    Told by their style, by a reference to a page, or, where somebody typed them, by a heading with a page behind it
    that stands below the title “Mục lục” or comes again: a list of villages with their figures looks the same.
    """
    found: set[int] = set()
    texts: frozenset[str] | None = None
    below = False  # the title, with nothing between but lines of its table
    for passage in passages:
        if _is_made(passage):
            below = True
        elif heading := _heading(passage.text):
            if not below:
                texts = texts or frozenset(_bare(other.text) for other in passages)
                if _bare(heading) not in texts:
                    continue
        else:
            below = below and not passage.text.strip()
            continue
        found.add(passage.number)
    return frozenset(found)


def _is_made(passage: Passage) -> bool:
    """Whether Word made a line of a table of contents, or it is the title of one."""
    style = (val(passage.element, "pPr", "pStyle") or "").lower()
    if style.startswith(_STYLES) or key(clean(passage.text)) == _TITLE:
        return True
    codes = (node.text for node in walk(passage.element) if node.tag == w("instrText"))
    return bool(_PAGE.search(passage.text)) and any(map(_REFERENCE.match, codes))


def _heading(text: str) -> str:
    """The heading in front of a page, empty where a line has no such form."""
    heading = _PAGE.sub("", text)
    looks = heading != text and (label_of(clean(heading)) is not None or heading.isupper())
    return heading if looks else ""


def _bare(text: str) -> str:
    """A heading as a key, without the number that stands before it: Word may have made that."""
    words = clean(text)
    label = label_of(words)
    return key(words.removeprefix(label.written) if label is not None else words)
