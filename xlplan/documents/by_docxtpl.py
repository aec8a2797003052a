"""The slow road from a template to a document, through docxtpl and python-docx: it does all that a template may ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from lxml import etree

from xlplan.documents.context import Details
from xlplan.documents.controls import Controls, Entry, marks_in, settle
from xlplan.documents.filling import filled, parsed
from xlplan.documents.finishing import finish
from xlplan.documents.opening import AUTHOR, Opened, docxtpl_of, shown_title
from xlplan.documents.remarks import INITIALS, REFERENCE, TEXT, run_to_mark
from xlplan.documents.wordxml import Styles, clean, w

if TYPE_CHECKING:
    from docx.document import Document
    from docxtpl import DocxTemplate

_RELATIONSHIP = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def written(
    template: Opened,
    context: Mapping[str, object],
    controls: Controls,
    details: Details,
) -> tuple[bytes, list[Entry]]:
    """The filled document and the controls that stand in it. Raises TemplateProblem and MisplacedError."""
    word = docxtpl_of(template.data)
    document: Document = word.docx
    roots, marks = _fill(word, context, controls)
    body = document.element.body
    finish(body, template.styles, controls, marks)
    present = settle([body, *roots], controls)
    _drop_unused_headers(document)
    _describe(document, details.title, details.moment)
    if details.remarks:
        _remark(document, template.styles, details.remarks, details.moment)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue(), present


def _fill(word: DocxTemplate, context: Mapping[str, object], controls: Controls) -> tuple[list[etree._Element], int]:
    """Fill body, headers, footers and notes; the roots of those beside the body that hold tags, the body's marks."""
    from docx.oxml.parser import oxml_parser

    text = filled(word.get_xml(), context)
    word.map_tree(parsed(text, oxml_parser))
    roots = []
    for uri in (word.HEADER_URI, word.FOOTER_URI):
        for rel_id, part in list(word.get_headers_footers(uri)):
            xml = word.get_part_xml(part)
            if "{" in xml:
                roots.append(root := _part(filled(xml, context), controls))
                word.map_headers_footers_xml(rel_id, etree.tostring(root, encoding="utf-8"))
    for part in word.docx.part.package.iter_parts():
        if part.content_type.endswith(("footnotes+xml", "endnotes+xml")) and b"{" in part.blob:
            xml = etree.tostring(etree.fromstring(part.blob), encoding="unicode")
            roots.append(root := _part(filled(xml, context), controls))
            part._blob = etree.tostring(root, encoding="utf-8")
    return roots, marks_in(text)


def _part(xml: str, controls: Controls) -> etree._Element:
    """A filled part with its controls."""
    root = parsed(xml)
    controls.enclose(root, marks_in(xml))
    return root


def _drop_unused_headers(document: Document) -> None:
    """Without annexes their section is gone, and with it the use of a header of its own."""
    used = {
        reference.get(f"{{{_RELATIONSHIP}}}id")
        for reference in document.element.body.iter(w("headerReference"), w("footerReference"))
    }
    for rel_id, rel in list(document.part.rels.items()):
        if rel.reltype.endswith(("/header", "/footer")) and rel_id not in used:
            del document.part.rels[rel_id]


def _describe(document: Document, title: str, moment: datetime) -> None:
    """Core properties that depend on nothing but the plan."""
    core = document.core_properties
    core.title = shown_title(title)
    core.language = "vi-VN"
    core.author = core.last_modified_by = AUTHOR
    core.created = core.modified = moment.replace(tzinfo=None)
    core.revision = 1


def _remark(document: Document, styles: Styles, remarks: Sequence[str], moment: datetime) -> None:
    """One comment on the title (or on the first words there are), a paragraph a remark.

    python-docx takes two styles for granted that an official's template may lack.
    """
    from docx.text.run import Run as WordRun

    body = document.element.body
    first = run_to_mark(body, styles)
    run = document.add_paragraph().add_run() if first is None else WordRun(first, document)  # type: ignore[arg-type]
    comment = document.add_comment(run, author=AUTHOR, initials=INITIALS)
    for i, remark in enumerate(remarks):
        paragraph = comment.add_paragraph() if i else comment.paragraphs[0]
        paragraph.add_run(clean(remark))
    element = comment._comment_elm
    element.date = moment
    for name in {TEXT, REFERENCE} - set(styles.ids.values()):
        for root in (element, body):
            references: list[Any] = [e for e in root.iter(w("pStyle"), w("rStyle")) if e.get(w("val")) == name]
            for reference in references:
                reference.getparent().remove(reference)
