"""A call of one of our functions in a cell: as the formula that Excel shows, and computed now for its stored result."""

from __future__ import annotations

from collections.abc import Callable

from xlplan.sheets.standard.cells import Place, fixed_span, quoted
from xlplan.tuples import NamedTuple

Shown = int | float | str
"""What a cell may show."""


class Area(NamedTuple):
    """A range of another sheet."""

    sheet: str
    first: Place
    last: Place

    @property
    def text(self) -> str:
        """``'Biểu chỉ tiêu'!$D$7:$D$17``, or one cell."""
        title = "'" + self.sheet.replace("'", "''") + "'"
        return f"{title}!{self.first.fixed if self.first == self.last else fixed_span(self.first, self.last)}"


class Call(NamedTuple):
    """``GN_TYLE(area, area)``: the function's name and its arguments, areas or texts and numbers."""

    function: str
    arguments: tuple[Area | str | int, ...]

    @property
    def text(self) -> str:
        """The formula without its equals sign."""
        return f"{self.function}({','.join(_argument(argument) for argument in self.arguments)})"


def _argument(argument: Area | str | int) -> str:
    if isinstance(argument, Area):
        return argument.text
    return quoted(argument) if isinstance(argument, str) else str(argument)


Evaluate = Callable[[Call], list[list[Shown]]]
"""Computes a call; the rows of what it shows."""


def nothing(call: Call) -> list[list[Shown]]:
    """The result of any call before the workbook's figures are known."""
    return [[""]]
