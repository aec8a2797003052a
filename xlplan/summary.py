"""The batch summary `tong_hop.xlsx`: communes, villages and findings; pandas shapes, XlsxWriter writes."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from xlplan import catalogue
from xlplan.messages import SEVERITY_WORDS, Language, message, problem
from xlplan.pipeline import Outcome
from xlplan.province.words import STATUS
from xlplan.rates import commune_figures
from xlplan.vietnamese.dates import format_period

if TYPE_CHECKING:
    import pandas
    from xlsxwriter import Workbook

KEY_COUNTS = (
    "tong_so_ho",
    "ho_ngheo_dau_ky",
    "ho_can_ngheo_dau_ky",
    "ho_da_chieu_dau_ky",
    "ho_ngheo_cuoi_ky",
)
KEY_RATES = (
    "ty_le_ho_ngheo_dau_ky",
    "ty_le_ho_can_ngheo_dau_ky",
    "ty_le_ho_da_chieu_dau_ky",
    "ty_le_ho_ngheo_cuoi_ky",
)
_MAX_WIDTH = 70  # characters; longer texts wrap
_LINE = 16  # points of one line at 12 pt


def write_summary(outcomes: Iterable[tuple[Outcome, Path | None]], stream: BinaryIO, lang: Language = "vi") -> None:
    """Writes the summary workbook of a batch: one sheet each for communes, villages and findings."""
    import pandas
    from xlsxwriter import Workbook

    done = list(outcomes)
    frames = {
        "Các xã": pandas.DataFrame([_commune(outcome, plan, lang) for outcome, plan in done], dtype=object),
        "Các thôn": _villages([outcome for outcome, _ in done]),
        "Phát hiện": pandas.DataFrame(
            [row for outcome, _ in done for row in _findings(outcome, lang)],
            columns=["Tệp", "Đơn vị", "Mã", "Mức", "Sheet", "Ô", "Nội dung"],
        ),
    }
    # A village called "=1+1" stays a text, and an address in a text no link.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(stream, options) as book:
        for title, frame in frames.items():
            _write(book, title, frame)


def _status(outcome: Outcome) -> str:
    """The worst that was found."""
    if outcome.report is None:
        return "unreadable"
    levels = {item.severity for item in outcome.report.findings}
    return next((level for level in ("error", "warning") if level in levels), "info")


def _commune(outcome: Outcome, plan: Path | None, lang: Language) -> dict[str, object]:
    """One row: who it is, key counts and rates, findings, what was written."""
    row: dict[str, object] = {"Tệp": outcome.file, "Tình trạng": STATUS[lang][_status(outcome)]}
    report = outcome.report
    if report is not None:
        submission = report.submission
        period = submission.period
        row |= {"Đơn vị": submission.unit_name, "Tỉnh": submission.text("tinh")}
        row["Kỳ"] = format_period(*period) if period else ""
        figures = commune_figures(submission)
        for code in KEY_COUNTS:
            cell = figures.get(code)
            row[catalogue.label(code)] = int(cell.value) if cell and cell.value is not None else None
        for code in KEY_RATES:
            value = report.rates.get(code)
            row[f"{catalogue.label(code)} (%)"] = _number(value)
        row["Số lỗi"] = len(report.errors)
        row["Số chỗ cần xem"] = sum(f.severity == "warning" for f in report.findings)
    row["Kế hoạch"] = plan.name if plan else ""
    row["Ghi chú"] = (
        problem(outcome.problem.kind, outcome.problem.file, lang, detail=outcome.problem.detail)
        if outcome.problem
        else ""
    )
    return row


def _number(value: object) -> object:
    """A value as Excel stores it: whole numbers as such, rates as the nearest float of their two decimals."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _villages(outcomes: list[Outcome]) -> pandas.DataFrame:
    """Every village row of every commune under the indicators' labels."""
    import pandas

    frames = []
    for outcome in outcomes:
        if outcome.report is None or outcome.report.submission.table is None:
            continue
        frame = outcome.report.submission.frame()
        frame = frame[frame["kind"] == "village"].drop(columns="kind")
        frame = frame.rename(columns={c: _heading(c) for c in frame.columns}).map(_number)
        frame.insert(0, "Đơn vị", outcome.report.submission.unit_name)
        frames.append(frame)
    return pandas.concat(frames, ignore_index=True) if frames else pandas.DataFrame(columns=["Đơn vị", "Thôn, ấp"])


def _heading(code: str) -> str:
    if code == "name":
        return "Thôn, ấp"
    return f"{catalogue.label(code)} (%)" if catalogue.is_rate(code) else catalogue.label(code)


def _findings(outcome: Outcome, lang: Language) -> list[list[str]]:
    report = outcome.report
    if report is None:
        return []
    unit = report.submission.unit_name
    return [
        [
            outcome.file,
            unit,
            item.code,
            SEVERITY_WORDS[lang][item.severity],
            item.ref.sheet,
            item.ref.address if item.ref.row else "",
            message(item, lang),
        ]
        for item in report.findings
    ]


def _write(book: Workbook, title: str, frame: pandas.DataFrame) -> None:
    """One sheet: heading, widths, heights, filter, frozen heading, print on A4 across."""
    import pandas

    look = {
        "font_name": "Times New Roman",
        "font_size": 12,
        "font_scheme": "none",
        "border": 1,
        "border_color": "#BFBFBF",
    }
    centred = {"bold": True, "bg_color": "#DCE6F1", "align": "center", "valign": "vcenter", "text_wrap": True}
    head = book.add_format({**look, **centred})
    sheet = book.add_worksheet(title)
    heights = [1] * (len(frame) + 1)
    for number, name in enumerate(map(str, frame.columns)):
        values = [None if pandas.isna(value) else value for value in frame.iloc[:, number]]
        width = _width(name, values)
        for row, value in enumerate([name, *values]):
            heights[row] = max(heights[row], -(-len(str(value or "")) // (width - 2)))
        body = book.add_format(
            {**look, "valign": "top", "text_wrap": True, "num_format": "0.00" if name.endswith("(%)") else "#,##0"}
        )
        sheet.set_column(number, number, width)
        sheet.write_string(0, number, name, head)
        for row, value in enumerate(values, start=1):
            sheet.write(row, number, value, body)
    for row, lines in enumerate(heights):
        sheet.set_row(row, max(_LINE * lines, _LINE + 4))
    sheet.freeze_panes(1, 1)
    if len(frame):
        sheet.autofilter(0, 0, len(frame), len(frame.columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _width(name: str, values: list[object]) -> int:
    """Characters that a column needs: its longest value and word, within reason."""
    longest = max((len(str(value)) for value in values if value is not None), default=0)
    return min(max(longest, *(len(word) for word in name.split()), len(name) // 3, 9) + 3, _MAX_WIDTH)
