"""Words for units, in the fields and in the prose, against the commune and the plan's date: C08.

Words, dates and the ways in which prose speaks of units are data (``catalogue/data/units.toml``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from xlplan import catalogue
from xlplan.catalogue.records import UnitWord
from xlplan.checks import prose
from xlplan.checks.scope import PASSED, Case, Outcome, not_checked
from xlplan.messages import finding
from xlplan.model import Finding, Submission, Text
from xlplan.vietnamese.dates import format_short, parse_date
from xlplan.vietnamese.text import clean, key

_CITATION = "số"  # before digits: “Kế hoạch số 52/KH-UBND”, whose issuer keeps its name
_MONTHS = 12
_LAST_DAYS = (31, 30, 29, 28)


class Days:
    """First and last day (ISO) that the plan may be of."""

    def __init__(self, first: str, last: str) -> None:
        self.first, self.last = first, last

    def all_after(self, word: UnitWord) -> bool:
        """Whether a word is over on every one of these days."""
        return bool(word.until) and word.until < self.first

    def none_in(self, since: str, until: str) -> bool:
        """Whether none of these days lies between two days (empty: open)."""
        return self.last < since or (bool(until) and until < self.first)

    def all_in(self, since: str, until: str) -> bool:
        """Whether all of these days lie between two days (empty: open)."""
        return catalogue.valid_on(since, until, self.first) and catalogue.valid_on(since, until, self.last)


def plan_days(submission: Submission) -> Days | None:
    """The days that the plan may be of: the date of issue as far as it is known, in a draft the first year."""
    day, month, year = (_number(submission.text(code)) for code in ("ngay", "thang", "nam_ban_hanh"))
    if year is None:
        period = submission.period
        return Days(f"{period[0]}-01-01", f"{period[0]}-12-31") if period else None
    if month is None or not 1 <= month <= _MONTHS:
        return Days(f"{year}-01-01", f"{year}-12-31")
    if day is None or parse_date(f"{day}/{month}/{year}") is None:
        day = next(last for last in _LAST_DAYS if parse_date(f"{last}/{month}/{year}"))
        return Days(f"{year}-{month:02d}-01", f"{year}-{month:02d}-{day}")
    return Days(f"{year}-{month:02d}-{day:02d}", f"{year}-{month:02d}-{day:02d}")


def _number(written: str) -> int | None:
    return int(written) if written.isdecimal() and len(written) <= 4 and int(written) else None


def c08(case: Case) -> Iterator[Outcome]:
    """Words for units agree with the commune and exist at the plan's date (two tiers since 01/7/2025)."""
    submission = case.submission
    name = submission.fields.get("ten_don_vi")
    if name is None or not name.value:
        yield not_checked("C08", "blank", name.ref if name else None, what="Tên đơn vị")
    days = plan_days(submission)
    if days is None:
        yield not_checked("C08", "no_period")
    yield from _fields(submission, days)
    yield from _prose(_Reader(case, days))


# ---- fields -----------------------------------------------------------------------------------------------


def _fields(submission: Submission, days: Days | None) -> Iterator[Outcome]:
    for code, tier in (("loai_don_vi", "commune_kind"), ("cap_tren", "level_above")):
        text = submission.fields.get(code)
        word = _leading_word(text.value, tier) if text else None
        if text is None or word is None or days is None or not (word.since or word.until):
            continue
        if code == "cap_tren" and _is_province(text.value, submission.text("tinh")):
            continue
        if days.none_in(word.since, word.until):
            yield _gone(text, text.value, word, days)
        elif days.all_in(word.since, word.until):
            yield PASSED
        else:
            yield not_checked("C08", "date_open", text.ref)
    yield from _village_word(submission, days)


def _leading_word(written: str, tier: str) -> UnitWord | None:
    """The longest unit word that a name begins with."""
    name = f"{key(written)} "
    found = [word for word in catalogue.unit_words(tier) if name.startswith(f"{key(word.word)} ")]
    return max(found, key=lambda word: len(word.word), default=None)


def _is_province(written: str, province: str) -> bool:
    """Whether a city is one of those that are provinces."""
    names = {key(name) for word in catalogue.unit_words("province_kind") for name in word.names}
    own = key(written)
    return own == key(province) or own.removeprefix("thành phố ") in names


def _village_word(submission: Submission, days: Days | None) -> Iterator[Outcome]:
    """The word for the units below fits the kind of commune."""
    text = submission.fields.get("loai_thon")
    kind = _kind(submission)
    if text is None or not text.value or kind is None or text.value not in catalogue.lists()["loai_thon"]:
        return
    merged = days is None or kind.kept_since <= days.last
    if text.value in kind.villages or (merged and text.value in kind.kept):
        yield PASSED
        return
    yield finding(
        "C08",
        text.ref,
        written=text.value,
        fault=f"nhưng {kind.word} gồm {', '.join(kind.villages)}",
        fault_en=f"but a {kind.word} consists of {', '.join(kind.villages)}",
        actual=text.value,
        expected=kind.villages[0],
        related=(submission.fields["loai_don_vi"].ref,),
    )


def _kind(submission: Submission) -> UnitWord | None:
    """The commune's kind, if the field holds a known one."""
    own = key(submission.text("loai_don_vi"))
    return next((word for word in catalogue.unit_words("commune_kind") if key(word.word) == own), None)


# ---- prose ------------------------------------------------------------------------------------------------


_LEVELS = ("level_above", "commune_kind")


@cache
def _spoken(*tiers: str) -> tuple[str, ...]:
    """The forms in which prose speaks of the words of some tiers."""
    return tuple(dict.fromkeys(form for tier in tiers for word in catalogue.unit_words(tier) for form in word.spoken))


@cache
def _known_words() -> frozenset[str]:
    """All words for units that the rule looks for."""
    kinds = (word.word for word in catalogue.unit_words("commune_kind"))
    return frozenset((*kinds, *catalogue.unit_prose()["village_words"], *_spoken(*_LEVELS)))


@lru_cache(maxsize=4096)  # the communes of a batch share most of their words
def words_in(text: str) -> frozenset[str]:
    """The words for units that stand in a text, in small letters."""
    small = prose.lower(text)
    return frozenset([word for word in _known_words() if prose.has_word(small, (word,))])


@lru_cache(maxsize=4096)
def offices_in(text: str) -> frozenset[str]:
    """The offices that are no more and stand in a text."""
    return frozenset(form for form in _spoken("office_gone") if prose.has_word(text, (form,)))


class _Reader:
    """What is looked for in the prose of one plan: only the words that stand anywhere in it."""

    def __init__(self, case: Case, days: Days | None) -> None:
        submission = case.submission
        self.days = days
        self.kind = _kind(submission)
        self.own_name = clean(submission.text("ten_don_vi"))
        self.village = submission.text("loai_thon")
        self.speech = catalogue.unit_prose()
        self.texts = case.prose
        self._traits = case.traits
        recipients = (record.texts.get("noi_nhan") for record in submission.records.get("noi_nhan", ()))
        self.recipients = tuple(text for text in recipients if text)
        read = [(words_in(text.value), offices_in(text.value)) for text in self.recipients]
        read += [(traits.words, traits.offices) for traits in case.traits]
        small: frozenset[str] = frozenset().union(*[words for words, _ in read if words])
        kinds = catalogue.unit_words("commune_kind")
        self.kinds = tuple(word.word for word in kinds)
        others = (word for word in self.kinds if self.kind and word != self.kind.word)
        self.other_kinds = tuple(word for word in others if word in small)
        self.other_villages = tuple(
            word
            for word in self.speech["village_words"]
            if self.village and word != self.village and word in small and not _in_names(case, word)
        )
        levels = (word for tier in _LEVELS for word in catalogue.unit_words(tier))
        self.levels = tuple(self._ended(levels, small))
        offices: frozenset[str] = frozenset().union(*[gone for _, gone in read if gone])
        self.offices = tuple(self._ended(catalogue.unit_words("office_gone"), offices))
        self._wanted = frozenset((*self.other_kinds, *self.other_villages, *(form for form, _ in self.levels)))

    def _ended(self, words: Iterable[UnitWord], standing: frozenset[str]) -> Iterator[tuple[str, UnitWord]]:
        """The forms that stand somewhere of words that may be over on the plan's day, with their word."""
        for word in words:
            if self.days is not None and word.until and word.until < self.days.last:
                yield from ((form, word) for form in word.spoken if form in standing)

    def suspects(self) -> list[Text]:
        """The texts that may hold a word looked for, as written or in the commune's name that a placeholder brings."""
        wanted, offices = self._wanted, bool(self.offices)
        return [
            text
            for text, traits in zip(self.texts, self._traits, strict=True)
            if traits.names_commune or not wanted.isdisjoint(traits.words) or (offices and traits.offices)
        ]

    def faults(self, text: Text, *, own: bool) -> Iterator[Outcome]:
        """Findings of one text, one for each word; ``own`` is false for recipients, which may be of any commune."""
        written = prose.without_codes(text.value, self.own_name)
        if self._wanted.isdisjoint(words_in(written)) and not (self.offices and offices_in(written)):
            return
        seen: set[str] = set()
        for word, outcome in self._of(text, written, own=own):
            if word not in seen:
                seen.add(word)
                yield outcome

    def _of(self, text: Text, written: str, *, own: bool) -> Iterator[tuple[str, Outcome]]:
        small = prose.lower(written)
        for form, word in self.offices:
            yield from self._over(text, written, written, form, word)
        for form, word in self.levels:
            yield from self._over(text, written, small, form, word)
        if not own:
            return
        for other in self.other_kinds:
            for at in prose.places(small, other):
                if self._is_own_commune(written, small, at, at + len(other)):
                    yield other, self._other_kind(text, written, at, other)
        for other in self.other_villages:
            for at in prose.places(small, other):
                if self._is_own_village(written, small, at, at + len(other)):
                    yield other, self._other_village(text, written, at, other)

    def _over(
        self, text: Text, written: str, searched: str, form: str, word: UnitWord
    ) -> Iterator[tuple[str, Outcome]]:
        """A word that is over at the plan's date; documents of the time before and history keep it."""
        for at in prose.places(searched, form):
            first, last = prose.clause(written, at, at + len(form))
            if self._is_past(written[first:last]) or self._is_fixed(searched, at):
                continue
            if self.days and self.days.all_after(word):
                yield word.word, _gone(text, prose.excerpt(written, at, at + len(form)), word, self.days)
            else:
                yield word.word, not_checked("C08", "date_open", text.ref)

    def _is_past(self, sentence: str) -> bool:
        """Whether a clause cites a document by its number or speaks of the time before."""
        small = prose.lower(sentence)
        cited = any(small[at + len(_CITATION) :].lstrip()[:1].isdigit() for at in prose.places(small, _CITATION))
        return cited or prose.has_word(small, self.speech["past"])

    def _is_fixed(self, small: str, at: int) -> bool:
        """Whether a word is part of a fixed name (các huyện nghèo)."""
        return any(small.startswith(phrase, at) for phrase in self.speech["level_kept"])

    def _is_own_commune(self, written: str, small: str, at: int, end: int) -> bool:
        """Whether the word of another kind speaks of this commune: not of another by name, not in a list."""
        word, before = small[at:end], small[:at]
        if prose.ends_with_word(before, self.speech["commune_plural"]) or _in_list(before, small[end:], self.kinds):
            return False
        rest = written[end:].lstrip()
        if self.own_name and rest.startswith(self.own_name):
            is_own = not rest[len(self.own_name) :].lstrip()[:1].isupper()
        elif rest[:1].isupper() or rest[:1].isdigit() or rest[:1] == prose.GAP:
            return False
        else:
            led = prose.ends_with_word(before, self.speech["commune_leads"]) and not rest.startswith(("hội", "viên"))
            is_own = led or word not in self.speech["only_after_lead"]
        first, last = prose.clause(written, at, end)
        return is_own and not prose.has_word(small[first:last], self.speech["past"])

    def _is_own_village(self, written: str, small: str, at: int, end: int) -> bool:
        """Whether the word of another kind of village speaks of the units of this commune."""
        before, rest = small[:at], written[end:].lstrip()
        if not prose.ends_with_word(before, self.speech["village_leads"]):
            return False
        if rest[:1].isupper() or rest[:1].isdigit() or rest[:1] == prose.GAP:
            return False
        words = (*catalogue.village_words(), *self.kinds)
        return not _in_list(before, small[end:], words) and not rest.startswith(self.speech["village_kept"])

    def _other_kind(self, text: Text, written: str, at: int, other: str) -> Finding:
        own = self.kind.word if self.kind else ""
        said = (f"đơn vị này là {own}", f"the unit is a {own}")
        return _differs(text, prose.excerpt(written, at, at + len(other)), (other, own), said)

    def _other_village(self, text: Text, written: str, at: int, other: str) -> Finding:
        said = (f"đơn vị dưới cấp xã ở đây là {self.village}", f"the units below are called {self.village}")
        return _differs(text, prose.excerpt(written, at, at + len(other)), (other, self.village), said)


def _prose(reader: _Reader) -> Iterator[Outcome]:
    """Every word of another kind or of the time before, one finding a cell and word."""
    found = False
    wanted = reader.other_kinds or reader.other_villages or reader.levels or reader.offices
    for text in reader.suspects() if wanted else ():
        for outcome in reader.faults(text, own=True):
            found = True
            yield outcome
    for text in reader.recipients if reader.levels or reader.offices else ():
        for outcome in reader.faults(text, own=False):
            found = True
            yield outcome
    if reader.texts and reader.own_name and reader.kind and not found:
        yield PASSED


def _in_names(case: Case, word: str) -> bool:
    """Whether villages of the table carry the word in their names: a commune may have both kinds."""
    start = f"{key(word)} "
    return any(key(unit.name).startswith(start) for table in case.tables for unit in table.units)


def _in_list(before: str, after: str, words: tuple[str, ...]) -> bool:
    """Whether a word stands beside another of its kind: các xã, phường, thị trấn; xã/phường; thôn và tổ dân phố."""
    head, tail = before.rstrip(), after.lstrip()
    joints = (",", "/", "-", "–", "và", "hoặc", "hay")
    for joint in joints:
        if tail.startswith(joint) and tail[len(joint) :].lstrip().startswith(words):
            return True
        if head.endswith(joint) and prose.ends_with_word(head[: -len(joint)], words):
            return True
    return False


def _differs(text: Text, written: str, words: tuple[str, str], said: tuple[str, str]) -> Finding:
    """A finding for the first of two words where the second is the unit's own; ``said`` in both languages."""
    other, own = words
    return finding(
        "C08",
        text.ref,
        written=written,
        fault=f"nhưng {said[0]}, không phải {other}",
        fault_en=f"but {said[1]}, not {other}",
        actual=other,
        expected=own,
    )


def _gone(text: Text, written: str, word: UnitWord, days: Days) -> Finding:
    """A word that is over, or not there yet, on the days of the plan."""
    over = days.all_after(word)
    day = format_short(*(int(part) for part in reversed((word.until if over else word.since).split("-"))))
    said = f"đến ngày {day}" if over else f"từ ngày {day}"
    since = f"to {day}" if over else f"from {day}"
    return finding(
        "C08",
        text.ref,
        written=written,
        fault=f"nhưng “{word.word}” chỉ có {said}",
        fault_en=f"but “{word.word}” existed only {since}",
        actual=word.word,
    )
