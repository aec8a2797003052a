"""Figures of an edited plan follow the workbook; everything else stays as people left it."""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Callable
from copy import deepcopy
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from office import convert, repairs, require_office
from openpyxl import load_workbook
from plan_edits import (
    MAIN,
    WORKBOOKS,
    Edited,
    controls,
    disagreements,
    edited,
    figures,
    listing,
    number,
    part,
    plan_of,
    speaking,
    text,
    trial,
    w,
    with_part,
)

from xlplan.cli import run
from xlplan.documents.refreshing import NotRefreshableError, Refreshed, refresh
from xlplan.documents.refreshing.document import Change
from xlplan.documents.refreshing.report import lines, summary
from xlplan.documents.word.reading import opened
from xlplan.packages.gate import Package
from xlplan.pipeline import Problem
from xlplan.pipeline import refresh as refreshed
from xlplan.sheets.reader import read

ROOT = Path(__file__).parent.parent
SON_TRUNG = ROOT / "workbooks" / "son_trung_2023.xlsx"
LONG_AN = ROOT / "workbooks" / "long_an_2024.xlsx"
TAN_KHAI = ROOT / "workbooks" / "tan_khai_2021_2025.xlsx"
OWN = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@pytest.fixture(scope="module")
def son_trung() -> bytes:
    return plan_of(SON_TRUNG)


@pytest.fixture
def more_poor(tmp_path: Path) -> Path:
    """The workbook with two other figures: Mai Hà has five poor households, not three, and the commune 65."""
    book = load_workbook(SON_TRUNG)
    sheet = book["Biểu chỉ tiêu"]
    assert sheet["B7"].value == "Mai Hà" and sheet["D7"].value == 3
    sheet["D7"].value = 5
    sheet["D19"].value = 65
    book.save(tmp_path / "more.xlsx")
    return tmp_path / "more.xlsx"


def control_of(root: etree._Element, data: bytes, key: str) -> etree._Element:
    wanted = next(entry.number for entry in listing(data).entries if entry.key == key)
    return next(control for control in controls(root) if number(control) == wanted)


def changed(data: bytes, change: Callable[[etree._Element], None], key: str) -> bytes:
    """The plan after a change of one control."""
    root = etree.fromstring(part(data))
    change(control_of(root, data, key))
    return with_part(data, MAIN, etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True))


def xml(inner: str) -> etree._Element:
    return etree.fromstring(f"<w:x {OWN}>{inner}</w:x>")[0]


def content(control: etree._Element) -> etree._Element:
    found = control.find(w("sdtContent"))
    assert found is not None
    return found


def shown(done: Refreshed, key: str) -> str:
    return text(control_of(etree.fromstring(part(done.data)), done.data, key))


POOR = "bang:ho_ngheo_dau_ky[Mai Hà]"
RATE = "bang:ty_le_ho_ngheo_dau_ky[Mai Hà]"

# -- random edits ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(15))
def test_an_edited_plan_gets_all_figures_and_keeps_all_else(tmp_path: Path, seed: int) -> None:
    assert disagreements(*trial(random.Random(seed), tmp_path)) == []


@pytest.mark.parametrize("workbook", WORKBOOKS, ids=lambda path: path.stem)
def test_a_plan_of_the_same_figures_stays_as_it_is(workbook: Path) -> None:
    work = edited(plan_of(workbook), random.Random(workbook.stem), edits=0)
    done = refresh(work.data, read(workbook))
    assert (done.changes, done.left, done.complete) == ((), (), True)
    assert done.data == work.data


def test_a_refreshed_plan_opens_without_repair(tmp_path: Path, son_trung: bytes, more_poor: Path) -> None:
    (tmp_path / "moi.docx").write_bytes(refresh(son_trung, read(more_poor)).data)
    assert repairs(tmp_path / "moi.docx") == []


# -- what is told ---------------------------------------------------------------------------------------------------


def test_each_change_says_where_what_it_was_and_what_it_is(son_trung: bytes, more_poor: Path) -> None:
    done = refresh(son_trung, read(more_poor))
    by_key = {change.key: change for change in done.changes}
    change = by_key[POOR]
    assert (change.old, change.new, change.cell, change.by_hand) == ("3", "5", "'Biểu chỉ tiêu'!D7", False)
    assert re.fullmatch(r"T\d+R\d+C4", change.place)
    assert by_key[RATE].new == "2,48"
    assert any("“3” → “5”" in line and "Hộ nghèo đầu kỳ, Mai Hà" in line for line in lines(done))
    assert summary(done, "en").startswith(f"{len(done.changes)} figures")
    again = refresh(done.data, read(more_poor))
    assert (again.changes, again.left) == ((), ())


def passages_at(data: bytes, place: str) -> list[str]:
    return [passage.text for passage in opened(Package(data)).passages if passage.place == place]


def test_a_change_stands_where_every_other_finding_on_the_document_would_say(son_trung: bytes, more_poor: Path) -> None:
    def widened(control: etree._Element) -> None:
        """The cell before becomes two columns wide in place of the two before, as Word merges cells."""
        cell = next(control.iterancestors(w("tc")))
        before = cell.getprevious()
        assert before is not None
        properties = before.find(w("tcPr"))
        assert properties is not None
        properties.append(properties.makeelement(w("gridSpan"), {w("val"): "2"}))
        gone = before.getprevious()
        assert gone is not None
        gone.getparent().remove(gone)

    for data in (son_trung, changed(son_trung, widened, POOR)):
        done = refresh(data, read(more_poor))
        assert len(done.changes) > 3
        assert all(any(c.new in text for text in passages_at(done.data, c.place)) for c in done.changes)
        assert next(c.place for c in done.changes if c.key == POOR).endswith("C4")


def test_a_change_in_a_table_within_a_cell_names_the_inner_cell(son_trung: bytes, more_poor: Path) -> None:
    def nested(control: etree._Element) -> None:
        cell = next(control.iterancestors(w("tc")))
        paragraph = next(control.iterancestors(w("p")))
        table = xml("<w:tbl><w:tblPr/><w:tblGrid/><w:tr><w:tc/><w:tc/></w:tr></w:tbl>")
        paragraph.addprevious(table)
        table[-1][-1].append(paragraph)
        cell.append(xml("<w:p/>"))

    done = refresh(changed(son_trung, nested, POOR), read(more_poor))
    place = next(c.place for c in done.changes if c.key == POOR)
    assert re.fullmatch(r"T\d+R\d+C4T1R1C2", place) and passages_at(done.data, place) == ["5"]


def test_a_sentence_is_made_anew_as_a_whole(tmp_path: Path) -> None:
    before = speaking(SON_TRUNG, tmp_path / "truoc.xlsx")
    book = load_workbook(before)
    book["Biểu chỉ tiêu"]["H19"].value = 63
    book.save(tmp_path / "sau.xlsx")
    plan = plan_of(before)
    root = etree.fromstring(part(plan))
    sentence = control_of(root, plan, "bien_dong[ho_ngheo]")
    assert text(sentence) == "giảm 12 hộ, từ 63 hộ (4,08%) xuống 51 hộ (3,30%)"
    done = refresh(plan, read(tmp_path / "sau.xlsx"))
    assert shown(done, "bien_dong[ho_ngheo]") == "giữ nguyên 63 hộ (4,08%)"
    assert "nhan_xet.bien_dong[ho_ngheo]" in {change.key for change in done.changes}


def test_what_somebody_typed_in_is_replaced_and_named(son_trung: bytes, more_poor: Path) -> None:
    def typed(control: etree._Element) -> None:
        next(control.iter(w("t"))).text = "7"

    data = changed(son_trung, typed, POOR)
    done = refresh(data, read(more_poor))
    assert [c for c in done.changes if c.by_hand] == [c for c in done.changes if c.key == POOR]
    assert shown(done, POOR) == "5"
    assert any("sửa tay" in line for line in lines(done))


def test_a_deleted_control_is_reported_and_does_not_come_back(son_trung: bytes, more_poor: Path) -> None:
    data = changed(son_trung, lambda control: control.getparent().remove(control), POOR)
    done = refresh(data, read(more_poor))
    assert [(item.why, item.key, item.old, item.new) for item in done.left] == [("deleted", POOR, "3", "5")]
    assert done.complete  # it was somebody's decision
    numbers = {entry.number for entry in listing(son_trung).entries} - set(figures(done.data))
    assert len(numbers) == 1


def test_a_figure_whose_control_was_removed_but_not_its_digits_is_to_be_corrected_by_hand(
    son_trung: bytes, more_poor: Path
) -> None:
    def unwrapped(control: etree._Element) -> None:
        for child in list(control.find(w("sdtContent"))):
            control.addprevious(child)
        control.getparent().remove(control)

    done = refresh(changed(son_trung, unwrapped, POOR), read(more_poor))
    (line,) = [line for line in lines(done) if "không đưa lại" in line]
    assert "sửa tay" in line and "số mới là “5”" in line


@pytest.mark.parametrize("old", ["Hà Tràng (4,07%)", "Hà Tràng (4,08%)"])
def test_long_sentences_that_differ_at_their_end_are_quoted_where_they_differ(old: str) -> None:
    start = "Cuối năm 2022, ba thôn có tỷ lệ hộ nghèo cao nhất là Mỹ Sơn (8,09%), Trung Thịnh (6,43%) và "
    change = Change("¶7", "k", "Nhận xét", "", f"{start}{old}", f"{start}Mai Hà (5,66%)", by_hand=False)
    (line,) = lines(Refreshed(b"", (change,), ()))
    assert old in line and "Mai Hà (5,66%)" in line


def test_tracked_changes_in_a_control_are_left_alone(son_trung: bytes, more_poor: Path) -> None:
    def tracked(control: etree._Element) -> None:
        run_ = content(control)[0]
        insertion = xml('<w:ins w:id="9" w:author="A" w:date="2024-01-01T00:00:00Z"><w:r><w:t>8</w:t></w:r></w:ins>')
        run_.addnext(insertion)

    data = changed(son_trung, tracked, POOR)
    done = refresh(data, read(more_poor))
    assert [(item.why, item.key) for item in done.left] == [("tracked", POOR)]
    assert not done.complete
    assert shown(done, POOR) == "38"


def test_a_control_inside_a_tracked_insertion_is_left_alone(son_trung: bytes, more_poor: Path) -> None:
    def inserted(control: etree._Element) -> None:
        parent = control.getparent()
        assert parent is not None
        insertion = xml('<w:ins w:id="9" w:author="A" w:date="2024-01-01T00:00:00Z"/>')
        parent.replace(control, insertion)
        insertion.append(control)

    done = refresh(changed(son_trung, inserted, POOR), read(more_poor))
    assert [item.why for item in done.left] == ["tracked"]


def test_a_picture_or_a_second_paragraph_in_a_control_is_left_alone(son_trung: bytes, more_poor: Path) -> None:
    def nested(control: etree._Element) -> None:
        content(control).append(xml('<w:r><w:fldChar w:fldCharType="begin"/></w:r>'))

    done = refresh(changed(son_trung, nested, POOR), read(more_poor))
    assert [item.why for item in done.left] == ["foreign"]


# -- formatting -----------------------------------------------------------------------------------------------------


def test_a_bold_word_of_a_sentence_stays_bold(son_trung: bytes, more_poor: Path) -> None:
    def bold_first(control: etree._Element) -> None:
        run_ = content(control)[0]
        second = deepcopy(run_)
        whole = run_.find(w("t")).text
        run_.find(w("t")).text, second.find(w("t")).text = whole[:1], whole[1:]
        run_.insert(0, xml("<w:rPr><w:b/></w:rPr>")) if run_.find(w("rPr")) is None else run_[0].append(xml("<w:b/>"))
        run_.addnext(second)

    data = changed(son_trung, bold_first, RATE)  # “1” bold, “,49” not
    done = refresh(data, read(more_poor))
    control = control_of(etree.fromstring(part(done.data)), done.data, RATE)
    assert text(control) == "2,48"
    assert [bool(r.find(f"{w('rPr')}/{w('b')}") is not None) for r in control.iter(w("r"))] == [True]


def test_words_that_stay_keep_their_own_formatting() -> None:
    from xlplan.documents.refreshing.runs import put

    control = xml(
        "<w:sdt><w:sdtPr/><w:sdtContent><w:r><w:t xml:space='preserve'>giảm 12 hộ, từ </w:t></w:r>"
        "<w:r><w:rPr><w:b/></w:rPr><w:t>63 hộ</w:t></w:r><w:bookmarkStart w:id='1' w:name='x'/>"
        "<w:r><w:t xml:space='preserve'> xuống 51 hộ</w:t></w:r></w:sdtContent></w:sdt>"
    )
    put(control, "giảm 14 hộ, từ 65 hộ xuống 51 hộ")
    runs = [
        (text_, run_.find(w("rPr")) is not None) for run_ in control.iter(w("r")) for text_ in [run_.findtext(w("t"))]
    ]
    assert runs == [("giảm 14 hộ, từ ", False), ("65 hộ", True), (" xuống 51 hộ", False)]
    assert control.find(f".//{w('bookmarkStart')}") is not None


def test_an_emptied_control_that_shows_words_prompt_gets_its_figure_back(son_trung: bytes, more_poor: Path) -> None:
    def emptied(control: etree._Element) -> None:
        control[0].append(xml("<w:showingPlcHdr/>"))
        content(control)[:] = [
            xml('<w:r><w:rPr><w:rStyle w:val="PlaceholderText"/></w:rPr><w:t>Click here to enter text.</w:t></w:r>')
        ]

    done = refresh(changed(son_trung, emptied, POOR), read(more_poor))
    control = control_of(etree.fromstring(part(done.data)), done.data, POOR)
    assert (text(control), control.find(f".//{w('showingPlcHdr')}"), control.find(f".//{w('rStyle')}")) == (
        "5",
        None,
        None,
    )


def test_line_breaks_and_tabs_of_a_text_come_back_as_they_are() -> None:
    from xlplan.documents.refreshing.runs import put, text_of

    control = xml("<w:sdt><w:sdtPr/><w:sdtContent><w:r><w:t>a</w:t><w:br/><w:t>b</w:t></w:r></w:sdtContent></w:sdt>")
    assert text_of(control) == "a\nb"
    put(control, "c\nd\te")
    assert text_of(control) == "c\nd\te"
    assert len(list(control.iter(w("tab")))) == 1


# -- values that are not there --------------------------------------------------------------------------------------


def test_a_date_filled_in_by_hand_stays_while_the_workbook_leaves_it_open(son_trung: bytes) -> None:
    assert "\u00a0\u00a0" in next(e.text for e in listing(son_trung).entries if e.key == "dia_danh_ngay")

    def signed(control: etree._Element) -> None:
        next(control.iter(w("t"))).text = "Sơn Trung, ngày 05 tháng 02 năm 2023"

    done = refresh(changed(son_trung, signed, "dia_danh_ngay"), read(SON_TRUNG))
    assert [(item.why, item.key) for item in done.left] == [("filled", "dia_danh_ngay")]
    assert done.complete
    assert shown(done, "dia_danh_ngay").endswith("năm 2023")


def test_a_figure_that_the_workbook_lost_is_reported_and_left(tmp_path: Path) -> None:
    book = load_workbook(TAN_KHAI)
    sheet = book["Kinh phí"]
    row = next(r for r in range(1, 40) if "sửa nhà" in str(sheet.cell(r, 2).value))
    name = str(sheet.cell(row, 2).value)
    sheet.cell(row, 2).value = "Việc khác"
    book.save(tmp_path / "khac.xlsx")
    done = refresh(plan_of(TAN_KHAI), read(tmp_path / "khac.xlsx"))
    gone = {item.key for item in done.left if item.why == "unknown"}
    assert gone and all(name in key for key in gone)
    assert any(item.why == "new" and "Việc khác" in item.key for item in done.left)
    assert not done.complete


def test_a_new_village_is_reported_for_each_of_its_figures(tmp_path: Path) -> None:
    book = load_workbook(SON_TRUNG)
    sheet = book["Biểu chỉ tiêu"]
    for column, value in {2: "Mới Lập", 3: 90, 4: 2, 6: 1, 8: 1}.items():
        sheet.cell(18, column).value = value
    book.save(tmp_path / "moi.xlsx")
    done = refresh(plan_of(SON_TRUNG), read(tmp_path / "moi.xlsx"))
    new = {item.key: item.new for item in done.left if item.why == "new"}
    assert new["bang:ty_le_ho_ngheo_dau_ky[Mới Lập]"] == "2,22"
    assert not done.complete and done.changes == ()


# -- copies, other programs, other plans ----------------------------------------------------------------------------


def renamed_book(target: Path, rows: dict[int, str], change: Callable[[Any], None] = lambda sheet: None) -> Path:
    book = load_workbook(SON_TRUNG)
    sheet = book["Biểu chỉ tiêu"]
    change(sheet)
    for row, name in rows.items():
        sheet.cell(row, 2).value = name
    book.save(target)
    return target


def test_a_village_with_another_name_is_known_by_its_cells_and_named(tmp_path: Path, son_trung: bytes) -> None:
    def more(sheet: Any) -> None:
        sheet["D7"].value, sheet["D12"].value = 5, 7

    book = renamed_book(tmp_path / "ten_moi.xlsx", {7: "Bến Đò", 12: "Trung Thịnh Đông"}, more)
    done = refresh(son_trung, read(book))
    assert [each[:2] for each in done.renamed] == [("Mai Hà", "Bến Đò"), ("Trung Thịnh", "Trung Thịnh Đông")]
    assert done.left == () and {"5", "7"} <= {change.new for change in done.changes}
    told = "\n".join(lines(done))
    assert "“Bến Đò”" in told and "“Mai Hà”" in told and "'Biểu chỉ tiêu'!B7" in told
    new = POOR.replace("Mai Hà", "Bến Đò")
    control = control_of(etree.fromstring(part(done.data)), done.data, new)
    assert shown(done, new) == "5"
    assert [control.find(f"{w('sdtPr')}/{w(name)}").get(w("val")) for name in ("alias", "tag")] == [  # type: ignore[union-attr]
        "Hộ nghèo đầu kỳ, Bến Đò – 'Biểu chỉ tiêu'!D7",
        f"x{number(control)}|{new}|D7",
    ]
    again = refresh(done.data, read(book))
    assert (again.changes, again.left, again.renamed, again.data) == ((), (), (), done.data)


def test_names_that_only_changed_places_are_no_new_names(tmp_path: Path, son_trung: bytes) -> None:
    done = refresh(son_trung, read(renamed_book(tmp_path / "doi.xlsx", {7: "Hồ Sơn", 9: "Mai Hà"})))
    assert done.renamed == () and shown(done, POOR) == "2"


def test_a_new_village_in_the_row_of_another_is_not_taken_for_it(tmp_path: Path, son_trung: bytes) -> None:
    """Mai Hà's row moved down by one and was renamed; what stands in its old cells is another village."""

    def moved(sheet: Any) -> None:
        for row in range(16, 6, -1):
            for column in range(2, 16):
                value = sheet.cell(row, column).value
                if not str(value).startswith("="):
                    sheet.cell(row + 1, column).value = value

    done = refresh(son_trung, read(renamed_book(tmp_path / "chen.xlsx", {7: "Bến Đò", 8: "Mai Hà Hạ"}, moved)))
    assert done.renamed == () and not any("Bến Đò" in change.key for change in done.changes)
    assert {"unknown", "new"} <= {item.why for item in done.left}


def test_without_the_list_the_tags_alone_serve_where_one_insists(son_trung: bytes, more_poor: Path) -> None:
    data = with_part(son_trung, "customXml/item1.xml", b"<other/>")
    with pytest.raises(NotRefreshableError, match="unlisted"):
        refresh(data, read(more_poor))
    done = refresh(data, read(more_poor), force=True)
    assert {change.key for change in done.changes} >= {POOR}


@pytest.mark.office
def test_a_plan_that_libreoffice_saved_can_be_refreshed_or_gives_one_clear_line(
    tmp_path: Path, son_trung: bytes, more_poor: Path
) -> None:
    require_office()
    (tmp_path / "ke_hoach.docx").write_bytes(son_trung)
    saved = convert(tmp_path / "ke_hoach.docx", tmp_path / "khac", "docx:MS Word 2007 XML").read_bytes()
    if b'<w:tag w:val="x1|' not in part(saved):  # LibreOffice before 7.5 drops tags
        with pytest.raises(NotRefreshableError, match="lost"):
            refresh(saved, read(more_poor))
        return
    done = refresh(saved, read(more_poor))
    straight = refresh(son_trung, read(more_poor))
    assert [(c.key, c.new) for c in done.changes] == [(c.key, c.new) for c in straight.changes]


def test_a_plan_of_another_commune_or_year_is_refused(son_trung: bytes, tmp_path: Path) -> None:
    with pytest.raises(NotRefreshableError) as caught:
        refresh(son_trung, read(LONG_AN))
    assert (caught.value.kind, caught.value.detail) == ("other", "xã Sơn Trung, 2023 ≠ xã Long An, 2024")
    assert refresh(son_trung, read(LONG_AN), force=True).changes


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("chu.docx", b"Ke hoach", "plan_not_office"),
        ("cu.doc", bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 2000, None),
        ("so.docx", SON_TRUNG.read_bytes(), "plan_excel_not_word"),
        ("mau.docx", (ROOT / "templates" / "ke_hoach.docx").read_bytes(), "refresh_none"),
    ],
)
def test_what_is_no_plan_of_ours_gives_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, data: bytes, kind: str | None
) -> None:
    (tmp_path / name).write_bytes(data)
    found = refreshed(tmp_path / name, SON_TRUNG)
    assert isinstance(found, Problem)
    assert kind is None or found.kind == kind
    assert run(["refresh", str(tmp_path / name), str(SON_TRUNG), "-o", str(tmp_path / "ra.docx")]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
    assert not (tmp_path / "ra.docx").exists()


def test_the_command_writes_the_plan_and_says_what_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], son_trung: bytes, more_poor: Path
) -> None:
    plan = tmp_path / "ke_hoach.docx"
    plan.write_bytes(son_trung)
    before = more_poor.read_bytes()
    assert run(["refresh", str(plan), str(more_poor), "-o", str(tmp_path / "moi.docx")]) == 0
    said = capsys.readouterr().out
    assert "“3” → “5”" in said and "Đã cập nhật" in said
    assert figures((tmp_path / "moi.docx").read_bytes()) == figures(plan_of(more_poor))
    assert (plan.read_bytes(), more_poor.read_bytes()) == (son_trung, before)
    assert run(["refresh", str(plan), str(more_poor), "-o", str(plan)]) == 2
    assert run(["refresh", str(plan), str(more_poor), "-o", str(tmp_path / "moi.txt")]) == 2
    assert plan.read_bytes() == son_trung
    # a village that the workbook has not, in cells that are nobody's
    unknown = with_part(son_trung, MAIN, part(son_trung).replace("[Mai Hà]|".encode(), b"[Mai H]|Z"))
    with zipfile.ZipFile(BytesIO(unknown)) as package:
        listed = package.read("customXml/item1.xml").replace("[Mai Hà]".encode(), b"[Mai H]")
        listed = re.sub(rb"(\[Mai H\]\" cell=\"[^\"]*!)", rb"\1Z", listed)
    plan.write_bytes(with_part(unknown, "customXml/item1.xml", listed))
    assert run(["refresh", str(plan), str(more_poor), "-o", str(tmp_path / "moi.docx")]) == 1


def test_figures_that_contradict_one_another_are_written_with_a_warning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan, book = tmp_path / "ke_hoach.docx", tmp_path / "so.xlsx"
    source = next(path for path in WORKBOOKS if path.name.startswith("phuoc_long"))
    plan.write_bytes(plan_of(source))
    workbook = load_workbook(source)
    cells = {row[0].value: row[3] for row in workbook["Hiện trạng"].iter_rows(min_row=5)}
    cells["ho_ngheo_dau_ky"].value = 9999  # more than all households
    workbook.save(book)
    out = ["-o", str(tmp_path / "moi.docx")]
    run(["refresh", str(plan), str(source), *out])
    assert capsys.readouterr().err == ""
    run(["refresh", str(plan), str(book), *out])
    assert "lỗi" in capsys.readouterr().err
    assert "9.999" in "".join(figures((tmp_path / "moi.docx").read_bytes()).values())


def test_an_edited_plan_reports_every_deletion(son_trung: bytes, more_poor: Path) -> None:
    work: Edited = edited(son_trung, random.Random(5), edits=40)
    done = refresh(work.data, read(more_poor))
    assert disagreements(work, done, plan_of(more_poor)) == []
    assert work.deleted
