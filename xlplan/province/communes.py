"""The sheets `Các xã`, a row a commune with totals on top, and `Theo địa bàn`, the sums of provinces and districts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from xlplan import catalogue
from xlplan.messages import Language
from xlplan.province.book import (
    BAD,
    CENTRED,
    COUNT,
    DOUBTFUL,
    FAINT,
    RATE,
    TEXT,
    TOTAL,
    UNREAD,
    Book,
    Column,
    Link,
    Page,
    Style,
    Value,
)
from xlplan.province.frames import Area, Communes, records
from xlplan.province.links import target
from xlplan.province.totals import Condition, Ranges, number_of_communes, shortened, total
from xlplan.province.words import AREAS, COMMUNES, STATUS, heading
from xlplan.refs import column_letters
from xlplan.tuples import NamedTuple

if TYPE_CHECKING:
    import pandas

_LINKS = {"plan": "Kế hoạch", "marked": "Bản đánh dấu", "reply": "Thư gửi xã"}
_PROVINCE: Style = {"bold": True, "bg_color": TOTAL["bg_color"]}
_NOT_PRINTED = (*_LINKS, "remark", "file")


class Written(NamedTuple):
    """Where others find the communes: the ranges, and the row (from 1) of each period's totals."""

    ranges: Ranges
    totals: Mapping[str, int]


def columns_of(communes: Communes) -> dict[str, Column]:
    """The columns of the sheet by key: those that any commune has something for."""
    columns = {"number": Column("TT", 6, CENTRED), "unit": Column("Đơn vị", 23, TEXT)}
    for key, title, width in (("code", "Mã", 7), ("district", "Cấp huyện cũ", 22), ("province", "Tỉnh", 22)):
        if communes.has(key):
            columns[key] = Column(title, width, TEXT)
    columns["period"] = Column("Kỳ", 12 if any(" " in p for p in communes.periods) else 7, CENTRED)
    for code in communes.codes:
        columns[code] = Column(heading(code), 8.5, RATE if catalogue.is_rate(code) else COUNT)
    columns["status"] = Column("Tình trạng", 14, CENTRED)
    columns |= {"error": Column("Số lỗi", 6, COUNT), "warning": Column("Chỗ cần xem", 6, COUNT)}
    columns["info"] = Column("Ghi chú", 6, COUNT)
    columns |= {key: Column(title, 9, CENTRED) for key, title in _LINKS.items() if communes.has(key)}
    columns["remark"] = Column("Vướng mắc khi đọc, ghi tệp", 44, TEXT)
    columns["file"] = Column("Tệp", 44, TEXT)
    return columns


def write_communes(book: Book, communes: Communes, lang: Language) -> Written:
    """The sheet `Các xã`."""
    page = book.add_page(COMMUNES, chief=True)
    columns = columns_of(communes)
    periods = communes.added or ("",)
    top = page.head("CÁC XÃ, PHƯỜNG, ĐẶC KHU", _notes(communes))
    first = top + len(periods) + 1  # of the communes, from 0
    last = first + len(communes.counted) - 1
    letters = {key: column_letters(j + 1) for j, key in enumerate(columns)}
    ranges = Ranges(COMMUNES, first + 1, max(last, first) + 1, letters)
    looks = _looks(lang)
    totals = {period: top + i + 1 for i, period in enumerate(periods)}
    written = Written(ranges, totals)
    for period in periods:
        _write_total(page, period, communes, columns, written)
    page.headings(top + len(periods), list(columns.values()), len(communes.counted))
    for i, record in enumerate(records(communes.counted)):
        values = _values(record, i + 1, columns)
        page.fit(first + i, values, list(columns.values()))
        for j, (key, value) in enumerate(zip(columns, values, strict=True)):
            page.put(first + i, j, value, columns[key].style, *looks[record["status"]][key == "status"])
    end = _write_superseded(page, max(last, first) + 2, communes, columns)
    page.sheet.freeze_panes(first, 2)
    page.print_on_a4(end, sum(key not in _NOT_PRINTED for key in columns))
    return written


def _notes(communes: Communes) -> list[str]:
    notes = ["Tỷ lệ chung tính từ tổng số của các xã có đủ hai số, không lấy trung bình các tỷ lệ."]
    if len(communes.periods) > 1:
        notes.append("Các sổ thuộc nhiều kỳ khác nhau nên cộng riêng từng kỳ.")
    if len(communes.superseded):
        notes.append("Bản nộp đã có bản thay thế ghi ở cuối, chữ xám, không tính vào tổng.")
    return notes


def _write_total(page: Page, period: str, communes: Communes, columns: Mapping[str, Column], there: Written) -> None:
    """The line of one period; where there is only one, of all."""
    ranges, row = there.ranges, there.totals[period] - 1
    several = len(communes.periods) > 1
    frame = communes.counted
    if several:
        frame = frame[frame["period"].eq(period)]
    conditions = [Condition("period", period, f"${ranges.letters['period']}{row + 1}")] if several else []
    for j, (key, column) in enumerate(columns.items()):
        value: Value = None
        if key == "unit":
            value = "Tổng cộng" if not several else f"Cộng kỳ {period}"
        elif key == "period":
            value = period
        elif len(frame) and (key in communes.codes or key in ("error", "warning", "info")):
            value = total(frame, key, ranges, conditions, page.title)
        page.put(row, j, value, column.style, TOTAL)


def _values(record: Mapping[str, Any], number: int | None, columns: Mapping[str, Column]) -> list[Value]:
    values: list[Value] = []
    for key in columns:
        if key == "number":
            values.append(number)
        elif key in _LINKS:
            path = record[key]
            values.append(Link("Mở" if path else "", target(path)))
        elif key in ("district", "province"):
            values.append(shortened(record[key]))
        elif key in ("error", "warning", "info") and not record["readable"]:
            values.append(None)
        else:
            values.append(record[key])
    return values


def _write_superseded(page: Page, row: int, communes: Communes, columns: Mapping[str, Column]) -> int:
    """The submissions that do not count, below the others; the number of the row after them."""
    if not len(communes.superseded):
        return row - 1
    page.put(row, 0, "Đã có bản thay thế, không tính vào tổng", {"bold": True, "font_color": FAINT["font_color"]})
    for record in records(communes.superseded):
        row += 1
        page.put_row(row, _values(record, None, columns), list(columns.values()), FAINT)
    return row + 1


def _looks(lang: Language) -> dict[str, tuple[tuple[Style, ...], tuple[Style, ...]]]:
    """The looks of a row and of its state, by the state: they differ in grey print, and the state says itself."""
    words = STATUS[lang]
    unread: tuple[Style, ...] = (UNREAD,)
    return {
        words["error"]: ((), (BAD,)),
        words["warning"]: ((), (DOUBTFUL,)),
        words["info"]: ((), ()),
        words["unfilled"]: ((), unread),
        words["unreadable"]: (unread, unread),
    }


# ---- provinces and districts --------------------------------------------------------------------------------


def write_areas(book: Book, areas: Sequence[Area], communes: Communes, ranges: Ranges, lang: Language) -> None:
    """The sheet `Theo địa bàn`: a line for each province and, below it, each of its former districts."""
    page = book.add_page(AREAS, chief=True)
    district = any(area.district is not None for area in areas)
    several = len(communes.periods) > 1
    columns: dict[str, Column] = {"period": Column("Kỳ", 12, CENTRED)} if several else {}
    if province := communes.has("province"):
        columns["province"] = Column("Tỉnh", 24, TEXT)
    if district:
        columns["district"] = Column("Cấp huyện cũ", 24, TEXT)
    columns |= {"communes": Column("Số sổ tính", 8, COUNT), "faulty": Column("Sổ có lỗi", 8, COUNT)}
    columns |= {key: column for key, column in columns_of(communes).items() if key in communes.codes}
    notes = ["Cộng từ sheet “Các xã” bằng công thức; sửa hoặc sắp xếp ở đó thì số ở đây vẫn đúng."]
    levels = [word for word, there in (("TỈNH", province), ("CẤP HUYỆN CŨ", district)) if there]
    top = page.head(f"THEO {' VÀ '.join(levels)}", notes)
    page.headings(top, list(columns.values()), len(areas))
    for row, area in enumerate(areas, start=top + 1):
        where = _conditions(area, row, list(columns))
        styles = (_PROVINCE,) if area.district is None and district else ()
        for j, (key, column) in enumerate(columns.items()):
            page.put(row, j, _area_value(key, area, ranges, where, lang), column.style, *styles)
    page.sheet.freeze_panes(top + 1, several + len(levels))
    page.print_on_a4(top + 1 + len(areas), len(columns))


def _conditions(area: Area, row: int, keys: list[str]) -> list[Condition]:
    said = {"period": area.period, "province": shortened(area.province)}
    if area.district is not None:
        said["district"] = shortened(area.district)
    return [
        Condition(key, value, f"${column_letters(keys.index(key) + 1)}{row + 1}")
        for key, value in said.items()
        if key in keys
    ]


def _area_value(key: str, area: Area, ranges: Ranges, where: list[Condition], lang: Language) -> Value:
    if key == "period":
        return area.period
    if key == "province":
        return shortened(area.province) or "(chưa ghi)"
    if key == "district":
        return None if area.district is None else shortened(area.district) or "(chưa ghi)"
    if key == "communes":
        return number_of_communes(area.communes, ranges, where, AREAS)
    if key == "faulty":
        word = STATUS[lang]["error"]
        frame: pandas.DataFrame = area.communes[area.communes["status"].eq(word)]
        return number_of_communes(frame, ranges, [*where, Condition("status", word, f'"{word}"')], AREAS)
    return total(area.communes, key, ranges, where, AREAS)
