"""Money: sums, products, ceilings and shares of `Kinh phí`, and amounts in words in any text: A18.

The finding says what the amount is held against (``rule``), the calculation (``formula``) and what to do
(``advice``), each in both languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache, lru_cache

from xlplan import budget
from xlplan.budget import Item
from xlplan.checks.relations import MOST_PLACES
from xlplan.checks.scope import PASSED, ZERO, Case, Outcome, not_checked, plain
from xlplan.messages import finding
from xlplan.model import Cell, CellRef, Finding, Record, Severity, Text
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.numbers import parse, round_half_up
from xlplan.vietnamese.numbers import rate as ratio
from xlplan.vietnamese.text import clean, key, nfc
from xlplan.vietnamese.words import parse_words

TERMS_SHOWN = 8  # a longer sum is shown by its first terms and its last
PLACE_SHOWN = 60  # letters of a row's text that a message quotes
HUNDRED = Decimal(100)

_SCALE_WORDS = frozenset(("đồng", "trăm", "nghìn", "ngàn", "triệu", "tỷ", "tỉ"))
_LEADS = ("viết ", "bằng chữ", " là")  # (Bằng chữ: Mười ba triệu đồng)


class _Against(NamedTuple):
    """What an amount is compared with, and what to do where it differs, in both languages."""

    rule: str
    rule_en: str
    advice: str
    advice_en: str


_WHOLE = _Against(
    "số tiền phải là số nguyên đồng, không âm",
    "an amount is in whole đồng and not negative",
    "Sửa lại số tiền ở ô này",
    "Correct the amount in this cell",
)
_SUM = _Against(
    "cộng các khoản thuộc dòng này: ",
    "the sum of its parts: ",
    "Kiểm tra số tiền của từng khoản và của dòng này",
    "Check the amount of each part and of this row",
)
_PRODUCT = _Against(
    "số lượng nhân đơn giá: ",
    "quantity times unit cost: ",
    "Kiểm tra số lượng, đơn giá và số tiền",
    "Check quantity, unit cost and amount",
)
_CEILING = _Against(
    "vượt mức tối đa cho cả số lượng: ",
    "above the ceiling for the quantity: ",
    "Giảm số tiền, hoặc xem lại số lượng và mức tối đa",
    "Lower the amount, or look at quantity and ceiling again",
)
_SHARE = _Against(
    "tỷ trọng tính từ số tiền (%): ",
    "the share by the amounts (%): ",
    "Tính lại tỷ trọng này",
    "Compute this share again",
)
_SHARES = _Against(
    "tỷ trọng các khoản cùng cấp phải cộng đúng bằng 100: ",
    "the shares of one level add up to 100: ",
    "Kiểm tra tỷ trọng của từng khoản",
    "Check the share of each row",
)
_WORDS = _Against(
    "số bằng chữ trong ngoặc là ",
    "the words in brackets say ",
    "Sửa số hoặc sửa chữ cho khớp nhau",
    "Make digits and words agree",
)


def a18(case: Case) -> Iterator[Outcome]:
    """Money: sum of items = total; quantity x unit cost = amount <= ceiling; words = digits; shares sum to 100 %.

    ``=SUM(I7:I10)=I6``, ``=C7*G7=I7``, ``=I7<=C7*H7``
    """
    items = budget.tree(case.submission)
    for item in items:
        yield from _whole(item.record)
        yield from _product(item.record)
        yield from _ceiling(item.record)
    for i in range(len(items)):
        yield from _sum(items, i)
    yield from _shares(items)
    yield from _amounts_in_words(case)


def _breach(
    against: _Against,
    ref: CellRef,
    place: str,
    *,
    actual: Decimal,
    formula: str = "",
    expected: str = "",
    severity: Severity = "error",
    related: tuple[CellRef, ...] = (),
) -> Finding:
    return finding(
        "A18",
        ref,
        severity=severity,
        place=place,
        **against._asdict(),
        formula=formula,
        actual=digits(actual),
        expected=expected,
        related=related,
    )


def digits(value: Decimal) -> str:
    """A whole number without decimals (``360000000.0`` is 360000000), any other as it is."""
    return plain(value.to_integral_value() if value == value.to_integral_value() else value)


def row_label(record: Record, column: str) -> str:
    """The first line of a row's own text, for the message."""
    text = clean(record.text(column).partition("\n")[0])
    return text if len(text) <= PLACE_SHOWN else f"{text[:PLACE_SHOWN].rstrip()}…"


def sum_shown(values: list[Decimal]) -> str:
    """``100 + 30 + 80``; a long sum by its first terms and its last."""
    shown = [digits(value) for value in values]
    if len(shown) > TERMS_SHOWN:
        shown = [*shown[: TERMS_SHOWN - 2], "…", shown[-1]]
    return " + ".join(shown)


def _place(record: Record) -> str:
    return row_label(record, "noi_dung")


def _reason(cell: Cell) -> str:
    """Why a cell gives no number; empty where it does."""
    states = {"number": "", "blank": "blank", "dash": "blank", "uncomputed": "uncomputed"}
    return states.get(cell.state, "unreadable")


def _given(record: Record, *columns: str) -> dict[str, Cell]:
    """The cells of these columns in which something stands (a dash is nothing)."""
    cells = {column: record.numbers.get(column) for column in columns}
    return {column: cell for column, cell in cells.items() if cell is not None and _reason(cell) != "blank"}


def _unreadable(cells: dict[str, Cell]) -> Iterator[Outcome]:
    for cell in cells.values():
        if reason := _reason(cell):
            yield not_checked("A18", reason, cell.ref)
            return


def _value(cell: Cell) -> Decimal:
    return cell.value if cell.value is not None else ZERO


# ---- one row -----------------------------------------------------------------------------------------------


def _whole(record: Record) -> Iterator[Outcome]:
    """An amount is in whole đồng and not negative."""
    cell = record.numbers.get("so_tien")
    if cell is None or cell.value is None:
        return
    if cell.integral and cell.value >= 0:
        yield PASSED
    else:
        yield _breach(_WHOLE, cell.ref, _place(record), actual=cell.value)


def _product(record: Record) -> Iterator[Outcome]:
    """Quantity x unit cost = amount; of two quantities either or both may be multiplied."""
    cells = _given(record, "don_gia", "so_tien", "so_luong", "so_luong_2")
    if "don_gia" not in cells or "so_tien" not in cells:
        return
    if any(_reason(cell) for cell in cells.values()):
        yield from _unreadable(cells)
        return
    cost, amount = _value(cells["don_gia"]), _value(cells["so_tien"])
    single = [[_value(cells[code])] for code in ("so_luong", "so_luong_2") if code in cells]
    ways = [*single, [factor for way in single for factor in way]] if len(single) > 1 else single
    products = [(_times([*way, cost]), way) for way in ways]
    if not products:
        yield not_checked("A18", "no_quantity", cells["don_gia"].ref)
    elif any(round_half_up(product, 0) == round_half_up(amount, 0) for product, _ in products):
        yield PASSED
    else:
        expected, way = min(products, key=lambda found: abs(found[0] - amount))
        yield _breach(
            _PRODUCT,
            cells["so_tien"].ref,
            _place(record),
            actual=amount,
            formula=f"{' × '.join(map(digits, [*way, cost]))} = {digits(expected)}",
            expected=digits(expected),
            related=tuple(cell.ref for code, cell in cells.items() if code != "so_tien"),
        )


def _times(factors: list[Decimal]) -> Decimal:
    product = Decimal(1)
    for factor in factors:
        product *= factor
    return product


def _ceiling(record: Record) -> Iterator[Outcome]:
    """An amount is at most the ceiling a unit x quantity; a blank quantity counts as 1."""
    cells = _given(record, "muc_toi_da", "so_tien", "so_luong")
    if "muc_toi_da" not in cells or "so_tien" not in cells:
        return
    if any(_reason(cell) for cell in cells.values()):
        yield from _unreadable(cells)
        return
    quantity = _value(cells["so_luong"]) if "so_luong" in cells else Decimal(1)
    amount, ceiling = _value(cells["so_tien"]), _value(cells["muc_toi_da"])
    limit = quantity * ceiling
    if amount <= limit:
        yield PASSED
        return
    yield _breach(
        _CEILING,
        cells["so_tien"].ref,
        _place(record),
        actual=amount,
        formula=f"{digits(quantity)} × {digits(ceiling)} = {digits(limit)}",
        expected=f"<={digits(limit)}",
        related=tuple(cell.ref for code, cell in cells.items() if code != "so_tien"),
    )


# ---- the tree ----------------------------------------------------------------------------------------------


class _Lacking(NamedTuple):
    """A row without an amount, and why."""

    record: Record
    reason: str


def _amount(items: tuple[Item, ...], i: int) -> Decimal | _Lacking:
    """What a row comes to, or the row that keeps it from coming to anything; what cannot be read is never guessed."""
    lacking = _lacking(items, i)
    found = None if lacking else budget.amount_of(items, i)
    return found.value if found else lacking or _Lacking(items[i].record, "blank")


def _lacking(items: tuple[Item, ...], i: int) -> _Lacking | None:
    """The first row, of this one and its parts, whose amount is missing or cannot be read."""
    item = items[i]
    cell = item.record.numbers.get("so_tien")
    if cell is not None and _reason(cell) not in ("", "blank"):
        return _Lacking(item.record, _reason(cell))
    if item.amount is not None:
        return None
    if not item.parts:
        return _Lacking(item.record, "blank")
    return next((lacking for j in item.parts if (lacking := _lacking(items, j))), None)


def _sum(items: tuple[Item, ...], i: int) -> Iterator[Outcome]:
    """The parts of a row add up to its amount."""
    whole = items[i].amount
    if whole is None or whole.value is None or not items[i].parts:
        return
    parts = [_amount(items, j) for j in items[i].parts]
    for lacking in parts:
        if isinstance(lacking, _Lacking):
            ref = CellRef(whole.ref.sheet, lacking.record.ref.row, whole.ref.column)
            yield not_checked("A18", lacking.reason, ref)
            return
    values = [amount for amount in parts if isinstance(amount, Decimal)]
    expected = sum(values, ZERO)
    if whole.value == expected:
        yield PASSED
        return
    cells = [items[j].amount for j in items[i].parts]
    yield _breach(
        _SUM,
        whole.ref,
        _place(items[i].record),
        actual=whole.value,
        formula=f"{sum_shown(values)} = {digits(expected)}",
        expected=digits(expected),
        related=tuple(cell.ref for cell in cells if cell is not None),
    )


def _shares(items: tuple[Item, ...]) -> Iterator[Outcome]:
    """Each share follows from the amounts; the shares of one level add up to 100."""
    outermost = tuple(i for i, item in enumerate(items) if item.parent is None)
    for parent, rows in ((None, outermost), *((i, item.parts) for i, item in enumerate(items))):
        if not rows:
            continue
        whole = None if parent is None else _amount(items, parent)
        outcomes = [outcome for i in rows for outcome in _share(items, i, whole)]
        yield from outcomes
        if len(outcomes) < len(rows) and not any(isinstance(outcome, Finding) for outcome in outcomes):
            yield from _shares_sum([items[i].record for i in rows])


def _share(items: tuple[Item, ...], i: int, whole: Decimal | _Lacking | None) -> Iterator[Outcome]:
    """A share is amount / parent's amount x 100 at its printed decimals, half up."""
    record = items[i].record
    cell = record.numbers.get("ty_trong")
    amount = _amount(items, i)
    if cell is None or cell.value is None or not isinstance(amount, Decimal) or not isinstance(whole, Decimal):
        return
    places = min(cell.places, MOST_PLACES)
    expected = ratio(amount, whole, places)
    if expected is None:
        return
    if round_half_up(cell.value, places) == expected or _of_the_whole(items, i, cell, amount):
        yield PASSED
        return
    own = items[i].amount
    yield _breach(
        _SHARE,
        cell.ref,
        _place(record),
        actual=round_half_up(cell.value, places),
        formula=f"{digits(amount)} / {digits(whole)} = {plain(expected)}",
        expected=plain(expected),
        related=(own.ref,) if own is not None else (),
    )


def _of_the_whole(items: tuple[Item, ...], i: int, cell: Cell, amount: Decimal) -> bool:
    """Whether a share is one of the whole budget rather than of the row above."""
    while (parent := items[i].parent) is not None:
        i = parent
    whole = _amount(items, i)
    places = min(cell.places, MOST_PLACES)
    return isinstance(whole, Decimal) and ratio(amount, whole, places) == round_half_up(_value(cell), places)


def _shares_sum(records: list[Record]) -> Iterator[Outcome]:
    """Shares that all rows of one level have add up to 100; what rounding alone explains is a warning."""
    cells = [record.numbers.get("ty_trong") for record in records]
    given = [cell for cell in cells if cell is not None and cell.value is not None]
    if len(given) < len(cells):
        return
    places = max(min(cell.places, MOST_PLACES) for cell in given)
    values = [round_half_up(_value(cell), min(cell.places, MOST_PLACES)) for cell in given]
    total = sum(values, ZERO)
    if total == HUNDRED:
        yield PASSED
        return
    by_rounding = abs(total - HUNDRED) <= len(values) * Decimal(5).scaleb(-places - 1)
    yield _breach(
        _SHARES,
        given[-1].ref,
        _place(records[-1]),
        severity="warning" if by_rounding else "error",
        actual=values[-1],
        formula=f"{' + '.join(map(plain, values))} = {plain(total)}",
        expected=plain(values[-1] + HUNDRED - total),
        related=tuple(cell.ref for cell in given[:-1]),
    )


# ---- amounts in words --------------------------------------------------------------------------------------


def _amounts_in_words(case: Case) -> Iterator[Outcome]:
    """Words in brackets say the number before them: ``13.000.000 đồng (Mười ba triệu đồng)``."""
    for text in _texts_with_brackets(case):
        if _names_a_scale(text.value):
            for match in _amount_and_words().finditer(nfc(text.value)):
                yield from _words(text, " ".join(match[1].split()), match[2])


@lru_cache(maxsize=2048)  # the communes of a batch share most of their words
def _names_a_scale(text: str) -> bool:
    small = text.lower()
    return any(word in small for word in _SCALE_WORDS)


@cache
def _amount_and_words() -> re.Pattern[str]:
    """An amount in digits and the brackets after it; compiled for the few workbooks that hold one."""
    figure = r"(?:[0-9]{1,3}(?: [0-9]{3})+|[0-9]+(?:[.,][0-9]+)*)"
    scale = r"(?:\s?(?:nghìn|ngàn|triệu|tỷ|tỉ))*"
    currency = r"(?:\s?(?:đồng|đ|vnđ|vnd|₫)(?!\w))?(?:\s?/\s?\w+)?"
    brackets = r"[\s*_.,:]*\(([^()]{3,300})\)"
    return re.compile(rf"(?<![\w.,/-])({figure}{scale}{currency}){brackets}", re.IGNORECASE)


def _texts_with_brackets(case: Case) -> list[Text]:
    """The texts of the lists and of `Thông tin` that hold a bracket, as few do."""
    found = [text for text in case.submission.fields.values() if "(" in text.value]
    for records in case.submission.records.values():
        found += [text for record in records for text in record.texts.values() if "(" in text.value]
    return found


def _words(text: Text, amount: str, bracket: str) -> Iterator[Outcome]:
    words = key(bracket)
    for lead in _LEADS:
        words = words.removeprefix(lead)
    if _SCALE_WORDS.isdisjoint(words.split()):
        return
    try:
        spoken = parse_words(words)
    except ValueError:
        return  # the brackets hold something else
    written = parse(amount, "money").value
    if written is None:
        return
    if written == spoken:
        yield PASSED
        return
    yield _breach(
        _WORDS,
        text.ref,
        f"{amount} ({clean(bracket)})",
        actual=written,
        formula=str(spoken),
        expected=str(spoken),
    )
