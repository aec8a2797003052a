"""The packages of a bundle: xlplan's own wheel, and Windows wheels of everything that it needs.

Pip does the work, as it is configured on this machine. It reads conditions such as ``sys_platform == "win32"``
for the machine that it runs on, so what Windows needs besides is found here, from the wheels themselves.
"""

from __future__ import annotations

import base64
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from email.parser import HeaderParser
from hashlib import sha256
from importlib import import_module, metadata, util
from pathlib import Path
from typing import Any

import xlplan
from xlplan.excel.setup.bundle.private import Private
from xlplan.excel.setup.home import XLWINGS
from xlplan.excel.setup.system import Ran
from xlplan.excel.setup.words import SetupError, Text
from xlplan.tuples import NamedTuple

Pip = Callable[[Sequence[str]], Ran]
"""Runs pip with these arguments."""

NOT_FOR_32 = ("pandas",)
"""Libraries without wheels for a 32-bit Windows; only ``xlplan batch`` needs this one, the add-in does not."""

_ROUNDS = 6  # each finds what the wheels of the round before need
_NOT_CARRIED = ("INSTALLER", "RECORD", "REQUESTED", "direct_url.json")


class Wheel(NamedTuple):
    """What a wheel says of itself."""

    name: str
    version: str
    needs: list[str]


def own_wheel(folder: Path, pip: Pip) -> Path:
    """Puts a wheel of the running xlplan into the folder: from its source, or from what is installed.

    Raises SetupError where neither can be done.
    """
    source = Path(xlplan.__file__).parent.parent
    if (source / "pyproject.toml").is_file():
        flags = ["--no-build-isolation"] if util.find_spec("hatchling") else []
        done = pip(["wheel", "--no-deps", *flags, "--wheel-dir", str(folder), str(source)])
        made = sorted(folder.glob("xlplan-*.whl"))
        if done.status != 0 or not made:
            raise _no_wheel(_last(done))
        return made[0]
    try:
        return _repacked(metadata.distribution("xlplan"), folder)
    except (metadata.PackageNotFoundError, OSError) as error:
        raise _no_wheel(str(error)) from error


def download(python: Private, folder: Path, pip: Pip) -> None:
    """Downloads Windows wheels of all that xlplan, whose wheel is there, needs with its add-in. Raises SetupError."""
    wanted = [*missing(folder, python), *(["pip"] if python.kind == "embedded" else [])]
    for _ in range(_ROUNDS):
        _download(wanted, python, folder, pip)
        lacking = missing(folder, python)
        if not lacking:
            return
        wanted += lacking
    raise SetupError(
        Text(f"Còn thiếu gói: {', '.join(lacking)}.", f"Packages are still missing: {', '.join(lacking)}.")
    )


def _download(wanted: Sequence[str], python: Private, folder: Path, pip: Pip) -> None:
    tags = ["--platform", python.platform, "--python-version", python.version, "--implementation", "cp"]
    done = pip(["download", "--only-binary=:all:", *tags, "--dest", str(folder), *wanted])
    if done.status != 0:
        raise SetupError(
            Text(
                f"Không tải được các gói cho Windows: {_last(done)}. Kiểm tra mạng và cấu hình pip rồi chạy lại.",
                f"The packages for Windows could not be downloaded: {_last(done)}. Check the network and the "
                "configuration of pip, and run this again.",
            )
        )


def missing(folder: Path, python: Private) -> list[str]:
    """What ``xlplan[excel]`` needs on Windows and no wheel of the folder brings, as requirements for pip."""
    wheels = {_canonical(wheel.name): wheel for path in sorted(folder.glob("*.whl")) for wheel in [described(path)]}
    lacking: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [("xlplan", "excel"), ("xlplan", "")]
    while waiting:
        at = waiting.pop()
        if at in seen:
            continue
        seen.add(at)
        for need in _needs(wheels[at[0]], at[1], python):
            name = _canonical(need.name)
            if python.bits == 32 and name in NOT_FOR_32:
                continue
            if name in wheels and wheels[name].version in need.specifier:
                waiting += [(name, extra) for extra in ("", *need.extras)]
            else:
                lacking[name] = f"{need.name}{need.specifier}"
    return [lacking[name] for name in sorted(lacking)]


def libraries(python: Private, folder: Path, pip: Pip) -> dict[str, bytes]:
    """xlwings' DLLs for both kinds of Excel, where the wheel for this Python comes without them.

    Raises SetupError where they cannot be had: without them no Excel starts Python.
    """
    own = _dlls(folder)
    if len(own) == 2:
        return {}
    with tempfile.TemporaryDirectory() as beside:
        _download([f"xlwings=={XLWINGS}", "--no-deps"], python._replace(bits=64), Path(beside), pip)
        found = _dlls(Path(beside))
    if len(found) != 2:
        raise SetupError(
            Text(
                f"Gói xlwings {XLWINGS} tải về không kèm DLL. Kiểm tra cấu hình pip.",
                f"The downloaded xlwings {XLWINGS} comes without its DLLs. Check the configuration of pip.",
            )
        )
    return found


def _dlls(folder: Path) -> dict[str, bytes]:
    """The DLLs within the wheel of xlwings."""
    found = {}
    for path in folder.glob("xlwings-*.whl"):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if re.fullmatch(rf"xlwings(32|64)-{re.escape(XLWINGS)}\.dll", base := name.rpartition("/")[2]):
                    found[base] = archive.read(name)
    return found


def listed(folder: Path) -> str:
    """All wheels of the folder as a list for pip: exactly these are installed."""
    return "".join(f"{wheel.name}=={wheel.version}\n" for wheel in map(described, sorted(folder.glob("*.whl"))))


def described(path: Path) -> Wheel:
    """Reads a wheel's own description."""
    with zipfile.ZipFile(path) as archive:
        name = next(n for n in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", n))
        said = HeaderParser().parsestr(archive.read(name).decode("utf-8"))
    return Wheel(said["Name"], said["Version"], said.get_all("Requires-Dist") or [])


def _needs(wheel: Wheel, extra: str, python: Private) -> Iterator[Any]:
    """The requirements of a wheel (with an extra of it) that hold on the Windows that the bundle is for."""
    requirement = _parser()
    for text in wheel.needs:
        need = requirement(text)
        if need.marker is None or need.marker.evaluate(_windows(python, extra)):
            yield need


def _parser() -> Callable[[str], Any]:
    """Reads a requirement: the library that pip itself uses, on its own or from within pip."""
    for name in ("packaging.requirements", "pip._vendor.packaging.requirements"):
        if util.find_spec(name.partition(".")[0]):
            made: Callable[[str], Any] = import_module(name).Requirement
            return made
    raise SetupError(
        Text("Python này không có pip. Cài pip rồi chạy lại.", "This Python has no pip. Install it and try again.")
    )


def _windows(python: Private, extra: str) -> Mapping[str, str]:
    """What conditions of requirements ask for."""
    return {
        "sys_platform": "win32",
        "platform_system": "Windows",
        "os_name": "nt",
        "platform_machine": "AMD64" if python.bits == 64 else "x86",
        "platform_release": "10",
        "platform_version": "10.0.19045",
        "python_version": python.version,
        "python_full_version": f"{python.version}.0",
        "implementation_name": "cpython",
        "implementation_version": f"{python.version}.0",
        "platform_python_implementation": "CPython",
        "extra": extra,
    }


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _repacked(installed: metadata.Distribution, folder: Path) -> Path:
    """A wheel from an installed xlplan, which is Python and data alone."""
    listed = [
        file
        for file in installed.files or ()
        if ".." not in file.parts and "__pycache__" not in file.parts and file.name not in _NOT_CARRIED
    ]
    info = next((file.parts[0] for file in listed if file.name == "WHEEL"), None)
    if info is None or not any(file.parts[0] == "xlplan" for file in listed):
        raise FileNotFoundError("the list of installed files")
    path = folder / f"xlplan-{installed.version}-py3-none-any.whl"
    lines = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(listed):
            data = Path(str(file.locate())).read_bytes()
            digest = base64.urlsafe_b64encode(sha256(data).digest()).rstrip(b"=").decode()
            lines.append(f"{file.as_posix()},sha256={digest},{len(data)}\n")
            archive.writestr(file.as_posix(), data)
        archive.writestr(f"{info}/RECORD", "".join(lines) + f"{info}/RECORD,,\n")
    return path


def _last(done: Ran) -> str:
    """The line of pip's output that tells most: its last error."""
    lines = [line.strip() for line in done.output.splitlines() if line.strip()] or ["pip"]
    errors = [line for line in lines if line.startswith("ERROR")]
    return (errors or lines)[-1].removeprefix("ERROR:").strip().rstrip(".")[:300]


def _no_wheel(reason: str) -> SetupError:
    return SetupError(
        Text(
            f"Không đóng gói được chính xlplan ({reason}). Chạy lệnh này trong thư mục mã nguồn của xlplan, có pip.",
            f"No wheel of xlplan itself could be made ({reason}). Run this from xlplan's source folder, with pip.",
        )
    )
