"""Clean text, and the keys by which labels and names are matched and sorted.

A key is compared only with another key of the same function and is never shown: its spelling (`uỷ`, `tỷ`,
`mỹ`) is an inner convention. Source of the rules: the domain notes on Vietnamese text (names, order,
matching; Unicode).
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import product

from xlplan.patterns import pattern

_TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng: the order of dictionaries; ngang is 0

# Đ is U+0110. The Icelandic letter of VNI and PDF text, and the African one, only look like it.
_REPAIRS: dict[int, str | None] = {0xD0: "Đ", 0xF0: "đ", 0x189: "Đ", 0xA0: " ", 0x2007: " ", 0x202F: " "}
# Soft hyphen, zero width, direction marks and the byte order mark: nothing that a reader sees.
_INVISIBLE = (0xAD, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF)
_REPAIRS |= dict.fromkeys(_INVISIBLE)

_KEY_SIGNS: dict[int, str | None] = {ord("%"): " % ", ord("％"): " % "}
_KEY_SIGNS |= dict.fromkeys(map(ord, "'’‘‛ʼʹʻ´`′＇"))
# Looked for first: most texts hold none of these, and a search costs a tenth of a translation.
_TO_REPAIR = pattern(f"[{''.join(map(chr, _REPAIRS))}]")
_SIGNS_IN_KEY = pattern(f"[{re.escape(''.join(map(chr, _KEY_SIGNS)))}]")
_NOT_IN_KEY = pattern(r"[^\w%\u0300-\u036f]+|_+")

UNIT_WORDS = (
    *("thôn", "ấp", "áp", "khóm", "khu phố", "kp", "tổ dân phố", "tdp", "tổ", "khu dân cư", "kdc", "khu vực"),
    *("tiểu khu", "khu", "bản", "buôn", "bon", "làng", "xóm", "sóc", "phum"),
    *("xã", "phường", "thị trấn", "tt", "đặc khu"),
    *("huyện", "quận", "thị xã", "tx", "thành phố", "tp", "tỉnh"),
)
"""Words for kinds of units that may lead a name, as `key` writes them (`áp` is a usual misprint of `ấp`)."""

_IN_FULL = {"áp": "ấp", "kp": "khu phố", "tdp": "tổ dân phố", "kdc": "khu dân cư", "tt": "thị trấn"}
_IN_FULL |= {"tx": "thị xã", "tp": "thành phố"}
_LONGEST_FIRST = sorted(UNIT_WORDS, key=len, reverse=True)
_UNIT = pattern(rf"({'|'.join(_LONGEST_FIRST)})(?: |(?=[0-9])|$)")
_UNIT_LETTER = pattern(r"\A\s*[xphq]\s?\.\s*(?=\w)", re.IGNORECASE)  # X. Long An, P.3, H. Tân Phú, Q.1
_ROMAN_UNITS = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
_ROMAN = {
    "x" * tens + unit: str(10 * tens + value)
    for tens in range(3)
    for value, unit in enumerate(_ROMAN_UNITS)
    if 0 < 10 * tens + value <= 20
}


def _toned(letters: str) -> list[str]:
    """Return each letter with each of the five written tones, in NFC."""
    return [unicodedata.normalize("NFC", letter + tone) for letter, tone in product(letters, _TONES)]


# Tone on the first vowel (hòa, khỏe, ủy) -> on the second (hoà, khoẻ, uỷ). `quỳ` has none on u, so it stays.
_SECOND_VOWEL = {
    first + second: base + unicodedata.normalize("NFC", second + tone)
    for base, seconds in (("o", "ae"), ("u", "y"))
    for first, tone in zip(_toned(base), _TONES, strict=True)
    for second in seconds
}
_FIRST_VOWEL_TONED = pattern("|".join(_SECOND_VOWEL))
_IN_WORD = r"[\w\u0300-\u036f]"  # \b would take a mark without a precomposed letter for the end of a word
_FINAL_I = dict(zip(["i", *_toned("i")], ["y", *_toned("y")], strict=True))
_SYLLABLE_IN_I = pattern(rf"(?<!{_IN_WORD})(h|k|l|m|s|t|v|qu)([{''.join(_FINAL_I)}])(?!{_IN_WORD})")

_ALPHABET = {letter: place for place, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_SORT_ITEMS = pattern(r"[0-9]+|.", re.DOTALL)

SortKey = tuple[tuple[tuple[int, int, str], ...], tuple[int, ...], str]


def nfc(text: str) -> str:
    """Return the text in NFC, with Ð/ð (U+00D0/F0) as Đ/đ, NBSP as a space and no invisible characters.

    Line breaks and runs of spaces stay. Compatibility forms (º, ², ½) stay too: this is never NFKC.
    Idempotent.
    """
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", text.translate(_REPAIRS) if _TO_REPAIR.search(text) else text)


def clean(text: str) -> str:
    """Return `nfc(text)` trimmed, every run of white space (line breaks too) being one space."""
    return " ".join(nfc(text).split())


def _fold(text: str) -> str:
    """Return the text cleaned, without case or punctuation, the tone of oa, oe and uy on the second vowel."""
    folded = nfc(text).casefold().translate(_KEY_SIGNS)
    words = " ".join(_NOT_IN_KEY.sub(" ", folded).split())
    # A mark may have met its letter only now, when the sign between them fell away.
    return _FIRST_VOWEL_TONED.sub(lambda pair: _SECOND_VOWEL[pair[0]], unicodedata.normalize("NFC", words))


def _final_y(folded: str) -> str:
    """Return folded text with y for a final i after h, k, l, m, s, t, v, qu alone (mĩ, tỉ lệ, quí)."""
    return _SYLLABLE_IN_I.sub(lambda syllable: syllable[1] + _FINAL_I[syllable[2]], folded)


@lru_cache(maxsize=4096)
def key(text: str) -> str:
    """Return the key by which two labels are the same label, whatever their case and spelling habit.

    Equal are NFC and NFD, hòa/hoà, ủy/uỷ, Mỹ/Mĩ, tỷ/tỉ, quý/quí; punctuation counts as a space, apostrophes
    as nothing, % as a word of its own. Diacritics count: hồ is not hộ. Empty when there are no letters,
    digits or %.
    """
    return _final_y(_fold(text))


@lru_cache(maxsize=4096)
def name_parts(name: str) -> tuple[str, str]:
    """Return the words for a kind of unit that lead a name, written in full, and the key of what follows them.

    `Thôn 1` gives `thôn` and `1`, `KP.1` gives `khu phố` and `1`, `Mai Hà` gives an empty word. What follows is
    `name_key`.
    """
    name = nfc(name)
    folded = _fold(_UNIT_LETTER.sub("", name) if "." in name else name)
    words = []
    while folded.startswith(UNIT_WORDS) and (unit := _UNIT.match(folded)) and unit.end() < len(folded):
        words.append(_IN_FULL.get(unit[1], unit[1]))
        folded = folded[unit.end() :]
    head, space, last = folded.rpartition(" ")
    last = _ROMAN.get(last, last)
    if last.isdecimal():
        last = last.lstrip("0") or "0"
        head = "" if head == "số" else head
    return " ".join(words), _final_y(f"{head}{space}{last}".strip())


def name_key(name: str) -> str:
    """Return the key by which two names of villages or communes are the same name.

    It is `key` without the leading unit words (`UNIT_WORDS`; X., P., H., Q. with the dot), which are left
    only when they are the whole name. A last Roman numeral I..XX is Arabic and leading zeros are dropped, so
    that `Thôn 1`, `Thôn I`, `TDP số 01` and `KP.1` all give `1`. Where a name repeats in merged communes, the
    caller adds the unit; `names.match` minds the words too.
    """
    return name_parts(name)[1]


def bare(text: str) -> str:
    """Return the text without diacritics, đ being d."""
    marked = unicodedata.normalize("NFD", text)
    letters = "".join(letter for letter in marked if not unicodedata.combining(letter))
    return letters.replace("đ", "d").replace("Đ", "D")


def fuzzy_key(name: str) -> str:
    """Return `name_key` without diacritics, Đắk, Đăk, Đak, Đắc and Dak being one.

    Only for asking "did you mean …?". Different villages may share it (Hồ and Hộ do): never merge rows by it.
    """
    return re.sub(r"\bdac\b", "dak", bare(name_key(name)))


def _sort_item(item: str) -> tuple[tuple[int, int, str], int]:
    """Return the rank of one folded letter, sign or whole number, and its tone (0..5)."""
    if item[0] in "0123456789":
        digits = item.lstrip("0")
        return (1, len(digits), digits), 0
    marks = unicodedata.normalize("NFD", item)
    tone = next((place for place, mark in enumerate(_TONES, start=1) if mark in marks), 0)
    base = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in _TONES)) or item
    letter = base if base in _ALPHABET else marks[0]
    if letter in _ALPHABET:
        return (2, _ALPHABET[letter], ""), tone
    return (3 if item.isalnum() else 0, ord(item[0]), ""), tone


def sort_key(text: str) -> SortKey:
    """Return a key for `sorted` in the order of Vietnamese dictionaries.

    Letters a ă â b c d đ e ê …; a tone (ngang, huyền, hỏi, ngã, sắc, nặng) decides only between the same
    letters, then the text itself. A space comes before digits and digits before letters; whole numbers by
    value (Thôn 2, Thôn 10). Rows of villages keep the order of their sheet: this is for indexes.
    """
    shown = clean(text)
    folded = nfc(shown.casefold())
    folded = _FIRST_VOWEL_TONED.sub(lambda pair: _SECOND_VOWEL[pair[0]], folded)
    ranked = [_sort_item(item) for item in _SORT_ITEMS.findall(folded)]
    return tuple(rank for rank, _ in ranked), tuple(tone for _, tone in ranked), shown


def upper(text: str) -> str:
    """Return the text in capitals and NFC (ỦY BAN NHÂN DÂN)."""
    return nfc(text.upper())


def capitalise(text: str) -> str:
    """Return the text in NFC with its first letter a capital and the rest as it was.

    Quotes, brackets and spaces before the letter are passed over; a text that begins with a digit stays as it
    is.
    """
    composed = nfc(text)
    place = next((place for place, letter in enumerate(composed) if letter.isalnum()), 0)
    return nfc(composed[:place] + composed[place : place + 1].upper() + composed[place + 1 :])


def nearest(word: str, candidates: Iterable[str], limit: int = 1) -> list[str]:
    """Return up to `limit` candidates spelt like the word, the nearest first, for "did you mean …?".

    Spelling is compared without case and diacritics first, then with them; equally near ones keep their
    order. What is less than about six tenths alike is left out, so the list may be empty.
    """
    from difflib import SequenceMatcher

    wanted = key(word)
    plain, exact = SequenceMatcher(b=bare(wanted), autojunk=False), SequenceMatcher(b=wanted, autojunk=False)
    scored = []
    for candidate in dict.fromkeys(candidates):
        label = key(candidate)
        plain.set_seq1(bare(label))
        if plain.real_quick_ratio() < 0.6 or plain.quick_ratio() < 0.6 or plain.ratio() < 0.6:
            continue
        exact.set_seq1(label)
        scored.append((plain.ratio(), exact.ratio(), candidate))
    scored.sort(key=lambda score: score[:2], reverse=True)
    return [candidate for *_, candidate in scored[: max(limit, 0)]]
