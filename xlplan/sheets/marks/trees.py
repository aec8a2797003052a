"""The parts of a package as trees that may be changed, for files that another program has written anew."""

from __future__ import annotations

import posixpath

from lxml import etree

from xlplan.packages.gate import Package
from xlplan.packages.patch.draft import MAIN
from xlplan.packages.patch.markup import MarkupError
from xlplan.packages.strings import decode

_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "[Content_Types].xml"


class Trees:
    """Parts by name, read when they are first asked for; those that were touched are written again."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.dropped: set[str] = set()
        self.raw: dict[str, bytes] = {}  # parts that are no trees, changed
        self._roots: dict[str, etree._Element] = {}
        self._touched: set[str] = set()

    def root(self, part: str) -> etree._Element:
        """The root of a part, without entities or network."""
        if part not in self._roots:
            data = self.package.read(part)
            if b"<!DOCTYPE" in data:
                raise MarkupError(f"part {part}: a DOCTYPE")
            parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
            try:
                self._roots[part] = etree.fromstring(data, parser)
            except etree.XMLSyntaxError as error:
                raise MarkupError(f"part {part}: {error}") from error
        return self._roots[part]

    def touch(self, part: str) -> None:
        """Notes that a part was changed."""
        self._touched.add(part)

    @property
    def touched(self) -> bool:
        """Whether anything was changed."""
        return bool(self._touched or self.dropped or self.raw)

    def related(self, part: str, kind: str) -> str:
        """The part that another one points to for a purpose, or nothing."""
        relations = self.package.relationships(part).values()
        targets = (r.target for r in relations if r.type == kind and self.package.has(r.target))
        return next((target for target in targets if target not in self.dropped), "")

    def worksheets(self, main: str) -> dict[str, str]:
        """Names of the worksheets, with their parts."""
        relationships = self.package.relationships(main)
        found: dict[str, str] = {}
        for element in self.root(main).iterfind(f"{{{MAIN}}}sheets/*"):
            identifier = next((str(v) for k, v in element.items() if str(k).endswith("}id")), "")
            relation = relationships.get(identifier)
            if relation is not None and relation.type == "worksheet":
                found[decode(str(element.get("name")))] = relation.target
        return found

    def drop(self, part: str) -> None:
        """Leaves a part out, with its relationships and its content type."""
        gone = {part, _relations_of(part)}
        self.dropped |= {name for name in gone if self.package.has(name)}
        names = {f"/{name}".lower() for name in gone}
        for override in list(self.root(_TYPES)):
            if str(override.get("PartName") or "").lower() in names:
                self.root(_TYPES).remove(override)
                self.touch(_TYPES)

    def unrelate(self, part: str, target: str) -> None:
        """Takes out the relationship from one part to another."""
        name = _relations_of(part)
        if not self.package.has(name):
            return
        gone = {key for key, relation in self.package.relationships(part).items() if relation.target == target}
        root = self.root(name)
        for relation in list(root):
            if relation.get("Id") in gone:
                root.remove(relation)
                self.touch(name)
        if not len(root):
            self.drop(name)

    def written(self) -> dict[str, bytes]:
        """The bytes of the parts that were touched."""
        made = {
            part: etree.tostring(self._roots[part], xml_declaration=True, encoding="UTF-8", standalone=True)
            for part in self._touched
            if part not in self.dropped
        }
        return made | {part: data for part, data in self.raw.items() if part not in self.dropped}


def _relations_of(part: str) -> str:
    folder, base = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{base}.rels")
