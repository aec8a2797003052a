"""``xlplan refresh``: the workbook's present figures in a plan that people have edited."""

from __future__ import annotations

from pathlib import Path

import click

from xlplan.cli.language import Texts
from xlplan.cli.show import complain, complain_of_output
from xlplan.files import OutputError, same_file, write_bytes
from xlplan.pipeline import Options, Problem, process
from xlplan.pipeline import refresh as refreshed


def command(texts: Texts) -> click.Command:
    """The command in one language."""

    @click.command(
        name="refresh",
        help=texts(
            "Cập nhật số liệu trong kế hoạch Word đã chỉnh sửa theo sổ tính: chỉ các số, ngày, câu lấy từ sổ tính "
            "được viết lại, mọi chữ và định dạng khác giữ nguyên. Số đã bị xóa thì không đưa lại. Mã thoát: 0 xong, "
            "1 có chỗ không cập nhật được, 2 có tệp không đọc được.",
            "Refresh the figures of a plan that people have edited: only figures, dates and sentences that come from "
            "the workbook are written anew, every other character and format stays. What was deleted does not come "
            "back. Exit status: 0 done, 1 something could not be refreshed, 2 a file cannot be read.",
        ),
    )
    @click.argument("plan", metavar=texts("KẾ_HOẠCH.docx", "PLAN.docx"), type=click.Path(path_type=Path))
    @click.argument("workbook", metavar=texts("SỔ_TÍNH", "WORKBOOK"), type=click.Path(path_type=Path))
    @click.option(
        "-o",
        "--output",
        metavar="OUT.docx",
        required=True,
        type=click.Path(path_type=Path),
        help=texts("Tệp Word sẽ ghi; không được trùng với tệp đầu vào.", "The Word file to write; never an input."),
    )
    @click.option(
        "--force",
        is_flag=True,
        help=texts(
            "Vẫn cập nhật khi kế hoạch là của xã khác hoặc kỳ khác.",
            "Refresh a plan of another commune or year all the same.",
        ),
    )
    def refresh(plan: Path, workbook: Path, output: Path, force: bool) -> int:
        if output.suffix.lower() != ".docx":
            message = texts("tên tệp phải kết thúc bằng .docx", "the name must end in .docx")
            raise click.BadParameter(message, param_hint="-o")
        if any(same_file(source, output) for source in (plan, workbook)):
            complain(Problem("same_file", str(output)), texts)
            return 2
        done = refreshed(plan, workbook, force=force, lang=texts.lang)
        if isinstance(done, Problem):
            complain(done, texts)
            return 2
        try:
            write_bytes(output, done.data)
        except OutputError as error:
            complain_of_output(error, texts)
            return 2
        from xlplan.documents.refreshing.report import lines, summary

        written = texts(f"Đã ghi: {output}", f"Written: {output}")
        click.echo("\n".join([*lines(done, texts.lang), f"{summary(done, texts.lang)} {written}"]))
        _warn_of_errors(workbook, texts)
        return 0 if done.complete else 1

    return refresh


def _warn_of_errors(workbook: Path, texts: Texts) -> None:
    """Say that the figures just written contradict one another; a plan would not have been made of them."""
    report = process(workbook, Options()).report
    if report is not None and (errors := len(report.errors)):
        click.echo(
            texts(
                f"{workbook}: số liệu còn {errors} lỗi. Chạy “xlplan check” để xem và sửa, rồi cập nhật lại.",
                f"{workbook}: the figures have {errors} errors. See them with “xlplan check”, correct them and refresh "
                "again.",
            ),
            err=True,
        )
