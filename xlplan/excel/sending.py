"""The copy that is sent: no marks, no macros, no Python function; native formulas stay, and so does all the rest."""

from __future__ import annotations

from lxml import etree

from xlplan.packages.gate import Package
from xlplan.packages.patch.archive import repack
from xlplan.packages.patch.draft import MAIN
from xlplan.patterns import pattern
from xlplan.sheets.marks.removal import drop_sheet
from xlplan.sheets.marks.trees import Trees

_M = f"{{{MAIN}}}"
_OURS = pattern(r"(?<![A-Z0-9_.])GN_[A-Z0-9_]+\s*\(")
_QUOTED = pattern(r'"(?:[^"]|"")*"')
_PLAIN_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MACRO_KINDS = ("vbaProject", "wordVbaData")
_RIBBON = "extensibility"
_SETTINGS = "xlwings.conf"  # where Python is on the sender's computer: nobody else's business
_BROKEN = "#NAME?"


class Unready(Exception):  # noqa: N818 - said to the user, who has to recalculate
    """Cells (``'Sheet'!A1`` as sheet and address) whose Python function has no result to be sent."""

    def __init__(self, cells: list[tuple[str, str]]) -> None:
        super().__init__(cells)
        self.cells = cells


def is_ours(formula: str) -> bool:
    """Whether a formula calls a Python function of ours (``GN_…``), however it is qualified."""
    return _OURS.search(_QUOTED.sub('""', formula).upper()) is not None


def for_sending(data: bytes) -> bytes:
    """The package as it is sent. Raises :class:`Unready`, PackageError and MarkupError."""
    trees = Trees(Package(data))
    main, _ = trees.package.main_part("excel")
    if _SETTINGS in trees.worksheets(main):
        drop_sheet(trees, main, _SETTINGS)
    missing: list[tuple[str, str]] = []
    changed = False
    for name, part in trees.worksheets(main).items():
        cells = _settle(trees.root(part))
        if cells:
            trees.touch(part)
            changed = True
        missing += [(name, str(cell.get("r"))) for cell in cells if not _has_result(cell)]
    if missing:
        raise Unready(missing)
    if changed:
        _drop_related(trees, main, ("calcChain",))  # it lists formulas that are gone; Excel makes a new one
        _drop_add_ins(trees, main)
    _drop_macros(trees, main)
    return repack(data, trees.written(), {}, trees.dropped) if trees.touched else data


# ---- formulas ----------------------------------------------------------------------------------------------------


def _settle(sheet: etree._Element) -> list[etree._Element]:
    """Takes our formulas out of a worksheet, so that their results stay; gives the cells that had one."""
    shared: set[str] = set()
    found = []
    for cell in sheet.iterfind(f"{_M}sheetData/{_M}row/{_M}c"):
        formula = cell.find(f"{_M}f")
        if formula is None:
            continue
        group = str(formula.get("si")) if formula.get("t") == "shared" else ""
        ours = is_ours(formula.text or "") or (not formula.text and group in shared)
        if ours and group:
            shared.add(group)
        if ours:
            cell.remove(formula)
            cell.attrib.pop("cm", "")  # the mark of a formula that spills
            found.append(cell)
    return found


def _has_result(cell: etree._Element) -> bool:
    """Whether a cell shows something that may be sent: anything but nothing at all and #NAME?."""
    value = cell.find(f"{_M}v")
    if value is None:
        return False
    return not (cell.get("t") == "e" and value.text == _BROKEN)


# ---- what goes with the macros -----------------------------------------------------------------------------------


def _drop_macros(trees: Trees, main: str) -> None:
    _drop_related(trees, main, _MACRO_KINDS)
    _drop_related(trees, "", (_RIBBON,))
    root = trees.root("[Content_Types].xml")
    for entry in list(root):
        kind = str(entry.get("ContentType") or "")
        if "macroEnabled.main" in kind:
            entry.set("ContentType", _PLAIN_TYPE)
            trees.touch("[Content_Types].xml")
        elif kind.endswith("vbaProject"):
            root.remove(entry)
            trees.touch("[Content_Types].xml")


def _drop_related(trees: Trees, part: str, kinds: tuple[str, ...]) -> None:
    """Leaves out the parts that another one points to for these purposes, with the pictures and such of their own."""
    for relation in list(trees.package.relationships(part).values()):
        if relation.type in kinds and not relation.external:
            for inner in trees.package.relationships(relation.target).values():
                if not inner.external:
                    trees.drop(inner.target)
            trees.drop(relation.target)
            trees.unrelate(part, relation.target)


def _drop_add_ins(trees: Trees, main: str) -> None:
    """Links to add-ins, whose functions are gone, if there are no others (formulas name links by number)."""
    links = [r for r in trees.package.relationships(main).values() if r.type == "externalLink" and not r.external]
    targets = [t.target for r in links for t in trees.package.relationships(r.target).values()]
    if not targets or not all(target.casefold().endswith(".xlam") for target in targets):
        return
    _drop_related(trees, main, ("externalLink",))
    root = trees.root(main)
    for listed in root.findall(f"{_M}externalReferences"):
        root.remove(listed)
        trees.touch(main)
