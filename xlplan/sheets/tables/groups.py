"""Which rows are villages, groups and totals: by numbers and names first, by what adds up where these leave it open.

Parents stand above or below their children (rule A03). Whatever was decided by the figures alone is said (I25).
"""

from __future__ import annotations

from collections.abc import Sequence

from xlplan.messages import finding
from xlplan.model import CellRef, Finding, Unit, UnitKind
from xlplan.sheets import labels
from xlplan.sheets.tables.levels import (
    GROUP_LEVEL,
    VILLAGE_LEVEL,
    Entry,
    levels_of,
    named_heads,
    numbered_heads,
    weak_heads,
)
from xlplan.sheets.tables.sums import Fit, Sums

MOST_SEARCHED = 300  # rows among which groups without any sign are looked for
NAMED = 5  # a note names so many rows


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


def arrange(sheet: str, entries: Sequence[Entry], sums: Sums) -> tuple[list[Unit], list[Finding]]:
    """The units of a table with their kinds and groups, and what has to be said about them."""
    found = Arrangement(sheet, entries, sums)
    _totals_that_are_subtotals(found)
    found.reading = _by_labels(found)
    _total_by_place(found)
    if found.reading.heads or not _is_numbered_through(found):
        _unmarked_groups(found)
    _only_group_is_the_commune(found)
    return _units(found), found.notes


def _is_numbered_through(found: Arrangement) -> bool:
    """Whether every row has a number of one depth, so that there is no group among them."""
    numbers = [found.entries[i].number for i in found.inside]
    return all(number.isdecimal() for number in numbers)


def _unmarked_groups(found: Arrangement) -> None:
    """Looks at the figures where no name or number tells of groups, or where the groups that they tell do not add up."""
    if not found.reading.heads or found.total_fit(found.reading).contradicted:
        _by_figures(found)
        _total_by_place(found)


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


def _totals_that_are_subtotals(found: Arrangement) -> None:
    """Of several lines called Cộng those that only close their own part of the table are its subtotals."""
    totals = [i for i, kind in enumerate(found.kinds) if kind == "commune" and found.entries[i].figures]
    if len(totals) < 2:
        return
    everything = found.inside
    for below in (True, False):
        parts: dict[int, list[int]] = {i: [] for i in totals}
        open_part: list[int] = []
        for i in reversed(range(len(found.entries))) if below else range(len(found.entries)):
            if i in parts:
                open_part = parts[i]
            elif found.kinds[i] == "village" and found.entries[i].figures:
                open_part.append(i)
        closing = [
            i
            for i, part in parts.items()
            if 0 < len(part) < len(everything)
            and _holds(found.sums.fit(i, part))
            and not found.sums.fit(i, everything).holds
        ]
        if closing:
            for i in closing:
                found.kinds[i] = "village"
            found.reading = _nested(found, dict.fromkeys(closing, GROUP_LEVEL), below=below)
            side, side_en = ("phía trên", "above") if below else ("phía dưới", "below")
            found.say(
                closing[0],
                f"dòng cộng của một phần biểu (các dòng {side}), vì bằng tổng của phần đó",
                f"the subtotal of the rows {side_en} it, for it is their sum",
            )
            return


def _holds(fit: Fit) -> bool:
    return fit.asked > 0 and fit.holds


def _nested(found: Arrangement, heads: dict[int, int], *, below: bool) -> Reading:
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


def _score(found: Arrangement, reading: Reading) -> Fit:
    """How far the groups of a reading are the sums of their members."""
    fits = [found.sums.fit(head, reading.members[head]) for head in reading.members]
    return Fit(sum(fit.hits for fit in fits), sum(fit.asked for fit in fits))


def _by_labels(found: Arrangement) -> Reading:
    """The groups that numbers and names tell, above or below their members as the figures say."""
    marked = found.reading.heads  # subtotals that are called Cộng like the total
    inside = found.inside
    if not marked and _is_numbered_through(found) and all(found.entries[i].figures for i in inside):
        return found.reading
    named = named_heads(found.entries, inside) | marked
    above = _nested(found, numbered_heads(found.entries, inside, below=False) | named, below=False)
    below = _nested(found, numbered_heads(found.entries, inside, below=True) | named, below=True)
    if not above.heads and not below.heads:
        return above
    up, down = _score(found, above), _score(found, below)
    subtotals = [i for i in named if i in marked or labels.is_subtotal(found.entries[i].name)]
    if up.hits != down.hits:
        chosen = above if up.hits > down.hits else below
    else:
        chosen = below if subtotals else above
        if up.asked and down.asked:
            _say_side(found, chosen, is_below=chosen is below)
    if chosen is below and not subtotals:
        _say_side(found, chosen, is_below=True)
    return chosen


def _say_side(found: Arrangement, reading: Reading, *, is_below: bool) -> None:
    heads = sorted(reading.members)
    if not heads:
        return
    side, side_en = ("phía trên", "above") if is_below else ("phía dưới", "below")
    found.say(heads[0], f"dòng nhóm, gồm các dòng {side}", f"a group of the rows {side_en} it")


def _total_by_place(found: Arrangement) -> None:
    """The first or last line is the commune's where it has the sum of all others and no line is called a total."""
    if "commune" in found.kinds:
        return
    inside = found.inside
    leaves = found.leaves(found.reading)
    numbered = sum(bool(found.entries[i].number) for i in inside) * 2 > len(inside)
    for i in (inside[-1], inside[0]) if len(inside) > 2 else ():
        entry = found.entries[i]
        if (numbered and entry.number) or i in found.reading.members:
            continue
        fit = found.sums.fit(i, leaves)
        like_total = not entry.name or labels.is_subtotal(entry.name) or labels.is_commune_name(entry.name)
        if fit.hits and fit.holds and (fit.hits > 1 or like_total):
            found.kinds[i] = "commune"
            found.say(i, "dòng tổng, vì bằng tổng các dòng còn lại", "the total, for it is the sum of the other rows")
            found.reading = found.reading.without(i)
            return


def _by_figures(found: Arrangement) -> None:
    """Groups that nothing but their figures (or a former commune's name) tells, where these leave no doubt."""
    flat = found.reading
    best, best_fit = flat, Fit(0, 0)
    candidates = [weak_heads(found.entries, found.inside)]
    if found.total_fit(flat).contradicted and len(found.inside) <= MOST_SEARCHED:
        candidates += [_by_sums_alone(found, below=False), _by_sums_alone(found, below=True)]
    for heads, below in ((heads, below) for heads in candidates if heads for below in (False, True)):
        reading = _confirmed(found, flat.heads | heads, below=below)
        fit = _score(found, reading)
        if fit.hits > best_fit.hits and fit.holds and _agrees_with_total(found, reading):
            best, best_fit = reading, fit
    if best is flat:
        return
    found.reading = best
    new = sorted(i for i in best.members if i not in flat.heads)
    if new:
        others = ", ".join(f"“{found.entries[i].name}”" for i in new[1:NAMED]) + (" …" if len(new) > NAMED else "")
        more, more_en = (f" (cùng với {others})", f" (so are {others})") if others else ("", "")
        found.say(
            new[0],
            f"dòng nhóm, vì bằng tổng các thành viên{more}; không cộng lần nữa",
            f"a group, for it is the sum of its members{more_en}; it is not added again",
        )


def _confirmed(found: Arrangement, heads: dict[int, int], *, below: bool) -> Reading:
    """The reading in which every group with figures is the sum of its members in most columns."""
    strong = found.reading.heads
    for _ in range(3):
        reading = _nested(found, heads, below=below)
        groups = reading.members
        doubtful = {
            i
            for i in heads
            if i not in strong
            and found.entries[i].figures
            and (i not in groups or not _holds(found.sums.fit(i, reading.members[i])))
        }
        if not doubtful:
            return reading
        heads = {i: level for i, level in heads.items() if i not in doubtful}
    return Reading({}, {})


def _agrees_with_total(found: Arrangement, reading: Reading) -> bool:
    """Whether the villages of a reading add up to the total at least as well as before; two columns without one."""
    if "commune" not in found.kinds:
        return _score(found, reading).hits > 1
    return found.total_fit(reading).hits >= max(1, found.total_fit(found.reading).hits)


def _by_sums_alone(found: Arrangement, *, below: bool) -> dict[int, int]:
    """Rows that are the sum of the two or more rows after (before) them, none of which is such a row itself."""
    inside = [i for i in found.inside if found.entries[i].figures]
    order = inside[::-1] if below else inside
    heads: dict[int, int] = {}
    place = 0
    while place < len(order) - 2:
        end = _end_of_sum(found, order, place)
        if end:
            heads[order[place]] = GROUP_LEVEL
            place = end
        else:
            place += 1
    return heads


def _end_of_sum(found: Arrangement, order: list[int], place: int) -> int:
    """The place after the rows that add up to the row at a place, 0 where none do."""
    head = found.sums.rows[order[place]]
    running = [value - value if value is not None else None for value in head]
    for end in range(place + 1, len(order)):
        for j, value in enumerate(found.sums.rows[order[end]]):
            before = running[j]
            running[j] = None if before is None or value is None else before + value
        pairs = [(a, b) for a, b in zip(head, running, strict=True) if a is not None and b is not None and (a or b)]
        if not pairs or all(b > a for a, b in pairs):
            return 0
        if end - place > 1 and len(pairs) > 1 and sum(a == b for a, b in pairs) * 2 > len(pairs):
            return end + 1
    return 0


def _only_group_is_the_commune(found: Arrangement) -> None:
    """A single group over everything, in a table without a total, is the commune's line."""
    reading = found.reading
    top = [i for i in found.inside if i not in reading.parents and not found.is_title(i, reading)]
    if "commune" in found.kinds or len(top) != 1 or top[0] not in reading.members or not found.entries[top[0]].figures:
        return
    found.kinds[top[0]] = "commune"
    found.reading = reading.without(top[0])
    found.say(top[0], "dòng tổng, vì gồm tất cả các dòng khác", "the total, for all other rows belong to it")


def _units(found: Arrangement) -> list[Unit]:
    groups = found.reading.members
    units = []
    for i, (entry, kind) in enumerate(zip(found.entries, found.kinds, strict=True)):
        if kind == "village" and (i in groups or found.is_title(i, found.reading)):
            kind = "group"
        parent = found.reading.parents.get(i)
        units.append(Unit(entry.name, kind, found.ref(i), entry.at, entry.number, parent, entry.hidden))
    return units
