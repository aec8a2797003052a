"""One workbook with openpyxl: once for the results, once for the formulas; the table as pandas frames."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from openpyxl.worksheet.worksheet import Worksheet

FIELDS = {
    "Mã đơn vị hành chính": "ma_don_vi",
    "Loại đơn vị": "loai_don_vi",
    "Tên đơn vị": "ten_don_vi",
    "Tỉnh, thành phố": "tinh",
    "Loại đơn vị dưới cấp xã": "loai_thon",
    "Số đơn vị dưới cấp xã": "so_thon",
    "Kỳ kế hoạch (năm hoặc giai đoạn)": "ky",
    "Số kế hoạch": "so_ke_hoach",
    "Ký hiệu văn bản": "ky_hieu",
    "Ngày ban hành": "ngay",
    "Tháng ban hành": "thang",
    "Năm ban hành": "nam_ban_hanh",
    "Trích yếu (tên kế hoạch)": "tieu_de",
    "Chương trình": "chuong_trinh",
    "Chuẩn nghèo áp dụng": "chuan_ngheo",
    "Hình thức văn bản": "ban",
    "Thẩm quyền ký": "quyen_ky",
    "Chức vụ người ký": "chuc_vu_ky",
    "Họ và tên người ký": "nguoi_ky",
    "Người lập biểu": "nguoi_lap",
    "Ngày chốt số liệu": "ngay_chot",
    "Nguồn số liệu toàn xã": "nguon_so_lieu",
}
HEADINGS = {
    "Tổng số hộ gia đình": "tong_so_ho",
    "Tổng số hộ dân đầu năm {nay}": "tong_so_ho",
    "Hộ nghèo cuối năm {truoc}": "ho_ngheo_dau_ky",
    "Giảm hộ nghèo trong năm {nay}": "giam_ho_ngheo",
    "Hộ nghèo": "giam_ho_ngheo",
    "Hộ nghèo cuối năm {nay}": "ho_ngheo_cuoi_ky",
    "Hộ cận nghèo cuối năm {truoc}": "ho_can_ngheo_dau_ky",
    "Giảm hộ cận nghèo trong năm {nay}": "giam_ho_can_ngheo",
    "Hộ cận nghèo": "giam_ho_can_ngheo",
    "Hộ cận nghèo cuối năm {nay}": "ho_can_ngheo_cuoi_ky",
    "Tổng hộ nghèo, cận nghèo cuối năm {truoc}": "ho_da_chieu_dau_ky",
    "Hộ nghèo, cận nghèo hưởng bảo trợ xã hội, không có khả năng lao động": "ho_bao_tro_xa_hoi",
    "Hộ nghèo, hộ cận nghèo hưởng bảo trợ xã hội, không có khả năng lao động": "ho_bao_tro_xa_hoi",
    "Hộ có khả năng thoát nghèo năm {nay}": "ho_co_kha_nang_thoat_ngheo",
    "Chỉ tiêu giảm nghèo năm {nay}": "giam_ho_da_chieu",
    "Hộ nghèo, cận nghèo dự kiến còn lại cuối năm {nay}": "ho_da_chieu_cuoi_ky",
}
RATE = "Tỷ lệ (%)"
COUNT = "Số hộ"
TABLE, SITUATION = "Biểu chỉ tiêu", "Hiện trạng"
LISTS = ("Mục tiêu", "Căn cứ", "Nội dung", "Dự án", "Kinh phí", "Phân công", "Nơi nhận")
FIRST_ROW = 5  # of fields, figures and lists; the heading stands above
Frame = Any  # a pandas frame: with its own type every cell would need a cast
COMMUNE, SUM, DIFFERENCE = "Toàn", "Cộng các", "Chênh lệch"


@dataclass
class Line:
    """One indicator of the table: its code, its heading from the outermost level, its number."""

    code: str
    path: tuple[str, ...]
    number: str


@dataclass
class Book:
    """What one workbook says.

    ``values`` and ``cells`` have a row for each village (by its place), then ``commune``, and a column for each code;
    ``typed`` tells which of them are no formulas. ``situation`` has the rows of `Hiện trạng` by code.
    """

    year: int
    fields: dict[str, Any]
    field_cells: dict[str, str]
    turned: bool
    title: str
    lines: list[Line]
    villages: list[str]
    values: Frame
    cells: Frame
    typed: Frame
    situation: Frame
    lists: dict[str, list[dict[str, Any]]]

    def text(self, key: str) -> str:
        """A field as text, empty where it is blank."""
        value = self.fields.get(key)
        return "" if value is None else str(value).strip()

    @property
    def unit(self) -> str:
        """The commune with its kind."""
        return f"{self.text('loai_don_vi')} {self.text('ten_don_vi')}"

    @property
    def table(self) -> Frame:
        """The villages without the commune."""
        return self.values.drop(index="commune")

    @property
    def commune(self) -> dict[str, float]:
        """The commune's figures by code: those of the table, else of `Hiện trạng`."""
        figures: dict[str, float] = self.situation["value"].dropna().to_dict()
        figures.update(self.values.loc["commune"].dropna().to_dict())
        return figures


def read(path: Path) -> Book:
    """Read a standard workbook of a year plan with a table."""
    results = openpyxl.load_workbook(path, data_only=True)
    formulas = openpyxl.load_workbook(path)
    fields, field_cells = _fields(results["Thông tin"])
    year = int(str(fields["ky"]))
    table = _table(results[TABLE], formulas[TABLE], year)
    return Book(
        year=year,
        fields=fields,
        field_cells=field_cells,
        situation=_situation(results[SITUATION], formulas[SITUATION]),
        lists={name: _list(results[name]) for name in LISTS if name in results.sheetnames},
        **table,
    )


def _fields(sheet: Worksheet) -> tuple[dict[str, Any], dict[str, str]]:
    fields, cells = {}, {}
    for label, value in sheet.iter_rows(min_row=FIRST_ROW, max_col=2):
        name = str(label.value or "").strip()
        key = "cap_tren" if name.startswith("Cấp trên") else FIELDS.get(name)
        if key and value.value is not None:
            fields[key], cells[key] = value.value, value.coordinate
    return fields, cells


def _list(sheet: Worksheet) -> list[dict[str, Any]]:
    """The rows of a list sheet by its headings; ``row`` is the number of the row."""
    heads = [cell.value for cell in sheet[FIRST_ROW - 1]]
    found = []
    for cells in sheet.iter_rows(min_row=FIRST_ROW, max_col=len(heads)):
        if any(cell.value is not None for cell in cells):
            row: dict[str, Any] = {"row": cells[0].row, "formats": {}}
            for head, cell in zip(heads, cells, strict=True):
                row[str(head)] = cell.value
                row["formats"][head] = cell.number_format
            found.append(row)
    return found


def _situation(results: Worksheet, formulas: Worksheet) -> Frame:
    rows = []
    for cells in results.iter_rows(min_row=FIRST_ROW, max_col=4):
        code, value = cells[0].value, cells[3].value
        if code:
            linked = isinstance(formulas[cells[3].coordinate].value, str)
            number = value if isinstance(value, int | float) else None
            rows.append({"code": code, "value": number, "cell": cells[3].coordinate, "typed": not linked})
    return pd.DataFrame(rows, columns=["code", "value", "cell", "typed"]).set_index("code")


# ---- the table -----------------------------------------------------------------------------------------------------


def _table(results: Worksheet, formulas: Worksheet, year: int) -> dict[str, Any]:
    """The table, villages as rows or as columns."""
    top = next(row for row in range(1, 12) if results.cell(row, 1).value == "TT")
    turned = results.cell(top, 2).value == "Nội dung"
    filled = _without_merges(results, top, top + 1)
    if turned:
        lines, places = _lines_in_rows(results, top + 3, year)
        names = {column: filled[top + 1, column] for column in range(4, results.max_column + 1)}
    else:
        lines, places = _lines_in_columns(filled, top, results.max_column, year)
        names = {row: results.cell(row, 2).value for row in range(top + 3, results.max_row + 1)}
    units = _units(names)
    grid: dict[str, dict[str, list[Any]]] = {"values": {}, "cells": {}, "typed": {}}
    for line, place in zip(lines, places, strict=True):
        where = [(place, at) if turned else (at, place) for at in units.values()]
        found = [results.cell(row, column) for row, column in where]
        grid["values"][line.code] = [c.value if isinstance(c.value, int | float) else None for c in found]
        grid["cells"][line.code] = [c.coordinate for c in found]
        grid["typed"][line.code] = [not isinstance(formulas.cell(row, column).value, str) for row, column in where]
    frames = {name: pd.DataFrame(columns, index=pd.Index(list(units))) for name, columns in grid.items()}
    villages = [str(names[at]) for unit, at in units.items() if unit != "commune"]
    return {"turned": turned, "title": str(results["A2"].value), "lines": lines, "villages": villages, **frames}


def _without_merges(sheet: Worksheet, first: int, last: int) -> dict[tuple[int, int], Any]:
    """The values of some rows, each merged cell with the value of its area."""
    values: dict[tuple[int, int], Any] = {}
    for cells in sheet.iter_rows(min_row=first, max_row=last):
        values.update({(cell.row, cell.column): cell.value for cell in cells})  # type: ignore[misc]
    for area in sheet.merged_cells.ranges:
        if first <= area.min_row <= last:
            for row, column in area.cells:
                values[row, column] = sheet.cell(area.min_row, area.min_col).value
    return values


def _units(names: dict[int, Any]) -> dict[Any, int]:
    """The rows or columns of the villages by their place from 0, and of the commune."""
    units: dict[Any, int] = {}
    for at, name in names.items():
        if not name or str(name).startswith((SUM, DIFFERENCE)):
            break
        if str(name).startswith(COMMUNE):
            units["commune"] = at
        elif name != "…":
            units[len(units)] = at
    return units


def _code(heading: str, year: int) -> str:
    plain = heading.replace(f"cuối năm {year - 1}", "cuối năm {truoc}").replace(str(year), "{nay}")
    return HEADINGS[re.sub(r"\s+", " ", plain).strip()]


def _lines_in_columns(
    filled: dict[tuple[int, int], Any], top: int, last: int, year: int
) -> tuple[list[Line], list[int]]:
    """Villages are rows: a count stands alone, or beside its rate under a common heading."""
    lines, places = [], []
    for column in range(3, last + 1):
        head, below = filled[top, column], filled[top + 1, column]
        if head:
            code = _code(head, year)
            path = (head,) if below == head else (head, below)
            lines.append(Line(f"ty_le_{code}" if below == RATE else code, path, ""))
            places.append(column)
    return lines, places


def _lines_in_rows(sheet: Worksheet, first: int, year: int) -> tuple[list[Line], list[int]]:
    """Villages are columns: rates and dash bullets stand under the last numbered line."""
    lines, places, parent, count = [], [], "", ""
    for row in range(first, sheet.max_row + 1):
        number, label = sheet.cell(row, 1).value, sheet.cell(row, 2).value
        if not label:
            break
        text = str(label).removeprefix("- ")
        if text == RATE:
            lines.append(Line(f"ty_le_{count}", (parent, RATE), ""))
        else:
            count = _code(text, year)
            parent = text if number else parent
            lines.append(Line(count, (text,) if number else (parent, text), str(number or "")))
        places.append(row)
    return lines, places
