"""Tiny workbooks from visible tables.

    Biểu chỉ tiêu
    | TT | Đơn vị | Tổng số hộ | Hộ nghèo cuối năm 2022 | <  |
    | ^  | ^      | ^          | TS                     | %  |
    | 1  | Mai Hà | 202        | 3                      | 1.49 |

A cell that holds ``<`` is merged with its left neighbour, ``^`` with the one above it. Digits become numbers
(``1.49`` a number shown with two decimals, ``4.08%`` one shown as a percentage),
``'12`` a text, ``=SUM(A1:A2)`` a formula without a result. What follows the line ``--- last year's workbook ---``
is another workbook (:func:`last_year`).
"""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

LAST_YEAR = "--- last year's workbook ---"
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def workbook(path: Path, text: str) -> Path:
    """Writes the tables of ``text`` (a sheet's name on its own line, then its rows) to ``path``."""
    book = Workbook()
    book.remove(book.active)
    sheet: Worksheet | None = None
    rows: list[list[str]] = []
    for line in [*text.partition(LAST_YEAR)[0].splitlines(), ""]:
        stripped = line.strip()
        if stripped.startswith("#"):
            continue
        if stripped.startswith("|"):
            rows.append([part.strip() for part in stripped.strip("|").split("|")])
            continue
        if rows and sheet is not None:
            _fill(sheet, rows)
            rows = []
        if stripped:
            sheet = book.create_sheet(stripped)
    book.save(path)
    return path


def last_year(path: Path, text: str) -> Path | None:
    """Writes the workbook of the year before, where ``text`` has one."""
    before = text.partition(LAST_YEAR)[2]
    return workbook(path, before) if before else None


def _fill(sheet: Worksheet, rows: list[list[str]]) -> None:
    anchors: dict[tuple[int, int], tuple[int, int]] = {}
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    for r, row in enumerate(rows, start=1):
        for c, text in enumerate(row, start=1):
            if text == "<":
                anchors[r, c] = anchors[r, c - 1]
            elif text == "^":
                anchors[r, c] = anchors[r - 1, c]
            else:
                anchors[r, c] = (r, c)
                _put(sheet, r, c, text)
            spans[anchors[r, c]] = (r, c)
    for (r, c), (r2, c2) in spans.items():
        if (r, c) != (r2, c2):
            sheet.merge_cells(start_row=r, start_column=c, end_row=r2, end_column=c2)


def _put(sheet: Worksheet, row: int, column: int, text: str) -> None:
    if not text:
        return
    cell = sheet.cell(row, column)
    if text.endswith("%") and _NUMBER.fullmatch(text[:-1]):
        cell.value = float(Decimal(text[:-1]) / 100)
        cell.number_format = "0.00%"
    elif _NUMBER.fullmatch(text):
        cell.value = float(text) if "." in text else int(text)
        cell.number_format = "0." + "0" * len(text.partition(".")[2]) if "." in text else "General"
    else:
        cell.value = text.removeprefix("'").replace("\\n", "\n")
        if text.startswith("'"):
            cell.data_type = "s"
