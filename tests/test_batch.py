"""A folder of workbooks: every file is a row, none stops the others."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import build
import openpyxl
import pytest
from batches import at_once, batch, commune, entries, files
from docx import Document
from office import repairs

from xlplan.batch import engines
from xlplan.cli import run
from xlplan.intake.expected import Expected

WORKBOOKS = Path(__file__).parent.parent / "workbooks"


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command without worker processes; tests/test_batch_engines.py starts those."""
    monkeypatch.setattr(engines, "local", lambda jobs, timeout: at_once)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    source = tmp_path / "xa"
    (source / "cu").mkdir(parents=True)
    shutil.copy(WORKBOOKS / "son_trung_2023.xlsx", source / "xã Sơn Trung.xlsx")
    shutil.copy(WORKBOOKS / "long_an_2024.xlsx", source / "cu" / "xã Sơn Trung.xlsx")
    shutil.copy(WORKBOOKS / "long_an_2024.xlsx", source / "~$khoa.xlsx")
    (source / "hỏng.xlsx").write_bytes(b"PK\x03\x04 hong")
    (source / "ghi chú.txt").write_text("không phải sổ tính", encoding="utf-8")
    return source


def test_a_batch_writes_plans_marks_messages_findings_and_a_summary(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = folder / "ket_qua"  # inside the input folder: its own outputs are no input
    assert run(["batch", str(folder), "-o", str(out)]) == 1  # one file cannot be read
    streams = capsys.readouterr()
    assert "hỏng.xlsx: tệp bị cụt" in streams.err
    assert "xã Sơn Trung: 1 lỗi; gửi lại phan_hoi/xa - xã Sơn Trung.txt kèm danh_dau/" in streams.out
    assert "Đã đọc 2/3 tệp, lập 2 kế hoạch; 1 tệp có lỗi số liệu, 1 tệp không xử lý được." in streams.out
    assert sorted(files(out)) == [
        "danh_dau/cu - xã Sơn Trung.xlsx",
        "danh_dau/xa - xã Sơn Trung.xlsx",
        "ke_hoach/cu - xã Sơn Trung.docx",
        "ke_hoach/xa - xã Sơn Trung.docx",
        "ket_qua.jsonl",
        "phan_hoi/cu - xã Sơn Trung.txt",
        "phan_hoi/hỏng.txt",
        "phan_hoi/xa - xã Sơn Trung.txt",
        "tong_hop.html",
        "tong_hop.xlsx",
    ]
    rows = entries(out)
    assert [row["status"] for row in rows].count("unreadable") == 1
    assert {row["unit"] for row in rows} == {"xã Sơn Trung", "xã Long An", ""}
    assert len({row["file"] for row in rows}) == 3
    assert run(["batch", str(folder), "-o", str(out)]) == 1  # a second run finds the same three files
    assert "Đã đọc 2/3 tệp" in capsys.readouterr().out


def test_the_lines_of_the_findings_are_those_of_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = [str(WORKBOOKS / "son_trung_2023.xlsx"), str(WORKBOOKS / "long_an_2024.xlsx")]
    run(["check", *paths, "--format", "json"])
    told = json.loads(capsys.readouterr().out)["files"]
    run(["batch", *paths, "-o", str(tmp_path), "--only", "check"])
    assert sorted(entries(tmp_path), key=str) == sorted(told, key=str)


def test_the_plan_of_a_workbook_with_errors_carries_them_as_a_comment(tmp_path: Path) -> None:
    run(["batch", str(WORKBOOKS / "son_trung_2023.xlsx"), "-o", str(tmp_path), "--only", "plan"])
    document = Document(tmp_path / "ke_hoach" / "son_trung_2023.docx")
    assert any("A14" in comment.text for comment in document.comments)


def test_the_summary_opens_without_repair_and_knows_every_commune(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "ra"
    run(["batch", str(folder), "-o", str(out)])
    assert repairs(out / "tong_hop.xlsx") == []
    book = openpyxl.load_workbook(out / "tong_hop.xlsx", data_only=True)
    values = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert {"xã Sơn Trung", "xã Long An", 1545, "A14"} <= values
    page = (out / "tong_hop.html").read_text(encoding="utf-8")
    assert "xã Sơn Trung" in page and page.rstrip().endswith("</html>")


FORMULAS = """
Thông tin
| Tên đơn vị | '=1+1 |
| Loại đơn vị | xã |
| Kỳ kế hoạch | 2024 |

Biểu chỉ tiêu
| TT | Thôn | Tổng số hộ | Hộ nghèo cuối năm 2023 |
| 1 | '@SUM(1) | 100 | 3 |
| 2 | '-2+3 | 90 | |
| 3 | '+cmd | 90 | 2 |
| | Tổng cộng | 280 | 6 |
"""


def test_text_never_becomes_a_formula_in_anything_that_is_written(tmp_path: Path) -> None:
    build.workbook(tmp_path / "=x.xlsx", FORMULAS)
    commune(tmp_path / "+y.xlsx", "-1", wrong=1)
    out = tmp_path / "ra"
    run(["batch", str(tmp_path), "-o", str(out), "--only", "check"])
    assert repairs(out / "tong_hop.xlsx") == []
    for path in (out / "tong_hop.xlsx", *(out / "danh_dau").iterdir()):
        book = openpyxl.load_workbook(path)
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        formulas = [str(getattr(cell.value, "text", cell.value)) for cell in cells if cell.data_type == "f"]
        assert not [text for text in formulas if text.startswith(("=1+1", "=@SUM", "=-2+3", "=+cmd", "=-1"))]
    book = openpyxl.load_workbook(out / "tong_hop.xlsx")
    values = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert {"xã =1+1", "@SUM(1)", "-2+3", "+cmd"} <= values
    lines = [line for path in (out / "phan_hoi").iterdir() for line in path.read_text("utf-8-sig").splitlines()]
    assert not [line for line in lines if line.startswith(("=", "+", "-", "@"))]


def test_only_check_makes_no_plans_and_only_plan_nothing_but_plans(folder: Path, tmp_path: Path) -> None:
    run(["batch", str(folder), "-o", str(tmp_path / "ra"), "--only", "check"])
    assert not (tmp_path / "ra" / "ke_hoach").exists()
    assert (tmp_path / "ra" / "tong_hop.xlsx").exists()
    run(["batch", str(folder), "-o", str(tmp_path / "kh"), "--only", "plan"])
    assert {Path(name).parts[0] for name in files(tmp_path / "kh")} == {"ke_hoach", "ket_qua.jsonl"}


def test_a_check_after_a_whole_run_leaves_its_plans(tmp_path: Path) -> None:
    source, out = commune(tmp_path / "xa" / "a.xlsx"), tmp_path / "ra"
    batch(source.parent, out)
    plan = (out / "ke_hoach" / "a.docx").stat()
    assert batch(source.parent, out, only="check").done == ("a.xlsx",)
    assert (out / "ke_hoach" / "a.docx").stat() == plan


def test_a_folder_without_workbooks_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["batch", str(tmp_path), "-o", str(tmp_path / "ra")]) == 2
    assert "Không có sổ tính" in capsys.readouterr().err
    assert not (tmp_path / "ra").exists()


@pytest.mark.parametrize(
    "arguments", [("--scheduler", "tcp://x:1"), ("--jobs", "0"), ("--timeout", "0"), ("--only", "x")]
)
def test_what_cannot_be_asked_for_is_usage(tmp_path: Path, arguments: tuple[str, str]) -> None:
    source = commune(tmp_path / "a.xlsx")
    assert run(["batch", str(source), "-o", str(tmp_path / "ra"), *arguments]) == 2
    assert run(["batch", "-o", str(tmp_path / "ra")]) == 2
    assert not (tmp_path / "ra").exists()


def test_paths_that_lead_nowhere_are_said_and_the_rest_is_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = commune(tmp_path / "xa" / "a.xlsx")
    (tmp_path / "trong").mkdir()
    paths = [str(source), str(tmp_path / "khong co.xlsx"), str(tmp_path / "*.xlsb"), str(tmp_path / "trong")]
    assert run(["batch", *paths, "-o", str(tmp_path / "ra"), "--only", "plan"]) == 1
    streams = capsys.readouterr()
    assert "khong co.xlsx: không tìm thấy" in streams.err
    assert "*.xlsb: không tìm thấy" in streams.err
    assert "trong: không có sổ tính Excel nào trong thư mục này" in streams.err
    assert "Đã đọc 1/1 tệp" in streams.out


def test_a_folder_beside_others_that_is_empty_is_no_failure(tmp_path: Path) -> None:
    source = commune(tmp_path / "xa" / "a.xlsx")
    (tmp_path / "trong").mkdir()
    assert run(["batch", str(source), str(tmp_path / "trong"), "-o", str(tmp_path / "ra"), "--only", "plan"]) == 0


def test_a_list_or_a_folder_of_last_year_that_cannot_be_used_is_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = commune(tmp_path / "a.xlsx")
    for option in ("--expected", "--previous"):
        assert run(["batch", str(source), "-o", str(tmp_path / "ra"), option, str(tmp_path / "khong co")]) == 2
        assert "khong co: không tìm thấy" in capsys.readouterr().err


def test_an_input_is_never_overwritten_by_the_summary(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = Path(shutil.copy(WORKBOOKS / "long_an_2024.xlsx", tmp_path / "tong_hop.xlsx"))
    before = source.read_bytes()
    assert run(["batch", str(source), "-o", str(tmp_path)]) == 1
    assert "trùng với tệp đầu vào" in capsys.readouterr().err
    assert source.read_bytes() == before


def test_results_may_go_into_the_folder_of_the_workbooks(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):  # the summary of the first run is no input
        assert run(["batch", str(folder), "-o", str(folder)]) == 1
        assert "Đã đọc 2/3 tệp" in capsys.readouterr().out
    (folder / "~$khoa.xlsx").write_bytes(b"x" * 165)  # as Excel writes it
    named = [str(path) for path in (*folder.glob("*.xlsx"), *folder.glob("*/*.xlsx"))]  # what a shell makes of *.xlsx
    assert len(named) > 5
    assert run(["batch", *named, "-o", str(folder)]) == 1
    assert "Đã đọc 2/3 tệp" in capsys.readouterr().out


def test_a_summary_that_somebody_else_made_is_set_aside_and_no_input(tmp_path: Path) -> None:
    commune(tmp_path / "a.xlsx")
    (tmp_path / "tong_hop.xlsx").write_bytes(b"cua nguoi khac")
    for _ in range(2):
        made = batch(tmp_path, tmp_path, only="check")
        assert [Path(result.file).name for result in made.results] == ["a.xlsx"]
    assert (tmp_path / "tong_hop (bản trước).xlsx").read_bytes() == b"cua nguoi khac"
    assert openpyxl.load_workbook(tmp_path / "tong_hop.xlsx").sheetnames


def test_english_messages(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["batch", str(folder), "-o", str(tmp_path / "ra"), "--lang", "en"]) == 1
    streams = capsys.readouterr()
    assert "Read 2 of 3 files, wrote 2 plans; 1 files have errors" in streams.out
    assert "xã Sơn Trung: 1 errors; send phan_hoi/" in streams.out
    assert "the file is cut off" in streams.err


def test_an_edited_plan_that_makes_room_for_a_new_one_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / "xa" / "a.xlsx", tmp_path / "ra"
    source.parent.mkdir()
    shutil.copy(WORKBOOKS / "an_duong_2024.xlsx", source)
    assert run(["batch", str(source), "-o", str(out)]) == 0
    assert "sửa tay" not in capsys.readouterr().out
    (out / "ke_hoach" / "a.docx").write_bytes(b"my own words")
    shutil.copy(WORKBOOKS / "phuoc_long_2024.xlsx", source)
    assert run(["batch", str(source), "-o", str(out)]) == 0
    said = capsys.readouterr().out
    assert "Bản cũ giữ dưới tên khác (1):\n  ke_hoach/a (đã sửa tay).docx\n" in said


def test_ctrl_c_before_the_run_began_has_its_exit_status_too(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("xlplan.cli.batch._engine", interrupted)
    assert run(["batch", str(folder), "-o", str(tmp_path / "ra")]) == 1
    assert capsys.readouterr().err == "Đã dừng theo yêu cầu. Chạy lại lệnh này để làm tiếp.\n"


def test_the_message_asks_for_the_year_of_the_list_and_follows_the_list(tmp_path: Path) -> None:
    source, out = tmp_path / "xa", tmp_path / "ra"
    source.mkdir()
    shutil.copy(WORKBOOKS / "an_duong_2024.xlsx", source / "a.xlsx")

    def said(*years: int) -> tuple[tuple[str, ...], str]:
        listed = [Expected("xã An Dương", period=(year, year)) for year in years]
        made = batch(source, out, expected=listed)
        return made.done, (out / "phan_hoi" / "a.txt").read_text(encoding="utf-8-sig")

    done, text = said(2025)
    assert done and "Sổ ghi kỳ 2024, trong khi kỳ phải nộp là 2025: xin gửi sổ đúng kỳ." in text
    assert "Chưa cần gửi lại" not in text and "rồi gửi lại" in text
    assert said(2025) == ((), text)  # nothing to do again
    for right, anew in (((2024,), True), ((2025, 2024), False), ((), False)):
        done, text = said(*right)
        assert bool(done) == anew and "Chưa cần gửi lại" in text and "kỳ phải nộp" not in text
