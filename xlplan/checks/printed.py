"""The formulas that a form prints under its headings: ``4=3/1*100``, ``9=1-2-3-4+5+6+7+8``.

A printed formula is an identity that the form itself states, also where nobody has listed the form. A number in it
is the mark of another column unless no column has that mark: then it is a number, which only 100 and decimals can be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from xlplan.patterns import pattern
from xlplan.tuples import NamedTuple

LONGEST = 300
DEEPEST = 30  # brackets within brackets; a form prints one or two
MOST_MARKS = 200
_HUNDRED = Fraction(100)
_TOKEN = pattern(
    r"\s*(?:"
    r"(?P<fill>(?:\.{2,}|…)+)"
    r"|(?P<number>[0-9]+[.,][0-9]+|[0-9]+[a-wyzđ]?(?![a-zđ])|[0-9]+)"
    r"|(?P<times>[x×*·∙])"
    r"|(?P<over>[:÷/∕])"
    r"|(?P<plus>[+＋])"
    r"|(?P<minus>[-–—−‑])"
    r"|(?P<open>[(\[{])"
    r"|(?P<close>[)\]}])"
    r"|(?P<percent>%)"
    r"|(?P<letter>[a-wyzđ][0-9]*)(?![a-zđ])"
    r")"
)
_DIGITS = pattern(r"[0-9]+")
_DECIMAL = pattern(r"[0-9]+[.,][0-9]+")

Operator = Literal["+", "-", "*", "/", "neg"]


class Mark(NamedTuple):
    """Another column in a formula, by what is printed under its heading (lower case)."""

    name: str


class Number(NamedTuple):
    """Digits that may be a column or a number: a column where one has that mark."""

    text: str

    @property
    def constant(self) -> Fraction | None:
        """Its value as a number, where it may be one."""
        if _DECIMAL.fullmatch(self.text):
            return Fraction(self.text.replace(",", "."))
        return _HUNDRED if self.text == "100" else None


Step = Mark | Number | Operator


class Formula(NamedTuple):
    """A printed formula as steps in postfix order; ``percent`` says that a % stands at its end."""

    steps: tuple[Step, ...]
    percent: bool = False

    def marks(self, known: Mapping[str, object]) -> tuple[str, ...]:
        """The columns that it speaks of, by mark, each once; the numbers in it are left out."""
        found = (s.name if isinstance(s, Mark) else s.text for s in self.steps if isinstance(s, (Mark, Number)))
        names = dict.fromkeys(found)
        constants = {s.text for s in self.steps if isinstance(s, Number) and s.constant is not None}
        return tuple(name for name in names if name in known or name not in constants)

    def value(self, values: Mapping[str, Fraction]) -> Fraction | None:
        """What it gives for these figures by mark; ``None`` for a division by nothing or an unknown mark."""
        ratio = self.ratio(values)
        return ratio[0] / ratio[1] if ratio else None

    def ratio(self, values: Mapping[str, Fraction]) -> tuple[Fraction, Fraction] | None:
        """What is divided and by what (1 in a sum): 12 x 100 and 128 for ``3/1*100``; ``None`` as for `value`."""
        stack: list[tuple[Fraction, Fraction]] = []
        for step in self.steps:
            if isinstance(step, (Mark, Number)):
                found = values.get(step.name if isinstance(step, Mark) else step.text)
                if found is None and isinstance(step, Number):
                    found = step.constant
                if found is None:
                    return None
                stack.append((found, Fraction(1)))
            elif step == "neg":
                above, below = stack.pop()
                stack.append((-above, below))
            else:
                right, left = stack.pop(), stack.pop()
                if step == "/" and not right[0]:
                    return None
                stack.append(_apply(step, left, right))
        return stack[0]

    @property
    def has_hundred(self) -> bool:
        """Whether a part of it is multiplied by 100 already."""
        return any(isinstance(step, Number) and step.text == "100" for step in self.steps)

    @property
    def is_quotient(self) -> bool:
        """Whether it divides: a rate or a mean rather than a sum."""
        return "/" in self.steps

    def signs(self) -> dict[str, int] | None:
        """The sign of each column of a plain sum or difference; ``None`` for anything else."""
        stack: list[dict[str, int]] = []
        for step in self.steps:
            if isinstance(step, (Mark, Number)):
                stack.append({step.name if isinstance(step, Mark) else step.text: 1})
            elif step == "neg":
                stack.append({name: -sign for name, sign in stack.pop().items()})
            elif step in ("+", "-"):
                right, left = stack.pop(), stack.pop()
                if left.keys() & right.keys():
                    return None
                stack.append(left | {name: sign if step == "+" else -sign for name, sign in right.items()})
            else:
                return None
        return stack[0]


def _apply(
    operator: str, left: tuple[Fraction, Fraction], right: tuple[Fraction, Fraction]
) -> tuple[Fraction, Fraction]:
    """One operation on two fractions whose denominators are kept as they are."""
    (a, b), (c, d) = left, right
    if operator == "*":
        return a * c, b * d
    if operator == "/":
        return a * d, b * c
    c = c if operator == "+" else -c
    return (a + c, b) if b == d else (a * d + c * b, b * d)


@lru_cache(maxsize=512)
def parse(text: str) -> Formula | None:
    """The formula that a text prints, ``None`` where it is none; never raises.

    Read are ``3/1*100``, ``(3):(1)x100``, ``3/1%``, ``= 5*100/4``, ``9=1-2-3+5``, ``3+4+…+14``, letters as marks,
    round, square and curly brackets.
    """
    if len(text) > LONGEST:
        return None
    left, equals, right = text.rpartition("=")
    if "=" in left:
        return None
    try:
        return _Reader(right if equals else text).formula()
    except _NoFormulaError:
        return None


class _NoFormulaError(Exception):
    """The text is no formula."""


class _Token(NamedTuple):
    kind: str
    text: str


def _tokens(text: str) -> Iterator[_Token]:
    folded, at = text.casefold().strip(), 0
    while at < len(folded):
        found = _TOKEN.match(folded, at)
        if found is None or found.lastgroup is None:
            raise _NoFormulaError
        yield _Token(found.lastgroup, found[found.lastgroup])
        at = found.end()


class _Reader:
    """Recursive descent over the tokens of one formula: sums of products of marks, numbers and brackets."""

    def __init__(self, text: str) -> None:
        self.tokens = [*_tokens(text)]
        self.at = 0
        self.steps: list[Step] = []

    def formula(self) -> Formula:
        """The whole text as one formula; a mark alone is one too."""
        percent = bool(self.tokens) and self.tokens[-1].kind == "percent"
        if percent:
            self.tokens.pop()
        self._sum(0)
        if self.at != len(self.tokens) or len(self.steps) > 4 * MOST_MARKS:
            raise _NoFormulaError
        return Formula(tuple(self.steps), percent)

    def _kind(self) -> str:
        return self.tokens[self.at].kind if self.at < len(self.tokens) else ""

    def _take(self) -> _Token:
        if self.at >= len(self.tokens):
            raise _NoFormulaError
        self.at += 1
        return self.tokens[self.at - 1]

    def _sum(self, depth: int) -> None:
        self._product(depth)
        while self._kind() in ("plus", "minus"):
            plus = self._take().kind == "plus"
            if plus and self._kind() == "fill":
                self._filled_in()
                continue
            self._product(depth)
            self.steps.append("+" if plus else "-")

    def _filled_in(self) -> None:
        """``3+4+…+14``: every number between the two is meant."""
        self._take()
        before = self._last_number()
        if self._take().kind != "plus":
            raise _NoFormulaError
        end = self._take()
        if before is None or not _DIGITS.fullmatch(end.text) or not before < int(end.text) <= before + MOST_MARKS:
            raise _NoFormulaError
        for number in range(before + 1, int(end.text) + 1):
            self.steps += [Number(str(number)), "+"]

    def _last_number(self) -> int | None:
        """The whole number that was just added; ``None`` after anything else."""
        last = next((step for step in reversed(self.steps) if step != "+"), None)
        return int(last.text) if isinstance(last, Number) and _DIGITS.fullmatch(last.text) else None

    def _product(self, depth: int) -> None:
        self._factor(depth)
        while self._kind() in ("times", "over"):
            operator: Operator = "*" if self._take().kind == "times" else "/"
            self._factor(depth)
            self.steps.append(operator)

    def _factor(self, depth: int) -> None:
        token = self._take()
        if depth > DEEPEST:
            raise _NoFormulaError
        if token.kind == "minus":
            self._factor(depth + 1)
            self.steps.append("neg")
        elif token.kind == "open":
            self._sum(depth + 1)
            if self._take().kind != "close":
                raise _NoFormulaError
        elif token.kind == "number":
            digits = token.text.replace(",", ".")
            self.steps.append(Number(digits) if digits[-1].isdecimal() else Mark(digits))
        elif token.kind == "letter":
            self.steps.append(Mark(token.text))
        else:
            raise _NoFormulaError
