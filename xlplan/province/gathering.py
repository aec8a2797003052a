"""One pass over the results of a run: what stays in memory of each, a commune's row and its villages' numbers.

A country is 3,321 communes with 83,000 villages. No result is kept: of a commune one row, of a village its name and
eight bytes an indicator.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import PurePath
from sys import intern
from typing import Any
from unicodedata import normalize

from xlplan import catalogue
from xlplan.intake.communes import named
from xlplan.intake.received import has_figures, not_filled_in, to_fill_in
from xlplan.messages import Language
from xlplan.province.places import place_of_row
from xlplan.province.words import NO_PERIOD, STATUS, key_codes
from xlplan.results import Gathered, Number, Result, Submitted, number_of
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.dates import format_period
from xlplan.vietnamese.text import key, name_key, name_parts

NAN = math.nan


class Villages:
    """All villages as columns: names, the position of their commune, and numbers (NaN where there is none)."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.groups: list[str] = []
        self.owners = array("L")
        self.numbers: dict[str, array[float]] = {}

    def add(self, owner: int, result: Result) -> None:
        """The villages of one commune; what the catalogue does not know is left out."""
        numbers = self.numbers
        for row in result.villages:
            values = row.values
            for code in values.keys() - numbers.keys():
                if catalogue.known(code):
                    numbers[intern(code)] = array("d", [NAN]) * len(self.names)
            for code, column in numbers.items():
                value = values.get(code, NAN)
                try:
                    column.append(as_float(value) if isinstance(value, str) else value)
                except OverflowError:
                    column.append(NAN)
            self.names.append(row.name)
            self.groups.append(intern(row.group))
            self.owners.append(owner)


class Files(NamedTuple):
    """What a pass gave: rows of communes by column, their villages, the exports among the files, findings by code.

    ``exports`` are the positions of files that hold no commune's figures but the poverty database's; ``findings``
    counts codes over all files that count. A row has the columns of :func:`row_of`. ``counts`` are all counts of a
    commune by its position, ``said`` what some findings say beside the message (``proposal``, ``explanation``).
    """

    rows: list[dict[str, Any]]
    villages: Villages
    exports: frozenset[int]
    findings: Counter[tuple[str, str]]
    counts: dict[int, dict[str, Number]]
    said: frozenset[str]


def as_float(value: Number) -> float:
    """A number as a cell of Excel holds it; NaN where it is too large for one."""
    try:
        number = float(value)
    except OverflowError:
        return NAN
    return number if math.isfinite(number) else NAN


def gather(gathered: Gathered, lang: Language) -> Files:
    """Goes through all results once."""
    rows: list[dict[str, Any]] = []
    villages = Villages()
    findings: dict[int, Counter[tuple[str, str]]] = {}
    counts: dict[int, dict[str, Number]] = {}
    said: set[str] = set()
    found_exports = Exports()
    listed: dict[str, list[Submitted]] = {}
    for line in gathered.submitted:
        listed.setdefault(line.file, []).append(line)
    for position, result in enumerate(gathered.results):
        superseded = result.file in gathered.superseded
        found_exports.add(position, result, superseded=superseded)
        rows.append(row_of(result, lang, listed.get(result.file, ()), superseded=superseded))
        if superseded:
            continue
        counts[position] = {intern(c): n for c, n in result.counts.items() if not catalogue.is_rate(c)}
        said |= {key for item in result.findings for key in ("proposal", "explanation") if item.get(key)}
        findings[position] = Counter((item["code"], item["severity"]) for item in result.findings)
        villages.add(position, result)
    exports = found_exports.found()
    total: Counter[tuple[str, str]] = Counter()
    for position, found in findings.items():
        if position not in exports:
            total += found
    return Files(rows, villages, exports, total, counts, frozenset(said))


def row_of(result: Result, lang: Language, lines: Iterable[Submitted] = (), *, superseded: bool) -> dict[str, Any]:
    """A commune's row; ``lines`` are those of the list about it.

    Counts are whole numbers or decimals, rates too, ``None`` where there is no figure.
    """
    district, province = place_of_row(result, lines)
    row: dict[str, Any] = {
        "file": result.file,
        "unit": named(result.unit) or (PurePath(normalize("NFC", result.file)).name),
        "code": result.code,
        "district": district,
        "province": province,
        "years": result.period or (0, 0),
        "period": "" if result.status == "unreadable" else _period(result.period),
        "readable": result.status != "unreadable",
        "figures": has_figures(result),
        "unfilled": "no_figures" in not_filled_in(result),
        "error": result.count("error"),
        "warning": result.count("warning"),
        "info": result.count("info"),
        "plan": result.plan,
        "marked": result.marked,
        "reply": result.reply,
        "remark": " ".join(filter(None, (result.trouble_text(lang), *to_fill_in(result, lang)))),
        "superseded": superseded,
    }
    row["status"] = STATUS[lang][_worst(row)]
    for code in key_codes():
        held: Mapping[str, Number] = result.rates if catalogue.is_rate(code) else result.counts
        row[code] = number_of(held[code]) if code in held else None
    return row


def _period(period: tuple[int, int] | None) -> str:
    return format_period(*period) if period else NO_PERIOD


def _worst(row: Mapping[str, Any]) -> str:
    if not row["readable"]:
        return "unreadable"
    return next((level for level in ("error", "unfilled", "warning") if row[level]), "info")


# ---- exports of the poverty database -----------------------------------------------------------------------


@cache
def _commune_words() -> frozenset[str]:
    return frozenset(key(word.word) for word in catalogue.unit_words("commune_kind"))


def _is_commune(name: str) -> bool:
    return any(name_parts(name)[0].startswith(word) for word in _commune_words())


class Exports:
    """Tells the exports from communes' workbooks, once all of a run have gone by: they have its communes as rows."""

    def __init__(self) -> None:
        self._doubtful: dict[int, list[str]] = {}
        self._known: set[str] = set()

    def add(self, position: int, result: Result, *, superseded: bool) -> bool:
        """One more file, by its position; whether it may be an export."""
        if result.reviews and not superseded and not _is_commune(result.unit):
            self._doubtful[position] = [row.name for review in result.reviews for row in review.rows]
            return True
        if result.unit:
            self._known.add(name_key(result.unit))
        return False

    def found(self) -> frozenset[int]:
        """Files without a commune of their own whose review forms have communes where a commune's have villages."""

        def is_export(names: list[str]) -> bool:
            return 2 * sum(_is_commune(name) or name_key(name) in self._known for name in names) > len(names)

        return frozenset(position for position, names in self._doubtful.items() if is_export(names))
