"""Sums over units: whom a formula adds up (F02), and formulas that go in circles (F05)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from xlplan import catalogue
from xlplan.checks.formula_layouts import Place
from xlplan.checks.formula_tables import ZERO, Entry, TableFormulas
from xlplan.checks.scope import Case, plain
from xlplan.messages import finding
from xlplan.model import Finding
from xlplan.tuples import NamedTuple

if TYPE_CHECKING:
    from xlplan.model import CellRef, Table

MOST_NAMED = 3
TOTALS = ("commune", "sum", "group")


def members(entry: Entry) -> Counter[int] | None:
    """The units whose figures in its own line a formula adds up, and how often; ``None`` for any other formula."""
    form = entry.form
    if form is None or form.kind != "sum" or entry.own is not None or any(times != 1 for times, _ in form.terms):
        return None
    found: list[int] = []
    for _, slot in form.terms:
        units = [unit for unit, line in entry.targets[slot].cells if line == entry.line]
        if not units or len(units) < len(entry.targets[slot].cells):
            return None
        found += units
    return Counter(found)


def is_over_units(entry: Entry) -> bool:
    """Whether a formula takes figures of its own line from other units, and nothing else."""
    form = entry.form
    if form is None or entry.own is not None or form.kind != "sum":
        return False
    cells = [cell for slot in form.slots for cell in entry.targets[slot].cells]
    beyond = any(entry.targets[slot].beyond and not entry.targets[slot].cells for slot in form.slots)
    return bool(cells) and not beyond and all(line == entry.line and unit != entry.unit for unit, line in cells)


class Cover(NamedTuple):
    """The villages that a total takes in, and how often each."""

    villages: Counter[int]
    wanted: frozenset[int]

    @property
    def is_right(self) -> bool:
        """Whether every village is taken once, and nothing else."""
        return self.villages.keys() == self.wanted and self.villages.total() == len(self.wanted)

    @property
    def missing(self) -> list[int]:
        """Villages that are left out."""
        return sorted(self.wanted - self.villages.keys())

    @property
    def twice(self) -> list[int]:
        """Villages that are taken in more than once."""
        return sorted(unit for unit, times in self.villages.items() if times > 1 and unit in self.wanted)

    @property
    def strange(self) -> list[int]:
        """Villages of another group."""
        return sorted(self.villages.keys() - self.wanted)


class _Line:
    """Whom the totals of one line add up."""

    def __init__(self, table: Table, entries: list[Entry]) -> None:
        self.table = table
        self.sums: dict[int, tuple[Entry, Counter[int]]] = {}
        for entry in entries:
            if (found := members(entry)) is None:
                continue
            if table.units[entry.unit].kind != "village" or found.total() > 1:  # a link to another is no subtotal
                self.sums[entry.unit] = entry, found
        self._expanded: dict[int, Counter[int]] = {}
        self.leaves = frozenset([i for i in self.table.positions("village") if i not in self.sums])

    def below(self, group: int) -> frozenset[int]:
        """The villages of a group, at any depth."""
        return frozenset(i for i in self.leaves if group in self._parents(i))

    def _parents(self, unit: int) -> Iterator[int]:
        parent = self.table.units[unit].parent
        while parent is not None:
            yield parent
            parent = self.table.units[parent].parent

    def expanded(self, unit: int, trail: tuple[int, ...] = ()) -> Counter[int]:
        """The villages that a unit's figure stands for; by its formula where it has one."""
        if unit not in self._expanded:
            if unit in trail:
                return Counter()
            self._expanded[unit] = self._expand(unit, trail)
        return self._expanded[unit]

    def _expand(self, unit: int, trail: tuple[int, ...]) -> Counter[int]:
        kind = self.table.units[unit].kind
        if kind == "difference":
            return Counter()
        if unit in self.sums:
            entry, found = self.sums[unit]
            skips = entry.form is not None and entry.form.skips_subtotals
            whole: Counter[int] = Counter()
            for member, times in found.items():
                if member in self.leaves:  # a village, nearly always
                    whole[member] += times
                    continue
                if skips and self._is_subtotal(member):
                    continue
                for village, inside in self.expanded(member, (*trail, unit)).items():
                    whole[village] += times * inside
            return whole
        if kind == "group":
            return Counter(self.below(unit))
        return Counter(self.leaves) if kind in TOTALS else Counter((unit,))

    def _is_subtotal(self, unit: int) -> bool:
        entry = self.sums.get(unit)
        return entry is not None and entry[0].form is not None and entry[0].form.skips_subtotals

    def is_doubtful(self, entry: Entry) -> bool:
        """Whether a total has to be looked at: it does not add up every village by itself, as nearly all do."""
        group = self.table.units[entry.unit].kind == "group"
        return group or not Cover(self.sums[entry.unit][1], self.leaves).is_right

    def cover(self, unit: int) -> Cover:
        """What a total takes in and should take in."""
        wanted = self.below(unit) if self.table.units[unit].kind == "group" else self.leaves
        return Cover(self.expanded(unit), wanted)

    def is_echo(self, unit: int) -> bool:
        """Whether a total is right itself: what is wrong comes from a subtotal that it rightly takes."""
        whole: Counter[int] = Counter()
        for member, times in self.sums[unit][1].items():
            inside = Counter(self.below(member)) if self.table.units[member].kind == "group" else self.expanded(member)
            for village, count in inside.items():
                whole[village] += times * count
        return Cover(whole, self.cover(unit).wanted).is_right

    def is_part(self, unit: int) -> bool:
        """Whether a total that leaves out villages is one of several: another adds it up, or takes only the others."""
        own = self.expanded(unit).keys()
        others = [i for i in self.sums if i != unit and self.table.units[i].kind == "commune"]
        if any(unit in self.sums[i][1] for i in others):
            return True
        return bool(others) and all(own.isdisjoint(self.expanded(i)) for i in others)


def sums(formulas: TableFormulas, case: Case) -> Iterator[Finding]:
    """F02: totals, sums and groups whose formula leaves out villages or takes them in twice."""
    doubtful: list[int] = formulas.layout.keep(
        "doubtful sums", lambda: [j for j, line in _lines(formulas) if any(map(line.is_doubtful, _totals(line)))]
    )
    for j, line in _lines(formulas) if doubtful else ():
        for entry in _totals(line) if j in doubtful else ():
            if line.is_doubtful(entry):
                yield from _sum(formulas, line, entry, case)


def _lines(formulas: TableFormulas) -> Iterator[tuple[int, _Line]]:
    """The lines of counts that have formulas over units."""
    by_line: dict[int, list[Entry]] = {}
    for entry in formulas.entries.values():
        if entry.own is None:
            by_line.setdefault(entry.line, []).append(entry)
    for j, entries in by_line.items():
        code = formulas.table.lines[j].code
        if code is None or not catalogue.is_rate(code):
            yield j, _Line(formulas.table, entries)


def _totals(line: _Line) -> Iterator[Entry]:
    """The formulas of totals that add up units."""
    for i, (entry, found) in line.sums.items():
        if line.table.units[i].kind in TOTALS and i not in found and _is_sum(entry, found):
            yield entry


def _is_sum(entry: Entry, found: Counter[int]) -> bool:
    """Whether a formula adds up units; a link to a single other cell is none."""
    form = entry.form
    assert form is not None  # it has members
    return sum(found.values()) > 1 and not any(
        entry.targets[s].beyond and not entry.targets[s].cells for s in form.slots
    )


def _sum(formulas: TableFormulas, line: _Line, entry: Entry, case: Case) -> Iterator[Finding]:
    cover = line.cover(entry.unit)
    if cover.is_right or line.is_echo(entry.unit):
        return
    faults: list[tuple[str, str]] = []
    if cover.twice:
        names, names_en = _names(line, cover.twice)
        faults.append((f"cộng {names} hơn một lần", f"adds {names_en} more than once"))
    if cover.missing and not (line.table.units[entry.unit].kind == "commune" and line.is_part(entry.unit)):
        names, names_en = _names(line, cover.missing)
        faults.append((f"bỏ sót {names}", f"leaves out {names_en}"))
    if cover.strange:
        names, names_en = _names(line, cover.strange)
        faults.append((f"lấy cả {names} của nhóm khác", f"takes in {names_en} of another group"))
    if not faults:
        return
    wanted = _value(formulas, cover.wanted, entry.line)
    if entry.cell.value is None:
        holds = not any(_number(formulas, unit, entry.line) for unit in cover.wanted)
    else:
        holds = entry.cell.value == wanted
    yield finding(
        "F02",
        entry.cell.ref,
        severity="warning" if holds else "error",
        place=formulas.place(entry.unit, entry.line),
        written=entry.written,
        fault=" và ".join(vi for vi, _ in faults),
        fault_en=" and ".join(en for _, en in faults),
        villages=case.village_word,
        right=_right(formulas, line, entry),
        actual=plain(entry.cell.value) if entry.cell.value is not None else "",
        expected=plain(wanted),
        related=_refs(formulas, (*cover.missing, *cover.twice, *cover.strange), entry.line),
    )


def _refs(formulas: TableFormulas, units: Iterable[int], line: int) -> tuple[CellRef, ...]:
    return tuple(formulas.table.cells[unit, line].ref for unit in units)


def _names(line: _Line, units: list[int]) -> tuple[str, str]:
    """Names of villages, the first few of them."""
    names = ", ".join(line.table.units[unit].name or "(chưa có tên)" for unit in units[:MOST_NAMED])
    more = len(units) - MOST_NAMED
    return (f"{names} và {more} nơi khác", f"{names} and {more} more") if more > 0 else (names, names)


def _number(formulas: TableFormulas, unit: int, line: int) -> Decimal:
    cell = formulas.table.cells[unit, line]
    return cell.value if cell.value is not None else ZERO


def _value(formulas: TableFormulas, villages: Iterable[int], line: int) -> Decimal:
    return sum((_number(formulas, unit, line) for unit in villages), ZERO)


def _right(formulas: TableFormulas, line: _Line, entry: Entry) -> str:
    """The formula that takes every village once: a range, or the subtotals and what stands outside them."""
    units, own = line.table.units, entry.unit
    parent = own if units[own].kind == "group" else None
    top = [i for i in line.table.positions("village", "group") if units[i].parent == parent]
    top = [i for i in top if i in line.leaves or units[i].kind == "group"]
    if not top:
        return ""
    first, last = top[0], top[-1]
    between = range(first, last + 1)
    if all(i in top for i in between):
        whole = f"{formulas.address(first, entry.line)}:{formulas.address(last, entry.line)}"
        return f"=SUM({whole})" if first != last else f"={formulas.address(first, entry.line)}"
    return f"=SUM({','.join(formulas.address(i, entry.line) for i in top)})"


# ---- F05 ------------------------------------------------------------------------------------------------------


def circles(formulas: TableFormulas, _: Case) -> Iterator[Finding]:
    """F05: formulas that take their own cell, directly or through others; one finding for each circle."""
    for first, *others in all_circles(formulas):
        yield _in_circle(formulas, formulas.entries[first], others)


def all_circles(formulas: TableFormulas) -> list[list[tuple[int, int]]]:
    """The cells of each circle, in their order; found once for all tables of a layout."""
    found: list[list[Place]] = formulas.layout.keep(
        "circles", lambda: _all_circles(formulas) if _may_go_round(formulas) else []
    )
    return found


def _all_circles(formulas: TableFormulas) -> list[list[Place]]:
    done: set[tuple[int, int]] = set()
    found = []
    computed = {line for _, line in formulas.entries}
    for start, entry in formulas.entries.items():
        if entry.own is not None and (
            computed.isdisjoint(entry.own) or formulas.entries.keys().isdisjoint(_taken(entry))
        ):
            continue
        if circle := _circle(formulas, start, done):
            found.append(circle)
    return found


def _may_go_round(formulas: TableFormulas) -> bool:
    """A quick look for circles: one stays within a unit, and then goes round among lines, or goes round among units."""
    lines: dict[int, set[int]] = {}  # which lines take which, all units together
    units: dict[int, set[int]] = {}
    seen: set[tuple[int, int]] = set()  # most formulas of a line are one and the same object
    for entry in formulas.entries.values():
        if entry.own is None:
            taken = _taken(entry)
            units.setdefault(entry.unit, set()).update([unit for unit, _ in taken if unit != entry.unit])
            lines.setdefault(entry.line, set()).update([line for unit, line in taken if unit == entry.unit])
        elif (same := (entry.line, id(entry.formula))) not in seen:
            seen.add(same)
            lines.setdefault(entry.line, set()).update(entry.own)
    return _goes_round(lines) or _goes_round(units)


def _goes_round(taken: dict[int, set[int]]) -> bool:
    """Whether something takes itself, directly or through others."""
    waits = {at: sum(other in taken for other in others) for at, others in taken.items()}
    users: dict[int, list[int]] = {}
    for at, others in taken.items():
        for other in others:
            users.setdefault(other, []).append(at)
    known = [at for at, count in waits.items() if not count]
    for at in known:  # which grows by whoever takes nothing that is not known
        for user in users.get(at, ()):
            waits[user] -= 1
            if not waits[user]:
                known.append(user)
    return len(known) < len(taken)


def _in_circle(formulas: TableFormulas, entry: Entry, others: list[tuple[int, int]]) -> Finding:
    through = ", ".join(formulas.address(*place) for place in others)
    return finding(
        "F05",
        entry.cell.ref,
        place=formulas.place(entry.unit, entry.line),
        written=entry.written,
        fault=f"tính vòng tròn qua {through}" if others else "tính từ chính ô này",
        fault_en=f"goes in a circle through {through}" if others else "takes its own cell",
        actual=entry.cell.written,
        related=tuple(formulas.table.cells[place].ref for place in others),
    )


def _circle(formulas: TableFormulas, start: tuple[int, int], done: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """The cells of the first circle that is met from a cell, in their order; each cell is visited once."""
    path: dict[tuple[int, int], None] = {}  # in order
    waiting: list[tuple[tuple[int, int], bool]] = [(start, False)]
    while waiting:
        place, left = waiting.pop()
        if left:
            path.popitem()
            done.add(place)
        elif place in path:
            done.update(path)
            cells = list(path)
            return cells[cells.index(place) :]
        elif place not in done and place in formulas.entries:
            path[place] = None
            waiting.append((place, True))
            waiting += [(cell, False) for cell in _taken(formulas.entries[place])]
    return []


def _taken(entry: Entry) -> Iterable[tuple[int, int]]:
    if entry.own is not None:
        return [(entry.unit, line) for line in entry.own]
    return [cell for target in entry.targets for cell in target.cells]
