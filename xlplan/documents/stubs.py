"""Short stand-ins for paragraphs' runs and tables while a document is finished, so that only the template is a tree.

What stands in for a table keeps what finishing looks at: that it has a heading, and whether its last row is kept with
what follows.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, TypeAlias

from xlplan.documents.wordxml import bytes_of, escape, inline, narrow
from xlplan.tuples import NamedTuple

TEXT_START, TEXT_END = "\ufdd7", "\ufdd8"  # around the number of a text: noncharacters, which no text holds
_HEAD = "<w:tr><w:trPr><w:tblHeader/></w:trPr></w:tr>"
_KEEP = "<w:keepNext/>"
_KEPT = f"<w:pPr>{_KEEP}</w:pPr>".encode()
_STYLED = re.compile(r'<w:p><w:pPr><w:pStyle w:val="[^"]*"/>(?=</w:pPr>)')  # how our tables' paragraphs begin
_FOUND = re.compile(
    rb'<w:(?:p stub="(\d+)"( at="body")?>(%(kept)b)?<w:r><w:t>[^<]*</w:t></w:r></w:p>'
    rb'|r stub="(\d+)"><w:t>[^<]*</w:t></w:r>'
    rb'|tbl stub="(\d+)">%(head)b<w:tr><w:p(?:/>|>(%(kept)b)</w:p>)</w:tr></w:tbl>'
    rb'|tag w:val="%(start)b(\d+)%(end)b"/>)'
    rb"|%(start)b(\d+)%(end)b:?"
    % {b"kept": _KEPT, b"head": _HEAD.encode(), b"start": TEXT_START.encode(), b"end": TEXT_END.encode()}
)


Pieces: TypeAlias = tuple[tuple[str, tuple[str | None, ...]], ...]
"""An outline: what stands before each of its numbers, and which number of what it is (the groups of the pattern).

All as narrow texts (:func:`xlplan.documents.wordxml.narrow`), like whatever else is put together here.
"""

Around: TypeAlias = tuple[str, str]
"""What a part has before its body and behind it, as narrow texts."""


def pieces_of(outline: bytes) -> Pieces | None:
    """An outline in pieces; the last has no number. ``None`` where a stand-in has a form that is no longer known."""
    found = [None if piece is None else piece.decode("latin-1") for piece in _FOUND.split(outline)]
    size = _FOUND.groups + 1
    rows = [found[i : i + size] for i in range(0, len(found), size)]
    if any(before and ' stub="' in before for before, *_ in rows):
        return None
    return tuple((before or "", tuple(groups) or ("",) * _FOUND.groups) for before, *groups in rows)


class Frame(NamedTuple):
    """The XML around a paragraph's number and words, as it is and kept with the next one.

    Each is (before the words, after them), or (before the number, between, after) for a paragraph with a number.
    ``end`` is the last letter that the template sets behind the words, mostly none.
    """

    plain: tuple[str, ...]
    kept: tuple[str, ...]
    end: str


class Line(dict[str, Any]):
    """A line of the plan as a template sees it; ``stub`` is the number of the stand-in for its runs, if it has one."""

    __slots__ = ("stub", "stubs")
    stub: int | None
    stubs: Stubs


class Stubs:
    """The stand-ins of one document; ``spans`` says which controls (from, to) are inside each."""

    def __init__(self) -> None:
        self.full: list[str] = []
        self.spans: list[tuple[int, int]] = []
        self._ends: dict[int, str] = {}
        self._groups: list[list[tuple[Line, Frame]]] = []

    def line(self, kind: str, number: str, words: str, made: int) -> Line:
        """A line whose words were the ``made``-th stand-in, if one was made for them."""
        line = Line(kieu=kind, so=number, chu=words, bang="")
        by_rote = len(self.full) > made and number.isprintable() and not number.isspace()
        line.stub, line.stubs = made if by_rote else None, self
        return line

    def paragraphs(self, lines: list[tuple[Line, Frame]]) -> str:
        """One stand-in for the paragraphs of lines that follow each other.

        Finishing ties a line that ends with a colon to the next one, and else only ever looks at the last.
        """
        self._groups.append(lines)
        line, frame = lines[-1]
        return f'<w:p stub="{len(self._groups) - 1}"><w:r><w:t>{escape(self._end(line, frame))}</w:t></w:r></w:p>'

    def done(self) -> None:
        """Lets go of the lines, which refer to this and would wait for a garbage collection."""
        self._groups.clear()

    def _end(self, line: Line, frame: Frame) -> str:
        return frame.end or self._ends[line.stub or 0]

    def runs(self, xml: str, end: str, span: tuple[int, int]) -> str:
        """A stand-in for runs that ends as they do, with the letter ``end``."""
        if not end or not xml or not end.isprintable():
            return bytes_of(xml).decode()
        number = self._kept(xml, span)
        self._ends[number] = end
        return f'<w:r stub="{number}"><w:t>{_escaped(end)}</w:t></w:r>'

    def table(self, xml: str, span: tuple[int, int]) -> str:
        """A stand-in for a table with a heading of its own."""
        at = xml.rfind("<w:tr>")
        if at < 0 or xml.find("<w:tblHeader/>", 0, at) < 0:
            return bytes_of(xml).decode()
        return f'<w:tbl stub="{self._kept(xml, span)}">{_HEAD}<w:tr><w:p/></w:tr></w:tbl>'

    def _kept(self, xml: str, span: tuple[int, int]) -> int:
        self.full.append(xml)
        self.spans.append(span)
        return len(self.full) - 1

    def filled(
        self, pieces: Pieces, texts: list[str], numbers: list[int], names: list[tuple[int, str]], around: Around
    ) -> tuple[bytes, list[int]] | None:
        """A part whose body is an outline with what its numbers stand for, and the numbers of the controls in it.

        ``numbers`` are ours of its stand-ins (see :class:`xlplan.documents.skeletons.Outline`), ``around`` what stands
        before and behind the body. ``None`` where a stand-in stands in it twice: the other road does that.
        """
        parts = [around[0]]
        put: list[int] = []  # stand-ins of runs and tables
        named: list[int] = []
        for before, (group, in_body, kept, run, table, last_row_kept, name, text) in pieces:
            parts.append(before)
            if text:
                parts.append(narrow(texts[int(text)]))
            elif name:
                control, called = names[int(name)]
                named.append(control)
                parts.append(narrow(called))
            elif group:
                put += self._group(parts, numbers[int(group)], one_by_one=bool(in_body), kept=bool(kept))
            elif stub := run or table:
                put.append(numbers[int(stub)])
                full = self.full[put[-1]]
                parts.append(_with_last_row_kept(full) if last_row_kept else full)
        if len(set(put)) < len(put):
            return None
        parts.append(around[1])
        return bytes_of("".join(parts)), named + [n for number in put for n in range(*self.spans[number])]

    def _group(self, parts: list[str], number: int, *, one_by_one: bool, kept: bool) -> list[int]:
        """Append the paragraphs of a group; their stand-ins. Those in a table's row are kept only all together."""
        lines, full, put = self._groups[number], self.full, []
        last = len(lines) - 1
        for i, (line, frame) in enumerate(lines):
            stub = line.stub or 0
            tied = self._end(line, frame) == ":" if one_by_one and i < last else kept
            xml = frame.kept if tied else frame.plain
            if len(xml) == 3:
                parts += xml[0], _number(line["so"]), xml[1], full[stub], xml[2]
            else:
                parts += xml[0], full[stub], xml[1]
            put.append(stub)
        return put


def _with_last_row_kept(table: str) -> str:
    """What finishing does to a table that another follows."""
    rows, start, last = table.rpartition("<w:tr>")
    return rows + start + _STYLED.sub(rf"\g<0>{_KEEP}", last)


@lru_cache(maxsize=1024)
def _number(text: str) -> str:
    return narrow(inline(text))


_escaped = lru_cache(maxsize=256)(escape)  # of single letters
