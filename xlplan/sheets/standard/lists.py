"""The list sheets: a heading, a note, and a record a row, with room to go on writing.

A column of type years stands for a column a year of the period. Its heading follows the period; the row below
the headings, frozen with them, says whether a year's figures are actual or planned.
"""

from __future__ import annotations

from decimal import Decimal

from xlplan import catalogue
from xlplan.catalogue.records import Column
from xlplan.sheets.standard.book import (
    BOXED,
    HEAD,
    HEADING,
    LEFT,
    NOTE,
    OPEN,
    RIGHT,
    SOFT_FILL,
    Book,
    Page,
    Style,
    text_height,
)
from xlplan.sheets.standard.cells import Formula, Place
from xlplan.sheets.standard.marks import add_marks
from xlplan.vietnamese.dates import parse_period
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
_SPARE_ROWS = 12
_NARROW = 13
_YEARS = 5
_MOST_YEARS = 15


def write_heading(book: Book, page: Page, key: str) -> None:
    """Heading and note of a sheet; the rows above the table are locked to their end."""
    form = catalogue.forms()[key]
    for row, height in enumerate((30, 22, 10, 30)):
        page.height(row, height, {})
    heading = book.facts.heading(form.heading)
    page.put(Place(0, 0), heading, HEADING)
    alone = key == "hien_trang" and "bieu" not in book.pages
    page.put(Place(1, 0), form.note_alone if alone else form.note, NOTE)


def write_list(book: Book, key: str) -> None:
    """Fill a sheet of records (or the outline) from the content."""
    page = book.pages[key]
    columns, years = columns_of(book, key)
    write_heading(book, page, key)
    for i, column in enumerate(columns):
        page.sheet.set_column(i, i, column.width, book.format(OPEN, _look(column)))
        if i not in years:
            page.put_merged(Place(HEAD_ROW, i), Place(HEAD_ROW + bool(years), i), column.heading, HEAD)
    headings = [(column.heading, column.width * 0.85) for i, column in enumerate(columns) if i not in years]
    page.height(HEAD_ROW, text_height(headings, least=30))
    _write_years(book, page, years)
    last = page.sheet.dim_colmax
    page.sheet.set_column(len(columns), 16383, None, book.format(OPEN))
    page.sheet.dim_colmax = last  # columns without cells are none that XlsxWriter should go through in every row
    rows = _rows(book, key)
    first_row = FIRST_ROW + bool(years)
    for i, row in enumerate(rows + [{}] * _SPARE_ROWS):
        _write_row(page, first_row + i, columns, row)
    filled = first_row + len(rows) + _SPARE_ROWS
    last_ready = max(filled, first_row + READY_ROWS - 1)
    _add_checks(page, columns, first_row, last_ready)
    add_marks(book, page, key, columns, range(first_row, last_ready + 1))
    finish_list(page, columns, last_ready, first_row)
    page.protect(insert_rows=True, delete_rows=True)


def columns_of(book: Book, key: str) -> tuple[tuple[Column, ...], range]:
    """The columns of a sheet, those of years spread over the period, and the positions of the years."""
    columns = catalogue.forms()[key].columns
    place = next((i for i, column in enumerate(columns) if column.type == "years"), None)
    if place is None:
        return columns, range(0)
    period = parse_period(str(book.facts.field("ky")))
    first, count = (period[0], period[1] - period[0] + 1) if period else (0, _YEARS)
    count = min(max(count, _YEARS), _MOST_YEARS)
    spread = (columns[place]._replace(key=f"nam_{first + i}", type="number") for i in range(count))
    return (*columns[:place], *spread, *columns[place + 1 :]), range(place, place + count)


def _write_years(book: Book, page: Page, years: range) -> None:
    """Headings that follow the period (blank beyond its last year) and the choice between actual and planned."""
    actual, planned = catalogue.lists()["loai_nam"]
    before, last = book.facts.year_before_formula().result, book.facts.year_formula().result
    for i, column in enumerate(years):
        year = before + 1 + i if isinstance(before, int) else None
        beyond = year is None or not isinstance(last, int) or year > last
        text = f'IF(OR(TT_ky="",N(TT_nam_truoc)+{i + 1}>N(TT_nam)),"","Năm "&(TT_nam_truoc+{i + 1}))'
        page.put(Place(HEAD_ROW, column), Formula(text, "" if beyond else f"Năm {year}"), HEAD)
        said = actual if year in book.content.actual_years else planned
        page.put(Place(HEAD_ROW + 1, column), said, BOXED, OPEN, {"align": "center", "bg_color": SOFT_FILL})
    if years:
        page.height(HEAD_ROW + 1, 24)
        page.check(
            Place(HEAD_ROW + 1, years[0]),
            Place(HEAD_ROW + 1, years[-1]),
            {"validate": "list", "source": "=DS_loai_nam", **_CLOSED_ERROR},
        )


def finish_list(page: Page, columns: tuple[Column, ...], last_row: int, first_row: int = FIRST_ROW) -> None:
    """Frozen and filterable header, printing, and no marks for numbers that are meant as text."""
    last = len(columns) - 1
    page.sheet.freeze_panes(first_row, 0)
    page.sheet.autofilter(first_row - 1, 0, last_row, last)
    page.sheet.repeat_rows(HEAD_ROW, first_row - 1)
    page.sheet.set_selection(first_row, 0, first_row, 0)
    area = f"A{first_row + 1}:{Place(last_row, last).address}"
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
    if column.is_number:
        money: Style = {"num_format": "#,##0"} if column.type == "money" else {}
        return RIGHT | {"valign": "top"} | money
    look = {"align": "center"} if column.width <= _NARROW else LEFT
    return look | {"num_format": "@", "valign": "top", "text_wrap": True}


def _write_row(page: Page, row: int, columns: tuple[Column, ...], record: dict[str, str]) -> None:
    for i, column in enumerate(columns):
        text = record.get(column.key, "")
        number = parse(text, "money" if column.type == "money" else "number").value if column.is_number else None
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


def _add_checks(page: Page, columns: tuple[Column, ...], first_row: int, last_row: int) -> None:
    """Drop-downs and input messages of the columns."""
    for i, column in enumerate(columns):
        options: dict[str, object] = {"validate": "any"}
        if column.list:
            error = _CLOSED_ERROR if column.list in catalogue.closed_lists() else LIST_ERROR
            options = {"validate": "list", "source": f"=DS_{column.list.removeprefix('dynamic:')}", **error}
        if column.help:
            options |= {"input_title": column.heading[:32], "input_message": column.help}
        if column.list or column.help:
            page.check(Place(first_row, i), Place(last_row, i), options)
