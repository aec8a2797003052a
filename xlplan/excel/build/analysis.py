"""The sheet `Tính toán` of a workbook with macros: our functions at work over the table, which stays native."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from xlplan import catalogue
from xlplan.excel.build.calls import Area, Call, Evaluate, Shown
from xlplan.sheets.analysis import ANALYSIS_HEADING, ANALYSIS_SHEET
from xlplan.sheets.standard.book import (
    ACCENT,
    BOXED,
    COUNT_FORMAT,
    HEAD,
    HEADING,
    LEFT,
    NOTE,
    RATE_FORMAT,
    RIGHT,
    SOFT_FILL,
    Book,
    Page,
    Style,
    text_height,
)
from xlplan.sheets.standard.cells import Formula, Place
from xlplan.sheets.standard.grid import FILLER, Grid
from xlplan.sheets.standard.table import HEAD_ROWS

SPARE_ROWS, SPARE_COLUMNS = 10, 3
"""Villages that may be inserted into the table before the list of rates is full."""

_FLOWS = (("ho_ngheo", "Hộ nghèo"), ("ho_can_ngheo", "Hộ cận nghèo"), ("ho_da_chieu", "Hộ nghèo đa chiều"))
_ABOUT = "Các hàm GN_ tính từ các sheet khác; không nhập tay vào đây."
_FINDINGS, _CARDS = 10, 6  # rows that the lists of findings and of repair cards have room for
_COLUMNS = 9
_WIDTHS = [38.0, *[12.5] * (_COLUMNS - 1)]
_TEXT: Style = {**BOXED, **LEFT, "text_wrap": True, "bg_color": SOFT_FILL}
_COUNT: Style = {**BOXED, **RIGHT, "num_format": COUNT_FORMAT, "bg_color": SOFT_FILL}
_LISTED: Style = {**LEFT, "bg_color": SOFT_FILL}  # long texts run on over the empty cells to the right
_RATE: Style = {**BOXED, **RIGHT, "num_format": RATE_FORMAT, "bg_color": SOFT_FILL}


def write_analysis(book: Book, evaluate: Evaluate) -> None:
    """Add the sheet; ``evaluate`` gives what each call shows now."""
    page = Page(book, ANALYSIS_SHEET, book.workbook.add_worksheet(ANALYSIS_SHEET))
    page.sheet.set_tab_color("#B8C4C9")
    sheet = _Analysis(book, page, evaluate)
    sheet.write()


class _Analysis:
    """The sheet being written: ``row`` is the next free one."""

    def __init__(self, book: Book, page: Page, evaluate: Evaluate) -> None:
        self.book = book
        self.page = page
        self.evaluate = evaluate
        self.grid = book.grid
        self.row = 0
        self.widest = _COLUMNS

    def write(self) -> None:
        """All sections, the widths and the print set-up."""
        self._head()
        if self.grid is not None:
            table = self.book.pages["bieu"].title
            self._rates(self.grid, table)
            self._sums(self.grid, table)
            self._flows(self.grid, table)
        self._words()
        if self.grid is not None:
            self._lists()
        widths = _WIDTHS + [10.0] * (self.widest - _COLUMNS)
        self.page.widths(widths)
        self.page.print_on_a4(widths, repeated_columns=1)
        self.page.sheet.print_area(0, 0, self.row - 1, self.widest - 1)
        self.page.mark_where(Place(0, 0), Place(self.row - 1, self.widest - 1), "ISERROR(A1)", self._faint())
        self.page.sheet.freeze_panes(3, 1)
        self.page.sheet.hide_gridlines(2)
        self.page.sheet.set_selection(0, 0, 0, 0)

    def _faint(self) -> Any:
        """Errors where no function can compute (LibreOffice, a PC without the add-in) stay in the background."""
        return self.book.mark(font_color="#C9D2D6")

    # ---- pieces -------------------------------------------------------------------------------------------

    def _head(self) -> None:
        self.page.put(Place(0, 0), ANALYSIS_HEADING, HEADING)
        self.page.height(0, 30)
        self.page.put(Place(1, 0), _ABOUT, NOTE)
        self._put(Place(2, 0), Call("GN_TRANGTHAI", ()), NOTE)
        self.row = 4

    def _section(self, title: str, heads: Sequence[str | Formula]) -> None:
        self.page.put(Place(self.row, 0), title, {"bold": True, "font_color": ACCENT, "valign": "bottom"})
        self.page.height(self.row, 30)
        for column, head in enumerate(heads):
            self.page.put(Place(self.row + 1, column), head, HEAD)
        self.page.height(self.row + 1, 66 if any(len(_shown(head)) > 14 for head in heads[1:]) else 28)
        self.widest = max(self.widest, len(heads))
        self.row += 2

    def _put_label(self, row: int, label: str | Formula) -> None:
        self.page.put(Place(row, 0), label, _TEXT)
        self.page.height(row, text_height([(_shown(label), _WIDTHS[0] - 2)], 26))

    def _put(self, place: Place, call: Call, *styles: Style) -> None:
        """A call in one cell."""
        self.page.put(place, Formula(call.text, _one(self.evaluate(call))), *styles)

    def _put_array(self, first: Place, last: Place, call: Call, *styles: Style) -> None:
        """A call that fills a range, as an array formula of Excel before dynamic arrays."""
        results = self.evaluate(call)
        look = self.page.book.format(*styles)
        shown = [[_at(results, row, column) for column in range(last.column - first.column + 1)]
                 for row in range(last.row - first.row + 1)]  # fmt: skip
        self.page.sheet.write_array_formula(*first, *last, f"{{={call.text}}}", look, shown[0][0])
        for row, values in enumerate(shown):
            for column, value in enumerate(values):
                if row or column:
                    place = Place(first.row + row, first.column + column)
                    if isinstance(value, str):
                        self.page.sheet.write_string(*place, value, look)
                    else:
                        self.page.sheet.write_number(*place, value, look)

    # ---- over the table -----------------------------------------------------------------------------------

    def _units(self, grid: Grid, table: str, slot: int) -> Area:
        """The figures of the villages, up to the filler so that inserted ones are taken in."""
        return Area(table, grid.place(0, slot), grid.place(grid.filler, slot))

    def _rates(self, grid: Grid, table: str) -> None:
        """Rates by village, laid out as the table is: villages down or across."""
        whole = grid.slot_of(catalogue.RATE_BASE)
        rated = [i for i, slot in enumerate(grid.slots) if slot.is_rate]
        if whole is None or not rated:
            return
        count = grid.villages + 1 + (SPARE_ROWS if grid.rows else SPARE_COLUMNS)
        labels = [self._label(grid, slot - 1) for slot in rated]
        calls = [
            Call("GN_TYLE", (self._units(grid, table, slot - 1), self._units(grid, table, whole))) for slot in rated
        ]
        title = f"Tỷ lệ theo {self.book.facts.village_word.result} (%)"
        names = [self._name(grid, table, number, count) for number in range(1, count + 1)]
        if grid.rows:
            self._section(title, [self.book.facts.village_heading, *labels])
            for number, name in enumerate(names):
                self.page.put(Place(self.row + number, 0), name, BOXED, LEFT)
            for column, call in enumerate(calls, start=1):
                self._put_array(Place(self.row, column), Place(self.row + count - 1, column), call, _RATE)
            self.row += count + 1
            return
        self._section(title, ["Chỉ tiêu", *names])
        for number, (label, call) in enumerate(zip(labels, calls, strict=True)):
            row = self.row + number
            self._put_label(row, label)
            self._put_array(Place(row, 1), Place(row, count), call, _RATE)
        self.row += len(labels) + 1

    def _name(self, grid: Grid, table: str, number: int, count: int) -> Formula:
        """A village's name by its number: also one that is inserted into the table later."""
        area = Area(table, grid.place(0, -1), grid.place(grid.filler, -1)).text
        found = f"INDEX({area},{number})"
        names = [*grid.content.villages, ""]
        result = names[number - 1] if number <= len(names) else ""
        return Formula(f'IFERROR(IF({found}="{FILLER}","",{found}&""),"")', result)

    def _label(self, grid: Grid, slot: int) -> str | Formula:
        line = grid.slots[slot].line
        return self.book.facts.heading(catalogue.indicators()[line.code].heading)

    def _sums(self, grid: Grid, table: str) -> None:
        """Each indicator's villages against the commune's own figure."""
        word = self.book.facts.village_word.result
        self._section(f"Đối chiếu tổng các {word} với số toàn xã", ["Chỉ tiêu", "Số toàn xã", "Kết quả"])
        for slot, found in enumerate(grid.slots):
            if found.is_rate:
                continue
            total = Area(table, grid.place(grid.commune, slot), grid.place(grid.commune, slot))
            self._put_label(self.row, self._label(grid, slot))
            self.page.put(Place(self.row, 1), _repeated(grid, slot, total), _COUNT)
            self._put(Place(self.row, 2), Call("GN_KIEMTRATONG", (self._units(grid, table, slot), total)), _TEXT)
            self.row += 1
        self.row += 1

    def _flows(self, grid: Grid, table: str) -> None:
        """What the commune's figures at the start and the decreases give at the end."""
        rows = list(_flows(grid, table))
        if not rows:
            return
        self._section("Số toàn xã: cuối kỳ bằng đầu kỳ trừ giảm", ["Nhóm hộ", "Tính được", "Trong biểu"])
        for label, call, shown in rows:
            self._put_label(self.row, label)
            self._put(Place(self.row, 1), call, _COUNT)
            self.page.put(Place(self.row, 2), shown, _COUNT)
            self.row += 1
        self.row += 1

    # ---- words and lists ----------------------------------------------------------------------------------

    def _words(self) -> None:
        """Figures as the plan writes them, and sentences that it will carry."""
        self._section("Cách viết trong kế hoạch", ["Nội dung"])
        self.page.put_merged(Place(self.row - 1, 1), Place(self.row - 1, _COLUMNS - 1), "Cách viết", HEAD)
        base = Call("GN_CHITIEU", (catalogue.RATE_BASE,))
        rows: list[tuple[str, str]] = [
            ("Tổng số hộ", f"GN_SO({base.text})"),
            ("Tổng số hộ, bằng chữ", f"GN_DOCSO({base.text})"),
        ]
        for label, text in rows:
            inner = _one(self.evaluate(base))
            outer = Call(text.partition("(")[0], (inner if isinstance(inner, int | str) else int(inner),))
            result = _one(self.evaluate(outer)) if inner != "" else ""
            self._wide(label, Formula(text, result))
        for label, code in self._sentences():
            call = Call("GN_CAU", (code,))
            self._wide(label, Formula(call.text, _one(self.evaluate(call))))
        self.row += 1

    def _sentences(self) -> Iterator[tuple[str, str]]:
        """Placeholders of the groups of households that the workbook has figures of."""
        known = (
            {slot.code for slot in self.grid.slots} if self.grid else {code for code, *_ in self.book.content.situation}
        )
        highest = ""
        for group, label in _FLOWS:
            start, end = f"{group}_dau_ky", f"{group}_cuoi_ky"
            if start in known:
                highest = highest or start
                yield f"{label}: tỷ lệ đầu kỳ", f"{catalogue.RATE_PREFIX}{start}"
                if end in known:
                    yield f"{label}: biến động trong kỳ", f"bien_dong[{group}]"
        if self.grid and highest:
            word = self.book.facts.village_word.result
            yield f"Các {word} có tỷ lệ cao nhất", f"nhieu_nhat[{catalogue.RATE_PREFIX}{highest}]"

    def _wide(self, label: str, value: Formula) -> None:
        """A label and a text over the rest of the width."""
        self._put_label(self.row, label)
        self.page.put_merged(Place(self.row, 1), Place(self.row, _COLUMNS - 1), value, _TEXT)
        self.row += 1

    def _lists(self) -> None:
        """Findings and repair cards of the table."""
        for title, function, rows, columns in (
            ("Phát hiện trong biểu", "GN_KIEMTRABIEU", _FINDINGS, 4),
            ("Gợi ý sửa", "GN_GOIY", _CARDS, 5),
        ):
            self._section(title, [])
            self.row -= 1
            call = Call(function, (_table_area(self.book),))
            last = Place(self.row + rows - 1, columns - 1)
            self._put_array(Place(self.row, 0), last, call, _LISTED)
            self.row += rows + 1


def _table_area(book: Book) -> Area:
    """The table with its headings: what the name BIEU stands for."""
    grid = book.grid
    assert grid is not None  # only a table has lists
    return Area(book.pages["bieu"].title, Place(grid.first.row - HEAD_ROWS, 0), grid.last)


def _flows(grid: Grid, table: str) -> Iterator[tuple[str, Call, Formula | None]]:
    for group, label in _FLOWS:
        slots = [grid.slot_of(code) for code in (f"{group}_dau_ky", f"giam_{group}", f"{group}_cuoi_ky")]
        start, cut, end = (None if slot is None else grid.place(grid.commune, slot) for slot in slots)
        if start is None or cut is None:
            continue
        call = Call("GN_CUOIKY", (Area(table, start, start), Area(table, cut, cut)))
        yield label, call, None if end is None else _repeated(grid, slots[2] or 0, Area(table, end, end))
    poor, near = grid.slot_of("ho_ngheo_dau_ky"), grid.slot_of("ho_can_ngheo_dau_ky")
    if poor is not None and near is not None:
        places = [grid.place(grid.commune, slot) for slot in (poor, near)]
        yield "Hộ nghèo đa chiều đầu kỳ", Call("GN_DACHIEU", tuple(Area(table, p, p) for p in places)), None


def _repeated(grid: Grid, slot: int, area: Area) -> Formula:
    """The commune's figure as it stands in the table, blank where it is."""
    value = grid.value(grid.commune, slot)
    return Formula(f'IF({area.text}="","",{area.text})', "" if value is None else value)


def _one(results: list[list[Shown]]) -> int | Decimal | str:
    found = _at(results, 0, 0)
    return Decimal(repr(found)) if isinstance(found, float) else found


def _at(results: list[list[Shown]], row: int, column: int) -> Shown:
    return results[row][column] if row < len(results) and column < len(results[row]) else ""


def _shown(head: str | Formula) -> str:
    return str(head.result) if isinstance(head, Formula) else head
