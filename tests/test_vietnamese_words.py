"""Numbers and money in words, Roman numerals, letters of points."""

import re
import unicodedata
from itertools import product

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


# ---- a second reader, made otherwise: every number below a hundred stands here as it is said ----------------------

TABLE = """
    không, một, hai, ba, bốn, năm, sáu, bảy, tám, chín,
    mười, mười một, mười hai, mười ba, mười bốn, mười lăm, mười sáu, mười bảy, mười tám, mười chín,
    hai mươi, hai mươi mốt, hai mươi hai, hai mươi ba, hai mươi tư,
    hai mươi lăm, hai mươi sáu, hai mươi bảy, hai mươi tám, hai mươi chín,
    ba mươi, ba mươi mốt, ba mươi hai, ba mươi ba, ba mươi tư,
    ba mươi lăm, ba mươi sáu, ba mươi bảy, ba mươi tám, ba mươi chín,
    bốn mươi, bốn mươi mốt, bốn mươi hai, bốn mươi ba, bốn mươi tư,
    bốn mươi lăm, bốn mươi sáu, bốn mươi bảy, bốn mươi tám, bốn mươi chín,
    năm mươi, năm mươi mốt, năm mươi hai, năm mươi ba, năm mươi tư,
    năm mươi lăm, năm mươi sáu, năm mươi bảy, năm mươi tám, năm mươi chín,
    sáu mươi, sáu mươi mốt, sáu mươi hai, sáu mươi ba, sáu mươi tư,
    sáu mươi lăm, sáu mươi sáu, sáu mươi bảy, sáu mươi tám, sáu mươi chín,
    bảy mươi, bảy mươi mốt, bảy mươi hai, bảy mươi ba, bảy mươi tư,
    bảy mươi lăm, bảy mươi sáu, bảy mươi bảy, bảy mươi tám, bảy mươi chín,
    tám mươi, tám mươi mốt, tám mươi hai, tám mươi ba, tám mươi tư,
    tám mươi lăm, tám mươi sáu, tám mươi bảy, tám mươi tám, tám mươi chín,
    chín mươi, chín mươi mốt, chín mươi hai, chín mươi ba, chín mươi tư,
    chín mươi lăm, chín mươi sáu, chín mươi bảy, chín mươi tám, chín mươi chín
"""
BELOW_HUNDRED = [words.strip() for words in TABLE.split(",")]
GROUPS = {2: "triệu", 1: "nghìn", 0: ""}


def said_digits(digits: str, *, leads: bool) -> str:
    """Three digits as they are said; ``leads`` where nothing was said before them."""
    hundreds, pair = digits[0], digits[1:]
    if hundreds == "0" and leads:
        return BELOW_HUNDRED[int(pair)]
    tail = (
        "" if pair == "00" else f" linh {BELOW_HUNDRED[int(pair)]}" if pair < "10" else f" {BELOW_HUNDRED[int(pair)]}"
    )
    return f"{BELOW_HUNDRED[int(hundreds)]} trăm{tail}"


def said(n: int) -> str:
    """A number of 0..10^18 as it is said, from its digits in groups of three."""
    if n == 10**18:
        return "một tỷ tỷ"
    groups = f"{n:,}".split(",")
    spoken: list[str] = []
    for place, digits in zip(reversed(range(len(groups))), groups, strict=True):
        if digits.strip("0"):
            spoken += [said_digits(digits.zfill(3), leads=not spoken), GROUPS[place % 3]]
        if place == 3:
            spoken.append("tỷ")
    return " ".join(word for word in spoken if word) or "không"


def test_the_second_reader_reads_what_the_rules_give_as_examples() -> None:
    assert len(BELOW_HUNDRED) == 100 == len(set(BELOW_HUNDRED))
    assert said(14_904_000) == "mười bốn triệu chín trăm linh bốn nghìn"
    assert said(1_000_005) == "một triệu không trăm linh năm"
    assert said(1_044_000 * 10**9) == "một triệu không trăm bốn mươi tư nghìn tỷ"


def test_both_readers_agree_up_to_ten_thousand() -> None:
    for n in range(10_000):
        assert number_in_words(n) == said(n)
        assert parse_words(said(n)) == n


@settings(deadline=None, max_examples=1000)
@given(st.one_of(st.integers(0, 10**18), st.integers(0, 10**12), st.integers(0, 10**7)))
@example(10**18)
@example(10**12)
@example(10**9 - 1)
def test_both_readers_agree_on_any_number(n: int) -> None:
    assert number_in_words(n) == said(n)
    assert parse_words(said(n)) == n


def test_both_readers_agree_on_zeros_within_a_number() -> None:
    tellings = ("000", "001", "004", "005", "010", "014", "015", "020", "021", "024", "100", "104", "500")
    for digits in product(("1", "20", "105"), *[tellings] * 3):
        n = int("".join(digits))
        assert number_in_words(n) == said(n)
        assert parse_words(said(n)) == n


@settings(deadline=None, max_examples=500)
@given(st.lists(st.sampled_from(("000", "000", "001", "021", "105", "999")), min_size=4, max_size=6))
def test_both_readers_agree_where_whole_groups_are_silent(groups: list[str]) -> None:
    n = int("".join(groups))
    assert number_in_words(n) == said(n)
    assert money_in_words(n) == f"{said(n)[0].upper()}{said(n)[1:]} đồng"
    assert parse_words(f"{said(n)} đồng") == n


@steady
@given(st.integers(0, 10**18))
def test_southern_and_older_spellings_are_the_same_number(n: int) -> None:
    words = said(n)
    habits = {"linh": "lẻ", "nghìn": "ngàn", "tỷ": "tỉ", "mươi tư": "mươi bốn", "linh bốn": "linh tư"}
    for usual, other in habits.items():
        assert parse_words(words.replace(usual, other)) == n


@pytest.mark.parametrize(
    ("words", "n"),
    [
        ("Một trăm lẻ năm", 105),
        ("một trăm linh tư", 104),
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
