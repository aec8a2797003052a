"""A package that is being changed: edits of its parts, parts that come in, their relationships and content types."""

from __future__ import annotations

import posixpath
from itertools import count

from xlplan.packages.gate import Package, PackageError, Relationship
from xlplan.packages.patch.archive import repack
from xlplan.packages.patch.edits import Edit, apply
from xlplan.packages.patch.markup import MarkupError, Span, append, check_encoding, parse, quote
from xlplan.packages.patch.record import CONTENT_TYPE, PART, RELATIONSHIP, Change, write_record

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRICT = "http://purl.oclc.org/ooxml/"
_RELATIONSHIPS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"


class StrictError(MarkupError):
    """A workbook in ISO 29500 Strict, which has no place for notes."""


class Draft:
    """Collects what is to change; the package itself stays as it is until :meth:`finish`."""

    def __init__(self, data: bytes, package: Package | None = None) -> None:
        """Opens a workbook; ``package`` is the same where it is opened already.

        Raises PackageError and :class:`~xlplan.packages.patch.markup.MarkupError`.
        """
        self._bytes = data
        self.package = package or Package(data)
        self.main, self.root = self.package.main_part("excel")
        self.folder = posixpath.dirname(self.main)
        self._read: dict[str, bytes] = {}
        self._edits: dict[str, list[Edit]] = {}
        self._added: dict[str, bytes] = {}
        self._relations: dict[str, list[bytes]] = {}
        self._ids: dict[str, set[str]] = {}  # of a part's relationships, those to come included
        self._overrides: dict[str, str] = {}
        self._defaults: dict[str, str] = {}
        self.workbook = parse(self.read(self.main))
        if any(value.startswith(_STRICT) for value in self.workbook.attributes.values()):
            raise StrictError("ISO 29500 Strict")

    # ---- parts -----------------------------------------------------------------------------------------------

    def read(self, part: str) -> bytes:
        """The original bytes of a part."""
        if part not in self._read:
            self._read[part] = self.package.read(part)
            check_encoding(self._read[part])
        return self._read[part]

    def keep(self, part: str, data: bytes) -> None:
        """The bytes of a part that need not be UTF-8, as :meth:`read` would give them."""
        self._read[part] = data

    def edit(self, part: str, *edits: Edit) -> None:
        """Splices that a part of the package will get."""
        self._edits.setdefault(part, []).extend(edits)

    def add(self, part: str, content: bytes, content_type: str) -> None:
        """A new part."""
        self._added[part] = content
        self._overrides[part] = content_type

    def free(self, pattern: str) -> str:
        """The first name of a pattern such as ``worksheets/sheet{}.xml`` that no part has, in the workbook's folder."""
        for number in count(1):
            name = posixpath.join(self.folder, pattern.format(number))
            if not self.package.has(name) and name not in self._added:
                break
        return name

    def default_type(self, extension: str, content_type: str) -> None:
        """Sees to it that parts with this extension have a content type."""
        if not any(
            span.get("Extension").lower() == extension for span in self._types().named("Default")
        ):  # what another part declares for the extension stays
            self._defaults[extension] = content_type

    def _types(self) -> Span:
        return parse(self.read("[Content_Types].xml"))

    # ---- relationships ---------------------------------------------------------------------------------------

    def relation(self, part: str, kind: str) -> Relationship | None:
        """The first relationship of a part of this kind whose target is there."""
        return next(
            (r for r in self.package.relationships(part).values() if r.type == kind and self.package.has(r.target)),
            None,
        )

    def relate(self, part: str, kind: str, target: str) -> str:
        """A new relationship to a part; gives its id."""
        if part not in self._ids:
            self._ids[part] = {key.lower() for key in self.package.relationships(part)}
        taken = self._ids[part]
        number = len(taken) + 1
        while f"rid{number}" in taken:
            number += 1
        taken.add(f"rid{number}")
        kind = kind if "/" in kind or ":" in kind else f"{OFFICE}/{kind}"
        content = f'Relationship Id="rId{number}" Type="{kind}" Target="/{quote(target)}"/>'
        self._relations.setdefault(part, []).append(content.encode())
        return f"rId{number}"

    # ---- the result ------------------------------------------------------------------------------------------

    def finish(self) -> bytes:
        """The changed package, with the record of what was changed."""
        self.relate(self.main, RELATIONSHIP, PART)
        for part, content in self._relations.items():
            self._write_relations(part, content)
        self._overrides[PART] = CONTENT_TYPE
        self._write_types()
        changes = [Change.of(part, self.read(part), edits) for part, edits in sorted(self._edits.items()) if edits]
        changed = {part: apply(self.read(part), edits) for part, edits in self._edits.items() if edits}
        added = {**self._added, PART: write_record(changes, [*self._added, PART])}
        return repack(self._bytes, changed, added)

    def _write_relations(self, part: str, content: list[bytes]) -> None:
        folder, base = posixpath.split(part)
        name = posixpath.join(folder, "_rels", f"{base}.rels")
        if self.package.has(name):
            data = self.read(name)
            root = parse(data)
            self.edit(name, append(data, root, b"".join(b"<" + root.prefix.encode() + each for each in content)))
            return
        self._added[name] = (
            b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            + b"".join(b"<" + each for each in content)
            + b"</Relationships>"
        )
        self.default_type("rels", _RELATIONSHIPS_TYPE)

    def _write_types(self) -> None:
        data = self.read("[Content_Types].xml")
        root = parse(data)
        lines = [
            f'<{root.prefix}Default Extension="{extension}" ContentType="{kind}"/>'
            for extension, kind in self._defaults.items()
        ]
        lines += [
            f'<{root.prefix}Override PartName="/{quote(part)}" ContentType="{kind}"/>'
            for part, kind in self._overrides.items()
            if kind
        ]
        self.edit("[Content_Types].xml", append(data, root, "".join(lines).encode()))


def open_draft(data: bytes, package: Package | None = None) -> Draft:
    """A draft of a workbook; a package whose parts are missing raises PackageError as a reader would."""
    draft = Draft(data, package)
    if draft.workbook.child("sheets") is None:
        raise PackageError("damaged", "the workbook lists no sheets")
    return draft
