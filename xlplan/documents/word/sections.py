"""The pages of a document: size, margins, and what their headers and footers show."""

from __future__ import annotations

from typing import Literal

from xlplan.documents.word.nodes import RELATIONSHIP_ID, attribute, child, switch, transitional, val, w, whole
from xlplan.documents.word.reading import Passage, WordFile, part_of
from xlplan.packages.tree import Node
from xlplan.tuples import NamedTuple

Which = Literal["default", "first", "even"]
TWIPS_A_MM = 1440 / 25.4
_A4 = (11906, 16838)


class Section(NamedTuple):
    """One section. Lengths are in millimetres; ``left`` holds the gutter too. ``starts_at`` is the number its pages
    begin with, ``None`` where they count on. ``headers`` and ``footers`` are part names by the pages they are on;
    what a section does not name is that of the section before.
    """

    width: float
    height: float
    landscape: bool
    top: float
    bottom: float
    left: float
    right: float
    different_first: bool
    starts_at: int | None
    continuous: bool
    headers: dict[str, str]
    footers: dict[str, str]

    def part(self, which: Which, *, footer: bool = False) -> str | None:
        """The header (or footer) of the first, the even or all other pages."""
        return (self.footers if footer else self.headers).get(which)


def sections(file: WordFile) -> tuple[Section, ...]:
    """The sections in order. Raises PackageError where a relationship part is damaged."""
    found: list[Section] = []
    targets = {name: r.target for name, r in file.package.relationships(file.part).items() if not r.external}
    for node in file.sections:
        before = found[-1] if found else None
        headers = dict(before.headers) if before else {}
        footers = dict(before.footers) if before else {}
        for reference in node:
            known = {w("headerReference"): headers, w("footerReference"): footers}.get(reference.tag)
            target = targets.get(reference.get(RELATIONSHIP_ID), "")
            if known is not None and file.package.has(target):
                known[attribute(reference, "type") or "default"] = target
        found.append(_section(node, headers, footers))
    return tuple(found)


def _section(node: Node, headers: dict[str, str], footers: dict[str, str]) -> Section:
    size, margins = child(node, "pgSz"), child(node, "pgMar")

    def mm(holder: Node | None, name: str, default: int) -> float:
        twips = whole(attribute(holder, name))
        return abs(default if twips is None else twips) / TWIPS_A_MM

    width, height = mm(size, "w", _A4[0]), mm(size, "h", _A4[1])
    return Section(
        width,
        height,
        width > height,
        mm(margins, "top", 1440),
        mm(margins, "bottom", 1440),
        mm(margins, "left", 1440) + mm(margins, "gutter", 0),
        mm(margins, "right", 1440),
        bool(switch(child(node, "titlePg"))),
        whole(attribute(child(node, "pgNumType"), "start")),
        val(node, "type") == "continuous",
        headers,
        footers,
    )


def even_pages_differ(file: WordFile) -> bool:
    """Whether even pages have headers of their own. Raises PackageError."""
    name = part_of(file.package, file.part, "settings")
    root = transitional(file.package.xml(name)) if name else None
    return bool(switch(child(root, "evenAndOddHeaders")))


def page_numbers(file: WordFile, part: str | None) -> tuple[Passage, ...]:
    """The paragraphs of a header or footer that show the page's number (fields PAGE). Raises PackageError."""
    if part is None:
        return ()
    return tuple(p for p in file.passages_of(part, "header", "H") if _counts_pages(p.element))


def _counts_pages(paragraph: Node) -> bool:
    """Whether a field PAGE stands in a paragraph itself, not in a text box that hangs on it."""
    code = ""
    waiting = list(reversed(paragraph.children))
    while waiting:
        node = waiting.pop()
        if node.tag == w("instrText"):
            code += node.text
        elif node.tag == w("fldSimple"):
            code += f" {node.get(w('instr'))} "
        elif node.tag == w("pgNum"):
            return True
        if node.tag != w("txbxContent"):
            waiting += reversed(node.children)
    return "PAGE" in code.upper().split()
