"""Blank rates of the tables that were read get the native formula of their counts; typed ones are left alone."""

from __future__ import annotations

from collections.abc import Iterator

from xlplan.excel.session import Session
from xlplan.model import Cell, CellRef, Report, Table
from xlplan.packages.styles import is_percent_format
from xlplan.rates import PLACES, rates_of, unit_figures
from xlplan.tuples import NamedTuple

_DIFFERENT = ("A04", "A05", "A19")
"""The rules that find a rate which its counts do not give."""
_MOST_NAMED = 8


class Blank(NamedTuple):
    """A rate that nobody has filled in, and the counts that give it."""

    ref: CellRef
    part: CellRef
    whole: CellRef

    def formula(self, *, percent: bool) -> str:
        """``=ROUND(E7/D7*100,2)``, or the same share for a cell that shows percentages."""
        parts = f"{self.part.seen_from(self.ref.sheet)}/{self.whole.seen_from(self.ref.sheet)}"
        return f"=ROUND({parts},{PLACES + 2})" if percent else f"=ROUND({parts}*100,{PLACES})"


def blanks(table: Table) -> Iterator[Blank]:
    """The blank rates of a table whose counts are known and have a rate."""
    for unit, named in enumerate(table.units):
        if named.kind == "difference":
            continue
        figures = unit_figures(table, unit)
        for code, rate in rates_of(figures).items():
            shown = figures.get(code)
            if rate.value is not None and shown is not None and _is_blank(shown):
                yield Blank(shown.ref, rate.part.ref, rate.whole.ref)


def _is_blank(cell: Cell) -> bool:
    return cell.state == "blank" and cell.formula is None


def fill(session: Session, report: Report) -> str:
    """Fills the blank rates; says how many, which were locked, and which typed ones differ."""
    session.progress("đang tính tỷ lệ…")
    filled, locked = 0, []
    for blank in (each for table in report.submission.tables for each in blanks(table)):
        if session.picture.sheets[blank.ref.sheet].locked((blank.ref.row, blank.ref.column)):
            locked.append(blank.ref)
            continue
        if _fill(session, blank):
            filled += 1
    lines = [f"Đã điền {filled} ô tỷ lệ còn trống." if filled else "Không có ô tỷ lệ trống nào điền được."]
    if locked:
        lines.append(f"Ô bị khóa nên không điền: {_named(locked)}.")
    different = list(dict.fromkeys(item.ref for item in report.findings if item.code in _DIFFERENT))
    if different:
        lines.append(f"Tỷ lệ đã ghi nhưng khác với số tính được, giữ nguyên: {_named(different)}.")
    return "\n".join(lines)


def _fill(session: Session, blank: Blank) -> bool:
    cell = session.book.sheets[blank.ref.sheet].range((blank.ref.row, blank.ref.column))
    if cell.value is not None or str(cell.formula or ""):
        return False
    form = str(cell.number_format or "")
    formula = blank.formula(percent=is_percent_format(form))

    def back() -> None:
        if cell.number_format != form:
            cell.number_format = form
        if str(cell.formula or ""):
            cell.value = None

    def do() -> None:
        if form == "@":  # Excel would show the formula itself
            cell.number_format = "0.00"
        cell.formula = formula

    session.change(do, back)
    return True


def _named(refs: list[CellRef]) -> str:
    """``Biểu chỉ tiêu: F9, F10 …``, the first ones of many."""
    by_sheet: dict[str, list[str]] = {}
    for ref in refs[:_MOST_NAMED]:
        by_sheet.setdefault(ref.sheet, []).append(ref.address)
    more = f" và {len(refs) - _MOST_NAMED} ô nữa" if len(refs) > _MOST_NAMED else ""
    return "; ".join(f"{sheet}: {', '.join(cells)}" for sheet, cells in by_sheet.items()) + more
