"""The budget of `Kinh phí` as a tree, its sums, and what it comes to by source.

A row belongs to the nearest row above it of a higher level (``cap``); a total that stands last has the outermost
rows above it as its parts. Amounts are in đồng. A row without an amount of its own stands for the sum of its parts.
"""

from __future__ import annotations

from decimal import Decimal

from xlplan import catalogue
from xlplan.model import Cell, CellRef, Record, Submission
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.text import key

SHEET = "kinh_phi"
_TOTALS = frozenset(map(key, ("Tổng cộng", "Tổng số", "Cộng", "Tổng", "Tổng kinh phí", "Tổng số tiền", "Toàn bộ")))


class Item(NamedTuple):
    """One row of the budget: its depth among the levels, the position of its parent, those of its parts."""

    record: Record
    depth: int
    parent: int | None
    parts: tuple[int, ...]

    @property
    def amount(self) -> Cell | None:
        """The amount that stands in the row, if there is a number; a dash where there are no parts is none at all."""
        cell = self.record.numbers.get("so_tien")
        if cell is None or (cell.value is None and (cell.state != "dash" or self.parts)):
            return None
        return cell


class Amount(NamedTuple):
    """An amount with the cell it comes from (of a sum: the first of its parts)."""

    value: Decimal
    ref: CellRef


def depth_of(level: str) -> int:
    """Place of a level among the levels, the outermost 0; an unknown or blank one is an item."""
    levels = catalogue.lists()["cap_kinh_phi"]
    word = level.strip().lower()
    return levels.index(word) if word in levels else len(levels) - 1


def _depth(record: Record) -> int:
    """The depth of a row; one that calls itself the total is it, whatever level stands beside it."""
    named = key(record.text("noi_dung")) in _TOTALS
    return (
        0
        if named and depth_of(record.text("cap")) == len(catalogue.lists()["cap_kinh_phi"]) - 1
        else depth_of(record.text("cap"))
    )


def rows(submission: Submission) -> tuple[Record, ...]:
    """The rows of `Kinh phí` that are part of the budget: a remark without level and figures is none."""
    return tuple(r for r in submission.records.get(SHEET, ()) if r.text("cap") or r.numbers)


def tree(submission: Submission) -> tuple[Item, ...]:
    """The rows of `Kinh phí` in their order, each with its parent and its parts."""
    records = rows(submission)
    depths = [_depth(record) for record in records]
    parents: list[int | None] = []
    open_rows: list[int] = []
    for i, depth in enumerate(depths):
        while open_rows and depths[open_rows[-1]] >= depth:
            open_rows.pop()
        parents.append(open_rows[-1] if open_rows else None)
        if depth == 0 and (i + 1 == len(depths) or depths[i + 1] == 0):
            above = [j for j in range(i) if parents[j] is None and depths[j] > 0]
            for j in above:
                parents[j] = i
        open_rows.append(i)
    return tuple(
        Item(record, depths[i], parents[i], tuple(j for j, parent in enumerate(parents) if parent == i))
        for i, record in enumerate(records)
    )


def amount_of(items: tuple[Item, ...], i: int) -> Amount | None:
    """What a row comes to: its own amount, else the sum of its parts; ``None`` where one of them has none."""
    own = items[i].amount
    if own is not None:
        return Amount(own.value or Decimal(0), own.ref)
    return sum_of(items, items[i].parts)


def sum_of(items: tuple[Item, ...], rows: tuple[int, ...]) -> Amount | None:
    """The sum of rows; ``None`` where there are none or one has no amount."""
    found = [amount_of(items, i) for i in rows]
    known = [amount for amount in found if amount is not None]
    if not known or len(known) < len(found):
        return None
    return Amount(sum((amount.value for amount in known), Decimal(0)), known[0].ref)


def total(submission: Submission) -> Amount | None:
    """The whole budget: its total row (the first, where it is written twice), else the sum of the outermost rows."""
    items = tree(submission)
    totals = [found for i, item in enumerate(items) if item.depth == 0 and (found := amount_of(items, i))]
    if totals:
        return totals[0]
    return sum_of(items, tuple(i for i, item in enumerate(items) if item.parent is None and item.depth))


def by_source(submission: Submission, source: str) -> Amount | None:
    """What comes from a source: the rows that name it and gather no rows that name one of their own."""
    items = tree(submission)
    named = [item.record.text("nguon").strip().lower() for item in items]
    rows = tuple(i for i, word in enumerate(named) if word == source and not _named_below(items, i, named))
    return sum_of(items, rows)


def _named_below(items: tuple[Item, ...], i: int, named: list[str]) -> bool:
    """Whether a row below in the tree names a source."""
    return any(named[part] or _named_below(items, part, named) for part in items[i].parts)
