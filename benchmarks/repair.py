"""How often the repair card names the wrong cell and the right value, by kind of slip and by indicator, and its cost.

python benchmarks/repair.py [TRIALS] [SEED] [--markdown FILE]

Slips are injected at random (``tests/slips.py``) into tables of typed values and sought again, without and with last
year's workbook. A slip that has no effect or makes no contradiction is counted apart: nobody can see it.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import slips  # noqa: E402

from xlplan import catalogue, checks, repair  # noqa: E402
from xlplan.checks.scope import Case  # noqa: E402
from xlplan.model import Finding, Submission  # noqa: E402

EXACT = ("A02", "A03", "A04", "A07", "A08", "A09", "A13", "A14", "I19")
CROSSING, COLUMN, ONE = "two identities cross", "one column sum", "another single identity"
SHARED = "a sum and its group"
LISTED = "candidates only"
SAID = ("certain", "likely", "possible", LISTED)


class Score:
    def __init__(self) -> None:
        self.trials = self.first = self.three = 0
        self.said: dict[str, list[bool]] = defaultdict(list)

    def add(self, rank: int | None, said: str) -> None:
        self.trials += 1
        self.first += rank == 0
        self.three += rank is not None and rank < 3
        self.said[said].append(rank == 0)

    def share(self, count: int) -> str:
        return f"{count / self.trials:.1%}" if self.trials else "–"


def contradictions(submission: Submission) -> tuple[Finding, ...]:
    found, _ = checks.run(submission)
    return found


def group_of(findings: list[Finding], slip: slips.Slip) -> str:
    """How many exact identities fail at the slipped cell, and whether they meet there only."""
    own = [{f.ref, *f.related} for f in findings if f.code in EXACT and slip.ref in (f.ref, *f.related)]
    codes = {f.code for f in findings if f.code in EXACT and slip.ref in (f.ref, *f.related)}
    if len(own) > 1 and set.intersection(*own) == {slip.ref}:
        return CROSSING
    if len(own) > 1 and codes <= {"A02", "A03"}:
        return SHARED
    return COLUMN if codes and codes <= {"A02", "A03"} else ONE


def place_of(findings: tuple[Finding, ...], slip: slips.Slip) -> tuple[int | None, str]:
    """The place of the true cell with the true value among the proposals for it, and how sure the first was."""
    best, said = None, LISTED
    for finding in findings:
        if slip.ref not in (finding.ref, *finding.related):
            continue
        listed = [*([finding.proposal] if finding.proposal else []), *finding.candidates]
        for rank, proposal in enumerate(listed):
            if proposal.ref == slip.ref and Decimal(proposal.value) == slip.true:
                best = rank if best is None else min(best, rank)
        if finding.proposal and finding.severity == "error":
            said = min(said, finding.proposal.confidence, key=SAID.index)
    return best, said


Key = tuple[str, str, str]


def one_slip(seed: int, count: int, *, last_year: bool) -> tuple[dict[Key, Score], dict[str, int]]:
    scores: dict[Key, Score] = defaultdict(Score)
    unseen = {"without effect": 0, "without a contradiction": 0}
    for trial, true, rng in slips.trials(seed, count):
        if trial is None:
            unseen["without effect"] += 1
            continue
        before = slips.year_before(true, rng) if last_year else None
        found, _ = checks.run(trial.submission, previous=before)
        errors = [f for f in found if f.severity == "error" or f.code == "A04"]
        if not any(f.severity == "error" and f.code in (*EXACT, "A06", "A12", "A19") for f in errors):
            unseen["without a contradiction"] += 1
            continue
        located = repair.proposals(Case(trial.submission, before), found)
        held = [(group_of(errors, s), place_of(located, s), s) for s in trial.slips]
        if trial.slips[0].kind == "shifted row":
            ranks = [rank for group, (rank, _), _ in held]
            worst = None if None in ranks else max(r for r in ranks if r is not None)
            group = CROSSING if any(g == CROSSING for g, _, _ in held) else held[0][0]
            held = [(group, (worst, min((said for _, (_, said), _ in held), key=SAID.index)), trial.slips[0])]
        for group, (rank, said), slip in held:
            code = slip.code.removeprefix(catalogue.RATE_PREFIX)
            column = "rates" if code != slip.code else catalogue.label(code)
            for key in (
                (group, "kind", slip.kind),
                (group, "column", column),
                (group, "unit", slip.unit),
                (group, "", ""),
            ):
                scores[key].add(rank, said)
    return scores, unseen


def two_slips(seed: int, count: int) -> dict[str, tuple[int, int]]:
    """Two slips in different rows and columns: how often both are found, of all and of those that cross."""
    tally: dict[str, list[bool]] = defaultdict(list)
    for trial, _, _ in slips.trials(seed, count, slips=2):
        if trial is None:
            continue
        found = contradictions(trial.submission)
        errors = [f for f in found if f.severity == "error" or f.code == "A04"]
        groups = [group_of(errors, s) for s in trial.slips]
        if not all(any(s.ref in (f.ref, *f.related) for f in errors) for s in trial.slips):
            continue
        located = repair.proposals(Case(trial.submission), found)
        both = all(place_of(located, s)[0] == 0 for s in trial.slips)
        tally["both cells held by crossing identities" if set(groups) == {CROSSING} else "all others"].append(both)
    return {name: (len(values), sum(values)) for name, values in tally.items()}


def costs() -> tuple[float, float, float]:
    """Milliseconds to read, to check and to locate one slip: 40 villages x 14 columns, eight sheets."""
    from xlplan.sheets.reader import read

    with tempfile.TemporaryDirectory() as folder:
        path = wide_workbook(Path(folder) / "forty.xlsx")
        times: dict[str, list[float]] = defaultdict(list)
        for _ in range(15):
            start = time.perf_counter()
            submission = read(path)
            times["read"].append(time.perf_counter() - start)
            start = time.perf_counter()
            found = contradictions(submission)
            times["check"].append(time.perf_counter() - start)
            assert any(f.severity == "error" for f in found)
            start = time.perf_counter()
            located = repair.proposals(Case(submission), found)
            times["card"].append(time.perf_counter() - start)
            assert any(f.proposal for f in located)
    return tuple(statistics.median(times[name]) * 1000 for name in ("read", "check", "card"))  # type: ignore[return-value]


def wide_workbook(path: Path) -> Path:
    """A typed table of 40 villages and 14 columns with one slip, and seven more sheets of text."""
    from openpyxl import Workbook

    rng = random.Random(40)
    figures = [slips.village(rng, 0.08, 0.06, 0.3) for _ in range(40)]
    codes = [slips.H]
    for code in (slips.P0, slips.GP, slips.P1, slips.C0, slips.GC, slips.C1):
        codes += [code, catalogue.RATE_PREFIX + code]
    codes.append(slips.K)
    book = Workbook()
    book.remove(book.active)
    info = book.create_sheet("Thông tin")
    for row in (
        ["Loại đơn vị", "xã"],
        ["Tên đơn vị", "Thử"],
        ["Loại đơn vị dưới cấp xã", "thôn"],
        ["Kỳ kế hoạch", "2024"],
    ):
        info.append(row)
    sheet = book.create_sheet("Biểu chỉ tiêu")
    sheet.append(["TT", "Thôn", *(catalogue.label(code) for code in codes)])
    rows = [*figures, slips._sum(figures)]
    for n, row in enumerate(rows):
        name = f"Thôn {n + 1}" if n < len(figures) else "Tổng cộng"
        values = [_value(row, code) for code in codes]
        sheet.append([n + 1 if n < len(figures) else None, name, *values])
    cell = sheet.cell(12, 4)
    cell.value = int(str(cell.value) + "7")
    for title in ("Hiện trạng", "Mục tiêu", "Căn cứ", "Nội dung", "Phân công", "Nơi nhận"):
        extra = book.create_sheet(title)
        for n in range(40):
            extra.append([n, f"Nội dung {n} của {title}", "Ủy ban nhân dân xã"])
    book.save(path)
    return path


def _value(row: dict[str, int], code: str) -> object:
    if not catalogue.is_rate(code):
        return row[code]
    from xlplan.vietnamese.numbers import rate

    return float(rate(Decimal(row[catalogue.count_of(code)]), Decimal(row[slips.H])) or 0)


NAMES = {
    "swapped": "two digits exchanged",
    "dropped": "digit left out",
    "doubled": "digit typed twice",
    "extra": "extra digit",
    "wrong": "wrong digit",
    "ten times": "× 10",
    "blank": "left blank",
    "neighbour": "neighbour's value",
    "shifted row": "row typed one column off",
    "": "all",
}
HEADS = (
    "two identities cross: trials",
    "first",
    "one column sum: trials",
    "first / first three",
    "with last year: first / first three",
    "a sum and its group: trials",
    "first",
    "another single identity: trials",
    "first",
)


def table(title: str, part: str, scores: list[dict[Key, Score]]) -> list[str]:
    """A row for each name of a part, and one for all."""
    names = sorted({name for found in scores for (_, kind, name) in found if kind == part})
    rows = [(part, name) for name in ([n for n in slips.KINDS if n in names] or names)]
    lines = [f"| {' | '.join((title, *HEADS))} |", "|---" + "|--:" * len(HEADS) + "|"]
    for kind, name in (*rows, ("", "")):
        cells = [NAMES.get(name, name)]
        for group in (CROSSING, COLUMN, SHARED, ONE):
            plain, known = (found.get((group, kind, name), Score()) for found in scores)
            cells.append(str(plain.trials))
            if group == COLUMN:
                cells += [f"{s.share(s.first)} / {s.share(s.three)}" for s in (plain, known)]
            else:
                cells.append(plain.share(plain.first))
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("trials", type=int, nargs="?", default=2500)
    options.add_argument("seed", type=int, nargs="?", default=777001)
    options.add_argument("--markdown", type=Path)
    chosen = options.parse_args()
    start = time.perf_counter()
    runs = [one_slip(chosen.seed, chosen.trials, last_year=last) for last in (False, True)]
    scores = [run[0] for run in runs]
    lines = [f"{chosen.trials} trials without and {chosen.trials} with last year's workbook, seed {chosen.seed}."]
    lines.append(
        "Not counted (nobody can see them): " + ", ".join(f"{n} {what}" for what, n in runs[0][1].items()) + "."
    )
    for title, part in (("slip", "kind"), ("where", "unit"), ("indicator", "column")):
        lines += ["", *table(title, part, scores)]
    everything = [s for found in scores for (_, kind, _), s in found.items() if kind == ""]
    for said in SAID:
        right = [right for score in everything for right in score.said[said]]
        if right:
            lines += ["", f"First place called {said}: {len(right)} trials, right {sum(right) / len(right):.1%}."]
    pairs = two_slips(chosen.seed + 1, chosen.trials // 2)
    pairs["all"] = tuple(map(sum, zip(*pairs.values(), strict=True)))  # type: ignore[assignment]
    for name, (trials, both) in pairs.items():
        lines += [
            "",
            f"Two slips in different rows and columns, {name}: {trials} trials, both found {both / trials:.1%}.",
        ]
    read, check, card = costs()
    lines += [
        "",
        f"40 villages x 14 columns, eight sheets: read {read:.1f} ms, check {check:.1f} ms, card {card:.1f} ms.",
    ]
    print("\n".join(lines))
    print(f"{time.perf_counter() - start:.0f} s")
    if chosen.markdown:
        chosen.markdown.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return int(card > read)


if __name__ == "__main__":
    sys.exit(main())
