"""Gives marked cells their own fill back in a file that another program has saved, and renumbered, since."""

from __future__ import annotations

from copy import deepcopy

from lxml import etree

from xlplan.packages.patch.draft import MAIN
from xlplan.refs import parse_address
from xlplan.sheets.marks.looks import COLOURS
from xlplan.sheets.marks.trees import Trees

_M = f"{{{MAIN}}}"
_TAG = "FF58"


def restore(trees: Trees, main: str, sheet: str, cells: dict[str, int], fills: list[str]) -> None:
    """Takes our colours off the cells of a worksheet.

    The colour behind ours names the former fill, wherever the cell is now; where the other program did not keep
    it, the cell's address does (``cells``); where neither is known the cell becomes clear.
    """
    part = trees.related(main, "styles")
    if not part:
        return
    styles = _Styles(trees.root(part), fills)
    painted = styles.painted()
    if not painted:
        return
    columns = [
        (int(column.get("min") or 0), int(column.get("max") or 0), str(column.get("style") or "0"))
        for column in trees.root(sheet).iterfind(f"{_M}cols/{_M}col")
    ]
    changed: list[etree._Element] = []
    for cell in trees.root(sheet).iterfind(f"{_M}sheetData/{_M}row/{_M}c"):
        style = str(cell.get("s") or "0")
        if style not in painted:
            continue
        before = painted[style]
        if before is None:
            known = cells.get(str(cell.get("r")), 0)
            before = known if isinstance(known, int) and 0 <= known < len(fills) else 0
        cell.set("s", styles.repainted(int(style), before))
        trees.touch(sheet)
        trees.touch(part)
        changed.append(cell)
    for cell in changed:
        _drop_if_idle(cell, columns, styles)


def _drop_if_idle(cell: etree._Element, columns: list[tuple[int, int, str]], styles: _Styles) -> None:
    """Takes out a cell that holds nothing and looks as its row or column does: it was put in for its mark."""
    row = cell.getparent()
    if row is None or len(cell):
        return
    try:
        column = parse_address(str(cell.get("r")))[1]
    except ValueError:
        return
    inherited = next((style for first, last, style in columns if first <= column <= last), "0")
    if row.get("customFormat") in ("1", "true"):
        inherited = str(row.get("s") or "0")
    if not styles.same(str(cell.get("s")), inherited):
        return
    row.remove(cell)
    holder = row.getparent()
    if holder is not None and not len(row) and not set(row.attrib) - {"r", "spans"}:
        holder.remove(row)


class _Styles:
    def __init__(self, root: etree._Element, fills: list[str]) -> None:
        self.fills = fills
        self.root = root
        self.holder = root.find(f"{_M}fills")
        self.formats = root.find(f"{_M}cellXfs")

    def painted(self) -> dict[str, int | None]:
        """The cell formats with a fill of ours, with the number of the fill that was there before if it is known."""
        if self.holder is None or self.formats is None:
            return {}
        ours: dict[str, int | None] = {}
        for number, fill in enumerate(self.holder):
            front, back = fill.find(f"{_M}patternFill/{_M}fgColor"), fill.find(f"{_M}patternFill/{_M}bgColor")
            if front is not None and str(front.get("rgb")).upper() in COLOURS.values():
                ours[str(number)] = self._tag(str(back.get("rgb") or "") if back is not None else "")
        return {
            str(number): ours[str(look.get("fillId"))]
            for number, look in enumerate(self.formats)
            if str(look.get("fillId")) in ours
        }

    def _tag(self, colour: str) -> int | None:
        digits = colour.upper().removeprefix(_TAG)
        if digits == colour.upper() or len(digits) != 4:
            return None
        try:
            number = int(digits, 16)
        except ValueError:
            return None
        return number if number < len(self.fills) else None

    def same(self, one: str, other: str) -> bool:
        """Whether two cell formats look the same."""
        assert self.formats is not None
        looks = [_content(self.formats[int(n)]) for n in (one, other) if n.isdecimal() and int(n) < len(self.formats)]
        return one == other or (len(looks) > 1 and looks[0] == looks[1])

    def repainted(self, style: int, before: int) -> str:
        """The number of a cell format like another one, with the fill that was there before."""
        assert self.formats is not None
        look = deepcopy(self.formats[style])
        fill = self._fill(self.fills[before])
        look.set("fillId", str(fill))
        if not fill:
            look.attrib.pop("applyFill", "")
        wanted = _content(look)
        for number, other in enumerate(self.formats):
            if _content(other) == wanted:
                return str(number)
        self.formats.append(look)
        self.formats.set("count", str(len(self.formats)))
        return str(len(self.formats) - 1)

    def _fill(self, text: str) -> int:
        """The number of a fill, which is added if it is not there any more."""
        assert self.holder is not None
        if not text:
            return 0
        try:
            fill = etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
        except etree.XMLSyntaxError:
            return 0
        for number, other in enumerate(self.holder):
            if _visible(other) == _visible(fill):
                return number
        self.holder.append(fill)
        self.holder.set("count", str(len(self.holder)))
        return len(self.holder) - 1


def _visible(fill: etree._Element) -> object:
    """What can be seen of a fill: of a solid one the front colour, for programs write the other as they like."""
    pattern = fill.find(f"{_M}patternFill[@patternType='solid']")
    front = pattern.find(f"{_M}fgColor") if pattern is not None else None
    return _shape(fill) if front is None else _shape(front)


def _shape(element: etree._Element) -> object:
    """What an element is, whatever its prefix and the order of its attributes."""
    return element.tag, sorted(element.attrib.items()), [_shape(child) for child in element]


def _content(look: etree._Element) -> object:
    """A cell format without the flag that says that its fill is its own, which programs write as they like."""
    bare = deepcopy(look)
    bare.attrib.pop("applyFill", "")
    return _shape(bare)
