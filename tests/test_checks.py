"""Each rule on tiny visible workbooks; a fixture's name is the finding that it must give."""

from __future__ import annotations

from pathlib import Path

import build
import pytest

from xlplan import catalogue, checks
from xlplan.messages import message
from xlplan.model import Finding, NotChecked
from xlplan.pipeline import Options, Problem, process, read_previous
from xlplan.resources import outlines
from xlplan.sheets.standard.builder import build as build_standard
from xlplan.sheets.standard.starter import Start, blank_content

HERE = Path(__file__).parent
FAILING = sorted((HERE / "should_fail").glob("*.txt"))
PASSING = sorted((HERE / "should_pass").glob("*.txt"))


def report_of(fixture: Path, tmp_path: Path):
    text = fixture.read_text(encoding="utf-8")
    before = build.last_year(tmp_path / "nam_truoc.xlsx", text)
    previous = read_previous(before) if before else None
    assert not isinstance(previous, Problem)
    outcome = process(build.workbook(tmp_path / f"{fixture.stem}.xlsx", text), Options(previous=previous))
    assert outcome.report is not None, outcome.problem
    return outcome.report


def expected_of(fixture: Path) -> set[tuple[str, str, str]]:
    """Code, severity and cell of each finding, from the lines ``# A02 error Biểu chỉ tiêu!C6`` of a fixture."""
    lines = fixture.read_text(encoding="utf-8").splitlines()
    marks = [line[2:].split(" ", 2) for line in lines if line.startswith("# ") and line[2:].strip()]
    return {(code, severity, cell) for code, severity, cell in marks}


@pytest.mark.parametrize("fixture", FAILING, ids=lambda path: path.stem)
def test_the_findings_are_exactly_those_of_the_first_lines(fixture: Path, tmp_path: Path) -> None:
    wanted, own = expected_of(fixture), fixture.stem.partition("-")[0]
    assert own in {code for code, _, _ in wanted}
    found = [f for f in report_of(fixture, tmp_path).findings if f.severity != "info" or f.code == own]
    assert {(f.code, f.severity, f"{f.ref.sheet}!{f.ref.address}") for f in found} == wanted


@pytest.mark.parametrize("fixture", PASSING, ids=lambda path: path.stem)
def test_consistent_figures_give_no_finding(fixture: Path, tmp_path: Path) -> None:
    found = report_of(fixture, tmp_path).findings
    assert [message(f) for f in found if f.severity != "info"] == []


def test_every_rule_has_failing_fixtures() -> None:
    covered = {path.stem.partition("-")[0] for path in FAILING}
    assert {checks.code_of(rule) for rule in checks.RULES} <= covered


def test_a_rule_that_crashes_is_not_checked_and_hides_no_other(tmp_path: Path) -> None:
    def a99(_: object):
        yield from ()
        raise ZeroDivisionError

    fixture = HERE / "should_fail" / "A02-total-digits-swapped.txt"
    submission = report_of(fixture, tmp_path).submission
    findings, missing = checks.run(submission, (a99, checks.a02))
    assert [f.code for f in findings] == ["A02"]
    assert missing == (NotChecked("A99", "crashed", {"what": "ZeroDivisionError"}),)


def test_what_is_absent_is_not_checked_and_never_passed(tmp_path: Path) -> None:
    fixture = HERE / "should_pass" / "commune-level-figures.txt"
    unchecked = {note.code for note in report_of(fixture, tmp_path).not_checked}
    assert {"A02", "A03", "A04", "A05", "A07", "A08", "A13", "A19"} <= unchecked
    assert not {"A01", "A06", "A14", "A15"} & unchecked


def test_a_workbook_that_nobody_filled_in_passes_no_rule(tmp_path: Path) -> None:
    for kind in catalogue.kinds().values():
        path = tmp_path / f"{kind.key}.xlsx"
        build_standard(blank_content(Start(kind, 2024, ["Đông", "Tây"]), outlines()), path)
        report = process(path).report
        assert report is not None
        passed = {checks.code_of(rule) for rule in checks.RULES} - {note.code for note in report.not_checked}
        assert passed <= {"B07", "B08"}  # the names of villages and the poverty standard stand there from the start
        assert {(f.code, f.severity) for f in report.findings} <= {("B08", "info")}  # 2024 - 2028 crosses 2026/2027


def test_messages_say_where_what_expected_and_what_to_do(tmp_path: Path) -> None:
    fixture = HERE / "should_fail" / "A02-total-digits-swapped.txt"
    finding = next(f for f in report_of(fixture, tmp_path).findings if f.code == "A02")
    assert message(finding, "vi") == (
        "Biểu chỉ tiêu, ô C6 (Tổng cộng – Tổng số hộ gia đình): đang ghi 382; cộng 2 thôn được 328 (lệch +54). "
        "Đối chiếu số của từng thôn với số toàn xã."
    )
    assert message(finding, "en") == (
        "Biểu chỉ tiêu, cell C6 (Tổng cộng – Tổng số hộ gia đình): holds 382; the 2 villages add up to 328 "
        "(difference +54). Compare each village with the commune's figure."
    )


def test_every_message_of_every_fixture_is_complete_in_both_languages(tmp_path: Path) -> None:
    seen: set[str] = set()
    for fixture in FAILING:
        findings: tuple[Finding, ...] = report_of(fixture, tmp_path).findings
        for finding in findings:
            seen.add(finding.code)
            for lang in ("vi", "en"):
                text = message(finding, lang)
                assert "{" not in text
                assert text.endswith(".")
    assert {"A01", "A02", "A03", "A04", "A05", "A06", "A07", "A08", "A12", "A13", "A14", "A15", "A19"} <= seen
