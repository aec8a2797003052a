"""Sentences made from figures: what changed, which villages stand highest, where there is nothing left.

Each is true of the cells that it names, or it is not made: a figure that is missing, cannot be read or contradicts
its own row gives no words. *Giảm* is only said where the end is below the start (rule C11). Every figure is a run of
its own with the cell that it comes from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import groupby

from xlplan import catalogue
from xlplan.checks.scope import term
from xlplan.documents.blocks import Run, Runs, controlled
from xlplan.model import Cell, CellRef, Submission, Table
from xlplan.rates import commune_figures, rate_of, unit_figures
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.dates import period_in_words
from xlplan.vietnamese.numbers import format_count, format_rate
from xlplan.vietnamese.text import capitalise, name_key
from xlplan.vietnamese.words import number_in_words

LISTED = 12  # names that a sentence lists; of more it says only how many
BEYOND = 2  # names that a ranking may add for villages that stand equal with its last one
LEADERS = 3  # villages that a remark names
_IN_WORDS = 10  # numbers of villages below this are written in words

_STEMS = {
    "ho_ngheo": ("Số hộ nghèo", "hộ nghèo"),
    "ho_can_ngheo": ("Số hộ cận nghèo", "hộ cận nghèo"),
    "ho_da_chieu": ("Tổng số hộ nghèo, hộ cận nghèo", "hộ nghèo, hộ cận nghèo"),
}
_ZERO = Decimal(0)


class _Standing(NamedTuple):
    """A village's figure as it is printed; ``group`` is said where another group has a village of the same name.

    ``nothing`` is said of a true 0: a rate of 0,00% may be one household of very many.
    """

    unit: int
    name: str
    group: str
    value: Decimal
    nothing: bool
    cell: Cell

    @property
    def shown(self) -> str:
        return f"{self.name} ({self.group})" if self.group else self.name


class _Standings(NamedTuple):
    """All villages whose figure is known; ``complete`` says that there is no other that has one."""

    villages: tuple[_Standing, ...]
    complete: bool


# ---- what changed ------------------------------------------------------------------------------------------------


def change(stem: str, figures: Mapping[str, Cell]) -> Runs:
    """Start and end of a count compared: ``giảm 12 hộ, từ 63 hộ (4,08%) xuống 51 hộ (3,30%)``.

    ``stem`` is a code without ``_dau_ky`` and ``_cuoi_ky``. Empty where either figure is missing or is no count: an
    end is never worked out from the start and a planned cut.
    """
    first, last = f"{stem}_dau_ky", f"{stem}_cuoi_ky"
    start, end = _count(first, figures), _count(last, figures)
    if start is None or end is None:
        return ()
    unit = catalogue.unit(last)
    before, after = _with_rate(first, start, figures), _with_rate(last, end, figures)
    difference = Run(_shown(last, abs(end.value - start.value)), ref=end.cell.ref, code=f"bien_dong[{stem}]")
    if start.value == end.value:
        return _runs("giữ nguyên ", "" if end.value else "ở mức ", *after)
    if start.value < end.value:
        return _runs("tăng ", difference, f" {unit}, từ ", *before, " lên ", *after)
    if not end.value:
        return _runs("giảm toàn bộ ", difference, f" {unit}", *before[2:], f", không còn {unit} nào")
    return _runs("giảm ", difference, f" {unit}, từ ", *before, " xuống ", *after)


class _Figure(NamedTuple):
    """A figure that is fit to print, with its cell."""

    value: Decimal
    cell: Cell


def _count(code: str, figures: Mapping[str, Cell]) -> _Figure | None:
    """A known count, ``None`` where it is missing, no whole number or below zero."""
    cell = figures.get(code)
    if cell is None or cell.value is None or not catalogue.known(code):
        return None
    return _Figure(cell.value, cell) if cell.integral and cell.value >= 0 else None


def _with_rate(code: str, count: _Figure, figures: Mapping[str, Cell]) -> tuple[Run | str, ...]:
    """``63``, `` hộ``, `` (4,08%)``: the rate only where the counts give one, and none beside 0."""
    parts: tuple[Run | str, ...] = (_figure(code, count.value, count.cell.ref), f" {catalogue.unit(code)}")
    rate_code = catalogue.RATE_PREFIX + code
    rate = rate_of(rate_code, figures) if catalogue.known(rate_code) else None
    if rate is None or rate.value is None or not count.value:
        return parts
    return (*parts, " (", _figure(rate_code, rate.value, rate.part.ref), ")")


# ---- villages ----------------------------------------------------------------------------------------------------


def ranking(code: str, table: Table, most: int = LEADERS, word: str = "thôn") -> Runs:
    """The villages with the highest figures above 0: ``Mỹ Sơn (8,09%), Trung Thịnh (6,43%) và Lâm Thành (5,66%)``.

    Of equals none is picked: those that stand equal with the last one are all named (``most`` + 2 names at the
    utmost) or all left out; where the very highest are too many to list, their number is given. Empty where
    nobody is above 0, and where some village's figure is not known: it might be higher.
    """
    standings = _standings(code, table)
    leaders = _leaders(standings.villages, most, most + BEYOND)
    if not (leaders and standings.complete and all(village.name for village in leaders)):
        return ()
    if len(leaders) > LISTED:
        return _runs(f"{format_count(len(leaders))} {word} (mỗi {word} ", *_measure(code, leaders[0]), ")")
    return _ranked(code, leaders)


def without(code: str, table: Table, word: str = "thôn") -> Runs:
    """The villages whose figure is 0: ``Mai Hà, Hà Tràng và Hồ Sơn``; of more than twelve only how many.

    A blank beside filled cells is none, unless the row's other figures say otherwise; a row that nobody has filled
    in says nothing. Each name carries the cell that holds the 0. Empty where there is no such village.
    """
    return _named(code, _nothing(_standings(code, table).villages), word)


def none_without(code: str, table: Table, word: str = "thôn") -> Runs:
    """``không có thôn nào`` where every village has a figure and none of them is 0; else empty."""
    standings = _standings(code, table)
    known = standings.complete and standings.villages and not any(v.nothing for v in standings.villages)
    return (Run(f"không có {word} nào"),) if known else ()


def _named(code: str, villages: list[_Standing], word: str) -> Runs:
    if len(villages) > LISTED:
        return (Run(f"{format_count(len(villages))} {word}"),)
    return _listed((Run(v.shown, ref=v.cell.ref, code=f"{code}[{v.name}]"),) for v in villages)


def _ranked(code: str, villages: Iterable[_Standing]) -> Runs:
    names = ((v, f"{v.name} ({v.group}; " if v.group else f"{v.name} (") for v in villages)
    return _listed((opening, *_measure(code, v), ")") for v, opening in names)


def _measure(code: str, village: _Standing) -> tuple[Run | str, ...]:
    """A village's figure with its unit: ``03 hộ``, ``4,08%``."""
    figure = _figure(code, village.value, village.cell.ref, village.name)
    return (figure,) if catalogue.is_rate(code) else (figure, f" {catalogue.unit(code)}")


def _nothing(villages: Iterable[_Standing]) -> list[_Standing]:
    """The named villages whose figure is 0."""
    return [village for village in villages if village.name and village.nothing]


def _leaders(villages: Iterable[_Standing], most: int, limit: int) -> list[_Standing]:
    """The highest above 0 in falling order, equals in the order of the table, never a part of equals.

    At least ``most`` where there are so many, more for the sake of equals up to ``limit``. Only where already the
    highest are more than that do more come back.
    """
    above = sorted((village for village in villages if village.value > 0), key=lambda village: -village.value)
    found: list[_Standing] = []
    for _, group in groupby(above, key=lambda village: village.value):
        equals = list(group)
        if len(found) >= most or (found and len(found) + len(equals) > limit):
            break
        found += equals
    return found


# ---- figures of the villages -------------------------------------------------------------------------------------


def _standings(code: str, table: Table) -> _Standings:
    """The figures of all villages for a code, rates from the counts, else as printed."""
    if not catalogue.known(code):
        return _Standings((), complete=False)
    lines = _lines_in_use(table)
    groups = _groups(table)
    found, complete = [], True
    for i in table.positions("village"):
        figures = {c: cell for c, cell in unit_figures(table, i).items() if c in lines}
        known = _known_figures(figures)
        if not known and not table.units[i].name:
            continue
        figure = _rate_figure(code, known) if catalogue.is_rate(code) else _count(code, known)
        if figure is None:
            complete = complete and bool(known) and _has_no_rate(code, known, figures)
        else:
            name, group = table.units[i].name, groups.get(i, "")
            nothing = not (known.get(catalogue.count_of(code)) or figure.cell).value
            found.append(_Standing(i, name, group, figure.value, nothing, figure.cell))
    return _Standings(tuple(found), complete)


def _rate_figure(code: str, known: Mapping[str, Cell]) -> _Figure | None:
    """A village's rate from its counts, else as printed; ``None`` over no households."""
    if (rate := rate_of(code, known)) is not None:
        return None if rate.value is None else _Figure(rate.value, rate.part)
    cell = known.get(code)
    return None if cell is None or cell.value is None else _Figure(cell.value, cell)


def _has_no_rate(code: str, known: Mapping[str, Cell], figures: Mapping[str, Cell]) -> bool:
    """Whether a village without a known rate cannot have one above 0.

    It has no households; or its table holds rates alone, where none is left open.
    """
    if not catalogue.is_rate(code):
        return False
    if (rate := rate_of(code, known)) is not None:
        return not rate.part.value
    printed = figures.get(code)
    return catalogue.count_of(code) not in figures and printed is not None and printed.state in ("blank", "dash")


def _lines_in_use(table: Table) -> set[str]:
    """The codes for which at least one village has a figure: in the others a blank means nothing."""
    villages = tuple(table.positions("village"))
    return {
        line.code
        for j, line in enumerate(table.lines)
        if line.code and any((cell := table.cell(i, j)) and _given(cell) for i in villages)
    }


def _given(cell: Cell) -> bool:
    """Whether somebody gave a figure: a number or dash, but not the 0 of a formula over blanks."""
    return cell.state != "blank" and (cell.formula is None or bool(cell.value))


def _known_figures(figures: Mapping[str, Cell]) -> dict[str, Cell]:
    """The figures of a row that are sure; what counts as none has the value 0. Nothing for an untouched row."""
    if not any(_given(cell) for cell in figures.values()):
        return {}
    known = {}
    for code, cell in figures.items():
        if catalogue.is_rate(code):
            if cell.value is not None and cell.value >= 0:
                known[code] = cell
            continue
        found = term(cell, blank_is_zero=True)
        if found.reason or found.value < 0 or (cell.state == "blank" and _contradicted(code, figures)):
            continue
        known[code] = cell._replace(value=found.value)
    return known


def _contradicted(code: str, figures: Mapping[str, Cell]) -> bool:
    """Whether the row's other figures say that a blank one is not 0, or cannot be read to tell.

    The identities of the catalogue: P1 = P0 - giảm + tăng, M = P + C, part <= whole.
    """

    def total(codes: Iterable[str]) -> Decimal:
        return sum((term(figures[c], blank_is_zero=True).value for c in codes if c in figures), _ZERO)

    for identity in catalogue.equalities():
        needed = (identity.total, *identity.plus, *identity.minus)
        terms = (*needed, *identity.optional)
        if code not in terms or any(c not in figures for c in needed):
            continue
        if any(term(figures[c], blank_is_zero=True).reason for c in terms if c in figures):
            return True
        if total((identity.total, *identity.minus)) != total((*identity.plus, *identity.optional)):
            return True
    return any(bound.whole == code and total(bound.parts) > 0 for bound in catalogue.at_most())


def _groups(table: Table) -> dict[int, str]:
    """The group's name of each village whose name stands in another group too."""
    alike: dict[str, list[int]] = {}
    for i in table.positions("village"):
        alike.setdefault(name_key(table.units[i].name), []).append(i)
    found: dict[int, str] = {}
    for places in alike.values():
        if len({table.units[i].parent for i in places}) > 1:
            found |= {i: table.units[parent].name for i in places if (parent := table.units[i].parent) is not None}
    return found


# ---- the block “nhận xét” ----------------------------------------------------------------------------------------


def remarks(submission: Submission) -> list[Runs]:
    """The sentences of the block “nhận xét”, without their full stops; what the workbook cannot tell is left out.

    Each is one control, so that all its words follow the figures.

    The commune's changes, then, where a table says so of every village: highest rates, largest cuts, villages
    that have no poor household at the start and those that are to have none at the end.
    """
    speech = _Speech.of(submission)
    figures = commune_figures(submission)
    found = [(f"bien_dong[{stem}]", _changed(stem, figures, speech)) for stem in _STEMS]
    if (table := submission.table) is not None:
        cuts = ("ho_ngheo", "ho_can_ngheo") if table.line_of("giam_ho_ngheo") is not None else ("ho_da_chieu",)
        found.append(("ty_le_cao_nhat", _highest_rates(table, speech)))
        found += [(f"giam_nhieu_nhat[{stem}]", _largest_cuts(stem, table, speech)) for stem in cuts]
        found.append(("khong_giam", _no_cuts(cuts[0], table, speech)))
        found += _nothing_left(table, speech)
    return [controlled(runs, f"nhan_xet.{name}") for name, runs in found if runs]


class _Speech(NamedTuple):
    """The words of one submission: the kinds of commune and village, the period, its start and end."""

    commune: str
    village: str
    period: str
    start: str
    end: str

    @classmethod
    def of(cls, submission: Submission) -> _Speech:
        commune = submission.text("loai_don_vi").lower() or "xã"
        village = submission.text("loai_thon").lower() or "thôn"
        if (years := submission.period) is None:
            return cls(commune, village, "kỳ", "đầu kỳ", "cuối kỳ")
        first, last = years
        period = period_in_words(first, last)
        return cls(commune, village, period, f"cuối năm {first - 1}", f"cuối năm {last}")

    def villages(self, number: int) -> str:
        """``ba thôn``, ``15 thôn``."""
        return f"{number_in_words(number) if number < _IN_WORDS else format_count(number)} {self.village}"

    def leaders(self, number: int) -> str:
        """``ba thôn``; one alone needs no number: ``thôn``."""
        return self.village if number == 1 else self.villages(number)


def _changed(stem: str, figures: Mapping[str, Cell], speech: _Speech) -> Runs:
    """``Số hộ nghèo toàn xã trong năm 2023 giảm 12 hộ, từ 63 hộ (4,08%) xuống 51 hộ (3,30%)``."""
    said = change(stem, figures)
    return _runs(f"{_STEMS[stem][0]} toàn {speech.commune} trong {speech.period} ", *said) if said else ()


def _complete(code: str, table: Table) -> tuple[_Standing, ...]:
    """The figures of all villages, nothing where one is unknown, has no name or stands alone."""
    standings = _standings(code, table)
    sure = standings.complete and all(village.name for village in standings.villages)
    return standings.villages if sure and len(standings.villages) > 1 else ()


def _distinct(villages: tuple[_Standing, ...]) -> list[_Standing]:
    """The highest that stand out: three at the utmost (more only if equal), and never more than half of all."""
    half = len(villages) // 2
    leaders = _leaders(villages, min(LEADERS, half), min(LEADERS + BEYOND, half))
    return leaders if len(leaders) <= min(LEADERS + BEYOND, half) else []


def _highest_rates(table: Table, speech: _Speech) -> Runs:
    """``Cuối năm 2022, ba thôn có tỷ lệ hộ nghèo cao nhất là Mỹ Sơn (8,09%), …``."""
    for stem in ("ho_ngheo", "ho_da_chieu"):
        code = f"{catalogue.RATE_PREFIX}{stem}_dau_ky"
        if villages := _complete(code, table):
            if not (leaders := _distinct(villages)):
                return ()
            subject = f"{speech.leaders(len(leaders))} có tỷ lệ {_STEMS[stem][1]} cao nhất"
            return _runs(f"{capitalise(speech.start)}, {subject} là ", *_ranked(code, leaders))
    return ()


def _largest_cuts(stem: str, table: Table, speech: _Speech) -> Runs:
    """``Trong năm 2023, thôn có chỉ tiêu giảm hộ nghèo cao nhất là Mỹ Sơn (03 hộ)``.

    Nothing where one of them does not end below its start: new poor households may outweigh a cut.
    """
    code = f"giam_{stem}"
    leaders = _distinct(_complete(code, table))
    start, end = (
        {v.unit: v.value for v in _standings(f"{stem}_{when}", table).villages} for when in ("dau_ky", "cuoi_ky")
    )
    risen = any(v.unit in start and v.unit in end and end[v.unit] >= start[v.unit] for v in leaders)
    if not leaders or risen:
        return ()
    subject = f"{speech.leaders(len(leaders))} có chỉ tiêu giảm {_STEMS[stem][1]} cao nhất"
    return _runs(f"Trong {speech.period}, {subject} là ", *_ranked(code, leaders))


def _no_cuts(stem: str, table: Table, speech: _Speech) -> Runs:
    """``Trong năm 2023, có ba thôn còn hộ nghèo nhưng không có chỉ tiêu giảm: …``; nothing where nobody has any."""
    code, noun = f"giam_{stem}", _STEMS[stem][1]
    cuts, start = _complete(code, table), {v.unit: v for v in _complete(f"{stem}_dau_ky", table)}
    idle = _nothing(cuts)
    if len(idle) == len(cuts):
        return ()
    what = f"không có chỉ tiêu giảm {noun}"
    if start:
        idle = [village for village in idle if village.unit in start and not start[village.unit].nothing]
        what = f"còn {noun} nhưng không có chỉ tiêu giảm"
    return _where(code, idle, f"Trong {speech.period}, có {speech.villages(len(idle))} {what}", speech)


def _nothing_left(table: Table, speech: _Speech) -> list[tuple[str, Runs]]:
    """Villages without poor households at the start, and those that are to have none left at the end.

    Where the table does not part poor from near-poor households, both are spoken of together.
    """
    stem = next((s for s in ("ho_ngheo", "ho_da_chieu") if _complete(f"{s}_dau_ky", table)), "")
    if not stem:
        return []
    first, last, noun = f"{stem}_dau_ky", f"{stem}_cuoi_ky", _STEMS[stem][1]
    start = _complete(first, table)
    none = _nothing(start)
    at_start = {village.unit for village in none}
    left = [village for village in _nothing(_complete(last, table)) if village.unit not in at_start]
    opening, closing = f"{capitalise(speech.start)},", f"Đến {speech.end},"
    if len(start) in (len(none), len(left)):
        all_of_them = f"cả {speech.villages(len(start))} đều"
        said = f"{opening} {all_of_them} không có {noun}" if none else f"{closing} {all_of_them} không còn {noun}"
        return [("khong_co", (Run(said),))]
    more = "thêm " if none else ""
    return [
        ("khong_co", _where(first, none, f"{opening} có {speech.villages(len(none))} không có {noun}", speech)),
        ("khong_con", _where(last, left, f"{closing} có {more}{speech.villages(len(left))} không còn {noun}", speech)),
    ]


def _where(code: str, villages: list[_Standing], said: str, speech: _Speech) -> Runs:
    """What is said of villages, with their names where they are not too many; nothing where there are none."""
    if len(villages) > LISTED:
        return (Run(said),)
    return _runs(f"{said}: ", *_named(code, villages, speech.village)) if villages else ()


# ---- runs --------------------------------------------------------------------------------------------------------


def _shown(code: str, value: Decimal) -> str:
    """A figure in prose: counts below ten with a zero in front, rates with two decimals and %."""
    return format_rate(value) if catalogue.is_rate(code) else format_count(int(value), pad=True)


def _figure(code: str, value: Decimal, ref: CellRef, village: str = "") -> Run:
    """A figure as a run of its own; a village's is coded as its placeholder, ``giam_ho_ngheo[Mai Hà]``."""
    return Run(_shown(code, value), ref=ref, code=f"{code}[{village}]" if village else code)


def _runs(*parts: Run | str) -> Runs:
    """Texts and figures as runs, neighbouring texts as one."""
    found: list[Run] = []
    for part in parts:
        run = Run(part) if isinstance(part, str) else part
        if not run.text:
            continue
        if found and not (run.ref or run.code or found[-1].ref or found[-1].code):
            found[-1] = Run(found[-1].text + run.text)
        else:
            found.append(run)
    return tuple(found)


def _listed(items: Iterable[Iterable[Run | str]]) -> Runs:
    """``a, b và c``."""
    all_items = list(items)
    parts: list[Run | str] = []
    for n, item in enumerate(all_items):
        if n:
            parts.append(" và " if n == len(all_items) - 1 else ", ")
        parts += item
    return _runs(*parts)
