"""Numbers as Vietnamese documents print them; rates exact and half up."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

BLANK = "…………"
DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


def rate(part: float, whole: float, places: int = 2) -> Decimal | None:
    """Part of whole in per cent, ``None`` over nothing."""
    if not whole:
        return None
    return (Decimal(int(part)) * 100 / Decimal(int(whole))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def half_up(value: float, places: int) -> Decimal:
    """A number as its cell shows it."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def count(value: float | Decimal) -> str:
    """``2.725``."""
    return f"{int(value):,}".replace(",", ".")


def padded(value: float | Decimal) -> str:
    """``04``: as prose prints counts below ten."""
    return f"{int(value):02}" if 0 < value < 10 else count(value)


def decimal(value: Decimal) -> str:
    """``4,08``."""
    return f"{value:f}".replace(".", ",")


def places(number_format: str) -> int:
    """The decimals that a number format shows."""
    return len(number_format.partition(".")[2])


def roman(number: int) -> str:
    """``IX``."""
    text = ""
    for value, letters in ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        text += letters * (number // value)
        number %= value
    return text


def capitalised(text: str) -> str:
    """The first letter large, the others as they are."""
    return text[:1].upper() + text[1:]
