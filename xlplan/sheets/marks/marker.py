"""Marks the findings of a workbook in a copy of it: colours, notes, and the sheet `Kiểm tra`."""

from __future__ import annotations

from collections.abc import Sequence

from xlplan.messages import Language
from xlplan.model import CellRef, Finding, Proposal, Report
from xlplan.packages.gate import Package, local_name
from xlplan.packages.patch.draft import MAIN, OFFICE, Draft, open_draft
from xlplan.packages.patch.edits import Edit
from xlplan.packages.patch.markup import Span, append, apply_to_tag, quote
from xlplan.packages.patch.notes import Note, add_notes
from xlplan.packages.patch.stylesheet import Stylesheet
from xlplan.packages.patch.worksheet import Place, SheetMap
from xlplan.packages.strings import decode
from xlplan.sheets.marks import listing, listing_xml, words
from xlplan.sheets.marks.answers import TITLE, matched
from xlplan.sheets.marks.looks import COLOURS, Looks
from xlplan.sheets.marks.removal import cleared, never_marked

_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
TAG = "FF58{:04X}"
"""Colour behind our fills, which a solid fill does not show: the number of the fill that the cell had before."""
_MOST_TAGS = 0x10000
_PAINT_RANK = ("proposal", "error", "warning", "explained")
# CT_Workbook: what stands before definedNames.
_BEFORE_NAMES = ("sheets", "functionGroups", "externalReferences")


def marked(data: bytes, report: Report, lang: Language = "vi") -> bytes:
    """The package with the findings of ``report`` marked, in place of the marks of an earlier check.

    Notes of level info get a comment but no colour: a colour asks for something to be done, and they do not.
    Raises PackageError and MarkupError.
    """
    return _all_marks(data, report, lang).list_findings()


def marked_apart(data: bytes, report: Report, lang: Language = "vi") -> tuple[bytes, bytes]:
    """What :func:`marked` gives, and the sheet `Kiểm tra` again as the last one of a small workbook.

    A program that has the workbook open takes the sheet from there as a whole.
    """
    from io import BytesIO

    from xlsxwriter import Workbook

    marker = _all_marks(data, report, lang)
    with Workbook(small := BytesIO(), {"in_memory": True}) as book:
        book.add_worksheet("xlplan")
    alone = open_draft(small.getvalue())
    add_listing(alone, Stylesheet(alone), report, list(marker.sheets), state=marker.state(), lang=lang)
    return marker.list_findings(), alone.finish()


def _all_marks(data: bytes, report: Report, lang: Language) -> _Marker:
    package = Package(data)
    draft = open_draft(data, package) if never_marked(package) else open_draft(cleared(data))
    marker = _Marker(draft, report, lang)
    for name, part in marker.sheets.items():
        marker.mark_sheet(name, part)
    return marker


class _Marks:
    """What one sheet gets: findings and proposals by cell."""

    def __init__(self) -> None:
        self.findings: dict[Place, list[Finding]] = {}
        self.proposals: dict[Place, list[tuple[Finding, Proposal]]] = {}

    def note(self, place: Place, lang: Language) -> Note:
        return words.note(self.findings.get(place, ()), self.proposals.get(place, ()), lang)

    def paint(self, place: Place) -> str:
        """The colour of a cell: the darkest where it is likely wrong itself, none for mere remarks."""
        levels = {_level(item) for item in self.findings.get(place, ())}
        for item, proposal in self.proposals.get(place, ()):
            open_ = _level(item) in ("error", "warning") and proposal.confidence != "possible"
            levels.add("proposal" if open_ else _level(item))
        return next((level for level in _PAINT_RANK if level in levels), "")


def _level(item: Finding) -> str:
    return "explained" if item.explanation and item.severity != "info" else item.severity


class _Marker:
    def __init__(self, draft: Draft, report: Report, lang: Language) -> None:
        self.draft = draft
        self.report = report
        self.lang = lang
        self.sheets = _sheet_parts(draft)
        self.styles = Stylesheet(draft)
        self.fills = [""]  # the looks that were painted over; number 0 is none
        self.cells: dict[CellRef, int] = {}
        self.notes: list[str] = []  # the sums of their texts
        self.marks: dict[str, _Marks] = {}
        for item in report.findings:
            self._note_finding(item)

    def _note_finding(self, item: Finding) -> None:
        if item.ref.row:
            marks = self.marks.setdefault(item.ref.sheet, _Marks())
            marks.findings.setdefault((item.ref.row, item.ref.column), []).append(item)
        proposal = item.proposal
        if proposal is not None and proposal.ref.row:
            marks = self.marks.setdefault(proposal.ref.sheet, _Marks())
            marks.proposals.setdefault((proposal.ref.row, proposal.ref.column), []).append((item, proposal))

    def mark_sheet(self, name: str, part: str) -> None:
        """Colours and notes of one sheet."""
        marks = self.marks.get(name)
        if marks is None:
            return
        sheet = SheetMap(self.draft.read(part), [*marks.findings, *marks.proposals])
        shown = _Marks()  # by the cell that shows them: of a merged range the first
        for place, findings in sorted(marks.findings.items()):
            shown.findings.setdefault(sheet.anchor(place), []).extend(findings)
        for place, proposals in sorted(marks.proposals.items()):
            shown.proposals.setdefault(sheet.anchor(place), []).extend(proposals)
        places = sorted({*shown.findings, *shown.proposals})
        styles = {place: self._style(name, sheet, place, level) for place in places if (level := shown.paint(place))}
        self.draft.edit(part, *sheet.restyle(styles))
        notes = {place: shown.note(place, self.lang) for place in places}
        self.notes += (listing.sum_of_note("".join(stretch.text for stretch in note)) for note in notes.values())
        self.draft.edit(part, *add_notes(self.draft, part, sheet, notes))

    def _style(self, name: str, sheet: SheetMap, place: Place, level: str) -> int:
        style = sheet.style(place)
        before = self._before(style)
        self.cells[CellRef(name, *place)] = before
        tag = TAG.format(before) if before < _MOST_TAGS else ""
        return self.styles.painted(style, self.styles.fill(COLOURS[level], tag))

    def _before(self, style: int) -> int:
        """The number of the fill that a cell format has."""
        own = self.styles.fill_of(style)
        if not own:
            return 0
        prefix = own[1:].partition(b"fill")[0].decode().rstrip(":")
        text = apply_to_tag(own, {f"xmlns:{prefix}" if prefix else "xmlns": MAIN}).decode()
        if text not in self.fills:
            self.fills.append(text)
        return self.fills.index(text)

    def state(self) -> str:
        """What the hidden column keeps."""
        return listing.state_text(self.fills, self.cells, self.notes)

    def list_findings(self) -> bytes:
        """Puts the sheet `Kiểm tra` at the end, so that no other sheet's number changes; gives the workbook."""
        add_listing(self.draft, self.styles, self.report, list(self.sheets), state=self.state(), lang=self.lang)
        return self.draft.finish()


def add_listing(
    draft: Draft, styles: Stylesheet, report: Report, sheets: Sequence[str], *, state: str, lang: Language
) -> None:
    """The sheet `Kiểm tra`. Its links lead to ``sheets``; no look may be added to ``styles`` afterwards."""
    answers, gone = matched(report.findings, report.submission.explanations)
    rows = listing.rows_of(report, answers, gone, sheets, lang)
    content = listing_xml.sheet_xml(rows, Looks(styles), report, state, lang)
    styles.close()
    part = draft.free("worksheets/sheet{}.xml")
    draft.add(part, content, _SHEET_TYPE)
    _list_sheet(draft, draft.relate(draft.main, "worksheet", part), len(rows))


def _list_sheet(draft: Draft, identifier: str, count: int) -> None:
    root, data = draft.workbook, draft.read(draft.main)
    sheets = root.child("sheets")
    assert sheets is not None
    title = _free_title([sheet.get("name") for sheet in sheets.children])
    number = max((sheet.number("sheetId") for sheet in sheets.children), default=0) + 1
    bound = next((k[6:] for k, v in root.attributes.items() if v == OFFICE and k.startswith("xmlns:")), "")
    relation = f'{bound}:id="{identifier}"' if bound else f'xmlns:r="{OFFICE}" r:id="{identifier}"'
    entry = f'<{root.prefix}sheet name="{quote(title)}" sheetId="{number}" {relation}/>'
    draft.edit(draft.main, append(data, sheets, entry.encode()))
    names = listing_xml.defined_names(title, count, len(sheets.children), root.prefix)
    draft.edit(draft.main, _names_edit(data, root, names))


def _sheet_parts(draft: Draft) -> dict[str, str]:
    """The worksheets by name, with their parts."""
    relationships = draft.package.relationships(draft.main)
    found: dict[str, str] = {}
    for element in next((list(part) for part in draft.root if local_name(part) == "sheets"), []):
        identifier = next((value for name, value in element.items() if name.endswith("}id")), "")
        relation = relationships.get(identifier)
        if relation is not None and relation.type == "worksheet":
            found.setdefault(decode(element.get("name")), relation.target)
    return found


def _free_title(taken: Sequence[str]) -> str:
    """`Kiểm tra`, unless the official has a sheet of that name."""
    names = {name.casefold() for name in taken}
    title, number = TITLE, 1
    while title.casefold() in names:
        title = f"{TITLE} (xlplan{f' {number}' if number > 1 else ''})"
        number += 1
    return title


def _names_edit(data: bytes, root: Span, names: str) -> Edit:
    """Puts names at the end of the workbook's, which are made if there are none."""
    listed = root.child("definedNames")
    if listed is not None:
        return append(data, listed, names.encode())
    before = [child for child in root.children if child.name in _BEFORE_NAMES]
    place = before[-1].end
    return Edit(place, place, f"<{root.prefix}definedNames>{names}</{root.prefix}definedNames>".encode())
