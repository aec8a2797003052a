"""Where xlwings hands cells over: what becomes of an argument before a function sees it, and of its result after.

xlwings' own converters drop errors, squeeze a column into a flat list and hand a number over as an array of one;
these keep the shape of a range and its errors, and give back rows, which xlwings' server asks for.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from decimal import Decimal
from functools import wraps
from typing import Any, TypeVar, cast

import xlwings as xw
from xlwings.conversion import Accessor, Pipeline

from xlplan.excel import registry
from xlplan.excel.ranges import block_of, values_of
from xlplan.excel.values import VALUE, Fault

F = TypeVar("F", bound=Callable[..., Any])


class CellValues(Accessor):
    """An argument of which only the values count."""

    @classmethod
    def reader(cls, options: Any) -> Any:
        """The steps from the range, or the value that was reckoned in the formula, to the argument."""
        return Pipeline().append_stage(cls.read)  # type: ignore[no-untyped-call]

    @staticmethod
    def read(context: Any) -> None:
        """The values of a range; a value that is no range stays as it came."""
        if context.range is not None:
            context.value = values_of(context.range)


class CellBlock(CellValues):
    """An argument of which the place counts too: a :class:`~xlplan.excel.ranges.Block`."""

    @staticmethod
    def read(context: Any) -> None:
        """The block of a range; a value that is no range stays as it came."""
        if context.range is not None:
            context.value = block_of(context.range)


class CellResult(Accessor):
    """A result: always rows, nothing as an empty text."""

    @classmethod
    def writer(cls, options: Any) -> Any:
        """The steps from the result to what COM takes."""
        return Pipeline().append_stage(cls.write)  # type: ignore[no-untyped-call]

    @staticmethod
    def write(context: Any) -> None:
        """Rows of what COM takes."""
        value = context.value
        found = value if isinstance(value, list) else [[value]]
        context.value = [[for_com(cell) for cell in row] for row in found]


def for_com(value: object) -> bool | float | str:
    """What COM hands over to Excel as it is meant: floats (it makes currency of Decimal), plain text for errors."""
    if isinstance(value, bool | float):
        return value
    if isinstance(value, int | Decimal):
        return float(value)
    return "" if value is None else str(value)


def worksheet_function(function: F) -> F:
    """Makes a function of the registry callable from cells. Its help and arguments come from there.

    Keyword-only parameters are for Python callers alone: xlwings takes no function that has them, so they are left
    out of the signature that it sees. Nothing raises: whatever goes wrong is an error value.
    """
    entry = registry.BY_NAME[function.__name__]

    @wraps(function)
    def guarded(*arguments: object, **named: object) -> object:
        try:
            return function(*arguments, **named)
        except Fault as fault:
            return fault.error
        except Exception:  # a cell shows no traceback
            return VALUE

    kept = inspect.signature(function).parameters.values()
    kept = [p.replace(annotation=p.empty) for p in kept if p.kind is not p.KEYWORD_ONLY]  # type: ignore[assignment]
    guarded.__signature__ = inspect.Signature(kept)  # type: ignore[attr-defined,arg-type]
    guarded.__annotations__ = {}  # xlwings would look for converters of the types
    guarded.__doc__ = entry.help
    made: Any = guarded
    for argument in entry.arguments:
        made = xw.arg(argument.name, CellBlock if argument.place else CellValues, doc=argument.help)(made)
    made = xw.ret(CellResult)(made)
    return cast(F, xw.func(category=registry.CATEGORY, volatile=entry.volatile)(made))
