"""``xlplan crosscheck``: a Word plan that somebody wrote, held against the workbook."""

from __future__ import annotations

import json
from pathlib import Path

import click

from xlplan.cli.language import Texts
from xlplan.cli.options import format_option
from xlplan.cli.show import complain, complain_of_output, report_lines
from xlplan.files import OutputError, same_file, write_bytes
from xlplan.pipeline import Problem, as_json, crosscheck, read_previous


def command(texts: Texts) -> click.Command:
    """The command in one language."""

    @click.command(
        name="crosscheck",
        help=texts(
            "Đối chiếu từng con số trong văn bản Word (câu chữ và bảng) với sổ tính. Mã thoát: 0 không có lỗi, "
            "1 có lỗi, 2 có tệp không đọc được.",
            "Hold every figure of a Word plan, in sentences and tables, against the workbook. Exit status: 0 no "
            "error, 1 some errors, 2 a file cannot be read.",
        ),
    )
    @click.argument("plan", metavar="PLAN.docx", type=click.Path(path_type=Path))
    @click.argument("workbook", metavar=texts("SỔ_TÍNH", "WORKBOOK"), type=click.Path(path_type=Path))
    @format_option(texts)
    @click.option(
        "--mark",
        "target",
        metavar="OUT.docx",
        type=click.Path(path_type=Path),
        help=texts(
            "Ghi một bản sao của văn bản, mỗi phát hiện là một nhận xét (comment) của Word ở đúng chỗ, thay cho nhận "
            "xét của lần trước; phần còn lại giữ nguyên.",
            "Write a copy of the document with a Word comment at each finding, in place of those of an earlier run; "
            "the rest stays as it is.",
        ),
    )
    @click.option(
        "--previous",
        metavar=texts("TỆP", "FILE"),
        type=click.Path(path_type=Path),
        help=texts(
            "Sổ tính năm trước: số liệu năm trước còn sót trong văn bản được chỉ ra.",
            "Last year's workbook: figures of last year left in the document are pointed out.",
        ),
    )
    def held(plan: Path, workbook: Path, *, form: str, target: Path | None, previous: Path | None) -> int:
        if target is not None and target.suffix.lower() != ".docx":
            message = texts("tên tệp phải kết thúc bằng .docx", "the name must end in .docx")
            raise click.BadParameter(message, param_hint="--mark")
        if target is not None and any(same_file(each, target) for each in (plan, workbook, previous) if each):
            complain(Problem("same_file", str(target)), texts)
            return 2
        last_year = read_previous(previous) if previous else None
        if isinstance(last_year, Problem):
            complain(last_year, texts)
            return 2
        found = crosscheck(plan, workbook, mark=target is not None, lang=texts.lang, previous=last_year)
        outcome = found.outcome
        if form == "json":
            entry = as_json(outcome, texts.lang)
            click.echo(json.dumps({"schema": 1, "files": [entry]}, ensure_ascii=False, indent=2))
        if outcome.report is None:
            if outcome.problem is not None:
                complain(outcome.problem, texts)
            return 2
        if form == "text":
            click.echo("\n".join(report_lines(outcome, texts)))
        if target is not None and not _written(target, found.marked, found.problem, texts):
            return 2
        return int(bool(outcome.report.errors))

    return held


def _written(target: Path, marked: bytes | None, problem: Problem | None, texts: Texts) -> bool:
    """Writes the marked copy; whether it was written. Speaks on the error stream."""
    if marked is None:
        if problem is not None:
            complain(problem, texts)
        return False
    try:
        write_bytes(target, marked)
    except OutputError as error:
        complain_of_output(error, texts)
        return False
    click.echo(texts(f"Đã ghi bản có nhận xét: {target}", f"Copy with comments written: {target}"), err=True)
    return True
