"""The budget as a tree: what belongs to what, what a row comes to, what comes from where."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from xlplan import budget, catalogue
from xlplan.model import Cell, CellRef, Record, Submission, Text

LEVELS = catalogue.lists()["cap_kinh_phi"]
Row = tuple[str, int | None, str]


def submission(rows: list[Row]) -> Submission:
    records = []
    for i, (level, amount, source) in enumerate(rows, start=5):
        texts = {"cap": Text(CellRef("Kinh phí", i, 1), level), "nguon": Text(CellRef("Kinh phí", i, 11), source)}
        ref = CellRef("Kinh phí", i, 9)
        numbers = {} if amount is None else {"so_tien": Cell(ref, Decimal(amount), "number", str(amount))}
        records.append(Record(CellRef("Kinh phí", i, 1), texts, numbers))
    return Submission("x", {}, records={"kinh_phi": tuple(records)})


AN_DUONG: list[Row] = [
    ("tổng cộng", 13_000_000, ""),
    ("dự án", None, "ngân sách nhà nước"),
    ("tiểu dự án", 5_000_000, ""),
    ("tiểu dự án", 2_000_000, "ngân sách nhà nước"),
    ("dự án", None, ""),
    ("tiểu dự án", 6_000_000, "xã hội hóa"),
]


def test_a_row_belongs_to_the_nearest_row_above_of_a_higher_level() -> None:
    items = budget.tree(submission(AN_DUONG))
    assert [item.parent for item in items] == [None, 0, 1, 1, 0, 4]
    assert [item.parts for item in items] == [(1, 4), (2, 3), (), (), (5,), ()]


def test_a_row_without_an_amount_stands_for_its_parts() -> None:
    items = budget.tree(submission(AN_DUONG))
    assert budget.amount_of(items, 1) == (Decimal(7_000_000), CellRef("Kinh phí", 7, 9))
    assert budget.total(submission(AN_DUONG)).value == 13_000_000
    assert budget.total(submission(AN_DUONG[1:])).value == 13_000_000


def test_a_sum_with_a_blank_part_is_no_sum() -> None:
    rows: list[Row] = [("dự án", None, ""), ("khoản mục", 5, ""), ("khoản mục", None, "")]
    assert budget.total(submission(rows)) is None
    assert budget.total(submission([])) is None


def test_what_a_source_gives_is_counted_once() -> None:
    assert budget.by_source(submission(AN_DUONG), "ngân sách nhà nước").value == 2_000_000
    gathered: list[Row] = [("dự án", 240, "vốn vay"), ("khoản mục", 180, "vốn vay"), ("khoản mục", 60, "vốn vay")]
    assert budget.by_source(submission(gathered), "vốn vay").value == 240
    whole: list[Row] = [("dự án", 240, "vốn vay"), ("khoản mục", 180, ""), ("khoản mục", 60, "")]
    assert budget.by_source(submission(whole), "vốn vay").value == 240
    assert budget.by_source(submission(AN_DUONG), "xã hội hóa").value == 6_000_000
    assert budget.by_source(submission(AN_DUONG), "vốn vay") is None


def test_a_total_at_the_foot_has_the_rows_above_as_its_parts() -> None:
    rows: list[Row] = [("dự án", None, ""), ("khoản mục", 5, ""), ("dự án", 7, ""), ("tổng cộng", 12, "")]
    items = budget.tree(submission(rows))
    assert [item.parent for item in items] == [3, 0, 3, None]
    assert budget.total(submission(rows)).value == 12


def test_a_total_is_never_counted_twice() -> None:
    rows: list[Row] = [("tổng cộng", 12, ""), ("dự án", 5, ""), ("dự án", 7, ""), ("tổng cộng", 12, "")]
    assert budget.total(submission(rows)).value == 12
    remark: list[Row] = [("dự án", 5, ""), ("dự án", 7, ""), ("tổng cộng", 12, ""), ("", None, "")]
    assert budget.total(submission(remark)).value == 12


def test_a_row_that_calls_itself_the_total_is_it() -> None:
    records = submission([("dự án", 5, ""), ("dự án", 7, ""), ("khoản mục", 12, "")]).records["kinh_phi"]
    name = Text(CellRef("Kinh phí", 7, 2), "Tổng cộng")
    named = (*records[:2], records[2]._replace(texts={**records[2].texts, "noi_dung": name}))
    whole = Submission("x", {}, records={"kinh_phi": named})
    assert [item.parent for item in budget.tree(whole)] == [2, 2, None]
    assert budget.total(whole).value == 12


def test_an_unknown_level_is_an_item() -> None:
    assert [budget.depth_of(word) for word in ("Dự án ", "", "gì đó")] == [2, len(LEVELS) - 1, len(LEVELS) - 1]


@given(st.lists(st.tuples(st.sampled_from(LEVELS[1:]), st.integers(0, 10**12)), min_size=1, max_size=25))
def test_leaves_add_up_to_the_total_where_sums_are_left_blank(rows: list[tuple[str, int]]) -> None:
    shape = budget.tree(submission([(level, None, "") for level, _ in rows]))
    leaves: list[Row] = [(level, None if item.parts else n, "") for (level, n), item in zip(rows, shape, strict=True)]
    expected = sum(n for (_, n), item in zip(rows, shape, strict=True) if not item.parts)
    assert budget.total(submission(leaves)).value == expected
