"""A plan typed in LibreOffice Writer: each paragraph with direct formatting, no styles of ours, saved as .docx.

``typed`` is told paragraphs and a few faults. The part below ``_inside`` runs in the Python that LibreOffice's bridge
(the package python3-uno) belongs to.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from libreoffice_vba import TIMEOUT, _office, _property, _python

CM = 1000  # LibreOffice counts in hundredths of a millimetre
_BOTH, _CENTER, _LEFT = 2, 3, 0  # com.sun.star.style.ParagraphAdjust
_BREAK = 0  # com.sun.star.text.ControlCharacter.PARAGRAPH_BREAK

HEAD = (
    (("ỦY BAN NHÂN DÂN", 13, "b"), ("XÃ BÌNH AN", 13, "b"), ("—", 20, "")),
    (("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 13, "b"), ("Độc lập - Tự do - Hạnh phúc", 14, "b"), ("—", 61, "")),
    (("Số: 05/KH-UBND", 13, ""),),
    (("Bình An, ngày 03 tháng 02 năm 2026", 14, "i"),),
)
FOOT = (
    (
        ("Nơi nhận:", 12, "bi"),
        ("- Thường trực Đảng ủy xã;", 11, ""),
        ("- Các thôn;", 11, ""),
        ("- Lưu: VT, KT.", 11, ""),
    ),
    (("TM. ỦY BAN NHÂN DÂN", 14, "b"), ("CHỦ TỊCH", 14, "b"), *(("", 14, ""),) * 4, ("Nguyễn Văn An", 14, "b")),
)
_LONG = (
    "Huy động sự tham gia của cả hệ thống chính trị và toàn xã hội để giảm nghèo bền vững, hạn chế tái nghèo và phát "
    "sinh nghèo; giúp người nghèo, hộ nghèo tiếp cận các dịch vụ xã hội cơ bản."
)
BODY = (
    ("Căn cứ Luật Tổ chức chính quyền địa phương;", "i"),
    ("Căn cứ Nghị định số 07/2021/NĐ-CP ngày 27 tháng 01 năm 2021 của Chính phủ quy định chuẩn nghèo đa chiều.", "i"),
    ("Ủy ban nhân dân xã Bình An ban hành Kế hoạch giảm nghèo bền vững năm 2026 trên địa bàn xã như sau:", ""),
    ("I. MỤC TIÊU", "b"),
    ("1. Mục tiêu chung", "b"),
    (_LONG, ""),
    ("2. Mục tiêu cụ thể", "b"),
    *((f"{letter}) {_LONG}", "") for letter in "abcdđeg"),
    ("II. TỔ CHỨC THỰC HIỆN", "b"),
    *((f"{n}. {_LONG}", "") for n in range(1, 15)),
    ("Trên đây là Kế hoạch giảm nghèo bền vững năm 2026 của Ủy ban nhân dân xã Bình An./.", ""),
)
PLAN: Mapping[str, Any] = {"head": HEAD, "foot": FOOT, "body": BODY, "first": 1.27, "after": 6}


def typed(target: Path, **faults: Any) -> Path:
    """Types the plan, with other values for some of ``PLAN``, and saves it as .docx."""
    import office

    job = {"url": target.as_uri(), "profile": office.profile(), **PLAN, **faults}
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(
        [_python() or "python3", __file__],
        input=json.dumps(job),
        capture_output=True,
        encoding="utf-8",
        env=environment | {"PYTHONUTF8": "1"},
        timeout=TIMEOUT,
        check=False,
    )
    if done.returncode or not target.exists():
        raise RuntimeError(done.stderr.strip() or "LibreOffice saved nothing")
    return target


def _inside() -> None:
    job = json.load(sys.stdin)
    with _office(job["profile"]) as desktop:
        document = desktop.loadComponentFromURL("private:factory/swriter", "_blank", 0, (_property("Hidden", True),))
        _type(document, job)
        document.storeToURL(job["url"], (_property("FilterName", "MS Word 2007 XML"),))
        document.close(True)


def _type(document: Any, job: dict[str, Any]) -> None:
    page = document.StyleFamilies.getByName("PageStyles").getByName("Standard")
    page.Width, page.Height = 21 * CM, 29 * CM + 700
    page.TopMargin = 1 * CM  # the header takes the rest
    page.BottomMargin, page.RightMargin, page.LeftMargin = 2 * CM, 2 * CM, 3 * CM
    page.HeaderIsOn = True
    page.HeaderBodyDistance = 500
    page.FirstIsShared = False
    _number(document, page)
    text = document.Text
    cursor = text.createTextCursor()
    _table(document, cursor, job["head"], ((6.0, 10.0), 2))
    for line, mark in (("KẾ HOẠCH", ""), ("Giảm nghèo bền vững năm 2026", ""), ("", "—")):
        _paragraph(cursor, line, 14, "b", adjust=_CENTER)
        if mark:
            _rule(cursor, 30, 160)
        _next(text, cursor)
    for line, how in job["body"]:
        _paragraph(cursor, line, 14, how, adjust=_BOTH, first=job["first"], after=job["after"])
        _next(text, cursor)
    _table(document, cursor, job["foot"], ((7.0, 9.0), 1))


def _number(document: Any, page: Any) -> None:
    header = page.HeaderText
    cursor = header.createTextCursor()
    field = document.createInstance("com.sun.star.text.TextField.PageNumber")
    field.NumberingType = 4  # Arabic
    field.SubType = _enum("com.sun.star.text.PageNumberType", "CURRENT")
    header.insertTextContent(cursor, field, False)
    cursor.gotoStart(False)
    cursor.gotoEnd(True)
    _letters(cursor, 14, "")
    cursor.ParaAdjust = _adjust(_CENTER)


def _table(document: Any, cursor: Any, cells: Any, shape: Any) -> None:
    widths, rows = shape
    table = document.createInstance("com.sun.star.text.TextTable")
    table.initialize(rows, 2)
    cursor.Text.insertTextContent(cursor, table, False)
    separators = table.TableColumnSeparators
    separators[0].Position = int(10_000 * widths[0] / sum(widths))
    table.TableColumnSeparators = separators
    for name in table.CellNames:
        cell = table.getCellByName(name)
        for side in ("TopBorder", "BottomBorder", "LeftBorder", "RightBorder"):
            border = getattr(cell, side)
            border.OuterLineWidth = border.LineWidth = 0
            setattr(cell, side, border)
        cell.LeftBorderDistance = cell.RightBorderDistance = 0
        at = (int(name[1:]) - 1) * 2 + "AB".index(name[0])
        inner = cell.createTextCursor()
        left = rows == 1 and at == 0
        for n, (line, size, how) in enumerate(cells[at]):
            if n:
                _next(cell, inner)
            if line == "—":
                _paragraph(inner, "", 2, "", adjust=_CENTER)
                _rule(inner, size, widths["AB".index(name[0])] * 10)
            else:
                _paragraph(inner, line, size, how, adjust=_LEFT if left else _CENTER)
    cursor.gotoEnd(False)


def _next(text: Any, cursor: Any) -> None:
    cursor.gotoEnd(False)
    text.insertControlCharacter(cursor, _BREAK, False)
    cursor.setAllPropertiesToDefault()
    cursor.BottomBorder = _line(0)


def _paragraph(cursor: Any, line: str, size: float, how: str, **lay: Any) -> None:
    cursor.setString(line)
    _letters(cursor, size, how)
    cursor.ParaAdjust = _adjust(lay["adjust"])
    cursor.ParaFirstLineIndent = int(lay.get("first", 0) * CM)
    cursor.ParaTopMargin = 0
    cursor.ParaBottomMargin = round(lay.get("after", 0) * 2540 / 72)
    cursor.gotoEnd(False)


def _letters(cursor: Any, size: float, how: str) -> None:
    cursor.CharFontName, cursor.CharHeight = "Times New Roman", size
    cursor.CharWeight = 150.0 if "b" in how else 100.0
    cursor.CharPosture = _enum("com.sun.star.awt.FontSlant", "ITALIC" if "i" in how else "NONE")


def _rule(cursor: Any, length: float, room: float) -> None:
    """The line below a name: the lower border of an empty paragraph with indents."""
    cursor.ParaLeftMargin = cursor.ParaRightMargin = int((room - length) / 2 * 100)
    cursor.BottomBorder = _line(26)


def _line(width: int) -> Any:
    from com.sun.star.table import BorderLine2

    line = BorderLine2()
    line.LineWidth = line.OuterLineWidth = width
    return line


def _adjust(value: int) -> Any:
    names = {_BOTH: "BLOCK", _CENTER: "CENTER", _LEFT: "LEFT"}
    return _enum("com.sun.star.style.ParagraphAdjust", names[value])


def _enum(kind: str, name: str) -> Any:
    import uno

    return uno.Enum(kind, name)


if __name__ == "__main__":
    _inside()
