"""The sheet `Tổng quan`: how many files stand how, the key totals, and charts of what asks for attention."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from xlplan import catalogue
from xlplan.messages import Language
from xlplan.province.book import (
    BAD,
    CENTRED,
    COUNT,
    DOUBTFUL,
    ONE_LINE,
    RATE,
    SECTION,
    TEXT,
    TOTAL,
    UNREAD,
    Formula,
    Link,
    Page,
    Style,
    Value,
)
from xlplan.province.charts import Series, add_bars
from xlplan.province.communes import Written
from xlplan.province.frames import MOST, Communes, cuts, highest, rated_stem, records, summed
from xlplan.province.submitted import cells as standing_cells
from xlplan.province.words import COMMUNES, FINDINGS, LEVELS, OVERVIEW, RECONCILED, STANDINGS, STATUS, STEMS, WHOLE
from xlplan.results import Standing
from xlplan.sheets.standard.book import HEAD, HEADING, NOTE
from xlplan.sheets.standard.cells import quoted
from xlplan.tuples import NamedTuple

if TYPE_CHECKING:
    import pandas

_WIDTHS = (1.5, 7, 38, 11, 11, 11, 2, 26, 10, 10, 10, 10, 10)
_RANK, _NAME, _FIRST, _RIGHT = 1, 2, 3, 7  # columns of the tables on the left, first one on the right
_ROW_PIXELS = 21
_SCALE, _ROWS_A_PAGE = 74, 42  # per cent, and the rows that then fit on A4 across
_LEAST_ROWS = 9  # that a chart takes
_KINDS = {"error": (BAD,), "warning": (DOUBTFUL,), "info": (), "unfilled": (UNREAD,), "unreadable": (UNREAD,)}


class Facts(NamedTuple):
    """What the overview tells beside the communes: numbers of exports, standings, verdicts and findings."""

    exports: int
    findings: Mapping[tuple[str, str], int]
    finding_ranges: Sequence[str]
    standings: Counter[Standing]
    verdicts: Mapping[str, int]
    lang: Language


class _Canvas:
    """Cells of a page in any order; a page takes them row by row."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._cells: dict[tuple[int, int], tuple[Value, tuple[Style, ...]]] = {}
        self._merged: dict[tuple[int, int], int] = {}
        self._starts = [0]  # the rows at which a printed page may begin

    def put(self, row: int, column: int, value: Value, *styles: Style) -> None:
        self._cells[row, column] = (value, styles)

    def merge(self, row: int, first: int, last: int, value: Value, *styles: Style) -> None:
        self._merged[row, first] = last
        for column in range(first, last + 1):
            self.put(row, column, value if column == first else None, *styles)

    def section(self, row: int, column: int, last: int, title: str) -> None:
        for j in range(column, last + 1):
            self.put(row, j, title if j == column else None, SECTION)

    def begin(self, row: int, title: str) -> None:
        """A section over the whole width, which printing keeps together."""
        self.section(row, _RANK, len(_WIDTHS) - 1, title)
        self._starts.append(row)

    def breaks(self, end: int) -> list[int]:
        """The rows before which a printed page ends."""
        found = [0]
        for start, after in zip(self._starts[1:], [*self._starts[2:], end], strict=False):
            if after - found[-1] > _ROWS_A_PAGE:
                found.append(start)
        return found[1:]

    def flush(self) -> int:
        """Write everything; the number of rows."""
        rows = sorted({row for row, _ in self._cells})
        for row in range(rows[-1] + 1):
            self.page.sheet.set_row_pixels(row, 34 if row == 0 else _ROW_PIXELS)
        for (row, column), (value, styles) in sorted(self._cells.items(), key=lambda cell: cell[0]):
            if last := self._merged.get((row, column)):
                self.page.merge(row, column, last, *styles)
            self.page.put(row, column, value, *styles)
        return rows[-1] + 1


def write_overview(page: Page, communes: Communes, written: Written, facts: Facts) -> None:
    """Fill the first sheet, whose tab was made before the others."""
    for column, width in enumerate(_WIDTHS):
        page.sheet.set_column(column, column, width)
    canvas = _Canvas(page)
    canvas.put(0, _RANK, "TỔNG HỢP SỔ TÍNH GIẢM NGHÈO CỦA CÁC XÃ, PHƯỜNG, ĐẶC KHU", HEADING, {"font_size": 16})
    canvas.put(1, _RANK, _subtitle(communes), NOTE)
    row = max(
        _write_files(canvas, 3, communes, written, facts),
        _write_totals(canvas, 3, communes, written),
    )
    row = _write_rates(canvas, row + 1, communes)
    row = _write_cuts(canvas, row + 1, communes)
    row = _write_findings(canvas, row + 1, facts)
    row = max(row, canvas.flush())
    page.print_on_a4(row, len(_WIDTHS))
    page.sheet.set_print_scale(_SCALE)
    page.sheet.set_h_pagebreaks(canvas.breaks(row))
    page.sheet.freeze_panes(2, 0)
    page.sheet.activate()


def _subtitle(communes: Communes) -> str:
    if not len(communes.counted):
        return "Chưa có sổ tính nào của xã."
    number = len(communes.of_main)
    if not number:
        return "Chưa đọc được sổ tính nào."
    most = ", kỳ có nhiều sổ có số liệu nhất" if len(communes.periods) > 1 else ""
    return f"Kỳ {communes.main}{most}: {number} sổ tính đọc được. Chỉ tiêu và biểu đồ tỷ lệ, mức giảm là của kỳ này."


def _write_files(canvas: _Canvas, row: int, communes: Communes, written: Written, facts: Facts) -> int:
    """Files by state, submissions by standing, verdicts of the review; the next free row."""
    canvas.section(row, _RANK, _FIRST, "Tình trạng các sổ tính")
    row += 1
    first, statuses = row + 1, communes.counted["status"].value_counts()
    cells = written.ranges.of("status", OVERVIEW)
    for level, word in STATUS[facts.lang].items():
        formula = Formula(f"COUNTIF({cells},{quoted(word)})", int(statuses.get(word, 0)))
        row = _line(canvas, row, word, formula, *_KINDS[level])
    row = _line(canvas, row, "Cộng", Formula(f"SUM(D{first}:D{row})", len(communes.counted)), TOTAL)
    for word, number in (
        ("Đã có bản thay thế, không tính", len(communes.superseded)),
        ("Kết xuất rà soát, dùng để đối chiếu", facts.exports),
    ):
        row = _line(canvas, row, word, number) if number else row
    lines = sum(facts.standings.values())
    for standing, word in STANDINGS[facts.lang].items():
        if number := facts.standings[standing]:
            formula = Formula(f"COUNTIF({standing_cells(lines)},{quoted(word)})", number)
            row = _line(canvas, row, f"Nộp báo cáo: {word[0].lower()}{word[1:]}", formula)
    if facts.verdicts:
        for place, (verdict, word) in enumerate((("agrees", "khớp"), ("differs", "lệch")), start=4):
            formula = Formula(f"'{RECONCILED}'!B{place}", facts.verdicts.get(verdict, 0))
            row = _line(canvas, row, f"Đối chiếu rà soát: số liệu {word}", formula)
    return row


def _line(canvas: _Canvas, row: int, word: str, value: Value, *styles: Style) -> int:
    canvas.merge(row, _RANK, _NAME, word, TEXT, *styles)
    canvas.put(row, _FIRST, value, COUNT, *styles)
    return row + 1


def _write_totals(canvas: _Canvas, row: int, communes: Communes, written: Written) -> int:
    """Households and groups of them at the start, their cut and at the end: what the total line of `Các xã` says."""
    canvas.section(row, _RIGHT, _RIGHT + 5, f"Chỉ tiêu chủ yếu, kỳ {communes.main}".removesuffix(", kỳ "))
    if not communes.main:
        return row + 1
    heads = ("Nhóm hộ", "Đầu kỳ", "Tỷ lệ (%)", "Giảm", "Cuối kỳ", "Tỷ lệ (%)")
    for j, head in enumerate(heads):
        canvas.put(row + 1, _RIGHT + j, head, HEAD)
    row += 2
    for stem, name in ({WHOLE: "tổng số hộ dân cư"} | STEMS).items():
        codes = [f"{stem}_dau_ky", f"{catalogue.RATE_PREFIX}{stem}_dau_ky", f"giam_{stem}", f"{stem}_cuoi_ky"]
        codes += [f"{catalogue.RATE_PREFIX}{stem}_cuoi_ky"]
        codes = [WHOLE] if stem == WHOLE else codes
        if not any(code in communes.codes for code in codes):
            continue
        canvas.put(row, _RIGHT, name[0].upper() + name[1:], TEXT)
        for j in range(5):
            code = codes[j] if j < len(codes) else ""
            canvas.put(row, _RIGHT + 1 + j, _total(code, communes, written), RATE if j in (1, 4) else COUNT)
        row += 1
    for stem, name in STEMS.items():
        if said := _given(stem, communes):
            canvas.put(row, _RIGHT, f"{name[0].upper()}{name[1:]}: {said}.", NOTE)
            row += 1
    canvas.put(row, _RIGHT, Link("Xem từng xã ở sheet “Các xã”", f"internal:'{COMMUNES}'!A1"), NOTE)
    return row + 1


def _given(stem: str, communes: Communes) -> str:
    """Of how many communes a total is the sum, where some do not state the figure."""
    everybody, said = len(communes.of_main), []
    for code, part in ((f"{stem}_dau_ky", "đầu kỳ"), (f"giam_{stem}", "giảm"), (f"{stem}_cuoi_ky", "cuối kỳ")):
        given = int(communes.of_main[code].notna().sum()) if code in communes.codes else 0
        if 0 < given < everybody:
            said.append(f"{part} cộng từ {given}/{everybody} sổ")
    return ", ".join(said)


def _total(code: str, communes: Communes, written: Written) -> Formula | None:
    if code not in communes.codes:
        return None
    cell = f"'{COMMUNES}'!{written.ranges.letters[code]}{written.totals[communes.main]}"
    result = summed(communes.of_main, code)
    return Formula(cell, "" if result is None else result)


def _table(
    canvas: _Canvas, row: int, heads: Sequence[str], rows: Sequence[Sequence[Value]], looks: Sequence[Style]
) -> int:
    """A table on the left; the first row below it and below the chart that stands beside it."""
    for j, head in enumerate(heads):
        canvas.put(row, _RANK + j, head, HEAD)
    for i, values in enumerate(rows, start=1):
        for j, value in enumerate(values):
            canvas.put(row + i, _RANK + j, value, looks[j])
    return row + 1 + max(len(rows), _LEAST_ROWS)


def _height(rows: int) -> int:
    return (max(rows, _LEAST_ROWS) + 1) * _ROW_PIXELS - 8


def _names(frame: pandas.DataFrame, communes: Communes) -> list[str]:
    """Names of communes; where two have one name, with their district or province."""
    often = Counter(communes.of_main["unit"])
    return [
        f"{record['unit']} ({record['district'] or record['province'] or record['file']})"
        if often[record["unit"]] > 1
        else str(record["unit"])
        for record in records(frame)
    ]


def _figures(frame: pandas.DataFrame, code: str) -> list[float | None]:
    return [None if value is None else float(value) for value in frame[code]]


def _write_rates(canvas: _Canvas, row: int, communes: Communes) -> int:
    stem = rated_stem(communes)
    if not stem:
        return row
    codes = [f"{catalogue.RATE_PREFIX}{stem}{at}" for at in ("_dau_ky", "_cuoi_ky")]
    frame = highest(communes.of_main, tuple(codes))
    if not len(frame):
        return row
    what = f"Tỷ lệ {STEMS[stem]} theo xã" + (f" ({MOST} xã cao nhất)" if len(communes.of_main) > MOST else "")
    canvas.begin(row, what)
    names, columns = _names(frame, communes), [_figures(frame, code) for code in codes]
    rows: list[Sequence[Value]] = [
        (i, name, *figures) for i, (name, *figures) in enumerate(zip(names, *columns, strict=True), start=1)
    ]
    heads = ["TT", "Đơn vị", "Đầu kỳ (%)", "Cuối kỳ (%)"]
    end = _table(canvas, row + 1, heads, rows, (CENTRED, ONE_LINE, RATE, RATE))
    add_bars(
        canvas.page,
        (row + 1, _RIGHT),
        _height(len(rows)),
        title=f"Tỷ lệ {STEMS[stem]} đầu kỳ và cuối kỳ (%)",
        heading=row + 1,
        names=(_NAME, names),
        series=[
            Series(head, _FIRST + j, figures)
            for j, (head, figures) in enumerate(zip(heads[2:], columns, strict=True))
            if any(figure is not None for figure in figures)
        ],
        number="0.00",
        description=f"Biểu đồ thanh: tỷ lệ {STEMS[stem]} đầu kỳ và cuối kỳ của {len(rows)} xã cao nhất; "
        f"cao nhất là {names[0]}. Số liệu ở bảng bên trái.",
    )
    return end


def _write_cuts(canvas: _Canvas, row: int, communes: Communes) -> int:
    code, frame = cuts(communes)
    if not len(frame):
        return row
    what = catalogue.label(code).lower().removeprefix("chỉ tiêu ")
    canvas.begin(row, f"Nơi {what} nhiều nhất")
    names, figures = _names(frame, communes), _figures(frame, code)
    rows: list[Sequence[Value]] = [
        (i, name, figure) for i, (name, figure) in enumerate(zip(names, figures, strict=True), start=1)
    ]
    end = _table(canvas, row + 1, ["TT", "Đơn vị", "Số hộ giảm"], rows, (CENTRED, ONE_LINE, COUNT))
    add_bars(
        canvas.page,
        (row + 1, _RIGHT),
        _height(len(rows)),
        title=f"{catalogue.label(code)} (hộ)",
        heading=row + 1,
        names=(_NAME, names),
        series=[Series("Số hộ giảm", _FIRST, figures)],
        number="#,##0",
        description=f"Biểu đồ thanh: {what} của {len(rows)} xã giảm nhiều nhất; nhiều nhất là {names[0]}. "
        "Số liệu ở bảng bên trái.",
    )
    return end


def _write_findings(canvas: _Canvas, row: int, facts: Facts) -> int:
    """Findings by code, the most frequent first."""
    often: Counter[str] = Counter()
    level: dict[str, str] = {}
    for (code, severity), number in facts.findings.items():
        often[code] += number
        level[code] = min(severity, level.get(code, severity), key=list(LEVELS).index)
    if not often:
        return row
    most = sorted(often, key=lambda code: (-often[code], catalogue.code_order(code)))[:MOST]
    what = "Phát hiện theo mã" + (f" ({MOST} mã nhiều nhất)" if len(often) > MOST else "")
    canvas.begin(row, what)
    rows: list[Sequence[Value]] = [
        (code, _rule_name(code, facts.lang), LEVELS[level[code]], _counted(code, often[code], facts.finding_ranges))
        for code in most
    ]
    end = _table(canvas, row + 1, ["Mã", "Tên", "Mức", "Số lần"], rows, (CENTRED, ONE_LINE, CENTRED, COUNT))
    add_bars(
        canvas.page,
        (row + 1, _RIGHT),
        _height(len(rows)),
        title="Số phát hiện theo mã",
        heading=row + 1,
        names=(_RANK, most),
        series=[Series("Số lần", _FIRST + 1, [float(often[code]) for code in most])],
        number="#,##0",
        description=f"Biểu đồ thanh: số phát hiện của {len(most)} mã; nhiều nhất là {most[0]} "
        f"({often[most[0]]} lần). Số liệu ở bảng bên trái.",
    )
    canvas.put(row + 2 + len(rows), _RANK, Link("Xem từng phát hiện", f"internal:'{FINDINGS}'!A1"), NOTE)
    return end + 1


def _rule_name(code: str, lang: Language) -> str:
    texts: Mapping[str, Any] = catalogue.rule_texts().get(code, {})
    return str(texts.get(f"name_{lang}", ""))


def _counted(code: str, number: int, ranges: Sequence[str]) -> Formula:
    return Formula("+".join(f"COUNTIF({cells},{quoted(code)})" for cells in ranges), number)
