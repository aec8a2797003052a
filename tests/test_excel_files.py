"""The files that carry the add-in: their VBA, ribbon and stored results; and the VBA that needs no Python, run."""

from __future__ import annotations

import inspect
import re
import tomllib
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import libreoffice_vba
import office
import olevba
import pytest

from xlplan.excel import macros, registry
from xlplan.excel.build import addin_bytes, workbook_bytes
from xlplan.excel.build.analysis import ANALYSIS_SHEET
from xlplan.excel.build.escapes import escaped, literal
from xlplan.excel.build.generate import VBA, generated
from xlplan.excel.build.package import RIBBON, RIBBON_PART
from xlplan.excel.build.project import source
from xlplan.excel.values import ERRORS
from xlplan.packages.workbook import read_workbook
from xlplan.pipeline import process
from xlplan.sheets.standard.content import load_content

ROOT = Path(__file__).parent.parent
WORKBOOKS = ROOT / "workbooks"
FILES = tuple(WORKBOOKS / f"{name}.xlsm" for name in ("bieu_chi_tieu", "son_trung_2023", "long_an_2024"))
NAMESPACE = {"ui": "http://schemas.microsoft.com/office/2009/07/customui"}
CALLBACK = re.compile(r"^Public Sub (\w+)\((.*)\)$", re.MULTILINE)
TEXTS = tomllib.loads((VBA / "texts.toml").read_text(encoding="utf-8"))
STAND_INS = {  # LibreOffice's Basic knows no Windows API and stops at modules that it cannot compile
    "Dictionary": "",
    "XlplanMessage": "Public Sub XlplanSay(ByVal sentence As String)\nEnd Sub\n",
    "xlwings": 'Public Function GetConfigFilePath() As String\nGetConfigFilePath = ""\nEnd Function\n'
    "Public Function GetConfig(a, b)\nGetConfig = b\nEnd Function\n"
    "Public Function XLPy() As Object\nEnd Function\n",
}


def controls() -> list[ElementTree.Element]:
    return list(ElementTree.parse(RIBBON).getroot().iter(f"{{{NAMESPACE['ui']}}}button"))


# ---- sources --------------------------------------------------------------------------------------------------


def test_the_generated_modules_are_those_of_today() -> None:
    for name, text in generated().items():
        assert (VBA / name).read_text(encoding="ascii") == text, f"{name}: run python -m xlplan.excel.build"


def test_vba_is_plain_ascii_in_lines_that_vba_takes() -> None:
    for path in sorted(VBA.glob("*.[bc]*s")):
        text = path.read_bytes().decode("ascii")
        assert max(map(len, text.splitlines())) <= 1_023, path.name
        for statement in re.split(r"(?<! _)\n", text):
            assert statement.count(" _\n") <= 24, path.name  # VBA takes no more continuations


@pytest.mark.parametrize("text", ["", "Kiểm tra", 'ghi "64"', "a\\b", "𠀀 𠀁", "ộ" * 900, "x" * 2_000])
def test_a_literal_gives_its_text_again(text: str) -> None:
    expression = literal(text)
    assert expression.isascii() and max(map(len, expression.splitlines())) <= 1_023
    pieces = re.findall(r'"((?:[^"]|"")*)"', expression)
    assert all(not re.search(r"\\u[0-9A-F]{0,3}$", piece) for piece in pieces)  # no escape is cut in two
    joined = "".join(pieces).replace('""', '"')
    assert joined == escaped(text)
    units = re.sub(r"\\u([0-9A-F]{4})", lambda found: chr(int(found[1], 16)), joined)
    assert units.encode("utf-16-le", "surrogatepass").decode("utf-16-le") == text


def test_every_button_has_its_callback_and_every_callback_its_macro() -> None:
    ribbon, code = RIBBON.read_text(encoding="utf-8"), (VBA / "XlplanRibbon.bas").read_text(encoding="ascii")
    subs = dict(CALLBACK.findall(code))
    actions = re.findall(r'onAction="(\w+)"', ribbon)
    assert len(actions) == len(set(actions)) == len(controls()) == 12
    for action in actions:
        assert subs[action] == "control As IRibbonControl"
        called = re.search(rf'Sub {action}\(.*\)\n    XlplanRun "(\w+)"\nEnd Sub', code)
        assert called is not None, action
        macro = getattr(macros, called[1])
        assert all(p.default is None for p in inspect.signature(macro).parameters.values())  # VBA passes nothing
    (visible,) = re.findall(r'getVisible="(\w+)"', ribbon)
    assert subs[visible] == "control As IRibbonControl, ByRef returnedVal"
    assert set(subs) == {*actions, visible, "XlplanPress"}
    for action in actions:
        assert f'Case "{action}"\n            {action} Nothing\n' in code  # what scripts press


def test_buttons_are_large_and_say_what_they_do_and_have_keys_of_their_own() -> None:
    keys = [control.get("keytip", "") for control in controls()]
    assert len(set(keys)) == len(keys) and all(keys)
    for control in controls():
        assert control.get("size") == "large"
        for text in ("label", "screentip", "supertip"):
            assert control.get(text, "").strip(), control.get("id")
        assert len(control.get("supertip", "")) <= 1_024


def test_every_wrapper_calls_its_function_with_all_its_arguments() -> None:
    text = (VBA / "XlplanFunctions.bas").read_text(encoding="ascii")
    for function in registry.FUNCTIONS:
        typed = ", ".join(f"Optional {a.name}" if a.optional else a.name for a in function.arguments)
        assert f"\nFunction {function.name}({typed})\n" in text
        passed = [argument.name for argument in function.arguments] + ["Nothing"] * function.wants_caller
        assert (
            f'XlplanResult(XlplanPy.CallUDF("xlplan.excel.functions", "{function.name}", Array({", ".join(passed)})'
            in text
        )
        assert text.count(f'XlplanDescribe "{function.name}"') == 1
    assert "Err.Description" not in text  # no English exception in a cell
    for error, number in ERRORS.items():
        assert f'Case "{error}"\n                XlplanError = CVErr({number})\n' in text


def test_vba_asks_only_for_sentences_that_exist() -> None:
    code = "".join((VBA / f"{name}.bas").read_text(encoding="ascii") for name in ("XlplanPython", "XlplanRibbon"))
    asked = set(re.findall(r'XlplanObstacle = "(\w+)"|XlplanText\("(\w+)"\)|obstacle = "(\w+)"', code))
    assert {"".join(found) for found in asked} == set(TEXTS)


# ---- files ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def addin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("addin") / "xlplan.xlam"
    path.write_bytes(addin_bytes())
    return path


def test_building_twice_gives_the_same_bytes(addin: Path) -> None:
    assert addin_bytes() == addin.read_bytes()
    content = load_content(WORKBOOKS / "source" / "son_trung_2023.toml")
    assert workbook_bytes(content) == workbook_bytes(content)


def test_olevba_reads_every_module_as_its_source(addin: Path) -> None:
    for path in (*FILES, addin):
        found = {name.partition(".")[0]: code for name, code in olevba.sources(path.name, path.read_bytes()).items()}
        for name in ("XlplanRibbon", "XlplanPython", "XlplanMessage", "XlplanTexts", "xlwings"):
            assert found[name] == source(f"{name}.bas"), (path.name, name)
        functions = source("XlplanFunctions.bas")
        if path == addin:  # an add-in computes for the workbook at hand, not for itself
            assert ", ThisWorkbook," in functions
            functions = functions.replace(", ThisWorkbook, Appl", ", ActiveWorkbook, Appl")
        assert found["XlplanFunctions"] == functions
        assert "Workbook_Open" in found["ThisWorkbook"] and "Scripting.Dictionary" in found["Dictionary"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_files_hold_the_ribbon_and_nothing_that_excel_would_repair(path: Path) -> None:
    with zipfile.ZipFile(path) as package:
        assert package.read(RIBBON_PART) == RIBBON.read_bytes()
        assert b'relationships/ui/extensibility" Target="customUI/customUI14.xml"' in package.read("_rels/.rels")
        assert b"macroEnabled.main+xml" in package.read("[Content_Types].xml")
        assert b"fullCalcOnLoad" not in package.read("xl/workbook.xml")
    assert office.repairs(path) == []


def test_the_add_in_is_one(addin: Path) -> None:
    with zipfile.ZipFile(addin) as package:
        assert b"vnd.ms-excel.addin.macroEnabled.main+xml" in package.read("[Content_Types].xml")
        ribbon = package.read(RIBBON_PART)
    assert ribbon == RIBBON.read_bytes().replace(b' getVisible="XlplanTabVisible"', b"")  # its own tab never gives way
    assert office.repairs(addin) == []


@pytest.mark.parametrize("name", ["son_trung_2023", "long_an_2024"])
def test_macros_change_nothing_that_the_program_finds(name: str) -> None:
    plain, with_macros = process(WORKBOOKS / f"{name}.xlsx").report, process(WORKBOOKS / f"{name}.xlsm").report
    assert plain is not None and with_macros is not None
    assert with_macros.findings == plain.findings
    assert with_macros.rates == plain.rates
    assert with_macros.submission.tables == plain.submission.tables


@pytest.mark.parametrize("name", ["son_trung_2023", "long_an_2024"])
def test_the_functions_give_what_the_native_formulas_of_the_table_give(name: str) -> None:
    book = read_workbook(WORKBOOKS / f"{name}.xlsm")
    analysis = book.sheet(ANALYSIS_SHEET)
    report = process(WORKBOOKS / f"{name}.xlsx").report
    assert analysis is not None and report is not None and report.submission.table is not None
    table = report.submission.table
    native = sorted(
        cell.value
        for (unit, line), cell in table.cells.items()
        if table.units[unit].kind == "village"
        and (table.lines[line].code or "").startswith("ty_le_")
        and cell.value is not None
    )
    head = next(
        row
        for (row, column), cell in analysis.cells.items()
        if column == 1 and str(cell.value).startswith("Tỷ lệ theo")
    )
    end = next(
        row for (row, column), cell in analysis.cells.items() if column == 1 and str(cell.value).startswith("Đối chiếu")
    )
    ours = sorted(cell.value for (row, column), cell in analysis.cells.items() if head < row < end and cell.kind == "n")
    assert ours == native and len(native) >= 8
    verdicts = [
        str(cell.value) for cell in analysis.cells.values() if (cell.formula or "").startswith("GN_KIEMTRATONG")
    ]
    counts = [line for line in table.lines if line.code and not line.code.startswith("ty_le_")]
    assert verdicts == ["Đúng"] * len(counts)


# ---- run ------------------------------------------------------------------------------------------------------


@pytest.mark.office
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_libreoffice_opens_the_file_and_its_native_values_stay(path: Path, tmp_path: Path) -> None:
    office.require_office()
    again = read_workbook(office.convert(path, tmp_path, "xlsx"))
    compared = 0
    for sheet in read_workbook(path).sheets:
        if sheet.name == ANALYSIS_SHEET:
            continue
        other = again.sheet(sheet.name)
        assert other is not None
        for place, cell in sheet.cells.items():
            if cell.kind == "n":
                assert other.cells[place].value == cell.value, (sheet.name, place)
                compared += 1
    assert compared > (0 if "bieu_chi_tieu" in path.name else 100)


@pytest.mark.office
def test_vba_says_in_vietnamese_why_python_cannot_start() -> None:
    libreoffice_vba.require_uno()
    cells = [f"{ANALYSIS_SHEET}!Z{row}" for row in range(1, len(TEXTS) + 2)]
    write = {cell: f'=XlplanText("{key}")' for cell, key in zip(cells, TEXTS, strict=False)}
    write[cells[-1]] = "=GN_TRANGTHAI()"
    shown = libreoffice_vba.run(FILES[1], cells, write=write, modules=STAND_INS)
    assert [shown[cell] for cell in cells] == [*TEXTS.values(), TEXTS["not_installed"]]


@pytest.mark.office
def test_a_sub_turns_our_functions_into_what_they_show() -> None:
    libreoffice_vba.require_uno()
    native, ours = f"{ANALYSIS_SHEET}!Z1", f"{ANALYSIS_SHEET}!Z2"
    formulas = {native: "=1+1", ours: '=IF(LEFT(GN_TRANGTHAI();3)="Máy";"thiếu";"đủ")'}
    statements = [
        f'ThisComponent.CurrentController.setActiveSheet(ThisComponent.Sheets.getByName("{ANALYSIS_SHEET}"))',
        "XlplanDoiThanhGiaTri",
    ]
    kept = {f"{ANALYSIS_SHEET}!Y{row}": f'=IFERROR(FORMULA(Z{row});"a value")' for row in (1, 2)}
    shown = libreoffice_vba.run(
        FILES[1], [native, ours, *kept], write={**formulas, **kept}, statements=statements, modules=STAND_INS
    )
    assert [shown[native], shown[ours]] == [2, "thiếu"]
    assert [shown[cell] for cell in kept] == ["=1+1", "a value"]
