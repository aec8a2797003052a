"""Native notes (ECMA-376 Part 1, 18.7; their shapes in VML, Part 4, 19): a person's own ones stay as they are."""

from __future__ import annotations

from xlplan.packages.patch.draft import MAIN, OFFICE, Draft
from xlplan.packages.patch.edits import Edit, apply
from xlplan.packages.patch.markup import Span, append, counted, escape, parse, set_attribute, text_of
from xlplan.packages.patch.vml import EMPTY_DRAWING, Box, add_shapes, enlarge
from xlplan.packages.patch.worksheet import Place, SheetMap
from xlplan.refs import address, parse_address
from xlplan.tuples import NamedTuple

AUTHOR = "xlplan"
SEPARATOR = "———— xlplan ————"
"""Stands above what we add to a person's note; what follows it is ours."""
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_FONT = '<{p}sz val="10"/><{p}color indexed="81"/><{p}rFont val="Times New Roman"/><{p}family val="1"/>'
_LINE_LETTERS = 52  # of a note at its width


class Stretch(NamedTuple):
    """Text of a note."""

    text: str
    bold: bool = False


Note = tuple[Stretch, ...]


def lines_of(note: Note) -> int:
    """How many lines a note takes."""
    text = "".join(stretch.text for stretch in note)
    return sum(-(-max(len(line), 1) // _LINE_LETTERS) for line in text.split("\n"))


def add_notes(draft: Draft, part: str, sheet: SheetMap, notes: dict[Place, Note]) -> list[Edit]:
    """Adds notes to a worksheet; the edits that the worksheet itself needs. Cells with threads get none.

    A cell that has a person's note keeps it, ours follows below.
    """
    threaded = _threaded(draft, part)
    notes = {place: note for place, note in notes.items() if place not in threaded}
    relation = draft.relation(part, "comments")
    old: dict[Place, Span] = {}
    if relation:
        old = _add_to(draft, relation.target, notes)
    elif notes:
        name = draft.free("comments{}.xml")
        draft.add(name, _new_part(notes), _TYPE)
        draft.relate(part, "comments", name)
    boxes = {place: Box(place, lines_of(note), sheet) for place, note in sorted(notes.items()) if place not in old}
    grown = {place: lines_of(notes[place]) + 1 for place in old if place in notes}
    return _draw(draft, part, sheet, boxes, grown) if boxes or grown else []


def _threaded(draft: Draft, part: str) -> set[Place]:
    """The cells whose note stands for a conversation (MS-XLSX 2.6.205); Excel rewrites it from the thread."""
    found: set[Place] = set()
    for relation in draft.package.relationships(part).values():
        if relation.type == "threadedComment" and draft.package.has(relation.target):
            found |= {_place(span) for span in parse(draft.read(relation.target)).children}
    relation_ = draft.relation(part, "comments")
    if relation_ is None:
        return found
    data = draft.read(relation_.target)
    authors, comments = _lists(data)
    for comment in comments:
        author = authors[comment.number("authorId")] if comment.number("authorId") < len(authors) else ""
        if author.startswith("tc=") or _text(data, comment).startswith("[Threaded comment]"):
            found.add(_place(comment))
    return found


def _place(span: Span) -> Place:
    try:
        return parse_address(span.get("ref").partition(":")[0])
    except ValueError:
        return 0, 0


def _lists(data: bytes) -> tuple[list[str], list[Span]]:
    """The authors and the comments of a part."""
    root = parse(data)
    authors, comments = root.child("authors"), root.child("commentList")
    return [text_of(data, a) for a in authors.children] if authors else [], comments.children if comments else []


def _text(data: bytes, comment: Span) -> str:
    """The whole text of a comment."""
    holder = comment.child("text")
    spans = [*holder.named("t"), *(t for run in holder.named("r") for t in run.named("t"))] if holder else []
    return "".join(text_of(data, span) for span in spans)


def _add_to(draft: Draft, part: str, notes: dict[Place, Note]) -> dict[Place, Span]:
    """Adds notes to a part that is there; gives the comments that it holds by their cell."""
    data = draft.read(part)
    root = parse(data)
    authors, holder = root.child("authors"), root.child("commentList")
    old = {_place(comment): comment for comment in (holder.children if holder else ())}
    p = root.prefix
    for place in sorted(set(notes) & set(old)):
        draft.edit(part, *_below(data, old[place], notes[place], p))
    new = {place: note for place, note in notes.items() if place not in old}
    if not new:
        return old
    author = f"<{p}author>{AUTHOR}</{p}author>"
    number = len(authors.children) if authors else 0
    comments = b"".join(_comment(place, note, number, p) for place, note in sorted(new.items()))
    if authors is not None and holder is not None:
        draft.edit(part, *counted(data, authors, author.encode(), 1), append(data, holder, comments))
    else:  # a part that lacks one of them
        lists = b"" if authors else f"<{p}authors>{author}</{p}authors>".encode()
        lists += f"<{p}commentList>".encode() + comments + f"</{p}commentList>".encode()
        if authors:
            draft.edit(part, *counted(data, authors, author.encode(), 1))
        draft.edit(part, append(data, root, lists))
    return old


def _below(data: bytes, comment: Span, note: Note, p: str) -> list[Edit]:
    """Ours below a person's text. A text without runs becomes one, for both may not stand together in Excel."""
    ours = (Stretch(f"\n{SEPARATOR}\n"), *note)
    holder = comment.child("text")
    if holder is None:
        return [append(data, comment, f"<{p}text>".encode() + _runs(ours, p) + f"</{p}text>".encode())]
    edits = []
    first = next(holder.named("t"), None)
    if first is not None:
        edits = [
            Edit(first.start, first.start, f"<{p}r>".encode()),
            Edit(first.end, first.end, f"</{p}r>".encode()),
        ]
    runs = list(holder.named("r"))
    last = runs[-1] if runs else first
    if last is None:
        return [append(data, holder, _runs(ours, p))]
    return [*edits, Edit(last.end, last.end, _runs(ours, p))]  # before phonetic runs


def _runs(note: Note, p: str) -> bytes:
    font = _FONT.format(p=p)
    return "".join(
        f"<{p}r><{p}rPr>{f'<{p}b/>' if stretch.bold else ''}{font}</{p}rPr>"
        f'<{p}t xml:space="preserve">{escape(stretch.text)}</{p}t></{p}r>'
        for stretch in note
    ).encode()


def _comment(place: Place, note: Note, author: int, p: str = "") -> bytes:
    opening = f'<{p}comment ref="{address(*place)}" authorId="{author}"><{p}text>'
    return opening.encode() + _runs(note, p) + f"</{p}text></{p}comment>".encode()


def _new_part(notes: dict[Place, Note]) -> bytes:
    head = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<comments xmlns="{MAIN}">'
        f"<authors><author>{AUTHOR}</author></authors><commentList>"
    )
    comments = b"".join(_comment(place, note, 0) for place, note in sorted(notes.items()))
    return head.encode() + comments + b"</commentList></comments>"


def _draw(draft: Draft, part: str, sheet: SheetMap, boxes: dict[Place, Box], grown: dict[Place, int]) -> list[Edit]:
    """The shapes: in the sheet's own drawing of notes and controls, or in a new one."""
    assert sheet.root is not None
    pointer = sheet.root.child("legacyDrawing")
    own = next((v for k, v in pointer.attributes.items() if k.rpartition(":")[2] == "id"), "") if pointer else ""
    relation = draft.package.relationships(part).get(own)
    if relation is not None and draft.package.has(relation.target):
        data = draft.package.read(relation.target)
        draft.keep(relation.target, data)
        draft.edit(relation.target, *add_shapes(data, list(boxes.values())), *enlarge(data, grown))
        return []
    if not boxes:
        return []
    name = draft.free("drawings/vmlDrawing{}.vml")
    edits = add_shapes(EMPTY_DRAWING, list(boxes.values()))
    draft.add(name, apply(EMPTY_DRAWING, edits), "")
    draft.default_type("vml", _VML_TYPE)
    identifier = draft.relate(part, "vmlDrawing", name)
    if pointer is not None:  # to a drawing that is not there
        attribute = next((k for k in pointer.attributes if k.rpartition(":")[2] == "id"), "r:id")
        return [set_attribute(sheet.data, pointer, attribute, identifier)]
    return [sheet.add_note_drawing(identifier, OFFICE)]
