"""A Word file as the text that a person reads, paragraph by paragraph, each with its place.

Places are those of :mod:`xlplan.documents.word.places`. The file is only read, and only through the gate of
:mod:`xlplan.packages.gate`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from xlplan.documents.word.kinds import refuse_macros
from xlplan.documents.word.nodes import COMPATIBILITY, attribute, child, switch, transitional, val, w, walk
from xlplan.documents.word.places import PARTS, cell_place, cells, chosen, contents, paragraph_place, rows, table_place
from xlplan.packages.gate import Package, PackageError
from xlplan.packages.tree import Node
from xlplan.tuples import NamedTuple

Kind = Literal["body", "cell", "textbox", "header", "footer", "note"]

_BREAKS = {w("tab"): "\t", w("ptab"): "\t", w("br"): "\n", w("cr"): "\n", w("noBreakHyphen"): "-"}
_ALTERNATE = f"{COMPATIBILITY}AlternateContent"
_P, _R, _T, _TBL = map(w, ("p", "r", "t", "tbl"))
_NOTES = frozenset(map(w, ("footnote", "endnote")))
_FIELD, _BOX, _RUBY, _SECTION = map(w, ("fldChar", "txbxContent", "ruby", "sectPr"))
_DRAWN = frozenset(map(w, ("drawing", "pict", "object"))) | {_ALTERNATE}
_SPACE = "http://www.w3.org/XML/1998/namespace}space"
_WHITE = dict.fromkeys(map(ord, "\t\r\n"), " ")
_MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math}"


class Piece(NamedTuple):
    """Some text of one run (``run`` is its ``w:r``), so that its formatting can be looked up."""

    text: str
    run: Node


class Passage(NamedTuple):
    """One paragraph.

    ``text`` is NFC with tabs, line breaks (``\\n``) and non-breaking spaces as they stand; tracked insertions are in
    it and deletions are not, neither are hidden text and the codes of fields. ``element`` is its ``w:p`` in ``part``
    and ``number`` the place of that element among all ``w:p`` of the part in document order, from 0 (so another
    parser finds it again). ``section`` counts the sections from 0. ``pieces`` is the text with its runs.
    """

    place: str
    text: str
    kind: Kind
    element: Node
    part: str
    number: int
    section: int = 0
    pieces: tuple[Piece, ...] = ()


class WordFile(NamedTuple):
    """A Word file that was read: the passages of its main part in order, and the properties of its sections.

    ``sections`` are the ``w:sectPr`` in order; a passage's ``section`` is a position among them.
    """

    package: Package
    part: str
    body: Node
    passages: tuple[Passage, ...]
    sections: tuple[Node, ...]

    def others(self) -> tuple[Passage, ...]:
        """The passages of headers, footers and notes. Raises PackageError."""
        parts = other_parts(self.package, self.part)
        return tuple(
            passage for part, name in parts.items() for passage in self.passages_of(part, _KINDS[name[0]], name)
        )

    def passages_of(self, part: str, kind: Kind, prefix: str = "") -> tuple[Passage, ...]:
        """The passages of another part (a header, a footer, notes). Raises PackageError."""
        root = transitional(self.package.xml(part))
        reader = _Reader(root, part, hidden_styles(self.package, self.part), kind, prefix)
        return tuple(reader.read(root))


_KINDS: dict[str, Kind] = {"H": "header", "F": "footer", "N": "note"}


def other_parts(package: Package, main: str) -> dict[str, str]:
    """The parts beside the body that hold text, each with its name in places: ``H1``, ``F1``, ``N1``."""
    found: dict[str, str] = {}
    counts: dict[str, int] = {}
    for relationship in package.relationships(main).values():
        letter = PARTS.get(relationship.type)
        if letter is not None and not relationship.external and package.has(relationship.target):
            counts[letter] = counts.get(letter, 0) + 1
            found[relationship.target] = f"{letter}{counts[letter]}"
    return found


def places_of(package: Package, main: str, part: str) -> dict[int, str]:
    """The places of a part's paragraphs by their numbers (as in :class:`Passage`). Raises PackageError."""
    root = transitional(package.xml(part))
    name = "" if part == main else other_parts(package, main).get(part, part.rpartition("/")[2])
    reader = _Reader(root, part, frozenset(), _KINDS.get(name[:1], "body"), name)
    return {passage.number: passage.place for passage in reader.read(child(root, "body") or root)}


def read(path: Path | str) -> WordFile:
    """Reads a Word file. Raises PackageError for whatever is no such file, ``macros`` for one with macros."""
    return opened(Package.open(path))


def opened(package: Package) -> WordFile:
    """:func:`read` for an opened package. Raises PackageError."""
    part, root = package.main_part("word")
    refuse_macros(package, part)
    body = child(transitional(root), "body")
    if body is None:
        raise PackageError("damaged", f"part {part} has no body")
    reader = _Reader(root, part, hidden_styles(package, part), "body", "")
    passages = tuple(reader.read(body))
    return WordFile(package, part, body, passages, tuple(reader.sections))


def hidden_styles(package: Package, part: str) -> frozenset[str]:
    """The ids of the styles whose text is hidden, by themselves or by the style that they are based on."""
    name = part_of(package, part, "styles")
    root = transitional(package.xml(name)) if name else None
    own: dict[str, tuple[str | None, bool | None]] = {}
    for style in root or ():
        if style.tag == w("style"):
            own[style.get(w("styleId"))] = (val(style, "basedOn"), switch(child(style, "rPr", "vanish")))
    if not any(vanish for _, vanish in own.values()):
        return frozenset()
    return frozenset(name for name in own if _vanishes(name, own))


def _vanishes(style: str | None, own: dict[str, tuple[str | None, bool | None]]) -> bool:
    for _ in range(len(own)):  # a circle of styles ends too
        based_on, vanish = own.get(style or "", (None, None))
        if vanish is not None or based_on is None:
            return bool(vanish)
        style = based_on
    return False


def part_of(package: Package, part: str, kind: str) -> str | None:
    """The part of a kind (``styles``, ``numbering``, ``theme``) that another part refers to, if it is there."""
    for relationship in package.relationships(part).values():
        if relationship.type == kind and not relationship.external and package.has(relationship.target):
            return relationship.target
    return None


class _Reader:
    """One part, read from its beginning; fields may begin in one paragraph and end in another."""

    def __init__(self, root: Node, part: str, hidden: frozenset[str], kind: Kind, prefix: str) -> None:
        self.part, self.hidden, self.kind, self.prefix = part, hidden, kind, prefix
        self.numbers = {id(node): n for n, node in enumerate(n for n in walk(root) if n.tag == _P)}
        self.sections: list[Node] = []
        self.fields: list[bool] = []  # for each open field, whether its result is being read
        self.paragraphs = self.tables = 0

    def read(self, parent: Node) -> Iterator[Passage]:
        """The passages of the body (or of a header's root) in order."""
        for block in contents(parent):
            if block.tag == _P:
                self.paragraphs += 1
                yield from self.passage(block, paragraph_place(self.paragraphs, self.prefix), self.kind)
                section = child(block, "pPr", "sectPr")
                if section is not None:
                    self.sections.append(section)
            elif block.tag == _TBL:
                self.tables += 1
                kind = "cell" if not self.prefix else self.kind
                yield from self.table(block, table_place(self.tables, self.prefix), kind)
            elif block.tag == _SECTION:
                self.sections.append(block)
            elif (
                block.tag in _NOTES and attribute(block, "type") is None
            ):  # the others are lines between text and notes
                yield from self.read(block)

    def table(self, table: Node, place: str, kind: Kind) -> Iterator[Passage]:
        """The passages of a table, row by row."""
        for number, row in rows(table):
            for column, _, cell in cells(row):
                yield from self.inner(cell, cell_place(place, number, column), kind)

    def inner(self, parent: Node, place: str, kind: Kind) -> Iterator[Passage]:
        """The passages in a cell or a text box: all of one place, but for those of tables within it."""
        tables = 0
        for block in contents(parent):
            if block.tag == _P:
                yield from self.passage(block, place, kind)
            elif block.tag == _TBL:
                tables += 1
                yield from self.table(block, table_place(tables, place), kind)

    def passage(self, paragraph: Node, place: str, kind: Kind) -> Iterator[Passage]:
        """A paragraph, then the paragraphs of the text boxes that hang on it."""
        boxes: list[Node] = []
        style = val(paragraph, "pPr", "pStyle")
        pieces = tuple(self.pieces(paragraph, boxes, hidden=style in self.hidden))
        text = unicodedata.normalize("NFC", "".join(piece.text for piece in pieces))
        number = self.numbers.get(id(paragraph), -1)
        yield Passage(place, text, kind, paragraph, self.part, number, len(self.sections), pieces)
        for box in boxes:
            yield from self.inner(box, place, "textbox")

    def pieces(self, paragraph: Node, boxes: list[Node], *, hidden: bool) -> Iterator[Piece]:
        """The text of a paragraph with its runs; text boxes are put aside."""
        for node in contents(paragraph):
            if node.tag == _R:
                text = self.run(node, boxes, hidden=hidden)
                if text:
                    yield Piece(unicodedata.normalize("NFC", text), node)
            elif node.tag.startswith(_MATH):
                text = "".join(inner.text for inner in walk(node) if inner.tag == f"{_MATH}t")
                if text and all(self.fields):
                    yield Piece(unicodedata.normalize("NFC", text), node)

    def run(self, run: Node, boxes: list[Node], *, hidden: bool) -> str:
        """What a run shows."""
        own = switch(child(run, "rPr", "vanish"))
        by_style = val(run, "rPr", "rStyle") in self.hidden
        shown = not (own if own is not None else hidden or by_style)
        text = ""
        for node in run:
            if node.tag == _FIELD:
                self.field(attribute(node, "fldCharType"))
            elif node.tag in _DRAWN:
                boxes += _boxes(node)
            elif node.tag == _RUBY:
                base = child(node, "rubyBase")
                text += "".join(self.run(r, boxes, hidden=not shown) for r in base or () if r.tag == _R)
            elif shown and all(self.fields):
                text += _written(node) if node.tag == _T else _BREAKS.get(node.tag, "") or _symbol(node)
        return text

    def field(self, mark: str | None) -> None:
        """A field begins, comes to its result or ends."""
        if mark == "begin":
            self.fields.append(False)
        elif self.fields and mark == "separate":
            self.fields[-1] = True
        elif self.fields and mark == "end":
            self.fields.pop()


def _boxes(drawn: Node) -> Iterator[Node]:
    """The contents of text boxes in a drawing, each once and without those within them."""
    for node in [chosen(drawn)] if drawn.tag == _ALTERNATE else drawn:
        if node.tag == _BOX:
            yield node
        elif node is not drawn:
            yield from _boxes(node)


def _written(node: Node) -> str:
    """The text of a ``w:t`` as Word shows it: white space at its ends counts only where the file says so."""
    text = node.text.translate(_WHITE)
    return text if node.get(_SPACE) == "preserve" else text.strip(" ")


def _symbol(node: Node) -> str:
    """A character of a symbol font; those of the private use area come as a bullet."""
    if node.tag != w("sym"):
        return ""
    try:
        code = int(attribute(node, "char") or "", 16)
    except ValueError:
        return ""
    return "•" if 0xE000 <= code < 0xF900 or not 0x20 <= code < 0xD800 else chr(code)
