"""The budget of `Kinh phí` in the plan: bullets with amounts in words, or a table."""

from __future__ import annotations

from xlplan import budget, catalogue
from xlplan.budget import Item
from xlplan.documents.blocks import BLANK, BodyCell, HeadCell, Run, Runs, WordTable, controlled
from xlplan.documents.filler import Filler
from xlplan.documents.outline import Entry
from xlplan.documents.own_figures import amount_digits, is_money, money_in_full, own_value, shown_value
from xlplan.rates import PLACES
from xlplan.vietnamese.dates import parse_period, period_in_words
from xlplan.vietnamese.numbers import format_decimal
from xlplan.vietnamese.text import capitalise, key
from xlplan.vietnamese.words import to_roman

_TOTAL = 0
_PERIOD = 1
_ITEM_LEVELS = ("-", "+")


def budget_entries(filler: Filler) -> list[Entry]:
    """A paragraph for the whole, a bullet for each part, ``+`` for what is below."""
    items = budget.tree(filler.submission)
    ranks = sorted({item.depth for item in items if item.depth != _TOTAL})
    found: list[Entry] = []
    for i in sorted(range(len(items)), key=lambda i: (min(i, *items[i].parts, i), items[i].depth)):
        item = items[i]
        at = min(ranks.index(item.depth), len(_ITEM_LEVELS) - 1) if item.depth != _TOTAL else -1
        level = _ITEM_LEVELS[at] if at >= 0 else "*"
        lines = filler.lines(item.record, "dien_giai") or [_sentence(filler, items, i)]
        found += [Entry(level, runs) for runs in lines]
    return found


def _sentence(filler: Filler, items: tuple[Item, ...], i: int) -> Runs:
    """``Hỗ trợ sửa nhà ở: 01 căn, 30.000.000 đồng (xã hội hóa)``; a sum leads on to its parts."""
    item = items[i]
    quantities, amount = _quantities(filler, item), _amount(filler, items, i)
    runs: list[Run] = [*_name(filler, item), Run(": " if quantities or amount else ":" if item.parts else "")]
    runs += quantities
    if quantities and amount:
        runs.append(Run(" = " if item.record.text("don_gia") else ", "))
    runs += amount
    for n, note in enumerate(notes := _notes(filler, items, i)):
        runs += [Run("; " if n else " (" if amount else "("), *note]
    runs.append(Run(")" if notes else ""))
    if item.parts and (amount or notes):
        runs.append(Run(", trong đó:"))
    return tuple(run for run in runs if run.text)


def _name(filler: Filler, item: Item) -> Runs:
    """What the row is for; a bare period gets its word, a nameless total its own."""
    written = (*filler.lines(item.record, "noi_dung")[:1], ())[0]
    text = "".join(run.text for run in written)
    if item.depth == _TOTAL:
        return written or (Run("Tổng kinh phí"),)
    period = parse_period(text) if item.depth == _PERIOD else None
    if period is None or key(text).startswith(("giai đoạn", "năm")):
        return written or (Run(BLANK),)
    return (Run(capitalise(period_in_words(*period))),)


def _quantities(filler: Filler, item: Item) -> Runs:
    """``01 căn``, ``05 hộ với 11 nhu cầu``, ``03 lớp × 5.000.000 đồng/lớp``."""
    runs: list[Run] = []
    for column, unit in _UNITS.items():
        value = own_value(item.record, column)
        if value and value.text:
            runs += [Run(" với ")] if runs else []
            runs += [
                *_figure(filler, item, Run(value.text, ref=value.ref, code=column)),
                Run(f" {_word(filler, item, unit)}".rstrip()),
            ]
    cost = own_value(item.record, "don_gia")
    if runs and cost and cost.text:
        each = _figure(filler, item, Run(cost.text, ref=cost.ref, code="don_gia"))
        runs += [Run(" × "), *each, Run(_each(filler, item))]
    return tuple(runs)


def _figure(filler: Filler, item: Item, run: Run, *, table: bool = False) -> Runs:
    """A figure of the row as a control; the run's code is its column."""
    return controlled((run,), filler.values.names.key(item.record, run.code, table=table))


def _word(filler: Filler, item: Item, column: str) -> str:
    """A word of the row (a unit, a source) with its placeholders filled in."""
    found = item.record.texts.get(column)
    return filler.text(found.value, found.ref) if found else ""


def _each(filler: Filler, item: Item) -> str:
    """``/căn``: for one unit of the quantity."""
    unit = _word(filler, item, "don_vi")
    return f"/{unit}" if unit else ""


def _amount(filler: Filler, items: tuple[Item, ...], i: int) -> Runs:
    """The amount; of the whole the sum of its parts where it is not written; a blank to fill where nothing is known.

    A part that only gathers others whose amounts are known has none of its own.
    """
    item, found = items[i], budget.amount_of(items, i)
    if found is None:
        return _figure(filler, item, Run(f"{BLANK} đồng", code="so_tien"))
    if item.amount is None and item.depth != _TOTAL:
        return ()
    return _figure(filler, item, Run(f"{amount_digits(found.value)} đồng", ref=found.ref, code="so_tien"))


def _notes(filler: Filler, items: tuple[Item, ...], i: int) -> list[Runs]:
    """What stands in brackets: the amount of an outermost row in words, the ceiling, a source not said above."""
    item, found = items[i], budget.amount_of(items, i)
    notes: list[Runs] = []
    if item.parent is None and found is not None and (item.amount is not None or item.depth == _TOTAL):
        words = money_in_full(found.value, found.ref)
        run = Run(words.text, italic=True, ref=found.ref, code="so_tien_bang_chu")
        notes += [_figure(filler, item, run)] if words.text else []
    ceiling = own_value(item.record, "muc_toi_da")
    if ceiling and ceiling.text:
        most = _figure(filler, item, Run(ceiling.text, ref=ceiling.ref, code="muc_toi_da"))
        notes.append((Run("tối đa "), *most, Run(_each(filler, item))))
    source = item.record.text("nguon")
    if source and source != _source_above(items, i):
        notes.append((Run(_word(filler, item, "nguon")),))
    return notes


def _source_above(items: tuple[Item, ...], i: int) -> str:
    """The source that the nearest row above in the tree names."""
    parent = items[i].parent
    if parent is None:
        return ""
    return items[parent].record.text("nguon") or _source_above(items, parent)


# ---- as a table -------------------------------------------------------------------------------------------

_COLUMNS = (
    ("so_luong", "Số lượng", 9),
    ("don_vi", "Đơn vị tính", 10),
    ("so_luong_2", "Số lượng (2)", 9),
    ("don_vi_2", "Đơn vị tính (2)", 10),
    ("don_gia", "Đơn giá (đồng)", 14),
    ("muc_toi_da", "Mức tối đa (đồng)", 14),
    ("so_tien", "Số tiền (đồng)", 16),
    ("ty_trong", "Tỷ trọng (%)", 9),
    ("nguon", "Nguồn vốn", 14),
)

_UNITS = {"so_luong": "don_vi", "so_luong_2": "don_vi_2"}


def budget_table(filler: Filler) -> WordTable | None:
    """The tree as a table; columns that hold nothing are left out, the whole stands last."""
    items = budget.tree(filler.submission)
    if not items:
        return None
    filled = {column for column, *_ in _COLUMNS if any(item.record.text(column) for item in items)}
    filled |= {"so_tien"} | {quantity for quantity, unit in _UNITS.items() if unit in filled}
    used = [column for column in _COLUMNS if column[0] in filled]
    ranks = sorted({item.depth for item in items if item.depth != _TOTAL})
    numbering = [0] * (len(ranks) + 1)
    rows = []
    for item in sorted(items, key=lambda item: item.depth == _TOTAL):
        rank = ranks.index(item.depth) if item.depth != _TOTAL else -1
        rows.append(_row(filler, items, item, _number(numbering, rank, len(ranks)), used))
    head = tuple(HeadCell(text) for text in ("TT", "Nội dung", *(heading for _, heading, _ in used)))
    return WordTable((6, 40, *(width for *_, width in used)), (head,), tuple(rows))


def _number(counts: list[int], rank: int, depth: int) -> str:
    """I, II … for the outermost parts, 1, 2 … below them, dashes below those; 1, 2 … where there is one level."""
    if rank < 0:
        return ""
    counts[rank] += 1
    counts[rank + 1 :] = [0] * (len(counts) - rank - 1)
    if depth > 1 and rank == 0:
        return to_roman(counts[0])
    return str(counts[rank]) if rank <= 1 else "-"


def _row(
    filler: Filler, items: tuple[Item, ...], item: Item, number: str, used: list[tuple[str, str, int]]
) -> tuple[BodyCell, ...]:
    bold = bool(item.parts)
    name = (Run("Tổng cộng"),) if item.depth == _TOTAL else _name(filler, item)
    columns = {column.key: column for column in catalogue.forms()[budget.SHEET].columns}
    cells = [BodyCell((Run(number),), "center", bold=bold), BodyCell(name, "left", bold=bold)]
    for column, _, _ in used:
        is_number = columns[column].is_number
        runs = (
            _table_figure(filler, items, item, column) if is_number else (Run(capitalise(_word(filler, item, column))),)
        )
        cells.append(BodyCell(runs, "right" if is_number else "center", bold=bold))
    return tuple(cells)


def _table_figure(filler: Filler, items: tuple[Item, ...], item: Item, column: str) -> Runs:
    if column == "so_tien" and item.depth == _TOTAL and (whole := budget.amount_of(items, items.index(item))):
        return _figure(filler, item, Run(amount_digits(whole.value), ref=whole.ref, code=column), table=True)
    cell = item.record.numbers.get(column)
    if cell is None or cell.value is None:
        return (Run(item.record.text(column)),)
    if is_money(column) or cell.integral:
        return _figure(filler, item, Run(amount_digits(cell.value), ref=cell.ref, code=column), table=True)
    shown = format_decimal(shown_value(cell), min(cell.places, PLACES))
    return _figure(filler, item, Run(shown, ref=cell.ref, code=column), table=True)
