"""The columns of years of `Chỉ tiêu năm`: which year each is of, and whether its figures are actual or planned."""

from __future__ import annotations

from collections.abc import Mapping

from xlplan import catalogue
from xlplan.model import Text
from xlplan.patterns import pattern
from xlplan.sheets.cells import Grid
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.text import key

YEAR_KEY = "nam_{}"
"""Key of the figure of a year in a record; the text under ``loai_<year>`` says whether it is actual or planned."""
MARK_KEY = "loai_{}"

_YEAR = pattern(r"20\d\d")
_BESIDE = frozenset(("năm", "th", "kh", "thực", "hiện", "kế", "hoạch", "ước"))
_ACTUAL = frozenset(("th", "thực"))
_PLANNED = frozenset(("kh", "kế", "ước"))


class YearColumns(NamedTuple):
    """Column by key (``nam_2021``), mark by key (``loai_2021``), and the row of the marks (0: there is none)."""

    columns: Mapping[str, int]
    marks: Mapping[str, Text]
    mark_row: int


def find_years(grid: Grid, head_row: int, taken: Mapping[str, int]) -> YearColumns:
    """The columns whose heading is a year (``Năm 2021``, ``TH 2021``, ``Kế hoạch 2022``), none of them twice.

    The mark stands in the heading itself or below it, in the row whose year columns hold nothing but
    “thực hiện” and “kế hoạch”; without one a year is planned.
    """
    actual, planned = catalogue.lists()["loai_nam"]
    columns: dict[str, int] = {}
    marks: dict[str, Text] = {}
    for column in range(1, grid.sheet.max_col + 1):
        words = key(grid.text(head_row, column)).split()
        years = [word for word in words if _YEAR.fullmatch(word)]
        beside = frozenset(words).difference(years)
        if column in taken.values() or len(years) != 1 or not beside <= _BESIDE:
            continue
        code = YEAR_KEY.format(years[0])
        if code in columns:
            continue
        columns[code] = column
        said = actual if beside & _ACTUAL and not beside & _PLANNED else planned
        marks[MARK_KEY.format(years[0])] = Text(grid.ref(head_row, column), said)
    row = head_row + 1
    written = {code: grid.text_at(row, column) for code, column in columns.items()}
    filled = {code: text for code, text in written.items() if text.value}
    if filled and all(text.value.lower() in (actual, planned) for text in filled.values()):
        own = {MARK_KEY.format(code[-4:]): Text(text.ref, text.value.lower()) for code, text in filled.items()}
        return YearColumns(columns, marks | own, row)
    return YearColumns(columns, marks, 0)
