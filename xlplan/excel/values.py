"""Cell values in and out: what Excel hands over, read by the rules of the program; errors as Excel has them.

What a cell may hold here: ``None`` (empty), a text, a truth value, a number, a date, an error.

**Errors.** An error that comes in is a number to xlwings (COM's VT_ERROR: -2146826281 is #DIV/0!) or, asked for
so or from other programs, its text. Going out there is no road through COM: pywin32 makes DISP_E_PARAMNOTFOUND of
every VT_ERROR that it is given (``VARIANT(VT_ERROR, …)`` in ``oleargs.cpp``; xlwings issue 776), and a plain number
would be shown as a number. So an error leaves Python as its text, ``#DIV/0!``, and the VBA wrapper makes the error of
it by ``CVErr`` with the number in :data:`ERRORS`. Without a wrapper that does, the cell shows that text.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from math import isfinite
from typing import Any

from xlplan.vietnamese.numbers import Kind, parse

ERRORS = {
    "#NULL!": 2000,
    "#DIV/0!": 2007,
    "#VALUE!": 2015,
    "#REF!": 2023,
    "#NAME?": 2029,
    "#NUM!": 2036,
    "#N/A": 2042,
    "#GETTING_DATA": 2043,
    "#SPILL!": 2045,
    "#CONNECT!": 2046,
    "#BLOCKED!": 2047,
    "#UNKNOWN!": 2048,
    "#FIELD!": 2049,
    "#CALC!": 2050,
}
"""Text of each error and the number by which VBA makes it: ``CVErr(2007)``."""

_SCODE = -2_146_828_288  # 0x800A0000, which COM adds to these numbers
_LAST_ERROR = 2_099
_MOST_DIGITS = 15  # beyond them a number in Excel is noise of its binary form
_AS_SHOWN = Context(prec=_MOST_DIGITS, rounding=ROUND_HALF_UP)
_WHOLE = 10**_MOST_DIGITS
_LARGEST = Decimal("9.99999999999999E+307")


class CellError(str):
    """An error value. It is its own text, so that it can go where only text can."""

    __slots__ = ()


NULL, DIV0, VALUE, NUM, NA = map(CellError, ("#NULL!", "#DIV/0!", "#VALUE!", "#NUM!", "#N/A"))
_TEXTS = {number: CellError(text) for text, number in ERRORS.items()}

Plain = None | bool | str | Decimal | datetime.date
Rows = list[list[Any]]


class Fault(Exception):  # noqa: N818 - it is Excel's error, not one of the program
    """Ends the work on a cell; ``error`` is what the cell shows."""

    def __init__(self, error: CellError) -> None:
        super().__init__(error)
        self.error = error


# ---- in -------------------------------------------------------------------------------------------------------


def plain(value: object) -> Plain:
    """A cell's value: errors as :class:`CellError`, numbers as Decimal, blank texts as ``None``.

    Raises :class:`Fault` for what no cell holds.
    """
    match value:
        case None | bool() | CellError() | datetime.date():
            return value
        case str():
            return CellError(value) if value in ERRORS else value if value.strip() else None
        case int():
            number = value - _SCODE
            return _TEXTS.get(number, VALUE) if ERRORS["#NULL!"] <= number <= _LAST_ERROR else Decimal(value)
        case float():
            return exact(value)
        case Decimal():
            return value if value.is_finite() else NUM
    if callable(item := getattr(value, "item", None)):  # a number of numpy
        return plain(item())
    raise Fault(VALUE)


def exact(value: float) -> Decimal | CellError:
    """The number that a person sees: the shortest decimal of a binary number, to Excel's fifteen digits.

    So 0.1 + 0.2, which a formula of Excel leaves as 0.30000000000000004, is 0.3.
    """
    if value.is_integer() and -_WHOLE < value < _WHOLE:
        return Decimal(int(value))
    if not isfinite(value):
        return NUM
    found = _AS_SHOWN.plus(Decimal(repr(value)))
    return Decimal(int(found)) if value.is_integer() else found


def number(value: object, kind: Kind = "count") -> Decimal | None:
    """The number of a cell, ``None`` where it is blank (or a dash); texts are read by the kind of their column.

    Raises :class:`Fault` with the error in the cell, or #VALUE! for a text, truth value or date.
    """
    found = plain(value)
    if found is None or isinstance(found, Decimal):
        return found
    if isinstance(found, CellError):
        raise Fault(found)
    if isinstance(found, str):
        parsed = parse(found, kind)
        if parsed.value is not None or parsed.note in ("blank", "dash"):
            return parsed.value
    raise Fault(VALUE)


def whole_number(value: object, kind: Kind = "count") -> int | None:
    """The whole number of a cell, ``None`` where it is blank; #VALUE! for one with decimals."""
    found = number(value, kind)
    if found is None:
        return None
    if abs(found) > _LARGEST:
        raise Fault(NUM)
    if found != found.to_integral_value():
        raise Fault(VALUE)
    return int(found)


def as_text(value: object) -> str:
    """The text of a cell (a number as it is typed), empty where it is blank. Raises :class:`Fault` for an error."""
    found = plain(value)
    if isinstance(found, CellError):
        raise Fault(found)
    if isinstance(found, Decimal):
        return f"{found:f}"
    return found.strip() if isinstance(found, str) else "" if found is None else str(found)


def truth(value: object) -> bool:
    """A switch: TRUE and any number but 0; blank is FALSE. Raises :class:`Fault` for text and errors."""
    found = plain(value)
    if isinstance(found, bool):
        return found
    return bool(number(found))


# ---- out ------------------------------------------------------------------------------------------------------


def shown(value: Decimal) -> float:
    """A number for a cell: the binary number nearest to the decimal, which Excel prints as that decimal.

    Raises :class:`Fault` with #NUM! beyond what Excel holds.
    """
    if abs(value) > _LARGEST:
        raise Fault(NUM)
    return float(value)


# ---- ranges ---------------------------------------------------------------------------------------------------


def is_range(value: object) -> bool:
    """Whether a value is that of several cells, not of one."""
    return isinstance(value, list | tuple) or _from_elsewhere(value) is not None


def rows(value: object) -> Rows:
    """The rows of a range; a flat list is one row, as it is to Excel, a single value a row of one.

    Ranges of xlwings, arrays of numpy and series of pandas are taken too. Raises :class:`Fault` with #VALUE! where
    the rows are not of one length, or there are none.
    """
    if (read := _from_elsewhere(value)) is not None:
        value = read()
    if not isinstance(value, list | tuple):
        return [[value]]
    nested = [isinstance(row, list | tuple) for row in value]
    if not any(nested):
        value = [value]
    elif not all(nested):
        raise Fault(VALUE)
    if not value or len({len(row) for row in value}) != 1 or not value[0]:
        raise Fault(VALUE)
    return [list(row) for row in value]


def _from_elsewhere(value: object) -> Callable[[], Any] | None:
    """How to get the values out of a range of xlwings or an array."""
    options = getattr(value, "options", None)
    if callable(options):
        return lambda: options(ndim=2, err_to_str=True).value
    listed = getattr(value, "tolist", None)
    return listed if callable(listed) and getattr(value, "ndim", True) else None


def over(function: Callable[..., object], *arguments: object) -> Any:
    """A function of single cells over ranges, as Excel does it: one result, or rows of results.

    A single value, row or column goes with every cell of the others; beyond the end of a shorter range stands #N/A.
    A cell that cannot be reckoned holds an error, its neighbours do not.
    """
    if not any(map(is_range, arguments)):
        return _cell(function, arguments)
    grids = [rows(argument) for argument in arguments]
    height, width = max(map(len, grids)), max(len(grid[0]) for grid in grids)
    lines = [[_stretched(grid[0], width)] * height if len(grid) == 1 else _lines(grid, height, width) for grid in grids]
    return [
        [_cell(function, cells) for cells in zip(*(line[row] for line in lines), strict=True)] for row in range(height)
    ]


def _lines(grid: Rows, height: int, width: int) -> Sequence[Sequence[object]]:
    return [*(_stretched(row, width) for row in grid), *[[NA] * width] * (height - len(grid))]


def _stretched(row: list[object], width: int) -> Sequence[object]:
    return row * width if len(row) == 1 else row + [NA] * (width - len(row))


def _cell(function: Callable[..., object], cells: Sequence[object]) -> object:
    try:
        return function(*cells)
    except Fault as fault:
        return fault.error
    except Exception:  # a mistake of ours must not take the other cells with it
        return VALUE
