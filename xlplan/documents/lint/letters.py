"""Font, colour, size and weight: D30-02. Sizes of recipients, annexes and page numbers are part of their own rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from xlplan.documents.lint.case import Case, Outcome, number
from xlplan.documents.word.formatting import Look
from xlplan.documents.word.paper import Line, shortened
from xlplan.documents.word.reading import Passage
from xlplan.patterns import pattern
from xlplan.tuples import NamedTuple

_SECTION = pattern(r"(?:PHẦN )?[IVX]{1,5}\s?[.)]\s")


class _Place(NamedTuple):
    place: str
    text: str


def d30_02(case: Case) -> Iterator[Outcome]:
    """Times New Roman, black (mục I.4); each part in its size and weight (mục II and IV)."""
    yield from _fonts_and_colours(case)
    kind = case.parts.kind
    if kind is not None and case.parts.is_kind_joined:
        yield case.fault("D30-02", "kind_joined", kind, actual=kind.text)
    for part, lines in _parts(case).items():
        yield from sizes(case, "D30-02", part, lines)


def _fonts_and_colours(case: Case) -> Iterator[Outcome]:
    """One finding for each other font and each other colour, at the first place."""
    fonts: dict[str, list[_Place]] = {}
    colours: dict[str, list[_Place]] = {}
    for passage in (*case.paper.file.passages, *case.paper.file.others()):
        for text, look in _letters(case, passage):
            for font in _used(text, look):
                if font.casefold() != case.decree["font"].casefold():
                    _note(fonts.setdefault(font, []), passage.place, text)
            if look.colour != case.decree["colour"]:
                _note(colours.setdefault(look.colour, []), passage.place, text)
    for name, found in (("font", fonts), ("colour", colours)):
        for value, places in found.items():
            first = places[0]
            related = tuple(place.place for place in places[1:])
            yield case.fault(
                "D30-02",
                name,
                first.place,
                actual=value,
                expected=case.decree[name],
                related=related[:50],
                text=first.text,
                others=f"@and_others:{len(related)}" if related else "@alone",
            )


def _note(places: list[_Place], place: str, text: str) -> None:
    if not places or places[-1].place != place:
        places.append(_Place(place, shortened(text)))


def _letters(case: Case, passage: Passage) -> Iterator[tuple[str, Look]]:
    for stretch in case.paper.formats.stretches(passage):
        text = passage.text[stretch.start : stretch.end]
        if any(c.isalnum() for c in text):
            yield text, stretch.look


def _used(text: str, look: Look) -> set[str]:
    """The fonts that the letters of a text are taken from."""
    ascii_, other = look.fonts
    return {ascii_ if c.isascii() else other for c in text if c.isalnum()}


def _parts(case: Case) -> dict[str, tuple[Line, ...]]:
    """The lines of each part by its name in ``decree30.toml``."""
    parts = case.parts
    if not parts.is_document:
        return {}
    bases = set(map(id, parts.bases))
    single = ("nation", "motto", "number", "date", "kind", "signer")
    found: dict[str, tuple[Line, ...]] = {
        name: (line,) for name in single if (line := getattr(parts, name)) is not None
    }
    found |= {"above": parts.above, "agency": parts.agency, "subject": parts.subject, "basis": parts.bases}
    found["body"] = tuple(line for line in case.prose if id(line) not in bases)
    found["section"] = tuple(line for line in case.prose if _SECTION.match(line.text) and len(line.text) < 200)
    found["signature"] = parts.signature
    return found


def sizes(case: Case, code: str, part: str, lines: tuple[Line, ...]) -> Iterator[Outcome]:
    """One finding for each wrong size and weight of a part, at the first place."""
    wrong: dict[tuple[str, str], list[Line]] = {}
    row = case.decree["parts"][part]
    for line in lines:
        looks = [look for _, look in case.paper.looks(line)]
        for fault in dict.fromkeys(fault for look in looks for fault in _faults(row, look)):
            wrong.setdefault(fault, []).append(line)
    least, most = row["size"]
    for (name, value), found in wrong.items():
        yield case.fault(
            code,
            name,
            found[0],
            part=f"@{part}",
            actual=value,
            expected=_range(least, most) if name == "size" else "",
            related=tuple(line.place for line in found[1:51]),
            others=f"@and_others:{len(found) - 1}" if len(found) > 1 else "@alone",
        )


def _range(least: float, most: float) -> str:
    return str(least) if least == most else f"{least} - {most}"


def _faults(row: dict[str, Any], look: Look) -> Iterator[tuple[str, str]]:
    least, most = row["size"]
    if not least - 0.01 <= look.size <= most + 0.01:
        yield "size", number(look.size)
    for name, is_ in (("bold", look.bold), ("italic", look.italic)):
        if name in row and is_ is not row[name]:
            yield name if row[name] else f"not_{name}", ""


def page_number_sizes(case: Case, code: str, passages: tuple[Passage, ...], place: str) -> Iterator[Outcome]:
    """The same for the page numbers of a section, whose first place is given."""
    row = case.decree["parts"]["page_number"]
    for name, value in dict.fromkeys(f for p in passages for _, look in _letters(case, p) for f in _faults(row, look)):
        expected = _range(*row["size"]) if name == "size" else ""
        yield case.fault(code, name, place, part="@page_number", actual=value, expected=expected, others="@alone")
