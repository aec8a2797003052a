"""What officials answer in `Kiểm tra`: kept, shown as explained, and never taken for another figure."""

from __future__ import annotations

import json
import shutil
import unicodedata
from io import BytesIO
from pathlib import Path

import gallery
import openpyxl
import pytest
from docx import Document
from gallery import SHEET, parts, remark

from xlplan.cli import run
from xlplan.messages import finding, message, statement
from xlplan.model import CellRef, Explanation, Finding, Report, Submission
from xlplan.pipeline import Options, Outcome, mark, process
from xlplan.sheets.marks.answers import explained, figure, matched
from xlplan.sheets.marks.looks import COLOURS
from xlplan.sheets.marks.marker import marked
from xlplan.sheets.reader import read

ROOT = Path(__file__).parent.parent
LONG_AN = ROOT / "workbooks" / "long_an_2024.xlsx"
SON_TRUNG = ROOT / "workbooks" / "son_trung_2023.xlsx"
REASON = "Tính trên hộ nghèo đa chiều\ntheo Nghị quyết 12/NQ-HĐND."


@pytest.fixture(autouse=True)
def _vietnamese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XLPLAN_LANG", raising=False)


def answered(path: Path, target: Path, answers: dict[str, str]) -> Path:
    """Marks a workbook and writes answers beside findings, as an official does in another program."""
    made = mark(process(path), path)
    assert isinstance(made, bytes)
    book = openpyxl.load_workbook(BytesIO(made))
    listing = book["Kiểm tra"]
    for row in listing.iter_rows(min_row=6):
        if row[0].value in answers:
            row[8].value = answers[row[0].value]
    book.save(target)
    return target


def listed(data: bytes) -> list[list[object]]:
    """The rows of the listing, from code to explanation."""
    rows = openpyxl.load_workbook(BytesIO(data))["Kiểm tra"].iter_rows(min_row=6, max_col=9, values_only=True)
    return [list(row) for row in rows]


def found(path: Path, code: str) -> Finding:
    report = process(path).report
    assert report is not None
    return next(item for item in report.findings if item.code == code)


def with_answers(*answers: Explanation, findings: tuple[Finding, ...]) -> Report:
    return Report(Submission("thu.xlsx", {}, explanations=answers), {}, findings, ())


def test_an_answer_travels_to_the_next_check(tmp_path: Path) -> None:
    path = answered(LONG_AN, tmp_path / "da_giai_trinh.xlsx", {"C04": REASON})
    assert found(path, "C04").explanation == REASON
    assert found(path, "B05").explanation == ""
    again = tmp_path / "lan_hai.xlsx"
    made = mark(process(path), path)
    assert isinstance(made, bytes)
    again.write_bytes(made)
    assert found(again, "C04").explanation == REASON
    rows = {row[0]: row for row in listed(made)}
    assert rows["C04"][1] == "ĐÃ GIẢI TRÌNH" and rows["C04"][8] == REASON
    assert rows["B05"][1] == "GHI CHÚ" and rows["B05"][8] is None


def test_an_explained_warning_has_a_calmer_colour(tmp_path: Path) -> None:
    path = answered(LONG_AN, tmp_path / "a.xlsx", {"C04": REASON})
    made = mark(process(path), path)
    assert isinstance(made, bytes)
    cell = openpyxl.load_workbook(BytesIO(made))["Mục tiêu"]["C5"]
    assert cell.fill.fgColor.rgb == COLOURS["explained"]
    assert "Giải trình: Tính trên hộ nghèo đa chiều" in cell.comment.text


def test_an_answer_does_not_make_an_error_go_away_but_is_kept(tmp_path: Path) -> None:
    path = answered(SON_TRUNG, tmp_path / "a.xlsx", {"A14": "Số này đúng."})
    assert found(path, "A14").explanation == ""
    made = mark(process(path), path)
    assert isinstance(made, bytes)
    row = next(row for row in listed(made) if row[0] == "A14")
    assert row[1] == "LỖI" and row[8] == "Số này đúng."


def test_an_answer_to_another_figure_is_kept_but_no_longer_counts(tmp_path: Path) -> None:
    path = answered(LONG_AN, tmp_path / "a.xlsx", {"B05": "Không có hộ phát sinh."})
    book = openpyxl.load_workbook(path)
    book["Biểu chỉ tiêu"]["I16"] = 62
    book.save(path)
    item = found(path, "B05")
    assert item.actual == "62" and item.explanation == ""
    made = mark(process(path), path)
    assert isinstance(made, bytes)
    row = next(row for row in listed(made) if row[0] == "B05")
    assert row[8] == "(Viết khi số là 63) Không có hộ phát sinh."
    (tmp_path / "b.xlsx").write_bytes(made)
    assert found(tmp_path / "b.xlsx", "B05").explanation == ""


def test_whoever_takes_the_old_figure_out_answers_for_the_new_one(tmp_path: Path) -> None:
    item = remark((3, 2), "warning", actual="70")
    old = Explanation("A06", SHEET, "B3", "64 / 63", "Sáp nhập thôn.")
    made = marked(gallery.plain(), with_answers(old, findings=(item,)))
    path = tmp_path / "x.xlsx"
    book = openpyxl.load_workbook(BytesIO(made))
    assert book["Kiểm tra"]["I6"].value == "(Viết khi số là 64 / 63) Sáp nhập thôn."
    book.save(path)
    assert read_answers(path) == [old]
    book["Kiểm tra"]["I6"] = "Sáp nhập thôn."
    book.save(path)
    (answer,) = read_answers(path)
    assert explained([item], [answer])[0].explanation == "Sáp nhập thôn."


def read_answers(path: Path) -> list[Explanation]:
    from xlplan.packages.workbook import read_workbook
    from xlplan.sheets.cells import Grid
    from xlplan.sheets.marks.answers import read_explanations

    sheet = read_workbook(path).sheet("Kiểm tra")
    assert sheet is not None
    return list(read_explanations(Grid(sheet)))


def test_answers_whose_finding_is_gone_are_kept_below() -> None:
    gone = Explanation("C01", SHEET, "C4", "83", "Đã đối chiếu với sổ hộ khẩu.")
    rows = listed(marked(gallery.plain(), with_answers(gone, findings=(remark((3, 2)),))))
    assert rows[-1][:3] == ["C01", "KHÔNG CÒN", f"{SHEET}, C4"]
    assert rows[-1][8] == "Đã đối chiếu với sổ hộ khẩu."
    assert explained([remark((3, 2), "warning")], [gone])[0].explanation == ""


def test_two_findings_of_one_rule_at_one_cell_keep_their_own_answers() -> None:
    items = [remark((3, 2), "warning", actual=actual) for actual in ("64", "70")]
    answers = [Explanation("A06", SHEET, "B3", figure(item), item.actual) for item in items]
    assert [item.explanation for item in explained(items, answers[::-1])] == ["64", "70"]
    assert matched(items, answers[:1]) == ([answers[0], None], [])
    assert matched(items, [answers[1]]) == ([None, answers[1]], [])


def test_an_answer_finds_a_sheet_whose_name_is_decomposed() -> None:
    decomposed = unicodedata.normalize("NFD", SHEET)
    item = remark((3, 2), "warning", sheet=decomposed, actual="", written=unicodedata.normalize("NFD", "mười hộ (12)"))
    answer = Explanation("A06", SHEET, "B3", "mười hộ [12] / 63", "Đúng.")
    assert explained([item], [answer])[0].explanation == "Đúng."


def test_the_listing_is_no_table_of_the_commune(tmp_path: Path) -> None:
    made = mark(process(LONG_AN), LONG_AN)
    assert isinstance(made, bytes)
    path = tmp_path / "x.xlsx"
    path.write_bytes(made)
    before, after = read(LONG_AN), read(path)
    assert after._replace(file=before.file) == before


def test_a_copy_of_the_listing_is_no_table_either(tmp_path: Path) -> None:
    path = answered(LONG_AN, tmp_path / "x.xlsx", {})
    book = openpyxl.load_workbook(path)
    book.copy_worksheet(book["Kiểm tra"]).title = "Kiểm tra (2)"
    book.save(path)
    assert "Kiểm tra (2)" not in read(path).sheets


def test_an_answer_survives_clumsy_hands(tmp_path: Path) -> None:
    path = answered(LONG_AN, tmp_path / "x.xlsx", {"C04": "  Đúng.  "})
    book = openpyxl.load_workbook(path)
    listing = book["Kiểm tra"]
    listing["J9"], listing["I9"] = "[not json", "rơi vãi"
    listing["J10"], listing["I10"] = '["C04"]', "rơi vãi"
    book.save(path)
    assert [answer.text for answer in read(path).explanations] == ["Đúng."]


def test_answers_stay_with_their_findings_when_only_the_visible_columns_are_sorted(tmp_path: Path) -> None:
    path = answered(LONG_AN, tmp_path / "x.xlsx", {"C04": "Của C04.", "B05": "Của B05."})
    book = openpyxl.load_workbook(path)
    listing = book["Kiểm tra"]
    rows = [[cell.value for cell in row[:9]] for row in listing.iter_rows(min_row=6, max_row=7)]
    for at, texts in enumerate(reversed(rows), 6):
        for column, text in enumerate(texts, 1):
            listing.cell(at, column).value = text
    book.save(path)
    assert {answer.code: answer.text for answer in read(path).explanations} == {"C04": "Của C04.", "B05": "Của B05."}


def test_answers_are_found_beside_a_column_that_was_put_in(tmp_path: Path) -> None:
    path = answered(LONG_AN, tmp_path / "x.xlsx", {"C04": "Đúng."})
    book = openpyxl.load_workbook(path)
    book["Kiểm tra"].insert_cols(10)
    book["Kiểm tra"]["J6"] = "đã gọi điện"
    book.save(path)
    assert [answer.text for answer in read(path).explanations] == ["Đúng."]


def test_the_plan_can_quote_the_answers(tmp_path: Path) -> None:
    path = answered(LONG_AN, tmp_path / "a.xlsx", {"C04": REASON, "B05": "Không có."})
    book = openpyxl.load_workbook(path)
    outline = book["Nội dung"]
    head = next(row for row in outline.iter_rows() if any(cell.value == "Chèn khối" for cell in row))
    columns = {cell.value: cell.column for cell in head}
    row = outline.max_row + 1
    outline.cell(row, columns["Cấp"], "1")
    outline.cell(row, columns["Nội dung"], "Giải trình số liệu")
    outline.cell(row, columns["Chèn khối"], "giải trình")
    book.save(path)
    outcome = process(path, Options(plan=True))
    assert outcome.plan is not None
    text = "\n".join(paragraph.text for paragraph in Document(BytesIO(outcome.plan)).paragraphs)
    assert "Tính trên hộ nghèo đa chiều theo Nghị quyết 12/NQ-HĐND" in text
    assert "Không có." not in text  # remarks of level info are no warnings


# ---- the command line -----------------------------------------------------------------------------------------------


def test_mark_writes_copies_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(LONG_AN), str(SON_TRUNG), "--mark", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert sorted(path.name for path in tmp_path.iterdir()) == [LONG_AN.name, SON_TRUNG.name]
    assert f"Đã ghi bản đánh dấu: {tmp_path / LONG_AN.name}" in said.err
    assert "Đã đánh dấu 2/2 tệp." in said.err
    assert "CẦN XEM  C04" in said.out


def test_an_explained_warning_is_said_to_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = answered(LONG_AN, tmp_path / "a.xlsx", {"C04": REASON})
    assert run(["check", str(path)]) == 0
    said = capsys.readouterr().out
    assert "Đã giải trình: “Tính trên hộ nghèo đa chiều theo Nghị quyết 12/NQ-HĐND.”" in said
    assert "1 chỗ cần xem (1 đã giải trình)" in said
    assert run(["--lang", "en", "check", "--format", "json", str(path)]) == 0
    (entry,) = json.loads(capsys.readouterr().out)["files"]
    assert {f["code"]: f["explanation"] for f in entry["findings"]}["C04"] == REASON


def test_clear_gives_the_original_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(LONG_AN), "--mark", str(tmp_path / "a")]) == 0
    assert run(["--lang", "en", "check", str(tmp_path / "a" / LONG_AN.name), "--clear", str(tmp_path / "b")]) == 0
    assert "Cleared 1 of 1 files." in capsys.readouterr().err
    assert parts((tmp_path / "b" / LONG_AN.name).read_bytes()) == parts(LONG_AN.read_bytes())


def test_an_input_is_never_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / LONG_AN.name
    shutil.copy(LONG_AN, path)
    assert run(["check", str(path), "--mark", str(tmp_path)]) == 2
    assert "trùng với tệp đầu vào" in capsys.readouterr().err
    assert path.read_bytes() == LONG_AN.read_bytes()


def test_two_inputs_of_one_name_get_a_number(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        shutil.copy(LONG_AN, tmp_path / folder / "xa.xlsx")
    names = [str(tmp_path / folder / "xa.xlsx") for folder in ("a", "b")]
    assert run(["check", *names, "--mark", str(tmp_path / "ra")]) == 0
    assert sorted(path.name for path in (tmp_path / "ra").iterdir()) == ["xa-2.xlsx", "xa.xlsx"]


def test_a_file_that_cannot_be_read_does_not_stop_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "hong.xlsx").write_bytes(b"PK\3\4")
    assert run(["check", str(tmp_path / "hong.xlsx"), str(LONG_AN), "--mark", str(tmp_path / "ra")]) == 2
    assert "Đã đánh dấu 1/2 tệp." in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "ra").iterdir()] == [LONG_AN.name]


def test_mark_and_clear_at_once_is_a_mistake(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(LONG_AN), "--mark", str(tmp_path), "--clear", str(tmp_path)]) == 2
    assert "--clear" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "tep").write_text("x")
    assert run(["check", str(LONG_AN), "--mark", str(tmp_path / "tep")]) == 2
    assert "không ghi được" in capsys.readouterr().err


def test_english_marks_are_english(tmp_path: Path) -> None:
    assert run(["--lang", "en", "check", str(LONG_AN), "--mark", str(tmp_path)]) == 0
    book = openpyxl.load_workbook(tmp_path / LONG_AN.name)
    assert book["Kiểm tra"]["A1"].value == "CHECK OF THE FIGURES"
    assert book["Kiểm tra"]["B6"].value == "WARNING"


def test_an_outcome_without_a_report_is_not_marked() -> None:
    with pytest.raises(AssertionError):
        mark(Outcome("x.xlsx"), LONG_AN)


def test_a_message_falls_into_what_stands_and_what_to_do() -> None:
    place = CellRef(SHEET, 1, 1)
    advised = finding("B08", place, written="Chuẩn. Mới", expectation="khác kỳ. Ghi rõ chuẩn.", expectation_en="")
    quoted = finding("B09", place, fault="“An. Bình”", fault_en="")
    for item in (remark((1, 1)), advised, quoted):
        assert " ".join(statement(item)).strip() == message(item).partition(": ")[2]
    assert statement(remark((1, 1)))[1] == "Kiểm tra hai số này."
    assert statement(advised)[1].startswith("Ghi rõ chuẩn.")
    assert statement(quoted)[1] == ""
