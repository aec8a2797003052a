"""VBA projects (``vbaProject.bin``) written from their source on any system, byte for byte the same each time.

The projects hold no compiled code; Office compiles them when it opens the file. Source: [MS-OVBA].
"""

from __future__ import annotations

from collections.abc import Sequence

from xlplan.excel.vbaproject import compound
from xlplan.excel.vbaproject.compression import compress
from xlplan.excel.vbaproject.directory import Stored, dir_stream
from xlplan.excel.vbaproject.names import check_names
from xlplan.excel.vbaproject.project import VBA_PROJECT_STREAM, project_stream, projectwm_stream
from xlplan.excel.vbaproject.reading import read_project
from xlplan.excel.vbaproject.source import WORKBOOK, Kind, Module, stored_text

__all__ = ["WORKBOOK", "Kind", "Module", "read_project", "stored_text", "write_project"]


def write_project(modules: Sequence[Module], *, name: str = "xlplan") -> bytes:
    """The ``vbaProject.bin`` of a workbook with these modules, in this order; ``stored_text`` says how each is stored.

    Excel wants a document module for the workbook, ``ThisWorkbook``, and one for each sheet under its ``codeName``,
    even without code. Raises ValueError without the former, for names that VBA refuses, for code that ``stored_text``
    refuses, and for more than a compound file of 6.8 MB holds.
    """
    check_names([module.name for module in modules], name)
    if not any(module.name == WORKBOOK and module.kind == "document" for module in modules):
        raise ValueError(f"the project has no document module {WORKBOOK}")
    stored = [Stored(module.name, module.kind, stored_text(module)) for module in modules]
    vba = {module.name: compress(module.text.encode("ascii")) for module in stored}
    vba |= {"_VBA_PROJECT": VBA_PROJECT_STREAM, "dir": compress(dir_stream(name, stored))}
    return compound.write({"VBA": vba, "PROJECTwm": projectwm_stream(stored), "PROJECT": project_stream(name, stored)})
