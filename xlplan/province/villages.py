"""The sheet `Các thôn`: every village of every commune that counts."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import islice

from xlplan import catalogue
from xlplan.province.book import CENTRED, COUNT, RATE, TEXT, TOTAL, Book, Column, Formula, Value, chunks
from xlplan.province.frames import Communes, VillageTable
from xlplan.province.long_rows import Cell, LongRows
from xlplan.province.words import VILLAGES, heading
from xlplan.refs import MAX_ROW, column_letters

_TOP = 4  # rows above the first village
MOST_ROWS = MAX_ROW - _TOP
_NAMES = ("unit", "district", "province", "period")


def write_villages(book: Book, table: VillageTable, communes: Communes) -> list[LongRows]:
    """The sheet, or as many as the rows take; what is still to be put in between their first and last rows."""
    names = {"name": Column("Thôn, ấp, tổ dân phố", 26, TEXT)}
    if table.grouped:
        names["group"] = Column("Xã cũ, nhóm", 20, TEXT)
    names["unit"] = Column("Đơn vị", 24, TEXT)
    for key, title, width in (("district", "Cấp huyện cũ", 18), ("province", "Tỉnh", 16)):
        if communes.has(key):
            names[key] = Column(title, width, TEXT)
    if len(communes.periods) > 1:
        names["period"] = Column("Kỳ", 12, CENTRED)
    columns = [*names.values(), *(_column(code) for code in table.codes)]
    of_commune = {
        position: {key: record[key] for key in _NAMES}
        for position, record in communes.counted[list(_NAMES)].to_dict("index").items()
    }

    def rows() -> Iterator[list[Cell]]:
        for name, group, owner, numbers in table.rows():
            said = of_commune[owner] | {"name": name, "group": group}
            yield [*(said[key] for key in names), *numbers]

    found, source = [], rows()
    for number, (_, length) in enumerate(chunks(table.length, MOST_ROWS), start=1):
        title = VILLAGES if number == 1 else f"{VILLAGES} ({number})"
        found += _write(book, title, columns, list(names), table, source, length)
    return found


def _column(code: str) -> Column:
    long = len(catalogue.label(code)) > 40
    return Column(heading(code), 12 if long else 10, RATE if catalogue.is_rate(code) else COUNT)


def _write(
    book: Book,
    title: str,
    columns: list[Column],
    names: list[str],
    table: VillageTable,
    source: Iterator[list[Cell]],
    length: int,
) -> list[LongRows]:
    page = book.add_page(title)
    page.head("CÁC THÔN, ẤP, TỔ DÂN PHỐ", ["Dòng cộng tính các dòng đang hiện: lọc một xã thì được tổng các thôn của xã đó."])
    whole = length == table.length
    for j, (key, column) in enumerate(zip([*names, *table.codes], columns, strict=True)):
        value: Value = "Cộng các dòng đang hiện" if not j else None
        if key in table.sums and length:
            cells = f"{column_letters(j + 1)}{_TOP + 1}:{column_letters(j + 1)}{_TOP + length}"
            value = Formula(f"SUBTOTAL(109,{cells})", _number(table.sums[key])) if whole else None
        page.put(_TOP - 2, j, value, column.style, TOTAL)
    page.headings(_TOP - 1, columns, length)
    page.sheet.freeze_panes(_TOP, 1)
    page.print_on_a4(_TOP + length, len(columns))
    return [page.long_rows(_TOP, columns, islice(source, length), length)] if length else []


def _number(value: float) -> int | Decimal:
    return int(value) if value.is_integer() else Decimal(repr(value))
