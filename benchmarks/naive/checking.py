"""The checks that one writes with pandas: sums, differences, rates, parts, targets, and what looks odd."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

import pandas as pd

from .numbers import half_up, places, rate
from .reading import SITUATION, TABLE, Book

EQUAL = (
    ("A07", "ho_da_chieu_dau_ky", ("ho_ngheo_dau_ky", "ho_can_ngheo_dau_ky"), ()),
    ("A07", "giam_ho_da_chieu", ("giam_ho_ngheo", "giam_ho_can_ngheo"), ()),
    ("A07", "ho_da_chieu_cuoi_ky", ("ho_ngheo_cuoi_ky", "ho_can_ngheo_cuoi_ky"), ()),
    ("A08", "ho_ngheo_cuoi_ky", ("ho_ngheo_dau_ky",), ("giam_ho_ngheo",)),
    ("A08", "ho_da_chieu_cuoi_ky", ("ho_da_chieu_dau_ky",), ("giam_ho_da_chieu",)),
    ("A09", "ho_can_ngheo_cuoi_ky", ("ho_can_ngheo_dau_ky",), ("giam_ho_can_ngheo",)),
    ("A13", "ho_da_chieu_dau_ky", ("ho_bao_tro_xa_hoi", "ho_co_kha_nang_thoat_ngheo"), ()),
    ("A14", "ho_ngheo_dau_ky", ("ho_ngheo_khong_lao_dong", "ho_ngheo_co_lao_dong"), ()),
    ("A14", "ho_can_ngheo_dau_ky", ("ho_can_ngheo_khong_lao_dong", "ho_can_ngheo_co_lao_dong"), ()),
)
AT_MOST = (
    *(("A06", (f"{stem}_dau_ky",), "tong_so_ho") for stem in ("ho_ngheo", "ho_can_ngheo", "ho_da_chieu")),
    *(("A06", (f"{stem}_cuoi_ky",), "tong_so_ho") for stem in ("ho_ngheo", "ho_can_ngheo", "ho_da_chieu")),
    *(("A06", (f"{stem}_dau_ky",), "ho_da_chieu_dau_ky") for stem in ("ho_ngheo", "ho_can_ngheo")),
    *(("A06", (f"giam_{stem}",), "giam_ho_da_chieu") for stem in ("ho_ngheo", "ho_can_ngheo")),
    *(("A06", (f"ho_ngheo_{of}",), "ho_ngheo_dau_ky") for of in ("khong_lao_dong", "co_lao_dong", "dtts")),
    *(("A06", (f"ho_ngheo_{of}",), "ho_ngheo_dau_ky") for of in ("nguoi_co_cong", "bao_tro_xa_hoi", "ho_tro_thu_nhap")),
    *(("A06", (f"ho_can_ngheo_{of}",), "ho_can_ngheo_dau_ky") for of in ("khong_lao_dong", "co_lao_dong")),
    *(("A06", (of,), "ho_da_chieu_dau_ky") for of in ("ho_bao_tro_xa_hoi", "ho_co_kha_nang_thoat_ngheo")),
    *(("A06", (of,), "tong_nhan_khau") for of in ("khau_ngheo_dau_ky", "khau_can_ngheo_dau_ky")),
    ("A06", ("ho_ngheo_dau_ky", "ho_can_ngheo_dau_ky"), "tong_so_ho"),
    ("A06", ("ho_ngheo_cuoi_ky", "ho_can_ngheo_cuoi_ky"), "tong_so_ho"),
    *(("A12", (f"giam_{stem}",), f"{stem}_dau_ky") for stem in ("ho_ngheo", "ho_can_ngheo", "ho_da_chieu")),
)
PERSONS = (
    ("tong_nhan_khau", "tong_so_ho", 2.5, 5.5),
    ("khau_ngheo_dau_ky", "ho_ngheo_dau_ky", 1, 8),
    ("khau_can_ngheo_dau_ky", "ho_can_ngheo_dau_ky", 1, 8),
)
STEMS = ("ho_ngheo", "ho_can_ngheo", "ho_da_chieu")
CUTS = (("giam_ho_da_chieu", "ho_co_kha_nang_thoat_ngheo"), ("giam_ho_ngheo", "ho_ngheo_co_lao_dong"))
LAST_POOR = (
    ("ho_ngheo", "ho_ngheo_khong_lao_dong"),
    ("ho_ngheo", "ho_ngheo_bao_tro_xa_hoi"),
    ("ho_da_chieu", "ho_bao_tro_xa_hoi"),
)
ENOUGH, FAR = 8, 6  # villages to compare with; spreads from the median that are asked about
ERRORS = ("A", "C02", "C06")
SIGNS = {"≥": "__ge__", ">": "__gt__", "≤": "__le__", "<": "__lt__", "=": "__eq__", "còn": "__eq__"}


class Finding(NamedTuple):
    """A contradiction or a question at one cell."""

    code: str
    sheet: str
    cell: str
    message: str
    asked: bool = False

    @property
    def is_error(self) -> bool:
        """Whether it is a contradiction."""
        return self.code.startswith(ERRORS) and not self.asked


class Row(NamedTuple):
    """The figures of one village, of the commune, or of the commune with what `Hiện trạng` adds, and where they are."""

    name: str
    figures: dict[str, float]
    cells: dict[str, tuple[str, str]]
    typed_apart: frozenset[str] = frozenset()  # in `Hiện trạng` only what was typed there is of interest
    is_commune: bool = False

    def at(self, code: str, *others: str) -> bool:
        """Whether all these figures are there and to be compared here."""
        codes = (code, *others)
        here = not self.typed_apart or not self.typed_apart.isdisjoint(codes)
        return here and all(c in self.figures for c in codes)

    def finding(self, rule: str, code: str, message: str, *, asked: bool = False) -> Finding:
        """A finding at the cell of a figure."""
        return Finding(rule, *self.cells[code], f"{self.name}: {message}", asked)


def check(book: Book) -> list[Finding]:
    """All findings of a workbook."""
    rows = list(_rows(book))
    return [
        *_sums(book),
        *_rates(book),
        *(finding for row in rows for finding in _identities(row)),
        *(finding for row in rows for finding in _parts(row)),
        *(finding for row in rows for finding in _odd(row, book)),
        *_no_new_entries(book),
        *_copied(book),
        *_far_from_others(book),
        *_targets(book, rows),
        *_number_of_villages(book),
    ]


def _rows(book: Book) -> Iterator[Row]:
    for unit in book.values.index:
        figures = book.values.loc[unit].dropna().to_dict()
        cells = {code: (TABLE, cell) for code, cell in book.cells.loc[unit].items()}
        name = "Toàn xã" if unit == "commune" else book.villages[unit]
        yield Row(name, figures, cells, is_commune=unit == "commune")
    commune = {code: (TABLE, cell) for code, cell in book.cells.loc["commune"].items()}
    situation = {code: (SITUATION, cell) for code, cell in book.situation["cell"].items()}
    typed = frozenset(book.situation.index[book.situation["typed"]])
    figures = book.commune | book.situation["value"].dropna().to_dict()
    yield Row("Toàn xã", figures, commune | situation, typed, is_commune=True)


def _sums(book: Book) -> Iterator[Finding]:
    counts = [line.code for line in book.lines if not line.code.startswith("ty_le_")]
    sums = book.table[counts].sum()
    for code in counts:
        commune = book.values.at["commune", code]
        if pd.notna(commune) and commune != sums[code]:
            message = f"toàn xã ghi {commune:g}, cộng các thôn được {sums[code]:g}"
            yield Finding("A02", TABLE, book.cells.at["commune", code], message)


def _rates(book: Book) -> Iterator[Finding]:
    for line in book.lines:
        if not line.code.startswith("ty_le_"):
            continue
        counts = book.values[line.code.removeprefix("ty_le_")]
        shown = book.values[line.code]
        rates = [rate(part, whole) for part, whole in zip(counts, book.values["tong_so_ho"], strict=True)]
        right = pd.Series(rates, index=counts.index, dtype=object)
        typed = book.typed[line.code]
        for unit in shown.index:
            if pd.isna(shown[unit]) or right[unit] is None:
                continue
            cell = book.cells.at[unit, line.code]
            if half_up(shown[unit], 2) != right[unit]:
                yield Finding(
                    "A04", TABLE, cell, f"ghi {shown[unit]}, lẽ ra {right[unit]}", _near(shown[unit], right[unit])
                )
                if unit == "commune" and half_up(shown[unit], 2) == _mean(right.drop("commune")):
                    yield Finding("A05", TABLE, cell, "đúng bằng trung bình các thôn")
            elif typed[unit] and not typed.all():
                yield Finding("F01", TABLE, cell, "nhập số đè lên công thức")


def _near(shown: float, right: Decimal) -> bool:
    """One in the last place is a question of rounding."""
    return abs(half_up(shown, 2) - right) == Decimal("0.01")


def _mean(rates: pd.Series) -> Any:
    known = [value for value in rates if value is not None]
    return half_up(float(sum(known) / len(known)), 2) if known else None


def _identities(row: Row) -> Iterator[Finding]:
    for rule, total, plus, minus in EQUAL:
        if row.at(total, *plus, *minus):
            expected = sum(row.figures[c] for c in plus) - sum(row.figures[c] for c in minus)
            if row.figures[total] != expected:
                yield row.finding(rule, total, f"ghi {row.figures[total]:g}, tính được {expected:g}")


def _parts(row: Row) -> Iterator[Finding]:
    for rule, parts, whole in AT_MOST:
        if not row.at(whole, *parts):
            continue
        values, limit = [row.figures[c] for c in parts], row.figures[whole]
        if sum(values) > limit and (len(parts) == 1 or max(values) <= limit):
            yield row.finding(rule, parts[0], f"{sum(values):g} nhiều hơn {limit:g}")
    for people, households, low, high in PERSONS:
        if row.at(people, households) and (row.figures[people] or row.figures[households]):
            persons, count = row.figures[people], row.figures[households]
            if persons < count or not count or not low <= persons / count <= high:
                yield row.finding("A15", people, f"{persons:g} khẩu, {count:g} hộ", asked=persons >= count > 0)


def _odd(row: Row, book: Book) -> Iterator[Finding]:
    """What may be right but must be looked at."""
    figures, whole = row.figures, row.figures.get("tong_so_ho", 0)
    if not row.typed_apart:
        if not row.is_commune and not 20 <= whole <= 3000:
            yield row.finding("B01", "tong_so_ho", f"{whole:g} hộ")
        yield from _rates_in_a_year(row, whole)
    asked = False
    for cut, able in CUTS:
        if row.at(cut, able) and figures[cut] > figures[able]:
            asked = True
            yield row.finding("B04", cut, f"giảm {figures[cut]:g}, có khả năng thoát nghèo {figures[able]:g}")
    for stem, group in LAST_POOR:
        end = f"{stem}_cuoi_ky"
        if not asked and row.at(end, group) and not figures[end] and figures[group]:
            asked = True
            yield row.finding("B04", end, "không còn hộ nào, dù có hộ không có khả năng lao động")


def _rates_in_a_year(row: Row, whole: float) -> Iterator[Finding]:
    figures, limit = row.figures, 50 if row.is_commune else 60
    for code in ("ho_ngheo_dau_ky", "ho_ngheo_cuoi_ky"):
        if code in figures and figures[code] <= whole and figures[code] * 100 > limit * whole:
            yield row.finding("B02", _shown(row, code), "tỷ lệ hộ nghèo rất cao")
            break
    for stem in STEMS:
        start, end = f"{stem}_dau_ky", f"{stem}_cuoi_ky"
        if not row.at(start, end) or max(figures[start], figures[end]) > whole:
            continue
        if abs(figures[start] - figures[end]) * 100 > 5 * whole:
            yield row.finding("B03", _shown(row, end), "tỷ lệ thay đổi hơn 5 điểm % trong một năm")


def _shown(row: Row, code: str) -> str:
    """The printed rate of a count where there is one."""
    return f"ty_le_{code}" if f"ty_le_{code}" in row.figures else code


def _no_new_entries(book: Book) -> Iterator[Finding]:
    for code in (f"{stem}_cuoi_ky" for stem in STEMS):
        if code in book.values and pd.notna(book.values.at["commune", code]):
            yield Finding("B05", TABLE, book.cells.at["commune", code], "không tính hộ phát sinh, tái nghèo")
            return


def _copied(book: Book) -> Iterator[Finding]:
    """Villages with the same figures; names that stand twice."""
    counts = [line.code for line in book.lines if not line.code.startswith("ty_le_")]
    for unit, twice in book.table[counts].duplicated().items():
        if twice:
            yield Finding("B06", TABLE, book.cells.at[unit, "tong_so_ho"], "số liệu giống hệt một thôn khác")


def _far_from_others(book: Book) -> Iterator[Finding]:
    """Villages whose rate or cut is far from the median: shares by their roots, with what chance alone does."""
    table = book.table
    stems = STEMS[:2] if "ho_ngheo_dau_ky" in table else STEMS[2:]
    pairs = [(f"{stem}_dau_ky", "tong_so_ho") for stem in stems]
    pairs += [(f"giam_{stem}", f"{stem}_dau_ky") for stem in stems]
    for part, whole in pairs:
        rows = table[(table[whole] >= 1) & (table[part] <= table[whole])]
        root = (rows[part] / rows[whole]) ** 0.5
        away = root - root.median()
        spread = away.abs().median() * 1.4826
        if len(rows) < ENOUGH or not spread:
            continue
        for unit in rows.index[away**2 > FAR**2 * (spread**2 + 0.25 / rows[whole])]:
            yield Finding("B10", TABLE, book.cells.at[unit, part], "khác xa các thôn khác")


def _targets(book: Book, rows: list[Row]) -> Iterator[Finding]:
    """Targets against the figures of the commune, or of the village that they name."""
    commune = Row("Toàn xã", book.commune, {}, is_commune=True)
    villages = dict(zip(book.villages, rows, strict=False))
    for target in book.lists["Mục tiêu"]:
        code, sign, value = target["Chỉ tiêu"], target["Phép so sánh"], target["Giá trị"]
        scope = str(target["Phạm vi"] or "")
        row = villages.get(scope, commune)
        count = code.removeprefix("ty_le_")
        if sign not in SIGNS or value is None or count not in row.figures:
            continue
        printed = places(target["formats"]["Giá trị"])
        exact = sign in ("=", "còn")
        actual: Any = row.figures[count]
        wanted: Any = value
        if code.startswith("ty_le_"):
            precision = printed if exact and value else max(printed, 2)
            actual, wanted = rate(actual, row.figures["tong_so_ho"], precision), half_up(value, precision)
        if actual is not None and not getattr(actual, SIGNS[sign])(type(actual)(wanted)):
            rule = "C05" if scope in villages else "C02" if exact else "C04"
            yield Finding(rule, "Mục tiêu", f"C{target['row']}", f"chỉ tiêu {sign} {value}, số liệu {actual}")


def _number_of_villages(book: Book) -> Iterator[Finding]:
    stated = book.fields.get("so_thon")
    if stated is not None and int(stated) != len(book.villages):
        yield Finding("C06", "Thông tin", book.field_cells["so_thon"], f"ghi {stated}, biểu có {len(book.villages)}")
