"""The standard workbook, read back by an independent reader and recalculated by LibreOffice."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import openpyxl
import pytest
from office import convert, repairs, require_office
from openpyxl.utils import get_column_letter, range_boundaries

from xlplan import catalogue
from xlplan.sheets.standard.builder import build
from xlplan.sheets.standard.content import Content, load_content
from xlplan.sheets.standard.starter import Start, blank_content

DAYS = {"ngay": 29, "thang": 3, "nam_ban_hanh": 2024}
ROWS_TOML = """
loai = "thon"
huong = "rows"
hien_trang = [
  ["tong_so_ho"],
  ["ty_le_ho_ngheo_dau_ky"],
  ["khau_ngheo_dau_ky", 21, "rà soát"],
  ["ho_ngheo_dtts"],
]
noi_dung = [
  ["I", "Mục tiêu"],
  ["1.1", "=1+1 không phải công thức"],
  ["-", "@ai, https://example.org", "biểu chỉ tiêu"],
  ["+", "Có {{ho_ngheo_bao_tro_xa_hoi}} hộ", "", "tong_so_ho > 0"],
]
[thong_tin]
loai_don_vi = "xã"
ten_don_vi = "Thử Nghiệm"
loai_thon = "thôn"
ky = 2024
nguoi_lap = "Lê Thị B"
ngay_chot = "31/12/2023"
nguon_so_lieu = "Quyết định số 1/QĐ-UBND"
[bieu]
thon = ["Một", 'Hai "Trại" & <Bến>', "=Ba"]
[bieu.so]
tong_so_ho = [128, 160, 200]
ho_ngheo_dau_ky = [4, 23, ""]
giam_ho_ngheo = [1, "-", 0]
ho_ngheo_cuoi_ky = [3, 23, 0]
ho_can_ngheo_dau_ky = [5, 6, 7]
giam_ho_can_ngheo = [0, 1, 2]
ho_can_ngheo_cuoi_ky = [5, 5, 5]
[bieu.toan_xa]
tong_so_ho = 488
ho_ngheo_dau_ky = 28
giam_ho_ngheo = 1
ho_ngheo_cuoi_ky = 26
ho_can_ngheo_dau_ky = 18
giam_ho_can_ngheo = 3
[[muc_tieu]]
chi_tieu = "ty_le_ho_ngheo_cuoi_ky"
phep = "còn"
gia_tri = "3.30"
[[phan_cong]]
don_vi = "Bộ phận tuyên truyền"
nhiem_vu = ["Việc thứ nhất.", "Việc thứ hai."]
"""


def content_of(text: str, folder: Path) -> Content:
    path = folder / "commune.toml"
    path.write_text(text, encoding="utf-8")
    return load_content(path)


def made_up(kind: str, orientation: str, villages: int) -> Content:
    """Figures that keep every identity; the seventh village has a blank where nothing is."""
    lines = [line.code for line in catalogue.kinds()[kind].lines]
    content = blank_content(
        Start(catalogue.kinds()[kind], 2024, [f"Thôn {i + 1}" for i in range(villages)], orientation), Path("none")
    )
    rows = []
    for i in range(villages):
        poor, near, out, near_out = 3 + i % 9, 5 + i % 4, 1 + i % 2, i % 3
        rows.append(
            {
                "tong_so_ho": 80 + 7 * i,
                "ho_ngheo_dau_ky": poor,
                "giam_ho_ngheo": out,
                "ho_ngheo_cuoi_ky": poor - out,
                "ho_can_ngheo_dau_ky": near,
                "giam_ho_can_ngheo": near_out or None if i == 6 else near_out,
                "ho_can_ngheo_cuoi_ky": near - near_out,
                "ho_da_chieu_dau_ky": poor + near,
                "ho_bao_tro_xa_hoi": 2,
                "ho_co_kha_nang_thoat_ngheo": poor + near - 2,
                "giam_ho_da_chieu": out + near_out,
                "ho_da_chieu_cuoi_ky": poor + near - out - near_out,
            }
        )
    content.counts = {code: [row[code] for row in rows] for code in lines}
    content.commune = {code: sum(value or 0 for value in values) for code, values in content.counts.items()}
    content.fields |= {"ten_don_vi": "Thử", "loai_thon": "ấp", "nguoi_lap": "Lê B", **DAYS}
    return content


def built(content: Content) -> bytes:
    stream = io.BytesIO()
    build(content, stream)
    return stream.getvalue()


def opened(package: bytes, *, values: bool = False) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(package), data_only=values)


def half_up(part: object, whole: object) -> float | None:
    if not isinstance(part, int) or not isinstance(whole, int) or whole <= 0:
        return None
    return float((Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01"), ROUND_HALF_UP))


def shown(value: object) -> object:
    return None if value == "" else value


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return built(content_of(ROWS_TOML, tmp_path_factory.mktemp("rows")))


# ---- content ----------------------------------------------------------------------------------------------


def test_content_is_read_with_blanks_dashes_lists_and_rows_filled_up(tmp_path: Path) -> None:
    content = content_of(ROWS_TOML, tmp_path)
    assert content.kind.key == "thon"
    assert content.counts["ho_ngheo_dau_ky"] == [4, 23, None]
    assert content.counts["giam_ho_ngheo"][1] == "-"
    assert content.situation[2] == ("khau_ngheo_dau_ky", 21, "rà soát")
    assert content.outline[0] == ("I", "Mục tiêu", "", "")
    assert content.records["phan_cong"][0]["nhiem_vu"] == "Việc thứ nhất.\nViệc thứ hai."


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('loai = "thon"\ndac_biet = 1', "dac_biet"),
        ('loai = "khac"', "khac"),
        ('loai = "thon"\nhuong = "up"', "huong"),
        ('loai = "thon"\n[thong_tin]\nten_xa = "A"', "ten_xa"),
        ('loai = "thon"\n[bieu]\nthonn = []', "thonn"),
        ('loai = "thon"\n[bieu]\nthon = []\n[bieu.so]\nho_da_chieu_dau_ky = []', "ho_da_chieu_dau_ky"),
        ('loai = "thon"\n[bieu]\nthon = ["A"]\n[bieu.so]\ntong_so_ho = [1, 2]', "tong_so_ho"),
        ('loai = "thon"\n[bieu.toan_xa]\ntong_ho = 1', "tong_ho"),
        ('loai = "thon"\nhien_trang = [["ho_nghèo"]]', "ho_nghèo"),
        ('loai = "thon"\n[[can_cu]]\nso_hieu = "1"', "so_hieu"),
        ('loai = "thon"\n[[du_an]]\nma = "Dự án 1"', "du_an"),
    ],
)
def test_what_is_unknown_is_named(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(ValueError, match=re.escape(key)):
        content_of(text, tmp_path)


def test_a_new_workbook_has_what_follows_from_its_year_and_ten_blank_rows(tmp_path: Path) -> None:
    (tmp_path / "thon.toml").write_text(
        'noi_dung = [["-", "{{ho_ngheo_dau_ky}} và {{tong_nhan_khau}}"]]', encoding="utf-8"
    )
    content = blank_content(Start(catalogue.kinds()["thon"], 2025), tmp_path)
    assert content.villages == [""] * 10
    assert content.orientation == "rows"
    assert content.fields["ky"] == "2025"
    assert "2022 - 2025" in str(content.fields["chuan_ngheo"])
    assert "giảm nghèo bền vững" in str(content.fields["chuong_trinh"])
    assert "nguoi_ky" not in content.fields
    codes = [code for code, value, _ in content.situation if value is None]
    assert {"tong_nhan_khau", "ho_ngheo_dau_ky", "khau_ngheo_dau_ky"} <= set(codes)
    assert "ho_ngheo_cuoi_ky" not in codes


# ---- the table --------------------------------------------------------------------------------------------


def test_villages_as_rows_formulas_and_cached_results_agree(rows: bytes) -> None:
    formulas, values = opened(rows)["Biểu chỉ tiêu"], opened(rows, values=True)["Biểu chỉ tiêu"]
    names = [values.cell(r, 2).value for r in range(7, 14)]
    assert names[:3] == ["Một", 'Hai "Trại" & <Bến>', "=Ba"]
    assert names[3:] == ["…", "Toàn xã (số liệu chính thức)", "Cộng các thôn", "Chênh lệch"]
    assert [values.cell(r, 1).value for r in range(7, 10)] == [1, 2, 3]
    assert formulas["B9"].data_type == "s"
    assert [values.cell(6, c).value for c in range(1, 6)] == ["A", "B", 1, 2, 3]
    assert values["D4"].value == "Hộ nghèo cuối năm 2023"
    assert [values["D5"].value, values["E5"].value] == ["Số hộ", "Tỷ lệ (%)"]
    for column in (3, 4, 6, 8, 10, 12, 14):
        letter = get_column_letter(column)
        typed = [values.cell(r, column).value for r in range(7, 10)]
        total = sum(v for v in typed if isinstance(v, int))
        assert formulas.cell(12, column).value == f"=SUM({letter}7:{letter}10)"
        assert values.cell(12, column).value == total
        commune = values.cell(11, column).value
        assert shown(values.cell(13, column).value) == (None if commune is None else commune - total)
    for column in (5, 7, 9, 11, 13, 15):
        for row in (7, 8, 9, 11, 12):
            expected = half_up(values.cell(row, column - 1).value, values.cell(row, 3).value)
            assert shown(values.cell(row, column).value) == expected
            assert "ROUND(" in formulas.cell(row, column).value
        assert formulas.cell(13, column).value is None
    assert values["E7"].value == 3.13  # 4/128 = 3,125
    assert values["E8"].value == 14.38  # 23/160 = 14,375


@pytest.mark.parametrize("villages", [1, 12, 60])
def test_villages_as_columns_formulas_and_cached_results_agree(villages: int) -> None:
    package = built(made_up("nam", "columns", villages))
    formulas, values = opened(package)["Biểu chỉ tiêu"], opened(package, values=True)["Biểu chỉ tiêu"]
    filler, commune, total, difference = range(villages + 4, villages + 8)
    assert values.cell(5, 4).value == "Ấp"
    assert [values.cell(6, c).value for c in (4, filler)] == ["Thôn 1", "…"]
    heads = [values.cell(5, c).value for c in (commune, total, difference)]
    assert heads == ["Toàn xã", "Cộng các ấp", "Chênh lệch"]
    assert [values.cell(7, c).value for c in (1, 2, 3, 4, filler, commune)] == [*"ABC", 1, None, villages + 1]
    labels = [(values.cell(r, 1).value, values.cell(r, 2).value) for r in range(8, 18)]
    assert labels[0] == ("1", "Tổng số hộ dân đầu năm 2024")
    assert labels[2] == (None, "Tỷ lệ (%)")
    assert labels[4] == (None, "- Hộ có khả năng thoát nghèo năm 2024")
    for row in range(8, 18):
        cells = [values.cell(row, c).value for c in range(4, 4 + villages)]
        if values.cell(row, 2).value == "Tỷ lệ (%)":
            for column in (*range(4, 4 + villages), commune, total):
                expected = half_up(values.cell(row - 1, column).value, values.cell(8, column).value)
                assert shown(values.cell(row, column).value) == expected
            continue
        last = get_column_letter(filler)
        assert formulas.cell(row, total).value == f"=SUM(D{row}:{last}{row})"
        assert values.cell(row, total).value == sum(v or 0 for v in cells)
        assert values.cell(row, difference).value == 0


@pytest.mark.parametrize("kind", ["thon", "nam"])
@pytest.mark.parametrize("orientation", ["rows", "columns"])
def test_each_kind_can_be_laid_out_either_way(kind: str, orientation: str) -> None:
    values = opened(built(made_up(kind, orientation, 2)), values=True)["Biểu chỉ tiêu"]
    texts = {cell.value for row in values.iter_rows() for cell in row if isinstance(cell.value, str)}
    assert {"BIỂU CHỈ TIÊU GIẢM NGHÈO NĂM 2024", "ỦY BAN NHÂN DÂN XÃ THỬ", "Tỷ lệ (%)", "Lê B"} <= texts
    # Where no column stands over it, a bullet carries its full heading
    child = {"rows": "Giảm hộ nghèo trong năm 2024", "columns": "- Hộ nghèo"}[orientation]
    assert kind == "thon" or child in texts
    annex = "(Kèm theo Kế hoạch số ……/KH-UBND ngày 29 tháng 3 năm 2024 của UBND xã Thử)"
    assert (annex in texts) == (kind == "nam")


def test_a_table_without_villages_can_still_be_built(tmp_path: Path) -> None:
    for huong in ("rows", "columns"):
        content = content_of(f'loai = "nam"\nhuong = "{huong}"', tmp_path)
        values = opened(built(content), values=True)["Biểu chỉ tiêu"]
        assert "Đơn vị" in {cell.value for row in values.iter_rows() for cell in row}


def test_lines_below_the_table_come_from_thong_tin(rows: bytes) -> None:
    formulas, values = opened(rows)["Biểu chỉ tiêu"], opened(rows, values=True)["Biểu chỉ tiêu"]
    below = {c.value: formulas[c.coordinate].value for row in values.iter_rows(min_row=14) for c in row if c.value}
    assert set(below) == {
        "Nguồn số liệu toàn xã: Quyết định số 1/QĐ-UBND.",
        "Số liệu chốt đến ngày 31/12/2023.",
        "NGƯỜI LẬP BIỂU",
        "(Ký, ghi rõ họ tên)",
        "Lê Thị B",
    }
    assert "TT_nguon_so_lieu" in below["Nguồn số liệu toàn xã: Quyết định số 1/QĐ-UBND."]


def test_a_period_of_years_names_its_last_year_and_the_year_before_it(tmp_path: Path) -> None:
    content = content_of(ROWS_TOML.replace("ky = 2024", 'ky = "2021 - 2025"'), tmp_path)
    values = opened(built(content), values=True)
    assert values["Biểu chỉ tiêu"]["A2"].value == "BIỂU CHỈ TIÊU GIẢM NGHÈO NĂM 2025"
    assert values["Biểu chỉ tiêu"]["D4"].value == "Hộ nghèo cuối năm 2020"


# ---- what a user may do -----------------------------------------------------------------------------------


def test_whole_rows_of_villages_are_unlocked_and_formulas_of_totals_locked(rows: bytes) -> None:
    sheet = opened(rows)["Biểu chỉ tiêu"]
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    allowed = ("insertRows", "deleteRows", "formatRows", "formatColumns", "formatCells", "sort", "autoFilter")
    assert not any(getattr(sheet.protection, name) for name in allowed)  # False: not forbidden
    assert sheet.protection.insertColumns
    for row in (7, 8, 9):
        assert not any(cell.protection.locked for cell in sheet[row])
        assert sheet.row_dimensions[row].has_style
        assert not sheet.row_dimensions[row].protection.locked
    assert all(cell.protection.locked for row in (4, 5, 6, 10, 12, 13) for cell in sheet[row])
    commune = {cell.column_letter: cell.protection.locked for cell in sheet[11]}
    assert [letter for letter, locked in commune.items() if not locked] == list("CDFHJLN")


def test_whole_columns_of_villages_are_unlocked_and_nothing_else_is_merged_over_them() -> None:
    sheet = opened(built(made_up("nam", "columns", 3)))["Biểu chỉ tiêu"]
    assert not sheet.protection.insertColumns
    assert not sheet.protection.deleteColumns
    for letter in "DEF":
        assert not any(cell.protection.locked for cell in sheet[letter] if cell.has_style)
    assert all(cell.protection.locked for letter in "GIJ" for cell in sheet[letter] if cell.row >= 6)
    villages = sheet.column_dimensions["D"]  # one entry for columns that look the same
    assert (villages.min, villages.max, villages.protection.locked) == (4, 6, False)
    touching = [str(r) for r in sheet.merged_cells.ranges if r.max_col >= 4 and r.min_col <= 6]
    assert touching == ["D5:G5"]


def test_counts_are_whole_numbers_and_every_drop_down_names_a_list(rows: bytes) -> None:
    book = opened(rows)
    checks = book["Biểu chỉ tiêu"].data_validations.dataValidation
    whole = [check for check in checks if check.type == "whole"]
    assert [(check.operator, check.formula1, check.errorStyle) for check in whole] == [
        ("greaterThanOrEqual", "0", None)
    ] * 2
    assert "C7:C10" in str(whole[0].sqref)
    assert str(whole[1].sqref).split() == ["C11", "D11", "F11", "H11", "J11", "L11", "N11"]
    hint = next(check for check in checks if str(check.sqref) == "B10")
    assert hint.prompt == "Chèn dòng mới phía trên dòng này."
    lists = {
        check.formula1 for sheet in book for check in sheet.data_validations.dataValidation if check.type == "list"
    }
    assert lists <= set(book.defined_names)
    assert {"DS_cap", "DS_khoi", "DS_programmes", "DS_standards", "DS_ma_chi_tieu"} <= lists
    for name in lists:
        ((title, area),) = book.defined_names[name].destinations
        left, top, right, bottom = range_boundaries(area)
        assert left == right
        assert all(book[title].cell(row, left).value for row in range(top, bottom + 1))


def test_conditional_formats_state_the_identities_of_the_lines_present(rows: bytes) -> None:
    sheet = opened(rows)["Biểu chỉ tiêu"]
    rules = {
        (str(area.sqref), formula)
        for area in sheet.conditional_formatting
        for rule in area.rules
        for formula in rule.formula
    }
    assert ("H7:H11", "AND(ISNUMBER(H7),COUNT(D7,F7)>0,H7<>SUM(D7)-SUM(F7))") in rules
    assert ("F7:F11", "AND(COUNT(F7)=1,SUM(F7)>N(D7))") in rules
    assert ("C11:O11", "AND(ISNUMBER(C$13),C$13<>0)") in rules
    assert ("C13:O13", "AND(ISNUMBER(C$13),C$13<>0)") in rules


def test_names_point_at_the_communes_cells_and_at_the_fields(rows: bytes) -> None:
    book, values = opened(rows), opened(rows, values=True)

    def value(name: str) -> object:
        ((title, area),) = book.defined_names[name].destinations
        return values[title][area.replace("$", "")].value

    assert value("CT_ho_ngheo_dau_ky") == 28
    assert value("CT_ty_le_ho_ngheo_dau_ky") == half_up(28, 488)
    assert value("TT_ten_don_vi") == "Thử Nghiệm"
    assert value("TT_don_vi") == "xã Thử Nghiệm"
    assert [value("TT_nam"), value("TT_nam_truoc")] == [2024, 2023]
    assert book.defined_names["BIEU"].attr_text == "'Biểu chỉ tiêu'!$A$4:$O$13"
    assert {f"TT_{key}" for key in catalogue.fields()} <= set(book.defined_names)
    assert not [name for name in book.defined_names if re.fullmatch(r"[A-Za-z]{1,3}\d+|[RrCc]\d*", name)]
    folded = [name.casefold() for name in book.defined_names]
    assert len(folded) == len(set(folded))


def test_print_view_and_chart(rows: bytes) -> None:
    sheet = opened(rows)["Biểu chỉ tiêu"]
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$4:$6"
    assert sheet.print_area == "'Biểu chỉ tiêu'!$A$1:$O$19"
    assert sheet.print_options.horizontalCentered
    assert sheet.oddFooter.center.text.endswith("Trang &P/&N")
    assert sheet.freeze_panes == "C7"
    with zipfile.ZipFile(io.BytesIO(rows)) as package:
        chart, drawing = (package.read(f"xl/{p}1.xml").decode() for p in ("charts/chart", "drawings/drawing"))
    assert "$B$7:$B$10" in chart
    assert "$E$7:$E$10" in chart
    assert "<c:v>Hộ nghèo cuối năm 2023</c:v>" in chart
    assert 'barDir val="col"' in chart
    assert 'descr="Biểu đồ cột' in drawing
    row = int(re.search(r"<xdr:from>.*?<xdr:row>(\d+)<", drawing)[1])  # type: ignore[index]
    assert row >= 19  # from 0: below the print area


def test_many_villages_print_readably_and_are_drawn_as_bars() -> None:
    package = built(made_up("nam", "columns", 60))
    sheet = opened(package)["Biểu chỉ tiêu"]
    assert sheet.page_setup.fitToWidth > 1
    assert sheet.print_title_cols == "$A:$C"
    with zipfile.ZipFile(io.BytesIO(package)) as parts:
        assert 'barDir val="bar"' in parts.read("xl/charts/chart1.xml").decode()


# ---- the other sheets -------------------------------------------------------------------------------------


def test_sheets_stand_in_the_order_of_their_kind_and_open_at_thong_tin(rows: bytes) -> None:
    book = opened(rows)
    assert book.sheetnames == [catalogue.forms()[key].title for key in catalogue.kinds()["thon"].sheets]
    assert book.active.title == "Thông tin"
    assert book.active.sheet_view.selection[-1].activeCell == "B6"
    assert book["Thông tin"]["A5"].protection.locked
    assert not book["Thông tin"]["B5"].protection.locked
    fields = {row[0].value: row[1].value for row in book["Thông tin"].iter_rows(min_row=5)}
    assert fields["Tên đơn vị"] == "Thử Nghiệm"
    assert fields["Loại kế hoạch"] == "Kế hoạch năm, biểu theo thôn"
    assert fields["Phiên bản mẫu"] == "1"


def test_text_is_never_taken_for_a_formula_a_number_or_a_link(rows: bytes) -> None:
    sheet = opened(rows)["Nội dung"]
    assert [cell.value for cell in sheet["A"][4:8]] == ["I", "1.1", "-", "+"]
    assert sheet["B6"].value == "=1+1 không phải công thức"
    assert {cell.data_type for row in sheet["A5:D8"] for cell in row if cell.value} == {"s"}
    assert sheet["B8"].value == "Có {{ho_ngheo_bao_tro_xa_hoi}} hộ"  # `_xa_` looks like an escape
    assert sheet["A6"].number_format == "@"
    with zipfile.ZipFile(io.BytesIO(rows)) as package:
        assert not [name for name in package.namelist() if "hyperlink" in package.read(name).decode("utf-8", "replace")]


def test_list_sheets_have_room_and_can_be_rearranged(rows: bytes) -> None:
    book = opened(rows)
    for title in ("Mục tiêu", "Căn cứ", "Nội dung", "Phân công", "Nơi nhận"):
        sheet = book[title]
        assert sheet.freeze_panes == "A5"
        assert sheet.auto_filter.ref.startswith("A4:")
        assert sheet.protection.sheet
        assert not sheet.protection.deleteRows
        assert all(cell.protection.locked for cell in sheet[4])
        assert all(not cell.protection.locked for row in sheet.iter_rows(min_row=5) for cell in row)
        assert not sheet.column_dimensions["A"].protection.locked  # rows further down as well
        assert sheet.max_row > 12
    goals = book["Mục tiêu"]
    assert (goals["C5"].value, goals["C5"].number_format) == (3.3, "#,##0.00")
    work = book["Phân công"]
    assert work["B5"].value == "Việc thứ nhất.\nViệc thứ hai."
    assert work.row_dimensions[5].height > 30
    with zipfile.ZipFile(io.BytesIO(rows)) as package:
        fixed = [name for name in package.namelist() if b"customHeight" in package.read(name)]
    assert fixed == ["xl/worksheets/sheet2.xml", "xl/worksheets/sheet10.xml"]  # elsewhere rows grow with text


def test_hien_trang_links_what_the_table_has(rows: bytes) -> None:
    sheet, values = opened(rows)["Hiện trạng"], opened(rows, values=True)["Hiện trạng"]
    assert sheet["D5"].value == '=IF(CT_tong_so_ho="","",CT_tong_so_ho)'
    assert [values[f"D{row}"].value for row in range(5, 9)] == [488, half_up(28, 488), 21, None]
    assert [sheet[f"D{row}"].protection.locked for row in range(5, 9)] == [True, True, False, False]
    assert values["B6"].value == "Tỷ lệ hộ nghèo đầu kỳ"
    assert values["C7"].value == "nhân khẩu"


def test_danh_muc_shows_every_placeholder_with_its_present_value(rows: bytes) -> None:
    values = opened(rows, values=True)["Danh mục"]
    present = {row[0].value: (row[2].value, shown(row[3].value)) for row in values.iter_rows(min_row=5, max_col=4)}
    assert set(catalogue.fields()) <= set(present)
    assert present["don_vi"] == (None, "xã Thử Nghiệm")
    assert present["nam_truoc"][1] == 2023
    assert present["tong_so_ho"] == ("hộ", 488)
    assert present["ty_le_ho_ngheo_cuoi_ky"] == ("%", half_up(26, 488))
    assert present["khau_ngheo_dau_ky"] == ("nhân khẩu", 21)
    assert present["ho_ngheo_dtts"] == ("hộ", None)
    assert "gia_tri" in present
    assert "ho_da_chieu_dau_ky" not in present


# ---- the package ------------------------------------------------------------------------------------------


def test_the_same_content_gives_the_same_bytes_in_another_process(rows: bytes, tmp_path: Path) -> None:
    assert built(content_of(ROWS_TOML, tmp_path)) == rows
    code = (
        "import sys; from pathlib import Path; from xlplan.sheets.standard.builder import build;"
        "from xlplan.sheets.standard.content import load_content;"
        "build(load_content(Path(sys.argv[1])), Path(sys.argv[2]))"
    )
    target = tmp_path / "again.xlsx"
    root = Path(__file__).parent.parent
    subprocess.run([sys.executable, "-c", code, tmp_path / "commune.toml", target], check=True, cwd=root, timeout=60)
    assert target.read_bytes() == rows


def test_building_is_all_that_loads_xlsxwriter() -> None:
    code = "import sys, xlplan.sheets.standard.builder as b; sys.exit('xlsxwriter' in sys.modules)"
    root = Path(__file__).parent.parent
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=root, timeout=60).returncode == 0


def test_properties_language_and_font(rows: bytes) -> None:
    book = opened(rows)
    assert book.properties.title == "Kế hoạch năm, biểu theo thôn 2024 – xã Thử Nghiệm"
    assert book.properties.language == "vi-VN"
    assert book.custom_doc_props["xlplan_template"].value == "1"
    with zipfile.ZipFile(io.BytesIO(rows)) as package:
        styles = package.read("xl/styles.xml").decode()
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert set(re.findall(r'<name val="([^"]+)"', styles)) == {"Times New Roman"}
    assert "<scheme" not in styles  # it would show the theme's font instead


@pytest.mark.parametrize("values", ["rows", "columns", "blank"])
def test_excel_would_not_offer_to_repair_the_file(rows: bytes, values: str, tmp_path: Path) -> None:
    blank = blank_content(Start(catalogue.kinds()["nam"], 2026), tmp_path)
    package = {"rows": rows, "columns": built(made_up("nam", "columns", 12)), "blank": built(blank)}[values]
    path = tmp_path / "book.xlsx"
    path.write_bytes(package)
    assert repairs(path) == []


# ---- LibreOffice ------------------------------------------------------------------------------------------


def without_results(package: bytes) -> bytes:
    """The package with the result of every formula removed, so that LibreOffice has to work them out."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(result, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name.startswith("xl/worksheets/sheet"):
                data, found = re.subn(rb"</f><v>[^<]*</v>", b"</f>", data)
                assert found == len(re.findall(rb"<f>", data))
            target.writestr(name, data)
    return result.getvalue()


def ties() -> Content:
    """A hundred rates that lie exactly between two hundredths, among them those that slip in binary."""
    pairs = [
        (part, whole)
        for whole in range(160, 1700, 160)
        for part in range(1, whole)
        if part * 20000 % whole == 0 and part * 20000 // whole % 2
    ][::7][:100]
    content = made_up("thon", "rows", len(pairs))
    content.counts["tong_so_ho"] = [whole for _, whole in pairs]
    content.counts["ho_ngheo_dau_ky"] = [part for part, _ in pairs]
    return content


@pytest.mark.office
@pytest.mark.parametrize("case", ["rows", "columns", "blank", "period", "ties"])
def test_cached_results_equal_a_recalculation(rows: bytes, case: str, tmp_path: Path) -> None:
    require_office()
    if case == "rows":
        package = rows
    elif case == "period":
        package = built(content_of(ROWS_TOML.replace("ky = 2024", 'ky = "2021 - 2025"'), tmp_path))
    elif case == "blank":
        package = built(blank_content(Start(catalogue.kinds()["thon"], 2026, orientation="columns"), tmp_path))
    else:
        package = built(ties() if case == "ties" else made_up("nam", "columns", 12))
    source = tmp_path / "book.xlsx"
    source.write_bytes(without_results(package))
    recalculated = openpyxl.load_workbook(convert(source, tmp_path / "out", "xlsx"), data_only=True)
    formulas, cached = opened(package), opened(package, values=True)
    compared = 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    ours = shown(cached[sheet.title][cell.coordinate].value)
                    theirs = shown(recalculated[sheet.title][cell.coordinate].value)
                    assert ours == theirs, f"{sheet.title}!{cell.coordinate} {cell.value}"
                    compared += 1
    assert compared > 100
