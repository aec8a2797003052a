"""Figures as the rules on words and targets ask for them: of the commune or of one village, by code."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from xlplan import catalogue
from xlplan.checks.scope import ZERO, Case, filled, plain
from xlplan.model import Cell, CellRef, Submission
from xlplan.rates import rate_of
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.numbers import round_half_up
from xlplan.vietnamese.text import name_key


class Figure(NamedTuple):
    """What the workbook gives for a code, the division that gives it, and the cells."""

    value: Decimal
    formula: str
    refs: tuple[CellRef, ...]


def figure_of(code: str, figures: Mapping[str, Cell], places: int) -> Figure | None:
    """The figure of a code; a rate from its counts, else as it stands."""
    if catalogue.is_rate(code) and (rate := rate_of(code, figures, places)) is not None:
        part, whole = rate.part.value or ZERO, rate.whole.value or ZERO
        if rate.value is None:
            return None
        return Figure(rate.value, f"{plain(part)} / {plain(whole)} = ", (rate.part.ref, rate.whole.ref))
    cell = figures.get(code)
    if cell is None or cell.value is None:
        return None
    return Figure(round_half_up(cell.value, places) if catalogue.is_rate(code) else cell.value, "", (cell.ref,))


def village_names(submission: Submission) -> dict[str, str]:
    """The villages of all tables by the key of their name."""
    return {
        name_key(table.units[i].name): table.units[i].name
        for table in submission.tables
        for i in table.positions("village")
    }


def village_figures(case: Case, name: str) -> dict[str, Cell] | None:
    """The figures of a village from all tables; ``None`` where two villages of one name have the same figure.

    An empty cell beside filled ones means none, where the column has figures of villages at all.
    """
    from xlplan.vietnamese.names import same

    villages = [scope for scope in case.scopes if scope.is_village]
    given = {code for scope in villages for code, cell in scope.figures.items() if filled(cell)}
    figures: dict[str, Cell] = {}
    for scope in villages:
        if not same(scope.name, name):
            continue
        for code in given.intersection(scope.figures):
            if code in figures:
                return None
            cell = scope.figures[code]
            nothing = cell.state in ("blank", "dash")
            figures[code] = cell._replace(value=ZERO, state="number") if nothing else cell
    return figures
