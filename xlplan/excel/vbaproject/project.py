"""The streams beside the modules: PROJECT, PROJECTwm and _VBA_PROJECT. Source: [MS-OVBA] 2.3.1, 2.3.3, 2.4.3."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from xlplan.excel.vbaproject.directory import Stored

# No compiled code: Office compiles the text when it opens the file. The bytes of the example in [MS-OVBA] 3.1.1.
VBA_PROJECT_STREAM = bytes.fromhex("CC61FFFF000100")
_LINE = {"standard": "Module={}", "class": "Class={}", "document": "Document={}/&H00000000"}
_SEED = 0x5A  # any byte serves; a fixed one keeps the file reproducible
_ENCRYPTION = 2
_EDITOR = "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000"


def project_stream(name: str, modules: Sequence[Stored]) -> bytes:
    """The text of the project's properties: its modules in order, unlocked, without a password, shown in the editor."""
    identity = _identity(name)
    lines = [
        f'ID="{identity}"',
        *(_LINE[module.kind].format(module.name) for module in modules),
        f'Name="{name}"',
        'HelpContextID="0"',
        'VersionCompatible32="393222000"',
        f'CMG="{_obscured(identity, bytes(4))}"',  # not locked
        f'DPB="{_obscured(identity, bytes(1))}"',  # no password
        f'GC="{_obscured(identity, bytes((0xFF,)))}"',  # visible
        "",
        "[Host Extender Info]",
        _EDITOR,
        "",
        "[Workspace]",
        *(f"{module.name}=0, 0, 0, 0, C" for module in modules),  # windows of the editor, all closed
    ]
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def projectwm_stream(modules: Sequence[Stored]) -> bytes:
    """The modules' names in the code page and in UTF-16."""
    pairs = (f"{m.name}\0".encode("ascii") + f"{m.name}\0".encode("utf-16-le") for m in modules)
    return b"".join(pairs) + b"\0\0"


def _identity(name: str) -> str:
    """A GUID that belongs to the name, so that equal projects are equal files."""
    number = hashlib.sha256(f"xlplan VBA project {name}".encode()).hexdigest().upper()
    parts = number[:8], number[8:12], "4" + number[13:16], "A" + number[17:20], number[20:32]
    return "{" + "-".join(parts) + "}"


def _obscured(identity: str, data: bytes) -> str:
    """Data as hexadecimal digits in the Data Encryption of [MS-OVBA] 2.4.3.2, which hides and protects nothing."""
    key = sum(identity.encode("ascii")) & 0xFF
    written = [_SEED, _SEED ^ _ENCRYPTION, _SEED ^ key]
    before = key
    for byte in bytes((_SEED & 6) // 2) + len(data).to_bytes(4, "little") + data:
        written.append(byte ^ (written[-2] + before & 0xFF))
        before = byte
    return bytes(written).hex().upper()
