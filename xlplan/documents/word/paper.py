"""A Word file with all that the rules ask of it: its lines, how they look, and its pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from xlplan.documents.word.contents import of_contents
from xlplan.documents.word.formatting import Formats, Layout, Look
from xlplan.documents.word.lists import labels
from xlplan.documents.word.nodes import attribute, child, w, whole
from xlplan.documents.word.reading import Passage, WordFile
from xlplan.documents.word.sections import Section, sections
from xlplan.packages.tree import Node
from xlplan.patterns import pattern
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.text import clean, upper

_CUT = pattern(r"[^\t\n]+")
_CELL_MARGIN = 108  # twips: what Word leaves left and right where nothing else is said
_QUOTED = 40  # characters of a line that a finding quotes


def shortened(text: str) -> str:
    """The beginning of a text, as a finding quotes it."""
    text = " ".join(text.split())
    return text if len(text) <= _QUOTED else f"{text[: _QUOTED - 1].rstrip()}…"


class Line(NamedTuple):
    """What stands between two line breaks or tabs: two columns that somebody made with tabs are two lines.

    ``text`` has single spaces and the label of an automatic list before it, letters that are formatted as capitals
    being capitals. ``at`` is the position of the passage in the file, ``start`` and ``end`` are places in its text.
    """

    text: str
    passage: Passage
    at: int
    start: int
    end: int
    labelled: bool = False

    @property
    def place(self) -> str:
        """Where it stands."""
        return self.passage.place

    @property
    def quote(self) -> str:
        """Its beginning, for a finding."""
        return shortened(self.text)


class Paper:
    """A Word file and what follows from it, each computed once. Raises PackageError when made."""

    def __init__(self, file: WordFile) -> None:
        self.file = file
        self.formats = Formats(file)
        self.sections: tuple[Section, ...] = sections(file)
        self._layouts: dict[int, Layout] = {}

    @cached_property
    def labels(self) -> dict[int, str]:
        """The numbers and bullets of automatic lists by the number of the paragraph."""
        return labels(self.file.passages, self.formats)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """All lines with something to read, in order; a table of contents only repeats them."""
        contents = of_contents(self.file.passages)
        return tuple(
            line
            for at, passage in enumerate(self.file.passages)
            if passage.number not in contents
            for line in self._cut(at, passage)
        )

    def _cut(self, at: int, passage: Passage) -> list[Line]:
        found: list[Line] = []
        capitals = [(s.start, s.end) for s in self.formats.stretches(passage) if s.look.caps]
        text = passage.text
        for start, end in capitals:
            text = text[:start] + upper(text[start:end]) + text[end:]
        if len(text) != len(passage.text):  # a letter that has no single capital
            text = passage.text
        label = self.labels.get(passage.number, "") if passage.kind in ("body", "cell") else ""
        for cut in _CUT.finditer(text):
            words = clean(cut[0])
            if words:
                words = f"{label} {words}" if label and not found else words
                found.append(Line(words, passage, at, cut.start(), cut.end(), bool(label) and not found))
        return found

    @cached_property
    def cell_widths(self) -> dict[int, int]:
        """The room in twips of each paragraph in a cell (by its node), as far as the file tells."""
        found: dict[int, int] = {}
        waiting: list[tuple[Node, int, int]] = [(self.file.body, 0, 2 * _CELL_MARGIN)]
        while waiting:
            node, room, margins = waiting.pop()
            if node.tag == w("tbl"):
                margins = self.formats.cell_margins(node)
            elif node.tag == w("tc"):
                width = child(node, "tcPr", "tcW")
                known = whole(attribute(width, "w")) if attribute(width, "type") in (None, "dxa") else None
                room = max(0, (known or 0) - margins)
            elif node.tag == w("p") and room:
                found[id(node)] = room
            waiting += [(inner, room, margins) for inner in node]
        return found

    def layout(self, passage: Passage) -> Layout:
        """How a paragraph lies."""
        found = self._layouts.get(id(passage.element))
        if found is None:
            found = self._layouts[id(passage.element)] = self.formats.layout(passage)
        return found

    def looks(self, line: Line) -> list[tuple[str, Look]]:
        """The letters of a line that look alike, with how they look; what has no letters or digits is left out."""
        found = []
        for stretch in self.formats.stretches(line.passage):
            text = line.passage.text[max(stretch.start, line.start) : min(stretch.end, line.end)]
            if stretch.start < line.end and stretch.end > line.start and any(c.isalnum() for c in text):
                found.append((text, stretch.look))
        return found


def by_passage(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """The lines of one passage together."""
    group: list[Line] = []
    for line in lines:
        if group and line.passage is not group[-1].passage:
            yield group
            group = []
        group.append(line)
    if group:
        yield group
