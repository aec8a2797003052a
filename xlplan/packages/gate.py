"""The gate: opens an Office package within limits, for files that arrive by mail from strangers.

Everything that can be wrong with a file leaves here as one ``PackageError`` with a ``kind``. Nothing is
written, nothing is fetched, and no part is inflated before someone asks for it.
"""

import os
import stat
import struct
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

from xlplan.packages import sniff
from xlplan.packages.sniff import Kind
from xlplan.packages.tree import DoctypeError, Node, TreeError, parse
from xlplan.tuples import NamedTuple

_CHUNK = 1 << 20
_LOCAL_SIZE, _CENTRAL_SIZE = 30, 46  # bytes of an entry's header before its name, and of the one in the directory
_LENGTHS, _LENGTHS_AT = struct.Struct("<2H"), 26  # of the name and of what follows it, in the local header
_MAIN_ROOTS = {"workbook": "excel", "document": "word"}
_LONGEST_KEPT = 64 << 10  # bytes of a part, of which what was read is kept
_MOST_KEPT = 32

_Found = TypeVar("_Found")


class PackageError(Exception):
    """A file that cannot be read as the Office package it should be.

    ``kind`` is one of ``sniff.Kind``; ``detail`` says in technical English what was found. The words that an
    official reads are made elsewhere, from the kind.
    """

    def __init__(self, kind: Kind, detail: str) -> None:
        super().__init__(kind, detail)  # both, so that the error survives the way back from a worker process
        self.kind: Kind = kind
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.kind}: {self.detail}"


class Limits(NamedTuple):
    """How much a package may hold. A commune's workbook has 30 KB, 20 parts and 0.2 MB inflated.

    ``ratio`` leaves room for real sheets: a million styled, empty cells pack 15:1, long runs of one value
    100:1; deflate itself ends at 1030:1, which is what bombs use. Parts up to ``ratio_from`` bytes can do no
    harm and are not measured. ``nodes`` bounds what becomes a tree in memory (some 200 bytes a node); sheets
    and shared strings never become one. ``cells`` bounds the filled cells of a workbook (400 bytes each).
    """

    file: int = 100 << 20
    entries: int = 10_000
    total: int = 512 << 20
    part: int = 256 << 20
    ratio: int = 200
    ratio_from: int = 1 << 20
    nodes: int = 2_000_000
    cells: int = 2_000_000


DEFAULT_LIMITS = Limits()


class Relationship(NamedTuple):
    """Where a part points: the last word of the relationship's type, the target's part name or URL."""

    type: str
    target: str
    external: bool


class _Entry(NamedTuple):
    name: str
    start: int
    packed: int
    size: int
    crc: int
    deflated: bool


# What was read from parts that are equal in the files of one template, by their packed bytes; the last used at the end.
_kept: dict[tuple[object, ...], Any] = {}
_keeping = threading.Lock()


class Package:
    """An opened Office package: part names, their bytes, trees and relationships.

    Part names are written without a leading slash and found in any case, as Office does.
    """

    __slots__ = ("_data", "_entries", "_relationships", "_types", "limits")

    def __init__(self, data: bytes, limits: Limits = DEFAULT_LIMITS) -> None:
        """Open a package from its bytes. Raises PackageError."""
        if len(data) > limits.file:
            raise PackageError("too_large", f"{len(data)} bytes; the limit is {limits.file}")
        self._data = data
        self.limits = limits
        self._entries = _entries(data, limits)
        self._relationships: dict[str, dict[str, Relationship]] = {}
        self._types: tuple[dict[str, str], dict[str, str]] | None = None

    @classmethod
    def open(cls, path: Path | str, limits: Limits = DEFAULT_LIMITS) -> Self:
        """Open a package from a file, which is read once and never written. Raises PackageError."""
        return cls(_read_file(path, limits), limits)

    def names(self) -> list[str]:
        """Names of all parts, in the order of the package."""
        return [entry.name for entry in self._entries.values()]

    def has(self, name: str) -> bool:
        """Whether the package holds this part."""
        return _key(name) in self._entries

    def size(self, name: str) -> int:
        """How many bytes a part declares to have; 0 for one that is missing."""
        entry = self._entries.get(_key(name))
        return 0 if entry is None else entry.size

    def read(self, name: str) -> bytes:
        """The bytes of a part. Raises PackageError (damaged, suspicious, too_large)."""
        entry = self._entries.get(_key(name))
        if entry is not None and entry.deflated and entry.size <= self.limits.ratio_from:
            data = _inflated(self._data, entry)
            if len(data) == entry.size and zlib.crc32(data) == entry.crc:
                return data
        return b"".join(self.chunks(name))

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a part, a megabyte at a time. Raises PackageError, the last time after the last chunk.

        Sizes that the package declares are only believed as an upper bound.
        """
        entry = self._entries.get(_key(name))
        if entry is None:
            raise PackageError("damaged", f"part {name} is missing")
        size = crc = 0
        for chunk in _inflate(self._data, entry):
            size += len(chunk)
            self._bound(entry, size)
            crc = zlib.crc32(chunk, crc)
            yield chunk
        if size != entry.size or crc != entry.crc:
            raise PackageError("damaged", f"part {entry.name}: wrong length or checksum")

    def _bound(self, entry: _Entry, size: int) -> None:
        if size > entry.size:
            raise PackageError("suspicious", f"part {entry.name} is longer than its declared {entry.size} bytes")
        if size > self.limits.ratio_from and size > self.limits.ratio * entry.packed:
            raise PackageError(
                "suspicious",
                f"part {entry.name} packs better than {self.limits.ratio}:1 ({entry.packed} bytes)",
            )

    def xml(self, name: str) -> Node:
        """The root element of a part, parsed without entities, DTD or network. Raises PackageError."""
        data = self.read(name)
        if data.count(b"<") + data.count(b"=") > self.limits.nodes:
            raise PackageError("too_large", f"part {name} has too many elements")
        _refuse_doctype(data, name)
        try:
            return parse(data)
        except DoctypeError as error:  # in an encoding that hid it from the search
            raise PackageError("suspicious", f"part {name} has a DOCTYPE") from error
        except TreeError as error:
            raise PackageError("damaged", f"part {name}: {error}") from error

    def digest(self, name: str, read: Callable[..., _Found], *given: str) -> _Found:
        """What a function reads from the root element of a part. Raises PackageError.

        Of a small part it is kept for packages that hold the same one, as files made from one template do. So the
        function must depend on nothing but the element and the texts given, and nobody may change what it returns.
        """
        entry = self._entries.get(_key(name))
        if entry is None or max(entry.size, entry.packed) > _LONGEST_KEPT:
            return read(self.xml(name), *given)
        packed = self._data[entry.start : entry.start + entry.packed]
        mark = (packed, entry.size, entry.crc, entry.deflated, self.limits, read, given)
        with _keeping:
            if mark in _kept:
                again: _Found = _kept.pop(mark)
                _kept[mark] = again
                return again
        found = read(self.xml(name), *given)  # by two threads at once, if so it happens: they find the same
        with _keeping:
            _kept[mark] = found
            if len(_kept) > _MOST_KEPT:
                del _kept[next(iter(_kept))]
        return found

    def relationships(self, part: str) -> dict[str, Relationship]:
        """Relationships of a part by their id; ``part=""`` gives those of the package. Raises PackageError.

        Targets inside the package come as part names, whether they were written relative or absolute.
        """
        known = self._relationships.get(part)
        if known is None:
            known = self._relationships[part] = self._read_relationships(part)
        return known

    def _read_relationships(self, part: str) -> dict[str, Relationship]:
        folder, _, base = _clean(part).rpartition("/")
        name = f"{folder}/_rels/{base}.rels".lstrip("/")
        return self.digest(name, _relationships, folder) if self.has(name) else {}

    def content_type(self, name: str) -> str:
        """The declared content type of a part, or ``""``. Raises PackageError."""
        if self._types is None:
            self._types = self._content_types()
        overrides, defaults = self._types
        key = _key(name)
        return overrides.get(key) or defaults.get(key.rpartition(".")[2], "")

    def _content_types(self) -> tuple[dict[str, str], dict[str, str]]:
        overrides: dict[str, str] = {}
        defaults: dict[str, str] = {}
        for element in self.xml("[Content_Types].xml"):
            kind = element.get("ContentType", "")
            if "PartName" in element.attrib:
                overrides[_key(element.get("PartName", ""))] = kind
            elif "Extension" in element.attrib:
                defaults[element.get("Extension", "").lower()] = kind
        return overrides, defaults

    def main_part(self, wanted: Literal["excel", "word"]) -> tuple[str, Node]:
        """Name and root element of the workbook or the document. Raises PackageError.

        The kinds are word_not_excel and excel_not_word for the other program's file, not_office for the rest.
        """
        name = self._main_name()
        if name.lower().endswith(".bin"):
            raise PackageError("not_office", "a binary workbook (.xlsb)")
        root = self.xml(name)
        kind = _MAIN_ROOTS.get(local_name(root))
        if kind is None:
            raise PackageError("not_office", f"{name} is neither a workbook nor a Word document")
        if kind != wanted:
            raise PackageError("word_not_excel" if kind == "word" else "excel_not_word", f"the main part is {name}")
        return name, root

    def _main_name(self) -> str:
        for relationship in self.relationships("").values():
            if relationship.type == "officeDocument" and not relationship.external:
                return relationship.target
        for name in ("xl/workbook.xml", "word/document.xml", "xl/workbook.bin"):
            if self.has(name):
                return name
        if self.has("mimetype") or self.has("META-INF/manifest.xml"):
            raise PackageError("not_office", "an OpenDocument file or another kind of zip package")
        raise PackageError("not_office", "a zip file without a workbook or document part")


def local_name(element: Node) -> str:
    """The element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def _relationships(root: Node, folder: str) -> dict[str, Relationship]:
    """The relationships that a part lists for another one, which lies in this folder."""
    found: dict[str, Relationship] = {}
    for element in root:
        kind = element.get("Type", "").rpartition("/")[2]
        target = element.get("Target", "")
        external = element.get("TargetMode") == "External"
        if not external:
            target = _resolve(folder, target)
        found[element.get("Id", "")] = Relationship(kind, target, external)
    return found


def _clean(name: str) -> str:
    return name.replace("\\", "/").lstrip("/")


def _key(name: str) -> str:
    return _clean(name).lower()


def _resolve(folder: str, target: str) -> str:
    """A target's part name: relative to the part's folder unless it begins with a slash."""
    target = target.replace("\\", "/").partition("#")[0]
    steps = [] if target.startswith("/") else folder.split("/")
    for step in target.split("/"):
        if step == "..":
            del steps[-1:]
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(step for step in steps if step)


def _refuse_doctype(data: bytes, name: str) -> None:
    """Refuse a DOCTYPE before any parser sees it, so that no entity is ever declared."""
    utf16 = data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:4]
    if b"<!DOCTYPE" in (data.replace(b"\0", b"") if utf16 else data):
        raise PackageError("suspicious", f"part {name} has a DOCTYPE")


def read_bytes(path: Path | str, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """The bytes of a file within the limits. Raises PackageError."""
    return _read_file(path, limits)


def _read_file(path: Path | str, limits: Limits) -> bytes:
    try:
        status = os.stat(path)  # noqa: PTH116 - a str stays a str: no Path is built on the hot road
        if stat.S_ISDIR(status.st_mode):
            raise PackageError("folder", "the path is a folder")
        if not stat.S_ISREG(status.st_mode):  # a pipe would keep us waiting
            raise PackageError("unreadable", "the path is no regular file")
        if status.st_size > limits.file:
            raise PackageError("too_large", f"{status.st_size} bytes; the limit is {limits.file}")
        with open(path, "rb") as file:  # noqa: PTH123
            return file.read(limits.file + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise PackageError("missing", str(error)) from error
    except (OSError, ValueError) as error:  # ValueError: a name with a null character
        raise PackageError("unreadable", str(error)) from error


def _entries(data: bytes, limits: Limits) -> dict[str, _Entry]:
    """The parts by their key, from the central directory, each checked against its local header."""
    other = sniff.other_than_zip(data)
    if other is not None:
        raise PackageError(*other)
    place = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    if place < 0 or len(data) - place < 22:
        raise PackageError("truncated", "the zip file has no central directory: its end is missing")
    room = len(data) > limits.entries * _CENTRAL_SIZE
    if room and data.count(b"PK\x01\x02") > limits.entries:  # before zipfile builds an object for each
        raise PackageError("too_large", f"more than {limits.entries} entries")
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except Exception as error:  # zipfile lets out whatever its arithmetic on hostile bytes runs into
        raise PackageError("damaged", f"central directory: {error}") from error
    entries: dict[str, _Entry] = {}
    end = 0
    for info in sorted(archive.infolist(), key=lambda info: info.header_offset):
        entry = _entry(data, info, end)
        end = entry.start + entry.packed
        if info.is_dir():
            continue
        if entries.setdefault(entry.name.lower(), entry) is not entry:
            raise PackageError("suspicious", f"two entries are called {entry.name}")
    if end > archive.start_dir:
        raise PackageError("suspicious", "an entry reaches into the central directory")
    _bound_sizes(entries, limits)
    return entries


def _bound_sizes(entries: dict[str, _Entry], limits: Limits) -> None:
    sizes = [entry.size for entry in entries.values()]
    if sum(sizes) > limits.total or max(sizes, default=0) > limits.part:
        raise PackageError("too_large", f"{sum(sizes)} bytes inflated, the longest part {max(sizes, default=0)}")


def _entry(data: bytes, info: zipfile.ZipInfo, earliest: int) -> _Entry:
    """One checked entry. ``earliest`` is where the entry before it ended."""
    name = info.orig_filename  # zipfile cuts the other one at a null and, on Windows, turns backslashes
    _refuse_name(name)
    if info.flag_bits & 0x41:
        raise PackageError("encrypted", f"entry {name} is encrypted")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise PackageError("damaged", f"entry {name}: compression method {info.compress_type}")
    if earliest == 0 and info.header_offset:
        # What remains readable of a truncated file may be only a workbook that was embedded in it.
        raise PackageError("damaged", f"unknown bytes before the first entry, {name}")
    if info.header_offset < earliest:  # the trick that makes the smallest bombs
        raise PackageError("suspicious", f"entry {name} overlaps the entry before it")
    start = info.header_offset + _LOCAL_SIZE
    if start > len(data) or not data.startswith(sniff.ZIP_ENTRY, info.header_offset):
        raise PackageError("damaged", f"entry {name} has no local header")
    name_length, extra_length = _LENGTHS.unpack_from(data, info.header_offset + _LENGTHS_AT)
    start += name_length
    encoding = "utf-8" if info.flag_bits & 0x800 or name.isascii() else "cp437"  # which is ASCII, too, but slow
    if data[start - name_length : start] != name.encode(encoding, "replace"):
        raise PackageError("suspicious", f"entry {name} has another name in its local header")
    start += extra_length
    if start + info.compress_size > len(data):
        raise PackageError("truncated", f"entry {name} reaches past the end of the file")
    deflated = info.compress_type == zipfile.ZIP_DEFLATED
    return _Entry(name, start, info.compress_size, info.file_size, info.CRC, deflated)


@lru_cache(maxsize=128)  # a name may have 64 KB
def _refuse_name(name: str) -> None:
    steps = name.split("/")
    if not name or ".." in steps or steps[0] == "" or "\\" in name or "\0" in name or name[1:2] == ":":
        raise PackageError("suspicious", f"entry name {name!r}")


def _inflated(data: bytes, entry: _Entry) -> bytes:
    """The bytes of a small entry in one piece, where nothing is wrong with it; never more than it declares."""
    try:
        packed = data[entry.start : entry.start + entry.packed]
        return zlib.decompressobj(-15).decompress(packed, entry.size + 1)
    except zlib.error:
        return b""  # what is wrong is said by whoever reads it in chunks


def _inflate(data: bytes, entry: _Entry) -> Iterator[bytes]:
    """The bytes of an entry in chunks of at most a megabyte, whatever they inflate to."""
    packed = memoryview(data)[entry.start : entry.start + entry.packed]
    if not entry.deflated:
        for place in range(0, entry.packed, _CHUNK):
            yield bytes(packed[place : place + _CHUNK])
        return
    inflater = zlib.decompressobj(-15)
    try:
        for place in range(0, entry.packed, _CHUNK >> 4):
            rest = bytes(packed[place : place + (_CHUNK >> 4)])
            while rest and not inflater.eof:
                chunk = inflater.decompress(rest, _CHUNK)
                if chunk:
                    yield chunk
                rest = inflater.unconsumed_tail
        last = inflater.flush()
    except zlib.error as error:
        raise PackageError("damaged", f"part {entry.name}: {error}") from error
    if last:
        yield last
