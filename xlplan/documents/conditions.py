"""Conditions of outline rows: ``ho_can_ngheo_dau_ky > 0 và không cap_tren``."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

from xlplan.documents.own_figures import Value
from xlplan.patterns import pattern
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.numbers import parse

_TOKEN = pattern(r"\s*(>=|<=|≥|≤|<>|≠|!=|=|>|<|\(|\)|“[^”]*”|\"[^\"]*\"|[^\W\d]\w*|\d[\d.,]*)")
MOST_WORDS = 100  # of a condition; more is no condition, and nesting stays shallow
_WORDS = {"và": "and", "hoặc": "or", "không": "not", "có": "has"}
_COMPARE: dict[str, Callable[[Decimal, Decimal], bool]] = {
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
    ">=": lambda a, b: a >= b,
    "≥": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
    "≤": lambda a, b: a <= b,
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "≠": lambda a, b: a != b,
    "!=": lambda a, b: a != b,
}


class ConditionError(ValueError):
    """A condition that cannot be read."""


class UnknownCodeError(ConditionError):
    """A condition about a code that does not exist."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def holds(condition: str, lookup: Callable[[str], Value | None]) -> bool:
    """Whether a condition is true; an empty one is.

    ``lookup`` gives the value of a code, ``None`` for an unknown one. Raises :class:`ConditionError`.
    Grammar: ``code``, ``code > number``, ``code = "text"``, joined by ``và``, ``hoặc``, negated by ``không``,
    grouped by brackets; ``có`` may stand before a code.
    """
    if not condition or not condition.strip():
        return True
    read = _read(condition)
    values = []
    for code, complete in read.asked:
        value = lookup(code)
        if value is None:
            raise UnknownCodeError(code) if complete else ConditionError(code)
        values.append(value)
    if read.tree is None:
        raise ConditionError(read.fault)
    return read.tree(values)


Tree = Callable[[list[Value]], bool]
"""A condition, or a part of one, for the values of the codes that it names in their order."""


class _Read(NamedTuple):
    """A condition as it was read: the codes that it asks for, and what it says of their values.

    Of each code whether what follows it is complete, so that an unknown one is said to be unknown. ``tree`` is ``None``
    where the condition cannot be read beyond these codes, and ``fault`` is what stands there.
    """

    asked: tuple[tuple[str, bool], ...]
    tree: Tree | None
    fault: str = ""


@lru_cache(maxsize=1024)  # the communes of a batch share most of their conditions
def _read(condition: str) -> _Read:
    asked: list[tuple[str, bool]] = []
    try:
        parser = _Parser(_tokens(condition), asked)
        tree = parser.either()
        if parser.peek():
            raise ConditionError(parser.peek())
    except ConditionError as error:
        return _Read(tuple(asked), None, str(error))
    return _Read(tuple(asked), tree)


def _tokens(condition: str) -> list[str]:
    tokens, at = [], 0
    text = condition.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ConditionError(text[at:])
        tokens.append(match[1])
        at = match.end()
        if len(tokens) > MOST_WORDS:
            raise ConditionError(condition[:MOST_WORDS])
    return tokens


class _Parser:
    """Recursive descent over the tokens of one condition; ``asked`` gathers the codes that it asks for."""

    def __init__(self, tokens: list[str], asked: list[tuple[str, bool]]) -> None:
        self.tokens, self.at, self.asked = tokens, 0, asked

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def word(self) -> str:
        return _WORDS.get(self.peek().lower(), "")

    def either(self) -> Tree:
        parts = [self.both()]
        while self.word() == "or":
            self.take()
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else lambda values: any(part(values) for part in parts)

    def both(self) -> Tree:
        parts = [self.single()]
        while self.word() == "and":
            self.take()
            parts.append(self.single())
        return parts[0] if len(parts) == 1 else lambda values: all(part(values) for part in parts)

    def single(self) -> Tree:
        if self.word() == "not":
            self.take()
            denied = self.single()
            return lambda values: not denied(values)
        if self.peek() == "(":
            self.take()
            inner = self.either()
            if self.take() != ")":
                raise ConditionError("(")
            return inner
        if self.word() == "has":
            self.take()
        return self.comparison()

    def comparison(self) -> Tree:
        code = self.take()
        if not re.fullmatch(r"[^\W\d]\w*", code):
            raise ConditionError(code)
        at, complete = len(self.asked), self.peek() in (*_COMPARE, "", ")") or self.word() in ("and", "or")
        self.asked.append((code, complete))
        if self.peek() not in _COMPARE:
            return lambda values: values[at].present
        operator, operand = self.take(), self.take()
        if operand[:1] in ('"', "“"):
            if operator not in ("=", "<>", "≠", "!="):
                raise ConditionError(operator)
            text, wanted = operand[1:-1], operator == "="
            return lambda values: (values[at].text == text) is wanted
        if not operand[:1].isdigit():
            raise ConditionError(operand or operator)
        bound = parse(operand, "number").value
        if bound is None:
            raise ConditionError(operand)
        return lambda values: _compares(values[at], operator, bound)


def _compares(value: Value, operator: str, bound: Decimal) -> bool:
    number = value.number if value.number is not None else _as_number(value.text)
    return number is not None and _COMPARE[operator](number, bound)


def _as_number(text: str) -> Decimal | None:
    return Decimal(text) if text.isdecimal() else None
