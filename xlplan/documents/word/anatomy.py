"""The parts of an administrative document, told by what they say and where they stand, whatever styles it has.

The numbers of the parts (ô 1 to 9) are those of Nghị định 30/2020/NĐ-CP, Phụ lục I, mục IV.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from xlplan import catalogue
from xlplan.documents.word.paper import Line, Paper
from xlplan.patterns import pattern
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.text import bare, key

HEAD_LINES = 40  # lines among which the head must stand
HEAD_LETTERS = 150  # no line of a head is longer
TITLE_LETTERS = 300  # no title is longer
NAME_LETTERS = 60  # no name is longer, with titles and degrees
_BETWEEN = " \u00a0:–-"  # between kind and subject in one line
_KIND_AND_SUBJECT = [pattern(rf"(?P<kind>\s*(?:\S+\s+){{{n - 1}}}\S+)[{_BETWEEN}]+") for n in range(1, 5)]
_RULE = pattern(r"[\W_]*")  # a line of signs only: dashes that somebody typed for a rule
_NUMBER = pattern(r"(?i)số\s*+:?[\s\d….,_·-]*+[a-zđ]?\s*+/.*")
_DATE = pattern(r"(?i)(?P<place>.*?)[,\s]*\bngày\b.*\btháng\b.*\bnăm\b.*")
_BASE = pattern(r"(?i)(?:[-–+]\s*)?căn cứ\b")
_OTHER_BASE = pattern(r"(?i)(thực hiện|theo|xét|để|sau khi)\b")
_OPENING = pattern(r"(?i)\b(ban hành|xây dựng|lập|triển khai)\b.*\bkế hoạch\b.*")
_RECIPIENTS = pattern(r"(?i)nơi nhận\s*:?")
_RECIPIENTS_IN_LINE = pattern(r"(?i)nơi nhận\s*:.+")
_AUTHORITY = pattern(r"(TM|T/M|KT|K/T|TL|TUQ|Q)\b\s*[.,]?\s*(?=[^\W\d_])")
_TITLES = pattern(
    r"(QUYỀN |PHÓ )?(CHỦ TỊCH|GIÁM ĐỐC|TRƯỞNG PHÒNG|CHÁNH VĂN PHÒNG|CHỦ NHIỆM|BÍ THƯ|CỤC TRƯỞNG|VỤ TRƯỞNG|"
    r"HIỆU TRƯỞNG|BỘ TRƯỞNG|THỨ TRƯỞNG|TRƯỞNG BAN|CHI CỤC TRƯỞNG)( .{0,40})?"
)
_ANNEX = pattern(r"(?i)phụ lục(?:\s+(?:số\s+)?(?P<number>[IVXLC]+|\d+|[A-Z]))?\s*[:.]?")
_ATTACHED = pattern(r"(?i)\(?\s*(ban hành )?(?:kèm theo\b|(?:đính )?kèm(?: theo)?\s.*\bkế hoạch\b).*")
_NAME = pattern(r"[^\W\d_]+(?: [^\W\d_]+){1,6}")
_NO_NAMES = ("đã ký", "ký tên", "chữ ký")
_UNIT = pattern(r"(?i)(xã|phường|thị trấn|đặc khu|quận|huyện|thị xã|thành phố|tỉnh)\b.*")
_COUNCIL = tuple(map(key, ("Ủy ban nhân dân", "Hội đồng nhân dân", "UBND", "HĐND")))


class Annex(NamedTuple):
    """One annex: its label (``Phụ lục I``), the lines of its title, the line “Kèm theo”, and its other lines."""

    label: Line | None
    title: tuple[Line, ...]
    attached: Line | None
    rest: tuple[Line, ...]

    @property
    def first(self) -> Line:
        """The first of its lines."""
        return next(line for line in (self.label, *self.title, self.attached, *self.rest) if line is not None)


class Anatomy(NamedTuple):
    """Where each part stands; what was not found is ``None`` or empty.

    ``above`` and ``agency`` are the lines of the agency above and of the issuing one (ô 2), ``kind`` the tên loại
    (``KẾ HOẠCH``) and ``subject`` the trích yếu (ô 5), ``bases`` the căn cứ, ``body`` all lines from the first
    căn cứ to the signature, the cells of tables included (ô 6), ``signature`` the lines of authority and title,
    ``signer`` the name (ô 7), ``recipients`` the lines below ``recipients_title`` (ô 9), ``behind`` all other lines
    from the signature to the first annex.
    """

    nation: Line | None
    motto: Line | None
    above: tuple[Line, ...]
    agency: tuple[Line, ...]
    number: Line | None
    date: Line | None
    kind: Line | None
    subject: tuple[Line, ...]
    bases: tuple[Line, ...]
    body: tuple[Line, ...]
    signature: tuple[Line, ...]
    signer: Line | None
    recipients_title: Line | None
    recipients: tuple[Line, ...]
    behind: tuple[Line, ...]
    annexes: tuple[Annex, ...]
    address: Line | None

    @property
    def kind_key(self) -> str:
        """The kind of document as a key, empty where there is none."""
        return key(self.kind.text) if self.kind else ""

    @property
    def is_kind_joined(self) -> bool:
        """Whether kind and subject stand in one line, where each should have its own."""
        if self.kind is None or not self.subject or self.subject[0].passage is not self.kind.passage:
            return False
        return not self.kind.passage.text[self.kind.end : self.subject[0].start].strip(_BETWEEN)

    @property
    def is_document(self) -> bool:
        """Whether there is anything of an administrative document."""
        return bool(self.nation or self.motto or self.kind or (self.number and self.date))


def anatomy(paper: Paper) -> Anatomy:
    """The parts of a document."""
    lines = [line for line in paper.lines if _is_read(line)]
    start = _annex_start(lines)
    main, rest = _with_kind_apart(lines[:start], paper), lines[start:]
    head, kind_at = _head(main)
    nation = next((x for x in head if _is_nation(x.text)), None)
    motto = next((x for x in head if _is_motto(x.text)), None)
    number = next((x for x in head if _NUMBER.match(x.text)), None)
    date = next((x for x in head if len(x.text) < 100 and _DATE.fullmatch(x.text) and x is not number), None)
    agencies = _agencies(head, [x for x in (nation, motto, number, date) if x], kind_at is not None)
    above, agency = _split(agencies, paper)
    subject = _subject(main, kind_at, paper) if kind_at is not None else ()
    begin = _begin(main, kind_at, subject, (nation, motto, number, date, *agencies))
    end = _end(main, begin)
    tail = main[end:]
    recipients_title = next((x for x in tail if _is_recipients(x.text)), None)
    recipients = _recipients(tail, recipients_title)
    signature, signer = _signature([x for x in tail if x is not recipients_title and x not in recipients])
    known = set(map(id, (recipients_title, *recipients, *signature, signer)))
    body = tuple(main[begin:end])
    return Anatomy(
        nation,
        motto,
        above,
        agency,
        number,
        date,
        main[kind_at] if kind_at is not None else None,
        subject,
        _bases(body, paper),
        body,
        signature,
        signer,
        recipients_title,
        recipients,
        tuple(line for line in tail if id(line) not in known),
        _annexes(rest),
        next((x for x in main[: begin + 3] if key(x.text).startswith("kính gửi")), None),
    )


def _is_read(line: Line) -> bool:
    """Whether a line says something of its own and is no rule of signs."""
    return not _RULE.fullmatch(line.text) or line.text.startswith("./.")


# -- head ----------------------------------------------------------------------------------------------------


def _is_nation(text: str) -> bool:
    words = bare(key(text))
    return "cong hoa xa hoi" in words and len(words) < 60


def _is_motto(text: str) -> bool:
    words = bare(key(text))
    return sum(part in words for part in ("doc lap", "tu do", "hanh phuc")) >= 2 and len(words) < 60


def _head(main: Sequence[Line]) -> tuple[list[Line], int | None]:
    """The lines before the kind of document, and where the kind stands."""
    kinds = catalogue.decree()["kinds"]
    known = {key(name) for name in kinds}
    for at, line in enumerate(main[:HEAD_LINES]):
        if key(line.text) in known and not line.labelled:
            return list(main[:at]), at
    for at, line in enumerate(main[:HEAD_LINES]):
        if _is_text(line.text) or key(line.text).startswith("kính gửi"):
            return list(main[:at]), None
    return list(main[:HEAD_LINES]), None


def _with_kind_apart(main: list[Line], paper: Paper) -> list[Line]:
    """The lines with a title that begins with the kind divided behind it: “KẾ HOẠCH GIẢM NGHÈO NĂM 2026” as two."""
    kinds = {key(name): len(name.split()) for name in catalogue.decree()["kinds"]}
    head = [line for line in main[:HEAD_LINES] if len(line.text) < NAME_LETTERS]
    if any(key(line.text) in kinds and not line.labelled for line in head):
        return main
    for at, line in enumerate(main[:HEAD_LINES]):
        words = line.text.split()
        number = next(
            (n for n in sorted(set(kinds.values()), reverse=True) if kinds.get(key(" ".join(words[:n]))) == n), 0
        )
        if 0 < number < len(words) and at and _is_title(line, " ".join(words[:number]), paper):
            cut = _KIND_AND_SUBJECT[number - 1].match(line.passage.text, line.start, line.end)
            subject = " ".join(words[number:]).lstrip(_BETWEEN)
            if cut is not None and subject:
                first = line._replace(text=" ".join(words[:number]), end=cut.end("kind"))
                return [*main[:at], first, line._replace(text=subject, start=cut.end()), *main[at + 1 :]]
        if _is_text(line.text):
            break
    return main


def _is_title(line: Line, kind: str, paper: Paper) -> bool:
    """Whether a line that begins with a kind of document is its title, by its capitals and how it looks."""
    if line.labelled or line.text.endswith((":", ";", ".")) or len(line.text) > TITLE_LETTERS:
        return False
    looks = paper.looks(line)
    bold = bool(looks) and all(look.bold for _, look in looks)
    centred = paper.layout(line.passage).align == "center"
    return line.text.isupper() or (bold and centred) or (kind.isupper() and (bold or centred))


def _is_text(text: str) -> bool:
    """Whether a line is no longer of a head that no kind of document ends."""
    return bool(_BASE.match(text) or _OTHER_BASE.match(text)) or label_like(text) or len(text) > HEAD_LETTERS


def _agencies(head: Sequence[Line], others: Sequence[Line], whole_head: bool) -> tuple[Line, ...]:
    """The names of offices: capitals before the number, or before the date where there is no number."""
    found: list[Line] = []
    for line in head:
        if line in others:
            if found and _NUMBER.match(line.text):
                break
            continue
        if line.text.isupper() or (whole_head and _is_council(line.text)):
            found.append(line)
        elif found:
            break
    return tuple(found)


def _is_council(text: str) -> bool:
    return key(text).startswith(_COUNCIL)


def _split(agencies: tuple[Line, ...], paper: Paper) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The agency above and the issuing one: the last council with its unit, else the last lines in bold."""
    if not agencies:
        return (), ()
    if len(agencies) > 1 and _UNIT.fullmatch(agencies[-1].text) and key(agencies[-2].text) in _COUNCIL:
        return agencies[:-2], agencies[-2:]
    if _is_council(agencies[-1].text):
        return agencies[:-1], agencies[-1:]
    at = len(agencies) - 1
    while at > 0 and all(look.bold for line in agencies[at - 1 :] for _, look in paper.looks(line)):
        at -= 1
    return agencies[:at], agencies[at:]


def _subject(main: Sequence[Line], kind_at: int, paper: Paper) -> tuple[Line, ...]:
    """The lines below the kind: the first, and on while they are centred or bold or go on in small letters."""
    found: list[Line] = []
    for line in main[kind_at + 1 : kind_at + 9]:
        if line.passage.kind == "cell" and main[kind_at].passage.kind != "cell":
            break
        if _BASE.match(line.text) or label_like(line.text) or key(line.text).startswith("kính gửi"):
            break
        looks = paper.looks(line)
        bold = bool(looks) and all(look.bold for _, look in looks)
        centred = paper.layout(line.passage).align == "center"
        goes_on = bool(found) and (line.passage is found[-1].passage or _goes_on(found[-1].text, line.text))
        if found and not (goes_on or (bold and (centred or len(line.text) < 90)) or centred):
            break
        if not found and not (bold or centred) and len(line.text) > 250:
            break
        found.append(line)
    return tuple(found)


def _goes_on(above: str, text: str) -> bool:
    """Whether a line begins in the middle of a sentence."""
    return text[:1].islower() and not above.endswith((".", ";", ":"))


_LABEL = pattern(r"(?:[IVX]+|\d{1,2}(?:\.\d{1,2})*)\s?[.)]\s|[a-zđ][.)]\s|[-+•]\s")


def label_like(text: str) -> bool:
    """Whether a line begins like a heading, a point or a row of a list."""
    return bool(_LABEL.match(text))


def _begin(main: Sequence[Line], kind_at: int | None, subject: Sequence[Line], head: Sequence[Line | None]) -> int:
    """Where the text begins."""
    if kind_at is not None:
        return kind_at + 1 + len(subject)
    last = max((main.index(line) for line in head if line is not None), default=-1)
    return last + 1


# -- body ----------------------------------------------------------------------------------------------------


def _end(main: Sequence[Line], begin: int) -> int:
    """Where the signature and the recipients begin: at the first of their words behind the text."""
    for at in range(begin, len(main)):
        text = main[at].text
        ends = _is_authority(text) or _RECIPIENTS_IN_LINE.fullmatch(text)
        if _RECIPIENTS.fullmatch(text) or (ends and _ends_soon(main, at)):
            return at
    for at in range(len(main) - 1, max(begin, len(main) - 12), -1):
        if _TITLES.fullmatch(main[at].text):
            first = at
            while first > begin + 1 and main[first - 1].text.isupper():
                first -= 1
            return first
    return len(main)


def _is_recipients(text: str) -> bool:
    return bool(_RECIPIENTS.fullmatch(text) or _RECIPIENTS_IN_LINE.fullmatch(text))


def _is_authority(text: str) -> bool:
    return bool(_AUTHORITY.match(text)) and text.isupper() and len(text) < 80


def _ends_soon(main: Sequence[Line], at: int) -> bool:
    """Whether no text of the body comes after a line."""
    return not any(label_like(line.text) and not line.text.startswith("-") for line in main[at + 1 :])


def _bases(body: Sequence[Line], paper: Paper) -> tuple[Line, ...]:
    """The căn cứ: paragraphs of their own from the beginning of the text on."""
    found: list[Line] = []
    for line in body:
        if line.passage.kind == "cell" and found and found[-1].passage.kind != "cell":
            break
        italic = any(look.italic for _, look in paper.looks(line))
        if _BASE.match(line.text) or (_OTHER_BASE.match(line.text) and (italic or line.text.endswith(";"))):
            if not _BASE.match(line.text) and _OPENING.search(line.text) and not line.text.endswith(";"):
                break
            found.append(line)
        elif found or label_like(line.text):
            break
        else:
            continue
    return tuple(found)


# -- foot ----------------------------------------------------------------------------------------------------


def _recipients(tail: Sequence[Line], title: Line | None) -> tuple[Line, ...]:
    """The lines below “Nơi nhận:”: those in its cell, or those that begin with a dash."""
    if title is None:
        return ()
    after = [line for line in tail if line.at > title.at or (line.at == title.at and line.start > title.start)]
    if title.passage.kind == "cell":
        return tuple(line for line in after if line.place == title.place)
    listed = ("-", "–", "•", "+")
    return tuple(x for x in after if x.text.startswith(listed) or key(x.text).startswith(("lưu ", "như ")))


def _signature(tail: Sequence[Line]) -> tuple[tuple[Line, ...], Line | None]:
    """The lines of authority and title, and the name below them."""
    titles: list[Line] = []
    for line in tail:
        if line.text.isupper() or _TITLES.fullmatch(line.text.upper()) or (not titles and _AUTHORITY.match(line.text)):
            titles.append(line)
        elif titles and _is_name(line.text):
            return tuple(titles), line
    return tuple(titles), None


def _is_name(text: str) -> bool:
    no_name = len(text) > NAME_LETTERS or label_like(text) or key(text).startswith(_NO_NAMES)
    return bool(_NAME.search(text)) and not no_name


# -- annexes -------------------------------------------------------------------------------------------------


def _annex_start(lines: Sequence[Line]) -> int:
    """Where the first annex begins, behind the signature; the number of lines where there is none."""
    signed = next((at for at, x in enumerate(lines) if _RECIPIENTS.fullmatch(x.text) or _is_authority(x.text)), None)
    least = signed if signed is not None else min(HEAD_LINES, len(lines))
    for at in range(least, len(lines)):
        line = lines[at]
        if _ANNEX.fullmatch(line.text):
            return at
        if is_attached(line) and len(line.text) < 250 and not line.text.endswith(";"):
            return _title_above(lines, at, least)
    return len(lines)


def is_attached(line: Line) -> bool:
    """Whether a line says to which document an annex belongs: `(Kèm theo Kế hoạch số …)`."""
    return bool(_ATTACHED.fullmatch(line.text))


def _title_above(lines: Sequence[Line], attached: int, least: int) -> int:
    """Where the title above a line “Kèm theo” begins that no label stands before."""
    at = attached
    while at > least and lines[at - 1].text.isupper() and lines[at - 1].passage.kind == lines[attached].passage.kind:
        at -= 1
    return at


def _annexes(lines: Sequence[Line]) -> tuple[Annex, ...]:
    starts = [at for at in range(len(lines)) if at == 0 or _is_label(lines, at)]
    found: list[Annex] = []
    for start, stop in pairwise([*starts, len(lines)]):
        part = lines[start:stop]
        label = part[0] if _ANNEX.fullmatch(part[0].text) else None
        at = 1 if label else 0
        attached = next((i for i in range(at, min(at + 8, len(part))) if is_attached(part[i])), None)
        stop_title = attached if attached is not None else _caps_until(part, at)
        rest = attached + 1 if attached is not None else stop_title
        line = part[attached] if attached is not None else None
        found.append(Annex(label, tuple(part[at:stop_title]), line, tuple(part[rest:])))
    return tuple(found)


def _is_label(lines: Sequence[Line], at: int) -> bool:
    line = lines[at]
    return bool(_ANNEX.fullmatch(line.text)) and line.passage.kind == lines[0].passage.kind


def _caps_until(part: Sequence[Line], at: int) -> int:
    while at < len(part) and part[at].text.isupper() and part[at].passage.kind != "cell":
        at += 1
    return at


def annex_number(label: Line) -> str:
    """What follows “Phụ lục” in a label, empty where nothing does."""
    found = _ANNEX.fullmatch(label.text)
    return (found["number"] or "") if found else ""
