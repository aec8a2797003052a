"""Links to the files beside the province workbook, and texts as cells of Excel take them."""

from __future__ import annotations

import re
from urllib.parse import quote

from xlplan.refs import qualify

MOST_LINKS = 65_530  # Excel's limit for one sheet
LONGEST_TEXT = 32_767  # letters of a cell, in UTF-16
_LONGEST_TARGET = 2_000  # Excel takes 2,080
_PLAIN = re.compile(r"[^\x00-\x7f]+")


def target(path: str, sheet: str = "", cell: str = "") -> str:
    """The link to a file given relative to the workbook, or to one of its cells, as XlsxWriter takes it.

    Letters stay as they are; what has a meaning in an address (space, ``#``, ``%``, quotes …) is escaped, so that a
    file called ``xã 1#2.xlsx`` is found. Empty where there is no file or the link would be too long for Excel.
    """
    if not path:
        return ""
    escaped = "".join(
        part if _PLAIN.fullmatch(part) else quote(part, safe="/()!$&+,;=@'-._~")
        for part in re.split(r"([^\x00-\x7f]+)", path.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
    )
    place = f"#{qualify(sheet, cell or 'A1')}" if sheet else ""
    return f"external:{escaped}{place}" if len(escaped) + len(place) <= _LONGEST_TARGET else ""


def cell_text(text: str) -> str:
    """A text that Excel can hold: not too long, and without halves of letters (names of files may have them)."""
    plain = text if text.isascii() else text.encode("utf-16-le", "replace").decode("utf-16-le")
    if len(plain) <= LONGEST_TEXT // 2:
        return plain
    data = plain.encode("utf-16-le")
    if len(data) <= 2 * LONGEST_TEXT:
        return plain
    return data[: 2 * (LONGEST_TEXT - 1)].decode("utf-16-le", "ignore") + "…"
