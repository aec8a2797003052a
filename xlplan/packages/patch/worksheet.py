"""Other styles for single cells of a worksheet, and its note drawing: found and spliced by byte offsets."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping
from xml.parsers import expat

from xlplan.packages.patch.edits import Edit
from xlplan.packages.patch.markup import (
    MarkupError,
    Span,
    append,
    check_encoding,
    close_span,
    is_empty,
    run,
    set_attribute,
    tag_end,
)
from xlplan.patterns import pattern
from xlplan.refs import address, parse_address, parse_range
from xlplan.tuples import NamedTuple

Place = tuple[int, int]

# CT_Worksheet: what stands after legacyDrawing (AlternateContent holds controls or embedded objects).
_AFTER_NOTES = frozenset(
    [
        "legacyDrawingHF",
        "drawingHF",
        "picture",
        "oleObjects",
        "controls",
        "webPublishItems",
        "tableParts",
        "extLst",
        "AlternateContent",
    ]
)
_MERGED = pattern(rb"""<(?:[\w.-]+:)?mergeCell\s[^<>]*?ref\s*=\s*["']([A-Za-z0-9:$]+)["']""")
_DEFAULT_HEIGHT, _DEFAULT_WIDTH = 15.0, 8.43


class _Row:
    """A row of the sheet; the cells only where they are wanted."""

    __slots__ = ("cells", "span")

    def __init__(self, span: Span) -> None:
        self.span = span
        self.cells: list[tuple[int, Span]] = []  # column, element


class Columns(NamedTuple):
    """A stretch of columns with their width and style."""

    first: int
    last: int
    width: float
    style: int


class SheetMap:
    """Where the rows, cells and other elements of a worksheet stand."""

    def __init__(self, data: bytes, places: Collection[Place]) -> None:
        """Maps a worksheet; only rows of ``places`` are read cell by cell. Raises MarkupError."""
        check_encoding(data)
        self.data = data
        self._merges = _merges(data)
        self._wanted = {self.anchor(place)[0] for place in places}
        self.root: Span | None = None
        self.rows: dict[int, _Row] = {}  # the wanted ones
        self._numbers: list[int] = []  # of all rows, and where each begins
        self._starts: list[int] = []
        self.heights: dict[int, float] = {}
        self.columns: list[Columns] = []
        self.row_height, self.column_width = _DEFAULT_HEIGHT, _DEFAULT_WIDTH
        _Mapper(self).run()
        if self.root is None or self.root.name != "worksheet" or self.root.child("sheetData") is None:
            raise MarkupError("the part is no worksheet")

    @property
    def _sheet(self) -> Span:
        assert self.root is not None
        return self.root

    def anchor(self, place: Place) -> Place:
        """The cell that shows a place: the first one of the merged range that covers it."""
        row, column = place
        for row1, column1, row2, column2 in self._merges:
            if row1 <= row <= row2 and column1 <= column <= column2:
                return row1, column1
        return place

    def add_row(self, number: int, span: Span) -> _Row | None:
        """Notes a row; gives it back where its cells are wanted."""
        self._numbers.append(number)
        self._starts.append(span.start)
        if span.get("ht"):
            self.heights[number] = _float(span.get("ht"), self.row_height)
        if span.get("hidden") in ("1", "true"):
            self.heights[number] = 0
        if number not in self._wanted or number in self.rows:
            return None
        row = self.rows[number] = _Row(span)
        return row

    def cell(self, place: Place) -> Span | None:
        """The element of a cell."""
        row = self.rows.get(place[0])
        return next((span for column, span in row.cells if column == place[1]), None) if row else None

    def style(self, place: Place) -> int:
        """The style that a cell has or, where it is absent, takes from its row or column."""
        if found := self.cell(place):
            return found.number("s")
        row = self.rows.get(place[0])
        if row and row.span.get("customFormat") in ("1", "true"):
            return row.span.number("s")
        return next((c.style for c in self.columns if c.first <= place[1] <= c.last), 0)

    def width(self, column: int) -> float:
        """The width of a column in characters."""
        return next((c.width for c in self.columns if c.first <= column <= c.last), self.column_width)

    def height(self, row: int) -> float:
        """The height of a row in points."""
        return self.heights.get(row, self.row_height)

    # ---- edits -----------------------------------------------------------------------------------------------

    def restyle(self, styles: Mapping[Place, int]) -> list[Edit]:
        """Gives cells other styles; cells and rows that are absent are put in. Places must be anchors."""
        edits: list[Edit] = []
        missing: dict[int, list[Place]] = {}
        for place, style in sorted(styles.items()):
            if found := self.cell(place):
                edits.append(set_attribute(self.data, found, "s", str(style)))
            else:
                missing.setdefault(place[0], []).append(place)
        rows: list[int] = []
        for number, places in missing.items():
            if number in self.rows:
                edits += self._into_row(self.rows[number], places, styles)
            else:
                rows.append(number)
        return edits + self._new_rows({n: self._cells(missing[n], styles) for n in rows})

    def _cells(self, places: list[Place], styles: Mapping[Place, int]) -> bytes:
        prefix = self._sheet.prefix
        return "".join(f'<{prefix}c r="{address(*place)}" s="{styles[place]}"/>' for place in places).encode()

    def _into_row(self, row: _Row, places: list[Place], styles: Mapping[Place, int]) -> list[Edit]:
        """Puts absent cells between those of a row, and widens the row's ``spans``."""
        data, span = self.data, row.span
        edits = []
        if is_empty(data, span):
            edits.append(append(data, span, self._cells(places, styles)))
        else:
            for place in places:
                after = next((cell.start for column, cell in row.cells if column > place[1]), span.close)
                edits.append(Edit(after, after, self._cells([place], styles)))
        found = [int(n) for pair in span.get("spans").split() for n in pair.split(":") if n.isdigit()]
        columns = [place[1] for place in places]
        if found and not min(found) <= min(columns) <= max(columns) <= max(found):
            wide = f"{min(found + columns)}:{max(found + columns)}"
            edits.append(set_attribute(data, span, "spans", wide))
        return edits

    def _new_rows(self, rows: Mapping[int, bytes]) -> list[Edit]:
        """Puts absent rows between the others."""
        prefix = self._sheet.prefix
        written = {n: f'<{prefix}row r="{n}">'.encode() + c + f"</{prefix}row>".encode() for n, c in rows.items()}
        holder = self._sheet.child("sheetData")
        assert holder is not None
        if not self._numbers:
            return [append(self.data, holder, b"".join(written.values()))] if written else []
        edits = []
        for number, content in written.items():
            at = bisect_right(self._numbers, number)
            place = self._starts[at] if at < len(self._starts) else holder.close
            edits.append(Edit(place, place, content))
        return edits

    def add_note_drawing(self, relation: str, namespace: str) -> Edit:
        """Points to the drawing of the notes, ``legacyDrawing``, at its place among the sheet's elements."""
        sheet = self._sheet
        seen_rows = False
        place = sheet.close
        for child in sheet.children:
            seen_rows = seen_rows or child.name == "sheetData"
            if seen_rows and child.name in _AFTER_NOTES:
                place = child.start
                break
        bound = next((k[6:] for k, v in sheet.attributes.items() if v == namespace and k.startswith("xmlns:")), "")
        attribute = f'{bound}:id="{relation}"' if bound else f'xmlns:r="{namespace}" r:id="{relation}"'
        return Edit(place, place, f"<{sheet.prefix}legacyDrawing {attribute}/>".encode())


class _Mapper:
    """Follows the sheet's elements: worksheet > sheetData > row > c, and the children of the worksheet."""

    def __init__(self, target: SheetMap) -> None:
        self.map = target
        self.parser = expat.ParserCreate()
        self.depth = 0
        self.prefix = ""
        self.holder: Span | None = None  # the worksheet's child that is open
        self.row: _Row | None = None
        self.row_span: Span | None = None
        self.cell: Span | None = None
        self.last_row = self.last_column = 0

    def run(self) -> None:
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        run(self.parser, self.map.data)

    def span(self, qname: str, attributes: dict[str, str]) -> Span:
        place = self.parser.CurrentByteIndex
        return Span(qname, attributes, place, tag_end(self.map.data, place))

    def start(self, qname: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        depth = self.depth
        if depth > 4:
            return
        if depth == 4:
            if self.row is not None and qname == f"{self.prefix}c":
                self.start_cell(self.span(qname, attributes))
        elif depth == 3:
            self.start_third(qname, attributes)
        elif depth == 2:
            self.holder = self.span(qname, attributes)
            assert self.map.root is not None
            self.map.root.children.append(self.holder)
            if self.holder.name == "sheetFormatPr":
                self.map.row_height = _float(attributes.get("defaultRowHeight", ""), _DEFAULT_HEIGHT)
                self.map.column_width = _float(attributes.get("defaultColWidth", ""), _DEFAULT_WIDTH)
        else:
            self.map.root = self.span(qname, attributes)
            self.prefix = self.map.root.prefix

    def start_third(self, qname: str, attributes: dict[str, str]) -> None:
        assert self.holder is not None
        if qname == f"{self.prefix}row" and self.holder.qname == f"{self.prefix}sheetData":
            self.row_span = self.span(qname, attributes)
            self.last_row = self.row_span.number("r") or self.last_row + 1
            self.last_column = 0
            self.row = self.map.add_row(self.last_row, self.row_span)
        elif qname == f"{self.prefix}col" and self.holder.name == "cols":
            span = Span(qname, attributes, 0, 0)
            width = 0.0 if span.get("hidden") in ("1", "true") else _float(span.get("width"), self.map.column_width)
            self.map.columns.append(Columns(span.number("min"), span.number("max"), width, span.number("style")))

    def start_cell(self, span: Span) -> None:
        assert self.row is not None
        try:
            self.last_column = parse_address(span.get("r"))[1]
        except ValueError:
            self.last_column += 1
        self.row.cells.append((self.last_column, span))
        self.cell = span

    def end(self, _: str) -> None:
        place = self.parser.CurrentByteIndex
        if self.depth == 4 and self.cell is not None:
            close_span(self.map.data, self.cell, place)
            self.cell = None
        elif self.depth == 3 and self.row_span is not None:
            close_span(self.map.data, self.row_span, place)
            self.row = self.row_span = None
        elif self.depth == 2 and self.holder is not None:
            close_span(self.map.data, self.holder, place)
        elif self.depth == 1 and self.map.root is not None:
            close_span(self.map.data, self.map.root, place)
        self.depth -= 1


def _merges(data: bytes) -> list[tuple[int, int, int, int]]:
    found = []
    start = data.find(b"mergeCells")
    for match in _MERGED.finditer(data, start) if start >= 0 else ():
        try:
            found.append(parse_range(match[1].decode()))
        except ValueError:
            continue
    return found


def _float(text: str, default: float) -> float:
    try:
        return min(max(float(text), 0.0), 1000.0)
    except ValueError:
        return default
