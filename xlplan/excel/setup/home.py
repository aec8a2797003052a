"""Where the installation lives, what its configuration says, which Python it calls."""

from __future__ import annotations

import ntpath
import re
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from xlplan.excel.setup.office import is_store
from xlplan.excel.setup.system import System
from xlplan.excel.setup.words import SetupError, Text

ADDIN, CONF, RECORD = "xlplan.xlam", "xlplan.conf", "install.json"
XLWINGS = "0.37.8"
"""The xlwings that everything is made for (the extra ``excel`` pins it): the VBA names its DLL with the version."""

SETTINGS = r"HKCU\Software\VB and VBA Program Settings\xlplan\addin"
"""Where VBA's ``GetSetting("xlplan", "addin", "conf")`` looks: the way to the configuration file.

VBA's file functions know only the letters of the computer's code page, so a path made of the user's
profile may be one that they cannot open; this one is ASCII.
"""

_ORDINARY = re.compile(r"[A-Za-z0-9._-]+")


def is_ascii(path: str) -> bool:
    """Whether VBA's ``Open`` and ``LoadLibraryA`` can use a path whatever the code page is."""
    return bool(path) and path.isascii() and path.isprintable()


def user_id(system: System) -> str:
    """The user's SID, or an ASCII name made from the user name: two users of one computer never share one."""
    found = re.search(r"S-1-5-[0-9-]+", system.run(["whoami", "/user", "/fo", "csv", "/nh"], 20).output)
    if found:
        return found[0]
    name = system.variable("USERNAME")
    if _ORDINARY.fullmatch(name):
        return name
    return f"u-{sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def homes(system: System) -> list[str]:
    """Where an installation may live, best first; the installer of a bundle goes by the same order."""
    own = system.variable("LOCALAPPDATA")
    found = [ntpath.join(own, "xlplan")] if is_ascii(own) else []
    shared = [folder for folder in (system.variable("ProgramData"), system.variable("PUBLIC")) if is_ascii(folder)]
    return found + [ntpath.join(folder, "xlplan", user_id(system)) for folder in shared]


def is_shared(system: System, home: str) -> bool:
    """Whether other users of the computer could put files there; the home is then closed to them."""
    own = system.variable("LOCALAPPDATA")
    return not (own and home.lower().startswith(f"{own}\\".lower()))


def found_home(system: System) -> str:
    """The home of what is installed, by the registry or by its record; nothing where nothing is installed."""
    noted = system.value(SETTINGS, "conf")
    if noted is not None and isinstance(noted.data, str) and ntpath.basename(noted.data).lower() == CONF:
        return ntpath.dirname(noted.data)
    return next((home for home in homes(system) if system.read(ntpath.join(home, RECORD), 1) is not None), "")


def configuration(interpreter: str) -> bytes:
    """The file that xlwings' VBA reads: lines of ``"KEY","value"`` as VBA writes them.

    The workbook's folder stays off Python's path, and no OneDrive folder is mapped: a workbook from the web
    must not decide which code runs.
    """
    lines = (
        ("INTERPRETER_WIN", interpreter),
        ("ADD_WORKBOOK_TO_PYTHONPATH", "False"),
        ("USE UDF SERVER", "True"),
        ("UDF MODULES", "xlplan.excel.functions"),
        ("SHOW CONSOLE", "False"),
    )
    return "".join(f'"{key}","{value}"\r\n' for key, value in lines).encode("ascii")


def read_configuration(data: bytes) -> dict[str, str]:
    """The settings of such a file, keys in capitals; lines of another form are passed over."""
    found = re.findall(r'^"([^"]*)","([^"]*)"\s*$', data.decode("ascii", "replace"), re.MULTILINE)
    return {key.upper(): value for key, value in found}


def interpreter_beside(executable: str, system: System) -> str:
    """The windowless Python beside the one that runs. Raises SetupError for one that Excel cannot use."""
    if is_store(executable):
        raise SetupError(
            Text(
                f"{executable}: đây là Python của Microsoft Store, Excel không khởi động được. Cài Python từ "
                "python.org (chọn cho riêng người dùng), cài lại xlplan bằng Python đó rồi chạy lại lệnh này.",
                f"{executable}: this Python is from the Microsoft Store, Excel cannot start it. Install Python from "
                "python.org (for this user), install xlplan with it and run this command again.",
            )
        )
    if not is_ascii(executable):
        raise SetupError(
            Text(
                f"{executable}: đường dẫn Python có chữ có dấu, Excel không mở được. Cài Python vào đường dẫn không "
                r"dấu, ví dụ C:\Python312, hoặc dùng bộ cài của “xlplan addin bundle”: bộ này tự chọn đường dẫn.",
                f"{executable}: the path of Python has letters beyond ASCII, which Excel cannot open. Install Python "
                r"to a path such as C:\Python312, or use the installer of “xlplan addin bundle”, which chooses one.",
            )
        )
    folder = ntpath.dirname(executable)
    for name in ("pythonw.exe", "python.exe"):
        if system.read(ntpath.join(folder, name), 1) is not None:
            return ntpath.join(folder, name)
    raise SetupError(
        Text(
            f"{folder}: không có pythonw.exe hay python.exe. Cài lại Python rồi chạy lại lệnh này.",
            f"{folder}: there is neither pythonw.exe nor python.exe. Install Python again and run this command again.",
        )
    )


def addin_file(given: Path | None = None) -> bytes:
    """The add-in that is to be installed: the file given, the one in the package, or one built now.

    Raises SetupError where there is none.
    """
    shipped = Path(__file__).parent.parent / "files" / ADDIN
    path = given or shipped
    try:
        data = path.read_bytes()
    except OSError as error:
        if given is not None:
            raise SetupError(
                Text(
                    f"{given}: không đọc được tệp add-in. Kiểm tra lại đường dẫn, quyền đọc.",
                    f"{given}: the add-in cannot be read ({error.strerror}). Check the path and its permissions.",
                )
            ) from error
        return _built()
    if not data.startswith(b"PK\x03\x04"):
        raise SetupError(
            Text(
                f"{path}: không phải tệp add-in của Excel (.xlam). Chọn đúng tệp {ADDIN}.",
                f"{path}: this is no Excel add-in (.xlam). Choose the file {ADDIN}.",
            )
        )
    return data


def _built() -> bytes:
    """An add-in made on the spot."""
    from importlib import import_module

    try:
        made: bytes = import_module("xlplan.excel.build").addin_bytes()
    except (ImportError, AttributeError) as error:
        raise SetupError(
            Text(
                f"Bản xlplan này không kèm {ADDIN} và không tạo được tệp đó. Cài lại xlplan, hoặc dùng --addin TỆP.",
                f"This xlplan comes without {ADDIN} and cannot build it ({error}). Install xlplan again, or name the "
                "file with --addin.",
            )
        ) from error
    return made


def files_of(home: str) -> Sequence[str]:
    """The files that an installation puts into its home, the record last."""
    return [ntpath.join(home, name) for name in (CONF, ADDIN, RECORD)]
