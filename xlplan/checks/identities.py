"""Identities between the figures of one unit: A06, A07, A08, A09, A11, A12, A13, A14 (data: catalogue identities)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xlplan.checks.relations import Bound, Relation, doubtful_bounds, doubtful_equalities
from xlplan.checks.reviews import printed_formulas
from xlplan.checks.scope import PASSED, ZERO, Case, Outcome, filled, not_checked, plain, term
from xlplan.checks.targets import beyond_the_start
from xlplan.messages import finding
from xlplan.model import Cell


def a06(case: Case) -> Iterator[Outcome]:
    """A part never exceeds its whole: P <= H, C <= H, P + C <= H, also when the whole is 0. ``=E7<=D7``."""
    yield from _bounds("A06", case)


def a07(case: Case) -> Iterator[Outcome]:
    """Poor and near-poor are disjoint: M = P + C. ``=E7=F7+G7``."""
    yield from _equalities("A07", case)


def a08(case: Case) -> Iterator[Outcome]:
    """Flow of the poor: P1 = P0 - decrease + increase. ``=H7=E7-F7+G7``.

    The form Diễn biến hộ nghèo prints ``9=1-2-3-4+5+6+7+8``; a warning while its columns *khác* are blank.
    """
    yield from _equalities("A08", case)
    yield from printed_formulas("A08", case)


def a09(case: Case) -> Iterator[Outcome]:
    """Flow of the near-poor: C1 = C0 - decrease + increase. ``=H7=E7-F7+G7``; the form Diễn biến as in A08."""
    yield from _equalities("A09", case)
    yield from printed_formulas("A09", case)


def a11(case: Case) -> Iterator[Outcome]:
    """The end of year N-1 is the start of year N: same unit, boundary, standard. ``=[nam_truoc.xlsx]Bieu!H7=E7``.

    A warning after a merger; across a change of the poverty standard (B08) it is said once that the two differ.
    """
    if case.last_year is None:
        yield not_checked("A11", "no_previous")
        return
    from xlplan.checks.turn_of_year import start_and_end

    yield from start_and_end(case, case.last_year)


def a12(case: Case) -> Iterator[Outcome]:
    """No more leave than were there: decrease <= P0 in every village, so P1 >= 0. ``=F7<=E7``."""
    yield from _bounds("A12", case)
    yield from beyond_the_start(case)


def a13(case: Case) -> Iterator[Outcome]:
    """Dash bullets that partition, sums that a heading prints (``5=3+4``): the parts add up. ``=D8=D9+D10``."""
    yield from _equalities("A13", case)
    yield from printed_formulas("A13", case)


def a14(case: Case) -> Iterator[Outcome]:
    """Complementary groups (with / without) add up to their parent. ``=D8=D9+D10``."""
    yield from _equalities("A14", case)


def _equalities(rule: str, case: Case) -> Iterator[Outcome]:
    for relation in doubtful_equalities(case, rule):
        if relation is None:
            yield PASSED
        else:
            yield from _equality(relation)


def _equality(relation: Relation) -> Iterator[Outcome]:
    """Holds one identity against one unit."""
    total, cells = relation.total, relation.terms
    if not any(filled(cell) for cell, _ in cells):
        if filled(total):
            yield not_checked(relation.rule, "blank", cells[0][0].ref)
        return
    for cell in (total, *(cell for cell, _ in cells)):
        if reason := term(cell, blank_is_zero=relation.blank_is_zero).reason:
            yield not_checked(relation.rule, reason, cell.ref)
            return
    values = [(term(cell, blank_is_zero=True).value, sign) for cell, sign in cells]
    actual = term(total, blank_is_zero=True).value
    expected = sum((value * sign for value, sign in values), ZERO)
    if actual == expected:
        yield PASSED
    else:
        shown = [
            (plain(value) if filled(c) else "□", sign) for (c, _), (value, sign) in zip(cells, values, strict=True)
        ]
        shown += [("□", sign) for sign in relation.open]
        formula = " ".join(f"{'+' if sign > 0 else '-'} {text}" for text, sign in shown)
        yield finding(
            relation.rule,
            total.ref,
            severity="warning" if relation.open else None,
            place=relation.place,
            formula=formula.removeprefix("+ "),
            actual=plain(actual) if filled(total) else "",
            expected=plain(expected),
            related=tuple(cell.ref for cell, _ in cells),
        )


def _bounds(rule: str, case: Case) -> Iterator[Outcome]:
    for bound in doubtful_bounds(case, rule):
        if bound is None:
            yield PASSED
        else:
            yield from _bound(bound)


def _bound(bound: Bound) -> Iterator[Outcome]:
    """Holds one part-whole bound against one unit; the part's cell shows the contradiction."""
    parts, limiting = bound.parts, bound.whole
    if not all(filled(cell) for cell in parts):
        return
    if not filled(limiting):
        yield not_checked(bound.rule, "blank", limiting.ref)
        return
    for cell in (*parts, limiting):
        if reason := term(cell, blank_is_zero=bound.blank_is_zero).reason:
            yield not_checked(bound.rule, reason, cell.ref)
            return
    actual = sum((term(cell, blank_is_zero=True).value for cell in parts), ZERO)
    limit = term(limiting, blank_is_zero=True).value
    if actual <= limit or _already_beyond(parts, limit):
        yield PASSED
    else:
        yield finding(
            bound.rule,
            parts[0].ref,
            place=bound.place,
            whole_label=bound.whole_label,
            actual=plain(actual),
            expected=plain(limit),
            related=(*(cell.ref for cell in parts[1:]), limiting.ref),
        )


def _already_beyond(parts: tuple[Cell, ...], limit: Decimal) -> bool:
    """Whether one of several parts is beyond the limit by itself, which its own bound reports."""
    return len(parts) > 1 and any(cell.value is not None and cell.value > limit for cell in parts)
