"""Numbers as Excel stores them, without the noise of binary fractions."""

from decimal import Decimal
from math import isfinite

_MOST_KEPT = 5_000


def number(text: str) -> Decimal | None:
    """The number that a person typed, from the text in the file; None when it is none that Excel can hold.

    Excel writes a binary fraction with 17 digits: 4.08 as ``4.0800000000000001``. The shortest decimal with
    the same binary value is what was typed, and ``repr`` of a float gives it. Whole numbers have no fraction
    digits: ``64.0`` -> 64.
    """
    if not text.isascii():  # float() takes more than XML does
        return None
    if len(text) <= 15 and (text.isdigit() or (text[-1:] != "0" and text.replace(".", "", 1).isdigit())):
        return Decimal(text)  # so few digits have no noise
    if len(text) > 400 or "_" in text:
        return None
    try:
        binary = float(text)
    except ValueError:
        return None
    if not isfinite(binary):
        return None
    exact = Decimal(repr(binary))
    return Decimal(int(exact)) if binary.is_integer() else exact


class Numbers(dict[str, Decimal | None]):
    """Numbers by their text: ``["4.0800000000000001"]`` is 4.08."""

    def __missing__(self, text: str) -> Decimal | None:
        short = len(text) <= 15 and text.isascii() and text.isdigit()  # a count, nearly always
        found = Decimal(text) if short else number(text)
        if len(self) < _MOST_KEPT:
            self[text] = found
        return found


NUMBERS = Numbers()
"""Of all workbooks of a process: small counts and rates come again in every commune."""
