"""C02, C04, C05: targets against the figures of the commune and of its villages."""

from __future__ import annotations

from decimal import Decimal

import pytest
from rows import outcomes, submission

from xlplan import catalogue
from xlplan.checks import Rule
from xlplan.checks.targets import c02, c04, c05
from xlplan.messages import message, reason
from xlplan.model import Cell, CellRef, Finding, Line, Submission, Table, Unit

Row = dict[str, str | int | None]
LONG_AN = {
    "tong_so_ho": 2725,
    "ho_da_chieu_dau_ky": 92,
    "giam_ho_da_chieu": 29,
    "giam_ho_ngheo": 6,
    "giam_ho_can_ngheo": 23,
    "ho_da_chieu_cuoi_ky": 63,
}
SON_TRUNG = {
    "tong_so_ho": 1545,
    "ho_ngheo_dau_ky": 63,
    "giam_ho_ngheo": 12,
    "ho_ngheo_cuoi_ky": 51,
    "ho_can_ngheo_dau_ky": 69,
    "giam_ho_can_ngheo": 15,
    "ho_can_ngheo_cuoi_ky": 54,
}
TIEN_LONG = {"tong_so_ho": 128, "ho_ngheo_dau_ky": 4, "giam_ho_ngheo": None, "ho_ngheo_cuoi_ky": 4}
MAI_HA = {"tong_so_ho": 202, "ho_ngheo_dau_ky": 3, "giam_ho_ngheo": 1, "ho_ngheo_cuoi_ky": 2}


def table(commune: dict[str, int], villages: dict[str, dict[str, int | None]] | None = None) -> Table:
    """A table of the commune's figures, villages above them."""
    codes = list(commune)
    units = [*(villages or {}).items(), ("Toàn xã", dict(commune))]
    cells = {}
    for i, (_, figures) in enumerate(units):
        for j, code in enumerate(codes):
            value = figures.get(code)
            ref = CellRef("Biểu chỉ tiêu", 7 + i, 3 + j)
            state = "blank" if value is None else "number"
            cells[i, j] = Cell(ref, None if value is None else Decimal(value), state, str(value or ""))
    return Table(
        "Biểu chỉ tiêu",
        "rows",
        tuple(Line(code, (catalogue.label(code),), CellRef("Biểu chỉ tiêu", 5, 3), 3) for code in codes),
        tuple(
            Unit(name, "commune" if name == "Toàn xã" else "village", CellRef("Biểu chỉ tiêu", 7 + i, 2), 7 + i)
            for i, (name, _) in enumerate(units)
        ),
        cells,
    )


def plan(
    commune: dict[str, int], *rows: Row, villages: dict[str, dict[str, int | None]] | None = None, period: str = "2024"
) -> Submission:
    return submission("muc_tieu", *rows, period=period)._replace(tables=(table(commune, villages),))


def target(code: str, sign: str | None, value: str | int | None, unit: str = "%", **more: str) -> Row:
    return {"chi_tieu": code, "phep": sign, "gia_tri": value, "don_vi": unit, **more}


def found(rule: Rule, case: Submission) -> list[tuple[str, str, str]]:
    return [(f.ref.address, f.actual, f.expected) for f in outcomes(rule, case)[0]]


def notes(rule: Rule, case: Submission) -> list[str]:
    return [reason(note) for note in outcomes(rule, case)[1]]


def only(rule: Rule, case: Submission) -> Finding:
    (finding,) = outcomes(rule, case)[0]
    return finding


# ---- C02 ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "sign", "value", "unit"),
    [
        ("ty_le_ho_ngheo_cuoi_ky", "còn", "3.30", "%"),
        ("ty_le_ho_ngheo_cuoi_ky", "còn", "3.3", "%"),
        ("ty_le_ho_ngheo_cuoi_ky", "=", "3.301", "%"),
        ("ty_le_ho_can_ngheo_cuoi_ky", "còn", "3.50", "%"),  # 54 / 1.545 = 3,495
        ("ty_le_ho_can_ngheo_cuoi_ky", "còn", "3.5", "%"),
        ("ho_ngheo_cuoi_ky", "còn", "3.30", "%"),
        ("ho_ngheo_cuoi_ky", "còn", 51, "hộ"),
        ("ty_le_ho_ngheo_cuoi_ky", "còn", 51, "hộ"),
        ("Tỷ lệ hộ nghèo cuối năm 2024", "còn", "3.30", "%"),
        ("Hộ nghèo cuối kỳ", "còn", 51, ""),
        ("giam_ho_ngheo", "giảm", 12, "hộ"),
        ("ty_le_giam_ho_ngheo", "giảm", "0.78", "điểm %"),
    ],
)
def test_a_target_equals_the_commune_at_the_printed_decimals(code: str, sign: str, value: str | int, unit: str) -> None:
    assert outcomes(c02, plan(SON_TRUNG, target(code, sign, value, unit))) == ([], [], 1)


@pytest.mark.parametrize(
    ("code", "sign", "value", "unit", "expected"),
    [
        ("ty_le_ho_ngheo_cuoi_ky", "còn", "3.31", "%", "3.30"),
        ("ty_le_ho_can_ngheo_cuoi_ky", "còn", "3.495", "%", None),
        ("ty_le_ho_can_ngheo_cuoi_ky", "còn", "3.494", "%", "3.495"),
        ("ty_le_ho_ngheo_cuoi_ky", "còn", 0, "%", "3.30"),
        ("ho_ngheo_cuoi_ky", "còn", 50, "hộ", "51"),
        ("giam_ho_ngheo", "giảm", 13, "hộ", "12"),
    ],
)
def test_a_target_that_differs(code: str, sign: str, value: str | int, unit: str, expected: str | None) -> None:
    case = plan(SON_TRUNG, target(code, sign, value, unit, pham_vi="Toàn xã"))
    assert found(c02, case) == ([("C5", str(value), expected)] if expected else [])


def test_four_households_of_8999_are_not_nothing() -> None:
    figures = {"tong_so_ho": 8999, "ho_ngheo_cuoi_ky": 4}
    finding = only(c02, plan(figures, target("ty_le_ho_ngheo_cuoi_ky", "còn", 0)))
    assert (finding.severity, finding.expected) == ("error", "0.04")
    assert message(finding) == (
        "Mục tiêu, ô C5 (Tỷ lệ hộ nghèo cuối kỳ): đang ghi còn 0%; số toàn xã là 4 / 8.999 = 0,04%. "
        "Sửa giá trị của chỉ tiêu này, hoặc xem lại số liệu."
    )


def test_what_the_workbook_does_not_give_is_not_checked() -> None:
    def note(row: Row) -> list[str]:
        return notes(c02, plan(LONG_AN, row))

    assert note(target("ty_le_ho_ngheo_cuoi_ky", "còn", "0.5")) == ["không có số liệu: Tỷ lệ hộ nghèo cuối kỳ"]
    assert note(target("ho_da_chieu_cuoi_ky", "còn", None, "hộ")) == [
        "còn ô trống: Giá trị – Hộ nghèo đa chiều (hộ nghèo và hộ cận nghèo) cuối kỳ"
    ]
    assert note(target("giam_ho_ngheo", "=", "5 - 7", "hộ")) == ["có ô không đọc được: 'Mục tiêu'!C5"]
    assert note(target("giam_ho_ngheo", "khoảng", 6, "hộ")) == ["có ô không đọc được: 'Mục tiêu'!B5"]
    assert note(target("giam_ho_ngheo", None, 6, "hộ")) == ["còn ô trống: Phép so sánh – Chỉ tiêu giảm hộ nghèo"]
    assert note(target("ho_da_chieu_dau_ky", "còn", 63, "hộ")) == [
        "“còn” nói về cuối kỳ nhưng chỉ tiêu là số đầu kỳ: 'Mục tiêu'!A5"
    ]


def test_a_target_that_names_no_indicator_is_left_alone() -> None:
    row = target("Người thuộc hộ nghèo được cấp thẻ bảo hiểm y tế", "=", 100)
    for rule in (c02, c04, c05):
        assert outcomes(rule, plan(SON_TRUNG, row)) == ([], [], 0)


# ---- C04 ---------------------------------------------------------------------------------------------------


def test_more_than_0_62_per_cent_holds_for_one_base_and_not_for_the_other() -> None:
    row = target("ty_le_giam_ho_da_chieu", ">", "0.62", co_so="nghèo đa chiều", pham_vi="Toàn xã")
    finding = only(c04, plan(LONG_AN, row))
    assert (finding.ref.address, finding.severity) == ("C5", "warning")
    assert message(finding) == (
        "Mục tiêu, ô C5 (Tỷ lệ chỉ tiêu giảm hộ nghèo đa chiều): đang ghi > 0,62%; đạt nếu tính trên nghèo đa chiều "
        "(1,06%), hộ cận nghèo (0,84%); không đạt nếu tính trên hộ nghèo (0,22%). Xác nhận chỉ tiêu tính trên nhóm "
        "hộ nào và ghi rõ trong kế hoạch."
    )
    assert message(finding, "en").startswith(
        "Mục tiêu, cell C5 (Tỷ lệ chỉ tiêu giảm hộ nghèo đa chiều): holds > 0.62%; it holds for multidimensionally poor"
    )


@pytest.mark.parametrize(
    ("code", "sign", "value", "unit", "base", "warned"),
    [
        ("ty_le_giam_ho_da_chieu", ">", "0.2", "%", "", False),  # 1,06 and 0,22
        ("ty_le_giam_ho_da_chieu", ">=", "0.22", "%", "", False),
        ("ty_le_giam_ho_da_chieu", ">", "0.22", "%", "", True),  # 0,22 as the plan prints it
        ("ty_le_giam_ho_ngheo", ">", "0.62", "%", "", True),
        ("ty_le_giam_ho_ngheo", ">", "0.62", "%", "nghèo đa chiều", True),
        ("ty_le_giam_ho_can_ngheo", ">", "0.62", "%", "", False),  # near-poor is said of nothing else
        ("ty_le_giam_ho_can_ngheo", ">", "0.85", "%", "", True),
        ("giam_ho_da_chieu", "≥", 29, "hộ", "", True),
        ("giam_ho_ngheo", "≤", 29, "hộ", "", False),
        ("ty_le_ho_da_chieu_cuoi_ky", "≤", 3, "%", "", False),  # 2,31; no figure of the poor alone
        ("ty_le_ho_da_chieu_cuoi_ky", "≤", "2.3", "%", "", True),
        ("ho_da_chieu_dau_ky", "giảm", 29, "hộ", "", True),
        ("Tỷ lệ hộ nghèo đa chiều giảm", ">", "0.62", "%", "", True),
        ("Giảm tỷ lệ hộ nghèo năm 2024", "giảm", "0.2", "%", "", False),
        ("Giảm tỷ lệ hộ nghèo năm 2024", "giảm", "0.3", "%", "", True),
    ],
)
def test_an_inequality_is_held_against_its_base_and_the_one_it_is_confused_with(
    code: str, sign: str, value: str | int, unit: str, base: str, warned: bool
) -> None:
    case = plan(LONG_AN, target(code, sign, value, unit, co_so=base))
    assert outcomes(c02, case) == ([], [], 0)
    findings, unchecked, held = outcomes(c04, case)
    assert ([f.severity for f in findings], unchecked, held) == ((["warning"], [], 0) if warned else ([], [], 1))


def test_three_and_a_third_per_cent_are_not_at_most_three() -> None:
    finding = only(c04, plan(SON_TRUNG, target("ty_le_ho_ngheo_cuoi_ky", "≤", 3)))
    assert (finding.actual, finding.expected) == ("3", "3.30")
    assert "không đạt nếu tính trên hộ nghèo (3,30%). Xem lại" in message(finding)


def test_an_indicator_without_a_base() -> None:
    case = plan(SON_TRUNG | {"tai_ngheo": 2}, target("tai_ngheo", "≤", 1, "hộ"))
    assert "≤ 1 hộ; không đạt, số toàn xã là 2 hộ." in message(only(c04, case))


def test_an_unknown_base_is_not_checked() -> None:
    case = plan(SON_TRUNG, target("ty_le_ho_da_chieu_cuoi_ky", "≤", 7))
    assert notes(c04, case) == ["không có số liệu: Tỷ lệ hộ nghèo đa chiều (hộ nghèo và hộ cận nghèo) cuối kỳ"]


@pytest.mark.parametrize(
    ("name", "period"),
    [
        ("Giảm tỷ lệ trẻ em suy dinh dưỡng của hộ nghèo", "2024"),
        ("Giảm tỷ lệ hộ nghèo trong năm", "2021 - 2025"),
        ("Giảm tỷ lệ", "2024"),
    ],
)
def test_a_decrease_of_something_else_is_left_alone(name: str, period: str) -> None:
    assert outcomes(c04, plan(LONG_AN, target(name, "giảm", 5), period=period)) == ([], [], 0)


# ---- C05 ---------------------------------------------------------------------------------------------------

VILLAGES = {"Tiên Long": TIEN_LONG, "Mai Hà": MAI_HA}


def in_village(row: Row, name: str) -> Submission:
    return plan(SON_TRUNG, {**row, "pham_vi": name}, villages=VILLAGES)


@pytest.mark.parametrize(
    "scope", ["", "Toàn xã", "toàn  xã Bình An", "Trên địa bàn xã", "Cả xã", "xã Bình An", "Bình An"]
)
def test_targets_of_the_whole_commune_are_not_of_a_village(scope: str) -> None:
    row = target("ho_ngheo_cuoi_ky", "còn", 51, "hộ")
    assert outcomes(c05, in_village(row, scope)) == ([], [], 0)
    assert outcomes(c02, in_village(row, scope)) == ([], [], 1)


@pytest.mark.parametrize(
    ("code", "sign", "value", "unit", "scope", "expected"),
    [
        ("ho_ngheo_cuoi_ky", "còn", 4, "hộ", "Tiên Long", None),
        ("ty_le_ho_ngheo_dau_ky", "=", "3.13", "%", "thôn Tiên Long", None),
        ("ty_le_ho_ngheo_cuoi_ky", "≤", "3.12", "%", "Tiên Long", "3.13"),
        ("giam_ho_ngheo", "giảm", 0, "hộ", "Tiên Long", None),  # an empty cell of a filled row is none
        ("giam_ho_ngheo", "≥", 1, "hộ", "Mai Hà", None),
        ("ho_ngheo_cuoi_ky", "còn", 0, "hộ", "Mai Hà", "2"),
        ("Hộ nghèo cuối năm 2024", "còn", 0, "hộ", "MAI HÀ", "2"),
    ],
)
def test_a_target_of_a_village_against_its_row(
    code: str, sign: str, value: str | int, unit: str, scope: str, expected: str | None
) -> None:
    case = in_village(target(code, sign, value, unit), scope)
    assert found(c05, case) == ([("C5", str(value), expected)] if expected else [])
    for rule in (c02, c04):
        assert outcomes(rule, case) == ([], [], 0)


def test_a_village_that_the_table_does_not_have() -> None:
    finding = only(c05, in_village(target("ho_ngheo_cuoi_ky", "còn", 4, "hộ"), "Tiên Phong"))
    assert (finding.code, finding.ref.address, finding.severity) == ("C05", "F5", "warning")
    assert "biểu không có thôn nào tên như vậy (gần giống nhất: “Tiên Long”)" in message(finding)


def test_a_village_whose_name_has_a_slip_is_taken_for_it_and_that_is_said() -> None:
    finding = only(c05, in_village(target("ho_ngheo_cuoi_ky", "còn", 4, "hộ"), "Tiền Long"))
    assert (finding.code, finding.ref.address, finding.severity) == ("I34", "F5", "warning")
    assert "đang ghi “Tiền Long”, được hiểu là “Tiên Long” (" in message(finding)
    wrong, _, _ = outcomes(c05, in_village(target("ho_ngheo_cuoi_ky", "còn", 3, "hộ"), "Tiền Long"))
    assert [(f.code, f.ref.address) for f in wrong] == [("I34", "F5"), ("C05", "C5")]


def test_a_figure_that_the_table_does_not_have_is_named() -> None:
    assert notes(c05, in_village(target("ho_can_ngheo_dau_ky", "=", 4, "hộ"), "Mai Hà")) == [
        "biểu không có số hộ cận nghèo đầu kỳ của thôn Mai Hà"
    ]
    assert notes(c05, in_village(target("Đường giao thông", "=", 100), "Mai Hà")) == [
        "biểu không có số đường giao thông của thôn Mai Hà"
    ]


def test_several_villages_are_not_one() -> None:
    row = target("ho_ngheo_cuoi_ky", "còn", 0, "hộ")
    for scope in ("Mai Hà, Tiên Long", "Tiên Long và Mai Hà"):
        assert notes(c05, in_village(row, scope)) == [f"không rõ chỉ tiêu nói về thôn, ấp nào: {scope}"]


def test_two_villages_of_one_name_are_not_told_apart() -> None:
    double = table(SON_TRUNG, {"Mai Hà": MAI_HA, "Thôn Mai Hà": TIEN_LONG})
    row: Row = {**target("ho_ngheo_cuoi_ky", "còn", 2, "hộ"), "pham_vi": "Mai Hà"}
    case = submission("muc_tieu", row)._replace(tables=(double,))
    assert notes(c05, case) == ["không rõ chỉ tiêu nói về thôn, ấp nào: Mai Hà"]


def test_a_plan_without_a_table_says_so() -> None:
    row: Row = {**target("ho_ngheo_cuoi_ky", "còn", 0, "hộ"), "pham_vi": "Tân Hậu B2"}
    assert notes(c05, submission("muc_tieu", row)) == ["không có biểu chỉ tiêu"]


# ---- names -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ho_ngheo_cuoi_ky", "ho_ngheo_cuoi_ky"),
        ("ty_le_giam_ho_ngheo", "ty_le_giam_ho_ngheo"),
        ("HỘ NGHÈO CUỐI KỲ", "ho_ngheo_cuoi_ky"),
        ("Tỉ lệ hộ nghèo cuối kỳ", "ty_le_ho_ngheo_cuoi_ky"),
        ("Hộ nghèo cuối năm 2023", "ho_ngheo_dau_ky"),
        ("Tỷ lệ hộ nghèo cuối năm 2024", "ty_le_ho_ngheo_cuoi_ky"),
        ("Hộ nghèo cuối năm 2022", ""),
        ("Tỷ lệ nhân khẩu", ""),
        ("Tỷ lệ", ""),
        ("", ""),
    ],
)
def test_a_code_or_a_name_of_an_indicator(text: str, code: str) -> None:
    assert catalogue.named(text, (2024, 2024)) == code
