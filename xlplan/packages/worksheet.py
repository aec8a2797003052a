"""Reads the XML of one worksheet in a single pass that keeps nothing but the filled cells.

Two roads lead to the same sheet. Most files come from Excel, LibreOffice or a library and write every cell in one
plain way: their rows are cut by one regular expression, four times as fast as event by event, after expat has seen
that the XML is well-formed. The cut counts: if a single tag of a row is not accounted for, or the part is large, the
whole sheet goes the general road, which takes any XML and little memory.
"""

import re

from xlplan.packages.cells import Sheet, State
from xlplan.packages.filling import Book, Filler
from xlplan.packages.gate import Package
from xlplan.packages.refs import COLUMNS, column_number, parse_address
from xlplan.packages.stream import Scanner, is_utf8, scan, scan_around
from xlplan.packages.strings import RichText, unescape

_PLAIN_SIZE = 4 << 20  # bytes; above it, memory counts for more than speed
_TRUE = ("1", "true")
_DIGITS = "0123456789"
_CONTAINERS = ("worksheet", "sheetData", "cols", "mergeCells")

_ATTRIBUTES = r'(?: [\w:.-]+="[^"<&]*")*'
_ROW = re.compile(rf'(?: r="([0-9]+)")?({_ATTRIBUTES}) ?(/?)>')
_CELL = re.compile(
    r'<c r="([A-Z]{1,3})([0-9]+)"(?: s="([0-9]+)")?(?: t="([A-Za-z]+)")? ?(?:/>|>'
    rf"(?:<f({_ATTRIBUTES}) ?(?:(/)>|>([^<]*)</f>))?"
    r"(?:<v(?: ?(/)>|(>[^<]*)</v>))?"
    r"</c>)"
)
_ATTRIBUTE = re.compile(r'([\w:.-]+)="([^"]*)"')


def read_sheet(package: Package, part: str, name: str, state: State, book: Book) -> Sheet:
    """One worksheet. Raises PackageError; what is wrong with one cell goes to ``sheet.problems``."""
    filler = None
    if package.size(part) <= _PLAIN_SIZE:
        filler = _read_plain(part, package.read(part), Filler(Sheet(name, state), book))
    if filler is None:
        filler = Filler(Sheet(name, state), book)
        scan(package, part, _Reader(filler))
    filler.finish()
    return filler.sheet


def _read_plain(part: str, data: bytes, filler: Filler) -> Filler | None:
    """The filler, filled; or None when the part is not written in the plain way."""
    start = data.find(b"<sheetData>") + len(b"<sheetData>")
    stop = data.rfind(b"</sheetData>")
    if not len(b"<sheetData>") <= start <= stop or not is_utf8(data):
        return None
    reader = _Reader(filler)
    plain = False
    for _ in scan_around(part, data, start, stop, reader):
        plain = reader.in_rows and _cut_rows(data[start:stop].decode(), filler)
    return filler if plain else None


def _cut_rows(text: str, filler: Filler) -> bool:
    """Cut the rows of well-formed XML. False when one of them has a tag that the cut does not know."""
    if "\r" in text:  # expat would make it a line feed
        return False
    before, *rows = text.split("<row")
    return not before.strip() and all(_cut_row(row, filler) for row in rows)


def _cut_row(text: str, filler: Filler) -> bool:
    head = _ROW.match(text)
    if head is None:
        return False
    number, attributes, empty = head.groups()
    hidden = dict(_ATTRIBUTE.findall(attributes)).get("hidden") if "hidden" in attributes else None
    row, digits = filler.start_row(number, hidden)
    tags = text.count("<")
    if empty:
        return not tags
    return text.rstrip().endswith("</row>") and tags == 1 + _cut_cells(text, row, digits, filler)


def _cut_cells(text: str, row: int, digits: str, filler: Filler) -> int:
    """Add the cells of a row, and count their tags; -1 for a cell that is not where the row is."""
    tags = 0
    add = filler.add
    for letters, number, style, kind, f_attributes, f_empty, f_text, v_empty, v_text in _CELL.findall(text):
        column = COLUMNS.get(letters) or _column(letters)
        if number != digits or not column:
            return -1
        formula = value = attributes = None
        if v_text:
            tags += 4
            value = unescape(v_text[1:]) if "&" in v_text else v_text[1:]
        elif v_empty:
            tags += 3
            value = ""
        else:
            tags += 2 if f_text or f_attributes else 1
        if f_text or f_attributes:
            tags += 1 if f_empty else 2
            formula = unescape(f_text)
            attributes = dict(_ATTRIBUTE.findall(f_attributes)) if f_attributes else None
        add(row, column, kind or "n", style, value, formula, attributes)
    return tags


def _column(letters: str) -> int:
    try:
        return column_number(letters)
    except ValueError:
        return 0


class _Reader(Scanner):
    """Follows worksheet > sheetData > row > c > f, v, is and the lists of columns and merged ranges.

    ``_cell`` holds the attributes of the open ``c``; ``_closed`` is true where no ``f``, ``v`` or ``is`` may begin.
    Whatever stands in another place is ignored, so nothing can nest.
    """

    __slots__ = (
        "_attributes",
        "_cell",
        "_closed",
        "_container",
        "_digits",
        "_filler",
        "_formula",
        "_gap",
        "_in_row",
        "_inline",
        "_reference",
        "_rich",
        "_row",
        "_value",
    )

    def __init__(self, filler: Filler) -> None:
        super().__init__()
        self._filler = filler
        self._container = ""
        self._in_row = False
        self._row = 0
        self._digits = ""
        self._reference: str | None = None  # of the last cell in the row that has one
        self._gap = 0  # how many cells follow it
        self._cell: dict[str, str] | None = None
        self._closed = True
        self._inline = False
        self._rich = RichText()
        self._value: str | None = None
        self._formula: str | None = None
        self._attributes: dict[str, str] = {}

    @property
    def in_rows(self) -> bool:
        """Whether the reader stands in the sheet's data, between rows."""
        return self._container == "sheetData" and not self._in_row

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.text.clear()
        if self._closed:
            if name == "c" and self._in_row and not self._inline and self._cell is None:
                self._cell = attributes
                self._closed = False
            else:
                self._start_elsewhere(name, attributes)
        elif name == "v":
            self._closed = True
        elif name == "f":
            self._closed = True
            self._attributes = attributes
        elif name == "is":
            self._closed = self._inline = True
        else:
            self.ignore()

    def _start_elsewhere(self, name: str, attributes: dict[str, str]) -> None:
        if self._inline and self._rich.start(name):
            return
        if name == "row" and self.in_rows:
            self._in_row = True
            self._reference, self._gap = None, 0
            self._row, self._digits = self._filler.start_row(attributes.get("r"), attributes.get("hidden"))
        elif name in _CONTAINERS and self._container == ("" if name == "worksheet" else "worksheet"):
            self._container = name
        else:
            self._leaf(name, attributes)
            self.ignore()

    def _leaf(self, name: str, attributes: dict[str, str]) -> None:
        if name == "col" and self._container == "cols" and attributes.get("hidden") in _TRUE:
            self._filler.hide_columns(attributes.get("min", ""), attributes.get("max", ""))
        elif name == "mergeCell" and self._container == "mergeCells":
            self._filler.merge(attributes.get("ref", ""))

    def end(self, name: str) -> None:
        if name == "v":
            self._value = "".join(self.text)
            self._closed = False
        elif name == "c":
            self._end_cell(self._cell or {})
            self._cell = self._value = self._formula = None
            self._closed = True
        elif name == "f":
            self._formula = "".join(self.text)
            self._closed = False
        elif name == "is":
            self._value = self._rich.take()
            self._closed = self._inline = False
        elif self._inline:
            self._rich.end(name, self.text)
        elif name == "row":
            self._in_row = False
        else:
            self._container = "worksheet"

    def _end_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        if reference is None:
            self._gap += 1
        else:
            self._reference = reference
            self._gap = 0
        if self._value is None and self._formula is None:
            return
        try:
            row, column = self._place()
        except ValueError as error:
            self._filler.problem(f"cell in row {self._digits}: {error}")
            return
        kind = attributes.get("t", "n")
        self._filler.add(row, column, kind, attributes.get("s"), self._value, self._formula, self._attributes)

    def _place(self) -> tuple[int, int]:
        """Row and column of the cell that ends: as it says, or after the one before it. Raises ValueError."""
        reference = self._reference
        if reference is None:
            return self._row, self._gap
        letters = reference.rstrip(_DIGITS)
        if reference[len(letters) :] == self._digits:
            return self._row, column_number(letters) + self._gap
        row, column = parse_address(reference)
        return row, column + self._gap
