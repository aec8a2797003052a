"""Figures read from cells and written into sentences."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlplan.vietnamese.likely import in_words, likely
from xlplan.vietnamese.numbers import (
    Kind,
    Parsed,
    format_count,
    format_decimal,
    format_rate,
    parse,
    rate,
    round_half_up,
)

steady = settings(deadline=None, max_examples=300)
KINDS: tuple[Kind, ...] = ("count", "rate", "money", "number")
decimals = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=6)


@pytest.mark.parametrize(
    ("text", "value", "note"),
    [
        ("64", "64", ""),
        ("04", "4", ""),
        ("2.725", "2725", "thousands_dot"),
        ("1,545", "1545", "thousands_comma"),
        ("1.234.567", "1234567", "thousands_dot"),
        ("34 398", "34398", "thousands_space"),
        ("1\u00a0545", "1545", "thousands_space"),
        ("10.98", "10.98", "decimal_dot"),
        ("964.00", "964.00", "decimal_dot"),
        ("964,00", "964.00", "decimal_comma"),
        ("0.500", "0.500", "decimal_dot"),
        ("1234.567", "1234.567", "decimal_dot"),
        ("1.234,50", "1234.50", "thousands_dot+decimal_comma"),
        ("1,234.50", "1234.50", "thousands_comma+decimal_dot"),
        ("12 hộ", "12", "unit_dropped"),
        ("35hộ", "35", "unit_dropped"),
        ("30 người", "30", "unit_dropped"),
        ("2.725 hộ", "2725", "thousands_dot+unit_dropped"),
        ("04 hộ cận nghèo;", "4", "unit_dropped"),
        ("12 HỘ/NĂM.", "12", "unit_dropped"),
        ("'64", "64", "text_number"),
        ("`64", "64", "text_number"),
        ("’1.545", "1545", "text_number+thousands_dot"),
        ("６４", "64", "fullwidth"),
        ("１．５４５", "1545", "fullwidth+thousands_dot"),
        ("\u200b64\u00a0", "64", ""),
        ("1\u2009545", "1545", "thousands_space"),
        ("1\u202f545\u202f000", "1545000", "thousands_space"),
        ("1.545 khẩu", "1545", "thousands_dot+unit_dropped"),
        ("04 hộ", "4", "unit_dropped"),
        ("12,0", "12.0", "decimal_comma"),
        ("1.545.000", "1545000", "thousands_dot"),
        ("1,545.50", "1545.50", "thousands_comma+decimal_dot"),
        ("-5", "-5", ""),
        ("−5", "-5", ""),
        ("(5)", "-5", ""),
        ("+5", "5", ""),
        ("-0", "0", ""),
        ("không có", "0", "text_number"),
    ],
)
def test_counts_are_read_as_the_wild_writes_them(text: str, value: str, note: str) -> None:
    parsed = parse(text, "count")
    assert (str(parsed.value), parsed.note) == (value, note)


@pytest.mark.parametrize(
    ("text", "value", "note"),
    [
        ("4,08", "4.08", "decimal_comma"),
        ("4.08", "4.08", "decimal_dot"),
        ("4,08%", "4.08", "decimal_comma+percent_sign"),
        ("4,08 %", "4.08", "decimal_comma+percent_sign"),
        ("4.08 ％", "4.08", "fullwidth+decimal_dot+percent_sign"),
        ("1,044", "1.044", "decimal_comma"),
        ("1.044", "1.044", "decimal_dot"),
        ("6,80%", "6.80", "decimal_comma+percent_sign"),
        ("25", "25", ""),
        (",5", "0.5", "decimal_comma"),
        ("3,1 phần trăm", "3.1", "decimal_comma+percent_sign"),
        ("0,67 điểm %", "0.67", "decimal_comma+percent_sign"),
        ("-0,67%", "-0.67", "decimal_comma+percent_sign"),
        ("4.0779816513761468", "4.0779816513761468", "decimal_dot"),
    ],
)
def test_rates_take_dot_and_comma_as_decimal(text: str, value: str, note: str) -> None:
    parsed = parse(text, "rate")
    assert (str(parsed.value), parsed.note) == (value, note)


@pytest.mark.parametrize(
    ("text", "value", "note"),
    [
        ("5.000.000đ", "5000000", "thousands_dot+unit_dropped"),
        ("100.800.000 đồng", "100800000", "thousands_dot+unit_dropped"),
        ("5.040.000 đồng/căn", "5040000", "thousands_dot+unit_dropped"),
        ("13.000.000 đồng./.", "13000000", "thousands_dot+unit_dropped"),
        ("13,000,000", "13000000", "thousands_comma"),
        ("13 000 000 VNĐ", "13000000", "thousands_space+unit_dropped"),
        ("50,000", "50000", "thousands_comma"),
        ("13 triệu đồng", "13000000", "unit_dropped"),
        ("13trđ", "13000000", "unit_dropped"),
        ("13,5 triệu", "13500000", "decimal_comma+unit_dropped"),
        ("1.500 triệu đồng", "1500000000", "thousands_dot+unit_dropped"),
        ("1,044 tỷ đồng", "1044000000", "decimal_comma+unit_dropped"),
        ("1,044 triệu tỷ", "1044000000000000", "decimal_comma+unit_dropped"),
        ("2 nghìn tỉ đồng", "2000000000000", "unit_dropped"),
        ("500 ngàn đồng", "500000", "unit_dropped"),
        ("(13.000)", "-13000", "thousands_dot"),
        ("0,0005 nghìn đồng", "0.5000", "decimal_comma+unit_dropped"),
    ],
)
def test_money_is_read_in_dong(text: str, value: str, note: str) -> None:
    parsed = parse(text, "money")
    assert (str(parsed.value), parsed.note) == (value, note)


def test_a_number_of_unknown_meaning_follows_the_vietnamese_habit() -> None:
    assert parse("1,044", "number") == Parsed(Decimal("1.044"), "decimal_comma")
    assert parse("2.725", "number") == Parsed(Decimal(2725), "thousands_dot")
    assert parse("375.2", "number") == Parsed(Decimal("375.2"), "decimal_dot")
    assert parse("12 m²", "number") == Parsed(Decimal(12), "unit_dropped")


def test_one_text_means_what_its_column_says() -> None:
    assert [parse("1,545", kind).value for kind in KINDS] == [1545, Decimal("1.545"), 1545, Decimal("1.545")]


@pytest.mark.parametrize(
    ("text", "kind", "low", "high", "note"),
    [
        ("840-930 hộ", "count", "840", "930", "range+unit_dropped"),
        ("1.840 – 1.930", "count", "1840", "1930", "range+thousands_dot"),
        ("từ 10 đến 12 hộ", "count", "10", "12", "range+unit_dropped"),
        ("6,5-7,2%", "rate", "6.5", "7.2", "range+decimal_comma+percent_sign"),
        ("từ 1% - 1,5%", "rate", "1", "1.5", "range+decimal_comma+percent_sign"),
        ("1% - 1,5%/năm", "rate", "1", "1.5", "range+decimal_comma+percent_sign"),
        ("5 - 10 triệu đồng", "money", "5000000", "10000000", "range+unit_dropped"),
        ("500 nghìn đến 1 triệu đồng", "money", "500000", "1000000", "range+unit_dropped"),
    ],
)
def test_ranges_give_their_ends_and_no_value(text: str, kind: Kind, low: str, high: str, note: str) -> None:
    assert parse(text, kind) == Parsed(None, note, Decimal(low), Decimal(high))


@pytest.mark.parametrize(
    ("text", "kind", "figure", "note"),
    [
        (">0,62%", "rate", "0.62", "inexact+decimal_comma+percent_sign"),
        ("≥ 5", "count", "5", "inexact"),
        ("<= 5", "count", "5", "inexact"),
        ("~12", "count", "12", "inexact"),
        ("trên 20 hộ", "count", "20", "inexact+unit_dropped"),
        ("Khoảng 1.545 khẩu", "count", "1545", "inexact+thousands_dot+unit_dropped"),
        ("ít nhất 3%", "rate", "3", "inexact+percent_sign"),
        ("không quá 13 triệu đồng", "money", "13000000", "inexact+unit_dropped"),
        ("từ 12 hộ trở lên", "count", "12", "inexact+unit_dropped"),
        ("12 hộ trở lên", "count", "12", "inexact+unit_dropped"),
    ],
)
def test_a_bound_or_an_estimate_is_no_value(text: str, kind: Kind, figure: str, note: str) -> None:
    assert parse(text, kind) == Parsed(None, note, Decimal(figure), Decimal(figure))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", ["-", "–", "—", "−", "…", "...", "--", " - ", "…%"])
def test_a_dash_is_no_number_but_known(text: str, kind: Kind) -> None:
    assert parse(text, kind) == Parsed(None, "dash")


@pytest.mark.parametrize("text", ["", " ", "\u00a0", "\u200b\n", "'"])
def test_an_empty_cell_is_blank(text: str) -> None:
    assert parse(text, "count") == Parsed(None, "blank")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Thôn 1", "count"),
        ("1. Mục tiêu", "count"),
        ("30a", "count"),
        ("12.", "count"),
        ("1.2.3", "count"),
        ("1.234.56", "count"),
        ("01.234.567", "count"),
        ("22/02/2024", "count"),
        ("29-3-2024", "count"),
        ("- 5 hộ", "count"),  # a bullet or a minus?
        ("5 - 3", "count"),
        ("12%", "count"),
        ("12 triệu", "count"),
        ("12%", "money"),
        ("12 hộ", "money"),
        ("1 nghìn - 1.500", "money"),  # 1.500 nghìn or 1.500 đồng?
        ("2 triệu rưỡi", "money"),
        ("12 hộ", "rate"),
        ("(4,08%)", "rate"),  # a rate in brackets beside its count is not negative
        ("10²", "count"),  # the mark of a footnote, or a square?
        ("1O", "count"),
        ("l2", "count"),
        ("1.5E+03", "number"),
        ("trên", "count"),
        ("> >5", "count"),
        ("TRUE", "count"),
        ("#REF!", "count"),
        ("1e5", "number"),
        ("NaN", "number"),
        ("Infinity", "number"),
        ("٣", "number"),
        ("x", "number"),
    ],
)
def test_what_cannot_be_read_for_certain_is_unreadable(text: str, kind: Kind) -> None:
    assert parse(text, kind) == Parsed(None, "unreadable")


@steady
@given(
    st.one_of(st.text(), st.text(alphabet="0123456789.,-–()% '+…hộđtriệuỷ từến/\u00a0１")),
    st.sampled_from(KINDS),
)
def test_parse_gives_a_value_or_a_range_or_a_reason_for_any_text(text: str, kind: Kind) -> None:
    parsed = parse(text, kind)
    is_range = not {"range", "inexact"}.isdisjoint(parsed.note.split("+"))
    assert (parsed.value is None) == (is_range or parsed.note in ("blank", "dash", "unreadable"))
    assert ((parsed.low is None), (parsed.high is None)) == (not is_range, not is_range)
    if parsed.low is not None and parsed.high is not None:
        assert parsed.low <= parsed.high


# What a person types around a figure; no digit but those of the figure.
pieces = st.sampled_from(
    [
        *"0123456789.,-–(%) '+Oolp",
        " hộ",
        " khẩu",
        "trên ",
        "từ ",
        " đến ",
        "/năm",
        " triệu",
        "\u00a0",
        "²",
        "E+",
        "đ",
        "１",
    ]
)


@steady
@given(st.lists(pieces, max_size=9).map("".join), st.sampled_from(KINDS))
def test_a_number_has_all_the_digits_of_its_text_and_no_other(text: str, kind: Kind) -> None:
    parsed = parse(text, kind)
    if parsed.value is not None and "triệu" not in text:
        typed = [digit for digit in text.replace("１", "1") if digit in "0123456789"]
        shown = [digit for digit in f"{parsed.value:f}" if digit.isdigit()]
        assert "".join(typed).lstrip("0") == "".join(shown).lstrip("0")
        assert not any(mark in text for mark in ("²", "E", "O", "o", "l", "p"))


@steady
@given(st.one_of(st.text(), st.lists(pieces, max_size=9).map("".join)), st.sampled_from(KINDS))
def test_what_was_probably_meant_is_a_figure_or_nothing(text: str, kind: Kind) -> None:
    found = likely(text, kind)
    assert found == "" or (Decimal(found).is_finite() and in_words(found))


def test_no_guess_at_what_has_no_figure_in_it() -> None:
    for text in ("khá", "Io", "không rõ", "1.2.3", "22/02/2024", "12 abc", "Thôn 1"):
        assert likely(text, "count") == ""


@steady
@given(st.integers(), st.booleans())
def test_formatted_counts_are_read_back(n: int, pad: bool) -> None:
    assert parse(format_count(n, pad=pad), "count").value == n
    assert parse(f"{format_count(n)} đồng", "money").value == n


@steady
@given(decimals, st.integers(1, 6))
def test_formatted_decimals_are_read_back(value: Decimal, places: int) -> None:
    assert parse(format_decimal(value, places), "rate").value == round_half_up(value, places)
    assert parse(format_rate(value), "rate").value == round_half_up(value, 2)


@pytest.mark.parametrize(
    ("n", "plain", "padded"),
    [
        (0, "0", "0"),
        (1, "1", "01"),
        (4, "4", "04"),
        (9, "9", "09"),
        (10, "10", "10"),
        (-4, "-4", "-4"),
        (2725, "2.725", "2.725"),
        (8999, "8.999", "8.999"),
        (34398, "34.398", "34.398"),
        (-1234567, "-1.234.567", "-1.234.567"),
    ],
)
def test_counts_have_dots_and_are_padded_below_ten_on_request(n: int, plain: str, padded: str) -> None:
    assert format_count(n) == plain
    assert format_count(n, pad=True) == padded


@pytest.mark.parametrize(
    ("value", "places", "trim", "shown"),
    [
        ("4.075", 2, False, "4,08"),
        ("3.125", 2, False, "3,13"),
        ("6.8", 2, False, "6,80"),
        ("5", 2, False, "5,00"),
        ("5", 2, True, "5"),
        ("59.80", 2, True, "59,8"),
        ("1234.5", 2, False, "1.234,50"),
        ("100", 0, True, "100"),
        ("-0.675", 2, False, "-0,68"),
        ("-0.001", 2, False, "0,00"),
        ("1E+3", 1, False, "1.000,0"),
    ],
)
def test_decimals_have_a_comma_and_round_half_up(value: str, places: int, trim: bool, shown: str) -> None:
    assert format_decimal(Decimal(value), places, trim) == shown


def test_rates_and_money_are_written_as_in_plans() -> None:
    assert format_rate(Decimal("4.08")) == "4,08%"
    assert format_rate(Decimal("3.5")) == "3,50%"
    assert format_count(13_000_000) == "13.000.000"


@pytest.mark.parametrize(
    ("part", "whole", "per_cent"),
    [(4, 128, "3.13"), (111, 2722, "4.08"), (5, 0, None), (0, 7, "0.00"), (1, 3, "33.33"), (2, 3, "66.67")],
)
def test_rates_come_from_counts_half_up(part: int, whole: int, per_cent: str | None) -> None:
    shown = rate(part, whole)
    assert (shown if shown is None else str(shown)) == per_cent


def half_up(exact: Fraction, places: int) -> Fraction:
    """Return the nearest multiple of the unit; of two equally near ones the larger in size."""
    unit = Fraction(1, 10**places)
    below = exact // unit * unit
    return min((below, below + unit), key=lambda near: (abs(exact - near), -abs(near)))


@steady
@given(st.one_of(st.integers(), decimals), st.integers(-(10**9), 10**9), st.integers(0, 6))
def test_rate_equals_exact_fractions_rounded_half_up(part: int | Decimal, whole: int, places: int) -> None:
    result = rate(part, whole, places)
    if result is None:
        assert whole == 0
    else:
        assert Fraction(result) == half_up(Fraction(part) / whole * 100, places)
        assert result.as_tuple().exponent == -places


@steady
@given(st.integers(-(10**6), 10**6), st.integers(0, 4))
def test_exact_halves_round_away_from_zero(units: int, places: int) -> None:
    half = Decimal(2 * units + 1).scaleb(-places) / 2
    assert abs(round_half_up(half, places)) > abs(half)


@steady
@given(decimals, st.integers(0, 5))
def test_round_half_up_equals_exact_rounding(value: Decimal, places: int) -> None:
    assert Fraction(round_half_up(value, places)) == half_up(Fraction(value), places)


def test_a_quotient_just_below_a_half_is_not_rounded_twice() -> None:
    whole = 8 * 10**40
    part = 25 * 10**38 - 1  # 3,12499…9 %, which 28 digits would make 3,125
    assert rate(part, whole) == Decimal("3.12")


def test_rounding_is_exact_beyond_the_precision_of_decimal() -> None:
    assert str(round_half_up(Decimal("9" * 40 + ".995"), 2)) == "1" + "0" * 40 + ".00"
    assert parse("9" * 40 + " triệu", "money").value == Decimal("9" * 40 + "000000")


def test_rounding_refuses_what_has_no_digits() -> None:
    for value in ("NaN", "Infinity"):
        with pytest.raises(ValueError, match="cannot round"):
            round_half_up(Decimal(value), 2)
        with pytest.raises(ValueError, match="no rate"):
            rate(Decimal(value), 1)
    with pytest.raises(ValueError, match="below zero"):
        round_half_up(Decimal(1), -1)
    assert rate(2, 5) == Decimal("40.00")  # which equals 2.0 of 5, but is another question
    with pytest.raises(TypeError, match="float"):
        rate(0.5, 1)  # type: ignore[arg-type]
