"""Finished documents without their texts: plans that differ in nothing else have the same one, which is made once.

Texts and the numbers of stand-ins are cut out of what fills a template; what is left is parsed and finished as a tree,
and the texts are put back into its bytes (:meth:`xlplan.documents.stubs.Stubs.filled`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import takewhile

from lxml import etree

from xlplan.documents.controls import Controls, marks_in, numbers_in, settle
from xlplan.documents.filling import parsed
from xlplan.documents.finishing import MisplacedError, finish
from xlplan.documents.opening import Opened
from xlplan.documents.remarks import mark, run_to_mark
from xlplan.documents.stubs import TEXT_END, TEXT_START
from xlplan.documents.wordxml import Element, w
from xlplan.tuples import NamedTuple

PARSER = etree.XMLParser(remove_blank_text=True, resolve_entities=False)  # as python-docx reads
_RELATIONSHIP = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_INNER_TABLES = etree.XPath(".//w:tbl[@stub][not(parent::w:body)]", namespaces={"w": w("tbl")[1:].partition("}")[0]})
_CUT = re.compile('(<w:t(?: xml:space="preserve")?>)([^<]+)(?=</w:t>)| stub="([0-9]+)"')
_WRITTEN_OTHERWISE = re.compile("[&>]")


class Outline(NamedTuple):
    """A filled body without its texts; in it these are numbered, and its stand-ins anew (``stubs``: what they were)."""

    xml: str
    texts: list[str]
    stubs: list[int]


class Skeleton(NamedTuple):
    """A finished body with numbers for its texts, the controls that stand in it, and the headers that it uses."""

    xml: bytes
    controls: tuple[int, ...]
    headers: frozenset[str | None]


def cut(xml: str) -> Outline | None:
    """The outline of a filled body; ``None`` where the template itself has the letter that we number texts with.

    Texts stay that finishing looks at, or that XML writes otherwise than they are.
    """
    if TEXT_START in xml:
        return None
    texts: list[str] = []
    stubs: list[int] = []

    def number(match: re.Match[str]) -> str:
        tag, text, stub = match.groups()
        if stub is not None:
            stubs.append(int(stub))
            return f' stub="{len(stubs) - 1}"'
        if not text.isprintable() or text.isspace() or _WRITTEN_OTHERWISE.search(text):
            return match[0]
        texts.append(text)
        colon = ":" if text.rstrip().endswith(":") else ""  # by which a paragraph is kept with the next
        return f"{tag}{TEXT_START}{len(texts) - 1}{TEXT_END}{colon}"

    return Outline(_CUT.sub(number, xml), texts, stubs)


def skeleton(template: Opened, xml: str, controls: Controls, *, remarked: bool) -> Skeleton | None:
    """The finished body of an outline; ``None`` where the other road is needed. Raises TemplateProblem.

    ``remarked``: a comment is to stand at its title.
    """
    if not marks_in(xml) and (common := _common(template, xml, remarked)) != _SETTLED_APART:
        return common
    body = _finished(template, xml, controls, remarked)
    if body is None:
        return None
    present = settle([body], controls)
    return _skeleton(body, tuple(entry.number for entry in present))


_SETTLED_APART = Skeleton(
    b"", (), frozenset()
)  # an id stands in it twice, which depends on how many controls there are


@lru_cache(maxsize=64)
def _common(template: Opened, xml: str, remarked: bool) -> Skeleton | None:
    """The skeleton of all plans with this outline."""
    body = _finished(template, xml, None, remarked)
    if body is None:
        return None
    present = numbers_in(body)
    return _SETTLED_APART if present is None else _skeleton(body, tuple(present))


def _skeleton(body: Element, controls: tuple[int, ...]) -> Skeleton:
    headers = frozenset(e.get(_RELATIONSHIP) for e in body.iter(w("headerReference"), w("footerReference")))
    return Skeleton(etree.tostring(body, encoding="utf-8"), controls, headers)


def _finished(template: Opened, xml: str, controls: Controls | None, remarked: bool) -> Element | None:
    body = parsed(xml, PARSER)
    if _INNER_TABLES(body):  # whose headings may have to be kept with what follows
        return None
    for paragraph in body.findall(w("p")):
        if paragraph.get("stub"):
            paragraph.set("at", "body")
    try:
        finish(body, template.styles, controls, marks_in(xml))
    except MisplacedError:  # which the other road names with the words that stand there
        return None
    if remarked:
        run = run_to_mark(body, template.styles)
        if run is None or run.get("stub") or _behind_stand_in(run, body):
            return None
        mark(run, template.styles)
    return body


def _behind_stand_in(run: Element, body: Element) -> bool:
    """Whether a table that a stand-in has emptied comes before a run."""
    return any(e.get("stub") for e in takewhile(lambda e: e is not run, body.iter(w("tbl"), w("r"))))
