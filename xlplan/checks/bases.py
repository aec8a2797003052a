"""What figures are measured by: the poverty standard (B08) and all resident households (B09)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from xlplan import catalogue
from xlplan.catalogue.records import Standard
from xlplan.checks.relations import rates_that_hold
from xlplan.checks.scope import PASSED, Case, Outcome, Scope, figures_of, not_checked, plain, term, whole
from xlplan.messages import finding
from xlplan.model import NotChecked
from xlplan.patterns import pattern
from xlplan.vietnamese.dates import format_period
from xlplan.vietnamese.numbers import format_count, format_decimal, round_half_up
from xlplan.vietnamese.numbers import rate as ratio
from xlplan.vietnamese.text import key

BASE = catalogue.RATE_BASE
MOST_PLACES = 6
_LAST_YEAR = pattern(r"(?<!\d)20\d\d\s*[-–—]\s*(20\d\d)(?!\d)")


def b08(case: Case) -> Iterator[Outcome]:
    """The stated poverty standard is the one in force in the plan's years; a period may cross a change of standard.

    2016 - 2020 to the end of 2021, 2022 - 2025 to the end of 2026, then 2027 - 2030.
    """
    stated, period = case.submission.fields.get("chuan_ngheo"), case.submission.period
    if stated is None or not stated.value:
        label = catalogue.fields()["chuan_ngheo"].label
        yield not_checked("B08", "blank", stated.ref) if stated else not_checked("B08", "blank", what=label)
    elif period is None:
        yield not_checked("B08", "no_period")
    elif not (valid := _in_force(period)) or not (meant := _standards_in(stated.value)):
        yield not_checked("B08", "unknown", stated.ref)
    elif not set(meant) & set(valid):
        labels = "; ".join(standard.label for standard in valid)
        yield finding(
            "B08",
            stated.ref,
            written=stated.value,
            expectation=f"kỳ {format_period(*period)} áp dụng “{labels}”. Chọn lại chuẩn nghèo, hoặc xem lại kỳ kế "
            "hoạch",
            expectation_en=f"in {format_period(*period)} the standard is “{labels}”. Choose it, or look at the period "
            "again",
        )
    elif len(valid) > 1:
        change = f"{valid[0].last_year}/{valid[1].first_year}"
        yield finding(
            "B08",
            stated.ref,
            severity="info",
            written=stated.value,
            expectation=f"kỳ {format_period(*period)} qua mốc đổi chuẩn nghèo {change}, số trước và sau mốc này không "
            "so trực tiếp được. Khi so sánh, ghi rõ số nào theo chuẩn nào",
            expectation_en=f"the standard changes within {format_period(*period)} ({change}), and figures before and "
            "after it cannot be compared directly. Say which standard each follows",
        )
    else:
        yield PASSED


def _in_force(period: tuple[int, int]) -> tuple[Standard, ...]:
    """The standards of a plan's years, oldest first."""
    return tuple(s for s in catalogue.standards() if s.first_year <= period[1] and s.last_year >= period[0])


def _standards_in(text: str) -> tuple[Standard, ...]:
    """The standards that a text names, by the last year of a period in it, else by the number of the document.

    The decree calls itself that of 2021 - 2025, though its standard is in force from 2022.
    """
    ends = set(_LAST_YEAR.findall(text))
    if by_years := tuple(s for s in catalogue.standards() if s.code.rpartition("-")[2] in ends):
        return by_years
    folded = f" {key(text)} "
    return tuple(s for s in catalogue.standards() if f" {key(s.document.rpartition(' ')[2])} " in folded)


def b09(case: Case) -> Iterator[Outcome]:
    """A rate is taken of all resident households: no share of the poor, and not of the households reviewed alone.

    ``=F7=ROUND(E7/D7*100,2)`` where E7/P7 would be the share
    """
    right = rates_that_hold(case)
    for block in case.blocks:
        may_be_share = {c: not block.codes.isdisjoint(_poor_wholes(catalogue.count_of(c))) for c in block.rates}
        for scope in block.scopes:
            for code, cell in scope.figures.items():
                if code not in may_be_share:
                    continue
                if cell.ref in right:
                    if may_be_share[code]:
                        yield PASSED
                elif not scope.own_sheet or cell.ref.sheet == scope.own_sheet:
                    yield from _rate_or_share(scope, code)
            if scope.is_commune:
                yield from _only_the_reviewed(case, scope)


@cache
def _poor_wholes(count: str) -> tuple[str, ...]:
    """The counts of poor households that a count is a part of."""
    if catalogue.base_of(count) != BASE:
        return ()  # what households lack is a rate of the poor ones
    wholes = [b.whole for b in catalogue.at_most() if b.parts == (count,) and b.whole != BASE]
    known = [i for whole in wholes if (i := catalogue.indicator(whole)) is not None]
    return tuple(i.code for i in known if i.unit == "hộ" and i.kind == "stock")


def _rate_or_share(scope: Scope, code: str) -> Iterator[Outcome]:
    """A printed rate that is no rate of all households but the share of a group among the poor."""
    cell, count = scope.figures[code], catalogue.count_of(code)
    part, whole = _count(scope, count), _count(scope, BASE)
    if cell.value is None or not part or not whole:
        return
    shares = [(code, poor) for code in _poor_wholes(count) if (poor := _count(scope, code))]
    if not shares:
        return
    places = min(cell.places, MOST_PLACES)
    printed = round_half_up(cell.value, places)
    if printed == ratio(part, whole, places):
        yield PASSED
        return
    for poor_code, poor in shares:
        if printed != ratio(part, poor, places):
            yield PASSED
            continue
        label = scope.labels.get(poor_code) or catalogue.label(poor_code)
        expected = ratio(part, whole, max(places, 2)) or Decimal(0)
        yield finding(
            "B09",
            cell.ref,
            place=scope.place(code),
            fault=f"{format_decimal(printed, places)}%, đúng bằng {format_count(int(part))} / "
            f"{format_count(int(poor))}: đó là tỷ trọng trong “{label}”; tỷ lệ trên tổng số hộ là "
            f"{format_count(int(part))} / {format_count(int(whole))} = {format_decimal(expected, max(places, 2))}%. "
            "Ghi tỷ lệ trên tổng số hộ, hoặc gọi rõ đây là tỷ trọng",
            fault_en=f"{printed:f}%, which is {part:f} / {poor:f}: a share of “{label}”; the rate on all households is "
            f"{part:f} / {whole:f} = {expected:f}%. Give the rate on all households, or call the figure a share",
            actual=plain(printed),
            expected=plain(expected),
            related=tuple(scope.figures[other].ref for other in (count, poor_code, BASE)),
        )
        return


def _count(scope: Scope, code: str) -> Decimal | None:
    """A whole number of one scope, ``None`` where there is none."""
    cell = scope.figures.get(code)
    if cell and (value := whole(cell)) is not None:
        return value
    read = term(cell, blank_is_zero=False) if cell else None
    return read.value if read and not read.reason else None


def _only_the_reviewed(case: Case, scope: Scope) -> Iterator[Outcome]:
    """The commune's households that are exactly its poor and near-poor ones: those that the review went to."""
    both = ("ho_ngheo_dau_ky", "ho_can_ngheo_dau_ky")
    total = "ho_da_chieu_dau_ky"
    codes = (BASE, total) if _count(scope, total) is not None else (BASE, *both)
    counts = figures_of("B09", case, scope, codes)
    if isinstance(counts, NotChecked):
        yield counts
    elif counts is not None and (counts[0] != sum(counts[1:]) or not counts[0]):
        yield PASSED
    elif counts is not None:
        shown = format_count(int(counts[0]))
        yield finding(
            "B09",
            scope.figures[BASE].ref,
            place=scope.place(BASE),
            fault=f"{shown}, đúng bằng số hộ nghèo và hộ cận nghèo; ở đây phải là mọi hộ dân cư, không chỉ các hộ được "
            "rà soát. Xem lại tổng số hộ",
            fault_en=f"{plain(counts[0])}, exactly the poor and near-poor households; this must be all resident "
            "households, not only those reviewed. Look at the total again",
            actual=plain(counts[0]),
            related=tuple(scope.figures[code].ref for code in codes[1:]),
        )
