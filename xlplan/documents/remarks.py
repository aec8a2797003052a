"""The first comment of a plan, which lists the errors of its workbook: on its title, a paragraph a remark.

What python-docx would write, for the road that does not go through it: the parts of a package that is to hold a comment
are made by python-docx once a process, and only the comment's own text each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from lxml import etree

from xlplan.documents.attaching import Listed, with_list
from xlplan.documents.opening import AUTHOR, docxtpl_of, packed
from xlplan.documents.wordxml import Element, Styles, clean, w
from xlplan.packages.gate import Package
from xlplan.packages.patch.archive import Member, members
from xlplan.tuples import NamedTuple

if TYPE_CHECKING:
    from docx.document import Document

TITLE_STYLE = "KH Tên loại"
TEXT, REFERENCE = "CommentText", "CommentReference"  # ids of styles that python-docx takes for granted
INITIALS = "xl"


class Noted(NamedTuple):
    """A template with room for a comment: its members, the part of the comments and the XML around the comment."""

    base: tuple[Member, ...]
    part: str
    start: bytes
    end: bytes
    listed: Listed


@lru_cache(maxsize=8)
def noted(data: bytes, main: str) -> Noted | None:
    """The template with a part for comments; ``None`` where it has comments of its own."""
    document: Document = docxtpl_of(data).docx
    if len(document.comments):
        return None
    document.add_comment(document.add_paragraph().add_run(), author=AUTHOR, initials=INITIALS)
    buffer = BytesIO()
    document.save(buffer)
    data = packed(buffer.getvalue(), {})
    package = Package(data)
    if package.main_part("word")[0] != main:
        return None
    part = next(r.target for r in package.relationships(main).values() if r.type == "comments")
    root = etree.fromstring(package.read(part))
    comment = root[0]
    root.replace(comment, root.makeelement("xlplan-comment"))
    start, _, end = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True).partition(
        b"<xlplan-comment/>"
    )
    base = members(data)
    return Noted(base, part, start, end, with_list(base, package, main))


def run_to_mark(body: Element, styles: Styles) -> Element | None:
    """The first run of the title, or of whatever stands first where the template has no title of ours."""
    title = styles.ids.get(TITLE_STYLE)
    marked = [p for p in body.iter(w("p")) if title and style_of(p) == title] or [body]
    return next((r for p in marked for r in p.iter(w("r"))), None)


def style_of(paragraph: Element) -> str:
    """The id of a paragraph's style, empty where it names none."""
    style = paragraph.find(f"{w('pPr')}/{w('pStyle')}")
    return "" if style is None else str(style.get(w("val")))


def mark(run: Element, styles: Styles) -> None:
    """Put a comment's range around a run, and its mark behind it."""
    start, end = (run.makeelement(w(name), {w("id"): "0"}) for name in ("commentRangeStart", "commentRangeEnd"))
    reference = run.makeelement(w("r"))
    if REFERENCE in styles.ids.values():
        style = etree.SubElement(etree.SubElement(reference, w("rPr")), w("rStyle"))
        style.set(w("val"), REFERENCE)
    else:
        etree.SubElement(reference, w("rPr"))
    etree.SubElement(reference, w("commentReference"), {w("id"): "0"})
    run.addprevious(start)
    run.addnext(reference)
    run.addnext(end)


def comment_xml(remarks: Sequence[str], moment: datetime, styles: Styles) -> bytes:
    """The comment as it stands in its part."""
    known = set(styles.ids.values())
    look = f'<w:pStyle w:val="{TEXT}"/>' if TEXT in known else ""
    mark_look = f'<w:rStyle w:val="{REFERENCE}"/>' if REFERENCE in known else ""
    first = f"<w:r><w:rPr>{mark_look}</w:rPr><w:annotationRef/></w:r>"
    paragraphs = "".join(
        f"<w:p><w:pPr>{look}</w:pPr>{first if i == 0 else ''}{_run(clean(remark))}</w:p>"
        for i, remark in enumerate(remarks)
    )
    about = f'w:id="0" w:author="{AUTHOR}" w:initials="{INITIALS}" w:date="{moment.strftime("%Y-%m-%dT%H:%M:%SZ")}"'
    return f"<w:comment {about}>{paragraphs}</w:comment>".encode()


def _run(text: str) -> str:
    lines = ("<w:tab/>".join(map(_text, line.split("\t"))) for line in text.split("\n"))
    return f"<w:r>{'<w:br/>'.join(lines)}</w:r>"


def _text(words: str) -> str:
    if not words:
        return ""
    space = ' xml:space="preserve"' if words.strip() != words else ""
    return f"<w:t{space}>{escape(words)}</w:t>"
