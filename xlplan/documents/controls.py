"""The figures of a finished plan in content controls of Word, and the list of them that travels with the file.

Each control is run-level, has no looks of its own and shows nothing in print; its tag and title name indicator and
cell. What does not fit into the 64 letters that Word allows a tag stands in a custom XML part of ours, which Word
keeps through every edit (ISO 29500-1, 17.5.2 and 22.5).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from xml.sax.saxutils import escape as escape_xml

from lxml import etree

from xlplan.documents.blocks import IN_TABLE, Control
from xlplan.documents.figure_names import ELLIPSIS, is_about_a_code, words
from xlplan.documents.wordxml import SHORT, Element, bytes_of, clean, escape, inline, narrow, w
from xlplan.model import CellRef
from xlplan.patterns import pattern
from xlplan.tuples import NamedTuple

LONGEST = 64  # letters of a tag or title
NAMESPACE = "urn:xlplan:figures:1"
NUMBER = pattern(r"x(\d+)(?:\|(.*?)(?:\|([A-Z]{1,3}\d+))?)?", re.DOTALL)  # x17|ho_ngheo_dau_ky[Mai Hà]|D9
FIRST_ID = 61_000_000  # of w:id: away from those that Word and people's templates use
_OUR_IDS = range(FIRST_ID, FIRST_ID + 1_000_000)
_DIGITS = len(str(len(_OUR_IDS)))  # of a control's number, at most
_ALIAS, _TAG, _ID = '<w:sdt><w:sdtPr><w:alias w:val="', '"/><w:tag w:val="', '"/><w:id w:val="'
_CONTENT, _CONTROL_END = '"/></w:sdtPr><w:sdtContent>', "</w:sdtContent></w:sdt>"
# Around a text in a <w:t> of the template until the document is finished: noncharacters, which no text holds.
_START, _MIDDLE, _END = "\ufdd0", "\ufdd1", "\ufdd2"
_MARKS = re.compile(f"({_START}[0-9]+{_MIDDLE}|{_END})")
_UNUSUAL = re.compile(
    r"""[&<>"{}\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U00010000-\U0010ffff]"""
)
# Before the fields of the list until it is whole: printable, and next to no text holds them
_ROW, _KEY, _CELL, _SHOWN = _BEFORE = "⁂⁑※‽"
_MARKUP = dict(zip(_BEFORE, ('"/><figure number="', '" key="', '" cell="', '" text="'), strict=True))
_WHOLE = re.compile(
    "<w:r>(?P<properties>(?:<w:rPr>(?:<w:[^<>]*/>)*</w:rPr>)?)"
    f'(?P<text><w:t xml:space="preserve">){_START}(?P<number>[0-9]+){_MIDDLE}'
    f'(?P<content>[^<{_START}{_END}]*(?:</w:t><w:br/><w:t xml:space="preserve">[^<{_START}{_END}]*)*){_END}</w:t></w:r>'
)
_ANY_MARK = re.compile(f"{_START}[0-9]*{_MIDDLE}?|[{_MIDDLE}{_END}]")
_MARKED = etree.XPath(f".//w:t[contains(., '{_START}')]", namespaces={"w": w("t")[1:].partition("}")[0]})
_MARKED_ELSE = etree.XPath(
    f".//*[contains(text(), '{_START}') or contains(text(), '{_END}') or @*[contains(., '{_START}')]]"
)
_IDS = etree.XPath(".//w:sdtPr/w:id", namespaces={"w": w("t")[1:].partition("}")[0]})
_TAGS = etree.XPath(".//w:sdtPr/w:tag/@w:val", namespaces={"w": w("t")[1:].partition("}")[0]}, smart_strings=False)
_WORD = pattern(r"\w+")


class Entry(NamedTuple):
    """One control as the list of the file has it; ``text`` is what we last wrote into it."""

    number: int
    key: str
    cell: str
    label: str
    text: str


class Shown(str):
    """A text for a ``{{ … }}`` of the template that becomes a control where it is printed as it is."""

    __slots__ = ("number",)
    number: int

    def __new__(cls, text: str, number: int) -> Shown:
        """A text with the number of its control."""
        made = super().__new__(cls, text)
        made.number = number
        return made

    def marked(self) -> str:
        """Its XML between marks that :func:`enclose` turns into a control."""
        return f"{_START}{self.number}{_MIDDLE}{inline(self)}{_END}"


class Controls:
    """The controls of one document that is being written, in the order in which they were made.

    ``made`` holds each with the text that it shows; ``rows`` are theirs of the list in the file, as narrow texts
    (:func:`xlplan.documents.wordxml.narrow`).
    """

    def __init__(self) -> None:
        self.made: list[tuple[Control, str]] = []
        self.rows: list[str] = []

    def entry(self, number: int) -> Entry:
        """One of them; numbers begin with 1."""
        (key, ref), text = self.made[number - 1]
        return Entry(number, key, _cell(ref), words(key), text)

    def wrap(self, control: Control, xml: str, text: str) -> str:
        """Runs as the content of a control, both as narrow texts."""
        key, ref = control
        if not text.isprintable():
            text = clean(text)
        self.made.append((control, text))
        number = len(self.made)
        line, _, unit = key.partition("[") if key.startswith(IN_TABLE) else (key, "", "")
        narrow_unit = _unit(unit)
        form = _line_form(line, ref) if narrow_unit else None
        if form is None:
            narrow_unit, form = "", _form(key, ref)
        if form is None:
            entry = self.entry(number)
            self.rows.append(narrow(_figure(entry)))
            return f"{narrow(_opening_of(entry))}{xml}{_CONTROL_END}"
        called, label, shown, before, id_, cell, space, room = form
        if narrow_unit:
            called = f"{called}{narrow_unit}]"
            if len(unit) > space:
                shown = narrow(_ALIAS + _cut(f"{label}{unit[:-1]}", len(label) + space - 1))
            else:
                shown = f"{shown}{narrow_unit}"
        listed = _listed(text) if len(text) <= SHORT else narrow(_quotable(text))
        self.rows.append(f'<figure number="{number}" key="{called}{cell}{listed}"/>')
        if len(key) > room - _DIGITS and len(key) > (room := room - len(str(number))):
            called = narrow(_cut(key, room))
        return f"{shown}{before}{number}|{called}{id_}{FIRST_ID + number}{_CONTENT}{xml}{_CONTROL_END}"

    def shown(self, control: Control | None, text: str) -> str:
        """A single text of the template; without anything to show it stays as it is."""
        if control is None or not clean(text).strip():
            return text
        self.wrap(control, "", text)
        return Shown(text, len(self.made))

    def listing(self, unit: str, period: str, numbers: Iterable[int]) -> bytes:
        """The part that lists some of the controls (:meth:`Listing.xml`)."""
        return _part(unit, period, bytes_of("".join([self.rows[number - 1] for number in numbers])))

    def enclosed(self, text: str) -> str:
        """A filled part with controls where a run holds nothing but one text between marks.

        That is how most stand in a template; the others are left to :meth:`enclose`.
        """
        return _WHOLE.sub(self._enclosed, text)

    def _enclosed(self, match: re.Match[str]) -> str:
        number = int(match["number"])
        if not 0 < number <= len(self.made):
            return match[0]
        run = f"<w:r>{match['properties']}{match['text']}{match['content']}</w:t></w:r>"
        return f"{_opening_of(self.entry(number))}{run}{_CONTROL_END}"

    def enclose(self, root: Element, marks: int) -> None:
        """Make controls of the texts between marks; what stands outside of runs (a field, a name) stays plain text.

        ``marks`` is how many the part holds (:func:`marks_in`).
        """
        if not marks:
            return
        for text in _found(_MARKED(root)):
            run = text.getparent()
            if run is not None and run.tag == w("r"):
                marks -= (text.text or "").count(_START)
                if run.getparent() is not None:  # else it was divided at another text in it
                    self._divide(run)
        if not marks:
            return
        for element in _found(_MARKED_ELSE(root)):
            element.text = _ANY_MARK.sub("", element.text or "") or None
            for name, value in element.attrib.items():
                element.set(name, _ANY_MARK.sub("", str(value)))

    def _divide(self, run: Element) -> None:
        properties = run.find(w("rPr"))
        parts: list[tuple[int, list[Element]]] = [(0, [])]
        for child in list(run):
            if child is properties:
                continue
            if child.tag != w("t"):
                parts[-1][1].append(child)
                continue
            for piece in _MARKS.split(child.text or ""):
                if piece[:1] == _START:
                    parts.append((int(piece[1:-1]), []))
                elif piece == _END:
                    parts.append((0, []))
                elif piece:
                    text = child.makeelement(w("t"), {"{http://www.w3.org/XML/1998/namespace}space": "preserve"})
                    text.text = piece
                    parts[-1][1].append(text)
        parent = run.getparent()
        assert parent is not None
        at = parent.index(run)
        made = [self._part(run, properties, number, children) for number, children in parts if children]
        if made:
            made[-1].tail = run.tail
        parent[at : at + 1] = made

    def _part(self, run: Element, properties: Element | None, number: int, children: list[Element]) -> Element:
        part = run.makeelement(w("r"))
        if properties is not None:
            part.append(_copy(properties))
        part.extend(children)
        if not 0 < number <= len(self.made):
            return part
        opening = _opening_of(self.entry(number))
        control = etree.fromstring(f'<w:x xmlns:w="{w("x")[1:].partition("}")[0]}">{opening}{_CONTROL_END}</w:x>')[0]
        control[-1].append(part)
        return control


def marks_in(text: str) -> int:
    """How many texts of a filled part become controls."""
    return text.count(_START)


def _found(result: object) -> list[Element]:
    return result if isinstance(result, list) else []


def has_our_ids(root: Element) -> bool:
    """Whether a template holds controls with ids as ours have them: somebody made it from a plan."""
    ids = [id_.get(w("val"), "") for id_ in _found(_IDS(root))]
    return any(int(value) in _OUR_IDS for value in ids if value.isdecimal())


def settle(roots: Iterable[Element], controls: Controls) -> list[Entry]:
    """Give every control of the document an id of its own and say which of ours it holds.

    A template may print a text twice or never; other controls in it are the officials' own.
    """
    numbers: set[int] = set()
    seen: set[str] = set()
    free = FIRST_ID + len(controls.made)
    for root in roots:
        for id_ in _found(_IDS(root)):
            value = id_.get(w("val"), "")
            if value in seen:
                free += 1
                value = str(free)
                id_.set(w("val"), value)
            seen.add(value)
        numbers.update(_numbers(root))
    return [controls.entry(number) for number in sorted(numbers) if number <= len(controls.made)]


def numbers_in(root: Element) -> list[int] | None:
    """Which controls a part seems to hold, in order; ``None`` where it has to be settled (:func:`settle`)."""
    ids = [id_.get(w("val"), "") for id_ in _found(_IDS(root))]
    return sorted(_numbers(root)) if len(set(ids)) == len(ids) else None


def _numbers(root: Element) -> set[int]:
    tags = _TAGS(root)
    starts = (str(tag_).partition("|")[0] for tag_ in (tags if isinstance(tags, list) else ()))
    return {int(start[1:]) for start in starts if start[:1] == "x" and start[1:].isdecimal()} - {0}


def _copy(element: Element) -> Element:
    from copy import deepcopy

    return deepcopy(element)


# ---- tags and titles ----------------------------------------------------------------------------------------------
# A plan has hundreds of controls: what the parts of their names look like in XML is worked out once each; the general
# way (:func:`tag`, :func:`title`) is left for those with letters that are written otherwise.


class _Form(NamedTuple):
    """A control's XML and its line of the list between what differs: number, name of the unit, text.

    All but ``label`` as narrow texts. ``key`` and ``shown`` are what the figure is called in its tag and, with all that
    comes before, in its title; in a table the unit follows. ``tag`` and ``id`` lead up to the control's number,
    ``cell`` to its text in the list. ``space`` are the letters that its title leaves for the unit and its bracket,
    ``room`` those that its tag leaves for key and number.
    """

    key: str
    label: str
    shown: str
    tag: str
    id: str
    cell: str
    space: int
    room: int


def _new_form(key: str, label: str, ref: CellRef | None) -> _Form | None:
    """``None`` for letters that are written otherwise: :func:`tag` and :func:`title` have to be asked."""
    cell = _cell(ref)
    if _UNUSUAL.search(f"{key}{label}{cell}"):
        return None
    address, where = _tag_end(cell), _title_end(cell)
    return _Form(
        narrow(key),
        label,
        narrow(_ALIAS + _cut(label, LONGEST - len(where))),
        narrow(f"{where}{_TAG}x"),
        narrow(f"{address}{_ID}"),
        narrow(f'" cell="{_quotable(cell)}" text="'),
        LONGEST - len(where) - len(label) + 1,
        LONGEST - len(address) - len("x|"),
    )


@lru_cache(maxsize=4096, typed=True)
def _form(key: str, ref: CellRef | None) -> _Form | None:
    """The form of a control whose name is all known."""
    return _new_form(key, words(key), ref)


@lru_cache(maxsize=4096, typed=True)  # most tables stand at the same place
def _line_form(line: str, ref: CellRef | None) -> _Form | None:
    """The form of the figures in a table's line; ``None`` where only :func:`words` can say how they are called."""
    code = line.removeprefix(IN_TABLE)
    known = _WORD.fullmatch(code) and not is_about_a_code(code)
    return _new_form(f"{line}[", f"{words(code)}, ", ref) if known else None


@lru_cache(maxsize=2048)
def _unit(text: str) -> str:
    """The name of a table's unit from ``Mai Hà]``, as a narrow text; empty where it is written otherwise."""
    return "" if text[-1:] != "]" or _UNUSUAL.search(text) else narrow(text[:-1])


def _cell(ref: CellRef | None) -> str:
    return ref.qualified if ref and ref.row else ""


def _opening_of(entry: Entry) -> str:
    found, shown = _attributes(entry.number, entry.key, entry.label, entry.cell)
    return f"{_ALIAS}{shown}{_TAG}{found}{_ID}{FIRST_ID + entry.number}{_CONTENT}"


@lru_cache(maxsize=256)
def _attributes(number: int, key: str, label: str, cell: str) -> tuple[str, str]:
    entry = Entry(number, key, cell, label, "")
    return _attribute(tag(entry)), _attribute(title(entry))


def _attribute(text: str) -> str:
    return escape(text).replace('"', "&quot;").replace("\n", " ").replace("\t", " ")


def tag(entry: Entry) -> str:
    """``x17|ho_ngheo_dau_ky[Mai Hà]|D9``; a key that does not fit ends with an ellipsis."""
    start, end = f"x{entry.number}|", _tag_end(entry.cell)
    return start + _cut(entry.key, LONGEST - len(start) - len(end), _doubled(entry.key)) + end


def _tag_end(cell: str) -> str:
    address = cell.rpartition("!")[2]
    return f"|{address}" if address else ""


def title(entry: Entry) -> str:
    """``Hộ nghèo đầu kỳ, Mai Hà – 'Biểu chỉ tiêu'!D9``: what Word shows when the figure is clicked."""
    end = _title_end(entry.cell)
    return _cut(entry.label, LONGEST - len(end), _doubled(entry.label)) + end


def _title_end(cell: str) -> str:
    end = f" – {cell}" if cell else ""
    return f" – {cell.rpartition('!')[2]}" if len(end) > LONGEST // 2 else end


def _cut(text: str, room: int, doubled: int = 0) -> str:
    """A text in as many letters as there is room for; Word counts some of them as two."""
    return text if len(text) + doubled <= room else text[: max(0, room - 1 - doubled)] + ELLIPSIS


def _doubled(text: str) -> int:
    """How many letters of a text Word counts as two (UTF-16)."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2 - len(text)


# ---- the list in the file ----------------------------------------------------------------------------------------


class Listing(NamedTuple):
    """The custom XML part: whose plan it is and every control that was written into it."""

    unit: str
    period: str
    entries: tuple[Entry, ...]

    def xml(self) -> bytes:
        """The part."""
        marked = "".join(
            [f"{_ROW}{number}{_KEY}{key}{_CELL}{cell}{_SHOWN}{text}" for number, key, cell, _, text in self.entries]
        )
        if any(marked.count(mark) != len(self.entries) for mark in _MARKUP):
            rows = "".join(map(_figure, self.entries))
        else:  # all at once: there are hundreds
            rows = _quotable(marked)
            for mark, markup in _MARKUP.items():
                rows = rows.replace(mark, markup)
            rows = f'{rows}"/>'.removeprefix('"/>')
        return _part(self.unit, self.period, rows.encode())


def _part(unit: str, period: str, rows: bytes) -> bytes:
    root = f"<figures xmlns={_quoted(NAMESPACE)} unit={_quoted(unit)} period={_quoted(period)}>"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}'.encode() + rows + b"</figures>"


def parse_listing(data: bytes) -> Listing | None:
    """The list of a part; ``None`` where it is somebody else's part or damaged."""
    if NAMESPACE.encode() not in data:
        return None
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
        if root.tag != f"{{{NAMESPACE}}}figures":
            return None
        rows = [(int(row.get("number", "")), row) for row in root]
    except (etree.XMLSyntaxError, ValueError):
        return None
    entries = tuple(
        Entry(number, key := row.get("key", ""), row.get("cell", ""), words(key), row.get("text", ""))
        for number, row in rows
    )
    return Listing(root.get("unit", ""), root.get("period", ""), entries)


def _figure(entry: Entry) -> str:
    number, key, cell, _, text = entry
    return f'<figure number="{number}" key={_quoted(key)} cell={_quoted(cell)} text={_quoted(text)}/>'


@lru_cache(maxsize=4096)  # figures come again in every plan
def _listed(text: str) -> str:
    return narrow(_quotable(text))


def _quoted(text: str) -> str:
    return f'"{_quotable(text)}"'


def _quotable(text: str) -> str:
    """A text as it stands between quotes."""
    if not text.replace("\n", "").replace("\t", "").replace("\u00a0", "").isprintable():  # which are kept as they are
        text = clean(text)
    return escape_xml(text, {'"': "&quot;", "\n": "&#10;", "\t": "&#9;"})
