"""The tables of a Word file as the sheets of a workbook, so that the reader of workbooks reads them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xlplan.documents.word.nodes import child, val, w
from xlplan.documents.word.places import cell_place, cells, contents, rows, table_place
from xlplan.documents.word.reading import Passage, WordFile
from xlplan.packages.cells import Cell, Range, Sheet
from xlplan.packages.tree import Node


class TableGrid:
    """One table of the body: ``sheet`` holds its texts with their merges, ``passages`` those of each cell."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.sheet = Sheet(table_place(number))
        self.passages: dict[tuple[int, int], list[Passage]] = {}

    def text(self, row: int, column: int) -> str:
        """What stands in a cell, empty where nothing does."""
        cell = self.sheet.cells.get((row, column))
        return str(cell.value) if cell is not None else ""

    def rows(self) -> Iterator[list[tuple[int, int]]]:
        """The places of the cells of each row, from left to right; what a cell above covers is left out."""
        by_row: dict[int, list[tuple[int, int]]] = {}
        for place in sorted(self.passages):
            by_row.setdefault(place[0], []).append(place)
        yield from by_row.values()


def table_grids(file: WordFile) -> list[TableGrid]:
    """The tables of the body in their order."""
    texts: dict[str, list[Passage]] = {}
    for passage in file.passages:
        texts.setdefault(passage.place, []).append(passage)
    tables = (node for node in contents(file.body) if node.tag == w("tbl"))
    return [_grid(number, table, texts) for number, table in enumerate(tables, start=1)]


def _grid(number: int, table: Node, texts: dict[str, list[Passage]]) -> TableGrid:
    grid = TableGrid(number)
    open_merges: dict[int, Range] = {}  # by their first column
    for at, row in rows(table):
        for column, span, cell in cells(row):
            passages = texts.get(cell_place(grid.sheet.name, at, column), ())
            _place(grid, (at, column, span), _merge(cell), open_merges, passages)
    grid.sheet.merged += [merge for merge in open_merges.values() if merge[:2] != merge[2:]]
    return grid


def _merge(cell: Node) -> str:
    """``restart`` where a cell begins to take several rows, ``continue`` where one from above goes on, else nothing."""
    merge = child(cell, "tcPr", "vMerge")
    return "" if merge is None else val(merge) or "continue"


def _place(
    grid: TableGrid,
    where: tuple[int, int, int],
    merge: str,
    open_merges: dict[int, Range],
    passages: Sequence[Passage],
) -> None:
    row, column, span = where
    above = open_merges.get(column)
    if merge == "continue" and above is not None and above[2] == row - 1:
        open_merges[column] = (above[0], above[1], row, above[3])
        return
    if above is not None and above[:2] != above[2:]:
        grid.sheet.merged.append(above)
    open_merges[column] = (row, column, row, column + span - 1)
    text = "\n".join(passage.text for passage in passages if passage.text.strip()).strip()
    grid.passages[row, column] = list(passages)
    if text:
        grid.sheet.cells[row, column] = Cell(row, column, "s", text)
