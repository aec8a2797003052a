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

_ATTRIBUTES = r'(?: [A-Za-z0-9_:.-]++="[^"<&]*+")*+'  # in plain letters, which are found faster than any letter
_ATTRIBUTE = pattern(r'([\w:.-]+)="([^"]*)"')
_BLANK_CELL = r'<c r="[A-Z]++[0-9]++"(?: s="[0-9]++")?+ ?+/>'  # half the cells hold nothing but a style
_ROW_OR_CELL = pattern(  # nothing is ever matched in a second way, and possessive quantifiers say so
    rf'<(?:c r="([A-Z]++)|row r=")([0-9]++)"({_ATTRIBUTES}) ?+/?>'
    rf"(?:((?:{_BLANK_CELL})++)|"  # a run of blank cells after a row or a blank cell, taken as one
    rf"(?:<f({_ATTRIBUTES}) ?+(/?>[^<]*+)(?:</f>)?+)?+"
    r"(?:<v>([^<]++)</v>|<v( ?/|></v)>)?+"
    r'(?:<is><t(?: xml:space="preserve")?+>([^<]++)</t></is>)?+)'
)
_new_cell = tuple.__new__  # what Cell(...) comes to, in half the time


def _look(text: str, styles: Styles) -> Look:
    """What the attributes of a cell say, of which a workbook has few different ones."""
    attributes = _dictionary(text)
    style = attributes.get("s")
    number_format, font, is_date = styles[style]
    look = (attributes.get("t", "n"), style, number_format, font, "d" if is_date else "n")
    styles.keep(text, look)
    return look


def cut_rows(text: str, filler: Filler) -> bool:  # noqa: C901, PLR0912, PLR0915 - a call for every cell would cost
    """Cut the rows of a worksheet. False when a tag is not accounted for; the filler is then of no use.

    The loop runs for every cell of every file: numbers and shared strings without a formula stay in it,
    whatever else there is goes through ``Filler.add``.
    """
    if "\r" in text:  # expat would make it a line feed
        return False
    numbers, strings, looks = filler.numbers, filler.strings, filler.styles.looks
    keep = filler.sheet.cells.setdefault
    row, row_digits = 0, ""
    found = _ROW_OR_CELL.findall(text)
    tags = len(found)
    for letters, digits, attributes, blanks, f_attributes, f_text, v_text, v_empty, inline in found:
        if blanks:
            tags += blanks.count("<")
        if not letters:
            hidden = _dictionary(attributes).get("hidden") if "hidden" in attributes else None
            row, row_digits = filler.start_row(digits, hidden)
            if row > MAX_ROW:
                return False
            continue
        if not (v_text or f_text or v_empty or inline):
            continue
        column = COLUMNS.get(letters) or _column(letters)
        if digits != row_digits or not column:
            return False
        kind, style, number_format, font, number_kind = looks.get(attributes) or _look(attributes, filler.styles)
        value: Decimal | str | None = None
        formula: str | None = None
        raw = v_text
        if v_text or v_empty:
            tags += 1
        if inline:
            tags += 2
        if f_text:
            tags += 1
            if kind == "n" and v_text and not f_attributes and f_text[0] == ">":
                value = numbers[v_text]
                kind = number_kind if value is not None else "n"
                formula = f_text[1:]
                if "&" in formula or "_x" in formula or formula[:1] == "=":
                    formula = decode(unescape(formula)).removeprefix("=")
        elif kind == "n":
            if v_text:
                value = numbers[v_text]
                kind = number_kind if value is not None else "n"
        elif kind == "s":
            value = strings.get(v_text)
        elif kind == "inlineStr" and inline:
            raw = decode(unescape(inline))
            kind, value = "s", raw or None
        if value is not None:
            cell = _new_cell(Cell, (row, column, kind, value, formula or None, number_format, font, raw))
            if keep((row, column), cell) is not cell:
                filler.replace(cell)
        else:
            content = decode(unescape(inline)) if inline else unescape(v_text) if v_text or v_empty else None
            written = unescape(f_text[1:]) if f_text[:1] == ">" else "" if f_text else None
            filler.add(row, column, kind, style, content, written, _dictionary(f_attributes))
    return tags == text.count("<") - text.count("</")


def _dictionary(attributes: str) -> dict[str, str]:
    return dict(_ATTRIBUTE.findall(attributes)) if attributes else {}


def _column(letters: str) -> int:
    try:
        return column_number(letters)
    except ValueError:
        return 0
