"""The sheet `Nộp báo cáo`: who is missing, late or sent something else than was asked for, the most urgent first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import get_args

from xlplan.messages import Language
from xlplan.province.book import BAD, CENTRED, DOUBTFUL, TEXT, Book, Column, Style, Value
from xlplan.province.words import STANDINGS, SUBMITTED
from xlplan.results import Gathered, Standing, Submitted
from xlplan.vietnamese.text import sort_key

_TOP = 3
_STYLES: Mapping[str, tuple[Style, ...]] = {
    standing: () if standing in ("received", "superseded") else (DOUBTFUL,) for standing in get_args(Standing)
} | {"missing": (BAD,)}
_STANDING = 1
_SAID = {
    "code": Column("Mã đơn vị", 9, TEXT),
    "district": Column("Cấp huyện cũ", 20, TEXT),
    "province": Column("Tỉnh", 18, TEXT),
}


def worth_saying(gathered: Gathered) -> bool:
    """Whether there was a list of communes, or anything came that should not have."""
    return gathered.listed or any(line.standing != "received" for line in gathered.submitted)


def write_submitted(book: Book, gathered: Gathered, lang: Language) -> Counter[Standing]:
    """The sheet, and how many lines have each standing."""
    words = STANDINGS[lang]
    urgency = list(words)
    lines = sorted(gathered.submitted, key=lambda line: (urgency.index(line.standing), *_place(line)))
    said = {field: column for field, column in _SAID.items() if any(getattr(line, field) for line in lines)}
    columns = [Column("TT", 6, CENTRED), Column("Tình hình", 18, CENTRED), Column("Đơn vị", 28, TEXT), *said.values()]
    columns += [Column("Nội dung, việc cần làm", 64, TEXT), Column("Tệp", 40, TEXT)]
    page = book.add_page(SUBMITTED, chief=True)
    note = "Đối chiếu với danh sách đơn vị phải nộp." if gathered.listed else "Chưa có danh sách đơn vị phải nộp."
    page.head("TÌNH HÌNH NỘP BÁO CÁO", [note])
    page.headings(_TOP - 1, columns, len(lines))
    for i, line in enumerate(lines):
        values: list[Value] = [i + 1, words[line.standing], line.unit]
        values += [getattr(line, field) for field in said]
        values += [line.remark, line.file]
        page.fit(_TOP + i, values, columns)
        for j, value in enumerate(values):
            styles = _STYLES[line.standing] if j == _STANDING else ()
            page.put(_TOP + i, j, value, columns[j].style, *styles)
    page.sheet.freeze_panes(_TOP, 3)
    page.print_on_a4(_TOP + len(lines), len(columns))
    return Counter(line.standing for line in lines)


def cells(number: int) -> str:
    """The cells of the standings, for counting."""
    return f"'{SUBMITTED}'!$B${_TOP + 1}:$B${_TOP + max(number, 1)}"


def _place(line: Submitted) -> tuple[object, ...]:
    return sort_key(line.province), sort_key(line.district), sort_key(line.unit), line.file
