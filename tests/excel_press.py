"""Workbooks that are open in the engine of the tests, and what a press of a button leaves behind."""

from __future__ import annotations

import shutil
import warnings
from pathlib import Path
from typing import Any

import build
import openpyxl
import xlwings as xw
import xlwings_engine as excel
from openpyxl.comments import Comment
from openpyxl.styles import Color, PatternFill

from xlplan.pipeline import Outcome, mark, process

ROOT = Path(__file__).parent.parent
WORKBOOKS = sorted((ROOT / "workbooks").glob("*.xlsx"))
LISTING = "Kiểm tra"
TABLE = "Biểu chỉ tiêu"
SWAPPED = (Path(__file__).parent / "should_fail" / "A02-total-digits-swapped.txt").read_text(encoding="utf-8")


def opened(path: Path, folder: Path) -> xw.Book:
    """A copy of a workbook, open in the program."""
    excel.fresh_app()
    target = folder / path.name
    if target != path:
        shutil.copy(path, target)
    return excel.open_book(target)


def broken(folder: Path, text: str = SWAPPED) -> xw.Book:
    """An open workbook with contradictions, in which an official has coloured cells and written notes."""
    path = build.workbook(folder / "xã Bình An.xlsx", text)
    wb = openpyxl.load_workbook(path)
    sheet = wb[TABLE]
    sheet["E6"].fill = PatternFill("solid", fgColor="FFCCFFCC")
    sheet["G6"].fill = PatternFill("solid", fgColor=Color(theme=4, tint=0.5))
    sheet["I6"].fill = PatternFill("lightGrid", fgColor="FF00FF00")
    sheet["E6"].comment = Comment("Số của Chi cục", "Lê Thị Hoa")
    sheet["A1"].comment = Comment("LỖI nhập liệu đã báo", "Lê Thị Hoa")
    wb.save(path)
    return opened(path, folder)


def app() -> Any:
    """What the test scripts (``_answers``, ``_choices``) and looks at (``_alerts``, ``_progress``, ``_options``)."""
    return excel.engine_impl.apps._app


def saved(book: xw.Book, path: Path) -> Path:
    """The workbook as it stands, in a file."""
    path.write_bytes(book.impl._saved())
    return path


def shown(path: Path) -> dict[str, Any]:
    """What the program shows of a file that it has just opened, without which sheet is in front."""
    before = app()._books[:], app()._front
    made = without_front(excel.state(excel.open_book(path)))
    app()._books[:], app()._front = before
    return made


def without_front(state: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in state.items() if key != "front"}


def by_command(path: Path, target: Path) -> tuple[Outcome, Path]:
    """What the command line finds in a file, and the copy that it marks."""
    outcome = process(path)
    made = mark(outcome, path)
    assert isinstance(made, bytes)
    target.write_bytes(made)
    return outcome, target


def typed(book: xw.Book, sheet: str, cell: str, value: object) -> None:
    """What the official types; nothing is saved."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book.impl._wb[sheet][cell].value = value
