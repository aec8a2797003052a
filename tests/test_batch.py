"""A folder of workbooks: every file is a row, none stops the others."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import build
import openpyxl
import pytest
from docx import Document
from office import repairs

from xlplan.batch import discover
from xlplan.cli import run

ROOT = Path(__file__).parent.parent
WORKBOOKS = ROOT / "workbooks"


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


def test_a_batch_writes_plans_findings_and_a_summary(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder / "ket_qua"  # inside the input folder: its own outputs are no input
    assert run(["batch", str(folder), "-o", str(out)]) == 1  # one file cannot be read
    streams = capsys.readouterr()
    assert "hỏng.xlsx" in streams.err
    assert "Đã đọc 2/3 tệp, lập 2 kế hoạch; 1 tệp có lỗi số liệu, 1 tệp không xử lý được." in streams.out
    plans = sorted(p.name for p in (out / "ke_hoach").iterdir())
    assert plans == ["xã Sơn Trung-2.docx", "xã Sơn Trung.docx"]
    rows = [json.loads(line) for line in (out / "ket_qua.jsonl").read_text(encoding="utf-8").splitlines()]
    assert (
        sorted(row["status"] for row in rows) == ["clean", "findings", "unreadable"]
        or [row["status"] for row in rows].count("unreadable") == 1
    )
    assert {row["unit"] for row in rows} == {"xã Sơn Trung", "xã Long An", ""}
    assert not list(out.rglob("*.tmp"))
    assert run(["batch", str(folder), "-o", str(out)]) == 1  # a second run finds the same three files
    assert "Đã đọc 2/3 tệp" in capsys.readouterr().out


def test_the_plan_of_a_workbook_with_errors_carries_them_as_a_comment(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "ra"
    run(["batch", str(WORKBOOKS / "son_trung_2023.xlsx"), "-o", str(out)])
    document = Document(out / "ke_hoach" / "son_trung_2023.docx")
    assert any("A14" in comment.text for comment in document.comments)


def test_the_summary_has_a_row_for_each_commune_village_and_finding(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "ra"
    run(["batch", str(folder), "-o", str(out)])
    book = openpyxl.load_workbook(out / "tong_hop.xlsx")
    communes = list(book["Các xã"].iter_rows(values_only=True))
    head = communes[0]
    by_unit = {row[head.index("Đơn vị")]: dict(zip(head, row, strict=True)) for row in communes[1:]}
    assert by_unit["xã Sơn Trung"]["Tổng số hộ dân cư"] == 1545
    assert by_unit["xã Sơn Trung"]["Tỷ lệ hộ nghèo đầu kỳ (%)"] == 4.08
    assert by_unit["xã Sơn Trung"]["Số lỗi"] == 1
    assert by_unit["xã Long An"]["Số lỗi"] == 0
    villages = list(book["Các thôn"].iter_rows(values_only=True))
    assert len(villages) == 1 + 11 + 4
    assert "A14" in [row[2] for row in book["Phát hiện"].iter_rows(values_only=True)]


def test_the_summary_opens_without_repair_and_text_never_becomes_a_formula(tmp_path: Path) -> None:
    source = build.workbook(
        tmp_path / "=x.xlsx",
        """
Thông tin
| Tên đơn vị | '=1+1 |
| Loại đơn vị | xã |
| Kỳ kế hoạch | 2024 |

Biểu chỉ tiêu
| TT | Thôn | Tổng số hộ | Hộ nghèo cuối năm 2023 |
| 1 | '@Đông | 100 | 3 |
| 2 | '-Tây | 90 | |
| | Tổng cộng | 190 | 3 |
""",
    )
    out = tmp_path / "ra"
    run(["batch", str(source), "-o", str(out), "--only", "check"])
    assert repairs(out / "tong_hop.xlsx") == []
    book = openpyxl.load_workbook(out / "tong_hop.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert {"xã =1+1", "@Đông", "-Tây", 190} <= {cell.value for cell in cells}


def test_only_check_makes_no_plans(folder: Path, tmp_path: Path) -> None:
    run(["batch", str(folder), "-o", str(tmp_path / "ra"), "--only", "check"])
    assert not (tmp_path / "ra" / "ke_hoach").exists()
    assert (tmp_path / "ra" / "tong_hop.xlsx").exists()


def test_a_folder_without_workbooks_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["batch", str(tmp_path), "-o", str(tmp_path / "ra")]) == 2
    assert "Không có sổ tính" in capsys.readouterr().err


def test_discovery_takes_each_file_once_and_no_lock_files(folder: Path, tmp_path: Path) -> None:
    files = discover([folder, folder / "xã Sơn Trung.xlsx"], tmp_path / "ra")
    assert sorted(f.name for f in files) == ["hỏng.xlsx", "xã Sơn Trung.xlsx", "xã Sơn Trung.xlsx"]


def test_an_input_is_never_overwritten_by_the_summary(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = Path(shutil.copy(WORKBOOKS / "long_an_2024.xlsx", tmp_path / "tong_hop.xlsx"))
    before = source.read_bytes()
    assert run(["batch", str(source), "-o", str(tmp_path)]) == 1
    assert "trùng với tệp đầu vào" in capsys.readouterr().err
    assert source.read_bytes() == before


def test_two_files_of_one_name_are_told_apart_by_their_paths(folder: Path, tmp_path: Path) -> None:
    run(["batch", str(folder), "-o", str(tmp_path / "ra")])
    rows = [json.loads(line) for line in (tmp_path / "ra" / "ket_qua.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len({row["file"] for row in rows}) == len(rows) == 3


def test_results_may_go_into_the_folder_of_the_workbooks(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["batch", str(folder), "-o", str(folder)]) == 1
    assert run(["batch", str(folder), "-o", str(folder)]) == 1  # the summary of the first run is no input
    assert "Đã đọc 2/3 tệp" in capsys.readouterr().out.splitlines()[-1]
