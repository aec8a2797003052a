"""Whatever the figures and the layout: consistent workbooks give no error, and one wrong total is found at its cell."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from xlplan import catalogue
from xlplan.pipeline import process
from xlplan.sheets.standard.builder import build
from xlplan.sheets.standard.content import Content
from xlplan.sheets.standard.starter import Start, blank_content

NOWHERE = Path("there-is-no-outline-here")


@st.composite
def villages(draw: st.DrawFn) -> list[dict[str, int]]:
    """Consistent figures of each village: parts within wholes, end = start - decrease, M = P + C."""
    found = []
    for _ in range(draw(st.integers(1, 8))):
        households = draw(st.integers(1, 900))
        poor = draw(st.integers(0, households))
        near = draw(st.integers(0, households - poor))
        out, near_out = draw(st.integers(0, poor)), draw(st.integers(0, near))
        social = draw(st.integers(0, poor + near))
        found.append(
            {
                "tong_so_ho": households,
                "ho_ngheo_dau_ky": poor,
                "ho_can_ngheo_dau_ky": near,
                "giam_ho_ngheo": out,
                "giam_ho_can_ngheo": near_out,
                "ho_ngheo_cuoi_ky": poor - out,
                "ho_can_ngheo_cuoi_ky": near - near_out,
                "ho_da_chieu_dau_ky": poor + near,
                "giam_ho_da_chieu": out + near_out,
                "ho_da_chieu_cuoi_ky": poor + near - out - near_out,
                "ho_bao_tro_xa_hoi": social,
                "ho_co_kha_nang_thoat_ngheo": poor + near - social,
            }
        )
    return found


def content(kind: str, orientation: str, figures: list[dict[str, int]]) -> Content:
    """A standard workbook's content with these figures and their true totals."""
    names = [f"Làng {number}" for number in range(1, len(figures) + 1)]
    made = blank_content(Start(catalogue.kinds()[kind], 2024, names, orientation), NOWHERE)
    for line in made.kind.lines:
        made.counts[line.code] = [village[line.code] for village in figures]
        made.commune[line.code] = sum(village[line.code] for village in figures)
    return made


def findings(made: Content) -> set[tuple[str, str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "xa.xlsx"
        build(made, path)
        report = process(path).report
    assert report is not None
    return {(f.code, f.severity, f.ref.address) for f in report.findings}


KINDS = st.sampled_from(["nam", "thon"])
ORIENTATIONS = st.sampled_from(["rows", "columns"])


@settings(max_examples=15, deadline=None)
@given(KINDS, ORIENTATIONS, villages())
def test_a_consistent_workbook_gives_no_finding(kind: str, orientation: str, figures: list[dict[str, int]]) -> None:
    """Figures drawn at random add up, but need not be plausible: rules B may ask, and never call it an error."""
    found = findings(content(kind, orientation, figures))
    assert {f for f in found if f[1] == "error" or (f[1] == "warning" and not f[0].startswith("B"))} == set()


@settings(max_examples=15, deadline=None)
@given(KINDS, ORIENTATIONS, villages(), st.data())
def test_one_wrong_total_is_an_error_at_its_cell(
    kind: str, orientation: str, figures: list[dict[str, int]], data: st.DataObject
) -> None:
    made = content(kind, orientation, figures)
    code = data.draw(st.sampled_from([line.code for line in made.kind.lines]))
    right = made.commune[code]
    assert right is not None
    made.commune[code] = data.draw(st.integers(0, 9999).filter(lambda number: number != right))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "xa.xlsx"
        build(made, path)
        report = process(path).report
    assert report is not None
    table = report.submission.table
    assert table is not None and table.commune is not None
    cell = table.figure(table.commune, code)
    assert cell is not None
    sums = [f for f in report.errors if f.code == "A02"]
    assert [(f.ref, f.actual, f.expected) for f in sums] == [(cell.ref, str(made.commune[code]), str(right))]
