"""Who performs the tasks of a run: a pool of processes on this computer. :mod:`xlplan.batch.cluster` is the other one.

An engine gives the results as they come. A task that takes too long or kills its worker is a result too.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING

from xlplan.batch.tasks import Settings, Task, failed, perform
from xlplan.pipeline import Problem
from xlplan.results import Result, loaded

if TYPE_CHECKING:
    from concurrent.futures import Future

Results = Generator[tuple[Task, Result], None, None]
Engine = Callable[[Iterable[Task], Settings], Results]

_AHEAD = 4  # tasks a worker that wait for it; more would only fill memory
_settings: Settings | None = None  # of the worker's run


def local(jobs: int, timeout: float) -> Engine:
    """So many processes, each a workbook at a time; one that takes longer than ``timeout`` seconds is ended."""

    def engine(tasks: Iterable[Task], settings: Settings) -> Results:
        from concurrent.futures import FIRST_COMPLETED, wait
        from multiprocessing import get_context

        from pebble import ProcessPool

        todo = iter(tasks)
        with ProcessPool(
            max_workers=jobs, initializer=_start, initargs=[settings], context=get_context("spawn")
        ) as pool:
            try:
                waiting: dict[Future[str], Task] = {}
                with _deaf_to_ctrl_c():  # the first task starts the workers
                    for task in islice(todo, _AHEAD * jobs):
                        waiting[pool.schedule(_one, args=(task,), timeout=timeout)] = task
                while waiting:
                    for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                        task = waiting.pop(future)
                        for following in islice(todo, 1):
                            waiting[pool.schedule(_one, args=(following,), timeout=timeout)] = following
                        yield task, _result(future, task, timeout)
            except BaseException:  # Ctrl-C, or whoever takes the results stopped
                pool.stop()  # type: ignore[no-untyped-call] # pebble has types but for this
                raise

    return engine


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Threads and processes that are begun in here never hear it, not even before :func:`_start`; the run does."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start(settings: Settings) -> None:
    """A new worker; Ctrl-C is for the run to hear, not for each worker."""
    global _settings  # noqa: PLW0603 - what a worker is given once, as pools do it
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _settings = settings


def _one(task: Task) -> str:
    assert _settings is not None
    return perform(task, _settings)


def _result(future: Future[str], task: Task, timeout: float) -> Result:
    """What a worker gave, or why it did not."""
    from pebble import ProcessExpired

    try:
        return loaded(future.result())
    except TimeoutError:
        return failed(task, Problem("timeout", task.shown, f"{timeout:g}"))
    except ProcessExpired as error:
        return failed(task, Problem("killed", task.shown, str(error.exitcode)))
    except Exception as error:  # a mistake of ours: one file must not take others or the reason with it
        return failed(task, Problem("crashed", task.shown, type(error).__name__))
