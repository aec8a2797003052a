"""A Windows in memory: registry, files, streams and programs, for any state that a user's computer may be in."""

from __future__ import annotations

import copy
import ntpath
import struct
from collections.abc import Callable, Sequence

from xlplan.excel.setup.system import DWORD, SZ, Ran, Value

OFFICE = r"Software\Microsoft\Office"
PYTHON = r"C:\Python312\python.exe"
SID = "S-1-5-21-1000"


class PowerLossError(BaseException):
    """The computer goes off in the middle of something."""


class FakeWindows:
    """Names of keys, values and files are found in any case, as Windows does, and kept as they were written."""

    name = "Windows"

    def __init__(self, user: str = "An", profile: str | None = None) -> None:
        self.profile = profile or rf"C:\Users\{user}"
        self.variables = {
            "USERNAME": user,
            "USERPROFILE": self.profile,
            "LOCALAPPDATA": rf"{self.profile}\AppData\Local",
            "ProgramData": r"C:\ProgramData",
            "PUBLIC": r"C:\Users\Public",
        }
        self.registry: dict[str, dict[str, Value]] = {"HKCU": {}, "HKLM64": {}, "HKLM32": {}}
        self.files: dict[str, bytes] = {}
        self.streams: dict[tuple[str, str], bytes] = {}
        self.folders: set[str] = set()
        self.running: list[str] = ["explorer.exe"]
        self.commands: list[list[str]] = []
        self.answers: dict[str, Ran] = {}
        self.denied: Callable[[str], bool] = lambda place: False
        self.power: int | None = None
        """How many more changes there will be before the power goes."""
        for folder in (self.variables["LOCALAPPDATA"], r"C:\ProgramData", r"C:\Users\Public", r"C:\Python312"):
            self.add_folder(folder)
        self.add_key(r"HKCU\Software")
        for file in ("python.exe", "pythonw.exe", "xlwings64-0.37.8.dll", "xlwings32-0.37.8.dll"):
            self.add_file(rf"C:\Python312\{file}", b"MZ")

    # what a test puts there
    def add_folder(self, path: str) -> None:
        while path not in self.folders and path != ntpath.dirname(path):
            self.folders.add(path)
            path = ntpath.dirname(path)

    def add_file(self, path: str, data: bytes = b"", zone: int | None = None) -> None:
        self.add_folder(ntpath.dirname(path))
        self.files[path] = data
        if zone is not None:
            self.streams[path, "Zone.Identifier"] = b"[ZoneTransfer]\r\nZoneId=%d\r\n" % zone

    def add_key(self, key: str) -> None:
        parts = key.split("\\")
        for end in range(1, len(parts) + 1):
            self.registry.setdefault(self._key("\\".join(parts[:end])), {})

    def add(self, key: str, name: str, data: str | int) -> None:
        self.add_key(key)
        self.registry[self._key(key)][name] = Value(SZ if isinstance(data, str) else DWORD, data)

    def add_excel(self, version: str = "16.0", bits: int = 64, source: str = "msi") -> None:
        number = version.partition(".")[0]
        files = r"C:\Program Files" if bits == 64 else r"C:\Program Files (x86)"
        if source == "store":
            folder = rf"C:\Program Files\WindowsApps\Microsoft.Office.Desktop.Excel_16051.0_x86\Office{number}"
            self.add(r"HKCU\Software\Microsoft\Windows\CurrentVersion\App Paths\excel.exe", "", rf"{folder}\EXCEL.EXE")
            return
        folder = rf"{files}\Microsoft Office"
        if source == "click-to-run":
            configuration = rf"HKLM64\{OFFICE}\ClickToRun\Configuration"
            self.add(configuration, "InstallationPath", folder)
            self.add(configuration, "Platform", "x64" if bits == 64 else "x86")
            folder += r"\root"
        view = "HKLM64" if bits == 64 or source == "click-to-run" else "HKLM32"
        self.add(rf"{view}\{OFFICE}\{version}\Excel\InstallRoot", "Path", rf"{folder}\Office{number}" + "\\")
        self.add_file(rf"{folder}\Office{number}\EXCEL.EXE", program(bits))

    def state(self) -> object:
        return copy.deepcopy((self.registry, self.files, self.streams, self.folders))

    # the seam
    def variable(self, name: str) -> str:
        return self.variables.get(name, "")

    def value(self, key: str, name: str) -> Value | None:
        return next((v for n, v in self.values(key).items() if n.lower() == name.lower()), None)

    def values(self, key: str) -> dict[str, Value]:
        return dict(self.registry.get(self._key(key), {}))

    def has_key(self, key: str) -> bool:
        return self._key(key) in self.registry

    def keys(self, key: str) -> Sequence[str]:
        start = f"{self._key(key)}\\"
        return [k.removeprefix(start) for k in self.registry if k.startswith(start) and "\\" not in k[len(start) :]]

    def create_key(self, key: str) -> None:
        assert self.has_key(key.rpartition("\\")[0]), key
        self._change(key)
        self.registry.setdefault(self._key(key), {})

    def delete_key(self, key: str) -> None:
        assert not self.values(key) and not self.keys(key), f"{key} is not empty"
        self._change(key)
        del self.registry[self._key(key)]

    def set_value(self, key: str, name: str, value: Value) -> None:
        self._change(key)
        held = self.registry[self._key(key)]
        held[next((n for n in held if n.lower() == name.lower()), name)] = value

    def delete_value(self, key: str, name: str) -> None:
        self._change(key)
        held = self.registry[self._key(key)]
        del held[next(n for n in held if n.lower() == name.lower())]

    def read(self, path: str, limit: int | None = None) -> bytes | None:
        data = self.files.get(self._file(path))
        return data if data is None else data[:limit]

    def is_folder(self, path: str) -> bool:
        return any(folder.lower() == path.rstrip("\\").lower() for folder in (f.rstrip("\\") for f in self.folders))

    def entries(self, path: str) -> Sequence[str]:
        inside = [*self.files, *self.folders]
        return sorted(ntpath.basename(p) for p in inside if ntpath.dirname(p).lower() == path.lower() and p != path)

    def write(self, path: str, data: bytes) -> None:
        assert self.is_folder(ntpath.dirname(path)), path
        self._change(path)
        self.files[self._file(path)] = data

    def delete(self, path: str) -> None:
        self._change(path)
        gone = self._file(path)
        del self.files[gone]
        self.streams = {at: data for at, data in self.streams.items() if at[0] != gone}

    def make_folder(self, path: str) -> None:
        assert self.is_folder(ntpath.dirname(path)), path
        self._change(path)
        self.folders.add(path)

    def remove_folder(self, path: str) -> None:
        assert not self.entries(path), path
        self._change(path)
        self.folders = {folder for folder in self.folders if folder.lower() != path.lower()}

    def stream(self, path: str, name: str) -> bytes | None:
        return self.streams.get((self._file(path), name))

    def delete_stream(self, path: str, name: str) -> None:
        self._change(path)
        del self.streams[self._file(path), name]

    def run(self, command: Sequence[str], timeout: float) -> Ran:
        self.commands.append(list(command))
        program = ntpath.basename(command[0]).lower()
        if program in self.answers:
            return self.answers[program]
        if program == "tasklist":
            return Ran(0, "\r\n".join(f'"{name}","1234","Console"' for name in self.running))
        if program == "whoami":
            return Ran(0, f'"pc\\{self.variables["USERNAME"]}","{SID}"')
        return Ran(0, "") if program == "icacls" else Ran(None, "not found")

    def _change(self, place: str) -> None:
        if self.power is not None:
            if self.power == 0:
                raise PowerLossError
            self.power -= 1
        if self.denied(place):
            raise PermissionError(13, "Access is denied", place)

    def _key(self, key: str) -> str:
        return next((known for known in self.registry if known.lower() == key.lower()), key)

    def _file(self, path: str) -> str:
        return next((known for known in self.files if known.lower() == path.lower()), path)


def program(bits: int) -> bytes:
    """The first bytes of a Windows program of this kind."""
    machine = {32: 0x014C, 64: 0x8664}[bits]
    return b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", 0x80) + b"\0" * 0x40 + b"PE\0\0" + struct.pack("<H", machine)
