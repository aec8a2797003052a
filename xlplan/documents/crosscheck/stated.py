"""What sentences of a document state that a workbook has in rows of its own: targets, averages, amounts, villages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache

from xlplan import catalogue
from xlplan.model import Cell, CellRef, Record, Submission, Text
from xlplan.patterns import pattern
from xlplan.vietnamese.dates import format_period
from xlplan.vietnamese.numbers import parse
from xlplan.yearly import covered

_N = r"\d+(?:[.,]\d+)*"
_SIGNS = {
    ">": ">",
    "≥": "≥",
    "<": "<",
    "≤": "≤",
    "trên": ">",
    "hơn": ">",
    "ít nhất": "≥",
    "tối thiểu": "≥",
    "dưới": "<",
    "không quá": "≤",
    "tối đa": "≤",
}
_GROUP = r"(?P<group>hộ cận nghèo|cận nghèo|hộ nghèo đa chiều|nghèo đa chiều|hộ nghèo)"
_SIGN = "|".join(re.escape(sign) for sign in _SIGNS)
_FALLS = pattern(
    rf"(?i)(?:tỷ lệ|tỉ lệ|mức giảm)\s+{_GROUP}(?P<between>[^.;:\d%]{{0,60}}?(?:năm\s+\d{{4}})?[^.;:\d%]{{0,30}}?)"
    rf"(?<!\w)giảm\s+(?:từ\s+)?(?P<sign>{_SIGN})\s*(?P<value>{_N})\s?(?:%|phần trăm)(?!\s*[-–]\s*\d)"
)
_AND_MORE = pattern(
    rf"(?i)(?:tỷ lệ|tỉ lệ|mức giảm)\s+{_GROUP}(?P<between>[^.;:\d%]{{0,60}}?(?:năm\s+\d{{4}})?[^.;:\d%]{{0,30}}?)"
    rf"(?<!\w)giảm\s+(?:từ\s+)?(?P<value>{_N})\s?(?:%|phần trăm)\s+trở lên"
)
_NARROWS = ("dân tộc", "dtts", "huyện", "tỉnh", "thị xã", "thành phố", "cả nước", "trẻ em", "phụ nữ", "xuống")
_NAME = r"(?P<name>(?:[A-ZĐÀ-Ỹ][\w'’]*|\d+)(?:\s+(?:[A-ZĐÀ-Ỹ][\w'’]*|\d+))*)"
_YEARS = (
    r"(?:trong\s+(?:vòng\s+)?(?P<years>\d{1,2})\s+năm"
    r"|(?:trong\s+)?(?:giai đoạn|các năm|từ năm)\s+(?P<first>20\d\d)\s*(?:-|–|đến(?: năm)?)\s*(?P<last>20\d\d))"
)
_UNIT = r"[^\W\d]+(?:\s+[^\W\d]+){0,5}?"
_AVERAGE = pattern(
    rf"(?i)(?<![\d.,/])(?P<total>{_N})\s+{_UNIT}\s*,?\s*\(?\s*(?:{_YEARS})?[^.;\d]{{0,60}}?"
    rf"(?:bình quân|trung bình)[^.;\d]{{0,30}}(?P<average>{_N})"
)
_SPAN = pattern(_YEARS)
_EACH_YEAR = pattern(r"(?i)/\s*năm|(?:mỗi|một|hằng|hàng)\s+năm|bình quân năm")
_AMOUNT = rf"(?P<amount>{_N})\s*(?P<scale>triệu|nghìn|ngàn|tỷ|tỉ)?\s*đồng"
_BUILT = pattern(
    rf"(?i)(?P<n>\d{{1,4}})\s+(?P<what>căn(?: nhà)?|ngôi nhà|nhà|mô hình|công trình)"
    rf"(?P<between>[^;\n]{{0,120}}?){_AMOUNT}(?!\s*/)"
)
_CEILING = pattern(
    rf"(?i)(?:không quá|tối đa|không vượt quá|định mức)[^.;\d]{{0,40}}?{_AMOUNT}\s*"
    r"(?:/|(?:cho\s+)?(?:một|mỗi)\s+)\s*(?:0?1\s+)?(?P<what>căn|ngôi nhà|nhà|mô hình|công trình|hộ)"
)
_SCALES = {"triệu": 10**6, "nghìn": 10**3, "ngàn": 10**3, "tỷ": 10**9, "tỉ": 10**9, "": 1}


# ---- targets -----------------------------------------------------------------------------------------------


def targets(rows: Iterable[Record]) -> Iterator[Record]:
    """Rows of `Mục tiêu` for what sentences promise: decreases by more than so much, a village without poverty."""
    for record in rows:
        text = record.texts["noi_dung"]
        yield from _decreases(text)
        yield from _villages_without(text)


def _decreases(text: Text) -> Iterator[Record]:
    for match in (*_FALLS.finditer(text.value), *_AND_MORE.finditer(text.value)):
        around = match["between"].lower()
        value = parse(match["value"], "rate").value
        if value is None or any(word in around for word in _NARROWS):
            continue
        near = "cận" in match["group"].lower()
        sign = match.groupdict().get("sign")
        yield _target(
            text,
            chi_tieu="ty_le_giam_ho_can_ngheo" if near else "ty_le_giam_ho_ngheo",
            phep=_SIGNS[sign.lower()] if sign else "≥",
            don_vi="%",
            value=value,
            written=match["value"],
        )


@cache
def _ends_poverty() -> re.Pattern[str]:
    # “áp” is what ấp is often typed as
    words = "|".join(sorted(map(re.escape, (*catalogue.village_words(), "áp")), key=len, reverse=True))
    return re.compile(
        rf"(?:[Xx][óo]a|[Xx]oá|[Kk]hông còn|[Hh]ết|[Kk]hông để còn|[Xx]óa hết)\s+(?:toàn bộ\s+)?(?:số\s+)?"
        rf"(?P<group>hộ nghèo|hộ cận nghèo)\s+(?:(?:năm \d{{4}}\s+)?(?:trên địa bàn|ở|tại|của|trong)\s+)?"
        rf"(?:{words})\s+{_NAME}"
    )


def _villages_without(text: Text) -> Iterator[Record]:
    for match in _ends_poverty().finditer(text.value):
        group = "ho_can_ngheo" if "cận" in match["group"] else "ho_ngheo"
        yield _target(
            text,
            chi_tieu=f"{group}_cuoi_ky",
            phep="=",
            don_vi="hộ",
            value=Decimal(0),
            written="0",
            pham_vi=match["name"],
        )


def _target(text: Text, *, value: Decimal, written: str, **columns: str) -> Record:
    texts = {code: Text(text.ref, words) for code, words in columns.items()}
    return Record(text.ref, texts, {"gia_tri": _cell(text.ref, value, written)})


def _cell(ref: CellRef, value: Decimal, written: str) -> Cell:
    places = max(0, -int(value.as_tuple().exponent))
    return Cell(ref, value, "number", written, None, places)


# ---- averages ----------------------------------------------------------------------------------------------


def averages(rows: Iterable[Record], submission: Submission) -> Iterator[Record]:
    """Rows of `Chỉ tiêu năm` for sentences with a total, its years and the average of one year.

    Where a sentence does not say which years, those of the workbook's row with this total count.
    """
    for record in rows:
        text = record.texts["noi_dung"]
        if "bình quân" not in text.value.lower() and "trung bình" not in text.value.lower():
            continue
        for match in _AVERAGE.finditer(text.value):
            total, average = parse(match["total"], "number").value, parse(match["average"], "number").value
            sentence = text.value[max(0, match.start() - 120) : match.end() + 60]
            years = _covered(sentence, submission.period) or _of_workbook(total, submission)
            if total is None or average is None or years is None or not _EACH_YEAR.search(sentence):
                continue
            texts = {"ma": Text(text.ref, match["total"]), "nam_tong": Text(text.ref, format_period(*years))}
            numbers = {
                "tong": _cell(text.ref, total, match["total"]),
                "binh_quan": _cell(text.ref, average, match["average"]),
            }
            yield Record(text.ref, texts, numbers)


def _covered(sentence: str, period: tuple[int, int] | None) -> tuple[int, int] | None:
    """The years that a total covers, as the sentence says."""
    span = _SPAN.search(sentence)
    if span is not None and span["first"]:
        return int(span["first"]), int(span["last"])
    last = period[1] if period else 2000
    if span is not None and span["years"] and int(span["years"]):
        return last - int(span["years"]) + 1, last
    return None


def _of_workbook(total: Decimal | None, submission: Submission) -> tuple[int, int] | None:
    """The years of the rows of the workbook that have this total, where all have the same."""
    rows = submission.records.get("chi_tieu_nam", ())
    found = {covered(submission, row) for row in rows if (cell := row.numbers.get("tong")) and cell.value == total}
    return found.pop() if len(found) == 1 else None


# ---- money -------------------------------------------------------------------------------------------------


def amounts(rows: Iterable[Record]) -> list[Record]:
    """Rows of `Kinh phí` for houses and the like: how many, for how much, and the ceiling that the document states."""
    found: list[Record] = []
    ceilings: dict[str, Cell] = {}
    for record in rows:
        text = record.texts["noi_dung"]
        if "đồng" not in text.value:
            continue
        own = {_thing(match["what"]): _money(text.ref, match) for match in _CEILING.finditer(text.value)}
        ceilings |= {thing: cell for thing, cell in own.items() if cell is not None}
        for match in _BUILT.finditer(text.value):
            amount, count = _money(text.ref, match), Decimal(match["n"])
            between = match["between"].lower()
            if amount is None or not count or any(word in between for word in ("không quá", "tối đa", "mỗi", "mức")):
                continue
            numbers = {"so_luong": _cell(text.ref, count, match["n"]), "so_tien": amount}
            found.append(Record(text.ref, {"don_vi": Text(text.ref, _thing(match["what"]))}, numbers))
    return [
        record._replace(numbers={**record.numbers, "muc_toi_da": ceilings[record.text("don_vi")]})
        for record in found
        if record.text("don_vi") in ceilings
    ]


def _thing(word: str) -> str:
    """What an amount is for; a house has several names."""
    return "nhà" if "căn" in word.lower() or "nhà" in word.lower() else word.lower()


def _money(ref: CellRef, match: re.Match[str]) -> Cell | None:
    value = parse(match["amount"], "number" if match["scale"] else "money").value
    if value is None:
        return None
    return _cell(ref, value * _SCALES[(match["scale"] or "").lower()], match["amount"])


# ---- with and without the ability to work ------------------------------------------------------------------

_GROUP_COUNT = pattern(r"(?i)(?<![\d.,/])(?P<n>\d{1,3}(?:\.\d{3})*)\s+(?P<group>hộ cận nghèo|hộ nghèo)")
_ABLE = pattern(
    r"(?i)(?<![\d.,/])(?P<n>\d{1,3}(?:\.\d{3})*)\s+hộ(?P<between>[^.;,:\d]{0,40}?)(?:khả năng lao động)"
    r"|(?P<before>(?:không\s+)?(?:có|còn)\s+khả năng lao động)\s*(?::|là|có)?\s*(?P<m>\d{1,3}(?:\.\d{3})*)\s+hộ"
)
_NOT = ("không", "hết", "mất")


def able_to_work(rows: Iterable[Record]) -> Iterator[tuple[str, Cell]]:
    """Figures of a group of households and of its two parts, those that can work and those that cannot."""
    open_text: Text | None = None
    for record in rows:
        text = record.texts["noi_dung"]
        listed = open_text is not None and record.text("cap") in ("-", "+", "a")
        whole = Text(text.ref, f"{open_text.value} {text.value}") if listed and open_text is not None else text
        open_text = whole if listed or whole.value.rstrip().endswith(":") else None
        if "khả năng lao động" in whole.value.lower():
            yield from _parts(whole)


def _parts(text: Text) -> Iterator[tuple[str, Cell]]:
    group = _GROUP_COUNT.search(text.value)
    found: dict[str, str] = {}
    for match in _ABLE.finditer(text.value):
        words = (match["between"] if match["n"] else match["before"]).lower()
        found.setdefault(
            "khong_lao_dong" if any(word in words for word in _NOT) else "co_lao_dong", match["n"] or match["m"]
        )
    if group is None or len(found) < 2:
        return
    stem = "ho_can_ngheo" if "cận" in group["group"].lower() else "ho_ngheo"
    for code, written in (("dau_ky", group["n"]), *found.items()):
        value = parse(written, "count").value
        if value is not None:
            yield f"{stem}_{code}", _cell(text.ref, value, written)


# ---- villages ----------------------------------------------------------------------------------------------

_WHOLE = (
    r"(?:(?:toàn |địa bàn )?(?:xã|phường|thị trấn|đặc khu)\s+(?:hiện\s+)?(?:có|gồm)|địa bàn\s+(?:hiện\s+)?(?:có|gồm)"
    r"|tổng số|tất cả|toàn bộ|cả|(?:được )?chia thành|gồm có)"
)
_SOME = ("có", "còn", "đặc biệt", "khó khăn", "nghèo", "điểm", "được", "đạt", "không", "thuộc", "đã", "chưa", "là")


def villages(rows: Iterable[Record], word: str) -> Iterator[Text]:
    """Where a sentence says how many villages the commune has; a number of some of them says nothing."""
    stated = re.compile(rf"(?i)(?:{_WHOLE})\s+(?P<n>\d{{1,3}})\s+{re.escape(word)}(?!\w)(?P<behind>\s*\S*)")
    for record in rows:
        text = record.texts["noi_dung"]
        for match in stated.finditer(text.value):
            behind = match["behind"].strip().lower()
            if not behind.startswith(_SOME) or behind.startswith("là"):
                yield Text(text.ref, match["n"])
