"""How well a figure fits: last year's figure of the village, its other figures, and the other villages.

For each column the predictor that foretells it best is chosen from the table itself: last year's value, a multiple of
another count of the same village, or the middle of the column. Nothing is fixed beforehand but the shape of
the error (Student's t with four degrees of freedom, so that one wrong cell does not spoil the estimate).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import log, sqrt

from xlplan import catalogue
from xlplan.checks.scope import Case, term
from xlplan.model import Table
from xlplan.repair.network import Spot, reads
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.text import name_key

ENOUGH = 4  # villages below which a column foretells nothing
SPREADS = (0.02, 0.06, 0.15, 0.35, 0.8)  # of a figure around its prediction, as shares of it
COUNTING = (0.05, 0.3, 1.0)  # the part of chance in a count, as a share of the count (1: Poisson)
LEAST = 0.2  # smallest variance: no count is foretold more exactly than this
STARTS = {"_dau_ky": "_cuoi_ky"}  # what was left at last year's end is there at this year's start

Values = Mapping[int, float]  # by position of the village


class Model(NamedTuple):
    """A predictor of one column: its predictions, their spread, and how often they are met exactly."""

    means: Values
    spread: float
    counting: float
    equal: float
    last_year: bool

    def score(self, unit: int, value: int) -> float:
        """Logarithm of how likely a value is in this village."""
        mean = self.means.get(unit)
        if mean is None:
            return 0.0
        scale = sqrt(LEAST + self.counting * mean + (self.spread * mean) ** 2)
        chance = (1 - self.equal) * 0.375 / scale * (1 + ((value - mean) / scale) ** 2 / 4) ** -2.5
        return log(chance + (self.equal if value == mean else 0.0))


class Plausibility:
    """Compares values of a cell by how well they fit beside the rest of the table."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self._models: dict[tuple[int, int], Model | None] = {}
        self._columns: dict[tuple[int, int], dict[int, int]] = {}
        self._before: dict[int, dict[str, dict[int, float]]] = {}

    def gain(self, spot: Spot, value: int) -> float:
        """How much better another value fits than the one that stands there (logarithm of the ratio)."""
        model = self.model(spot)
        gain = model.score(spot.unit, value) - model.score(spot.unit, spot.value) if model else 0.0
        return gain - log(self._meant_blank(spot)) if spot.blank else gain

    def _meant_blank(self, spot: Spot) -> float:
        """How often nothing is written as a blank in this column rather than as 0 or a dash."""
        if spot.table < 0:
            return 0.5
        table = self.case.tables[spot.table]
        cells = [cell for i in table.positions("village") if (cell := table.cell(i, spot.line)) is not None]
        blank = sum(cell.state == "blank" and cell.ref != spot.cell.ref for cell in cells)
        zero = sum(cell.state == "dash" or cell.value == 0 for cell in cells)
        return (blank + 0.5) / (blank + zero + 1)

    def last_year(self, spot: Spot) -> int | None:
        """Last year's figure of a cell, where it is what the column is foretold by."""
        model = self.model(spot) if self.case.previous is not None else None
        mean = model.means.get(spot.unit) if model and model.last_year else None
        return None if mean is None else int(mean)

    def model(self, spot: Spot) -> Model | None:
        """The predictor of the cell's column; none for totals, which the villages give, nor for rates."""
        if spot.table < 0 or catalogue.is_rate(spot.code):
            return None
        table = self.case.tables[spot.table]
        if table.units[spot.unit].kind != "village":
            return None
        at = (spot.table, spot.line)
        if at not in self._models:
            self._models[at] = self._best(spot.table, spot.line, spot.code)
        return self._models[at]

    def _best(self, t: int, line: int, code: str) -> Model | None:
        values = self._column(t, line)
        if len(values) < ENOUGH:
            return None
        fitted = [_fitted(values, means, last) for means, last in self._predictions(t, line, code, values)]
        return max(fitted, key=lambda pair: pair[0])[1] if fitted else None

    def _predictions(self, t: int, line: int, code: str, values: dict[int, int]) -> Iterator[tuple[Values, bool]]:
        middle = max(0.5, _middle(values.values()))
        yield dict.fromkeys(values, middle), False
        table = self.case.tables[t]
        for j, other in enumerate(table.lines):
            if j != line and other.code in _companions(code):
                beside = {i: v for i, v in self._column(t, j).items() if not _comes_from(table, i, j, line)}
                if means := _multiples(values, beside):
                    yield means, False
        for named in _last_codes(code):
            last = self._last(t).get(named, {})
            if len(last.keys() & values.keys()) >= ENOUGH:
                yield last, True

    def _column(self, t: int, line: int) -> dict[int, int]:
        """The counts of the villages in one line, blank ones as nothing."""
        if (t, line) not in self._columns:
            self._columns[t, line] = _counts(self.case.tables[t], line)
        return self._columns[t, line]

    def _last(self, t: int) -> dict[str, dict[int, float]]:
        """Last year's counts by code and position of the same village this year."""
        if t not in self._before:
            self._before[t] = {}
            previous = self.case.previous
            if previous is not None and t < len(previous.tables):
                old, new = previous.tables[t], self.case.tables[t]
                names = {name_key(old.units[i].name): i for i in old.positions("village")}
                same = {i: names.get(name_key(new.units[i].name)) for i in new.positions("village")}
                for j, line in enumerate(old.lines):
                    if line.code and not catalogue.is_rate(line.code):
                        counts = _counts(old, j)
                        found = {i: float(counts[k]) for i, k in same.items() if k is not None and k in counts}
                        self._before[t].setdefault(line.code, found)
        return self._before[t]


def _comes_from(table: Table, unit: int, line: int, source: int) -> bool:
    """Whether a figure is the result of a formula over the one that it should foretell."""
    cell, own = table.cell(unit, line), table.cell(unit, source)
    return cell is not None and own is not None and bool(cell.formula) and reads(cell, [own], some=True)


def _counts(table: Table, line: int) -> dict[int, int]:
    found = {}
    for i in table.positions("village"):
        cell = table.cell(i, line)
        if cell is not None and not (read := term(cell, blank_is_zero=True)).reason:
            found[i] = int(read.value)
    return found


def _middle(values: Iterable[float]) -> float:
    """The median (the module ``statistics`` takes as long to load as a workbook to read)."""
    ordered = sorted(values)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def _companions(code: str) -> set[str]:
    """The counts with which one of a village goes along: all households, its wholes, its parts, its persons."""
    found = {catalogue.RATE_BASE}
    for bound in catalogue.at_most():
        if len(bound.parts) == 1:
            found |= {bound.whole} if bound.parts[0] == code else set()
            found |= {bound.parts[0]} if bound.whole == code else set()
    for size in catalogue.household_sizes():
        found |= {size.people} if size.households == code else set()
        found |= {size.households} if size.people == code else set()
    return found


def _last_codes(code: str) -> Iterator[str]:
    yield code
    for start, end in STARTS.items():
        if code.endswith(start):
            yield code.removesuffix(start) + end


def _multiples(values: dict[int, int], beside: dict[int, int]) -> Values:
    """Another count of each village times the usual ratio."""
    ratios = [values[i] / beside[i] for i in values if beside.get(i)]
    if len(ratios) < ENOUGH:
        return {}
    usual = _middle(ratios)
    if not usual:
        usual = sum(values.values()) / max(1, sum(beside.values()))
    return {i: max(0.5, usual * beside[i]) for i in values if i in beside}


def _fitted(values: dict[int, int], means: Values, last_year: bool) -> tuple[float, Model]:
    """The spread under which a predictor foretells the column best, and how well it then does."""
    met = sum(values[i] == means.get(i) for i in values)
    equal = met / (len(values) + 2) if last_year else 0.0
    best: tuple[float, Model] | None = None
    for spread in SPREADS:
        for counting in COUNTING:
            model = Model(means, spread, counting, equal, last_year)
            fit = sum(model.score(i, value) for i, value in values.items())
            if best is None or fit > best[0]:
                best = fit, model
    assert best is not None
    return best
