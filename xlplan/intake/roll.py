"""The list of communes as a run asks it: which of them a workbook is of, and which a file is called after."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from xlplan import catalogue
from xlplan.intake.communes import (
    Commune,
    Identity,
    compatible,
    identity,
    one_spelling,
    place_key,
    shown_one,
    spelt_alike,
    without_marks,
)
from xlplan.intake.expected import Expected
from xlplan.intake.received import Period, Received, steps
from xlplan.patterns import pattern
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.text import bare, key, name_key, nearest, nfc

_WORDS = pattern(r"[^\W\d_]+|\d+")
_LONGEST = 6  # words of a commune's name
_KINDS = frozenset(("xa", "phuong", "tran", "khu", "p", "x", "tt"))
_OTHER_KINDS = frozenset(("huyen", "quan", "tinh", "tp", "tx", "pho"))
_ALIKE = 2  # communes that are offered as what was meant
_NEAR = 0.8  # how alike their names are: a letter of `an thái` typed wrong; `gia tri` and `nghĩa tín` are not (0.75)
_MOST_COMPARED = 500


_NONE: frozenset[str] = frozenset()


class Listed(NamedTuple):
    """A commune of the list with its rows, one for each period that is asked of it."""

    commune: Commune
    who: Identity
    rows: tuple[Expected, ...]


class Found(NamedTuple):
    """Which commune of the list a workbook is of (its position), and what is odd about it.

    ``belongs`` is another commune of the list that the workbook's code is of.
    """

    at: int | None
    renamed: bool = False
    belongs: int | None = None


class Roll:
    """A list of communes, prepared to be asked for each of ten thousand files."""

    def __init__(self, expected: Iterable[Expected]) -> None:
        rows: dict[Identity, list[Expected]] = {}
        for each in expected:
            rows.setdefault(identity(each.commune), []).append(each)
        self.listed = [Listed(of[0].commune, who, tuple(of)) for who, of in rows.items()]
        self._by_code: dict[str, int] = {}
        self._by_name: dict[str, list[int]] = {}
        self._by_bare: dict[str, list[int]] = {}
        for at, listed in enumerate(self.listed):
            if listed.who.code:
                self._by_code.setdefault(listed.who.code, at)
            if listed.who.name:
                self._by_name.setdefault(listed.who.name, []).append(at)
                self._by_bare.setdefault(without_marks(listed.commune.unit), []).append(at)

    def find(self, commune: Commune) -> Found:
        """The commune of the list that a workbook is of: by code, then by name with kind, district and province."""
        who = identity(commune)
        of_code = self._by_code.get(who.code) if who.code else None
        if of_code is not None and spelt_alike(commune.unit, self.listed[of_code].commune.unit):
            return Found(of_code)
        named = self._named(commune, who)
        if of_code is None or named is not None:
            return Found(named, belongs=of_code)
        return Found(of_code, renamed=True)

    def periods(self, commune: Commune) -> frozenset[Period]:
        """The periods that the list asks of a commune; none where any will do, or where it is not on the list."""
        at = self.find(commune).at
        rows = self.listed[at].rows if at is not None else ()
        return frozenset() if None in {row.period for row in rows} else frozenset(r.period for r in rows if r.period)

    def _named(self, commune: Commune, who: Identity) -> int | None:
        if not who.name:
            return None
        fitting = [at for at in self._by_name.get(who.name, ()) if compatible(who, self.listed[at].who)]
        if not fitting:
            fitting = [
                at
                for at in self._by_bare.get(without_marks(commune.unit), ())
                if one_spelling(commune.unit, self.listed[at].commune.unit)
                and compatible(who._replace(name=self.listed[at].who.name), self.listed[at].who)
            ]
        surely = [at for at in fitting if shown_one(who, self.listed[at].who)]
        for some in (fitting, surely):
            if len(some) == 1:
                return some[0]
        return None

    def alike(self, unit: str) -> Sequence[str]:
        """The names of the list that a name may mean: the same with another kind, or nearly so spelt."""
        same_name = [self.listed[at].commune.unit for at in self._by_bare.get(without_marks(unit), ())]
        if same_name:
            return same_name[:_ALIKE]
        from difflib import SequenceMatcher

        if len(self.listed) > _MOST_COMPARED:
            return []
        units = {name_key(each.commune.unit): each.commune.unit for each in self.listed}  # `xã` is alike in all
        own = name_key(unit)
        near = [name for name in nearest(own, units, _ALIKE) if len(name.split()) == len(own.split())]
        return [units[name] for name in near if SequenceMatcher(None, bare(own), bare(name)).ratio() >= _NEAR]

    def called_after(self, file: str, own: Received | None = None, at: int | None = None) -> int | None:
        """The one commune of the list that a file's name, else its folder's, is; None where that is not certain.

        Of a workbook that says whose it is (``own``, its place ``at``) only another commune is told, and only where
        its own name stands nowhere in the path's end: `Long An` may be a province in a file's name.
        """
        mine, places = self._own_names(own, at) if own else (_NONE, _NONE)
        for step in (re.sub(r"\.[^.]*$", "", steps(file)[-1]), *steps(file)[-2:-1]):
            words = _words(step)
            text = f" {' '.join(map(bare, words))} "
            if any(f" {name} " in text for name in mine):
                return None
            named = ((name, each) for name, each in self._named_in(words) if name not in places)
            found = {(name, each) for name, each in named if at is None or self._of_one_province(at, each)}
            meant = {each for name, each in found if not any(name != other and name in other for other, _ in found)}
            if meant:
                return meant.pop() if len(meant) == 1 else None
        return None

    def _of_one_province(self, one: int, other: int) -> bool:
        """Whether two communes may be neighbours; a workbook is hardly copied from another province."""
        mine, theirs = self.listed[one].who.province, self.listed[other].who.province
        return not mine or not theirs or mine == theirs

    def _own_names(self, own: Received, at: int | None) -> tuple[frozenset[str], frozenset[str]]:
        """Names without diacritics that its own path may hold: the commune's; its district's and province's."""
        listed = self.listed[at].commune if at is not None else Commune("")
        units = (without_marks(own.unit), without_marks(listed.unit))
        places = (own.district, own.province, listed.district, listed.province)
        return frozenset(units) - {""}, frozenset(bare(place_key(place)) for place in places) - {""}

    def _named_in(self, marked: list[str]) -> set[tuple[str, int]]:
        """The communes whose names stand among the words of a path: the name without diacritics, the position."""
        plain = [bare(word) for word in marked]
        found = set()
        for start in range(len(plain)):
            for end in range(start + 1, min(start + _LONGEST, len(plain)) + 1):
                name = " ".join(plain[start:end])
                name = name.lstrip("0") if end == start + 1 and name.isdecimal() else name
                if name in self._by_bare and self._stands_alone(plain, start, end):
                    written = " ".join(marked[start:end])
                    found |= {(name, at) for at in self._by_bare[name] if self._spelt(written, name, at)}
        return found

    def _stands_alone(self, words: list[str], start: int, end: int) -> bool:
        """Whether words are a commune's name: no district's; a single or common word only after xã, phường …."""
        before = words[start - 1] if start else ""
        if before in _OTHER_KINDS or words[max(0, start - 2) : start] == ["thi", "xa"]:
            return False
        return before in _KINDS or (end - start > 1 and " ".join(words[start:end]) not in _common_words())

    def _spelt(self, written: str, name: str, at: int) -> bool:
        """Whether a name in a path is this commune's; where it was typed with diacritics, they count."""
        return bare(written) == written or key(written) == self.listed[at].who.name or name.isdecimal()


@cache
def _common_words() -> frozenset[str]:
    """Names of communes that are words of file names too (`so lieu thong nhat`)."""
    return frozenset(bare(key(word)) for word in catalogue.intake_texts()["rows"]["common"])


def _words(text: str) -> list[str]:
    """The words of a file's or folder's name, `SonTrung2023` being three."""
    text = nfc(text)
    apart = "".join(
        f" {letter}" if letter.isupper() and before.islower() else letter
        for before, letter in zip(f" {text}", text, strict=False)
    )
    return [word.casefold() for word in _WORDS.findall(apart)]
