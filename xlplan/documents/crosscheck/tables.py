"""Tables of villages in a document, figure by figure against the workbook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal

from xlplan import catalogue
from xlplan.checks.figures import Figure, figure_of, village_figures
from xlplan.checks.relations import MOST_PLACES
from xlplan.checks.scope import PASSED, ZERO, Case, Outcome, not_checked, plain
from xlplan.documents.word.grids import TableGrid
from xlplan.messages import finding
from xlplan.model import Cell, CellRef, Submission, Table
from xlplan.rates import unit_figures
from xlplan.sheets.cells import Grid
from xlplan.sheets.labels import COUNT_WORDS, RATE_WORDS, Years, code_of, years_of
from xlplan.sheets.tables import read_tables
from xlplan.vietnamese.names import match, same
from xlplan.vietnamese.text import key, name_key

_MEASURES = frozenset(map(key, ("Số liệu", "Giá trị", "Kết quả", "Con số")))  # over the figures of the commune


class Read:
    """The tables that a document holds: ``found`` those of villages, each with its grid, ``commune`` those of the
    commune's figures with the indicator of each cell.
    """

    def __init__(self, grids: list[TableGrid], submission: Submission) -> None:
        years = years_of(submission.period)
        tables = [(grid, table) for grid in grids for table in read_tables(Grid(grid.sheet), years)]
        codes = [_of_commune(table, years) for _, table in tables]
        self.found = [found for found, known in zip(tables, codes, strict=True) if known is None]
        self.commune = [(table, known) for (_, table), known in zip(tables, codes, strict=True) if known is not None]
        self.compared: set[CellRef] = set()  # cells of the document whose figure the workbook has


def against(read: Read, case: Case) -> Iterator[Outcome]:
    """Outcomes of C01 and C05 for every figure of every table of villages."""
    for table, codes in read.commune:
        yield from _figures(table, codes, case.commune, read.compared)
    for _, table in read.found:
        counted = Counter(name_key(table.units[i].name) for i in table.positions("village"))
        seen: Counter[str] = Counter()
        for i in table.positions("village", "commune", "sum"):
            unit = table.units[i]
            name = name_key(unit.name)
            if unit.kind == "village":
                figures = _of_village(case, unit.name, seen[name], counted[name])
                seen[name] += 1
                if figures is not None and not figures and counted[name] > 1:
                    yield not_checked("C01", "same_names", what=unit.name)
                if figures is None:
                    if unit.name and case.submission.tables:
                        yield _unknown(case, unit.ref, unit.name)
                    continue
            else:
                figures = case.commune
            yield from _line(table, i, figures, read.compared)


def _of_commune(table: Table, years: Years | None) -> dict[tuple[int, int], str] | None:
    """The indicators of a table whose columns are times or measures (Đầu năm, Số lượng), ``None`` for any other.

    A heading that names no time may be of a part of the poor, as in the table of a project; then nothing is known.
    """
    units = table.positions("village", "commune", "sum")
    if table.orientation != "columns" or not units:
        return None
    found: dict[tuple[int, int], str] = {}
    for i in units:
        name = table.units[i].name
        beside = {j: code_of((*line.path, name), years) for j, line in enumerate(table.lines)}
        if key(name) in COUNT_WORDS | RATE_WORDS | _MEASURES:
            beside = {j: beside[j] or code_of(line.path, years) for j, line in enumerate(table.lines)}
        elif not any(beside.values()):
            return None
        found |= {(i, j): code for j, code in beside.items() if code}
    return found if any(code.endswith(("_dau_ky", "_cuoi_ky")) for code in found.values()) else {}


def _figures(
    table: Table, codes: Mapping[tuple[int, int], str], figures: Mapping[str, Cell], compared: set[CellRef]
) -> Iterator[Outcome]:
    for (i, j), code in codes.items():
        cell = table.cell(i, j)
        if cell is not None and cell.value is not None:
            yield from _held(code, "", cell, figures, compared)


def _of_village(case: Case, name: str, nth: int, count: int) -> Mapping[str, Cell] | None:
    """The workbook's figures of a village; of villages of one name those in the same place of the list."""
    main = case.submission.table
    own = [i for i in main.positions("village") if same(main.units[i].name, name)] if main is not None else []
    if main is not None and len(own) > 1:
        return unit_figures(main, own[nth]) if len(own) == count else {}
    known = {table.units[i].name for table in case.tables for i in table.positions("village")}
    found = match(name, known).name
    return None if found is None else village_figures(case, found) or {}


def _line(table: Table, unit: int, figures: Mapping[str, Cell], compared: set[CellRef]) -> Iterator[Outcome]:
    for j, line in enumerate(table.lines):
        cell = table.cell(unit, j)
        if line.code is not None and cell is not None and cell.value is not None:
            yield from _held(line.code, table.units[unit].name, cell, figures, compared)


def _held(code: str, name: str, cell: Cell, figures: Mapping[str, Cell], compared: set[CellRef]) -> Iterator[Outcome]:
    figure = figure_of(code, figures, min(cell.places, MOST_PLACES))
    if figure is not None:
        compared.add(cell.ref)
        yield PASSED if figure.value == cell.value else differs(code, name, cell, figure)


def differs(code: str, name: str, cell: Cell, figure: Figure) -> Outcome:
    """C01 for a figure in a cell."""
    is_rate = catalogue.is_rate(code)
    near = is_rate and cell.places and abs((cell.value or ZERO) - figure.value) <= Decimal(1).scaleb(-cell.places)
    label = f"{catalogue.label(code)} – {name}" if name else catalogue.label(code)
    return finding(
        "C01",
        cell.ref,
        severity="warning" if near else "error",
        written=cell.written,
        label=label,
        formula=figure.formula,
        unit="%" if is_rate else f" {catalogue.unit(code)}",
        mark=code,
        actual=plain(cell.value or ZERO),
        expected=plain(figure.value),
        related=figure.refs,
    )


def _unknown(case: Case, ref: CellRef, name: str) -> Outcome:
    word = case.village_word
    return finding(
        "C05",
        ref,
        stated=f"“{name}”",
        stated_en=f"“{name}”",
        fault=f"biểu của sổ không có {word} nào tên như vậy",
        fault_en="no village of the workbook has this name",
        advice="Ghi lại tên như trong sổ, hoặc bổ sung vào sổ",
        advice_en="Write the name as the workbook does, or add it there",
        actual=name,
    )
