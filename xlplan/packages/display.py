"""What a person roughly sees in a cell, for messages that quote it."""

from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from xlplan.packages.cells import Cell
from xlplan.packages.styles import bare_format
from xlplan.patterns import pattern

_SIMPLE = pattern(r"(#,##)?0(?:\.(0+))?(%)?")
_EXACT = Context(prec=400, rounding=ROUND_HALF_UP)
_ONE = Decimal(1)  # whole numbers have its exponent
_GENERAL_DIGITS = 10  # Excel shows eleven characters in General, one of them the decimal sign


def displayed(cell: Cell, *, decimal: str = ",", thousands: str = ".") -> str:
    """The cell's value as its number format shows it, with Vietnamese signs unless told otherwise.

    Exact for General, text and the formats made of ``0``, ``#,##0``, decimals and ``%`` (0.0408 in ``0.00%``
    is ``4,08%``, rounded half up). A number in any other format, dates too, comes as its plain digits.
    """
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return value
    look = _look(cell.number_format, value <= 0)
    if look is None:
        return _general(value).replace(".", decimal)
    grouped, places, percent = look
    if percent:
        value = value.scaleb(2, _EXACT)
    if places or not value.same_quantum(_ONE):
        value = value.quantize(Decimal(1).scaleb(-places), context=_EXACT)
        if not value:
            value = abs(value)  # -0.001 shows as 0, not -0
    digits = f"{value:{',' if grouped else ''}.{places}f}"
    if grouped or places:
        digits = digits.translate({ord(","): thousands, ord("."): decimal})
    return digits + percent


@lru_cache(maxsize=1024)
def _look(code: str, not_positive: bool) -> tuple[bool, int, str] | None:
    """What a simple format shows: thousands, decimals, a percent sign; ``None`` for any other format."""
    match = _SIMPLE.fullmatch(_first_section(code, not_positive=not_positive))
    return None if match is None else (bool(match[1]), len(match[2] or ""), match[3] or "")


def _first_section(code: str, *, not_positive: bool) -> str:
    """The part of a format that shows this number, bare; ``""`` when the number has a section of its own."""
    first, semicolon, _ = code.partition(";")
    return "" if '"' in first or (semicolon and not_positive) else bare_format(first).strip()


def _general(value: Decimal) -> str:
    if value.same_quantum(_ONE):
        digits = str(value)
        if len(digits) <= _GENERAL_DIGITS:
            return digits
    whole = len(str(abs(int(value)))) if value >= 1 or value <= -1 else 1
    places = max(_GENERAL_DIGITS - whole, 0)
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > places:
        value = value.quantize(Decimal(1).scaleb(-places), context=_EXACT).normalize(_EXACT) or Decimal(0)
    return f"{value:f}"
