"""The one road from a workbook to its report and plan. Every door (commands, batch, add-in) calls `process`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from xlplan import catalogue, checks
from xlplan.checks.scope import Case
from xlplan.messages import Language, message, reason, why
from xlplan.model import Finding, NotChecked, Proposal, Report, Submission
from xlplan.rates import commune_rates
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.dates import format_period

if TYPE_CHECKING:
    from xlplan.documents.blocks import Plan
    from xlplan.documents.problems import TemplateProblem
    from xlplan.documents.refreshing.document import Refreshed

Made = TypeVar("Made")
Status = Literal["clean", "findings", "unreadable"]
_RANK = {"error": 0, "warning": 1, "info": 2}


class Options(NamedTuple):
    """What a door wants: only the report, or the plan as well (``force``: also in spite of errors).

    ``previous`` is the submission of the year before, which some rules compare with.
    """

    plan: bool = False
    force: bool = False
    template: Path | None = None
    lang: Language = "vi"
    previous: Submission | None = None


DEFAULTS = Options()


class Problem(NamedTuple):
    """Why something could not be made: a kind of ``problems.toml``, the file it is about, and details."""

    kind: str
    file: str
    detail: str = ""
    errors: int = 0
    paragraph: str = ""


class Outcome(NamedTuple):
    """What became of one workbook.

    ``report`` is ``None`` where it could not be read (``problem`` says why). ``plan`` holds the Word document
    where one was asked for and made; else ``problem`` says why there is none.
    """

    file: str
    report: Report | None = None
    plan: bytes | None = None
    problem: Problem | None = None

    @property
    def status(self) -> Status:
        """``unreadable``, ``findings`` or ``clean``."""
        if self.report is None:
            return "unreadable"
        return "findings" if self.report.findings else "clean"


def process(
    path: Path | str,
    options: Options = DEFAULTS,
    earlier: Callable[[Submission], Submission | None] | None = None,
) -> Outcome:
    """Reads a workbook, checks it and, if asked for, makes its plan. Never raises for bad input.

    ``earlier`` finds the submission of the year before where that depends on what the workbook says of itself.
    """
    name, submission = str(path), _read(path)
    if isinstance(submission, Problem):
        return Outcome(name, problem=submission)
    try:
        if earlier is not None:
            options = options._replace(previous=earlier(submission))
        return examine(submission, options)
    except Exception as error:  # a mistake of ours: one file must not take others or the reason with it
        return Outcome(name, problem=Problem("crashed", name, type(error).__name__))


def read_previous(path: Path | str) -> Submission | Problem:
    """Last year's workbook for :attr:`Options.previous`, or why it cannot be read. Never raises for bad input."""
    return _read(path)


def _read(path: Path | str) -> Submission | Problem:
    """What a workbook says, or why it cannot be read."""
    from xlplan.packages.gate import PackageError
    from xlplan.sheets.reader import NoContentError, read

    name = str(path)
    try:
        return read(path)
    except PackageError as error:
        return Problem(error.kind, name, error.detail)
    except NoContentError:
        return Problem("no_content", name)
    except Exception as error:  # a mistake of ours: one file must not take others or the reason with it
        return Problem("crashed", name, type(error).__name__)


def examine(submission: Submission, options: Options = DEFAULTS) -> Outcome:
    """Checks a submission that was read and, if asked for, makes its plan."""
    from xlplan.documents.compose import compose

    case = Case(submission, options.previous)
    findings, not_checked = checks.judged(case)
    if any(f.severity == "error" and f.code in checks.LOCATED for f in findings):
        findings = _with_cards(case, findings)
    case.done()
    composed = compose(_quotable(submission, findings))
    found = sorted((*submission.notes, *findings, *composed.findings), key=lambda f: _RANK[f.severity])
    if submission.explanations:
        from xlplan.sheets.marks.answers import explained

        found = explained(found, submission.explanations)
    report = Report(
        submission,
        {code: rate.value for code, rate in commune_rates(submission).items()},
        tuple(found),
        not_checked,
    )
    if not options.plan:
        return Outcome(submission.file, report)
    if composed.plan is None:
        return Outcome(submission.file, report, problem=Problem("no_outline", submission.file))
    if report.errors and not options.force:
        return Outcome(
            submission.file, report, problem=Problem("has_errors", submission.file, errors=len(report.errors))
        )
    return _rendered(report, composed.plan._replace(remarks=remarks(report, options.lang)), options)


def remarks(report: Report, lang: Language = "vi") -> tuple[str, ...]:
    """What the first comment of a plan says that was made in spite of errors: a line for each."""
    return tuple(f"{f.code} – {message(f, lang)}" for f in report.errors)


def _with_cards(case: Case, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The findings with the repair card of each contradiction; a card that fails takes no finding with it."""
    from xlplan import repair

    try:
        return repair.proposals(case, findings)
    except Exception:  # a mistake of ours, and only the advice is lost
        return findings


def _quotable(submission: Submission, findings: Iterable[Finding]) -> Submission:
    """The submission with only those answers of the official that count, which the plan may quote."""
    if not submission.explanations:
        return submission
    from xlplan.sheets.marks.answers import counting

    return submission._replace(explanations=counting((*submission.notes, *findings), submission.explanations))


def _rendered(report: Report, plan: Plan, options: Options) -> Outcome:
    from xlplan.documents.render import TemplateProblem, render

    file = report.submission.file
    try:
        if options.template and (problems := check_template(options.template)):
            return Outcome(file, report, problem=problems[0])
        return Outcome(file, report, render(plan, options.template))
    except TemplateProblem as error:
        name = options.template.name if options.template else "ke_hoach.docx"
        return Outcome(file, report, problem=_template_problem(error, name))


def check_template(path: Path) -> list[Problem]:
    """All that is wrong with a Word template; empty where a plan can be made with it. Never raises for bad input."""
    from xlplan.documents.checking import problems

    name = path.name or str(path)
    try:
        return [_template_problem(error, name) for error in problems(path)]
    except Exception as error:  # a mistake of ours
        return [Problem("crashed", name, type(error).__name__)]


def _template_problem(error: TemplateProblem, name: str) -> Problem:
    kind = _worded(error.kind, "template", "document")
    return Problem(kind, name, error.placeholder or error.detail, paragraph=error.paragraph)


def refresh(
    plan: Path | str, workbook: Path | str, *, force: bool = False, lang: Language = "vi"
) -> Refreshed | Problem:
    """The plan with the workbook's present figures, or why there is none. Both files are only read.

    Comments that xlplan wrote into it tell what holds now. ``force`` takes a plan of another commune or year. Never
    raises for bad input.
    """
    from xlplan.documents import refreshing
    from xlplan.packages.gate import PackageError, read_bytes
    from xlplan.packages.patch.markup import MarkupError

    name, submission = str(plan), _read(workbook)
    if isinstance(submission, Problem):
        return submission
    try:
        done = refreshing.refresh(read_bytes(plan), submission, force=force)
        whole = _with_present_comments(done.data, submission, lang)
        return done._replace(data=whole, commented=whole != done.data)
    except PackageError as error:
        return Problem(_worded(error.kind, "plan", "document"), name, error.detail)
    except MarkupError as error:
        return Problem("comment_structure", name, error.detail)
    except refreshing.NotRefreshableError as error:
        kind = {"outline": "no_outline", "damaged": "plan_damaged"}.get(error.kind, f"refresh_{error.kind}")
        return Problem(kind, str(workbook) if error.kind == "outline" else name, error.detail)
    except Exception as error:  # a mistake of ours
        return Problem("crashed", name, type(error).__name__)


def _with_present_comments(data: bytes, submission: Submission, lang: Language) -> bytes:
    """The document whose comments of ours tell what is so now; one without such comments as it is.

    Raises PackageError and MarkupError.
    """
    from xlplan.documents.word.comments import FINDING
    from xlplan.documents.word.own_comments import may_be_ours, own_comments

    if not may_be_ours(data):
        return data
    data = _with_present_remark(data, submission, None, lang)
    if own_comments(data, FINDING):
        from xlplan.documents.crosscheck.run import crosscheck as held
        from xlplan.documents.crosscheck.run import marked
        from xlplan.documents.word.reading import opened
        from xlplan.packages.gate import Package

        file = opened(Package(data))
        data = marked(data, held(file, submission).findings, file, lang)
    return data


def _with_present_remark(data: bytes, submission: Submission, previous: Submission | None, lang: Language) -> bytes:
    """The document whose first comment lists the errors that the workbook has now, where it has such a comment.

    What only last year's workbook could tell stays where that is not at hand. Raises PackageError and MarkupError.
    """
    from xlplan.documents.word.comments import REMARK
    from xlplan.documents.word.own_comments import own_comments, renewed_remark

    known = own_comments(data, REMARK)
    if not known:
        return data
    report = examine(submission, Options(previous=previous)).report
    assert report is not None
    unknown = {note.code for note in report.not_checked if note.reason == "no_previous"}
    kept = [line for old in known for line in old.lines if line.partition(" ")[0] in unknown]
    return renewed_remark(data, (*remarks(report, lang), *kept), lang)


def mark(outcome: Outcome, path: Path | str, lang: Language = "vi") -> bytes | Problem:
    """The workbook with its findings marked in it, or why it cannot be marked. The file itself is only read."""
    from xlplan.sheets.marks.marker import marked

    report = outcome.report
    assert report is not None
    return _patched(path, lambda data: marked(data, report, lang))


def mark_apart(outcome: Outcome, path: Path | str, lang: Language = "vi") -> tuple[bytes, bytes] | Problem:
    """What :func:`mark` gives, and the sheet `Kiểm tra` in a workbook of its own, for a door to a live workbook."""
    from xlplan.sheets.marks.marker import marked_apart

    report = outcome.report
    assert report is not None
    return _patched(path, lambda data: marked_apart(data, report, lang))


def clear(path: Path | str) -> bytes | Problem:
    """The workbook without the marks that :func:`mark` put into it, or why they cannot be taken out."""
    from xlplan.sheets.marks.removal import cleared

    return _patched(path, cleared)


class Crosschecked(NamedTuple):
    """What became of a document held against a workbook.

    ``outcome`` is of the document's file: its findings, at places of the document. ``marked`` is the document with
    them as comments, where it was asked for; else ``problem`` may say why there is none.
    """

    outcome: Outcome
    marked: bytes | None = None
    problem: Problem | None = None


def crosscheck(
    plan_path: Path | str,
    workbook_path: Path | str,
    *,
    mark: bool = False,
    lang: Language = "vi",
    previous: Submission | None = None,
) -> Crosschecked:
    """Holds a Word plan against a workbook. Never raises for bad input; both files are only read."""
    name, submission = str(plan_path), _read(workbook_path)
    if isinstance(submission, Problem):
        return Crosschecked(Outcome(name, problem=submission))
    from xlplan.packages.gate import PackageError

    try:
        return _crosschecked(name, submission, previous, lang if mark else None)
    except PackageError as error:
        return Crosschecked(Outcome(name, problem=Problem(document_problem(error.kind), name, error.detail)))
    except Exception as error:  # a mistake of ours: the reason must reach the user
        return Crosschecked(Outcome(name, problem=Problem("crashed", name, type(error).__name__)))


def _crosschecked(
    name: str, submission: Submission, previous: Submission | None, lang: Language | None
) -> Crosschecked:
    from xlplan.documents.crosscheck.run import crosscheck as held
    from xlplan.documents.crosscheck.run import marked
    from xlplan.documents.word.reading import opened
    from xlplan.packages.gate import Package, read_bytes
    from xlplan.packages.patch.markup import MarkupError

    data = read_bytes(name)
    file = opened(Package(data))
    found = held(file, submission, previous)
    rates = {code: rate.value for code, rate in commune_rates(submission).items()}
    outcome = Outcome(name, Report(submission, rates, found.findings, found.not_checked))
    if lang is None:
        return Crosschecked(outcome)
    try:
        made = marked(data, found.findings, file, lang)
        return Crosschecked(outcome, _with_present_remark(made, submission, previous, lang))
    except MarkupError as error:
        return Crosschecked(outcome, problem=Problem("comment_structure", name, error.detail))


def _patched(path: Path | str, change: Callable[[bytes], Made]) -> Made | Problem:
    from xlplan.packages.gate import PackageError, read_bytes
    from xlplan.packages.patch.draft import StrictError
    from xlplan.packages.patch.markup import MarkupError

    name = str(path)
    try:
        return change(read_bytes(path))
    except PackageError as error:
        return Problem(error.kind, name, error.detail)
    except StrictError:
        return Problem("mark_strict", name)
    except MarkupError as error:
        return Problem("mark_structure", name, error.detail)
    except Exception as error:  # a mistake of ours
        return Problem("crashed", name, type(error).__name__)


class Linted(NamedTuple):
    """What became of one Word file under the form of Nghị định 30; ``problem`` says why it could not be read."""

    file: str
    findings: tuple[Finding, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    problem: Problem | None = None

    @property
    def status(self) -> Status:
        """``unreadable``, ``findings`` or ``clean``."""
        return "unreadable" if self.problem else "findings" if self.findings else "clean"


def lint(path: Path | str) -> Linted:
    """Holds a Word file against Nghị định 30. Never raises for bad input; the file is only read."""
    from xlplan.documents.lint import lint as held
    from xlplan.documents.word.reading import read
    from xlplan.packages.gate import PackageError

    name = str(path)
    try:
        findings, not_checked = held(read(path))
    except PackageError as error:
        return Linted(name, problem=Problem(document_problem(error.kind), name, error.detail))
    except Exception as error:  # a mistake of ours: one file must not take others or the reason with it
        return Linted(name, problem=Problem("crashed", name, type(error).__name__))
    return Linted(name, tuple(sorted(findings, key=lambda f: _RANK[f.severity])), not_checked)


def document_problem(kind: str) -> str:
    """The kind of ``problems.toml`` for a Word document that cannot be read: its own text where there is one."""
    return _worded(kind, "document")


def _worded(kind: str, *rooms: str) -> str:
    """The kind of ``problems.toml`` with words of its own for a room, the first that has some; else the kind."""
    names = (f"{room}_{kind}" for room in rooms)
    return next((name for name in names if name in catalogue.problem_texts()), kind)


def linted_json(linted: Linted, lang: Language = "vi") -> dict[str, object]:
    """One Word file's entry in the contract's shape; an unreadable file has the message under ``problem``."""
    entry: dict[str, object] = {
        "file": linted.file,
        "status": linted.status,
        "unit": "",
        "period": "",
        "rates": {},
        "findings": [finding_json(item, lang) for item in linted.findings],
        "not_checked": [not_checked_json(item, lang) for item in linted.not_checked],
    }
    if linted.problem:
        from xlplan.messages import problem

        entry["problem"] = problem(linted.problem.kind, linted.file, lang, detail=linted.problem.detail)
    return entry


def as_json(outcome: Outcome, lang: Language = "vi") -> dict[str, object]:
    """One file's entry of the contract's JSON; an unreadable file has the message under ``problem``."""
    report = outcome.report
    if report is None:
        from xlplan.messages import problem

        text = ""
        if outcome.problem:
            text = problem(outcome.problem.kind, outcome.problem.file, lang, detail=outcome.problem.detail)
        return {
            "file": outcome.file,
            "status": outcome.status,
            "unit": "",
            "period": "",
            "rates": {},
            "findings": [],
            "not_checked": [],
            "problem": text,
        }
    period = report.submission.period
    return {
        "file": outcome.file,
        "status": outcome.status,
        "unit": report.submission.unit_name,
        "period": format_period(*period) if period else "",
        "rates": {code: f"{value:f}" for code, value in report.rates.items() if value is not None},
        "findings": [finding_json(item, lang) for item in report.findings],
        "not_checked": [not_checked_json(item, lang) for item in report.not_checked],
    }


def finding_json(item: Finding, lang: Language = "vi") -> dict[str, object]:
    """A finding in the contract's shape; cells of other sheets are written ``'Sheet'!D9``."""
    sheet = item.ref.sheet
    return {
        "code": item.code,
        "severity": item.severity,
        "sheet": sheet,
        "cell": item.ref.address if item.ref.row else "",
        "message": message(item, lang),
        "actual": item.actual,
        "expected": item.expected,
        "related": [ref.seen_from(sheet) for ref in item.related],
        "proposal": proposal_json(item.proposal, sheet, lang) if item.proposal else None,
        "candidates": [proposal_json(candidate, sheet, lang) for candidate in item.candidates],
        "explanation": item.explanation,
    }


def proposal_json(proposal: Proposal, sheet: str, lang: Language = "vi") -> dict[str, str]:
    """A proposal in the contract's shape, for a finding of this sheet."""
    return {
        "cell": proposal.ref.seen_from(sheet),
        "value": proposal.value,
        "confidence": proposal.confidence,
        "reason": why(proposal, lang),
    }


def not_checked_json(item: NotChecked, lang: Language = "vi") -> dict[str, str]:
    """A rule that was not checked, with its reason."""
    return {"code": item.code, "reason": reason(item, lang)}
