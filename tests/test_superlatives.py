"""Which village a sentence calls the highest or lowest, and how many left poverty: a plan against its workbook."""

from __future__ import annotations

from pathlib import Path

import pytest
from hand_plans import Hand

from xlplan.messages import message
from xlplan.model import Finding
from xlplan.pipeline import crosscheck

ROOT = Path(__file__).parent.parent
SON_TRUNG = ROOT / "workbooks" / "son_trung_2023.xlsx"

# Poor at the start: Mỹ Sơn 11 of 136 (8,09%), Trung Thịnh and Lâm Thành 9, …, Hồ Sơn 2. Cut: Mỹ Sơn 3, all 12.
RIGHT = """
Thôn Mỹ Sơn có tỷ lệ hộ nghèo cao nhất (8,09%).
Cuối năm 2022, ba thôn có tỷ lệ hộ nghèo cao nhất là Mỹ Sơn (8,09%), Trung Thịnh (6,43%) và Lâm Thành (5,66%).
Tỷ lệ hộ nghèo cao nhất ở thôn Mỹ Sơn.
Thôn Mỹ Sơn là thôn có nhiều hộ nghèo nhất toàn xã.
Đầu năm 2023, thôn Hồ Sơn có số hộ nghèo thấp nhất.
Trong năm 2023, thôn có chỉ tiêu giảm hộ nghèo cao nhất là Mỹ Sơn (03 hộ).
Phấn đấu năm 2023 có 12 hộ thoát nghèo.
Thôn Mỹ Sơn phấn đấu có 3 hộ thoát nghèo trong năm 2023.
"""
OPEN = """
Ngoài thôn Mỹ Sơn, thôn Mai Hà có tỷ lệ hộ nghèo cao nhất.
So với thôn Mỹ Sơn, thôn Mai Hà có tỷ lệ hộ nghèo cao nhất.
Thôn Mai Hà là một trong những thôn có tỷ lệ hộ nghèo cao nhất.
Thôn Mai Hà có tỷ lệ hộ nghèo cao nhất trong các thôn ven sông.
Cuối năm 2019, thôn Mai Hà có tỷ lệ hộ nghèo cao nhất.
Thôn Mai Hà có tỷ lệ hộ nghèo cao nhất huyện.
Thôn Mai Hà có tỷ lệ hộ nghèo là người dân tộc thiểu số cao nhất.
Thôn Mai Hà có nhiều hộ nghèo vay vốn nhất.
Thôn Mai Hà đạt kết quả cao nhất về bảo hiểm y tế cho hộ nghèo.
Năm 2021 có 20 hộ thoát nghèo.
Hỗ trợ 5 hộ thoát nghèo của thôn Mai Hà.
"""
WRONG = {
    "Thôn Mai Hà có tỷ lệ hộ nghèo cao nhất toàn xã, cần tập trung hỗ trợ.": ("Mai Hà", "Mỹ Sơn (8,09%)"),
    "Cuối năm 2022, hai thôn có tỷ lệ hộ nghèo cao nhất là Mỹ Sơn (8,09%) và Hồ Sơn.": ("Hồ Sơn", "Mỹ Sơn (8,09%)"),
    "Tỷ lệ hộ nghèo cao nhất là thôn Hải Thượng.": ("Hải Thượng", "Mỹ Sơn (8,09%)"),
    "Thôn Yên Sơn là thôn có nhiều hộ nghèo nhất.": ("Yên Sơn", "Mỹ Sơn (11 hộ)"),
    "Đầu năm 2023, thôn Mai Hà có số hộ nghèo ít nhất.": ("Mai Hà", "Hồ Sơn (2 hộ)"),
    "Năm 2023, thôn Mai Hà có chỉ tiêu giảm hộ nghèo cao nhất.": ("Mai Hà", "Mỹ Sơn (3 hộ)"),
    "Phấn đấu năm 2023 có 14 hộ thoát nghèo.": ("14", "là 12 hộ"),
    "Thôn Mỹ Sơn phấn đấu có 5 hộ thoát nghèo trong năm 2023.": ("5", "là 3 hộ"),
}


def found(text: str, tmp_path: Path) -> list[Finding]:
    hand = Hand("xã Sơn Trung", "07", "Sơn Trung, ngày 10 tháng 02 năm 2023", "Giảm nghèo năm 2023 xã Sơn Trung")
    hand.lines(f"I. NỘI DUNG\n{text}")
    hand.end()
    report = crosscheck(hand.save(tmp_path / "a.docx"), SON_TRUNG).outcome.report
    assert report is not None
    assert [note for note in report.not_checked if note.reason == "crashed"] == []
    return list(report.findings)


@pytest.mark.parametrize("text", [RIGHT, OPEN], ids=["right", "open"])
def test_what_agrees_or_leaves_a_doubt_is_no_finding(text: str, tmp_path: Path) -> None:
    assert [message(item) for item in found(text, tmp_path)] == []


@pytest.mark.parametrize(("text", "expected"), list(WRONG.items()))
def test_a_statement_about_a_village_that_the_table_contradicts_is_an_error(
    text: str, expected: tuple[str, str], tmp_path: Path
) -> None:
    (item,) = found(text, tmp_path)
    assert (item.severity, item.actual) == ("error", expected[0]) and expected[1] in message(item)
    assert item.related and item.ref.address == "¶6"


def test_of_two_villages_the_one_that_is_wrong_is_named(tmp_path: Path) -> None:
    (item,) = found("Cuối năm 2022, thôn Mỹ Sơn và thôn Mai Hà có tỷ lệ hộ nghèo cao nhất.", tmp_path)
    assert item.actual == "Mai Hà" and item.expected == "Mỹ Sơn"
