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
from xlplan.tuples import NamedTuple

_TOP = 4  # rows above the first village, those of periods not among them
MOST_ROWS = MAX_ROW - _TOP
_NAMES = ("unit", "district", "province", "period")
_RANK = "rank"  # of a row's period, in a hidden column: whether the rows that a filter leaves are of one
_ONE = "Dòng cộng tính các dòng đang hiện: lọc một xã thì được tổng các thôn của xã đó."
_SEVERAL = (
    "Các thôn thuộc nhiều kỳ khác nhau nên cộng riêng từng kỳ. Lọc một kỳ, một xã thì dòng “Cộng các dòng đang hiện” "
    "có tổng của các thôn đang hiện."
)


def write_villages(book: Book, table: VillageTable, communes: Communes) -> list[LongRows]:
    """The sheet, or as many as the rows take; what is still to be put in between their first and last rows."""
    names = {"name": Column("Thôn, ấp, tổ dân phố", 24, TEXT)}
    if table.grouped:
        names["group"] = Column("Xã cũ, nhóm", 20, TEXT)
    names["unit"] = Column("Đơn vị", 21, TEXT)
    for key, title, width in (("district", "Cấp huyện cũ", 16), ("province", "Tỉnh", 22)):
        if communes.has(key):
            names[key] = Column(title, width, TEXT)
    if len(communes.periods) > 1:
        names["period"] = Column("Kỳ", 12, CENTRED)
    columns = names | {code: _column(code) for code in table.codes}
    several = len(table.sums) > 1
    if several:
        columns[_RANK] = Column("Thứ tự kỳ", 4, COUNT)
    most = MOST_ROWS - several * len(table.sums)
    ranks = {period: rank for rank, period in enumerate(communes.periods, start=1)}
    of_commune = {
        position: {key: record[key] for key in _NAMES}
        for position, record in by_position(communes.counted[list(_NAMES)]).items()
    }

    def rows() -> Iterator[list[Cell]]:
        for name, group, owner, numbers in table.rows():
            said = of_commune[owner] | {"name": name, "group": group}
            yield [*(said[key] for key in names), *numbers, *([ranks[said["period"]]] if several else [])]

    found, source = [], rows()
    for number, (_, length) in enumerate(chunks(table.length, most), start=1):
        page = book.add_page(VILLAGES if number == 1 else f"{VILLAGES} ({number})")
        top = _write_top(page, columns, table.sums if length == table.length else {}, length)
        if length:
            found.append(page.long_rows(top, list(columns.values()), islice(source, length), length))
    return found


def _column(code: str) -> Column:
    return Column(heading(code), 9, RATE if catalogue.is_rate(code) else COUNT)


class _Place(NamedTuple):
    """Where the villages of a sheet stand: its columns, the first and last row (from 1)."""

    columns: Mapping[str, Column]
    first: int
    last: int

    def letters(self, key: str) -> str:
        return column_letters(list(self.columns).index(key) + 1)

    def cells(self, key: str) -> str:
        return f"${self.letters(key)}${self.first}:${self.letters(key)}${self.last}"


def _write_top(page: Page, columns: Mapping[str, Column], sums: Mapping[str, Mapping[str, float]], length: int) -> int:
    """Title, sums and headings; the number of the first village's row.

    Figures of two periods are never added up: of several each has a sum, and rows that a filter leaves only where
    they are of one.
    """
    periods = list(sums) if len(sums) > 1 else []
    page.head("CÁC THÔN, ẤP, TỔ DÂN PHỐ", [_SEVERAL if periods else _ONE])
    top = _TOP + len(periods)
    place = _Place(columns, top + 1, top + length)
    for row, period in enumerate(periods, start=_TOP - 2):
        _write_period(page, row, period, sums[period], place)
    together = {key: number for found in sums.values() for key, number in found.items()} if length else {}
    for j, (key, column) in enumerate(columns.items()):
        value: Value = "Cộng các dòng đang hiện" if not j else None
        if key in together:
            shown = f"SUBTOTAL(109,{place.cells(key)})"
            one = f"SUBTOTAL(104,{place.cells(_RANK)})=SUBTOTAL(105,{place.cells(_RANK)})" if periods else ""
            value = Formula(f'IF({one},{shown},"")', "") if periods else Formula(shown, _number(together[key]))
        page.put(top - 2, j, value, column.style, TOTAL)
    page.headings(top - 1, list(columns.values()), length)
    if _RANK in columns:
        page.sheet.set_column(len(columns) - 1, len(columns) - 1, columns[_RANK].width, None, {"hidden": True})
    page.sheet.freeze_panes(top, 1)
    page.print_on_a4(top + length, len(columns) - (_RANK in columns))
    return top


def _write_period(page: Page, row: int, period: str, sums: Mapping[str, float], place: _Place) -> None:
    """The sums of one period, whatever a filter leaves."""
    for j, (key, column) in enumerate(place.columns.items()):
        value: Value = f"Cộng kỳ {period}" if not j else period if key == "period" else None
        if key in sums:
            asked = f"{place.cells('period')},${place.letters('period')}{row + 1}"
            value = Formula(f"SUMIFS({place.cells(key)},{asked})", _number(sums[key]))
        page.put(row, j, value, column.style, TOTAL)


def _number(value: float) -> int | Decimal:
    return int(value) if value.is_integer() else Decimal(repr(value))
