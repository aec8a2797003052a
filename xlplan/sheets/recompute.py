"""Computes formulas that came without a result, as workbooks saved by openpyxl and its like have them.

What cannot be known for sure stays uncomputed: a text such as ``1.234`` that countries read in different
ways, the order of texts with marks, a range where one value is needed. Numbers in texts are written and read
as an English Excel does: ``2.5``.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from decimal import ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, ROUND_UP, Decimal, DecimalException
from operator import eq, ge, gt, le, lt, ne
from typing import TYPE_CHECKING, NamedTuple

from xlplan.packages.cells import Sheet
from xlplan.packages.styles import is_date_format
from xlplan.sheets import formula_parser as values
from xlplan.sheets.formula_parser import EXACT, WIDE, ZERO, Area, Fault, FaultError, Op, Operand, Scalar
from xlplan.sheets.formula_parser import UnsupportedError as Unsupported
from xlplan.sheets.formula_parser import as_number, as_text, as_truth, order, read_number, settled

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


def _sum(book: _Book, args: list[Operand]) -> Decimal:
    return _total(_numbers(book, args))


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


def _counta(book: _Book, args: list[Operand]) -> Decimal:
    return Decimal(sum(direct or value is not None for direct, value in _each(book, args)))


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


def _value(value: Scalar) -> Decimal:
    return as_number("" if isinstance(value, bool) else value)


def _mid(text: Scalar, start: Scalar, length: Scalar) -> str:
    whole, first, count = as_text(text), as_number(start), as_number(length)
    if first < 1 or count < 0:
        raise FaultError("#VALUE!")
    return whole[int(first) - 1 : int(first) - 1 + int(count)]


def _left(text: Scalar, length: Scalar = ONE) -> str:
    return _mid(text, ONE, length)


def _right(text: Scalar, length: Scalar = ONE) -> str:
    return _mid(as_text(text)[::-1], ONE, length)[::-1]


# ---- functions of places ----------------------------------------------------------------------------------


def _area(operand: Operand) -> Area:
    if isinstance(operand, Area):
        return operand
    if isinstance(operand, Fault):
        raise FaultError(operand.code)
    raise UnsupportedError("a value in place of a range")


def _row(_: _Book, args: list[Operand]) -> Operand:
    area = _area(args[0])
    return Decimal(area.row1) if area.height == 1 else _area(None)


def _column(_: _Book, args: list[Operand]) -> Operand:
    area = _area(args[0])
    return Decimal(area.col1) if area.width == 1 else _area(None)


def _index(book: _Book, args: list[Operand]) -> Operand:
    """The part of a range that INDEX names: still a place, so that only this part is computed."""
    area = _area(args[0])
    row, col = (int(as_number(book.scalar(arg))) for arg in (*args, ONE)[1:3])
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


def _found(book: _Book, wanted: Operand, area: Area) -> tuple[int, int]:
    """Row and column of the first cell that equals what is wanted, from the first of the area, which is 1."""
    wanted = book.scalar(wanted)
    if isinstance(wanted, Fault):
        raise FaultError(wanted.code)
    if isinstance(wanted, str) and _WILD.search(wanted):
        raise UnsupportedError("a pattern")
    test = ZERO if wanted is None else wanted
    for row, col, value in book.values(area)[0]:
        if type(value) is type(test) and not order(value, test, exactly=False):
            return row - area.row1 + 1, col - area.col1 + 1
    raise FaultError("#N/A")


def _exact(book: _Book, args: list[Operand], place: int) -> None:
    """An argument that says to look for equal values only. Raises UnsupportedError for any other way."""
    if len(args) <= place or as_number(book.scalar(args[place])) != 0:
        raise UnsupportedError("a search in sorted values")


def _match(book: _Book, args: list[Operand]) -> Operand:
    _exact(book, args, 2)
    area = _area(args[1])
    if area.height > 1 and area.width > 1:
        raise FaultError("#N/A")
    return Decimal(max(_found(book, args[0], area)))


def _vlookup(book: _Book, args: list[Operand]) -> Operand:
    _exact(book, args, 3)
    area, col = _area(args[1]), int(as_number(book.scalar(args[2])))
    if not 1 <= col <= area.width:
        raise FaultError("#REF!" if col > 0 else "#VALUE!")
    row, _ = _found(book, args[0], area._replace(col2=area.col1))
    return book.scalar(_index(book, [area, Decimal(row), Decimal(col)]))


def _sumproduct(book: _Book, args: list[Operand]) -> Decimal:
    areas = [_area(arg) for arg in args]
    if len({(area.height, area.width) for area in areas}) > 1:
        raise FaultError("#VALUE!")
    factors: list[dict[tuple[int, int], Decimal]] = []
    for area, found in zip(areas, book.values(*areas), strict=True):
        factors.append(
            {
                (row - area.row1, col - area.col1): as_number(value)
                for row, col, value in found
                if isinstance(value, Decimal | Fault)
            }
        )
    return _total(
        reduce(EXACT.multiply, (factor.get(place, ZERO) for factor in factors)) for place in factors[0]
    )


# ---- criteria ---------------------------------------------------------------------------------------------

_WILD = re.compile(r"[*?~]")
_CRITERION = re.compile(r"(<>|<=|>=|<|>|=|)(.*)", re.DOTALL)
_COMPARISONS = {"=": eq, "<>": ne, "<": lt, "<=": le, ">": gt, ">=": ge}


def _criterion(wanted: Scalar) -> Callable[[Scalar], bool]:
    """What COUNTIF asks of a value: ``5``, ``">=5"``, ``"xã"``, ``"<>"`` …"""
    sign, word = "", ""
    if isinstance(wanted, str) and (match := _CRITERION.fullmatch(wanted)):
        sign, word = match.groups()
        if not word and sign in ("", "=", "<>"):
            blanks = (None, "") if not sign else (None,)
            return lambda value: (value in blanks) != (sign == "<>")
        wanted = word.upper() == "TRUE" if word.upper() in ("TRUE", "FALSE") else read_number(word)
        wanted = word if wanted is None else wanted
    if isinstance(wanted, Fault) or word.startswith("#") or _WILD.search(word):
        raise UnsupportedError("a pattern or an error")
    test = ZERO if wanted is None else wanted
    if sign in ("", "=", "<>"):
        return lambda value: _matches(value, test) != (sign == "<>")
    if not isinstance(test, Decimal):
        raise UnsupportedError("the order of texts")
    compared = _COMPARISONS[sign]
    return lambda value: isinstance(value, Decimal) and compared(order(value, test), 0)


def _matches(value: Scalar, test: Scalar) -> bool:
    if isinstance(test, Decimal) and isinstance(value, str):
        value = read_number(value)
    return type(value) is type(test) and not order(value, test, exactly=False)


def _countif(book: _Book, args: list[Operand]) -> Decimal:
    area, holds = _area(args[0]), _criterion(book.scalar(args[1]))
    (found,) = book.values(area)
    blanks = area.size - len(found) if holds(None) else 0
    return Decimal(blanks + sum(holds(value) for _, _, value in found))


def _sumif(book: _Book, args: list[Operand]) -> Decimal:
    area, holds = _area(args[0]), _criterion(book.scalar(args[1]))
    sheet, row, col, _, _ = _area(args[-1] if len(args) > 2 else area)
    added = Area(sheet, row, col, row + area.height - 1, col + area.width - 1)
    tested, summed = book.values(area, added)
    known = {(row - area.row1, col - area.col1): value for row, col, value in tested}
    return _total(
        as_number(value)
        for row, col, value in summed
        if isinstance(value, Decimal | Fault) and holds(known.get((row - added.row1, col - added.col1)))
    )


# ---- the table of functions: how many arguments at least and at most, and what is done with them ----------

_MANY = 255


def _is(kind: object) -> _Function:
    return _plain(lambda value: isinstance(value, kind))  # type: ignore[arg-type]


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
}
