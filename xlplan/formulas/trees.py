"""The skeleton of a formula as a tree: ``SUM(◌)-◌`` is ``("-", ("call", "SUM", (("ref", 0),)), ("ref", 1))``."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from xlplan.patterns import pattern

Node = tuple[Any, ...]
"""``number`` and a Decimal's text, ``text`` and a text, ``ref`` and its position among the references, ``call``, a
name and its arguments, ``neg`` or ``%`` and a node, or an operator and two nodes; ``blank`` for what is left out."""

BLANK: Node = ("blank",)
_DEEPEST = 40
_LEVELS = {"=": 1, "<>": 1, "<": 1, "<=": 1, ">": 1, ">=": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5}
_TOKEN = pattern(
    r"""
      "(?P<text>(?:[^"]|"")*)"
    | (?P<ref>\0)
    | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?)
    | (?P<function>[^\W\d][\w.]*)\(
    | (?P<name>TRUE|FALSE)(?![\w.(])
    | (?P<op><>|<=|>=|[-+*/^&=<>(),%])
    """,
    re.VERBOSE | re.IGNORECASE,
)


class _UnknownError(Exception):
    """The formula says something that is not understood here."""


@lru_cache(maxsize=256)
def tree_of(skeleton: str) -> Node | None:
    """The tree of a skeleton, or ``None`` where it cannot be read."""
    try:
        parser = _Parser(skeleton)
        node = parser.expression(0)
    except _UnknownError:
        return None
    return node if parser.at == len(parser.tokens) else None


def _tokens(skeleton: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    at = 0
    while at < len(skeleton):
        if skeleton[at] in " \t\r\n":
            at += 1
            continue
        match = _TOKEN.match(skeleton, at)
        if match is None or match.lastgroup is None:
            raise _UnknownError(skeleton[at])
        tokens.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return tokens


class _Parser:
    def __init__(self, skeleton: str) -> None:
        self.tokens = _tokens(skeleton)
        self.at = 0
        self._depth = 0
        self._references = 0

    def _sign(self) -> str:
        """The operator or bracket that comes next, empty where it is something else."""
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        return text if kind == "op" else ""

    def _take(self, sign: str) -> bool:
        found = self._sign() == sign
        self.at += found
        return found

    def expression(self, level: int) -> Node:
        """An operand and all operators that bind closer than ``level``, each from the left."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _UnknownError("too deep")
        node = self._signed()
        while (own := _LEVELS.get(sign := self._sign(), 0)) > level:
            self.at += 1
            node = (sign, node, self.expression(own))
        self._depth -= 1
        return node

    def _signed(self) -> Node:
        negative = False
        while (sign := self._sign()) in ("-", "+") and sign:
            self.at += 1
            negative ^= sign == "-"
        node = self._operand()
        while self._take("%"):
            node = ("%", node)
        return ("neg", node) if negative else node

    def _operand(self) -> Node:
        if self.at == len(self.tokens):
            raise _UnknownError("the end")
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "ref":
            self._references += 1
            return ("ref", self._references - 1)
        if kind == "number":
            return ("number", text)
        if kind == "text":
            return ("text", text.replace('""', '"'))
        if kind == "name":
            return ("truth", text.upper() == "TRUE")
        if kind == "function":
            return ("call", text.upper().removeprefix("_XLFN."), self._arguments())
        if text != "(":
            raise _UnknownError(text)
        node = self.expression(0)
        if not self._take(")"):
            raise _UnknownError("no bracket")
        return node

    def _arguments(self) -> tuple[Node, ...]:
        found: list[Node] = []
        if self._take(")"):
            return ()
        while True:
            found.append(BLANK if self._sign() in (",", ")") and self._sign() else self.expression(0))
            if self._take(")"):
                return tuple(found)
            if not self._take(","):
                raise _UnknownError("no bracket")


def holds_reference(node: Node) -> bool:
    """Whether a reference stands anywhere in a tree."""
    if node[0] == "ref":
        return True
    if node[0] == "call":
        return any(holds_reference(argument) for argument in node[2])
    return any(isinstance(part, tuple) and holds_reference(part) for part in node[1:])
