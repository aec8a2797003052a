"""The grid of `Biểu chỉ tiêu`: which unit and which indicator stands where, and every figure's formula.

Units are villages, a thin filler (so that what is inserted at the end is summed), the commune's own figures,
the villages' sum and the difference. Slots are counts and, beside or under them, rates. Where villages are
rows, units run down and slots across; where they are columns, the other way round. The figures do not know.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xlplan import catalogue
from xlplan.catalogue.records import TableLine
from xlplan.sheets.standard.cells import Formula, Place, span
from xlplan.sheets.standard.content import Content, Figure
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.numbers import rate

FILLER = "…"


class Slot(NamedTuple):
    """A column (or row) of figures: the counts of a line, or their rates."""

    line: TableLine
    is_rate: bool

    @property
    def code(self) -> str:
        """The contract code of its figures."""
        return f"{catalogue.RATE_PREFIX}{self.line.code}" if self.is_rate else self.line.code


class Grid:
    """Places and figures of a table whose first village's first figure stands at ``first``."""

    def __init__(self, content: Content, first: Place) -> None:
        self.content = content
        self.first = first
        self.rows = content.orientation == "rows"
        self.slots = tuple(_slots(content))
        self.villages = len(content.villages)
        self.filler = self.villages
        self.commune, self.total, self.difference = range(self.villages + 1, self.villages + 4)

    # ---- places -------------------------------------------------------------------------------------------

    def place(self, unit: int, slot: int) -> Place:
        """The cell of a unit and a slot; -1 and below are the cells before them (names, labels)."""
        down, across = (unit, slot) if self.rows else (slot, unit)
        return Place(self.first.row + down, self.first.column + across)

    @property
    def last(self) -> Place:
        """The last cell of the table."""
        return self.place(self.difference, len(self.slots) - 1)

    def slot_of(self, code: str) -> int | None:
        """Position of the slot with this code."""
        return next((i for i, slot in enumerate(self.slots) if slot.code == code), None)

    def addresses(self, unit: int) -> dict[str, str]:
        """Addresses of a unit's figures by code, as a formula beside them writes them."""
        return {slot.code: self.place(unit, i).address for i, slot in enumerate(self.slots)}

    # ---- figures ------------------------------------------------------------------------------------------

    def cell(self, unit: int, slot: int) -> Formula | Figure:
        """What stands in the cell of a unit and a slot."""
        if unit == self.filler:
            return None
        if self.slots[slot].is_rate:
            return None if unit == self.difference else self._rate(unit, slot)
        if unit == self.total:
            first, last = self.place(0, slot), self.place(self.filler, slot)
            return Formula(f"SUM({span(first, last)})", self._sum(slot))
        if unit == self.difference:
            return self._difference(slot)
        return self._typed(unit, slot)

    def _typed(self, unit: int, slot: int) -> Figure:
        code = self.slots[slot].code
        if unit == self.commune:
            return self.content.commune.get(code)
        figures = self.content.counts.get(code)
        return figures[unit] if figures else None

    def value(self, unit: int, slot: int) -> int | Decimal | None:
        """The number that a cell shows, if it shows one."""
        cell = self.cell(unit, slot)
        shown = cell.result if isinstance(cell, Formula) else cell
        return shown if isinstance(shown, int | Decimal) else None

    def _sum(self, slot: int) -> int | Decimal:
        return sum((self.value(unit, slot) or 0 for unit in range(self.villages)), 0)

    def _difference(self, slot: int) -> Formula:
        """The commune's figure less the sum; nothing as long as the commune's figure is not typed."""
        typed, total = self.place(self.commune, slot).address, self.place(self.total, slot).address
        formula = f'IF({typed}="","",N({typed})-{total})'
        if self._typed(self.commune, slot) is None:
            return Formula(formula, "")
        return Formula(formula, (self.value(self.commune, slot) or 0) - self._sum(slot))

    def _rate(self, unit: int, slot: int) -> Formula:
        """``ROUND(part*100/whole,2)``, blank until both are numbers.

        The part is multiplied first: the quotient is then rounded once, and a tie such as 23 of 160 (14,375)
        never slips below the half as 23/160*100 does in binary.
        """
        whole_slot = self.slot_of(catalogue.RATE_BASE)
        assert whole_slot is not None  # a table without households has no slots for rates
        whole, part = self.place(unit, whole_slot).address, self.place(unit, slot - 1).address
        formula = f'IF(AND(N({whole})>0,ISNUMBER({part})),ROUND({part}*100/{whole},2),"")'
        return Formula(formula, rate_result(self.value(unit, slot - 1), self.value(unit, whole_slot)))


def rate_result(part: int | Decimal | None, whole: int | Decimal | None) -> Decimal | str:
    """What a rate's formula shows: the rate, or an empty text where a count is missing."""
    if part is None or whole is None or whole <= 0:
        return ""
    found = rate(part, whole)
    return "" if found is None else found


def _slots(content: Content) -> Iterator[Slot]:
    lines = content.kind.lines
    has_base = any(line.code == catalogue.RATE_BASE for line in lines)
    for line in lines:
        yield Slot(line, is_rate=False)
        if line.rate and has_base:
            yield Slot(line, is_rate=True)
