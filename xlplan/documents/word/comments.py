"""Native comments in a Word file: put beside its paragraphs, every other part byte for byte as it was."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence

from xlplan.documents.word.kinds import types_of_document
from xlplan.packages.gate import Package, PackageError
from xlplan.packages.patch.archive import repack
from xlplan.packages.patch.edits import Edit, apply
from xlplan.packages.patch.markup import MarkupError, Span, append, escape, is_empty, parse, quote

AUTHOR, INITIALS = "xlplan", "xl"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_HIGHEST = 2**31 - 2


def commented(data: bytes, comments: Mapping[int, Sequence[str]]) -> bytes:
    """A Word file with comments; ``comments`` gives the paragraphs of each by the number of its ``w:p``.

    The numbers are those of :class:`xlplan.documents.word.reading.Passage` in the main part. Raises PackageError, and
    MarkupError where a part cannot be edited.
    """
    package = Package(data)
    main, _ = package.main_part("word")
    content = package.read(main)
    root = parse(content)
    prefix = _prefix(root)
    spans = [span for span in _walk(root) if span.qname == f"{prefix}p"]
    known = next((r for r in package.relationships(main).values() if r.type == "comments" and not r.external), None)
    part = known.target if known and package.has(known.target) else ""
    own = package.read(part) if part else b""
    ids = _Ids(root, parse(own) if own else None)
    edits: list[Edit] = []
    texts: list[tuple[int, Sequence[str]]] = []
    for number, lines in sorted(comments.items()):
        if not 0 <= number < len(spans):
            raise MarkupError(f"no paragraph {number}")
        new = ids.next()
        edits += _anchor(content, spans[number], prefix, new)
        texts.append((new, lines))
    if not texts:
        return data
    changed = {main: apply(content, edits), **types_of_document(package, main)}
    added: dict[str, bytes] = {}
    if part:
        comment_root = parse(own)
        comment_prefix = _prefix(comment_root)
        changed[part] = apply(own, [append(own, comment_root, _comments(texts, comment_prefix))])
    else:
        part = _free(package, posixpath.dirname(main))
        added[part] = _new_part(texts, strict=_is_strict(root))
        _relate(package, main, part, changed, added, strict=_is_strict(root))
        types = changed.get("[Content_Types].xml") or package.read("[Content_Types].xml")
        types_root = parse(types)
        override = f'<{types_root.prefix}Override PartName="/{quote(part)}" ContentType="{_TYPE}"/>'
        changed["[Content_Types].xml"] = apply(types, [append(types, types_root, override.encode())])
    return repack(data, changed, added)


class _Ids:
    """Ids of comments that nothing in the file has yet."""

    def __init__(self, *roots: Span | None) -> None:
        self.taken = {
            value
            for root in roots
            if root is not None
            for span in _walk(root)
            if span.name.startswith("comment")
            for name, value in span.attributes.items()
            if name.rpartition(":")[2] == "id"
        }
        numbers = [int(value) for value in self.taken if value.isascii() and value.isdecimal() and len(value) < 10]
        self.last = max((n for n in numbers if n < _HIGHEST - len(numbers) - 10**6), default=-1)

    def next(self) -> int:
        """The next free id."""
        self.last += 1
        while str(self.last) in self.taken:
            self.last += 1
        return self.last


def _walk(root: Span) -> Iterator[Span]:
    waiting = [root]
    while waiting:
        found = waiting.pop()
        yield found
        waiting += reversed(found.children)


def _prefix(root: Span) -> str:
    """The prefix of WordprocessingML with its colon, nothing where it is the default."""
    prefix = root.prefix
    name = f"xmlns:{prefix[:-1]}" if prefix else "xmlns"
    if root.attributes.get(name) not in (_W, _STRICT):
        raise MarkupError("the root is not of WordprocessingML")
    return prefix


def _is_strict(root: Span) -> bool:
    return _STRICT in root.attributes.values()


def _anchor(data: bytes, span: Span, prefix: str, number: int) -> list[Edit]:
    """The marks of a comment around what a paragraph holds."""
    identity = f'{prefix}id="{number}"'
    start = f"<{prefix}commentRangeStart {identity}/>".encode()
    end = f"<{prefix}commentRangeEnd {identity}/><{prefix}r><{prefix}commentReference {identity}/></{prefix}r>".encode()
    if is_empty(data, span):
        return [append(data, span, start + end)]
    properties = next((child for child in span.children if child.qname == f"{prefix}pPr"), None)
    place = properties.end if properties is not None else span.inner
    return [Edit(place, place, start), Edit(span.close, span.close, end)]


def _comments(texts: Sequence[tuple[int, Sequence[str]]], prefix: str) -> bytes:
    made = []
    for number, lines in texts:
        head = f'<{prefix}comment {prefix}id="{number}" {prefix}author="{AUTHOR}" {prefix}initials="{INITIALS}">'
        paragraphs = "".join(
            f'<{prefix}p><{prefix}r><{prefix}t xml:space="preserve">{escape(line)}</{prefix}t></{prefix}r></{prefix}p>'
            for line in lines
        )
        made.append(f"{head}{paragraphs}</{prefix}comment>")
    return "".join(made).encode()


def _new_part(texts: Sequence[tuple[int, Sequence[str]]], *, strict: bool) -> bytes:
    namespace = _STRICT if strict else _W
    return (
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        + f'<w:comments xmlns:w="{namespace}">'.encode()
        + _comments(texts, "w:")
        + b"</w:comments>"
    )


def _free(package: Package, folder: str) -> str:
    number, name = 1, posixpath.join(folder, "comments.xml")
    while package.has(name):
        number += 1
        name = posixpath.join(folder, f"comments{number}.xml")
    return name


def _relate(
    package: Package, main: str, part: str, changed: dict[str, bytes], added: dict[str, bytes], *, strict: bool
) -> None:
    """The main part's relationship to its new comments."""
    folder, base = posixpath.split(main)
    name = posixpath.join(folder, "_rels", f"{base}.rels")
    taken = {key.lower() for key in package.relationships(main)}
    number = next(n for n in range(1, len(taken) + 2) if f"rid{n}" not in taken)
    kind = f"{_STRICT_OFFICE if strict else _OFFICE}/comments"
    line = f'Relationship Id="rId{number}" Type="{kind}" Target="/{quote(part)}"/>'
    if package.has(name):
        data = package.read(name)
        root = parse(data)
        changed[name] = apply(data, [append(data, root, f"<{root.prefix}{line}".encode())])
        return
    added[name] = (
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><'
        + line.encode()
        + b"</Relationships>"
    )
    if not package.content_type(name):
        raise PackageError("damaged", "no content type for relationships")
