"""Takes our notes out of a worksheet that another program has saved; people's notes lose what we added to them."""

from __future__ import annotations

from collections.abc import Collection

from lxml import etree

from xlplan.messages import SEVERITY_WORDS
from xlplan.packages.patch.draft import MAIN
from xlplan.packages.patch.notes import AUTHOR, SEPARATOR
from xlplan.packages.patch.vml import has_shapes, without_notes
from xlplan.packages.patch.worksheet import Place
from xlplan.patterns import pattern
from xlplan.refs import parse_address
from xlplan.sheets.marks.listing import sum_of_note
from xlplan.sheets.marks.trees import Trees
from xlplan.sheets.marks.words import EXPLAINED, PROPOSED

_M = f"{{{MAIN}}}"
# How a note of ours begins, for LibreOffice forgets who wrote a note.
_LEVELS = "|".join(word for lang, levels in SEVERITY_WORDS.items() for word in (*levels.values(), EXPLAINED[lang]))
_HEAD = pattern(rf"(?:{_LEVELS}) [A-Z]+\d[\d-]* – [^\n]+\n|(?:{'|'.join(PROPOSED.values())})\n")


def remove(trees: Trees, sheet: str, known: Collection[str] = ()) -> None:
    """Takes our notes out of a worksheet, and the parts that served only them.

    ``known`` are the sums of notes that are ours whoever is named as their author: Excel names its user.
    """
    part = trees.related(sheet, "comments")
    if not part:
        return
    root = trees.root(part)
    authors, listed = root.find(f"{_M}authors"), root.find(f"{_M}commentList")
    if authors is None or listed is None:
        return
    names = [author.text or "" for author in authors]
    gone: set[Place] = set()
    for comment in list(listed):
        number = str(comment.get("authorId"))
        author = names[int(number)] if number.isdecimal() and int(number) < len(names) else ""
        if author == AUTHOR or _is_ours(author, text_of(comment), known):
            listed.remove(comment)
            gone.add(_place(comment))
            trees.touch(part)
        elif _shorten(comment):
            trees.touch(part)
    if gone and names and names[-1] == AUTHOR:  # numbers of the others stay
        authors.remove(authors[-1])
    if not gone:
        return
    if not len(listed):
        trees.drop(part)
        trees.unrelate(sheet, part)
    _remove_shapes(trees, sheet, gone)


def _is_ours(author: str, text: str, known: Collection[str]) -> bool:
    """Whether a note that does not name us is ours all the same."""
    return _HEAD.match(text) is not None and (not author.strip() or sum_of_note(text) in known)


def text_of(comment: etree._Element) -> str:
    """The whole text of a note."""
    return "".join(text.text or "" for text in comment.iterfind(f"{_M}text//{_M}t"))


def _place(comment: etree._Element) -> Place:
    try:
        return parse_address(str(comment.get("ref")))
    except ValueError:
        return 0, 0


def _shorten(comment: etree._Element) -> bool:
    """Cuts a person's note where ours begins; whether there was anything to cut."""
    texts = list(comment.iterfind(f"{_M}text//{_M}t"))
    whole = text_of(comment)
    room = whole.find(SEPARATOR)
    if room < 0:
        return False
    room = len(whole[:room].removesuffix("\n"))
    for text in texts:
        kept = (text.text or "")[:room]
        room -= len(kept)
        text.text = kept
        run = text.getparent()
        if not kept and run is not None and run.tag == f"{_M}r":
            holder = run.getparent()
            if holder is not None:
                holder.remove(run)
    return True


def _remove_shapes(trees: Trees, sheet: str, gone: set[Place]) -> None:
    part = trees.related(sheet, "vmlDrawing")
    if not part:
        return
    drawing = without_notes(trees.package.read(part), gone)
    trees.raw[part] = drawing
    if has_shapes(drawing):
        return
    trees.drop(part)
    trees.unrelate(sheet, part)
    root = trees.root(sheet)
    for pointer in root.findall(f"{_M}legacyDrawing"):
        root.remove(pointer)
        trees.touch(sheet)
