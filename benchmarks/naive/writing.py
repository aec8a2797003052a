"""The plan with docxtpl, from the template opened anew for every plan; tables with python-docx."""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.table import Table
from docxtpl import DocxTemplate, RichText
from lxml import etree
from markupsafe import Markup

from .checking import Finding
from .numbers import BLANK, capitalised, count, decimal, rate
from .outline import Paragraph, Texts, body_of
from .reading import COUNT, RATE, Book, Line

TEMPLATE = Path(__file__).parents[2] / "templates" / "ke_hoach.docx"
WIDEST = 10  # with more villages than these as columns, the plan has them as rows
PORTRAIT = 7  # more columns of villages than these turn the page
NUMBER_BLANK = "\u00a0" * 8
UNNUMBERED = ("Hiến pháp", "Bộ luật", "Luật", "Pháp lệnh")
SMALL = 11  # columns from which a table is set in small type


def write(book: Book, findings: list[Finding]) -> bytes:
    """The plan of a workbook; errors are listed in a comment on its title."""
    template = DocxTemplate(TEMPLATE)
    template.render(_context(book, template), autoescape=True)
    document = template.docx.part.document  # the body is another now
    _tidy(document)
    document.core_properties.title = " ".join(book.text("tieu_de").split())
    document.core_properties.created = datetime(book.year, 1, 1)
    errors = [finding for finding in findings if finding.is_error]
    if errors:
        title = next(p for p in document.paragraphs if p.style is not None and p.style.name == "KH Tên loại")
        listed = "\n".join(f"{e.code} – {e.sheet}, ô {e.cell}: {e.message}" for e in errors)
        document.add_comment(title.runs, listed, author="xlplan", initials="xl")
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _context(book: Book, template: DocxTemplate) -> dict[str, Any]:
    body = body_of(book)
    template.init_docx()
    document = template.docx
    paragraphs = [_shown(p, lambda: _table_in_body(book, document)) for p in body.paragraphs]
    end = _shown(Paragraph("doan", "", "./."), lambda: Markup(""))
    annex = {
        "nhan": "Phụ lục",
        "ten": book.title.upper(),
        "kem_theo": _attached(book),
        "ngang": _is_wide(book),
        "noi_dung": [{"kieu": "bang", "so": "", "chu": "", "bang": _table(book, document)}, end] if body.annex else [],
    }
    longest = max(len(line) for line in book.text("tieu_de").splitlines())
    return {
        "co_quan_chu_quan": "",
        "co_quan": ["ỦY BAN NHÂN DÂN", book.unit.upper()],
        "so_ky_hieu": f"Số: {_number(book)}/{_symbol(book)}",
        "dia_danh_ngay": f"{book.text('ten_don_vi')}, {_date(book)}",
        "ten_loai": "KẾ HOẠCH",
        "trich_yeu": book.text("tieu_de"),
        "ke_trich_yeu": "ngan" if longest < 25 else "vua" if longest < 35 else "dai" if longest < 47 else "rat_dai",
        "can_cu": [RichText(text, style="KHNghieng") for text in _legal_bases(book)],
        "noi_dung": paragraphs,
        "noi_nhan": _recipients(book),
        "quyen_han": _signature(book),
        "ho_ten": book.text("nguoi_ky"),
        "phu_luc": [annex] if body.annex else [],
    }


def _shown(paragraph: Paragraph, table: Any) -> dict[str, Any]:
    """A paragraph as the template sees it."""
    if paragraph.kind == "bang":
        return {"kieu": "bang", "so": "", "chu": "", "bang": table()}
    text = RichText()
    if paragraph.lead:
        text.add(paragraph.lead, style="KHNghieng")
    text.add(paragraph.text)
    return {"kieu": paragraph.kind, "so": f"{paragraph.number} " if paragraph.number else "", "chu": text, "bang": ""}


def _is_wide(book: Book) -> bool:
    return book.turned and PORTRAIT < len(book.villages) <= WIDEST


def _tidy(document: Document) -> None:
    """The last section break goes where nothing follows it; after a table its empty paragraph stays."""
    body: Any = document.element.body
    last: Any = document.paragraphs[-1]._p
    body.replace(body.sectPr, last.pPr.sectPr)
    if last.getprevious().tag == last.tag:
        body.remove(last)
    for section in list(document.sections)[1:]:
        section.different_first_page_header_footer = False  # only the very first page hides its number


# ---- head and end --------------------------------------------------------------------------------------------------


def _number(book: Book) -> str:
    number = book.text("so_ke_hoach")
    return number.zfill(2) if number else NUMBER_BLANK


def _symbol(book: Book) -> str:
    return book.text("ky_hieu") or "KH-UBND"


def _date(book: Book) -> str:
    day, month, year = (int(book.fields[name]) for name in ("ngay", "thang", "nam_ban_hanh"))
    return _long_date(day, month, year)


def _long_date(day: int, month: int, year: int) -> str:
    return f"ngày {day:02} tháng {month:02} năm {year}" if month < 3 else f"ngày {day:02} tháng {month} năm {year}"


def _attached(book: Book) -> str:
    of = f"của Ủy ban nhân dân {book.unit}"
    return f"(Kèm theo Kế hoạch số {_number(book)}/{_symbol(book)} {_date(book)} {of})"


def _signature(book: Book) -> list[str]:
    title = book.text("chuc_vu_ky").upper() or BLANK
    middle = ["KT. CHỦ TỊCH"] if book.text("quyen_ky") == "KT." else []
    return ["TM. ỦY BAN NHÂN DÂN", *middle, title]


def _recipients(book: Book) -> list[str]:
    texts, lines, archive = Texts(book), [], "VT"
    for row in book.lists["Nơi nhận"]:
        name = texts.fill(str(row["Nơi nhận"])).rstrip(";.")
        how = texts.fill(str(row["Cách gửi"] or ""))
        if row["Gửi / lưu"] == "lưu":
            archive = name
        else:
            lines.append(f"- {name} ({how});" if how else f"- {name};")
    return [*lines, f"- Lưu: {archive}."]


def _legal_bases(book: Book) -> list[str]:
    texts, rows = Texts(book), book.lists["Căn cứ"]
    found = []
    for n, row in enumerate(rows, start=1):
        parts = [row["Mở đầu"] or "Căn cứ", row["Loại văn bản"]]
        if row["Loại văn bản"] not in UNNUMBERED:
            parts.append(_number_and_date(row))
            parts.append(f"của {row['Cơ quan ban hành']}" if row["Cơ quan ban hành"] else "")
        parts.append(texts.fill(str(row["Trích yếu"] or "")))
        text = " ".join(str(part) for part in parts if part)
        found.append(text.rstrip(";.,") + ("." if n == len(rows) else ";"))
    return found


def _number_and_date(row: dict[str, Any]) -> str:
    number, written = row["Số, ký hiệu"] or BLANK, row["Ngày ban hành"]
    if match := re.fullmatch(r"(\d+)/(\d+)/(\d{4})", str(written or "")):
        return f"số {number} {_long_date(*map(int, match.groups()))}"
    return f"số {number} ngày {BLANK}"


# ---- the table -----------------------------------------------------------------------------------------------------


def _table(book: Book, document: Document) -> Markup:
    """The table of the plan, made by python-docx in the template's own document and taken out again."""
    rows = not book.turned or len(book.villages) > WIDEST
    head, lines = _villages_as_rows(book) if rows else _villages_as_columns(book)
    small = " nhỏ" if len(lines[0]) >= SMALL else ""
    table = document.add_table(len(head) + len(lines), len(lines[0]), style="KH Bảng hẹp" if small else "KH Bảng")
    styles = [document.styles[f"KH Bảng {name}{small}"] for name in ("đầu", "giữa", "chữ", "số")]
    _fill_head(table, head, styles[0])
    for row, texts in zip(list(table.rows)[len(head) :], lines, strict=True):
        for n, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            paragraph = cell.paragraphs[0]
            paragraph.style = styles[min(n, 2) + 1] if rows or n < 2 else styles[1] if n == 2 else styles[3]
            paragraph.add_run(text)
    element: Any = table._tbl
    element.getparent().remove(element)
    return Markup(etree.tostring(element, encoding="unicode"))


def _table_in_body(book: Book, document: Document) -> Markup:
    """The table, on a page of its own that lies on its side where it is wide."""
    if not _is_wide(book):
        return _table(book, document)
    return _section_break(document, turned=False) + _table(book, document) + _section_break(document, turned=True)


def _section_break(document: Document, *, turned: bool) -> Markup:
    """An empty paragraph that ends a section like the first one."""
    paragraph: Any = document.add_paragraph(style="KH Ngắt phần")._p
    paragraph.get_or_add_pPr().append(deepcopy(document.sections[0]._sectPr))
    if turned:
        section = document.sections[-2]  # this paragraph's; the last is the document's own
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
    paragraph.getparent().remove(paragraph)
    return Markup(etree.tostring(paragraph, encoding="unicode"))


def _fill_head(table: Table, head: list[list[str | None]], style: Any) -> None:
    """The heading: equal neighbours are one cell, ``None`` continues the cell above."""
    for r, texts in enumerate(head):
        c = 0
        while c < len(texts):
            right, text = c, texts[c]
            while text is not None and right + 1 < len(texts) and texts[right + 1] == text and r + 1 < len(head):
                right += 1
            down = r
            while down + 1 < len(head) and head[down + 1][c] is None:
                down += 1
            if text is not None:
                cell = table.cell(r, c)
                if (right, down) != (c, r):
                    cell = cell.merge(table.cell(down, right))
                cell.paragraphs[0].style = style
                cell.paragraphs[0].add_run(text)
            c = right + 1


def _figure(book: Book, unit: Any, code: str) -> str:
    if code.startswith("ty_le_"):
        share = rate(book.values.at[unit, code.removeprefix("ty_le_")], book.values.at[unit, "tong_so_ho"])
        return "" if share is None else decimal(share)
    figure = book.values.at[unit, code]
    return "0" if pd.isna(figure) else count(figure)


def _villages_as_rows(book: Book) -> tuple[list[list[str | None]], list[list[str]]]:
    parents = {line.path[0] for line in book.lines if len(line.path) > 1}
    top: list[str | None] = ["TT", capitalised(book.text("loai_thon"))]
    below: list[str | None] = [None, None]
    for line in book.lines:
        top.append(line.path[0])
        below.append(_leaf(line) if line.path[0] in parents else None)
    units = [*range(len(book.villages)), "commune"]
    lines = []
    for unit in units:
        first = ["", "Tổng cộng"] if unit == "commune" else [str(unit + 1), book.villages[unit]]
        lines.append(first + [_figure(book, unit, line.code) for line in book.lines])
    return [top, below], lines


def _leaf(line: Line) -> str:
    """The lowest level of a heading in short."""
    return {RATE: "%", COUNT: "TS"}.get(line.path[-1], line.path[-1] if len(line.path) > 1 else "TS")


def _villages_as_columns(book: Book) -> tuple[list[list[str | None]], list[list[str]]]:
    names = book.villages
    top: list[str | None] = ["TT", "Nội dung", "Đơn vị tính", *[capitalised(book.text("loai_thon"))] * len(names)]
    below: list[str | None] = [None, None, None, *names]
    marks: list[str | None] = ["A", "B", "C", *(str(n) for n in range(1, len(names) + 2))]
    head = [[*top, f"Toàn {book.text('loai_don_vi')}"], [*below, None], marks]
    lines = []
    for line in book.lines:
        is_rate = line.code.startswith("ty_le_")
        bullet = not line.number and not is_rate and len(line.path) > 1
        label = f"- {line.path[-1]}" if bullet else line.path[-1]
        figures = [_figure(book, unit, line.code) for unit in (*range(len(names)), "commune")]
        lines.append([line.number, label, "%" if is_rate else "Hộ", *figures])
    return head, lines
