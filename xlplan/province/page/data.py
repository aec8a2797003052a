"""What the page shows of a run: a row for each commune or file, the findings of each, and the totals."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import PurePath
from typing import Any, Literal
from urllib.parse import quote

from xlplan import catalogue
from xlplan.intake.communes import named
from xlplan.intake.received import has_figures, not_filled_in, to_fill_in
from xlplan.messages import Language, in_words, problem
from xlplan.model import NOTHING
from xlplan.province.gathering import Exports
from xlplan.province.periods import ranked
from xlplan.province.places import place_of_row, spelt_alike
from xlplan.results import Gathered, Number, Result, Submitted
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.numbers import rate

FIGURES = (
    "tong_so_ho",
    "ho_ngheo_dau_ky",
    "ty_le_ho_ngheo_dau_ky",
    "ho_can_ngheo_dau_ky",
    "ty_le_ho_can_ngheo_dau_ky",
    "giam_ho_ngheo",
    "ho_ngheo_cuoi_ky",
    "ty_le_ho_ngheo_cuoi_ky",
)
"""The columns of figures, by indicator code."""
Status = Literal["unreadable", "error", "missing", "unfilled", "warning", "clean", "aside", "superseded"]
STATUSES: tuple[Status, ...] = (
    "unreadable",
    "error",
    "missing",
    "unfilled",
    "warning",
    "clean",
    "aside",
    "superseded",
)
"""How a row stands, those that somebody has to do something about first."""
_SHOWN_PARTS = 3  # of a path: the file and the folders that tell it from others, never where a machine keeps them


class Row(NamedTuple):
    """One line of the table: a workbook, or a commune or file of the list of which no workbook was read.

    ``standings`` is how it stands in the list of expected communes, ``figures`` follows :data:`FIGURES`, ``links``
    are plan, marked copy and reply as addresses relative to the page, ``rules`` the errors and warnings by code.
    """

    unit: str
    code: str
    district: str
    province: str
    file: str
    period: str
    status: Status
    standings: Sequence[str] = ()
    remarks: Sequence[str] = ()
    errors: int = 0
    warnings: int = 0
    found: int = 0
    figures: Sequence[Number | None] = ()
    links: Sequence[str] = ()
    rules: Mapping[str, int] = NOTHING


def shown_paths(files: Sequence[str]) -> list[str]:
    """Paths from where they differ, so that the page says nothing of the machine it was made on."""
    common: str | None = None
    for file in files:
        folder = os.path.dirname(file)  # noqa: PTH120 - text for commonpath, 10,000 times
        if file and folder != common:
            common = _common(common, folder)
    return [_from(common or "", file) for file in files]


def _from(common: str, file: str) -> str:
    if common and file.startswith(common):
        file = file[len(common) :]
    parts = file.replace(os.sep, "/").split("/")
    return "/".join([part for part in parts if part not in ("", ".", "..")][-_SHOWN_PARTS:])


def _common(one: str | None, other: str) -> str:
    if one is None:
        return other
    try:
        return os.path.commonpath((one, other))
    except ValueError:  # one from the root and one not, or two drives
        return ""


class Book:
    """The rows of a run, made while its results go by once; ``periods`` are those of figures, the main one first."""

    def __init__(self, gathered: Gathered, lang: Language) -> None:
        self.rows: list[Row] = []
        self.periods: tuple[str, ...] = ()
        self._held: list[bool] = []  # whether the workbook of a row holds figures
        self._gathered, self._lang = gathered, lang
        self._exports = Exports()
        self._unmet: dict[str, list[Submitted]] = {}
        for line in gathered.submitted:
            if line.file:
                self._unmet.setdefault(line.file, []).append(line)

    def add(self, result: Result) -> Row:
        """Takes one result in and gives its row."""
        lines = self._unmet.pop(result.file, [])
        listed = lines[0] if lines else Submitted("", "received")
        counts = Counter(str(item["severity"]) for item in result.findings)
        self._exports.add(len(self.rows), result, superseded=result.file in self._gathered.superseded)
        status = self._status(result, counts)
        row = Row(
            result.unit if named(result.unit) else listed.unit,
            result.code or listed.code,
            *place_of_row(result, lines),
            result.file,
            str(result.entry["period"]),
            status,
            tuple(line.standing for line in lines if line.standing != "received"),
            self._remarks(result, lines),
            counts["error"],
            counts["warning"],
            len(result.findings),
            () if status in ("unreadable", "unfilled") else tuple(_figure(result, code) for code in FIGURES),
            tuple(map(address, (result.plan, result.marked, result.reply))),
            Counter(str(item["code"]) for item in result.findings if item["severity"] != "info"),
        )
        self.rows.append(row)
        self._held.append(has_figures(result))
        return row

    def finish(self, export: str) -> None:
        """Adds the communes and files of which there is no result, shortens the paths, spells each place one way.

        Exports of the poverty database are put aside with the remark ``export``: they hold the communes' figures again.
        """
        for place in self._exports.found():
            self.rows[place] = self.rows[place]._replace(
                status="aside", remarks=(export,), errors=0, warnings=0, figures=(), rules=NOTHING
            )
        counting = [(row, held) for row, held in zip(self.rows, self._held, strict=True) if row.status != "superseded"]
        self.periods = ranked((row.period, held) for row, held in counting if row.figures)
        without = [line for line in self._gathered.submitted if not line.file]
        for line in (*without, *(line for lines in self._unmet.values() for line in lines)):
            status: Status = "missing" if line.standing == "missing" else "aside"
            remarks = (line.remark,) if line.remark else ()
            self.rows.append(
                Row(
                    line.unit, line.code, line.district, line.province, line.file, "", status, (line.standing,), remarks
                )
            )
        paths = shown_paths([row.file for row in self.rows])
        provinces = spelt_alike([row.province for row in self.rows], [""] * len(self.rows))
        districts = spelt_alike([row.district for row in self.rows], provinces)
        self.rows = [
            row._replace(file=path, district=district, province=province)
            for row, path, district, province in zip(self.rows, paths, districts, provinces, strict=True)
        ]

    def _status(self, result: Result, counts: Counter[str]) -> Status:
        if result.file in self._gathered.superseded:
            return "superseded"
        if result.status == "unreadable":
            return "unreadable"
        if not counts["error"] and "no_figures" in not_filled_in(result):
            return "unfilled"
        return "error" if counts["error"] else "warning" if counts["warning"] else "clean"

    def _remarks(self, result: Result, lines: list[Submitted]) -> tuple[str, ...]:
        remarks = [line.remark for line in lines if line.remark]
        trouble = result.trouble
        if trouble is not None and not any(line.standing == "wrong_template" for line in lines):  # which says why
            name = PurePath(trouble.file).name
            remarks.append(problem(trouble.kind, name, self._lang, detail=trouble.detail))
        return tuple(dict.fromkeys((*remarks, *to_fill_in(result, self._lang))))


def _figure(result: Result, code: str) -> Number | None:
    return result.rates.get(code) if catalogue.is_rate(code) else result.counts.get(code)


def address(path: str) -> str:
    """A file of the output folder as the page links to it; empty where there is none, or where it lies elsewhere.

    Percent-encoded throughout and always relative, so that no name can be taken for a scheme (``javascript:``).
    """
    plain = path.replace(os.sep, "/")
    if not plain or plain.startswith("/") or ".." in plain.split("/"):
        return ""
    return "./" + quote(plain, safe="/", errors="surrogateescape")


def finding(item: Mapping[str, Any], lang: Language, proposals: Mapping[str, str]) -> tuple[Any, ...]:
    """A finding as the page takes it: severity, code, sheet, cell, message, proposals in words, explanation."""
    offered = [item["proposal"], *item.get("candidates", ())]
    return (
        item["severity"],
        item["code"],
        item["sheet"],
        item["cell"],
        item["message"],
        [
            proposals[offer["confidence"]].format(
                cell=offer["cell"], value=in_words(offer["value"], lang), reason=offer["reason"]
            )
            for offer in offered
            if offer
        ],
        item.get("explanation", ""),
    )


class Totals(NamedTuple):
    """What the rows that count add up to.

    ``period`` is that of the figures where the rows are of several, else empty: of two years nothing is added.
    ``figures`` is the sum of a count, or the rate of the sums, with the number of workbooks in it; it follows
    :data:`FIGURES`. ``errors`` and ``warnings`` are findings, ``plans`` written plans, ``replaced`` the workbooks
    that do not count because a later one came.
    """

    status: Counter[Status]
    replaced: int
    errors: int
    warnings: int
    plans: int
    figures: tuple[tuple[int | Decimal | None, int], ...]
    period: str = ""


def totals(rows: Sequence[Row], periods: Sequence[str]) -> Totals:
    """Adds up the rows that count; of several ``periods`` the first. A commune's rate enters only with both counts."""
    counted = [row for row in rows if row.status != "superseded"]
    period = periods[0] if len(periods) > 1 else ""
    with_figures = [row.figures for row in counted if row.figures and period in ("", row.period)]
    return Totals(
        Counter(row.status for row in counted),
        len(rows) - len(counted),
        sum(row.errors for row in counted),
        sum(row.warnings for row in counted),
        sum(bool(row.links and row.links[0]) for row in counted),
        tuple(_total(code, with_figures) for code in FIGURES),
        period,
    )


def parts(code: str) -> tuple[int, int] | None:
    """Where in :data:`FIGURES` a rate's count and base stand; ``None`` for a count."""
    if not catalogue.is_rate(code):
        return None
    return FIGURES.index(catalogue.count_of(code)), FIGURES.index(catalogue.base_of(code))


def _total(code: str, rows: list[Sequence[Number | None]]) -> tuple[int | Decimal | None, int]:
    place = parts(code)
    if place is None:
        at = FIGURES.index(code)
        values = [value for row in rows if isinstance(value := row[at], int)]
        return (sum(values) if values else None), len(values)
    pairs = [(p, w) for row in rows if isinstance(p := row[place[0]], int) and isinstance(w := row[place[1]], int)]
    part, whole = (sum(side) for side in zip(*pairs, strict=True)) if pairs else (0, 0)
    return (rate(part, whole) if whole else None), len(pairs)
