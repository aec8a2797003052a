"""Builds the standard workbook with XlsxWriter: reproducible, every formula with its result."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from xlplan.sheets.standard.book import TYPEFACE, Book
from xlplan.sheets.standard.catalogue import write_catalogue
from xlplan.sheets.standard.content import TEMPLATE_VERSION, Content
from xlplan.sheets.standard.facts import Facts
from xlplan.sheets.standard.help import write_help
from xlplan.sheets.standard.info import write_info
from xlplan.sheets.standard.lists import write_list
from xlplan.sheets.standard.situation import write_situation
from xlplan.sheets.standard.table import write_table
from xlplan.tuples import NamedTuple

LANGUAGE = "vi-VN"
CREATED = datetime(2026, 1, 1, tzinfo=UTC)
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_OPTIONS = {
    "in_memory": True,
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "default_format_properties": TYPEFACE,
    "default_row_height": 21,
    "default_column_width": 72,
}
_TAB_COLOURS = {"thong_tin": "#1F4E5F", "bieu": "#1F4E5F", "danh_muc": "#B8C4C9", "huong_dan": "#B8C4C9"}
_OTHER_TAB = "#7FA0AD"
_EMPTY_RESULT = re.compile(r'(<c r="[A-Z]+[0-9]+"(?: s="[0-9]+")?)(><f>[^<]*</f><v></v></c>)')
_LIKE_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{1,3}_)")
_ROW_HEIGHT = re.compile(r'(<row [^>]*?) customHeight="1"')


class Macros(NamedTuple):
    """What a workbook with macros holds beside its sheets.

    ``add_sheets`` adds sheets after the standard ones; ``project`` gives the VBA project of a workbook with so many.
    """

    add_sheets: Callable[[Book], None]
    project: Callable[[int], bytes]


def build(content: Content, out: BinaryIO | Path, macros: Macros | None = None) -> None:
    """Write the standard workbook of this content; the same content gives the same bytes."""
    from xlsxwriter import Workbook

    written = BytesIO()
    workbook = Workbook(written, _OPTIONS)
    book = Book(workbook, content, Facts(content))
    _write_sheets(book)
    if macros is not None:
        macros.add_sheets(book)
        workbook.add_vba_project(BytesIO(macros.project(len(workbook.worksheets()))), is_stream=True)
    _set_properties(book)
    workbook.close()
    finished = _finished(written.getvalue(), _fitted_parts(book))
    if isinstance(out, Path):
        out.write_bytes(finished)
    else:
        out.write(finished)


def _write_sheets(book: Book) -> None:
    """Add all tabs in their order, then fill them; the table before what links to it."""
    for key in book.content.kind.sheets:
        page = book.add_page(key)
        page.sheet.set_tab_color(_TAB_COLOURS.get(key, _OTHER_TAB))
    apart = {"thong_tin": write_info, "hien_trang": write_situation, "danh_muc": write_catalogue}
    if "bieu" in book.pages:
        write_table(book)
    for key in book.pages:
        if key in apart:
            apart[key](book)
        elif key not in ("bieu", "huong_dan"):
            write_list(book, key)
    if "huong_dan" in book.pages:
        write_help(book)
    book.pages["thong_tin"].sheet.activate()
    book.workbook.set_tab_ratio(80)


def _set_properties(book: Book) -> None:
    facts = book.facts
    unit = facts.unit_formula.result
    heading = f"{book.content.kind.label} {facts.year_formula().result}".strip()
    book.workbook.set_properties(
        {
            "title": f"{heading} – {unit}" if facts.field("ten_don_vi") else heading,
            "subject": "Biểu chỉ tiêu giảm nghèo",
            "author": "xlplan",
            "created": CREATED,
        }
    )
    book.workbook.set_custom_property("xlplan_template", TEMPLATE_VERSION, "text")


# ---- what XlsxWriter cannot say ---------------------------------------------------------------------------


def _fitted_parts(book: Book) -> set[str]:
    """Parts of the sheets whose wrapped rows are only measured, not fixed."""
    apart = ("bieu", "huong_dan")
    return {f"xl/worksheets/sheet{i}.xml" for i, key in enumerate(book.pages, start=1) if key not in apart}


def _finished(package: bytes, fitted: set[str]) -> bytes:
    """Return the package with its language, empty texts as results, and rows that Excel may fit again.

    XlsxWriter writes the empty result of a formula as a number without digits, where Excel writes an empty
    text; and it fixes every height that it is told, where Excel keeps measured heights free. LibreOffice
    takes the ``_xa_`` of ``ho_bao_tro_xa_hoi`` for an escaped line feed: that underscore is escaped itself.
    """
    result = BytesIO()
    with ZipFile(BytesIO(package)) as source, ZipFile(result, "w", ZIP_DEFLATED) as target:
        for part in source.infolist():
            data = source.read(part)
            if part.filename == "docProps/core.xml":
                closing = b"</cp:coreProperties>"
                data = data.replace(closing, f"<dc:language>{LANGUAGE}</dc:language>".encode() + closing)
            elif part.filename == "xl/sharedStrings.xml":
                data = _LIKE_ESCAPE.sub("_x005F_", data.decode()).encode()
            elif part.filename.startswith("xl/worksheets/sheet"):
                text = empty_texts(data.decode())
                data = (_ROW_HEIGHT.sub(r"\1", text) if part.filename in fitted else text).encode()
            target.writestr(zip_entry(part.filename), data)
    return result.getvalue()


def empty_texts(sheet: str) -> str:
    """A sheet's XML in which the empty result of a formula is an empty text, as Excel writes it."""
    return _EMPTY_RESULT.sub(r'\1 t="str"\2', sheet)


def zip_entry(name: str) -> ZipInfo:
    """A zip entry that is the same on every machine."""
    entry = ZipInfo(name, _ZIP_EPOCH)
    entry.compress_type = ZIP_DEFLATED
    entry.create_system = 0
    return entry
