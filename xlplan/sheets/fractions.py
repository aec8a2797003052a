"""Columns of rates that hold fractions of one (0.0408 for 4,08%) without the format of percentages.

Such a number by itself may as well be a rate below one per cent, so only a whole column is read so: where most
of its rates are a hundredth of what their counts give and none is what they give. Loaded only for tables with a
column of rates of which none exceeds one.
"""

from __future__ import annotations

from decimal import Decimal

from xlplan import catalogue
from xlplan.messages import finding
from xlplan.model import Cell, Table
from xlplan.rates import rate_of, unit_figures
from xlplan.sheets.cells import Grid

ENOUGH = 2  # so many rates that must agree with their counts, and more than half of all that can be compared
_HUNDRED = Decimal(100)
_PLACES = 6
_NEAR = Decimal("0.01")  # of a per cent, or a fiftieth of the rate: rates are rounded, and some are wrong


def as_percent(table: Table, grid: Grid) -> Table:
    """The table with such columns in per cent; a note for each says how its first cell was read."""
    cells = dict(table.cells)
    for j, line in enumerate(table.lines):
        if line.code and catalogue.is_rate(line.code) and _are_fractions(table, j, grid):
            changed = [
                (i, cell) for i in range(len(table.units)) if (cell := table.cell(i, j)) and cell.value is not None
            ]
            for i, cell in changed:
                cells[i, j] = _times_hundred(cell)
            first, typed = cells[changed[0][0], j], changed[0][1].written
            grid.notes.append(
                finding("I32", first.ref, written=typed, actual=f"{first.value:f}", others=len(changed) - 1)
            )
    return table._replace(cells=cells)


def _times_hundred(cell: Cell) -> Cell:
    assert cell.value is not None
    value = cell.value * _HUNDRED
    value = value.normalize() if value else Decimal(0)
    # written as a percentage, by which formulas know that the sheet itself holds a hundredth
    return cell._replace(value=value, written=f"{value:f}%", places=max(0, cell.places - 2))


def _are_fractions(table: Table, line: int, grid: Grid) -> bool:
    """Whether the counts of the units say that a column's rates are fractions of one."""
    code = table.lines[line].code
    assert code is not None
    agree = compared = 0
    for i in range(len(table.units)):
        cell = table.cell(i, line)
        if cell is None or cell.value is None:
            continue
        source = grid.sheet.cells.get((cell.ref.row, cell.ref.column))
        if source is None or source.kind != "n" or source.is_percent:
            return False  # a text or a percentage means what it says, and so do its neighbours
        true = rate_of(code, unit_figures(table, i), _PLACES)
        if true is None or not true.value:
            continue
        if _near(cell.value, true.value):
            return False
        compared += 1
        agree += _near(cell.value * _HUNDRED, true.value)
    return agree >= ENOUGH and agree * 2 > compared


def _near(value: Decimal, true: Decimal) -> bool:
    return abs(value - true) <= max(_NEAR, true / 50)
