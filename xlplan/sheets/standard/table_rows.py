"""`Biểu chỉ tiêu` with villages as rows: pairs of count and rate under two-level headings."""

from __future__ import annotations

from xlplan import catalogue
from xlplan.catalogue.records import TableLine
from xlplan.sheets.standard.book import ACCENT, BOXED, HEAD, LEFT, NOTE, OPEN, SOFT_FILL, Style, text_height
from xlplan.sheets.standard.cells import Formula, Place, joined, span
from xlplan.sheets.standard.grid import FILLER
from xlplan.sheets.standard.layout import COUNT_LABELS, FILLER_LOOK, RATE_LABEL, Layout, Value

_NUMBER, _NAME = 0, 1  # columns
_SIGNATURE_COLUMNS = 5
_LONG_HEADING = 36


class RowsLayout(Layout):
    """TT, the village, then a column for each figure."""

    @property
    def first_input(self) -> Place:
        """The name of the first village."""
        return self.grid.place(0, -1)

    @property
    def names_area(self) -> str:
        """Where a number may be a name; among figures Excel is to mark it."""
        return span(self.grid.place(0, -1), self.grid.place(self.grid.filler, -1))

    def widths(self) -> list[float]:
        """Widths of the columns from A on."""
        names = max((len(name) for name in self.grid.content.villages), default=0)
        figures = [9.0 if slot.is_rate or slot.line.rate else self._alone(slot.line) for slot in self.grid.slots]
        return [5.0, float(min(max(29, names), 44)), *figures]

    def _alone(self, line: TableLine) -> float:
        """Width of a count without a rate beside it: wider under a long heading."""
        return 12.0 if len(self._template(line)) < _LONG_HEADING else 16.0

    def _template(self, line: TableLine) -> str:
        """Heading of a line; the full one for a bullet, whose label only means something under its parent."""
        is_bullet = self.numbered and not line.number
        return catalogue.indicators()[line.code].heading if is_bullet else line.label

    def arrange(self) -> None:
        """Widths and heights; villages' rows are unlocked to their end, so that they can be deleted."""
        self.page.widths(self.widths())
        grid = self.grid
        for unit in range(grid.villages):
            self.page.height(grid.place(unit, 0).row, 24, OPEN)
        self.page.height(grid.place(grid.filler, 0).row, 14)
        for unit in (grid.commune, grid.total, grid.difference):
            self.page.height(grid.place(unit, 0).row, 25)

    # ---- head ---------------------------------------------------------------------------------------------

    def write_title(self, row: int, value: Value, style: Style) -> None:
        """A line above the table, over its whole width; the office to the left."""
        align = "left" if row == 0 else "center"
        self.page.put_merged(Place(row, 0), Place(row, self.grid.last.column), value, style, {"align": align})

    def write_head(self) -> None:
        """Two levels of headings and the row of letters and numbers."""
        page, top = self.page, self.top
        last = self.grid.last.column
        units = f"Đơn vị tính: {self.units()}"
        page.put_merged(Place(top - 1, 0), Place(top - 1, last), units, NOTE, {"align": "right"})
        page.put_merged(Place(top, _NUMBER), Place(top + 1, _NUMBER), "TT", HEAD)
        page.put_merged(Place(top, _NAME), Place(top + 1, _NAME), self.facts.village_heading, HEAD)
        self.number_cell(_NUMBER, "A")
        self.number_cell(_NAME, "B")
        tallest = 0
        for i, slot in enumerate(self.grid.slots):
            column = self.grid.place(0, i).column
            self.number_cell(column, i + 1)
            if not slot.is_rate:
                pair = i + 1 < len(self.grid.slots) and self.grid.slots[i + 1].is_rate
                label = self._write_heading(slot.line, column, pair=pair)
                tallest = max(tallest, text_height([(label, 17 if pair else self.widths()[column] - 2)]))
        page.height(top, max(48, tallest - 26))
        page.height(top + 1, 26)
        page.height(self.numbers_row, 20)

    def _write_heading(self, line: TableLine, column: int, *, pair: bool) -> str:
        """Heading of a line over its column or its pair of columns; returns its text."""
        page, top = self.page, self.top
        label = self.facts.heading(self._template(line))
        if pair:
            count = COUNT_LABELS.get(catalogue.unit(line.code), "Số lượng")
            page.put_merged(Place(top, column), Place(top, column + 1), label, HEAD)
            page.put(Place(top + 1, column), count, HEAD, {"bold": False})
            page.put(Place(top + 1, column + 1), RATE_LABEL, HEAD, {"bold": False})
        else:
            page.put_merged(Place(top, column), Place(top + 1, column), label, HEAD)
        return str(label.result) if isinstance(label, Formula) else label

    # ---- first columns ------------------------------------------------------------------------------------

    def write_labels(self) -> None:
        """TT and names: villages, the filler, the commune's figures, the sum and the difference."""
        grid, page = self.grid, self.page
        first_name = grid.place(0, -1)
        for unit, name in enumerate(grid.content.villages):
            place = grid.place(unit, -1)
            above = sum(1 for known in grid.content.villages[: unit + 1] if known)
            number = Formula(
                f'IF({place.address}="","",COUNTA({_row_fixed(first_name)}:{place.address}))',
                above if name else "",
            )
            page.put(grid.place(unit, -2), number, BOXED, OPEN, {"align": "center"})
            page.put(place, name, BOXED, OPEN, LEFT, {"num_format": "@"})
        page.put(grid.place(grid.filler, -2), None, FILLER_LOOK)
        page.put(grid.place(grid.filler, -1), FILLER, FILLER_LOOK)
        official = joined(self.facts.commune_line, " (số liệu chính thức)")
        shaded: Style = {"bg_color": SOFT_FILL}
        lines: list[tuple[int, Value, Style]] = [
            (grid.commune, official, {"bold": True}),
            (grid.total, self.facts.sum_line, shaded | {"bold": True, "font_color": ACCENT}),
            (grid.difference, "Chênh lệch", shaded | {"italic": True}),
        ]
        for unit, label, style in lines:
            page.put(grid.place(unit, -2), None, BOXED, style)
            page.put(grid.place(unit, -1), label, BOXED, LEFT, style)

    # ---- below and around ---------------------------------------------------------------------------------

    @property
    def _note_column(self) -> int:
        return max(_NAME, self.grid.last.column - _SIGNATURE_COLUMNS)

    @property
    def note_width(self) -> float:
        """Characters that a note has room for."""
        return sum(self.widths()[: self._note_column + 1])

    def write_note(self, row: int, value: Value, style: Style) -> None:
        """A note below the table, to the left."""
        self.page.put_merged(Place(row, 0), Place(row, self._note_column), value, style)

    def write_signature(self, row: int, value: Value, style: Style) -> None:
        """A line of the signature below the table, to the right."""
        last = self.grid.last.column
        first = max(_NAME + 1, last - _SIGNATURE_COLUMNS + 1)
        self.page.put_merged(Place(row, first), Place(row, last), value, style, {"align": "center"})

    def protect(self) -> None:
        """Rows may be inserted and (where all their cells are unlocked) deleted."""
        self.page.protect(insert_rows=True, delete_rows=True)


def _row_fixed(place: Place) -> str:
    """``B$9``."""
    return place.fixed[1:]
