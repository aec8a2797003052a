"""Words of rising and falling against the figures beside them: C11."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from xlplan import catalogue
from xlplan.checks import prose
from xlplan.checks.narrative.passages import Passage, Workbook, passages
from xlplan.checks.narrative.slots import CUT, RISE, Claim
from xlplan.checks.narrative.words import count, percentage
from xlplan.checks.scope import PASSED, Case, Outcome, plain
from xlplan.messages import finding
from xlplan.model import Finding
from xlplan.patterns import pattern
from xlplan.tuples import NamedTuple

_N = r"\d+(?:[.,]\d+)*"
_MONEY = r"(?:(?:tỷ|triệu|nghìn|ngàn)(?: đồng)?|đồng)"
_UNIT = rf"(?:%|phần trăm|(?:hộ|khẩu|nhân khẩu|người|{_MONEY}|lao động|căn)(?!\w))"
_LIKE = 20  # of two sums of money in one unit, none is so many times the other
_STEP = pattern(
    rf"(?<!\w)từ\s+(?:mức\s+)?(?P<a>{_N})(?![/–-])\s?(?P<u>{_UNIT})?"
    rf"(?P<between>(?:[^\d.;]|(?<!\d)(?:19|20)\d\d(?!\d)){{0,60}}?)"
    rf"(?P<way>xuống còn|xuống|giảm còn|còn|tăng lên|lên|đến)\s+(?:mức\s+)?"
    rf"(?P<b>{_N})(?![/–-]|\s?tuổi)\s?(?P<v>{_UNIT})?"
)
_VERB = pattern(r"(?<!\w)(?P<verb>tăng|giảm|nâng|hạ)(?!\w)(?!\s+(?:cường|nghèo|thiểu|trưởng|tốc|sút|trừ))")
_BESIDE = pattern(rf"\s*(?:được\s+|thêm\s+)?{_N}\s?(?:điểm\s?)?{_UNIT}?(?:\s+(?:cận\s+)?nghèo)?\s*[,(–-]?\s*")
_DIGIT = pattern(r"\d")
_NO_COUNT = pattern(r"\d+(?:[.,]\d+)*[ \u00a0]?%|(?<![\w'’/–-])năm (?:19|20)\d\d(?![.,]?\d)")
"""What is read as a rate and as a time, whatever stands around it."""
_UP, _DOWN = ("tăng", "nâng"), ("giảm", "hạ")
_FAR = 60  # letters between a verb and its figures


class Step(NamedTuple):
    """“từ A … xuống B” with the verb before it, empty where there is none."""

    verb: str
    way: str
    before: Decimal
    after: Decimal
    start: int
    end: int

    @property
    def word(self) -> str:
        """The word that does not agree with the figures, empty where all do."""
        rises, falls = self.after > self.before, self.after < self.before
        if self.way != "đến":
            down = self.way not in ("lên", "tăng lên")
            if (down and not falls) or (not down and not rises):
                return self.way
        if self.verb in _UP and not rises:
            return self.verb
        # “giảm từ 1 đến 1,5%” is a range
        return self.verb if self.verb in _DOWN and not falls and self.way != "đến" else ""


def steps(text: str) -> Iterator[Step]:
    """Every “từ A … lên, xuống, còn B” of a text whose two figures are of one kind."""
    small = prose.lower(text)
    if "từ" not in small:
        return
    for match in _STEP.finditer(small):
        before, after = _values(match)
        beside = "trở" in match["between"] or (match["way"] == "còn" and "," in match["between"])
        if before is None or after is None or beside:
            continue
        verb = _verb(small, match.start())
        if match["way"] != "đến" or verb:
            yield Step(verb, match["way"], before, after, match.start(), match.end())


def _values(match: re.Match[str]) -> tuple[Decimal | None, Decimal | None]:
    """Both figures, where they are of one unit and no years."""
    units = {unit for unit in (match["u"], match["v"]) if unit}
    if len(units) > 1 or any(_is_year(match[name]) for name in "ab"):
        return None, None
    rates = bool(units & {"%", "phần trăm"}) or (not units and any(sign in match["a"] + match["b"] for sign in ".,"))
    read = percentage if rates else count
    first, second = (read(match[name]) for name in "ab")
    if first and second and units and not rates and len({match["u"], match["v"]}) > 1:
        low, high = sorted((first.value, second.value))
        if high > low * _LIKE:
            return None, None  # từ 270.000 lên 360 nghìn đồng
    return (first.value if first else None), (second.value if second else None)


def _is_year(digits: str) -> bool:
    return len(digits) == 4 and digits.isdecimal() and digits[:2] in ("19", "20")


def _verb(text: str, at: int) -> str:
    """The verb that the figures from a place on belong to."""
    start = max(text.rfind(sign, 0, at) for sign in (". ", ";", "\n")) + 1
    lead = text[max(start, at - _FAR) : at]
    found = [*_VERB.finditer(lead)]
    if not found:
        return ""
    between = lead[found[-1].end() :]
    plain_words = "," not in between and not any(sign.isdigit() for sign in _without_years(between))
    return found[-1]["verb"] if plain_words or _BESIDE.fullmatch(between) else ""


def _without_years(text: str) -> str:
    return " ".join(word for word in text.replace("(", " ").replace(")", " ").split() if not _is_year(word))


def movements(case: Case) -> Iterator[Outcome]:
    """Outcomes of C11."""
    book = case.sentences
    for passage in passages(book, "moves"):
        for step in steps(passage.text):
            yield _contradiction(passage, step) if step.word else PASSED
        for claim in passage.claims if _may_count(passage.text) else ():
            if claim.unit == "hộ" and claim.code.startswith((CUT, RISE)):
                yield _against(passage, claim, book) or PASSED


def _may_count(text: str) -> bool:
    """Whether a text may claim a number of households: a digit is left when rates and years are taken out."""
    return bool(_DIGIT.search(_NO_COUNT.sub("", text.lower())))


def _contradiction(passage: Passage, step: Step) -> Finding:
    way = "tăng" if step.after > step.before else "giảm" if step.after < step.before else "không đổi"
    way_en = {"tăng": "rise", "giảm": "fall", "không đổi": "stay the same"}[way]
    fault = f"số liệu trong câu {way}", f"the figures of the sentence {way_en}"
    values = plain(step.before), plain(step.after)
    return _finding(passage, (step.start, step.end), step.word, fault, values)


def _against(passage: Passage, claim: Claim, book: Workbook) -> Finding | None:
    """A rise that in the workbook is a decrease of just so many, or the other way round."""
    group = claim.code.removeprefix(CUT).removeprefix(RISE)
    figures = book.figures(claim.village)
    start, end = (figures.get(group + at) for at in ("_dau_ky", "_cuoi_ky"))
    if start is None or end is None or start.value is None or end.value is None or not claim.value:
        return None
    change = end.value - start.value
    rises = claim.code.startswith(RISE)
    if change != (-claim.value if rises else claim.value):
        return None
    word, way, way_en = ("tăng", "giảm", "falls") if rises else ("giảm", "tăng", "rises")
    label = catalogue.label(f"{group}_dau_ky").removesuffix(" đầu kỳ").lower()
    fault = f"trong sổ, số {label} {way}", f"in the workbook the number {way_en}"
    found = _finding(passage, (claim.start, claim.end), word, fault, (plain(start.value), plain(end.value)))
    return found._replace(related=(start.ref, end.ref))


def _finding(
    passage: Passage, place: tuple[int, int], word: str, fault: tuple[str, str], values: tuple[str, str]
) -> Finding:
    return finding(
        "C11",
        passage.source.ref,
        written=passage.quoted(*place),
        word=word,
        fault=fault[0],
        fault_en=fault[1],
        before=values[0],
        after=values[1],
        actual=word,
    )
