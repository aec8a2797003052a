"""The sheet `Thông tin`: a field a row, with its help and its drop-down."""

from __future__ import annotations

from xlplan import catalogue
from xlplan.catalogue.records import Field
from xlplan.sheets.standard.book import GREY_FILL, HEAD, INPUT, LABEL, NOTE, Book, Page, Style, text_height
from xlplan.sheets.standard.cells import Place
from xlplan.sheets.standard.lists import LIST_ERROR, write_heading

_LABEL_WIDTH, _VALUE_WIDTH, _HELP_WIDTH = 42.0, 54.0, 62.0
_HEAD_ROW = 3
_WRITTEN_BY_PROGRAM = ("loai_ke_hoach", "phien_ban_mau")
_HIGHEST = {"ngay": 31, "thang": 12, "nam_ban_hanh": 2100}
_LOWEST = {"ngay": 1, "thang": 1, "nam_ban_hanh": 1900}


def write_info(book: Book) -> None:
    """Fill the sheet `Thông tin` and name each value ``TT_<key>``."""
    page = book.pages["thong_tin"]
    write_heading(book, page, "thong_tin")
    page.widths([_LABEL_WIDTH, _VALUE_WIDTH, _HELP_WIDTH])
    for column, text in enumerate(("Mục", "Nội dung", "Giải thích")):
        page.put(Place(_HEAD_ROW, column), text, HEAD)
    page.height(_HEAD_ROW, 28)
    for i, (key, field) in enumerate(catalogue.fields().items()):
        _write_field(book, page, field, Place(_HEAD_ROW + 1 + i, 1))
        book.name(f"TT_{key}", page, Place(_HEAD_ROW + 1 + i, 1))
    first_input = Place(_HEAD_ROW + 2, 1)  # the kind of unit; the code above it may stay blank
    page.sheet.set_selection(*first_input, *first_input)
    page.sheet.freeze_panes(_HEAD_ROW + 1, 0)
    page.sheet.repeat_rows(_HEAD_ROW)
    page.sheet.hide_gridlines(2)
    page.sheet.ignore_errors({"number_stored_as_text": f"B{_HEAD_ROW + 2}:B200", "two_digit_text_year": "B5:B200"})
    page.print_on_a4([_LABEL_WIDTH, _VALUE_WIDTH, _HELP_WIDTH])
    page.sheet.fit_to_pages(1, 1)
    page.protect()


def _write_field(book: Book, page: Page, field: Field, place: Place) -> None:
    value = book.facts.field(field.key)
    is_number = field.type == "number"
    look: Style = {"num_format": "0"} if is_number else {}
    if field.key in _WRITTEN_BY_PROGRAM:
        look = {"locked": True, "bg_color": GREY_FILL}
    page.put(Place(place.row, 0), field.label, LABEL)
    page.put(place, value, INPUT, look)
    page.put(Place(place.row, 2), field.help, NOTE, {"text_wrap": True, "indent": 1})
    texts = [(field.label, _LABEL_WIDTH), (str(value), _VALUE_WIDTH), (field.help, _HELP_WIDTH * 1.1)]
    page.height(place.row, text_height(texts, least=25))
    options = _check(field)
    if options and field.key not in _WRITTEN_BY_PROGRAM:
        page.check(place, place, options)


def _check(field: Field) -> dict[str, object]:
    """Drop-down or bounds of a field, its help as input message; nothing where there is nothing to say."""
    options: dict[str, object] = {}
    if field.list:
        options = {"validate": "list", "source": f"=DS_{field.list.removeprefix('dynamic:')}", **LIST_ERROR}
    elif field.type == "number":
        low, high = _LOWEST.get(field.key, 0), _HIGHEST.get(field.key, 99999)
        options = {
            "validate": "integer",
            "criteria": "between",
            "minimum": low,
            "maximum": high,
            "error_title": "Số chưa đúng",
            "error_message": f"Chỉ nhập số nguyên từ {low} đến {high}; chưa biết thì để trống.",
        }
    elif field.help:
        options = {"validate": "any"}
    if field.help:
        options |= {"input_title": field.label[:32], "input_message": field.help}
    return options
