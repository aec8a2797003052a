"""Villages against indicators, in either orientation, found by their headings and not by their position.

Whatever lies above a table (titles) and under it (notes, signatures) is left out; header rows of letters,
numbers or formulas are never data.
"""

from __future__ import annotations

from xlplan.model import Table
from xlplan.sheets.cells import Grid
from xlplan.sheets.labels import Years
from xlplan.sheets.tables.headings import MAX_LEVELS, MOST_BEFORE, is_lead
from xlplan.sheets.tables.rows import Found, read_rows
from xlplan.sheets.tables.view import Area, Place, View
from xlplan.vietnamese.text import key

MOST_ASIDE = 40  # columns between TT and the first indicator that is known
MOST_FAILURES = 200  # places that looked like a heading and were none, after which nobody looks on


def read_tables(grid: Grid, years: Years | None) -> tuple[Table, ...]:
    """The tables of a sheet, under each other and beside each other; empty where no indicators are recognised."""
    view = View(grid, years)
    found: list[Table] = []
    areas: list[Area] = []  # that reach down to where we are
    above = failures = 0
    for place in _starts(view):
        above = max([above, *(area.bottom for area in areas if area.bottom < place[0])])
        areas = [area for area in areas if area.bottom >= place[0]]
        if any(area.holds(place) for area in areas):
            continue
        item = _table_at(view, place, areas, above)
        if item is not None:
            found.append(item.table)
            areas.append(item.area)
        else:
            failures += 1
        if failures > MOST_FAILURES:
            break
    return tuple(_whole(grid, found))


def _whole(grid: Grid, found: list[Table]) -> list[Table]:
    """The tables, parts of one as one."""
    if len(found) < 2:
        return found
    from xlplan.sheets.tables.joined import joined

    tables, notes = joined(found)
    grid.notes += notes
    return tables


def _starts(view: View) -> list[Place]:
    """Where a table may begin: at the names of indicators, else at the heading over lines of Hộ and Nhân khẩu."""
    if view.hits:
        return sorted(view.hits)
    found = []
    for first in view.measures.values():
        for row in range(first - 1, max(0, first - MAX_LEVELS - 2), -1):
            leads = [c for c in view.columns.get(row, ()) if is_lead(key(view.grid.text(row, c)))]
            if leads:
                found.append((row, leads[0]))
                break
    return found


def _table_at(view: View, place: Place, taken: list[Area], above: int) -> Found | None:
    """The table that begins with an indicator's name, ``None`` where there is none."""
    row, column = place
    bottom = view.rows[-1]
    hits = [c for c in view.hit_rows.get(row, {}) if not any(area.holds((row, c)) for area in taken)]
    if view.number_after(row, column) or (view.figure_after(row, column) and len(hits) == 1):
        return _labels_at(view, place, hits, bottom, above)
    if len(hits) > 1 or not view.hits:
        return read_rows(view, row, column, bottom, above)
    for below in range(row + 1, row + MAX_LEVELS):  # the upper level of a heading
        under = view.hit_rows.get(below, {})
        if len(under) > 1 and not view.number_after(below, min(under)):
            return read_rows(view, below, min(c for c in under), bottom, above)
    if _is_beside_lead(view, row, column):
        return read_rows(view, row, column, bottom, above)
    return _labels_at(view, place, hits, bottom, above)


def _is_beside_lead(view: View, row: int, column: int) -> bool:
    """Whether TT or a word for the units stands left of a cell: in its row, merged over it, or a level away."""
    near = [row, *(r for r in (row - 1, row + 1, row + 2) if r > 0 and not view.number_after(r, 0))]
    left = range(max(1, column - MOST_ASIDE), column)
    return any(is_lead(key(view.grid.text(r, c, merged=True))) for r in near for c in left)


def _labels_at(view: View, place: Place, hits: list[int], bottom: int, above: int) -> Found | None:
    """A table of villages as columns whose first known indicator stands at a place."""
    row, column = place
    headed = view.is_label_head_between(column, row - MOST_BEFORE, row - 1)
    if row <= view.barren.get(column, 0) and not headed:
        return None
    from xlplan.sheets.tables.columns import read_columns

    end, codes = _list_of_labels(view, row, column, bottom)
    if codes < 2 and not headed:
        view.barren[column] = end
        return None
    beside = [c for c in hits if c > column]
    first = max(above + 1, row - MOST_BEFORE)
    right = min(beside) - 1 if beside else max(view.columns[r][-1] for r in view.rows_between(first, end))
    if beside and right > column and view.text(row, right).isdecimal():  # the running number of the next table
        right -= 1
    return read_columns(view, place, right, end, above)


def _list_of_labels(view: View, row: int, column: int, bottom: int) -> tuple[int, int]:
    """The last row of a list of indicators and how many are known.

    It ends before the heading of a table of villages as rows, or where it begins anew.
    """
    seen: set[str] = set()
    for other, hits in view.hit_rows.items():
        if other < row:
            continue
        if len(hits) > 1 and other > row and not view.number_after(other, min(hits)):
            return other - 1, len(seen)
        code = hits.get(column)
        if code is None:
            continue
        if code in seen and view.is_label_head_between(column, max(row, other - 3), other - 1):
            return other - 1, len(seen)
        seen.add(code)
    return bottom, len(seen)
