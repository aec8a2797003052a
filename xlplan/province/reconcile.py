"""The poverty database's export held against the communes' figures, indicator by indicator.

An export has a line a commune; a commune's own copy of a review form has its total. The review of the plan's (last)
year is held against the same indicators, that of the year before against the plan's start: what it calls cuối kỳ is the
plan's đầu kỳ. Communes are matched by code where the line's name holds it, else by name and district; a name that
differs only in diacritics is taken where nothing else can be meant, and that is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from xlplan import catalogue
from xlplan.province.frames import Communes, by_position
from xlplan.refs import qualify
from xlplan.results import Number, Result, Review, VillageRow, number_of
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.text import fuzzy_key, name_key, name_parts

if TYPE_CHECKING:
    from decimal import Decimal

START, END = "_dau_ky", "_cuoi_ky"
_TIMELESS = frozenset({catalogue.RATE_BASE, catalogue.PERSONS})
_CODE = re.compile(r"^\s*(\d{5})\s*[-–.:]?\s+|\s*[(\[]?\b(\d{5})[)\]]?\s*$")


class Line(NamedTuple):
    """One indicator of one commune on both sides; ``commune`` is its position, ``None`` where it sent no workbook.

    ``name`` is what the export calls it (empty: it has no such line), ``likely`` whether that is another spelling
    than the commune's. ``source`` names file, sheet and cell.
    """

    commune: int | None
    name: str
    likely: bool
    code: str
    reported: int | Decimal | None
    reviewed: int | Decimal | None
    source: str

    @property
    def verdict(self) -> str:
        """``agrees``, ``differs``, ``commune`` (only there) or ``review`` (only there)."""
        if self.reviewed is None:
            return "commune"
        if self.reported is None:
            return "review"
        return "agrees" if self.reported == self.reviewed else "differs"


class _Commune(NamedTuple):
    position: int
    identity: tuple[str, ...]
    word: str
    district: str
    province: str
    period: tuple[int, int] | None


class Reconciliation:
    """Gathers the lines of all review forms while the results go by."""

    def __init__(self, communes: Communes, counts: Mapping[int, Mapping[str, Number]]) -> None:
        self.counts = counts
        self.lines: list[Line] = []
        self._by_code: dict[str, list[_Commune]] = {}
        self._by_name: dict[str, list[_Commune]] = {}
        self._by_look: dict[str, list[_Commune]] = {}
        self._areas: dict[str, set[str]] = {"district": set(), "province": set()}
        self._order = {position: i for i, position in enumerate(communes.counted.index)}
        self._to_learn: Communes | None = communes

    def _learn_all(self) -> None:
        """Who the communes are, which only an export asks for."""
        if self._to_learn is None:
            return
        for position, record in by_position(self._to_learn.counted).items():
            if record["readable"]:
                self._learn(position, record)
        self._to_learn = None

    def _learn(self, position: int, record: Mapping[str, Any]) -> None:
        word, rest = name_parts(record["unit"])
        district, province = name_key(record["district"]), name_key(record["province"])
        period = record["years"] if record["years"] != (0, 0) else None
        one = _Commune(position, (word, rest, district, province), word, district, province, period)
        self._areas["district"] |= {district} - {""}
        self._areas["province"] |= {province} - {""}
        self._by_name.setdefault(rest, []).append(one)
        self._by_look.setdefault(fuzzy_key(record["unit"]), []).append(one)
        if record["code"]:
            self._by_code.setdefault(record["code"], []).append(one)

    def add_own(self, position: int, result: Result) -> None:
        """A commune's own copies of review forms; the form that is its table is no second source."""
        if position not in self._order:
            return
        for review in result.reviews:
            if review.sheet != result.table_sheet and review.total:
                source = f"{result.file}, {review.sheet}"
                row = VillageRow(result.unit, review.total)
                self._compare(position, row, review.year, result.period, source, likely=False)

    def add_export(self, result: Result) -> None:
        """An export: each of its lines against the commune that it is of, and the communes that it leaves out."""
        self._learn_all()
        for year, reviews in _by_year(result.reviews).items():
            self._add_year(result, year, reviews)

    def _add_year(self, result: Result, year: int | None, reviews: list[Review]) -> None:
        met: dict[int, _Commune] = {}
        columns: set[str] = set()
        for review, row in _merged(reviews):
            columns |= row.values.keys()
            found, likely = self._commune(row, result)
            source = f"{result.file}, {qualify(review.sheet, row.cell) if row.cell else review.sheet}"
            if not found:
                self._compare(None, row, year, None, source, likely=False)
            for one in found:
                met[one.position] = one
                self._compare(one.position, row, year, one.period, source, likely=likely)
        covered = {(one.province, one.district) for one in met.values()}
        for one in (one for same in self._by_name.values() for one in same):
            if one.position not in met and (one.province, one.district) in covered:
                row = VillageRow("", dict.fromkeys(columns, 0))
                self._compare(one.position, row, year, one.period, result.file, likely=False)

    def _commune(self, row: VillageRow, export: Result) -> tuple[list[_Commune], bool]:
        """The workbooks of the commune that a line is of (one a period), and whether the name is spelt otherwise."""
        code = _CODE.search(row.name)
        if code and (found := self._by_code.get(code[1] or code[2])):
            return found, False
        name = _CODE.sub("", row.name)
        word, rest = name_parts(name)
        named = {"district": {name_key(row.group), name_key(export.district)}, "province": {name_key(export.province)}}
        for likely, known in ((False, self._by_name.get(rest)), (True, self._by_look.get(fuzzy_key(name)))):
            found = [one for one in known or () if not (word and one.word) or one.word == word]
            for field, names in named.items():
                if there := names & self._areas[field]:
                    inside = [one for one in found if getattr(one, field) in there]
                    found = inside or [one for one in found if not getattr(one, field)]
            if len({one.identity for one in found}) == 1:
                return found, likely
        return [], False

    def _compare(
        self,
        position: int | None,
        row: VillageRow,
        year: int | None,
        period: tuple[int, int] | None,
        source: str,
        *,
        likely: bool,
    ) -> None:
        reported = self.counts.get(position, {}) if position is not None else {}
        for code, value in row.values.items():
            mine = code if position is None else own_code(code, year, period)
            if not mine or catalogue.is_rate(code) or catalogue.indicator(code) is None:
                continue
            theirs = number_of(value) if row.name else None
            own = number_of(reported[mine]) if mine in reported else None
            if theirs is not None or own is not None:
                self.lines.append(Line(position, row.name, likely, mine, own, theirs, source))

    def finished(self) -> list[Line]:
        """All lines in the communes' order, without indicators that no commune has."""
        known = {line.code for line in self.lines if line.reported is not None}
        end = len(self._order)
        lines = [line for line in self.lines if line.code in known]
        place = {code: i for i, code in enumerate((*catalogue.indicators(), *catalogue.review_indicators()))}
        return sorted(
            lines,
            key=lambda line: (end if line.commune is None else self._order[line.commune], line.name, place[line.code]),
        )


def own_code(code: str, year: int | None, period: tuple[int, int] | None) -> str:
    """The plan's indicator for one of a review of a year; empty where the two are of different times."""
    if year is None or period is None or year == period[1]:
        return code
    if year != period[0] - 1:
        return ""
    if code in _TIMELESS:
        return code
    started = code.removesuffix(END) + START
    return started if code.endswith(END) and catalogue.known(started) else ""


def _by_year(reviews: Iterable[Review]) -> dict[int | None, list[Review]]:
    found: dict[int | None, list[Review]] = {}
    for review in reviews:
        found.setdefault(review.year, []).append(review)
    return found


def _merged(reviews: list[Review]) -> Iterator[tuple[Review, VillageRow]]:
    """The lines of an export; an indicator that several of its forms show counts once, from the first of them."""
    seen: set[tuple[str, str, str]] = set()
    for review in reviews:
        for row in review.rows:
            values = {c: v for c, v in row.values.items() if (row.name, row.group, c) not in seen}
            seen |= {(row.name, row.group, code) for code in values}
            if values:
                yield review, row._replace(values=values)
