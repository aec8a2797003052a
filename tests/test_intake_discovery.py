"""Which workbooks a run reads: whatever lies in the folders, each once, and nothing raises."""

from __future__ import annotations

import os
import sys
import time
import unicodedata
from pathlib import Path

import pytest

from xlplan.intake.content import digest_of, identical
from xlplan.intake.discovery import LEDGER, Discovered, discover


def make(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def found(result: Discovered, root: Path) -> list[str]:
    return [unicodedata.normalize("NFC", str(path.relative_to(root))) for path in result.files]


def test_workbooks_of_every_kind_are_found_and_nothing_else(tmp_path: Path) -> None:
    make(tmp_path, "a.xlsx", "b.XLSM", "c.xls", "d.docx", "e.xlsx.tmp", "f.csv", "g.xlsb", "sub/h.Xlsx")
    make(tmp_path, "~$a.xlsx", ".an.xlsx", "._a.xlsx", "~WRL0001.xls", "__MACOSX/a.xlsx", ".git/a.xlsx", "x.crdownload")
    assert found(discover([tmp_path], tmp_path / "ra"), tmp_path) == ["a.xlsx", "b.XLSM", "c.xls", "sub/h.Xlsx"]


def test_what_was_sent_instead_of_a_workbook_is_told_and_what_a_run_wrote_is_not(tmp_path: Path) -> None:
    make(
        tmp_path,
        "a.xlsx",
        "xã B.docx",
        "sub/quét.PDF",
        "~$xã B.docx",
        "f.csv",
        "e.tmp",
        f"ra/{LEDGER}",
        "ra/ke_hoach/a.docx",
    )
    assert [Path(path).name for path in discover([tmp_path], tmp_path / "ra").others] == ["quét.PDF", "xã B.docx"]


def test_names_of_every_kind_come_in_vietnamese_order(tmp_path: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "Xã Đức Hòa.xlsx")
    long_name = "ấ" * 83 + ".xlsx"  # 254 bytes
    make(
        tmp_path,
        "Xã 10.xlsx",
        "Xã 2.xlsx",
        decomposed,
        "Xã Dương.xlsx",
        "Xã 'Ea' \"Súp\".xlsx",
        "🌾 An.xlsx",
        long_name,
    )
    names = found(discover([tmp_path], tmp_path / "ra"), tmp_path)
    assert names.index("Xã 2.xlsx") < names.index("Xã 10.xlsx") < names.index("Xã Dương.xlsx")
    assert names.index("Xã Dương.xlsx") < names.index("Xã Đức Hòa.xlsx")
    assert len(names) == 7
    assert found(discover([str(tmp_path)], tmp_path / "ra"), tmp_path) == names


def test_a_file_that_is_named_is_taken_whatever_it_is_called(tmp_path: Path) -> None:
    make(tmp_path, "a.dat")
    (tmp_path / "~$b.xlsx").write_bytes(b"x" * 5000)  # a lock file of Office has some 165 bytes
    assert found(discover([tmp_path / "a.dat", tmp_path / "~$b.xlsx"], tmp_path / "ra"), tmp_path) == [
        "~$b.xlsx",
        "a.dat",
    ]


def test_what_a_shell_makes_of_a_glob_brings_no_lock_file_and_no_output(tmp_path: Path) -> None:
    make(tmp_path, "a.xlsx", "~$a.xlsx", "tong_hop.xlsx", "danh_dau/a.xlsx", "tong_hop (đã sửa tay).xlsx")
    named = [*tmp_path.glob("*.xlsx"), *tmp_path.glob("*/*.xlsx")]
    assert len(found(discover(named, tmp_path), tmp_path)) == 4  # nothing shows yet that a run wrote here
    make(tmp_path, LEDGER)
    assert found(discover(named, tmp_path), tmp_path) == ["a.xlsx"]
    assert found(discover([tmp_path], tmp_path), tmp_path) == ["a.xlsx"]


def test_the_output_folder_within_an_input_folder_is_no_input(tmp_path: Path) -> None:
    make(tmp_path, "a.xlsx", "ra/danh_dau/a.xlsx", "ra/tong_hop.xlsx", "ra/khac.xlsx")
    result = discover([tmp_path], tmp_path / "ra")
    assert found(result, tmp_path) == ["a.xlsx"]
    assert result.outputs == (str(tmp_path / "ra"),)


@pytest.mark.parametrize("output", [".", "..", "sub/.."])
def test_an_output_folder_that_holds_the_inputs_hides_only_what_a_run_wrote(tmp_path: Path, output: str) -> None:
    make(tmp_path / "xa", "a.xlsx", "sub/b.xlsx")
    at = tmp_path / "xa" / output
    make(at, "danh_dau/a.xlsx", "tong_hop.xlsx", "ke_hoach/x.xlsx")
    files = found(discover([tmp_path / "xa"], at), tmp_path / "xa")
    assert files == ["a.xlsx", "sub/b.xlsx"]


def test_what_another_run_wrote_is_no_input_but_what_lies_beside_it_is(tmp_path: Path) -> None:
    make(tmp_path, "huyen/a.xlsx", f"huyen/{LEDGER}", "huyen/danh_dau/a.xlsx", "huyen/tong_hop.xlsx", "tong_hop.xlsx")
    assert found(discover([tmp_path], tmp_path / "ra"), tmp_path) == ["huyen/a.xlsx", "tong_hop.xlsx"]


def test_a_file_or_folder_that_is_given_twice_comes_once(tmp_path: Path) -> None:
    make(tmp_path, "h/a.xlsx", "h/b.xlsx")
    given = [tmp_path / "h", tmp_path / "h" / "a.xlsx", tmp_path, str(tmp_path / "h" / ".." / "h" / "b.xlsx")]
    assert len(discover(given, tmp_path / "ra").files) == 2
    assert discover(given, tmp_path / "ra").empty == ()


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_links_are_followed_once_and_loops_end(tmp_path: Path) -> None:
    make(tmp_path, "vao/a.xlsx", "vao/sub/b.xlsx", "ngoai/c.xlsx")
    (tmp_path / "vao" / "sub" / "lap").symlink_to(tmp_path / "vao")
    (tmp_path / "vao" / "0_sub").symlink_to("sub")
    (tmp_path / "vao" / "0_a.xlsx").symlink_to("a.xlsx")
    (tmp_path / "vao" / "ra_ngoai").symlink_to(tmp_path / "ngoai")
    (tmp_path / "vao" / "mat.xlsx").symlink_to("khong_co")
    (tmp_path / "vao" / "vong").symlink_to("vong")
    result = discover([tmp_path / "vao"], tmp_path / "ra")
    assert found(result, tmp_path / "vao") == ["a.xlsx", "ra_ngoai/c.xlsx", "sub/b.xlsx"]
    assert result.missing == (str(tmp_path / "vao" / "mat.xlsx"),)


def test_globs_are_expanded_where_the_shell_has_not_done_it(tmp_path: Path) -> None:
    make(
        tmp_path, "A/bieu 1.xlsx", "A/sub/bieu 2.xls", "B/bieu 3.xlsx", "B/khac.xlsx", "B/bieu.docx", ".an/bieu 4.xlsx"
    )

    def of(pattern: str) -> list[str]:
        return found(discover([f"{tmp_path}/{pattern}"], tmp_path / "ra"), tmp_path)

    assert of("*/bieu*") == ["A/bieu 1.xlsx", "B/bieu 3.xlsx"]
    assert of("**/bieu*") == ["A/bieu 1.xlsx", "A/sub/bieu 2.xls", "B/bieu 3.xlsx"]
    assert of("[B-Z]/b?eu 3.xlsx") == ["B/bieu 3.xlsx"]
    assert of("*") == ["A/bieu 1.xlsx", "A/sub/bieu 2.xls", "B/bieu 3.xlsx", "B/khac.xlsx"]


def test_a_name_with_the_signs_of_a_glob_is_first_a_name(tmp_path: Path) -> None:
    make(tmp_path, "Xã [A]/bieu.xlsx", "Xã A/khac.xlsx")
    assert found(discover([tmp_path / "Xã [A]"], tmp_path / "ra"), tmp_path) == ["Xã [A]/bieu.xlsx"]


def test_a_name_typed_in_another_unicode_form_is_found(tmp_path: Path) -> None:
    make(tmp_path, unicodedata.normalize("NFD", "Huyện Ý Yên/Xã Yên Mỹ.xlsx"))
    given = tmp_path / unicodedata.normalize("NFC", "Huyện Ý Yên/Xã Yên Mỹ.xlsx")
    assert len(discover([given], tmp_path / "ra").files) == 1


def test_what_comes_to_nothing_is_said(tmp_path: Path) -> None:
    make(tmp_path, "trong/doc.docx", "a.xlsx")
    given = ["khong co.xlsx", f"{tmp_path}/*.ods", str(tmp_path / "trong"), "x\0y", "a" * 5000, "", str(tmp_path)]
    result = discover(given, tmp_path / "ra")
    assert result.missing == ("khong co.xlsx", f"{tmp_path}/*.ods", "x\0y", "a" * 5000, "")
    assert result.empty == (str(tmp_path / "trong"),)
    assert found(result, tmp_path) == ["a.xlsx"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_said_and_the_others_go_on(tmp_path: Path) -> None:
    make(tmp_path, "kin/a.xlsx", "mo/b.xlsx")
    (tmp_path / "kin").chmod(0)
    try:
        result = discover([tmp_path], tmp_path / "ra")
    finally:
        (tmp_path / "kin").chmod(0o755)
    assert (found(result, tmp_path), result.unreadable) == (["mo/b.xlsx"], (str(tmp_path / "kin"),))


def test_a_listing_that_fails_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "kin/a.xlsx", "mo/b.xlsx")
    real = os.scandir

    def scandir(path: str) -> object:
        if str(path).endswith("kin"):
            raise PermissionError(13, "no")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    result = discover([tmp_path], tmp_path / "ra")
    assert (found(result, tmp_path), result.unreadable) == (["mo/b.xlsx"], (str(tmp_path / "kin"),))


def test_three_thousand_files_are_found_in_a_moment(tmp_path: Path) -> None:
    for district in range(10):
        folder = tmp_path / f"Huyện {district}"
        folder.mkdir()
        for commune in range(300):
            (folder / f"Xã {commune}.xlsx").touch()
    start = time.perf_counter()
    assert len(discover([tmp_path], tmp_path / "ra").files) == 3000
    assert time.perf_counter() - start < 1.5  # takes 0.03 s


def test_files_of_one_content_are_known_by_the_first(tmp_path: Path) -> None:
    for name, data in (("a", b"mot"), ("b", b"hai"), ("c", b"mot"), ("d", b"bon nam"), ("e", b"mot")):
        (tmp_path / name).write_bytes(data)
    files = [tmp_path / name for name in "abcde"]
    paths = [*files, tmp_path / "khong_co", tmp_path]
    found = [(path, digest) for path in paths if (digest := digest_of(path))]
    assert identical(found) == {files[2]: files[0], files[4]: files[0]}
    assert identical([("x", "1"), ("y", "2"), ("z", "1")]) == {"z": "x"}
