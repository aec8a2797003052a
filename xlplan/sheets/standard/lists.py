"""The list sheets: a heading, a note, and a record a row, with room to go on writing."""

from __future__ import annotations

from decimal import Decimal

from xlplan import catalogue
from xlplan.catalogue.records import Column
from xlplan.sheets.standard.book import (
    ACCENT,
    BOXED,
    HEAD,
    HEADING,
    LEFT,
    LINE,
    NOTE,
    OPEN,
    RIGHT,
    SOFT_FILL,
    Book,
    Page,
    Style,
    text_height,
)
from xlplan.sheets.standard.cells import Place
from xlplan.vietnamese.numbers import parse

HEAD_ROW = 3
FIRST_ROW = HEAD_ROW + 1
READY_ROWS = 200
"""Rows with drop-downs."""

LIST_ERROR = {
    "error_type": "warning",
    "error_title": "Ngoài danh sách",
    "error_message": "Giá trị này không có trong danh sách. Vẫn dùng?",
}
_CLOSED_ERROR = {
    "error_type": "stop",
    "error_title": "Ngoài danh sách",
    "error_message": "Hãy chọn một giá trị trong danh sách.",
}
_CLOSED = ("cap", "khoi", "phep", "co_so", "loai_du_an", "loai_noi_nhan")  # the program knows no others
_SPARE_ROWS = 12
_NARROW = 13


def write_heading(book: Book, page: Page, key: str) -> None:
    """Heading and note of a sheet; the rows above the table are locked to their end."""
    form = catalogue.forms()[key]
    for row, height in enumerate((30, 22, 10, 30)):
        page.height(row, height, {})
    heading = book.facts.heading(form.heading)
    page.put(Place(0, 0), heading, HEADING)
    page.put(Place(1, 0), form.note, NOTE)


def write_list(book: Book, key: str) -> None:
    """Fill a sheet of records (or the outline) from the content."""
    page = book.pages[key]
    columns = catalogue.forms()[key].columns
    write_heading(book, page, key)
    for i, column in enumerate(columns):
        page.sheet.set_column(i, i, column.width, book.format(OPEN, _look(column)))
        page.put(Place(HEAD_ROW, i), column.heading, HEAD)
    page.sheet.set_column(len(columns), 16383, None, book.format(OPEN))
    rows = _rows(book, key)
    for i, row in enumerate(rows + [{}] * _SPARE_ROWS):
        _write_row(page, FIRST_ROW + i, columns, row)
    filled = FIRST_ROW + len(rows) + _SPARE_ROWS
    last_ready = max(filled, FIRST_ROW + READY_ROWS - 1)
    _add_checks(page, columns, last_ready)
    _add_marks(book, page, key, last_ready)
    finish_list(page, columns, last_ready)
    page.protect(insert_rows=True, delete_rows=True)


def finish_list(page: Page, columns: tuple[Column, ...], last_row: int) -> None:
    """Frozen and filterable header, printing, and no marks for numbers that are meant as text."""
    last = len(columns) - 1
    page.sheet.freeze_panes(FIRST_ROW, 0)
    page.sheet.autofilter(HEAD_ROW, 0, last_row, last)
    page.sheet.repeat_rows(HEAD_ROW)
    page.sheet.set_selection(FIRST_ROW, 0, FIRST_ROW, 0)
    area = f"A{FIRST_ROW + 1}:{Place(last_row, last).address}"
    kinds = ("number_stored_as_text", "two_digit_text_year", "formula_unlocked")
    page.sheet.ignore_errors(dict.fromkeys(kinds, area))
    page.print_on_a4([column.width for column in columns], repeated_columns=2)


def _rows(book: Book, key: str) -> list[dict[str, str]]:
    if key != "noi_dung":
        return book.content.records.get(key, [])
    keys = [column.key for column in catalogue.forms()[key].columns]
    return [dict(zip(keys, row, strict=True)) for row in book.content.outline]


def _look(column: Column) -> Style:
    """How a column's cells look: text stays text (1.1 is no number, 29/02/2024 no serial day)."""
    if column.type == "number":
        return RIGHT | {"valign": "top"}
    look = {"align": "center"} if column.width <= _NARROW else LEFT
    return look | {"num_format": "@", "valign": "top", "text_wrap": True}


def _write_row(page: Page, row: int, columns: tuple[Column, ...], record: dict[str, str]) -> None:
    for i, column in enumerate(columns):
        text = record.get(column.key, "")
        number = parse(text, "number").value if column.type == "number" else None
        if number is None:
            page.put(Place(row, i), text, BOXED, OPEN, _look(column))
        else:
            page.put(Place(row, i), number, BOXED, OPEN, _look(column), {"num_format": _number_format(number)})
    if any(record.values()):
        cells = [(record.get(column.key, ""), float(column.width)) for column in columns]
        page.height(row, text_height(cells), OPEN)


def _number_format(number: Decimal) -> str:
    """As many decimals as were written."""
    places = -int(number.as_tuple().exponent)
    return "#,##0" if places <= 0 else f"#,##0.{'0' * places}"


def _add_checks(page: Page, columns: tuple[Column, ...], last_row: int) -> None:
    """Drop-downs and input messages of the columns."""
    for i, column in enumerate(columns):
        options: dict[str, object] = {"validate": "any"}
        if column.list:
            error = _CLOSED_ERROR if column.list in _CLOSED else LIST_ERROR
            options = {"validate": "list", "source": f"=DS_{column.list.removeprefix('dynamic:')}", **error}
        if column.help:
            options |= {"input_title": column.heading[:32], "input_message": column.help}
        if column.list or column.help:
            page.check(Place(FIRST_ROW, i), Place(last_row, i), options)


def _add_marks(book: Book, page: Page, key: str, last_row: int) -> None:
    """Lines around what is written below the prepared rows; weight and shade of the outline's levels."""
    columns = catalogue.forms()[key].columns
    first, last = Place(FIRST_ROW, 0), Place(last_row, len(columns) - 1)
    row = FIRST_ROW + 1
    if key == "noi_dung":
        top, section = book.mark(bold=True, font_color=ACCENT), book.mark(bold=True)
        page.mark_where(first, last, f'$A{row}&""="I"', top)
        # A run-in text of this level ends with a full stop and is set like any other
        page.mark_where(first, last, f'AND($A{row}&""="1",LEN($B{row})<=100,RIGHT($B{row})<>".")', section)
        page.mark_where(first, last, f'$C{row}<>""', book.mark(bg_color=SOFT_FILL))
    whole_row = f"$A{row}:${last.address.rstrip('0123456789')}{row}"
    page.mark_where(first, last, f"COUNTA({whole_row})>0", book.mark(border=1, border_color=LINE))
