"""The fast road from a template to a document: tags read once a process, parts that do not change copied as they are.

It gives the parts that docxtpl and python-docx would write (compared as C14N). What it cannot do, it leaves to them:
tags outside the body, a first comment, headers that only annexes use.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from lxml import etree

from xlplan.documents.attaching import Listed, with_list
from xlplan.documents.context import Details
from xlplan.documents.controls import Controls, has_our_ids
from xlplan.documents.filling import filled, takes_stand_ins
from xlplan.documents.opening import AUTHOR, Opened, packed, shown_title
from xlplan.documents.remarks import comment_xml, noted
from xlplan.documents.skeletons import PARSER, cut, skeleton
from xlplan.documents.stubs import Around, Stubs
from xlplan.documents.wordxml import escape, w
from xlplan.packages.gate import Package
from xlplan.packages.patch.archive import Member, assembled, members
from xlplan.tuples import NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

_RELATIONSHIP = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_DC = "http://purl.org/dc/elements/1.1/"
_TERMS = "http://purl.org/dc/terms/"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_TITLE, _STAMP = "\ufdd5".encode(), "\ufdd6".encode()  # noncharacters, which no text holds
_HEADERS = ("header", "footer")
_TAGGED = ("header+xml", "footer+xml", "footnotes+xml", "endnotes+xml")
_INNER_TABLES = etree.XPath(".//w:tbl[@stub][not(parent::w:body)]", namespaces={"w": w("tbl")[1:].partition("}")[0]})


class _Road(NamedTuple):
    """What is known of a template before any plan: the package, the XML around and in its body, its properties.

    ``properties`` are in pieces, between them stand-ins for title and time.
    """

    base: tuple[Member, ...]
    around: Around
    body: str
    headers: frozenset[str]
    core: str
    properties: tuple[bytes, ...]
    listed: Listed


def possible(template: Opened, details: Details) -> bool:
    """Whether a template and a plan can take this road at all."""
    return _road(template) is not None and (not details.remarks or noted(template.data, template.main) is not None)


def written(
    template: Opened, context: Mapping[str, object], controls: Controls, stubs: Stubs, details: Details
) -> bytes | None:
    """The finished document, ``None`` where the other road is needed. Raises TemplateProblem.

    ``stubs`` are those of the context.
    """
    road = _road(template)
    if road is None or not takes_stand_ins(road.body, context):
        return None
    outline = cut(controls.enclosed(filled(road.body, context)))
    found = skeleton(template, outline.xml, controls, remarked=bool(details.remarks)) if outline else None
    if found is None or outline is None or road.headers - found.headers:
        return None
    whole = stubs.filled(found.pieces, outline.texts, outline.stubs, outline.names, road.around)
    if whole is None:
        return None
    base, listed = road.base, road.listed
    changed = {road.core: _described(road.properties, details.title, details.moment)}
    if details.remarks:
        room = noted(template.data, template.main)
        if room is None:
            return None
        base, listed = room.base, room.listed
        changed[room.part] = room.start + comment_xml(details.remarks, details.moment, template.styles) + room.end
    changed[template.main], inside = whole
    present = {number for number in found.controls if number <= len(controls.made)}
    present.update(inside)
    if present:
        base = listed.base
        changed[listed.item] = controls.listing(details.unit, details.period, sorted(present))
    return assembled(base, changed, {}, level=1)


@lru_cache(maxsize=8)
def _road_of(data: bytes, main: str) -> _Road | None:
    package = Package(data)
    for name in package.names():
        if package.content_type(name).endswith(_TAGGED) and b"{" in package.read(name):
            return None
    core = next((r.target for r in package.relationships("").values() if r.type == "core-properties"), "")
    if not core or not package.has(core):
        return None
    root = etree.fromstring(package.read(main), PARSER)
    body = root.find(w("body"))
    if body is None or has_our_ids(body):
        return None
    text = etree.tostring(body, encoding="unicode")
    mark = root.makeelement("xlplan-body")
    root.replace(body, mark)
    start, _, end = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True).partition(
        b"<xlplan-body/>"
    )
    headers = frozenset(id_ for id_, r in package.relationships(main).items() if r.type in _HEADERS)
    base = members(packed(data, {}))
    listed = with_list(base, package, main)
    around = start.decode("latin-1"), end.decode("latin-1")
    return _Road(base, around, text, headers, core, _properties(package.read(core)), listed)


def _road(template: Opened) -> _Road | None:
    return _road_of(template.data, template.main)


def _described(properties: tuple[bytes, ...], title: str, moment: datetime) -> bytes:
    """Core properties that depend on nothing but the plan."""
    said = {
        _TITLE: escape(shown_title(title)).encode(),
        _STAMP: moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode(),
    }
    return b"".join([said.get(piece, piece) for piece in properties])


def _properties(data: bytes) -> tuple[bytes, ...]:
    """The template's core properties as ours, in pieces, with stand-ins for title and time."""
    root = etree.fromstring(data)
    for name, text in (
        (f"{{{_DC}}}title", _TITLE.decode()),
        (f"{{{_DC}}}language", "vi-VN"),
        (f"{{{_DC}}}creator", AUTHOR),
        (f"{{{_CORE}}}lastModifiedBy", AUTHOR),
        (f"{{{_CORE}}}revision", "1"),
        (f"{{{_TERMS}}}created", _STAMP.decode()),
        (f"{{{_TERMS}}}modified", _STAMP.decode()),
    ):
        element = root.find(name)
        if element is None:
            element = etree.SubElement(root, name)
        element.text = text
        if name.startswith(f"{{{_TERMS}}}"):
            element.set(_TYPE, "dcterms:W3CDTF")
    made = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return tuple(re.split(b"(%b|%b)" % (_TITLE, _STAMP), made))
