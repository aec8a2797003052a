"""Names of villages on different sheets: which of them mean one village, and how sure that is.

Sure are only spellings of one name (case, tone placement, y/i, apostrophes, Roman numerals, a left-out `thôn`).
A name with other diacritics or one other letter is likely a slip, but two villages may differ by no more: whoever
uses such a match has to say so. Numbers are never alike: `Thôn 1` is not `Thôn 11`, nor `Khu phố 1`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from xlplan.tuples import NamedTuple
from xlplan.vietnamese.text import clean, fuzzy_key, key, name_parts, nearest

How = Literal["exact", "likely", "none"]

_LONG_ENOUGH = 3  # letters of a word in which one may be wrong
_CANDIDATES = 3


class Match(NamedTuple):
    """The name that was meant, as the list writes it; None where none is or several may be.

    ``how`` is ``exact`` for spellings of one name, ``likely`` where it has to be said, else ``none``; then
    ``candidates`` are the names that may have been meant, the nearest first.
    """

    name: str | None
    how: How
    candidates: tuple[str, ...] = ()


def same(one: str, other: str) -> bool:
    """Whether two names are spellings of one: `Thôn 1` and `1`, `TDP 01` and `Tổ dân phố I`; not `Thôn 1`, `Bản 1`."""
    (word, rest), (other_word, other_rest) = name_parts(one), name_parts(other)
    return rest == other_rest and (not word or not other_word or word == other_word)


class _Known:
    """Names to be found by their spelling, prepared once: every look is into a few of them."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = list(dict.fromkeys(names))
        self._spelt: dict[tuple[str, str], list[str]] = {}
        for name in self.names:
            for found in (("clean", clean(name)), ("key", key(name)), ("rest", name_parts(name)[1])):
                self._spelt.setdefault(found, []).append(name)

    def spelt(self, written: str) -> list[str]:
        """The names that are spellings of one; several only where nothing tells which is meant."""
        for how in (("clean", clean(written)), ("key", key(written))):
            if found := self._spelt.get(how):
                return found
        return [name for name in self._spelt.get(("rest", name_parts(written)[1]), ()) if same(name, written)]


def match(written: str, names: Iterable[str]) -> Match:
    """The one of the names that a name written elsewhere means."""
    return _match(written, _Known(names))


def _match(written: str, known: _Known) -> Match:
    if found := known.spelt(written):
        if len(found) == 1 or len({key(name) for name in found}) == 1:
            return Match(found[0], "exact")
        return Match(None, "none", tuple(found[:_CANDIDATES]))
    likely = [name for name in known.names if _likely(name, written)]
    if len(likely) == 1:
        return Match(likely[0], "likely", tuple(likely))
    return Match(None, "none", tuple(likely[:_CANDIDATES] or nearest(written, known.names, _CANDIDATES)))


def spelt_alike(written: Iterable[str], names: Iterable[str]) -> int:
    """How many names of one list stand in another, however they are spelt."""
    known = _Known(names)
    return sum(bool(known.spelt(name)) for name in dict.fromkeys(written))


def match_all(written: Iterable[str], names: Iterable[str]) -> dict[str, Match]:
    """What each name of one list means in another; a likely match is only of what is left over, and never twice."""
    mine, known = list(dict.fromkeys(written)), _Known(names)
    found = {name: _match(name, known) for name in mine if known.spelt(name)}
    taken = {each.name for each in found.values() if each.how == "exact"}
    rest = _Known(name for name in known.names if name not in taken)
    result = {name: each if (each := found.get(name)) and each.how == "exact" else _match(name, rest) for name in mine}
    claims = [each.name for each in result.values() if each.how == "likely"]
    return {
        name: Match(None, "none", each.candidates) if each.how == "likely" and claims.count(each.name) > 1 else each
        for name, each in result.items()
    }


def _likely(one: str, other: str) -> bool:
    """Whether two names differ by what fingers and habits change: diacritics, one letter, the word for a village."""
    (word, rest), (other_word, other_rest) = name_parts(one), name_parts(other)
    if _marks(rest) != _marks(other_rest) or not any(len(part) > 1 and part.isalpha() for part in rest.split()):
        return False
    if rest == other_rest or fuzzy_key(one) == fuzzy_key(other):
        return True
    if word and other_word and word != other_word:
        return False
    mine, theirs = fuzzy_key(one).split(), fuzzy_key(other).split()
    differing = [pair for pair in zip(mine, theirs, strict=False) if pair[0] != pair[1]]
    if len(mine) != len(theirs) or len(differing) != 1:
        return False
    return min(map(len, differing[0])) >= _LONG_ENOUGH and _one_letter_apart(*differing[0])


def _marks(rest: str) -> list[str]:
    """The numbers and single letters of a name, which tell villages apart: `Tân Hậu B2` is not `Tân Hậu B1`."""
    return [part for part in rest.split() if len(part) == 1 or any(letter.isdigit() for letter in part)]


def _one_letter_apart(one: str, other: str) -> bool:
    """Whether a word becomes another by one letter changed, left out, added, or two neighbours exchanged."""
    if len(one) > len(other):
        one, other = other, one
    start = next((place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), len(one))
    if len(one) < len(other):
        return one[start:] == other[start + 1 :]
    swapped = one[:start] + one[start : start + 2][::-1] + one[start + 2 :]
    return one[start + 1 :] == other[start + 1 :] or swapped == other
