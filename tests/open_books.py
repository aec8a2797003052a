"""Workbooks as xlwings has them open, without Excel: its own Book, Sheet and Range over openpyxl, read-only.

Only what the functions in cells ask for is there; ``book.asked`` counts the questions, each of which costs a
millisecond in Excel. :func:`enter` types into a cell, with the formulas that follow from it left as they were.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import xlwings as xw

from xlplan.refs import address, parse_address


class _Engine:
    """What xlwings asks of an engine to hand values over."""

    name, type = "openpyxl", "desktop"

    @staticmethod
    def clean_value_data(data: Any, dates: Any, empty: Any, numbers: Any, err_to_str: bool) -> Any:
        rows = data if isinstance(data, list) else [[data]]
        return [[empty if value in ("", None) else value for value in row] for row in rows]


class _Range:
    max_cells_per_read = None

    def __init__(self, sheet: _Sheet, row: int, column: int, height: int, width: int) -> None:
        self.sheet, self.row, self.column, self.shape = sheet, row, column, (height, width)

    @property
    def address(self) -> str:
        first, last = ("${}${}".format(*_parts(cell)) for cell in (self._place(0, 0), self._place(*self._last)))
        return first if self.shape == (1, 1) else f"{first}:{last}"

    @property
    def _last(self) -> tuple[int, int]:
        return self.shape[0] - 1, self.shape[1] - 1

    def _place(self, i: int, j: int) -> tuple[int, int]:
        return self.row + i, self.column + j

    def _each(self, of: Any, what: Any) -> list[list[Any]]:
        """Floats for numbers, as Excel has no others."""
        height, width = self.shape
        found = [[what(of.cell(*self._place(i, j))) for j in range(width)] for i in range(height)]
        return [[float(v) if isinstance(v, int) and not isinstance(v, bool) else v for v in row] for row in found]

    def _ask(self, question: str) -> None:
        self.sheet.book.asked[question] += 1

    @property
    def raw_value(self) -> Any:
        self._ask("values")
        return self._each(self.sheet.results, lambda cell: cell.value)

    @property
    def formula(self) -> Any:
        self._ask("formulas")
        found = self._each(self.sheet.formulas, lambda cell: "" if cell.value is None else cell.value)
        return found[0][0] if self.shape == (1, 1) else tuple(map(tuple, found))

    @property
    def number_format(self) -> str | None:
        self._ask("formats")
        return self._alike(lambda cell: cell.number_format)

    @property
    def font(self) -> SimpleNamespace:
        self._ask("fonts")
        return SimpleNamespace(name=self._alike(lambda cell: cell.font.name))

    def _alike(self, what: Any) -> Any:
        found = {value for row in self._each(self.sheet.formulas, what) for value in row}
        return found.pop() if len(found) == 1 else None


class _Sheet:
    def __init__(self, book: _Book, name: str) -> None:
        self.book, self.name = book, name
        self.formulas, self.results = book.formulas[name], book.results[name]

    @property
    def used_range(self) -> _Range:
        rows, columns = self.formulas.max_row, self.formulas.max_column
        return _Range(self, 1, 1, max(rows, self.book.coloured_to), columns)

    def range(self, first: Any, last: Any = None) -> _Range:
        if isinstance(first, str):
            first, _, end = first.partition(":")
            last = parse_address(end) if end else None
            first = parse_address(first)
        if len(first) == 4:
            return _Range(self, *first)
        last = last or first
        return _Range(self, *first, last[0] - first[0] + 1, last[1] - first[1] + 1)


class _Sheets(list[_Sheet]):
    def __call__(self, name: str | int) -> _Sheet:
        return self[name - 1] if isinstance(name, int) else next(sheet for sheet in self if sheet.name == name)

    def __iter__(self) -> Iterator[_Sheet]:
        return super().__iter__()


class _Book:
    def __init__(self, path: Path, name: str = "") -> None:
        self.formulas = openpyxl.load_workbook(path)
        self.results = openpyxl.load_workbook(path, data_only=True)
        self.name = name or path.name
        self.asked: Counter[str] = Counter()
        self.coloured_to = 0
        self.app = SimpleNamespace(engine=_Engine(), pid=1)

    @property
    def sheets(self) -> _Sheets:
        return _Sheets(_Sheet(self, name) for name in self.formulas.sheetnames)


def opened(path: Path, name: str = "") -> xw.Book:
    """A workbook that is open; ``name`` where another one of its name was open before."""
    return xw.Book(impl=_Book(path, name))


def caller(book: xw.Book, sheet: str = "", size: tuple[int, int] = (1, 1)) -> xw.Range:
    """The cells in which a formula was entered."""
    own = book.impl.sheets(sheet or 1)
    return xw.Range(impl=_Range(own, 200, 50, *size))


def enter(book: xw.Book, sheet: str, at: str, value: object) -> None:
    """Types a value; what formulas show stays as it was, as it does while Excel has not come to them."""
    for where in (book.impl.formulas, book.impl.results):
        where[sheet][at] = value


def _parts(place: tuple[int, int]) -> tuple[str, int]:
    return address(*place).rstrip("0123456789"), place[0]
