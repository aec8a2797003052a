"""Figures typed over among computed ones (F01)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xlplan import catalogue
from xlplan.checks.formula_habits import (
    FIGURES,
    LEAST,
    Habit,
    Pattern,
    across,
    habits_of,
    is_habit,
    over_units,
    over_units_at,
)
from xlplan.checks.formula_tables import TableFormulas, is_rate
from xlplan.checks.scope import Case, plain
from xlplan.formulas.results import UnknownError
from xlplan.messages import finding
from xlplan.model import Cell, Finding


def typed_over(formulas: TableFormulas, _: Case) -> Iterator[Finding]:
    """F01: numbers among formulas, in a column of rates or differences and in a row of sums."""
    habits = habits_of(formulas)
    for line, habit in habits.items():
        yield from _typed_in_line(formulas, line, habit)
    for unit in formulas.table.positions("commune", "sum", "group", "difference"):
        yield from _typed_in_unit(formulas, unit, habits)


def _is_typed(cell: Cell | None) -> bool:
    return cell is not None and cell.formula is None and cell.value is not None


def _typed_in_line(formulas: TableFormulas, line: int, habit: Habit) -> Iterator[Finding]:
    """Typed figures of units whose neighbours compute this indicator from their own figures."""
    table = formulas.table
    kinds = FIGURES if habit.pattern.kind == "rate" else ("village", "group")
    plain_units: list[int] = formulas.layout.keep(
        f"plain {line} {kinds}", lambda: [i for i in table.positions(*kinds) if (i, line) not in formulas.entries]
    )
    typed = [i for i in plain_units if _is_typed(table.cells.get((i, line)))]
    if not typed or not is_habit(habit.often, len(typed)):
        return
    for i in typed:
        cell = table.cells[i, line]
        try:
            right = formulas.at_unit(habit.model, i)
        except UnknownError:
            continue
        if not isinstance(right, Decimal):
            continue
        holds = formulas.same(line, cell, right)
        if holds or not _is_checked(formulas, line, habit.pattern):
            yield _typed(formulas, i, line, formulas.moved(habit.model, i), right, holds=holds)


def _is_checked(formulas: TableFormulas, line: int, pattern: Pattern) -> bool:
    """Whether a rule of arithmetic says that the figure is wrong: a printed rate, or an identity of the catalogue."""
    codes = [known.code for known in formulas.table.lines]
    code = codes[line]
    if code is None:
        return False
    if catalogue.is_rate(code):
        return pattern.kind == "rate"
    terms = {codes[at]: times for at, times in pattern.terms}
    for identity in catalogue.equalities():
        wanted = {**dict.fromkeys(identity.plus, 1), **dict.fromkeys(identity.minus, -1)}
        wanted |= {c: 1 for c in identity.optional if c in codes}
        if identity.total == code and terms == wanted:
            return True
    return False


def _typed_in_unit(formulas: TableFormulas, unit: int, habits: dict[int, Habit]) -> Iterator[Finding]:
    """Typed figures of a total, a sum or a difference whose other indicators are computed from the units."""
    table, kind = formulas.table, formulas.table.units[unit].kind
    if kind == "commune" and any(table.positions("sum")):
        return  # the commune's own figures, typed by design
    plain_lines: list[int] = formulas.layout.keep(f"plain at {unit}", lambda: _plain_lines(formulas, unit, habits))
    typed = [j for j in plain_lines if _is_typed(table.cells.get((unit, j)))]
    if not typed:
        return
    found = [*over_units_at(formulas, unit).values()]
    least = 1 if kind in ("sum", "difference") else LEAST
    if len(found) < least or not (is_habit(len(found), len(typed)) or len(typed) == 1):
        return
    for j in typed:
        right = over_units(formulas, found[0], j)
        if right is None:
            continue
        holds = formulas.same(j, table.cells[unit, j], right)
        if holds or kind in ("sum", "difference"):  # of other totals, A02 and A03 say it
            yield _typed(formulas, unit, j, across(formulas, found[0], j), right, holds=holds)


def _plain_lines(formulas: TableFormulas, unit: int, habits: dict[int, Habit]) -> list[int]:
    """The lines of counts in which a unit has no formula, though it might have one over units."""
    counts = [j for j in range(len(formulas.table.lines)) if not is_rate(formulas.table, j)]
    open_lines = [j for j in counts if (unit, j) not in formulas.entries]
    return [j for j in open_lines if j not in habits or habits[j].pattern.kind == "sum"]


def _typed(formulas: TableFormulas, unit: int, line: int, model: str, right: Decimal, *, holds: bool) -> Finding:
    cell = formulas.table.cells[unit, line]
    expected = plain(formulas.shown((unit, line), right))
    return finding(
        "F01",
        cell.ref,
        severity="warning" if holds else "error",
        place=formulas.place(unit, line),
        model=model,
        fault="" if holds else f", mà công thức cho {expected.replace('.', ',')}",
        fault_en="" if holds else f", while the formula gives {expected}",
        actual=plain(cell.value) if cell.value is not None else "",
        expected=expected,
    )
