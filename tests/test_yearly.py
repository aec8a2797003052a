"""C13: totals and averages of several years; C07: years outside the plan's period."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rows import outcomes, submission

from xlplan.checks.yearly import c13, years_outside
from xlplan.messages import message, reason

Row = dict[str, str | int | None]
FLOW, STOCK = "trong năm", "đến cuối năm"


def found(row: Row, period: str = "2021 - 2025") -> list[tuple[str, str, str, str]]:
    findings, _, _ = outcomes(c13, submission("chi_tieu_nam", row, period=period))
    return [(f.ref.address, f.severity, f.actual, f.expected) for f in findings]


def notes(row: Row, period: str = "2021 - 2025") -> list[str]:
    return [reason(note) for note in outcomes(c13, submission("chi_tieu_nam", row, period=period))[1]]


TRAINING: Row = {
    "ma": "dao_tao",
    "chi_tieu": "Đào tạo nghề",
    "loai_so": FLOW,
    "nam_2021": 134,
    "tong": 602,
    "nam_tong": "2022 - 2025",
    "binh_quan": 150,
}
JOBS: Row = {
    "ma": "viec_lam",
    "chi_tieu": "Giải quyết việc làm",
    "loai_so": FLOW,
    "nam_2021": 487,
    "nam_2022": 494,
    "nam_2023": 507,
    "nam_2024": 525,
    "nam_2025": 530,
    "tong": 2056,
    "nam_tong": "2022 - 2025",
}


def test_602_over_four_years_is_not_150() -> None:
    (finding,) = outcomes(c13, submission("chi_tieu_nam", TRAINING))[0]
    assert (finding.severity, finding.actual, finding.expected) == ("warning", "150", "150.5")
    assert message(finding) == (
        "Chỉ tiêu năm, ô H5 (Đào tạo nghề): đang ghi 150; tổng chia cho số năm (2022 - 2025): 602 / 4 = 150,5. "
        "Sửa số bình quân, hoặc xem lại số tổng và các năm tính tổng."
    )


@pytest.mark.parametrize(
    ("total", "years", "average", "expected"),
    [
        (602, "2022 - 2025", "150.5", None),
        (602, None, "120.4", None),  # all five years of the plan
        (602, "2022 - 2025", 151, None),
        (100, "2023 - 2025", "33.3", None),
        (100, "2023 - 2025", "33.33", None),
        (100, "2023 - 2025", 33, None),
        (100, "2023 - 2025", 34, "33.33"),
        (7, "2024", 7, None),
    ],
)
def test_an_average_is_the_total_over_the_years_that_it_covers(
    total: int, years: str | None, average: str | int, expected: str | None
) -> None:
    row: Row = {**TRAINING, "tong": total, "nam_tong": years, "binh_quan": average}
    assert [finding[3] for finding in found(row)] == ([expected] if expected else [])


def test_without_a_total_the_average_is_that_of_the_years() -> None:
    row: Row = {**JOBS, "tong": None, "binh_quan": 514}
    assert found(row) == []
    assert [finding[2:] for finding in found({**row, "binh_quan": 515})] == [("515", "514")]
    assert notes({**row, "nam_2024": None}) == ["không có số liệu: Giải quyết việc làm – tổng 2022 - 2025"]


def test_the_years_of_a_flow_make_the_total() -> None:
    assert found(JOBS) == []
    assert found({**JOBS, "tong": 2065}) == [("F5", "error", "2065", "2056")]
    assert found({**JOBS, "nam_tong": None}) == [("F5", "error", "2056", "2543")]
    assert found({**JOBS, "nam_tong": None, "tong": 2543}) == []


def test_a_total_whose_years_are_not_all_there_is_not_checked() -> None:
    assert notes({**JOBS, "nam_2023": None}) == ["còn ô trống: Giải quyết việc làm – 2023"]
    assert outcomes(c13, submission("chi_tieu_nam", {**TRAINING, "binh_quan": None})) == ([], [], 0)


def test_a_level_at_the_end_of_a_year_is_never_added() -> None:
    row: Row = {"chi_tieu": "Lao động qua đào tạo", "loai_so": STOCK, "nam_2025": 65}
    assert found(row) == []
    (finding,) = outcomes(c13, submission("chi_tieu_nam", {**row, "tong": 65}))[0]
    assert finding.severity == "warning"
    assert "không cộng được. Xóa số tổng" in message(finding)


def test_a_row_that_does_not_say_whether_it_is_a_flow() -> None:
    row: Row = {**JOBS, "loai_so": None}
    assert found(row) == []
    assert found({**row, "tong": 2065}) == []
    assert notes({**row, "tong": 2065}) == ["chưa ghi số liệu là “trong năm” hay “đến cuối năm”: 'Chỉ tiêu năm'!F5"]


def test_what_cannot_be_read_is_not_checked() -> None:
    assert notes({**JOBS, "tong": "khoảng 2.000"}) == ["có ô không đọc được: 'Chỉ tiêu năm'!F5"]
    assert notes({**JOBS, "nam_tong": "các năm sau"}) == ["có ô không đọc được: 'Chỉ tiêu năm'!G5"]
    assert notes({**JOBS, "nam_tong": None}, period="") == ["kỳ kế hoạch chưa ghi hoặc không đọc được"]
    assert outcomes(c13, submission("chi_tieu_nam", {"ma": "viec_lam", "nam_2022": 494})) == ([], [], 0)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=5), st.integers(-3, 3))
def test_any_years_and_a_total_that_is_off(figures: list[int], off: int) -> None:
    years = {f"nam_{2025 - i}": figure for i, figure in enumerate(figures)}
    span = "2025" if len(figures) == 1 else f"{2026 - len(figures)} - 2025"
    row: Row = {"loai_so": FLOW, **years, "tong": sum(figures) + off, "nam_tong": span}
    wanted = [("F5", "error", str(sum(figures) + off), str(sum(figures)))] if off else []
    assert found(row) == wanted


@given(st.integers(0, 10**6), st.integers(1, 5), st.integers(0, 10**6))
def test_a_whole_average_holds_only_where_it_is_exact(total: int, count: int, average: int) -> None:
    span = "2025" if count == 1 else f"{2026 - count} - 2025"
    row: Row = {"loai_so": FLOW, "tong": total, "nam_tong": span, "binh_quan": average}
    assert (found(row) == []) == (Fraction(total, count) == average)


# ---- years outside the period ------------------------------------------------------------------------------


def outside(sheet: str, row: Row, period: str = "2022 - 2025") -> list[tuple[str, str]]:
    findings, _, _ = outcomes(years_outside, submission(sheet, row, period=period))
    assert {(f.code, f.severity) for f in findings} <= {("C07", "error")}
    return [(f.ref.address, f.actual) for f in findings]


def test_a_figure_of_a_year_outside_the_period() -> None:
    assert outside("chi_tieu_nam", JOBS) == [("J5", "năm 2021: 487")]
    assert outside("chi_tieu_nam", JOBS, period="2021 - 2025") == []
    assert outside("chi_tieu_nam", {**JOBS, "nam_2021": "-"}) == []


@pytest.mark.parametrize(
    ("years", "wrong"), [("2022 - 2025", False), ("2025", False), ("2021 - 2024", True), ("hằng năm", True)]
)
def test_the_years_of_a_total_lie_within_the_period(years: str, wrong: bool) -> None:
    row: Row = {"ma": "viec_lam", "nam_tong": years}
    assert outside("chi_tieu_nam", row) == ([("G5", years)] if wrong else [])


@pytest.mark.parametrize(
    ("level", "text", "wrong"),
    [
        ("giai đoạn", "Giai đoạn 2022 - 2023", False),
        ("giai đoạn", "Giai đoạn 2024-2026", True),
        ("giai đoạn", "Giai đoạn đầu, theo Nghị quyết số 25/2021/QH15", False),
        ("dự án", "Dự án của giai đoạn 2016 - 2020", False),
    ],
)
def test_the_years_of_a_stage_of_the_budget(level: str, text: str, wrong: bool) -> None:
    row: Row = {"cap": level, "noi_dung": text, "so_tien": 1_000_000}
    assert outside("kinh_phi", row) == ([("B5", text)] if wrong else [])


def test_a_message_names_year_and_period_without_dots() -> None:
    row: Row = {"chi_tieu": "Đào tạo nghề", "nam_tong": "2023"}
    (finding,) = outcomes(years_outside, submission("chi_tieu_nam", row, period="2024"))[0]
    assert "ghi “2023”" in message(finding)
    assert "2024" in message(finding)


def test_without_a_period_nothing_is_outside_it() -> None:
    assert outcomes(years_outside, submission("chi_tieu_nam", JOBS, period="")) == ([], [], 0)
