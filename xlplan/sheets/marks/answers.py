"""What officials answer in the sheet `Kiểm tra`: read from it, and held against the findings of the next check.

An answer counts for the figure that it was given for. When the figure has changed since, the text is kept, but it
begins with the figure that it meant; whoever takes those words out answers for the new figure.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from xlplan.model import Explanation, Finding
from xlplan.patterns import pattern
from xlplan.vietnamese.text import nfc

if TYPE_CHECKING:
    from xlplan.packages.cells import Sheet
    from xlplan.sheets.cells import Grid

TITLE = "Kiểm tra"
SIGNATURE = "xlplan:1"
"""Stands in the first row above the keys, in the hidden column behind the answers."""
STALE = {"vi": "(Viết khi số là {figure}) ", "en": "(Written when the figure was {figure}) "}
_STALE = pattern(r"\((?:Viết khi số là|Written when the figure was) ([^()]*)\)\s*")
_SIGNATURE_ROWS = 3
_KEY_LENGTH = 4


def figure(item: Finding) -> str:
    """What an answer is about: the figure that stands there, and the one it was held against."""
    stands = item.actual or item.params.get("written", "")
    both = " / ".join(nfc(part).strip() for part in (stands, item.expected) if part)
    return both.replace("(", "[").replace(")", "]")


def key_of(item: Finding) -> tuple[str, str, str]:
    """Which finding an answer belongs to, whatever the figures are."""
    return item.code, nfc(item.ref.sheet), item.ref.address


def key_text(key: tuple[str, str, str], about: str) -> str:
    """The key as it stands in the hidden column."""
    return json.dumps([*key, about], ensure_ascii=False)


def signature_column(sheet: Sheet) -> int | None:
    """The hidden column of a listing that the program wrote, ``None`` for any other sheet."""
    return next(
        (column for (row, column), cell in sheet.cells.items() if row <= _SIGNATURE_ROWS and cell.value == SIGNATURE),
        None,
    )


def read_explanations(grid: Grid) -> Iterator[Explanation]:
    """The answers in a listing, those of findings that had vanished included."""
    column = signature_column(grid.sheet)
    if column is None or column < 2:
        return
    for row in sorted({row for row, at in grid.sheet.cells if at == column}):
        key = _key(grid.text(row, column))
        text = grid.text(row, column - 1)
        if key is None or not text:
            continue
        code, sheet, cell, about = key
        if stale := _STALE.match(text):
            about, text = stale[1], text[stale.end() :].strip()
        if text:
            yield Explanation(code, sheet, cell, about, text)


def _key(text: str) -> list[str] | None:
    try:
        found = json.loads(text) if text.startswith("[") else None
    except ValueError:
        return None
    good = isinstance(found, list) and len(found) == _KEY_LENGTH and all(isinstance(part, str) for part in found)
    return found if good else None


def matched(
    findings: Sequence[Finding], explanations: Iterable[Explanation]
) -> tuple[list[Explanation | None], list[Explanation]]:
    """The answer to each finding, or ``None``, and the answers whose finding is gone.

    Several findings of one rule at one cell have answers of their own: by the figure first, then in their order.
    """
    left = list(explanations)
    found: list[Explanation | None] = [None] * len(findings)
    for same_figure in (True, False):
        for at, item in enumerate(findings):
            if found[at] is not None:
                continue
            key, about = key_of(item), figure(item)
            for answer in left:
                if answer[:3] == key and (answer.figure == about or not same_figure):
                    found[at] = answer
                    left.remove(answer)
                    break
    return found, left


def counting(findings: Sequence[Finding], explanations: Iterable[Explanation]) -> tuple[Explanation, ...]:
    """The answers to warnings that are still there and still show the same figure."""
    answers, _ = matched(findings, explanations)
    return tuple(
        answer
        for item, answer in zip(findings, answers, strict=True)
        if answer is not None and item.severity == "warning" and answer.figure == figure(item)
    )


def explained(findings: Sequence[Finding], explanations: Iterable[Explanation]) -> list[Finding]:
    """The findings with their answers. An error stays unanswered: it is to be corrected; so does a changed figure."""
    answers, _ = matched(findings, explanations)
    return [
        item._replace(explanation=answer.text)
        if answer is not None and item.severity != "error" and answer.figure == figure(item)
        else item
        for item, answer in zip(findings, answers, strict=True)
    ]
