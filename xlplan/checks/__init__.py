"""The rules: one function each, run in the order of ``RULES``; a rule that crashes never counts as passed.

A rule takes a :class:`~xlplan.checks.scope.Case` and yields findings, notes of what it could not check, and
``PASSED`` for every comparison that held.
A new rule is a function here and an entry in ``catalogue/data/rules.toml``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from xlplan.checks.bases import b08, b09
from xlplan.checks.counts import a01, a15
from xlplan.checks.enumerations import a23
from xlplan.checks.fields import c06, c07, c09, i19
from xlplan.checks.formulas import f01, f02, f03, f04, f05, f06, f07
from xlplan.checks.identities import a06, a07, a08, a09, a11, a12, a13, a14
from xlplan.checks.money import a18
from xlplan.checks.outliers import b10
from xlplan.checks.peers import b06, b07
from xlplan.checks.percentages import a04, a05, a19
from xlplan.checks.plausibility import b01, b02, b03, b04, b05
from xlplan.checks.reachable import a20, a21, a22
from xlplan.checks.reviews import a10, a16, a17
from xlplan.checks.said import c01, c03, c10, c11, c12, c16
from xlplan.checks.scope import PASSED, Case, Outcome
from xlplan.checks.sums import a02, a03
from xlplan.checks.targets import c02, c04, c05
from xlplan.checks.unit_words import c08
from xlplan.checks.wording import c14, c15
from xlplan.checks.yearly import c13
from xlplan.model import NO_FIGURES, Finding, NotChecked, Submission

Rule = Callable[[Case], Iterator[Outcome]]

RULES: tuple[Rule, ...] = (
    a01,
    a02,
    a03,
    a04,
    a05,
    a06,
    a07,
    a08,
    a09,
    a10,
    a11,
    a12,
    a13,
    a14,
    a15,
    a16,
    a17,
    a18,
    a19,
    a20,
    a21,
    a22,
    a23,
    b01,
    b02,
    b03,
    b04,
    b05,
    b06,
    b07,
    b08,
    b09,
    b10,
    c01,
    c02,
    c03,
    c04,
    c05,
    c06,
    c07,
    c08,
    c09,
    c10,
    c11,
    c12,
    c13,
    c14,
    c15,
    f01,
    f02,
    f03,
    f04,
    f05,
    f06,
    f07,
    c16,
    i19,
)

LOCATED = frozenset(code for code in (*(f"A{n:02}" for n in range(1, 24)), "I19") if code != "A18")
"""Contradictions between cells: the repair card looks for the wrong one."""

PLACES_NAMED = 6  # cells that a note of "not checked" names before it says how many more there are


def code_of(rule: Rule) -> str:
    """The code of a rule, from the name of its function."""
    return rule.__name__.upper()


def run(
    submission: Submission, rules: tuple[Rule, ...] = RULES, *, previous: Submission | None = None
) -> tuple[tuple[Finding, ...], tuple[NotChecked, ...]]:
    """Holds every rule against a submission; ``previous`` is the same commune's workbook of the year before.

    Returns the findings in the order of rules and cells, and what could not be checked, gathered by rule and
    reason. A rule that raises becomes *not checked* with the reason ``crashed``; what it yielded
    before stays. A rule that had nothing to compare is *not checked* too.
    """
    return judged(Case(submission, previous), rules)


def judged(case: Case, rules: tuple[Rule, ...] = RULES) -> tuple[tuple[Finding, ...], tuple[NotChecked, ...]]:
    """What :func:`run` does, for whoever goes on working with the case."""
    findings: list[Finding] = []
    missing: list[NotChecked] = []
    for rule in rules:
        anything = False
        try:
            for outcome in rule(case):
                anything = True
                if outcome is PASSED:
                    continue
                if isinstance(outcome, Finding):
                    findings.append(outcome)
                elif isinstance(outcome, NotChecked):
                    missing.append(outcome)
        except Exception as error:  # one broken rule must not hide the others
            missing.append(NotChecked(code_of(rule), "crashed", {"what": type(error).__name__}))
            continue
        if not anything:
            missing.append(NotChecked(code_of(rule), NO_FIGURES))
    return tuple(findings), _gather(missing)


def _gather(notes: list[NotChecked]) -> tuple[NotChecked, ...]:
    """One note for each rule and reason, naming the first few places."""
    grouped: dict[tuple[str, str], dict[str, None]] = {}
    for note in notes:
        grouped.setdefault((note.code, note.reason), {})[note.params.get("what", "")] = None
    gathered = []
    for (code, reason), places in grouped.items():
        named = list(places)[:PLACES_NAMED]
        more = f" … (+{len(places) - len(named)})" if len(places) > len(named) else ""
        gathered.append(NotChecked(code, reason, {"what": ", ".join(named) + more}))
    return tuple(gathered)
