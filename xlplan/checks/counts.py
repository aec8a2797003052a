"""Single counts and household sizes: A01, A15."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import repeat

from xlplan import catalogue
from xlplan.catalogue.records import HouseholdSize
from xlplan.checks.relations import inhabited
from xlplan.checks.scope import PASSED, Block, Case, Outcome, Scope, not_checked, plain, term
from xlplan.messages import finding
from xlplan.model import Cell
from xlplan.vietnamese.numbers import format_decimal, round_half_up


def a01(case: Case) -> Iterator[Outcome]:
    """Every count is a non-negative whole number; the text 10.98 or 964.00 is an error, not a thousand.

    ``=AND(ISNUMBER(D7),D7>=0,D7=INT(D7))``
    """
    for block in case.blocks:
        counted = block.codes - block.rates
        if not block.own_sheet and all(_are_counts(block.column(code)) for code in counted):
            yield from repeat(PASSED, len(counted) * len(block.scopes))
            continue
        yield from _counts(block)


def _are_counts(figures: list[Decimal] | None) -> bool:
    return figures is not None and min(figures) >= 0


def _counts(block: Block) -> Iterator[Outcome]:
    rates = block.rates
    for scope in block.scopes:
        counts = scope.counts
        for code, cell in scope.figures.items():
            if code in rates or (scope.own_sheet and cell.ref.sheet != scope.own_sheet):
                continue
            if code in counts and counts[code] >= 0:
                yield PASSED
            elif cell.value is not None and (cell.value < 0 or term(cell, blank_is_zero=True).reason):
                yield finding(
                    "A01",
                    cell.ref,
                    place=scope.place(code),
                    written=_exact(cell),
                    unit=catalogue.unit(code),
                    actual=plain(cell.value),
                )
            elif cell.state in ("text", "error"):
                yield not_checked("A01", "unreadable", cell.ref)
            elif cell.state == "uncomputed":
                yield not_checked("A01", "uncomputed", cell.ref)
            elif cell.value is not None:
                yield PASSED


def _exact(cell: Cell) -> str:
    """What the cell holds, where its format shows 18,5 as 19."""
    value = cell.value
    if value is None or cell.integral or any(sign in cell.written for sign in ".,"):
        return cell.written
    return format_decimal(value, -int(value.as_tuple().exponent))


def a15(case: Case) -> Iterator[Outcome]:
    """Persons >= households (error); persons per household outside 1-8, the commune outside 2,5-5,5 (warning).

    ``=E7>=D7``
    """
    for size, scope in inhabited(case):
        yield from _household_size(size, scope)


def _household_size(size: HouseholdSize, scope: Scope) -> Iterator[Outcome]:
    people, households = scope.figures[size.people], scope.figures[size.households]
    for cell in (people, households):
        if reason := term(cell, blank_is_zero=scope.blank_is_zero).reason:
            yield not_checked("A15", reason, cell.ref)
            return
    persons = term(people, blank_is_zero=True).value
    count = term(households, blank_is_zero=True).value
    if not count and not persons:
        return
    narrow = scope.is_commune and size.commune_low
    low = Decimal(size.commune_low if narrow else size.low)
    high = Decimal(size.commune_high if narrow else size.high)
    mean = persons / count if count else None
    if persons >= count and mean is not None and low <= mean <= high:
        yield PASSED
        return
    impossible = persons < count or mean is None
    bounds = f"{low:f} - {high:f}".replace(".", ",")
    yield finding(
        "A15",
        people.ref,
        severity="error" if impossible else "warning",
        place=scope.place(size.people),
        households=plain(count),
        mean=plain(round_half_up(mean, 2)) if mean is not None else "-",
        bounds="mỗi hộ có ít nhất một khẩu" if impossible else f"thường trong khoảng {bounds} khẩu một hộ",
        bounds_en="every household has at least one person"
        if impossible
        else f"usually {low:f} to {high:f} persons per household",
        actual=plain(persons),
        expected=f">={plain(count)}" if impossible else "",
        related=(households.ref,),
    )
