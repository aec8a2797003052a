"""A row whose figures stand one column late or early: one movement of the hand, many wrong cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xlplan import catalogue
from xlplan.repair.network import VIOLATED, Network

LEAST = 2  # figures of the row that must be found beside their place
SUMS = ("A02", "A03")


def shifted_rows(network: Network) -> dict[int, int]:
    """The right values of a shifted row: those that the sums of the columns ask for stand one column away.

    Nothing where no row of the table, or more than one, explains the columns that do not add up.
    """
    wrong = set(network.wrong)
    if sum(network.constraint(n).rule in SUMS for n in wrong) < LEAST:
        return {}
    found = [changes for row in _rows(network) for changes in _explained(network, row, wrong)]
    return found[0] if len(found) == 1 else {}


def _rows(network: Network) -> Iterator[list[int]]:
    """The typed counts of each village from the first column to the last."""
    for table in network.case.tables:
        counts = [j for j, line in enumerate(table.lines) if line.code and not catalogue.is_rate(line.code)]
        for i in table.positions("village"):
            yield [at for j in counts if (at := network.find(table.cell(i, j))) is not None]


def _explained(network: Network, row: list[int], wrong: set[int]) -> Iterator[dict[int, int]]:
    """The changes of a row that make its wrong columns right, if they are its own figures moved by one column."""
    wanted = {at: value for at in row if (value := _wanted(network, at, wrong)) is not None}
    if len(wanted) < LEAST:
        return
    settled = {n for n in wrong if any(n in network.touching(at) for at in wanted)}
    if any(network.constraint(n).state(wanted, network.spots) for n in settled):
        return
    touched = {n for at in wanted for n in network.touching(at)} - wrong
    if any(network.constraint(n).state(wanted, network.spots) == VIOLATED for n in touched):
        return
    for step in (1, -1):
        if _moved(network, row, wanted, step) >= LEAST:
            yield dict(wanted)
            return


def _wanted(network: Network, at: int, wrong: set[int]) -> int | None:
    """What the sum of its column asks of a cell; ``None`` where the column adds up."""
    for n in network.touching(at):
        constraint = network.constraint(n)
        if n in wrong and constraint.rule in SUMS and abs(constraint.left.get(at, 0)) == 1:
            value = network.spots[at].value - constraint.base * constraint.left[at]
            return value if value >= 0 else None
    return None


def _moved(network: Network, row: list[int], wanted: Mapping[int, int], step: int) -> int:
    """How many wanted figures stand one column later (``step`` 1) or earlier, none elsewhere but at the run's end."""
    met = missed = 0
    for place, at in enumerate(row):
        if at not in wanted:
            continue
        beside = row[place + step] if 0 <= place + step < len(row) else None
        if beside is not None and network.spots[beside].value == wanted[at] and not network.spots[beside].blank:
            met += 1
        else:
            missed += 1
    return met if missed <= 1 else 0
