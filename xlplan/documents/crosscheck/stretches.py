"""The words of a passage that a finding is about: the figure where it is known, else what the message quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from xlplan.checks.narrative.spelled import spelled
from xlplan.checks.narrative.words import count, percentage
from xlplan.checks.prose import GAP
from xlplan.model import Finding
from xlplan.patterns import pattern

Stretch = tuple[int, int]

_NUMBER = pattern(r"(?<![\w.,/-])\d+(?:[.,]\d+)*(?:\s?%)?(?![\d/])")
_QUOTES = ("written", "number", "stated")
_NAMED = ("number",)  # details that name the figure itself
_MARKS = ' “”"…'


def stretch(item: Finding, text: str) -> Stretch | None:
    """Where in a passage's text the words of a finding stand; ``None`` where they are not known or stand twice."""
    quoted = next(filter(None, (_only(text, item.params.get(name, "")) for name in _QUOTES)), None)
    figures = (item.actual, *(item.params.get(name, "") for name in _NAMED))
    found = (_figure(figure, text, quoted or (0, len(text))) for figure in figures)
    return next(filter(None, found), quoted)


def _only(text: str, quoted: str) -> Stretch | None:
    """The one place of quoted words in a text, however their spaces are written."""
    words = quoted.strip(_MARKS).split()
    if not words or GAP in " ".join(words):
        return None
    start = r"(?<!\w)" if words[0][0].isalnum() else ""
    end = r"(?!\w)" if words[-1][-1].isalnum() else ""
    found = [*re.finditer(start + r"\s+".join(map(re.escape, words)) + end, text)]
    return found[0].span() if len(found) == 1 else None


def _figure(actual: str, text: str, within: Stretch) -> Stretch | None:
    """The one place of a figure, or of a word, within a part of a text."""
    try:
        value = Decimal(actual)
    except InvalidOperation:
        return _within(text, actual, within) if actual else None
    digits = spelled(text)
    found = [match for match in _NUMBER.finditer(digits, *within) if value in _readings(match[0])]
    return _written(text, digits, found[0]) if len(found) == 1 else None


def _written(text: str, digits: str, match: re.Match[str]) -> Stretch:
    """A figure as it is typed: the words of one that is spelled out."""
    start, end = match.span()
    if text[start:end] != match[0]:
        end += len(digits[end:]) - len(digits[end:].lstrip(" "))
    return start, start + len(text[start:end].rstrip())


def _within(text: str, word: str, within: Stretch) -> Stretch | None:
    found = _only(text[within[0] : within[1]], word)
    return (within[0] + found[0], within[0] + found[1]) if found else None


def _readings(written: str) -> Iterator[Decimal]:
    bare = written.rstrip("% \u00a0")
    readers = (percentage,) if bare != written else (count, percentage)
    for read in readers:
        if (amount := read(bare)) is not None:
            yield amount.value
