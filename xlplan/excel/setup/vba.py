"""Which xlwings the VBA in an add-in was written for: its module names the DLL with the version."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO

from xlplan.excel.vbaproject import read_project
from xlplan.patterns import pattern

_DLL = pattern(r"xlwings(?:32|64)-(\d+(?:\.\d+)+)\.dll")
_LARGEST = 8 << 20


def xlwings_version(addin: bytes) -> str:
    """The version that the VBA of an .xlam or .xlsm names; nothing where it names none or cannot be read."""
    try:
        with zipfile.ZipFile(BytesIO(addin)) as package, package.open("xl/vbaProject.bin") as part:
            modules = read_project(part.read(_LARGEST))
    except (OSError, KeyError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error):
        return ""
    found = next((found for module in modules if (found := _DLL.search(module.code))), None)
    return found[1] if found else ""
