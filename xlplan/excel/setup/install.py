"""Puts the add-in into a user's Excel: files in its home, and what Excel and VBA look up in the registry."""

from __future__ import annotations

import ntpath
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256

from xlplan import __version__
from xlplan.excel.setup import opens
from xlplan.excel.setup.entries import entries
from xlplan.excel.setup.home import (
    ADDIN,
    CONF,
    RECORD,
    configuration,
    found_home,
    homes,
    interpreter_beside,
    is_ascii,
    is_shared,
    user_id,
)
from xlplan.excel.setup.office import Excel, installed
from xlplan.excel.setup.record import Record, Written
from xlplan.excel.setup.system import System
from xlplan.excel.setup.uninstall import refuse_running, undo, uninstall
from xlplan.excel.setup.words import SetupError, Text
from xlplan.tuples import NamedTuple

ZONE = "Zone.Identifier"
"""The stream by which Windows remembers that a file came from elsewhere."""

_OURS = {ADDIN, CONF, RECORD, "env", "python"}  # the last two come with a bundle


class Installed(NamedTuple):
    """What an installation did: its home, the Python that it calls, and the Excels that load it."""

    home: str
    interpreter: str
    excels: list[Excel]


def install(system: System, addin: bytes, executable: str, home: str = "") -> Installed:
    """Installs the add-in for the user, in place of an earlier installation.

    ``executable`` is the Python whose environment holds xlplan; ``home`` a folder of the caller's own choice.
    Raises SetupError, and then leaves nothing of a new installation behind.
    """
    excels = usable(system)
    interpreter = interpreter_beside(executable, system)
    if home:
        _refuse_home(system, home)
    refuse_running(system)
    if found_home(system):
        uninstall(system)
    record = _made(system, [home] if home else homes(system))
    record.interpreter = interpreter
    contents = {
        ntpath.join(record.home, CONF): configuration(interpreter),
        ntpath.join(record.home, ADDIN): addin,
    }
    record.files = {path: sha256(data).hexdigest() for path, data in contents.items()}
    _plan(system, record, excels)
    try:
        _apply(system, record, contents, excels)
    except OSError as error:
        _take_back(system, record)
        raise _refused(error) from error
    return Installed(record.home, interpreter, excels)


def _refuse_home(system: System, home: str) -> None:
    """A home that the caller chose is to be ours alone: Excel will trust it, and others may be shut out of it."""
    if not is_ascii(home):
        raise SetupError(
            Text(
                f"{home}: đường dẫn có chữ có dấu, Excel không mở được. Chọn thư mục có đường dẫn không dấu.",
                f"{home}: the path has letters beyond ASCII, which Excel cannot open. Choose another folder.",
            )
        )
    if {name.lower() for name in system.entries(home)} - _OURS:
        raise SetupError(
            Text(
                f"{home}: thư mục đang có tệp khác. Chọn một thư mục mới hoặc trống.",
                f"{home}: the folder holds other files. Choose a new or an empty one.",
            )
        )


def usable(system: System) -> list[Excel]:
    """The Excels that can load the add-in. Raises SetupError where there is none."""
    if system.name != "Windows":
        raise SetupError(
            Text(
                f"Add-in chỉ cài được trên Windows có Excel; máy này chạy {system.name}. Trên máy này dùng lệnh "
                "“xlplan check”, “xlplan plan”; để mang add-in sang máy Windows dùng “xlplan addin bundle”.",
                f"The add-in can be installed only on Windows with Excel; this is {system.name}. Use “xlplan check” "
                "and “xlplan plan” here; “xlplan addin bundle” makes a folder for a Windows computer.",
            )
        )
    found = installed(system)
    if not found:
        raise SetupError(
            Text(
                "Không tìm thấy Excel 2010 trở lên trên máy này. Cài Microsoft Excel rồi chạy lại; chưa có Excel thì "
                "vẫn dùng được “xlplan check” và “xlplan plan”.",
                "There is no Excel 2010 or later on this computer. Install Microsoft Excel and run this again; without "
                "it “xlplan check” and “xlplan plan” work all the same.",
            )
        )
    good = [excel for excel in found if excel.source != "store"]
    if not good:
        raise SetupError(
            Text(
                "Excel trên máy này là bản của Microsoft Store, bản này không khởi động được Python. Gỡ bản đó, cài "
                "Office từ office.com (hoặc bộ cài của cơ quan) rồi chạy lại.",
                "The Excel on this computer is the one of the Microsoft Store, which cannot start Python. Remove it, "
                "install Office from office.com and run this again.",
            )
        )
    return good


def _made(system: System, candidates: list[str]) -> Record:
    """The record of a home that could be made and written to, the first of the candidates that can."""
    failure: OSError = PermissionError("no folder with an ASCII path")
    for home in candidates:
        record = Record(home, __version__)
        try:
            for folder in reversed(list(_missing(system, home))):
                system.make_folder(folder)
                record.folders.insert(0, folder)
            if is_shared(system, home):
                _close_to_others(system, home)
            system.write(ntpath.join(home, RECORD), record.dump())
        except OSError as error:
            failure = error
            _take_back(system, record)
            continue
        return record
    raise _refused(failure)


def _missing(system: System, folder: str) -> Iterator[str]:
    """The folder and those above it that do not exist, the innermost first."""
    while folder and not system.is_folder(folder) and folder != ntpath.dirname(folder):
        yield folder
        folder = ntpath.dirname(folder)


def _close_to_others(system: System, home: str) -> None:
    """In a place that all users share, nobody else may put files into what Excel trusts. Raises OSError."""
    user = user_id(system)
    owner = f"*{user}" if user.startswith("S-1-") else system.variable("USERNAME")
    rights = [f"{who}:(OI)(CI)F" for who in (owner, "*S-1-5-18", "*S-1-5-32-544")]  # the system, administrators
    done = system.run(["icacls", home, "/inheritance:r", "/grant:r", *rights], 30)
    if done.status != 0:
        raise PermissionError(f"icacls {home}: {done.output.strip()[:200]}")


def _plan(system: System, record: Record, excels: list[Excel]) -> None:
    """Notes what will be written, and what stands there now."""
    values = entries(record.home, [excel.version for excel in excels])
    keys = [entry.key for entry in values] + [opens.options_key(excel.version) for excel in excels]
    for key in dict.fromkeys(keys):
        missing = list(_missing_keys(system, key))
        record.keys += [each for each in missing if each not in record.keys]
    record.values = [Written(*entry, system.value(entry.key, entry.name)) for entry in values]
    record.opens = {excel.version: opens.listed(system, excel.version) for excel in excels}


def _missing_keys(system: System, key: str) -> Iterator[str]:
    """The key and those above it that do not exist, the innermost first."""
    while "\\" in key and not system.has_key(key):
        yield key
        key = key.rpartition("\\")[0]


def _apply(system: System, record: Record, contents: dict[str, bytes], excels: list[Excel]) -> None:
    """Writes everything: the record first, what makes Excel load the add-in last."""
    at = ntpath.join(record.home, RECORD)
    system.write(at, record.dump())
    for path, data in contents.items():
        system.write(path, data)
        if system.stream(path, ZONE) is not None:
            system.delete_stream(path, ZONE)
    for key in sorted(record.keys, key=len):
        system.create_key(key)
    for written in record.values:
        system.set_value(written.key, written.name, written.value)
    for excel in excels:
        opens.add(system, excel.version, ntpath.join(record.home, ADDIN))
    record.finished = True
    system.write(at, record.dump())


def _take_back(system: System, record: Record) -> None:
    """Undoes a failed installation; what resists is in the record, for ``uninstall``."""
    with suppress(OSError):
        undo(system, record)


def _refused(error: OSError) -> SetupError:
    reason = error.strerror or str(error)
    return SetupError(
        Text(
            f"Không cài được: máy không cho ghi ({reason}). Những gì vừa ghi đã được gỡ; bản cài cũ, nếu có, cũng "
            "đã gỡ. Kiểm tra phần mềm diệt vi rút, quyền ghi vào thư mục riêng, hoặc nhờ người quản trị máy.",
            f"Could not be installed: writing was refused ({reason}). What was written has been taken out, and so "
            "has an older installation, if there was one. Look at the antivirus and at the permissions of your own "
            "folders, or ask who administers the computer.",
        )
    )
