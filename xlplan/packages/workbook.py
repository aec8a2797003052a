"""Reads a spreadsheet into plain structures: sheets, cells with values and formulas, names and properties."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from xlplan.packages.cells import Cell, Sheet, State
from xlplan.packages.dates import as_date
from xlplan.packages.display import displayed
from xlplan.packages.filling import Book
from xlplan.packages.gate import DEFAULT_LIMITS, Limits, Package, PackageError, Relationship, local_name
from xlplan.packages.strings import decode, shared_strings
from xlplan.packages.styles import Styles
from xlplan.packages.tree import Node
from xlplan.packages.worksheet import read_sheet
from xlplan.refs import address, parse_address, qualify

if TYPE_CHECKING:
    from datetime import date

__all__ = [
    "Cell",
    "PackageError",
    "Sheet",
    "Workbook",
    "address",
    "displayed",
    "parse_address",
    "read_package",
    "read_workbook",
]

_MACROS = frozenset(("vbaProject", "xlMacrosheet", "xlIntlMacrosheet"))


class Workbook:
    """A workbook: worksheets in the order of their tabs (charts have none), names, properties.

    ``defined_names`` maps a name to its formula without ``=``; a name that belongs to one sheet is
    ``'Sheet'!name``. ``properties`` holds the custom properties as text, and the core title as ``title``; ``saved``
    is when a program last saved it, as that wrote it (W3CDTF), empty where it did not.
    """

    __slots__ = ("date1904", "defined_names", "has_macros", "path", "properties", "saved", "sheets")

    def __init__(self, path: str) -> None:
        self.path = path
        self.sheets: list[Sheet] = []
        self.defined_names: dict[str, str] = {}
        self.properties: dict[str, str] = {}
        self.date1904 = False
        self.has_macros = False
        self.saved = ""

    def __repr__(self) -> str:
        return f"<Workbook {self.path!r}: {len(self.sheets)} sheets>"

    def date_of(self, cell: Cell) -> date | None:
        """The day that a date cell shows, or None when its value is no day."""
        return as_date(cell.value, date1904=self.date1904)

    def sheet(self, name: str) -> Sheet | None:
        """The sheet of this name, or None."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)


Skip = Callable[[str], bool]
"""Whether the sheet of this name is not wanted: it then stands in the workbook without its cells."""


def read_workbook(path: Path | str, *, limits: Limits = DEFAULT_LIMITS, skip: Skip | None = None) -> Workbook:
    """Read an .xlsx or .xlsm file. Raises PackageError, and nothing else whatever the bytes are."""
    return read_package(Package.open(path, limits), str(path), skip)


def read_package(package: Package, path: str = "", skip: Skip | None = None) -> Workbook:
    """Read the workbook in an opened package. Raises PackageError."""
    main, root = package.main_part("excel")
    relationships = package.relationships(main)
    parts = {local_name(part): part for part in root}
    workbook = Workbook(path)
    workbook.date1904 = _is_true(parts.get("workbookPr"), "date1904")
    workbook.has_macros = any(relation.type in _MACROS for relation in relationships.values())
    names = _read_sheets(package, workbook, relationships, parts.get("sheets"), skip)
    workbook.defined_names = _defined_names(parts.get("definedNames"), names)
    workbook.properties = _properties(package, workbook)
    return workbook


def _read_sheets(
    package: Package,
    workbook: Workbook,
    relationships: dict[str, Relationship],
    listed: Node | None,
    skip: Skip | None,
) -> list[str]:
    """Fill ``workbook.sheets``; give the names of all tabs, which local names count by."""
    book = _book(package, relationships)
    names: list[str] = []
    done: set[str] = set()
    for element in () if listed is None else listed:
        names.append(decode(element.get("name", "")))
        relation = relationships.get(_relation_id(element))
        if relation is None or relation.external or relation.target.lower() in done:
            raise PackageError("damaged", f"sheet {names[-1]!r} has no part of its own")
        if relation.type != "worksheet":
            continue
        done.add(relation.target.lower())
        state = _state(element.get("state", "visible"))
        if skip is not None and skip(names[-1]):
            workbook.sheets.append(Sheet(names[-1], state))
        else:
            workbook.sheets.append(read_sheet(package, relation.target, names[-1], state, book))
    if not workbook.sheets:
        raise PackageError("damaged", "the workbook has no worksheet")
    return names


def _book(package: Package, relationships: dict[str, Relationship]) -> Book:
    strings = _part(package, relationships, "sharedStrings")
    styles = _part(package, relationships, "styles")
    return Book(
        shared_strings(package, strings) if strings else [],
        package.digest(styles, Styles) if styles else Styles(),
        package.limits.cells,
    )


def _part(package: Package, relationships: dict[str, Relationship], kind: str) -> str | None:
    """The part that the workbook uses for a purpose, or None when it names none or the part is missing."""
    targets = (relation.target for relation in relationships.values() if relation.type == kind)
    return next((target for target in targets if package.has(target)), None)


def _relation_id(element: Node) -> str:
    """The ``r:id``, whose namespace is another one in strict workbooks."""
    return next((value for name, value in element.items() if name.endswith("}id")), "")


def _state(text: str) -> State:
    return next((state for state in get_args(State) if state == text), "visible")


def _is_true(element: Node | None, attribute: str) -> bool:
    return element is not None and element.get(attribute) in ("1", "true")


def _defined_names(listed: Node | None, sheets: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in () if listed is None else listed:
        name = decode(element.get("name", ""))
        local = element.get("localSheetId")
        if "localSheetId" in element.attrib:
            if not (local.isascii() and local.isdigit() and len(local) < 6 and int(local) < len(sheets)):
                continue
            name = qualify(sheets[int(local)], name)
        found[name] = decode(element.text)
    return found


def _custom_properties(root: Node) -> dict[str, str]:
    return {element.get("name", ""): decode("".join(element.itertext())) for element in root}


def _properties(package: Package, workbook: Workbook) -> dict[str, str]:
    found: dict[str, str] = {}
    relationships = package.relationships("")
    if part := _part(package, relationships, "custom-properties"):
        found.update(package.digest(part, _custom_properties))
    if part := _part(package, relationships, "core-properties"):
        for element in package.xml(part):
            if local_name(element) == "title" and element.text:
                found.setdefault("title", element.text)
            elif local_name(element) == "modified":
                workbook.saved = element.text.strip()
    return found
