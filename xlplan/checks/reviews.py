"""Review forms and printed formulas: A10, A16, A17, and the parts of other rules that only they need.

What does the work is loaded where a workbook has such a form, a printed formula or a second table.
"""

from __future__ import annotations

from collections.abc import Iterator

from xlplan.checks.scope import Case, Outcome

SHORTAGE = "thieu_hut"


def a10(case: Case) -> Iterator[Outcome]:
    """Households that fall or rise between poor and near-poor are as many in both forms Diễn biến.

    ``='Diễn biến hộ nghèo'!D7='Diễn biến hộ cận nghèo'!G7``
    """
    if sum(bool(table.form) for table in case.tables) > 1:
        from xlplan.checks.tables import crossing_flows

        yield from crossing_flows(case.tables)


def a16(case: Case) -> Iterator[Outcome]:
    """What poor households lack: each count <= P, their sum is the printed total. ``=D7=SUM(E7:P7)``"""
    for table in case.tables:
        if table.form == SHORTAGE:
            from xlplan.checks.forms import shortages

            yield from shortages(table)


def a17(case: Case) -> Iterator[Outcome]:
    """A table of rates agrees with its table of counts. ``=ROUND(Counts!E7/Counts!C7*100,2)=E7``"""
    if sum(bool(table.form) for table in case.tables) > 1:
        from xlplan.checks.tables import rates_of_counts

        yield from rates_of_counts(case.tables)


def printed_formulas(rule: str, case: Case) -> Iterator[Outcome]:
    """What the formulas under the headings say of a rule's identities (``4=3/1*100``)."""
    if any(line.formula for table in case.tables for line in table.lines):
        from xlplan.checks.forms import printed

        yield from printed(rule, case.tables)


def figures_of_two_tables(case: Case) -> Iterator[Outcome]:
    """I19 between the tables of a workbook that has several."""
    if len(case.tables) > 1:
        from xlplan.checks.tables import same_figures

        yield from same_figures(case.tables)
