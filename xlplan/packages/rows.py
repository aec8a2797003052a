"""The fast road through a worksheet: cuts plainly written rows with one regular expression.

Excel, LibreOffice and the libraries write every cell in one way, and to cut it is four times as fast as to take it
event by event. The cut proves itself: one match begins where the one before it ended, so that together they are the
whole text, and each is whole elements of known names, or the start or the end of a row, which follow each other in
turn. Text in between, attributes and references are of forms that leave nothing open. Rows that pass are well-formed
XML, and no parser needs to see them; any doubt, and the general road reads the sheet anew.
"""

from decimal import Decimal
from functools import lru_cache

from xlplan.packages.cells import Cell
from xlplan.packages.filling import Filler
from xlplan.packages.gate import PackageError
from xlplan.packages.strings import decode, plain_text, unescape
from xlplan.packages.styles import Look, Styles
from xlplan.patterns import pattern
from xlplan.refs import COLUMNS, column_number

_ATTRIBUTE = pattern(r'([A-Za-z0-9_:.-]++)="([^"]*+)"')
_PLAIN_ATTRIBUTES = pattern(r'(?: [A-Za-z_:][A-Za-z0-9_:.-]*+="[^"<&]*+")*+ ?+')  # ASCII is found faster than letters
_TEXT = r'<t(?: xml:space="preserve")?+>[^<]++</t>'
_CELL = (
    r'<c r="([A-Z]++)([1-9][0-9]{0,5}+)"([^>/]{0,400}+)(?:/>|>'
    r"(<f[^>/]{0,400}+(?:/>|>[^<]*+</f>))?+"
    rf"(?:<v>([^<]++)</v>|(<v ?/>|<v></v>|<is>{_TEXT}</is>))?+</c>)"
)
_ROW = r'<row r="[1-9][0-9]{0,5}+"'  # no number beyond 1,048,576
# Half the cells hold nothing but a style, and a row that is not hidden says nothing that its cells do not say, too.
_BLANK_CELL = r'<c r="[A-Z]++[0-9]++"(?: s="[0-9]++")?+ ?+/>'
_USUAL_ROW = (
    rf'{_ROW}(?: spans="[0-9:]++")?+(?: s="[0-9]++")?+(?: customFormat="1")?+(?: ht="[0-9.]++")?+'
    r'(?: customHeight="1")?+(?: x14ac:dyDescent="[0-9.]++")?+'
)
_NOTHING = rf"(?:{_BLANK_CELL}|</row>{_USUAL_ROW}>)*+"
# Nothing is ever matched in a second way, and possessive quantifiers say so. The last group is the start of a row that
# says more, the end of the last one, or what is none of these.
_TOKEN = pattern(
    rf"(?:{_CELL}|((?:</row>)?+{_ROW}[^>/]{{0,400}}+(?:/(?=><row |>\Z))?+>|</row>\Z)){_NOTHING}|([\s\S]++)"
)
_FORMULA = pattern(r"<f([^>/]*+)(/>|>[^<]*+)")
_new_cell = tuple.__new__  # what Cell(...) comes to, in half the time


def cut_rows(data: bytes, filler: Filler) -> bool:
    """Cut the rows of a worksheet in UTF-8. False where they are not plainly written; the filler is then of no use."""
    text = plain_text(data)
    if text is None:
        return False
    try:
        return _cut(text, filler)
    except PackageError:  # a limit, which the general road will meet where it is sure that nothing else is wrong
        return False


def _cut(text: str, filler: Filler) -> bool:  # noqa: C901, PLR0912 - a call for every cell would cost
    """Cut what is nothing but rows, as far as characters and references go.

    The loop runs for every cell with contents of every file: numbers and texts stay in it, whatever else there is goes
    through ``Filler.add``.
    """
    numbers, strings, looks = filler.numbers, filler.strings, filler.styles.looks
    cells = filler.sheet.cells
    found = _TOKEN.findall(text)
    if found and (found[0][0] or found[-1][-1]):  # a cell outside of any row, or something else
        return False
    row, digits_before, not_stored = 0, "", 0
    rows: list[str] = []
    for letters, digits, attributes, f_element, v_text, other, of_row, _ in found:
        if not letters:
            rows.append(of_row)
            continue
        if digits != digits_before:
            row, digits_before = int(digits), digits
        try:
            column = COLUMNS[letters]
            kind, style, number_format, font, number_kind = looks[attributes]
        except KeyError:
            look = _look(attributes, filler.styles)
            if look is None or not (column := _column(letters)):
                return False
            kind, style, number_format, font, number_kind = look
        value: Decimal | str | None
        if v_text and not f_element:
            value = strings.get(v_text) if kind == "s" else numbers[v_text] if kind == "n" else None
            if value is not None:  # what most cells are
                own = kind if kind == "s" else number_kind
                cells[row, column] = _new_cell(Cell, (row, column, own, value, None, number_format, font, v_text))
                continue
        if v_text and (not f_element or f_element[2] == ">"):
            value, raw = None, v_text
            if kind == "n":
                value = numbers[v_text]
                kind = number_kind if value is not None else "n"
            elif kind == "str":
                written = unescape(v_text)
                if value := decode(written) or None:
                    kind, raw = "s", written
            if value is not None:
                formula = None
                if f_element:
                    formula = f_element[len("<f>") : -len("</f>")]
                    if "&" in formula or "_x" in formula or formula[:1] == "=":
                        formula = decode(unescape(formula)).removeprefix("=")
                said = (row, column, kind, value, formula or None, number_format, font, raw)
                cells[row, column] = _new_cell(Cell, said)
                continue
        before = len(cells)
        content = unescape(v_text) if v_text else _inline(other) if other else None
        if not _add(filler, (row, column, kind, style), content, f_element):
            return False
        not_stored += len(cells) == before
    # A cell that comes twice is said by the general road.
    come_once = len(cells) == len(found) - len(rows) - not_stored
    return come_once and not filler.is_full and _end_in_turn(rows, filler)


def _add(filler: Filler, cell: tuple[int, int, str, str | None], content: str | None, f_element: str) -> bool:
    """Add a cell of a rarer kind, if there is anything in it; False where its ``f`` is not plainly written."""
    formula, attributes = None, ""
    if match := _FORMULA.match(f_element):
        attributes, text = match.groups()
        formula = "" if text == "/>" else unescape(text[1:])
    if not _are_plain(attributes):
        return False
    if content is not None or formula is not None:
        filler.add(*cell, content, formula, _dictionary(attributes))
    return True


def _end_in_turn(rows: list[str], filler: Filler) -> bool:
    """Whether every row ends before the next begins; hides those that say so.

    ``rows`` are the tags between the cells: the end of a row, if any, and the start of the next one; at last its end.
    """
    is_open = False
    for tags in rows:
        end, start, attributes = tags.partition("<row r=")
        if bool(end) != is_open:
            return False
        if not start:  # the end of the last
            return True
        number, _, attributes = attributes[1:-1].partition('"')
        if not _are_plain(attributes.removesuffix("/")):
            return False
        is_open = attributes[-1:] != "/"
        if "hidden" in attributes:
            filler.start_row(number, _dictionary(attributes).get("hidden"))
    return not is_open


def _look(text: str, styles: Styles) -> Look | None:
    """What the attributes of a cell say, of which a workbook has few different ones; None if not plainly written."""
    if not _are_plain(text):
        return None
    attributes = _dictionary(text)
    style = attributes.get("s")
    number_format, font, is_date = styles[style]
    look = (attributes.get("t", "n"), style, number_format, font, "d" if is_date else "n")
    styles.keep(text, look)
    return look


@lru_cache(maxsize=1024)
def _are_plain(attributes: str) -> bool:
    """Whether attributes that follow ``r`` are plainly written, and none of them twice."""
    if not _PLAIN_ATTRIBUTES.fullmatch(attributes):
        return False
    names = [name for name, _ in _ATTRIBUTE.findall(attributes)]
    return len({"r", *names}) == 1 + len(names)


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
