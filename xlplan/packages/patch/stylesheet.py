"""New looks at the end of ``styles.xml``; those that are there keep their numbers and their bytes."""

from __future__ import annotations

import posixpath

from xlplan.packages.patch.draft import MAIN, Draft
from xlplan.packages.patch.edits import Edit, apply
from xlplan.packages.patch.markup import Span, append, apply_to_tag, counted, parse

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
# CT_Stylesheet, in the order of its children.
_ORDER = [
    "numFmts",
    "fonts",
    "fills",
    "borders",
    "cellStyleXfs",
    "cellXfs",
    "cellStyles",
    "dxfs",
    "tableStyles",
    "colors",
    "extLst",
]
_MINIMAL = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="{MAIN}">'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
).encode()


class Stylesheet:
    """The styles of a draft. Give new ones their numbers with the methods, then call :meth:`close` once."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        relation = draft.relation(draft.main, "styles")
        self._part = relation.target if relation else ""
        self._data = draft.read(self._part) if relation else _MINIMAL
        self._root = parse(self._data)
        self._new: dict[str, list[bytes]] = {"fonts": [], "fills": [], "borders": [], "cellXfs": []}
        self._known: dict[tuple[str, bytes], int] = {}
        self._painted: dict[tuple[int, int], int] = {}

    @property
    def _prefix(self) -> str:
        return self._root.prefix

    def _items(self, holder: str) -> list[Span]:
        found = self._root.child(holder)
        return found.children if found else []

    def _append(self, holder: str, content: bytes) -> int:
        """The number of an item, which is added unless it was before."""
        known = self._known.get((holder, content))
        if known is None:
            items = self._new[holder]
            if not items and not self._items(holder):
                items += self._first(holder)
            known = self._known[holder, content] = len(self._items(holder)) + len(items)
            items.append(content)
        return known

    def _first(self, holder: str) -> list[bytes]:
        """What must stand before anything of ours in a list that is missing: numbers 0 (and 1) mean no look."""
        found = parse(_MINIMAL).child(holder)
        assert found is not None
        return [self.prefixed(_MINIMAL[item.start : item.end].decode()) for item in found.children]

    def prefixed(self, xml: str) -> bytes:
        """Markup of ours with the prefix that the part's own elements have."""
        return xml.replace("</", "\0").replace("<", f"<{self._prefix}").replace("\0", f"</{self._prefix}").encode()

    def font(self, xml: str) -> int:
        """A font, ``<font>…</font>``."""
        return self._append("fonts", self.prefixed(xml))

    def border(self, xml: str) -> int:
        """A border, ``<border>…</border>``."""
        return self._append("borders", self.prefixed(xml))

    def fill(self, rgb: str, back: str = "") -> int:
        """A solid fill. ``back`` is the colour behind a pattern, which a solid one does not show."""
        behind = f'<bgColor rgb="{back}"/>' if back else '<bgColor indexed="64"/>'
        xml = f'<fill><patternFill patternType="solid"><fgColor rgb="{rgb}"/>{behind}</patternFill></fill>'
        return self._append("fills", self.prefixed(xml))

    def look(self, xml: str) -> int:
        """A cell format, ``<xf …>…</xf>``, whose numbers came from here."""
        return self._append("cellXfs", self.prefixed(xml))

    def painted(self, style: int, fill: int) -> int:
        """A cell format as it is, with another fill."""
        known = self._painted.get((style, fill))
        if known is None:
            formats = self._items("cellXfs")
            if style < len(formats):
                own = self._data[formats[style].start : formats[style].end]
            else:  # a style that is not there looks like none
                own = self.prefixed('<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>')
            own = apply_to_tag(own, {"fillId": str(fill), "applyFill": "1"})
            known = self._painted[style, fill] = self._append("cellXfs", own)
        return known

    def fill_of(self, style: int) -> bytes:
        """The fill of a cell format as markup; empty where it has none."""
        formats, fills = self._items("cellXfs"), self._items("fills")
        number = formats[style].number("fillId") if style < len(formats) else 0
        if not 0 < number < len(fills):
            return b""
        return self._data[fills[number].start : fills[number].end]

    @property
    def default_size(self) -> float:
        """The size of the workbook's own font in points."""
        fonts = self._items("fonts")
        size = fonts[0].child("sz") if fonts else None
        try:
            return min(max(float(size.get("val")), 1.0), 99.0) if size else 11.0
        except ValueError:
            return 11.0

    @property
    def namespaces(self) -> dict[str, str]:
        """The namespaces that the root declares, by prefix."""
        attributes = self._root.attributes.items()
        return {k.partition(":")[2]: v for k, v in attributes if k == "xmlns" or k.startswith("xmlns:")}

    def close(self) -> None:
        """Puts the new items into the draft."""
        edits: list[Edit] = []
        for holder, items in self._new.items():
            if not items:
                continue
            content = b"".join(items)
            found = self._root.child(holder)
            if found is not None:
                edits += counted(self._data, found, content, len(items))
            else:
                edits.append(self._list(holder, content, len(items)))
        if self._part:
            self._draft.edit(self._part, *edits)
            return
        usual = posixpath.join(self._draft.folder, "styles.xml")  # some programs look nowhere else
        part = self._draft.free("styles{}.xml") if self._draft.package.has(usual) else usual
        self._draft.add(part, apply(self._data, edits), _TYPE)
        self._draft.relate(self._draft.main, "styles", part)

    def _list(self, holder: str, content: bytes, number: int) -> Edit:
        """A whole list that the part lacks, at its place."""
        later = _ORDER[_ORDER.index(holder) + 1 :]
        name = f"{self._prefix}{holder}"
        xml = f'<{name} count="{number}">'.encode() + content + f"</{name}>".encode()
        after = next((child for child in self._root.children if child.name in later), None)
        return append(self._data, self._root, xml) if after is None else Edit(after.start, after.start, xml)
