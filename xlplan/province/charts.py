"""Native charts of the overview: bars that lie, the highest on top, beside the table that holds their figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlplan.province.book import Page
from xlplan.refs import column_letters
from xlplan.sheets.standard.book import ACCENT, FONT, GREY_TEXT, LINE
from xlplan.tuples import NamedTuple

COLOURS = (ACCENT, "#A9BFC8")  # far apart in grey as well
_GRID = "#DDE3E6"
WIDTH = 560
_ROOMY = 12  # so many names stand beside their bars in letters of the usual size


class Series(NamedTuple):
    """Figures of a chart: the heading's cell and the column (from 0) that holds them, with the figures themselves."""

    name: str
    column: int
    values: Sequence[float | None]


def add_bars(
    page: Page,
    at: tuple[int, int],
    height: int,
    *,
    title: str,
    heading: int,
    names: tuple[int, Sequence[str]],
    series: Sequence[Series],
    number: str,
    description: str,
) -> None:
    """A chart with its upper left corner at ``at``, over the rows below the row ``heading`` (from 0) of a table.

    ``names`` are the column of the bars' names and the names; ``description`` is read to who cannot see it.
    """
    chart = page.book.workbook.add_chart({"type": "bar"})
    column, texts = names
    rows = f"${heading + 2}:${{}}${heading + 1 + len(texts)}"
    for each, colour in zip(series, COLOURS, strict=False):
        letters = column_letters(each.column + 1)
        chart.add_series(
            {
                "name": f"={page.quoted}!${letters}${heading + 1}",
                "name_data": [each.name],
                "categories": f"={page.quoted}!${column_letters(column + 1)}{rows.format(column_letters(column + 1))}",
                "values": f"={page.quoted}!${letters}{rows.format(letters)}",
                "categories_data": list(texts),
                "values_data": ["" if value is None else value for value in each.values],
                "fill": {"color": colour},
                "border": {"color": ACCENT, "width": 0.5},
                "gap": 45,
                "overlap": 0,
                "data_labels": {"value": True, "num_format": number, "font": _font(9)} if len(series) == 1 else {},
            }
        )
    chart.set_title({"name": title, "name_font": _font(12, bold=True), "overlay": False})
    axis = {"num_font": _font(10 if len(texts) <= _ROOMY else 8), "line": {"color": LINE}, "major_tick_mark": "none"}
    chart.set_y_axis(axis | {"reverse": True, "crossing": "max", "interval_unit": 1})
    grid = {"visible": True, "line": {"color": _GRID, "width": 0.75}}
    chart.set_x_axis(
        {"num_font": _font(9), "min": 0, "num_format": number, "major_gridlines": grid, "line": {"none": True}}
        | {"major_tick_mark": "none"}
    )
    chart.set_legend({"position": "bottom", "font": _font(10)} if len(series) > 1 else {"none": True})
    chart.set_chartarea({"border": {"color": LINE, "width": 0.75}})
    chart.set_size({"width": WIDTH, "height": height})
    page.sheet.insert_chart(*at, chart, {"description": description, "object_position": 2, "x_offset": 2})


def _font(size: int, *, bold: bool = False) -> dict[str, Any]:
    return {"name": FONT, "size": size, "bold": bold, "color": "#222222" if bold else GREY_TEXT}
