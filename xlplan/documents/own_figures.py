"""Figures of `Mục tiêu`, `Chỉ tiêu năm` and `Kinh phí` as prose prints them, and the codes that name them.

A row's own text names its figures by the keys of its columns (``{{gia_tri}}``, ``{{nam_2022}}``,
``{{so_tien}}``); any other text names a yearly figure by the row's code: ``{{viec_lam[2022]}}``.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from xlplan import catalogue
from xlplan.documents.blocks import BLANK
from xlplan.model import Cell, CellRef, Record
from xlplan.patterns import pattern
from xlplan.rates import PLACES
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.numbers import format_count, format_decimal, round_half_up
from xlplan.vietnamese.text import key
from xlplan.vietnamese.words import money_in_words

IN_WORDS = "_bang_chu"
_MONEY = ("so_tien", "don_gia", "muc_toi_da")
_OWN: dict[str, tuple[str, ...]] = {
    "muc_tieu": ("gia_tri",),
    "chi_tieu_nam": ("tong", "binh_quan"),
    "kinh_phi": ("so_luong", "so_luong_2", *_MONEY, "so_tien" + IN_WORDS, "ty_trong"),
}
_ANY_OWN = frozenset(code for codes in _OWN.values() for code in codes)
_YEAR_KEY = pattern(r"nam_(\d{4})")
_YEAR = pattern(r"\d{4}")
_ARGUMENTS = {key(word): column for word, column in (("tổng", "tong"), ("bình quân", "binh_quan"), ("tong", "tong"))}


class Value(NamedTuple):
    """A placeholder's text with the cell that it comes from; ``number`` where it is a figure."""

    text: str
    ref: CellRef | None = None
    number: Decimal | None = None
    italic: bool = False

    @property
    def present(self) -> bool:
        """Whether the workbook has something there (zero counts as nothing)."""
        return self.number != 0 if self.number is not None else bool(self.text)


def own_value(row: Record | None, code: str) -> Value | None:
    """The row's figure that a code names; ``None`` where rows of its sheet have no such figure."""
    if row is None or (code not in _ANY_OWN and code[:4] != "nam_"):  # nearly every placeholder
        return None
    sheet = _sheets().get(key(row.ref.sheet))
    if sheet is None or not is_own(sheet, code):
        return None
    column = code.removesuffix(IN_WORDS)
    cell = row.numbers.get(column)
    if cell is None or cell.value is None:
        written = row.text(column)
        percent = sheet == "muc_tieu" and row.text("don_vi") == "%" and not written.endswith("%")
        return Value(f"{written or BLANK}%" if percent else written)
    if column in _MONEY:
        return money_in_full(cell.value, cell.ref) if column != code else money(cell.value, cell.ref)
    unit = {"ty_trong": "%", "so_luong": "", "so_luong_2": ""}.get(column, row.text("don_vi"))
    return Value(target_number(cell, unit), cell.ref, cell.value)


def is_own(sheet: str, code: str) -> bool:
    """Whether a code names a figure of the rows of a sheet."""
    return code in _OWN.get(sheet, ()) or (sheet == "chi_tieu_nam" and _YEAR_KEY.fullmatch(code) is not None)


def is_money(code: str) -> bool:
    """Whether a code of a row's own figure is an amount."""
    return code in _MONEY


def yearly_value(row: Record, argument: str, period: tuple[int, int] | None) -> Value | None:
    """The figure of a row of `Chỉ tiêu năm`: of a year, ``tổng`` or ``bình quân``.

    ``None`` for anything else, a year outside the period that the row has no figure of included.
    """
    outside = _YEAR.fullmatch(argument) and period and not period[0] <= int(argument) <= period[1]
    if outside and f"nam_{argument}" not in row.numbers:
        return None
    column = f"nam_{argument}" if _YEAR.fullmatch(argument) else _ARGUMENTS.get(key(argument), "")
    return own_value(row, column) if column else None


def target_number(cell: Cell, unit: str) -> str:
    """A target's value: 100%, 3,30%, 0,62%; counts below ten with a zero in front; decimals as they are shown."""
    value = shown_value(cell)
    whole = value == value.to_integral_value() and not (unit.strip() == "%" and cell.places)
    if unit.strip() == "%":
        return f"{format_count(int(value))}%" if whole else f"{format_decimal(value, min(cell.places, PLACES))}%"
    return format_count(int(value), pad=True) if whole else format_decimal(value, min(cell.places, PLACES))


def shown_value(cell: Cell) -> Decimal:
    """The value as its cell shows it, with two decimals at most: a formula leaves many."""
    assert cell.value is not None
    return round_half_up(cell.value, min(cell.places, PLACES))


def money(value: Decimal, ref: CellRef | None) -> Value:
    """``13.000.000 đồng``."""
    return Value(f"{amount_digits(value)} đồng", ref, value)


def money_in_full(value: Decimal, ref: CellRef | None) -> Value:
    """``Mười ba triệu đồng``; empty for an amount that is not in whole đồng."""
    whole = value == value.to_integral_value()
    return Value(money_in_words(int(value)) if whole else "", ref, value, italic=True)


def amount_digits(value: Decimal) -> str:
    """``13.000.000``; an amount that is not in whole đồng keeps two decimals."""
    whole = value == value.to_integral_value()
    return format_count(int(value)) if whole else format_decimal(round_half_up(value, PLACES), PLACES)


@cache
def _sheets() -> dict[str, str]:
    """Key of the sheet by the key of its tab."""
    forms = (form for form in catalogue.forms().values() if form.key in _OWN)
    return {key(title): form.key for form in forms for title in (form.title, *form.aliases)}
