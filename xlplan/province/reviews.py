"""The sheet `Đối chiếu rà soát`: communes' figures beside the review's, what agrees and what differs by how much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from xlplan import catalogue
from xlplan.province.book import BAD, CENTRED, COUNT, DOUBTFUL, TEXT, TOTAL, Book, Column, Formula, Style, Value
from xlplan.province.frames import Communes, by_position
from xlplan.province.reconcile import Line
from xlplan.province.words import AGREES, COMMUNE_ONLY, DIFFERS, RECONCILED, REVIEW_ONLY
from xlplan.refs import MAX_ROW, column_letters
from xlplan.sheets.standard.cells import quoted

VERDICTS = {"agrees": AGREES, "differs": DIFFERS, "commune": COMMUNE_ONLY, "review": REVIEW_ONLY}
_STYLES: dict[str, tuple[Style, ...]] = {
    "agrees": (),
    "differs": (BAD,),
    "commune": (DOUBTFUL,),
    "review": (DOUBTFUL,),
}
_TOP = 8  # rows above the first line
_SIGNED: Style = {"num_format": "+#,##0.##;-#,##0.##;0"}


def write_reviews(book: Book, lines: Sequence[Line], communes: Communes) -> dict[str, int]:
    """The sheet, and how many lines have each verdict."""
    columns = [Column("Đơn vị", 26, TEXT)]
    if district := communes.has("district"):
        columns.append(Column("Cấp huyện cũ", 18, TEXT))
    columns += [Column("Kỳ", 12, CENTRED), Column("Chỉ tiêu", 44, TEXT), Column("Số trong sổ của xã", 12, COUNT)]
    columns += [Column("Số rà soát", 12, COUNT), Column("Chênh lệch (xã − rà soát)", 13, COUNT)]
    columns += [Column("Kết quả", 18, CENTRED), Column("Nguồn số rà soát", 46, TEXT), Column("Ghi chú", 34, TEXT)]
    shown = lines[: MAX_ROW - _TOP]
    page = book.add_page(RECONCILED, chief=True)
    notes = [
        "So số trong sổ của xã với biểu rà soát: kết xuất từ cơ sở dữ liệu, hoặc biểu có trong chính sổ của xã.",
        "Biểu rà soát của năm trước so với số đầu kỳ của kế hoạch.",
    ]
    page.head("ĐỐI CHIẾU VỚI BIỂU RÀ SOÁT HỘ NGHÈO, HỘ CẬN NGHÈO", notes)
    counted = Counter(line.verdict for line in shown)
    own = 3 + district  # the commune's figure
    verdicts = column_letters(own + 4)
    for row, (verdict, word) in enumerate(VERDICTS.items(), start=3):
        page.put(row, 0, word, TEXT, TOTAL)
        cells = f"{verdicts}${_TOP + 1}:{verdicts}${_TOP + max(len(shown), 1)}"
        page.put(row, 1, Formula(f"COUNTIF({cells},{quoted(word)})", counted[verdict]), COUNT, TOTAL)
    page.headings(_TOP - 1, columns, len(shown))
    units = by_position(communes.counted[["unit", "district", "period"]])
    for i, line in enumerate(shown):
        mine = units.get(line.commune, {}) if line.commune is not None else {}
        values: list[Value] = [mine.get("unit") or line.name]
        values += [mine.get("district")] if district else []
        values += [mine.get("period"), catalogue.label(line.code), line.reported, line.reviewed]
        values += [_difference(line, own, _TOP + i + 1), VERDICTS[line.verdict], line.source, _remark(line)]
        page.fit(_TOP + i, values, columns)
        for j, value in enumerate(values):
            styles = (_SIGNED,) if j == own + 2 else _STYLES[line.verdict] if j == own + 3 else ()
            page.put(_TOP + i, j, value, columns[j].style, *styles)
    page.sheet.freeze_panes(_TOP, 1)
    page.print_on_a4(_TOP + len(shown), len(columns))
    return dict(counted)


def _difference(line: Line, own: int, row: int) -> Formula | None:
    if line.reported is None or line.reviewed is None:
        return None
    return Formula(f"{column_letters(own + 1)}{row}-{column_letters(own + 2)}{row}", line.reported - line.reviewed)


def _remark(line: Line) -> str:
    if line.commune is None:
        return "Không có sổ tính nào mang tên này; xem xã đã nộp chưa, hoặc tên ghi khác."
    if not line.name:
        return "Biểu rà soát không có dòng của xã."
    return f"Biểu rà soát ghi tên “{line.name}”." if line.likely else ""
