"""Whether Excel can start Python, and one that fits."""

from __future__ import annotations

import ntpath
from importlib import metadata

from xlplan.excel.setup.doctor.results import Computer, Result
from xlplan.excel.setup.home import ADDIN, XLWINGS, is_ascii
from xlplan.excel.setup.office import is_store, machine_bits
from xlplan.excel.setup.vba import xlwings_version
from xlplan.excel.setup.words import Text

_SECONDS = 60
_PROBE = """
import pythoncom, xlwings, xlwings.com_server, xlplan.excel.functions
pythoncom.CoInitialize()
clsid = pythoncom.CreateGuid()
flags = pythoncom.REGCLS_MULTIPLEUSE | pythoncom.REGCLS_SUSPENDED
factory = pythoncom.MakePyFactory(clsid)
number = pythoncom.CoRegisterClassObject(clsid, factory, pythoncom.CLSCTX_LOCAL_SERVER, flags)
pythoncom.CoRevokeClassObject(number)
print("xlplan", "com", xlwings.__version__)
"""
_REINSTALL = Text(
    'Chạy “python -m pip install --force-reinstall "xlplan[excel]"”, rồi “xlplan addin install”.',
    'Run “python -m pip install --force-reinstall "xlplan[excel]"”, then “xlplan addin install”.',
)


def python(computer: Computer) -> Result:
    """A Python of the Store, or in a folder whose name VBA cannot write, never starts from Excel."""
    path = computer.interpreter
    if is_store(path):
        found = Text(f"Python của Microsoft Store: {path}.", f"A Python of the Microsoft Store: {path}.")
        advice = Text(
            "Cài Python từ python.org, cài lại xlplan bằng Python đó, rồi “xlplan addin install”.",
            "Install Python from python.org, install xlplan with it, then run “xlplan addin install”.",
        )
        return Result("python", "error", found, advice)
    if not is_ascii(path):
        found = Text(f"Đường dẫn Python có chữ có dấu: {path}.", f"The path has letters beyond ASCII: {path}.")
        advice = Text(
            r"Cài Python vào đường dẫn không dấu, ví dụ C:\Python312, hoặc dùng bộ cài của “xlplan addin bundle”.",
            r"Install Python to a path such as C:\Python312, or use the installer of “xlplan addin bundle”.",
        )
        return Result("python", "error", found, advice)
    if ntpath.dirname(path).lower() != ntpath.dirname(computer.executable).lower():
        found = Text(
            f"Excel gọi {path}, còn lệnh này chạy bằng {computer.executable}.",
            f"Excel starts {path}, this command runs with {computer.executable}.",
        )
        advice = Text(
            "Muốn Excel gọi Python này thì chạy lại “xlplan addin install”.",
            "If Excel is to start this Python, run “xlplan addin install” again.",
        )
        return Result("python", "look", found, advice)
    return Result("python", "ok", Text(f"{path}.", f"{path}."))


def versions(computer: Computer) -> Result:
    """The VBA in the add-in calls a DLL by its version: with another xlwings installed, it finds none."""
    try:
        package = metadata.version("xlwings")
    except metadata.PackageNotFoundError:
        found = Text("Chưa cài xlwings.", "xlwings is not installed.")
        if computer.system.name != "Windows":
            advice = Text("Trên máy này không cần.", "It is not needed here.")
            return Result("versions", "not_applicable", found, advice)
        return Result("versions", "error", found, _REINSTALL)
    addin = computer.system.read(ntpath.join(computer.home, ADDIN)) if computer.home else None
    vba = xlwings_version(addin) if addin is not None else ""
    wrong = package != XLWINGS or vba not in ("", XLWINGS)
    said = f"xlwings {package}" + (f", VBA {vba}" if vba else "")
    if wrong:
        found = Text(f"{said}; cần {XLWINGS}.", f"{said}; {XLWINGS} is needed.")
        return Result("versions", "error", found, _REINSTALL)
    return Result("versions", "ok", Text(f"{said}.", f"{said}."))


def dll(computer: Computer) -> Result:
    """VBA loads xlwings' DLL of Excel's own bitness from beside Python, or from the folder above (virtualenv)."""
    folder = ntpath.dirname(computer.interpreter)
    bits = {each.bits for each in computer.excels if each.source != "store" and each.bits}
    if not bits:
        return Result("dll", "not_applicable", Text("Chưa có Excel để so.", "There is no Excel to compare with."))
    names = [f"xlwings{each}-{XLWINGS}.dll" for each in sorted(bits)]
    places = (folder, ntpath.dirname(folder))
    lost = [n for n in names if all(computer.system.read(ntpath.join(p, n), 1) is None for p in places)]
    if not lost:
        return Result("dll", "ok", Text(f"Có {', '.join(names)}.", f"{', '.join(names)} is there."))
    found = Text(f"Thiếu {', '.join(lost)} cạnh {folder}.", f"{', '.join(lost)} is missing beside {folder}.")
    advice = Text(
        f"Xem mục cách ly của phần mềm diệt vi rút. {_REINSTALL.vi}",
        f"Look into the antivirus's quarantine. {_REINSTALL.en}",
    )
    return Result("dll", "error", found, advice)


def bitness(computer: Computer) -> Result:
    """Excel and Python may differ: the DLL is of Excel's kind and starts Python as a program of its own.

    What cannot run is a 64-bit Python on a 32-bit Windows.
    """
    own = machine_bits(computer.system.read(computer.interpreter, 4096) or b"")
    excels = sorted({each.bits for each in computer.excels if each.bits})
    if not own or not excels:
        return Result("bitness", "not_applicable", Text("Chưa đủ để so.", "There is nothing to compare."))
    said = Text(
        f"Python {own} bit, Excel {', '.join(map(str, excels))} bit: dùng được cùng nhau.",
        f"Python {own} bit, Excel {', '.join(map(str, excels))} bit: they work together.",
    )
    windows = computer.system.variable("PROCESSOR_ARCHITEW6432") or computer.system.variable("PROCESSOR_ARCHITECTURE")
    if own == 64 and windows.lower() == "x86":
        found = Text("Python 64 bit trên Windows 32 bit.", "A 64-bit Python on a 32-bit Windows.")
        advice = Text("Dùng bộ cài tạo bằng “--bits 32”.", "Use an installer that was made with “--bits 32”.")
        return Result("bitness", "error", found, advice)
    return Result("bitness", "ok", said)


def com_server(computer: Computer) -> Result:
    """Excel talks to Python through a COM server; broken packages or a guard program keep it from starting."""
    path = computer.interpreter
    speaking = ntpath.join(ntpath.dirname(path), "python.exe")  # pythonw.exe has no output
    program = speaking if computer.system.read(speaking, 1) is not None else path
    done = computer.system.run([program, "-X", "utf8", "-B", "-c", _PROBE], _SECONDS)
    if done.status == 0 and f"xlplan com {XLWINGS}" in done.output:
        return Result("com_server", "ok", Text("Python khởi động được.", "Python starts."))
    lines = done.output.strip().splitlines() or [f"{done.status}"]
    found = Text(f"Python không khởi động được: {lines[-1][:200]}", f"Python does not start: {lines[-1][:200]}")
    advice = Text(
        f"{_REINSTALL.vi} Vẫn lỗi thì cho phép {program} trong phần mềm diệt vi rút.",
        f"{_REINSTALL.en} If it still fails, allow {program} in the antivirus.",
    )
    return Result("com_server", "error", found, advice)
