"""Which xlwings the VBA in an add-in was written for: its module names the DLL with the version."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO

from xlplan.patterns import pattern

_CHUNK = 4096
_DLL = pattern(rb"xlwings(?:32|64)-(\d+(?:\.\d+)+)\.dll")
_LARGEST = 8 << 20


def xlwings_version(addin: bytes) -> str:
    """The version that the VBA of an .xlam or .xlsm names; nothing where it names none or cannot be read.

    Module streams begin at multiples of 64 bytes of the compound file; each is tried from there, so no
    directory need be read. Modules that Excel has compiled begin later and are not found.
    """
    try:
        with zipfile.ZipFile(BytesIO(addin)) as package, package.open("xl/vbaProject.bin") as part:
            project = part.read(_LARGEST)
    except (OSError, KeyError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error):
        return ""
    for start in range(512, len(project), 64):
        if project[start] == 1 and start + 3 <= len(project) and project[start + 2] >> 4 in (0xB, 0x3):
            found = _DLL.search(decompressed(project[start:]))
            if found:
                return found[1].decode("ascii")
    return ""


def decompressed(container: bytes) -> bytes:
    """A compressed container of VBA source (MS-OVBA 2.4.1), as far as it is sound."""
    made, at = bytearray(), 1
    while at + 2 <= len(container):
        header = int.from_bytes(container[at : at + 2], "little")
        end = at + (header & 0x0FFF) + 3
        if header >> 12 & 7 != 3:
            break
        at += 2
        if not header >> 15:
            made += container[at : at + _CHUNK]
        elif not _add_chunk(made, container[at:end]):
            break
        at = end
    return bytes(made)


def _add_chunk(made: bytearray, chunk: bytes) -> bool:
    """Adds what a compressed chunk holds; whether it was sound."""
    start, at = len(made), 0
    while at < len(chunk):
        flags, at = chunk[at], at + 1
        for bit in range(8):
            if at >= len(chunk):
                break
            if not flags >> bit & 1:
                made.append(chunk[at])
                at += 1
                continue
            token = int.from_bytes(chunk[at : at + 2], "little")
            at += 2
            width = max(4, (len(made) - start - 1).bit_length())  # bits of the offset grow with the chunk
            offset, length = (token >> 16 - width) + 1, (token & (0xFFFF >> width)) + 3
            if offset > len(made) - start:
                return False
            for _ in range(length):
                made.append(made[-offset])
        if len(made) - start > _CHUNK:
            return False
    return True
