"""The naive road of the benchmark does the same work: its plans and findings equal ours on the country's workbooks."""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import docx
import pytest
from docx.document import Document
from docx.table import Table, _Cell
from filled_plans import without_controls

from xlplan.pipeline import Options, process

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

import communes  # noqa: E402
import naive  # noqa: E402

NUMBERS = (13, 166, 189, 240)
"""Communes with both kinds of plan, either way round, one with a page on its side, and one slip of each kind."""


class Both(NamedTuple):
    commune: communes.Commune
    ours: bytes
    our_findings: list[tuple[str, str, str]]
    theirs: naive.Made


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> list[Both]:
    folder = tmp_path_factory.mktemp("country")
    made = []
    for number in NUMBERS:
        commune = communes.commune(number)
        path = folder / commune.name
        path.write_bytes(commune.data)
        outcome = process(path, Options(plan=True, force=True))
        assert outcome.report is not None
        assert outcome.plan is not None
        findings = [(f.code, f.ref.sheet, f.ref.address) for f in outcome.report.findings]
        made.append(Both(commune, outcome.plan, findings, naive.process(path)))
    return made


def texts(container: Document | _Cell, place: str = "") -> Iterator[tuple[str, str]]:
    """Every paragraph with its style and text, those of tables with row and cell before them."""
    for item in container.iter_inner_content():
        if isinstance(item, Table):
            for r, row in enumerate(item.rows):
                for c, cell in enumerate(row.cells):
                    yield from texts(cell, f"{place}{r}.{c} ")
        else:
            style = item.style.name if item.style is not None else ""
            yield place if place else str(style), item.text


def printed(plan: bytes) -> list[tuple[str, str]]:
    document = docx.Document(BytesIO(without_controls(plan)))
    pages = [("page", str(section.orientation)) for section in document.sections]
    return [*texts(document), *pages]


def test_every_paragraph_and_cell_of_the_naive_plan_is_that_of_ours(country: list[Both]) -> None:
    for both in country:
        ours, theirs = printed(both.ours), printed(both.theirs.plan)
        assert len(ours) > 200
        assert theirs == ours, both.commune.name


def test_the_naive_findings_are_ours(country: list[Both]) -> None:
    for both in country:
        theirs = sorted((f.code, f.sheet, f.cell) for f in both.theirs.findings)
        assert theirs == sorted(both.our_findings), both.commune.name


def test_slips_of_each_kind_are_found_and_nothing_else_is_asked(country: list[Both]) -> None:
    kinds = set()
    for both in country:
        codes = {code for code, _, _ in both.our_findings} - {"B05"}  # said of every plan without new entries
        slip = both.commune.slip
        assert bool(codes) == (slip is not None), both.commune.name
        if slip is not None:
            kinds.add(slip.kind)
            assert ("A04" if slip.kind == "rate" else "A02") in codes
    assert kinds == {"total", "rate", "village"}


def test_errors_stand_in_a_comment_of_either_plan(country: list[Both]) -> None:
    for both in country:
        wrong = sum(finding.is_error for finding in both.theirs.findings)
        for plan in (both.ours, both.theirs.plan):
            remarks = [p.text for comment in docx.Document(BytesIO(plan)).comments for p in comment.paragraphs]
            assert len("\n".join(remarks).splitlines()) == wrong


def test_the_naive_road_is_independent_of_xlplan() -> None:
    for module in (BENCHMARKS / "naive").glob("*.py"):
        assert not re.search(r"^\s*(from|import) xlplan", module.read_text(encoding="utf-8"), re.MULTILINE), module


def test_the_workbooks_differ_and_are_as_large_as_real_ones(country: list[Both]) -> None:
    assert len({both.commune.data for both in country}) == len(NUMBERS)
    assert all(30_000 < len(both.commune.data) < 65_000 for both in country)


def test_communes_have_five_to_forty_villages_with_names_of_their_own() -> None:
    sizes = set()
    for number in range(30):
        content = communes.drawn(number, random.Random(number))
        assert content == communes.drawn(number, random.Random(number))
        sizes.add(len(content.villages))
        assert len({*content.villages, content.fields["ten_don_vi"]}) == len(content.villages) + 1
        assert all(content.commune[code] == sum(figures) for code, figures in content.counts.items())
    assert communes.FEWEST <= min(sizes) < 8
    assert 30 < max(sizes) <= communes.MOST
