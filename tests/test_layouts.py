"""Layouts met in practice, one small table each: how headings, units and groups are understood."""

from __future__ import annotations

from pathlib import Path

import build
import openpyxl
import pytest

from xlplan import checks
from xlplan.messages import message
from xlplan.model import Submission, Table
from xlplan.sheets.reader import read

INFO = """
Thông tin
| Kỳ kế hoạch | 2024 |
| Tên đơn vị | Bình An |
| Loại đơn vị | xã |
"""


def submission(tmp_path: Path, text: str) -> Submission:
    return read(build.workbook(tmp_path / "xa.xlsx", f"{INFO}\nBảng\n{text}"))


def only_table(found: Submission) -> Table:
    assert len(found.tables) == 1
    return found.tables[0]


def kinds(table: Table) -> list[tuple[str, str, str]]:
    """Name, kind and name of the group of each unit."""
    return [(u.name, u.kind, "" if u.parent is None else table.units[u.parent].name) for u in table.units]


def figures(table: Table, name: str) -> dict[str, str]:
    """Code to figure of the first unit of a name."""
    at = [unit.name for unit in table.units].index(name)
    cells = ((line.code, table.cell(at, j)) for j, line in enumerate(table.lines) if line.code)
    return {code: cell.written for code, cell in cells if cell is not None}


def errors(found: Submission) -> list[str]:
    return [message(f) for f in (*found.notes, *checks.run(found)[0]) if f.severity == "error"]


def noted(found: Submission, code: str) -> list[str]:
    return [note.ref.address for note in found.notes if note.code == code]


def test_marks_and_printed_formulas_belong_to_their_columns(tmp_path: Path) -> None:
    found = submission(
        tmp_path,
        """
| TT | Thôn | Tổng số hộ | Hộ nghèo cuối năm 2023 | < | Hộ cận nghèo cuối năm 2023 | < |
| ^ | ^ | ^ | Số hộ | Tỷ lệ (%) | Số hộ | Tỷ lệ (%) |
| A | B | 1 | 2 | 3=2/1*100 | 4 | 5=4/1*100 |
| 1 | Đông | 100 | 5 | 5.00 | 4 | 4.00 |
| 2 | Tây | 120 | 3 | 2.50 | 6 | 5.00 |
| | Tổng cộng | 220 | 8 | 3.64 | 10 | 4.55 |
""",
    )
    table = only_table(found)
    assert [(line.mark, line.formula) for line in table.lines] == [
        ("1", ""),
        ("2", ""),
        ("3", "2/1*100"),
        ("4", ""),
        ("5", "4/1*100"),
    ]
    assert [unit.name for unit in table.units] == ["Đông", "Tây", "Tổng cộng"]
    assert errors(found) == []


@pytest.mark.parametrize(
    ("row", "marks"),
    [
        ("| A | B | C | I | 2 | 3 |", [("1", ""), ("2", ""), ("3", "")]),
        ("| (1) | (2) | (3) | (4) | (5) | (6)=(4)-(5) |", [("4", ""), ("5", ""), ("6", "(4)-(5)")]),
        ("| A | B | C | (1) | (2) | (3)=(2)/(1) |", [("1", ""), ("2", ""), ("3", "(2)/(1)")]),
        ("| | | | 1 | 2 | 3=1-2 |", [("1", ""), ("2", ""), ("3", "1-2")]),
        ("| A | B | C | 1 | 2 | ' = 1 - 2 |", [("1", ""), ("2", ""), ("", "1 - 2")]),
    ],
)
def test_a_row_of_marks_is_never_a_village(tmp_path: Path, row: str, marks: list[tuple[str, str]]) -> None:
    found = submission(
        tmp_path,
        f"""
| TT | Thôn | Xếp loại | Hộ nghèo cuối năm 2023 | Giảm hộ nghèo trong năm 2024 | Hộ nghèo cuối năm 2024 |
{row}
| 1 | Đông | | 5 | 1 | 4 |
| 2 | Tây | | 7 | 2 | 5 |
""",
    )
    table = only_table(found)
    assert [(line.mark, line.formula) for line in table.lines if line.code] == marks
    assert [unit.name for unit in table.units] == ["Đông", "Tây"]


def test_a_heading_may_carry_its_own_formula(tmp_path: Path) -> None:
    found = submission(
        tmp_path,
        """
| TT | Thôn | Tổng số hộ | Hộ nghèo cuối năm 2023 | Tỷ lệ hộ nghèo cuối năm 2023 (3=2/1*100) |
| 1 | Đông | 100 | 5 | 5.00 |
""",
    )
    line = only_table(found).lines[2]
    assert (line.code, line.mark, line.formula) == ("ty_le_ho_ngheo_dau_ky", "3", "2/1*100")


def test_units_of_measure_under_the_headings_change_nothing(tmp_path: Path) -> None:
    found = submission(
        tmp_path,
        """
| TT | Thôn | Tổng số hộ | Tổng số nhân khẩu | Hộ nghèo cuối năm 2023 |
| | | (hộ) | (người) | (hộ) |
| 1 | Đông | 100 | 400 | 5 |
""",
    )
    assert [line.code for line in only_table(found).lines] == ["tong_so_ho", "tong_nhan_khau", "ho_ngheo_dau_ky"]


def test_households_and_persons_in_the_row_of_the_name_and_the_next(tmp_path: Path) -> None:
    found = submission(
        tmp_path,
        """
| TT | Đơn vị | Phân loại | Tổng số | Hộ nghèo cuối năm 2023 |
| 1 | Đông | Hộ | 100 | 5 |
| | | Nhân khẩu | 400 | 15 |
| 2 | Tây | Hộ | 120 | 0 |
| | | Nhân khẩu | 430 | 0 |
| | Tổng cộng | Hộ | 220 | 5 |
| | | Nhân khẩu | 830 | 15 |
""",
    )
    table = only_table(found)
    assert [(line.code, line.path[-1], line.offset) for line in table.lines] == [
        ("tong_so_ho", "Hộ", 0),
        ("tong_nhan_khau", "Nhân khẩu", 1),
        ("ho_ngheo_dau_ky", "Hộ", 0),
        ("khau_ngheo_dau_ky", "Nhân khẩu", 1),
    ]
    assert [(unit.name, unit.at) for unit in table.units] == [("Đông", 2), ("Tây", 4), ("Tổng cộng", 6)]
    assert figures(table, "Tây")["tong_nhan_khau"] == "430"
    assert errors(found) == []


def test_households_and_persons_as_bullets_under_the_name(tmp_path: Path) -> None:
    found = submission(
        tmp_path,
        """
| TT | Đơn vị | Tổng số | Hộ nghèo cuối năm 2023 |
| 1 | Đông | | |
| | - Số hộ | 100 | 5 |
| | - Nhân khẩu | 400 | 15 |
| 2 | Tây | | |
| | - Số hộ | 120 | 0 |
| | - Nhân khẩu | 430 | 0 |
""",
    )
    table = only_table(found)
    assert [unit.name for unit in table.units] == ["Đông", "Tây"]
    assert figures(table, "Đông") == {
        "tong_so_ho": "100",
        "tong_nhan_khau": "400",
        "ho_ngheo_dau_ky": "5",
        "khau_ngheo_dau_ky": "15",
    }


def test_rows_of_an_indicator_by_their_unit_of_measure(tmp_path: Path) -> None:
    found = submission(
        tmp_path,
        """
| TT | Nội dung | ĐVT | Đông | Tây | Toàn xã |
| 1 | Tổng số | Hộ | 100 | 120 | 220 |
| | | Nhân khẩu | 400 | 430 | 830 |
| 2 | Hộ nghèo cuối năm 2023 | Hộ | 5 | 3 | 8 |
| | | Khẩu | 15 | 9 | 24 |
| | | % | 5.00 | 2.50 | 3.64 |
""",
    )
    assert [line.code for line in only_table(found).lines] == [
        "tong_so_ho",
        "tong_nhan_khau",
        "ho_ngheo_dau_ky",
        "khau_ngheo_dau_ky",
        "ty_le_ho_ngheo_dau_ky",
    ]
    assert errors(found) == []


GROUPS = {
    "numbers in three levels": (
        """
| TT | Đơn vị | Tổng số hộ | Hộ nghèo cuối năm 2023 |
| | Tổng cộng | 430 | 12 |
| 1 | Cụm Bắc | 220 | 7 |
| 1.1 | Tổ A | 100 | 3 |
| 1.1.1 | Đông | 60 | 2 |
| 1.1.2 | Tây | 40 | 1 |
| 1.2 | Nam | 120 | 4 |
| 2 | Cụm Nam | 210 | 5 |
| 2.1 | Trung | 210 | 5 |
""",
        ["Đông", "Tây", "Nam", "Trung"],
        ["Cụm Bắc", "Tổ A", "Cụm Nam"],
        [],
    ),
    "subtotals called like the total": (
        """
| TT | Đơn vị | Tổng số hộ | Hộ nghèo cuối năm 2023 |
| 1 | Đông | 100 | 3 |
| 2 | Tây | 120 | 4 |
| | Cộng | 220 | 7 |
| 3 | Nam | 90 | 2 |
| 4 | Bắc | 120 | 3 |
| | Cộng | 210 | 5 |
| | Tổng cộng | 430 | 12 |
""",
        ["Đông", "Tây", "Nam", "Bắc"],
        ["Cộng", "Cộng"],
        ["B4"],
    ),
    "Roman numbers under their villages": (
        """
| TT | Đơn vị | Tổng số hộ | Hộ nghèo cuối năm 2023 |
| 1 | Đông | 100 | 3 |
| 2 | Tây | 120 | 4 |
| I | Xã Đông cũ | 220 | 7 |
| 1 | Nam | 90 | 2 |
| 2 | Bắc | 120 | 3 |
| II | Xã Tây cũ | 210 | 5 |
| | Tổng cộng | 430 | 12 |
""",
        ["Đông", "Tây", "Nam", "Bắc"],
        ["Xã Đông cũ", "Xã Tây cũ"],
        ["B4"],
    ),
    "groups without a number": (
        """
| TT | Đơn vị | Tổng số hộ | Hộ nghèo cuối năm 2023 |
| | Miền trên | 220 | 7 |
| 1 | Đông | 100 | 3 |
| 2 | Tây | 120 | 4 |
| | Miền dưới | 210 | 5 |
| 3 | Nam | 90 | 2 |
| 4 | Bắc | 120 | 3 |
| | Tổng cộng | 430 | 12 |
""",
        ["Đông", "Tây", "Nam", "Bắc"],
        ["Miền trên", "Miền dưới"],
        ["B2"],
    ),
    "groups without any sign": (
        """
| Đơn vị | Tổng số hộ | Hộ nghèo cuối năm 2023 |
| Miền trên | 220 | 7 |
| Đông | 100 | 3 |
| Tây | 120 | 4 |
| Miền dưới | 210 | 5 |
| Nam | 90 | 2 |
| Bắc | 120 | 3 |
| Tổng cộng | 430 | 12 |
""",
        ["Đông", "Tây", "Nam", "Bắc"],
        ["Miền trên", "Miền dưới"],
        ["A2"],
    ),
    "a heading merged over the row, the subtotal below": (
        """
| TT | Đơn vị | Tổng số hộ | Hộ nghèo cuối năm 2023 |
| I | Khu vực thành thị | < | < |
| 1 | Đông | 100 | 3 |
| 2 | Tây | 120 | 4 |
| | Cộng khu vực I | 220 | 7 |
| II | Khu vực nông thôn | < | < |
| 1 | Nam | 90 | 2 |
| 2 | Bắc | 120 | 3 |
| | Cộng khu vực II | 210 | 5 |
| | Tổng cộng | 430 | 12 |
""",
        ["Đông", "Tây", "Nam", "Bắc"],
        ["Khu vực thành thị", "Cộng khu vực I", "Khu vực nông thôn", "Cộng khu vực II"],
        [],
    ),
    "headings without figures, one group filled in": (
        """
| TT | Đơn vị | Tổng số hộ | Hộ nghèo cuối năm 2023 |
| I | Khu vực thành thị | 220 | 7 |
| 1 | Đông | 100 | 3 |
| 2 | Tây | 120 | 4 |
| II | Khu vực nông thôn | | |
| 1 | Nam | 90 | 2 |
| 2 | Bắc | 120 | 3 |
| | Tổng cộng | 430 | 12 |
""",
        ["Đông", "Tây", "Nam", "Bắc"],
        ["Khu vực thành thị", "Khu vực nông thôn"],
        [],
    ),
    "letters over Roman numbers": (
        """
| TT | Đơn vị | Tổng số hộ | Hộ nghèo cuối năm 2023 |
| A | Thành thị | 220 | 7 |
| I | Phường Một cũ | 220 | 7 |
| 1 | Đông | 100 | 3 |
| 2 | Tây | 120 | 4 |
| B | Nông thôn | 210 | 5 |
| I | Xã Hai cũ | 90 | 2 |
| 1 | Nam | 90 | 2 |
| II | Xã Ba cũ | 120 | 3 |
| 1 | Bắc | 120 | 3 |
| | Tổng cộng | 430 | 12 |
""",
        ["Đông", "Tây", "Nam", "Bắc"],
        ["Thành thị", "Phường Một cũ", "Nông thôn", "Xã Hai cũ", "Xã Ba cũ"],
        [],
    ),
}


@pytest.mark.parametrize("name", GROUPS)
def test_groups_are_never_counted_with_their_villages(tmp_path: Path, name: str) -> None:
    text, villages, groups, said = GROUPS[name]
    found = submission(tmp_path, text)
    table = only_table(found)
    assert [n for n, kind, _ in kinds(table) if kind == "village"] == villages
    assert [n for n, kind, _ in kinds(table) if kind == "group"] == groups
    assert [n for n, kind, _ in kinds(table) if kind == "commune"] == ["Tổng cộng"]
    assert noted(found, "I25") == said
    assert errors(found) == []


def test_one_slip_does_not_change_how_groups_are_read(tmp_path: Path) -> None:
    text = GROUPS["Roman numbers under their villages"][0].replace("| 2 | Tây | 120 |", "| 2 | Tây | 102 |")
    found = submission(tmp_path, text)
    assert [n for n, kind, _ in kinds(only_table(found)) if kind == "group"] == ["Xã Đông cũ", "Xã Tây cũ"]
    assert {f.ref.address for f in checks.run(found)[0] if f.code in ("A02", "A03")} == {"C4", "C8"}


def test_the_commune_itself_over_its_villages_is_the_total(tmp_path: Path) -> None:
    found = submission(
        tmp_path,
        """
| TT | Đơn vị | Tổng số hộ | Hộ nghèo cuối năm 2023 |
| | Xã Bình An | 310 | 9 |
| 1 | Đông | 100 | 3 |
| 2 | Tây | 120 | 4 |
| 3 | Nam | 90 | 2 |
""",
    )
    assert kinds(only_table(found))[0] == ("Xã Bình An", "commune", "")
    assert noted(found, "I25") == ["B2"]
    assert errors(found) == []


def test_a_line_without_a_name_that_sums_all_others_is_the_total(tmp_path: Path) -> None:
    found = submission(
        tmp_path,
        """
| TT | Đơn vị | Tổng số hộ | Hộ nghèo cuối năm 2023 |
| 1 | Đông | 100 | 3 |
| 2 | Tây | 120 | 4 |
| | | 220 | 7 |
""",
    )
    assert [kind for _, kind, _ in kinds(only_table(found))] == ["village", "village", "commune"]
    assert noted(found, "I25") == ["B4"]
    assert noted(found, "I06") == []


def test_typed_total_sum_and_difference_stay_apart(tmp_path: Path) -> None:
    found = submission(
        tmp_path,
        """
| TT | Thôn | Tổng số hộ | Hộ nghèo cuối năm 2023 |
| 1 | Đông | 100 | 3 |
| 2 | Tây | 120 | 4 |
| | Toàn xã | 220 | 7 |
| | Cộng các thôn | 220 | 7 |
| | Chênh lệch | 0 | 0 |
""",
    )
    assert [kind for _, kind, _ in kinds(only_table(found))] == ["village", "village", "commune", "sum", "difference"]
    assert errors(found) == []


def test_villages_as_columns_with_subtotals_of_their_own(tmp_path: Path) -> None:
    found = submission(
        tmp_path,
        """
| TT | Nội dung | ĐVT | Khu vực I | < | < | Khu vực II | < | < | Toàn xã |
| ^ | ^ | ^ | Đông | Tây | Cộng | Nam | Bắc | Cộng | ^ |
| 1 | Tổng số hộ | Hộ | 100 | 120 | 220 | 90 | 120 | 210 | 430 |
| 2 | Hộ nghèo cuối năm 2023 | Hộ | 3 | 4 | 7 | 2 | 3 | 5 | 12 |
""",
    )
    assert kinds(only_table(found)) == [
        ("Đông", "village", "Cộng"),
        ("Tây", "village", "Cộng"),
        ("Cộng", "group", ""),
        ("Nam", "village", "Cộng"),
        ("Bắc", "village", "Cộng"),
        ("Cộng", "group", ""),
        ("Toàn xã", "commune", ""),
    ]
    assert errors(found) == []


def test_tables_under_each_other_in_both_orientations(tmp_path: Path) -> None:
    found = submission(
        tmp_path,
        """
| BIỂU 1. HỘ NGHÈO | | | | |
| TT | Thôn | Tổng số hộ | Hộ nghèo cuối năm 2023 | |
| 1 | Đông | 100 | 3 | |
| 2 | Tây | 120 | 4 | |
| | Tổng cộng | 220 | 7 | |
| Người lập biểu | | | | |
| | | | | |
| BIỂU 2. CHỈ TIÊU | | | | |
| TT | Nội dung | Đông | Tây | Toàn xã |
| A | B | 1 | 2 | 3 |
| 1 | Tổng số hộ | 100 | 120 | 220 |
| 2 | Chỉ tiêu giảm nghèo năm 2024 | 1 | 2 | 3 |
| | | | | |
| BIỂU 3. HỘ CẬN NGHÈO | | | | |
| TT | Thôn | Tổng số hộ | Hộ cận nghèo cuối năm 2023 | |
| 1 | Đông | 100 | 5 | |
| 2 | Tây | 120 | 6 | |
""",
    )
    assert [(t.orientation, t.title.value if t.title else "", len(t.units)) for t in found.tables] == [
        ("rows", "BIỂU 1. HỘ NGHÈO", 3),
        ("columns", "BIỂU 2. CHỈ TIÊU", 3),
        ("rows", "BIỂU 3. HỘ CẬN NGHÈO", 2),
    ]
    assert errors(found) == []


def test_tables_beside_each_other(tmp_path: Path) -> None:
    found = submission(
        tmp_path,
        """
| TT | Thôn | Tổng số hộ | Hộ nghèo cuối năm 2023 | | TT | Thôn | Tổng số hộ | Hộ cận nghèo cuối năm 2023 |
| 1 | Đông | 100 | 3 | | 1 | Đông | 100 | 6 |
| 2 | Tây | 120 | 4 | | 2 | Tây | 120 | 7 |
| | Tổng cộng | 220 | 7 | | | Tổng cộng | 220 | 13 |
""",
    )
    assert [[line.code for line in table.lines] for table in found.tables] == [
        ["tong_so_ho", "ho_ngheo_dau_ky"],
        ["tong_so_ho", "ho_can_ngheo_dau_ky"],
    ]
    assert [[unit.name for unit in table.units] for table in found.tables] == [["Đông", "Tây", "Tổng cộng"]] * 2
    assert errors(found) == []


def test_the_same_villages_again_under_the_same_heading_are_another_table(tmp_path: Path) -> None:
    table = """
| TT | Thôn | Tổng số hộ | Hộ nghèo cuối năm 2023 |
| 1 | Đông | 100 | 3 |
| 2 | Tây | 120 | 4 |
| | Tổng cộng | 220 | 7 |
"""
    found = submission(tmp_path, table.strip() + "\n| | | | |" + table)
    assert [len(t.units) for t in found.tables] == [3, 3]
    assert errors(found) == []


def test_two_columns_of_one_meaning_are_said(tmp_path: Path) -> None:
    found = submission(
        tmp_path,
        """
| TT | Thôn | Tổng số hộ | Hộ nghèo cuối năm 2023 | Hộ nghèo đầu năm 2024 |
| 1 | Đông | 100 | 3 | 5 |
""",
    )
    assert [line.code for line in only_table(found).lines] == ["tong_so_ho", "ho_ngheo_dau_ky", None]
    assert (noted(found, "I26"), noted(found, "I05")) == (["E1"], [])


def test_remarks_beside_the_figures_and_notes_below_are_no_units(tmp_path: Path) -> None:
    found = submission(
        tmp_path,
        """
| TT | Thôn | Tổng số hộ | Hộ nghèo cuối năm 2023 | Ghi chú |
| 1 | Đông | 100 | 3 | 2 hộ mới |
| | | | | |
| 2 | Tây | 120 | | Hộ nghèo |
| 3 | Nam | 10 | 1 | |
| … | … | … | … | |
| | Cộng | 230 | 4 | |
| | Ghi chú: số liệu đến 31/12/2023 | | | |
| | (1) Hộ nghèo theo chuẩn 2022-2025 | | | 5 |
| | Nơi nhận: | | CHỦ TỊCH | |
| | - Lưu: VT | | | |
""",
    )
    assert [unit.name for unit in only_table(found).units] == ["Đông", "Tây", "Nam", "Cộng"]
    assert errors(found) == []


def test_communes_and_villages_in_two_columns(tmp_path: Path) -> None:
    found = submission(
        tmp_path,
        """
| TT | Xã, phường | Tên thôn | Tổng số hộ | Hộ nghèo cuối năm 2023 |
| 1 | Xã Đông cũ | Một | 100 | 3 |
| 2 | ^ | Hai | 120 | 4 |
| 3 | Xã Tây cũ | Ba | 90 | 2 |
| | Tổng cộng | < | 310 | 9 |
""",
    )
    assert [unit.name for unit in only_table(found).units] == ["Một", "Hai", "Ba", "Tổng cộng"]
    assert errors(found) == []


def test_a_table_cut_in_two_for_the_page_is_one(tmp_path: Path) -> None:
    found = submission(
        tmp_path,
        """
| TT | Nội dung | Đông | Tây | |
| 1 | Tổng số hộ | 100 | 120 | |
| 2 | Hộ nghèo cuối năm 2023 | 3 | 4 | |
| | | | | |
| TT | Nội dung | Nam | Bắc | Toàn xã |
| 1 | Tổng số hộ | 90 | 120 | 430 |
| 2 | Hộ nghèo cuối năm 2023 | 2 | 3 | 12 |
""",
    )
    table = only_table(found)
    assert [unit.name for unit in table.units] == ["Đông", "Tây", "Nam", "Bắc", "Toàn xã"]
    assert figures(table, "Bắc") == {"tong_so_ho": "120", "ho_ngheo_dau_ky": "3"}
    assert noted(found, "I25") == ["E5"]
    assert errors(found) == []


def test_two_tables_with_their_own_totals_stay_two(tmp_path: Path) -> None:
    found = submission(
        tmp_path,
        """
| TT | Thôn | Tổng số hộ | Hộ nghèo cuối năm 2023 |
| 1 | Đông | 100 | 3 |
| 2 | Tây | 120 | 4 |
| | | | |
| TT | Thôn | Tổng số hộ | Hộ nghèo cuối năm 2023 |
| 1 | Nam | 90 | 2 |
| 2 | Bắc | 120 | 3 |
| | Cộng | 210 | 5 |
""",
    )
    assert [len(table.units) for table in found.tables] == [2, 3]
    assert errors(found) == []


@pytest.mark.parametrize(
    "heading",
    [
        """
| TT | Thôn | Tổng số hộ | Đầu kỳ | < | Cuối năm 2024 | < |
| ^ | ^ | ^ | Hộ nghèo | Hộ cận nghèo | Hộ nghèo | Hộ cận nghèo |
""",
        """
| TT | Thôn | Tổng số hộ | Hộ nghèo | | Hộ nghèo | |
| | | | Năm 2023 | Cuối năm 2024 | Đầu kỳ | Cuối kỳ |
""",
        """
| | | Tổng số hộ | Cuối năm 2023 | | Cuối năm 2024 | |
| TT | Thôn | | Hộ nghèo | Hộ cận nghèo | Hộ nghèo | Hộ cận nghèo |
""",
    ],
)
def test_a_time_may_be_a_level_of_its_own(tmp_path: Path, heading: str) -> None:
    found = submission(
        tmp_path, f"{heading.strip()}\n| 1 | Đông | 100 | 5 | 4 | 4 | 3 |\n| 2 | Tây | 120 | 3 | 6 | 3 | 5 |\n"
    )
    table = only_table(found)
    assert [unit.name for unit in table.units] == ["Đông", "Tây"]
    codes = [line.code for line in table.lines]
    assert codes[0] == "tong_so_ho"
    assert {"ho_ngheo_dau_ky", "ho_ngheo_cuoi_ky"} <= set(codes)


def test_hidden_rows_and_columns_count_and_are_said(tmp_path: Path) -> None:
    rows = """
| TT | Thôn | Tổng số hộ | Hộ nghèo cuối năm 2023 |
| 1 | Đông | 100 | 3 |
| 2 | Tây | 120 | 4 |
| | Tổng cộng | 220 | 7 |
"""
    path = build.workbook(tmp_path / "xa.xlsx", f"{INFO}\nBảng\n{rows}")
    book = openpyxl.load_workbook(path)
    book["Bảng"].row_dimensions[2].hidden = True
    book["Bảng"].column_dimensions["D"].hidden = True
    book.save(path)
    found = read(path)
    assert [unit.hidden for unit in only_table(found).units] == [True, False, False]
    assert [(note.ref.address, note.params["count"]) for note in found.notes if note.code == "I24"] == [("B2", "2")]
    assert errors(found) == []


def test_a_village_without_any_figure_is_still_a_village(tmp_path: Path) -> None:
    found = submission(
        tmp_path,
        """
| TT | Thôn | Tổng số hộ | Hộ nghèo cuối năm 2023 |
| 1 | Đông | 100 | 3 |
| 2 | Tây | | |
| 3 | Nam | 120 | 4 |
| | Tổng cộng | 220 | 7 |
""",
    )
    assert [kind for _, kind, _ in kinds(only_table(found))] == ["village", "village", "village", "commune"]


def test_villages_that_are_called_by_numbers(tmp_path: Path) -> None:
    found = submission(
        tmp_path,
        """
| Tổ dân phố | Tổng số hộ | Hộ nghèo cuối năm 2023 |
| 1 | 100 | 3 |
| 2 | 120 | 4 |
| 3 | 95 | 6 |
| Cộng | 315 | 13 |
""",
    )
    assert [unit.name for unit in only_table(found).units] == ["1", "2", "3", "Cộng"]
    assert errors(found) == []
