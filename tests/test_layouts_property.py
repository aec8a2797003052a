"""Whatever the layout: every figure is read at its cell, what adds up is no error and what was changed is one."""

from __future__ import annotations

import tempfile
from pathlib import Path

import layouts
from hypothesis import given, settings
from hypothesis import strategies as st

from xlplan import checks
from xlplan.messages import message
from xlplan.model import Finding, Submission
from xlplan.sheets.reader import read

COUNTS = st.integers(2, 12)
SEEDS = st.integers(0, 10**6)


def submission(sheet: layouts.Sheet) -> Submission:
    with tempfile.TemporaryDirectory() as folder:
        return read(layouts.write(Path(folder) / "xa.xlsx", sheet))


def errors(found: Submission) -> list[Finding]:
    findings, _ = checks.run(found)
    return [f for f in (*found.notes, *findings) if f.severity == "error"]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(layouts.options(), SEEDS, COUNTS)
def test_every_figure_is_read_at_its_cell_and_nothing_is_an_error(o: layouts.Options, seed: int, count: int) -> None:
    sheet = layouts.lay_out(layouts.figures(seed, count), o)
    found = submission(sheet)
    assert len(found.tables) == 1
    table = found.tables[0]
    read_figures = {
        (table.units[i].name, table.lines[j].code): (cell.ref[1:], cell.value) for (i, j), cell in table.cells.items()
    }
    wanted = {
        place: (at, None if sheet.values[place] is None else sheet.values[place]) for place, at in sheet.places.items()
    }
    assert {
        place: (at, None if v is None else float(v)) for place, (at, v) in read_figures.items() if place in wanted
    } == wanted
    names = {name for name, _ in wanted}
    assert {unit.name for unit in table.units if unit.kind in ("village", "commune")} <= names
    assert [message(f) for f in errors(found)] == []


@settings(max_examples=60, deadline=None, derandomize=True)
@given(layouts.options(), SEEDS, COUNTS, st.data())
def test_one_changed_village_figure_is_an_error(o: layouts.Options, seed: int, count: int, data: st.DataObject) -> None:
    o = o._replace(total="last" if o.total == "none" else o.total)
    sheet = layouts.lay_out(layouts.figures(seed, count), o)
    places = [p for p in sheet.places if p[0].startswith("Thôn ") and not p[1].startswith("ty_le_")]
    name, code = data.draw(st.sampled_from(places))
    at = sheet.places[name, code]
    old = sheet.cells.get(at, 0)
    sheet.cells[at] = data.draw(st.integers(0, 999).filter(lambda number: number != old))
    found = errors(submission(sheet))
    assert {"A02", "A03"} & {f.code for f in found}
