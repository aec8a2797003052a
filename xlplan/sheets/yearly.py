"""The columns of years of `Chỉ tiêu năm`: which year each is of, and whether its figures are actual or planned."""

from __future__ import annotations

from collections.abc import Mapping

from xlplan import catalogue
from xlplan.messages import finding
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
    planned = catalogue.lists()["loai_nam"][1]
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
        said = _meant(" ".join(beside)) or planned
        marks[MARK_KEY.format(years[0])] = Text(grid.ref(head_row, column), said)
    own = _marks_below(grid, head_row + 1, columns)
    _note_orphans(grid, head_row, columns, taken)
    return YearColumns(columns, marks | own, head_row + 1 if own else 0)


def _marks_below(grid: Grid, row: int, columns: Mapping[str, int]) -> dict[str, Text]:
    """The marks in the row below the headings; a word that is none of them is said, and the year is planned."""
    actual, planned = catalogue.lists()["loai_nam"]
    written = {code: grid.text_at(row, column) for code, column in columns.items()}
    filled = {code: text for code, text in written.items() if text.value}
    meant = {code: _meant(text.value) for code, text in filled.items()}
    if not any(meant.values()):
        return {}
    for code, text in filled.items():
        if not meant[code]:
            grid.notes.append(finding("I16", text.ref, written=text.value, choices=f"{actual}; {planned}"))
    return {MARK_KEY.format(code[-4:]): Text(text.ref, meant[code] or planned) for code, text in filled.items()}


def _meant(text: str) -> str:
    """Actual or planned, by the words that people use (TH, KH, ước thực hiện); empty for anything else."""
    actual, planned = catalogue.lists()["loai_nam"]
    words = frozenset(key(text).split())
    if not words or not words <= _BESIDE:
        return ""
    return actual if words & _ACTUAL and not words & _PLANNED else planned


def _note_orphans(grid: Grid, head_row: int, columns: Mapping[str, int], taken: Mapping[str, int]) -> None:
    """Says where figures stand in a column that is of no year: its heading is blank, unknown or of a year again."""
    known = {*columns.values(), *taken.values()}
    for column in range(min(known), max(known)):
        if column not in known:
            rows = [row for row in grid.rows_of(column) if row > head_row and grid.is_number(row, column)]
            if rows:
                grid.notes.append(finding("I22", grid.ref(rows[0], column), written=grid.text(rows[0], column)))
