"""Options that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from xlplan.cli.language import Texts


def format_option(texts: Texts) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """``--format text|json`` of the commands that give findings; the parameter is called ``form``."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(["text", "json"]),
        default="text",
        help=texts("Dạng kết quả: text để đọc, json cho chương trình.", "Form of the result: text or json."),
    )
