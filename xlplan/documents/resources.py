"""Finds the files that travel with the program: Word template, starter outlines."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def template(name: str = "ke_hoach.docx") -> Path:
    """A file of ``templates``: inside the installed package, or beside it in a working copy."""
    installed = _PACKAGE / "templates" / name
    return installed if installed.exists() else _PACKAGE.parent / "templates" / name
