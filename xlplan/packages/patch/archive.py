"""Writes a zip package anew with the members that did not change copied as they are packed (APPNOTE.TXT 4.3)."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from io import BytesIO
from itertools import chain

from xlplan.tuples import NamedTuple

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_UTF8, _DESCRIPTOR = 0x800, 0x8
_DAY_ZERO = 0x21  # 1 January 1980: an output depends on its inputs only


class _Member(NamedTuple):
    """A packed member; ``stamp`` is its time and date as the zip format has them."""

    name: bytes
    flags: int
    method: int
    stamp: tuple[int, int]
    crc: int
    size: int
    packed: bytes
    attributes: int = 0


def repack(
    data: bytes,
    changed: Mapping[str, bytes],
    added: Mapping[str, bytes],
    dropped: Collection[str] = (),
    *,
    level: int = 6,
) -> bytes:
    """The package with new contents for some members, further members at its end, and some left out.

    ``level`` is zlib's: 1 takes a fifth of the time and makes what is new a quarter larger.

    ``data`` must have passed the gate; names are compared in any case, as Office does.
    """
    out = BytesIO()
    members = _members(data, {k.lower(): v for k, v in changed.items()}, {name.lower() for name in dropped}, level)
    new = (_packed(name.encode(), _UTF8, content, (0, _DAY_ZERO), level=level) for name, content in added.items())
    directory = [_write(out, member) for member in chain(members, new)]
    start = out.tell()
    for entry in directory:
        out.write(entry)
    out.write(_END.pack(b"PK\5\6", 0, 0, len(directory), len(directory), out.tell() - start, start, 0))
    return out.getvalue()


def _members(data: bytes, changed: Mapping[str, bytes], dropped: Collection[str], level: int) -> Iterator[_Member]:
    """The members of a package in its own order, those that changed packed anew."""
    for info in zipfile.ZipFile(BytesIO(data)).infolist():
        key = info.orig_filename.replace("\\", "/").lower()
        if key in dropped:
            continue
        name = info.orig_filename.encode("utf-8" if info.flag_bits & _UTF8 else "cp437")
        year, month, day, hour, minute, second = info.date_time
        stamp = (hour << 11 | minute << 5 | second // 2, max(year - 1980, 0) << 9 | month << 5 | day)
        if key in changed:
            yield _packed(name, info.flag_bits & _UTF8, changed[key], stamp, info.external_attr, level=level)
            continue
        header = _LOCAL.unpack_from(data, info.header_offset)
        start = info.header_offset + _LOCAL.size + header[-2] + header[-1]
        packed = data[start : start + info.compress_size]
        flags = info.flag_bits & ~_DESCRIPTOR  # sizes stand in the header
        yield _Member(name, flags, info.compress_type, stamp, info.CRC, info.file_size, packed, info.external_attr)


def _packed(
    name: bytes, flags: int, content: bytes, stamp: tuple[int, int], attributes: int = 0, *, level: int
) -> _Member:
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    packed = packer.compress(content) + packer.flush()
    return _Member(name, flags, zipfile.ZIP_DEFLATED, stamp, zlib.crc32(content), len(content), packed, attributes)


def _write(out: BytesIO, member: _Member) -> bytes:
    """Writes one member and gives its entry of the central directory."""
    offset = out.tell()
    about = (20, member.flags, member.method, *member.stamp, member.crc, len(member.packed), member.size)
    out.write(_LOCAL.pack(b"PK\3\4", *about, len(member.name), 0))
    out.write(member.name)
    out.write(member.packed)
    tail = (len(member.name), 0, 0, 0, 0, member.attributes, offset)
    return _CENTRAL.pack(b"PK\1\2", 20, *about, *tail) + member.name
