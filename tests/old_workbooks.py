"""Workbooks of the time before 2007: made with LibreOffice, and kept in ``tests/files`` for where there is none.

python tests/old_workbooks.py writes both files anew.
"""

from __future__ import annotations

import datetime
import sys
import tempfile
from pathlib import Path

import office
import openpyxl
from openpyxl.styles import Font

ROOT = Path(__file__).parent.parent
FILES = Path(__file__).parent / "files"
COMMUNE = FILES / "son_trung_2023.xls"
TCVN3 = FILES / "xa_cu_tcvn3.xls"


def commune(folder: Path) -> Path:
    """The values of a commune's workbook as an .xls file.

    LibreOffice keeps no text that a formula gave, so formulas become their values first.
    """
    book = openpyxl.load_workbook(ROOT / "workbooks" / "son_trung_2023.xlsx", data_only=True)
    for name in ("Danh mục", "Hướng dẫn"):
        del book[name]
    path = folder / COMMUNE.with_suffix(".xlsx").name
    book.save(path)
    return office.convert(path, folder, "xls")


def tcvn3(folder: Path) -> Path:
    """A table in .VnTime with rates shown as percentages, an error, a date, a hidden row and a merged title."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Biểu chỉ tiêu"
    rows: list[list[object]] = [
        ["BiÓu chØ tiªu gi¶m nghÌo n¨m 2024"],
        ["TT", "Th«n", "Tæng sè hé", "Hé nghÌo ®Çu n¨m", "Tû lÖ hé nghÌo ®Çu n¨m (%)", "Hé cËn nghÌo ®Çu n¨m"],
        [1, "T©n Hßa", 128, 4, 0.03125, 2],
        [2, "Hång", 200, 5, 0.025, "=1/0"],
        [3, "Đông Hòa", 1545, 63, 0.0408, datetime.date(2024, 8, 4)],
        [None, "Tæng céng", 1873, 72, 0.0384, 9],
    ]
    for row in rows:
        sheet.append(row)
    for cells in sheet.iter_rows():
        for cell in cells:
            cell.font = Font(name="Times New Roman" if cell.value == "Đông Hòa" else ".VnTime")
            if cell.column == 5 and cell.row > 2:
                cell.number_format = "0.00%"
    sheet.merge_cells("A1:F1")
    sheet.row_dimensions[4].hidden = True
    path = folder / TCVN3.with_suffix(".xlsx").name
    book.save(path)
    return office.convert(path, folder, "xls")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        for target, make in ((COMMUNE, commune), (TCVN3, tcvn3)):
            target.write_bytes(make(Path(made)).read_bytes())
            sys.stdout.write(f"{target}: {target.stat().st_size} bytes\n")
