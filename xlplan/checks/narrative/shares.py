"""Percentages beside the two counts that they are of: C12."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from xlplan.catalogue import RATE_BASE
from xlplan.checks import prose
from xlplan.checks.narrative.passages import Passage, passages
from xlplan.checks.narrative.words import Amount, count, percentage
from xlplan.checks.scope import PASSED, Case, Outcome, plain
from xlplan.messages import finding
from xlplan.model import Finding
from xlplan.patterns import pattern
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.numbers import rate

_N = r"\d+(?:[.,]\d+)*"
_LEAD = r"(?<![\d.,/–-])"
_UNIT = r"[^\W\d]+(?: dân cư| dân| gia đình)?"
_LINK = r"(?:(?:chiếm|đạt|bằng|là|tương ứng|tỷ lệ|tỉ lệ|với|ở mức|:)\s*){0,4}"
_IS = rf"[,(;]?\s*{_LINK}(?:hộ (?:cận )?nghèo\s*(?:là\s*)?)?"
_PER = rf"(?P<p>{_N})\s?(?:%|phần trăm)"
_WORDS = r"(?:\s+[^\W\d]+){0,6}?"
_PEOPLE = rf"(?:,?\s*(?:với|gồm|có|và)?\s*:?\s*(?P<k>{_N})\s+(?:nhân )?khẩu)?"
_OF = r"(?:trên tổng số|trong tổng số|so với tổng số|trên tổng|trong số|của tổng số|tổng số|trên|trong|/)"

# 15 hộ trên tổng số 1.545 hộ, chiếm 0,97%
_FIRST = pattern(
    rf"{_LEAD}(?P<a>{_N})(?:\s+(?P<u>{_UNIT}){_WORDS})?\s*{_OF}(?:\s+số)?\s*(?P<b>{_N})\s+(?P<v>{_UNIT}){_WORDS}\s*{_IS}{_PER}"
)
# 15 hộ, chiếm 0,97% trong tổng số 1.545 hộ
_LAST = pattern(
    rf"{_LEAD}(?P<a>{_N})\s+(?P<u>{_UNIT}){_WORDS}{_PEOPLE}\s*{_IS}{_PER}\s*{_OF}(?:\s+số)?\s*(?P<b>{_N})\s+(?P<v>{_UNIT})"
)
# …, trong đó 63 hộ nghèo, chiếm 4,08%
_PART = pattern(rf"{_LEAD}(?P<a>{_N})\s+(?P<u>hộ){_WORDS}{_PEOPLE}\s*{_IS}{_PER}")
_HOUSEHOLDS = pattern(rf"{_LEAD}({_N})\s+hộ(?!\w)")
_PERSONS = pattern(rf"{_LEAD}({_N})\s+(?:(?:nhân )?khẩu|người)(?!\w)")
_AMONG = "trong đó"
_ASIDE = pattern(r"\((?:tính|đến|cuối|đầu|năm|thời điểm|số liệu|theo)(?!\w)")
_MOVES = ("giảm", "tăng", "còn", "vượt", "thêm")
_CLOSED = (".", ",", ";", ")", ":", "")  # what may stand behind the percentage
_ELSEWHERE = ("toàn", "thôn", "ấp", "khu phố", "tổ dân phố", "xã", "phường", "huyện", "tỉnh", "năm")


class Pair(NamedTuple):
    """A percentage with the counts that it may be of; ``wholes`` are the possible bases, the likeliest first."""

    part: Decimal
    wholes: tuple[Decimal, ...]
    stated: Amount
    start: int
    first: int
    end: int
    of_all: bool = False  # the words leave open whether it is of all households of the commune

    def expected(self, whole: Decimal) -> Decimal | None:
        """The rate that two counts give at the printed decimals."""
        return rate(self.part, whole, self.stated.places)

    @property
    def holds(self) -> bool:
        """Whether the percentage follows from the part and one of the bases."""
        return any(self.expected(whole) == self.stated.value for whole in self.wholes)


def pairs(text: str) -> Iterator[Pair]:
    """Every percentage of a text that stands beside its part and its whole."""
    small = prose.lower(text)
    if "%" not in small and "phần trăm" not in small:
        return
    for start, end in _sentences(small):
        sentence = small[start:end]
        seen: set[int] = set()
        for found in (*_explicit(sentence), *_among(sentence)):
            if found.start not in seen:
                seen.add(found.start)
                yield found._replace(start=found.start + start, first=found.first + start, end=found.end + start)


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Sentences end at full stops and lines; semicolons part the items of one."""
    start = 0
    while start < len(text):
        ends = [at for sign in (". ", "\n") if (at := text.find(sign, start)) >= 0]
        end = min(ends, default=len(text))
        yield start, end
        start = end + 1


def _explicit(sentence: str) -> Iterator[Pair]:
    """A part, its whole and the percentage, one after the other."""
    for match in (*_FIRST.finditer(sentence), *_LAST.finditer(sentence)):
        same = match["u"] is None or match["u"].split()[0] == match["v"].split()[0]
        behind = sentence[match.end("p") :].lstrip(" %").removeprefix("phần trăm").lstrip()
        closed = (
            behind[:1] in _CLOSED
            or bool(_ASIDE.match(behind))
            or "tổng số" in behind[:12]
            or match.end("b") > match.end("p")
        )
        if same and closed and not prose.has_word(match[0], _MOVES):
            yield from _pair(match["a"], (match["b"],), match["p"], (match.start("p"), match.start(), match.end()))


def _among(sentence: str) -> Iterator[Pair]:
    """1.545 hộ, trong đó 63 hộ nghèo, chiếm 4,08%; 69 hộ cận nghèo, chiếm 4,47%."""
    head, found, tail = sentence.partition(_AMONG)
    wholes = [match[1] for match in _HOUSEHOLDS.finditer(head)]
    if not found or len(wholes) != 1 or _AMONG in tail:
        return
    offset = len(head) + len(found)
    others = [match[1] for match in _HOUSEHOLDS.finditer(tail)]
    for match in _PART.finditer(tail):
        behind = tail[match.end() :].lstrip()
        before = tail[: match.start()]
        moved = prose.has_word(match[0], _MOVES) or prose.ends_with_word(before, _MOVES)
        if behind[:1] in _CLOSED and not moved and not prose.has_word(before, _ELSEWHERE):
            places = (match.start("p") + offset, match.start() + offset, match.end() + offset)
            if not _of_persons(match, head):
                for pair in _pair(match["a"], (wholes[0], *others), match["p"], places):
                    yield pair._replace(of_all=True)


def _of_persons(match: re.Match[str], head: str) -> bool:
    """Whether a percentage is that of the persons: “5.128 khẩu, trong đó 40 hộ với 150 khẩu, chiếm 2,93%”."""
    part, stated = count(match["k"] or ""), percentage(match["p"])
    if part is None or stated is None:
        return False
    wholes = [amount.value for found in _PERSONS.finditer(head) if (amount := count(found[1]))]
    return any(rate(part.value, whole, stated.places) == stated.value for whole in wholes)


def _pair(part: str, wholes: tuple[str, ...], stated: str, places: tuple[int, int, int]) -> Iterator[Pair]:
    """The pair of these figures, if each of them is a number: a base is not 0."""
    a, p = count(part), percentage(stated)
    bases = [amount.value for whole in wholes if (amount := count(whole)) and amount.value]
    if a is not None and p is not None and bases and (bases[0] >= a.value or len(wholes) == 1):
        yield Pair(a.value, (bases[0], *(base for base in bases[1:] if base > a.value)), p, *places)


def rates_with_counts(text: str) -> set[int]:
    """Where percentages stand that C12 holds against counts beside them."""
    return {pair.start for pair in pairs(text)}


def shares(case: Case) -> Iterator[Outcome]:
    """Outcomes of C12: a typed percentage against the two counts of its sentence."""
    known = case.sentences.commune.get(RATE_BASE)
    for passage in passages(case.sentences, "states_share"):
        for pair in pairs(passage.text):
            of_all = pair.of_all and known is not None and known.value
            if pair.holds or (of_all and pair.expected(of_all) == pair.stated.value):
                yield PASSED
            elif passage.typed(pair.first, pair.end) or passage.typed(pair.start, pair.start + 1):
                yield _differs(passage, pair)


def _differs(passage: Passage, pair: Pair) -> Finding:
    """One unit in the last place is a warning."""
    expected = pair.expected(pair.wholes[0]) or Decimal(0)
    near = abs(expected - pair.stated.value) <= Decimal(1).scaleb(-pair.stated.places)
    return finding(
        "C12",
        passage.source.ref,
        severity="warning" if near and pair.stated.places else "error",
        written=passage.quoted(pair.first, pair.end),
        part=plain(pair.part),
        whole=plain(pair.wholes[0]),
        actual=plain(pair.stated.value),
        expected=plain(expected),
    )
