"""Reads the XML of one worksheet in a single pass that keeps nothing but the filled cells.

Two roads lead to the same sheet: the fast one of ``rows`` for what is written plainly, and the general one
here, event by event, which takes any XML and little memory.
"""

from collections.abc import Iterator
from functools import lru_cache

from xlplan.packages.cells import Sheet, State
from xlplan.packages.filling import Book, Filler
from xlplan.packages.gate import Package, PackageError
from xlplan.packages.rows import cut_rows
from xlplan.packages.stream import Scanner, is_utf8, is_well_formed, scan, scan_around, see_well_formed
from xlplan.packages.strings import RichText
from xlplan.patterns import pattern
from xlplan.refs import column_number, parse_address

_PLAIN_SIZE = 4 << 20  # bytes; above it, memory counts for more than speed
_LONGEST_HEAD = 16 << 10  # bytes before the rows; a commune's have one thousand
_BEFORE, _AFTER = b"<worksheet><sheetData>", b"</sheetData></worksheet>"
_TRUE = ("1", "true")
_DIGITS = "0123456789"
# Always before one that says where it stands: the place of others may depend on the one that is cut.
_BLANK_CELLS = pattern(rb'(?:<c r="[A-Z]++[0-9]++"(?: s="[0-9]++")?+ ?+/>)+(?=<c r="|</row>)')
_BLANK_ROW = pattern(rb'<row r="[0-9]++"(?![^<>]*hidden)[^<>]*+(?<!/)></row>(?=<row r="|</sheetData>)')
_PLAIN_HEAD = pattern(rb"(?:<\?xml [^<>?]*+\?>\s*+)?+<worksheet(?: [^<>]*+)?+>((?:</?[A-Za-z][^<>]*+>)*+)")
_PLAIN_MERGES = pattern(
    rb"</sheetData>((?:</?(?!mergeCells)[A-Za-z][^<>]*+>)*+)<mergeCells(?: [^<>]*+)?+>"
    rb'((?:<mergeCell ref="[A-Z0-9:]++" ?+/>)++)</(?=mergeCells>)'
)
_MERGE = pattern(r'"([^"]++)"')
_CONTAINERS = ("worksheet", "sheetData", "cols", "mergeCells")


def read_sheet(package: Package, part: str, name: str, state: State, book: Book) -> Sheet:
    """One worksheet. Raises PackageError; what is wrong with one cell goes to ``sheet.problems``."""
    filler, formula_room = None, book.formula_room
    if package.size(part) <= _PLAIN_SIZE:
        filler = _read_plain(part, package.read(part), Filler(Sheet(name, state), book))
    if filler is None:
        book.formula_room = formula_room  # what the fast road took before it gave up
        filler = Filler(Sheet(name, state), book)
        reader = _Reader(filler)
        scan(part, _without_blanks(package.chunks(part)), reader)
        if not reader.is_worksheet:
            raise PackageError("damaged", f"part {part} is no worksheet")
    filler.finish()
    return filler.sheet


def _read_plain(part: str, data: bytes, filler: Filler) -> Filler | None:
    """The filler, filled; or None when the part is not written in the plain way."""
    start = data.find(b"<sheetData>") + len(b"<sheetData>")
    stop = data.rfind(b"</sheetData>")
    if not len(b"<sheetData>") <= start <= stop or not is_utf8(data):
        return None
    last = data.rfind(b"mergeCell", stop)  # the last that is asked for; drop-downs and colours follow
    merges = _plain_merges(data, stop, last)
    if merges is not None and start <= _LONGEST_HEAD and _says_nothing(data[:start]):
        if not cut_rows(data[start:stop], filler) or not is_well_formed(_BEFORE + data[stop:]):
            see_well_formed(part, data)
            return None
        for reference in merges:
            filler.merge(reference)
        return filler
    reader = _Reader(filler)

    def cut() -> bool:
        return reader.in_rows and cut_rows(data[start:stop], filler)

    end = data.find(b">", last) + 1 if last > 0 else stop
    return filler if scan_around(part, data, (start, stop, end), reader, cut) else None


@lru_cache(maxsize=64)
def _says_nothing(head: bytes) -> bool:
    """Whether nothing but tags stands before the rows, which lie right in the worksheet, and none hides a column.

    Such a head is well-formed by itself, as far as it goes, and so then is what follows the rows, or neither is.
    """
    plain = (
        None if b"hidden" in head or b"mergeCell" in head else _PLAIN_HEAD.fullmatch(head.removesuffix(b"<sheetData>"))
    )
    return plain is not None and _are_closed(plain[1]) and is_well_formed(head + _AFTER)


def _plain_merges(data: bytes, stop: int, last: int) -> list[str] | None:
    """The merged ranges that are listed after the rows; None where they are not plainly written."""
    if last < 0:
        return []
    plain = _PLAIN_MERGES.match(data, stop)
    if plain is None or plain.end() != last or not _are_closed(plain[1]):
        return None
    return _MERGE.findall(plain[2].decode())


def _are_closed(tags: bytes) -> bool:
    """Whether each of these tags, which hold no other text, is closed again."""
    return tags.count(b"<") == 2 * tags.count(b"</") + tags.count(b"/>")


def _without_blanks(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The chunks without cells and rows that hold nothing but a style.

    A sheet that someone formatted down to its last row has millions of them, and to cut them out is several
    times as fast as to parse them. Where markup can stand for text, nothing is cut.
    """
    cut = True
    for chunk in chunks:
        cut = cut and b"<!" not in chunk
        yield _BLANK_ROW.sub(b"", _BLANK_CELLS.sub(b"", chunk)) if cut else chunk


class _Reader(Scanner):
    """Follows worksheet > sheetData > row > c > f, v, is and the lists of columns and merged ranges.

    ``_cell`` holds the attributes of the open ``c``; ``_closed`` is true where no ``f``, ``v`` or ``is`` may
    begin. Whatever stands in another place is ignored, so nothing can nest.
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
    def is_worksheet(self) -> bool:
        """Whether the part is a worksheet at all."""
        return self._container != ""

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
