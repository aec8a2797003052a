"""Computes formulas that came without a result, as workbooks saved by openpyxl and its like have them.

What cannot be known for sure stays uncomputed: a text such as ``1.234`` that countries read in different
ways, the order of texts with marks, a range where one value is needed. Numbers in texts are written and read
as an English Excel does: ``2.5``.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from decimal import Decimal, DecimalException
from typing import TYPE_CHECKING

from xlplan.packages.cells import Sheet
from xlplan.packages.styles import is_date_format
from xlplan.sheets.formula_functions import FUNCTIONS, Found
from xlplan.sheets.formula_parser import (
    ZERO,
    Area,
    Fault,
    FaultError,
    Op,
    Operand,
    Scalar,
    Scope,
    UnsupportedError,
    as_truth,
    compile_formula,
    settled,
)
from xlplan.tuples import NamedTuple

if TYPE_CHECKING:
    from xlplan.packages.workbook import Workbook

_MOST_WORK = 10_000_000  # letters of formulas, cells looked at and letters written, all together
_DEEPEST_CHAIN = 100_000  # formulas that wait for each other
_LONGEST_TEXT = 32_767
_FEW_CELLS = 1_000  # of a range; in a larger one, the filled cells are found by an index

_Place = tuple[Sheet, int, int]


class Filled(NamedTuple):
    """Sheet, row and column of the formulas that got a result, and of those that could not get one."""

    computed: list[tuple[str, int, int]]
    failed: list[tuple[str, int, int]]


def fill_missing(workbook: Workbook) -> Filled:
    """Compute every formula without a result and store the result in its cell. Raises nothing.

    A formula that means something unknown, goes in circles or needs a cell that does stays as it was.
    """
    missing: list[_Place] = [
        (sheet, *place)
        for sheet in workbook.sheets
        for place, cell in sheet.cells.items()
        if cell.kind == "" and cell.formula is not None
    ]
    filled = Filled([], [])
    if missing:
        book = _Book(workbook)
        for sheet, row, col in missing:
            computed = book.compute((sheet, row, col))
            (filled.computed if computed else filled.failed).append((sheet.name, row, col))
    return filled


class _NeedsError(Exception):
    """Formulas must be computed first; its argument is the list of their places."""


class _Frame:
    """A formula being computed: its program, how far it has come, and what it waits for."""

    __slots__ = ("at", "code", "place", "stack", "waiting")

    def __init__(self, place: _Place) -> None:
        self.place = place
        self.code: list[Op] | None = None
        self.at = 0
        self.stack: list[Operand] = []
        self.waiting: list[_Place] = []


class _Book:
    """Runs formulas, each after those that it needs, and gives functions the values of cells."""

    def __init__(self, workbook: Workbook) -> None:
        self._failed: set[_Place] = set()
        self._scope = Scope(workbook)
        self._active: set[_Place] = set()
        self._indexes: dict[Sheet, dict[int, list[int]]] = {}
        self._work = _MOST_WORK

    def compute(self, place: _Place) -> bool:
        """Compute the formula of a cell, unless that has been done, and all formulas that it needs."""
        frames = [_Frame(place)] if self._is_missing(place) else []
        while frames:
            frame = frames[-1]
            self._active.add(frame.place)
            try:
                if frame.waiting:
                    needed = frame.waiting.pop()
                    if self._is_missing(needed):
                        if needed in self._active or len(frames) >= _DEEPEST_CHAIN:
                            raise UnsupportedError("circular, or a chain that is too long")
                        frames.append(_Frame(needed))
                    continue
                self._store(frame.place, self._run(frame))
            except _NeedsError as error:
                frame.waiting = error.args[0]
                continue
            except UnsupportedError:
                self._failed.add(frame.place)
            self._active.discard(frame.place)
            frames.pop()
        return place not in self._failed

    def _is_missing(self, place: _Place) -> bool:
        return place[0].cells[place[1:]].kind == "" and place not in self._failed

    def _store(self, place: _Place, value: Scalar) -> None:
        sheet, row, col = place
        cell = sheet.cells[row, col]
        if value is None or isinstance(value, Decimal):
            day = is_date_format(cell.number_format)
            cell = cell._replace(kind="d" if day else "n", value=settled(value or ZERO))
        elif isinstance(value, Fault):
            cell = cell._replace(kind="e", value=value.code)
        else:
            cell = cell._replace(kind="b" if isinstance(value, bool) else "s", value=value)
        sheet.cells[row, col] = cell

    def _run(self, frame: _Frame) -> Scalar:
        """The result of a formula, from where it stopped the last time."""
        if frame.code is None:
            formula = frame.place[0].cells[frame.place[1:]].formula or ""
            self._charge(len(formula))
            frame.code = compile_formula(formula, frame.place, self._scope)
        while frame.at < len(frame.code):
            frame.at = self._step(frame.code[frame.at], frame.stack, frame.at)
        return self.scalar(frame.stack[-1])

    def _step(self, op: Op, stack: list[Operand], at: int) -> int:
        """Do one step and give the place of the next one. Nothing has changed where it needs a cell first."""
        if op.action == "push":
            stack.append(op.operand)
        elif op.action == "call":
            start = len(stack) - op.args
            stack[start:] = [self._call(op.name, stack[start:])]
        elif op.action == "jump":
            return op.target
        elif op.action == "branch":
            try:
                holds = as_truth(self.scalar(stack[-1]))
            except FaultError as error:
                stack[-1] = Fault(str(error))
                return op.end
            stack.pop()
            return at + 1 if holds else op.target
        else:
            value = stack[-1] = self.scalar(stack[-1])
            if not isinstance(value, Fault) or (op.name == "IFNA" and value.code != "#N/A"):
                return op.target
            stack.pop()
        return at + 1

    def _call(self, name: str, args: list[Operand]) -> Operand:
        least, most, function = FUNCTIONS.get(name, (0, -1, None))
        if function is None or not least <= len(args) <= most:
            raise UnsupportedError(f"{name} with {len(args)} arguments")
        try:
            result = function(self, args)
        except FaultError as error:
            return Fault(str(error))
        except DecimalException:
            return Fault("#NUM!")
        if isinstance(result, Decimal) and result.adjusted() > 307:
            return Fault("#NUM!")
        if isinstance(result, str):
            self._charge(len(result))
            if len(result) > _LONGEST_TEXT:
                return Fault("#VALUE!")
        return result

    def _charge(self, work: int) -> None:
        self._work -= work
        if self._work < 0:
            raise UnsupportedError("too much work for one workbook")

    def scalar(self, operand: Operand) -> Scalar:
        """A value, or that of a single cell. Raises UnsupportedError for a range."""
        if not isinstance(operand, Area):
            return operand
        if operand.size > 1:
            raise UnsupportedError("a range in place of a value")
        return self._value(operand.sheet, operand.row1, operand.col1)

    def values(self, *areas: Area) -> list[Found]:
        """The filled cells of each area, row by row, with their values."""
        pending: list[_Place] = []
        found: list[Found] = []
        for area in areas:
            found.append([])
            for row, col in self._filled(area):
                try:
                    found[-1].append((row, col, self._value(area.sheet, row, col)))
                except _NeedsError as error:
                    pending += error.args[0]
        if pending:
            raise _NeedsError(pending)
        return found

    def _value(self, sheet: Sheet, row: int, col: int) -> Scalar:
        self._charge(1)
        cell = sheet.cells.get((row, col))
        if cell is None or (cell.kind == "" and cell.formula is None):
            return None
        value = cell.value
        if cell.kind == "":
            if (sheet, row, col) in self._failed:
                raise UnsupportedError("needs a cell that cannot be computed")
            raise _NeedsError([(sheet, row, col)])
        if isinstance(value, str):
            self._charge(len(value) // 8)
            if cell.kind == "e":
                return Fault(value)
        if cell.kind == "d" and not isinstance(value, Decimal):
            raise UnsupportedError("a date in words")
        return value

    def _filled(self, area: Area) -> list[tuple[int, int]]:
        cells = area.sheet.cells
        if area.size <= _FEW_CELLS:
            self._charge(area.size)
            rows, columns = range(area.row1, area.row2 + 1), range(area.col1, area.col2 + 1)
            return [(row, col) for row in rows for col in columns if (row, col) in cells]
        if area.sheet not in self._indexes:
            index: dict[int, list[int]] = {}
            for row, col in sorted(cells):
                index.setdefault(col, []).append(row)
            self._indexes[area.sheet] = index
        found: list[tuple[int, int]] = []
        for col, filled in self._indexes[area.sheet].items():
            self._charge(1)
            if area.col1 <= col <= area.col2:
                inside = filled[bisect_left(filled, area.row1) : bisect_right(filled, area.row2)]
                self._charge(len(inside))
                found += [(row, col) for row in inside]
        found.sort()
        return found
