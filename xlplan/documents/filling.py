"""Fills the parts of a Word template: docxtpl's reading of the tags, a sandboxed Jinja that is compiled once a process.

The template belongs to the officials: nothing in it is trusted, and what is wrong with it is named with its
paragraph. The plan's own text never meets a parser of tags.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from threading import Lock
from typing import TYPE_CHECKING

from lxml import etree

from xlplan.documents.problems import TemplateProblem
from xlplan.tuples import NamedTuple

if TYPE_CHECKING:
    from jinja2 import Template

    from xlplan.documents.rote import Rote
    from xlplan.documents.sandbox import Sandbox

_TAG = re.compile(r"<[^>]+>")
_NAME = re.compile(r"'([^']+)'")


class _Source(NamedTuple):
    """A part of the template, compiled; ``lines`` holds its XML, one paragraph a line.

    ``only_prints`` says that stand-ins may take the place of runs and tables (:mod:`xlplan.documents.peeking`).
    """

    template: Template
    lines: list[str]
    rote: Rote
    only_prints: bool


@cache
def _environment() -> Sandbox:
    from xlplan.documents.sandbox import Sandbox

    return Sandbox()


_MAKING = Lock()


def environment() -> Sandbox:
    """Jinja without Python: no attributes that begin with an underscore, no functions, nothing undefined.

    One a process, whichever thread comes first: what is compiled with it counts on its bounds.
    """
    with _MAKING:
        return _environment()


def filled(xml: str, context: Mapping[str, object]) -> str:
    """A part of the template with its tags filled in. Raises TemplateProblem."""
    source = _source(xml, frozenset(context))
    environment().start(source.rote)
    try:
        return source.template.render(context).replace("\n", "")
    except Exception as error:  # a template can do anything, and each thing must name its paragraph
        raise _problem(error, source.lines) from error


def takes_stand_ins(xml: str, context: Mapping[str, object]) -> bool:
    """Whether a part of the template does the same with stand-ins for runs and tables. Raises TemplateProblem."""
    return _source(xml, frozenset(context)).only_prints


def parsed(text: str, parser: etree.XMLParser | None = None) -> etree._Element:
    """A filled part as a tree. Raises TemplateProblem where commands cut through a table or paragraph."""
    try:
        return etree.fromstring(text, parser)
    except etree.XMLSyntaxError as error:
        raise TemplateProblem("broken", detail=str(error)) from error


@lru_cache(maxsize=32)
def _source(xml: str, names: frozenset[str]) -> _Source:
    """Compile a part once a process: reading the tags takes 50 of the 80 ms of a plan."""
    from docxtpl import DocxTemplate
    from jinja2 import meta

    from xlplan.documents.peeking import only_prints
    from xlplan.documents.rote import Rote, plain_macros

    marked = re.sub(r"<w:p(?=[ >])", "\n<w:p", xml.replace("\n", " "))
    patched = DocxTemplate("").patch_xml(marked)
    lines = patched.split("\n")
    jinja = environment()
    try:
        tree = jinja.parse(patched)
        unknown = meta.find_undeclared_variables(tree) - names
        template = jinja.from_string(patched)
    except Exception as error:  # compiling works out what is constant, and runs into what rendering would
        raise _problem(error, lines) from error
    if unknown:
        raise _unknown(unknown, lines)
    rote = Rote(plain_macros(tree), xml[: xml.find(">") + 1])
    return _Source(template, lines, rote, only_prints(tree))


def _unknown(names: Iterable[str], lines: Sequence[str]) -> TemplateProblem:
    """The first placeholder that there is not; the others go with it."""
    places = {name: re.compile(rf"\{{[{{%][^}}]*\b{re.escape(name)}\b") for name in names}
    found = sorted((_first(lines, place), name) for name, place in places.items())
    first, *others = (
        TemplateProblem("unknown", name, _words(lines[at]), f"'{name}' is undefined") for at, name in found
    )
    first.others = tuple(others)
    return first


def _first(lines: Sequence[str], pattern: re.Pattern[str]) -> int:
    return next((i for i, line in enumerate(lines) if pattern.search(line)), 0)


def _words(line: str) -> str:
    """The text of a paragraph's XML."""
    text = _TAG.sub("", line).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()
    return text if len(text) <= 120 else f"{text[:119]}…"


def _problem(error: Exception, lines: Sequence[str]) -> TemplateProblem:
    """What Jinja found, with the paragraph it was found in."""
    from jinja2 import TemplateSyntaxError, UndefinedError
    from jinja2.exceptions import SecurityError

    from xlplan.documents.sandbox import LimitError

    kinds: tuple[tuple[type[Exception], str], ...] = (
        (TemplateSyntaxError, "syntax"),
        (SecurityError, "forbidden"),
        (UndefinedError, "unknown"),
        (LimitError, "limit"),
        (MemoryError, "limit"),
    )
    kind = next((name for type_, name in kinds if isinstance(error, type_)), "failed")
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == "<template>"]
    line = getattr(error, "lineno", None) or (frames[-1].lineno if frames else None) or 1
    names = _NAME.findall(str(error))
    named = names[-1] if names and kind == "unknown" else ""
    paragraph = _words(lines[min(line, len(lines)) - 1])
    return TemplateProblem(kind, named or paragraph, paragraph, str(error))
