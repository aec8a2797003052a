"""The heading of a table: its rows, the path of each column, the columns of numbers and names."""

from __future__ import annotations

from xlplan.patterns import pattern
from xlplan.sheets import labels
from xlplan.sheets.tables.marks import Mark, marks_of
from xlplan.sheets.tables.view import View
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.text import clean, key

MAX_LEVELS = 4
MOST_BEFORE = 15  # rows between “Nội dung” and the first indicator that is known
NOT_A_LEVEL = pattern(
    r"biểu|phụ lục|tổng hợp|kèm theo|cộng hòa|cộng hoà|độc lập|ủy ban|uỷ ban|ubnd|đơn vị tính|đvt|\(đ"
)
_YEAR = pattern(r"(19|20)[0-9][0-9]")


class Heading(NamedTuple):
    """First and last row of a heading, and the rows of marks under it (``last`` when there are none)."""

    first: int
    last: int
    end: int
    marks: dict[int, Mark]


def is_lead(folded: str) -> bool:
    """Whether a heading is that of the running number or of the units' names."""
    return folded in labels.NUMBER_HEADINGS or folded in labels.unit_headings()


def lead_columns(view: View, row: int, left: int, right: int) -> list[int]:
    """The columns of a row whose heading is TT or a word for the units, merged cells included."""
    columns = view.in_row(row, left, right)
    return [c for c in columns if view.is_text(row, c) and is_lead(key(view.grid.text(row, c)))]


def heading_around(view: View, hit_row: int, left: int, right: int) -> Heading:
    """The heading of a table of villages as rows, around a row of indicator names."""
    first = last = hit_row
    leads: list[int] = []
    for row in range(max(1, hit_row - MAX_LEVELS + 1), hit_row + MAX_LEVELS):
        for column in lead_columns(view, row, left, right):
            merged = view.grid.sheet.merge_at(row, column)
            if row == hit_row or (merged and merged[0] <= hit_row <= merged[2]):
                leads.append(column)
                top, bottom = (merged[0], merged[2]) if merged else (row, row)
                first, last = min(first, top), max(last, bottom)
            elif hit_row < row <= last + 1 and not view.number_after(row, column):  # TT stands in the lowest row only
                leads.append(column)
                last = max(last, row)
    last = min(last, hit_row + MAX_LEVELS)
    first = max(first, hit_row - MAX_LEVELS)
    beside = _last_lead(view, leads, hit_row)
    while last - hit_row < MAX_LEVELS and _is_level_below(view, last + 1, left, right, beside):
        last += 1
    while hit_row - first < MAX_LEVELS - 1 and _is_level_above(view, first - 1, left, right, beside):
        first -= 1
    end, marks = rows_of_marks(view, last, left, right)
    return Heading(first, last, end, marks)


def _last_lead(view: View, leads: list[int], hit_row: int) -> int | None:
    """The rightmost of the leading columns that stand together left of the first indicator."""
    indicators = [column for row, column in view.hits if row == hit_row]
    before = [column for column in leads if column < min(indicators, default=1 << 20)]
    return max(before, default=None)


def _is_level_below(view: View, row: int, left: int, right: int, lead: int | None) -> bool:
    """Whether a row under the indicator names still belongs to the heading: texts over the figures, no number."""
    columns = view.in_row(row, left, right)
    texts = {column: text for column in columns if (text := view.text(row, column))}
    if not texts or any(view.grid.is_number(row, column) for column in columns) or marks_of(texts.items()):
        return False
    if lead is not None:
        beside = [key(text) for column, text in texts.items() if column <= lead]
        over = [text for column, text in texts.items() if column > lead]
        if over and not beside and not any(view.is_figure(row, c) for c in texts):
            return len(over) > 1 or bool(labels.is_measure(key(over[0])))
    known = sum(labels.is_measure(key(text)) for text in texts.values())
    return len(texts) > 1 and known * 2 >= len(texts)


def _is_level_above(view: View, row: int, left: int, right: int, lead: int | None) -> bool:
    """Whether a row above the indicator names is a heading level: it holds TT or a unit heading, or spans some."""
    if row < 1:
        return False
    columns = view.in_row(row, left, right)
    folded = [key(view.grid.text(row, column)) for column in columns]
    if any(text in labels.NUMBER_HEADINGS for text in folded):
        return True
    if lead is None or not columns or columns[0] <= lead:
        return False
    if any(view.grid.is_number(row, c) and not _YEAR.fullmatch(view.text(row, c)) for c in columns):
        return False
    if any(NOT_A_LEVEL.search(view.grid.text(row, column).casefold()) for column in columns):
        return False
    return len(columns) > 1 or view.grid.sheet.merge_at(row, columns[0]) is not None


def rows_of_marks(view: View, last: int, left: int, right: int) -> tuple[int, dict[int, Mark]]:
    """The last row of marks under a heading (blank rows between them or none), and the marks by column."""
    marks: dict[int, Mark] = {}
    end = last
    for row in (last + 1, last + 2):
        if row != end + 1:
            break
        columns = view.in_row(row, left, right)
        found = marks_of((column, view.grid.text(row, column)) for column in columns)
        if found is None:
            break
        end = row
        for column, mark in found.items():
            marks.setdefault(column, mark)
    return end, marks


def column_path(view: View, column: int, first: int, last: int, *, fill_after: int = 0) -> tuple[str, ...]:
    """Levels of a column's heading from the outermost, merged cells read once.

    With ``fill_after`` an upper level that is blank and not merged is that of the nearest column to the left (but
    right of ``fill_after``), where the lowest level by itself is only a measure or nothing known: so headings look
    when nobody merged them.
    """
    path: list[str] = []
    seen: set[tuple[int, int]] = set()
    blanks: list[tuple[int, int]] = []  # a row without text, and how many levels were above it
    sheet = view.grid.sheet
    for row in range(first, last + 1):
        anchor = sheet.anchor(row, column) if sheet.merged else (row, column)
        text = clean(view.grid.text(*anchor))
        if text and anchor not in seen:
            path.append(text)
        elif not text and anchor == (row, column):
            blanks.append((row, len(path)))
        seen.add(anchor)
    if fill_after and path and blanks and _needs_parent(view, path):
        for row, level in reversed(blanks):
            if level < len(path) and (text := _from_left(view, row, column, last, fill_after)):
                path.insert(level, text)
    return tuple(path)


def _needs_parent(view: View, path: list[str]) -> bool:
    leaf = path[-1]
    return labels.is_measure(key(leaf)) or labels.code_of((leaf,), view.years) is None


def _from_left(view: View, row: int, column: int, last: int, stop: int) -> str:
    """The text of the nearest column to the left that has a level under this row, empty where there is none."""
    grid = view.grid
    for other in range(column - 1, stop, -1):
        if not any(grid.text(below, other, merged=True) for below in range(row + 1, last + 1)):
            return ""
        merged = grid.sheet.merge_at(row, other)
        if merged and merged[2] > row:
            return ""
        if merged and merged[3] > merged[1]:  # whoever merges this one would have merged ours
            return ""
        if text := clean(grid.text(row, other)):
            return "" if is_lead(key(text)) else text
    return ""


def leading_columns(view: View, paths: dict[int, tuple[str, ...]]) -> tuple[int | None, int]:
    """The column of the running number (if any) and that of the villages' names."""
    number = next((c for c, path in paths.items() if path and key(path[-1]) in labels.NUMBER_HEADINGS), None)
    indicators = [c for c, path in paths.items() if path and labels.code_of(path, view.years)]
    first = min(indicators, default=1 << 20)
    named = [c for c, p in paths.items() if c != number and p and key(p[-1]) in labels.unit_headings()]
    if before := [c for c in named if c < first]:
        return number, before[-1]
    if named:
        return number, named[0]
    others = [c for c in paths if c < first and c != number and c not in view.measures]
    return number, (others[-1] if others else min(paths))


def segments(view: View, heading: Heading, left: int, right: int) -> list[tuple[int, int]]:
    """The parts of a heading that are tables beside each other: each begins with TT or a word for the units."""
    leads: set[int] = set()
    others: set[int] = set()
    for row in range(heading.first, heading.last + 1):
        for column in view.in_row(row, left, right):
            folded = key(view.grid.text(row, column))
            if is_lead(folded):
                leads.add(column)
            elif folded and folded not in labels.REMARKS:
                others.add(column)
    starts = [left]
    seen_other = False
    for column in sorted(leads | others):
        if column in leads and seen_other:
            if any(place[1] > column and heading.first <= place[0] <= heading.last for place in view.hits):
                starts.append(column)
            seen_other = False
        elif column in others:
            seen_other = True
    return list(zip(starts, [*(start - 1 for start in starts[1:]), right], strict=True))
