"""``xlplan addin`` as a user or IT staff type it: exit status, sentences in both languages, stable JSON."""

from __future__ import annotations

import json
import re
import sys
import zipfile
from pathlib import Path

import pytest
from fake_windows import PYTHON, FakeWindows, program

from xlplan.cli import run
from xlplan.cli.addin import STATES
from xlplan.excel.setup import home, system
from xlplan.excel.setup.doctor import CHECKS, TITLES
from xlplan.excel.setup.home import XLWINGS, addin_file
from xlplan.excel.setup.system import Ran
from xlplan.excel.setup.words import SetupError

ROOT = Path(__file__).parent.parent
SON_TRUNG = str(ROOT / "workbooks" / "son_trung_2023.xlsx")


@pytest.fixture(autouse=True)
def _own_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XLPLAN_LANG", raising=False)
    monkeypatch.setenv("LANGUAGE", "vi")


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> FakeWindows:
    """A computer with Excel, seen by the commands."""
    made = FakeWindows("Nguyễn Thị Lụa")
    made.add_excel()
    for name in ("python.exe", "pythonw.exe"):
        made.add_file(rf"C:\Python312\{name}", program(64))
    made.answers["python.exe"] = Ran(0, f"xlplan com {XLWINGS}")
    monkeypatch.setattr(system, "this_system", lambda: made)
    monkeypatch.setattr(sys, "executable", PYTHON)
    return made


@pytest.fixture
def addin(tmp_path: Path) -> str:
    with zipfile.ZipFile(tmp_path / "xlplan.xlam", "w") as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
    return str(tmp_path / "xlplan.xlam")


def test_install_and_uninstall(windows: FakeWindows, addin: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = windows.state()
    assert run(["addin", "install", "--addin", addin]) == 0
    assert "Đã cài add-in cho Excel 2016" in capsys.readouterr().out
    assert run(["addin", "uninstall"]) == 0
    assert "Đã gỡ" in capsys.readouterr().out
    assert windows.state() == before
    assert run(["addin", "uninstall", "--lang", "en"]) == 0
    assert "not installed" in capsys.readouterr().out


def test_what_cannot_be_installed_is_one_sentence(
    windows: FakeWindows, addin: str, capsys: pytest.CaptureFixture[str]
) -> None:
    windows.running.append("EXCEL.EXE")
    assert run(["addin", "install", "--addin", addin]) == 1
    assert capsys.readouterr().err == ("Excel đang mở. Lưu các sổ tính, đóng mọi cửa sổ Excel rồi chạy lại lệnh này.\n")
    assert run(["--lang", "en", "addin", "uninstall"]) == 1
    assert capsys.readouterr().err.startswith("Excel is open.")
    assert run(["addin", "install", "--addin", "khong_co.xlam"]) == 1
    assert "khong_co.xlam: không đọc được tệp add-in" in capsys.readouterr().err


def test_what_the_user_changed_is_said_at_the_end(
    windows: FakeWindows, addin: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["addin", "install", "--addin", addin])
    windows.add(r"HKCU\Software\Microsoft\Office\16.0\Excel\Security\Trusted Locations\xlplan", "Description", "mine")
    capsys.readouterr()
    assert run(["addin", "uninstall"]) == 0
    assert "Description: giá trị đã được sửa" in capsys.readouterr().err


def test_the_doctor_has_a_line_for_each_thing_and_what_to_do(
    windows: FakeWindows, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["addin", "doctor"]) == 1
    out = capsys.readouterr().out
    assert "LỖI            Bản cài đặt: Add-in chưa được cài." in out
    assert "→ Chạy “xlplan addin install”." in out
    for check in CHECKS:
        assert any(f"{check.title.vi}" in line for line in out.splitlines()), check.key
    assert run(["addin", "doctor", "--lang", "en"]) == 1
    assert not re.search("[ăđơưạảấầẩẫậ]", capsys.readouterr().out.replace("Thị Lụa", "").replace("Nguyễn", ""))


def test_the_doctor_is_content_after_an_installation(
    windows: FakeWindows, addin: str, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("xlwings")
    run(["addin", "install", "--addin", addin])
    capsys.readouterr()
    assert run(["addin", "doctor"]) == 0
    out = capsys.readouterr().out
    assert "LỖI" not in out and "CẦN XEM        Phông chữ" in out


def test_json_has_the_same_keys_in_both_languages(windows: FakeWindows, capsys: pytest.CaptureFixture[str]) -> None:
    said = []
    for lang in ("vi", "en"):
        run(["addin", "doctor", "--json", "--lang", lang])
        said.append(json.loads(capsys.readouterr().out))
    one, other = said
    assert (one["schema"], one["system"]) == (1, "Windows")
    assert [(c["check"], c["about"], c["state"]) for c in one["checks"]] == [
        (c["check"], c["about"], c["state"]) for c in other["checks"]
    ]
    for entry in one["checks"]:
        assert entry.keys() == {"check", "about", "state", "found", "advice"}
        assert entry["check"] in TITLES and entry["state"] in STATES


def test_doctor_of_a_workbook_here(capsys: pytest.CaptureFixture[str]) -> None:
    status = run(["addin", "doctor", SON_TRUNG])
    out = capsys.readouterr().out
    assert "Mẫu phiên bản 1." in out
    if sys.platform != "win32":
        assert status == 0
        assert "KHÔNG ÁP DỤNG  Excel: Chỉ có trên Windows" in out


def test_doctor_full_says_that_there_is_no_excel(capsys: pytest.CaptureFixture[str]) -> None:
    if sys.platform == "win32":
        pytest.skip("this computer may have Excel")
    run(["addin", "doctor", "--full"])
    assert "KHÔNG ÁP DỤNG  Trong Excel: Máy này không có Excel" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ["doctor", "khong_co.xlsx"],
        ["doctor", "--nonsense"],
        ["bundle"],
        ["bundle", "out"],
        ["bundle", "out", "--python", "x.exe", "--bits", "16"],
        ["bundle", "out", "--python", "x.exe", "--python-version", "ba"],
        ["nonsense"],
    ],
)
def test_usage_is_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["addin", *words]) == 2
    assert capsys.readouterr().err


def test_bundle_says_what_is_wrong_and_leaves_nothing(
    tmp_path: Path, addin: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "ra"
    assert run(["addin", "bundle", str(out), "--python", addin, "--addin", addin]) == 1
    assert "không phải bộ cài Python" in capsys.readouterr().err
    (tmp_path / "python-3.12.7-amd64.exe").write_bytes(b"MZ")
    words = ["--python", str(tmp_path / "python-3.12.7-amd64.exe"), "--addin", str(tmp_path / "x.xlam")]
    assert run(["addin", "bundle", str(out), *words]) == 1
    assert not out.exists()


def test_bundle_from_the_command_line(
    tmp_path: Path, addin: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from test_excel_setup_bundle import FakePip

    pip = FakePip()
    monkeypatch.setattr(system.OwnFiles, "run", lambda self, command, timeout: pip(command[3:]))
    (tmp_path / "python-3.12.7-amd64.exe").write_bytes(b"MZ")
    out = tmp_path / "bộ cài"
    words = ["--python", str(tmp_path / "python-3.12.7-amd64.exe"), "--addin", addin]
    assert run(["addin", "bundle", str(out), *words]) == 0
    assert "Đã tạo bộ cài" in capsys.readouterr().out
    assert (out / "cai_dat.cmd").is_file()


def test_the_help_of_each_command_is_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("install", "uninstall", "bundle", "doctor"):
        assert run(["addin", name, "--help"]) == 0
        assert "Tùy chọn:" in capsys.readouterr().out
        assert run(["--lang", "en", "addin", name, "--help"]) == 0
        assert not re.search("[ăđơưạảấầẩẫậ]", capsys.readouterr().out)


def test_an_add_in_is_taken_from_the_package_or_built_or_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home, "__file__", str(tmp_path / "setup" / "home.py"))
    monkeypatch.setitem(sys.modules, "xlplan.excel.build", None)
    with pytest.raises(SetupError) as caught:
        addin_file()
    assert "--addin" in caught.value.text.vi

    class Build:
        @staticmethod
        def addin_bytes() -> bytes:
            return b"PK\3\4 built"

    monkeypatch.setitem(sys.modules, "xlplan.excel.build", Build)
    assert addin_file() == b"PK\3\4 built"
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "xlplan.xlam").write_bytes(b"PK\3\4 shipped")
    assert addin_file() == b"PK\3\4 shipped"
    (tmp_path / "other.xlam").write_bytes(b"no zip")
    with pytest.raises(SetupError):
        addin_file(tmp_path / "other.xlam")
