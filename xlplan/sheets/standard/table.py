"""The sheet `Biểu chỉ tiêu`: what both orientations share (title, figures, notes, names, printing)."""

from __future__ import annotations

from xlplan import catalogue
from xlplan.sheets.standard.book import (
    ACCENT,
    BOXED,
    COUNT_FORMAT,
    GREY_TEXT,
    HEADING,
    NOTE,
    OPEN,
    RATE_FORMAT,
    RIGHT,
    SOFT_FILL,
    Book,
    Page,
    Style,
    text_height,
)
from xlplan.sheets.standard.cells import Place, fixed_span
from xlplan.sheets.standard.chart import add_chart
from xlplan.sheets.standard.grid import Grid
from xlplan.sheets.standard.layout import Value
from xlplan.sheets.standard.rules import add_checks
from xlplan.sheets.standard.table_columns import ColumnsLayout
from xlplan.sheets.standard.table_rows import RowsLayout

HEAD_ROWS = 3
"""Two levels of headings, then the row of letters and numbers."""
_DIFFERENCE_FORMAT = "+#,##0;-#,##0;0"


def write_table(book: Book) -> None:
    """Fill the sheet `Biểu chỉ tiêu`."""
    page, content = book.pages["bieu"], book.content
    by_rows = content.orientation == "rows"
    top = 4 if content.kind.as_annex else 3
    grid = Grid(content, Place(top + HEAD_ROWS, 2 if by_rows else 3))
    book.grid = grid
    layout = RowsLayout(book, page, grid, top) if by_rows else ColumnsLayout(book, page, grid, top)
    _title(book, page, layout)
    layout.arrange()
    layout.write_head()
    layout.write_labels()
    _figures(page, grid)
    add_checks(book, page, grid)
    below = _notes(book, page, layout)
    add_chart(book, page, Place(below + 2, 0))
    _names(book, page, grid, layout)
    _print(page, layout, below)
    layout.protect()


def _title(book: Book, page: Page, layout: RowsLayout | ColumnsLayout) -> None:
    """Office, title, and the reference to the plan where the table is its annex."""
    heading = book.facts.heading(catalogue.forms()["bieu"].heading)
    lines: list[tuple[Value, Style]] = [(book.facts.office, {"bold": True}), (heading, HEADING)]
    if book.content.kind.as_annex:
        lines.append((book.facts.attached, NOTE))
    for row, (value, style) in enumerate(lines):
        page.height(row, 34 if row == 1 else 23)
        layout.write_title(row, value, style)


def _figures(page: Page, grid: Grid) -> None:
    for unit in range(grid.difference + 1):
        for slot, _ in enumerate(grid.slots):
            page.put(grid.place(unit, slot), grid.cell(unit, slot), *_figure_look(grid, unit, slot))


def _figure_look(grid: Grid, unit: int, slot: int) -> tuple[Style, ...]:
    """White is typed, shaded is computed; villages' cells and the commune's typed figures are unlocked."""
    is_rate = grid.slots[slot].is_rate
    look: Style = {**RIGHT, "num_format": RATE_FORMAT if is_rate else COUNT_FORMAT}
    if unit == grid.filler:
        return BOXED, look, {"font_size": 8}
    if unit == grid.difference:
        return BOXED, look, {"num_format": _DIFFERENCE_FORMAT, "italic": True, "bg_color": SOFT_FILL}
    shade: Style = {"bg_color": SOFT_FILL} if is_rate or unit == grid.total else {}
    weight: Style = {"bold": True} if unit in (grid.commune, grid.total) and not is_rate else {}
    colour: Style = {"font_color": ACCENT} if unit == grid.total else {}
    is_open = unit < grid.villages or (unit == grid.commune and not is_rate)
    return BOXED, look, shade, weight, colour, OPEN if is_open else {}


def _notes(book: Book, page: Page, layout: RowsLayout | ColumnsLayout) -> int:
    """Source, cut-off date and the person who drew up the table; returns the last row."""
    row = layout.grid.last.row + 2
    facts = book.facts
    layout.write_note(row, facts.source, {"italic": True, "text_wrap": True})
    layout.write_note(row + 1, facts.cutoff, {"italic": True})
    layout.write_signature(row, "NGƯỜI LẬP BIỂU", {"bold": True})
    layout.write_signature(row + 1, "(Ký, ghi rõ họ tên)", {"italic": True, "font_color": GREY_TEXT})
    layout.write_signature(row + 4, facts.shown("nguoi_lap"), {"bold": True})
    page.height(row, text_height([(str(facts.source.result), layout.note_width)]))
    return row + 4


def _names(book: Book, page: Page, grid: Grid, layout: RowsLayout | ColumnsLayout) -> None:
    """``CT_<code>`` for each figure of the commune, and ``BIEU`` for the table with its heading."""
    for slot, found in enumerate(grid.slots):
        book.name(f"CT_{found.code}", page, grid.place(grid.commune, slot))
    book.name("BIEU", page, Place(layout.top, 0), grid.last)


def _print(page: Page, layout: RowsLayout | ColumnsLayout, last_row: int) -> None:
    """Print area without the chart, repeated headings, frozen panes, and no marks where none are due."""
    page.print_on_a4(layout.widths(), repeated_columns=layout.grid.first.column)
    page.sheet.repeat_rows(layout.top, layout.top + HEAD_ROWS - 1)
    page.sheet.print_area(0, 0, last_row, layout.grid.last.column)
    page.sheet.freeze_panes(*layout.grid.first)
    page.sheet.set_selection(*layout.first_input, *layout.first_input)
    page.sheet.hide_gridlines(2)
    # Excel would mark what is meant so: open cells with formulas, sums beside the row of numbers.
    table = fixed_span(Place(layout.top, 0), layout.grid.last).replace("$", "")
    ignored = dict.fromkeys(("formula_unlocked", "formula_range", "formula_differs"), table)
    page.sheet.ignore_errors(ignored | {"number_stored_as_text": layout.names_area})
