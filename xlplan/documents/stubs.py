"""Short stand-ins for paragraphs' runs and tables while a document is finished, so that only the template is a tree.

What stands in for a table keeps what finishing looks at: that it has a heading, and its last row.
"""

from __future__ import annotations

import re

from xlplan.documents.wordxml import escape

_HEAD = "<w:tr><w:trPr><w:tblHeader/></w:trPr></w:tr>"
_FOUND = re.compile(rb'<w:(?:r stub="(\d+)"><w:t>[^<]*</w:t></w:r>|tbl stub="(\d+)">' + _HEAD.encode() + rb")")


class Stubs:
    """The stand-ins of one document; ``spans`` says which controls (from, to) are inside each."""

    def __init__(self) -> None:
        self.full: list[bytes] = []
        self.spans: list[tuple[int, int]] = []

    def runs(self, xml: str, text: str, span: tuple[int, int]) -> str:
        """A stand-in for runs that ends as they do."""
        end = text.rstrip()[-1:]
        if not end or not xml or not end.isprintable():
            return xml
        return f'<w:r stub="{self._kept(xml, span)}"><w:t>{escape(end)}</w:t></w:r>'

    def table(self, xml: str, span: tuple[int, int]) -> str:
        """A stand-in for a table with a heading of its own."""
        at = xml.rfind("<w:tr>")
        if at < 0 or "<w:tblHeader/>" not in xml[:at]:
            return xml
        return f'<w:tbl stub="{self._kept(xml[:at], span)}">{_HEAD}{xml[at:]}'

    def _kept(self, xml: str, span: tuple[int, int]) -> int:
        self.full.append(xml.encode())
        self.spans.append(span)
        return len(self.full) - 1

    def filled(self, data: bytes) -> tuple[bytes, list[int]] | None:
        """The document with what the stand-ins stand for and the numbers of the controls in it.

        ``None`` where one stands in it twice, or in a form that is no longer known: the other road does that.
        """
        seen: set[int] = set()

        def put(match: re.Match[bytes]) -> bytes:
            number = int(match[1] or match[2])
            if number in seen:
                raise _TwiceError
            seen.add(number)
            return self.full[number]

        try:
            done = _FOUND.sub(put, data)
        except _TwiceError:
            return None
        if b' stub="' in done:
            return None
        return done, [n for number in sorted(seen) for n in range(*self.spans[number])]


class _TwiceError(Exception):
    """A stand-in was found for the second time."""
