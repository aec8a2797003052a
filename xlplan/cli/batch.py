"""``xlplan batch``: many communes at once."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

import click

from xlplan.batch import Item, Summary, discover, run
from xlplan.cli.language import Texts
from xlplan.cli.show import complain, complain_of_output, problem_line
from xlplan.files import OutputError
from xlplan.pipeline import Problem


def command(texts: Texts) -> click.Command:
    """The command in one language."""

    @click.command(
        name="batch",
        help=texts(
            "Kiểm tra và lập kế hoạch cho mọi sổ tính trong các tệp, thư mục đã cho. Kết quả: ke_hoach/ (kế hoạch "
            "Word), ket_qua.jsonl (mỗi dòng một tệp), tong_hop.xlsx (tổng hợp). Mã thoát: 0 đọc và ghi được hết, "
            "1 có tệp không đọc hoặc không ghi được.",
            "Check and write the plans of all workbooks among the given files and folders. Results: ke_hoach/ "
            "(Word plans), ket_qua.jsonl (one line a file), tong_hop.xlsx (summary). Exit status: 0 everything "
            "was read and written, 1 something was not.",
        ),
    )
    @click.argument(
        "paths",
        metavar=texts("ĐƯỜNG_DẪN...", "PATH..."),
        nargs=-1,
        required=True,
        type=click.Path(path_type=Path),
    )
    @click.option(
        "-o",
        "--output",
        metavar="DIR",
        required=True,
        type=click.Path(path_type=Path),
        help=texts("Thư mục ghi kết quả.", "The folder for the results."),
    )
    @click.option(
        "--only",
        type=click.Choice(["check", "plan"]),
        help=texts("Chỉ kiểm tra (check) hoặc chỉ lập kế hoạch (plan).", "Only check, or only make plans."),
    )
    def batch(paths: tuple[Path, ...], output: Path, only: str | None) -> int:
        gc.enable()
        missing = [path for path in paths if not path.exists()]
        for path in missing:
            complain(Problem("missing", str(path)), texts)
        files = discover([path for path in paths if path.exists()], output)
        if not files:
            click.echo(
                texts("Không có sổ tính Excel nào để xử lý.", "There is no Excel workbook to work on."),
                err=True,
            )
            return 1 if missing else 2
        try:
            summary = _with_progress(files, output, only, texts)
        except OutputError as error:
            complain_of_output(error, texts)
            return 1
        _close(summary, output, texts)
        return int(bool(missing or summary.failed))

    return batch


def _with_progress(files: list[Path], output: Path, only: str | None, texts: Texts) -> Summary:
    """Runs the batch behind a progress bar; where there is no terminal, a line for every tenth of the way."""
    label = texts("Đang xử lý", "Working")
    if sys.stderr.isatty():
        with click.progressbar(length=len(files), label=label, file=sys.stderr, show_pos=True) as bar:
            return run(files, output, only=only, lang=texts.lang, tick=lambda _: bar.update(1))
    done = 0

    def tick(_: Item) -> None:
        nonlocal done
        done += 1
        if done == len(files) or done % max(1, len(files) // 10) == 0:
            click.echo(f"{label}: {done}/{len(files)}", err=True)

    return run(files, output, only=only, lang=texts.lang, tick=tick)


def _close(summary: Summary, output: Path, texts: Texts) -> None:
    """What was written where, and which communes need what."""
    for item in summary.failed:
        assert item.trouble is not None
        click.echo(f"  {problem_line(item.trouble, texts)}", err=True)
    for item in summary.items:
        if item.errors:
            click.echo(
                texts(
                    f"  {item.file}: {item.errors} lỗi"
                    + ("; kế hoạch kèm bình luận liệt kê lỗi" if item.plan else "")
                    + ", xem tong_hop.xlsx",
                    f"  {item.file}: {item.errors} errors"
                    + ("; its plan lists them in a comment" if item.plan else ""),
                )
            )
    click.echo(
        texts(
            f"Đã đọc {summary.read}/{len(summary.items)} tệp, lập {summary.plans} kế hoạch; "
            f"{summary.with_errors} tệp có lỗi số liệu, {len(summary.failed)} tệp không xử lý được. "
            f"Kết quả ở: {output}",
            f"Read {summary.read} of {len(summary.items)} files, wrote {summary.plans} plans; {summary.with_errors} "
            f"files have errors in their figures, {len(summary.failed)} could not be handled. Results in: {output}",
        )
    )
