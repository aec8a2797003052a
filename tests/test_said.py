"""Figures in sentences against the workbook and each other: C01, C03, C10-C12, C16."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_wording import plan

from xlplan import checks
from xlplan.checks import prose
from xlplan.checks.narrative.claims import Context, claims, places_of
from xlplan.checks.narrative.movements import _may_count as may_count
from xlplan.checks.narrative.movements import steps
from xlplan.checks.narrative.passages import _fill as fill
from xlplan.checks.narrative.shares import pairs
from xlplan.checks.narrative.words import plain_words
from xlplan.checks.numbering import Order, label_of
from xlplan.checks.said import c01, c03, c10, c11, c12, c16
from xlplan.checks.scope import PASSED, Case
from xlplan.messages import message
from xlplan.model import Submission, Text
from xlplan.pipeline import process
from xlplan.vietnamese.numbers import format_count, format_decimal, rate

MORE = {
    "giam_ho_can_ngheo": 9,
    "ho_can_ngheo_cuoi_ky": 51,
    "khau_ngheo_dau_ky": 98,
    "khau_can_ngheo_dau_ky": 201,
    "ho_ngheo_co_lao_dong": 19,
    "ho_ngheo_dtts": 3,
    "ho_co_kha_nang_thoat_ngheo": 30,
}
FIGURES = {
    "tong_so_ho": 8999,
    "tong_nhan_khau": 34398,
    "ho_ngheo_dau_ky": 40,
    "giam_ho_ngheo": 8,
    "ho_ngheo_cuoi_ky": 32,
    "ho_can_ngheo_dau_ky": 60,
    "ho_ngheo_khong_lao_dong": 21,
}


def findings(rule: checks.Rule, *lines: str, figures: dict[str, int] = FIGURES, **fields: str):
    return checks.run(plan(*lines, figures=figures, **fields), (rule,))[0]


def held(rule: checks.Rule, *lines: str, figures: dict[str, int] = FIGURES) -> int:
    """How many comparisons a rule made that held."""
    return sum(outcome == PASSED for outcome in rule(Case(plan(*lines, figures=figures))))


WORDS = (
    *("giảm", "tăng", "xuống", "còn", "năm 2024", "cuối năm 2024", "8%", "0,5 %", "8", "1.234", "hộ", "hộ nghèo"),
    *("hộ cận nghèo", "khẩu", "12/năm 2023", "a'năm 2022", "5-7%", "và", ",", ":", "\n", "toàn xã", "từ", "đến"),
)


@given(st.lists(st.sampled_from(WORDS), max_size=14))
def test_a_text_with_nothing_but_rates_and_years_claims_no_number_of_households(words: list[str]) -> None:
    text = " ".join(words)
    context = Context((2024, 2024), places_of("xã", "Bình An", "thôn", ["Mai Hà"]))
    counted = [claim for claim in claims(text, context) if claim.unit == "hộ"]
    assert not counted or may_count(text)


@given(st.lists(st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyÀỉ ’tỉuỷ", max_size=8), max_size=4))
def test_signs_make_no_other_name(parts: list[str]) -> None:
    name = " ".join(parts)
    assert plain_words(name) == plain_words(f"{name} !")  # which takes the general way


# ---- C01 ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Tổng số hộ nghèo đầu năm 2024 là 4 hộ", "40"),
        ("Hộ nghèo cuối năm 2023: 41 hộ", "40"),
        ("Xã có 8.989 hộ dân, trong đó 40 hộ nghèo", "8999"),
        ("Hộ nghèo cuối năm 2023 chiếm tỷ lệ 0,54%", "0.44"),
        ("Hộ nghèo cuối năm 2023 chiếm tỷ lệ 0,5%", "0.4"),
        ("Năm 2024 toàn xã giảm 9 hộ nghèo", "8"),
        ("Tổng số hộ nghèo, hộ cận nghèo đầu năm 2024 là 101 hộ", "100"),
        ("Hộ nghèo không có khả năng lao động: 12 hộ", "21"),
        ("Đầu năm 2024 có 06 hộ cận nghèo", "60"),
    ],
)
def test_a_number_that_is_not_the_workbooks_is_found(line: str, expected: str) -> None:
    found = findings(c01, line)
    assert [item.expected for item in found] == [expected]
    for lang in ("vi", "en"):
        assert message(found[0], lang).endswith(".")


@pytest.mark.parametrize(
    "line",
    [
        "Tổng số hộ nghèo đầu năm 2024 là 40 hộ, chiếm tỷ lệ 0,44%",
        "Toàn xã có 40 hộ nghèo; phấn đấu còn 32 hộ",
        "Hộ nghèo cuối năm 2023 chiếm 0,4%",
        "Hộ nghèo cuối năm 2023 chiếm 0,444%",
        "Cuối năm 2023 có 100 hộ nghèo, cận nghèo",
    ],
)
def test_a_number_that_is_the_workbooks_passes(line: str) -> None:
    assert findings(c01, line) == ()
    assert held(c01, line) > 0


def test_what_the_workbook_does_not_have_is_not_checked() -> None:
    found, missing = checks.run(plan("Đầu năm 2024 có 40 hộ nghèo", figures={"tong_so_ho": 100}), (c01,))
    assert found == ()
    assert [note.reason for note in missing] == ["missing"]


def test_placeholders_are_never_said_to_be_wrong_but_their_sentence_is_read() -> None:
    assert findings(c01, "Đầu năm {{nam}} có {{ho_ngheo_dau_ky}} hộ nghèo, chiếm {{ty_le_ho_ngheo_dau_ky}}") == ()
    found = findings(c01, "Cuối năm {{nam_truoc}} {{loai_don_vi}} có {{ho_ngheo_dau_ky}} hộ nghèo, chiếm 0,99%")
    assert [(item.actual, item.expected) for item in found] == [("0.99", "0.44")]


def test_a_rate_one_unit_off_is_a_warning() -> None:
    found = findings(c01, "Hộ nghèo cuối năm 2023 chiếm tỷ lệ 0,45%")
    assert [item.severity for item in found] == ["warning"]


def test_texts_without_typed_figures_load_nothing() -> None:
    assert not prose.states_figures("Giai đoạn 2021 - 2025, theo Quyết định số 24/2021/QĐ-TTg")
    assert not prose.states_figures("Có {{ho_ngheo_dau_ky}} hộ nghèo")
    for text in ("có 4 hộ", "35hộ", "hộ nghèo 4,08 %", "113\u00a0khẩu", "Hộ nghèo: 63"):
        assert prose.states_figures(text)


# ---- texts of real and of standard workbooks ----

WORKBOOKS = sorted([*(Path(__file__).parent.parent / "workbooks").glob("**/*.xlsx")])


def typed(path: Path) -> Submission:
    """The workbook with every placeholder of its texts typed out, as officials do; blank ones get figures first."""
    report = process(path).report
    assert report is not None
    found = report.submission
    if not found.situation or all(cell.value is None for cell in found.situation.values()):
        figures = plan(figures={**FIGURES, **MORE}).situation
        fields = {**found.fields, **{k: v for k, v in plan().fields.items() if k in ("loai_don_vi", "ten_don_vi")}}
        found = found._replace(situation=figures, tables=(), fields=fields)
    book = Case(found).sentences
    records = {
        sheet: tuple(
            row._replace(texts={k: Text(text.ref, fill(text.value, row, book)[0]) for k, text in row.texts.items()})
            for row in rows
        )
        for sheet, rows in found.records.items()
    }
    return found._replace(records=records)


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.stem)
def test_plans_whose_figures_are_typed_out_give_no_false_alarm(path: Path) -> None:
    submission = typed(path)
    assert [message(item) for item in checks.run(submission, (c01, c03, c10, c11, c12))[0]] == []


def test_most_figures_of_typed_plans_are_recognised() -> None:
    counted = {path.stem: sum(outcome == PASSED for outcome in c01(Case(typed(path)))) for path in WORKBOOKS}
    assert counted["son_trung_2023"] >= 14 and counted["phuoc_long_2024"] >= 4 and counted["giai-doan"] >= 4, counted


# ---- C03 ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "severity"),
    [
        ("Năm 2024 giảm 8 hộ nghèo (0,80%)", "error"),
        ("Tỷ lệ hộ nghèo giảm 25% trong năm 2024", "error"),
        ("Năm 2024 giảm 8 hộ nghèo (0,10%)", "warning"),  # 8 / 8.999 = 0,09, but 0,44 - 0,36 = 0,08
    ],
)
def test_a_decrease_in_per_cent_that_does_not_follow(line: str, severity: str) -> None:
    assert [item.severity for item in findings(c03, line)] == [severity]


@pytest.mark.parametrize(
    "line",
    [
        "Năm 2024 giảm 8 hộ nghèo (0,09%)",
        "Năm 2024 giảm 8 hộ nghèo, tương ứng giảm 0,08%",  # the difference of the printed rates
        "Tỷ lệ hộ nghèo giảm 0,1%",
        "Năm 2024 giảm 8 hộ nghèo (giảm 20%)",  # of the poor
        "Năm 2022 giảm 8 hộ nghèo (5,1%)",
        "Năm 2024 phấn đấu giảm trên 2% số hộ nghèo",
    ],
)
def test_a_decrease_in_per_cent_that_follows_or_is_of_something_else(line: str) -> None:
    assert findings(c03, line) == ()


# ---- C12 ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("15 hộ trên tổng số 1.545 hộ, chiếm 0,97%", True),
        ("15 hộ trên tổng số 1.545 hộ, chiếm 0,79%", False),
        ("4/8.999 hộ, chiếm tỷ lệ 0,04%", True),
        ("4/8.999 hộ (0,4%)", False),
        ("giảm được 10/10 hộ nghèo, đạt 100%", True),
        ("có 12 hộ, chiếm 19,05% trong tổng số 63 hộ", True),
        ("có 12 hộ, chiếm 19,5% trong tổng số 63 hộ", False),
        ("toàn xã có 1.545 hộ, trong đó 63 hộ nghèo với 113 khẩu, chiếm 4,08%", True),
        ("toàn xã có 1.545 hộ, trong đó hộ nghèo 63 hộ, chiếm 4,80%", False),
        ("toàn xã có 1.545 hộ, trong đó: 63 hộ nghèo (4,08%); 69 hộ cận nghèo (4,74%)", False),
        ("128 em, trong đó có 4 em trên tổng số 128 em bỏ học, chiếm 3,13%", True),
    ],
)
def test_percentages_beside_their_counts(text: str, holds: bool) -> None:
    assert all(pair.holds for pair in pairs(text)) is holds
    assert [*pairs(text)]


@pytest.mark.parametrize(
    "text",
    [
        "hỗ trợ 15 hộ trên địa bàn 11 thôn, đạt 100%",
        "giảm 12 hộ trên tổng số 63 hộ, đạt 100% kế hoạch",
        "15 hộ trên tổng số 1.545 hộ, tăng 0,5%",
        "toàn xã có 1.545 hộ, trong đó 63 hộ nghèo, giảm 0,78%",
        "toàn xã có 1.545 hộ, trong đó thôn Mai Hà có 202 hộ, 3 hộ nghèo chiếm 1,49%",
        "có 15 hộ trong năm 2023, đạt 90%",
        "24/2021/QĐ-TTg, 100%",
        "xã có 1.545 hộ, 5.128 nhân khẩu, trong đó 40 hộ dân tộc Chứt với 150 khẩu, chiếm 2,93%",
        "63 hộ nghèo, trên 90% có việc làm",
        "lao động qua đào tạo đạt 65% trên tổng số lao động",
    ],
)
def test_percentages_of_something_else_make_no_pair(text: str) -> None:
    assert [*pairs(text)] == []


@given(st.integers(0, 5000), st.integers(1, 5000), st.integers(0, 3), st.booleans())
def test_a_rate_half_up_always_holds_and_two_units_more_never(part: int, rest: int, places: int, among: bool) -> None:
    whole = part + rest
    exact = rate(part, whole, places)
    assert exact is not None
    for shown, holds in ((exact, True), (exact + 2 * Decimal(1).scaleb(-places), False)):
        percent = format_decimal(shown, places)
        text = (
            f"Toàn xã có {format_count(whole)} hộ, trong đó {format_count(part)} hộ nghèo, chiếm {percent}%."
            if among
            else f"Có {format_count(part)} em trên tổng số {format_count(whole)} em, chiếm {percent}%."
        )
        assert [pair.holds for pair in pairs(text)] == [holds]


def test_a_rate_after_a_part_of_the_poor_may_be_of_all_households() -> None:
    assert findings(c12, "Toàn xã còn 40 hộ nghèo, trong đó 8 hộ đăng ký thoát nghèo (0,09%)") == ()
    assert findings(c12, "Toàn xã còn 40 hộ nghèo, trong đó 8 hộ đăng ký thoát nghèo (20%)") == ()
    assert len(findings(c12, "Toàn xã còn 40 hộ nghèo, trong đó 8 hộ đăng ký thoát nghèo (2%)")) == 1


def test_one_unit_in_the_last_place_is_a_warning() -> None:
    texts = ("15 hộ trên tổng số 1.545 hộ, chiếm 0,98%", "15 hộ trên tổng số 1.545 hộ, chiếm 0,99%", "4/10 em, đạt 41%")
    assert [findings(c12, text)[0].severity for text in texts] == ["warning", "error", "error"]


# ---- C11 ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("giảm từ 63 hộ xuống 70 hộ", "xuống"),
        ("tăng từ 5% xuống 4%", "tăng"),
        ("giảm 2 hộ, từ 51 lên 53", "giảm"),
        ("tỷ lệ hộ nghèo giảm từ 4,08% năm 2022 xuống còn 4,30% năm 2023", "xuống còn"),
        ("nâng tỷ lệ lao động qua đào tạo từ 65% lên 60%", "lên"),
        ("thu nhập tăng từ 50 triệu đồng đến 45 triệu đồng", "tăng"),
        ("giảm từ 63 hộ xuống 63 hộ", "xuống"),
    ],
)
def test_words_that_do_not_agree_with_their_figures(text: str, word: str) -> None:
    assert [step.word for step in steps(text)] == [word]


@pytest.mark.parametrize(
    "text",
    [
        "giảm từ 63 hộ xuống còn 51 hộ",
        "giảm 12 hộ, từ 63 xuống 51 hộ",
        "tăng từ 60% năm 2022 lên 65% năm 2023",
        "mỗi năm giảm từ 1 đến 1,5%",
        "giảm từ 1% - 1,5%/năm",
        "từ năm 2021 đến năm 2025 giảm dần",
        "trẻ em từ 5 đến dưới 16 tuổi, lao động từ 30 đến 60 tuổi tăng",
        "tăng cường hỗ trợ từ 20 hộ xuống 15 hộ",
        "giảm từ 5 hộ trở lên, còn 12 hộ",
        "từ 1.000 hộ xuống 900 hộ",
        "vốn vay tăng từ 900 triệu đồng lên 2 tỷ đồng",
        "mức trợ cấp tăng từ 270.000 đồng lên 1,5 triệu đồng",
        "mức trợ cấp tăng từ 270.000 lên 360 nghìn đồng",
        "từ 950 hộ lên 1.020 hộ",
        "giảm 12 hộ nghèo, thu nhập bình quân tăng từ 40 lên 45 triệu đồng",
        "tăng 3 tiêu chí, số hộ nghèo từ 63 hộ xuống 51 hộ",
    ],
)
def test_words_that_agree_or_say_nothing_of_a_direction(text: str) -> None:
    assert [step for step in steps(text) if step.word] == []


def test_directions_are_held_against_placeholders_too() -> None:
    line = "Tỷ lệ hộ nghèo tăng từ {{ty_le_ho_ngheo_dau_ky}} lên {{ty_le_ho_ngheo_cuoi_ky}}"
    assert len(findings(c11, line)) == 1
    assert findings(c11, line.replace("tăng", "giảm").replace("lên", "xuống còn")) == ()


def test_a_rise_of_as_many_as_the_workbook_cuts_is_the_wrong_word() -> None:
    found = findings(c11, "Năm 2024 số hộ nghèo toàn xã tăng 8 hộ")
    assert [item.actual for item in found] == ["tăng"]
    assert "40 → 32" in message(found[0])
    assert findings(c11, "Năm 2024 số hộ nghèo toàn xã giảm 8 hộ") == ()


# ---- C10 ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind", "last"),
    [
        ("II. NỘI DUNG", "roman", 2),
        ("IV) Kinh phí", "roman", 4),
        ("4.3. Dự án", "number", 3),
        ("5.1 Tiểu dự án 1", "number", 1),
        ("10. Đoàn Thanh niên", "number", 10),
        ("đ) Công an", "letter", 5),
    ],
)
def test_numbers_before_headings_are_read(text: str, kind: str, last: int) -> None:
    label = label_of(text)
    assert label is not None
    assert (label.kind, label.last) == (kind, last)


@pytest.mark.parametrize(
    "text",
    ["1.545 hộ dân", "2024 là năm", "63 hộ nghèo", "4,08% số hộ", "05 hộ", "1.5 ha", "Vì người nghèo", "a dua", ""],
)
def test_figures_and_words_are_no_numbers_of_headings(text: str) -> None:
    assert label_of(text) is None


@pytest.mark.parametrize(
    ("labels", "faults"),
    [
        ("I. A|II. B|III. C", 0),
        ("I. A|II. B|II. C", 1),  # An Dương
        ("3.1. A|3.2. B|4.1. C|4.3. D", 1),  # Long An
        ("1. A|1.1. B|1.2. C|2. D|2.1. E", 0),
        ("1. A|2. B|1. C|2. D", 0),
        ("a) A|b) B|c) C|d) D|đ) E|e) G", 0),
        ("1. A|3. B", 1),
        ("5. A|6. B", 0),
    ],
)
def test_lists_of_typed_numbers(labels: str, faults: int) -> None:
    order = Order()
    found = [label_of(text) for text in labels.split("|")]
    assert sum(order.fault(label) is not None for label in found if label) == faults


def test_untyped_rows_between_typed_ones_count_as_steps() -> None:
    order = Order()
    first, third = label_of("1. A"), label_of("3. B")
    assert first is not None and third is not None
    assert order.fault(first) is None
    order.between += 1
    assert order.fault(third) is None


@given(st.lists(st.integers(1, 40), max_size=12))
def test_only_steps_of_one_and_new_lists_are_in_order(numbers: list[int]) -> None:
    order, before = Order(), None
    for number in numbers:
        label = label_of(f"{number}. Mục")
        assert label is not None
        good = before is None or number == before + 1 or (number == 1 and before > 1)
        assert (order.fault(label) is None) is good
        before = number


def test_lines_of_a_text_without_numbers_are_fine() -> None:
    assert findings(c10, "Rà soát hộ nghèo.\nTập huấn.\n1.545 hộ dân.") == ()


# ---- C16 ---------------------------------------------------------------------------------------------------


def left(line: str) -> list[tuple[str, str]]:
    last_year = plan(figures={**FIGURES, "ho_ngheo_dau_ky": 52, "ho_ngheo_cuoi_ky": 40}, ky="2023")
    found = checks.run(plan(line, figures=FIGURES), (c16,), previous=last_year)[0]
    return [(item.actual, item.expected) for item in found]


def test_a_figure_of_last_year_was_left_behind() -> None:
    assert left("Đầu năm 2024 toàn xã có 52 hộ nghèo") == [("52", "40")]
    assert left("Tổng số hộ nghèo đầu năm 2024 là 52 hộ, chiếm 0,58%") == [("52", "40"), ("0.58", "0.44")]


def test_history_this_years_figures_and_slips_are_not_left_behind() -> None:
    assert left("Cuối năm 2022 toàn xã có 52 hộ nghèo") == []
    assert left("Đầu năm 2024 toàn xã có 40 hộ nghèo") == []
    assert left("Đầu năm 2024 toàn xã có 41 hộ nghèo") == []
    assert left("Đầu năm 2024 toàn xã có 60 hộ cận nghèo") == []


def test_without_last_years_workbook_the_rule_is_not_checked() -> None:
    assert checks.run(plan("Đầu năm 2024 có 52 hộ nghèo", figures=FIGURES), (c16,))[1][0].reason == "nothing"


@pytest.mark.parametrize(
    "text",
    ["a) A\nb) B\nc) C\nd) D\ne) E", "1) Rà soát; 2) Tập huấn;\n3) Hỗ trợ", "1. Vay vốn; theo mục 5. Nhà ở\n2. Nhà ở"],
)
def test_lists_as_people_number_them_are_in_order(text: str) -> None:
    assert findings(c10, text) == ()


def test_a_letter_left_out_elsewhere_is_found() -> None:
    assert len(findings(c10, "a) A\nb) B\nd) D")) == 1
