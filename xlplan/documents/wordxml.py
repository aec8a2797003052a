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

from xlplan.documents.blocks import Control, HeadCell, Run, WordTable
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
_GAPS = re.compile("[ \t\n]+")  # a non-breaking space does not part words
_CELL_END = "</w:p></w:tc>"
SHORT = 80  # letters of a text of which something is remembered: memory stays bounded
_SENTENCE = 400  # letters of a whole sentence, of which fewer are remembered

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
        return _quoted(found)


@lru_cache(maxsize=256)
def _quoted(id_: str) -> str:
    return escape_xml(id_, {'"': "&quot;"})


# -- text --------------------------------------------------------------------------------------------------


def narrow(text: str) -> str:
    """A text with a letter for each byte of its UTF-8 form: Python joins and encodes these six times as fast.

    Runs, tables and controls are put together in such texts; :func:`bytes_of` gives what they stand for.
    """
    return text if text.isascii() else text.encode().decode("latin-1")


def bytes_of(narrow_text: str) -> bytes:
    """The UTF-8 of a text that :func:`narrow` made, or of several put together."""
    return narrow_text.encode("latin-1")


def clean(text: str) -> str:
    """Text that a Word file can hold: line breaks as ``\\n``, no control characters but the tab."""
    if text.isprintable():  # holds nothing to be dropped or to become a line break
        return text
    return _FORBIDDEN.sub("", _LINE_BREAKS.sub("\n", text))


def escape(text: str) -> str:
    """Cleaned text as XML; braces are written so that they can never be taken for a template's tag."""
    return _escaped(clean(text))


def _escaped(text: str) -> str:
    return escape_xml(text, _BRACES) if _SPECIAL.search(text) else text


def inline(text: str) -> str:
    """XML of a text that stands inside a ``<w:t>`` of the template; breaks and tabs close and reopen it."""
    if text.isprintable():
        return escape(text)
    marks = {"\n": "<w:br/>", "\t": "<w:tab/>"}
    pieces = _PIECES.split(escape(text))
    return "".join(f"</w:t>{marks[p]}{_TEXT}" if p in marks else p for p in pieces)


def text_width(text: str, points: float) -> float:
    """Width in points of the widest line in Times New Roman Bold, rather too large than too small."""
    return _points(max(map(_thousandths, clean(text).split("\n"))), points)


def _points(thousandths: int, points: float) -> float:
    return thousandths * points / 1000 * 1.03


def _thousandths(line: str) -> int:
    """Width of a line in thousandths of the size."""
    return sum(map(_letter_width, line))


@lru_cache(maxsize=1024)
def _letter_width(letter: str) -> int:
    """Width of one letter; marks take no room."""
    plain = unicodedata.normalize("NFD", letter).replace("đ", "d").replace("Đ", "D")
    return sum(_WIDTHS.get(c, 556) for c in plain if not unicodedata.combining(c))


# -- runs --------------------------------------------------------------------------------------------------


def run_xml(text: str, style: str = "") -> str:
    """A run in a character style (its id), as a :func:`narrow` text."""
    if not style:
        return _short_run(text) if len(text) <= SHORT else _long_run(text)
    return _short_run(text, style) if len(text) <= SHORT else _run(text, style)


def _run(text: str, style: str = "") -> str:
    if not text:
        return ""
    properties = f'<w:rPr><w:rStyle w:val="{narrow(style)}"/></w:rPr>' if style else ""
    if text.isprintable():  # neither breaks nor tabs, nor anything to clean
        return f"<w:r>{properties}{_TEXT}{narrow(_escaped(text))}</w:t></w:r>"
    content = f"{_TEXT}{inline(text)}</w:t>".replace(f"{_TEXT}</w:t>", "")
    return f"<w:r>{properties}{narrow(content)}</w:r>" if content else ""


_short_run = lru_cache(maxsize=4096)(_run)  # figures and the words between them come again in every plan
_sentence = lru_cache(maxsize=512)(_run)  # as do those of the outlines that we give


def _long_run(text: str) -> str:
    return _sentence(text) if len(text) <= _SENTENCE else _run(text)


class Wrapping(Protocol):
    """What puts runs into controls (:class:`xlplan.documents.controls.Controls`)."""

    def wrap(self, control: Control, xml: str, text: str) -> str:
        """Runs as the content of a control, both as :func:`narrow` texts."""
        ...


def runs_xml(
    runs: Sequence[Run], styles: Styles, controls: Wrapping | None = None, *, bold: bool = False, italic: bool = False
) -> str:
    """:func:`narrow_runs` as a text."""
    return bytes_of(narrow_runs(runs, styles, controls, bold=bold, italic=italic)).decode()


def narrow_runs(
    runs: Sequence[Run], styles: Styles, controls: Wrapping | None = None, *, bold: bool = False, italic: bool = False
) -> str:
    """The runs of a paragraph whose own style is ``bold`` or ``italic``, figures in their controls (:func:`narrow`).

    Word takes a character style's bold inside a bold paragraph style as *not* bold, so only what differs from
    the paragraph is named.
    """
    if len(runs) == 1 and runs[0][1:3] == _PLAIN and runs[0][5] is None:  # as most are
        return run_xml(runs[0][0])
    return _runs(runs, styles, controls, (bold, italic))


_PLAIN = (False, False)


def _runs(
    runs: Sequence[Run],
    styles: Styles,
    controls: Wrapping | None,
    without: tuple[bool, bool] = _PLAIN,
    always: tuple[bool, bool] = _PLAIN,
) -> str:
    """Runs as a :func:`narrow` text: (bold, italic) that their paragraph has already, and that all of them have."""
    parts: list[str] = []
    held: Control | None = None
    inside, words = "", ""  # what the control that is open holds so far
    for text, italic, bold, _, _, control in runs:
        if bold or italic or always is not _PLAIN:
            look = ((bold or always[0]) and not without[0], (italic or always[1]) and not without[1])
            made = run_xml(text, styles.id(CHARACTER_STYLES[look]) if look in CHARACTER_STYLES else "")
        else:
            made = _short_run(text) if len(text) <= SHORT else _long_run(text)
        if control is not held:
            if held is not None and inside:
                parts.append(inside if controls is None else controls.wrap(held, inside, words))
            held, inside, words = control, "", ""
        if control is None:
            parts.append(made)
        elif inside or words:
            inside += made
            words += text
        else:
            inside, words = made, text
    if held is not None and inside:
        parts.append(inside if controls is None else controls.wrap(held, inside, words))
    return parts[0] if len(parts) == 1 else "".join(parts)


# -- tables ------------------------------------------------------------------------------------------------


class _Spot(NamedTuple):
    """What stands at a position of the heading's grid: a cell, or the continuation of one above."""

    text: str
    columns: int
    merge: str  # "", "restart" or "continue"
    width: int  # of the text's widest word, in thousandths of the size


def table_xml(table: WordTable, usable: int, styles: Styles, controls: Wrapping | None = None) -> str:
    """:func:`narrow_table` as a text."""
    return bytes_of(narrow_table(table, usable, styles, controls)).decode()


def narrow_table(table: WordTable, usable: int, styles: Styles, controls: Wrapping | None = None) -> str:
    """A table as wide as the page (``usable`` twips): fixed layout, heading repeated, rows never split.

    The text is as large as the numbers allow: none is broken into two lines while a smaller size is left. What is
    given is a :func:`narrow` text.
    """
    grid = _heading(table.head, len(table.widths))
    _check_rows(table)
    contents, texts = _contents(table, styles, controls)
    size, widths = _fit(table, texts, grid, usable, styles)
    suffix = SIZES[size]
    rows = [_head_row(row, widths, styles.id(HEAD_STYLE + suffix)) for row in grid]
    cells = {align: narrow(styles.id(name + suffix)) for align, name in CELL_STYLES.items()}
    forms: dict[tuple[str, ...], str] = {}
    for row, inside in zip(table.rows, contents, strict=True):
        aligned = tuple([align for _, align, _, _ in row])
        if (form := forms.get(aligned)) is None:
            form = forms[aligned] = _row_form(widths, [cells[align] for align in aligned])
        rows.append(form % tuple(inside))
    if not rows:
        return ""
    properties = (
        f'<w:tblPr><w:tblStyle w:val="{narrow(styles.id(DENSE_TABLE if size else TABLE))}"/>'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>'
    )
    columns = "".join([f'<w:gridCol w:w="{width}"/>' for width in widths])
    return "".join(["<w:tbl>", properties, "<w:tblGrid>", columns, "</w:tblGrid>", *rows, "</w:tbl>"])


def _contents(
    table: WordTable, styles: Styles, controls: Wrapping | None
) -> tuple[list[list[str]], list[tuple[str, ...]]]:
    """What stands in the cells row by row, as :func:`narrow` texts, and their texts column by column."""
    contents: list[list[str]] = []
    texts: list[list[str]] = []
    for row in table.rows:
        contents.append(inside := [])
        texts.append(plain := [])
        for runs, _, bold, italic in row:
            if len(runs) == 1 and not bold and not italic:
                text, leaning, strong, _, _, control = runs[0]
                if not leaning and not strong:  # what :func:`_runs` gives, without its loop: there are hundreds
                    made = _short_run(text) if len(text) <= SHORT else _long_run(text)
                    if control is not None and made and controls is not None:
                        made = controls.wrap(control, made, text)
                    plain.append(text)
                    inside.append(made)
                    continue
            plain.append("".join([run.text for run in runs]))
            inside.append(_runs(runs, styles, controls, _PLAIN, (bold, italic) if bold or italic else _PLAIN))
    return contents, list(zip(*texts, strict=True))


def _check_rows(table: WordTable) -> None:
    columns = len(table.widths)
    for i, row in enumerate(table.rows):
        if len(row) != columns:
            raise ValueError(f"row {i + 1} of the table has {len(row)} cells for {columns} columns")


@lru_cache(maxsize=64)  # that of the workbook's own table is the same in most communes
def _heading(head: tuple[tuple[HeadCell, ...], ...], columns: int) -> tuple[tuple[_Spot, ...], ...]:
    """The heading row by row with the continuations of cells that reach down from above.

    Raises ValueError where its cells overlap, leave a gap or reach out of the table.
    """
    height = len(head)
    rows: list[dict[int, _Spot]] = [{} for _ in head]
    for i, cells in enumerate(head):
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
                text = "" if down else cell.text
                rows[i + down][column] = _Spot(text, cell.columns, merge, _measured(text)[0])
            column = end
        if next(waiting, None) is not None:
            raise ValueError(f"heading row {i + 1} has more cells than the table has columns")
    return tuple(tuple(row[column] for column in sorted(row)) for row in rows)


def _head_row(spots: Sequence[_Spot], widths: Sequence[int], style: str) -> str:
    style, column = narrow(style), 0
    cells: list[str] = []
    for spot in spots:
        width = sum(widths[column : column + spot.columns])
        extra = f'<w:gridSpan w:val="{spot.columns}"/>' if spot.columns > 1 else ""
        extra += f'<w:vMerge w:val="{spot.merge}"/>' if spot.merge else ""
        cells.append(f"{_cell_start(width, style, extra)}{run_xml(spot.text)}{_CELL_END}")
        column += spot.columns
    return f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{''.join(cells)}</w:tr>"


def _row_form(widths: Sequence[int], styles: Sequence[str]) -> str:
    """A row in which ``%s`` stands for what is in each cell; the same for all with these styles, which are narrow."""
    cells = [
        f"{_cell_start(width, style).replace('%', '%%')}%s{_CELL_END}"
        for width, style in zip(widths, styles, strict=True)
    ]
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>"


def _cell_start(width: int, style: str, extra: str = "") -> str:
    properties = f'<w:tcW w:w="{width}" w:type="dxa"/>{extra}<w:vAlign w:val="center"/>'
    return f'<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>'


# -- widths ------------------------------------------------------------------------------------------------


def _fit(
    table: WordTable,
    texts: Sequence[Sequence[str]],
    grid: Sequence[Sequence[_Spot]],
    usable: int,
    styles: Styles,
) -> tuple[int, list[int]]:
    """The largest size (position in ``SIZES``) at which no word breaks, and the widths of the columns."""
    first = 0 if table.landscape or len(table.widths) <= MANY_COLUMNS else 1
    words, lines = _widest(texts, len(table.widths))
    needs: list[float] = []
    for size in range(first, len(SIZES)):
        points = max(styles.sizes.get(HEAD_STYLE + SIZES[size], _POINTS[size]), _body_size(styles, size))
        margin = _DENSE_MARGIN if size else _MARGIN
        needs = _needs(words, grid, points, margin)
        if sum(needs) <= usable:
            whole = _needs(lines, grid, points, margin)
            return size, _shares(table.widths, whole if sum(whole) <= usable else needs, usable)
    return len(SIZES) - 1, _shares(needs, [0.0] * len(needs), usable)


def _body_size(styles: Styles, size: int) -> float:
    return max(styles.sizes.get(name + SIZES[size], _POINTS[size]) for name in CELL_STYLES.values())


def _widest(columns: Sequence[Sequence[str]], count: int) -> tuple[list[int], list[int]]:
    """The width of each column's widest word and of its widest line, in thousandths of the size."""
    words, lines = [0] * count, [0] * count
    for i, column in enumerate(columns):
        texts = set(column)
        measure = _short_measured if max(map(len, texts)) <= SHORT else _measure
        words[i], lines[i] = map(max, zip(*map(measure, texts), strict=True))
    return words, lines


def _measured(text: str) -> tuple[int, int]:
    """The width of a text's widest word and of its widest line, in thousandths of the size."""
    return _short_measured(text) if len(text) <= SHORT else _measure(text)


def _measure(text: str) -> tuple[int, int]:
    text = clean(text)
    words = _GAPS.split(text)
    word = max(map(_thousandths, words))
    return word, word if len(words) == 1 else max(map(_thousandths, text.split("\n")))


_short_measured = lru_cache(maxsize=4096)(_measure)  # figures come again in every plan


def _needs(columns: Sequence[int], grid: Sequence[Sequence[_Spot]], points: float, margin: int) -> list[float]:
    """The width in twips at which no column's widest piece breaks, nor a word of its heading."""

    def width(thousandths: int) -> float:
        return _points(thousandths, points) * 20 + 2 * margin + 10

    needs = [width(widest) for widest in columns]
    for spots in grid:
        column = 0
        for spot in spots:
            if spot.width:
                span = range(column, column + spot.columns)
                lacking = width(spot.width) - sum(needs[c] for c in span)
                for c in span if lacking > 0 else ():
                    needs[c] += lacking / len(span)
            column += spot.columns
    return needs


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
