"""The sheet `Biểu chỉ tiêu`: what both orientations share (title, figures, notes, names, print, protection)."""

from __future__ import annotations

import math

from xlplan import catalogue
from xlplan.sheets.build_book import (
    BOXED,
    COUNT_FORMAT,
    GREY_TEXT,
    HEADING,
    NOTE,
    OPEN,
    PIXELS_A_CHARACTER,
    RATE_FORMAT,
    SOFT_FILL,
    Book,
    Page,
    Style,
)
from xlplan.sheets.build_cells import Place, fixed_span
from xlplan.sheets.build_chart import add_chart
from xlplan.sheets.build_grid import Grid
from xlplan.sheets.build_rules import add_checks
from xlplan.sheets.build_table_columns import ColumnsLayout
from xlplan.sheets.build_table_rows import RowsLayout

_PORTRAIT_PIXELS, _LANDSCAPE_PIXELS = 710, 1040  # what A4 takes within the margins at 100 %
_SMALLEST_SCALE = 0.5
_HEAD_ROWS = 3  # two levels of headings, then the row of letters and numbers
_DIFFERENCE_FORMAT = "+#,##0;-#,##0;0"


def write_table(book: Book) -> None:
    """Fill the sheet `Biểu chỉ tiêu`."""
    page, content = book.pages["bieu"], book.content
    by_rows = content.orientation == "rows"
    top = 4 if content.kind.as_annex else 3
    grid = Grid(content, Place(top + _HEAD_ROWS, 2 if by_rows else 3))
    layout = RowsLayout(book, page, grid, top) if by_rows else ColumnsLayout(book, page, grid, top)
    _title(book, page, layout)
    layout.arrange()
    layout.write_head()
    layout.write_labels()
    _figures(page, grid)
    add_checks(book, page, grid)
    below = _notes(book, page, layout)
    add_chart(book, page, grid, Place(below + 2, layout.table_left))
    _names(book, page, grid, layout)
    _print(page, layout, below)
    layout.protect()


def _title(book: Book, page: Page, layout: RowsLayout | ColumnsLayout) -> None:
    """Office, title, and the reference to the plan where the table is its annex."""
    heading = book.facts.heading(catalogue.forms()["bieu"].heading)
    lines: list[tuple[object, Style]] = [(book.facts.office, {"bold": True}), (heading, HEADING)]
    if book.content.kind.as_annex:
        lines.append((book.facts.attached, NOTE))
    for row, (value, style) in enumerate(lines):
        page.height(row, 28 if row == 1 else 22)
        layout.write_title(row, value, style)  # type: ignore[arg-type]


def _figures(page: Page, grid: Grid) -> None:
    for unit in range(grid.difference + 1):
        for slot, _ in enumerate(grid.slots):
            page.put(grid.place(unit, slot), grid.cell(unit, slot), *_figure_look(grid, unit, slot))


def _figure_look(grid: Grid, unit: int, slot: int) -> tuple[Style, ...]:
    """White is typed, shaded is computed; villages' cells and the commune's typed figures are unlocked."""
    is_rate = grid.slots[slot].is_rate
    look: Style = {"align": "right", "num_format": RATE_FORMAT if is_rate else COUNT_FORMAT}
    if unit == grid.filler:
        return BOXED, look, {"font_size": 8}
    if unit == grid.difference:
        return BOXED, look, {"num_format": _DIFFERENCE_FORMAT, "italic": True, "bg_color": SOFT_FILL}
    shade: Style = {"bg_color": SOFT_FILL} if is_rate or unit == grid.total else {}
    weight: Style = {"bold": True} if unit in (grid.commune, grid.total) else {}
    is_open = unit < grid.villages or (unit == grid.commune and not is_rate)
    return BOXED, look, shade, weight, OPEN if is_open else {}


def _notes(book: Book, page: Page, layout: RowsLayout | ColumnsLayout) -> int:
    """Source, cut-off date and the person who drew up the table; returns the last row."""
    row = layout.grid.last.row + 2
    facts = book.facts
    layout.write_note(row, facts.source, {"italic": True, "valign": "top", "text_wrap": True})
    layout.write_note(row + 1, facts.cutoff, {"italic": True, "valign": "top", "text_wrap": True})
    layout.write_signature(row, "NGƯỜI LẬP BIỂU", {"bold": True, "valign": "top"})
    layout.write_signature(row + 1, "(Ký, ghi rõ họ tên)", {"italic": True, "font_color": GREY_TEXT})
    layout.write_signature(row + 4, facts.shown("nguoi_lap"), {"bold": True})
    page.height(row, 44)
    return row + 4


def _names(book: Book, page: Page, grid: Grid, layout: RowsLayout | ColumnsLayout) -> None:
    """``CT_<code>`` for each figure of the commune, and ``BIEU`` for the table with its heading."""
    for slot, found in enumerate(grid.slots):
        book.name(f"CT_{found.code}", page, grid.place(grid.commune, slot))
    book.name("BIEU", page, Place(layout.top, 0), grid.last)


def _print(page: Page, layout: RowsLayout | ColumnsLayout, last_row: int) -> None:
    """One page wide as long as that can be read; else as many as it takes, with the labels on each."""
    pixels = sum(layout.widths()) * PIXELS_A_CHARACTER
    landscape = pixels > _PORTRAIT_PIXELS
    room = _LANDSCAPE_PIXELS if landscape else _PORTRAIT_PIXELS
    pages_wide = 1 if pixels * _SMALLEST_SCALE <= room else math.ceil(pixels * 0.7 / room)
    page.print_on_a4(landscape=landscape, pages_wide=pages_wide)
    page.sheet.repeat_rows(layout.top, layout.top + _HEAD_ROWS - 1)
    if pages_wide > 1:
        page.sheet.repeat_columns(0, layout.grid.first.column - 1)
    page.sheet.print_area(0, 0, last_row, layout.grid.last.column)
    page.sheet.freeze_panes(*layout.grid.first)
    page.sheet.set_selection(*layout.first_input, *layout.first_input)
    page.sheet.hide_gridlines(2)
    # Excel would mark what is meant so: open cells with formulas, sums beside the row of numbers.
    table = fixed_span(Place(layout.top, 0), layout.grid.last).replace("$", "")
    kinds = ("formula_unlocked", "formula_range", "formula_differs", "number_stored_as_text")
    page.sheet.ignore_errors(dict.fromkeys(kinds, table))
