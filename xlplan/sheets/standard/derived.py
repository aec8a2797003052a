"""The placeholders that follow from fields and figures, as `Danh mục` shows them: native formulas with results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from xlplan import catalogue
from xlplan.catalogue.records import Derived
from xlplan.sheets.standard.book import Book
from xlplan.sheets.standard.cells import Formula, Place, fixed_span, quoted
from xlplan.sheets.standard.content import Figure
from xlplan.sheets.standard.lists import FIRST_ROW, READY_ROWS, columns_of
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.dates import parse_period, period_in_words
from xlplan.vietnamese.numbers import parse

SPARE_ROWS = 5
"""Rows of `Chỉ tiêu năm` whose codes `Danh mục` lists beyond those that are filled now."""


class Entry(NamedTuple):
    """A row of `Danh mục`; ``name`` is the defined name of the value's cell, if it has one."""

    code: Formula | str
    meaning: Formula | str
    unit: Formula | str
    value: Formula | str
    name: str = ""


def derived_entries(book: Book, figures: Mapping[str, Figure]) -> Iterator[Entry]:
    """An entry for each placeholder that the workbook has a use for; ``figures`` are the present ones by code."""
    for derived in catalogue.derived_codes().values():
        if derived.arguments:
            yield from _sentences(book, derived, figures)
        elif derived.unit or derived.key.endswith("_bang_chu"):
            if "kinh_phi" in book.pages:
                yield _money(book, derived)
        else:
            yield _words(book, derived)


def _words(book: Book, derived: Derived) -> Entry:
    """What follows from the fields alone."""
    facts = book.facts
    before = facts.year_before_formula()
    first = Formula(
        'IF(TT_nam_truoc="","",TT_nam_truoc+1)', before.result + 1 if isinstance(before.result, int) else ""
    )
    period = parse_period(str(facts.field("ky")))
    several = '"giai đoạn "&(TT_nam_truoc+1)&" - "&TT_nam'
    when = Formula(
        f'IF(OR(TT_nam="",TT_nam_truoc=""),"",IF(TT_nam_truoc+1=TT_nam,"năm "&TT_nam,{several}))',
        period_in_words(*period) if period else "",
    )
    value, name = {
        "don_vi": (facts.unit_formula, "TT_don_vi"),
        "nam": (facts.year_formula(), "TT_nam"),
        "nam_truoc": (before, "TT_nam_truoc"),
        "nam_dau": (first, ""),
        "thoi_ky": (when, ""),
    }[derived.key]
    return Entry(derived.key, derived.label, "", value, name)


# ---- money ------------------------------------------------------------------------------------------------


def _area(book: Book, sheet: str, column: str, down: int = 0) -> str:
    """The cells of a column of a list sheet, as formulas of another sheet write them; ``down`` rows further down."""
    columns, years = columns_of(book, sheet)
    at = next(i for i, found in enumerate(columns) if found.key == column)
    first = FIRST_ROW + bool(years) + down
    return f"{book.pages[sheet].quoted}!{fixed_span(Place(first, at), Place(first + READY_ROWS - 1, at))}"


def _money(book: Book, derived: Derived) -> Entry:
    if not derived.unit:
        return Entry(derived.key, derived.label, "", "số tiền ở dòng trên, đọc bằng chữ khi lập kế hoạch")
    amounts = _area(book, "kinh_phi", "so_tien")
    if derived.source:
        return Entry(derived.key, derived.label, derived.unit, _from_source(book, derived.source, amounts))
    whole = catalogue.lists()["cap_kinh_phi"][0]
    level = _area(book, "kinh_phi", "cap")
    first = f"INDEX({amounts},MATCH({quoted(whole)},{level},0))"
    parts = f"SUMPRODUCT(({level}<>{quoted(whole)})*{_counted(book, 'so_tien')},{amounts})"
    totals = [row for row in _rows(book) if row.get("cap") == whole]
    others = [row for row in _rows(book) if row.get("cap") != whole]
    result = _sum(totals[:1]) or _sum(_own_rows(book, "so_tien", others))
    return Entry(
        derived.key, derived.label, derived.unit, Formula(f"IF(IFERROR(N({first}),0)>0,{first},{parts})", result)
    )


def _from_source(book: Book, source: str, amounts: str) -> Formula:
    """The amounts of a source; a row that gathers rows with sources of their own is not counted again."""
    named = f"({_area(book, 'kinh_phi', 'nguon')}={quoted(source)})"
    wanted = [row for row in _own_rows(book, "nguon", _rows(book)) if row.get("nguon") == source]
    return Formula(f"SUMPRODUCT({named}*{_counted(book, 'nguon')},{amounts})", _sum(wanted))


def _counted(book: Book, column: str) -> str:
    """1 for each row that does not gather rows which have something in this column themselves, 0 for the others."""
    levels, below = _area(book, "kinh_phi", "cap"), _area(book, "kinh_phi", "cap", down=1)
    words = catalogue.lists()["cap_kinh_phi"]
    gathers = [
        f"({levels}={quoted(word)})*({'+'.join(f'({below}={quoted(deeper)})' for deeper in words[i + 1 :])})"
        for i, word in enumerate(words[:-1])
    ]
    return f'(1-({"+".join(gathers)})*({_area(book, "kinh_phi", column, down=1)}<>""))'


Row = Mapping[str, str]


def _rows(book: Book) -> list[dict[str, str]]:
    return book.content.records.get("kinh_phi", [])


def _own_rows(book: Book, column: str, rows: Sequence[Row]) -> list[Row]:
    """What :func:`_counted` counts now."""
    words = catalogue.lists()["cap_kinh_phi"]
    following = {id(row): after for row, after in pairwise([*_rows(book), {}])}

    def gathers(row: Row) -> bool:
        after = following[id(row)]
        levels = [words.index(r["cap"]) if r.get("cap") in words else -1 for r in (row, after)]
        return -1 not in levels and levels[1] > levels[0] and bool(after.get(column))

    return [row for row in rows if not gathers(row)]


def _sum(rows: Iterable[Row]) -> Decimal:
    amounts = (parse(row.get("so_tien", ""), "money").value for row in rows)
    return sum((amount for amount in amounts if amount is not None), Decimal(0))


# ---- sentences --------------------------------------------------------------------------------------------


def _sentences(book: Book, derived: Derived, figures: Mapping[str, Figure]) -> Iterator[Entry]:
    label = derived.label.format(thon=book.facts.village_word.result)
    for argument in derived.arguments:
        code = f"{derived.key}[{argument}]"
        if derived.key == "bien_dong":
            start, end = f"{argument}_dau_ky", f"{argument}_cuoi_ky"
            if start in figures and end in figures:
                name = catalogue.label(end).lower()
                yield Entry(code, f"{label}: {name}", "", _change(figures, start, end))
        elif book.grid is not None and book.grid.slot_of(argument) is not None:
            value = _highest(book, argument) if derived.key == "nhieu_nhat" else _none(book, argument)
            yield Entry(code, f"{label}: {catalogue.label(argument).lower()}", "", value)


def _change(figures: Mapping[str, Figure], start: str, end: str) -> Formula:
    """``giảm 12 hộ, từ 63 xuống 51``; the plan adds the rates."""
    a, b = (f'IFERROR(VLOOKUP({quoted(code)},$A:$D,4,FALSE),"")' for code in (start, end))
    unit = catalogue.unit(end)
    gone, more = (
        f'"giảm "&({a}-{b})&" {unit}, từ "&{a}&" xuống "&{b}',
        f'"tăng "&({b}-{a})&" {unit}, từ "&{a}&" lên "&{b}',
    )
    formula = f'IF(COUNT({a},{b})<2,"",IF({b}<{a},{gone},IF({b}>{a},{more},"giữ nguyên "&{b}&" {unit}")))'
    x, y = figures[start], figures[end]
    if not isinstance(x, int | Decimal) or not isinstance(y, int | Decimal):
        return Formula(formula, "")
    fell, rose = f"giảm {x - y} {unit}, từ {x} xuống {y}", f"tăng {y - x} {unit}, từ {x} lên {y}"
    return Formula(formula, fell if y < x else rose if y > x else f"giữ nguyên {y} {unit}")


def _village_cells(book: Book, code: str) -> tuple[str, str, list[int | Decimal], list[str]]:
    """The ranges of a code's figures and of the names over all villages, and what stands in them now."""
    grid, sheet = book.grid, book.pages["bieu"].quoted
    assert grid is not None
    slot = grid.slot_of(code)
    assert slot is not None
    name = -1 if grid.rows else -2
    spans = [fixed_span(grid.place(0, at), grid.place(grid.filler, at)) for at in (slot, name)]
    values = [(grid.value(unit, slot), grid.content.villages[unit]) for unit in range(grid.villages)]
    known = [(value, village) for value, village in values if value is not None]
    return (
        f"{sheet}!{spans[0]}",
        f"{sheet}!{spans[1]}",
        [value for value, _ in known],
        [village for _, village in known],
    )


def _highest(book: Book, code: str) -> Formula:
    """The village with the highest figure, and how many share it; the plan names the first three."""
    cells, names, values, villages = _village_cells(book, code)
    top = f"MAX({cells})"
    others = f'IF(COUNTIF({cells},{top})>1," và "&(COUNTIF({cells},{top})-1)&" nơi khác","")'
    formula = f'IF({top}=0,"",INDEX({names},MATCH({top},{cells},0))&": "&{top}&{others})'
    best = max(values, default=0)
    if not best:
        return Formula(formula, "")
    same = values.count(best) - 1
    return Formula(
        formula, f"{villages[values.index(best)]}: {_plain(best)}" + (f" và {same} nơi khác" if same else "")
    )


def _none(book: Book, code: str) -> Formula:
    """How many villages have none; the plan names them."""
    cells, _, values, _ = _village_cells(book, code)
    word = book.facts.village_word
    formula = f'IF(COUNT({cells})=0,"",COUNTIF({cells},0)&" "&{word.text})'
    return Formula(formula, f"{values.count(0)} {word.result}" if values else "")


def _plain(value: int | Decimal) -> str:
    """A number as ``&`` writes it: no zeros at the end of its decimals."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


# ---- yearly targets ---------------------------------------------------------------------------------------


def yearly_entries(book: Book) -> Iterator[Entry]:
    """The codes that the rows of `Chỉ tiêu năm` carry now or later, each with its total."""
    if "chi_tieu_nam" not in book.pages:
        return
    columns, _ = columns_of(book, "chi_tieu_nam")
    at = {column.key: i for i, column in enumerate(columns)}
    sheet, rows = book.pages["chi_tieu_nam"].quoted, book.content.records.get("chi_tieu_nam", [])
    for i in range(len(rows) + SPARE_ROWS):
        row = rows[i] if i < len(rows) else {}
        place = {
            key: f"{sheet}!{Place(FIRST_ROW + 1 + i, at[key]).address}" for key in ("ma", "chi_tieu", "don_vi", "tong")
        }
        empty = not row.get("ma")

        def shown(key: str, place: Mapping[str, str] = place, row: Mapping[str, str] = row) -> Formula:
            text = row.get(key, "") if row.get("ma") else ""
            number = parse(text, "number").value if key == "tong" and text else None
            cell, code = place[key], place["ma"]
            return Formula(f'IF(OR({code}="",{cell}=""),"",{cell})', text if number is None else number)

        code = Formula(f'IF({place["ma"]}="","",{place["ma"]}&"[tổng]")', "" if empty else f"{row['ma']}[tổng]")
        yield Entry(code, shown("chi_tieu"), shown("don_vi"), shown("tong"))
