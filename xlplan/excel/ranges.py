"""Ranges of an open workbook: their values with their place, and what the reader needs of their looks.

Every question to Excel costs about a millisecond, so what is the same over a range is asked once, and a range is
halved only where the answer is not the same for all of it.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from xlplan.excel.values import CellError, Fault, Rows, plain, rows
from xlplan.refs import parse_range
from xlplan.tuples import NamedTuple

if TYPE_CHECKING:
    from xlplan.packages.cells import Cell, CellKind, Sheet

MOST_ROWS, MOST_COLUMNS = 5_000, 500  # of a sheet whose used range is the whole sheet, because somebody coloured it
_MOST_ASKED = 500  # questions about the looks of one range
_MOST_KEPT = 50  # ranges
_FIRST_DAY = datetime.datetime(1899, 12, 30)
_SECONDS = Decimal(86_400)

At = tuple[int, int]
"""Row and column of a cell in a block, from 0."""

Question = Callable[[Any], str | None]
"""What is asked about a range; ``None`` says that its cells are not alike."""


class Block(NamedTuple):
    """The values of a range and its place: sheet, first row and column from 1. ``range`` is xlwings' where known."""

    values: Rows
    sheet: str = ""
    row: int = 1
    column: int = 1
    range: Any = None

    def numbers(self) -> list[At]:
        """Where numbers stand."""
        return [at for at, value in self.cells() if isinstance(value, int | float) and not isinstance(value, bool)]

    def cells(self) -> Iterator[tuple[At, object]]:
        """Every value with its place."""
        return (((i, j), value) for i, row in enumerate(self.values) for j, value in enumerate(row))


def values_of(found: Any) -> Any:
    """The values of a range of xlwings as rows, errors as their texts; of whole columns only what is in use."""
    return _clipped(found).options(ndim=2, err_to_str=True).value


def block_of(table: object, sheet: str = "") -> Block:
    """The block that a range of xlwings, or rows of plain values, are. Raises :class:`Fault` as :func:`rows`."""
    if isinstance(table, Block):
        return table
    if isinstance(table, Block):
        return table
    if not hasattr(table, "sheet"):
        return Block(rows(table), sheet)
    found = _clipped(table)
    row, column, *_ = parse_range(found.address.partition(",")[0])
    return Block(rows(values_of(found)), found.sheet.name, row, column, found)


def _clipped(found: Any) -> Any:
    """A range without what lies beyond the used part of its sheet, where it is very large."""
    height, width = found.shape
    if height <= MOST_ROWS and width <= MOST_COLUMNS:
        return found
    row, column, last_row, last_column = parse_range(found.address.partition(",")[0])
    _, _, used_row, used_column = parse_range(found.sheet.used_range.address.partition(",")[0])
    last_row = max(row, min(last_row, used_row, row + MOST_ROWS - 1))
    last_column = max(column, min(last_column, used_column, column + MOST_COLUMNS - 1))
    return found.sheet.range((row, column), (last_row, last_column))


# ---- looks ----------------------------------------------------------------------------------------------------


_LOOKS: dict[tuple[str, str, str], tuple[Rows, dict[At, str]]] = {}
"""Values and formats of the ranges that were asked for last, by workbook, sheet and address."""


def number_formats(block: Block) -> dict[At, str]:
    """The formats of the numbers of a block; none where there is no range to ask.

    A number that has not changed has the format that it had: who types ``4%`` changes both at once.
    """
    if block.range is None:
        return {}
    at = (str(block.range.sheet.book.name), block.sheet, str(block.range.address))
    values, known = _LOOKS.pop(at, ([], {}))
    same = {(i, j): look for (i, j), look in known.items() if values[i][j] == block.values[i][j]}
    found = same | _asked(block, [place for place in block.numbers() if place not in same], _format)
    _LOOKS[at] = [[*row] for row in block.values], found
    while len(_LOOKS) > _MOST_KEPT:
        del _LOOKS[next(iter(_LOOKS))]
    return found


def forget_looks() -> None:
    """Forgets all formats."""
    _LOOKS.clear()


def fonts(block: Block, wanted: Collection[At]) -> dict[At, str]:
    """The names of the fonts of some cells."""
    return _asked(block, wanted, _font)


def _format(cells: Any) -> str | None:
    found: str | None = cells.number_format
    return found


def _font(cells: Any) -> str | None:
    found: str | None = cells.font.name
    return found


def _asked(block: Block, wanted: Collection[At], question: Question) -> dict[At, str]:
    """The answer for each wanted cell, column by column; what an engine cannot say is left out."""
    asking = _Asking(block, question)
    if block.range is not None:
        for column in sorted({j for _, j in wanted}):
            try:
                asking.ask(column, sorted(i for i, j in wanted if j == column))
            except Exception:  # looks are an aid: a figure is read without them too
                break
    return asking.answers


class _Asking:
    """Asks one question about many cells."""

    def __init__(self, block: Block, question: Question) -> None:
        self.block = block
        self.sheet: Any = block.range.sheet if block.range is not None else None
        self.question = question
        self.answers: dict[At, str] = {}
        self.left = _MOST_ASKED

    def ask(self, column: int, at: list[int]) -> None:
        """The answers for rows of a column, which are halved until all have the same."""
        if not self.left:
            return
        self.left -= 1
        first, last = ((self.block.row + i, self.block.column + column) for i in (at[0], at[-1]))
        answer = self.question(self.sheet.range(first, last))
        if answer is not None:
            self.answers.update({(i, column): answer for i in at})
        elif len(at) > 1:
            half = len(at) // 2
            self.ask(column, at[:half])
            self.ask(column, at[half:])


# ---- as the reader has it ---------------------------------------------------------------------------------------


def as_sheet(
    block: Block, formats: Mapping[At, str], formulas: Mapping[At, str] | None = None, state: str = "visible"
) -> Sheet:
    """The block as a sheet of a workbook that was read from a file: the reader makes no difference."""
    from xlplan.packages.cells import Sheet

    sheet = Sheet(block.sheet, "hidden" if state != "visible" else "visible")
    given = formulas or {}
    for at, value in block.cells():
        place = block.row + at[0], block.column + at[1]
        formula = given.get(at)
        cell = _cell(place, value, formula, formats.get(at, "General"))
        if cell is not None:
            sheet.cells[place] = cell
    return sheet


def _cell(place: At, value: object, formula: str | None, look: str) -> Cell | None:
    from xlplan.packages.cells import Cell

    try:
        found = plain(value)
    except Fault:
        return None
    if isinstance(found, Decimal):
        return Cell(*place, "n", found, formula, look, "", f"{found:f}")
    if isinstance(found, datetime.date):
        return Cell(*place, "d", serial(found), formula)
    if found is None:
        return None if formula is None else Cell(*place, "s", "", formula)
    kind: CellKind = "b" if isinstance(found, bool) else "e" if isinstance(found, CellError) else "s"
    return Cell(*place, kind, found, formula)


def serial(day: datetime.date) -> Decimal:
    """The number by which Excel counts a day: 1 January 2024 is 45292."""
    moment = datetime.datetime(*day.timetuple()[:6])
    passed = moment - _FIRST_DAY
    days = Decimal(passed.days) - (passed.days < 61)  # Excel counts a 29 February 1900, which no calendar has
    return days + Decimal(passed.seconds) / _SECONDS if passed.seconds else days
