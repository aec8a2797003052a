"""From a cell of the package to a number of the model: the column's meaning decides, then the digits."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from xlplan.messages import finding
from xlplan.model import Cell, CellRef, Finding, Severity, Text
from xlplan.patterns import pattern
from xlplan.vietnamese.numbers import Parsed, parse
from xlplan.vietnamese.text import nfc

if TYPE_CHECKING:
    from xlplan.packages.workbook import Cell as SheetCell
    from xlplan.packages.workbook import Sheet

Meaning = Literal["count", "rate", "money", "number"]

_HARMED_CODE = pattern(
    r"(?:(?<=bao_tro)|(?<=kinh_phi))[\r\n]+(?=hoi)"
)  # LibreOffice takes the _xa_ of a code for a line feed

_AS_DIGITS = pattern(r"['’‘`]?\s*-?[0-9]+")  # all other texts are read, and that is said
_HUNDRED = Decimal(100)
_new = tuple.__new__  # what CellRef(...) comes to, in half the time; there is one for every cell that is read
FIRST_DAY = 18_264  # 1 January 1950: what shows an earlier day is a number in the format of dates
_AS_TEXT: dict[str, Any] = {"form": " dưới dạng chữ", "form_en": "the text "}
_AS_DATE: dict[str, Any] = {"form": " vì ô có định dạng ngày", "form_en": "a number in the format of dates, "}


class Grid:
    """One sheet with what the model needs: texts and numbers by row and column, merges respected."""

    def __init__(self, sheet: Sheet, *, date1904: bool = False) -> None:
        self.sheet = sheet
        self.date1904 = date1904
        self.name = sheet.name
        self.notes: list[Finding] = []
        self.uncomputed: list[CellRef] = []

    def ref(self, row: int, column: int) -> CellRef:
        """The address of a cell of this sheet."""
        return _new(CellRef, (self.name, row, column))

    def raw(self, row: int, column: int) -> SheetCell | None:
        """The package's cell, the merged range's own cell where it is covered by one."""
        found = self.sheet.cells.get((row, column))
        if found is None and self.sheet.merged:
            found = self.sheet.cells.get(self.sheet.anchor(row, column))
        return found

    def text(self, row: int, column: int, *, merged: bool = False) -> str:
        """What a person reads in a cell (NFC, trimmed); with ``merged`` also where a merged cell covers it."""
        cell = self.raw(row, column) if merged else self.sheet.cells.get((row, column))
        if cell is None or cell.value is None:
            return ""
        if isinstance(cell.value, str):
            return readable(cell.value)
        return self._shown(cell).strip()

    def _shown(self, cell: SheetCell) -> str:
        """A number or date as a person sees it; a date that Excel made of 29/02/2024 is that text again."""
        if cell.kind == "n":
            return as_shown(str(cell.value), cell.number_format)[0]
        from xlplan.packages.dates import as_date
        from xlplan.packages.workbook import displayed

        if cell.kind == "d" and (date := as_date(cell.value, date1904=self.date1904)) is not None:
            return f"{date.day:02d}/{date.month:02d}/{date.year}"
        return displayed(cell)

    def rows_of(self, column: int) -> list[int]:
        """The rows that hold something in a column."""
        return sorted(row for row, at in self.sheet.cells if at == column)

    def text_at(self, row: int, column: int) -> Text:
        """The text of a cell with its address."""
        return Text(self.ref(row, column), self.text(row, column))

    def is_number(self, row: int, column: int) -> bool:
        """Whether a cell holds a number or a formula (not a text)."""
        cell = self.sheet.cells.get((row, column))
        return cell is not None and (cell.kind in "nd" or (cell.formula is not None and cell.kind != "s"))

    def number(self, row: int, column: int, meaning: Meaning, place: str = "", *, noted: bool = True) -> Cell:
        """The number of a cell by the meaning of its column; what had to be interpreted becomes a note.

        Without ``noted`` nothing is said: a column that no rule knows may hold remarks.
        """
        before = len(self.notes)
        cell = self._number(row, column, meaning, place)
        if not noted:
            del self.notes[before:]
        return cell

    def _number(self, row: int, column: int, meaning: Meaning, place: str) -> Cell:
        ref = self.ref(row, column)
        cell = self.sheet.cells.get((row, column))
        if cell is None:
            return Cell(ref, None, "blank")
        if cell.kind == "n" and isinstance(cell.value, Decimal):
            return self._numeric(cell, ref, meaning)
        if cell.kind == "e":
            self.notes.append(finding("I03", ref, place=place, written=str(cell.value)))
            return Cell(ref, None, "error", str(cell.value), cell.formula)
        if cell.kind == "" and cell.formula is not None:
            self.uncomputed.append(ref)
            return Cell(ref, None, "uncomputed", "", cell.formula)
        if cell.kind == "d":
            return self._dated(cell, ref, meaning, place)
        return self._textual(self.text(row, column), ref, meaning, cell.formula, place)

    def _numeric(self, cell: SheetCell, ref: CellRef, meaning: Meaning) -> Cell:
        value = cell.value
        assert isinstance(value, Decimal)
        written, places, percent = as_shown(str(value), cell.number_format)
        if percent and meaning in ("rate", "number"):
            value = value * _HUNDRED
        return Cell(ref, value, "number", written, cell.formula, places)

    def _dated(self, cell: SheetCell, ref: CellRef, meaning: Meaning, place: str) -> Cell:
        """A date where a number belongs: a small number in the format of dates, or what Excel made of ``4.08``."""
        from xlplan.packages.dates import as_date
        from xlplan.vietnamese.likely import in_words, typed_as_date

        written = self.text(ref.row, ref.column)
        if isinstance(cell.value, Decimal) and 0 <= cell.value < FIRST_DAY:
            self.notes.append(finding("I02", ref, place=place, written=written, **_AS_DATE, actual=f"{cell.value:f}"))
            return Cell(ref, cell.value, "number", written, cell.formula, shown_places("General", cell.value))
        day = as_date(cell.value, date1904=self.date1904)
        typed = typed_as_date(day, cell.number_format, meaning) if day else ""
        hint = f"; có lẽ đã gõ {in_words(typed)} và Excel đổi thành ngày" if typed else ""
        hint_en = f"; {typed} was probably typed and Excel made it a date" if typed else ""
        self.notes.append(finding("I31", ref, place=place, written=written, hint=hint, hint_en=hint_en))
        return Cell(ref, None, "text", written, cell.formula)

    def _textual(self, written: str, ref: CellRef, meaning: Meaning, formula: str | None, place: str) -> Cell:
        parsed = parse(written, meaning)
        if parsed.value is not None:
            if not _AS_DIGITS.fullmatch(written):
                shown = f"{parsed.value:f}"
                self.notes.append(finding("I02", ref, place=place, written=written, **_AS_TEXT, actual=shown))
            places = max(0, -int(parsed.value.as_tuple().exponent))
            return Cell(ref, parsed.value, "number", written, formula, places)
        if "blank" in parsed.note:
            return Cell(ref, None, "blank", written, formula)
        if meaning == "number" and parsed.low is not None:  # a target such as 840-930 hộ
            return Cell(ref, None, "text", written, formula)
        if "dash" in parsed.note:
            return Cell(ref, None, "dash", written, formula)
        # 840-930 hộ is a target that somebody meant; what is no number at all is a slip
        severity: Severity = "warning" if _is_range(parsed) else "error"
        hints = _hints(written, parsed, meaning)
        self.notes.append(finding("I01", ref, severity=severity, place=place, written=written, **hints))
        return Cell(ref, None, "text", written, formula)

    def close(self) -> list[Finding]:
        """All notes of this sheet, formulas without a result gathered into one."""
        if self.uncomputed:
            first = self.uncomputed[0]
            formula = self.sheet.cells[first.row, first.column].formula
            self.notes.append(finding("I04", first, written=f"={formula}", related=tuple(self.uncomputed[1:])))
            self.uncomputed = []
        return self.notes


def _is_range(parsed: Parsed) -> bool:
    return parsed.low is not None and parsed.high is not None and parsed.low < parsed.high


def _hints(written: str, parsed: Parsed, meaning: Meaning) -> dict[str, Any]:
    """Why a text is no number, or which one it probably means, in both languages; blank where neither is known."""
    from xlplan.vietnamese.likely import in_words, likely

    if parsed.low is not None and parsed.high is not None:
        if parsed.low < parsed.high:
            ends = (in_words(f"{parsed.low:f}"), in_words(f"{parsed.high:f}"))
            return {
                "hint": f": đó là một khoảng, từ {ends[0]} đến {ends[1]}",
                "hint_en": f": it is a range, {parsed.low:f} to {parsed.high:f}",
            }
        return {"hint": ": đó là mức giới hạn hoặc số ước chừng", "hint_en": ": it is a bound or an estimate"}
    if found := likely(written, meaning):
        return {"hint": f"; có lẽ là {in_words(found)}", "hint_en": f"; it is probably {found}"}
    return {"hint": "", "hint_en": ""}


@lru_cache(maxsize=4096)
def readable(text: str) -> str:
    """A text as a person reads it: NFC, without white space around it."""
    text = nfc(text).strip()
    return _HARMED_CODE.sub("_xa_", text) if "\n" in text and "hoi" in text else text


@lru_cache(maxsize=8192)
def as_shown(digits: str, number_format: str) -> tuple[str, int, bool]:
    """What a person sees of a number, its decimals, and whether it is shown as a percentage (4.1 is not 4.10).

    Small counts and round rates come again and again in a workbook, and in the next one.
    """
    from xlplan.packages.cells import Cell as Stored
    from xlplan.packages.workbook import displayed

    value = Decimal(digits)
    cell = Stored(1, 1, "n", value, None, number_format)
    return displayed(cell), shown_places(number_format, value), cell.is_percent


def shown_places(number_format: str, value: Decimal) -> int:
    """Decimals that a number format shows; under General those of the value itself."""
    section = number_format.split(";", maxsplit=1)[0]
    if section in ("General", "@", ""):
        return max(0, -int(value.as_tuple().exponent))
    _, point, decimals = section.partition(".")
    places = 0
    for sign in decimals if point else "":
        if sign not in "0#?":
            break
        places += 1
    return places
