"""Checks that work with nothing installed: data validation and conditional formats of `Biểu chỉ tiêu`."""

from __future__ import annotations

from collections.abc import Iterator

from xlplan import catalogue
from xlplan.sheets.standard.book import AMBER_FILL, AMBER_TEXT, RED_FILL, RED_TEXT, Book, Page
from xlplan.sheets.standard.cells import span
from xlplan.sheets.standard.grid import Grid


def add_checks(book: Book, page: Page, grid: Grid) -> None:
    """Red where the commune's figure and the sum differ, amber where a unit contradicts itself."""
    _red_differences(book, page, grid)
    amber = book.mark(bg_color=AMBER_FILL, font_color=AMBER_TEXT)
    for code, formula in contradictions(grid):
        slot = grid.slot_of(code)
        if slot is not None:
            page.mark_where(grid.place(0, slot), grid.place(grid.commune, slot), formula, amber)
    _whole_numbers(page, grid)


def _red_differences(book: Book, page: Page, grid: Grid) -> None:
    """The difference and the commune's figure, as soon as the difference is a number other than 0."""
    red = book.mark(bg_color=RED_FILL, font_color=RED_TEXT, bold=True)
    first = grid.place(grid.difference, 0)
    column, row = first.address.rstrip("0123456789"), first.row + 1
    difference = f"{column}${row}" if grid.rows else f"${column}{row}"
    formula = f"AND(ISNUMBER({difference}),{difference}<>0)"
    last_slot = len(grid.slots) - 1
    for unit in (grid.commune, grid.difference):
        page.mark_where(grid.place(unit, 0), grid.place(unit, last_slot), formula, red, final=True)


def contradictions(grid: Grid) -> Iterator[tuple[str, str]]:
    """Indicator and formula (for the first village) that is true where its figure contradicts the others.

    The identities are those of the catalogue, for the lines that the table has. As in the checks, a blank or
    a dash counts as nothing; what is still wholly blank is left alone while the table is being filled.
    """
    cells = grid.addresses(0)
    for identity in catalogue.equalities():
        if all(code in cells for code in (identity.total, *identity.plus, *identity.minus)):
            plus = [cells[code] for code in (*identity.plus, *identity.optional) if code in cells]
            minus = [cells[code] for code in identity.minus]
            expected = f"SUM({','.join(plus)})" + (f"-SUM({','.join(minus)})" if minus else "")
            total = cells[identity.total]
            terms = ",".join(plus + minus)
            yield identity.total, f"AND(ISNUMBER({total}),COUNT({terms})>0,{total}<>{expected})"
    for bound in catalogue.at_most():
        if all(code in cells for code in (*bound.parts, bound.whole)):
            parts = ",".join(cells[code] for code in bound.parts)
            whole = f"N({cells[bound.whole]})"
            formula = f"COUNT({parts})={len(bound.parts)},SUM({parts})>{whole}"
            if len(bound.parts) > 1:  # one that is beyond it alone is marked by its own bound
                formula += f",MAX({parts})<={whole}"
            formula = f"AND({formula})"
            for code in bound.parts:
                yield code, formula


def _whole_numbers(page: Page, grid: Grid) -> None:
    """Counts are whole numbers from 0 on.

    The style is "stop": no count is ever anything else, a blank stays allowed, and the commonest slip is
    caught while it is typed (1.545 meant as a thousand where Windows takes the dot for decimals). What is
    pasted goes past every validation and is left to the checks.
    """
    whole: dict[str, object] = {
        "validate": "integer",
        "criteria": ">=",
        "value": 0,
        "error_title": "Số liệu chưa đúng",
        "error_message": "Ô này là số hộ (số người): chỉ nhập số nguyên từ 0 trở lên, không dùng dấu chấm, "
        "dấu phẩy phần nghìn. Chưa có số liệu thì để trống.",
        "error_type": "stop",
    }
    _check_units(page, grid, (0, grid.filler), whole)
    official: dict[str, object] = {
        "input_title": "Số liệu chính thức",
        "input_message": "Nhập theo văn bản giao hoặc công nhận số liệu toàn xã; không lấy số cộng từ biểu.",
    }
    _check_units(page, grid, (grid.commune, grid.commune), whole | official)
    how = "phía trên dòng này" if grid.rows else "bên trái cột này"
    what = "dòng" if grid.rows else "cột"
    place = grid.place(grid.filler, -1 if grid.rows else -2)
    hint = {
        "validate": "any",
        "input_title": f"Thêm {grid.content.fields.get('loai_thon') or 'thôn'}"[:32],
        "input_message": f"Chèn {what} mới {how}.",
    }
    page.check(place, place, hint)


def _check_units(page: Page, grid: Grid, units: tuple[int, int], options: dict[str, object]) -> None:
    """One validation over the counts of the units from the first to the last."""
    slots = [i for i, slot in enumerate(grid.slots) if not slot.is_rate]
    corners = [(grid.place(units[0], slot), grid.place(units[1], slot)) for slot in slots]
    ranges = [first.address if first == last else span(first, last) for first, last in corners]
    page.check(*corners[0], options | {"multi_range": " ".join(ranges)})
