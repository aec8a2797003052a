"""Sums over units: A02 (villages and commune), A03 (groups)."""

from __future__ import annotations

from collections.abc import Iterator

from xlplan.checks.relations import Relation, doubtful_village_sums, group_sums
from xlplan.checks.scope import PASSED, ZERO, Case, Outcome, filled, not_checked, plain, signed, term, whole
from xlplan.messages import finding


def a02(case: Case) -> Iterator[Outcome]:
    """The villages add up to the commune's own figure, per count (rates are never added). ``=SUM(D7:D18)=D19``."""
    if not case.tables:
        yield not_checked("A02", "no_table")
    for table in case.tables:
        if table.commune is None:
            yield not_checked("A02", "no_commune")
        for relation in doubtful_village_sums(table):
            if relation is None:
                yield PASSED
            else:
                yield from _judge(case, relation)


def a03(case: Case) -> Iterator[Outcome]:
    """Children add up to their group, top groups to the total; a subtotal is never counted twice.

    ``=SUM(D8:D10)=D7``
    """
    if not any(any(table.positions("group")) for table in case.tables):
        yield not_checked("A03", "no_groups" if case.tables else "no_table")
    for table in case.tables:
        for relation in group_sums(table):
            yield from _judge(case, relation)


def _judge(case: Case, relation: Relation) -> Iterator[Outcome]:
    """Compares one total with the sum of its members."""
    rule, stated = relation.rule, relation.total
    values = [value for cell, _ in relation.terms if (value := whole(cell)) is not None]
    if values and len(values) == len(relation.terms) and sum(values) == whole(stated):
        yield PASSED
        return
    if not filled(stated):
        yield not_checked(rule, "blank", stated.ref)
        return
    if not any(filled(cell) for cell, _ in relation.terms):
        yield not_checked(rule, "blank", relation.heading)
        return
    for cell in (stated, *(cell for cell, _ in relation.terms)):
        if reason := term(cell, blank_is_zero=True).reason:
            yield not_checked(rule, reason, cell.ref)
            return
    actual = term(stated, blank_is_zero=True).value
    expected = sum((term(cell, blank_is_zero=True).value for cell, _ in relation.terms), ZERO)
    if actual == expected:
        yield PASSED
    else:
        yield finding(
            rule,
            stated.ref,
            place=relation.place,
            count=str(relation.members),
            villages=case.submission.text("loai_thon") or "thôn, ấp",
            commune=f"toàn {case.submission.text('loai_don_vi') or 'xã'}",
            difference=signed(actual - expected),
            actual=plain(actual),
            expected=plain(expected),
            related=tuple(cell.ref for cell, _ in relation.terms),
        )
