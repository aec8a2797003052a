"""What a file is when it is no Office package: the first bytes and the names in a compound file tell."""

from typing import Literal, get_args

Kind = Literal[
    "missing",
    "folder",
    "unreadable",
    "empty",
    "not_office",
    "encrypted",
    "legacy_xls",
    "legacy_doc",
    "truncated",
    "word_not_excel",
    "excel_not_word",
    "too_large",
    "suspicious",
    "damaged",
    "macros",
]
KINDS: frozenset[str] = frozenset(get_args(Kind))

ZIP_ENTRY = b"PK\x03\x04"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS: tuple[tuple[str, Kind, str], ...] = (
    ("EncryptedPackage", "encrypted", "an Office file encrypted with a password"),
    ("Workbook", "legacy_xls", "an Excel 97-2003 workbook"),
    ("Book", "legacy_xls", "an Excel 5.0/95 workbook"),
    ("WordDocument", "legacy_doc", "a Word 97-2003 document"),
)
_MAGIC = (
    (b"%PDF", "a PDF file"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x09\x08", "an Excel 2-4 worksheet"),
    (b"{\\rtf", "a rich text file"),
)


def other_than_zip(data: bytes) -> tuple[Kind, str] | None:
    """Kind and English detail of bytes that do not begin like a zip file, or None when they do."""
    if data.startswith(ZIP_ENTRY):
        return None
    if not data:
        return "empty", "the file has no bytes"
    if ZIP_ENTRY.startswith(data[:4]):
        return "truncated", f"only {len(data)} bytes of a zip file"
    if data.startswith(_COMPOUND[:4]):
        return _compound(data)
    for magic, name in _MAGIC:
        if data.startswith(magic):
            return "not_office", name
    return "not_office", _text(data[:1024])


def _compound(data: bytes) -> tuple[Kind, str]:
    """Tell old Office files apart by the streams that the compound file's directory names.

    Directory entries lie at multiples of 128 bytes, so looking there needs no allocation table and works in
    a file that lost its end. The earliest name decides: an old workbook that embeds a Word document names its
    own stream first.
    """
    if not data.startswith(_COMPOUND):
        return "truncated", f"only {len(data)} bytes of a compound file"
    found = [(place, kind, name) for stream, kind, name in _STREAMS if (place := _entry(data, stream)) >= 0]
    if not found and _directory_place(data) >= len(data):
        return "truncated", "a compound file that ends before its directory"
    if not found:
        return "not_office", "a compound file that holds neither a workbook nor a Word document"
    _, kind, name = min(found)
    return kind, name


def _directory_place(data: bytes) -> int:
    """Offset of the compound file's directory by its header; the end of the file when that is cut."""
    if len(data) < 512:
        return len(data)
    shift = min(int.from_bytes(data[30:32], "little"), 12)
    return (int.from_bytes(data[48:52], "little") + 1) << shift


def _entry(data: bytes, stream: str) -> int:
    """Offset of the directory entry with this name, or -1."""
    name = stream.encode("utf-16-le") + b"\0\0"
    place = data.find(name)
    while place >= 0:
        if place % 128 == 0 and data[place + 64 : place + 67] == bytes((len(name), 0, 2)):
            return place
        place = data.find(name, place + 1)
    return -1


def _text(head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<style")) or b"<html" in start:
        return "a web page (HTML) under another name"
    if start.startswith(b"<?xml"):
        return "plain XML, not a zip package"
    if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "unknown binary data"
    return "plain text under another name"
