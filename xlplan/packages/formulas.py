"""Shared formulas: Excel writes a formula that was filled down once, and the other cells only point to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlplan.patterns import pattern
from xlplan.refs import MAX_COLUMN, MAX_ROW, address, column_letters, column_number

if TYPE_CHECKING:
    from openpyxl.formula.translate import Translator

# What a name, a number or an address may consist of: everything that is no operator, quote or bracket.
_WORD = r"""[^\s"'#+\-*/^&=<>(),;:{}!%@\[\]]"""
_TOKEN = pattern(
    rf"""
      "(?:[^"]|"")*"                                                            # text
    | '(?:[^']|'')*'                                                            # quoted sheet
    | \#(?:REF!|DIV/0!|N/A|NAME\?|NULL!|NUM!|VALUE!)                            # error
    | (?P<columns>\$?[A-Za-z]{{1,3}}:\$?[A-Za-z]{{1,3}}) (?!{_WORD}|[(!])       # A:C
    | (?P<rows>\$?[1-9][0-9]{{0,6}}:\$?[1-9][0-9]{{0,6}}) (?!{_WORD})           # 1:3
    | (?P<cell>\$?[A-Za-z]{{1,3}}\$?[1-9][0-9]{{0,6}}) (?!{_WORD}|[(!])         # A1, not LOG10( nor T1!
    | {_WORD}+                                                                  # name, number or function
    """,
    re.VERBOSE,
)
_PART = pattern(r"(\$?)([A-Za-z]*)(\$?)([0-9]*)")

# One end of a reference: (column is absolute, column, row is absolute, row), with 0 for a missing coordinate.
_Reference = tuple[bool, int, bool, int]


class SharedFormula:
    """The formula of a group's first cell, cut once into text and references that move."""

    __slots__ = ("_column", "_formula", "_pieces", "_row", "_translator")

    def __init__(self, formula: str, row: int, column: int) -> None:
        self._formula = formula
        self._row = row
        self._column = column
        self._pieces: list[str | _Reference] | None = None
        self._translator: Translator | None = None

    def at(self, row: int, column: int) -> str:
        """The formula as the cell at this place has it: ``C5/B5`` of row 5 is ``C6/B6`` in row 6.

        A reference that would leave the sheet becomes ``#REF!``.
        """
        down, right = row - self._row, column - self._column
        if "[" in self._formula:
            return self._translate(row, column)
        if self._pieces is None:
            self._pieces = _cut(self._formula)
        return "".join(piece if isinstance(piece, str) else _moved(piece, down, right) for piece in self._pieces)

    def _translate(self, row: int, column: int) -> str:
        """The same by openpyxl: it knows the brackets of tables and other books, and takes 0.2 s to load."""
        from openpyxl.formula.tokenizer import TokenizerError
        from openpyxl.formula.translate import Translator, TranslatorError

        try:
            if self._translator is None:
                self._translator = Translator(f"={self._formula}", address(self._row, self._column))
            moved = self._translator.translate_formula(address(row, column))
        except (TranslatorError, TokenizerError, ValueError, IndexError, KeyError):
            return "#REF!"
        return str(moved)[1:]


def _cut(formula: str) -> list[str | _Reference]:
    pieces: list[str | _Reference] = []
    done = 0
    for match in _TOKEN.finditer(formula):
        if match.lastgroup is None:
            continue
        pieces.append(formula[done : match.start()])
        first, colon, last = match[match.lastgroup].partition(":")
        ends = [_reference(end) for end in ((first, last) if colon else (first,))]
        if any(end is None for end in ends):  # ABC is no column but a name
            pieces.append(match[match.lastgroup])
        else:
            pieces.extend(piece for end in ends for piece in (":", end) if piece is not None)
            del pieces[-2 * len(ends)]
        done = match.end(match.lastgroup)
    pieces.append(formula[done:])
    return pieces


def _reference(text: str) -> _Reference | None:
    match = _PART.fullmatch(text)
    if match is None:
        return None
    dollar, letters, second, digits = match.groups()
    try:
        column = column_number(letters) if letters else 0
    except ValueError:
        return None
    row = int(digits or 0)
    if row > MAX_ROW:
        return None
    return (bool(dollar) and bool(letters), column, bool(second) or (bool(dollar) and not letters), row)


def _moved(reference: _Reference, down: int, right: int) -> str:
    column_fixed, column, row_fixed, row = reference
    text = ""
    if column:
        column += 0 if column_fixed else right
        if not 1 <= column <= MAX_COLUMN:
            return "#REF!"
        text = ("$" if column_fixed else "") + column_letters(column)
    if row:
        row += 0 if row_fixed else down
        if not 1 <= row <= MAX_ROW:
            return "#REF!"
        text += ("$" if row_fixed else "") + str(row)
    return text
