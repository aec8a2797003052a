"""The Python that a bundle carries: python.org's installer, or its embeddable zip file."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Literal

from xlplan.excel.setup.office import machine_bits
from xlplan.excel.setup.words import SetupError, Text
from xlplan.tuples import NamedTuple

OLDEST = (3, 11)
_NAME = re.compile(r"python-(3)\.(\d+)\.\d+\S*?(?:-(embed))?(?:-(amd64|win32|arm64))?\.(exe|zip)", re.IGNORECASE)


class Private(NamedTuple):
    """A Python to carry: ``version`` as 3.12, ``bits`` 32 or 64."""

    path: Path
    kind: Literal["installer", "embedded"]
    version: str
    bits: int

    @property
    def platform(self) -> str:
        """Pip's name of the platform."""
        return "win_amd64" if self.bits == 64 else "win32"

    @property
    def registry_name(self) -> str:
        """How python.org's installer names this Python in the registry."""
        return self.version if self.bits == 64 else f"{self.version}-32"


def inspect(path: Path, version: str | None = None, bits: int | None = None) -> Private:
    """Tells which Python a file brings, by its content and the name under which python.org offers it.

    ``version`` and ``bits`` are what the user says; for an installer that was renamed they are needed.
    Raises SetupError for a file that is no such Python, or another one than said.
    """
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise SetupError(
            Text(
                f"{path}: không đọc được tệp Python. Kiểm tra lại đường dẫn.",
                f"{path}: the Python cannot be read ({error.strerror}). Check the path.",
            )
        ) from error
    if head.startswith(b"MZ"):
        found = _by_name(path, version, bits)
    elif head.startswith(b"PK\x03\x04"):
        found = _by_content(path)
    else:
        raise _unknown(path)
    if (version or found.version) != found.version or (bits or found.bits) != found.bits:
        raise SetupError(
            Text(
                f"{path}: là Python {found.version}, {found.bits} bit, khác với yêu cầu. Chọn đúng tệp.",
                f"{path}: this is Python {found.version} of {found.bits} bits, not what was asked for.",
            )
        )
    if tuple(map(int, found.version.split("."))) < OLDEST:
        raise SetupError(
            Text(
                f"{path}: Python {found.version} quá cũ; xlplan cần Python 3.11 trở lên.",
                f"{path}: Python {found.version} is too old; xlplan needs Python 3.11 or later.",
            )
        )
    return found


def _by_name(path: Path, version: str | None, bits: int | None) -> Private:
    """An installer tells by its name alone: it is a 32-bit program, whatever it installs."""
    match = _NAME.fullmatch(path.name)
    if match is None or match[5].lower() != "exe":
        if version and bits:
            return Private(path, "installer", version, bits)
        raise SetupError(
            Text(
                f"{path}: tên tệp không cho biết phiên bản Python. Giữ tên gốc (như python-3.12.7-amd64.exe), hoặc "
                "thêm --python-version 3.12 và --bits 64.",
                f"{path}: the name does not tell which Python it is. Keep its name (such as python-3.12.7-amd64.exe), "
                "or add --python-version 3.12 and --bits 64.",
            )
        )
    if (match[4] or "").lower() == "arm64":
        raise SetupError(
            Text(
                f"{path}: Python cho ARM không dùng được với xlwings. Chọn bản 64-bit (amd64) hoặc 32-bit.",
                f"{path}: xlwings has no DLL for a Python for ARM. Choose the 64-bit (amd64) or the 32-bit one.",
            )
        )
    return Private(path, "installer", f"{match[1]}.{match[2]}", 64 if match[4] else 32)


def _by_content(path: Path) -> Private:
    """An embeddable zip file holds python.exe and python312.dll."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            bits = machine_bits(archive.read("python.exe")[:4096])
    except (OSError, KeyError, ValueError, RuntimeError, zipfile.BadZipFile) as error:
        raise _unknown(path) from error
    library = next((m for n in names if (m := re.fullmatch(r"python(3)(\d{1,2})\.dll", n))), None)
    paths = any(re.fullmatch(r"python3\d+\._pth", name) for name in names)
    if library is None or bits is None or not paths:
        raise _unknown(path)
    return Private(path, "embedded", f"{library[1]}.{library[2]}", bits)


def _unknown(path: Path) -> SetupError:
    return SetupError(
        Text(
            f"{path}: không phải bộ cài Python cho Windows. Tải ở python.org: “Windows installer (64-bit)” hoặc "
            "“Windows embeddable package (64-bit)”.",
            f"{path}: no Python for Windows. Get from python.org the “Windows installer (64-bit)” or the “Windows "
            "embeddable package (64-bit)”.",
        )
    )


def unpack(private: Private, folder: Path) -> None:
    """Unpacks an embeddable Python and lets it find packages that are installed into it."""
    with zipfile.ZipFile(private.path) as archive:
        archive.extractall(folder)
    for path in folder.glob("python3*._pth"):
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"(?m)^#\s*import site", "import site", text), encoding="utf-8")
