"""Who performs the tasks of a run: a pool of processes on this computer. :mod:`xlplan.batch.cluster` is the other one.

An engine gives the results as they come. A task that takes too long or kills its worker is a result too.
"""

from __future__ import annotations

import gc
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait

from xlplan.batch.tasks import Settings, Task, failed, perform
from xlplan.pipeline import Problem
from xlplan.results import Result, dumped, loaded

Results = Generator[tuple[Task, Result], None, None]
Engine = Callable[[Iterable[Task], Settings], Results]

_TIDY = 200  # tasks between two collections of garbage, of which a task leaves next to none
_GIVEN = 2  # tasks that a worker has: the one it does, and the next
_MOST = 60  # workers that Windows can wait for at once
_FALSE_STARTS = 3  # workers one after another that end before they have begun; then none can begin here


class EngineError(Exception):
    """There is nobody to do the tasks; ``problem`` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.kind, problem.file, problem.detail)
        self.problem = problem


def local(jobs: int, timeout: float) -> Engine:
    """So many processes, each a workbook at a time; one that takes longer than ``timeout`` seconds is ended.

    Each has a pipe of its own, so that one which is killed at any moment takes nothing of the others with it. The
    engine raises :class:`EngineError` where no process can be started.
    """

    def engine(tasks: Iterable[Task], settings: Settings) -> Results:
        pool = _Pool(iter(tasks), settings, min(jobs, _MOST), timeout)
        try:
            while pool.fill():
                yield from pool.results()
        finally:
            pool.end()

    return engine


class _Pool:
    """The workers of a run and the tasks that are still to be given to one."""

    def __init__(self, todo: Iterator[Task], settings: Settings, jobs: int, timeout: float) -> None:
        self.todo, self.settings, self.jobs, self.timeout = todo, settings, jobs, timeout
        self.workers: list[_Worker] = []
        self._again: deque[Task] = deque()  # of workers that ended before they came to them
        self._false_starts = 0

    def fill(self) -> bool:
        """Gives every worker enough to do; whether anything is being done."""
        for worker in self.workers:
            while len(worker.given) < _GIVEN and (task := self._next()):
                worker.give(task)
        while len(self.workers) < self.jobs and (task := self._next()):
            self.workers.append(_Worker(self.settings))
            self.workers[-1].give(task)
        return any(worker.given for worker in self.workers)

    def results(self) -> Iterator[tuple[Task, Result]]:
        """Waits until workers have something to say, or one takes too long."""
        wait([worker.pipe for worker in self.workers], self._patience())
        for worker in tuple(self.workers):
            if worker.pipe.poll():
                try:
                    text = worker.pipe.recv_bytes()
                except (EOFError, OSError):
                    yield from self._lost(worker)
                    continue
                if found := worker.heard(text):
                    yield found
                self._false_starts = 0
            elif worker.since and time.monotonic() - worker.since > self.timeout:
                task = self._take_back(worker)
                yield task, failed(task, Problem("timeout", task.shown, f"{self.timeout:g}"), self.settings.lang)

    def end(self) -> None:
        """Ends all workers, whatever they do."""
        while self.workers:
            self.workers.pop().end()

    def _patience(self) -> float | None:
        """Seconds until the first task has taken too long."""
        ends = [worker.since + self.timeout for worker in self.workers if worker.since]
        return max(0.0, min(ends) - time.monotonic()) + 0.01 if ends else None

    def _lost(self, worker: _Worker) -> Iterator[tuple[Task, Result]]:
        """A worker ended: what it was doing is the result of that, if it had begun."""
        code = worker.code()
        if worker.since:
            task = self._take_back(worker)
            yield task, failed(task, Problem("killed", task.shown, str(code)), self.settings.lang)
            return
        if not worker.ready:
            self._false_starts += 1
        if self._false_starts >= _FALSE_STARTS:
            raise EngineError(Problem("no_workers", "", str(code)))
        self._leave(worker)

    def _take_back(self, worker: _Worker) -> Task:
        """The task that a worker is at; it ends, and the others that it had go to another."""
        task = worker.given.popleft()
        self._leave(worker)
        return task

    def _leave(self, worker: _Worker) -> None:
        self.workers.remove(worker)
        worker.end()
        self._again += worker.given

    def _next(self) -> Task | None:
        return self._again.popleft() if self._again else next(self.todo, None)


class _Worker:
    """A process, its pipe and the tasks that it was given; ``since`` is when it began the first, 0 if it has not."""

    def __init__(self, settings: Settings) -> None:
        here, there = get_context("spawn").Pipe()
        self.pipe: Connection[Task, bytes] = here
        self.given: deque[Task] = deque()
        self.ready, self.since = False, 0.0
        self._process = get_context("spawn").Process(target=_serve, args=(there, settings), daemon=True)
        with deaf_to_ctrl_c():
            self._process.start()
        there.close()  # the worker's own is the last one then: where it ends, the pipe does

    def give(self, task: Task) -> None:
        """One more task."""
        self.given.append(task)
        if self.ready and not self.since:
            self.since = time.monotonic()
        with suppress(OSError):  # it has ended, which will be seen when it is listened to
            self.pipe.send(task)

    def heard(self, text: bytes) -> tuple[Task, Result] | None:
        """What a message of the worker means: the result of a task, or None for its first, that it is ready."""
        found = None
        if self.ready:
            found = self.given.popleft(), loaded(text.decode("utf-8", "surrogatepass"))
        self.ready = True
        self.since = time.monotonic() if self.given else 0.0
        return found

    def code(self) -> int | None:
        """The exit code of a process whose pipe broke, or minus the signal that ended it."""
        self._process.join(1)
        return self._process.exitcode

    def end(self) -> None:
        """Ends the process, whatever it does."""
        self._process.kill()
        self._process.join()
        self.pipe.close()


@contextmanager
def deaf_to_ctrl_c() -> Iterator[None]:
    """What is begun in here never hears it, not even while it starts; the run hears it when this ends."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # which would hear again where it is begun in here
    heard: list[int] = []  # a thread that a library began before may hear it all the same, and tell this one
    main = threading.current_thread() is threading.main_thread()  # which alone hears anything
    run = signal.signal(signal.SIGINT, lambda number, _: heard.append(number)) if main else None
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        if main:
            signal.signal(signal.SIGINT, run)
    if heard and callable(run):
        run(signal.SIGINT, None)


def _serve(pipe: Connection[bytes, Task], settings: Settings) -> None:
    """A worker: does what comes through its pipe until the other end is closed, because the run ended or was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, OSError):
        pipe.send_bytes(b"")
        for turn in count():
            pipe.send_bytes(_done(pipe.recv(), settings).encode("utf-8", "surrogatepass"))
            _tidy(turn)


def _tidy(turn: int) -> None:
    """Collects garbage now and then, and never goes through what every task needs: a seventh of the time otherwise."""
    gc.disable()
    if turn % _TIDY == 0:
        gc.collect()
    if turn == 0:
        gc.freeze()


def _done(task: Task, settings: Settings) -> str:
    try:
        return perform(task, settings)
    except Exception as error:  # a mistake of ours: one file must not take others or the reason with it
        return dumped(failed(task, Problem("crashed", task.shown, type(error).__name__), settings.lang))
