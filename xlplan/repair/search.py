"""The smallest sets of cells whose change makes every identity hold (Fellegi and Holt), each with its price.

Depth first, one more cell at a time, over each group of contradictions that share cells: the next cell is one of the
open contradiction with the fewest, its value the one that settles it. Work is counted, never timed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import exp

from xlplan import catalogue
from xlplan.repair.network import EXACT, NEAR, VIOLATED, Constraint, Network, Spot, moved, rate_in_units
from xlplan.repair.plausible import Plausibility
from xlplan.repair.shapes import Shape, meant_by, shape, written
from xlplan.tuples import NamedTuple

CELL = 6.0  # price of one more wrong cell: about one typed cell in 400 is wrong
ROUNDING = 2.0  # what a rate that was one unit off and then agrees exactly is worth
DEEPEST = 4  # cells in one set
WORK = 120_000  # looks at a constraint for one submission, a tenth of a second
CROSSED = 40  # cells, those of the most contradictions, among which the one to settle first is sought
MOST_VALUES = 300  # of one cell, where only rounded rates bind it
SIDES = ((-1, 0), (1, 0), (0, -1), (0, 1))


class Solution(NamedTuple):
    """Cells with new values, under which every identity of the group holds, and the price (-log likelihood)."""

    changes: tuple[tuple[int, int], ...]
    price: float


class Search:
    """Searches the network of one submission; ``work`` is what is left of the work that may be done."""

    def __init__(self, network: Network, plausibility: Plausibility, applied: Mapping[int, int], work: int) -> None:
        self.network = network
        self.plausibility = plausibility
        self.applied = dict(applied)  # what is settled already
        self.work = work
        self._most = 0  # contradictions of a group that one cell can settle
        self._before: dict[int, int] = {}
        self._found: dict[frozenset[tuple[int, int]], None] = {}

    def before(self, number: int) -> int:
        """The state of a constraint before anything more is changed."""
        if number not in self._before:
            self._before[number] = self.network.constraint(number).state(self.applied, self.network.spots)
        return self._before[number]

    def groups(self) -> list[list[int]]:
        """The contradictions, those that share a cell together."""
        group_at: dict[int, int] = {}  # by cell
        groups: dict[int, list[int]] = {}
        for number in self.network.wrong:
            constraint = self.network.constraint(number)
            if self.before(number) != VIOLATED or constraint.mine is not None:
                continue
            joined = [number]
            for other in dict.fromkeys(group_at[at] for at in constraint.cells if at in group_at):
                joined += groups.pop(other)
            groups[number] = joined
            for member in joined:
                group_at.update(dict.fromkeys(self.network.constraint(member).cells, number))
        return [sorted(group) for group in groups.values()]

    def solve(self, group: list[int]) -> list[Solution]:
        """The smallest sets that settle a group, cheapest first; nothing where none was found within the bounds."""
        self._most = max(self._meetings(group).values(), default=1)
        for depth in range(1, DEEPEST + 1):
            self._found = {}
            self._deepen({}, group, depth)
            if self._found or self.work <= 0:
                break
        if len(self._found) == 1:  # nothing to compare with
            return [Solution(tuple(sorted(changes)), 0.0) for changes in self._found]
        return sorted((self._solution(dict(changes)) for changes in self._found), key=lambda s: s.price)

    def _meetings(self, group: list[int]) -> dict[int, int]:
        """How many contradictions of a group meet in each cell."""
        meetings: dict[int, int] = {}
        for number in group:
            for at in self.network.constraint(number).cells:
                meetings[at] = meetings.get(at, 0) + 1
        return meetings

    def step(self, group: list[int]) -> tuple[int, int] | None:
        """The change that settles at least two contradictions of a group, most of all, and breaks nothing."""
        best: tuple[tuple[int, float], tuple[int, int]] | None = None
        meetings = {at: count for at, count in self._meetings(group).items() if count > 1 and at not in self.applied}
        for at in sorted(meetings, key=lambda at: -meetings[at])[:CROSSED]:
            for value in self._values(at, {}, group, last=False) if self.work > 0 else ():
                left = self._open({}, group, at, value)
                if len(left) > len(group) - 2 or not set(group).issuperset(left):
                    continue
                rank = (len(left), self.price(at, value))
                if best is None or rank < best[0]:
                    best = rank, (at, value)
        return best[1] if best else None

    # ---- depth first

    def _deepen(self, changes: dict[int, int], open_: list[int], depth: int) -> None:
        if not open_:
            self._found[frozenset(changes.items())] = None
            return
        if len(open_) > depth * self._most or self.work <= 0:
            return
        for at in self._branch(open_, changes, last=depth == 1):
            for value in self._values(at, changes, open_, last=depth == 1):
                left = self._open(changes, open_, at, value)
                if left and depth == 1:
                    continue
                self._deepen({**changes, at: value}, left, depth - 1)

    def _branch(self, open_: list[int], changes: dict[int, int], *, last: bool) -> list[int]:
        """The cells that may settle the open contradiction with the fewest."""
        constraints = [self.network.constraint(n) for n in open_]
        exact = [c for c in constraints if c.kind != "bound"] or constraints
        chosen = min(exact, key=lambda c: (len(c.cells), c.kind != "sum"))
        cells = [at for at in chosen.cells if at not in changes and at not in self.applied]
        if last:
            others = [set(c.cells) for c in constraints if c is not chosen]
            cells = [at for at in cells if all(at in other for other in others)]
        return cells

    def _open(self, changes: dict[int, int], open_: list[int], at: int, value: int) -> list[int]:
        """The contradictions that are left, or newly made, once a cell holds another value."""
        changed = {**self.applied, **changes, at: value}
        self.work -= len(open_) + len(self.network.touching(at))
        spots, constraint, touching = self.network.spots, self.network.constraint, self.network.touching(at)
        left = [n for n in open_ if n not in touching or constraint(n).state(changed, spots) != EXACT]
        left += [n for n in touching if n not in open_ and constraint(n).state(changed, spots) > self.before(n)]
        return left

    # ---- values

    def _values(self, at: int, changes: dict[int, int], open_: list[int], *, last: bool) -> list[int]:
        """The values of a cell that settle one of the open contradictions (any, where another cell may follow)."""
        changed = {**self.applied, **changes}
        binding = [self.network.constraint(n) for n in self.network.touching(at) if n in open_]
        binding.sort(key=lambda c: (c.kind != "sum", at != c.shown))
        values: dict[int, None] = {}
        for constraint in binding:
            if constraint.kind == "sum":
                found = self._summed(at, constraint, changed)
            elif constraint.kind == "rate" and not (values and at in constraint.right):
                found = self._rated(at, constraint, changed, open_)
            elif constraint.kind == "bound" and not changes and not values:
                found = (v for v in sorted(meant_by(self.network.spots[at].value)) if not self._open({}, open_, at, v))
            else:
                continue
            values.update(dict.fromkeys(found))
            if last and values:
                break
        return list(values)

    def _summed(self, at: int, constraint: Constraint, changed: dict[int, int]) -> Iterator[int]:
        spots = self.network.spots
        rest = constraint.base + moved(constraint.left, changed, spots)
        value, remainder = divmod(spots[at].value * constraint.left[at] - rest, constraint.left[at])
        if not remainder and value >= 0 and value != spots[at].value:
            yield value

    def _rated(self, at: int, constraint: Constraint, changed: dict[int, int], open_: list[int]) -> Iterator[int]:
        """The values under which a printed rate follows from its counts."""
        spots = self.network.spots
        spot = spots[at]
        if at == constraint.shown:
            part = constraint.base + moved(constraint.left, changed, spots)
            whole = constraint.whole + moved(constraint.right, changed, spots)
            if whole > 0 and part >= 0:
                yield rate_in_units(part, whole, constraint.places)
            return
        low, high = 0, 10**9
        for n in self.network.touching(at):
            other = self.network.constraint(n)
            if other.kind == "rate" and (other is constraint or other.shown not in changed) and at != other.shown:
                span = self._span(at, other, changed)
                if span is not None and (other is constraint or n in open_ or len(open_) == 1):
                    low, high = max(low, span[0]), min(high, span[1])
        if high - low < MOST_VALUES:
            yield from (value for value in range(low, high + 1) if value != spot.value)
        else:
            yield from (value for value in sorted(meant_by(spot.value)) if low <= value <= high)

    def _span(self, at: int, constraint: Constraint, changed: dict[int, int]) -> tuple[int, int] | None:
        """First and last value of a cell under which the printed rate is right; ``None`` where it says nothing."""
        spots = self.network.spots
        part = constraint.base + moved(constraint.left, changed, spots)
        whole = constraint.whole + moved(constraint.right, changed, spots)
        shown = changed.get(constraint.shown, spots[constraint.shown].value)
        scale = 200 * 10**constraint.places
        if at in constraint.left and at not in constraint.right and abs(constraint.left[at]) == 1 and whole > 0:
            low, high = -((1 - 2 * shown) * whole // scale), ((2 * shown + 1) * whole - 1) // scale
            sign, value = constraint.left[at], spots[at].value
            first, last = sorted((value + sign * (low - part), value + sign * (high - part)))
            return max(0, first), last
        if (
            at in constraint.right
            and at not in constraint.left
            and constraint.right[at] == 1
            and part > 0
            and shown > 0
        ):
            other = whole - spots[at].value
            low, high = part * scale // (2 * shown + 1) + 1, part * scale // (2 * shown - 1)
            return max(0, low - other), high - other
        return None

    # ---- prices

    def _solution(self, changes: dict[int, int]) -> Solution:
        price = sum(self.price(at, value) for at, value in changes.items())
        changed = {**self.applied, **changes}
        touched = {n for at in changes for n in self.network.touching(at) if self.before(n) == NEAR}
        price -= ROUNDING * sum(
            self.network.constraint(n).state(changed, self.network.spots) == EXACT for n in sorted(touched)
        )
        return Solution(tuple(sorted(changes.items())), price)

    def price(self, at: int, value: int) -> float:
        """What it costs to believe that a cell should hold another value."""
        spot = self.network.spots[at]
        return CELL - self.shape(at, value).score - self.plausibility.gain(spot, value)

    def shape(self, at: int, value: int) -> Shape:
        """The slip that may have turned a value into what stands in the cell."""
        spot = self.network.spots[at]
        if spot.hole:
            return written(spot.cell.written, value)
        return shape(None if spot.blank else spot.value, value, neighbours(self.network, spot))


def neighbours(network: Network, spot: Spot) -> list[int]:
    """The values typed beside a cell in its own kind: counts beside counts, rates beside rates.

    What a formula shows may itself come from the cell, and proves no copy.
    """
    if spot.table < 0:
        return []
    table = network.case.tables[spot.table]
    rate = catalogue.is_rate(spot.code)
    found = []
    for down, right in SIDES:
        i, j = spot.unit + down, spot.line + right
        while right and 0 <= j < len(table.lines) and catalogue.is_rate(table.lines[j].code or "") != rate:
            j += right  # the next count stands beyond the rate
        cell = table.cell(i, j)
        if cell is not None and cell.value is not None and cell.formula is None:
            found.append(int(cell.value.scaleb(spot.places)))
    return found


def weights(solutions: list[Solution]) -> list[float]:
    """How likely each solution is among all that were found."""
    least = min(s.price for s in solutions)
    raw = [exp(least - s.price) for s in solutions]
    return [w / sum(raw) for w in raw]
