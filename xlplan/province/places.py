"""Where a commune lies: its former district and province, by the list of expected communes or its workbook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable

from xlplan.results import Result, Submitted
from xlplan.vietnamese.text import name_parts


def place_of_row(result: Result, lines: Iterable[Submitted]) -> tuple[str, str]:
    """District and province of a workbook's row: as the list has them, else as the workbook says.

    Since 01/7/2025 workbooks name no district any more. What lies under another commune's name is not where that is.
    """
    listed = next((line for line in lines if line.standing != "wrong_commune"), None)
    if listed is None:
        return result.district, result.province
    return listed.district or result.district, listed.province or result.province


def spelt_alike(names: Iterable[str], within: Iterable[str]) -> list[str]:
    """Names of provinces or districts, each spelt as most files spell it: `Lâm Hà` and `huyện Lâm Hà` are one."""
    scoped = list(zip(within, names, strict=True))
    words: dict[Hashable, Counter[str]] = {}
    for scope, name in scoped:
        word, rest = name_parts(name)
        words.setdefault((scope, rest or name), Counter())[word] += bool(word)

    def area(scope: str, name: str) -> Hashable:
        word, rest = name_parts(name)
        return scope, rest or name, word or words[scope, rest or name].most_common(1)[0][0]

    spellings: dict[Hashable, Counter[str]] = {}
    for scope, name in scoped:
        spellings.setdefault(area(scope, name), Counter())[name] += 1
    shown = {key: max(found, key=lambda name: (found[name], len(name), name)) for key, found in spellings.items()}
    return [shown[area(scope, name)] for scope, name in scoped]
