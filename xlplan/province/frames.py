"""The tables of the province workbook, shaped by pandas: order, areas, sums and rates of sums, the highest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from math import isnan
from typing import TYPE_CHECKING, Any

from xlplan import catalogue
from xlplan.province.gathering import NAN, Files
from xlplan.province.periods import ranked
from xlplan.province.places import spelt_alike
from xlplan.province.words import STEMS, key_codes
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.numbers import rate, rate_of_counts
from xlplan.vietnamese.text import sort_key

if TYPE_CHECKING:
    import pandas

Value = int | Decimal
CHUNK = 4096  # rows of villages that are Python objects at one time
MOST = 20


class Communes(NamedTuple):
    """The communes in the order of the sheet: newest period first, by province, district and name.

    ``counted`` and ``superseded`` are frames with the columns of a gathered row, indexed by its position;
    ``periods`` the periods of readable files, ``main`` the one that totals and charts are of, ``added`` those with
    a total: of a period of blank workbooks there is none.
    """

    counted: pandas.DataFrame
    superseded: pandas.DataFrame
    periods: tuple[str, ...]
    main: str
    added: tuple[str, ...]
    codes: tuple[str, ...]

    @property
    def of_main(self) -> pandas.DataFrame:
        """The readable communes of the main period."""
        return self.counted[self.counted["period"].eq(self.main) & self.counted["readable"]]

    def has(self, column: str) -> bool:
        """Whether any commune says its district, province …"""
        return bool(self.counted[column].astype(bool).any())


class Area(NamedTuple):
    """A province of one period, or one of its districts (``district`` is then no ``None``), with its communes."""

    period: str
    province: str
    district: str | None
    communes: pandas.DataFrame


def communes_of(files: Files) -> Communes:
    """The communes' frame; exports of the poverty database are no communes."""
    import pandas

    columns = ["file", "unit", "code", "district", "province", "years", "period", "readable", "error", "warning"]
    columns += ["info", "plan", "marked", "reply", "remark", "superseded", "status", "figures", "unfilled"]
    columns += key_codes()
    rows = [row for i, row in enumerate(files.rows) if i not in files.exports]
    index = [i for i in range(len(files.rows)) if i not in files.exports]
    frame = pandas.DataFrame(rows, index=index, columns=columns, dtype=object)
    frame["province"] = spelt_alike(frame["province"], [""] * len(frame))
    frame["district"] = spelt_alike(frame["district"], frame["province"])
    frame = _in_order(frame)
    superseded = frame["superseded"].astype(bool)
    counted = frame[~superseded]
    readable = counted[counted["readable"].astype(bool)]
    filled = readable[~readable["unfilled"].astype(bool)]
    filled = filled if len(filled) else readable
    main = next(iter(ranked(zip(filled["period"], filled["figures"], strict=True))), "")
    periods, added = (tuple(some["period"].unique()) for some in (readable, filled))
    codes = tuple(code for code in key_codes() if counted[code].notna().any())
    return Communes(counted, frame[superseded], periods, main, added, codes)


def records(frame: pandas.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame of communes, by column."""
    return list(by_position(frame).values())


def by_position(frame: pandas.DataFrame) -> dict[int, dict[str, Any]]:
    """The same by the position of their file."""
    found: dict[int, dict[str, Any]] = frame.to_dict("index")  # type: ignore[assignment] # pandas knows less
    return found


def _in_order(frame: pandas.DataFrame) -> pandas.DataFrame:
    """Unreadable files last, before them blank ones; newest period first, then as Vietnamese dictionaries order."""
    ranks = frame[[]].copy()
    ranks["last"] = [2 * (not readable) for readable in frame["readable"]] + frame["unfilled"]
    ranks["years"] = [(-last, -first) for first, last in frame["years"]]
    for column in ("province", "district", "unit"):
        place = {text: i for i, text in enumerate(sorted(set(frame[column]), key=sort_key))}
        ranks[column] = [place[text] for text in frame[column]]
    return frame.loc[ranks.sort_values(list(ranks.columns), kind="stable").index]


# ---- sums ---------------------------------------------------------------------------------------------------


def summed(frame: pandas.DataFrame, code: str) -> Value | None:
    """The sum of a count over communes, or the rate of the sums over those that have both counts; half up.

    ``None`` where nobody has the figure, or where the whole is 0.
    """
    if not catalogue.is_rate(code):
        held = [value for value in frame[code] if value is not None]
        return sum(held) if held else None
    part, whole = catalogue.count_of(code), catalogue.base_of(code)
    pairs = zip(frame[part], frame[whole], strict=True)
    both = [(mine, all_of) for mine, all_of in pairs if mine is not None and all_of is not None]
    return rate(sum(mine for mine, _ in both), sum(all_of for _, all_of in both)) if both else None


def areas_of(communes: Communes) -> list[Area]:
    """Provinces and, where communes name them, their former districts, in the order of the sheet.

    Of periods that have a total only. Nothing where all communes are of one area: its sums are those of the whole.
    """
    readable = communes.counted[communes.counted["readable"].astype(bool)]
    readable = readable[readable["period"].isin(communes.added)]
    found: list[Area] = []
    for names, frame in readable.groupby(["period", "province"], sort=False):
        period, province = map(str, names)
        if communes.has("province"):
            found.append(Area(period, province, None, frame))
        districts = [Area(period, province, str(name), part) for name, part in frame.groupby("district", sort=False)]
        found += districts if any(area.district for area in districts) else []
    named = communes.has("province") or communes.has("district")
    return found if named and len(readable[["period", "province", "district"]].drop_duplicates()) > 1 else []


# ---- the highest --------------------------------------------------------------------------------------------


def rated_stem(communes: Communes) -> str:
    """The first group of households whose rate is known at the start or the end of the period; empty: none."""
    frame = communes.of_main
    for stem in STEMS:
        codes = [f"{catalogue.RATE_PREFIX}{stem}{at}" for at in ("_dau_ky", "_cuoi_ky")]
        if any(frame[code].notna().any() for code in codes):
            return stem
    return ""


def highest(frame: pandas.DataFrame, columns: tuple[str, ...]) -> pandas.DataFrame:
    """The communes with the highest figures in the first of the columns that holds any, at most :data:`MOST`."""
    import pandas

    column = next((code for code in columns if frame[code].notna().any()), columns[0])
    figures = pandas.to_numeric(frame[column])
    return frame.loc[figures[figures > 0].sort_values(ascending=False, kind="stable").index[:MOST]]


def cuts(communes: Communes) -> tuple[str, pandas.DataFrame]:
    """The largest cuts: the code of what falls, and the communes whose plans cut most of it."""
    frame = communes.of_main
    codes = [f"giam_{stem}" for stem in STEMS]
    code = max(codes, key=lambda code: (frame[code].count(), -codes.index(code)))
    return code, highest(frame, (code,))


# ---- villages -----------------------------------------------------------------------------------------------


class VillageTable(NamedTuple):
    """The villages of the communes that count, in the communes' order.

    ``codes`` are the indicators that any village has, each count followed by its rate; ``rows`` gives the numbers of
    a row's indicators after name, group and commune (position); ``sums`` are those of the counts, period by period.
    """

    codes: tuple[str, ...]
    length: int
    sums: dict[str, dict[str, float]]
    grouped: bool
    rows: Callable[[], Iterator[tuple[str, str, int, list[Any]]]]


def villages_of(files: Files, communes: Communes) -> VillageTable:
    """The table of all villages; rates are computed from the counts, half up."""
    import pandas

    held = files.villages
    frame = pandas.DataFrame(held.numbers, dtype="float64", index=range(len(held.names)))
    place = {position: i for i, position in enumerate(communes.counted.index)}
    rank = pandas.Series(list(held.owners), dtype="int64").map(place)
    order = rank.dropna().sort_values(kind="stable").index
    frame = frame.loc[order]
    known = (*catalogue.indicators(), *catalogue.review_indicators())
    counts = [code for code in known if code in frame and bool(frame[code].notna().any())]
    codes = tuple(code for count in counts for code in (count, *_rate_of(count, counts)))

    def rows() -> Iterator[tuple[str, str, int, list[Any]]]:
        for start in range(0, len(order), CHUNK):
            part = frame.iloc[start : start + CHUNK]
            columns = [_column(part, code) for code in codes]
            cells = zip(*columns, strict=True) if columns else [()] * len(part)
            for at, values in zip(part.index, cells, strict=True):
                yield held.names[at], held.groups[at], held.owners[at], list(values)

    grouped = any(held.groups[at] for at in order)
    filled = frame[counts].dropna(how="all")
    periods = pandas.Series(list(held.owners), dtype="int64").map(communes.counted["period"])[filled.index]
    sums = {
        str(period): {code: float(part[code].sum()) for code in counts if bool(part[code].notna().any())}
        for period, part in filled.groupby(periods, sort=False)
    }
    return VillageTable(codes, len(order), sums, grouped, rows)


def _rate_of(count: str, counts: list[str]) -> list[str]:
    """The rate that a village's row shows beside a count: those of the provinces' groups only."""
    shown = {f"{stem}{at}" for stem in STEMS for at in ("_dau_ky", "_cuoi_ky")}
    return [catalogue.RATE_PREFIX + count] if count in shown and catalogue.RATE_BASE in counts else []


def _column(frame: pandas.DataFrame, code: str) -> list[float]:
    if not catalogue.is_rate(code):
        column: list[float] = frame[code].tolist()
        return column
    parts, wholes = frame[catalogue.count_of(code)].tolist(), frame[catalogue.base_of(code)].tolist()
    return [_rate(part, whole) for part, whole in zip(parts, wholes, strict=True)]


def _rate(part: float, whole: float) -> float:
    """The rate of two cells; NaN where one is blank or the whole is 0."""
    if isnan(part) or isnan(whole) or not whole:
        return NAN
    if part >= 0 and whole > 0 and part.is_integer() and whole.is_integer():
        return float(rate_of_counts(int(part), int(whole), 2))
    exact = rate(Decimal(repr(part)), Decimal(repr(whole)))
    return NAN if exact is None else float(exact)
