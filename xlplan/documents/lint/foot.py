"""Signature and recipients: D30-13, D30-14."""

from __future__ import annotations

from collections.abc import Iterator

from xlplan.documents.lint.case import Case, Outcome
from xlplan.documents.lint.letters import sizes
from xlplan.documents.word.paper import Line
from xlplan.patterns import pattern
from xlplan.vietnamese.text import key

_AUTHORITY = pattern(r"(?i)(?P<word>T/?M|K/?T|TL|TUQ|Q)(?P<sign>[.,]?)(?P<gap>\s*)(?=[^\W\d_])(?P<rest>.+)")
_DEGREE = pattern(
    r"(?i)(gs|pgs|ts|ths|cn|ks|bs|tiến sĩ|thạc sĩ|giáo sư|phó giáo sư|kỹ sư|cử nhân|bác sĩ)\s*[. ]\s*\S.*"
)
_COUNCIL = tuple(map(key, ("Ủy ban nhân dân", "UBND")))
_LEADERS = tuple(map(key, ("Chủ tịch", "Phó Chủ tịch")))


def d30_13(case: Case) -> Iterator[Outcome]:
    """`TM. ỦY BAN NHÂN DÂN`, `KT. CHỦ TỊCH`: a full stop and one space, capitals, no degrees (mục II.7)."""
    parts = case.parts
    if not (parts.is_document and case.whole):
        yield case.unfit("D30-13")
        return
    if not parts.signature:
        yield case.fault("D30-13", "no_signature", parts.body[-1] if parts.body else "¶1")
        return
    words = set()
    for line in parts.signature:
        found = _AUTHORITY.fullmatch(line.text)
        if found is not None and _is_abbreviation(found["word"], found["sign"], found["gap"]):
            word = found["word"].replace("/", "").upper()
            words.add(word)
            right = f"{word}. {found['rest'].strip()}".upper()
            if line.text.upper() != right or found["gap"] != " ":
                yield case.fault("D30-13", "authority", line, actual=line.text, expected=right)
                continue
        if line.text != line.text.upper():
            yield case.fault("D30-13", "title_capitals", line, actual=line.text, expected=line.text.upper())
    yield from _council(case, words)
    if parts.signer is not None and _DEGREE.fullmatch(parts.signer.text):
        yield case.fault("D30-13", "degree", parts.signer, actual=parts.signer.text)


def _is_abbreviation(word: str, sign: str, gap: str) -> bool:
    """`Q` begins words too: only with a full stop is it an abbreviation; the others need a sign or a gap."""
    return bool(sign) or (bool(gap) and word.upper() != "Q") or "/" in word


def _council(case: Case, words: set[str]) -> Iterator[Outcome]:
    """A council's plan is signed for the council, a deputy's also for its chairman."""
    parts = case.parts
    first = parts.signature[0]
    ours = any(key(line.text).startswith(_COUNCIL) for line in parts.agency)
    plan = parts.kind_key in _FOR_THE_COUNCIL
    title = key(parts.signature[-1].text)
    if ours and plan and "TM" not in words and words <= {"KT", "Q"} and title.endswith(_LEADERS):
        yield case.fault("D30-13", "no_council", first, actual=first.text, expected="TM. ỦY BAN NHÂN DÂN")
    if title.startswith(key("Phó Chủ tịch")) and not words & {"KT", "Q", "TUQ"} and ours:
        yield case.fault("D30-13", "no_chairman", parts.signature[-1], expected="KT. CHỦ TỊCH")


_FOR_THE_COUNCIL = frozenset(
    map(key, ("Kế hoạch", "Chương trình", "Phương án", "Đề án", "Dự án", "Báo cáo", "Tờ trình"))
)


def d30_14(case: Case) -> Iterator[Outcome]:
    """`Nơi nhận:` 12 italic bold, recipients 11, each `- … ;`, last `- Lưu: VT, ….` (mục II.9)."""
    parts = case.parts
    if not (parts.is_document and case.whole):
        yield case.unfit("D30-14")
        return
    if parts.address is not None and parts.kind_key == key("Kế hoạch"):
        yield case.fault("D30-14", "address", parts.address)
    if parts.recipients_title is None:
        yield case.fault("D30-14", "no_recipients", parts.signature[0] if parts.signature else _last(case))
        return
    if ":" not in parts.recipients_title.text:
        yield case.fault("D30-14", "recipients_colon", parts.recipients_title, actual=parts.recipients_title.text)
    yield from sizes(case, "D30-14", "recipients_title", (parts.recipients_title,))
    yield from sizes(case, "D30-14", "recipient", parts.recipients)
    yield from _rows(case)


def _last(case: Case) -> Line | str:
    return case.paper.lines[-1] if case.paper.lines else "¶1"


def _rows(case: Case) -> Iterator[Outcome]:
    rows = _joined(case.parts.recipients)
    title = case.parts.recipients_title
    assert title is not None
    archive = next((n for n, (text, _) in enumerate(rows) if key(text).startswith("lưu")), None)
    if archive is None:
        yield case.fault("D30-14", "no_archive", rows[-1][1] if rows else title, expected="- Lưu: VT, ….")
    elif archive != len(rows) - 1:
        yield case.fault("D30-14", "archive_last", rows[archive][1])
    for n, (text, line) in enumerate(rows):
        if not text.startswith("-"):
            yield case.fault("D30-14", "recipient_dash", line, actual=text[:20])
        last = n == len(rows) - 1
        if archive == n and not key(text).startswith(("lưu vt", "lưu văn thư")):
            yield case.fault("D30-14", "archive_vt", line, actual=text)
        sign = "." if last else ";"
        if archive is not None and not text.endswith(sign):
            yield case.fault("D30-14", "archive_end" if last else "recipient_end", line, expected=sign)


def _joined(lines: tuple[Line, ...]) -> list[tuple[str, Line]]:
    """The recipients, the lines of one that somebody broke by hand as one."""
    rows: list[tuple[str, Line]] = []
    for line in lines:
        begins = line.text.startswith(("-", "–", "—", "•", "+", "*"))
        if rows and not begins and not rows[-1][0].endswith((";", ".")) and not key(line.text).startswith("lưu"):
            rows[-1] = (f"{rows[-1][0]} {line.text}", rows[-1][1])
        else:
            rows.append((line.text, line))
    return rows
