"""Paper, margins and page numbers: D30-01, D30-03."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil

from xlplan.documents.lint.case import Case, Outcome, number
from xlplan.documents.lint.letters import page_number_sizes
from xlplan.documents.word.paper import Line
from xlplan.documents.word.places import row_of
from xlplan.documents.word.reading import Passage
from xlplan.documents.word.sections import Section, even_pages_differ, page_numbers
from xlplan.model import NotChecked

_SIDES = ("top", "bottom", "left", "right")
_TURNED = (  # a page that Word turned takes its margins with it, one way or the other
    {"top": "left", "right": "top", "bottom": "right", "left": "bottom"},
    {"top": "right", "right": "bottom", "bottom": "left", "left": "top"},
)
_SLACK = 0.3  # mm: margins in hundredths of an inch
_PAPER_SLACK = 1.5
_LINE = 85  # letters in a line of 14 pt
_ONE_PAGE = 36  # lines that may still fit on one page


def d30_01(case: Case) -> Iterator[Outcome]:
    """Paper A4, upright but for tables; margins 20-25, 20-25, 30-35, 15-20 mm (Phụ lục I, mục I.1 to I.3)."""
    page = case.decree["page"]
    annexed = {annex.first.passage.section for annex in case.parts.annexes}
    for n, section in enumerate(case.paper.sections):
        place = case.place_of_section(n)
        sides = sorted((section.width, section.height))
        if any(abs(is_ - page[name]) > _PAPER_SLACK for is_, name in zip(sides, ("width", "height"), strict=True)):
            size = f"{round(section.width)} × {round(section.height)}"
            yield case.fault("D30-01", "paper", place, actual=f"{size} mm", expected="210 × 297 mm")
        if section.landscape and n not in annexed and not _has_table(case, n):
            yield case.fault("D30-01", "landscape", place)
        for side in _wrong_sides(section, page):
            least, most = page[side]
            yield case.fault(
                "D30-01",
                "margin",
                place,
                side=f"@{side}",
                actual=f"{number(getattr(section, side))} mm",
                expected=f"{least} - {most} mm",
                least=str(least),
                most=str(most),
                is_=number(getattr(section, side)),
            )


def _wrong_sides(section: Section, page: dict[str, list[float]]) -> list[str]:
    def wrong(limits: dict[str, str]) -> list[str]:
        return [s for s in _SIDES if not _within(getattr(section, s), page[limits.get(s, s)])]

    found = wrong({})
    if found and section.landscape and any(not wrong(turned) for turned in _TURNED):
        return []
    return found


def _within(length: float, limits: list[float]) -> bool:
    return limits[0] - _SLACK <= length <= limits[1] + _SLACK


def _has_table(case: Case, section: int) -> bool:
    return any(p.kind == "cell" for p in case.paper.file.passages if p.section == section)


def d30_03(case: Case) -> Iterator[Outcome]:
    """The page number in the middle of the top margin, none on page 1 (mục I.7); an annex counts anew (III, I.1)."""
    file, sections = case.paper.file, case.paper.sections
    if not sections:
        yield NotChecked("D30-03", "no_part")
        return
    shown = [page_numbers(file, section.part("default")) for section in sections]
    below = [page_numbers(file, section.part("default", footer=True)) for section in sections]
    if not any(shown) and not any(below) and _length(case.paper.lines) <= _ONE_PAGE:
        yield NotChecked("D30-03", "one_page")
        return
    annexed = {annex.first.passage.section for annex in case.parts.annexes}
    for n, section in enumerate(sections):
        place = case.place_of_section(n)
        if n not in annexed or n == 0:
            if shown[n]:
                yield from _of_body(case, n, section, place)
            else:
                yield case.fault("D30-03", "number_below" if below[n] else "no_page_number", place)
        for passage in shown[n]:
            if not _is_centred(case, passage):
                yield case.fault("D30-03", "number_aside", place)
                break
        if n == 0 or (shown[n] and section.part("default") != sections[n - 1].part("default")):
            yield from page_number_sizes(case, "D30-03", shown[n], place)
    yield from _of_annexes(case)


def _of_body(case: Case, n: int, section: Section, place: str) -> Iterator[Outcome]:
    file = case.paper.file
    if even_pages_differ(file) and not page_numbers(file, section.part("even")):
        yield case.fault("D30-03", "even_pages", place)
    on_first = page_numbers(file, section.part("first")) if section.different_first else (file,)
    if n == 0 and on_first:
        yield case.fault("D30-03", "number_on_first", place)
    elif n > 0 and not on_first and not section.continuous:
        yield case.fault("D30-03", "number_missing_later", place)
    if section.starts_at not in (None, 1) or (n > 0 and section.starts_at is not None and not section.continuous):
        yield case.fault("D30-03", "counts_anew", place, actual=str(section.starts_at))


def _of_annexes(case: Case) -> Iterator[Outcome]:
    before = {line.passage.section for line in (*case.parts.body, *case.parts.signature)}
    for annex in case.parts.annexes:
        here = annex.first.passage.section
        if here in before:
            yield case.fault("D30-03", "annex_section", annex.first)
        elif case.paper.sections[here].starts_at != 1:
            yield case.fault("D30-03", "annex_counts_on", annex.first)
        before.add(here)


def _is_centred(case: Case, passage: Passage) -> bool:
    layout = case.paper.formats.layout(passage)
    if layout.frame is not None:
        return layout.frame in ("center", "") or layout.align == "center"
    return layout.align == "center" or passage.text.count("\t") == 1


def _length(lines: Sequence[Line]) -> int:
    """About how many lines of a page these take: rows of tables count once."""
    rows = {row_of(line.place) for line in lines if line.passage.kind == "cell"}
    return len(rows) + sum(ceil(len(line.text) / _LINE) for line in lines if line.passage.kind != "cell")
