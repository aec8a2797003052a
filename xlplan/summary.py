"""The batch summary `tong_hop.xlsx`: communes, villages and findings; pandas shapes, openpyxl writes."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from xlplan import catalogue
from xlplan.messages import SEVERITY_WORDS, Language, message, problem
from xlplan.pipeline import Outcome
from xlplan.rates import commune_figures
from xlplan.vietnamese.dates import format_period

if TYPE_CHECKING:
    import pandas
    from openpyxl.worksheet.worksheet import Worksheet

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
STATUS = {
    "vi": {"clean": "Không có lỗi", "findings": "Có phát hiện", "unreadable": "Không đọc được"},
    "en": {"clean": "Clean", "findings": "Findings", "unreadable": "Unreadable"},
}
_MAX_WIDTH = 70


def write_summary(outcomes: Iterable[tuple[Outcome, Path | None]], stream: BinaryIO, lang: Language = "vi") -> None:
    """Writes the summary workbook of a batch: one sheet each for communes, villages and findings."""
    import pandas

    done = list(outcomes)
    frames = {
        "Các xã": pandas.DataFrame([_commune(outcome, plan, lang) for outcome, plan in done]),
        "Các thôn": _villages([outcome for outcome, _ in done]),
        "Phát hiện": pandas.DataFrame(
            [row for outcome, _ in done for row in _findings(outcome, lang)],
            columns=["Tệp", "Đơn vị", "Mã", "Mức", "Sheet", "Ô", "Nội dung"],
        ),
    }
    with pandas.ExcelWriter(stream, engine="openpyxl") as writer:
        for title, frame in frames.items():
            frame.to_excel(writer, sheet_name=title, index=False)
            _dress(writer.book[title])


def _commune(outcome: Outcome, plan: Path | None, lang: Language) -> dict[str, object]:
    """One row: who it is, key counts and rates, findings, what was written."""
    row: dict[str, object] = {"Tệp": outcome.file, "Tình trạng": STATUS[lang][outcome.status]}
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


def _dress(sheet: Worksheet) -> None:
    """Heading, widths, filter, frozen heading, print on A4 across; text never becomes a formula."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    thin = Side(style="thin", color="BFBFBF")
    border = Border(left=thin, right=thin, top=thin, bottom=thin)
    for number, column in enumerate(sheet.iter_cols(), start=1):
        head = column[0]
        head.font = Font(name="Times New Roman", size=12, bold=True)
        head.fill = PatternFill("solid", fgColor="DCE6F1")
        head.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        head.border = border
        longest = max((len(str(cell.value)) for cell in column[1:] if cell.value is not None), default=0)
        for cell in column[1:]:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # a village called "=1+1" stays a text
            decimals = isinstance(cell.value, float) or str(head.value).endswith("(%)")
            cell.number_format = "0.00" if decimals else "#,##0" if isinstance(cell.value, int) else "General"
            cell.font = Font(name="Times New Roman", size=12)
            cell.border = border
            cell.alignment = Alignment(vertical="top", wrap_text=longest > _MAX_WIDTH)
        words = max((len(word) for word in str(head.value).split()), default=8)
        sheet.column_dimensions[get_column_letter(number)].width = min(max(longest, words, 9) + 3, _MAX_WIDTH)
    sheet.freeze_panes = "B2"
    if sheet.max_row > 1:
        sheet.auto_filter.ref = sheet.dimensions
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = "9"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
