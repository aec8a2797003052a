"""The comments that xlplan itself put into a document: found, brought up to date, taken out; those of people stay.

A comment that people have answered is never taken out, for its answers hang on it: it gets its new words, or says that
what it told is over and counts as resolved. Word keeps threads in parts beside the comments (MS-DOCX 2.5.3, 2.6).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xlplan.documents.word.comments import (
    AUTHOR,
    FINDING,
    REMARK,
    Comment,
    Story,
    commented,
    paragraphs_xml,
    prefix_of,
    walk,
)
from xlplan.documents.word.reading import opened
from xlplan.messages import Language
from xlplan.packages.gate import Package
from xlplan.packages.patch.archive import repack
from xlplan.packages.patch.edits import Edit, apply
from xlplan.packages.patch.markup import Span, is_empty, parse, set_attribute, text_of
from xlplan.tuples import NamedTuple

OVER: Mapping[Language, str] = {
    "vi": "Đã hết: lần kiểm tra gần nhất không còn thấy điều nêu dưới đây.",
    "en": "No longer so: the latest check does not find what is said below.",
}
_RANGE = ("commentRangeStart", "commentRangeEnd")
_TEXT = ("t", "tab", "br")


class Own(NamedTuple):
    """A comment of ours: its id, its paragraphs, and the number of the ``w:p`` where it begins (-1: nowhere).

    ``thread`` is its id among threads (a ``paraId``), empty where it has none; ``answered`` whether people replied.
    """

    id: str
    lines: tuple[str, ...]
    paragraph: int
    thread: str = ""
    answered: bool = False


def own_comments(data: bytes, initials: str) -> tuple[Own, ...]:
    """Our comments of a kind, in the order of their part. Raises PackageError and MarkupError."""
    return _Threads(Story(data)).own(initials) if may_be_ours(data) else ()


def may_be_ours(data: bytes) -> bool:
    """Whether a document may hold comments of ours: told quickly, most hold none. Raises PackageError."""
    package = Package(data)
    main, _ = package.main_part("word")
    found = next((r for r in package.relationships(main).values() if r.type == "comments" and not r.external), None)
    return bool(found and package.has(found.target) and AUTHOR.encode() in package.read(found.target))


def renewed(data: bytes, comments: Sequence[Comment], initials: str = FINDING, lang: Language = "vi") -> bytes:
    """The document with these comments of a kind, and no earlier ones of ours of that kind.

    Raises PackageError, and MarkupError where a part cannot be edited.
    """
    left = list(comments)
    texts: dict[str, tuple[str, ...] | None] = {}
    for old in own_comments(data, initials):
        same = _same(old, left) if old.answered else None
        if same is not None:
            left.remove(same)
        texts[old.id] = tuple(same.lines) if same is not None else _over(old.lines, lang) if old.answered else None
    if texts:
        data = rewritten(data, texts)
        now = {passage.number: passage for passage in opened(Package(data)).passages}  # without the old marks
        left = [comment._replace(passage=now[comment.passage.number]) for comment in left]
    return commented(data, left, initials)


def renewed_remark(data: bytes, lines: Sequence[str], lang: Language = "vi") -> bytes:
    """The document with these lines in the first comment of a plan, without it where there are none.

    A document without such a comment stays as it is. Raises PackageError and MarkupError.
    """
    found = own_comments(data, REMARK)
    texts = {old.id: tuple(lines) or (_over(old.lines, lang) if old.answered else None) for old in found}
    return rewritten(data, texts)


def _same(old: Own, comments: Sequence[Comment]) -> Comment | None:
    """The comment that goes on with an old one: of its paragraph, of its words, else of its rule."""
    here = [comment for comment in comments if comment.passage.number == old.paragraph]
    said = _told(old.lines)
    alike = next((comment for comment in here if tuple(comment.lines) == said), None)
    codes = {_code(line) for line in said}
    return alike or next((comment for comment in here if codes & set(map(_code, comment.lines))), None)


def _code(line: str) -> str:
    return line.partition(" ")[0]


def _told(lines: tuple[str, ...]) -> tuple[str, ...]:
    return lines[1:] if lines[:1] and lines[0] in OVER.values() else lines


def _over(lines: tuple[str, ...], lang: Language) -> tuple[str, ...]:
    return (OVER[lang], *_told(lines))


def rewritten(data: bytes, texts: Mapping[str, Sequence[str] | None]) -> bytes:
    """The document with other words in these comments, given by their ids; those without words are taken out.

    Raises PackageError and MarkupError.
    """
    return _Threads(Story(data)).rewritten(texts) if texts else data


class _Threads:
    """The comments of a document and the parts that say which is a reply to which."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.comments = {_own(span, "id"): span for span in story.notes.children} if story.notes is not None else {}
        self.extended = self._side("commentsExtended")
        self.threads = {_own(span, "paraId"): span for span in self.extended[2]}

    def _side(self, kind: str) -> tuple[str, bytes, list[Span]]:
        """A part beside the comments: its name, its bytes, its entries; without the part all are empty."""
        name = self.story.related(kind)
        data = self.story.package.read(name) if name else b""
        return name, data, parse(data).children if name else []

    def own(self, initials: str) -> tuple[Own, ...]:
        """Our comments of a kind."""
        places = self._places()
        answered = self._answered()
        found = []
        for number, span in self.comments.items():
            if span.name != "comment" or _own(span, "author") != AUTHOR or self._kind(span) != initials:
                continue
            lines = tuple(map(self._line, _named(span, "p")))
            thread = self._thread(span)
            found.append(Own(number, lines, places.get(number, -1), thread, thread in answered))
        return tuple(found)

    def _kind(self, span: Span) -> str:
        return REMARK if _own(span, "initials") == REMARK else FINDING

    def _line(self, paragraph: Span) -> str:
        signs = {"tab": "\t", "br": "\n"}
        parts = (span for span in walk(paragraph) if span.name in _TEXT)
        return "".join(signs.get(span.name) or text_of(self.story.written, span) for span in parts)

    def _thread(self, span: Span) -> str:
        """The id of a comment among threads: that of its last paragraph."""
        paragraphs = _named(span, "p")
        return _own(paragraphs[-1], "paraId") if paragraphs else ""

    def _answered(self) -> set[str]:
        """The ids of threads that somebody else has replied to."""
        authors = {self._thread(span): _own(span, "author") for span in self.comments.values()}
        found: set[str] = set()
        for reply, entry in self.threads.items():
            above = _own(entry, "paraIdParent")
            if authors.get(reply, AUTHOR) == AUTHOR:
                continue
            while above and above not in found:
                found.add(above)
                above = _own(self.threads[above], "paraIdParent") if above in self.threads else ""
        return found

    def _places(self) -> dict[str, int]:
        """The number of the paragraph in which each comment begins; between paragraphs that of the next one."""
        found: dict[str, int] = {}
        starts = [span.start for span in self.story.paragraphs()]
        for span in walk(self.story.root):
            if span.name == _RANGE[0]:
                number = sum(start <= span.start for start in starts) - 1
                found.setdefault(_own(span, "id"), max(number, 0))
        return found

    # ---- edits ----------------------------------------------------------------------------------------------

    def rewritten(self, texts: Mapping[str, Sequence[str] | None]) -> bytes:
        """The document with other words in its comments, or without them."""
        story = self.story
        gone = {number for number, lines in texts.items() if lines is None}
        edits: list[Edit] = []
        dropped: set[str] = set()
        done: list[Edit] = []
        for number, lines in texts.items():
            span = self.comments[number]
            thread = self._thread(span)
            if lines is None:
                edits.append(Edit(span.start, span.end, b""))
                dropped.add(thread)
            else:
                edits += self._words(span, lines)
                done += self._resolved(thread, over=lines[0] in OVER.values())
        name, data, entries = self.extended
        sides = {story.part: apply(story.written, edits)}
        if name:
            done += _without(entries, "paraId", dropped)
            sides[name] = apply(data, done)
        sides |= self._without_ids(dropped)
        sides[story.main] = apply(story.content, self._unmarked(gone))
        before = {part: story.package.read(part) for part in sides}
        changed = {part: content for part, content in sides.items() if content != before[part]}
        return repack(story.data, changed, {}) if changed else story.data

    def _words(self, span: Span, lines: Sequence[str]) -> list[Edit]:
        """Other paragraphs in a comment; the last keeps its tag, by which replies know it."""
        paragraphs = _named(span, "p")
        if not paragraphs or tuple(map(self._line, paragraphs)) == tuple(lines):
            return []
        data, last = self.story.written, paragraphs[-1]
        tag = data[last.start : last.inner].decode()
        if is_empty(data, last):
            tag = f"{tag[:-2]}>"
        assert self.story.notes is not None
        made = paragraphs_xml(lines, prefix_of(self.story.notes), tag)
        return [Edit(paragraphs[0].start, last.end, made.encode())]

    def _resolved(self, thread: str, *, over: bool) -> list[Edit]:
        entry = self.threads.get(thread)
        name = next((name for name in entry.attributes if _local(name) == "done"), "") if entry is not None else ""
        if entry is None or not name or entry.attributes[name] in (("1", "true") if over else ("0", "false")):
            return []
        return [set_attribute(self.extended[1], entry, name, str(int(over)))]

    def _without_ids(self, threads: set[str]) -> dict[str, bytes]:
        """The parts that give comments lasting ids and dates, without those of some threads."""
        name, data, entries = self._side("commentsIds")
        found = {name: apply(data, _without(entries, "paraId", threads))} if name else {}
        lasting = {_own(entry, "durableId") for entry in entries if _own(entry, "paraId") in threads}
        name, data, entries = self._side("commentsExtensible")
        return {**found, name: apply(data, _without(entries, "durableId", lasting))} if name else found

    def _unmarked(self, gone: set[str]) -> list[Edit]:
        """The text without the marks of some comments; a run that shows nothing else goes with its mark."""
        edits: list[Edit] = []
        for span in walk(self.story.root):
            for child in span.children:
                if child.name in _RANGE and _own(child, "id") in gone:
                    edits.append(Edit(child.start, child.end, b""))
                elif child.name == "commentReference" and _own(child, "id") in gone:
                    alone = all(other is child or other.name == "rPr" for other in span.children)
                    whole = span if alone else child
                    edits.append(Edit(whole.start, whole.end, b""))
        return edits


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _own(span: Span, name: str) -> str:
    """An attribute by its name without the prefix, empty where there is none."""
    return next((value for key, value in span.attributes.items() if _local(key) == name), "")


def _named(span: Span, name: str) -> list[Span]:
    return [child for child in span.children if child.name == name]


def _without(entries: Sequence[Span], key: str, values: set[str]) -> list[Edit]:
    return [Edit(entry.start, entry.end, b"") for entry in entries if _own(entry, key) in values - {""}]
