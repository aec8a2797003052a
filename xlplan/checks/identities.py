"""Identities between the figures of one unit: A06, A07, A08, A09, A12, A13, A14 (data: catalogue identities)."""

from __future__ import annotations

from collections.abc import Iterator

from xlplan import catalogue
from xlplan.catalogue.records import AtMost, Equality
from xlplan.checks.reviews import printed_formulas
from xlplan.checks.scope import PASSED, ZERO, Case, Outcome, Scope, filled, not_checked, plain, term
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
    identities = [e for e in catalogue.equalities() if e.rule == rule]
    for scope in case.scopes:
        own = {identity.total for identity in identities if identity.form and identity.form == scope.form}
        for identity in identities:
            if identity.form != scope.form if identity.form else identity.total in own:
                continue
            needed = (identity.total, *identity.plus, *identity.minus)
            if identity.form:  # a blank column of the form counts as nothing
                needed = needed[:2]
            if all(code in scope.figures for code in needed) and scope.concerns(needed):
                yield from _equality(identity, scope)


def _equality(identity: Equality, scope: Scope) -> Iterator[Outcome]:
    """Holds one identity against one unit."""
    total = scope.figures[identity.total]
    signs = [(code, 1) for code in identity.plus] + [(code, -1) for code in identity.minus]
    signs += [(code, 1) for code in identity.optional if filled(scope.figures.get(code))]
    cells = [(scope.figures[code], sign) for code, sign in signs if code in scope.figures]
    if identity.form:  # as the form prints it: start, what left, what came
        cells.sort(key=lambda item: item[0].ref)
    open_columns = [code for code in identity.open if code not in scope.figures]
    if not any(filled(cell) for cell, _ in cells):
        if filled(total):
            yield not_checked(identity.rule, "blank", cells[0][0].ref)
        return
    for cell in (total, *(cell for cell, _ in cells)):
        if reason := term(cell, blank_is_zero=scope.blank_is_zero).reason:
            yield not_checked(identity.rule, reason, cell.ref)
            return
    values = [(term(cell, blank_is_zero=True).value, sign) for cell, sign in cells]
    actual = term(total, blank_is_zero=True).value
    expected = sum((value * sign for value, sign in values), ZERO)
    if actual == expected:
        yield PASSED
    else:
        shown = [(plain(term(c, blank_is_zero=True).value) if filled(c) else "□", sign) for c, sign in cells]
        shown += [("□", -1 if code in identity.minus else 1) for code in open_columns]
        formula = " ".join(f"{'+' if sign > 0 else '-'} {text}" for text, sign in shown)
        yield finding(
            identity.rule,
            total.ref,
            severity="warning" if open_columns else None,
            place=scope.place(identity.total),
            formula=formula.removeprefix("+ "),
            actual=plain(actual) if filled(total) else "",
            expected=plain(expected),
            related=tuple(cell.ref for cell, _ in cells),
        )


def _bounds(rule: str, case: Case) -> Iterator[Outcome]:
    bounds = [b for b in catalogue.at_most() if b.rule == rule]
    for scope in case.scopes:
        for bound in bounds:
            needed = (*bound.parts, bound.whole)
            if all(code in scope.figures for code in needed) and scope.concerns(needed):
                yield from _bound(bound, scope)


def _bound(bound: AtMost, scope: Scope) -> Iterator[Outcome]:
    """Holds one part-whole bound against one unit; the part's cell shows the contradiction."""
    parts = [scope.figures[code] for code in bound.parts]
    whole = scope.figures[bound.whole]
    if not all(filled(cell) for cell in parts):
        return
    if not filled(whole):
        yield not_checked(bound.rule, "blank", whole.ref)
        return
    for cell in (*parts, whole):
        if reason := term(cell, blank_is_zero=scope.blank_is_zero).reason:
            yield not_checked(bound.rule, reason, cell.ref)
            return
    actual = sum((term(cell, blank_is_zero=True).value for cell in parts), ZERO)
    limit = term(whole, blank_is_zero=True).value
    if actual <= limit or _already_beyond(parts, limit):
        yield PASSED
    else:
        labels = [scope.labels.get(code) or catalogue.label(code) for code in bound.parts]
        prefix = f"{scope.name} – " if scope.name else ""
        yield finding(
            bound.rule,
            parts[0].ref,
            place=prefix + " + ".join(labels),
            whole_label=scope.labels.get(bound.whole) or catalogue.label(bound.whole),
            actual=plain(actual),
            expected=plain(limit),
            related=(*(cell.ref for cell in parts[1:]), whole.ref),
        )


def _already_beyond(parts: list[Cell], limit: object) -> bool:
    """Whether one of several parts is beyond the limit by itself, which its own bound reports."""
    return len(parts) > 1 and any(cell.value is not None and cell.value > limit for cell in parts)  # type: ignore[operator]
