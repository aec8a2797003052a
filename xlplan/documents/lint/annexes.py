"""Annexes: D30-15."""

from __future__ import annotations

from collections.abc import Iterator

from xlplan.documents.lint.case import Case, Outcome
from xlplan.documents.lint.letters import sizes
from xlplan.documents.word.anatomy import Annex, annex_number
from xlplan.documents.word.lists import written
from xlplan.documents.word.paper import Line
from xlplan.model import NotChecked
from xlplan.patterns import pattern
from xlplan.vietnamese.text import clean

_MENTION = pattern(r"(?i)\b(phụ lục|(biểu|bảng|danh sách|danh mục|bản)\b[^.;]{0,60}\b(kèm|đính)|(kèm|đính) (theo|kèm))")
_SYMBOL = pattern(r"(?i)số\s*:?\s*(?P<number>.*?)/(?P<symbol>[^\s,;)]*)")
_DATE = pattern(r"(?i)ngày(?P<day>.*?)tháng(?P<month>.*?)năm\s*(?P<year>\d{4})?")
_BLANK = " .…_\u00a0"


def d30_15(case: Case) -> Iterator[Outcome]:
    """`Phụ lục` (numbered where there are several), its title, `(Kèm theo …)`, named in the text (Phụ lục III, I)."""
    annexes = case.parts.annexes
    if not annexes:
        yield NotChecked("D30-15", "no_part")
        return
    if not any(_MENTION.search(line.text) for line in case.parts.body):
        yield case.fault("D30-15", "annex_unmentioned", annexes[0].first)
    for n, annex in enumerate(annexes, start=1):
        yield from _label(case, annex, n, len(annexes))
        yield from _title(case, annex)
        yield from _attached(case, annex)
    yield from sizes(case, "D30-15", "annex", tuple(annex.label for annex in annexes if annex.label))
    yield from sizes(case, "D30-15", "annex_title", tuple(line for annex in annexes for line in annex.title))
    yield from sizes(case, "D30-15", "attached", tuple(annex.attached for annex in annexes if annex.attached))


def _label(case: Case, annex: Annex, n: int, count: int) -> Iterator[Outcome]:
    if annex.label is None:
        yield case.fault("D30-15", "no_label", annex.first)
        return
    due = f"Phụ lục {written(n, 'upperRoman')}" if count > 1 else "Phụ lục"
    if count > 1 and annex_number(annex.label) != written(n, "upperRoman"):
        yield case.fault("D30-15", "label_number", annex.label, actual=annex.label.text, expected=due)
    elif count == 1 and annex_number(annex.label):
        yield case.fault("D30-15", "label_single", annex.label, actual=annex.label.text, expected=due)
    elif clean(annex.label.text) != due:
        yield case.fault("D30-15", "label_form", annex.label, actual=annex.label.text, expected=due)
    yield from _centred(case, annex.label)


def _title(case: Case, annex: Annex) -> Iterator[Outcome]:
    if not annex.title:
        yield case.fault("D30-15", "no_title", annex.first)
    for line in annex.title:
        if line.text != line.text.upper():
            yield case.fault("D30-15", "title_small", line, actual=line.text, expected=line.text.upper())
            break
    yield from (fault for line in annex.title[:1] for fault in _centred(case, line))


def _centred(case: Case, line: Line) -> Iterator[Outcome]:
    if case.paper.layout(line.passage).align != "center":
        yield case.fault("D30-15", "annex_aside", line)


def _attached(case: Case, annex: Annex) -> Iterator[Outcome]:
    line = annex.attached
    if line is None:
        yield case.fault("D30-15", "no_attached", annex.first)
        return
    if not (line.text.startswith("(") and line.text.rstrip(".").endswith(")")):
        yield case.fault("D30-15", "attached_brackets", line)
    for name, is_, own in _compared(case, line):
        if is_ and own and is_ != own:
            yield case.fault("D30-15", "attached_other", line, what=f"@{name}", actual=is_, expected=own)
    yield from _centred(case, line)


def _compared(case: Case, line: Line) -> Iterator[tuple[str, str, str]]:
    """Number and date of the annex beside those of the document; what is blank is not compared."""
    number, date = case.parts.number, case.parts.date
    pairs = ((_SYMBOL, number, ("number", "symbol")), (_DATE, date, ("day", "month", "year")))
    for shape, own, names in pairs:
        here, there = shape.search(line.text), shape.search(own.text) if own else None
        for name in names if here and there else ():
            assert here is not None
            assert there is not None
            is_, due = ((found[name] or "").strip(_BLANK) for found in (here, there))
            if name in ("number", "day", "month"):
                is_, due = is_.lstrip("0"), due.lstrip("0")
            yield name if name in ("number", "symbol") else "date_part", is_, due
