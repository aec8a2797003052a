"""What a heading means: indicators by label and year, measures under a heading, names of totals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from xlplan import catalogue
from xlplan.catalogue import YEAR_WORDS
from xlplan.model import Line, UnitKind
from xlplan.patterns import pattern
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.text import bare, key

_YEAR = pattern(r"(?<!\d)(19|20)\d\d(?!\d)")

COUNT_WORDS = frozenset(
    map(key, ("TS", "Tổng số", "Số hộ", "Số lượng", "SL", "Hộ", "Số hộ (hộ)", "Số tuyệt đối", "Tổng"))
)
RATE_WORDS = frozenset(
    map(
        key,
        (
            "%",
            "Tỷ lệ",
            "Tỷ lệ (%)",
            "Tỷ lệ %",
            "TL",
            "TL (%)",
            "TL%",
            "Tỷ lệ hộ",
            "Tỷ lệ trên tổng số hộ (%)",
        ),
    )
)
GENERIC = frozenset(map(key, ("Nhân khẩu", "Số nhân khẩu", "Khẩu", "Số khẩu", "Tổng nhân khẩu", "Tổng số khẩu")))
REMARKS = frozenset(map(key, ("Ghi chú", "Chú thích", "Giải trình", "Lý do")))
NUMBER_HEADINGS = frozenset(map(key, ("TT", "STT", "Số TT", "T", "Stt.")))
UNIT_HEADINGS = frozenset(
    map(
        key,
        (
            *(
                "Đơn vị",
                "Tên đơn vị",
                "Địa bàn",
                "Tên thôn",
                "Tên ấp",
                "Khu vực",
                "Khu vực/Đơn vị",
                "Tên địa bàn",
            ),
            *("Xã, phường", "Thôn, ấp", "Thôn/ấp", "Áp", "Tên tổ dân phố", "Tên khu phố", "Đơn vị (thôn)"),
        ),
    )
)
TOTAL_PARENTS = frozenset(map(key, ("Tổng số", "Tổng cộng", "Tổng", "Số lượng", "Tổng số chung", "Toàn xã", "Dân số")))
STARTS = {
    key(text): f"{group} đầu kỳ"
    for group, texts in {
        "Hộ nghèo": ("Hộ nghèo", "Số hộ nghèo", "Nghèo", "HN"),
        "Hộ cận nghèo": ("Hộ cận nghèo", "Số hộ cận nghèo", "Cận nghèo", "Hộ CN", "HCN"),
        "Hộ nghèo, hộ cận nghèo": tuple(
            f"{total}{poor}{joint}{near}"
            for total in ("", "Tổng ", "Tổng số ", "Cộng ", "Tổng cộng ")
            for poor, nears in (("hộ nghèo", ("cận nghèo", "hộ cận nghèo")), ("HN", ("CN", "HCN")))
            for near in nears
            for joint in (", ", " và ")
        ),
        "Khẩu nghèo": ("Khẩu nghèo", "Số khẩu nghèo", "Nhân khẩu nghèo"),
        "Khẩu cận nghèo": ("Khẩu cận nghèo", "Số khẩu cận nghèo", "Nhân khẩu cận nghèo"),
        "Tỷ lệ hộ nghèo": ("Tỷ lệ hộ nghèo", "Tỷ lệ hộ nghèo (%)"),
        "Tỷ lệ hộ cận nghèo": ("Tỷ lệ hộ cận nghèo", "Tỷ lệ hộ cận nghèo (%)"),
    }.items()
    for text in texts
}
"""Headings of the poor that name no time, by key: how they are called at the start of the period."""
MEASURE = "?"  # in place of a code: the text only says how something is counted
LABEL = "#"  # in place of a code: the text heads a list of indicators
_HOUSEHOLDS = frozenset(map(key, ("Hộ", "Số hộ", "Hộ gia đình", "Số hộ gia đình", "Số hộ (hộ)", "Hộ dân")))
_PERSONS = GENERIC | frozenset(
    map(key, ("Người", "Số người", "Nhân khẩu (người)", "Khẩu (người)", "Số nhân khẩu (người)"))
)
LABEL_HEADINGS = frozenset(map(key, ("Nội dung", "Chỉ tiêu", "Tên chỉ tiêu", "Nội dung chỉ tiêu", "Các chỉ tiêu")))
MEASURE_HEADINGS = frozenset(map(key, ("Đơn vị tính", "ĐVT", "Đơn vị", "Đơn vị tính (hộ)", "ĐV tính")))

_WHEN = pattern(r"(đầu|cuối) (kỳ|năm)( |$)|năm nam(truoc|nay)$")
_STATE = pattern(
    r"^((kết quả )?rà soát|(thực|hiện) trạng|tình hình|số liệu|(dự kiến )?còn lại|dự kiến|ước|(tính )?đến) "
    r"(?=(đầu|cuối) (kỳ|năm)( |$))"
)
_EMPTY_WORDS = pattern(
    r"^(?:tổng )?số (?=hộ |khẩu |nhân khẩu )|(?<= )(?:dự kiến )?(?:còn(?: lại)?|hiện có) (?=(?:đầu|cuối) )"
)
_SHORT_YEAR = pattern(r"\b(đầu|cuối) (?=nam(?:truoc|nay)\b)")
_SUM = pattern(r"(tổng )?cộng (các|của các) ")
_DIFFERENCE = pattern(r"chênh lệch|lệch")
_TOTALS = ("tổng", "cộng", "tc", "toàn")  # with which totals of every sort begin
_TOTAL = pattern(
    r"(tổng( số)?( cộng)?( chung)?|cộng|tc|toàn (xã|phường|thị trấn|đặc khu))( toàn (xã|phường|thị trấn|đặc khu))?"
    r"( số liệu chính thức)?"
)
_SUBTOTAL = pattern(
    r"(tổng |tổng cộng |cộng |cộng số liệu )(khu vực|khu|vùng|cụm|nhóm|mục|phần|phân khu|các thôn thuộc|"
    r"(thôn|ấp|tổ|bản|khóm) [0-9]+ (đến )?[0-9]+|i|ii|iii|iv|v|vi|a|b|c|d|xã|phường|thị trấn)( |$)"
)
_AREA = pattern(r"(khu vực |vùng |khối )?(thành thị|nông thôn|đô thị|miền núi|đồng bằng|hải đảo|ven biển)")
_PEOPLE = pattern(r"^họ (và )?tên|^(tên )?chủ hộ|^họ tên")
_COMMUNE = pattern(r"(xã|phường|thị trấn|đặc khu) ")
_LIKE_TOTAL = pattern(r"(tổng|cộng|toàn) ")
_WHOLE = pattern(r"toan (xa|phuong|thi tran|dac khu|.{1,20} so lieu chinh thuc)( so lieu chinh thuc)?")
_ALL_HOUSEHOLDS = pattern(
    r"(tổng (số )?hộ|số hộ dân)( dân( cư)?| gia đình)?( toàn (xã|phường))?"
    r"( (tính )?(đầu|cuối|đến|năm|tại|kỳ|dự kiến)|$)"
)
_MARKS = pattern(r"[0-9a-zđ]+(?:\.[0-9]+)*")
_REVIEW = pattern(
    r"(?i)(tổng hợp|biểu|bảng).*rà soát|kết quả (chính thức|rà soát)|diễn biến|biến động|thiếu hụt"
    r"|mức sống trung bình|diêm nghiệp|vượt chuẩn|trở thành|\btái\b"
)
_REVIEW_WORDS = (
    *("rà soát", "kết quả", "diễn biến", "biến động", "thiếu hụt"),
    *("mức sống trung bình", "diêm nghiệp", "vượt chuẩn", "trở thành", "tái"),
)
FILLERS = frozenset(("", "…", "...", "....", ".....", "……"))


class Years(NamedTuple):
    """The year before the plan's first year and the plan's last year."""

    before: int
    last: int


def years_of(period: tuple[int, int] | None) -> Years | None:
    """The years that headings speak of, from the plan's period."""
    return Years(period[0] - 1, period[1]) if period else None


@lru_cache(maxsize=4096)
def _heading_key(text: str, years: Years | None) -> str:
    """Key of a heading as it stands in a sheet, with its years as words."""

    def word(match: re.Match[str]) -> str:
        year = int(match[0])
        if years is None:
            return match[0]
        # In a one-year plan "đầu năm N" and "cuối năm N-1" are told apart by their words, not by the year.
        return YEAR_WORDS["nay"] if year == years.last else YEAR_WORDS["truoc"] if year == years.before else match[0]

    folded = key(_YEAR.sub(word, text.lstrip(" -+*•–")))
    return _SHORT_YEAR.sub(r"\1 năm ", folded) if "nam" in folded else folded


@lru_cache(maxsize=4096)
def code_of(path: tuple[str, ...], years: Years | None) -> str | None:
    """The indicator that a heading means, or ``None``.

    ``path`` holds the heading's levels from the outermost. A last level such as ``TS``, ``%`` or ``Nhân khẩu`` is a
    measure of the levels above it; else the last two levels are tried together, then the last one by itself.
    """
    keys = [found for text in path if (found := _heading_key(text, years))]
    return _code(keys, catalogue.headings()) if keys else None


def _code(keys: list[str], index: dict[str, str]) -> str | None:
    leaf = keys[-1]
    if len(keys) > 1:
        if _is_measure_of(leaf) and (above := _code(keys[:-1], index)):
            return _measured(above, leaf)
        if TOTAL_PARENTS.issuperset(keys[:-1]) and leaf in _HOUSEHOLDS | _PERSONS:
            return catalogue.RATE_BASE if leaf in _HOUSEHOLDS else catalogue.PERSONS
    if leaf.startswith("tỷ lệ ") and (count := _resolve([*keys[:-1], _after_rate(leaf)], index)):
        return _rate(count)
    return _resolve(keys, index)


def _is_measure_of(leaf: str) -> bool:
    return leaf in COUNT_WORDS or leaf in RATE_WORDS or leaf in _PERSONS or leaf.startswith(("tỷ lệ ", "số hộ "))


def _measured(above: str, leaf: str) -> str | None:
    """What a measure makes of the indicator above it: its count, its rate or its persons."""
    if leaf in RATE_WORDS or leaf.startswith("tỷ lệ "):
        return above if catalogue.is_rate(above) else _rate(above)
    if catalogue.is_rate(above):  # the rate in households; the catalogue has none in persons
        return above if leaf in COUNT_WORDS else None
    of_persons = catalogue.unit(above) == catalogue.unit(catalogue.PERSONS)
    if leaf in _PERSONS:
        return above if of_persons else catalogue.people_of(above)
    return None if of_persons and leaf in _HOUSEHOLDS else above


def _rate(count: str | None) -> str | None:
    """The rate of a count, where the catalogue has one."""
    if count and catalogue.is_rate(count):
        return count
    rate = catalogue.RATE_PREFIX + count if count else ""
    return rate if catalogue.known(rate) else None


def _after_rate(leaf: str) -> str:
    return leaf.removeprefix("tỷ lệ ").replace("%", "").strip()


def _resolve(keys: list[str], index: dict[str, str]) -> str | None:
    """Looks the last two levels up together, then the last level alone."""
    if len(keys) > 1:
        leaf = keys[-1]
        for parent in reversed(keys[:-1]):
            if found := index.get(f"{parent}>{leaf}"):
                return found
            time = _STATE.sub("", parent, count=1)  # Thực trạng cuối năm 2023: only the time matters
            when, what = (time, leaf) if _WHEN.match(time) else (leaf, parent)
            if leaf.startswith("giảm") and (found := index.get(leaf.replace("giảm", f"giảm {parent}", 1))):
                return found  # Hộ nghèo over Giảm trong năm 2024
            if _WHEN.match(when) and (found := index.get(f"{what} {when}")):  # Đầu kỳ over Hộ nghèo, or under it
                return found
        if keys[-1] in GENERIC and any(parent in index or "nghèo" in parent.split() for parent in keys[:-1]):
            return None  # the persons of poor households are not the persons of the commune
    return index.get(keys[-1]) or (index.get(_plainer(keys[-1])) if "nghèo" in keys[-1] else None)


def _plainer(leaf: str) -> str:
    """A heading without the words that change nothing: “Số hộ nghèo đầu năm”, “Hộ nghèo còn lại cuối năm”."""
    plain = _EMPTY_WORDS.sub("", leaf).strip()
    left = plain.endswith(" cuối năm") and "còn" in leaf.split()
    return plain.removesuffix("năm") + "kỳ" if left else plain


@cache
def unit_headings() -> frozenset[str]:
    """Keys of the headings over the names of villages."""
    return UNIT_HEADINGS | {key(word) for word in catalogue.village_words()}


@lru_cache(maxsize=4096)
def family_of(text: str) -> str:
    """What a measure counts: ``h`` households, ``p`` persons, ``%`` a rate; empty where it is no measure."""
    folded = key(text)
    return "h" if folded in _HOUSEHOLDS else "p" if folded in _PERSONS else "%" if folded in RATE_WORDS else ""


def is_measure(folded: str) -> bool:
    """Whether the key of a heading says how something is counted: Số hộ, Tỷ lệ hộ nghèo (%), Nhân khẩu."""
    return _is_measure_of(folded) or folded.endswith(" %")


@lru_cache(maxsize=4096)
def unit_kind(name: str) -> UnitKind:
    """What the name of a row or column of a table says it is; anything that is no total is a village."""
    folded = key(name)
    if _SUM.match(folded):
        return "sum"
    if _DIFFERENCE.match(folded):
        return "difference"
    # "Toàn phuờng" is a slip for "Toàn phường", not a village; the diacritics of "tổng" do count (Tông, Tống).
    if folded.startswith(_TOTALS) and _TOTAL.fullmatch(folded):
        return "commune"
    plain = bare(folded)
    return "commune" if plain.startswith("toan ") and _WHOLE.fullmatch(plain) else "village"


def is_unnumbered_total(name: str) -> bool:
    """Whether a name that stands without a number, among numbered rows, reads like a total (rule B07)."""
    return bool(_LIKE_TOTAL.match(key(name)))


def is_subtotal(name: str) -> bool:
    """Whether a name is that of the sum of some villages: Cộng khu vực I, Cộng thôn 1-3, Cộng nhóm A."""
    folded = key(name)
    return folded.startswith(_TOTALS) and bool(_SUBTOTAL.match(folded))


def is_area(name: str) -> bool:
    """Whether a name is that of a part of the commune by its nature: Khu vực thành thị, Nông thôn."""
    return bool(_AREA.fullmatch(key(name)))


def is_person_heading(folded: str) -> bool:
    """Whether the key of a heading stands over the names of people: a list of households is no table of villages."""
    return bool(_PEOPLE.search(folded))


def is_commune_name(name: str) -> bool:
    """Whether a name begins with the word of a commune (a former one, over its villages)."""
    return bool(_COMMUNE.match(key(name)))


def is_filler(name: str) -> bool:
    """Whether a name is only dots: a row that is there to be filled or to push the total down."""
    return name.strip() in FILLERS


def speaks_of_review(*texts: str) -> bool:
    """A quick look for words that reviews have and hardly any plan, before a form is looked for."""
    together = "\n".join(texts).casefold()
    if not any(word in together for word in _REVIEW_WORDS):  # a search for words costs a hundredth of the expression
        return False
    return any(_REVIEW.search(text) for text in texts)


def is_all_households(text: str) -> bool:
    """Whether a heading names all households, of whatever time: Tổng số hộ dân cuối năm 2024."""
    return bool(_ALL_HOUSEHOLDS.match(key(text)))


def is_rate_heading(text: str) -> bool:
    """Whether a heading, known or not, is one of rates: ``Tỷ lệ``, ``%``, ``Tỷ lệ nhà tạm (%)``."""
    folded = key(text)
    return folded in RATE_WORDS or folded.startswith("tỷ lệ ") or folded.endswith(" %")


def in_formulas(lines: Sequence[Line]) -> frozenset[int]:
    """Positions of the lines that have a printed formula or stand in one by their mark."""
    printed = [line.formula.casefold() for line in lines if line.formula]
    if not printed:
        return frozenset()
    named = {mark for text in printed for mark in _MARKS.findall(text)}
    every = any("…" in text or ".." in text for text in printed)  # 3+4+…+14
    return frozenset(
        j for j, line in enumerate(lines) if line.formula or (line.mark and (every or line.mark.casefold() in named))
    )
