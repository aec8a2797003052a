"""Places, formulas with their results, and how pieces of text and formulas join to one."""

from __future__ import annotations

from decimal import Decimal

from xlplan.refs import column_letters
from xlplan.tuples import NamedTuple


class Formula(NamedTuple):
    """A formula without its ``=`` and its present result (an empty text where the cell shows nothing)."""

    text: str
    result: int | Decimal | str


class Place(NamedTuple):
    """A cell by row and column from 0, as XlsxWriter counts."""

    row: int
    column: int

    @property
    def address(self) -> str:
        """``D17``."""
        return f"{column_letters(self.column + 1)}{self.row + 1}"

    @property
    def fixed(self) -> str:
        """``$D$17``."""
        return f"${column_letters(self.column + 1)}${self.row + 1}"


def span(first: Place, last: Place) -> str:
    """``C8:C19``."""
    return f"{first.address}:{last.address}"


def fixed_span(first: Place, last: Place) -> str:
    """``$C$8:$C$19``."""
    return f"{first.fixed}:{last.fixed}"


def quoted(text: str) -> str:
    """A text as formulas write it: in quotes, quotes inside doubled."""
    return '"' + text.replace('"', '""') + '"'


def joined(*pieces: str | Formula) -> Formula:
    """``"Hộ nghèo cuối năm "&TT_nam_truoc``: texts and formulas one after the other."""
    parts = [quoted(piece) if isinstance(piece, str) else piece.text for piece in pieces if piece != ""]
    results = [piece if isinstance(piece, str) else str(piece.result) for piece in pieces]
    return Formula("&".join(parts), "".join(results))
