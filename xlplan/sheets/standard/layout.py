"""What the two layouts of `Biểu chỉ tiêu` have in common: the place of things around the figures."""

from __future__ import annotations

from xlplan import catalogue
from xlplan.sheets.standard.book import BOXED, GREY_TEXT, Book, Page, Style
from xlplan.sheets.standard.cells import Formula, Place
from xlplan.sheets.standard.grid import Grid

NUMBERS: Style = BOXED | {"italic": True, "font_size": 10, "font_color": GREY_TEXT, "align": "center"}
FILLER_LOOK: Style = BOXED | {"italic": True, "font_size": 8, "font_color": GREY_TEXT, "align": "center"}
RATE_LABEL = "Tỷ lệ (%)"
COUNT_LABELS = {"hộ": "Số hộ", "nhân khẩu": "Số khẩu"}

Value = str | Formula


class Layout:
    """A table sheet: the grid, and the row where its heading begins."""

    def __init__(self, book: Book, page: Page, grid: Grid, top: int) -> None:
        self.book = book
        self.page = page
        self.grid = grid
        self.top = top
        self.facts = book.facts

    @property
    def numbered(self) -> bool:
        """Whether lines carry printed numbers, so that those without one are bullets under them."""
        return any(line.number for line in self.grid.content.kind.lines)

    def units(self) -> str:
        """``hộ, %``: the units of the table's figures."""
        found = dict.fromkeys(catalogue.unit(slot.code) for slot in self.grid.slots)
        return ", ".join([unit for unit in found if unit != "%"] + ["%"] * ("%" in found))

    @property
    def numbers_row(self) -> int:
        """The row of letters and numbers under the headings."""
        return self.grid.first.row - 1

    def number_cell(self, column: int, value: str | int | Formula | None, *styles: Style) -> None:
        """A cell of the row of letters and numbers."""
        self.page.put(Place(self.numbers_row, column), value, NUMBERS, *styles)
