"""One press of a button: the open workbook, a saved copy of it, and the way back if a step fails."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import xlwings as xw

from xlplan.excel import desktop
from xlplan.excel.picture import Picture
from xlplan.messages import problem
from xlplan.model import Report
from xlplan.pipeline import DEFAULTS, Options, Outcome, Problem, process
from xlplan.tuples import NamedTuple

_OPTIONS = ("status_bar", "screen_updating", "display_alerts", "enable_events", "calculation")
_USUAL_SUFFIX = ".xlsx"
_FILE_PICKER, _CHOSEN = 3, -1  # msoFileDialogFilePicker, and what Show gives where a file was chosen


class Refusal(Exception):  # noqa: N818 - it is no mistake of anybody's program
    """Why a button does nothing: one sentence for the user. The workbook is as it was."""


class Place(NamedTuple):
    """One cell that the user has selected."""

    sheet: str
    row: int
    column: int


class Session:
    """The work of one button on one workbook.

    Whatever is written goes through :meth:`change`, with the way back; leaving the session by an exception takes
    everything back, last first. Active sheet, status bar and the program's options are as before afterwards.
    """

    def __init__(self, book: xw.Book, title: str) -> None:
        self.book = book
        self.app = book.app
        self.title = title
        self.whole = True
        """Whether everything could be taken back after a failure."""
        self.active = ""
        """The name of the sheet that was in front."""
        self._back: list[Callable[[], None]] = []
        self._options: dict[str, Any] = {}
        self._folder: Path | None = None
        self._at: xw.Sheet | None = None

    # ---- before and after ------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        for name in _OPTIONS:  # what an engine does not have need not be put back
            firmly(lambda name=name: self._options.update({name: getattr(self.app, name)}))  # type: ignore[misc]
        firmly(self._note_place)
        self._set("screen_updating", False)
        self._set("enable_events", False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._take_back()
        firmly(self._go_back)
        for name in self._options:
            firmly(lambda name=name: self._restore(name))  # type: ignore[misc]
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _note_place(self) -> None:
        self._at = self.book.sheets.active
        self.active = self._at.name

    def _go_back(self) -> None:
        """To the sheet that was in front."""
        if self._at is not None and self.book.sheets.active.name != self._at.name:
            self.book.activate()
            self._at.activate()

    def _restore(self, option: str) -> None:
        if getattr(self.app, option) != self._options[option]:
            setattr(self.app, option, self._options[option])

    def _set(self, option: str, value: object) -> None:
        with suppress(Exception):
            setattr(self.app, option, value)

    def stay_at(self, sheet: xw.Sheet) -> None:
        """The sheet that is to be in front afterwards, in place of the one that was."""
        self._at = sheet

    # ---- changes ---------------------------------------------------------------------------------------------

    def change(self, do: Callable[[], object], back: Callable[[], object]) -> None:
        """Changes something. ``back`` undoes it, and does nothing where it did not come about."""

        def undo() -> None:
            back()

        self._back.append(undo)
        do()

    def keep(self) -> None:
        """What was changed so far stays, come what may."""
        self._back.clear()

    def _take_back(self) -> None:
        while self._back:
            try:
                self._back.pop()()
            except Exception as error:  # the rest must be taken back all the same
                self.whole = False
                desktop.log_failure(f"{self.title} (hoàn lại)", error)

    # ---- talking ---------------------------------------------------------------------------------------------

    def progress(self, text: str) -> None:
        """Says in the status bar what is being done."""
        self._set("status_bar", f"{self.title}: {text}")

    @property
    def silent(self) -> bool:
        """Whether dialogs are off: a script drives the program, and nobody would close them."""
        return not self._options.get("display_alerts", True)

    def ask(self, text: str, buttons: str = "ok_cancel") -> bool:
        """Whether the user says yes; yes where dialogs are off, as Excel itself takes it."""
        if self.silent:
            return True
        return str(self.app.alert(text, title=self.title, buttons=buttons, mode="info")) in ("ok", "yes")

    def choose(self, usual: Path | None, *, title: str, kind: str, patterns: str) -> Path | None:
        """The file that the user chooses, ``usual`` being offered first; ``None`` where they give up.

        Where dialogs are off it is ``usual``, if there is one. Raises :class:`Refusal` for a file that is not in a
        folder of this computer.
        """
        if self.silent:
            return usual if usual is not None and usual.is_file() else None
        chosen = chosen_file(self.app, _offered(usual), title=title, kind=kind, patterns=patterns)
        if not chosen:
            return None
        path = Path(chosen)
        if not path.is_absolute():  # the web address of a file in OneDrive or SharePoint
            raise Refusal(f"{path.name}: tệp không nằm trong một thư mục trên máy này. Hãy lưu tệp về máy rồi làm lại.")
        return path

    # ---- the copy --------------------------------------------------------------------------------------------

    @cached_property
    def folder(self) -> Path:
        """A folder of this session only; it goes with it."""
        self._folder = Path(tempfile.mkdtemp(prefix="xlplan-"))
        return self._folder

    @cached_property
    def copy(self) -> Path:
        """The workbook as it stands, unsaved edits included, under its own name in :attr:`folder`."""
        self.progress("đang đọc sổ tính…")
        return saved_copy(self.book, self.folder / _file_name(self.book.name))

    @cached_property
    def picture(self) -> Picture:
        """What the copy shows."""
        return Picture(self.copy.read_bytes())

    def outcome(self, options: Options = DEFAULTS) -> Outcome:
        """What the core makes of the copy."""
        copy = self.copy
        self.progress("đang kiểm tra số liệu…")
        return process(copy, options)

    def report(self) -> Report:
        """The findings. Raises :class:`Refusal` where the workbook cannot be read."""
        outcome = self.outcome()
        if outcome.report is None:
            raise self.refusal(outcome.problem)
        return outcome.report

    def caution(self) -> list[str]:
        """A line where the workbook's own figures still have errors: for what is made of them in spite of that."""
        report = self.outcome().report
        if report is None or not report.errors:
            return []
        return [f"Lưu ý: số liệu còn {len(report.errors)} lỗi; bấm Kiểm tra để xem."]

    def refusal(self, trouble: Problem | None) -> Refusal:
        """The sentence of a problem, with the workbook's own name."""
        assert trouble is not None
        name = self.book.name if Path(trouble.file).parent == self._folder else trouble.file
        details = {"detail": trouble.detail, "count": trouble.errors, "paragraph": trouble.paragraph}
        return Refusal(" ".join(problem(trouble.kind, name, "vi", **details).split()))

    # ---- where the workbook lives ----------------------------------------------------------------------------

    def home(self) -> Path:
        """The workbook's own file, for what is written beside it. Raises :class:`Refusal` if there is none."""
        path = None
        with suppress(Exception):  # xlwings looks for the folder behind a web address, and may not find it
            path = Path(self.book.fullname)
        if path is None or not path.is_absolute() or not path.is_file():
            raise Refusal("Sổ tính chưa được lưu vào một thư mục trên máy này. Hãy lưu tệp rồi làm lại.")
        return path

    def selected(self, rows_of: Collection[str] = ()) -> Place:
        """The one cell that is selected in this workbook, or the first of a row on a sheet of ``rows_of``.

        Raises :class:`Refusal` for anything else.
        """
        found, count = None, 0
        with suppress(Exception):  # a chart, a picture, or more cells than Excel can count
            found = self.app.selection
            count = len(found) if found is not None else 0
        if found is None or not count:
            raise Refusal("Chưa chọn ô nào. Hãy chọn một ô rồi bấm lại.")
        sheet = found.sheet
        if sheet.book.name != self.book.name:
            raise Refusal(f"Ô đang chọn không thuộc sổ tính “{self.book.name}”. Hãy chọn một ô của sổ tính này.")
        height, width = found.shape
        one = count == height * width and (height == 1 if sheet.name in rows_of else _is_one(found))
        if not one:
            raise Refusal("Đang chọn nhiều ô. Hãy chọn đúng một ô rồi bấm lại.")
        return Place(sheet.name, found.row, found.column)


def firmly(do: Callable[[], object]) -> None:
    """Does something that must not fail: once more if it does, and then no more."""
    try:
        do()
    except Exception:  # Excel refuses calls while it is busy
        with suppress(Exception):
            do()


def _is_one(cells: xw.Range) -> bool:
    """Whether a selection without gaps is one cell, be it merged from several."""
    if len(cells) == 1:
        return True
    area = cells.sheet.range((cells.row, cells.column)).merge_area
    return str(area.address) == str(cells.address)


def _file_name(name: str) -> str:
    return name if Path(name).suffix else f"{name}{_USUAL_SUFFIX}"  # Book1, which was never saved


def _offered(usual: Path | None) -> str:
    """What a dialog shows first: the file, or its folder where there is no such file."""
    if usual is None:
        return ""
    return str(usual) if usual.is_file() else f"{usual.parent}{os.sep}"


# ---- the one place that asks for more than the Book API ----------------------------------------------------------


def chosen_file(app: xw.App, offered: str, *, title: str, kind: str, patterns: str) -> str:
    """The path that the user chooses in the program's own dialog, empty where they close it without choosing.

    ``kind`` names the files that match ``patterns`` (``*.docx; *.doc``); others are not shown.
    """
    dialog = app.api.FileDialog(_FILE_PICKER)
    dialog.Title = title
    dialog.AllowMultiSelect = False
    dialog.Filters.Clear()  # the dialog is one for the whole session of Excel
    dialog.Filters.Add(kind, patterns)
    dialog.InitialFileName = offered
    if dialog.Show() != _CHOSEN:
        return ""
    return str(dialog.SelectedItems.Item(1))


def saved_copy(book: xw.Book, target: Path) -> Path:
    """Writes the workbook as it stands to ``target``; its own file, name and saved state stay as they are.

    The Book API can only save under the workbook's own name. Excel for Windows (and any engine whose native object
    offers it) has ``SaveCopyAs``. Elsewhere the sheets are copied into a new workbook, which is saved and closed; that
    loses what belongs to no sheet (macros, custom properties), and very hidden sheets where a program will not copy
    them.
    """
    save = getattr(_native(book), "SaveCopyAs", None)
    if save is not None:
        save(str(target))
    else:
        target = target.with_suffix(_USUAL_SUFFIX)
        _copied_sheet_by_sheet(book, target)
    return target


def _native(book: xw.Book) -> object:
    try:
        return book.api
    except NotImplementedError:
        return None


def _copied_sheet_by_sheet(book: xw.Book, target: Path) -> None:
    other = book.app.books.add()
    try:
        blank = [sheet.name for sheet in other.sheets]
        for number, name in enumerate(blank):  # out of the way of sheets of that name
            other.sheets[name].name = f"xlplan_{number}"
        for sheet in book.sheets:
            sheet.copy(after=other.sheets[-1])
        for number in range(len(blank)):
            other.sheets[f"xlplan_{number}"].delete()
        for sheet in other.sheets:  # formulas still point to the workbook that they come from
            sheet.used_range.replace_all(f"[{book.name}]", "")
        other.save(str(target))
    finally:
        firmly(other.close)
        firmly(book.activate)
