"""Computes formulas that came without a result, as workbooks saved by openpyxl and its like have them.

What cannot be known for sure stays uncomputed: a text such as ``1.234`` that countries read in different
ways, the order of texts with marks, a range where one value is needed. Numbers in texts are written and read
as an English Excel does: ``2.5``.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from decimal import ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, ROUND_UP, Decimal, DecimalException
from functools import reduce
from operator import eq, ge, gt, le, lt, ne
from typing import TYPE_CHECKING, NamedTuple

from xlplan.packages.cells import Sheet
from xlplan.packages.styles import is_date_format
from xlplan.sheets.formula_parser import (
    EXACT,
    ZERO,
    Area,
    Fault,
    FaultError,
    Op,
    Operand,
    Scalar,
    Scope,
    UnsupportedError,
    as_number,
    as_text,
    as_truth,
    compile_formula,
    divide,
    formatted,
    mod,
    order,
    power,
    read_number,
    rounded,
    settled,
)

if TYPE_CHECKING:
    from xlplan.packages.workbook import Workbook

_MOST_WORK = 10_000_000  # letters of formulas, cells looked at and letters written, all together
_DEEPEST_CHAIN = 100_000  # formulas that wait for each other
_LONGEST_TEXT = 32_767
_FEW_CELLS = 1_000  # of a range; in a larger one, the filled cells are found by an index

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
        least, most, function = _FUNCTIONS.get(name, (0, -1, None))
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


# ---- functions: least and most arguments, and what is done with them --------------------------------------

_Function = Callable[[_Book, list[Operand]], Operand]
_Table = dict[str, tuple[int, int, _Function]]


def _plain(
    least: int, most: int, convert: Callable[[Scalar], Scalar], functions: dict[str, Callable[..., Operand]]
) -> _Table:
    """Functions of single values, each converted first."""

    def of(function: Callable[..., Operand]) -> _Function:
        return lambda book, args: function(*[convert(book.scalar(arg)) for arg in args])

    return {name: (least, most, of(function)) for name, function in functions.items()}


def _mid(text: Scalar, start: Scalar, length: Scalar) -> str:
    whole, first, count = as_text(text), as_number(start), as_number(length)
    if first < 1 or count < 0:
        raise FaultError("#VALUE!")
    return whole[int(first) - 1 : int(first) - 1 + int(count)]


def _each(book: _Book, args: list[Operand]) -> Iterator[tuple[bool, Scalar]]:
    """All values of all arguments, and whether each is an argument itself and no cell of a range."""
    found = iter(book.values(*(arg for arg in args if isinstance(arg, Area))))
    for arg in args:
        if isinstance(arg, Area):
            yield from ((False, value) for _, _, value in next(found))
        else:
            yield True, arg


def _numbers(book: _Book, args: list[Operand]) -> list[Decimal]:
    """What SUM adds: an argument must be a number, in a range others are skipped."""
    found = _each(book, args)
    return [as_number(value) for own, value in found if own or isinstance(value, Decimal | Fault)]


def _total(numbers: Iterable[Decimal]) -> Decimal:
    return reduce(EXACT.add, numbers, ZERO)


def _average(book: _Book, args: list[Operand]) -> Decimal:
    numbers = _numbers(book, args)
    return divide(_total(numbers), Decimal(len(numbers)))


def _count(book: _Book, args: list[Operand]) -> Decimal:
    """COUNT: in ranges numbers, of arguments what can be taken for one."""
    numbers = 0
    for own, value in _each(book, args):
        read = read_number(value) if own and isinstance(value, str) else value
        numbers += isinstance(read, Decimal) or (own and (value is None or isinstance(value, bool)))
    return Decimal(numbers)


def _truths(book: _Book, args: list[Operand]) -> list[bool]:
    """What AND asks: in a range, texts and blanks are skipped."""
    found = list(_each(book, args))
    given = [as_truth(value) for own, value in found if own or not isinstance(value, str | None)]
    if not given:
        raise FaultError("#VALUE!")
    return given


def _n(book: _Book, args: list[Operand]) -> Decimal:
    first = args[0]
    if isinstance(first, Area):
        first = first._replace(row2=first.row1, col2=first.col1)
    value = book.scalar(first)
    return ZERO if isinstance(value, str) else as_number(value)


def _area(operand: Operand) -> Area:
    if isinstance(operand, Area):
        return operand
    if isinstance(operand, Fault):
        raise FaultError(operand.code)
    raise UnsupportedError("a value in place of a range")


def _coordinate(operand: Operand, *, row: bool) -> Decimal:
    area = _area(operand)
    if (area.height if row else area.width) > 1:
        raise UnsupportedError("more than one row or column")
    return Decimal(area.row1 if row else area.col1)


def _index(book: _Book, args: list[Operand]) -> Area:
    """The part of a range that INDEX names: still a place, so that only this part is computed."""
    area = _area(args[0])
    row, col = (int(as_number(book.scalar(arg))) for arg in (*args, True)[1:3])
    if len(args) < 3 and area.height == 1:
        row, col = 1, row
    elif len(args) < 3 and area.width > 1:
        raise UnsupportedError("INDEX without a column")
    if min(row, col) < 0 or row > area.height or col > area.width:
        raise FaultError("#VALUE!" if min(row, col) < 0 else "#REF!")
    row1, row2 = (area.row1 + row - 1,) * 2 if row else (area.row1, area.row2)
    col1, col2 = (area.col1 + col - 1,) * 2 if col else (area.col1, area.col2)
    return Area(area.sheet, row1, col1, row2, col2)


def _equal(one: Scalar, other: Scalar) -> bool:
    return type(one) is type(other) and not order(one, other, exactly=False)


def _found(book: _Book, wanted: Operand, area: Area, exactly: Operand) -> Decimal:
    """The place in a row or a column of the first cell that equals what is wanted."""
    value = book.scalar(wanted)
    if as_number(book.scalar(exactly)) != 0 or (isinstance(value, str) and set(value) & set("*?~")):
        raise UnsupportedError("a search in sorted values or by a pattern")
    if isinstance(value, Fault) or (area.height > 1 and area.width > 1):
        raise FaultError(value.code if isinstance(value, Fault) else "#N/A")
    for row, col, here in book.values(area)[0]:
        if _equal(here, ZERO if value is None else value):
            return Decimal(max(row - area.row1, col - area.col1) + 1)
    raise FaultError("#N/A")


def _vlookup(book: _Book, args: list[Operand]) -> Scalar:
    area, col = _area(args[1]), int(as_number(book.scalar(args[2])))
    if not 1 <= col <= area.width:
        raise FaultError("#REF!" if col > 0 else "#VALUE!")
    row = _found(book, args[0], area._replace(col2=area.col1), args[3])
    return book.scalar(_index(book, [area, row, Decimal(col)]))


def _sumproduct(book: _Book, args: list[Operand]) -> Decimal:
    areas = [_area(arg) for arg in args]
    if len({(area.height, area.width) for area in areas}) > 1:
        raise FaultError("#VALUE!")
    factors: dict[tuple[int, int], list[Decimal]] = {}
    for area, found in zip(areas, book.values(*areas), strict=True):
        for row, col, value in found:
            if isinstance(value, Decimal | Fault):
                factors.setdefault((row - area.row1, col - area.col1), []).append(as_number(value))
    return _total(reduce(EXACT.multiply, row) for row in factors.values() if len(row) == len(areas))


_CRITERION = re.compile(r"(<>|<=|>=|<|>|=|)([^*?~#<>=][^*?~]*)")
_COMPARISONS = {"=": eq, "<>": ne, "<": lt, "<=": le, ">": gt, ">=": ge}


def _criterion(wanted: Scalar) -> Callable[[Scalar], bool]:
    """What COUNTIF asks of a value: ``5``, ``">=5"``, ``"xã"``, ``"<>xã"``; not a blank nor a pattern."""
    sign, test = "=", ZERO if wanted is None else wanted
    if isinstance(test, str):
        if (match := _CRITERION.fullmatch(test)) is None:
            raise UnsupportedError("a pattern, an error or a blank")
        sign, number = match[1] or "=", read_number(match[2])
        test = match[2] if number is None else number
    ordered = sign not in ("=", "<>")
    known = isinstance(test, str) and not ordered and test.upper() not in ("TRUE", "FALSE")
    if not known and not isinstance(test, Decimal):
        raise UnsupportedError("a truth, an error, or the order of texts")

    def holds(value: Scalar) -> bool:
        if ordered:
            return isinstance(value, Decimal) and _COMPARISONS[sign](order(value, test), 0)
        typed = isinstance(test, Decimal) and isinstance(value, str)
        return _equal(read_number(str(value)) if typed else value, test) == (sign == "=")

    return holds


def _sumif(book: _Book, args: list[Operand]) -> Decimal:
    area, holds = _area(args[0]), _criterion(book.scalar(args[1]))
    sheet, row1, col1, _, _ = _area(args[-1] if len(args) > 2 else area)
    added = Area(sheet, row1, col1, row1 + area.height - 1, col1 + area.width - 1)
    tested, summed = book.values(area, added)
    known = {(row - area.row1, col - area.col1): value for row, col, value in tested}
    numbers = ((row, col, value) for row, col, value in summed if isinstance(value, Decimal | Fault))
    return _total(as_number(v) for row, col, v in numbers if holds(known.get((row - row1, col - col1))))


def _countif(book: _Book, args: list[Operand]) -> Decimal:
    area, holds = _area(args[0]), _criterion(book.scalar(args[1]))
    (found,) = book.values(area)
    return Decimal((area.size - len(found)) * holds(None) + sum(holds(value) for _, _, value in found))


def _compared(sign: str) -> Callable[[Scalar, Scalar], bool]:
    return lambda one, other: _COMPARISONS[sign](order(one, other, exactly=sign not in ("=", "<>")), 0)


def _as_is(value: Scalar) -> Scalar:
    return value


_FUNCTIONS: _Table = {
    **_plain(2, 2, _as_is, {"TEXT": formatted} | {sign: _compared(sign) for sign in _COMPARISONS}),
    **_plain(2, 2, as_number, {"+": EXACT.add, "-": EXACT.subtract, "*": EXACT.multiply, "/": divide}),
    **_plain(2, 2, as_number, {"^": power, "MOD": mod, "ROUND": rounded(ROUND_HALF_UP)}),
    **_plain(2, 2, as_number, {"ROUNDUP": rounded(ROUND_UP), "ROUNDDOWN": rounded(ROUND_DOWN)}),
    **_plain(1, 1, as_number, {"unary -": EXACT.minus, "%": lambda n: n.scaleb(-2, EXACT), "ABS": EXACT.abs}),
    **_plain(1, 1, as_number, {"INT": lambda number: settled(number).to_integral_value(ROUND_FLOOR)}),
    **_plain(1, 1, _as_is, {"unary +": _as_is, "ISNUMBER": lambda value: isinstance(value, Decimal)}),
    **_plain(1, 1, _as_is, {"ISTEXT": lambda v: isinstance(v, str), "ISBLANK": lambda v: v is None}),
    **_plain(1, 1, _as_is, {"ISERROR": lambda v: isinstance(v, Fault), "ISNA": lambda v: v == Fault("#N/A")}),
    **_plain(1, 1, _as_is, {"VALUE": lambda value: as_number("" if isinstance(value, bool) else value)}),
    **_plain(1, 1, as_truth, {"NOT": lambda truth: not truth}),
    **_plain(0, 0, _as_is, {"TRUE": lambda: True, "FALSE": lambda: False, "NA": lambda: Fault("#N/A")}),
    **_plain(1, 1, as_text, {"UPPER": str.upper, "LOWER": str.lower, "LEN": lambda text: Decimal(len(text))}),
    **_plain(1, 1, as_text, {"TRIM": lambda text: " ".join(filter(None, text.split(" ")))}),
    **_plain(1, 2, _as_is, {"LEFT": lambda text, n=True: _mid(text, True, n)}),
    **_plain(1, 2, _as_is, {"RIGHT": lambda text, n=True: _mid(as_text(text)[::-1], True, n)[::-1]}),
    **_plain(3, 3, _as_is, {"MID": _mid}),
    **_plain(2, 2, as_text, {"&": str.__add__}),
    **_plain(1, 255, as_text, {"CONCATENATE": lambda *texts: "".join(texts)}),
    "CONCAT": (1, 255, lambda book, args: "".join(as_text(value) for _, value in _each(book, args))),
    "SUM": (1, 255, lambda book, args: _total(_numbers(book, args))),
    "MIN": (1, 255, lambda book, args: min(_numbers(book, args), default=ZERO)),
    "MAX": (1, 255, lambda book, args: max(_numbers(book, args), default=ZERO)),
    "AVERAGE": (1, 255, _average),
    "COUNT": (1, 255, _count),
    "COUNTA": (1, 255, lambda book, args: Decimal(sum(o or v is not None for o, v in _each(book, args)))),
    "COUNTIF": (2, 2, _countif),
    "SUMIF": (2, 3, _sumif),
    "SUMPRODUCT": (1, 255, _sumproduct),
    "AND": (1, 255, lambda book, args: all(_truths(book, args))),
    "OR": (1, 255, lambda book, args: any(_truths(book, args))),
    "N": (1, 1, _n),
    "ROW": (1, 1, lambda _, args: _coordinate(args[0], row=True)),
    "COLUMN": (1, 1, lambda _, args: _coordinate(args[0], row=False)),
    "INDEX": (2, 3, _index),
    "MATCH": (3, 3, lambda book, args: _found(book, args[0], _area(args[1]), args[2])),
    "VLOOKUP": (4, 4, _vlookup),
}
