"""Takes the marks out of a workbook: by the record of the splices, else by what marks look like.

The record serves a file as it was written: every part becomes what it was, byte for byte. Once another program has
saved the file, the sheet `Kiểm tra`, the notes of our author, the text below people's notes and the fills are found
and taken out; whatever the official has changed since stays.
"""

from __future__ import annotations

import json

from lxml import etree

from xlplan.packages.gate import Package, local_name
from xlplan.packages.patch.archive import repack
from xlplan.packages.patch.draft import MAIN
from xlplan.packages.patch.record import PART, undone
from xlplan.packages.stream import is_utf8
from xlplan.packages.strings import decode
from xlplan.packages.workbook import read_package
from xlplan.sheets.marks import looks_back, notes_back
from xlplan.sheets.marks.answers import TITLE, signature_column
from xlplan.sheets.marks.looks import COLOURS
from xlplan.sheets.marks.trees import Trees

_LISTED = TITLE.casefold()
_SIGNS = (b"&#", *(colour.encode() for colour in COLOURS.values()))  # of our fills, or of letters that hide one
_OWN_PARTS = ("comments", "vmlDrawing", "printerSettings", "threadedComment", "drawing")


def never_marked(package: Package) -> bool:
    """Whether nothing in a workbook can be a mark, by a look at few parts: nearly all that arrive are such.

    True only where :func:`cleared` would change nothing. Raises PackageError.
    """
    main, root = package.main_part("excel")
    relations = package.relationships(main).values()
    sheets = [sheet for holder in root if local_name(holder) == "sheets" for sheet in holder]
    if package.has(PART) or any(decode(sheet.get("name", "")).casefold().startswith(_LISTED) for sheet in sheets):
        return False
    parts = [relation.target for relation in relations if relation.type == "worksheet"]
    if any(relation.type == "comments" for part in parts for relation in package.relationships(part).values()):
        return False
    styles = [relation.target for relation in relations if relation.type == "styles" and package.has(relation.target)]
    looks = [package.read(part) for part in styles]
    if not all(is_utf8(look) and b"\0" not in look for look in looks):  # its letters may be written otherwise
        return False
    return not any(sign in look.upper() for look in looks for sign in _SIGNS)


def cleared(data: bytes) -> bytes:
    """The package without marks; one that has none comes back as it is. Raises PackageError and MarkupError."""
    exact = undone(data)
    if exact is not None:
        return exact
    return _Removal(data).run()


class _Removal:
    """Works on trees: the program that saved the file has written every byte anew anyway."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.package = Package(data)
        self.trees = Trees(self.package)
        self.main, _ = self.package.main_part("excel")

    def run(self) -> bytes:
        listings = states(self.data)
        state = _State(listings)
        for name in listings:
            drop_sheet(self.trees, self.main, name)
        for name, part in self.trees.worksheets(self.main).items():
            notes_back.remove(self.trees, part, state.notes)
            looks_back.restore(self.trees, self.main, part, state.cells.get(name, {}), state.fills)
        if self.package.has(PART):
            self.trees.drop(PART)
            self.trees.unrelate(self.main, PART)
        if not self.trees.touched:
            return self.data
        return repack(self.data, self.trees.written(), {}, self.trees.dropped)


def states(data: bytes) -> dict[str, str]:
    """The sheets of a workbook that list findings, by name, each with the state that it carries."""
    found: dict[str, str] = {}
    package = Package(data)
    trees = Trees(package)
    if not any(n.casefold().startswith(_LISTED) for n in trees.worksheets(package.main_part("excel")[0])):
        return found
    workbook = read_package(package, skip=lambda name: not name.casefold().startswith(_LISTED))
    for sheet in workbook.sheets:
        column = signature_column(sheet)
        if column is not None:
            cells = sorted((row, cell.value) for (row, at), cell in sheet.cells.items() if at == column + 1)
            found[sheet.name] = "".join(str(value) for _, value in cells)
    return found


def drop_sheet(trees: Trees, main: str, name: str) -> None:
    """Takes a sheet out of the workbook, with its names, its parts and its place among the tabs."""
    root = trees.root(main)
    part = trees.worksheets(main)[name]
    sheets = root.find(f"{{{MAIN}}}sheets")
    assert sheets is not None
    place = next(i for i, sheet in enumerate(sheets) if decode(str(sheet.get("name"))) == name)
    sheets.remove(sheets[place])
    for names in root.iterfind(f"{{{MAIN}}}definedNames"):
        _drop_names(names, place)
    for view in root.iterfind(f"{{{MAIN}}}bookViews/*"):
        for attribute in ("activeTab", "firstSheet"):
            at = int(view.get(attribute) or 0)
            if at and at >= place:
                view.set(attribute, str(at - 1))
    trees.touch(main)
    for relation in trees.package.relationships(part).values():
        if relation.type in _OWN_PARTS and not relation.external:
            trees.drop(relation.target)
    trees.drop(part)
    trees.unrelate(main, part)


def _drop_names(names: etree._Element, place: int) -> None:
    for name in list(names):
        local = int(name.get("localSheetId") or -1)
        if local == place:
            names.remove(name)
        elif local > place:
            name.set("localSheetId", str(local - 1))
    parent = names.getparent()
    if not len(names) and parent is not None:
        parent.remove(names)


class _State:
    """What the hidden column says of the marked cells: their former fills, by sheet and address, and our notes."""

    def __init__(self, listings: dict[str, str]) -> None:
        self.fills: list[str] = [""]
        self.cells: dict[str, dict[str, int]] = {}
        self.notes: set[str] = set()
        for text in listings.values():
            try:
                state = json.loads(text)
                fills, cells, notes = list(state["fills"]), dict(state["cells"]), list(state.get("notes", ()))
            except (ValueError, KeyError, TypeError):
                continue
            self.fills = [fill if isinstance(fill, str) else "" for fill in fills]
            self.cells = {k: v for k, v in cells.items() if isinstance(v, dict)}
            self.notes = {each for each in notes if isinstance(each, str)}
