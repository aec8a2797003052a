"""What the formulas of a line, or of a total, nearly all do: what F01 and F03 hold the others against."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from xlplan.checks.formula_layouts import Place
from xlplan.checks.formula_sums import is_over_units
from xlplan.checks.formula_tables import ZERO, Entry, TableFormulas
from xlplan.formulas.forms import Term
from xlplan.tuples import NamedTuple

LEAST = 2  # formulas that make a habit
OFTEN = 3  # times as many as there are exceptions
FIGURES = ("village", "group", "commune", "sum")


class Pattern(NamedTuple):
    """What a formula does with the figures of its own unit, by their lines; the same for ``D+F`` and ``SUM(D,F)``."""

    kind: str
    terms: tuple[tuple[int, Decimal], ...]
    under: tuple[int, ...] = ()


def pattern_of(entry: Entry) -> Pattern | None:
    """The pattern of a formula that takes figures of its own unit only."""
    form = entry.form
    if form is None or entry.own is None or form.kind == "mean":
        return None
    scale = sum((times for times, _ in form.under), ZERO) if len(form.under) == 1 else Decimal(1)
    if not scale:
        return None
    terms = _by_line(form.terms, entry.own, scale)
    return Pattern(form.kind, terms, tuple(sorted(entry.own[slot] for _, slot in form.under)))


def _by_line(terms: tuple[Term, ...], own: tuple[int, ...], scale: Decimal) -> tuple[tuple[int, Decimal], ...]:
    return tuple(sorted((own[slot], (times / scale).normalize()) for times, slot in terms))


class Habit(NamedTuple):
    """What most formulas of a line do, with one that does it, and how many do."""

    pattern: Pattern
    model: Entry
    often: int


def habits_of(formulas: TableFormulas) -> dict[int, Habit]:
    """The habits of each line, found once for a table."""
    if formulas.habits is None:
        entries, kept = formulas.entries, formulas.layout.keep("habits", lambda: _find_habits(formulas))
        formulas.habits = {line: Habit(pattern, entries[at], often) for line, (pattern, at, often) in kept}
    found: dict[int, Habit] = formulas.habits
    return found


def _find_habits(formulas: TableFormulas) -> list[tuple[int, tuple[Pattern, Place, int]]]:
    """The pattern of each line that at least two formulas share and that no other rivals; from the layout alone."""
    kinds = [unit.kind for unit in formulas.table.units]
    counts: dict[int, Counter[Pattern]] = {}
    models: dict[tuple[int, Pattern], Entry] = {}
    seen: dict[tuple[int, int], list[Entry]] = {}  # most formulas of a line are one and the same object
    for entry in formulas.entries.values():
        if entry.own is not None and kinds[entry.unit] in FIGURES:
            seen.setdefault((entry.line, id(entry.formula)), []).append(entry)
    for (line, _), entries in seen.items():
        if (pattern := pattern_of(entries[0])) is not None:
            counts.setdefault(line, Counter())[pattern] += len(entries)
            models.setdefault((line, pattern), entries[0])
    found: list[tuple[int, tuple[Pattern, Place, int]]] = []
    for line, patterns in counts.items():
        pattern, count = patterns.most_common(1)[0]
        others = patterns.total() - count
        if count >= LEAST and is_habit(count, others):
            model = models[line, pattern]
            found.append((line, (pattern, (model.unit, model.line), count)))
    return found


def is_habit(count: int, exceptions: int) -> bool:
    """Whether so many do it alike that the exceptions call for a question."""
    return count >= OFTEN * exceptions or (exceptions == 1 and count >= LEAST)


def over_units(formulas: TableFormulas, entry: Entry, line: int) -> Decimal | None:
    """What the sum or difference of another indicator gives in this one."""
    form = entry.form
    assert form is not None  # it is over units
    whole = form.constant
    for times, slot in form.terms:
        for unit, _ in entry.targets[slot].cells:
            cell = formulas.table.cells[unit, line]
            if cell.state in ("text", "error", "uncomputed"):
                return None
            whole += times * (cell.value or ZERO)
    return whole


def across(formulas: TableFormulas, entry: Entry, line: int) -> str:
    """The sum or difference of another indicator, moved to this one."""
    form = entry.form
    assert form is not None  # it is over units
    parts = []
    for times, slot in form.terms:
        cells = entry.targets[slot].cells
        first, last = formulas.address(cells[0][0], line), formulas.address(cells[-1][0], line)
        part = first if first == last else f"SUM({first}:{last})"
        parts.append(("-" if times < 0 else "+") + part)
    return "=" + "".join(parts).removeprefix("+")


def over_units_at(formulas: TableFormulas, unit: int) -> dict[int, Entry]:
    """The formulas of a unit that take other units, by their lines; found once for a table."""
    if unit not in formulas.over_units:
        entries = (formulas.entries.get((unit, j)) for j in range(len(formulas.table.lines)))
        found = {entry.line: entry for entry in entries if entry is not None and is_over_units(entry)}
        formulas.over_units[unit] = found
    return formulas.over_units[unit]
