"""What a hand does to a number: how likely somebody who meant one value typed another.

Weights say how often each slip happens among slips. They are rough on purpose (a wrong key most often, then two digits
exchanged or one left out) and taken from what is known of typing, not fitted to any trial; what they decide is
the order of magnitude between “one swap” and “no slip that anybody knows”.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import log

from xlplan.tuples import NamedTuple

WEIGHTS = {
    "wrong": 0.22,
    "swapped": 0.15,
    "dropped": 0.13,
    "doubled": 0.09,
    "extra": 0.08,
    "ten": 0.07,
    "blank": 0.10,
    "neighbour": 0.10,
    "other": 0.06,
}
SPREAD = 20  # a value that no slip explains may be any of those around: one in (value + SPREAD)


class Shape(NamedTuple):
    """The likeliest slip and the logarithm of how likely the typed value is, all slips together."""

    name: str
    score: float


def shape(typed: int | None, meant: int, around: Iterable[int] = ()) -> Shape:
    """How ``typed`` (``None``: left blank) may have come from ``meant``; ``around`` are the neighbours' values."""
    if typed is None:
        return Shape("blank", log(WEIGHTS["blank"]))
    if typed < 0 or meant < 0:
        return Shape("other", log(WEIGHTS["other"] / (abs(typed) + SPREAD)))
    near = list(around)
    chances = {
        **_digits(str(typed), str(meant)),
        "ten": float(typed == meant * 10 or typed * 10 == meant) if meant and typed else 0.0,
        "neighbour": near.count(typed) / len(near) if near else 0.0,
        "other": 1 / (max(typed, meant) + SPREAD),
    }
    best = max(chances, key=lambda name: WEIGHTS[name] * chances[name])
    return Shape(best, log(sum(WEIGHTS[name] * chance for name, chance in chances.items())))


def written(text: str, meant: int) -> Shape:
    """How likely a text that is no count (10,98; -5) was meant as this one."""
    digits = "".join(c for c in text if c.isdigit())
    if digits and int(digits) == meant:
        return Shape("sign", log(0.5))
    return shape(int(digits), meant) if digits else Shape("other", log(WEIGHTS["other"] / (meant + SPREAD)))


def _digits(typed: str, meant: str) -> dict[str, float]:
    """The chance of each slip of digits to give exactly this."""
    size = len(meant)
    found = dict.fromkeys(("wrong", "swapped", "dropped", "doubled", "extra"), 0.0)
    if len(typed) == size:
        apart = [i for i in range(size) if typed[i] != meant[i]]
        if len(apart) == 1:
            found["wrong"] = 1 / (9 * size)
        if len(apart) == 2 and apart[1] == apart[0] + 1 and typed[apart[0]] == meant[apart[1]]:  # noqa: SIM102
            if typed[apart[1]] == meant[apart[0]]:
                found["swapped"] = 1 / max(1, sum(meant[i] != meant[i + 1] for i in range(size - 1)))
    if size > 1:
        left = sum(_same(meant[:i] + meant[i + 1 :], typed) for i in range(size))
        found["dropped"] = left / size
    if len(typed) == size + 1:
        inserted = sum(typed[:i] + typed[i + 1 :] == meant for i in range(size + 1))
        found["doubled"] = sum(meant[:i] + meant[i] + meant[i:] == typed for i in range(size)) / size
        found["extra"] = inserted / (10 * (size + 1))
    return found


def _same(digits: str, typed: str) -> bool:
    return digits == typed or int(digits) == int(typed)


def meant_by(typed: int) -> set[int]:
    """The values of which a typed one is a plain slip: digits exchanged, one too many, ten times."""
    digits = str(typed)
    found = {digits[:i] + digits[i + 1 :] for i in range(len(digits)) if len(digits) > 1}
    found |= {digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :] for i in range(len(digits) - 1)}
    found |= {digits[:i] + d + digits[i + 1 :] for i in range(len(digits)) for d in "0123456789"}
    found |= {digits[:i] + d + digits[i:] for i in range(len(digits) + 1) for d in "0123456789"}
    return {int(text) for text in found} - {typed}
