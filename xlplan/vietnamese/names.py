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


def match(written: str, names: Iterable[str]) -> Match:
    """The one of the names that a name written elsewhere means."""
    known = list(dict.fromkeys(names))
    for found in (
        [name for name in known if clean(name) == clean(written)],
        [name for name in known if key(name) == key(written)],
        [name for name in known if same(name, written)],
    ):
        if found and (len(found) == 1 or len({key(name) for name in found}) == 1):
            return Match(found[0], "exact")
        if found:
            return Match(None, "none", tuple(found[:_CANDIDATES]))
    likely = [name for name in known if _likely(name, written)]
    if len(likely) == 1:
        return Match(likely[0], "likely", tuple(likely))
    return Match(None, "none", tuple(likely[:_CANDIDATES] or nearest(written, known, _CANDIDATES)))


def match_all(written: Iterable[str], names: Iterable[str]) -> dict[str, Match]:
    """What each name of one list means in another; a likely match is only of what is left over, and never twice."""
    mine, known = list(dict.fromkeys(written)), list(dict.fromkeys(names))
    found = {name: match(name, known) for name in mine}
    taken = {each.name for each in found.values() if each.how == "exact"}
    rest = [name for name in known if name not in taken]
    for name, each in found.items():
        if each.how != "exact":
            found[name] = match(name, rest)
    claims = [each.name for each in found.values() if each.how == "likely"]
    return {
        name: Match(None, "none", each.candidates) if each.how == "likely" and claims.count(each.name) > 1 else each
        for name, each in found.items()
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
