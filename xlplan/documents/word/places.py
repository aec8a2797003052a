"""Where things stand in a Word file, and the walk through body, tables and controls that the places count.

Places are those of the contract: ``¶12`` is the twelfth paragraph of the body (empty ones counted, those in tables
not), ``T2R3C1`` the first column of the third row of the second table; a table within a cell goes on
(``T2R3C1T1R1C1``). A text box has the place of the paragraph that it hangs on. Headers, footers and notes, which
print on several pages or at their foot, have ``H1¶1``, ``F1¶1``, ``N1¶1``: the part and the paragraph within it.
"""

from __future__ import annotations

from collections.abc import Iterator

from xlplan.documents.word.nodes import COMPATIBILITY, child, val, w, whole
from xlplan.model import CellRef
from xlplan.packages.tree import Node
from xlplan.patterns import pattern

_TRANSPARENT = frozenset(
    w(name) for name in ("sdtContent", "ins", "moveTo", "smartTag", "customXml", "hyperlink", "fldSimple", "dir", "bdo")
) | {f"{COMPATIBILITY}Choice", f"{COMPATIBILITY}Fallback"}
_SDT, _ALTERNATE = w("sdt"), f"{COMPATIBILITY}AlternateContent"
_TR, _TC = w("tr"), w("tc")
_MOST_SPAN = 256  # columns that one cell may take
_CELL = pattern(r"(T\d+)R(\d+)C(\d+)")
_OUTER_CELL = pattern(r"(.*?T\d+)R\d+C\d+")

PARTS = {"header": "H", "footer": "F", "footnotes": "N", "endnotes": "N"}
"""The letters of the parts beside the body, by the last word of their relationship's type."""


# -- names ---------------------------------------------------------------------------------------------------


def paragraph_place(number: int, part: str = "") -> str:
    """The place of a paragraph that stands in no table: ``¶12``, in the part ``H1`` of a header ``H1¶1``."""
    return f"{part}¶{number}"


def table_place(number: int, within: str = "") -> str:
    """The place of a table of the body, of a part or of a cell."""
    return f"{within}T{number}"


def cell_place(table: str, row: int, column: int) -> str:
    """The place of a cell of a table."""
    return f"{table}R{row}C{column}"


def cell_at(place: str) -> CellRef | None:
    """The cell of a table of the body that a place names, the table being the sheet; ``None`` for any other place."""
    found = _CELL.fullmatch(place)
    return CellRef(found[1], int(found[2]), int(found[3])) if found else None


def row_of(place: str) -> str:
    """The row of a table that a place in a cell is in."""
    return place.rpartition("C")[0]


def around(place: str) -> str:
    """What a place is in: its cell, the part of a header or a note, nothing for a paragraph of the body."""
    return place.partition("¶")[0]


def table_of(place: str) -> str:
    """The table that a place is in, the outermost one; empty for a place in none."""
    found = _OUTER_CELL.match(place)
    return found[1] if found else ""


# -- walk ----------------------------------------------------------------------------------------------------


def contents(parent: Node) -> Iterator[Node]:
    """What stands in a node (paragraphs, tables, rows, cells, runs), whatever controls and insertions are around it."""
    for node in parent:
        if node.tag == _SDT:
            content = child(node, "sdtContent")
            if content is not None:
                yield from contents(content)
        elif node.tag == _ALTERNATE:
            yield from contents(chosen(node))
        elif node.tag in _TRANSPARENT:
            yield from contents(node)
        else:
            yield node


def chosen(alternate: Node) -> Node:
    """The first of several forms of the same content, as today's Word takes it."""
    return next(iter(alternate), alternate)


def rows(table: Node) -> Iterator[tuple[int, Node]]:
    """The rows of a table with their numbers; one that a tracked change deletes is none."""
    return enumerate((node for node in contents(table) if node.tag == _TR and not _is_deleted(node)), start=1)


def cells(row: Node) -> Iterator[tuple[int, int, Node]]:
    """The cells of a row: column, how many columns it takes, cell. Columns are those of the table's grid."""
    column = 1 + (whole(val(row, "trPr", "gridBefore")) or 0)
    for node in contents(row):
        if node.tag == _TC:
            span = min(max(1, whole(val(node, "tcPr", "gridSpan")) or 1), _MOST_SPAN)
            yield column, span, node
            column += span


def _is_deleted(row: Node) -> bool:
    return child(row, "trPr", "del") is not None
