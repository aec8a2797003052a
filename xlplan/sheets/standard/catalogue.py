"""The sheet `Danh mục`: every placeholder with its present value, and the lists behind the drop-downs."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xlplan import catalogue
from xlplan.sheets.standard.book import (
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
from xlplan.sheets.standard.content import Figure
from xlplan.sheets.standard.derived import Entry, derived_entries, yearly_entries
from xlplan.sheets.standard.grid import rate_result
from xlplan.sheets.standard.lists import FIRST_ROW, HEAD_ROW, write_heading
from xlplan.sheets.standard.situation import linked_figure

_CODE, _MEANING, _UNIT, _VALUE = range(4)  # columns
_FIRST_LIST = 6  # column G
_OTHER_LISTS = {"loai_nam": "Thực hiện / kế hoạch"}  # lists of cells that are no column


def write_catalogue(book: Book) -> None:
    """Fill the sheet `Danh mục`; define the derived fields and the lists by name."""
    page = book.pages["danh_muc"]
    write_heading(book, page, "danh_muc")
    for i, column in enumerate(catalogue.forms()["danh_muc"].columns):
        page.sheet.set_column(i, i, column.width)
        page.put(Place(HEAD_ROW, i), column.heading, HEAD)
    row = FIRST_ROW
    fields = _field_entries(book)
    figures = list(_figure_entries(book, FIRST_ROW + len(fields) + 2))  # below two titles
    present = {str(entry.code): entry.value.result for entry in figures if isinstance(entry.value, Formula)}
    for title, entries in (
        ("Thông tin chung", fields),
        ("Số liệu toàn xã", figures),
        ("Suy ra từ thông tin và số liệu", list(derived_entries(book, present))),
        ("Chỉ tiêu năm: {{mã[2024]}}, {{mã[tổng]}}, {{mã[bình quân]}}", list(yearly_entries(book))),
        ("Chỉ dùng trong cột “Diễn giải”, cho số của chính dòng đó", _own_entries(book)),
    ):
        if not entries:
            continue
        page.put_merged(
            Place(row, _CODE), Place(row, _VALUE), title, BOXED, LEFT, {"bold": True, "bg_color": SOFT_FILL}
        )
        page.height(row, 24)
        row += 1
        for entry in entries:
            _write_entry(book, page, row, entry)
            row += 1
    last = _write_lists(book, page)
    page.sheet.freeze_panes(FIRST_ROW, 1)
    page.sheet.repeat_rows(HEAD_ROW)
    page.sheet.print_area(0, 0, row - 1, _VALUE)
    page.sheet.hide_gridlines(2)
    page.sheet.set_selection(FIRST_ROW, 0, FIRST_ROW, 0)
    page.sheet.ignore_errors({"number_stored_as_text": f"A1:{last.address}"})
    page.print_on_a4([90])  # upright: the list is long
    page.protect()


def _write_entry(book: Book, page: Page, row: int, entry: Entry) -> None:
    unit = str(entry.unit.result) if isinstance(entry.unit, Formula) else entry.unit
    number_format = {"%": RATE_FORMAT, "": "General"}.get(unit, COUNT_FORMAT)
    is_figure = bool(entry.unit)
    look: Style = (RIGHT if is_figure else LEFT) | {"num_format": number_format, "text_wrap": True}
    page.put(Place(row, _CODE), entry.code, BOXED, LEFT, {"num_format": "@"})
    page.put(Place(row, _MEANING), entry.meaning, BOXED, LEFT, {"text_wrap": True})
    page.put(Place(row, _UNIT), entry.unit, BOXED, {"align": "center"})
    page.put(Place(row, _VALUE), entry.value, BOXED, look)
    shown = entry.value.result if isinstance(entry.value, Formula) else entry.value
    meaning = entry.meaning.result if isinstance(entry.meaning, Formula) else entry.meaning
    page.height(row, text_height([(str(meaning), 60), (str(shown), 30)]))
    if entry.name:
        book.name(entry.name, page, Place(row, _VALUE))


# ---- placeholders -----------------------------------------------------------------------------------------


def _field_entries(book: Book) -> list[Entry]:
    """Fields of `Thông tin`."""
    return [Entry(key, field.label, "", book.facts.shown(key)) for key, field in catalogue.fields().items()]


def _own_entries(book: Book) -> list[Entry]:
    """Codes that only a row's own text may hold."""
    own = {
        "muc_tieu": [("gia_tri", "ô “Giá trị”")],
        "chi_tieu_nam": [
            ("nam_…", "số của một năm, ví dụ nam_2024"),
            ("tong", "ô “Tổng”"),
            ("binh_quan", "ô bình quân"),
        ],
        "kinh_phi": [
            ("so_luong", "ô “Số lượng”; so_luong_2 là số lượng thứ hai"),
            ("don_gia", "ô “Đơn giá”"),
            ("muc_toi_da", "ô mức tối đa"),
            ("so_tien", "ô “Số tiền”"),
            ("so_tien_bang_chu", "ô “Số tiền”, viết bằng chữ"),
        ],
    }
    forms = catalogue.forms()
    return [
        Entry(code, f"{forms[sheet].title}: {meaning}", "", "số của chính dòng đó")
        for sheet, codes in own.items()
        if sheet in book.pages
        for code, meaning in codes
    ]


def _figure_entries(book: Book, first_row: int) -> Iterator[Entry]:
    """Counts of the table and of `Hiện trạng`, each followed by its rate on all households."""
    listed = {code: value for code, value, _ in book.content.situation if "hien_trang" in book.pages}
    in_table = {slot.code for slot in book.grid.slots} if book.grid else set()
    present = in_table | set(listed)
    rows: dict[str, int] = {}
    row = first_row
    numbers: dict[str, Figure] = {}
    for count, indicator in catalogue.indicators().items():
        rate = f"{catalogue.RATE_PREFIX}{count}"
        has_rate = indicator.rate and {count, catalogue.RATE_BASE} <= present
        wanted = [count] * (count in present) + [rate] * (has_rate or rate in present)
        for code in wanted:
            rows[code] = row
            value = linked_figure(book, code)
            if value is None and code in listed:
                value = _looked_up(Place(row, _CODE), listed[code])
            if value is None:
                value = _rate(rows, numbers, count)
            numbers[code] = value.result
            yield Entry(code, catalogue.label(code), catalogue.unit(code), value)
            row += 1


def _looked_up(code: Place, value: Figure) -> Formula:
    """The figure of `Hiện trạng` that stands beside this code, wherever its row has been moved."""
    found = f"INDEX(HT_so,MATCH({code.address},HT_ma,0))"
    return Formula(f'IFERROR(IF({found}="","",{found}),"")', "" if value is None else value)


def _rate(rows: dict[str, int], numbers: dict[str, Figure], count: str) -> Formula:
    """The rate of a count on all households, from the two values above it in `Danh mục`."""
    part = Place(rows[count], _VALUE).address
    whole = Place(rows[catalogue.RATE_BASE], _VALUE).fixed
    formula = f'IF(AND(N({whole})>0,ISNUMBER({part})),ROUND({part}*100/{whole},2),"")'
    return Formula(formula, rate_result(_number(numbers[count]), _number(numbers[catalogue.RATE_BASE])))


def _number(value: Figure) -> int | Decimal | None:
    return value if isinstance(value, int | Decimal) else None


# ---- lists ------------------------------------------------------------------------------------------------


def _write_lists(book: Book, page: Page) -> Place:
    """Codes with name and unit, then a column for each list; returns the last cell that was used."""
    page.put(Place(0, _FIRST_LIST), "DANH SÁCH CỦA CÁC Ô CHỌN", HEADING)
    page.put(Place(1, _FIRST_LIST), "Dùng cho các ô có mũi tên chọn ở những sheet khác.", NOTE)
    codes = [code for count in catalogue.indicators() for code in (count, f"{catalogue.RATE_PREFIX}{count}")]
    codes = [code for code in codes if catalogue.known(code)]
    table = {
        "Mã chỉ tiêu": codes,
        "Tên chỉ tiêu": [catalogue.label(code) for code in codes],
        "Đơn vị tính": [catalogue.unit(code) for code in codes],
    }
    column = _FIRST_LIST
    for heading, values in table.items():
        last = _write_column(page, column, heading, values)
        column += 1
    first = Place(FIRST_ROW, _FIRST_LIST)
    book.name("DS_ma_chi_tieu", page, first, Place(last.row, _FIRST_LIST))
    book.name("BANG_MA", page, first, last)
    for key, entries in catalogue.lists().items():
        end = _write_column(page, column, _list_heading(key), entries)
        book.name(f"DS_{key.removeprefix('dynamic:')}", page, Place(FIRST_ROW, column), end)
        column += 1
    return Place(last.row, column - 1)


def _write_column(page: Page, column: int, heading: str, values: tuple[str, ...] | list[str]) -> Place:
    longest = max(len(text) for text in (*values, *heading.split()))
    page.sheet.set_column(column, column, min(max(15, longest + 2), 60))
    page.put(Place(HEAD_ROW, column), heading, HEAD)
    for i, text in enumerate(values):
        page.put(Place(FIRST_ROW + i, column), text, BOXED, LEFT, {"num_format": "@"})
    return Place(FIRST_ROW + len(values) - 1, column)


def _list_heading(key: str) -> str:
    """What the list is for: the field or the column that uses it."""
    for field in catalogue.fields().values():
        if field.list == key:
            return field.label
    for form in catalogue.forms().values():
        for column in form.columns:
            if column.list == key:
                return column.heading
    return _OTHER_LISTS.get(key, key)
