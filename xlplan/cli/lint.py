"""``xlplan lint``: the form of a Word document after Nghị định số 30/2020/NĐ-CP."""

from __future__ import annotations

import json
from pathlib import Path

import click

from xlplan.cli.language import Texts
from xlplan.cli.options import format_option
from xlplan.cli.show import complain, finding_line, not_checked_lines
from xlplan.pipeline import Linted, lint, linted_json


def command(texts: Texts) -> click.Command:
    """The command in one language."""

    @click.command(
        name="lint",
        help=texts(
            "Kiểm tra thể thức của văn bản Word bất kỳ theo Nghị định số 30/2020/NĐ-CP (mã D30-01 đến D30-18): lề, "
            "phông, Quốc hiệu, số, ngày, căn cứ, đề mục, chữ ký, nơi nhận, phụ lục. Tệp chỉ được đọc. Mã thoát: 0 "
            "không có lỗi, 1 có lỗi, 2 có tệp không đọc được.",
            "Check the form of any Word document by decree 30/2020 (codes D30-01 to D30-18): margins, fonts, national "
            "name, number, date, legal bases, headings, signature, recipients, annexes. The file is only read. Exit "
            "status: 0 no error, 1 some errors, 2 a file cannot be read.",
        ),
    )
    @click.argument(
        "files", metavar=texts("TỆP...", "FILE..."), nargs=-1, required=True, type=click.Path(path_type=Path)
    )
    @format_option(texts)
    def command_(files: tuple[Path, ...], form: str) -> int:
        outcomes = [lint(path) for path in files]
        if form == "json":
            entries = [linted_json(outcome, texts.lang) for outcome in outcomes]
            click.echo(json.dumps({"schema": 1, "files": entries}, ensure_ascii=False, indent=2))
        for outcome in outcomes:
            if outcome.problem:
                complain(outcome.problem, texts)
            elif form == "text":
                click.echo("\n".join(_lines(outcome, texts)))
        if any(outcome.problem for outcome in outcomes):
            return 2
        return int(any(item.severity == "error" for outcome in outcomes for item in outcome.findings))

    return command_


def _lines(outcome: Linted, texts: Texts) -> list[str]:
    """Everything about one document."""
    lines = [click.style(outcome.file, bold=True)]
    lines += [finding_line(item, texts) for item in outcome.findings]
    lines += not_checked_lines(outcome.not_checked, texts)
    errors = sum(item.severity == "error" for item in outcome.findings)
    others = len(outcome.findings) - errors
    found = texts(f"{errors} lỗi, {others} chỗ cần xem.", f"{errors} errors, {others} warnings.")
    nothing = texts("Không thấy sai sót về thể thức.", "The form shows nothing wrong.")
    return [*lines, f"  {found if outcome.findings else nothing}"]
