"""Figures in forms that the reader of sentences does not take, written as it takes them, letter for letter as long.

“1 545 hộ” becomes “1.545 hộ”, “bảy mươi hai hộ” and “72 (bảy mươi hai) hộ” become “72” with spaces behind it. A place
in the new text is a place in the old one.
"""

from __future__ import annotations

import re

from xlplan.patterns import pattern
from xlplan.vietnamese.numbers import format_count
from xlplan.vietnamese.words import parse_words

_UNITS = r"(?=\s*(?:hộ|khẩu|nhân khẩu|người)(?!\w))"
_SPACED = pattern(
    rf"(?<![\w.,-])(?P<lead>(?:[^\W\d_]+ ){{0,2}})(?P<n>[1-9]\d{{0,2}}(?:[ \u00a0\u202f]\d{{3}})+)(?![\d.,]){_UNITS}"
)
_DIGIT = r"(?:không|một|mốt|hai|ba|bốn|tư|năm|lăm|sáu|bảy|bẩy|tám|chín)"
_WORD = rf"(?:{_DIGIT}|mười|mươi|trăm|nghìn|ngàn|linh|lẻ)"
# A single “năm” is a year, “một” an article; numbers of several words may begin with either
_SPELT = rf"(?:{_DIGIT} (?:mươi|trăm|nghìn|ngàn|mười)(?: {_WORD})*|mười(?: {_DIGIT})?|hai|ba|bốn|sáu|bảy|tám|chín)"
_WORDS = pattern(rf"(?i)(?<!\w)(?P<n>{_SPELT}){_UNITS}")
_TWICE = pattern(rf"(?i)(?<=\d)\s*\((?:{_WORD} ?)+\){_UNITS}")
_DAY = pattern(r"(?<!\d)(?:[012]?\d|3[01])/$")
_NAMED = frozenset(  # whose number stands behind them: “thôn 1”, “tháng 6”, “dự án 2”, “khu vực 3”
    ("thôn", "ấp", "phố", "tổ", "bản", "buôn", "xóm", "làng", "khóm", "khu", "sóc", "bon", "phum", "đội", "vùng", "vực")
) | {"ngày", "tháng", "quý", "đợt", "lần", "đoạn", "án", "nhóm", "loại", "bảng", "biểu", "mục"}
_IDIOMS = ("vài", "mấy", "hàng", "năm", "thứ", "dăm")  # “hai ba hộ”, “năm ba hộ”, “thứ hai”


def spells(small: str) -> bool:
    """Whether a text in small letters holds a number of households in words."""
    return "nghèo" in small and any(_is_number(match) for match in _WORDS.finditer(small))


def spelled(text: str) -> str:
    """The text with its figures in digits; of the same length."""
    if "(" in text:
        text = _TWICE.sub(lambda match: " " * len(match[0]), text)
    text = _SPACED.sub(_joined, text)
    return _WORDS.sub(_in_digits, text)


def _joined(match: re.Match[str]) -> str:
    lead = match["lead"]
    words = lead.lower().split()
    named = words[-1:] and (words[-1] in _NAMED or (words[-1] == "số" and words[0] in _NAMED))
    if named or _DAY.search(match.string, max(0, match.start() - 6), match.start("n")):
        return match[0]  # “thôn 1 545 hộ”, “31/12 200 hộ”
    return lead + "".join("." if sign.isspace() else sign for sign in match["n"])


def _is_number(match: re.Match[str]) -> bool:
    before = match.string[: match.start()].split()[-1:]
    word = before[0].lower() if before else ""
    return word not in _IDIOMS and word not in _NAMED and not pattern(rf"{_WORD}").fullmatch(word)


def _in_digits(match: re.Match[str]) -> str:
    if not _is_number(match):
        return match[0]
    try:
        figure = format_count(parse_words(match["n"]))
    except ValueError:
        return match[0]
    return figure.ljust(len(match["n"])) if len(figure) <= len(match["n"]) else match[0]
