"""Refreshes the figures of a plan: finds its controls, writes what the workbook says now, tells what it did.

Only the parts that hold controls and our own list of them are written anew; no other part, text or format of the
document is touched, and nothing that somebody deleted comes back.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Literal

from lxml import etree

from xlplan.documents.controls import NUMBER, Entry, Listing, parse_listing, tag, title
from xlplan.documents.figure_names import words
from xlplan.documents.figures import Figure, Figures, is_open
from xlplan.documents.refreshing.renames import Renamed, renames
from xlplan.documents.refreshing.runs import is_foreign, is_tracked, put, text_of
from xlplan.documents.word.kinds import refuse_macros, types_of_document
from xlplan.documents.word.nodes import child, transitional
from xlplan.documents.word.reading import places_of
from xlplan.documents.wordxml import Element, w
from xlplan.model import Submission
from xlplan.packages.gate import Package, PackageError
from xlplan.packages.patch.archive import repack
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.dates import format_period
from xlplan.vietnamese.text import key as folded

_STORIES = (".main+xml", "header+xml", "footer+xml", "footnotes+xml", "endnotes+xml")
_CUT = "…"

Why = Literal["unknown", "open", "filled", "tracked", "foreign", "deleted", "new"]
FAILURES: frozenset[Why] = frozenset({"unknown", "open", "tracked", "foreign", "new"})
"""Reasons for which the plan does not agree with the workbook; the others only say what people decided."""


class Change(NamedTuple):
    """A control that has another text now; ``by_hand`` says that somebody had typed into it since we wrote it."""

    place: str
    key: str
    label: str
    cell: str
    old: str
    new: str
    by_hand: bool


class Left(NamedTuple):
    """A figure that was left as it is.

    ``why`` is ``unknown`` (no such figure in the workbook), ``open`` (its cell is empty now), ``filled`` (the
    workbook leaves it to be filled in by hand, and somebody did), ``tracked`` (a tracked change is in it),
    ``foreign`` (other things than a figure are in it), ``deleted`` (somebody deleted the control) or ``new`` (a fresh
    plan prints it and this one has no place for it).
    """

    why: Why
    place: str
    key: str
    label: str
    cell: str
    old: str
    new: str = ""


class Refreshed(NamedTuple):
    """The document with the workbook's figures, and what was and was not done.

    ``renamed`` are villages that have another name in the workbook now, whose figures were known by their cells;
    ``commented`` says that comments of ours tell something else now.
    """

    data: bytes
    changes: tuple[Change, ...]
    left: tuple[Left, ...]
    renamed: tuple[Renamed, ...] = ()
    commented: bool = False

    @property
    def complete(self) -> bool:
        """Whether all that could be asked for was done."""
        return not any(item.why in FAILURES for item in self.left)


class NotRefreshableError(Exception):
    """Why nothing was refreshed.

    ``kind`` is ``none`` (no controls of ours in it), ``lost`` (there were some, and now there is none), ``other`` (a
    plan of another commune or year; ``detail`` says which two), ``unlisted`` (whose plan it is cannot be told any
    more), ``outline`` (the workbook has no outline) or ``damaged``.
    """

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(kind, detail)
        self.kind, self.detail = kind, detail


class _Story:
    """A part with text: its root, its controls with the numbers in their tags and keys in them, and their places."""

    def __init__(self, package: Package, main: str, name: str, root: Element) -> None:
        self.package, self.main, self.name, self.root = package, main, name, root
        self.controls = list(_controls(root))

    @cached_property
    def _places(self) -> dict[Element, str]:
        """The place of each paragraph; what nobody sees any more has that of the last one before it."""
        known = places_of(self.package, self.main, self.name)
        found, last = {}, ""
        for number, paragraph in enumerate(self.root.iter(w("p"))):
            found[paragraph] = last = known.get(number, last)
        return found

    def place(self, control: Element) -> str:
        """Where a control stands."""
        paragraphs = (*control.iterancestors(w("p")), *control.iterdescendants(w("p")))
        return self._places[paragraphs[0]] if paragraphs else ""


def refresh(data: bytes, submission: Submission, *, force: bool = False) -> Refreshed:
    """The plan with the figures of a submission. Raises PackageError and NotRefreshableError.

    ``force`` takes a plan of another commune or year, and one that has lost the list of its controls.
    """
    package = Package(data)
    main, root = package.main_part("word")
    refuse_macros(package, main)
    if child(transitional(root), "body") is None:
        raise PackageError("damaged", f"part {main} has no body")
    item, listing = _listing(package)
    stories = [story for name in _story_names(package, main) if (story := _story(package, name, main)) is not None]
    if not stories:
        raise NotRefreshableError("none" if listing is None else "lost")
    if not force:
        _refuse_others(listing, submission)
    figures = Figures(submission)
    if not figures.printed:
        raise NotRefreshableError("outline")
    renamed = renames(listing.entries, figures, submission) if listing else ()
    worker = _Worker(listing, figures, renamed)
    changed = types_of_document(package, main)
    for story in stories:
        worker.touched = False
        for control, number, key in story.controls:
            worker.control(control, number, key, story)
        if worker.touched:
            changed[story.name] = _serialised(story.root)
    worker.missing()
    if listing is not None and worker.texts:
        entries = tuple(e._replace(text=worker.texts.get(e.number, e.text)) for e in worker.entries.values())
        updated = listing._replace(entries=entries)
        if updated != listing:
            changed[item] = updated.xml()
    whole = repack(data, changed, {}) if changed else data
    return Refreshed(whole, tuple(worker.changes), tuple(worker.left), renamed)


class _Worker:
    """Goes through the controls of a document, gathers what it did."""

    def __init__(self, listing: Listing | None, figures: Figures, renamed: tuple[Renamed, ...]) -> None:
        self.listed = {entry.number: entry for entry in listing.entries} if listing else {}
        self.entries = {number: _renamed(entry, renamed, figures) for number, entry in self.listed.items()}
        self.figures = figures
        self.touched = False  # whether the part that is being read was changed
        self.changes: list[Change] = []
        self.left: list[Left] = []
        self.texts: dict[int, str] = {}
        self.seen: set[int] = set()
        self.keys: set[str] = set()

    def control(self, control: Element, number: int, tagged: str, story: _Story) -> None:
        """Refresh one control, or say why not."""
        entry = self.entries.get(number) or Entry(number, tagged, "", words(tagged), "")
        self.seen.add(number)
        self.keys.add(entry.key)
        self._relabel(control, self.listed.get(number, entry), entry)
        old, figure = text_of(control), self.figures.get(entry.key)
        why = self._obstacle(control, entry, figure, old)
        if why or figure is None:
            if why != "same":
                new = figure.text if figure and not figure.open else ""
                self.left.append(Left(why or "unknown", *_about(entry, figure, story.place(control)), old, new))
            return
        self.texts[number] = figure.text
        if old == figure.text:
            return
        by_hand = bool(entry.text) and old != entry.text
        put(control, figure.text)
        self.touched = True
        self.changes.append(Change(*_about(entry, figure, story.place(control)), old, figure.text, by_hand))

    def _relabel(self, control: Element, before: Entry, entry: Entry) -> None:
        """The new name of a village in what Word shows of a control, unless people wrote something else there."""
        if before.key == entry.key:
            return
        for name, old, new in (("alias", title(before), title(entry)), ("tag", tag(before), tag(entry))):
            shown = control.find(f"{w('sdtPr')}/{w(name)}")
            if shown is not None and shown.get(w("val")) == old:
                shown.set(w("val"), new)
                self.touched = True

    def _obstacle(
        self, control: Element, entry: Entry, figure: Figure | None, old: str
    ) -> Why | Literal["same"] | None:
        """Why a control is left, ``same`` where there is nothing to say of it."""
        if figure is None:
            return "unknown"
        if old == figure.text:  # as it reads, it agrees, whatever else stands in it
            return None
        if is_tracked(control) or is_foreign(control):
            return "tracked" if is_tracked(control) else "foreign"
        if figure.open:
            if entry.text and not is_open(entry.text):
                return "open"
            if old != entry.text:
                return "same" if is_open(old) else "filled"
        return None

    def missing(self) -> None:
        """What the list knows and the document lacks, and what a fresh plan would print besides."""
        known = self.keys | {entry.key for entry in self.entries.values()}
        for number, entry in self.entries.items():
            if number not in self.seen:
                figure = self.figures.get(entry.key)
                new = figure.text if figure else ""
                self.left.append(Left("deleted", *_about(entry, figure, ""), entry.text, new))
        if not self.entries:
            return
        for key, figure in self.figures.printed.items():
            if key not in known and not figure.open:
                entry = Entry(0, key, "", words(key), "")
                self.left.append(Left("new", *_about(entry, figure, ""), "", figure.text))


def _renamed(entry: Entry, renamed: tuple[Renamed, ...], figures: Figures) -> Entry:
    """A figure of a village under the name that the village has now."""
    if renamed and figures.get(entry.key) is None:
        for key in (each.key(entry.key) for each in renamed):
            if key != entry.key and figures.get(key) is not None:
                return entry._replace(key=key, label=words(key))
    return entry


def _about(entry: Entry, figure: Figure | None, place: str) -> tuple[str, str, str, str]:
    """Place, key, label and cell: the cell where the figure stands now, else where it stood."""
    ref = figure.control.ref if figure else None
    return place, entry.key, entry.label, ref.qualified if ref and ref.row else entry.cell


# ---- reading the document ----------------------------------------------------------------------------------------


def _listing(package: Package) -> tuple[str, Listing | None]:
    """Our list of the controls and the part that holds it; Word may have given it another number."""
    for name in package.names():
        if name.lower().startswith("customxml/") and name.lower().endswith(".xml"):
            listing = parse_listing(package.read(name))
            if listing is not None:
                return name, listing
    return "", None


def _story_names(package: Package, main: str) -> Iterator[str]:
    yield main
    for name in package.names():
        if name != main and package.content_type(name).endswith(_STORIES[1:]):
            yield name


def _story(package: Package, name: str, main: str) -> _Story | None:
    """A part with its controls; ``None`` where it has none of ours."""
    data = package.read(name)
    if b"sdt" not in data:
        return None
    if b"<!DOCTYPE" in data:
        raise PackageError("suspicious", f"part {name} has a DOCTYPE")
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise NotRefreshableError("damaged", str(error)) from error
    story = _Story(package, main, name, root)
    return story if story.controls else None


def _controls(root: Element) -> Iterator[tuple[Element, int, str]]:
    for control in root.iter(w("sdt")):
        tag = control.find(f"{w('sdtPr')}/{w('tag')}")
        match = NUMBER.fullmatch(tag.get(w("val"), "")) if tag is not None else None
        if match:
            key = match[2] or ""
            yield control, int(match[1]), "" if key.endswith(_CUT) else key


def _serialised(root: Element) -> bytes:
    tree = root.getroottree()
    written = etree.tostring(tree, encoding="UTF-8", xml_declaration=True, standalone=bool(tree.docinfo.standalone))
    assert isinstance(written, bytes)
    return written


def _refuse_others(listing: Listing | None, submission: Submission) -> None:
    if listing is None:
        raise NotRefreshableError("unlisted")
    period = format_period(*submission.period) if submission.period else ""
    same = folded(listing.unit) == folded(submission.unit_name) and listing.period == period
    if not same:
        plans, books = (
            ", ".join(filter(None, pair)) or "…"
            for pair in ((listing.unit, listing.period), (submission.unit_name, period))
        )
        raise NotRefreshableError("other", f"{plans} ≠ {books}")
