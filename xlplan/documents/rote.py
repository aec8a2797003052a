"""Paragraphs that a template prints by rote: read once a process, then only number and words are set in place.

A macro is printed by rote where it can do nothing but choose by ``kieu`` and print ``so`` and ``chu`` of the one line
that it is given: that is read off its syntax, never guessed. Its paragraphs are finished once, with stand-ins.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from lxml import etree

from xlplan.documents.finishing import keep_with_next, refuse_misplaced, tidy
from xlplan.documents.stubs import Frame, Line
from xlplan.documents.wordxml import Element, narrow, w

if TYPE_CHECKING:
    from jinja2 import nodes

_SO, _CHU = "\ufdd3", "\ufdd4"  # noncharacters, which no text holds
_RUN = f"<w:r><w:t>{_CHU}</w:t></w:r>"
_PARTS = re.compile(f"({_SO}|{re.escape(_RUN)})")
_PLAIN = frozenset(w(name) for name in ("pPr", "rPr", "r", "t", "tab", "proofErr"))
_NEW = Frame((), (), "")  # in place of one that has not been asked for yet
_PARSER = etree.XMLParser(remove_blank_text=True, resolve_entities=False)


def plain_macros(tree: nodes.Template) -> frozenset[str]:
    """The macros of a part that print by rote; those whose name is given twice are left out."""
    from jinja2 import nodes

    macros = list(tree.find_all(nodes.Macro))
    names = [macro.name for macro in macros]
    assigned = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "store"}
    return frozenset(
        macro.name
        for macro in macros
        if names.count(macro.name) == 1 and macro.name not in assigned and _is_plain(macro)
    )


def _is_plain(macro: nodes.Macro) -> bool:
    return len(macro.args) == 1 and not macro.defaults and all(_prints(node, macro.args[0].name) for node in macro.body)


def _prints(node: nodes.Node, line: str) -> bool:
    """Whether a statement only prints texts, numbers and words of the line, or chooses by its kind."""
    from jinja2 import nodes

    if isinstance(node, nodes.Output):
        return all(
            isinstance(part, nodes.TemplateData) or _is_field(part, line, ("so", "chu", "bang")) for part in node.nodes
        )
    if isinstance(node, nodes.If):
        inside = [*node.body, *node.elif_, *node.else_]
        return _asks_kind(node.test, line) and all(_prints(part, line) for part in inside)
    return False


def _asks_kind(test: nodes.Node, line: str) -> bool:
    from jinja2 import nodes

    if isinstance(test, nodes.Or | nodes.And):
        return _asks_kind(test.left, line) and _asks_kind(test.right, line)
    return (
        isinstance(test, nodes.Compare)
        and _is_field(test.expr, line, ("kieu",))
        and all(op.op in ("eq", "ne") and isinstance(op.expr, nodes.Const) for op in test.ops)
    )


def _is_field(node: nodes.Node, line: str, fields: tuple[str, ...]) -> bool:
    from jinja2 import nodes

    return (
        isinstance(node, nodes.Getattr)
        and node.attr in fields
        and isinstance(node.node, nodes.Name)
        and node.node.name == line
    )


class Rote:
    """The paragraphs that one part of a template prints by rote; ``start`` is the opening tag of the part."""

    def __init__(self, macros: frozenset[str], start: str) -> None:
        self.macros, self.start = macros, start
        self._frames: dict[tuple[str, str, bool], Frame | None] = {}

    def frame(self, macro: str, line: Line, call: Callable[[Line], str]) -> Frame | None:
        """The XML around a line; ``None`` where it has to be printed as any other is.

        ``call`` prints a line with the macro itself.
        """
        if line.stub is None:
            return None
        kind, numbered = line["kieu"], bool(line["so"])
        found = self._frames.get((macro, kind, numbered), _NEW)
        if found is _NEW:
            found = self._frame(call, kind, numbered) if macro in self.macros else None
            self._frames[macro, kind, numbered] = found
        return found

    def _frame(self, call: Callable[[Line], str], kind: str, numbered: bool) -> Frame | None:
        from markupsafe import Markup

        probe = Line(kieu=kind, so=Markup(_SO) if numbered else "", chu=Markup(_RUN), bang="")
        text = str(call(probe)).replace("\n", "")
        try:
            body = etree.fromstring(f"{self.start}{text}</w:body>", _PARSER)
            refuse_misplaced(body)
        except (etree.XMLSyntaxError, ValueError):  # which the whole document will say better
            return None
        tidy(body)
        if len(body) != 1 or body[0].tag != w("p") or not all(_is_simple(e) for e in body[0].iterdescendants()):
            return None
        last = next((t for t in reversed(_texts(body[0]))), "")
        marks = "".join(_texts(body[0]))
        if marks.count(_CHU) != 1 or marks.count(_SO) != int(numbered) or _SO in last:
            return None
        plain = _parts(body[0])
        keep_with_next(body[0])
        kept = _parts(body[0])
        if plain is None or kept is None:
            return None
        return Frame(plain, kept, "" if last == _CHU else last[-1:])


def _is_simple(element: Element) -> bool:
    parent = element.getparent()
    setting = parent is not None and parent.tag in (w("pPr"), w("rPr")) and not len(element)
    return element.tag in _PLAIN or (setting and element.tag != w("sectPr"))


def _texts(paragraph: Element) -> list[str]:
    return [t.text.rstrip() for t in paragraph.iter(w("t")) if t.text and not t.text.isspace()]


def _parts(paragraph: Element) -> tuple[str, ...] | None:
    """The paragraph's XML between the stand-ins, as narrow texts (before, between, after): number, words."""
    body = paragraph.getparent()
    assert body is not None
    _, _, xml = etree.tostring(body, encoding="unicode").partition(">")  # which declares the names that it uses
    xml = xml.removesuffix("</w:body>")
    pieces = _PARTS.split(xml)
    order = pieces[1::2]
    if order not in ([_RUN], [_SO, _RUN]) or _CHU in "".join(pieces[0::2]):
        return None
    return tuple(narrow(piece) for piece in pieces[0::2])
