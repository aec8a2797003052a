"""Tables whose villages are rows and whose indicators are columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xlplan.model import Line, Table
from xlplan.patterns import pattern
from xlplan.sheets import labels
from xlplan.sheets.tables.assemble import Frame, assemble
from xlplan.sheets.tables.headings import Heading, column_path, heading_around, leading_columns, segments
from xlplan.sheets.tables.levels import Entry
from xlplan.sheets.tables.marks import Mark, heading_and_mark, mark_of, marks_of
from xlplan.sheets.tables.view import Area, View
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.text import key

MOST_LOOKED_AT = 300  # filled rows by which the columns of a table are known
NEAR = 8  # rows under a heading in which its units begin
MOST_ASIDE = 30  # rows after a repeated heading in which its first villages stand
_END = pattern(r"(ghi chú|chú thích|lưu ý|nơi nhận|người lập|ngày .* tháng .* năm|tm uỷ ban|kt chủ tịch|chủ tịch)( |$)")


class Found(NamedTuple):
    """A table and the part of its sheet that it takes."""

    table: Table
    area: Area


class Layout(NamedTuple):
    """Where a table has its heading, numbers, names, measures of each line and indicators."""

    heading: Heading
    paths: Mapping[int, tuple[str, ...]]
    number: int | None
    name: int
    measure: int | None
    left: int
    right: int
    lines: Sequence[Line]
    words: frozenset[str]


def read_rows(view: View, hit_row: int, hit_column: int, bottom: int, above: int) -> Found | None:
    """The table whose heading holds a cell; it ends before ``bottom`` at the latest."""
    right = max(view.columns[row][-1] for row in view.rows_between(hit_row - 3, bottom)[:MOST_LOOKED_AT])
    heading = heading_around(view, hit_row, 1, right)
    if _lists_people(view, heading, hit_column):
        return None
    left, right = next(part for part in segments(view, heading, 1, right) if part[0] <= hit_column <= part[1])
    layout = _layout(view, heading, left, right, bottom)
    if layout is None:
        return None
    rows = view.rows_between(heading.end + 1, _last_row(view, layout, bottom))
    entries, slots = _entries(view, layout, rows)
    if not entries:
        return None
    lines = doubled(layout.lines, slots)
    table = assemble(view, Frame("rows", heading.first, above), lines, entries)
    last = max(max(entry.places.values()) for entry in entries)
    return Found(table, Area(heading.first, last, left, right))


def _lists_people(view: View, heading: Heading, hit_column: int) -> bool:
    """Whether the rows are households by name, with their village in another column: no table of villages."""
    people = False
    for column in range(1, hit_column):
        texts = [key(view.grid.text(row, column)) for row in range(heading.first, heading.last + 1)]
        if any(text in labels.NUMBER_HEADINGS for text in texts):
            people = False  # another table begins
        people |= any(labels.is_person_heading(text) and "trưởng" not in text for text in texts)
    return people


def _layout(view: View, heading: Heading, left: int, right: int, bottom: int) -> Layout | None:
    """The columns of a table, ``None`` where no indicator is among them."""
    used: set[int] = set()
    for row in view.rows_between(heading.first, bottom)[:MOST_LOOKED_AT]:
        used.update(view.in_row(row, left, right))
    paths = {column: column_path(view, column, heading.first, heading.last) for column in sorted(used)}
    number, name = leading_columns(view, paths)
    if paths[name] and labels.is_person_heading(key(paths[name][-1])):
        return None
    near = view.rows_between(heading.end + 1, min(bottom, heading.end + NEAR))
    measures = (c for c in view.measures if name < c <= right)
    measure = next((c for c in measures if any(labels.family_of(view.text(row, c)) for row in near)), None)
    lines = []
    for column in paths:
        if column <= name or column == measure:
            continue
        full = column_path(view, column, heading.first, heading.last, fill_after=name)
        if not full or key(full[-1]) in labels.REMARKS or key(full[-1]) in labels.MEASURE_HEADINGS:
            continue
        text, own = heading_and_mark(full[-1])
        mark = heading.marks.get(column) or own or Mark("")
        ref = view.ref(heading.last, column)
        lines.append(Line(None, (*full[:-1], text), ref, column, "", mark.mark, mark.formula))
    if measure is None and not any(_is_known(line.path, view) for line in lines):
        return None
    words = frozenset(key(text) for path in paths.values() for text in path)
    return Layout(heading, paths, number, name, measure, left, right, lines, words) if lines else None


def _is_known(path: tuple[str, ...], view: View) -> bool:
    """Whether a heading names an indicator, be it without a time."""
    return labels.code_of(path, view.years) is not None or key(path[0]) in labels.STARTS


def doubled(lines: Sequence[Line], slots: Sequence[tuple[int, str]]) -> list[Line]:
    """The lines of a table whose units take several: each once for every measure, with its offset."""
    if len(slots) < 2:
        return list(lines)
    return [line._replace(path=(*line.path, text), offset=offset) for line in lines for offset, text in slots]


# ---- where it ends -----------------------------------------------------------------------------------------


def _last_row(view: View, layout: Layout, bottom: int) -> int:
    """The last row that may belong to a table: the one before the next heading that is no repetition of its own."""
    heading = layout.heading
    own: dict[int, str] = {}
    for row in range(heading.first, heading.last + 1):
        own |= view.hit_rows.get(row, {})
    bottom = _before_another_heading(view, layout, bottom)
    for row in sorted(row for row in view.hit_rows if heading.end < row <= bottom):
        hits = {c: code for c, code in view.hit_rows[row].items() if layout.left <= c <= layout.right}
        if not hits or (min(hits) > layout.name and view.number_after(row, layout.name)):
            continue  # a remark in the row of a village
        if all(own.get(column) == code for column, code in hits.items()) and _goes_on(view, layout, row):
            continue
        return row - 1
    return bottom


def _before_another_heading(view: View, layout: Layout, bottom: int) -> int:
    """The last row before a heading that begins with TT and is no repetition: that of a table without indicators."""
    if layout.number is None:
        return bottom
    for row in view.rows_between(layout.heading.end + 1, bottom):
        if (
            view.is_text(row, layout.number)
            and key(view.text(row, layout.number)) in labels.NUMBER_HEADINGS
            and not view.number_after(row, layout.number)
            and not _is_repeated_heading(view, layout, row)
        ):
            return row - 1
    return bottom


def _goes_on(view: View, layout: Layout, row: int) -> bool:
    """Whether the villages after a repeated heading continue those before it, as on the next printed page."""
    before = [r for r in view.rows_between(layout.heading.end + 1, row - 1) if view.number_after(r, layout.name)]
    after = [r for r in view.rows_between(row + 1, row + MOST_ASIDE) if view.number_after(r, layout.name)]
    after = [r for r in after if not _is_repeated_heading(view, layout, r)]
    if not before or not after:
        return bool(after)
    numbers = [number for r in before if (number := _number(view, layout.number, r))]
    last, following = numbers[-1] if numbers else "", _number(view, layout.number, after[0])
    if last.isdecimal() and following.isdecimal():
        return int(following) == int(last) + 1
    names = {key(view.text(r, layout.name)) for r in before} - {""}
    totals = [r for r in before[1:] if labels.unit_kind(view.text(r, layout.name)) != "village"]
    return not totals and names.isdisjoint(key(view.text(r, layout.name)) for r in after)


# ---- units -------------------------------------------------------------------------------------------------


def _entries(view: View, layout: Layout, rows: Sequence[int]) -> tuple[list[Entry], list[tuple[int, str]]]:
    """The rows that are villages, groups or totals, and the measures of each of their lines."""
    found: list[Entry] = []
    slots: dict[str, tuple[int, str]] = {}
    last = 0  # row with figures, looked for when a note is met
    for row in rows:
        if _is_repeated_heading(view, layout, row):
            continue
        entry = _entry(view, layout, row)
        if (entry is None or not entry.figures) and _begins_notes(view, layout, row):
            last = last or _last_with_figures(view, layout, rows)
            if row > last:
                break
            continue  # a note among the villages
        family, text = _measure(view, layout, row, entry)
        if family and found and _continues(entry, found[-1], slots.get(family)):
            before = found[-1]
            slot = slots.setdefault(family, (row - before.at, text))
            before.places[slot[0]] = row
            found[-1] = before._replace(figures=before.figures or (entry is not None and entry.figures))
            continue
        if entry is None:
            continue
        if family:
            slot = slots.setdefault(family, (0, text))
            entry = entry._replace(places={slot[0]: row})
        found.append(entry)
    return _without_tail(_without_remarks(found)), list(slots.values())


def _last_with_figures(view: View, layout: Layout, rows: Sequence[int]) -> int:
    """The last row of a table that holds numbers under two of its headings (or its only one)."""
    enough = min(2, len(layout.lines))
    columns = [line.at for line in layout.lines]
    return next((r for r in reversed(rows) if sum(view.grid.is_number(r, c) for c in columns) >= enough), 1)


def _measure(view: View, layout: Layout, row: int, entry: Entry | None) -> tuple[str, str]:
    """What the line of a row counts, with the words for it: in a column of its own, or in place of a name."""
    if layout.measure is not None:
        text = view.text(row, layout.measure)
        return labels.family_of(text), text
    if entry is not None and not entry.number:
        text = entry.name.lstrip("-–+*• ")
        return labels.family_of(text), text
    return "", ""


def _continues(entry: Entry | None, before: Entry, slot: tuple[int, str] | None) -> bool:
    """Whether a row is the next line of the unit above it rather than a unit."""
    if entry is not None and entry.name and not labels.family_of(entry.name.lstrip("-–+*• ")):
        return False
    return slot is None or slot[0] not in before.places


def _entry(view: View, layout: Layout, row: int) -> Entry | None:
    """What a row says if it is a unit: a name or figures."""
    number = _number(view, layout.number, row)
    name = view.text(row, layout.name) or _shifted_name(view, row, layout)
    if not name and number and labels.unit_kind(number) != "village":
        name, number = number, ""
    figures = any(view.is_figure(row, line.at) for line in layout.lines)
    if not figures and (labels.is_filler(name) or _is_wide_text(view, row, layout)):
        return None
    if name and labels.is_filler(name) and not view.holds_number(row, layout.name):
        return None  # dots in every column
    hidden = row in view.grid.sheet.hidden_rows
    return Entry(name, number, row, layout.name, row, {0: row}, figures, hidden)


def _number(view: View, column: int | None, row: int) -> str:
    if column is None:
        return ""
    return view.text(row, column).rstrip(".)").lstrip("(").replace(",", ".")


def _shifted_name(view: View, row: int, layout: Layout) -> str:
    """The name of a total that is merged over the columns before the names, or stands in one of them."""
    merged = view.grid.sheet.merge_at(row, layout.name)
    if merged and merged[0] == row and layout.left <= merged[1] < layout.name:
        return view.text(merged[0], merged[1])
    before = range((layout.number or layout.left) + 1, layout.name)
    return next((text for c in before if labels.unit_kind(text := view.text(row, c)) != "village"), "")


def _is_wide_text(view: View, row: int, layout: Layout) -> bool:
    """Whether a row's text runs over the figures: a note, a signature, a heading of a group."""
    merged = view.grid.sheet.merge_at(row, layout.name)
    if merged and merged[3] >= layout.lines[0].at:
        return not _is_group_heading(view, row, layout)
    return any(view.grid.text(row, line.at) and not view.is_figure(row, line.at) for line in layout.lines)


def _is_group_heading(view: View, row: int, layout: Layout) -> bool:
    """Whether a text merged over the whole row heads a group: it has a number or names a part of the commune."""
    text = view.text(row, layout.name) or _shifted_name(view, row, layout)
    return bool(_number(view, layout.number, row) and view.text(row, layout.name)) or labels.is_area(text)


def _is_repeated_heading(view: View, layout: Layout, row: int) -> bool:
    """Whether a row repeats the heading (at the top of a printed page) or its marks."""
    columns = view.in_row(row, layout.left, layout.right)
    name = view.text(row, layout.name)
    if len(name) > 1 and key(name) not in layout.words and mark_of(name) is None:
        return False
    texts = {column: view.grid.text(row, column) for column in columns}
    if marks_of(texts.items()) and any(text.strip().isalpha() for text in texts.values()) and len(texts) > 2:
        return True
    for column in columns:
        own = key(texts[column])
        if own not in layout.words or view.grid.is_number(row, column):
            return False
    return bool(columns) and any(texts.values())


def _begins_notes(view: View, layout: Layout, row: int) -> bool:
    """Whether notes, the list of receivers or the signatures begin in a row without figures."""
    columns = view.in_row(row, layout.left, layout.right)
    if any(view.grid.is_number(row, column) for column in columns if column > layout.name):
        return False
    return any(_END.match(key(view.grid.text(row, column))) for column in columns)


def _without_remarks(found: list[Entry]) -> list[Entry]:
    """Leaves out texts without number or figures right above a total: a remark, for a group would have members."""
    after: list[Entry | None] = [*found[1:], None] if found else []
    return [
        entry
        for entry, following in zip(found, after, strict=True)
        if entry.figures
        or entry.number
        or following is None
        or not following.figures
        or labels.unit_kind(following.name) == "village"
    ]


def _without_tail(found: list[Entry]) -> list[Entry]:
    """Leaves out what stands under the last total or named figure: notes and signatures."""
    totals = [i for i, entry in enumerate(found) if labels.unit_kind(entry.name) != "village"]
    named = [i for i, entry in enumerate(found) if entry.figures and entry.name]
    nameless = [i for i, entry in enumerate(found) if entry.figures and not entry.name and not totals]
    if not (totals or named or nameless):
        return found
    return found[: max([*totals, *named, *nameless]) + 1]
