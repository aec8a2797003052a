"""The row of letters, numbers or formulas under a heading: ``A B 1 2``, ``4=3/1*100``, ``(1) (2) (3)=(2)/(1)``.

Official forms print it so that a column can be called by its number; it is never data. A formula printed there
is an identity of the form.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from xlplan.patterns import pattern
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.text import clean

_MARK = pattern(r"\(?\s?(?P<mark>[A-ZĐa-zđ]|[0-9]{1,3}[a-z]?|[IVX]{1,4})\s?\)?(?:\s?=\s?(?P<formula>.*))?")
_FORMULA = pattern(r"=\s?(?P<formula>[^=]*[0-9][^=]*)")
_IN_HEADING = pattern(
    r"(?P<text>.*?\S)\s?[(\[]?\s?\(?(?P<mark>[0-9]{1,2})\)?\s?=\s?"
    r"(?P<formula>\(?[0-9]{1,3}[-0-9()+*/x×:., –−]*[0-9]\)?(?:\s?%)?)\s?[)\]]?"
)


ENOUGH = 3  # numbers that rise, after a letter, by no chance


class Mark(NamedTuple):
    """A letter or number under a heading, and what is printed after its equals sign."""

    mark: str
    formula: str = ""


@lru_cache(maxsize=4096)
def mark_of(text: str) -> Mark | None:
    """What a text says as a mark, ``None`` where it is none."""
    text = clean(text)
    if found := _MARK.fullmatch(text):
        return Mark(found["mark"], (found["formula"] or "").strip())
    if found := _FORMULA.fullmatch(text):
        return Mark("", found["formula"].strip())
    return None


def marks_of(texts: Iterable[tuple[int, str]]) -> dict[int, Mark] | None:
    """The marks of a row by column, from the columns and their texts; ``None`` where the row is no row of marks.

    After the first text that is no mark, in most rows the first, no other is asked for.

    All must be marks and their numbers run 1, 2, 3 …, which data hardly ever do: a village has a name. After a
    letter (``A B 1 2 4 6``) numbers may be missing, with the columns that somebody took out.
    """
    found: dict[int, Mark] = {}
    for column, text in texts:
        if text.strip():
            mark = mark_of(text)
            if mark is None:
                return None
            found[column] = mark
    if len(found) < 2:
        return None
    found = _one_for_i(found)
    numbers = [int(mark.mark) for mark in found.values() if mark.mark.isdecimal()]
    lettered = next(iter(found.values())).mark in ("A", "B", "C") and len(numbers) > ENOUGH
    steps = [b - a for a, b in pairwise(numbers)]
    runs = min(steps, default=1) > 0 if lettered else all(step == 1 for step in steps)
    if not numbers or numbers[0] > 2 or not runs:
        return None
    return found


def _one_for_i(found: dict[int, Mark]) -> dict[int, Mark]:
    """``A B C I 2 3``: the letter I in place of 1 (the two looked alike on typewriters)."""
    columns = list(found)
    for column, following in pairwise(columns):
        if found[column].mark in ("I", "l", "i") and found[following].mark == "2":
            return found | {column: Mark("1", found[column].formula)}
    return found


def heading_and_mark(text: str) -> tuple[str, Mark | None]:
    """A heading that carries its formula itself: ``Tỷ lệ (4=3/1*100)``."""
    if "=" not in text:
        return text, None
    found = _IN_HEADING.fullmatch(text)
    if found is None:
        return text, None
    formula = found["formula"].strip()
    if formula.count("(") < formula.count(")"):  # the bracket around the whole
        formula = formula.removesuffix(")").strip()
    return found["text"].rstrip("( ["), Mark(found["mark"], formula)
