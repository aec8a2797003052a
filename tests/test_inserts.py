# ruff: noqa: E501  (a row of a sheet stands on one line)
"""What the plan says of `Chỉ tiêu năm` and `Kinh phí`: sentences, tables, placeholders, and blanks to fill."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_compose import composed, lines, plan_of, text

from xlplan.documents.blocks import Plan, WordTable

PERIOD = {"Kỳ_kế_hoạch": "2021 - 2025"}
YEARLY = """Chỉ tiêu năm
| Mã | Chỉ tiêu | Đơn vị tính | Cách tính | Năm 2021 | Năm 2022 | Năm 2023 | Năm 2024 | Tổng | Các năm tính tổng | Bình quân một năm | Diễn giải |
|  |  |  |  | thực hiện | kế hoạch | kế hoạch | kế hoạch |  |  |  |  |
| viec_lam | Giải quyết việc làm | lao động | trong năm | 487 | 494 | 507 | 5 | 1006 | 2022 - 2024 |  |  |
| nghe | Đào tạo nghề | lao động | trong năm | 134 |  |  |  | 602 | 2022 - 2025 | 150.5 |  |
| qua_dt | Lao động qua đào tạo | % | đến cuối năm | 60 |  |  | 65.5 |  |  |  |  |
| nha | Sửa nhà ở | căn | trong năm |  |  |  |  |  |  |  |  |
| rieng | Có câu riêng | hộ | trong năm |  | 3 |  |  | 7 |  |  | Năm 2022 giảm {{nam_2022}} hộ, cả kỳ {{tong}} hộ, bình quân {{binh_quan}}. |
"""
BUDGET = """Kinh phí
| Cấp | Nội dung | Số lượng | Đơn vị tính | Số lượng (2) | Đơn vị tính (2) | Đơn giá | Mức tối đa một đơn vị | Số tiền | Nguồn vốn | Diễn giải |
| tổng cộng | | | | | | | | 13000000 | | |
| dự án | Dự án 6: Truyền thông | | | | | | | | | |
| tiểu dự án | Tiểu dự án 1 | | | | | | | 5000000 | ngân sách nhà nước | |
| tiểu dự án | Tiểu dự án 2 | 4 | lớp | 2 | ngày | 250000 | 1000000 | 2000000 | xã hội hóa | |
| dự án | Dự án 7: Giám sát | | | | | | | 6000000 | | Giám sát: {{so_tien}} ({{so_tien_bang_chu}}) |
"""


def table_of(plan: Plan) -> WordTable:
    return next(block for block in plan.body if isinstance(block, WordTable))


def test_a_sentence_for_each_yearly_target(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, YEARLY, "| I | CHỈ TIÊU | chỉ tiêu năm | |", **PERIOD)
    assert lines(plan) == [
        "I. CHỈ TIÊU",
        "- Giải quyết việc làm: năm 2021 đã thực hiện 487 lao động; giai đoạn 2022 - 2024 là 1.006 lao động "
        "(năm 2022 là 494, năm 2023 là 507, năm 2024 là 05).",
        "- Đào tạo nghề: năm 2021 đã thực hiện 134 lao động; giai đoạn 2022 - 2025 là 602 lao động; "
        "bình quân 150,5 lao động/năm.",
        "- Lao động qua đào tạo: đến cuối năm 2021 đã đạt 60%; đến cuối năm 2024 đạt 65,5%.",
        "- Sửa nhà ở: ………… căn.",
        "- Năm 2022 giảm 03 hộ, cả kỳ 07 hộ, bình quân …………./.",
    ]


def test_yearly_targets_as_a_table(tmp_path: Path) -> None:
    table = table_of(
        plan_of(tmp_path, YEARLY, "| I | CHỈ TIÊU | | |\n| * | Như sau: | bảng chỉ tiêu năm | |", **PERIOD)
    )
    assert [cell.text for cell in table.head[0]] == [
        *("TT", "Chỉ tiêu", "Đơn vị tính", "Năm 2021 (thực hiện)", "Năm 2022 (kế hoạch)", "Năm 2023 (kế hoạch)"),
        *("Năm 2024 (kế hoạch)", "Năm 2025 (kế hoạch)", "Tổng", "Các năm tính tổng", "Bình quân một năm"),
    ]
    rows = [[text(cell.runs) for cell in row] for row in table.rows]
    assert rows[0][3:] == ["487", "494", "507", "5", "", "1.006", "2022 - 2024", ""]
    assert rows[1][3:] == ["134", "", "", "", "", "602", "2022 - 2025", "150,5"]
    assert rows[2][3:7] == ["60", "", "", "65,5"]


def test_a_yearly_figure_is_named_by_its_code_and_year(tmp_path: Path) -> None:
    outline = (
        "| * | {{viec_lam[2022]}}; {{viec_lam[tổng]}}; {{nghe[bình quân]}}; {{qua_dt[2024]}}; {{nha[2021]}}; "
        "{{viec_lam}}; {{nam_dau}}-{{nam}}; {{thoi_ky}} | | |"
    )
    assert lines(plan_of(tmp_path, YEARLY, outline, **PERIOD)) == [
        "494; 1.006; 150,5; 65,5%; …………; 1.006; 2021-2025; giai đoạn 2021 - 2025./."
    ]


@pytest.mark.parametrize("placeholder", ["viec_lam[hai]", "tong", "nam_2022", "so_tien", "gia_tri"])
def test_a_figure_of_another_row_is_an_unknown_placeholder(tmp_path: Path, placeholder: str) -> None:
    found = composed(tmp_path, YEARLY, "| * | {{" + placeholder + "}} | | |", **PERIOD).findings
    assert [f.code for f in found] == ["I07"]


def test_the_budget_as_bullets_with_its_total_in_words(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, BUDGET, "| I | KINH PHÍ | kinh phí | |")
    assert lines(plan) == [
        "I. KINH PHÍ",
        "Tổng kinh phí: 13.000.000 đồng (Mười ba triệu đồng), trong đó:",
        "- Dự án 6: Truyền thông:",
        "+ Tiểu dự án 1: 5.000.000 đồng (ngân sách nhà nước).",
        "+ Tiểu dự án 2: 04 lớp với 02 ngày × 250.000 đồng/lớp = 2.000.000 đồng (tối đa 1.000.000 đồng/lớp; "
        "xã hội hóa).",
        "- Giám sát: 6.000.000 đồng (Sáu triệu đồng)./.",
    ]
    words = [run for block in plan.body for run in getattr(block, "runs", ()) if "triệu đồng" in run.text]
    assert all(run.italic for run in words) and len(words) == 2


def test_an_open_total_is_the_sum_of_its_parts_and_an_open_budget_a_blank(tmp_path: Path) -> None:
    outline = "| I | KINH PHÍ | kinh phí | |"
    found = lines(plan_of(tmp_path, BUDGET.replace("| 13000000 |", "| |"), outline))
    assert found[1] == "Tổng kinh phí: 13.000.000 đồng (Mười ba triệu đồng), trong đó:"
    empty = BUDGET.replace("13000000", "").replace("5000000", "").replace("| 2000000", "| ").replace("6000000", "")
    assert lines(plan_of(tmp_path, empty, outline))[1:4] == [
        "Tổng kinh phí: ………… đồng, trong đó:",
        "- Dự án 6: Truyền thông: ………… đồng, trong đó:",
        "+ Tiểu dự án 1: ………… đồng (ngân sách nhà nước).",
    ]


def test_a_yearly_figure_outside_the_period_is_an_unknown_placeholder(tmp_path: Path) -> None:
    found = composed(tmp_path, YEARLY, "| * | {{viec_lam[2031]}} và {{viec_lam[2025]}} | | |", **PERIOD).findings
    assert [(f.code, f.params["written"]) for f in found] == [("I07", "{{viec_lam[2031]}}")]


@pytest.mark.parametrize("code", ["nam", "gia_tri", "tong_kinh_phi", "viec_lam", "hai chữ"])
def test_a_code_that_means_something_else_names_no_row(tmp_path: Path, code: str) -> None:
    sheet = YEARLY.replace("| nghe |", f"| {code} |")
    result = composed(tmp_path, sheet, "| * | Năm {{nam}}, {{viec_lam[2022]}}. | | |", **PERIOD)
    assert [(f.code, f.ref.address) for f in result.findings] == [("I23", "A4")]
    assert result.plan is not None and lines(result.plan) == ["Năm 2025, 494./."]


def test_placeholders_are_filled_in_every_column_that_prints(tmp_path: Path) -> None:
    sheets = (
        BUDGET.replace("| lớp |", "| {{loai_thon}} |")
        + "\nNơi nhận\n| Gửi / lưu | Nơi nhận | Cách gửi |\n| gửi | Sở | {{nam}} |\n"
    )
    plan = plan_of(tmp_path, sheets, "| I | KINH PHÍ | kinh phí | |")
    assert "04 thôn với 02 ngày × 250.000 đồng/thôn" in " ".join(lines(plan))
    assert plan.recipients[0] == "- Sở (2024);"


def test_decimals_of_formulas_print_as_two(tmp_path: Path) -> None:
    sheet = YEARLY.replace("| 150.5 |", "| =2056/3 |")
    assert "bình quân 685,33 lao động/năm" in " ".join(
        lines(plan_of(tmp_path, sheet, "| I | A | chỉ tiêu năm | |", **PERIOD))
    )


def test_a_total_typed_last_still_leads_the_bullets(tmp_path: Path) -> None:
    head, total, *others = BUDGET.splitlines()[1:]
    sheet = "\n".join(("Kinh phí", head, *others, total)) + "\n"
    assert lines(plan_of(tmp_path, sheet, "| I | KINH PHÍ | kinh phí | |"))[1].startswith("Tổng kinh phí: 13.000.000")


def test_money_typed_as_text_is_read(tmp_path: Path) -> None:
    sheet = BUDGET.replace("| 13000000 |", "| 13.000.000 đồng |").replace("| 6000000 |", "| '6,000,000 |")
    outline = "| * | {{tong_kinh_phi}} | | |"
    assert lines(plan_of(tmp_path, sheet, outline)) == ["13.000.000 đồng./."]


def test_the_budget_as_a_table_ends_with_the_whole(tmp_path: Path) -> None:
    table = table_of(plan_of(tmp_path, BUDGET, "| I | KINH PHÍ | | |\n| * | Như sau: | bảng kinh phí | |"))
    assert [cell.text for cell in table.head[0]][:3] == ["TT", "Nội dung", "Số lượng"]
    assert "Tỷ trọng (%)" not in [cell.text for cell in table.head[0]]
    rows = [[text(cell.runs) for cell in row] for row in table.rows]
    assert [row[0] for row in rows] == ["I", "1", "2", "II", ""]
    assert rows[-1][1] == "Tổng cộng"
    assert [row[-2] for row in rows] == ["", "5.000.000", "2.000.000", "6.000.000", "13.000.000"]


def test_money_placeholders(tmp_path: Path) -> None:
    outline = "| * | {{tong_kinh_phi}} ({{tong_kinh_phi_bang_chu}}); {{kinh_phi_nha_nuoc}}; {{kinh_phi_vay}} | | tong_kinh_phi > 1000000 |"
    assert lines(plan_of(tmp_path, BUDGET, outline)) == [
        "13.000.000 đồng (Mười ba triệu đồng); 5.000.000 đồng; ………… đồng./."
    ]


def test_a_condition_on_money_or_on_a_sheet_drops_what_does_not_apply(tmp_path: Path) -> None:
    outline = "| I | CÓ | | |\n| - | vốn vay | | kinh_phi_vay |\n| I | KINH PHÍ | kinh phí | kinh_phi |\n| I | HẾT | | |\n| * | Cuối. | | |"
    assert lines(plan_of(tmp_path, "", outline)) == ["I. HẾT", "Cuối./."]
    assert "I. KINH PHÍ" in lines(plan_of(tmp_path, BUDGET, outline))


def test_without_a_written_total_the_periods_are_said_in_words(tmp_path: Path) -> None:
    sheet = """Kinh phí
| Cấp | Nội dung | Số lượng | Đơn vị tính | Số lượng (2) | Đơn vị tính (2) | Đơn giá | Mức tối đa một đơn vị | Số tiền | Nguồn vốn | Diễn giải |
| giai đoạn | 2022 - 2023 | | | | | | | 360000000 | | |
| khoản mục | Nhà & <bếp> | 1 | căn | | | | | | | |
| giai đoạn | 2024 | | | | | | | 14904000 | | |
"""
    assert lines(plan_of(tmp_path, sheet, "| I | KINH PHÍ | kinh phí | |", **PERIOD))[1:] == [
        "- Giai đoạn 2022 - 2023: 360.000.000 đồng (Ba trăm sáu mươi triệu đồng), trong đó:",
        "+ Nhà & <bếp>: 01 căn, ………… đồng.",
        "- Năm 2024: 14.904.000 đồng (Mười bốn triệu chín trăm linh bốn nghìn đồng)./.",
    ]


def test_an_outline_that_jumps_a_level_is_found_at_its_cell(tmp_path: Path) -> None:
    outline = "| I | MỤC | | |\n| 1.1 | Nhảy | | |\n| - | ý | | |\n| 1 | Đúng | | |\n| 1.1 | Đúng | | |\n| - | ý | | |"
    found = composed(tmp_path, "", outline).findings
    assert [(f.code, f.ref.address, f.params["wanted"]) for f in found] == [("I20", "A3", "1")]
    assert composed(tmp_path, "", "| 1 | Không có La Mã | | |\n| - | ý | | |").findings == ()


def test_an_empty_outline_is_said(tmp_path: Path) -> None:
    result = composed(tmp_path, "", "")
    assert result.plan is None
    assert [(f.code, f.severity, f.ref.sheet) for f in result.findings] == [("I21", "info", "Nội dung")]


def test_recipients_and_citations_may_hold_placeholders(tmp_path: Path) -> None:
    sheets = """Nơi nhận
| Gửi / lưu | Nơi nhận | Cách gửi |
| gửi | UBND {{tinh}} | (b/c) |
| gửi | Các {{loai_thon}} |  |

Căn cứ
| Mở đầu | Loại văn bản | Số, ký hiệu | Ngày ban hành | Cơ quan ban hành | Trích yếu |
| Căn cứ | Nghị quyết | 5/NQ-HĐND | 02/2024 | Hội đồng nhân dân {{don_vi}} | về giảm nghèo |
"""
    plan = plan_of(tmp_path, sheets)
    assert plan.recipients == ("- UBND tỉnh (thành phố) ………… (b/c);", "- Các thôn;", "- Lưu: VT.")
    assert text(plan.legal_bases[0]) == (
        "Căn cứ Nghị quyết số 5/NQ-HĐND tháng 02 năm 2024 của Hội đồng nhân dân xã Bình An về giảm nghèo."
    )
