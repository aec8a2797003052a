"""What one workbook of many gave, as plain data: it travels between processes, stays in the ledger of a batch and
fills the province workbook, the page and the messages to the communes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, overload

from xlplan.messages import Language, problem
from xlplan.model import NOTHING, Cell, Table, Unit
from xlplan.pipeline import Outcome, Problem, Status, as_json
from xlplan.rates import commune_figures
from xlplan.tuples import NamedTuple

if TYPE_CHECKING:
    from xlplan.model import Submission

Number = int | str  # whole numbers as such, others as decimal text ("4.08")


class VillageRow(NamedTuple):
    """One village of a commune's table: its values by indicator code, and where its name stands.

    ``group`` is the line that it stands under: the former commune, in an export of a province the district.
    """

    name: str
    values: Mapping[str, Number]
    cell: str = ""
    group: str = ""


class LaterRows(Sequence[VillageRow]):
    """Rows that are read from their text when somebody asks for one.

    They are three quarters of a result, and of a country's results most passes want only who sent it and its findings.
    """

    __slots__ = ("_rows", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._rows: tuple[VillageRow, ...] | None = None

    def rows(self) -> tuple[VillageRow, ...]:
        """All rows."""
        if self._rows is None:
            self._rows = tuple(VillageRow(*row) for row in json.loads(self.text))
        return self._rows

    def __iter__(self) -> Iterator[VillageRow]:
        return iter(self.rows())

    def __len__(self) -> int:
        return len(self.rows())

    @overload
    def __getitem__(self, place: int) -> VillageRow: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[VillageRow]: ...
    def __getitem__(self, place: int | slice) -> VillageRow | Sequence[VillageRow]:
        return self.rows()[place]

    def __eq__(self, other: object) -> bool:
        return self.rows() == (other.rows() if isinstance(other, LaterRows) else other)

    def __hash__(self) -> int:
        return hash(self.rows())


class Review(NamedTuple):
    """A table of an official review form: the export of the poverty database, or a commune's copy of it.

    ``rows`` are its villages (in an export of a district or province: its communes) and ``total`` the commune's (or
    the whole) line, each by indicator code.
    """

    form: str
    year: int | None
    sheet: str
    rows: tuple[VillageRow, ...]
    total: Mapping[str, Number] = NOTHING


class Result(NamedTuple):
    """What became of one workbook.

    ``file`` is its path as the run was given it (NFC, for showing), ``digest`` the SHA-256 of its content and
    ``modified`` when it was last saved (ISO 8601, UTC; what Excel wrote into it, else the file's own time).
    ``entry`` is its line of the contract's JSON. ``code``, ``district``, ``province``, ``kind`` and ``period`` are
    what its `Thông tin` says; ``counts`` and ``rates`` are the commune's figures by indicator code; ``figures`` is a
    digest of its counts and its villages' figures, by which a copy is told from a correction, empty for none. ``plan``,
    ``marked`` and ``reply`` are the files that were written, relative to the output folder, empty where there is
    none. ``trouble`` says why it could not be read, or why one of these could not be written.
    """

    file: str
    digest: str
    modified: str
    entry: Mapping[str, Any]
    code: str = ""
    district: str = ""
    province: str = ""
    kind: str = ""
    period: tuple[int, int] | None = None
    counts: Mapping[str, Number] = NOTHING
    rates: Mapping[str, str] = NOTHING
    villages: Sequence[VillageRow] = ()
    figures: str = ""
    table_sheet: str = ""
    reviews: tuple[Review, ...] = ()
    previous: str = ""
    plan: str = ""
    marked: str = ""
    reply: str = ""
    trouble: Problem | None = None

    @property
    def unit(self) -> str:
        """The commune with its kind, ``xã Sơn Trung``; empty where the file could not be read."""
        return str(self.entry["unit"])

    @property
    def status(self) -> Status:
        """``unreadable``, ``findings`` or ``clean``."""
        status: Status = self.entry["status"]
        return status

    @property
    def findings(self) -> Sequence[Mapping[str, Any]]:
        """Its findings in the contract's shape, errors first."""
        findings: Sequence[Mapping[str, Any]] = self.entry["findings"]
        return findings

    def count(self, severity: Literal["error", "warning", "info"]) -> int:
        """Number of findings of one level."""
        return sum(item["severity"] == severity for item in self.findings)

    def trouble_text(self, lang: Language) -> str:
        """Why it could not be read or something could not be written, in one sentence; empty where all went well."""
        if self.trouble is None:
            return ""
        return problem(self.trouble.kind, self.trouble.file, lang, detail=self.trouble.detail)


Standing = Literal[
    "received",
    "superseded",
    "missing",
    "late",
    "duplicate",
    "wrong_year",
    "wrong_template",
    "wrong_commune",
    "unexpected",
]


class Submitted(NamedTuple):
    """How one commune stands in the list of those that were to send a workbook, or one file beside that list.

    ``unit``, ``code``, ``district`` and ``province`` are the list's own words where there is a list. ``file`` is the
    workbook that it is about, empty where none came; ``remark`` says in one sentence what is wrong and what to do,
    ``message`` what is to be said of it to whoever sent the file, empty where nothing is.
    """

    unit: str
    standing: Standing
    code: str = ""
    district: str = ""
    province: str = ""
    file: str = ""
    remark: str = ""
    message: str = ""


class Gathered(NamedTuple):
    """All that a run knows at its end.

    ``results`` can be gone through more than once, in the order of the files; each pass reads them anew, so that a
    country does not have to fit into memory. ``submitted`` has a line for each commune and file that is worth one,
    ``superseded`` the files whose figures do not count because a later one of the same commune and period came.
    ``listed`` says whether a list of expected communes was given.
    """

    results: Iterable[Result]
    submitted: tuple[Submitted, ...] = ()
    superseded: frozenset[str] = frozenset()
    listed: bool = False


def result_of(outcome: Outcome, digest: str, modified: str, lang: Language) -> Result:
    """What an outcome says, as plain data; nothing of it has been written yet."""
    result = Result(outcome.file, digest, modified, as_json(outcome, lang), trouble=outcome.problem)
    if outcome.report is None:
        return result
    submission, figures = outcome.report.submission, commune_figures(outcome.report.submission)
    table = submission.table
    code, _, district, province = place_of(submission)
    counts = {code: number for code, cell in figures.items() if (number := _number(cell)) is not None}
    villages = _rows(table) if table else ()
    return result._replace(
        code=code,
        district=district,
        province=province,
        kind=submission.text("loai_ke_hoach"),
        period=submission.period,
        counts=counts,
        rates={code: f"{value:f}" for code, value in outcome.report.rates.items() if value is not None},
        villages=villages,
        figures=_figures(counts, villages),
        table_sheet=table.sheet if table else "",
        reviews=tuple(Review(t.form, t.year, t.sheet, _rows(t), _total(t)) for t in submission.tables if t.form),
    )


def place_of(submission: Submission) -> tuple[str, str, str, str]:
    """Administrative code, commune, district and province that a workbook names; empty what it does not."""
    return (
        submission.text("ma_don_vi"),
        submission.unit_name,
        _named(submission, "cap_tren"),
        _named(submission, "tinh"),
    )


def _named(submission: Submission, field: str) -> str:
    """A province or district by its name; a bare ``huyện`` names none."""
    text = " ".join(submission.text(field).split())
    return text if " " in text else ""


def _rows(table: Table) -> tuple[VillageRow, ...]:
    return tuple(
        VillageRow(unit.name, _values(table, i), unit.ref.address, _group(table, unit))
        for i, unit in enumerate(table.units)
        if unit.kind == "village"
    )


def _figures(counts: Mapping[str, Number], villages: Sequence[VillageRow]) -> str:
    """A digest of a commune's and its villages' figures."""
    if not (counts or villages):
        return ""
    told = [sorted(counts.items()), [(row.name, sorted(row.values.items())) for row in villages]]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode("utf-8", "backslashreplace")).hexdigest()[:16]


def _group(table: Table, unit: Unit) -> str:
    return "" if unit.parent is None else table.units[unit.parent].name


def _total(table: Table) -> Mapping[str, Number]:
    def rank(found: tuple[int, Unit]) -> int:
        return ("commune", "sum").index(found[1].kind)

    totals = [(i, unit) for i, unit in enumerate(table.units) if unit.kind in ("commune", "sum")]
    return _values(table, min(totals, key=rank)[0]) if totals else {}


def _values(table: Table, unit: int) -> dict[str, Number]:
    found: dict[str, Number] = {}
    for j, line in enumerate(table.lines):
        if line.code is not None and line.code not in found:
            number = _number(table.cell(unit, j))
            if number is not None:
                found[line.code] = number
    return found


def _number(cell: Cell | None) -> Number | None:
    if cell is None or cell.value is None:
        return None
    return int(cell.value) if cell.value == cell.value.to_integral_value() else f"{cell.value.normalize():f}"


def number_of(value: Number) -> int | Decimal:
    """A value as arithmetic takes it."""
    return value if isinstance(value, int) else Decimal(value)


def dumped(result: Result) -> str:
    """A result as two lines of JSON text, its villages on the second one."""
    villages = result.villages
    later = villages.text if isinstance(villages, LaterRows) else _json(villages)
    return f"{_json(result._replace(villages=()))}\n{later}"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def loaded(text: str) -> Result:
    """The result that :func:`dumped` wrote."""
    head, _, later = text.partition("\n")
    file, digest, modified, entry, code, district, province, kind, period, *rest = json.loads(head)
    counts, rates, _, figures, sheet, reviews, previous, plan, marked, reply, trouble = rest
    return Result(
        file,
        digest,
        modified,
        entry,
        code,
        district,
        province,
        kind,
        tuple(period) if period else None,
        counts,
        rates,
        LaterRows(later),
        figures,
        sheet,
        tuple(
            Review(form, year, where, tuple(VillageRow(*row) for row in rows), total)
            for form, year, where, rows, total in reviews
        ),
        previous,
        plan,
        marked,
        reply,
        Problem(*trouble) if trouble else None,
    )
