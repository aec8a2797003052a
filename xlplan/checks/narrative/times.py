"""What a time in a sentence means in a plan."""

from __future__ import annotations

from xlplan.checks.narrative.words import Token

_TIMES = {"start": "start", "end": "end", "open_end": "open", "year": "year", "before": "before", "now": "now"}
DATED = ("date", "span", "stock", "plain", *_TIMES)
"""The kinds of tokens that are times."""


def when(token: Token, period: tuple[int, int] | None) -> str:
    """The ``start`` or ``end`` of the plan, its ``year`` (or years), the year ``before``, ``now``, or ``other``.

    ``open`` is the end of a year that is not named. The end of the year before a plan is the start of its period.
    """
    if token.kind in _TIMES:
        return _TIMES[token.kind]
    if period is None:
        return "other"
    years = [int(part) for part in _digits(token.value) if len(part) == 4]
    if token.kind == "span":
        return "year" if years == [*period] else "other"
    year = years[-1] if years else 0
    return {"date": _of_date, "plain": _of_year}.get(token.kind, _of_edge)(token.value, year, *period)


def _digits(text: str) -> list[str]:
    return "".join(sign if sign.isdigit() else " " for sign in text).split()


def _of_year(_: str, year: int, first: int, last: int) -> str:
    """năm 2023"""
    return "year" if year == first == last else "before" if year == first - 1 else "other"


def _of_edge(text: str, year: int, first: int, last: int) -> str:
    """cuối năm 2023, đầu năm 2023, đến năm 2023"""
    if text.startswith("đầu"):
        return "start" if year == first else "end" if year == last + 1 else "other"
    if year == first - 1 and not text.startswith("đến năm"):
        return "start"
    return "end" if year == last else "other"


def _of_date(text: str, year: int, first: int, last: int) -> str:
    """The last day of a year is its end, the first its start; other days are none of the plan's."""
    parts = [int(part) for part in _digits(text)]
    if parts[:2] == [31, 12]:
        return "start" if year == first - 1 else "end" if year == last else "other"
    return "start" if parts[:2] == [1, 1] and year == first else "other"


def covers(token: Token, period: tuple[int, int] | None) -> bool:
    """Whether a standard named by its years is that of the plan: the start is taken at the end of the year before."""
    years = [int(part) for part in _digits(token.value) if len(part) == 4]
    return period is None or len(years) != 2 or (years[0] <= period[1] and years[1] >= period[0] - 1)
