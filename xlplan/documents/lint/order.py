"""Numbers of headings and letters of points: D30-11, D30-12."""

from __future__ import annotations

from collections.abc import Iterator

from xlplan.checks.numbering import label_of
from xlplan.documents.lint.case import Case, Outcome
from xlplan.documents.word.paper import Line
from xlplan.model import NotChecked
from xlplan.patterns import pattern

_POINT = pattern(r"(?P<letter>[a-zđ])\s?(?P<sign>[.)/])\s*(?=\S)")
_HEADING = 120  # a heading is no longer than this


class _Sequence:
    """Numbers of one kind as they come. A list may begin anew within another, which then goes on."""

    def __init__(self) -> None:
        self.open: list[int] = []
        self.alone = False  # nothing of a higher rank came since the last number
        self.hoped = 0  # after a fault: what follows on the number that was due

    def accepts(self, number: int) -> bool:
        """Whether this number may come next; it is taken as come in any case."""
        if number == 1 and not (self.alone and self.open and self.open[-1] == 1):
            self.open.append(1)
            self.alone = True
            return True
        self.alone = True
        for depth in range(len(self.open) - 1, -1, -1):
            if self.open[depth] == number - 1:
                self.open[depth:] = [number]
                return True
        hoped, self.hoped = self.hoped, self.next + 1
        self.open[-1:] = [number]
        return number == hoped

    @property
    def next(self) -> int:
        """The number that was due."""
        return self.open[-1] + 1 if self.open else 1


def d30_11(case: Case) -> Iterator[Outcome]:
    """Sections, khoản and their parts numbered without gap or repeat; sections in capitals (mục II.6, V.6)."""
    lines = [line for line in case.prose if line not in case.parts.bases]
    labels = [(line, label) for line in lines if (label := label_of(line.text)) and label.kind != "letter"]
    if not labels:
        yield NotChecked("D30-11", "no_part")
        return
    sections = _Sequence()
    counts: dict[tuple[int, ...], _Sequence] = {}
    above: tuple[int, ...] = ()
    for line, label in labels:
        if label.kind == "roman":
            due = sections.next
            if not _follows(sections, label.last):
                yield case.fault("D30-11", "section_number", line, actual=label.written, expected=_roman(due))
            counts = {p: s for p, s in counts.items() if not p}
            for sequence in counts.values():
                sequence.alone = False
            above = ()
            yield from _section(case, line, label.written)
        else:
            sequence = counts.setdefault(label.prefix, _Sequence())
            if label.prefix and above and label.prefix[: len(above)] != above[: len(label.prefix)]:
                yield case.fault("D30-11", "parent_number", line, actual=label.written, expected=_dotted(above))
            due = sequence.next
            if not sequence.accepts(label.last):
                expected = _dotted((*label.prefix, due))
                yield case.fault("D30-11", "number_order", line, actual=label.written, expected=expected)
            if not label.prefix:
                above = (label.last,)
                counts = {p: s for p, s in counts.items() if not p}
            yield from _full_stop(case, line)


def _follows(sections: _Sequence, number: int) -> bool:
    """Sections never begin anew."""
    fits = number in (sections.next, sections.hoped)
    sections.hoped = 0 if fits else sections.next + 1
    sections.open[:] = [number]
    return fits


def _roman(number: int) -> str:
    from xlplan.documents.word.lists import written

    return f"{written(number, 'upperRoman')}."


def _dotted(numbers: tuple[int, ...]) -> str:
    return ".".join(map(str, numbers)) + "."


def _section(case: Case, line: Line, written: str) -> Iterator[Outcome]:
    title = line.text.removeprefix(written).strip()
    if len(title) < 2 * _HEADING and title != title.upper():
        yield case.fault("D30-11", "section_capitals", line, actual=title)
    elif title.endswith(".") and not title.endswith(("...", "./.")):
        yield case.fault("D30-11", "heading_stop", line)


def _full_stop(case: Case, line: Line) -> Iterator[Outcome]:
    """A title in bold on its own line has no full stop."""
    looks = case.paper.looks(line)
    bold = bool(looks) and all(look.bold for _, look in looks)
    if bold and len(line.text) < _HEADING and line.text.endswith(".") and not line.text.endswith("..."):
        yield case.fault("D30-11", "heading_stop", line)


def d30_12(case: Case) -> Iterator[Outcome]:
    """Points a), b), c), d), đ), e), g) … in the order of the Vietnamese alphabet (mục II.6, V.6)."""
    letters = case.decree["letters"]
    sequence = _Sequence()
    any_point = False
    for line in case.prose:
        point = _POINT.match(line.text)
        if point is None:
            label = label_of(line.text)
            if label and label.kind != "letter":
                sequence = _Sequence()
            continue
        letter, sign = point["letter"], point["sign"]
        if sign != ")" and not line.text[point.end() : point.end() + 1].isupper():
            continue  # an abbreviation, no point
        any_point = True
        if sign != ")":
            yield case.fault("D30-12", "point_sign", line, actual=f"{letter}{sign}", expected=f"{letter})")
        number = letters.find(letter) + 1
        due = letters[min(sequence.next, len(letters)) - 1]
        if not number:
            yield case.fault("D30-12", "point_letter", line, actual=f"{letter})", expected=f"{due})")
            sequence.accepts(sequence.next)
        elif not sequence.accepts(number):
            yield case.fault("D30-12", "point_order", line, actual=f"{letter})", expected=f"{due})")
    if not any_point:
        yield NotChecked("D30-12", "no_part")
