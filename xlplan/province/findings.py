"""The sheet `Phát hiện`: every finding of every file that counts, each with a link to its cell in the marked copy."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from xlplan import catalogue
from xlplan.messages import Language, in_words
from xlplan.province.book import BAD, CENTRED, DOUBTFUL, TEXT, Book, Column, Link, Page, Style, Value, chunks
from xlplan.province.links import target
from xlplan.province.words import FINDINGS, LEVELS
from xlplan.refs import MAX_ROW
from xlplan.results import Result

_TOP = 3  # rows above the first finding
MOST_ROWS = MAX_ROW - _TOP
_FIGURE: Style = TEXT | {"align": "right", "indent": 1}
_COLUMNS = (
    Column("Đơn vị", 24, TEXT),
    Column("Mã", 8, CENTRED),
    Column("Mức", 10, CENTRED),
    Column("Sheet", 16, TEXT),
    Column("Ô", 9, CENTRED),
    Column("Đang ghi", 14, _FIGURE),
    Column("Lẽ ra là", 14, _FIGURE),
    Column("Nội dung, việc cần làm", 78, TEXT),
    Column("Tệp", 40, TEXT),
)
_OPTIONAL = {"proposal": Column("Gợi ý sửa", 34, TEXT), "explanation": Column("Giải trình của xã", 30, TEXT)}
_LEVEL_STYLES: Mapping[str, tuple[Style, ...]] = {"error": (BAD,), "warning": (DOUBTFUL,), "info": ()}
CODE, LEVEL = 1, 2
"""Positions of the columns that others count in."""


class FindingsSheets:
    """The sheets of the findings, as many as they take; rows are added one file after the other."""

    def __init__(self, book: Book, total: int, said: Collection[str], lang: Language) -> None:
        self.lang, self.said = lang, said
        optional = [column for key, column in _OPTIONAL.items() if key in said]
        self.columns = [*_COLUMNS[:-1], *optional, _COLUMNS[-1]]
        self.pages: list[Page] = []
        self.lengths: list[int] = []
        for number, (_, length) in enumerate(chunks(total, MOST_ROWS), start=1):
            self._add_page(book, FINDINGS if number == 1 else f"{FINDINGS} ({number})", length)
        self.row = 0

    def _add_page(self, book: Book, title: str, length: int) -> None:
        page = book.add_page(title)
        note = "Bấm vào ô để mở bản đánh dấu đúng chỗ. Lọc theo đơn vị, mã, mức ở dòng đầu."
        page.head("PHÁT HIỆN", [note])
        page.headings(_TOP - 1, self.columns, length)
        page.sheet.freeze_panes(_TOP, 1)
        page.print_on_a4(_TOP + length, len(self.columns) - 1)
        self.pages.append(page)
        self.lengths.append(length)

    @property
    def ranges(self) -> list[str]:
        """The cells of the codes, a range for each sheet."""
        letter = "ABC"[CODE]
        found = zip(self.pages, self.lengths, strict=True)
        return [f"{page.quoted}!${letter}${_TOP + 1}:${letter}${_TOP + max(length, 1)}" for page, length in found]

    def add(self, result: Result, unit: str) -> None:
        """The findings of one file."""
        for item in result.findings:
            page, row = self.pages[self.row // MOST_ROWS], self.row % MOST_ROWS
            styles = _LEVEL_STYLES[item["severity"]]
            values = list(self._values(item, result, unit))
            page.fit(_TOP + row, values, self.columns)
            for j, value in enumerate(values):
                page.put(_TOP + row, j, value, self.columns[j].style, *(styles if j == LEVEL else ()))
            self.row += 1

    def _values(self, item: Mapping[str, Any], result: Result, unit: str) -> Iterator[Value]:
        yield unit
        yield item["code"]
        yield LEVELS[item["severity"]]
        yield item["sheet"]
        yield Link(item["cell"] or "mở", target(result.marked, item["sheet"], item["cell"]))
        yield _figure(item["actual"], self.lang)
        yield _figure(item["expected"], self.lang)
        yield item["message"]
        if "proposal" in self.said:
            yield _proposed(item.get("proposal"), self.lang)
        if "explanation" in self.said:
            yield item.get("explanation", "")
        yield result.file


def _figure(figure: str, lang: Language) -> str:
    """A number as the language writes it, also after a sign: ``<=80000000`` is ``≤ 80.000.000``."""
    number = figure.lstrip("<>=")
    sign = figure[: len(figure) - len(number)]
    return f"{catalogue.sign(sign)} {in_words(number, lang)}" if sign and number else in_words(figure, lang)


def _proposed(proposal: Mapping[str, str] | None, lang: Language) -> str:
    """The cell to correct, what should stand there, and why."""
    if not proposal:
        return ""
    return f"{proposal['cell']} → {in_words(proposal['value'], lang)}: {proposal['reason']}"
