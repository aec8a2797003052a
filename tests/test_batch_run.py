"""What a province really sends: last year's workbooks, lists, copies, odd names, broken files, households' names."""

from __future__ import annotations

import os
import unicodedata
import zipfile
from pathlib import Path
from typing import Any

import build
import openpyxl
import pytest
from batches import TEXT, batch, commune, content, entries, files
from test_packages_gate import zipped
from test_packages_worksheet import parts_of
from test_province import EXPORT

from xlplan.batch import mistaken
from xlplan.intake.expected import Expected, read_list
from xlplan.pipeline import Problem

ODD = ("Xã Đức Hòa", unicodedata.normalize("NFD", "Xã Tân Phú"), "Ea 'H'leo' \"mới\"", "  hai  dấu cách ", "100%;&$(x)")


# ---- last year ----------------------------------------------------------------------------------------------------


def codes(made: object, name: str) -> set[str]:
    return {finding["code"] for finding in made.of(name).findings}  # type: ignore[attr-defined]


def test_rules_that_need_last_year_compare_with_the_same_commune_of_that_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, now, out = tmp_path / "2023", tmp_path / "2024", tmp_path / "ra"
    commune(before / "1.xlsx", "An Bình", year=2023, end=9)
    commune(before / "2.xlsx", "Long Sơn", year=2023, end=8)
    for name in ("An Bình", "Long Sơn", "Phú Hữu"):
        commune(now / f"{name}.xlsx", name, start=11)
    made = batch(now, out, only="check", previous=before)
    assert "A11" in codes(made, "An Bình.xlsx") & codes(made, "Long Sơn.xlsx")
    assert "A11" not in codes(made, "Phú Hữu.xlsx")
    assert Path(made.of("Long Sơn.xlsx").previous).name == "2.xlsx"
    assert sorted(files(out)) == sorted(files(out) | {"phan_hoi/Phú Hữu.txt": 0})  # nothing is made of last year's
    assert "Đối chiếu với sổ năm trước: 2/3 tệp; chưa có sổ năm trước của xã Phú Hữu." in capsys.readouterr().out

    assert batch(now, out, only="check", previous=before).done == ()
    commune(before / "2.xlsx", "Long Sơn", year=2023, end=9)
    made = batch(now, out, only="check", previous=before)
    assert made.done == ("2.xlsx", "Long Sơn.xlsx")  # last year's own, and whoever depends on it
    commune(before / "3.xlsx", "Phú Hữu", year=2023, end=9)
    assert batch(now, out, only="check", previous=before).done == ("3.xlsx", "Phú Hữu.xlsx")
    assert set(batch(now, out, only="check").done) == {"An Bình.xlsx", "Long Sơn.xlsx", "Phú Hữu.xlsx"}


def test_a_folder_of_last_year_without_a_workbook_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = commune(tmp_path / "a.xlsx")
    (tmp_path / "2023").mkdir()
    batch(source, tmp_path / "ra", only="check", previous=tmp_path / "2023")
    assert "Thư mục năm trước không có sổ tính nào." in capsys.readouterr().out


# ---- lists, copies, later ones ------------------------------------------------------------------------------------


def test_a_list_tells_who_is_missing_who_came_twice_and_names_each_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = tmp_path / "danh sách.csv"
    listed.write_text("Tên xã;Năm\nxã An Bình;2024\nxã Long Sơn;2024\nxã Phú Hữu;2024\n", encoding="utf-8")
    expected = read_list(listed)
    assert not isinstance(expected, Problem)
    commune(tmp_path / "xa" / "cũ" / "An Bình.xlsx", "An Bình", start=9, wrong=1)
    commune(tmp_path / "xa" / "mới" / "An Bình.xlsx", "An Bình", start=12)
    commune(tmp_path / "xa" / "Long Sơn.xlsx", "Long Sơn", year=2022)
    commune(tmp_path / "xa" / "lạ.xlsx", "Thạnh Mỹ")
    (tmp_path / "xa" / "chép.xlsx").write_bytes((tmp_path / "xa" / "lạ.xlsx").read_bytes())
    made = batch(tmp_path / "xa", tmp_path / "ra", expected=expected)
    out = capsys.readouterr().out
    assert [Path(each).parts[-2:] for each in made.ended.gathered.superseded] == [("cũ", "An Bình.xlsx")]
    assert made.submitted["xã Phú Hữu"].standing == "missing"
    assert "  xã Phú Hữu: Chưa gửi sổ tính." in out
    assert f"  xã Long Sơn ({tmp_path}/xa/Long Sơn.xlsx): Sổ tính ghi kỳ 2022, cần kỳ 2024." in out
    assert f"xã Thạnh Mỹ ({tmp_path}/xa/chép.xlsx): Xã Thạnh Mỹ không có trong danh sách" in out
    assert f"xã Thạnh Mỹ ({tmp_path}/xa/lạ.xlsx): Nội dung giống hệt “chép.xlsx”; không xử lý lại." in out
    assert "cũ/An Bình.xlsx): Đã được thay bằng bản sau" in out
    assert "So với danh sách phải nộp: chưa nộp 1, sai năm 1," in out
    assert "Bỏ qua 1 tệp trùng nội dung với tệp khác." in out
    assert "Cần sửa" not in out  # the one with errors does not count any more
    assert len(entries(tmp_path / "ra")) == 4


def test_a_longer_list_of_what_is_wrong_ends_with_where_all_of_it_stands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(23):
        commune(tmp_path / "xa" / f"{number:02d}.xlsx", f"Tân Phú {number}", wrong=1 + number)
    batch(tmp_path / "xa", tmp_path / "ra", only="check")
    out = capsys.readouterr().out
    assert "Cần sửa (23):" in out
    assert "  … và 3 dòng nữa; xem tong_hop.xlsx" in out
    assert out.count("gửi lại phan_hoi/") == 20


def test_missing_communes_are_named_by_district_and_deadline_in_paragraphs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = commune(tmp_path / "xa" / "a.xlsx", "An Bình")
    listed = [Expected("xã An Bình", "1"), Expected("xã Cô Đơn", deadline="2024-12-01")]
    listed += [Expected(f"xã Bản Lầu {n}", "", "huyện A", deadline="2024-12-15") for n in range(40)]
    listed += [Expected(f"xã B-{n}\x1b", "", "huyện B", deadline="2024-12-15") for n in range(3)]
    listed += [Expected(f"xã {name}") for name in ("Long Sơn", "Phú Hữu")]
    batch(source, tmp_path / "ra", expected=listed)
    out = capsys.readouterr().out
    assert "Chưa nộp (43): Chưa gửi sổ tính; hạn nộp 15/12/2024. Đôn đốc gửi.\n  huyện A (40): xã Bản Lầu 0, " in out
    paragraph = out.partition("  huyện A")[2].partition("  huyện B (3): xã B-0, xã B-1, xã B-2\n")[0]
    assert " ".join(paragraph.split()).endswith(", xã Bản Lầu 29 và 10 đơn vị nữa")
    assert all(len(line) <= 100 and line.startswith(("    xã ", "    và ")) for line in paragraph.splitlines()[1:])
    assert "\n  Đủ tên các đơn vị: xem tong_hop.xlsx\n" in out
    assert "Chưa nộp (2): Chưa gửi sổ tính. Đôn đốc gửi.\n  xã Long Sơn, xã Phú Hữu\n" in out
    assert "Nộp báo cáo (1):\n  xã Cô Đơn: Chưa gửi sổ tính; hạn nộp 01/12/2024." in out
    assert "So với danh sách phải nộp: chưa nộp 46, đã nộp 1." in out
    sheet = openpyxl.load_workbook(tmp_path / "ra" / "tong_hop.xlsx")["Nộp báo cáo"]
    assert sum("Bản Lầu" in str(row[2]) for row in sheet.iter_rows(values_only=True)) == 40
    batch(source, tmp_path / "khac", expected=listed, only="plan")  # writes no workbook that would have the names
    assert "xã Bản Lầu 39" in " ".join(capsys.readouterr().out.split())


def test_the_message_says_that_the_workbook_is_another_communes_as_long_as_the_list_says_so(tmp_path: Path) -> None:
    source, out, message = tmp_path / "xa", tmp_path / "ra", tmp_path / "ra" / "phan_hoi" / "Xã Long Sơn.txt"
    commune(source / "Xã An Bình.xlsx", "An Bình", code="12345")
    commune(source / "Xã Long Sơn.xlsx", "An Bình", start=12, code="12345")
    listed = [Expected("xã An Bình", "12345"), Expected("xã Long Sơn", "12346")]
    expected = "đang ghi xã An Bình (mã 12345), trong khi tên tệp hoặc thư mục là của xã Long Sơn."

    def said() -> str:
        return message.read_text(encoding="utf-8-sig")

    for _ in range(2):
        made = batch(source, out, expected=listed)
        assert expected in said() and said().startswith("Kính gửi: Đơn vị gửi tệp “Xã Long Sơn.xlsx”")
        assert "rồi gửi lại" in said() and "Chưa cần gửi lại" not in said()
        assert "trong khi" not in (out / "phan_hoi" / "Xã An Bình.txt").read_text(encoding="utf-8-sig")
        assert (made.status, made.ended.aside) == (0, ())
    before = files(out)
    assert batch(source, out, expected=listed).done == () and files(out) == before
    message.write_text("của tôi", encoding="utf-8")  # what somebody made of it stays while there is nothing new to say
    assert batch(source, out, expected=listed).ended.aside == () and said() == "của tôi"
    commune(source / "Xã Long Sơn.xlsx", "An Bình", start=15, code="12345")
    assert batch(source, out, expected=listed).ended.aside == ("phan_hoi/Xã Long Sơn (đã sửa tay).txt",)
    assert expected in said()
    assert batch(source, out, expected=[listed[0], Expected("xã Long Hải")]).done == ()
    assert "trong khi" not in said() and said().startswith("Kính gửi: Ủy ban nhân dân xã An Bình")
    assert batch(source, out).done == () and batch(source, out).ended.aside == ()


@pytest.mark.parametrize("at", ["claimed", "written"])
def test_a_run_that_is_killed_at_such_a_message_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    source, listed = tmp_path / "xa", [Expected("xã An Bình"), Expected("xã Long Sơn")]
    commune(source / "Xã Long Sơn.xlsx", "An Bình")
    write = mistaken.write_bytes

    def killed(path: Path, data: bytes) -> None:
        if at == "written":
            write(path, data)
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(mistaken, "write_bytes", killed)
        with pytest.raises(SystemExit):
            batch(source, tmp_path / "ra", expected=listed)
    assert batch(source, tmp_path / "ra", expected=listed).ended.aside == ()
    batch(source, tmp_path / "khac", expected=listed)
    assert content(tmp_path / "ra") == content(tmp_path / "khac")


def test_a_run_that_is_killed_after_such_a_message_takes_it_back_when_the_list_is_corrected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "xa"
    commune(source / "Xã Long Sơn.xlsx", "An Bình")
    write = mistaken._write

    def killed(*given: Any) -> None:
        write(*given)
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(mistaken, "_write", killed)
        with pytest.raises(SystemExit):
            batch(source, tmp_path / "ra", expected=[Expected("xã An Bình"), Expected("xã Long Sơn")])
    message = tmp_path / "ra" / "phan_hoi" / "Xã Long Sơn.txt"
    assert "trong khi" in message.read_text(encoding="utf-8-sig")
    batch(source, tmp_path / "ra", expected=[Expected("xã An Bình"), Expected("xã Long Hải")])
    assert "trong khi" not in message.read_text(encoding="utf-8-sig")


def test_a_word_file_in_the_folder_is_named_as_passed_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commune(tmp_path / "xa" / "a.xlsx", "An Bình")
    (tmp_path / "xa" / "Kế hoạch xã B.docx").write_bytes(b"x")
    assert batch(tmp_path / "xa", tmp_path / "ra").status == 0
    assert "Không phải sổ tính Excel, đã bỏ qua (1):\n" in (said := capsys.readouterr().out)
    assert "Kế hoạch xã B.docx\n" in said


# ---- names and places ---------------------------------------------------------------------------------------------


def test_odd_names_are_read_and_give_names_that_every_system_takes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    longest = "ấ" * 83 + ".xlsx"  # 254 bytes
    for number, name in enumerate((*ODD, longest.removesuffix(".xlsx"), "hai\ndòng", "\x1b[31mđỏ")):
        commune(tmp_path / "xa" / f"{name}.xlsx", f"Xã số {number + 1}", start=number, wrong=1)
    made = batch(tmp_path / "xa", tmp_path / "ra")
    assert (made.status, len(made.done)) == (0, len(ODD) + 3)
    plans = [Path(name).name for name in files(tmp_path / "ra") if name.startswith("ke_hoach")]
    assert len(plans) == len(ODD) + 3
    for name in plans:
        assert len(name.encode()) <= 255 and unicodedata.is_normalized("NFC", name)
        assert not set(name) & set('<>:"/\\|?*\n\x1b')
    (tmp_path / "xa" / "x\x1b[2J.xlsx").write_bytes(b"")
    batch(tmp_path / "xa", tmp_path / "ra")
    streams = capsys.readouterr()
    assert "\x1b" not in streams.out + streams.err
    assert batch(tmp_path / "xa", tmp_path / "ra").done == ()


def test_a_name_that_is_no_unicode_is_read(tmp_path: Path) -> None:
    source = commune(tmp_path / "xa" / "a.xlsx")
    os.rename(os.fsencode(source), os.fsencode(source.parent) + b"/x\xe3 \xff.xlsx")  # noqa: PTH104 - bytes
    made = batch(source.parent, tmp_path / "ra")
    assert (made.status, len(made.done)) == (0, 1)
    assert len(entries(tmp_path / "ra")) == 1
    assert batch(source.parent, tmp_path / "ra").done == ()


def test_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for place in ("a/x.xlsx", "b/x.xlsx", "b/X.xlsx", "x.xlsx"):
        commune(tmp_path / "xa" / place, place)
    (tmp_path / "xa" / "x.xls").write_bytes(b"khong phai")
    made = batch(tmp_path / "xa", tmp_path / "ra")
    replies = [Path(name).stem for name in files(tmp_path / "ra") if name.startswith("phan_hoi")]
    assert len({name.casefold() for name in replies}) == len(made.results) == 5
    for result in made.results:
        said = (tmp_path / "ra" / result.reply).read_text("utf-8-sig")
        assert Path(result.file).name in said


def test_links_that_lead_in_circles_end(tmp_path: Path) -> None:
    source = commune(tmp_path / "xa" / "a.xlsx").parent
    (source / "vong").symlink_to(source, target_is_directory=True)
    (source / "b.xlsx").symlink_to(source / "c.xlsx")
    (source / "c.xlsx").symlink_to(source / "b.xlsx")
    (source / "d.xlsx").symlink_to(source / "a.xlsx")
    made = batch(source, tmp_path / "ra", only="check")
    assert made.done == ("a.xlsx",)
    assert made.status == 1  # b and c lead nowhere, and that is said


def test_a_folder_that_may_not_be_read_is_said_and_the_rest_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source = commune(tmp_path / "xa" / "a.xlsx").parent
    commune(source / "cấm" / "b.xlsx")
    scandir = os.scandir

    def refusing(path: str | int) -> object:
        if str(path).endswith("cấm"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    with monkeypatch.context() as denied:
        denied.setattr(os, "scandir", refusing)
        made = batch(source, tmp_path / "ra", only="check")
    assert (made.status, made.done) == (1, ("a.xlsx",))
    assert "cấm: không mở được tệp để đọc" in capsys.readouterr().err


# ---- files that nobody should send --------------------------------------------------------------------------------


def test_broken_files_of_every_kind_are_rows_and_none_stops_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "xa"
    whole = commune(source / "tốt.xlsx").read_bytes()
    (source / "dở.xlsx").write_bytes(whole[: len(whole) // 2])  # as while it is being written
    (source / "rỗng.xlsx").write_bytes(b"")
    (source / "chữ.xlsx").write_text("Kính gửi", encoding="utf-8")
    (source / "bom.xlsx").write_bytes(zipped(parts_of(" " * (60 << 20))))
    (source / "thư mục.xlsx").mkdir()
    os.mkfifo(source / "ống.xlsx")
    build.workbook(source / "khác.xlsx", "Sổ quỹ\n| Ngày | Thu |\n| 1 | 5 |\n")
    made = batch(source, tmp_path / "ra")
    assert made.status == 1
    assert made.of("tốt.xlsx").plan == "ke_hoach/tốt.docx"
    kinds = {Path(result.file).name: result.trouble.kind for result in made.results if result.trouble}
    assert kinds == {
        "dở.xlsx": "truncated",
        "rỗng.xlsx": "empty",
        "chữ.xlsx": "not_office",
        "bom.xlsx": "suspicious",
        "khác.xlsx": "no_content",
    }
    assert len(entries(tmp_path / "ra")) == 6
    said = capsys.readouterr().err
    assert "Chưa xong (5):" in said
    assert not [name for name in kinds if f"{name}: " not in said]
    (source / "dở.xlsx").write_bytes(whole)
    again = batch(source, tmp_path / "ra")
    assert again.done == ("dở.xlsx",)  # the first in order; the other is its copy now
    assert {Path(copy).name for copy in again.ended.copies} == {"tốt.xlsx"}


HOUSEHOLDS = """
Danh sách hộ nghèo
| TT | Họ và tên chủ hộ | Số CCCD | Nhân khẩu | Phân loại |
| 1 | Nguyễn Thị Bí Mật | '079123456789 | 4 | Hộ nghèo |
| 2 | Trần Văn Riêng Tư | '079987654321 | 3 | Hộ cận nghèo |
"""


def test_names_of_households_reach_neither_the_console_nor_another_commune(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / "xa", tmp_path / "ra"
    about = {"name": "Kín Đáo", "code": "", "year": 2024, "before": 2023, "unit": "xã"}
    source.mkdir()
    build.workbook(source / "kín.xlsx", TEXT.format(**about, start=9, end=7, total=20, last=11) + HOUSEHOLDS)
    commune(source / "khác.xlsx", "Long Sơn", wrong=3)
    (source / "hỏng.xlsx").write_bytes((source / "kín.xlsx").read_bytes()[:-40])
    batch(source, out)
    streams = capsys.readouterr()
    secrets = ("Bí Mật", "Riêng Tư", "079123456789", "079987654321")
    assert not [word for word in secrets if word in streams.out + streams.err]
    for name in files(out):
        text = _text(out / name)
        assert text, name
        if not name.startswith("danh_dau/kín"):  # that commune's own file goes back to it
            assert not [word for word in secrets if word in text], name


def _text(path: Path) -> str:
    if not zipfile.is_zipfile(path):
        return path.read_text("utf-8-sig")
    with zipfile.ZipFile(path) as package:
        return "".join(package.read(part).decode("utf-8", "replace") for part in package.namelist())


def test_an_export_of_the_database_is_no_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for letter in "AB":
        commune(tmp_path / "xa" / f"{letter}.xlsx", f"Bình {letter}", code=f"0000{ord(letter)}")
    build.workbook(tmp_path / "xa" / "csdl.xlsx", EXPORT)
    made = batch(tmp_path / "xa", tmp_path / "ra")
    assert made.status == 0
    assert "Đã đọc 3/3 tệp, lập 2 kế hoạch; 0 tệp có lỗi số liệu, 0 tệp không xử lý được." in capsys.readouterr().out
