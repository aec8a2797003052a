"""Outputs: written beside and renamed, so that no half-written file is ever seen under its final name."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

_PREFIX, _SUFFIX = ".xlplan-", ".tmp"
# mkstemp makes private files, outputs are for everybody whom the folder is for. Read when no thread can come between.
_UMASK = os.umask(0)
os.umask(_UMASK)


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
    import tempfile  # which most commands have no use for

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=_PREFIX, suffix=_SUFFIX, dir=path.parent)
    except OSError as error:
        raise OutputError(path, error.strerror or str(error)) from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            write(stream)
        temporary.chmod(0o666 & ~_UMASK)
        temporary.replace(path)
    except OSError as error:
        raise OutputError(path, error.strerror or str(error)) from error
    finally:
        with contextlib.suppress(OSError):  # a virus scanner has it open: the next run drops it
            temporary.unlink(missing_ok=True)


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
