"""The formulas of a table as the rules F see them: which figures of which unit each one takes, and what they give."""

from __future__ import annotations

from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from xlplan import catalogue
from xlplan.checks.formula_layouts import Place, Target, is_here, layout_of
from xlplan.formulas.forms import Form, form_of, only_adds
from xlplan.formulas.reading import SLOT, Formula, Reference, read_formula, repeated
from xlplan.formulas.results import Given, UnknownError, Value, result
from xlplan.model import Cell, CellRef, Submission, Table
from xlplan.refs import address, column_letters
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.numbers import round_half_up

ZERO, HUNDRED = Decimal(0), Decimal(100)
NOISE = Decimal("1e-9")  # binary fractions differ from exact ones by far less
_FAR = Decimal(10) ** 15
_STEPS = tuple(Decimal(1).scaleb(-places) for places in range(10))
_new = tuple.__new__  # what Entry(...) comes to, in half the time; there is one for every formula


class Entry(NamedTuple):
    """A figure that is computed. ``own`` holds the line of each reference where all are single cells of its own unit.

    ``targets`` is then empty. ``formula`` is ``None`` where it could not be read.
    """

    unit: int
    line: int
    cell: Cell
    formula: Formula | None
    own: tuple[int, ...] | None = None
    targets: tuple[Target, ...] = ()

    @property
    def form(self) -> Form | None:
        """What it computes, if that is a sum, a rate or a mean."""
        return form_of(self.formula.skeleton) if self.formula else None

    @property
    def written(self) -> str:
        """The formula as the sheet shows it."""
        return f"={self.cell.formula}"

    def taken(self) -> tuple[Target, ...]:
        """What each reference takes."""
        return self.targets if self.own is None else tuple(Target(((self.unit, line),)) for line in self.own)


class TableFormulas:
    """All computed figures of one table."""

    def __init__(self, table: Table, every: dict[CellRef, Cell]) -> None:
        self.table = table
        self._all = every
        self._values: dict[Place, Value] = {}
        self.layout = layout_of(table)
        self.habits: Any = None  # kept for the rules that compare neighbours
        self.over_units: dict[int, dict[int, Entry]] = {}  # by unit and line, those that take other units
        self.ways: dict[int, Counter[tuple[tuple[int, Decimal], ...]]] = {}  # by unit, which units these take
        cells = table.cells
        self.entries: dict[Place, Entry] = {
            place: _new(Entry, (*place, cells[place], *computed)) for place, computed in self.layout.computed.items()
        }

    def moved(self, entry: Entry, unit: int) -> str:
        """The formula of a figure as it stands in the same line of another unit; empty where it cannot be moved."""
        ref, down = entry.cell.ref, self.table.orientation == "rows"
        model = repeated(entry.cell.formula or "", ref.row, ref.column, down=down)
        to = self.table.cells[unit, entry.line].ref
        return "=" + model.replace(SLOT, str(to.row) if down else column_letters(to.column)) if model else ""

    # ---- values -----------------------------------------------------------------------------------------------

    def in_percent(self, line: int, cell: Cell) -> bool:
        """Whether the sheet holds a hundredth of what was read: 0.0408 that is shown as 4,08 %."""
        return cell.written[-1:] == "%" and is_rate(self.table, line)

    def value(self, place: Place) -> Value:
        """What the sheet's cell of a figure holds. Raises UnknownError."""
        cell = self.table.cells[place]
        if cell.state == "number" and cell.written[-1:] != "%":  # nearly always
            return cell.value
        if place not in self._values:
            found = value_of(cell)
            if isinstance(found, Decimal) and cell.written[-1:] == "%":
                if not is_rate(self.table, place[1]):
                    raise UnknownError  # the number or its hundredth, by what the reader took the line for
                found /= HUNDRED
            self._values[place] = found
        return self._values[place]

    def recomputed(self, entry: Entry) -> Value:
        """What a formula gives for its inputs as they stand. Raises UnknownError."""
        if entry.formula is None:
            raise UnknownError
        value, unit = self.value, entry.unit
        given: tuple[Given, ...]
        if entry.own is not None:
            given = tuple([value((unit, line)) for line in entry.own])
        else:
            pairs = zip(entry.formula.references, entry.targets, strict=True)
            given = tuple([self._given(reference, target) for reference, target in pairs])
        found = result(entry.formula.skeleton, given)
        if isinstance(found, Decimal) and self.in_percent(entry.line, entry.cell):
            found *= HUNDRED
        return found

    def is_plainly_right(self, entry: Entry) -> bool:
        """Whether a cell shows the quotient of two figures of its unit, or a sum: most formulas are that."""
        form, own = entry.form, entry.own
        if form is not None and form.kind == "sum":
            return self._adds_up(entry, form)
        if form is None or own is None or form.kind != "rate" or len(form.terms) > 1 or len(form.under) > 1:
            return False
        (times, part), (by, whole) = form.terms[0], form.under[0]
        cells, unit, cell = self.table.cells, entry.unit, entry.cell
        over, under = cells[unit, own[part]], cells[unit, own[whole]]
        if not (over.value and under.value) or "%" in over.written + under.written + cell.written or form.constant:
            return False
        quotient = over.value * times / (under.value * by)
        if abs(quotient) >= _FAR:  # more digits than Decimal rounds
            return False
        return quotient.quantize(_STEPS[min(cell.places, 9)], ROUND_HALF_UP) == cell.value

    def _adds_up(self, entry: Entry, form: Form) -> bool:
        """Whether a cell shows the sum of the figures that its formula takes, where all of them are plain numbers."""
        cells, unit, own = self.table.cells, entry.unit, entry.own
        if entry.formula is None or not only_adds(entry.formula.skeleton) or entry.cell.written[-1:] == "%":
            return False
        whole = ZERO
        for times, slot in form.terms:
            if own is not None:
                taken = [cells[unit, own[slot]]]
            elif entry.targets[slot].beyond:
                return False
            else:
                taken = [*map(cells.__getitem__, entry.targets[slot].cells)]
            values = [cell.value for cell in taken if cell.value is not None and cell.state == "number"]
            if len(values) < len(taken) or "%" in "".join([cell.written for cell in taken]):
                return False
            whole += times * sum(values, ZERO)
        return whole == entry.cell.value

    def _given(self, reference: Reference, target: Target) -> Given:
        if reference.is_single:
            if not target.beyond:
                return self.value(target.cells[0])
            sheet = self.table.sheet if is_here(reference.sheet, self.table.sheet) else reference.sheet
            cell = self._all.get(CellRef(sheet, reference.row1, reference.column1))
            if cell is None or cell.written.endswith("%"):
                raise UnknownError
            return value_of(cell)
        if target.beyond:
            raise UnknownError
        return tuple([self.value(place) for place in target.cells])

    def at_unit(self, entry: Entry, unit: int) -> Value:
        """What the formula of a figure would give in another unit. Raises UnknownError."""
        if entry.formula is None or entry.own is None:
            raise UnknownError
        found = result(entry.formula.skeleton, tuple([self.value((unit, line)) for line in entry.own]))
        if isinstance(found, Decimal) and self.in_percent(entry.line, entry.cell):
            found *= HUNDRED
        return found

    def shown(self, place: Place, number: Decimal) -> Decimal:
        """A result as a cell would show it."""
        return round_half_up(number, self.places(self.table.cells[place]))

    def places(self, cell: Cell) -> int:
        """Decimals that tell one figure from another."""
        return cell.places + 2 if cell.written.endswith("%") else cell.places

    def same(self, line: int, cell: Cell, number: Decimal) -> bool:
        """Whether a cell of a line shows this result; the noise of binary fractions does not count."""
        if cell.value == number:
            return True
        if cell.value is None:
            return False
        if cell.written[-1:] == "%" and not is_rate(self.table, line):
            return True  # the number or its hundredth, by what the reader took the line for
        places = self.places(cell)
        if round_half_up(cell.value, places) == round_half_up(number, places):
            return True
        return abs(cell.value - number) <= NOISE * max(Decimal(1), abs(number))

    # ---- words ------------------------------------------------------------------------------------------------

    def place(self, unit: int, line: int) -> str:
        """Village and indicator, for the message."""
        return f"{self.table.units[unit].name} – {self.table.lines[line].label}"

    def address(self, unit: int, line: int) -> str:
        """Where a figure stands."""
        ref = self.table.cells[unit, line].ref
        return address(ref.row, ref.column)


def is_rate(table: Table, line: int) -> bool:
    """Whether a line of a table holds printed rates."""
    code = table.lines[line].code
    return code is not None and catalogue.is_rate(code)


def value_of(cell: Cell) -> Value:
    """What a cell holds as formulas take it: a number, a text, or nothing. Raises UnknownError."""
    if cell.state == "number":
        return cell.value
    if cell.state == "blank":
        return None if cell.formula is None else ""
    if cell.state == "dash":
        return cell.written
    raise UnknownError


class Formulas:
    """The computed figures of a submission: of its tables, and single ones elsewhere."""

    def __init__(self, submission: Submission) -> None:
        self.known = submission.formulas_known
        self._submission = submission
        self.others = tuple([cell for cell in _elsewhere(submission) if cell.formula is not None])
        self._cells: dict[CellRef, Cell] = _Cells(submission)
        with_formulas = [t for t in submission.tables if any(c.formula is not None for c in t.cells.values())]
        self.tables = tuple(TableFormulas(table, self._cells) for table in with_formulas) if self.known else ()

    def recomputed(self, cell: Cell) -> Value:
        """What a formula outside the tables gives, where it takes single cells that were read. Raises UnknownError."""
        formula = read_formula(cell.formula or "")
        if formula is None or not all(reference.is_single for reference in formula.references):
            raise UnknownError
        given: list[Value] = []
        for reference in formula.references:
            found = self._cells.get(CellRef(reference.sheet or cell.ref.sheet, reference.row1, reference.column1))
            if found is None or found.written.endswith("%"):
                raise UnknownError
            given.append(value_of(found))
        return result(formula.skeleton, given)


class _Cells(dict[CellRef, Cell]):
    """Every number cell that was read, by its address; gathered when it is first asked for."""

    def __init__(self, submission: Submission) -> None:
        super().__init__()
        self._submission = submission

    def get(self, ref: CellRef, default: Cell | None = None) -> Cell | None:  # type: ignore[override]
        if not self:
            for table in self._submission.tables:
                self.update((cell.ref, cell) for cell in table.cells.values())
            self.update((cell.ref, cell) for cell in _elsewhere(self._submission))
        return super().get(ref, default)


def _elsewhere(submission: Submission) -> list[Cell]:
    found = [*submission.situation.values()]
    for sheet, records in submission.records.items():
        if sheet != "hien_trang":  # its figures are those of the situation
            found += [cell for record in records if record.numbers for cell in record.numbers.values()]
    return found
