"""What a formula computes, whatever stands around it: a sum (with signs), a rate, or a mean of its references.

``IF(AND(N(◌)>0,ISNUMBER(◌)),ROUND(◌*100/◌,2),"")`` is the rate of its fourth and fifth reference.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Literal

from xlplan.formulas.trees import Node, holds_reference, tree_of
from xlplan.tuples import NamedTuple

ONE, HUNDREDTH = Decimal(1), Decimal("0.01")
_THROUGH = frozenset(("ROUND", "ROUNDUP", "ROUNDDOWN", "TRUNC", "INT", "N", "VALUE", "IFERROR", "IFNA"))
_SUBTOTAL = ("9", "109")

Term = tuple[Decimal, int]  # how often (with its sign) a reference is taken, and its position
Kind = Literal["sum", "rate", "mean"]


class Form(NamedTuple):
    """``terms`` and ``constant`` added up; of a rate, ``terms`` over ``under``.

    ``skips_subtotals`` holds where SUBTOTAL passes over cells that hold a SUBTOTAL themselves.
    """

    kind: Kind
    terms: tuple[Term, ...]
    under: tuple[Term, ...] = ()
    constant: Decimal = Decimal(0)
    skips_subtotals: bool = False

    @property
    def slots(self) -> tuple[int, ...]:
        """Positions of the references that the result is made of (not those of conditions)."""
        return tuple(slot for _, slot in self.terms + self.under)


class _OtherError(Exception):
    """Neither a sum nor a rate."""


@lru_cache(maxsize=256)
def form_of(skeleton: str) -> Form | None:
    """The form of a skeleton; ``None`` for everything else, also where no reference is left."""
    tree = tree_of(skeleton)
    if tree is None:
        return None
    try:
        form = _form(tree)
    except (_OtherError, ArithmeticError):
        return None
    return form if form.terms else None


@lru_cache(maxsize=256)
def only_adds(skeleton: str) -> bool:
    """Whether a formula does nothing but add and subtract cells: its result is then that of its form, to the digit."""
    tree = tree_of(skeleton)
    return tree is not None and _only_adds(tree)


def _only_adds(node: Node) -> bool:
    kind = node[0]
    if kind == "call":
        return bool(node[1] == "SUM") and all(map(_only_adds, node[2]))
    return kind == "ref" or (kind in ("+", "-", "neg") and all(map(_only_adds, node[1:])))


def _form(node: Node) -> Form:
    kind = node[0]
    if kind == "ref":
        return Form("sum", ((ONE, node[1]),))
    if kind == "number":
        return Form("sum", (), constant=Decimal(node[1]))
    if kind == "call":
        return _called(node[1], node[2])
    if kind in ("neg", "%"):
        return _scaled(_form(node[1]), -ONE if kind == "neg" else HUNDREDTH)
    if kind in _JOINED:
        return _JOINED[kind](_form(node[1]), _form(node[2]))
    raise _OtherError


def _called(name: str, arguments: tuple[Node, ...]) -> Form:
    if name == "IF":
        branches = [branch for branch in arguments[1:] if holds_reference(branch)]
        if len(branches) == 1:
            return _form(branches[0])
    elif name in _THROUGH and arguments:
        return _form(arguments[0])
    elif name in ("SUM", "AVERAGE") and arguments:
        whole = _sum_of(arguments)
        if name == "SUM":
            return whole
        if whole.terms and not whole.constant:
            return whole._replace(kind="mean")
    elif name == "SUBTOTAL" and len(arguments) > 1 and arguments[0] in [("number", code) for code in _SUBTOTAL]:
        return _sum_of(arguments[1:])._replace(skips_subtotals=True)
    raise _OtherError


def _sum_of(arguments: tuple[Node, ...]) -> Form:
    whole = Form("sum", ())
    for argument in arguments:
        whole = _added(whole, _form(argument))
    return whole


def _scaled(form: Form, by: Decimal) -> Form:
    if form.kind == "mean":
        raise _OtherError
    terms = tuple((times * by, slot) for times, slot in form.terms)
    return form._replace(terms=terms, constant=form.constant * by)


def _added(one: Form, other: Form) -> Form:
    constant = one.constant + other.constant
    if not other.terms:
        return one._replace(constant=constant)
    if not one.terms:
        return other._replace(constant=constant)
    if "rate" in (one.kind, other.kind) or "mean" in (one.kind, other.kind):
        raise _OtherError
    skips = one.skips_subtotals or other.skips_subtotals
    return Form("sum", one.terms + other.terms, (), constant, skips)


def _product(one: Form, other: Form) -> Form:
    if not one.terms:
        return _scaled(other, one.constant)
    if other.terms:
        raise _OtherError
    return _scaled(one, other.constant)


def _quotient(one: Form, other: Form) -> Form:
    if other.kind != "sum" or one.kind != "sum":
        if one.kind == "rate" and not other.terms:
            return _scaled(one, ONE / other.constant)
        raise _OtherError
    if not other.terms:
        return _scaled(one, ONE / other.constant)
    if not one.terms or one.constant or other.constant:
        raise _OtherError
    return Form("rate", one.terms, other.terms)


def _subtracted(one: Form, other: Form) -> Form:
    return _added(one, _scaled(other, -ONE))


_JOINED = {"+": _added, "-": _subtracted, "*": _product, "/": _quotient}
