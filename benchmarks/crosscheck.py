"""How many altered figures of a workbook the cross-check finds in the plan that was made before.

python benchmarks/crosscheck.py [TRIALS] [SEED]

A plan is generated from a commune's workbook or a filled starter, its content controls are taken out, and one figure
that the plan prints is altered in the workbook. Found means: some finding of the new run was not there before. Figures
that change no text of the plan are drawn again. What was missed is printed by kind of place.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import filled_plans as filled  # noqa: E402

from xlplan import catalogue  # noqa: E402
from xlplan.documents.compose import compose  # noqa: E402
from xlplan.documents.crosscheck.run import crosscheck  # noqa: E402
from xlplan.documents.word.reading import WordFile, opened  # noqa: E402
from xlplan.messages import message  # noqa: E402
from xlplan.model import Submission  # noqa: E402
from xlplan.packages.gate import Package  # noqa: E402
from xlplan.pipeline import Options, examine  # noqa: E402
from xlplan.sheets.standard.content import Content  # noqa: E402

BASES = (*filled.COMMUNES, *catalogue.kinds())
PER_BASE = 6  # plans of each base


def plan_of(submission: Submission) -> WordFile | None:
    made = examine(submission, Options(plan=True, force=True)).plan
    return opened(Package(filled.without_controls(made))) if made else None


def printed(submission: Submission) -> object:
    """All that the plan prints."""
    plan = compose(submission).plan
    return None if plan is None else (plan.title, plan.body, plan.annexes)


def said(file: WordFile, submission: Submission) -> set[tuple[str, str, str]]:
    found = crosscheck(file, submission).findings
    return {(item.code, item.ref.address, item.actual + "/" + item.expected) for item in found}


def content_of(base: str, rng: random.Random) -> Content:
    content = filled.commune(base) if base in filled.COMMUNES else filled.starter(base, rng)
    spots = list(filled.places(content))
    for place in rng.sample(spots, min(3, len(spots))) if base in filled.COMMUNES and rng.random() < 0.5 else ():
        content = filled.altered(content, place, rng)  # another commune, with other figures
    return content


def lines(submission: Submission) -> list[str]:
    """The texts of the plan, a paragraph or a cell each."""
    return ["".join(run.text for run in runs) for runs in _runs(printed(submission))]  # type: ignore[attr-defined]


def _runs(plan: object) -> list[object]:
    _, body, annexes = plan  # type: ignore[misc]
    found: list[object] = []
    for block in [*body, *(b for annex in annexes for b in annex.blocks)]:
        found += [block.runs] if hasattr(block, "runs") else [cell.runs for row in block.rows for cell in row]
    return found


def main() -> None:
    trials = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    rng = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 20261128)
    tried: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    examples: list[str] = []
    errors_before = plans = 0
    seconds: list[float] = []
    while sum(tried.values()) < trials:
        base = BASES[plans % len(BASES)]
        content = content_of(base, rng)
        submission = filled.submission(content)
        file = plan_of(submission)
        plans += 1
        if file is None:
            continue
        before = said(file, submission)
        false = [item for item in crosscheck(file, submission).findings if item.severity == "error"]
        errors_before += len(false)
        examples += [f"false error, {base}: {message(item)}" for item in false[:3]]
        spots = list(filled.places(content))
        shown = set(lines(submission))
        done = 0
        for place in rng.sample(spots, len(spots)):
            if done == PER_BASE or sum(tried.values()) == trials:
                break
            other = filled.submission(filled.altered(content, place, rng))
            if not shown - set(lines(other)):
                continue  # nothing that the document prints is another now
            done += 1
            start = time.perf_counter()
            after = said(file, other)
            seconds.append(time.perf_counter() - start)
            tried[place.kind] += 1
            if not after - before:
                missed[place.kind] += 1
                changed = [a for a, b in zip(lines(submission), lines(other), strict=False) if a != b][:1]
                examples.append(f"missed, {base}: {place.kind}, {place.get(content)}: {changed}")
    found = trials - sum(missed.values())
    print(f"{found} of {trials} found ({found / trials:.1%}); {plans} plans, {errors_before} false errors on them")
    print(f"median {statistics.median(seconds) * 1000:.0f} ms a document")
    for kind, number in sorted(tried.items()):
        print(f"  {kind:28} {number:4} tried {missed[kind]:4} missed")
    print("\n".join(examples[:40]))
    sys.exit(int(found < trials * 0.98 or errors_before > 0))


if __name__ == "__main__":
    main()
