"""The rows of the sheet `Kiểm tra`: every finding on a row of its own, with room for the official's answer."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import sha256

from xlplan.messages import Language, in_words, statement
from xlplan.model import CellRef, Explanation, Finding, Proposal, Report
from xlplan.patterns import pattern
from xlplan.refs import qualify
from xlplan.sheets.marks.answers import STALE, figure, key_of, key_text, place_text
from xlplan.sheets.marks.places import Places
from xlplan.sheets.marks.words import GONE, level_word, pick, sentence, what_to_do
from xlplan.tuples import NamedTuple


class Row(NamedTuple):
    """One line of the sheet.

    ``look`` is a key of the looks of the second column, ``answerable`` says whether an answer counts, ``links`` are
    the cells that columns lead to.
    """

    texts: tuple[str, ...]
    look: str
    key: str
    answerable: bool = True
    links: tuple[tuple[int, str], ...] = ()


_MINUS = pattern(r"(?<![\w)])-(?=\d)")  # a hyphen would be torn off its number at the end of a line
PLACE, REPAIR = 3, 7
"""The columns with links: the cell that shows the contradiction, and the cell that is likely wrong."""


def rows_of(
    report: Report,
    answers: Sequence[Explanation | None],
    gone: Sequence[Explanation],
    sheets: Collection[str],
    lang: Language,
) -> list[Row]:
    """The rows: findings in their order, then answers whose finding is gone. ``sheets`` can be linked to."""
    places = Places(report.submission)
    rows = []
    told: set[tuple[CellRef, str]] = set()  # what was proposed already
    for item, answer in zip(report.findings, answers, strict=True):
        proposal = item.proposal and item.proposal[:2]
        rows.append(_row(item, answer, places, sheets, lang, again=proposal in told))
        if proposal:
            told.add(proposal)
    for answer in gone:
        said = pick(lang, "Lần kiểm tra này không còn phát hiện ở ô này", "This check no longer finds anything here")
        about = pick(lang, f"{said} (lúc giải trình: {answer.figure}).", f"{said} (when explained: {answer.figure}).")
        said = about if answer.figure else f"{said}."
        place = place_text(answer.sheet, answer.cell)
        texts = (answer.code, GONE[lang], place, "", "", said, "", "", answer.text)
        rows.append(Row(texts, "gone", key_text(answer[:3], answer.figure)))
    return rows


def _row(
    item: Finding, answer: Explanation | None, places: Places, sheets: Collection[str], lang: Language, *, again: bool
) -> Row:
    unit, label = places.of(item)
    about, text = figure(item), answer.text if answer else ""
    if answer is not None and answer.figure != about:
        text = STALE[lang].format(figure=answer.figure) + text
    texts = (
        item.code,
        level_word(item, lang),
        place_text(item.ref.sheet, item.ref.address),
        unit,
        label,
        _MINUS.sub("−", sentence(statement(item, lang)[0])),
        _repair(item.proposal, item.ref.sheet, lang) if item.proposal else "",
        what_to_do(item, lang, again=again),
        text,
    )
    targets = ((PLACE, item.ref), (REPAIR, item.proposal.ref if item.proposal else item.ref))
    links = ((column, qualify(ref.sheet, ref.address or "A1")) for column, ref in targets if ref.sheet in sheets)
    look = "explained" if item.explanation else item.severity
    shown = tuple(link for link in links if texts[link[0] - 1])
    return Row(texts, look, key_text(key_of(item), about), item.severity != "error", shown)


def _repair(proposal: Proposal, sheet: str, lang: Language) -> str:
    """``F9: 91 → 19``, below the sheet's name where it is another one."""
    ref = proposal.ref
    where = ref.address if ref.sheet == sheet else place_text(ref.sheet, ref.address)
    actual = in_words(proposal.actual, lang) or pick(lang, "(trống)", "(blank)")
    between = " " if ref.sheet == sheet else "\n"
    return f"{where}:{between}{actual} → {in_words(proposal.value, lang)}"


def state_text(fills: Sequence[str], cells: Mapping[CellRef, int], notes: Iterable[str] = ()) -> str:
    """What the marked cells looked like and which notes are ours, for the day when another program has saved the file.

    ``notes`` are the sums of their texts (:func:`sum_of_note`).
    """
    by_sheet: dict[str, dict[str, int]] = {}
    for ref, fill in cells.items():
        by_sheet.setdefault(ref.sheet, {})[ref.address] = fill
    state = {"fills": fills, "cells": by_sheet, "notes": sorted(set(notes))}
    return json.dumps(state, ensure_ascii=False, separators=(",", ":"))


def sum_of_note(text: str) -> str:
    """A short sum by which a note of ours is known again when Excel has put the user's name to it."""
    return sha256(" ".join(text.split()).encode()).hexdigest()[:12]
