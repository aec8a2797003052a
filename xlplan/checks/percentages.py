"""Printed rates against their counts: A04, A05, A19."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xlplan import catalogue
from xlplan.checks.reviews import printed_formulas
from xlplan.checks.scope import PASSED, Case, Outcome, filled, not_checked, plain, term
from xlplan.messages import finding
from xlplan.model import Cell, Table
from xlplan.rates import PLACES, commune_figures, rate_of, unit_figures
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.numbers import rate as ratio
from xlplan.vietnamese.numbers import round_half_up

MOST_PLACES = 6  # more decimals than these are no printed rate but a quotient that nobody rounded


class Printed(NamedTuple):
    """A printed rate with the counts that it follows from; ``part`` / ``whole`` are ``None`` where absent."""

    table: Table
    unit: int
    line: int
    code: str
    cell: Cell
    part: Cell | None
    whole: Cell | None
    places: int

    @property
    def place(self) -> str:
        """Village and indicator, for the message."""
        return f"{self.table.units[self.unit].name} – {self.table.lines[self.line].label}"

    @property
    def base_is_nothing(self) -> bool:
        """Whether there are no households to take a rate of."""
        return self.whole is not None and term(self.whole, blank_is_zero=True) == (Decimal(0), "")

    @property
    def computed(self) -> Decimal | None:
        """The rate that the counts give at the printed number of decimals."""
        if self.part is None or self.whole is None:
            return None
        part, whole = term(self.part, blank_is_zero=True), term(self.whole, blank_is_zero=True)
        return None if part.reason or whole.reason else ratio(part.value, whole.value, self.places)


def _printed(case: Case) -> Iterator[Printed]:
    """Every rate cell of villages, groups and commune, whatever it holds."""
    for table in case.tables:
        for j, line in enumerate(table.lines):
            if line.code is None or not catalogue.is_rate(line.code):
                continue
            units = [*table.positions("village", "group", "commune", "sum")]
            cells = [(i, cell) for i in units if (cell := table.cell(i, j)) is not None]
            usual = max((min(c.places, PLACES) for _, c in cells if c.state == "number"), default=PLACES)
            for i, cell in cells:
                places = min(max(cell.places, usual), MOST_PLACES)  # a lone 5 among 4,08 is 5,00 with its zeros trimmed
                figures = unit_figures(table, i)
                part = figures.get(catalogue.count_of(line.code))
                yield Printed(table, i, j, line.code, cell, part, figures.get(catalogue.base_of(line.code)), places)


def a04(case: Case) -> Iterator[Outcome]:
    """A rate is part / whole x 100, half up at the printed decimals; one unit in the last place is a warning.

    4/128 = 3,125 is 3,13. ``=ROUND(E7/D7*100,2)=F7``
    """
    for rate in _printed(case):
        if rate.cell.state == "blank" or rate.base_is_nothing:
            continue
        if rate.cell.state == "uncomputed":
            yield not_checked("A04", "uncomputed", rate.cell.ref)
        elif rate.cell.value is None and rate.cell.state != "dash":
            yield not_checked("A04", "unreadable", rate.cell.ref)
        elif rate.computed is None:
            yield not_checked("A04", "missing", what=rate.place)
        else:
            yield from _compare(rate, rate.computed)
    yield from _situation_rates(case)
    yield from printed_formulas("A04", case)


def _situation_rates(case: Case) -> Iterator[Outcome]:
    """Rates that somebody typed in `Hiện trạng`."""
    figures = commune_figures(case.submission)
    for code, cell in case.submission.situation.items():
        if not catalogue.is_rate(code) or cell.value is None:
            continue
        places = min(max(cell.places, PLACES), MOST_PLACES)
        rate = rate_of(code, figures, places)
        if rate is None or rate.value is None:
            yield not_checked("A04", "missing", what=catalogue.label(code))
        elif round_half_up(cell.value, places) == rate.value:
            yield PASSED
        else:
            yield finding(
                "A04",
                cell.ref,
                place=catalogue.label(code),
                part=plain(rate.part.value or Decimal(0)),
                whole=plain(rate.whole.value or Decimal(0)),
                actual=plain(round_half_up(cell.value, places)),
                expected=plain(rate.value),
                related=(rate.part.ref, rate.whole.ref),
            )


def _compare(rate: Printed, expected: Decimal) -> Iterator[Outcome]:
    actual = round_half_up(rate.cell.value or Decimal(0), rate.places)
    if actual == expected or rate.part is None or rate.whole is None:
        yield PASSED
        return
    near = abs(actual - expected) <= Decimal(1).scaleb(-rate.places)
    yield finding(
        "A04",
        rate.cell.ref,
        severity="warning" if near else "error",
        place=rate.place,
        part=plain(rate.part.value or Decimal(0)),
        whole=plain(rate.whole.value or Decimal(0)),
        actual=plain(actual),
        expected=plain(expected),
        related=(rate.part.ref, rate.whole.ref),
    )


def a05(case: Case) -> Iterator[Outcome]:
    """The commune's rate comes from its totals and lies between the lowest and the highest village rate.

    ``=AND(F19>=MIN(F7:F18),F19<=MAX(F7:F18))``
    """
    rates = [*_printed(case)]
    for total in rates:
        if total.table.units[total.unit].kind != "commune" or total.cell.value is None:
            continue
        peers = [
            value
            for r in rates
            if r.table is total.table and r.line == total.line and r.table.units[r.unit].kind == "village"
            if (value := r.computed if r.computed is not None else r.cell.value) is not None
        ]
        if len(peers) > 1:
            yield from _against_villages(total, peers)


def _against_villages(total: Printed, peers: list[Decimal]) -> Iterator[Outcome]:
    value = total.cell.value
    if value is None:
        return
    actual, right = round_half_up(value, total.places), total.computed
    mean = round_half_up(sum(peers, Decimal(0)) / len(peers), total.places)
    low, high = min(peers), max(peers)
    if right is not None and actual != right and actual == mean:
        fault, fault_en = (
            "đúng bằng trung bình cộng tỷ lệ các thôn",
            "which is the mean of the villages' rates",
        )
    elif not low <= actual <= high and right is None:
        span = f"{low:f} - {high:f}"
        fault = f"nằm ngoài khoảng {span.replace('.', ',')} của các thôn"
        fault_en = f"outside the villages' range {span}"
    else:
        yield PASSED
        return
    shown = plain(right) if right is not None else ""
    yield finding(
        "A05",
        total.cell.ref,
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
    for rate in _printed(case):
        if rate.cell.state in ("uncomputed", "text") or rate.whole is None:
            continue
        if not rate.base_is_nothing or rate.cell.state in ("blank", "dash"):
            if filled(rate.whole) and rate.whole.formula is None:
                yield PASSED
            continue
        empty_row = rate.part is None or rate.part.state == "blank"
        if rate.cell.value == 0 and empty_row and rate.cell.formula:
            continue  # a row that nobody has filled in yet
        wrong = rate.cell.value not in (None, 0)
        yield finding(
            "A19",
            rate.cell.ref,
            severity="error" if wrong else "warning",
            place=rate.place,
            written=rate.cell.written,
            actual=plain(rate.cell.value) if rate.cell.value is not None else rate.cell.written,
            related=(rate.whole.ref,) if rate.whole else (),
        )
