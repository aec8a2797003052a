"""Every identity between figures, stated once as data: the rules judge them, the repair card searches among them.

A :class:`Relation` says that a figure is a sum (villages and commune, groups, M = P + C, end = start - decrease),
a :class:`Ratio` that a printed rate follows from two counts, a :class:`Bound` that parts stay within a whole.
``SOURCES`` lists who states them; a new kind of identity is a function there. The finding of a broken identity stands
at its ``total`` (``shown``, the first of ``parts``) and has the other cells as ``related``: so its card finds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from itertools import repeat
from operator import le

from xlplan import catalogue
from xlplan.catalogue.records import AtMost, Equality, HouseholdSize
from xlplan.checks.scope import Block, Case, Scope, filled, filled_lines, term
from xlplan.checks.scope import whole as whole_number
from xlplan.model import Cell, CellRef, Table
from xlplan.rates import PLACES
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.numbers import rate as ratio
from xlplan.vietnamese.numbers import rate_of_counts, round_half_up

_ONE = Decimal(1)  # whole numbers have its exponent
_new = tuple.__new__  # what Ratio(...) comes to, in half the time; there is one for every printed rate
MOST_PLACES = 6  # more decimals than these are no printed rate but a quotient that nobody rounded


class Relation(NamedTuple):
    """``total`` = sum of ``terms``, each with its sign.

    ``name`` and ``label`` are unit and indicator of the total, ``heading`` the cell that names the line of a sum over
    units, ``members`` how many units it has. ``open`` holds the signs of blank columns of a review form for which the
    identity may fail with good reason.
    """

    rule: str
    total: Cell
    terms: tuple[tuple[Cell, int], ...]
    name: str
    label: str
    blank_is_zero: bool = True
    heading: CellRef | None = None
    members: int = 0
    open: tuple[int, ...] = ()

    @property
    def place(self) -> str:
        """Village and indicator, for the message."""
        return f"{self.name} – {self.label}" if self.name else self.label


class Ratio(NamedTuple):
    """``shown`` = ``part`` / ``whole`` x 100 at ``places``, half up; a count that the table lacks is ``None``.

    ``computed`` is the rate that the counts give, ``None`` where they give none; ``base_is_nothing`` says that there
    are no households to take a rate of. ``table`` is ``None`` for a rate of `Hiện trạng`, which ``label`` names;
    ``unit`` and ``line`` are positions.
    """

    rule: str
    shown: Cell
    part: Cell | None
    whole: Cell | None
    places: int
    computed: Decimal | None
    base_is_nothing: bool
    label: str = ""
    table: Table | None = None
    unit: int = 0
    line: int = 0

    @property
    def holds(self) -> bool:
        """Whether the printed rate is what the counts give."""
        value, right = self.shown.value, self.computed
        if value is None or right is None:
            return False
        return value == right or round_half_up(value, self.places) == right

    @property
    def place(self) -> str:
        """Village and indicator, for the message."""
        if self.table is None:
            return self.label
        return f"{self.table.units[self.unit].name} – {self.table.lines[self.line].label}"


def computed(part: Cell | None, whole: Cell | None, places: int) -> tuple[Decimal | None, bool]:
    """The rate of two counts, and whether its base is nothing."""
    if part is not None and whole is not None and (top := whole_number(part)) is not None:
        bottom = whole_number(whole)
        if bottom:
            count, over = int(top), int(bottom)
            return (rate_of_counts(count, over, places) if count >= 0 < over else ratio(top, bottom, places)), False
    base = None if whole is None else term(whole, blank_is_zero=True)
    if base is None or base.reason:
        return None, False
    if not base.value:
        return None, True
    counted = None if part is None else term(part, blank_is_zero=True)
    return (None if counted is None or counted.reason else ratio(counted.value, base.value, places)), False


class Decimals(NamedTuple):
    """The decimals of a column of rates: the most that it shows, and whether most of its cells show fewer."""

    most: int
    mixed: bool


def decimals(cells: list[Cell]) -> Decimals:
    """The decimals that these cells show, of which two at most bind all of them."""
    shown = [min(cell.places, PLACES) for cell in cells if cell.state == "number"]
    most = max(shown, default=PLACES)
    return Decimals(most, 2 * shown.count(most) < len(shown))


def as_printed(cell: Cell, part: Cell | None, whole: Cell | None, shown: Decimals) -> tuple[int, Decimal | None, bool]:
    """The decimals at which a printed rate is held against its counts, and what :func:`computed` gives at them.

    A lone 5 among 4,08 is 5,00 with its zeros trimmed; where most cells show fewer decimals each is taken at its own.
    """
    places = min(max(cell.places, shown.most), MOST_PLACES)
    right = computed(part, whole, places)
    if shown.mixed and cell.places < places and cell.value != right[0] and at_own_decimals(cell, part, whole):
        places, right = cell.places, computed(part, whole, cell.places)
    return places, *right


def at_own_decimals(cell: Cell, part: Cell | None, whole: Cell | None) -> bool:
    """Whether a rate is right at the decimals that it shows itself, though not at those of its column."""
    return cell.value is not None and computed(part, whole, min(cell.places, MOST_PLACES))[0] == cell.value


class Bound(NamedTuple):
    """``parts`` together are at most ``whole``, in one scope (data: the catalogue's ``bound``).

    ``at_whole`` where the whole's cell shows the contradiction.
    """

    bound: AtMost
    parts: tuple[Cell, ...]
    whole: Cell
    scope: Scope
    at_whole: bool = False

    @property
    def rule(self) -> str:
        """The code of the rule."""
        return self.bound.rule

    @property
    def blank_is_zero(self) -> bool:
        """Whether a blank cell means none."""
        return self.scope.blank_is_zero

    @property
    def place(self) -> str:
        """Village and indicators, for the message."""
        if self.at_whole:
            return self.scope.place(self.bound.whole)
        labels = " + ".join(_label(self.scope, code) for code in self.bound.parts)
        return f"{self.scope.name} – {labels}" if self.scope.name else labels

    @property
    def whole_label(self) -> str:
        """The whole by its name in the table."""
        return _label(self.scope, self.bound.whole)


Stated = Relation | Ratio | Bound


def _label(scope: Scope, code: str) -> str:
    return scope.labels.get(code) or catalogue.label(code)


def village_sums(table: Table) -> Iterator[Relation]:
    """The villages make each figure of the commune (A02)."""
    villages = list(table.positions("village"))
    for line in _count_lines(table):
        for total in table.positions("commune"):
            yield _sum("A02", table, line, total, villages)


def doubtful_village_sums(table: Table) -> Iterator[Relation | None]:
    """The same sums, ``None`` for each that plainly holds."""
    villages, get = list(table.positions("village")), table.cells.get
    for line in _count_lines(table):
        cells = [cell for i in villages if (cell := get((i, line))) is not None]
        values = [value for cell in cells if (value := cell.value) is not None and value.same_quantum(_ONE)]
        whole = sum(values) if values and len(values) == len(cells) else None
        for total in table.positions("commune"):
            stated = get((total, line))
            holds = whole is not None and stated is not None and whole_number(stated) == whole
            yield None if holds else _sum("A02", table, line, total, villages)


def group_sums(table: Table) -> Iterator[Relation]:
    """The children make their group, what stands in no group makes the commune (A03)."""
    members: dict[int | None, list[int]] = {}
    for i, unit in enumerate(table.units):
        members.setdefault(unit.parent, []).append(i)
    parents = [i for i in table.positions("group") if i in members]
    if not any(table.positions("group")):
        return
    top = [i for i in table.positions("group", "village") if table.units[i].parent is None]
    for line in _count_lines(table):
        for parent in parents:
            children = _with_figures(table, line, members[parent], members)
            yield _sum("A03", table, line, parent, children)
        if table.commune is not None:
            yield _sum("A03", table, line, table.commune, _with_figures(table, line, top, members))


def _with_figures(table: Table, line: int, units: list[int], members: dict[int | None, list[int]]) -> list[int]:
    """The units themselves; in place of a group that is only a heading, without a figure, its members."""
    found: list[int] = []
    for i in units:
        if table.units[i].kind == "group" and i in members and not filled(table.cell(i, line)):
            found += _with_figures(table, line, members[i], members)
        else:
            found.append(i)
    return found


def _count_lines(table: Table) -> Iterator[int]:
    """Positions of the filled lines of known counts."""
    wanted = filled_lines(table)
    for j, line in enumerate(table.lines):
        if j in wanted and line.code is not None and not catalogue.is_rate(line.code):
            yield j


def _sum(rule: str, table: Table, line: int, total: int, members: list[int]) -> Relation:
    heading = table.lines[line].ref
    whole = table.cell(total, line) or Cell(heading, None, "blank")
    get = table.cells.get
    terms = tuple([(cell, 1) for i in members if (cell := get((i, line))) is not None])
    name, label = table.units[total].name, table.lines[line].label
    return Relation(rule, whole, terms, name, label, heading=heading, members=len(members))


def equalities(case: Case, rule: str) -> Iterator[Relation]:
    """The identities of one rule between the figures of a unit (data: catalogue identities)."""
    for block in case.blocks:
        for identity, scope in _equalities_of(block, rule):
            yield _equality(identity, scope)


def doubtful_equalities(case: Case, rule: str) -> Iterator[Relation | None]:
    """The same identities, ``None`` for each that plainly holds."""
    for block in case.blocks:
        known = _equalities_among(rule, block.codes, block.form)
        if not block.own_sheet and all(_equal_in_all(identity, block) for identity, _ in known):
            yield from repeat(None, len(known) * len(block.scopes))
            continue
        for identity, scope in _equalities_of(block, rule):
            yield None if _plainly_equal(identity, scope.counts, scope.figures) else _equality(identity, scope)


def _equal_in_all(identity: Equality, block: Block) -> bool:
    """Whether an identity plainly holds in every scope of a block."""
    if not block.codes.isdisjoint((*identity.optional, *identity.open)):
        return False
    return (whole := block.sums((identity.total, *identity.minus))) is not None and whole == block.sums(identity.plus)


def _plainly_equal(identity: Equality, counts: Mapping[str, Decimal], figures: Mapping[str, Cell]) -> bool:
    """Whether an identity holds among whole numbers; one with columns that may be blank needs a closer look."""
    if identity.total not in counts or any(code in figures for code in (*identity.optional, *identity.open)):
        return False
    try:
        value = sum(map(counts.__getitem__, identity.plus)) - sum(map(counts.__getitem__, identity.minus))
    except KeyError:
        return False
    return value == counts[identity.total]


def _equalities_of(block: Block, rule: str) -> Iterator[tuple[Equality, Scope]]:
    for scope in block.scopes:
        for identity, needed in _equalities_among(rule, block.codes, block.form):
            if scope.concerns(needed) and not (scope.other_moves and identity.optional):
                yield identity, scope  # a flow is not closed while a column of moves is not understood


@lru_cache(maxsize=1024)
def _equalities_among(rule: str, codes: frozenset[str], form: str) -> tuple[tuple[Equality, tuple[str, ...]], ...]:
    """The identities whose figures all are among these, with the codes that they need.

    A review form has its own in place of the plan's for the same total; it needs only the start, blank columns count
    as nothing.
    """
    found = []
    identities = [e for e in catalogue.equalities() if e.rule == rule]
    own = {e.total for e in identities if e.form and e.form == form}
    for identity in identities:
        if identity.form != form if identity.form else identity.total in own:
            continue
        needed = (identity.total, *identity.plus, *identity.minus)
        if identity.form:
            needed = needed[:2]
        if codes.issuperset(needed):
            found.append((identity, needed))
    return tuple(found)


def _equality(identity: Equality, scope: Scope) -> Relation:
    signs = [(code, 1) for code in identity.plus] + [(code, -1) for code in identity.minus]
    signs += [(code, 1) for code in identity.optional if filled(scope.figures.get(code))]
    terms = [(scope.figures[code], sign) for code, sign in signs if code in scope.figures]
    if identity.form:  # as the form prints it: start, what left, what came
        terms.sort(key=lambda item: item[0].ref)
    missing = tuple(sign for code, sign in signs if code in identity.open and code not in scope.figures)
    total = scope.figures[identity.total]
    label = _label(scope, identity.total)
    return Relation(identity.rule, total, tuple(terms), scope.name, label, scope.blank_is_zero, open=missing)


def bounds(case: Case, rule: str) -> Iterator[Bound]:
    """The part-whole bounds of one rule (data: catalogue ``part_of`` lists and identities)."""
    for block in case.blocks:
        for bound, scope in _bounds_of(block, rule):
            yield _bound(bound, scope)


def doubtful_bounds(case: Case, rule: str) -> Iterator[Bound | None]:
    """The same bounds, ``None`` for each that plainly holds."""
    for block in case.blocks:
        known = _bounds_among(rule, block.codes)
        if not block.own_sheet and all(_within_in_all(bound, block) for bound, _ in known):
            yield from repeat(None, len(known) * len(block.scopes))
            continue
        for bound, scope in _bounds_of(block, rule):
            counts = scope.counts
            values = [counts[code] for code in bound.parts if code in counts]
            plainly = len(values) == len(bound.parts) and bound.whole in counts and sum(values) <= counts[bound.whole]
            yield None if plainly else _bound(bound, scope)


def _within_in_all(bound: AtMost, block: Block) -> bool:
    """Whether a bound plainly holds in every scope of a block."""
    parts, whole = block.sums(bound.parts), block.column(bound.whole)
    return parts is not None and whole is not None and all(map(le, parts, whole))


def _bounds_of(block: Block, rule: str) -> Iterator[tuple[AtMost, Scope]]:
    known = _bounds_among(rule, block.codes)
    return ((bound, scope) for scope in block.scopes for bound, needed in known if scope.concerns(needed))


def _bound(bound: AtMost, scope: Scope) -> Bound:
    return Bound(bound, tuple(map(scope.figures.__getitem__, bound.parts)), scope.figures[bound.whole], scope)


@lru_cache(maxsize=1024)
def _bounds_among(rule: str, codes: frozenset[str]) -> tuple[tuple[AtMost, tuple[str, ...]], ...]:
    """The bounds whose figures all are among these, with the codes that they need."""
    needed = [(b, (*b.parts, b.whole)) for b in catalogue.at_most() if b.rule == rule]
    return tuple((bound, needs) for bound, needs in needed if codes.issuperset(needs))


def inhabited(case: Case) -> Iterator[tuple[HouseholdSize, Scope]]:
    """Units whose persons and households are both given (A15; data: catalogue identities)."""
    for block in case.blocks:
        sizes = [(size, (size.people, size.households)) for size in catalogue.household_sizes()]
        sizes = [(size, needed) for size, needed in sizes if block.codes.issuperset(needed)]
        for scope in block.scopes if sizes else ():
            for size, needed in sizes:
                if all(filled(scope.figures[code]) for code in needed) and scope.concerns(needed):
                    yield size, scope


def persons(case: Case) -> Iterator[Bound]:
    """Every household has at least one person (A15)."""
    for size, scope in inhabited(case):
        bound = AtMost("A15", (size.households,), size.people)
        yield Bound(bound, (scope.figures[size.households],), scope.figures[size.people], scope, at_whole=True)


def printed_rates(case: Case) -> tuple[Ratio, ...]:
    """Every rate cell of villages, groups and commune, whatever it holds (A04, A05, A19)."""
    if case.ratios is None:
        case.ratios = tuple(ratio for table in case.tables for ratio in _printed(table))
    return case.ratios


def _printed(table: Table) -> Iterator[Ratio]:
    at = {line.code: j for j, line in enumerate(table.lines) if line.code is not None}
    units = [*table.positions("village", "group", "commune", "sum")]
    get = table.cells.get
    known: dict[int | None, dict[int, int]] = {}
    for j, line in enumerate(table.lines):
        if line.code is None or not catalogue.is_rate(line.code):
            continue
        part, whole = at.get(catalogue.count_of(line.code)), at.get(catalogue.base_of(line.code))
        cells = [(i, cell) for i in units if (cell := get((i, j))) is not None]
        shown = decimals([cell for _, cell in cells])
        tops, bottoms = (_plain_counts(table, at_line, units, known) for at_line in (part, whole))
        for i, cell in cells:
            count = None if part is None else get((i, part))
            base = None if whole is None else get((i, whole))
            if i in tops and bottoms.get(i) and not shown.mixed:  # two counts, nearly always: the short way
                places = shown.most if cell.places <= shown.most else min(cell.places, MOST_PLACES)
                right: tuple[int, Decimal | None, bool] = places, rate_of_counts(tops[i], bottoms[i], places), False
            else:
                right = as_printed(cell, count, base, shown)
            yield _new(Ratio, ("A04", cell, count, base, *right, "", table, i, j))


def _plain_counts(
    table: Table, line: int | None, units: list[int], known: dict[int | None, dict[int, int]]
) -> dict[int, int]:
    """The figures of a line by unit that are whole numbers of at least 0; ``known`` keeps those of other lines."""
    if line not in known:
        cells = [] if line is None else [(i, cell) for i in units if (cell := table.cells.get((i, line))) is not None]
        known[line] = {i: int(value) for i, cell in cells if (value := whole_number(cell)) is not None and value >= 0}
    return known[line]


def rates_that_hold(case: Case) -> frozenset[CellRef]:
    """The cells of the printed rates that their counts give."""
    if case.right_rates is None:
        case.right_rates = frozenset(rate.shown.ref for rate in printed_rates(case) if rate.holds)
    return case.right_rates


def situation_rates(case: Case) -> Iterator[Ratio]:
    """Rates that somebody typed in `Hiện trạng`."""
    figures = case.commune
    for code, cell in case.submission.situation.items():
        if catalogue.is_rate(code) and cell.value is not None:
            part, whole = figures.get(catalogue.count_of(code)), figures.get(catalogue.base_of(code))
            places = min(max(cell.places, PLACES), MOST_PLACES)
            yield Ratio("A04", cell, part, whole, places, *computed(part, whole, places), catalogue.label(code))


def links(case: Case) -> Iterator[Relation]:
    """A figure that is typed in `Hiện trạng` is the commune's figure of the table (I19)."""
    table = case.submission.table
    if table is None or table.commune is None:
        return
    for code, cell in case.submission.situation.items():
        official = table.figure(table.commune, code)
        if official is None or official.value is None or cell.value is None or cell.formula is not None:
            continue  # a formula takes the table's own figure
        yield Relation("I19", cell, ((official, 1),), "", catalogue.label(code), blank_is_zero=False)


def _of_reviews(case: Case) -> Iterator[Stated]:
    """What review forms, printed formulas and a second table state (A10, A13, A16, A17, I19)."""
    if any(table.form or any(line.formula for line in table.lines) for table in case.tables) or len(case.tables) > 1:
        from xlplan.checks.forms import relations as of_forms
        from xlplan.checks.tables import relations as of_tables

        yield from of_forms(case.tables)
        yield from of_tables(case.tables)


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
    _of_reviews,
]
"""Who states the identities that hold in a submission."""


def stated(case: Case) -> Iterator[Stated]:
    """All identities of a submission, whether they hold or not."""
    for source in SOURCES:
        yield from source(case)
