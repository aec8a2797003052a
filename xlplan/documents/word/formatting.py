"""How a paragraph and each of its letters is formatted in the end, whatever styles and defaults it comes from.

The order is that of ISO/IEC 29500-1, 17.7.2: document defaults, table style, (numbering,) paragraph style, character
style, direct formatting; within a kind of style the nearest one of a chain of ``basedOn`` wins. Bold, italic, capitals
and hidden text are toggles (17.7.3): in the styles of a run an odd number of "on" counts, direct formatting decides.
Lengths are in twips (twentieths of a point), sizes of letters in points.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from xlplan.documents.word.nodes import attribute, child, switch, transitional, val, w, walk, whole
from xlplan.documents.word.reading import Passage, WordFile, part_of
from xlplan.packages.gate import Package
from xlplan.packages.tree import Node
from xlplan.tuples import NamedTuple

Properties = dict[str, Any]

TOGGLES = ("b", "i", "caps", "smallCaps", "vanish")
_FONT_SLOTS = ("ascii", "hAnsi")  # Vietnamese letters beyond ASCII are taken from hAnsi
_DRAWINGML = "http://schemas.openxmlformats.org/drawingml/2006/main}"
_WITHOUT_STYLES = "Times New Roman"  # what Word takes where no font is named at all
_CELL_MARGIN = 108  # twips: what Word leaves left and right of a cell's text
_AUTOMATIC = 280  # twips: what Word makes of "automatic" space, 14 pt


class Look(NamedTuple):
    """How letters look. ``fonts`` are those of ASCII and of all other letters; ``colour`` is ``000000`` for black."""

    fonts: tuple[str, str]
    size: float
    bold: bool
    italic: bool
    caps: bool
    underlined: bool
    colour: str


class Layout(NamedTuple):
    """How a paragraph lies on the page.

    ``first`` is the first line's indent from ``left`` (negative where it hangs), ``line`` is in 240ths of a line for
    the rule ``auto``, else in twips; ``border`` tells whether a solid line is drawn below, ``frame`` whether the
    paragraph is an old-style frame and how that is aligned.
    """

    align: str
    left: int
    right: int
    first: int
    before: int
    after: int
    line: int
    line_rule: str
    contextual: bool
    border: bool
    tabs: tuple[int, ...]
    style: str
    numbered: tuple[str, int] | None
    frame: str | None


class Stretch(NamedTuple):
    """Letters of a passage that look alike: where they begin and end in its text."""

    start: int
    end: int
    look: Look


class Formats:
    """Styles, numbering and theme of a document; answers for any passage of it. Raises PackageError when made."""

    def __init__(self, file: WordFile) -> None:
        self._defaults: tuple[Properties, Properties] = ({}, {})
        self._styles: dict[str, Node] = {}
        self._default: dict[str, str] = {}
        self._resolved: dict[str, tuple[Properties, Properties]] = {}
        self._looks: dict[tuple[object, ...], Look] = {}
        root = _root(file.package, file.part, "styles")
        for node in root or ():
            if node.tag == w("style"):
                self._take_style(node)
            elif node.tag == w("docDefaults"):
                self._defaults = (
                    paragraph_properties(child(node, "pPrDefault", "pPr")),
                    run_properties(child(node, "rPrDefault", "rPr")),
                )
        self.lists = Lists(_root(file.package, file.part, "numbering"))
        self._fonts = theme_fonts(file.package, file.part)
        self._tables = _tables_of(file)

    def _take_style(self, node: Node) -> None:
        name, kind = node.get(w("styleId")), node.get(w("type"), "paragraph")
        self._styles.setdefault(name, node)
        if attribute(node, "default") in ("1", "true", "on"):
            self._default[kind] = name

    def _style(self, name: str | None, kind: str) -> tuple[Properties, Properties]:
        """Paragraph and run properties of a style with all that it is based on."""
        name = name or ""
        node = self._styles.get(name)
        if node is None or node.get(w("type"), "paragraph") != kind:
            name = self._default.get(kind, "")
        if name not in self._resolved:
            chain: list[Node] = []
            above: str | None = name
            while above is not None and (node := self._styles.get(above)) is not None and node not in chain:
                chain.append(node)
                above = val(node, "basedOn")
            paragraph: Properties = {}
            run: Properties = {}
            for node in reversed(chain):
                _merge(paragraph, paragraph_properties(child(node, "pPr")))
                _merge(run, run_properties(child(node, "rPr")))
            self._resolved[name] = (paragraph, run)
        return self._resolved[name]

    def cell_margins(self, table: Node) -> int:
        """What a table's cells leave free left and right together, in twips."""
        chain = [child(table, "tblPr")]
        name: str | None = val(table, "tblPr", "tblStyle") or self._default.get("table")
        for _ in range(len(self._styles)):  # a circle of styles ends too
            style = self._styles.get(name or "")
            chain.append(child(style, "tblPr"))
            name = val(style, "basedOn")
        total = 0
        for names in (("left", "start"), ("right", "end")):
            found = (child(properties, "tblCellMar", side) for properties in chain for side in names)
            widths = (whole(attribute(node, "w")) for node in found if node is not None)
            total += next((width for width in widths if width is not None), _CELL_MARGIN)
        return total

    def layout(self, passage: Passage) -> Layout:
        """The effective layout of a paragraph."""
        own = child(passage.element, "pPr")
        direct = paragraph_properties(own)
        style = val(own, "pStyle")
        merged: Properties = dict(self._defaults[0])
        table = self._tables.get(id(passage.element))
        if table is not None:
            _merge(merged, self._style(table, "table")[0])
        by_style = self._style(style, "paragraph")[0]
        numbered = direct.get("numbered", by_style.get("numbered"))
        by_list = self.lists.properties(*numbered) if numbered else {}
        for properties in (by_style, by_list) if "numbered" in direct else (by_list, by_style):
            _merge(merged, properties)
        _merge(merged, direct)
        return _layout(merged, style or self._default.get("paragraph", ""), numbered)

    def stretches(self, passage: Passage) -> Iterator[Stretch]:
        """The looks of a passage's text, run by run."""
        start = 0
        style = val(passage.element, "pPr", "pStyle")
        table = self._tables.get(id(passage.element))
        for piece in passage.pieces:
            end = start + len(piece.text)
            yield Stretch(start, end, self._look(piece.run, style, table))
            start = end

    def numbered(self, passage: Passage) -> tuple[str, int] | None:
        """The list and the level of a paragraph that Word numbers."""
        own = child(passage.element, "pPr")
        direct = child(own, "numPr")
        found = _number(direct) if direct is not None else self._style(val(own, "pStyle"), "paragraph")[0]
        number: tuple[str, int] | None = found.get("numbered")
        return number

    def _look(self, run: Node, style: str | None, table: str | None) -> Look:
        own = child(run, "rPr")
        written = tuple((node.tag, *node.attrib.items()) for node in own or ())
        form = (written, style, table)
        found = self._looks.get(form)
        if found is None:
            found = self._looks[form] = self._combined(own, style, table)
        return found

    def _combined(self, own: Node | None, style: str | None, table: str | None) -> Look:
        direct = run_properties(own)
        levels = [
            self._style(table, "table")[1] if table is not None else {},
            self._style(style, "paragraph")[1],
            self._style(val(own, "rStyle"), "character")[1],
        ]
        merged: Properties = dict(self._defaults[1])
        for level in levels:
            _merge(merged, level)
        for toggle in TOGGLES:  # an odd number of styles that switch it on
            by_default = bool(self._defaults[1].get(toggle))
            merged[toggle] = by_default or sum(bool(level.get(toggle)) for level in levels) % 2 == 1
        _merge(merged, direct)
        ascii_, other = (self._font(merged, slot) for slot in _FONT_SLOTS)
        return Look(
            (ascii_, other),
            merged.get("size", 10.0),
            bool(merged["b"]),
            bool(merged["i"]),
            bool(merged["caps"] or merged["smallCaps"]),
            merged.get("underline", "none") not in ("none", ""),
            merged.get("colour", "000000"),
        )

    def _font(self, properties: Mapping[str, Any], slot: str) -> str:
        theme, name = properties.get(f"font.{slot}", (None, None))
        return self._fonts.get(theme or "") or name or _WITHOUT_STYLES


# -- properties of one level ---------------------------------------------------------------------------------


def run_properties(properties: Node | None) -> Properties:
    """What a ``w:rPr`` says, and nothing else."""
    found: Properties = {}
    for node in properties or ():
        name = node.tag.rpartition("}")[2]
        if name in TOGGLES:
            found[name] = switch(node)
        elif name == "sz":
            size = whole(val(node))
            if size:
                found["size"] = size / 2
        elif name == "color":
            found["colour"] = _colour(node)
        elif name == "u":
            found["underline"] = node.get(w("val"), "single")
        elif name == "rFonts":
            for slot in _FONT_SLOTS:
                theme, plain = attribute(node, f"{slot}Theme"), attribute(node, slot)
                if theme or plain:
                    found[f"font.{slot}"] = (theme, plain)
    return found


def _colour(node: Node) -> str:
    """``000000`` for automatic colour and the theme's text colour."""
    value = node.get(w("val"), "auto").upper()
    theme = attribute(node, "themeColor")
    dark = theme in ("text1", "dark1") and not (attribute(node, "themeTint") or attribute(node, "themeShade"))
    return "000000" if value == "AUTO" or dark else value


def paragraph_properties(properties: Node | None) -> Properties:
    """What a ``w:pPr`` says, and nothing else."""
    found: Properties = {}
    for node in properties or ():
        name = node.tag.rpartition("}")[2]
        reader = _PARAGRAPH.get(name)
        if reader is not None:
            found |= reader(node)
    return found


def _spacing(node: Node) -> Properties:
    found: Properties = {}
    for side in ("before", "after"):
        if attribute(node, f"{side}Autospacing") in ("1", "true", "on"):
            found[side] = _AUTOMATIC
        elif (lines := whole(attribute(node, f"{side}Lines"))) is not None:
            found[side] = round(lines * 2.4)
        elif (distance := whole(attribute(node, side))) is not None:
            found[side] = distance
    if (line := whole(attribute(node, "line"))) is not None:
        found["line"] = line
        found["line_rule"] = attribute(node, "lineRule") or "auto"
    return found


def _indents(node: Node) -> Properties:
    found: Properties = {}
    for side, names in (("left", ("left", "start")), ("right", ("right", "end"))):
        distance = next((d for n in names if (d := whole(attribute(node, n))) is not None), None)
        if distance is not None:
            found[side] = distance
    hanging, first = whole(attribute(node, "hanging")), whole(attribute(node, "firstLine"))
    if hanging is not None or first is not None:
        found["first"] = -hanging if hanging else first or 0
    return found


def _number(node: Node) -> Properties:
    name, level = val(node, "numId"), whole(val(node, "ilvl")) or 0
    return {"numbered": (name, level) if name and name != "0" else None}


def _tabs(node: Node) -> Properties:
    stops = [whole(attribute(tab, "pos")) for tab in node if val(tab) not in ("clear", "bar")]
    return {"tabs": tuple(sorted(stop for stop in stops if stop is not None))}


def _frame(node: Node) -> Properties:
    return {"frame": attribute(node, "xAlign") or ""}


_PARAGRAPH = {
    "spacing": _spacing,
    "ind": _indents,
    "jc": lambda node: {"align": node.get(w("val"))},
    "contextualSpacing": lambda node: {"contextual": switch(node)},
    "pBdr": lambda node: {"border": (val(node, "bottom") or "none") not in ("none", "nil")},
    "numPr": _number,
    "tabs": _tabs,
    "framePr": _frame,
}


def _merge(below: Properties, above: Mapping[str, Any]) -> None:
    below.update(above)


def _layout(merged: Mapping[str, Any], style: str, numbered: tuple[str, int] | None) -> Layout:
    align = {"start": "left", "end": "right"}.get(merged.get("align") or "left", merged.get("align") or "left")
    left, right, first, before, after = (merged.get(name, 0) for name in ("left", "right", "first", "before", "after"))
    return Layout(
        align,
        left,
        right,
        first,
        before,
        after,
        merged.get("line", 240),
        merged.get("line_rule", "auto"),
        bool(merged.get("contextual")),
        bool(merged.get("border")),
        merged.get("tabs", ()),
        style,
        numbered,
        merged.get("frame"),
    )


# -- lists, theme, tables ------------------------------------------------------------------------------------


class Level(NamedTuple):
    """One level of a list: how its numbers are written (``%1.``), in which digits, from which number.

    ``restarts`` tells whether the list begins anew where another of its family went before.
    """

    text: str
    digits: str
    start: int
    properties: Properties
    restarts: bool = False


class Lists:
    """The automatic lists of a document (its numbering part)."""

    def __init__(self, root: Node | None) -> None:
        abstract = {n.get(w("abstractNumId")): n for n in root or () if n.tag == w("abstractNum")}
        self._levels: dict[str, dict[int, Level]] = {}
        self._family: dict[str, str] = {}
        for node in root or ():
            if node.tag != w("num"):
                continue
            name, family = node.get(w("numId")), val(node, "abstractNumId") or ""
            levels = {_level_number(n): _level(n) for n in abstract.get(family, ()) if n.tag == w("lvl")}
            for override in node:
                if override.tag == w("lvlOverride"):
                    self._override(levels, override)
            self._levels[name] = levels
            self._family[name] = family

    @staticmethod
    def _override(levels: dict[int, Level], override: Node) -> None:
        number = _level_number(override)
        inner, start = child(override, "lvl"), whole(val(override, "startOverride"))
        if inner is not None:
            levels[number] = _level(inner)
        if start is not None and number in levels:
            levels[number] = levels[number]._replace(start=start, restarts=True)

    @property
    def empty(self) -> bool:
        """Whether there is none."""
        return not self._levels

    def level(self, name: str, number: int) -> Level | None:
        """A level of a list, if the list has it."""
        return self._levels.get(name, {}).get(number)

    def levels(self, name: str) -> Mapping[int, Level]:
        """All levels of a list by number."""
        return self._levels.get(name, {})

    def family(self, name: str) -> str:
        """Lists of one family count on from each other."""
        return self._family.get(name, name)

    def properties(self, name: str, number: int) -> Properties:
        """What a level says about its paragraphs."""
        level = self.level(name, number)
        return level.properties if level else {}


def _level_number(node: Node) -> int:
    return whole(attribute(node, "ilvl")) or 0


def _level(node: Node) -> Level:
    return Level(
        val(node, "lvlText") or "",
        val(node, "numFmt") or "decimal",
        whole(val(node, "start")) or 0,
        paragraph_properties(child(node, "pPr")),
    )


def theme_fonts(package: Package, part: str) -> dict[str, str]:
    """The fonts of the theme by the names that styles use for them (``minorHAnsi``). Raises PackageError."""
    found: dict[str, str] = {}
    root = _root(package, part, "theme")
    for scheme in walk(root) if root is not None else ():
        kind = {f"{_DRAWINGML}majorFont": "major", f"{_DRAWINGML}minorFont": "minor"}.get(scheme.tag)
        if kind is None:
            continue
        for node in scheme:
            names = _THEME_SLOTS.get(node.tag.removeprefix(_DRAWINGML), ())
            found |= {f"{kind}{name}": node.get("typeface") for name in names if node.get("typeface")}
    return found


_THEME_SLOTS = {"latin": ("HAnsi", "Ascii"), "ea": ("EastAsia",), "cs": ("Bidi",)}


_TABLE, _PARAGRAPH_MARK = w("tbl"), w("p")
_WITHIN_NONE = frozenset(map(w, ("pPr", "rPr", "t", "tblPr", "tblGrid", "trPr", "tcPr", "sectPr", "sdtPr")))


def _tables_of(file: WordFile) -> dict[int, str]:
    """For each paragraph in a table (by its node) the style of the innermost table, empty where it names none."""
    found: dict[int, str] = {}
    waiting: list[tuple[Node, str | None]] = [(file.body, None)]
    while waiting:
        node, style = waiting.pop()
        if node.tag == _TABLE:
            style = val(node, "tblPr", "tblStyle") or ""
        elif node.tag == _PARAGRAPH_MARK and style is not None:
            found[id(node)] = style
        waiting += [(inner, style) for inner in node.children if inner.tag not in _WITHIN_NONE]
    return found


def _root(package: Package, part: str, kind: str) -> Node | None:
    name = part_of(package, part, kind)
    return transitional(package.xml(name)) if name else None
