"""How many lines a text takes in a cell: Excel does not find the heights of rows that it has not written itself.

Widths are those of Times New Roman, in thousandths of the font size (Adobe's metrics of Times, which every font that
stands in for it keeps); a Vietnamese letter is as wide as the letter under its marks.
"""

from __future__ import annotations

import unicodedata
from functools import cache

_WIDTHS = {
    250: " ,.",
    278: "/:;\\ijlt'|",
    333: "!()-I[]`fr",
    389: "Js",
    444: '?acez“”"',
    500: "#$*0123456789_bdghknopquvxyđ–{}",
    556: "FPS^~ơư",
    564: "+<=>−×≤≥",
    611: "ELTZ",
    667: "BCR",
    722: "ADGHKNOQUVXYwĐƠ",
    778: "&mƯ",
    833: "%",
    889: "M",
    944: "W@",
}
_WIDEST = 1000
_KNOWN = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
_SLACK = 1.06  # a screen's letters are whole pixels, bold ones a little wider
_POINT = 96 / 72 / 1000  # pixels of a thousandth of a point


@cache
def _letter(letter: str) -> int:
    known = _KNOWN.get(letter)
    return known if known is not None else _KNOWN.get(unicodedata.normalize("NFD", letter)[0], _WIDEST)


def pixels(text: str, points: int) -> float:
    """The width of one line of text."""
    return sum(map(_letter, text)) * points * _POINT * _SLACK


def lines(text: str, room: float, points: int = 11) -> int:
    """The lines that a text takes in a cell with so many pixels, broken between words as Excel breaks it."""
    return sum(_wrapped(part, room, points) for part in text.split("\n"))


def _wrapped(text: str, room: float, points: int) -> int:
    found, used, gap = 1, 0.0, pixels(" ", points)
    for word in text.split(" "):
        width = pixels(word, points)
        if used and used + gap + width > room:
            found, used = found + 1, 0.0
        elif used:
            used += gap
        used += width
        while used > room > 0:  # a word longer than the line is broken anywhere
            found, used = found + 1, used - room
    return found
