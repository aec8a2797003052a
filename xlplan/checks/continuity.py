"""This year's workbook beside last year's: whether they belong together, and which village is which.

Read by A11, B03 and B07 where a workbook of last year was given (``xlplan check --previous``); nothing else loads it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from decimal import Decimal
from itertools import combinations

from xlplan import catalogue
from xlplan.checks.scope import ZERO, Outcome, Scope, not_checked, term
from xlplan.messages import finding
from xlplan.model import CellRef, Submission, Table, Unit
from xlplan.rates import unit_figures
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.dates import format_period
from xlplan.vietnamese.text import clean, fuzzy_key, key, name_key

BASE = catalogue.RATE_BASE
STEMS = ("ho_ngheo", "ho_can_ngheo", "ho_da_chieu")
START, END = "_dau_ky", "_cuoi_ky"
MOST_PIECES = 3  # villages that became one, or that one became; more at a time are hardly ever told apart by sums
MOST_TRIED = 15  # villages that are tried in every combination
SIZE_DRIFT = Decimal("0.1")  # by how much the households of merged villages may differ a year later
ENOUGH = 3  # households below which equal sums are chance

Sums = Mapping[str, Decimal]


class Village(NamedTuple):
    """A village in all tables of one workbook: where it stands first, its group, and its figures."""

    unit: Unit
    sheet: str
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


class LastYear(NamedTuple):
    """What this year's workbook can be held against. ``notes`` say why not, or what to know of it.

    ``reorganised``: name, kind, code or boundary of the commune are not those of last year. ``changes`` are
    villages that merged or were divided; they are in no list of ``villages`` but ``same``.
    """

    comparable: bool
    notes: tuple[Outcome, ...]
    reorganised: bool
    same_standard: bool
    period: tuple[int, int]
    villages: Matching
    changes: tuple[Change, ...]


NO_VILLAGES = Matching((), (), (), ())


# ---- villages ----------------------------------------------------------------------------------------------


def villages_of(submission: Submission) -> list[Village]:
    """The villages of all tables, figures of one village from several sheets together."""
    found: dict[tuple[str, str], Village] = {}
    for table in submission.tables:
        for i in table.positions("village"):
            unit = table.units[i]
            if not key(unit.name):
                continue
            group = name_key(table.units[unit.parent].name) if unit.parent is not None else ""
            at = (group, key(unit.name))
            if at in found:
                figures = {**unit_figures(table, i), **found[at].scope.figures}
                found[at] = found[at]._replace(scope=found[at].scope._replace(figures=figures))
            else:
                found[at] = Village(unit, table.sheet, group, len(found), _scope(table, i))
    return list(found.values())


def _scope(table: Table, i: int) -> Scope:
    labels = {line.code: line.label for line in table.lines if line.code}
    return Scope(
        table.units[i].name,
        unit_figures(table, i),
        labels,
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
    if not loose or len(loose) > MOST_TRIED or sum(wanted.values()) < ENOUGH:
        return ()
    if own is not None and own.sums(pieces_at) == wanted:
        return ()
    for size in range(1 if own is not None else 2, MOST_PIECES + 1):
        for some in combinations(loose, size):
            parts = [*some, *([own] if own is not None else [])]
            if _add_up(wanted, [part.sums(pieces_at) for part in parts]) and _as_large(whole, parts):
                return some
    return ()


def _add_up(wanted: Sums, parts: Sequence[Sums]) -> bool:
    """Whether the parts have all that is wanted, and each of them something of it."""
    if any(stem not in part for part in parts for stem in wanted):
        return False
    return all(any(part.values()) for part in parts) and all(
        sum((part[stem] for part in parts), ZERO) == value for stem, value in wanted.items()
    )


def _as_large(whole: Village, parts: Sequence[Village]) -> bool:
    """Whether the households of the parts are about those of the whole, where all are known."""
    sizes = [part.households for part in parts]
    if whole.households is None or any(size is None for size in sizes):
        return True
    return abs(sum((size or ZERO for size in sizes), ZERO) - whole.households) <= SIZE_DRIFT * whole.households


# ---- the workbooks -----------------------------------------------------------------------------------------


def compare(submission: Submission, previous: Submission) -> LastYear:
    """Holds two workbooks against each other: one commune, the year before, one standard, which villages."""
    found = match(villages_of(submission), villages_of(previous))
    period, before = submission.period, previous.period
    if period is None:
        field = submission.fields.get("ky")
        return _apart(not_checked("A11", "no_period", field.ref if field else None))
    if not _same_commune(submission, previous, found):
        return _apart(_i35(submission, previous))
    if before is None or before[1] != period[0] - 1:
        return _apart(_i36(submission, previous, period[0]))
    villages, moved = changes(found)
    renamed = not _same_name(submission, previous)
    notes = (_i37(submission, previous),) if renamed else ()
    complete = bool(found.same) and not (found.added or found.gone)
    reformed = _day(previous, before[1]) < reform_day() <= _day(submission, period[0])
    return LastYear(
        True,
        notes,
        renamed or (reformed and not complete),
        catalogue.standard_of(before[1]) == catalogue.standard_of(period[0]),
        before,
        villages,
        moved,
    )


def _apart(note: Outcome) -> LastYear:
    """Workbooks that are not held against each other, and why."""
    return LastYear(False, (note,), False, False, (0, 0), NO_VILLAGES, ())


def _same_name(submission: Submission, previous: Submission) -> bool:
    """Whether kind, name and (where both have one) code of the commune are the same; a blank one says nothing."""
    names = (name_key(submission.text("ten_don_vi")), name_key(previous.text("ten_don_vi")))
    others = [(key(submission.text(field)), key(previous.text(field))) for field in ("loai_don_vi", "ma_don_vi")]
    pairs = [names, *others]
    return all(now == before for now, before in pairs if now and before)


def _same_commune(submission: Submission, previous: Submission, found: Matching) -> bool:
    """Whether both are of one commune: by code, by name, else by the names of half of its villages.

    Names that are numbers (Tổ 1, Tổ 2 …) stand in every commune and speak for one only where it has no name.
    """
    codes = key(submission.text("ma_don_vi")), key(previous.text("ma_don_vi"))
    names = name_key(submission.text("ten_don_vi")), name_key(previous.text("ten_don_vi"))
    if any(all(pair) and pair[0] == pair[1] for pair in (codes, names)):
        return True
    named = [now for now, _ in found.same if not (all(names) and name_key(now.name).isdecimal())]
    return len(named) > 1 and 2 * len(named) >= len(found.same) + len(found.likely) + len(found.gone)


def reform_day() -> str:
    """The first day of the communes of two tiers (ISO), from the words for units."""
    return max(word.since for word in catalogue.unit_words("commune_kind"))


def _day(submission: Submission, year: int) -> str:
    """The day on which a workbook was made (ISO), as far as it says; else the first of its year."""
    parts = [submission.text(field) for field in ("nam_ban_hanh", "thang", "ngay")]
    if not parts[0].isdecimal():
        return f"{year}-01-01"
    month, day = (part.zfill(2) if part.isdecimal() else "01" for part in parts[1:])
    return f"{parts[0]}-{month}-{day}"


def file_name(submission: Submission) -> str:
    """The name of a workbook's file without its folders."""
    return submission.file.replace("\\", "/").rpartition("/")[2]


def _field_ref(submission: Submission, field: str) -> CellRef:
    found = submission.fields.get(field)
    if found is not None:
        return found.ref
    return CellRef(submission.table.sheet if submission.table else catalogue.forms()["thong_tin"].title, 0, 0)


def _i35(submission: Submission, previous: Submission) -> Outcome:
    return finding(
        "I35",
        _field_ref(submission, "ten_don_vi"),
        written=submission.unit_name,
        other=previous.unit_name or "…",
        file=file_name(previous),
    )


def _i36(submission: Submission, previous: Submission, first_year: int) -> Outcome:
    before = previous.period
    return finding(
        "I36",
        _field_ref(submission, "ky"),
        written=clean(submission.text("ky")),
        period=format_period(*before) if before else "…",
        file=file_name(previous),
        wanted=f"năm {first_year - 1}",
        wanted_en=f"in {first_year - 1}",
    )


def _i37(submission: Submission, previous: Submission) -> Outcome:
    return finding(
        "I37",
        _field_ref(submission, "ten_don_vi"),
        written=submission.unit_name,
        other=previous.unit_name,
        file=file_name(previous),
    )
