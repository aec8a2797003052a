"""Numbering, what vanishes, conditions and placeholders of the outline."""

from __future__ import annotations

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlplan.documents.blocks import Run
from xlplan.documents.conditions import ConditionError, holds
from xlplan.documents.outline import LEVELS, Entry, Numbering, closed, level_of, paragraph, surviving
from xlplan.documents.values import Value


def entry(level: str, text: str = "Một việc.", **more: object) -> Entry:
    return Entry(level, (Run(text),), **more)  # type: ignore[arg-type]


def numbers(*levels: str) -> list[str]:
    counter = Numbering()
    return [counter.next(level) for level in levels]


def test_numbers_follow_the_levels() -> None:
    assert numbers("I", "1", "1.1", "1.1", "1.1.1", "1", "a", "a", "-", "+", "I", "1") == (
        ["I.", "1.", "1.1.", "1.2.", "1.2.1.", "2.", "a)", "b)", "-", "+", "II.", "1."]
    )


def test_points_follow_the_vietnamese_alphabet() -> None:
    assert "".join(n[0] for n in numbers("1", *"a" * 8)[1:]) == "abcdđegh"


@given(st.lists(st.sampled_from(LEVELS), max_size=40))
def test_numbers_of_one_parent_never_jump_or_repeat(levels: list[str]) -> None:
    counter = Numbering()
    printed: set[str] = set()  # under the present roman number
    last: dict[str, int] = {}
    for level in levels:
        number = counter.next(level)
        if level == "I":
            printed, last = set(), {}
        elif level in ("1", "1.1", "1.1.1"):
            assert number not in printed
            printed.add(number)
            parent, _, own = number.rstrip(".").rpartition(".")
            assert int(own) <= last.get(parent, 1) + 1
            last[parent] = int(own)


@pytest.mark.parametrize(
    ("written", "level"),
    [
        ("I", "I"),
        ("III.", "I"),
        ("2", "1"),
        ("2.3", "1.1"),
        ("1.2.3.", "1.1.1"),
        ("b)", "a"),
        ("đ", "a"),
        ("–", "-"),
        ("", "*"),
    ],
)
def test_levels_are_understood_as_officials_type_them(written: str, level: str) -> None:
    assert level_of(written) == level


@pytest.mark.parametrize("written", ["A", "mục", "1..2", "?", "Phần I"])
def test_what_is_no_level_is_not_guessed(written: str) -> None:
    assert level_of(written) is None


def test_a_dropped_heading_takes_what_is_under_it() -> None:
    rows = [entry("I", "Một"), entry("1", "Hai", kept=False), entry("-"), entry("1", "Ba"), entry("-")]
    assert [e.text for e in surviving(rows)] == ["Một", "Ba", "Một việc."]


def test_a_heading_under_which_nothing_is_left_vanishes_and_numbers_close_up() -> None:
    rows = [entry("I", "Một"), entry("-", kept=False), entry("I", "Hai"), entry("-")]
    counter = Numbering()
    assert [paragraph(e, counter).number for e in surviving(rows)] == ["I.", "-"]
    assert surviving(rows)[0].text == "Hai"


def test_a_heading_whose_block_is_empty_vanishes() -> None:
    assert surviving([entry("I", "Dự án", inserts=True), entry("I", "Cuối"), entry("-")])[0].text == "Cuối"


def test_a_heading_that_never_had_anything_under_it_stays() -> None:
    assert [e.text for e in surviving([entry("1", "Phát triển sản xuất"), entry("1", "Việc làm")])] == [
        "Phát triển sản xuất",
        "Việc làm",
    ]


def test_the_closing_paragraph_belongs_to_no_heading() -> None:
    rows = [entry("I", "Một", kept=False), entry("-"), entry("*", "Lời kết.")]
    assert [e.text for e in surviving(rows)] == ["Lời kết."]


def test_headings_are_capitals_and_sentences_are_not_headings() -> None:
    counter = Numbering()
    assert paragraph(entry("I", "mục tiêu"), counter).text == "MỤC TIÊU"
    assert paragraph(entry("1", "Mục tiêu chung"), counter).kind == "khoan"
    assert paragraph(entry("1", "Giảm nghèo bền vững."), counter).kind == "khoan_chu"


@pytest.mark.parametrize(
    ("text", "ended"), [("Giao thôn", "Giao thôn."), ("Giao thôn;", "Giao thôn;"), ("Gồm:", "Gồm:")]
)
def test_a_bullet_ends_with_punctuation(text: str, ended: str) -> None:
    assert "".join(run.text for run in closed((Run(text),))) == ended


VALUES = {
    "ho_ngheo_dau_ky": Value("63", None, Decimal(63)),
    "ho_can_ngheo_dau_ky": Value("0", None, Decimal(0)),
    "cap_tren": Value(""),
    "ten_don_vi": Value("Sơn Trung"),
    "nam": Value("2024"),
}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("", True),
        ("ho_ngheo_dau_ky > 0", True),
        ("ho_ngheo_dau_ky >= 63,0", True),
        ("ho_ngheo_dau_ky < 63", False),
        ("ho_can_ngheo_dau_ky", False),
        ("không ho_can_ngheo_dau_ky", True),
        ("không cap_tren và ho_ngheo_dau_ky > 0", True),
        ("cap_tren hoặc có ten_don_vi", True),
        ("cap_tren hoặc ho_can_ngheo_dau_ky và ten_don_vi", False),
        ("(cap_tren hoặc ten_don_vi) và nam >= 2024", True),
        ('ten_don_vi = "Sơn Trung"', True),
        ("ten_don_vi ≠ “Long An”", True),
    ],
)
def test_conditions(condition: str, expected: bool) -> None:
    assert holds(condition, VALUES.get) is expected


@pytest.mark.parametrize(
    "condition",
    ["ho_la > 0", "> 3", "ho_ngheo_dau_ky >", "(nam", "nam 2024", "__import__('os')", "nam > x", "và"],
)
def test_a_condition_that_cannot_be_read_is_an_error(condition: str) -> None:
    with pytest.raises(ConditionError):
        holds(condition, VALUES.get)


def test_a_condition_that_was_read_once_holds_by_the_values_of_each_workbook() -> None:
    condition = 'không ho_ngheo_dau_ky hoặc nam = "2024"'
    others = {**VALUES, "nam": Value("2025")}
    assert [holds(condition, values.get) for values in (VALUES, others, VALUES)] == [True, False, True]


@pytest.mark.parametrize(
    ("condition", "asked", "unknown"),
    [
        ("nam và ho_la và (", ["nam", "ho_la"], "ho_la"),
        ("nam và ( ho_la", ["nam", "ho_la"], "ho_la"),
        ("nam ? x", [], ""),
    ],
)
def test_what_stands_first_in_a_wrong_condition_is_said(condition: str, asked: list[str], unknown: str) -> None:
    seen: list[str] = []

    def look_up(code: str) -> Value | None:
        seen.append(code)
        return VALUES.get(code)

    for _ in range(2):
        seen.clear()
        with pytest.raises(ConditionError) as error:
            holds(condition, look_up)
        assert (seen, getattr(error.value, "code", "")) == (asked, unknown)


PYTHON = {"và": "and", "hoặc": "or", "không": "not", "(": "(", ")": ")"}


@given(st.lists(st.sampled_from([*VALUES, *PYTHON]), min_size=1, max_size=9))
def test_a_condition_is_what_logic_says_of_its_words(words: list[str]) -> None:
    """Python's own operators, which bind alike, say the same of every condition that can be read."""
    with contextlib.suppress(ConditionError):
        found = holds(" ".join(words), VALUES.get)
        assert found is eval(" ".join(PYTHON.get(word, f"{word}.present") for word in words), dict(VALUES))


@given(st.text(max_size=40))
def test_no_text_makes_a_condition_do_anything_else(text: str) -> None:
    with contextlib.suppress(ConditionError):
        assert holds(text, VALUES.get) in (True, False)


@given(st.sampled_from(LEVELS), st.text(min_size=1, max_size=30))
def test_a_row_of_words_alone_becomes_what_it_becomes_beside_a_figure(level: str, text: str) -> None:
    plain = paragraph(Entry(level, (Run(text),)), Numbering())
    figure = paragraph(Entry(level, (Run("12", code="ho_ngheo_dau_ky"), Run(text))), Numbering())
    assert (plain.kind, plain.number) == (figure.kind, figure.number)
    assert f"12{plain.text}" == figure.text
