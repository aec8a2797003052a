"""Files that Excel blocks, and workbooks of another version of the template."""

from __future__ import annotations

import ntpath
import re
from collections.abc import Iterator

from xlplan.excel.setup.doctor.results import Computer, Result
from xlplan.excel.setup.home import ADDIN
from xlplan.excel.setup.install import ZONE
from xlplan.excel.setup.words import Text
from xlplan.messages import problem
from xlplan.packages.gate import Package, PackageError
from xlplan.sheets.standard.content import TEMPLATE_VERSION

_PROPERTY = "xlplan_template"
_NO_FILE = Text("Chưa chỉ ra sổ tính nào (xlplan addin doctor TỆP…).", "No workbook was named.")


def mark(computer: Computer) -> Iterator[Result]:
    """Files from mail or the web carry a mark; Excel blocks their macros without offering to run them."""
    addin = [ntpath.join(computer.home, ADDIN)] if computer.home else []
    files = [*addin, *computer.files]
    for path in files:
        zone = re.search(rb"ZoneId=(\d)", computer.system.stream(path, ZONE) or b"")
        if zone is None or int(zone[1]) < 3:
            yield Result("mark", "ok", Text("Không bị chặn.", "Not blocked."), about=path)
            continue
        advice = Text(
            "Bấm chuột phải vào tệp > Properties > đánh dấu Unblock > OK, rồi mở lại.",
            "Right click the file > Properties > tick Unblock > OK, then open it again.",
        )
        found = Text("Windows ghi dấu “từ Internet”, Excel chặn macro.", "Marked as from the internet: macros blocked.")
        yield Result("mark", "error", found, advice, path)
    if not files:
        yield Result("mark", "not_applicable", _NO_FILE)


def template(computer: Computer) -> Iterator[Result]:
    """A workbook of an older template lacks what the buttons expect; a newer one needs a newer program."""
    for path in computer.files:
        yield _template_of(computer, path)._replace(about=path)
    if not computer.files:
        yield Result("template", "not_applicable", _NO_FILE)


def _template_of(computer: Computer, path: str) -> Result:
    name = ntpath.basename(path) if computer.system.name == "Windows" else path.rpartition("/")[2]
    data = computer.system.read(path)
    try:
        if data is None:
            raise PackageError("unreadable", path)
        version = _version(Package(data))
    except PackageError as error:
        said = Text(*(problem(error.kind, name, lang, detail=error.detail) for lang in ("vi", "en")))
        return Result("template", "error", said)
    if version == TEMPLATE_VERSION:
        return Result("template", "ok", Text(f"Mẫu phiên bản {version}.", f"Template version {version}."))
    if not version:
        found = Text("Không phải sổ tính mẫu của xlplan.", "Not a standard workbook of xlplan.")
        advice = Text(
            "Vẫn kiểm tra, lập kế hoạch được; muốn có đủ các sheet thì lập sổ mới bằng “xlplan new”.",
            "It can be checked all the same; “xlplan new” makes one with all sheets.",
        )
        return Result("template", "look", found, advice)
    found = Text(
        f"Mẫu phiên bản {version}, chương trình này dùng {TEMPLATE_VERSION}.",
        f"Template version {version}, this program uses {TEMPLATE_VERSION}.",
    )
    newer = version.isdecimal() and int(version) > int(TEMPLATE_VERSION)
    advice = Text("Cập nhật xlplan.", "Update xlplan.")
    if not newer:
        advice = Text("Lập sổ mới bằng “xlplan new” rồi chép số liệu sang.", "Make a new one with “xlplan new”.")
    return Result("template", "look", found, advice)


def _version(package: Package) -> str:
    """The workbook's custom property; nothing where it has none."""
    package.main_part("excel")
    if not package.has("docProps/custom.xml"):
        return ""
    for element in package.xml("docProps/custom.xml"):
        if element.get("name") == _PROPERTY:
            return "".join(element.itertext()).strip()
    return ""
