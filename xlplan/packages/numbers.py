"""Numbers as Excel stores them, without the noise of binary fractions."""

import re
from decimal import Decimal
from math import isinf

_MOST_KEPT = 5_000
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)


def number(text: str) -> Decimal | None:
    """The number that a person typed, from the text in the file; None when it is none that Excel can hold.

    Excel writes a binary fraction with 17 digits: 4.08 as ``4.0800000000000001``. The shortest decimal with the
    same binary value is what was typed, and ``repr`` of a float gives it. Whole numbers have no fraction digits:
    ``64.0`` -> 64.
    """
    if len(text) <= 15 and text.isascii() and text.isdigit():
        return Decimal(text)
    text = text.strip(" \t\r\n")
    if len(text) > 400 or _NUMBER.fullmatch(text) is None:
        return None
    binary = float(text)
    if isinf(binary):
        return None
    exact = Decimal(repr(binary))
    return Decimal(int(exact)) if binary.is_integer() else exact


class Numbers(dict[str, Decimal | None]):
    """Numbers by their text: ``Numbers()["4.0800000000000001"]`` is 4.08. Small counts come again and again."""

    def __missing__(self, text: str) -> Decimal | None:
        found = number(text)
        if len(self) < _MOST_KEPT:
            self[text] = found
        return found
