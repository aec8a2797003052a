"""Rates that no whole number of households gives: A20 (households unknown), A21 (count unknown), A22 (decreases).

They find a wrong figure where A04 has nothing to divide.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xlplan import catalogue
from xlplan.checks.plausibility import INFLOWS
from xlplan.checks.relations import MOST_PLACES
from xlplan.checks.scope import PASSED, Case, Outcome, Scope, not_checked, plain, term
from xlplan.checks.targets import BASES, DECREASE, END, START, Target
from xlplan.messages import finding
from xlplan.model import Cell, Finding, Record
from xlplan.rates import PLACES
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.numbers import format_count, format_decimal, round_half_up
from xlplan.vietnamese.numbers import rate as ratio
from xlplan.vietnamese.text import clean

BASE = catalogue.RATE_BASE
POOR = "ho_ngheo_cuoi_ky"  # of whom the form on shortages takes its rates
AT_THE_START = tuple(f"{stem}{START}" for stem in BASES) + tuple(f"{DECREASE}{stem}" for stem in BASES)
AT_THE_END = tuple(f"{stem}{END}" for stem in BASES)
"""Counts whose rates are of all households. Rates of groups among the poor are often shares (B09)."""
DRIFT = Decimal("0.1")  # by how much the households of a commune may change over a plan of several years


class Claim(NamedTuple):
    """A count with its printed rate, and the households that give it: ``low`` to ``high`` (``None``: no limit)."""

    code: str
    number: Cell
    rate: Cell
    low: int
    high: int | None

    @property
    def households(self) -> tuple[str, str]:
        """The households in words, in both languages."""
        if self.high is None:
            return f"từ {format_count(self.low)} hộ trở lên", f"{self.low} or more"
        if self.low > self.high:
            return "không tổng số hộ nào", "no number of households"
        if self.low == self.high:
            return f"{format_count(self.low)} hộ", f"{self.low}"
        return f"{format_count(self.low)} - {format_count(self.high)} hộ", f"{self.low} to {self.high}"

    @property
    def shown(self) -> tuple[str, str]:
        """Count and rate in words, in both languages."""
        places = _places(self.rate)
        count, rate = self.number.value or Decimal(0), self.rate.value or Decimal(0)
        return (
            f"{format_count(int(count))} hộ, {format_decimal(rate, places)}%",
            f"{plain(count)} households, {plain(round_half_up(rate, places))}%",
        )


def _places(rate: Cell) -> int:
    return min(rate.places, MOST_PLACES)


# ---- A20 ---------------------------------------------------------------------------------------------------


def a20(case: Case) -> Iterator[Outcome]:
    """Two rates on the same households, where these are not known, must allow the same number of them.

    Between n*100/(p+u/2) and n*100/(p-u/2), u being one unit in the last place: 12 households at 4,08% are 294, 9 at
    2,05% are 438 - 439. ``=AND(E7*100/(F7+0.005)<G7*100/(H7-0.005),G7*100/(H7+0.005)<E7*100/(F7-0.005))``
    """
    for scope in case.scopes:
        whole = scope.figures.get(BASE)
        if whole is not None and whole.value is not None:
            continue
        for codes in (AT_THE_START, AT_THE_END):
            claims = [claim for code in codes if (claim := _claim(scope, code))]
            own = tuple(code for claim in claims for code in (claim.code, catalogue.RATE_PREFIX + claim.code))
            if claims and scope.concerns(own):
                yield from _one_base(scope, claims)


def _claim(scope: Scope, code: str) -> Claim | None:
    """A count and its printed rate, where both are numbers above 0."""
    count, printed = scope.figures.get(code), scope.figures.get(catalogue.RATE_PREFIX + code)
    if count is None or printed is None or not count.integral or not count.value or not printed.value:
        return None
    places = _places(printed)
    units = int(round_half_up(printed.value, places).scaleb(places))
    if units <= 0 or count.value < 0:
        return None
    top = 200 * int(count.value) * 10**places
    low = max(top // (2 * units + 1) + 1, int(count.value))
    return Claim(code, count, printed, low, top // (2 * units - 1))


def _common(claims: list[Claim]) -> tuple[int, int | None] | None:
    """The households that all claims allow, ``None`` where there are none."""
    low = max(claim.low for claim in claims)
    highs = [claim.high for claim in claims if claim.high is not None]
    if highs and low > min(highs):
        return None
    return low, min(highs) if highs else None


def _one_base(scope: Scope, claims: list[Claim]) -> Iterator[Outcome]:
    impossible = [claim for claim in claims if _common([claim]) is None]
    for claim in impossible:
        yield _no_households(scope, claim)
    claims = [claim for claim in claims if claim not in impossible]
    if len(claims) < 2:
        return
    if _common(claims) is not None:
        yield PASSED
        return
    alone = [claim for claim in claims if len(claims) > 2 and _common([c for c in claims if c is not claim])]
    odd = alone[0] if len(alone) == 1 else claims[-1]
    other = next((c for c in claims if c is not odd and _common([c, odd]) is None), claims[0])
    label = scope.labels.get(other.code) or catalogue.label(other.code)
    yield finding(
        "A20",
        odd.rate.ref,
        place=scope.place(catalogue.RATE_PREFIX + odd.code),
        fault=f"{odd.shown[0]} là trên {odd.households[0]}, còn “{label}” ({other.shown[0]}) là trên "
        f"{other.households[0]}; các tỷ lệ phải tính trên cùng một tổng số hộ",
        fault_en=f"{odd.shown[1]} are of {odd.households[1]}, but “{label}” ({other.shown[1]}) of "
        f"{other.households[1]}; rates are taken of the same households",
        actual=plain(round_half_up(odd.rate.value or Decimal(0), _places(odd.rate))),
        related=(odd.number.ref, other.number.ref, other.rate.ref),
    )


def _no_households(scope: Scope, claim: Claim) -> Finding:
    return finding(
        "A20",
        claim.rate.ref,
        place=scope.place(catalogue.RATE_PREFIX + claim.code),
        fault=f"không tổng số hộ nào cho {claim.shown[0]}",
        fault_en=f"no number of households gives {claim.shown[1]}",
        actual=plain(round_half_up(claim.rate.value or Decimal(0), _places(claim.rate))),
        related=(claim.number.ref,),
    )


# ---- A21 ---------------------------------------------------------------------------------------------------


def a21(case: Case) -> Iterator[Outcome]:
    """A printed rate on known households, without its count, is the rate of some whole number of households.

    Of 202 households 3 are 1,49% and 4 are 1,98%; 1,60% is nobody. ``=ROUND(ROUND(F7*D7/100,0)/D7*100,2)=F7``
    """
    lacks = _lacks(case)
    for block in case.blocks:
        asked = [
            (base, [code for code in codes if catalogue.RATE_PREFIX + code in block.codes])
            for base, codes in ((BASE, (*AT_THE_START, *AT_THE_END)), (POOR, lacks if block.form else ()))
        ]
        for scope in block.scopes:
            yield from _printed_alone(scope, asked)


def _printed_alone(scope: Scope, asked: list[tuple[str, list[str]]]) -> Iterator[Outcome]:
    """The printed rates of one scope whose counts are not known, by the base that they are of."""
    for base, codes in asked:
        alone = codes if not scope.blank_is_zero else [code for code in codes if code not in scope.figures]
        if alone:
            whole = scope.figures.get(base)
            if whole is None or not whole.value or term(whole, blank_is_zero=False).reason:
                continue
            for code in alone:
                printed, count = scope.figures[catalogue.RATE_PREFIX + code], scope.figures.get(code)
                counted = count is not None and count.value is not None
                if counted or printed.value is None or printed.formula is not None:
                    continue
                if scope.concerns((catalogue.RATE_PREFIX + code,)):
                    yield _reachable(scope, code, printed, whole)


def _lacks(case: Case) -> tuple[str, ...]:
    """What poor households lack by rates alone; where a table has the counts, A17 holds both against each other."""
    if not any(table.form for table in case.tables):
        return ()
    codes = {line.code for table in case.tables for line in table.lines if line.code}
    rates = (catalogue.count_of(code) for code in codes if catalogue.is_rate(code))
    return tuple(sorted(code for code in rates if code not in codes and catalogue.base_of(code) == POOR))


def _reachable(scope: Scope, code: str, printed: Cell, base: Cell) -> Outcome:
    """Whether some count gives a printed rate; the two nearest counts where none does."""
    whole = base.value or Decimal(0)
    places = _places(printed)
    shown = round_half_up(printed.value or Decimal(0), places)
    near = min(int(shown * whole / 100), int(whole))
    rates = [(count, ratio(count, whole, places)) for count in range(max(near - 1, 0), min(near + 2, int(whole)) + 1)]
    if any(rate == shown for _, rate in rates):
        return PASSED
    beyond = shown > 100  # more than all of them
    low, high = _nearest(rates[:-1] if beyond else rates, shown, below=True), _nearest(rates, shown, below=beyond)
    return finding(
        "A21",
        printed.ref,
        place=scope.place(catalogue.RATE_PREFIX + code),
        whole=plain(whole),
        low=f"{format_count(low[0])} hộ là {format_decimal(low[1], places)}%",
        high=f"{format_count(high[0])} hộ là {format_decimal(high[1], places)}%",
        low_en=f"{low[0]} are {low[1]:f}%",
        high_en=f"{high[0]} are {high[1]:f}%",
        actual=plain(shown),
        related=(base.ref,),
    )


def _nearest(rates: list[tuple[int, Decimal | None]], shown: Decimal, *, below: bool) -> tuple[int, Decimal]:
    known = [(count, rate) for count, rate in rates if rate is not None and (rate < shown) == below]
    return (max if below else min)(known or [(0, Decimal(0))])


# ---- A22 ---------------------------------------------------------------------------------------------------


def a22(case: Case) -> Iterator[Outcome]:
    """“Giảm x hộ, y %”: y is about x / H unless new entries are stated, in `Mục tiêu` and `Chỉ tiêu năm`.

    Where the table has the decrease itself, C02 holds both against it. ``=ABS(C6-C5/'Hiện trạng'!D5*100)<=0.01``
    """
    figures = case.commune
    if any((cell := figures.get(code)) is not None and cell.value for code in INFLOWS):
        return
    whole = figures.get(BASE)
    pairs = [pair for pair in (*_targets(case), *_years(case)) if catalogue.count_of(pair.code) not in figures]
    for pair in pairs:
        if whole is None or not whole.value:
            yield not_checked("A22", "missing", what=catalogue.label(BASE))
        elif pair.close(whole.value):
            yield PASSED
        else:
            yield _wrong_share(pair, whole)


class _Decrease(NamedTuple):
    """A decrease in households and the same in per cent; ``drift``: how far the households may have changed."""

    code: str
    number: Cell
    rate: Cell
    place: str
    drift: Decimal

    def share(self, whole: Decimal) -> Decimal:
        """The decrease as a rate of all households, at the printed number of decimals."""
        return ratio(self.number.value or Decimal(0), whole, max(_places(self.rate), PLACES)) or Decimal(0)

    def close(self, whole: Decimal) -> bool:
        """Whether the printed rate is about the share: one unit in its last place, and the drift."""
        share, unit = self.share(whole), Decimal(1).scaleb(-_places(self.rate))
        return abs((self.rate.value or Decimal(0)) - share) <= unit + share * self.drift


def _targets(case: Case) -> Iterator[_Decrease]:
    """Pairs of targets of the whole commune for one year."""
    period = case.submission.period
    if period is None or period[0] != period[1]:
        return
    found: dict[str, Target] = {}
    for target, village in case.targets:
        exact = DECREASE in target.code and clean(target.record.text("phep")) in ("giảm", "=")
        given = target.cell is not None and target.cell.value is not None
        if exact and given and not village:
            found.setdefault(target.code, target)
    for code, target in found.items():
        count = found.get(catalogue.count_of(code))
        if catalogue.is_rate(code) and count is not None and count.cell is not None and target.cell is not None:
            yield _Decrease(code, count.cell, target.cell, target.place, Decimal(0))


def _years(case: Case) -> Iterator[_Decrease]:
    """Pairs of rows of `Chỉ tiêu năm`, year by year."""
    rows: dict[str, Record] = {}
    for record in case.submission.records.get("chi_tieu_nam", ()):
        code = catalogue.named(record.text("ma")) or catalogue.named(clean(record.text("chi_tieu")))
        if "%" in record.text("don_vi") and catalogue.known(catalogue.RATE_PREFIX + catalogue.count_of(code)):
            code = catalogue.RATE_PREFIX + catalogue.count_of(code)
        if DECREASE in code:
            rows.setdefault(code, record)
    for code, record in rows.items():
        other = rows.get(catalogue.count_of(code))
        if not catalogue.is_rate(code) or other is None:
            continue
        for column, rate in record.numbers.items():
            count = other.numbers.get(column)
            if column.startswith("nam_2") and rate.value is not None and count is not None and count.integral:
                yield _Decrease(code, count, rate, clean(record.text("chi_tieu")), DRIFT)


def _wrong_share(pair: _Decrease, whole: Cell) -> Finding:
    households = whole.value or Decimal(1)
    return finding(
        "A22",
        pair.rate.ref,
        place=pair.place,
        part=plain(pair.number.value or Decimal(0)),
        whole=plain(households),
        actual=plain(round_half_up(pair.rate.value or Decimal(0), _places(pair.rate))),
        expected=plain(pair.share(households)),
        related=(pair.number.ref, whole.ref),
    )
