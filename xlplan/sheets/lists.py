"""The sheets with one field or one record a row: `Thông tin` and the lists, found by their headings."""

from __future__ import annotations

from xlplan import catalogue
from xlplan.catalogue.records import Form
from xlplan.messages import finding
from xlplan.model import Cell, Record, Text
from xlplan.sheets.cells import Grid, Meaning
from xlplan.vietnamese.text import key, nearest

LONGEST_HEADING = 60  # letters; what is longer is no heading and need not be compared with one
HEADER_SEARCH_ROWS = 30  # a list's headings stand near the top; what lies deeper is data


def read_fields(grid: Grid) -> dict[str, Text]:
    """The fields of `Thông tin`: the cell to the right of each known label, wherever the label stands."""
    labels = {key(name): field.key for field in catalogue.fields().values() for name in (field.label, *field.aliases)}
    found: dict[str, Text] = {}
    for row, column in sorted(grid.sheet.cells):
        code = labels.get(_heading(grid, row, column))
        if code is None or code in found:
            continue
        covered = grid.sheet.merge_at(row, column)
        value_column = (covered[3] if covered else column) + 1
        found[code] = Text(grid.ref(row, value_column), grid.text(row, value_column))
    return found


def _heading(grid: Grid, row: int, column: int) -> str:
    """The key of a cell's text where it may be a heading."""
    text = grid.text(row, column)
    return key(text) if text and len(text) <= LONGEST_HEADING else ""


def read_records(grid: Grid, form: Form) -> tuple[Record, ...] | None:
    """The records of a list sheet; ``None`` where its headings are not found.

    Columns are known by their headings, in any order; rows without any text are skipped.
    """
    header = _find_header(grid, form)
    if header is None:
        return None
    head_row, columns = header
    types = {column.key: column.type for column in form.columns}
    rows = sorted({row for row, column in grid.sheet.cells if row > head_row})
    records = []
    for row in rows:
        texts = {code: grid.text_at(row, column) for code, column in columns.items()}
        texts = {code: text for code, text in texts.items() if text.value}
        if not texts:
            continue
        numbers = {
            code: grid.number(row, column, "number")
            for code, column in columns.items()
            if types[code] == "number" and code in texts
        }
        records.append(Record(grid.ref(row, min(columns.values())), texts, numbers))
    return tuple(records)


def _find_header(grid: Grid, form: Form) -> tuple[int, dict[str, int]] | None:
    """The row that holds most of a form's headings, and the column of each."""
    wanted = {key(column.heading): column.key for column in form.columns}
    best: tuple[int, dict[str, int]] | None = None
    for row in sorted({row for row, _ in grid.sheet.cells if row <= HEADER_SEARCH_ROWS}):
        columns: dict[str, int] = {}
        for column in range(1, grid.sheet.max_col + 1):
            if code := wanted.get(_heading(grid, row, column)):
                columns.setdefault(code, column)
        if len(columns) > (len(best[1]) if best else max(1, len(wanted) // 2) - 1):
            best = (row, columns)
    return best


def _note_unused(grid: Grid, record: Record, number_column: int, *, twice: bool) -> None:
    """A note on a figure of `Hiện trạng` that nothing can use."""
    if not grid.text(record.ref.row, number_column):
        return
    written = record.text("ma") or record.text("ten")
    near = [] if twice else nearest(written, catalogue.indicators())
    hint = f" (gần giống nhất: “{near[0]}”)" if near else ""
    hint_en = f" (the nearest is “{near[0]}”)" if near else ""
    grid.notes.append(
        finding(
            "I15",
            record.texts["ma"].ref if "ma" in record.texts else record.ref,
            written=written,
            fault_vi="đã có ở dòng trên" if twice else f"không có trong danh mục{hint}",
            fault_en="which stands in a row above" if twice else f"which does not exist{hint_en}",
        )
    )


def read_situation(records: tuple[Record, ...], grid: Grid) -> dict[str, Cell]:
    """Commune-level figures of `Hiện trạng` by code; a row is known by its code, else by its name."""
    labels = {key(i.label): i.code for i in catalogue.indicators().values()}
    labels |= {key(a): i.code for i in catalogue.indicators().values() for a in i.aliases if "{" not in a}
    columns = {c.key: c for c in catalogue.forms()["hien_trang"].columns}
    header = _find_header(grid, catalogue.forms()["hien_trang"])
    found: dict[str, Cell] = {}
    if header is None or "so" not in columns:
        return found
    number_column = header[1].get("so")
    if number_column is None:
        return found
    for record in records:
        code = record.text("ma")
        if not catalogue.known(code):
            code = labels.get(key(record.text("ten")), "")
        if not code or code in found:
            _note_unused(grid, record, number_column, twice=bool(code))
        else:
            meaning: Meaning = "rate" if catalogue.is_rate(code) else "count"
            found[code] = grid.number(record.ref.row, number_column, meaning, catalogue.label(code))
    return found
