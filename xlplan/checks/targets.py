"""Targets of `Mục tiêu` against the figures: C02 (equalities), C04 (inequalities and their base), C05 (villages)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache, lru_cache

from xlplan import catalogue
from xlplan.checks.figures import Figure, figure_of, village_figures
from xlplan.checks.relations import MOST_PLACES
from xlplan.checks.scope import PASSED, ZERO, Case, Outcome, not_checked, plain
from xlplan.messages import Language, finding, in_words
from xlplan.model import Cell, CellRef, Finding, NotChecked, Record, Submission, Unit
from xlplan.rates import PLACES
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.numbers import round_half_up
from xlplan.vietnamese.text import clean, key

BASES = {
    "ho_ngheo": ("hộ nghèo", "poor households"),
    "ho_can_ngheo": ("hộ cận nghèo", "near-poor households"),
    "ho_da_chieu": ("nghèo đa chiều", "multidimensionally poor households"),
}
"""What a target may be a share of (“Tính trên”), by the part of a code that stands for it."""
CONFUSED = ("ho_ngheo", "ho_da_chieu")  # “hộ nghèo đa chiều” is said of the one and of the other
DECREASE, START, END = "giam_", "_dau_ky", "_cuoi_ky"
EXACT = ("=", "còn")
ORDERED = ("≥", ">", "≤", "<")
_OF_POVERTY = frozenset(
    key("mức giảm tỷ lệ hộ nghèo, cận nghèo đa chiều và của toàn trên địa bàn xã phường thị trấn đặc khu").split()
)
_OF_THE_YEAR = frozenset(("trong", "năm"))
_WHOLE = ("toàn", "cả", "trên", "địa bàn", "bộ", "thể")  # words around the commune: toàn xã, trên địa bàn xã


class Target(NamedTuple):
    """One row of `Mục tiêu`: ``code`` is the indicator meant, in the unit of the target; empty where unknown.

    ``sign`` is what the value is held against with (``=``, ``còn`` or an inequality), ``base`` the stated base.
    """

    record: Record
    code: str
    sign: str
    base: str
    cell: Cell | None

    @property
    def is_rate(self) -> bool:
        """Whether the target is a rate in per cent."""
        return catalogue.is_rate(self.code)

    @property
    def places(self) -> int:
        """Decimals to compare a rate with: those printed; for an inequality and a target of 0 at least two.

        3,30% is not at most 3%, and 0,04% is not 0%.
        """
        printed = min(self.cell.places, MOST_PLACES) if self.cell is not None else 0
        return printed if self.sign in EXACT and self.value else max(printed, PLACES)

    @property
    def value(self) -> Decimal:
        """The value of the target; 0 where there is none."""
        return ZERO if self.cell is None or self.cell.value is None else self.cell.value

    @property
    def place(self) -> str:
        """The indicator, for the message."""
        name = clean(self.record.text("chi_tieu"))
        return catalogue.label(name) if catalogue.known(name) else name

    @property
    def unit(self) -> str:
        """The unit as it follows a figure."""
        return "%" if self.is_rate else f" {catalogue.unit(self.code)}"

    @property
    def written(self) -> str:
        """The value in plain digits with the decimals that are printed."""
        cell = self.cell
        return plain(round_half_up(self.value, min(cell.places, MOST_PLACES) if cell is not None else 0))

    def stated(self, lang: Language) -> str:
        """Sign, value and unit: ``còn 3,30%``."""
        return f"{clean(self.record.text('phep'))} {in_words(self.written, lang)}{self.unit}"

    def holds(self, figure: Figure) -> bool:
        """Whether a figure satisfies the target."""
        if self.sign in EXACT:
            return figure.value == (round_half_up(self.value, self.places) if self.is_rate else self.value)
        return {
            "≥": figure.value >= self.value,
            ">": figure.value > self.value,
            "≤": figure.value <= self.value,
            "<": figure.value < self.value,
        }[self.sign]


def targets(submission: Submission) -> Iterator[Target]:
    """Every row of `Mục tiêu`, as far as it is understood."""
    for record in submission.records.get("muc_tieu", ()):
        yield _target(record, submission.period)


def _target(record: Record, period: tuple[int, int] | None) -> Target:
    """What a row means. A decrease of a stock is a decrease by at least so much."""
    words = record.text("chi_tieu"), record.text("don_vi"), record.text("phep"), record.text("co_so")
    code, sign, base = _meaning(*words, period)
    return Target(record, code, sign, base, record.numbers.get("gia_tri"))


@lru_cache(maxsize=1024)  # the communes of a batch share most of their words
def _meaning(name: str, unit: str, sign: str, base: str, period: tuple[int, int] | None) -> tuple[str, str, str]:
    """The indicator that a row's words mean, what its value is held against with, and the base."""
    name, unit = clean(name), clean(unit)
    sign = catalogue.sign(clean(sign))
    stated = _base_of(base)
    code = catalogue.named(name, period)
    if not code:
        code = _decrease_in_words(name, sign, stated, period) if _is_percent(unit) else ""
        sign = "≥" if sign == "giảm" else sign
    elif sign == "giảm":
        sign = "=" if DECREASE in code else "≥"
        code = _as_decrease(code)
    code = _in_unit(code, unit)
    return code, sign, stated or _base_in(code)


def _is_percent(unit: str) -> bool:
    return "%" in unit or "phần trăm" in key(unit)


def _in_unit(code: str, unit: str) -> str:
    """The rate of a count where the unit is %, the count of a rate where it is hộ."""
    count = catalogue.count_of(code)
    if _is_percent(unit) and count:
        code = catalogue.RATE_PREFIX + count
    elif catalogue.known(count) and key(unit) == key(catalogue.unit(count)):
        code = count
    return code if catalogue.known(code) else ""


def _base_in(code: str) -> str:
    """The base that a code itself speaks of."""
    return next((base for base in BASES if base in code), "")


def _base_of(text: str) -> str:
    """The base that words speak of; poor and near-poor together are the multidimensionally poor."""
    words = key(text)
    near, poor = "cận nghèo" in words, "nghèo" in words.replace("cận nghèo", "")
    if "đa chiều" in words or (near and poor):
        return "ho_da_chieu"
    return "ho_can_ngheo" if near else "ho_ngheo" if poor else ""


def _as_decrease(code: str) -> str:
    """The decrease of a stock of poor households: ``ty_le_ho_ngheo_cuoi_ky`` -> ``ty_le_giam_ho_ngheo``."""
    if DECREASE in code:
        return code
    count = catalogue.count_of(code)
    stem = count.removesuffix(START).removesuffix(END)
    if stem not in BASES:
        return ""
    return (catalogue.RATE_PREFIX if catalogue.is_rate(code) else "") + DECREASE + stem


def _decrease_in_words(name: str, sign: str, stated: str, period: tuple[int, int] | None) -> str:
    """The decrease in per cent that a name speaks of in plain words, as its sign or with “giảm” in it.

    Only names that speak of nothing else; of a year only where the plan is for that year.
    """
    words = set(key(name).split())
    if period is not None and period[0] == period[1]:
        words -= _OF_THE_YEAR | {str(period[0])}
    if sign in EXACT or not words or not words <= _OF_POVERTY or (sign != "giảm" and "giảm" not in words):
        return ""
    base = stated or _base_of(name)
    return catalogue.RATE_PREFIX + DECREASE + base if base else ""


# ---- scope -------------------------------------------------------------------------------------------------


def village_of(submission: Submission, record: Record) -> str:
    """The village that a target is about; empty where it is about the whole commune."""
    if "pham_vi" not in record.texts:  # nearly always
        return ""
    written = clean(record.text("pham_vi"))
    words = key(written)
    own = key(submission.text("ten_don_vi"))
    if not words or (own and words == own and not _is_village(written, submission)):
        return ""
    rest = f"{words} "
    while lead := next((f"{word} " for word in _WHOLE if rest.startswith(f"{word} ")), ""):
        rest = rest.removeprefix(lead)
    of_commune = any(rest in (f"{kind} ", f"{kind} {own} ") for kind in _commune_kinds())
    return "" if not rest or of_commune else written


@cache
def _commune_kinds() -> tuple[str, ...]:
    return tuple(key(word.word) for word in catalogue.unit_words("commune_kind"))


def _is_village(written: str, submission: Submission) -> bool:
    from xlplan.vietnamese.names import same

    return any(same(written, name) for name in _villages(submission))


def _villages(submission: Submission) -> dict[str, Unit]:
    """The villages of all tables by their names."""
    found: dict[str, Unit] = {}
    for table in submission.tables:
        for i in table.positions("village"):
            found.setdefault(table.units[i].name, table.units[i])
    return found


def _unclear(rule: str, target: Target) -> NotChecked | None:
    """Why a target cannot be compared, if so: no value or comparison, or one that cannot be read.

    “còn” speaks of the end of the period; a figure of its start cannot answer it.
    """
    texts, cell = target.record.texts, target.cell
    if not target.sign:
        return not_checked(rule, "blank", what=f"Phép so sánh – {target.place}")
    if target.sign not in (*EXACT, *ORDERED):
        return not_checked(rule, "unreadable", texts["phep"].ref)
    if cell is None or cell.state in ("blank", "dash"):
        return not_checked(rule, "blank", what=f"Giá trị – {target.place}")
    if cell.value is None:
        return not_checked(rule, "uncomputed" if cell.state == "uncomputed" else "unreadable", cell.ref)
    if target.sign == "còn" and target.code.endswith(START):
        return not_checked(rule, "start_figure", texts["chi_tieu"].ref)
    return None


# ---- the rules ---------------------------------------------------------------------------------------------


def c02(case: Case) -> Iterator[Outcome]:
    """A target “còn X %”, “= X” for the whole commune equals the commune's figure at the printed decimals.

    ``=ROUND(H19/C19*100,2)=C5``
    """
    figures = case.commune
    for target, village in case.targets:
        if target.sign in ORDERED or not target.code or village:
            continue
        if note := _unclear("C02", target):
            yield note
            continue
        figure = figure_of(target.code, figures, target.places)
        if figure is None:
            yield not_checked("C02", "missing", what=catalogue.label(target.code))
        elif target.holds(figure) or _is_difference(target, figures):
            yield PASSED
        else:
            yield _differs(case, target, figure_of(target.code, figures, max(target.places, PLACES)) or figure)


def _is_difference(target: Target, figures: Mapping[str, Cell]) -> bool:
    """Whether a decrease in per cent is the difference of the printed rates, which rounding may set 0,01 off (C03)."""
    stem = target.code.removeprefix(catalogue.RATE_PREFIX + DECREASE)
    if not target.is_rate or stem not in BASES:
        return False
    start, end = (figure_of(f"{catalogue.RATE_PREFIX}{stem}{at}", figures, target.places) for at in (START, END))
    return start is not None and end is not None and start.value - end.value == target.value


def _ref(target: Target) -> CellRef:
    return target.cell.ref if target.cell is not None else target.record.ref


def _differs(case: Case, target: Target, figure: Figure) -> Finding:
    return finding(
        "C02",
        _ref(target),
        place=target.place,
        stated=target.stated("vi"),
        stated_en=target.stated("en"),
        commune=f"toàn {case.submission.text('loai_don_vi') or 'xã'}",
        formula=figure.formula,
        unit=target.unit,
        actual=target.written,
        expected=plain(figure.value),
        related=figure.refs,
    )


def c04(case: Case) -> Iterator[Outcome]:
    """An inequality target holds, and of which base: hộ nghèo, hộ cận nghèo or nghèo đa chiều.

    “> 0,62 %” holds for 29 / 2.725 = 1,06 % and fails for 6 / 2.725 = 0,22 %. ``=C20/C7*100>0.62``
    """
    figures = case.commune
    for target, village in case.targets:
        if target.sign not in ORDERED or not target.code or village:
            continue
        if note := _unclear("C04", target):
            yield note
        else:
            yield _ordered(case, target, figures)


def _ordered(case: Case, target: Target, figures: Mapping[str, Cell]) -> Outcome:
    """Holds an inequality against the stated base and the others that it may have been meant of."""
    own = _base_in(target.code)
    codes = {base: target.code.replace(own, base) for base in (target.base, *BASES)} if own else {"": target.code}
    codes = {base: code for base, code in codes.items() if catalogue.known(code)}
    stated = target.base if target.base in codes else own
    found = {base: figure for base, code in codes.items() if (figure := figure_of(code, figures, target.places))}
    if stated not in found:
        return not_checked("C04", "missing", what=catalogue.label(codes[stated]))
    holds = {base: target.holds(figure) for base, figure in found.items()}
    # A bound from above with its base stated says what it means: the wider base exceeds it as a matter of course
    open_base = target.sign in ("≥", ">") or not target.record.text("co_so")
    named = "cận nghèo" in key(target.record.text("dien_giai"))  # the sentence says which households it means
    unsure = open_base and not named and stated in CONFUSED and not all(holds.get(base, True) for base in CONFUSED)
    if holds[stated] and not unsure:
        return PASSED
    commune = f"toàn {case.submission.text('loai_don_vi') or 'xã'}"
    advice = "Xác nhận chỉ tiêu tính trên nhóm hộ nào và ghi rõ trong kế hoạch"
    advice_en = "Confirm which households the target is a share of, and say so in the plan"
    if not holds[stated]:
        found = {base: figure for base, figure in found.items() if base == stated or holds[base]}
        advice, advice_en = "Xem lại giá trị của chỉ tiêu và số liệu", "Look at the target and the figures again"
    return finding(
        "C04",
        _ref(target),
        place=target.place,
        stated=target.stated("vi"),
        stated_en=target.stated("en"),
        fault=_verdicts(target, found, holds, ("đạt", "không đạt", "nếu tính trên", f"số {commune} là"), "vi"),
        fault_en=_verdicts(target, found, holds, ("holds", "fails", "for", "the commune's figure is"), "en"),
        advice=advice,
        advice_en=advice_en,
        actual=target.written,
        expected="" if holds[stated] else plain(found[stated].value),
        related=tuple(dict.fromkeys(ref for figure in found.values() for ref in figure.refs)),
    )


def _verdicts(
    target: Target,
    found: Mapping[str, Figure],
    holds: Mapping[str, bool],
    words: tuple[str, str, str, str],
    lang: Language,
) -> str:
    """``đạt nếu tính trên nghèo đa chiều (1,06%); không đạt nếu tính trên hộ nghèo (0,22%)``."""

    def shown(base: str) -> str:
        value = in_words(plain(found[base].value), lang) + target.unit
        return f"{BASES[base][lang == 'en']} ({value})" if base else f"{words[3]} {value}"

    parts = []
    for verdict in (True, False):
        named = [shown(base) for base in found if holds[base] == verdict]
        if named:
            joint = f" {words[2]} " if "" not in found else ", "
            parts.append(f"{words[0] if verdict else words[1]}{joint}{', '.join(named)}")
    return "; ".join(parts)


def beyond_the_start(case: Case) -> Iterator[Outcome]:
    """A12 for plans without a table: the decrease aimed at is no more than what is there. ``=C5<=Hiện trạng!D8``."""
    figures = case.commune
    for target, village in case.targets:
        code = target.code
        if target.is_rate or not code.startswith(DECREASE) or code in figures or target.sign not in (*EXACT, "≥", ">"):
            continue
        start = figures.get(code.removeprefix(DECREASE) + START)
        if start is None or start.value is None or not target.value or village:
            continue
        if target.value <= start.value:
            yield PASSED
            continue
        whole = catalogue.label(code.removeprefix(DECREASE) + START)
        yield finding(
            "A12",
            _ref(target),
            place=target.place,
            whole_label=whole,
            actual=target.written,
            expected=plain(start.value),
            related=(start.ref,),
        )


def c05(case: Case) -> Iterator[Outcome]:
    """A target about one village agrees with the village's row; what the table does not hold is not checked.

    ``=H15=C6``
    """
    for target, village in case.targets:
        if village and not case.tables:
            yield not_checked("C05", "no_table")
        elif village:
            yield from _in_village(case, target, village)


def _in_village(case: Case, target: Target, written: str) -> Iterator[Outcome]:
    """Finds the village of a target, if it is one; a name that is only likely to be the village's is said."""
    from xlplan.vietnamese.names import match

    villages = _villages(case.submission)
    name, how, near = match(written, villages)
    if name is None:
        if any(_is_village(part, case.submission) for sign in (",", ";", " và ") for part in written.split(sign)[:-1]):
            yield not_checked("C05", "which_village", what=written)
        else:
            yield _no_such_village(case, target, written, near)
        return
    if how == "likely":
        place, other = target.record.texts["pham_vi"].ref, villages[name].ref
        yield finding("I34", place, written=written, read=name, other=other.seen_from(place.sheet), related=(other,))
    figures = village_figures(case, name)
    if figures is None:
        yield not_checked("C05", "which_village", what=written)
    else:
        yield _unclear("C05", target) or _with_village(case, target, name, figures)


def _with_village(case: Case, target: Target, name: str, figures: Mapping[str, Cell]) -> Outcome:
    """Compares a target with the figures of its village."""
    village = f"{case.submission.text('loai_thon')} {name}".strip()
    figure = figure_of(target.code, figures, target.places) if target.code else None
    if figure is None:
        label = catalogue.label(target.code) if target.code else target.place
        return not_checked("C05", "no_village_figure", what=f"{label[:1].lower()}{label[1:]} của {village}")
    if target.holds(figure):
        return PASSED
    value = plain(figure.value)
    return finding(
        "C05",
        _ref(target),
        place=target.place,
        stated=target.stated("vi"),
        stated_en=target.stated("en"),
        fault=f"số của {village} trong biểu là {in_words(value, 'vi')}{target.unit}",
        fault_en=f"the table gives {in_words(value, 'en')}{target.unit} for {village}",
        advice="Sửa giá trị của chỉ tiêu, hoặc xem lại dòng của thôn, ấp trong biểu",
        advice_en="Correct the target, or look at the village's figures again",
        actual=target.written,
        expected=value,
        related=figure.refs,
    )


def _no_such_village(case: Case, target: Target, written: str, near: tuple[str, ...]) -> Finding:
    return finding(
        "C05",
        target.record.texts["pham_vi"].ref,
        place=target.place,
        stated=f"“{written}”",
        stated_en=f"“{written}”",
        fault=f"biểu không có {case.submission.text('loai_thon') or 'thôn, ấp'} nào tên như vậy"
        + (f" (gần giống nhất: “{near[0]}”)" if near else ""),
        fault_en="no village of the table has this name" + (f" (the nearest is “{near[0]}”)" if near else ""),
        advice="Ghi lại tên như trong biểu, hoặc ghi “Toàn xã”",
        advice_en="Write the name as the table does, or “Toàn xã”",
        actual=written,
    )
