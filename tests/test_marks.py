"""Marks in workbooks of every kind: nothing else changes, values stay, and the marks can be taken out again."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Literal

import gallery
import office
import openpyxl
import pytest
from gallery import CELLS, GALLERY, SHEET, parts, remark, remarks, report

from xlplan.cli.language import Texts
from xlplan.cli.show import counts
from xlplan.messages import card
from xlplan.model import CellRef, Proposal
from xlplan.packages.gate import Package, PackageError
from xlplan.packages.patch.archive import repack
from xlplan.packages.patch.draft import StrictError
from xlplan.packages.patch.record import PART
from xlplan.pipeline import clear, mark, process
from xlplan.refs import address
from xlplan.sheets.marks.looks import COLOURS
from xlplan.sheets.marks.marker import marked
from xlplan.sheets.marks.removal import cleared, never_marked

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")  # says openpyxl

ROOT = Path(__file__).parent.parent
WORKBOOKS = sorted((ROOT / "workbooks").rglob("*.xlsx"))
MAY_CHANGE = ("[Content_Types].xml", "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels")


@pytest.fixture(params=GALLERY, scope="module")
def original(request: pytest.FixtureRequest) -> bytes:
    return GALLERY[request.param]()


def may_change(part: str) -> bool:
    """Parts that carry the marks; worksheets, notes and their relationships are compared elsewhere."""
    return part in MAY_CHANGE or part.startswith(("xl/worksheets/", "xl/comments", "xl/drawings/vmlDrawing"))


def values(data: bytes, *, results: bool) -> dict[str, dict[str, object]]:
    """What openpyxl sees in the cells: formulas, or their stored results; the sheet of marks left out."""
    book = openpyxl.load_workbook(BytesIO(data), data_only=results)
    return {
        sheet.title: {
            cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None
        }
        for sheet in book.worksheets
        if not sheet.title.startswith("Kiểm tra")
    }


def raw(data: bytes) -> dict[str, bytes]:
    """The members as they are packed."""
    found = {}
    for info in zipfile.ZipFile(BytesIO(data)).infolist():
        lengths = data[info.header_offset + 26 : info.header_offset + 30]
        start = info.header_offset + 30 + int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little")
        found[info.filename] = data[start : start + info.compress_size]
    return found


def test_every_other_part_stays_as_it_is_packed(original: bytes) -> None:
    made = marked(original, report(*remarks()))
    before, after = raw(original), raw(made)
    assert [name for name in before if not may_change(name) and before[name] != after[name]] == []
    assert [name for name in parts(original) if name not in parts(made)] == []


def test_values_formulas_and_stored_results_stay(original: bytes) -> None:
    made = marked(original, report(*remarks()))
    for results in (False, True):
        assert values(made, results=results) == values(original, results=results)


def test_outside_the_marked_cells_the_sheet_is_the_same_text(original: bytes) -> None:
    made = parts(marked(original, report(remark((3, 2)))))
    before = parts(original)["xl/worksheets/sheet1.xml"]
    after = made["xl/worksheets/sheet1.xml"]
    start = next(n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b)
    assert before[:start].rpartition(b"<")[2].endswith((b'c r="B3"', b'c r="B3" s="'))
    tail = before[start + 2 :].partition(b">")[2].removesuffix(b"</worksheet>").removesuffix(b"</x:worksheet>")
    rows = tail.partition(b"sheetData>")[0]
    assert rows and rows in after


def test_clearing_gives_back_every_part_byte_for_byte(original: bytes) -> None:
    back = cleared(marked(original, report(*remarks())))
    assert parts(back) == parts(original)
    assert list(parts(back)) == list(parts(original))


def test_marking_again_replaces_the_marks(original: bytes) -> None:
    once = marked(original, report(*remarks()))
    other = marked(marked(original, report(remark((50, 5)), remark((2, 2), "warning"))), report(*remarks()))
    assert parts(other) == parts(once)


def test_excel_would_not_repair_a_marked_file(original: bytes, tmp_path: Path) -> None:
    before, after = tmp_path / "truoc.xlsx", tmp_path / "sau.xlsx"
    before.write_bytes(original)
    after.write_bytes(marked(original, report(*remarks())))
    found = office.repairs(after)
    assert not found or [line for line in found if line not in office.repairs(before)] == []


def test_colours_say_how_grave_and_keep_the_rest_of_the_look() -> None:
    original = gallery.rich()
    made = marked(original, report(remark((3, 2)), remark((4, 2), "warning"), remark((2, 2), "info")))
    before = openpyxl.load_workbook(BytesIO(original))[SHEET]
    after = openpyxl.load_workbook(BytesIO(made))[SHEET]
    assert after["B3"].fill.fgColor.rgb == COLOURS["error"]
    assert after["B4"].fill.fgColor.rgb == COLOURS["warning"]
    assert after["B2"].fill.fgColor.rgb == before["B2"].fill.fgColor.rgb
    for name in ("B2", "B3", "B4"):
        for aspect in ("number_format", "font", "border", "protection", "alignment"):
            assert repr(getattr(after[name], aspect)) == repr(getattr(before[name], aspect))


def test_a_blank_cell_takes_the_look_of_its_row_or_column() -> None:
    made = openpyxl.load_workbook(BytesIO(marked(gallery.rich(), report(remark((30, 9)), remark((21, 2))))))[SHEET]
    assert made["I30"].font.italic
    assert made["B21"].fill.fgColor.rgb == COLOURS["error"]
    assert made["B21"].value is None


def test_a_merged_cell_is_marked_where_it_shows() -> None:
    made = openpyxl.load_workbook(BytesIO(marked(gallery.rich(), report(remark((9, 2))))))[SHEET]
    assert made["A8"].fill.fgColor.rgb == COLOURS["error"]
    assert made["A8"].comment is not None
    assert made["B9"].comment is None


def test_findings_of_one_cell_share_a_note() -> None:
    two = report(remark((3, 2), actual="64"), remark((3, 2), "warning", actual="70"), remark((3, 2), "info"))
    note = openpyxl.load_workbook(BytesIO(marked(gallery.plain(), two)))[SHEET]["B3"].comment
    assert note is not None
    assert note.author == "xlplan"
    assert note.text.count("A06") == 3
    assert "LỖI" in note.text and "CẦN XEM" in note.text and "GHI CHÚ" in note.text
    assert "Đang ghi 64, nhiều hơn “Tổng số hộ” là 63." in note.text


def test_a_person_s_note_stays_above_ours() -> None:
    made = openpyxl.load_workbook(BytesIO(marked(gallery.with_notes(), report(remark((3, 3)), remark((2, 2))))))[SHEET]
    assert made["C3"].comment.author == "Chị Lan"
    assert made["C3"].comment.text.startswith("Số này anh Ba báo qua điện thoại")
    assert "A06" in made["C3"].comment.text
    assert made["D4"].comment.text == "Làm tròn"
    assert made["B2"].comment.author == "xlplan"


def test_the_box_of_a_person_s_note_grows_with_the_text() -> None:
    before = parts(gallery.threaded())["xl/drawings/vmlDrawing1.vml"]
    after = parts(marked(gallery.threaded(), report(remark((6, 3)))))["xl/drawings/vmlDrawing1.vml"]
    assert before.count(b"<x:Anchor>3, 15, 1, 10, 5, 15, 5, 4<") == 2
    assert after.count(b"<x:Anchor>3, 15, 1, 10, 5, 15, 5, 4<") == 1


def test_a_conversation_is_left_alone_but_its_cell_is_coloured_and_listed() -> None:
    original = gallery.threaded()
    made = marked(original, report(remark((3, 2))))
    for name in ("xl/comments1.xml", "xl/threadedComments/threadedComment1.xml", "xl/drawings/vmlDrawing1.vml"):
        assert parts(made)[name] == parts(original)[name]
    book = openpyxl.load_workbook(BytesIO(made))
    assert book[SHEET]["B3"].fill.fgColor.rgb == COLOURS["error"]
    assert book["Kiểm tra"]["C6"].value == f"{SHEET}, B3"


def test_a_protected_sheet_stays_protected_and_answers_can_be_written() -> None:
    original = gallery.protected()
    book = openpyxl.load_workbook(BytesIO(marked(original, report(remark((3, 2))))))
    before = openpyxl.load_workbook(BytesIO(original))
    assert book[SHEET].protection.sheet and book[SHEET].protection.password == before[SHEET].protection.password
    listing = book["Kiểm tra"]
    assert listing.protection.sheet
    assert listing["G6"].protection.locked and not listing["I6"].protection.locked


def test_macros_stay_and_the_file_stays_one_with_macros() -> None:
    original = gallery.with_macros()
    made = parts(marked(original, report(remark((3, 2)))))
    assert made["xl/vbaProject.bin"] == gallery.MACROS
    assert b"application/vnd.ms-excel.sheet.macroEnabled.main+xml" in made["[Content_Types].xml"]


def test_strict_workbooks_are_refused() -> None:
    strict = gallery.by_hand(main="http://purl.oclc.org/ooxml/spreadsheetml/main")
    with pytest.raises(StrictError):
        marked(strict, report(remark((3, 2))))


def test_a_strict_or_odd_workbook_is_one_clear_problem(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    outcome = process(ROOT / "workbooks" / "son_trung_2023.xlsx")
    for data, kind in (
        (gallery.by_hand(main="http://purl.oclc.org/ooxml/spreadsheetml/main"), "mark_strict"),
        (gallery.by_hand().replace(b"PK\5\6", b"PK\0\0"), "truncated"),
    ):
        path.write_bytes(data)
        problem = mark(outcome, path)
        assert not isinstance(problem, bytes)
        assert problem.kind == kind


def test_the_listing_says_what_where_and_what_to_do() -> None:
    proposal = Proposal(
        CellRef(SHEET, 2, 3), "1930", "likely", "tổng các thôn không khớp", "the sum fails", "Mai Hà – Hộ nghèo", "1390"
    )
    item = remark((3, 2), actual="1045")._replace(proposal=proposal)
    book = openpyxl.load_workbook(BytesIO(marked(gallery.plain(), report(item, remark((0, 0), "info")))))
    listing = book["Kiểm tra"]
    assert [cell.value for cell in listing[5]][:9] == [
        "Mã", "Mức", "Ô", "Thôn, đơn vị", "Chỉ tiêu", "Nội dung", "Nên sửa", "Việc cần làm", "Giải trình",
    ]  # fmt: skip
    row = [cell.value for cell in listing[6]]
    assert row[:3] == ["A06", "LỖI", f"{SHEET}, B3"]
    assert row[5:8] == [
        "Đang ghi 1.045, nhiều hơn “Tổng số hộ” là 63.",
        "C2: 1.390 → 1.930",
        "Kiểm tra hai số này.\n→ Ô C2 (Mai Hà – Hộ nghèo): có lẽ phải là 1.930 (đang ghi 1.390), vì tổng các thôn "
        "không khớp.",
    ]
    assert listing["C6"].hyperlink.location == f"'{SHEET}'!B3"
    assert listing["C7"].hyperlink.location == f"'{SHEET}'!A1"
    assert listing.auto_filter.ref == "A5:J7"  # the keys in the hidden column J are sorted with their rows
    assert listing.freeze_panes == "A6"
    assert listing.page_setup.orientation == "landscape" and listing.sheet_properties.pageSetUpPr.fitToPage
    assert listing["G6"].hyperlink.location == f"'{SHEET}'!C2"


def proposed(value: str, sure: Literal["certain", "likely", "possible"] = "certain", sheet: str = SHEET) -> Proposal:
    """A proposal for C2."""
    return Proposal(CellRef(sheet, 2, 3), value, sure, "hai tổng không khớp", "two sums fail", "Mai Hà – Hộ nghèo", "3")


def test_the_cell_that_is_likely_wrong_is_the_darkest_and_says_what_it_should_hold() -> None:
    items = (
        remark((3, 2))._replace(proposal=proposed("9")),
        remark((2, 3), actual="1")._replace(proposal=proposed("9", "likely")),
        remark((4, 2), sheet="Khác")._replace(proposal=proposed("9")),
    )
    sheet = openpyxl.load_workbook(BytesIO(marked(gallery.plain(), report(*items))))[SHEET]
    assert sheet["C2"].fill.fgColor.rgb == COLOURS["proposal"]
    assert sheet["B3"].fill.fgColor.rgb == COLOURS["error"]
    note = sheet["C2"].comment.text
    assert note.startswith("ĐỀ XUẤT SỬA Ô NÀY\nPhải là 9 (đang ghi 3), vì hai tổng không khớp.\n")
    assert "Sai lệch có liên quan: A06 (B3); A06 ('Khác'!B4).\n" in note
    assert "LỖI A06" in note and note.count("hai tổng không khớp") == 1
    assert "→ Ô C2 (Mai Hà – Hộ nghèo): phải là 9 (đang ghi 3), vì hai tổng không khớp." in sheet["B3"].comment.text
    english = openpyxl.load_workbook(BytesIO(marked(gallery.plain(), report(*items), "en")))
    assert english[SHEET]["C2"].comment.text.startswith("PROPOSED FOR THIS CELL\nMust be 9 (holds 3), because two sums")
    assert english["Kiểm tra"]["H6"].value.endswith("must be 9 (holds 3), because two sums fail.")


def test_a_mere_possibility_and_an_explained_warning_are_not_painted_as_wrong() -> None:
    guess = remark((3, 2))._replace(proposal=proposed("9", "possible"))
    answered = remark((3, 2), "warning")._replace(proposal=proposed("9"), explanation="Đúng.")
    for item, level in ((guess, "error"), (answered, "explained")):
        sheet = openpyxl.load_workbook(BytesIO(marked(gallery.plain(), report(item))))[SHEET]
        assert sheet["C2"].fill.fgColor.rgb == COLOURS[level]


def test_where_nothing_singles_out_a_cell_the_candidates_are_named_as_on_the_console() -> None:
    item = remark((3, 2))._replace(candidates=(proposed("9", "possible"), proposed("5", "possible", "Khác")))
    book = openpyxl.load_workbook(BytesIO(marked(gallery.plain(), report(item))))
    assert card(item) in book[SHEET]["B3"].comment.text
    assert book["Kiểm tra"]["H6"].value.endswith(card(item))
    assert book["Kiểm tra"]["G6"].value is None


def test_a_proposal_that_was_explained_is_short_the_second_time() -> None:
    items = [remark(cell)._replace(proposal=proposed("9")) for cell in ((3, 2), (4, 2))]
    listing = openpyxl.load_workbook(BytesIO(marked(gallery.plain(), report(*items))))["Kiểm tra"]
    assert "hai tổng không khớp" in listing["H6"].value
    assert listing["H7"].value.endswith("→ Cũng do ô C2: 9 thay cho 3.")


def test_a_sheet_of_that_name_stays_the_official_s_own() -> None:
    book = openpyxl.Workbook()
    book.active.title = SHEET
    book.create_sheet("Kiểm tra")["A1"] = "của xã"
    out = BytesIO()
    book.save(out)
    made = marked(out.getvalue(), report(remark((1, 1))))
    assert openpyxl.load_workbook(BytesIO(made)).sheetnames == [SHEET, "Kiểm tra", "Kiểm tra (xlplan)"]
    assert parts(cleared(made)) == parts(out.getvalue())


def test_a_file_without_marks_is_cleared_to_itself(original: bytes) -> None:
    assert cleared(original) == original


@pytest.mark.parametrize("name", ["plain", "with_notes", "protected", "rich", "by_hand", "prefixed"])
def test_the_look_at_few_parts_never_overlooks_a_mark(name: str) -> None:
    original = GALLERY[name]()
    with_marks = marked(original, report(*remarks()))
    without_listing = openpyxl.load_workbook(BytesIO(resaved(with_marks)))
    del without_listing["Kiểm tra"]
    coloured = BytesIO()
    without_listing.save(coloured)
    for data in (with_marks, resaved(with_marks), coloured.getvalue()):
        assert not never_marked(Package(data))
    styles = parts(coloured.getvalue())["xl/styles.xml"].decode()
    written_otherwise = styles.replace("utf-8", "utf-16").encode("utf-16")
    assert not never_marked(Package(repack(coloured.getvalue(), {"xl/styles.xml": written_otherwise}, {})))
    if name != "with_notes":  # which a person wrote, and which may hold ours
        assert never_marked(Package(original))


def test_a_file_without_findings_gets_an_empty_listing() -> None:
    book = openpyxl.load_workbook(BytesIO(marked(gallery.plain(), report())))
    assert "không thấy sai sót" in book["Kiểm tra"]["A2"].value.lower()
    assert book["Kiểm tra"].max_row == 5


def test_no_package_is_no_traceback() -> None:
    with pytest.raises(PackageError):
        marked(b"PK\3\4 nothing", report())


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda p: p.stem)
def test_workbooks_of_the_repository(path: Path, tmp_path: Path) -> None:
    original = path.read_bytes()
    outcome = process(path)
    made = mark(outcome, path)
    assert isinstance(made, bytes)
    assert [name for name, part in parts(original).items() if not may_change(name) and parts(made)[name] != part] == []
    assert values(made, results=True) == values(original, results=True)
    copy = tmp_path / path.name
    copy.write_bytes(made)
    again = process(copy)
    assert outcome.report is not None and again.report is not None
    assert again.report._replace(submission=outcome.report.submission) == outcome.report
    remade, back = mark(again, copy), clear(copy)
    assert isinstance(remade, bytes) and parts(remade) == parts(made)
    assert isinstance(back, bytes) and parts(back) == parts(original)


# ---- after another program has saved the file -----------------------------------------------------------------------


def looks(data: bytes) -> dict[str, object]:
    """Fill, number format and border of every cell, and the notes, as openpyxl sees them."""
    book = openpyxl.load_workbook(BytesIO(data))
    return {
        f"{sheet.title}!{cell.coordinate}": (
            cell.value,
            cell.fill.fill_type,
            cell.fill.fgColor.rgb if cell.fill.fill_type else None,
            cell.number_format,
            cell.border.left.style,
            (cell.comment.author, cell.comment.text) if cell.comment else None,
        )
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None or cell.fill.fill_type or cell.comment
    }


def resaved(data: bytes, *, without_record: bool = True) -> bytes:
    """The file as openpyxl writes it: everything renumbered, unknown parts lost."""
    book = openpyxl.load_workbook(BytesIO(data), keep_vba=b"vbaProject.bin" in data)
    out = BytesIO()
    book.save(out)
    assert (PART in parts(out.getvalue())) is not without_record
    return out.getvalue()


@pytest.mark.parametrize("name", ["plain", "with_notes", "protected", "rich", "by_hand", "prefixed"])
def test_marks_are_found_by_what_they_are_when_the_record_is_gone(name: str) -> None:
    original = GALLERY[name]()
    back = cleared(resaved(marked(original, report(*remarks()))))
    assert "Kiểm tra" not in openpyxl.load_workbook(BytesIO(back)).sheetnames
    assert looks(back) == looks(resaved(original))
    assert cleared(back) == back


def test_a_marked_cell_that_moved_gets_its_own_fill_back() -> None:
    book = openpyxl.load_workbook(BytesIO(marked(gallery.plain(), report(remark((3, 2)), remark((3, 3))))))
    sheet = book[SHEET]
    sheet["H30"] = 5
    sheet["H30"]._style = sheet["B3"]._style
    out = BytesIO()
    book.save(out)
    back = openpyxl.load_workbook(BytesIO(cleared(out.getvalue())))[SHEET]
    assert back["H30"].fill.fgColor.rgb == back["B3"].fill.fgColor.rgb == "FF92D050"
    assert back["C3"].fill.fill_type is None


def test_changes_of_the_official_survive_clearing() -> None:
    book = openpyxl.load_workbook(BytesIO(marked(gallery.with_notes(), report(remark((3, 2)), remark((3, 3))))))
    book[SHEET]["B3"] = 115
    book[SHEET]["D2"].comment = openpyxl.comments.Comment("Đã xem", "Anh Ba")
    out = BytesIO()
    book.save(out)
    back = openpyxl.load_workbook(BytesIO(cleared(out.getvalue())))
    assert back[SHEET]["B3"].value == 115 and back[SHEET]["B3"].comment is None
    assert back[SHEET]["D2"].comment.text == "Đã xem"
    assert back[SHEET]["C3"].comment.text == "Số này anh Ba báo qua điện thoại"


def test_an_excel_file_cleared_by_its_looks_needs_no_repair(tmp_path: Path) -> None:
    before, after = tmp_path / "truoc.xlsx", tmp_path / "sau.xlsx"
    saved = resaved(marked(gallery.rich(), report(*remarks())))
    before.write_bytes(saved)
    after.write_bytes(cleared(saved))
    found = office.repairs(after)
    assert not found or [line for line in found if line not in office.repairs(before)] == []


def rounded(sheets: dict[str, dict[str, object]]) -> dict[str, dict[str, object]]:
    """Numbers to ten decimals: LibreOffice writes the last digit of a quotient differently."""
    return {
        name: {cell: round(value, 10) if isinstance(value, float) else value for cell, value in cells.items()}
        for name, cells in sheets.items()
    }


@pytest.mark.office
@pytest.mark.parametrize("name", ["with_notes", "rich", "threaded"])
def test_libreoffice_finds_the_same_values_and_shows_the_marks(name: str, tmp_path: Path) -> None:
    office.require_office()
    original = GALLERY[name]()
    path = tmp_path / "danh_dau.xlsx"
    path.write_bytes(marked(original, report(*remarks())))
    saved = office.convert(path, tmp_path / "out", "xlsx").read_bytes()
    assert rounded(values(saved, results=True)) == rounded(values(original, results=True))
    book = openpyxl.load_workbook(BytesIO(saved))
    assert book["Kiểm tra"]["A5"].value == "Mã"
    assert book[SHEET][address(*CELLS[1])].fill.fgColor.rgb == COLOURS["warning"]
    before = tmp_path / "goc.xlsx"
    before.write_bytes(original)
    assert looks(cleared(saved)) == looks(office.convert(before, tmp_path / "out", "xlsx").read_bytes())


@pytest.mark.office
@pytest.mark.parametrize("name", ["long_an_2024", "son_trung_2023"])
def test_a_recalculation_gives_the_values_that_were_stored(name: str, tmp_path: Path) -> None:
    office.require_office()
    path = ROOT / "workbooks" / f"{name}.xlsx"
    made = mark(process(path), path)
    assert isinstance(made, bytes)
    content: dict[str, str | bytes] = {
        part: re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", data) if part.startswith("xl/worksheets/sheet") else data
        for part, data in parts(made).items()
    }
    copy = tmp_path / path.name
    copy.write_bytes(gallery.packed(content))
    saved = office.convert(copy, tmp_path / "out", "xlsx").read_bytes()
    before, after = rounded(values(path.read_bytes(), results=True)), rounded(values(saved, results=True))
    figures = {name: {k: v for k, v in cells.items() if not isinstance(v, str)} for name, cells in before.items()}
    assert {name: {k: after[name].get(k) for k in cells} for name, cells in figures.items()} == figures


def test_the_listing_counts_unchecked_rules_as_the_console_does() -> None:
    path = ROOT / "workbooks" / "son_trung_2023.xlsx"
    found = process(path).report
    assert found is not None
    made = openpyxl.load_workbook(BytesIO(marked(path.read_bytes(), found)))["Kiểm tra"]
    assert str(made["A2"].value).rpartition("; ")[2].removesuffix(".") in counts(found, Texts("vi"))
