"""Takes the add-in out again and leaves no trace, also after an installation that was cut off."""

from __future__ import annotations

import ntpath
from dataclasses import dataclass, field

from xlplan.excel.setup import opens
from xlplan.excel.setup.entries import entries, trusted_key
from xlplan.excel.setup.home import ADDIN, RECORD, SETTINGS, files_of, found_home, homes
from xlplan.excel.setup.office import VERSIONS, is_running, user_key
from xlplan.excel.setup.record import Record, Written, load
from xlplan.excel.setup.system import System
from xlplan.excel.setup.words import SetupError, Text


@dataclass
class Undone:
    """What was taken out (as technical names) and what was left, with the reason."""

    removed: list[str] = field(default_factory=list)
    kept: list[Text] = field(default_factory=list)


def uninstall(system: System) -> Undone:
    """Undoes the installation of this user; nothing happens where nothing is installed.

    Raises SetupError where Excel is open or something cannot be taken out; what is left goes with the next try.
    """
    refuse_running(system)
    done = Undone()
    for home in dict.fromkeys(each for each in (found_home(system), *homes(system)) if each):
        data = system.read(ntpath.join(home, RECORD))
        record = load(data) if data is not None else None
        if record is None or record.home.lower() != home.lower():
            record = _recognised(system, home)
        try:
            undo(system, record, done)
        except OSError as error:
            raise _stuck(home, error) from error
    return done


def refuse_running(system: System) -> None:
    """Raises SetupError while Excel is open: when it ends, it writes its own list of add-ins over ours."""
    if is_running(system):
        raise SetupError(
            Text(
                "Excel đang mở. Lưu các sổ tính, đóng mọi cửa sổ Excel rồi chạy lại lệnh này.",
                "Excel is open. Save the workbooks, close every window of Excel and run this command again.",
            )
        )


def _stuck(home: str, error: OSError) -> SetupError:
    reason = error.strerror or str(error)
    return SetupError(
        Text(
            f"{home}: chưa gỡ hết được ({reason}). Đóng các chương trình đang dùng thư mục này rồi chạy lại lệnh này.",
            f"{home}: not everything could be removed ({reason}). Close what uses this folder and run this again.",
        )
    )


def undo(system: System, record: Record, done: Undone | None = None) -> Undone:
    """Takes back what a record names, as far as it was written. Raises OSError."""
    done = done or Undone()
    addin = ntpath.join(record.home, ADDIN)
    for version in VERSIONS:
        if opens.remove(system, version, addin, record.opens.get(version)):
            done.removed.append(f"{opens.options_key(version)}\\OPEN")
        _forget(system, version, addin, done)
    _values(system, record, done)
    for key in sorted(record.keys, key=len, reverse=True):
        if system.has_key(key) and not system.values(key) and not system.keys(key):
            system.delete_key(key)
    _files(system, record, done)
    return done


def _forget(system: System, version: str, addin: str, done: Undone) -> None:
    """Excel notes an add-in that a user has switched off by its path."""
    key = rf"{user_key(version)}\Add-in Manager"
    for name in list(system.values(key)):
        if name.lower() == addin.lower():
            system.delete_value(key, name)
            done.removed.append(f"{key}\\{name}")


def _values(system: System, record: Record, done: Undone) -> None:
    """Puts back what stood there; a value that somebody has changed since stays, and that is said."""
    for written in record.values:
        now = system.value(written.key, written.name)
        if now is None or now == written.former:
            continue
        if now != written.value:
            place = f"{written.key}\\{written.name}"
            done.kept.append(
                Text(
                    f"{place}: giá trị đã được sửa sau khi cài (nay là “{now.data!s}”) nên để nguyên.",
                    f"{place}: changed since the installation (now “{now.data!s}”), so it was left.",
                )
            )
        elif written.former is None:
            system.delete_value(written.key, written.name)
            done.removed.append(f"{written.key}\\{written.name}")
        else:
            system.set_value(written.key, written.name, written.former)
            done.removed.append(f"{written.key}\\{written.name}")


def _files(system: System, record: Record, done: Undone) -> None:
    """Removes our files, the record last, and the folders that were made for them."""
    for path in [*record.files, ntpath.join(record.home, RECORD)]:
        if system.read(path, 1) is not None:
            system.delete(path)
            done.removed.append(path)
    for folder in sorted(record.folders, key=len, reverse=True):
        if not system.is_folder(folder):
            continue
        inside = system.entries(folder)
        if inside and folder != record.home:
            continue  # homes of other users of this computer
        if inside:
            names = ", ".join(inside[:5])
            done.kept.append(
                Text(
                    f"{folder}: còn tệp khác ({names}) nên giữ lại thư mục.",
                    f"{folder}: holds other files ({names}), so the folder was left.",
                )
            )
        else:
            system.remove_folder(folder)
            done.removed.append(folder)


def _recognised(system: System, home: str) -> Record:
    """What is ours without a record that can be read: by its name, and by paths into the home."""
    record = Record(home, "")
    record.files = dict.fromkeys(files_of(home), "")
    record.folders = [home, *([above] if ntpath.basename(above := ntpath.dirname(home)).lower() == "xlplan" else [])]
    ours = [entry for entry in entries(home, VERSIONS) if system.value(entry.key, entry.name) == entry.value]
    record.values = [Written(*entry, None) for entry in ours]
    record.keys = [SETTINGS, SETTINGS.rpartition("\\")[0], *(trusted_key(version) for version in VERSIONS)]
    return record
