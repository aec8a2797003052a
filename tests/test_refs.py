"""Addresses, merged ranges, moved formulas, formats, days: the small exact pieces of the room."""

import datetime
import subprocess
import sys
import time
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from openpyxl.formula.translate import Translator
from openpyxl.styles.numbers import is_date_format as openpyxl_is_date
from openpyxl.utils import get_column_letter

from xlplan import refs
from xlplan.packages.cells import Range
from xlplan.packages.dates import as_date
from xlplan.packages.display import displayed
from xlplan.packages.formulas import SharedFormula
from xlplan.packages.styles import is_date_format, is_percent_format
from xlplan.packages.workbook import Cell, Sheet


@given(st.integers(1, refs.MAX_ROW), st.integers(1, refs.MAX_COLUMN))
def test_an_address_leads_back_to_its_row_and_column(row: int, column: int) -> None:
    text = refs.address(row, column)
    assert text == f"{get_column_letter(column)}{row}"
    assert refs.parse_address(text) == refs.parse_address(text.lower()) == (row, column)
    assert refs.parse_address(f"${refs.column_letters(column)}${row}") == (row, column)


@pytest.mark.parametrize("text", ["", "A", "1", "A0", "A01", "XFE1", "A1048577", "A1:B2", "Á1", "A 1", "A١", "ıA1"])
def test_what_is_no_address_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match="no "):
        refs.parse_address(text)


@pytest.mark.parametrize(("row", "column"), [(0, 1), (1, 0), (1_048_577, 1), (1, 16_385)])
def test_there_is_no_address_outside_the_sheet(row: int, column: int) -> None:
    with pytest.raises(ValueError, match="no "):
        refs.address(row, column)


def test_ranges_and_sheet_names_are_written_as_in_formulas() -> None:
    assert refs.parse_range("B2:A10") == (2, 1, 10, 2)
    assert refs.parse_range("$C$3") == (3, 3, 3, 3)
    assert refs.qualify("Biểu chỉ tiêu", "D9") == "'Biểu chỉ tiêu'!D9"
    assert refs.qualify("Nhà 'A'", "D9") == "'Nhà ''A'''!D9"


def sheet_with(merged: list[Range]) -> Sheet:
    sheet = Sheet("S")
    sheet.merged = merged
    return sheet


EDGE = st.integers(1, 12)


@given(st.lists(st.tuples(EDGE, EDGE, EDGE, EDGE), max_size=12))
def test_merges_answer_as_a_search_through_all_of_them(corners: list[tuple[int, int, int, int]]) -> None:
    merged: list[Range] = []
    covered: dict[tuple[int, int], Range] = {}
    for row1, column1, row2, column2 in corners:
        one = (min(row1, row2), min(column1, column2), max(row1, row2), max(column1, column2))
        cells = [(r, c) for r in range(one[0], one[2] + 1) for c in range(one[1], one[3] + 1)]
        if not any(cell in covered for cell in cells):
            merged.append(one)
            covered.update(dict.fromkeys(cells, one))
    sheet = sheet_with(merged)
    for row in range(1, 14):
        for column in range(1, 14):
            assert sheet.merge_at(row, column) == covered.get((row, column))
            assert sheet.anchor(row, column) == covered.get((row, column), (row, column))[:2]


def test_ten_thousand_merges_some_of_them_huge_are_searched_quickly() -> None:
    merged: list[Range] = [(1, column, refs.MAX_ROW, column + 1) for column in range(1, 200, 2)]
    merged += [(row, 300, row, refs.MAX_COLUMN) for row in range(1, 5001)]
    merged += [(row, 202, row + 1, 203) for row in range(1, 10_000, 2)]
    sheet = sheet_with(merged)
    start = time.perf_counter()
    assert sheet.anchor(900_000, 4) == (1, 3)
    assert sheet.anchor(77, 16_000) == (77, 300)
    assert sheet.merge_at(78, 203) == (77, 202, 78, 203)
    for row in range(1, 20_000):
        assert sheet.merge_at(row, 201) is None
    assert time.perf_counter() - start < 2


def test_merges_that_overlap_do_not_make_the_search_slow() -> None:
    sheet = sheet_with([(1, 1, 1000 + n, 1000) for n in range(20_000)])
    assert sheet.anchor(5, 5) == (1, 1)
    start = time.perf_counter()
    for column in range(1, 2000):
        sheet.merge_at(2000, column)
    assert time.perf_counter() - start < 1


REFERENCE = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", "$"]),
    st.sampled_from(["A", "B", "Z", "AA", "XFD", "XFA"]),
    st.sampled_from(["", "$"]),
    st.sampled_from([1, 7, 99, 1_048_000]),
)
PIECE = st.one_of(
    REFERENCE,
    st.builds("{}:{}".format, REFERENCE, REFERENCE),
    st.sampled_from(
        [
            "$A:B", "C:$D", "1:3", "$2:4", "Sheet1!A1", "'Biểu 1'!$B2", "'A1 ''B2'''!C3:D4", '"A1 ""B2"" x"',
            "#REF!", "#N/A", "LOG10(A1)", "tong_ho", "Thôn1", "A1B", "_A1", "TRUE", "1.5E+10", "A1.B2",
            "ABCD1", "IF(A1>1,B2,)", "SUM(A1:B2,C3)", "Thôn!B2", "(A1+1)%", "12", "{1,2;3,4}",
        ]
    ),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.lists(PIECE, min_size=1, max_size=5),
    st.sampled_from("+-*/&=<>,^ "),
    st.integers(0, 9),
    st.integers(0, 2),
)
def test_a_shared_formula_moves_as_openpyxl_moves_it(pieces: list[str], sign: str, down: int, right: int) -> None:
    formula = sign.join(pieces)
    moved = SharedFormula(formula, 5, 3).at(5 + down, 3 + right)
    assume("#REF!" not in moved.replace("#REF!", "", formula.count("#REF!")))
    assert moved == Translator(f"={formula}", "C5").translate_formula(refs.address(5 + down, 3 + right))[1:]


@pytest.mark.parametrize(
    ("formula", "moved"),
    [
        ("A1", "#REF!"),
        ("$A$1:B3", "$A$1:C2"),
        ("Bảng[Số hộ]+B5", "Bảng[Số hộ]+C4"),
        ("[1]Sheet1!B5", "[1]Sheet1!C4"),
        ("a5+$b5", "B4+$B4"),
        ("The\u0302n5", "The\u0302n5"),
        ("XFE5", "XFE5"),
        ("A1048577", "A1048577"),
        ("XFD5", "#REF!"),
        ('"', '"'),
        ("", ""),
    ],
)
def test_references_move_up_and_to_the_right(formula: str, moved: str) -> None:
    assert SharedFormula(formula, 5, 2).at(4, 3) == moved


@given(st.text(alphabet="AB1$:!'\"#()[]{},+ Ệ", max_size=25))
def test_no_formula_breaks_the_translation(formula: str) -> None:
    assert isinstance(SharedFormula(formula, 5, 2).at(4, 3), str)


@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ("General", "4.5", "4,5"),
        ("General", "2725", "2725"),
        ("General", "0.333333333333333", "0,333333333"),
        ("General", "123456.7890125", "123456,789"),
        ("General", "1E+21", "1000000000000000000000"),
        ("General", "-0.5", "-0,5"),
        ("General", "-1E-20", "0"),
        ("0", "2.5", "3"),
        ("0", "-0.4", "0"),
        ("0", "-2.5", "-3"),
        ("0.00", "4.085", "4,09"),
        ("#,##0", "2725", "2.725"),
        ("#,##0", "999", "999"),
        ("#,##0.00", "-1234567.005", "-1.234.567,01"),
        ("0%", "0.125", "13%"),
        ("0.00%", "0.0408", "4,08%"),
        ("0.00%", "0.04085", "4,09%"),
        ("@", "12", "12"),
        ("#,##0_);(#,##0)", "1234", "1.234"),
        ("#,##0_);(#,##0)", "-1234", "-1234"),
        ('_(* #,##0_);_(* \\(#,##0\\);_(* "-"_);_(@_)', "1234", "1.234"),
        ('0" hộ"', "12", "12"),
        ("dd/mm/yyyy", "45292", "45292"),
        ("0.00E+00", "12.5", "12,5"),
    ],
)
def test_a_number_is_displayed_as_a_person_sees_it(code: str, value: str, text: str) -> None:
    assert displayed(Cell(1, 1, "n", Decimal(value), None, code)) == text


def test_other_values_are_displayed_too() -> None:
    cells = (Cell(1, 1, "s", " x "), Cell(1, 1, "b", True), Cell(1, 1, "", None), Cell(1, 1, "e", "#N/A"))
    assert [displayed(cell) for cell in cells] == [" x ", "TRUE", "", "#N/A"]
    number = Cell(1, 1, "n", Decimal("1234.5"), None, "#,##0.00")
    assert displayed(number, decimal=".", thousands=",") == "1,234.50"


@given(st.text(alphabet='dmyhsGeneral0#.,%"\\[]_*;@ -/:Rdx', max_size=14))
def test_dates_are_told_by_their_format_as_in_openpyxl(code: str) -> None:
    assume(not any(sign in code for sign in '"\\_*[]') and "General" not in code)
    assert is_date_format(code) == bool(openpyxl_is_date(code))


@pytest.mark.parametrize(
    ("code", "date", "percent"),
    [
        ("0%", False, True),
        ('0"%"', False, False),
        ("0\\%", False, False),
        ("[$-42A]dd mmmm yyyy", True, False),
        ("[Red]0", False, False),
        ("[hh]:mm", True, False),
        ('0 "đầu năm"', False, False),
        ("_d0", False, False),
        ("General", False, False),
        ("0.00%;[Red]-0.00%", False, True),
    ],
)
def test_quotes_and_brackets_do_not_make_a_date_or_a_percentage(code: str, date: bool, percent: bool) -> None:
    assert (is_date_format(code), is_percent_format(code)) == (date, percent)


@pytest.mark.parametrize(
    ("value", "date1904", "day"),
    [
        (Decimal(1), False, (1900, 1, 1)),
        (Decimal(59), False, (1900, 2, 28)),
        (Decimal(60), False, None),
        (Decimal(61), False, (1900, 3, 1)),
        (Decimal("45292.99"), False, (2024, 1, 1)),
        (Decimal(43830), True, (2024, 1, 1)),
        (Decimal(2_958_465), False, (9999, 12, 31)),
        (Decimal(2_958_465), True, None),
        (Decimal("0.5"), False, None),
        (Decimal(-1), False, None),
        ("2024-01-01T08:00:00", False, (2024, 1, 1)),
        ("hôm nay", False, None),
        (True, False, None),
        (None, False, None),
    ],
)
def test_days_are_counted_as_excel_counts_them(
    value: Decimal | str | bool | None, date1904: bool, day: tuple[int, int, int] | None
) -> None:
    assert as_date(value, date1904=date1904) == (datetime.date(*day) if day else None)


def test_the_reader_loads_no_other_library() -> None:
    code = "import sys; import xlplan.packages.workbook; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {"lxml.etree", "openpyxl", "dataclasses", "datetime", "numpy"}.isdisjoint(loaded)
