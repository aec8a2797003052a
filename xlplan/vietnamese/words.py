"""Numbers and money in words, Roman numerals, and the letters that number the points of a plan.

Whole numbers are read in groups of three (tỷ, triệu, nghìn, đơn vị), exact to the last digit. Source of the
rules: the domain notes on Vietnamese text (money in words) and decree 30/2020 (order of points, V.6b).
"""

from xlplan.vietnamese.text import capitalise, key

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_SCALES = ((1_000_000, "triệu"), (1_000, "nghìn"), (1, ""))
_BILLION = 1_000_000_000

_VALUES = {word: digit for digit, word in enumerate(_DIGITS)} | {"bẩy": 7}
_AFTER_TEN = _VALUES | {"mốt": 1, "tư": 4, "lăm": 5, "nhăm": 5}
_SAME_WORD = {"lẻ": "linh", "ngàn": "nghìn", "mười": "mươi"}

_NUMERALS = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL")),
    *((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)
_POINT_LETTERS = "abcdđeghiklmnopqrstuvxy"


def _group(value: int, *, whole: bool) -> list[str]:
    """Return the words of 1..999; `whole` reads hundreds that are none too (không trăm linh năm)."""
    hundreds, rest = divmod(value, 100)
    tens, unit = divmod(rest, 10)
    words = [_DIGITS[hundreds], "trăm"] if hundreds or whole else []
    if tens == 1:
        words.append("mười")
    elif tens:
        words += [_DIGITS[tens], "mươi"]
    elif unit and words:
        words.append("linh")
    if unit == 1 and tens > 1:
        words.append("mốt")
    elif unit == 4 and tens > 1:
        words.append("tư")
    elif unit == 5 and tens:
        words.append("lăm")
    elif unit:
        words.append(_DIGITS[unit])
    return words


def _below_billion(value: int, *, whole: bool) -> list[str]:
    """Return the words of 0..999.999.999, empty groups silent; `whole` when something was read before."""
    words: list[str] = []
    for scale, name in _SCALES:
        group, value = divmod(value, scale)
        if group:
            words += _group(group, whole=whole or bool(words))
            words += [name] if name else []
    return words


def number_in_words(n: int) -> str:
    """Return the number in lower-case words: 2021 'hai nghìn không trăm hai mươi mốt', -5 'âm năm'.

    From 10^9 the prefix is read with 'tỷ' after it, again and again, so there is no upper limit.
    """
    billions = []  # digits in base 10^9, the lowest first
    rest = abs(n)
    while rest:
        rest, digit = divmod(rest, _BILLION)
        billions.append(digit)
    words: list[str] = []
    for digit in reversed(billions):
        words += ["tỷ"] if words else []
        words += _below_billion(digit, whole=bool(words))
    return " ".join((["âm"] if n < 0 else []) + (words or [_DIGITS[0]]))


def money_in_words(n: int) -> str:
    """Return an amount in đồng in words, the first letter a capital: 13000000 'Mười ba triệu đồng'."""
    return f"{capitalise(number_in_words(n))} đồng"


def _read_below_hundred(words: list[str]) -> int | None:
    """Return the value of the words after 'trăm', None when they are not a number; no words are 0."""
    value = None
    match words:
        case []:
            value = 0
        case [unit] if unit in _VALUES:
            value = _VALUES[unit]
        case ["linh", unit]:
            value = 4 if unit == "tư" else _VALUES.get(unit) or None
        case ["mươi"]:
            value = 10
        case ["mươi", unit] if _AFTER_TEN.get(unit):
            value = 10 + _AFTER_TEN[unit]
        case [tens, "mươi"] if _VALUES.get(tens, 0) > 1:
            value = 10 * _VALUES[tens]
        case [tens, "mươi", unit] if _VALUES.get(tens, 0) > 1 and _AFTER_TEN.get(unit):
            value = 10 * _VALUES[tens] + _AFTER_TEN[unit]
    return value


def _read_group(words: list[str], *, later: bool, last: bool) -> int:
    """Return the value of the words of one group of three digits.

    `later` when a larger unit stands before the group, `last` when it is the group of units. Refused is a
    single digit after 'trăm', or alone after a larger unit: in speech `một triệu hai` is 1.200.000, while a
    document writes 1.000.002 as `một triệu không trăm linh hai`.
    """
    hundreds, rest = 0, words
    if has_hundreds := len(words) > 1 and words[1] == "trăm" and words[0] in _VALUES:
        hundreds, rest = _VALUES[words[0]], words[2:]
    value = _read_below_hundred(rest)
    spoken = len(rest) == 1 and rest[0] in _VALUES and (has_hundreds or (later and last))
    stray_linh = rest[:1] == ["linh"] and not (has_hundreds or later)
    if not words or value is None or spoken or stray_linh:
        raise ValueError(f"cannot read {' '.join(words)!r}")
    return 100 * hundreds + value


def _read_below_billion(words: list[str], *, later: bool) -> int:
    """Return the value of the words between two 'tỷ'; `later` when a larger unit stands before them."""
    total, rest = 0, words
    for scale, name in _SCALES[:-1]:
        if name in rest:
            place = rest.index(name)
            total += scale * _read_group(rest[:place], later=later, last=False)
            rest, later = rest[place + 1 :], True
    return total + (_read_group(rest, later=later, last=True) if rest else 0)


def _read_billions(words: list[str]) -> int:
    """Return the value of words with any number of 'tỷ', each multiplying all that stands before it."""
    if not words or words[0] == "tỷ":
        raise ValueError("no number")
    total = 0
    segment: list[str] = []
    for place, word in enumerate([*words, "tỷ"]):
        if word != "tỷ":
            segment.append(word)
            continue
        later = place > len(segment)
        total = total * _BILLION + _read_below_billion(segment, later=later)
        segment = []
    return total


def parse_words(text: str) -> int:
    """Return the whole number that the words write; the inverse of `number_in_words` and `money_in_words`.

    Any case and tone placement; also lẻ for linh, ngàn, tỉ, bốn or tư, năm or lăm, a final 'đồng' and 'chẵn'
    and punctuation ('./.'). Raises ValueError for anything else, spoken short forms (`một triệu hai`) too.
    """
    words = [_SAME_WORD.get(word, word) for word in key(text).split()]
    for suffix in ("chẵn", "đồng"):
        if words[-1:] == [suffix]:
            words.pop()
    sign = -1 if words[:1] == ["âm"] else 1
    if sign < 0:
        words = words[1:]
    try:
        return sign * _read_billions(words)
    except ValueError as error:
        raise ValueError(f"not a number in words: {text!r} ({error})") from None


def to_roman(n: int) -> str:
    """Return 1..3999 as a Roman numeral in capitals (Phụ lục II, Quý IV); ValueError outside that."""
    if not 1 <= n <= 3999:
        raise ValueError(f"no Roman numeral for {n}")
    numeral = ""
    for value, letters in _NUMERALS:
        count, n = divmod(n, value)
        numeral += letters * count
    return numeral


def from_roman(text: str) -> int:
    """Return the value of a Roman numeral in either case; ValueError for unusual forms (IIII, VX)."""
    numeral = text.strip().upper()
    total, rest = 0, numeral
    for value, letters in _NUMERALS:
        while rest.startswith(letters):
            total, rest = total + value, rest[len(letters) :]
    if rest or not 1 <= total <= 3999 or to_roman(total) != numeral:
        raise ValueError(f"not a Roman numeral: {text!r}")
    return total


def point_letter(i: int) -> str:
    """Return the letter of a point from its place, 0 being the first: a, b, c, d, đ, e, … y, then aa, ab, …

    Decree 30/2020: the Vietnamese alphabet without f, j, w, z and without ă, â, ê, ô, ơ, ư. ValueError below
    0.
    """
    if i < 0:
        raise ValueError(f"no point letter for place {i}")
    letters = ""
    i += 1
    while i:
        i, place = divmod(i - 1, len(_POINT_LETTERS))
        letters = _POINT_LETTERS[place] + letters
    return letters
