"""Which names mean one village, and how sure that is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlplan.vietnamese.names import Match, match, match_all, same
from xlplan.vietnamese.text import name_key, name_parts

steady = settings(deadline=None, max_examples=300)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Tây", "Tây"),
        ("thôn Tây", "Tây"),
        ("TÂY", "Thôn Tây"),
        ("Long Hoà", "Long Hòa"),
        ("Mĩ Thuận", "Ấp Mỹ Thuận"),
        ("Ea T’Ling", "Ea T'Ling"),
        ("Thôn I", "Thôn 1"),
        ("Thôn 01", "Thôn 1"),
        ("1", "Thôn 1"),
        ("KP.1", "Khu phố 1"),
        ("TDP số 2", "Tổ dân phố 2"),
        ("áp Tân Hậu", "Ấp Tân Hậu"),
        ("Mai  Hà ", "Mai Hà"),
    ],
)
def test_spellings_of_one_name_are_exact(written: str, name: str) -> None:
    assert match(written, ["Nơi khác", name]) == Match(name, "exact")
    assert same(written, name)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Tấy", "Tây"),
        ("Đak Ha", "Đắk Ha"),
        ("Đăk Glong", "Đắk Glong"),
        ("Tiên Lomg", "Tiên Long"),
        ("Trung Thinh", "Trung Thịnh"),
        ("Lâm Thàn", "Lâm Thành"),
        ("Hồ Snơ", "Hồ Sơn"),
        ("Khóm Đông Bình", "Khu phố Đông Bình"),
        ("Tân Hậu B2", "Tân Hâu B2"),
    ],
)
def test_a_slip_is_likely_and_never_exact(written: str, name: str) -> None:
    assert match(written, ["Nơi khác", name]) == Match(name, "likely", (name,))
    assert not same(written, name)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Thôn 1", "Thôn 11"),
        ("Thôn 1", "Khu phố 1"),
        ("Ấp 1", "Khu phố I"),
        ("Thôn 1", "Thôn 2"),
        ("Tân Hậu B1", "Tân Hậu B2"),
        ("Ấp 1A", "Ấp 1B"),
        ("Đông A", "Đông B"),
        ("Tân Long 1", "Tân Long"),
        ("Long Thượng", "Long Hạ"),
        ("Bắc", "Nam"),
        ("Tổ 5", "Tổ 6"),
    ],
)
def test_other_villages_never_match(written: str, name: str) -> None:
    assert match(written, [name]).name is None
    assert match(name, [written]).name is None
    assert match(written, [name]).how == "none"


def test_the_word_decides_between_villages_of_one_number() -> None:
    names = ["Thôn 1", "Khu phố 1", "Thôn 2"]
    assert match("KP 1", names) == Match("Khu phố 1", "exact")
    assert match("Thôn I", names) == Match("Thôn 1", "exact")
    assert match("1", names) == Match(None, "none", ("Thôn 1", "Khu phố 1"))
    assert match("Bản 1", names).name is None


def test_two_that_may_be_meant_are_candidates() -> None:
    assert match("Ho", ["Hồ", "Hộ", "Mai Hà"]) == Match(None, "none", ("Hồ", "Hộ"))
    assert match("Hồ", ["Hồ", "Hộ"]) == Match("Hồ", "exact")


def test_between_two_lists_nothing_is_taken_twice() -> None:
    found = match_all(["Đông", "Đồng", "Tây", "Mới"], ["Đông", "Tấy", "Bắc"])
    assert {name: (each.name, each.how) for name, each in found.items()} == {
        "Đông": ("Đông", "exact"),
        "Đồng": (None, "none"),
        "Tây": ("Tấy", "likely"),
        "Mới": (None, "none"),
    }
    both = match_all(["Hổ Sơn", "Hộ Sơn"], ["Hồ Sơn"])
    assert [each.how for each in both.values()] == ["none", "none"]


def test_the_word_and_the_rest_of_a_name() -> None:
    assert name_parts("TDP số 01") == ("tổ dân phố", "1")
    assert name_parts("Mai Hà") == ("", "mai hà")
    assert name_parts("Thôn") == ("", "thôn")


names = st.lists(
    st.tuples(
        st.sampled_from(["", "Thôn ", "Ấp ", "Khu phố ", "TDP "]),
        st.sampled_from(["1", "2", "11", "I", "Đông", "Đồng", "Tân Hậu B1", "Tân Hậu B2", "Hồ Sơn", "Hộ Sơn", "5A"]),
    ).map("".join),
    min_size=1,
    max_size=8,
    unique_by=name_key,
)


@steady
@given(names, names)
def test_numbers_are_never_mixed_up_and_every_name_finds_itself(mine: list[str], others: list[str]) -> None:
    for name in others:
        assert match(name, others) == Match(name, "exact")
    for name, found in match_all(mine, others).items():
        if found.name is not None:
            mine_key, other_key = name_key(name), name_key(found.name)
            assert [c for c in mine_key if c.isdigit()] == [c for c in other_key if c.isdigit()]
    exact = [found.name for found in match_all(mine, others).values() if found.name is not None]
    assert len(exact) == len(set(exact))


@steady
@given(st.text(max_size=12), st.lists(st.text(max_size=12), max_size=5))
def test_any_names_give_an_answer(written: str, known: list[str]) -> None:
    found = match(written, known)
    assert (found.name is None) == (found.how == "none")
    assert found.name is None or found.name in known
