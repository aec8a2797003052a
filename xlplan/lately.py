"""What was worked out of the thing that was asked about last: rules, sentences and tables ask about one in turn."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Thing = TypeVar("Thing")
Found = TypeVar("Found")


def of_last(work: Callable[[Thing], Found]) -> Callable[[Thing], Found]:
    """``work``, done once for a thing that is asked about many times in a row; nobody may change what it gives.

    Things are told by identity, which needs no hash of a whole workbook. One pair is replaced at a time, so threads
    at most do the same work twice.
    """
    last: tuple[object, Found] | None = None

    def found(thing: Thing) -> Found:
        nonlocal last
        kept = last
        if kept is None or kept[0] is not thing:
            kept = last = thing, work(thing)
        return kept[1]

    return found
