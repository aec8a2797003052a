"""A table that was cut in parts because it was too wide or too long for the page, its total in the last part only."""

from __future__ import annotations

from collections.abc import Sequence

from xlplan.messages import finding
from xlplan.model import Cell, Finding, Table, Unit
from xlplan.sheets.tables.sums import Sums


def joined(tables: Sequence[Table]) -> tuple[list[Table], list[Finding]]:
    """The tables of a sheet, parts of one made one again, and a note of each.

    Parts have the same lines, other villages, and no total but in the last; that it is the sum of all of them and
    not of its own part is what tells them from tables of their own.
    """
    found: list[Table] = []
    notes: list[Finding] = []
    for table in tables:
        parts = [table]
        while table.commune is not None and found and _may_precede(found[len(found) - len(parts)], parts[0]):
            parts.insert(0, found[len(found) - len(parts)])
            if len(parts) > len(found):
                break
        whole = _one_of(parts) if len(parts) > 1 else None
        if whole is None or whole.commune is None:
            found.append(table)
            continue
        del found[len(found) - len(parts) + 1 :]
        found.append(whole)
        total = whole.units[whole.commune]
        reading = f"dòng tổng của cả {len(parts)} phần biểu"
        notes.append(
            finding(
                "I25",
                total.ref,
                written=total.name,
                reading=reading,
                reading_en=f"the total of all {len(parts)} parts of the table",
            )
        )
    return found, notes


def _may_precede(before: Table, after: Table) -> bool:
    """Whether a table may be the part before another one."""
    if before.commune is not None or before.orientation != after.orientation:
        return False
    names = {unit.name for unit in before.units}
    return [line.path for line in before.lines] == [line.path for line in after.lines] and names.isdisjoint(
        unit.name for unit in after.units
    )


def _one_of(parts: Sequence[Table]) -> Table | None:
    """The parts as one table, ``None`` where the total is not the sum of all their villages."""
    last = parts[-1]
    if last.commune is None:
        return None
    units: list[Unit] = []
    cells: dict[tuple[int, int], Cell] = {}
    for part in parts:
        start = len(units)
        units += [u if u.parent is None else u._replace(parent=u.parent + start) for u in part.units]
        cells |= {(i + start, j): cell for (i, j), cell in part.cells.items()}
    whole = parts[0]._replace(units=tuple(units), cells=cells)
    own = Sums(len(last.units), last.lines, last.cells).fit(last.commune, last.positions("village"))
    total = whole.commune
    if total is None or own.holds:
        return None
    fit = Sums(len(units), whole.lines, cells).fit(total, whole.positions("village"))
    return whole if fit.holds and fit.asked else None
