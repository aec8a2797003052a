"""Sentences and rows that the document has as the workbook's own plan has them: their figures must be the same.

A text is known again by its words with the figures left open. It serves for everything that a workbook holds:
amounts, yearly targets, quantities; not only for the figures whose meaning the words of a sentence tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from xlplan import catalogue
from xlplan.checks.narrative.words import count, percentage
from xlplan.checks.prose import excerpt
from xlplan.checks.scope import PASSED, Outcome, plain
from xlplan.documents.blocks import Block, Paragraph, Plan, Run, WordTable
from xlplan.documents.crosscheck.layout import readable, ref_of
from xlplan.documents.figure_names import words as in_words
from xlplan.documents.word.grids import TableGrid
from xlplan.documents.word.places import cell_place
from xlplan.documents.word.reading import Passage
from xlplan.messages import finding
from xlplan.model import CellRef, Record
from xlplan.patterns import pattern
from xlplan.tuples import NamedTuple

FEWEST_WORDS = 3  # a sentence of fewer words is no mark of anything
_OPEN = "#"
_FIGURE = pattern(
    r"(?<![\w/,.-])(?:(?P<money>\((?:[Bb]ằng chữ:?\s*)?[^()\d]{3,200}\sđồng\)?\.?\))"
    r"|(?P<part>\d+)/(?P<whole>\d+)(?=\s+[^\W\d])"
    r"|(?P<n>\d+(?:[.,]\d+)*)(?P<unit>\s?%)?(?![\w/]|[-–]\w|[.,]\d))"
)
_FIXED = pattern(
    r"(?i)(?:năm|giai đoạn|ngày|tháng|quý|số|điều|khoản|dự án|tiểu dự án|chuẩn|khóa|lần thứ)\s*$|\d\s*[-–]\s*$"
)
_BEFORE = 24  # letters before a number that may say that it is no figure
_YEAR = pattern(r"(?:19|20)\d\d")
_SENTENCE = pattern(r"(?<=[.;])\s+(?=[^\W\d_a-z])|\n")
_MARK = pattern(r"^\s*(?:[-–+*•]\s|[IVX]{1,5}\.\s|\d{1,2}(?:\.\d{1,2})*\.?\s|[a-zđ]\)\s)\s*")
_WORD = pattern(r"[^\W\d_]{2,}")
_NOTHING = ("", "-", "–", "—", "…", "…………")


class Figure(NamedTuple):
    """A number of a text and where it stands there; ``source`` is the run of the plan that prints it."""

    value: Decimal
    start: int
    end: int
    written: str
    source: Run | None = None
    place: CellRef | None = None


class Said(NamedTuple):
    """A sentence or a row with its figures left open: ``words`` by which it is known again."""

    words: str
    figures: tuple[Figure | None, ...]
    text: str
    ref: CellRef | None = None


# ---- texts -------------------------------------------------------------------------------------------------


def said(text: str, runs: Sequence[Run] = (), ref: CellRef | None = None) -> Iterator[Said]:
    """The sentences of a text that hold figures; ``runs`` make up the text where it comes from a plan."""
    start = 0
    for stop in [*_SENTENCE.finditer(text), None]:
        end = stop.start() if stop else len(text)
        found = _sentence(text, start, end, runs, ref)
        if found is not None:
            yield found
        start = stop.end() if stop else end


def _sentence(text: str, start: int, end: int, runs: Sequence[Run], ref: CellRef | None) -> Said | None:
    sentence = text[start:end]
    mark = _MARK.match(sentence)
    at = mark.end() if mark else 0
    words: list[str] = []
    figures: list[Figure | None] = []
    for match in _FIGURE.finditer(sentence, at):
        fixed = (
            match["n"]
            and not match["unit"]
            and _FIXED.search(sentence[max(0, match.start() - _BEFORE) : match.start()])
        )
        if fixed or (match["n"] and _YEAR.fullmatch(match["n"])):
            continue
        words.append(sentence[at : match.start()])
        at = match.end()
        if match["part"]:  # 10/10 hộ
            words.append("/")
            figures += [_counted(match[name], start + match.start(name), runs) for name in ("part", "whole")]
        elif match["n"]:
            value = _value(match["n"], rate=bool(match["unit"]))
            if value is None:
                return None
            place = start + match.start()
            figures.append(Figure(value, place, start + match.end("n"), match["n"], _run_at(runs, place)))
        else:
            words.append("(đồng)")
    words.append(sentence[at:])
    key = " ".join(_OPEN.join(words).casefold().split()).strip(" .;,:/")
    if not figures or len(_WORD.findall(key)) < FEWEST_WORDS:
        return None
    return Said(key, tuple(figures), text, ref)


def _counted(written: str, place: int, runs: Sequence[Run]) -> Figure:
    return Figure(Decimal(written), place, place + len(written), written, _run_at(runs, place))


def _value(written: str, *, rate: bool) -> Decimal | None:
    amount = percentage(written) if rate else count(written) or percentage(written)
    return amount.value if amount else None


def _run_at(runs: Sequence[Run], place: int) -> Run | None:
    for run in runs:
        if place < len(run.text):
            return run
        place -= len(run.text)
    return None


# ---- both sides --------------------------------------------------------------------------------------------


def of_plan(plan: Plan) -> list[Said]:
    """Every sentence and row with figures that the workbook's plan prints."""
    blocks = [*plan.body, *(block for annex in plan.annexes for block in annex.blocks)]
    return [found for block in blocks for found in _of_block(block)]


def _of_block(block: Block) -> Iterator[Said]:
    if isinstance(block, Paragraph):
        yield from said(block.text.replace("\u00a0", " "), block.runs)
    elif isinstance(block, WordTable):
        for row in block.rows:
            cells = [("".join(run.text for run in cell.runs), cell.runs[0] if cell.runs else None) for cell in row]
            found = _row([(text, run, None) for text, run in cells])
            if found is not None:
                yield found


def of_document(rows: Iterable[Record], grids: Iterable[TableGrid], positions: dict[int, int]) -> list[Said]:
    """The same of a document; ``positions`` gives the position of a passage by the identity of its element."""
    found = [one for record in rows for one in said(record.text("noi_dung"), (), record.ref)]
    for grid in grids:
        for places in grid.rows():
            cells = [(grid.text(*place), None, _place(grid, place, positions)) for place in places]
            row = _row(cells)
            if row is not None:
                found.append(row)
    return found


def _place(grid: TableGrid, place: tuple[int, int], positions: dict[int, int]) -> CellRef:
    passages: list[Passage] = grid.passages[place]
    return ref_of(cell_place(grid.sheet.name, *place), positions.get(id(passages[0].element), 0) if passages else 0)


def _row(cells: Sequence[tuple[str, Run | None, CellRef | None]]) -> Said | None:
    """A row of a table: known by its texts; a running number before them says nothing."""
    texts = [readable(text) for text, _, _ in cells]
    first = next((i for i, text in enumerate(texts) if _WORD.search(text)), None)
    if first is None:
        return None
    words: list[str] = []
    figures: list[Figure | None] = []
    for (_, run, ref), text in list(zip(cells, texts, strict=True))[first:]:
        match = _FIGURE.fullmatch(text)
        if text in _NOTHING:
            words.append(_OPEN)
            figures.append(None)
        elif match and match["n"]:
            value = _value(match["n"], rate=bool(match["unit"]))
            words.append(_OPEN)
            figures.append(Figure(value, 0, len(text), text, run, ref) if value is not None else None)
        else:
            words.append(text.casefold())
    if not any(figures):
        return None
    return Said("|".join(words), tuple(figures), texts[first], next((ref for _, _, ref in cells if ref), None))


# ---- comparison --------------------------------------------------------------------------------------------


def confirmed(document: list[Said], plan: list[Said]) -> set[tuple[CellRef | None, str]]:
    """Figures that the workbook's own plan prints so from its cells, at the same words: place and value."""
    theirs: dict[tuple[str, tuple[Decimal, ...]], Said] = {(one.words, tuple(_values(one))): one for one in plan}
    found = set()
    for one in document:
        other = theirs.get((one.words, tuple(_values(one))))
        for mine, its in zip(one.figures, other.figures, strict=True) if other else ():
            if mine is not None and its is not None and its.source is not None and its.source.ref is not None:
                found.add((mine.place or one.ref, plain(mine.value)))
    return found


def against(document: list[Said], plan: list[Said]) -> Iterator[Outcome]:
    """Outcomes of C01 for texts that stand in both."""
    theirs: dict[str, list[Said]] = {}
    for one in plan:
        theirs.setdefault(one.words, []).append(one)
    mine: dict[str, list[Said]] = {}
    for one in document:
        if one.words in theirs:
            mine.setdefault(one.words, []).append(one)
    for words, found in mine.items():
        left, open_ = _unlike(found, theirs[words])
        yield from [PASSED] * (len(found) - len(left))
        if len(left) == len(open_):
            pairs = list(zip(left, open_, strict=True))
        elif len(open_) == 1:
            pairs = [(one, open_[0]) for one in left]
        elif not open_ and len(theirs[words]) == 1:
            pairs = [(one, theirs[words][0]) for one in left]
        else:
            continue
        for one, other in pairs:
            yield from _differences(one, other)


def _unlike(mine: list[Said], theirs: list[Said]) -> tuple[list[Said], list[Said]]:
    """What is left of two lists when those of the same figures are taken away in pairs."""
    rest = list(theirs)
    left = []
    for one in mine:
        same = next((other for other in rest if _values(other) == _values(one)), None)
        if same is None:
            left.append(one)
        else:
            rest.remove(same)
    return left, rest


def _values(one: Said) -> list[Decimal]:
    return [figure.value if figure else Decimal(0) for figure in one.figures]


def _differences(one: Said, other: Said) -> Iterator[Outcome]:
    for mine, theirs in zip(one.figures, other.figures, strict=True):
        if mine is None or theirs is None or mine.value == theirs.value:
            continue
        source = theirs.source
        code = source.code if source else ""
        related = (source.ref,) if source and source.ref else ()
        rate = not mine.place and one.text[mine.end :].lstrip().startswith("%")
        yield finding(
            "C01",
            mine.place or one.ref or CellRef("", 0, 0),
            written=mine.written if mine.place else excerpt(one.text, mine.start, mine.end),
            label=_label(source),
            formula="",
            unit="%" if rate else "",
            mark=code,
            actual=plain(mine.value),
            expected=plain(theirs.value),
            related=related,
        )


def _label(source: Run | None) -> str:
    """What a figure of the plan is, in words."""
    if source is None:
        return "cùng chỗ này"
    if catalogue.known(source.code):
        return catalogue.label(source.code)
    return in_words(source.control.key) if source.control else "cùng chỗ này"
