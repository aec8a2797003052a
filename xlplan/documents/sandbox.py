"""Jinja as a template of strangers may have it: no Python, and bounds on what it repeats and how much it writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from xlplan.documents.controls import Shown
from xlplan.documents.wordxml import inline


class Sandbox(ImmutableSandboxedEnvironment):
    """No attributes that begin with an underscore, no functions, nothing undefined."""

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined, finalize=_finalize)
        self.globals.clear()

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A name of what the plan gives; anything else as the sandbox has it."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


def _finalize(value: object) -> object:
    """What is put in place of ``{{ … }}``: XML of ours as it is, everything else as literal text."""
    if hasattr(value, "__html__"):
        return value
    if isinstance(value, Shown):
        return Markup(value.marked())
    if isinstance(value, Mapping | list | tuple):
        raise TypeError("a list cannot be printed as it is: use a loop ({%p for … %})")
    return Markup(inline(str(value)))
