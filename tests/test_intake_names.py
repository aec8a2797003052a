"""Names of outputs: recognisable, allowed everywhere, and no two the same."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlplan.intake.names import LONGEST, folded, output_names, safe_name


def names(*files: str) -> list[str]:
    paths = [Path("/thu") / file for file in files]
    found = output_names(paths)
    return [found[path] for path in paths]


def test_a_name_is_the_workbooks_own() -> None:
    assert names("Xã Sơn Trung.xlsx", "Long An 2024.v2.xls") == ["Xã Sơn Trung", "Long An 2024.v2"]


def test_two_of_one_name_are_told_apart_by_their_folders_and_others_keep_theirs() -> None:
    assert names("Xã A/bieu.xlsx", "Xã B/bieu.xlsx", "Xã C/khac.xlsx") == ["Xã A - bieu", "Xã B - bieu", "khac"]
    deep = names("H1/Xã A/bieu.xlsx", "H2/Xã A/bieu.xlsx", "H2/Xã B/bieu.xlsx")
    assert deep == ["H1 - Xã A - bieu", "H2 - Xã A - bieu", "Xã B - bieu"]


def test_the_suffix_tells_apart_what_lies_side_by_side() -> None:
    assert names("bieu.xls", "bieu.xlsx", "khac.xls") == ["bieu (xls)", "bieu (xlsx)", "khac"]


def test_a_number_comes_last() -> None:
    decomposed = unicodedata.normalize("NFD", "xã ý.xlsx")
    found = names("Xã Ý.xlsx", "xã ý.xlsx", decomposed)
    assert {name.casefold() for name in found} == {"xã ý", "xã ý (2)", "xã ý (3)"}


def test_a_folder_name_may_meet_another_file() -> None:
    found = names("Xã A/bieu.xlsx", "Xã B/bieu.xlsx", "Xã A - bieu.xlsx")
    assert len({folded(name) for name in found}) == 3


@pytest.mark.parametrize(
    ("written", "safe"),
    [
        ("CON", "CON_"),
        ("nul.bieu", "nul_.bieu"),
        ("Com1 .x", "Com1_.x"),
        ("LPT²", "LPT²_"),
        ("console", "console"),
        ('a<b>:c|d?e*f"g', "a_b_c_d_e_f_g"),
        ("a/b\\c", "a_b_c"),
        (" .hidden. . ", "hidden"),
        ("~$~$khóa", "khóa"),
        ("dòng\nhai\t\x07", "dòng_hai_"),
        ("...", "so_tinh"),
        ("", "so_tinh"),
        ("Ðức\u200b Hòa\u00a0", "Đức Hòa"),
        ("\udce9 lạ", "_ lạ"),
    ],
)
def test_what_windows_forbids_is_replaced(written: str, safe: str) -> None:
    assert safe_name(written) == safe


def test_a_long_name_is_cut_at_a_letter_and_stays_its_own() -> None:
    one, other = "Kế hoạch giảm nghèo " * 20 + "một", "Kế hoạch giảm nghèo " * 20 + "hai"
    found = names(f"{one}.xlsx", f"{other}.xlsx")
    assert found[0] != found[1]
    assert all(len(name.encode()) <= LONGEST and name.startswith("Kế hoạch giảm nghèo") for name in found)
    family = "👨‍👩‍👧" * 60
    cut = safe_name(family)
    assert len(cut.encode()) <= LONGEST and cut.rpartition("-")[0].strip("👨👩👧") == ""
    zalgo = "a" + "\u0323\u0301\u035c" * 100
    assert len(safe_name(zalgo).encode()) <= LONGEST


PARTS = st.text(alphabet=st.characters(codec=None, exclude_characters="/\0"), min_size=1, max_size=12)
LETTERS = st.text(alphabet="aAáÁa\u0301ýỲ.~$ :?çßıİK2()-", min_size=1, max_size=4)
STEPS = st.one_of(PARTS, LETTERS).filter(lambda step: step not in (".", ".."))
SUFFIXES = st.sampled_from([".xlsx", ".xls", ".XLSX", ".xlsm", ""])
PATHS = st.builds(lambda steps, suffix: "/".join(steps) + suffix, st.lists(STEPS, min_size=1, max_size=3), SUFFIXES)


@settings(max_examples=60, deadline=None)
@given(st.lists(PATHS, max_size=8, unique=True), st.randoms(use_true_random=False))
def test_names_are_different_short_allowed_and_do_not_depend_on_the_order(paths: list[str], random: object) -> None:
    files = list(dict.fromkeys(Path("/") / path for path in paths))
    found = output_names(files)
    assert set(found) == set(files)
    assert len({unicodedata.normalize("NFC", name).casefold() for name in found.values()}) == len(files)
    assert len({folded(name) for name in found.values()}) == len(files)
    for name in found.values():
        assert len(name.encode()) <= LONGEST
        assert not set(name) & set('<>:"/\\|?*\0\n')
        assert name == name.strip(". ") and not name.startswith("~$")
        assert unicodedata.is_normalized("NFC", name)
    random.shuffle(files)  # type: ignore[attr-defined]
    assert output_names(files) == found


@settings(max_examples=60, deadline=None)
@given(st.lists(PATHS, min_size=1, max_size=6, unique=True))
def test_a_name_changes_only_where_another_would_be_the_same(paths: list[str]) -> None:
    files = list(dict.fromkeys(Path("/") / path for path in paths))
    alone = {file: output_names([file])[file] for file in files}
    with_others = output_names(files)
    for file, name in alone.items():
        if all(
            folded(name) not in (folded(other), folded(with_others[at])) for at, other in alone.items() if at != file
        ):
            assert with_others[file] == name


@settings(deadline=None)
@given(st.text(max_size=300))
def test_a_safe_name_stays_as_it_is(text: str) -> None:
    assert safe_name(safe_name(text)) == safe_name(text)
