"""Sums and rates of sums over the sheet of communes: native formulas with their results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from xlplan import catalogue
from xlplan.province.frames import summed
from xlplan.refs import qualify
from xlplan.sheets.standard.cells import Formula, quoted
from xlplan.tuples import NamedTuple

if TYPE_CHECKING:
    import pandas

_TAKEN_FOR_PATTERNS = frozenset("*?~")
_LONGEST_CRITERION = 200  # Excel takes 255 letters


class Ranges(NamedTuple):
    """Where the communes stand: the sheet's title, their first and last row (from 1), the letters of each column."""

    sheet: str
    first: int
    last: int
    letters: dict[str, str]

    def of(self, column: str, seen_from: str) -> str:
        """The cells of a column as a formula of a sheet names them; rows stay, columns may be copied across."""
        letters = self.letters[column]
        cells = f"{letters}${self.first}:{letters}${self.last}"
        return cells if seen_from == self.sheet else qualify(self.sheet, cells.replace(letters, f"${letters}"))


class Condition(NamedTuple):
    """Only the communes whose ``column`` holds what the cell at ``address`` says, now ``value``."""

    column: str
    value: str
    address: str

    @property
    def criterion(self) -> str:
        """The criterion of SUMIFS; a name that Excel would take for a comparison or a pattern is spelt out."""
        if not self.value:
            return '"="'
        if self.value[0] in "<>=" or _TAKEN_FOR_PATTERNS & set(self.value):
            plain = "".join(f"~{sign}" if sign in _TAKEN_FOR_PATTERNS else sign for sign in self.value)
            return quoted(f"={plain}")
        return self.address


def shortened(name: str) -> str:
    """A name of an area as criteria can hold it."""
    return name if len(name) <= _LONGEST_CRITERION else f"{name[: _LONGEST_CRITERION - 1]}…"


def total(
    frame: pandas.DataFrame, code: str, ranges: Ranges, conditions: Sequence[Condition], seen_from: str
) -> Formula:
    """The sum of a count, or the rate of sums, over the communes of ``frame``, which are those of the conditions."""
    where = [f"{ranges.of(c.column, seen_from)},{c.criterion}" for c in conditions]
    result = summed(frame, code)
    shown = "" if result is None else result
    if not catalogue.is_rate(code):
        cells = ranges.of(code, seen_from)
        added = f"SUMIFS({','.join([cells, *where])})" if where else f"SUM({cells})"
        if result is None:
            counted = f"COUNTIFS({','.join([cells, quoted('<>'), *where])})"
            return Formula(f'IF({counted}=0,"",{added})', shown)
        return Formula(added, shown)
    part, whole = ranges.of(catalogue.count_of(code), seen_from), ranges.of(catalogue.base_of(code), seen_from)
    both = ",".join([part, quoted("<>"), whole, quoted("<>"), *where])
    return Formula(f'IFERROR(ROUND(100*SUMIFS({part},{both})/SUMIFS({whole},{both}),2),"")', shown)


def number_of_communes(
    frame: pandas.DataFrame, ranges: Ranges, conditions: Sequence[Condition], seen_from: str
) -> Formula:
    """How many files that could be read (they alone have a period) the conditions leave."""
    where = [f"{ranges.of(c.column, seen_from)},{c.criterion}" for c in conditions]
    readable = f"{ranges.of('period', seen_from)},{quoted('<>')}"
    return Formula(f"COUNTIFS({','.join([readable, *where])})", len(frame))
