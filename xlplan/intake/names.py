"""Names of outputs: what an official recognises, on every file system, and never the same for two inputs.

A name is the workbook's own. Only where two would meet are they told apart: by the suffix where that alone differs, by
their folders (`Xã A - bieu`), and at last by a number; so a name changes with other inputs only where it must. Two
names meet that Windows or macOS take for one. Sources: Microsoft, "Naming Files, Paths, and Namespaces"; NAME_MAX of
255 bytes.
"""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from xlplan.patterns import pattern
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.text import nfc

LONGEST = 215
"""Bytes of a name in UTF-8: of the 255 that a file system takes, a suffix and a temporary name beside it keep 40."""

_FORBIDDEN = pattern(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\ufffe\uffff]+')
_RESERVED = pattern(r"(con|prn|aux|nul|conin\$|conout\$|clock\$|(?:com|lpt)[0-9¹²³])[ ]*(?=\.|$)", 2)
_NAMELESS = "so_tinh"
_DIGEST = 8
_JOINERS = frozenset("\u200d\ufe0e\ufe0f")


def output_names(files: Sequence[Path]) -> dict[Path, str]:
    """A name without suffix for what is made of each workbook: `<name>.docx`, `<name>.xlsx`, `<name>.txt`.

    No two are equal in NFC and without regard to case; each is at most :data:`LONGEST` bytes long, begins with no dot
    and no ``~$``, and holds nothing that Windows forbids. The same files give the same names in any order.
    """
    named = [_Named.of(file) for file in dict.fromkeys(files)]
    named = _by_suffix(named)
    deepest = max((len(each.folders) for each in named), default=0)
    for _ in range(deepest):
        met = _met_in_folders(named)
        if not met:
            break
        named = [each.with_folder() if each.folded in met else each for each in named]
    return {each.file: name for each, name in _numbered(named)}


def safe_name(text: str) -> str:
    """A text as a file's name without suffix: NFC, at most :data:`LONGEST` bytes, allowed on every file system."""
    name = " ".join(_FORBIDDEN.sub("_", nfc(text)).split())
    name = name.removeprefix("~$").lstrip(". ").rstrip(". ")
    while name.startswith("~$"):
        name = name.removeprefix("~$").lstrip(". ")
    reserved = _RESERVED.match(name)
    if reserved:
        name = f"{reserved[1]}_{name[reserved.end() :]}"
    return _cut(unicodedata.normalize("NFC", name) or _NAMELESS)


def folded(name: str) -> str:
    """What two names share that a file system may take for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).upper().casefold())


class _Named(NamedTuple):
    """A file on the way to its name: ``folders`` of those above it stand before its stem, the nearest last."""

    file: Path
    stem: str
    folders: tuple[str, ...]
    used: int = 0
    name: str = ""
    folded: str = ""

    @classmethod
    def of(cls, file: Path) -> _Named:
        folders = tuple(step for step in Path(os.path.abspath(file)).parts[1:-1])  # noqa: PTH100 - links are kept
        return cls(file, file.stem, folders)._with_name()

    def _with_name(self) -> _Named:
        above = self.folders[len(self.folders) - self.used :]
        name = safe_name(" - ".join((*above, self.stem)))
        return self._replace(name=name, folded=folded(name))

    def with_folder(self) -> _Named:
        """With one folder more before its name, as long as there is one."""
        if self.used == len(self.folders):
            return self
        return self._replace(used=self.used + 1)._with_name()

    def with_suffix(self) -> _Named:
        """With its suffix as a word: `bieu (xls)`."""
        return self._replace(stem=f"{self.stem} ({self.file.suffix.lower().lstrip('.')})")._with_name()


def _by_suffix(named: list[_Named]) -> list[_Named]:
    """`bieu.xls` and `bieu.xlsx` of one folder are told apart by what alone differs."""

    def place(each: _Named) -> tuple[tuple[str, ...], str]:
        return each.folders, each.folded

    def suffix(each: _Named) -> tuple[tuple[tuple[str, ...], str], str]:
        return place(each), each.file.suffix.lower()

    places, suffixes = Counter(map(place, named)), Counter(map(suffix, named))
    return [
        each.with_suffix() if each.file.suffix and suffixes[suffix(each)] < places[place(each)] else each
        for each in named
    ]


def _met(named: list[_Named]) -> set[str]:
    """Names that several files have."""
    return {name for name, count in Counter(each.folded for each in named).items() if count > 1}


def _met_in_folders(named: list[_Named]) -> set[str]:
    """Names that files of different folders have."""
    return _met(list({(each.folded, each.folders): each for each in named}.values()))


def _numbered(named: list[_Named]) -> list[tuple[_Named, str]]:
    """The names, with a number where nothing else tells two apart; the first of them keeps its name."""
    taken = {each.folded for each in named}
    met, seen = _met(named), set[str]()
    found = []
    for each in sorted(named, key=lambda each: str(each.file)):
        name = each.name
        if each.folded in met and each.folded in seen:
            n = 2
            while folded(name := _cut(f"{each.name} ({n})", keep=len(f" ({n})"))) in taken:
                n += 1
            taken.add(folded(name))
        seen.add(each.folded)
        found.append((each, name))
    return found


def _cut(name: str, keep: int = 0) -> str:
    """A name within its length; one that is cut ends with a digest of the whole, ``keep`` letters after it."""
    if len(name.encode()) <= LONGEST:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:_DIGEST]
    tail = f"-{digest}{name[len(name) - keep :]}"
    head = name.encode()[: LONGEST - len(tail.encode())].decode(errors="ignore")
    while head and _goes_on(head[-1], name[len(head)]):
        head = head[:-1]
    return f"{head.rstrip('. ') or _NAMELESS}{tail}"


def _goes_on(last: str, following: str) -> bool:
    """Whether a cut between two characters would tear one letter apart (a mark, a joined emoji)."""
    return (
        last in _JOINERS
        or following in _JOINERS
        or unicodedata.category(following).startswith("M")
        or "\U0001f3fb" <= following <= "\U0001f3ff"
    )
