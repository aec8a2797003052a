"""Carries marks into the live workbook: the difference between two copies of it, and the sheet `Kiểm tra`."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

import xlwings as xw

from xlplan.excel.colours import OTHER, Rgb
from xlplan.excel.picture import Change, Picture, SheetPicture
from xlplan.excel.session import Refusal, Session, firmly
from xlplan.sheets.marks.answers import TITLE
from xlplan.sheets.marks.removal import states

_ASIDE = "xlplan cũ"
_NOTE_WIDTH, _LINE_HEIGHT, _LINE_LETTERS, _HIGHEST = 300, 13, 58, 400  # points; letters of a line
SEALED = (
    "Cấu trúc sổ tính đang được bảo vệ nên không thêm hay bớt được sheet “Kiểm tra”. Bỏ bảo vệ (Xem lại > Bảo vệ sổ "
    "tính) rồi làm lại."
)


class Tally:
    """What could not be carried over."""

    def __init__(self) -> None:
        self.locked: list[str] = []
        """Sheets whose protection forbids colours or notes."""
        self.patterns = 0
        """Cells with a pattern, which is not touched, or which cannot be given back."""

    def sentences(self, *, clearing: bool) -> list[str]:
        """What the user should know of it."""
        found = []
        if self.locked:
            names = ", ".join(f"“{name}”" for name in self.locked)
            what = "còn dấu" if clearing else "không tô màu, không ghi chú"
            found.append(f"Sheet {names} đang được bảo vệ nên {what}; bỏ bảo vệ rồi bấm lại nếu cần.")
        if self.patterns and clearing:
            found.append(f"{self.patterns} ô trước đây có nền hoa văn, nay không có nền.")
        elif self.patterns:
            found.append(f"{self.patterns} ô có nền hoa văn được giữ nguyên nền, chỉ có ghi chú.")
        return found


def put_marks(session: Session, marked: bytes, listing: bytes) -> Tally:
    """Makes the live workbook show what a marked copy shows; ``listing`` holds the sheet `Kiểm tra`, at its end."""
    if session.picture.sealed:
        raise Refusal(SEALED)
    session.progress("đang đánh dấu…")
    new = _bring(session, listing)
    tally = _carry_over(session, Picture(marked), clearing=False)
    old = list(states(session.copy.read_bytes()))
    for number, name in enumerate(old):
        _rename(session, session.book.sheets[name], f"{_ASIDE} {number + 1}")
    _rename(session, new, next(iter(states(marked)), TITLE))
    _drop(session, [f"{_ASIDE} {number + 1}" for number in range(len(old))])
    if session.active in old:
        session.stay_at(new)
    return tally


def take_marks_out(session: Session, cleared: bytes) -> Tally:
    """Makes the live workbook show what a copy without marks shows, and removes the sheet `Kiểm tra`."""
    old = list(states(session.copy.read_bytes()))
    if old and session.picture.sealed:
        raise Refusal(SEALED)
    session.progress("đang xóa đánh dấu…")
    tally = _carry_over(session, Picture(cleared), clearing=True)
    if not tally.locked:  # else the record of the former fills must stay with the marks that do
        _drop(session, old)
    return tally


# ---- cells -------------------------------------------------------------------------------------------------------


def _carry_over(session: Session, after: Picture, *, clearing: bool) -> Tally:
    tally = Tally()
    for name, sheet in session.picture.sheets.items():
        if name not in after.sheets:
            continue
        changes = list(sheet.changes(after.sheets[name]))
        if any((c.repaint and sheet.formats_locked) or (c.note is not None and sheet.notes_locked) for c in changes):
            tally.locked.append(name)
        for change in changes:
            _apply(session, name, sheet, change, tally, clearing=clearing)
    return tally


def _apply(
    session: Session, name: str, sheet: SheetPicture, change: Change, tally: Tally, *, clearing: bool
) -> None:  # fmt: skip
    cell = session.book.sheets[name].range(change.place)
    if change.repaint and not sheet.formats_locked:
        shade = change.shade
        if shade is OTHER or sheet.shade(change.place) is OTHER:
            tally.patterns += 1
        if shade is OTHER:
            shade = None
        if clearing or sheet.shade(change.place) is not OTHER:
            assert shade is None or isinstance(shade, tuple)
            _paint(session, cell, shade)
    if change.note is not None and not sheet.notes_locked:
        _write_note(session, cell, change.note)


def _paint(session: Session, cell: xw.Range, shade: Rgb | None) -> None:
    before = cell.color

    def back() -> None:
        if cell.color != before:
            cell.color = before

    def do() -> None:
        cell.color = shade

    session.change(do, back)


def _write_note(session: Session, cell: xw.Range, text: str) -> None:
    note = cell.note
    before = note.text if note is not None else ""
    session.change(lambda: set_note(cell, text), lambda: set_note(cell, before))


def set_note(cell: xw.Range, text: str) -> None:
    """Gives a cell this note; empty text takes it away."""
    note = cell.note
    now = note.text if note is not None else ""
    if now == text:
        return
    if note is not None and not text:
        note.delete()
    elif note is not None:
        note.text = text
    else:
        cell.add_note(text)
        with suppress(Exception):  # only the size of the box, which not every engine knows
            _fit(cell.sheet, text)


def _fit(sheet: xw.Sheet, text: str) -> None:
    """Makes the box of the newest note large enough to be read."""
    shapes = sheet.shapes
    box = shapes[len(shapes) - 1]
    if box.type == "comment":
        lines = sum(-(-max(len(line), 1) // _LINE_LETTERS) for line in text.split("\n"))
        box.width = _NOTE_WIDTH
        box.height = min((lines + 1) * _LINE_HEIGHT, _HIGHEST)


# ---- the sheet Kiểm tra ------------------------------------------------------------------------------------------


def _bring(session: Session, listing: bytes) -> xw.Sheet:
    """Copies the sheet into the workbook, behind its sheets, under any name."""
    path = session.folder / "xlplan_kiem_tra.xlsx"
    path.write_bytes(listing)
    book = session.book
    names = {sheet.name for sheet in book.sheets}

    def back() -> None:
        for sheet in [s for s in book.sheets if s.name not in names]:
            sheet.delete()

    other = session.app.books.open(str(path), update_links=False, add_to_mru=False)
    try:
        session.change(lambda: other.sheets[-1].copy(after=book.sheets[-1]), back)
    finally:
        firmly(other.close)
        firmly(book.activate)
    return next(sheet for sheet in book.sheets if sheet.name not in names)


def _rename(session: Session, sheet: xw.Sheet, name: str) -> None:
    before = sheet.name

    def back() -> None:
        if sheet.name != before:
            sheet.name = before

    def do() -> None:
        sheet.name = name

    if before != name:
        session.change(do, back)


def _drop(session: Session, names: Iterable[str]) -> None:
    """Deletes sheets of ours. The first one that is gone cannot come back, so this is the last step."""
    for number, name in enumerate(names):
        if number:
            firmly(session.book.sheets[name].delete)
        else:
            session.book.sheets[name].delete()
            session.keep()
