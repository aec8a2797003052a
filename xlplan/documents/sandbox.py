"""Jinja as a template of strangers may have it: no Python, and bounds on what it repeats and how much it writes.

Without functions a template can only grow by loops, macros, sets and text operations: each of these is counted here,
so that a hostile one ends within seconds.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes, pass_context
from jinja2.runtime import Context, Macro, markup_join
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from xlplan.documents.controls import Shown
from xlplan.documents.stubs import Frame, Line
from xlplan.documents.wordxml import inline

if TYPE_CHECKING:
    from xlplan.documents.rote import Rote

TURNS = 200_000  # of loops and macros in a document
WRITTEN = 50_000_000  # letters of a document
TEXT = 1_000_000  # letters or items of one value that the template makes
SECONDS = 10.0
_DIGITS = 4096  # bits of a number
_FILTERS = (
    *("abs", "capitalize", "count", "d", "default", "e", "escape", "first", "float", "int", "join", "last", "length"),
    *("list", "lower", "max", "min", "reverse", "round", "sort", "string", "sum", "title", "trim", "truncate"),
    *("unique", "upper", "wordcount"),
)
_OF_TEXT = frozenset(
    ("upper", "lower", "title", "capitalize", "strip", "lstrip", "rstrip", "startswith", "endswith", "split", "find")
)
_OF_MAPPING = frozenset({"items", "keys", "values", "get"})
_METHODS: dict[type, frozenset[str]] = {
    str: _OF_TEXT,
    Markup: _OF_TEXT,
    Shown: _OF_TEXT,
    dict: _OF_MAPPING,
    Line: _OF_MAPPING,
    list: frozenset({"index", "count"}),
    tuple: frozenset({"index", "count"}),
    int: frozenset(),
    float: frozenset(),
    bool: frozenset(),
}


class LimitError(Exception):
    """A template repeats too often, takes too long or makes too much."""


class _Document(threading.local):
    """What a document may still do, and what its template prints by rote; each thread makes one of its own."""

    def __init__(self) -> None:
        self.begin(None)

    def begin(self, rote: Rote | None) -> None:
        """A new one."""
        self.rote = rote
        self.left, self.room, self.until = TURNS, WRITTEN, time.monotonic() + SECONDS


class Sandbox(ImmutableSandboxedEnvironment):
    """No attributes that begin with an underscore, no functions, nothing undefined, nothing without end."""

    intercepted_binops = frozenset({"*", "**", "+", "%"})

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined, finalize=_finalize)
        self.globals.clear()
        self.filters = {name: _bounded(self.filters[name]) for name in _FILTERS}
        self.filters |= {"_turns": self._turns, "_each": self._each, "_joined": _joined, "_single": _single}
        self.concat = self._concat  # type: ignore[method-assign]
        self._document = _Document()

    def start(self, rote: Rote | None = None) -> None:
        """A new document begins in this thread; ``rote`` knows what its template prints by rote."""
        self._document.begin(rote)

    def _turn(self) -> None:
        document = self._document
        document.left -= 1
        if document.left < 0 or (document.left % 256 == 0 and time.monotonic() > document.until):
            raise LimitError("the template repeats too often")

    def _turns(self, items: Iterable[Any]) -> Iterator[Any]:
        for item in items:
            self._turn()
            yield item

    def _concat(self, pieces: Iterable[str]) -> str:
        """The text of a template, macro or block; all together within the bound."""
        found, document = [], self._document
        for piece in pieces:
            document.room -= len(piece)
            if document.room < 0:
                raise LimitError("the template writes too much")
            found.append(piece)
        return "".join(found)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree: nodes.Template = _Bounds().visit(super()._parse(source, name, filename))
        return tree

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """A macro or method; each call is a turn."""
        self._turn()
        return super().call(*args, **kwargs)

    @pass_context
    def _each(self, context: Context, items: Iterable[Any], macro: Any) -> Markup:
        """What a macro prints for each of some lines; what it prints by rote is not printed anew."""
        rote = self._document.rote if type(macro) is Macro else None
        printed: list[str] = []
        known: list[tuple[Line, Frame]] = []
        size = 0
        for item in items:
            frame = None
            if rote is not None and type(item) is Line:
                frame = rote.frame(macro.name, item, lambda probe: str(self.call(context, macro, probe)))
            if frame is not None:
                known.append((item, frame))
                continue
            if known:
                printed.append(known[0][0].stubs.paragraphs(known))
                known = []
            printed.append(escape(_finalize(self.call(context, macro, item))))
            size += len(printed[-1])
            if size > self._document.room:
                raise LimitError("the template writes too much")
        if known:
            printed.append(known[0][0].stubs.paragraphs(known))
        return Markup("".join(printed))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic that cannot grow without end."""
        sizes = [len(v) for v in (left, right) if isinstance(v, str | list | tuple)]
        if operator == "%" and sizes:
            raise LimitError("text is not formatted with %")
        if operator == "*" and sizes:
            factor = next((v for v in (left, right) if isinstance(v, int)), 1)
            _bound(sizes[0] * max(0, factor))
        elif operator == "+":
            _bound(sum(sizes))
        elif operator in ("*", "**") and all(isinstance(v, int) for v in (left, right)):
            bits = left.bit_length() * right if operator == "**" else left.bit_length() + right.bit_length()
            if bits > _DIGITS:
                raise LimitError("the template makes a number that is too large")
        return super().call_binop(context, operator, left, right)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A name of what the plan gives; anything else as the sandbox has it."""
        if type(obj) in (dict, Line) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """``format`` is no method that a template may have: one field can be a gigabyte wide."""
        return None

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Of texts, lists and numbers only methods that cannot make them larger."""
        allowed = _METHODS.get(type(obj))
        return (allowed is None or attr in allowed) and super().is_safe_attribute(obj, attr, value)


class _Bounds(NodeTransformer):
    """Lets every loop count its turns, every ``~`` its letters, and no list hold lists (they grow without a loop)."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - jinja's own name
        if node.recursive:
            raise TemplateSyntaxError("loops may not be recursive", node.lineno)
        node.iter = _filter(node.iter, "_turns")
        self.generic_visit(node)
        macro = _printed_for_each(node)
        if macro is None:
            return node
        each = _filter(node.iter, "_each")
        each.args = [macro]
        return nodes.Output([each], lineno=node.lineno, environment=node.environment)

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _filter(nodes.List(node.nodes, lineno=node.lineno, environment=node.environment), "_joined")

    def visit_List(self, node: nodes.List) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.items = [item if isinstance(item, nodes.Const) else _filter(item, "_single") for item in node.items]
        return node

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        if node.ctx == "load":
            node.items = [item if isinstance(item, nodes.Const) else _filter(item, "_single") for item in node.items]
        return node

    def visit_Pair(self, node: nodes.Pair) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.value = _filter(node.value, "_single")
        return node


def _printed_for_each(loop: nodes.For) -> nodes.Name | None:
    """The macro of a loop that prints it for each item and nothing else: ``{% for d in lines %}{{ macro(d) }}``."""
    if loop.else_ or loop.test is not None or len(loop.body) != 1 or not isinstance(loop.body[0], nodes.Output):
        return None
    shown = [n for n in loop.body[0].nodes if not (isinstance(n, nodes.TemplateData) and not n.data.strip("\n"))]
    call = shown[0] if len(shown) == 1 else None
    if not isinstance(call, nodes.Call) or call.kwargs or call.dyn_args or call.dyn_kwargs or len(call.args) != 1:
        return None
    item, macro = call.args[0], call.node
    if not isinstance(loop.target, nodes.Name) or not isinstance(item, nodes.Name) or not isinstance(macro, nodes.Name):
        return None
    return macro if loop.target.name == item.name and macro.name not in (item.name, "loop") else None


def _filter(node: Any, name: str) -> nodes.Filter:
    made = nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)
    made.environment = node.environment
    return made


def _bound(size: int) -> None:
    if size > TEXT:
        raise LimitError("the template makes a text that is too long")


def _single(value: Any) -> Any:
    """A value that is no list: what makes a list of lists would grow without a loop."""
    if isinstance(value, Mapping | list | tuple):
        raise LimitError("lists of lists are not allowed")
    return value


def _joined(parts: list[Any]) -> str:
    _bound(sum(len(str(part)) for part in parts))
    return str(markup_join(parts)) if not any(hasattr(p, "__html__") for p in parts) else markup_join(parts)


def _bounded(function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter whose numbers and texts are within the bounds, before and after."""

    @wraps(function)
    def bounded(*args: Any, **kwargs: Any) -> Any:
        given = [*args, *kwargs.values()]
        if any(isinstance(value, int) and abs(value) > TEXT for value in given):
            raise LimitError("the template asks for a length that is too large")
        texts = [len(value) for value in given if isinstance(value, str)]
        lists = [len(value) for value in given if isinstance(value, list | tuple)]
        if lists and texts:  # join: as many separators as items
            _bound(max(texts) * max(lists))
        result = function(*args, **kwargs)
        if isinstance(result, str):
            _bound(len(result) - sum(texts))
        return result

    return bounded


def _finalize(value: object) -> object:
    """What is put in place of ``{{ … }}``: XML of ours as it is, everything else as literal text."""
    if hasattr(value, "__html__"):
        return value
    if isinstance(value, Shown):
        return Markup(value.marked())
    if isinstance(value, Mapping | list | tuple):
        raise TypeError("a list cannot be printed as it is: use a loop ({%p for … %})")
    return Markup(inline(str(value)))
