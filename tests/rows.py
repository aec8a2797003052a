"""Records and submissions made by hand, for rules over the list sheets."""

from __future__ import annotations

from decimal import Decimal

from xlplan import catalogue
from xlplan.catalogue.records import Form
from xlplan.checks import Rule
from xlplan.checks.scope import Case
from xlplan.model import Cell, CellRef, Finding, NotChecked, Record, Submission, Text

FIRST_ROW = 5
FIRST_YEAR = 2020


def record(sheet: str, row: int, **values: str | int | None) -> Record:
    """A row of a list sheet: numbers (``12``, ``"3.30"`` with two decimals) go to the form's number columns.

    Columns stand in the order of the form; those of years behind them. A number column that is given a text
    holds an unreadable cell, one that is given ``"-"`` a dash.
    """
    form = catalogue.forms()[sheet]
    texts: dict[str, Text] = {}
    numbers: dict[str, Cell] = {}
    for key, value in values.items():
        if value is None:
            continue
        ref = CellRef(form.title, row, column_of(form, key))
        texts[key] = Text(ref, str(value))
        if _is_number(form, key):
            numbers[key] = _cell(ref, str(value))
    return Record(CellRef(form.title, row, 1), texts, numbers)


def column_of(form: Form, key: str) -> int:
    """The sheet column of a key."""
    keys = [column.key for column in form.columns]
    return keys.index(key) + 1 if key in keys else len(keys) + int(key[-4:]) - FIRST_YEAR


def _is_number(form: Form, key: str) -> bool:
    column = next((column for column in form.columns if column.key == key), None)
    return column.is_number if column else key.startswith("nam_")


def _cell(ref: CellRef, written: str) -> Cell:
    if written == "-":
        return Cell(ref, None, "dash", written)
    try:
        value = Decimal(written)
    except ArithmeticError:
        return Cell(ref, None, "text", written)
    return Cell(ref, value, "number", written, None, max(0, -int(value.as_tuple().exponent)))


def submission(sheet: str, *rows: dict[str, str | int | None], period: str = "2021 - 2025") -> Submission:
    """A submission with one list sheet, its rows from row 5."""
    records = tuple(record(sheet, FIRST_ROW + i, **row) for i, row in enumerate(rows))
    fields = {"ky": period, "loai_don_vi": "xã", "ten_don_vi": "Bình An", "loai_thon": "thôn"}
    texts = {key: Text(CellRef("Thông tin", 4 + i, 2), value) for i, (key, value) in enumerate(fields.items())}
    return Submission("xa.xlsx", texts, records={sheet: records})


def outcomes(rule: Rule, case: Submission) -> tuple[list[Finding], list[NotChecked], int]:
    """Findings and notes of a rule, and how many comparisons held."""
    found = list(rule(Case(case)))
    findings = [item for item in found if isinstance(item, Finding)]
    notes = [item for item in found if isinstance(item, NotChecked)]
    return findings, notes, len(found) - len(findings) - len(notes)
