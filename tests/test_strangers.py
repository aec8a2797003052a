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


# ---- headings as they stand where nobody merged them ------------------------------------------------------------

FLAT = """
Sheet1
| TT | Ấp      | {all}  | Số hộ nghèo | Tỷ lệ | Số hộ cận nghèo | Tỷ lệ (%) | Tổng HN + HCN |
| 1  | Mai Hà  | 202    | 3           | 1.49  | 4               | 1.98      | 7             |
| 2  | Hà Tràng | 128   | {poor}      | 3.13  | 6               | 4.69      | 10            |
| 3  | Hồ Sơn  | 145    | 7           | 4.83  | 5               | 3.45      | 12            |
|    | Tổng    | 475    | 14          | 2.95  | 15              | 3.16      | 29            |
"""


def codes(found: Report) -> list[list[str | None]]:
    return [[line.code for line in table.lines] for table in found.submission.tables]


@pytest.mark.parametrize("households", ["Số hộ", "Tổng số hộ dân"])
def test_a_heading_that_only_says_ty_le_is_the_rate_of_the_count_beside_it(households: str, tmp_path: Path) -> None:
    found = report(tmp_path, FLAT.format(all=households, poor="4"))
    rates = ["ty_le_ho_ngheo_dau_ky", "ty_le_ho_can_ngheo_dau_ky"]
    counts = ["ho_ngheo_dau_ky", "ho_can_ngheo_dau_ky"]
    assert codes(found) == [
        ["tong_so_ho", counts[0], rates[0], counts[1], rates[1], "ho_da_chieu_dau_ky"],
    ]
    assert found.errors == ()
    slip = report(tmp_path, FLAT.format(all=households, poor="14"))
    assert {(p.ref.address, p.value) for f in slip.errors if (p := f.proposal)} == {("D3", "4")}


def test_the_rate_of_the_poor_is_that_of_the_time_of_their_count(tmp_path: Path) -> None:
    found = report(
        tmp_path,
        """
Biểu 1
| TÌNH HÌNH CUỐI NĂM 2024 |
| TT | Thôn   | Tổng số hộ | Hộ nghèo cuối năm 2024 | Khẩu nghèo | Tỷ lệ hộ nghèo (%) |
| 1  | Mai Hà | 202        | 3                      | 9          | 1.49               |
| 2  | Hồ Sơn | 145        | 7                      | 21         | 4.83               |
|    | Tổng   | 347        | 10                     | 30         | 2.88               |
""",
    )
    assert codes(found) == [["tong_so_ho", "ho_ngheo_cuoi_ky", None, "ty_le_ho_ngheo_cuoi_ky"]]
    assert found.errors == ()


def test_the_time_may_stand_over_the_poor_in_a_phrase_of_its_own(tmp_path: Path) -> None:
    found = report(
        tmp_path,
        """
KH 2024
| KẾ HOẠCH GIẢM NGHÈO NĂM 2024 |
| TT | Thôn | Tổng số hộ | Thực trạng cuối năm 2023 | < | < | < | Kế hoạch năm 2024 | < | < |
| ^  | ^    | ^          | Hộ nghèo | < | Hộ cận nghèo | < | Số hộ giảm trong năm | < | Còn lại cuối năm 2024 |
| ^  | ^    | ^          | Tổng số | Tỷ lệ (%) | Tổng số | Tỷ lệ (%) | Hộ nghèo | Hộ cận nghèo | Hộ nghèo |
| 1  | Mai Hà | 202 | 3 | 1.49 | 4 | 1.98 | 1 | 1 | 2 |
| 2  | Hồ Sơn | 145 | 7 | 4.83 | 5 | 3.45 | 2 | 1 | 5 |
|    | Tổng   | 347 | 10 | 2.88 | 9 | 2.59 | 3 | 2 | 7 |
""",
    )
    assert codes(found) == [
        [
            "tong_so_ho",
            "ho_ngheo_dau_ky",
            "ty_le_ho_ngheo_dau_ky",
            "ho_can_ngheo_dau_ky",
            "ty_le_ho_can_ngheo_dau_ky",
            "giam_ho_ngheo",
            "giam_ho_can_ngheo",
            "ho_ngheo_cuoi_ky",
        ]
    ]
    assert found.errors == ()


def test_a_sheet_whose_headings_are_only_ho_and_khau_is_read(tmp_path: Path) -> None:
    found = report(
        tmp_path,
        """
Sheet1
| TT | Thôn | Dân số | < | Hộ nghèo | < | Hộ cận nghèo | < |
| ^  | ^    | Hộ | Khẩu | Hộ | Khẩu | Hộ | Khẩu |
| 1  | Mai Hà | 202 | 800 | 3 | 9 | 4 | 15 |
| 2  | Hồ Sơn | 145 | 560 | 7 | 21 | 5 | 16 |
|    | Tổng   | 347 | 1360 | 10 | 30 | 9 | 31 |
""",
    )
    assert codes(found) == [
        [
            "tong_so_ho",
            "tong_nhan_khau",
            "ho_ngheo_dau_ky",
            "khau_ngheo_dau_ky",
            "ho_can_ngheo_dau_ky",
            "khau_can_ngheo_dau_ky",
        ]
    ]
    assert found.errors == ()


def test_counts_and_rates_over_two_lines_a_village_are_read(tmp_path: Path) -> None:
    found = report(
        tmp_path,
        """
Sheet1
| TT | Thôn | Đơn vị tính | Tổng số | Hộ nghèo | < |
| ^  | ^    | ^           | ^       | Số lượng | Tỷ lệ (%) |
| 1  | Mai Hà | Hộ        | 202     | 3        | 1.49 |
| ^  | ^      | Nhân khẩu | 800     | 9        | 1.13 |
| 2  | Hồ Sơn | Hộ        | 145     | 7        | 4.83 |
| ^  | ^      | Nhân khẩu | 560     | 21       | 3.75 |
|    | Tổng   | Hộ        | 347     | 10       | 2.88 |
|    |        | Nhân khẩu | 1360    | 30       | 2.21 |
""",
    )
    known = {code for code in codes(found)[0] if code}
    assert known == {
        "tong_so_ho",
        "tong_nhan_khau",
        "ho_ngheo_dau_ky",
        "khau_ngheo_dau_ky",
        "ty_le_ho_ngheo_dau_ky",
    }
    assert found.errors == ()


@pytest.mark.parametrize(
    ("of_parts", "rates"),
    [("Hộ nghèo DTTS", ("41.67", "50.00", "44.44")), ("Giảm hộ nghèo", ("41.67", "50.00", "44.44"))],
)
def test_a_bare_ty_le_beside_a_part_of_the_poor_may_be_a_share_and_is_not_judged(
    of_parts: str, rates: tuple[str, str, str], tmp_path: Path
) -> None:
    found = report(
        tmp_path,
        f"""
Sheet1
| TT | Thôn | Tổng số hộ | Hộ nghèo | Tỷ lệ | {of_parts} | Tỷ lệ |
| 1  | Đông | 200 | 12 | 6.00 | 5 | {rates[0]} |
| 2  | Tây  | 128 | 6  | 4.69 | 3 | {rates[1]} |
|    | Tổng | 328 | 18 | 5.49 | 8 | {rates[2]} |
""",
    )
    assert codes(found)[0][2] == "ty_le_ho_ngheo_dau_ky" and codes(found)[0][-1] is None
    assert found.errors == ()


@pytest.mark.parametrize(
    "heading",
    [
        """
| TT | Thôn | Cuối năm 2023 | < | < | Cuối năm 2024 | < | < |
| ^  | ^    | Tổng số hộ | Hộ nghèo | Tỷ lệ (%) | Tổng số hộ | Hộ nghèo | Tỷ lệ (%) |""",
        """
| TT | Thôn | Tổng số hộ | Hộ nghèo cuối năm 2023 | % | Tổng số hộ cuối năm 2024 | Hộ nghèo cuối năm 2024 | Tỷ lệ |""",
    ],
)
def test_a_rate_after_the_households_of_another_year_is_not_held_against_the_first(
    heading: str, tmp_path: Path
) -> None:
    table = """
Sheet1{heading}
| 1  | Đông | 200 | 12 | {rate} | 210 | 8 | 3.81 |
| 2  | Tây  | 128 | 6  | 4.69 | 130 | 4 | 3.08 |
|    | Tổng | 328 | 18 | 5.49 | 340 | 12 | 3.53 |
"""
    found = report(tmp_path, table.format(heading=heading, rate="6.00"))
    assert [code for code in codes(found)[0] if code] == [
        "tong_so_ho",
        "ho_ngheo_dau_ky",
        "ty_le_ho_ngheo_dau_ky",
        "ho_ngheo_cuoi_ky",
    ]
    assert found.errors == ()
    assert {code for code, _ in errors(tmp_path, table.format(heading=heading, rate="9.00"))} >= {"A04"}


# ---- what is no part of a table -----------------------------------------------------------------------------


def test_a_table_of_targets_under_the_villages_is_no_part_of_their_table(tmp_path: Path) -> None:
    found = report(
        tmp_path,
        """
Phụ lục
| TT | Thôn | Hộ nghèo cuối năm 2023 | Giảm hộ nghèo năm 2024 | Hộ nghèo cuối năm 2024 |
| 1  | Mai Hà | 3 | 1 | 2 |
| 2  | Hồ Sơn | 7 | 2 | 5 |
|    | Tổng   | 10 | 3 | 7 |
| |
| Bảng 2. Chỉ tiêu phấn đấu |
| TT | Nội dung | Đơn vị | Chỉ tiêu 2024 |
| 1  | Tỷ lệ hộ nghèo giảm | % | 0,5-1,0% |
| 2  | Số hộ thoát nghèo | hộ | 15-20 hộ |
| 3  | Người dân tham gia bảo hiểm | người | 95 |
""",
    )
    table = found.submission.tables[0]
    assert [(unit.name, unit.kind) for unit in table.units] == [
        ("Mai Hà", "village"),
        ("Hồ Sơn", "village"),
        ("Tổng", "commune"),
    ]
    assert found.errors == ()


def test_a_list_of_households_by_name_is_no_table_of_villages(tmp_path: Path) -> None:
    people = """
Danh sách
| TT | Họ và tên chủ hộ | Thôn | Số khẩu | Hộ nghèo | Hộ cận nghèo |
| 1  | Nguyễn Văn A     | Đông | 4       | x        |              |
| 2  | Trần Thị B       | Tây  | 2       |          | x            |
"""
    found = report(tmp_path, f"{PLAIN.format(poor='4')}\n{people}")
    assert [table.sheet for table in found.submission.tables] == ["Thống kê"]
    assert found.errors == ()


@pytest.mark.parametrize("more", ["Tái nghèo, phát sinh mới", "Tăng trong năm", "Hộ mới tách"])
def test_a_flow_is_not_judged_while_a_column_of_moves_is_not_understood(more: str, tmp_path: Path) -> None:
    table = """
Sheet1
| TT | Thôn | Hộ nghèo cuối năm 2023 | Giảm hộ nghèo năm 2024 | {more} | Hộ nghèo cuối năm 2024 |
| 1  | Đông | 12 | 5 | 2 | 9 |
| 2  | Tây  | 6  | 3 | 1 | 4 |
|    | Tổng | 18 | 8 | 3 | 13 |
"""
    found = report(tmp_path, table.format(more=more))
    assert found.errors == ()
    assert {("A08", "F2"), ("A08", "F3")} <= errors(tmp_path, table.format(more="Diện tích"))


FRACTIONS = """
Sheet1
| TT | Thôn | Tổng số hộ | Hộ nghèo cuối năm 2023 | < |
| ^  | ^    | ^          | Số hộ | Tỷ lệ |
| 1  | Đông | 381 | 10 | =D3/C3 -> {rate} |
| 2  | Tây  | 128 | 4  | =D4/C4 -> 0.03125 |
|    | Tổng | 509 | 14 | =SUM(D3:D4)/SUM(C3:C4) -> 0.0275049115913556 |
"""


def test_a_formula_that_gives_a_fraction_of_one_is_right_where_the_column_holds_fractions(tmp_path: Path) -> None:
    assert errors(tmp_path, FRACTIONS.format(rate="0.026246719160105")) == set()


def test_a_stale_quotient_is_told_in_per_cent_and_with_few_decimals(tmp_path: Path) -> None:
    stale = next(f for f in report(tmp_path, FRACTIONS.format(rate="0.00787401574803149")).errors if f.code == "F04")
    assert (stale.ref.address, stale.actual, stale.expected) == ("E3", "0.787402", "2.624672")
