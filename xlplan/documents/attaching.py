"""Puts the list of controls into a Word package as a custom XML part, with its relationship and content types."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection

from lxml import etree

from xlplan.documents.controls import NAMESPACE
from xlplan.packages.gate import Package
from xlplan.packages.patch.archive import Member, assembled, members
from xlplan.tuples import NamedTuple

TYPES = "[Content_Types].xml"
ITEM_RELATIONSHIP = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXml"
_PROPERTIES_RELATIONSHIP = f"{ITEM_RELATIONSHIP}Props"
_PROPERTIES_TYPE = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
_CUSTOM_XML = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_GUID = "{6D1F2C54-8B0E-4C3B-9A57-3F3C1B7E2A10}"  # of our part in every plan
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


class Attachment(NamedTuple):
    """Where the list goes (``item``), the parts that it changes, and the parts beside it."""

    item: str
    changed: dict[str, bytes]
    added: dict[str, bytes]


class Listed(NamedTuple):
    """A package's members with room for the list, and where it goes: what the list changes is packed once."""

    base: tuple[Member, ...]
    item: str


def with_list(base: tuple[Member, ...], package: Package, main: str) -> Listed:
    """The members of a package with its list, which is still empty."""
    place = attach(package.names(), package.read, main, NAMESPACE)
    return Listed(members(assembled(base, place.changed, {place.item: b"", **place.added}, level=1)), place.item)


def rels_of(part: str) -> str:
    """The part that holds another part's relationships."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def attach(names: Collection[str], read: Callable[[str], bytes], main: str, namespace: str) -> Attachment:
    """The changes that give the main part of a package a custom XML part of ``namespace``."""
    taken = {name.lower() for name in names}
    n = next(n for n in range(1, len(taken) + 2) if f"customxml/item{n}.xml" not in taken)
    item, properties = f"customXml/item{n}.xml", f"customXml/itemProps{n}.xml"
    target = posixpath.relpath(item, posixpath.dirname(main) or ".")
    rels = _with_relationship(read(rels_of(main)), target)
    own = (
        f'{_DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_PROPERTIES_RELATIONSHIP}" Target="itemProps{n}.xml"/></Relationships>'
    )
    about = (
        f'{_DECLARATION}<ds:datastoreItem xmlns:ds="{_CUSTOM_XML}" ds:itemID="{_GUID}"><ds:schemaRefs>'
        f'<ds:schemaRef ds:uri="{namespace}"/></ds:schemaRefs></ds:datastoreItem>'
    )
    added = {properties: about.encode(), rels_of(item): own.encode()}
    return Attachment(item, {TYPES: _with_types(read(TYPES), properties), rels_of(main): rels}, added)


def _with_types(data: bytes, properties: str) -> bytes:
    root = etree.fromstring(data)
    name = f"{{{_PACKAGE}/content-types}}"
    defaults = [element.get("Extension", "").lower() for element in root.iter(f"{name}Default")]
    for extension, kind in (("xml", "application/xml"), ("rels", f"{_RELS_TYPE}")):
        if extension not in defaults:
            root.insert(0, root.makeelement(f"{name}Default", {"Extension": extension, "ContentType": kind}))
    etree.SubElement(root, f"{name}Override", {"PartName": f"/{properties}", "ContentType": _PROPERTIES_TYPE})
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


_RELS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"


def _with_relationship(data: bytes, target: str) -> bytes:
    root = etree.fromstring(data)
    ids = {element.get("Id") for element in root}
    free = next(f"rId{n}" for n in range(1, len(ids) + 2) if f"rId{n}" not in ids)
    etree.SubElement(
        root,
        f"{{{_PACKAGE}/relationships}}Relationship",
        {"Id": free, "Type": ITEM_RELATIONSHIP, "Target": target},
    )
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
