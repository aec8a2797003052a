"""The doctor: one line for each thing that silently breaks an add-in, with what was found and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from xlplan.excel.setup.doctor import excel, files, installation, python, surroundings
from xlplan.excel.setup.doctor.results import Computer, Result
from xlplan.excel.setup.system import System
from xlplan.excel.setup.words import Text
from xlplan.tuples import NamedTuple

__all__ = ["CHECKS", "TITLES", "Check", "Result", "examine"]


class Check(NamedTuple):
    """A check: its stable key, what it looks at, and whether it means anything beyond Windows."""

    key: str
    title: Text
    look: Callable[[Computer], Result | Iterable[Result]]
    anywhere: bool = False


CHECKS = (
    Check("excel", Text("Excel", "Excel"), excel.excel),
    Check("excel_source", Text("Nguồn cài Excel", "Source of Excel"), excel.excel_source),
    Check("macros", Text("Thiết lập macro", "Macro settings"), excel.macros),
    Check("addins_policy", Text("Chính sách về add-in", "Policy on add-ins"), excel.addins_policy),
    Check("trusted_locations", Text("Vị trí tin cậy", "Trusted locations"), excel.trusted_locations),
    Check("disabled_items", Text("Mục bị Excel tắt", "Disabled items"), excel.disabled_items),
    Check("installation", Text("Bản cài đặt", "Installation"), installation.installation),
    Check("registry", Text("Mục registry", "Registry entries"), installation.registry),
    Check("addin_file", Text("Tệp add-in", "Add-in file"), installation.addin_file),
    Check("configuration", Text("Tệp cấu hình", "Configuration"), installation.configuration),
    Check("python", Text("Python", "Python"), python.python),
    Check("versions", Text("Phiên bản", "Versions"), python.versions, anywhere=True),
    Check("dll", Text("DLL của xlwings", "xlwings' DLL"), python.dll),
    Check("bitness", Text("32/64 bit", "Bitness"), python.bitness),
    Check("com_server", Text("Khởi động Python", "Starting Python"), python.com_server),
    Check("profile", Text("Tên người dùng", "User profile"), surroundings.profile),
    Check("onedrive", Text("OneDrive", "OneDrive"), surroundings.onedrive),
    Check("fonts", Text("Phông chữ", "Fonts"), surroundings.fonts, anywhere=True),
    Check("mark", Text("Tệp bị chặn", "Blocked files"), files.mark),
    Check("template", Text("Phiên bản mẫu", "Template version"), files.template, anywhere=True),
)
"""Every check, in the order in which a cause comes before what it causes."""


TITLES = {check.key: check.title for check in CHECKS} | {"full": Text("Trong Excel", "In Excel")}
"""What each key of a result is called."""


def examine(system: System, files: Sequence[str], executable: str) -> Iterator[Result]:
    """Runs every check, one after the other. A check that does not apply says so in one line."""
    computer = Computer(system, files, executable)
    for check in CHECKS:
        if system.name != "Windows" and not check.anywhere:
            yield Result(check.key, "not_applicable", _not_here(system.name))
            continue
        found = check.look(computer)
        yield from [found] if isinstance(found, Result) else found


def _not_here(name: str) -> Text:
    return Text(
        f"Chỉ có trên Windows; máy này chạy {name}.",
        f"Exists only on Windows; this is {name}.",
    )
