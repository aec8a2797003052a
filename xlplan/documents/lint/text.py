"""The text of a document: D30-09, D30-10, D30-16, D30-18."""

from __future__ import annotations

from collections.abc import Iterator

from xlplan.documents.lint.case import Case, Outcome, number
from xlplan.documents.word.formatting import Layout
from xlplan.documents.word.paper import Line, by_passage
from xlplan.model import NotChecked
from xlplan.patterns import pattern

_JOINED = pattern(r"(?i)[;.]\s*căn cứ\b")
_OPENING = pattern(r"(?i)\b(ban hành|xây dựng|lập|triển khai)\b[^;]*\bkế hoạch\b[^;]*(như sau|:)\s*:?$")
_LISTED = pattern(r"[-–+•*]\s*\S")
_TWIPS = 1440 / 25.4
_INDENT = (540, 740)  # twips: 1 to 1,27 cm, with the roundings of Word
_DEEPEST = 1450  # a row of a list may stand deeper
_ONE_LINE = 85
_GAP = 120  # twips: 6 pt
_GAP_SLACK = 8
_TAB = 720
_TAIL = 25  # letters of a line's end that a finding quotes


def d30_09(case: Case) -> Iterator[Outcome]:
    """Each căn cứ in italics on its own paragraph, `;` at its end, `.` at the end of the last (mục II.6)."""
    if not case.parts.bases:
        yield NotChecked("D30-09", "no_part")
        return
    paragraphs = list(by_passage(case.parts.bases))
    for n, lines in enumerate(paragraphs, start=1):
        line, text = lines[0], " ".join(x.text for x in lines)
        if not all(look.italic for x in lines for _, look in case.paper.looks(x)):
            yield case.fault("D30-09", "basis_upright", line)
        if _JOINED.search(text):
            yield case.fault("D30-09", "bases_joined", line)
        last = n == len(paragraphs)
        sign = "." if last else ";"
        if _OPENING.search(text):
            yield case.fault("D30-09", "basis_opening", line)
        elif not text.endswith(sign) or (sign == "." and text.endswith(("..", "/."))):
            name = "last_basis_end" if last else "basis_end"
            yield case.fault("D30-09", name, line, actual=text[-1], expected=sign)


def d30_10(case: Case) -> Iterator[Outcome]:
    """Justified, first line 1 or 1,27 cm, at least 6 pt apart, single to 1,5 lines (mục II.6)."""
    if not (case.parts.is_document and case.whole):
        yield case.unfit("D30-10")
        return
    found: dict[tuple[str, str], list[Line]] = {}
    before: tuple[Line, Layout] | None = None
    seen: set[int] = set()
    for line in case.prose:
        if id(line.passage.element) in seen:
            continue
        seen.add(id(line.passage.element))
        layout = case.paper.layout(line.passage)
        for fault in _layout_faults(line, layout):
            found.setdefault(fault, []).append(line)
        if before is not None and line.at == before[0].at + 1 and _gap(before[1], layout) < _GAP - _GAP_SLACK:
            found.setdefault(("gap", number(_gap(before[1], layout) / 20)), []).append(line)
        before = line, layout
    for (name, value), lines in found.items():
        yield case.fault(
            "D30-10",
            name,
            lines[0],
            actual=value,
            related=tuple(line.place for line in lines[1:51]),
            others=f"@and_others:{len(lines) - 1}" if len(lines) > 1 else "@alone",
        )


def _layout_faults(line: Line, layout: Layout) -> Iterator[tuple[str, str]]:
    if line.text.startswith("./."):
        return
    if layout.align not in ("both", "distribute", "thaiDistribute") and len(line.text) > _ONE_LINE:
        yield "align", f"@{layout.align if layout.align in ('left', 'center', 'right') else 'left'}"
    first = _first_line(line, layout)
    listed = bool(_LISTED.match(line.text)) or line.labelled
    if not _INDENT[0] <= first <= (_DEEPEST if listed else _INDENT[1]):
        yield "indent", number(first / _TWIPS / 10)
    if layout.line_rule == "auto":
        if not 240 - 3 <= layout.line <= 360 + 3:
            yield "line", number(layout.line / 240)
    elif layout.line > 25 * 20 or (layout.line_rule == "exact" and layout.line < 13 * 20):
        yield "line_exact", number(layout.line / 20)


def _first_line(line: Line, layout: Layout) -> int:
    """Where the first letter stands from the margin in twips; tabs and spaces that somebody typed count."""
    place = layout.left + layout.first
    lead = line.passage.text[: line.start] if line.start else ""
    for letter in lead + line.passage.text[line.start : line.end]:
        if letter == "\t":
            stops = [stop for stop in layout.tabs if stop > place]
            place = stops[0] if stops else (place // _TAB + 1) * _TAB
        elif letter in " \u00a0":
            place += 70  # a space of 14 pt
        else:
            break
    return place


def _gap(above: Layout, below: Layout) -> int:
    if above.style == below.style and above.contextual and below.contextual:
        return 0
    return above.after + below.before


def d30_16(case: Case) -> Iterator[Outcome]:
    """`./.` at the end of the text, and of the last annex (mục II.6 and Phụ lục III)."""
    if not (case.parts.is_document and case.whole and case.parts.body):
        yield case.unfit("D30-16")
        return
    last = case.parts.body[-1]
    if not last.text.endswith("./."):
        yield case.fault("D30-16", "no_end", last, actual=_tail(last), expected="./.")
    for annex in case.parts.annexes[-1:]:
        lines = annex.rest or annex.title
        if lines and not lines[-1].text.endswith("./."):
            yield case.fault("D30-16", "no_end_annex", lines[-1], actual=_tail(lines[-1]), expected="./.")


def _tail(line: Line) -> str:
    """The last words of a line."""
    return line.text if len(line.text) <= _TAIL else f"…{line.text[-_TAIL:].partition(' ')[2]}"


# -- capitals ------------------------------------------------------------------------------------------------

_UNITS = "Xã|Phường|Thị trấn|Huyện|Quận|Thị xã|Tỉnh|Đặc khu|Thôn|Ấp|Khu phố|Tổ dân phố|Buôn|Khóm|Xóm"
_UNIT = pattern(rf"(?<=[\w,] )({_UNITS}) ((?:[^\W\d_]+(?: |\b)){{1,4}})")
_NUMBERED = pattern(r"(?<![\w.])(phường|quận) (\d{1,2})(?![\d.,%/]*\d|\s*(?:hộ|xã|phường|đồng|người|thôn|%))")
_COUNCIL_NAME = pattern(r"\b([UuỦủ]\w ban) (nhân dân|Nhân dân|Nhân Dân|nhân Dân)\b|\b([UuỦủ]\w Ban) ([Nn]hân [Dd]ân)\b")
_ARTICLE = pattern(r"(?<=\w )(?:(Khoản) \d+ [Đđ]iều|(điều) \d+\b(?= (?:Luật|Nghị|Thông|của|Bộ)))")


def d30_18(case: Case) -> Iterator[Outcome]:
    """Capitals of units, councils and articles (Phụ lục II: III.1, IV.1, V.7)."""
    if not case.parts.body:
        yield NotChecked("D30-18", "no_part")
        return
    found: dict[tuple[str, str, str], list[Line]] = {}
    for line in case.parts.body:
        if line.passage.kind == "body" and not line.text.isupper():
            for fault in dict.fromkeys(_capitals(case, line.text)):
                found.setdefault(fault, []).append(line)
    for (name, actual, expected), lines in found.items():
        yield case.fault(
            "D30-18",
            name,
            lines[0],
            actual=actual,
            expected=expected,
            related=tuple(line.place for line in lines[1:51]),
            others=f"@and_others:{len(lines) - 1}" if len(lines) > 1 else "@alone",
        )


def _capitals(case: Case, text: str) -> Iterator[tuple[str, str, str]]:
    """The faults of a line: their name, what stands there, what should."""
    named_after = tuple(case.decree["capitals"]["named_after"])
    for found in _UNIT.finditer(text):
        name = found[2].strip()
        if name[:1].isupper() and not name.startswith(named_after):
            short = " ".join(name.split()[:2])
            yield "unit", f"{found[1]} {short}", f"{found[1].lower()} {short}"
    for found in _NUMBERED.finditer(text):
        yield "unit_number", found[0], found[0].capitalize()
    for found in _COUNCIL_NAME.finditer(text):
        if found[2] != "nhân dân" or not found[1][0].isupper():
            yield "council", found[0], "Ủy ban nhân dân"
    for found in _ARTICLE.finditer(text):
        yield "article", found[0], found[0].replace("Khoản", "khoản").replace("điều", "Điều")
