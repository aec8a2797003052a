"""The numbers and bullets that Word puts before the paragraphs of automatic lists, as a reader sees them."""

from __future__ import annotations

from xlplan.documents.word.formatting import Formats, Level
from xlplan.documents.word.reading import Passage
from xlplan.patterns import pattern

_PLACE = pattern(r"%([1-9])")
_ROMAN = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL")),
    *((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)
_MOST = 5000  # a number beyond is damage, and Roman digits for it would fill pages


def labels(passages: tuple[Passage, ...], formats: Formats) -> dict[int, str]:
    """The label of each paragraph of an automatic list by the paragraph's number: ``I.``, ``a)``, ``-``."""
    if formats.lists.empty:
        return {}
    counters: dict[str, dict[int, int]] = {}
    found: dict[int, str] = {}
    started: set[tuple[str, int]] = set()
    for passage in passages:
        numbered = formats.numbered(passage)
        level = formats.lists.level(*numbered) if numbered else None
        if not numbered or level is None:
            continue
        name, number = numbered
        counts = counters.setdefault(formats.lists.family(name), {})
        if (name, number) not in started and level.restarts:
            counts.pop(number, None)
        started.add((name, number))
        counts[number] = counts.get(number, level.start - 1) + 1
        for deeper in [n for n in counts if n > number]:
            del counts[deeper]
        found[passage.number] = _label(level, formats, name, counts)
    return found


def _label(level: Level, formats: Formats, name: str, counts: dict[int, int]) -> str:
    if level.digits == "bullet":
        return "-" if level.text in ("-", "–", "—", "\uf02d") else "+" if level.text == "+" else "•"
    if level.digits == "none":
        return ""
    known = formats.lists.levels(name)

    def digits(place: str) -> str:
        number = int(place) - 1
        other = known.get(number)
        return written(counts.get(number, other.start if other else 1), other.digits if other else "decimal")

    return _PLACE.sub(lambda found: digits(found[1]), level.text)


def written(number: int, digits: str) -> str:
    """A number in the digits of a list: 4 is ``IV`` in upperRoman and ``d`` in lowerLetter."""
    if not 0 < number < _MOST:
        return str(number)
    if digits.endswith("Roman"):
        text = ""
        for value, letters in _ROMAN:
            count, number = divmod(number, value)
            text += letters * count
        return text.lower() if digits.startswith("lower") else text
    if digits.endswith("Letter"):
        text = chr(ord("a") + (number - 1) % 26) * min(3, 1 + (number - 1) // 26)
        return text if digits.startswith("lower") else text.upper()
    return f"{number:02d}" if digits == "decimalZero" else str(number)
