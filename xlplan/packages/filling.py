"""Fills a sheet with what its XML says, however the XML was cut: values, formulas, merges, hidden columns."""

from collections.abc import Sequence
from decimal import Decimal

from xlplan.packages.cells import Cell, CellKind, Sheet
from xlplan.packages.formulas import SharedFormula
from xlplan.packages.gate import PackageError
from xlplan.packages.numbers import NUMBERS
from xlplan.packages.strings import decode
from xlplan.packages.styles import Styles
from xlplan.refs import MAX_COLUMN, MAX_ROW, address, parse_range

_MOST_SHARED = 100_000_000
_MOST_PROBLEMS = 100
_MOST_MERGES = 1_000_000
_INDICES = tuple(map(str, range(2_000)))  # of the shared strings of nearly all workbooks
_TRUE = ("1", "true")
_FALSE = ("0", "false")

_Value = tuple[CellKind, Decimal | str | bool | None]


class Book:
    """What the cells of all sheets refer to, and how many more of them there may be."""

    __slots__ = ("formula_room", "numbers", "room", "strings", "styles")

    def __init__(self, strings: Sequence[str], styles: Styles, room: int) -> None:
        # By what a cell says. An empty string, which makes no cell, is None: most cells need one look-up.
        indices = _INDICES if len(strings) <= len(_INDICES) else map(str, range(len(strings)))
        self.strings: dict[str, str | None] = dict(zip(indices, strings, strict=False))
        if "" in strings:
            self.strings = {index: text or None for index, text in self.strings.items()}
        self.styles = styles
        self.numbers = NUMBERS
        self.room = room
        self.formula_room = _MOST_SHARED


class Filler:
    """Takes the cells of one sheet in the order of the file.

    What is wrong with one cell goes to ``sheet.problems``, and the cell is left out.
    """

    __slots__ = (
        "_book",
        "_cells",
        "_columns",
        "_masters",
        "_orphans",
        "_row",
        "numbers",
        "sheet",
        "strings",
        "styles",
    )

    def __init__(self, sheet: Sheet, book: Book) -> None:
        self.sheet = sheet
        self._book = book
        self.styles = book.styles
        self.numbers = book.numbers
        self.strings = book.strings
        self._cells = sheet.cells
        self._row = 0
        self._masters: dict[str, SharedFormula] = {}
        self._orphans: dict[tuple[int, int], str] = {}
        self._columns: list[tuple[int, int]] = []

    @property
    def is_full(self) -> bool:
        """Whether the sheet has more filled cells than there may be: no other row may begin."""
        return len(self._cells) > self._book.room

    def start_row(self, text: str | None, hidden: str | None) -> tuple[int, str]:
        """A row begins: its number, and the digits that the addresses of its cells end with.

        A row without a number follows the one before it; one with an absurd number lies beyond the sheet.
        """
        if self.is_full:
            raise PackageError("too_large", "more filled cells than the limit")
        if text is None:
            self._row += 1
            text = str(self._row)
        elif len(text) < 8 and text.isascii() and text.isdigit() and 0 < (row := int(text)) <= MAX_ROW:
            self._row = row
        else:
            self.problem(f"row {text[:40]!r}: no such row")
            self._row = MAX_ROW + 1
        if hidden is not None and hidden in _TRUE and self._row <= MAX_ROW:
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
        """A cell with the text of its ``v`` or ``is`` and of its ``f``, None where there is none.

        A formula whose result cannot be read stays, as one without a result.
        """
        if row > MAX_ROW or column > MAX_COLUMN:
            self.problem(f"row {row}, column {column}: beyond the end of the sheet")
            return
        number_format, font, is_date = self.styles[style]
        own_kind: CellKind = ""
        value: Decimal | str | bool | None = None
        if text is not None:
            own_kind = "n"
            if kind == "n":
                value = self.numbers[text]
                if is_date:
                    own_kind = "d"
            elif kind == "s":
                own_kind = "s"
                value = self.strings.get(text)
            if value is None:
                try:
                    own_kind, value = self._convert(kind, text)
                except ValueError as error:
                    self.problem(f"cell {address(row, column)}: {error}")
                    own_kind = ""
        if formula is not None:
            formula = self._own_formula(row, column, formula, attributes or {})
        if formula is None and (value is None or (own_kind == "s" and not value)):
            return
        cell = Cell(row, column, own_kind, value, formula, number_format, font, text or "")
        if self._cells.setdefault((row, column), cell) is not cell:
            self.replace(cell)

    def replace(self, cell: Cell) -> None:
        """A cell comes a second time: as in other readers, the last one counts."""
        self._cells[cell.row, cell.col] = cell
        self.problem(f"cell {address(cell.row, cell.col)} comes twice; the last one counts")

    def _convert(self, kind: str, text: str) -> _Value:
        """Kind and value of any text but a plain number. Raises ValueError when the cell cannot be read."""
        bare = text.strip()
        if kind in ("n", "s") and not bare:
            return "", None
        if kind == "s" and bare in self.strings:
            return "s", self.strings[bare] or ""
        if kind in ("str", "inlineStr"):
            return "s", decode(text) if kind == "str" else text
        if kind == "b" and bare in (*_TRUE, *_FALSE):
            return "b", bare in _TRUE
        if kind in ("e", "d"):
            return ("e" if kind == "e" else "d"), bare
        raise ValueError(f"type {kind[:40]!r} cannot hold {text[:40]!r}")

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
            return self._moved(index, row, column)
        self._orphans[row, column] = index
        return ""

    def _moved(self, index: str, row: int, column: int) -> str:
        """A shared formula, moved to a cell. A long one shared by a million cells would fill the memory."""
        formula = self._masters[index].at(row, column)
        self._book.formula_room -= len(formula)
        if self._book.formula_room < 0:
            raise PackageError("too_large", f"more than {_MOST_SHARED} characters of shared formulas")
        return formula

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
            problems.append(text[:200])
        elif len(problems) == _MOST_PROBLEMS:
            problems.append("and more")

    def finish(self) -> None:
        """What can be known only at the end: formulas whose group began later in the file, hidden columns."""
        for place, index in self._orphans.items():
            cell = self._cells[place]
            if index not in self._masters:
                self.problem(f"cell {address(*place)}: no shared formula {index[:40]!r}")
            elif cell.formula == "":
                self._cells[place] = cell._replace(formula=self._moved(index, *place))
        end = 0
        for first, last in sorted(self._columns):
            self.sheet.hidden_columns.update(range(max(first, end + 1), last + 1))
            end = max(end, last)
        self._book.room -= len(self.sheet.cells)
