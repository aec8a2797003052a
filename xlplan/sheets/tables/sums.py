"""Which lines add up to which: the evidence by which totals and groups are told from villages.

One slip must not change how a table is read, so a majority of the columns decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from xlplan import catalogue
from xlplan.model import Cell, Line
from xlplan.sheets import labels
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.text import key

_ZERO = Decimal(0)


class Fit(NamedTuple):
    """In how many columns a line is the sum of others, and in how many that could be asked."""

    hits: int
    asked: int

    @property
    def holds(self) -> bool:
        """Whether most columns say so."""
        return self.hits * 2 > self.asked

    @property
    def contradicted(self) -> bool:
        """Whether most columns say the contrary."""
        return self.asked > 0 and not self.holds


class Sums:
    """The counts of a table by unit and column; rates are never added."""

    def __init__(self, count: int, lines: Sequence[Line], cells: Mapping[tuple[int, int], Cell]) -> None:
        columns = [j for j, line in enumerate(lines) if _may_be_added(line)]
        self.rows: list[list[Decimal | None]] = []
        self.filled: list[list[bool]] = []
        for i in range(count):
            found = [cells.get((i, j)) for j in columns]
            self.rows.append([_value(cell) for cell in found])
            self.filled.append([cell is not None and cell.state != "blank" for cell in found])

    def has_figures(self, unit: int) -> bool:
        """Whether anything stands in the counts of a unit."""
        return any(self.filled[unit])

    def fit(self, total: int, members: Iterable[int]) -> Fit:
        """How far a line is the sum of others. Columns of zeros, blank totals and unreadable cells say nothing."""
        members = [i for i in members if i != total]
        hits = asked = 0
        for j, (whole, there) in enumerate(zip(self.rows[total], self.filled[total], strict=True)):
            if whole is None or not there:
                continue
            parts = [value for i in members if (value := self.rows[i][j]) is not None]
            if len(parts) < len(members) or not any(self.filled[i][j] for i in members):
                continue
            found = sum(parts, _ZERO)
            if whole or found:
                asked += 1
                hits += whole == found
        return Fit(hits, asked)


def _may_be_added(line: Line) -> bool:
    if line.code is not None:
        return not catalogue.is_rate(line.code)
    leaf = key(line.path[-1]) if line.path else ""
    return leaf not in labels.RATE_WORDS and not leaf.startswith("tỷ lệ") and "%" not in leaf


def _value(cell: Cell | None) -> Decimal | None:
    if cell is None or cell.state in ("blank", "dash"):
        return _ZERO
    return cell.value
