"""xlwings as it is on Windows, without Windows: stands in for pywin32 so that its own code for cells runs here.

Run as a program, it imports the functions as a Windows machine would, prints what xlwings knows of each, the VBA that
it would generate, and what cells get for some calls, as JSON. Nothing of Excel is proven by it: only that xlwings
accepts the functions, their arguments and their results.
"""

from __future__ import annotations

import ctypes
import io
import json
import sys
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

MISSING = -2147352572  # what an argument that was left out is to xlwings


def pretend() -> None:
    """Puts the stand-ins in place; xlwings must not have been imported."""
    for name in ("pywintypes", "win32api", "win32con", "pythoncom", "win32gui", "win32process", "win32timezone"):
        sys.modules[name] = MagicMock(name=name)
    for name in ("win32event", "win32com", "win32com.client", "win32com.server", "win32com.server.util"):
        sys.modules[name] = MagicMock(name=name)
    for name in (
        "win32com.server.dispatcher",
        "win32com.server.policy",
        "winreg",
        "win32com.client.dynamic",
    ):
        sys.modules[name] = MagicMock(name=name)
    client = sys.modules["win32com.client"]
    for name in ("CDispatch", "CoClassBaseClass", "DispatchBaseClass"):
        setattr(client, name, type(name, (), {}))
    sys.modules["pywintypes"].TimeType = type("TimeType", (), {})
    sys.modules["pythoncom"].CoInitialize = lambda: None
    ctypes.windll = ctypes.oledll = MagicMock()  # type: ignore[attr-defined]
    ctypes.PyDLL = MagicMock()  # type: ignore[misc]
    sys.modules["pythoncom"].__file__ = "pythoncom.dll"
    sys.platform = "win32"


def wrapper(functions: ModuleType, udfs: Any) -> str:
    """The VBA that xlwings generates for the functions."""
    out = io.StringIO()
    udfs.generate_vba_wrapper(functions.__name__, functions, out, SimpleNamespace(Name="so.xlsm"))
    return out.getvalue()


def main() -> None:
    """Prints what xlwings makes of the functions."""
    pretend()
    import xlwings
    from xlwings import udfs

    from xlplan.excel import functions, registry

    known = {f.name: getattr(functions, f.name).__xlfunc__ for f in registry.FUNCTIONS}
    described = {
        name: {
            "category": found["category"],
            "volatile": found["volatile"],
            "help": found["ret"]["doc"],
            "arguments": [(a["name"], a["doc"], "optional" in a) for a in found["args"]],
        }
        for name, found in known.items()
    }
    udfs.ComRange = lambda found: found

    def call(name: str, *arguments: object) -> object:
        return udfs.call_udf(functions.__name__, name, arguments, None, MagicMock(name="caller"))

    calls = json.loads(sys.stdin.read())
    results = [call(name, *arguments) for name, arguments in calls]
    assert xlwings.engines.active.name == "excel"
    json.dump({"known": described, "vba": wrapper(functions, udfs), "results": results}, sys.stdout)


if __name__ == "__main__":
    main()
