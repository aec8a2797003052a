"""The gate: what opens, what is refused and under which kind."""

import os
import pickle
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import docx
import pytest
import xlsxwriter

from xlplan.packages import gate
from xlplan.packages.gate import Limits, Package, PackageError
from xlplan.packages.sniff import KINDS
from xlplan.packages.workbook import read_package, read_workbook

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
PARTS = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="text/rels"/>'
        '<Override PartName="/xl/Workbook.xml" ContentType="text/book"/></Types>'
    ),
    "_rels/.rels": RELS.format(f'<Relationship Id="r" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'),
    "xl/workbook.xml": (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="S" r:id="a"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": RELS.format(
        f'<Relationship Id="a" Type="{OFFICE}/worksheet" Target="/xl/worksheets/sheet1.xml"/>'
        f'<Relationship Id="b" Type="{OFFICE}/theme" Target="../theme/./t.xml"/>'
        f'<Relationship Id="c" Type="{OFFICE}/hyperlink" Target="http://a/../b" TargetMode="External"/>'
    ),
    "xl/worksheets/sheet1.xml": (
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>'
    ),
}


def zipped(parts: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()


def refusal(data: bytes, limits: Limits = gate.DEFAULT_LIMITS) -> PackageError:
    """The error that reading these bytes as a workbook ends with."""
    with pytest.raises(PackageError) as caught:
        read_package(Package(data, limits))
    assert caught.value.kind in KINDS
    return caught.value


def compound(*names: str, tail: bytes = b"") -> bytes:
    """A compound file whose directory, its first sector, names these streams."""
    entries = b""
    for name in names:
        text = name.encode("utf-16-le") + b"\0\0"
        entries += text.ljust(64, b"\0") + struct.pack("<HB", len(text), 2) + bytes(61)
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    header[30:32] = (9).to_bytes(2, "little")
    return bytes(header) + entries.ljust(512, b"\0") + tail


@pytest.fixture
def real(tmp_path: Path) -> Path:
    path = tmp_path / "thôn.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Biểu chỉ tiêu")
        for row in range(60):
            sheet.write_row(row, 0, [f"Thôn {row}", row, row / 7])
            sheet.write_formula(row, 3, f"=B{row + 1}*2", None, row * 2)
    return path


def test_a_package_gives_the_names_and_bytes_of_its_parts(real: Path) -> None:
    package = Package.open(real)
    with zipfile.ZipFile(real) as archive:
        assert package.names() == archive.namelist()
        for name in archive.namelist():
            assert package.read(name) == archive.read(name)
            assert package.size(name) == len(archive.read(name))


def test_a_path_may_be_text_and_reading_leaves_the_file_as_it_was(real: Path) -> None:
    before = real.read_bytes(), real.stat().st_mtime_ns
    assert read_workbook(str(real)).sheets[0].name == "Biểu chỉ tiêu"
    assert (real.read_bytes(), real.stat().st_mtime_ns) == before


def test_parts_are_found_in_any_case_and_with_a_leading_slash() -> None:
    package = Package(zipped({**PARTS, "XL/Media/Ảnh.PNG": b"x"}))
    assert package.has("/xl/media/ảnh.png")
    assert package.read("xl/media/Ảnh.png") == b"x"
    assert not package.has("xl/media/ảnh")


def test_stored_parts_and_folder_entries_are_read_as_well() -> None:
    data = zipped({"xl/": b"", **PARTS}, zipfile.ZIP_STORED)
    package = Package(data)
    assert "xl/" not in package.names()
    assert read_package(package).sheets[0].cells[1, 1].raw == "1"


class Pipe(BytesIO):
    """Something to write to that cannot go back, so that sizes stand behind each entry."""

    def seekable(self) -> bool:
        return False

    def tell(self) -> int:
        raise OSError


def test_packages_with_big_or_late_sizes_are_read_as_well() -> None:
    for out in (BytesIO(), Pipe()):
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in PARTS.items():
                with archive.open(name, "w", force_zip64=True) as part:
                    part.write(text.encode())
        assert len(read_package(Package(out.getvalue())).sheets[0].cells) == 1


def test_relationships_are_resolved_whether_relative_absolute_or_external() -> None:
    package = Package(zipped(PARTS))
    found = package.relationships("xl/workbook.xml")
    assert found["a"] == ("worksheet", "xl/worksheets/sheet1.xml", False)
    assert found["b"] == ("theme", "theme/t.xml", False)
    assert found["c"] == ("hyperlink", "http://a/../b", True)
    assert package.relationships("")["r"].target == "xl/workbook.xml"
    assert package.relationships("xl/worksheets/sheet1.xml") == {}


def test_content_types_come_from_the_part_then_from_the_extension() -> None:
    package = Package(zipped(PARTS))
    assert package.content_type("xl/workbook.XML") == "text/book"
    assert package.content_type("_rels/.rels") == "text/rels"
    assert package.content_type("xl/worksheets/sheet1.xml") == ""


def test_a_part_that_is_not_there_is_damage() -> None:
    with pytest.raises(PackageError, match=r"part xl/none\.xml is missing"):
        Package(zipped(PARTS)).read("xl/none.xml")


def test_an_error_keeps_its_kind_on_the_way_from_a_worker_process() -> None:
    error = pickle.loads(pickle.dumps(PackageError("too_large", "detail")))
    assert (error.kind, error.detail, str(error)) == ("too_large", "detail", "too_large: detail")


def test_missing_files_folders_and_pipes_have_their_kinds(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").write_bytes(b"")
    for path, kind in (
        (tmp_path / "none.xlsx", "missing"),
        (tmp_path / "file" / "none.xlsx", "missing"),
        ("", "missing"),
        (tmp_path, "folder"),
        (tmp_path / "pipe", "unreadable"),
        ("a\0b", "unreadable"),
        (tmp_path / "file", "empty"),
    ):
        with pytest.raises(PackageError) as caught:
            read_workbook(path)
        assert caught.value.kind == kind


def test_a_file_without_permission_is_unreadable(real: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(PackageError) as caught:
        Package.open(real)
    assert caught.value.kind == "unreadable"


@pytest.mark.parametrize(
    ("data", "kind", "detail"),
    [
        (b"<html><table><tr><td>1</td></tr></table>", "not_office", "HTML"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "not_office", "XML"),
        ("thôn,số hộ\n1,2\n".encode(), "not_office", "plain text"),
        ("thôn\t2".encode("utf-16"), "not_office", "plain text"),
        (b"%PDF-1.7", "not_office", "PDF"),
        (b"\x7fELF\0\0\0", "not_office", "unknown binary"),
        (b"PK\x05\x06" + bytes(18), "not_office", "empty zip"),
        (b"PK", "truncated", "2 bytes"),
        (compound("Root Entry", "EncryptionInfo", "EncryptedPackage"), "encrypted", "password"),
        (compound("Root Entry", "Workbook"), "legacy_xls", "97"),
        (compound("Root Entry", "Book"), "legacy_xls", "5.0"),
        (compound("Root Entry", "WordDocument", "1Table"), "legacy_doc", "Word"),
        (compound("Root Entry", "Workbook", "MBD0", "WordDocument"), "legacy_xls", "97"),
        (compound("Root Entry", "WordDocument", "ObjectPool", "Workbook"), "legacy_doc", "Word"),
        (compound("Root Entry", "PowerPoint"), "not_office", "neither"),
        (compound("Root Entry", tail="Workbook".encode("utf-16-le").rjust(300)), "not_office", "neither"),
        (compound("Root Entry", "Workbook")[:400], "truncated", "directory"),
        (b"\xd0\xcf\x11\xe0", "truncated", "4 bytes"),
    ],
)
def test_what_is_no_zip_file_is_named_by_its_first_bytes(data: bytes, kind: str, detail: str) -> None:
    error = refusal(data)
    assert error.kind == kind
    assert detail in error.detail


def test_a_word_document_is_no_workbook_and_the_other_way_round(tmp_path: Path, real: Path) -> None:
    document = docx.Document()
    document.save(str(tmp_path / "plan.xlsx"))
    with pytest.raises(PackageError) as caught:
        read_workbook(tmp_path / "plan.xlsx")
    assert caught.value.kind == "word_not_excel"
    name, root = Package.open(tmp_path / "plan.xlsx").main_part("word")
    assert (name, gate.local_name(root)) == ("word/document.xml", "document")
    with pytest.raises(PackageError) as caught:
        Package.open(real).main_part("word")
    assert caught.value.kind == "excel_not_word"


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        ({"ảnh.png": b"x"}, "not_office"),
        ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, "not_office"),
        ({"xl/workbook.bin": b"\x83\x01"}, "not_office"),
        ({"_rels/.rels": PARTS["_rels/.rels"].replace(".xml", ".bin"), "xl/workbook.bin": b""}, "not_office"),
        ({"_rels/.rels": PARTS["_rels/.rels"], "xl/workbook.xml": "<presentation/>"}, "not_office"),
        ({"_rels/.rels": PARTS["_rels/.rels"]}, "damaged"),
        ({"_rels/.rels": "<Relationships>"}, "damaged"),
        ({**PARTS, "xl/workbook.xml": f'<workbook xmlns="{MAIN}"/>'}, "damaged"),
        ({**PARTS, "xl/worksheets/sheet1.xml": "<chartsheet/>"}, "damaged"),
        ({name: text for name, text in PARTS.items() if "sheet1" not in name}, "damaged"),
    ],
)
def test_a_zip_file_that_is_no_workbook_has_its_kind(parts: dict[str, str | bytes], kind: str) -> None:
    assert refusal(zipped(parts)).kind == kind


def test_a_workbook_is_found_without_package_relationships() -> None:
    parts = {name: text for name, text in PARTS.items() if name != "_rels/.rels"}
    assert len(read_package(Package(zipped(parts))).sheets) == 1


@pytest.mark.parametrize(
    "name", ["../a.xml", "xl/../../a", "/etc/passwd", "xl\\workbook.xml", "C:/a.xml", "xl//../a", "a\0b"]
)
def test_entry_names_that_lead_elsewhere_are_suspicious(name: str) -> None:
    data = zipped({**PARTS, "x" * len(name.encode()): b"x"}).replace(b"x" * len(name), name.encode())
    assert refusal(data).kind == "suspicious"


def test_two_entries_of_one_name_are_suspicious_whatever_their_case() -> None:
    assert refusal(zipped({**PARTS, "XL/workbook.XML": b"<workbook/>"})).kind == "suspicious"


def test_entries_that_say_another_name_in_their_own_header_are_suspicious() -> None:
    data = zipped(PARTS).replace(b"xl/workbook.xml", b"xl/workbOOk.xml", 1)
    assert refusal(data).kind == "suspicious"


def central(data: bytes, name: str) -> int:
    """Where the entry's record in the central directory begins."""
    return data.rindex(name.encode()) - 46


def patched(data: bytes, place: int, value: bytes) -> bytes:
    return data[:place] + value + data[place + len(value) :]


def test_an_encrypted_entry_is_encrypted() -> None:
    data = zipped(PARTS)
    assert refusal(patched(data, central(data, "xl/workbook.xml") + 8, b"\x01\0")).kind == "encrypted"


def test_other_compression_methods_are_damage() -> None:
    assert refusal(zipped(PARTS, zipfile.ZIP_LZMA)).kind == "damaged"


def test_overlapping_entries_are_suspicious() -> None:
    data = zipped(PARTS)
    place = central(data, "xl/worksheets/sheet1.xml")
    offset = data[central(data, "xl/workbook.xml") + 42 :][:4]
    wrong = refusal(patched(data, place + 42, offset))
    assert wrong.kind == "suspicious"
    long = patched(data, central(data, "xl/_rels/workbook.xml.rels") + 20, struct.pack("<L", 500))
    assert refusal(long).kind == "suspicious"


def test_a_workbook_embedded_in_a_truncated_file_is_not_taken_for_the_file() -> None:
    inner = zipped(PARTS)
    outer = zipped({"[Content_Types].xml": b"x", "xl/embeddings/a.xlsx": inner}, zipfile.ZIP_STORED)
    cut = outer[: outer.index(inner) + len(inner)]
    assert zipfile.ZipFile(BytesIO(cut)).namelist() == list(PARTS)
    assert refusal(cut).kind == "damaged"


def test_a_wrong_checksum_or_a_short_part_is_damage() -> None:
    data = zipped(PARTS)
    place = central(data, "xl/workbook.xml")
    assert refusal(patched(data, place + 16, b"\1\2\3\4")).kind == "damaged"
    size = len(PARTS["xl/workbook.xml"])
    assert refusal(patched(data, place + 24, struct.pack("<L", size + 1))).kind == "damaged"


def test_a_part_longer_than_it_declares_is_suspicious() -> None:
    data = zipped({**PARTS, "xl/worksheets/sheet1.xml": PARTS["xl/worksheets/sheet1.xml"] + " " * 5_000_000})
    place = central(data, "xl/worksheets/sheet1.xml")
    assert refusal(patched(data, place + 24, struct.pack("<L", 300))).kind == "suspicious"


def test_a_bomb_of_high_ratio_is_stopped_while_it_inflates(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = zipped({**PARTS, "xl/worksheets/sheet1.xml": b"<worksheet>" + b" " * (40 << 20)})
    assert len(bomb) < 50_000
    produced = 0
    real_crc = zlib.crc32

    def counting(chunk: bytes, start: int = 0) -> int:
        nonlocal produced
        produced += len(chunk)
        return real_crc(chunk, start)

    monkeypatch.setattr(zlib, "crc32", counting)
    assert refusal(bomb).kind == "suspicious"
    assert produced < 12 << 20


def test_a_part_that_nobody_reads_may_pack_well(tmp_path: Path) -> None:
    data = zipped({**PARTS, "xl/media/white.bmp": bytes(3 << 20)})
    assert len(read_package(Package(data)).sheets) == 1


@pytest.mark.parametrize(
    "limits",
    [
        Limits(file=100),
        Limits(entries=4),
        Limits(total=1000),
        Limits(part=300),
        Limits(nodes=5),
        Limits(cells=0),
    ],
)
def test_each_limit_says_too_large(limits: Limits, tmp_path: Path) -> None:
    parts = {
        **PARTS,
        "xl/worksheets/sheet1.xml": PARTS["xl/worksheets/sheet1.xml"].replace("</row>", "</row><row/>"),
    }
    data = zipped(parts)
    assert refusal(data, limits).kind == "too_large"
    (tmp_path / "book.xlsx").write_bytes(data)
    with pytest.raises(PackageError) as caught:
        read_workbook(tmp_path / "book.xlsx", limits=limits)
    assert caught.value.kind == "too_large"


def test_a_million_declared_entries_are_not_even_listed() -> None:
    record = b"PK\x01\x02" + bytes(24) + struct.pack("<H", 1) + bytes(16) + b"a"
    directory = record * 200_000
    end = b"PK\x05\x06" + bytes(4) + struct.pack("<HHLLH", 65535, 65535, len(directory), 30, 0)
    assert refusal(b"PK\x03\x04" + bytes(26) + directory + end).kind == "too_large"


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY e0 "lol">' + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9)) + "]>"
)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "_rels/.rels"])
@pytest.mark.parametrize("write", [str.encode, lambda text: text.encode("utf-16")])
def test_a_doctype_is_suspicious_in_every_part(part: str, write: Callable[[str], bytes]) -> None:
    assert refusal(zipped({**PARTS, part: write(LAUGHS + PARTS[part])})).kind == "suspicious"


def test_an_external_entity_is_not_fetched(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("123")
    doctype = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{tmp_path}/secret">]>'
    sheet = PARTS["xl/worksheets/sheet1.xml"].replace("<v>1", "<v>&e;")
    assert refusal(zipped({**PARTS, "xl/worksheets/sheet1.xml": doctype + sheet})).kind == "suspicious"
    assert refusal(zipped({**PARTS, "xl/worksheets/sheet1.xml": sheet})).kind == "damaged"


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
@pytest.mark.parametrize(
    "content",
    [
        "",
        "<a",
        "<a></b>",
        "<a>\x01</a>",
        b"<a>\xff</a>",
        "<?xml version='1.0' encoding='x-none'?><a/>",
        "<x:a/>",
    ],
)
def test_broken_xml_is_damage(part: str, content: str | bytes) -> None:
    assert refusal(zipped({**PARTS, part: content})).kind in ("damaged", "not_office")


@pytest.mark.parametrize(
    "rows",
    [
        "<row><c><f>" * 1000,
        "<x>" * 100_000,
        "<row>" + "<y>" * 300 + "</y>" * 300 + "</row>",
        "".join(f"<n{n}/>" for n in range(20_000)),
        "<!--" + "-+" * 6_000_000 + "-->",
    ],
)
def test_xml_made_to_fill_the_memory_is_refused(rows: str) -> None:
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    data = zipped({**PARTS, "xl/worksheets/sheet1.xml": sheet})
    assert refusal(data, Limits(ratio=10_000)).kind in ("suspicious", "damaged")


def test_a_file_cut_anywhere_gives_a_package_error(real: Path) -> None:
    data = real.read_bytes()
    for cut in range(1, len(data), len(data) // 60):
        assert refusal(data[:cut]).kind in ("truncated", "damaged", "suspicious")
    assert refusal(data[:-1]).kind == "truncated"
    assert refusal(data[: len(data) // 2] + bytes(len(data) // 2)).kind == "truncated"


def test_bytes_that_mail_added_at_the_end_do_no_harm(real: Path) -> None:
    assert len(read_package(Package(real.read_bytes() + b"\r\n")).sheets) == 1


def test_what_equal_parts_say_is_read_once_and_no_other_part_is_taken_for_it() -> None:
    first, second = Package(zipped(PARTS)), Package(zipped(PARTS))
    assert second.relationships("xl/workbook.xml") is first.relationships("xl/workbook.xml")
    rels = "xl/_rels/workbook.xml.rels"
    other = Package(zipped(PARTS | {rels: PARTS[rels].replace("sheet1", "sheet2")}))
    assert other.relationships("xl/workbook.xml")["a"].target == "xl/worksheets/sheet2.xml"
    moved = Package(zipped(PARTS | {"word/_rels/workbook.xml.rels": PARTS[rels]}))
    assert moved.relationships("word/workbook.xml")["b"].target == "theme/t.xml"


def test_a_part_that_is_known_is_still_refused_where_it_is_damaged_or_beyond_a_limit() -> None:
    data = zipped(PARTS)
    assert Package(data).relationships("xl/workbook.xml")
    with pytest.raises(PackageError, match="too many elements"):
        Package(data, Limits(nodes=3)).relationships("xl/workbook.xml")
    crc = struct.pack("<L", zlib.crc32(PARTS["xl/_rels/workbook.xml.rels"].encode()))
    with pytest.raises(PackageError, match="checksum"):
        Package(data.replace(crc, b"\0\0\0\0")).relationships("xl/workbook.xml")


def test_no_more_than_some_parts_are_kept() -> None:
    for number in range(100):
        relations = RELS.format(f'<Relationship Id="a" Type="x" Target="{number}"/>')
        assert Package(zipped({"_rels/.rels": relations})).relationships("")["a"].target == str(number)
    assert len(gate._kept) < 100


class _Hesitant(dict[object, object]):
    """A dictionary whose reader may be overtaken by another thread right after it has looked."""

    def __contains__(self, key: object) -> bool:
        found = super().__contains__(key)
        time.sleep(1e-4)
        return found


def test_threads_that_read_at_once_find_what_each_part_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "_kept", _Hesitant())
    monkeypatch.setattr(gate, "_MOST_KEPT", 2)  # so that what one thread has just seen another one puts out
    numbers = ["1", "2", "3"]
    relations = [RELS.format(f'<Relationship Id="a" Type="x" Target="{number}"/>') for number in numbers]
    files = [zipped({"_rels/.rels": text}) for text in relations]

    def targets(turn: int) -> list[str]:
        order = files if turn % 2 else files[::-1]
        return sorted(Package(data).relationships("")["a"].target for data in order * 10)

    with ThreadPoolExecutor(4) as pool:
        assert all(found == sorted(numbers * 10) for found in pool.map(targets, range(8)))
