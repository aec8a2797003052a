"""The compound file: strict readers accept it at every border of its sectors, and its directory is a red-black tree."""

from __future__ import annotations

import io
import itertools

import olefile
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlplan.excel.vbaproject.compound import write

RED, NOTHING = 0, 0xFFFFFFFF
SIZES = (0, 1, 63, 64, 65, 511, 512, 513, 4095, 4096, 4097, 4608)
NAMES = st.text("abcXYZ019_", min_size=1, max_size=31)
PER_FAT_SECTOR = 128


def strict(data: bytes) -> olefile.OleFileIO:
    assert len(data) % 512 == 0
    return olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_INCORRECT)


def content(size: int, start: int = 1) -> bytes:
    return bytes((start + number * 7) % 251 for number in range(size))


def streams(data: bytes) -> dict[str, bytes]:
    with strict(data) as ole:
        return {"/".join(path): ole.openstream(path).read() for path in ole.listdir()}


def check_tree(ole: olefile.OleFileIO, top: int) -> list[str]:
    """The names below one storage in order, after the rules of a red-black tree have been checked."""
    names: list[str] = []

    def blacks(number: int, above: int | None) -> int:
        if number == NOTHING:
            return 1
        entry = ole.direntries[number]
        assert not (entry.color == RED and above in (None, RED)), f"{entry.name} is red below red, or at the top"
        left = blacks(entry.sid_left, entry.color)
        names.append(entry.name)
        assert left == blacks(entry.sid_right, entry.color), f"ways of different length below {entry.name}"
        return left + (entry.color != RED)

    blacks(top, None)
    assert names == sorted(names, key=lambda name: (len(name), name.upper().encode("utf-16-be")))
    return names


@pytest.mark.parametrize(("first", "second"), [*itertools.combinations_with_replacement(SIZES, 2)])
def test_streams_at_the_borders_of_sectors_come_back(first: int, second: int) -> None:
    given = {"first": content(first), "second": content(second, 3)}
    assert streams(write(given)) == given


@pytest.mark.parametrize("sectors", [*range(120, 132), 255, 256, 257, 381, 382])
@pytest.mark.parametrize("unit", [512, 64])
def test_the_fat_and_the_mini_fat_may_need_another_sector(sectors: int, unit: int) -> None:
    if unit == 512:
        given = {"large": content(sectors * 512)}
    else:
        given = {f"s{number}": content(64, number % 200) for number in range(sectors)}
    assert streams(write(given)) == given


@settings(deadline=None)
@given(st.dictionaries(NAMES.map(str.lower), st.binary(max_size=200), max_size=40), st.randoms(use_true_random=False))
def test_the_directory_is_a_red_black_tree_ordered_by_length_and_capitals(given: dict[str, bytes], mixed) -> None:
    inner = {"".join(mixed.choice((c, c.upper())) for c in name): data for name, data in given.items()}
    with strict(write({"VBA": inner, "PROJECT": b"p"})) as ole:
        assert check_tree(ole, ole.root.sid_child) == ["VBA", "PROJECT"]
        storage = next(entry for entry in ole.direntries if entry and entry.name == "VBA")
        assert sorted(check_tree(ole, storage.sid_child)) == sorted(inner)
        for name, data in inner.items():
            assert ole.openstream(["VBA", name]).read() == data


@pytest.mark.parametrize("count", range(70))
def test_any_number_of_members_makes_a_balanced_tree(count: int) -> None:
    members = {f"Module{number}": b"" for number in range(count)}
    with strict(write(members)) as ole:
        assert len(check_tree(ole, ole.root.sid_child)) == count


def test_storages_may_stand_within_storages() -> None:
    made = streams(write({"a": {"b": {"c": b"1"}, "empty": {}}, "d": b""}))
    assert made == {"a/b/c": b"1", "d": b""}


def test_the_largest_file_is_read_and_what_is_larger_is_refused() -> None:
    most = 109 * (PER_FAT_SECTOR - 1) - 1  # one sector is the directory
    assert streams(write({"a": bytes(most * 512)}))["a"] == bytes(most * 512)
    with pytest.raises(ValueError, match="too much for one VBA project"):
        write({"a": bytes(most * 512 + 1)})


@pytest.mark.parametrize("name", ["", "a/b", "a:b", "a!", "a\\b", "x" * 32, "ộ", "a\n"])
def test_names_that_the_format_forbids_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="cannot name a stream"):
        write({name: b""})


def test_names_that_differ_in_case_alone_are_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        write({"VBA": {"Sums": b"", "SUMS": b""}})
