"""What somebody probably meant who typed a figure that cannot be read: only ever said, never used.

Loaded when a cell is unreadable. Source of the slips: cells of real workbooks (letters for digits, marks of
footnotes, doubled signs, dates that Excel made of decimals).
"""

from __future__ import annotations

import datetime
from decimal import Decimal

from xlplan.patterns import pattern
from xlplan.vietnamese.numbers import Kind, format_count, format_decimal, parse
from xlplan.vietnamese.text import clean

_LETTERS = str.maketrans("OoQIl|SB", "00011158")
_MARKS = pattern(r"[¹²³⁰⁴-⁹*?!]+|\(\*+\)|\([0-9]\)$")  # of a footnote or of doubt
_DOUBLED = pattern(r"([.,])[.,\s]+")
_SCIENTIFIC = pattern(r"[-+]?[0-9]+(?:[.,][0-9]+)?[eE][-+]?[0-9]{1,2}")
_DIGITS_APART = pattern(r"[0-9](?: [0-9.,]+)+")


def likely(text: str, kind: Kind) -> str:
    """The figure, in plain digits, that an unreadable text probably means; empty where nothing suggests itself."""
    plain = clean(text)
    if _SCIENTIFIC.fullmatch(plain):
        return f"{Decimal(plain.replace(',', '.')):f}"
    unmarked = _MARKS.sub("", plain).strip().rstrip(".,;:")
    tidy = _DOUBLED.sub(r"\1", unmarked)
    joined = tidy.replace(" ", "") if _DIGITS_APART.fullmatch(tidy) else tidy
    for candidate in (unmarked, tidy, joined, _digits_for_letters(joined)):
        value = parse(candidate, kind).value
        if value is not None and candidate != plain:
            return f"{value:f}"
    return ""


def _digits_for_letters(text: str) -> str:
    """The text with digits for the letters that look like them, where these stand among digits."""
    head, space, unit = text.partition(" ")
    return head.translate(_LETTERS) + space + unit if any(sign.isdigit() for sign in head) else text


def typed_as_date(day: datetime.date, number_format: str, kind: Kind) -> str:
    """The figure that was probably typed where Excel shows a date: 4.08 became 4 August. Empty in a column of counts.

    A format with a year but no day (``mmm-yy``) comes of 4.25, which is no day of a month.
    """
    shown = number_format.lower()
    whole, decimals = (day.month, day.year % 100) if "y" in shown and "d" not in shown else (day.day, day.month)
    if kind not in ("rate", "number"):
        return ""
    return f"{whole}.{decimals:02d}"


def in_words(value: str) -> str:
    """A plain figure as Vietnamese text writes it: 1545 is 1.545, 4.08 is 4,08."""
    number = Decimal(value)
    places = max(0, -int(number.as_tuple().exponent))
    return format_decimal(number, places) if places else format_count(int(number))
