"""How an outcome looks on a console."""

from __future__ import annotations

import click

from xlplan.checks import RULES
from xlplan.cli.language import Texts
from xlplan.files import OutputError
from xlplan.messages import SEVERITY_WORDS, card, message, problem, reasons
from xlplan.model import NO_FIGURES, Finding, NotChecked, Report, Severity
from xlplan.pipeline import Outcome, Problem
from xlplan.vietnamese.dates import format_period

_COLOURS: dict[Severity, str] = {"error": "red", "warning": "yellow", "info": "cyan"}


def complain(trouble: Problem, texts: Texts) -> None:
    """One clear line on the error stream."""
    click.echo(problem_line(trouble, texts), err=True)


def complain_of_output(error: OutputError, texts: Texts) -> None:
    """One clear line for an output that could not be written."""
    complain(Problem(error.kind, str(error.path), error.detail), texts)


def problem_line(trouble: Problem, texts: Texts) -> str:
    """A problem in one line."""
    details = {"detail": trouble.detail, "count": trouble.errors, "paragraph": trouble.paragraph}
    line = problem(trouble.kind, trouble.file, texts.lang, **details)
    return " ".join(line.split())


def report_lines(outcome: Outcome, texts: Texts) -> list[str]:
    """Everything about one workbook: who it is, each finding, what was not checked, and counts."""
    report = outcome.report
    if report is None:
        return []
    lines = [click.style(_headline(outcome.file, report), bold=True)]
    said: list[object] = []  # cells and values that were proposed already
    for item in report.findings:
        lines.append(f"{finding_line(item, texts)}{_answer(item, texts)}")
        told = item.proposal and item.proposal[:2]
        if line := card(item, texts.lang, again=told in said):
            lines.append(f"{'':11}{line}")
        said.append(told)
    lines += not_checked_lines(report.not_checked, texts)
    lines.append(f"  {counts(report, texts)}")
    return lines


def finding_line(item: Finding, texts: Texts) -> str:
    """A finding as one line: its level, code and message."""
    word = SEVERITY_WORDS[texts.lang][item.severity]
    mark = click.style(f"{word:<8}", fg=_COLOURS[item.severity], bold=item.severity == "error")
    return f"  {mark} {item.code}  {message(item, texts.lang)}"


def _answer(item: Finding, texts: Texts) -> str:
    """What the official answered to a finding."""
    answer = " ".join(item.explanation.split())
    return texts(f" Đã giải trình: “{answer}”", f" Explained: “{answer}”") if answer else ""


def not_checked_lines(items: tuple[NotChecked, ...], texts: Texts) -> list[str]:
    """What was not checked, the rules of one reason together."""
    head = click.style(texts("CHƯA KIỂM TRA", "NOT CHECKED"), dim=True)
    return [f"  {head}  {why} ({', '.join(codes)})" for why, codes in reasons(items, texts.lang).items()]


def _headline(file: str, report: Report) -> str:
    period = report.submission.period
    about = ", ".join(part for part in (report.submission.unit_name, format_period(*period) if period else "") if part)
    return f"{file} – {about}" if about else file


def counts(report: Report, texts: Texts) -> str:
    """How many findings there are of each level."""
    number = {s: sum(f.severity == s for f in report.findings) for s in ("error", "warning", "info")}
    without = {item.code for item in report.not_checked if item.reason == NO_FIGURES}
    unchecked = len({item.code for item in report.not_checked} - without)
    if report.findings:
        answered = sum(f.severity == "warning" and bool(f.explanation) for f in report.findings)
        aside = texts(f" ({answered} đã giải trình)", f" ({answered} explained)") if answered else ""
        found = texts(
            f"{number['error']} lỗi, {number['warning']} chỗ cần xem{aside}, {number['info']} ghi chú",
            f"{number['error']} errors, {number['warning']} warnings{aside}, {number['info']} notes",
        )
    elif len({item.code for item in report.not_checked}) == len(RULES):
        return texts("Chưa có số liệu nào để kiểm tra.", "There are no figures to check yet.")
    else:
        found = texts("Không thấy sai sót", "Nothing wrong was found")
    if unchecked:
        found += texts(f"; {unchecked} quy tắc chưa kiểm tra được", f"; {unchecked} rules were not checked")
    if without:
        found += texts(
            f"; {len(without)} quy tắc về số liệu mà sổ này không có",
            f"; {len(without)} rules are about figures that this workbook does not have",
        )
    return f"{found}."
