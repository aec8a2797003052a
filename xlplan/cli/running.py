"""How a batch looks while it runs and when it ends."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xlplan.batch.run import Ended, Progress, Wanted, run
from xlplan.cli.language import Texts
from xlplan.cli.show import complain
from xlplan.pipeline import Problem
from xlplan.results import Result
from xlplan.vietnamese.numbers import format_count

if TYPE_CHECKING:
    from xlplan.batch.engines import Engine

_NAMED = 20  # files and communes that the closing names; the province workbook has all
_EVERY = 5.0  # seconds between two lines where there is no terminal


def performed(paths: Sequence[str], output: Path, engine: Engine, wanted: Wanted, texts: Texts) -> int:
    """Performs a run behind its progress; the exit status. Raises OutputError."""
    shown = _Shown(texts)
    status = [1]

    def close(ended: Ended) -> None:
        shown.end()
        status[0] = _close(ended, output, wanted, texts)

    progress = Progress(shown.started, shown.done, shown.gathering)
    try:
        run(paths, output, engine, wanted, progress=progress, close=close)
    finally:
        shown.end()
    return status[0]


class _Shown:
    """A bar on a terminal; elsewhere a line now and then."""

    def __init__(self, texts: Texts) -> None:
        self.texts, self.terminal = texts, sys.stderr.isatty()
        self._bar: click._termui_impl.ProgressBar[int] | None = None
        self._start = self._told = time.monotonic()
        self.total = self.count = self.failed = 0

    def started(self, total: int, before: int) -> None:
        """So many workbooks, so many of them done by an earlier run."""
        self.total = total - before
        self._start = self._told = time.monotonic()
        if before:
            click.echo(
                self.texts(
                    f"{format_count(before)} tệp đã xong từ lần trước, còn {format_count(self.total)} tệp.",
                    f"{before} files were done before, {self.total} are left.",
                ),
                err=True,
            )
        if self.terminal and self.total:
            label = self.texts("Đang xử lý", "Working")
            self._bar = click.progressbar(
                length=self.total,
                label=label,
                file=sys.stderr,
                show_pos=True,
                item_show_func=lambda _: self._rate(),
            )
            self._bar.render_progress()

    def done(self, result: Result) -> None:
        """One more workbook."""
        self.count += 1
        self.failed += result.trouble is not None
        if self._bar is not None:
            self._bar.update(1, self.count)
        elif time.monotonic() - self._told > _EVERY or self.count == self.total:
            self._told = time.monotonic()
            label = self.texts("Đang xử lý", "Working")
            click.echo(f"{label}: {self.count}/{self.total}, {self._rate()}{self._left()}", err=True)

    def gathering(self) -> None:
        """All workbooks are done; what stands for all of them is being written."""
        self.end()
        if self.total > 100:
            click.echo(self.texts("Đang tổng hợp…", "Gathering…"), err=True)

    def end(self) -> None:
        """Ends the bar's line."""
        if self._bar is not None:
            self._bar.render_finish()
            self._bar = None

    def _rate(self) -> str:
        speed = self.count / max(time.monotonic() - self._start, 0.001)
        shown = f"{speed:.0f}" if speed >= 10 else f"{speed:.1f}".replace(".", self.texts(",", "."))
        return self.texts(f"{self.failed} không xong, {shown} tệp/giây", f"{self.failed} failed, {shown} files/s")

    def _left(self) -> str:
        seconds = (self.total - self.count) * (time.monotonic() - self._start) / max(self.count, 1)
        if seconds < 1:
            return ""
        minutes, rest = divmod(round(seconds), 60)
        shown = f"{minutes}:{rest:02d}"
        return self.texts(f", còn khoảng {shown}", f", about {shown} left")


def _close(ended: Ended, output: Path, wanted: Wanted, texts: Texts) -> int:
    """What was written where, and which communes need what; the exit status."""
    found = ended.found
    for path in (*found.missing, *found.unreadable):
        complain(Problem("missing" if path in found.missing else "unreadable", path), texts)
    if not found.files:
        click.echo(texts("Không có sổ tính Excel nào để xử lý.", "There is no Excel workbook to work on."), err=True)
        return 1 if found.missing or found.unreadable else 2
    counted = _Counted(ended, texts)
    for line in counted.failed[:_NAMED]:
        click.echo(f"  {line}", err=True)
    _and_more(len(counted.failed), texts, err=True)
    for line in counted.with_errors[:_NAMED]:
        click.echo(f"  {line}")
    _and_more(len(counted.with_errors), texts)
    _say_submitted(ended, texts)
    for line in counted.closing(output, ended):
        click.echo(line)
    return int(bool(found.missing or found.unreadable or counted.failed or ended.broken_off))


class _Counted:
    """What the results of a run come to."""

    def __init__(self, ended: Ended, texts: Texts) -> None:
        self.texts = texts
        self.read = self.plans = self.marked = 0
        self.failed: list[str] = []
        self.with_errors: list[str] = []
        for result in ended.gathered.results:
            self.read += result.status != "unreadable"
            self.plans += bool(result.plan)
            self.marked += bool(result.marked)
            if result.trouble is not None:
                self.failed.append(" ".join(result.trouble_text(texts.lang).split()))
            if errors := result.count("error"):
                self.with_errors.append(self._error_line(result, errors))

    def _error_line(self, result: Result, errors: int) -> str:
        see = result.marked or result.file
        return self.texts(
            f"{result.unit or result.file}: {errors} lỗi"
            + ("; kế hoạch kèm bình luận liệt kê lỗi" if result.plan else "")
            + f", xem {see}",
            f"{result.unit or result.file}: {errors} errors"
            + ("; its plan lists them in a comment" if result.plan else "")
            + f", see {see}",
        )

    def closing(self, output: Path, ended: Ended) -> list[str]:
        """The last lines."""
        number, texts = format_count, self.texts
        lines = []
        if ended.copies:
            lines.append(
                texts(
                    f"Bỏ qua {len(ended.copies)} tệp trùng nội dung với tệp khác.",
                    f"Passed over {len(ended.copies)} files of the same content as others.",
                )
            )
        done = number(ended.before + ended.now)
        if ended.broken_off:
            lines.append(
                texts(
                    f"Đã dừng theo yêu cầu: xong {done}/{number(ended.total)} tệp. Chạy lại lệnh "
                    f"này để làm tiếp. Kết quả ở: {output}",
                    f"Stopped as asked: {done} of {number(ended.total)} files are done. Run the same "
                    f"command to go on. Results in: {output}",
                )
            )
            return lines
        total, plans, read = number(ended.total), number(self.plans), number(self.read)
        errors, failed = number(len(self.with_errors)), number(len(self.failed))
        lines.append(
            texts(
                f"Đã đọc {read}/{total} tệp, lập {plans} kế hoạch; {errors} tệp có lỗi số liệu, {failed} tệp không xử "
                f"lý được. Kết quả ở: {output}",
                f"Read {read} of {total} files, wrote {plans} plans; {errors} files have errors in their figures, "
                f"{failed} could not be handled. Results in: {output}",
            )
        )
        return lines


def _and_more(count: int, texts: Texts, *, err: bool = False) -> None:
    if count > _NAMED:
        rest = format_count(count - _NAMED)
        click.echo(
            texts(f"  … và {rest} tệp nữa, xem tong_hop.xlsx", f"  … and {rest} more, see tong_hop.xlsx"), err=err
        )


def _say_submitted(ended: Ended, texts: Texts) -> None:
    """How the communes of the list stand, and which files do not count."""
    lines = [item for item in ended.gathered.submitted if item.standing not in ("received", "wrong_template")]
    for item in lines[:_NAMED]:
        click.echo(f"  {item.remark}")
    _and_more(len(lines), texts)
