"""``xlplan new``: a blank standard workbook."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from xlplan import catalogue
from xlplan.cli.language import Texts
from xlplan.cli.show import complain, complain_of_output
from xlplan.files import OutputError, write_beside
from xlplan.pipeline import Problem


def command(texts: Texts) -> click.Command:
    """The command in one language."""

    @click.command(
        name="new",
        help=texts(
            "Lập sổ tính mẫu mới. Loại “nam”: kế hoạch năm có dự án, các ấp là cột; loại “thon”: kế hoạch năm "
            "theo thôn, các thôn là dòng.",
            "Make a new standard workbook. Kind “nam”: a year plan with projects, villages as columns; kind "
            "“thon”: a year plan by villages, villages as rows.",
        ),
    )
    @click.argument("output", metavar="OUT.xlsx", type=click.Path(path_type=Path))
    @click.option(
        "--kind",
        type=click.Choice(list(catalogue.kinds())),
        default="thon",
        show_default=True,
        help=texts("Loại kế hoạch.", "Kind of plan."),
    )
    @click.option(
        "--villages",
        metavar='"A, B, C"',
        default="",
        help=texts("Tên các thôn, cách nhau bằng dấu phẩy.", "Names of the villages, separated by commas."),
    )
    @click.option(
        "--orientation",
        type=click.Choice(["rows", "columns"]),
        help=texts("Các thôn là dòng (rows) hay cột (columns).", "Villages as rows or as columns."),
    )
    @click.option(
        "--year",
        type=click.IntRange(2000, 2100),
        help=texts("Năm kế hoạch (mặc định: năm nay).", "Year of the plan (default: this year)."),
    )
    def new(output: Path, kind: str, villages: str, orientation: str | None, year: int | None) -> int:
        from xlplan.resources import outlines
        from xlplan.sheets.standard.builder import build
        from xlplan.sheets.standard.content import blank_content

        if output.suffix.lower() != ".xlsx":
            raise click.BadParameter(
                texts("tên tệp phải kết thúc bằng .xlsx", "the name must end in .xlsx"), param_hint="OUT.xlsx"
            )
        if output.exists():
            complain(Problem("exists", str(output)), texts)
            return 2
        names = [name.strip() for name in villages.replace(";", ",").split(",") if name.strip()]
        content = blank_content(
            catalogue.kinds()[kind],
            names,
            orientation,
            outlines_dir=outlines(),
            year=year or datetime.date.today().year,
        )
        try:
            write_beside(output, lambda stream: build(content, stream))
        except OutputError as error:
            complain_of_output(error, texts)
            return 2
        click.echo(texts(f"Đã lập sổ tính mẫu: {output}", f"Workbook written: {output}"))
        return 0

    return new
