"""Dates and periods as administrative documents write them, with missing parts left blank for handwriting.

Padding (decree 30/2020, II.4b): days below 10 and months 1 and 2 only: `ngày 05 tháng 01`, `ngày 29 tháng 3`.
Years are 1000..2999 and are always written with four digits.
"""

from functools import lru_cache

from xlplan.patterns import pattern
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.text import clean

NBSP = "\u00a0"
DAY_BLANK = NBSP * 6
"""What stands between 'ngày' and 'tháng' when the day is still to be written by hand."""
MONTH_BLANK = NBSP * 6
YEAR_BLANK = NBSP * 8

_FIRST_YEAR, _LAST_YEAR = 1000, 2999
_MONTH_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

_GAP = r"(?:[.…_]*)"  # dots or underscores that keep the place of a missing part
_YEAR = r"(?P<year>[0-9]{4})"
_SHAPES = tuple(
    pattern(shape)
    for shape in (
        r"(?:ngày )?(?P<day>[0-9]{1,2})\s?(?P<sep>[/.-])\s?(?P<month>[0-9]{1,2})\s?(?P=sep)\s?" + _YEAR,
        _YEAR + r"-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})(?:[t ][0-9]{2}:[0-9]{2}(?::[0-9.]+)?)?",
        rf"ngày ?(?:(?P<day>[0-9]{{1,2}})|{_GAP}) ?tháng ?(?:(?P<month>[0-9]{{1,2}})|{_GAP}) ?"
        rf"năm ?(?:{_YEAR}|{_GAP})",
        rf"tháng (?P<month>[0-9]{{1,2}})(?: năm |\s?[/-]\s?){_YEAR}",
        rf"(?P<month>[0-9]{{1,2}})\s?[/-]\s?{_YEAR}",
        rf"(?:năm )?{_YEAR}",
    )
)
_PERIOD = pattern(r"(?:giai đoạn )?(?:từ )?(?:năm )?([0-9]{4})(?: ?(?:[-–—]|đến) ?(?:năm )?([0-9]{4}))?")


class PartialDate(NamedTuple):
    """A date whose parts may be missing (None): an unsigned draft has no day yet."""

    day: int | None
    month: int | None
    year: int | None


def _exists(day: int | None, month: int | None, year: int | None) -> bool:
    """Whether some date has these parts (29 February needs a leap year only when the year is known)."""
    if year is not None and not _FIRST_YEAR <= year <= _LAST_YEAR:
        return False
    if month is not None and not 1 <= month <= 12:
        return False
    longest = 31 if month is None else _MONTH_LENGTHS[month - 1]
    if month == 2 and year is not None and (year % 4 or (year % 100 == 0 and year % 400)):
        longest = 28
    return day is None or 1 <= day <= longest


def _checked_parts(day: int | None, month: int | None, year: int | None) -> tuple[str, str, str]:
    """Return the parts padded by the decree, '' where missing; ValueError when no such date exists."""
    if not _exists(day, month, year):
        raise ValueError(f"no such date: day {day}, month {month}, year {year}")
    padded_day = "" if day is None else f"{day:02d}"
    padded_month = "" if month is None else f"{month:02d}" if month < 3 else str(month)
    return padded_day, padded_month, "" if year is None else str(year)


def format_long(day: int | None, month: int | None, year: int | None) -> str:
    """Return 'ngày 05 tháng 01 năm 2024'; a missing part is a blank of NBSP (`DAY_BLANK` and the others).

    The blank takes the place of the spaces beside it too, so that it neither breaks nor stretches. Raises
    ValueError when no such date exists.
    """
    dd, mm, yyyy = _checked_parts(day, month, year)
    first = f" {dd} " if dd else DAY_BLANK
    second = f" {mm} " if mm else MONTH_BLANK
    return f"ngày{first}tháng{second}năm{f' {yyyy}' if yyyy else YEAR_BLANK}"


def format_short(day: int | None, month: int | None, year: int | None) -> str:
    """Return '22/02/2024' or '06/3/2024', as citations write dates, without the word 'ngày'.

    Without the day: 'tháng 02 năm 2024'; the year alone: 'năm 2024'; nothing known: ''. What citations have
    no short form for (a day without its month or year) is written as `format_long` does. ValueError when no
    such date exists.
    """
    dd, mm, yyyy = _checked_parts(day, month, year)
    if dd and mm and yyyy:
        return f"{dd}/{mm}/{yyyy}"
    if dd:
        return format_long(day, month, year)
    return " ".join(([f"tháng {mm}"] if mm else []) + ([f"năm {yyyy}"] if yyyy else []))


def parse_date(text: str) -> PartialDate | None:
    """Return the date that the whole text writes, None for its missing parts; None when it is no date.

    Read are '22/02/2024', '29-3-2024', '6.3.2024', ISO '2024-03-29' (with a time too), 'ngày 29 tháng 3 năm
    2024', the same with blanks, dots or underscores for parts, 'tháng 02 năm 2024', '02/2024', 'năm 2024' and
    '2024'. The day comes before the month; years of two digits are not guessed.
    """
    cleaned = clean(text).casefold()
    for shape in _SHAPES:
        if match := shape.fullmatch(cleaned):
            parts = {name: int(value) for name, value in match.groupdict().items() if name != "sep" and value}
            date = PartialDate(parts.get("day"), parts.get("month"), parts.get("year"))
            return date if parts and _exists(*date) else None
    return None


def format_period(first: int, last: int) -> str:
    """Return a period of years: '2023' when both are the same, else '2021 - 2025'.

    Raises ValueError when the years are out of order or not of four digits.
    """
    if not _FIRST_YEAR <= first <= last <= _LAST_YEAR:
        raise ValueError(f"not a period: {first} to {last}")
    return str(first) if first == last else f"{first} - {last}"


def period_in_words(first: int, last: int) -> str:
    """Return 'năm 2023', or 'giai đoạn 2021 - 2025' for several years. Raises ValueError as `format_period`."""
    return f"{'năm' if first == last else 'giai đoạn'} {format_period(first, last)}"


@lru_cache(maxsize=256)  # every rule asks for the period of the plan
def parse_period(text: str) -> tuple[int, int] | None:
    """Return the first and last year of '2021- 2025', 'giai đoạn 2021–2025', 'năm 2023' and the like.

    None when the text is no period or its years are out of order.
    """
    match = _PERIOD.fullmatch(clean(text).casefold())
    if not match:
        return None
    first, last = int(match[1]), int(match[2] or match[1])
    return (first, last) if _FIRST_YEAR <= first <= last <= _LAST_YEAR else None
