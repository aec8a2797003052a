"""XML with the byte offsets of its tags, so that a part can be changed at one place and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from xml.parsers import expat

from xlplan.packages.patch.edits import Edit
from xlplan.patterns import pattern

_TAG_END = pattern(rb"""<[^<>"']*+(?:"[^"]*"[^<>"']*+|'[^']*'[^<>"']*+)*+>""")
_ATTRIBUTE = pattern(rb"""\s+([^\s=<>/"']+)\s*=\s*("[^"]*"|'[^']*')""")
_NAME = pattern(rb"<[^\s/>]+")
_FORBIDDEN = pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LIKE_AN_ESCAPE = pattern("_(?=x[0-9A-Fa-f]{4}_)")
_DECLARED = pattern(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")


class MarkupError(Exception):
    """A part whose bytes cannot be edited: its encoding or structure; ``detail`` is technical English."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class Span:
    """An element and where its tags stand: ``start`` to ``inner`` the first tag, ``close`` to ``end`` the last.

    An element without content, ``<a/>``, has ``inner == close == end``. ``name`` lacks the prefix.
    """

    __slots__ = ("attributes", "children", "close", "end", "inner", "name", "qname", "start")

    def __init__(self, qname: str, attributes: dict[str, str], start: int, inner: int) -> None:
        self.qname = qname
        self.name = qname.rpartition(":")[2]
        self.attributes = attributes
        self.start = start
        self.inner = self.close = self.end = inner
        self.children: list[Span] = []

    @property
    def prefix(self) -> str:
        """The prefix with its colon, ``x:``, or nothing."""
        return self.qname[: len(self.qname) - len(self.name)]

    def child(self, name: str) -> Span | None:
        """The first child of this name that has the element's own prefix."""
        return next(self.named(name), None)

    def named(self, name: str) -> Iterator[Span]:
        """The children of this name that have the element's own prefix."""
        return (child for child in self.children if child.qname == self.prefix + name)

    def get(self, name: str, default: str = "") -> str:
        """An attribute's value."""
        return self.attributes.get(name, default)

    def number(self, name: str) -> int:
        """An attribute's whole number, 0 where there is none."""
        text = self.get(name)
        return int(text) if text.isascii() and text.isdigit() else 0


def check_encoding(data: bytes) -> None:
    """Refuses whatever is not UTF-8. Raises :class:`MarkupError`."""
    declared = _DECLARED.match(data.removeprefix(b"\xef\xbb\xbf")[:200])
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or (declared and declared[1].lower() not in (b"utf-8", b"us-ascii")):
        raise MarkupError("the XML is not written in UTF-8")


def tag_end(data: bytes, start: int) -> int:
    """The offset behind the tag that begins at ``start``."""
    found = _TAG_END.match(data, start)
    if found is None:
        raise MarkupError(f"no tag at byte {start}")
    return found.end()


def parse(data: bytes) -> Span:
    """The root of a part with the offsets of all its elements. Raises :class:`MarkupError`."""
    check_encoding(data)
    opened: list[Span] = []
    roots: list[Span] = []
    parser = expat.ParserCreate()

    def start(qname: str, attributes: dict[str, str]) -> None:
        place = parser.CurrentByteIndex
        span = Span(qname, attributes, place, tag_end(data, place))
        (opened[-1].children if opened else roots).append(span)
        opened.append(span)

    def end(_: str) -> None:
        close_span(data, opened.pop(), parser.CurrentByteIndex)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    run(parser, data)
    return roots[0]


def run(parser: expat.XMLParserType, data: bytes) -> None:
    """Parses; what cannot be parsed, or declares a DOCTYPE, raises :class:`MarkupError`."""

    def refuse(*_: object) -> None:
        raise MarkupError("a DOCTYPE")

    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise MarkupError(str(error)) from error
    finally:  # no circle: the memory is free again at once
        parser.StartElementHandler = parser.EndElementHandler = parser.StartDoctypeDeclHandler = None


def close_span(data: bytes, span: Span, place: int) -> None:
    """Notes where an element ends, from the offset that expat gives for its end."""
    if is_empty(data, span):
        return
    span.close = place
    span.end = data.index(b">", place) + 1


def is_empty(data: bytes, span: Span) -> bool:
    """Whether an element is written as one tag, ``<a/>``."""
    return data[span.inner - 2 : span.inner] == b"/>"


def append(data: bytes, span: Span, content: bytes) -> Edit:
    """Puts content at the end of an element. Do it once for an element: an empty one is opened for it."""
    if is_empty(data, span):
        return Edit(span.inner - 2, span.inner, b">" + content + f"</{span.qname}>".encode())
    return Edit(span.close, span.close, content)


def set_attribute(data: bytes, span: Span, name: str, value: str) -> Edit:
    """Sets an attribute in an element's first tag; ``value`` needs no escaping."""
    return set_in_tag(data, span.start, span.inner, name, value)


def set_in_tag(data: bytes, start: int, stop: int, name: str, value: str) -> Edit:
    """Sets an attribute in the tag between two offsets."""
    named = _NAME.match(data, start)
    assert named is not None
    place = named.end()
    while found := _ATTRIBUTE.match(data, place, stop):
        if found[1] == name.encode():
            return Edit(found.start(2), found.end(2), f'"{value}"'.encode())
        place = found.end()
    return Edit(place, place, f' {name}="{value}"'.encode())


def counted(data: bytes, span: Span, content: bytes, number: int) -> list[Edit]:
    """Appends ``number`` elements, and adds them to the element's ``count`` where it has one."""
    edits = [append(data, span, content)]
    if "count" in span.attributes:
        edits.append(set_attribute(data, span, "count", str(span.number("count") + number)))
    return edits


def text_of(data: bytes, span: Span) -> str:
    """The text of an element without markup of its own, entities undone."""
    from xml.sax.saxutils import unescape

    if span.close <= span.inner:
        return ""
    return unescape(data[span.inner : span.close].decode(), {"&quot;": '"', "&apos;": "'", "&#10;": "\n"})


def escape(text: str) -> str:
    """Text as XML holds it: without what no XML may hold, and nothing in it that Excel takes for ``_xHHHH_``."""
    plain = _LIKE_AN_ESCAPE.sub("_x005F_", _FORBIDDEN.sub("", text))
    return (
        plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r\n", "\n").replace("\r", "\n")
    )


def quote(text: str) -> str:
    """Text as an attribute's value between double quotes."""
    return (
        _FORBIDDEN.sub("", text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace('"', "&quot;")
        .replace("\n", "&#10;")
    )


def apply_to_tag(element: bytes, attributes: dict[str, str]) -> bytes:
    """An element's bytes with other values of some attributes in its first tag."""
    for name, value in attributes.items():
        edit = set_in_tag(element, 0, tag_end(element, 0), name, value)
        element = element[: edit.start] + edit.new + element[edit.end :]
    return element
