"""Which lines add up to which: the evidence by which totals and groups are told from villages.

One slip must not change how a table is read, so a majority of the columns decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property

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
    """The counts of a table by unit and column; rates are never added. Most tables never need them."""

    def __init__(self, count: int, lines: Sequence[Line], cells: Mapping[tuple[int, int], Cell]) -> None:
        self._count, self._lines, self._cells = count, lines, cells

    @cached_property
    def _found(self) -> list[list[Cell | None]]:
        columns = [j for j, line in enumerate(self._lines) if _may_be_added(line)]
        return [[self._cells.get((i, j)) for j in columns] for i in range(self._count)]

    @cached_property
    def rows(self) -> list[list[Decimal | None]]:
        """The value of each count: zero where the cell is blank, ``None`` where it cannot be read."""
        return [[_value(cell) for cell in row] for row in self._found]

    @cached_property
    def filled(self) -> list[list[bool]]:
        """Whether anything stands in the cell of each count."""
        return [[cell is not None and cell.state != "blank" for cell in row] for row in self._found]

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
