"""The VBA project of our files: which modules it has, from the sources beside this room."""

from __future__ import annotations

from xlplan.excel.build.generate import VBA
from xlplan.excel.vbaproject import WORKBOOK, Module, write_project

STANDARD = ("XlplanRibbon", "XlplanPython", "XlplanMessage", "XlplanTexts", "XlplanFunctions", "xlwings")
CLASSES = ("Dictionary",)
PROJECT = "XlplanProject"  # a project and a module may not share a name


def modules(sheets: int, *, addin: bool = False) -> list[Module]:
    """The modules of a workbook with so many sheets; an add-in's functions compute for the active workbook."""
    found = [Module(WORKBOOK, source(f"{WORKBOOK}.cls"), "document")]
    found += [Module(f"Sheet{number}", "", "document") for number in range(1, sheets + 1)]
    for name in STANDARD:
        code = source(f"{name}.bas")
        if addin and name == "XlplanFunctions":
            code = code.replace(", ThisWorkbook, Application.Caller)", ", ActiveWorkbook, Application.Caller)")
        found.append(Module(name, code, "standard"))
    return [*found, *(Module(name, source(f"{name}.cls"), "class") for name in CLASSES)]


def source(name: str) -> str:
    """The text of a module as VBA keeps it: lines end in CR LF."""
    text = (VBA / name).read_text(encoding="ascii").replace("\r\n", "\n")
    return text.replace("\n", "\r\n")


def vba_project(sheets: int, *, addin: bool = False) -> bytes:
    """``vbaProject.bin`` of a workbook with so many sheets; the same bytes every time."""
    return write_project(modules(sheets, addin=addin), name=PROJECT)
