"""Fields of `Thông tin` against the table and the lines above it: C06, C07, C09, I19."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlplan.checks.relations import links
from xlplan.checks.reviews import figures_of_two_tables
from xlplan.checks.scope import PASSED, Case, Outcome, filled, not_checked
from xlplan.checks.yearly import years_outside
from xlplan.messages import finding
from xlplan.model import Submission, Table, Text
from xlplan.vietnamese.dates import PartialDate, format_long, format_period, parse_date
from xlplan.vietnamese.numbers import parse
from xlplan.vietnamese.text import clean, key

Period = tuple[int, int]

DEFAULT_SYMBOL = "KH-UBND"
PAPER, ELECTRONIC = "bản giấy", "bản điện tử"

_TO = ("-", "–", "—", "đến", "đến năm")
_YEAR_DIGITS = 4
_FOLLOWS_PERIOD = ("{{nam}}", "{{thoi_ky}}", "{{nam_dau}}", "{{ky}}")
_LOOKS_BACK = ("cuối năm", "năm trước")
_RESULTS = ("kết quả", "rà soát", "diễn biến", "thực trạng", "hiện trạng")
_LOOKS_AHEAD = ("đến", "đến năm", "tầm nhìn", "định hướng")
_NUMBER = r"số\s*:?\s*([^/\s]*)\s*/\s*([A-ZĐ]\w*(?:\s*-\s*[A-ZĐ]\w*)*)"
_DATE = r"ngày\s*(.*?)\s*(?:của\b|\)|,|$)"


# ---- C06 --------------------------------------------------------------------------------------------------


def c06(case: Case) -> Iterator[Outcome]:
    """The stated number of villages equals the rows of the main table. ``=COUNTA(B7:B17)``."""
    table, field = case.submission.table, case.submission.fields.get("so_thon")
    rows = [] if table is None else [table.units[i] for i in table.positions("village")]
    if table is None or not rows:
        yield not_checked("C06", "no_table")
        return
    if not has_figures(table):
        yield not_checked("C06", "blank", rows[0].ref)
        return
    if field is None or not field.value:
        yield not_checked("C06", "blank", field.ref if field else None, what="Số đơn vị dưới cấp xã")
        return
    stated = parse(field.value, "count").value
    if stated is None:
        yield not_checked("C06", "unreadable", field.ref)
    elif stated == len(rows):
        yield PASSED
    else:
        yield finding(
            "C06",
            field.ref,
            villages=case.submission.text("loai_thon") or "thôn, ấp",
            actual=f"{stated:f}",
            expected=str(len(rows)),
            related=(rows[0].ref, rows[-1].ref),
        )


def has_figures(table: Table) -> bool:
    """Whether somebody typed a figure: a table of names alone is not filled in yet."""
    return any(filled(cell) and (cell.formula is None or cell.value) for cell in table.cells.values())


# ---- C07 --------------------------------------------------------------------------------------------------


def c07(case: Case) -> Iterator[Outcome]:
    """One period everywhere: the years in the plan's and the table's title are those of the plan."""
    submission = case.submission
    period = submission.period
    if period is None:
        field = submission.fields.get("ky")
        yield not_checked("C07", "no_period", field.ref if field else None)
        return
    title = submission.fields.get("tieu_de")
    if title is None or not title.value:
        yield not_checked("C07", "blank", title.ref if title else None, what="Trích yếu")
    else:
        yield from years_of(title, period)
    table = submission.table
    if table is None:
        yield not_checked("C07", "no_table")
    elif not has_figures(table):
        yield not_checked("C07", "blank", table.units[0].ref if table.units else None, what=table.sheet)
    elif table.title is not None:
        yield from years_of(table.title, period)
    yield from years_outside(case)


def years_of(text: Text, period: Period) -> Iterator[Outcome]:
    """Every year and period that a title names."""
    title = clean(text.value)
    named = named_years(title)
    wrong = next((title[start:end] for start, end in named if not agrees(title, start, end, period)), "")
    if wrong:
        shown = format_period(*period)
        yield finding("C07", text.ref, written=wrong, period=shown, actual=wrong, expected=shown)
    elif named or any(code in title for code in _FOLLOWS_PERIOD):
        yield PASSED
    else:
        yield not_checked("C07", "no_year", text.ref)


def named_years(title: str) -> list[tuple[int, int]]:
    """Where a title names a year or a period; years of documents (07/2021/NĐ-CP) and dates (18/01/2022) are none."""
    found: list[tuple[int, int]] = []
    at = title.find("20")
    while at >= 0:
        end = at + _YEAR_DIGITS
        beside = title[at - 1 : at] + title[end : end + 1]
        if title[at:end].isdecimal() and end <= len(title) and not any(s.isdigit() or s == "/" for s in beside):
            if found and title[found[-1][1] : at].strip() in _TO:
                found[-1] = (found[-1][0], end)
            else:
                found.append((at, end))
        at = title.find("20", at + 1)
    return found


def agrees(title: str, start: int, end: int, period: Period) -> bool:
    """Whether one year or period of a title is the plan's, or the year before it as such.

    A year plan may name a longer period (of its programme); a plan over several years names just its own.
    """
    first, last = int(title[start : start + _YEAR_DIGITS]), int(title[end - _YEAR_DIGITS : end])
    if end - start > _YEAR_DIGITS:
        return (first, last) == period or (period[0] == period[1] and first <= period[0] <= last)
    if period[0] <= first <= period[1]:
        return True
    before = title[:start].casefold().rstrip()
    if first > period[1]:
        return before.endswith(_LOOKS_AHEAD)
    return first == period[0] - 1 and (before.endswith(_LOOKS_BACK) or any(word in before for word in _RESULTS))


# ---- C09 --------------------------------------------------------------------------------------------------


class Issue:
    """Number, symbol and date of a plan, as far as they are there."""

    def __init__(self, number: str, symbol: str, date: PartialDate) -> None:
        self.number, self.symbol, self.date = number, symbol, date

    @property
    def shown(self) -> str:
        """As the line above an annex writes them, dots for what is missing."""
        day, month, year = self.date
        date = format_long(day, month, year) if any(self.date) else "ngày … tháng … năm …"
        return f"số {self.number or '…'}/{self.symbol} {clean(date)}"


_NO_DATE = PartialDate(None, None, None)


def c09(case: Case) -> Iterator[Outcome]:
    """On paper copies number and date of the line above the annex are the plan's (decree 30/2020, III.1c)."""
    submission = case.submission
    copy = submission.fields.get("ban")
    table = submission.table
    if table is None:
        yield not_checked("C09", "no_table")
    elif copy is not None and copy.value == ELECTRONIC:
        yield not_checked("C09", "electronic")
    elif copy is None or copy.value != PAPER:
        yield not_checked("C09", "blank", copy.ref if copy else None, what="Hình thức văn bản")
    elif table.attached is None:
        yield not_checked("C09", "missing", what="dòng “(Kèm theo Kế hoạch số …)” trên biểu")
    else:
        yield from issue(submission, table.attached)


def issue(submission: Submission, line: Text) -> Iterator[Outcome]:
    """Holds the line above an annex against number, symbol and date of the plan."""
    printed, plan = _printed(line.value), _plan(submission)
    if printed is None:
        yield not_checked("C09", "unreadable", line.ref)
        return
    if plan is None:
        yield not_checked("C09", "unreadable", submission.fields["nam_ban_hanh"].ref)
        return
    same = (
        printed.number.lstrip("0") == plan.number.lstrip("0")
        and (not printed.symbol or key(printed.symbol) == key(plan.symbol))
        and printed.date == plan.date
    )
    if not same:
        fields = (submission.fields.get(code) for code in ("so_ke_hoach", "ky_hieu", "ngay", "thang", "nam_ban_hanh"))
        yield finding(
            "C09",
            line.ref,
            written=_quoted(line.value),
            plan=plan.shown,
            actual=printed.shown,
            expected=plan.shown,
            related=tuple(text.ref for text in fields if text),
        )
    elif plan.number or any(plan.date):
        yield PASSED
    else:
        yield not_checked("C09", "blank", line.ref)


def _printed(text: str) -> Issue | None:
    """What the line above an annex says; ``None`` where it is of no plan or its date cannot be read."""
    line = clean(text)
    if "kế hoạch" not in line.casefold():
        return None
    number = re.search(_NUMBER, line)
    written = re.search(_DATE, line)
    date = parse_date(f"ngày {written[1]}") if written else None
    if date is None and written and any(sign.isdigit() for sign in written[1]):
        return None
    digits = number[1].strip("….·_- ") if number else ""
    return Issue(digits, number[2] if number else "", date or _NO_DATE)


def _plan(submission: Submission) -> Issue | None:
    """What `Thông tin` says; ``None`` where day, month or year are no numbers."""
    parts = [submission.text(code) for code in ("ngay", "thang", "nam_ban_hanh")]
    if not all(part.isdecimal() for part in parts if part):
        return None
    number = submission.text("so_ke_hoach").partition("/")[0].strip()
    symbol = submission.text("ky_hieu") or DEFAULT_SYMBOL
    return Issue(number, symbol, PartialDate(*(int(part) if part else None for part in parts)))


def _quoted(line: str) -> str:
    return clean(line).strip("()").removesuffix(".")


# ---- I19 --------------------------------------------------------------------------------------------------


def i19(case: Case) -> Iterator[Outcome]:
    """A figure that stands twice is one figure: in `Hiện trạng` and the table, in two tables of one year."""
    yield from figures_of_two_tables(case)
    for relation in links(case):
        cell, official = relation.total, relation.terms[0][0]
        if official.value == cell.value:
            yield PASSED
            continue
        yield finding(
            "I19",
            cell.ref,
            place=relation.place,
            actual=f"{cell.value:f}",
            expected=f"{official.value:f}",
            other=official.ref.qualified,
            related=(official.ref,),
        )
