"""The list of communes that are to send a workbook: CSV or Excel, columns in any order, found by their headings."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from xlplan import catalogue
from xlplan.intake.communes import Commune, identity
from xlplan.intake.received import Period
from xlplan.packages.gate import Limits, PackageError, read_bytes
from xlplan.packages.sniff import other_than_zip
from xlplan.patterns import pattern
from xlplan.pipeline import Problem
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.dates import parse_date, parse_period
from xlplan.vietnamese.text import clean, key, name_parts, nfc

_LIMITS = Limits(file=20 << 20)  # the country's 10,035 communes take 1 MB
_DELIMITERS = (";", ",", "\t", "|")
_HEADING_ROWS = 40  # the headings stand below at most so many lines of letterhead
_MOST_COLUMNS = 256
_NAMING = ("code", "unit")
_FILLED_DOWN = ("district", "province", "period", "deadline")  # a merged cell says it for all communes beside it
_DISTRICTS = frozenset(("huyện", "quận", "thị xã", "thành phố"))
_DAY = pattern(r"[0-9]{1,2}\s?[/.-]\s?[0-9]{1,2}\s?[/.-]\s?[0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LOST_LETTER = pattern(r"[^\W\d_]\?[^\W\d_]|\?[^\W\d_]*\?")  # H?a: what a Western code page has no letter for
_WORD = pattern(r"[^\W\d_]+")
_YEAR = pattern(r"(?<![0-9])20[0-9]{2}(?![0-9])")

Rows = list[list[str]]
Columns = dict[str, int]


class Expected(NamedTuple):
    """One commune that is to send a workbook, in the list's words.

    ``deadline`` is the last day (ISO, ``2024-12-31``), ``period`` the years asked for; both may be blank. ``row``
    counts from 1 as a person finds it.
    """

    unit: str
    code: str = ""
    district: str = ""
    province: str = ""
    period: Period | None = None
    deadline: str = ""
    row: int = 0

    @property
    def commune(self) -> Commune:
        """Who it is."""
        return Commune(self.unit, self.code, self.district, self.province)


class _UnclearError(ValueError):
    """A cell that cannot be understood; its text says which."""


def read_list(path: str | Path) -> list[Expected] | Problem:
    """The communes of a list, each once; or why it cannot be used.

    CSV may be in UTF-8, UTF-16 or an old Vietnamese code page, with ``;``, ``,`` or tabs; of a workbook the first
    sheet with suitable headings is taken. Lines above the headings, totals and blank rows are passed over; a row that
    names only a district says it for those below.
    """
    name = str(path)
    try:
        found = _read(path)
        if found is None:
            return Problem("expected_columns", name)
        expected: dict[object, Expected] = {}
        for each in _communes(*found):
            expected.setdefault((identity(each.commune), each.period), each)
    except PackageError as error:
        return Problem("expected_text" if error.kind == "not_office" else error.kind, name, error.detail)
    except _UnclearError as error:
        return Problem("expected_value", name, str(error))
    return list(expected.values()) or Problem("expected_empty", name)


def _read(path: str | Path) -> tuple[Rows, int, Columns] | None:
    data = read_bytes(path, _LIMITS)
    other = other_than_zip(data)
    if other is None or other[0] == "legacy_xls":
        return _of_workbook(path, legacy=other is not None)
    if other[0] not in ("not_office", "truncated") or _is_another_kind(other[1]):
        raise PackageError(*other)
    return _of_text(data)


def _is_another_kind(detail: str) -> bool:
    """Whether bytes that are no zip file are known to be something else than text."""
    return not detail.startswith(("plain text", "only", "unknown binary"))


def _of_workbook(path: str | Path, *, legacy: bool) -> tuple[Rows, int, Columns] | None:
    """The first sheet with suitable headings, as rows of what a person reads."""
    from xlplan.packages.workbook import read_workbook
    from xlplan.packages.xls import read_xls
    from xlplan.sheets.cells import Grid
    from xlplan.sheets.encodings import to_unicode

    workbook = read_xls(path, limits=_LIMITS) if legacy else read_workbook(path, limits=_LIMITS)
    to_unicode(workbook.sheets)
    for sheet in workbook.sheets:
        grid = Grid(sheet, date1904=workbook.date1904)
        last = sheet.max_col if sheet.cells else 0
        head = _heading(
            [[grid.text(row, column) for column in range(1, last + 1)] for row in range(1, _HEADING_ROWS + 1)]
            if last <= _MOST_COLUMNS
            else []
        )
        if head is None:
            continue
        at, columns = head
        wanted = sorted(columns.items(), key=lambda each: each[1])
        rows = [
            [grid.text(row, column + 1, merged=code in _FILLED_DOWN) for code, column in wanted]
            for row in range(at + 2, sheet.max_row + 1)
        ]
        return rows, at + 1, {code: place for place, (code, _) in enumerate(wanted)}
    return None


def _of_text(data: bytes) -> tuple[Rows, int, Columns] | None:
    text = _decoded(data)
    first, _, rest = text.partition("\n")
    said = first.strip().casefold()
    if said.startswith("sep=") and len(said) == len("sep=") + 1:  # Excel's own word for the delimiter
        text = rest
    head = "".join(text.splitlines(keepends=True)[: 2 * _HEADING_ROWS])
    found = [
        (len(heading[1]), -place, delimiter, heading)
        for place, delimiter in enumerate(_DELIMITERS)
        if (heading := _heading(_table(head, delimiter)))
    ]
    if not found:
        return None
    _, _, delimiter, (at, columns) = max(found)
    return _table(text, delimiter)[at + 1 :], at + 1, columns


def _table(text: str, delimiter: str) -> Rows:
    try:
        return [list(map(clean, row)) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error as error:  # a field that is longer than any text of a list
        raise PackageError("not_office", str(error)) from error


def _decoded(data: bytes) -> str:
    """The text of a file in the encoding that it is in. Raises PackageError where none gives Vietnamese."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if b"\0" in data[:200]:
        return data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _from_code_page(data)


def _from_code_page(data: bytes) -> str:
    """A text of the time before Unicode: the page in which most of its words are Vietnamese syllables."""
    from xlplan.vietnamese.legacy import converted

    western = data.decode("latin-1")
    pages = [data.decode(page, "replace") for page in ("cp1258", "cp1252")]
    candidates = [*pages, converted(western, "TCVN3"), converted(western, "VNI")]
    best = max((nfc(text) for text in candidates if text is not None), key=_spelt_well)
    if _spelt_well(best) < 0.5 or _LOST_LETTER.search(best):
        raise PackageError("not_office", "letters of an unknown encoding")
    return best


def _spelt_well(text: str) -> float:
    """The share of words with letters beyond ASCII that are Vietnamese syllables."""
    from xlplan.vietnamese.syllables import is_syllable

    words = {word for word in _WORD.findall(text) if not word.isascii()}
    return sum(map(is_syllable, words)) / len(words) if words else 0.0


@cache
def _headings() -> dict[str, str]:
    texts = catalogue.intake_texts()["headings"]
    return {key(name): code for code, names in texts.items() for name in names}


def _heading(rows: Rows) -> tuple[int, Columns] | None:
    """Position of the row of headings and the columns that it names: the row that names most, the first of those."""
    best: tuple[int, Columns] | None = None
    for at, row in enumerate(rows[:_HEADING_ROWS]):
        columns: Columns = {}
        for place, text in enumerate(row):
            if code := _headings().get(key(text)):
                columns.setdefault(code, place)
        if any(code in columns for code in _NAMING) and (best is None or len(columns) > len(best[1])):
            best = at, columns
    return best


def _communes(rows: Rows, above: int, columns: Columns) -> Iterable[Expected]:
    totals = {key(word) for word in catalogue.intake_texts()["rows"]["totals"]}
    district = ""
    for number, row in enumerate(rows, start=above + 1):
        texts = {code: clean(row[at]) if at < len(row) else "" for code, at in columns.items()}
        unit, code = texts.get("unit", ""), _five_digits(texts.get("code", ""))
        told = _says_something(unit, texts.get("code", ""), columns.get("code", 0))
        if not (unit or code) or key(unit) in totals or not told:
            continue
        kind = name_parts(unit)[0]
        if not code and kind in _DISTRICTS:
            district = unit
            continue
        yield Expected(
            f"{_kind(texts.get('kind', ''))} {unit}".strip() if unit and not kind else unit,
            code,
            texts.get("district", "") or district,
            texts.get("province", ""),
            _period(texts.get("period", ""), number),
            _deadline(texts.get("deadline", ""), number),
            number,
        )


def _five_digits(code: str) -> str:
    """A commune's code as it is written; Excel takes the zeros before `00028` away."""
    return code.zfill(5) if code.isdecimal() and code.isascii() else code


def _says_something(unit: str, code: str, place: int) -> bool:
    """Whether a row names a commune: not a second row of headings, nor the line that numbers the columns (1, 2, 3).

    ``place`` is the position of the code's column; a code of one or two digits has lost its zeros in Excel.
    """
    if key(unit) in _headings():
        return False
    if any(letter.isalpha() for letter in unit) or name_parts(unit)[0] != "":
        return True
    digits = key(code).strip("()")
    return len(digits) > 2 or (digits.isdecimal() and digits.isascii() and int(digits) != place + 1)


def _kind(text: str) -> str:
    known: Sequence[str] = catalogue.lists()["loai_don_vi"]
    return next((kind for kind in known if key(kind) == key(text)), "")


def _period(text: str, row: int) -> Period | None:
    if not text:
        return None
    years = _YEAR.findall(text)
    found = parse_period(text) or ((int(years[0]), int(years[0])) if len(set(years)) == 1 else None)
    if found is None:
        raise _UnclearError(f"dòng {row}: “{text[:60]}”")
    return found


def _deadline(text: str, row: int) -> str:
    """The last day as ISO; a time of the day is left aside."""
    if not text:
        return ""
    day = _DAY.search(text)
    found = parse_date(day[0]) if day else parse_date(text)
    if found is None or found.day is None or found.month is None or found.year is None:
        raise _UnclearError(f"dòng {row}: “{text[:60]}”")
    return f"{found.year:04d}-{found.month:02d}-{found.day:02d}"
