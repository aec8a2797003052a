"""Which Excel is on the computer: version, 32 or 64 bits, and how it was installed."""

from __future__ import annotations

import ntpath
import struct
from collections.abc import Iterator
from typing import Literal

from xlplan.excel.setup.system import System
from xlplan.patterns import pattern
from xlplan.tuples import NamedTuple

VERSIONS = ("16.0", "15.0", "14.0")
"""Registry names of Excel 2016 and later, 2013 and 2010: those that know VBA 7 and this kind of ribbon."""

Source = Literal["msi", "click-to-run", "store"]

_NAMES = {"16.0": "Excel 2016, 2019, 2021, 2024, 365", "15.0": "Excel 2013", "14.0": "Excel 2010"}
OFFICE = r"Software\Microsoft\Office"
"""Where Office keeps its settings, below the root of the user or of the computer."""
_CLICK_TO_RUN = rf"HKLM64\{OFFICE}\ClickToRun"
_APP_PATH = r"Software\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
_FOLDER = pattern(r"office(1[4-6])\b")
_MACHINES = {0x014C: 32, 0x8664: 64, 0xAA64: 64}


class Excel(NamedTuple):
    """One installed Excel; ``bits`` is None where neither the program nor the registry tells."""

    version: str
    program: str
    source: Source
    bits: int | None

    @property
    def name(self) -> str:
        """The name that users know."""
        return _NAMES[self.version]


def user_key(version: str) -> str:
    """The registry key of a user's settings for one version of Excel."""
    return rf"HKCU\{OFFICE}\{version}\Excel"


def installed(system: System) -> list[Excel]:
    """Every Excel on the computer, the newest first; one a version."""
    found: dict[str, Excel] = {}
    for version, program in _programs(system):
        if version not in found:
            found[version] = Excel(version, program, _source(system, program), _bits(system, version, program))
    return [found[version] for version in VERSIONS if version in found]


def is_store(path: str) -> bool:
    """Whether a program came from the Microsoft Store, which walls its programs off."""
    return "\\windowsapps\\" in path.lower()


def is_running(system: System) -> bool:
    """Whether Excel is open: it writes its settings over ours when it ends."""
    listed = system.run(["tasklist", "/fo", "csv", "/nh", "/fi", "imagename eq EXCEL.EXE"], 20)
    return "excel.exe" in listed.output.lower()


def machine_bits(program: bytes) -> int | None:
    """32 or 64 by the header of a Windows program (its machine field); None for what is no program."""
    if program[:2] != b"MZ" or len(program) < 64:
        return None
    (place,) = struct.unpack_from("<I", program, 0x3C)
    if program[place : place + 4] != b"PE\0\0" or len(program) < place + 6:
        return None
    (machine,) = struct.unpack_from("<H", program, place + 4)
    return _MACHINES.get(machine)


def _programs(system: System) -> Iterator[tuple[str, str]]:
    """Version and path of every EXCEL.EXE that the registry names and the disk has, best source first."""
    for version in VERSIONS:
        for key in (
            rf"HKLM64\{OFFICE}\{version}\Excel\InstallRoot",
            rf"HKLM32\{OFFICE}\{version}\Excel\InstallRoot",
            rf"{_CLICK_TO_RUN}\REGISTRY\MACHINE\{OFFICE}\{version}\Excel\InstallRoot",
        ):
            folder = _text(system, key, "Path")
            if folder and _is_there(system, program := ntpath.join(folder, "EXCEL.EXE")):
                yield version, program
    root = _text(system, rf"{_CLICK_TO_RUN}\Configuration", "InstallationPath")
    if root and _is_there(system, program := ntpath.join(root, "root", "Office16", "EXCEL.EXE")):
        yield "16.0", program
    for view in ("HKLM64", "HKLM32", "HKCU"):
        program = _text(system, rf"{view}\{_APP_PATH}", "").strip('"')
        match = _FOLDER.search(program.lower())
        if match and _is_there(system, program):
            yield f"{match[1]}.0", program


def _is_there(system: System, program: str) -> bool:
    """A program of the Store may not be read even where it is there."""
    return is_store(program) or system.read(program, 2) is not None


def _source(system: System, program: str) -> Source:
    if is_store(program):
        return "store"
    root = _text(system, rf"{_CLICK_TO_RUN}\Configuration", "InstallationPath")
    return "click-to-run" if root and program.lower().startswith(ntpath.join(root, "root", "").lower()) else "msi"


def _bits(system: System, version: str, program: str) -> int | None:
    """By the program itself; where it cannot be read, by what Office noted."""
    bits = machine_bits(system.read(program, 4096) or b"")
    if bits:
        return bits
    platform = _text(system, rf"{_CLICK_TO_RUN}\Configuration", "Platform")
    noted = platform or next(
        filter(None, (_text(system, rf"{v}\{OFFICE}\{version}\Outlook", "Bitness") for v in ("HKLM64", "HKLM32"))), ""
    )
    return {"x86": 32, "x64": 64}.get(noted.lower())


def _text(system: System, key: str, name: str) -> str:
    value = system.value(key, name)
    return value.data if value is not None and isinstance(value.data, str) else ""
