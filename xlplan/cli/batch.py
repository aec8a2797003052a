"""``xlplan batch``: many communes at once."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from xlplan.cli.language import Texts
from xlplan.cli.show import complain, complain_of_output
from xlplan.files import OutputError
from xlplan.pipeline import Problem

if TYPE_CHECKING:
    from xlplan.batch.engines import Engine
    from xlplan.intake.expected import Expected

_SECONDS = 300.0  # a workbook that takes as long is no commune's


def command(texts: Texts) -> click.Command:
    """The command in one language."""

    @click.command(
        name="batch",
        help=texts(
            "Kiểm tra và lập kế hoạch cho mọi sổ tính trong các tệp, thư mục, mẫu tên (*, **) đã cho. Kết quả: "
            "ke_hoach/ (kế hoạch Word), danh_dau/ (bản đánh dấu), phan_hoi/ (tin nhắn gửi xã), ket_qua.jsonl (mỗi "
            "dòng một tệp), tong_hop.xlsx và tong_hop.html (tổng hợp). Chạy lại thì làm tiếp chỗ dừng, việc đã xong "
            "không làm lại. Mã thoát: 0 đọc và ghi được hết, 1 có tệp không đọc hoặc không ghi được.",
            "Check and write the plans of all workbooks among the given files, folders and globs. Results: ke_hoach/ "
            "(Word plans), danh_dau/ (marked copies), phan_hoi/ (messages to the communes), ket_qua.jsonl (one line a "
            "file), tong_hop.xlsx and tong_hop.html (summary). Run again, it goes on where it stopped. Exit status: 0 "
            "everything was read and written, 1 something was not.",
        ),
    )
    @click.argument("paths", metavar=texts("ĐƯỜNG_DẪN...", "PATH..."), nargs=-1, required=True)
    @click.option(
        "-o",
        "--output",
        metavar="DIR",
        required=True,
        type=click.Path(path_type=Path),
        help=texts("Thư mục ghi kết quả.", "The folder for the results."),
    )
    @click.option(
        "--jobs",
        type=click.IntRange(1, 256),
        default=None,
        help=texts("Số tiến trình chạy song song (mặc định: số nhân).", "Processes (as many as cores by default)."),
    )
    @click.option(
        "--engine",
        type=click.Choice(["local", "dask"]),
        default="local",
        help=texts("Chạy trên máy này (local) hoặc cụm Dask.", "Run on this computer (local) or a Dask cluster."),
    )
    @click.option(
        "--scheduler",
        metavar=texts("ĐỊA_CHỈ", "ADDRESS"),
        default=None,
        help=texts(
            "Địa chỉ cụm Dask (tcp://…); không có thì tự mở một cụm trên máy này.",
            "Address of the Dask cluster (tcp://…); without one a cluster is started on this computer.",
        ),
    )
    @click.option(
        "--no-resume",
        is_flag=True,
        help=texts("Làm lại từ đầu, không dùng kết quả lần trước.", "Do everything anew, whatever an earlier run did."),
    )
    @click.option(
        "--only",
        type=click.Choice(["check", "plan"]),
        help=texts("Chỉ kiểm tra (check) hoặc chỉ lập kế hoạch (plan).", "Only check, or only make plans."),
    )
    @click.option(
        "--previous",
        metavar="DIR",
        type=click.Path(path_type=Path),
        help=texts("Thư mục sổ tính năm trước, để so đầu kỳ với cuối kỳ.", "The folder of last year's workbooks."),
    )
    @click.option(
        "--expected",
        metavar="LIST",
        type=click.Path(path_type=Path),
        help=texts(
            "Danh sách xã phải nộp (.csv hoặc .xlsx, theo mã hoặc tên): báo xã thiếu, muộn, trùng, sai năm, nhầm xã.",
            "The communes that were to send a workbook (.csv or .xlsx): tells who is missing, late, twice, wrong.",
        ),
    )
    @click.option(
        "--timeout",
        type=click.FloatRange(min=0.1),
        default=_SECONDS,
        show_default=True,
        help=texts("Số giây tối đa cho một tệp.", "The most seconds that a file may take."),
    )
    def batch(  # noqa: PLR0911, PLR0917 - as many options as the command has, and what may be wrong with them
        paths: tuple[str, ...],
        output: Path,
        jobs: int | None,
        engine: Literal["local", "dask"],
        scheduler: str | None,
        no_resume: bool,
        only: Literal["check", "plan"] | None,
        previous: Path | None,
        expected: Path | None,
        timeout: float,
    ) -> int:
        from xlplan.batch.engines import EngineError
        from xlplan.batch.run import Wanted
        from xlplan.cli.running import performed

        gc.enable()
        communes: list[Expected] | Problem = _listed(expected)
        if isinstance(communes, Problem):
            complain(communes, texts)
            return 2
        if previous is not None and not previous.exists():
            complain(Problem("missing", str(previous)), texts)
            return 2
        if scheduler is not None and engine != "dask":
            click.echo(texts("--scheduler chỉ dùng với --engine dask.", "--scheduler needs --engine dask."), err=True)
            return 2
        wanted = Wanted(only, texts.lang, previous, communes, resume=not no_resume)
        try:
            worker = _engine(engine, scheduler, jobs or os.cpu_count() or 1, timeout)
            if isinstance(worker, Problem):
                complain(worker, texts)
                return 2
            return performed(paths, output, worker, wanted, texts)
        except KeyboardInterrupt:  # before the run began, which says itself how far it came
            click.echo(texts("Đã dừng theo yêu cầu. Chạy lại lệnh này để làm tiếp.", "Stopped as asked."), err=True)
            return 1
        except OutputError as error:
            complain_of_output(error, texts)
            return 1
        except EngineError as error:
            complain(error.problem, texts)
            return 2

    return batch


def _listed(path: Path | None) -> list[Expected] | Problem:
    if path is None:
        return []
    from xlplan.intake.expected import read_list

    return read_list(path)


def _engine(name: Literal["local", "dask"], scheduler: str | None, jobs: int, timeout: float) -> Engine | Problem:
    if name == "local":
        from xlplan.batch.engines import local

        return local(jobs, timeout)
    try:
        from xlplan.batch.cluster import dask
    except ImportError:
        return Problem("no_dask", "dask")
    return dask(scheduler, jobs, timeout)
