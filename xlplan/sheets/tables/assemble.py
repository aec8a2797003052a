"""From the headings and rows of a table to its codes, figures and units, with a note of what is not certain."""

from __future__ import annotations

from collections.abc import Sequence

from xlplan import catalogue
from xlplan.messages import finding
from xlplan.model import Cell, CellRef, Line, Orientation, Severity, Table, Text, Unit
from xlplan.patterns import pattern
from xlplan.sheets import labels
from xlplan.sheets.cells import Meaning, as_shown
from xlplan.sheets.labels import Years
from xlplan.sheets.tables.groups import arrange
from xlplan.sheets.tables.levels import Entry
from xlplan.sheets.tables.sums import Sums
from xlplan.sheets.tables.view import View
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.text import key

ATTACHED_ROWS = 15  # the line (Kèm theo Kế hoạch số …) stands near the top of its sheet
LONGEST_NAME = 120  # letters of a village's name: a longer one is a text that was put into the wrong cell
TITLE_ROWS = 60  # filled rows above a table in which its title is looked for
_ATTACHED = ("kèm theo", "ban hành kèm theo")
_TITLE = pattern(r"(?<!người lập )biểu|phụ lục|tổng hợp|diễn biến|biến động|kết quả|rà soát|thiếu hụt")
_TIMED = frozenset(
    f"{prefix}{group}_{time}"
    for prefix in ("", "ty_le_", "giam_")
    for group in ("ho_ngheo", "ho_can_ngheo", "ho_da_chieu")
    for time in ("dau_ky", "cuoi_ky")
)
_GROUPS = {
    f"{group}_{time}": f"Tỷ lệ {name} đầu kỳ"
    for group, name in (("ho_ngheo", "hộ nghèo"), ("ho_can_ngheo", "hộ cận nghèo"))
    for time in ("dau_ky", "cuoi_ky")
}
_ALL_POOR = (*_GROUPS, "ho_da_chieu_dau_ky", "ho_da_chieu_cuoi_ky")
MOST_LEVELS = 2  # of a heading without a time: the group and how it is counted
DIGITS = 10  # so many digits of a whole number are shown as they are
_new = tuple.__new__  # what Cell(...) comes to, in half the time; there is one for every figure


class Frame(NamedTuple):
    """What is known of a table before its figures: which way round it is, the first row of its heading.

    ``above`` is the last row of the table above it, 0 for the first one.
    """

    orientation: Orientation
    header_row: int
    above: int


def assemble(view: View, frame: Frame, drafts: Sequence[Line], entries: Sequence[Entry]) -> Table:
    """Reads every figure of a table and finds out what its lines and units are."""
    orientation = frame.orientation
    title, attached = _lines_above(view, frame.header_row, frame.above)
    form, lines = _as_review(_codes(drafts, title, view.years), title, view.years)
    if any(line.offset for line in lines):  # 100 % of all households, which nobody writes down
        lines = [line for line in lines if line.code is not None or _is_filled(view, orientation, line, entries)]
    lines = _without_doubles(view, lines)
    cells = _cells(view, orientation, lines, entries)
    units, notes = arrange(view.grid.name, entries, Sums(len(entries), lines, cells))
    view.grid.notes += notes
    units = [_named(view, unit) for unit in units]
    _note_unknown(view, lines)
    _note_hidden(view, orientation, lines, entries)
    return Table(view.grid.name, orientation, tuple(lines), tuple(units), cells, title, attached, form)


def _named(view: View, unit: Unit) -> Unit:
    """A unit whose name can be printed; a village without one and a text in the place of a name are said."""
    if not unit.name and unit.kind == "village":
        view.grid.notes.append(finding("I06", unit.ref))
    if len(unit.name) <= LONGEST_NAME:
        return unit
    name = f"{unit.name[: LONGEST_NAME - 1].rstrip()}…"
    view.grid.notes.append(finding("I38", unit.ref, written=name, count=len(unit.name)))
    return unit._replace(name=name)


def _as_review(lines: list[Line], title: Text | None, years: Years | None) -> tuple[str, list[Line]]:
    """The official review form that a table is (empty for none) and its lines with the form's codes."""
    written = title.value if title else ""
    if not labels.speaks_of_review(written, *(text for line in lines for text in line.path)):
        return "", lines
    from xlplan.sheets.reviews import recognise

    found = recognise(lines, written, years)
    if found is None:
        return "", lines
    return found.form, [line._replace(code=code) for line, code in zip(lines, found.codes, strict=True)]


def _codes(lines: Sequence[Line], title: Text | None, years: Years | None) -> list[Line]:
    """The lines with the indicator that each means: the one place where headings, marks and title become codes."""
    only_poor = title is not None and "nghèo" in title.value.casefold()
    found = []
    for line in lines:
        code = labels.code_of(line.path, years)
        if only_poor and code is not None and key(line.path[0]) == "số lượng":
            code = None  # “Số lượng” under “… hộ nghèo” may be the poor as well as all
        found.append(line._replace(code=code))
    return _without_other_bases(_with_rates(_with_all_households(_without_time(found, years))))


def _without_time(lines: list[Line], years: Years | None) -> list[Line]:
    """Headings such as “Hộ nghèo” that name no time: the start, where the table has no figures of another time."""
    if any(line.code in _TIMED for line in lines):
        return lines
    return [
        line._replace(code=labels.code_of((start, *line.path[1:]), years))
        if line.code is None and _levels(line) <= MOST_LEVELS and (start := labels.STARTS.get(key(line.path[0])))
        else line
        for line in lines
    ]


def _with_all_households(lines: list[Line]) -> list[Line]:
    """“Số hộ” before the number of the poor is that of all households."""
    poor = next((j for j, line in enumerate(lines) if line.code in _GROUPS), 0)
    if any(line.code == catalogue.RATE_BASE for line in lines):
        return lines
    at = next((j for j, line in enumerate(lines[:poor]) if [*map(key, line.path)] == ["số hộ"]), -1)
    return [line._replace(code=catalogue.RATE_BASE) if j == at else line for j, line in enumerate(lines)]


def _without_other_bases(lines: list[Line]) -> list[Line]:
    """Rates that stand after a second number of all households (that of another year) are taken of it: not known."""
    found: list[Line] = []
    bases, own = 0, True
    for line in lines:
        if line.code == catalogue.RATE_BASE or (line.code is None and labels.is_all_households(line.path[-1])):
            own, bases = line.code == catalogue.RATE_BASE and not bases, bases + 1
        code = line.code
        if code and not own and catalogue.is_rate(code) and catalogue.base_of(code) == catalogue.RATE_BASE:
            code = None
        found.append(line if code == line.code else line._replace(code=code))
    return found


def _levels(line: Line) -> int:
    """The levels of a heading, without the measure of a unit's own lines (Hộ, Nhân khẩu, %)."""
    return len(line.path) - (len(line.path) > MOST_LEVELS and bool(labels.family_of(line.path[-1])))


def _with_rates(lines: list[Line]) -> list[Line]:
    """A heading that only says “Tỷ lệ” is the rate of the count beside it, “Tỷ lệ hộ nghèo” that of the poor before it.

    So headings look whose count and rate nobody merged under one name.
    """
    taken = {line.code for line in lines}
    found = []
    count: dict[str, str] = {}  # the last count of each group of households, by the name of the group's rate
    beside = ""
    above: tuple[str, ...] = ("",)
    for line in lines:
        code, leaf = line.code, key(line.path[-1])
        if code is None and labels.is_rate_heading(line.path[-1]):
            alone = leaf in labels.RATE_WORDS and line.path[:-1] == above
            of = beside if alone else count.get(labels.STARTS.get(key(line.path[0]), ""), "")
            rate = catalogue.RATE_PREFIX + of
            if of and catalogue.known(rate) and rate not in taken:
                taken.add(rate)
                code = rate
        elif code in _GROUPS:
            count[_GROUPS[code]] = code
        beside = code if code in _ALL_POOR else ""  # of parts of them it may be a share
        above = line.path[:-1]
        found.append(line if code == line.code else line._replace(code=code))
    return found


def _without_doubles(view: View, lines: list[Line]) -> list[Line]:
    """Of two lines with one meaning the first stands, and this is said."""
    seen: dict[str, Line] = {}
    found = []
    for line in lines:
        first = seen.setdefault(line.code, line) if line.code is not None else line
        if first is line:
            found.append(line)
        else:
            view.grid.notes.append(finding("I26", line.ref, written=line.label, first=first.ref.address))
            found.append(line._replace(code=None))
    return found


def _is_filled(view: View, orientation: Orientation, line: Line, entries: Sequence[Entry]) -> bool:
    """Whether a line that no rule knows holds anything."""
    stored = view.grid.sheet.cells
    places = [entry.places[line.offset] for entry in entries if line.offset in entry.places]
    return any(((at, line.at) if orientation == "rows" else (line.at, at)) in stored for at in places)


def _note_unknown(view: View, lines: list[Line]) -> None:
    """A note at each heading that no rule knows, once where it stands for two lines a unit."""
    said = {note.ref for note in view.grid.notes if note.code == "I26"}
    stated = labels.in_formulas(lines)
    for j, line in enumerate(lines):
        if line.code is None and line.ref not in said:
            said.add(line.ref)
            severity: Severity = "info" if j in stated else "warning"
            view.grid.notes.append(finding("I05", line.ref, severity=severity, written=line.label))


def _note_hidden(view: View, orientation: Orientation, lines: list[Line], entries: Sequence[Entry]) -> None:
    """Hidden rows and columns that hold figures are read and counted like any other; that is said."""
    sheet = view.grid.sheet
    across = sheet.hidden_columns if orientation == "rows" else sheet.hidden_rows
    hidden = [CellRef(view.grid.name, e.row, e.column) for e in entries if e.hidden and e.figures]
    hidden += [line.ref for line in lines if line.at in across]
    if hidden:
        view.grid.notes.append(finding("I24", hidden[0], count=len(set(hidden)), related=tuple(hidden[1:])))


def _meaning(line: Line) -> Meaning:
    """What the cells of a line hold; an unknown heading says so itself."""
    rate = catalogue.is_rate(line.code) if line.code else labels.is_rate_heading(line.path[-1])
    return "rate" if rate else "count"


def _cells(
    view: View, orientation: Orientation, lines: Sequence[Line], entries: Sequence[Entry]
) -> dict[tuple[int, int], Cell]:
    """The figures by position of unit and line. Whole numbers as typed, nearly all there are, go the short way."""
    grid, name = view.grid, view.grid.name
    stored = grid.sheet.cells.get
    in_rows = orientation == "rows"
    columns = [(j, line.at, line.offset) for j, line in enumerate(lines)]
    found: dict[tuple[int, int], Cell] = {}
    for i, entry in enumerate(entries):
        get = entry.places.get
        for j, at, offset in columns:
            if (own := get(offset)) is None:
                continue
            row, column = (own, at) if in_rows else (at, own)
            cell = stored((row, column))
            if cell is None:
                found[i, j] = _new(Cell, (_new(CellRef, (name, row, column)), None, "blank", "", None, 0))
                continue
            _, _, kind, value, formula, number_format, _, raw = cell
            if kind == "n" and number_format == "General" and len(raw) < DIGITS and raw.isdecimal():
                ref = _new(CellRef, (name, row, column))
                found[i, j] = _new(Cell, (ref, value, "number", raw, formula, 0))
                continue
            if kind == "n" and value is not None:
                digits = raw if len(raw) < DIGITS and raw.isdecimal() else str(value)
                written, shown, percent = as_shown(digits, number_format)
                if not percent:
                    ref = _new(CellRef, (name, row, column))
                    found[i, j] = _new(Cell, (ref, value, "number", written, formula, shown))
                    continue
            line = lines[j]
            where = f"{entry.name} – {line.label}"
            found[i, j] = grid.number(row, column, _meaning(line), where, noted=line.code is not None)
    return found


def _lines_above(view: View, header_row: int, above: int) -> tuple[Text | None, Text | None]:
    """The text above a table that names it, and the one that says which plan it is attached to."""
    grid = view.grid
    attached = title = None
    for row in view.rows_between(1, min(header_row - 1, ATTACHED_ROWS)):
        for column in view.columns[row]:
            text = grid.text(row, column).casefold()
            if attached is None and text.lstrip("( ").startswith(_ATTACHED):
                attached = grid.text_at(row, column)
            elif title is None and _TITLE.search(text):
                title = grid.text_at(row, column)
    own = view.rows_between(above + 1, header_row - 1)[-TITLE_ROWS:]
    for row in own if above or title is None else ():
        for column in view.columns[row]:
            if _TITLE.search(grid.text(row, column).casefold()):
                return grid.text_at(row, column), attached
    return title, attached
