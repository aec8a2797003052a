"""The user's profile, OneDrive and fonts."""

from __future__ import annotations

import ntpath

from xlplan.excel.setup.doctor.results import Computer, Result
from xlplan.excel.setup.home import is_ascii
from xlplan.excel.setup.words import Text

_FONT = "Times New Roman"
_FONTS = r"Software\Microsoft\Windows NT\CurrentVersion\Fonts"
_MAC_FONTS = "/System/Library/Fonts/Supplemental/Times New Roman.ttf"


def profile(computer: Computer) -> Result:
    """VBA's file functions and the loader of DLLs know only the letters of the code page: “ạ” is none of them."""
    path = computer.system.variable("LOCALAPPDATA")
    if is_ascii(path):
        return Result("profile", "ok", Text("Đường dẫn không dấu.", "A path in ASCII."))
    if not computer.home or is_ascii(computer.home):
        found = Text(
            f"Tên người dùng có dấu ({path}); xlplan cài ở đường dẫn không dấu.",
            f"The user's name has letters beyond ASCII ({path}); xlplan is installed elsewhere.",
        )
        return Result("profile", "ok", found)
    found = Text(f"xlplan nằm ở đường dẫn có dấu: {computer.home}.", f"xlplan lies in {computer.home}: not ASCII.")
    advice = Text("Chạy lại “xlplan addin install”.", "Run “xlplan addin install” again.")
    return Result("profile", "error", found, advice)


def onedrive(computer: Computer) -> Result:
    """A workbook in OneDrive or SharePoint has a web address as its path, under which Python finds no file."""
    roots = [computer.system.variable(n) for n in ("OneDrive", "OneDriveConsumer", "OneDriveCommercial")]
    within = [path for path in (*computer.files, computer.home) if path and _is_within(path, roots)]
    if not within:
        return Result("onedrive", "ok", Text("Không có tệp nào trong OneDrive.", "No file is in OneDrive."))
    found = Text(f"Nằm trong OneDrive: {'; '.join(within)}.", f"In OneDrive: {'; '.join(within)}.")
    advice = Text(
        r"Chép sổ tính ra thư mục ngoài OneDrive, ví dụ C:\KeHoach, rồi mở từ đó.",
        r"Copy the workbook to a folder outside OneDrive, such as C:\KeHoach, and open it there.",
    )
    return Result("onedrive", "look", found, advice)


def _is_within(path: str, roots: list[str]) -> bool:
    place = f"{ntpath.normpath(path)}\\".lower()
    return any(place.startswith(f"{ntpath.normpath(root)}\\".lower()) for root in roots if root)


def fonts(computer: Computer) -> Result:
    """The plan and the workbook are set in Times New Roman; another font moves lines and pages."""
    if _has_font(computer):
        return Result("fonts", "ok", Text(f"Có {_FONT}.", f"{_FONT} is installed."))
    found = Text(f"Thiếu phông {_FONT}.", f"{_FONT} is not installed.")
    advice = Text(
        "Cài phông này (có sẵn trong Windows và Office); trên Linux có thể dùng Liberation Serif, cùng bề rộng chữ.",
        "Install it (it comes with Windows and Office); on Linux Liberation Serif has the same widths.",
    )
    return Result("fonts", "look", found, advice)


def _has_font(computer: Computer) -> bool:
    system = computer.system
    if system.name == "Windows":
        listed = (name for root in ("HKLM64", "HKCU") for name in system.values(rf"{root}\{_FONTS}"))
        return any(name.startswith(_FONT) for name in listed)
    if system.name == "macOS" and system.read(_MAC_FONTS, 1) is not None:
        return True
    return _FONT in system.run(["fc-list", f":family={_FONT}", "family"], 20).output
