"""The road that people write today for these workbooks: openpyxl, pandas, docxtpl, python-docx, one file after another.

It is the other side of the comparison, so it is written as one would write it for a commune's office: the workbook is
opened twice with openpyxl (its results, its formulas), the table becomes a pandas frame, the checks are sums and
comparisons of columns, the plan is docxtpl's, opened from the template for every plan as its manual says, with
``RichText`` for runs and tables made by python-docx. Nothing of it is slowed down, nothing is tuned. It shares with
xlplan the template and nothing else; no module of xlplan is imported.

It does less than xlplan, which favours it:

- it reads the two year plans of the standard workbook (kinds ``thon`` and ``nam``, either way round) and no other
  layout, no ``.xls``, no text that stands for a number, no workbook without results, no hostile file;
- it checks sums, differences, rates, parts and wholes, targets and a few questions of plausibility (A02, A04 to A09,
  A12 to A15, B01 to B06, B10, C02, C04 to C06, F01, as far as these workbooks go); xlplan holds more than fifty rules
  against the same file. It proposes no correction;
- it fills the placeholders and blocks that the starter outlines of these kinds use;
- its figures are in no content controls, so its plans cannot be refreshed; widths of columns are fixed.

On the workbooks of ``benchmarks/communes.py`` its plans have the same text as xlplan's, and its findings are the same
(code, sheet and cell); ``tests/test_naive_road.py`` holds both to it.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from .checking import Finding, check
from .reading import Book, read
from .writing import write

__all__ = ["Book", "Finding", "Made", "check", "process", "read", "write"]


class Made(NamedTuple):
    """Findings and plan of one workbook."""

    findings: list[Finding]
    plan: bytes


def process(path: Path) -> Made:
    """Read, check and write the plan of one workbook."""
    book = read(path)
    findings = check(book)
    return Made(findings, write(book, findings))
