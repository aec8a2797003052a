"""Tables of villages made by hand, for rules over whole communes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from xlplan import catalogue
from xlplan.model import Cell, CellRef, Line, Submission, Table, Text, Unit, UnitKind

SHEET = "Biểu chỉ tiêu"
FIRST_ROW = 2
Figures = Mapping[str, int | str]
"""Counts and rates by code; a text such as ``"4.08"`` is a number with its decimals."""


def submission(
    villages: Sequence[tuple[str, Figures]], year: int = 2024, commune: Figures | None = None, **fields: str
) -> Submission:
    """A commune's workbook for one year with one table, a village a row; ``commune`` is its last row."""
    codes = list(dict.fromkeys(code for _, figures in villages for code in figures))
    lines = tuple(Line(code, (catalogue.label(code),), CellRef(SHEET, 1, 2 + j), 2 + j) for j, code in enumerate(codes))
    rows: list[tuple[str, UnitKind, Figures]] = [(name, "village", figures) for name, figures in villages]
    if commune is not None:
        rows.append(("Tổng cộng", "commune", commune))
    units = tuple(
        Unit(name, kind, CellRef(SHEET, FIRST_ROW + i, 1), FIRST_ROW + i) for i, (name, kind, _) in enumerate(rows)
    )
    cells = {
        (i, codes.index(code)): _cell(CellRef(SHEET, FIRST_ROW + i, 2 + codes.index(code)), str(value))
        for i, (_, _, figures) in enumerate(rows)
        for code, value in figures.items()
    }
    values = {"loai_don_vi": "xã", "ten_don_vi": "Bình An", "loai_thon": "thôn", "ky": str(year), **fields}
    texts = {key: Text(CellRef("Thông tin", 1 + n, 2), value) for n, (key, value) in enumerate(values.items())}
    return Submission(f"binh_an_{year}.xlsx", texts, (Table(SHEET, "rows", lines, units, cells),))


def _cell(ref: CellRef, written: str) -> Cell:
    value = Decimal(written)
    return Cell(ref, value, "number", written, None, max(0, -int(value.as_tuple().exponent)))
