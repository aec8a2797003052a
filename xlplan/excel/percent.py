"""Rates of ranges: the rule is :func:`xlplan.vietnamese.numbers.rate`, with a short way for rows of whole numbers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any, TypeGuard

from xlplan.excel.values import DIV0, NUM, Fault, is_range, number, over, shown
from xlplan.rates import PLACES
from xlplan.vietnamese.numbers import rate

_MOST_PLACES = 15
_MOST = 1e9  # counts below it stay whole numbers in binary throughout
_SCALE = float(10**PLACES)
_TIMES = 200 * _SCALE

Matrix = Sequence[Sequence[Any]]


def rates(part: object, whole: object, decimals: object) -> Any:
    """Part of whole in per cent for single values or ranges, half up, as floats; blank without a part."""
    usual = decimals is None or (isinstance(decimals, int | float) and decimals == PLACES)
    if not usual or not _is_matrix(part) or (bases := _bases(len(part), whole)) is None:
        return over(_rate, part, whole, decimals)
    if (found := _reckoned(part, bases)) is not None:
        return found
    lines: list[Any] = []
    for row, base in zip(part, bases, strict=True):
        short = _reckoned([row], [base])
        lines += over(_rate, [row], base, PLACES) if short is None else short
    return lines


def _rate(part: object, whole: object, decimals: object) -> float | str:
    given, base, places = number(part), number(whole), _places(decimals)
    if given is None:
        return ""
    found = rate(given, base or 0, places)
    if found is None:
        raise Fault(DIV0)
    return shown(found)


def _places(decimals: object) -> int:
    found = number(decimals, "number")
    places = PLACES if found is None else int(found)
    if not 0 <= places <= _MOST_PLACES:
        raise Fault(NUM)
    return places


def _bases(height: int, whole: object) -> list[Any] | None:
    """The whole of each row, where there is one whole or one for each; ``None`` for any other shape."""
    if not is_range(whole):
        return [whole] * height
    return [base for (base,) in whole] if _is_matrix(whole) and len(whole) == height and len(whole[0]) == 1 else None


def _is_matrix(value: object) -> TypeGuard[Matrix]:
    """Whether a value is rows of one length."""
    if not isinstance(value, list | tuple) or {*map(type, value)} - {list, tuple}:
        return False
    lengths = {*map(len, value)}
    return len(lengths) == 1 and 0 not in lengths


def _reckoned(part: Matrix, bases: Sequence[Any]) -> list[list[float]] | None:
    """The short way: the fraction and its half are whole numbers that a float holds exactly, no digit is rounded twice.

    ``None`` where anything but whole numbers is among them.
    """
    if not (_are_counts([*chain.from_iterable(part)]) and _are_counts(bases) and min(bases)):
        return None
    lines = []
    for row, base in zip(part, bases, strict=True):
        double = base + base
        lines.append([(_TIMES * value + base) // double / _SCALE for value in row])
    return lines


def _are_counts(values: Sequence[Any]) -> bool:
    """Whether all are whole numbers from 0 up, of one type and not too large."""
    kinds = {*map(type, values)}
    if kinds not in ({float}, {int}):
        return False
    distinct = {*values}
    whole = kinds == {int} or all(map(float.is_integer, distinct))
    return whole and bool(min(distinct) >= 0 and max(distinct) < _MOST)
