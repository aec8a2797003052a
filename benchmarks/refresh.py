"""Refreshes plans after random edits of their prose and of their workbooks, and counts what does not agree.

python benchmarks/refresh.py [TRIALS] [SEED]

A refreshed plan must equal a fresh one in all figures and the edited one in all other text and formatting; exit
status 1 where one does not.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from plan_edits import disagreements, trial  # noqa: E402


def main(trials: int = 200, seed: int = 1) -> int:
    """Run the trials; 0 where all agree."""
    changed, left, wrong, started = 0, Counter[str](), 0, time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        for n in range(trials):
            work, done, fresh = trial(random.Random(f"{seed}-{n}"), Path(folder))
            changed += len(done.changes)
            left.update(item.why for item in done.left)
            if found := disagreements(work, done, fresh):
                wrong += 1
                print(f"trial {seed}-{n}: {found}")
    print(f"{trials} plans, {changed} figures refreshed, left: {dict(left)}, {wrong} plans do not agree")
    print(f"{(time.perf_counter() - started) / trials:.2f} s a trial")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
