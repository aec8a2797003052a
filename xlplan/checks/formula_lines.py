"""Formulas beside their neighbours: those that take another row or base (F03)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from xlplan import catalogue
from xlplan.checks.formula_habits import (
    LEAST,
    Habit,
    across,
    habits_of,
    is_habit,
    over_units,
    over_units_at,
    pattern_of,
)
from xlplan.checks.formula_layouts import Place
from xlplan.checks.formula_sums import is_over_units
from xlplan.checks.formula_tables import Entry, TableFormulas, is_rate
from xlplan.checks.scope import Case, plain
from xlplan.formulas.results import UnknownError
from xlplan.messages import finding
from xlplan.model import Finding
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.numbers import rate as ratio


class _Fault(NamedTuple):
    """What a formula takes that it should not, in both languages, and the figure that is right, if known."""

    vi: str
    en: str
    right: Decimal | None = None
    model: str = ""
    sure: bool = True


def misdirected(formulas: TableFormulas, _: Case) -> Iterator[Finding]:
    """F03: rates on another base, formulas that take another row or column than their own."""
    habits = habits_of(formulas)
    doubtful: list[Place] = formulas.layout.keep("misdirected", lambda: _in_doubt(formulas, habits))
    known: dict[tuple[int, int], tuple[str, str] | None] = {}
    right: set[tuple[int, int]] = set()  # what is right in one row of a line is right in all that repeat it
    for place in doubtful:
        entry = formulas.entries[place]
        if entry.own is not None:
            if (same := (entry.line, id(entry.formula))) in right:
                continue
            fault = _of_own(formulas, entry, habits, known)
            if fault is None:
                right.add(same)
        else:
            fault = _of_others(formulas, entry, habits)
        if fault is not None:
            yield _misdirected(formulas, entry, fault)


def _in_doubt(formulas: TableFormulas, habits: dict[int, Habit]) -> list[Place]:
    """The formulas that do not plainly take what they should, as nearly all do; from the layout alone."""
    found = []
    known: dict[tuple[int, int], bool] = {}  # most formulas of a line are one and the same object
    for place, entry in formulas.entries.items():
        if entry.own is None:
            doubtful = _may_take_others(formulas, entry)
        else:
            same = (entry.line, id(entry.formula))
            if same not in known:
                known[same] = _may_take_another(formulas, entry, habits)
            doubtful = known[same]
        if doubtful:
            found.append(place)
    return found


def _may_take_another(formulas: TableFormulas, entry: Entry, habits: dict[int, Habit]) -> bool:
    """Whether a formula of figures of its own unit has to be looked at."""
    if is_rate(formulas.table, entry.line):
        return _base_fault(formulas, entry) is not None
    habit = habits.get(entry.line)
    return habit is not None and entry.formula is not habit.model.formula


def _may_take_others(formulas: TableFormulas, entry: Entry) -> bool:
    """Whether a formula of figures of other units has to be looked at."""
    form, table = entry.form, formulas.table
    if form is None:
        return False
    targets = [entry.targets[slot] for slot in form.slots]
    if any(target.beyond for target in targets) or not any(target.cells for target in targets):
        return False
    if table.units[entry.unit].kind == "difference":
        return not _is_usual_difference(formulas, entry)
    if is_rate(table, entry.line):
        return True
    return not is_over_units(entry)  # whom a sum takes is another rule's question


def _misdirected(formulas: TableFormulas, entry: Entry, fault: _Fault) -> Finding:
    cell, right = entry.cell, fault.right
    holds = right is not None and formulas.same(entry.line, cell, right)
    undecided = not fault.sure or (right is None and cell.value is None)
    advice, advice_en = ("Sửa lại công thức", "Correct the formula")
    if fault.model:
        advice, advice_en = f"Sửa thành {fault.model}", f"Make it {fault.model}"
    return finding(
        "F03",
        cell.ref,
        severity="warning" if holds or undecided else "error",
        place=formulas.place(entry.unit, entry.line),
        written=entry.written,
        fault=fault.vi,
        fault_en=fault.en,
        advice=advice,
        advice_en=advice_en,
        actual=plain(cell.value) if cell.value is not None else "",
        expected="" if right is None else plain(formulas.shown((entry.unit, entry.line), right)),
    )


def _printed_rate(formulas: TableFormulas, unit: int, line: int) -> tuple[Decimal | None, str]:
    """The rate that the table's own counts give, and its formula."""
    table = formulas.table
    code = table.lines[line].code or ""
    part, base = table.line_of(catalogue.count_of(code)), table.line_of(catalogue.RATE_BASE)
    if part is None or base is None:
        return None, ""
    places = formulas.places(table.cells[unit, line])
    model = f"=ROUND({formulas.address(unit, part)}*100/{formulas.address(unit, base)},2)"
    count, whole = table.cells[unit, part].value, table.cells[unit, base].value
    return (ratio(count, whole, places) if count is not None and whole is not None else None), model


def _of_own(
    formulas: TableFormulas,
    entry: Entry,
    habits: dict[int, Habit],
    known: dict[tuple[int, int], tuple[str, str] | None],
) -> _Fault | None:
    """The fault of a formula that takes figures of its own unit."""
    if is_rate(formulas.table, entry.line):
        same = (entry.line, id(entry.formula))
        if same not in known:
            known[same] = _base_fault(formulas, entry)
        words = known[same]
        return _Fault(*words, *_printed_rate(formulas, entry.unit, entry.line)) if words else None
    habit = habits.get(entry.line)
    return None if habit is None else _unlike_others(formulas, entry, habit)


def _base_fault(formulas: TableFormulas, entry: Entry) -> tuple[str, str] | None:
    """Whether a printed rate is taken of another indicator, or on another base, than its heading says."""
    form, lines = entry.form, formulas.table.lines
    code = lines[entry.line].code or ""
    if form is None or form.kind != "rate" or entry.own is None:
        return None
    wanted = (
        ("tử số", "the part", form.terms, catalogue.count_of(code)),
        ("mẫu số", "the base", form.under, catalogue.RATE_BASE),
    )
    for name, name_en, terms, right in wanted:
        taken = lines[entry.own[terms[0][1]]]
        if len(terms) == 1 and taken.code is not None and taken.code != right:
            label = next((line.label for line in lines if line.code == right), catalogue.label(right))
            return (
                f"lấy “{taken.label}” làm {name} thay vì “{label}”",
                f"takes “{taken.label}” for {name_en} in place of “{label}”",
            )
    return None


def _unlike_others(formulas: TableFormulas, entry: Entry, habit: Habit) -> _Fault | None:
    """Whether a formula takes other columns than its neighbours do, and comes to another figure."""
    pattern = pattern_of(entry)
    unit = formulas.table.units[entry.unit]
    if pattern is None or pattern == habit.pattern or unit.kind not in ("village", "group"):
        return None
    try:
        right, mine = formulas.at_unit(habit.model, entry.unit), formulas.recomputed(entry)
    except UnknownError:
        return None
    if not isinstance(right, Decimal) or not isinstance(mine, Decimal) or right == mine:
        return None
    model = formulas.moved(habit.model, entry.unit)
    line = formulas.table.lines[entry.line].label
    return _Fault(
        f"tính khác các công thức còn lại của “{line}”",
        f"reckons otherwise than the other formulas of “{line}”",
        right,
        model,
        sure=False,
    )


def _of_others(formulas: TableFormulas, entry: Entry, habits: dict[int, Habit]) -> _Fault | None:
    """The fault of a formula that takes figures of other units too."""
    form, table = entry.form, formulas.table
    assert form is not None  # asked before
    cells = [cell for slot in form.slots for cell in entry.targets[slot].cells]
    kind = table.units[entry.unit].kind
    if kind == "difference":
        return _of_difference(formulas, entry, cells)
    strangers = sorted({unit for unit, _ in cells if unit != entry.unit})
    if is_rate(table, entry.line):
        return _rate_of_others(formulas, entry, strangers)
    if not strangers:
        return None
    if kind != "village" and form.kind == "sum" and len(strangers) > 1:
        return _of_total(formulas, entry, cells)
    habit = habits.get(entry.line)
    return _other_row(formulas, entry, strangers, habit) if habit else None


def _other_row(formulas: TableFormulas, entry: Entry, strangers: list[int], habit: Habit) -> _Fault:
    units = formulas.table.units
    try:
        right = formulas.at_unit(habit.model, entry.unit)
    except UnknownError:
        right = None
    other, own = units[strangers[0]].name, units[entry.unit].name
    return _Fault(
        f"lấy số của “{other}” thay vì của “{own}”",
        f"takes figures of “{other}” in place of “{own}”",
        right if isinstance(right, Decimal) else None,
        formulas.moved(habit.model, entry.unit),
    )


def _rate_of_others(formulas: TableFormulas, entry: Entry, strangers: list[int]) -> _Fault | None:
    """A printed rate that takes another unit's counts, or that adds up rates."""
    form, units = entry.form, formulas.table.units
    assert form is not None
    right, model = _printed_rate(formulas, entry.unit, entry.line)
    if form.kind == "rate":
        other, own = units[strangers[0]].name, units[entry.unit].name
        return _Fault(
            f"lấy số của “{other}” thay vì của “{own}”", f"takes figures of “{other}” in place of “{own}”", right, model
        )
    if len(strangers) > 1 and right is not None:
        way, way_en = ("lấy trung bình", "averages") if form.kind == "mean" else ("cộng", "adds up")
        return _Fault(
            f"{way} các tỷ lệ, trong khi tỷ lệ chung phải tính từ số hộ chung",
            f"{way_en} rates, while the rate of the whole comes from its own counts",
            right,
            model,
        )
    return None


def _of_total(formulas: TableFormulas, entry: Entry, cells: list[tuple[int, int]]) -> _Fault | None:
    """A sum over units of another indicator than its own, beside sums that keep to theirs."""
    wrong = sorted({line for _, line in cells if line != entry.line})
    if not wrong or len(cells) < LEAST:
        return None
    peers = (formulas.entries.get((entry.unit, j)) for j in range(len(formulas.table.lines)) if j != entry.line)
    model = next((peer for peer in peers if peer and is_over_units(peer) and len(_units_of(peer)) > 1), None)
    fault = _other_line(formulas, entry, model, wrong) if model else None
    try:
        given = formulas.recomputed(entry)
    except UnknownError:
        given = entry.cell.value
    if fault and given == fault.right:
        return None  # the other columns make up this one: D + E in every village
    return fault


def _ways_at(formulas: TableFormulas, unit: int) -> Counter[tuple[tuple[int, Decimal], ...]]:
    """The units that the formulas of a unit take, and how many take just these; counted once for a table."""
    if unit not in formulas.ways:
        formulas.ways[unit] = Counter([tuple(_units_of(peer)) for peer in over_units_at(formulas, unit).values()])
    return formulas.ways[unit]


def _units_of(entry: Entry) -> list[tuple[int, Decimal]]:
    """The units that a formula over units takes, with their signs."""
    form = entry.form
    assert form is not None
    return sorted((unit, times) for times, slot in form.terms for unit, _ in entry.targets[slot].cells)


def _other_line(formulas: TableFormulas, entry: Entry, model: Entry, wrong: list[int]) -> _Fault:
    taken, own = (formulas.table.lines[j].label for j in (wrong[0], entry.line))
    return _Fault(
        f"lấy số của “{taken}” thay vì của “{own}”",
        f"takes figures of “{taken}” in place of “{own}”",
        over_units(formulas, model, entry.line),
        across(formulas, model, entry.line),
    )


def _is_usual_difference(formulas: TableFormulas, entry: Entry) -> bool:
    """Whether a difference takes its own indicator of the units that most beside it take; also where none does."""
    if not (ways := _ways_at(formulas, entry.unit)):
        return True
    usual, _ = ways.most_common(1)[0]
    if entry.line in over_units_at(formulas, entry.unit):  # so it takes no other indicator
        return tuple(_units_of(entry)) == usual
    form = entry.form
    assert form is not None  # asked before
    return all(line == entry.line for slot in form.slots for _, line in entry.targets[slot].cells)


def _of_difference(formulas: TableFormulas, entry: Entry, cells: list[tuple[int, int]]) -> _Fault | None:
    """A difference that takes another indicator, or other units than the differences beside it."""
    table = formulas.table
    peers, ways = over_units_at(formulas, entry.unit), _ways_at(formulas, entry.unit)
    usual, count = ways.most_common(1)[0]
    own = tuple(_units_of(entry)) if entry.line in peers else usual
    wrong = sorted({line for _, line in cells if line != entry.line})
    model = next(peer for peer in peers.values() if tuple(_units_of(peer)) == usual)
    if wrong:
        return _other_line(formulas, entry, model, wrong) if is_habit(count, 1) else None
    if not is_habit(count, ways.total() - count):
        return None
    stranger = next((unit for unit, _ in own if unit not in dict(usual)), own[0][0])
    name, wanted = table.units[stranger].name, " – ".join(table.units[unit].name for unit, _ in usual)
    right = over_units(formulas, model, entry.line)
    fault = f"lấy số của “{name}”; các ô bên cạnh tính {wanted}"
    fault_en = f"takes “{name}”; the cells beside it reckon {wanted}"
    return _Fault(fault, fault_en, right, across(formulas, model, entry.line))
