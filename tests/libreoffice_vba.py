"""Runs the VBA of a workbook in LibreOffice: opens it with macros enabled, recalculates, calls Subs, reads cells.

Its Basic is not quite VBA: it knows no ``PtrSafe``, reads both branches of an ``#If`` and folds constants when
it compiles; a project of which one module does not compile runs nothing and says nothing. ``run`` tells which module
that is; give it another text with ``modules``: xlwings' own, for instance, a ``Sub RunPython``.

The part below ``_inside`` runs in the Python that LibreOffice's bridge (the package python3-uno) belongs to.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

Value = str | float

TIMEOUT = 180  # seconds for one call; a Sub that waits for an answer would never end
_ALWAYS_WITHOUT_ASKING = 4  # com.sun.star.document.MacroExecMode.ALWAYS_EXECUTE_NO_WARN
_CALLS = "XlplanCalls"
_UNKNOWN = re.compile(r"^[^'\n]*\bDeclare\s+PtrSafe\b", re.IGNORECASE | re.MULTILINE)
_HEAD = "Rem Attribute VBA_ModuleType=VBAModule\nOption VBASupport 1\n"


def require_uno() -> None:
    """Skip or fail the test as ``office.require_office`` does, where LibreOffice or its Python bridge is missing."""
    import office

    office.require_office()
    if _python() is None:
        office.skip_or_fail("no Python can import uno: install python3-uno")


def run(
    path: Path,
    cells: Sequence[str] = (),
    *,
    write: Mapping[str, Value] | None = None,
    statements: Sequence[str] = (),
    modules: Mapping[str, str] | None = None,
) -> dict[str, Value]:
    """Open a copy of a workbook with its macros enabled and return the values of ``cells`` (``"Biểu!B1"``).

    In this order: ``modules`` are given another text, cells of ``write`` a value or a formula (English, arguments apart
    by ``;``), everything is recalculated, and each of ``statements`` is executed (``'Module1.Mark "x", 3'``). A number
    comes as float, everything else as the text that the cell shows (``"#NAME?"``). Raises RuntimeError if a module does
    not compile or a statement ends in an error, with its number and text. MsgBox shows nothing and goes on.
    """
    import office

    with tempfile.TemporaryDirectory(prefix="xlplan-vba-") as folder:
        copy = shutil.copy(path, folder)
        job = {
            "url": Path(copy).as_uri(),
            "profile": office.profile(),
            "cells": list(cells),
            "write": dict(write or {}),
            "statements": list(statements),
            "modules": dict(modules or {}),
        }
        outcome = json.loads(_answer(json.dumps(job)))
    if outcome["problem"]:
        raise RuntimeError(outcome["problem"])
    return outcome["cells"]


def _answer(job: str) -> str:
    """What the second part of this file says to a job, in a process group that is ended with it."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    with subprocess.Popen(
        [_python() or "python3", __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=environment | {"PYTHONUTF8": "1"},
        start_new_session=True,
    ) as process:
        try:
            answer, complaint = process.communicate(job, timeout=TIMEOUT)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # LibreOffice too, if it hangs
    if process.returncode:
        raise RuntimeError(complaint.strip() or f"the Python of LibreOffice ended with {process.returncode}")
    return answer


@cache
def _python() -> str | None:
    """A Python that can talk to LibreOffice."""
    for candidate in (sys.executable, "/usr/bin/python3", "/usr/lib/libreoffice/program/python"):
        with contextlib.suppress(OSError):
            if not subprocess.run([candidate, "-c", "import uno"], capture_output=True, check=False).returncode:
                return candidate
    return None


def _inside() -> None:
    """Do the job that stands on standard input, in LibreOffice's own Python."""
    job = json.load(sys.stdin)
    with _office(job["profile"]) as desktop:
        json.dump(_outcome(desktop, job), sys.stdout)


@contextlib.contextmanager
def _office(profile: str) -> Iterator[Any]:
    """A LibreOffice of its own, by its desktop; it ends with the block."""
    pipe = f"xlplan{os.getpid()}"
    options = ["--headless", "--norestore", "--nologo", f"--accept=pipe,name={pipe};urp;"]
    with subprocess.Popen(
        ["soffice", f"-env:UserInstallation={profile}", *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as office:
        try:
            desktop = _desktop(pipe)
            yield desktop
            with contextlib.suppress(Exception):  # the bridge is gone before the answer comes
                desktop.terminate()
            office.wait(30)
        finally:
            office.kill()


def _outcome(desktop: Any, job: dict[str, Any]) -> dict[str, Any]:
    ways = _property("Hidden", True), _property("MacroExecutionMode", _ALWAYS_WITHOUT_ASKING)
    document = desktop.loadComponentFromURL(job["url"], "_blank", 0, ways)
    if document is None:
        return {"problem": f"LibreOffice does not open {job['url']}", "cells": {}}
    try:
        _perform(document, job)
        return {"problem": "", "cells": {name: _value(_cell(document, name)) for name in job["cells"]}}
    except RuntimeError as error:
        return {"problem": str(error), "cells": {}}
    finally:
        document.close(True)


def _desktop(pipe: str) -> Any:
    import uno

    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(600):
        with contextlib.suppress(Exception):  # NoConnectException, which exists only once the bridge is loaded
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        time.sleep(0.1)
    raise SystemExit("LibreOffice did not start within a minute")


def _property(name: str, value: Any) -> Any:
    from com.sun.star.beans import PropertyValue

    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def _perform(document: Any, job: dict[str, Any]) -> None:
    project = next((name for name in document.BasicLibraries.getElementNames() if name != "Standard"), None)
    library = document.BasicLibraries.getByName(project) if project else None
    for name, text in job["modules"].items():
        library.replaceByName(name, _HEAD + text)
    for name, value in job["write"].items():
        cell = _cell(document, name)
        cell.setFormula(value) if isinstance(value, str) else cell.setValue(value)
    if library is not None:
        _check_compiles(document, project)
    document.calculateAll()
    for statement in job["statements"]:
        _execute(document, project, statement)


def _check_compiles(document: Any, project: str) -> None:
    """Raise RuntimeError with the names of the modules that LibreOffice does not compile."""
    libraries = document.BasicLibraries
    library = libraries.getByName(project)
    names = library.getElementNames()
    if _call(document, project, "") == "":
        wrong = [name for name in names if _UNKNOWN.search(library.getByName(name))]  # swallows the function after it
    else:  # one module keeps all of them from running: which one shows where it is alone
        for name in names:
            libraries.createLibrary(f"Only{name}").insertByName(name, library.getByName(name))
        wrong = [name for name in names if _call(document, f"Only{name}", "") != ""] or ["the modules together"]
    if wrong:
        raise RuntimeError(f"LibreOffice does not compile {', '.join(sorted(wrong))}")


def _execute(document: Any, project: str, statement: str) -> None:
    problem = _call(document, project, statement)
    if problem is None:
        raise RuntimeError(f"{statement}: LibreOffice does not compile this call")
    if problem:
        raise RuntimeError(f"{statement}: {problem}")


def _call(document: Any, project: str, statement: str) -> str | None:
    """Execute a statement; how it failed, empty if it did not, None if nothing in the library compiles."""
    library = document.BasicLibraries.getByName(project)
    lines = [
        f"{_HEAD}Function Outcome() As String",
        "    On Error GoTo Failed",
        f"    {statement}",
        '    Outcome = "done"',
        "    Exit Function",
        "Failed:",
        '    Outcome = "error " & Err.Number & ", " & Err.Description',
        "End Function",
    ]
    library.insertByName(_CALLS, "\n".join(lines))
    try:
        answer = _invoke(document, f"{project}.{_CALLS}.Outcome")
    finally:
        library.removeByName(_CALLS)
    return None if not answer else "" if answer == "done" else str(answer)


def _invoke(document: Any, function: str) -> Any:
    """What a function without arguments returns; None where LibreOffice does not find it."""
    try:
        where = f"vnd.sun.star.script:{function}?language=Basic&location=document"
        answer, _, _ = document.getScriptProvider().getScript(where).invoke((), (), ())
    except Exception as error:
        if type(error).__name__.endswith("ScriptFrameworkErrorException"):  # a class that only the bridge knows
            return None
        raise
    return answer


def _cell(document: Any, name: str) -> Any:
    sheet, _, address = name.rpartition("!")
    return document.Sheets.getByName(sheet).getCellRangeByName(address)


def _value(cell: Any) -> Value:
    text = cell.getString()
    if cell.getError() or cell.Type.value == "TEXT" or (cell.Type.value == "FORMULA" and cell.FormulaResultType2 != 1):
        return text
    return cell.getValue() if text else ""


if __name__ == "__main__":
    _inside()
