"""A document as the rules on sentences want it: the texts of its body as rows of an outline, its head as fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xlplan.checks.numbering import label_of
from xlplan.documents.word.anatomy import Anatomy, anatomy, is_attached
from xlplan.documents.word.paper import Line, Paper, by_passage
from xlplan.documents.word.places import table_of
from xlplan.documents.word.reading import WordFile
from xlplan.model import Record, Text, WordRef
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.text import clean, key, nfc

WORDS_OF_PROSE = 6  # a cell of a table with so many words is read as a sentence

_KIND = key("kế hoạch")
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


def readable(text: str) -> str:
    """A passage as it is read: spaces of all kinds as one, line breaks kept."""
    return "\n".join(line for part in nfc(text).split("\n") if (line := " ".join(part.split())))


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
    """The document taken apart. Raises PackageError where styles or lists cannot be read."""
    parts = anatomy(Paper(file))
    bases = set(map(id, parts.bases))
    body = _texts([line for line in parts.body if id(line) not in bases])
    behind = _texts(_annexed(parts))
    prose = [pair for pair in (*body, *behind) if _is_prose(*pair)]
    return Layout(
        tuple(_text([line]) for line in (*parts.above, *parts.agency)),
        _text([parts.number]) if parts.number else None,
        _text([parts.date]) if parts.date else None,
        _title(parts.subject),
        tuple(_row(text, line) for text, line in prose),
        tuple(text for text, line in prose if line.passage.kind != "cell"),
        tuple(Record(text.ref, {"noi_nhan": text}) for text, _ in _texts(parts.recipients)),
        tuple(_text([line]) for line in _attached(parts)),
        tuple(text for text, line in behind if _is_heading(text, line)),
        bool(behind or parts.annexes),
    )


def _text(lines: Sequence[Line]) -> Text:
    """What these lines of one passage say, as it is typed."""
    first = lines[0]
    return Text(ref_of(first.place, first.at), readable(first.passage.text[first.start : lines[-1].end]))


def _texts(lines: Sequence[Line]) -> list[tuple[Text, Line]]:
    """The texts of passages, each with the first of its lines."""
    return [(_text(group), group[0]) for group in by_passage(lines)]


def _title(subject: tuple[Line, ...]) -> Text | None:
    if not subject:
        return None
    first = subject[0]
    return Text(ref_of(first.place, first.at), " ".join(line.text for line in subject))


def _annexed(parts: Anatomy) -> list[Line]:
    """The texts behind the signature: of annexes, and what no title makes one."""
    foot = (parts.recipients_title, *parts.signature)
    tables = {table_of(line.place) for line in foot if line is not None and line.passage.kind == "cell"}
    found = [line for line in parts.behind if _is_more(line, tables)]
    for annex in parts.annexes:
        found += (line for line in (*annex.title, *annex.rest) if not is_attached(line))
    return found


def _is_more(line: Line, tables: set[str]) -> bool:
    """Whether a line behind the signature is no part of it."""
    if line.passage.kind == "cell":
        return table_of(line.place) not in tables
    says = any(sign.isdigit() for sign in line.text) or key(line.text).startswith(_TABLES)
    return says or len(line.text.split()) > WORDS_OF_PROSE


def _attached(parts: Anatomy) -> Iterator[Line]:
    """The lines above annexes that name the plan."""
    for annex in parts.annexes:
        for line in (*annex.title, *([annex.attached] if annex.attached else []), *annex.rest):
            if is_attached(line) and _KIND in key(line.text):
                yield line


def _is_prose(text: Text, line: Line) -> bool:
    """Whether a text is no figure or label in a table."""
    return line.passage.kind != "cell" or len(text.value.split()) >= WORDS_OF_PROSE


def _is_heading(text: Text, line: Line) -> bool:
    words = clean(text.value)
    return line.passage.kind == "body" and (words == words.upper() or key(words).startswith(_TABLES))


def _row(text: Text, line: Line) -> Record:
    level, bare = _level(text.value) if line.passage.kind != "cell" else ("*", text.value)
    return Record(text.ref, {"cap": Text(text.ref, level), "noi_dung": Text(text.ref, bare)})
