"""The workbook being written: looks, cells whose text is never a formula, links, page setup; rows in their order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from xlplan.province.links import MOST_LINKS, cell_text
from xlplan.province.long_rows import Cell, LongRows
from xlplan.sheets.standard.book import (
    ACCENT,
    AMBER_FILL,
    BASE,
    BOXED,
    COUNT_FORMAT,
    FONT,
    GREY_FILL,
    GREY_TEXT,
    HEAD,
    HEADING,
    NOTE,
    RATE_FORMAT,
    RED_FILL,
    SOFT_FILL,
    TYPEFACE,
    Style,
)
from xlplan.sheets.standard.builder import CREATED
from xlplan.sheets.standard.cells import Formula
from xlplan.tuples import NamedTuple

__all__ = ["COUNT", "RATE", "TEXT", "Book", "Column", "Formula", "Link", "Page", "Style"]

OPTIONS = {
    "constant_memory": True,  # a row goes to a temporary file as soon as the next one begins
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": TYPEFACE,
}
TAB_COLOURS = (ACCENT, "#7FA0AD")
HEAD_ROW_PIXELS = 21
_LETTERS = 1.08  # of Times New Roman in a unit of width, spaces at the ends of lines not counted
_TALLEST_PIXELS = 540  # Excel takes 409 points

BODY: Style = BOXED | {"border_color": "#BFC9CD", "valign": "top"}
TEXT: Style = BODY | {"text_wrap": True, "align": "left"}
ONE_LINE: Style = BODY | {"shrink": True}
COUNT: Style = BODY | {"num_format": COUNT_FORMAT, "align": "right"}
RATE: Style = BODY | {"num_format": RATE_FORMAT, "align": "right"}
CENTRED: Style = BODY | {"align": "center"}
TOTAL: Style = {"bold": True, "bg_color": SOFT_FILL, "top": 2, "top_color": ACCENT, "bottom": 1}
FAINT: Style = {"font_color": GREY_TEXT, "italic": True, "bg_color": GREY_FILL}
LINKED: Style = {"font_color": ACCENT, "underline": 1}
BAD: Style = {"bg_color": RED_FILL, "bold": True}
DOUBTFUL: Style = {"bg_color": AMBER_FILL}
UNREAD: Style = {"bg_color": GREY_FILL, "italic": True}
SECTION: Style = HEADING | {"font_size": 13, "bottom": 2, "bottom_color": ACCENT, "valign": "vcenter"}


class Link(NamedTuple):
    """A text that opens a file; ``target`` as :func:`xlplan.province.links.target` gives it, empty for none."""

    text: str
    target: str


Value = int | float | Decimal | str | Formula | Link | None


class Column(NamedTuple):
    """A column of a table: its heading, width in letters, and how its cells look."""

    heading: str
    width: float
    style: Style


class Book:
    """The workbook, its formats and its pages; what is written to it goes to ``stream`` when it is closed.

    Until then rows are in a temporary folder, which the end of its ``with`` removes.
    """

    def __init__(self, stream: BinaryIO) -> None:
        from xlsxwriter import Workbook

        self._folder = TemporaryDirectory(prefix="xlplan-")
        self.workbook = Workbook(stream, OPTIONS | {"tmpdir": self._folder.name})
        self.workbook.set_properties(
            {
                "title": "Tổng hợp sổ tính giảm nghèo",
                "subject": "Kết quả kiểm tra nhiều xã, phường",
                "author": "xlplan",
                "created": CREATED,
            }
        )
        self.workbook.set_tab_ratio(85)
        self.parts_with_texts: set[str] = set()  # in which a formula gives an empty text
        self._formats: dict[tuple[int, ...], Any] = {}
        self._held: list[tuple[Style, ...]] = []  # keeps the styles alive whose ids are keys

    def __enter__(self) -> Book:
        return self

    def __exit__(self, *_: object) -> None:
        for sheet in self.workbook.worksheets():  # whatever happened, no temporary file stays
            sheet.row_data_fh.close()
        self.workbook.fileclosed = True
        self._folder.cleanup()

    def add_page(self, title: str, *, chief: bool = False) -> Page:
        """Add the sheet with this title."""
        page = Page(self, title, self.workbook.add_worksheet(title))
        page.sheet.set_tab_color(TAB_COLOURS[not chief])
        page.sheet.hide_gridlines(2)
        return page

    def format(self, *styles: Style) -> Any:
        """The format that these styles make together, the later ones winning; made once for the same styles."""
        key = tuple(map(id, styles))
        if key not in self._formats:
            merged: Style = dict(BASE)
            for style in styles:
                merged |= style
            self._formats[key] = self.workbook.add_format(merged)
            self._held.append(styles)
        return self._formats[key]

    def close(self) -> None:
        """Write the workbook to its stream; OSError where that cannot be done."""
        from xlsxwriter.exceptions import FileCreateError

        try:
            self.workbook.close()
        except FileCreateError as error:
            raise OSError(f"{error}") from error


class Page:
    """One sheet; its rows are written from the top, each from the left."""

    def __init__(self, book: Book, title: str, sheet: Any) -> None:
        self.book, self.title, self.sheet = book, title, sheet
        self.links = 0

    @property
    def quoted(self) -> str:
        """The title as formulas write it."""
        return "'" + self.title.replace("'", "''") + "'"

    @property
    def part(self) -> str:
        """The sheet's name in the package."""
        return f"xl/worksheets/sheet{self.sheet.index + 1}.xml"

    def put(self, row: int, column: int, value: Value, *styles: Style) -> None:
        """Write a cell: text is always text, a formula carries its result, a link that Excel cannot hold is text."""
        sheet = self.sheet
        if isinstance(value, Link):
            self._put_link(row, column, value, *styles)
            return
        look = self.book.format(*styles)
        match value:
            case None | "":
                sheet.write_blank(row, column, None, look)
            case str():
                sheet.write_string(row, column, cell_text(value), look)
            case Formula(text, result):
                if result == "":
                    self.book.parts_with_texts.add(self.part)
                sheet.write_formula(row, column, text, look, float(result) if isinstance(result, Decimal) else result)
            case _:
                sheet.write_number(row, column, float(value), look)

    def put_row(self, row: int, values: Sequence[Value], columns: Sequence[Column], *styles: Style) -> None:
        """Write a row of a table, each cell in the look of its column and these styles."""
        for j, (value, column) in enumerate(zip(values, columns, strict=True)):
            self.put(row, j, value, column.style, *styles)

    def long_rows(self, row: int, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], length: int) -> LongRows:
        """Leave the place for so many rows of a table, at least one, which are put in when the book is finished."""
        for place in sorted({row, row + length - 1}):
            self.put_row(place, [None] * len(columns), columns)
        return LongRows(self.part, row + 1, rows)

    def merge(self, row: int, first: int, last: int, *styles: Style) -> None:
        """Merge cells of a row; what is put into the first is seen in all."""
        self.sheet.merge_range(row, first, row, last, "", self.book.format(*styles))

    def _put_link(self, row: int, column: int, link: Link, *styles: Style) -> None:
        if not link.target or not link.text or self.links >= MOST_LINKS:
            self.put(row, column, link.text, *styles)
            return
        self.links += 1
        self.sheet.write_url(row, column, link.target, self.book.format(*styles, LINKED), cell_text(link.text))

    def head(self, title: str, notes: Sequence[str]) -> int:
        """Write the title and what there is to say about the sheet; the number of the next row."""
        self.sheet.set_row_pixels(0, 30)
        self.put(0, 0, title, HEADING)
        for row, note in enumerate(notes, start=1):
            self.put(row, 0, note, NOTE)
        return 1 + len(notes)

    def fit(self, row: int, values: Sequence[Value], columns: Sequence[Column]) -> None:
        """Make a row as high as its texts need; they are counted rather than measured, rows are many."""
        lines = max(
            (
                -(-len(value) // int(column.width * _LETTERS))
                for value, column in zip(values, columns, strict=True)
                if isinstance(value, str)
            ),
            default=1,
        )
        if lines > 1:
            self.sheet.set_row_pixels(row, min(lines * HEAD_ROW_PIXELS + 2, _TALLEST_PIXELS))

    def headings(self, row: int, columns: Sequence[Column], rows: int) -> None:
        """Write the heading of a table of so many rows, set widths, freeze it and let it be filtered."""
        for j, column in enumerate(columns):
            self.sheet.set_column(j, j, column.width)
        lines = max(_lines(column) for column in columns)
        self.sheet.set_row_pixels(row, 14 + lines * HEAD_ROW_PIXELS)
        for j, column in enumerate(columns):
            self.put(row, j, column.heading, HEAD)
        if rows:
            self.sheet.autofilter(row, 0, row + rows, len(columns) - 1)
        self.sheet.repeat_rows(row)

    def print_on_a4(self, rows: int, columns: int) -> None:
        """A4 across, one page wide, page numbers and the sheet's name in the footer."""
        sheet = self.sheet
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.print_area(0, 0, max(rows - 1, 0), columns - 1)
        sheet.fit_to_pages(1, 0)
        sheet.center_horizontally()
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer(f'&L&"{FONT},Regular"&9&A&R&"{FONT},Regular"&9Trang &P/&N')


def _lines(column: Column) -> int:
    """Lines that a heading takes, the arrow of the filter beside its last one."""
    room = max(column.width - 1, 3)
    lines, used = 1, 0.0
    for word in column.heading.split():
        if used and used + len(word) + 1 > room:
            lines, used = lines + 1, 0.0
        used += len(word) + 1
    return lines


def chunks(total: int, most: int) -> Iterator[tuple[int, int]]:
    """Start and length of the parts in which so many rows fit into sheets of so many; one empty part for none."""
    for start in range(0, max(total, 1), most):
        yield start, min(most, total - start)
