"""Files that nobody should send: each gives findings or one clear line, no traceback, and costs little memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import build
import layouts
import pytest
import xlsxwriter
from test_packages_gate import zipped
from test_packages_worksheet import parts_of

from xlplan.pipeline import Outcome, process

MEGABYTES = 300
SECONDS = 20  # far more than is needed, for machines that do other things
HEAD = ("TT", "Thôn", "Tổng số hộ", "Hộ nghèo cuối năm 2023")
INFO = """
Thông tin
| Kỳ kế hoạch | 2024 |
| Tên đơn vị | Bình An |
| Loại đơn vị | xã |
"""
SCRIPT = """
import json, pathlib, resource, sys
from xlplan.pipeline import process
outcome = process(sys.argv[1])
report = outcome.report
status = pathlib.Path("/proc/self/status")
if status.exists():  # ru_maxrss begins with what the process took that started this one: the test run itself
    memory = next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))
else:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({
    "memory": memory / 1024,
    "problem": outcome.problem.kind if outcome.problem else "",
    "tables": [[len(t.units), len(t.lines)] for t in report.submission.tables] if report else [],
    "errors": sorted({f.code for f in report.errors}) if report else [],
    "codes": sorted({f.code for f in report.findings}) if report else [],
    "crashed": [n.code for n in report.not_checked if n.reason == "crashed"] if report else [],
}))
"""


def measured(path: Path) -> dict[str, object]:
    """What a command makes of a file in a process of its own, and the most memory that it took (MB)."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(path)], capture_output=True, encoding="utf-8", timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    assert found["memory"] < MEGABYTES  # type: ignore[operator]
    assert found["problem"] != "crashed"
    assert found["crashed"] == []
    return found


def codes(outcome: Outcome) -> set[str]:
    assert outcome.report is not None, outcome.problem
    assert [note for note in outcome.report.not_checked if note.reason == "crashed"] == []
    return {f.code for f in outcome.report.findings}


def by_hand(path: Path, rows: str, after: str = "") -> Path:
    """A workbook whose one sheet has this XML."""
    path.write_bytes(zipped(parts_of(rows, after)))
    return path


def row_of(number: int, *values: object) -> str:
    """A row of inline texts and numbers in columns A, B, C …"""
    cells = (
        f'<c r="{chr(65 + i)}{number}"><v>{value}</v></c>'
        if isinstance(value, int)
        else f'<c r="{chr(65 + i)}{number}" t="inlineStr"><is><t>{value}</t></is></c>'
        for i, value in enumerate(values)
        if value is not None
    )
    return f'<row r="{number}">{"".join(cells)}</row>'


TABLE = row_of(1, "BIỂU NĂM 2024") + "".join(
    row_of(i, *values)
    for i, values in enumerate((HEAD, (1, "Đông", 100, 3), (2, "Tây", 120, 4), (None, "Tổng cộng", 220, 7)), start=2)
)


def test_absurd_references_are_said_and_the_rest_is_read(tmp_path: Path) -> None:
    absurd = (
        '<row r="6"><c r="ZZZZ6"><v>1</v></c><c r="A99999999"><v>1</v></c><c r="-1"><v>1</v></c></row>'
        '<row r="99999999"><c r="A99999999"><v>1</v></c></row>'
    )
    after = '<mergeCells><mergeCell ref="A0:ZZZZ9"/><mergeCell ref="nonsense"/></mergeCells>'
    outcome = process(by_hand(tmp_path / "xa.xlsx", TABLE + absurd, after))
    assert "I28" in codes(outcome)
    assert outcome.report is not None
    assert [len(table.units) for table in outcome.report.submission.tables] == [3]
    assert outcome.report.errors == ()


def test_a_used_range_down_to_the_last_row_costs_nothing(tmp_path: Path) -> None:
    styled = "".join(f'<row r="{row}"><c r="A{row}" s="1"/><c r="B{row}" s="1"/></row>' for row in range(6, 300_000))
    last = '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    found = measured(by_hand(tmp_path / "xa.xlsx", TABLE + styled + last))
    assert (found["tables"], found["errors"]) == ([[3, 2]], [])


def test_a_figure_in_the_last_cell_of_the_sheet_is_no_part_of_the_table(tmp_path: Path) -> None:
    path = by_hand(tmp_path / "xa.xlsx", TABLE + '<row r="1048576"><c r="XFD1048576"><v>5</v></c></row>')
    found = measured(path)
    assert (found["tables"], found["errors"]) == ([[3, 2]], [])


def test_ten_thousand_merged_cells(tmp_path: Path) -> None:
    merges = "".join(f'<mergeCell ref="F{row}:K{row}"/>' for row in range(1, 10_001))
    found = measured(by_hand(tmp_path / "xa.xlsx", TABLE, f"<mergeCells>{merges}</mergeCells>"))
    assert (found["tables"], found["errors"]) == ([[3, 2]], [])


def test_one_merged_cell_over_the_whole_sheet(tmp_path: Path) -> None:
    found = measured(by_hand(tmp_path / "xa.xlsx", TABLE, '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'))
    assert found["errors"] == []


def test_ten_thousand_villages(tmp_path: Path) -> None:
    path = tmp_path / "xa.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Bảng")
        sheet.write_row(0, 0, ("BIỂU NĂM 2024",))
        sheet.write_row(1, 0, HEAD)
        for i in range(10_000):
            sheet.write_row(2 + i, 0, (i + 1, f"Thôn số {i + 1}", 100 + i % 7, i % 5))
        totals = (sum(100 + i % 7 for i in range(10_000)), sum(i % 5 for i in range(10_000)))
        sheet.write_row(10_002, 1, ("Tổng cộng", *totals))
    found = measured(path)
    assert (found["tables"], found["errors"]) == ([[10_001, 2]], [])


def test_a_thousand_tables_under_each_other(tmp_path: Path) -> None:
    path = tmp_path / "xa.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Bảng")
        sheet.write_row(0, 0, ("BIỂU NĂM 2024",))
        for i in range(1000):
            sheet.write_row(2 + i * 5, 0, HEAD)
            sheet.write_row(3 + i * 5, 0, (1, "Đông", 100, 3))
            sheet.write_row(4 + i * 5, 0, (2, "Tây", 120, 4))
            sheet.write_row(5 + i * 5, 0, (None, "Tổng cộng", 220, 7))
    found = measured(path)
    assert len(found["tables"]) == 1000  # type: ignore[arg-type]
    assert found["errors"] == []


def test_a_list_of_households_is_no_table_of_villages(tmp_path: Path) -> None:
    path = tmp_path / "xa.xlsx"
    with xlsxwriter.Workbook(path) as book:
        layouts_sheet = book.add_worksheet("Thông tin")
        for row, pair in enumerate(layouts.INFO):
            layouts_sheet.write_row(row, 0, pair)
        sheet = book.add_worksheet("Danh sách hộ")
        sheet.write_row(0, 0, ("TT", "Họ và tên chủ hộ", "Nhân khẩu", "Phân loại"))
        for i in range(20_000):
            sheet.write_row(1 + i, 0, (i + 1, f"Nguyễn Văn {i}", 4, "Hộ nghèo cuối kỳ" if i % 2 else "Hộ cận nghèo"))
    found = measured(path)
    assert (found["tables"], found["errors"]) == ([], [])


def test_a_sheet_full_of_headings(tmp_path: Path) -> None:
    path = tmp_path / "xa.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Bảng")
        for row in range(300):
            sheet.write_row(row, 0, ["Tổng số hộ", "Hộ nghèo cuối kỳ", "Nhân khẩu", "Thôn", "TT"] * 10)
    measured(path)


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_every_sheet_hidden(tmp_path: Path, state: str) -> None:
    parts = parts_of(TABLE)
    book = str(parts["xl/workbook.xml"]).replace('name="S"', f'name="S" state="{state}"')
    path = tmp_path / "xa.xlsx"
    path.write_bytes(zipped({**parts, "xl/workbook.xml": book}))
    outcome = process(path)
    assert "I27" in codes(outcome)
    assert outcome.report is not None and outcome.report.errors == ()


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        pytest.param("| 1 | Đông | 100 | 3 |\n| 2 | Tây | 120 | 4 |", set(), id="no total"),
        pytest.param(
            "| 1 | Đông | 100 | 3 |\n| 2 | Tây | 120 | 4 |\n| | Tổng cộng | 220 | 7 |\n| | Toàn xã | 220 | 7 |",
            set(),
            id="two totals",
        ),
        pytest.param("| | Tổng cộng | 220 | 7 |", set(), id="only a total"),
        pytest.param("| | | 100 | 3 |\n| | | 120 | 4 |\n| | | 90 | 5 |", {"I06"}, id="no names"),
        pytest.param("| I | Đông | 100 | 3 |\n| II | Tây | 120 | 4 |", set(), id="only Roman numbers"),
    ],
)
def test_tables_without_their_usual_rows(tmp_path: Path, rows: str, wanted: set[str]) -> None:
    text = f"{INFO}\nBảng\n| {' | '.join(HEAD)} |\n{rows}\n"
    outcome = process(build.workbook(tmp_path / "xa.xlsx", text))
    assert wanted <= codes(outcome)
    assert outcome.report is not None and outcome.report.errors == ()
    assert len(outcome.report.submission.tables) == 1


def test_duplicated_headings_are_read_once_and_said(tmp_path: Path) -> None:
    text = f"{INFO}\nBảng\n| TT | Thôn |{' Tổng số hộ |' * 30}\n| 1 | Đông |{' 100 |' * 30}\n"
    outcome = process(build.workbook(tmp_path / "xa.xlsx", text))
    assert "I26" in codes(outcome)
    assert outcome.report is not None and outcome.report.errors == ()


def test_headings_without_any_row_under_them(tmp_path: Path) -> None:
    outcome = process(build.workbook(tmp_path / "xa.xlsx", f"{INFO}\nBảng\n| {' | '.join(HEAD)} |\n"))
    assert outcome.report is not None
    assert outcome.report.submission.tables == ()


def test_formulas_without_results_are_computed_from_the_cells_that_were_read(tmp_path: Path) -> None:
    text = f"{INFO}\nBảng\n| {' | '.join(HEAD)} |\n| 1 | Đông | 100 | 3 |\n| 2 | Tây | 120 | 4 |\n"
    outcome = process(build.workbook(tmp_path / "xa.xlsx", text + "| | Tổng cộng | =SUM(C2:C3) | =D2+D3 |\n"))
    assert "I14" in codes(outcome)
    assert outcome.report is not None
    table = outcome.report.submission.tables[0]
    assert [str(table.cell(2, j).value) for j in range(2)] == ["220", "7"]  # type: ignore[union-attr]
    assert outcome.report.errors == ()
