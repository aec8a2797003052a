"""What Excel itself allows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps

from xlplan.excel.setup.doctor.results import Computer, Result
from xlplan.excel.setup.home import ADDIN
from xlplan.excel.setup.office import OFFICE, Excel, user_key
from xlplan.excel.setup.words import Text

_NO_EXCEL = Text("Chưa có Excel trên máy này.", "There is no Excel on this computer.")
_MACROS_OFF: dict[int | None, Text] = {
    3: Text("chỉ chạy macro có chữ ký", "signed macros only"),
    4: Text("tắt mọi macro", "no macros"),
}
_NOTIFY = Text(
    "chọn “Disable all macros with notification” trong File > Options > Trust Center > Macro Settings",
    "choose “Disable all macros with notification” in File > Options > Trust Center > Macro Settings",
)
_IT = Text("nhờ người quản trị máy", "ask who administers the computer")


def excel(computer: Computer) -> Result | Iterator[Result]:
    """Without Excel 2010 or later nothing can load the add-in; LibreOffice does not."""
    if computer.excels:
        return (_found(each) for each in computer.excels)
    system = computer.system
    libre = any(system.keys(rf"{view}\SOFTWARE\LibreOffice") for view in ("HKLM64", "HKLM32"))
    found = (
        Text("Máy chỉ có LibreOffice, chưa có Excel.", "There is LibreOffice, but no Excel.") if libre else _NO_EXCEL
    )
    advice = Text(
        "Cài Microsoft Excel 2010 trở lên. Chưa có Excel vẫn dùng được “xlplan check”, “xlplan plan”.",
        "Install Microsoft Excel 2010 or later. Without it “xlplan check” and “xlplan plan” still work.",
    )
    return Result("excel", "error", found, advice)


def _found(each: Excel) -> Result:
    bits = f", {each.bits} bit" if each.bits else ""
    return Result("excel", "ok", Text(f"{each.name}{bits}.", f"{each.name}{bits}."), about=each.version)


def excel_source(computer: Computer) -> Result:
    """Excel of the Microsoft Store is walled off: it neither finds nor starts a Python outside its walls."""
    if not computer.excels:
        return Result("excel_source", "not_applicable", _NO_EXCEL)
    stores = [each for each in computer.excels if each.source == "store"]
    if not stores:
        names = {"msi": "MSI", "click-to-run": "Click-to-Run"}
        kinds = ", ".join(dict.fromkeys(names[each.source] for each in computer.excels))
        return Result("excel_source", "ok", Text(f"Bản {kinds}.", f"{kinds}."))
    advice = Text(
        "Gỡ Office của Microsoft Store, cài Office từ office.com hoặc bộ cài của cơ quan.",
        "Remove the Office of the Microsoft Store and install Office from office.com.",
    )
    found = Text("Excel cài từ Microsoft Store, không khởi động được Python.", "Excel is from the Microsoft Store.")
    return Result("excel_source", "error" if len(stores) == len(computer.excels) else "look", found, advice)


def _setting(computer: Computer, version: str, place: str, name: str) -> tuple[int | None, bool]:
    """A number in force below Office's key of a version, and whether an administrator set it: policies win."""
    for by_policy, office in ((True, r"HKCU\Software\Policies\Microsoft\Office"), (False, rf"HKCU\{OFFICE}")):
        value = computer.system.value(rf"{office}\{version}\{place}", name)
        if value is not None and isinstance(value.data, int):
            return value.data, by_policy
    return None, False


def _of_each_excel(look: Callable[[Computer, Excel], Result]) -> Callable[[Computer], Iterator[Result]]:
    """Lets a check look at every Excel; those of the Store are out of the question anyway."""

    @wraps(look)
    def looked(computer: Computer) -> Iterator[Result]:
        excels = [each for each in computer.excels if each.source != "store"]
        for each in excels:
            yield look(computer, each)._replace(about=each.version)
        if not excels:
            yield Result(look.__name__, "not_applicable", _NO_EXCEL)

    return looked


@_of_each_excel
def macros(computer: Computer, each: Excel) -> Result:
    """Where macros are switched off, buttons do nothing and say nothing: a workbook's own VBA never runs.

    The add-in itself lies in a trusted location, so it runs whatever this setting is, unless VBA is off.
    """
    if _setting(computer, each.version, "Common", "vbaoff")[0]:
        advice = Text(f"Bật lại VBA của Office: {_IT.vi}.", f"Switch Office's VBA on again: {_IT.en}.")
        return Result("macros", "error", Text("VBA của Office bị tắt.", "Office's VBA is off."), advice)
    level, by_policy = _setting(computer, each.version, r"Excel\Security", "VBAWarnings")
    if level in _MACROS_OFF:
        kind = _MACROS_OFF[level]
        who = Text("Chính sách của cơ quan", "a policy") if by_policy else Text("Trung tâm Tin cậy", "the Trust Center")
        do = _IT if by_policy else _NOTIFY
        advice = Text(
            f"Add-in vẫn chạy vì nằm ở vị trí tin cậy; sổ tính .xlsm thì không. Muốn dùng sổ .xlsm: {do.vi}.",
            f"The add-in still runs from its trusted location, .xlsm workbooks do not. To use those: {do.en}.",
        )
        return Result("macros", "look", Text(f"{who.vi}: {kind.vi}.", f"Set by {who.en}: {kind.en}."), advice)
    if _setting(computer, each.version, r"Excel\Security", "blockcontentexecutionfrominternet")[0]:
        found = Text("Chính sách chặn macro của tệp từ Internet.", "A policy blocks macros of files from the internet.")
        advice = Text(
            "Sổ .xlsm nhận qua thư, Zalo: chép vào máy, bấm chuột phải > Properties > Unblock trước khi mở.",
            "Workbooks (.xlsm) that came by mail: copy, right click > Properties > Unblock before opening them.",
        )
        return Result("macros", "look", found, advice)
    return Result("macros", "ok", Text("Macro được phép chạy.", "Macros may run."))


@_of_each_excel
def addins_policy(computer: Computer, each: Excel) -> Result:
    """All add-ins, or those without a known signature, can be switched off; Excel then skips ours in silence."""
    settings = ("DisableAllAddins", "RequireAddinSig")
    names = ", ".join(name for name in settings if _setting(computer, each.version, r"Excel\Security", name)[0])
    if not names:
        return Result("addins_policy", "ok", Text("Add-in được phép chạy.", "Add-ins are allowed."))
    found = Text(f"Excel được đặt để bỏ qua add-in ({names}).", f"Excel is told to skip add-ins ({names}).")
    advice = Text(
        f"Bỏ chọn trong File > Options > Trust Center > Add-ins; nếu bị khóa thì {_IT.vi}.",
        f"Untick it in File > Options > Trust Center > Add-ins; where it is locked, {_IT.en}.",
    )
    return Result("addins_policy", "error", found, advice)


@_of_each_excel
def trusted_locations(computer: Computer, each: Excel) -> Result:
    """With trusted locations switched off, the add-in's macros are stopped like those of any file."""
    everything, _ = _setting(computer, each.version, r"Excel\Security\Trusted Locations", "AllLocationsDisabled")
    users, _ = _setting(computer, each.version, r"Common\Security\Trusted Locations", "Allow User Locations")
    if not everything and users != 0:
        found = Text("Vị trí tin cậy có hiệu lực.", "Trusted locations are in force.")
        return Result("trusted_locations", "ok", found)
    found = Text("Vị trí tin cậy của người dùng bị tắt.", "Trusted locations of the user are off.")
    advice = Text(
        f"Bật lại trong Trust Center > Trusted Locations; nếu bị khóa thì {_IT.vi}.",
        f"Switch them on in Trust Center > Trusted Locations; where that is locked, {_IT.en}.",
    )
    return Result("trusted_locations", "error", found, advice)


@_of_each_excel
def disabled_items(computer: Computer, each: Excel) -> Result:
    """After a crash Excel puts the add-in that it blames on a list and never loads it again, without a word."""
    values = computer.system.values(rf"{user_key(each.version)}\Resiliency\DisabledItems").values()
    listed = [value.data.decode("utf-16-le", "ignore") for value in values if isinstance(value.data, bytes)]
    if not any(ADDIN in text.lower() for text in listed):
        return Result("disabled_items", "ok", Text("Excel không tắt add-in.", "Excel has not disabled the add-in."))
    found = Text("Excel đã tắt add-in sau một lần bị treo.", "Excel has disabled the add-in after a crash.")
    advice = Text(
        f"Trong Excel: File > Options > Add-ins > Manage: Disabled Items > Go, chọn {ADDIN} > Enable.",
        f"In Excel: File > Options > Add-ins > Manage: Disabled Items > Go, choose {ADDIN} > Enable.",
    )
    return Result("disabled_items", "error", found, advice)
