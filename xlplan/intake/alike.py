"""Findings that say one sentence of many places, a village each: told once, with the places of the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xlplan.patterns import pattern

Item = Mapping[str, Any]

_LEAST = 3  # findings; of two each says its own figures
# What differs between findings of one kind: what is quoted, cells (also of another sheet), numbers.
_OWN = pattern(r"“[^”]*”|(?:'[^']*'!)?\b[A-Z]{1,3}\d+\b|\d[\d.,]*")


def together(items: Sequence[Item]) -> list[Sequence[Item]]:
    """The findings in their order, those of one sentence together where the first of them stands.

    A finding with a proposal stays alone, for what it proposes is for its own cell; one without a cell too.
    """
    alike: dict[object, list[int]] = {}
    for number, item in enumerate(items):
        said = (item.get("code"), item["severity"], item.get("sheet"), _OWN.sub("#", _apart(item)[1]))
        alone = item.get("proposal") or not item.get("cell")
        alike.setdefault(number if alone else said, []).append(number)
    groups = [
        some for numbers in alike.values() for some in ([numbers] if len(numbers) >= _LEAST else [[n] for n in numbers])
    ]
    return [[items[number] for number in numbers] for numbers in sorted(groups)]


def place(item: Item) -> str:
    """Where a finding is, within its sheet: `ô D2 (Thôn Đông – Hộ nghèo đầu kỳ)`."""
    return _apart(item)[0].removeprefix(f"{item.get('sheet', '')}, ")


def _apart(item: Item) -> tuple[str, str]:
    """A message's place and what it says of it; the place may name a heading with a colon in it."""
    message, cell = str(item["message"]), str(item.get("cell", ""))
    start = message.find(f" {cell} (") if cell else -1
    mark = ": " if start < 0 or ": " in message[:start] else "): "
    where, stop, said = message.partition(mark)
    return (where + stop[:-2], said) if stop else ("", message)
