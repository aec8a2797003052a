"""Whatever the table: a certain proposal settles its contradiction, formulas are left alone, and work has an end."""

from __future__ import annotations

import random
import time

import slips
from hypothesis import given, settings
from hypothesis import strategies as st

from xlplan import checks, repair
from xlplan.checks.scope import Case
from xlplan.model import CellRef, Finding, Submission

SEEDS = st.integers(0, 10**6)


def located(submission: Submission, previous: Submission | None = None) -> tuple[Finding, ...]:
    findings, _ = checks.run(submission, previous=previous)
    return repair.proposals(Case(submission, previous), findings)


def errors(findings: tuple[Finding, ...]) -> set[tuple[str, CellRef]]:
    return {(f.code, f.ref) for f in findings if f.severity == "error"}


def every_proposal(findings: tuple[Finding, ...]) -> list[tuple[CellRef, str]]:
    return [(p.ref, p.value) for f in findings for p in (f.proposal, *f.candidates) if p]


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.integers(1, 3), st.booleans())
def test_a_certain_proposal_removes_its_finding_and_makes_no_new_one(seed: int, count: int, last_year: bool) -> None:
    for trial, true, rng in slips.trials(seed, 1, slips=count):
        if trial is None:
            continue
        previous = slips.year_before(true, rng) if last_year else None
        findings = located(trial.submission, previous)
        for finding in findings:
            if finding.proposal is None or finding.proposal.confidence != "certain":
                continue
            mended = slips.mended(trial.submission, finding.proposal.ref, finding.proposal.value)
            left = errors(checks.run(mended, previous=previous)[0])
            assert (finding.code, finding.ref) not in left
            assert left <= errors(findings)


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.integers(1, 4))
def test_formula_cells_are_never_proposed(seed: int, count: int) -> None:
    """Sums below the table and links in the situation are formulas that follow from their inputs."""
    for trial, _, _ in slips.trials(seed, 1, slips=count):
        if trial is None:
            continue
        formulas = {c.ref for t in trial.submission.tables for c in t.cells.values() if c.formula is not None}
        formulas |= {c.ref for c in trial.submission.situation.values() if c.formula is not None}
        assert not {ref for ref, _ in every_proposal(located(trial.submission))} & formulas


@settings(max_examples=12, deadline=None)
@given(SEEDS)
def test_a_consistent_table_gets_no_card(seed: int) -> None:
    submission = slips.generated(random.Random(seed))
    assert every_proposal(located(submission)) == []


@settings(max_examples=12, deadline=None)
@given(SEEDS, st.sampled_from([0.02, 0.1, 0.4, 1.0]))
def test_random_figures_never_raise_and_proposals_stay_whole_numbers(seed: int, share: float) -> None:
    for ref, value in every_proposal(located(scattered(seed, share))):
        assert ref.sheet in (slips.TABLE, slips.SITUATION)
        assert value.replace(".", "", 1).isdigit()


def test_the_work_on_a_table_of_nonsense_is_bounded() -> None:
    rng = random.Random(7)
    start = time.process_time()
    for _ in range(3):
        located(scattered(rng.randrange(10**6), 1.0))
    assert time.process_time() - start < 15


def test_the_same_table_gets_the_same_cards_every_time() -> None:
    for trial, _, _ in slips.trials(11, 6, slips=2):
        if trial is not None:
            assert located(trial.submission) == located(trial.submission)


def scattered(seed: int, share: float) -> Submission:
    """A generated table in which this share of the cells holds anything at all."""
    rng = random.Random(seed)
    submission = slips.generated(rng)
    table = submission.tables[0]
    cells = {
        at: slips.number(cell.ref, rng.choice((None, rng.randint(0, 400))), cell.places)
        if rng.random() < share
        else cell
        for at, cell in table.cells.items()
    }
    return submission._replace(tables=(table._replace(cells=cells),))
