"""Conditions of outline rows: ``ho_can_ngheo_dau_ky > 0 và không cap_tren``."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from xlplan.documents.own_figures import Value
from xlplan.patterns import pattern
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
    if not condition.strip():
        return True
    parser = _Parser(_tokens(condition), lookup)
    result = parser.either()
    if parser.peek():
        raise ConditionError(parser.peek())
    return result


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
    """Recursive descent over the tokens of one condition."""

    def __init__(self, tokens: list[str], lookup: Callable[[str], Value | None]) -> None:
        self.tokens, self.at, self.lookup = tokens, 0, lookup

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def word(self) -> str:
        return _WORDS.get(self.peek().lower(), "")

    def either(self) -> bool:
        result = self.both()
        while self.word() == "or":
            self.take()
            result = self.both() or result
        return result

    def both(self) -> bool:
        result = self.single()
        while self.word() == "and":
            self.take()
            result = self.single() and result
        return result

    def single(self) -> bool:
        if self.word() == "not":
            self.take()
            return not self.single()
        if self.peek() == "(":
            self.take()
            result = self.either()
            if self.take() != ")":
                raise ConditionError("(")
            return result
        if self.word() == "has":
            self.take()
        return self.comparison()

    def comparison(self) -> bool:
        code = self.take()
        if not re.fullmatch(r"[^\W\d]\w*", code):
            raise ConditionError(code)
        value = self.lookup(code)
        if value is None:
            complete = self.peek() in (*_COMPARE, "", ")") or self.word() in ("and", "or")
            raise UnknownCodeError(code) if complete else ConditionError(code)
        if self.peek() not in _COMPARE:
            return value.present
        operator, operand = self.take(), self.take()
        if operand[:1] in ('"', "“"):
            same = value.text == operand[1:-1]
            if operator not in ("=", "<>", "≠", "!="):
                raise ConditionError(operator)
            return same if operator == "=" else not same
        if not operand[:1].isdigit():
            raise ConditionError(operand or operator)
        number = value.number if value.number is not None else _as_number(value.text)
        bound = parse(operand, "number").value
        if bound is None:
            raise ConditionError(operand)
        return number is not None and _COMPARE[operator](number, bound)


def _as_number(text: str) -> Decimal | None:
    return Decimal(text) if text.isdecimal() else None
