"""Computes the calls of `Tính toán` over a workbook that was built, with the functions that Excel will call."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlplan.excel.build.calls import Area, Call, Evaluate, Shown
from xlplan.excel.ranges import Block

if TYPE_CHECKING:
    from xlplan.packages.workbook import Workbook

STATE = "Bật macro (Enable Content) để các hàm GN_ và các nút hoạt động."
"""What `GN_TRANGTHAI`, which only VBA can compute, shows until it can."""


def evaluator(path: Path) -> Evaluate:
    """What computes calls over the workbook of this file."""
    from xlplan.packages.workbook import read_workbook

    workbook = read_workbook(path)
    return lambda call: _computed(call, workbook, path)


def _computed(call: Call, workbook: Workbook, path: Path) -> list[list[Shown]]:
    from xlplan.excel import functions
    from xlplan.excel.registry import BY_NAME

    entry = BY_NAME.get(call.function)
    if entry is None:
        return [[STATE]]
    arguments: list[object] = []
    for argument, about in zip(call.arguments, entry.arguments, strict=False):
        if isinstance(argument, Area):
            block = _block(argument, workbook)
            arguments.append(block if about.place else block.values)
        else:
            arguments.append(argument)
    function: Any = getattr(functions, call.function)
    found = function(*arguments, book=path) if entry.volatile else function(*arguments)
    rows = found if isinstance(found, list) else [[found]]
    return [[_shown(value) for value in row] for row in rows]


def _block(area: Area, workbook: Workbook) -> Block:
    """The values of an area, with its place."""
    sheet = workbook.sheet(area.sheet)
    assert sheet is not None  # the workbook is the one whose areas are asked for
    rows: list[list[Any]] = []
    for row in range(area.first.row, area.last.row + 1):
        cells = [sheet.cells.get((row + 1, column + 1)) for column in range(area.first.column, area.last.column + 1)]
        rows.append([None if cell is None else cell.value for cell in cells])
    return Block(rows, area.sheet, area.first.row + 1, area.first.column + 1)


def _shown(value: object) -> Shown:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int | float | str) else ""
