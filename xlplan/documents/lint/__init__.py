"""The form of Nghị định 30/2020/NĐ-CP as a check of any Word file: one function a rule, run in the order of ``RULES``.

A rule takes a :class:`~xlplan.documents.lint.case.Case` and yields findings and notes of what it could not check.
What it says stands in ``catalogue/data/decree30.toml``, its name and severity in ``rules.toml``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from xlplan.documents.lint.annexes import d30_15
from xlplan.documents.lint.case import Case, Outcome
from xlplan.documents.lint.foot import d30_13, d30_14
from xlplan.documents.lint.head import d30_04, d30_06, d30_07, d30_08, d30_17
from xlplan.documents.lint.letters import d30_02
from xlplan.documents.lint.order import d30_11, d30_12
from xlplan.documents.lint.pages import d30_01, d30_03
from xlplan.documents.lint.rules import d30_05
from xlplan.documents.lint.text import d30_09, d30_10, d30_16, d30_18
from xlplan.documents.word.paper import Paper
from xlplan.documents.word.reading import WordFile
from xlplan.model import Finding, NotChecked

Rule = Callable[[Case], Iterator[Outcome]]

RULES: tuple[Rule, ...] = (
    d30_01,
    d30_02,
    d30_03,
    d30_04,
    d30_05,
    d30_06,
    d30_07,
    d30_08,
    d30_09,
    d30_10,
    d30_11,
    d30_12,
    d30_13,
    d30_14,
    d30_15,
    d30_16,
    d30_17,
    d30_18,
)


def code_of(rule: Rule) -> str:
    """The code of a rule, from the name of its function: ``D30-07``."""
    return rule.__name__.upper().replace("_", "-")


def lint(file: WordFile) -> tuple[tuple[Finding, ...], tuple[NotChecked, ...]]:
    """The findings in a Word file, and what was not checked. Raises PackageError where a part cannot be read.

    A rule that raises becomes *not checked* with the reason ``crashed``; what it found before stays.
    """
    case = Case(Paper(file))
    findings: list[Finding] = []
    missing: list[NotChecked] = []
    for rule in RULES:
        try:
            for outcome in rule(case):
                (findings if isinstance(outcome, Finding) else missing).append(outcome)  # type: ignore[arg-type]
        except Exception as error:  # one broken rule must not hide the others
            missing.append(NotChecked(code_of(rule), "crashed", {"what": type(error).__name__}))
    return tuple(findings), tuple(missing)
