"""Vietnamese of the time before Unicode: TCVN3 (fonts ``.VnTime`` …) and VNI (fonts ``VNI-Times`` …).

Both put Vietnamese letters in the places of Western European ones, so `Tổng cộng` stands in the file as
`Tæng céng` (TCVN3) or `Toång coäng` (VNI). The font tells; where it does not, a text is taken for legacy only
when every word of it becomes a Vietnamese syllable and at least one is none as it stands. Loaded only when a
workbook has such letters (`suspected`). The tables are those of TCVN 5712:1993 VN3 and of VNI Windows.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Literal

from xlplan.patterns import pattern
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.syllables import is_syllable

Encoding = Literal["TCVN3", "VNI"]

_TCVN3 = dict(
    zip(
        "µ¶·¸¹¨»¼½¾Æ©ÇÈÉÊË®ÌÎÏÐÑªÒÓÔÕÖ×ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô\xadõö÷øùúûüýþ¡¢§£¤¥¦",
        "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵĂÂĐÊÔƠƯ",
        strict=True,
    )
)
_MARKED = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_HATTED = {"â": "\u0302", "á": "\u0302\u0301", "à": "\u0302\u0300", "å": "\u0302\u0309", "ã": "\u0302\u0303"}
_HATTED["ä"] = "\u0302\u0323"
_CUPPED = {"ê": "\u0306", "é": "\u0306\u0301", "è": "\u0306\u0300", "ú": "\u0306\u0309", "ü": "\u0306\u0303"}
_CUPPED["ë"] = "\u0306\u0323"
_VNI_MARKS = {
    **dict.fromkeys("aA", _MARKED | _HATTED | _CUPPED),
    **dict.fromkeys("eEoO", _MARKED | _HATTED),
    **dict.fromkeys("uUyYôÔöÖ", _MARKED),
}
_VNI_LETTERS = dict(zip("íìæóòîñôöÍÌÆÓÒÎÑÔÖ", "íìỉĩịỵđơưÍÌỈĨỊỴĐƠƯ", strict=True))

_NEUTRAL = frozenset("\xa0°±²³´–—‘’“”…•€")  # stand in legacy texts as they are
_LETTERS_IN_FILE = r"A-Za-z\xa1-\xaf\xb5-\xff"
_WORD = pattern(rf"[{_LETTERS_IN_FILE}]+")
_WESTERN = pattern(r"[\x00-\xff–—‘’“”…•€]*")
_HIGH = pattern(r"[\xa1-\xaf\xb5-\xff]")
# A sign that Unicode has for no letter, between two letters: `Th«n`, `c­ dân`. (· and × join units: N·m.)
_WEDGED = pattern(r"[A-Za-z][¡-¦¨-¬®¶¸-¾\xad][A-Za-zµ-ÿ]")

_TCVN3_FONT = pattern(r"\.vn", 2)
_VNI_FONT = pattern(r"vni\b", 2)

_KNOWN_LIST = """
    số hộ nghèo cận thôn ấp bản xóm khu phố tổ dân xã phường huyện tỉnh thị trấn tổng cộng tỷ lệ tỉ nhân khẩu đầu
    cuối năm kỳ giảm tăng thoát đơn vị tính ghi chú tên biểu kế hoạch mục tiêu chỉ toàn trong đó đạt ước thực hiện
    kết quả chương trình giai đoạn ủy ban người lao động triệu đồng nghìn kinh phí danh sách phụ lục đến cũ lớp và
    của các các chưa có diễn biến thiếu hụt sống mức bình đình gia đông tây nam bắc hòa phú tân thành trung lượng
"""
_KNOWN = frozenset(_KNOWN_LIST.split())
# Words whose legacy spelling could be Unicode too (hé, sè, kú); not phú, whose `phó` is a word of its own.
_DOUBTFUL = frozenset(["số", "hộ", "kỳ", "lớp", "cũ", "chú", "có", "phố", "sống", "xóm", "thị", "vị", "xã"])
_SURE_TOGETHER = {"số", "hộ"}


class Decoded(NamedTuple):
    """A text in Unicode (NFC) and the encoding in which it stood in the file."""

    text: str
    encoding: Encoding


def encoding_of_font(font: str) -> Encoding | None:
    """The encoding that a font is made for: TCVN3 for ``.VnTime``, VNI for ``VNI-Times``."""
    if _TCVN3_FONT.match(font):
        return "TCVN3"
    return "VNI" if _VNI_FONT.match(font) else None


def converted(text: str, encoding: Encoding) -> str | None:
    """The text in Unicode, None where it holds a letter that the encoding has not in that place."""
    if not _WESTERN.fullmatch(text):
        return None
    return unicodedata.normalize("NFC", found) if (found := _CONVERTERS[encoding](text)) is not None else None


def _from_tcvn3(text: str) -> str | None:
    letters = [_TCVN3.get(letter, letter) for letter in text]
    changed = zip(text, letters, strict=True)
    if any(old == new and old > "\x7f" and old not in _NEUTRAL and old != "ý" for old, new in changed):
        return None
    return _WORD_IN_TCVN3.sub(lambda word: _capitals(text[word.start() : word.end()], word[0]), "".join(letters))


_WORD_IN_TCVN3 = pattern(r"[^\W\d_]+")


def _capitals(stored: str, word: str) -> str:
    """A word in capitals: TCVN3 has no capitals with tones, so `HÉ` is typed `Hé` and read `HỘ` by its neighbours."""
    plain = [letter for letter in stored if letter.isascii()]
    return word.upper() if len(plain) > 1 and all(letter.isupper() for letter in plain) else word


def _from_vni(text: str) -> str | None:
    found: list[str] = []
    for place, letter in enumerate(text):
        marks = _VNI_MARKS.get(text[place - 1], {}) if place else {}
        mark = marks.get(letter.lower())
        if mark is not None and not (place > 1 and _is_mark(text, place - 1)):
            found.append(mark)
        elif letter in _VNI_LETTERS:
            found.append(_VNI_LETTERS[letter])
        elif letter > "\x7f" and letter not in _NEUTRAL:
            return None
        else:
            found.append(letter)
    return "".join(found)


def _is_mark(text: str, place: int) -> bool:
    """Whether the letter at a place is the mark of the one before it, and so carries none itself."""
    return text[place].lower() in _VNI_MARKS.get(text[place - 1], {})


_CONVERTERS = {"TCVN3": _from_tcvn3, "VNI": _from_vni}


@lru_cache(maxsize=4096)
def decode(text: str, font: str = "", context: frozenset[Encoding] = frozenset()) -> Decoded | None:
    """The text in Unicode where it stands in a legacy encoding, None where it does not or that is not certain.

    ``context`` names encodings that other cells of the sheet are certainly in: a single word that could be an
    odd name decides nothing by itself. Never touches text with a letter beyond U+00FF, as nearly all Vietnamese
    in Unicode has.
    """
    if text.isascii() or not _HIGH.search(text) or not _WESTERN.fullmatch(text):
        return None
    if own := encoding_of_font(font):
        found = converted(text, own)
        if found is None or found == text or (_are_syllables(text) and not _are_syllables(found)):
            return None  # Unicode that was typed in such a font
        return Decoded(found.upper() if font.endswith("H") and own == "TCVN3" else found, own)
    candidates: list[tuple[int, Decoded]] = []
    for encoding in ("TCVN3", "VNI"):
        found = converted(text, encoding)
        if found is not None and found != text and (score := _evidence(text, found, encoding in context)):
            candidates.append((score, Decoded(found, encoding)))
    return max(candidates, key=lambda candidate: candidate[0])[1] if candidates else None


def _evidence(text: str, found: str, known: bool) -> int:
    """How much speaks for a conversion, 0 where it is not certain enough: known words count most."""
    words, became = _words(text, found)
    if not words or not all(map(is_syllable, became)):
        return 0
    familiar = sum(word.lower() in _KNOWN for word in became)
    if all(map(is_syllable, words)):  # as it stands it could be Unicode too (Sè hé)
        meant = {word.lower() for word in became}
        return familiar if meant == _SURE_TOGETHER or (known and meant <= _DOUBTFUL) else 0
    certain = known or len(words) > 1 or familiar > 0 or _WEDGED.search(text) is not None
    return 1 + familiar if certain else 0


def _words(text: str, found: str) -> tuple[list[str], list[str]]:
    """The words that a conversion changed, and what they became; a sign that stands alone is no word."""
    old_words, new_words = _WORD.findall(text), _NEW_WORD.findall(found)
    if len(old_words) != len(new_words):
        return [], []
    both = zip(old_words, new_words, strict=True)
    pairs = [(old, new) for old, new in both if not old.isascii() and len(old) > 1 and old != new]
    return [old for old, _ in pairs], [new for _, new in pairs]


_NEW_WORD = pattern(r"[^\W\d_]+")


def _are_syllables(text: str) -> bool:
    """Whether all words with letters beyond ASCII are spelt like Vietnamese syllables."""
    return all(is_syllable(word) for word in _NEW_WORD.findall(text) if not word.isascii())
