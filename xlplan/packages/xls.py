"""Reads an Excel 97-2003 workbook (.xls) into the same structures: values only, without formulas.

Calamine reads values and merged ranges, `biff` how the cells look. Loaded only for such files.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

from xlplan.packages.biff import Appearance, Looks, appearance
from xlplan.packages.cells import Cell, CellKind, Sheet, State
from xlplan.packages.gate import DEFAULT_LIMITS, Limits, PackageError, read_bytes
from xlplan.packages.numbers import number
from xlplan.packages.styles import Style
from xlplan.packages.workbook import Skip, Workbook

_LARGEST_AREA = 2_000_000  # calamine fills the rectangle around all cells, at 50 bytes a cell
_EPOCH = datetime.date(1899, 12, 30)
_STATES: dict[str, State] = {"Hidden": "hidden", "VeryHidden": "veryHidden"}


def read_xls(path: Path | str, *, limits: Limits = DEFAULT_LIMITS, skip: Skip | None = None) -> Workbook:
    """Read an .xls file. Raises PackageError, and nothing else whatever the bytes are."""
    data = read_bytes(path, limits)
    looks = appearance(data)
    if max((sheet.area for sheet in looks.sheets.values()), default=0) > _LARGEST_AREA:
        raise PackageError("too_large", f"a sheet spans more than {_LARGEST_AREA} cells")
    workbook = Workbook(str(path))
    try:
        _fill(workbook, data, looks, skip, limits)
    except PackageError:
        raise
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a panic in Rust is no Exception
        if type(error).__name__ == "PasswordError":
            raise PackageError("encrypted", "an .xls file with a password") from error
        raise PackageError("damaged", f"an .xls file: {error}"[:200]) from error
    if not workbook.sheets:
        raise PackageError("damaged", "the workbook has no worksheet")
    return workbook


def _fill(workbook: Workbook, data: bytes, looks: Appearance, skip: Skip | None, limits: Limits) -> None:
    from python_calamine import CalamineWorkbook, SheetTypeEnum

    with CalamineWorkbook.from_filelike(BytesIO(data)) as book:
        for position, about in enumerate(book.sheets_metadata):
            if about.typ != SheetTypeEnum.WorkSheet:
                continue
            visible = str(about.visible).rpartition(".")[2]
            sheet = Sheet(about.name, _STATES.get(visible, "visible"))
            workbook.sheets.append(sheet)
            if skip is None or not skip(about.name):
                _read_sheet(sheet, book.get_sheet_by_index(position), looks, position)
            if sum(len(each.cells) for each in workbook.sheets) > limits.cells:
                raise PackageError("too_large", "more filled cells than the limit")


def _read_sheet(sheet: Sheet, source: Any, looks: Appearance, position: int) -> None:
    own = looks.sheets.get(position, Looks())
    top, left = source.start or (0, 0)
    for row, values in enumerate(source.to_python(skip_empty_area=True), start=top + 1):
        for column, value in enumerate(values, start=left + 1):
            if value != "":
                sheet.cells[row, column] = _cell(row, column, value, looks.style(position, (row, column)))
    for (row, column), error in own.errors.items():  # which calamine gives as blank
        style = looks.style(position, (row, column))
        sheet.cells[row, column] = Cell(row, column, "e", error, None, style.number_format, style.font)
    merged = source.merged_cell_ranges or ()
    sheet.merged = [(first[0] + 1, first[1] + 1, last[0] + 1, last[1] + 1) for first, last in merged]
    sheet.hidden_rows, sheet.hidden_columns = own.hidden_rows, own.hidden_columns


def _cell(row: int, column: int, value: object, style: Style) -> Cell:
    kind, held = _converted(value)
    return Cell(row, column, kind, held, None, style.number_format, style.font, str(value))


def _converted(value: object) -> tuple[CellKind, Decimal | str | bool | None]:
    if isinstance(value, bool):
        return "b", value
    if isinstance(value, str):
        return "s", value
    if isinstance(value, datetime.date):  # a datetime too
        day = value.date() if isinstance(value, datetime.datetime) else value
        return "d", Decimal((day - _EPOCH).days)
    if isinstance(value, int | float):
        return "n", number(repr(value))
    return "d", str(value)  # a time of the day or a duration
