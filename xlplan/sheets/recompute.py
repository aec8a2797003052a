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
    WIDE,
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
    formatted,
    order,
    read_number,
    settled,
)

if TYPE_CHECKING:
    from xlplan.packages.workbook import Workbook

_MOST_WORK = 10_000_000  # cells looked at and letters written, by all formulas together
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
        value = cell.value
        if cell.kind == "":
            if (sheet, row, col) in self.failed:
                raise UnsupportedError("needs a cell that cannot be computed")
            raise _NeedsError([(sheet, row, col)])
        if isinstance(value, str):
            self._charge(len(value) // 64)
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
        given = [book.scalar(arg) for arg in args]
        return function(*(map(convert, given) if convert else given))

    return call


def _compared(holds: Callable[[int, int], bool]) -> _Function:
    exactly = holds not in (eq, ne)
    return _plain(lambda one, other: holds(order(one, other, exactly=exactly), 0))


def _divide(one: Decimal, other: Decimal) -> Decimal:
    if not other:
        raise FaultError("#DIV/0!")
    return EXACT.divide(one, other)


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    if not base and exponent <= 0:
        raise FaultError("#DIV/0!" if exponent else "#NUM!")
    if base < 0 and exponent != exponent.to_integral_value():
        raise UnsupportedError("a root of a negative number")
    return EXACT.power(base, exponent)


def _mod(number: Decimal, divisor: Decimal) -> Decimal:
    if not divisor:
        raise FaultError("#DIV/0!")
    rest = EXACT.remainder(number, divisor)
    return EXACT.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest


def _rounded(mode: str) -> _Function:
    def function(number: Decimal, places: Decimal) -> Decimal:
        digits = int(max(min(places, Decimal(330)), Decimal(-330)))
        return settled(number).quantize(Decimal(1).scaleb(-digits, WIDE), mode, WIDE)

    return _plain(function, as_number)


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
            yield as_number(value)


def _total(numbers: Iterable[Decimal]) -> Decimal:
    return reduce(EXACT.add, numbers, ZERO)


def _average(book: _Book, args: list[Operand]) -> Decimal:
    numbers = list(_numbers(book, args))
    return _divide(_total(numbers), Decimal(len(numbers)))


def _count(book: _Book, args: list[Operand]) -> Decimal:
    def counts(direct: bool, value: Scalar) -> bool:
        if not direct or isinstance(value, Decimal | Fault):
            return isinstance(value, Decimal)
        return not isinstance(value, str) or read_number(value) is not None

    return Decimal(sum(counts(direct, value) for direct, value in _each(book, args)))


def _logical(decide: Callable[[list[bool]], bool]) -> _Function:
    def call(book: _Book, args: list[Operand]) -> bool:
        found = list(_each(book, args))
        given = [as_truth(value) for direct, value in found if direct or not isinstance(value, str | None)]
        if not given:
            raise FaultError("#VALUE!")
        return decide(given)

    return call


def _concat(book: _Book, args: list[Operand]) -> str:
    pieces: list[str] = []
    room = _LONGEST_TEXT
    for _, value in _each(book, args):
        pieces.append(as_text(value))
        room -= len(pieces[-1])
        if room < 0:
            raise FaultError("#VALUE!")
    return "".join(pieces)


def _n(book: _Book, args: list[Operand]) -> Decimal:
    first = args[0]
    if isinstance(first, Area):
        first = first._replace(row2=first.row1, col2=first.col1)
    value = book.scalar(first)
    return ZERO if isinstance(value, str) else as_number(value)


def _mid(text: Scalar, start: Scalar, length: Scalar) -> str:
    whole, first, count = as_text(text), as_number(start), as_number(length)
    if first < 1 or count < 0:
        raise FaultError("#VALUE!")
    return whole[int(first) - 1 : int(first) - 1 + int(count)]


def _right(text: Scalar, length: Scalar = True) -> str:
    return _mid(as_text(text)[::-1], True, length)[::-1]


# ---- functions of places ----------------------------------------------------------------------------------


def _area(operand: Operand) -> Area:
    if isinstance(operand, Area):
        return operand
    if isinstance(operand, Fault):
        raise FaultError(operand.code)
    raise UnsupportedError("a value in place of a range")


def _coordinate(number: Callable[[Area], int], across: Callable[[Area], int]) -> _Function:
    def call(_: _Book, args: list[Operand]) -> Operand:
        area = _area(args[0])
        if across(area) > 1:
            raise UnsupportedError("more than one row or column")
        return Decimal(number(area))

    return call


def _index(book: _Book, args: list[Operand]) -> Area:
    """The part of a range that INDEX names: still a place, so that only this part is computed."""
    area = _area(args[0])
    row, col = (int(as_number(book.scalar(arg))) for arg in (*args, True)[1:3])
    if len(args) < 3 and area.height == 1:
        row, col = 1, row
    elif len(args) < 3 and area.width > 1:
        raise UnsupportedError("INDEX without a column")
    if min(row, col) < 0:
        raise FaultError("#VALUE!")
    if row > area.height or col > area.width:
        raise FaultError("#REF!")
    row1, row2 = (area.row1 + row - 1,) * 2 if row else (area.row1, area.row2)
    col1, col2 = (area.col1 + col - 1,) * 2 if col else (area.col1, area.col2)
    return Area(area.sheet, row1, col1, row2, col2)


def _found(book: _Book, wanted: Operand, area: Area, exactly: Operand) -> int:
    """How many rows or columns of a narrow area end with the first cell that equals what is wanted."""
    if as_number(book.scalar(exactly)) != 0:
        raise UnsupportedError("a search in sorted values")
    value = book.scalar(wanted)
    if isinstance(value, Fault):
        raise FaultError(value.code)
    if isinstance(value, str) and not _NO_PATTERN.fullmatch(value):
        raise UnsupportedError("a pattern")
    for row, col, here in book.values(area)[0]:
        if _equal(here, ZERO if value is None else value):
            return max(row - area.row1, col - area.col1) + 1
    raise FaultError("#N/A")


def _equal(one: Scalar, other: Scalar) -> bool:
    return type(one) is type(other) and not order(one, other, exactly=False)


def _match(book: _Book, args: list[Operand]) -> Decimal:
    area = _area(args[1])
    if area.height > 1 and area.width > 1:
        raise FaultError("#N/A")
    return Decimal(_found(book, args[0], area, args[2]))


def _vlookup(book: _Book, args: list[Operand]) -> Scalar:
    area, col = _area(args[1]), int(as_number(book.scalar(args[2])))
    if not 1 <= col <= area.width:
        raise FaultError("#REF!" if col > 0 else "#VALUE!")
    row = _found(book, args[0], area._replace(col2=area.col1), args[3])
    return book.scalar(_index(book, [area, Decimal(row), Decimal(col)]))


def _sumproduct(book: _Book, args: list[Operand]) -> Decimal:
    areas = [_area(arg) for arg in args]
    if len({(area.height, area.width) for area in areas}) > 1:
        raise FaultError("#VALUE!")
    factors = [
        {(row - area.row1, col - area.col1): value for row, col, value in found}
        for area, found in zip(areas, book.values(*areas), strict=True)
    ]
    for value in (value for factor in factors for value in factor.values()):
        if isinstance(value, Fault):
            raise FaultError(value.code)
    rows = ([factor.get(place) for factor in factors] for place in factors[0])
    return _total(reduce(EXACT.multiply, row) for row in rows if all(isinstance(v, Decimal) for v in row))


_NO_PATTERN = re.compile(r"[^*?~]*")
_CRITERION = re.compile(r"(<>|<=|>=|<|>|=|)([^*?~#<>=][^*?~]*)")
_COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "=": eq,
    "<>": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}


def _criterion(wanted: Scalar) -> Callable[[Scalar], bool]:
    """What COUNTIF asks of a value: ``5``, ``">=5"``, ``"xã"``, ``"<>xã"``; blanks and patterns are unknown."""
    sign, test = "=", ZERO if wanted is None else wanted
    if isinstance(test, str):
        if (match := _CRITERION.fullmatch(test)) is None:
            raise UnsupportedError("a pattern, an error or a blank")
        sign, word = match[1] or "=", match[2]
        test = {"TRUE": True, "FALSE": False}.get(word.upper(), read_number(word))
        test = word if test is None else test
    if isinstance(test, Fault) or (sign not in ("=", "<>") and not isinstance(test, Decimal)):
        raise UnsupportedError("an error, or the order of texts")

    def holds(value: Scalar) -> bool:
        if sign in ("=", "<>"):
            typed = isinstance(test, Decimal) and isinstance(value, str)
            return _equal(read_number(str(value)) if typed else value, test) == (sign == "=")
        return isinstance(value, Decimal) and _COMPARISONS[sign](order(value, test), 0)

    return holds


def _countif(book: _Book, args: list[Operand]) -> Decimal:
    area, holds = _area(args[0]), _criterion(book.scalar(args[1]))
    (found,) = book.values(area)
    return Decimal((area.size - len(found)) * holds(None) + sum(holds(value) for _, _, value in found))


def _sumif(book: _Book, args: list[Operand]) -> Decimal:
    area, holds = _area(args[0]), _criterion(book.scalar(args[1]))
    sheet, row1, col1, _, _ = _area(args[-1] if len(args) > 2 else area)
    added = Area(sheet, row1, col1, row1 + area.height - 1, col1 + area.width - 1)
    tested, summed = book.values(area, added)
    known = {(row - area.row1, col - area.col1): value for row, col, value in tested}
    return _total(
        as_number(value)
        for row, col, value in summed
        if isinstance(value, Decimal | Fault) and holds(known.get((row - row1, col - col1)))
    )


# ---- the table of functions: how many arguments at least and at most, and what is done with them ----------

_ANY = 255

_FUNCTIONS: dict[str, tuple[int, int, _Function]] = {
    **{sign: (2, 2, _compared(holds)) for sign, holds in _COMPARISONS.items()},
    "+": (2, 2, _plain(EXACT.add, as_number)),
    "-": (2, 2, _plain(EXACT.subtract, as_number)),
    "*": (2, 2, _plain(EXACT.multiply, as_number)),
    "/": (2, 2, _plain(_divide, as_number)),
    "^": (2, 2, _plain(_power, as_number)),
    "%": (1, 1, _plain(lambda number: number.scaleb(-2, EXACT), as_number)),
    "unary -": (1, 1, _plain(EXACT.minus, as_number)),
    "unary +": (1, 1, _plain(lambda value: value)),
    "&": (2, 2, _plain(lambda one, other: one + other, as_text)),
    "SUM": (1, _ANY, lambda book, args: _total(_numbers(book, args))),
    "MIN": (1, _ANY, lambda book, args: min(_numbers(book, args), default=ZERO)),
    "MAX": (1, _ANY, lambda book, args: max(_numbers(book, args), default=ZERO)),
    "AVERAGE": (1, _ANY, _average),
    "COUNT": (1, _ANY, _count),
    "COUNTA": (
        1,
        _ANY,
        lambda book, args: Decimal(sum(own or v is not None for own, v in _each(book, args))),
    ),
    "COUNTIF": (2, 2, _countif),
    "SUMIF": (2, 3, _sumif),
    "SUMPRODUCT": (1, _ANY, _sumproduct),
    "ROUND": (2, 2, _rounded(ROUND_HALF_UP)),
    "ROUNDUP": (2, 2, _rounded(ROUND_UP)),
    "ROUNDDOWN": (2, 2, _rounded(ROUND_DOWN)),
    "ABS": (1, 1, _plain(abs, as_number)),
    "INT": (1, 1, _plain(lambda number: settled(number).to_integral_value(ROUND_FLOOR), as_number)),
    "MOD": (2, 2, _plain(_mod, as_number)),
    "N": (1, 1, _n),
    "AND": (1, _ANY, _logical(all)),
    "OR": (1, _ANY, _logical(any)),
    "NOT": (1, 1, _plain(lambda truth: not truth, as_truth)),
    "TRUE": (0, 0, _plain(lambda: True)),
    "FALSE": (0, 0, _plain(lambda: False)),
    "NA": (0, 0, _plain(lambda: Fault("#N/A"))),
    "ISNUMBER": (1, 1, _plain(lambda value: isinstance(value, Decimal))),
    "ISTEXT": (1, 1, _plain(lambda value: isinstance(value, str))),
    "ISBLANK": (1, 1, _plain(lambda value: value is None)),
    "ISERROR": (1, 1, _plain(lambda value: isinstance(value, Fault))),
    "ISNA": (1, 1, _plain(lambda value: value == Fault("#N/A"))),
    "UPPER": (1, 1, _plain(str.upper, as_text)),
    "LOWER": (1, 1, _plain(str.lower, as_text)),
    "LEFT": (1, 2, _plain(lambda text, length=True: _mid(text, True, length))),
    "RIGHT": (1, 2, _plain(_right)),
    "MID": (3, 3, _plain(_mid)),
    "LEN": (1, 1, _plain(lambda text: Decimal(len(text)), as_text)),
    "TRIM": (1, 1, _plain(lambda text: " ".join(word for word in text.split(" ") if word), as_text)),
    "VALUE": (1, 1, _plain(lambda value: as_number("" if isinstance(value, bool) else value))),
    "TEXT": (2, 2, _plain(formatted)),
    "CONCATENATE": (1, _ANY, _plain(lambda *texts: "".join(texts), as_text)),
    "CONCAT": (1, _ANY, _concat),
    "ROW": (1, 1, _coordinate(lambda area: area.row1, lambda area: area.height)),
    "COLUMN": (1, 1, _coordinate(lambda area: area.col1, lambda area: area.width)),
    "INDEX": (2, 3, _index),
    "MATCH": (3, 3, _match),
    "VLOOKUP": (4, 4, _vlookup),
}
