"""The buttons on the communes' workbooks and on broken ones: what they show, and that they agree with the commands."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import gallery
import office
import openpyxl
import pytest
import xlwings as xw
import xlwings_engine as excel
from excel_press import (
    LISTING,
    SWAPPED,
    TABLE,
    WORKBOOKS,
    app,
    broken,
    by_command,
    opened,
    saved,
    shown,
    typed,
    without_front,
)
from lxml import etree
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from xlplan import __version__
from xlplan.cli import run
from xlplan.excel import desktop, macros
from xlplan.excel.colours import OTHER, Palette, rgb
from xlplan.excel.session import saved_copy
from xlplan.messages import statement
from xlplan.packages.patch.notes import SEPARATOR
from xlplan.pipeline import clear, process
from xlplan.sheets.marks.looks import COLOURS

WITH_WORD = ("Cập nhật số liệu", "Đối chiếu văn bản")
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")  # says openpyxl


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(desktop.FOLDER_VARIABLE, str(tmp_path / "nhà"))
    monkeypatch.delenv("XLPLAN_LANG", raising=False)
    monkeypatch.setattr(desktop, "open_file", lambda path: True)


@pytest.fixture(params=WORKBOOKS, ids=lambda path: path.stem)
def book(request: pytest.FixtureRequest, tmp_path: Path) -> xw.Book:
    return opened(request.param, tmp_path)


def said() -> str:
    return str(app()._alerts[-1])


# ---- Kiểm tra and Xóa đánh dấu -----------------------------------------------------------------------------------


def test_marks_are_those_of_the_command_line(book: xw.Book, tmp_path: Path) -> None:
    _, marked = by_command(saved(book, tmp_path / "lệnh.xlsx"), tmp_path / "lệnh đánh dấu.xlsx")
    macros.check(book)
    assert without_front(excel.state(book)) == shown(marked)


def test_marks_of_a_broken_workbook_are_those_of_the_command_line_but_for_patterns(tmp_path: Path) -> None:
    book = broken(tmp_path)
    before = excel.state(book)
    outcome, marked = by_command(saved(book, tmp_path / "lệnh.xlsx"), tmp_path / "lệnh đánh dấu.xlsx")
    macros.check(book)
    now, command = without_front(excel.state(book)), shown(marked)
    pattern = f"{TABLE}!I6"
    assert outcome.report is not None and outcome.report.errors
    assert command[pattern][1] == COLOURS["error"]
    assert now[pattern][1] == before[pattern][1] and now[pattern][3] == command[pattern][3]
    assert {k: v for k, v in now.items() if k != pattern} == {k: v for k, v in command.items() if k != pattern}
    assert "hoa văn" in said()


def test_the_listing_holds_the_findings_of_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = broken(tmp_path)
    run(["check", str(saved(book, tmp_path / "lệnh.xlsx")), "--format", "json"])
    told = capsys.readouterr().out
    macros.check(book)
    rows = book.impl._wb[LISTING].iter_rows(min_row=6, max_col=3, values_only=True)
    found = [(code, place) for code, _, place in rows]
    outcome = process(tmp_path / "lệnh.xlsx")
    assert outcome.report is not None
    assert found == [
        (f.code, f"{f.ref.sheet}, {f.ref.address}" if f.ref.row else f.ref.sheet) for f in outcome.report.findings
    ]
    assert all(f'"code": "{code}"' in told for code, _ in found)


def test_unsaved_edits_are_checked_and_the_file_on_disk_stays(tmp_path: Path) -> None:
    book = broken(tmp_path)
    file = Path(book.fullname)
    before = file.read_bytes()
    typed(book, TABLE, "C6", 328)
    macros.check(book)
    assert not [cell for cell in excel.state(book) if cell == f"{TABLE}!C6" and excel.state(book)[cell][3]]
    assert "0 lỗi" in said()
    assert file.read_bytes() == before
    assert book.fullname == str(file)


def test_clearing_gives_the_former_state_back(book: xw.Book) -> None:
    before = excel.state(book)
    macros.check(book)
    assert excel.state(book) != before
    macros.clear_marks(book)
    assert excel.state(book) == before


def test_clearing_gives_fills_and_notes_of_people_back(tmp_path: Path) -> None:
    book = broken(tmp_path)
    before = excel.state(book)
    colours = {cell: book.sheets[TABLE][cell].color for cell in ("C6", "E6", "G6", "I6")}
    macros.check(book)
    assert SEPARATOR in excel.state(book)[f"{TABLE}!E6"][3]
    macros.clear_marks(book)
    assert {cell: book.sheets[TABLE][cell].color for cell in colours} == colours
    after = excel.state(book)
    theme = f"{TABLE}!G6"
    assert (before[theme][1], after[theme][1]) == ("theme 4 0.5", "FFA7C0DE")  # the colour that it showed
    assert {k: v for k, v in after.items() if k != theme} == {k: v for k, v in before.items() if k != theme}


def test_checking_twice_is_checking_once(tmp_path: Path) -> None:
    book = broken(tmp_path)
    macros.check(book)
    once = excel.state(book)
    macros.check(book)
    assert excel.state(book) == once


def test_marks_of_corrected_cells_go_with_the_next_check(tmp_path: Path) -> None:
    book = broken(tmp_path)
    before = excel.state(book)
    macros.check(book)
    typed(book, TABLE, "C6", 328)
    macros.check(book)
    after = excel.state(book)
    assert after[f"{TABLE}!E6"] == before[f"{TABLE}!E6"]
    assert after[f"{TABLE}!C6"][1] == "" and after[f"{TABLE}!C6"][3] is None


def test_marks_of_the_button_are_cleared_by_the_command_after_saving(tmp_path: Path) -> None:
    book = broken(tmp_path)
    original = shown(saved(book, tmp_path / "trước.xlsx"))
    macros.check(book)
    made = clear(saved(book, tmp_path / "lưu.xlsx"))
    assert isinstance(made, bytes)
    (tmp_path / "sạch.xlsx").write_bytes(made)
    assert shown(tmp_path / "sạch.xlsx") == original  # the fill of the theme included: the record keeps it whole


def test_marks_of_the_command_are_cleared_by_the_button(tmp_path: Path) -> None:
    book = broken(tmp_path, SWAPPED)
    book.impl._wb[TABLE]["I6"].fill = PatternFill()  # no pattern
    original = excel.state(book)
    colour = book.sheets[TABLE]["G6"].color
    _, marked = by_command(saved(book, tmp_path / "lệnh.xlsx"), tmp_path / "đánh dấu.xlsx")
    other = excel.open_book(marked)
    macros.clear_marks(other)
    after = excel.state(other)
    assert other.sheets[TABLE]["G6"].color == colour
    theme = f"{TABLE}!G6"
    assert {k: v for k, v in after.items() if k != theme} == {k: v for k, v in original.items() if k != theme}


def test_a_note_that_a_person_begins_like_ours_stays(tmp_path: Path) -> None:
    book = broken(tmp_path)
    text = "LỖI A02 – Tổng các thôn\nTôi đã gọi cho thôn Đông."
    book.impl._wb[TABLE]["B4"].comment = Comment(text, "Lê Thị Hoa")
    macros.check(book)
    macros.clear_marks(book)
    assert excel.state(book)[f"{TABLE}!B4"][3] == text


def test_answers_are_kept_on_checking_again(tmp_path: Path) -> None:
    book = opened(next(path for path in WORKBOOKS if "long_an" in path.stem), tmp_path)
    macros.check(book)
    sheet = book.impl._wb[LISTING]
    row = next(row for row in sheet.iter_rows(min_row=6) if row[0].value == "C04")
    row[8].value = "Tính trên hộ nghèo đa chiều."
    macros.check(book)
    row = next(row for row in book.impl._wb[LISTING].iter_rows(min_row=6) if row[0].value == "C04")
    assert row[8].value == "Tính trên hộ nghèo đa chiều."
    assert row[1].value == "ĐÃ GIẢI TRÌNH"
    assert "1 đã giải trình" in said()


def test_the_sheet_and_what_the_program_shows_are_as_before(tmp_path: Path) -> None:
    book = broken(tmp_path)
    excel.select(book, TABLE, "B4")
    options = dict(app()._options)
    app()._options |= options
    macros.check(book)
    assert book.sheets.active.name == TABLE
    assert app()._options == options
    assert app()._progress and all(text.startswith("Kiểm tra: ") for text in app()._progress)
    assert app()._front is book.impl and len(app()._books) == 1
    assert app()._selection.address == "$B$4"


def test_whoever_looks_at_the_old_listing_looks_at_the_new_one(tmp_path: Path) -> None:
    book = broken(tmp_path)
    macros.check(book)
    excel.select(book, LISTING, "A6")
    macros.check(book)
    assert book.sheets.active.name == LISTING


def test_a_sheet_of_that_name_stays_the_official_s_own(tmp_path: Path) -> None:
    book = broken(tmp_path)
    book.impl._wb.create_sheet(LISTING)["A1"].value = "của tôi"
    before = excel.state(book)
    macros.check(book)
    assert book.impl._wb.sheetnames[-2:] == [LISTING, f"{LISTING} (xlplan)"]
    assert excel.state(book)[f"{LISTING}!A1"] == before[f"{LISTING}!A1"]
    macros.check(book)
    macros.clear_marks(book)
    assert excel.state(book)["sheets"] == before["sheets"]
    assert excel.state(book)[f"{LISTING}!A1"] == before[f"{LISTING}!A1"]


def test_a_workbook_without_marks_is_told_so(tmp_path: Path) -> None:
    book = broken(tmp_path)
    before = excel.state(book)
    macros.clear_marks(book)
    assert excel.state(book) == before
    assert said() == "Sổ tính này không có dấu nào của lần kiểm tra."


def test_the_box_of_a_note_is_large_enough_to_be_read(tmp_path: Path) -> None:
    book = broken(tmp_path)
    macros.check(book)
    note = book.impl._wb[TABLE]["C6"].comment
    assert note.height > 13 * note.text.count("\n")


# ---- workbooks in a bad state ------------------------------------------------------------------------------------


def test_a_workbook_that_was_never_saved_is_checked_but_not_planned(tmp_path: Path) -> None:
    book = broken(tmp_path)
    book.impl._path, book.impl._name = None, "Sổ1"
    macros.check(book)
    assert LISTING in book.impl._wb.sheetnames
    macros.write_plan(book)
    assert said().endswith("Hãy lưu tệp rồi làm lại.")
    macros.prepare_to_send(book)
    assert said().endswith("Hãy lưu tệp rồi làm lại.")
    assert not list(tmp_path.glob("*.docx"))


def test_a_workbook_of_somebody_else_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "chi tiêu.xlsx"
    other = openpyxl.Workbook()
    other.active["A1"].value = "Tiền điện"
    other.save(path)
    book = opened(path, tmp_path)
    before = excel.state(book)
    for press in (macros.check, macros.apply_repair, macros.compute_rates, macros.write_plan):
        press(book)
        assert said().startswith("chi tiêu.xlsx: ") or "Chưa chọn" in said()
    assert excel.state(book) == before


def test_a_protected_sheet_is_left_untouched_and_named(tmp_path: Path) -> None:
    book = broken(tmp_path)
    sheet = book.impl._wb[TABLE]
    sheet.protection.sheet = sheet.protection.objects = True
    before = excel.state(book)
    macros.check(book)
    after = excel.state(book)
    assert {k: v for k, v in after.items() if k.startswith(TABLE)} == {
        k: v for k, v in before.items() if k.startswith(TABLE)
    }
    assert LISTING in book.impl._wb.sheetnames
    assert f"Sheet “{TABLE}” đang được bảo vệ" in said()


def test_marks_that_protection_keeps_keep_their_record(tmp_path: Path) -> None:
    book = broken(tmp_path)
    macros.check(book)
    marked = excel.state(book)
    sheet = book.impl._wb[TABLE]
    sheet.protection.sheet = sheet.protection.objects = True
    macros.clear_marks(book)
    assert excel.state(book) == marked
    assert "còn dấu" in said()


def test_a_protected_structure_is_one_sentence(tmp_path: Path) -> None:
    book = broken(tmp_path)
    book.impl._wb.security.lockStructure = True
    before = excel.state(book)
    macros.check(book)
    assert excel.state(book) == before
    assert said().startswith("Cấu trúc sổ tính đang được bảo vệ")


def test_hidden_sheets_and_chart_sheets_do_not_disturb(tmp_path: Path) -> None:
    book = broken(tmp_path)
    wb = book.impl._wb
    wb[TABLE]["G6"].fill = PatternFill()
    wb.create_sheet("ẩn").sheet_state = "veryHidden"
    wb.create_chartsheet("Biểu đồ")
    before = excel.state(book)
    macros.check(book)
    assert LISTING in wb.sheetnames
    macros.clear_marks(book)
    assert excel.state(book) == before


def test_a_very_hidden_table_is_marked_too(tmp_path: Path) -> None:
    book = broken(tmp_path)
    book.impl._wb[TABLE].sheet_state = "veryHidden"
    _, marked = by_command(saved(book, tmp_path / "lệnh.xlsx"), tmp_path / "lệnh đánh dấu.xlsx")
    macros.check(book)
    assert excel.state(book)[f"{TABLE}!C6"] == shown(marked)[f"{TABLE}!C6"]


def test_a_program_without_save_copy_as_gives_a_copy_sheet_by_sheet(tmp_path: Path) -> None:
    book = broken(tmp_path)
    typed(book, "Thông tin", "A9", f"='{TABLE}'!C6")
    book.impl._native = False
    target = saved_copy(book, tmp_path / "bản sao.xlsm")
    assert target.suffix == ".xlsx"
    assert shown(target) == without_front(excel.state(book))
    assert len(app()._books) == 1 and app()._front is book.impl
    macros.check(book)
    assert excel.state(book)[f"{TABLE}!C6"][1] == COLOURS["proposal"]


def test_the_add_in_works_on_the_workbook_in_front(tmp_path: Path) -> None:
    book = broken(tmp_path)
    add_in = excel.open_book(Path(book.fullname))
    add_in.impl._name = "xlplan.xlam"
    app()._front = book.impl
    add_in.set_mock_caller()
    try:
        macros.check()
    finally:
        del xw.Book._mock_caller
    assert LISTING in book.impl._wb.sheetnames
    assert LISTING not in add_in.impl._wb.sheetnames


# ---- Lập kế hoạch, Chuẩn bị gửi ----------------------------------------------------------------------------------


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name != "docProps/core.xml"}


def test_the_plan_is_the_command_line_s(book: xw.Book, tmp_path: Path) -> None:
    app()._answers += ["yes"]
    macros.write_plan(book)
    made = Path(book.fullname).with_suffix(".docx")
    assert said() == f"Đã lập kế hoạch: {made}"
    (tmp_path / "lệnh").mkdir()
    copy = saved(book, tmp_path / "lệnh" / book.name)
    assert run(["plan", str(copy), "-o", str(tmp_path / "lệnh.docx"), "--force"]) == 0
    assert parts(made) == parts(tmp_path / "lệnh.docx")


def test_errors_are_asked_about_and_stand_in_the_first_comment(tmp_path: Path) -> None:
    book = opened(next(path for path in WORKBOOKS if "son_trung" in path.stem), tmp_path)
    made = Path(book.fullname).with_suffix(".docx")
    app()._answers += ["no"]
    macros.write_plan(book)
    assert "còn 1 lỗi" in said() and not made.exists()
    app()._answers += ["yes"]
    macros.write_plan(book)
    report = process(Path(book.fullname)).report
    assert report is not None
    assert statement(report.errors[0])[0][:40] in parts(made)["word/comments.xml"].decode()


def test_a_document_that_differs_is_never_written_over(tmp_path: Path) -> None:
    book = opened(next(path for path in WORKBOOKS if "an_duong" in path.stem), tmp_path)
    taken = Path(book.fullname).with_suffix(".docx")
    taken.write_bytes(b"cua toi")
    macros.write_plan(book)
    assert taken.read_bytes() == b"cua toi"
    numbered = taken.with_name(f"{taken.stem} (2).docx")
    assert numbered.exists()
    macros.write_plan(book)
    assert len(list(tmp_path.glob("*.docx"))) == 2  # the same plan again is the same file


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = opened(next(path for path in WORKBOOKS if "an_duong" in path.stem), tmp_path)

    def refuse(path: Path, data: bytes) -> None:
        raise desktop.OutputError(path, "Permission denied")

    monkeypatch.setattr(desktop, "write_bytes", refuse)
    before = excel.state(book)
    macros.write_plan(book)
    assert said().endswith("không ghi được kết quả. Kiểm tra thư mục, quyền ghi, hoặc đóng tệp nếu đang mở.")
    assert excel.state(book) == before


def test_the_copy_to_send_has_no_marks_and_says_what_is_still_wrong(tmp_path: Path) -> None:
    book = broken(tmp_path)
    before = without_front(excel.state(book))
    macros.check(book)
    marked = excel.state(book)
    macros.prepare_to_send(book)
    sent = tmp_path / "xã Bình An_gui.xlsx"
    assert shown(sent) == before
    assert excel.state(book) == marked
    assert "còn 4 lỗi" in said()


def with_functions() -> bytes:
    """A workbook with macros, a ribbon, and formulas of every shape, some of which are ours."""
    content = gallery.parts(gallery.GALLERY["with_macros"]())
    sheet = (
        f'<worksheet xmlns="{gallery.MAIN}"><sheetData><row r="1"><c r="A1"><f>GN_TYLE(B1,C1)</f><v>4.08</v></c>'
        '<c r="B1"><v>4</v></c><c r="C1"><v>98</v></c><c r="D1"><f>ROUND(B1/C1*100,2)</f><v>4.08</v></c>'
        '<c r="E1" t="str"><f>"GN_TYLE("&amp;B1</f><v>GN_TYLE(4</v></c></row><row r="2">'
        '<c r="A2" t="str" cm="1"><f t="array" ref="A2:A3">[0]!gn_docso(B1:B2)</f><v>bốn</v></c>'
        '<c r="B2"><f t="shared" si="0" ref="B2:B3">GN_CUOIKY(B1,1)</f><v>3</v></c></row><row r="3">'
        '<c r="A3" t="str"><v>ba</v></c><c r="B3"><f t="shared" si="0"/><v>2</v></c>'
        '<c r="C3"><f t="shared" si="1" ref="C3:C4">B1+1</f><v>5</v></c></row><row r="4">'
        '<c r="C4"><f t="shared" si="1"/><v>6</v></c></row></sheetData></worksheet>'
    )
    content["xl/worksheets/sheet1.xml"] = sheet.encode()
    rels = content["_rels/.rels"].decode()
    ribbon = (
        '<Relationship Id="rIdR" Type="http://schemas.microsoft.com/office/2007/relationships/ui/extensibility" '
        'Target="customUI/customUI14.xml"/></Relationships>'
    )
    content["_rels/.rels"] = rels.replace("</Relationships>", ribbon).encode()
    content["customUI/customUI14.xml"] = b"<customUI/>"
    return gallery.packed(dict(content))


def test_functions_become_values_and_macros_stay_behind() -> None:
    from xlplan.excel.sending import for_sending

    made = gallery.parts(for_sending(with_functions()))
    sheet = made["xl/worksheets/sheet1.xml"].decode()
    assert "GN_TYLE(B1" not in sheet and "gn_docso" not in sheet and "GN_CUOIKY" not in sheet
    values = openpyxl.load_workbook(BytesIO(gallery.packed(dict(made)))).worksheets[0]
    assert [values[cell].value for cell in ("A1", "A2", "A3", "B2", "B3")] == [4.08, "bốn", "ba", 3, 2]
    assert values["D1"].value == "=ROUND(B1/C1*100,2)"
    assert values["E1"].value == '="GN_TYLE("&B1'
    assert values["C4"].value == "=B2+1"
    assert not [name for name in made if "vba" in name.lower() or "customUI" in name]
    assert b"macroEnabled" not in made["[Content_Types].xml"] and b"vba" not in made["[Content_Types].xml"].lower()
    assert b"customUI" not in made["_rels/.rels"]


@pytest.mark.parametrize("stored", ["<v>#NAME?</v>", ""])
def test_a_function_without_a_result_is_not_sent(stored: str) -> None:
    from xlplan.excel.sending import Unready, for_sending

    content = gallery.parts(with_functions())
    sheet = content["xl/worksheets/sheet1.xml"]
    kind = b' t="e"' if stored else b""
    old = b'<c r="A1"><f>GN_TYLE(B1,C1)</f><v>4.08</v>'
    content["xl/worksheets/sheet1.xml"] = sheet.replace(
        old, b'<c r="A1"' + kind + b"><f>GN_TYLE(B1,C1)</f>" + stored.encode()
    )
    with pytest.raises(Unready) as caught:
        for_sending(gallery.packed(dict(content)))
    assert [cell for _, cell in caught.value.cells] == ["A1"]


def test_excel_would_not_repair_what_is_made_for_it(tmp_path: Path) -> None:
    from xlplan.excel.sending import for_sending
    from xlplan.sheets.marks.marker import marked_apart

    sent, listing = tmp_path / "gửi.xlsx", tmp_path / "kiểm tra.xlsx"
    sent.write_bytes(for_sending(gallery.with_macros()))
    listing.write_bytes(marked_apart(gallery.rich(), gallery.report(*gallery.remarks()))[1])
    assert not office.repairs(sent)
    assert not office.repairs(listing)


def test_a_workbook_without_macros_is_sent_byte_for_byte(tmp_path: Path) -> None:
    from xlplan.excel.sending import for_sending

    data = WORKBOOKS[0].read_bytes()
    assert for_sending(data) == data


# ---- the rest ----------------------------------------------------------------------------------------------------


def test_help_and_about_speak_and_change_nothing(tmp_path: Path) -> None:
    book = broken(tmp_path)
    before = excel.state(book)
    macros.show_help(book)
    for button in ("Kiểm tra", "Xóa đánh dấu", "Sửa theo gợi ý", "Hoàn tác", "Tính tỷ lệ", "Lập kế hoạch", *WITH_WORD):
        assert f"{button}:" in said()
    macros.about(book)
    assert __version__ in said() and str(desktop.log_file()) in said()
    assert excel.state(book) == before


def test_where_dialogs_are_off_nothing_waits_for_an_answer(tmp_path: Path) -> None:
    book = opened(next(path for path in WORKBOOKS if "son_trung" in path.stem), tmp_path)
    before = len(app()._alerts)
    book.app.display_alerts = False
    macros.check(book)
    macros.write_plan(book)  # asks, in spite of the errors, where dialogs are on
    assert len(app()._alerts) == before
    assert LISTING in [sheet.name for sheet in book.sheets]
    assert list(tmp_path.glob("*.docx"))


def test_a_row_of_the_listing_leads_to_its_cell(tmp_path: Path) -> None:
    book = broken(tmp_path)
    macros.check(book)
    excel.select(book, LISTING, "A6:K6")
    macros.jump(book)
    assert book.sheets.active.name == TABLE
    assert app()._selection.address == "$C$6"


@pytest.mark.parametrize("place", [(LISTING, "A2"), (LISTING, "B5"), (TABLE, "C6"), (LISTING, "A6:B7")])
def test_any_other_place_leads_nowhere_and_is_told_so(tmp_path: Path, place: tuple[str, str]) -> None:
    book = broken(tmp_path)
    macros.check(book)
    excel.select(book, *place)
    macros.jump(book)
    assert book.sheets.active.name == place[0]
    assert "chọn" in said()


def test_a_row_about_a_hidden_sheet_says_so(tmp_path: Path) -> None:
    book = broken(tmp_path)
    macros.check(book)
    book.impl._wb[TABLE].sheet_state = "hidden"
    excel.select(book, LISTING, "C6")
    macros.jump(book)
    assert said() == f"Sheet “{TABLE}” đang ẩn nên không đến được ô C6. Hãy bỏ ẩn sheet."


# ---- colours and files -------------------------------------------------------------------------------------------

EXCEL_SHOWS = {  # "lighter 80 %" to "darker 50 %" of accents, as Excel's own dialogue names them
    "4472C4": {0.7999816888943144: "D9E1F2", 0.3999755851924192: "8EA9DB", -0.249977111117893: "305496"},
    "ED7D31": {0.5999938962981048: "F8CBAD", -0.249977111117893: "C65911", -0.499984740745262: "833C0C"},
    "4F81BD": {0.7999816888943144: "DCE6F1", 0.3999755851924192: "95B3D7", -0.499984740745262: "244062"},
}


def fill(colour: str, kind: str = "solid") -> etree._Element:
    text = f'<fill xmlns="{gallery.MAIN}"><patternFill patternType="{kind}">{colour}</patternFill></fill>'
    return etree.fromstring(text)


@pytest.mark.parametrize("accent", EXCEL_SHOWS)
def test_a_colour_of_the_theme_is_what_excel_shows(accent: str) -> None:
    drawing = "http://schemas.openxmlformats.org/drawingml/2006/main"
    slots = ("dk1", "lt1", "dk2", "lt2", "accent1")
    scheme = "".join(f'<{slot}><srgbClr val="{accent}"/></{slot}>' for slot in slots)
    theme = etree.fromstring(
        f'<theme xmlns="{drawing}"><themeElements><clrScheme>{scheme}</clrScheme></themeElements></theme>'
    )
    for tint, known in EXCEL_SHOWS[accent].items():
        shade = Palette(None, theme).shade(fill(f'<fgColor theme="4" tint="{tint}"/>'))
        assert isinstance(shade, tuple)
        assert all(abs(one - other) <= 3 for one, other in zip(shade, rgb(known), strict=True))


def test_fills_that_are_more_or_less_than_one_colour() -> None:
    palette = Palette(None, None)
    assert palette.shade(None) is None
    assert palette.shade(fill("", "none")) is None
    assert palette.shade(fill('<fgColor rgb="FFE07B64"/>')) == (0xE0, 0x7B, 0x64)
    assert palette.shade(fill('<fgColor indexed="13"/>')) == (255, 255, 0)
    assert palette.shade(fill('<fgColor rgb="FFE07B64"/>', "lightGrid")) is OTHER
    for odd in ('<fgColor indexed="99"/>', '<fgColor rgb="x"/>', '<fgColor theme="4"/>', "<fgColor/>", ""):
        assert palette.shade(fill(odd)) is OTHER
    assert palette.shade(etree.fromstring(f'<fill xmlns="{gallery.MAIN}"><gradientFill/></fill>')) is OTHER


def test_a_name_that_cannot_be_read_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "kế hoạch.docx").mkdir()
    assert desktop.write_beside_others(tmp_path / "kế hoạch.docx", b"1") == tmp_path / "kế hoạch (2).docx"
    assert desktop.write_beside_others(tmp_path / "kế hoạch.docx", b"1") == tmp_path / "kế hoạch (2).docx"
    assert desktop.write_beside_others(tmp_path / "kế hoạch.docx", b"2") == tmp_path / "kế hoạch (3).docx"


def test_a_log_that_cannot_be_written_hides_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tệp").write_bytes(b"")
    monkeypatch.setenv(desktop.FOLDER_VARIABLE, str(tmp_path / "tệp"))
    book = broken(tmp_path)
    excel.failures.fail_at = 60
    macros.check(book)
    assert said().startswith("Không làm được “Kiểm tra”")
