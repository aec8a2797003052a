"""What a formula refers to, what form it has, and what it gives: the last held against the workbook's own engine."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlplan.formulas.forms import form_of, only_adds
from xlplan.formulas.reading import SLOT, is_broken, is_external, read_formula, repeated
from xlplan.formulas.results import UnknownError, result
from xlplan.packages.cells import Cell, Sheet
from xlplan.packages.workbook import Workbook
from xlplan.refs import MAX_ROW, address
from xlplan.sheets.recompute import fill_missing

REFERENCES = [
    ("D7", [("", 7, 4, 7, 4)]),
    ("$D$7+d$8", [("", 7, 4, 7, 4), ("", 8, 4, 8, 4)]),
    ("SUM(D7:D18,F7)", [("", 7, 4, 18, 4), ("", 7, 6, 7, 6)]),
    ("SUM(D18:D7)", [("", 7, 4, 18, 4)]),
    ("'Biểu chỉ tiêu'!D7*Sheet2!A1", [("Biểu chỉ tiêu", 7, 4, 7, 4), ("Sheet2", 1, 1, 1, 1)]),
    ("'Thôn ''A'''!B2", [("Thôn 'A'", 2, 2, 2, 2)]),
    ("SUM(D:D)", [("", 1, 4, MAX_ROW, 4)]),
    ('IF(A1="D7:D9 ""x""",1E5,2)', [("", 1, 1, 1, 1)]),
    ("LOG10(A1)+ATAN2(B1,C1)", [("", 1, 1, 1, 1), ("", 1, 2, 1, 2), ("", 1, 3, 1, 3)]),
    ("CT_ho_ngheo_dau_ky+TT_nam+ZZZ2024+X1_2", []),
    ("#REF!+A1", [("", 1, 1, 1, 1)]),
    ("1.5E3+2", []),
]


@pytest.mark.parametrize(("formula", "references"), REFERENCES)
def test_the_references_of_a_formula(formula: str, references: list[tuple[object, ...]]) -> None:
    found = read_formula(formula)
    assert found is not None
    assert [tuple(reference) for reference in found.references] == references
    assert found.skeleton.count(SLOT) == len(references)


@pytest.mark.parametrize("formula", ["[1]Sheet1!A1", "Bảng1[Hộ]", "A" * 3000, "SUM('C:\\x\\[y.xlsx]Z'!A1)"])
def test_what_is_no_plain_reference_is_left_alone(formula: str) -> None:
    assert read_formula(formula) is None


def test_other_workbooks_and_lost_cells_are_told_from_texts_and_tables() -> None:
    outside = ["[1]Sheet1!A1", "'[2]Biểu 1'!$D$9+1", "'C:\\kh\\[thon.xlsx]Biểu'!D9", "SUM([1]A!A1:A3)"]
    inside = ['"[1]Sheet1!A1"', "Bảng1[Hộ]", "Bảng1[[#This Row],[Hộ]]+Sheet1!A1", "A1"]
    assert [is_external(text) for text in outside + inside] == [True] * 4 + [False] * 4
    assert is_broken("SUM(A1,#REF!)")
    assert not is_broken('IF(A1="#REF!",1,2)')


def test_a_formula_is_repeated_down_or_across() -> None:
    assert repeated("ROUND(E7*100/$D7,2)", 7, 6, down=True) == f"ROUND(E{SLOT}*100/$D{SLOT},2)"
    assert repeated("ROUND(D9*100/D$8,2)", 10, 4, down=False) == f"ROUND({SLOT}9*100/{SLOT}$8,2)"
    for other in ("E7/D$7", "E7/D8", "SUM(E7:F7)", "Sheet1!E7", "2+3"):
        assert repeated(other, 7, 6, down=True) is None


def terms(formula: str) -> tuple[str, list[tuple[int, int]], list[int], Decimal] | None:
    """Kind, terms and base of a form, and its constant; coefficients as whole numbers."""
    found = read_formula(formula)
    form = form_of(found.skeleton) if found else None
    if form is None:
        return None
    return form.kind, [(int(n), s) for n, s in form.terms], [s for _, s in form.under], form.constant


FORMS = [
    ("SUM(D7:D18)", ("sum", [(1, 0)], [], 0)),
    ("D7+D8-D9", ("sum", [(1, 0), (1, 1), (-1, 2)], [], 0)),
    ("SUM(D7:D9,D12)+1", ("sum", [(1, 0), (1, 1)], [], 1)),
    ("SUBTOTAL(109,D7:D9)", ("sum", [(1, 0)], [], 0)),
    ("-(D7-D8)*1", ("sum", [(-1, 0), (1, 1)], [], 0)),
    ('IF(C19="","",N(C19)-C20)', ("sum", [(1, 1), (-1, 2)], [], 0)),
    ("ROUND(E7/D7*100,2)", ("rate", [(100, 0)], [1], 0)),
    ("E7*100/D7", ("rate", [(100, 0)], [1], 0)),
    ("(E7+F7)/D7", ("rate", [(1, 0), (1, 1)], [2], 0)),
    ('IF(AND(N(C7)>0,ISNUMBER(D7)),ROUND(D7*100/C7,2),"")', ("rate", [(100, 2)], [3], 0)),
    ("IFERROR(E7/D7,0)", ("rate", [(1, 0)], [1], 0)),
    ("AVERAGE(E7:E18)", ("mean", [(1, 0)], [], 0)),
]
NO_FORMS = ["3+4", "SUMIF(A1:A9,1)", "D7*E7", "D7/E7/F7", "IF(A1,B1,C1)", "MAX(A1:A3)", 'A1&"x"', "E7/D7+F7", "A1/0"]


@pytest.mark.parametrize(("formula", "wanted"), FORMS)
def test_the_form_of_a_formula(formula: str, wanted: tuple[object, ...]) -> None:
    assert terms(formula) == wanted


@pytest.mark.parametrize("formula", NO_FORMS)
def test_other_formulas_have_no_form(formula: str) -> None:
    assert terms(formula) is None


NUMBERS = st.sampled_from(["0", "1", "2", "0.5", "100", "7.25"])
CELLS = st.sampled_from(["A1", "A2", "A3", "A4", "A5"])
VALUES = st.one_of(
    st.none(), st.integers(-50, 900).map(Decimal), st.decimals(0, 99, places=2), st.sampled_from(["", "-"])
)


def expressions() -> st.SearchStrategy[str]:
    def deeper(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            st.tuples(inner, st.sampled_from("+-*/"), inner).map("".join),
            st.tuples(inner, st.sampled_from(["=", "<>", "<", ">="]), inner).map(lambda p: f"IF({''.join(p)},1,2)"),
            st.tuples(inner, inner, inner).map(lambda p: f"IF({p[0]}>0,{p[1]},{p[2]})"),
            inner.map(lambda p: f"ROUND({p},2)"),
            inner.map(lambda p: f'IFERROR({p},"")'),
            inner.map(lambda p: f"-({p})"),
            st.tuples(inner, inner).map(lambda p: f"SUM({','.join(p)})"),
            CELLS.map(lambda p: f"N({p})"),
            CELLS.map(lambda p: f'IF({p}="","",ISNUMBER({p}))'),
            st.tuples(st.sampled_from(["SUM", "MAX", "MIN", "COUNT", "AVERAGE"]), CELLS).map(
                lambda p: f"{p[0]}(A1:{p[1]},{p[1]})"
            ),
        )

    return st.recursive(st.one_of(CELLS, NUMBERS), deeper, max_leaves=8)


@settings(max_examples=600, deadline=None)
@given(expressions(), st.lists(VALUES, min_size=5, max_size=5))
def test_a_result_is_that_of_the_workbook_engine(formula: str, values: list[Decimal | str | None]) -> None:
    """Whatever is computed here is what the engine for formulas without results computes; else it is not known."""
    sheet = Sheet("Bảng")
    for i, value in enumerate(values, start=1):
        if value is not None:
            sheet.cells[i, 1] = Cell(i, 1, "n" if isinstance(value, Decimal) else "s", value)
    sheet.cells[9, 9] = Cell(9, 9, "", None, formula)
    book = Workbook("made.xlsx")
    book.sheets = [sheet]
    fill_missing(book)
    right = sheet.cells[9, 9]
    read = read_formula(formula)
    assert read is not None
    given_values = [values[r.row1 - 1] if r.is_single else tuple(values[r.row1 - 1 : r.row2]) for r in read.references]
    try:
        found = result(read.skeleton, given_values)
    except UnknownError:
        return
    if isinstance(found, Decimal) and right.kind == "n":
        assert abs(found - Decimal(str(right.value))) < Decimal("1e-9") * max(1, abs(found))
    elif found is None:
        assert (right.kind, right.value) == ("n", Decimal(0))
    else:
        assert found == right.value


def test_addresses_of_references_are_those_of_the_sheet() -> None:
    found = read_formula("SUM(AB12:AC$14)")
    assert found is not None
    (reference,) = found.references
    assert address(reference.row1, reference.column1) == "AB12"
    assert address(reference.row2, reference.column2) == "AC14"


SIGNS = st.lists(st.tuples(st.sampled_from("+-"), st.integers(-5000, 5000)), min_size=1, max_size=6)


@given(SIGNS, st.booleans(), st.sampled_from(("{}", "SUM({})", "ROUND({},0)", 'IF(TRUE,{},"")')))
def test_what_only_adds_gives_what_its_form_says(signed: list[tuple[str, int]], negative: bool, around: str) -> None:
    inner = "".join(sign + SLOT for sign, _ in signed)
    skeleton = around.format(f"-({inner})" if negative else inner)
    values = [Decimal(value) for _, value in signed]
    form = form_of(skeleton)
    assert form is not None
    assert only_adds(skeleton) is (around in ("{}", "SUM({})"))
    assert sum(times * values[slot] for times, slot in form.terms) == result(skeleton, values)
