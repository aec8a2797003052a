"""Windows itself: the registry and alternate streams. Imported on Windows alone.

Types of the registry module are known to a type checker only where it reads for Windows:
``mypy --platform win32`` looks into this file.
"""

from __future__ import annotations

import ntpath
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from xlplan.excel.setup.system import OwnFiles, Ran, Value

if sys.platform == "win32":
    import winreg

    _ROOTS = {
        "HKCU": (winreg.HKEY_CURRENT_USER, 0),
        "HKLM64": (winreg.HKEY_LOCAL_MACHINE, winreg.KEY_WOW64_64KEY),
        "HKLM32": (winreg.HKEY_LOCAL_MACHINE, winreg.KEY_WOW64_32KEY),
    }

    def _open(key: str, access: int) -> winreg.HKEYType:
        root, _, path = key.partition("\\")
        handle, view = _ROOTS[root]
        return winreg.OpenKey(handle, path, 0, access | view)

    class Windows(OwnFiles):
        """The user's own Windows."""

        def value(self, key: str, name: str) -> Value | None:
            """One registry value; None also where it may not be read."""
            try:
                with _open(key, winreg.KEY_READ) as handle:
                    data, kind = winreg.QueryValueEx(handle, name)
                    return Value(kind, data)
            except OSError:
                return None

        def values(self, key: str) -> Mapping[str, Value]:
            """All values of a key."""
            found: dict[str, Value] = {}
            try:
                with _open(key, winreg.KEY_READ) as handle:
                    for number in range(winreg.QueryInfoKey(handle)[1]):
                        name, data, kind = winreg.EnumValue(handle, number)
                        found[name] = Value(kind, data)
            except OSError:
                return found
            return found

        def has_key(self, key: str) -> bool:
            """Whether a key exists."""
            try:
                with _open(key, winreg.KEY_READ):
                    return True
            except OSError:
                return False

        def keys(self, key: str) -> Sequence[str]:
            """Names of the keys within a key."""
            try:
                with _open(key, winreg.KEY_READ) as handle:
                    return [winreg.EnumKey(handle, number) for number in range(winreg.QueryInfoKey(handle)[0])]
            except OSError:
                return ()

        def create_key(self, key: str) -> None:
            """Makes a key."""
            root, _, path = key.partition("\\")
            handle, view = _ROOTS[root]
            winreg.CreateKeyEx(handle, path, 0, winreg.KEY_READ | view).Close()

        def delete_key(self, key: str) -> None:
            """Removes a key without keys in it."""
            root, _, path = key.partition("\\")
            handle, view = _ROOTS[root]
            winreg.DeleteKeyEx(handle, path, view)

        def set_value(self, key: str, name: str, value: Value) -> None:
            """Writes a value."""
            with _open(key, winreg.KEY_SET_VALUE) as handle:
                winreg.SetValueEx(handle, name, 0, value.kind, value.data)

        def delete_value(self, key: str, name: str) -> None:
            """Removes a value."""
            with _open(key, winreg.KEY_SET_VALUE) as handle:
                winreg.DeleteValue(handle, name)

        def run(self, command: Sequence[str], timeout: float) -> Ran:
            """Runs a program; one without a folder is Windows' own, never a file that lies in the current folder."""
            program, *arguments = command
            if not ntpath.dirname(program):
                program = ntpath.join(self.variable("SystemRoot"), "System32", f"{program}.exe")
            return super().run([program, *arguments], timeout)

        def stream(self, path: str, name: str) -> bytes | None:
            """An alternate stream of a file."""
            return self.read(f"{path}:{name}")

        def delete_stream(self, path: str, name: str) -> None:
            """Removes an alternate stream."""
            Path(f"{path}:{name}").unlink(missing_ok=True)
