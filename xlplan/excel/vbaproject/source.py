"""The source text of a module as it is stored: its attributes and then its code. Source: [MS-VBAL] 4.2."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from xlplan.tuples import NamedTuple

Kind = Literal["standard", "class", "document"]

WORKBOOK = "ThisWorkbook"  # the document module of the workbook; every other one belongs to a sheet
_BASES = {
    "workbook": "0{00020819-0000-0000-C000-000000000046}",
    "sheet": "0{00020820-0000-0000-C000-000000000046}",
    "class": "0{FCFB3D2A-A0FA-1068-A738-08002B3371B5}",
}
_LONGEST_LINE = 1023  # characters; the editor of VBA cuts what is longer
_WRONG = re.compile(r"\r(?!\n)|(?<!\r)\n|[^\t\r\n -~]")
_ATTRIBUTE = re.compile(r"Attribute (VB_\w+) = (.*)")
_DESCRIPTION = re.compile(r'^Attribute VB_Description = "(.*)"\r$', re.MULTILINE)


class Module(NamedTuple):
    """A module to be written: ASCII code with CRLF line ends, as a .bas or .cls file holds it or without its head.

    A document module belongs to the workbook (by the name ThisWorkbook) or to the sheet whose ``codeName`` it bears.
    """

    name: str
    code: str
    kind: Kind = "standard"


def stored_text(module: Module) -> str:
    """The text that goes into the module's stream: all attributes of its kind, given ones kept, and the code.

    The lines VERSION … END before the attributes of an exported class belong to the export alone and are left out.
    Raises ValueError, with module and line, for a character other than ASCII, a line end other than CRLF or a line too
    long; and if ``VB_Name`` in the code is not the name of the module.
    """
    lines = _checked_lines(module)
    head, at = dict(_defaults(module)), _after_export_head(module, lines)
    extra: list[tuple[str, str]] = []
    while at < len(lines) and (found := _ATTRIBUTE.fullmatch(lines[at])):
        name, value = found.groups()
        if name in head:
            head[name] = value
        else:
            extra.append((name, value))
        at += 1
    if head["VB_Name"] != f'"{module.name}"':
        raise ValueError(f"module {module.name}: its VB_Name is {head['VB_Name']}")
    attributes = "".join(f"Attribute {name} = {value}\r\n" for name, value in (*head.items(), *extra))
    code = "\r\n".join(lines[at:])
    return attributes + code + ("" if not code or code.endswith("\r\n") else "\r\n")


def description(text: str) -> str:
    """What ``VB_Description`` in a stored text says, with its line ends; empty without one."""
    found = _DESCRIPTION.search(text)
    return found[1].replace(r"\r\n", "\r\n").replace('""', '"') if found else ""


def _checked_lines(module: Module) -> list[str]:
    """The lines of the code; the last one is what follows the last line end."""
    found = _WRONG.search(module.code)
    if found:
        place = module.code.count("\n", 0, found.start()) + 1
        what = "a line end other than CRLF" if found[0] in "\r\n" else f"{found[0]!r}, which is no printable ASCII"
        raise ValueError(f"module {module.name}, line {place}: {what}")
    lines = module.code.split("\r\n")
    for number, line in enumerate(lines, start=1):
        if len(line) > _LONGEST_LINE:
            raise ValueError(f"module {module.name}, line {number}: more than {_LONGEST_LINE} characters")
    return lines


def _after_export_head(module: Module, lines: Sequence[str]) -> int:
    if not re.fullmatch(r"VERSION [\d.]+ CLASS\s*", lines[0]):
        return 0
    ends = [number for number, line in enumerate(lines, start=1) if line.strip() == "END"]
    if ends:
        return ends[0]
    raise ValueError(f"module {module.name}, line 1: VERSION without END")


def _defaults(module: Module) -> list[tuple[str, str]]:
    """The attributes of a new module of this kind, in the order in which Excel writes them."""
    name = ("VB_Name", f'"{module.name}"')
    if module.kind == "standard":
        return [name]
    document = module.kind == "document"
    base = "class" if not document else "workbook" if module.name == WORKBOOK else "sheet"
    return [
        name,
        ("VB_Base", f'"{_BASES[base]}"'),
        ("VB_GlobalNameSpace", "False"),
        ("VB_Creatable", "False"),
        ("VB_PredeclaredId", str(document)),
        ("VB_Exposed", str(document)),
        ("VB_TemplateDerived", "False"),
        ("VB_Customizable", str(document)),
    ]
