"""The head of a document: D30-04, D30-06, D30-07, D30-08, D30-17. Its rules (lines drawn) are D30-05 in ``rules``."""

from __future__ import annotations

from collections.abc import Iterator

from xlplan.documents.lint.case import Case, Outcome
from xlplan.documents.word.paper import Line
from xlplan.model import NotChecked
from xlplan.patterns import pattern
from xlplan.vietnamese.dates import parse_date
from xlplan.vietnamese.text import bare, clean, key

_NUMBER = pattern(r"(?P<word>(?i:số))(?P<colon>\s*:)?(?P<number>.*?)/(?P<symbol>.*)")
_DATE = pattern(r"(?i)(?P<before>.*?)ngày(?P<day>.*?)tháng(?P<month>.*?)năm(?P<year>.*)")
_NUMERIC = pattern(r"(?i)\bngày\s*\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{2,4}")
_BLANK = " .…_\u00a0"
_YEAR_PART = pattern(r"\d{4}")


def d30_04(case: Case) -> Iterator[Outcome]:
    """The national name and the motto, letter by letter (mục II.1)."""
    parts = case.parts
    nation, motto = case.decree["nation"], case.decree["motto"]
    if parts.nation is None:
        yield case.fault("D30-04", "no_nation", _top(case), expected=nation)
    elif clean(parts.nation.text) not in (nation, nation.replace("HÒA", "HOÀ")):
        yield case.fault("D30-04", "nation", parts.nation, actual=parts.nation.text, expected=nation)
    if parts.nation is not None and parts.motto is None:
        yield case.fault("D30-04", "no_motto", parts.nation, expected=motto)
    elif parts.motto is not None and clean(parts.motto.text) != motto:
        yield case.fault("D30-04", "motto", parts.motto, actual=parts.motto.text, expected=motto)


def _top(case: Case) -> Line | str:
    lines = case.paper.lines
    return lines[0] if lines else "¶1"


# -- number --------------------------------------------------------------------------------------------------


def d30_06(case: Case) -> Iterator[Outcome]:
    """`Số: 05/KH-UBND`: two digits below ten, no spaces, the symbol of the kind in capitals (mục II.3)."""
    parts = case.parts
    if not (parts.is_document and case.whole):
        yield case.unfit("D30-06")
        return
    if parts.number is None:
        yield case.fault("D30-06", "no_number", _top(case), expected=f"Số: …/{case.symbol or 'KH'}-UBND")
        return
    found = _NUMBER.fullmatch(parts.number.text)
    if found is None:
        return
    line = parts.number
    if found["word"] != "Số" or not found["colon"]:
        yield case.fault("D30-06", "number_word", line, actual=line.text)
    yield from _digits(case, line, found["number"])
    yield from _symbol(case, line, found["number"], found["symbol"])
    for annex in parts.annexes:
        if annex.attached is not None and (cited := _cited(annex.attached.text)):
            yield from _digits(case, annex.attached, cited)


def _cited(text: str) -> str:
    found = _CITED.search(text)
    return found[1] if found else ""


_CITED = pattern(r"(?i)\bsố\s*:?\s*(\d+)\s*/")


def _digits(case: Case, line: Line, written: str) -> Iterator[Outcome]:
    digits = written.strip(_BLANK)
    if len(digits) == 1 and digits.isdecimal():
        yield case.fault("D30-06", "number_padding", line, actual=digits, expected=f"0{digits}")


def _symbol(case: Case, line: Line, written: str, symbol: str) -> Iterator[Outcome]:
    symbol = symbol.strip(_BLANK)
    spaced = bool(written.strip(_BLANK)) and line.text.partition("/")[0].endswith(" ")
    if spaced or line.text.partition("/")[2].startswith(" ") or " -" in symbol or "- " in symbol:
        yield case.fault("D30-06", "number_spaces", line, actual=line.text)
    groups = [g for g in clean(symbol.replace("/", "-")).replace(" ", "").split("-") if g]
    groups = [g for g in groups if not _YEAR_PART.fullmatch(g)]
    known = {row["symbol"] for row in case.decree["kinds"].values()}
    if any(g != g.upper() and g not in known for g in groups):
        yield case.fault("D30-06", "number_capitals", line, actual=symbol, expected=symbol.upper())
    if case.symbol and groups and bare(groups[0]).upper() != bare(case.symbol).upper():
        kind = case.parts.kind.text if case.parts.kind else ""
        yield case.fault("D30-06", "number_kind", line, actual=groups[0], expected=case.symbol, kind=kind)


# -- date ----------------------------------------------------------------------------------------------------


def d30_07(case: Case) -> Iterator[Outcome]:
    """`…, ngày 05 tháng 01 năm 2024`: zeros before days below 10 and the months 1 and 2 only (mục II.4)."""
    parts = case.parts
    if not (parts.is_document and case.whole):
        yield case.unfit("D30-07")
        return
    if parts.date is None:
        numeric = next((x for x in case.paper.lines[:20] if _NUMERIC.search(x.text) and len(x.text) < 80), None)
        if numeric is not None:
            yield case.fault("D30-07", "date_numeric", numeric, actual=numeric.text)
        else:
            yield case.fault("D30-07", "no_date", _top(case))
        return
    yield from _place(case, parts.date)
    yield from _padding(case, parts.date)
    for annex in parts.annexes:
        if annex.attached is not None:
            yield from _padding(case, annex.attached)


def _place(case: Case, line: Line) -> Iterator[Outcome]:
    found = _DATE.match(line.text)
    if found and not found["before"].rstrip().endswith(","):
        yield case.fault("D30-07", "date_comma", line, actual=line.text)


def _padding(case: Case, line: Line) -> Iterator[Outcome]:
    found = _DATE.search(line.text)
    if found is None:
        return
    day, month, year = (found[name].strip(_BLANK) for name in ("day", "month", "year"))
    year = year.partition(" ")[0].strip("),.;")
    if day.isdecimal() and len(day) == 1:
        yield case.fault("D30-07", "day_padding", line, actual=day, expected=f"0{day}")
    if month.isdecimal() and len(month) == 1 and int(month) < 3:
        yield case.fault("D30-07", "month_padding", line, actual=month, expected=f"0{month}")
    if month.isdecimal() and len(month) == 2 and 3 <= int(month) < 10:
        yield case.fault("D30-07", "month_padded", line, actual=month, expected=str(int(month)))
    if year.isdecimal() and len(year) != 4:
        yield case.fault("D30-07", "year_digits", line, actual=year)
    elif all(part.isdecimal() for part in (day, month, year)):
        written = f"{day}/{month}/{year}"
        if len(day) < 3 and len(month) < 3 and parse_date(written) is None:
            yield case.fault("D30-07", "no_such_date", line, actual=written)


def d30_08(case: Case) -> Iterator[Outcome]:
    """Place and date in italics (mục II.4)."""
    date = case.parts.date
    if date is None:
        yield NotChecked("D30-08", "no_part")
    elif not all(look.italic for _, look in case.paper.looks(date)):
        yield case.fault("D30-08", "date_upright", date)


# -- names after the reform ----------------------------------------------------------------------------------


def d30_17(case: Case) -> Iterator[Outcome]:
    """No district in the head of a document from 1/7/2025 on (Luật Tổ chức chính quyền địa phương 2025)."""
    reform = case.decree["reform"]
    lines = (*case.parts.above, *case.parts.agency)
    if not lines:
        yield NotChecked("D30-17", "no_part")
        return
    if case.issued is None:
        yield NotChecked("D30-17", "undated")
        return
    year, month = (int(part) for part in reform["date"].split("-")[:2])
    if case.issued < (year, month):
        return
    cities = {key(name) for name in reform["cities"]}
    for line in lines:
        words = key(line.text)
        for gone in reform["gone"]:
            _, found, name = f" {words} ".partition(f" {key(gone)} ")
            if found and not (gone == "thành phố" and name.strip() in cities):
                yield case.fault("D30-17", "district", line, actual=line.text, gone=gone)
                break
