"""WordprocessingML of what a plan is made of: text, runs and tables.

Formatting is only ever the name of a style that the template defines; what stands here is structure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Protocol, TypeAlias
from xml.sax.saxutils import escape as escape_xml

from lxml import etree

from xlplan.documents.blocks import BodyCell, Control, HeadCell, Run, WordTable
from xlplan.tuples import NamedTuple

Element: TypeAlias = etree._Element

TABLE = "KH Bảng"
DENSE_TABLE = "KH Bảng hẹp"
CELL_STYLES = {"left": "KH Bảng chữ", "center": "KH Bảng giữa", "right": "KH Bảng số"}
HEAD_STYLE = "KH Bảng đầu"
BREAK_STYLE = "KH Ngắt phần"
SIGNATURE_STYLE = "KH Quyền hạn"
SIZES = ("", " nhỏ", " rất nhỏ")  # 12, 11 and 10 pt; the decree has no rule for the text of tables
MANY_COLUMNS = 12  # a portrait table with more begins at the second size
_POINTS = (12.0, 11.0, 10.0)  # of the three sizes, where the template's styles do not say
_MARGIN = 57  # twips: cell margin of "KH Bảng", 1 mm
_DENSE_MARGIN = 45  # of "KH Bảng hẹp", 0,8 mm
CHARACTER_STYLES = {(True, False): "KH Đậm", (False, True): "KH Nghiêng", (True, True): "KH Đậm nghiêng"}

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_LINE_BREAKS = re.compile("\r\n|[\r\n\v\x85\u2028\u2029]")
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_BRACES = {"{": "&#123;", "}": "&#125;"}  # so that docxtpl and Jinja never see a brace of the plan
_TEXT = '<w:t xml:space="preserve">'
_SPECIAL = re.compile("[&<>{}]")
_PIECES = re.compile("([\t\n])")

# Advance widths of Times New Roman Bold in thousandths of the size; every other letter is taken as 556.
_WIDTHS = {
    character: width
    for width, characters in {
        250: " \u00a0,.",
        278: "'/\\il",
        333: "!()-:;[]`fjt‘’",
        389: "Is",
        444: "cerz",
        500: "#$*0123456789?J_agovxy–“”",
        570: "+<=>",
        611: "FP",
        667: "BELTZ",
        722: "ACDNRUVXYw",
        778: "GHKOQ",
        833: "&m",
        944: "M",
        1000: "%W—…",
    }.items()
    for character in characters
}


def w(name: str) -> str:
    """A name of WordprocessingML as lxml writes it."""
    return f"{{{_W}}}{name}"


class MissingStyleError(LookupError):
    """The template lacks a style that the plan needs; the argument is its name."""


class Styles(NamedTuple):
    """The styles of a template: ids and sizes (points) by the name that Word shows."""

    ids: Mapping[str, str]
    sizes: Mapping[str, float]

    def id(self, name: str) -> str:
        """The id under which paragraphs, runs and tables refer to a style."""
        found = self.ids.get(name)
        if found is None:
            raise MissingStyleError(name)
        return escape_xml(found, {'"': "&quot;"})


# -- text --------------------------------------------------------------------------------------------------


def clean(text: str) -> str:
    """Text that a Word file can hold: line breaks as ``\\n``, no control characters but the tab."""
    if text.isprintable():  # holds nothing to be dropped or to become a line break
        return text
    return _FORBIDDEN.sub("", _LINE_BREAKS.sub("\n", text))


def escape(text: str) -> str:
    """Cleaned text as XML; braces are written so that they can never be taken for a template's tag."""
    text = clean(text)
    return escape_xml(text, _BRACES) if _SPECIAL.search(text) else text


def inline(text: str) -> str:
    """XML of a text that stands inside a ``<w:t>`` of the template; breaks and tabs close and reopen it."""
    if text.isprintable():
        return escape(text)
    marks = {"\n": "<w:br/>", "\t": "<w:tab/>"}
    pieces = _PIECES.split(escape(text))
    return "".join(f"</w:t>{marks[p]}{_TEXT}" if p in marks else p for p in pieces)


@lru_cache(maxsize=16384)  # figures and words come again in every plan
def text_width(text: str, points: float) -> float:
    """Width in points of the widest line in Times New Roman Bold, rather too large than too small."""
    plain = unicodedata.normalize("NFD", clean(text)).replace("đ", "d").replace("Đ", "D")
    widths = (sum(_WIDTHS.get(c, 556) for c in line if not unicodedata.combining(c)) for line in plain.split("\n"))
    return max(widths) * points / 1000 * 1.03


# -- runs --------------------------------------------------------------------------------------------------


def run_xml(text: str, style: str = "") -> str:
    """A run in a character style (its id)."""
    if not text:
        return ""
    properties = f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>' if style else ""
    if text.isprintable():  # neither breaks nor tabs
        return f"<w:r>{properties}{_TEXT}{escape(text)}</w:t></w:r>"
    content = f"{_TEXT}{inline(text)}</w:t>".replace(f"{_TEXT}</w:t>", "")
    return f"<w:r>{properties}{content}</w:r>" if content else ""


class Wrapping(Protocol):
    """What puts runs into controls (:class:`xlplan.documents.controls.Controls`)."""

    def wrap(self, control: Control, xml: str, text: str) -> str:
        """Runs as the content of a control."""
        ...


def runs_xml(
    runs: Sequence[Run], styles: Styles, controls: Wrapping | None = None, *, bold: bool = False, italic: bool = False
) -> str:
    """The runs of a paragraph whose own style is ``bold`` or ``italic``, figures in their controls.

    Word takes a character style's bold inside a bold paragraph style as *not* bold, so only what differs from
    the paragraph is named.
    """
    xml, inside, text = "", "", ""
    if len(runs) == 1 and not (runs[0].bold or runs[0].italic):  # a cell of a table, most paragraphs
        made = run_xml(runs[0].text)
        control = runs[0].control
        return made if control is None or controls is None or not made else controls.wrap(control, made, runs[0].text)
    for i, run in enumerate(runs):
        name = CHARACTER_STYLES.get((run.bold and not bold, run.italic and not italic))
        made = run_xml(run.text, styles.id(name) if name else "")
        if run.control is None or controls is None:
            xml += made
            continue
        inside, text = inside + made, text + run.text
        if i + 1 == len(runs) or runs[i + 1].control is not run.control:
            xml += controls.wrap(run.control, inside, text) if inside else ""
            inside, text = "", ""
    return xml


# -- tables ------------------------------------------------------------------------------------------------


class _Spot(NamedTuple):
    """What stands at a position of the heading's grid: a cell, or the continuation of one above."""

    text: str
    columns: int
    merge: str  # "", "restart" or "continue"


def table_xml(table: WordTable, usable: int, styles: Styles, controls: Wrapping | None = None) -> str:
    """A table as wide as the page (``usable`` twips): fixed layout, heading repeated, rows never split.

    The text is as large as the numbers allow: none is broken into two lines while a smaller size is left.
    """
    grid = _heading(table)
    _check_rows(table)
    size, widths = _fit(table, usable, styles)
    suffix = SIZES[size]
    rows = [_head_row(row, widths, styles.id(HEAD_STYLE + suffix)) for row in grid]
    cells = {align: styles.id(name + suffix) for align, name in CELL_STYLES.items()}
    rows += [_body_row(row, widths, cells, styles, controls) for row in table.rows]
    if not rows:
        return ""
    properties = (
        f'<w:tblPr><w:tblStyle w:val="{styles.id(DENSE_TABLE if size else TABLE)}"/>'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>'
    )
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return f"<w:tbl>{properties}<w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"


def _check_rows(table: WordTable) -> None:
    columns = len(table.widths)
    for i, row in enumerate(table.rows):
        if len(row) != columns:
            raise ValueError(f"row {i + 1} of the table has {len(row)} cells for {columns} columns")


def _heading(table: WordTable) -> list[list[_Spot]]:
    """The heading row by row with the continuations of cells that reach down from above.

    Raises ValueError where its cells overlap, leave a gap or reach out of the table.
    """
    columns, height = len(table.widths), len(table.head)
    rows: list[dict[int, _Spot]] = [{} for _ in table.head]
    for i, cells in enumerate(table.head):
        waiting: Iterator[HeadCell] = iter(cells)
        column = 0
        while column < columns:
            if column in rows[i]:
                column += rows[i][column].columns
                continue
            cell = next(waiting, None)
            if cell is None:
                raise ValueError(f"heading row {i + 1} ends at column {column + 1} of {columns}")
            end = column + cell.columns
            if min(cell.columns, cell.rows) < 1:
                raise ValueError(f"heading cell {cell.text!r} spans nothing")
            if end > columns or i + cell.rows > height or any(c in rows[i] for c in range(column, end)):
                raise ValueError(f"heading cell {cell.text!r} does not fit into the table")
            for down in range(cell.rows):
                merge = "" if cell.rows == 1 else "continue" if down else "restart"
                rows[i + down][column] = _Spot("" if down else cell.text, cell.columns, merge)
            column = end
        if next(waiting, None) is not None:
            raise ValueError(f"heading row {i + 1} has more cells than the table has columns")
    return [[row[column] for column in sorted(row)] for row in rows]


def _head_row(spots: Sequence[_Spot], widths: Sequence[int], style: str) -> str:
    xml, column = "", 0
    for spot in spots:
        width = sum(widths[column : column + spot.columns])
        extra = f'<w:gridSpan w:val="{spot.columns}"/>' if spot.columns > 1 else ""
        extra += f'<w:vMerge w:val="{spot.merge}"/>' if spot.merge else ""
        xml += _cell(width, style, run_xml(spot.text), extra)
        column += spot.columns
    return f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{xml}</w:tr>"


def _body_row(
    row: Sequence[BodyCell],
    widths: Sequence[int],
    cells: Mapping[str, str],
    styles: Styles,
    controls: Wrapping | None,
) -> str:
    xml = ""
    for width, cell in zip(widths, row, strict=True):
        runs: Sequence[Run] = cell.runs
        if cell.italic or cell.bold:
            runs = [Run(r.text, r.italic or cell.italic, r.bold or cell.bold, control=r.control) for r in runs]
        xml += _cell(width, cells[cell.align], runs_xml(runs, styles, controls))
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{xml}</w:tr>"


def _cell(width: int, style: str, runs: str, extra: str = "") -> str:
    properties = f'<w:tcW w:w="{width}" w:type="dxa"/>{extra}<w:vAlign w:val="center"/>'
    paragraph = f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{runs}</w:p>'
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph}</w:tc>"


# -- widths ------------------------------------------------------------------------------------------------


def _fit(table: WordTable, usable: int, styles: Styles) -> tuple[int, list[int]]:
    """The largest size (position in ``SIZES``) at which no word breaks, and the widths of the columns."""
    first = 0 if table.landscape or len(table.widths) <= MANY_COLUMNS else 1
    needs: list[float] = []
    for size in range(first, len(SIZES)):
        points = max(styles.sizes.get(HEAD_STYLE + SIZES[size], _POINTS[size]), _body_size(styles, size))
        margin = _DENSE_MARGIN if size else _MARGIN
        needs = _needs(table, points, margin, "[ \t\n]+")  # a non-breaking space does not part words
        if sum(needs) <= usable:
            whole = _needs(table, points, margin, "\n")
            return size, _shares(table.widths, whole if sum(whole) <= usable else needs, usable)
    return len(SIZES) - 1, _shares(needs, [0.0] * len(needs), usable)


def _body_size(styles: Styles, size: int) -> float:
    return max(styles.sizes.get(name + SIZES[size], _POINTS[size]) for name in CELL_STYLES.values())


def _needs(table: WordTable, points: float, margin: int, gap: str) -> list[float]:
    """The width in twips at which each column's text breaks only at ``gap``, its heading only at words."""

    def width(text: str, gap: str = "[ \t\n]+") -> float:
        return _widest(text, points, gap) * 20 + 2 * margin + 10

    needs = [width("") for _ in table.widths]
    for row in table.rows:
        for column, cell in enumerate(row):
            needs[column] = max(needs[column], width("".join(run.text for run in cell.runs), gap))
    for spots in _heading(table):
        column = 0
        for spot in spots:
            span = range(column, column + spot.columns)
            lacking = width(spot.text) - sum(needs[c] for c in span)
            for c in span:
                needs[c] += max(0.0, lacking) / len(span)
            column += spot.columns
    return needs


@lru_cache(maxsize=16384)
def _widest(text: str, points: float, gap: str) -> float:
    """The width of the widest piece of a text between the gaps, in points."""
    return max(text_width(word, points) for word in re.split(gap, clean(text)))


def _shares(weights: Sequence[float], needs: Sequence[float], usable: int) -> list[int]:
    """``usable`` divided by weight, but to no column less than it needs."""
    weights = [max(weight, 0.001) for weight in weights]
    fixed: set[int] = set()
    while True:
        rest = usable - sum(needs[i] for i in fixed)
        weight = sum(w for i, w in enumerate(weights) if i not in fixed)
        short = {i for i, w in enumerate(weights) if i not in fixed and rest * w / weight < needs[i]}
        if not short:
            break
        fixed |= short
    widths = [int(needs[i] if i in fixed else rest * w / weight) for i, w in enumerate(weights)]
    widths[widths.index(max(widths))] += usable - sum(widths)
    return widths


def turn(landscape: bool, styles: Styles) -> str:
    """A section break in the body; the section says only how its pages lie, ``finish`` adds the rest."""
    style = f'<w:pStyle w:val="{styles.id(BREAK_STYLE)}"/>'
    size = f'<w:pgSz w:orient="{"landscape" if landscape else "portrait"}"/>'
    return f"<w:p><w:pPr>{style}<w:sectPr>{size}</w:sectPr></w:pPr></w:p>"
