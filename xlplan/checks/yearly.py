"""Figures of several years in `Chỉ tiêu năm`: totals and averages (C13), and years outside the plan's period (C07)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from xlplan import budget
from xlplan.checks.money import digits, row_label, sum_shown
from xlplan.checks.scope import PASSED, ZERO, Case, Outcome, not_checked
from xlplan.messages import finding
from xlplan.model import Cell, CellRef, Finding, Record, Severity
from xlplan.rates import PLACES
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.dates import format_period, parse_period
from xlplan.vietnamese.numbers import round_half_up
from xlplan.vietnamese.text import key
from xlplan.yearly import FLOW, STOCK, covered, is_kind

SHEET = "chi_tieu_nam"
YEAR_PREFIX = "nam_"
STAGE = "giai đoạn"

Period = tuple[int, int]


class _Total(NamedTuple):
    """A row of yearly figures with the years that its total covers."""

    record: Record
    years: range
    total: Cell | None

    @property
    def place(self) -> str:
        """The indicator, for the message."""
        return row_label(self.record, "chi_tieu") or self.record.text("ma")

    @property
    def span(self) -> str:
        """The years in words."""
        return format_period(self.years[0], self.years[-1])


def c13(case: Case) -> Iterator[Outcome]:
    """An average is its total / the number of years; the years of a flow add up to their total, a stock has none.

    602 over 2022 - 2025 is 150,5. ``=F5/4=H5``, ``=SUM(B5:E5)=F5``
    """
    for record in case.submission.records.get(SHEET, ()):
        total, average = _number(record, "tong"), _number(record, "binh_quan")
        if total is None and average is None:
            continue
        for cell in (total, average):
            if cell is not None and cell.value is None:
                yield not_checked("C13", "uncomputed" if cell.state == "uncomputed" else "unreadable", cell.ref)
                break
        else:
            yield from _row(case, record, total, average)


def _row(case: Case, record: Record, total: Cell | None, average: Cell | None) -> Iterator[Outcome]:
    """One row that has a total or an average."""
    if is_kind(record, STOCK):
        if total is not None:
            yield _never_added(record, total)
        return
    years = _years_of_total(case, record)
    if isinstance(years, range):
        row = _Total(record, years, total)
        if total is not None:
            yield from _sum(row, total)
        if average is not None:
            yield from _average(row, average)
    else:
        yield years


def _number(record: Record, column: str) -> Cell | None:
    """The cell of a column in which something stands (a dash is nothing)."""
    cell = record.numbers.get(column)
    return None if cell is None or cell.state in ("blank", "dash") else cell


def _years_of_total(case: Case, record: Record) -> range | Outcome:
    """The years that a total covers: those named beside it, else all of the period."""
    period = covered(case.submission, record)
    if period is not None:
        return range(period[0], period[1] + 1)
    named = record.texts.get("nam_tong")
    return not_checked("C13", "unreadable", named.ref) if named else not_checked("C13", "no_period")


def _breach(
    row: _Total,
    cell: Cell,
    *,
    rule: tuple[str, str],
    formula: str,
    advice: tuple[str, str],
    expected: str,
    severity: Severity = "warning",
    related: tuple[CellRef, ...] = (),
) -> Finding:
    """A finding of C13: what the cell is held against, the calculation, and what to do."""
    return finding(
        "C13",
        cell.ref,
        place=row.place,
        rule=rule[0],
        rule_en=rule[1],
        formula=formula,
        advice=advice[0],
        advice_en=advice[1],
        actual=digits(cell.value or ZERO),
        expected=expected,
        severity=severity,
        related=related,
    )


def _never_added(record: Record, total: Cell) -> Outcome:
    """A level at the end of a year is never added over years."""
    return _breach(
        _Total(record, range(0), total),
        total,
        rule=(
            f"dòng này là mức “{STOCK}” nên các năm không cộng được",
            "the row holds levels at the end of a year, which are never added",
        ),
        formula="",
        advice=(
            f"Xóa số tổng, hoặc chọn “{FLOW}” ở cột “Cách tính”",
            f"Clear the total, or choose “{FLOW}” under “Cách tính”",
        ),
        expected="",
    )


def _figures(row: _Total) -> list[Cell | None]:
    """The figure of each year that the total covers."""
    cells = [row.record.numbers.get(f"{YEAR_PREFIX}{year}") for year in row.years]
    return [cell if cell is not None and (cell.value is not None or cell.state == "dash") else None for cell in cells]


def _sum(row: _Total, total: Cell) -> Iterator[Outcome]:
    """The years of a flow add up to their total, where the row has every one of them."""
    figures = _figures(row)
    cells = [cell for cell in figures if cell is not None]
    if not cells:
        return  # a total that is not split by years
    if len(cells) < len(figures):
        year = next(year for year, cell in zip(row.years, figures, strict=True) if cell is None)
        yield not_checked("C13", "blank", what=f"{row.place} – {year}")
        return
    values = [cell.value or ZERO for cell in cells]
    expected = sum(values, ZERO)
    if total.value == expected:
        yield PASSED
    elif not is_kind(row.record, FLOW):
        yield not_checked("C13", "flow_or_stock", total.ref)
    else:
        yield _breach(
            row,
            total,
            rule=(f"cộng các năm {row.span}: ", f"the years {row.span} add up to: "),
            formula=f"{sum_shown(values)} = {digits(expected)}",
            advice=("Kiểm tra số của từng năm và số tổng", "Check the figure of each year and the total"),
            expected=digits(expected),
            severity="error",
            related=tuple(cell.ref for cell in cells),
        )


def _average(row: _Total, average: Cell) -> Iterator[Outcome]:
    """An average follows from the total; without a total, from the years where all of them are there."""
    total = row.total.value if row.total is not None else None
    figures = [cell for cell in _figures(row) if cell is not None]
    if total is None:
        if len(figures) < len(row.years):
            yield not_checked("C13", "missing", what=f"{row.place} – tổng {row.span}")
            return
        total = sum((cell.value or ZERO for cell in figures), ZERO)
    count = len(row.years)
    exact = total / count
    stated = average.value or ZERO
    places = min(average.places, PLACES)
    if stated == exact or round_half_up(stated, places) == round_half_up(exact, places):
        yield PASSED
        return
    expected = digits(exact if exact == round_half_up(exact, PLACES) else round_half_up(exact, PLACES))
    yield _breach(
        row,
        average,
        rule=(f"tổng chia cho số năm ({row.span}): ", f"the total / the number of years ({row.span}): "),
        formula=f"{digits(total)} / {count} = {expected}",
        advice=(
            "Sửa số bình quân, hoặc xem lại số tổng và các năm tính tổng",
            "Correct the average, or look at the total and its years again",
        ),
        expected=expected,
        related=(row.total.ref,) if row.total is not None else tuple(cell.ref for cell in figures),
    )


# ---- years outside the period ------------------------------------------------------------------------------


def years_outside(case: Case) -> Iterator[Outcome]:
    """Outcomes of C07: years of `Chỉ tiêu năm` and of the stages of `Kinh phí` lie within the plan's period."""
    period = case.submission.period
    if period is None:
        return
    for record in case.submission.records.get(SHEET, ()):
        yield from _columns(record, period)
        if named := record.texts.get("nam_tong"):
            years = parse_period(named.value)
            inside = years is not None and not _outside(years, period)
            yield PASSED if inside else _year_finding(named.ref, record, "chi_tieu", named.value, period)
    for item in budget.tree(case.submission):
        stage = item.record.texts.get("noi_dung")
        if stage is not None and key(item.record.text("cap")) == key(STAGE) and (found := _years_in(stage.value)):
            outside = _outside(found, period)
            written = row_label(item.record, "noi_dung")
            yield _year_finding(stage.ref, item.record, "", written, period) if outside else PASSED


def _columns(record: Record, period: Period) -> Iterator[Outcome]:
    """The columns of years in which a row has a figure."""
    for column, cell in record.numbers.items():
        year = column.removeprefix(YEAR_PREFIX)
        if year.isdecimal() and cell.value is not None:
            if _outside([int(year)], period):
                yield _year_finding(cell.ref, record, "chi_tieu", f"năm {year}: {cell.written}", period)
            else:
                yield PASSED


def _outside(years: Iterable[int], period: Period) -> bool:
    """Whether one of these years lies outside the plan's period."""
    return any(not period[0] <= year <= period[1] for year in years)


def _year_finding(ref: CellRef, record: Record, column: str, written: str, period: Period) -> Finding:
    shown = format_period(*period)
    return finding(
        "C07",
        ref,
        place=row_label(record, column),
        written=written,
        period=shown,
        actual=written,
        expected=shown,
    )


def _years_in(text: str) -> list[int]:
    """The years that a stage names (``2022 - 2023``); the year of a cited document (``25/2021/QH15``) is none."""
    return [int(year) for year in re.findall(r"(?<![\d/])20\d\d(?![\d/])", text)]
