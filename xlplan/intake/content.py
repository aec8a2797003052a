"""What a file is, whatever it is called: the digest of its content, its twins, and when it was last saved."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import TypeVar

File = TypeVar("File", bound=Hashable)

_FIRST_YEAR = 2000  # what was saved earlier was saved by a computer without a clock
_A_DAY = 86_400


def digest(data: bytes) -> str:
    """SHA-256 of a content, in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def identical(digests: Iterable[tuple[File, str]]) -> dict[File, File]:
    """The files whose content came before, each with the first file of that content."""
    first: dict[str, File] = {}
    return {file: kept for file, found in digests if (kept := first.setdefault(found, file)) != file}


def digest_of(file: Path) -> str:
    """SHA-256 of a file's content, empty where it cannot be read."""
    try:
        if not file.is_file():  # a pipe would keep us waiting
            return ""
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def modified(path: str | Path, written: str = "") -> str:
    """When a workbook was last saved: ISO 8601 in UTC (``2024-03-29T01:02:03Z``), empty where nothing tells.

    What the program that saved it wrote into it (``written``) counts, for copying and sending change the file's own
    time; where that is missing or impossible (before 2000, or in the future), or the file could not be read, the
    file's own time. Never raises.
    """
    return _in_utc(written) or _of_the_file(path)


def _in_utc(written: str) -> str:
    """A time as W3CDTF writes it; one without a zone is taken for UTC, as Office means it."""
    import datetime

    try:
        at = datetime.datetime.fromisoformat(written)
        at = at.replace(tzinfo=datetime.UTC) if at.tzinfo is None else at.astimezone(datetime.UTC)
        return _iso(at.timestamp()) if at.year >= _FIRST_YEAR and at.timestamp() < time.time() + _A_DAY else ""
    except (ValueError, OverflowError):
        return ""


def _of_the_file(path: str | Path) -> str:
    try:
        return _iso(os.stat(path).st_mtime)  # noqa: PTH116
    except (OSError, ValueError, OverflowError):
        return ""


def _iso(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
