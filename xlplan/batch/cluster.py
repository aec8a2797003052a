"""The same tasks on a Dask cluster whose workers see the inputs and the output folder under the same paths."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from distributed import Client, KilledWorker, LocalCluster, as_completed

from xlplan.batch.engines import Engine, EngineError, Results, deaf_to_ctrl_c
from xlplan.batch.tasks import Settings, Task, failed, perform
from xlplan.files import OutputError, write_bytes
from xlplan.messages import Language
from xlplan.pipeline import Problem
from xlplan.results import Result, loaded

if TYPE_CHECKING:
    from distributed import Future as AnyFuture

    Future = AnyFuture[Any]

_AHEAD = 8  # tasks a worker that wait for it
_CONNECT = 10  # seconds until a cluster must answer
_LAST_WRITE = 5  # seconds for an output that is being written when its task has taken too long
_RETRIES = 2  # of a task whose worker was lost


def dask(scheduler: str | None, jobs: int, timeout: float) -> Engine:
    """The workers of the cluster at an address, or so many of a cluster that is started on this computer.

    A lost worker's tasks are given to others; what takes longer than ``timeout`` seconds is left. Of what lay with a
    worker each time when it was lost, nobody knows which killed it: those are tried once more, each alone. The engine
    raises :class:`~xlplan.batch.engines.EngineError` where there is no cluster at the address.
    """

    def engine(tasks: Iterable[Task], settings: Settings) -> Results:
        todo = iter(tasks)
        first = list(islice(todo, 1))
        if not first:
            return
        with _closed_in_peace() as stack:
            client = stack.enter_context(_client(scheduler, jobs, stack))
            shared = client.submit(_given, settings, pure=False)  # unlike scattered data it outlives its worker
            ahead = _AHEAD * max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
            waiting: dict[Any, Task] = {}
            doubtful: list[Task] = []

            def submit(task: Task) -> Future:
                future: Future = client.submit(_one, task, shared, timeout, pure=False, retries=_RETRIES)
                waiting[future.key] = task
                return future

            running: Any = as_completed([submit(task) for task in (*first, *islice(todo, ahead - 1))])
            for future in running:
                for following in islice(todo, 1):
                    running.add(submit(following))
                task = waiting.pop(future.key)
                result = _result(future, task, timeout, settings.lang)
                future.release()
                if result.trouble is not None and result.trouble.kind == "killed":
                    doubtful.append(task)
                else:
                    yield task, result
            for task in doubtful:
                yield task, _result(submit(task), task, timeout, settings.lang)

    return engine


@contextmanager
def _closed_in_peace() -> Iterator[ExitStack]:
    """What is opened with this is closed whole: a second Ctrl-C would leave half a cluster behind."""
    stack = ExitStack()
    try:
        yield stack
    finally:
        with deaf_to_ctrl_c():
            stack.close()


def _client(scheduler: str | None, jobs: int, stack: ExitStack) -> Client:
    """A connection to the cluster at an address, or to one that is started; closed with the stack."""
    if scheduler is None:
        with deaf_to_ctrl_c():
            cluster: Any = LocalCluster(
                n_workers=jobs,
                threads_per_worker=1,
                processes=True,
                dashboard_address=None,
                silence_logs=logging.CRITICAL,  # a lost worker is a row of the run, or nothing at all
            )
            stack.enter_context(cluster)  # what was asked for while it started is heard now, and it has to be closed
        return Client(cluster)
    try:
        return Client(scheduler, timeout=_CONNECT)
    except (OSError, ValueError) as error:
        raise EngineError(Problem("no_cluster", scheduler, str(error))) from error


def _given(settings: Settings) -> Settings:
    return settings


def _one(task: Task, settings: Settings, timeout: float) -> str | None:
    """A task in a thread of its own, so that the worker can go on; ``None`` where it takes too long."""
    done: list[str] = []
    outputs = _Outputs()
    thread = threading.Thread(target=lambda: done.append(perform(task, settings, outputs.write)), daemon=True)
    thread.start()
    thread.join(timeout)
    if thread.is_alive():
        outputs.end()
        return None
    if not done:
        raise RuntimeError("the task gave nothing")
    return done[0]


class _Outputs:
    """Writes the outputs of a task until it has taken too long: by then the run may be over, or at it again."""

    def __init__(self) -> None:
        self._writing = threading.Lock()
        self._ended = False

    def write(self, path: Path, data: bytes) -> None:
        with self._writing:
            if self._ended:
                raise OutputError(path, "the task has taken too long")
            write_bytes(path, data)

    def end(self) -> None:
        """Nothing is written from now on; what is just being written has some seconds."""
        last = self._writing.acquire(timeout=_LAST_WRITE)
        self._ended = True
        if last:
            self._writing.release()


def _result(future: Future, task: Task, timeout: float, lang: Language) -> Result:
    try:
        text = future.result()
    except KilledWorker as error:
        return failed(task, Problem("killed", task.shown, type(error).__name__), lang)
    except Exception as error:  # a mistake of ours: one file must not take others or the reason with it
        return failed(task, Problem("crashed", task.shown, type(error).__name__), lang)
    if text is None:
        return failed(task, Problem("timeout", task.shown, f"{timeout:g}"), lang)
    return loaded(text)
