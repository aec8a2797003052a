"""Which rows are villages, groups and totals: by numbers and names first, by what adds up where these leave it open.

Parents stand above or below their children (rule A03). Whatever was decided by the figures alone is said (I25).
"""

from __future__ import annotations

from collections.abc import Sequence

from xlplan.model import Finding, Unit, UnitKind
from xlplan.sheets import labels
from xlplan.sheets.tables.arrangement import Arrangement, Reading, holds, is_numbered_through, nested, score
from xlplan.sheets.tables.levels import GROUP_LEVEL, Entry, named_heads, numbered_heads
from xlplan.sheets.tables.sums import Sums


def arrange(sheet: str, entries: Sequence[Entry], sums: Sums) -> tuple[list[Unit], list[Finding]]:
    """The units of a table with their kinds and groups, and what has to be said about them."""
    found = Arrangement(sheet, entries, sums)
    _totals_that_are_subtotals(found)
    found.reading = _by_labels(found)
    _total_by_place(found)
    marked = bool(found.reading.heads)  # even so the figures may tell of more
    if found.total_fit(found.reading).contradicted if marked else not is_numbered_through(found):
        from xlplan.sheets.tables.unmarked import by_figures

        by_figures(found)
        _total_by_place(found)
    _only_group_is_the_commune(found)
    return _units(found), found.notes


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
            and holds(found.sums.fit(i, part))
            and not found.sums.fit(i, everything).holds
        ]
        if closing:
            for i in closing:
                found.kinds[i] = "village"
            found.reading = nested(found, dict.fromkeys(closing, GROUP_LEVEL), below=below)
            side, side_en = ("phía trên", "above") if below else ("phía dưới", "below")
            found.say(
                closing[0],
                f"dòng cộng của một phần biểu (các dòng {side}), vì bằng tổng của phần đó",
                f"the subtotal of the rows {side_en} it, for it is their sum",
            )
            return


def _by_labels(found: Arrangement) -> Reading:
    """The groups that numbers and names tell, above or below their members as the figures say."""
    marked = found.reading.heads  # subtotals that are called Cộng like the total
    inside = found.inside
    if not marked and is_numbered_through(found) and all(found.entries[i].figures for i in inside):
        return found.reading
    named = named_heads(found.entries, inside) | marked
    above = nested(found, numbered_heads(found.entries, inside, below=False) | named, below=False)
    below = nested(found, numbered_heads(found.entries, inside, below=True) | named, below=True)
    if not above.heads and not below.heads:
        return above
    up, down = score(found, above), score(found, below)
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
    for i, (entry, own) in enumerate(zip(found.entries, found.kinds, strict=True)):
        is_group = own == "village" and (i in groups or found.is_title(i, found.reading))
        kind: UnitKind = "group" if is_group else own
        parent = found.reading.parents.get(i)
        units.append(Unit(entry.name, kind, found.ref(i), entry.at, entry.number, parent, entry.hidden))
    return units
