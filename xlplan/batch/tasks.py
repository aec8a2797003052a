"""One workbook of a run: read, checked, and all its outputs written. Runs in a worker process."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from xlplan.files import OutputError, same_file, write_bytes
from xlplan.intake.communes import Commune, named
from xlplan.intake.content import modified
from xlplan.intake.previous import Index
from xlplan.intake.received import Period
from xlplan.intake.reply import encoded, reply
from xlplan.intake.roll import Roll
from xlplan.messages import Language
from xlplan.model import Submission
from xlplan.pipeline import Options, Outcome, Problem, mark, process, read_previous
from xlplan.results import Result, dumped, place_of, result_of
from xlplan.tuples import NamedTuple

PLANS, MARKED, REPLIES = "ke_hoach", "danh_dau", "phan_hoi"
HELD = "cannot be set aside"
Write = Callable[[Path, bytes], None]


class Settings(NamedTuple):
    """What every task of a run shares. ``output`` is the folder of the results.

    ``plans`` asks for plans, ``feedback`` for marked copies and messages; without either a workbook is only read and
    checked. ``previous`` finds last year's workbooks, ``asked`` is the list of communes that were to send one. ``held``
    are outputs that are not written: what lies there is a person's and could not be set aside.
    """

    output: str
    plans: bool = True
    feedback: bool = True
    lang: Language = "vi"
    previous: Index | None = None
    held: frozenset[str] = frozenset()
    asked: Roll | None = None


class Task(NamedTuple):
    """One workbook: where it lies, how it is called for people, the name of its outputs, the SHA-256 of its content."""

    path: str
    shown: str
    name: str
    digest: str


def may_write(task: Task, settings: Settings) -> tuple[str, ...]:
    """The outputs that a task may have, relative to the output folder."""
    names = (f"{PLANS}/{task.name}.docx",) if settings.plans else ()
    return (*names, _marked(task), _reply(task)) if settings.feedback else names


def _marked(task: Task) -> str:
    suffix = Path(task.path).suffix.lower()
    return f"{MARKED}/{task.name}{suffix if suffix in ('.xlsx', '.xlsm') else '.xlsx'}"


def _reply(task: Task) -> str:
    return f"{REPLIES}/{task.name}.txt"


def perform(task: Task, settings: Settings, write: Write = write_bytes) -> str:
    """Does one workbook and gives its :class:`~xlplan.results.Result` as text; never raises for what is in it.

    ``write`` writes an output, or raises OutputError where it cannot.
    """
    earlier = _Earlier(settings)
    options = Options(plan=settings.plans, force=True, lang=settings.lang)
    outcome = process(task.path, options, earlier.of)
    shown = outcome._replace(file=task.shown)
    if outcome.problem is not None:
        shown = shown._replace(problem=outcome.problem._replace(file=task.shown))
    saved = modified(task.path, outcome.report.submission.saved if outcome.report else "")
    result = result_of(shown, task.digest, saved, settings.lang)._replace(previous=earlier.found)
    return dumped(_written(result, outcome, task, settings, write))


def failed(task: Task, problem: Problem, lang: Language) -> Result:
    """The result of a workbook that its worker did not survive."""
    return result_of(Outcome(task.shown, problem=problem), task.digest, "", lang)


def periods_of(result: Result, settings: Settings) -> frozenset[Period]:
    """The periods that the list of communes asks of whoever a workbook of another one is from; else none.

    A list changes nothing for workbooks of the right year: they are not done again when there is one.
    """
    if settings.asked is None or not settings.feedback or result.period is None:
        return frozenset()
    asked = settings.asked.periods(Commune(named(result.unit), result.code, result.district, result.province))
    return frozenset() if result.period in asked else asked


class _Earlier:
    """Last year's submission of whoever a workbook is from; ``found`` is its file."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.found = settings, ""

    def of(self, submission: Submission) -> Submission | None:
        """The submission of the year before, if the run was given one."""
        if self.settings.previous is None:
            return None
        code, unit, district, province = place_of(submission)
        file = self.settings.previous.find(code, unit, district, province, submission.period)
        if file is None:
            return None
        read = _read_once(file)
        if isinstance(read, Problem):
            return None
        self.found = file
        return read


@lru_cache(maxsize=1)
def _read_once(file: str) -> Submission | Problem:
    return read_previous(file)


def _written(result: Result, outcome: Outcome, task: Task, settings: Settings, write: Write) -> Result:
    """Writes the outputs; the first that cannot be written is the result's trouble."""
    writer = _Writer(Path(settings.output), task, settings.held, write)
    if outcome.plan is not None:
        result = result._replace(plan=writer.put(f"{PLANS}/{task.name}.docx", outcome.plan))
    if settings.feedback:
        if result.count("error") or result.count("warning"):
            made = mark(outcome, task.path, settings.lang)
            if not isinstance(made, Problem):  # one of Excel 97-2003 cannot be marked
                result = result._replace(marked=writer.put(_marked(task), made))
        message = encoded(reply(result, settings.lang, periods_of(result, settings)))
        result = result._replace(reply=writer.put(_reply(task), message))
    return result if result.trouble or writer.trouble is None else result._replace(trouble=writer.trouble)


class _Writer:
    """Writes the outputs of one workbook; ``trouble`` is the first that could not be written."""

    def __init__(self, output: Path, task: Task, held: frozenset[str], write: Write) -> None:
        self.output, self.task, self.held, self.write = output, task, held, write
        self.trouble: Problem | None = None

    def put(self, target: str, data: bytes) -> str:
        """Writes an output; its path in the folder, empty where it could not be written."""
        path = self.output / target
        try:
            if same_file(path, Path(self.task.path)):
                raise OutputError(path, "the output is an input", "same_file")
            if target in self.held:
                raise OutputError(path, HELD)
            self.write(path, data)
        except OutputError as error:
            self.trouble = self.trouble or Problem(error.kind, target, error.detail)
            return ""
        return target
