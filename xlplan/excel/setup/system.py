"""The seam to the operating system: everything that installation and doctor ask of it, and nothing else.

Paths are text in the system's own form. Registry keys are written with their root: ``HKCU\\Software\\…``;
``HKLM64`` and ``HKLM32`` are the two views of a 64-bit Windows.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from xlplan.files import OutputError, write_bytes
from xlplan.tuples import NamedTuple

SZ, BINARY, DWORD = 1, 3, 4
"""Kinds of registry values, by Windows' own numbers; others are kept as they come."""

Data = str | int | bytes | list[str] | None


class Value(NamedTuple):
    """What a registry value holds: its kind (``SZ``, ``DWORD`` …) and its data."""

    kind: int
    data: Data


class Ran(NamedTuple):
    """How a command ended; ``status`` is None where it could not be started or took too long."""

    status: int | None
    output: str


class System(Protocol):
    """An operating system. What cannot be done raises ``OSError``; what is not there is None or empty."""

    @property
    def name(self) -> str:
        """``Windows``, ``Linux`` or ``macOS``."""

    def variable(self, name: str) -> str:
        """An environment variable, or nothing."""

    def value(self, key: str, name: str) -> Value | None:
        """One registry value."""

    def values(self, key: str) -> Mapping[str, Value]:
        """All values of a key."""

    def has_key(self, key: str) -> bool:
        """Whether a key exists."""

    def keys(self, key: str) -> Sequence[str]:
        """Names of the keys within a key."""

    def create_key(self, key: str) -> None:
        """Makes a key whose parent exists."""

    def delete_key(self, key: str) -> None:
        """Removes a key that holds neither values nor keys."""

    def set_value(self, key: str, name: str, value: Value) -> None:
        """Writes a value of a key that exists."""

    def delete_value(self, key: str, name: str) -> None:
        """Removes a value."""

    def read(self, path: str, limit: int | None = None) -> bytes | None:
        """The (first ``limit``) bytes of a file, or None where there is none or it cannot be read."""

    def is_folder(self, path: str) -> bool:
        """Whether there is a folder of this name."""

    def entries(self, path: str) -> Sequence[str]:
        """Names within a folder."""

    def write(self, path: str, data: bytes) -> None:
        """Writes a file beside its final name and renames it."""

    def delete(self, path: str) -> None:
        """Removes a file."""

    def make_folder(self, path: str) -> None:
        """Makes one folder whose parent exists."""

    def remove_folder(self, path: str) -> None:
        """Removes an empty folder."""

    def stream(self, path: str, name: str) -> bytes | None:
        """An alternate stream of a file (NTFS), or None."""

    def delete_stream(self, path: str, name: str) -> None:
        """Removes an alternate stream."""

    def run(self, command: Sequence[str], timeout: float) -> Ran:
        """Runs a program without a window, within ``timeout`` seconds; output and errors as one text."""


class OwnFiles:
    """Files, variables and programs of the machine we run on; a system without a registry needs no more."""

    def __init__(self) -> None:
        self._name = {"win32": "Windows", "darwin": "macOS"}.get(sys.platform, "Linux")

    @property
    def name(self) -> str:
        """The system's name as users know it."""
        return self._name

    def variable(self, name: str) -> str:
        """An environment variable, or nothing."""
        return os.environ.get(name, "")

    def read(self, path: str, limit: int | None = None) -> bytes | None:
        """The (first) bytes of a file, or None."""
        try:
            with Path(path).open("rb") as file:
                return file.read() if limit is None else file.read(limit)
        except (OSError, ValueError):
            return None

    def is_folder(self, path: str) -> bool:
        """Whether there is a folder of this name."""
        return Path(path).is_dir()

    def entries(self, path: str) -> Sequence[str]:
        """Names within a folder."""
        try:
            return sorted(each.name for each in Path(path).iterdir())
        except OSError:
            return ()

    def write(self, path: str, data: bytes) -> None:
        """Writes a file beside its final name and renames it."""
        try:
            write_bytes(Path(path), data)
        except OutputError as error:
            raise OSError(error.detail) from error

    def delete(self, path: str) -> None:
        """Removes a file."""
        Path(path).unlink(missing_ok=True)

    def make_folder(self, path: str) -> None:
        """Makes one folder whose parent exists."""
        Path(path).mkdir()

    def remove_folder(self, path: str) -> None:
        """Removes an empty folder."""
        Path(path).rmdir()

    def run(self, command: Sequence[str], timeout: float) -> Ran:
        """Runs a program without a window; output and errors as one text."""
        try:
            done = subprocess.run(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=timeout,
                check=False,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except (OSError, ValueError, subprocess.TimeoutExpired) as error:
            return Ran(None, str(error))
        return Ran(done.returncode, done.stdout.decode("utf-8", "replace"))


class Elsewhere(OwnFiles):
    """Linux and macOS: files, but no registry and no alternate streams. Nothing is ever installed here."""

    def value(self, key: str, name: str) -> Value | None:
        """There is none."""
        return None

    def values(self, key: str) -> Mapping[str, Value]:
        """There are none."""
        return {}

    def has_key(self, key: str) -> bool:
        """There is none."""
        return False

    def keys(self, key: str) -> Sequence[str]:
        """There are none."""
        return ()

    def create_key(self, key: str) -> None:
        """Not here."""
        raise OSError("no registry")

    def delete_key(self, key: str) -> None:
        """Not here."""
        raise OSError("no registry")

    def set_value(self, key: str, name: str, value: Value) -> None:
        """Not here."""
        raise OSError("no registry")

    def delete_value(self, key: str, name: str) -> None:
        """Not here."""
        raise OSError("no registry")

    def stream(self, path: str, name: str) -> bytes | None:
        """There is none."""
        return None

    def delete_stream(self, path: str, name: str) -> None:
        """There is none."""


def this_system() -> System:
    """The system that the program runs on."""
    if sys.platform == "win32":
        from xlplan.excel.setup.windows import Windows

        return Windows()
    return Elsewhere()
