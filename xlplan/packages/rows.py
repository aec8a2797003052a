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
from xlplan.refs import COLUMNS, column_number

_ATTRIBUTE = pattern(r'([\w:.-]+)="([^"]*)"')
_ATTRIBUTES = r'(?: [A-Za-z0-9_:.-]++="[^"<&]*+")*+ ?+'  # in plain letters, which are found faster than any letter
_PLAIN_ATTRIBUTES = pattern(_ATTRIBUTES)
_NUMBERED_ROW = pattern(r'<row r="[1-9][0-9]{0,5}+"')  # below 1,048,576, the last one
_ROW = pattern(rf'<row r="([1-9][0-9]{{0,5}}+)"({_ATTRIBUTES})/?+>')
_CELL = pattern(  # with contents; nothing is ever matched in a second way, and possessive quantifiers say so
    r'<c r="([A-Z]++)([1-9][0-9]{0,5}+)"([^>/]*+)>'
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


def _cut_cells(text: str, filler: Filler) -> int:
    """Cut the cells that hold anything: how many tags are in them, -1 where one is not plainly written.

    The loop runs for every such cell of every file: numbers and texts stay in it, whatever else there is goes through
    ``Filler.add``.
    """
    numbers, strings, looks = filler.numbers, filler.strings, filler.styles.looks
    cells = filler.sheet.cells
    row, row_digits = 0, ""
    found = _CELL.findall(text)
    tags = stored = len(found)
    for letters, digits, attributes, f_attributes, f_text, v_text, other in found:
        if digits != row_digits:
            row, row_digits = int(digits), digits
        try:
            column = COLUMNS[letters]
            kind, style, number_format, font, number_kind = looks[attributes]
        except KeyError:
            look = _look(attributes, filler.styles)
            if look is None or not (column := _column(letters)):
                return -1
            kind, style, number_format, font, number_kind = look
        if v_text and not f_attributes and f_text[:1] != "/":
            value: Decimal | str | None = None
            if kind == "n":
                value = numbers[v_text]
                kind = number_kind if value is not None else "n"
            elif kind == "s" and not f_text:
                value = strings.get(v_text)
            elif kind == "str":
                written = unescape(v_text)
                if value := decode(written) or None:
                    kind, v_text = "s", written
            if value is not None:
                formula = None
                if f_text:
                    tags += 1
                    formula = f_text[1:]
                    if "&" in formula or "_x" in formula or formula[:1] == "=":
                        formula = decode(unescape(formula)).removeprefix("=")
                cells[row, column] = _new_cell(
                    Cell, (row, column, kind, value, formula or None, number_format, font, v_text)
                )
                continue
        if not _PLAIN_ATTRIBUTES.fullmatch(f_attributes):
            return -1
        before = len(cells)
        written = unescape(f_text[1:]) if f_text[:1] == ">" else "" if f_text else None
        content = unescape(v_text) if v_text else _inline(other) if other else None
        if content is not None or written is not None:
            filler.add(row, column, kind, style, content, written, _dictionary(f_attributes))
        tags += bool(f_text) + bool(v_text) + other.count("<") - other.count("</") - 1
        stored += len(cells) - before - 1
    return tags if len(cells) == stored else -1  # else one came twice, which the general road says


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
