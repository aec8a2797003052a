"""Plans that threads make side by side, as a worker of a cluster may: none takes anything of another."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Thread

import pytest

from xlplan.documents import filling, sandbox
from xlplan.pipeline import Options, process

WORKBOOKS = sorted((Path(__file__).parent.parent / "workbooks").glob("*_20*.xlsx"))
OPTIONS = Options(plan=True, force=True)


def at_once(count: int, action: Callable[[int], object]) -> list[object]:
    """What so many threads that begin together give, in their order."""
    found: list[object] = [None] * count
    start = Barrier(count)

    def run(number: int) -> None:
        start.wait()
        found[number] = action(number)

    threads = [Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_threads_that_come_first_together_have_one_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow(sandbox.Sandbox):
        def __init__(self) -> None:
            time.sleep(0.05)
            super().__init__()

    monkeypatch.setattr(sandbox, "Sandbox", Slow)
    filling._environment.cache_clear()
    try:
        assert len({id(made) for made in at_once(4, lambda _: filling.environment())}) == 1
    finally:
        filling._environment.cache_clear()
        filling._source.cache_clear()


def test_each_plan_has_the_whole_allowance_of_a_document(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = [process(path, OPTIONS).plan for path in WORKBOOKS]
    used = []
    for path in WORKBOOKS:
        process(path, OPTIONS)
        used.append(sandbox.TURNS - filling.environment()._document.left)
    assert min(used) > 0
    monkeypatch.setattr(sandbox, "TURNS", max(used))
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        made = at_once(len(WORKBOOKS), lambda number: [process(WORKBOOKS[number], OPTIONS) for _ in range(3)])
    finally:
        sys.setswitchinterval(before)
    for outcomes, plan in zip(made, alone, strict=True):
        assert isinstance(outcomes, list)
        assert {(outcome.problem, outcome.plan == plan) for outcome in outcomes} == {(None, True)}
