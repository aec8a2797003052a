"""Writes compound files, the file system in a file that holds a VBA project. Source: [MS-CFB], version 3.

Streams below 4096 bytes share the mini stream in pieces of 64 bytes; everything else lies in sectors of 512. No times
and no class identifiers are written, so that equal contents make equal files.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping, Sequence
from typing import TypeAlias, Union

Storage: TypeAlias = Mapping[str, Union[bytes, "Storage"]]

_MAGIC = bytes.fromhex("D0CF11E0A1B11AE1")
_SECTOR, _MINI_SECTOR = 512, 64
_MINI_BELOW = 4096
_ENTRY = 128
_FAT_IN_HEADER = 109  # sectors of the FAT that the header can name
_NONE = 0xFFFFFFFF  # a free sector, or no entry
_END, _FAT = 0xFFFFFFFE, 0xFFFFFFFD
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_RED, _BLACK = 0, 1
_NAME = re.compile(r"[ -~]{1,31}", re.ASCII)
_FORBIDDEN = set("/\\:!")


class _Sectors:
    """Chains of equal sectors, and for each sector the number of the next."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.data = bytearray()
        self.next: list[int] = []

    def add(self, content: bytes) -> int:
        """Append a chain; the number of its first sector."""
        if not content:
            return _END
        first = len(self.next)
        count = -(-len(content) // self.size)
        self.next += [*range(first + 1, first + count), _END]
        self.data += content.ljust(count * self.size, b"\0")
        return first

    def table(self) -> bytes:
        """The chains as they are stored, filled up to whole sectors of the file."""
        filled = -len(self.next) % (_SECTOR // 4)
        return struct.pack(f"<{len(self.next) + filled}I", *self.next, *[_NONE] * filled)


class _Entry:
    """One storage or stream in the directory."""

    def __init__(self, name: str, kind: int, content: bytes = b"") -> None:
        self.name, self.kind, self.content = name, kind, content
        self.colour = _BLACK
        self.left = self.right = self.child = _NONE
        self.start = self.size = 0

    def packed(self) -> bytes:
        """The 128 bytes of the directory."""
        name = self.name.encode("utf-16-le") + b"\0\0"
        numbers = len(name), self.kind, self.colour, self.left, self.right, self.child
        return struct.pack("<64sHBBIII36xIQ", name, *numbers, self.start, self.size)


def write(root: Storage) -> bytes:
    """The compound file with these streams; a mapping within is a storage.

    Raises ValueError for a name that the format forbids, for two names in one storage that differ in case alone, and
    for contents that need more than the 109 sectors of FAT named in the header (about 6.8 MB).
    """
    entries = [_Entry("Root Entry", _ROOT)]
    _fill(entries, 0, root)
    sectors, mini = _Sectors(_SECTOR), _Sectors(_MINI_SECTOR)
    for entry in entries:
        if entry.kind == _STREAM:
            entry.start = (mini if len(entry.content) < _MINI_BELOW else sectors).add(entry.content)
            entry.size = len(entry.content)
    entries[0].start, entries[0].size = sectors.add(bytes(mini.data)), len(mini.data)
    mini_table = mini.table()
    mini_start = sectors.add(mini_table)
    unused = struct.pack("<68xIII48x", _NONE, _NONE, _NONE)
    directory = b"".join(entry.packed() for entry in entries) + unused * (-len(entries) % (_SECTOR // _ENTRY))
    directory_start = sectors.add(directory)
    fat = _add_fat(sectors)
    header = struct.pack("<8s16xHHHHH6x", _MAGIC, 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<III4xI", 0, len(fat), directory_start, _MINI_BELOW)
    header += struct.pack("<IIII", mini_start, len(mini_table) // _SECTOR, _END, 0)
    header += struct.pack(f"<{_FAT_IN_HEADER}I", *fat, *[_NONE] * (_FAT_IN_HEADER - len(fat)))
    return header + bytes(sectors.data)


def _fill(entries: list[_Entry], owner: int, storage: Storage) -> None:
    """Append the members of a storage, and of those within it."""
    numbers: dict[str, int] = {}
    for name, content in storage.items():
        if not _NAME.fullmatch(name) or _FORBIDDEN & set(name):
            raise ValueError(f"{name!r} cannot name a stream: 1 to 31 ASCII characters without / \\ : !")
        if name.upper() in numbers:
            raise ValueError(f"{name!r} stands twice in one storage, which does not tell upper from lower case")
        numbers[name.upper()] = len(entries)
        if isinstance(content, bytes):
            entries.append(_Entry(name, _STREAM, content))
        else:
            entries.append(_Entry(name, _STORAGE))
            _fill(entries, len(entries) - 1, content)
    by_name = [numbers[name] for name in sorted(numbers, key=lambda name: (len(name), name))]
    if by_name:
        entries[owner].child = top = _tree(entries, by_name, len(by_name).bit_length() - 1)
        entries[top].colour = _BLACK


def _tree(entries: list[_Entry], members: Sequence[int], below: int) -> int:
    """Link sorted members as a balanced red-black tree with so many levels below its top; the number of that top.

    All levels but the deepest are full, so that the deepest alone is red.
    """
    if not members:
        return _NONE
    middle = len(members) // 2
    top = entries[members[middle]]
    top.colour = _BLACK if below else _RED
    top.left = _tree(entries, members[:middle], below - 1)
    top.right = _tree(entries, members[middle + 1 :], below - 1)
    return members[middle]


def _add_fat(sectors: _Sectors) -> range:
    """Append the FAT, which counts itself; the numbers of its sectors."""
    others, per_sector = len(sectors.next), _SECTOR // 4
    count = -(-others // (per_sector - 1))
    if count > _FAT_IN_HEADER:
        most = _FAT_IN_HEADER * (per_sector - 1) * _SECTOR
        raise ValueError(f"too much for one VBA project: {others * _SECTOR} bytes, at most {most}")
    sectors.next += [_FAT] * count
    sectors.data += sectors.table()
    return range(others, others + count)
