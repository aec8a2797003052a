"""Reads the modules out of a ``vbaProject.bin``, ours or one that Excel has saved. Source: [MS-OVBA], [MS-CFB]."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from xlplan.excel.vbaproject.compression import decompress
from xlplan.excel.vbaproject.source import Kind, Module

_MAGIC = bytes.fromhex("D0CF11E0A1B11AE1")
_ENTRY = 128
_STORAGE, _STREAM = 1, 2
_LAST = 0xFFFFFFFA  # a number from here on is no sector and no entry
_CODE_PAGE, _VERSION, _NAME, _STREAM_NAME, _OFFSET, _STANDARD, _OTHER = 0x03, 0x09, 0x19, 0x1A, 0x31, 0x21, 0x22


def read_project(data: bytes) -> tuple[Module, ...]:
    """The modules in their order, with their text as it is stored (attributes and code).

    Raises ValueError, and nothing else, where the bytes are no VBA project or a damaged one.
    """
    try:
        return _modules(_streams(data))
    except (struct.error, LookupError) as error:
        raise ValueError(f"not a VBA project, or a damaged one: {error}") from error


def _modules(streams: dict[str, bytes]) -> tuple[Module, ...]:
    records = list(_records(decompress(streams["VBA/DIR"])))
    pages = [int.from_bytes(content, "little") for number, content in records if number == _CODE_PAGE]
    code_page = f"cp{pages[0]}"
    project = streams["PROJECT"].decode(code_page, "replace")
    documents = {line[9:].partition("/")[0] for line in project.splitlines() if line.startswith("Document=")}
    modules = []
    name, stream, offset = "", "", 0
    for number, content in records:
        if number == _NAME:
            name = content.decode(code_page, "replace")
        elif number == _STREAM_NAME:
            stream = content.decode(code_page, "replace")
        elif number == _OFFSET:
            offset = int.from_bytes(content, "little")
        elif number in (_STANDARD, _OTHER):
            kind: Kind = "standard" if number == _STANDARD else "document" if name in documents else "class"
            text = decompress(streams[f"VBA/{stream.upper()}"][offset:])
            modules.append(Module(name, text.decode(code_page, "replace"), kind))
    return tuple(modules)


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(stream):
        number, size = struct.unpack_from("<HI", stream, at)
        if number == _VERSION:  # its size does not count the second number
            size = 6
        at += 6
        yield number, stream[at : at + size]
        at += size


def _streams(data: bytes) -> dict[str, bytes]:
    """All streams by their path in capitals."""
    if data[:8] != _MAGIC:
        raise ValueError("not a VBA project: no compound file")
    (shift,) = struct.unpack_from("<H", data, 30)
    (fat_count, directory_start, below, mini_start) = struct.unpack_from("<II4xII", data, 44)
    if shift not in (9, 12):
        raise ValueError(f"a damaged VBA project: sectors of 2^{shift} bytes")
    size = 1 << shift
    sectors = [data[at : at + size] for at in range(size, len(data), size)]
    fat_sectors = struct.unpack_from("<109I", data, 76)[:fat_count]
    fat = _numbers(b"".join(sectors[number] for number in fat_sectors))
    directory = _chain(sectors, fat, directory_start)
    entries = [directory[at : at + _ENTRY] for at in range(0, len(directory), _ENTRY)]
    start, mini_size = struct.unpack_from("<II", entries[0], 116)
    held = _chain(sectors, fat, start)[:mini_size]
    mini_sectors = [held[at : at + 64] for at in range(0, len(held), 64)]
    mini_fat = _numbers(_chain(sectors, fat, mini_start))
    streams = {}
    for path, entry in _walk(entries):
        start, length = struct.unpack_from("<II", entry, 116)
        chain = _chain(mini_sectors, mini_fat, start) if length < below else _chain(sectors, fat, start)
        streams[path] = chain[:length]
    return streams


def _walk(entries: list[bytes]) -> Iterator[tuple[str, bytes]]:
    """The streams below the root with their paths; an entry is visited once, whatever the links say."""
    seen: set[int] = set()
    waiting = [("", struct.unpack_from("<I", entries[0], 76)[0])]
    while waiting:
        folder, number = waiting.pop()
        if number >= _LAST or number in seen:
            continue
        seen.add(number)
        entry = entries[number]
        length, kind = struct.unpack_from("<HB", entry, 64)
        left, right, child = struct.unpack_from("<III", entry, 68)
        path = folder + entry[: max(length - 2, 0)].decode("utf-16-le", "replace").upper()
        waiting += [(folder, left), (folder, right)]
        if kind == _STORAGE:
            waiting.append((path + "/", child))
        elif kind == _STREAM:
            yield path, entry


def _numbers(table: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(table) // 4}I", table)


def _chain(sectors: list[bytes], table: tuple[int, ...], start: int) -> bytes:
    parts = []
    number = start
    while number < _LAST:
        parts.append(sectors[number])
        number = table[number]
        if len(parts) > len(sectors):
            raise ValueError("a damaged VBA project: sectors in a circle")
    return b"".join(parts)
