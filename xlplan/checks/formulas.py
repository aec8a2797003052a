"""Formulas: F01 typed over, F02 sums, F03 rows and bases, F04 stale, F05 broken, F06 constants, F07 other files.

What is understood are sums, differences, rates and means of cells; any other formula is left alone. The error of
level *error* is a figure that comes out wrong; a wrong formula whose figure happens to be right is a warning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

from xlplan.checks.relations import MOST_PLACES, rates_that_hold
from xlplan.checks.scope import PASSED, Case, Outcome, not_checked, plain
from xlplan.messages import finding
from xlplan.model import Cell, CellRef, Finding

if TYPE_CHECKING:
    from xlplan.checks.formula_layouts import Place
    from xlplan.checks.formula_tables import Entry, Formulas, TableFormulas
    from xlplan.formulas.forms import Form

TIE = Decimal("1e-9")  # so near to a half, the binary quotient may fall on the other side


def f01(case: Case) -> Iterator[Outcome]:
    """A figure is typed over where its neighbours are computed: 4,08 among ``=ROUND(E7*100/D7,2)``."""
    from xlplan.checks.formula_typed import typed_over

    yield from _in_tables("F01", case, typed_over)


def f02(case: Case) -> Iterator[Outcome]:
    """A sum takes every village, once: ``=SUM(D7:D18)``."""
    from xlplan.checks.formula_sums import sums

    yield from _in_tables("F02", case, sums)


def f03(case: Case) -> Iterator[Outcome]:
    """A rate or difference takes the figures of its own row, a rate its own part and base: ``=E8*100/D8``."""
    from xlplan.checks.formula_lines import misdirected

    yield from _in_tables("F03", case, misdirected)


def f04(case: Case) -> Iterator[Outcome]:
    """A stored result follows from the formula's inputs as they stand (a file saved without calculation)."""
    yield from _in_tables("F04", case, _stale)
    if case.formulas.known:
        for cell in case.formulas.others:
            yield from _stale_elsewhere(case.formulas, cell)


def f05(case: Case) -> Iterator[Outcome]:
    """No formula takes itself, directly or through others, or a cell that is gone (``#REF!``)."""
    from xlplan.checks.formula_sums import circles

    yield from _in_tables("F05", case, circles)
    from xlplan.formulas.reading import is_broken

    for cell, place in _every(case):
        if cell.formula and cell.state != "error" and is_broken(cell.formula):
            yield finding(
                "F05",
                cell.ref,
                place=place,
                written=f"={cell.formula}",
                fault="trỏ tới một ô đã bị xóa",
                fault_en="refers to a cell that is gone",
                actual=cell.written,
            )


def f06(case: Case) -> Iterator[Outcome]:
    """No number is added to a sum or a rate to make it come out: ``=SUM(D7:D18)+1``."""
    yield from _in_tables("F06", case, _corrected)


def f07(case: Case) -> Iterator[Outcome]:
    """No figure comes from another workbook, which the receiver does not have: ``=[1]Sheet1!D7``."""
    if unknown := _unknown("F07", case):
        yield unknown
        return
    from xlplan.formulas.reading import is_external

    for cell, place in _every(case):
        if cell.formula and is_external(cell.formula):
            yield finding("F07", cell.ref, place=place, written=f"={cell.formula}", actual=cell.written)
    formulas = case.formulas
    yield PASSED if formulas.tables or formulas.others else not_checked("F07", "no_formulas")


def _unknown(rule: str, case: Case) -> Outcome | None:
    return None if case.formulas.known else not_checked(rule, "formulas_unknown")


def _in_tables(rule: str, case: Case, check: Callable[[TableFormulas, Case], Iterator[Finding]]) -> Iterator[Outcome]:
    """Holds a check against each table that has formulas."""
    if unknown := _unknown(rule, case):
        yield unknown
    elif not case.formulas.tables:
        yield not_checked(rule, "no_formulas" if case.tables else "no_table")
    for table in case.formulas.tables:
        yield PASSED
        yield from check(table, case)


def _every(case: Case) -> Iterator[tuple[Cell, str]]:
    """Every computed figure that may take another file or a cell that is gone, with its village and indicator."""
    for table in case.formulas.tables:
        for place in table.layout.with_signs("[#"):
            yield table.entries[place].cell, table.place(*place)
    if case.formulas.known:
        yield from ((cell, "") for cell in case.formulas.others)


# ---- F04 ------------------------------------------------------------------------------------------------------


def _stale(table: TableFormulas, case: Case) -> Iterator[Finding]:
    found = [*_stale_cells(table, rates_that_hold(case))]
    if found:
        from xlplan.checks.formula_sums import all_circles

        in_circles = {table.table.cells[place].ref for circle in all_circles(table) for place in circle}
        yield from (item for item in found if item.ref not in in_circles)


def _stale_cells(table: TableFormulas, right: frozenset[CellRef]) -> Iterator[Finding]:
    """Rates of their own unit that the counts give are passed over: F03 sees whether they take those counts."""
    from xlplan.formulas.results import UnknownError

    for entry in table.entries.values():
        cell = entry.cell
        if cell.value is None or (entry.own is not None and cell.ref in right) or table.is_plainly_right(entry):
            continue
        try:
            found = table.recomputed(entry)
        except UnknownError:
            continue
        if isinstance(found, Decimal) and not table.same(entry.line, entry.cell, found) and not _is_tie(table, entry):
            shown = table.shown((entry.unit, entry.line), found)
            yield _stale_at(entry.cell, table.place(entry.unit, entry.line), shown)


def _stale_elsewhere(formulas: Formulas, cell: Cell) -> Iterator[Finding]:
    from xlplan.formulas.results import UnknownError
    from xlplan.vietnamese.numbers import round_half_up

    try:
        found = formulas.recomputed(cell)
    except UnknownError:
        return
    if isinstance(found, Decimal) and cell.value is not None and not cell.written.endswith("%"):
        shown = round_half_up(found, cell.places)
        if (
            abs(cell.value - found) > TIE * max(Decimal(1), abs(found))
            and round_half_up(cell.value, cell.places) != shown
        ):
            yield _stale_at(cell, "", shown)


def _stale_at(cell: Cell, place: str, right: Decimal) -> Finding:
    """A result that is no longer right; of a quotient that nobody rounded so many decimals are told as say enough."""
    from xlplan.vietnamese.numbers import round_half_up

    value, places = cell.value, min(-int(right.as_tuple().exponent), MOST_PLACES)
    if value is not None and -int(value.as_tuple().exponent) > places:
        short = round_half_up(value, places), round_half_up(right, places)
        value, right = short if short[0] != short[1] else (value, right)
    actual = plain(value) if value is not None else ""
    return finding("F04", cell.ref, place=place, written=f"={cell.formula}", actual=actual, expected=plain(right))


def _is_tie(table: TableFormulas, entry: Entry) -> bool:
    """Whether a rate lies on a half, where programs round to either side (23/160*100 is 14,375)."""
    from xlplan.formulas.results import UnknownError

    form = entry.form
    if form is None or form.kind != "rate" or entry.own is None or entry.cell.value is None:
        return False
    sides: list[Decimal] = []
    for terms in (form.terms, form.under):
        side = Decimal(0)
        for times, slot in terms:
            try:
                value = table.value((entry.unit, entry.own[slot]))
            except UnknownError:
                return False
            side += times * value if isinstance(value, Decimal) else 0
        sides.append(side)
    if not sides[1]:
        return False
    quotient, places = sides[0] / sides[1], table.places(entry.cell)
    steps = quotient.scaleb(places)
    beyond = steps - steps.to_integral_value(ROUND_FLOOR)  # steps % 1 fails for more digits than Decimal keeps
    return abs(beyond - Decimal("0.5")) < TIE and abs(entry.cell.value - quotient) <= Decimal(1).scaleb(-places)


# ---- F06 ------------------------------------------------------------------------------------------------------


def _is_rest(form: Form) -> bool:
    """Whether something is taken from the whole: ``=100-F7``."""
    return form.constant in (1, 100) and all(times < 0 for times, _ in form.terms)


def _with_constants(table: TableFormulas) -> Iterator[Place]:
    for place, entry in table.entries.items():
        form = entry.form
        if form is not None and form.constant and not _is_rest(form):
            yield place


def _corrected(table: TableFormulas, _: Case) -> Iterator[Finding]:
    places: list[Place] = table.layout.keep("constants", lambda: [*_with_constants(table)])
    for entry in map(table.entries.__getitem__, places):
        form = entry.form
        assert form is not None  # it has a constant
        yield finding(
            "F06",
            entry.cell.ref,
            place=table.place(entry.unit, entry.line),
            written=entry.written,
            constant=f"{form.constant:+f}".replace(".", ","),
            constant_en=f"{form.constant:+f}",
            actual=plain(entry.cell.value) if entry.cell.value is not None else "",
        )
