"""Villages against indicators, in either orientation, found by their headings and not by their position.

Whatever lies above a table (titles) and under it (notes, signatures) is left out; header rows of letters,
numbers or formulas are never data.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from xlplan import catalogue
from xlplan.messages import finding
from xlplan.model import Cell, Line, Orientation, Severity, Table, Text, Unit, UnitKind
from xlplan.patterns import pattern
from xlplan.sheets import labels
from xlplan.sheets.cells import Grid, Meaning
from xlplan.sheets.labels import Years
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.numbers import parse
from xlplan.vietnamese.text import clean, key

MAX_HEADER_LEVELS = 4
ATTACHED_ROWS = 15  # the line (Kèm theo Kế hoạch số …) stands near the top of its sheet
_ATTACHED = ("kèm theo", "ban hành kèm theo")
_CODE_MARK = pattern(r"\(?[A-ZĐa-zđ]\)?|\(?[0-9]{1,3}\)?|[IVX]{1,4}|\(?[0-9]{1,3}\)? ?=.*")
_TITLE = pattern(r"biểu|phụ lục|tổng hợp|diễn biến|biến động|kết quả|rà soát|thiếu hụt")
_ROMAN = pattern(r"[IVXL]+")
_SUBLEVEL = pattern(r"\d+(\.\d+)+")


class Span(NamedTuple):
    """First and last row and column of the cells that hold something."""

    top: int
    bottom: int
    left: int
    right: int


def read_tables(grid: Grid, years: Years | None) -> tuple[Table, ...]:
    """The tables of a sheet, one under the other; empty where no indicators are recognised."""
    found: list[Table] = []
    below = 0
    while (table := _read_below(grid, years, below)) is not None:
        found.append(table)
        ends = [unit.at for unit in table.units] if table.orientation == "rows" else [line.at for line in table.lines]
        below = max([*ends, table.lines[0].ref.row])
    return tuple(found)


def _read_below(grid: Grid, years: Years | None, below: int) -> Table | None:
    """The first table under a row, or ``None`` where fewer than two indicators are recognised."""
    span = _span(grid, below)
    hits = {place: code for place, code in _label_hits(grid, years).items() if place[0] > below}
    if span is None or not hits:
        return None
    by_row, by_column = Counter(row for row, _ in hits), Counter(column for _, column in hits)
    headings = sorted(row for row, count in by_row.items() if count > 1)
    row = headings[0] if headings else by_row.most_common(1)[0][0]
    column, in_column = by_column.most_common(1)[0]
    alone = max(by_row[row], in_column) < 2
    if alone and (below or not _is_heading_above(grid, row, range(span.left, span.right + 1))):
        return None
    if max(len(headings), *by_row.values()) >= in_column:  # tables under each other repeat a heading in one column
        return _villages_as_rows(grid, years, row, span, headings)
    if len({code for (_, c), code in hits.items() if c == column}) < 2 <= in_column:
        return None  # "Hộ", "Nhân khẩu", "Hộ", "Nhân khẩu" …: two lines a village, no list of indicators
    return _villages_as_columns(grid, years, column, min(r for r, c in hits if c == column), span)


def _span(grid: Grid, below: int) -> Span | None:
    places = [place for place in grid.sheet.cells if place[0] > below]
    if not places:
        return None
    rows, columns = [row for row, _ in places], [column for _, column in places]
    return Span(min(rows), max(rows), min(columns), max(columns))


def _label_hits(grid: Grid, years: Years | None) -> dict[tuple[int, int], str]:
    """Cells whose text by itself names an indicator, with its code."""
    hits, others = {}, {}
    for place, cell in grid.sheet.cells.items():
        if cell.kind == "s" and isinstance(cell.value, str) and len(cell.value) < 200:
            text = clean(cell.value)
            if text and (code := labels.code_of((text,), years)):
                hits[place] = code
            elif text:
                others[place] = text
    if labels.speaks_of_review(*others.values()):
        from xlplan.sheets.reviews import heading_code

        hits |= {place: code for place, text in others.items() if (code := heading_code(text))}
    return hits


def _meaning(line: Line) -> Meaning:
    """What the cells of a line hold; an unknown heading says so itself."""
    rate = catalogue.is_rate(line.code) if line.code else labels.is_rate_heading(line.path[-1])
    return "rate" if rate else "count"


# ---- villages as rows --------------------------------------------------------------------------------------


def _villages_as_rows(grid: Grid, years: Years | None, hit_row: int, span: Span, headings: list[int]) -> Table | None:
    """A table whose heading holds ``hit_row``; a later row among ``headings`` begins another table."""
    columns = range(span.left, span.right + 1)
    first, last = _header_rows(grid, hit_row, columns)
    paths = {column: _column_path(grid, column, first, last) for column in columns}
    number_column, name_column = _leading_columns(grid, paths, first, years)
    lines = []
    for column, path in paths.items():
        if column > name_column and path and key(path[-1]) not in labels.REMARKS:
            code = labels.code_of(path, years)
            lines.append(Line(code, path, grid.ref(last, column), column))
    if not any(line.code for line in lines):
        return None
    if last + 1 <= span.bottom and _is_code_row([grid.text(last + 1, c) for c in columns]):
        last += 1
        lines = [_marked(line, grid.text(last, line.at)) for line in lines]
    end = next((row for row in headings if row > last), span.bottom + 1)
    units = _rows_of_units(grid, range(last + 1, end), number_column, name_column, lines)
    return _assemble(grid, "rows", lines, units, first, years=years)


def _header_rows(grid: Grid, hit_row: int, columns: range) -> tuple[int, int]:
    """First and last row of the heading around a row of indicator names."""
    first = last = hit_row
    for column in columns:
        merged = grid.sheet.merge_at(hit_row, column)
        if merged and key(grid.text(merged[0], merged[1])) in labels.NUMBER_HEADINGS:
            first, last = min(first, merged[0]), max(last, merged[2])
    while last - hit_row < MAX_HEADER_LEVELS and _is_measure_row(grid, last + 1, columns):
        last += 1
    while hit_row - first < MAX_HEADER_LEVELS - 1 and _is_heading_above(grid, first - 1, columns):
        first -= 1
    return first, last


def _is_measure_row(grid: Grid, row: int, columns: range) -> bool:
    """Whether a row under the indicator names still belongs to the heading: texts, no number, two or more."""
    texts = [text for column in columns if (text := grid.text(row, column))]
    if len(texts) < 2 or any(grid.is_number(row, column) for column in columns):
        return False
    known = sum(_is_measure(key(text)) for text in texts)
    return known * 2 >= len(texts) and not _is_code_row(texts)


def _is_measure(folded: str) -> bool:
    """Whether a heading says how something is counted: Số hộ, Tỷ lệ hộ nghèo (%), Nhân khẩu."""
    words = (labels.COUNT_WORDS, labels.RATE_WORDS, labels.GENERIC)
    return any(folded in known for known in words) or folded.startswith(("tỷ lệ ", "số hộ ")) or folded.endswith(" %")


def _is_heading_above(grid: Grid, row: int, columns: range) -> bool:
    """Whether a row above the indicator names is a heading level: it holds TT or a unit heading, or spans."""
    if row < 1:
        return False
    texts = [key(text) for column in columns if (text := grid.text(row, column))]
    return any(text in labels.NUMBER_HEADINGS for text in texts)


def _column_path(grid: Grid, column: int, first: int, last: int) -> tuple[str, ...]:
    """Levels of a column's heading from the outermost, merged cells read once."""
    path: list[str] = []
    seen: set[tuple[int, int]] = set()
    for row in range(first, last + 1):
        anchor = grid.sheet.anchor(row, column)
        text = clean(grid.text(*anchor))
        if anchor not in seen and text:
            path.append(text)
        seen.add(anchor)
    return tuple(path)


def _leading_columns(
    grid: Grid, paths: dict[int, tuple[str, ...]], first: int, years: Years | None
) -> tuple[int | None, int]:
    """The column of the running number (if any) and that of the villages' names."""
    number = next((c for c, path in paths.items() if path and key(path[-1]) in labels.NUMBER_HEADINGS), None)
    words = {key(word) for word in catalogue.village_words()} | labels.UNIT_HEADINGS
    for column, path in paths.items():
        if column != number and path and key(path[-1]) in words:
            return number, column
    indicators = [c for c, path in paths.items() if path and labels.code_of(path, years)]
    before = [c for c in paths if c < min(indicators, default=first) and c != number]
    return number, (before[-1] if before else min(paths))


def _rows_of_units(
    grid: Grid, rows: range, number_column: int | None, name_column: int, lines: list[Line]
) -> list[Unit]:
    """The units of a table whose villages are rows, from the heading to the last row with figures or a name."""
    found: list[tuple[Unit, bool]] = []
    for row in rows:
        number = clean(grid.text(row, number_column)).rstrip(".)").replace(",", ".") if number_column else ""
        name = clean(grid.text(row, name_column)) or _shifted_name(grid, row, number_column, name_column)
        if not name and labels.unit_kind(number) != "village":
            name, number = number, ""
        figures = any(_holds_figure(grid, row, line.at) for line in lines)
        if labels.is_filler(name) and not figures:
            continue
        if not figures and (_is_wide_text(grid, row, name_column, lines) or not name):
            continue
        kind: UnitKind = labels.unit_kind(name)
        hidden = row in grid.sheet.hidden_rows
        found.append((Unit(name, kind, grid.ref(row, name_column), row, number, None, hidden), figures))
    return _grouped(_totals_by_number(_without_tail(found)))


def _totals_by_number(units: list[Unit]) -> list[Unit]:
    """Where villages are numbered, a row is a total or a village by its number rather than by its name.

    ``Tổng cộng 2 thôn`` without a number is a total; a village called ``Cộng`` with a number is none.
    """
    candidates = [unit for unit in units if unit.kind in ("village", "commune")]
    numbered = sum(bool(unit.number) for unit in candidates)
    if not numbered or numbered * 2 < len(candidates):
        return units
    found = [
        unit._replace(kind="commune")
        if unit.kind == "village" and not unit.number and labels.is_unnumbered_total(unit.name)
        else unit
        for unit in units
    ]
    if any(unit.kind == "commune" and not unit.number for unit in found):
        found = [unit._replace(kind="village") if unit.kind == "commune" and unit.number else unit for unit in found]
    return found


def _shifted_name(grid: Grid, row: int, number_column: int | None, name_column: int) -> str:
    """The name of a total that is merged over the number and the name column."""
    merged = grid.sheet.merge_at(row, name_column)
    if merged and number_column and merged[1] <= number_column:
        return clean(grid.text(merged[0], merged[1]))
    return ""


def _holds_figure(grid: Grid, row: int, column: int) -> bool:
    """Whether a cell holds something meant as a figure (a number, a formula, digits, a dash)."""
    cell = grid.sheet.cells.get((row, column))
    if cell is None:
        return False
    if cell.kind != "s":
        return True
    parsed = parse(grid.text(row, column), "count")
    return parsed.value is not None or parsed.low is not None or "dash" in parsed.note


def _is_wide_text(grid: Grid, row: int, name_column: int, lines: list[Line]) -> bool:
    """Whether a row's text runs over the figures: a note, a signature, a heading of a group."""
    merged = grid.sheet.merge_at(row, name_column)
    if merged and merged[3] >= lines[0].at:
        return True
    return any(grid.text(row, line.at) and not _holds_figure(grid, row, line.at) for line in lines)


def _without_tail(found: list[tuple[Unit, bool]]) -> list[Unit]:
    """Leaves out what stands under the last total or named figure: notes and signatures."""
    totals = [i for i, (unit, _) in enumerate(found) if unit.kind != "village"]
    named = [i for i, (unit, figures) in enumerate(found) if figures and unit.name]
    nameless = [i for i, (unit, figures) in enumerate(found) if figures and not unit.name and not totals]
    if not (totals or named or nameless):
        return [unit for unit, _ in found]
    return [unit for unit, _ in found[: max([*totals, *named, *nameless]) + 1]]


def _level(unit: Unit) -> int:
    """Depth of a numbered row: I is 0, 1 is 1, 1.1 is 2 … (only meaningful where such numbers are used)."""
    number = unit.number.rstrip(".")
    if _ROMAN.fullmatch(number):
        return 0
    return 1 + number.count(".")


def _grouped(units: list[Unit]) -> list[Unit]:
    """Marks rows with children (I over 1, 1 over 1.1) as groups and ties the children to them."""
    villages = [unit for unit in units if unit.kind == "village"]
    roman = sum(bool(_ROMAN.fullmatch(unit.number)) for unit in villages)
    dotted = any(_SUBLEVEL.fullmatch(unit.number) for unit in villages)
    if not dotted and not 0 < roman < len(villages):
        return units
    result: list[Unit] = []
    open_groups: list[int] = []
    for i, unit in enumerate(units):
        if unit.kind != "village":
            result.append(unit)
            continue
        if not unit.number:  # belongs to the group that is open
            result.append(unit._replace(parent=open_groups[-1] if open_groups else None))
            continue
        while open_groups and _level(result[open_groups[-1]]) >= _level(unit):
            open_groups.pop()
        parent = open_groups[-1] if open_groups else None
        following = units[i + 1] if i + 1 < len(units) and units[i + 1].kind == "village" else None
        deeper = following and (_level(following) > _level(unit) if following.number else _ROMAN.fullmatch(unit.number))
        kind: UnitKind = "group" if deeper else "village"
        if kind == "group":
            open_groups.append(i)
        result.append(unit._replace(kind=kind, parent=parent))
    return result


# ---- villages as columns -----------------------------------------------------------------------------------


def _villages_as_columns(
    grid: Grid, years: Years | None, label_column: int, first_row: int, span: Span
) -> Table | None:
    header = _header_above(grid, label_column, first_row, span)
    lines = _rows_of_lines(grid, years, label_column, range(first_row, span.bottom + 1), span)
    columns = range(label_column + 1, span.right + 1)
    units = []
    for column in columns:
        path = _column_path(grid, column, *header)
        if not path or key(path[-1]) in labels.MEASURE_HEADINGS | labels.REMARKS:
            continue
        name = "" if _spans(grid, column, *header) else path[-1]
        figures = any(_holds_figure(grid, line.at, column) for line in lines)
        if labels.is_filler(name) and not figures:
            continue
        kind = labels.unit_kind(name)
        hidden = column in grid.sheet.hidden_columns
        units.append(Unit(name, kind, grid.ref(header[1], column), column, "", None, hidden))
    if not units:
        return None
    return _assemble(grid, "columns", lines, units, header[0], years=years)


def _spans(grid: Grid, column: int, first: int, last: int) -> bool:
    """Whether a column's lowest heading is a cell over several columns: its own name is blank."""
    for row in range(last, first - 1, -1):
        anchor = grid.sheet.anchor(row, column)
        if grid.text(*anchor):
            merged = grid.sheet.merge_at(row, column)
            return merged is not None and merged[3] > merged[1]
    return False


def _header_above(grid: Grid, label_column: int, first_row: int, span: Span) -> tuple[int, int]:
    """First and last row of the heading over the villages' names."""
    last = first_row - 1
    columns = range(span.left, span.right + 1)
    while last > span.top and (
        _is_code_row([grid.text(last, c) for c in columns]) or not any(grid.text(last, c) for c in columns)
    ):
        last -= 1
    first = last
    for row in range(last, max(span.top, last - MAX_HEADER_LEVELS) - 1, -1):
        if key(grid.text(row, label_column, merged=True)) in labels.LABEL_HEADINGS:
            first = row
    anchor = grid.sheet.anchor(first, label_column)
    return min(first, anchor[0]), last


def _rows_of_lines(grid: Grid, years: Years | None, label_column: int, rows: range, span: Span) -> list[Line]:
    """The indicator rows: bullets (``- …``) and bare ``Tỷ lệ (%)`` belong to the row above them."""
    lines: list[Line] = []
    parent: str | None = None
    previous: tuple[str, ...] = ()
    number_columns = range(span.left, label_column)
    for row in rows:
        text = clean(grid.text(row, label_column))
        figures = any(_holds_figure(grid, row, c) for c in range(label_column + 1, span.right + 1))
        if not text or (not figures and labels.code_of((text,), years) is None and not _is_bullet(text)):
            continue
        number = next((n for c in number_columns if (n := clean(grid.text(row, c)))), "")
        bare = text.lstrip("-–+*• ")
        if key(bare) in labels.RATE_WORDS and previous:
            path = (*previous, bare)
        elif parent is not None and (_is_bullet(text) or (not number and not figures)):
            path = (parent, bare)
            previous = path
        else:
            parent = bare
            path = (bare,)
            previous = path
        lines.append(Line(labels.code_of(path, years), path, grid.ref(row, label_column), row, number))
    while lines and lines[-1].code is None and not _row_has_figures(grid, lines[-1], label_column, span):
        lines.pop()
    return lines


def _row_has_figures(grid: Grid, line: Line, label_column: int, span: Span) -> bool:
    return any(_holds_figure(grid, line.at, c) for c in range(label_column + 1, span.right + 1))


def _is_bullet(text: str) -> bool:
    return text[:1] in "-–+*•"


# ---- both --------------------------------------------------------------------------------------------------


def _is_code_row(texts: list[str]) -> bool:
    """A row of letters, numbers or formulas under a heading (``A B 1 2``, ``4=3/1*100``)."""
    texts = [clean(text) for text in texts if text.strip()]
    return len(texts) > 1 and all(_CODE_MARK.fullmatch(text) for text in texts) and _ascending(texts)


def _ascending(texts: list[str]) -> bool:
    """Whether the plain numbers among the marks run 1, 2, 3 … (data hardly ever does)."""
    numbers = [int(found[1]) for text in texts if (found := re.match(r"\(?(\d{1,3})", text))]
    return bool(numbers) and all(b - a == 1 for a, b in pairwise(numbers)) and numbers[0] <= 2


def _marked(line: Line, text: str) -> Line:
    """A line with the letter or number under its heading and the formula after its equals sign: ``4=3/1*100``."""
    mark, _, formula = clean(text).partition("=")
    return line._replace(mark=mark.strip(" ()"), formula=formula.strip())


def _as_review(lines: list[Line], title: Text | None, years: Years | None) -> tuple[str, list[Line]]:
    """The official review form that a table is (empty for none) and its lines with the form's codes."""
    from xlplan.sheets import reviews

    found = reviews.recognise(lines, title.value if title else "", years)
    if found is None:
        return "", lines
    return found.form, [line._replace(code=code) for line, code in zip(lines, found.codes, strict=True)]


def _assemble(
    grid: Grid, orientation: Orientation, lines: list[Line], units: list[Unit], header_row: int, *, years: Years | None
) -> Table:
    """Reads every figure of a table and notes what is unknown, lacks a name or stands there twice."""
    title, attached = _lines_above(grid, header_row)
    form = ""
    if labels.speaks_of_review(title.value if title else "", *(text for line in lines for text in line.path)):
        form, lines = _as_review(lines, title, years)
    seen: set[str] = set()
    for j, line in enumerate(lines):
        if line.code in seen:
            lines[j] = line._replace(code=None)
        elif line.code is not None:
            seen.add(line.code)
    cells: dict[tuple[int, int], Cell] = {}
    stated = labels.in_formulas(lines)
    for i, unit in enumerate(units):
        if not unit.name:
            grid.notes.append(finding("I06", unit.ref))
        for j, line in enumerate(lines):
            row, column = (unit.at, line.at) if orientation == "rows" else (line.at, unit.at)
            place = f"{unit.name} – {line.label}"
            cells[i, j] = grid.number(row, column, _meaning(line), place, noted=line.code is not None or j in stated)
    for j, line in enumerate(lines):
        if line.code is None:
            severity: Severity = "info" if j in stated else "warning"
            grid.notes.append(finding("I05", line.ref, severity=severity, written=line.label))
    return Table(grid.name, orientation, tuple(lines), tuple(units), cells, title, attached, form)


def _lines_above(grid: Grid, header_row: int) -> tuple[Text | None, Text | None]:
    """The text above a table that names it, and the one that says which plan it is attached to."""
    title = attached = None
    for row, column in sorted(place for place in grid.sheet.cells if place[0] < header_row):
        if title is not None and (attached is not None or row > ATTACHED_ROWS):
            break
        text = grid.text(row, column).casefold()
        if attached is None and row <= ATTACHED_ROWS and text.lstrip("( ").startswith(_ATTACHED):
            attached = grid.text_at(row, column)
        elif title is None and _TITLE.search(text):
            title = grid.text_at(row, column)
    return title, attached
