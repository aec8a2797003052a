"""The ``dir`` stream: the project, the libraries that it refers to and its modules. Source: [MS-OVBA] 2.3.4.2."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

from xlplan.excel.vbaproject.source import Kind, description
from xlplan.tuples import NamedTuple

CODE_PAGE = "cp1252"
_ENGLISH = 0x0409
_LIBRARIES = (
    (
        "stdole",
        r"*\G{00020430-0000-0000-C000-000000000046}#2.0#0#C:\Windows\System32\stdole2.tlb#OLE Automation",
    ),
    (
        "Office",
        r"*\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.0#0"
        r"#C:\Program Files\Common Files\Microsoft Shared\OFFICE16\MSO.DLL#Microsoft Office 16.0 Object Library",
    ),
)
_COOKIE = 0xFFFF  # to be ignored, and to be written so


class Stored(NamedTuple):
    """A module as it is stored: its text with all attributes lies in the stream of its name."""

    name: str
    kind: Kind
    text: str


def dir_stream(name: str, modules: Sequence[Stored]) -> bytes:
    """The records of a project of this name, not yet compressed. Office finds the libraries by number, not by path."""
    records = [
        _number(0x01, 3),  # PROJECTSYSKIND: 64-bit Windows
        _number(0x02, _ENGLISH),  # PROJECTLCID
        _number(0x14, _ENGLISH),  # PROJECTLCIDINVOKE
        _record(0x03, struct.pack("<H", int(CODE_PAGE[2:]))),  # PROJECTCODEPAGE
        _record(0x04, name.encode("ascii")),  # PROJECTNAME
        *_twice(0x05, 0x40, ""),  # PROJECTDOCSTRING
        _record(0x06, b""),  # PROJECTHELPFILEPATH
        _record(0x3D, b""),
        _number(0x07, 0),  # PROJECTHELPCONTEXT
        _number(0x08, 0),  # PROJECTLIBFLAGS
        struct.pack("<HIIH", 0x09, 4, 1, 0),  # PROJECTVERSION: 1.0; the size counts the first number alone
        *_twice(0x0C, 0x3C, ""),  # PROJECTCONSTANTS
        *(record for library in _LIBRARIES for record in _reference(*library)),
        _record(0x0F, struct.pack("<H", len(modules))),  # PROJECTMODULES
        _record(0x13, struct.pack("<H", _COOKIE)),  # PROJECTCOOKIE
        *(record for module in modules for record in _module(module)),
        _record(0x10, b""),
    ]
    return b"".join(records)


def _reference(name: str, library: str) -> Iterable[bytes]:
    yield from _twice(0x16, 0x3E, name)  # REFERENCENAME
    yield _record(0x0D, struct.pack("<I", len(library)) + library.encode("ascii") + bytes(6))  # REFERENCEREGISTERED


def _module(module: Stored) -> Iterable[bytes]:
    yield from _twice(0x19, 0x47, module.name)  # MODULENAME
    yield from _twice(0x1A, 0x32, module.name)  # MODULESTREAMNAME
    yield from _twice(0x1C, 0x48, description(module.text))  # MODULEDOCSTRING
    yield _number(0x31, 0)  # MODULEOFFSET: no compiled code before the text
    yield _number(0x1E, 0)  # MODULEHELPCONTEXT
    yield _record(0x2C, struct.pack("<H", _COOKIE))  # MODULECOOKIE
    yield _record(0x21 if module.kind == "standard" else 0x22, b"")  # MODULETYPE
    yield _record(0x2B, b"")


def _record(number: int, content: bytes) -> bytes:
    return struct.pack("<HI", number, len(content)) + content


def _number(record: int, value: int) -> bytes:
    return _record(record, struct.pack("<I", value))


def _twice(number: int, unicode_number: int, text: str) -> tuple[bytes, bytes]:
    """A text in the code page and again in UTF-16."""
    return _record(number, text.encode(CODE_PAGE)), _record(unicode_number, text.encode("utf-16-le"))
