"""The sheet `Kiểm tra` as XML: one table under a title, for the screen, for print and for whoever has it read aloud.

Nothing is merged but the line of guidance; the headings are repeated on every page; the hidden columns that tie the
answers to their findings lie inside the filter's range, so that sorting moves them with their rows.
"""

from __future__ import annotations

from collections.abc import Sequence

from xlplan.messages import Language
from xlplan.model import Report
from xlplan.packages.patch.draft import MAIN
from xlplan.packages.patch.markup import escape, quote
from xlplan.refs import column_letters, qualify
from xlplan.sheets.marks.answers import ANSWER, SIGNATURE
from xlplan.sheets.marks.listing import PLACE, Row
from xlplan.sheets.marks.looks import COLOURS, Looks
from xlplan.sheets.marks.measure import lines
from xlplan.sheets.marks.words import pick, summary

_HEADINGS = {
    "vi": ("Mã", "Mức", "Ô", "Thôn, đơn vị", "Chỉ tiêu", "Nội dung", "Nên sửa", "Việc cần làm", ANSWER["vi"]),
    "en": ("Code", "Level", "Cell", "Village", "Indicator", "Finding", "Repair", "What to do", ANSWER["en"]),
}
_LEGEND = {
    "vi": ("Ô nên sửa", "Không khớp", "Cần xem", "Đã giải trình"),
    "en": ("Likely wrong", "Contradiction", "To be looked at", "Explained"),
}
_WIDTHS = (7, 13, 18, 16, 19, 32, 16, 41, 29)
_COUNT = len(_WIDTHS)
_KEYS, _STATE = _COUNT + 1, _COUNT + 2  # the hidden columns
_HEAD_ROW = 5
_FRAME = 7  # pixels that borders take
_INDENT = 12
_LINE = 15  # points of a line
_HIGHEST = 409  # points; Excel knows no higher row
_LONGEST = 32_000  # letters; Excel refuses cells of more than 32,767
_CHUNK = 30_000

_Cells = list[tuple[int, str, int]]  # column, text, look


def sheet_xml(rows: Sequence[Row], looks: Looks, report: Report, state: str, lang: Language) -> bytes:
    """The part of the sheet. ``state`` is kept in a hidden column for whoever takes the marks out."""
    hidden = {1: [(_KEYS, SIGNATURE)]}
    for number, start in enumerate(range(0, len(state), _CHUNK), start=1):
        hidden.setdefault(number, []).append((_STATE, state[start : start + _CHUNK]))
    shown = _top(looks, report, lang)
    for number, row in enumerate(rows, start=_HEAD_ROW + 1):
        hidden.setdefault(number, []).insert(0, (_KEYS, row.key))
        shown[number] = (_height(row.texts), _cells(row, looks))
    body = "".join(_line(n, *shown.get(n, (0, [])), hidden.get(n, [])) for n in sorted({*shown, *hidden}))
    last = _HEAD_ROW + max(len(rows), 1)
    end, keys = column_letters(_COUNT), column_letters(_KEYS)
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{(w * 7 + 5) / looks.digit:.4f}" customWidth="1"/>'
        for n, w in enumerate(_WIDTHS, 1)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{MAIN}"><sheetPr>'
        f'<tabColor rgb="FFC0504D"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<dimension ref="A1:{keys}{last}"/><sheetViews>'
        f'<sheetView showGridLines="0" workbookViewId="0"><pane ySplit="{_HEAD_ROW}" topLeftCell="A{_HEAD_ROW + 1}" '
        f'activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft" activeCell="{end}{_HEAD_ROW + 1}" '
        f'sqref="{end}{_HEAD_ROW + 1}"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols>{columns}'
        f'<col min="{_KEYS}" max="{_STATE}" width="9.140625" hidden="1" customWidth="1"/></cols><sheetData>{body}'
        '</sheetData><sheetProtection sheet="1" objects="1" scenarios="1" formatCells="0" formatColumns="0" '
        f'formatRows="0" sort="0" autoFilter="0"/><autoFilter ref="A{_HEAD_ROW}:{keys}{last}"/>'
        f'<mergeCells count="1"><mergeCell ref="A3:{end}3"/></mergeCells>'
        + _prompts(rows, lang)
        + _links(rows)
        + '<printOptions horizontalCentered="1"/><pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" '
        'header="0.3" footer="0.3"/><pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/><headerFooter>'
        f"<oddFooter>&amp;L&amp;F&amp;R{pick(lang, 'Trang', 'Page')} &amp;P/&amp;N</oddFooter></headerFooter>"
        f'<ignoredErrors><ignoredError sqref="A{_HEAD_ROW + 1}:{end}{last}" numberStoredAsText="1"/></ignoredErrors>'
        "</worksheet>"
    ).encode()


def defined_names(title: str, count: int, place: int, prefix: str) -> str:
    """The names that Excel keeps for the filter, the print area and the repeated headings."""
    end, keys, last = column_letters(_COUNT), column_letters(_KEYS), _HEAD_ROW + max(count, 1)
    texts = {
        "_FilterDatabase": (f"$A${_HEAD_ROW}:${keys}${last}", ' hidden="1"'),
        "Print_Area": (f"$A$1:${end}${last}", ""),
        "Print_Titles": (f"${_HEAD_ROW}:${_HEAD_ROW}", ""),
    }
    return "".join(
        f'<{prefix}definedName name="_xlnm.{name}" localSheetId="{place}"{more}>{escape(qualify(title, area))}'
        f"</{prefix}definedName>"
        for name, (area, more) in texts.items()
    )


def _top(looks: Looks, report: Report, lang: Language) -> dict[int, tuple[int, _Cells]]:
    """The lines above the findings, by row: height and cells."""
    guide = pick(
        lang,
        "Đưa chuột vào ô tô màu trong các biểu để đọc lời nhắc. Nếu số liệu đúng, ghi lý do vào cột Giải trình, lưu "
        "tệp rồi kiểm tra lại: lý do được giữ và chỗ đó coi như đã giải trình. Lỗi thì phải sửa, không giải trình thay "
        "được.",
        "Hold the mouse over a coloured cell of the tables to read its note. Where a figure is right, write the reason "
        "under Explanation, save the file and check again: the reason is kept and the place counts as explained. "
        "Errors must be corrected; no explanation replaces that.",
    )
    title = pick(lang, "KẾT QUẢ KIỂM TRA SỐ LIỆU", "CHECK OF THE FIGURES")
    words = enumerate(zip(COLOURS, _LEGEND[lang], strict=True), PLACE)
    legend = [(column, text, looks.legend[name]) for column, (name, text) in words]
    heads = [(n, text, looks.head_answer if n == _COUNT else looks.head) for n, text in enumerate(_HEADINGS[lang], 1)]
    return {
        1: (24, [(1, title, looks.title)]),
        2: (18, [(1, summary(report, lang), looks.about)]),
        3: (_LINE * lines(guide, sum(_WIDTHS) * 7) + 3, [(1, guide, looks.guide)]),
        4: (20, [(1, pick(lang, "Màu của ô:", "Colours:"), looks.about), *legend]),
        _HEAD_ROW: (24, heads),
    }


def _cells(row: Row, looks: Looks) -> _Cells:
    styles = [looks.code, looks.level[row.look], *[looks.text] * (_COUNT - 3)]
    styles.append(looks.answer if row.answerable else looks.answer_to_error)
    for column, _ in row.links:
        styles[column - 1] = looks.link
    return [(n, text, style) for n, (text, style) in enumerate(zip(row.texts, styles, strict=True), 1)]


def _height(texts: Sequence[str]) -> int:
    """Points that a row needs for its longest cell."""
    rooms = (width * 7 - _FRAME - _INDENT for width in _WIDTHS)
    most = max(lines(text, room) for text, room in zip(texts, rooms, strict=True))
    return min(max(most, 2) * _LINE + 3, _HIGHEST)


def _prompts(rows: Sequence[Row], lang: Language) -> str:
    """What Excel says when someone stands on a cell for an answer (no validation, only the hint)."""
    texts = {
        True: pick(
            lang,
            "Nếu số liệu đúng, ghi lý do vào đây rồi lưu tệp. Lần kiểm tra sau, chỗ này được coi là đã giải trình; kế "
            "hoạch có thể trích lại.",
            "If the figure is right, write the reason here and save the file. The next check takes it as explained; "
            "the plan can quote it.",
        ),
        False: pick(
            lang,
            "Đây là lỗi: hãy sửa số liệu trong biểu. Ghi ở đây thì được giữ lại, nhưng lỗi vẫn là lỗi.",
            "This is an error: correct the figures in the table. What is written here is kept, but it stays an error.",
        ),
    }
    title = quote(ANSWER[lang])
    found = []
    for answerable, text in texts.items():
        if places := _stretches([n for n, row in enumerate(rows, _HEAD_ROW + 1) if row.answerable is answerable]):
            found.append(
                f'<dataValidation allowBlank="1" showInputMessage="1" promptTitle="{title}" prompt="{quote(text)}" '
                f'sqref="{places}"/>'
            )
    return f'<dataValidations count="{len(found)}">{"".join(found)}</dataValidations>' if found else ""


def _stretches(rows: Sequence[int]) -> str:
    """Cells of the last column as ranges: ``I6:I9 I12:I12``."""
    end, held = column_letters(_COUNT), set(rows)
    starts, stops = (n for n in rows if n - 1 not in held), (n for n in rows if n + 1 not in held)
    return " ".join(f"{end}{start}:{end}{stop}" for start, stop in zip(starts, stops, strict=True))


def _links(rows: Sequence[Row]) -> str:
    links = "".join(
        f'<hyperlink ref="{column_letters(column)}{n}" location="{quote(target)}" '
        f'display="{quote(row.texts[column - 1])}"/>'
        for n, row in enumerate(rows, _HEAD_ROW + 1)
        for column, target in row.links
    )
    return f"<hyperlinks>{links}</hyperlinks>" if links else ""


def _line(number: int, height: int, cells: _Cells, hidden: list[tuple[int, str]]) -> str:
    size = f' ht="{height}"' if height else ""
    top = ' customHeight="1"' if number <= _HEAD_ROW else ""
    content = "".join(_cell(number, column, text, f' s="{style}"') for column, text, style in cells)
    content += "".join(_cell(number, column, text, "") for column, text in hidden)
    return f'<row r="{number}"{size}{top}>{content}</row>'


def _cell(row: int, column: int, text: str, style: str) -> str:
    place = f'r="{column_letters(column)}{row}"{style}'
    if not text:
        return f"<c {place}/>"
    text = text[:_LONGEST]
    return f'<c {place} t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
