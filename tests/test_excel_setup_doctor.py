"""The doctor: each thing that silently breaks add-ins is found on a computer that has it, and on no other."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from fake_windows import OFFICE, PYTHON, FakeWindows, program

from xlplan.excel.setup.doctor import CHECKS, Result, examine, full
from xlplan.excel.setup.home import SETTINGS, XLWINGS
from xlplan.excel.setup.install import install
from xlplan.excel.setup.opens import options_key
from xlplan.excel.setup.system import BINARY, Elsewhere, Ran, Value
from xlplan.excel.setup.vba import xlwings_version
from xlplan.excel.setup.words import Text

ROOT = Path(__file__).parent.parent
HOME = r"C:\Users\An\AppData\Local\xlplan"
BOOK = r"D:\Xa\son_trung_2023.xlsx"
EXCEL = rf"HKCU\{OFFICE}\16.0\Excel"
POLICY = r"HKCU\Software\Policies\Microsoft\Office\16.0"


def healthy(
    *, user: str = "An", installed: bool = True, excel: tuple[str, int, str] = ("16.0", 64, "msi")
) -> FakeWindows:
    """A computer on which everything works."""
    system = FakeWindows(user)
    system.add_excel(*excel)
    for name in ("python.exe", "pythonw.exe"):
        system.add_file(rf"C:\Python312\{name}", program(64))
    system.add_file(BOOK, (ROOT / "workbooks" / "son_trung_2023.xlsx").read_bytes())
    system.add(r"HKLM64\Software\Microsoft\Windows NT\CurrentVersion\Fonts", "Times New Roman (TrueType)", "times.ttf")
    system.answers["python.exe"] = Ran(0, f"xlplan com {XLWINGS}\r\n")
    if installed:
        install(system, b"PK\x03\x04 add-in", PYTHON)
    return system


def look(system: FakeWindows | Elsewhere, *files: str, python: str = PYTHON) -> dict[str, Result]:
    """The worst result of each check."""
    worst: dict[str, Result] = {}
    order = ("not_applicable", "ok", "look", "error")
    for result in examine(system, list(files), python):
        known = worst.get(result.check)
        if known is None or order.index(result.state) > order.index(known.state):
            worst[result.check] = result
    return worst


def test_a_healthy_computer_passes_everything() -> None:
    pytest.importorskip("xlwings")
    found = look(healthy(), BOOK)
    assert {key: result.state for key, result in found.items() if result.state != "ok"} == {}
    assert list(found) == [check.key for check in CHECKS]


def test_every_check_says_why_it_is_there() -> None:
    for check in CHECKS:
        assert check.look.__doc__ and len(check.look.__doc__) > 40, check.key


Mend = Callable[[FakeWindows], None]


def _add(key: str, name: str, data: str | int) -> Mend:
    return lambda system: system.add(key, name, data)


def _no_file(path: str) -> Mend:
    return lambda system: system.files.pop(path) and None


def _zone(path: str) -> Mend:
    return lambda system: system.streams.update({(path, "Zone.Identifier"): b"[ZoneTransfer]\r\nZoneId=3\r\n"})


def _disabled(system: FakeWindows) -> None:
    key = rf"{EXCEL}\Resiliency\DisabledItems"
    system.add_key(key)
    system.set_value(key, "2F", Value(BINARY, b"\1\0\0\0" + rf"{HOME}\XLPLAN.xlam".encode("utf-16-le")))


FAULTS: dict[str, tuple[str, str, Mend]] = {
    "macros off by the user": ("macros", "look", _add(rf"{EXCEL}\Security", "VBAWarnings", 4)),
    "signed macros only by policy": ("macros", "look", _add(rf"{POLICY}\Excel\Security", "vbawarnings", 3)),
    "VBA switched off": ("macros", "error", _add(rf"{POLICY}\Common", "vbaoff", 1)),
    "macros from the web": (
        "macros",
        "look",
        _add(rf"{POLICY}\Excel\Security", "blockcontentexecutionfrominternet", 1),
    ),
    "no add-ins": ("addins_policy", "error", _add(rf"{EXCEL}\Security", "DisableAllAddins", 1)),
    "signed add-ins": ("addins_policy", "error", _add(rf"{POLICY}\Excel\Security", "RequireAddinSig", 1)),
    "no trust": ("trusted_locations", "error", _add(rf"{EXCEL}\Security\Trusted Locations", "AllLocationsDisabled", 1)),
    "no trust of users": (
        "trusted_locations",
        "error",
        _add(rf"{POLICY}\Common\Security\Trusted Locations", "Allow User Locations", 0),
    ),
    "disabled after a crash": ("disabled_items", "error", _disabled),
    "damaged record": ("installation", "error", lambda s: s.add_file(rf"{HOME}\install.json", b"{")),
    "taken out of the list": ("registry", "error", lambda s: s.delete_value(options_key("16.0"), "OPEN")),
    "another trusted path": (
        "registry",
        "error",
        _add(rf"{EXCEL}\Security\Trusted Locations\xlplan", "Path", "C:\\"),
    ),
    "add-in removed by an antivirus": ("addin_file", "error", _no_file(rf"{HOME}\xlplan.xlam")),
    "add-in changed": ("addin_file", "look", lambda s: s.add_file(rf"{HOME}\xlplan.xlam", b"PK\3\4 other")),
    "configuration gone": ("configuration", "error", _no_file(rf"{HOME}\xlplan.conf")),
    "configuration damaged": ("configuration", "error", lambda s: s.add_file(rf"{HOME}\xlplan.conf", b"\xff\0\x01")),
    "Python gone": ("configuration", "error", _no_file(r"C:\Python312\pythonw.exe")),
    "DLL gone": ("dll", "error", _no_file(rf"C:\Python312\xlwings64-{XLWINGS}.dll")),
    "Python does not start": (
        "com_server",
        "error",
        lambda s: s.answers.update({"python.exe": Ran(1, "ImportError: x")}),
    ),
    "Python hangs": ("com_server", "error", lambda s: s.answers.update({"python.exe": Ran(None, "timed out")})),
    "another xlwings": ("com_server", "error", lambda s: s.answers.update({"python.exe": Ran(0, "xlplan com 0.30.0")})),
    "workbook in OneDrive": ("onedrive", "look", lambda s: s.variables.update({"OneDriveCommercial": r"d:\XA"})),
    "no font": (
        "fonts",
        "look",
        lambda s: s.registry.pop(r"HKLM64\Software\Microsoft\Windows NT\CurrentVersion\Fonts") and None,
    ),
    "blocked workbook": ("mark", "error", _zone(BOOK)),
    "blocked add-in": ("mark", "error", _zone(rf"{HOME}\xlplan.xlam")),
    "no workbook": ("template", "error", lambda s: s.add_file(BOOK, b"%PDF-1.7")),
    "32-bit Windows": ("bitness", "error", lambda s: s.variables.update({"PROCESSOR_ARCHITECTURE": "x86"})),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_where_it_is_and_comes_with_what_to_do(fault: str) -> None:
    check, state, break_it = FAULTS[fault]
    system = healthy()
    before = look(system, BOOK)
    break_it(system)
    after = look(system, BOOK)
    assert before[check].state == "ok"
    assert after[check].state == state
    assert check == "template" or after[check].advice
    worse = {key for key in after if after[key].state in ("look", "error") and before[key].state == "ok"}
    assert worse == {check}


def test_a_policy_wins_over_the_users_own_setting() -> None:
    system = healthy()
    system.add(rf"{EXCEL}\Security", "VBAWarnings", 4)
    system.add(rf"{POLICY}\Excel\Security", "VBAWarnings", 1)
    assert look(system)["macros"].state == "ok"


def test_before_installation_one_line_says_so_and_the_rest_is_looked_at() -> None:
    found = look(healthy(installed=False))
    assert found["installation"].state == "error"
    assert {found[key].state for key in ("registry", "addin_file", "configuration")} == {"not_applicable"}
    assert found["com_server"].state == found["dll"].state == "ok"


def test_without_excel_and_with_libreoffice_alone() -> None:
    system = FakeWindows()
    assert look(system)["excel"].found.vi.startswith("Chưa có Excel")
    system.add(r"HKLM64\SOFTWARE\LibreOffice\UNO\InstallPath", "", r"C:\Program Files\LibreOffice\program")
    found = look(system)
    assert "LibreOffice" in found["excel"].found.vi and found["excel"].state == "error"
    assert found["macros"].state == found["dll"].state == "not_applicable"


def test_an_excel_or_python_of_the_store_is_named() -> None:
    assert look(healthy(installed=False, excel=("16.0", 64, "store")))["excel_source"].state == "error"
    store = r"C:\Users\An\AppData\Local\Microsoft\WindowsApps\python.exe"
    assert look(healthy(installed=False), python=store)["python"].state == "error"
    mixed = healthy(installed=False)
    mixed.add_excel("16.0", 64, "store")
    assert look(mixed)["excel_source"].state == "ok"  # one of the same version is there without walls


def test_a_32_bit_excel_works_with_a_64_bit_python_and_needs_its_own_dll() -> None:
    system = healthy(excel=("14.0", 32, "msi"))
    assert look(system)["bitness"].state == "ok"
    system.files.pop(rf"C:\Python312\xlwings64-{XLWINGS}.dll")
    assert look(system)["dll"].state == "ok"
    system.files.pop(rf"C:\Python312\xlwings32-{XLWINGS}.dll")
    assert "xlwings32" in look(system)["dll"].found.vi


def test_the_dll_of_a_virtualenv_lies_one_folder_up() -> None:
    system = healthy(installed=False)
    for name in ("python.exe", "pythonw.exe"):
        system.add_file(rf"C:\moi truong\Scripts\{name}", program(64))
    system.add_file(rf"C:\moi truong\xlwings64-{XLWINGS}.dll", b"MZ")
    install(system, b"PK\3\4", r"C:\moi truong\Scripts\python.exe")
    assert look(system, python=r"C:\moi truong\Scripts\python.exe")["dll"].state == "ok"
    assert look(system, python=PYTHON)["python"].state == "look"  # Excel starts another one than this


def test_a_name_with_marks_is_no_fault_once_the_home_is_plain() -> None:
    found = look(healthy(user="Nguyễn Thị Lụa"))
    assert found["profile"].state == "ok" and "Lụa" in found["profile"].found.vi
    assert found["registry"].state == "ok"


def test_an_installation_that_was_cut_off_is_told() -> None:
    system = healthy()
    path = rf"{HOME}\install.json"
    system.files[path] = system.files[path].replace(b'"finished": true', b'"finished": false')
    assert look(system)["installation"].state == "error"


def test_beyond_windows_each_check_says_in_one_line_why_it_does_not_apply() -> None:
    found = look(Elsewhere(), str(ROOT / "workbooks" / "long_an_2024.xlsx"))
    assert list(found) == [check.key for check in CHECKS]
    skipped = [result for result in found.values() if result.state == "not_applicable"]
    assert {"excel", "registry", "com_server", "onedrive"} <= {result.check for result in skipped}
    assert all(re.fullmatch(r"[^\n]+\.", result.found.vi) for result in skipped)
    assert found["template"].state == "ok"


@pytest.mark.parametrize(
    ("version", "state", "advice"), [("1", "ok", ""), ("0", "look", "xlplan new"), ("7", "look", "Cập nhật")]
)
def test_the_template_version_of_a_workbook(version: str, state: str, advice: str, tmp_path: Path) -> None:
    import openpyxl
    from openpyxl.packaging.custom import StringProperty

    book = openpyxl.Workbook()
    book.custom_doc_props.append(StringProperty(name="xlplan_template", value=version))
    book.save(tmp_path / "xã.xlsx")
    found = look(Elsewhere(), str(tmp_path / "xã.xlsx"))["template"]
    assert found.state == state
    assert advice in (found.advice.vi if found.advice else "")


def test_a_workbook_of_another_origin_is_no_error(tmp_path: Path) -> None:
    import openpyxl

    openpyxl.Workbook().save(tmp_path / "bieu.xlsx")
    assert look(Elsewhere(), str(tmp_path / "bieu.xlsx"))["template"].state == "look"


def test_the_pinned_xlwings_is_the_one_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"xlwings=={XLWINGS}" in project["dependencies"]


def test_the_xlwings_that_vba_names_is_found() -> None:
    xlwings = pytest.importorskip("xlwings")
    addin = (Path(xlwings.__file__).parent / "addin" / "xlwings.xlam").read_bytes()
    assert xlwings_version(addin) == xlwings.__version__


@pytest.mark.parametrize("data", [b"", b"PK\3\4", b"PK\3\4" + b"\x01\x03\xb0" * 500])
def test_an_add_in_that_cannot_be_read_names_no_xlwings(data: bytes) -> None:
    assert xlwings_version(data) == ""


def test_vba_of_another_xlwings_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("xlwings")
    monkeypatch.setattr("xlplan.excel.setup.doctor.python.xlwings_version", lambda _: "0.30.12")
    assert look(healthy())["versions"].state == "error"


def test_the_list_of_what_only_excel_can_prove(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[Result] = []
    full.prove(FakeWindows(), said.append)
    assert [(r.state, r.about) for r in said] == [("not_applicable", "")]

    class Proof:
        @staticmethod
        def run(report: full.Report) -> None:
            report("compiles", True, Text("Dịch được.", "It compiles."))
            report("ribbon", False, Text("Không có thẻ.", "No tab."), Text("Cài lại.", "Install again."))
            raise RuntimeError("COM is gone")

    monkeypatch.setattr(full.util, "find_spec", lambda name: name)
    monkeypatch.setattr(full, "import_module", lambda name: Proof)
    said.clear()
    full.prove(healthy(), said.append)
    assert [(r.state, r.about) for r in said] == [("ok", "compiles"), ("error", "ribbon"), ("error", "")]
    assert "COM is gone" in said[-1].found.vi


def test_the_configuration_file_is_found_by_its_registry_value() -> None:
    system = healthy()
    system.add_folder(r"D:\xlplan")
    for name in ("xlplan.conf", "xlplan.xlam", "install.json"):
        system.add_file(rf"D:\xlplan\{name}", system.files[rf"{HOME}\{name}"])
    system.add(SETTINGS, "conf", r"D:\xlplan\xlplan.conf")
    assert look(system)["configuration"].state == "ok"
    assert look(system)["registry"].state == "error"  # Excel still loads the other one
