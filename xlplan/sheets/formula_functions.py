"""The functions of formulas: least and most arguments, and what is done with them.

What cannot be known for sure raises ``UnsupportedError``, and the formula stays uncomputed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from decimal import ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, ROUND_UP, Decimal
from functools import reduce
from operator import eq, ge, gt, le, lt, ne
from typing import Protocol

from xlplan.sheets.formula_parser import (
    EXACT,
    ZERO,
    Area,
    Fault,
    FaultError,
    Operand,
    Scalar,
    UnsupportedError,
    as_number,
    as_text,
    as_truth,
    divide,
    formatted,
    mod,
    order,
    power,
    read_number,
    rounded,
    settled,
)

Found = list[tuple[int, int, Scalar]]
"""The filled cells of an area, row by row, with their values."""


class Book(Protocol):
    """What a function may ask of the workbook."""

    def scalar(self, operand: Operand) -> Scalar:
        """A value, or that of a single cell."""

    def values(self, *areas: Area) -> list[Found]:
        """The filled cells of each area."""


_Function = Callable[[Book, list[Operand]], Operand]
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


def _each(book: Book, args: list[Operand]) -> Iterator[tuple[bool, Scalar]]:
    """All values of all arguments, and whether each is an argument itself and no cell of a range."""
    found = iter(book.values(*(arg for arg in args if isinstance(arg, Area))))
    for arg in args:
        if isinstance(arg, Area):
            yield from ((False, value) for _, _, value in next(found))
        else:
            yield True, arg


def _numbers(book: Book, args: list[Operand]) -> list[Decimal]:
    """What SUM adds: an argument must be a number, in a range others are skipped."""
    found = _each(book, args)
    return [as_number(value) for own, value in found if own or isinstance(value, Decimal | Fault)]


def _total(numbers: Iterable[Decimal]) -> Decimal:
    return reduce(EXACT.add, numbers, ZERO)


def _subtotal(book: Book, args: list[Operand]) -> Decimal:
    """SUBTOTAL of sums (9, 109): cells that are subtotals themselves are passed over.

    Of hidden rows it depends on how they were hidden, which is not known here.
    """
    areas = [arg for arg in args[1:] if isinstance(arg, Area)]
    if book.scalar(args[0]) not in (9, 109) or len(areas) < len(args) - 1:
        raise UnsupportedError("another subtotal than a sum")
    if any(area.row1 <= row <= area.row2 for area in areas for row in area.sheet.hidden_rows):
        raise UnsupportedError("a subtotal of hidden rows")
    total = ZERO
    for area, found in zip(areas, book.values(*areas), strict=True):
        for row, column, value in found:
            is_subtotal = "SUBTOTAL(" in (area.sheet.cells[row, column].formula or "").upper()
            if isinstance(value, Decimal | Fault) and not is_subtotal:
                total = EXACT.add(total, as_number(value))
    return total


def _average(book: Book, args: list[Operand]) -> Decimal:
    numbers = _numbers(book, args)
    return divide(_total(numbers), Decimal(len(numbers)))


def _count(book: Book, args: list[Operand]) -> Decimal:
    """COUNT: in ranges numbers, of arguments what can be taken for one."""
    numbers = 0
    for own, value in _each(book, args):
        read = read_number(value) if own and isinstance(value, str) else value
        numbers += isinstance(read, Decimal) or (own and (value is None or isinstance(value, bool)))
    return Decimal(numbers)


def _truths(book: Book, args: list[Operand]) -> list[bool]:
    """What AND asks: in a range, texts and blanks are skipped."""
    found = list(_each(book, args))
    given = [as_truth(value) for own, value in found if own or not isinstance(value, str | None)]
    if not given:
        raise FaultError("#VALUE!")
    return given


def _n(book: Book, args: list[Operand]) -> Decimal:
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


def _index(book: Book, args: list[Operand]) -> Area:
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


def _found(book: Book, wanted: Operand, area: Area, exactly: Operand) -> Decimal:
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


def _vlookup(book: Book, args: list[Operand]) -> Scalar:
    area, col = _area(args[1]), int(as_number(book.scalar(args[2])))
    if not 1 <= col <= area.width:
        raise FaultError("#REF!" if col > 0 else "#VALUE!")
    row = _found(book, args[0], area._replace(col2=area.col1), args[3])
    return book.scalar(_index(book, [area, row, Decimal(col)]))


def _sumproduct(book: Book, args: list[Operand]) -> Decimal:
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


def _sumif(book: Book, args: list[Operand]) -> Decimal:
    area, holds = _area(args[0]), _criterion(book.scalar(args[1]))
    sheet, row1, col1, _, _ = _area(args[-1] if len(args) > 2 else area)
    added = Area(sheet, row1, col1, row1 + area.height - 1, col1 + area.width - 1)
    tested, summed = book.values(area, added)
    known = {(row - area.row1, col - area.col1): value for row, col, value in tested}
    numbers = ((row, col, value) for row, col, value in summed if isinstance(value, Decimal | Fault))
    return _total(as_number(v) for row, col, v in numbers if holds(known.get((row - row1, col - col1))))


def _countif(book: Book, args: list[Operand]) -> Decimal:
    area, holds = _area(args[0]), _criterion(book.scalar(args[1]))
    (found,) = book.values(area)
    return Decimal((area.size - len(found)) * holds(None) + sum(holds(value) for _, _, value in found))


def _compared(sign: str) -> Callable[[Scalar, Scalar], bool]:
    return lambda one, other: _COMPARISONS[sign](order(one, other, exactly=sign not in ("=", "<>")), 0)


def _as_is(value: Scalar) -> Scalar:
    return value


FUNCTIONS: _Table = {
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
    "SUBTOTAL": (2, 255, _subtotal),
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
