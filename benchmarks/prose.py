"""How many wrong figures the cross-check finds in plans that people write freely, by the form of the sentence.

python benchmarks/prose.py [PLANS] [SEED]

A workbook is filled at random and a plan is written from its facts in sentences and tables of many forms
(`tests/free_prose.py`), without any outline of ours. Then one figure at a time is altered. Found means: a finding that
the unaltered plan does not have. A false error is a finding of error level in the unaltered plan.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import filled_plans as filled  # noqa: E402
import free_prose as prose  # noqa: E402

from xlplan.documents.crosscheck.run import crosscheck  # noqa: E402
from xlplan.documents.word.reading import opened  # noqa: E402
from xlplan.messages import message  # noqa: E402
from xlplan.model import Finding, Submission  # noqa: E402
from xlplan.packages.gate import Package  # noqa: E402

KINDS = ("thon", "nam", "phuong", "thon")
TITLE_LINES = 4  # paragraphs above the first of the body


def findings(
    plan: prose.FreePlan, submission: Submission, other: dict[tuple[object, ...], prose.Slot]
) -> list[Finding]:
    out = BytesIO()
    plan.document(other)[0].document.save(out)
    return list(crosscheck(opened(Package(out.getvalue())), submission).findings)


def form_of(plan: prose.FreePlan, item: Finding) -> str:
    """The form of the sentence or table at a finding's place."""
    place = item.ref.address
    if place.startswith("T"):
        names = list(plan.tables)
        at = int(place[1:].partition("R")[0]) - 2
        return names[at] if 0 <= at < len(names) else "elsewhere"
    _, where = plan.document({})
    at = int(place.removeprefix("¶")) - TITLE_LINES - 1
    return (where[at] if 0 <= at < len(where) else "") or "elsewhere"


def main() -> None:
    plans = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    rng = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 20261128)
    tried, missed, sentences, false = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    examples: list[str] = []
    for n in range(plans):
        content = filled.starter(KINDS[n % len(KINDS)], rng)
        submission = filled.submission(content)
        plan = prose.free_plan(content, rng)
        sentences.update([form.form for form in plan.forms] + list(plan.tables))
        before = findings(plan, submission, {})
        for item in before:
            if item.severity == "error":
                false[form_of(plan, item)] += 1
                examples.append(f"false error, {form_of(plan, item)}: {message(item)}")
        known = {(item.code, item.ref, item.actual, item.expected) for item in before}
        by_form: dict[str, list[tuple[object, ...]]] = {}
        for form, place in plan.places():
            by_form.setdefault(form, []).append(place)
        for form, places in by_form.items():
            place = rng.choice(places)
            slot = prose.slip(plan.at(place), rng)
            after = {(i.code, i.ref, i.actual, i.expected) for i in findings(plan, submission, {place: slot})}
            tried[form] += 1
            if not after - known:
                missed[form] += 1
                if len(place) == 2:
                    said = plan.forms[place[0]].pieces  # type: ignore[index]
                    text = "".join(p if isinstance(p, str) else prose.written(p, plan.hands) for p in said)
                    old = prose.written(plan.at(place), plan.hands)
                    examples.append(f"missed, {form}: {old} as {prose.written(slot, plan.hands)} in “{text}”")
                else:
                    examples.append(f"missed, {form}: {plan.at(place).name} {plan.at(place).value} as {slot.value}")
    print(
        "| form | sentences | figures altered | found | missed | false errors |\n| --- | --- | --- | --- | --- | --- |"
    )
    for form in (*prose.FORMS, *prose.TABLES, "of other things", "elsewhere"):
        if sentences[form] or false[form]:
            rate = f"{(tried[form] - missed[form]) / tried[form]:.0%}" if tried[form] else "–"
            print(f"| {form} | {sentences[form]} | {tried[form]} | {rate} | {missed[form]} | {false[form]} |")
    total, lost, errors = sum(tried.values()), sum(missed.values()), sum(false.values())
    print(f"| all | {sum(sentences.values())} | {total} | {(total - lost) / total:.1%} | {lost} | {errors} |")
    if "-v" in sys.argv:
        print("\n".join(sorted(set(examples))))
    sys.exit(int(errors > 0))


if __name__ == "__main__":
    main()
