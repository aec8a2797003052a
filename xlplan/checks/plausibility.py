"""Figures that may be right but must be confirmed by a person: B01 - B05.

They add up; what they say is unusual. Each asks once, at the cell where a mistake would stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xlplan import catalogue
from xlplan.checks.scope import PASSED, ZERO, Case, Outcome, Scope, figures_of, filled, not_checked, plain, term
from xlplan.messages import finding
from xlplan.model import Finding, NotChecked
from xlplan.rates import PLACES
from xlplan.vietnamese.numbers import format_count, round_half_up
from xlplan.vietnamese.numbers import rate as ratio

BASE = catalogue.RATE_BASE
HOUSEHOLDS = (Decimal(20), Decimal(3000))
"""Households of a village that are not asked about; a typical one has 80 - 1.000."""
VILLAGE_RATE, COMMUNE_RATE = Decimal(60), Decimal(50)
POINTS_A_YEAR = 5
STARTS_AND_ENDS = tuple((f"{stem}_dau_ky", f"{stem}_cuoi_ky") for stem in ("ho_ngheo", "ho_can_ngheo", "ho_da_chieu"))
CUTS = (("giam_ho_da_chieu", "ho_co_kha_nang_thoat_ngheo"), ("giam_ho_ngheo", "ho_ngheo_co_lao_dong"))
"""What is to be cut, and the households that can be expected to leave poverty."""
THE_LAST_POOR = (
    ("ho_ngheo", "ho_ngheo_khong_lao_dong"),
    ("ho_ngheo", "ho_ngheo_bao_tro_xa_hoi"),
    ("ho_da_chieu", "ho_bao_tro_xa_hoi"),
)
"""Households, and those among them that cannot work or live on social protection."""
_WHO_CAN_OR_CANNOT = frozenset(code for pair in (*CUTS, *THE_LAST_POOR) for code in pair[1:])
INFLOWS = ("phat_sinh_ho_ngheo", "tai_ngheo", "phat_sinh_ho_can_ngheo", "tai_can_ngheo")
ENDS = ("ho_ngheo_cuoi_ky", "ho_can_ngheo_cuoi_ky", "ho_da_chieu_cuoi_ky")


def ask(rule: str, scope: Scope, code: str, related: tuple[str, ...], **details: str) -> Finding:
    """A question about a rate, at its printed cell where the sheet has one, else at its count."""
    cell, rate = scope.figures[code], catalogue.RATE_PREFIX + code
    printed = scope.figures.get(rate)
    others = [scope.figures[other].ref for other in (code, *related)]
    if printed is not None and printed.value is not None and printed.ref.sheet == cell.ref.sheet:
        details |= {"place": scope.place(rate), "mark": "%", "mark_en": "%"}
        details["actual"] = plain(round_half_up(printed.value, PLACES))
        cell = printed
    else:
        details |= {"place": scope.place(code), "mark": " hộ", "mark_en": " households"}
        details["actual"] = plain(cell.value or ZERO)
    related_cells = tuple(ref for ref in others if ref != cell.ref)
    return finding(rule, cell.ref, severity=None, related=related_cells, **details)


def _rate(part: Decimal, whole: Decimal) -> str:
    return plain(ratio(part, whole, PLACES) or ZERO)


def b01(case: Case) -> Iterator[Outcome]:
    """A village has at least one household; a typical one has 80 - 1.000, outside 20 - 3.000 ask.

    ``=AND(D7>=20,D7<=3000)``
    """
    low, high = HOUSEHOLDS
    for scope in case.scopes:
        if not scope.is_village or (cell := scope.figures.get(BASE)) is None:
            continue
        count = term(cell, blank_is_zero=False)
        if count.reason:
            yield not_checked("B01", count.reason, cell.ref)
        elif low <= count.value <= high:
            yield PASSED
        else:
            word, empty = case.village_word, count.value < 1
            yield finding(
                "B01",
                cell.ref,
                place=scope.place(BASE),
                usual=f"mỗi {word} có ít nhất một hộ. Ghi lại tổng số hộ của {word} này"
                if empty
                else f"một {word} thường có từ 80 đến 1.000 hộ. Kiểm tra lại số hộ; nếu đúng thì giữ nguyên",
                usual_en="a village has at least one. Fill in the households of this one"
                if empty
                else "a village usually has 80 to 1,000. Check the number; if it is right, leave it",
                actual=plain(count.value),
                expected=">=1" if empty else "",
            )


def b02(case: Case) -> Iterator[Outcome]:
    """Poor households above 60 % of a village or 50 % of the commune: ask, once a unit. ``=E7/D7<=0.6``

    A part beyond its whole is A06's.
    """
    for scope in case.scopes:
        limit = VILLAGE_RATE if scope.is_village else COMMUNE_RATE
        for code in STARTS_AND_ENDS[0]:
            counts = figures_of("B02", case, scope, (code, BASE))
            if isinstance(counts, NotChecked):
                yield counts
            if not isinstance(counts, list) or counts[0] > counts[1] or not counts[1]:
                continue
            part, whole = counts
            if part * 100 <= limit * whole:
                yield PASSED
                continue
            details = {"part": plain(part), "whole": plain(whole), "rate": _rate(part, whole), "limit": plain(limit)}
            yield ask("B02", scope, code, (BASE,), **details)
            break  # the end of the period is as poor as its start: one question


def b03(case: Case) -> Iterator[Outcome]:
    """A rate changes by more than 5 points a year between the start and the end of the plan: ask.

    ``=ABS(H7-E7)/D7<=0.05``. Where last year's workbook is given, the start is held against it too.
    """
    period = case.submission.period
    years = period[1] - period[0] + 1 if period else 0
    for block in case.blocks:
        pairs = [pair for pair in STARTS_AND_ENDS if block.codes.issuperset((*pair, BASE))]
        for scope in block.scopes if pairs else ():
            for start, end in pairs:
                counts = figures_of("B03", case, scope, (end, start, BASE))
                if isinstance(counts, NotChecked):
                    yield counts
                elif counts is not None:
                    yield from _change(scope, start, end, counts, years)
    if case.last_year is not None:
        from xlplan.checks.turn_of_year import rate_changes

        yield from rate_changes(case, case.last_year)


def _change(scope: Scope, start: str, end: str, counts: list[Decimal], years: int) -> Iterator[Outcome]:
    """One rate at both ends of a plan of so many years (0: not known)."""
    after, before, whole = counts
    if not whole or max(after, before) > whole:
        return  # A06 and A19 speak of these
    limit = POINTS_A_YEAR * max(years, 1)
    if abs(after - before) * 100 <= limit * whole:
        yield PASSED
        return
    if not years:
        yield not_checked("B03", "no_period")
        return
    yield ask(
        "B03",
        scope,
        end,
        (start, BASE),
        before=_rate(before, whole),
        after=_rate(after, whole),
        way="xuống" if after < before else "lên",
        limit=str(limit),
        span="một năm" if years == 1 else f"{years} năm",
        span_en="one year" if years == 1 else f"{years} years",
    )


def b04(case: Case) -> Iterator[Outcome]:
    """No more are to leave poverty than can: decrease <= households able to; none left though some cannot work.

    ``=F7<=I7``
    """
    for scope in _in_blocks_with(case, _WHO_CAN_OR_CANNOT):
        asked = False
        for cut, able in CUTS:
            counts = figures_of("B04", case, scope, (cut, able))
            if isinstance(counts, NotChecked):
                yield counts
            elif counts is not None and counts[0] <= counts[1]:
                yield PASSED
            elif counts is not None:
                asked = True
                yield _too_much_cut(scope, cut, able, counts)
        if not asked:
            yield from _nobody_left(case, scope)


def _in_blocks_with(case: Case, codes: frozenset[str]) -> Iterator[Scope]:
    """The scopes that have a figure of one of these codes."""
    return (scope for block in case.blocks if not block.codes.isdisjoint(codes) for scope in block.scopes)


def _too_much_cut(scope: Scope, cut: str, able: str, counts: list[Decimal]) -> Outcome:
    label = scope.labels.get(able) or catalogue.label(able)
    return finding(
        "B04",
        scope.figures[cut].ref,
        place=scope.place(cut),
        fault=f"nhiều hơn “{label}” là {format_count(int(counts[1]))}",
        fault_en=f"more than “{label}”, which is {plain(counts[1])}",
        actual=plain(counts[0]),
        expected=f"<={plain(counts[1])}",
        related=(scope.figures[able].ref,),
    )


def _nobody_left(case: Case, scope: Scope) -> Iterator[Outcome]:
    """None are to be poor at the end, though there are households that cannot work or live on social protection."""
    for stem, group in THE_LAST_POOR:
        start, cut, end = f"{stem}_dau_ky", f"giam_{stem}", f"{stem}_cuoi_ky"
        by_end = filled(scope.figures.get(end))
        shown = end if by_end else cut
        counts = figures_of("B04", case, scope, (end, group) if by_end else (cut, group, start))
        if isinstance(counts, NotChecked):
            yield counts
        elif counts is not None:
            left = counts[0] if by_end else counts[2] - counts[0]
            if left or not counts[1]:
                yield PASSED
                continue
            label = scope.labels.get(group) or catalogue.label(group)
            yield finding(
                "B04",
                scope.figures[shown].ref,
                place=scope.place(shown),
                fault=f"tức không còn hộ nào, nhưng đầu kỳ “{label}” là {format_count(int(counts[1]))}",
                fault_en=f"so that none is left, though “{label}” is {plain(counts[1])} at the start",
                actual=plain(counts[0]),
                related=(scope.figures[group].ref,),
            )
            return


def b05(case: Case) -> Iterator[Outcome]:
    """A plan that states no new entries: say once that the end figure assumes none (information)."""
    ends = [
        (scope, code, cell)
        for scope in sorted(case.scopes, key=lambda s: not s.is_commune)
        for code in ENDS
        if not scope.form  # a review says what came in elsewhere, and its end is counted, not assumed
        if (cell := scope.figures.get(code)) is not None and cell.value is not None
    ]
    if not ends:
        return
    if any(filled(scope.figures.get(code)) for scope in case.scopes for code in INFLOWS):
        yield PASSED
        return
    scope, code, cell = ends[0]
    yield finding("B05", cell.ref, place=scope.place(code), actual=plain(cell.value or ZERO))
