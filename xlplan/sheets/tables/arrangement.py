"""The rows of a table while it is found out which are villages, groups and totals."""

from __future__ import annotations

from collections.abc import Sequence

from xlplan.messages import finding
from xlplan.model import CellRef, Finding, UnitKind
from xlplan.sheets import labels
from xlplan.sheets.tables.levels import VILLAGE_LEVEL, Entry, levels_of
from xlplan.sheets.tables.sums import Fit, Sums


class Reading:
    """Groups with their depth, and the group of each row. It never changes."""

    def __init__(self, heads: dict[int, int], parents: dict[int, int]) -> None:
        self.heads = heads
        self.parents = parents
        self.members: dict[int, list[int]] = {}
        for i, parent in parents.items():
            self.members.setdefault(parent, []).append(i)

    def without(self, row: int) -> Reading:
        """The same, with a row that is no group and in none."""
        heads = {i: level for i, level in self.heads.items() if i != row}
        return Reading(heads, {i: parent for i, parent in self.parents.items() if row not in (i, parent)})


class Arrangement:
    """The rows of a table while their kinds are being found."""

    def __init__(self, sheet: str, entries: Sequence[Entry], sums: Sums) -> None:
        self.sheet = sheet
        self.entries = entries
        self.sums = sums
        self.kinds: list[UnitKind] = _kinds_by_name(entries)
        self.reading = Reading({}, {})
        self.notes: list[Finding] = []

    def ref(self, i: int) -> CellRef:
        """The cell of a row's name."""
        return CellRef(self.sheet, self.entries[i].row, self.entries[i].column)

    @property
    def inside(self) -> list[int]:
        """Rows that are no total."""
        return [i for i, kind in enumerate(self.kinds) if kind == "village"]

    def leaves(self, reading: Reading) -> list[int]:
        """The villages: rows that are neither total nor group, nor a heading without figures."""
        groups = reading.members
        return [i for i in self.inside if i not in groups and not self.is_title(i, reading)]

    def is_title(self, i: int, reading: Reading) -> bool:
        """Whether a row only names the rows around it: a group without members and without figures."""
        return i in reading.heads and not self.entries[i].figures and i not in reading.members

    def say(self, i: int, vi: str, en: str) -> None:
        """Notes that a row was read in a way that is not beyond doubt."""
        self.notes.append(finding("I25", self.ref(i), written=self.entries[i].name, reading=vi, reading_en=en))

    def total_fit(self, reading: Reading) -> Fit:
        """How far the totals of the commune are the sum of the villages."""
        leaves = self.leaves(reading)
        fits = [self.sums.fit(i, leaves) for i, kind in enumerate(self.kinds) if kind == "commune"]
        return max(fits, default=Fit(0, 0))


def _kinds_by_name(entries: Sequence[Entry]) -> list[UnitKind]:
    """Kinds by name; where villages are numbered, a row is a total by its number rather than by its name.

    ``Tổng cộng 2 thôn`` without a number is a total; a village called ``Cộng`` with a number is none.
    """
    kinds: list[UnitKind] = [labels.unit_kind(entry.name) for entry in entries]
    candidates = [i for i, kind in enumerate(kinds) if kind in ("village", "commune")]
    numbered = sum(bool(entries[i].number) for i in candidates)
    if not numbered or numbered * 2 < len(candidates):
        return kinds
    for i in candidates:
        name = entries[i].name
        if not entries[i].number and labels.is_unnumbered_total(name) and not labels.is_subtotal(name):
            kinds[i] = "commune"
    if any(kinds[i] == "commune" and not entries[i].number for i in candidates):
        for i in candidates:
            if kinds[i] == "commune" and entries[i].number:
                kinds[i] = "village"
    return kinds


def holds(fit: Fit) -> bool:
    """Whether most columns say so, and there are some."""
    return fit.asked > 0 and fit.holds


def nested(found: Arrangement, heads: dict[int, int], *, below: bool) -> Reading:
    """The group of each row, with the groups above (or below) their members."""
    inside = found.inside
    levels = dict(zip(inside, levels_of([found.entries[i].number for i in inside]), strict=True))
    by_number = any(level >= VILLAGE_LEVEL for level in heads.values())  # 2 ends what belongs to 1, 1.1 does not
    parents: dict[int, int] = {}
    stack: list[int] = []
    for i in reversed(inside) if below else inside:
        own = heads.get(i, levels[i] if by_number else None)
        while stack and own is not None and heads[stack[-1]] >= own:
            stack.pop()
        if stack:
            parents[i] = stack[-1]
        if i in heads:
            stack.append(i)
    return Reading(heads, parents)


def score(found: Arrangement, reading: Reading) -> Fit:
    """How far the groups of a reading are the sums of their members."""
    fits = [found.sums.fit(head, reading.members[head]) for head in reading.members]
    return Fit(sum(fit.hits for fit in fits), sum(fit.asked for fit in fits))


def is_numbered_through(found: Arrangement) -> bool:
    """Whether every row has a number of one depth, so that there is no group among them."""
    numbers = [found.entries[i].number for i in found.inside]
    return all(number.isdecimal() for number in numbers)
