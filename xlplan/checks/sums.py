"""Sums over units: A02 (villages and commune), A03 (groups)."""

from __future__ import annotations

from collections.abc import Iterator

from xlplan import catalogue
from xlplan.checks.scope import (
    PASSED,
    ZERO,
    Case,
    Outcome,
    filled,
    filled_lines,
    not_checked,
    plain,
    signed,
    term,
)
from xlplan.messages import finding
from xlplan.model import Cell, Table


def a02(case: Case) -> Iterator[Outcome]:
    """The villages add up to the commune's own figure, per count (rates are never added). ``=SUM(D7:D18)=D19``."""
    if not case.tables:
        yield not_checked("A02", "no_table")
    for table in case.tables:
        if table.commune is None:
            yield not_checked("A02", "no_commune")
            continue
        villages = list(table.positions("village"))
        for line in _count_lines(table):
            for total in table.positions("commune"):
                yield from _sum("A02", case, table, line, total=total, members=villages)


def a03(case: Case) -> Iterator[Outcome]:
    """Children add up to their group, top groups to the total; a subtotal is never counted twice.

    ``=SUM(D8:D10)=D7``
    """
    grouped = [table for table in case.tables if any(table.positions("group"))]
    if not grouped:
        yield not_checked("A03", "no_groups" if case.tables else "no_table")
    for table in grouped:
        members: dict[int | None, list[int]] = {}
        for i, unit in enumerate(table.units):
            members.setdefault(unit.parent, []).append(i)
        parents = [i for i in table.positions("group") if i in members]
        top = [i for i in table.positions("group", "village") if table.units[i].parent is None]
        for line in _count_lines(table):
            for parent in parents:
                children = _with_figures(table, line, members[parent], members)
                yield from _sum("A03", case, table, line, total=parent, members=children)
            if table.commune is not None:
                shown = _with_figures(table, line, top, members)
                yield from _sum("A03", case, table, line, total=table.commune, members=shown)


def _with_figures(table: Table, line: int, units: list[int], members: dict[int | None, list[int]]) -> list[int]:
    """The units themselves; in place of a group that is only a heading, without a figure, its members."""
    found: list[int] = []
    for i in units:
        if table.units[i].kind == "group" and i in members and not filled(table.cell(i, line)):
            found += _with_figures(table, line, members[i], members)
        else:
            found.append(i)
    return found


def _count_lines(table: Table) -> Iterator[int]:
    """Positions of the filled lines of known counts."""
    wanted = filled_lines(table)
    for j, line in enumerate(table.lines):
        if j in wanted and line.code is not None and not catalogue.is_rate(line.code):
            yield j


def _sum(rule: str, case: Case, table: Table, line: int, *, total: int, members: list[int]) -> Iterator[Outcome]:
    """Compares one total with the sum of its members in one line."""
    whole = table.cell(total, line)
    cells: list[Cell] = [cell for i in members if (cell := table.cell(i, line)) is not None]
    if whole is None or not filled(whole):
        yield not_checked(rule, "blank", whole.ref if whole else table.lines[line].ref)
        return
    if not any(filled(cell) for cell in cells):
        yield not_checked(rule, "blank", table.lines[line].ref)
        return
    for cell in (whole, *cells):
        if reason := term(cell, blank_is_zero=True).reason:
            yield not_checked(rule, reason, cell.ref)
            return
    actual = term(whole, blank_is_zero=True).value
    expected = sum((term(cell, blank_is_zero=True).value for cell in cells), ZERO)
    if actual == expected:
        yield PASSED
    else:
        yield finding(
            rule,
            whole.ref,
            place=f"{table.units[total].name} – {table.lines[line].label}",
            count=str(len(members)),
            villages=case.submission.text("loai_thon") or "thôn, ấp",
            commune=f"toàn {case.submission.text('loai_don_vi') or 'xã'}",
            difference=signed(actual - expected),
            actual=plain(actual),
            expected=plain(expected),
            related=tuple(cell.ref for cell in cells),
        )
