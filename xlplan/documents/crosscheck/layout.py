"""What each passage of a plan is: letterhead, title, legal basis, text of the body, recipient, annex."""

from __future__ import annotations

from collections.abc import Sequence

from xlplan.checks.numbering import label_of
from xlplan.documents.word.contents import is_of_contents
from xlplan.documents.word.reading import Passage, WordFile
from xlplan.model import Record, Text, WordRef
from xlplan.patterns import pattern
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.text import clean, key, nfc

HEAD = 60  # passages among which the letterhead and the title stand
TITLE_LINES = 5
WORDS_OF_PROSE = 6  # a cell of a table with so many words is read as a sentence

_NUMBER = pattern(r"(?i)^\s*số\s*:?\s*([\d …._·]*)\s*/\s*([^\W\d][\w-]*)")
_PLACE_DATE = pattern(r"(?i)(?:^|,\s*)ngày\s*[\d …._·]*\s*tháng\s*[\d …._·]*\s*năm\s*[\d …._·]*$")
_BASIS = pattern(r"(?i)^[-–+]?\s*(?:căn cứ|thực hiện|theo|xét)\s")
_SIGNED = pattern(r"^(?:TM\.|KT\.|TUQ\.|Q\.|CHỦ TỊCH|PHÓ CHỦ TỊCH)")
_ANNEX = pattern(r"^(?:PHỤ LỤC|Phụ lục)(?: (?:số )?[IVX\d]+)?\s*[.:]?$")
_ATTACHED = pattern(r"(?i)^\(?\s*(?:ban hành )?(?:đính )?kèm(?: theo)?\s.*kế hoạch")
_KIND, _RECIPIENTS = key("kế hoạch"), key("nơi nhận")
_AGENCY = (key("ủy ban nhân dân"), "ubnd")
_STATE = (key("cộng hòa xã hội"), key("độc lập"))
_BASES = key("căn cứ")
_CITED = pattern(r"(?i)số\s*\d")
_TABLES = (key("biểu"), key("bảng"))
_BULLETS = {"-": "-", "–": "-", "—": "-", "+": "+", "•": "-", "*": "-", "●": "-"}
_LEVELS = {0: "1", 1: "1.1", 2: "1.1.1"}


class Layout(NamedTuple):
    """A document taken apart.

    ``rows`` are the texts of the body as rows of an outline, without the number or dash that they begin with;
    ``numbered`` the same with it. ``number`` and ``date`` are the lines of the letterhead, ``attached`` those above
    annexes (Kèm theo Kế hoạch số …). ``annexed`` says whether anything follows the signature.
    """

    agency: tuple[Text, ...]
    number: Text | None
    date: Text | None
    title: Text | None
    rows: tuple[Record, ...]
    numbered: tuple[Text, ...]
    recipients: tuple[Record, ...]
    attached: tuple[Text, ...]
    headings: tuple[Text, ...]
    annexed: bool


def ref_of(place: str, position: int) -> WordRef:
    """The place of a passage; ``position`` is that of the passage in the file, kept as the row."""
    return tuple.__new__(WordRef, (place, position + 1, 1))


def position_of(ref: tuple[object, ...]) -> int:
    """The position of a passage, from its :func:`ref_of`."""
    return int(str(ref[1])) - 1


class _Sorter:
    """Goes through the passages once and puts each where it belongs."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.passages = passages
        self.agency: list[Text] = []
        self.number: Text | None = None
        self.date: Text | None = None
        self.title: list[str] = []
        self.title_ref: WordRef | None = None
        self.rows: list[Record] = []
        self.numbered: list[Text] = []
        self.recipients: list[Record] = []
        self.attached: list[Text] = []
        self.headings: list[Text] = []
        self.after = self.annexed = False  # behind the recipients; something follows them
        self.state = "head"  # then title, bases, body, recipients
        self.cell = ""  # of the recipients, where they stand in a table

    def sort(self) -> Layout:
        kind = next((i for i, p in enumerate(self.passages[:HEAD]) if key(p.text) == _KIND), None)
        if kind is None:
            self.state = "body"
        for position, passage in enumerate(self.passages):
            text = readable(passage.text)
            if position == kind:
                self.state = "title"
            elif text:
                self.one(text, passage, ref_of(passage.place, position))
            elif self.state == "title" and self.title:
                self.state = "bases"
        title = Text(self.title_ref, " ".join(self.title)) if self.title_ref else None
        return Layout(
            tuple(self.agency),
            self.number,
            self.date,
            title,
            tuple(self.rows),
            tuple(self.numbered),
            tuple(self.recipients),
            tuple(self.attached),
            tuple(self.headings),
            self.annexed,
        )

    def one(self, text: str, passage: Passage, ref: WordRef) -> None:
        found = Text(ref, text)
        if self.letterhead(found, ref) or is_of_contents(passage):
            return
        if self.state == "head":
            return
        if self.state == "title":
            if len(self.title) < TITLE_LINES and not _is_body(text, first=not self.title):
                self.title.append(clean(text))
                self.title_ref = self.title_ref or ref
                return
            self.state = "bases"
        self.part(found, passage)

    def letterhead(self, found: Text, ref: WordRef) -> bool:
        """Whether a text is of the letterhead; then it is kept."""
        if self.state in ("body", "recipients") and self.rows:
            return False
        line = clean(found.value)
        folded = key(line)
        if folded.startswith(_STATE):
            return self.state in ("head", "body")
        if (folded.startswith(_AGENCY) and (line == line.upper() or self.state == "head") and not self.number) or (
            self.agency and not self.number and line == line.upper() and self.state in ("head", "body")
        ):
            self.agency.append(found)
        elif not self.number and _NUMBER.match(line):
            self.number = found
        elif not self.date and _PLACE_DATE.search(line) and len(line) < 80:
            self.date = found
        else:
            return False
        return True

    def part(self, found: Text, passage: Passage) -> None:
        """A text below the title."""
        line = clean(found.value)
        if key(line).startswith(_RECIPIENTS):
            self.state, self.cell = "recipients", passage.place if passage.kind == "cell" else ""
            self.after = True
            return
        if self.after and self.behind(found, line, passage):
            return
        if self.state == "bases" and _BASIS.match(line) and not label_of(line):
            return
        if _SIGNED.match(line):
            self.after = True
            return
        self.state = "body"
        self.row(found, passage)

    def behind(self, found: Text, line: str, passage: Passage) -> bool:
        """A recipient, the signature, or the lines above an annex; whether it was one."""
        if _ATTACHED.match(line):
            self.attached.append(found)
            self.annexed = True
            return True
        if _ANNEX.match(line):
            self.annexed, self.state = True, "body"
            return True
        if self.state == "recipients":
            if passage.place == self.cell or (not self.cell and line.startswith(("-", "–", "+"))):
                self.recipients.append(Record(found.ref, {"noi_nhan": found}))
                return True
            if passage.kind == "cell" and self.cell.partition("R")[0] == passage.place.partition("R")[0]:
                return True
            if _SIGNED.match(line) or (not self.cell and len(line.split()) <= 6 and passage.kind != "cell"):
                return True
        self.annexed = True
        if passage.kind == "body" and (line == line.upper() or key(line).startswith(_TABLES)):
            self.headings.append(found)
        return False

    def row(self, found: Text, passage: Passage) -> None:
        """A text of the body: prose, unless it is a figure or a label in a table."""
        if passage.kind == "cell" and len(found.value.split()) < WORDS_OF_PROSE:
            return
        level, bare = _level(found.value) if passage.kind != "cell" else ("*", found.value)
        text = Text(found.ref, bare)
        self.rows.append(Record(found.ref, {"cap": Text(found.ref, level), "noi_dung": text}))
        if passage.kind != "cell":
            self.numbered.append(found)


def readable(text: str) -> str:
    """A passage as it is read: spaces of all kinds as one, line breaks kept."""
    return "\n".join(line for part in nfc(text).split("\n") if (line := " ".join(part.split())))


def _is_body(line: str, *, first: bool) -> bool:
    """Whether a line below “KẾ HOẠCH” is no part of the title; the first line is one."""
    if key(line).startswith(_BASES) or label_of(line):
        return True
    return not first and (line.endswith((":", ";", ".")) or bool(_BASIS.match(line) and _CITED.search(line)))


def _level(text: str) -> tuple[str, str]:
    """The level of an outline by what a text begins with, and the text without it."""
    label = label_of(text)
    if label is None:
        bullet = _BULLETS.get(text[:1])
        if bullet and text[1:2] in (" ", "\t"):
            return bullet, text[1:].lstrip()
        return "*", text
    rest = text.lstrip().removeprefix(label.written).lstrip()
    if label.kind == "roman":
        return "I", rest
    return ("a" if label.kind == "letter" else _LEVELS.get(len(label.prefix), "1.1.1")), rest


def layout(file: WordFile) -> Layout:
    """The document taken apart."""
    return _Sorter(file.passages).sort()
