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
ANSWER = {"vi": "Giải trình", "en": "Explanation"}
"""The heading of the answers."""
STALE = {"vi": "(Viết khi số là {figure}) ", "en": "(Written when the figure was {figure}) "}
_STALE = pattern(r"\((?:Viết khi số là|Written when the figure was) ([^()]*)\)\s*")
_SIGNATURE_ROWS = 3
_HEADING_ROWS = 9
_KEY_LENGTH = 4
_PLACE_COLUMN = 3


def figure(item: Finding) -> str:
    """What an answer is about: the figure that stands there, and the one it was held against."""
    stands = item.actual or item.params.get("written", "")
    both = " / ".join(nfc(part).strip() for part in (stands, item.expected) if part)
    return both.replace("(", "[").replace(")", "]")


def place_text(sheet: str, cell: str) -> str:
    """The place of a finding as its row shows it."""
    return f"{sheet}, {cell}" if cell else sheet


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
    written = _answer_column(grid, column)
    rows = sorted({row for row, at in grid.sheet.cells if at == column})
    keys = {row: key for row in rows if (key := _key(grid.text(row, column)))}
    for row, (code, sheet, cell, now) in _by_what_is_shown(grid, keys).items():
        text = grid.text(row, written)
        stale = _STALE.match(text)
        about, text = (stale[1], text[stale.end() :].strip()) if stale else (now, text)
        if text:
            yield Explanation(code, sheet, cell, about, text)


def _answer_column(grid: Grid, keys: int) -> int:
    """The column of the answers: left of the keys, unless someone has put a column between them."""
    headed = [
        column
        for row in range(1, _HEADING_ROWS)
        for column in range(1, keys)
        if grid.text(row, column) in ANSWER.values()
    ]
    return max(headed, default=keys - 1)


def _by_what_is_shown(grid: Grid, keys: dict[int, list[str]]) -> dict[int, list[str]]:
    """The keys by row, put right where the visible columns were sorted and the hidden one was left behind."""
    shown = {row: (grid.text(row, 1), nfc(grid.text(row, _PLACE_COLUMN))) for row in keys}
    meant = {row: (key[0], place_text(key[1], key[2])) for row, key in keys.items()}
    if shown == meant or sorted(shown.values()) != sorted(meant.values()):
        return keys
    left = {row: keys[row] for row in keys if shown[row] != meant[row]}
    found = {row: key for row, key in keys.items() if row not in left}
    for row in sorted(set(keys) - set(found)):
        source = next(at for at in left if meant[at] == shown[row])
        found[row] = left.pop(source)
    return found


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
