"""The official review forms: each is known by its headings, however a commune writes them, and no plan is one."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import build
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlplan import catalogue, checks
from xlplan.catalogue import reviews
from xlplan.checks.relations import Ratio, Relation, stated
from xlplan.checks.scope import Case
from xlplan.messages import message
from xlplan.model import Cell, CellRef, Line, Submission, Table, Text, Unit
from xlplan.pipeline import process
from xlplan.sheets.labels import Years, code_of
from xlplan.sheets.reviews import recognise

YEARS = Years(2022, 2023)
FLOW = ("dau", "thanh_can_ngheo", "vuot", "khac", "tu_can_ngheo", "tai", "moi", "khac_tang", "cuoi")
POOR = (
    "ho_ngheo_dau_ky",
    "ngheo_thanh_can_ngheo",
    "ngheo_vuot_chuan_can_ngheo",
    "giam_khac_ho_ngheo",
    "can_ngheo_thanh_ngheo",
    "tai_ngheo",
    "phat_sinh_ho_ngheo",
    "tang_khac_ho_ngheo",
    "ho_ngheo_cuoi_ky",
)
NEAR_POOR = (
    "ho_can_ngheo_dau_ky",
    "thoat_can_ngheo",
    "can_ngheo_thanh_ngheo",
    "giam_khac_ho_can_ngheo",
    "ngheo_thanh_can_ngheo",
    "tai_can_ngheo",
    "phat_sinh_ho_can_ngheo",
    "tang_khac_ho_can_ngheo",
    "ho_can_ngheo_cuoi_ky",
)
LACKS = tuple(lack.code for lack in reviews.shortages_of(2023))


def lines_of(*headings: str) -> list[Line]:
    """Lines with these headings (levels joined by ``>``), coded as any table's are."""
    paths = [tuple(level.strip() for level in heading.split(">")) for heading in headings]
    return [Line(code_of(p, YEARS), p, CellRef("S", 2, j + 3), j + 3) for j, p in enumerate(paths)]


def form_of(title: str, *headings: str) -> tuple[str, tuple[str | None, ...]]:
    found = recognise(lines_of(*headings), title, YEARS)
    return (found.form, found.codes) if found else ("", ())


@pytest.mark.parametrize(
    "headings",
    [
        (
            "Số hộ nghèo đầu năm 2023",
            *(
                f"Số hộ nghèo giảm trong năm > {x}"
                for x in ("Trở thành hộ cận nghèo", "Vượt chuẩn hộ cận nghèo", "Khác")
            ),
            *(f"Số hộ nghèo tăng trong năm > {x}" for x in ("Từ hộ cận nghèo", "Tái nghèo", "Phát sinh mới", "Khác")),
            "Số hộ nghèo cuối năm 2023",
        ),
        (
            "Hộ nghèo cuối năm 2022",
            *(f"Hộ thoát nghèo > {x}" for x in ("Thành HCN", "Vượt chuẩn HCN", "Lý do khác")),
            *(f"Hộ nghèo phát sinh > {x}" for x in ("Từ HCN", "Hộ tái nghèo", "Hộ nghèo mới", "Nguyên nhân khác")),
            "Hộ nghèo cuối năm 2023",
        ),
        (
            *("Đầu kỳ", "Trở thành CN", "Vượt chuẩn CN", "Khác", "Từ hộ CN", "Tái nghèo", "Mới phát sinh", "Khác"),
            "Cuối kỳ",
        ),
        (
            *("Hộ nghèo đầu kỳ", "Trở thành hộ cận nghèo", "Vượt chuẩn cận nghèo", "Giảm khác"),
            *("Từ hộ cận nghèo", "Hộ tái nghèo", "Phát sinh mới", "Tăng khác", "Hộ nghèo cuối kỳ"),
        ),
    ],
)
def test_the_flow_of_the_poor_is_known_without_a_title(headings: tuple[str, ...]) -> None:
    assert form_of("", *headings) == ("dien_bien_ho_ngheo", POOR)


@pytest.mark.parametrize("title", ["", "DIỄN BIẾN HỘ CẬN NGHÈO NĂM 2023"])
def test_the_flow_of_the_near_poor_is_known(title: str) -> None:
    out = [f"Hộ cận nghèo giảm trong kỳ > {x}" for x in ("Thoát cận nghèo", "Trở thành hộ nghèo", "Khác")]
    came = [f"Hộ cận nghèo tăng trong kỳ > {x}" for x in ("Từ hộ nghèo", "Tái cận nghèo", "Phát sinh mới", "Khác")]
    headings = ("Số hộ cận nghèo đầu kỳ", *out, *came, "Số hộ cận nghèo cuối kỳ")
    assert form_of(title, *headings) == ("dien_bien_ho_can_ngheo", NEAR_POOR)


@pytest.mark.parametrize(
    "levels",
    [
        "{group} > Hộ > Số hộ|{group} > Hộ > Tỷ lệ (%)|{group} > Khẩu > Số khẩu|{group} > Khẩu > Tỷ lệ (%)",
        "{group} > Số hộ|{group} > Tỷ lệ (%)|{group} > Số khẩu|{group} > Tỷ lệ (%)",
    ],
)
def test_the_official_result_has_households_persons_and_the_rates_of_both(levels: str) -> None:
    groups = ("Hộ nghèo", "Hộ cận nghèo", "Hộ làm nông, lâm, ngư, diêm nghiệp có mức sống trung bình")
    columns = [column.format(group=group) for group in groups for column in levels.split("|")]
    form, codes = form_of("", "Tổng số hộ dân cư > Số hộ", "Tổng số hộ dân cư > Nhân khẩu", *columns)
    assert form == "tong_hop"
    expected = ["tong_so_ho", "tong_nhan_khau"]
    for stem in ("ngheo", "can_ngheo", "trung_binh"):
        expected += [f"{rate}{what}_{stem}_cuoi_ky" for what in ("ho", "khau") for rate in ("", "ty_le_")]
    assert list(codes) == expected


@pytest.mark.parametrize("rates", [False, True])
@pytest.mark.parametrize("numbers", [False, True])
def test_what_households_lack_is_known_by_name_or_number(*, rates: bool, numbers: bool) -> None:
    names = [str(n) for n in range(1, 13)] if numbers else [lack.name for lack in reviews.shortages_of(2023)]
    above = "Tỷ lệ hộ nghèo thiếu hụt (%)" if rates else "Số hộ nghèo thiếu hụt các chỉ số"
    form, codes = form_of("", "Tổng số hộ nghèo", *(f"{above} > {name}" for name in names))
    assert form == "thieu_hut"
    prefix = "ty_le_" if rates else ""
    assert codes == ("ho_ngheo_cuoi_ky", *(prefix + code for code in LACKS))


def test_a_list_that_the_catalogue_does_not_have_is_not_guessed() -> None:
    assert reviews.shortages_of(2027) == ()
    headings = (
        "Tổng số hộ nghèo",
        "Tổng số chỉ số thiếu hụt",
        *(f"Hộ nghèo thiếu hụt chỉ số > {n}" for n in range(1, 11)),
    )
    found = recognise(lines_of(*headings), "Phân tích các chỉ số thiếu hụt năm 2028", Years(2027, 2028))
    assert found is None or found.codes[2:] == (None,) * 10


@pytest.mark.parametrize(
    "headings",
    [
        (
            "Tổng số hộ",
            "Hộ nghèo cuối năm 2022",
            "Giảm hộ nghèo trong năm 2023",
            "Hộ tái nghèo",
            "Hộ nghèo cuối năm 2023",
        ),
        (
            "Tổng số hộ",
            "Tổng số nhân khẩu",
            "Hộ nghèo cuối năm 2022 > TS",
            "Hộ nghèo cuối năm 2022 > %",
            "Hộ cận nghèo cuối năm 2022",
        ),
        ("Tổng số hộ nghèo", "Việc làm", "Nhà ở"),
    ],
)
def test_the_table_of_a_plan_is_no_review(headings: tuple[str, ...]) -> None:
    assert form_of("Biểu chỉ tiêu giảm nghèo năm 2023", *headings) == ("", ())


def test_every_indicator_of_the_reviews_is_known_and_none_is_a_plans() -> None:
    own = catalogue.review_indicators()
    assert not set(own) & set(catalogue.indicators())
    for code, indicator in own.items():
        assert catalogue.known(code) and catalogue.label(code) == indicator.label
        assert indicator.base in {*catalogue.indicators(), *own}
    assert catalogue.base_of("ty_le_khau_ngheo_cuoi_ky") == "tong_nhan_khau"
    assert catalogue.base_of(f"ty_le_{LACKS[0]}") == "ho_ngheo_cuoi_ky"
    assert catalogue.base_of("ty_le_ho_ngheo_cuoi_ky") == "tong_so_ho"


# ---- tables made here: two lines a unit, random figures ------------------------------------------------------------


def table_of(
    form: str, codes: tuple[str, ...], rows: list[list[int | None]], *, offset: int = 0, **formulas: str
) -> Table:
    """A review of villages with a total; ``formulas`` are printed by mark (``m9="1-2"``)."""
    totals = [sum(row[j] or 0 for row in rows) for j in range(len(codes))]
    lines = tuple(
        Line(code, (code,), CellRef(form, 2, j + 3), j + 3, "", str(j + 1), formulas.get(f"m{j + 1}", ""), offset)
        for j, code in enumerate(codes)
    )
    names = [*(f"Thôn {i + 1}" for i in range(len(rows))), "Tổng cộng"]
    kinds = ["village"] * len(rows) + ["commune"]
    units = tuple(Unit(n, k, CellRef(form, i + 5, 2), i + 5) for i, (n, k) in enumerate(zip(names, kinds, strict=True)))  # type: ignore[arg-type]
    cells = {
        (i, j): Cell(
            CellRef(form, i + 5, j + 3),
            None if value is None else Decimal(value),
            "blank" if value is None else "number",
        )
        for i, row in enumerate([*rows, totals])
        for j, value in enumerate(row)
    }
    title = Text(CellRef(form, 1, 1), "Rà soát năm 2023")
    return Table(form, "rows", lines, units, cells, title, None, form)


def found_in(*tables: Table) -> list[tuple[str, str, str]]:
    findings, notes = checks.run(Submission("x", {}, tables))
    assert [note for note in notes if note.reason == "crashed"] == []
    assert all(message(f) and message(f, "en") for f in findings)
    return [(f.code, f.severity, f.ref.address) for f in findings if f.severity != "info"]


def two_lines(households: Table, people: Table) -> Table:
    """One table with the persons of each unit in the line under its households."""
    width = len(households.lines)
    below = {
        (i, j + width): cell._replace(ref=cell.ref._replace(row=cell.ref.row + 50))
        for (i, j), cell in people.cells.items()
    }
    return households._replace(lines=households.lines + people.lines, cells={**households.cells, **below})


def test_persons_in_a_second_line_follow_the_formula_that_is_printed() -> None:
    codes = tuple("khau_" + code.removeprefix("ho_") for code in POOR)
    official = {"m9": "1-2-3-4+5+6+7+8"}
    row, persons = [18, 4, 3, 1, 1, 1, 1, 0, 13], [40, 10, 6, 0, 4, 0, 3, 0, 31]
    households = table_of("dien_bien_ho_ngheo", POOR, [row, row], **official)
    people = table_of("dien_bien_ho_ngheo", codes, [persons, persons], offset=1, **official)
    assert found_in(two_lines(households, people)) == []
    wrong = table_of("dien_bien_ho_ngheo", codes, [persons, [*persons[:8], 32]], offset=1, **official)
    assert found_in(two_lines(households, wrong)) == [("A08", "error", "K56"), ("A08", "error", "K57")]
    blank = table_of("dien_bien_ho_ngheo", codes, [[*persons[:3], None, *persons[4:8], 32]], offset=1, **official)
    blank = blank._replace(
        cells={p: c._replace(value=None, state="blank") if p[1] == 3 else c for p, c in blank.cells.items()}
    )
    told = found_in(two_lines(table_of("dien_bien_ho_ngheo", POOR, [row], **official), blank))
    assert told == [("A08", "warning", "K55"), ("A08", "warning", "K56")]


def test_a_printed_formula_that_the_catalogue_has_is_told_once() -> None:
    row = [18, 4, 3, 1, 1, 1, 1, 0, 13]
    wrong = [*row[:8], 15]
    told = found_in(table_of("dien_bien_ho_ngheo", POOR, [row, wrong], m9="1-2-3-4+5+6+7+8"))
    assert told == [("A08", "error", "K6"), ("A08", "error", "K7")]
    assert told == found_in(table_of("dien_bien_ho_ngheo", POOR, [row, wrong]))


@pytest.mark.parametrize("formula", ["1-2-3-4+5+6+7+88", "Σ(1-8)", "1-2-", "cột 1 trừ cột 2"])
def test_a_printed_formula_that_cannot_be_held_is_not_checked(formula: str) -> None:
    codes = ("tong_so_ho", "ho_ngheo_cuoi_ky", "ho_can_ngheo_cuoi_ky")
    table = table_of("bieu", codes, [[200, 5, 9], [300, 6, 9]], m3=formula)._replace(form="")
    _, notes = checks.run(Submission("x", {}, (table,)))
    assert {note.reason for note in notes if note.code == "A13"} & {"printed_formula", "printed_mark"}


counts = st.integers(0, 40)


@st.composite
def flows(draw: st.DrawFn) -> tuple[list[list[int | None]], list[list[int | None]]]:
    """Rows of both forms Diễn biến that agree with each other, zeros blank now and then."""
    poor, near = [], []
    for _ in range(draw(st.integers(1, 6))):
        down, up = draw(counts), draw(counts)
        p = [down, draw(counts), draw(counts), up, draw(counts), draw(counts), draw(counts)]
        c = [draw(counts), up, draw(counts), down, draw(counts), draw(counts), draw(counts)]
        for flow, rows in ((p, poor), (c, near)):
            start = sum(flow[:3]) + draw(counts)
            row = [start, *flow, start - sum(flow[:3]) + sum(flow[3:])]
            blank = draw(st.booleans())
            rows.append([None if blank and not value and 0 < j < 8 else value for j, value in enumerate(row)])
    return poor, near


@given(flows())
@settings(deadline=None)
def test_reviews_that_agree_give_no_error(made: tuple[list[list[int | None]], list[list[int | None]]]) -> None:
    poor, near = made
    tables = (
        table_of("dien_bien_ho_ngheo", POOR, poor, m9="1-2-3-4+5+6+7+8"),
        table_of("dien_bien_ho_can_ngheo", NEAR_POOR, near, m9="1-2-3-4+5+6+7+8"),
    )
    assert [found for found in found_in(*tables) if found[1] == "error"] == []


@given(flows(), st.integers(0, 8), st.integers(1, 30))
@settings(deadline=None)
def test_one_changed_figure_of_a_flow_never_goes_unseen(
    made: tuple[list[list[int | None]], list[list[int | None]]], column: int, more: int
) -> None:
    poor, _ = made
    table = table_of("dien_bien_ho_ngheo", POOR, poor)
    cell = table.cells[0, column]
    changed = cell._replace(value=(cell.value or Decimal(0)) + more, state="number")
    told = found_in(table._replace(cells={**table.cells, (0, column): changed}))
    assert {"A02", "A08"} <= {code for code, _, _ in told}


def test_every_identity_of_a_review_is_stated_for_the_search(tmp_path: Path) -> None:
    """What the rules hold against reviews the repair card can search: all hold in a workbook that is consistent."""
    fixtures = Path(__file__).parent
    passing = fixtures / "should_pass" / "a-review-in-five-forms.txt"
    report = process(build.workbook(tmp_path / "five.xlsx", passing.read_text(encoding="utf-8"))).report
    assert report is not None
    rules = set()
    for item in stated(Case(report.submission)):
        rules.add(item.rule)
        if isinstance(item, Relation):
            assert sum((cell.value or 0) * sign for cell, sign in item.terms) == (item.total.value or 0), item
        elif isinstance(item, Ratio) and item.shown.value is not None and item.computed is not None:
            assert item.shown.value == item.computed
    assert {"A02", "A04", "A08", "A09", "A10", "A16", "A17", "I19"} <= rules
    for name in ("A13-sum-that-the-heading-prints", "A16-total-of-the-indicators", "A10-the-same-fall-in-both-tables"):
        broken = fixtures / "should_fail" / f"{name}.txt"
        report = process(build.workbook(tmp_path / f"{name}.xlsx", broken.read_text(encoding="utf-8"))).report
        assert report is not None
        wrong = {
            (item.rule, item.total.ref)
            for item in stated(Case(report.submission))
            if isinstance(item, Relation)
            and sum((cell.value or 0) * sign for cell, sign in item.terms) != (item.total.value or 0)
        }
        assert {(f.code, f.ref) for f in report.findings if f.severity == "error"} == wrong
