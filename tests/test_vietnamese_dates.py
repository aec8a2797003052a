"""Dates and periods: padding of the decree, blanks for handwriting, reading back."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlplan.vietnamese.dates import (
    DAY_BLANK,
    MONTH_BLANK,
    YEAR_BLANK,
    PartialDate,
    format_long,
    format_period,
    format_short,
    parse_date,
    parse_period,
    period_in_words,
)

steady = settings(deadline=None, max_examples=300)
dates = st.dates(min_value=date(1000, 1, 1), max_value=date(2999, 12, 31))
Parts = tuple[int | None, int | None, int | None]


@pytest.mark.parametrize(
    ("parts", "shown"),
    [
        ((5, 1, 2024), "ngày 05 tháng 01 năm 2024"),
        ((29, 3, 2024), "ngày 29 tháng 3 năm 2024"),
        ((4, 10, 2024), "ngày 04 tháng 10 năm 2024"),
        ((22, 2, 2024), "ngày 22 tháng 02 năm 2024"),
        ((None, 2, 2024), f"ngày{DAY_BLANK}tháng 02 năm 2024"),
        ((None, None, 2024), f"ngày{DAY_BLANK}tháng{MONTH_BLANK}năm 2024"),
        ((5, None, 2024), f"ngày 05 tháng{MONTH_BLANK}năm 2024"),
        ((29, 3, None), f"ngày 29 tháng 3 năm{YEAR_BLANK}"),
        ((None, None, None), f"ngày{DAY_BLANK}tháng{MONTH_BLANK}năm{YEAR_BLANK}"),
    ],
)
def test_long_dates_are_padded_as_the_decree_says_and_leave_blanks(parts: Parts, shown: str) -> None:
    assert format_long(*parts) == shown


def test_blanks_are_spaces_that_do_not_break_and_leave_room_to_write() -> None:
    for blank in (DAY_BLANK, MONTH_BLANK, YEAR_BLANK):
        assert set(blank) == {"\u00a0"}
        assert len(blank) >= 6


@pytest.mark.parametrize(
    ("parts", "shown"),
    [
        ((22, 2, 2024), "22/02/2024"),
        ((6, 3, 2024), "06/3/2024"),
        ((15, 3, 2021), "15/3/2021"),
        ((1, 12, 2021), "01/12/2021"),
        ((None, 2, 2024), "tháng 02 năm 2024"),
        ((None, 3, 2024), "tháng 3 năm 2024"),
        ((None, None, 2024), "năm 2024"),
        ((None, None, None), ""),
        ((5, 1, None), f"ngày 05 tháng 01 năm{YEAR_BLANK}"),
    ],
)
def test_short_dates_are_those_of_citations(parts: Parts, shown: str) -> None:
    assert format_short(*parts) == shown


@pytest.mark.parametrize(
    "parts",
    [(31, 2, 2024), (29, 2, 2023), (29, 2, 1900), (31, 4, None), (0, 1, 2024), (1, 13, 2024), (1, 1, 24)],
)
def test_dates_that_do_not_exist_are_not_written(parts: Parts) -> None:
    for write in (format_long, format_short):
        with pytest.raises(ValueError, match="no such date"):
            write(*parts)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("22/02/2024", (22, 2, 2024)),
        ("29-3-2024", (29, 3, 2024)),
        ("6.3.2024", (6, 3, 2024)),
        ("22 / 02 / 2024", (22, 2, 2024)),
        ("2024-03-29", (29, 3, 2024)),
        ("2024-03-29 00:00:00", (29, 3, 2024)),
        ("2024-03-29T07:30", (29, 3, 2024)),
        ("ngày 29 tháng 3 năm 2024", (29, 3, 2024)),
        ("Ngày 5\u00a0Tháng 1  năm 2024", (5, 1, 2024)),
        ("NGÀY 05 THÁNG 01 NĂM 2024", (5, 1, 2024)),
        ("nga\u0300y 22/02/2024", (22, 2, 2024)),
        ("tháng 02 năm 2024", (None, 2, 2024)),
        ("tháng 2/2024", (None, 2, 2024)),
        ("02/2024", (None, 2, 2024)),
        ("năm 2024", (None, None, 2024)),
        ("2024", (None, None, 2024)),
        ("ngày … tháng … năm 2024", (None, None, 2024)),
        ("ngày ...... tháng 3 năm 2024", (None, 3, 2024)),
        ("ngày ___ tháng 12 năm ____", (None, 12, None)),
        ("29/02/2000", (29, 2, 2000)),
    ],
)
def test_dates_are_read_in_their_usual_forms(text: str, parts: Parts) -> None:
    assert parse_date(text) == PartialDate(*parts)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "31/02/2024",
            "29/02/2023",
            "29/02/1900",
            "31/4/2024",
            "0/1/2024",
            "13/2024",
            "3/29/2024",
            "2024-13-01",
        ),
        *(
            "22/02-2024",
            "22/02/24",
            "22/02",
            "",
            "1",
            "20245",
            "0024",
            "3024",
            "ngày tháng năm",
            "ngày … tháng …",
        ),
        *("Long An, ngày 29 tháng 3 năm 2024", "45380", "２０２４"),
    ],
)
def test_what_is_no_date_gives_none(text: str) -> None:
    assert parse_date(text) is None


@steady
@given(dates)
def test_written_dates_are_read_back(day: date) -> None:
    parts = (day.day, day.month, day.year)
    assert parse_date(format_long(*parts)) == parts
    assert parse_date(format_short(*parts)) == parts
    assert parse_date(day.isoformat()) == parts


@steady
@given(dates, st.booleans(), st.booleans(), st.booleans())
def test_dates_with_blanks_are_read_back(day: date, has_day: bool, has_month: bool, has_year: bool) -> None:
    parts = (day.day if has_day else None, day.month if has_month else None, day.year if has_year else None)
    known = PartialDate(*parts) if any(parts) else None
    assert parse_date(format_long(*parts)) == known


@steady
@given(st.integers(0, 40), st.integers(0, 20), st.integers(1000, 2999))
def test_exactly_the_dates_of_the_calendar_are_read(day: int, month: int, year: int) -> None:
    try:
        date(year, month, day)
    except ValueError:
        assert parse_date(f"{day}/{month}/{year}") is None
    else:
        assert parse_date(f"{day}/{month}/{year}") == (day, month, year)


@steady
@given(st.one_of(st.text(), st.text(alphabet="0123456789/-. "), st.from_regex(r"(ngày |năm )?[0-9 /-]{4,12}")))
def test_any_text_is_a_date_that_can_be_written_or_none(text: str) -> None:
    day = parse_date(text)
    period = parse_period(text)
    assert day is None or parse_date(format_long(*day)) == day
    assert period is None or parse_period(format_period(*period)) == period


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2021- 2025", (2021, 2025)),
        ("2021-2025", (2021, 2025)),
        ("2021 – 2025", (2021, 2025)),
        ("Giai đoạn 2021 - 2025", (2021, 2025)),
        ("từ năm 2021 đến năm 2025", (2021, 2025)),
        ("2023", (2023, 2023)),
        ("Năm 2023", (2023, 2023)),
        ("2023-2023", (2023, 2023)),
        ("2025-2021", None),
        ("21-25", None),
        ("2021-2025-2030", None),
        ("", None),
        ("giai đoạn", None),
    ],
)
def test_periods_are_read(text: str, period: tuple[int, int] | None) -> None:
    assert parse_period(text) == period


def test_periods_are_written_with_spaces_around_the_hyphen() -> None:
    assert format_period(2021, 2025) == "2021 - 2025"
    assert format_period(2023, 2023) == "2023"
    for first, last in ((2025, 2021), (21, 25)):
        with pytest.raises(ValueError, match="not a period"):
            format_period(first, last)


@steady
@given(st.integers(1000, 2999), st.integers(0, 50))
def test_written_periods_are_read_back(first: int, length: int) -> None:
    last = min(first + length, 2999)
    assert parse_period(format_period(first, last)) == (first, last)


def test_a_period_in_words() -> None:
    assert [period_in_words(2024, 2024), period_in_words(2021, 2025)] == ["năm 2024", "giai đoạn 2021 - 2025"]
