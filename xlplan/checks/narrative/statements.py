"""Figures that sentences state of a known slot: C01 (this year's workbook), C16 (last year's, left behind)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from xlplan import catalogue
from xlplan.checks.figures import Figure, figure_of
from xlplan.checks.narrative.passages import Passage, Workbook, passages
from xlplan.checks.narrative.shares import rates_with_counts
from xlplan.checks.narrative.slots import CUT, RATE, RISE, Claim
from xlplan.checks.relations import MOST_PLACES
from xlplan.checks.scope import PASSED, ZERO, Case, Outcome, not_checked, plain
from xlplan.messages import finding
from xlplan.model import Cell, Finding, Submission

_BOTH = "ho_da_chieu"


def stated(case: Case) -> Iterator[Outcome]:
    """Outcomes of C01: every typed figure with a known slot against the workbook."""
    book = case.sentences
    for passage, claim in _typed_claims(case):
        known = book.figures(claim.village)
        figures = {code: figure for code in claim.codes if (figure := slot(code, known, claim))}
        if any(_agrees(claim, figure.value) for figure in figures.values()):
            yield PASSED
        elif not figures:
            yield not_checked("C01", "missing", what=_label(claim))
        else:
            yield _differs(passage, claim, figures)


def _typed_claims(case: Case) -> Iterator[tuple[Passage, Claim]]:
    """Claims that somebody typed; rates that a decrease has are for C03, those beside their counts for C12."""
    for passage in passages(case.sentences, "states_figures"):
        of_counts = rates_with_counts(passage.text)
        for claim in passage.claims:
            movement = claim.code.startswith((RISE, RATE + CUT, RATE + RISE))
            if passage.typed(claim.start, claim.end) and not movement and claim.start not in of_counts:
                yield passage, claim


def slot(code: str, figures: Mapping[str, Cell], claim: Claim) -> Figure | None:
    """The figure of a code at the printed decimals; poor and near-poor together are added up where they must."""
    places = min(claim.places, MOST_PLACES)
    if _BOTH in code and catalogue.count_of(code) not in figures:
        figures = _added(catalogue.count_of(code), figures)
    return figure_of(code, figures, places)


def _added(count: str, figures: Mapping[str, Cell]) -> Mapping[str, Cell]:
    """The figures with M = P + C (A07) among them, where both are known."""
    poor, near = (figures.get(count.replace(_BOTH, part)) for part in ("ho_ngheo", "ho_can_ngheo"))
    if poor is None or near is None or poor.value is None or near.value is None:
        return figures
    return {**figures, count: poor._replace(value=poor.value + near.value)}


def _agrees(claim: Claim, value: Decimal) -> bool:
    return claim.value == value


def _label(claim: Claim) -> str:
    label = catalogue.label(claim.code)
    return f"{label} – {claim.village}" if claim.village else label


def _unit(claim: Claim) -> str:
    return "%" if claim.unit == "%" else f" {catalogue.unit(claim.code)}"


def _differs(passage: Passage, claim: Claim, figures: Mapping[str, Figure]) -> Finding:
    """A figure of the prose that is not the workbook's.

    A warning where a rate is one unit off in its last place, and where the workbook lacks the indicator that the
    words most likely mean and only has another that they may mean (“nghèo đa chiều” where only P + C is known). Of
    the poor and of the poor and near-poor together the figure that is nearer was meant.
    """
    known = claim.code in figures
    if any(_BOTH in code for code in figures):
        claim = claim._replace(code=min(figures, key=lambda code: abs(figures[code].value - claim.value)))
    else:
        claim = claim._replace(code=next(iter(figures)))
    figure = figures[claim.code]
    near = claim.unit == "%" and claim.places and abs(claim.value - figure.value) <= Decimal(1).scaleb(-claim.places)
    code = f"{claim.code}[{claim.village}]" if claim.village else claim.code
    return finding(
        "C01",
        passage.source.ref,
        severity="warning" if near or not known else "error",
        written=passage.quoted(claim.start, claim.end),
        label=_label(claim),
        formula=figure.formula,
        unit=_unit(claim),
        mark=code,
        actual=plain(claim.value),
        expected=plain(figure.value),
        related=figure.refs,
    )


# ---- C16 ---------------------------------------------------------------------------------------------------


def left_behind(case: Case, previous: Submission) -> Iterator[Outcome]:
    """Outcomes of C16: typed figures of a slot that differ from this year's and equal last year's of the same slot."""
    now, then = case.sentences, Case(previous).sentences
    for passage, claim in _typed_claims(case):
        old = then.figures(claim.village if claim.village in _names(then) else None) if _same_place(claim, then) else {}
        found = [figure for code in claim.codes if (figure := slot(code, now.figures(claim.village), claim))]
        was = slot(claim.code, old, claim)
        if not found or was is None:
            continue
        if any(claim.value == figure.value for figure in found) or claim.value != was.value or claim.value == ZERO:
            yield PASSED
            continue
        yield finding(
            "C16",
            passage.source.ref,
            written=passage.quoted(claim.start, claim.end),
            label=_label(claim),
            unit=_unit(claim),
            old_file=previous.file,
            actual=plain(claim.value),
            expected=plain(found[0].value),
            related=found[0].refs,
        )


def _names(book: Workbook) -> set[str]:
    return set(book.places.values())


def _same_place(claim: Claim, book: Workbook) -> bool:
    return claim.village is None or claim.village in _names(book)
