"""Sheets and headings by label, not by position; every number with its cell and how it was written."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import build
import openpyxl
import pytest

from xlplan.messages import message
from xlplan.model import Submission
from xlplan.packages.gate import PackageError
from xlplan.pipeline import process
from xlplan.sheets.reader import NoContentError, read

ROOT = Path(__file__).parent.parent
INFO = """
Thông tin
| Thông tin chung của xã | |
| | Kỳ kế hoạch | 2024 |
| | Tên đơn vị | Bình An |
| | Loại đơn vị | xã |
"""
TABLE = """
Biểu chỉ tiêu
| | BIỂU CHỈ TIÊU NĂM 2024 | | | | |
| | | | | | |
| | STT | Tên thôn | Hộ nghèo đầu năm 2024 | Tổng số hộ | Ghi chú |
| | 1 | Đông | 3 | 100 | xa |
| | 2 | Tây | {cell} | '1.545 | |
| | | … | | | |
| | Tổng cộng | < | 7 | 1645 | |
| | Nơi nhận: UBND | | | | |
"""


def submission(tmp_path: Path, text: str) -> Submission:
    return read(build.workbook(tmp_path / "xa.xlsx", text))


def test_fields_are_found_beside_their_labels_wherever_they_stand(tmp_path: Path) -> None:
    found = submission(tmp_path, INFO)
    assert (found.unit_name, found.period) == ("xã Bình An", (2024, 2024))
    assert found.fields["ky"].ref.qualified == "'Thông tin'!C2"


def test_a_table_is_read_by_its_headings_and_not_by_its_place(tmp_path: Path) -> None:
    table = submission(tmp_path, INFO + TABLE.format(cell="4")).table
    assert table is not None
    assert [line.code for line in table.lines] == ["ho_ngheo_dau_ky", "tong_so_ho"]
    assert [(u.name, u.kind) for u in table.units] == [
        ("Đông", "village"),
        ("Tây", "village"),
        ("Tổng cộng", "commune"),
    ]
    assert table.title is not None and table.title.value == "BIỂU CHỈ TIÊU NĂM 2024"
    cell = table.figure(1, "tong_so_ho")
    assert cell is not None
    assert (cell.value, cell.written, cell.ref.address) == (Decimal(1545), "1.545", "E5")


def test_a_number_that_was_reinterpreted_is_said(tmp_path: Path) -> None:
    notes = submission(tmp_path, INFO + TABLE.format(cell="'12 hộ")).notes
    read_as = {(n.code, n.ref.address): n.actual for n in notes if n.code == "I02"}
    assert read_as == {("I02", "D5"): "12", ("I02", "E5"): "1545"}


def test_what_cannot_be_read_is_never_guessed(tmp_path: Path) -> None:
    found = submission(tmp_path, INFO + TABLE.format(cell="khoảng vài hộ"))
    assert found.table is not None
    cell = found.table.figure(1, "ho_ngheo_dau_ky")
    assert cell is not None
    assert (cell.value, cell.state, cell.written) == (None, "text", "khoảng vài hộ")
    assert ("I01", "D5") in {(n.code, n.ref.address) for n in found.notes}


@pytest.mark.parametrize(("written", "state"), [("-", "dash"), ("–", "dash"), ("", "blank")])
def test_dash_and_blank_are_told_apart(tmp_path: Path, written: str, state: str) -> None:
    table = submission(tmp_path, INFO + TABLE.format(cell=written)).table
    assert table is not None
    cell = table.figure(1, "ho_ngheo_dau_ky")
    assert cell is not None
    assert (cell.state, cell.value) == (state, None)


def test_years_come_from_the_title_where_the_form_does_not_say_them(tmp_path: Path) -> None:
    table = submission(tmp_path, TABLE.format(cell="4")).table
    assert table is not None
    assert table.line_of("ho_ngheo_dau_ky") is not None


def test_indicators_as_rows_with_bullets_under_their_parents(tmp_path: Path) -> None:
    text = (ROOT / "tests" / "should_pass" / "villages-as-columns.txt").read_text(encoding="utf-8")
    table = submission(tmp_path, text).table
    assert table is not None
    assert table.orientation == "columns"
    assert [line.code for line in table.lines] == [
        "tong_so_ho",
        "ho_da_chieu_dau_ky",
        "ho_bao_tro_xa_hoi",
        "ho_co_kha_nang_thoat_ngheo",
        "giam_ho_da_chieu",
        "giam_ho_ngheo",
        "giam_ho_can_ngheo",
        "ho_da_chieu_cuoi_ky",
    ]
    assert [(u.name, u.kind) for u in table.units] == [
        ("Long Hiệp", "village"),
        ("Long Hòa", "village"),
        ("Tân Hậu B2", "village"),
        ("Toàn xã", "commune"),
    ]


def test_list_columns_are_known_by_heading_in_any_order(tmp_path: Path) -> None:
    text = (
        INFO
        + """
Căn cứ
| CĂN CỨ | | | |
| Trích yếu | Số, ký hiệu | Mở đầu | Loại văn bản |
| về việc giao chỉ tiêu | 38/QĐ-UBND | Căn cứ | Quyết định |
| | | | |
| về việc khác | 39/QĐ-UBND | Căn cứ | Quyết định |
"""
    )
    rows = submission(tmp_path, text).records["can_cu"]
    assert [row.text("so") for row in rows] == ["38/QĐ-UBND", "39/QĐ-UBND"]
    assert rows[0].texts["trich_yeu"].ref.qualified == "'Căn cứ'!A3"


def test_an_empty_workbook_has_no_content(tmp_path: Path) -> None:
    with pytest.raises(NoContentError):
        submission(tmp_path, "Sheet1\n| |\n")


def test_a_missing_file_is_a_package_error(tmp_path: Path) -> None:
    with pytest.raises(PackageError) as caught:
        read(tmp_path / "khong.xlsx")
    assert caught.value.kind == "missing"


def test_the_frame_holds_every_unit_and_known_indicator(tmp_path: Path) -> None:
    frame = submission(tmp_path, INFO + TABLE.format(cell="4")).frame()
    assert list(frame.columns) == ["name", "kind", "ho_ngheo_dau_ky", "tong_so_ho"]
    assert frame["tong_so_ho"].tolist() == [Decimal(100), Decimal(1545), Decimal(1645)]


def test_a_date_that_excel_recognised_is_read_as_the_official_typed_it(tmp_path: Path) -> None:
    path = tmp_path / "xa.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Căn cứ"
    sheet.append(["Mở đầu", "Loại văn bản", "Số, ký hiệu", "Ngày ban hành", "Cơ quan ban hành", "Trích yếu"])
    sheet.append(["Căn cứ", "Quyết định", "38/QĐ-UBND", datetime.date(2024, 2, 29), "UBND huyện", "về việc x"])
    book.save(path)
    assert read(path).records["can_cu"][0].text("ngay") == "29/02/2024"


def test_a_code_that_libreoffice_harmed_is_mended(tmp_path: Path) -> None:
    text = (
        INFO
        + """
Hiện trạng
| Mã chỉ tiêu | Chỉ tiêu | Đơn vị tính | Số lượng |
| ho_ngheo_bao_tro\\nhoi | x | hộ | 35 |
"""
    )
    assert list(submission(tmp_path, text).situation) == ["ho_ngheo_bao_tro_xa_hoi"]


def test_unknown_and_repeated_codes_of_the_situation_are_said(tmp_path: Path) -> None:
    text = (
        INFO
        + """
Hiện trạng
| Mã chỉ tiêu | Chỉ tiêu | Đơn vị tính | Số lượng |
| ho_ngheo_dtts | x | hộ | 3 |
| ho_ngheo_dtts | x | hộ | 9 |
| ho_ngheo_bao_tro_xahoi | x | hộ | 28 |
"""
    )
    found = submission(tmp_path, text)
    assert [(n.code, n.ref.address) for n in found.notes] == [("I15", "A3"), ("I15", "A4")]
    assert found.situation["ho_ngheo_dtts"].value == Decimal(3)


def test_a_word_outside_its_list_is_an_error_and_the_total_is_still_a_total(tmp_path: Path) -> None:
    text = (
        INFO.replace("| xã |", "| phuờng |")
        + """
Biểu chỉ tiêu
| TT | Thôn | Tổng số hộ | Hộ nghèo cuối năm 2023 |
| 1 | Toàn Thắng | 100 | 3 |
| 2 | Tây | 90 | 1 |
| | Toàn phuờng (số liệu chính thức) | 190 | 4 |
"""
    )
    found = submission(tmp_path, text)
    assert ("I16", "C4") in {(n.code, n.ref.address) for n in found.notes}
    assert found.table is not None
    assert [u.kind for u in found.table.units] == ["village", "village", "commune"]


def test_a_column_that_no_rule_knows_may_hold_remarks(tmp_path: Path) -> None:
    text = INFO + TABLE.format(cell="4").replace("| Ghi chú |", "| Xếp loại |")
    notes = submission(tmp_path, text).notes
    assert [n.code for n in notes if n.ref.column == 6] == ["I05"]  # the heading, not the remarks under it


def test_of_two_columns_with_one_heading_the_second_is_unknown(tmp_path: Path) -> None:
    text = (
        INFO
        + """
Biểu chỉ tiêu
| TT | Thôn | Tổng số hộ | Hộ nghèo đầu năm 2024 | Hộ nghèo đầu năm 2024 |
| 1 | Đông | 100 | 3 | 5 |
"""
    )
    table = submission(tmp_path, text).table
    assert table is not None
    assert [line.code for line in table.lines] == ["tong_so_ho", "ho_ngheo_dau_ky", None]


def test_two_lines_a_village_are_one_unit(tmp_path: Path) -> None:
    text = (
        INFO
        + """
Biểu chỉ tiêu
| TT | Thôn | Đơn vị tính | Số lượng |
| 1 | Đông | Hộ | 100 |
| ^ | ^ | Nhân khẩu | 400 |
| 2 | Tây | Hộ | 120 |
| ^ | ^ | Nhân khẩu | 430 |
"""
    )
    table = submission(tmp_path, text).table
    assert table is not None
    assert [(line.code, line.offset) for line in table.lines] == [("tong_so_ho", 0), ("tong_nhan_khau", 1)]
    assert [unit.name for unit in table.units] == ["Đông", "Tây"]
    persons = table.figure(1, "tong_nhan_khau")
    assert persons is not None
    assert (persons.value, persons.ref.address) == (Decimal(430), "D5")


def test_a_figure_of_the_situation_is_read_once_and_as_a_count(tmp_path: Path) -> None:
    text = (
        INFO
        + """
Hiện trạng
| Mã chỉ tiêu | Chỉ tiêu | Đơn vị tính | Số lượng |
| tong_so_ho | x | hộ | '1,545 |
"""
    )
    found = submission(tmp_path, text)
    assert [(n.code, n.actual) for n in found.notes] == [("I02", "1545")]
    assert found.situation["tong_so_ho"].value == Decimal(1545)


def test_a_copy_of_a_form_is_no_table_and_a_renamed_one_is_the_form(tmp_path: Path) -> None:
    head = "| Chỉ tiêu | Phép so sánh | Giá trị | Đơn vị | Tính trên | Phạm vi | Diễn giải |"
    targets = f"{head}\n| A | = | 5 | % | | | |\n"
    copied = submission(tmp_path, f"{INFO}\nMục tiêu\n{targets}\nMục tiêu (2)\n{targets}")
    assert copied.tables == () and len(copied.records["muc_tieu"]) == 1 and copied.notes == ()
    renamed = submission(tmp_path, f"{INFO}\nMục tiêu 2026\n{targets}")
    assert len(renamed.records["muc_tieu"]) == 1 and renamed.tables == ()


def test_what_is_no_figure_is_said_with_what_was_probably_meant(tmp_path: Path) -> None:
    said = {}
    for cell in ("l2", "1O", "840-930 hộ", "trên 20 hộ", "12²", "1.5E+03", "1.5.4.5", "khá", "1..545", "TRUE"):
        found = submission(tmp_path, INFO + TABLE.format(cell=f"'{cell}"))
        note = next(n for n in found.notes if n.ref.address == "D5")
        assert note.code == "I01" and found.table is not None
        assert next(c for c in found.table.cells.values() if c.ref.address == "D5").value is None
        said[cell] = message(note).partition("không đọc được thành số")[2].removesuffix(". Nhập lại bằng chữ số.")
    assert said == {
        "l2": "; có lẽ là 12",
        "1O": "; có lẽ là 10",
        "840-930 hộ": ": đó là một khoảng, từ 840 đến 930",
        "trên 20 hộ": ": đó là mức giới hạn hoặc số ước chừng",
        "12²": "; có lẽ là 12",
        "1.5E+03": "; có lẽ là 1.500",
        "1.5.4.5": "",
        "khá": "",
        "1..545": "; có lẽ là 1.545",
        "TRUE": "",
    }


def test_every_reading_of_a_text_is_said_but_of_plain_digits(tmp_path: Path) -> None:
    said = {}
    for cell in ("64", "04", "'64", "không có", "(5)", "+5", "６４", "4 hộ", "1 545", "-", "–", " "):
        found = submission(tmp_path, INFO + TABLE.format(cell=f"'{cell}"))
        said[cell] = [n.actual for n in found.notes if n.ref.address == "D5"]
    assert said == {
        **{"64": [], "04": [], "'64": [], "-": [], "–": [], " ": []},
        **{"không có": ["0"], "(5)": ["-5"], "+5": ["5"], "６４": ["64"], "4 hộ": ["4"], "1 545": ["1545"]},
    }


def dated(tmp_path: Path, count: object, rate: object, number_format: str = "dd/mm/yyyy") -> Submission:
    """A table with a count and a rate that are dates."""
    path = tmp_path / "xa.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["TT", "Thôn", "Tổng số hộ", "Hộ nghèo đầu năm", "Tỷ lệ hộ nghèo đầu năm (%)"])
    sheet.append([1, "Đông", 100, count, rate])
    sheet["D2"].number_format = sheet["E2"].number_format = number_format
    book.save(path)
    return read(path)


def test_a_date_that_excel_made_of_a_decimal_is_told_with_what_was_typed(tmp_path: Path) -> None:
    day = datetime.date(2024, 8, 4)
    notes = [n for n in dated(tmp_path, day, day, "d-mmm").notes if n.ref.row == 2]
    assert [(n.code, n.ref.address, n.severity) for n in notes] == [("I31", "D2", "error"), ("I31", "E2", "error")]
    assert message(notes[0]).endswith("đang là ngày 04/08/2024, không phải con số. Đổi định dạng ô về số rồi nhập lại.")
    assert "; có lẽ đã gõ 4,08 và Excel đổi thành ngày." in message(notes[1])
    year = [n for n in dated(tmp_path, 3, datetime.date(2025, 4, 1), "mmm-yy").notes if n.ref.address == "E2"]
    assert "có lẽ đã gõ 4,25 và" in message(year[0])


def test_a_small_number_in_the_format_of_dates_is_that_number(tmp_path: Path) -> None:
    found = dated(tmp_path, 3, 3)
    notes = [(n.code, n.actual) for n in found.notes if n.ref.row == 2]
    assert notes == [("I02", "3"), ("I02", "3")]
    assert found.table is not None and {c.value for c in found.table.cells.values()} == {100, 3}


def rates(tmp_path: Path, first: str, second: str, third: str) -> Submission:
    """Three villages with 4 of 128, 5 of 200 and 1 of 300 poor households, and these rates."""
    text = f"""
Biểu chỉ tiêu
| TT | Thôn | Tổng số hộ | Hộ nghèo đầu năm | Tỷ lệ hộ nghèo đầu năm (%) |
| 1 | Đông | 128 | 4 | {first} |
| 2 | Tây | 200 | 5 | {second} |
| 3 | Nam | 300 | 1 | {third} |
"""
    return submission(tmp_path, text)


@pytest.mark.parametrize(
    ("typed", "read_as", "codes"),
    [
        (("0.0313", "0.025", "0.0033"), ("3.13", "2.5", "0.33"), ["I32"]),
        (("0.0313", "0.052", "0.0033"), ("3.13", "5.2", "0.33"), ["I32"]),  # one is wrong: A04 says so
        (("0.0313", "2.5", "0.0033"), ("0.0313", "2.5", "0.0033"), []),  # not the whole column
        (("0.0313", "0.025", "0.33"), ("0.0313", "0.025", "0.33"), []),  # one is right as it stands
        (("3.13%", "2.5%", "0.33%"), ("3.13", "2.5", "0.33"), []),
        (("0.31", "0.25", "0.03"), ("0.31", "0.25", "0.03"), []),
        (("'0,0313", "'0,025", "'0,0033"), ("0.0313", "0.025", "0.0033"), ["I02"] * 3),
    ],
)
def test_a_column_of_fractions_is_read_in_per_cent_only_as_a_whole(
    tmp_path: Path, typed: tuple[str, ...], read_as: tuple[str, ...], codes: list[str]
) -> None:
    found = rates(tmp_path, *typed)
    assert found.table is not None
    cells = [found.table.figure(i, "ty_le_ho_ngheo_dau_ky") for i in range(3)]
    assert [cell.value for cell in cells if cell] == [Decimal(value) for value in read_as]
    assert [n.code for n in found.notes if n.code != "I09"] == codes


def test_fractions_are_said_once_and_the_rates_hold(tmp_path: Path) -> None:
    rates(tmp_path, "0.0313", "0.025", "0.0033")
    outcome = process(tmp_path / "xa.xlsx")
    assert outcome.report is not None and not outcome.report.errors
    note = next(f for f in outcome.report.findings if f.code == "I32")
    assert message(note) == (
        "Biểu chỉ tiêu, ô E2: và 2 ô khác cùng cột ghi tỷ lệ dưới dạng phân số của 1; “0,0313” được hiểu là 3,13%. "
        "Để khỏi nhầm, định dạng cột theo phần trăm."
    )
