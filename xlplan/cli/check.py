"""``xlplan check``: the findings of workbooks."""

from __future__ import annotations

import json
from pathlib import Path

import click

from xlplan.cli.language import Texts
from xlplan.cli.options import format_option
from xlplan.cli.show import complain, report_lines
from xlplan.pipeline import Options, Problem, as_json, process, read_previous


def command(texts: Texts) -> click.Command:
    """The command in one language."""

    @click.command(
        name="check",
        help=texts(
            "Kiểm tra số liệu trong các sổ tính: cộng các thôn, tỷ lệ, tăng giảm, bộ phận và toàn thể. Mã thoát: "
            "0 không có lỗi, 1 có lỗi, 2 có tệp không đọc được.",
            "Check the figures of workbooks: sums of villages, rates, flows, parts and wholes. Exit status: 0 no "
            "error, 1 some errors, 2 a file cannot be read.",
        ),
    )
    @click.argument("files", metavar=texts("TỆP...", "FILE..."), nargs=-1, type=click.Path(path_type=Path))
    @format_option(texts)
    @click.option(
        "--previous",
        metavar=texts("TỆP", "FILE"),
        type=click.Path(path_type=Path),
        help=texts(
            "Sổ tính năm trước của cùng xã, phường: số đầu kỳ được đối chiếu với số cuối kỳ của sổ này.",
            "Last year's workbook of the same commune: this year's start is held against its end.",
        ),
    )
    @click.option(
        "--codes",
        is_flag=True,
        help=texts("Chỉ liệt kê các mã, kèm ví dụ; không cần tệp.", "Only list all codes with examples; no file."),
    )
    @click.option(
        "--mark",
        "marks",
        metavar="DIR",
        type=click.Path(path_type=Path),
        help=texts(
            "Ghi vào DIR một bản sao của từng sổ tính, có tô màu ô, chú thích và sheet “Kiểm tra”; phần còn lại của "
            "tệp giữ nguyên. Giải trình đã ghi trong tệp được giữ lại.",
            "Write to DIR a copy of each workbook with coloured cells, notes and the sheet “Kiểm tra”; the rest of "
            "the file stays as it is. Explanations in the file are kept.",
        ),
    )
    @click.option(
        "--clear",
        metavar="DIR",
        type=click.Path(path_type=Path),
        help=texts(
            "Ghi vào DIR một bản sao của từng sổ tính đã bỏ hết dấu của --mark.",
            "Write to DIR a copy of each workbook without the marks of --mark.",
        ),
    )
    def check(
        files: tuple[Path, ...],
        *,
        form: str,
        previous: Path | None,
        codes: bool,
        marks: Path | None,
        clear: Path | None,
    ) -> int:
        if codes:
            from xlplan.cli.codes import codes as listed

            click.echo(listed(form, texts))
            return 0
        if not files:
            raise click.MissingParameter(param_hint=f"'{texts('TỆP...', 'FILE...')}'", param_type="argument")
        if marks and clear:
            message = texts("chỉ dùng một trong --mark, --clear", "use only one of --mark, --clear")
            raise click.UsageError(message)
        last_year = read_previous(previous) if previous else None
        if isinstance(last_year, Problem):
            complain(last_year, texts)
            return 2
        options = Options(lang=texts.lang, previous=last_year)
        outcomes = [process(path, options) for path in files]
        if form == "json":
            entries = [as_json(outcome, texts.lang) for outcome in outcomes]
            click.echo(json.dumps({"schema": 1, "files": entries}, ensure_ascii=False, indent=2))
        for outcome in outcomes:
            if outcome.problem:
                complain(outcome.problem, texts)
            elif form == "text":
                click.echo("\n".join(report_lines(outcome, texts)))
        written = True
        if marks or clear:
            from xlplan.cli.mark import write_copies

            written = write_copies(outcomes, files, marks, clear, texts)
        if not written or any(outcome.report is None for outcome in outcomes):
            return 2
        return int(any(outcome.report.errors for outcome in outcomes if outcome.report))

    return check
