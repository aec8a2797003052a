"""The user's computer: a folder for the log and for repairs that can be undone, free file names, opening a file."""

from __future__ import annotations

import os
import subprocess
import sys
import traceback
from datetime import datetime
from pathlib import Path

from xlplan import __version__
from xlplan.files import OutputError, write_bytes

_LONGEST_LOG = 200_000  # bytes; then it begins anew
_MOST_NAMES = 1_000
FOLDER_VARIABLE = "XLPLAN_HOME"
"""Environment variable that names another folder than the usual one."""


def user_folder() -> Path:
    """Where the program keeps what belongs to one user; made when it is first needed."""
    if own := os.environ.get(FOLDER_VARIABLE):
        return Path(own)
    if local := os.environ.get("LOCALAPPDATA"):
        return Path(local) / "xlplan"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "xlplan"
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "xlplan"


def last_word() -> Path:
    """What a button would have shown where dialogs are off: for the script that drives the program."""
    return user_folder() / "noi.txt"


def log_file() -> Path:
    """Where failures are written down."""
    return user_folder() / "xlplan.log"


def log_failure(what: str, error: BaseException) -> None:
    """Adds a failure to the log: where it came from and its kind, never its text, which may quote a cell."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"{datetime.now():%Y-%m-%d %H:%M:%S} xlplan {__version__} {what}: {type(error).__name__}{_numbers(error)}"]
    lines += [f"    {Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    path = log_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = not path.exists() or path.stat().st_size > _LONGEST_LOG
        with path.open("w" if fresh else "a", encoding="utf-8") as stream:
            stream.write("\n".join(lines) + "\n")
    except OSError:  # a log that cannot be written must not hide the failure itself
        return


def _numbers(error: BaseException) -> str:
    """The numbers that an error carries: what Excel and the system call it."""
    found = [str(part) for part in error.args if isinstance(part, int)]
    return f" ({', '.join(found)})" if found else ""


def write_beside_others(path: Path, data: bytes) -> Path:
    """Writes a file under its name, or under ``name (2)`` where another one has it; gives the name.

    A file with the same content is left as it is. Raises :class:`~xlplan.files.OutputError`.
    """
    for number in range(1, _MOST_NAMES):
        target = path if number == 1 else path.with_name(f"{path.stem} ({number}){path.suffix}")
        if not target.exists():
            write_bytes(target, data)
            return target
        if _content(target) == data:
            return target
    raise OutputError(path, "no free name")


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:  # open in a program that shares it with nobody
        return None


def is_open_in_word(path: Path) -> bool:
    """Whether Word has a document open, or ended without closing it: by the file that it puts beside a document.

    That file is called ``~$`` and the document's name, without one letter of a name of seven and without two of a
    longer one.
    """
    cut = min(max(len(path.stem) - 6, 0), 2)
    return path.with_name(f"~${path.name[cut:]}").exists()


def open_file(path: Path) -> bool:
    """Opens a file with the program that the user has for it; whether the system took it."""
    try:
        if sys.platform == "win32":
            os.startfile(path)
        else:
            command = "open" if sys.platform == "darwin" else "xdg-open"
            subprocess.Popen([command, str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except OSError:
        return False
    return True
