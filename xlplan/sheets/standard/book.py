"""A workbook being built: its styles, cells whose text is never taken for a formula, its defined names."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from xlplan import catalogue
from xlplan.sheets.standard.cells import Formula, Place, fixed_span, span
from xlplan.sheets.standard.content import Content
from xlplan.sheets.standard.facts import Facts
from xlplan.sheets.standard.grid import Grid

FONT = "Times New Roman"
ACCENT = "#1F4E5F"
HEAD_FILL = "#DCE7EB"
SOFT_FILL = "#F1F5F6"
GREY_FILL = "#EFEFEF"
LINE = "#7F8C92"
GREY_TEXT = "#5F6B70"
AMBER_FILL, AMBER_TEXT = "#FFE699", "#7F4F00"
RED_FILL, RED_TEXT = "#F8D7D3", "#B00020"

COUNT_FORMAT, RATE_FORMAT = "#,##0", "0.00"
PIXELS_A_CHARACTER = 8  # a digit of Times New Roman 12 at 96 dpi, the unit of column widths
_LINE_PIXELS = 21
_TALLEST_PIXELS = 540  # Excel's limit is 409 points
_PORTRAIT_PIXELS, _LANDSCAPE_PIXELS = 770, 1040  # what A4 takes within the margins at about 100 %
_SMALLEST_SCALE, _GOOD_SCALE = 0.5, 0.7

Style = dict[str, object]

# Without "none" Excel would show the theme's font instead; family 1 is "Roman"
TYPEFACE: Style = {"font_name": FONT, "font_size": 12, "font_family": 1, "font_scheme": "none"}
BASE: Style = TYPEFACE | {"valign": "vcenter"}
BOXED: Style = {"border": 1, "border_color": LINE}
HEADING: Style = {"bold": True, "font_size": 14, "font_color": ACCENT}
NOTE: Style = {"italic": True, "font_size": 11, "font_color": GREY_TEXT}
HEAD: Style = BOXED | {"bold": True, "bg_color": HEAD_FILL, "align": "center", "text_wrap": True}
LABEL: Style = BOXED | {"bg_color": SOFT_FILL, "text_wrap": True, "align": "left", "indent": 1}
INPUT: Style = BOXED | {"locked": False, "text_wrap": True, "num_format": "@", "align": "left", "indent": 1}
OPEN: Style = {"locked": False}
LEFT: Style = {"align": "left", "indent": 1}
RIGHT: Style = {"align": "right", "indent": 1}

Value = int | Decimal | str | None


def text_height(texts: Sequence[tuple[str, float]], least: int = 24) -> int:
    """Height in pixels of a row whose wrapped cells hold these texts, each with its column's width."""
    lines = 1
    for text, width in texts:
        room = max(4, int((width - 1) * 1.15))  # letters are narrower than digits on average
        wrapped = sum(len(textwrap.wrap(line, room)) or 1 for line in text.split("\n"))
        lines = max(lines, wrapped)
    return min(max(least, lines * _LINE_PIXELS + 6), _TALLEST_PIXELS)


@dataclass
class Book:
    """The workbook, its content, and what its sheets share."""

    workbook: Any
    content: Content
    facts: Facts
    pages: dict[str, Page] = field(default_factory=dict)
    grid: Grid | None = None  # of the table, once it is laid out
    _formats: dict[tuple[tuple[str, object], ...], Any] = field(default_factory=dict)
    _names: set[str] = field(default_factory=set)

    def add_page(self, key: str) -> Page:
        """Add the sheet with this key; its tab is the title of its form."""
        title = catalogue.forms()[key].title
        page = Page(self, title, self.workbook.add_worksheet(title))
        self.pages[key] = page
        return page

    def format(self, *styles: Style) -> Any:
        """The format that these styles make together, the later ones winning; made once."""
        merged: dict[str, object] = dict(BASE)
        for style in styles:
            merged.update(style)
        key = tuple(sorted(merged.items()))
        if key not in self._formats:
            self._formats[key] = self.workbook.add_format(merged)
        return self._formats[key]

    def mark(self, **style: object) -> Any:
        """A format for conditional formats: only what it changes."""
        key = (("only", True), *sorted(style.items()))
        if key not in self._formats:
            self._formats[key] = self.workbook.add_format(style)
        return self._formats[key]

    def name(self, name: str, page: Page, first: Place, last: Place | None = None) -> None:
        """Define a name for a cell or a range; ValueError when it is taken or no name."""
        area = first.fixed if last is None else fixed_span(first, last)
        if name.casefold() in self._names or self.workbook.define_name(name, f"={page.quoted}!{area}"):
            raise ValueError(f"cannot define the name {name!r}")
        self._names.add(name.casefold())


@dataclass
class Page:
    """One sheet of the workbook being built."""

    book: Book
    title: str
    sheet: Any

    @property
    def quoted(self) -> str:
        """The title as formulas write it, ``'Biểu chỉ tiêu'``."""
        return "'" + self.title.replace("'", "''") + "'"

    def put(self, place: Place, value: Value | Formula, *styles: Style) -> None:
        """Write a cell: text is always text, whatever its first letter; a formula carries its result."""
        look = self.book.format(*styles)
        match value:
            case Formula(text, result):
                stored = float(result) if isinstance(result, Decimal) else result
                done = self.sheet.write_formula(*place, text, look, stored)
            case None | "":
                done = self.sheet.write_blank(*place, None, look)
            case str():
                done = self.sheet.write_string(*place, value, look)
            case _:
                done = self.sheet.write_number(*place, float(value), look)
        if done:
            raise ValueError(f"{self.title} {place.address}: XlsxWriter refused the cell ({done})")

    def put_merged(self, first: Place, last: Place, value: Value | Formula, *styles: Style) -> None:
        """Write a cell merged over a range (a single cell stays as it is)."""
        if first != last:
            self.sheet.merge_range(*first, *last, "", self.book.format(*styles))
        self.put(first, value, *styles)

    def widths(self, widths: Sequence[float], *styles: Style) -> None:
        """Set the widths of the columns from A on, in characters."""
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width, self.book.format(*styles) if styles else None)

    def height(self, row: int, pixels: int, *styles: Style) -> None:
        """Set the height of a row, and how its cells look that are not written."""
        self.sheet.set_row_pixels(row, pixels, self.book.format(*styles) if styles else None)

    def protect(self, **allowed: bool) -> None:
        """Lock the locked cells, without a password; formats, filters, sorting and the chart stay free."""
        free = ("objects", "format_cells", "format_columns", "format_rows", "sort", "autofilter")
        self.sheet.protect("", dict.fromkeys(free, True) | allowed)

    def print_on_a4(self, widths: Sequence[float], repeated_columns: int = 0) -> None:
        """A4, centred, page numbers in the footer; on its side when wide.

        One page wide as long as that can be read, else as many as it takes with the first columns on each.
        """
        pixels = sum(widths) * PIXELS_A_CHARACTER
        landscape = pixels > _PORTRAIT_PIXELS
        room = _LANDSCAPE_PIXELS if landscape else _PORTRAIT_PIXELS
        pages_wide = 1 if pixels * _SMALLEST_SCALE <= room else math.ceil(pixels * _GOOD_SCALE / room)
        if pages_wide > 1 and repeated_columns:
            self.sheet.repeat_columns(0, repeated_columns - 1)
        self.sheet.set_paper(9)
        if landscape:
            self.sheet.set_landscape()
        else:
            self.sheet.set_portrait()
        self.sheet.fit_to_pages(pages_wide, 0)
        self.sheet.center_horizontally()
        self.sheet.set_margins(left=0.6, right=0.5, top=0.7, bottom=0.7)
        self.sheet.set_footer(f'&C&"{FONT},Regular"&10Trang &P/&N')

    def check(self, first: Place, last: Place, options: Mapping[str, object]) -> None:
        """Set a data validation; ValueError when XlsxWriter refuses it."""
        if self.sheet.data_validation(*first, *last, dict(options)):
            raise ValueError(f"{self.title} {span(first, last)}: XlsxWriter refused the validation")

    def mark_where(self, first: Place, last: Place, formula: str, mark: Any, *, final: bool = False) -> None:
        """Set a conditional format by formula; ``final`` keeps later ones from adding to it."""
        options = {"type": "formula", "criteria": f"={formula}", "format": mark, "stop_if_true": final}
        if self.sheet.conditional_format(*first, *last, options):
            raise ValueError(f"{self.title} {span(first, last)}: XlsxWriter refused the conditional format")
