"""The plain structures that a spreadsheet is read into: cells and sheets."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

from xlplan.packages.styles import is_percent_format
from xlplan.tuples import NamedTuple

Range = tuple[int, int, int, int]
"""First row, first column, last row, last column; counted from 1, both ends inside."""

State = Literal["visible", "hidden", "veryHidden"]
CellKind = Literal["n", "s", "b", "e", "d", ""]


class Cell(NamedTuple):
    """A cell with a value or a formula.

    ``kind`` is ``n`` number, ``s`` text, ``b`` yes or no, ``e`` error, ``d`` date, ``""`` a formula without
    result. ``value`` is a Decimal for numbers and for dates stored as a number of days, a str for text,
    errors and ISO dates, a bool, or None. ``formula`` has no ``=``; a shared one is already moved to this
    cell. ``raw`` is the text of the value in the file (of a shared string its index).
    """

    row: int
    col: int
    kind: CellKind
    value: Decimal | str | bool | None
    formula: str | None = None
    number_format: str = "General"
    font: str = ""
    raw: str = ""

    @property
    def is_percent(self) -> bool:
        """Whether the number is shown as a percentage."""
        return is_percent_format(self.number_format)


class Sheet:
    """A worksheet: its non-empty cells by (row, column), counted from 1, and what hides or joins them.

    ``problems`` says in technical English which cells or merges could not be read and were left out.
    """

    __slots__ = (
        "_extent",
        "_merges",
        "cells",
        "hidden_columns",
        "hidden_rows",
        "merged",
        "name",
        "problems",
        "state",
    )

    def __init__(self, name: str, state: State = "visible") -> None:
        self.name = name
        self.state: State = state
        self.cells: dict[tuple[int, int], Cell] = {}
        self.merged: list[Range] = []
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.problems: list[str] = []
        self._merges: _Merges | None = None
        self._extent = (0, 0, 0)

    def __repr__(self) -> str:
        return f"<Sheet {self.name!r}: {len(self.cells)} cells>"

    @property
    def max_row(self) -> int:
        """The last row that holds a cell, 0 on an empty sheet."""
        return self._measured()[1]

    @property
    def max_col(self) -> int:
        """The last column that holds a cell, 0 on an empty sheet."""
        return self._measured()[2]

    def _measured(self) -> tuple[int, int, int]:
        """How many cells there are, their last row and last column: measured once, for loops ask for it."""
        if self._extent[0] != len(self.cells):
            rows, columns = zip(*self.cells, strict=True)
            self._extent = (len(self.cells), max(rows), max(columns))
        return self._extent

    def merge_at(self, row: int, col: int) -> Range | None:
        """The merged range that covers a cell, or None.

        Of merged ranges that overlap, which Excel forbids, any may answer.
        """
        if self._merges is None:
            self._merges = _Merges(self.merged)
        return self._merges.at(row, col)

    def anchor(self, row: int, col: int) -> tuple[int, int]:
        """Row and column of the cell that shows here: the merged range's top-left, or the cell itself."""
        merge = self.merge_at(row, col)
        return (row, col) if merge is None else merge[:2]


class _Merges:
    """Merged ranges in a grid for each size (both sides rounded up to a power of two).

    A range touches at most four squares of its own grid, so ten thousand merges over whole columns cost no
    more than small ones, and a square holds at most nine ranges because they may not overlap.
    """

    __slots__ = ("_grids", "_squares")

    def __init__(self, ranges: Iterable[Range]) -> None:
        self._squares: dict[tuple[int, int, int, int], list[Range]] = {}
        for merge in ranges:
            self._add(merge)
        self._grids = sorted({square[:2] for square in self._squares})

    def _add(self, merge: Range) -> None:
        row1, column1, row2, column2 = merge
        tall, wide = (row2 - row1).bit_length(), (column2 - column1).bit_length()
        squares = [
            self._squares.setdefault((tall, wide, row, column), [])
            for row in {row1 >> tall, row2 >> tall}
            for column in {column1 >> wide, column2 >> wide}
        ]
        if any(_overlap(merge, other) for square in squares for other in square):
            return
        for square in squares:
            square.append(merge)

    def at(self, row: int, col: int) -> Range | None:
        for tall, wide in self._grids:
            for merge in self._squares.get((tall, wide, row >> tall, col >> wide), ()):
                if merge[0] <= row <= merge[2] and merge[1] <= col <= merge[3]:
                    return merge
        return None


def _overlap(one: Range, other: Range) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]
