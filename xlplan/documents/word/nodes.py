"""Names of WordprocessingML in the trees of :mod:`xlplan.packages.tree`, and the few steps that all readers take."""

from __future__ import annotations

from collections.abc import Iterator

from xlplan.packages.tree import Node

_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT = {  # ISO 29500 strict, what Word calls “Strict Open XML Document”
    "http://purl.oclc.org/ooxml/wordprocessingml/main": _MAIN,
    "http://purl.oclc.org/ooxml/officeDocument/relationships": _RELATIONSHIPS,
}
COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006}"
RELATIONSHIP_ID = f"{_RELATIONSHIPS}}}id"
_OFF = frozenset({"0", "false", "off", "none"})


def w(name: str) -> str:
    """A name of WordprocessingML as a node has it."""
    return f"{_MAIN}}}{name}"


_VAL = w("val")


def child(node: Node | None, *names: str) -> Node | None:
    """The first child of this name, its first child of the next name, and so on; ``None`` where one is missing."""
    for name in names:
        if node is None:
            return None
        tag, above, node = w(name), node, None
        for inner in above.children:  # no generator: readers ask this for every run of a document
            if inner.tag == tag:
                node = inner
                break
    return node


def val(node: Node | None, *names: str) -> str | None:
    """The ``w:val`` of the node that :func:`child` finds; ``None`` where there is no such node."""
    found = child(node, *names) if names else node
    return None if found is None else found.get(_VAL)


def attribute(node: Node | None, name: str) -> str | None:
    """An attribute of WordprocessingML, ``None`` where the node or the attribute is missing."""
    return None if node is None else node.attrib.get(w(name))


def switch(node: Node | None) -> bool | None:
    """What an on-off element says: on unless its value is off; ``None`` where there is none."""
    return None if node is None else node.get(_VAL, "1").lower() not in _OFF


def whole(text: str | None) -> int | None:
    """A whole number as Word writes it (Strict files may carry a unit), ``None`` for anything else."""
    if not text:
        return None
    for unit, twips in (("pt", 20.0), ("mm", 1440 / 25.4), ("cm", 1440 / 2.54), ("in", 1440.0)):
        if text.endswith(unit):
            return _rounded(text.removesuffix(unit), twips)
    return _rounded(text, 1.0)


def _rounded(text: str, factor: float) -> int | None:
    try:
        return round(float(text) * factor)
    except (ValueError, OverflowError):
        return None


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it in the order of the file."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        waiting += reversed(found.children)


def transitional(root: Node) -> Node:
    """The tree with the names of Strict files turned into the usual ones; it is changed in place."""
    if root.tag.rpartition("}")[0] in _STRICT:
        for node in walk(root):
            node.tag = _usual(node.tag)
            node.attrib = {_usual(name): value for name, value in node.items()}
    return root


def _usual(name: str) -> str:
    uri, brace, local = name.rpartition("}")
    return f"{_STRICT.get(uri, uri)}{brace}{local}"
