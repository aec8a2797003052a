"""Where a comment stands in a paragraph: around words of it, over its runs.

A run is divided where a comment begins or ends within it; both halves have its formatting, and together they hold
what it held. Where a run holds something that cannot be divided, the comment spans all of it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Literal

from xlplan.documents.word.nodes import w
from xlplan.documents.word.nodes import walk as nodes
from xlplan.documents.word.reading import Passage
from xlplan.packages.patch.edits import Edit
from xlplan.packages.patch.markup import Span, append, is_empty, set_attribute
from xlplan.patterns import pattern
from xlplan.tuples import NamedTuple

Side = Literal["start", "end"]
_SIDES: tuple[Side, Side] = ("start", "end")
_RUN = w("r")
_LETTER = pattern(rb"&[^;<]*;|[\x00-\x7f]|[\xc0-\xff][\x80-\xbf]*")  # of XML's text: an entity is one
_ONE_LETTER = frozenset(("tab", "ptab", "br", "cr", "noBreakHyphen", "sym"))
_NO_TEXT = frozenset(("rPr", "fldChar", "lastRenderedPageBreak", "footnoteReference", "endnoteReference"))
_WHITE = dict.fromkeys(map(ord, "\t\r\n"), " ")
_AROUND = ("sdtContent", "sdt")
_BEFORE_CONTENT = ("sdtPr", "sdtEndPr")


class Anchor(NamedTuple):
    """A comment by its id, and the places in the passage's text of the words that it is about (``None``: all)."""

    id: int
    stretch: tuple[int, int] | None


class _Cut(NamedTuple):
    """A place where a mark can stand: a byte of the part, and the run (and its text) that is divided there."""

    at: int
    run: Span | None = None
    text: Span | None = None


class _Letter(NamedTuple):
    """Where a run can be divided before a letter or a tab; ``text`` is the ``w:t`` that is divided too, if one is."""

    at: int
    text: Span | None


class Anchors:
    """The places of one paragraph for the marks of comments."""

    def __init__(self, data: bytes, paragraph: Span, prefix: str, passage: Passage) -> None:
        self.data, self.paragraph, self.prefix, self.passage = data, paragraph, prefix, passage
        self.above: dict[int, Span] = {}
        self.runs: list[Span] = []
        self._walk(paragraph)

    def _walk(self, paragraph: Span) -> None:
        waiting = [paragraph]
        while waiting:
            span = waiting.pop()
            if span.qname == f"{self.prefix}r":
                self.runs.append(span)
            for child in span.children:
                self.above[child.start] = span
            waiting += reversed(span.children)

    def edits(self, anchors: Sequence[Anchor]) -> list[Edit]:
        """The marks of comments, each around its words."""
        marks: dict[_Cut, dict[Side, bytes]] = {}
        whole = []
        for anchor in anchors:
            places = self._places(*anchor.stretch) if anchor.stretch else None
            if places is None:
                whole.append(anchor)
                continue
            for side, place, mark in zip(_SIDES, places, self._marks(anchor), strict=True):
                found = marks.setdefault(place, {})
                found[side] = found.get(side, b"") + mark
        return [*self._around_all(whole), *self._divided(marks)]

    def _marks(self, anchor: Anchor) -> tuple[bytes, bytes]:
        p, identity = self.prefix, f'{self.prefix}id="{anchor.id}"'
        end = f"<{p}commentRangeEnd {identity}/><{p}r><{p}commentReference {identity}/></{p}r>"
        return f"<{p}commentRangeStart {identity}/>".encode(), end.encode()

    def _around_all(self, anchors: Sequence[Anchor]) -> Iterator[Edit]:
        """Marks around all that the paragraph holds."""
        if not anchors:
            return
        start, end = (b"".join(parts) for parts in zip(*map(self._marks, anchors), strict=True))
        if is_empty(self.data, self.paragraph):
            yield append(self.data, self.paragraph, start + end)
            return
        properties = next((child for child in self.paragraph.children if child.qname == f"{self.prefix}pPr"), None)
        place = properties.end if properties is not None else self.paragraph.inner
        yield Edit(place, place, start)
        yield Edit(self.paragraph.close, self.paragraph.close, end)

    def _divided(self, marks: dict[_Cut, dict[Side, bytes]]) -> Iterator[Edit]:
        """The marks at their places, the runs divided there; what ends at a place stands before what begins."""
        kept = set()
        for cut, found in marks.items():
            mark = found.get("end", b"") + found.get("start", b"")
            if cut.run is not None:
                p, head = self.prefix, self.data[cut.run.start : cut.run.inner] + self._properties(cut.run)
                before, behind = f"</{p}r>".encode(), head
                if cut.text is not None:
                    before = f"</{p}t>".encode() + before
                    behind += f'<{p}t xml:space="preserve">'.encode()
                    if cut.text.start not in kept:
                        kept.add(cut.text.start)
                        yield set_attribute(self.data, cut.text, "xml:space", "preserve")
                mark = before + mark + behind
            yield Edit(cut.at, cut.at, mark)

    def _properties(self, run: Span) -> bytes:
        found = next((child for child in run.children if child.name == "rPr"), None)
        return self.data[found.start : found.end] if found is not None else b""

    # ---- places ---------------------------------------------------------------------------------------------

    def _places(self, start: int, end: int) -> tuple[_Cut, _Cut] | None:
        """Where the marks around a stretch of the text stand; ``None`` where its runs cannot be told."""
        pieces = self.passage.pieces
        stops = [0, *accumulate(len(piece.text) for piece in pieces)]
        if stops[-1] != len(self.passage.text) or not 0 <= start < end <= stops[-1]:
            return None
        order = {id(run): n for n, run in enumerate(n for n in nodes(self.passage.element) if n.tag == _RUN)}
        first = next(i for i in range(len(pieces)) if start < stops[i + 1])
        last = next(i for i in range(len(pieces)) if end <= stops[i + 1])
        if len(order) != len(self.runs) or any(id(pieces[i].run) not in order for i in (first, last)):
            return None
        runs = [self.runs[order[id(pieces[i].run)]] for i in (first, last)]
        return (
            self._cut(runs[0], pieces[first].text, start - stops[first], "start"),
            self._cut(runs[1], pieces[last].text, end - stops[last], "end"),
        )

    def _cut(self, run: Span, text: str, at: int, side: Side) -> _Cut:
        if 0 < at < len(text):
            letters = self._letters(run, text)
            if letters is not None:
                return _Cut(letters[at].at, run, letters[at].text)
        return _Cut(self._edge(run, side))

    def _edge(self, run: Span, side: Side) -> int:
        """The place before or behind a run; outside of a content control that begins or ends with it."""
        span = run
        while (above := self.above.get(span.start)) is not None and above.name in _AROUND:
            own = [child for child in above.children if child.name not in _BEFORE_CONTENT]
            if own[0 if side == "start" else -1] is not span:
                break
            span = above
        return span.start if side == "start" else span.end

    def _letters(self, run: Span, text: str) -> list[_Letter] | None:
        """The places of a run's letters; ``None`` for a run that cannot be divided."""
        found: list[_Letter] = []
        for child in run.children:
            if child.name == "t":
                letters = self._in_text(child)
                if letters is None:
                    return None
                found += letters
            elif child.name in _ONE_LETTER:
                found.append(_Letter(child.start, None))
            elif child.name not in _NO_TEXT:
                return None
        changed = b"rPrChange" in self._properties(run)  # a tracked change has an id of its own
        return found if len(found) == len(text) and not changed else None

    def _in_text(self, span: Span) -> list[_Letter] | None:
        raw = self.data[span.inner : span.close]
        if b"<" in raw or b"\r" in raw:
            return None
        shown = raw.decode()
        kept = span.get("xml:space") == "preserve"
        if not unicodedata.is_normalized("NFC", shown) or (not kept and shown != shown.translate(_WHITE).strip(" ")):
            return None
        found = [_Letter(span.inner + match.start(), span) for match in _LETTER.finditer(raw)]
        return [_Letter(span.start, None), *found[1:]] if found else []
