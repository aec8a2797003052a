"""Slips of the keyboard in tables of typed values: who makes them up knows where they are, who looks for them does not.

The tables are the communes' own (their formulas replaced by typed values) and generated ones: 5 to 40 villages, the
indicators of a plan table or some of them, with or without printed rates, groups and figures of `Hiện trạng`.
The kinds are those of the list in ``KINDS``. Nothing here is read by the program.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

from xlplan import catalogue
from xlplan.model import Cell, CellRef, Line, Submission, Table, Text, Unit
from xlplan.vietnamese.numbers import rate as ratio

WORKBOOKS = Path(__file__).parent.parent / "workbooks"
COMMUNES = ("son_trung_2023", "long_an_2024", "phuoc_long_2024", "an_duong_2024", "tan_khai_2021_2025")
TABLE, SITUATION = "Biểu chỉ tiêu", "Hiện trạng"
CORRECTED = {"ho_ngheo_khong_lao_dong": 47}  # Sơn Trung printed 48 + 16 for 63; trials start from figures that agree
H, K = "tong_so_ho", "tong_nhan_khau"
P0, C0, M0 = "ho_ngheo_dau_ky", "ho_can_ngheo_dau_ky", "ho_da_chieu_dau_ky"
KP, KC = "khau_ngheo_dau_ky", "khau_can_ngheo_dau_ky"
GP, GC, GM = "giam_ho_ngheo", "giam_ho_can_ngheo", "giam_ho_da_chieu"
P1, C1, M1 = "ho_ngheo_cuoi_ky", "ho_can_ngheo_cuoi_ky", "ho_da_chieu_cuoi_ky"
SOCIAL, ABLE = "ho_bao_tro_xa_hoi", "ho_co_kha_nang_thoat_ngheo"
LAYOUTS = (
    (H, P0, GP, P1, C0, GC, C1),
    (H, M0, SOCIAL, ABLE, GM, GP, GC, M1),
    (H, K, P0, KP, C0, KC, M0, GP, GC, GM, P1, C1, M1, SOCIAL, ABLE),
    (H, P0, C0, M0),
    (H, K, P0, C0),
    (H, K, P0, KP, C0, KC),
    (H, P0, GP, C0, GC),
)
KINDS = (
    "swapped",
    "dropped",
    "doubled",
    "extra",
    "wrong",
    "ten times",
    "blank",
    "neighbour",
    "shifted row",
)


class Slip(NamedTuple):
    """One cell that no longer holds what it should; ``typed`` is ``None`` where it was left blank."""

    kind: str
    ref: CellRef
    code: str
    unit: str  # village, group, commune or situation
    true: Decimal
    typed: Decimal | None


class Trial(NamedTuple):
    """A submission with its slips; the slips of one hand movement (a shifted row) stand together in ``slips``."""

    base: str
    submission: Submission
    slips: tuple[Slip, ...]


# ---- consistent tables ------------------------------------------------------------------------------------


def number(ref: CellRef, value: Decimal | int | None, places: int = 0, formula: str | None = None) -> Cell:
    """A typed cell, blank without a value."""
    if value is None:
        return Cell(ref, None, "blank", "", formula, places)
    return Cell(ref, Decimal(value), "number", f"{value:.{places}f}".replace(".", ","), formula, places)


def _households(rng: random.Random) -> int:
    return max(25, min(900, round(rng.lognormvariate(4.9, 0.45))))


def _among(rng: random.Random, count: int, share: float) -> int:
    """How many of ``count`` households, each with the same chance."""
    return sum(rng.random() < share for _ in range(count))


def village(rng: random.Random, poor_share: float, near_share: float, cut: float) -> dict[str, int]:
    """All figures of one village, consistent with each other."""
    households = _households(rng)
    poor = _among(rng, households, poor_share * rng.uniform(0.4, 1.8))
    near = _among(rng, households - poor, near_share * rng.uniform(0.4, 1.8))
    out, near_out = _among(rng, poor, cut), _among(rng, near, cut)
    social = _among(rng, poor + near, 0.35)

    def persons(count: int, low: float, high: float) -> int:
        return count and max(count, round(count * rng.uniform(low, high)))

    return {
        H: households,
        K: persons(households, 3.1, 4.4),
        P0: poor,
        KP: persons(poor, 1.8, 4.2),
        C0: near,
        KC: persons(near, 2.4, 4.4),
        M0: poor + near,
        GP: out,
        GC: near_out,
        GM: out + near_out,
        P1: poor - out,
        C1: near - near_out,
        M1: poor + near - out - near_out,
        SOCIAL: social,
        ABLE: poor + near - social,
    }


def generated(rng: random.Random) -> Submission:
    """A consistent table of typed values."""
    shares = (rng.uniform(0.015, 0.16), rng.uniform(0.015, 0.12), rng.uniform(0.1, 0.5))
    villages = [village(rng, *shares) for _ in range(rng.randint(5, 40))]
    codes, rates = rng.choice(LAYOUTS), rng.random() < 0.5
    groups = rng.choice((0, 0, 0, 2, 3)) if len(villages) > 7 else 0
    lines: list[str] = []
    for code in codes:
        lines.append(code)
        if rates and catalogue.indicators()[code].rate:
            lines.append(catalogue.RATE_PREFIX + code)
    rows = _rows(villages, groups)
    units = tuple(
        Unit(name, kind, CellRef(TABLE, 7 + i, 2), 7 + i, "", parent)  # type: ignore[arg-type]
        for i, (name, kind, parent, _) in enumerate(rows)
    )
    heads = tuple(Line(code, (catalogue.label(code),), CellRef(TABLE, 5, 3 + j), 3 + j) for j, code in enumerate(lines))
    cells = {(i, j): _true_cell(i, j, code, rows[i][3]) for i in range(len(rows)) for j, code in enumerate(lines)}
    table = Table(TABLE, "rows", heads, units, cells)
    situation = {}
    if rng.random() < 0.3:
        total = next(figures for _, kind, _, figures in rows if kind == "commune")
        chosen = [code for code in codes if rng.random() < 0.5]
        situation = {c: number(CellRef(SITUATION, 2 + n, 4), total[c]) for n, c in enumerate(chosen)}
    fields = {
        "loai_don_vi": Text(CellRef("Thông tin", 1, 2), "xã"),
        "loai_thon": Text(CellRef("Thông tin", 2, 2), "thôn"),
    }
    return Submission("generated.xlsx", fields, (table,), situation, sheets=("Thông tin", TABLE, SITUATION))


Row = tuple[str, str, int | None, dict[str, int]]


def _rows(villages: list[dict[str, int]], groups: int) -> list[Row]:
    """Names, kinds, parents and figures from the first line to the last; each group stands above its villages."""
    rows: list[Row] = []
    size = -(-len(villages) // groups) if groups else len(villages)
    for first in range(0, len(villages), size):
        members, parent = villages[first : first + size], None
        if groups:
            parent = len(rows)
            rows.append((f"Khu {len(rows) + 1}", "group", None, _sum(members)))
        rows += [(f"Thôn {first + n + 1}", "village", parent, figures) for n, figures in enumerate(members)]
    rows.append(("Toàn xã", "commune", None, _sum(villages)))
    return rows


def _sum(members: list[dict[str, int]]) -> dict[str, int]:
    return {code: sum(figures[code] for figures in members) for code in members[0]}


def _true_cell(i: int, j: int, code: str, figures: dict[str, int]) -> Cell:
    ref = CellRef(TABLE, 7 + i, 3 + j)
    if not catalogue.is_rate(code):
        return number(ref, figures[code])
    return number(ref, ratio(Decimal(figures[catalogue.count_of(code)]), Decimal(figures[H]), 2), 2)


@cache
def commune(name: str) -> Submission:
    """A commune's own figures: every formula of villages and commune typed in as the value it shows; no lists."""
    from xlplan.sheets.reader import read

    read_in = read(WORKBOOKS / f"{name}.xlsx")
    tables = []
    for table in read_in.tables:
        kept = {i for i, unit in enumerate(table.units) if unit.kind in ("village", "group", "commune")}
        cells = {at: cell._replace(formula=None) if at[0] in kept else cell for at, cell in table.cells.items()}
        tables.append(table._replace(cells=cells))
    situation = {
        code: number(cell.ref, CORRECTED[code]) if code in CORRECTED and cell.value is not None else cell
        for code, cell in read_in.situation.items()
    }
    return read_in._replace(tables=tuple(tables), situation=situation, records={}, notes=())


def recalculated(submission: Submission) -> Submission:
    """The rows of sums and differences as a spreadsheet would show them for the typed values."""
    tables = tuple(_recalculated(table) for table in submission.tables)
    situation = dict(submission.situation)
    if tables and tables[0].commune is not None:
        for code, cell in situation.items():
            if cell.formula is not None and (typed := tables[0].figure(tables[0].commune, code)) is not None:
                situation[code] = cell._replace(value=typed.value, state=typed.state, written=typed.written)
    return submission._replace(tables=tables, situation=situation)


def _recalculated(table: Table) -> Table:
    cells = dict(table.cells)
    villages = [*table.positions("village")]

    def put(unit: int, line: int, value: Decimal | None) -> None:
        old = cells.get((unit, line))
        if old is not None and value is not None:
            cells[unit, line] = old._replace(value=value, written=str(value))

    for unit in table.positions("sum"):
        for j, line in enumerate(table.lines):
            if line.code and not catalogue.is_rate(line.code):
                values = [cells[i, j].value or Decimal(0) for i in villages if (i, j) in cells]
                put(unit, j, sum(values, Decimal(0)))
        for j, line in enumerate(table.lines):
            base, part = table.line_of(H), table.line_of(catalogue.count_of(line.code or ""))
            if line.code and catalogue.is_rate(line.code) and base is not None and part is not None:
                put(unit, j, ratio(cells[unit, part].value, cells[unit, base].value, 2))
        for other in table.positions("difference"):
            for j in range(len(table.lines)):
                top = cells.get((table.commune, j)) if table.commune is not None else None
                if top is not None and (unit, j) in cells:
                    put(other, j, (top.value or Decimal(0)) - (cells[unit, j].value or Decimal(0)))
    return table._replace(cells=cells)


# ---- last year --------------------------------------------------------------------------------------------


def year_before(submission: Submission, rng: random.Random) -> Submission:
    """Last year's workbook of the same commune: each figure a little different, as figures of villages are.

    Households move by a percent or two; what was planned to be left at the end of last year is what is there at
    the start of this one in half of the villages, and off by one or two in the others.
    """
    table = submission.table
    if table is None:
        return submission
    villages = [_year_before(table, i, rng) for i in table.positions("village")]
    by_unit = dict(zip(table.positions("village"), villages, strict=True))
    for i in table.positions("group"):
        by_unit[i] = _sum([f for k, f in by_unit.items() if table.units[k].parent == i])
    for i in table.positions("commune", "sum"):
        by_unit[i] = _sum(villages)
    cells = {}
    for (i, j), cell in table.cells.items():
        code = table.lines[j].code
        if code is None or i not in by_unit:
            continue
        part = by_unit[i].get(catalogue.count_of(code))
        if part is None:
            continue
        value = ratio(Decimal(part), Decimal(by_unit[i][H]), 2) if catalogue.is_rate(code) else part
        cells[i, j] = number(cell.ref, value, cell.places)
    return submission._replace(tables=(table._replace(cells=cells),), situation={})


def _year_before(table: Table, unit: int, rng: random.Random) -> dict[str, int]:
    now = {
        line.code: int(cell.value or 0)
        for j, line in enumerate(table.lines)
        if line.code and not catalogue.is_rate(line.code) and (cell := table.cell(unit, j)) is not None
    }

    def near(count: int) -> int:
        return max(0, count + rng.choice((0, 0, 0, 0, -1, 1, -1, 2)))

    found = {code: max(0, round(count * rng.gauss(1, 0.015))) for code, count in now.items()}
    for code in (SOCIAL, GP, GC, GM):
        if code in now:
            found[code] = near(now[code])
    if {GP, GC, GM} <= now.keys():
        found[GM] = found[GP] + found[GC]
    for start, cut, end in ((P0, GP, P1), (C0, GC, C1), (M0, GM, M1)):
        if start in now:
            found[end] = near(now[start])
            found[start] = found[end] + found.get(cut, near(max(1, now[start] // 6)))
    if {P0, C0} <= now.keys():
        found[M0], found[M1] = found[P0] + found[C0], found[P1] + found[C1]
    if {M0, SOCIAL, ABLE} <= now.keys():
        found[SOCIAL] = min(found[SOCIAL], found[M0])
        found[ABLE] = found[M0] - found[SOCIAL]
    for persons, households in ((KP, P0), (KC, C0)):
        if persons in now:
            found[persons] = max(found[households], round(now[persons] * found[households] / max(1, now[households])))
    return found


# ---- slips ------------------------------------------------------------------------------------------------


def _digits(value: Decimal, places: int) -> str:
    return f"{value:.{places}f}".replace(".", "")


def _read(digits: str, places: int) -> Decimal | None:
    return Decimal(int(digits)).scaleb(-places) if digits else None


def _swapped(d: str, rng: random.Random) -> str:
    places = [i for i in range(len(d) - 1) if d[i] != d[i + 1]]
    if not places:
        return d
    i = rng.choice(places)
    return d[:i] + d[i + 1] + d[i] + d[i + 2 :]


def _dropped(d: str, rng: random.Random) -> str:
    i = rng.randrange(len(d))
    return d[:i] + d[i + 1 :] if len(d) > 1 else d


def _doubled(d: str, rng: random.Random) -> str:
    i = rng.randrange(len(d))
    return d[:i] + d[i] + d[i:]


def _extra(d: str, rng: random.Random) -> str:
    i = rng.randint(0, len(d))
    return d[:i] + rng.choice("0123456789") + d[i:]


def _wrong(d: str, rng: random.Random) -> str:
    i = rng.randrange(len(d))
    return d[:i] + rng.choice([c for c in "0123456789" if c != d[i]]) + d[i + 1 :]


def _ten_times(d: str, _: random.Random) -> str:
    return d + "0"


SHAPES: dict[str, Callable[[str, random.Random], str]] = {
    "swapped": _swapped,
    "dropped": _dropped,
    "doubled": _doubled,
    "extra": _extra,
    "wrong": _wrong,
    "ten times": _ten_times,
}


class Spot(NamedTuple):
    """A typed cell that a slip can befall: its place in the table, or its code in `Hiện trạng`."""

    table: int | None
    at: tuple[int, int]
    code: str
    cell: Cell


def spots(submission: Submission) -> list[Spot]:
    """Every typed number of villages, groups, commune and `Hiện trạng`."""
    found = []
    for t, table in enumerate(submission.tables):
        for i in table.positions("village", "group", "commune"):
            for j, line in enumerate(table.lines):
                cell = table.cell(i, j)
                if line.code and cell is not None and cell.value is not None and cell.formula is None:
                    found.append(Spot(t, (i, j), line.code, cell))
    for code, cell in submission.situation.items():
        if cell.value is not None and cell.formula is None:
            found.append(Spot(None, (0, 0), code, cell))
    return found


def slip(submission: Submission, spot: Spot, kind: str, rng: random.Random) -> tuple[Slip, ...]:
    """What one slip of this kind does there; nothing where it has no effect."""
    if kind == "shifted row":
        return _shifted(submission, spot, rng)
    cell = spot.cell
    assert cell.value is not None
    typed: Decimal | None
    if kind == "blank":
        typed = None
    elif kind == "neighbour":
        around = _around(submission, spot)
        if not around:
            return ()
        typed = rng.choice(around)
    else:
        typed = _read(SHAPES[kind](_digits(cell.value, cell.places), rng), cell.places)
    if (typed or 0) == cell.value:  # nothing where 0 was is no slip that figures show
        return ()
    return (Slip(kind, cell.ref, spot.code, _unit(submission, spot), cell.value, typed),)


def _unit(submission: Submission, spot: Spot) -> str:
    return "situation" if spot.table is None else submission.tables[spot.table].units[spot.at[0]].kind


def _around(submission: Submission, spot: Spot) -> list[Decimal]:
    """What stands above, below, left and right: counts beside counts, rates beside rates."""
    if spot.table is None:
        return []
    table, (i, j) = submission.tables[spot.table], spot.at
    found = []
    for at in ((i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1)):
        cell = table.cell(*at)
        if cell is None or cell.value is None or at[0] >= len(table.units) or at[1] >= len(table.lines):
            continue
        kinds = (table.units[at[0]].kind, catalogue.is_rate(table.lines[at[1]].code or ""))
        if kinds[0] in ("village", "group", "commune") and kinds[1] == catalogue.is_rate(spot.code):
            found.append(cell.value)
    return found


def _shifted(submission: Submission, spot: Spot, rng: random.Random) -> tuple[Slip, ...]:
    """From one count on, a village's counts stand one column late (the first repeated, the last lost) or early."""
    if spot.table is None or catalogue.is_rate(spot.code):
        return ()
    table, (i, j) = submission.tables[spot.table], spot.at
    if table.units[i].kind != "village":
        return ()
    counts = [n for n, line in enumerate(table.lines) if line.code and not catalogue.is_rate(line.code)]
    run = [n for n in counts if n >= j]
    if len(run) < 2:
        return ()
    cells = [table.cells[i, n] for n in run]
    values = [cell.value or Decimal(0) for cell in cells]
    moved: list[Decimal | None] = [values[0], *values[:-1]] if rng.random() < 0.5 else [*values[1:], None]
    return tuple(
        Slip("shifted row", cell.ref, table.lines[n].code or "", "village", value, typed)
        for n, cell, value, typed in zip(run, cells, values, moved, strict=True)
        if (typed or 0) != value  # nothing where 0 was is no slip that figures show
    )


def spoiled(submission: Submission, slips: tuple[Slip, ...]) -> Submission:
    """The submission with the slips in it, sums and links as a spreadsheet would show them."""
    typed = {s.ref: s.typed for s in slips}

    def put(cell: Cell) -> Cell:
        return number(cell.ref, typed[cell.ref], cell.places) if cell.ref in typed else cell

    tables = tuple(t._replace(cells={at: put(cell) for at, cell in t.cells.items()}) for t in submission.tables)
    situation = {code: put(cell) for code, cell in submission.situation.items()}
    return recalculated(submission._replace(tables=tables, situation=situation))


def mended(submission: Submission, ref: CellRef, value: str) -> Submission:
    """The submission with one cell typed anew."""

    def put(cell: Cell) -> Cell:
        return number(ref, Decimal(value), cell.places) if cell.ref == ref else cell

    tables = tuple(t._replace(cells={at: put(cell) for at, cell in t.cells.items()}) for t in submission.tables)
    situation = {code: put(cell) for code, cell in submission.situation.items()}
    return recalculated(submission._replace(tables=tables, situation=situation))


def bases(rng: random.Random) -> tuple[str, Submission]:
    """One consistent submission: a commune's own in one trial of five, else a generated one."""
    if rng.random() < 0.2:
        name = rng.choice(COMMUNES)
        return name, recalculated(commune(name))
    return "generated", generated(rng)


def trials(seed: int, count: int, *, slips: int = 1) -> Iterator[tuple[Trial | None, Submission, random.Random]]:
    """``count`` trials: a trial (``None`` where the slip had no effect), the true submission and the dice.

    Several slips stand in different rows and different columns.
    """
    for n in range(count):
        rng = random.Random(f"{seed}/{n}")
        name, true = bases(rng)
        found: list[Slip] = []
        free = spots(true)
        for _ in range(slips):
            free = [
                s for s in free if all(s.cell.ref.row != f.ref.row and s.cell.ref.column != f.ref.column for f in found)
            ]
            if not free:
                break
            kinds = KINDS if slips == 1 else tuple(k for k in KINDS if k != "shifted row")
            found += slip(true, rng.choice(free), rng.choice(kinds), rng)
        made = Trial(name, spoiled(true, tuple(found)), tuple(found)) if found and len(found) >= slips else None
        yield made, true, rng
