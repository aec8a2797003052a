"""The outline of the plan: levels, automatic numbering, what vanishes and what is inserted."""

from __future__ import annotations

from functools import lru_cache

from xlplan.documents.blocks import CAPITALS, Block, Control, Paragraph, ParagraphKind, Run, Runs
from xlplan.patterns import pattern
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.text import upper
from xlplan.vietnamese.words import point_letter, to_roman

LEVELS = ("I", "1", "1.1", "1.1.1", "a", "-", "+", "*")
"""Levels of the sheet `Nội dung`, outermost first; ``*`` is a paragraph without a number."""

_TYPED = (
    (pattern(r"[IVX]+"), "I"),
    (pattern(r"\d+"), "1"),
    (pattern(r"\d+\.\d+"), "1.1"),
    (pattern(r"\d+\.\d+\.\d+"), "1.1.1"),
    (pattern(r"[a-zđ]"), "a"),
    (pattern(r"[-–—•]"), "-"),
    (pattern(r"\+"), "+"),
    (pattern(r"\*?"), "*"),
)
HEADING_LEVELS = LEVELS[:4]
_HEADINGS = len(HEADING_LEVELS)
_SENTENCE_ENDS = (".", ";", ":", "…", "!", "?")
_CLOSED = (*_SENTENCE_ENDS, ",")
_DEPTHS = {level: depth for depth, level in enumerate(LEVELS)}
_LETTER = _DEPTHS["a"]  # the deepest level that counts


def level_of(written: str) -> str | None:
    """The level that an official means: ``II`` or ``3.`` or ``b)`` stand for I, 1 and a; ``None`` if none fits."""
    bare = written.strip().rstrip(".)").replace(",", ".")
    if bare in LEVELS:  # as the starter outlines write them
        return bare
    return next((level for pattern, level in _TYPED if pattern.fullmatch(bare)), None)


class Entry(NamedTuple):
    """One row of the outline made ready: its level, its text, blocks inserted after it.

    ``kept`` is false where its condition does not hold; ``inserts`` says that it was meant to insert a block,
    whether or not anything came of it.
    """

    level: str
    runs: Runs
    kept: bool = True
    blocks: tuple[Block, ...] = ()
    inserts: bool = False
    continues: bool = False  # a further line of the cell of the row before

    @property
    def depth(self) -> int:
        """Place of the level among :data:`LEVELS`."""
        return _DEPTHS[self.level]

    @property
    def text(self) -> str:
        """The text of the row."""
        return "".join([run.text for run in self.runs])

    @property
    def is_heading(self) -> bool:
        """A row of the first four levels that is no sentence."""
        return self.depth < _HEADINGS and not self.text.rstrip().endswith(_SENTENCE_ENDS)


def surviving(entries: list[Entry]) -> list[Entry]:
    """Leaves out rows whose condition fails, with all under them, and headings under which nothing is left.

    A last ``*`` row (the closing paragraph) belongs to no heading. A heading that never had anything under it
    stays.
    """
    if not entries:
        return []
    start = len(entries) - 1
    while start > 0 and entries[start].continues:
        start -= 1
    at_end = entries[start].level == "*" and not entries[start].continues
    closing = [entry for entry in entries[start:] if entry.kept] if at_end else []
    return [*_pruned(entries[:start] if at_end else entries), *closing]


def _pruned(rows: list[Entry]) -> list[Entry]:
    result: list[Entry] = []
    at = 0
    while at < len(rows):
        row = rows[at]
        end = at + 1
        while end < len(rows) and _belongs(rows[end], row):
            end += 1
        below = rows[at + 1 : end]
        children = _pruned(below)
        had_something = bool(below) or row.inserts
        hollow = had_something and not children and not row.blocks and row.is_heading
        if row.kept and not hollow:
            result += [row, *children]
        at = end
    return result


def _belongs(row: Entry, head: Entry) -> bool:
    """Whether a row stands under another: it is deeper; a plain paragraph only under a heading or its own line."""
    if row.level == "*":
        return row.continues or _DEPTHS[head.level] < _HEADINGS
    return _DEPTHS[row.level] > _DEPTHS[head.level]


class Numbering:
    """Counts headings and points; numbers never jump or repeat (rule C10)."""

    def __init__(self) -> None:
        self.counts = [0] * len(LEVELS)

    def next(self, level: str) -> str:
        """The number that a row of this level prints: ``I.``, ``2.``, ``2.1.``, ``a)``, ``-``."""
        depth = _DEPTHS[level]
        if depth > _LETTER:  # nearly all rows
            return level if level in "-+" else ""
        for parent in range(1, min(depth, _HEADINGS)):
            self.counts[parent] = self.counts[parent] or 1 if depth < _HEADINGS else self.counts[parent]
        self.counts[depth] += 1
        self.counts[depth + 1 :] = [0] * (len(LEVELS) - depth - 1)
        if level == "I":
            return f"{to_roman(self.counts[0])}."
        if depth < _HEADINGS:
            return ".".join(str(n or 1) for n in self.counts[1 : depth + 1]) + "."
        return f"{point_letter(self.counts[depth] - 1)})"


_KINDS: dict[str, ParagraphKind] = {"a": "diem", "-": "gach", "+": "cong", "*": "doan"}


def paragraph(entry: Entry, numbering: Numbering) -> Paragraph:
    """One outline row as a numbered paragraph."""
    number = numbering.next(entry.level)
    runs = entry.runs
    if len(runs) == 1 and runs[0][1:] == _BARE:  # as most rows are
        return Paragraph(*_plain_paragraph(entry.level, runs[0].text), number)
    return Paragraph(*_dressed(entry), number)


_BARE = Run("")[1:]  # what a run is beside its text where it is words alone


@lru_cache(maxsize=2048)  # the communes of a batch share most of their words
def _plain_paragraph(level: str, text: str) -> tuple[ParagraphKind, Runs]:
    """A row that holds nothing but words."""
    return _dressed(Entry(level, (Run(text),)))


def _dressed(entry: Entry) -> tuple[ParagraphKind, Runs]:
    """The kind of paragraph that a row becomes, and its runs as that prints them."""
    runs = entry.runs
    kind: ParagraphKind
    if entry.level == "I":
        kind = "muc"
        runs = _in_capitals(runs)
    elif entry.level == "1":
        kind = "khoan" if entry.is_heading else "khoan_chu"
    elif entry.depth < _HEADINGS:
        kind = "tieu_khoan" if entry.is_heading else "tieu_khoan_chu"
    else:
        kind = _KINDS[entry.level]
        runs = closed(runs)
    return kind, runs


def _in_capitals(runs: Runs) -> Runs:
    """The runs of a heading in capitals; a control of several runs stays one object."""
    made: dict[int, Control] = {}
    found = []
    for run in runs:
        control = run.control
        if control is not None:
            control = made.setdefault(id(control), control._replace(key=CAPITALS + control.key))
        found.append(run._replace(text=upper(run.text), control=control))
    return tuple(found)


def closed(runs: Runs, stop: str = ".") -> Runs:
    """The runs with a full stop at their end where there is no punctuation."""
    if not runs:
        return runs
    last = runs[-1]
    text = last.text.rstrip() or "".join([run.text for run in runs]).rstrip()
    if text.endswith(_CLOSED):
        return runs
    if last.ref or last.code or last.control:  # a figure's own run holds nothing but the figure
        return (*runs, last._replace(text=stop, ref=None, code="", control=None))
    return (*runs[:-1], last._replace(text=last.text.rstrip() + stop))
