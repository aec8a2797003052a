"""The table of the workbook as a table of the plan. Rates are computed again from their counts."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property, lru_cache

from xlplan import catalogue
from xlplan.documents.blocks import BLANK, IN_TABLE, BodyCell, Control, HeadCell, Run, WordTable
from xlplan.documents.row_names import numbered
from xlplan.model import Cell, Submission, Table
from xlplan.rates import figures_by_unit, rate_of
from xlplan.sheets.labels import COUNT_WORDS, RATE_WORDS
from xlplan.vietnamese.numbers import format_count, format_decimal
from xlplan.vietnamese.text import capitalise, key

PORTRAIT_VILLAGES = 7  # more village columns than this want the page on its side
PORTRAIT_COLUMNS = 16
OPEN_VILLAGES = 4
_WHOLE = "Tổng cộng"
_new = tuple.__new__  # what Run(...) comes to, in half the time; there is one for every figure
WIDEST = 10  # with more village columns than these the plan turns the table round: villages become rows


def plan_table(submission: Submission, table: Table) -> WordTable:
    """A table in the orientation of its sheet, with villages, groups and the commune's own figures."""
    if table.orientation == "rows" or len(list(table.positions("village"))) > WIDEST:
        return _rows(submission, table)
    return _columns(submission, table)


def shown_lines(table: Table) -> list[int]:
    """Positions of the lines that print: known ones and unknown ones that hold something."""
    return [
        j
        for j, line in enumerate(table.lines)
        if line.code or any((cell := table.cell(i, j)) and cell.value is not None for i in range(len(table.units)))
    ]


def _units(table: Table) -> list[int]:
    """Positions of the units that print: named villages, groups, and the commune (or the sum in its place)."""
    total = "commune" if table.commune is not None else "sum"
    return [i for i in table.positions("village", "group", total) if table.units[i].name]  # type: ignore[arg-type]


def table_number(cell: Cell, code: str | None) -> str:
    """A figure as tables print it: never padded, rates with two decimals and no sign, none as 0."""
    if cell.state == "dash":
        return "-"
    if cell.value is None:
        return cell.written if cell.state == "text" else ""
    if code and catalogue.is_rate(code):
        return format_decimal(cell.value)
    return _whole(cell.value) or format_decimal(cell.value, cell.places)


@lru_cache(maxsize=4096)
def _whole(value: Decimal | None) -> str:
    """A whole number as tables print it; empty for any other."""
    return format_count(int(value)) if value is not None and value == value.to_integral_value() else ""


class _Figures:
    """The figures of a table as the plan prints them, each in a control: ``bang:ho_ngheo_dau_ky[Mai Hà]``."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.by_unit = figures_by_unit(table)
        whole = ("commune", "sum")
        units = [_WHOLE if unit.kind in whole else " ".join(unit.name.split()) for unit in table.units]
        self.units = [f"[{name}]" for name in numbered(units)]
        names = numbered([line.code or " ".join(line.label.split()) for line in table.lines])
        codes = [line.code or "" for line in table.lines]
        rates = [code if catalogue.is_rate(code) else "" for code in codes]
        self.lines = list(zip(codes, rates, [IN_TABLE + name for name in names], strict=True))

    def cell(self, unit: int, line: int, *, bold: bool) -> BodyCell:
        """A figure as a cell of the plan's table."""
        return self.row(unit, (line,), bold=bold)[0]

    def row(self, unit: int, lines: Sequence[int], *, bold: bool) -> list[BodyCell]:
        """The figures of a unit in some lines; nothing that is empty is controlled."""
        get, figures, name, every, new = self.table.cells.get, self.by_unit[unit], self.units[unit], self.lines, _new
        found = []
        for line in lines:
            cell, (code, asked, key) = get((unit, line)), every[line]
            if asked and (rate := rate_of(asked, figures)):
                text, ref = "" if rate.value is None else format_decimal(rate.value), rate.part.ref
            elif cell is not None and cell.state == "number" and not asked and (text := _whole(cell.value)):
                ref = cell.ref  # nearly always
            elif cell is None:
                found.append(BodyCell((), bold=bold))
                continue
            elif cell.state == "blank":
                none = code and unit in self.filled and line in self.filled_lines
                text, ref = "0" if none else "", cell.ref
            else:
                text, ref = table_number(cell, code), cell.ref
            control = new(Control, (key + name, ref)) if text else None
            run = new(Run, (text, False, False, ref, code, control))
            found.append(new(BodyCell, ((run,), "right", bold, False)))
        return found

    @cached_property
    def filled(self) -> set[int]:
        """The units for which somebody gave figures: an empty cell of these means none."""
        return {unit for (unit, _), cell in self.table.cells.items() if cell.value is not None}

    @cached_property
    def filled_lines(self) -> set[int]:
        """The indicators for which somebody gave figures."""
        units = set(self.table.positions("village", "group"))
        return {line for (unit, line), cell in self.table.cells.items() if cell.value is not None and unit in units}


def _leaf(path: tuple[str, ...]) -> str:
    """The lowest level of a heading, in the short form that a column of the plan has room for."""
    folded = key(path[-1])
    if folded in RATE_WORDS:
        return "%"
    return "TS" if folded in COUNT_WORDS else path[-1]


def _grouped_paths(table: Table, lines: list[int]) -> dict[int, tuple[str, ...]]:
    """Headings of the lines; one that others stand under becomes the total (TS) of its own group."""
    paths = {j: table.lines[j].path for j in lines}
    parents = {path[:-1] for path in paths.values() if len(path) > 1}
    return {j: (*path, "TS") if path in parents else path for j, path in paths.items()}


def _rows(submission: Submission, table: Table) -> WordTable:
    lines = shown_lines(table)
    paths = _grouped_paths(table, lines)
    two_levels = any(len(path) > 1 for path in paths.values())
    word = capitalise(submission.text("loai_thon") or "đơn vị")
    top = [HeadCell("TT", rows=2 if two_levels else 1), HeadCell(word, rows=2 if two_levels else 1)]
    below: list[HeadCell] = []
    at = 0
    while at < len(lines):
        path = paths[lines[at]]
        if len(path) == 1:
            top.append(HeadCell(path[0], rows=2 if two_levels else 1))
            at += 1
            continue
        same = at
        while same < len(lines) and paths[lines[same]][:-1] == path[:-1]:
            below.append(HeadCell(_leaf(paths[lines[same]])))
            same += 1
        top.append(HeadCell(" – ".join(path[:-1]), columns=same - at))
        at = same
    rows = [
        (BodyCell((Run(str(n)),), "center"), BodyCell((Run(BLANK),), "left"), *(BodyCell(()) for _ in lines))
        for n in range(1, _open_villages(table) + 1)
    ]
    figures = _Figures(table)
    rows += [_row(figures, n, i, lines) for n, i in enumerate(_units(table), start=1)]
    widths = (5, 15, *(9 if len(paths[j]) == 1 else 8 if _leaf(paths[j]) != "TS" else 7 for j in lines))
    head = (tuple(top), tuple(below)) if two_levels else (tuple(top),)
    return WordTable(widths, head, tuple(rows), landscape=len(widths) > PORTRAIT_COLUMNS)


def _row(figures: _Figures, n: int, i: int, lines: list[int]) -> tuple[BodyCell, ...]:
    """The row of a village, a group or the commune; ``n`` is its number where the sheet has none."""
    unit = figures.table.units[i]
    whole, total = unit.kind in ("commune", "sum"), unit.kind != "village"
    return (
        BodyCell((Run(unit.number or ("" if total else str(n))),), "center", bold=total),
        BodyCell((Run(_WHOLE if whole else unit.name),), "center" if whole else "left", bold=total),
        *figures.row(i, lines, bold=total),
    )


def _open_villages(table: Table) -> int:
    """How many rows or columns stay open for villages, where the table names none yet."""
    return 0 if any(table.units[i].name for i in table.positions("village", "group")) else OPEN_VILLAGES


def _columns(submission: Submission, table: Table) -> WordTable:
    units = _units(table)
    villages = [i for i in units if table.units[i].kind in ("village", "group")]
    totals = [i for i in units if i not in villages]
    word = capitalise(submission.text("loai_thon") or "thôn")
    spare = _open_villages(table)
    depth = 2 if villages or spare else 1
    top = [HeadCell(text, rows=depth) for text in ("TT", "Nội dung", "Đơn vị tính")]
    if villages or spare:
        top.append(HeadCell(word, columns=len(villages) + spare))
    whole = f"Toàn {submission.text('loai_don_vi') or 'xã'}"
    top += [HeadCell(whole, rows=depth) for _ in totals]
    below = (*(HeadCell(table.units[i].name) for i in villages), *[HeadCell(BLANK)] * spare)
    marks = (*"ABC", *(str(n + 1) for n in range(len(units) + spare)))
    rows = []
    figures = _Figures(table)
    for j in shown_lines(table):
        line = table.lines[j]
        bold = bool(line.number)
        is_rate = bool(line.code and catalogue.is_rate(line.code))
        bullet = not (line.number or len(line.path) == 1 or is_rate)
        label = f"- {line.path[-1]}" if bullet else line.path[-1]
        unit = catalogue.unit(line.code).capitalize() if line.code else ""
        rows.append(
            (
                BodyCell((Run(line.number),), "center", bold=bold),
                BodyCell((Run(label),), "left", bold=bold, italic=is_rate),
                BodyCell((Run(unit),), "center"),
                *[BodyCell(())] * spare,
                *[figures.cell(i, j, bold=bold or i in totals) for i in (*villages, *totals)],
            )
        )
    landscape = len(villages) > PORTRAIT_VILLAGES
    widths = (6, 34 if not landscape else 40, 9, *(11 for _ in range(len(units) + spare)))
    head = tuple(row for row in (tuple(top), below, tuple(HeadCell(mark) for mark in marks)) if row)
    return WordTable(widths, head, tuple(rows), landscape=landscape)
