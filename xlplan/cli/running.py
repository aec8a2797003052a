"""How a batch looks while it runs."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xlplan.batch.run import Ended, Progress, Stage, Wanted, run
from xlplan.cli.closing import close
from xlplan.cli.language import Texts
from xlplan.results import Result
from xlplan.vietnamese.numbers import format_count

if TYPE_CHECKING:
    from xlplan.batch.engines import Engine

_EVERY = 5.0  # seconds between two lines where there is no terminal


def performed(paths: Sequence[str], output: Path, engine: Engine, wanted: Wanted, texts: Texts) -> int:
    """Performs a run behind its progress; the exit status. Raises OutputError."""
    shown = _Shown(texts)
    status = [1]

    def say(ended: Ended) -> None:
        shown.end()
        status[0] = close(ended, output, texts)

    progress = Progress(shown.started, shown.done, shown.gathering)
    try:
        run(paths, output, engine, wanted, progress=progress, close=say)
    finally:
        shown.end()
    return status[0]


class _Shown:
    """A bar on a terminal; elsewhere a line now and then."""

    def __init__(self, texts: Texts) -> None:
        self.texts, self.terminal = texts, sys.stderr.isatty()
        self._bar: click._termui_impl.ProgressBar[int] | None = None
        self._start = self._first = self._told = time.monotonic()
        self._label = ""
        self.total = self.count = self.failed = 0

    def started(self, stage: Stage, total: int, before: int) -> None:
        """So many workbooks, so many of them done by an earlier run."""
        self.end()
        self.total, self.count, self.failed = total - before, 0, 0
        self._start = self._told = time.monotonic()
        earlier = stage == "previous"
        self._label = self.texts(
            "Đang đọc sổ năm trước" if earlier else "Đang xử lý", "Reading last year's" if earlier else "Working"
        )
        if before and not earlier:
            self._say(
                f"{format_count(before)} tệp đã xong từ lần trước, còn {format_count(self.total)} tệp.",
                f"{before:,} files were done before, {self.total:,} are left.",
            )
        if self.terminal and self.total:
            self._bar = click.progressbar(
                length=self.total,
                label=self._label,
                file=sys.stderr,
                show_eta=False,
                show_percent=False,
                show_pos=True,
                item_show_func=lambda _: f"{self._rate()}{self._left()}",
            )
            self._bar.render_progress()

    def done(self, result: Result) -> None:
        """One more workbook."""
        self.count += 1
        if self.count == 1:
            self._first = time.monotonic()
        self.failed += result.trouble is not None
        if self._bar is not None:
            self._bar.update(1, self.count)
        elif time.monotonic() - self._told > _EVERY or self.count == self.total:
            self._told = time.monotonic()
            number = format_count
            self._say(
                f"{self._label}: {number(self.count)}/{number(self.total)} tệp, {self._rate()}{self._left()}",
                f"{self._label}: {self.count:,} of {self.total:,} files, {self._rate()}{self._left()}",
            )

    def gathering(self) -> None:
        """All workbooks are done; what stands for all of them is being written."""
        self.end()
        if self.total > 100:
            self._say("Đang tổng hợp…", "Gathering…")

    def end(self) -> None:
        """Ends the bar's line."""
        if self._bar is not None:
            self._bar.render_finish()
            self._bar = None

    def _say(self, vi: str, en: str) -> None:
        click.echo(self.texts(vi, en), err=True)

    def _speed(self) -> float:
        """Files a second since the first was done: until then the workers were starting."""
        now = time.monotonic()
        since, count = (self._first, self.count - 1) if self.count > 1 else (self._start, self.count)
        return count / max(now - since, 0.001)

    def _rate(self) -> str:
        speed = self._speed()
        shown = f"{speed:.0f}" if speed >= 10 else f"{speed:.1f}".replace(".", self.texts(",", "."))
        return self.texts(f"{self.failed} không xong, {shown} tệp/giây", f"{self.failed} failed, {shown} files/s")

    def _left(self) -> str:
        seconds = (self.total - self.count) / max(self._speed(), 0.001)
        if not self.count or seconds < 1:
            return ""
        minutes, rest = divmod(round(seconds), 60)
        shown = f"{minutes}:{rest:02d}"
        return self.texts(f", còn khoảng {shown}", f", about {shown} left")
