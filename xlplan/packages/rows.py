"""The fast road through a worksheet: cuts plainly written rows with one regular expression.

Excel, LibreOffice and the libraries write every cell in one way, and to cut it is four times as fast as to
take it event by event. The cut proves itself: the XML is known to be well-formed, so when the tags that the
expression matched are as many as the tags that there are, none was missed. Otherwise the general road reads
the sheet anew.
"""

from decimal import Decimal

from xlplan.packages.cells import Cell
from xlplan.packages.filling import Filler
from xlplan.packages.strings import decode, unescape
from xlplan.packages.styles import Look, Styles
from xlplan.patterns import pattern
from xlplan.refs import COLUMNS, MAX_ROW, column_number

_ATTRIBUTE = pattern(r'([\w:.-]+)="([^"]*)"')
_ATTRIBUTES = r'(?: [A-Za-z0-9_:.-]++="[^"<&]*+")*+ ?+'  # in plain letters, which are found faster than any letter
_PLAIN_ATTRIBUTES = pattern(_ATTRIBUTES)
_NUMBERED_ROW = pattern(r'<row r="[1-9][0-9]{0,5}+"')  # a row that exists
_ROW = pattern(rf'<row r="([1-9][0-9]{{0,5}}+)"({_ATTRIBUTES})/?+>')
_CELL = pattern(  # with contents; nothing is ever matched in a second way, and possessive quantifiers say so
    r'<c r="([A-Z]++)([1-9][0-9]{0,6}+)"([^>/]*+)>'
    r"(?:<f([^>/]*+)(/?>[^<]*+)(?:</f>)?+)?+"
    r'(?:<v>([^<]++)</v>|(<v ?/>|<v></v>|<is><t(?: xml:space="preserve")?+>[^<]++</t></is>))?+</c>'
)
_new_cell = tuple.__new__  # what Cell(...) comes to, in half the time


def _look(text: str, styles: Styles) -> Look | None:
    """What the attributes of a cell say, of which a workbook has few different ones; None if not plainly written."""
    if not _PLAIN_ATTRIBUTES.fullmatch(text):
        return None
    attributes = _dictionary(text)
    style = attributes.get("s")
    number_format, font, is_date = styles[style]
    look = (attributes.get("t", "n"), style, number_format, font, "d" if is_date else "n")
    styles.keep(text, look)
    return look


def cut_rows(text: str, filler: Filler) -> bool:
    """Cut the rows of a worksheet. False when a tag is not accounted for; the filler is then of no use."""
    if "\r" in text:  # expat would make it a line feed
        return False
    rows, cells = text.count('<row r="'), text.count('<c r="')  # most cells hold nothing but a style
    if len(_NUMBERED_ROW.findall(text)) != rows or ("hidden" in text and not _hide_rows(text, rows, filler)):
        return False
    contents = _cut_cells(text, filler)
    return contents >= 0 and rows + cells + contents == text.count("<") - text.count("</") and not filler.is_full


def _hide_rows(text: str, rows: int, filler: Filler) -> bool:
    found = _ROW.findall(text)
    for digits, attributes in found:
        if "hidden" in attributes:
            filler.start_row(digits, _dictionary(attributes).get("hidden"))
    return len(found) == rows


def _cut_cells(text: str, filler: Filler) -> int:  # noqa: C901, PLR0912 - a call for every cell would cost
    """Cut the cells that hold anything: how many tags are in them, -1 where one is not plainly written.

    The loop runs for every such cell of every file: numbers and shared strings without a formula stay in it,
    whatever else there is goes through ``Filler.add``.
    """
    numbers, strings, looks = filler.numbers, filler.strings, filler.styles.looks
    keep = filler.sheet.cells.setdefault
    row, row_digits = 0, ""
    tags = 0
    for letters, digits, attributes, f_attributes, f_text, v_text, other in _CELL.findall(text):
        if digits != row_digits:
            row, row_digits = int(digits), digits
        column = COLUMNS.get(letters) or _column(letters)
        look = looks.get(attributes) or _look(attributes, filler.styles)
        if look is None or not column or row > MAX_ROW:
            return -1
        kind, style, number_format, font, number_kind = look
        value: Decimal | str | None = None
        formula: str | None = None
        if v_text:
            tags += 1
            if kind == "s":
                value = strings.get(v_text) if not f_text else None
            elif kind == "n" and (not f_text or (not f_attributes and f_text[0] == ">")):
                value = numbers[v_text]
                kind = number_kind if value is not None else "n"
        if f_text:
            tags += 1
            if value is not None:
                formula = f_text[1:]
                if "&" in formula or "_x" in formula or formula[:1] == "=":
                    formula = decode(unescape(formula)).removeprefix("=")
        if value is not None:
            cell = _new_cell(Cell, (row, column, kind, value, formula or None, number_format, font, v_text))
            if keep((row, column), cell) is not cell:
                filler.replace(cell)
            continue
        if f_attributes and not _PLAIN_ATTRIBUTES.fullmatch(f_attributes):
            return -1
        content = unescape(v_text) if v_text else None
        if other:
            tags += other.count("<") - other.count("</")
            content = _inline(other)
        written = unescape(f_text[1:]) if f_text[:1] == ">" else "" if f_text else None
        if content is not None or written is not None:
            filler.add(row, column, kind, style, content, written, _dictionary(f_attributes))
    return tags


def _inline(element: str) -> str:
    """The text of a cell's own ``is``; of a blank ``v`` none."""
    return decode(unescape(element[element.index(">", 4) + 1 : -len("</t></is>")])) if element[1] == "i" else ""


def _dictionary(attributes: str) -> dict[str, str]:
    return dict(_ATTRIBUTE.findall(attributes)) if attributes else {}


def _column(letters: str) -> int:
    try:
        return column_number(letters)
    except ValueError:
        return 0
