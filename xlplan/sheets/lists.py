"""The sheets with one field or one record a row: `Thông tin` and the lists, found by their headings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from itertools import groupby
from operator import itemgetter

from xlplan import catalogue
from xlplan.catalogue.records import Column, Form
from xlplan.messages import finding
from xlplan.model import Cell, CellRef, Finding, Record, Text
from xlplan.sheets.cells import Grid, Meaning, readable
from xlplan.sheets.yearly import YearColumns, find_years
from xlplan.vietnamese.text import key, nearest

_new = tuple.__new__  # what Text(...) comes to, in half the time; there is one for every cell of a list
_SAID = ("cap", "khoi")  # the composer says more of these: I10, I12
LONGEST_HEADING = 60  # letters; what is longer is no heading and need not be compared with one
HEADER_SEARCH_ROWS = 30  # a list's headings stand near the top; what lies deeper is data


def read_fields(grid: Grid) -> dict[str, Text]:
    """The fields of `Thông tin`: the cell to the right of each known label, wherever the label stands."""
    labels = _field_labels()
    places = [(place, code) for place, cell in grid.sheet.cells.items() if (code := labels.get(_heading(cell.value)))]
    found: dict[str, Text] = {}
    for (row, column), code in sorted(places):
        if code in found:
            continue
        covered = grid.sheet.merge_at(row, column)
        value_column = (covered[3] if covered else column) + 1
        found[code] = Text(grid.ref(row, value_column), grid.text(row, value_column))
    return found


@cache
def _field_labels() -> dict[str, str]:
    """Fields by the keys of their labels."""
    fields = catalogue.fields().values()
    return {key(name): field.key for field in fields for name in (field.label, *field.aliases)}


def _heading(value: object) -> str:
    """The key of a cell's text where it may be a heading, which numbers and long texts are not."""
    text = readable(value) if isinstance(value, str) else ""
    return key(text) if text and len(text) <= LONGEST_HEADING else ""


Reading = tuple[Meaning, str]  # what a figure of a row means, and how its place is called in messages


def _as_number(_: Mapping[str, Text]) -> Reading:
    return "number", ""


def read_records(
    grid: Grid, form: Form, reading: Callable[[Mapping[str, Text]], Reading] = _as_number
) -> tuple[Record, ...] | None:
    """The records of a list sheet; ``None`` where its headings are not found.

    Columns are known by their headings, in any order; rows without any text are skipped. ``reading`` says by
    a row's texts how its figures are to be read; each is read once.
    """
    header = _find_header(grid, form)
    if header is None:
        return None
    head_row, columns = header
    figures = [column.key for column in form.columns if column.is_number]
    fixed: dict[str, Meaning] = {c.key: c.type for c in form.columns if c.type in ("money", "rate")}  # type: ignore[misc]
    closed = [column for column in form.columns if column.list in catalogue.closed_lists() and column.list not in _SAID]
    years: YearColumns | None = None
    if any(column.type == "years" for column in form.columns):
        years = find_years(grid, head_row, columns)
        columns = {**columns, **years.columns}
        figures += years.columns
    records = []
    first = min(columns.values())
    name, stored = grid.name, grid.sheet.cells.get
    for row in sorted({row for row, _ in grid.sheet.cells if row > head_row}):
        if years and row == years.mark_row:
            continue
        texts: dict[str, Text] = {}
        for code, at in columns.items():
            if (cell := stored((row, at))) is not None:
                value = cell.value
                if text := readable(value) if isinstance(value, str) else grid.text(row, at):
                    texts[code] = _new(Text, (_new(CellRef, (name, row, at)), text))
        if texts:
            meaning, place = reading(texts)
            numbers = {
                code: grid.number(row, columns[code], fixed.get(code, meaning), place)
                for code in figures
                if code in texts
            }
            for column in closed:
                if (word := texts.get(column.key)) and _is_off(word, column):
                    grid.notes.append(_off_list(word, column))
            texts |= years.marks if years else {}
            records.append(Record(grid.ref(row, first), texts, numbers))
    return tuple(records)


def _is_off(text: Text, column: Column) -> bool:
    """Whether a word is none of its list, whatever its case; signs as people type them (``>=``) count."""
    return (key(text.value) or catalogue.sign(text.value)) not in _listed(column.list)


@cache
def _listed(name: str) -> frozenset[str]:
    """The words of a list by their keys; signs as they are."""
    return frozenset(key(word) or word for word in catalogue.lists()[name])


def _off_list(text: Text, column: Column) -> Finding:
    choices = catalogue.lists()[column.list]
    return finding(
        "I16", text.ref, severity="warning", place=column.heading, written=text.value, choices="; ".join(choices)
    )


def _find_header(grid: Grid, form: Form) -> tuple[int, dict[str, int]] | None:
    """The row that holds most of a form's headings, and the column of each."""
    wanted = {key(column.heading): column.key for column in form.columns}
    best: tuple[int, dict[str, int]] | None = None
    filled = sorted(place for place in grid.sheet.cells if place[0] <= HEADER_SEARCH_ROWS)
    for row, places in groupby(filled, itemgetter(0)):
        columns: dict[str, int] = {}
        for _, column in places:
            if code := wanted.get(_heading(grid.sheet.cells[row, column].value)):
                columns.setdefault(code, column)
        if len(columns) > (len(best[1]) if best else max(1, len(wanted) // 2) - 1):
            best = (row, columns)
        if len(columns) == len(wanted):
            break  # no row further down can hold more
    return best


# ---- Hiện trạng --------------------------------------------------------------------------------------------


def read_situation(grid: Grid) -> tuple[dict[str, Cell], tuple[Record, ...] | None]:
    """Commune-level figures of `Hiện trạng` by code, and its records (``None`` without its headings)."""
    records = read_records(grid, catalogue.forms()["hien_trang"], _situation_reading)
    found: dict[str, Cell] = {}
    for record in records or ():
        cell = record.numbers.get("so")
        if cell is None:
            continue
        code = _situation_code(record.texts)
        if not code or code in found:
            grid.notes.append(_unused(record, twice=bool(code)))
        else:
            found[code] = cell
    return found, records


def _situation_reading(texts: Mapping[str, Text]) -> Reading:
    code = _situation_code(texts)
    return ("rate" if catalogue.is_rate(code) else "count"), catalogue.label(code) if code else ""


def _situation_code(texts: Mapping[str, Text]) -> str:
    """The indicator of a row, by its code, else by its name; empty where neither is known."""
    written = (texts[column].value for column in ("ma", "ten") if column in texts)
    return next((code for text in written if (code := catalogue.named(text))), "")


def _unused(record: Record, *, twice: bool) -> Finding:
    """A note on a figure of `Hiện trạng` that nothing can use."""
    written = record.text("ma") or record.text("ten")
    near = [] if twice else nearest(written, catalogue.indicators())
    hint = f" (gần giống nhất: “{near[0]}”)" if near else ""
    hint_en = f" (the nearest is “{near[0]}”)" if near else ""
    return finding(
        "I15",
        record.texts["ma"].ref if "ma" in record.texts else record.ref,
        written=written,
        fault_vi="đã có ở dòng trên" if twice else f"không có trong danh mục{hint}",
        fault_en="which stands in a row above" if twice else f"which does not exist{hint_en}",
    )
