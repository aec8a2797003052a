"""The sheet `Các thôn`: every village of every commune that counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import islice

from xlplan import catalogue
from xlplan.province.book import CENTRED, COUNT, RATE, TEXT, TOTAL, Book, Column, Formula, Page, Value, chunks
from xlplan.province.frames import Communes, VillageTable, by_position
from xlplan.province.long_rows import Cell, LongRows
from xlplan.province.words import VILLAGES, heading
from xlplan.refs import MAX_ROW, column_letters

_TOP = 4  # rows above the first village
MOST_ROWS = MAX_ROW - _TOP
_NAMES = ("unit", "district", "province", "period")


def write_villages(book: Book, table: VillageTable, communes: Communes) -> list[LongRows]:
    """The sheet, or as many as the rows take; what is still to be put in between their first and last rows."""
    names = {"name": Column("Thôn, ấp, tổ dân phố", 24, TEXT)}
    if table.grouped:
        names["group"] = Column("Xã cũ, nhóm", 20, TEXT)
    names["unit"] = Column("Đơn vị", 21, TEXT)
    for key, title, width in (("district", "Cấp huyện cũ", 16), ("province", "Tỉnh", 15)):
        if communes.has(key):
            names[key] = Column(title, width, TEXT)
    if len(communes.periods) > 1:
        names["period"] = Column("Kỳ", 12, CENTRED)
    columns = [*names.values(), *(_column(code) for code in table.codes)]
    of_commune = {
        position: {key: record[key] for key in _NAMES}
        for position, record in by_position(communes.counted[list(_NAMES)]).items()
    }

    def rows() -> Iterator[list[Cell]]:
        for name, group, owner, numbers in table.rows():
            said = of_commune[owner] | {"name": name, "group": group}
            yield [*(said[key] for key in names), *numbers]

    found, source = [], rows()
    for number, (_, length) in enumerate(chunks(table.length, MOST_ROWS), start=1):
        page = book.add_page(VILLAGES if number == 1 else f"{VILLAGES} ({number})")
        sums = table.sums if length == table.length else {}
        _write_top(page, dict(zip([*names, *table.codes], columns, strict=True)), sums, length)
        if length:
            found.append(page.long_rows(_TOP, columns, islice(source, length), length))
    return found


def _column(code: str) -> Column:
    return Column(heading(code), 9, RATE if catalogue.is_rate(code) else COUNT)


def _write_top(page: Page, columns: Mapping[str, Column], sums: Mapping[str, float], length: int) -> None:
    """Title, the sums of the rows that a filter leaves, and headings."""
    note = "Dòng cộng tính các dòng đang hiện: lọc một xã thì được tổng các thôn của xã đó."
    page.head("CÁC THÔN, ẤP, TỔ DÂN PHỐ", [note])
    for j, (key, column) in enumerate(columns.items()):
        value: Value = "Cộng các dòng đang hiện" if not j else None
        if key in sums and length:
            cells = f"{column_letters(j + 1)}{_TOP + 1}:{column_letters(j + 1)}{_TOP + length}"
            value = Formula(f"SUBTOTAL(109,{cells})", _number(sums[key]))
        page.put(_TOP - 2, j, value, column.style, TOTAL)
    page.headings(_TOP - 1, list(columns.values()), length)
    page.sheet.freeze_panes(_TOP, 1)
    page.print_on_a4(_TOP + length, len(columns))


def _number(value: float) -> int | Decimal:
    return int(value) if value.is_integer() else Decimal(repr(value))
