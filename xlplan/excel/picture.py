"""What a saved copy of a workbook shows: fills, notes and protection of its sheets, and where two copies differ.

The marks are made and taken out by the core, in copies. What has to happen in the live workbook is the difference
between two copies, so that a button can do nothing that the command line does not.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping

from lxml import etree

from xlplan.excel.colours import Palette, Shade
from xlplan.packages.gate import Package
from xlplan.packages.patch.draft import MAIN
from xlplan.packages.patch.worksheet import Place
from xlplan.refs import parse_address
from xlplan.sheets.marks.notes_back import text_of
from xlplan.sheets.marks.trees import Trees
from xlplan.tuples import NamedTuple

_M = f"{{{MAIN}}}"
_TRUE = ("1", "true", "on")


class Change(NamedTuple):
    """What is to become of a cell. ``note`` is ``None`` where it stays and empty where it goes."""

    place: Place
    repaint: bool = False
    shade: Shade = None
    note: str | None = None


class SheetPicture:
    """One worksheet of a copy."""

    def __init__(self, trees: Trees, part: str, looks: _Looks) -> None:
        root = trees.root(part)
        self.looks = looks
        self.styles: dict[Place, int] = {}
        self._rows: dict[int, int] = {}
        self._columns = sorted(
            (_number(c, "min"), _number(c, "max"), _number(c, "style")) for c in root.iterfind(f"{_M}cols/{_M}col")
        )
        self._starts = [first for first, _, _ in self._columns]
        for row in root.iterfind(f"{_M}sheetData/{_M}row"):
            self._read_row(row)
        self.notes = _notes(trees, part)
        protection = root.find(f"{_M}sheetProtection")
        self.protected = protection is not None and protection.get("sheet") in _TRUE
        self.formats_locked = self.protected and _locks(protection, "formatCells", unless_said=True)
        self.notes_locked = self.protected and _locks(protection, "objects", unless_said=False)

    def _read_row(self, row: etree._Element) -> None:
        if row.get("customFormat") in _TRUE:
            self._rows[_number(row, "r")] = _number(row, "s")
        for cell in row.iterfind(f"{_M}c"):
            try:
                self.styles[parse_address(str(cell.get("r")))] = _number(cell, "s")
            except ValueError:
                continue

    def style(self, place: Place) -> int:
        """The cell format that shows at a cell."""
        own = self.styles.get(place, self._rows.get(place[0]))
        if own is not None:
            return own
        at = bisect_right(self._starts, place[1]) - 1
        return self._columns[at][2] if at >= 0 and self._columns[at][1] >= place[1] else 0

    def shade(self, place: Place) -> Shade:
        """The fill of a cell."""
        return self.looks.shade(self.style(place))

    def locked(self, place: Place) -> bool:
        """Whether nothing can be written into a cell."""
        return self.protected and self.looks.locked(self.style(place))

    def changes(self, after: SheetPicture) -> Iterator[Change]:
        """What makes this sheet look like another copy of it, by row and column."""
        for place in sorted({*self.styles, *after.styles, *self.notes, *after.notes}):
            shade = after.shade(place)
            repaint = shade != self.shade(place)
            was, note = self.notes.get(place, ""), after.notes.get(place, "")
            if repaint or was != note:
                yield Change(place, repaint, shade, None if was == note else note)


class Picture:
    """All worksheets of a copy. ``sealed`` says that no sheet may be added or removed."""

    def __init__(self, data: bytes) -> None:
        """Reads a package that the core has read before. Raises PackageError and MarkupError."""
        package = Package(data)
        trees = Trees(package)
        main, _ = package.main_part("excel")
        looks = _Looks(trees, main)
        parts = trees.worksheets(main)
        self.sheets: Mapping[str, SheetPicture] = {n: SheetPicture(trees, part, looks) for n, part in parts.items()}
        seal = trees.root(main).find(f"{_M}workbookProtection")
        self.sealed = seal is not None and seal.get("lockStructure") in _TRUE


class _Looks:
    """What the cell formats of a workbook say of fill and protection."""

    def __init__(self, trees: Trees, main: str) -> None:
        styles, theme = (trees.related(main, kind) for kind in ("styles", "theme"))
        root = trees.root(styles) if styles else None
        palette = Palette(root, trees.root(theme) if theme else None)
        fills = [] if root is None else [palette.shade(fill) for fill in root.iterfind(f"{_M}fills/{_M}fill")]
        formats = [] if root is None else list(root.iterfind(f"{_M}cellXfs/{_M}xf"))
        self._shades = [fills[n] if (n := _number(look, "fillId")) < len(fills) else None for look in formats]
        self._free = [
            any(p.get("locked") not in (None, *_TRUE) for p in look.iterfind(f"{_M}protection")) for look in formats
        ]

    def shade(self, style: int) -> Shade:
        return self._shades[style] if style < len(self._shades) else None

    def locked(self, style: int) -> bool:
        return not (style < len(self._free) and self._free[style])


def _locks(protection: etree._Element | None, what: str, *, unless_said: bool) -> bool:
    """Whether a protected sheet forbids something; the attributes say what is forbidden."""
    said = protection.get(what) if protection is not None else None
    return unless_said if said is None else said in _TRUE


def _notes(trees: Trees, part: str) -> dict[Place, str]:
    found: dict[Place, str] = {}
    comments = trees.related(part, "comments")
    for comment in trees.root(comments).iterfind(f"{_M}commentList/{_M}comment") if comments else ():
        try:
            found[parse_address(str(comment.get("ref")))] = text_of(comment)
        except ValueError:
            continue
    return found


def _number(element: etree._Element, name: str) -> int:
    text = str(element.get(name) or "0")
    return int(text) if text.isascii() and text.isdigit() else 0
