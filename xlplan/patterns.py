"""Regular expressions that are compiled when they are first used: a command uses half of those that it loads.

Compiling takes a third of a millisecond each, which at every start would be more than reading a workbook's table.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast

_METHODS = ("findall", "finditer", "fullmatch", "match", "search", "split", "sub", "subn")


class _Pattern:
    """Stands for a compiled pattern; its first use compiles it and puts the methods in place."""

    def __init__(self, source: str | bytes, flags: int) -> None:
        self.source = source
        self.flags = flags

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(self.source, self.flags)
        for method in _METHODS:
            self.__dict__[method] = getattr(compiled, method)
        return getattr(compiled, name)


def pattern(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """The compiled form of a regular expression, made on first use. Mistakes in it show only then."""
    return cast("re.Pattern[AnyStr]", _Pattern(source, flags))
