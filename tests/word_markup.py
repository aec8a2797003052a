"""What Word leaves in a file that several people worked on: tracked changes, comments, bookmarks, fields, notes.

Nothing here changes what a reader of the document sees: what is added is deleted text, marks, and a table of contents.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from lxml import etree
from word_edits import MAIN, Hands, w

XML = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
WRONG = ("36 hộ nghèo", "9,99%", "năm 2017", "thị trấn ", "1.999 hộ", "còn 0 hộ nghèo, ", "giảm 77 hộ ")
COMMENT, NOTE = "Xem lại: 36 hộ nghèo?", "Theo báo cáo: 999 hộ nghèo, 12,34%."
Mark = Callable[["Marker", Any], None]


class Marker:
    """Marks up the paragraphs of a plan at random; ``marked`` counts what was put in, by the name of its element."""

    def __init__(self, data: bytes, seed: int) -> None:
        self.hands, self.rng, self.number, self.comments = Hands(data), random.Random(seed), 9000, 0
        self.marked: dict[str, int] = {}

    def new(self, name: str, /, **values: str) -> Any:
        self.marked[name] = self.marked.get(name, 0) + 1
        return self.hands.body.makeelement(w(name), {w(key): value for key, value in values.items()})

    def id(self) -> str:
        self.number += 1
        return str(self.number)

    def by(self, name: str) -> Any:
        """A tracked change of somebody."""
        return self.new(name, id=self.id(), author="Nguyễn Thị Bình", date="2024-03-05T08:00:00Z")

    def runs(self) -> list[Any]:
        """The runs that show text in the body (fields and drawings are left alone)."""
        found = []
        for run in self.hands.body.iter(w("r")):
            names = {etree.QName(child).localname for child in run}
            if names - {"rPr"} == {"t"} and not any(p.tag in (w("ins"), w("moveTo")) for p in run.iterancestors()):
                found.append(run)
        return found

    def written(self, text: str, *, deleted: bool = False) -> Any:
        run = self.new("r")
        node = etree.SubElement(run, w("delText" if deleted else "t"))
        node.text = text
        node.set(SPACE, "preserve")
        return run

    def bytes(self) -> bytes:
        if self.comments:
            notes = "".join(
                f'<w:comment w:id="{n}" w:author="A"><w:p><w:r><w:t>{COMMENT}</w:t></w:r></w:p></w:comment>'
                for n in range(self.comments)
            )
            self.part("comments", notes)
        if self.marked.get("footnoteReference"):
            self.part("footnotes", f'<w:footnote w:id="5"><w:p><w:r><w:t>{NOTE}</w:t></w:r></w:p></w:footnote>')
        return self.hands.bytes()

    def part(self, name: str, inner: str) -> None:
        """Another part of the document, with its relationship and type."""
        space = w("x")[1:-2]
        self.hands.parts[f"word/{name}.xml"] = f'<w:{name} xmlns:w="{space}">{inner}</w:{name}>'.encode()
        rels = etree.fromstring(self.hands.parts["word/_rels/document.xml.rels"])
        rels.append(rels.makeelement(f"{{{XML}/relationships}}Relationship"))
        rels[-1].attrib.update({"Id": f"rIdX{name}", "Type": f"{OFFICE}/{name}", "Target": f"{name}.xml"})
        self.hands.parts["word/_rels/document.xml.rels"] = etree.tostring(rels)
        types = etree.fromstring(self.hands.parts["[Content_Types].xml"])
        types.append(types.makeelement(f"{{{XML}/content-types}}Override"))
        types[-1].attrib.update({"PartName": f"/word/{name}.xml", "ContentType": f"{WORD}.{name}+xml"})
        self.hands.parts["[Content_Types].xml"] = etree.tostring(types)


# ---- marks on one run ----------------------------------------------------------------------------------------


def split(marker: Marker, run: Any) -> None:
    """A word or number over two runs, with what Word puts between them."""
    text = run.find(w("t"))
    if len(text.text or "") < 2:
        return
    at = marker.rng.randint(1, len(text.text) - 1)
    rest = deepcopy(run)
    text.text, rest.find(w("t")).text = text.text[:at], text.text[at:]
    for node in (text, rest.find(w("t"))):
        node.set(SPACE, "preserve")
    run.addnext(rest)
    run.addnext(marker.new("proofErr", type="spellStart"))
    rest.addnext(marker.new("proofErr", type="spellEnd"))


def wrapped(name: str) -> Mark:
    def mark(marker: Marker, run: Any) -> None:
        around = marker.by(name) if name in ("ins", "moveTo") else marker.new(name)
        run.addprevious(around)
        around.append(run)

    return mark


def deleted(name: str) -> Mark:
    """Something wrong that somebody took out."""

    def mark(marker: Marker, run: Any) -> None:
        gone = marker.by(name)
        gone.append(marker.written(marker.rng.choice(WRONG), deleted=name == "del"))
        (run.addnext if marker.rng.random() < 0.5 else run.addprevious)(gone)

    return mark


def bookmarked(marker: Marker, run: Any) -> None:
    number = marker.id()
    run.addprevious(marker.new("bookmarkStart", id=number, name=f"_Toc{number}"))
    run.addnext(marker.new("bookmarkEnd", id=number))


def commented(marker: Marker, run: Any) -> None:
    number = str(marker.comments)
    marker.comments += 1
    run.addprevious(marker.new("commentRangeStart", id=number))
    shown = marker.new("r")
    shown.append(marker.new("commentReference", id=number))
    run.addnext(shown)
    run.addnext(marker.new("commentRangeEnd", id=number))


def noted(marker: Marker, run: Any) -> None:
    if any(parent.tag == w("sdt") for parent in run.iterancestors()):
        return
    shown = marker.new("r")
    shown.append(marker.new("footnoteReference", id="5"))
    run.addnext(shown)


def restyled(marker: Marker, run: Any) -> None:
    """A tracked change of formatting, back to what it is."""
    properties = run.find(w("rPr"))
    if properties is None:
        properties = marker.new("rPr")
        run.insert(0, properties)
    if properties.find(w("rPrChange")) is None:
        change = marker.by("rPrChange")
        change.append(marker.new("rPr"))
        properties.append(change)


def linked(marker: Marker, run: Any) -> None:
    if run.getparent().tag == w("p"):
        link = marker.new("hyperlink", anchor="_Toc1")
        run.addprevious(link)
        link.append(run)


def in_field(marker: Marker, run: Any) -> None:
    """The text as the result of a field with a code of its own."""
    if any(parent.tag == w("sdt") for parent in run.iterancestors()):
        return
    for kind, add in (("begin", run.addprevious), ("separate", run.addprevious), ("end", run.addnext)):
        shown = marker.new("r")
        shown.append(marker.new("fldChar", fldCharType=kind))
        if kind == "separate":
            code = marker.new("r")
            code.append(marker.new("instrText"))
            code[0].text = " REF so_ho 36 hộ nghèo "
            add(code)
        add(shown)


def in_simple_field(marker: Marker, run: Any) -> None:
    if not any(parent.tag == w("sdt") for parent in run.iterancestors()):
        field = marker.new("fldSimple", instr=" DOCPROPERTY so_ho 36 ")
        run.addprevious(field)
        field.append(run)


MARKS: dict[str, Mark] = {
    "split": split,
    "ins": wrapped("ins"),
    "moveTo": wrapped("moveTo"),
    "del": deleted("del"),
    "moveFrom": deleted("moveFrom"),
    "bookmark": bookmarked,
    "comment": commented,
    "footnote": noted,
    "rPrChange": restyled,
    "smartTag": wrapped("smartTag"),
    "hyperlink": linked,
    "field": in_field,
    "fldSimple": in_simple_field,
}


def marked_up(data: bytes, seed: int, kinds: tuple[str, ...] = tuple(MARKS), share: float = 0.25) -> Marker:
    """A document with these marks on a share of its runs, several on some."""
    marker = Marker(data, seed)
    for _ in range(2):
        for run in marker.runs():
            if marker.rng.random() < share:
                MARKS[marker.rng.choice(kinds)](marker, run)
    return marker


# ---- a table of contents -------------------------------------------------------------------------------------


def with_contents(marker: Marker, before: Any, lines: list[str]) -> None:
    """A table of contents as Word makes it above a paragraph: a field over paragraphs, in each a link and a page."""
    for number, line in enumerate(lines):
        first = _field("begin") + '<w:r><w:instrText> TOC \\o "1-3" \\h </w:instrText></w:r>' + _field("separate")
        page = _field("begin") + "<w:r><w:instrText> PAGEREF _Toc1 </w:instrText></w:r>" + _field("separate")
        page += f"<w:r><w:t>{number + 1}</w:t></w:r>" + _field("end")
        text = f'<w:r><w:t xml:space="preserve">{line}</w:t></w:r><w:r><w:tab/></w:r>{page}'
        last = _field("end") if number == len(lines) - 1 else ""
        shown = f'<w:hyperlink w:anchor="_Toc1">{text}</w:hyperlink>'
        words = f'<w:pPr><w:pStyle w:val="TOC1"/></w:pPr>{first if not number else ""}{shown}{last}'
        before.addprevious(etree.fromstring(f'<w:p xmlns:w="{w("x")[1:-2]}">{words}</w:p>'))
    marker.hands.trees[MAIN] = marker.hands.body.getparent()


def _field(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'
