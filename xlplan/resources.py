"""Where the templates and starter outlines are: in the package when installed, beside it in a checkout."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def templates() -> Path:
    """The folder of Word templates and starter outlines."""
    package = Path(__file__).parent
    installed = package / "templates"
    return installed if installed.is_dir() else package.parent / "templates"


def plan_template() -> Path:
    """The Word template of the plan."""
    return templates() / "ke_hoach.docx"


def outlines() -> Path:
    """The folder of starter outlines."""
    return templates() / "outlines"
