"""Finished documents without their texts: plans that differ in nothing else have the same one, which is made once.

Texts and the numbers of stand-ins are cut out of what fills a template; what is left is parsed and finished as a tree,
and the texts are put back into its bytes (:meth:`xlplan.documents.stubs.Stubs.filled`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import takewhile

from lxml import etree

from xlplan.documents.controls import FIRST_ID, Controls, marks_in, numbers_in, settle
from xlplan.documents.filling import parsed
from xlplan.documents.finishing import MisplacedError, finish
from xlplan.documents.opening import Opened
from xlplan.documents.remarks import mark, run_to_mark
from xlplan.documents.stubs import TEXT_END, TEXT_START, Pieces, pieces_of
from xlplan.documents.wordxml import Element, w
from xlplan.tuples import NamedTuple

PARSER = etree.XMLParser(remove_blank_text=True, resolve_entities=False)  # as python-docx reads
_RELATIONSHIP = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_INNER_TABLES = etree.XPath(".//w:tbl[@stub][not(parent::w:body)]", namespaces={"w": w("tbl")[1:].partition("}")[0]})
_CUT = re.compile(  # all begin with the same letters, to which the search can skip
    '<w:(?:t( xml:space="preserve")?>([^<]+)(?=</w:t>)|(p|r|tbl) stub="([0-9]+)"'
    '|alias w:val="[^"&]*"/><w:tag w:val="x([0-9]+)[^"&]*"/><w:id w:val="([0-9]+)"/>)'  # as controls begin
)
_WRITTEN_OTHERWISE = re.compile("[&>]")


class Outline(NamedTuple):
    """A filled body without its texts and the names of its controls; in it these are numbered, and stand-ins anew.

    ``stubs`` are the stand-ins' own numbers, ``names`` the controls' own with the XML of what they are called.
    """

    xml: str
    texts: list[str]
    stubs: list[int]
    names: list[tuple[int, str]]


class Skeleton(NamedTuple):
    """A finished outline, the controls in it that kept their names, and the headers that it uses."""

    pieces: Pieces
    controls: tuple[int, ...]
    headers: frozenset[str | None]


def cut(xml: str) -> Outline | None:
    """The outline of a filled body; ``None`` where the template itself has the letter that we number texts with.

    Texts stay that finishing looks at, or that XML writes otherwise than they are; names where two are the same.
    """
    if TEXT_START in xml:
        return None
    outline = _cut(xml, names=True)
    again = len({number for number, _ in outline.names}) < len(outline.names)
    return _cut(xml, names=False) if again else outline


def _cut(xml: str, *, names: bool) -> Outline:
    outline = Outline("", [], [], [])

    def number(match: re.Match[str]) -> str:
        space, text, stand_in, stub, control, id_ = match.groups()
        if stub is not None:
            outline.stubs.append(int(stub))
            return f'<w:{stand_in} stub="{len(outline.stubs) - 1}"'
        if control is not None:
            if not names or int(id_) != FIRST_ID + int(control):  # somebody else's
                return match[0]
            outline.names.append((int(control), match[0]))
            return f'<w:tag w:val="{TEXT_START}{len(outline.names) - 1}{TEXT_END}"/>'
        if not text.isprintable() or text.isspace() or _WRITTEN_OTHERWISE.search(text):
            return match[0]
        outline.texts.append(text)
        colon = ":" if text.rstrip().endswith(":") else ""  # by which a paragraph is kept with the next
        return f"<w:t{space or ''}>{TEXT_START}{len(outline.texts) - 1}{TEXT_END}{colon}"

    return outline._replace(xml=_CUT.sub(number, xml))


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


_SETTLED_APART = Skeleton((), (), frozenset())  # an id stands in it twice, which depends on how many controls there are


@lru_cache(maxsize=64)
def _common(template: Opened, xml: str, remarked: bool) -> Skeleton | None:
    """The skeleton of all plans with this outline."""
    body = _finished(template, xml, None, remarked)
    if body is None:
        return None
    present = numbers_in(body)
    return _SETTLED_APART if present is None else _skeleton(body, tuple(present))


def _skeleton(body: Element, controls: tuple[int, ...]) -> Skeleton | None:
    pieces = pieces_of(etree.tostring(body, encoding="utf-8"))
    if pieces is None:
        return None
    headers = frozenset(e.get(_RELATIONSHIP) for e in body.iter(w("headerReference"), w("footerReference")))
    return Skeleton(pieces, controls, headers)


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
