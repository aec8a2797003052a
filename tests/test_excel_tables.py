"""GN_KIEMTRABIEU and GN_GOIY: a range of cells is checked exactly as its workbook is."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import layouts
import open_books
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlplan.excel.functions import GN_GOIY, GN_KIEMTRABIEU
from xlplan.excel.tables import CARDS_HEAD, CLEAN, CONFIDENCE, FINDINGS_HEAD, NO_CARDS, NO_FIGURES
from xlplan.messages import SEVERITY_WORDS
from xlplan.model import Report
from xlplan.pipeline import process

ROOT = Path(__file__).parent.parent
SON_TRUNG = ROOT / "workbooks" / "son_trung_2023.xlsx"
LONG_AN = ROOT / "workbooks" / "long_an_2024.xlsx"
TABLE = "Biểu chỉ tiêu"


def table(path: Path) -> tuple[Any, Any]:
    book = open_books.opened(path)
    return book, book.sheets[TABLE].used_range


def of_the_table(report: Report) -> list[tuple[str, str, str]]:
    """What the command finds in the table itself."""
    return [(SEVERITY_WORDS["vi"][f.severity], f.code, f.ref.address) for f in report.findings if f.ref.sheet == TABLE]


@pytest.mark.parametrize("path", [SON_TRUNG, LONG_AN], ids=lambda path: path.stem)
def test_a_sound_table_is_said_to_be_sound(path: Path) -> None:
    _, cells = table(path)
    assert GN_KIEMTRABIEU(cells) == CLEAN
    assert GN_GOIY(cells) == CLEAN


@pytest.mark.parametrize(("path", "at", "typed"), [(SON_TRUNG, "D12", 40), (SON_TRUNG, "H9", 20), (LONG_AN, "F13", 77)])
def test_a_slip_is_found_at_the_cell_where_the_command_finds_it(
    path: Path, at: str, typed: int, tmp_path: Path
) -> None:
    book, cells = table(path)
    open_books.enter(book, TABLE, at, typed)
    changed = tmp_path / path.name
    book.impl.results.save(changed)
    report = process(changed).report
    assert report is not None and of_the_table(report)
    found = GN_KIEMTRABIEU(cells)
    assert isinstance(found, list) and found[0] == list(FINDINGS_HEAD)
    rows = [tuple(row[:3]) for row in found[1:]]
    assert [row for row in rows if row[0] == "LỖI"] == [row for row in of_the_table(report) if row[0] == "LỖI"]
    assert set(rows) <= set(of_the_table(report))  # the command knows the plan's period too
    assert all("\n" not in row[3] and row[3].endswith(".") for row in found[1:])


def test_addresses_are_those_of_the_sheet_wherever_the_range_begins() -> None:
    book, _ = table(SON_TRUNG)
    open_books.enter(book, TABLE, "D12", 40)
    whole = GN_KIEMTRABIEU(book.sheets[TABLE].used_range)
    part = GN_KIEMTRABIEU(book.sheets[TABLE].range((4, 2), (20, 15)))
    assert isinstance(whole, list) and isinstance(part, list)
    assert ("LỖI", "A02", "D19") in {tuple(row[:3]) for row in part}
    assert {row[2] for row in part[1:] if row[0] == "LỖI"} == {row[2] for row in whole[1:] if row[0] == "LỖI"}
    values = book.sheets[TABLE].range((4, 2), (20, 15)).value
    alone = GN_KIEMTRABIEU(values)  # rows without a place begin at A1
    assert isinstance(alone, list) and ("LỖI", "A02", "C16") in {tuple(row[:3]) for row in alone}


def test_a_card_names_the_cell_what_it_holds_and_what_it_should() -> None:
    book, cells = table(SON_TRUNG)
    right = book.impl.results[TABLE]["D12"].value
    open_books.enter(book, TABLE, "D12", 40)
    found = GN_GOIY(cells)
    assert isinstance(found, list) and found[0] == list(CARDS_HEAD)
    at, actual, value, sure, why = found[1]
    assert (at, actual, value, sure) == ("D12", 40, right, CONFIDENCE["certain"])
    assert why[0].isupper() and why.endswith(".")
    ranks = [list(CONFIDENCE.values()).index(row[3]) for row in found[1:]]
    assert ranks == sorted(ranks)


def test_findings_that_nothing_explains_have_no_card() -> None:
    rows = [
        ["Thôn", "Tổng số hộ", "Hộ nghèo cuối năm 2023", "Tỷ lệ (%)"],
        ["Đông", 100, 5, 5.0],
        ["Tây", 200, "chưa rõ", None],
        ["Nam", 150, 3, 2.0],
    ]
    findings = GN_KIEMTRABIEU(rows)
    assert isinstance(findings, list) and [row[1:3] for row in findings[1:] if row[0] == "LỖI"] == [["I01", "C3"]]
    assert GN_GOIY(rows) == NO_CARDS


@pytest.mark.parametrize("nothing", [None, "", 5, [["a", "b"], [1, 2]], [[None]]])
def test_where_there_is_no_table_it_is_said(nothing: object) -> None:
    for function in (GN_KIEMTRABIEU, GN_GOIY):
        found = function(nothing)
        assert found in (NO_FIGURES, NO_CARDS) or (isinstance(found, list) and found[1][1] == "I09")


def test_an_array_formula_over_many_cells_is_filled_to_its_size() -> None:
    book, cells = table(SON_TRUNG)
    open_books.enter(book, TABLE, "D12", 40)
    free = GN_KIEMTRABIEU(cells, open_books.caller(book))
    assert free == GN_KIEMTRABIEU(cells)
    assert isinstance(free, list)
    wide = GN_KIEMTRABIEU(cells, open_books.caller(book, size=(12, 6)))
    assert isinstance(wide, list) and {len(row) for row in wide} == {6} and len(wide) == 12
    assert [row[:4] for row in wide[: len(free)]] == free and set(wide[-1]) == {""}
    low = GN_KIEMTRABIEU(cells, open_books.caller(book, size=(3, 4)))
    assert isinstance(low, list) and low[:2] == free[:2] and low[2][0].startswith(f"… còn {len(free) - 2} dòng nữa")
    clean = GN_GOIY(book.sheets[TABLE].range("A1:B2"), open_books.caller(book, size=(2, 2)))
    assert isinstance(clean, list) and len(clean) == 2


def test_a_percentage_is_known_by_its_format() -> None:
    book, cells = table(SON_TRUNG)
    sheet = book.impl.results[TABLE]
    for row in range(7, 21):
        for column in "EGIKMO":
            cell = sheet[f"{column}{row}"]
            if isinstance(cell.value, int | float):
                value = float(Decimal(str(cell.value)) / 100)
                open_books.enter(book, TABLE, cell.coordinate, value)
                book.impl.formulas[TABLE][cell.coordinate].number_format = "0.00%"
    assert GN_KIEMTRABIEU(cells) == CLEAN
    open_books.enter(book, TABLE, "E9", 0.0341)
    found = GN_KIEMTRABIEU(cells)
    assert isinstance(found, list) and [row[1:3] for row in found[1:] if row[0] == "LỖI"] == [["A04", "E9"]]
    assert "3,41%" in found[1][3] and "2,41%" in found[1][3]


def test_whole_columns_are_read_to_where_the_sheet_is_in_use() -> None:
    book, _ = table(SON_TRUNG)
    columns = book.sheets[TABLE].range((1, 1), (1_048_576, 15))
    assert GN_KIEMTRABIEU(columns) == CLEAN


@settings(max_examples=40, deadline=None, derandomize=True)
@given(layouts.options(), st.integers(0, 10**6), st.integers(2, 12), st.data())
def test_tables_of_any_layout_are_checked_by_their_values_alone(
    o: layouts.Options, seed: int, count: int, data: st.DataObject
) -> None:
    o = o._replace(total="last" if o.total == "none" else o.total)
    sheet = layouts.lay_out(layouts.figures(seed, count), o)
    height, width = (max(place[axis] for place in sheet.cells) for axis in (0, 1))

    def found() -> object:
        rows = [[sheet.cells.get((i + 1, j + 1)) for j in range(width)] for i in range(height)]
        return GN_KIEMTRABIEU([[float(v) if isinstance(v, int) else v for v in row] for row in rows])

    sound = found()
    assert sound == CLEAN or (isinstance(sound, list) and "LỖI" not in {row[0] for row in sound})
    places = [at for (name, code), at in sheet.places.items() if name.startswith("Thôn ") and "ty_le" not in code]
    at = data.draw(st.sampled_from(places))
    sheet.cells[at] = data.draw(st.integers(0, 999).filter(lambda typed: typed != sheet.cells.get(at, 0)))
    broken = found()
    assert isinstance(broken, list) and {"A02", "A03"} & {row[1] for row in broken}
