"""Depth of numbered rows (A, I, 1, 1.1, a) and names that speak of parts of a commune."""

from __future__ import annotations

from collections.abc import Sequence

from xlplan.patterns import pattern
from xlplan.sheets import labels
from xlplan.tuples import NamedTuple

_ROMAN = pattern(r"[IVXL]+")
_LETTER = pattern(r"[A-ZĐ]")
_SMALL = pattern(r"[a-zđ]|[-–+*•]")
_DIGITS = pattern(r"[A-Z0-9]+(\.[0-9]+)*")
AREA_LEVEL, GROUP_LEVEL, VILLAGE_LEVEL, SMALL_LEVEL = -2, 0, 1, 9


class Entry(NamedTuple):
    """One row (or column) that may be a village, a group or a total, before its kind is known.

    ``places`` holds the sheet rows (columns) of its lines by their offset; a unit of one line has offset 0 alone.
    """

    name: str
    number: str
    row: int
    column: int
    at: int
    places: dict[int, int]
    figures: bool
    hidden: bool = False


def levels_of(numbers: Sequence[str]) -> list[int | None]:
    """The depth of each number: A is above I, I above 1, 1 above 1.1; ``None`` where there is none."""
    stripped = [number.rstrip(".)") for number in numbers]
    romans = [bool(_ROMAN.fullmatch(number)) for number in stripped]
    letters = [bool(_LETTER.fullmatch(number)) and not roman for number, roman in zip(stripped, romans, strict=True)]
    if any(letters) and "H" in stripped:  # A … H, I, K: the ninth letter, not a one
        letters = [bool(_LETTER.fullmatch(number)) for number in stripped]
        romans = [roman and not letter for roman, letter in zip(romans, letters, strict=True)]
    letter_level = GROUP_LEVEL - 1 if any(romans) else GROUP_LEVEL
    found: list[int | None] = []
    for number, roman, letter in zip(stripped, romans, letters, strict=True):
        if not number:
            found.append(None)
        elif roman or letter:
            found.append(GROUP_LEVEL if roman else letter_level)
        elif _DIGITS.fullmatch(number):
            found.append(VILLAGE_LEVEL + number.count("."))
        else:
            found.append(SMALL_LEVEL if _SMALL.fullmatch(number) else None)
    return found


def numbered_heads(entries: Sequence[Entry], inside: Sequence[int], *, below: bool) -> dict[int, int]:
    """Rows that by their number stand over the rows after them (before them, with ``below``), with their depth."""
    levels = levels_of([entries[i].number for i in inside])
    if len(set(levels)) < 2:
        return {}
    over_bare = levels.count(None) >= sum(level is not None and level <= GROUP_LEVEL for level in levels)
    heads: dict[int, int] = {}
    step = -1 if below else 1
    for place, i in enumerate(inside):
        own, following = levels[place], place + step
        if own is None or not 0 <= following < len(inside):
            continue
        other = levels[following]
        if (other is None and own <= GROUP_LEVEL and over_bare) or (other is not None and other > own):
            heads[i] = own
    return heads


def named_heads(entries: Sequence[Entry], inside: Sequence[int]) -> dict[int, int]:
    """Rows that by their name are no village: Cộng khu vực I, Khu vực thành thị."""
    areas = [i for i in inside if labels.is_area(entries[i].name)]
    subtotals = [i for i in inside if labels.is_subtotal(entries[i].name)]
    titles = _titles(entries, inside)
    if len({*areas, *subtotals, *titles}) >= len(inside):
        return {}
    level = GROUP_LEVEL if not areas else AREA_LEVEL
    return (
        dict.fromkeys(titles, GROUP_LEVEL)
        | dict.fromkeys(areas, AREA_LEVEL)
        | {i: _subtotal_level(entries[i].name, level) for i in subtotals}
    )


def _titles(entries: Sequence[Entry], inside: Sequence[int]) -> list[int]:
    """Rows without figures, among rows with figures, that have no number or the name of a commune."""
    silent = [i for i in inside if not entries[i].figures and entries[i].name]
    if not silent or len(silent) == len(inside):
        return []
    numbered = sum(bool(entries[i].number) for i in inside) * 2 > len(inside)
    return [i for i in silent if (numbered and not entries[i].number) or labels.is_commune_name(entries[i].name)]


def _subtotal_level(name: str, level: int) -> int:
    """The depth of a subtotal: that of the areas where it speaks of one."""
    return level if any(word in name.casefold() for word in ("thành thị", "nông thôn", "đô thị")) else GROUP_LEVEL


def weak_heads(entries: Sequence[Entry], inside: Sequence[int]) -> dict[int, int]:
    """Rows that may be groups if their figures say so: former communes over villages, rows without a number."""
    communes = [i for i in inside if labels.is_commune_name(entries[i].name)]
    if 0 < len(communes) < len(inside):
        return dict.fromkeys(communes, GROUP_LEVEL)
    bare = [i for i in inside if not entries[i].number]
    return dict.fromkeys(bare, GROUP_LEVEL) if 0 < len(bare) * 2 <= len(inside) else {}
