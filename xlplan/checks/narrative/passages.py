"""The texts of a plan as a reader meets them: placeholders as figures, and the headings that stand above."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cached_property, partial

from xlplan import catalogue
from xlplan.checks import prose
from xlplan.checks.figures import figure_of, village_figures, village_names
from xlplan.checks.narrative.claims import Claim, Context, claims, places_of
from xlplan.checks.narrative.spelled import spelled
from xlplan.checks.scope import Case, Wanted
from xlplan.model import Cell, CellRef, Record, Submission, Text
from xlplan.rates import PLACES
from xlplan.vietnamese.dates import period_in_words
from xlplan.vietnamese.numbers import format_count, format_decimal
from xlplan.vietnamese.text import clean, key, name_key

_LEVELS = ("I", "1", "1.1", "1.1.1", "a", "-", "+")
_HEADINGS = 4
_PARAGRAPH = "*"
_OF_OTHERS = ("du_an", "kinh_phi", "phan_cong")  # rows of these speak of one project or body, not of the commune


class Passage:
    """A text with its placeholders filled in; ``filled`` are the places of what they stand for.

    ``text`` has its figures in digits (:func:`spelled`), messages quote it as it stands.
    """

    def __init__(
        self, source: Text, text: str, filled: tuple[tuple[int, int], ...], context: Callable[[], Context]
    ) -> None:
        self.source, self.filled, self._within, self._shown = source, filled, context, text
        self.text = spelled(text)

    def typed(self, start: int, end: int) -> bool:
        """Whether somebody typed this stretch."""
        return all(end <= first or last <= start for first, last in self.filled)

    @cached_property
    def claims(self) -> list[Claim]:
        """Every claim of the passage, those of placeholders included."""
        return list(claims(self.text, self.context))

    @cached_property
    def context(self) -> Context:
        """Where the passage stands: what its words may mean."""
        return self._within()

    def quoted(self, start: int, end: int) -> str:
        """The words around a place, as a message quotes them."""
        return prose.excerpt(self._shown, start, end)


class Workbook:
    """Figures and names of a submission, made ready for its texts."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.submission = case.submission
        self.commune: Mapping[str, Cell] = case.commune
        self.read: dict[CellRef, Passage] = {}
        self.villages: dict[str, Mapping[str, Cell] | None] = {}

    @cached_property
    def places(self) -> Mapping[str, str]:
        """Phrases that name the commune and its villages."""
        names: list[str] = []
        for table in self.case.tables:
            found = [table.units[i].name for i in table.positions("village")]
            names += [name for name in found if name not in names] if names else found
        field = self.submission.text
        return places_of(field("loai_don_vi"), field("ten_don_vi"), field("loai_thon"), names)

    @cached_property
    def above(self) -> dict[int, tuple[str, ...]]:
        """What stands above each row of the outline."""
        return _leads(self.submission)

    def passage(self, sheet: str, record: Record | None, text: Text) -> Passage:
        """A text as a reader meets it; read once, however many rules ask."""
        if text.ref not in self.read:
            self.read[text.ref] = _read(self, sheet, record, text)
        return self.read[text.ref]

    def figures(self, village: str | None) -> Mapping[str, Cell]:
        """The figures of the commune or of a village; none where two villages of the name have the same figure."""
        if not village:
            return self.commune
        if village not in self.villages:
            self.villages[village] = village_figures(self.case, village)
        return self.villages[village] or {}


def passages(book: Workbook, wanted: Wanted) -> Iterator[Passage]:
    """The texts that the plan prints as its own words, with what a reader knows before each.

    Only those that are ``wanted`` as they stand in their cells: most hold no figure.
    """
    for row in book.case.worded(wanted):
        yield book.passage(*row)


def _read(book: Workbook, sheet: str, record: Record | None, text: Text) -> Passage:
    filled, spans = _fill(text.value, record, book)
    return Passage(text, filled, spans, partial(_context, book, sheet, record))


def _context(book: Workbook, sheet: str, record: Record | None) -> Context:
    """What a reader knows before a text; asked for only where the text may claim something."""
    lines = book.above.get(id(record), ()) if sheet == "noi_dung" else ()
    return Context(
        book.submission.period,
        book.places,
        tuple(_fill(line, None, book)[0] for line in lines),
        _village(record, book) if sheet == "muc_tieu" and record is not None else "",
        sheet in _OF_OTHERS,
    )


def _village(record: Record, book: Workbook) -> str:
    """The place that a target is about: a village, the commune ("") or one that is not known."""
    written = clean(record.text("pham_vi"))
    if not written:
        return ""
    if village := village_names(book.submission).get(name_key(written)):
        return village
    kinds = {key(word.word) for word in catalogue.unit_words("commune_kind")}
    about = key(written).removeprefix("toàn ").removeprefix("trên ")
    own = {key(book.submission.unit_name), key(book.submission.text("ten_don_vi")), "địa bàn", *kinds}
    return "" if about in own or about.removesuffix(f" {key(book.submission.text('ten_don_vi'))}") in own else "?"


# ---- headings ----------------------------------------------------------------------------------------------


def _leads(submission: Submission) -> dict[int, tuple[str, ...]]:
    """What stands above each row of the outline: its headings, and the paragraph that ends with a colon."""
    found: dict[int, tuple[str, ...]] = {}
    above: list[tuple[int, str]] = []
    lead = ""
    for record in submission.records.get("noi_dung", ()):
        level = _depth(record.text("cap"))
        text = record.text("noi_dung")
        if level < _HEADINGS or level == len(_LEVELS):
            lead = ""
        if level < len(_LEVELS):
            above = [(depth, words) for depth, words in above if depth < level]
        headings = [words for depth, words in above if depth < _HEADINGS or level < len(_LEVELS)]
        found[id(record)] = (*headings[: _count(above)], *([lead] if lead else []), *headings[_count(above) :])
        if level == len(_LEVELS):
            lead = text if text.rstrip().endswith(":") else ""
        elif text:
            above.append((level, text))
    return found


def _count(above: list[tuple[int, str]]) -> int:
    return sum(depth < _HEADINGS for depth, _ in above)


def _depth(written: str) -> int:
    """How deep a level of the outline is; paragraphs are deepest."""
    bare = written.strip().rstrip(".)")
    if bare in _LEVELS:
        return _LEVELS.index(bare)
    if not bare or bare == _PARAGRAPH:
        return len(_LEVELS)
    if bare.replace(".", "").isdigit():
        return min(bare.count(".") + 1, _HEADINGS - 1)
    return 0 if set(bare) <= set("IVX") else _LEVELS.index("a")


# ---- placeholders ------------------------------------------------------------------------------------------


def _fill(text: str, record: Record | None, book: Workbook) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A text with its placeholders filled in (a gap where the figure is not known), and where these stand."""
    if "{{" not in text:
        return text, ()
    result, *pieces = text.split("{{")
    spans = []
    for piece in pieces:
        inner, closed, rest = piece.partition("}}")
        shown = _shown(inner.strip(), record, book) if closed else ""
        spans.append((len(result), len(result) + len(shown)))
        result += shown + (rest if closed else piece)
    return result, tuple(spans)


def _shown(inner: str, record: Record | None, book: Workbook) -> str:
    code, _, argument = inner.partition("[")
    code, village = code.strip(), argument.rstrip("] ").strip()
    if code == "gia_tri" and record is not None:
        return _target(record)
    if catalogue.known(code):
        figures = book.figures(village or None)
        figure = figure_of(code, figures, PLACES)
        if figure is None or (village and not figures):
            return prose.GAP
        return _number(figure.value, PLACES if catalogue.is_rate(code) else 0, "%" if catalogue.is_rate(code) else "")
    return prose.GAP if village else _words(code, book.submission)


def _target(record: Record) -> str:
    """The value of a target's own row."""
    cell = record.numbers.get("gia_tri")
    if cell is None or cell.value is None:
        return prose.GAP
    return _number(cell.value, cell.places, "%" if "%" in record.text("don_vi") else "")


def _number(value: Decimal, places: int, unit: str) -> str:
    if value == value.to_integral_value() and not places:
        return format_count(int(value)) + unit
    return format_decimal(value, places) + unit


def _words(code: str, submission: Submission) -> str:
    """Names and years that placeholders stand for."""
    if code == "don_vi":
        return submission.unit_name or prose.GAP
    if code in ("loai_don_vi", "ten_don_vi", "loai_thon", "so_thon", "ngay_chot"):
        return submission.text(code) or prose.GAP
    period = submission.period
    if period is None:
        return prose.GAP
    first, last = period
    years = {"nam": str(last), "nam_dau": str(first), "nam_truoc": str(first - 1), "ky": submission.text("ky")}
    return period_in_words(first, last) if code == "thoi_ky" else years.get(code, prose.GAP)
