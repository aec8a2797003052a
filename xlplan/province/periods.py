"""Of which period a run's totals are: figures of two periods are never added up."""

from __future__ import annotations

from collections.abc import Iterable

from xlplan.vietnamese.dates import parse_period


def ranked(workbooks: Iterable[tuple[str, bool]]) -> tuple[str, ...]:
    """The periods of workbooks that count, the main one first; each comes with whether its workbook holds figures.

    The main period is the one that most workbooks with figures have, of two the newer; one without figures (a plan of
    projects, say) decides only where nobody has any, and one that states no period only where nobody states one.
    """
    held: dict[str, list[int]] = {}
    for period, figures in workbooks:
        counts = held.setdefault(period, [0, 0])
        counts[0] += figures
        counts[1] += 1

    def rank(period: str) -> tuple[bool, list[int], tuple[int, int]]:
        years = parse_period(period)
        first, last = years or (0, 0)
        return years is not None, held[period], (last, first)

    return tuple(sorted(held, key=rank, reverse=True))
