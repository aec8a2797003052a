"""Every figure of a submission by its key, in the form that a plan prints: what a refresh takes its texts from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xlplan.documents.blocks import BLANK, CAPITALS, Annex, Block, Control, Paragraph, Plan, Runs, WordTable
from xlplan.documents.compose import compose
from xlplan.documents.filler import Filler
from xlplan.documents.inserts import BLOCKS
from xlplan.documents.values import PLACEHOLDER, Values
from xlplan.documents.wordxml import clean
from xlplan.model import CellRef, Submission
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.text import upper


class Figure(NamedTuple):
    """A figure as the plan prints it, and its control."""

    control: Control
    text: str

    @property
    def open(self) -> bool:
        """Whether it is a place to fill by hand: the workbook has no value, or not all of it."""
        return is_open(self.text)


def is_open(text: str) -> bool:
    """Whether a text is, or holds, a place to fill by hand."""
    return BLANK in text or "\N{NO-BREAK SPACE}" * 2 in text


class Figures:
    """The figures of one submission: those of a fresh plan (``printed``) and any other by its key."""

    def __init__(self, submission: Submission) -> None:
        self._values = Values(submission)
        plan = compose(submission).plan
        self.printed: dict[str, Figure] = {}
        if plan is not None:
            _gather(self.printed, _runs_of(plan))
            for control, text in _heads(plan):
                self.printed.setdefault(control.key, Figure(control, clean(text)))
        self._all = dict(self.printed)
        _gather(self._all, _unprinted(submission))

    def get(self, key: str) -> Figure | None:
        """The figure of a key, ``None`` where the workbook knows no such."""
        if found := self._all.get(key):
            return found
        if key.startswith(CAPITALS):
            bare = self.get(key.removeprefix(CAPITALS))
            return bare and Figure(bare.control._replace(key=key), upper(bare.text))
        tag = "{{" + key + "}}"
        if not PLACEHOLDER.fullmatch(tag):
            return None
        runs, problems = self._values.expand(tag, CellRef("", 0, 0))
        control = next((run.control for run in runs if run.control), None)
        if problems or control is None:
            return None
        return Figure(control, clean("".join(run.text for run in runs)))


def _gather(found: dict[str, Figure], texts: Iterable[Runs]) -> None:
    for runs in texts:
        at = 0
        while at < len(runs):
            control, start = runs[at].control, at
            at += 1
            if control is None:
                continue
            while at < len(runs) and runs[at].control is control:
                at += 1
            text = clean("".join(run.text for run in runs[start:at]))
            if text:
                found.setdefault(control.key, Figure(control, text))


def _runs_of(plan: Plan) -> Iterator[Runs]:
    yield from plan.legal_bases
    for blocks in (plan.body, *(annex.blocks for annex in plan.annexes)):
        for block in blocks:
            yield from _in_block(block)


def _in_block(block: Block) -> Iterator[Runs]:
    if isinstance(block, Paragraph):
        yield block.runs
    elif isinstance(block, WordTable):
        for row in block.rows:
            for cell in row:
                yield cell.runs


def _heads(plan: Plan) -> Iterator[tuple[Control, str]]:
    texts = {"so_ky_hieu": plan.number, "dia_danh_ngay": plan.place_date, "trich_yeu": plan.title}
    first: Annex | None = next(iter(plan.annexes), None)
    if first is not None:
        texts["kem_theo"] = first.attached
    for name, text in texts.items():
        if name in plan.controls and text.strip():
            yield plan.controls[name], text


def _unprinted(submission: Submission) -> Iterator[Runs]:
    """What the fresh plan does not print: rows whose condition fails, blocks that its outline does not insert."""
    filler = Filler(submission)
    for row in filler.records("noi_dung"):
        yield from filler.lines(row, "noi_dung")
    for insert in BLOCKS.values():
        for entry in insert(filler, 1):
            yield entry.runs
            for block in entry.blocks:
                yield from _in_block(block)
    for annex in filler.annexes:
        for block in annex.blocks:
            yield from _in_block(block)
