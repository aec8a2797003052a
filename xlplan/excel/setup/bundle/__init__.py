"""A folder to carry to a computer without internet: Python, packages, the add-in, and one double click."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from xlplan import __version__
from xlplan.excel.setup.bundle.private import Private, inspect, unpack
from xlplan.excel.setup.bundle.wheels import NOT_FOR_32, Pip, download, libraries, listed, own_wheel
from xlplan.excel.setup.home import ADDIN
from xlplan.excel.setup.words import SetupError, Text
from xlplan.files import OutputError
from xlplan.tuples import NamedTuple

__all__ = ["CONTENTS", "Bundled", "Private", "bundle", "inspect"]

CONTENTS = "noi_dung.json"
PACKAGES = "goi.txt"
_TEXTS = ("cai_dat.cmd", "go_cai_dat.cmd", "HUONG_DAN.txt")
_NOTE_32 = (
    f"\nBản 32 bit không kèm {', '.join(NOT_FOR_32)} (không có cho Windows 32 bit) nên không có lệnh “xlplan batch”;\n"
    "add-in, “xlplan check”, “xlplan plan” không bị ảnh hưởng.\n"
)


class Bundled(NamedTuple):
    """What was made: the folder, the number of wheels, all bytes."""

    folder: Path
    wheels: int
    size: int


def bundle(folder: Path, python: Private, addin: bytes, pip: Pip) -> Bundled:
    """Makes the folder, beside its final name first. An older bundle of that name is replaced.

    Raises SetupError, and OutputError where the folder holds anything else or cannot be written.
    """
    _refuse_others(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".", suffix=".tmp", dir=folder.parent))
    except OSError as error:
        raise OutputError(folder, error.strerror or str(error)) from error
    try:
        _fill(draft, python, addin, pip)
        made = Bundled(folder, len(list((draft / "wheels").iterdir())), _size(draft))
        draft.chmod(0o755)
        _put_in_place(draft, folder)
    except OSError as error:
        raise OutputError(folder, error.strerror or str(error)) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return made


def _refuse_others(folder: Path) -> None:
    """Nothing but a bundle is ever replaced."""
    if folder.exists() and not (folder.is_dir() and (not any(folder.iterdir()) or (folder / CONTENTS).is_file())):
        raise SetupError(
            Text(
                f"{folder}: đã có tệp khác ở đây. Chọn một thư mục mới hoặc trống.",
                f"{folder}: holds other files. Choose a new or an empty folder.",
            )
        )


def _put_in_place(draft: Path, folder: Path) -> None:
    """Renames the finished folder; the one before goes only when the new one stands."""
    old = draft.with_suffix(".old")
    if folder.exists():
        folder.replace(old)
    try:
        draft.replace(folder)
    except OSError:
        if old.exists():
            old.replace(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _fill(draft: Path, python: Private, addin: bytes, pip: Pip) -> None:
    wheels = draft / "wheels"
    wheels.mkdir()
    own_wheel(wheels, pip)
    download(python, wheels, pip)
    (draft / PACKAGES).write_text(listed(wheels), encoding="ascii", newline="\r\n")
    for name, data in libraries(python, wheels, pip).items():
        (draft / "dll").mkdir(exist_ok=True)
        (draft / "dll" / name).write_bytes(data)
    (draft / "python").mkdir()
    if python.kind == "embedded":
        unpack(python, draft / "python")
    else:
        shutil.copyfile(python.path, draft / "python" / installer_name(python))
    (draft / ADDIN).write_bytes(addin)
    for name in _TEXTS:
        (draft / name).write_bytes(carried(name, python))
    (draft / CONTENTS).write_bytes(_contents(draft, python))


def installer_name(python: Private) -> str:
    """The installer's name in the bundle, in ASCII whatever the file was called here."""
    return f"python-{python.version}-{'amd64' if python.bits == 64 else 'win32'}.exe"


def carried(name: str, python: Private) -> bytes:
    """A text file of the bundle: lines end as Windows wants; instructions begin with a mark for Notepad."""
    own = Path(__file__).parent
    home = r"%LOCALAPPDATA%\xlplan"
    program = r"env\Scripts\python.exe" if python.kind == "installer" else r"python\python.exe"
    values: Mapping[str, str] = {
        "FIND_HOME": (own / "find_home.cmd").read_text(encoding="utf-8"),
        "FILE": installer_name(python),
        "KEY": python.registry_name,
        "XLPLAN": __version__,
        "VERSION": python.version,
        "BITS": str(python.bits),
        "COMMAND": rf"{home}\{program}",
        "NOTE": _NOTE_32 if python.bits == 32 else "",
    }
    text = (own / name).read_text(encoding="utf-8")
    for key, value in values.items():
        text = text.replace(f"{{{{{key}}}}}", value)
    return text.replace("\n", "\r\n").encode("utf-8-sig" if name.endswith(".txt") else "utf-8")


def _contents(draft: Path, python: Private) -> bytes:
    """Every file with its SHA-256, for whoever has to vouch for the folder."""
    files = [path for path in sorted(draft.rglob("*")) if path.is_file()]
    listed = [
        {
            "path": path.relative_to(draft).as_posix(),
            "size": path.stat().st_size,
            "sha256": sha256(path.read_bytes()).hexdigest(),
        }
        for path in files
    ]
    about = {"schema": 1, "xlplan": __version__, "python": python.version, "bits": python.bits, "kind": python.kind}
    return json.dumps({**about, "files": listed}, ensure_ascii=False, indent=1).encode("utf-8")


def _size(folder: Path) -> int:
    return sum((Path(root) / name).stat().st_size for root, _, names in os.walk(folder) for name in names)
