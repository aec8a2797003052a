"""One sheet as the search for tables sees it: its rows, the cells that name an indicator, what is meant as a figure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from functools import lru_cache

from xlplan.model import CellRef
from xlplan.sheets import labels
from xlplan.sheets.cells import Grid
from xlplan.sheets.labels import Years
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.numbers import parse
from xlplan.vietnamese.text import clean, key

LONGEST_HEADING = 200
Place = tuple[int, int]


_cleaned = lru_cache(maxsize=4096)(clean)  # the same villages and headings stand on every sheet


class Area(NamedTuple):
    """First and last row and column of a part of a sheet, both ends inside."""

    top: int
    bottom: int
    left: int
    right: int

    def holds(self, place: Place) -> bool:
        """Whether a cell stands in it."""
        return self.top <= place[0] <= self.bottom and self.left <= place[1] <= self.right


class View:
    """A sheet prepared once for all its tables.

    ``columns`` gives the filled columns of a row in order. ``hits`` are the cells whose text by itself names an
    indicator, with its code. ``measures`` are columns in which every unit (or indicator) says on each of its lines
    what is counted (Hộ, Nhân khẩu, %), each with its first such row. ``label_heads`` are the rows of “Nội dung” by
    column, ``barren`` says of a column down to which row it was searched for a list of indicators in vain.

    A sheet none of whose texts means anything, such as a list of names, is not looked at cell by cell.
    """

    def __init__(self, grid: Grid, years: Years | None) -> None:
        self.grid = grid
        self.years = years
        self.columns: dict[int, list[int]] = {}
        self.hits: dict[Place, str] = {}
        self.label_heads: dict[int, list[int]] = {}
        self.barren: dict[int, int] = {}
        self.rows: list[int] = []
        self.measures: dict[int, int] = {}
        self.hit_rows: dict[int, dict[int, str]] = {}
        if meant := self._meant_texts():
            self._look(meant)

    def _meant_texts(self) -> dict[str, str]:
        """What each text of the sheet that means something names (:func:`_meant`)."""
        texts = dict.fromkeys([cell.value for cell in self.grid.sheet.cells.values() if cell.kind == "s"])
        known = {
            text: _meant(text, self.years) for text in texts if isinstance(text, str) and len(text) < LONGEST_HEADING
        }
        others = [text for text, found in known.items() if not found]
        named = {text: found for text, found in known.items() if found}
        if not named.keys() - {text for text, found in named.items() if found in (labels.MEASURE, labels.LABEL)}:
            named |= _timeless_headings(others, self.years)
        return named | _review_headings(others) if labels.speaks_of_review(*others) else named

    def _look(self, meant: dict[str, str]) -> None:
        """Finds where the texts that mean something stand, among which rows and columns."""
        words: dict[int, list[int]] = {}
        in_row: list[int]
        at, in_row = 0, []
        for (row, column), cell in self.grid.sheet.cells.items():
            if row != at:
                at, in_row = row, self.columns.setdefault(row, [])
            in_row.append(column)
            if cell.kind != "s" or not (found := meant.get(cell.value)):  # type: ignore[arg-type] # "s" is a text
                continue
            if found == labels.MEASURE:
                words.setdefault(column, []).append(row)
            elif found == labels.LABEL:
                self.label_heads.setdefault(column, []).append(row)
            else:
                self.hits[row, column] = found
        for columns in self.columns.values():
            columns.sort()
        self.rows = sorted(self.columns)
        self.measures = self._measure_columns(words)
        for place in [place for place in self.hits if place[1] in self.measures]:
            del self.hits[place]
        for (row, column), code in sorted(self.hits.items()):
            self.hit_rows.setdefault(row, {})[column] = code

    def _measure_columns(self, words: dict[int, list[int]]) -> dict[int, int]:
        """Columns with two or more words of measure, each with figures to the right of it."""
        found = {}
        in_row = Counter(row for rows in words.values() for row in rows)
        for column, rows in words.items():
            with_figures = [row for row in rows if self.figure_after(row, column)]
            kinds = {labels.family_of(self.grid.text(row, column)) for row in with_figures}
            if len(with_figures) > 1 and (len(kinds) > 1 or self._is_under_measure_heading(rows[0], column)):
                found[column] = with_figures[0]
            else:  # a heading such as “Nhân khẩu” in its own right
                for row in (row for row in rows if in_row[row] == 1):
                    if code := labels.code_of((self.grid.text(row, column),), self.years):
                        self.hits[row, column] = code
        return found

    def _is_under_measure_heading(self, row: int, column: int) -> bool:
        texts = (self.grid.text(above, column, merged=True) for above in range(row - 1, max(0, row - 5), -1))
        return any(key(text) in labels.MEASURE_HEADINGS for text in texts)

    def text(self, row: int, column: int) -> str:
        """The text of a cell with every run of white space as one space."""
        cell = self.grid.sheet.cells.get((row, column))
        if cell is None:
            return ""
        if cell.kind == "s" and isinstance(cell.value, str):
            return _cleaned(cell.value)
        if cell.kind == "n" and cell.number_format == "General" and cell.raw.isdecimal():
            return cell.raw
        return clean(self.grid.text(row, column))

    def ref(self, row: int, column: int) -> CellRef:
        """The address of a cell."""
        return self.grid.ref(row, column)

    def is_figure(self, row: int, column: int) -> bool:
        """Whether a cell holds something meant as a figure (a number, a formula, digits, a dash)."""
        cell = self.grid.sheet.cells.get((row, column))
        if cell is None:
            return False
        return cell.kind != "s" or _says_figure(self.grid.text(row, column))

    def figure_after(self, row: int, column: int) -> bool:
        """Whether a row holds a figure to the right of a column."""
        return any(self.is_figure(row, c) for c in self.columns.get(row, ()) if c > column)

    def holds_number(self, row: int, column: int) -> bool:
        """Whether a row holds digits, typed as a number or as a text, to the right of a column."""
        if self.number_after(row, column):
            return True
        texts = (self.grid.text(row, c) for c in self.columns.get(row, ()) if c > column)
        return any(parse(text, "count").value is not None for text in texts)

    def number_after(self, row: int, column: int) -> bool:
        """Whether a row holds a number or formula, not a text, to the right of a column."""
        return any(self.grid.is_number(row, c) for c in self.columns.get(row, ()) if c > column)

    def in_row(self, row: int, left: int, right: int) -> list[int]:
        """The filled columns of a row between two columns."""
        columns = self.columns.get(row, [])
        return columns[bisect_left(columns, left) : bisect_right(columns, right)]

    def is_label_head_between(self, column: int, first: int, last: int) -> bool:
        """Whether “Nội dung” stands in a column between two rows."""
        rows = self.label_heads.get(column, [])
        return bisect_left(rows, first) < bisect_right(rows, last)

    def is_text(self, row: int, column: int) -> bool:
        """Whether a cell holds a text."""
        cell = self.grid.sheet.cells.get((row, column))
        return cell is not None and cell.kind == "s"

    def rows_between(self, first: int, last: int) -> list[int]:
        """The filled rows between two rows."""
        return self.rows[bisect_left(self.rows, first) : bisect_right(self.rows, last)]


@lru_cache(maxsize=4096)
def _says_figure(text: str) -> bool:
    """Whether a text is meant as a figure; asked of the words of a heading for each of its columns."""
    parsed = parse(text, "count")
    return parsed.value is not None or parsed.low is not None or "dash" in parsed.note


@lru_cache(maxsize=4096)
def _meant(written: str, years: Years | None) -> str | None:
    """The indicator that a text names, ``labels.MEASURE`` where it says how something is counted."""
    text = _cleaned(written)
    if text and labels.family_of(text):
        return labels.MEASURE
    if key(text) in labels.LABEL_HEADINGS:
        return labels.LABEL
    return labels.code_of((text,), years) if text else None


def _timeless_headings(texts: list[str], years: Years | None) -> dict[str, str]:
    """“Hộ nghèo”, “Hộ cận nghèo”, on a sheet where no heading says more."""
    starts = {text: start for text in texts if (start := labels.STARTS.get(key(text)))}
    return {text: code for text, start in starts.items() if (code := labels.code_of((start,), years))}


def _review_headings(texts: list[str]) -> dict[str, str]:
    """Headings that only official review forms have, among the texts of a sheet that speaks of a review."""
    from xlplan.sheets.reviews import heading_code

    return {text: code for text in texts if (code := heading_code(clean(text)))}
