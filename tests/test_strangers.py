"""Tables that strangers laid out: what a commune's own sheet says without the standard workbook's headings."""

from __future__ import annotations

from pathlib import Path

import build
import pytest

from xlplan.model import Report
from xlplan.pipeline import process

PLAIN = """
Thống kê
| TT | Thôn    | Tổng số hộ | Hộ nghèo | <      | <     | Hộ cận nghèo | <     |
| ^  | ^       | ^          | Số hộ    | Số khẩu | Tỷ lệ | Số hộ        | Tỷ lệ |
| 1  | Mai Hà  | 202        | 3        | 9      | 1.49  | 4            | 1.98  |
| 2  | Hà Tràng | 128       | {poor}   | 11     | 3.13  | 6            | 4.69  |
| 3  | Hồ Sơn  | 145        | 7        | 21     | 4.83  | 5            | 3.45  |
|    | Tổng cộng | 475      | 14       | 41     | 2.95  | 15           | 3.16  |
"""
WITH_NOTE = """
Biểu chỉ tiêu
| TT | Đơn vị  | Tổng số hộ | Hộ nghèo cuối năm 2023 | Giảm hộ nghèo trong năm 2024 | Hộ nghèo cuối năm 2024 |
| 1  | Mai Hà  | 202        | 3 | 1 | 2 |
| 2  | Hà Tràng | 128       | 4 | 1 | 3 |
|    | {note} |  |  |  |  |
| 3  | Hồ Sơn  | 145        | {poor} | 2 | 5 |
|    | Toàn xã | 475        | 14 | 4 | 10 |
"""
NUMBERED = """
Biểu chỉ tiêu
| TT | Đơn vị  | Tổng số hộ | Hộ nghèo cuối năm 2023 | Giảm hộ nghèo trong năm 2024 | Hộ nghèo cuối năm 2024 |
| A  | B       | 1          | 2 | 4 | 6 |
| 1  | Mai Hà  | 202        | 3 | 1 | 2 |
| 2  | Hà Tràng | 128       | 4 | 1 | 3 |
|    | Toàn xã | 330        | 7 | 2 | 5 |
"""


def report(path: Path, text: str) -> Report:
    found = process(build.workbook(path / "xa.xlsx", text)).report
    assert found is not None
    return found


def errors(path: Path, text: str) -> set[tuple[str, str]]:
    return {(item.code, item.ref.address) for item in report(path, text).errors}


def test_headings_without_a_time_are_the_figures_of_the_table_s_own_time(tmp_path: Path) -> None:
    found = report(tmp_path, PLAIN.format(poor="4"))
    assert found.submission.table is not None
    assert [line.code for line in found.submission.table.lines] == [
        "tong_so_ho",
        "ho_ngheo_dau_ky",
        "khau_ngheo_dau_ky",
        "ty_le_ho_ngheo_dau_ky",
        "ho_can_ngheo_dau_ky",
        "ty_le_ho_can_ngheo_dau_ky",
    ]
    assert found.errors == ()


def test_a_slip_in_a_plain_table_is_found_with_its_cell(tmp_path: Path) -> None:
    found = report(tmp_path, PLAIN.format(poor="5"))
    assert {(item.code, item.ref.address) for item in found.errors} == {("A02", "D6"), ("A04", "F4")}
    proposal = found.errors[0].proposal
    assert proposal is not None
    assert (proposal.ref.address, proposal.value) == ("D4", "4")


@pytest.mark.parametrize("note", ["Ghi chú: số liệu thôn Mai Hà tạm tính", "Lưu ý: thôn sáp nhập"])
def test_a_note_among_the_villages_takes_no_village_away(note: str, tmp_path: Path) -> None:
    found = report(tmp_path, WITH_NOTE.format(note=note, poor="7"))
    assert found.submission.table is not None
    assert [unit.name for unit in found.submission.table.units] == ["Mai Hà", "Hà Tràng", "Hồ Sơn", "Toàn xã"]
    assert found.errors == ()
    assert errors(tmp_path, WITH_NOTE.format(note=note, poor="70")) >= {("A02", "D6")}


def test_numbers_under_the_headings_may_have_gaps_after_letters(tmp_path: Path) -> None:
    found = report(tmp_path, NUMBERED)
    assert found.submission.table is not None
    assert [unit.name for unit in found.submission.table.units] == ["Mai Hà", "Hà Tràng", "Toàn xã"]
    assert found.errors == ()
