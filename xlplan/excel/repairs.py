"""The repair card put into its cell after asking, and the cell put back again, last repair first."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from pathlib import Path
from typing import Any

import xlwings as xw

from xlplan.excel.desktop import user_folder
from xlplan.excel.listing import is_about, listings, row_at
from xlplan.excel.session import Place, Refusal, Session
from xlplan.files import write_bytes
from xlplan.messages import card, in_words, why
from xlplan.model import Finding, Proposal, Report
from xlplan.packages.styles import is_percent_format
from xlplan.refs import address, parse_address
from xlplan.sheets.marks.words import sentence
from xlplan.tuples import NamedTuple

_KEPT = 100  # repairs of one workbook that can be undone
_TEXT_FORMAT = "@"
_SURE = {"certain": "chắc chắn", "likely": "khả năng cao", "possible": "có thể"}
_PLAIN = (int, float, str, bool, type(None))

Value = float | str | bool | None


class Repair(NamedTuple):
    """A cell that was repaired: what stood there, with its number format, and what was written."""

    sheet: str
    cell: str
    before: Value
    format: str
    after: float


# ---- which card --------------------------------------------------------------------------------------------------


def chosen(session: Session, report: Report) -> Proposal:
    """The card of the selected cell or of the selected row of `Kiểm tra`. Raises :class:`Refusal` if there is none."""
    sheets = listings(session.book)
    place = session.selected(rows_of=sheets)
    if place.sheet in sheets:
        row = row_at(session.book, place, sheets[place.sheet])
        if row is None:
            raise Refusal("Dòng đang chọn không phải là một phát hiện. Hãy chọn một dòng của bảng trong sheet này.")
        found = [item for item in report.findings if is_about(row, item)]
        if not found:
            raise Refusal("Số liệu đã thay đổi sau lần kiểm tra trước. Hãy bấm Kiểm tra rồi chọn lại dòng cần sửa.")
        return _best([item.proposal for item in found if item.proposal], found)
    at = (place.sheet, place.row, place.column)
    here = [item for item in report.findings if item.ref == at]
    for_it = [item.proposal for item in report.findings if item.proposal and item.proposal.ref == at]
    if not here and not for_it:
        raise Refusal(f"Không có phát hiện nào ở ô {address(place.row, place.column)}. Hãy chọn một ô đã tô màu.")
    return _best(for_it or [item.proposal for item in here if item.proposal], here)


def _best(proposals: Sequence[Proposal], findings: Sequence[Finding]) -> Proposal:
    if proposals:
        return min(proposals, key=lambda proposal: tuple(_SURE).index(proposal.confidence))
    listed = next((card(item) for item in findings if item.candidates), "").removeprefix("→ ")
    raise Refusal(listed or "Chỗ này không có gợi ý sửa. Hãy xem “Việc cần làm” trong sheet “Kiểm tra”.")


# ---- doing it ----------------------------------------------------------------------------------------------------


def apply(session: Session, proposal: Proposal) -> str:
    """Asks, then writes the proposed value; gives what to say, or nothing where the user said no."""
    cell = _cell(session, proposal.ref.sheet, proposal.ref.row, proposal.ref.column)
    where = f"{proposal.ref.sheet}, ô {proposal.ref.address}"
    before, form = cell.value, str(cell.number_format or "")
    if str(cell.formula or "").startswith("="):
        raise Refusal(f"{where}: ô này chứa công thức nên không ghi số đè lên. {sentence(why(proposal))}.")
    if not isinstance(before, _PLAIN):
        raise Refusal(f"{where}: ô này chứa ngày tháng. Hãy tự sửa thành {in_words(proposal.value, 'vi')}.")
    _refuse_locked(session, Place(*proposal.ref), where)
    after = _number(proposal.value, percent=is_percent_format(form))
    if not session.ask(_question(proposal, where)):
        return ""
    repair = Repair(proposal.ref.sheet, proposal.ref.address, before, form, after)
    session.change(lambda: _write(cell, after, "General" if form == _TEXT_FORMAT else form),
                   lambda: _put_back(cell, repair))  # fmt: skip
    ledger = Ledger(session.book)
    ledger.save([*ledger.repairs, repair])
    return f"Đã sửa {where} thành {in_words(proposal.value, 'vi')}. Bấm Kiểm tra để kiểm tra lại, Hoàn tác để trả lại."


def _question(proposal: Proposal, where: str) -> str:
    named = f" ({proposal.place})" if proposal.place else ""
    now = in_words(proposal.actual, "vi") or "(để trống)"
    return (
        f"{where}{named}\n\nĐang ghi: {now}\nSửa thành: {in_words(proposal.value, 'vi')} "
        f"({_SURE[proposal.confidence]})\n\nVì sao: {why(proposal)}.\n\nSửa ô này?"
    )


def _refuse_locked(session: Session, place: Place, where: str) -> None:
    sheet = session.picture.sheets.get(place.sheet)
    if sheet is not None and sheet.locked((place.row, place.column)):
        raise Refusal(f"{where}: ô bị khóa trong sheet đang được bảo vệ. Bỏ bảo vệ sheet rồi làm lại.")


def _cell(session: Session, sheet: str, row: int, column: int) -> xw.Range:
    return session.book.sheets[sheet].range((row, column))


def _number(value: str, *, percent: bool) -> float:
    """What a cell holds that shows this value."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise Refusal(f"Gợi ý “{value}” không phải là một số nên không tự ghi được.") from None
    return float(number / 100 if percent else number)


def _write(cell: xw.Range, value: Value, form: str) -> None:
    if cell.number_format != form:
        cell.number_format = form
    cell.value = value
    if isinstance(value, str) and cell.value != value:  # a text that Excel takes for a number
        cell.value = f"'{value}"


def _put_back(cell: xw.Range, repair: Repair) -> None:
    if cell.value != repair.before:
        _write(cell, repair.before, repair.format)
    elif cell.number_format != repair.format:
        cell.number_format = repair.format


# ---- undoing it --------------------------------------------------------------------------------------------------


def undo(session: Session) -> str:
    """Puts back the cell of the last repair; gives what to say. Raises :class:`Refusal` where that is not possible.

    A repair that can no longer be undone is forgotten, so that the next press comes to the one before it.
    """
    ledger = Ledger(session.book)
    if not ledger.repairs:
        raise Refusal("Chưa có lần sửa nào để hoàn tác trong sổ tính này.")
    *others, last = ledger.repairs
    where = f"{last.sheet}, ô {last.cell}"
    if last.sheet not in [sheet.name for sheet in session.book.sheets]:
        ledger.save(others)
        raise Refusal(f"Không hoàn tác được: sheet “{last.sheet}” không còn trong sổ tính.")
    row, column = parse_address(last.cell)
    cell = _cell(session, last.sheet, row, column)
    if cell.value != last.after or str(cell.formula or "").startswith("="):
        ledger.save(others)
        raise Refusal(f"{where}: ô đã được thay đổi sau khi sửa nên không hoàn tác, số hiện có được giữ nguyên.")
    _refuse_locked(session, Place(last.sheet, row, column), where)
    form = str(cell.number_format or "")
    session.change(lambda: _write(cell, last.before, last.format), lambda: _write(cell, last.after, form))
    ledger.save(others)
    return f"Đã trả lại {where} như trước khi sửa."


class Ledger:
    """The repairs of one workbook that can be undone, in the user's folder: each press is a program of its own."""

    def __init__(self, book: xw.Book) -> None:
        name = _quietly(lambda: str(book.fullname)) or str(book.name)
        self._path = user_folder() / "repairs" / f"{sha256(name.casefold().encode()).hexdigest()[:16]}.json"
        self.repairs = _read(self._path)

    def save(self, repairs: Sequence[Repair]) -> None:
        """Keeps these repairs, the last ones of many. Raises OutputError."""
        kept = list(repairs)[-_KEPT:]
        write_bytes(self._path, json.dumps(kept, ensure_ascii=False).encode())
        self.repairs = kept


def _read(path: Path) -> list[Repair]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return [Repair(*map(_checked, entry)) for entry in found]
    except (OSError, ValueError, TypeError):
        return []


def _checked(part: Any) -> Any:
    if not isinstance(part, _PLAIN):
        raise TypeError(part)
    return part


def _quietly(ask: Callable[[], str]) -> str:
    try:
        return ask()
    except Exception:  # a web address without a folder
        return ""
