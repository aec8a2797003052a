"""The functions in cells: what officials see for values, ranges and everything odd that stands in a cell."""

from __future__ import annotations

import datetime
import inspect
import json
import os
import re
import subprocess
import sys
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_architecture import PURE

from xlplan.excel import functions, registry
from xlplan.excel.boundary import for_com
from xlplan.excel.functions import (
    GN_CUOIKY,
    GN_DACHIEU,
    GN_DOCSO,
    GN_DOCTIEN,
    GN_KIEMTRATONG,
    GN_NGAY,
    GN_SO,
    GN_TYLE,
    GN_UNICODE,
)
from xlplan.excel.values import CellError
from xlplan.packages.workbook import read_workbook
from xlplan.rates import rates_of, village_figures
from xlplan.sheets.reader import read
from xlplan.vietnamese.numbers import rate
from xlplan.vietnamese.words import parse_words

ROOT = Path(__file__).parent.parent
SON_TRUNG = ROOT / "workbooks" / "son_trung_2023.xlsx"
DIV0, VALUE, NA, NUM = "#DIV/0!", "#VALUE!", "#N/A", "#NUM!"
COUNTS = st.integers(0, 10**6)


# ---- rates ----------------------------------------------------------------------------------------------------


def test_a_rate_is_rounded_half_up() -> None:
    assert GN_TYLE(4, 128) == 3.13
    assert GN_TYLE(63.0, 1545.0) == 4.08
    assert GN_TYLE(1, 8, 0) == 13 and GN_TYLE(1, 3, 5) == 33.33333 and GN_TYLE(3, 3) == 100


@given(COUNTS, st.integers(1, 10**6), st.integers(0, 6))
def test_a_rate_is_that_of_decimal_arithmetic(part: int, whole: int, places: int) -> None:
    exact = (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    assert GN_TYLE(part, whole, places) == float(exact)
    assert GN_TYLE(float(part), str(whole), places) == float(exact)


@given(st.data(), st.integers(1, 6), st.integers(1, 6), st.booleans())
def test_a_range_of_rates_is_the_rate_of_each_cell(data: st.DataObject, height: int, width: int, column: bool) -> None:
    cells = st.one_of(COUNTS.map(float), COUNTS.map(float), COUNTS, st.sampled_from((None, "12", "x", -3.0, 2.5, True)))
    parts = data.draw(st.lists(st.lists(cells, min_size=width, max_size=width), min_size=height, max_size=height))
    whole = data.draw(st.lists(cells, min_size=height, max_size=height)) if column else data.draw(cells)
    found = GN_TYLE(parts, [[base] for base in whole] if isinstance(whole, list) else whole)
    bases = whole if isinstance(whole, list) else [whole] * height
    assert found == [[GN_TYLE(part, base) for part in row] for row, base in zip(parts, bases, strict=True)]


@given(st.lists(st.integers(0, 10**8), min_size=1, max_size=20), st.integers(1, 10**8))
def test_the_short_way_of_a_range_gives_what_the_rule_gives(parts: list[int], whole: int) -> None:
    wanted = [[float(rate(part, whole) or 0) for part in parts]]
    assert GN_TYLE([parts], whole) == GN_TYLE([[float(p) for p in parts]], float(whole)) == wanted


def test_every_rate_of_son_trung_agrees_with_the_rule_and_with_the_native_formula() -> None:
    submission = read(SON_TRUNG)
    workbook = read_workbook(SON_TRUNG)
    checked = 0
    for figures in village_figures(submission).values():
        for code, found in rates_of(figures).items():
            part, whole = found.part.value, found.whole.value
            assert part is not None and whole is not None
            assert Decimal(str(GN_TYLE(float(part), float(whole)))) == found.value
            printed = figures.get(code)
            assert printed is not None and printed.formula is not None and "ROUND" in printed.formula
            stored = next(s for s in workbook.sheets if s.name == printed.ref.sheet).cells[printed.ref[1:]]
            assert stored.value == found.value
            checked += 1
    assert checked == 66  # 11 villages, 6 rates each


def test_a_rate_without_a_part_is_blank_and_over_nothing_an_error() -> None:
    assert GN_TYLE(None, None) == GN_TYLE("", " ") == GN_TYLE(None, 128) == ""
    assert GN_TYLE(4, 0) == GN_TYLE(4, None) == GN_TYLE(0, 0) == DIV0
    assert GN_TYLE([[4], [None], [5]], [[128], [128], [None]]) == [[3.13], [""], [DIV0]]


def test_decimals_are_those_that_a_cell_can_show() -> None:
    assert GN_TYLE(1, 3, None) == GN_TYLE(1, 3, "") == GN_TYLE(1, 3, 2.9) == 33.33
    assert GN_TYLE(1, 3, -1) == GN_TYLE(1, 3, 16) == NUM
    assert GN_TYLE(1, 3, "hai") == VALUE
    assert GN_TYLE(1, 3, [[0, 1]]) == [[33, 33.3]]


# ---- sums -----------------------------------------------------------------------------------------------------


@given(COUNTS, COUNTS, COUNTS)
def test_the_end_is_start_less_decrease_plus_increase(start: int, decrease: int, increase: int) -> None:
    assert GN_CUOIKY(float(start), decrease, str(increase)) == start - decrease + increase
    assert GN_CUOIKY(start, decrease) == start - decrease
    assert GN_DACHIEU(start, float(increase)) == start + increase


def test_blanks_count_as_nothing_and_only_blanks_give_a_blank() -> None:
    assert GN_CUOIKY(None, None) == GN_CUOIKY("", "-", " ") == GN_DACHIEU(None, "") == ""
    assert GN_CUOIKY(63, None) == 63 and GN_CUOIKY(None, 12) == -12 and GN_DACHIEU(None, 69) == 69
    assert GN_CUOIKY([[63], [69], [None]], [[12], [15], [None]]) == [[51], [54], [""]]


def test_sums_of_decimals_leave_nothing_of_their_binary_form() -> None:
    assert GN_DACHIEU(0.1, 0.2) == 0.3
    assert GN_CUOIKY(0.3, 0.1, 0.1) == 0.3


@given(st.lists(COUNTS, min_size=1, max_size=12), st.integers(-5, 5))
def test_a_total_is_held_against_its_villages(villages: list[int], gap: int) -> None:
    total = sum(villages) + gap
    words = "Đúng" if not gap else f"Lệch {gap:+d}"
    assert GN_KIEMTRATONG([[v] for v in villages], total) == words
    assert GN_KIEMTRATONG([villages], total) == words
    assert GN_KIEMTRATONG([[v, v] for v in villages], [[total, sum(villages)]]) == [[words, "Đúng"]]
    assert GN_KIEMTRATONG([villages, villages], [[total], [sum(villages)]]) == [[words], ["Đúng"]]


def test_a_gap_is_written_as_documents_write_numbers() -> None:
    assert GN_KIEMTRATONG([[100], [None], ["-"]], 1645) == "Lệch +1.545"
    assert GN_KIEMTRATONG([[0.1], [0.2]], 0.3) == "Đúng"
    assert GN_KIEMTRATONG([[4.08]], 5) == "Lệch +0,92"


def test_a_total_that_is_blank_is_not_compared_as_in_the_workbook() -> None:
    assert GN_KIEMTRATONG([[1], [2]], None) == ""
    assert GN_KIEMTRATONG([[None], [None]], 0) == "Đúng"
    assert GN_KIEMTRATONG([[1, 2]], [[1, None]]) == [["Đúng", ""]]


def test_totals_that_do_not_match_the_range_are_missing() -> None:
    assert GN_KIEMTRATONG([[1, 2, 3]], [[1, 2]]) == [["Đúng", "Đúng", NA]]
    assert GN_KIEMTRATONG([[1, 2]], [[1, 2, 3]]) == [["Đúng", "Đúng", NA]]
    assert GN_KIEMTRATONG([[1], [2]], [[1], [2], [3]]) == [["Đúng"], ["Đúng"], [NA]]
    assert GN_KIEMTRATONG([[1, 2], [3, 4]], [[1, 2], [3, 4]]) == VALUE
    assert GN_KIEMTRATONG([[1], ["x"]], 1) == VALUE and GN_KIEMTRATONG([[1], [-2146826281]], 1) == DIV0


# ---- words ----------------------------------------------------------------------------------------------------


@given(st.integers(0, 10**15 - 1))
def test_a_number_in_words_reads_back(n: int) -> None:
    assert parse_words(str(GN_DOCSO(float(n)))) == n
    assert parse_words(str(GN_DOCTIEN(n))) == n


def test_numbers_and_money_in_words() -> None:
    assert GN_DOCSO(2021.0) == "hai nghìn không trăm hai mươi mốt"
    assert GN_DOCTIEN([[14904000.0], ["13 triệu đồng"], [None]]) == [
        ["Mười bốn triệu chín trăm linh bốn nghìn đồng"],
        ["Mười ba triệu đồng"],
        [""],
    ]
    assert GN_DOCSO(4.5) == GN_DOCTIEN(0.5) == GN_DOCSO("vài") == VALUE
    assert GN_DOCSO(1e15) == "một triệu tỷ"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (datetime.datetime(2026, 1, 5), "ngày 05 tháng 01 năm 2026"),
        (datetime.date(2024, 3, 29), "ngày 29 tháng 3 năm 2024"),
        (46027.0, "ngày 05 tháng 01 năm 2026"),
        (46027.75, "ngày 05 tháng 01 năm 2026"),
        ("05/01/2026", "ngày 05 tháng 01 năm 2026"),
        ("5/1/2026", "ngày 05 tháng 01 năm 2026"),
        ("2026-01-05", "ngày 05 tháng 01 năm 2026"),
        (16682, "ngày 02 tháng 9 năm 1945"),
        (None, ""),
        (2026.0, VALUE),  # a year, not the 2026th day
        ("01/2026", VALUE),
        ("31/02/2026", VALUE),
        ("hôm nay", VALUE),
        (True, VALUE),
        (0.0, NUM),
        (-5, NUM),
        (3_000_000, NUM),
        (datetime.datetime(1899, 12, 30, 8, 0), NUM),  # what COM makes of 8:00
    ],
)
def test_dates_are_written_by_the_decree(day: object, words: str) -> None:
    assert GN_NGAY(day) == words


def test_numbers_in_vietnamese_form() -> None:
    assert GN_SO([[1545.0, 4.08, 0.0, -12.5, None, "1,545"]]) == [["1.545", "4,08", "0", "-12,5", "", "1.545"]]
    assert [GN_SO(4, pad) for pad in (True, 1.0, False, None, "")] == ["04", "04", "4", "4", "4"]
    assert GN_SO(12, True) == "12" and GN_SO(4.5, True) == "4,5" and GN_SO(4, "có") == VALUE
    assert GN_SO(0.1 + 0.2) == "0,3" and GN_SO("4,08%") == VALUE


@given(st.decimals(min_value=-(10**8), max_value=10**8, places=3))
def test_a_number_in_vietnamese_form_reads_back(value: Decimal) -> None:
    written = str(GN_SO(float(value)))
    assert Decimal(written.replace(".", "").replace(",", ".")) == value
    assert re.fullmatch(r"-?\d{1,3}(\.\d{3})*(,\d*[1-9])?", written)


def test_old_letters_become_unicode_and_all_else_stays() -> None:
    assert GN_UNICODE("Tæng céng") == "Tổng cộng"
    assert GN_UNICODE("Toång coäng") == "Tổng cộng"
    assert GN_UNICODE("Hộ nghèo") == "Hộ nghèo"
    assert GN_UNICODE("Hộ nghèo") == "Hộ nghèo"  # in decomposed form
    assert GN_UNICODE([["Hé nghÌo", 63.0], [None, -2146826246]]) == [["Hộ nghèo", 63.0], ["", NA]]


def test_one_word_alone_is_decided_by_the_cells_around_it() -> None:
    assert GN_UNICODE("sè") == "sè"
    assert GN_UNICODE([["Tæng céng"], ["sè"]]) == [["Tổng cộng"], ["số"]]


# ---- whatever stands in a cell --------------------------------------------------------------------------------

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(),
    st.integers(-(10**40), 10**40),
    st.integers(-2146828288, -2146826190),
    st.text(max_size=12),
    st.sampled_from(("", " ", "-", "…", "12 hộ", "1.545", "1,234.5", "#N/A", "4,08%", "13 triệu đồng", "05/01/2026")),
    st.datetimes(),
    st.decimals(),
)
ROWS = st.lists(st.lists(ODD, max_size=4), max_size=4)
ANYTHING = st.one_of(
    ODD, st.lists(ODD, max_size=4), ROWS, st.lists(st.one_of(ODD, ROWS), max_size=3), st.just(object())
)
PLAIN = [f for f in registry.FUNCTIONS if not f.wants_caller]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PLAIN), st.data())
def test_whatever_stands_in_a_cell_no_function_raises_and_all_results_can_go_to_a_cell(
    entry: registry.Function, data: st.DataObject
) -> None:
    arguments = [data.draw(ANYTHING) for _ in entry.arguments]
    result: Any = getattr(functions, entry.name)(*arguments)
    cells = [cell for row in result for cell in row] if isinstance(result, list) else [result]
    for cell in cells:
        assert (
            not isinstance(cell, str) or "rror" not in cell or cell in map(str, arguments) or entry.name == "GN_UNICODE"
        )
        sent = for_com(cell)
        assert type(sent) in (bool, float, str)
        assert not isinstance(sent, float) or sent == sent
    if isinstance(result, list):
        assert len({len(row) for row in result}) == 1


@pytest.mark.parametrize("entry", PLAIN, ids=lambda entry: entry.name)
def test_an_error_in_is_the_same_error_out(entry: registry.Function) -> None:
    for code, error in ((-2146826281, DIV0), ("#REF!", "#REF!"), (CellError("#N/A"), NA)):
        result = getattr(functions, entry.name)(*[code] * len(entry.arguments))
        assert result == error and isinstance(result, CellError)


@pytest.mark.parametrize("entry", PLAIN, ids=lambda entry: entry.name)
def test_ragged_rows_are_a_value_error(entry: registry.Function) -> None:
    assert getattr(functions, entry.name)(*[[[1, 2], [3]]] * len(entry.arguments)) == VALUE


# ---- what the wizard, xlwings and a writer of wrappers are told ------------------------------------------------

RESERVED = frozenset(  # MS-VBAL 3.3.5: what a parameter of a VBA function cannot be called; "range" would hide a type
    """
    and any array as attribute boolean byref byte byval call case close const currency date debug decimal declare dim do
    double each else empty end enum erase eqv error event exit false for friend function get global gosub goto if imp
    implements in input integer is let like lock long loop lset me mod new next not nothing null on open option optional
    or paramarray preserve print private public put raiseevent range redim rem resume return rset seek select set shared
    single static stop string sub tab then to true type typeof unlock until variant wend while with withevents write xor
    """.split()  # noqa: SIM905 - one word after another reads better
)


def test_the_registry_is_the_functions_and_their_parameters() -> None:
    public = [name for name in vars(functions) if name.startswith("GN_")]
    assert sorted(public) == sorted(f.name for f in registry.FUNCTIONS)
    for entry in registry.FUNCTIONS:
        function = getattr(functions, entry.name)
        parameters = inspect.signature(function).parameters
        assert tuple(parameters) == entry.parameters
        optional = {name for name, p in parameters.items() if p.default is not p.empty}
        assert optional - {registry.CALLER} == {a.name for a in entry.arguments if a.optional}
        assert function.__doc__ == entry.help


def test_help_fits_the_wizard_and_names_fit_vba() -> None:
    for entry in registry.FUNCTIONS:
        assert 20 < len(entry.help) <= 255 and entry.help.endswith((".", "”."))
        assert re.fullmatch(r"GN_[A-Z]+", entry.name)
        for argument in entry.arguments:
            assert 10 < len(argument.help) <= 255 and argument.help.endswith(".")
            assert argument.name.isascii() and argument.name.isidentifier()
            assert argument.name not in RESERVED and argument.name != registry.CALLER


def windows(calls: list[tuple[str, list[object]]]) -> dict[str, Any]:
    """What xlwings' own code for Windows makes of the functions, with stand-ins for pywin32."""
    done = subprocess.run(
        [sys.executable, str(Path(__file__).parent / "windows_stubs.py")],
        input=json.dumps(calls),
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        check=True,
    )
    return dict(json.loads(done.stdout))


MISSING = -2147352572


@pytest.fixture(scope="module")
def on_windows() -> dict[str, Any]:
    return windows(
        [
            ("GN_TYLE", [4.0, 128.0, MISSING]),
            ("GN_TYLE", [[[3.0], [4.0], [None]], [[202.0], [0.0], [83.0]], MISSING]),
            ("GN_TYLE", [-2146826246, 128.0, MISSING]),
            ("GN_CUOIKY", [[[63.0, 69.0]], [[12.0, 15.0]], MISSING]),
            ("GN_SO", [4.0, True]),
            ("GN_DOCSO", [None]),
            ("GN_UNICODE", ["Tæng céng"]),
            ("GN_CHITIEU", ["ho_ngheo_dau_ky", MISSING, None]),
        ]
    )


def test_xlwings_on_windows_takes_the_registrys_names_and_help(on_windows: dict[str, Any]) -> None:
    assert set(on_windows["known"]) == set(registry.BY_NAME)
    for entry in registry.FUNCTIONS:
        found = on_windows["known"][entry.name]
        assert (found["category"], found["volatile"], found["help"]) == (registry.CATEGORY, entry.volatile, entry.help)
        told = [tuple(argument) for argument in found["arguments"] if argument[0] != registry.CALLER]
        assert told == [(a.name, a.help, a.optional) for a in entry.arguments]


def test_the_wrapper_of_xlwings_passes_what_the_registry_says(on_windows: dict[str, Any]) -> None:
    for entry in registry.FUNCTIONS:
        typed = ", ".join(f"Optional {a.name}" if a.optional else a.name for a in entry.arguments)
        passed = ", ".join("Nothing" if name == registry.CALLER else name for name in entry.parameters)
        assert f"Function {entry.name}({typed})\n" in on_windows["vba"]
        assert f'"{entry.name}", Array({passed})' in on_windows["vba"]


def test_results_go_to_com_as_rows_of_floats_and_texts(on_windows: dict[str, Any]) -> None:
    assert on_windows["results"] == [
        [[3.13]],
        [[1.49], [DIV0], [""]],
        [[NA]],
        [[51.0, 54.0]],
        [["04"]],
        [[""]],
        [["Tổng cộng"]],
        [[NA]],  # the stand-in for the calling workbook holds nothing
    ]


def test_importing_the_functions_loads_nothing_but_pure_rooms_and_xlwings() -> None:
    code = (
        "import sys, xlwings; before = set(sys.modules); import xlplan.excel.functions;"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", cwd=ROOT, check=True)
    loaded = done.stdout.split()
    assert "xlplan.excel.functions" in loaded
    for name in loaded:
        top, _, rest = name.partition(".")
        assert top == "xlplan" or top in sys.stdlib_module_names, name
        assert not rest or rest.split(".")[0] in (*PURE, "excel"), name


def test_the_registry_needs_no_xlwings() -> None:
    code = "import sys, xlplan.excel.registry, xlplan.excel.values; print('xlwings' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", cwd=ROOT, check=True)
    assert done.stdout.strip() == "False"
