"""Rows of long sheets, streamed into the finished package.

Through XlsxWriter 83,000 villages take several times as long: it looks at every cell anew. Here XlsxWriter writes the
sheet with its first and last row blank, and in their place come the rows as texts, in the looks of the first.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from math import isnan
from shutil import copyfileobj
from typing import IO, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

from xlplan.packages.patch.markup import escape
from xlplan.province.links import cell_text
from xlplan.sheets.standard.builder import empty_texts

Cell = float | str | None
LEVEL = 3  # of deflate: half the time of the usual 6, a tenth more bytes
_BATCH = 512  # rows that are joined before they are compressed
_CELL = re.compile(r'<c r="([A-Z]+)(\d+)" s="(\d+)"')


class LongRows:
    """The rows of a sheet from row ``first`` (from 1) to its end."""

    def __init__(self, part: str, first: int, rows: Iterable[Sequence[Cell]]) -> None:
        self.part, self.first, self.rows = part, first, rows

    def texts(self, pattern: str) -> Iterator[str]:
        """The rows as XML; ``pattern`` is that of the blank first row."""
        looks = [(letters, style) for letters, row, style in _CELL.findall(pattern) if int(row) == self.first]
        starts = [f'<c r="{letters}' for letters, _ in looks]
        numbers = [f'" s="{style}"><v>' for _, style in looks]
        words = [f'" s="{style}" t="inlineStr"><is><t xml:space="preserve">' for _, style in looks]
        blanks = [f'" s="{style}"/>' for _, style in looks]
        for number, row in enumerate(self.rows, start=self.first):
            at, xml = str(number), [f'<row r="{number}">']
            for j, value in enumerate(row):
                if value is None or value == "" or (isinstance(value, float) and isnan(value)):
                    xml.append(f"{starts[j]}{at}{blanks[j]}")
                elif isinstance(value, str):
                    xml.append(f"{starts[j]}{at}{words[j]}{_escaped(value)}</t></is></c>")
                else:
                    xml.append(f"{starts[j]}{at}{numbers[j]}{value!r}</v></c>")
            xml.append("</row>")
            yield "".join(xml)


@lru_cache(maxsize=256)
def _escaped(text: str) -> str:
    """A text as XML; those of a commune repeat in each of its villages."""
    return escape(cell_text(text))


def finish(package: IO[bytes], stream: BinaryIO, longs: Sequence[LongRows], with_texts: Collection[str]) -> None:
    """Writes the package that XlsxWriter made to ``stream``, with the long sheets' rows in it.

    Links get the slashes that every program understands; in the parts ``with_texts`` the empty results of
    formulas become texts, as Excel writes them. Entries have no date, so that the same content gives the same bytes.
    """
    long: Mapping[str, LongRows] = {each.part: each for each in longs}
    with ZipFile(package) as source, ZipFile(stream, "w", ZIP_DEFLATED, compresslevel=LEVEL) as made:
        for info in source.infolist():
            name = info.filename
            with source.open(info) as part, made.open(name, "w", force_zip64=name in long) as out:
                if name in long:
                    _insert(part.read().decode(), long[name], out)
                elif name in with_texts:
                    out.write(empty_texts(part.read().decode()).encode())
                elif name.startswith("xl/worksheets/_rels/"):
                    out.write(part.read().replace(b"\\", b"/"))
                else:
                    copyfileobj(part, out)


def _insert(sheet: str, long: LongRows, out: IO[bytes]) -> None:
    start = sheet.index(f'<row r="{long.first}"')
    end = sheet.index("</sheetData>", start)
    out.write(empty_texts(sheet[:start]).encode())
    batch: list[str] = []
    for text in long.texts(sheet[start:end]):
        batch.append(text)
        if len(batch) == _BATCH:
            out.write("".join(batch).encode())
            batch.clear()
    out.write("".join([*batch, sheet[end:]]).encode())
