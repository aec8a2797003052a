"""The sheet `Hiện trạng`: figures of the whole commune by code, linked to the table where it has them."""

from __future__ import annotations

from xlplan import catalogue
from xlplan.sheets.standard.book import (
    BOXED,
    COUNT_FORMAT,
    GREY_FILL,
    GREY_TEXT,
    HEAD,
    LEFT,
    OPEN,
    RATE_FORMAT,
    RIGHT,
    Book,
    Page,
    Style,
    text_height,
)
from xlplan.sheets.standard.cells import Formula, Place
from xlplan.sheets.standard.content import Figure
from xlplan.sheets.standard.lists import FIRST_ROW, HEAD_ROW, READY_ROWS, finish_list, write_heading

_CODE, _NAME, _UNIT, _FIGURE, _REMARK = range(5)  # columns
_SPARE_ROWS = 10
_FEWEST_ROWS = 24


def write_situation(book: Book) -> None:
    """Fill the sheet `Hiện trạng`; its codes and figures are named ``HT_ma`` and ``HT_so``."""
    page = book.pages["hien_trang"]
    columns = catalogue.forms()["hien_trang"].columns
    write_heading(book, page, "hien_trang")
    for i, column in enumerate(columns):
        page.sheet.set_column(i, i, column.width)
        page.put(Place(HEAD_ROW, i), column.heading, HEAD)
    rows = book.content.situation
    count = max(len(rows) + _SPARE_ROWS, _FEWEST_ROWS)
    for i in range(count):
        _write_row(book, page, FIRST_ROW + i, rows[i] if i < len(rows) else ("", None, ""))
    last_row = max(FIRST_ROW + count, FIRST_ROW + READY_ROWS) - 1
    for row in range(FIRST_ROW + count, last_row + 1):
        for column_index in (_CODE, _FIGURE, _REMARK):
            page.put(Place(row, column_index), None, OPEN, _look(column_index))
    book.name("HT_ma", page, Place(FIRST_ROW, _CODE), Place(last_row, _CODE))
    book.name("HT_so", page, Place(FIRST_ROW, _FIGURE), Place(last_row, _FIGURE))
    _add_checks(page, last_row)
    rates = f'LEFT($A{FIRST_ROW + 1},{len(catalogue.RATE_PREFIX)})="{catalogue.RATE_PREFIX}"'
    figures = Place(FIRST_ROW, _FIGURE), Place(last_row, _FIGURE)
    page.mark_where(*figures, rates, book.mark(num_format=RATE_FORMAT))
    finish_list(page, columns, last_row)
    page.protect()


def _look(column: int) -> Style:
    if column == _FIGURE:
        return RIGHT | {"num_format": COUNT_FORMAT}
    if column in (_CODE, _REMARK):
        return LEFT | {"num_format": "@", "text_wrap": True}
    return (LEFT if column == _NAME else {"align": "center"}) | {"font_color": GREY_TEXT, "text_wrap": True}


def _write_row(book: Book, page: Page, row: int, entry: tuple[str, Figure, str]) -> None:
    code, value, remark = entry
    page.put(Place(row, _CODE), code, BOXED, OPEN, _look(_CODE))
    key = Place(row, _CODE).address
    label, unit = (catalogue.label(code), catalogue.unit(code)) if code else ("", "")
    for column, shown, index in ((_NAME, label, 2), (_UNIT, unit, 3)):
        formula = f'IF({key}="","",IFERROR(VLOOKUP({key},BANG_MA,{index},FALSE),""))'
        page.put(Place(row, column), Formula(formula, shown), BOXED, _look(column))
    linked = linked_figure(book, code) if value is None else None
    shade: Style = {"bg_color": GREY_FILL, "locked": True} if linked else OPEN
    decimals: Style = {"num_format": RATE_FORMAT} if catalogue.is_rate(code) else {}
    page.put(Place(row, _FIGURE), linked or value, BOXED, _look(_FIGURE), decimals, shade)
    page.put(Place(row, _REMARK), remark, BOXED, OPEN, _look(_REMARK))
    if code:
        page.height(row, text_height([(code, 28), (label, 52), (remark, 36)]))


def linked_figure(book: Book, code: str) -> Formula | None:
    """The commune's figure of the table by its name ``CT_<code>``; ``None`` where there is no such line."""
    grid = book.grid
    slot = grid.slot_of(code) if grid and code else None
    if grid is None or slot is None:
        return None
    shown = grid.cell(grid.commune, slot)
    result = shown.result if isinstance(shown, Formula) else shown
    return Formula(f'IF(CT_{code}="","",CT_{code})', "" if result is None else result)


def _add_checks(page: Page, last_row: int) -> None:
    help_text = catalogue.forms()["hien_trang"].columns[_CODE].help
    codes = {
        "validate": "list",
        "source": "=DS_ma_chi_tieu",
        "input_title": "Mã chỉ tiêu",
        "input_message": f"Chọn trong danh sách; tên và đơn vị tính tự hiện. {help_text}",
        "error_type": "stop",
        "error_title": "Mã chưa có",
        "error_message": "Hãy chọn một mã trong danh sách (xem “Danh mục”).",
    }
    page.check(Place(FIRST_ROW, _CODE), Place(last_row, _CODE), codes)
    figures = {
        "validate": "decimal",
        "criteria": ">=",
        "value": 0,
        "error_title": "Số liệu chưa đúng",
        "error_message": "Chỉ nhập số từ 0 trở lên; chưa có số liệu thì để trống.",
    }
    page.check(Place(FIRST_ROW, _FIGURE), Place(last_row, _FIGURE), figures)
