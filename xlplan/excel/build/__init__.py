"""Builds the files that carry the add-in, byte for byte the same on any system: workbooks with macros, the .xlam."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlplan.excel.build.calls import Evaluate
    from xlplan.sheets.standard.content import Content

ADDIN = "xlplan.xlam"
STANDARD, STANDARD_KIND, STANDARD_YEAR = "bieu_chi_tieu.xlsm", "thon", 2026
"""The blank workbook with macros: its name, the kind of its plan, and the year (no clock, so always the same bytes)."""


def workbook_bytes(content: Content) -> bytes:
    """The standard workbook of this content as an .xlsm: our tab, our functions and the sheet `Tính toán`.

    It is built twice: the functions' stored results are computed from the sheets of the first.
    """
    from xlplan.excel.build.calls import nothing
    from xlplan.excel.build.evaluate import evaluator

    with TemporaryDirectory() as folder:
        first = Path(folder) / "xlplan.xlsm"
        first.write_bytes(_built(content, nothing))
        return _built(content, evaluator(first))


def standard_bytes() -> bytes:
    """The blank standard workbook with macros."""
    from datetime import date

    from xlplan import catalogue
    from xlplan.resources import outlines
    from xlplan.sheets.standard.starter import Start, blank_content

    start = Start(catalogue.kinds()[STANDARD_KIND], STANDARD_YEAR, today=date(STANDARD_YEAR, 1, 1))
    return workbook_bytes(blank_content(start, outlines()))


def _built(content: Content, evaluate: Evaluate) -> bytes:
    from xlplan.excel.build.analysis import write_analysis
    from xlplan.excel.build.package import with_ribbon
    from xlplan.excel.build.project import vba_project
    from xlplan.sheets.standard.builder import Macros, build

    stream = BytesIO()
    build(content, stream, Macros(lambda book: write_analysis(book, evaluate), vba_project))
    return with_ribbon(stream.getvalue())


def addin_bytes() -> bytes:
    """``xlplan.xlam``: the same tab and functions for any workbook."""
    from xlsxwriter import Workbook

    from xlplan import __version__
    from xlplan.excel.build.package import with_ribbon
    from xlplan.excel.build.project import vba_project
    from xlplan.sheets.standard.builder import CREATED

    stream = BytesIO()
    workbook = Workbook(stream, {"in_memory": True})
    workbook.add_worksheet("xlplan").write_string(0, 0, f"xlplan {__version__}")
    workbook.add_vba_project(BytesIO(vba_project(1, addin=True)), is_stream=True)
    workbook.set_properties(
        {
            "title": "Kế hoạch giảm nghèo",
            "comments": "Kiểm tra biểu chỉ tiêu giảm nghèo và lập kế hoạch bằng Word.",
            "author": "xlplan",
            "created": CREATED,
        }
    )
    workbook.close()
    return with_ribbon(stream.getvalue(), addin=True)
