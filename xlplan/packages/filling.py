"""Fills a sheet with what its XML says, however the XML was cut: values, formulas, merges, hidden columns."""

from collections.abc import Sequence
from decimal import Decimal

from xlplan.packages.cells import Cell, CellKind, Sheet
from xlplan.packages.formulas import SharedFormula
from xlplan.packages.gate import PackageError
from xlplan.packages.numbers import Numbers
from xlplan.packages.refs import MAX_COLUMN, MAX_ROW, address, parse_range
from xlplan.packages.strings import decode
from xlplan.packages.styles import Styles

_MOST_PROBLEMS = 100
_MOST_MERGES = 1_000_000
_TRUE = ("1", "true")
_FALSE = ("0", "false")

_Value = tuple[CellKind, Decimal | str | bool | None]
_new_cell = tuple.__new__  # what Cell(...) comes to, in half the time


class Book:
    """What the cells of all sheets refer to, and how many more of them there may be."""

    __slots__ = ("numbers", "room", "strings", "styles")

    def __init__(self, strings: Sequence[str], styles: Styles, room: int) -> None:
        self.strings = strings
        self.styles = styles
        self.numbers = Numbers()
        self.room = room


class Filler:
    """Takes the cells of one sheet in the order of the file.

    What is wrong with one cell goes to ``sheet.problems``, and the cell is left out.
    """

    __slots__ = ("_book", "_columns", "_masters", "_numbers", "_orphans", "_row", "_styles", "sheet")

    def __init__(self, sheet: Sheet, book: Book) -> None:
        self.sheet = sheet
        self._book = book
        self._styles = book.styles
        self._numbers = book.numbers
        self._row = 0
        self._masters: dict[str, SharedFormula] = {}
        self._orphans: list[tuple[int, int, str]] = []
        self._columns: list[tuple[int, int]] = []

    def start_row(self, text: str | None, hidden: str | None) -> tuple[int, str]:
        """A row begins: its number, and the digits that the addresses of its cells end with.

        A row without a number follows the one before it; one with an absurd number lies beyond the sheet.
        """
        if text is None:
            self._row += 1
            text = str(self._row)
        elif len(text) < 8 and text.isascii() and text.isdigit() and 0 < int(text) <= MAX_ROW:
            self._row = int(text)
        else:
            self.problem(f"row {text[:40]!r}: no such row")
            self._row = MAX_ROW + 1
        if hidden in _TRUE and self._row <= MAX_ROW:
            self.sheet.hidden_rows.add(self._row)
        return self._row, text

    def add(  # noqa: PLR0917 - called for every cell, and names would cost
        self,
        row: int,
        column: int,
        kind: str,
        style: str | None,
        text: str | None,
        formula: str | None,
        attributes: dict[str, str] | None,
    ) -> None:
        """A cell with the text of its ``v`` or ``is`` and of its ``f``, None where there is none."""
        if row > MAX_ROW or column > MAX_COLUMN:
            self.problem(f"row {row}, column {column}: beyond the end of the sheet")
            return
        number_format, font, is_date = self._styles[style]
        value: Decimal | str | bool | None
        own_kind: CellKind = "n"
        if kind == "n" and text is not None and (value := self._numbers[text]) is not None:
            own_kind = "d" if is_date else "n"
        else:
            try:
                own_kind, value = self._convert(kind, text)
            except ValueError as error:
                self.problem(f"cell {address(row, column)}: {error}")
                return
        if formula is not None:
            formula = self._own_formula(row, column, formula, attributes or {})
        elif own_kind in ("", "s") and not value:
            return
        cells = self.sheet.cells
        key = (row, column)
        if key in cells:
            self.problem(f"cell {address(row, column)} comes twice; the last one counts")
        elif len(cells) >= self._book.room:
            raise PackageError("too_large", "more filled cells than the limit")
        cells[key] = _new_cell(Cell, (row, column, own_kind, value, formula, number_format, font, text or ""))

    def _convert(self, kind: str, text: str | None) -> _Value:
        """Kind and value of any text but a plain number. Raises ValueError when the cell cannot be read."""
        bare = (text or "").strip()
        if text is None or (kind == "n" and not bare):
            return "", None
        if kind == "s":
            return "s", self._shared_string(text)
        if kind in ("str", "inlineStr"):
            return "s", decode(text) if kind == "str" else text
        if kind == "b" and bare in (*_TRUE, *_FALSE):
            return "b", bare in _TRUE
        if kind in ("e", "d"):
            return ("e" if kind == "e" else "d"), bare
        raise ValueError(f"type {kind[:40]!r} with value {text[:40]!r}")

    def _shared_string(self, text: str) -> str | None:
        if not text:
            return None
        if text.isascii() and text.isdigit() and len(text) < 10 and int(text) < len(self._book.strings):
            return self._book.strings[int(text)]
        raise ValueError(f"no shared string {text[:40]!r}")

    def _own_formula(self, row: int, column: int, text: str, attributes: dict[str, str]) -> str | None:
        """The formula of this cell from its ``f``; None when that says nothing."""
        kind = attributes.get("t")
        text = decode(text).removeprefix("=")
        if kind == "dataTable":
            return f"TABLE({attributes.get('r1', '')},{attributes.get('r2', '')})"
        if kind != "shared":
            return text or None
        index = attributes.get("si", "")
        if text:
            if "ref" in attributes or index not in self._masters:
                self._masters[index] = SharedFormula(text, row, column)
            return text
        if index in self._masters:
            return self._masters[index].at(row, column)
        self._orphans.append((row, column, index))
        return ""

    def hide_columns(self, first: str, last: str) -> None:
        """Columns are hidden. There are never more such ranges than columns."""
        if len(self._columns) > MAX_COLUMN:
            return
        try:
            self._columns.append((max(int(first), 1), min(int(last), MAX_COLUMN)))
        except ValueError:
            self.problem(f"hidden columns {first[:40]!r} to {last[:40]!r}")

    def merge(self, reference: str) -> None:
        """A range of cells is merged."""
        if len(self.sheet.merged) >= _MOST_MERGES:
            raise PackageError("too_large", f"more than {_MOST_MERGES} merged ranges")
        try:
            self.sheet.merged.append(parse_range(reference))
        except ValueError as error:
            self.problem(f"merged range {reference[:40]!r}: {error}")

    def problem(self, text: str) -> None:
        """Something cannot be read and is left out."""
        problems = self.sheet.problems
        if len(problems) < _MOST_PROBLEMS:
            problems.append(text)
        elif len(problems) == _MOST_PROBLEMS:
            problems.append("and more")

    def finish(self) -> None:
        """What can be known only at the end: formulas whose group began later in the file, hidden columns."""
        for row, column, index in self._orphans:
            cell = self.sheet.cells[row, column]
            master = self._masters.get(index)
            if master is None:
                self.problem(f"cell {address(row, column)}: no shared formula {index[:40]!r}")
            elif cell.formula == "":
                self.sheet.cells[row, column] = cell._replace(formula=master.at(row, column))
        end = 0
        for first, last in sorted(self._columns):
            self.sheet.hidden_columns.update(range(max(first, end + 1), last + 1))
            end = max(end, last)
        self._book.room -= len(self.sheet.cells)
