"""The sheet `Kiểm tra`: every finding on a row of its own, with room for the official's answer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from xlplan.messages import Language, in_words, statement
from xlplan.model import CellRef, Explanation, Finding, Report
from xlplan.packages.patch.draft import MAIN
from xlplan.packages.patch.markup import escape, quote
from xlplan.packages.patch.stylesheet import Stylesheet
from xlplan.refs import column_letters, qualify
from xlplan.sheets.marks.answers import SIGNATURE, STALE, figure, key_of, key_text
from xlplan.sheets.marks.places import Places
from xlplan.sheets.marks.words import GONE, level_word, pick, sentence, summary, what_to_do
from xlplan.tuples import NamedTuple

COLOURS = {"error": "FFF2B7AD", "warning": "FFFFE79B", "explained": "FFEBF1F5"}
"""Fills of marked cells; they also tell errors (darkest) and warnings apart when printed in grey."""

_HEADINGS = {
    "vi": ("Mã", "Mức", "Ô", "Thôn, đơn vị", "Chỉ tiêu", "Nội dung", "Đang ghi", "Đối chiếu", "Cần làm", "Giải trình"),
    "en": (
        "Code",
        "Level",
        "Cell",
        "Village",
        "Indicator",
        "Finding",
        "Holds",
        "Expected",
        "What to do",
        "Explanation",
    ),
}
_WIDTHS = (7, 17, 17, 15, 19, 35, 11, 11, 33, 30)
_KEYS, _STATE = len(_WIDTHS) + 1, len(_WIDTHS) + 2  # the hidden columns
_HEAD_ROW = 4
_LETTER = 5.9  # pixels of a letter at 11 points, on average
_INDENT = 12  # pixels that the indent takes
_LINE = 15  # points of a line
_SHORT = 20  # letters of what is no sentence
_LONGEST = 32_000  # letters; Excel refuses cells of more than 32,767
_CHUNK = 30_000  # letters; a cell holds 32,767


class Row(NamedTuple):
    """One line of the sheet; ``look`` is a key of the looks of the second column."""

    texts: tuple[str, ...]
    look: str
    key: str
    link: str = ""


class Looks:
    """The cell formats of the sheet."""

    def __init__(self, styles: Stylesheet) -> None:
        font = '<font>{}<sz val="{}"/>{}<name val="Times New Roman"/><family val="1"/></font>'
        plain, bold = styles.font(font.format("", 11, "")), styles.font(font.format("<b/>", 11, ""))
        title = styles.font(font.format("<b/>", 14, ""))
        link = styles.font(font.format("<u/>", 11, '<color rgb="FF1F4E79"/>'))
        grey = styles.font(font.format("", 11, '<color rgb="FF6B6B6B"/>'))
        sides = "".join(
            f'<{side} style="thin"><color rgb="FFBFBFBF"/></{side}>' for side in ("left", "right", "top", "bottom")
        )
        box = styles.border(f"<border>{sides}<diagonal/></border>")

        def look(font: int, fill: int = 0, border: int = box, across: str = "", *, free: bool = False) -> int:
            indent = "" if across == "center" or border != box else 'indent="1" '
            align = f'horizontal="{across or "left"}" {indent}'
            down = "center" if across == "center" or border != box else "top"
            return styles.look(
                f'<xf numFmtId="49" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0" '
                f'applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1" '
                f'applyProtection="1"><alignment {align}vertical="{down}" wrapText="1"/>'
                f'<protection locked="{int(not free)}"/></xf>'
            )

        head, cream = styles.fill("FFDCE6F1"), styles.fill("FFFFFCF0")
        self.title, self.about, self.guide = look(title, 0, 0), look(bold, 0, 0), look(grey, 0, 0)
        self.head, self.text, self.code = look(bold, head, box, "center"), look(plain), look(bold)
        self.figure, self.link, self.answer = look(plain, 0, box, "right"), look(link), look(plain, cream, free=True)
        self.level = {name: look(bold, styles.fill(rgb)) for name, rgb in COLOURS.items()}
        self.level |= {"info": look(plain), "gone": look(grey)}


def rows_of(
    report: Report,
    answers: Sequence[Explanation | None],
    gone: Sequence[Explanation],
    sheets: Sequence[str],
    lang: Language,
) -> list[Row]:
    """The rows: findings in their order, then answers whose finding is gone."""
    places = Places(report.submission)
    rows = [_row(item, answer, places, sheets, lang) for item, answer in zip(report.findings, answers, strict=True)]
    for answer in gone:
        place = f"{answer.sheet}, {answer.cell}" if answer.cell else answer.sheet
        said = pick(lang, "Lần kiểm tra này không còn phát hiện ở ô này.", "This check no longer finds anything here.")
        texts = (answer.code, GONE[lang], place, "", "", said, answer.figure.partition(" / ")[0], "", "", answer.text)
        rows.append(Row(texts, "gone", key_text(answer[:3], answer.figure)))
    return rows


def _row(item: Finding, answer: Explanation | None, places: Places, sheets: Sequence[str], lang: Language) -> Row:
    unit, label = places.of(item)
    about, text = figure(item), answer.text if answer else ""
    if answer is not None and answer.figure != about:
        text = STALE[lang].format(figure=answer.figure) + text
    texts = (
        item.code,
        level_word(item, lang),
        f"{item.ref.sheet}, {item.ref.address}" if item.ref.row else item.ref.sheet,
        unit,
        label,
        sentence(statement(item, lang)[0]),
        in_words(item.actual, lang) or _short(item.params.get("written", "")),
        in_words(item.expected, lang),
        what_to_do(item, lang),
        text,
    )
    look = "explained" if item.explanation else item.severity
    link = qualify(item.ref.sheet, item.ref.address or "A1") if item.ref.sheet in sheets else ""
    return Row(texts, look, key_text(key_of(item), about), link)


def _short(text: str) -> str:
    """What stands in a cell, unless it is a whole sentence, which the message quotes anyway."""
    return text if len(text) <= _SHORT else ""


def sheet_xml(rows: Sequence[Row], looks: Looks, report: Report, state: str, lang: Language) -> bytes:
    """The part of the sheet. ``state`` is kept in a hidden column for whoever takes the marks out."""
    last = _HEAD_ROW + max(len(rows), 1)
    end = column_letters(len(_WIDTHS))
    hidden = {1: [(_KEYS, SIGNATURE)]}
    for number, start in enumerate(range(0, len(state), _CHUNK), start=1):
        hidden.setdefault(number, []).append((_STATE, state[start : start + _CHUNK]))
    for number, row in enumerate(rows, start=_HEAD_ROW + 1):
        hidden.setdefault(number, []).insert(0, (_KEYS, row.key))
    lines = _top(looks, report, lang)
    lines[_HEAD_ROW] = (21, [(c, t, looks.head) for c, t in enumerate(_HEADINGS[lang], 1)])
    for number, row in enumerate(rows, start=_HEAD_ROW + 1):
        lines[number] = (_height(row.texts), _cells(row, looks))
    body = "".join(
        _line(number, *lines.get(number, (0, [])), hidden.get(number, [])) for number in _span(lines, hidden)
    )
    links = "".join(
        f'<hyperlink ref="C{n}" location="{quote(row.link)}" display="{quote(row.texts[2])}"/>'
        for n, row in enumerate(rows, start=_HEAD_ROW + 1)
        if row.link
    )
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{w}.7109375" customWidth="1"/>' for n, w in enumerate(_WIDTHS, 1)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{MAIN}"><sheetPr>'
        '<tabColor rgb="FFC0504D"/><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews>'
        f'<sheetView showGridLines="0" workbookViewId="0"><pane ySplit="{_HEAD_ROW}" topLeftCell="A{_HEAD_ROW + 1}" '
        f'activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft" activeCell="{end}{_HEAD_ROW + 1}" '
        f'sqref="{end}{_HEAD_ROW + 1}"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols>{columns}'
        f'<col min="{_KEYS}" max="{_STATE}" width="9.140625" hidden="1" customWidth="1"/></cols><sheetData>{body}'
        '</sheetData><sheetProtection sheet="1" objects="1" scenarios="1" formatCells="0" formatColumns="0" '
        f'formatRows="0" sort="0" autoFilter="0"/><autoFilter ref="A{_HEAD_ROW}:{end}{last}"/>'
        + "".join(f'<mergeCell ref="A{n}:{end}{n}"/>' for n in range(1, _HEAD_ROW)).join(
            (f'<mergeCells count="{_HEAD_ROW - 1}">', "</mergeCells>")
        )
        + (f"<hyperlinks>{links}</hyperlinks>" if links else "")
        + '<printOptions horizontalCentered="1"/><pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" '
        'header="0.3" footer="0.3"/><pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/><headerFooter>'
        f"<oddFooter>&amp;L&amp;F&amp;R{pick(lang, 'Trang', 'Page')} &amp;P/&amp;N</oddFooter></headerFooter>"
        f'<ignoredErrors><ignoredError sqref="A{_HEAD_ROW + 1}:{end}{last}" numberStoredAsText="1"/></ignoredErrors>'
        "</worksheet>"
    ).encode()


def defined_names(title: str, count: int, place: int, prefix: str) -> str:
    """The names that Excel keeps for the filter, the print area and the repeated headings."""
    end, last = column_letters(len(_WIDTHS)), _HEAD_ROW + max(count, 1)
    texts = {
        "_FilterDatabase": (f"$A${_HEAD_ROW}:${end}${last}", ' hidden="1"'),
        "Print_Area": (f"$A$1:${end}${last}", ""),
        "Print_Titles": (f"${_HEAD_ROW}:${_HEAD_ROW}", ""),
    }
    return "".join(
        f'<{prefix}definedName name="_xlnm.{name}" localSheetId="{place}"{more}>{escape(qualify(title, area))}'
        f"</{prefix}definedName>"
        for name, (area, more) in texts.items()
    )


def state_text(fills: Sequence[str], cells: Mapping[CellRef, int]) -> str:
    """What the marked cells looked like, for the day when another program has saved the file."""
    by_sheet: dict[str, dict[str, int]] = {}
    for ref, fill in cells.items():
        by_sheet.setdefault(ref.sheet, {})[ref.address] = fill
    return json.dumps({"fills": fills, "cells": by_sheet}, ensure_ascii=False, separators=(",", ":"))


_Cells = list[tuple[int, str, int]]


def _top(looks: Looks, report: Report, lang: Language) -> dict[int, tuple[int, _Cells]]:
    guide = pick(
        lang,
        "Ô tô màu trong các biểu là chỗ phải sửa (đỏ) hoặc cần xem (vàng); đưa chuột vào ô để đọc lời nhắc. Nếu số "
        "liệu đúng, ghi lý do vào cột Giải trình, lưu tệp rồi kiểm tra lại: lý do được giữ và chỗ đó coi như đã giải "
        "trình. Lỗi thì phải sửa, không giải trình thay được.",
        "Coloured cells are to be corrected (red) or looked at (yellow); hold the mouse over a cell to read its note. "
        "Where a figure is right, write the reason under Explanation, save the file and check again: the reason is "
        "kept and the place counts as explained. Errors must be corrected; no explanation replaces that.",
    )
    title = pick(lang, "KẾT QUẢ KIỂM TRA SỐ LIỆU", "CHECK OF THE FIGURES")
    return {
        1: (24, [(1, title, looks.title)]),
        2: (18, [(1, summary(report, lang), looks.about)]),
        3: (33, [(1, guide, looks.guide)]),
    }


def _cells(row: Row, looks: Looks) -> _Cells:
    styles = [looks.code, looks.level[row.look], looks.link if row.link else looks.text, *[looks.text] * 3]
    styles += [looks.figure, looks.figure, looks.text, looks.answer]
    return [(n, text, style) for n, (text, style) in enumerate(zip(row.texts, styles, strict=True), 1)]


def _height(texts: Sequence[str]) -> int:
    """Points that a row needs for its longest cell, as well as that can be told without a screen."""
    lines = 1
    for text, width in zip(texts, _WIDTHS, strict=True):
        room = max(int((width * 7 - _INDENT) / _LETTER), 1)
        lines = max(lines, sum(-(-max(len(part), 1) // room) for part in text.split("\n")))
    return min(lines * _LINE + 3, 409)


def _span(lines: Mapping[int, object], hidden: Mapping[int, object]) -> list[int]:
    return sorted({*lines, *hidden})


def _line(number: int, height: int, cells: _Cells, hidden: list[tuple[int, str]]) -> str:
    size = f' ht="{height}"' if height else ""
    top = ' customHeight="1"' if number < _HEAD_ROW else ""  # merged cells do not find their height themselves
    content = "".join(_cell(number, column, text, f' s="{style}"') for column, text, style in cells)
    content += "".join(_cell(number, column, text, "") for column, text in hidden)
    return f'<row r="{number}"{size}{top}>{content}</row>'


def _cell(row: int, column: int, text: str, style: str) -> str:
    place = f'r="{column_letters(column)}{row}"{style}'
    if not text:
        return f"<c {place}/>"
    text = text[:_LONGEST]
    return f'<c {place} t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
