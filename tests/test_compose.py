"""From the sheets to the finished plan: legal bases, projects, targets, assignments, recipients, signature, annex."""

from __future__ import annotations

from pathlib import Path

import build
import pytest

from xlplan.documents.blocks import Paragraph, Plan, WordTable
from xlplan.documents.compose import compose
from xlplan.messages import message
from xlplan.sheets.reader import read

FIELDS = {
    "Loại đơn vị": "xã",
    "Tên đơn vị": "Bình An",
    "Loại đơn vị dưới cấp xã": "thôn",
    "Kỳ kế hoạch": "2024",
    "Số kế hoạch": "5",
    "Ngày ban hành": "5",
    "Tháng ban hành": "3",
    "Năm ban hành": "2024",
    "Trích yếu": "Giảm nghèo năm 2024",
    "Thẩm quyền ký": "KT.",
    "Chức vụ người ký": "Phó Chủ tịch",
    "Họ và tên người ký": "Nguyễn Văn A",
    "Hình thức văn bản": "bản giấy",
}
OUTLINE = "| * | Mở đầu: | | |"


def composed(tmp_path: Path, sheets: str = "", outline: str = OUTLINE, **fields: str):
    values = {**FIELDS, **{name.replace("_", " "): value for name, value in fields.items()}}
    lines = ["Thông tin", *(f"| {label} | {value} |" for label, value in values.items()), ""]
    head = "Nội dung\n| Cấp | Nội dung | Chèn khối | Điều kiện |\n"
    text = "\n".join(lines) + "\n" + sheets + "\n" + head + outline + "\n"
    return compose(read(build.workbook(tmp_path / "xa.xlsx", text)))


def plan_of(tmp_path: Path, sheets: str = "", outline: str = OUTLINE, **fields: str) -> Plan:
    plan = composed(tmp_path, sheets, outline, **fields).plan
    assert plan is not None
    return plan


def lines(plan: Plan) -> list[str]:
    return [f"{b.number} {b.text}".strip() if isinstance(b, Paragraph) else "[bảng]" for b in plan.body]


def text(runs: tuple) -> str:
    return "".join(run.text for run in runs)


def test_head_number_date_and_signature(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    assert plan.agency == ("ỦY BAN NHÂN DÂN", "XÃ BÌNH AN")
    assert plan.agency_above == ""
    assert plan.number == "Số: 05/KH-UBND"  # a number below ten has two digits
    assert plan.place_date == "Bình An, ngày 05 tháng 3 năm 2024"  # only days and months 1, 2 are padded
    assert plan.signature == ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")
    assert plan.signer == "Nguyễn Văn A"


def test_a_draft_keeps_its_blanks(tmp_path: Path) -> None:
    blank = {
        "Số_kế_hoạch": "",
        "Ngày_ban_hành": "",
        "Tháng_ban_hành": "2",
        "Chức_vụ_người_ký": "",
        "Thẩm_quyền_ký": "",
    }
    plan = plan_of(tmp_path, **blank, Họ_và_tên_người_ký="")
    assert plan.number.startswith("Số: \N{NO-BREAK SPACE}") and plan.number.endswith("/KH-UBND")
    assert plan.place_date.endswith("tháng 02 năm 2024") and "\N{NO-BREAK SPACE}" in plan.place_date
    assert (plan.signature, plan.signer) == (("TM. ỦY BAN NHÂN DÂN", "…………"), "")


def test_a_date_that_does_not_exist_is_found_and_left_blank(tmp_path: Path) -> None:
    result = composed(tmp_path, Ngày_ban_hành="31", Tháng_ban_hành="2")
    assert [f.code for f in result.findings] == ["I13"]
    assert result.plan is not None and "31" not in result.plan.place_date


@pytest.mark.parametrize(
    ("authority", "title", "expected"),
    [
        ("TM.", "Chủ tịch", ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")),
        ("Q.", "", ("TM. ỦY BAN NHÂN DÂN", "Q. CHỦ TỊCH")),
        ("TUQ.", "Trưởng phòng", ("TUQ. CHỦ TỊCH", "TRƯỞNG PHÒNG")),
    ],
)
def test_forms_of_signing(tmp_path: Path, authority: str, title: str, expected: tuple[str, ...]) -> None:
    assert plan_of(tmp_path, Thẩm_quyền_ký=authority, Chức_vụ_người_ký=title).signature == expected


def test_legal_bases_end_with_semicolons_and_the_last_with_a_full_stop(tmp_path: Path) -> None:
    sheet = """
Căn cứ
| Mở đầu | Loại văn bản | Số, ký hiệu | Ngày ban hành | Cơ quan ban hành | Trích yếu |
| Căn cứ | Luật | | | | Tổ chức chính quyền địa phương. |
| Căn cứ | Quyết định | 38/QĐ-UBND | 6/3/2024 | Ủy ban nhân dân huyện | về việc giao chỉ tiêu; |
| Thực hiện | Kế hoạch | 12/KH-UBND | 2023 | Ủy ban nhân dân tỉnh | về giảm nghèo |
| Căn cứ | Nghị quyết | | | Hội đồng nhân dân xã | về nhiệm vụ năm {{nam}} |
"""
    assert [text(runs) for runs in plan_of(tmp_path, sheet).legal_bases] == [
        "Căn cứ Luật Tổ chức chính quyền địa phương;",
        "Căn cứ Quyết định số 38/QĐ-UBND ngày 06 tháng 3 năm 2024 của Ủy ban nhân dân huyện về việc giao chỉ tiêu;",
        "Thực hiện Kế hoạch số 12/KH-UBND năm 2023 của Ủy ban nhân dân tỉnh về giảm nghèo;",
        "Căn cứ Nghị quyết số ………… ngày ………… của Hội đồng nhân dân xã về nhiệm vụ năm 2024.",
    ]


PROJECTS = """
Dự án
| Loại | Ký hiệu | Tên dự án, tiểu dự án | Mục tiêu | Nội dung hoạt động | Vốn và nguồn vốn |
| dự án | Dự án 3 | Hỗ trợ phát triển sản xuất | | | |
| tiểu dự án | Tiểu dự án 1 | Nông nghiệp | Tăng thu nhập | Trồng trọt\\nChăn nuôi | |
| dự án | Dự án 4 | Việc làm | Có việc làm | | Theo phân bổ |
"""


def test_projects_become_numbered_headings_with_their_parts(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, PROJECTS, "| I | Các dự án | dự án | |\n| * | Kết thúc | | |")
    assert lines(plan) == [
        "I. CÁC DỰ ÁN",
        "1. Dự án 3: Hỗ trợ phát triển sản xuất",
        "1.1. Tiểu dự án 1: Nông nghiệp",
        "- Mục tiêu: Tăng thu nhập.",
        "- Nội dung hoạt động:",
        "+ Trồng trọt.",
        "+ Chăn nuôi.",
        "2. Dự án 4: Việc làm",
        "- Mục tiêu: Có việc làm.",
        "- Vốn và nguồn vốn: Theo phân bổ.",
        "Kết thúc./.",
    ]


def test_an_empty_block_takes_its_heading_away_and_numbers_close_up(tmp_path: Path) -> None:
    outline = "| I | Dự án | dự án | |\n| I | Việc cần làm | | |\n| - | Một việc | | |"
    assert lines(plan_of(tmp_path, "", outline)) == ["I. VIỆC CẦN LÀM", "- Một việc./."]


def test_targets_and_assignments(tmp_path: Path) -> None:
    sheets = """
Mục tiêu
| Chỉ tiêu | Phép so sánh | Giá trị | Đơn vị | Diễn giải |
| Tỷ lệ hộ nghèo | giảm | 0.62 | % | |
| Bảo hiểm y tế | = | 100 | % | {{gia_tri}} hộ nghèo có thẻ |
| Nhà ở | = | 5 | căn | Sửa {{gia_tri}} căn nhà |
| Vay vốn | = | | % | Đạt {{gia_tri}} |

Phân công
| Đơn vị, cá nhân thực hiện | Nhiệm vụ |
| Trạm y tế | - Khám bệnh\\n- Cấp thẻ |
"""
    outline = "| I | Chỉ tiêu | mục tiêu | |\n| I | Tổ chức | phân công | |"
    assert lines(plan_of(tmp_path, sheets, outline)) == [
        "I. CHỈ TIÊU",
        "- Tỷ lệ hộ nghèo giảm 0,62%.",
        "- 100% hộ nghèo có thẻ.",
        "- Sửa 05 căn nhà.",
        "- Đạt …………%.",
        "II. TỔ CHỨC",
        "1. Trạm y tế",
        "- Khám bệnh.",
        "- Cấp thẻ./.",
    ]


TABLE = """
Biểu chỉ tiêu
| BIỂU CHỈ TIÊU GIẢM NGHÈO NĂM 2024 |
| TT | Thôn | Tổng số hộ gia đình | Hộ nghèo cuối năm 2023 | < |
| ^ | ^ | ^ | Số hộ | Tỷ lệ (%) |
| 1 | Đông | 1400 | 5 | 0.99 |
| 2 | Tây | 128 | 4 | |
| | Tổng cộng | 1528 | 9 | |
"""


def test_the_table_of_the_body_computes_its_rates_again(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, TABLE, "| I | Biểu | biểu chỉ tiêu | |\n| - | Hết | | |")
    (table,) = [block for block in plan.body if isinstance(block, WordTable)]
    assert [[text(cell.runs) for cell in row] for row in table.rows] == [
        ["1", "Đông", "1.400", "5", "0,36"],
        ["2", "Tây", "128", "4", "3,13"],
        ["", "Tổng cộng", "1.528", "9", "0,59"],
    ]
    assert [cell.text for cell in table.head[1]] == ["TS", "%"]
    figure = table.rows[1][4].runs[0]
    assert (figure.code, figure.ref.address) == ("ty_le_ho_ngheo_dau_ky", "D5")


@pytest.mark.parametrize(
    ("copy", "number", "date"),
    [("bản giấy", "05", "ngày 05 tháng 3 năm 2024"), ("bản điện tử", "\N{NO-BREAK SPACE}" * 8, None)],
)
def test_an_annex_names_the_plan_on_paper_and_leaves_it_open_otherwise(
    tmp_path: Path, copy: str, number: str, date: str | None
) -> None:
    plan = plan_of(tmp_path, TABLE, "| - | Theo biểu kèm theo | biểu kèm theo | |", Hình_thức_văn_bản=copy)
    (annex,) = plan.annexes
    assert (annex.label, annex.title) == ("Phụ lục", "BIỂU CHỈ TIÊU GIẢM NGHÈO NĂM 2024")
    assert annex.attached.startswith(f"(Kèm theo Kế hoạch số {number}/KH-UBND")
    assert annex.attached.endswith("của Ủy ban nhân dân xã Bình An)")
    assert (date is None) == ("2024" not in annex.attached) and (date or "") in annex.attached
    assert lines(plan) == ["- Theo biểu kèm theo./."]


def test_recipients_end_with_the_archive_line(tmp_path: Path) -> None:
    sheet = """
Nơi nhận
| Gửi / lưu | Nơi nhận | Cách gửi |
| gửi | - Phòng LĐ-TB&XH; | để báo cáo |
| gửi | BND các ấp | |
| lưu | VT, VHXH | |
"""
    assert plan_of(tmp_path, sheet).recipients == (
        "- Phòng LĐ-TB&XH (để báo cáo);",
        "- BND các ấp;",
        "- Lưu: VT, VHXH.",
    )
    assert plan_of(tmp_path).recipients == ("- Lưu: VT.",)


def test_what_is_wrong_in_the_outline_is_found_at_its_cell(tmp_path: Path) -> None:
    outline = """| I | Có {{ho_ngeo_dau_ky}} hộ | | |
| Phần 1 | Chữ | | |
| - | Việc | bảng lạ | |
| - | Việc | | khi nào rảnh |"""
    found = composed(tmp_path, "", outline).findings
    assert [(f.code, f.severity, f.ref.address) for f in found] == [
        ("I07", "error", "B2"),
        ("I10", "error", "A3"),
        ("I12", "error", "C4"),
        ("I08", "error", "D5"),
    ]
    assert "ho_ngheo_dau_ky" in message(found[0])


def test_text_with_braces_angles_and_ampersands_is_only_text(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, "", "| - | A < B & {% x %} {{ | | |\n| - | Hết | | |")
    assert lines(plan)[0] == "- A < B & {% x %} {{."


def test_without_an_outline_there_is_no_plan(tmp_path: Path) -> None:
    assert composed(tmp_path, "", "").plan is None


def test_a_placeholder_over_a_line_break_is_one_placeholder(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, TABLE, "| - | Có {{tong_\\nso_ho}} hộ | | |\n| - | Hết | | |")
    assert lines(plan)[0] == "- Có 1.528 hộ."


def test_a_table_with_many_village_columns_is_turned_round(tmp_path: Path) -> None:
    names = [f"Ấp {n}" for n in range(1, 26)]
    sheet = "\n".join(
        [
            "Biểu chỉ tiêu",
            "| TT | Nội dung | Đơn vị tính | Ấp" + " | <" * 24 + " | Toàn xã |",
            "| ^ | ^ | ^ | " + " | ".join(names) + " | ^ |",
            "| 1 | Tổng số hộ dân đầu năm 2024 | Hộ" + " | 100" * 25 + " | 2500 |",
            "| 2 | Chỉ tiêu giảm nghèo năm 2024 | Hộ" + " | 2" * 25 + " | 50 |",
            "| | - Hộ nghèo | Hộ" + " | 1" * 25 + " | 25 |",
            "| | - Cận nghèo | Hộ" + " | 1" * 25 + " | 25 |",
        ]
    )
    (annex,) = plan_of(tmp_path, sheet, "| - | Theo biểu | biểu kèm theo | |").annexes
    table = annex.blocks[0]
    assert isinstance(table, WordTable)
    assert [(cell.text, cell.columns) for cell in table.head[0]][2:] == [
        ("Tổng số hộ dân đầu năm 2024", 1),
        ("Chỉ tiêu giảm nghèo năm 2024", 3),
    ]
    assert [cell.text for cell in table.head[1]] == ["TS", "Hộ nghèo", "Cận nghèo"]
    assert [text(cell.runs) for cell in table.rows[-1]] == ["", "Tổng cộng", "2.500", "50", "25", "25"]
    assert len(table.rows) == 26


def test_laws_are_cited_by_name_and_kinds_are_not_doubled(tmp_path: Path) -> None:
    sheet = """
Căn cứ
| Mở đầu | Loại văn bản | Số, ký hiệu | Ngày ban hành | Cơ quan ban hành | Trích yếu |
| Căn cứ | Luật | 72/2025/QH15 | 16/6/2025 | Quốc hội | Tổ chức chính quyền địa phương |
"""
    plan = plan_of(tmp_path, sheet, Tên_đơn_vị="Xã Bình An", Chức_vụ_người_ký="Chủ tịch")
    assert [text(runs) for runs in plan.legal_bases] == ["Căn cứ Luật Tổ chức chính quyền địa phương."]
    assert plan.agency == ("ỦY BAN NHÂN DÂN", "XÃ BÌNH AN")
    assert plan.signature == ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH")


def test_a_month_that_does_not_exist_is_found_even_without_a_day(tmp_path: Path) -> None:
    result = composed(tmp_path, Ngày_ban_hành="", Tháng_ban_hành="13")
    assert [(f.code, f.params["written"]) for f in result.findings] == [("I13", "13/2024")]


@pytest.mark.parametrize("condition", ["(" * 20_000, "không " * 5_000])
def test_a_condition_without_end_is_only_a_condition_that_cannot_be_read(tmp_path: Path, condition: str) -> None:
    assert [f.code for f in composed(tmp_path, "", f"| - | Việc | | {condition} |").findings] == ["I08"]


def test_a_target_typed_as_a_percentage_keeps_its_value(tmp_path: Path) -> None:
    sheet = """
Mục tiêu
| Chỉ tiêu | Phép so sánh | Giá trị | Đơn vị | Diễn giải |
| ty_le_ho_ngheo_cuoi_ky | còn | 3.30% | % | |
"""
    assert (
        lines(plan_of(tmp_path, sheet, "| I | Chỉ tiêu | mục tiêu | |"))[1] == "- Tỷ lệ hộ nghèo cuối kỳ còn 3,30%./."
    )


def test_a_dropped_bullet_takes_its_sub_bullets_along(tmp_path: Path) -> None:
    rows = ("I | Mục | |", "- | Một | | nam > 3000", "+ | dưới một | |", "- | Hai | | nam > 2.000", "+ | dưới hai | |")
    outline = "\n".join(f"| {row} |" for row in rows)
    assert lines(plan_of(tmp_path, "", outline)) == ["I. MỤC", "- Hai.", "+ dưới hai./."]


def test_a_village_that_does_not_exist_is_an_unknown_placeholder(tmp_path: Path) -> None:
    outline = "| - | Thôn Đông: {{ho_ngheo_dau_ky[Đông]}} hộ, Nam: {{ho_ngheo_dau_ky[Nam]}} hộ | | |"
    result = composed(tmp_path, TABLE, outline)
    assert [(f.code, f.params["written"]) for f in result.findings] == [("I07", "{{ho_ngheo_dau_ky[Nam]}}")]
    assert result.plan is not None
    assert lines(result.plan)[0].startswith("- Thôn Đông: 05 hộ")


def test_braces_that_do_not_match_are_said(tmp_path: Path) -> None:
    found = composed(tmp_path, "", "| - | Có {{ho_ngheo_dau_ky} hộ | | |").findings
    assert [(f.code, f.severity) for f in found] == [("I17", "warning")]
