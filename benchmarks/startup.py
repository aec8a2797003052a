"""How long the commands take against an empty Python, alternating in one run.

python benchmarks/startup.py [RUNS]

Prints medians and the ratios to ``python -c pass``. Bars: ``xlplan --help`` at most 5, ``xlplan check`` of one
workbook at most 10.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
WORKBOOK = ROOT / "workbooks" / "son_trung_2023.xlsx"
COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "xlplan --help": ["-m", "xlplan", "--help"],
    "xlplan check": ["-m", "xlplan", "check", str(WORKBOOK)],
}
BARS = {"xlplan --help": 5, "xlplan check": 10}


# As on a user's machine, where compiled modules are kept from one start to the next.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def seconds(arguments: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start


def main() -> int:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 21
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(runs + 1):  # the first round warms the caches and is dropped
        for name, arguments in COMMANDS.items():
            times[name].append(seconds(arguments))
    medians = {name: statistics.median(values[1:]) for name, values in times.items()}
    base = medians["python -c pass"]
    print(f"{runs} runs each, alternating; medians")
    for name, median in medians.items():
        bar = f"   bar {BARS[name]}" if name in BARS else ""
        print(f"{name:16} {median * 1000:7.1f} ms   {median / base:5.2f} x{bar}")
    return int(any(medians[name] > bar * base for name, bar in BARS.items()))


if __name__ == "__main__":
    sys.exit(main())
