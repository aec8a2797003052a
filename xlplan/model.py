"""What a workbook says, with the cell that says it: immutable records, standard library only.

Named tuples rather than dataclasses: a command makes thousands of them and defines them at every start, and both
cost a fraction. Every number keeps its :class:`CellRef` from the file to the finding, the sentence and the Word
document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from xlplan.lately import of_last
from xlplan.patterns import pattern
from xlplan.refs import address, qualify
from xlplan.tuples import NamedTuple

if TYPE_CHECKING:
    import pandas

NOTHING: Mapping[str, Any] = {}  # shared default; the type says that nobody writes to it

_YEAR = pattern(r"(?<!\d)((?:19|20)\d\d)(?![\d/])")

Severity = Literal["error", "warning", "info"]
CellState = Literal["number", "blank", "dash", "text", "error", "uncomputed"]
UnitKind = Literal["village", "group", "commune", "sum", "difference"]
Orientation = Literal["rows", "columns"]


class CellRef(NamedTuple):
    """Address of one cell: sheet name as the tab shows it, row and column from 1."""

    sheet: str
    row: int
    column: int

    @property
    def address(self) -> str:
        """The address inside its sheet, ``D17``; empty for a remark about the whole sheet (row 0)."""
        return address(self.row, self.column) if self.row else ""

    @property
    def qualified(self) -> str:
        """The address as a formula of another sheet writes it, ``'Biểu chỉ tiêu'!D17``."""
        return qualify(self.sheet, self.address)

    def seen_from(self, sheet: str) -> str:
        """``D17`` from its own sheet, ``'Sheet'!D17`` from any other."""
        return self.address if sheet == self.sheet else self.qualified


class WordRef(CellRef):
    """The place of a paragraph in a Word file: ``¶12`` in the body, ``T2R3C1`` in a table; it stands for a cell."""

    __slots__ = ()

    def __new__(cls, place: str) -> WordRef:
        """The place, as :mod:`xlplan.documents.word.reading` names it."""
        return tuple.__new__(cls, (place, 1, 1))

    @property
    def sheet(self) -> str:
        """No sheet: a document has none."""
        return ""

    @property
    def address(self) -> str:
        """The place itself."""
        return str(self[0])

    def seen_from(self, sheet: str) -> str:
        """The place itself, from wherever."""
        return self.address

    def __getnewargs__(self) -> tuple[str]:
        return (self.address,)


class Cell(NamedTuple):
    """A number as it stands in a sheet.

    ``value`` is exact and in the unit of its indicator (a cell that shows 4,08 % holds ``Decimal("4.08")``);
    it is ``None`` unless ``state`` is ``"number"``. ``"uncomputed"`` is a formula without a stored result.
    ``written`` is what a person sees, ``places`` the decimals that are shown, ``formula`` lacks its ``=``.
    """

    ref: CellRef
    value: Decimal | None
    state: CellState
    written: str = ""
    formula: str | None = None
    places: int = 0

    @property
    def integral(self) -> bool:
        """Whether the value is a whole number (964,00 is; 10,98 is not)."""
        return self.value is not None and self.value == self.value.to_integral_value()


class Text(NamedTuple):
    """A text as it stands in a cell (NFC, outer white space removed, line breaks kept)."""

    ref: CellRef
    value: str

    def __str__(self) -> str:
        return self.value


class Line(NamedTuple):
    """One indicator of a table: a column where villages are rows, a row where they are columns.

    ``code`` is a contract code (``ho_ngheo_dau_ky``, ``ty_le_ho_ngheo_dau_ky``) or ``None`` where the heading
    is not known; ``path`` holds the heading's levels from the outermost; ``number`` is its TT; ``at`` is the
    sheet column (or row) it stands in. ``mark`` is the letter or number printed under the heading (``4``) and
    ``formula`` what is printed after its equals sign (``3/1*100``). ``offset`` is 1 for the second of two lines
    that a unit takes (Hộ, Nhân khẩu): the rows (or columns) below the unit's own.
    """

    code: str | None
    path: tuple[str, ...]
    ref: CellRef
    at: int
    number: str = ""
    mark: str = ""
    formula: str = ""
    offset: int = 0

    @property
    def label(self) -> str:
        """The heading as one line of text."""
        return " / ".join(self.path)


class Unit(NamedTuple):
    """One village, group or total of a table. ``parent`` is the position of its group in ``Table.units``."""

    name: str
    kind: UnitKind
    ref: CellRef
    at: int
    number: str = ""
    parent: int | None = None
    hidden: bool = False


@of_last
def _by_kind(units: tuple[Unit, ...]) -> Mapping[UnitKind, list[int]]:
    """Positions of units by their kind."""
    found: dict[UnitKind, list[int]] = {}
    for i, unit in enumerate(units):
        found.setdefault(unit.kind, []).append(i)
    return found


class Table(NamedTuple):
    """Villages against indicators, whichever way round the sheet has them.

    ``attached`` is the line above it that says which plan it belongs to, (Kèm theo Kế hoạch số …). ``form`` is the
    key of the official review form that it is, empty for a table of the plan.
    """

    sheet: str
    orientation: Orientation
    lines: tuple[Line, ...]
    units: tuple[Unit, ...]
    cells: Mapping[tuple[int, int], Cell]  # (position in units, position in lines)
    title: Text | None = None
    attached: Text | None = None
    form: str = ""

    def cell(self, unit: int, line: int) -> Cell | None:
        """The cell of a unit and a line (positions), or ``None`` where nothing was read."""
        return self.cells.get((unit, line))

    def line_of(self, code: str) -> int | None:
        """Position of the line with this indicator code."""
        return next((i for i, line in enumerate(self.lines) if line.code == code), None)

    def figure(self, unit: int, code: str) -> Cell | None:
        """The cell of a unit (position) for an indicator code."""
        line = self.line_of(code)
        return None if line is None else self.cell(unit, line)

    def positions(self, *kinds: UnitKind) -> Iterator[int]:
        """Positions of the units of these kinds, in sheet order."""
        known = _by_kind(self.units)
        if len(kinds) == 1:
            return iter(known.get(kinds[0], ()))
        return iter(sorted([i for kind in kinds for i in known.get(kind, ())]))

    @property
    def year(self) -> int | None:
        """The (last) year that the title names; numbers of documents (07/2021/TT-BLĐTBXH) are none."""
        named = _YEAR.findall(self.title.value) if self.title else ()
        return max(map(int, named), default=None)

    @property
    def commune(self) -> int | None:
        """Position of the commune's own figures (typed from their own source), if the table has them."""
        return next(self.positions("commune"), None)


class Record(NamedTuple):
    """One row of a list sheet (`Căn cứ`, `Dự án` …): column key to text or number."""

    ref: CellRef
    texts: Mapping[str, Text]
    numbers: Mapping[str, Cell] = NOTHING

    def text(self, key: str) -> str:
        """The text under a column key, empty where the cell is."""
        found = self.texts.get(key)
        return found.value if found else ""


class Proposal(NamedTuple):
    """What should stand in a cell instead, how sure that is, and why (one sentence, Vietnamese and English).

    ``place`` names village and indicator, ``actual`` is what stands there now (empty: nothing); numbers are plain
    digits with a dot.
    """

    ref: CellRef
    value: str
    confidence: Literal["certain", "likely", "possible"]
    reason: str
    reason_en: str = ""
    place: str = ""
    actual: str = ""


class Finding(NamedTuple):
    """One contradiction or remark, at the cell that shows it.

    ``params`` fill the message templates of the rule (both languages); ``actual`` and ``expected`` are plain
    digits with a dot, as the JSON contract has them.
    """

    code: str
    severity: Severity
    ref: CellRef
    params: Mapping[str, str] = NOTHING
    actual: str = ""
    expected: str = ""
    related: tuple[CellRef, ...] = ()
    proposal: Proposal | None = None
    candidates: tuple[Proposal, ...] = ()
    explanation: str = ""


class Explanation(NamedTuple):
    """What an official answered to a finding, in the column `Giải trình` of the sheet `Kiểm tra`.

    ``code``, ``sheet`` and ``cell`` (``D17``; empty for the whole sheet) say which finding; ``figure`` what stood
    there when the answer was given, as :func:`xlplan.sheets.marks.answers.figure` writes it.
    """

    code: str
    sheet: str
    cell: str
    figure: str
    text: str


NO_FIGURES = "nothing"
"""The reason of a rule that had nothing to compare in a workbook."""


class NotChecked(NamedTuple):
    """A rule that could not be held against this workbook; it never counts as passed.

    ``reason`` is a key of the catalogue's reasons (``missing``, ``crashed`` …), ``params`` fill its text.
    """

    code: str
    reason: str
    params: Mapping[str, str] = NOTHING


class Submission(NamedTuple):
    """All that was read from one commune's workbook.

    ``fields`` are the values of `Thông tin` by key, ``situation`` the commune-level figures of `Hiện trạng` by
    indicator code, ``records`` the rows of every other list sheet by sheet key, ``notes`` what the reader has
    to say (findings I..). ``formulas_known`` is false where the file gives only values (.xls): a figure without
    a formula may then be computed all the same, ``explanations`` what the official
    answered to the findings of an earlier check. ``titled`` is the year that the titles of a workbook without a
    period name, by which its headings were read. ``saved`` is when a program last saved the workbook, as that wrote it
    (W3CDTF), empty where it did not.
    """

    file: str
    fields: Mapping[str, Text]
    tables: tuple[Table, ...] = ()
    situation: Mapping[str, Cell] = NOTHING
    records: Mapping[str, tuple[Record, ...]] = NOTHING
    notes: tuple[Finding, ...] = ()
    sheets: tuple[str, ...] = ()
    formulas_known: bool = True
    explanations: tuple[Explanation, ...] = ()
    titled: int | None = None
    saved: str = ""

    def text(self, key: str) -> str:
        """Value of a field of `Thông tin`, empty where it is blank."""
        found = self.fields.get(key)
        return found.value if found else ""

    @property
    def table(self) -> Table | None:
        """The main table of villages against indicators, if there is one.

        A table of the plan goes before a review form. A review of another year than the plan's is no table of the
        plan at all: what it calls cuối kỳ is the plan's đầu kỳ.
        """
        reviewed = None
        for table in self.tables:
            if not table.form:
                return table
            if reviewed is None and self._is_of_the_period(table):
                reviewed = table
        return reviewed

    def _is_of_the_period(self, review: Table) -> bool:
        period, year = self.period, review.year
        return period is None or year is None or year == period[1]

    @property
    def years(self) -> tuple[int, int] | None:
        """The period; where nobody states one, the year that the titles name (for the turn of the year only)."""
        return self.period or ((self.titled, self.titled) if self.titled else None)

    @property
    def unit_name(self) -> str:
        """The commune with its kind: ``xã Sơn Trung``; the kind is not doubled where the name holds it already."""
        kind, name = self.text("loai_don_vi"), " ".join(self.text("ten_don_vi").split())
        return name if kind and name.casefold().startswith(f"{kind.casefold()} ") else f"{kind} {name}".strip()

    @property
    def period(self) -> tuple[int, int] | None:
        """First and last year of the plan, or ``None`` where the field is blank or unreadable."""
        from xlplan.vietnamese.dates import parse_period

        return parse_period(self.text("ky"))

    def frame(self) -> pandas.DataFrame:
        """The main table as a pandas frame.

        One row a village, group or total; columns ``name``, ``kind`` and one per known indicator code with
        ``Decimal`` values (``None`` where the cell holds no number). Empty where there is no table.
        """
        import pandas

        table = self.table
        if table is None:
            return pandas.DataFrame(columns=["name", "kind"])
        rows = []
        for i, unit in enumerate(table.units):
            row: dict[str, object] = {"name": unit.name, "kind": unit.kind}
            for j, line in enumerate(table.lines):
                cell = table.cell(i, j)
                if line.code is not None:
                    row[line.code] = cell.value if cell else None
            rows.append(row)
        return pandas.DataFrame(rows)


class Report(NamedTuple):
    """Rates, findings and what was not checked of one workbook."""

    submission: Submission
    rates: Mapping[str, Decimal | None]
    findings: tuple[Finding, ...]
    not_checked: tuple[NotChecked, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings of level error."""
        return tuple(f for f in self.findings if f.severity == "error")
