"""The texts of a submission with their placeholders filled in, and the findings that come of it."""

from __future__ import annotations

from functools import lru_cache

from xlplan.documents.blocks import Annex, Runs
from xlplan.documents.values import Values, template_of
from xlplan.model import CellRef, Finding, Record, Submission
from xlplan.patterns import pattern

_BROKEN_CODE = pattern(r"\{\{[^{}]*\n[^{}]*\}\}")  # a placeholder over a line break


class Filler:
    """Fills the texts of one plan; gathers findings and annexes while its parts are put together."""

    def __init__(self, submission: Submission) -> None:
        self.submission = submission
        self.values = Values(submission)
        self.findings: list[Finding] = list(self.values.odd_codes)
        self.annexes: list[Annex] = []

    def runs(self, text: str, ref: CellRef, row: Record | None = None) -> Runs:
        """A cell's text with its placeholders filled in; ``row`` is the record whose own figures it may name."""
        runs, problems = self.values.expand(text, ref, row)
        if problems:
            self.findings += [problem for problem in problems if problem not in self.findings]
        return runs

    def text(self, text: str, ref: CellRef) -> str:
        """Like :meth:`runs`, as one string."""
        return "".join(run.text for run in self.runs(text, ref))

    def lines(self, row: Record, column: str) -> list[Runs]:
        """The lines of a cell (Alt+Enter), each with its placeholders filled in; typed bullets are dropped."""
        found = row.texts.get(column)
        if found is None:
            return []
        if (plain := _plain_lines(found.value)) is not None:
            return [*plain]
        return [self.runs(line, found.ref, row) for line in _lines(found.value)]

    def records(self, sheet: str) -> tuple[Record, ...]:
        """The rows of a list sheet."""
        return self.submission.records.get(sheet, ())


@lru_cache(maxsize=2048)
def _plain_lines(text: str) -> tuple[Runs, ...] | None:
    """The lines of a text as runs, where none has a placeholder: as most have none."""
    templates = [template_of(line) for line in _lines(text)]
    return tuple([template.runs for template in templates]) if all(t.is_plain for t in templates) else None


@lru_cache(maxsize=2048)  # the communes of a batch share most of their words
def _lines(text: str) -> tuple[str, ...]:
    """The lines of a text that hold something, without what was typed for a bullet."""
    whole = _BROKEN_CODE.sub(lambda code: "".join(code[0].split("\n")), text)
    stripped = (line.strip().lstrip("-+•–").strip() for line in whole.splitlines())
    return tuple([line for line in stripped if line])
