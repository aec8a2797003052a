"""The repair card on small visible tables: which cell, which value, how sure, and when nothing is singled out."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import build
import pytest
import slips

from xlplan import checks, repair
from xlplan.checks.scope import Case
from xlplan.cli.language import Texts
from xlplan.cli.show import report_lines
from xlplan.messages import card, why
from xlplan.model import Cell, CellRef, Finding, Line, Proposal, Submission, Table, Text, Unit
from xlplan.pipeline import Options, examine, finding_json, process
from xlplan.repair.network import Spot
from xlplan.repair.plausible import Plausibility
from xlplan.repair.shapes import meant_by, shape, written
from xlplan.sheets.reader import read

SHEET = "Biểu chỉ tiêu"
INFO = """Thông tin
| Loại đơn vị | xã |
| Tên đơn vị | Bình An |
| Loại đơn vị dưới cấp xã | thôn |
| Kỳ kế hoạch | 2024 |

"""
COUNTS = "| TT | Thôn | Tổng số hộ | Hộ nghèo cuối năm 2023 | Giảm hộ nghèo trong năm 2024 | Hộ nghèo cuối năm 2024 |\n"
HOUSEHOLDS = "| TT | Thôn | Tổng số hộ |\n"


def submission(tmp_path: Path, table: str, name: str = "xa.xlsx") -> Submission:
    return read(build.workbook(tmp_path / name, f"{INFO}{SHEET}\n{table}"))


def found(tmp_path: Path, table: str, previous: str = "") -> tuple[Finding, ...]:
    before = submission(tmp_path, previous, "truoc.xlsx") if previous else None
    report = examine(submission(tmp_path, table), Options(previous=before)).report
    assert report is not None
    return report.findings


def proposed(findings: tuple[Finding, ...], code: str) -> set[tuple[str, str, str]]:
    """Address, value and confidence of what the findings of a rule propose."""
    chosen = [f.proposal for f in findings if f.code == code and f.proposal]
    return {(p.ref.address, p.value, p.confidence) for p in chosen}


def test_a_total_with_digits_swapped_is_the_wrong_cell(tmp_path: Path) -> None:
    findings = found(
        tmp_path,
        HOUSEHOLDS
        + "| 1 | Đông | 200 |\n| 2 | Tây | 128 |\n| 3 | Nam | 157 |\n| 4 | Bắc | 89 |\n| | Tổng cộng | 547 |",
    )
    assert proposed(findings, "A02") == {("C6", "574", "likely")}


def test_a_village_left_blank_gets_what_its_column_lacks(tmp_path: Path) -> None:
    findings = found(
        tmp_path,
        HOUSEHOLDS + "| 1 | Đông | 200 |\n| 2 | Tây | |\n| 3 | Nam | 157 |\n| 4 | Bắc | 89 |\n| | Tổng cộng | 574 |",
    )
    assert proposed(findings, "A02") == {("C3", "128", "likely")}
    sentence = next(card(f) for f in findings if f.code == "A02")
    assert "Ô C3 (Tây – Tổng số hộ): có lẽ phải là 128 (đang để trống)" in sentence


def test_where_a_row_and_a_column_cross_the_cell_is_certain(tmp_path: Path) -> None:
    findings = found(
        tmp_path,
        COUNTS
        + "| 1 | Đông | 200 | 63 | 4 | 32 |\n| 2 | Tây | 128 | 14 | 2 | 12 |\n| | Tổng cộng | 328 | 50 | 6 | 44 |",
    )
    assert proposed(findings, "A02") == {("D2", "36", "certain")}
    assert proposed(findings, "A08") == {("D2", "36", "certain")}
    texts = [card(f, lang) for f in findings if f.code == "A08" for lang in ("vi", "en")]
    assert texts == [
        "→ Ô D2 (Đông – Hộ nghèo cuối năm 2023): phải là 36 (đang ghi 63), vì tổng các thôn và phép tính đầu kỳ – cuối "
        "kỳ đều không khớp và chỉ gặp nhau ở ô này; ghi 36 thì tất cả đều khớp; số đang ghi giống như bị đổi chỗ hai "
        "chữ số.",
        "→ Cell D2 (Đông – Hộ nghèo cuối năm 2023): must be 36 (holds 63), because the sum of the villages and the "
        "reckoning from start to end fail and meet in this cell only; with 36 they all hold; what stands there "
        "looks like two digits exchanged.",
    ]


def test_a_printed_rate_is_wrong_where_its_counts_are_held_by_others(tmp_path: Path) -> None:
    findings = found(
        tmp_path,
        "| TT | Thôn | Tổng số hộ | Hộ nghèo cuối năm 2023 | < |\n| ^ | ^ | ^ | TS | % |\n"
        "| 1 | Đông | 200 | 8 | 0.40 |\n| 2 | Tây | 128 | 4 | 3.13 |\n| | Tổng cộng | 328 | 12 | 3.66 |",
    )
    assert proposed(findings, "A04") == {("E3", "4.00", "likely")}


def test_a_count_is_wrong_where_its_rate_and_its_column_agree_on_another(tmp_path: Path) -> None:
    findings = found(
        tmp_path,
        "| TT | Thôn | Tổng số hộ | Hộ nghèo cuối năm 2023 | < |\n| ^ | ^ | ^ | TS | % |\n"
        "| 1 | Đông | 200 | 88 | 4.00 |\n| 2 | Tây | 128 | 4 | 3.13 |\n| | Tổng cộng | 328 | 12 | 3.66 |",
    )
    assert proposed(findings, "A04") == proposed(findings, "A02") == {("D3", "8", "certain")}


def test_two_wrong_cells_are_both_found(tmp_path: Path) -> None:
    findings = found(
        tmp_path,
        COUNTS
        + "| 1 | Đông | 200 | 63 | 4 | 32 |\n| 2 | Tây | 128 | 14 | 2 | 12 |\n| 3 | Nam | 95 | 8 | 1 | 77 |\n"
        + "| | Tổng cộng | 423 | 58 | 7 | 51 |",
    )
    assert proposed(findings, "A02") == {("D2", "36", "certain"), ("F4", "7", "certain")}
    assert proposed(findings, "A08") == {("D2", "36", "certain"), ("F4", "7", "certain")}


def test_two_wrong_cells_of_one_column_are_named_together(tmp_path: Path) -> None:
    findings = found(
        tmp_path,
        COUNTS
        + "| 1 | Đông | 200 | 63 | 4 | 32 |\n| 2 | Tây | 128 | 14 | 2 | 12 |\n| 3 | Nam | 95 | 80 | 1 | 7 |\n"
        + "| | Tổng cộng | 423 | 58 | 7 | 51 |",
    )
    flows = proposed(findings, "A08")
    assert {(cell, value) for cell, value, _ in flows} == {("D2", "36"), ("D4", "8")}
    column = next(f for f in findings if f.code == "A02")
    assert column.proposal is not None and column.proposal.confidence == "likely"
    assert "phải sửa cùng" in column.proposal.reason


def test_a_rate_that_was_reckoned_from_the_wrong_count_is_named_with_it(tmp_path: Path) -> None:
    findings = found(
        tmp_path,
        "| TT | Thôn | Tổng số hộ | Hộ nghèo cuối năm 2023 | < "
        "| Giảm hộ nghèo trong năm 2024 | Hộ nghèo cuối năm 2024 |\n"
        "| ^ | ^ | ^ | TS | % | ^ | ^ |\n"
        "| 1 | Đông | 200 | 63 | 31.50 | 4 | 32 |\n| 2 | Tây | 128 | 14 | 10.94 | 2 | 12 |\n"
        "| 3 | Nam | 150 | 9 | 6.00 | 1 | 8 |\n| | Tổng cộng | 478 | 59 | 12.34 | 7 | 52 |",
    )
    assert proposed(findings, "A02") == {("D3", "36", "likely")}
    assert all("phải sửa cùng E3" in f.proposal.reason for f in findings if f.code == "A02" and f.proposal)


def test_a_row_typed_one_column_late_is_put_back(tmp_path: Path) -> None:
    heads = "| TT | Thôn | Tổng số hộ | Tổng số nhân khẩu | Hộ nghèo cuối năm 2023 | Hộ cận nghèo cuối năm 2023 |\n"
    findings = found(
        tmp_path,
        heads
        + "| 1 | Đông | 200 | 801 | 36 | 21 |\n| 2 | Tây | 128 | 128 | 490 | 14 |\n| 3 | Nam | 95 | 377 | 8 | 5 |\n"
        + "| 4 | Bắc | 140 | 533 | 11 | 17 |\n| | Tổng cộng | 563 | 2201 | 69 | 52 |",
    )
    cells = {(cell, value) for cell, value, _ in proposed(findings, "A02")}
    assert cells == {("D3", "490"), ("E3", "14"), ("F3", "9")}
    assert all("cột bên cạnh" in f.proposal.reason for f in findings if f.code == "A02" and f.proposal)


def test_where_nothing_singles_out_a_cell_the_candidates_are_listed(tmp_path: Path) -> None:
    findings = found(
        tmp_path,
        "| TT | Thôn | Hộ nghèo cuối năm 2023 |\n| 1 | Đông | 5 |\n| 2 | Tây | 6 |\n| 3 | Nam | 7 |\n"
        "| | Tổng cộng | 19 |",
    )
    item = next(f for f in findings if f.code == "A02")
    assert item.proposal is None
    assert {c.confidence for c in item.candidates} == {"possible"}
    assert {(c.ref.address, c.value) for c in item.candidates} == {("C2", "6"), ("C3", "7"), ("C4", "8"), ("C5", "18")}
    assert card(item).startswith("→ Chưa đủ căn cứ để chỉ ra một ô; có thể là ")
    assert card(item, "en").startswith("→ Nothing singles out one cell; it may be ")


def test_last_years_figures_single_out_a_village(tmp_path: Path) -> None:
    rows = [("Đông", 205, 205), ("Tây", 128, 128), ("Nam", 151, 157), ("Bắc", 89, 90), ("Trung", 161, 160)]
    now = HOUSEHOLDS + "".join(f"| {n} | {name} | {value} |\n" for n, (name, value, _) in enumerate(rows, 1))
    last = HOUSEHOLDS + "".join(f"| {n} | {name} | {value} |\n" for n, (name, _, value) in enumerate(rows, 1))
    alone = found(tmp_path, now + "| | Tổng cộng | 740 |")
    assert not any(p.address == "C4" for p in (f.proposal.ref for f in alone if f.proposal))
    findings = found(tmp_path, now + "| | Tổng cộng | 740 |", previous=last + "| | Tổng cộng | 740 |")
    item = next(f for f in findings if f.code == "A02")
    assert item.proposal is not None and (item.proposal.ref.address, item.proposal.value) == ("C4", "157")
    assert "năm trước là 157" in item.proposal.reason
    assert "last year it was 157" in item.proposal.reason_en


def test_a_text_that_is_no_count_gets_the_count_it_should_be(tmp_path: Path) -> None:
    findings = found(
        tmp_path,
        HOUSEHOLDS + "| 1 | Đông | '10.98 |\n| 2 | Tây | 128 |\n| 3 | Nam | 157 |\n| | Tổng cộng | 1383 |",
    )
    item = next(f for f in findings if f.code == "A01")
    assert item.proposal is not None and (item.proposal.ref.address, item.proposal.value) == ("C2", "1098")
    assert item.proposal.actual == "10.98"


def test_a_figure_of_the_situation_gives_way_to_a_total_that_adds_up(tmp_path: Path) -> None:
    text = (
        f"{INFO}{SHEET}\n{HOUSEHOLDS}| 1 | Đông | 200 |\n| 2 | Tây | 128 |\n| | Tổng cộng | 328 |\n\n"
        "Hiện trạng\n| Mã chỉ tiêu | Chỉ tiêu | Đơn vị tính | Số lượng |\n| tong_so_ho | Tổng số hộ | hộ | 382 |"
    )
    report = process(build.workbook(tmp_path / "xa.xlsx", text)).report
    assert report is not None
    item = next(f for f in report.findings if f.code == "I19")
    assert item.proposal is not None
    assert (item.proposal.ref.sheet, item.proposal.ref.address, item.proposal.value) == ("Hiện trạng", "D2", "328")


def test_fewer_persons_than_households_is_settled_by_the_column_of_persons(tmp_path: Path) -> None:
    findings = found(
        tmp_path,
        "| TT | Thôn | Tổng số hộ | Tổng số nhân khẩu |\n| 1 | Đông | 200 | 81 |\n| 2 | Tây | 128 | 490 |\n"
        "| 3 | Nam | 95 | 377 |\n| 4 | Bắc | 140 | 533 |\n| | Tổng cộng | 563 | 2211 |",
    )
    assert proposed(findings, "A15") == proposed(findings, "A02") == {("D2", "811", "likely")}


def test_a_clean_workbook_never_loads_the_repair_card() -> None:
    code = (
        "import sys; from xlplan.pipeline import process; process(sys.argv[1]); print('xlplan.repair' in sys.modules)"
    )
    for name, loaded in (("long_an_2024", "False"), ("son_trung_2023", "True")):
        path = slips.WORKBOOKS / f"{name}.xlsx"
        done = subprocess.run(
            [sys.executable, "-c", code, path], capture_output=True, text=True, check=True, cwd=slips.WORKBOOKS.parent
        )
        assert done.stdout.strip() == loaded


# ---- formulas ---------------------------------------------------------------------------------------------

LINES = ("tong_so_ho", "ho_ngheo_dau_ky", "giam_ho_ngheo", "ho_ngheo_cuoi_ky")
Typed = int | str | tuple[int, str]  # a value, or a value with the formula that gives it


def sheet_of(rows: list[tuple[str, str, list[Typed]]], codes: tuple[str, ...] = LINES) -> Submission:
    """A table whose cells are typed values or formulas with their results; the first row is 2, the first column C."""
    units = tuple(Unit(name, kind, CellRef(SHEET, 2 + i, 2), 2 + i) for i, (name, kind, _) in enumerate(rows))  # type: ignore[arg-type]
    lines = tuple(Line(code, (code,), CellRef(SHEET, 1, 3 + j), 3 + j) for j, code in enumerate(codes))
    cells: dict[tuple[int, int], Cell] = {}
    for i, (_, _, values) in enumerate(rows):
        for j, value in enumerate(values):
            number, formula = value if isinstance(value, tuple) else (int(value), None)
            cells[i, j] = slips.number(CellRef(SHEET, 2 + i, 3 + j), number, formula=formula)
    fields = {"loai_thon": Text(CellRef("Thông tin", 1, 2), "thôn")}
    return Submission("xa.xlsx", fields, (Table(SHEET, "rows", lines, units, cells),))


def located(made: Submission) -> tuple[Finding, ...]:
    findings, _ = checks.run(made)
    return repair.proposals(Case(made), findings)


def test_the_input_of_a_formula_is_proposed_and_never_the_formula() -> None:
    rows: list[tuple[str, str, list[Typed]]] = [
        ("Đông", "village", [200, 63, 4, (59, "D2-E2")]),
        ("Tây", "village", [128, 14, 2, (12, "D3-E3")]),
        ("Toàn xã", "commune", [328, 50, 6, 44]),
    ]
    findings = located(sheet_of(rows))
    assert proposed(findings, "A02") == {("D2", "36", "likely")}


def test_a_sum_of_formulas_is_no_evidence() -> None:
    rows: list[tuple[str, str, list[Typed]]] = [
        ("Đông", "village", [200, 63, 4, 32]),
        ("Tây", "village", [128, 14, 2, 12]),
        ("Toàn xã", "commune", [(328, "SUM(C2:C3)"), (77, "SUM(D2:D3)"), (6, "SUM(E2:E3)"), (44, "SUM(F2:F3)")]),
    ]
    item = next(f for f in located(sheet_of(rows)) if f.code == "A08" and f.ref.address == "F2")
    named = [p.ref.address for p in (item.proposal, *item.candidates) if p]
    assert set(named) <= {"D2", "E2", "F2"}
    assert all(p.confidence != "certain" for p in (item.proposal, *item.candidates) if p)


def test_a_figure_that_equals_the_result_of_its_own_formula_is_no_copy_of_its_neighbour() -> None:
    rows: list[tuple[str, str, list[Typed]]] = [
        ("Đông", "village", [200, 8, 4, (4, "D2-E2")]),
        ("Tây", "village", [128, 14, 3, (11, "D3-E3")]),
        ("Toàn xã", "commune", [328, 22, 4, (18, "D4-E4")]),
    ]
    item = next(f for f in located(sheet_of(rows)) if f.code == "A02")
    cards = [p for p in (item.proposal, *item.candidates) if p]
    assert ("E2", "1") in {(p.ref.address, p.value) for p in cards}
    assert not any("ô bên cạnh" in p.reason for p in cards)


def test_a_sum_of_a_figure_does_not_foretell_it() -> None:
    codes = ("tong_so_ho", "ho_ngheo_dau_ky", "ho_da_chieu_dau_ky")
    poor = [6, 92, 40, 60, 15, 88, 3]
    rows: list[tuple[str, str, list[Typed]]] = [
        (f"Thôn {i}", "village", [200, p, (p + 5, f"D{i + 2}+Nguồn!E{i + 2}")]) for i, p in enumerate(poor)
    ]
    rows.append(("Toàn xã", "commune", [1400, 250, 285]))
    case = Case(sheet_of(rows, codes))
    spot = Spot(case.tables[0].cells[3, 1], 60, 0, codes[1], 0, 3, 1)
    model = Plausibility(case).model(spot)
    assert model is not None
    assert len({*model.means.values()}) == 1  # the middle of the column, or a share of the households, all 200


def test_a_formula_that_does_not_add_up_its_cells_is_wrong_itself() -> None:
    rows: list[tuple[str, str, list[Typed]]] = [
        ("Đông", "village", [200, 36, 4, 32]),
        ("Tây", "village", [128, 14, 2, 12]),
        ("Nam", "village", [90, 9, 1, 8]),
        ("Toàn xã", "commune", [418, (50, "SUM(D2:D3)"), 7, 52]),
    ]
    item = next(f for f in located(sheet_of(rows)) if f.code == "A02")
    assert item.proposal is not None
    assert (item.proposal.ref.address, item.proposal.value) == ("D5", "59")
    assert "công thức" in item.proposal.reason


def test_a_formula_that_nobody_can_follow_leaves_only_the_typed_total_to_ask_about() -> None:
    rows: list[tuple[str, str, list[Typed]]] = [
        ("Đông", "village", [(200, "Nguồn!B7"), 36, 4, 32]),
        ("Tây", "village", [(128, "Nguồn!B8"), 14, 2, 12]),
        ("Toàn xã", "commune", [382, 50, 6, 44]),
    ]
    item = next(f for f in located(sheet_of(rows)) if f.code == "A02")
    assert item.proposal is None
    assert [(c.ref.address, c.value, c.confidence) for c in item.candidates] == [("C4", "328", "possible")]


# ---- the commune's own contradictions -----------------------------------------------------------------------


def test_son_trung_printed_48_and_16_for_63_and_either_may_be_wrong() -> None:
    report = process(slips.WORKBOOKS / "son_trung_2023.xlsx").report
    assert report is not None
    item = next(f for f in report.findings if f.code == "A14")
    assert item.proposal is None
    assert {(c.ref.address, c.value) for c in item.candidates} == {("D8", "47"), ("D9", "15")}


# ---- words ------------------------------------------------------------------------------------------------


def test_the_console_shows_a_card_once_and_refers_to_it_afterwards(tmp_path: Path) -> None:
    table = (
        COUNTS
        + "| 1 | Đông | 200 | 63 | 4 | 32 |\n| 2 | Tây | 128 | 14 | 2 | 12 |\n| | Tổng cộng | 328 | 50 | 6 | 44 |"
    )
    path = build.workbook(tmp_path / "xa.xlsx", f"{INFO}{SHEET}\n{table}")
    lines = [line.strip() for line in report_lines(process(path), Texts("vi")) if "→" in line]
    assert lines[0].startswith("→ Ô D2 (Đông – Hộ nghèo cuối năm 2023): phải là 36 (đang ghi 63), vì ")
    assert lines[1:] == ["→ Cũng do ô D2: 36 thay cho 63."]


def test_json_carries_the_reason_in_the_language_asked_for(tmp_path: Path) -> None:
    table = (
        COUNTS
        + "| 1 | Đông | 200 | 63 | 4 | 32 |\n| 2 | Tây | 128 | 14 | 2 | 12 |\n| | Tổng cộng | 328 | 50 | 6 | 44 |"
    )
    item = next(f for f in found(tmp_path, table) if f.code == "A08")
    for lang, word in (("vi", "tổng các thôn"), ("en", "the sum of the villages")):
        entry = finding_json(item, lang)["proposal"]
        assert isinstance(entry, dict)
        assert (entry["cell"], entry["value"], entry["confidence"]) == ("D2", "36", "certain")
        assert word in entry["reason"]


def test_a_reason_without_an_english_text_stays_as_it_is() -> None:
    assert why(Proposal(CellRef(SHEET, 1, 1), "1", "likely", "vì thế"), "en") == "vì thế"


# ---- shapes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant", "name"),
    [
        (63, 36, "swapped"),
        (120, 1120, "dropped"),
        (1120, 120, "doubled"),
        (1290, 120, "extra"),
        (126, 120, "wrong"),
        (1200, 120, "ten"),
        (12, 120, "ten"),
        (None, 120, "blank"),
        (487, 120, "other"),
    ],
)
def test_the_shape_of_a_slip(typed: int | None, meant: int, name: str) -> None:
    assert shape(typed, meant).name == name


def test_a_neighbours_value_is_a_shape_where_nothing_plainer_is() -> None:
    assert shape(487, 120, [487, 91]).name == "neighbour"


def test_every_plain_slip_is_among_the_values_that_it_may_have_come_from() -> None:
    for typed, meant in ((63, 36), (1120, 120), (126, 120), (1200, 120), (12, 120)):
        assert meant in meant_by(typed)


def test_a_text_with_the_digits_of_the_count_is_the_count() -> None:
    assert written("10.98", 1098).name == "sign"
    assert written("-5", 5).score > written("-5", 7).score


def test_a_rate_keeps_its_decimals_in_a_proposal() -> None:
    true = slips.recalculated(slips.commune("son_trung_2023"))
    table = true.tables[0]
    unit, line = 0, table.line_of("ty_le_ho_ngheo_dau_ky")
    assert line is not None
    cells = {**table.cells, (unit, line): slips.number(table.cells[unit, line].ref, Decimal("4.19"), 2)}
    item = next(f for f in located(true._replace(tables=(table._replace(cells=cells),))) if f.code == "A04")
    assert item.proposal is not None and item.proposal.value == "1.49"
