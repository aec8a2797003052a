"""Cells in TCVN3 or VNI become Unicode before anything is looked for in them; each sheet gets one note.

Loaded only for workbooks in which `reader` saw a letter or a font of that time.
"""

from __future__ import annotations

from collections import Counter

from xlplan.messages import finding
from xlplan.model import CellRef, Finding
from xlplan.packages.cells import Sheet
from xlplan.vietnamese.legacy import Decoded, Encoding, decode, encoding_of_font

_FONTS_NAMED = 3


def to_unicode(sheets: list[Sheet]) -> list[Finding]:
    """Decodes the legacy texts of the sheets in place, each cell by its own font and letters."""
    return [note for sheet in sheets if (note := _decode_sheet(sheet)) is not None]


def _decode_sheet(sheet: Sheet) -> Finding | None:
    """Decodes a sheet twice: what is certain first, then what is so because its neighbours are."""
    texts = {place: cell for place, cell in sheet.cells.items() if isinstance(cell.value, str) and cell.kind == "s"}
    context: frozenset[Encoding] = frozenset()
    found: dict[tuple[int, int], Decoded] = {}
    for _ in range(2):
        for place, cell in texts.items():
            if place not in found and (decoded := decode(str(cell.value), cell.font, context)) is not None:
                found[place] = decoded
        context = frozenset(decoded.encoding for decoded in found.values())
        if not context:
            return None
    for place, decoded in found.items():
        sheet.cells[place] = texts[place]._replace(value=decoded.text)
    first = min(found)
    fonts = Counter(cell.font for place in found if encoding_of_font((cell := texts[place]).font))
    named = ", ".join(name for name, _ in fonts.most_common(_FONTS_NAMED))
    return finding(
        "I30",
        CellRef(sheet.name, *first),
        count=len(found),
        encodings=", ".join(sorted(context)),
        fonts=f" (phông {named})" if named else "",
        fonts_en=f" (font {named})" if named else "",
        written=str(texts[first].value),
        read=found[first].text,
    )
