"""A run from the paths to its end: what is to do, who does it, what comes of all of it together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

from xlplan.batch.engines import Engine
from xlplan.batch.kept import Kept
from xlplan.batch.ledger import Ledger
from xlplan.batch.tasks import MARKED, PLANS, REPLIES, Settings, Task
from xlplan.batch.together import FINDINGS, PAGE, SUMMARY, write_together
from xlplan.files import OutputError, drop_temporary, same_file
from xlplan.intake.compare import compare, superseded
from xlplan.intake.content import digest_of, identical
from xlplan.intake.discovery import Discovered, discover
from xlplan.intake.expected import Expected
from xlplan.intake.names import output_names
from xlplan.intake.previous import Index, index
from xlplan.intake.received import Received
from xlplan.messages import Language
from xlplan.results import Gathered, Result
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.text import nfc


class Wanted(NamedTuple):
    """What a run is asked for.

    ``only`` leaves out plans (``check``) or everything but plans and findings (``plan``). ``previous`` is a folder of
    last year's workbooks, ``expected`` the communes that were to send one. Without ``resume`` all is done anew.
    """

    only: Literal["check", "plan"] | None = None
    lang: Language = "vi"
    previous: Path | None = None
    expected: Sequence[Expected] = ()
    resume: bool = True


class Progress(NamedTuple):
    """Whom a run tells how far it is: how many workbooks there are and were done before, then each one."""

    started: Callable[[int, int], object] = lambda total, before: None
    done: Callable[[Result], object] = lambda result: None
    gathering: Callable[[], object] = lambda: None


class Ended(NamedTuple):
    """How a run ended.

    ``copies`` are files of the same content as another, by their names; ``total`` counts the workbooks without them,
    of which ``before`` were done in an earlier run and ``now`` in this one. ``written`` names the outputs for all.
    """

    found: Discovered
    copies: Mapping[str, str]
    total: int
    before: int
    now: int
    gathered: Gathered
    broken_off: bool
    written: tuple[str, ...]


def run(
    paths: Sequence[str | Path],
    output: Path,
    engine: Engine,
    wanted: Wanted,
    *,
    progress: Progress,
    close: Callable[[Ended], None],
) -> None:
    """Performs a run and lets ``close`` say how it ended, Ctrl-C included; what was done by then is kept.

    What ``close`` is given is read from the ledger, which is closed after it. Raises
    :class:`~xlplan.files.OutputError` where the folder, or an output for all workbooks, cannot be written.
    """
    found = discover(paths, output)
    if not found.files:
        close(Ended(found, {}, 0, 0, 0, Gathered(()), broken_off=False, written=()))
        return
    _refuse_inputs(found.files, output)
    with Ledger(output) as ledger:
        _clean(output)
        try:
            close(_performed(found, ledger, engine, wanted, progress))
        finally:
            _clean(output)


def _performed(found: Discovered, ledger: Ledger, engine: Engine, wanted: Wanted, progress: Progress) -> Ended:
    settings = Settings(
        str(ledger.output),
        plans=wanted.only != "check",
        feedback=wanted.only != "plan",
        lang=wanted.lang,
        previous=_previous(ledger, engine, wanted),
    )
    tasks, copies = _tasks(found.files)
    kept = Kept(ledger, "commune", settings, resume=wanted.resume)
    todo = kept.unfinished(tasks)
    progress.started(len(tasks), len(tasks) - len(todo))
    now, broken_off = 0, False
    try:
        for task, result in engine(todo, settings):
            kept.note(task, result)
            now += 1
            progress.done(result)
        progress.gathering()
    except KeyboardInterrupt:
        broken_off = True
    received = [Received.of(result) for result in kept.results(tasks)]
    gathered = Gathered(
        _Again(kept, tasks),
        compare(wanted.expected, received, wanted.lang, identical=copies),
        superseded(received, wanted.expected, copies),
        bool(wanted.expected),
    )
    names = () if broken_off else (FINDINGS,) if wanted.only == "plan" else (FINDINGS, SUMMARY, PAGE)
    if names:
        write_together(ledger, kept, gathered, names, wanted.lang)
    return Ended(found, copies, len(tasks), len(tasks) - len(todo), now, gathered, broken_off, names)


class _Again:
    """The results of a run, read anew from the ledger each time they are gone through."""

    def __init__(self, kept: Kept, tasks: Sequence[Task]) -> None:
        self._kept, self._tasks = kept, tasks

    def __iter__(self) -> Iterator[Result]:
        return self._kept.results(self._tasks)


def _tasks(files: Sequence[Path]) -> tuple[list[Task], dict[str, str]]:
    """A task for each workbook, and the files left out because another has the same content."""
    shown = _shown(files)
    digests = {file: digest_of(file) for file in files}
    copies = identical((file, found) for file, found in digests.items() if found)
    names = output_names([file for file in files if file not in copies])
    tasks = [Task(str(file), shown[file], name, digests[file]) for file, name in names.items()]
    return tasks, {shown[copy]: shown[first] for copy, first in copies.items()}


def _shown(files: Sequence[Path]) -> dict[Path, str]:
    """The files' names as people see them: NFC, each only once."""
    taken: set[str] = set()
    found = {}
    for file in files:
        name = plain = nfc(str(file))
        number = 1
        while name in taken:
            number += 1
            name = f"{plain} ({number})"
        taken.add(name)
        found[file] = name
    return found


def _previous(ledger: Ledger, engine: Engine, wanted: Wanted) -> Index | None:
    """Last year's workbooks by commune; each is read once, as a task without outputs."""
    if wanted.previous is None:
        return None
    settings = Settings(str(ledger.output), plans=False, feedback=False, lang=wanted.lang)
    files = discover([wanted.previous], ledger.output).files
    tasks = [Task(str(file), str(file), "", digest_of(file)) for file in files]
    kept = Kept(ledger, "previous", settings, resume=wanted.resume)
    for task, result in engine(kept.unfinished(tasks), settings):
        kept.note(task, result)
    return index(map(Received.of, kept.results(tasks)))


def _refuse_inputs(files: Sequence[Path], output: Path) -> None:
    """An input is never written to, not even where it is called like an output."""
    own = {output / name for name in (FINDINGS, SUMMARY, PAGE)}
    for target in own:
        if target.exists() and any(same_file(target, file) for file in files):
            raise OutputError(target, "the output is an input", "same_file")


def _clean(output: Path) -> None:
    """Removes what a killed process left half-written."""
    for folder in ("", PLANS, MARKED, REPLIES):
        drop_temporary(output / folder)
