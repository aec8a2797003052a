"""The table of the workbook as a table of the plan. Rates are computed again from their counts."""

from __future__ import annotations

from collections.abc import Mapping

from xlplan import catalogue
from xlplan.documents.blocks import BLANK, IN_TABLE, BodyCell, Control, HeadCell, Run, WordTable
from xlplan.documents.row_names import numbered
from xlplan.model import Cell, CellRef, Submission, Table
from xlplan.rates import figures_by_unit, rate_of, unit_figures
from xlplan.sheets.labels import COUNT_WORDS, RATE_WORDS
from xlplan.vietnamese.numbers import format_count, format_decimal
from xlplan.vietnamese.text import capitalise, key

PORTRAIT_VILLAGES = 7  # more village columns than this want the page on its side
PORTRAIT_COLUMNS = 16
OPEN_VILLAGES = 4
_WHOLE = "Tổng cộng"
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
    if cell.integral:
        return format_count(int(cell.value))
    return format_decimal(cell.value, cell.places)


class _Keys:
    """The names of a table's figures in controls: ``bang:ho_ngheo_dau_ky[Mai Hà]``."""

    def __init__(self, table: Table) -> None:
        whole = ("commune", "sum")
        units = [_WHOLE if unit.kind in whole else " ".join(unit.name.split()) for unit in table.units]
        self.units = numbered(units)
        self.lines = numbered([line.code or " ".join(line.label.split()) for line in table.lines])

    def of(self, unit: int, line: int, text: str, ref: CellRef, code: str) -> Run:
        """A figure as a run; nothing that is empty is controlled."""
        key = f"{IN_TABLE}{self.lines[line]}[{self.units[unit]}]"
        return Run(text, ref=ref, code=code, control=Control(key, ref) if text else None)


def _figure(table: Table, keys: _Keys, unit: int, line: int, figures: Mapping[str, Cell], *, bold: bool) -> BodyCell:
    cell, code = table.cell(unit, line), table.lines[line].code
    if code and catalogue.is_rate(code) and (rate := rate_of(code, figures)):
        text = "" if rate.value is None else format_decimal(rate.value)
        return BodyCell((keys.of(unit, line, text, rate.part.ref, code),), bold=bold)
    if cell is None:
        return BodyCell((), bold=bold)
    blank = cell.state == "blank" and code is not None and _filled(table, unit) and _filled_line(table, line)
    text = "0" if blank else table_number(cell, code)
    return BodyCell((keys.of(unit, line, text, cell.ref, code or ""),), bold=bold)


def _filled(table: Table, unit: int) -> bool:
    """Whether somebody gave figures for a unit: then an empty cell of it means none."""
    return any((cell := table.cell(unit, j)) and cell.value is not None for j in range(len(table.lines)))


def _filled_line(table: Table, line: int) -> bool:
    """Whether somebody gave figures for an indicator."""
    return any((cell := table.cell(i, line)) and cell.value is not None for i in table.positions("village", "group"))


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
    keys = _Keys(table)
    rows += [_row(table, keys, n, i, lines) for n, i in enumerate(_units(table), start=1)]
    widths = (5, 15, *(9 if len(paths[j]) == 1 else 8 if _leaf(paths[j]) != "TS" else 7 for j in lines))
    head = (tuple(top), tuple(below)) if two_levels else (tuple(top),)
    return WordTable(widths, head, tuple(rows), landscape=len(widths) > PORTRAIT_COLUMNS)


def _row(table: Table, keys: _Keys, n: int, i: int, lines: list[int]) -> tuple[BodyCell, ...]:
    """The row of a village, a group or the commune; ``n`` is its number where the sheet has none."""
    unit = table.units[i]
    whole, total = unit.kind in ("commune", "sum"), unit.kind != "village"
    figures = unit_figures(table, i)
    return (
        BodyCell((Run(unit.number or ("" if total else str(n))),), "center", bold=total),
        BodyCell((Run(_WHOLE if whole else unit.name),), "center" if whole else "left", bold=total),
        *(_figure(table, keys, i, j, figures, bold=total) for j in lines),
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
    keys = _Keys(table)
    figures = figures_by_unit(table)
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
                *(_figure(table, keys, i, j, figures[i], bold=bold or i in totals) for i in [*villages, *totals]),
            )
        )
    landscape = len(villages) > PORTRAIT_VILLAGES
    widths = (6, 34 if not landscape else 40, 9, *(11 for _ in range(len(units) + spare)))
    head = tuple(row for row in (tuple(top), below, tuple(HeadCell(mark) for mark in marks)) if row)
    return WordTable(widths, head, tuple(rows), landscape=landscape)
