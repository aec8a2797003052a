"""A small xlwings engine over openpyxl: what the macros use of the Book API, and Excel's refusals.

Registered once as an engine of xlwings; ``open_book`` gives an ``xw.Book`` of a file, ``app`` what a test scripts and
looks at. Whatever is not here raises NotImplementedError by xlwings' own base classes.
"""

from __future__ import annotations

import warnings
from copy import copy
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import xlwings as xw
from lxml import etree
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter, range_boundaries
from xlwings import base_classes as base

from xlplan.excel.colours import Palette
from xlplan.packages.gate import Package
from xlplan.packages.patch.archive import repack
from xlplan.packages.patch.draft import MAIN
from xlplan.sheets.marks.trees import Trees

USER = "Cán bộ xã"
_M = f"{{{MAIN}}}"


class ExcelError(Exception):
    """What a real Excel would answer with a COM error."""


class Failures:
    """Counts the calls of an engine and lets one of them fail."""

    def __init__(self) -> None:
        self.calls = 0
        self.fail_at = 0
        self.failed = ""

    def tick(self, name: str) -> None:
        self.calls += 1
        if self.calls == self.fail_at:
            self.failed = name
            raise ExcelError(f"-2147418111 {name}")


failures = Failures()


def counted(cls: type) -> type:
    """Every public method and property of the class is a call that can fail."""

    def wrap(function: Any, name: str) -> Any:
        def called(*args: Any, **kwargs: Any) -> Any:
            failures.tick(name)
            return function(*args, **kwargs)

        return called

    quiet = ("engine", "book", "sheet", "app", "api", "pid", "options", "shape", "row", "column")
    for name, member in list(vars(cls).items()):
        if name.startswith("_") or name in quiet:
            continue
        label = f"{cls.__name__}.{name}"
        if isinstance(member, property):
            getter = wrap(member.fget, label) if member.fget else None
            setter = wrap(member.fset, f"{label}=") if member.fset else None
            setattr(cls, name, property(getter, setter))
        elif callable(member):
            setattr(cls, name, wrap(member, label))
    return cls


@counted
class Note(base.Note):
    def __init__(self, cell: Any, sheet: Sheet) -> None:
        self._cell, self._sheet = cell, sheet

    @property
    def text(self) -> str:
        return str(self._cell.comment.text)

    @text.setter
    def text(self, value: str) -> None:
        self._sheet._refuse_objects()
        box = self._cell.comment
        self._cell.comment = Comment(value, box.author, height=box.height, width=box.width)

    @property
    def author(self) -> str:
        return str(self._cell.comment.author)

    def delete(self) -> None:
        self._sheet._refuse_objects()
        self._cell.comment = None


class Box(base.Shape):
    """The box of a note."""

    type = "comment"

    def __init__(self, cell: Any) -> None:
        self.__dict__["cell"] = cell

    @property
    def width(self) -> float:
        return float(self.cell.comment.width)

    @width.setter
    def width(self, value: float) -> None:
        self.cell.comment.width = value

    @property
    def height(self) -> float:
        return float(self.cell.comment.height)

    @height.setter
    def height(self, value: float) -> None:
        self.cell.comment.height = value


class Boxes:
    def __init__(self, cells: list[Any]) -> None:
        self.cells = cells

    def __len__(self) -> int:
        return len(self.cells)

    def __call__(self, number: int) -> Box:
        return Box(self.cells[number - 1])


@counted
class Range(base.Range):
    def __init__(self, sheet: Sheet, bounds: tuple[int, int, int, int], count: int = 0, address: str = "") -> None:
        self._sheet = sheet
        self._bounds = bounds
        self._count = count
        self._address = address
        self.options: Any = {}

    api = True

    @property
    def sheet(self) -> Sheet:
        return self._sheet

    @property
    def row(self) -> int:
        return self._bounds[0]

    @property
    def column(self) -> int:
        return self._bounds[1]

    @property
    def shape(self) -> tuple[int, int]:
        row1, column1, row2, column2 = self._bounds
        return row2 - row1 + 1, column2 - column1 + 1

    def __len__(self) -> int:
        return self._count or self.shape[0] * self.shape[1]

    def __call__(self, row: int, column: int) -> Range:
        place = (self.row + row - 1, self.column + column - 1)
        return Range(self._sheet, (*place, *place))

    @property
    def address(self) -> str:
        if self._address:
            return self._address
        row1, column1, row2, column2 = self._bounds
        ends = [f"${get_column_letter(c)}${r}" for r, c in ((row1, column1), (row2, column2))]
        return ends[0] if ends[0] == ends[1] else ":".join(ends)

    def _cell(self) -> Any:
        assert self.shape == (1, 1), "one cell at a time"
        return self._sheet._ws.cell(self.row, self.column)

    def _read(self, row: int, column: int) -> Any:
        sheet = self._sheet
        value = sheet._ws.cell(row, column).value
        if isinstance(value, str) and value.startswith("="):
            return sheet._results.get((row, column))
        return float(value) if isinstance(value, int) and not isinstance(value, bool) else value

    @property
    def raw_value(self) -> Any:
        row1, column1, row2, column2 = self._bounds
        rows = [[self._read(r, c) for c in range(column1, column2 + 1)] for r in range(row1, row2 + 1)]
        return rows[0][0] if self.shape == (1, 1) else rows

    @raw_value.setter
    def raw_value(self, value: Any) -> None:
        cell = self._cell()
        self._sheet._refuse_value(cell)
        if isinstance(value, str) and value.startswith("'"):
            value, cell.data_type = value[1:], "s"
            cell._value = value
        elif isinstance(value, str) and cell.number_format != "@" and _as_number(value) is not None:
            cell.value = _as_number(value)
        else:
            cell.value = value
        self._sheet._results.pop((self.row, self.column), None)

    @property
    def formula(self) -> str:
        value = self._cell().value
        return "" if value is None else str(value)

    @formula.setter
    def formula(self, value: str) -> None:
        cell = self._cell()
        self._sheet._refuse_value(cell)
        cell.value = value
        self._sheet._results.pop((self.row, self.column), None)

    @property
    def number_format(self) -> str:
        return str(self._cell().number_format)

    @number_format.setter
    def number_format(self, value: str) -> None:
        self._sheet._refuse_format()
        self._cell().number_format = value

    @property
    def color(self) -> tuple[int, int, int] | None:
        shade = self._sheet._book._palette().shade(self._fill())
        return shade if isinstance(shade, tuple) else (None if shade is None else (1, 2, 3))

    def _fill(self) -> etree._Element:
        return _plain(self._cell().fill.to_tree())

    @color.setter
    def color(self, value: tuple[int, int, int] | None) -> None:
        self._sheet._refuse_format()
        digits = "" if value is None else "FF{:02X}{:02X}{:02X}".format(*value)
        self._cell().fill = PatternFill("solid", fgColor=digits) if digits else PatternFill()

    @property
    def note(self) -> Note | None:
        cell = self._cell()
        return Note(cell, self._sheet) if cell.comment is not None else None

    def add_note(self, text: str) -> Note:
        self._sheet._refuse_objects()
        cell = self._cell()
        cell.comment = Comment(text, USER)
        self._sheet._boxes.append(cell)
        return Note(cell, self._sheet)

    @property
    def merge_area(self) -> Range:
        for merged in self._sheet._ws.merged_cells.ranges:
            if merged.min_row <= self.row <= merged.max_row and merged.min_col <= self.column <= merged.max_col:
                return Range(self._sheet, (merged.min_row, merged.min_col, merged.max_row, merged.max_col))
        return self

    def select(self) -> None:
        self._sheet._book._app._selection = self

    def replace_all(self, old: str, new: str, whole: bool, match_case: bool) -> None:
        for row in self._sheet._ws.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    cell.value = cell.value.replace(old, new)


def _as_number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _plain(tree: Any) -> etree._Element:
    """A tree of openpyxl as one of lxml in the main namespace."""
    made = etree.Element(f"{_M}{str(tree.tag).rpartition('}')[2]}", dict(tree.attrib))
    made.extend(_plain(child) for child in tree)
    return made


@counted
class Sheet(base.Sheet):
    def __init__(self, ws: Any, book: Book) -> None:
        self._ws, self._book = ws, book

    @property
    def book(self) -> Book:
        return self._book

    api = None

    @property
    def _results(self) -> dict[tuple[int, int], Any]:
        return self._book._results.setdefault(id(self._ws), {})

    @property
    def _boxes(self) -> list[Any]:
        return self._book._boxes.setdefault(id(self._ws), [])

    def _refuse_value(self, cell: Any) -> None:
        if self._ws.protection.sheet and cell.protection.locked:
            raise ExcelError("the cell is protected")

    def _refuse_format(self) -> None:
        if self._ws.protection.sheet and self._ws.protection.formatCells:
            raise ExcelError("the sheet is protected against formats")

    def _refuse_objects(self) -> None:
        if self._ws.protection.sheet and self._ws.protection.objects:
            raise ExcelError("the sheet is protected against objects")

    @property
    def name(self) -> str:
        return str(self._ws.title)

    @name.setter
    def name(self, value: str) -> None:
        self._book._refuse_structure()
        if value.casefold() in (title.casefold() for title in self._book._wb.sheetnames):
            raise ExcelError("the name is taken")
        self._ws.title = value

    @property
    def index(self) -> int:
        return int(self._book._wb.sheetnames.index(self._ws.title)) + 1

    def range(self, arg1: Any, arg2: Any = None) -> Range:
        first, second = (_bounds(arg) for arg in (arg1, arg1 if arg2 is None else arg2))
        return Range(self, (*first[:2], *second[2:]))

    @property
    def used_range(self) -> Range:
        return Range(self, (1, 1, max(self._ws.max_row, 1), max(self._ws.max_column, 1)))

    @property
    def visible(self) -> bool:
        return bool(self._ws.sheet_state == "visible")

    @property
    def shapes(self) -> Boxes:
        return Boxes(self._boxes)

    def activate(self) -> None:
        if self._ws.sheet_state != "visible":
            raise ExcelError("a hidden sheet cannot be activated")
        self._book._wb.active = self._ws

    def delete(self) -> None:
        self._book._refuse_structure()
        self._book._wb.remove(self._ws)
        self._book._wb.active = min(self._book._wb._active_sheet_index, len(self._book._wb.sheetnames) - 1)

    def copy(self, before: Any, after: Any) -> None:
        assert before is None
        target = after._book
        target._refuse_structure()
        names = {name.casefold() for name in target._wb.sheetnames}
        title, number = self.name, 2
        while title.casefold() in names:
            title, number = f"{self.name} ({number})", number + 1
        place = target._wb.sheetnames.index(after.__dict__["_ws"].title) + 1
        made = target._wb.create_sheet(title, place)
        _copy_sheet(self._ws, made)
        target._results[id(made)] = dict(self._results)
        target._wb.active = made
        target._app._front = target


def _bounds(arg: Any) -> tuple[int, int, int, int]:
    if isinstance(arg, Range):
        return arg._bounds
    if isinstance(arg, tuple):
        return (*arg, *arg)  # type: ignore[return-value]
    column1, row1, column2, row2 = range_boundaries(arg)
    return row1, column1, row2, column2


def _copy_sheet(source: Any, target: Any) -> None:
    for row in source.iter_rows():
        for cell in row:
            if cell.value is None and not cell.has_style and cell.comment is None:
                continue
            other = target.cell(cell.row, cell.column)
            if type(other).__name__ != "MergedCell":
                other.value = cell.value
            for aspect in ("font", "fill", "border", "alignment", "protection"):
                setattr(other, aspect, copy(getattr(cell, aspect)))
            other.number_format = cell.number_format
            if cell.comment is not None:
                other.comment = Comment(cell.comment.text, cell.comment.author)
            if cell.hyperlink is not None:
                other.hyperlink = copy(cell.hyperlink)
    for key, column in source.column_dimensions.items():
        target.column_dimensions[key].width = column.width
        target.column_dimensions[key].hidden = column.hidden
    for merged in source.merged_cells.ranges:
        target.merge_cells(str(merged))
    target.protection = copy(source.protection)
    target.sheet_state = source.sheet_state
    for validation in source.data_validations.dataValidation:
        target.add_data_validation(copy(validation))


@counted
class Sheets(base.Sheets):
    def __init__(self, book: Book) -> None:
        self._book = book

    @property
    def active(self) -> Sheet:
        return Sheet(self._book._wb.active, self._book)

    def __call__(self, name: Any) -> Sheet:
        failures.tick("Sheets()")
        sheets = self._book._wb.worksheets
        if isinstance(name, int):
            return Sheet(sheets[name - 1], self._book)
        for sheet in sheets:
            if sheet.title.casefold() == name.casefold():
                return Sheet(sheet, self._book)
        raise ExcelError(f"no sheet {name}")

    def __len__(self) -> int:
        return len(self._book._wb.worksheets)

    def __iter__(self) -> Any:
        return (Sheet(sheet, self._book) for sheet in list(self._book._wb.worksheets))


class Native:
    """What ``book.api`` offers on Windows."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def SaveCopyAs(self, path: str) -> None:
        failures.tick("SaveCopyAs")
        Path(path).write_bytes(self._book._saved())


@counted
class Book(base.Book):
    def __init__(self, app: App, path: Path | None, *, name: str = "") -> None:
        self._app = app
        self._path = path
        self._name = name or (path.name if path else "Sổ1")
        self._native = True
        self._results: dict[int, dict[tuple[int, int], Any]] = {}
        self._boxes: dict[int, list[Any]] = {}
        if path is None:
            self._wb = openpyxl.Workbook()
            return
        data = path.read_bytes()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl says what it does not keep
            self._wb = openpyxl.load_workbook(BytesIO(data), keep_vba=path.suffix == ".xlsm")
            values = openpyxl.load_workbook(BytesIO(data), data_only=True)
        for ws in self._wb.worksheets:
            results = self._results.setdefault(id(ws), {})
            for row in ws.iter_rows():
                for cell in row:
                    if cell.data_type == "f":
                        value = values[ws.title].cell(cell.row, cell.column).value
                        results[cell.row, cell.column] = "" if value is None else value

    @property
    def app(self) -> App:
        return self._app

    @property
    def api(self) -> Any:
        return Native(self) if self._native else None

    def _refuse_structure(self) -> None:
        security = self._wb.security
        if security is not None and security.lockStructure:
            raise ExcelError("the structure of the workbook is protected")

    def _palette(self) -> Palette:
        theme = self._wb.loaded_theme
        return Palette(None, etree.fromstring(theme) if theme else None)

    @property
    def name(self) -> str:
        return self._name

    @property
    def fullname(self) -> str:
        return str(self._path) if self._path else self._name

    @property
    def sheets(self) -> Sheets:
        return Sheets(self)

    def activate(self) -> None:
        self._app._front = self

    def close(self) -> None:
        self._app._books.remove(self)
        self._app._front = self._app._books[-1] if self._app._books else None

    def save(self, path: str | None = None, password: str | None = None) -> None:
        if path is not None:
            self._path, self._name = Path(path), Path(path).name
        assert self._path is not None
        self._path.write_bytes(self._saved())

    def _saved(self) -> bytes:
        """The package, with the results of the formulas that nobody has touched."""
        out = BytesIO()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for ws in self._wb.worksheets:
                ws.legacy_drawing = None  # openpyxl would look for the drawing of notes that it wrote the last time
            self._wb.save(out)
        trees = Trees(Package(out.getvalue()))
        parts = trees.worksheets(trees.package.main_part("excel")[0])
        for ws in self._wb.worksheets:
            results = self._results.get(id(ws), {})
            for cell in trees.root(parts[ws.title]).iter(f"{_M}c"):
                at = ws[str(cell.get("r"))]
                value = results.get((at.row, at.column))
                if cell.find(f"{_M}f") is not None and isinstance(value, bool | int | float | str):
                    _store(cell, value)
            trees.touch(parts[ws.title])
        return repack(out.getvalue(), trees.written(), {})


def _store(cell: etree._Element, value: Any) -> None:
    holder = cell.find(f"{_M}v")
    if holder is None:
        holder = etree.SubElement(cell, f"{_M}v")
    holder.text = str(int(value)) if isinstance(value, bool) else str(value)
    cell.attrib.pop("t", None)
    if isinstance(value, bool):
        cell.set("t", "b")
    elif isinstance(value, str):
        cell.set("t", "e" if value.startswith("#") else "str")


@counted
class Books(base.Books):
    def __init__(self, app: App) -> None:
        self._app = app

    @property
    def app(self) -> App:
        return self._app

    @property
    def active(self) -> Book | None:
        return self._app._front

    def __call__(self, name: Any) -> Book:
        for book in self._app._books:
            if book._name.casefold() == str(name).casefold():
                return book
        raise KeyError(name)

    def __len__(self) -> int:
        return len(self._app._books)

    def __iter__(self) -> Any:
        return iter(list(self._app._books))

    def open(self, fullname: str, *rest: Any) -> Book:
        return self._app._open(Path(fullname))

    def add(self) -> Book:
        return self._app._open(None)


class FileDialog:
    """The program's dialog for choosing a file: what it was told, and the next of the paths that a test scripts."""

    def __init__(self, app: App) -> None:
        self.__dict__["_app"] = app
        self.__dict__["filters"] = []
        self.__dict__["chosen"] = ""
        self.__dict__["Filters"] = self.__dict__["SelectedItems"] = self

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in ("Title", "AllowMultiSelect", "InitialFileName"):
            raise AttributeError(name)
        failures.tick(f"FileDialog.{name}=")
        self.__dict__[name] = value

    def Clear(self) -> None:
        failures.tick("FileDialog.Filters.Clear")
        self.filters.clear()

    def Add(self, kind: str, patterns: str) -> None:
        failures.tick("FileDialog.Filters.Add")
        self.filters.append((kind, patterns))

    def Show(self) -> int:
        failures.tick("FileDialog.Show")
        self.__dict__["chosen"] = self._app._choices.pop(0)
        return -1 if self.chosen else 0

    def Item(self, number: int) -> str:
        failures.tick("FileDialog.SelectedItems")
        assert number == 1 and self.chosen
        return str(self.chosen)


class NativeApp:
    """What ``app.api`` offers on Windows."""

    def __init__(self, app: App) -> None:
        self._app = app

    def FileDialog(self, kind: int) -> FileDialog:
        failures.tick("FileDialog")
        assert kind == 3
        self._app._dialog = FileDialog(self._app)
        return self._app._dialog


@counted
class App(base.App):
    def __init__(self, apps: Apps) -> None:
        self._apps = apps
        self._books: list[Book] = []
        self._front: Book | None = None
        self._selection: Range | None = None
        self._answers: list[str] = []
        self._choices: list[str] = []
        self._dialog: FileDialog | None = None
        self._alerts: list[str] = []
        self._progress: list[str] = []
        self._options: dict[str, Any] = {}
        self._reset()

    def _reset(self) -> None:
        self._books.clear()
        self._front = self._selection = self._dialog = None
        for told in (self._answers, self._choices, self._alerts, self._progress):
            told.clear()
        self._options = {
            "status_bar": False,
            "screen_updating": True,
            "display_alerts": True,
            "enable_events": True,
            "calculation": "manual",
        }

    def _open(self, path: Path | None) -> Book:
        book = Book(self, path)
        self._books.append(book)
        self._front = book
        return book

    @property
    def engine(self) -> Engine:
        return engine_impl

    @property
    def pid(self) -> int:
        return 1

    @property
    def api(self) -> NativeApp:
        return NativeApp(self)

    @property
    def books(self) -> Books:
        return Books(self)

    @property
    def selection(self) -> Range | None:
        return self._selection

    def activate(self, steal_focus: bool) -> None:
        """The program comes to the front."""

    def alert(self, prompt: str, title: str, buttons: str, mode: str, callback: Any) -> str:
        self._alerts.append(prompt)
        return "ok" if buttons == "ok" else self._answers.pop(0)


def _option(name: str) -> property:
    def read(self: App) -> Any:
        return self._options[name]

    def write(self: App, value: Any) -> None:
        failures.tick(f"App.{name}=")
        self._options[name] = value
        if name == "status_bar" and value:
            self._progress.append(value)

    return property(read, write)


for _name in ("status_bar", "screen_updating", "display_alerts", "enable_events", "calculation"):
    setattr(App, _name, _option(_name))


class Apps(base.Apps):
    def __init__(self) -> None:
        self._app = App(self)

    def keys(self) -> list[int]:
        return [1]

    def __len__(self) -> int:
        return 1

    def __iter__(self) -> Any:
        return iter([self._app])

    def __getitem__(self, pid: int) -> App:
        return self._app


class Engine:
    name = "excel"
    type = "desktop"

    def __init__(self) -> None:
        self._apps = Apps()

    @property
    def apps(self) -> Apps:
        return self._apps

    def clean_value_data(self, data: Any, *rest: Any) -> Any:
        return data

    def prepare_xl_data_element(self, value: Any, options: Any) -> Any:
        return value


engine_impl = Engine()
engine = xw.Engine(impl=engine_impl)
xw.engines.add(engine)


def fresh_app() -> App:
    """The program as it starts: no book, nothing scripted, no failure planned."""
    engine.activate()
    app = engine_impl.apps._app
    app._reset()
    failures.calls = failures.fail_at = 0
    failures.failed = ""
    return app


def open_book(path: Path) -> xw.Book:
    """A workbook that the user has opened."""
    return xw.Book(impl=engine_impl.apps._app._open(path))


def select(book: xw.Book, sheet: str, cells: str, count: int = 0) -> None:
    """What the user has selected; ``count`` where it is more than one area."""
    impl = book.impl
    ws = impl._wb[sheet]
    impl._app._selection = Range(Sheet(ws, impl), _bounds(cells), count)
    if ws.sheet_state == "visible":
        impl._wb.active = ws


def state(book: xw.Book) -> dict[str, Any]:
    """All that can be seen of a workbook: sheets in order, values, formulas, fills, formats and notes; the front."""
    wb = book.impl._wb
    found: dict[str, Any] = {"sheets": [(ws.title, ws.sheet_state) for ws in wb.worksheets], "front": wb.active.title}
    for ws in wb.worksheets:
        for row in ws.iter_rows():
            for cell in row:
                seen = (
                    cell.value,
                    _seen(cell.fill),
                    cell.number_format,
                    cell.comment.text if cell.comment else None,
                )
                if seen != (None, "", "General", None):
                    found[f"{ws.title}!{cell.coordinate}"] = seen
    return found


def _seen(fill: Any) -> str:
    """A fill in a word: nothing, ``FFE07B64``, ``theme 4 0.5``, or a pattern by its name."""
    if not fill.patternType:
        return ""
    front = fill.fgColor
    colour = str(front.rgb) if front.type == "rgb" else f"{front.type} {front.value} {front.tint}"
    return colour if fill.patternType == "solid" else f"{fill.patternType} {colour}"
