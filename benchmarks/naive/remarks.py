"""Sentences on the figures: what changes, which villages stand highest, where there is nothing left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from .numbers import DIGITS, count, decimal, padded, rate
from .reading import Book, Frame

STEMS = {
    "ho_ngheo": ("Số hộ nghèo", "hộ nghèo"),
    "ho_can_ngheo": ("Số hộ cận nghèo", "hộ cận nghèo"),
    "ho_da_chieu": ("Tổng số hộ nghèo, hộ cận nghèo", "hộ nghèo, hộ cận nghèo"),
}
LEADERS, BEYOND, LISTED = 3, 2, 12


def remarks(book: Book) -> Iterator[str]:
    """All sentences that the figures allow, without full stops."""
    yield from _changes(book)
    split = "ho_ngheo_dau_ky" in book.table
    stem = "ho_ngheo" if split else "ho_da_chieu"
    yield from _highest_rates(book, stem)
    for cut in ("ho_ngheo", "ho_can_ngheo"):
        yield from _largest_cuts(book, cut)
    yield from _no_cuts(book)
    yield from _nothing_left(book, stem)


def _changes(book: Book) -> Iterator[str]:
    figures = book.commune
    for stem, (subject, _) in STEMS.items():
        start, end = figures.get(f"{stem}_dau_ky"), figures.get(f"{stem}_cuoi_ky")
        if start is None or end is None:
            continue
        before, after = _with_rate(start, figures), _with_rate(end, figures)
        size = padded(abs(end - start))
        if start == end:
            said = f"giữ nguyên {'' if end else 'ở mức '}{after}"
        elif start < end:
            said = f"tăng {size} hộ, từ {before} lên {after}"
        elif not end:
            said = f"giảm toàn bộ {size} hộ{before.partition(' hộ')[2]}, không còn hộ nào"
        else:
            said = f"giảm {size} hộ, từ {before} xuống {after}"
        yield f"{subject} toàn {book.text('loai_don_vi')} trong năm {book.year} {said}"


def _with_rate(value: float, figures: dict[str, float]) -> str:
    share = rate(value, figures["tong_so_ho"])
    return f"{padded(value)} hộ" + (f" ({decimal(share)}%)" if share is not None and value else "")


def _leaders(values: Frame) -> Frame:
    """The highest above 0 that stand out: three, more only if equal, never more than half of all."""
    half = len(values) // 2
    most, limit = min(LEADERS, half), min(LEADERS + BEYOND, half)
    found: list[Any] = []
    above = values[values > 0].sort_values(ascending=False, kind="stable")
    for _, equals in above.groupby(above, sort=False):
        if len(found) >= most or (found and len(found) + len(equals) > limit):
            break
        found += list(equals.index)
    return above[found] if len(found) <= limit else above[:0]


def _highest_rates(book: Book, stem: str) -> Iterator[str]:
    table = book.table
    rates = [rate(p, w) for p, w in zip(table[f"{stem}_dau_ky"], table["tong_so_ho"], strict=True)]
    leaders = _leaders(pd.Series(rates, index=table.index).astype(float))
    if len(leaders):
        named = _listed([f"{book.villages[i]} ({decimal(rates[i])}%)" for i in leaders.index])
        who = _how_many(book, len(leaders))
        yield f"Cuối năm {book.year - 1}, {who} có tỷ lệ {STEMS[stem][1]} cao nhất là {named}"


def _largest_cuts(book: Book, stem: str) -> Iterator[str]:
    table = book.table
    leaders = _leaders(table[f"giam_{stem}"])
    start, end = f"{stem}_dau_ky", f"{stem}_cuoi_ky"
    risen = start in table and (table.loc[leaders.index, end] >= table.loc[leaders.index, start]).any()
    if len(leaders) and not risen:
        named = _listed([f"{book.villages[i]} ({padded(value)} hộ)" for i, value in leaders.items()])
        who = _how_many(book, len(leaders))
        yield f"Trong năm {book.year}, {who} có chỉ tiêu giảm {STEMS[stem][1]} cao nhất là {named}"


def _no_cuts(book: Book) -> Iterator[str]:
    table = book.table
    idle = table["giam_ho_ngheo"] == 0
    if idle.all():
        return
    what = "không có chỉ tiêu giảm hộ nghèo"
    if "ho_ngheo_dau_ky" in table:
        idle &= table["ho_ngheo_dau_ky"] != 0
        what = "còn hộ nghèo nhưng không có chỉ tiêu giảm"
    yield from _where(book, idle, f"Trong năm {book.year}, có {{}} {what}")


def _nothing_left(book: Book, stem: str) -> Iterator[str]:
    table, noun = book.table, STEMS[stem][1]
    none = table[f"{stem}_dau_ky"] == 0
    left = (table[f"{stem}_cuoi_ky"] == 0) & ~none
    opening, closing = f"Cuối năm {book.year - 1},", f"Đến cuối năm {book.year},"
    every = f"cả {_in_words(book, len(table))} đều"
    if none.all():
        yield f"{opening} {every} không có {noun}"
    elif left.all():
        yield f"{closing} {every} không còn {noun}"
    else:
        yield from _where(book, none, f"{opening} có {{}} không có {noun}")
        yield from _where(book, left, f"{closing} có {'thêm ' if none.any() else ''}{{}} không còn {noun}")


def _where(book: Book, which: Frame, said: str) -> Iterator[str]:
    names = [book.villages[i] for i in which.index[which]]
    if names:
        sentence = said.format(_in_words(book, len(names)))
        yield sentence if len(names) > LISTED else f"{sentence}: {_listed(names)}"


def _in_words(book: Book, number: int) -> str:
    return f"{DIGITS[number] if number < 10 else count(number)} {book.text('loai_thon').lower()}"


def _how_many(book: Book, number: int) -> str:
    return book.text("loai_thon").lower() if number == 1 else _in_words(book, number)


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} và {names[-1]}" if len(names) > 1 else names[0]
