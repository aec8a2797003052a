"""The boxes of notes in a VML drawing. Old drawings are often no well-formed XML, so they are never parsed."""

from __future__ import annotations

import re

from xlplan.packages.patch.edits import Edit
from xlplan.packages.patch.markup import MarkupError
from xlplan.packages.patch.worksheet import Place, SheetMap
from xlplan.patterns import pattern
from xlplan.refs import MAX_COLUMN, MAX_ROW

EMPTY_DRAWING = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    b'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
    b'<o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>'
)
_SHAPE_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_NAMESPACES = (
    ("v", "urn:schemas-microsoft-com:vml"),
    ("o", "urn:schemas-microsoft-com:office:office"),
    ("x", "urn:schemas-microsoft-com:office:excel"),
)
_SHAPE_ID = pattern(rb"""id\s*=\s*["']?_x0000_s(\d+)""")
_IDMAP = pattern(rb"""(<o:idmap[^<>]*?data\s*=\s*["'])([\d,]*)(["'])""")
_CLOSING = pattern(rb"</(?:\w+:)?xml\s*>\s*$")
_SHAPE = pattern(rb"<v:shape\b(?!type).*?</v:shape\s*>", 16)  # re.DOTALL
_ROW, _COLUMN = pattern(rb"<x:Row>\s*(\d+)\s*</x:Row>"), pattern(rb"<x:Column>\s*(\d+)\s*</x:Column>")
_ANCHOR = pattern(rb"(<x:Anchor>\s*(?:\d+\s*,\s*){6})(\d+)(\s*,\s*\d+\s*</x:Anchor>)")
_BLOCK = 1024  # shape ids of one number of the idmap
_WIDTH = 330  # pixels of a note
_LINE_HEIGHT, _FRAME = 17, 14
_MOST_LINES = 34


class Box:
    """Where the box of a note stands on its sheet, at the right of its cell, sized to its text."""

    def __init__(self, place: Place, lines: int, sheet: SheetMap) -> None:
        self.place = place
        self.width = _WIDTH
        self.height = min(lines, _MOST_LINES) * _LINE_HEIGHT + _FRAME
        self._sheet = sheet

    def anchor(self) -> str:
        """Column, pixels, row, pixels of the upper left and of the lower right corner, counted from 0."""
        row, column = self.place
        left = column if column <= MAX_COLUMN - 8 else MAX_COLUMN - 10
        top = max(row - 2, 0)
        right, dx = _walk(left, 15 + self.width, MAX_COLUMN, self._column_pixels)
        bottom, dy = _walk(top, 10 + self.height, MAX_ROW, self._row_pixels)
        if bottom >= MAX_ROW - 1:
            top, bottom = MAX_ROW - 1 - self.height // 20, MAX_ROW - 1
        return f"{left}, 15, {top}, 10, {right}, {dx}, {bottom}, {dy}"

    def _column_pixels(self, index: int) -> int:
        return int(self._sheet.width(index + 1) * 7 + 5) if self._sheet.width(index + 1) else 0

    def _row_pixels(self, index: int) -> int:
        return int(self._sheet.height(index + 1) * 4 / 3)


def _walk(index: int, pixels: int, limit: int, size: object) -> tuple[int, int]:
    """The column or row that lies so many pixels behind the start of another one, and the rest within it."""
    assert callable(size)
    while index < limit - 1 and pixels > size(index):
        pixels -= size(index)
        index += 1
    return index, pixels


def add_shapes(data: bytes, boxes: list[Box]) -> list[Edit]:
    """Puts the boxes at the end of a drawing, with ids that no shape in it has."""
    if not boxes:
        return []
    closing = _CLOSING.search(data)
    if closing is None:
        raise MarkupError("the drawing of the notes has no end")
    idmap = _IDMAP.search(data)
    blocks = [int(n) for n in idmap[2].split(b",") if n] if idmap else []
    used = [int(match[1]) for match in _SHAPE_ID.finditer(data)]
    first = max([*used, min(blocks, default=1) * _BLOCK])
    missing = "" if b'id="_x0000_t202"' in data else _SHAPE_TYPE
    shapes = missing + "".join(_shape(box, first + 1 + n) for n, box in enumerate(boxes))
    needed = sorted({*blocks, *range((first + 1) // _BLOCK, (first + len(boxes)) // _BLOCK + 1)})
    edits = [Edit(closing.start(), closing.start(), _bound(data, shapes))]
    if idmap and needed != sorted(blocks):
        edits.append(Edit(idmap.start(2), idmap.end(2), ",".join(map(str, needed)).encode()))
    return edits


def _bound(data: bytes, shapes: str) -> bytes:
    """The shapes with the namespaces that the drawing's root does not bind to the usual prefixes."""
    head = data[: data.find(b">") + 1] if not data.startswith(b"<?") else data[: data.find(b">", data.find(b"?>") + 2)]
    missing = "".join(f' xmlns:{p}="{uri}"' for p, uri in _NAMESPACES if f'xmlns:{p}="{uri}"'.encode() not in head)
    if missing:
        for name in ("<v:shape ", "<v:shapetype "):
            shapes = shapes.replace(name, f"{name[:-1]}{missing} ")
    return shapes.encode()


def _shape(box: Box, identifier: int) -> str:
    row, column = box.place
    return (
        f'<v:shape id="_x0000_s{identifier}" type="#_x0000_t202" style="position:absolute;margin-left:60pt;'
        f"margin-top:2pt;width:{box.width * 3 // 4}pt;height:{box.height * 3 // 4}pt;z-index:{identifier % _BLOCK};"
        f'visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
        '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{box.anchor()}</x:Anchor><x:AutoFill>False</x:AutoFill>"
        f"<x:Row>{row - 1}</x:Row><x:Column>{column - 1}</x:Column></x:ClientData></v:shape>"
    )


def enlarge(data: bytes, lines: dict[Place, int]) -> list[Edit]:
    """Makes the boxes of notes that got longer higher, by the rows that the new lines take."""
    edits = []
    for shape in _SHAPE.finditer(data) if lines else ():
        row, column, anchor = (p.search(shape[0]) for p in (_ROW, _COLUMN, _ANCHOR))
        if not (row and column and anchor):
            continue
        more = min(lines.get((int(row[1]) + 1, int(column[1]) + 1), 0), _MOST_LINES)
        bottom = min(int(anchor[2]) + more, MAX_ROW - 1)
        if more:
            start = shape.start() + anchor.start(2)
            edits.append(Edit(start, start + len(anchor[2]), str(bottom).encode()))
    return edits


def without_notes(data: bytes, places: set[Place]) -> bytes:
    """A drawing without the boxes of the notes of some cells."""

    def keep(shape: re.Match[bytes]) -> bytes:
        row, column = _ROW.search(shape[0]), _COLUMN.search(shape[0])
        ours = row and column and (int(row[1]) + 1, int(column[1]) + 1) in places and b'"Note"' in shape[0]
        return b"" if ours else shape[0]

    return _SHAPE.sub(keep, data)


def has_shapes(data: bytes) -> bool:
    """Whether a drawing holds anything."""
    return _SHAPE.search(data) is not None
