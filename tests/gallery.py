"""Workbooks with what officials' files hold beside figures, and what tests of marks compare."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable
from io import BytesIO

from xlsxwriter import Workbook

from xlplan.messages import finding
from xlplan.model import CellRef, Finding, Report, Severity, Submission

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET = "Số liệu"
MACROS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 8  # copied as it is, whatever it holds


def parts(data: bytes) -> dict[str, bytes]:
    """The parts of a package."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(content: dict[str, str | bytes]) -> bytes:
    """A package of these parts."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in content.items():
            archive.writestr(name, text)
    return out.getvalue()


def remark(cell: tuple[int, int], severity: Severity = "error", sheet: str = SHEET, **details: object) -> Finding:
    """A finding at a cell (row, column), or about the whole sheet (0, 0)."""
    own = {"whole_label": "Tổng số hộ", "actual": "64", "expected": "63", **details}
    return finding("A06", CellRef(sheet, *cell), severity=severity, **own)


def report(*findings: Finding) -> Report:
    """A report of these findings and nothing else."""
    return Report(Submission("thu.xlsx", {}), {}, findings, ())


# ---- written by XlsxWriter --------------------------------------------------------------------------------------


def _written(fill: Callable[[Workbook], None]) -> bytes:
    out = BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        fill(book)
    return out.getvalue()


def _figures(book: Workbook, name: str = SHEET) -> object:
    sheet = book.add_worksheet(name)
    look = book.add_format({"num_format": "#,##0", "border": 1, "bold": True, "bg_color": "#92D050", "locked": False})
    sheet.write_row(0, 0, ["Thôn", "Tổng số hộ", "Hộ nghèo", "Tỷ lệ"])
    for row, (village, total, poor) in enumerate([("Mai Hà", 202, 3), ("Hà Tràng", 113, 3), ("Hồ Sơn", 83, 2)], 1):
        sheet.write_string(row, 0, village)
        sheet.write_number(row, 1, total, look)
        sheet.write_number(row, 2, poor)
        sheet.write_formula(row, 3, f"=C{row + 1}/B{row + 1}", None, poor / total)
    sheet.write_formula(4, 1, "=SUM(B2:B4)", look, 398)
    return sheet


def plain() -> bytes:
    """Figures and formulas with results, without any note."""
    return _written(lambda book: _figures(book) and None)


def with_notes() -> bytes:
    """People's notes on two cells; one more sheet with a note and a button."""

    def fill(book: Workbook) -> None:
        sheet = _figures(book)
        sheet.write_comment("C3", "Số này anh Ba báo qua điện thoại", {"author": "Chị Lan"})
        sheet.write_comment("D4", "Làm tròn", {"author": "Anh Ba"})
        other = _figures(book, "Trang khác")
        other.insert_button("F2", {"caption": "Tính"})
        other.write_comment("A1", "Đầu bảng", {"author": "Chị Lan"})

    return _written(fill)


def with_button() -> bytes:
    """A control, whose drawing is that of notes, but no note."""

    def fill(book: Workbook) -> None:
        _figures(book).insert_button("F2", {"caption": "Tính"})

    return _written(fill)


def protected() -> bytes:
    """A protected sheet in a workbook whose structure is protected, with names and a print area."""

    def fill(book: Workbook) -> None:
        sheet = _figures(book)
        sheet.protect("mat khau", {"format_cells": False})
        sheet.print_area("A1:D5")
        book.define_name("tong_ho", f"='{SHEET}'!$B$5")

    return _written(fill)


def rich() -> bytes:
    """Charts, sparklines, 2010-style formats, validations, merged cells, a filter, a picture of a table."""

    def fill(book: Workbook) -> None:
        sheet = _figures(book)
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": f"='{SHEET}'!$C$2:$C$4"})
        sheet.insert_chart("G2", chart)
        sheet.add_sparkline("E2", {"range": f"'{SHEET}'!B2:D2"})
        sheet.conditional_format("C2:C4", {"type": "data_bar", "data_bar_2010": True})
        sheet.conditional_format("B2:B4", {"type": "icon_set", "icon_style": "3_flags"})
        sheet.data_validation("C2:C4", {"validate": "integer", "criteria": ">=", "value": 0})
        sheet.merge_range("A8:C9", "Nguồn: rà soát")
        sheet.add_table("A12:B14", {"columns": [{"header": "Mã"}, {"header": "Số"}]})
        sheet.set_row(20, 30, book.add_format({"bg_color": "#FFC7CE"}))
        sheet.set_column("H:J", 3, book.add_format({"italic": True}))

    return _written(fill)


def with_macros() -> bytes:
    """A workbook with macros."""

    def fill(book: Workbook) -> None:
        _figures(book)
        book.add_vba_project(BytesIO(MACROS), is_stream=True)
        book.set_vba_name("ThisWorkbook")

    return _written(fill)


# ---- written by hand --------------------------------------------------------------------------------------------

_ROWS = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>Thôn</t></is></c><c r="B1" t="inlineStr"><is><t>Hộ</t></is></c></row>'
    '<row r="3" spans="2:2"><c r="B3"><v>12</v></c></row><row r="4"/>'
    '<row r="6"><c r="A6"/><c r="C6"><f>B3*2</f><v>24</v></c></row>'
)


def by_hand(
    rows: str = _ROWS, *, prefix: str = "", extra: dict[str, str | bytes] | None = None, sheet_relations: str = "",
    after: str = "", main: str = MAIN, types: str = "", workbook_relations: str = "",
) -> bytes:  # fmt: skip
    """A workbook of the fewest parts: no styles, no shared strings, no properties."""
    p = f"{prefix}:" if prefix else ""
    space = f"xmlns:{prefix}" if prefix else "xmlns"
    if prefix:
        rows = rows.replace("</", "\0").replace("<", f"<{p}").replace("\0", f"</{p}")
    content: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/'
        f'vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<?xml version="1.0" encoding="UTF-8"?>\r\n<{p}workbook {space}="{main}" '
        f'xmlns:q="{OFFICE}"><{p}sheets><{p}sheet name="{SHEET}" sheetId="7" q:id="rId1"/></{p}sheets></{p}workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>{workbook_relations}</Relationships>',
        "xl/worksheets/sheet1.xml": f'\ufeff<{p}worksheet {space}="{main}">\n<{p}sheetData>{rows}</{p}sheetData>'
        f"{after}</{p}worksheet>",
    }
    if sheet_relations:
        content["xl/worksheets/_rels/sheet1.xml.rels"] = (
            f'<Relationships xmlns="{PACKAGE}/relationships">{sheet_relations}</Relationships>'
        )
    return packed(content | (extra or {}))


def threaded() -> bytes:
    """A conversation at B3 with its note, and a person's plain note at C6 without runs."""
    thread = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
    relations = "http://schemas.microsoft.com/office/2017/10/relationships"
    identifier = "{6E0B8A5C-9A2B-4C43-9C80-3D2A4C2B1F00}"
    person = "{0F0B8A5C-9A2B-4C43-9C80-3D2A4C2B1F11}"
    shape = (
        '<v:shape id="_x0000_s{0}" type="#_x0000_t202" style="visibility:hidden"><x:ClientData ObjectType="Note">'
        "<x:Anchor>3, 15, 1, 10, 5, 15, 5, 4</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{1}</x:Row>"
        "<x:Column>{2}</x:Column></x:ClientData></v:shape>"
    )
    return by_hand(
        after=f'<legacyDrawing xmlns:r="{OFFICE}" r:id="rId2"/>',
        sheet_relations=f'<Relationship Id="rId1" Type="{OFFICE}/comments" Target="../comments1.xml"/>'
        f'<Relationship Id="rId2" Type="{OFFICE}/vmlDrawing" Target="../drawings/vmlDrawing1.vml"/>'
        f'<Relationship Id="rId3" Type="{relations}/threadedComment" '
        'Target="../threadedComments/threadedComment1.xml"/>',
        workbook_relations=f'<Relationship Id="rId9" Type="{relations}/person" Target="persons/person.xml"/>',
        types='<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>'
        '<Override PartName="/xl/comments1.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'spreadsheetml.comments+xml"/><Override PartName="/xl/threadedComments/threadedComment1.xml" '
        'ContentType="application/vnd.ms-excel.threadedcomments+xml"/><Override PartName="/xl/persons/person.xml" '
        'ContentType="application/vnd.ms-excel.person+xml"/>',
        extra={
            "xl/comments1.xml": f'<comments xmlns="{MAIN}"><authors><author>tc={identifier}</author>'
            '<author>Chị Lan</author></authors><commentList><comment ref="B3" authorId="0"><text><t>[Threaded comment]'
            '\n\nSố này đúng chưa?</t></text></comment><comment ref="C6" authorId="1"><text><t>Gấp đôi &amp; đủ</t>'
            "</text></comment></commentList></comments>",
            "xl/threadedComments/threadedComment1.xml": f'<ThreadedComments xmlns="{thread}"><threadedComment ref="B3" '
            f'dT="2024-01-05T08:00:00.00" personId="{person}" id="{identifier}"><text>Số này đúng chưa?</text>'
            "</threadedComment></ThreadedComments>",
            "xl/persons/person.xml": f'<personList xmlns="{thread}"><person displayName="Chị Lan" id="{person}" '
            'userId="lan" providerId="None"/></personList>',
            "xl/drawings/vmlDrawing1.vml": '<xml xmlns:v="urn:schemas-microsoft-com:vml" '
            'xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">'
            '<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout><v:shapetype '
            'id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"/>'
            + shape.format(1025, 2, 1)
            + shape.format(1026, 5, 2)
            + "</xml>",
        },
    )


GALLERY: dict[str, Callable[[], bytes]] = {
    "plain": plain,
    "with_notes": with_notes,
    "with_button": with_button,
    "protected": protected,
    "rich": rich,
    "with_macros": with_macros,
    "by_hand": by_hand,
    "prefixed": lambda: by_hand(prefix="x"),
    "threaded": threaded,
}
CELLS = ((3, 2), (2, 3), (6, 3), (9, 2), (21, 2), (2, 8), (40, 30))
"""Cells to mark in every workbook of the gallery: filled, blank, merged, in styled rows and columns, far away."""


def remarks(severities: Iterable[Severity] = ("error", "warning", "info")) -> tuple[Finding, ...]:
    """Findings at :data:`CELLS` of every level, two at one cell and one about the whole sheet."""
    levels = list(severities)
    each = [remark(cell, levels[n % len(levels)]) for n, cell in enumerate(CELLS)]
    return (*each, remark(CELLS[0], "warning", actual="7 < 8 & “x”_x000D_"), remark((0, 0)))
