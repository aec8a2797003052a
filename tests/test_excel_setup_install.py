"""Installing the add-in and taking it out again, on computers of every kind."""

from __future__ import annotations

import json
import ntpath
from contextlib import suppress
from hashlib import sha256

import pytest
from fake_windows import OFFICE, PYTHON, SID, FakeWindows, PowerLossError
from hypothesis import given, settings
from hypothesis import strategies as st

from xlplan.excel.setup import opens
from xlplan.excel.setup.home import SETTINGS, configuration, found_home, homes, read_configuration
from xlplan.excel.setup.install import Installed, install
from xlplan.excel.setup.office import installed
from xlplan.excel.setup.record import load
from xlplan.excel.setup.system import SZ, Elsewhere, Value
from xlplan.excel.setup.uninstall import uninstall
from xlplan.excel.setup.words import SetupError

ADDIN = b"PK\x03\x04 the add-in"
HOME = r"C:\Users\An\AppData\Local\xlplan"


def computer(*excels: tuple[str, int, str], user: str = "An") -> FakeWindows:
    made = FakeWindows(user)
    for version, bits, source in excels:
        made.add_excel(version, bits, source)
    return made


def set_up(system: FakeWindows, home: str = "") -> Installed:
    return install(system, ADDIN, PYTHON, home)


OFFICE_2010 = computer(("14.0", 32, "msi"))
MANY = [
    (("14.0", 32, "msi"),),
    (("15.0", 64, "msi"),),
    (("16.0", 64, "click-to-run"),),
    (("16.0", 32, "click-to-run"),),
    (("14.0", 32, "msi"), ("16.0", 64, "click-to-run")),
    (("16.0", 64, "store"), ("15.0", 32, "msi")),
]


@pytest.mark.parametrize("excels", MANY, ids=str)
@pytest.mark.parametrize("user", ["An", "Nguyễn Thị Lụa", "Trần Văn Đạt & Con"])
def test_every_excel_finds_the_add_in_and_uninstall_leaves_no_trace(
    excels: tuple[tuple[str, int, str], ...], user: str
) -> None:
    system = computer(*excels, user=user)
    before = system.state()
    done = set_up(system)
    assert done.home.isascii()
    assert set(system.entries(done.home)) == {"xlplan.conf", "xlplan.xlam", "install.json"}
    assert system.value(SETTINGS, "conf") == Value(SZ, rf"{done.home}\xlplan.conf")
    for version in {version for version, _, source in excels if source != "store"}:
        key = rf"HKCU\{OFFICE}\{version}\Excel"
        assert system.value(rf"{key}\Options", "OPEN") == Value(SZ, rf'/R "{done.home}\xlplan.xlam"')
        trusted = {
            name: value.data for name, value in system.values(rf"{key}\Security\Trusted Locations\xlplan").items()
        }
        assert trusted == {"Path": done.home + "\\", "AllowSubFolders": 0, "Description": "xlplan"}
    assert uninstall(system).kept == []
    assert system.state() == before


def test_the_versions_bits_and_kinds_of_office_are_told_apart() -> None:
    system = computer(("14.0", 32, "msi"), ("16.0", 64, "click-to-run"))
    assert [(e.version, e.bits, e.source) for e in installed(system)] == [
        ("16.0", 64, "click-to-run"),
        ("14.0", 32, "msi"),
    ]
    assert [(e.version, e.bits, e.source) for e in installed(computer(("16.0", 32, "store")))] == [
        ("16.0", None, "store")
    ]


def test_the_configuration_is_what_vba_reads_and_maps_no_onedrive() -> None:
    system = computer(("16.0", 64, "msi"))
    set_up(system)
    assert system.files[rf"{HOME}\xlplan.conf"].decode("ascii").split("\r\n") == [
        r'"INTERPRETER_WIN","C:\Python312\pythonw.exe"',
        '"ADD_WORKBOOK_TO_PYTHONPATH","False"',
        '"USE UDF SERVER","True"',
        '"UDF MODULES","xlplan.excel.functions"',
        '"SHOW CONSOLE","False"',
        "",
    ]


@given(st.text("abcXYZ019 \\:.-_()&", min_size=1))
def test_what_is_written_for_vba_is_read_back(path: str) -> None:
    assert read_configuration(configuration(path))["INTERPRETER_WIN"] == path


def test_a_name_with_marks_goes_to_a_folder_that_is_closed_to_other_users() -> None:
    system = computer(("16.0", 64, "msi"), user="Lê Thị Hồng")
    assert set_up(system).home == rf"C:\ProgramData\xlplan\{SID}"
    (closed,) = [command for command in system.commands if command[0] == "icacls"]
    assert closed[1:4] == [rf"C:\ProgramData\xlplan\{SID}", "/inheritance:r", "/grant:r"]
    assert f"*{SID}:(OI)(CI)F" in closed


def test_a_shared_folder_that_cannot_be_closed_is_not_trusted() -> None:
    system = computer(("16.0", 64, "msi"), user="Lê Thị Hồng")
    before = system.state()
    system.answers["icacls"] = system.run(["no-such-program"], 1)
    with pytest.raises(SetupError):
        set_up(system)
    assert system.state() == before


def test_two_names_without_a_sid_never_share_a_home() -> None:
    found = []
    for user in ("Lê Hồng", "Lê Hóng"):
        system = computer(user=user)
        system.answers["whoami"] = system.run(["no-such-program"], 1)
        found.append(homes(system))
    assert all(home.isascii() for homes_ in found for home in homes_)
    assert not set(found[0]) & set(found[1])


def test_other_peoples_add_ins_stay_as_they_are() -> None:
    system = computer(("16.0", 64, "msi"))
    options = opens.options_key("16.0")
    system.add(options, "OPEN", r'/R "C:\cty\MISA.xlam"')
    system.add(options, "OPEN1", r"C:\cty\cu.xla")
    system.add(options, "Maximized", 3)
    before = system.values(options)
    set_up(system)
    assert system.values(options) == before | {"OPEN2": opens.line(rf"{HOME}\xlplan.xlam")}
    system.add(options, "OPEN3", r'/R "C:\cty\moi.xlam"')  # put in by the user later
    uninstall(system)
    assert system.values(options) == before | {"OPEN2": Value(SZ, r'/R "C:\cty\moi.xlam"')}


def test_an_add_in_that_excel_renumbered_or_switched_off_is_found() -> None:
    system = computer(("16.0", 64, "msi"))
    options, addin = opens.options_key("16.0"), rf"{HOME}\xlplan.xlam"
    before = system.state()
    set_up(system)
    system.delete_value(options, "OPEN")  # unticked in Excel, which then notes it elsewhere
    system.add(rf"HKCU\{OFFICE}\16.0\Excel\Add-in Manager", addin, "")
    uninstall(system)
    assert not any(addin in str(values) for values in system.registry.values())
    system = computer(("16.0", 64, "msi"))
    set_up(system)
    system.set_value(options, "OPEN", Value(SZ, r'/R "C:\cty\khac.xlam"'))
    system.set_value(options, "OPEN1", Value(SZ, addin.upper()))
    uninstall(system)
    assert system.values(options) == {"OPEN": Value(SZ, r'/R "C:\cty\khac.xlam"')}
    assert before != system.state()  # the user's own add-in is still there


def test_a_value_that_the_user_changed_is_left_and_said() -> None:
    system = computer(("16.0", 64, "msi"))
    set_up(system)
    key = rf"HKCU\{OFFICE}\16.0\Excel\Security\Trusted Locations\xlplan"
    system.add(key, "AllowSubFolders", 1)
    done = uninstall(system)
    assert [text.vi for text in done.kept] == [
        rf"{key}\AllowSubFolders: giá trị đã được sửa sau khi cài (nay là “1”) nên để nguyên."
    ]
    assert {name: value.data for name, value in system.values(key).items()} == {"AllowSubFolders": 1}


def test_a_file_that_a_user_put_into_the_home_stays() -> None:
    system = computer(("16.0", 64, "msi"))
    set_up(system)
    system.add_file(rf"{HOME}\ghi_chu.txt", b"mine")
    done = uninstall(system)
    assert system.entries(HOME) == ["ghi_chu.txt"]
    assert "ghi_chu.txt" in done.kept[0].vi


def test_installing_twice_is_like_once() -> None:
    system = computer(("14.0", 32, "msi"), ("16.0", 64, "msi"))
    before = system.state()
    set_up(system)
    once = system.state()
    set_up(system)
    assert system.state() == once
    uninstall(system)
    assert system.state() == before
    assert uninstall(system).removed == []


def test_an_older_installation_elsewhere_is_replaced() -> None:
    system = computer(("16.0", 64, "msi"))
    before = system.state()
    system.add_folder(r"D:\Phan mem")
    with_drive = system.state()
    set_up(system, r"D:\Phan mem\xlplan")
    assert found_home(system) == r"D:\Phan mem\xlplan"
    assert set_up(system).home == HOME
    assert not system.is_folder(r"D:\Phan mem\xlplan")
    uninstall(system)
    assert system.state() == with_drive != before


def test_a_folder_with_other_peoples_files_is_no_home() -> None:
    system = computer(("16.0", 64, "msi"))
    system.add_file(r"D:\Chung\so_tinh.xlsx", b"precious")
    before = system.state()
    for home in (r"D:\Chung", r"D:\Thư mục"):
        with pytest.raises(SetupError):
            set_up(system, home)
    assert system.state() == before
    system.add_file(rf"{HOME}\env\Scripts\python.exe", b"MZ")  # from a bundle
    assert set_up(system, HOME).home == HOME
    uninstall(system)
    assert system.entries(HOME) == ["env"]


def test_the_record_names_what_was_written() -> None:
    system = computer(("16.0", 64, "msi"))
    set_up(system)
    record = load(system.files[rf"{HOME}\install.json"])
    assert record is not None and record.finished
    assert record.files[rf"{HOME}\xlplan.xlam"] == sha256(ADDIN).hexdigest()
    assert record.interpreter == r"C:\Python312\pythonw.exe"


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"[1]",
        b'{"schema": 1}',
        b'{"schema": 9, "home": "C:\\\\Users"}',
        b"\xff\xfe\x00",
        json.dumps({"schema": 1, "home": r"C:\Windows", "version": "1", "files": {r"C:\Windows\a.dll": ""}}).encode(),
        json.dumps({"schema": 1, "home": HOME, "version": "1", "files": {r"C:\Windows\a.dll": ""}}).encode(),
        json.dumps({"schema": 1, "home": HOME, "version": "1", "keys": [r"HKCU\Control Panel"]}).encode(),
        json.dumps({"schema": 1, "home": HOME, "version": "1", "folders": [r"C:\Win"]}).encode(),
        json.dumps({"schema": 1, "home": HOME, "version": "1", "opens": {"16.0": 3}}).encode(),
    ],
)
def test_a_damaged_record_does_no_harm_and_ours_still_goes(damage: bytes) -> None:
    system = computer(("14.0", 32, "msi"), ("16.0", 64, "msi"))
    options = opens.options_key("16.0")
    system.add(options, "OPEN", r'/R "C:\cty\MISA.xlam"')
    system.add(r"HKCU\Control Panel", "Desktop", "blue")
    system.add_file(r"C:\Windows\a.dll", b"system")
    set_up(system)
    system.files[rf"{HOME}\install.json"] = damage
    uninstall(system)
    assert not system.is_folder(HOME) and system.read(r"C:\Windows\a.dll") == b"system"
    assert system.values(options) == {"OPEN": Value(SZ, r'/R "C:\cty\MISA.xlam"')}
    assert system.has_key(r"HKCU\Control Panel")
    assert not any("xlplan" in f"{key}{values}" for key, values in system.registry.items())


@pytest.mark.parametrize("denied", ["AppData", "Trusted Locations", "Options", "VB and VBA", ".xlam", ".conf"])
def test_without_permission_one_sentence_and_nothing_left(denied: str) -> None:
    system = computer(("16.0", 64, "msi"))
    before = system.state()
    system.denied = lambda place: denied in place or (denied == "AppData" and place.startswith("C:"))
    with pytest.raises(SetupError) as caught:
        set_up(system)
    assert "Access is denied" in caught.value.text.vi
    system.denied = lambda place: False
    assert system.state() == before


def test_a_home_that_cannot_be_written_gives_way_to_the_next() -> None:
    system = computer(("16.0", 64, "msi"))
    before = system.state()
    system.denied = lambda place: "AppData" in place
    assert set_up(system).home == rf"C:\ProgramData\xlplan\{SID}"
    uninstall(system)
    assert system.state() == before


def test_a_file_that_came_from_the_web_is_unblocked_when_it_is_ours() -> None:
    system = computer(("16.0", 64, "msi"))
    system.add_file(rf"{HOME}\xlplan.xlam", b"PK old", zone=3)
    set_up(system)
    assert system.streams == {}


@pytest.mark.parametrize(
    ("python", "said"),
    [
        (r"C:\Users\An\AppData\Local\Microsoft\WindowsApps\python.exe", "Microsoft Store"),
        (r"C:\Users\Hồng\Python312\python.exe", "có dấu"),
        (r"C:\Program Files\WindowsApps\PythonSoftwareFoundation.Python.3.12\python.exe", "Microsoft Store"),
        (r"C:\nowhere\python.exe", "Cài lại Python"),
        ("", "Cài"),
    ],
)
def test_a_python_that_excel_cannot_call_is_refused(python: str, said: str) -> None:
    system = computer(("16.0", 64, "msi"))
    before = system.state()
    with pytest.raises(SetupError) as caught:
        install(system, ADDIN, python)
    assert said in caught.value.text.vi
    assert system.state() == before


@pytest.mark.parametrize(
    ("system", "said"),
    [
        (computer(), "Không tìm thấy Excel"),
        (computer(("16.0", 64, "store")), "Microsoft Store"),
        (Elsewhere(), "chỉ cài được trên Windows"),
    ],
)
def test_without_an_excel_that_can_load_it_nothing_is_installed(system: FakeWindows, said: str) -> None:
    with pytest.raises(SetupError) as caught:
        install(system, ADDIN, PYTHON)
    assert said in caught.value.text.vi


def test_libreoffice_alone_is_no_excel() -> None:
    system = computer()
    system.add(r"HKLM64\SOFTWARE\LibreOffice\UNO\InstallPath", "", r"C:\Program Files\LibreOffice\program")
    system.add(rf"HKCU\{OFFICE}\16.0\Excel\Options", "OPEN", "left behind by an Excel that is gone")
    before = system.state()
    with pytest.raises(SetupError):
        set_up(system)
    assert system.state() == before


def test_while_excel_is_open_nothing_is_touched() -> None:
    system = computer(("16.0", 64, "msi"))
    set_up(system)
    before = system.state()
    system.running.append("EXCEL.EXE")
    for step in (lambda: set_up(system), lambda: uninstall(system)):
        with pytest.raises(SetupError, match="Excel is open"):
            step()
    assert system.state() == before


NAMES = st.sampled_from(["OPEN", "OPEN1", "OPEN2", "OPEN3", "OPEN7", "open4", "OPENX", "Font", "DefaultPath"])
LINES = st.sampled_from(['/R "C:\\cty\\MISA.xlam"', "C:\\x.xla", "", '/A "ATPVBAEN.XLAM"', "/R xlplan.xlam"])
VALUES = st.one_of(LINES.map(lambda text: Value(SZ, text)), st.integers(0, 9).map(lambda n: Value(4, n)))
KEYS = st.sampled_from(
    [rf"HKCU\{OFFICE}\{version}\Excel\Options" for version in ("14.0", "15.0", "16.0")]
    + [
        rf"HKCU\{OFFICE}\16.0\Excel\Security\Trusted Locations\Location0",
        rf"HKCU\{OFFICE}\16.0\Excel\Security\Trusted Locations\xlplan",
        rf"HKCU\{OFFICE}\16.0\Excel\Add-in Manager",
        r"HKCU\Software\VB and VBA Program Settings",
        r"HKCU\Software\VB and VBA Program Settings\xlplan",
        r"HKCU\Software\VB and VBA Program Settings\xlplan\addin",
        r"HKCU\Software\VB and VBA Program Settings\khac\a",
    ]
)
WORLDS = st.lists(st.tuples(KEYS, NAMES, VALUES), max_size=14)
EXCELS = st.sampled_from([*MANY, (("14.0", 32, "msi"), ("15.0", 32, "msi"), ("16.0", 32, "msi"))])


def world(excels: tuple[tuple[str, int, str], ...], values: list[tuple[str, str, Value]], user: str) -> FakeWindows:
    system = computer(*excels, user=user)
    for key, name, value in values:
        system.add_key(key)
        system.set_value(key, name, value)
    return system


@given(EXCELS, WORLDS, st.sampled_from(["An", "Hồng"]))
@settings(max_examples=150, deadline=None)
def test_install_then_uninstall_gives_back_the_former_registry_and_files(
    excels: tuple[tuple[str, int, str], ...], values: list[tuple[str, str, Value]], user: str
) -> None:
    system = world(excels, values, user)
    before = system.state()
    done = set_up(system)
    for excel in done.excels:
        listed = opens.listed(system, excel.version)
        assert sum(opens.loads(value, ntpath.join(done.home, "xlplan.xlam")) for value in listed.values()) == 1
    uninstall(system)
    assert system.state() == before


@given(EXCELS, WORLDS, st.sampled_from(["An", "Hồng"]), st.integers(0, 30))
@settings(max_examples=150, deadline=None)
def test_an_installation_that_the_power_cut_off_is_undone_as_well(
    excels: tuple[tuple[str, int, str], ...], values: list[tuple[str, str, Value]], user: str, power: int
) -> None:
    system = world(excels, values, user)
    before = system.state()
    system.power = power
    with suppress(PowerLossError):
        set_up(system)
    system.power = None
    uninstall(system)
    assert system.state() == before
