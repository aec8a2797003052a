"""The figures of one unit as the rules see them, and a note of what kept a rule from being checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from itertools import compress, groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Literal

from xlplan import catalogue
from xlplan.model import NOTHING, Cell, CellRef, Finding, NotChecked, Record, Submission, Table, Text
from xlplan.patterns import pattern
from xlplan.rates import commune_figures, figures_by_unit, unit_figures
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.text import key

if TYPE_CHECKING:
    from xlplan.checks.continuity import LastYear
    from xlplan.checks.formula_tables import Formulas
    from xlplan.checks.narrative.passages import Workbook
    from xlplan.checks.relations import Ratio
    from xlplan.checks.targets import Target
    from xlplan.checks.traits import Traits


class Passed(NamedTuple):
    """One comparison that was made and held. A rule that yields nothing at all has checked nothing."""


PASSED = Passed()
Outcome = Finding | NotChecked | Passed
Wanted = Literal["states_figures", "states_share", "moves", "ranks"]
Row = tuple[str, Record | None, Text]
"""A text of the prose, with the key of its sheet and its row; the title has no row."""
ZERO = Decimal(0)
_new = tuple.__new__  # what Scope(...) comes to, in half the time; there is one for every village


class Scope(NamedTuple):
    """Figures of one village, group or commune by indicator code.

    ``blank_is_zero`` holds in a table, where an empty cell beside filled ones means none; in `Hiện trạng` an
    empty cell is a figure that nobody gave. ``own_sheet`` is set where only identities that touch typed cells
    of that sheet are of interest (the rest is checked in the table). ``counts`` are the figures that are whole numbers,
    nearly all there are: an identity among them is told at once. ``form`` is the table's review form.
    ``other_moves`` is set where a column that no rule knows may hold more who came or left.
    """

    name: str
    figures: Mapping[str, Cell]
    labels: Mapping[str, str]
    blank_is_zero: bool
    is_commune: bool
    own_sheet: str = ""
    is_village: bool = False
    form: str = ""
    counts: Mapping[str, Decimal] = NOTHING
    other_moves: bool = False

    def place(self, code: str) -> str:
        """Village and indicator, for the message."""
        label = self.labels.get(code) or catalogue.label(code)
        return f"{self.name} – {label}" if self.name else label

    def concerns(self, codes: tuple[str, ...]) -> bool:
        """Whether an identity between these codes is to be checked in this scope."""
        if not self.own_sheet:
            return True
        return any(
            (cell := self.figures.get(code)) is not None and cell.ref.sheet == self.own_sheet and cell.formula is None
            for code in codes
        )


class Block:
    """Scopes that follow each other and have figures of the same codes: the villages of a table, nearly always.

    What holds in all of them is told by whole columns, at a fraction of what it takes scope by scope.
    """

    def __init__(self, scopes: tuple[Scope, ...], codes: frozenset[str]) -> None:
        self.scopes, self.codes = scopes, codes
        self.rates = frozenset(code for code in codes if catalogue.is_rate(code))
        self.form, self.own_sheet = scopes[0].form, scopes[0].own_sheet
        self._columns: dict[str, list[Decimal] | None] = {}

    def column(self, code: str) -> list[Decimal] | None:
        """The figures of a code, scope by scope; ``None`` where one is no whole number."""
        if code not in self._columns:
            found = [scope.counts.get(code) for scope in self.scopes]
            self._columns[code] = None if None in found else found  # type: ignore[assignment] # seen just now
        return self._columns[code]

    def sums(self, codes: tuple[str, ...]) -> list[Decimal] | None:
        """The sum of the figures of some codes, scope by scope; ``None`` where one is no whole number."""
        columns = [column for code in codes if (column := self.column(code)) is not None]
        if not columns or len(columns) < len(codes):
            return None
        return columns[0] if len(columns) == 1 else [sum(figures, ZERO) for figures in zip(*columns, strict=True)]


class Term(NamedTuple):
    """A figure made ready for arithmetic: a value, or the reason why there is none."""

    value: Decimal
    reason: str = ""


_NOTHING, _FRACTIONAL = Term(ZERO), Term(ZERO, "unreadable")
_MOVES = pattern(
    r"\b(tăng|giảm|thoát|phát sinh|tái|(hộ|nghèo|số) mới|tách|nhập (về|đến|mới)|chuyển (đi|đến|sang)|chết"
    r"|bổ sung|biến động)\b"
)
_WHOLE = Decimal(1)  # whole numbers have its exponent, and asking for that is the fast way to know them


def whole(cell: Cell) -> Decimal | None:
    """The value of a cell that holds a whole number, the usual case; ``None`` where :func:`term` must look closer."""
    value = cell.value
    return value if value is not None and value.same_quantum(_WHOLE) else None


def term(cell: Cell, *, blank_is_zero: bool) -> Term:
    """The value of a count for sums. Text such as 964.00 is never guessed into a sum."""
    value = cell.value
    if value is not None and cell.state == "number":
        if value.same_quantum(_WHOLE) or int(value.as_tuple().exponent) >= 0:
            return Term(value)
        return _FRACTIONAL
    if cell.state == "dash" or (cell.state == "blank" and blank_is_zero):
        return _NOTHING
    reasons = {"blank": "blank", "uncomputed": "uncomputed"}
    return Term(ZERO, reasons.get(cell.state, "unreadable"))


def filled(cell: Cell | None) -> bool:
    """Whether somebody put something into a cell."""
    return cell is not None and cell.state != "blank"


def filled_lines(table: Table) -> set[int]:
    """Positions of the lines in which at least one unit (sums and differences aside) holds something."""
    units, get = tuple(table.positions("village", "group", "commune")), table.cells.get
    found = set()
    for j in range(len(table.lines)):
        for i in units:  # the first has something, nearly always
            if (cell := get((i, j))) is not None and cell.state != "blank":
                found.add(j)
                break
    return found


def says_something(cell: Cell) -> bool:
    """Whether a cell is typed, or a formula that gives more than the 0 of an empty row."""
    return filled(cell) and (cell.formula is None or cell.value != 0)


def table_scopes(table: Table) -> Iterator[Scope]:
    """A scope for each village, group and commune line that is not wholly blank; blank columns are left out."""
    wanted = {table.lines[j].code for j in filled_lines(table)}
    every = figures_by_unit(table, wanted)
    labels = {line.code: line.label for line in table.lines if line.code}
    other_moves = any(line.code is None and _speaks_of_moves(line.label) for line in table.lines)
    for i in table.positions("village", "group", "commune"):
        figures = every[i]
        if any(says_something(cell) for cell in figures.values()):
            name, kind = table.units[i][:2]
            counts, of_commune, of_village = _counts(figures), kind == "commune", kind == "village"
            parts = (name, figures, labels, True, of_commune, "", of_village, table.form, counts, other_moves)
            yield _new(Scope, parts)


def _speaks_of_moves(heading: str) -> bool:
    """Whether a heading speaks of households that came, left or were counted anew, in numbers."""
    folded = key(heading)
    return bool(_MOVES.search(folded)) and "tỷ lệ" not in folded and "%" not in folded


def _counts(figures: Mapping[str, Cell]) -> dict[str, Decimal]:
    return {
        code: value
        for code, cell in figures.items()
        if (value := cell.value) is not None and value.same_quantum(_WHOLE)  # as in `whole`: a call for each would cost
    }


def situation_scope(submission: Submission, commune: Mapping[str, Cell]) -> Scope | None:
    """The commune-level figures of `Hiện trạng`, completed from the table."""
    if not submission.situation:
        return None
    figures = dict(commune)
    figures.update({c: cell for c, cell in submission.situation.items() if cell.state != "uncomputed"})
    sheet = next(iter(submission.situation.values())).ref.sheet
    return Scope("", figures, {}, blank_is_zero=False, is_commune=True, own_sheet=sheet, counts=_counts(figures))


class Case:
    """A submission before the rules, with what several of them need computed once.

    ``previous`` is the same commune's workbook of the year before, where one was given.
    """

    def __init__(self, submission: Submission, previous: Submission | None = None) -> None:
        self.submission = submission
        self.previous = previous
        self.tables = submission.tables
        self.ratios: tuple[Ratio, ...] | None = None  # the printed rates, once they were gathered
        self._worded: dict[Wanted, tuple[Row, ...]] = {}
        self.right_rates: frozenset[CellRef] | None = None  # where those stand that hold, once they were asked for

    @cached_property
    def scopes(self) -> tuple[Scope, ...]:
        """Every scope: the units of the tables, then the commune-level figures of `Hiện trạng`."""
        found = [scope for table in self.tables for scope in table_scopes(table)]
        situation = situation_scope(self.submission, self.commune)
        return (*found, situation) if situation else tuple(found)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The scopes in their order, those together that have figures of the same codes."""
        known: dict[tuple[str, ...], frozenset[str]] = {}  # the rows of a table nearly all have the same codes

        def kind(scope: Scope) -> tuple[frozenset[str], str, str]:
            codes = tuple(scope.figures)
            return known.get(codes) or known.setdefault(codes, frozenset(codes)), scope.form, scope.own_sheet

        groups = groupby(self.scopes, kind)
        return tuple(Block(tuple(scopes), codes) for (codes, _, _), scopes in groups)

    @cached_property
    def prose(self) -> tuple[Text, ...]:
        """Every text that the plan prints as its own words."""
        return tuple([text for _, _, text in self._prose_rows])

    @cached_property
    def words(self) -> tuple[str, ...]:
        """What these texts say."""
        return tuple([text.value for text in self.prose])

    @cached_property
    def traits(self) -> tuple[Traits, ...]:
        """What is to be known of these texts, in their order."""
        from xlplan.checks.traits import traits_of

        return tuple(map(traits_of, self.words))

    @cached_property
    def _prose_rows(self) -> tuple[Row, ...]:
        from xlplan.checks.prose import rows

        return tuple(rows(self.submission))

    def done(self) -> None:
        """Lets go of what was worked out, which refers to itself and would wait for a garbage collection.

        In a run over thousands of workbooks that would take a sixth of the time.
        """
        if "sentences" in self.__dict__:
            self.sentences.read.clear()
        self.__dict__.clear()

    def worded(self, wanted: Wanted) -> tuple[Row, ...]:
        """The texts of the prose that have a trait, each with its sheet and row; looked for once."""
        if wanted not in self._worded:
            has_trait = map(attrgetter(wanted), self.traits)
            self._worded[wanted] = tuple(compress(self._prose_rows, has_trait))
        return self._worded[wanted]

    @cached_property
    def commune(self) -> Mapping[str, Cell]:
        """The commune's figures by code (:func:`xlplan.rates.commune_figures`)."""
        return commune_figures(self.submission)

    @cached_property
    def targets(self) -> tuple[tuple[Target, str], ...]:
        """The rows of `Mục tiêu` as far as they are understood, each with the village that it is about."""
        from xlplan.checks.targets import targets, village_of

        return tuple([(target, village_of(self.submission, target.record)) for target in targets(self.submission)])

    @cached_property
    def last_year(self) -> LastYear | None:
        """What last year's workbook can be asked; ``None`` where none was given."""
        if self.previous is None:
            return None
        from xlplan.checks.continuity import compare

        return compare(self.submission, self.previous)

    @cached_property
    def formulas(self) -> Formulas:
        """The computed figures, with what their formulas take."""
        from xlplan.checks.formula_tables import Formulas

        return Formulas(self.submission)

    @cached_property
    def sentences(self) -> Workbook:
        """Figures, names and texts as the rules on sentences ask for them."""
        from xlplan.checks.narrative.passages import Workbook

        return Workbook(self)

    @property
    def village_word(self) -> str:
        """What the commune calls one of its villages: thôn, ấp, tổ dân phố …"""
        return self.submission.text("loai_thon") or "thôn"

    @cached_property
    def commune_codes(self) -> frozenset[str]:
        """The indicators for which the main table itself has a figure of the commune."""
        table = self.submission.table
        if table is None or table.commune is None:
            return frozenset()
        return frozenset(c for c, cell in unit_figures(table, table.commune).items() if cell.value is not None)


def figures_of(rule: str, case: Case, scope: Scope, codes: tuple[str, ...]) -> list[Decimal] | NotChecked | None:
    """The counts that a rule compares in one scope; the first is the figure in question.

    ``None`` where there is nothing to ask: an indicator is absent, the first one is blank, or `Hiện trạng` only
    repeats the table.
    """
    figures, counts = scope.figures, scope.counts
    values = [counts[code] for code in codes if code in counts]
    if len(values) == len(codes) and not scope.own_sheet:  # whole numbers of a table: nearly always
        return values
    if codes[0] not in figures or not filled(figures[codes[0]]) or not all(code in figures for code in codes):
        return None
    if not scope.concerns(codes) or (scope.own_sheet and case.commune_codes.issuperset(codes)):
        return None
    if len(values) == len(codes):
        return values
    terms = [(scope.figures[code], term(scope.figures[code], blank_is_zero=False)) for code in codes]
    for cell, read in terms:
        if read.reason:
            return not_checked(rule, read.reason, cell.ref)
    return [read.value for _, read in terms]


def not_checked(code: str, reason: str, ref: CellRef | None = None, what: str = "") -> NotChecked:
    """A note that a rule could not be checked, naming the cell or the missing thing."""
    return NotChecked(code, reason, {"what": what or (ref.qualified if ref else "")})


def plain(value: Decimal) -> str:
    """Digits with a dot, no exponent, integers without decimals: the form of the JSON contract."""
    return f"{value:f}"


def signed(value: Decimal) -> str:
    """Like :func:`plain`, with the sign always there."""
    return f"{value:+f}"
