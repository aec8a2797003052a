"""From a submission to a finished plan: its outline, with what the other sheets and figures bring in.

Form after Nghị định 30/2020/NĐ-CP (Phụ lục I; Mẫu 1.4). Nothing is invented: what the workbook leaves blank
becomes a place to fill by hand or vanishes.
"""

from __future__ import annotations

from xlplan import catalogue
from xlplan.documents import conditions, letterhead
from xlplan.documents.blocks import Block, Paragraph, Plan, Run, Runs
from xlplan.documents.filler import Filler
from xlplan.documents.inserts import BLOCKS, insert
from xlplan.documents.outline import HEADING_LEVELS, LEVELS, Entry, Numbering, level_of, paragraph, surviving
from xlplan.documents.own_figures import Value
from xlplan.messages import finding
from xlplan.model import CellRef, Finding, Record, Submission, Text
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.dates import format_period
from xlplan.vietnamese.text import upper


class Composed(NamedTuple):
    """A plan and what was found while composing it (unknown placeholders, unreadable conditions …)."""

    plan: Plan | None
    findings: tuple[Finding, ...]


def compose(submission: Submission) -> Composed:
    """The plan of a submission; ``plan`` is ``None`` where the sheet `Nội dung` holds no outline."""
    return _Composer(submission).compose()


class _Composer:
    """Puts the parts of one plan together."""

    def __init__(self, submission: Submission) -> None:
        self.submission = submission
        self.filler = Filler(submission)
        self.findings = self.filler.findings
        self.deepest = 0  # how deep the next heading may stand

    def compose(self) -> Composed:
        filler = self.filler
        if self.submission.records.get("noi_dung") == ():
            self.findings.append(finding("I21", CellRef(catalogue.forms()["noi_dung"].title, 0, 0)))
        entries = [entry for row in filler.records("noi_dung") for entry in self.entries(row)]
        body = self.body(surviving(entries))
        title = self.submission.fields.get("tieu_de")
        bases = letterhead.legal_bases(filler)
        plan = Plan(
            agency_above="",
            agency=("ỦY BAN NHÂN DÂN", upper(filler.values.unit_name())),
            number=f"Số: {letterhead.number(filler) or letterhead.NUMBER_BLANK}/{letterhead.symbol(filler)}",
            place_date=f"{letterhead.place(filler)}, {letterhead.date(filler)}",
            kind="KẾ HOẠCH",
            title=filler.text(title.value, title.ref) if title and title.value else letterhead.default_title(filler),
            legal_bases=bases,
            body=tuple(body),
            recipients=letterhead.recipients(filler),
            signature=letterhead.signature(filler),
            signer=self.submission.text("nguoi_ky"),
            annexes=tuple(filler.annexes),
            controls=letterhead.controls(filler),
            unit=self.submission.unit_name,
            period=format_period(*period) if (period := self.submission.period) else "",
        )
        return Composed(plan if body else None, tuple(self.findings))

    # ---- outline -------------------------------------------------------------------------------------------

    def entries(self, row: Record) -> list[Entry]:
        """A row of the outline with what it inserts; further lines of its cell are paragraphs of their own."""
        level = self.level(row)
        kept = self.holds(row)
        block = row.text("khoi").strip().lower()
        if block and block not in BLOCKS:
            choices = ", ".join(BLOCKS)
            self.findings.append(finding("I12", row.texts["khoi"].ref, written=block, expected_levels=choices))
            block = ""
        first, *others = self.filler.lines(row, "noi_dung") or [()]
        found = [Entry(level, first, kept, inserts=bool(block))] if first else []
        found += [Entry("*", runs, kept, continues=bool(found)) for runs in others]
        if block and kept:
            found += insert(self.filler, block, level, has_text=bool(first))
        return found

    def level(self, row: Record) -> str:
        """The level of a row; an unknown one is reported and taken for a plain paragraph."""
        written = row.texts.get("cap")
        if written is None:
            return "*"
        level = level_of(written.value)
        if level is None:
            levels = "; ".join(LEVELS)
            self.findings.append(finding("I10", written.ref, written=written.value, expected_levels=levels))
        elif level in HEADING_LEVELS:
            self.next_depth(LEVELS.index(level), written)
        return level or "*"

    def next_depth(self, depth: int, written: Text) -> None:
        """Notes a heading that stands deeper than the next level below the heading before it."""
        first = self.deepest == 0 and depth == 1  # an outline without I, II …
        if depth > self.deepest and not first:
            wanted = LEVELS[self.deepest]
            self.findings.append(finding("I20", written.ref, written=written.value, wanted=wanted))
        self.deepest = depth + 1

    def holds(self, row: Record) -> bool:
        """Whether a row's condition is true; one that cannot be read is reported and the row kept."""
        if "dieu_kien" not in row.texts:
            return True
        condition = row.text("dieu_kien")
        try:
            return conditions.holds(condition, self.lookup)
        except conditions.UnknownCodeError as error:
            self.findings.append(self.filler.values.unknown(error.code, row.texts["dieu_kien"].ref, error.code))
        except conditions.ConditionError:
            self.findings.append(finding("I08", row.texts["dieu_kien"].ref, written=condition))
        return True

    def lookup(self, code: str) -> Value | None:
        """What a condition's word stands for: a code, or a sheet (true when it holds rows)."""
        if code == "bieu":
            return Value("x" if self.submission.tables else "")
        if (found := self.filler.values.get(code)) is not None:
            return found
        if code not in catalogue.forms():
            return None
        return Value("x" if self.filler.records(code) else "")

    def body(self, entries: list[Entry]) -> list[Block]:
        """Numbers the rows that are left and ends the last paragraph with ``./.`` (Phụ lục I, II.6)."""
        numbering = Numbering()
        blocks: list[Block] = []
        for entry in entries:
            if entry.runs:
                blocks.append(paragraph(entry, numbering))
            blocks += entry.blocks
        last = next((i for i in reversed(range(len(blocks))) if isinstance(blocks[i], Paragraph)), None)
        if last is not None:
            ending = blocks[last]
            assert isinstance(ending, Paragraph)
            blocks[last] = Paragraph(ending.kind, _ended(ending.runs), ending.number)
        return blocks


def _ended(runs: Runs) -> Runs:
    """The runs with ``./.`` at their end."""
    return (*letterhead.unpunctuated(runs), Run("./."))
