"""Villages in two years: which is which, which merged and which were divided.

Loaded only where a workbook of last year was given.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from decimal import Decimal
from itertools import combinations

from xlplan import catalogue
from xlplan.checks.scope import ZERO, Scope, says_something, term
from xlplan.model import Submission, Table, Unit
from xlplan.rates import unit_figures
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.text import fuzzy_key, key, name_key

BASE = catalogue.RATE_BASE
STEMS = ("ho_ngheo", "ho_can_ngheo", "ho_da_chieu")
START, END = "_dau_ky", "_cuoi_ky"
MOST_PIECES = 3  # villages that became one, or that one became; more at a time are hardly ever told apart by sums
MOST_TRIED = 15  # villages that are tried in every combination
SIZE_DRIFT = Decimal("0.1")  # by how much the households of merged villages may differ a year later
ENOUGH = 3  # households below which figures that agree under another name are chance

Sums = Mapping[str, Decimal]


class Village(NamedTuple):
    """A village in all tables of one workbook: where it stands first, its group, and its figures."""

    unit: Unit
    group: str
    place: int
    scope: Scope

    @property
    def name(self) -> str:
        """The name as the sheet has it."""
        return self.unit.name

    def sums(self, end: str) -> dict[str, Decimal]:
        """The readable counts at one end of the period by stem, and all households."""
        found = {}
        for stem in STEMS:
            cell = self.scope.figures.get(stem + end)
            if cell is not None and not (read := term(cell, blank_is_zero=True)).reason:
                found[stem] = read.value
        return found

    @property
    def households(self) -> Decimal | None:
        """All households, ``None`` where they are not known."""
        cell = self.scope.figures.get(BASE)
        return cell.value if cell is not None else None


class Matching(NamedTuple):
    """Which village of last year is which of this year; ``likely`` were renamed or are spelt otherwise."""

    same: tuple[tuple[Village, Village], ...]  # (this year, last year)
    likely: tuple[tuple[Village, Village], ...]
    added: tuple[Village, ...]
    gone: tuple[Village, ...]


class Change(NamedTuple):
    """Villages of last year whose figures together are those of villages of this year."""

    now: tuple[Village, ...]
    before: tuple[Village, ...]


NO_VILLAGES = Matching((), (), (), ())


# ---- villages ----------------------------------------------------------------------------------------------


def villages_of(submission: Submission) -> list[Village]:
    """The villages of all tables, figures of one village from several sheets together.

    A review form beside the plan's own table tells of the year before it and is left out.
    """
    found: dict[tuple[str, str], Village] = {}
    for table in [table for table in submission.tables if not table.form] or submission.tables:
        codes = stated_codes(table)
        for i in table.positions("village"):
            unit = table.units[i]
            if not key(unit.name):
                continue
            group = name_key(table.units[unit.parent].name) if unit.parent is not None else ""
            at = (group, key(unit.name))
            scope = _scope(table, i, codes)
            if at in found:
                scope = scope._replace(figures={**scope.figures, **found[at].scope.figures})
                found[at] = found[at]._replace(scope=scope)
            else:
                found[at] = Village(unit, group, len(found), scope)
    return list(found.values())


def stated_codes(table: Table) -> set[str]:
    """The indicators of which a table says something: the 0 of a formula on blank cells says nothing.

    An end that is 0 everywhere counts where its start is filled in.
    """
    units = tuple(table.positions("village", "group", "commune"))
    said = {
        line.code
        for j, line in enumerate(table.lines)
        if line.code and any((cell := table.cell(i, j)) is not None and says_something(cell) for i in units)
    }
    return said | {stem + END for stem in STEMS if stem + START in said}


def _scope(table: Table, i: int, codes: set[str]) -> Scope:
    """The figures of one village; none where its row is not filled in."""
    figures = {code: cell for code, cell in unit_figures(table, i).items() if code in codes}
    return Scope(
        table.units[i].name,
        figures if any(map(says_something, figures.values())) else {},
        {line.code: line.label for line in table.lines if line.code},
        blank_is_zero=True,
        is_commune=False,
        is_village=True,
    )


def match(now: Sequence[Village], before: Sequence[Village]) -> Matching:
    """Pairs the villages of two years by name: as written in its group, as written, by name alone; then likely ones.

    A name counts only where it is the only one of its kind in both years. Likely are names that differ in
    diacritics, and those at the same place with the same households or the same poor ones.
    """
    left, old = list(now), list(before)
    same = [pair for by in (_written, _label, _name) for pair in _take(left, old, by)]
    likely = _take(left, old, lambda v: fuzzy_key(v.name))
    if len(now) == len(before):
        likely += _take(left, old, lambda v: v.place, _same_figures)
    return Matching(tuple(same), tuple(likely), tuple(left), tuple(old))


def _written(village: Village) -> Hashable:
    return village.group, key(village.name)


def _label(village: Village) -> Hashable:
    return key(village.name)


def _name(village: Village) -> Hashable:
    return name_key(village.name)


def _take(
    left: list[Village],
    old: list[Village],
    by: Callable[[Village], Hashable],
    also: Callable[[Village, Village], bool] = lambda now, before: True,
) -> list[tuple[Village, Village]]:
    """Takes the pairs that agree in something that no other village of its year has."""
    ours, theirs = _single(left, by), _single(old, by)
    pairs = [(now, theirs[at]) for at, now in ours.items() if at in theirs and also(now, theirs[at])]
    for now, before in pairs:
        left.remove(now)
        old.remove(before)
    return pairs


def _single(villages: Sequence[Village], by: Callable[[Village], Hashable]) -> dict[Hashable, Village]:
    found: dict[Hashable, list[Village]] = {}
    for village in villages:
        found.setdefault(by(village), []).append(village)
    return {at: some[0] for at, some in found.items() if len(some) == 1}


def _same_figures(now: Village, before: Village) -> bool:
    """Whether two villages have the same households, or the same poor and near-poor ones at the turn of the year."""
    if now.households is not None and now.households == before.households:
        return True
    start, end = now.sums(START), before.sums(END)
    shared = [stem for stem in start if stem in end]
    return len(shared) > 1 and all(start[s] == end[s] for s in shared) and sum(start[s] for s in shared) >= ENOUGH


# ---- villages that merged or were divided ------------------------------------------------------------------


def changes(found: Matching) -> tuple[Matching, tuple[Change, ...]]:
    """Villages that became one (with one that kept its name, or under a new one), and those that were divided."""
    added, gone = list(found.added), list(found.gone)
    kept = {now.unit.ref: before for now, before in found.same}
    seen: list[Change] = []
    for now in (*found.added, *(now for now, _ in found.same)):
        before = kept.get(now.unit.ref)
        if pieces := _pieces(now, START, gone, END, before):
            gone = [village for village in gone if village not in pieces]
            added = [village for village in added if village is not now]
            seen.append(Change((now,), (*((before,) if before else ()), *pieces)))
    survivors = {before.unit.ref: now for now, before in found.same}
    for before in (*gone, *(before for _, before in found.same)):
        own = survivors.get(before.unit.ref)
        if pieces := _pieces(before, END, added, START, own):
            added = [village for village in added if village not in pieces]
            gone = [village for village in gone if village is not before]
            seen.append(Change((*((own,) if own else ()), *pieces), (before,)))
    return Matching(found.same, found.likely, tuple(added), tuple(gone)), tuple(seen)


def _pieces(whole: Village, at: str, loose: list[Village], pieces_at: str, own: Village | None) -> tuple[Village, ...]:
    """The loose villages of the other year that, with ``own``, have exactly the figures of a village."""
    wanted = whole.sums(at)
    if not loose or len(loose) > MOST_TRIED or sum(wanted.values()) < (ENOUGH if own is None else 1):
        return ()
    if own is not None and own.sums(pieces_at) == wanted:
        return ()
    for size in range(1 if own is not None else 2, MOST_PIECES + 1):
        for some in combinations(loose, size):
            parts = [*some, *([own] if own is not None else [])]
            said = all(any(part.sums(pieces_at).values()) for part in some)
            if said and _add_up(wanted, [part.sums(pieces_at) for part in parts]) and _as_large(whole, parts):
                return some
    return ()


def _add_up(wanted: Sums, parts: Sequence[Sums]) -> bool:
    """Whether the parts together have exactly what is wanted."""
    if any(stem not in part for part in parts for stem in wanted):
        return False
    return all(sum((part[stem] for part in parts), ZERO) == value for stem, value in wanted.items())


def _as_large(whole: Village, parts: Sequence[Village]) -> bool:
    """Whether the households of the parts are about those of the whole, where all are known."""
    sizes = [part.households for part in parts]
    if whole.households is None or any(size is None for size in sizes):
        return True
    return abs(sum((size or ZERO for size in sizes), ZERO) - whole.households) <= SIZE_DRIFT * whole.households
