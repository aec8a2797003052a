"""A native chart of the villages' poverty rates at the start and the end of the period."""

from __future__ import annotations

from xlplan.sheets.standard.book import FONT, GREY_TEXT, LINE, PIXELS_A_CHARACTER, Book, Page
from xlplan.sheets.standard.cells import Place, fixed_span
from xlplan.sheets.standard.grid import Grid

# Pairs of rates, the first that the table has; (start, end, what they are rates of)
_PAIRS = (
    ("ty_le_ho_ngheo_dau_ky", "ty_le_ho_ngheo_cuoi_ky", "hộ nghèo"),
    ("ty_le_ho_da_chieu_dau_ky", "ty_le_ho_da_chieu_cuoi_ky", "hộ nghèo đa chiều"),
    ("ty_le_ho_can_ngheo_dau_ky", "ty_le_ho_can_ngheo_cuoi_ky", "hộ cận nghèo"),
)
_START, _END = "#A9BFC8", "#1F4E5F"  # far apart in grey as well
_MOST_COLUMNS = 24  # beyond that names no longer fit under columns, and bars are drawn


def add_chart(book: Book, page: Page, place: Place) -> None:
    """Insert the chart with its upper left corner at ``place``, where the table has a pair of rates."""
    grid = book.grid
    if grid is None:
        return
    for start, end, what in _PAIRS:
        slots = grid.slot_of(start), grid.slot_of(end)
        if slots[0] is not None and slots[1] is not None:
            _insert(book, page, place, (slots[0], slots[1]), what)
            return


def _insert(book: Book, page: Page, place: Place, slots: tuple[int, int], what: str) -> None:
    grid = book.grid
    assert grid is not None  # a chart needs a table
    across = grid.villages <= _MOST_COLUMNS
    chart = book.workbook.add_chart({"type": "column" if across else "bar"})
    for slot, colour in zip(slots, (_START, _END), strict=True):
        chart.add_series(_series(page, grid, slot, colour))
    word = book.facts.village_word.result
    title = f"Tỷ lệ {what} theo {word}, đầu kỳ và cuối kỳ"
    chart.set_title({"name": title, "name_font": _font(14, bold=True), "overlay": False})
    names = {"name": str(book.facts.village_heading.result), "name_font": _font(11, bold=False)}
    names |= {"num_font": _font(11), "line": {"color": LINE}, "major_tick_mark": "none"}
    rates = {"name": "Tỷ lệ (%)", "name_font": _font(11, bold=False), "num_font": _font(11), "min": 0}
    rates |= {
        "num_format": "0",
        "major_gridlines": {"visible": True, "line": {"color": "#DDE3E6", "width": 0.75}},
    }
    rates |= {"line": {"none": True}, "major_tick_mark": "none"}
    if across:
        chart.set_x_axis(names)
        chart.set_y_axis(rates)
    else:  # the first village on top, the rates below the last
        chart.set_y_axis(names | {"reverse": True, "crossing": "max", "interval_unit": 1})
        chart.set_x_axis(rates)
    chart.set_legend({"position": "top", "font": _font(11)})
    chart.set_chartarea({"border": {"color": LINE, "width": 0.75}})
    chart.set_size(_size(grid, across=across))
    text = f"Biểu đồ cột: {title[0].lower()}{title[1:]}; số liệu ở các dòng tỷ lệ của biểu phía trên."
    page.sheet.insert_chart(*place, chart, {"description": text, "object_position": 2})


def _series(page: Page, grid: Grid, slot: int, colour: str) -> dict[str, object]:
    """Rates of the villages under the line's heading; with the filler, so that inserted villages join."""
    last = grid.filler
    name_offset = -1 if grid.rows else -2
    heading = grid.place(-3, slot - 1) if grid.rows else Place(grid.place(0, slot - 1).row, 1)
    names = fixed_span(grid.place(0, name_offset), grid.place(last, name_offset))
    rates = fixed_span(grid.place(0, slot), grid.place(last, slot))
    return {
        "name": f"={page.quoted}!{heading.fixed}",
        "categories": f"={page.quoted}!{names}",
        "values": f"={page.quoted}!{rates}",
        "fill": {"color": colour},
        "border": {"color": _END, "width": 0.5},
        "gap": 60,
        "overlap": 0,
    }


def _font(size: int, *, bold: bool = False) -> dict[str, object]:
    return {"name": FONT, "size": size, "bold": bold, "color": "#222222" if bold else GREY_TEXT}


def _size(grid: Grid, *, across: bool) -> dict[str, int]:
    """Wide enough for the names under columns, or high enough for the bars."""
    if across:
        return {"width": min(max(760, 140 + 62 * grid.villages), 1240), "height": 380}
    return {"width": 110 * PIXELS_A_CHARACTER, "height": 150 + 30 * grid.villages}
