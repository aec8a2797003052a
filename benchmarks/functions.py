"""What a worksheet function costs over a range, against pandas building a frame of it, alternating in one run.

python benchmarks/functions.py [RUNS]

GN_TYLE over 40 villages in 14 columns, every run another table, as Excel hands it over: rows of floats. Bar: it costs
less than the frame. Below, without a bar: the same with a blank and a text among the cells, which goes the long way.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable

import pandas

from xlplan.excel.functions import GN_TYLE

VILLAGES, COLUMNS = 40, 14

Rows = tuple[tuple[object, ...], ...]


def table(dice: random.Random) -> tuple[Rows, Rows]:
    """Poor households by column, and the households of each village."""
    households = [float(dice.randint(80, 400)) for _ in range(VILLAGES)]
    parts = tuple(tuple(float(dice.randint(0, int(h) // 4)) for _ in range(COLUMNS)) for h in households)
    return parts, tuple((h,) for h in households)


def seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def main() -> int:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 301
    dice = random.Random(40)
    times: dict[str, list[float]] = {"pandas.DataFrame": [], "GN_TYLE": [], "GN_TYLE, mixed cells": []}
    for _ in range(runs + 1):  # the first round warms the caches and is dropped
        parts, households = table(dice)
        mixed = ((None, "12 hộ", *parts[0][2:]), *parts[1:])
        times["pandas.DataFrame"].append(seconds(lambda: pandas.DataFrame(parts)))  # noqa: B023 - called at once
        times["GN_TYLE"].append(seconds(lambda: GN_TYLE(parts, households)))  # noqa: B023
        times["GN_TYLE, mixed cells"].append(seconds(lambda: GN_TYLE(mixed, households)))  # noqa: B023
    medians = {name: statistics.median(values[1:]) for name, values in times.items()}
    base = medians["pandas.DataFrame"]
    print(f"{VILLAGES} x {COLUMNS} cells, {runs} runs each, alternating; medians")
    for name, median in medians.items():
        bar = "   bar below 1" if name == "GN_TYLE" else ""
        print(f"{name:22} {median * 1e6:8.1f} µs   {median / base:5.2f} x{bar}")
    return int(medians["GN_TYLE"] >= base)


if __name__ == "__main__":
    sys.exit(main())
