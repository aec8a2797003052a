"""Days of the calendar from the numbers that Excel counts them by."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

_LAST_DAY = 2_958_465  # 31 December 9999


def as_date(value: Decimal | str | bool | None, *, date1904: bool = False) -> date | None:
    """The day of a date cell's value: 45292 -> 1 January 2024, the text ``2024-01-01T00:00:00`` likewise.

    None for what is no day: text, a time without a day, and 29 February 1900, which only Excel has.
    """
    import datetime  # here, because most commands never meet a date

    if isinstance(value, str):
        try:
            return datetime.date.fromisoformat(value[:10])
        except ValueError:
            return None
    if not isinstance(value, Decimal) or not 1 <= value <= _LAST_DAY:
        return None
    day = int(value)
    if date1904:
        start = datetime.date(1904, 1, 1)
    elif day == 60:
        return None
    else:
        start = datetime.date(1899, 12, 31 if day < 60 else 30)
    try:
        return start + datetime.timedelta(days=day)
    except OverflowError:
        return None
