"""`Biểu chỉ tiêu` with villages as columns: indicators run down, rates stand under their counts."""

from __future__ import annotations

from xlplan import catalogue
from xlplan.sheets.standard.book import BOXED, GREY_TEXT, HEAD, LEFT, OPEN, SOFT_FILL, Style, text_height
from xlplan.sheets.standard.cells import Formula, Place, span
from xlplan.sheets.standard.grid import FILLER
from xlplan.sheets.standard.layout import RATE_LABEL, Layout, Value

_NUMBER, _LABEL, _UNIT = 0, 1, 2  # columns
_LABEL_WIDTH = 48
_TOTAL_WIDTH = 12


class ColumnsLayout(Layout):
    """TT, the indicator, its unit, then a column for each village.

    Nothing is merged across the villages' columns but their own heading, and all their cells are unlocked, so
    that a column can be deleted and moved while the sheet is protected. The title is therefore to the left,
    where the frozen columns keep it in sight.
    """

    @property
    def first_input(self) -> Place:
        """The name of the first village."""
        return self.grid.place(0, -2)

    @property
    def names_area(self) -> str:
        """Where a number may be a name or a TT; among figures Excel is to mark it."""
        names = span(self._name_place(0), self._name_place(self.grid.filler))
        return f"{names} {span(Place(self.grid.first.row, 0), Place(self.grid.last.row, 0))}"

    def _name_place(self, unit: int) -> Place:
        """The heading cell of a unit, above the row of letters and numbers."""
        return self.grid.place(unit, -2)

    def widths(self) -> list[float]:
        """Widths of the columns from A on."""
        words = [len(word) for name in self.grid.content.villages for word in name.split()]
        village = float(min(max([11, *(length + 2 for length in words)]), 16))
        return [5.0, _LABEL_WIDTH, 11.0, *[village] * self.grid.villages, 3.0, *[_TOTAL_WIDTH] * 3]

    def arrange(self) -> None:
        """Widths and heights; villages' columns are unlocked to their end."""
        self.page.widths(self.widths())
        for unit in range(self.grid.villages):
            column = self.grid.place(unit, 0).column
            self.page.sheet.set_column(column, column, self.widths()[column], self.book.format(OPEN))
        for i, slot in enumerate(self.grid.slots):
            label = "" if slot.is_rate else slot.line.label
            self.page.height(self.grid.place(0, i).row, text_height([(label, _LABEL_WIDTH)], least=26))

    # ---- head ---------------------------------------------------------------------------------------------

    def write_title(self, row: int, value: Value, style: Style) -> None:
        """A line above the table, to the left."""
        self.page.put(Place(row, 0), value, style, {"align": "left"})

    def write_head(self) -> None:
        """Villages under their word, the three totals, and the row of letters and numbers."""
        page, top, grid = self.page, self.top, self.grid
        for column, label, letter in (
            (_NUMBER, "TT", "A"),
            (_LABEL, "Nội dung", "B"),
            (_UNIT, "Đơn vị tính", "C"),
        ):
            page.put_merged(Place(top, column), Place(top + 1, column), label, HEAD)
            self.number_cell(column, letter)
        self._write_villages()
        totals: list[tuple[int, Value]] = [
            (grid.commune, self.facts.commune_line),
            (grid.total, self.facts.sum_line),
            (grid.difference, "Chênh lệch"),
        ]
        for unit, heading in totals:
            column = grid.place(unit, 0).column
            page.put_merged(Place(top, column), Place(top + 1, column), heading, HEAD)
            self._count_column(column, unit)
        page.height(top, 24)
        page.height(top + 1, 44)
        page.height(self.numbers_row, 20)

    def _write_villages(self) -> None:
        """The villages' word over their names and the filler, so that it spans an inserted column too."""
        page, top, grid = self.page, self.top, self.grid
        first, last = grid.place(0, 0).column, grid.place(grid.filler, 0).column
        page.put_merged(Place(top, first), Place(top, last), self.facts.village_heading, HEAD, OPEN)
        for unit, name in enumerate(grid.content.villages):
            page.put(self._name_place(unit), name, HEAD, OPEN, {"num_format": "@"})
            self._count_column(grid.place(unit, 0).column, unit, OPEN)
        page.put(self._name_place(grid.filler), FILLER, HEAD, {"italic": True, "font_color": GREY_TEXT})
        self.number_cell(last, None)

    def _count_column(self, column: int, unit: int, *styles: Style) -> None:
        """1, 2, 3 … by formula, so that an inserted village is counted; the filler is left out."""
        before = self.grid.first.column + (unit > self.grid.filler)
        number = column + 1 - before
        self.number_cell(column, Formula(f"COLUMN()-{before}", number), *styles)

    # ---- first columns ------------------------------------------------------------------------------------

    def write_labels(self) -> None:
        """TT, label and unit of each line; bullets under numbered lines, rates under their counts."""
        number = 0
        for i, slot in enumerate(self.grid.slots):
            row = self.grid.place(0, i).row
            unit = catalogue.unit(slot.code)
            is_bullet = self.numbered and not slot.line.number
            if slot.is_rate:
                self._write_line(row, "", RATE_LABEL, unit, {"italic": True, "indent": 3})
                continue
            number += not is_bullet
            if is_bullet:
                label = self.facts.heading(slot.line.label, before="- ")
                self._write_line(row, "", label, unit, {"indent": 2})
            else:
                label = self.facts.heading(slot.line.label)
                self._write_line(row, slot.line.number or str(number), label, unit, {"bold": True})

    def _write_line(self, row: int, number: str, label: Value, unit: str, style: Style) -> None:
        shade: Style = BOXED | LEFT | {"text_wrap": True} | ({"bg_color": SOFT_FILL} if "italic" in style else {})
        centred: Style = {"align": "center", "indent": 0}
        self.page.put(Place(row, _NUMBER), number, shade, style, centred, {"num_format": "@"})
        self.page.put(Place(row, _LABEL), label, shade, style)
        self.page.put(Place(row, _UNIT), unit.capitalize(), shade, style, centred, {"bold": False})

    # ---- below and around ---------------------------------------------------------------------------------

    @property
    def note_width(self) -> float:
        """Characters that a note has room for."""
        return sum(self.widths()[: _UNIT + 1])

    def write_note(self, row: int, value: Value, style: Style) -> None:
        """A note below the table, under the labels."""
        self.page.put_merged(Place(row, 0), Place(row, _UNIT), value, style)

    def write_signature(self, row: int, value: Value, style: Style) -> None:
        """A line of the signature below the table, under the totals."""
        first = self.grid.place(self.grid.commune, 0).column
        self.page.put_merged(Place(row, first), Place(row, self.grid.last.column), value, style, {"align": "center"})

    def protect(self) -> None:
        """Columns may be inserted and (where all their cells are unlocked) deleted."""
        self.page.protect(insert_columns=True, delete_columns=True)
