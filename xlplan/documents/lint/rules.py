"""The lines drawn below the motto, the agency and the subject: D30-05."""

from __future__ import annotations

from collections.abc import Iterator

from xlplan.documents.lint.case import Case, Outcome, number
from xlplan.documents.word.nodes import COMPATIBILITY
from xlplan.documents.word.paper import Line
from xlplan.documents.word.places import around, chosen
from xlplan.documents.word.reading import Passage
from xlplan.packages.tree import Node
from xlplan.patterns import pattern

_TYPED = pattern(r"[_\-–—=*.…~]{3,}")
_EMU_A_MM = 36_000
_POINTS = pattern(r"(?:^|;)\s*width:\s*([\d.]+)(pt|in|cm|mm|px)?")
_UNITS = {"pt": 25.4 / 72, "in": 25.4, "cm": 10.0, "mm": 1.0, "px": 25.4 / 96, None: 25.4 / 96}
_TWIPS_A_MM = 1440 / 25.4
_AS_LONG = (0.82, 1.2)  # of the motto; letters are measured to some 5 %
_SHARE = (0.29, 0.58)  # a third to a half of the other lines


def d30_05(case: Case) -> Iterator[Outcome]:
    """A solid line as long as the motto, and of a third to a half of agency and subject (mục II.1, II.2, II.5)."""
    parts = case.parts
    if not (parts.is_document and case.whole):
        yield case.unfit("D30-05")
        return
    wanted = (
        ("motto", (parts.motto,) if parts.motto else (), _AS_LONG),
        ("agency", parts.agency, _SHARE),
        ("subject", parts.subject, _SHARE),
    )
    drawn = _loose(case)
    for part, lines, share in wanted:
        if lines:
            yield from _one(case, part, lines, share, drawn)


def _one(
    case: Case, part: str, lines: tuple[Line, ...], share: tuple[float, float], loose: dict[int, list[float]]
) -> Iterator[Outcome]:
    last = lines[-1]
    lengths = list(_lengths(case, last, loose))
    if not lengths:
        typed = _typed_below(case, last)
        yield case.fault("D30-05", "rule_typed" if typed else "no_rule", last, part=f"@{part}")
        return
    widths = [_width(case, line) for line in lines]
    fits = any(share[0] * width <= length <= share[1] * width for length in lengths for width in widths)
    if not fits:
        width = max(widths)
        yield case.fault(
            "D30-05",
            "rule_as_long" if part == "motto" else "rule_share",
            last,
            part=f"@{part}",
            actual=f"{number(lengths[0])} mm",
            expected=f"{number(width)} mm" if part == "motto" else f"{number(width / 3)} - {number(width / 2)} mm",
            length=number(lengths[0]),
            width=number(width),
            least=number(width / 3),
            most=number(width / 2),
        )


def _width(case: Case, line: Line) -> float:
    """The length of a line of text in mm, at most that of the room it stands in."""
    from xlplan.documents.wordxml import text_width

    size = max((look.size for _, look in case.paper.looks(line)), default=14.0)
    return min(text_width(line.text, size) / 1.015 * 25.4 / 72, _room(case, line.passage))


def _room(case: Case, passage: Passage) -> float:
    """The width in mm that a paragraph has: its cell's, or what the margins leave."""
    cell = case.paper.cell_widths.get(id(passage.element))
    if cell:
        return cell / _TWIPS_A_MM
    sections = case.paper.sections
    section = sections[min(passage.section, len(sections) - 1)] if sections else None
    return section.width - section.left - section.right if section else 160.0


def _following(case: Case, line: Line) -> Iterator[Passage]:
    """The passage of a line and the empty ones below it."""
    passages = case.paper.file.passages
    yield line.passage
    for passage in passages[line.at + 1 : line.at + 4]:
        if around(passage.place) != around(line.place):
            return
        if passage.text.strip() and passage.kind != "textbox":
            return
        yield passage


def _lengths(case: Case, line: Line, loose: dict[int, list[float]]) -> Iterator[float]:
    """The lengths in mm of the lines that may be meant: borders, drawings, underlining."""
    for passage in _following(case, line):
        layout = case.paper.layout(passage)
        if layout.border:
            yield max(0.0, _room(case, passage) - (layout.left + layout.right) / _TWIPS_A_MM)
    looks = case.paper.looks(line)
    if looks and all(look.underlined for _, look in looks):
        yield _width(case, line)
    for at, lengths in loose.items():  # a drawing may hang on any paragraph near by
        if line.at - 6 <= at <= line.at + 6:
            yield from lengths


def _typed_below(case: Case, line: Line) -> bool:
    at = case.paper.file.passages[line.at : line.at + 2]
    texts = [text for passage in at for text in passage.text.split("\n")]
    return any(_TYPED.fullmatch(text.strip()) for text in texts)


def _loose(case: Case) -> dict[int, list[float]]:
    """The lengths of the lines drawn in the head and below the subject, by the position of their paragraph."""
    found: dict[int, list[float]] = {}
    last = max((x.at for x in (*case.parts.subject, *case.parts.agency, case.parts.date) if x), default=0)
    for at, passage in enumerate(case.paper.file.passages[: last + 4]):
        lengths = list(drawn_lines(passage.element))
        if lengths:
            found[at] = lengths
    return found


def drawn_lines(paragraph: Node) -> Iterator[float]:
    """The lengths in mm of the straight lines that hang on a paragraph."""
    waiting = list(reversed(paragraph.children))
    while waiting:
        node = waiting.pop()
        name = node.tag.rpartition("}")[2]
        if node.tag == f"{COMPATIBILITY}AlternateContent":
            waiting.append(chosen(node))
        elif name in ("anchor", "inline"):
            yield from _drawing(node)
        elif name in ("line", "shape") and "urn:schemas-microsoft-com:vml" in node.tag:
            yield from _vml(node, name)
        elif name != "txbxContent":
            waiting += reversed(node.children)


def _drawing(node: Node) -> Iterator[float]:
    straight, waiting = False, list(node.children)
    width = 0.0
    while waiting:
        inner = waiting.pop()
        name = inner.tag.rpartition("}")[2]
        if name == "prstGeom" and inner.get("prst") in ("line", "straightConnector1"):
            straight = True
        elif name == "extent" and inner.get("cx").isdecimal():
            width = int(inner.get("cx")) / _EMU_A_MM
        waiting += inner.children
    if straight and width:
        yield width


def _vml(node: Node, name: str) -> Iterator[float]:
    if name == "line":
        ends = [_coordinate(node.get(end)) for end in ("from", "to")]
        if ends[0] is not None and ends[1] is not None:
            yield abs(ends[1] - ends[0])
    elif node.get("type").endswith("_t32") or any(key.endswith("connectortype") for key in node.attrib):
        found = _POINTS.search(node.get("style"))
        if found:
            yield float(found[1]) * _UNITS[found[2]]


_COORDINATE = pattern(r"\s*(-?[\d.]+)(pt|in|cm|mm|px)?\s*,")


def _coordinate(text: str) -> float | None:
    found = _COORDINATE.match(text)
    try:
        return float(found[1]) * _UNITS[found[2]] if found else None
    except ValueError:
        return None
