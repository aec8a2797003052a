"""Villages far from their peers (B10): rates, household sizes and cuts against the middle of all villages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Context, Decimal
from math import sqrt
from typing import TypeVar

from xlplan import catalogue
from xlplan.checks.scope import PASSED, ZERO, Case, Outcome, Scope, plain, term
from xlplan.messages import finding
from xlplan.model import Finding
from xlplan.rates import PLACES
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.numbers import format_count, format_decimal, round_half_up

BASE = catalogue.RATE_BASE
ENOUGH = 8  # villages: among fewer, the middle and the spread say little
FAR = 6
"""Spreads from the middle that are asked about.

Of simulated communes (8 - 24 villages, log-normal rates with binomial counts) one in fifty has a village beyond 6 where
rates differ as usual (sigma 0,8) and one in twenty where they differ wildly (1,1); at the usual 3,5 it would be
every sixth and every third.
"""
MAD_TO_DEVIATION = Decimal("1.4826")  # of a normal distribution
SIZE_VARIANCE = Decimal("3.24")  # persons of a household: a standard deviation of about 1,8


class Measure(NamedTuple):
    """What villages are compared in: ``part`` / ``whole``; a share in per cent, or persons in a household."""

    part: str
    whole: str
    is_share: bool = True


def _measures(stems: Sequence[str]) -> tuple[Measure, ...]:
    rates = [Measure(f"{stem}_dau_ky", BASE) for stem in stems]
    return (*rates, *(Measure(f"giam_{stem}", f"{stem}_dau_ky") for stem in stems))


MEASURES = (
    *_measures(("ho_ngheo", "ho_can_ngheo")),
    Measure("tong_nhan_khau", BASE, False),
    Measure("khau_ngheo_dau_ky", "ho_ngheo_dau_ky", False),
    Measure("khau_can_ngheo_dau_ky", "ho_can_ngheo_dau_ky", False),
)
TOGETHER = _measures(("ho_da_chieu",))  # only where poor and near-poor are not told apart


_DIGITS, _QUARTER = Context(prec=12), Decimal("0.25")  # enough to tell far from near


_Number = TypeVar("_Number", Decimal, float)


class _Village(NamedTuple):
    scope: Scope
    part: Decimal
    whole: Decimal
    value: Decimal  # what is compared: the root of a share, the size of a household
    noise: Decimal  # variance of that by chance alone


def b10(case: Case) -> Iterator[Outcome]:
    """A village far from its peers in rate, persons per household or cut: ask.

    Distance from the median, in spreads: the median absolute deviation and what chance does to a village of its size.
    Shares are compared by their square roots, whose chance variance is 1/4n whatever the share, so that neither a
    village of 20 households nor one among very poor ones stands out. ``=ABS(SQRT(E7/D7)-MEDIAN(…))<=6*s``
    """
    villages = [scope for scope in case.scopes if scope.is_village]
    if len(villages) < ENOUGH:
        return
    apart = any("ho_ngheo_dau_ky" in scope.figures for scope in villages)
    for measure in MEASURES if apart else (*MEASURES, *TOGETHER):
        found = _quick(measure, villages)
        if found is None or _may_be_far(found):
            yield from _measured(case, measure, [v for scope in villages if (v := _village(scope, measure))])
        elif len(found) >= ENOUGH:
            yield PASSED


def _quick(measure: Measure, villages: list[Scope]) -> list[tuple[float, float]] | None:
    """What is compared and its chance variance, in binary numbers; ``None`` where a figure is no whole number."""
    found = []
    for scope in villages:
        counted, over = scope.counts.get(measure.part), scope.counts.get(measure.whole)
        if counted is None or over is None:
            if measure.part in scope.figures and measure.whole in scope.figures:
                return None
            continue
        part, whole = int(counted), int(over)
        if whole < 1 or not 0 <= part <= (whole if measure.is_share else part):
            continue
        if measure.is_share:
            found.append((sqrt(part / whole), 0.25 / whole))
        elif part:
            found.append((part / whole, float(SIZE_VARIANCE) / whole))
    return found


def _village(scope: Scope, measure: Measure) -> _Village | None:
    """One village, where both counts can be read and make sense."""
    cells = scope.figures.get(measure.part), scope.figures.get(measure.whole)
    if cells[0] is None or cells[1] is None:
        return None
    part, whole = (term(cell, blank_is_zero=True) for cell in cells if cell is not None)
    if part.reason or whole.reason or whole.value < 1 or part.value < 0:
        return None
    share = _DIGITS.divide(part.value, whole.value)
    if measure.is_share:
        noise = _DIGITS.divide(_QUARTER, whole.value)
        return None if share > 1 else _Village(scope, part.value, whole.value, share.sqrt(_DIGITS), noise)
    noise = _DIGITS.divide(SIZE_VARIANCE, whole.value)
    return _Village(scope, part.value, whole.value, share, noise) if part.value else None


def _median(values: Sequence[_Number]) -> _Number:
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _measured(case: Case, measure: Measure, villages: list[_Village]) -> Iterator[Outcome]:
    if len(villages) < ENOUGH:
        return
    middle = _median([v.value for v in villages])
    spread = _median([abs(v.value - middle) for v in villages]) * MAD_TO_DEVIATION
    if not spread:
        return
    far = [v for v in villages if (v.value - middle) ** 2 > FAR * FAR * (spread * spread + v.noise)]
    if not far:
        yield PASSED
    for village in far:
        usual = middle * middle * 100 if measure.is_share else middle
        yield _asked(case, measure, village, usual, len(villages))


def _may_be_far(found: list[tuple[float, float]]) -> bool:
    """A quick look, a tenth more suspicious than the exact one, which decides."""
    if len(found) < ENOUGH:
        return False
    values = [value for value, _ in found]
    middle = _median(values)
    spread = _median([abs(value - middle) for value in values]) * float(MAD_TO_DEVIATION)
    limit = 0.9 * float(FAR) ** 2
    return any((value - middle) ** 2 > limit * (spread * spread + noise) for value, noise in found)


def _asked(case: Case, measure: Measure, village: _Village, usual: Decimal, count: int) -> Finding:
    """The question, at the count that may be wrong."""
    scope, word = village.scope, case.village_word
    share = village.part / village.whole * (100 if measure.is_share else 1)
    unit, unit_en = ("%", "%") if measure.is_share else (" khẩu một hộ", " persons a household")
    label = scope.labels.get(measure.whole) or catalogue.label(measure.whole)
    return finding(
        "B10",
        scope.figures[measure.part].ref,
        place=scope.place(measure.part),
        label=label,
        whole=plain(village.whole),
        share=f"{format_decimal(share, PLACES)}{unit}",
        share_en=f"{plain(round_half_up(share, PLACES))}{unit_en}",
        usual=f"mức giữa của {format_count(count)} {word} là {format_decimal(usual, PLACES)}{unit}",
        usual_en=f"the middle of {count} villages is {plain(round_half_up(usual, PLACES))}{unit_en}",
        actual=plain(village.part or ZERO),
        related=(scope.figures[measure.whole].ref,),
    )
