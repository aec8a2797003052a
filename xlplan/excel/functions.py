"""The functions that officials use in cells, callable from Python too.

Each takes single values and ranges; a range in gives rows of results out, a column a column. An empty cell gives an
empty text, a text where a number is wanted #VALUE!, an error that error. What they are called and how they are
explained stands in :mod:`xlplan.excel.registry`; the rules are those of the program, none is written here again.
"""
# ruff: noqa: N802 - functions are named as cells call them

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING, Any

from xlplan.excel.boundary import worksheet_function
from xlplan.excel.percent import rates
from xlplan.excel.values import (
    NA,
    NUM,
    VALUE,
    CellError,
    Fault,
    as_text,
    number,
    over,
    plain,
    rows,
    shown,
    truth,
    whole_number,
)
from xlplan.rates import PLACES
from xlplan.vietnamese.numbers import format_count, format_decimal
from xlplan.vietnamese.text import nfc

if TYPE_CHECKING:
    from xlplan.documents.values import Values

_YEARS = range(1900, 3000)


# ---- figures --------------------------------------------------------------------------------------------------


@worksheet_function
def GN_TYLE(part: object, whole: object, decimals: object = PLACES) -> object:
    """Part of whole in per cent, half up; blank without a part (A04)."""
    return rates(part, whole, decimals)


@worksheet_function
def GN_CUOIKY(start: object, decrease: object, increase: object = None) -> object:
    """End = start - decrease + increase (A08, A09)."""
    return over(_end, start, decrease, increase)


def _end(start: object, decrease: object, increase: object) -> float | str:
    return _sum(number(start), _negative(number(decrease)), number(increase))


def _negative(value: Decimal | None) -> Decimal | None:
    return None if value is None else -value


@worksheet_function
def GN_DACHIEU(poor: object, near_poor: object) -> object:
    """Poor + near-poor (A07)."""
    return over(lambda one, other: _sum(number(one), number(other)), poor, near_poor)


def _sum(*values: Decimal | None) -> float | str:
    """The sum, a blank as 0; blank where all are."""
    known = [value for value in values if value is not None]
    return shown(sum(known, Decimal(0))) if known else ""


# ---- checks ---------------------------------------------------------------------------------------------------


@worksheet_function
def GN_KIEMTRATONG(villages: object, total: object) -> object:
    """The commune's figure against the sum of its villages (A02), as the line “Chênh lệch” of the workbook has it."""
    figures, totals = rows(villages), rows(total)
    if len(totals) == len(totals[0]) == 1:
        return over(lambda one: _compared(chain.from_iterable(figures), one), total)
    if len(totals) == 1:
        return [_each([*zip(*figures, strict=True)], totals[0])]
    if len(totals[0]) == 1:
        return [[found] for found in _each(figures, [row[0] for row in totals])]
    return VALUE


def _each(groups: Sequence[Sequence[object]], totals: Sequence[object]) -> list[object]:
    """Each group against its total; #N/A where one of them is missing."""
    longest = max(len(groups), len(totals))
    lines: list[Sequence[object]] = [*groups, *[[NA]] * (longest - len(groups))]
    sums = [*totals, *[NA] * (longest - len(totals))]
    return [over(lambda one, line=line: _compared(line, one), value) for line, value in zip(lines, sums, strict=True)]


def _compared(values: Any, total: object) -> str:
    added = sum((found for value in values if (found := number(value)) is not None), Decimal(0))
    stated = number(total)
    if stated is None:
        return ""
    gap = stated - added
    return f"Lệch {'+' if gap > 0 else ''}{_written(gap)}" if gap else "Đúng"


@worksheet_function
def GN_KIEMTRABIEU(table: object, caller: Any = None) -> object:
    """The findings of a table, as the command ``check`` gives them for a workbook."""
    from xlplan.excel.tables import findings

    return findings(table, caller)


@worksheet_function
def GN_GOIY(table: object, caller: Any = None) -> object:
    """The repair cards of a table."""
    from xlplan.excel.tables import cards

    return cards(table, caller)


# ---- words ----------------------------------------------------------------------------------------------------


@worksheet_function
def GN_DOCSO(n: object) -> object:
    """A whole number in words."""
    from xlplan.vietnamese.words import number_in_words

    return over(lambda value: "" if (found := whole_number(value)) is None else number_in_words(found), n)


@worksheet_function
def GN_DOCTIEN(n: object) -> object:
    """An amount in whole đồng in words."""
    from xlplan.vietnamese.words import money_in_words

    return over(lambda value: "" if (found := whole_number(value, "money")) is None else money_in_words(found), n)


@worksheet_function
def GN_NGAY(day: object) -> object:
    """A date as documents write it (decree 30/2020, II.4b)."""
    return over(_date, day)


def _date(value: object) -> str:
    from xlplan.vietnamese.dates import PartialDate, format_long, parse_date

    found = plain(value)
    if found is None:
        return ""
    if isinstance(found, CellError):
        raise Fault(found)
    if isinstance(found, Decimal):
        found = _day_of(found)
    parts = parse_date(found) if isinstance(found, str) else None
    if isinstance(found, datetime.date):
        parts = PartialDate(found.day, found.month, found.year)
    if parts is None or None in parts:
        raise Fault(VALUE)
    if isinstance(found, datetime.date) and found.year < _YEARS.start:  # a time of day, which Excel counts from 1899
        raise Fault(NUM)
    try:
        return format_long(*parts)
    except ValueError:  # a year of three digits, or of five
        raise Fault(NUM) from None


def _day_of(serial: Decimal) -> datetime.date:
    """The day that Excel counts by a number; a bare year is none, though Excel would take it for one in 1905."""
    from xlplan.packages.dates import as_date

    found = as_date(serial)
    if found is None:
        raise Fault(NUM)
    if serial in _YEARS:
        raise Fault(VALUE)
    return found


@worksheet_function
def GN_SO(n: object, pad: object = False) -> object:
    """A number in Vietnamese form."""
    return over(_formatted, n, pad)


def _formatted(value: object, pad: object) -> str:
    found, padded = number(value), truth(pad)
    return "" if found is None else _written(found, pad=padded)


def _written(value: Decimal, *, pad: bool = False) -> str:
    """A number with the decimals that it has."""
    if abs(value) > Decimal("1E308"):
        raise Fault(NUM)
    if value == value.to_integral_value():
        return format_count(int(value), pad=pad)
    return format_decimal(value, -int(value.normalize().as_tuple().exponent))


@worksheet_function
def GN_UNICODE(text: object) -> object:
    """Texts of the time before Unicode in Unicode, by their font where the range is known, else by their letters."""
    from xlplan.excel.legacy import in_unicode

    return in_unicode(text)


# ---- the workbook ---------------------------------------------------------------------------------------------


@worksheet_function
def GN_CHITIEU(code: object, village: object = "", caller: Any = None, *, book: Any = None) -> object:
    """A figure or rate of the workbook that the cell stands in; ``book``: an open one, or the path of a file."""
    return over(lambda one, other: _figure(_workbook(caller, book), as_text(one), as_text(other)), code, village)


def _figure(values: Values, code: str, village: str) -> float | str:
    if not code:
        return ""
    found = values.get(code, nfc(village))
    if found is None:
        raise Fault(NA)
    return found.text if found.number is None or found.italic else shown(found.number)  # italic: an amount in words


@worksheet_function
def GN_CAU(code: object, caller: Any = None, *, book: Any = None) -> object:
    """What the plan prints for a placeholder, or for a text with placeholders."""
    return over(lambda one: _sentence(_workbook(caller, book), as_text(one)), code)


def _sentence(values: Values, code: str) -> str:
    from xlplan.model import CellRef

    if not code:
        return ""
    runs, problems = values.expand(code if "{{" in code else f"{{{{{code}}}}}", CellRef("", 0, 0))
    if problems:
        raise Fault(NA)
    return "".join(run.text for run in runs)


def _workbook(caller: Any, book: Any) -> Values:
    from xlplan.excel.live import figures

    if book is None and caller is None:
        raise Fault(VALUE)
    return figures(caller.sheet.book if book is None else book)
