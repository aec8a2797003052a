"""How the cells of an Excel 97-2003 workbook look: what the reader of their values leaves out.

Calamine gives the values and the merged ranges of an .xls file, but no number formats (a rate shown as 4,08%
is 0.0408), no fonts (TCVN3 is known by them), no errors and no hidden rows. All of these stand in short
records that need none of the format's hard parts. Source: [MS-XLS] 2.4, [MS-CFB] 2.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from xlplan.packages.gate import PackageError
from xlplan.packages.styles import BUILTIN_FORMATS, Style, is_date_format
from xlplan.tuples import NamedTuple

_END_OF_CHAIN = 0xFFFFFFFA  # and above: no sector
_BOF, _EOF, _FILEPASS, _BOUNDSHEET = 0x0809, 0x000A, 0x002F, 0x0085
_FONT, _FORMAT, _XF = 0x0031, 0x041E, 0x00E0
_ROW, _COLINFO = 0x0208, 0x007D
_FORMULA, _BOOLERR, _MULRK = 0x0006, 0x0205, 0x00BD
_ONE_CELL = frozenset((_FORMULA, _BOOLERR, 0x0203, 0x027E, 0x00FD, 0x0204, 0x00D6))  # NUMBER RK LABELSST LABEL RSTRING
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_BIFF8 = 0x0600
_SMALL = 4096
_NO_STYLE = Style("General", "", False)

Place = tuple[int, int]


class Looks:
    """What the records of one sheet say: style ids and errors by place (from 1), hidden rows and columns."""

    __slots__ = ("errors", "hidden_columns", "hidden_rows", "styles")

    def __init__(self) -> None:
        self.styles: dict[Place, int] = {}
        self.errors: dict[Place, str] = {}
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()

    @property
    def area(self) -> int:
        """How many cells the smallest rectangle around all filled ones has."""
        if not self.styles:
            return 0
        rows, columns = {row for row, _ in self.styles}, {column for _, column in self.styles}
        return (max(rows) - min(rows) + 1) * (max(columns) - min(columns) + 1)


class Appearance(NamedTuple):
    """The looks of all sheets by their position among the tabs, and the styles that they name."""

    sheets: dict[int, Looks]
    styles: list[Style]

    def style(self, sheet: int, place: Place) -> Style:
        """The style of a cell; General without a font where nothing is known."""
        looks = self.sheets.get(sheet)
        index = looks.styles.get(place, -1) if looks else -1
        return self.styles[index] if 0 <= index < len(self.styles) else _NO_STYLE


def appearance(data: bytes) -> Appearance:
    """How the cells of a workbook look; nothing is known of versions before Excel 97.

    Raises PackageError where the file is encrypted or its records cannot be followed.
    """
    try:
        stream = _workbook_stream(data)
        return _read(stream) if stream else Appearance({}, [])
    except (struct.error, IndexError) as error:
        raise PackageError("damaged", f"records of the workbook: {error}") from error


def _workbook_stream(data: bytes) -> bytes:
    """The bytes of the stream ``Workbook``, collected from its sectors; empty where the file has none."""
    size = 1 << min(struct.unpack_from("<H", data, 30)[0], 12)
    table = _allocation(data, size)
    body = data[size:]
    directory = _chain(body, table, struct.unpack_from("<I", data, 48)[0], size)
    for place in range(0, len(directory) - 127, 128):
        length = min(struct.unpack_from("<H", directory, place + 64)[0], 64)
        if directory[place : place + max(length - 2, 0)].decode("utf-16-le", "replace").lower() != "workbook":
            continue
        start, stored = struct.unpack_from("<II", directory, place + 116)
        if stored < _SMALL:  # small streams lie in one of their own, in sectors of 64 bytes
            body = _chain(body, table, struct.unpack_from("<I", directory, 116)[0], size)
            packed = _chain(data[size:], table, struct.unpack_from("<I", data, 60)[0], size)
            table, size = [*struct.unpack(f"<{len(packed) // 4}I", packed[: len(packed) // 4 * 4])], 64
        return _chain(body, table, start, size)[:stored]
    return b""


def _allocation(data: bytes, size: int) -> list[int]:
    """The table that gives the sector after each sector."""
    sectors = [*struct.unpack_from("<109I", data, 76)]
    more, seen = struct.unpack_from("<I", data, 68)[0], set[int]()
    while more < _END_OF_CHAIN and more not in seen:
        seen.add(more)
        entries = struct.unpack_from(f"<{size // 4}I", data, (more + 1) * size)
        sectors += entries[:-1]
        more = entries[-1]
    table: list[int] = []
    for sector in sectors:
        if sector < _END_OF_CHAIN:
            table += struct.unpack_from(f"<{size // 4}I", data, (sector + 1) * size)
    return table


def _chain(body: bytes, table: list[int], start: int, size: int) -> bytes:
    """The bytes of a chain of sectors; no chain is longer than its table."""
    parts: list[bytes] = []
    while start < _END_OF_CHAIN and len(parts) <= len(table):
        parts.append(body[start * size : (start + 1) * size])
        start = table[start]
    return b"".join(parts)


def _records(stream: bytes, place: int = 0) -> Iterator[tuple[int, int, bytes]]:
    """Place, kind and content of each record from a place to the end of the stream."""
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        yield place, kind, stream[place + 4 : place + 4 + length]
        place += 4 + length


def _read(stream: bytes) -> Appearance:
    fonts: list[str] = []
    formats: dict[int, str] = {}
    pairs: list[tuple[int, int]] = []
    starts: list[int] = []
    for _, kind, content in _records(stream):
        if kind == _BOF and struct.unpack_from("<H", content)[0] != _BIFF8:
            return Appearance({}, [])
        if kind == _FILEPASS:
            raise PackageError("encrypted", "an .xls file with a password")
        if kind == _FONT:
            fonts.append(_text(content, 14, 1))
        elif kind == _FORMAT:
            formats[struct.unpack_from("<H", content)[0]] = _text(content, 2, 2)
        elif kind == _XF:
            pairs.append(struct.unpack_from("<HH", content))
        elif kind == _BOUNDSHEET:
            starts.append(struct.unpack_from("<I", content)[0])
        elif kind == _EOF:
            break
    styles = [_style(fonts, formats, *pair) for pair in pairs]
    return Appearance({number: _sheet(stream, start) for number, start in enumerate(starts)}, styles)


def _style(fonts: list[str], formats: dict[int, str], font: int, number_format: int) -> Style:
    font -= font > 4  # there is no font 4
    code = formats.get(number_format) or BUILTIN_FORMATS.get(number_format, "General")
    return Style(code, fonts[font] if font < len(fonts) else "", is_date_format(code))


def _text(content: bytes, place: int, width: int) -> str:
    """A text with its length in so many bytes before it, then a byte that says how wide its letters are."""
    length = int.from_bytes(content[place : place + width], "little")
    start = place + width + 1
    if content[place + width] & 1:
        return content[start : start + 2 * length].decode("utf-16-le", "replace")
    return content[start : start + length].decode("latin-1")


def _sheet(stream: bytes, start: int) -> Looks:
    looks = Looks()
    depth = 0
    for _, kind, content in _records(stream, start):
        depth += (kind == _BOF) - (kind == _EOF)  # a chart in the sheet has records of its own
        if depth == 0:
            break
        if depth == 1:
            _note(looks, kind, content)
    return looks


def _note(looks: Looks, kind: int, content: bytes) -> None:
    """Keeps what one record says."""
    if kind in _ONE_CELL:
        row, column, style = struct.unpack_from("<HHH", content)
        looks.styles[row + 1, column + 1] = style
        if error := _error(kind, content):
            looks.errors[row + 1, column + 1] = error
    elif kind == _MULRK:
        row, column = struct.unpack_from("<HH", content)
        for number in range((len(content) - 6) // 6):
            looks.styles[row + 1, column + 1 + number] = struct.unpack_from("<H", content, 4 + 6 * number)[0]
    elif kind == _ROW and content[12] & 0x20:
        looks.hidden_rows.add(struct.unpack_from("<H", content)[0] + 1)
    elif kind == _COLINFO and content[8] & 1:
        first, last = struct.unpack_from("<HH", content)
        looks.hidden_columns.update(range(first + 1, min(last, 255) + 2))


def _error(kind: int, content: bytes) -> str:
    """The error that a cell shows, typed or as a formula's result; empty where it shows none."""
    if kind == _BOOLERR and content[7]:
        return _ERRORS.get(content[6], "#N/A")
    if kind == _FORMULA and content[6] == 2 and content[12:14] == b"\xff\xff":
        return _ERRORS.get(content[8], "#N/A")
    return ""
