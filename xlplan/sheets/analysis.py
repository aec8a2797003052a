"""The sheet in which a workbook with macros computes with our functions: it repeats figures, and is never read."""

from __future__ import annotations

from xlplan.sheets.cells import Grid
from xlplan.vietnamese.text import key

ANALYSIS_SHEET = "Tính toán"
ANALYSIS_HEADING = "TÍNH TOÁN BẰNG CÁC HÀM GN_"


def is_analysis(grid: Grid) -> bool:
    """Whether a sheet is that one; an official's own sheet of the same name lacks its heading."""
    return key(grid.name) == key(ANALYSIS_SHEET) and key(grid.text(1, 1)) == key(ANALYSIS_HEADING)
