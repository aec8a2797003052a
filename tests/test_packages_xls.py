"""Excel 97-2003 workbooks: values, looks and limits; what is not read is said."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import office
import old_workbooks
import openpyxl
import pytest

from xlplan.messages import message
from xlplan.packages.biff import appearance
from xlplan.packages.gate import Limits, PackageError
from xlplan.packages.workbook import read_workbook
from xlplan.packages.xls import read_xls
from xlplan.pipeline import Options, Outcome, process
from xlplan.sheets.reader import read

ROOT = Path(__file__).parent.parent
COMMUNE, TCVN3 = old_workbooks.COMMUNE, old_workbooks.TCVN3


def mended(value: object) -> object:
    """LibreOffice takes the _xa_ of a code for an escaped line feed; the reader mends it later."""
    return value.replace("bao_tro\nhoi", "bao_tro_xa_hoi") if isinstance(value, str) else value


def codes(outcome: Outcome) -> set[tuple[str, str]]:
    assert outcome.report is not None
    return {(f.code, f.ref.qualified) for f in outcome.report.findings}


def test_a_commune_gives_the_same_findings_as_its_xlsx_and_says_what_was_not_read() -> None:
    old = process(COMMUNE, Options(plan=True, force=True))
    new = process(ROOT / "workbooks" / "son_trung_2023.xlsx", Options(plan=True, force=True))
    assert codes(old) == codes(new) | {("I33", "'Biểu chỉ tiêu'!")}
    assert old.plan is not None
    assert old.report is not None and new.report is not None
    assert old.report.rates == new.report.rates
    assert not old.report.submission.formulas_known and new.report.submission.formulas_known
    note = next(f for f in old.report.findings if f.code == "I33")
    assert message(note).startswith("Biểu chỉ tiêu: công thức không đọc được từ tệp .xls; chương trình chỉ kiểm tra")


def test_every_value_merge_format_and_font_is_that_of_the_xlsx() -> None:
    old = read_xls(COMMUNE)
    new = read_workbook(ROOT / "workbooks" / "son_trung_2023.xlsx")
    for sheet in old.sheets:
        other = new.sheet(sheet.name)
        assert other is not None and sheet.state == other.state
        filled = {at: c.value for at, c in other.cells.items() if c.value != ""}
        assert {at: mended(c.value) for at, c in sheet.cells.items()} == filled
        assert {at for at, c in sheet.cells.items() if c.is_percent} == {
            at for at, c in other.cells.items() if c.is_percent
        }
        assert {c.font for c in sheet.cells.values()} == {c.font for c in other.cells.values()}
        assert sorted(sheet.merged) == sorted(other.merged)
        assert sheet.hidden_rows == other.hidden_rows
        assert sheet.hidden_columns & set(range(1, 50)) == other.hidden_columns & set(range(1, 50))


def test_legacy_text_percentages_errors_dates_and_hidden_rows() -> None:
    found = read(TCVN3)
    assert found.table is not None
    assert [unit.name for unit in found.table.units] == ["Tân Hòa", "Hồng", "Đông Hòa", "Tổng cộng"]
    assert [unit.hidden for unit in found.table.units] == [False, True, False, False]
    assert [unit.kind for unit in found.table.units][-1] == "commune"
    rates = [found.table.figure(i, "ty_le_ho_ngheo_dau_ky") for i in range(4)]
    assert [(r.value, r.written) for r in rates if r] == [
        (Decimal("3.125"), "3,13%"),
        (Decimal("2.5"), "2,50%"),
        (Decimal("4.08"), "4,08%"),
        (Decimal("3.84"), "3,84%"),
    ]
    notes = [(n.code, n.ref.address) for n in found.notes]
    assert notes == [("I30", "A1"), ("I03", "F4"), ("I31", "F5"), ("I24", "B4"), ("I33", "")]
    assert found.notes[1].params["written"] == "#DIV/0!"


def test_sheets_may_be_passed_over_but_keep_their_place() -> None:
    whole, part = read_xls(COMMUNE), read_xls(COMMUNE, skip=lambda name: name == "Mục tiêu")
    assert [sheet.name for sheet in part.sheets] == [sheet.name for sheet in whole.sheets]
    assert [sheet.name for sheet in part.sheets if not sheet.cells] == ["Mục tiêu"]


def test_limits_hold_for_old_files_too() -> None:
    for limits in (Limits(file=5_000), Limits(cells=100)):
        with pytest.raises(PackageError) as caught:
            read_xls(COMMUNE, limits=limits)
        assert caught.value.kind == "too_large"


def test_a_sheet_that_spans_millions_of_cells_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    data = bytearray(TCVN3.read_bytes())
    looks = appearance(bytes(data)).sheets[0]
    assert looks.area == 6 * 6
    number = data.find(bytes.fromhex("0302 0e00"))  # a NUMBER record: row, column, style, eight bytes
    assert number > 0
    data[number + 4 : number + 8] = (65_535).to_bytes(2, "little") + (255).to_bytes(2, "little")
    path = tmp_path / "vast.xls"
    path.write_bytes(data)
    with pytest.raises(PackageError) as caught:
        read_xls(path)
    assert caught.value.kind == "too_large"


def test_a_password_is_said(tmp_path: Path) -> None:
    data = bytearray(TCVN3.read_bytes())
    place = data.find(bytes.fromhex("e100 0200"))  # INTERFACEHDR, the record after BOF, turned into FILEPASS
    assert place > 0
    data[place : place + 2] = bytes.fromhex("2f00")
    path = tmp_path / "locked.xls"
    path.write_bytes(data)
    outcome = process(path)
    assert outcome.problem is not None and outcome.problem.kind == "encrypted"


@pytest.mark.parametrize("seed", range(120))
def test_damaged_files_are_one_clear_line(tmp_path: Path, seed: int) -> None:
    """Cut anywhere, or with bytes changed: read, or a problem, never a traceback."""
    chance = random.Random(seed)
    data = bytearray(TCVN3.read_bytes())
    if seed % 3 == 0:
        del data[chance.randrange(600, len(data)) :]
    for _ in range(chance.choice((1, 5, 50))):
        data[chance.randrange(30, len(data))] = chance.randrange(256)
    path = tmp_path / "xa.xls"
    path.write_bytes(data)
    outcome = process(path)
    assert outcome.problem is None or outcome.problem.kind not in ("crashed", "legacy_xls"), outcome.problem


def test_check_and_batch_take_them(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "xlplan", "batch", str(COMMUNE.parent), "-o", str(tmp_path / "out")],
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 1 and "Nội dung" in done.stderr  # one of them has no outline, so no plan
    lines = (tmp_path / "out" / "ket_qua.jsonl").read_text(encoding="utf-8").splitlines()
    assert {Path(json.loads(line)["file"]).name for line in lines} >= {COMMUNE.name, TCVN3.name}
    assert (tmp_path / "out" / "ke_hoach" / "son_trung_2023.docx").exists()


def test_calamine_is_loaded_for_old_files_alone() -> None:
    code = (
        "import sys; from xlplan.pipeline import process; process(sys.argv[1]);"
        "print(*sorted(m for m in sys.modules if 'calamine' in m or m in ('xlplan.packages.xls', "
        "'xlplan.packages.biff', 'xlplan.vietnamese.legacy', 'xlplan.vietnamese.likely')))"
    )
    loaded = {
        path.suffix: subprocess.run(
            [sys.executable, "-c", code, str(path)], capture_output=True, encoding="utf-8", cwd=ROOT, check=True
        ).stdout.split()
        for path in (COMMUNE, ROOT / "workbooks" / "son_trung_2023.xlsx")
    }
    assert loaded[".xlsx"] == []
    assert "python_calamine" in loaded[".xls"]


@pytest.mark.office
def test_the_committed_files_are_what_libreoffice_writes(tmp_path: Path) -> None:
    office.require_office()
    for made, kept in ((old_workbooks.commune(tmp_path), COMMUNE), (old_workbooks.tcvn3(tmp_path), TCVN3)):
        fresh, committed = read_xls(made), read_xls(kept)
        assert [(s.name, s.cells, s.merged) for s in fresh.sheets] == [
            (s.name, s.cells, s.merged) for s in committed.sheets
        ]


@pytest.mark.office
def test_an_old_workbook_with_formulas_has_their_results(tmp_path: Path) -> None:
    office.require_office()
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["TT", "Thôn", "Tổng số hộ", "Hộ nghèo đầu năm", "Tỷ lệ hộ nghèo đầu năm (%)"])
    sheet.append([1, "Đông", 128, 4, "=ROUND(D2/C2*100,2)"])
    sheet.append([2, "Tây", 100, 3, "=ROUND(D3/C3*100,2)"])
    sheet.append([None, "Tổng cộng", "=SUM(C2:C3)", "=SUM(D2:D3)", "=ROUND(D4/C4*100,2)"])
    book.save(tmp_path / "xa.xlsx")
    outcome = process(office.convert(tmp_path / "xa.xlsx", tmp_path / "xls", "xls"))
    assert outcome.report is not None and not outcome.report.errors
    table = outcome.report.submission.table
    assert table is not None
    assert [c.value for (i, _), c in table.cells.items() if i == 2] == [228, 7, Decimal("3.07")]
