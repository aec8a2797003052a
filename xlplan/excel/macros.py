"""The buttons of the ribbon. VBA runs each in xlwings' server: ``import xlplan.excel.macros as m; m.check()``.

They hold no rules: the core reads a saved copy of the open workbook, and what it finds is shown there. A button that
fails leaves the workbook as it was and says why in one sentence; the details are in the log.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import xlwings as xw

from xlplan import __version__
from xlplan.excel import desktop, live
from xlplan.excel.session import Refusal, Session
from xlplan.files import OutputError, write_bytes
from xlplan.messages import problem
from xlplan.pipeline import Problem

Work = Callable[[Session], str]
_PRODUCT = "Kế hoạch giảm nghèo"
_ADD_IN = (".xlam", ".xla")


# ---- the buttons -------------------------------------------------------------------------------------------------


def check(book: xw.Book | None = None) -> None:
    """`Kiểm tra`: colours, notes and the sheet `Kiểm tra`; answers given there are kept."""
    _press("Kiểm tra", _check, book)


def clear_marks(book: xw.Book | None = None) -> None:
    """`Xóa đánh dấu`: the former colours and notes, without the sheet `Kiểm tra`."""
    _press("Xóa đánh dấu", _clear_marks, book)


def apply_repair(book: xw.Book | None = None) -> None:
    """`Sửa theo gợi ý`: the card of the selected cell, or of the selected row of `Kiểm tra`, after asking."""
    _press("Sửa theo gợi ý", _apply_repair, book)


def undo_repair(book: xw.Book | None = None) -> None:
    """`Hoàn tác`: puts back the cell that was repaired last."""
    _press("Hoàn tác", _undo_repair, book)


def compute_rates(book: xw.Book | None = None) -> None:
    """`Tính tỷ lệ`: native formulas in the blank rates of the tables."""
    _press("Tính tỷ lệ", _compute_rates, book)


def write_plan(book: xw.Book | None = None) -> None:
    """`Lập kế hoạch`: the Word file beside the workbook, opened."""
    _press("Lập kế hoạch", _write_plan, book)


def refresh_plan(book: xw.Book | None = None) -> None:
    """`Cập nhật số liệu`: the workbook's present figures in a copy of a Word plan that people have edited."""
    _press("Cập nhật số liệu", _refresh_plan, book)


def crosscheck_plan(book: xw.Book | None = None) -> None:
    """`Đối chiếu văn bản`: a Word plan held against the workbook, with comments in a copy beside it."""
    _press("Đối chiếu văn bản", _crosscheck_plan, book)


def prepare_to_send(book: xw.Book | None = None) -> None:
    """`Chuẩn bị gửi`: a copy beside the workbook that needs neither macros nor Python."""
    _press("Chuẩn bị gửi", _prepare_to_send, book)


def jump(book: xw.Book | None = None) -> None:
    """From the selected row of `Kiểm tra` to its cell."""
    _press("Đến ô", _jump, book)


def show_help(book: xw.Book | None = None) -> None:
    """`Trợ giúp`: what each button does."""
    _press("Trợ giúp", lambda _: _HELP, book)


def about(book: xw.Book | None = None) -> None:
    """`Giới thiệu`: the version, what the program does, where its log is."""
    _press("Giới thiệu", lambda _: _about(), book)


# ---- what they do ------------------------------------------------------------------------------------------------


def _check(session: Session) -> str:
    from xlplan.excel.painting import put_marks
    from xlplan.pipeline import mark_apart
    from xlplan.sheets.marks.words import summary

    outcome = session.outcome()
    if outcome.report is None:
        raise session.refusal(outcome.problem)
    made = mark_apart(outcome, session.copy)
    if isinstance(made, Problem):
        raise session.refusal(made)
    tally = put_marks(session, *made)
    more = ["Xem sheet “Kiểm tra” và các ô tô màu."] if outcome.report.findings else []
    return "\n".join([summary(outcome.report, "vi"), *more, *tally.sentences(clearing=False)])


def _clear_marks(session: Session) -> str:
    from xlplan.excel.painting import take_marks_out
    from xlplan.pipeline import clear

    made = clear(session.copy)
    if isinstance(made, Problem):
        raise session.refusal(made)
    if made == session.copy.read_bytes():
        return "Sổ tính này không có dấu nào của lần kiểm tra."
    tally = take_marks_out(session, made)
    return "\n".join(["Đã xóa đánh dấu." if not tally.locked else "", *tally.sentences(clearing=True)]).strip()


def _apply_repair(session: Session) -> str:
    from xlplan.excel.repairs import apply, chosen

    return apply(session, chosen(session, session.report()))


def _undo_repair(session: Session) -> str:
    from xlplan.excel.repairs import undo

    return undo(session)


def _compute_rates(session: Session) -> str:
    from xlplan.excel.filling import fill

    return fill(session, session.report())


def _write_plan(session: Session) -> str:
    from xlplan.excel.plans import write

    return write(session)


def _refresh_plan(session: Session) -> str:
    from xlplan.excel.plans import refresh

    return refresh(session)


def _crosscheck_plan(session: Session) -> str:
    from xlplan.excel.plans import crosscheck

    return crosscheck(session)


def _prepare_to_send(session: Session) -> str:
    from xlplan.excel.sending import Unready, for_sending
    from xlplan.pipeline import clear

    home = session.home()
    made = clear(session.copy)
    if isinstance(made, Problem):
        raise session.refusal(made)
    session.progress("đang ghi bản gửi…")
    try:
        made = for_sending(made)
    except Unready as error:
        sheet, cell = error.cells[0]
        raise Refusal(
            f"{sheet}, ô {cell}: công thức GN_… chưa có kết quả ({len(error.cells)} ô như vậy). Tính lại sổ tính "
            "(Ctrl+Alt+F9) rồi làm lại."
        ) from error
    path = desktop.write_beside_others(home.with_name(f"{home.stem}_gui.xlsx"), made)
    return "\n".join([f"Đã ghi bản để gửi: {path}", *session.caution()])


def _jump(session: Session) -> str:
    from xlplan.excel.listing import listings, row_at

    sheets = listings(session.book)
    place = session.selected(rows_of=sheets)
    if place.sheet not in sheets:
        raise Refusal("Hãy chọn một dòng trong sheet “Kiểm tra” rồi bấm lại.")
    row = row_at(session.book, place, sheets[place.sheet])
    if row is None or not row.sheet:
        raise Refusal("Dòng đang chọn không phải là một phát hiện. Hãy chọn một dòng của bảng trong sheet này.")
    target = next((sheet for sheet in session.book.sheets if sheet.name == row.sheet), None)
    if target is None:
        raise Refusal(f"Sheet “{row.sheet}” không còn trong sổ tính. Hãy bấm Kiểm tra lại.")
    try:
        target.activate()
        target.range(row.place or (1, 1)).select()
    except Exception as error:  # what Excel says of a hidden sheet
        raise Refusal(f"Sheet “{row.sheet}” đang ẩn nên không đến được ô {row.cell}. Hãy bỏ ẩn sheet.") from error
    session.stay_at(target)
    return ""


# ---- help --------------------------------------------------------------------------------------------------------

_HELP = """Kiểm tra: tô màu ô có sai lệch, ghi chú và lập sheet “Kiểm tra”. Nếu số liệu đúng, ghi lý do vào cột Giải \
trình rồi kiểm tra lại.
Xóa đánh dấu: trả lại màu và ghi chú như trước, bỏ sheet “Kiểm tra”.
Đến ô: chọn một dòng của sheet “Kiểm tra” để đến đúng ô đó.
Sửa theo gợi ý: chọn một ô tô màu hoặc một dòng của sheet “Kiểm tra”; chương trình hỏi trước khi sửa.
Hoàn tác: trả lại ô vừa sửa theo gợi ý.
Tính tỷ lệ: điền công thức vào các ô tỷ lệ còn trống; số đã ghi được giữ nguyên.
Lập kế hoạch: ghi tệp Word cạnh sổ tính và mở ra.
Cập nhật số liệu: chọn kế hoạch Word đã lập và đã chỉnh sửa; bản mới có số liệu hiện tại của sổ, chữ đã sửa giữ nguyên.
Đối chiếu văn bản: chọn văn bản Word tự soạn; bản sao có nhận xét ở chỗ số liệu khác với sổ.
Chuẩn bị gửi: ghi một bản không có đánh dấu, không cần macro, để gửi lên cấp trên."""


def _about() -> str:
    return (
        f"xlplan {__version__}\nKiểm tra số liệu giảm nghèo của xã, phường trong sổ tính Excel và lập kế hoạch Word. "
        f"Chạy trên máy này, không gửi dữ liệu đi đâu.\nNhật ký lỗi: {desktop.log_file()}"
    )


# ---- pressing ----------------------------------------------------------------------------------------------------


def _press(title: str, work: Work, book: xw.Book | None) -> None:
    """Does the work of a button and tells the user how it ended."""
    try:
        book = _meant(book if book is not None else xw.Book.caller())
        app = book.app
    except Exception as error:  # nobody to talk to: VBA says that the call has failed
        desktop.log_failure(title, error)
        raise
    session = Session(book, title)
    live.forget()  # functions in cells look again at what a button may change
    try:
        with session:
            said = work(session)
    except Refusal as refusal:
        said = _ended(session, str(refusal))
    except OutputError as error:
        desktop.log_failure(title, error)
        said = _ended(session, problem(error.kind, str(error.path), detail=error.detail))
    except Exception as error:  # Excel's refusals and our own mistakes alike
        desktop.log_failure(title, error)
        said = _ended(
            session, f"Không làm được “{title}”; sổ tính giữ nguyên như trước. Chi tiết: {desktop.log_file()}"
        )
    with suppress(Exception):
        if session.silent:
            write_bytes(desktop.last_word(), said.encode("utf-8"))
        elif said:
            app.alert(said, title=f"{_PRODUCT} – {title}", buttons="ok", mode="info")


def _ended(session: Session, sentence: str) -> str:
    if session.whole:
        return sentence
    return f"{sentence}\nChưa trả lại được hết như trước: hãy đóng sổ tính mà không lưu rồi mở lại."


def _meant(book: xw.Book) -> xw.Book:
    """The workbook that the user is looking at, where the add-in itself has called."""
    return book.app.books.active if book.name.casefold().endswith(_ADD_IN) else book
