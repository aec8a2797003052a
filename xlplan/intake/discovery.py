"""Which workbooks a run is to read: files, folders and globs become one list, each file once, in a fixed order.

Nothing here opens a file. What is no commune's workbook stays out: lock files and temporary files of Office, hidden
files, what macOS puts beside files, and what earlier runs wrote. Whatever is named directly is taken as it is.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from heapq import heappop, heappush
from pathlib import Path

from xlplan.tuples import NamedTuple
from xlplan.vietnamese.text import SortKey, nfc, sort_key

SUFFIXES = (".xlsx", ".xlsm", ".xls")
OTHERS = (".doc", ".docx", ".rtf", ".pdf", ".ods", ".xlsb", ".zip", ".rar", ".7z", ".jpg", ".jpeg", ".png")
"""What people send instead of a workbook: it cannot be read, but is said."""
LEDGER = "so_theo_doi.sqlite"
MARKERS = frozenset((LEDGER, "ket_qua.jsonl"))
"""Files that show that a run wrote into a folder."""
OWN = frozenset(("ke_hoach", "danh_dau", "phan_hoi", "tong_hop.xlsx"))
"""What a run writes into its output folder; where inputs lie in that folder too, only this stays out."""
EDITED, EARLIER = "đã sửa tay", "bản trước"
"""How an output is called that a run sets aside, because a person changed or made it: `tong_hop (đã sửa tay).xlsx`."""

_NOT_OURS = ("~$", ".", "~WR", "~wr")  # Office's lock file, hidden files and AppleDouble (._), Office's temporary files
_NO_INBOX = frozenset(("__macosx", "$recycle.bin", "system volume information", "lost+found"))
_WILD = frozenset("*?[")
_ASIDE = tuple(f"tong_hop ({why}" for why in (EDITED, EARLIER))
_WINDOWS = os.name == "nt"
_LOCK = 512  # bytes; Excel writes 165, Word 162
_HIDDEN = 2  # FILE_ATTRIBUTE_HIDDEN


class Discovered(NamedTuple):
    """The workbooks of a run, and what of the paths that were given came to nothing.

    ``missing`` are paths that do not exist and globs that match no workbook, ``empty`` folders without one, both as
    they were given; ``unreadable`` are folders that may not be looked into, ``outputs`` folders and files that were
    passed over because a run wrote them. ``others`` are files in the folders that are no workbooks, though somebody may
    have sent them for one.
    """

    files: tuple[Path, ...]
    missing: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def discover(paths: Sequence[str | Path], output: Path) -> Discovered:
    """The workbooks among files, folders and globs (``*``, ``?``, ``[a-z]``, ``**``), in Vietnamese order, each once.

    ``output`` is the folder that the run writes to, which need not exist. Never raises for what it finds or does
    not find. Links are followed, each folder is gone through once, and a file keeps its own name before a link's.
    """
    walk = _Walk(os.path.realpath(output))
    missing, empty = [], []
    for given in [os.fspath(path) for path in paths]:
        if _exists(given):
            if not walk.take(given):
                empty.append(given)
        elif not [entry for entry in _expanded(given, walk) if walk.take(entry, named=False)]:
            missing.append(given)
    missing += walk.broken
    files, others = _in_order(walk.files.values()), _in_order(walk.others)
    told = (tuple(dict.fromkeys(each)) for each in (missing, empty, walk.unreadable, walk.outputs, others))
    return Discovered(tuple(map(Path, files)), *told)


class _Walk:
    """Goes through folders; ``files`` are the workbooks by their real path."""

    def __init__(self, output: str) -> None:
        self.output = output
        self._continued = _exists(os.path.join(output, LEDGER))  # noqa: PTH118
        self.files: dict[str, str] = {}
        self.unreadable: list[str] = []
        self.outputs: list[str] = []
        self.broken: list[str] = []
        self.others: list[str] = []
        self._done: set[str] = set()

    def take(self, path: str, *, named: bool = True) -> bool:
        """Takes a file, or all workbooks of a folder; whether there were any."""
        real = os.path.realpath(path)
        if os.path.isdir(path):  # noqa: PTH112 - a str stays a str: thousands of Path objects cost
            before = len(self.files)
            self._folder(path, real)
            return len(self.files) > before or any(_inside(file, real) for file in self.files)
        if named and _is_lock(path):  # a shell made this and the next of `*.xlsx`
            return False
        if self._continued and self._is_own(real):
            self.outputs.append(path)
            return True
        if named or _is_workbook(os.path.basename(path)):  # noqa: PTH119
            self.files.setdefault(real, path)
            return True
        return False

    def _is_own(self, real: str) -> bool:
        """Whether a file lies where the earlier runs of this folder wrote theirs."""
        if not _inside(real, self.output):
            return False
        name = real[len(self.output.rstrip(os.sep)) + 1 :].partition(os.sep)[0]
        return _is_own_name(name)

    def _folder(self, root: str, real: str) -> None:
        """All workbooks below a folder: first what lies there itself, then what links lead to."""
        apart = self.output != real and _inside(self.output, real)
        waiting, links = [(root, real)], list[str]()
        while waiting or links:
            if not waiting:
                self._follow(heappop(links), waiting)
                continue
            folder, at = waiting.pop()
            if apart and _inside(at, self.output):
                self.outputs.append(folder)
            elif at not in self._done:
                self._done.add(at)
                self._list(folder, at, waiting, links)

    def _follow(self, link: str, waiting: list[tuple[str, str]]) -> None:
        target = os.path.realpath(link)
        if os.path.isdir(link):  # noqa: PTH112
            waiting.append((link, target))
        elif _exists(link):
            self.files.setdefault(target, link)
        else:
            self.broken.append(link)

    def _list(self, folder: str, real: str, waiting: list[tuple[str, str]], links: list[str]) -> None:
        """Takes the workbooks of one folder, and notes its folders and links for later."""
        try:
            with os.scandir(folder) as entries:
                listed = [entry for entry in entries if not _is_hidden(entry)]
        except OSError:
            self.unreadable.append(folder)
            return
        of_a_run = real == self.output or any(entry.name in MARKERS for entry in listed)
        for entry in listed:
            if of_a_run and _is_own_name(entry.name):
                self.outputs.append(entry.path)
            elif entry.is_symlink():
                if _is_workbook(entry.name) or os.path.isdir(entry.path):  # noqa: PTH112
                    heappush(links, entry.path)
            elif entry.is_dir():
                if entry.name.lower() not in _NO_INBOX:
                    here = os.path.realpath(entry.path) if _WINDOWS else os.path.join(real, entry.name)  # noqa: PTH118
                    waiting.append((entry.path, here))  # on Windows it may be a junction
            elif _is_workbook(entry.name) and entry.is_file():
                self.files.setdefault(os.path.join(real, entry.name), entry.path)  # noqa: PTH118
            elif entry.name.lower().endswith(OTHERS) and not entry.name.startswith(_NOT_OURS) and entry.is_file():
                self.others.append(entry.path)


def _is_own_name(name: str) -> bool:
    return name in OWN or nfc(name).startswith(_ASIDE)


def _is_workbook(name: str) -> bool:
    return name.lower().endswith(SUFFIXES) and not name.startswith(_NOT_OURS)


def _is_lock(path: str) -> bool:
    """Whether this is what Office puts beside a file that is open, and no workbook of such a name."""
    if not os.path.basename(path).startswith("~$"):  # noqa: PTH119
        return False
    try:
        return os.stat(path).st_size <= _LOCK  # noqa: PTH116
    except OSError:
        return False


def _is_hidden(entry: os.DirEntry[str]) -> bool:
    if entry.name.startswith(".") or not _WINDOWS:
        return entry.name.startswith(".")
    try:
        return bool(getattr(entry.stat(follow_symlinks=False), "st_file_attributes", 0) & _HIDDEN)
    except OSError:
        return False


def _inside(path: str, folder: str) -> bool:
    """Whether a real path is a folder itself or lies below it."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _exists(path: str) -> bool:
    try:
        os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):  # a name that is too long, or holds a null character
        return False
    return True


def _expanded(given: str, walk: _Walk) -> Iterator[str]:
    """What a path that does not exist as it is written may stand for: a glob, or a name in another Unicode form.

    The shell of Windows leaves globs to the program; a name typed in NFC may lie in NFD on the disk.
    """
    path = Path(given)
    found = [path.anchor]
    for step in path.parts[1 if path.anchor else 0 :]:
        found = [each for folder in found for each in _step(folder, step, walk)]
    return iter(found) if path.parts else iter(())


def _step(folder: str, step: str, walk: _Walk) -> Iterator[str]:
    if step == "**":
        yield from _folders_below(folder, walk)
        return
    joined = os.path.join(folder, step)  # noqa: PTH118
    if step in (".", "..") or _exists(joined):
        yield joined
        return
    wanted = nfc(step)
    wild = not _WILD.isdisjoint(wanted)
    for name in _names(folder, walk):
        if nfc(name) == wanted or (wild and _fits(nfc(name), wanted)):
            yield os.path.join(folder, name)  # noqa: PTH118


def _fits(name: str, wanted: str) -> bool:
    """Whether a glob means a name; as for a shell, only a dot means a hidden one."""
    return fnmatchcase(os.path.normcase(name), os.path.normcase(wanted)) and not (name[0] == "." != wanted[0])


def _folders_below(folder: str, walk: _Walk) -> Iterator[str]:
    """The folder and all below it, links left out: a link may lead back up."""
    waiting = [folder]
    while waiting:
        at = waiting.pop()
        yield at
        for name in sorted(_names(at, walk), reverse=True):
            below = os.path.join(at, name)  # noqa: PTH118
            hidden = name.startswith(".") or name.lower() in _NO_INBOX
            if not hidden and os.path.isdir(below) and not os.path.islink(below):  # noqa: PTH112, PTH114
                waiting.append(below)


def _names(folder: str, walk: _Walk) -> list[str]:
    try:
        return os.listdir(folder or ".")  # noqa: PTH208
    except (NotADirectoryError, FileNotFoundError, ValueError):
        return []
    except OSError:
        walk.unreadable.append(folder or ".")
        return []


def _in_order(paths: Iterable[str]) -> list[str]:
    """Paths in Vietnamese order, folder by folder; a folder's name is looked at once however many files it has."""
    keys: dict[str, SortKey] = {}

    def of(step: str) -> SortKey:
        known = keys.get(step)
        if known is None:
            known = keys[step] = sort_key(step)
        return known

    def place(path: str) -> tuple[tuple[SortKey, ...], str]:
        return tuple(of(step) for step in path.replace("\\", "/").split("/")), path

    return sorted(paths, key=place)
