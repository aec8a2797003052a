"""VBA projects: what olevba, a strict reader of compound files, LibreOffice and our own reader find in them."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import re
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import libreoffice_vba
import office
import olefile
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from olevba import decompressed, sources

from xlplan.excel.vbaproject import Module, read_project, stored_text, write_project

ROOT = Path(__file__).parent.parent
SUMS = """\
Option Explicit

Function TwoTimes(ByVal x As Double) As Double
    TwoTimes = x * 2
End Function

Sub Mark()
    ActiveSheet.Range("C1").Value = "Marked " & ThisWorkbook.Sheets.Count
End Sub
""".replace("\n", "\r\n")
COUNTER = 'VERSION 1.0 CLASS\nBEGIN\n  MultiUse = -1  \'True\nEND\nAttribute VB_Name = "Counter"\n'.replace(
    "\n", "\r\n"
)
COUNTER += (
    'Attribute VB_Exposed = True\r\nAttribute VB_Description = "Counts\\r\\nand ""adds"""\r\nPublic Total As Long\r\n'
)
BOOK, SHEET = Module("ThisWorkbook", "", "document"), Module("Sheet1", "", "document")
MODULES = (BOOK, SHEET, Module("Sums", SUMS), Module("Counter", COUNTER, "class"))
PRINTABLE = st.text(st.sampled_from(["\t", *map(chr, range(32, 127))]), max_size=120)
CODE = st.lists(PRINTABLE, max_size=60).map(lambda lines: "".join(f"{line}\r\n" for line in lines))


def stream(data: bytes, path: str) -> bytes:
    with olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_INCORRECT) as ole:
        return ole.openstream(path).read()


def records(data: bytes) -> list[tuple[int, bytes]]:
    """The records of a project's ``dir`` stream."""
    content, at, found = decompressed(stream(data, "VBA/dir")), 0, []
    while at < len(content):
        number, size = struct.unpack_from("<HI", content, at)
        size = 6 if number == 0x09 else size
        found.append((number, content[at + 6 : at + 6 + size]))
        at += 6 + size
    return found


def xlwings_file(name: str) -> Path:
    spec = importlib.util.find_spec("xlwings")
    if spec is None or spec.origin is None:
        pytest.skip("xlwings is not installed")
    return Path(spec.origin).parent / name


def workbook(path: Path, modules: tuple[Module, ...], formulas: dict[str, str]) -> Path:
    import xlsxwriter

    book = xlsxwriter.Workbook(path)
    book.add_vba_project(io.BytesIO(write_project(modules)), is_stream=True)
    book.set_vba_name("ThisWorkbook")
    sheet = book.add_worksheet("Biểu")
    sheet.set_vba_name("Sheet1")
    sheet.write("A1", 21)
    for cell, formula in formulas.items():
        sheet.write_formula(cell, formula)
    book.close()
    return path


def test_olevba_reads_every_module_as_it_was_given() -> None:
    found = sources("vbaProject.bin", write_project(MODULES))
    assert found == {module.name: stored_text(module) for module in MODULES}
    assert found["Sums"] == f'Attribute VB_Name = "Sums"\r\n{SUMS}'


@settings(deadline=None, max_examples=40)
@given(st.lists(CODE, min_size=1, max_size=5), st.booleans())
def test_any_printable_code_comes_back(codes: list[str], classes: bool) -> None:
    kind = "class" if classes else "standard"
    modules = (BOOK, *(Module(f"M{number}", f"'\r\n{code}", kind) for number, code in enumerate(codes)))
    texts = {module.name: stored_text(module) for module in modules}
    data = write_project(modules)
    assert sources("vbaProject.bin", data) == texts
    assert {module.name: module.code for module in read_project(data)} == texts
    assert all(texts[module.name].endswith(module.code) for module in modules)


def test_a_long_project_of_many_modules_comes_back() -> None:
    many = (BOOK, *(Module(f"Module{number}", SUMS * (number % 40 + 1)) for number in range(150)))
    data = write_project(many)
    assert [module.name for module in read_project(data)] == [module.name for module in many]
    assert sources("vbaProject.bin", data) == {module.name: stored_text(module) for module in many}


def test_every_kind_of_module_has_the_attributes_that_excel_gives_it() -> None:
    assert stored_text(BOOK).splitlines() == [
        'Attribute VB_Name = "ThisWorkbook"',
        'Attribute VB_Base = "0{00020819-0000-0000-C000-000000000046}"',
        "Attribute VB_GlobalNameSpace = False",
        "Attribute VB_Creatable = False",
        "Attribute VB_PredeclaredId = True",
        "Attribute VB_Exposed = True",
        "Attribute VB_TemplateDerived = False",
        "Attribute VB_Customizable = True",
    ]
    assert "{00020820-0000-0000-C000-000000000046}" in stored_text(SHEET)
    assert stored_text(Module("Empty", "")) == 'Attribute VB_Name = "Empty"\r\n'


def test_an_exported_class_loses_its_head_and_keeps_its_own_attributes() -> None:
    assert stored_text(MODULES[3]).splitlines() == [
        'Attribute VB_Name = "Counter"',
        'Attribute VB_Base = "0{FCFB3D2A-A0FA-1068-A738-08002B3371B5}"',
        "Attribute VB_GlobalNameSpace = False",
        "Attribute VB_Creatable = False",
        "Attribute VB_PredeclaredId = False",
        "Attribute VB_Exposed = True",
        "Attribute VB_TemplateDerived = False",
        "Attribute VB_Customizable = False",
        'Attribute VB_Description = "Counts\\r\\nand ""adds"""',
        "Public Total As Long",
    ]
    assert (0x1C, b'Counts\r\nand "adds"') in records(write_project(MODULES))


def test_a_last_line_without_an_end_gets_one() -> None:
    assert stored_text(Module("A", "Sub A()\r\nEnd Sub")).endswith("End Sub\r\n")
    assert stored_text(Module("A", 'Attribute VB_Name = "A"')) == 'Attribute VB_Name = "A"\r\n'


def test_our_reader_tells_the_kinds_of_modules_apart() -> None:
    assert [(m.name, m.kind) for m in read_project(write_project(MODULES))] == [(m.name, m.kind) for m in MODULES]


def test_xlwings_modules_are_stored_as_excel_stores_them() -> None:
    bas = xlwings_file("xlwings.bas").read_bytes().decode("ascii")
    cls = xlwings_file("addin/Dictionary.cls").read_bytes().decode("ascii")
    found = sources("p.bin", write_project((BOOK, Module("xlwings", bas), Module("Dictionary", cls, "class"))))
    assert found["xlwings"] == bas
    saved_by_excel = zipfile.ZipFile(xlwings_file("quickstart_standalone.xlsm")).read("xl/vbaProject.bin")
    theirs = next(module.code for module in read_project(saved_by_excel) if module.name == "Dictionary")
    head, code = (text.partition("''")[::2] for text in (found["Dictionary"], theirs))
    assert head[0] == code[0]
    assert head[1].lower() == code[1].lower()  # Excel's editor writes one name in one way everywhere


@pytest.mark.parametrize(
    "name", ["quickstart.xlsm", "quickstart_standalone.xlsm", "quickstart_addin_ribbon.xlam", "addin/xlwings.xlam"]
)
def test_our_reader_reads_what_excel_saved(name: str) -> None:
    data = zipfile.ZipFile(xlwings_file(name)).read("xl/vbaProject.bin")
    assert {module.name: module.code for module in read_project(data)} == sources("vbaProject.bin", data)


def order(data: bytes) -> tuple[list[int], set[tuple[int, ...]]]:
    """The numbers of the records of the project, and those of its modules."""
    numbers = [number for number, _ in records(data)]
    first = numbers.index(0x19)
    modules = "".join(map(chr, numbers[first:-1])).split(chr(0x2B))[:-1]
    return [*numbers[:first], numbers[-1]], {tuple(map(ord, module)) for module in modules}


def test_the_records_stand_in_the_order_of_the_specification() -> None:
    about = [0x01, 0x02, 0x14, 0x03, 0x04, 0x05, 0x40, 0x06, 0x3D, 0x07, 0x08, 0x09, 0x0C, 0x3C]
    libraries = [0x16, 0x3E, 0x0D] * 2
    module = (0x19, 0x47, 0x1A, 0x32, 0x1C, 0x48, 0x31, 0x1E, 0x2C)
    assert order(write_project(MODULES)) == (
        [*about, *libraries, 0x0F, 0x13, 0x10],
        {(*module, 0x21), (*module, 0x22)},
    )


def test_a_project_that_excel_saved_has_the_same_records_and_libraries() -> None:
    saved_by_excel = zipfile.ZipFile(xlwings_file("addin/xlwings.xlam")).read("xl/vbaProject.bin")
    ours = write_project(MODULES)
    assert order(ours) == order(saved_by_excel)
    libraries = [content for number, content in records(ours) if number == 0x0D]
    assert libraries == [content for number, content in records(saved_by_excel) if number == 0x0D]
    assert stream(ours, "VBA/_VBA_PROJECT") == stream(saved_by_excel, "VBA/_VBA_PROJECT")


def test_the_project_lists_its_modules_and_is_open_to_all() -> None:
    data = write_project(MODULES, name="Tinh")
    lines = stream(data, "PROJECT").decode("ascii").split("\r\n")
    shape = ["Document=ThisWorkbook/&H00000000", "Document=Sheet1/&H00000000", "Module=Sums", "Class=Counter"]
    assert lines[1:8] == [*shape, 'Name="Tinh"', 'HelpContextID="0"', 'VersionCompatible32="393222000"']
    identity = re.fullmatch(r'ID="(\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\})"', lines[0])
    assert identity
    secrets = [re.fullmatch(r'(\w+)="(\w+)"', line).groups() for line in lines[8:11]]  # type: ignore[union-attr]
    shown = {name: revealed(identity[1], value) for name, value in secrets}
    assert shown == {"CMG": bytes(4), "DPB": b"\0", "GC": b"\xff"}
    assert (0x04, b"Tinh") in records(data)
    wm = b"".join(m.name.encode() + b"\0" + m.name.encode("utf-16-le") + b"\0\0" for m in MODULES) + b"\0\0"
    assert stream(data, "PROJECTwm") == wm


def revealed(identity: str, digits: str) -> bytes:
    """Data Encryption undone after [MS-OVBA] 2.4.3.3."""
    seed, version, key, *rest = bytes.fromhex(digits)
    assert version ^ seed == 2
    assert key ^ seed == sum(identity.encode()) % 256
    before, last, last_but_one = key ^ seed, key, version
    plain = []
    for byte in rest:
        before = byte ^ ((last_but_one + before) % 256)
        plain.append(before)
        last_but_one, last = last, byte
    plain = plain[(seed & 6) // 2 :]
    assert int.from_bytes(plain[:4], "little") == len(plain[4:])
    return bytes(plain[4:])


def test_the_key_to_these_secrets_opens_the_example_of_the_specification() -> None:
    identity = "{917DED54-440B-4FD1-A5C1-74ACF261E600}"
    assert revealed(identity, "0705D8E3D8EDDBF1DBF1DBF1DBF1") == bytes(4)
    assert revealed(identity, "0E0CD1ECDFF4E7F5E7F5E7") == b"\0"
    assert revealed(identity, "1517CAF1D6F9D7F9D706") == b"\xff"


def test_equal_sources_make_equal_files_in_every_process() -> None:
    code = (
        "import hashlib; from test_excel_vbaproject import *;print(hashlib.sha256(write_project(MODULES)).hexdigest())"
    )
    made = {
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code],
            capture_output=True,
            encoding="utf-8",
            check=True,
            cwd=ROOT / "tests",
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "TZ": zone, "PATH": "/usr/bin:/bin"},
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Ho_Chi_Minh"))
    }
    assert len(made) == 1


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("'\r\n' hộ nghèo\r\n", "module A, line 2: 'ộ'"),
        ("'\r\n'\n'\r\n", "module A, line 2: a line end other than CRLF"),
        ("'\r\r\n", "module A, line 1: a line end other than CRLF"),
        ("'\x1a\r\n", r"module A, line 1: '\\x1a'"),
        ("'\r\n'" + "x" * 1023 + "\r\n", "module A, line 2: more than 1023 characters"),
        ('Attribute VB_Name = "B"\r\n', 'module A: its VB_Name is "B"'),
        ("VERSION 1.0 CLASS\r\nBEGIN\r\n", "module A, line 1: VERSION without END"),
    ],
)
def test_code_that_excel_would_not_read_is_refused_with_its_line(code: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        write_project((BOOK, Module("A", code)))


@pytest.mark.parametrize("name", ["", "1a", "_a", "a-b", "hộ", "x" * 32, "Sub", "date", "dir", "Office", "a b", "a\n"])
def test_names_that_vba_refuses_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="module "):
        write_project((BOOK, Module(name, "")))
    with pytest.raises(ValueError, match="the project "):
        write_project((BOOK,), name=name)


@pytest.mark.parametrize("names", [("Sums", "SUMS"), ("xlPlan",), ("thisworkbook",)])
def test_two_names_may_not_differ_in_case_alone(names: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="has this name already"):
        write_project((BOOK, *(Module(name, "") for name in names)))


def test_a_project_without_its_workbook_is_refused() -> None:
    with pytest.raises(ValueError, match="ThisWorkbook"):
        write_project((SHEET, Module("ThisWorkbook", "")))


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_damaged_projects_are_refused_or_read_and_end_in_no_other_error(data: st.DataObject) -> None:
    project = bytearray(write_project(MODULES))
    for _ in range(data.draw(st.integers(1, 6))):
        project[data.draw(st.integers(0, len(project) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ValueError):
        read_project(bytes(project[: data.draw(st.integers(0, len(project)))] if data.draw(st.booleans()) else project))


@pytest.mark.parametrize("data", [b"", b"PK\3\4", bytes(600)])
def test_what_is_no_project_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a VBA project"):
        read_project(data)


def test_a_workbook_with_our_project_needs_no_repair(tmp_path: Path) -> None:
    assert office.repairs(workbook(tmp_path / "tinh.xlsm", MODULES, {})) == []


@pytest.mark.office
def test_libreoffice_runs_the_code_from_a_cell_and_as_a_macro(tmp_path: Path) -> None:
    libreoffice_vba.require_uno()
    path = workbook(tmp_path / "tinh.xlsm", MODULES, {"B1": "=TwoTimes(A1)"})
    cells = libreoffice_vba.run(
        path, ("Biểu!B1", "Biểu!B2", "Biểu!C1"), write={"Biểu!B2": "=TwoTimes(B1)"}, statements=("Sums.Mark",)
    )
    assert cells == {"Biểu!B1": 42, "Biểu!B2": 84, "Biểu!C1": "Marked 1"}
    assert sources("tinh.xlsm", path.read_bytes())["Sums"] == f'Attribute VB_Name = "Sums"\r\n{SUMS}'


@pytest.mark.office
def test_what_libreoffice_cannot_run_is_told(tmp_path: Path) -> None:
    libreoffice_vba.require_uno()
    declare = 'Declare PtrSafe Function Beep Lib "kernel32" (ByVal tone As Long, ByVal time As Long) As Long\r\n'
    path = workbook(tmp_path / "tinh.xlsm", (*MODULES, Module("Windows", declare)), {"B1": "=TwoTimes(A1)"})
    with pytest.raises(RuntimeError, match="does not compile Windows"):
        libreoffice_vba.run(path, statements=("Sums.Mark",))
    with pytest.raises(RuntimeError, match=r"Err\.Raise 53: error 53"):
        libreoffice_vba.run(path, statements=("Err.Raise 53",), modules={"Windows": ""})
    assert libreoffice_vba.run(path, ("Biểu!B1",), modules={"Windows": ""}) == {"Biểu!B1": 42}
