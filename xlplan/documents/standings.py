"""The figures of a table's villages as far as they are sure: what is known, what is none, who stands highest.

A figure that is missing, cannot be read or contradicts its own row is no figure; a blank beside filled cells is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import groupby

from xlplan import catalogue
from xlplan.checks.scope import term
from xlplan.lately import of_last
from xlplan.model import Cell, Table
from xlplan.rates import figures_by_unit, rate_of
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.text import name_key

_ZERO, _ONE = Decimal(0), Decimal(1)


class Standing(NamedTuple):
    """A village's figure as it is printed; ``group`` is said where another group has a village of the same name.

    ``nothing`` is said of a true 0: a rate of 0,00% may be one household of very many.
    """

    unit: int
    name: str
    group: str
    value: Decimal
    nothing: bool
    cell: Cell

    @property
    def shown(self) -> str:
        """The name as a list of villages says it."""
        return f"{self.name} ({self.group})" if self.group else self.name


class Standings(NamedTuple):
    """All villages whose figure is known; ``complete`` says that there is no other that has one."""

    villages: tuple[Standing, ...]
    complete: bool


class Figure(NamedTuple):
    """A figure that is fit to print, with its cell."""

    value: Decimal
    cell: Cell


def count_of(code: str, figures: Mapping[str, Cell]) -> Figure | None:
    """A known count, ``None`` where it is missing, no whole number or below zero."""
    cell = figures.get(code)
    if cell is None or cell.value is None or not catalogue.known(code):
        return None
    return Figure(cell.value, cell) if cell.integral and cell.value >= 0 else None


def without_any(villages: Iterable[Standing]) -> list[Standing]:
    """The named villages whose figure is 0."""
    return [village for village in villages if village.name and village.nothing]


def leaders_of(villages: Iterable[Standing], most: int, limit: int) -> list[Standing]:
    """The highest above 0 in falling order, equals in the order of the table, never a part of equals.

    At least ``most`` where there are so many, more for the sake of equals up to ``limit``. Only where already the
    highest are more than that do more come back.
    """
    above = sorted((village for village in villages if village.value > 0), key=lambda village: -village.value)
    found: list[Standing] = []
    for _, group in groupby(above, key=lambda village: village.value):
        equals = list(group)
        if len(found) >= most or (found and len(found) + len(equals) > limit):
            break
        found += equals
    return found


def standings(code: str, table: Table) -> Standings:
    """The figures of all villages for a code, rates from the counts, else as printed."""
    kept = _kept(table)
    if code not in kept.standings:
        kept.standings[code] = _standings(code, kept.rows) if catalogue.known(code) else Standings((), complete=False)
    return kept.standings[code]


def _standings(code: str, rows: list[_Row]) -> Standings:
    found, complete = [], True
    figure_of, count = _rate_figure if catalogue.is_rate(code) else count_of, catalogue.count_of(code)
    for i, name, group, figures, known in rows:
        figure = figure_of(code, known)
        if figure is None:
            complete = complete and bool(known) and _has_no_rate(code, known, figures)
        else:
            nothing = not (known.get(count) or figure.cell).value
            found.append(Standing(i, name, group, figure.value, nothing, figure.cell))
    return Standings(tuple(found), complete)


class _Row(NamedTuple):
    unit: int
    name: str
    group: str
    figures: Mapping[str, Cell]
    known: Mapping[str, Cell]


class _Kept(NamedTuple):
    """What was found of a table: a plan asks two dozen times for the same one."""

    rows: list[_Row]
    standings: dict[str, Standings]


@of_last
def _kept(table: Table) -> _Kept:
    """What is known of a table: its rows, and the standings that were asked for."""
    return _Kept(_rows(table), {})


def _rows(table: Table) -> list[_Row]:
    """The villages that say something, with their figures in the lines in use and those of them that are sure."""
    groups, figures = _groups(table), figures_by_unit(table, _lines_in_use(table))
    rows = []
    for i in table.positions("village"):
        known = _known_figures(figures[i])
        if known or table.units[i].name:
            rows.append(_Row(i, table.units[i].name, groups.get(i, ""), figures[i], known))
    return rows


def _rate_figure(code: str, known: Mapping[str, Cell]) -> Figure | None:
    """A village's rate from its counts, else as printed; ``None`` over no households."""
    if (rate := rate_of(code, known)) is not None:
        return None if rate.value is None else Figure(rate.value, rate.part)
    cell = known.get(code)
    return None if cell is None or cell.value is None else Figure(cell.value, cell)


def _has_no_rate(code: str, known: Mapping[str, Cell], figures: Mapping[str, Cell]) -> bool:
    """Whether a village without a known rate cannot have one above 0.

    It has no households; or its table holds rates alone, where none is left open.
    """
    if not catalogue.is_rate(code):
        return False
    if (rate := rate_of(code, known)) is not None:
        return not rate.part.value
    printed = figures.get(code)
    return catalogue.count_of(code) not in figures and printed is not None and printed.state in ("blank", "dash")


def _lines_in_use(table: Table) -> set[str]:
    """The codes for which at least one village has a figure: in the others a blank means nothing."""
    villages = tuple(table.positions("village"))
    return {
        line.code
        for j, line in enumerate(table.lines)
        if line.code and any((cell := table.cell(i, j)) and _given(cell) for i in villages)
    }


def _given(cell: Cell) -> bool:
    """Whether somebody gave a figure: a number or dash, but not the 0 of a formula over blanks."""
    return cell.state != "blank" and (cell.formula is None or bool(cell.value))


def _known_figures(figures: Mapping[str, Cell]) -> dict[str, Cell]:
    """The figures of a row that are sure; what counts as none has the value 0. Nothing for an untouched row."""
    if not any(_given(cell) for cell in figures.values()):
        return {}
    known = {}
    for code, cell in figures.items():
        value = cell.value
        if catalogue.is_rate(code) or (value is not None and value.same_quantum(_ONE)):  # a whole number, nearly always
            if value is not None and value >= _ZERO:
                known[code] = cell
            continue
        found = term(cell, blank_is_zero=True)
        if found.reason or found.value < 0 or (cell.state == "blank" and _contradicted(code, figures)):
            continue
        known[code] = cell._replace(value=found.value)
    return known


def _contradicted(code: str, figures: Mapping[str, Cell]) -> bool:
    """Whether the row's other figures say that a blank one is not 0, or cannot be read to tell.

    The identities of the catalogue: P1 = P0 - giảm + tăng, M = P + C, part <= whole.
    """

    def total(codes: Iterable[str]) -> Decimal:
        return sum((term(figures[c], blank_is_zero=True).value for c in codes if c in figures), _ZERO)

    for identity in catalogue.equalities():
        needed = (identity.total, *identity.plus, *identity.minus)
        terms = (*needed, *identity.optional)
        if code not in terms or any(c not in figures for c in needed):
            continue
        if any(term(figures[c], blank_is_zero=True).reason for c in terms if c in figures):
            return True
        if total((identity.total, *identity.minus)) != total((*identity.plus, *identity.optional)):
            return True
    return any(bound.whole == code and total(bound.parts) > 0 for bound in catalogue.at_most())


def _groups(table: Table) -> dict[int, str]:
    """The group's name of each village whose name stands in another group too."""
    alike: dict[str, list[int]] = {}
    for i in table.positions("village"):
        alike.setdefault(name_key(table.units[i].name), []).append(i)
    found: dict[int, str] = {}
    for places in alike.values():
        if len({table.units[i].parent for i in places}) > 1:
            found |= {i: table.units[parent].name for i in places if (parent := table.units[i].parent) is not None}
    return found
