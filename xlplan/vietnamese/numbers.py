"""Figures as Vietnamese documents write them, read and written exactly: Decimal, never float.

Written are 2.725 (dot for thousands), 4,08% (comma for decimals, half up, no space) and 13.000.000. Read is
what stands in real workbooks; what a separator means depends on the kind of the column first and on the
digits second. Source of the rules: the domain notes on Vietnamese text (numbers; units and phrases).
"""

import re
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from functools import lru_cache
from typing import Literal

from xlplan.patterns import pattern
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.text import nfc

Kind = Literal["count", "rate", "money", "number"]

_EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)  # for products, which it does not round

_FULL_WIDTH = {wide: wide - 0xFEE0 for wide in (*range(0xFF10, 0xFF1A), *map(ord, "％（）＋，－．／"))}
_DASHES = "-‐‑‒–—―−…_"
_DASH = pattern(rf"(?:[{_DASHES}]\s?)+%?|\.{{2,}}")
_DIGIT = pattern("[0-9]")

_FIGURE = r"(?:[0-9]{1,3}(?: [0-9]{3})+(?:[.,][0-9]+)?|[0-9]+(?:[.,][0-9]+)*|[.,][0-9]+)"
_ONE = pattern(rf"([-+‐‑–−]?)({_FIGURE})\s?(.*)")
_GROUPED = {sign: pattern(rf"[1-9][0-9]{{0,2}}(?:[{sign}][0-9]{{3}})+") for sign in ".,"}
_SIGN_NAMES = {".": "dot", ",": "comma"}
_RANGE = pattern(
    rf"(?:[Tt]ừ )?({_FIGURE})\s?([^0-9]*?)\s?(?:[-‐‑–—−]|đến)\s?({_FIGURE})\s?(.*)",
)

_BOUNDS = (
    *("trên", "dưới", "hơn", "gần", "khoảng", "chừng", "ước"),
    *("ít nhất", "tối thiểu", "tối đa", "không quá", "từ", "đến"),
)
_INEXACT = pattern(  # a bound or an estimate: what it is about is a figure, but not the one that a sum needs
    rf"(?:(?:[<>]=?|[≥≤~≈±])|(?:{'|'.join(_BOUNDS)})(?![^\W\d_]))\s?(.+?)(?: trở (?:lên|xuống))?",
    re.IGNORECASE,
)
_ONWARDS = pattern(r"(.+?) trở (?:lên|xuống)", re.IGNORECASE)

_PER = pattern(r"\s?/\s?[^\W\d_]+(?: [^\W\d_]+)?")  # /năm, /căn, /lao động
_PERCENT = frozenset({"%", "phần trăm", "điểm %", "điểm phần trăm"})
_UNIT_LIST = """
    hộ, hộ gia đình, hộ dân, khẩu, nhân khẩu, người, người dân, lượt, lượt người, lượt hộ, lao động, em,
    cháu, học sinh, trẻ, trẻ em, căn, căn nhà, ngôi nhà, nhà, cái, chiếc, bộ, con, cây, suất, thẻ, cuốn, tờ,
    lớp, buổi, đợt, cuộc, lần, mô hình, dự án, tiểu dự án, công trình, trường hợp, đối tượng, tổ chức, thôn,
    ấp, khóm, khu phố, tổ dân phố, tổ, bản, buôn, xóm, xã, phường, kg, tạ, tấn, lít, ha, m, m2, m², m3, m³,
    km, km2, km², năm, quý, tháng, tuần, ngày, giờ
"""
_UNITS = frozenset(unit.strip() for unit in _UNIT_LIST.split(","))
_MONEY = pattern(r"(?P<small>nghìn|ngàn|triệu|tr)?\.? ?(?P<large>tỷ|tỉ)?\s?(?:đồng|đ|vnđ|vnd|₫)?(?: chẵn)?")
_SCALES = {"nghìn": 1_000, "ngàn": 1_000, "triệu": 1_000_000, "tr": 1_000_000, "tỷ": 10**9, "tỉ": 10**9}


class Parsed(NamedTuple):
    """What a text says as a number.

    value: the number, None when there is none or the text is a range.
    note: what was seen on the way, joined by '+' in this order, '' when the text was plain digits:
        'fullwidth'        full-width digits or signs
        'text_number'      stored as text (a leading apostrophe), or 'không có', which is 0
        'range'            low and high hold the ends
        'inexact'          a bound or an estimate (>0,62%, trên 20 hộ, khoảng 12); low and high are its figure
        'thousands_dot', 'thousands_comma', 'thousands_space'   what groups the thousands
        'decimal_dot', 'decimal_comma'                          what parts the decimals
        'percent_sign'     a % or 'phần trăm'; the value is not divided by 100
        'unit_dropped'     a unit was left out (for money its scale is in the value)
        or alone, with no value: 'blank', 'dash' (zero in the wild: the caller decides), 'unreadable'
    low, high: the ends of a range, low <= high; the figure of a bound twice; else both None.
    """

    value: Decimal | None
    note: str
    low: Decimal | None = None
    high: Decimal | None = None


_UNREADABLE = Parsed(None, "unreadable")


class _Tail(NamedTuple):
    """What follows the digits: the note that it gives and its scale (0: the digits are the value)."""

    note: str
    scale: int


def _read_tail(tail: str, kind: Kind) -> _Tail | None:
    """Return what the words after a figure mean in such a column, None when they do not belong there."""
    words = tail.rstrip("; ").removesuffix("./.")
    if not words:
        return _Tail("", 0)
    unit, slash, _ = (words := words.rstrip(".").casefold()).partition("/")
    unit = unit.rstrip()
    if not unit or (slash and not _PER.fullmatch(words, len(unit))):
        return None
    if unit in _PERCENT:
        return _Tail("percent_sign", 0) if kind in ("rate", "number") else None
    if kind == "money":
        money = _MONEY.fullmatch(unit)
        if not money:
            return None
        scale = _SCALES.get(money["small"], 1) * _SCALES.get(money["large"], 1)
        return _Tail("unit_dropped", scale if scale > 1 else 0)
    counted = unit.removesuffix(" nghèo").removesuffix(" cận")
    return _Tail("unit_dropped", 0) if kind != "rate" and counted in _UNITS else None


def _single_separator_groups(separator: str, kind: Kind, *, scaled: bool) -> bool:
    """Whether the one separator before exactly three digits groups thousands in such a column.

    A count and plain money have no three decimals. A rate is never in thousands. Elsewhere (a number of
    unknown meaning, money with its scale: `1.500 triệu`, `1,044 tỷ`) the Vietnamese habit rules: dot groups,
    comma is decimal.
    """
    if kind == "rate":
        return False
    return kind == "count" or (kind == "money" and not scaled) or separator == "."


def _read_figure(figure: str, kind: Kind, *, scaled: bool) -> tuple[Decimal, list[str]] | None:
    """Return the value and notes of unsigned digits with separators; None when these make no sense."""
    notes = ["thousands_space"] if " " in figure else []
    whole, decimals = figure.replace(" ", ""), ""
    separators = [sign for sign in whole if sign in _SIGN_NAMES]
    if not separators:
        return Decimal(whole), notes
    first, last = separators[0], separators[-1]
    if len(separators) > 1:  # 13.000.000 or 1.234,5: what stands once and last parts the decimals
        has_decimals = whole.count(last) == 1
    else:
        may_group = not notes and _GROUPED[last].fullmatch(whole)
        has_decimals = not (may_group and _single_separator_groups(last, kind, scaled=scaled))
    if has_decimals:
        whole, _, decimals = whole.rpartition(last)
    if len(separators) > has_decimals:
        if not _GROUPED[first].fullmatch(whole):
            return None
        whole = whole.replace(first, "")
        notes.append(f"thousands_{_SIGN_NAMES[first]}")
    if has_decimals:
        notes.append(f"decimal_{_SIGN_NAMES[last]}")
    return Decimal(f"{whole}.{decimals}" if decimals else whole), notes


def _scaled(value: Decimal, scale: int) -> Decimal:
    """Return value × scale exactly (0 leaves it), as a whole number where it is one."""
    if not scale:
        return value
    product = _EXACT.multiply(value, Decimal(scale))
    return Decimal(int(product)) if product == int(product) else product


def _joined(*notes: str) -> str:
    """Return the notes that are not empty, each once, in their order."""
    return "+".join(dict.fromkeys(note for note in notes if note))


def _read_range(match: re.Match[str], kind: Kind, marks: list[str]) -> Parsed:
    """Return the range that a match of `_RANGE` writes; a unit or scale at the end serves for both ends."""
    low_figure, low_words, high_figure, high_words = match.groups()
    high_tail = _read_tail(high_words, kind)
    low_tail = _read_tail(low_words, kind) if low_words else high_tail
    if not (low_tail and high_tail) or (low_tail.scale and not high_tail.scale):
        return _UNREADABLE
    low_read = _read_figure(low_figure, kind, scaled=bool(low_tail.scale))
    high_read = _read_figure(high_figure, kind, scaled=bool(high_tail.scale))
    if not (low_read and high_read):
        return _UNREADABLE
    low, high = _scaled(low_read[0], low_tail.scale), _scaled(high_read[0], high_tail.scale)
    if low > high:
        return _UNREADABLE
    note = _joined(*marks, "range", *low_read[1], *high_read[1], low_tail.note, high_tail.note)
    return Parsed(None, note, low, high)


def _read_one(text: str, kind: Kind, marks: list[str]) -> Parsed:
    """Return the one number, with its sign and unit, that the text is."""
    bracketed = text.startswith("(") and text.endswith(")")
    match = _ONE.fullmatch(text[1:-1].strip() if bracketed else text)
    if not match:
        return _UNREADABLE
    sign, figure, words = match.groups()
    tail = _read_tail(words, kind)
    read = _read_figure(figure, kind, scaled=bool(tail and tail.scale))
    if not (tail and read) or (bracketed and (sign or kind == "rate")):
        return _UNREADABLE
    value = _scaled(read[0], tail.scale)
    if (bracketed or sign not in ("", "+")) and value:
        value = value.copy_negate()
    return Parsed(value, _joined(*marks, *read[1], tail.note))


def _read_inexact(text: str, kind: Kind, marks: list[str]) -> Parsed:
    """Return the figure that a bound or an estimate is about, which is no value; unreadable for other text."""
    match = _INEXACT.fullmatch(text) or _ONWARDS.fullmatch(text)
    read = _read_one(match[1], kind, [*marks, "inexact"]) if match else _UNREADABLE
    return Parsed(None, read.note, read.value, read.value)


def parse(text: str, kind: Kind) -> Parsed:  # noqa: PLR0911 - a way out for each sort of text, the usual ones first
    """Return what the text of a cell says as a number in a column of this kind; never raises.

    kind: 'count' whole things, where three digits after a dot or comma are thousands (1,545 is 1545) and any
    other decimals are kept for the check to report (10.98, 964.00); 'rate' per cent as printed (4,08 % is
    4.08), dot and comma both decimal; 'money' in đồng, groups of three are thousands, 'nghìn', 'triệu', 'tỷ'
    are multiplied in; 'number' of unknown meaning, where by Vietnamese habit 1,044 is decimal and 2.725
    thousands (the note tells). Accepted around the digits: spaces of any sort, a known unit (12 hộ), signs,
    and for all but rates brackets as a minus. A % in a count or money column is unreadable, so is a unit that
    is not known. A bound or an estimate has no value: whoever typed `trên 20` did not say how many.
    """
    composed = nfc(text)
    plain = composed if composed.isascii() else composed.translate(_FULL_WIDTH)
    marks = [] if plain == composed else ["fullwidth"]
    plain = " ".join(plain.split())
    if plain[:1] in ("'", "’", "‘", "`"):
        plain = plain[1:].strip()
        marks.append("text_number")
    if not plain:
        return Parsed(None, "blank")
    if plain.isascii() and plain.isdigit():
        return Parsed(Decimal(plain), _joined(*marks))
    if plain[0] in (*_DASHES, ".") and _DASH.fullmatch(plain):
        return Parsed(None, "dash")
    if plain.casefold() in ("không", "không có"):
        return Parsed(Decimal(0), _joined(*marks, "text_number"))
    if not _DIGIT.search(plain) or (plain[0].isalpha() and not plain.casefold().startswith(_BOUNDS)):
        return _UNREADABLE  # words, which most texts are
    if match := _RANGE.fullmatch(plain):
        return _read_range(match, kind, marks)
    read = _read_one(plain, kind, marks)
    return read if read.value is not None else _read_inexact(plain, kind, marks)


_VIETNAMESE = str.maketrans(",.", ".,")
_SHORT = 10**18
"""Below it, a number fits the digits of any usual Decimal context."""


def _half_up(numerator: int, denominator: int, places: int) -> Decimal:
    """Return the fraction rounded half up (away from zero, as Excel's ROUND), in whole numbers."""
    if places < 0:
        raise ValueError(f"decimal places below zero: {places}")
    negative = (numerator < 0) != (denominator < 0)
    top, bottom = abs(numerator) * 10**places, abs(denominator)
    units = (2 * top + bottom) // (2 * bottom)
    if units < _SHORT:
        return Decimal(-units if negative else units).scaleb(-places)
    return Decimal((int(negative and units > 0), Decimal(units).as_tuple().digits, -places))


def round_half_up(value: Decimal, places: int) -> Decimal:
    """Return the value with exactly so many decimals, halves away from zero: 3.125 -> 3.13, -0.005 -> -0.01.

    Any size, never -0. Raises ValueError when places is below zero or the value is NaN or infinite.
    """
    if not value.is_finite():
        raise ValueError(f"cannot round {value}")
    return _half_up(*value.as_integer_ratio(), places)


def rate_of_counts(part: int, whole: int, places: int) -> Decimal:
    """Return part / whole × 100 half up, for counts of at least 0 and 1: the short way of `rate`."""
    units = (200 * 10**places * part + whole) // (2 * whole)
    return Decimal(units).scaleb(-places) if units < _SHORT else _half_up(100 * part, whole, places)


@lru_cache(maxsize=4096, typed=True)  # a workbook asks for each rate five times; typed: a float stays an error
def rate(part: int | Decimal, whole: int | Decimal, places: int = 2) -> Decimal | None:
    """Return part / whole × 100 in per cent, half up to so many decimals; None when whole is 0.

    Rounded once, from the exact fraction: 4 of 128 is 3.13. Raises TypeError for floats, ValueError as
    `round_half_up` does.
    """
    for value in (part, whole):
        if not isinstance(value, int | Decimal):
            raise TypeError(f"a rate needs int or Decimal, not {type(value).__name__}")
        if not Decimal(value).is_finite():
            raise ValueError(f"no rate from {value}")
    if not whole:
        return None
    part_top, part_bottom = part.as_integer_ratio()
    whole_top, whole_bottom = whole.as_integer_ratio()
    return _half_up(100 * part_top * whole_bottom, part_bottom * whole_top, places)


@lru_cache(maxsize=4096, typed=True)
def format_count(n: int, *, pad: bool = False) -> str:
    """Return a whole number with dots: 2725 -> '2.725'. `pad`, for prose only, writes 1..9 as '01'..'09'."""
    return f"{n:02d}" if pad and 1 <= n <= 9 else f"{n:,}".replace(",", ".")


@lru_cache(maxsize=4096, typed=True)  # most are rates below 30 with two decimals, the same in every commune
def format_decimal(d: Decimal, places: int = 2, trim: bool = False) -> str:
    """Return a number half up: 4.075 -> '4,08', 1234.5 -> '1.234,50'; `trim` drops last zeros ('4,1').

    Raises ValueError as `round_half_up` does.
    """
    shown = f"{round_half_up(Decimal(d), places):,f}".translate(_VIETNAMESE)
    return shown.rstrip("0").rstrip(",") if trim and "," in shown else shown


def format_rate(d: Decimal) -> str:
    """Return a rate given in per cent with two decimals and no space: 4.08 -> '4,08%', 3.5 -> '3,50%'."""
    return f"{format_decimal(d)}%"
