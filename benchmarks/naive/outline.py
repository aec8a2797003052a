"""The body of the plan: placeholders, conditions, blocks, numbering, from the sheet `Nội dung` and those it inserts."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from .numbers import BLANK, count, decimal, half_up, padded, places, rate, roman
from .reading import Book
from .remarks import remarks

LEVELS = ("I", "1", "1.1", "1.1.1", "a", "-", "+", "*")
HEADINGS = 4  # so many of the levels are headings
SENTENCE_ENDS = (".", ";", ":", "…", "!", "?")
KINDS = {"a": "diem", "-": "gach", "+": "cong", "*": "doan"}
PROJECT_PARTS = ("Mục tiêu", "Đối tượng", "Nội dung hoạt động", "Phân công thực hiện", "Vốn và nguồn vốn", "Thời hạn")
PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")


@dataclass
class Entry:
    """One row of the outline: ``lead`` is printed in italics before its text; ``table`` stands in its place."""

    level: str
    text: str
    kept: bool = True
    lead: str = ""
    table: bool = False
    inserts: bool = False
    continues: bool = False

    @property
    def depth(self) -> int:
        """Place of the level."""
        return LEVELS.index(self.level)

    @property
    def is_heading(self) -> bool:
        """A row of the first levels that is no sentence."""
        return self.depth < HEADINGS and not (self.lead + self.text).rstrip().endswith(SENTENCE_ENDS)


@dataclass
class Paragraph:
    """A paragraph of the plan for the template; ``kind`` is ``bang`` where the table stands."""

    kind: str
    number: str
    text: str
    lead: str = ""


@dataclass
class Body:
    """The body of the plan, and whether its table is an annex."""

    paragraphs: list[Paragraph] = field(default_factory=list)
    annex: bool = False


class Texts:
    """Fills the placeholders of one workbook."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.figures = book.commune
        self.derived = {
            "don_vi": book.unit,
            "nam": str(book.year),
            "nam_truoc": str(book.year - 1),
            "thoi_ky": f"năm {book.year}",
        }

    def fill(self, text: str, own: str = "") -> str:
        """A text with its placeholders filled in; ``own`` is the value of the row's ``{{gia_tri}}``."""
        return PLACEHOLDER.sub(lambda match: own if match[1] == "gia_tri" else self.value(match[1]), text)

    def value(self, code: str) -> str:
        """What a placeholder prints."""
        if code in self.derived:
            return self.derived[code]
        if code.startswith("ty_le_"):
            part, whole = self.figures.get(code.removeprefix("ty_le_")), self.figures.get("tong_so_ho")
            value = None if part is None or whole is None else rate(part, whole)
            return f"{BLANK if value is None else decimal(value)}%"
        if code in self.figures:
            return padded(self.figures[code])
        if code == "so_thon" and self.book.text(code):
            return padded(int(self.book.text(code)))
        return self.book.text(code) or (f"tỉnh (thành phố) {BLANK}" if code == "tinh" else BLANK)

    def lines(self, text: Any, own: str = "") -> list[str]:
        """The lines of a cell, without bullets that somebody typed."""
        stripped = (line.strip().lstrip("-+•–").strip() for line in str(text or "").splitlines())
        return [self.fill(line, own) for line in stripped if line]

    # ---- conditions

    def holds(self, condition: Any) -> bool:
        """Whether a condition of the outline is true: its words become Python's."""
        if not condition:
            return True
        text = re.sub(r"\b(\w+)\s*(>=|<=|=|>|<)\s*(\d+)", self._compared, str(condition))
        text = text.replace("không", "not").replace("và", "and").replace("hoặc", "or")
        text = re.sub(r"\b(?!not\b|and\b|or\b|number\b|has\b)([^\W\d]\w*)\b(?!\()(?!')", r"has('\1')", text)
        return bool(eval(text, {"number": self._number, "has": self._has}))  # our own workbooks

    @staticmethod
    def _compared(match: re.Match[str]) -> str:
        sign = "==" if match[2] == "=" else match[2]
        return f"number('{match[1]}') {sign} {match[3]}"

    def _number(self, code: str) -> float:
        return self.figures.get(code, math.nan)

    def _has(self, code: str) -> bool:
        sheets = {"du_an": "Dự án", "kinh_phi": "Kinh phí"}
        if code in sheets:
            return bool(self.book.lists.get(sheets[code]))
        return code == "bieu" or bool(self.figures.get(code) or self.book.text(code))


# ---- the rows ------------------------------------------------------------------------------------------------------


def body_of(book: Book) -> Body:
    """The numbered paragraphs of the plan."""
    texts, body = Texts(book), Body()
    entries = [entry for row in book.lists["Nội dung"] for entry in _entries(row, texts, body)]
    numbering = Numbering()
    for entry in _surviving(entries):
        if entry.text or entry.lead:
            body.paragraphs.append(_paragraph(entry, numbering))
        if entry.table:
            body.paragraphs.append(Paragraph("bang", "", ""))
    last = next(p for p in reversed(body.paragraphs) if p.kind != "bang")
    last.text = last.text.rstrip().rstrip(";.,") + "./."
    return body


def _entries(row: dict[str, Any], texts: Texts, body: Body) -> Iterator[Entry]:
    level, block = str(row["Cấp"] or "*"), str(row["Chèn khối"] or "")
    kept = texts.holds(row["Điều kiện"])
    first, *others = texts.lines(row["Nội dung"]) or [""]
    if first:
        yield Entry(level, first, kept, inserts=bool(block))
    for line in others:
        yield Entry("*", line, kept, continues=True)
    if not (block and kept):
        return
    depth = LEVELS.index(level) + bool(first) if LEVELS.index(level) < HEADINGS else 1
    if block == "biểu kèm theo":
        body.annex = True
    elif block == "biểu chỉ tiêu":
        yield Entry("*", "", table=True, inserts=True)
    else:
        yield from BLOCKS[block](texts, min(depth, HEADINGS - 1))


def _targets(texts: Texts, _: int) -> Iterator[Entry]:
    for row in texts.book.lists["Mục tiêu"]:
        value, unit = row["Giá trị"], str(row["Đơn vị"] or "")
        shown = BLANK
        if value is not None:
            decimals = min(places(row["formats"]["Giá trị"]), 2)
            whole = half_up(value, decimals)
            shown = decimal(whole) if decimals else count(whole) if unit == "%" else padded(whole)
        own = f"{shown}%" if unit == "%" else shown
        for line in texts.lines(row["Diễn giải"], own):
            yield Entry("-", line)


def _projects(texts: Texts, depth: int) -> Iterator[Entry]:
    for row in texts.book.lists["Dự án"]:
        deeper = int(row["Loại"] == "tiểu dự án")
        parts = (*texts.lines(row["Ký hiệu"]), *texts.lines(row["Tên dự án, tiểu dự án"]))
        yield Entry(LEVELS[min(depth + deeper, HEADINGS - 1)], ": ".join(parts))
        for part in PROJECT_PARTS:
            lines = texts.lines(row[part])
            if len(lines) == 1:
                yield Entry("-", f" {lines[0]}", lead=f"{part}:")
            elif lines:
                yield Entry("-", "", lead=f"{part}:")
                yield from (Entry("+", line) for line in lines)


def _assignments(texts: Texts, depth: int) -> Iterator[Entry]:
    for row in texts.book.lists["Phân công"]:
        yield Entry(LEVELS[depth], texts.fill(str(row["Đơn vị, cá nhân thực hiện"])))
        for line in texts.lines(row["Nhiệm vụ"]):
            yield Entry("-", line)


def _remarks(texts: Texts, _: int) -> Iterator[Entry]:
    return (Entry("-", sentence) for sentence in remarks(texts.book))


BLOCKS: dict[str, Callable[[Texts, int], Iterator[Entry]]] = {
    "mục tiêu": _targets,
    "dự án": _projects,
    "phân công": _assignments,
    "nhận xét": _remarks,
    "kinh phí": lambda *_: iter(()),  # no budget in these workbooks
}


# ---- what stays, and its numbers -----------------------------------------------------------------------------------


def _surviving(entries: list[Entry]) -> list[Entry]:
    """Without rows whose condition fails and headings with nothing under them; the closing words stand apart."""
    closing = entries.pop() if entries[-1].level == "*" else None
    kept = _pruned(entries)
    return [*kept, closing] if closing is not None and closing.kept else kept


def _pruned(rows: list[Entry]) -> list[Entry]:
    result: list[Entry] = []
    at = 0
    while at < len(rows):
        row, end = rows[at], at + 1
        while end < len(rows) and _belongs(rows[end], row):
            end += 1
        below = rows[at + 1 : end]
        children = _pruned(below)
        hollow = row.is_heading and (below or row.inserts) and not children
        if row.kept and not hollow:
            result += [row, *children]
        at = end
    return result


def _belongs(row: Entry, head: Entry) -> bool:
    if row.level == "*":
        return row.continues or head.depth < HEADINGS
    return row.depth > head.depth


class Numbering:
    """Counts headings and points."""

    def __init__(self) -> None:
        self.counts = [0] * len(LEVELS)

    def next(self, level: str) -> str:
        """``I.``, ``2.``, ``2.1.``, ``-``."""
        depth = LEVELS.index(level)
        self.counts[depth] += 1
        if depth <= HEADINGS:
            self.counts[depth + 1 :] = [0] * (len(LEVELS) - depth - 1)
        if level == "I":
            return f"{roman(self.counts[0])}."
        if depth < HEADINGS:
            return ".".join(str(n or 1) for n in self.counts[1 : depth + 1]) + "."
        if level == "a":
            return f"{'abcdđeghiklmnopqrstuvxy'[self.counts[depth] - 1]})"
        return level if level in "-+" else ""


def _paragraph(entry: Entry, numbering: Numbering) -> Paragraph:
    number, text = numbering.next(entry.level), entry.text
    if entry.level == "I":
        return Paragraph("muc", number, text.upper())
    if entry.depth < HEADINGS:
        kind = "khoan" if entry.level == "1" else "tieu_khoan"
        return Paragraph(kind if entry.is_heading else f"{kind}_chu", number, text)
    if not (entry.lead + text).rstrip().endswith((*SENTENCE_ENDS, ",")):
        text = text.rstrip() + "."
    return Paragraph(KINDS[entry.level], number, text, entry.lead)
