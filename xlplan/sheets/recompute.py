"""Computes formulas that came without a result, as workbooks saved by openpyxl and its like have them.

What cannot be known for sure stays uncomputed: a text such as ``1.234`` that countries read in different
ways, the order of texts with marks, a range where one value is needed. Numbers in texts are written and read
as an English Excel does: ``2.5``.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from decimal import ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, ROUND_UP, Context, Decimal, DecimalException
from operator import eq, ge, gt, le, lt, ne
from typing import TYPE_CHECKING, NamedTuple

from xlplan.packages.cells import Cell, Sheet
from xlplan.packages.styles import is_date_format
from xlplan.sheets.formula_parser import (
    Area,
    Fault,
    Op,
    Operand,
    Scalar,
    Scope,
    UnsupportedError,
    compile_formula,
)

if TYPE_CHECKING:
    from xlplan.packages.workbook import Workbook

_MOST_WORK = 10_000_000  # cells looked at and letters written, by all formulas together
_DEEPEST_CHAIN = 100_000  # formulas that wait for each other
_LONGEST_TEXT = 32_767
_FEW_CELLS = 1_000  # of a range; in a larger one, the filled cells are found by an index
_STORED_DIGITS = 17  # a number with more is a division that does not end, of which Excel shows 15
_POSITIONAL = 20  # characters of a small number; a longer one is written with an exponent

_EXACT = Context(prec=34, Emax=308, Emin=-308)
_FIFTEEN = Context(prec=15, rounding=ROUND_HALF_UP)
_WIDE = Context(prec=800)
_ZERO = Decimal(0)

_Place = tuple[Sheet, int, int]
_Found = list[tuple[int, int, Scalar]]


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
        for place in missing:
            book.compute(place)
        for sheet, row, col in missing:
            kept = filled.failed if (sheet, row, col) in book.failed else filled.computed
            kept.append((sheet.name, row, col))
    return filled


class _NeedsError(Exception):
    """Formulas that must be computed first."""

    def __init__(self, places: list[_Place]) -> None:
        self.places = places


class _FaultError(Exception):
    """The result is an error value."""

    def __init__(self, code: str) -> None:
        self.fault = Fault(code)


class _Frame:
    """A formula being computed: its program, how far it has come, and what it waits for."""

    __slots__ = ("at", "code", "place", "stack", "waiting")

    def __init__(self, place: _Place) -> None:
        self.place = place
        self.code: list[Op] | None = None
        self.at = 0
        self.stack: list[Operand] = []
        self.waiting: list[_Place] = []


# ---- the workbook -----------------------------------------------------------------------------------------


class _Book:
    """Runs formulas, each after those that it needs, and gives functions the values of cells."""

    def __init__(self, workbook: Workbook) -> None:
        self.failed: set[_Place] = set()
        self._scope = Scope(workbook)
        self._active: set[_Place] = set()
        self._indexes: dict[Sheet, dict[int, list[int]]] = {}
        self._work = _MOST_WORK

    def compute(self, place: _Place) -> None:
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
                frame.waiting = error.places
                continue
            except UnsupportedError:
                self.failed.add(frame.place)
            self._active.discard(frame.place)
            frames.pop()

    def _is_missing(self, place: _Place) -> bool:
        return place[0].cells[place[1:]].kind == "" and place not in self.failed

    def _store(self, place: _Place, value: Scalar) -> None:
        sheet, *at = place
        cell = sheet.cells[at[0], at[1]]
        if value is None or isinstance(value, Decimal):
            day = is_date_format(cell.number_format)
            cell = cell._replace(kind="d" if day else "n", value=_settled(value or _ZERO))
        elif isinstance(value, Fault):
            cell = cell._replace(kind="e", value=value.code)
        else:
            cell = cell._replace(kind="b" if isinstance(value, bool) else "s", value=value)
        sheet.cells[at[0], at[1]] = cell

    # ---- programs -----------------------------------------------------------------------------------------

    def _run(self, frame: _Frame) -> Scalar:
        """The result of a formula, from where it stopped the last time."""
        self._charge(1)
        if frame.code is None:
            formula = frame.place[0].cells[frame.place[1:]].formula or ""
            frame.code = compile_formula(formula, frame.place, self._scope)
        while frame.at < len(frame.code):
            frame.at = self._step(frame.code[frame.at], frame.stack, frame.at)
        return self.scalar(frame.stack[-1])

    def _step(self, op: Op, stack: list[Operand], at: int) -> int:
        """Do one step and give the place of the next one. Where it needs a cell first, nothing has changed."""
        if op.action == "push":
            stack.append(op.operand)
        elif op.action == "call":
            start = len(stack) - op.count
            stack[start:] = [self._call(op.name, stack[start:])]
        elif op.action == "jump":
            return op.target
        elif op.action == "branch":
            try:
                holds = _truth(self.scalar(stack[-1]))
            except _FaultError as error:
                stack[-1] = error.fault
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
        least, most, function = _FUNCTIONS.get(name, (0, -1, None))
        if function is None or not least <= len(args) <= most:
            raise UnsupportedError(f"{name} with {len(args)} arguments")
        try:
            result = function(self, args)
        except _FaultError as error:
            return error.fault
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

    # ---- cells --------------------------------------------------------------------------------------------

    def scalar(self, operand: Operand) -> Scalar:
        """A value, or that of a single cell. Raises UnsupportedError for a range."""
        if not isinstance(operand, Area):
            return operand
        if operand.size > 1:
            raise UnsupportedError("a range in place of a value")
        return self._value(operand.sheet, operand.row1, operand.col1)

    def values(self, *areas: Area) -> list[_Found]:
        """The filled cells of each area, row by row, with their values."""
        pending: list[_Place] = []
        found: list[_Found] = []
        for area in areas:
            found.append([])
            for row, col in self._filled(area):
                try:
                    found[-1].append((row, col, self._value(area.sheet, row, col)))
                except _NeedsError as error:
                    pending += error.places
        if pending:
            raise _NeedsError(pending)
        return found

    def _value(self, sheet: Sheet, row: int, col: int) -> Scalar:
        self._charge(1)
        cell = sheet.cells.get((row, col))
        if cell is None or (cell.kind == "" and cell.formula is None):
            return None
        if cell.kind == "":
            if (sheet, row, col) in self.failed:
                raise UnsupportedError("needs a cell that cannot be computed")
            raise _NeedsError([(sheet, row, col)])
        return self._as_stored(cell)

    def _as_stored(self, cell: Cell) -> Scalar:
        value = cell.value
        if isinstance(value, str):
            self._charge(len(value) // 64)
            if cell.kind == "d":
                raise UnsupportedError("a date in words")
            return Fault(value) if cell.kind == "e" else value
        if isinstance(value, Decimal) and not value.is_finite():
            raise UnsupportedError("no number")
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
            if area.col1 <= col <= area.col2:
                inside = slice(bisect_left(filled, area.row1), bisect_right(filled, area.row2))
                self._charge(1 + inside.stop - inside.start)
                found += [(row, col) for row in filled[inside]]
        found.sort()
        return found


# ---- functions --------------------------------------------------------------------------------------------

_Function = Callable[[_Book, list[Operand]], Operand]


def _plain(function: Callable[..., Operand], convert: Callable[[Scalar], Scalar] | None = None) -> _Function:
    """A function of single values, each converted first."""

    def call(book: _Book, args: list[Operand]) -> Operand:
        values = (book.scalar(arg) for arg in args)
        return function(*(convert(value) for value in values) if convert else values)

    return call


def _compared(holds: Callable[[int, int], bool]) -> _Function:
    exactly = holds not in (eq, ne)
    return _plain(lambda one, other: holds(_order(one, other, exactly=exactly), 0))


def _divide(one: Decimal, other: Decimal) -> Decimal:
    if not other:
        raise _FaultError("#DIV/0!")
    return _EXACT.divide(one, other)


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    if not base and exponent <= 0:
        raise _FaultError("#DIV/0!" if exponent else "#NUM!")
    if base < 0 and exponent != exponent.to_integral_value():
        raise UnsupportedError("a root of a negative number")
    return _EXACT.power(base, exponent)


def _mod(number: Decimal, divisor: Decimal) -> Decimal:
    if not divisor:
        raise _FaultError("#DIV/0!")
    rest = _EXACT.remainder(number, divisor)
    return _EXACT.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest


def _rounded(mode: str) -> _Function:
    def function(number: Decimal, places: Decimal) -> Decimal:
        number, digits = _settled(number), int(max(min(places, Decimal(330)), Decimal(-330)))
        return number.quantize(Decimal(1).scaleb(-digits, _WIDE), mode, _WIDE)

    return _plain(function, _number)


def _each(book: _Book, args: list[Operand]) -> Iterator[tuple[bool, Scalar]]:
    """All values of all arguments, and whether each is an argument itself and no cell of a range."""
    found = iter(book.values(*(arg for arg in args if isinstance(arg, Area))))
    for arg in args:
        if isinstance(arg, Area):
            for _, _, value in next(found):
                yield False, value
        else:
            yield True, arg


def _numbers(book: _Book, args: list[Operand]) -> Iterator[Decimal]:
    """What SUM adds: an argument must be a number, in a range others are skipped."""
    for direct, value in _each(book, args):
        if direct or isinstance(value, Decimal | Fault):
            yield _number(value)


def _sum(book: _Book, args: list[Operand]) -> Decimal:
    total = _ZERO
    for number in _numbers(book, args):
        total = _EXACT.add(total, number)
    return total


def _average(book: _Book, args: list[Operand]) -> Decimal:
    return _divide(_sum(book, args), Decimal(sum(1 for _ in _numbers(book, args))))


def _count(book: _Book, args: list[Operand]) -> Decimal:
    def counts(direct: bool, value: Scalar) -> bool:
        if not direct or isinstance(value, Decimal):
            return isinstance(value, Decimal)
        return not isinstance(value, Fault) and not (isinstance(value, str) and _read_number(value) is None)

    return Decimal(sum(counts(direct, value) for direct, value in _each(book, args)))


def _logical(decide: Callable[[list[bool]], bool]) -> _Function:
    def call(book: _Book, args: list[Operand]) -> bool:
        given = [
            _truth(value)
            for direct, value in _each(book, args)
            if direct or not (value is None or isinstance(value, str))
        ]
        if not given:
            raise _FaultError("#VALUE!")
        return decide(given)

    return call


def _concat(book: _Book, args: list[Operand]) -> str:
    pieces: list[str] = []
    room = _LONGEST_TEXT
    for _, value in _each(book, args):
        pieces.append(_text(value))
        room -= len(pieces[-1])
        if room < 0:
            raise _FaultError("#VALUE!")
    return "".join(pieces)


def _n(book: _Book, args: list[Operand]) -> Decimal:
    first = args[0]
    if isinstance(first, Area):
        first = first._replace(row2=first.row1, col2=first.col1)
    value = book.scalar(first)
    return _ZERO if isinstance(value, str) else _number(value)


def _value(value: Scalar) -> Decimal:
    if isinstance(value, bool):
        raise _FaultError("#VALUE!")
    return _number(value)


def _slice(text: str, start: Decimal, length: Decimal) -> str:
    if start < 1 or length < 0:
        raise _FaultError("#VALUE!")
    first = int(start) - 1
    return text[first : first + int(length)]


def _left(text: Scalar, length: Scalar = _ZERO + 1) -> str:
    return _slice(_text(text), Decimal(1), _number(length))


def _right(text: Scalar, length: Scalar = _ZERO + 1) -> str:
    return _slice(_text(text)[::-1], Decimal(1), _number(length))[::-1]


def _coordinate(field: str) -> _Function:
    def call(_: _Book, args: list[Operand]) -> Operand:
        (area,) = args
        if not isinstance(area, Area) or (area.height if field == "row1" else area.width) > 1:
            raise UnsupportedError("no single row or column")
        return Decimal(getattr(area, field))

    return call
