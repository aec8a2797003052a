"""What a formula gives for given values: the few functions that tables of figures use, exactly, as Excel has them.

A skeleton becomes a function of the values of its references once; a table runs it for every row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Context, Decimal
from functools import lru_cache

from xlplan.formulas.trees import BLANK, Node, tree_of

Value = Decimal | str | bool | None
"""What a cell holds; ``None`` is a blank."""
Given = Value | tuple[Value, ...]
"""The value of a single cell, or those of a range."""
Program = Callable[[Sequence[Given]], Given]

ZERO = Decimal(0)
_EXACT = Context(prec=34)
_ROUND = {"ROUND": ROUND_HALF_UP, "ROUNDUP": ROUND_UP, "ROUNDDOWN": ROUND_DOWN}
_MOST_PLACES = 15


class UnknownError(Exception):
    """The result cannot be known here."""


class _FaultError(Exception):
    """The result is an error value, such as #DIV/0!."""


def result(skeleton: str, given: Sequence[Given]) -> Value:
    """The result for the values of the references, in their order. Raises UnknownError, also for error values."""
    program = program_of(skeleton)
    if program is None:
        raise UnknownError
    try:
        return _single(program(given))
    except (_FaultError, ArithmeticError) as error:
        raise UnknownError from error


@lru_cache(maxsize=256)
def program_of(skeleton: str) -> Program | None:
    """The function that computes a skeleton; ``None`` where it uses what is not computed here."""
    tree = tree_of(skeleton)
    if tree is None:
        return None
    try:
        return _compiled(tree)
    except (UnknownError, ArithmeticError):
        return None


def _compiled(node: Node) -> Program:
    kind = node[0]
    if kind == "ref":
        slot = node[1]
        return lambda given: given[slot]
    if kind in ("number", "text", "truth", "blank"):
        value = Decimal(node[1]) if kind == "number" else node[1] if kind != "blank" else None
        return lambda _: value
    if kind == "call":
        return _function(node[1], node[2])
    parts = [_compiled(part) for part in node[1:]]
    if kind in ("neg", "%"):
        factor, inner = (Decimal(-1) if kind == "neg" else Decimal("0.01")), parts[0]
        return lambda given: _number(inner(given)) * factor
    if kind in _ARITHMETIC:
        operate, one, other = _ARITHMETIC[kind], *parts
        return lambda given: operate(_number(one(given)), _number(other(given)))
    if kind in _COMPARISONS:
        holds, one, other = _COMPARISONS[kind], *parts
        return lambda given: holds(_order(_single(one(given)), _single(other(given))))
    raise UnknownError(kind)


def _divide(one: Decimal, other: Decimal) -> Decimal:
    if not other:
        raise _FaultError
    return _EXACT.divide(one, other)


_ARITHMETIC: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": _EXACT.add,
    "-": _EXACT.subtract,
    "*": _EXACT.multiply,
    "/": _divide,
}
_COMPARISONS: dict[str, Callable[[int], bool]] = {
    "=": lambda order: order == 0,
    "<>": lambda order: order != 0,
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}


def _single(value: Given) -> Value:
    if isinstance(value, tuple):
        raise UnknownError("a range in place of a value")
    return value


def _number(value: Given) -> Decimal:
    """What arithmetic takes a value for; a text may be a number in one country and none in another."""
    if isinstance(value, Decimal):
        return value
    if value is None:
        return ZERO
    if isinstance(value, bool):
        return Decimal(value)
    raise UnknownError("no number")


def _truth(value: Given) -> bool:
    return _number(value) != 0


def _order(one: Value, other: Value) -> int:
    one, other = _unblank(one, other), _unblank(other, one)
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return int(one.compare(other))
    if isinstance(one, str) and isinstance(other, str):
        one, other = one.lower(), other.lower()
        if one != other and one and other:
            raise UnknownError("the order of texts")
        return (one > other) - (one < other)
    ranks = [isinstance(value, str) + 2 * isinstance(value, bool) for value in (one, other)]
    return ranks[0] - ranks[1] or bool(one) - bool(other)


def _unblank(value: Value, other: Value) -> Value:
    if value is not None:
        return value
    return "" if isinstance(other, str) else False if isinstance(other, bool) else ZERO


# ---- functions --------------------------------------------------------------------------------------------


def _function(name: str, nodes: tuple[Node, ...]) -> Program:
    parts = [_compiled(node) for node in nodes]
    is_range = [node[0] == "ref" for node in nodes]
    if name == "SUBTOTAL" and len(nodes) > 1 and nodes[0] in (("number", "9"), ("number", "109")):
        raise UnknownError("what it passes over is not known here")
    if name in ("SUM", "MAX", "MIN", "AVERAGE", "COUNT") and parts:
        gather = _AGGREGATES[name]
        pairs = list(zip(parts, is_range, strict=True))
        return lambda given: gather(_numbers(given, pairs))
    if name in _ROUND and len(parts) == 2:
        return _rounding(_ROUND[name], parts)
    if name == "IF" and len(parts) in (2, 3):
        condition, then = parts[:2]
        other = parts[2] if len(parts) == 3 else _compiled(("truth", False))
        return lambda given: then(given) if _truth(condition(given)) else other(given)
    if name == "IFERROR" and len(parts) == 2:
        return _rescue(*parts)
    if name in ("AND", "OR") and BLANK not in nodes and parts:
        every = all if name == "AND" else any
        return lambda given: every([_truth(part(given)) for part in parts])
    if len(parts) == 1 and name in _OF_ONE:
        of_one, only = _OF_ONE[name], parts[0]
        return lambda given: of_one(_single(only(given)))
    raise UnknownError(name)


def _numbers(given: Sequence[Given], pairs: list[tuple[Program, bool]]) -> list[Decimal]:
    """The numbers among values: texts in cells are passed over, as SUM does."""
    found: list[Decimal] = []
    for part, is_reference in pairs:
        value = part(given)
        if is_reference:
            values = value if isinstance(value, tuple) else (value,)
            found += [number for number in values if isinstance(number, Decimal)]
        else:
            found.append(_number(value))
    return found


def _mean(numbers: list[Decimal]) -> Decimal:
    return _divide(sum(numbers, ZERO), Decimal(len(numbers)))


_AGGREGATES: dict[str, Callable[[list[Decimal]], Decimal]] = {
    "SUM": lambda numbers: sum(numbers, ZERO),
    "MAX": lambda numbers: max(numbers, default=ZERO),
    "MIN": lambda numbers: min(numbers, default=ZERO),
    "COUNT": lambda numbers: Decimal(len(numbers)),
    "AVERAGE": _mean,
}
_OF_ONE: dict[str, Callable[[Value], Value]] = {
    "N": lambda value: value if isinstance(value, Decimal) else ZERO if not isinstance(value, bool) else Decimal(value),
    "ISNUMBER": lambda value: isinstance(value, Decimal),
    "ISBLANK": lambda value: value is None,
    "ABS": lambda value: abs(_number(value)),
    "NOT": lambda value: not _truth(value),
}


def _rounding(mode: str, parts: list[Program]) -> Program:
    number, places = parts

    def rounded(given: Sequence[Given]) -> Decimal:
        digits = int(_number(places(given)))
        if abs(digits) > _MOST_PLACES:
            raise UnknownError("places")
        return _number(number(given)).quantize(Decimal(1).scaleb(-digits), mode, _EXACT)

    return rounded


def _rescue(tried: Program, other: Program) -> Program:
    def rescued(given: Sequence[Given]) -> Given:
        try:
            return tried(given)
        except _FaultError:
            return other(given)

    return rescued
