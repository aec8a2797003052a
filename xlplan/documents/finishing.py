"""The filled document: what the tags left behind is turned into what Word would have written."""

from __future__ import annotations

from copy import deepcopy

from lxml import etree

from xlplan.documents.controls import Controls
from xlplan.documents.wordxml import SIGNATURE_STYLE, Element, Styles, w

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_P, _T = w("p"), w("t")
_PROPERTIES, _KEEP = w("pPr"), w("keepNext")
_SECTION = f"{_PROPERTIES}/{w('sectPr')}"
_HEADING = f"{w('tr')}/{w('trPr')}/{w('tblHeader')}"
_NAMES = {"w": _W, "w14": _W14}
_NO_PLACE = "[parent::w:body or parent::w:tc or parent::w:t or parent::w:r]"
_MISPLACED_RUNS = etree.XPath(f".//w:r{_NO_PLACE} | .//w:sdt[w:sdtContent/w:r]{_NO_PLACE}", namespaces=_NAMES)
_MISPLACED_TABLES = etree.XPath(".//w:tbl[parent::w:p or parent::w:r or parent::w:t]", namespaces=_NAMES)
_EMPTY_TEXTS = etree.XPath(".//w:r/w:t[not(text())]", namespaces=_NAMES)
_EMPTY_RUNS = etree.XPath(".//w:r[not(*[not(self::w:rPr)])]", namespaces=_NAMES)
_OPEN_CELLS = etree.XPath(".//w:tc[not(*[last()][self::w:p])]", namespaces=_NAMES)
_WITH_IDS = etree.XPath(".//w:p[@w14:paraId or @w14:textId] | .//w:tr[@w14:paraId or @w14:textId]", namespaces=_NAMES)
_LOOSE = etree.XPath(  # text that no <w:t> holds
    "(. | .//w:p | .//w:tc | .//w:tr | .//w:tbl | .//w:r)/text()[normalize-space()]", namespaces={"w": _W}
)


class MisplacedError(ValueError):
    """Runs or tables where Word allows none; the arguments are the tag that belongs there and the text."""


def finish(body: Element, styles: Styles, controls: Controls | None = None, marks: int = 0) -> None:
    """Turn what the tags left behind into what Word would have written. Raises MisplacedError.

    ``marks`` is how many texts become controls (:func:`xlplan.documents.controls.marks_in`).
    """
    refuse_misplaced(body)
    if controls is not None:
        controls.enclose(body, marks)
    tidy(body)
    _end_with_last_section(body)
    _complete_sections(body)
    _keep_together(body, styles)


def refuse_misplaced(body: Element) -> None:
    """Raise MisplacedError for runs, tables or texts where Word allows none."""
    for tag, find in (("{{r", _MISPLACED_RUNS), ("{{p", _MISPLACED_TABLES)):
        if found := _elements(find(body)):
            parent = found[0].getparent()
            near = found[0] if parent is None or parent.tag == w("body") else parent
            raise MisplacedError(tag, _string(near).strip()[:120])
    loose = _LOOSE(body)
    if isinstance(loose, list) and loose:
        raise MisplacedError("{{", str(loose[0]).strip()[:120])


def _elements(result: object) -> list[Element]:
    return result if isinstance(result, list) else []


def _string(element: Element) -> str:
    return "".join(str(text) for text in element.itertext())


def tidy(body: Element) -> None:
    """No empty runs, no cell without a paragraph, no identifier twice (loops copy them)."""
    for text in _elements(_EMPTY_TEXTS(body)):
        _drop(text)
    for run in _elements(_EMPTY_RUNS(body)):
        _drop(run)
    for cell in _elements(_OPEN_CELLS(body)):
        cell.append(cell.makeelement(w("p")))
    for element in _elements(_WITH_IDS(body)):
        for name in ("paraId", "textId"):
            element.attrib.pop(f"{{{_W14}}}{name}", "")
    for number, drawing in enumerate(body.iter(f"{{{_DRAWING}}}docPr"), start=1):
        drawing.set("id", str(number))
    seen = set()
    for mark in list(body.iter(w("bookmarkStart"), w("bookmarkEnd"))):
        key = (mark.tag, mark.get(w("id")))
        if key in seen:
            _drop(mark)
        seen.add(key)


def _drop(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _own_section(element: Element | None) -> Element | None:
    """The section that ends with this paragraph."""
    return None if element is None else element.find(_SECTION)


def _has_text(paragraph: Element) -> bool:
    return paragraph.find(w("r")) is not None or paragraph.find(w("sdt")) is not None


def _end_with_last_section(body: Element) -> None:
    """Where nothing follows the last section break, its section is the document's last one."""
    end = body.find(w("sectPr"))
    if end is None:
        return
    empty, last = [], end.getprevious()
    while last is not None and last.tag == w("p") and _own_section(last) is None and not _has_text(last):
        empty.append(last)
        last = last.getprevious()
    section = _own_section(last)
    if last is None or section is None or section.find(w("pgMar")) is None:
        return
    body.replace(end, section)
    before = last.getprevious()
    if not _has_text(last) and before is not None and before.tag == w("p"):
        empty.append(last)  # after a table Word needs the paragraph
    for paragraph in empty:
        body.remove(paragraph)


def _complete_sections(body: Element) -> None:
    """Give the sections made by ``turn`` the settings of the section that they interrupt."""
    group: list[Element] = []
    for section in list(body.iter(w("sectPr"))):
        group.append(section)
        if section.find(w("pgMar")) is None:
            continue
        for made in group[:-1]:
            size = made.find(w("pgSz"))
            landscape = size is not None and size.get(w("orient")) == "landscape"
            made[:] = [deepcopy(child) for child in section]
            if landscape:
                _turn_page(made)
        for later in group[1:]:  # pages count on, and only the very first hides its number
            for name in ("titlePg", "pgNumType"):
                for child in later.findall(w(name)):
                    later.remove(child)
        group = []


def _turn_page(section: Element) -> None:
    size = section.find(w("pgSz"))
    if size is not None:
        width, height = sorted((int(size.get(w("w"), 0)), int(size.get(w("h"), 0))), reverse=True)
        for name, value in (("w", str(width)), ("h", str(height)), ("orient", "landscape")):
            size.set(w(name), value)


def _keep_together(body: Element, styles: Styles) -> None:
    """The paragraph before a table's heading, the last one before the signature, a lead that ends with a colon."""
    for paragraph in body.findall(_P):
        if _ends_with_colon(paragraph):
            keep_with_next(paragraph)
    signature = styles.ids.get(SIGNATURE_STYLE)
    for table in body.findall(w("tbl")):
        signed = any(style.get(w("val")) == signature for style in table.iter(w("pStyle")))
        if signed or table.find(_HEADING) is not None:
            keep_with_next(table.getprevious())


def _ends_with_colon(paragraph: Element) -> bool:
    """Whether the last words of a paragraph end with a colon."""
    last = ""
    for text in paragraph.iter(_T):
        words = text.text
        if words and not words.isspace():
            last = words
    return last.rstrip().endswith(":")


def keep_with_next(element: Element | None) -> None:
    """Keep a paragraph (or a table's last row) and the empty paragraphs behind it on the page of what follows."""
    while element is not None and element.find(_SECTION) is None:
        last_row = element.findall(w("tr"))[-1:] if element.tag == w("tbl") else [element]
        for paragraph in (p for row in last_row for p in row.iter(_P)):
            properties = paragraph.find(_PROPERTIES)
            if properties is None:
                properties = paragraph.makeelement(_PROPERTIES)
                paragraph.insert(0, properties)
            if properties.find(_KEEP) is None:
                properties.insert(len(properties.findall(w("pStyle"))), properties.makeelement(_KEEP))
        if element.tag != _P or _has_text(element):
            return
        element = element.getprevious()
