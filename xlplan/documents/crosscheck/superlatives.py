"""Villages that a sentence calls the highest or lowest, against the table: C05.

“Thôn Mỹ Sơn có tỷ lệ hộ nghèo cao nhất”, “ba thôn có tỷ lệ hộ nghèo cao nhất là Mỹ Sơn, …”. A sentence is read by the
words of :mod:`xlplan.checks.narrative.words`; one that holds another word at a place that matters says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from xlplan import catalogue
from xlplan.checks.narrative.passages import Passage, passages
from xlplan.checks.narrative.phrases import GROUPS
from xlplan.checks.narrative.slots import COMMUNE, CUT, ELSEWHERE, RATE
from xlplan.checks.narrative.times import DATED, when
from xlplan.checks.narrative.words import ALL, BOTH, POOR, Token, tokens
from xlplan.checks.scope import PASSED, Case, Outcome, not_checked
from xlplan.documents.standings import Standing, standings
from xlplan.messages import finding
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.numbers import format_count, format_rate

_MOST, _LEAST = ("cao", "nhiều", "lớn", "đông"), ("thấp", "ít")
_LAST = "nhất"
_ENDS = (".", ";", ":", ",", "(", "–", "-")
_NAMED_AT_MOST = 3  # leaders that a message names


class _Said(NamedTuple):
    """A statement: these villages are the highest (``most``) or lowest of all by one of the indicators."""

    villages: tuple[Token, ...]
    codes: tuple[str, ...]
    most: bool
    end: int


def superlatives(case: Case) -> Iterator[Outcome]:
    """Outcomes of C05 for statements on which village stands highest or lowest."""
    table = case.submission.table
    if table is None:
        return
    for passage in passages(case.sentences, "ranks"):
        for said in _statements(passage):
            names = tuple(token.value for token in said.villages)
            found = [(code, standings(code, table)) for code in said.codes]
            known = [(code, every.villages) for code, every in found if every.villages and every.complete]
            if len(known) < len(found):
                yield not_checked("C05", "missing", what=catalogue.label(said.codes[0]))
            elif any(_holds(villages, names, most=said.most) for _, villages in known):
                yield PASSED
            else:
                yield _differs(case, passage, said, *known[0])


def _holds(villages: Sequence[Standing], names: tuple[str, ...], *, most: bool) -> bool:
    """Whether none of the other villages stands above (or below) those that are named."""
    sign = 1 if most else -1
    named = [sign * village.value for village in villages if village.name in names]
    others = [sign * village.value for village in villages if village.name not in names]
    return not named or not others or min(named) >= max(others)


def _differs(case: Case, passage: Passage, said: _Said, code: str, villages: Sequence[Standing]) -> Outcome:
    names = tuple(token.value for token in said.villages)
    first = (max if said.most else min)(village.value for village in villages)
    leaders = [village for village in villages if village.value == first]
    own = [village for village in villages if village.name in names]
    worst = (min if said.most else max)(own, key=lambda village: village.value)
    way, way_en = ("cao nhất", "highest") if said.most else ("thấp nhất", "lowest")
    listed = ", ".join(village.shown for village in leaders[:_NAMED_AT_MOST])
    more = len(leaders) - _NAMED_AT_MOST
    label, shown, other = catalogue.label(code), _shown(code, first), _shown(code, worst.value)
    quoted = passage.quoted(said.villages[0].start, said.end)
    return finding(
        "C05",
        passage.source.ref,
        severity="error",
        written=quoted,
        stated=f"“{quoted}”",
        stated_en=f"“{quoted}”",
        fault=f"theo biểu của sổ, “{label}” {way} là {listed}{f' và {more} nơi khác' if more > 0 else ''} ({shown}), "
        f"còn {worst.shown} là {other}",
        fault_en=f"by the workbook's table the {way_en} “{label}” is that of {listed}"
        f"{f' and {more} more' if more > 0 else ''} ({shown}); {worst.shown} has {other}",
        advice=f"Sửa tên {case.village_word}, hoặc xem lại số liệu của sổ",
        advice_en="Correct the name, or look at the workbook again",
        actual=worst.name,
        expected=listed,
        related=(worst.cell.ref, *(village.cell.ref for village in leaders[:_NAMED_AT_MOST])),
    )


def _shown(code: str, value: Decimal) -> str:
    return format_rate(value) if catalogue.is_rate(code) else f"{format_count(int(value))} {catalogue.unit(code)}"


# ---- sentences ---------------------------------------------------------------------------------------------


def _statements(passage: Passage) -> Iterator[_Said]:
    """The statements of a passage; none for one whose letters are not those of its small letters."""
    small = passage.text.lower()
    if len(small) != len(passage.text):
        return
    found = tokens(small, passage.context.places)
    for at, token in enumerate(found):
        if token.value == _LAST and at >= 2:
            said = _statement(found, at, passage)
            if said is not None:
                yield said


def _statement(found: list[Token], at: int, passage: Passage) -> _Said | None:
    """What a “… nhất” says, where all words around it are understood."""
    word = found[at - 1].value
    first = at - 1
    if found[at - 1].kind in GROUPS:  # “nhiều hộ nghèo nhất”
        word, first = found[at - 2].value, at - 1
    if word not in (*_MOST, *_LEAST):
        return None
    measured = _measure(found, first if found[at - 1].kind not in GROUPS else at)
    if measured is None:
        return None
    start, codes = measured
    if found[at - 1].kind in GROUPS:
        start -= 1
    time = _time(found, start, at, passage)
    listed = _before(found, start) or _behind(found, start, at, passage)
    if time is None or listed is None or not _is_of_all(found, at + 1):
        return None
    full = tuple(dict.fromkeys(full for code in codes for full in _timed(code, time)))
    villages, end = listed
    known = [code for code in full if catalogue.known(code)]
    return _Said(villages, tuple(known), word in _MOST, max(end, found[at].end)) if known else None


def _measure(found: list[Token], end: int) -> tuple[int, tuple[str, ...]] | None:
    """The words for an indicator that end at a place: where they begin, and its codes without a time."""
    at = end - 1
    while at >= 0 and found[at].kind in DATED:
        at -= 1
    if at < 0 or found[at].kind not in GROUPS or found[at].kind in ("house", "all"):
        return None
    rate = found[at].value.startswith("tỷ lệ")
    groups = (POOR, BOTH) if found[at].kind == "open" else (GROUPS[found[at].kind],)
    cut = False
    while at > 0 and found[at - 1].kind in ("rate", "total", "cut", "aim"):
        at -= 1
        rate = rate or found[at].kind == "rate"
        cut = cut or found[at].kind == "cut"
    stems = tuple(f"{CUT}{group}" if cut else group for group in groups if group != ALL)
    if rate:
        return at, tuple(RATE + stem for stem in stems)
    return at, stems if cut or found[at].kind != "open" else (*stems, *(RATE + stem for stem in stems))


def _time(found: list[Token], start: int, at: int, passage: Passage) -> str | None:
    """The time that the sentence names before its figures; ``None`` where it, or else a text above, names another."""
    context = passage.context
    first = max((i for i in range(start) if found[i].value in (".", ";") or found[i].kind == "line"), default=-1)
    named = [when(token, context.period) for token in found[first + 1 : at] if token.kind in DATED]
    if named:
        return None if "other" in named else named[-1]
    above = [token for line in context.before for token in tokens(line.lower(), context.places)]
    earlier = [when(token, context.period) for token in (*above, *found[: first + 1]) if token.kind in DATED]
    return None if "other" in earlier else ""


def _is_of_all(found: list[Token], at: int) -> bool:
    """Whether a superlative is among all villages of the commune: nothing behind it says among which."""
    if at < len(found) and found[at].value in ("trong", "của", "toàn", "trên"):
        return at + 1 < len(found) and found[at + 1].value == COMMUNE
    if at >= len(found) or found[at].value == COMMUNE:
        return True
    return found[at].kind in ("line", "is", "and", "number", *DATED) or found[at].value in (*_ENDS, ")", "ở", "tại")


def _timed(code: str, time: str) -> tuple[str, ...]:
    """The indicators that a code without a time may be."""
    if code.removeprefix(RATE).startswith(CUT):
        return (code,) if time in ("", "year", "end", "open") else ()
    ends = {"start": ("_dau_ky",), "before": ("_dau_ky",), "now": ("_dau_ky",), "end": ("_cuoi_ky",)}
    return tuple(code + end for end in ends.get(time, ("_dau_ky", "_cuoi_ky")))


def _before(found: list[Token], at: int) -> tuple[tuple[Token, ...], int] | None:
    """The villages whose “có tỷ lệ hộ nghèo cao nhất” it is, and that the sentence names right before."""
    at -= 1
    if at < 0 or found[at].value not in ("có", "là"):
        return None
    if found[at - 1].kind == "villages" and found[at - 2].value == "là":  # “là thôn có …”
        at -= 2
    villages: list[Token] = []
    at -= 1
    while at >= 0 and _is_village(found[at]):
        villages.append(found[at])
        if at >= 2 and _joins(found[at - 1]) and _is_village(found[at - 2]):
            at -= 2
            continue
        at -= 1
        break
    opens = at < 0 or found[at].kind in ("line", "among", "fill", *DATED) or found[at].value in _ENDS
    if not villages or not opens or (at >= 0 and found[at].value == "," and _excludes(found[:at])):
        return None
    return tuple(reversed(villages)), 0


def _behind(found: list[Token], start: int, at: int, passage: Passage) -> tuple[tuple[Token, ...], int] | None:
    """The villages that “thôn có tỷ lệ hộ nghèo cao nhất là …” names behind it."""
    before = found[start - 1] if start else None
    led = before is None or before.kind in ("line", "among", "fill", *DATED) or before.value in _ENDS
    if not led and not (before is not None and before.value == "có" and found[start - 2].kind == "villages"):
        return None
    at += 1
    if at < len(found) and found[at].value in ("trong", "của"):
        at += 1
    while at < len(found) and (found[at].value == COMMUNE or found[at].value in ("toàn", "trên")):
        at += 1
    if at >= len(found) or found[at].value not in ("là", ":", "ở", "tại", "thuộc", "gồm"):
        return None
    return _list(found, at + 1, passage)


def _list(found: list[Token], at: int, passage: Passage) -> tuple[tuple[Token, ...], int] | None:
    """A list of villages with their figures in brackets or without; nothing where an item of it is no village."""
    villages: list[Token] = []
    while at < len(found) and _is_village(found[at]):
        villages.append(found[at])
        at += 1
        if at < len(found) and found[at].value == "(":
            at = next((i + 1 for i in range(at, len(found)) if found[i].value == ")"), len(found))
        if at >= len(found) or not _joins(found[at]):
            break
        at += 1
        if at < len(found) and not _is_village(found[at]):
            named = passage.text[found[at].start : found[at].start + 1].isupper() or found[at].kind in (
                "villages",
                "place",
            )
            if found[at - 1].kind == "and" or named:
                return None
    return (tuple(villages), villages[-1].end) if villages else None


def _joins(token: Token) -> bool:
    return token.kind == "and" or token.value == ","


def _is_village(token: Token) -> bool:
    return token.kind == "place" and token.value not in (COMMUNE, ELSEWHERE)


def _excludes(found: Sequence[Token]) -> bool:
    """Whether the words before a comma set a village apart: “Ngoài thôn A, thôn B có …”, “So với thôn A, …”."""
    clause = found[max((i for i, token in enumerate(found) if token.value in (".", ";")), default=-1) + 1 :]
    return any(_is_village(token) for token in clause)
