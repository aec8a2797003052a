"""Outputs: written beside and renamed, so that no half-written file is ever seen under its final name."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

_PREFIX, _SUFFIX = ".xlplan-", ".tmp"
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOINHERIT", 0)
_FOR_ALL = 0o666  # less what the system's mask takes: outputs are for everybody whom the folder is for


class OutputError(Exception):
    """An output could not be written; ``path`` is where, ``detail`` the system's reason.

    ``kind`` is ``output``, or ``same_file`` where it would overwrite an input.
    """

    def __init__(self, path: Path, detail: str, kind: str = "output") -> None:
        super().__init__(f"{path}: {detail}")
        self.path, self.detail, self.kind = path, detail, kind


def write_beside(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Lets ``write`` fill a temporary file in the same folder, then renames it to ``path``.

    The folder is made if need be. Raises :class:`OutputError`; whatever happens, ``path`` is either as it was
    or complete, and no temporary file stays behind.
    """
    temporary: Path | None = None
    try:
        handle, temporary = _open_beside(path)
        with os.fdopen(handle, "wb") as stream:
            write(stream)
        temporary.replace(path)
        temporary = None
    except OSError as error:
        raise OutputError(path, error.strerror or str(error)) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):  # a virus scanner has it open: the next run drops it
                temporary.unlink()


def _open_beside(path: Path) -> tuple[int, Path]:
    """The handle of a new temporary file in the folder of ``path``, and its name. Raises OSError."""
    temporary = path.parent / f"{_PREFIX}{os.urandom(8).hex()}{_SUFFIX}"
    try:
        return os.open(temporary, _NEW, _FOR_ALL), temporary
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(temporary, _NEW, _FOR_ALL), temporary


def write_bytes(path: Path, data: bytes) -> None:
    """:func:`write_beside` for data at hand."""
    write_beside(path, lambda stream: stream.write(data))


def drop_temporary(folder: Path) -> None:
    """Removes what :func:`write_beside` left in a folder when its process was killed. Never raises."""
    for path in folder.glob(f"{_PREFIX}*{_SUFFIX}") if folder.is_dir() else ():
        with contextlib.suppress(OSError):
            path.unlink()


def same_file(one: Path, other: Path) -> bool:
    """Whether two paths are one file (an output that would overwrite its input)."""
    try:
        return one.samefile(other)
    except OSError:
        return False
