"""Several tables of one workbook: flows between poor and near-poor (A10), rates and their counts (A17), one figure
in two places (I19).

Units are matched by name. Tables are compared only where they speak of one year.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from xlplan import catalogue
from xlplan.checks.relations import Ratio, Relation, as_printed, at_own_decimals, decimals
from xlplan.checks.scope import PASSED, ZERO, Outcome, Term, filled, filled_lines, not_checked, plain, term
from xlplan.messages import finding
from xlplan.model import Cell, NotChecked, Table
from xlplan.rates import unit_figures
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.numbers import round_half_up
from xlplan.vietnamese.text import name_key

MOST_TABLES = 40  # of one workbook that are compared with each other; the pairs grow with the square
POOR_FLOW, NEAR_POOR_FLOW = "dien_bien_ho_ngheo", "dien_bien_ho_can_ngheo"
CROSSING = (
    "ngheo_thanh_can_ngheo",
    "can_ngheo_thanh_ngheo",
    "khau_ngheo_thanh_can_ngheo",
    "khau_can_ngheo_thanh_ngheo",
)
"""Flows that both forms Diễn biến have: out of one, into the other."""


class Pair(NamedTuple):
    """The figures of one indicator in two tables, for one unit."""

    name: str
    label: str
    first: Cell
    second: Cell


def crossing_flows(tables: tuple[Table, ...]) -> Iterator[Outcome]:
    """A10: nghèo → cận nghèo in the poor table equals the same flow in the near-poor table, and back."""
    for poor, near in _of_one_year(tables):
        if {poor.form, near.form} == {POOR_FLOW, NEAR_POOR_FLOW}:
            for code in CROSSING:
                yield from _crossing(code, poor, near)


def _crossing(code: str, one: Table, other: Table) -> Iterator[Outcome]:
    """One flow in both tables; a blank beside filled cells is none, a blank column is not checked."""
    places = (one.line_of(code), other.line_of(code))
    if None in places:
        return
    blank = [t for t, j in zip((one, other), places, strict=True) if j not in filled_lines(t)]
    if blank:
        if len(blank) == 1:
            line = blank[0].lines[blank[0].line_of(code) or 0]
            yield not_checked("A10", "blank", line.ref)
        return
    for pair in _pairs(code, one, other, _same_units(one, other)):
        values = _counts("A10", pair)
        if isinstance(values, NotChecked):
            yield values
        elif values[0] == values[1]:
            yield PASSED
        else:
            yield _differ("A10", pair, values)


def same_figures(tables: tuple[Table, ...]) -> Iterator[Outcome]:
    """I19 between tables: one count of one unit is the same wherever the workbook has it.

    Of two tables of the plan only what stands at its start is compared: targets may be proposed, assigned, met.
    """
    if len(tables) > MOST_TABLES:
        yield not_checked("I19", "too_many_tables", what=str(MOST_TABLES))
    told: set[tuple[str, str]] = set()
    for one, other in _of_one_year(tables):
        flows = {one.form, other.form} == {POOR_FLOW, NEAR_POOR_FLOW}
        shared = _shared(one, other)
        units = [*_same_units(one, other)] if shared else []
        for code in shared:
            if flows and code in CROSSING:
                continue
            for pair in _pairs(code, one, other, units):
                if not filled(pair.first) or not filled(pair.second) or (code, pair.name) in told:
                    continue
                values = _counts("I19", pair)
                if isinstance(values, NotChecked):
                    continue  # A01 names the cell
                if values[0] == values[1]:
                    yield PASSED
                    continue
                told.add((code, pair.name))
                yield _differ("I19", pair, values)


def _shared(one: Table, other: Table) -> list[str]:
    """The counts that must be the same in two tables."""
    codes = {line.code for line in one.lines if line.code} & {line.code for line in other.lines if line.code}
    return sorted(c for c in codes if not catalogue.is_rate(c) and (one.form or _at_the_start(c)))


def _at_the_start(code: str) -> bool:
    return code in (catalogue.RATE_BASE, "tong_nhan_khau") or code.endswith("_dau_ky")


def _differ(rule: str, pair: Pair, values: tuple[Decimal, Decimal]) -> Outcome:
    return finding(
        rule,
        pair.second.ref,
        place=f"{pair.name} – {pair.label}",
        actual=plain(values[1]),
        expected=plain(values[0]),
        other=pair.first.ref.qualified,
        related=(pair.first.ref,),
    )


def _counts(rule: str, pair: Pair) -> tuple[Decimal, Decimal] | NotChecked:
    """Both figures, or a note of the cell that has none."""
    terms: list[Term] = []
    for cell in (pair.first, pair.second):
        read = term(cell, blank_is_zero=True)
        if read.reason:
            return not_checked(rule, read.reason, cell.ref)
        terms.append(read)
    return terms[0].value, terms[1].value


# ---- A17 --------------------------------------------------------------------------------------------------------


def rates_of_counts(tables: tuple[Table, ...]) -> Iterator[Outcome]:
    """A17: a rate whose count stands in another table follows from it, half up at the printed decimals.

    One unit in the last place is a warning, as in A04, which has the rates beside their own counts.
    """
    for one, other in _of_one_year(tables):
        for counts, rates in ((one, other), (other, one)) if one.form else ():
            for j, line in enumerate(rates.lines):
                count = catalogue.count_of(line.code or "")
                if line.code and catalogue.is_rate(line.code) and rates.line_of(count) is None:
                    yield from _against_counts(counts, rates, j, line.code)


def _against_counts(counts: Table, rates: Table, line: int, code: str) -> Iterator[Outcome]:
    needed = (catalogue.count_of(code), catalogue.base_of(code))
    if any(counts.line_of(count) is None for count in needed):
        return
    cells = [cell for i in range(len(rates.units)) if (cell := rates.cell(i, line)) is not None]
    shown = decimals(cells)
    for i, k in _same_units(counts, rates):
        cell, figures = rates.cell(k, line), unit_figures(counts, i)
        if cell is None or not filled(cell) or any(count not in figures for count in needed):
            continue
        part, whole = (figures[count] for count in needed)
        reasons = [(c, term(c, blank_is_zero=True).reason) for c in (part, whole)]
        reasons += [(cell, "" if cell.value is not None or cell.state == "dash" else "unreadable")]
        if broken := next(((c, reason) for c, reason in reasons if reason), None):
            yield not_checked("A17", broken[1], broken[0].ref)
            continue
        places, expected, _ = as_printed(cell, part, whole, shown)
        actual = round_half_up(cell.value or ZERO, places)
        if expected is None or actual == expected:
            yield PASSED
            continue
        near = abs(actual - expected) <= Decimal(1).scaleb(-places)
        yield finding(
            "A17",
            cell.ref,
            severity="warning" if near or at_own_decimals(cell, part, whole) else "error",
            place=f"{rates.units[k].name} – {rates.lines[line].label}",
            other=part.ref.qualified,
            part=plain(part.value or ZERO),
            whole=plain(whole.value or ZERO),
            actual=plain(actual),
            expected=plain(expected),
            related=(part.ref, whole.ref),
        )


def relations(tables: tuple[Table, ...]) -> Iterator[Relation | Ratio]:
    """The same identities as data, for the search of the likeliest wrong cell."""
    for one, other in _of_one_year(tables):
        flows = {one.form, other.form} == {POOR_FLOW, NEAR_POOR_FLOW}
        shared = _shared(one, other)
        units = [*_same_units(one, other)] if shared else []
        for code in shared:
            for pair in _pairs(code, one, other, units):
                if filled(pair.first) and filled(pair.second):
                    rule = "A10" if flows and code in CROSSING else "I19"
                    yield Relation(rule, pair.second, ((pair.first, 1),), pair.name, pair.label)
        for counts, rates in ((one, other), (other, one)) if one.form else ():
            yield from _rates(counts, rates)


def _rates(counts: Table, rates: Table) -> Iterator[Ratio]:
    """The rates of one table whose counts stand in the other."""
    for j, line in enumerate(rates.lines):
        code = line.code or ""
        if not catalogue.is_rate(code) or rates.line_of(catalogue.count_of(code)) is not None:
            continue
        shown = decimals([cell for i in range(len(rates.units)) if (cell := rates.cell(i, j)) is not None])
        for i, k in _same_units(counts, rates):
            cell = rates.cell(k, j)
            part, whole = counts.figure(i, catalogue.count_of(code)), counts.figure(i, catalogue.base_of(code))
            if cell is not None and filled(cell) and part is not None and whole is not None:
                yield Ratio("A17", cell, part, whole, *as_printed(cell, part, whole, shown), "", rates, k, j)


# ---- tables and units that belong together --------------------------------------------------------------------------


def _of_one_year(tables: tuple[Table, ...]) -> Iterator[tuple[Table, Table]]:
    """Pairs of tables about the same year: two reviews, or two tables of the plan that both name it.

    A review without a year goes with the others while these name one year only.
    """
    years = {table.year for table in tables if table.form and table.year}
    for j, second in enumerate(tables[:MOST_TABLES]):
        for first in tables[:j]:
            named = {first.year, second.year}
            if bool(first.form) == bool(second.form) and (
                (len(named) == 1 and (named != {None} or first.form))
                or (first.form and None in named and len(years) == 1)
            ):
                yield first, second


def _pairs(code: str, one: Table, other: Table, units: Iterable[tuple[int, int]]) -> Iterator[Pair]:
    """The cells of an indicator in two tables, for the units that they share."""
    for i, k in units:
        first, second = one.figure(i, code), other.figure(k, code)
        line = other.line_of(code)
        if first is not None and second is not None and line is not None:
            yield Pair(other.units[k].name, other.lines[line].label, first, second)


def _same_units(one: Table, other: Table) -> Iterator[tuple[int, int]]:
    """Positions of the units that two tables share: villages and groups by name, the commune where all others agree."""
    grouped = all(any(table.positions("group")) for table in (one, other))
    ours, theirs = _by_name(one, grouped=grouped), _by_name(other, grouped=grouped)
    for name, i in ours.items():
        if name in theirs:
            yield i, theirs[name]
    if one.commune is not None and other.commune is not None and _villages(one) == _villages(other):
        yield one.commune, other.commune


def _villages(table: Table) -> set[str]:
    return {name_key(table.units[i].name) for i in table.positions("village")}


def _by_name(table: Table, *, grouped: bool) -> dict[tuple[str, str], int]:
    """Villages and groups by their group's name and their own; names that stand twice are left out."""
    found: dict[tuple[str, str], list[int]] = {}
    for i in table.positions("village", "group"):
        unit = table.units[i]
        parent = name_key(table.units[unit.parent].name) if grouped and unit.parent is not None else ""
        if name := name_key(unit.name):
            found.setdefault((parent, name), []).append(i)
    return {name: places[0] for name, places in found.items() if len(places) == 1}
