"""The folder for computers without internet: what is in it, how it reads, and what is refused."""

from __future__ import annotations

import json
import os
import re
import sys
import zipfile
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

import pytest
from fake_windows import program

from xlplan.excel.setup.bundle import CONTENTS, bundle, wheels
from xlplan.excel.setup.bundle.private import Private, inspect
from xlplan.excel.setup.home import XLWINGS
from xlplan.excel.setup.system import Ran, this_system
from xlplan.excel.setup.words import SetupError
from xlplan.files import OutputError

ADDIN = b"PK\x03\x04 add-in"
DLLS = (f"xlwings32-{XLWINGS}.dll", f"xlwings64-{XLWINGS}.dll")

SHOP: Mapping[str, tuple[str, Sequence[str]]] = {
    "xlplan": (
        "0.1.0",
        ["lxml>=5", "pandas<4,>=2.2", 'tomli; python_version < "3.11"', f'xlwings=={XLWINGS}; extra == "excel"'],
    ),
    "lxml": ("6.1", []),
    "pandas": ("3.1", ["numpy>=1.26", 'tzdata; sys_platform == "win32"']),
    "numpy": ("2.4", []),
    "tzdata": ("2026.1", []),
    "xlwings": (XLWINGS, ['pywin32>=224; platform_system == "Windows"', 'psutil; sys_platform == "darwin"']),
    "pywin32": ("312", []),
    "pip": ("26.0", []),
}


def put(folder: Path, name: str, *, with_dlls: bool = True) -> None:
    """A tiny wheel of the shop."""
    version, needs = SHOP[name]
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        lines = [f"Name: {name}", f"Version: {version}", *(f"Requires-Dist: {need}" for need in needs)]
        archive.writestr(f"{name}-{version}.dist-info/METADATA", "\n".join(["Metadata-Version: 2.1", *lines, "", ""]))
        for dll in DLLS if name == "xlwings" and with_dlls else ():
            archive.writestr(f"xlwings-{XLWINGS}.data/data/{dll}", b"MZ " + dll.encode())


class FakePip:
    """Pip as it is on Linux: it follows requirements, but takes conditions for those of its own system."""

    def __init__(self, shop: Sequence[str] = tuple(SHOP)) -> None:
        self.shop = shop
        self.calls: list[list[str]] = []

    def __call__(self, arguments: Sequence[str]) -> Ran:
        self.calls.append(list(arguments))
        if arguments[0] == "wheel":
            put(Path(arguments[arguments.index("--wheel-dir") + 1]), "xlplan")
            return Ran(0, "built")
        at = arguments.index("--dest")
        folder, waiting = Path(arguments[at + 1]), [a for a in arguments[at + 2 :] if not a.startswith("-")]
        while waiting:
            found = re.match(r"[a-z0-9]+", waiting.pop())
            assert found
            if found[0] not in self.shop:
                return Ran(1, f"WARNING: x\nERROR: No matching distribution found for {found[0]}\n")
            put(folder, found[0], with_dlls="win32" not in arguments)
            if "--no-deps" not in arguments:
                waiting += [need for need in SHOP[found[0]][1] if ";" not in need]
        return Ran(0, "Saved")


@pytest.fixture
def installer(tmp_path: Path) -> Private:
    path = tmp_path / "python-3.12.7-amd64.exe"
    path.write_bytes(b"MZ the installer")
    return inspect(path)


def embeddable(tmp_path: Path, bits: int = 64) -> Path:
    path = tmp_path / "tai ve.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("python.exe", program(bits))
        archive.writestr("python312.dll", b"MZ")
        archive.writestr(
            "python312._pth", "python312.zip\r\n.\r\n\r\n# Uncomment to run site.main()\r\n#import site\r\n"
        )
    return path


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_the_folder_holds_all_that_the_other_computer_needs(tmp_path: Path, installer: Private) -> None:
    made = bundle(tmp_path / "bộ cài", installer, ADDIN, FakePip())
    named = {name.rpartition("/")[2].partition("-")[0] for name in files(made.folder) if name.startswith("wheels/")}
    assert named == {"xlplan", "lxml", "pandas", "numpy", "tzdata", "xlwings", "pywin32"}
    assert files(made.folder) - {name for name in files(made.folder) if name.startswith("wheels/")} == {
        "cai_dat.cmd",
        "go_cai_dat.cmd",
        "HUONG_DAN.txt",
        "noi_dung.json",
        "goi.txt",
        "xlplan.xlam",
        "python/python-3.12-amd64.exe",
    }
    assert (made.folder / "xlplan.xlam").read_bytes() == ADDIN
    assert (made.folder / "python" / "python-3.12-amd64.exe").read_bytes() == b"MZ the installer"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_pip_is_asked_for_the_other_computers_wheels(tmp_path: Path, installer: Private) -> None:
    pip = FakePip()
    bundle(tmp_path / "b", installer, ADDIN, pip)
    downloads = [call for call in pip.calls if call[0] == "download"]
    for call in downloads:
        assert call[1:8] == [
            "--only-binary=:all:",
            "--platform",
            "win_amd64",
            "--python-version",
            "3.12",
            "--implementation",
            "cp",
        ]
    assert not any("://" in word or word.startswith(("--index", "-i")) for call in pip.calls for word in call)


def test_every_file_is_vouched_for(tmp_path: Path, installer: Private) -> None:
    folder = bundle(tmp_path / "b", installer, ADDIN, FakePip()).folder
    said = json.loads((folder / CONTENTS).read_text(encoding="utf-8"))
    assert {entry["path"] for entry in said["files"]} == files(folder) - {CONTENTS}
    for entry in said["files"]:
        data = (folder / entry["path"]).read_bytes()
        assert (entry["size"], entry["sha256"]) == (len(data), sha256(data).hexdigest())


def test_an_embeddable_python_is_unpacked_and_finds_packages(tmp_path: Path) -> None:
    python = inspect(embeddable(tmp_path))
    assert (python.kind, python.version, python.bits) == ("embedded", "3.12", 64)
    folder = bundle(tmp_path / "b", python, ADDIN, FakePip()).folder
    assert "import site" in (folder / "python" / "python312._pth").read_text(encoding="utf-8").splitlines()
    assert list((folder / "wheels").glob("pip-*.whl"))
    assert "python\\python.exe -m xlplan addin doctor" in (folder / "HUONG_DAN.txt").read_text(encoding="utf-8-sig")


def test_a_32_bit_windows_gets_the_dlls_that_its_wheel_lacks_and_no_pandas(tmp_path: Path) -> None:
    folder = bundle(tmp_path / "b", inspect(embeddable(tmp_path, 32)), ADDIN, FakePip()).folder
    assert {path.name for path in (folder / "dll").iterdir()} == set(DLLS)
    assert "pandas" not in (folder / "goi.txt").read_text(encoding="ascii")
    assert "xlplan batch" in (folder / "HUONG_DAN.txt").read_text(encoding="utf-8-sig")


def test_text_files_are_as_windows_and_notepad_want_them(tmp_path: Path, installer: Private) -> None:
    folder = bundle(tmp_path / "b", installer, ADDIN, FakePip()).folder
    for name in ("cai_dat.cmd", "go_cai_dat.cmd", "HUONG_DAN.txt", "goi.txt"):
        data = (folder / name).read_bytes()
        assert data.count(b"\n") == data.count(b"\r\n") == data.count(b"\r") > 3, name
        assert data.startswith(b"\xef\xbb\xbf") == name.endswith(".txt") if name != "goi.txt" else data.isascii()
        assert b"{{" not in data, name
        assert name.isascii()


@pytest.mark.parametrize("name", ["cai_dat.cmd", "go_cai_dat.cmd"])
def test_a_script_jumps_only_to_labels_that_it_has(name: str, tmp_path: Path, installer: Private) -> None:
    folder = bundle(tmp_path / "b", installer, ADDIN, FakePip()).folder
    text = (folder / name).read_text(encoding="utf-8")
    labels = re.findall(r"(?m)^:(\w+)$", text)
    wanted = re.findall(r"\bgoto (\w+)|\bcall :(\w+)", text)
    assert len(labels) == len(set(labels))
    assert {one or other for one, other in wanted} - {"eof"} <= set(labels)
    assert text.index("chcp 65001") < next(at for at, letter in enumerate(text) if not letter.isascii())
    for line in text.splitlines():
        assert line.count('"') % 2 == 0, line
        assert not re.match(r"echo [^>|]*[&<>|]", line), line  # letters that cmd would obey


def test_a_script_takes_as_plain_what_the_program_takes_as_plain(tmp_path: Path, installer: Private) -> None:
    text = (bundle(tmp_path / "b", installer, ADDIN, FakePip()).folder / "cai_dat.cmd").read_text(encoding="utf-8")
    (letters,) = re.findall(r'for /f "delims=(\S+) " %%a in \("%~1"\)', text)
    assert letters.isascii() and {*"AZaz09\\:.-_"} <= {*letters} and not {*'"%!&^<>|;,'} & {*letters}


def test_a_bundle_replaces_a_bundle_and_nothing_else(tmp_path: Path, installer: Private) -> None:
    folder = tmp_path / "b"
    bundle(folder, installer, ADDIN, FakePip())
    bundle(folder, installer, b"PK\3\4 newer", FakePip())
    assert (folder / "xlplan.xlam").read_bytes() == b"PK\3\4 newer"
    other = tmp_path / "other"
    other.mkdir()
    (other / "so_tinh.xlsx").write_bytes(b"precious")
    with pytest.raises(SetupError):
        bundle(other, installer, ADDIN, FakePip())
    assert files(other) == {"so_tinh.xlsx"}
    (tmp_path / "empty").mkdir()
    bundle(tmp_path / "empty", installer, ADDIN, FakePip())


@pytest.mark.parametrize("lacking", ["pywin32", "tzdata", "lxml", "xlwings"])
def test_a_package_that_cannot_be_had_leaves_nothing_half_made(
    lacking: str, tmp_path: Path, installer: Private
) -> None:
    folder = tmp_path / "b"
    bundle(folder, installer, ADDIN, FakePip())
    before = files(folder)
    with pytest.raises(SetupError) as caught:
        bundle(folder, installer, ADDIN, FakePip([name for name in SHOP if name != lacking]))
    assert f"No matching distribution found for {lacking}" in caught.value.text.vi
    assert files(folder) == before
    assert {path.name for path in tmp_path.iterdir()} == {"b", "python-3.12.7-amd64.exe"}


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path, installer: Private) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError):
        bundle(tmp_path / "file" / "b", installer, ADDIN, FakePip())


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("python-3.11.9.exe", ("3.11", 32)),
        ("python-3.13.0-amd64.exe", ("3.13", 64)),
        ("Python-3.14.0rc1-AMD64.exe", ("3.14", 64)),
        ("python-3.12.7-arm64.exe", None),
        ("python-3.10.11-amd64.exe", None),
        ("python-2.7.18.exe", None),
        ("setup.exe", None),
    ],
)
def test_an_installer_tells_by_its_name_which_python_it_is(
    name: str, found: tuple[str, int] | None, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(b"MZ")
    if found is None:
        with pytest.raises(SetupError):
            inspect(tmp_path / name)
    else:
        python = inspect(tmp_path / name)
        assert (python.version, python.bits) == found


def test_a_renamed_installer_is_taken_at_the_users_word(tmp_path: Path) -> None:
    (tmp_path / "setup.exe").write_bytes(b"MZ")
    assert inspect(tmp_path / "setup.exe", "3.12", 32).platform == "win32"
    (tmp_path / "python-3.12.7-amd64.exe").write_bytes(b"MZ")
    with pytest.raises(SetupError):
        inspect(tmp_path / "python-3.12.7-amd64.exe", bits=32)


@pytest.mark.parametrize("data", [b"", b"#!/bin/sh", b"PK\3\4 broken"])
def test_a_file_that_is_no_python_is_refused(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "python-3.12.7-amd64.exe").write_bytes(data)
    for path in (tmp_path / "python-3.12.7-amd64.exe", tmp_path / "nowhere.exe"):
        with pytest.raises(SetupError):
            inspect(path)
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("readme.txt", "no Python")
    with pytest.raises(SetupError):
        inspect(tmp_path / "other.zip")


def test_an_installed_xlplan_makes_its_own_wheel_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "site"
    (site / "xlplan").mkdir(parents=True)
    (site / "xlplan" / "__init__.py").write_text("x = 1\n")
    info = site / "xlplan-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: xlplan\nVersion: 0.1.0\n")
    (info / "WHEEL").write_text("Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    (info / "direct_url.json").write_text("{}")
    (info / "RECORD").write_text(
        "xlplan/__init__.py,,\nxlplan-0.1.0.dist-info/METADATA,,\nxlplan-0.1.0.dist-info/WHEEL,,\n"
        "xlplan-0.1.0.dist-info/RECORD,,\nxlplan-0.1.0.dist-info/direct_url.json,,\n../bin/xlplan,,\n"
    )
    monkeypatch.setattr(wheels.xlplan, "__file__", str(site / "xlplan" / "__init__.py"))
    monkeypatch.setattr(
        wheels.metadata, "distribution", lambda name: next(iter(wheels.metadata.distributions(path=[str(site)])))
    )
    out = tmp_path / "out"
    out.mkdir()
    made = wheels.own_wheel(out, FakePip())
    with zipfile.ZipFile(made) as archive:
        assert set(archive.namelist()) == {
            "xlplan/__init__.py",
            "xlplan-0.1.0.dist-info/METADATA",
            "xlplan-0.1.0.dist-info/WHEEL",
            "xlplan-0.1.0.dist-info/RECORD",
        }
    target = tmp_path / "target"
    words = ["install", "--no-index", "--no-deps", "--target", str(target), str(made)]
    done = this_system().run([sys.executable, "-m", "pip", *words], 120)
    assert done.status == 0, done.output
    assert (target / "xlplan" / "__init__.py").read_text() == "x = 1\n"


def test_a_wheel_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    with pytest.raises(SetupError) as caught:
        wheels.own_wheel(tmp_path, lambda words: Ran(1, "ERROR: no build backend"))
    assert "no build backend" in caught.value.text.vi


@pytest.mark.skipif(
    os.environ.get("XLPLAN_TEST_NETWORK") != "1", reason="downloads 40 MB; run with XLPLAN_TEST_NETWORK=1"
)
@pytest.mark.parametrize("name", ["python-3.12.7-amd64.exe", "python-3.11.9.exe"])
def test_the_real_packages_are_complete_and_fit_the_other_computer(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"MZ")
    python = inspect(tmp_path / name)
    pip = [sys.executable, "-m", "pip"]
    system = this_system()
    folder = bundle(tmp_path / "b", python, ADDIN, lambda words: system.run([*pip, *words], 1800)).folder
    assert wheels.missing(folder / "wheels", python) == []
    tags = ["--platform", python.platform, "--python-version", python.version, "--only-binary=:all:"]
    where = ["--no-index", "--no-deps", "--find-links", str(folder / "wheels"), "--target", str(tmp_path / "t")]
    done = system.run([*pip, "install", "--dry-run", *tags, *where, "-r", str(folder / "goi.txt")], 300)
    assert done.status == 0, done.output
