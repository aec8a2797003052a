"""Decreases in per cent: C03."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from xlplan.catalogue import RATE_BASE
from xlplan.checks.figures import figure_of
from xlplan.checks.narrative.passages import Passage, Workbook, passages
from xlplan.checks.narrative.slots import CUT, RATE, Claim
from xlplan.checks.narrative.statements import slot
from xlplan.checks.scope import PASSED, Case, Outcome, not_checked, plain
from xlplan.messages import finding
from xlplan.model import Cell, CellRef, Severity
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.numbers import rate


class _Decrease(NamedTuple):
    """“giảm x hộ, Y %”: ``part`` of ``whole`` households, with the rates at both ends where they are known."""

    stated: Decimal
    places: int
    part: Decimal
    whole: Decimal
    difference: Decimal | None
    of_group: Decimal | None
    refs: tuple[CellRef, ...]

    @property
    def expected(self) -> Decimal:
        """x / H at the printed decimals."""
        return rate(self.part, self.whole, self.places) or Decimal(0)

    @property
    def holds(self) -> bool:
        """Whether Y is x / H, the difference of the two printed rates, or a share of the group at the start."""
        return self.stated in (self.expected, self.difference, self.of_group)

    def severity(self, *, one_year: bool) -> Severity:
        """An error where the households are the same at both ends and more than rounding is amiss."""
        near = self.places > 0 and abs(self.stated - self.expected) <= Decimal(1).scaleb(-self.places)
        return "error" if one_year and not near else "warning"


def decreases(case: Case) -> Iterator[Outcome]:
    """Outcomes of C03: typed decreases in per cent; rows of `Mục tiêu` are for A22 and C02."""
    book = case.sentences
    period = case.submission.period
    one_year = period is None or period[0] == period[1]
    for passage in passages(book, "states_figures"):
        found = passage.claims
        for claim in found:
            if claim.code.startswith(RATE + CUT) and passage.typed(claim.start, claim.end):
                yield _held(passage, claim, found, book, one_year=one_year)


def _held(passage: Passage, claim: Claim, found: list[Claim], book: Workbook, *, one_year: bool) -> Outcome:
    figures = book.figures(claim.village)
    whole = figures.get(RATE_BASE)
    readings = []
    for code in claim.codes:
        part = _part(code.removeprefix(RATE), claim, found, figures)
        if part is not None and whole is not None and whole.value:
            difference = _difference(code, figures, claim)
            start = figures.get(code.removeprefix(RATE + CUT) + "_dau_ky")
            share = rate(part[0], start.value, claim.places) if start is not None and start.value else None
            refs = (*part[1], whole.ref)
            readings.append(_Decrease(claim.value, claim.places, part[0], whole.value, difference, share, refs))
    if not readings:
        return not_checked("C03", "missing", passage.source.ref)
    if any(reading.holds for reading in readings):
        return PASSED
    return _finding(passage.source.ref, passage.quoted(claim.start, claim.end), readings[0], one_year=one_year)


def _part(
    code: str, claim: Claim, found: list[Claim], figures: Mapping[str, Cell]
) -> tuple[Decimal, tuple[CellRef, ...]] | None:
    """The households that leave: those of the same sentence, else the workbook's."""
    for other in found:
        if other.code == code and other.village == claim.village and other.sentence == claim.sentence:
            return other.value, ()
    figure = slot(code, figures, claim)
    return None if figure is None else (figure.value, figure.refs)


def _difference(code: str, figures: Mapping[str, Cell], claim: Claim) -> Decimal | None:
    """The difference of the two printed rates."""
    stem = code.removeprefix(RATE + CUT)
    start, end = (figure_of(f"{RATE}{stem}{at}", figures, claim.places) for at in ("_dau_ky", "_cuoi_ky"))
    return start.value - end.value if start is not None and end is not None else None


def _finding(ref: CellRef, written: str, reading: _Decrease, *, one_year: bool) -> Outcome:
    return finding(
        "C03",
        ref,
        severity=reading.severity(one_year=one_year),
        written=written,
        part=plain(reading.part),
        whole=plain(reading.whole),
        actual=plain(reading.stated),
        expected=plain(reading.expected),
        related=reading.refs,
    )
