"""Native comments in a Word file: put beside its words, every other part byte for byte as it was."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from xlplan.documents.word.anchors import Anchor, Anchors
from xlplan.documents.word.kinds import types_of_document
from xlplan.documents.word.reading import Passage
from xlplan.packages.gate import Package, PackageError
from xlplan.packages.patch.archive import repack
from xlplan.packages.patch.edits import apply
from xlplan.packages.patch.markup import MarkupError, Span, append, escape, parse, quote
from xlplan.tuples import NamedTuple

AUTHOR = "xlplan"
REMARK, FINDING = "xl", "xldc"
"""Initials by which our comments are told apart: the first comment of a plan, and those of a crosscheck."""
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_HIGHEST = 2**31 - 2


class Comment(NamedTuple):
    """A comment to be written: its paragraphs, and the passage that it is about.

    ``stretch`` are the places in the passage's text of the words that it is about, ``None`` for all of them.
    """

    passage: Passage
    lines: Sequence[str]
    stretch: tuple[int, int] | None = None


class Story:
    """The main part of a document and the part of its comments, as bytes with the places of their tags.

    Raises PackageError, and MarkupError where a part cannot be edited.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.package = Package(data)
        self.main, _ = self.package.main_part("word")
        self.content = self.package.read(self.main)
        self.root = parse(self.content)
        self.prefix = prefix_of(self.root)
        self.part = self.related("comments")
        self.written = self.package.read(self.part) if self.part else b""
        self.notes = parse(self.written) if self.part else None

    def related(self, kind: str) -> str:
        """The part of a kind that belongs to the main part, empty where there is none."""
        relationships = self.package.relationships(self.main).values()
        found = next((r for r in relationships if r.type == kind and not r.external), None)
        return found.target if found and self.package.has(found.target) else ""

    def paragraphs(self) -> list[Span]:
        """Every paragraph of the main part in the order of the file."""
        return [span for span in walk(self.root) if span.qname == f"{self.prefix}p"]


def commented(data: bytes, comments: Sequence[Comment], initials: str = FINDING) -> bytes:
    """A Word file with comments. Raises PackageError, and MarkupError where a part cannot be edited."""
    if not comments:
        return data
    story = Story(data)
    spans = story.paragraphs()
    ids = _Ids(story.root, story.notes)
    anchors: dict[int, list[Anchor]] = {}
    texts: list[tuple[int, Sequence[str]]] = []
    passages: dict[int, Passage] = {}
    for comment in sorted(comments, key=lambda each: (each.passage.number, each.stretch or (0, 0))):
        number = comment.passage.number
        if not 0 <= number < len(spans):
            raise MarkupError(f"no paragraph {number}")
        new = ids.next()
        passages[number] = comment.passage
        anchors.setdefault(number, []).append(Anchor(new, comment.stretch))
        texts.append((new, comment.lines))
    edits = [
        edit
        for number, found in anchors.items()
        for edit in Anchors(story.content, spans[number], story.prefix, passages[number]).edits(found)
    ]
    changed = {story.main: apply(story.content, edits), **types_of_document(story.package, story.main)}
    added: dict[str, bytes] = {}
    if story.notes is not None:
        made = _comments(texts, prefix_of(story.notes), initials)
        changed[story.part] = apply(story.written, [append(story.written, story.notes, made)])
    else:
        _new_part(story, texts, initials, changed, added)
    return repack(data, changed, added)


class _Ids:
    """Ids of comments that nothing in the file has yet."""

    def __init__(self, *roots: Span | None) -> None:
        self.taken = {
            value
            for root in roots
            if root is not None
            for span in walk(root)
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


def walk(root: Span) -> Iterator[Span]:
    """An element and all below it in the order of the file."""
    waiting = [root]
    while waiting:
        found = waiting.pop()
        yield found
        waiting += reversed(found.children)


def prefix_of(root: Span) -> str:
    """The prefix of WordprocessingML with its colon, nothing where it is the default. Raises MarkupError."""
    prefix = root.prefix
    name = f"xmlns:{prefix[:-1]}" if prefix else "xmlns"
    if root.attributes.get(name) not in (_W, _STRICT):
        raise MarkupError("the root is not of WordprocessingML")
    return prefix


def paragraphs_xml(lines: Sequence[str], prefix: str, last: str = "") -> str:
    """The paragraphs of a comment; ``last`` is the first tag of the last one where replies know it by that."""
    p = prefix
    tags = [f"<{p}p>"] * len(lines)
    if last:
        tags[-1] = last
    return "".join(
        f'{tag}<{p}r><{p}t xml:space="preserve">{escape(line)}</{p}t></{p}r></{p}p>'
        for tag, line in zip(tags, lines, strict=True)
    )


def _is_strict(root: Span) -> bool:
    return _STRICT in root.attributes.values()


def _comments(texts: Sequence[tuple[int, Sequence[str]]], prefix: str, initials: str) -> bytes:
    made = []
    for number, lines in texts:
        head = f'<{prefix}comment {prefix}id="{number}" {prefix}author="{AUTHOR}" {prefix}initials="{initials}">'
        made.append(f"{head}{paragraphs_xml(lines, prefix)}</{prefix}comment>")
    return "".join(made).encode()


def _new_part(
    story: Story,
    texts: Sequence[tuple[int, Sequence[str]]],
    initials: str,
    changed: dict[str, bytes],
    added: dict[str, bytes],
) -> None:
    """A part for comments, its type and the main part's relationship to it."""
    package, strict = story.package, _is_strict(story.root)
    part = _free(package, posixpath.dirname(story.main))
    added[part] = (
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        + f'<w:comments xmlns:w="{_STRICT if strict else _W}">'.encode()
        + _comments(texts, "w:", initials)
        + b"</w:comments>"
    )
    _relate(package, story.main, part, changed, added, strict=strict)
    types = changed.get("[Content_Types].xml") or package.read("[Content_Types].xml")
    types_root = parse(types)
    override = f'<{types_root.prefix}Override PartName="/{quote(part)}" ContentType="{_TYPE}"/>'
    changed["[Content_Types].xml"] = apply(types, [append(types, types_root, override.encode())])


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
