"""Cell values in and out: what Excel hands over is read exactly, and ranges go together as they do in Excel."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlplan.excel.ranges import serial
from xlplan.excel.values import (
    DIV0,
    ERRORS,
    NA,
    NUM,
    VALUE,
    CellError,
    Fault,
    as_text,
    exact,
    number,
    over,
    plain,
    rows,
    shown,
    truth,
    whole_number,
)
from xlplan.packages.dates import as_date


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (-2146826281, "#DIV/0!"),
        (-2146826246, "#N/A"),
        (-2146826259, "#NAME?"),
        (-2146826288, "#NULL!"),
        (-2146826252, "#NUM!"),
        (-2146826265, "#REF!"),
        (-2146826273, "#VALUE!"),
    ],
)
def test_an_error_of_com_is_the_error_that_xlwings_lists(code: int, error: str) -> None:
    found = plain(code)
    assert isinstance(found, CellError)
    assert found == error
    assert plain(error) == error and isinstance(plain(error), CellError)


def test_every_error_comes_in_as_its_number_and_as_its_text() -> None:
    for text, at in ERRORS.items():
        assert plain(-2146828288 + at) == plain(text) == text
    assert plain(-2146828288 + 2099) == VALUE  # an error of an Excel to come
    assert plain(-2146826281.0) == Decimal(-2146826281)  # a number that looks like one
    assert plain(-2146828289) == Decimal(-2146828289)


def test_blank_is_none_and_other_values_are_themselves() -> None:
    day = datetime.datetime(2026, 1, 5, 8, 30)
    assert [plain(v) for v in (None, "", " ", "\xa0", True, "Mai Hà", day)] == [None] * 4 + [True, "Mai Hà", day]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_its_shortest_decimal_to_fifteen_digits(value: float) -> None:
    found = exact(value)
    assert isinstance(found, Decimal)
    digits = found.normalize().as_tuple().digits
    assert len(digits) <= 15
    shortest = Decimal(repr(value))
    if len(shortest.normalize().as_tuple().digits) <= 15:
        assert found == shortest
    else:
        assert abs(found - shortest) <= abs(shortest) * Decimal("1e-14")


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
def test_what_a_person_types_is_read_as_typed_and_goes_out_as_it_came(typed: Decimal) -> None:
    assert number(float(typed)) == typed
    assert shown(typed) == float(typed)


def test_what_binary_sums_leave_over_is_not_seen() -> None:
    assert number(0.1 + 0.2) == Decimal("0.3")
    assert number(4.08 * 3) == Decimal("12.24")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), Decimal("NaN"), Decimal("Infinity")])
def test_what_is_no_number_of_excel_is_num(value: object) -> None:
    assert plain(value) == NUM
    with pytest.raises(Fault) as fault:
        number(value)
    assert fault.value.error == NUM


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.545", 1545), ("1,545", 1545), ("13.000", 13000), ("1 545", 1545), ("12 hộ", 12), ("4,08", "4.08")],
)
def test_numbers_as_text_are_read_as_the_reader_reads_counts(text: str, value: object) -> None:
    assert number(text) == Decimal(str(value))


def test_dashes_are_blank_and_words_no_numbers() -> None:
    assert number("-") is None and number("–") is None and number("…") is None
    for value in ("abc", True, datetime.date(2026, 1, 5), "12 con rồng", "4,08%"):
        with pytest.raises(Fault) as fault:
            number(value)
        assert fault.value.error == VALUE


def test_whole_numbers_have_no_decimals_and_fit_excel() -> None:
    assert whole_number(964.0) == 964 and whole_number(None) is None
    for value, error in ((4.5, VALUE), (10**400, NUM), ("9" * 400, NUM)):
        with pytest.raises(Fault) as fault:
            whole_number(value)
        assert fault.value.error == error


def test_texts_and_switches() -> None:
    assert [as_text(v) for v in (None, " Mai Hà ", 5.0, 4.08)] == ["", "Mai Hà", "5", "4.08"]
    assert [truth(v) for v in (None, True, False, 1.0, 0.0)] == [False, True, False, True, False]
    with pytest.raises(Fault):
        as_text(DIV0)


def test_a_number_beyond_excel_is_num() -> None:
    with pytest.raises(Fault) as fault:
        shown(Decimal("1e308"))
    assert fault.value.error == NUM


# ---- ranges ---------------------------------------------------------------------------------------------------


def pair(one: object, other: object) -> tuple[object, object]:
    for value in (one, other):
        if isinstance(value, CellError):
            raise Fault(value)
    return one, other


def test_a_column_in_is_a_column_out_and_a_flat_list_is_a_row() -> None:
    assert over(lambda v: v, [[1], [2]]) == [[1], [2]]
    assert over(lambda v: v, ((1,), (2,))) == [[1], [2]]
    assert over(lambda v: v, [1, 2]) == [[1, 2]]
    assert over(lambda v: v, [[7]]) == [[7]]
    assert over(lambda v: v, 7) == 7


def test_single_values_rows_and_columns_go_with_every_cell() -> None:
    assert over(pair, [[1], [2]], 9) == [[(1, 9)], [(2, 9)]]
    assert over(pair, [[1], [2]], [[8, 9]]) == [[(1, 8), (1, 9)], [(2, 8), (2, 9)]]
    assert over(pair, [[1, 2], [3, 4]], [[8], [9]]) == [[(1, 8), (2, 8)], [(3, 9), (4, 9)]]


def test_beyond_a_shorter_range_stands_na() -> None:
    assert over(pair, [[1], [2], [3]], [[8], [9]]) == [[(1, 8)], [(2, 9)], [NA]]
    assert over(pair, [[1, 2, 3]], [[8, 9]]) == [[(1, 8), (2, 9), NA]]


@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 4), st.integers(1, 4))
def test_ranges_go_together_as_excel_has_it(h1: int, w1: int, h2: int, w2: int) -> None:
    found = over(pair, [[1] * w1] * h1, [[2] * w2] * h2)
    assert (len(found), {len(row) for row in found}) == (max(h1, h2), {max(w1, w2)})
    for i, row in enumerate(found):
        for j, cell in enumerate(row):
            reached = all((h == 1 or i < h) and (w == 1 or j < w) for h, w in ((h1, w1), (h2, w2)))
            assert cell == ((1, 2) if reached else NA)


@pytest.mark.parametrize("ragged", [[[1, 2], [3]], [1, [2]], [], [[]], [[], []], ([1],) * 2 + ((1, 2),)])
def test_rows_of_different_lengths_are_no_range(ragged: object) -> None:
    with pytest.raises(Fault) as fault:
        rows(ragged)
    assert fault.value.error == VALUE


def test_a_cell_that_fails_leaves_its_neighbours_alone() -> None:
    def reckon(value: object) -> float:
        return 6 / value  # type: ignore[operator]

    assert over(reckon, [[2], [0], ["x"]]) == [[3.0], [VALUE], [VALUE]]


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2999, 12, 31)))
def test_a_day_has_the_number_by_which_it_is_read(day: datetime.date) -> None:
    assert as_date(serial(day)) == day


def test_days_are_counted_as_excel_counts_them() -> None:
    assert serial(datetime.date(2024, 1, 1)) == 45292
    assert serial(datetime.datetime(2024, 1, 1, 12)) == Decimal("45292.5")
    assert serial(datetime.date(1900, 2, 28)) == 59 and serial(datetime.date(1900, 3, 1)) == 61
