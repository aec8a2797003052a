"""The identities of a submission as constraints over the cells that somebody typed.

A formula cell is no evidence of what its inputs were: where its inputs are read cells, it stands for the sum that it
computes (``E7-F7``); a constraint that needs the result of any other formula binds nothing while it holds. A formula
that a rule on formulas found wrong (``FORMULAS``) is a cell like a typed one, and what it should give is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from xlplan import catalogue
from xlplan.checks.relations import Bound, Ratio, Relation, stated
from xlplan.checks.scope import Case, filled, term
from xlplan.model import Cell, CellRef, Finding
from xlplan.patterns import pattern
from xlplan.refs import parse_range
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.numbers import round_half_up

Expression = dict[int, int]  # coefficient by cell
Changes = Mapping[int, int]
EXACT, NEAR, VIOLATED = 0, 1, 2
_PRECEDENT = pattern(r"(?<![\w!.'$])\$?[A-Z]{1,3}\$?[1-9]\d*(?::\$?[A-Z]{1,3}\$?[1-9]\d*)?(?![\w(!])")
FORMULAS = ("F02", "F03", "F04")
_DEEPEST = 6  # formulas upon formulas


class Spot(NamedTuple):
    """A typed cell: its value as an integer (a rate in units of its last place), and where it stands in its table.

    ``table`` is -1 for a figure of `Hiện trạng`. A ``hole`` is no count at all (10,98; -5): every identity with it
    is open.
    """

    cell: Cell
    value: int
    places: int
    code: str
    table: int
    unit: int
    line: int
    hole: bool = False

    @property
    def blank(self) -> bool:
        """Whether nothing stands in the cell."""
        return self.cell.state == "blank"


class Constraint(NamedTuple):
    """One identity over typed cells.

    ``sum``: ``left`` makes 0; ``bound``: at most 0; ``rate``: the cell ``shown`` is the rate of ``left`` in ``right``.
    ``base`` is what ``left`` makes as the cells stand, ``whole`` what ``right`` makes. ``gate`` is a blank cell without
    which nothing is asked.
    ``opaque`` marks a sum that rests on the result of some formula.
    """

    kind: str
    rule: str
    left: Expression
    base: int
    right: Expression
    whole: int = 0
    shown: int = -1
    places: int = 0
    gate: int = -1
    opaque: bool = False
    mine: CellRef | None = None  # the formula cell that itself is wrong
    holes: tuple[int, ...] = ()

    @property
    def cells(self) -> list[int]:
        """Every cell that it binds."""
        own = [self.shown] if self.shown >= 0 else []
        return [*own, *dict.fromkeys((*self.left, *self.right))]

    def binds(self, at: int) -> bool:
        """Whether it binds a cell (a sum over a whole column is asked this for each of its cells)."""
        return at in self.left or at in self.right or at == self.shown

    def state(self, changes: Changes, spots: list[Spot]) -> int:
        """Whether it holds once these cells hold other values."""
        if self.gate >= 0 and self.gate not in changes:
            return EXACT
        if self.kind != "bound" and any(at not in changes for at in self.holes):
            return VIOLATED
        left = self.base + moved(self.left, changes, spots)
        if self.kind == "sum":
            return VIOLATED if left else EXACT
        if self.kind == "bound":
            return VIOLATED if left > 0 else EXACT
        whole = self.whole + moved(self.right, changes, spots)
        shown = changes.get(self.shown, spots[self.shown].value)
        if whole <= 0:
            return VIOLATED if shown else EXACT
        away = abs(shown - rate_in_units(left, whole, self.places))
        return min(away, VIOLATED)


def moved(expression: Expression, changes: Changes, spots: list[Spot]) -> int:
    """By how much changes move a sum of cells."""
    return sum(expression[at] * (to - spots[at].value) for at, to in changes.items() if at in expression)


def rate_in_units(part: int, whole: int, places: int) -> int:
    """The rate in per cent, half up, in units of its last place: 4 of 128 at two places is 313."""
    scale: int = 10**places
    return (200 * part * scale + whole) // (2 * whole)


class Network:
    """Typed cells and the constraints between them, each made when it is first asked for.

    ``wrong`` are the numbers of the constraints that the findings contradict.
    """

    def __init__(self, case: Case, findings: tuple[Finding, ...]) -> None:
        self.case = case
        self.spots: list[Spot] = []
        self.identities = list(stated(case))
        self._holes = {item.ref for item in findings if item.code == "A01"}
        self._faulty = {f.ref: f for f in findings if f.code in FORMULAS and f.severity == "error" and f.expected}
        self._made: dict[int, Constraint | None] = {}
        self._touching: dict[int, list[int]] = {}
        self._index: dict[CellRef, int] = {}
        self._places: dict[CellRef, tuple[str, int, int, int]] = {}
        self._locate()
        self._defined = self._definitions()
        self._by_cell: dict[CellRef, list[int]] = {}
        self._by_owner: dict[tuple[str, CellRef], list[int]] = {}
        self._enter()
        self.of_finding = [self._number_of(item) for item in findings]
        open_ = [n for ref in sorted(self._holes) for n in self._by_cell.get(ref, ()) if self._get(n) is not None]
        self.wrong = [n for n in dict.fromkeys((*self.of_finding, *open_)) if n is not None and self._fails(n)]

    def _fails(self, number: int) -> bool:
        return self.constraint(number).state({}, self.spots) == VIOLATED

    def _number_of(self, item: Finding) -> int | None:
        """The identity that a finding contradicts; a rate against the mean contradicts that of its rate."""
        if item.code == "A01":
            return next(
                (n for n in self._by_cell.get(item.ref, ()) if self._get(n) is not None and self._fails(n)), None
            )
        rule = {"A05": "A04", "A19": "A04"}.get(item.code, item.code)
        for number in self._by_owner.get((rule, item.ref), ()):
            identity = self.identities[number]
            fits = isinstance(identity, Ratio) or {cell.ref for cell in _members(identity)[1:]} == set(item.related)
            if fits and self._get(number) is not None:
                return number
        return None

    def constraint(self, number: int) -> Constraint:
        """The constraint with this number; only numbers of ``wrong`` and ``touching`` are ever asked for."""
        made = self._get(number)
        assert made is not None
        return made

    def touching(self, at: int) -> list[int]:
        """Numbers of the constraints that bind a cell."""
        if at not in self._touching:
            numbers = self._by_cell.get(self.spots[at].cell.ref, ())
            self._touching[at] = [n for n in numbers if (c := self._get(n)) is not None and c.binds(at)]
        return self._touching[at]

    def formulas(self) -> dict[int, int]:
        """What the formulas that are wrong themselves should give, by the numbers of their cells."""
        found = {}
        for ref, item in self._faulty.items():
            if (at := self._index.get(ref)) is not None:
                rates = (c for n in self.touching(at) if (c := self.constraint(n)).shown == at)
                rate = next((rate_in_units(c.base, c.whole, c.places) for c in rates if c.whole > 0), None)
                found[at] = rate if rate is not None else int(Decimal(item.expected))
        return {at: value for at, value in found.items() if value != self.spots[at].value}

    def _is_own(self, cell: Cell) -> bool:
        """Whether a cell stands for itself: somebody typed it, or its formula is wrong."""
        return cell.formula is None or cell.ref in self._faulty

    def find(self, cell: Cell | None) -> int | None:
        """The number of a typed count."""
        if cell is None or cell.formula is not None or (value := self._count(cell)) is None:
            return None
        return self._spot(cell, value)

    def _get(self, number: int) -> Constraint | None:
        if number not in self._made:
            self._made[number] = self._constraint(self.identities[number])
        return self._made[number]

    # ---- cells

    def _locate(self) -> None:
        for t, table in enumerate(self.case.tables):
            codes = [line.code or "" for line in table.lines]
            for (i, j), cell in table.cells.items():
                self._places[cell.ref] = (codes[j], t, i, j)
        for code, cell in self.case.submission.situation.items():
            self._places.setdefault(cell.ref, (code, -1, 0, 0))

    def _enter(self) -> None:
        """Enters each identity under the typed cells that it binds, through formulas as well."""
        for number, identity in enumerate(self.identities):
            members = _members(identity)
            self._by_owner.setdefault((identity.rule, members[0].ref), []).append(number)
            for cell in members:
                if self._is_own(cell):
                    self._by_cell.setdefault(cell.ref, []).append(number)
                elif (inner := self._expression(cell)) is not None:
                    for at in inner[0]:
                        self._by_cell.setdefault(self.spots[at].cell.ref, []).append(number)

    def _spot(self, cell: Cell, value: int, places: int = 0) -> int:
        known = self._index.get(cell.ref)
        if known is not None:
            return known
        code, table, unit, line = self._places.get(cell.ref, ("", -1, 0, 0))
        self._index[cell.ref] = len(self.spots)
        self.spots.append(Spot(cell, value, places, code, table, unit, line, cell.ref in self._holes))
        return len(self.spots) - 1

    def _count(self, cell: Cell) -> int | None:
        """A count as an integer, blank and dash as nothing; ``None`` where it cannot be read."""
        if cell.ref in self._holes:
            return 0
        read = term(cell, blank_is_zero=True)
        return None if read.reason else int(read.value)

    def _holes_of(self, expression: Expression) -> tuple[int, ...]:
        return tuple(at for at in expression if self.spots[at].hole) if self._holes else ()

    # ---- formulas

    def _definitions(self) -> dict[CellRef, Relation]:
        """The identity that a formula computes, by its cell: it holds, and the formula reads its terms."""
        found: dict[CellRef, Relation] = {}
        for identity in self.identities:
            if isinstance(identity, Relation) and not self._is_own(identity.total) and identity.total.ref not in found:
                numbers = [self._count(cell) for cell, _ in identity.terms]
                if None in numbers or not reads(identity.total, [cell for cell, _ in identity.terms]):
                    continue
                right = sum(n * sign for n, (_, sign) in zip(numbers, identity.terms, strict=True) if n is not None)
                if self._count(identity.total) == right:
                    found[identity.total.ref] = identity
        return found

    def _expression(self, cell: Cell, depth: int = 0) -> tuple[Expression, int, bool] | None:
        """A count as a sum of typed cells, a constant, and whether that rests on an opaque formula."""
        value = self._count(cell)
        if value is None:
            return None
        if self._is_own(cell):
            return {self._spot(cell, value): 1}, 0, False
        if (official := self._linked(cell)) is not None and depth < _DEEPEST:
            return self._expression(official, depth + 1)
        definition = self._defined.get(cell.ref)
        if definition is None or depth >= _DEEPEST:
            return {}, value, True
        return self._combined(definition.terms, depth + 1)

    def _combined(self, terms: tuple[tuple[Cell, int], ...], depth: int = 0) -> tuple[Expression, int, bool] | None:
        total: Expression = {}
        constant, opaque = 0, False
        for cell, sign in terms:
            part = self._expression(cell, depth)
            if part is None:
                return None
            for at, coefficient in part[0].items():
                total[at] = total.get(at, 0) + sign * coefficient
            constant += sign * part[1]
            opaque |= part[2]
        return {at: c for at, c in total.items() if c}, constant, opaque

    def _linked(self, cell: Cell) -> Cell | None:
        """The commune's figure of the table that a formula of `Hiện trạng` takes over."""
        code, table, _, _ = self._places.get(cell.ref, ("", 0, 0, 0))
        main = self.case.submission.table
        if table >= 0 or main is None or main.commune is None:
            return None
        official = main.figure(main.commune, code)
        return official if official is not None and official.value == cell.value else None

    # ---- constraints

    def _constraint(self, identity: Relation | Ratio | Bound) -> Constraint | None:
        if isinstance(identity, Relation):
            return self._sum(identity)
        return self._rate(identity) if isinstance(identity, Ratio) else self._bound(identity)

    def _sum(self, identity: Relation) -> Constraint | None:
        if not any(filled(cell) for cell, _ in identity.terms) or catalogue_rate(self._places.get(identity.total.ref)):
            return None
        if not identity.blank_is_zero and not all(map(filled, _members(identity))):
            return None
        made = self._combined(((identity.total, 1), *((cell, -sign) for cell, sign in identity.terms)))
        if made is None:
            return None
        left, constant, opaque = made
        base = constant + sum(c * self.spots[at].value for at, c in left.items())
        if (not left or opaque) and not base:
            return None
        gate = -1
        if not filled(identity.total) and (identity.members or identity.rule == "I19"):
            gate = self._index.get(identity.total.ref, -1)
        total = identity.total
        wrong = not self._is_own(total) and reads(total, [c for c, _ in identity.terms], some=True)
        mine = total.ref if wrong and total.ref not in self._defined else None
        return Constraint(
            "sum",
            identity.rule,
            left,
            base,
            {},
            gate=gate,
            opaque=opaque,
            mine=mine,
            holes=self._holes_of(left),
        )

    def _rate(self, identity: Ratio) -> Constraint | None:
        shown = identity.shown
        if not self._is_own(shown) or identity.part is None or identity.whole is None:
            return None
        part, whole = self._expression(identity.part), self._expression(identity.whole)
        if part is None or whole is None or part[2] or whole[2] or shown.state not in ("number", "dash", "blank"):
            return None
        units = int(round_half_up(shown.value or Decimal(0), identity.places).scaleb(identity.places))
        at = self._spot(shown, units, identity.places)
        return Constraint(
            "rate",
            identity.rule,
            part[0],
            part[1] + sum(c * self.spots[i].value for i, c in part[0].items()),
            whole[0],
            whole[1] + sum(c * self.spots[i].value for i, c in whole[0].items()),
            at,
            identity.places,
            at if shown.state == "blank" else -1,
            holes=self._holes_of({**part[0], **whole[0]}),
        )

    def _bound(self, identity: Bound) -> Constraint | None:
        if not filled(identity.whole) or not (identity.blank_is_zero or all(map(filled, identity.parts))):
            return None
        made = self._combined((*((cell, 1) for cell in identity.parts), (identity.whole, -1)))
        if made is None or made[2] or not made[0]:
            return None
        base = made[1] + sum(c * self.spots[at].value for at, c in made[0].items())
        return Constraint("bound", identity.rule, made[0], base, {})


def _members(identity: Relation | Ratio | Bound) -> list[Cell]:
    """The cells of an identity, the one that shows its contradiction first."""
    if isinstance(identity, Relation):
        return [identity.total, *(cell for cell, _ in identity.terms)]
    if isinstance(identity, Bound):
        parts = [*identity.parts]
        return [identity.whole, *parts] if identity.at_whole else [*parts, identity.whole]
    return [cell for cell in (identity.shown, identity.part, identity.whole) if cell is not None]


def catalogue_rate(place: tuple[str, int, int, int] | None) -> bool:
    """Whether the cell at this place is a rate, which is never added."""
    return place is not None and catalogue.is_rate(place[0])


def reads(formula: Cell, terms: list[Cell], *, some: bool = False) -> bool:
    """Whether a formula refers to all of these cells (or to some)."""
    areas = list(_areas(formula.formula or ""))
    inside = (cell.ref.sheet == formula.ref.sheet and any(_within(cell.ref, area) for area in areas) for cell in terms)
    return any(inside) if some else bool(areas) and all(inside)


def _areas(formula: str) -> Iterator[tuple[int, int, int, int]]:
    for match in _PRECEDENT.finditer(formula):
        try:
            yield parse_range(match[0])
        except ValueError:
            continue


def _within(ref: CellRef, area: tuple[int, int, int, int]) -> bool:
    return area[0] <= ref.row <= area[2] and area[1] <= ref.column <= area[3]
