"""Rules B at their edges: blanks, zeros, dashes, groups, longer periods, figures that stand twice."""

from __future__ import annotations

from pathlib import Path

import build
import pytest

from xlplan.messages import message
from xlplan.model import Finding, Report
from xlplan.pipeline import process

ROOT = Path(__file__).parent.parent
HEAD = """Thông tin
| Loại đơn vị | xã |
| Tên đơn vị | Bình An |
| Loại đơn vị dưới cấp xã | ấp |
"""


@pytest.fixture
def check(tmp_path: Path):
    """Checks a workbook of these rows of `Biểu chỉ tiêu` and `Hiện trạng`, with a period and a standard."""

    def made(table: str = "", situation: str = "", period: str = "2024", standard: str = "") -> Report:
        text = HEAD + (f"| Kỳ kế hoạch | {period} |\n" if period else "")
        text += f"| Chuẩn nghèo áp dụng | {standard} |\n" if standard else ""
        text += f"\nBiểu chỉ tiêu\n{table.strip()}\n" if table else ""
        if situation:
            text += f"\nHiện trạng\n| Mã chỉ tiêu | Chỉ tiêu | Đơn vị tính | Số lượng |\n{situation.strip()}\n"
        report = process(build.workbook(tmp_path / "xa.xlsx", text)).report
        assert report is not None
        return report

    return made


def of(report: Report, code: str) -> list[Finding]:
    return [f for f in report.findings if f.code == code]


def places(report: Report, code: str) -> list[str]:
    return [f.ref.address for f in of(report, code)]


def reasons(report: Report, code: str) -> dict[str, str]:
    return {note.reason: note.params.get("what", "") for note in report.not_checked if note.code == code}


POOR = "| TT | Ấp | Tổng số hộ | Hộ nghèo cuối năm 2023 | Hộ nghèo cuối năm 2024 |\n"


# ---- B01 ---------------------------------------------------------------------------------------------------


def test_blank_households_are_not_checked_and_a_dash_is_none(check) -> None:
    report = check(POOR + "| 1 | Đông | | 5 | 4 |\n| 2 | Tây | - | 0 | 0 |\n| 3 | Nam | 100 | 1 | 1 |")
    assert places(report, "B01") == ["C3"]
    assert reasons(report, "B01") == {"blank": "'Biểu chỉ tiêu'!C2"}
    assert "mỗi ấp có ít nhất một hộ" in message(of(report, "B01")[0])


def test_groups_and_totals_may_be_as_large_as_they_are(check) -> None:
    rows = "| I | Xã cũ | 6000 | 5 | 4 |\n| 1 | Đông | 3000 | 3 | 2 |\n| 2 | Tây | 3000 | 2 | 2 |\n"
    assert of(check(POOR + rows + "| | Cộng | 6000 | 5 | 4 |"), "B01") == []


# ---- B02 ---------------------------------------------------------------------------------------------------


def test_a_unit_is_asked_about_once_though_both_ends_are_high(check) -> None:
    report = check(POOR + "| 1 | Đông | 100 | 70 | 66 |\n| 2 | Tây | 300 | 5 | 4 |")
    assert places(report, "B02") == ["D2"]


def test_a_group_is_asked_about_as_a_commune_is(check) -> None:
    rows = "| I | Xã cũ | 200 | 110 | 106 |\n| 1 | Đông | 100 | 56 | 54 |\n| 2 | Tây | 100 | 54 | 52 |"
    report = check(POOR + rows + "\n| II | Xã khác | 900 | 9 | 9 |\n| 1 | Nam | 900 | 9 | 9 |")
    assert places(report, "B02") == ["D2"]


def test_the_exact_rate_counts_and_not_the_rounded_one(check) -> None:
    report = check(POOR + "| 1 | Đông | 29999 | 18000 | 18000 |\n| 2 | Tây | 30000 | 18000 | 18000 |")
    assert places(report, "B02") == ["D2"]  # 60,002 % is shown as 60,00 %


def test_more_poor_than_households_is_an_error_of_its_own(check) -> None:
    report = check(POOR + "| 1 | Đông | 100 | 170 | 4 |\n| 2 | Tây | 300 | 5 | 4 |")
    assert places(report, "A06") == ["D2"]
    assert of(report, "B02") == of(report, "B03") == []


def test_a_dash_is_no_poor_household(check) -> None:
    report = check(POOR + "| 1 | Đông | 100 | - | - |\n| 2 | Tây | 300 | 5 | 4 |")
    assert of(report, "B02") == of(report, "B03") == []
    assert reasons(report, "B02") == reasons(report, "B03") == {}


# ---- B03 ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("end", "found"), [(24, []), (23, ["E2"])])
def test_a_longer_period_may_change_more(check, end: int, found: list[str]) -> None:
    table = POOR.replace("2023", "2021").replace("2024", "2026")
    report = check(f"{table}| 1 | Đông | 100 | 49 | {end} |\n| 2 | Tây | 900 | 5 | 4 |", period="2022 - 2026")
    assert places(report, "B03") == found
    for finding in of(report, "B03"):
        assert "từ 49,00% xuống 23,00%, thay đổi hơn 25 điểm % trong 5 năm" in message(finding)


@pytest.mark.parametrize(("end", "reason"), [(2, {"no_period": ""}), (7, {})])
def test_without_a_period_only_a_small_change_can_be_checked(check, end: int, reason: dict[str, str]) -> None:
    title = "| BIỂU CHỈ TIÊU NĂM 2024 |\n"
    report = check(f"{title}{POOR}| 1 | Đông | 100 | 9 | {end} |\n| 2 | Tây | 900 | 5 | 4 |", period="")
    assert of(report, "B03") == []
    assert reasons(report, "B03") == reason


def test_an_end_that_nobody_filled_in_is_no_fall(check) -> None:
    report = check(POOR + "| 1 | Đông | 100 | 9 | |\n| 2 | Tây | 900 | 5 | 4 |")
    assert of(report, "B03") == []


def test_each_stem_is_asked_about_by_itself(check) -> None:
    table = (
        "| TT | Ấp | Tổng số hộ | Hộ nghèo cuối năm 2023 | Hộ nghèo cuối năm 2024 | Hộ cận nghèo cuối năm 2023 | "
        "Hộ cận nghèo cuối năm 2024 |\n| 1 | Đông | 100 | 9 | 2 | 20 | 3 |\n| 2 | Tây | 900 | 5 | 4 | 5 | 4 |"
    )
    assert places(check(table), "B03") == ["E2", "G2"]


def test_figures_repeated_in_the_situation_are_asked_about_once(check) -> None:
    rows = "| 1 | Đông | 100 | 9 | 2 |\n| 2 | Tây | 50 | 6 | 3 |\n| | Tổng cộng | 150 | 15 | 5 |"
    situation = "| tong_so_ho | x | hộ | 150 |\n| ho_ngheo_dau_ky | x | hộ | 15 |\n| ho_ngheo_cuoi_ky | x | hộ | 5 |"
    report = check(POOR + rows, situation)
    assert {f.ref.qualified for f in of(report, "B03")} == {f"'Biểu chỉ tiêu'!E{row}" for row in (2, 3, 4)}


# ---- B04 ---------------------------------------------------------------------------------------------------


def test_the_cut_of_the_table_is_held_against_the_situation(check) -> None:
    table = "| TT | Ấp | Tổng số hộ | Hộ nghèo cuối năm 2023 | Giảm hộ nghèo trong năm 2024 |\n"
    rows = "| 1 | Đông | 900 | 9 | 7 |\n| 2 | Tây | 900 | 5 | 5 |\n| | Tổng cộng | 1800 | 14 | 12 |"
    report = check(table + rows, "| ho_ngheo_co_lao_dong | x | hộ | 11 |")
    assert [f.ref.qualified for f in of(report, "B04")] == ["'Biểu chỉ tiêu'!E4"]
    assert "nhiều hơn “Hộ nghèo có khả năng lao động” là 11" in message(of(report, "B04")[0])


def test_too_large_a_cut_is_not_asked_about_twice(check) -> None:
    situation = (
        "| ho_ngheo_dau_ky | x | hộ | 9 |\n| ho_ngheo_khong_lao_dong | x | hộ | 4 |\n"
        "| ho_ngheo_co_lao_dong | x | hộ | 5 |\n| giam_ho_ngheo | x | hộ | 9 |\n| ho_ngheo_cuoi_ky | x | hộ | 0 |"
    )
    assert places(check(situation=situation), "B04") == ["D5"]


def test_all_may_leave_where_nobody_is_unable_to(check) -> None:
    situation = (
        "| ho_ngheo_dau_ky | x | hộ | 9 |\n| ho_ngheo_bao_tro_xa_hoi | x | hộ | 0 |\n| ho_ngheo_cuoi_ky | x | hộ | 0 |"
    )
    report = check(situation=situation)
    assert of(report, "B04") == []
    assert reasons(report, "B04") == {}


def test_a_blank_in_the_situation_is_no_zero(check) -> None:
    situation = "| giam_ho_ngheo | x | hộ | 3 |\n| ho_ngheo_co_lao_dong | x | hộ | |\n| ho_ngheo_dau_ky | x | hộ | 9 |"
    report = check(situation=situation)
    assert of(report, "B04") == []
    assert "B04" in {note.code for note in report.not_checked}


# ---- B05 ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("entries", "found"), [("", ["E4"]), ("-", []), ("0", []), ("2", [])])
def test_the_end_figure_is_explained_once_unless_new_entries_are_stated(check, entries: str, found: list[str]) -> None:
    table = POOR.rstrip("\n") + " Hộ nghèo phát sinh trong năm 2024 |\n"
    rows = f"| 1 | Đông | 900 | 9 | 8 | {entries} |\n| 2 | Tây | 900 | 5 | 4 | |\n| | Tổng cộng | 1800 | 14 | 12 | |"
    report = check(table + rows)
    assert places(report, "B05") == found
    assert {f.severity for f in of(report, "B05")} <= {"info"}


def test_without_end_figures_nothing_is_assumed(check) -> None:
    report = check(situation="| tong_so_ho | x | hộ | 900 |\n| ho_ngheo_dau_ky | x | hộ | 9 |")
    assert of(report, "B05") == []
    assert "nothing" in reasons(report, "B05")


# ---- B06 ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("second", "found"),
    [("900 | 9 | 8", ["C3"]), ("900 | 9 | =8", []), ("900 | 9 | 7", []), ("900 | - | ", [])],
)
def test_rows_are_copies_where_all_that_was_typed_is_the_same(check, second: str, found: list[str]) -> None:
    report = check(POOR + f"| 1 | Đông | 900 | 9 | 8 |\n| 2 | Tây | {second} |\n| 3 | Nam | 90 | 9 | 8 |")
    assert places(report, "B06") == found


def test_zeros_dashes_and_blanks_are_the_same_nothing(check) -> None:
    table = POOR.rstrip("\n") + " Hộ nghèo dân tộc thiểu số |\n"
    report = check(table + "| 1 | Đông | 900 | 9 | 8 | 0 |\n| 2 | Tây | 900 | 9 | 8 | - |\n| 3 | Nam | 900 | 9 | 8 | |")
    assert places(report, "B06") == ["C3"]
    assert message(of(report, "B06")[0]).startswith(
        "Biểu chỉ tiêu, ô C3 (Tây): cả 3 số liệu đã nhập đều trùng với Đông, Nam; các ấp ít khi"
    )


# ---- B07 ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (("Ấp 1", "Ấp 2", "Ấp 3"), []),
        (("Ấp 1", "Khu phố 1", "1"), ["B4"]),
        (("KP.1", "Khu phố 01", "Ấp 2"), ["B3"]),
        (("Hòa Bình", "Hoà Bình", "ấp hòa bình"), ["B3", "B4"]),
        (("Tông Cộng", "Tống", "Toàn Thắng"), []),
    ],
)
def test_names_that_mean_one_village(check, names: tuple[str, ...], found: list[str]) -> None:
    rows = "\n".join(f"| {i} | {name} | {100 + i} | {i} | {i} |" for i, name in enumerate(names, start=1))
    assert places(check(POOR + rows), "B07") == found


def test_a_total_first_or_last_is_where_it_belongs(check) -> None:
    rows = ["| | Đông | 100 | 5 | 4 |", "| | Tây | 200 | 6 | 5 |"]
    total = "| | Toàn xã | 300 | 11 | 9 |"
    assert places(check(POOR + "\n".join([*rows, total])), "B07") == []
    assert places(check(POOR + "\n".join([total, *rows])), "B07") == []
    assert places(check(POOR + "\n".join([rows[0], total, rows[1]])), "B07") == ["B3"]


# ---- B08 ---------------------------------------------------------------------------------------------------

FIGURES = "| tong_so_ho | x | hộ | 900 |\n| ho_ngheo_dau_ky | x | hộ | 9 |"
THE_STANDARD = "Chuẩn nghèo đa chiều giai đoạn 2022 - 2025 (Nghị định số 07/2021/NĐ-CP)"


@pytest.mark.parametrize(
    ("period", "standard", "severities"),
    [
        ("2022", THE_STANDARD, []),
        ("2026", THE_STANDARD, []),
        ("2026", "07/2021/NĐ-CP, 351/2025/NĐ-CP", []),
        ("2024", "giai đoạn 2021–2025", []),
        ("2021", THE_STANDARD, ["warning"]),
        ("2027", THE_STANDARD, ["warning"]),
        ("2021 - 2025", THE_STANDARD, ["info"]),
        ("2026 - 2030", THE_STANDARD, ["info"]),
        ("2016 - 2018", THE_STANDARD, ["warning"]),
    ],
)
def test_the_standard_and_the_period(check, period: str, standard: str, severities: list[str]) -> None:
    report = check(situation=FIGURES, period=period, standard=standard)
    assert [f.severity for f in of(report, "B08")] == severities
    assert reasons(report, "B08") == {}


def test_what_the_standard_is_may_not_be_known(check) -> None:
    assert reasons(check(situation=FIGURES), "B08") == {"blank": "Chuẩn nghèo áp dụng"}
    assert reasons(check(situation=FIGURES, standard="chuẩn riêng của thành phố"), "B08") == {
        "unknown": "'Thông tin'!B5"
    }
    assert reasons(check(situation=FIGURES, period="2040", standard=THE_STANDARD), "B08") == {
        "unknown": "'Thông tin'!B5"
    }
    assert set(reasons(check(situation=FIGURES, period="", standard=THE_STANDARD), "B08")) == {"no_period"}


# ---- B09 ---------------------------------------------------------------------------------------------------


def test_a_decrease_printed_as_a_share_of_the_poor(check) -> None:
    table = "| TT | Ấp | Tổng số hộ | Hộ nghèo cuối năm 2023 | Giảm hộ nghèo trong năm 2024 | < |\n"
    report = check(
        table + "| ^ | ^ | ^ | ^ | TS | % |\n| 1 | Đông | 200 | 8 | 2 | 25 |\n| 2 | Tây | 300 | 5 | 1 | 0.33 |"
    )
    assert places(report, "B09") == ["F3"]
    assert "2 / 8: đó là tỷ trọng trong “Hộ nghèo cuối năm 2023”" in message(of(report, "B09")[0])
    assert "2 / 200 = 1,00%" in message(of(report, "B09")[0])


def test_a_rate_that_is_its_own_share_is_right(check) -> None:
    situation = (
        "| tong_so_ho | x | hộ | 9 |\n| ho_ngheo_dau_ky | x | hộ | 9 |\n| ho_ngheo_dtts | x | hộ | 3 |\n"
        "| ty_le_ho_ngheo_dtts | x | % | 33.33 |"
    )
    assert of(check(situation=situation), "B09") == []


def test_without_all_households_no_share_is_told_from_a_rate(check) -> None:
    situation = (
        "| ho_ngheo_dau_ky | x | hộ | 63 |\n| ho_ngheo_dtts | x | hộ | 3 |\n| ty_le_ho_ngheo_dtts | x | % | 4.76 |"
    )
    report = check(situation=situation)
    assert of(report, "B09") == []
    assert "B09" in {note.code for note in report.not_checked}


def test_the_households_of_a_commune_that_are_all_poor_or_near_poor(check) -> None:
    table = "| TT | Ấp | Tổng số hộ | Hộ nghèo cuối năm 2023 | Hộ cận nghèo cuối năm 2023 |\n"
    rows = "| 1 | Đông | 40 | 10 | 30 |\n| 2 | Tây | 60 | 20 | 40 |\n| | Tổng cộng | 100 | 30 | 70 |"
    assert places(check(table + rows), "B09") == ["C4"]  # the commune's line alone


# ---- the real communes -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["son_trung_2023", "long_an_2024"])
def test_the_two_communes_have_nothing_to_be_asked(name: str) -> None:
    report = process(ROOT / "workbooks" / f"{name}.xlsx").report
    assert report is not None
    assert [(f.code, f.severity) for f in report.findings if f.code.startswith("B")] == [("B05", "info")]
