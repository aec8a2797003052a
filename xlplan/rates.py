"""Rates of a submission, each with its source cells. Decimal, half up; the commune's rate from its own totals."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from functools import cache, lru_cache

from xlplan import catalogue
from xlplan.lately import of_last
from xlplan.model import Cell, Submission, Table
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.numbers import rate as ratio

PLACES = 2
_new = tuple.__new__  # what Rate(...) comes to, in half the time


class Rate(NamedTuple):
    """``part`` / ``whole`` x 100; ``value`` is ``None`` where the whole is 0 (an undefined rate)."""

    code: str
    value: Decimal | None
    part: Cell
    whole: Cell


def rate_of(code: str, figures: Mapping[str, Cell], places: int = PLACES) -> Rate | None:
    """The rate with this code (``ty_le_…``) of one unit; ``None`` where a count is missing or is no number.

    Formula of the workbook: ``=ROUND(part/whole*100,2)``; identity A04.
    """
    count, base = _counts_of(code)
    part, whole = figures.get(count), figures.get(base)
    if part is None or whole is None or part.value is None or whole.value is None:
        return None
    return _new(Rate, (code, ratio(part.value, whole.value, places), part, whole))


@lru_cache(maxsize=1024)
def _counts_of(code: str) -> tuple[str, str]:
    """The count that a rate is of, and the one that it is taken on."""
    return catalogue.count_of(code), catalogue.base_of(code)


def rates_of(figures: Mapping[str, Cell]) -> dict[str, Rate]:
    """All rates that the counts of one unit give, by code, in the order of the catalogue."""
    rated = ((code, rate_of(code, figures)) for count, code in _rated() if count in figures)
    return {code: rate for code, rate in rated if rate}


@cache
def _rated() -> tuple[tuple[str, str], ...]:
    """The counts that have a rate, each with its code."""
    every = (*catalogue.indicators().values(), *catalogue.review_indicators().values())
    return tuple((one.code, catalogue.RATE_PREFIX + one.code) for one in every if one.rate)


def unit_figures(table: Table, unit: int) -> dict[str, Cell]:
    """The cells of one unit (position in ``table.units``) by indicator code."""
    return {
        line.code: cell
        for j, line in enumerate(table.lines)
        if line.code is not None and (cell := table.cell(unit, j)) is not None
    }


def figures_by_unit(table: Table, wanted: Collection[str | None] | None = None) -> Sequence[Mapping[str, Cell]]:
    """The cells of every unit by indicator code (only of the ``wanted`` ones), in the order of ``table.units``.

    Gathered once for checks, sentences and the plan's table, which ask in turn.
    """
    coded = [(j, line.code) for j, line in enumerate(table.lines) if line.code is not None]
    if wanted is not None:
        coded = [(j, code) for j, code in coded if code in wanted]
    kept, asked = _gathered(table.cells), (len(table.units), tuple(coded))
    if asked not in kept:
        get, units = table.cells.get, range(len(table.units))
        kept[asked] = [{code: cell for j, code in coded if (cell := get((i, j))) is not None} for i in units]
    return kept[asked]


@of_last
def _gathered(_: Mapping[tuple[int, int], Cell]) -> dict[object, list[Mapping[str, Cell]]]:
    """What :func:`figures_by_unit` gathered of a table's cells, by what it was asked for."""
    return {}


def commune_figures(submission: Submission) -> dict[str, Cell]:
    """The commune's figures by code: typed totals of the table, else sums of its villages, else `Hiện trạng`.

    A figure of the table wins over the same code in `Hiện trạng`; cells without a number are left out.
    """
    return dict(_commune_figures(submission))


@of_last
def _commune_figures(submission: Submission) -> dict[str, Cell]:
    figures = {code: cell for code, cell in submission.situation.items() if cell.value is not None}
    if submission.table is not None:
        figures.update(_totals(submission.table))
    return figures


def _totals(table: Table) -> dict[str, Cell]:
    """The commune's typed figures, sums of the villages in their place where a line has none.

    The sum of a column that nobody has filled in is no figure, though it shows 0.
    """
    found: dict[str, Cell] = {}
    villages, get = tuple(table.positions("village")), table.cells.get
    lines = {line.code: j for j, line in reversed([*enumerate(table.lines)])}  # the first of a code
    for unit in table.positions("sum"):
        for code, cell in unit_figures(table, unit).items():
            if cell.value is None:
                continue
            j = lines[code]
            if any((c := get((i, j))) is not None and c.value is not None for i in villages):
                found[code] = cell
    if (commune := table.commune) is not None:
        found.update({c: cell for c, cell in unit_figures(table, commune).items() if cell.value is not None})
    return found


def village_figures(submission: Submission) -> dict[str, dict[str, Cell]]:
    """Figures of each village by name; of two villages with one name the first stands."""
    table = submission.table
    found: dict[str, dict[str, Cell]] = {}
    if table is not None:
        for unit in table.positions("village"):
            found.setdefault(table.units[unit].name, unit_figures(table, unit))
    return found


def commune_rates(submission: Submission) -> dict[str, Rate]:
    """The commune's rates by code."""
    return rates_of(commune_figures(submission))
