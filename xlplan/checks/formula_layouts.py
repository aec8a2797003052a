"""The formulas of a table apart from its figures: which cells each one takes. Read once for all workbooks of a layout.

Communes that use one form have the same formulas at the same places; what follows from these alone is kept here.
A formula that every row repeats is read once; the others only have to be the same text with their own row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache
from itertools import product
from typing import Any

from xlplan.formulas.reading import SLOT, Formula, Reference, read_formula, repeated
from xlplan.model import CellRef, Table
from xlplan.refs import column_letters
from xlplan.tuples import NamedTuple

LAYOUTS = 192  # kept at a time, of some 70 kB each: nearly every number of villages is a layout of its own
_MOST_CELLS = 2_500  # of a table whose layout is kept: one of a hundred thousand would take 40 MB
Place = tuple[int, int]  # positions of unit and line in a table


class Target(NamedTuple):
    """What one reference takes: figures of the table, and whether also what the table does not know."""

    cells: tuple[Place, ...]
    beyond: bool = False


class Computed(NamedTuple):
    """A formula and what it takes, as :class:`xlplan.checks.formula_tables.Entry` has it."""

    formula: Formula | None
    own: tuple[int, ...] | None = None
    targets: tuple[Target, ...] = ()


class Shape(NamedTuple):
    """All of a table that its formulas depend on, figures and names aside."""

    orientation: str
    sheet: str
    kinds: tuple[tuple[str, int | None], ...]  # of each unit, with its group
    codes: tuple[str | None, ...]
    places: tuple[Place, ...]
    refs: tuple[CellRef, ...]
    formulas: tuple[str | None, ...]


def layout_of(table: Table) -> Layout:
    """The formulas of a table, read once for all tables that have the same at the same places."""
    cells = table.cells.values()
    made = _layout if len(cells) <= _MOST_CELLS else Layout
    return made(
        Shape(
            table.orientation,
            table.sheet,
            tuple([(unit.kind, unit.parent) for unit in table.units]),
            tuple([line.code for line in table.lines]),
            tuple(table.cells),
            tuple([cell.ref for cell in cells]),
            tuple([cell.formula for cell in cells]),
        )
    )


def is_here(sheet: str, own: str) -> bool:
    """Whether a sheet's name in a formula is a table's own sheet (or none is written)."""
    return not sheet or sheet.casefold() == own.casefold()


class Layout:
    """The formulas of all tables of one shape, and what the rules found out from these alone."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._kept: dict[str, Any] = {}
        self.computed: dict[Place, Computed] = dict(_Reading(shape).read())

    def keep(self, name: str, find: Callable[[], Any]) -> Any:
        """What a rule found out from the layout alone, found once; nobody may change it."""
        if name not in self._kept:
            self._kept[name] = find()
        return self._kept[name]

    def with_signs(self, signs: str) -> list[Place]:
        """Where the formulas stand that have one of these signs."""
        found: list[Place] = self.keep(f"with {signs}", lambda: self._with_signs(frozenset(signs)))
        return found

    def _with_signs(self, signs: frozenset[str]) -> list[Place]:
        texts = dict(zip(self._shape.places, self._shape.formulas, strict=True))
        return [place for place in self.computed if not signs.isdisjoint(texts[place] or "")]


class _Reading:
    """The formulas of a shape while they are read."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._down = shape.orientation == "rows"

    def read(self) -> Iterator[tuple[Place, Computed]]:
        """What each takes, line by line."""
        shape, down = self._shape, self._down
        names: dict[int, str] = {}
        computed: dict[int, list[tuple[int, CellRef, str]]] = {}
        for (i, j), ref, text in zip(shape.places, shape.refs, shape.formulas, strict=True):
            if text is not None:
                computed.setdefault(j, []).append((i, ref, text))
        for j in sorted(computed):
            model, shared = "", None
            for i, ref, text in sorted(computed[j]):
                at = ref.row if down else ref.column
                if (own := names.get(at)) is None:
                    own = names[at] = str(at) if down else column_letters(at)
                if model and text == model.replace(SLOT, own):
                    assert shared is not None  # the model's
                    yield (i, j), shared
                    continue
                found = self._of(i, text)
                yield (i, j), found
                if found.own:
                    model, shared = repeated(text, ref.row, ref.column, down=down) or "", found

    def _of(self, unit: int, text: str) -> Computed:
        formula = read_formula(text)
        if formula is None:
            return Computed(None)
        targets = tuple([self._target(reference) for reference in formula.references])
        mine = [t.cells[0][1] for t in targets if len(t.cells) == 1 and t.cells[0][0] == unit and not t.beyond]
        if len(mine) == len(targets):
            return Computed(formula, tuple(mine))
        return Computed(formula, None, targets)

    @cached_property
    def _at(self) -> dict[tuple[int, ...], Place]:
        """Positions by sheet row and column."""
        return dict(zip([ref[1:] for ref in self._shape.refs], self._shape.places, strict=True))

    @cached_property
    def _box(self) -> tuple[int, int, frozenset[int]]:
        """First and last row (or column) of the units, and the columns (or rows) of the lines."""
        down = self._down
        rows, columns = map(set, zip(*self._at, strict=True))
        along, across = (rows, columns) if down else (columns, rows)
        return min(along), max(along), frozenset(across)

    def _target(self, reference: Reference) -> Target:
        if not is_here(reference.sheet, self._shape.sheet):
            return Target((), beyond=True)
        _, row1, column1, row2, column2 = reference
        if reference.is_single:
            place = self._at.get((row1, column1))
            return Target((), beyond=True) if place is None else Target((place,))
        if (row2 - row1 + 1) * (column2 - column1 + 1) <= len(self._at):
            within = product(range(row1, row2 + 1), range(column1, column2 + 1))
            cells = tuple([place for place in map(self._at.get, within) if place is not None])
        else:
            cells = tuple(
                place
                for (row, column), place in self._at.items()
                if row1 <= row <= row2 and column1 <= column <= column2
            )
        first, last, across = self._box
        along = (row1, row2, column1, column2) if self._down else (column1, column2, row1, row2)
        inside = (
            first <= along[0]
            and along[1] <= last
            and across.issuperset(range(along[2], min(along[3], along[2] + len(across)) + 1))
        )
        return Target(cells, not inside)


@lru_cache(maxsize=LAYOUTS)
def _layout(shape: Shape) -> Layout:
    return Layout(shape)
