"""An open workbook as the reader has one from a file: for functions that give its figures and sentences in cells.

Nothing is written and nothing saved. Two hundred cells that ask one after the other are one reading: within
:data:`PAUSE` of each other, and at most :data:`LONGEST` after the last look, nobody has typed anything. A look at a
workbook whose cells are the same reads nothing again.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlplan.excel.ranges import At, Block, as_sheet, block_of, forget_looks, number_formats
from xlplan.excel.values import NA, Fault, rows
from xlplan.patterns import pattern
from xlplan.tuples import NamedTuple

if TYPE_CHECKING:
    from xlplan.documents.values import Values
    from xlplan.model import Submission
    from xlplan.packages.cells import Cell
    from xlplan.packages.workbook import Workbook

PAUSE = 0.1  # seconds; a person's next entry is further off, cells of one recalculation are not
LONGEST = 1.0
MOST_KEPT = 4  # workbooks
clock = time.monotonic

_FED_BY_US = ("GN_CHITIEU(", "GN_CAU(")  # cells that say again what was read
_QUOTED = pattern(r'"[^"]*"')
_WORD = pattern(r"[^\W\d][\w.]*+(?!\()")  # a name, an address; not a function
_ADDRESS = pattern(r"[A-Za-z]{1,3}[0-9]+")


class Seen(NamedTuple):
    """What was seen of one sheet; ``address`` is that of its used range."""

    name: str
    address: str
    values: list[list[Any]]
    formulas: Mapping[At, str]


class _Kept:
    """The last reading of one workbook."""

    def __init__(self, seen: list[Seen], values: Values | None) -> None:
        self.seen = seen
        self.values = values
        self.looked = self.used = clock()


_KEPT: dict[str, _Kept] = {}


def forget() -> None:
    """Forgets what was read, so that the next cell looks again: for macros that change a workbook."""
    _KEPT.clear()
    forget_looks()


def figures(book: Any) -> Values:
    """All that placeholders of a workbook stand for; ``book`` is one that is open, or the path of a file.

    Raises :class:`Fault` with #N/A where nothing of the form is in it.
    """
    values = _of_file(Path(book)) if isinstance(book, str | Path) else _of_book(book)
    if values is None:
        raise Fault(NA)
    return values


def _of_file(path: Path) -> Values | None:
    from xlplan.documents.values import Values
    from xlplan.model import Submission
    from xlplan.pipeline import read_previous

    found = read_previous(path)
    return Values(found) if isinstance(found, Submission) else None


def _of_book(book: Any) -> Values | None:
    name = str(book.name)
    kept = _KEPT.get(name)
    now = clock()
    if kept is not None and now - kept.used < PAUSE and now - kept.looked < LONGEST:
        kept.used = now
        return kept.values
    pairs = [_look(sheet) for sheet in book.sheets]
    seen = [one for one, _ in pairs]
    if kept is None or kept.seen != seen:
        kept = _KEPT[name] = _read(name, seen, [block for _, block in pairs])
        while len(_KEPT) > MOST_KEPT:
            del _KEPT[next(iter(_KEPT))]
    else:
        kept.looked = clock()
    kept.used = clock()
    return kept.values


def _look(sheet: Any) -> tuple[Seen, Block]:
    """The values and formulas of a sheet, without the cells that only repeat what is read."""
    block = block_of(sheet.used_range)
    written = rows(block.range.formula)
    formulas = {
        (i, j): text
        for i, row in enumerate(written)
        for j, text in enumerate(row)
        if isinstance(text, str) and text.startswith("=")
    }
    for (i, j), text in list(formulas.items()):
        if any(name in text.upper() for name in _FED_BY_US):
            block.values[i][j] = None
            del formulas[i, j]
    return Seen(block.sheet, block.range.address, block.values, formulas), block


def _read(name: str, seen: list[Seen], blocks: list[Block]) -> _Kept:
    from xlplan.documents.values import Values
    from xlplan.packages.workbook import Workbook

    workbook = Workbook(name)
    for one, block in zip(seen, blocks, strict=True):
        formulas = {at: text[1:] for at, text in one.formulas.items()}
        workbook.sheets.append(as_sheet(block, number_formats(block), formulas))
    submission = _submission(workbook, name)
    return _Kept(seen, None if submission is None else Values(submission))


def _submission(workbook: Workbook, name: str) -> Submission | None:
    from xlplan.sheets.reader import NoContentError, submission_of

    _settle(workbook)
    try:
        return submission_of(workbook, name)
    except NoContentError:
        return None


def _settle(workbook: Workbook) -> None:
    """Reckons the formulas that need only their own sheet from the figures that were typed.

    Excel recalculates in an order of its own: a cell that asks for the end of the year may do so before the formula
    of the end of the year has its new result. What cannot be reckoned here keeps what Excel shows.
    """
    from xlplan.sheets.recompute import fill_missing

    shown: dict[tuple[str, int, int], Cell] = {}
    for sheet in workbook.sheets:
        for place, cell in sheet.cells.items():
            if cell.formula is not None and stays_in_sheet(cell.formula):
                shown[sheet.name, *place] = cell
                sheet.cells[place] = cell._replace(kind="", value=None, raw="")
    sheets = {sheet.name: sheet for sheet in workbook.sheets}
    for name, row, column in fill_missing(workbook).failed:
        sheets[name].cells[row, column] = shown[name, row, column]


def stays_in_sheet(formula: str) -> bool:
    """Whether a formula names nothing but functions and cells of its own sheet."""
    bare = _QUOTED.sub("", formula).replace("$", "")
    return not any(sign in bare for sign in "!'[@#") and all(_ADDRESS.fullmatch(word) for word in _WORD.findall(bare))
