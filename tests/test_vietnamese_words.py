"""Numbers and money in words, Roman numerals, letters of points."""

import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from xlplan.vietnamese.words import (
    from_roman,
    money_in_words,
    number_in_words,
    parse_words,
    point_letter,
    to_roman,
)

steady = settings(deadline=None, max_examples=300)
amounts = st.one_of(
    st.integers(-(10**15), 10**15),
    st.integers(-(10**40), 10**40),
    st.builds(lambda digit, zeros: digit * 10**zeros, st.integers(1, 999), st.integers(0, 30)),
    st.builds(lambda zeros, end: 10**zeros + end, st.integers(3, 30), st.integers(0, 999)),
)


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (0, "không"),
        (4, "bốn"),
        (5, "năm"),
        (10, "mười"),
        (11, "mười một"),
        (14, "mười bốn"),
        (15, "mười lăm"),
        (20, "hai mươi"),
        (21, "hai mươi mốt"),
        (24, "hai mươi tư"),
        (25, "hai mươi lăm"),
        (100, "một trăm"),
        (101, "một trăm linh một"),
        (104, "một trăm linh bốn"),
        (105, "một trăm linh năm"),
        (111, "một trăm mười một"),
        (1_000, "một nghìn"),
        (1_005, "một nghìn không trăm linh năm"),
        (2_021, "hai nghìn không trăm hai mươi mốt"),
        (2_725, "hai nghìn bảy trăm hai mươi lăm"),
        (13_000_000, "mười ba triệu"),
        (14_904_000, "mười bốn triệu chín trăm linh bốn nghìn"),
        (100_800_000, "một trăm triệu tám trăm nghìn"),
        (1_000_005, "một triệu không trăm linh năm"),
        (1_000_000_005, "một tỷ không trăm linh năm"),
        (10**9, "một tỷ"),
        (10**12, "một nghìn tỷ"),
        (1_044_000 * 10**9, "một triệu không trăm bốn mươi tư nghìn tỷ"),
        (10**18, "một tỷ tỷ"),
        (10**18 + 10**9, "một tỷ không trăm linh một tỷ"),
        (10**18 + 1, "một tỷ tỷ không trăm linh một"),
        (-2_021, "âm hai nghìn không trăm hai mươi mốt"),
    ],
)
def test_numbers_are_read_to_the_last_digit(n: int, words: str) -> None:
    assert number_in_words(n) == words
    assert parse_words(words) == n


def test_money_begins_with_a_capital_and_ends_with_dong() -> None:
    assert money_in_words(13_000_000) == "Mười ba triệu đồng"
    assert money_in_words(0) == "Không đồng"
    assert money_in_words(-5_000) == "Âm năm nghìn đồng"
    assert unicodedata.is_normalized("NFC", money_in_words(1_254_321_987))


@steady
@given(amounts)
@example(1_000_000_000_000_000_001)
def test_words_are_read_back(n: int) -> None:
    assert parse_words(number_in_words(n)) == n
    assert parse_words(money_in_words(n).upper() + " chẵn./.") == n


@steady
@given(amounts)
def test_words_keep_the_sound_changes_after_tens(n: int) -> None:
    words = number_in_words(n)
    assert not re.search(r"mươi (một|bốn|năm)\b", words)
    assert not re.search(r"(mười|linh) (mốt|tư)\b|linh lăm|linh (nghìn|triệu|tỷ)|mười năm", words)
    assert not re.search(r"không trăm( (nghìn|triệu|tỷ)|$)", words)


@pytest.mark.parametrize(
    ("words", "n"),
    [
        ("Một trăm lẻ năm", 105),
        ("hai ngàn không trăm hai mươi mốt", 2_021),
        ("hai nghìn lẻ năm", 2_005),
        ("hai nghìn hai mươi mốt", 2_021),
        ("một triệu năm nghìn", 1_005_000),
        ("một tỉ hai trăm triệu", 1_200_000_000),
        ("hai mươi bốn", 24),
        ("hai mươi nhăm", 25),
        ("hai mười", 20),
        ("mươi lăm", 15),
        ("bẩy", 7),
        ("  MƯỜI BA\u00a0TRIỆU   ĐỒNG ", 13_000_000),
        ("Mười ba triệu đồng chẵn", 13_000_000),
        ("(Mười ba triệu, năm trăm nghìn đồng)./.", 13_500_000),
        (unicodedata.normalize("NFD", "Năm mươi lăm triệu đồng"), 55_000_000),
        ("không đồng", 0),
    ],
)
def test_other_habits_of_writing_words_are_read(words: str, n: int) -> None:
    assert parse_words(words) == n


@pytest.mark.parametrize(
    "text",
    [
        "",
        "đồng",
        "tỷ",
        "nghìn",
        "âm",
        "13 triệu",
        "một triệu rưỡi",
        "một triệu hai",  # spoken for 1.200.000
        "một trăm năm",
        "một tỷ hai",
        "hai mươi không",
        "mười mười",
        "linh năm",
        "một trăm linh",
        "một nghìn triệu",
        "một nghìn hai nghìn",
        "một tỷ tỷ triệu",
        "hai ba",
        "ủy ban",
    ],
)
def test_what_is_not_a_number_in_words_is_refused_with_its_text(text: str) -> None:
    with pytest.raises(ValueError, match="not a number in words") as refusal:
        parse_words(text)
    assert repr(text) in str(refusal.value)


@steady
@given(st.text(alphabet="mộthaitrămngìyỷươ đồngẻlinhtư"))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    try:
        n = parse_words(text)
    except ValueError:
        return
    assert parse_words(number_in_words(n)) == n


@pytest.mark.parametrize(("n", "numeral"), [(1, "I"), (4, "IV"), (9, "IX"), (14, "XIV"), (1944, "MCMXLIV")])
def test_roman_numerals_have_the_usual_form(n: int, numeral: str) -> None:
    assert to_roman(n) == numeral
    assert from_roman(f" {numeral.lower()} ") == n


def test_all_roman_numerals_are_read_back_and_differ() -> None:
    numerals = [to_roman(n) for n in range(1, 4000)]
    assert [from_roman(numeral) for numeral in numerals] == list(range(1, 4000))


@pytest.mark.parametrize("text", ["", "IIII", "VX", "IC", "A", "1", "MMMM", "I I", "không"])
def test_what_is_no_roman_numeral_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a Roman numeral"):
        from_roman(text)


@pytest.mark.parametrize("n", [0, -1, 4000])
def test_numbers_without_roman_numeral_are_refused(n: int) -> None:
    with pytest.raises(ValueError, match="no Roman numeral"):
        to_roman(n)


def test_points_follow_the_alphabet_of_the_decree() -> None:
    assert "".join(point_letter(place) for place in range(23)) == "abcdđeghiklmnopqrstuvxy"
    assert [point_letter(place) for place in (23, 24, 26, 27, 45, 46, 551, 552)] == [
        *("aa", "ab", "ad", "ađ", "ay", "ba", "yy", "aaa"),
    ]
    with pytest.raises(ValueError, match="no point letter"):
        point_letter(-1)


def test_no_two_points_have_the_same_letter() -> None:
    assert len({point_letter(place) for place in range(2000)}) == 2000
