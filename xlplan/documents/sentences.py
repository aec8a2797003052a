"""Sentences made from figures: what changed, which villages stand highest, where there is nothing left.

Each is true of the cells that it names, or it is not made: a figure that is missing, cannot be read or contradicts
its own row gives no words. *Giảm* is only said where the end is below the start (rule C11). Every figure is a run of
its own with the cell that it comes from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from xlplan import catalogue
from xlplan.documents.blocks import Run, Runs, controlled
from xlplan.documents.standings import Figure, Standing, count_of, leaders_of, standings, without_any
from xlplan.model import Cell, CellRef, Submission, Table
from xlplan.rates import commune_figures, rate_of
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.dates import period_in_words
from xlplan.vietnamese.numbers import format_count, format_rate
from xlplan.vietnamese.text import capitalise
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


# ---- what changed ------------------------------------------------------------------------------------------------


def change(stem: str, figures: Mapping[str, Cell]) -> Runs:
    """Start and end of a count compared: ``giảm 12 hộ, từ 63 hộ (4,08%) xuống 51 hộ (3,30%)``.

    ``stem`` is a code without ``_dau_ky`` and ``_cuoi_ky``. Empty where either figure is missing or is no count: an
    end is never worked out from the start and a planned cut.
    """
    first, last = f"{stem}_dau_ky", f"{stem}_cuoi_ky"
    start, end = count_of(first, figures), count_of(last, figures)
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


def _with_rate(code: str, count: Figure, figures: Mapping[str, Cell]) -> tuple[Run | str, ...]:
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
    found = standings(code, table)
    leaders = leaders_of(found.villages, most, most + BEYOND)
    if not (leaders and found.complete and all(village.name for village in leaders)):
        return ()
    if len(leaders) > LISTED:
        return _runs(f"{format_count(len(leaders))} {word} (mỗi {word} ", *_measure(code, leaders[0]), ")")
    return _ranked(code, leaders)


def without(code: str, table: Table, word: str = "thôn") -> Runs:
    """The villages whose figure is 0: ``Mai Hà, Hà Tràng và Hồ Sơn``; of more than twelve only how many.

    A blank beside filled cells is none, unless the row's other figures say otherwise; a row that nobody has filled
    in says nothing. Each name carries the cell that holds the 0. Empty where there is no such village.
    """
    return _named(code, without_any(standings(code, table).villages), word)


def none_without(code: str, table: Table, word: str = "thôn") -> Runs:
    """``không có thôn nào`` where every village has a figure and none of them is 0; else empty."""
    found = standings(code, table)
    known = found.complete and found.villages and not any(v.nothing for v in found.villages)
    return (Run(f"không có {word} nào"),) if known else ()


def _named(code: str, villages: list[Standing], word: str) -> Runs:
    if len(villages) > LISTED:
        return (Run(f"{format_count(len(villages))} {word}"),)
    return _listed((Run(v.shown, ref=v.cell.ref, code=f"{code}[{v.name}]"),) for v in villages)


def _ranked(code: str, villages: Iterable[Standing]) -> Runs:
    names = ((v, f"{v.name} ({v.group}; " if v.group else f"{v.name} (") for v in villages)
    return _listed((opening, *_measure(code, v), ")") for v, opening in names)


def _measure(code: str, village: Standing) -> tuple[Run | str, ...]:
    """A village's figure with its unit: ``03 hộ``, ``4,08%``."""
    figure = _figure(code, village.value, village.cell.ref, village.name)
    return (figure,) if catalogue.is_rate(code) else (figure, f" {catalogue.unit(code)}")


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


def _complete(code: str, table: Table) -> tuple[Standing, ...]:
    """The figures of all villages, nothing where one is unknown, has no name or stands alone."""
    found = standings(code, table)
    sure = found.complete and all(village.name for village in found.villages)
    return found.villages if sure and len(found.villages) > 1 else ()


def _distinct(villages: tuple[Standing, ...]) -> list[Standing]:
    """The highest that stand out: three at the utmost (more only if equal), and never more than half of all."""
    half = len(villages) // 2
    leaders = leaders_of(villages, min(LEADERS, half), min(LEADERS + BEYOND, half))
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
        {v.unit: v.value for v in standings(f"{stem}_{when}", table).villages} for when in ("dau_ky", "cuoi_ky")
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
    idle = without_any(cuts)
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
    none = without_any(start)
    at_start = {village.unit for village in none}
    left = [village for village in without_any(_complete(last, table)) if village.unit not in at_start]
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


def _where(code: str, villages: list[Standing], said: str, speech: _Speech) -> Runs:
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
