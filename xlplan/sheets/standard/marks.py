"""Conditional formats of the list sheets: lines around what is written, weight of levels, what contradicts itself."""

from __future__ import annotations

from xlplan.catalogue.records import Column
from xlplan.refs import column_letters
from xlplan.sheets.standard.book import ACCENT, AMBER_FILL, AMBER_TEXT, LINE, RED_FILL, RED_TEXT, SOFT_FILL, Book, Page
from xlplan.sheets.standard.cells import Place


def add_marks(book: Book, page: Page, key: str, columns: tuple[Column, ...], rows: range) -> None:
    """Mark these rows (from 0) of the sheet with this key."""
    first_row, last_row = rows[0], rows[-1]
    row = first_row + 1
    letters = {column.key: column_letters(i + 1) for i, column in enumerate(columns)}
    first, last = Place(first_row, 0), Place(last_row, len(columns) - 1)
    if key == "noi_dung":
        _outline(book, page, first, last)
    elif key == "kinh_phi":
        _budget(book, page, rows, letters)
    elif key == "chi_tieu_nam":
        _yearly(book, page, rows, letters)
    whole_row = f"$A{row}:${column_letters(len(columns))}{row}"
    page.mark_where(first, last, f"COUNTA({whole_row})>0", book.mark(border=1, border_color=LINE))


def _outline(book: Book, page: Page, first: Place, last: Place) -> None:
    """Weight and shade of the outline's levels."""
    row = first.row + 1
    top, section = book.mark(bold=True, font_color=ACCENT), book.mark(bold=True)
    page.mark_where(first, last, f'$A{row}&""="I"', top)
    # A run-in text of this level ends with a full stop and is set like any other
    page.mark_where(first, last, f'AND($A{row}&""="1",LEN($B{row})<=100,RIGHT($B{row})<>".")', section)
    page.mark_where(first, last, f'$C{row}<>""', book.mark(bg_color=SOFT_FILL))


def _budget(book: Book, page: Page, rows: range, at: dict[str, str]) -> None:
    """Red where an amount is above its ceiling or is not quantity x unit cost (A18); bold sums."""
    row = rows[0] + 1
    first, last = Place(rows[0], 0), Place(rows[-1], len(at) - 1)
    quantity, second, cost, ceiling, amount = (
        f"${at[key]}{row}" for key in ("so_luong", "so_luong_2", "don_gia", "muc_toi_da", "so_tien")
    )
    column = list(at).index("so_tien")
    cells = Place(first.row, column), Place(last.row, column)
    red = book.mark(bg_color=RED_FILL, font_color=RED_TEXT, bold=True)
    beyond = f"AND(ISNUMBER({amount}),ISNUMBER({ceiling}),N({amount})>N({ceiling})*IF(N({quantity})=0,1,N({quantity})))"
    page.mark_where(*cells, beyond, red, final=True)
    fits = ",".join(
        f"N({amount})={product}"
        for product in (f"N({quantity})*N({cost})", f"N({second})*N({cost})", f"N({quantity})*N({second})*N({cost})")
    )
    given = f"ISNUMBER({amount}),ISNUMBER({cost}),COUNT({quantity},{second})>0"
    page.mark_where(*cells, f"AND({given},NOT(OR({fits})))", red, final=True)
    kind = f"${at['cap']}{row}"
    page.mark_where(first, last, f'OR({kind}="tổng cộng",{kind}="giai đoạn",{kind}="dự án")', book.mark(bold=True))


def _yearly(book: Book, page: Page, rows: range, at: dict[str, str]) -> None:
    """Amber where the total of a yearly figure is not the sum of the years that it names (C13)."""
    row = rows[0] + 1
    years = [key for key in at if key.startswith("nam_") and key != "nam_tong"]
    total, named, kind = f"${at['tong']}{row}", f"TRIM(${at['nam_tong']}{row})", f"${at['loai_so']}{row}"
    first, last = at[years[0]], at[years[-1]]
    figures, heads = f"${first}{row}:${last}{row}", f"${first}${rows[0] - 1}:${last}${rows[0] - 1}"
    low, high = (
        f'IF({named}="","Năm 0000","Năm "&LEFT({named},4))',
        f'IF({named}="","Năm 9999","Năm "&RIGHT({named},4))',
    )
    inside = f"({heads}>={low})*({heads}<={high})"
    complete = f"SUMPRODUCT({inside}*ISNUMBER({figures}))=SUMPRODUCT({inside})"
    wrong = f"SUMPRODUCT({inside},{figures})<>N({total})"
    formula = f'AND({kind}="trong năm",ISNUMBER({total}),{complete},{wrong})'
    column = list(at).index("tong")
    mark = book.mark(bg_color=AMBER_FILL, font_color=AMBER_TEXT)
    page.mark_where(Place(rows[0], column), Place(rows[-1], column), formula, mark)
