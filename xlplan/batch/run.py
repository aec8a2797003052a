"""A run from the paths to its end: what is to do, who does it, what comes of all of it together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Literal

from xlplan.batch.engines import Engine
from xlplan.batch.kept import Kept
from xlplan.batch.ledger import Ledger
from xlplan.batch.mistaken import write_messages
from xlplan.batch.tasks import MARKED, PLANS, REPLIES, Settings, Task
from xlplan.batch.together import FINDINGS, PAGE, SUMMARY, made_ready, write_together
from xlplan.files import OutputError, drop_temporary, same_file
from xlplan.intake.compare import compare
from xlplan.intake.content import digest_of, identical
from xlplan.intake.discovery import Discovered, discover
from xlplan.intake.expected import Expected
from xlplan.intake.names import output_names
from xlplan.intake.previous import Index, index
from xlplan.intake.received import Received
from xlplan.intake.roll import Roll
from xlplan.messages import Language
from xlplan.model import NOTHING
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


Stage = Literal["previous", "communes"]


class Progress(NamedTuple):
    """Whom a run tells how far it is.

    Of each stage how many workbooks there are and were done before, then each one. Last year's come first.
    """

    started: Callable[[Stage, int, int], object] = lambda stage, total, before: None
    done: Callable[[Result], object] = lambda result: None
    gathering: Callable[[], object] = lambda: None


class Ended(NamedTuple):
    """How a run ended.

    ``copies`` are files of the same content as another, by their names; ``total`` counts the workbooks without them,
    of which ``before`` were done in an earlier run and ``now`` in this one. ``previous`` counts last year's workbooks,
    None where none were asked for. ``written`` names the outputs for all, ``troubles`` say which of them could not be.
    ``aside`` names the outputs that somebody had changed and that had to make room, by their new names.
    """

    found: Discovered
    copies: Mapping[str, str] = NOTHING
    total: int = 0
    before: int = 0
    now: int = 0
    previous: int | None = None
    gathered: Gathered = Gathered(())
    broken_off: bool = False
    written: tuple[str, ...] = ()
    troubles: tuple[OutputError, ...] = ()
    aside: tuple[str, ...] = ()


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
    :class:`~xlplan.files.OutputError` where the folder or its ledger cannot be written.
    """
    found = discover(paths, output)
    if not found.files:
        close(Ended(found))
        return
    _refuse_inputs(found.files, output)
    with Ledger(output) as ledger:
        _clean(output)
        try:
            close(_performed(found, ledger, engine, wanted, progress))
        finally:
            _clean(output)


def _performed(found: Discovered, ledger: Ledger, engine: Engine, wanted: Wanted, progress: Progress) -> Ended:
    tasks, copies = _tasks(found.files)
    ended = Ended(found, copies, len(tasks))
    asked = Settings(str(ledger.output), plans=wanted.only != "check", feedback=wanted.only != "plan", lang=wanted.lang)
    if wanted.expected:
        asked = asked._replace(asked=Roll(wanted.expected))
    try:
        if wanted.previous is not None:
            count, earlier = _previous(wanted.previous, ledger, engine, wanted, progress)
            asked, ended = asked._replace(previous=earlier), ended._replace(previous=count)
        kept = Kept(ledger, "commune", asked, resume=wanted.resume)
        todo = kept.unfinished(tasks)
        ended = ended._replace(before=len(tasks) - len(todo))
    except KeyboardInterrupt:
        return ended._replace(broken_off=True)
    try:
        progress.started("communes", len(tasks), ended.before)
        names = (FINDINGS,) if wanted.only == "plan" else (FINDINGS, SUMMARY, PAGE)
        ready = made_ready(names) if todo else None
        _work(engine, kept, todo, progress)
        progress.gathering()
        if ready:
            ready.join()
        ended = _together(ended, kept, tasks, wanted, names)
    except KeyboardInterrupt:
        ended = ended._replace(broken_off=True, gathered=Gathered(_Again(kept, tasks)))
    return ended._replace(now=kept.noted, aside=tuple(kept.outputs.aside))


def _work(engine: Engine, kept: Kept, todo: Sequence[Task], progress: Progress) -> None:
    """Lets an engine do what is to be done, and notes each result as it comes."""
    with closing(engine(todo, kept.settings)) as results:
        for task, result in results:
            kept.note(task, result)
            progress.done(result)


def _together(ended: Ended, kept: Kept, tasks: Sequence[Task], wanted: Wanted, names: Sequence[str]) -> Ended:
    """What comes of all workbooks together, written."""
    received = [Received.of(result) for result in kept.results(tasks)]
    lines, superseded = compare(wanted.expected, received, wanted.lang, identical=ended.copies)
    gathered = Gathered(_Again(kept, tasks), lines, superseded, bool(wanted.expected))
    unsaid = write_messages(kept, tasks, lines)
    troubles = write_together(kept, tasks, gathered, names, wanted.lang)
    return ended._replace(gathered=gathered, written=tuple(names), troubles=(*unsaid, *troubles))


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


def _previous(folder: Path, ledger: Ledger, engine: Engine, wanted: Wanted, progress: Progress) -> tuple[int, Index]:
    """How many workbooks of last year there are, and they by commune; each is read once, as a task without outputs."""
    settings = Settings(str(ledger.output), plans=False, feedback=False, lang=wanted.lang)
    files = discover([folder], ledger.output).files
    tasks = [Task(str(file), str(file), "", digest_of(file)) for file in files]
    kept = Kept(ledger, "previous", settings, resume=wanted.resume)
    todo = kept.unfinished(tasks)
    progress.started("previous", len(tasks), len(tasks) - len(todo))
    _work(engine, kept, todo, progress)
    return len(tasks), index(map(Received.of, kept.results(tasks)))


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
