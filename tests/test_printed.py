"""Formulas printed under headings: every way of writing them is read, junk is refused and never raises."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlplan.checks.printed import Mark, Number, parse

VALUES = {str(n): Fraction(n * n + 3, n) for n in range(1, 30)} | {"a": Fraction(7), "b": Fraction(-2, 3)}


@pytest.mark.parametrize(
    "text",
    [
        *("3/1*100", "3:1x100", "(3)/(1)*100", "3 ÷ 1 × 100", "=3/1*100", "4=3/1*100", "(4) = (3)/(1)*100"),
        *(
            "3*100/1",
            "3x100:1",
            "100*3/1",
            "[3]:[1]×100",
            "(3/1)*100",
            "3/1*100 %",
            "３/1*100".translate({0xFF13: "3"}),
        ),
    ],
)
def test_a_rate_is_read_however_it_is_written(text: str) -> None:
    formula = parse(text)
    assert formula is not None and formula.is_quotient and formula.has_hundred
    assert formula.value({"1": Fraction(128), "3": Fraction(4)}) == Fraction(25, 8)
    assert set(formula.marks({"1": 0, "3": 1})) == {"1", "3"}


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("1-2-3-4+5+6+7+8", {"1": 1, "2": -1, "3": -1, "4": -1, "5": 1, "6": 1, "7": 1, "8": 1}),
        ("1–2−3", {"1": 1, "2": -1, "3": -1}),
        ("1-(2+3)", {"1": 1, "2": -1, "3": -1}),
        ("a + b", {"a": 1, "b": 1}),
        ("3+4+…+7", {"3": 1, "4": 1, "5": 1, "6": 1, "7": 1}),
        ("3 + ... + 5", {"3": 1, "4": 1, "5": 1}),
        ("1a+1b", {"1a": 1, "1b": 1}),
    ],
)
def test_sums_and_differences_have_a_sign_for_each_column(text: str, signs: dict[str, int]) -> None:
    formula = parse(text)
    assert formula is not None and not formula.is_quotient
    assert formula.signs() == signs


@pytest.mark.parametrize(
    "text",
    [
        "",
        "=",
        "1+",
        "*3",
        "(1+2",
        "1+2)",
        "()",
        "SUM(3:14)",
        "tổng các cột",
        "1 2",
        "3+…",
        "5+…+3",
        "1=2=3",
        "²",
        "+" * 400,
    ],
)
def test_what_is_no_formula_is_refused(text: str) -> None:
    assert parse(text) is None


def test_a_hundred_is_a_column_where_one_has_that_mark() -> None:
    formula = parse("100+2")
    assert formula is not None
    assert formula.marks({"2": 0}) == ("2",) and formula.value({"2": Fraction(5)}) == 105
    assert formula.marks({"100": 0, "2": 1}) == ("100", "2")
    assert formula.value({"100": Fraction(1), "2": Fraction(5)}) == 6


def test_a_division_by_nothing_or_an_unknown_column_has_no_value() -> None:
    quotient, unknown = parse("3/1*100"), parse("3+17")
    assert quotient is not None and quotient.value({"3": Fraction(4), "1": Fraction(0)}) is None
    assert unknown is not None and unknown.value({"3": Fraction(4)}) is None
    assert unknown.marks({"3": 0}) == ("3", "17")


spaces = st.sampled_from(["", "", " ", "  "])


@st.composite
def expressions(draw: st.DrawFn, depth: int = 0) -> tuple[str, Fraction | None]:
    """A random formula in random spelling with its value, ``None`` where it divides by nothing."""
    kind = draw(st.sampled_from(["mark", "mark", "brackets", "sum", "product"])) if depth < 4 else "mark"
    if kind == "mark":
        mark = draw(st.sampled_from(sorted(VALUES)))
        shown = draw(st.sampled_from([mark, f"({mark})", f" {mark}", mark.upper()]))
        return shown, VALUES[mark]
    left, a = draw(expressions(depth + 1))
    right, b = draw(expressions(depth + 1))
    one, other = draw(spaces), draw(spaces)
    if kind == "brackets":
        opened, closed = draw(st.sampled_from(["()", "[]", "{}"]))
        return f"{opened}{left}{one}{closed}", a
    operator, spelt = draw(
        st.sampled_from(
            [("+", "+"), ("-", "-"), ("-", "–")]
            if kind == "sum"
            else [("*", "*"), ("*", "×"), ("*", " x "), ("/", "/"), ("/", ":")]
        )
    )
    text = f"({left}){one}{spelt}{other}({right})"
    if a is None or b is None or (operator == "/" and not b):
        return text, None
    values = {"+": a + b, "-": a - b, "*": a * b}
    return text, a / b if operator == "/" else values[operator]


@given(expressions(), st.sampled_from(["", "=", "9=", "(9) = "]))
def test_what_is_written_is_what_is_computed(expression: tuple[str, Fraction | None], before: str) -> None:
    text, value = expression
    formula = parse(before + text) if len(text) < 250 else None
    if formula is not None:
        assert formula.value(VALUES) == value
    else:
        assert len(text) >= 250 or text.count("(") > 20


@given(st.text(max_size=400) | st.text("0123456789abx+-*/:=()[]{}%., …\u00a0", max_size=400))
def test_junk_never_raises(text: str) -> None:
    formula = parse(text)
    if formula is not None:
        assert all(isinstance(step, Mark | Number) or step in "+-*/neg" for step in formula.steps)
        value = formula.value(dict.fromkeys(formula.marks({}), Fraction(1)))
        assert value is None or value == formula.value(dict.fromkeys(formula.marks({}), Fraction(1)))


@given(st.permutations(range(2, 12)), st.lists(st.sampled_from("+-"), min_size=10, max_size=10))
def test_the_signs_of_a_sum_give_its_value(columns: list[int], signs: list[str]) -> None:
    formula = parse("1" + "".join(sign + str(column) for sign, column in zip(signs, columns, strict=True)))
    assert formula is not None
    weights = formula.signs()
    assert weights is not None
    assert formula.value(VALUES) == sum((VALUES[mark] * sign for mark, sign in weights.items()), Fraction(0))
