"""The small parts of a package as a tree: names, relationships, styles. Sheets and strings are streamed instead.

Built on expat, which the streams need anyway: loading lxml would take longer than reading a commune's workbook.
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterator
from xml.parsers import expat

_DEEPEST = 256  # of elements within each other


class TreeError(ValueError):
    """XML that is not well-formed or nests too deep."""


class DoctypeError(TreeError):
    """XML with a DOCTYPE, which could declare entities."""


class Node:
    """An element: ``tag`` is ``uri}name`` (``name`` without a namespace), ``text`` what stands before its children."""

    __slots__ = ("attrib", "children", "tag", "text")

    def __init__(self, tag: str, attrib: dict[str, str]) -> None:
        self.tag = tag
        self.attrib = attrib
        self.text = ""
        self.children: list[Node] = []

    def __iter__(self) -> Iterator[Node]:
        return iter(self.children)

    def get(self, name: str, default: str = "") -> str:
        """An attribute's value."""
        return self.attrib.get(name, default)

    def items(self) -> ItemsView[str, str]:
        """The attributes; a name in a namespace is ``uri}name``."""
        return self.attrib.items()

    def itertext(self) -> Iterator[str]:
        """The text of the element and of all within it, in order."""
        yield self.text
        for child in self.children:
            yield from child.itertext()


def parse(data: bytes) -> Node:
    """The root element. Raises :class:`TreeError`, and nothing else whatever the bytes are."""
    document = Node("", {})
    open_nodes = [document]

    def start(tag: str, attributes: dict[str, str]) -> None:
        node = Node(tag, attributes)
        open_nodes[-1].children.append(node)
        open_nodes.append(node)
        if len(open_nodes) > _DEEPEST + 1:
            raise TreeError("elements are nested too deep")

    def end(_: str) -> None:
        del open_nodes[-1]

    def characters(text: str) -> None:
        node = open_nodes[-1]
        if not node.children:
            node.text += text

    def doctype(*_: object) -> None:
        raise DoctypeError("a DOCTYPE")

    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise error if isinstance(error, TreeError) else TreeError(str(error)) from error
    return document.children[0]  # expat refuses a document without a root
