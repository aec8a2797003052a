"""Whether what was installed is still there and still says what it should."""

from __future__ import annotations

import ntpath
from hashlib import sha256

from xlplan.excel.setup import opens
from xlplan.excel.setup.doctor.results import INSTALL, Computer, Result
from xlplan.excel.setup.entries import entries
from xlplan.excel.setup.home import ADDIN, CONF, RECORD
from xlplan.excel.setup.words import Text

_AGAIN = Text(
    "Đóng Excel, chạy lại “xlplan addin install”.",
    "Close Excel and run “xlplan addin install” again.",
)
_NOT_INSTALLED = Text("Add-in chưa được cài.", "The add-in is not installed.")


def installation(computer: Computer) -> Result:
    """An installation that was cut off leaves a part of the files or entries, and the tab never shows."""
    if not computer.home:
        return Result("installation", "error", _NOT_INSTALLED, INSTALL)
    record, home = computer.record, computer.home
    if record is None:
        found = Text(f"{home}: {RECORD} bị hỏng hoặc mất.", f"{home}: {RECORD} is damaged or gone.")
        return Result("installation", "error", found, _AGAIN)
    if not record.finished:
        found = Text(f"{home}: lần cài trước bị ngắt giữa chừng.", f"{home}: the installation was cut off.")
        return Result("installation", "error", found, _AGAIN)
    found = Text(f"Bản {record.version}, tại {home}.", f"Version {record.version}, in {home}.")
    return Result("installation", "ok", found)


def registry(computer: Computer) -> Result:
    """Cleaning programs, a new Office or a user's click can take the entries out; Excel then loads nothing."""
    if not computer.home:
        return Result("registry", "not_applicable", _NOT_INSTALLED)
    system, home = computer.system, computer.home
    versions = [each.version for each in computer.excels if each.source != "store"]
    lost = [f"{e.key}\\{e.name}" for e in entries(home, versions) if system.value(e.key, e.name) != e.value]
    addin = ntpath.join(home, ADDIN)
    lost += [
        f"{opens.options_key(version)}\\OPEN"
        for version in versions
        if not any(opens.loads(value, addin) for value in opens.listed(system, version).values())
    ]
    if not lost:
        return Result("registry", "ok", Text("Đủ các mục registry.", "All registry entries are in place."))
    found = Text(f"Mất hoặc đã bị sửa: {'; '.join(lost)}.", f"Missing or changed: {'; '.join(lost)}.")
    return Result("registry", "error", found, _AGAIN)


def addin_file(computer: Computer) -> Result:
    """Antivirus programs take away or empty add-ins with macros, often without telling."""
    if not computer.home:
        return Result("addin_file", "not_applicable", _NOT_INSTALLED)
    path = ntpath.join(computer.home, ADDIN)
    data = computer.system.read(path)
    if data is None:
        found = Text(f"{path}: không còn tệp.", f"{path}: the file is gone.")
        advice = Text(
            f"Xem mục cách ly của phần mềm diệt vi rút, cho phép thư mục {computer.home}, rồi chạy lại "
            "“xlplan addin install”.",
            f"Look into the antivirus's quarantine, allow the folder {computer.home}, and run “xlplan addin install” "
            "again.",
        )
        return Result("addin_file", "error", found, advice)
    noted = {p.lower(): digest for p, digest in computer.record.files.items()} if computer.record else {}
    if noted.get(path.lower(), "") not in ("", sha256(data).hexdigest()):
        found = Text(f"{path}: nội dung khác lúc cài.", f"{path}: not the file that was installed.")
        return Result("addin_file", "look", found, _AGAIN)
    return Result("addin_file", "ok", Text("Đúng tệp đã cài.", "The file that was installed."))


def configuration(computer: Computer) -> Result:
    """VBA learns from this file which Python to start; without it, it starts any Python or none."""
    if not computer.home:
        return Result("configuration", "not_applicable", _NOT_INSTALLED)
    path = ntpath.join(computer.home, CONF)
    python = computer.configuration.get("INTERPRETER_WIN", "")
    if not python:
        found = Text(f"{path}: không đọc được, hoặc không ghi Python nào.", f"{path}: unreadable, or names no Python.")
        return Result("configuration", "error", found, _AGAIN)
    if computer.system.read(python, 1) is None:
        found = Text(f"Python đã ghi không còn: {python}.", f"The configured Python is gone: {python}.")
        advice = Text(
            "Cài lại Python và xlplan, rồi chạy “xlplan addin install” bằng Python đó.",
            "Install Python and xlplan again, then run “xlplan addin install” with it.",
        )
        return Result("configuration", "error", found, advice)
    return Result("configuration", "ok", Text(f"Gọi {python}.", f"Starts {python}."))
