"""Texts in TCVN3 and VNI of a range, by the rules by which the reader decodes a sheet."""

from __future__ import annotations

from xlplan.excel.ranges import block_of, fonts
from xlplan.excel.values import ERRORS, CellError, Fault, is_range, plain
from xlplan.vietnamese.text import nfc


def in_unicode(table: object) -> object:
    """The same cells in Unicode (NFC). What certainly is legacy text in one cell helps to know it in the others."""
    from xlplan.packages.cells import Cell, Sheet
    from xlplan.sheets.encodings import to_unicode

    block = block_of(table)
    texts = {at: value for at, value in block.cells() if isinstance(value, str) and value not in ERRORS}
    suspected = [at for at, value in texts.items() if not value.isascii()]
    named = fonts(block, suspected)
    sheet = Sheet(block.sheet)
    for (i, j), value in texts.items():
        sheet.cells[i, j] = Cell(i, j, "s", value, font=named.get((i, j), ""))
    to_unicode([sheet])
    found = [
        [nfc(str(sheet.cells[i, j].value)) if (i, j) in sheet.cells else _other(value) for j, value in enumerate(row)]
        for i, row in enumerate(block.values)
    ]
    return found if is_range(table) else found[0][0]


def _other(value: object) -> object:
    """A cell that holds no text stays as it is."""
    try:
        found = plain(value)
    except Fault as fault:
        return fault.error
    return "" if found is None else found if isinstance(found, CellError) else value
