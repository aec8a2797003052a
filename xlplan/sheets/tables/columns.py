"""Tables whose villages are columns and whose indicators are rows."""

from __future__ import annotations

from collections.abc import Sequence

from xlplan.model import Line
from xlplan.sheets import labels
from xlplan.sheets.tables.assemble import Frame, assemble
from xlplan.sheets.tables.headings import MAX_LEVELS, MOST_BEFORE, column_path
from xlplan.sheets.tables.levels import Entry
from xlplan.sheets.tables.marks import heading_and_mark, marks_of
from xlplan.sheets.tables.rows import Found, doubled
from xlplan.sheets.tables.view import Area, Place, View
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.text import key


class Labels(NamedTuple):
    """The column of the indicators' names, that of their units of measure, and the part of the sheet."""

    column: int
    measure: int | None
    left: int
    right: int


def read_columns(view: View, place: Place, right: int, bottom: int, above: int) -> Found | None:
    """The table whose first known indicator stands at a place; it ends at ``right`` and ``bottom`` at the latest."""
    first_row, label_column = place
    first, last = _header_above(view, label_column, first_row, above)
    measure = _measure_column(view, label_column, first, bottom)
    left = _left_of(view, first, last, label_column)
    labelled = Labels(label_column, measure, left, right)
    lines = _lines(view, labelled, view.rows_between(last + 1, bottom), first, last)
    rows = [line.at for line in lines]
    entries, slots = _entries(view, labelled, rows, first, last)
    if not entries or not lines:
        return None
    table = assemble(view, Frame("columns", first, above), doubled(lines, slots), entries)
    return Found(table, Area(first, max(rows), left, max(max(e.places.values()) for e in entries)))


def _header_above(view: View, label_column: int, first_row: int, above: int) -> tuple[int, int]:
    """First and last row of the heading over the villages' names."""
    for row in range(first_row - 1, max(above, first_row - MOST_BEFORE), -1):
        if key(view.grid.text(row, label_column)) in labels.LABEL_HEADINGS:
            return _heading_from(view, label_column, row, first_row, above)
    last = first_row - 1
    while last > above + 1 and (not view.columns.get(last) or _are_marks(view, last)):
        last -= 1
    return last, last


def _heading_from(view: View, label_column: int, row: int, first_row: int, above: int) -> tuple[int, int]:
    """The heading around the row that holds “Nội dung”: down to the first indicator, up to the top of the villages."""
    merged = view.grid.sheet.merge_at(row, label_column)
    first, last = (merged[0], merged[2]) if merged else (row, row)
    while last + 1 < first_row and not view.text(last + 1, label_column) and not _are_marks(view, last + 1):
        if view.number_after(last + 1, label_column) or last - first > MAX_LEVELS:
            break
        last += 1
    upper = first - 1
    columns = view.columns.get(upper, ())
    if upper > above and columns and columns[0] > label_column and view.grid.sheet.merge_at(upper, columns[-1]):
        first = upper
    return first, last


def _are_marks(view: View, row: int) -> bool:
    return marks_of((column, view.grid.text(row, column)) for column in view.columns.get(row, ())) is not None


def _measure_column(view: View, label_column: int, first: int, bottom: int) -> int | None:
    """The column of the units of measure right of the indicators' names."""
    for column, row in view.measures.items():
        if column > label_column and first <= row <= bottom:
            return column
    return None


def _left_of(view: View, first: int, last: int, label_column: int) -> int:
    """The first column of a table: that of its running numbers, where there is one."""
    for row in range(first, last + 1):
        for column in view.columns.get(row, ()):
            if column < label_column and key(view.grid.text(row, column)) in labels.NUMBER_HEADINGS:
                return column
    return max(1, label_column - 1)


# ---- indicators --------------------------------------------------------------------------------------------


def _lines(view: View, place: Labels, rows: Sequence[int], first: int, last: int) -> list[Line]:
    """The indicator rows: bullets (``- …``), bare ``Tỷ lệ (%)`` and further lines belong to the row above them."""
    lines: list[Line] = []
    parent: tuple[str, ...] = ()
    previous: tuple[str, ...] = ()
    heading = {key(view.grid.text(row, place.column)) for row in range(first, last + 1)} - {""}
    for row in rows:
        text = view.text(row, place.column)
        unit = view.text(row, place.measure) if place.measure else ""
        figures = (
            view.figure_after(row, place.measure or place.column) if not place.right else _figures(view, row, place)
        )
        if _is_aside(view, row, text, unit, heading, figures=figures):
            continue
        number = (
            ""
            if not text
            else next((n for c in view.in_row(row, place.left, place.column - 1) if (n := view.text(row, c))), "")
        )
        bare, mark = heading_and_mark(text.lstrip("-–+*• "))
        if not text:
            if not previous:
                continue
            path = (*previous, unit)
        elif previous and (key(bare) in labels.RATE_WORDS or (not number and labels.family_of(bare))):
            path = (*previous, bare)
        elif parent and (_is_bullet(text) or (not number and not figures)):
            path = previous = (*parent, bare)
        else:
            path = parent = previous = (bare,)
        code_path = _with_unit(path, unit, view) if text else path
        lines.append(
            Line(
                None,
                code_path,
                view.ref(row, place.column if text else place.measure or place.column),
                row,
                number,
                mark.mark if mark else "",
                mark.formula if mark else "",
            )
        )
    while lines and labels.code_of(lines[-1].path, view.years) is None and not _figures(view, lines[-1].at, place):
        lines.pop()
    return lines


def _figures(view: View, row: int, place: Labels) -> bool:
    after = place.measure or place.column
    return any(view.is_figure(row, column) for column in view.in_row(row, after + 1, place.right))


def _is_aside(view: View, row: int, text: str, unit: str, heading: set[str], *, figures: bool) -> bool:
    """Whether a row is no indicator: blank, a repeated heading, marks, a note."""
    if not text and not (labels.family_of(unit) and figures):
        return True
    if key(text) in heading or _are_marks(view, row):
        return True
    return not figures and labels.code_of((text,), view.years) is None and not _is_bullet(text)


def _with_unit(path: tuple[str, ...], unit: str, view: View) -> tuple[str, ...]:
    """The path with its unit of measure where that says more: rates, persons, “Tổng số” in households."""
    family = labels.family_of(unit)
    if not family or labels.is_measure(key(path[-1])):
        longer = (*path, unit)
        return longer if family and labels.code_of(path, view.years) is None else path
    if family == "h":
        code = labels.code_of(path, view.years)
        return (*path, unit) if code is None and labels.code_of((*path, unit), view.years) else path
    longer_code, code = labels.code_of((*path, unit), view.years), labels.code_of(path, view.years)
    return path if code is None or longer_code == code else (*path, unit)


def _is_bullet(text: str) -> bool:
    return text[:1] in "-–+*•"


# ---- units -------------------------------------------------------------------------------------------------


class _Column(NamedTuple):
    column: int
    path: tuple[str, ...]
    spans: bool
    figures: bool


def _entries(
    view: View, place: Labels, rows: Sequence[int], first: int, last: int
) -> tuple[list[Entry], list[tuple[int, str]]]:
    """The columns that are villages or totals, and the measures of each of their columns."""
    start = (place.measure or place.column) + 1
    used = sorted({c for row in (*range(first, last + 1), *rows) for c in view.in_row(row, start, place.right)})
    filled = {c for row in rows for c in view.in_row(row, start, place.right) if view.is_figure(row, c)}
    columns = []
    for column in used:
        path = column_path(view, column, first, last, fill_after=start - 1)
        if path and key(path[-1]) not in labels.MEASURE_HEADINGS | labels.REMARKS:
            columns.append(_Column(column, path, _spans(view, column, first, last), column in filled))
    slots = _slots(columns)
    found: list[Entry] = []
    for column, path, spans, figures in columns:
        measured = bool(slots) and labels.is_measure(key(path[-1])) and len(path) > 1
        name = path[-2] if measured else "" if spans else path[-1]
        slot = slots.get(key(path[-1]), (0, ""))[0] if measured else 0
        before = found[-1] if found else None
        if measured and before and before.name == name and slot not in before.places:
            before.places[slot] = column
            found[-1] = before._replace(figures=before.figures or figures)
        elif not labels.is_filler(name) or figures:
            hidden = column in view.grid.sheet.hidden_columns
            found.append(Entry(name, "", last, column, column, {slot: column}, figures, hidden))
    return found, sorted(slots.values())


def _slots(columns: Sequence[_Column]) -> dict[str, tuple[int, str]]:
    """The measures under each village (Hộ, Khẩu; TS, %), empty where each village has one column."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for item in columns:
        groups.setdefault(item.path[-2:-1], []).append(item.path[-1])
    pairs = [
        leaves
        for path, leaves in groups.items()
        if path and len(leaves) > 1 and all(labels.is_measure(key(x)) for x in leaves)
    ]
    if not pairs or len(pairs) * 2 < len(groups):
        return {}
    most = max(len(leaves) for leaves in pairs)
    widest = next(leaves for leaves in pairs if len(leaves) == most)
    return {key(leaf): (offset, leaf) for offset, leaf in enumerate(widest)}


def _spans(view: View, column: int, first: int, last: int) -> bool:
    """Whether a column's lowest heading is a cell over several columns: its own name is blank."""
    for row in range(last, first - 1, -1):
        anchor = view.grid.sheet.anchor(row, column)
        if view.grid.text(*anchor):
            merged = view.grid.sheet.merge_at(row, column)
            return merged is not None and merged[3] > merged[1]
    return False
