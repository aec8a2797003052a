"""What was changed in a package, kept in the package: the splices that give every part back its own bytes.

The record holds for the bytes that were written. When another program has saved the file since, the parts no longer
have the sums that the record names, and the marks must be found by what they are (:mod:`xlplan.sheets.marks.removal`).
"""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable, Sequence

from xlplan.packages.gate import Package, PackageError
from xlplan.packages.patch.archive import repack
from xlplan.packages.patch.edits import Edit, apply, inverse
from xlplan.packages.patch.markup import quote
from xlplan.packages.tree import Node, TreeError
from xlplan.packages.tree import parse as parse_tree
from xlplan.tuples import NamedTuple

PART = "xlplan/marks.xml"
CONTENT_TYPE = "application/vnd.xlplan.marks+xml"
RELATIONSHIP = "urn:xlplan:marks"


class Change(NamedTuple):
    """One part: the sums of what it is now and of what it was, and the edits that lead back."""

    part: str
    now: str
    before: str
    back: tuple[Edit, ...]

    @classmethod
    def of(cls, part: str, data: bytes, edits: Sequence[Edit]) -> Change:
        """The change that edits make to a part."""
        return cls(part, _sum(apply(data, edits)), _sum(data), tuple(inverse(data, edits)))


def write_record(changes: Iterable[Change], added: Iterable[str]) -> bytes:
    """The record as XML."""
    lines = ['<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<marks xmlns="urn:xlplan:marks" version="1">']
    lines += [f'<added part="{quote(part)}"/>' for part in added]
    for change in changes:
        lines.append(f'<changed part="{quote(change.part)}" now="{change.now}" before="{change.before}">')
        lines += [f'<back at="{e.start}" to="{e.end}">{b64encode(e.new).decode()}</back>' for e in change.back]
        lines.append("</changed>")
    return "".join((*lines, "</marks>")).encode()


def undone(data: bytes) -> bytes | None:
    """The package as it was before it was marked, every part byte for byte; ``None`` where that is not certain."""
    package = Package(data)
    if not package.has(PART):
        return None
    try:
        root = parse_tree(package.read(PART))
        added = [node.get("part") for node in root if node.tag.endswith("}added")]
        changed: dict[str, bytes] = {}
        for node in root:
            if not node.tag.endswith("}changed"):
                continue
            before = _restored(package, node)
            if before is None:
                return None
            changed[node.get("part")] = before
    except (PackageError, TreeError, ValueError, Base64Error):
        return None
    return repack(data, changed, {}, added)


def _restored(package: Package, node: Node) -> bytes | None:
    """The earlier bytes of a part, or ``None`` where it is no longer what was written."""
    now = package.read(node.get("part"))
    if _sum(now) != node.get("now"):
        return None
    before = apply(now, [Edit(int(b.get("at")), int(b.get("to")), b64decode(b.text)) for b in node])
    return before if _sum(before) == node.get("before") else None


def _sum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
