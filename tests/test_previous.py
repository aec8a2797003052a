"""Last year's workbook beside this year's: what continues, what merged, and what is no workbook of last year at all."""

from __future__ import annotations

import random
from pathlib import Path

import build
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import Figures, submission

from xlplan import catalogue, checks
from xlplan.checks.identities import a11
from xlplan.checks.peers import b07
from xlplan.checks.plausibility import b03
from xlplan.cli import run
from xlplan.messages import message
from xlplan.model import Cell, CellRef, Finding, Submission
from xlplan.pipeline import Problem, read_previous
from xlplan.resources import outlines
from xlplan.sheets.reader import read
from xlplan.sheets.standard.builder import build as build_standard
from xlplan.sheets.standard.starter import Start, blank_content

NAMES = ("Mai Hà", "Hà Tràng", "Hồ Sơn", "Long Đình", "Tiên Long", "Trung Thịnh", "Mỹ Hòa", "Thôn 1", "Thôn 2", "Quý")
SPELT_OTHERWISE = {
    "Mỹ Hòa": "Mĩ Hoà",
    "Thôn 1": "thôn số 01",
    "Quý": "QUÍ",
    "Hồ Sơn": "Thôn Hồ  Sơn",
    "Thôn 2": "Thôn II",
}
STOCKS = ("ho_ngheo", "ho_can_ngheo", "ho_da_chieu")

LAST = """Thông tin
| Loại đơn vị | xã |
| Tên đơn vị | Bình An |
| Kỳ kế hoạch | {year} |

Biểu chỉ tiêu
| TT | Thôn | Tổng số hộ | Hộ nghèo cuối năm {before} | Hộ nghèo cuối năm {year} |
| 1 | Đông | 150 | 9 | {end} |
| 2 | Tây | 128 | 6 | 4 |
"""


def written(path: Path, year: int, end: int = 7) -> Path:
    return build.workbook(path, LAST.format(year=year, before=year - 1, end=end))


def figures(households: int, poor: int, near: int, at: str) -> Figures:
    return {
        "tong_so_ho": households,
        f"ho_ngheo_{at}": poor,
        f"ho_can_ngheo_{at}": near,
        f"ho_da_chieu_{at}": poor + near,
    }


def total(villages: list[tuple[str, Figures]]) -> Figures:
    return {code: sum(int(v[code]) for _, v in villages) for code in villages[0][1]}


def workbook(villages: list[tuple[str, Figures]], year: int, **fields: str) -> Submission:
    return submission(villages, year, total(villages), **fields)


def found(now: Submission, before: Submission) -> list[Finding]:
    return list(checks.run(now, (a11, b03, b07), previous=before)[0])


UNNAMED = """KH
| KẾ HOẠCH GIẢM NGHÈO NĂM {year} |
| TT | Thôn | Tổng số hộ | Hộ nghèo cuối năm {before} | Hộ nghèo cuối năm {year} |
| 1 | Mai Hà | 150 | {start} | {end} |
| 2 | Hồ Sơn | 128 | 6 | 6 |
"""


@pytest.mark.parametrize(
    ("year", "start", "said"), [(2024, 7, set()), (2024, 9, {("A11", "D3")}), (2025, 7, {("I36", "")})]
)
def test_tables_without_a_stated_period_follow_the_years_of_their_titles(
    year: int, start: int, said: set[tuple[str, str]], tmp_path: Path
) -> None:
    before = read(build.workbook(tmp_path / "2023.xlsx", UNNAMED.format(year=2023, before=2022, start=9, end=7)))
    made = UNNAMED.format(year=year, before=year - 1, start=start, end=5)
    now = read(build.workbook(tmp_path / "nay.xlsx", made))
    assert {(f.code, f.ref.address) for f in checks.run(now, (a11,), previous=before)[0]} == said


@st.composite
def years(draw: st.DrawFn) -> tuple[list[tuple[str, Figures]], list[tuple[str, Figures]]]:
    """Villages at the end of one year and at the start of the next, in any order and spelling."""
    names = draw(st.permutations(NAMES))[: draw(st.integers(2, len(NAMES)))]
    now, before = [], []
    for name in names:
        households = draw(st.integers(30, 900))
        poor = draw(st.integers(0, households // 3))
        near = draw(st.integers(0, households // 3))
        before.append((name, figures(households, poor, near, "cuoi_ky")))
        other = SPELT_OTHERWISE.get(name, name) if draw(st.booleans()) else name
        now.append((other, figures(households, poor, near, "dau_ky")))
    return draw(st.permutations(now)), before


@settings(max_examples=60, deadline=None)
@given(years())
def test_a_year_that_starts_where_the_last_one_ended_gives_no_finding(both: tuple) -> None:
    now, before = both
    assert [message(item) for item in found(workbook(now, 2024), workbook(before, 2023))] == []


@settings(max_examples=60, deadline=None)
@given(years(), st.data())
def test_one_changed_start_is_an_error_at_its_cell(both: tuple, data: st.DataObject) -> None:
    now, before = both
    at = data.draw(st.integers(0, len(now) - 1))
    changed = dict(now[at][1])
    changed["ho_ngheo_dau_ky"] = int(changed["ho_ngheo_dau_ky"]) + data.draw(st.integers(1, 9))
    now[at] = (now[at][0], changed)
    errors = [item for item in found(workbook(now, 2024), workbook(before, 2023)) if item.severity == "error"]
    assert {item.code for item in errors} == {"A11"}
    assert {(item.ref.row, item.ref.column) for item in errors} == {(2 + at, 3), (2 + len(now), 3)}


@settings(max_examples=60, deadline=None)
@given(years(), st.data())
def test_villages_that_merged_are_asked_about_and_no_error(both: tuple, data: st.DataObject) -> None:
    now, before = both
    joined = now[: data.draw(st.integers(2, min(3, len(now))))]
    one = (data.draw(st.sampled_from(["Tân Lập", joined[0][0]])), total(joined))
    result = found(workbook([one, *now[len(joined) :]], 2024), workbook(before, 2023))
    assert [item for item in result if item.severity == "error"] == []
    if all(int(figures["ho_da_chieu_dau_ky"]) for _, figures in joined) and len(now) > len(joined):
        questions = [item for item in result if item.code == "A11"]
        assert [(item.severity, item.ref.row) for item in questions] == [("warning", 2)]
        assert "nhập lại" in message(questions[0])


def test_differences_among_many_villages_that_came_and_went_are_questions() -> None:
    before = [(f"Làng {n}", figures(100 + n, n, n % 5, "cuoi_ky")) for n in range(1, 31)]
    now = [(f"Khu {n}", figures(300 + n, 3 * n, n, "dau_ky")) for n in range(31, 40)]
    now.append(("Làng 5", figures(330, 40, 12, "dau_ky")))
    result = found(workbook(now, 2024), workbook(before, 2023))
    assert {(item.code, item.severity, item.ref.row) for item in result} >= {
        ("A11", "warning", 11),
        ("B07", "warning", 2),
    }
    assert {item.ref.row for item in result if item.severity == "error"} == {12}  # the commune's own total


@pytest.mark.parametrize(("year", "severities"), [(2022, {"info"}), (2024, {"error"}), (2027, {"info"})])
def test_figures_of_two_poverty_standards_are_not_called_wrong(year: int, severities: set[str]) -> None:
    before = [("Đông", figures(150, 9, 8, "cuoi_ky")), ("Tây", figures(128, 6, 5, "cuoi_ky"))]
    now = [("Đông", figures(150, 19, 8, "dau_ky")), ("Tây", figures(128, 16, 9, "dau_ky"))]
    result = [f for f in found(workbook(now, year), workbook(before, year - 1)) if f.code == "A11"]
    assert {item.severity for item in result} == severities
    if severities == {"info"}:
        assert len(result) == 1
        assert f"Chuẩn nghèo đổi từ năm {year}" in message(result[0])


def test_a_start_left_blank_is_held_against_last_years_end() -> None:
    before = [("Đông", figures(150, 9, 8, "cuoi_ky")), ("Tây", figures(128, 6, 5, "cuoi_ky"))]
    now = [("Đông", figures(150, 9, 8, "dau_ky")), ("Tây", {"tong_so_ho": 128, "ho_ngheo_dau_ky": 6})]
    blank = submission(now, 2024)
    table = blank.table
    assert table is not None
    cells = dict(table.cells) | {(1, 2): Cell(CellRef(table.sheet, 3, 4), None, "blank")}
    result = found(blank._replace(tables=(table._replace(cells=cells),)), workbook(before, 2023))
    assert [(item.code, item.severity, item.ref.address, item.expected) for item in result] == [
        ("A11", "error", "D3", "5")
    ]
    assert "đang ghi (để trống)" in message(result[0])


def test_a_review_form_beside_the_plan_is_of_another_year() -> None:
    before = workbook([("Đông", figures(150, 9, 8, "cuoi_ky")), ("Tây", figures(128, 6, 5, "cuoi_ky"))], 2023)
    plan = workbook([("Đông", figures(150, 9, 8, "dau_ky")), ("Tây", figures(128, 6, 5, "dau_ky"))], 2024)
    review = submission([("Đông", figures(149, 14, 9, "dau_ky")), ("Tây", figures(128, 8, 7, "dau_ky"))]).tables[0]
    both = plan._replace(tables=(*plan.tables, review._replace(form="dien_bien_ho_ngheo", sheet="Rà soát")))
    assert found(both, before) == []
    assert {item.code for item in found(submission([("Đông", figures(149, 14, 9, "dau_ky"))]), before)} >= {"A11"}


def test_the_code_of_the_unit_decides_before_its_name() -> None:
    before = [("Tổ 1", figures(150, 9, 8, "cuoi_ky")), ("Tổ 2", figures(128, 6, 5, "cuoi_ky"))]
    now = [("Tổ 1", figures(150, 9, 9, "dau_ky")), ("Tổ 2", figures(128, 6, 5, "dau_ky"))]
    renamed = workbook(now, 2024, ma_don_vi="12345", ten_don_vi="Phú Hòa")
    result = found(renamed, workbook(before, 2023, ma_don_vi="12345"))
    assert {(item.code, item.severity) for item in result} == {("I37", "info"), ("A11", "warning")}
    stranger = found(renamed, workbook(before, 2023, ma_don_vi="54321"))
    assert [(item.code, item.severity) for item in stranger] == [("I35", "warning")]


def test_after_the_reform_a_village_list_that_changed_makes_differences_questions() -> None:
    before = [("Đông", figures(150, 9, 8, "cuoi_ky")), ("Tây", figures(128, 6, 5, "cuoi_ky"))]
    now = [("Đông", figures(150, 7, 8, "dau_ky")), ("Tây", figures(128, 6, 5, "dau_ky"))]
    more = [*now, ("Bắc", figures(90, 2, 3, "dau_ky"))]
    assert {f.severity for f in found(workbook(more, 2026), workbook(before, 2025))} == {"warning"}
    assert {f.severity for f in found(workbook(now, 2026), workbook(before, 2025))} == {"error"}


def test_a_workbook_of_last_year_that_nobody_filled_in_proves_nothing(tmp_path: Path) -> None:
    names = ["Đông", "Tây"]
    for kind in catalogue.kinds().values():
        path = tmp_path / f"{kind.key}.xlsx"
        blank = blank_content(Start(kind, 2023, names, last_year=2023), outlines())
        blank.fields |= {"loai_don_vi": "xã", "ten_don_vi": "Bình An"}
        build_standard(blank, path)
        last = read_previous(path)
        assert isinstance(last, Submission)
        now = workbook([("Đông", figures(150, 9, 8, "dau_ky")), ("Tây", figures(128, 6, 5, "dau_ky"))], 2024)
        findings, missing = checks.run(now, (a11, b03, b07), previous=last)
        assert [message(item) for item in findings] == []
        assert ("A11", "missing") in {(note.code, note.reason) for note in missing}


def test_without_last_years_workbook_the_rule_is_not_checked() -> None:
    now = workbook([("Đông", figures(150, 9, 8, "dau_ky"))], 2024)
    findings, missing = checks.run(now, (a11,))
    assert findings == () and [(note.code, note.reason) for note in missing] == [("A11", "no_previous")]


def test_previous_is_read_once_and_held_against_every_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    last = written(tmp_path / "nam_truoc.xlsx", 2023)
    first = build.workbook(tmp_path / "a.xlsx", LAST.format(year=2024, before=2023, end=5))
    assert run(["check", str(first), "--previous", str(last)]) == 1
    out = capsys.readouterr().out
    assert "A11" in out and "sổ năm trước (nam_truoc.xlsx, 'Biểu chỉ tiêu'!E2) ghi số cuối năm 2023 là 7" in out
    assert run(["check", str(first)]) == 0


@pytest.mark.parametrize("content", [None, b"", b"plain text", b"PK\x03\x04 cut off"])
def test_a_previous_workbook_that_cannot_be_read_is_one_clear_line(
    content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    now, last = written(tmp_path / "nay.xlsx", 2024), tmp_path / "nam_truoc.xlsx"
    if content is not None:
        last.write_bytes(content)
    assert isinstance(read_previous(last), Problem)
    for command in (["check", str(now)], ["plan", str(now), "-o", str(tmp_path / "ra.docx")]):
        assert run([*command, "--previous", str(last)]) == 2
        captured = capsys.readouterr()
        assert captured.out == "" and captured.err.count("\n") == 1
        assert "nam_truoc.xlsx" in captured.err
    assert not (tmp_path / "ra.docx").exists()


def test_ordinary_communes_have_no_village_far_from_its_peers() -> None:
    """Log-normal rates with binomial counts, villages of 25 - 600 households: at most one commune in twenty."""
    random_numbers = random.Random(2024)
    asked = 0
    for _ in range(120):
        villages = []
        for number in range(random_numbers.choice((8, 11, 16, 24))):
            households = max(25, min(600, int(random_numbers.lognormvariate(5.2, 0.6))))
            rate = min(0.9, 0.06 * random_numbers.lognormvariate(0, 0.8))
            poor = sum(random_numbers.random() < rate for _ in range(households))
            cut = sum(random_numbers.random() < 0.2 for _ in range(poor))
            villages.append(
                (f"Làng {number}", {"tong_so_ho": households, "ho_ngheo_dau_ky": poor, "giam_ho_ngheo": cut})
            )
        asked += bool(checks.run(submission(villages), (checks.b10,))[0])
    assert asked <= 6
