"""Figures in sentences: C01, C03, C11, C12, C16, and numbers typed before headings: C10.

Most plans name their figures by placeholders and hold no such number: what reads sentences is loaded only for texts
in which a digit stands where a figure may (before hộ, khẩu, người or %, or after a colon).
"""

from __future__ import annotations

from collections.abc import Iterator

from xlplan.checks import prose
from xlplan.checks.scope import Case, Outcome
from xlplan.model import Submission

_BEHIND = ("hộ", "khẩu", "%", "phần trăm", "nhân khẩu", "người")  # what follows a figure
_BEFORE = ":"  # Hộ nghèo: 63
_MOVES = ("xuống", "lên", "còn", "đến", "tăng", "giảm")


def c01(case: Case) -> Iterator[Outcome]:
    """A number in prose with a known slot is the figure of the workbook. ``=D7``, ``=ROUND(E19/D19*100,2)``."""
    if _states_figures(case.submission):
        from xlplan.checks.narrative.statements import stated

        yield from stated(case)


def c03(case: Case) -> Iterator[Outcome]:
    """“giảm x hộ, Y %”: Y is x / H; the difference of the rates may be 0,01 off. ``=ROUND(G19/D19*100,2)``."""
    if _states_figures(case.submission):
        from xlplan.checks.narrative.decreases import decreases

        yield from decreases(case)


def c10(case: Case) -> Iterator[Outcome]:
    """Numbers of sections, projects and rows that somebody typed run without gap or repeat."""
    from xlplan.checks.numbering import numbers_in_order

    yield from numbers_in_order(case)


def c11(case: Case) -> Iterator[Outcome]:
    """*Tăng, giảm* agree with the figures, those of placeholders included. ``=IF(B>A,"tăng","giảm")``."""
    if any(_moves(text.value) for text in prose.prose(case.submission)):
        from xlplan.checks.narrative.movements import movements

        yield from movements(case)


def c12(case: Case) -> Iterator[Outcome]:
    """A percentage follows from the two counts of its own sentence. ``=ROUND(4/8999*100,2)`` is 0,04."""
    if any(
        "%" in text.value or "phần trăm" in text.value or "ty_le_" in text.value
        for text in prose.prose(case.submission)
    ):
        from xlplan.checks.narrative.shares import shares

        yield from shares(case)


def c16(case: Case) -> Iterator[Outcome]:
    """A figure in prose that is last year's and not this year's was left behind."""
    if case.previous is not None and _states_figures(case.submission):
        from xlplan.checks.narrative.statements import left_behind

        yield from left_behind(case, case.previous)


def _states_figures(submission: Submission) -> bool:
    """Whether a digit stands somewhere as a figure does."""
    return any(_typed(text.value) for text in prose.prose(submission))


def _typed(text: str) -> bool:
    """Whether a digit stands before a unit or after a colon."""
    if not any(digit in text for digit in "0123456789"):
        return False
    small = prose.lower(text)
    for word in _BEHIND:
        at = small.find(word)
        while at >= 0:
            if small[max(0, at - 2) : at].rstrip()[-1:].isdigit():
                return True
            at = small.find(word, at + 1)
    at = small.find(_BEFORE)
    while at >= 0:
        if small[at + 1 : at + 3].lstrip()[:1].isdigit():
            return True
        at = small.find(_BEFORE, at + 1)
    return False


def _moves(text: str) -> bool:
    """Whether a text may say that something rises or falls by figures, typed or by placeholders."""
    small = prose.lower(text)
    if not any(word in small for word in _MOVES):
        return False
    return _typed(text) or (" từ " in f" {small}" and "{{" in text)
