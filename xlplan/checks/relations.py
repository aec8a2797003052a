"""Every identity between figures, stated once as data: the rules judge them, the repair card searches among them.

A :class:`Relation` says that a figure is a sum (villages and commune, groups, M = P + C, end = start - decrease),
a :class:`Ratio` that a printed rate follows from two counts, a :class:`Bound` that parts stay within a whole.
``SOURCES`` lists who states them; a new kind of identity is a function there. The finding of a broken identity stands
at its ``total`` (``shown``, the first of ``parts``) and has the other cells as ``related``: so its card finds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from xlplan import catalogue
from xlplan.catalogue.records import AtMost, Equality, HouseholdSize
from xlplan.checks.scope import Case, Scope, filled, filled_lines, term
from xlplan.model import Cell, CellRef, Table
from xlplan.rates import PLACES, commune_figures
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.numbers import rate as ratio

MOST_PLACES = 6  # more decimals than these are no printed rate but a quotient that nobody rounded


class Relation(NamedTuple):
    """``total`` = sum of ``terms``, each with its sign.

    ``heading`` is the cell that names the line of a sum over units, ``members`` how many units it has.
    """

    rule: str
    total: Cell
    terms: tuple[tuple[Cell, int], ...]
    place: str
    blank_is_zero: bool = True
    heading: CellRef | None = None
    members: int = 0


class Ratio(NamedTuple):
    """``shown`` = ``part`` / ``whole`` x 100 at ``places``, half up; a count that the table lacks is ``None``.

    ``table`` is ``None`` for a rate of `Hiện trạng`; ``unit`` and ``line`` are positions.
    """

    rule: str
    shown: Cell
    part: Cell | None
    whole: Cell | None
    places: int
    place: str
    table: Table | None = None
    unit: int = 0
    line: int = 0

    @property
    def base_is_nothing(self) -> bool:
        """Whether there are no households to take a rate of."""
        return self.whole is not None and term(self.whole, blank_is_zero=True) == (Decimal(0), "")

    @property
    def computed(self) -> Decimal | None:
        """The rate that the counts give at the printed number of decimals."""
        if self.part is None or self.whole is None:
            return None
        part, whole = term(self.part, blank_is_zero=True), term(self.whole, blank_is_zero=True)
        return None if part.reason or whole.reason else ratio(part.value, whole.value, self.places)


class Bound(NamedTuple):
    """``parts`` together are at most ``whole``; ``at_whole`` where the whole's cell shows the contradiction."""

    rule: str
    parts: tuple[Cell, ...]
    whole: Cell
    place: str
    whole_label: str
    blank_is_zero: bool = True
    at_whole: bool = False


Stated = Relation | Ratio | Bound


def village_sums(table: Table) -> Iterator[Relation]:
    """The villages make each figure of the commune (A02)."""
    villages = list(table.positions("village"))
    for line in _count_lines(table):
        for total in table.positions("commune"):
            yield _sum("A02", table, line, total, villages)


def group_sums(table: Table) -> Iterator[Relation]:
    """The children make their group, what stands in no group makes the commune (A03)."""
    parents = [*table.positions("group")]
    if not parents:
        return
    top = [i for i in table.positions("group", "village") if table.units[i].parent is None]
    for line in _count_lines(table):
        for parent in parents:
            children = [i for i, unit in enumerate(table.units) if unit.parent == parent]
            yield _sum("A03", table, line, parent, children)
        if table.commune is not None:
            yield _sum("A03", table, line, table.commune, top)


def _count_lines(table: Table) -> Iterator[int]:
    """Positions of the filled lines of known counts."""
    wanted = filled_lines(table)
    for j, line in enumerate(table.lines):
        if j in wanted and line.code is not None and not catalogue.is_rate(line.code):
            yield j


def _sum(rule: str, table: Table, line: int, total: int, members: list[int]) -> Relation:
    heading = table.lines[line].ref
    whole = table.cell(total, line) or Cell(heading, None, "blank")
    terms = tuple((cell, 1) for i in members if (cell := table.cell(i, line)) is not None)
    place = f"{table.units[total].name} – {table.lines[line].label}"
    return Relation(rule, whole, terms, place, heading=heading, members=len(members))


def equalities(case: Case, rule: str) -> Iterator[Relation]:
    """The identities of one rule between the figures of a unit (data: catalogue identities)."""
    identities = [e for e in catalogue.equalities() if e.rule == rule]
    for scope in case.scopes:
        for identity in identities:
            needed = (identity.total, *identity.plus, *identity.minus)
            if all(code in scope.figures for code in needed) and scope.concerns(needed):
                yield _equality(identity, scope)


def _equality(identity: Equality, scope: Scope) -> Relation:
    signs = [(code, 1) for code in identity.plus] + [(code, -1) for code in identity.minus]
    signs += [(code, 1) for code in identity.optional if filled(scope.figures.get(code))]
    terms = tuple((scope.figures[code], sign) for code, sign in signs)
    total = scope.figures[identity.total]
    return Relation(identity.rule, total, terms, scope.place(identity.total), scope.blank_is_zero)


def bounds(case: Case, rule: str) -> Iterator[Bound]:
    """The part-whole bounds of one rule (data: catalogue ``part_of`` lists and identities)."""
    stated = [b for b in catalogue.at_most() if b.rule == rule]
    for scope in case.scopes:
        for bound in stated:
            needed = (*bound.parts, bound.whole)
            if all(code in scope.figures for code in needed) and scope.concerns(needed):
                yield _bound(bound, scope)


def _bound(bound: AtMost, scope: Scope) -> Bound:
    labels = [scope.labels.get(code) or catalogue.label(code) for code in bound.parts]
    return Bound(
        bound.rule,
        tuple(scope.figures[code] for code in bound.parts),
        scope.figures[bound.whole],
        (f"{scope.name} – " if scope.name else "") + " + ".join(labels),
        scope.labels.get(bound.whole) or catalogue.label(bound.whole),
        scope.blank_is_zero,
    )


def inhabited(case: Case) -> Iterator[tuple[HouseholdSize, Scope]]:
    """Units whose persons and households are both given (A15; data: catalogue identities)."""
    for scope in case.scopes:
        for size in catalogue.household_sizes():
            needed = (size.people, size.households)
            if all(filled(scope.figures.get(code)) for code in needed) and scope.concerns(needed):
                yield size, scope


def persons(case: Case) -> Iterator[Bound]:
    """Every household has at least one person (A15)."""
    for size, scope in inhabited(case):
        yield Bound(
            "A15",
            (scope.figures[size.households],),
            scope.figures[size.people],
            scope.place(size.people),
            scope.place(size.people),
            scope.blank_is_zero,
            at_whole=True,
        )


def printed_rates(case: Case) -> tuple[Ratio, ...]:
    """Every rate cell of villages, groups and commune, whatever it holds (A04, A05, A19)."""
    if case.ratios is None:
        case.ratios = tuple(ratio for table in case.tables for ratio in _printed(table))
    return case.ratios


def _printed(table: Table) -> Iterator[Ratio]:
    at = {line.code: j for j, line in enumerate(table.lines) if line.code is not None}
    for j, line in enumerate(table.lines):
        if line.code is None or not catalogue.is_rate(line.code):
            continue
        part, whole = at.get(catalogue.count_of(line.code)), at.get(catalogue.RATE_BASE)
        units = [*table.positions("village", "group", "commune", "sum")]
        cells = [(i, cell) for i in units if (cell := table.cell(i, j)) is not None]
        usual = max((min(c.places, PLACES) for _, c in cells if c.state == "number"), default=PLACES)
        for i, cell in cells:
            yield Ratio(
                "A04",
                cell,
                None if part is None else table.cell(i, part),
                None if whole is None else table.cell(i, whole),
                min(max(cell.places, usual), MOST_PLACES),  # a lone 5 among 4,08 is 5,00 with its zeros trimmed
                f"{table.units[i].name} – {line.label}",
                table,
                i,
                j,
            )


def situation_rates(case: Case) -> Iterator[Ratio]:
    """Rates that somebody typed in `Hiện trạng`."""
    figures = commune_figures(case.submission)
    for code, cell in case.submission.situation.items():
        if catalogue.is_rate(code) and cell.value is not None:
            yield Ratio(
                "A04",
                cell,
                figures.get(catalogue.count_of(code)),
                figures.get(catalogue.RATE_BASE),
                min(max(cell.places, PLACES), MOST_PLACES),
                catalogue.label(code),
            )


def links(case: Case) -> Iterator[Relation]:
    """A figure that is typed in `Hiện trạng` is the commune's figure of the table (I19)."""
    table = case.submission.table
    if table is None or table.commune is None:
        return
    for code, cell in case.submission.situation.items():
        official = table.figure(table.commune, code)
        if official is None or official.value is None or cell.value is None or cell.formula is not None:
            continue  # a formula takes the table's own figure
        yield Relation("I19", cell, ((official, 1),), catalogue.label(code), blank_is_zero=False)


def _in_tables(stated: Callable[[Table], Iterator[Relation]]) -> Callable[[Case], Iterator[Stated]]:
    return lambda case: (relation for table in case.tables for relation in stated(table))


def _of_units(case: Case) -> Iterator[Stated]:
    for rule in dict.fromkeys(e.rule for e in catalogue.equalities()):
        yield from equalities(case, rule)
    for rule in dict.fromkeys(b.rule for b in catalogue.at_most()):
        yield from bounds(case, rule)


SOURCES: list[Callable[[Case], Iterator[Stated]]] = [
    _in_tables(village_sums),
    _in_tables(group_sums),
    _of_units,
    persons,
    lambda case: iter(printed_rates(case)),
    situation_rates,
    links,
]
"""Who states the identities that hold in a submission."""


def stated(case: Case) -> Iterator[Stated]:
    """All identities of a submission, whether they hold or not."""
    for source in SOURCES:
        yield from source(case)
