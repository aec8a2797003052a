"""Printed rates against their counts: A04, A05, A19."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import repeat

from xlplan.checks.relations import Ratio, at_own_decimals, printed_rates, rates_that_hold, situation_rates
from xlplan.checks.reviews import printed_formulas
from xlplan.checks.scope import PASSED, ZERO, Case, Outcome, filled, not_checked, plain
from xlplan.messages import finding
from xlplan.model import Cell, Finding, NotChecked, Severity
from xlplan.vietnamese.numbers import round_half_up


def a04(case: Case) -> Iterator[Outcome]:
    """A rate is part / whole x 100, half up at the printed decimals; one unit in the last place is a warning.

    4/128 = 3,125 is 3,13. ``=ROUND(E7/D7*100,2)=F7``
    """
    rates = printed_rates(case)
    right = rates_that_hold(case)
    yield from repeat(PASSED, len(right))
    for rate in rates if len(right) < len(rates) else ():
        if rate.shown.ref in right:
            continue
        if rate.shown.state == "blank" or rate.base_is_nothing:
            continue
        if rate.shown.state == "uncomputed":
            yield not_checked("A04", "uncomputed", rate.shown.ref)
        elif rate.shown.value is None and rate.shown.state != "dash":
            yield not_checked("A04", "unreadable", rate.shown.ref)
        elif rate.computed is None:
            yield not_checked("A04", "missing", what=rate.place)
        else:
            yield from _compare(rate, rate.computed)
    for rate in situation_rates(case):
        yield from _of_situation(rate)
    yield from printed_formulas("A04", case)


def _of_situation(rate: Ratio) -> Iterator[Outcome]:
    if rate.computed is None or rate.part is None or rate.whole is None:
        yield not_checked("A04", "missing", what=rate.place)
    else:
        yield from _compare(rate, rate.computed)


def _compare(rate: Ratio, expected: Decimal) -> Iterator[Outcome]:
    actual = round_half_up(rate.shown.value or Decimal(0), rate.places)
    if actual == expected or rate.part is None or rate.whole is None:
        yield PASSED
        return
    near = abs(actual - expected) <= Decimal(1).scaleb(-rate.places)
    asked = near or at_own_decimals(rate.shown, rate.part, rate.whole)  # 4,1 among 4,08: rounded further, or 4,10
    yield _finding(rate, rate.part, rate.whole, expected, "warning" if asked else "error")


def _finding(rate: Ratio, part: Cell, whole: Cell, expected: Decimal, severity: Severity) -> Finding:
    return finding(
        rate.rule,
        rate.shown.ref,
        severity=severity,
        place=rate.place,
        part=plain(part.value or Decimal(0)),
        whole=plain(whole.value or Decimal(0)),
        actual=plain(round_half_up(rate.shown.value or Decimal(0), rate.places)),
        expected=plain(expected),
        related=(part.ref, whole.ref),
    )


def a05(case: Case) -> Iterator[Outcome]:
    """The commune's rate comes from its totals and lies between the lowest and the highest village rate.

    ``=AND(F19>=MIN(F7:F18),F19<=MAX(F7:F18))``
    """
    peers: dict[tuple[int, int], list[Ratio]] = {}
    totals = []
    for rate in printed_rates(case):
        if rate.table is None:
            continue
        kind = rate.table.units[rate.unit].kind
        if kind == "commune" and rate.shown.value is not None:
            totals.append(rate)
        elif kind == "village":
            peers.setdefault((id(rate.table), rate.line), []).append(rate)
    for total in totals:
        others = peers.get((id(total.table), total.line), [])
        if sum(1 for other in others if _rate_of(other) is not None) > 1:
            yield from _against_villages(total, others, case.village_word)


def _rate_of(rate: Ratio) -> Decimal | None:
    """The rate that the counts give, else the printed one."""
    return rate.computed if rate.computed is not None else rate.shown.value


def _range(total: Ratio, peers: list[Ratio]) -> tuple[Decimal, Decimal] | NotChecked:
    """The lowest and the highest rate that the villages may have; what is not written may be none at all.

    Half a unit is allowed for the last place of each rate that shows another number of decimals than the total.
    """
    ends = []
    for rate in peers:
        if rate.computed is None and rate.shown.value is None and rate.shown.state not in ("blank", "dash"):
            reason = "uncomputed" if rate.shown.state == "uncomputed" else "unreadable"
            return not_checked("A05", reason, rate.shown.ref)
        value = _rate_of(rate) or Decimal(0)
        ends.append((value, ZERO if rate.shown.places == total.shown.places else _half(rate) + _half(total)))
    return min(value - slack for value, slack in ends), max(value + slack for value, slack in ends)


def _half(rate: Ratio) -> Decimal:
    """Half a unit in the last place that is shown."""
    return Decimal(1).scaleb(-rate.shown.places) / 2


def _against_villages(total: Ratio, others: list[Ratio], word: str) -> Iterator[Outcome]:
    value = total.shown.value
    if value is None:
        return
    actual, right = round_half_up(value, total.places), total.computed
    if actual == right:  # what the totals give, whatever the villages have
        yield PASSED
        return
    peers = [rate for other in others if (rate := _rate_of(other)) is not None]
    mean = round_half_up(sum(peers, Decimal(0)) / len(peers), total.places)
    ends = _range(total, others) if right is None else (ZERO, value)
    if isinstance(ends, NotChecked):
        yield ends
        return
    low, high = ends
    if right is not None and actual != right and actual == mean:
        fault, fault_en = (
            f"đúng bằng trung bình cộng tỷ lệ các {word}",
            "which is the mean of the villages' rates",
        )
    elif not low <= actual <= high and right is None:
        span = f"{low:f} - {high:f}"
        fault = f"nằm ngoài khoảng {span.replace('.', ',')} của các {word}"
        fault_en = f"outside the villages' range {span}"
    else:
        yield PASSED
        return
    shown = plain(right) if right is not None else ""
    yield finding(
        "A05",
        total.shown.ref,
        place=total.place,
        fault=fault,
        fault_en=fault_en,
        hint=f" và bằng {shown.replace('.', ',')}%" if shown else "",
        hint_en=f" and is {shown}%" if shown else "",
        actual=plain(actual),
        expected=shown,
        related=tuple(c.ref for c in (total.part, total.whole) if c is not None),
    )


def a19(case: Case) -> Iterator[Outcome]:
    """A rate over 0 is undefined: blank or a dash; 0 is a warning, any other number an error.

    ``=IF(D7=0,"",ROUND(E7/D7*100,2))``
    """
    for rate in printed_rates(case):
        if rate.shown.state in ("uncomputed", "text") or rate.whole is None:
            continue
        if not rate.base_is_nothing or rate.shown.state in ("blank", "dash"):
            if filled(rate.whole) and rate.whole.formula is None:
                yield PASSED
            continue
        empty_row = rate.part is None or rate.part.state == "blank"
        if rate.shown.value == 0 and empty_row and rate.shown.formula:
            continue  # a row that nobody has filled in yet
        wrong = rate.shown.value not in (None, 0)
        yield finding(
            "A19",
            rate.shown.ref,
            severity="error" if wrong else "warning",
            place=rate.place,
            written=rate.shown.written,
            actual=plain(rate.shown.value) if rate.shown.value is not None else rate.shown.written,
            related=(rate.whole.ref,) if rate.whole else (),
        )
