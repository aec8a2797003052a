"""Cuts a formula into its references and the rest, its skeleton: ``ROUND(E7*100/D7,2)`` -> ``ROUND(◌*100/◌,2)``."""

from __future__ import annotations

import re
from functools import lru_cache

from xlplan.patterns import pattern
from xlplan.refs import MAX_COLUMN, MAX_ROW, column_letters, column_number
from xlplan.tuples import NamedTuple

SLOT = "\0"  # stands for a reference; no XML can hold it
LONGEST = 2_000  # letters of a formula; a longer one is not understood
_PIECE = pattern(
    r"""
      "(?:[^"]|"")*"                                                    # text
    | \#(?:REF!|DIV/0!|N/A|NAME\?|NULL!|NUM!|VALUE!)                    # error
    | (?P<ref>
        (?P<sheet>'(?:[^']|'')+'!|[^\W\d][\w.]*!)?
        (?P<first>\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6})
        (?::(?P<last>\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}))?
        (?![\w.\\?(!:])
      )
    | (?P<columns>(?P<from>\$?[A-Za-z]{1,3}):(?P<to>\$?[A-Za-z]{1,3}))(?![\w.\\?(!:$])
    | '(?:[^']|'')+'!                                                   # a sheet before a name
    | (?:[^\W\d]|\\)[\w.\\?]*                                           # name or function
    | [0-9.]+(?:[eE][+-]?[0-9]+)?                                       # number
    """,
    re.VERBOSE,
)
_END = pattern(r"(\$?)([A-Za-z]{1,3})(\$?)([0-9]+)")
_EXTERNAL = pattern(r"\[[^\[\]]+\][^\[\]!'()*,;]*'?!")


class Reference(NamedTuple):
    """Cells that a formula names, both ends inside; ``sheet`` is empty where none stands before the address."""

    sheet: str
    row1: int
    column1: int
    row2: int
    column2: int

    @property
    def is_single(self) -> bool:
        """Whether it is one cell."""
        return self.row1 == self.row2 and self.column1 == self.column2


class Formula(NamedTuple):
    """A formula without its references, and these in the order in which they stand."""

    skeleton: str
    references: tuple[Reference, ...]


@lru_cache(maxsize=1024)
def read_formula(text: str) -> Formula | None:
    """The parts of a formula (without ``=``); ``None`` where it names what is no plain reference."""
    if len(text) > LONGEST or "[" in text or SLOT in text:
        return None
    found: list[Reference] = []

    def cut(match: re.Match[str]) -> str:
        reference = _reference(match)
        if reference is None:
            return match[0]
        found.append(reference)
        return SLOT

    return Formula(_PIECE.sub(cut, text), tuple(found))


def _reference(match: re.Match[str]) -> Reference | None:
    """The reference that was met; ``None`` for other words, and for names such as ``TTT2024``."""
    if match["ref"]:
        ends = [_end(match["first"]), _end(match["last"] or match["first"])]
        rows, columns = sorted(end[0] for end in ends), sorted(end[1] for end in ends)
        if rows[1] > MAX_ROW or columns[0] == 0:
            return None
        sheet = match["sheet"] or ""
        name = sheet[1:-2].replace("''", "'") if sheet[:1] == "'" else sheet[:-1]
        return Reference(name, rows[0], columns[0], rows[1], columns[1])
    if match["columns"]:
        columns = sorted(_column(match[end].lstrip("$")) for end in ("from", "to"))
        return Reference("", 1, columns[0], MAX_ROW, columns[1]) if columns[0] else None
    return None


def _end(text: str) -> tuple[int, int]:
    letters = text.lstrip("$").rstrip("0123456789").rstrip("$")
    return int(text.lstrip("$")[len(letters) :].lstrip("$")), _column(letters)


def _column(letters: str) -> int:
    """The number of a column, 0 where there is none."""
    try:
        return column_number(letters)
    except ValueError:
        return 0


@lru_cache(maxsize=1024)
def repeated(text: str, row: int, column: int, *, down: bool) -> str | None:
    """A formula with ``SLOT`` for its own row (``down``) or its own column, wherever a reference moves with it.

    Filled down, ``E7/D7`` in row 7 is that text with 8 for 7 in row 8. ``None`` where a reference names another
    row (or column), or holds it fast with ``$``: then the formulas of other rows have to be read one by one.
    """
    if len(text) > LONGEST or "[" in text or SLOT in text:
        return None
    own = str(row) if down else column_letters(column)
    same = True

    def mark(match: re.Match[str]) -> str:
        nonlocal same
        if _reference(match) is None:
            return match[0]
        if match["last"] or match["sheet"] or match["columns"]:
            same = False
            return match[0]
        parts = _END.fullmatch(match["first"])
        assert parts is not None  # the same letters and digits
        column_fixed, letters, row_fixed, digits = parts.groups()
        fixed, at = (row_fixed, digits) if down else (column_fixed, letters.upper())
        same = same and not fixed and at == own
        return f"{column_fixed}{letters}{SLOT}" if down else f"{SLOT}{row_fixed}{digits}"

    marked = _PIECE.sub(mark, text)
    return marked if same and SLOT in marked else None


def is_external(text: str) -> bool:
    """Whether a formula takes something from another workbook: ``[1]Sheet1!A1``."""
    return "[" in text and bool(_EXTERNAL.search(_without_texts(text)))


def is_broken(text: str) -> bool:
    """Whether a formula has lost a cell that it referred to."""
    return "#REF!" in text and "#REF!" in _without_texts(text)


def _without_texts(text: str) -> str:
    return "".join(text.split('"')[::2])


def whole_column(reference: Reference) -> bool:
    """Whether a reference takes a whole column of the sheet."""
    return reference.row1 == 1 and reference.row2 == MAX_ROW and reference.column2 <= MAX_COLUMN
