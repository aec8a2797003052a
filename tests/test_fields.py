"""Fields against the table and the lines above it: C06, C07, C09, I19, and the line that the reader finds."""

from __future__ import annotations

from pathlib import Path

import build
import pytest

from xlplan import checks
from xlplan.checks.fields import c06, c07, c09, i19
from xlplan.messages import message, reason
from xlplan.model import Finding, NotChecked, Submission, Table
from xlplan.sheets.reader import read

INFO = """Thông tin
| Loại đơn vị | xã |
| Tên đơn vị | Bình An |
| Loại đơn vị dưới cấp xã | thôn |
| Số đơn vị dưới cấp xã | {so_thon} |
| Kỳ kế hoạch | {ky} |
| Trích yếu (tên kế hoạch) | {tieu_de} |
| Số kế hoạch | {so} |
| Ngày ban hành | {ngay} |
| Tháng ban hành | {thang} |
| Năm ban hành | {nam} |
| Hình thức văn bản | {ban} |

Biểu chỉ tiêu
| {title} | | |
| {attached} | | |
| TT | Thôn | Tổng số hộ | Hộ nghèo cuối năm 2023 |
| 1 | Đông | {figure} | {poor} |
| 2 | Tây | {figure} | {poor} |
| | Toàn xã | {figure} | {poor} |
"""
ATTACHED = "(Kèm theo Kế hoạch số 38/KH-UBND ngày 29 tháng 3 năm 2024 của UBND xã Bình An)"
DEFAULTS = {
    "so_thon": "2",
    "ky": "2024",
    "tieu_de": "Giảm nghèo năm 2024",
    "so": "38",
    "ngay": "29",
    "thang": "3",
    "nam": "2024",
    "ban": "bản giấy",
    "title": "BIỂU CHỈ TIÊU NĂM 2024",
    "attached": ATTACHED,
    "figure": "100",
    "poor": "7",
}


def submission(tmp_path: Path, more: str = "", **changes: str) -> Submission:
    return read(build.workbook(tmp_path / "xa.xlsx", INFO.format(**{**DEFAULTS, **changes}) + more))


def outcome(found: Submission, rule: checks.Rule) -> tuple[list[Finding], list[str]]:
    findings, missing = checks.run(found, (rule,))
    return list(findings), [note.reason for note in missing]


def test_all_fields_agree(tmp_path: Path) -> None:
    found = submission(tmp_path)
    for rule in (c06, c07, c09):
        assert outcome(found, rule) == ([], [])


def test_the_line_of_the_annex_is_read_with_its_cell(tmp_path: Path) -> None:
    table = submission(tmp_path).table
    assert isinstance(table, Table)
    assert table.title is not None and table.title.ref.address == "A1"
    assert table.attached is not None and table.attached.ref.address == "A2"
    assert table.attached.value == ATTACHED


@pytest.mark.parametrize(
    ("line", "is_found"),
    [
        ("Kèm theo Kế hoạch số 38/KH-UBND", True),
        ("(Ban hành kèm theo Kế hoạch số 38/KH-UBND)", True),
        ("Đơn vị tính: hộ, %", False),
        ("Danh sách kèm theo", False),
    ],
)
def test_only_such_a_line_is_one(tmp_path: Path, line: str, is_found: bool) -> None:
    table = submission(tmp_path, attached=line).table
    assert table is not None
    assert (table.attached is not None) is is_found


def test_a_table_of_names_is_not_held_against_anything(tmp_path: Path) -> None:
    found = submission(tmp_path, figure="", poor="")
    assert outcome(found, c06) == ([], ["blank"])
    assert outcome(found, c07) == ([], ["blank"])


@pytest.mark.parametrize(("stated", "why"), [("", "blank"), ("hai", "unreadable")])
def test_a_number_of_villages_that_is_none(tmp_path: Path, stated: str, why: str) -> None:
    assert outcome(submission(tmp_path, so_thon=stated), c06) == ([], [why])


def test_the_message_of_c06(tmp_path: Path) -> None:
    (found,), _ = outcome(submission(tmp_path, so_thon="24"), c06)
    assert message(found) == (
        "Thông tin, ô B4: đang ghi 24; biểu có 2 thôn. Sửa số ở ô này, hoặc thêm, bớt dòng trong biểu."
    )
    assert [ref.address for ref in found.related] == ["B4", "B5"]


@pytest.mark.parametrize(
    ("ky", "title", "wrong"),
    [
        ("2024", "năm 2024", ""),
        ("2024", "năm 2023", "2023"),
        ("2024", "năm 2025", "2025"),
        ("2024", "hộ nghèo cuối năm 2023", ""),
        ("2024", "kết quả rà soát năm 2023", ""),
        ("2024", "kết quả rà soát năm 2022", "2022"),
        ("2024", "giai đoạn 2021-2025, năm 2024", ""),
        ("2024", "giai đoạn 2021 – 2023", "2021 – 2023"),
        ("2024", "theo Nghị định 07/2021/NĐ-CP ngày 27/01/2021, năm 2024", ""),
        ("2021 - 2025", "giai đoạn 2021- 2025", ""),
        ("2021 - 2025", "giai đoạn 2022 - 2025", "2022 - 2025"),
        ("2021 - 2025", "năm 2023 của giai đoạn", ""),
        ("2021 - 2025", "từ năm 2021 đến năm 2025, tầm nhìn 2030", ""),
        ("2021 - 2025", "năm 2026", "2026"),
    ],
)
def test_years_of_a_title(tmp_path: Path, ky: str, title: str, wrong: str) -> None:
    findings, missing = outcome(submission(tmp_path, ky=ky, tieu_de=title, title="BIỂU CHỈ TIÊU"), c07)
    assert [f.params["written"] for f in findings] == ([wrong] if wrong else [])
    assert [f.ref.address for f in findings] == (["B6"] if wrong else [])
    assert missing == ["no_year"]  # the table's own title


def test_years_are_written_without_dots(tmp_path: Path) -> None:
    (found,), _ = outcome(submission(tmp_path, tieu_de="Giảm nghèo năm 2023"), c07)
    assert message(found) == (
        "Thông tin, ô B6: ghi “2023”, không khớp kỳ kế hoạch 2024. Sửa lại năm ở ô này, hoặc sửa kỳ kế hoạch."
    )
    assert "the plan's period 2024." in message(found, "en")


def test_a_title_that_follows_the_period_and_one_without_a_year(tmp_path: Path) -> None:
    assert outcome(submission(tmp_path, tieu_de="Giảm nghèo {{thoi_ky}}"), c07) == ([], [])
    assert outcome(submission(tmp_path, tieu_de="Giảm nghèo bền vững"), c07) == ([], ["no_year"])
    assert outcome(submission(tmp_path, ky="chưa rõ"), c07) == ([], ["no_period"])


@pytest.mark.parametrize(
    "line",
    [
        ATTACHED,
        "(Kèm theo Kế hoạch số: 38/KH-UBND, ngày 29/3/2024 của UBND xã Bình An)",
        "(Kèm theo Kế hoạch số 038/KH - UBND ngày 29-03-2024)",
    ],
)
def test_number_and_date_of_the_annex_in_any_spelling(tmp_path: Path, line: str) -> None:
    assert outcome(submission(tmp_path, attached=line), c09) == ([], [])


def test_the_message_of_c09_quotes_both(tmp_path: Path) -> None:
    (found,), _ = outcome(submission(tmp_path, so="83", thang=""), c09)
    assert found.ref.address == "A2"
    assert message(found) == (
        "Biểu chỉ tiêu, ô A2: ghi “Kèm theo Kế hoạch số 38/KH-UBND ngày 29 tháng 3 năm 2024 của UBND xã Bình An”; "
        "ở “Thông tin” là “số 83/KH-UBND ngày 29 tháng năm 2024”. Sửa dòng này, hoặc sửa số, ký hiệu, ngày ban hành."
    )


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"ban": "bản điện tử", "attached": ATTACHED.replace("38", "83")}, "electronic"),
        ({"ban": ""}, "blank"),
        ({"attached": ""}, "missing"),
        ({"attached": "(Kèm theo Quyết định số 12/QĐ-UBND ngày 29/3/2024)"}, "unreadable"),
        ({"attached": "(Kèm theo Kế hoạch số 38/KH-UBND ngày 45/3/2024)"}, "unreadable"),
        ({"ngay": "hai mươi"}, "unreadable"),
    ],
)
def test_when_the_annex_is_not_checked(tmp_path: Path, changes: dict[str, str], why: str) -> None:
    assert outcome(submission(tmp_path, **changes), c09) == ([], [why])


def test_blanks_beside_blanks_are_nothing_to_compare(tmp_path: Path) -> None:
    line = "(Kèm theo Kế hoạch số ……/KH-UBND ngày …… tháng …… năm ……… của UBND xã)"
    found = submission(tmp_path, so="", ngay="", thang="", nam="", attached=line)
    assert outcome(found, c09) == ([], ["blank"])


SITUATION = """
Hiện trạng
| Mã chỉ tiêu | Chỉ tiêu | Đơn vị tính | Số lượng |
| ho_ngheo_dau_ky | x | hộ | {poor} |
| tong_so_ho | x | hộ | 100 |
"""


def test_two_figures_of_one_indicator_are_held_against_each_other(tmp_path: Path) -> None:
    (found,), _ = outcome(submission(tmp_path, SITUATION.format(poor="77")), i19)
    assert (found.ref.address, found.actual, found.expected) == ("D2", "77", "7")
    assert [ref.qualified for ref in found.related] == ["'Biểu chỉ tiêu'!D6"]


@pytest.mark.parametrize("poor", ["7", "='Biểu chỉ tiêu'!D6", ""])
def test_a_figure_that_agrees_follows_or_is_blank(tmp_path: Path, poor: str) -> None:
    assert outcome(submission(tmp_path, SITUATION.format(poor=poor)), i19) == ([], [])


def test_every_reason_has_words() -> None:
    for why in ("no_year", "no_period", "electronic", "date_open"):
        for lang in ("vi", "en"):
            assert reason(NotChecked("C07", why, {"what": "x"}), lang)
