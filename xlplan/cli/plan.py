"""``xlplan plan``: the Word plan of one workbook."""

from __future__ import annotations

from pathlib import Path

import click

from xlplan.cli.language import Texts
from xlplan.cli.show import complain, complain_of_output
from xlplan.files import OutputError, same_file, write_bytes
from xlplan.pipeline import Options, Problem, process, read_previous


def command(texts: Texts) -> click.Command:
    """The command in one language."""

    @click.command(
        name="plan",
        help=texts(
            "Lập kế hoạch Word từ sổ tính của một xã. Sổ tính còn lỗi số liệu thì không lập, trừ khi có --force: "
            "khi đó các lỗi được ghi thành một bình luận ở đầu văn bản.",
            "Write the Word plan from a commune's workbook. A workbook with errors is refused unless --force is "
            "given; the document then carries a first comment that lists them.",
        ),
    )
    @click.argument("file", metavar=texts("TỆP", "FILE"), type=click.Path(path_type=Path))
    @click.option(
        "-o",
        "--output",
        metavar="OUT.docx",
        required=True,
        type=click.Path(path_type=Path),
        help=texts("Tệp Word sẽ ghi.", "The Word file to write."),
    )
    @click.option(
        "--template",
        metavar="T.docx",
        type=click.Path(path_type=Path),
        help=texts("Mẫu Word của đơn vị, thay cho mẫu có sẵn.", "Your own Word template instead of the built-in one."),
    )
    @click.option(
        "--force",
        is_flag=True,
        help=texts("Vẫn lập khi còn lỗi số liệu.", "Make the plan in spite of errors."),
    )
    @click.option(
        "--previous",
        metavar=texts("TỆP", "FILE"),
        type=click.Path(path_type=Path),
        help=texts("Sổ tính năm trước của cùng xã, phường.", "Last year's workbook of the same commune."),
    )
    def plan(file: Path, output: Path, template: Path | None, force: bool, previous: Path | None) -> int:
        if output.suffix.lower() != ".docx":
            message = texts("tên tệp phải kết thúc bằng .docx", "the name must end in .docx")
            raise click.BadParameter(message, param_hint="-o")
        for source in filter(None, (file, template, previous)):
            if same_file(source, output):
                complain(Problem("same_file", str(output)), texts)
                return 2
        last_year = read_previous(previous) if previous else None
        if isinstance(last_year, Problem):
            complain(last_year, texts)
            return 2
        outcome = process(file, Options(plan=True, force=force, template=template, lang=texts.lang, previous=last_year))
        if outcome.plan is None:
            assert outcome.problem is not None
            complain(outcome.problem, texts)
            return 1 if outcome.problem.kind == "has_errors" else 2
        try:
            write_bytes(output, outcome.plan)
        except OutputError as error:
            complain_of_output(error, texts)
            return 2
        click.echo(texts(f"Đã lập kế hoạch: {output}", f"Plan written: {output}"))
        return 0

    return plan
