"""From a submission to a finished plan: outline, legal bases, projects, assignments, recipients, signature.

Form after Nghị định 30/2020/NĐ-CP (Phụ lục I; Mẫu 1.4). Nothing is invented: what the workbook leaves blank
becomes a place to fill by hand or vanishes.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from xlplan import catalogue
from xlplan.documents import conditions
from xlplan.documents.blocks import Annex, Block, Paragraph, Plan, Run, Runs
from xlplan.documents.grids import plan_table
from xlplan.documents.outline import HEADING_LEVELS, LEVELS, Entry, Numbering, closed, level_of, paragraph, surviving
from xlplan.documents.values import BLANK, Value, Values
from xlplan.messages import finding
from xlplan.model import CellRef, Finding, Record, Submission
from xlplan.vietnamese.dates import format_long, format_short, parse_date
from xlplan.vietnamese.text import capitalise, key, upper

BLOCKS = ("biểu chỉ tiêu", "biểu kèm theo", "mục tiêu", "dự án", "phân công")
PROJECT_PARTS = (
    ("muc_tieu", "Mục tiêu"),
    ("doi_tuong", "Đối tượng"),
    ("noi_dung", "Nội dung hoạt động"),
    ("phan_cong", "Phân công thực hiện"),
    ("kinh_phi", "Vốn và nguồn vốn"),
    ("thoi_han", "Thời hạn"),
)
_UNNUMBERED = frozenset(map(key, ("Hiến pháp", "Bộ luật", "Luật", "Pháp lệnh")))  # cited by name alone (II.6b)
_BROKEN_CODE = re.compile(r"\{\{[^{}]*\n[^{}]*\}\}")  # a placeholder over a line break
NUMBER_BLANK = "\u00a0" * 8  # room for the number that is given at signing


class Composed(NamedTuple):
    """A plan and what was found while composing it (unknown placeholders, unreadable conditions …)."""

    plan: Plan | None
    findings: tuple[Finding, ...]


def compose(submission: Submission) -> Composed:
    """The plan of a submission; ``plan`` is ``None`` where the sheet `Nội dung` holds no outline."""
    return _Composer(submission).compose()


class _Composer:
    """Gathers findings while the parts of one plan are put together."""

    def __init__(self, submission: Submission) -> None:
        self.submission = submission
        self.values = Values(submission)
        self.findings: list[Finding] = []
        self.annexes: list[Annex] = []

    def compose(self) -> Composed:
        rows = self.submission.records.get("noi_dung", ())
        entries = [entry for row in rows for entry in self.entries(row)]
        body = self.body(surviving(entries))
        title = self.submission.fields.get("tieu_de")
        bases = self.legal_bases()
        heading = self.text(title.value, title.ref) if title and title.value else self.default_title()
        plan = Plan(
            agency_above="",
            agency=("ỦY BAN NHÂN DÂN", upper(self.values.unit_name())),
            number=f"Số: {self.number() or NUMBER_BLANK}/{self.symbol()}",
            place_date=f"{self.place()}, {self.date()}",
            kind="KẾ HOẠCH",
            title=heading,
            legal_bases=bases,
            body=tuple(body),
            recipients=self.recipients(),
            signature=self.signature(),
            signer=self.submission.text("nguoi_ky"),
            annexes=tuple(self.annexes),
        )
        return Composed(plan if body else None, tuple(self.findings))

    # ---- texts ---------------------------------------------------------------------------------------------

    def runs(self, text: str, ref: CellRef, row: Record | None = None) -> Runs:
        """A cell's text with its placeholders filled in."""
        runs, problems = self.values.expand(text, ref, row)
        self.findings += problems
        return runs

    def text(self, text: str, ref: CellRef) -> str:
        """Like :meth:`runs`, as one string."""
        return "".join(run.text for run in self.runs(text, ref))

    def lines(self, row: Record, column: str) -> list[Runs]:
        """The lines of a cell (Alt+Enter), each with its placeholders filled in; typed bullets are dropped."""
        found = row.texts.get(column)
        if found is None:
            return []
        text = _BROKEN_CODE.sub(lambda code: "".join(code[0].split("\n")), found.value)
        stripped = (line.strip().lstrip("-+•–").strip() for line in text.splitlines())
        return [self.runs(line, found.ref, row) for line in stripped if line]

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
        first, *others = self.lines(row, "noi_dung") or [()]
        found = [Entry(level, first, kept, inserts=bool(block))] if first else []
        found += [Entry("*", runs, kept, continues=bool(found)) for runs in others]
        if block and kept:
            found += self.insert(block, level, has_text=bool(first))
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
        return level or "*"

    def holds(self, row: Record) -> bool:
        """Whether a row's condition is true; one that cannot be read is reported and the row kept."""
        condition = row.text("dieu_kien")
        try:
            return conditions.holds(condition, self.lookup)
        except conditions.UnknownCodeError as error:
            self.findings.append(self.values.unknown(error.code, row.texts["dieu_kien"].ref, error.code))
        except conditions.ConditionError:
            self.findings.append(finding("I08", row.texts["dieu_kien"].ref, written=condition))
        return True

    def lookup(self, code: str) -> Value | None:
        """What a condition's word stands for: a code, or a sheet (true when it holds rows)."""
        if code == "bieu":
            return Value("x" if self.submission.tables else "")
        if (found := self.values.get(code)) is not None:
            return found
        if code not in catalogue.forms():
            return None
        return Value("x" if self.records(code) else "")

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

    # ---- blocks of the outline -------------------------------------------------------------------------------

    def insert(self, block: str, level: str, *, has_text: bool) -> list[Entry]:
        """The rows that a block stands for: under the row that inserts it, or in its place where it has no text."""
        if block in ("biểu chỉ tiêu", "biểu kèm theo"):
            return self.insert_table(block)
        if block == "mục tiêu":
            return [Entry("-", runs) for target in self.records("muc_tieu") for runs in self.target(target)]
        depth = LEVELS.index(level) + has_text if level in HEADING_LEVELS else 1
        depth = min(depth, len(HEADING_LEVELS) - 1)
        return self.projects(depth) if block == "dự án" else self.assignments(depth)

    def records(self, sheet: str) -> tuple[Record, ...]:
        """The rows of a list sheet."""
        return self.submission.records.get(sheet, ())

    def insert_table(self, block: str) -> list[Entry]:
        """The table in the body, or as annex (which leaves nothing at the place itself)."""
        table = self.submission.table
        if table is None:
            return []
        word_table = plan_table(self.submission, table)
        if block == "biểu chỉ tiêu":
            return [Entry("*", (), blocks=(word_table,), inserts=True)]
        title = table.title.value if table.title else "BIỂU CHỈ TIÊU GIẢM NGHÈO"
        end = Paragraph("doan", (Run("./."),))
        self.annexes.append(Annex("Phụ lục", upper(title), self.attached(), (word_table, end), word_table.landscape))
        return []

    def target(self, row: Record) -> list[Runs]:
        """The sentence of one target: its own wording, else indicator, operator and value."""
        if found := self.lines(row, "dien_giai"):
            return found
        name = row.text("chi_tieu")
        parts = (catalogue.label(name) if catalogue.known(name) else name, row.text("phep"), "{{gia_tri}}")
        unit = row.text("don_vi")
        sentence = " ".join(part for part in parts if part) + (f" {unit}" if unit and unit != "%" else "")
        return [self.runs(sentence, row.ref, row)] if row.text("chi_tieu") else []

    def projects(self, depth: int) -> list[Entry]:
        """Projects and sub-projects with objective, beneficiaries, contents, who does it, funding, deadline."""
        found: list[Entry] = []
        for row in self.records("du_an"):
            deeper = row.text("loai").strip().lower() == "tiểu dự án"
            name = self.lines(row, "ten")
            code = row.text("ma")
            heading = (Run(f"{code}: " if code and name else code), *(name[0] if name else ()))
            found.append(Entry(LEVELS[min(depth + deeper, 3)], tuple(r for r in heading if r.text)))
            for column, lead in PROJECT_PARTS:
                found += self.led(lead, self.lines(row, column))
        return found

    @staticmethod
    def led(lead: str, lines: list[Runs]) -> list[Entry]:
        """``- Lead: text`` for one line; ``- Lead:`` and ``+ text`` for several; nothing for none."""
        if not lines:
            return []
        start = Run(f"{lead}:", italic=True)
        if len(lines) == 1:
            return [Entry("-", (start, Run(" "), *lines[0]))]
        return [Entry("-", (start,)), *(Entry("+", runs) for runs in lines)]

    def assignments(self, depth: int) -> list[Entry]:
        """Offices as headings, their tasks as bullets."""
        found: list[Entry] = []
        for row in self.records("phan_cong"):
            heading = [run for runs in self.lines(row, "don_vi") for run in runs]
            found.append(Entry(LEVELS[depth], tuple(heading)))
            found += [Entry("-", runs) for runs in self.lines(row, "nhiem_vu")]
        return found

    # ---- head, legal bases, end ------------------------------------------------------------------------------

    def legal_bases(self) -> tuple[Runs, ...]:
        """One paragraph a document; each ends with a semicolon, the last with a full stop (II.6)."""
        found = []
        for row in self.records("can_cu"):
            subject = [run for runs in self.lines(row, "trich_yeu") for run in runs]
            head = _citation(row)
            runs = (Run(f"{head} " if subject else head), *subject)
            found.append(tuple(run for run in runs if run.text))
        return tuple(
            closed(_unpunctuated(runs), "." if n == len(found) else ";") for n, runs in enumerate(found, start=1)
        )

    def number(self) -> str:
        """The plan's number, at least two digits (II.3); empty in a draft."""
        number = _without_word(self.submission.text("so_ke_hoach")).partition("/")[0].strip()
        return number.zfill(2) if number.isdecimal() else number

    def symbol(self) -> str:
        """The symbol after the number."""
        return self.submission.text("ky_hieu") or "KH-UBND"

    def place(self) -> str:
        """The place name: the proper name, with its kind where the name is a number (II.4a)."""
        name = self.submission.text("ten_don_vi") or BLANK
        return f"{capitalise(self.submission.text('loai_don_vi'))} {name}" if name[:1].isdigit() else name

    def date(self) -> str:
        """The date line; what is not known stays blank (II.4b)."""
        texts = [self.submission.text(code).strip() for code in ("ngay", "thang", "nam_ban_hanh")]
        try:
            return format_long(*(int(text) if text else None for text in texts))
        except ValueError:
            written = "/".join(text for text in texts if text)
            present = [self.submission.fields.get(code) for code in ("ngay", "thang", "nam_ban_hanh")]
            problem = finding("I13", next(text.ref for text in present if text), written=written)
            if problem not in self.findings:
                self.findings.append(problem)
            return format_long(None, None, None)

    def default_title(self) -> str:
        """The subject line where the workbook has none."""
        programme = self.submission.text("chuong_trinh") or "Chương trình giảm nghèo"
        period = self.submission.text("ky")
        return f"Thực hiện {programme}" + (f" năm {period}" if period else "")

    def attached(self) -> str:
        """The line under an annex's title; electronic documents leave number and date open (III.1c)."""
        body = f"Ủy ban nhân dân {self.values.unit_name()}"
        if self.submission.text("ban") == "bản điện tử":
            blank = format_long(None, None, None)
            return f"(Kèm theo Kế hoạch số {NUMBER_BLANK}/{self.symbol()} {blank} của {body})"
        number = self.number() or NUMBER_BLANK
        return f"(Kèm theo Kế hoạch số {number}/{self.symbol()} {self.date()} của {body})"

    def signature(self) -> tuple[str, ...]:
        """Authority and title of the signer in the decree's full form (II.7b); a blank title stays blank."""
        authority = self.submission.text("quyen_ky") or "TM."
        title = upper(self.submission.text("chuc_vu_ky"))
        council = "TM. ỦY BAN NHÂN DÂN"
        lines = {
            "TM.": (council, title),
            "KT.": (council, "KT. CHỦ TỊCH", title if title != "CHỦ TỊCH" else ""),
            "Q.": (council, "Q. CHỦ TỊCH"),
        }.get(authority, (f"{authority} CHỦ TỊCH", title))
        return tuple(line for line in lines if line)

    def recipients(self) -> tuple[str, ...]:
        """``- … ;`` for each recipient, the archive line last with its full stop (II.9)."""
        lines, archive = [], "VT"
        for row in self.records("noi_nhan"):
            name = row.text("noi_nhan").strip().lstrip("-").strip().rstrip(";.")
            if row.text("loai").lower() == "lưu":
                archive = name.removeprefix("Lưu:").strip() or archive
            elif name:
                how = row.text("cach_gui")
                lines.append(f"- {name} ({how});" if how else f"- {name};")
        return (*lines, f"- Lưu: {archive}.")


def _citation(row: Record) -> str:
    """Opening words, kind, number, date and issuing body of a legal basis (II.6b)."""
    parts = [row.text("mo_dau") or "Căn cứ", row.text("loai")]
    if key(row.text("loai")) in _UNNUMBERED:
        return " ".join(part for part in parts if part)
    if number := _without_word(row.text("so")):
        parts.append(f"số {number}")
    written = row.text("ngay")
    if date := parse_date(written) if written else None:
        parts.append(format_long(*date) if date.day else format_short(*date))
    elif written:
        parts.append(written)
    elif not number and row.text("loai"):
        parts.append(f"số {BLANK} ngày {BLANK}")  # to be filled in by hand
    if body := row.text("co_quan"):
        parts.append(f"của {body}")
    return " ".join(part for part in parts if part)


def _without_word(number: str) -> str:
    """A number without the word that somebody typed before it (``Số 12/QĐ-UBND``)."""
    return re.sub(r"(?i)^\s*số\s*:?\s*", "", number).strip()


def _unpunctuated(runs: Runs) -> Runs:
    """The runs without the punctuation mark that somebody typed at their end."""
    if not runs:
        return runs
    last = runs[-1]
    return (*runs[:-1], Run(last.text.rstrip().rstrip(";.,"), last.italic, last.bold, last.ref, last.code))


def _ended(runs: Runs) -> Runs:
    """The runs with ``./.`` at their end."""
    return (*_unpunctuated(runs), Run("./."))
