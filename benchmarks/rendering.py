"""The time in which a plan is written, against docxtpl's for the same template and the same context.

python benchmarks/rendering.py [ROUNDS]

Both take turns in one process. Each round makes the context anew (figures in their controls) and times from the
context to the bytes of the file; docxtpl opens the template, fills it and saves it, as its manual says. The last
column is all that ``render`` does, from the plan. Exit status 1 where docxtpl takes less than 15 times as long.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from docxtpl import DocxTemplate  # noqa: E402

from xlplan import resources  # noqa: E402
from xlplan.documents import fast  # noqa: E402
from xlplan.documents.blocks import Plan  # noqa: E402
from xlplan.documents.compose import compose  # noqa: E402
from xlplan.documents.context import Details, context_of  # noqa: E402
from xlplan.documents.controls import Controls  # noqa: E402
from xlplan.documents.filling import environment  # noqa: E402
from xlplan.documents.opening import opened  # noqa: E402
from xlplan.documents.render import CREATED, render  # noqa: E402
from xlplan.documents.stubs import Stubs  # noqa: E402
from xlplan.sheets.reader import read  # noqa: E402

BAR = 15


def timed(action: Callable[[], object]) -> float:
    start = time.process_time()
    action()
    return (time.process_time() - start) * 1000


def by_docxtpl(context: dict[str, object]) -> bytes:
    word = DocxTemplate(resources.plan_template())
    word.render(context, jinja_env=environment())
    buffer = BytesIO()
    word.save(buffer)
    return buffer.getvalue()


def measured(plan: Plan, rounds: int) -> tuple[float, float, float]:
    """Medians in milliseconds: docxtpl, ours from the context, ours from the plan."""
    source = opened(resources.plan_template())
    details = Details(plan.title, (), CREATED, plan.unit, plan.period)
    render(plan)
    times: list[tuple[float, float, float]] = []
    for _ in range(rounds):
        controls = Controls()
        context = context_of(plan, source.styles, source.widths, controls)
        stubs, own = Stubs(), Controls()
        short = context_of(plan, source.styles, source.widths, own, stubs)
        ours = timed(lambda c=short, k=own, s=stubs: fast.written(source, c, k, s, details))  # type: ignore[misc]
        theirs = timed(lambda c=context: by_docxtpl(c))  # type: ignore[misc]
        times.append((theirs, ours, timed(lambda: render(plan))))
    theirs, ours, whole = (statistics.median(column) for column in zip(*times, strict=True))
    return theirs, ours, whole


def main(rounds: int = 15) -> int:
    """Measure the five communes' plans; 0 where every one reaches the bar."""
    worst = float("inf")
    print(f"{'plan':<24}{'docxtpl':>10}{'ours':>10}{'ratio':>8}{'render':>10}   (medians of {rounds}, ms)")
    for workbook in sorted((ROOT / "workbooks").glob("*.xlsx")):
        plan = compose(read(workbook)).plan
        assert plan is not None
        theirs, ours, whole = measured(plan, rounds)
        worst = min(worst, theirs / ours)
        print(f"{workbook.stem:<24}{theirs:>10.1f}{ours:>10.1f}{theirs / ours:>8.1f}{whole:>10.1f}")
    print(f"least ratio {worst:.1f}, bar {BAR}")
    return int(worst < BAR)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
