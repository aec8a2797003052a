"""The rows of `Chỉ tiêu năm` in the plan: a sentence each, or a table with a column a year."""

from __future__ import annotations

from xlplan.documents.blocks import BLANK, BodyCell, HeadCell, Run, Runs, WordTable, controlled
from xlplan.documents.filler import Filler
from xlplan.documents.outline import Entry
from xlplan.documents.own_figures import own_value, target_number
from xlplan.model import Cell, Record
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.dates import period_in_words
from xlplan.vietnamese.text import capitalise
from xlplan.yearly import SHEET, STOCK, covered, is_kind

_ACTUAL = "thực hiện"


class _Year(NamedTuple):
    year: int
    actual: bool
    cell: Cell


def yearly_entries(filler: Filler) -> list[Entry]:
    """A bullet for each row: its own wording, else a sentence of its figures."""
    found = []
    for row in filler.records(SHEET):
        found += [Entry("-", runs) for runs in filler.lines(row, "dien_giai") or [_sentence(filler, row)]]
    return found


def _years(row: Record) -> list[_Year]:
    """The years of a row that hold a number, in order."""
    found = []
    for key in sorted(row.numbers):
        cell = row.numbers[key]
        if key.startswith("nam_") and cell.value is not None:
            year = key.removeprefix("nam_")
            found.append(_Year(int(year), row.text(f"loai_{year}") == _ACTUAL, cell))
    return found


def _figure(filler: Filler, row: Record, column: str, unit: str = "") -> Runs:
    """A figure of the row, with its unit (a percentage carries its sign)."""
    value = own_value(row, column)
    if value is None or not value.text:
        return ()
    code = f"{row.text('ma')}.{column}" if row.text("ma") else column
    figure = controlled((Run(value.text, ref=value.ref, code=code),), filler.values.names.key(row, column))
    return (*figure, *((Run(f" {unit}"),) if unit and unit != "%" else ()))


def _sentence(filler: Filler, row: Record) -> Runs:
    """``Giải quyết việc làm: năm 2021 đã thực hiện 487 lao động; giai đoạn 2022 - 2025 là 2.056 lao động (…).``"""
    unit = row.text("don_vi")
    name = (*filler.lines(row, "chi_tieu")[:1], ())[0]
    parts = _stock(filler, row, unit) if is_kind(row, STOCK) else _flow(filler, row, unit)
    runs: list[Run] = [*name, Run(": ")]
    for i, part in enumerate(parts or [(Run(f"{BLANK} {unit}".strip()),)]):
        runs += [*([Run("; ")] if i else []), *part]
    return (*runs, Run("."))


def _stock(filler: Filler, row: Record, unit: str) -> list[Runs]:
    return [
        (Run(f"đến cuối năm {y.year} {'đã đạt' if y.actual else 'đạt'} "), *_figure(filler, row, f"nam_{y.year}", unit))
        for y in _years(row)
    ]


def _flow(filler: Filler, row: Record, unit: str) -> list[Runs]:
    """Years beside the total, the total with its years, the average."""
    years, span = _years(row), covered(filler.submission, row)
    total = _figure(filler, row, "tong", unit)
    inside = [y for y in years if total and span and span[0] <= y.year <= span[1]]
    parts: list[Runs] = [
        (Run(f"năm {y.year} {'đã thực hiện ' if y.actual else 'là '}"), *_figure(filler, row, f"nam_{y.year}", unit))
        for y in years
        if y not in inside
    ]
    if total:
        lead = "" if span is None else period_in_words(*span) + " là "
        details: list[Run] = []
        for y in inside:
            details += [Run(f"{', ' if details else ' ('}năm {y.year} là "), *_figure(filler, row, f"nam_{y.year}")]
        parts.append((*((Run(lead),) if lead else ()), *total, *details, *((Run(")"),) if details else ())))
    if average := _figure(filler, row, "binh_quan"):
        parts.append((Run("bình quân "), *average, Run(f" {unit}/năm" if unit else " một năm")))
    return parts


# ---- as a table -------------------------------------------------------------------------------------------


def yearly_table(filler: Filler) -> WordTable | None:
    """TT, indicator, unit, a column for each year of the period, and the totals where there are any."""
    rows = filler.records(SHEET)
    if not rows:
        return None
    years = _shown_years(filler, rows)
    with_total = any(_figure(filler, row, "tong") for row in rows)
    with_span = with_total and any(row.text("nam_tong") for row in rows)
    with_average = any(_figure(filler, row, "binh_quan") for row in rows)
    head = [HeadCell(text) for text in ("TT", "Chỉ tiêu", "Đơn vị tính")]
    head += [HeadCell(f"Năm {year} ({_mark(rows, year)})") for year in years]
    head += [HeadCell("Tổng")] * with_total + [HeadCell("Các năm tính tổng")] * with_span
    head += [HeadCell("Bình quân một năm")] * with_average
    body = []
    for n, row in enumerate(rows, start=1):
        cells = [
            BodyCell((Run(str(n)),), "center"),
            BodyCell((*filler.lines(row, "chi_tieu")[:1], ())[0], "left"),
            BodyCell((Run(capitalise(row.text("don_vi"))),), "center"),
            *(BodyCell(_in_table(filler, row, f"nam_{year}")) for year in years),
        ]
        cells += [BodyCell(_in_table(filler, row, "tong"), bold=True)] * with_total
        cells += [BodyCell((Run(row.text("nam_tong")),), "center")] * with_span
        cells += [BodyCell(_in_table(filler, row, "binh_quan"))] * with_average
        body.append(tuple(cells))
    widths = (5, 34, 12, *[11] * len(years), *[11] * with_total, *[18] * with_span, *[12] * with_average)
    return WordTable(widths, (tuple(head),), tuple(body))


def _shown_years(filler: Filler, rows: tuple[Record, ...]) -> list[int]:
    """The years of the period, and any other that holds a figure."""
    period = filler.submission.period
    own = {y.year for row in rows for y in _years(row)}
    return sorted(own | set(range(period[0], period[1] + 1) if period else ()))


def _mark(rows: tuple[Record, ...], year: int) -> str:
    return next((text for row in rows if (text := row.text(f"loai_{year}"))), "kế hoạch")


def _in_table(filler: Filler, row: Record, column: str) -> Runs:
    """A figure as tables print it: never padded, a percentage without its sign (the unit stands beside)."""
    cell = row.numbers.get(column)
    if cell is None or cell.value is None:
        return ()
    text = target_number(cell, row.text("don_vi")).removesuffix("%")
    figure = Run(text.lstrip("0") or "0" if text.isdecimal() else text, ref=cell.ref, code=column)
    return controlled((figure,), filler.values.names.key(row, column, table=True))
