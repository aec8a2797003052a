"""The sheet `Kiểm tra` of the live workbook: which sheet it is, and which finding a row of it is about."""

from __future__ import annotations

import json

import xlwings as xw

from xlplan.excel.session import Place
from xlplan.model import Finding
from xlplan.refs import parse_address
from xlplan.sheets.marks.answers import SIGNATURE, TITLE, figure, key_of, place_text
from xlplan.sheets.marks.listing import PLACE
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.text import nfc

_TOP, _WIDE = 3, 40  # where the signature is looked for
_KEY_LENGTH = 4


class Row(NamedTuple):
    """Which finding a row is about: its rule, its sheet and cell (empty for the whole sheet), and the figures."""

    code: str
    sheet: str
    cell: str
    figure: str

    @property
    def place(self) -> tuple[int, int] | None:
        """Row and column of the cell."""
        try:
            return parse_address(self.cell)
        except ValueError:
            return None


def listings(book: xw.Book) -> dict[str, int]:
    """Our sheets by name, each with its column of keys. An official's own sheet of that name is none of them."""
    found = {}
    for sheet in book.sheets:
        if sheet.name.casefold().startswith(TITLE.casefold()):
            top = sheet.range((1, 1), (_TOP, _WIDE)).options(ndim=2).value
            columns = [n for row in top for n, value in enumerate(row, 1) if value == SIGNATURE]
            if columns:
                found[sheet.name] = columns[0]
    return found


def row_at(book: xw.Book, place: Place, keys: int) -> Row | None:
    """What the row of a selected cell is about; ``None`` above and below the findings.

    Where the visible columns were sorted without the hidden one, what the row shows is what it is about.
    """
    cells = book.sheets[place.sheet].range((place.row, 1), (place.row, keys)).options(ndim=1).value
    shown = nfc(str(cells[PLACE - 1] or ""))
    try:
        parts = json.loads(str(cells[keys - 1] or ""))
    except ValueError:
        return None
    if not (isinstance(parts, list) and len(parts) == _KEY_LENGTH and all(isinstance(part, str) for part in parts)):
        return None
    row = Row(*parts)
    if place_text(row.sheet, row.cell) == shown:
        return row
    sheet, comma, cell = shown.rpartition(", ")
    return Row(str(cells[0] or ""), sheet, cell, "") if comma else Row(str(cells[0] or ""), shown, "", "")


def is_about(row: Row, item: Finding) -> bool:
    """Whether a finding of this check is the one that a row was written for, at the same figures."""
    return key_of(item) == (row.code, nfc(row.sheet), row.cell) and row.figure in ("", figure(item))
