"""Groups that no number and no name tells: rows that are the sum of their neighbours."""

from __future__ import annotations

from xlplan.sheets.tables.arrangement import Arrangement, Reading, holds, nested, score
from xlplan.sheets.tables.levels import GROUP_LEVEL, weak_heads
from xlplan.sheets.tables.sums import Fit

MOST_SEARCHED = 300  # rows among which groups without any sign are looked for
NAMED = 5  # a note names so many rows


def by_figures(found: Arrangement) -> None:
    """Groups that nothing but their figures (or a former commune's name) tells, where these leave no doubt."""
    flat = found.reading
    best, best_fit = flat, Fit(0, 0)
    candidates = [weak_heads(found.entries, found.inside)]
    if found.total_fit(flat).contradicted and len(found.inside) <= MOST_SEARCHED:
        candidates += [_by_sums_alone(found, below=False), _by_sums_alone(found, below=True)]
    for heads, below in ((heads, below) for heads in candidates if heads for below in (False, True)):
        reading = _confirmed(found, flat.heads | heads, below=below)
        fit = score(found, reading)
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
        reading = nested(found, heads, below=below)
        groups = reading.members
        doubtful = {
            i
            for i in heads
            if i not in strong
            and found.entries[i].figures
            and (i not in groups or not holds(found.sums.fit(i, reading.members[i])))
        }
        if not doubtful:
            return reading
        heads = {i: level for i, level in heads.items() if i not in doubtful}
    return Reading({}, {})


def _agrees_with_total(found: Arrangement, reading: Reading) -> bool:
    """Whether the villages of a reading add up to the total at least as well as before; two columns without one."""
    if "commune" not in found.kinds:
        return score(found, reading).hits > 1
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
