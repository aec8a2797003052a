"""Sentences from figures: every one true of its cells, every figure with its cell, none made where data are missing."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import build
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlplan import catalogue
from xlplan.documents.blocks import Runs
from xlplan.documents.sentences import LISTED, change, none_without, ranking, remarks, without
from xlplan.model import Cell, CellRef, CellState, Line, Submission, Table, Text, Unit
from xlplan.sheets.reader import read
from xlplan.vietnamese.numbers import rate

Figure = int | str | None
HOUSEHOLDS, POOR, CUT, LEFT = "tong_so_ho", "ho_ngheo_dau_ky", "giam_ho_ngheo", "ho_ngheo_cuoi_ky"
STATES: dict[str, CellState] = {"": "blank", "-": "dash"}


def said(runs: Runs) -> str:
    return "".join(run.text for run in runs)


def cell(figure: Figure, row: int = 1, column: int = 1, formula: str | None = None) -> Cell:
    """A number; ``None`` or "" a blank, "-" a dash, other digits an exact decimal, other text unreadable."""
    ref = CellRef("Biểu", row, column)
    if figure is None or (isinstance(figure, str) and not figure[:1].isdigit()):
        written = figure or ""
        return Cell(ref, None, STATES.get(written, "text"), written, formula)
    return Cell(ref, Decimal(figure), "number", str(figure), formula)


def figures(**counts: Figure) -> dict[str, Cell]:
    return {code: cell(figure, column=n) for n, (code, figure) in enumerate(counts.items(), start=1)}


def table(codes: str, *rows: tuple[str, ...] | tuple[Figure, ...], groups: tuple[str, ...] = ()) -> Table:
    """A table of villages: ``codes`` by spaces, name and figures of each, ``0|name`` in the first of ``groups``."""
    lines = tuple(Line(code, (code,), CellRef("Biểu", 1, j), j) for j, code in enumerate(codes.split(), start=2))
    units = [Unit(name, "group", CellRef("Biểu", 100 + i, 1), 100 + i) for i, name in enumerate(groups)]
    cells = {}
    for i, (written, *values) in enumerate(rows, start=len(units)):
        mark, _, name = str(written).rpartition("|")
        units.append(Unit(name, "village", CellRef("Biểu", i + 2, 1), i + 2, parent=int(mark) if mark else None))
        cells |= {(i, j): cell(value, i + 2, j + 2) for j, value in enumerate(values)}
    return Table("Biểu", "rows", lines, tuple(units), cells)


def submission(found: Table | None = None, period: str = "2024", **situation: Figure) -> Submission:
    fields = {"loai_don_vi": "xã", "loai_thon": "thôn", "ky": period}
    texts = {key: Text(CellRef("Thông tin", n, 2), value) for n, (key, value) in enumerate(fields.items(), start=1)}
    return Submission("xa.xlsx", texts, (found,) if found else (), figures(**situation))


def notes(found: Table | None = None, period: str = "2024", **situation: Figure) -> list[str]:
    return [said(runs) for runs in remarks(submission(found, period, **situation))]


# ---- what changed ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("households", "start", "end", "words"),
    [
        (1545, 63, 51, "giảm 12 hộ, từ 63 hộ (4,08%) xuống 51 hộ (3,30%)"),
        (1500, 10, 12, "tăng 02 hộ, từ 10 hộ (0,67%) lên 12 hộ (0,80%)"),
        (1500, 12, 12, "giữ nguyên 12 hộ (0,80%)"),
        (1500, 12, 0, "giảm toàn bộ 12 hộ (0,80%), không còn hộ nào"),
        (1500, 0, 3, "tăng 03 hộ, từ 0 hộ lên 03 hộ (0,20%)"),
        (1500, 0, 0, "giữ nguyên ở mức 0 hộ"),
        (None, 9, 4, "giảm 05 hộ, từ 09 hộ xuống 04 hộ"),
        (0, 9, 4, "giảm 05 hộ, từ 09 hộ xuống 04 hộ"),  # a rate over no households is none
        (90_000, 2725, 1041, "giảm 1.684 hộ, từ 2.725 hộ (3,03%) xuống 1.041 hộ (1,16%)"),
    ],
)
def test_start_and_end_are_compared(households: Figure, start: int, end: int, words: str) -> None:
    assert (
        said(change("ho_ngheo", figures(tong_so_ho=households, ho_ngheo_dau_ky=start, ho_ngheo_cuoi_ky=end))) == words
    )


@pytest.mark.parametrize(
    "given_figures",
    [
        {},
        {POOR: 5},
        {LEFT: 5},
        {POOR: 5, CUT: 2},  # the end is never worked out
        {POOR: 5, CUT: 2, LEFT: None},
        {POOR: 5, LEFT: "-"},
        {POOR: 5, LEFT: "3.5"},
        {POOR: 5, LEFT: "năm"},
    ],
)
def test_without_start_or_end_nothing_is_said(given_figures: dict[str, Figure]) -> None:
    assert change("ho_ngheo", figures(tong_so_ho=100, **given_figures)) == ()


def test_a_count_below_zero_is_no_count() -> None:
    below = cell(1)._replace(value=Decimal(-1))
    assert change("ho_ngheo", {POOR: cell(5), LEFT: below}) == ()


def test_a_stem_without_codes_says_nothing() -> None:
    assert change("ho_giau", {"ho_giau_dau_ky": cell(5), "ho_giau_cuoi_ky": cell(4)}) == ()


def test_every_figure_of_a_change_names_its_cell() -> None:
    known = figures(tong_so_ho=1545, ho_ngheo_dau_ky=63, ho_ngheo_cuoi_ky=51)
    assert [(r.text, r.code, r.ref and r.ref.address) for r in change("ho_ngheo", known) if r.ref] == [
        ("12", "bien_dong[ho_ngheo]", "C1"),
        ("63", "ho_ngheo_dau_ky", "B1"),
        ("4,08%", "ty_le_ho_ngheo_dau_ky", "B1"),
        ("51", "ho_ngheo_cuoi_ky", "C1"),
        ("3,30%", "ty_le_ho_ngheo_cuoi_ky", "C1"),
    ]


COUNTS = st.one_of(st.integers(0, 12), st.integers(0, 20_000))


@given(st.sampled_from(["ho_ngheo", "ho_can_ngheo", "ho_da_chieu"]), COUNTS, COUNTS, st.none() | COUNTS)
def test_the_word_of_a_change_follows_its_figures(stem: str, start: int, end: int, households: int | None) -> None:
    known = figures(**{HOUSEHOLDS: households, f"{stem}_dau_ky": start, f"{stem}_cuoi_ky": end})
    runs = change(stem, known)
    words = said(runs)
    assert ("giảm" in words) == (end < start)
    assert ("tăng" in words) == (end > start)
    assert ("giữ nguyên" in words) == (end == start)
    printed = [int(run.text.replace(".", "")) for run in runs if run.code == f"bien_dong[{stem}]"]
    assert printed == ([abs(start - end)] if start != end else [])
    assert not re.search(r"\d", "".join(run.text for run in runs if not run.ref))  # no digit without its cell
    assert ("%" in words) == bool(households and (start or end))


# ---- rankings ----------------------------------------------------------------------------------------------------

SEVEN = table(
    "tong_so_ho ho_ngheo_dau_ky giam_ho_ngheo",
    ("Đông", 100, 3, 1),
    ("Tây", 64, 7, 2),
    ("Nam", 200, 9, 0),
    ("Bắc", 101, 9, 1),
    ("Thượng", 120, 0, None),
    ("Hạ", 128, 4, 1),
    ("Trung", 80, 6, "-"),
)


def test_the_highest_are_named_with_their_figures() -> None:
    assert said(ranking("ty_le_ho_ngheo_dau_ky", SEVEN)) == "Tây (10,94%), Bắc (8,91%) và Trung (7,50%)"
    assert said(ranking("ho_ngheo_dau_ky", SEVEN)) == "Nam (09 hộ), Bắc (09 hộ) và Tây (07 hộ)"
    assert said(ranking("ho_ngheo_dau_ky", SEVEN, most=1)) == "Nam (09 hộ) và Bắc (09 hộ)"
    assert said(ranking("ho_ngheo_dau_ky", SEVEN, most=0)) == ""


def test_the_figures_of_a_ranking_name_their_cells() -> None:
    runs = ranking("ty_le_ho_ngheo_dau_ky", SEVEN, most=1)
    assert [(r.text, r.code, r.ref and r.ref.address) for r in runs if r.ref] == [
        ("10,94%", "ty_le_ho_ngheo_dau_ky[Tây]", "C3")
    ]


def tied(*values: Figure) -> Table:
    return table("ho_ngheo_dau_ky", *((f"Xóm {n}", value) for n, value in enumerate(values, start=1)))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((5, 4, 3, 3, 3, 1), "Xóm 1 (05 hộ), Xóm 2 (04 hộ), Xóm 3 (03 hộ), Xóm 4 (03 hộ) và Xóm 5 (03 hộ)"),
        ((5, 4, 3, 3, 3, 3), "Xóm 1 (05 hộ) và Xóm 2 (04 hộ)"),  # four equals would be six names
        ((2, 0, 2), "Xóm 1 (02 hộ) và Xóm 3 (02 hộ)"),
        ((0, 0, 0), ""),
        ((4,), "Xóm 1 (04 hộ)"),
        ((1,) * 6, "Xóm 1 (01 hộ), Xóm 2 (01 hộ), Xóm 3 (01 hộ), Xóm 4 (01 hộ), Xóm 5 (01 hộ) và Xóm 6 (01 hộ)"),
        ((1,) * 13, "13 thôn (mỗi thôn 01 hộ)"),
        ((), ""),
    ],
)
def test_of_equals_all_are_named_or_none(values: tuple[int, ...], words: str) -> None:
    assert said(ranking("ho_ngheo_dau_ky", tied(*values))) == words


@pytest.mark.parametrize(
    "unknown",
    [
        ("Xóm 4", None),  # nobody has filled in the row: it might be the highest
        ("Xóm 4", "nhiều"),
        ("Xóm 4", "2.5"),
        ("", 9),  # the highest has no name
    ],
)
def test_a_superlative_needs_every_figure(unknown: tuple[str, Figure]) -> None:
    found = table("ho_ngheo_dau_ky", ("Xóm 1", 3), ("Xóm 2", 2), ("Xóm 3", 1), unknown)
    assert ranking("ho_ngheo_dau_ky", found) == ()


def test_a_count_below_zero_is_not_known() -> None:
    found = table(f"{HOUSEHOLDS} {POOR}", ("Xóm 1", 100, 3), ("Xóm 2", 100, 2))
    found = found._replace(cells=dict(found.cells) | {(1, 1): cell(2)._replace(value=Decimal(-2))})
    assert ranking(POOR, found) == ranking(f"ty_le_{POOR}", found) == without(POOR, found) == ()


def test_rows_that_are_wholly_blank_and_have_no_name_do_not_count() -> None:
    found = table("ho_ngheo_dau_ky", ("Xóm 1", 3), ("", None), ("Xóm 2", 0), ("", 0))
    assert said(ranking("ho_ngheo_dau_ky", found)) == "Xóm 1 (03 hộ)"
    assert said(without("ho_ngheo_dau_ky", found)) == "Xóm 2"


def test_a_row_without_name_below_the_highest_takes_nothing_away() -> None:
    found = table("ho_ngheo_dau_ky", ("Xóm 1", 3), ("Xóm 2", 2), ("", 1))
    assert said(ranking("ho_ngheo_dau_ky", found, most=2)) == "Xóm 1 (03 hộ) và Xóm 2 (02 hộ)"


def test_villages_of_one_name_are_told_apart_by_their_groups() -> None:
    rows = (("0|Thôn 1", 100, 5), ("0|Thôn 2", 100, 0), ("1|Thôn 01", 100, 4), ("1|Thôn 3", 100, 0))
    found = table("tong_so_ho ho_ngheo_dau_ky", *rows, groups=("Xã Đông cũ", "Xã Tây cũ"))
    assert said(ranking("ho_ngheo_dau_ky", found)) == "Thôn 1 (Xã Đông cũ; 05 hộ) và Thôn 01 (Xã Tây cũ; 04 hộ)"
    rows = (("0|Thôn 1", 100, 5), ("0|Thôn 2", 100, 0), ("1|Thôn 1", 100, 0))
    found = table("tong_so_ho ho_ngheo_dau_ky", *rows, groups=("Xã Đông cũ", "Xã Tây cũ"))
    assert said(without("ho_ngheo_dau_ky", found)) == "Thôn 2 và Thôn 1 (Xã Tây cũ)"
    rows = (("0|Thôn 1", 100, 5), ("0|Thôn 1", 100, 0))  # the group would not tell these apart
    found = table("tong_so_ho ho_ngheo_dau_ky", *rows, groups=("Xã Đông cũ",))
    assert said(without("ho_ngheo_dau_ky", found)) == "Thôn 1"


def test_computed_rates_win_over_printed_ones_which_serve_where_counts_are_missing() -> None:
    found = table("tong_so_ho ho_ngheo_dau_ky ty_le_ho_ngheo_dau_ky", ("Đông", 128, 4, "9.99"), ("Tây", 100, 1, "1.00"))
    assert said(ranking("ty_le_ho_ngheo_dau_ky", found)) == "Đông (3,13%) và Tây (1,00%)"
    printed = table("tong_so_ho ty_le_ho_ngheo_dau_ky", ("Đông", 128, "3.13"), ("Tây", 100, None))
    assert said(ranking("ty_le_ho_ngheo_dau_ky", printed)) == "Đông (3,13%)"
    assert without("ty_le_ho_ngheo_dau_ky", printed) == ()  # an open rate may be that of no households
    untouched = table("tong_so_ho ty_le_ho_ngheo_dau_ky", ("Đông", 128, "3.13"), ("Tây", None, None))
    assert ranking("ty_le_ho_ngheo_dau_ky", untouched) == ()


def test_a_village_without_households_has_no_rate() -> None:
    found = table("tong_so_ho ho_ngheo_dau_ky", ("Đông", 128, 4), ("Tây", 0, 0), ("Nam", 90, None))
    assert said(ranking("ty_le_ho_ngheo_dau_ky", found)) == "Đông (3,13%)"
    assert said(without("ty_le_ho_ngheo_dau_ky", found)) == "Nam"
    for households in (None, 0):
        contradiction = table("tong_so_ho ho_ngheo_dau_ky", ("Đông", 128, 4), ("Tây", households, 3))
        assert ranking("ty_le_ho_ngheo_dau_ky", contradiction) == ()


# ---- nothing there -----------------------------------------------------------------------------------------------


def test_villages_with_nothing_are_named_with_the_cells_that_say_so() -> None:
    runs = without("giam_ho_ngheo", SEVEN)
    assert said(runs) == "Nam, Thượng và Trung"  # 0, blank and dash
    assert [(r.text, r.code, r.ref.address) for r in runs if r.ref] == [
        ("Nam", "giam_ho_ngheo[Nam]", "D4"),
        ("Thượng", "giam_ho_ngheo[Thượng]", "D6"),
        ("Trung", "giam_ho_ngheo[Trung]", "D8"),
    ]


def test_an_untouched_row_or_column_says_nothing() -> None:
    codes = "tong_so_ho ho_ngheo_dau_ky ho_can_ngheo_dau_ky"
    found = table(codes, ("Đông", 128, 4, None), ("Tây", None, None, None), ("Nam", 90, 0, None))
    assert said(without("ho_ngheo_dau_ky", found)) == "Nam"
    assert without("ho_can_ngheo_dau_ky", found) == ()  # nobody has filled the column in yet
    assert without("ho_ngheo_cuoi_ky", found) == without("khong_biet", found) == ()


def test_the_zero_of_a_formula_over_blanks_is_no_figure() -> None:
    found = table("ho_ngheo_dau_ky ho_ngheo_cuoi_ky", ("Đông", 4, 2), ("Tây", None, None))
    cells = dict(found.cells) | {(1, 1): cell(0, 3, 3, "B3")}
    assert without("ho_ngheo_cuoi_ky", found._replace(cells=cells)) == ()


def test_a_blank_that_its_own_row_contradicts_is_not_taken_for_none() -> None:
    codes = "ho_ngheo_dau_ky giam_ho_ngheo ho_ngheo_cuoi_ky"
    rows = (("Đông", 8, 3, 5), ("Tây", 4, 0, None), ("Nam", 2, 2, None), ("Bắc", "?", None, None))
    found = table(codes, *rows)
    assert said(without("ho_ngheo_cuoi_ky", found)) == "Nam"
    assert ranking("ho_ngheo_cuoi_ky", found) == ()
    rates = table(f"tong_so_ho {codes} ty_le_ho_ngheo_cuoi_ky", ("Đông", 99, 8, 3, 5, 5), ("Tây", 99, 4, 0, None, None))
    assert ranking("ty_le_ho_ngheo_cuoi_ky", rates) == ()
    risen = table(f"{codes} tai_ngheo", ("Đông", 8, 3, 5, 0), ("Tây", 4, 4, None, 2), ("Nam", 4, 4, None, None))
    assert said(without("ho_ngheo_cuoi_ky", risen)) == "Nam"
    parts = table("ho_ngheo_dau_ky ho_ngheo_dtts", ("Đông", 8, 3), ("Tây", None, 1), ("Nam", None, 0))
    assert said(without("ho_ngheo_dau_ky", parts)) == "Nam"


@pytest.mark.parametrize(("number", "words"), [(12, ", Xóm 11 và Xóm 12"), (13, "13 ấp")])
def test_a_long_list_is_only_a_number(number: int, words: str) -> None:
    assert said(without("ho_ngheo_dau_ky", tied(*[0] * number, 5), "ấp")).endswith(words)


def test_a_rate_printed_as_zero_is_not_nothing() -> None:
    found = table("tong_so_ho ho_ngheo_dau_ky", ("Đông", 30_000, 1), ("Tây", 100, 0))
    assert said(without("ty_le_ho_ngheo_dau_ky", found)) == "Tây"


ROWS = st.lists(
    st.tuples(st.integers(0, 300), st.one_of(st.integers(0, 6), st.none(), st.just("-"))), min_size=1, max_size=18
)


def value_of(code: str, households: int, poor: Figure) -> Decimal | None:
    count = poor if isinstance(poor, int) else 0
    return Decimal(count) if code == POOR else rate(count, households)


@given(ROWS, st.sampled_from([POOR, f"ty_le_{POOR}"]), st.integers(1, 4))
def test_no_unnamed_village_is_above_a_named_one(rows: list[tuple[int, Figure]], code: str, most: int) -> None:
    names = [f"Làng {n}." for n in range(len(rows))]
    found = table(f"{HOUSEHOLDS} {POOR}", *((name, *row) for name, row in zip(names, rows, strict=True)))
    words = said(ranking(code, found, most))
    if not words or "mỗi thôn" in words:
        return
    values = {name: value for name, row in zip(names, rows, strict=True) if (value := value_of(code, *row)) is not None}
    named = {name for name in names if name in words}
    lowest = min(values[name] for name in named)
    assert lowest > 0
    assert all(value < lowest for name, value in values.items() if name not in named)
    higher = [name for name in named if values[name] > lowest]
    assert len(higher) < most
    assert not higher or len(named) <= most + 2
    assert re.findall(r"Làng \d+\.", words) == sorted(named, key=lambda name: (-values[name], names.index(name)))


@given(ROWS)
def test_exactly_the_villages_with_nothing_are_named(rows: list[tuple[int, Figure]]) -> None:
    names = [f"Làng {n}." for n in range(len(rows))]
    found = table(f"{HOUSEHOLDS} {POOR}", *((name, *row) for name, row in zip(names, rows, strict=True)))
    words = said(without(POOR, found))
    column_in_use = any(poor is not None for _, poor in rows)
    zero = [name for name, (_, poor) in zip(names, rows, strict=True) if poor in (0, None, "-") and column_in_use]
    if len(zero) > LISTED:
        assert words == f"{len(zero)} thôn"
    else:
        assert re.findall(r"Làng \d+\.", words) == zero


# ---- the block “nhận xét” ----------------------------------------------------------------------------------------

WORKBOOK = """
Thông tin
| Loại đơn vị | xã |
| Tên đơn vị | Bình An |
| Loại đơn vị dưới cấp xã | ấp |
| Kỳ kế hoạch | 2024 |

Biểu chỉ tiêu
| TT | Ấp | Tổng số hộ | Hộ nghèo cuối năm 2023 | Giảm hộ nghèo trong năm 2024 | Hộ nghèo cuối năm 2024 |
| 1 | Một | 100 | 3 | 3 | 0 |
| 2 | Hai | 64 | 7 | 2 | 5 |
| 3 | Ba | 200 | 9 | 0 | 9 |
| 4 | Bốn | 101 | 9 | 1 | 8 |
| 5 | Năm | 120 | 0 | 0 | 0 |
| 6 | Sáu | 128 | 4 | 4 | 0 |
| | Tổng cộng | 713 | 32 | 10 | 22 |
"""


def test_the_remarks_of_a_workbook(tmp_path: Path) -> None:
    found = read(build.workbook(tmp_path / "xa.xlsx", WORKBOOK))
    assert [said(runs) for runs in remarks(found)] == [
        "Số hộ nghèo toàn xã trong năm 2024 giảm 10 hộ, từ 32 hộ (4,49%) xuống 22 hộ (3,09%)",
        "Cuối năm 2023, ba ấp có tỷ lệ hộ nghèo cao nhất là Hai (10,94%), Bốn (8,91%) và Ba (4,50%)",
        "Trong năm 2024, ba ấp có chỉ tiêu giảm hộ nghèo cao nhất là Sáu (04 hộ), Một (03 hộ) và Hai (02 hộ)",
        "Trong năm 2024, có một ấp còn hộ nghèo nhưng không có chỉ tiêu giảm: Ba",
        "Cuối năm 2023, có một ấp không có hộ nghèo: Năm",
        "Đến cuối năm 2024, có thêm hai ấp không còn hộ nghèo: Một và Sáu",
    ]


def test_without_a_table_only_the_commune_is_spoken_of() -> None:
    counts = {POOR: 10, LEFT: 0, "ho_can_ngheo_dau_ky": 4, "ho_can_ngheo_cuoi_ky": 6}
    assert notes(period="2021 - 2025", **counts) == [
        "Số hộ nghèo toàn xã trong giai đoạn 2021 - 2025 giảm toàn bộ 10 hộ, không còn hộ nào",
        "Số hộ cận nghèo toàn xã trong giai đoạn 2021 - 2025 tăng 02 hộ, từ 04 hộ lên 06 hộ",
    ]
    assert notes() == []
    assert notes(period="", **{POOR: 2, LEFT: 2}) == ["Số hộ nghèo toàn xã trong kỳ giữ nguyên 02 hộ"]


def test_poor_and_near_poor_are_spoken_of_together_where_the_table_does_not_part_them() -> None:
    codes = "tong_so_ho ho_da_chieu_dau_ky giam_ho_da_chieu giam_ho_ngheo ho_da_chieu_cuoi_ky"
    rows = (
        ("Một", 964, 38, 8, 1, 30),
        ("Hai", 567, 18, 6, 1, 12),
        ("Ba", 601, 19, 19, None, 0),
        ("Tư", 593, 9, 8, 4, 1),
    )
    assert notes(table(codes, *rows)) == [
        "Cuối năm 2023, hai thôn có tỷ lệ hộ nghèo, hộ cận nghèo cao nhất là Một (3,94%) và Hai (3,17%)",
        "Trong năm 2024, thôn có chỉ tiêu giảm hộ nghèo cao nhất là Tư (04 hộ)",
        "Trong năm 2024, có một thôn không có chỉ tiêu giảm hộ nghèo: Ba",
        "Đến cuối năm 2024, có một thôn không còn hộ nghèo, hộ cận nghèo: Ba",
    ]


def test_one_village_is_not_compared() -> None:
    codes = f"{HOUSEHOLDS} {POOR} {CUT} {LEFT}"
    assert notes(table(codes, ("Một", 100, 4, 2, 2))) == notes(table(codes, ("Một", 100, 0, 0, 0))) == []


def test_equal_villages_do_not_stand_out() -> None:
    rows = [(f"Xóm {n}", 100, 4, 1, 3) for n in range(6)]
    assert notes(table(f"{HOUSEHOLDS} {POOR} {CUT} {LEFT}", *rows)) == []


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (0, 0, "Cuối năm 2023, cả ba thôn đều không có hộ nghèo"),
        (2, 0, "Đến cuối năm 2024, cả ba thôn đều không còn hộ nghèo"),
    ],
)
def test_where_no_village_has_any_all_are_meant(start: int, end: int, words: str) -> None:
    rows = [(f"Xóm {n}", 100, start, start - end, end) for n in range(3)]
    assert notes(table(f"{HOUSEHOLDS} {POOR} {CUT} {LEFT}", *rows)) == [words]


@pytest.mark.parametrize("number", [2, 10, 13])
def test_how_many_villages_there_are(number: int) -> None:
    rows = [(f"Xóm {n}", 100, 0, 0, 0) for n in range(number)] + [(f"Làng {n}", 100, 5, 0, 5) for n in range(number)]
    shown = {2: "hai thôn", 10: "10 thôn", 13: "13 thôn"}[number]
    names = f": {', '.join(f'Xóm {n}' for n in range(number - 1))} và Xóm {number - 1}" if number <= LISTED else ""
    found = notes(table(f"{HOUSEHOLDS} {POOR} {CUT} {LEFT}", *rows))
    assert found[-1] == f"Cuối năm 2023, có {shown} không có hộ nghèo{names}"
    assert not [note for note in found if "chỉ tiêu giảm" in note]  # where nobody cuts, nobody stands out


def test_a_cut_that_new_poor_households_outweigh_is_no_example() -> None:
    codes = f"{HOUSEHOLDS} {POOR} {CUT} phat_sinh_ho_ngheo {LEFT}"
    rows = (("Một", 100, 4, 3, 5, 6), ("Hai", 100, 4, 1, 0, 3), ("Ba", 100, 4, 1, 0, 3), ("Tư", 100, 4, 1, 0, 3))
    assert not [note for note in notes(table(codes, *rows)) if "chỉ tiêu giảm hộ nghèo cao nhất" in note]


def test_an_unfilled_village_takes_the_sentences_about_all_villages_away() -> None:
    rows = (("Một", 100, 4, 3, 1), ("Hai", 100, 0, 0, 0), ("Ba", 100, 4, 1, 3), ("Tư", None, None, None, None))
    assert notes(table(f"{HOUSEHOLDS} {POOR} {CUT} {LEFT}", *rows)) == []


@st.composite
def communes(draw: st.DrawFn) -> Table:
    rows = []
    for n in range(draw(st.integers(1, 16))):
        households, start = draw(st.integers(20, 200)), draw(st.integers(0, 6))
        cut, new = draw(st.integers(0, start)), draw(st.integers(0, 2))
        figures_of_row = (households, start, cut, new, start - cut + new)
        rows.append((f"Làng {n}.", *(None if draw(st.booleans()) and not f else f for f in figures_of_row)))
    return table(f"{HOUSEHOLDS} {POOR} {CUT} phat_sinh_ho_ngheo {LEFT}", *rows)


@settings(deadline=None)
@given(communes())
def test_remarks_are_true_of_every_village(found: Table) -> None:
    def figure(unit: int, code: str) -> int:
        known = found.figure(unit, code)
        return int(known.value) if known and known.value is not None else 0

    sums = {line.code: sum(figure(i, line.code) for i in range(len(found.units))) for line in found.lines if line.code}
    for runs in remarks(submission(found, **sums)):
        note = said(runs)
        named = [i for i, unit in enumerate(found.units) if unit.name in note]
        others = [i for i in range(len(found.units)) if i not in named]
        if note.startswith("Số hộ nghèo"):
            assert (" giảm " in note) == (sums[LEFT] < sums[POOR])
            assert (" tăng " in note) == (sums[LEFT] > sums[POOR])
        elif "chỉ tiêu giảm hộ nghèo cao nhất" in note:
            assert min(figure(i, CUT) for i in named) > max(figure(i, CUT) for i in others)
            assert all(figure(i, LEFT) < figure(i, POOR) for i in named)
        elif "cao nhất" in note:
            rates = [rate(figure(i, POOR), figure(i, HOUSEHOLDS)) or Decimal(0) for i in range(len(found.units))]
            assert min(rates[i] for i in named) > max(rates[i] for i in others)
        elif "còn hộ nghèo nhưng không có chỉ tiêu giảm" in note and named:
            assert named == [i for i in range(len(found.units)) if figure(i, POOR) and not figure(i, CUT)]
        elif "không có hộ nghèo" in note and named:
            assert named == [i for i in range(len(found.units)) if not figure(i, POOR)]
        elif "không còn hộ nghèo" in note and named:
            assert named == [i for i in range(len(found.units)) if figure(i, POOR) and not figure(i, LEFT)]
        digits = re.sub(r"năm \d{4}|Làng \d+\.|\d+ thôn", "", "".join(run.text for run in runs if not run.ref))
        assert not re.search(r"\d", digits)
        codes = {re.sub(r"\[.*", "", run.code) for run in runs if run.ref}
        assert all(catalogue.known(code) for code in codes - {"bien_dong"})


def test_that_no_village_has_none_is_said_only_where_all_are_known() -> None:
    assert said(none_without("ho_ngheo_dau_ky", tied(3, 2, 5), "ấp")) == "không có ấp nào"
    assert none_without("ho_ngheo_dau_ky", tied(3, 0, 5)) == ()
    assert none_without("ho_ngheo_cuoi_ky", tied(3, 2, 5)) == ()
