"""The shapes of what the catalogue holds."""

from __future__ import annotations

from xlplan.tuples import NamedTuple


class Indicator(NamedTuple):
    """One count of the contract or of the review forms.

    ``rate`` says whether ``ty_le_<code>`` exists, ``base`` of which count it is taken (all households mostly).
    """

    code: str
    label: str
    heading: str
    unit: str
    kind: str
    part_of: tuple[str, ...]
    rate: bool
    aliases: tuple[str, ...]
    base: str = "tong_so_ho"


class Equality(NamedTuple):
    """``total`` = sum of ``plus`` - sum of ``minus`` (+ ``optional`` where they exist); breach reported as ``rule``.

    With ``form`` it is the identity of that review form alone: there a blank column counts as nothing, and while one
    of the ``open`` columns is blank a breach is only a warning.
    """

    rule: str
    total: str
    plus: tuple[str, ...]
    minus: tuple[str, ...]
    optional: tuple[str, ...]
    form: str = ""
    open: tuple[str, ...] = ()


class AtMost(NamedTuple):
    """The sum of ``parts`` never exceeds ``whole``; breach reported as ``rule``."""

    rule: str
    parts: tuple[str, ...]
    whole: str


class HouseholdSize(NamedTuple):
    """Plausible persons per household (rule A15), as decimal texts; the commune's bounds may be empty."""

    people: str
    households: str
    low: str
    high: str
    commune_low: str
    commune_high: str


class Column(NamedTuple):
    """A column of a list sheet; ``list`` names a drop-down.

    ``type`` is text, lines, number, money, rate, code or years. A column of type years stands for one column a year
    of the period; ``{n}`` in its heading is the year.
    """

    key: str
    heading: str
    width: int
    type: str
    list: str
    help: str

    @property
    def is_number(self) -> bool:
        """Whether its cells hold figures."""
        return self.type in ("number", "money", "rate")


class Form(NamedTuple):
    """A sheet of the standard workbook; ``note_alone`` is its note in a workbook without a table of villages."""

    key: str
    title: str
    aliases: tuple[str, ...]
    heading: str
    note: str
    columns: tuple[Column, ...]
    note_alone: str


class Field(NamedTuple):
    """A row of the sheet `Thông tin`."""

    key: str
    label: str
    aliases: tuple[str, ...]
    type: str
    list: str
    help: str


class TableLine(NamedTuple):
    """A line of a standard table; ``number`` is its printed TT (empty: a dash bullet under the last number)."""

    code: str
    number: str
    label: str
    rate: bool


class Kind(NamedTuple):
    """A kind of plan: its sheets, its table (``lines`` may be empty), its starter outline.

    ``title`` is the subject of a new plan, with ``{chuong_trinh}``, ``{thoi_ky}`` and ``{don_vi}`` to be filled in.
    """

    key: str
    label: str
    sheets: tuple[str, ...]
    outline: str
    orientation: str
    as_annex: bool
    lines: tuple[TableLine, ...]
    title: str


class Standard(NamedTuple):
    """A poverty standard; income lines in đồng per person and month, valid for plan years first to last."""

    code: str
    label: str
    first_year: int
    last_year: int
    rural: int
    urban: int
    document: str
    note: str


class Project(NamedTuple):
    """A component project of a programme with the names of its sub-projects."""

    code: str
    name: str
    parts: tuple[str, ...]


class Programme(NamedTuple):
    """A national target programme, valid for plan years first to last."""

    code: str
    name: str
    first_year: int
    last_year: int
    projects: tuple[Project, ...]


class UnitWord(NamedTuple):
    """A word for an administrative unit, valid from ``since`` to ``until`` (ISO dates, empty: open).

    ``villages`` are the words for units below it, ``kept`` those that mergers brought in from ``kept_since``.
    ``spoken`` are the forms in which prose says it, ``names`` the proper names that carry it.
    """

    word: str
    since: str
    until: str
    villages: tuple[str, ...]
    kept: tuple[str, ...] = ()
    kept_since: str = ""
    spoken: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


class OfficeName(NamedTuple):
    """What an office is called from ``since`` to ``until`` (ISO dates, empty: open) in these kinds of commune."""

    name: str
    since: str
    until: str
    communes: tuple[str, ...]


class Derived(NamedTuple):
    """A placeholder that follows from fields and figures; ``source`` is the source of funds that it sums.

    ``arguments`` are the usual ones of a placeholder that is written ``{{key[argument]}}``.
    """

    key: str
    label: str
    unit: str
    source: str
    arguments: tuple[str, ...]


class ReviewColumn(NamedTuple):
    """A column of a review form, by the headings that mean it.

    ``people`` is the code of the persons under the same heading; ``words`` are whole headings, ``has`` words within
    one; ``when`` is start or end, ``under`` down or up; ``telling`` says that only this form has such a column,
    ``open`` that the form's flow breaks for good reasons while it is blank (*khác*).
    """

    code: str
    people: str
    words: tuple[str, ...]
    has: tuple[str, ...]
    when: str
    under: str
    telling: bool
    open: bool


class ReviewForm(NamedTuple):
    """An official review form: words of its titles, columns, and how many of them make a table this form."""

    key: str
    titles: tuple[tuple[str, ...], ...]
    columns: tuple[ReviewColumn, ...]
    at_least: int


class Shortage(NamedTuple):
    """One thing that poor households may lack; ``standard`` is the poverty standard that lists it."""

    code: str
    name: str
    has: tuple[str, ...]
    standard: str
