"""The turn of the year, where last year's workbook is given: A11, and what B03 and B07 ask of it.

The rules load this module only then.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xlplan.checks.continuity import LastYear, file_name
from xlplan.checks.plausibility import POINTS_A_YEAR, ask
from xlplan.checks.scope import PASSED, ZERO, Case, Outcome, Scope, filled, not_checked, plain, term
from xlplan.checks.villages import BASE, END, START, STEMS, Change, Village, stated_codes
from xlplan.messages import finding
from xlplan.model import Cell, CellRef, Finding, Severity, Submission
from xlplan.rates import PLACES, commune_figures
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.dates import format_period
from xlplan.vietnamese.numbers import rate as ratio
from xlplan.vietnamese.text import key

NAMED = 5  # villages that a message names
_PLANNED = ("dự kiến", "kế hoạch", "chỉ tiêu", "phấn đấu", "mục tiêu")
"""Words of a heading that make its figures planned ones, which the review at the end of the year may correct."""


class Pair(NamedTuple):
    """One unit in both years; ``severity`` is that of a difference, ``None`` for the rule's own."""

    now: Scope
    before: Scope
    severity: Severity | None
    name_before: str = ""


class _Turn(NamedTuple):
    """One count at the turn of the year, in both workbooks."""

    stem: str
    now: Cell
    start: Decimal
    before: Cell
    end: Decimal


def _pairs(case: Case, last: LastYear) -> Iterator[Pair]:
    """The villages that are the same in both years, then the commune."""
    changed = {village.unit.ref for change in last.changes for village in change.now}
    own: Severity | None = "warning" if last.reorganised else None
    for now, before in last.villages.same:
        if now.unit.ref not in changed:
            yield Pair(now.scope, before.scope, "warning" if last.scattered else own)
    for now, before in last.villages.likely:
        yield Pair(now.scope, before.scope, "warning", before.name)
    if case.previous is not None and (not last.reorganised or _same_villages(last)):
        yield Pair(_commune(case.submission), _commune(case.previous), own)


def _same_villages(last: LastYear) -> bool:
    """Whether no village came or went: the commune's figures are still those of the same places."""
    return not (last.villages.added or last.villages.gone)


def _commune(submission: Submission) -> Scope:
    table = submission.table
    labels = {line.code: line.label for line in table.lines if line.code} if table else {}
    name = table.units[table.commune].name if table and table.commune is not None else ""
    codes = stated_codes(table) | set(submission.situation) if table else set(submission.situation)
    figures = {code: cell for code, cell in commune_figures(submission).items() if code in codes}
    return Scope(name, figures, labels, blank_is_zero=False, is_commune=True)


# ---- A11 ---------------------------------------------------------------------------------------------------


def start_and_end(case: Case, last: LastYear) -> Iterator[Outcome]:
    """Outcomes of A11, with those on whether the workbooks belong together."""
    yield from last.notes
    if not last.comparable:
        return
    found = [outcome for pair in _pairs(case, last) for outcome in _turn(case, last, pair)]
    found += [outcome for change in last.changes for outcome in _moved(case, last, change)]
    if not found:
        yield not_checked("A11", "missing", what=f"số cuối kỳ – {_file(case)}")
    elif last.same_standard:
        yield from found
    else:
        yield from _other_standard(case, last, found)


def _turn(case: Case, last: LastYear, pair: Pair) -> Iterator[Outcome]:
    """The start of one unit's figures against last year's end."""
    differs = ZERO
    for stem in STEMS:
        now, before = pair.now.figures.get(stem + START), pair.before.figures.get(stem + END)
        if now is None or before is None or not (filled(now) or pair.now.blank_is_zero):
            continue
        if pair.now.is_commune and now.formula is not None and last.villages.same:
            continue  # a sum of villages that were compared one by one
        start = term(now, blank_is_zero=pair.now.blank_is_zero)
        end = term(before, blank_is_zero=pair.before.blank_is_zero)
        if start.reason or end.reason:
            ref = now.ref.qualified if start.reason else f"{_file(case)}, {before.ref.qualified}"
            yield not_checked("A11", start.reason or end.reason, what=ref)
            continue
        difference = start.value - end.value
        if difference in (ZERO, differs if stem == STEMS[-1] else ZERO):
            yield PASSED  # a total that differs by as much as its parts has no mistake of its own
            continue
        differs += difference
        yield _differs(case, last, pair, _Turn(stem, now, start.value, before, end.value))


def _differs(case: Case, last: LastYear, pair: Pair, turn: _Turn) -> Finding:
    """The finding for one figure. What last year only planned may have come otherwise: a warning."""
    heading = key(pair.before.labels.get(turn.stem + END, ""))
    planned = any(key(word) in heading for word in _PLANNED)
    remark, remark_en = "", ""
    if planned:
        remark, remark_en = " (số dự kiến)", " (a planned figure)"
    elif pair.name_before:
        remark, remark_en = f" của “{pair.name_before}”", f" of “{pair.name_before}”"
    elif pair.severity:
        remark, remark_en = ", trước khi sắp xếp đơn vị", ", before the units were reorganised"
    advice = (
        "Số đầu kỳ phải bằng số cuối kỳ trước: xem số nào đúng rồi sửa",
        "A year starts with what the last one ended with: see which is right and correct the other",
    )
    if planned or pair.severity:
        advice = (
            "Nếu kết quả thực tế khác thì giữ nguyên và nêu rõ trong kế hoạch; nếu không, sửa lại số",
            "If the year really ended otherwise, leave it and say so in the plan; if not, correct the figure",
        )
    return finding(
        "A11",
        turn.now.ref,
        severity="warning" if planned else pair.severity,
        place=pair.now.place(turn.stem + START),
        **_of_last_year(case, last, turn.before.ref),
        formula="",
        remark=remark,
        remark_en=remark_en,
        advice=advice[0],
        advice_en=advice[1],
        actual=plain(turn.start) if filled(turn.now) else "",
        expected=plain(turn.end),
    )


def _of_last_year(case: Case, last: LastYear, ref: CellRef) -> dict[str, str]:
    """How a message names a figure of last year's workbook."""
    return {"file": f"{_file(case)}, {ref.qualified}", "period": format_period(last.period[1], last.period[1])}


def _file(case: Case) -> str:
    return file_name(case.previous) if case.previous is not None else ""


def _moved(case: Case, last: LastYear, change: Change) -> Iterator[Outcome]:
    """Villages that merged or were divided: said once, at the first figure that is not 0."""
    now, before = change.now[0], change.before[0]
    merged = len(change.before) > 1
    for stem in STEMS:
        start = [village.sums(START).get(stem, ZERO) for village in change.now]
        end = [village.sums(END).get(stem, ZERO) for village in change.before]
        cell, of = now.scope.figures.get(stem + START), before.scope.figures.get(stem + END)
        if cell is None or of is None or not sum(start):
            continue
        names = ", ".join(f"“{v.name}”" for v in (change.before if merged else change.now))
        word = case.village_word
        yield finding(
            "A11",
            cell.ref,
            severity="warning",
            place=now.scope.place(stem + START),
            **_of_last_year(case, last, of.ref),
            formula=f"{' + '.join(map(plain, end))} = " if merged else "",
            remark=f", cộng của {names}"
            if merged
            else f" của “{before.name}”, bằng {' + '.join(map(plain, start))} của {names}",
            remark_en=f", the sum of {names}"
            if merged
            else f" of “{before.name}”, which is {' + '.join(map(plain, start))} of {names}",
            advice=f"Nếu các {word} này đã {'nhập lại' if merged else 'được chia ra'} thì giữ nguyên; nếu không, xem "
            "lại tên và số liệu",
            advice_en=f"If these villages were {'merged' if merged else 'divided'}, leave them; if not, look at names "
            "and figures",
            actual=plain(start[0]),
            expected=plain(sum(end, ZERO)),
            related=tuple(v.scope.figures[stem + START].ref for v in change.now[1:] if stem + START in v.scope.figures),
        )
        return


def _other_standard(case: Case, last: LastYear, found: list[Outcome]) -> Iterator[Outcome]:
    """Across a change of the poverty standard: one note in place of all differences."""
    different = [outcome for outcome in found if isinstance(outcome, Finding)]
    if not different:
        yield from found
        return
    whole = {cell.ref for cell in case.commune.values()}
    shown = next((item for item in different if item.ref in whole), different[0])
    yield shown._replace(
        severity="info",
        params={
            **shown.params,
            "advice": f"Chuẩn nghèo đổi từ năm {last.period[1] + 1} nên {len(different)} số đầu kỳ khác số cuối kỳ "
            "trước là bình thường; khi so sánh, ghi rõ số nào theo chuẩn nào",
            "advice_en": f"The poverty standard changes in {last.period[1] + 1}, so it is natural that "
            f"{len(different)} figures differ; say which standard each follows",
        },
    )


# ---- B03 ---------------------------------------------------------------------------------------------------


def rate_changes(case: Case, last: LastYear) -> Iterator[Outcome]:
    """Rates at the start of this year against last year's end (or, where it has none, last year's start)."""
    if not last.comparable or not last.same_standard or case.submission.years is None:
        return
    years_apart = case.submission.years[0] - last.period[0]
    for pair in _pairs(case, last):
        for stem in STEMS:
            for at, years in ((END, 1), (START, years_apart)):
                if stem + at in pair.before.figures:
                    yield from _rate_change(pair, stem, at, years)
                    break


def _rate_change(pair: Pair, stem: str, at: str, years: int) -> Iterator[Outcome]:
    codes = [(pair.now, stem + START), (pair.now, BASE), (pair.before, stem + at), (pair.before, BASE)]
    cells = [scope.figures.get(code) for scope, code in codes]
    values = [cell.value for cell in cells if cell is not None and cell.integral and cell.value is not None]
    if len(values) < len(cells) or not values[1] or not values[3] or values[0] > values[1] or values[2] > values[3]:
        return
    part, whole, part_before, whole_before = values
    limit = POINTS_A_YEAR * years
    if abs(part * whole_before - part_before * whole) * 100 <= limit * whole * whole_before:
        yield PASSED
        return
    after, before = (ratio(p, w, PLACES) or ZERO for p, w in ((part, whole), (part_before, whole_before)))
    yield ask(
        "B03",
        pair.now,
        stem + START,
        (BASE,),
        before=plain(before),
        after=plain(after),
        way="xuống" if after < before else "lên",
        limit=str(limit),
        span="một năm (so với sổ năm trước)" if years == 1 else f"{years} năm (so với sổ năm trước)",
        span_en="one year (against last year's workbook)" if years == 1 else f"{years} years (against last year's)",
    )


# ---- B07 ---------------------------------------------------------------------------------------------------


def names(case: Case, last: LastYear) -> Iterator[Outcome]:
    """Villages that are missing, new or called otherwise against last year's workbook."""
    found = last.villages
    if not last.comparable or last.reorganised or not (found.same or found.likely):
        return
    if not (found.likely or found.added or found.gone):
        yield PASSED
    year = format_period(*last.period)
    for now, before in found.likely:
        yield _otherwise(
            now,
            f"còn sổ kỳ {year} ghi “{before.name}”. Nếu là một nơi đã đổi tên thì giữ nguyên; nếu viết nhầm, ghi lại "
            "tên cũ",
            f"the workbook of {year} has “{before.name}”. If the place was renamed, leave it; if it is misspelt, write "
            "the old name",
        )
    if found.added:
        listed = _listed(found.added[1:], ", cùng ", ", with ")
        yield _otherwise(
            found.added[0],
            f"không có trong sổ kỳ {year}{listed[0]}. Nếu mới lập, tách hoặc nhập thì giữ nguyên; nếu không, "
            "xem lại tên",
            f"which the workbook of {year} does not have{listed[1]}. If it is new, leave it; if not, look at the name",
            tuple(village.unit.ref for village in found.added[1:]),
        )
    if found.gone and (table := case.submission.table) is not None:
        count = sum(1 for _ in table.positions("village"))
        listed = _listed(found.gone, "", "")
        yield finding(
            "B07",
            CellRef(table.sheet, 0, 0),
            written=f"{count} {case.village_word}",
            fault=f"thiếu {listed[0]} của sổ kỳ {year}. Nếu đã nhập vào nơi khác hoặc đổi tên thì giữ nguyên; nếu sót, "
            "bổ sung dòng",
            fault_en=f"without {listed[1]} of the workbook of {year}. If merged or renamed, leave it; if it was left "
            "out, add the row",
        )


def _listed(villages: tuple[Village, ...], lead: str, lead_en: str) -> tuple[str, str]:
    """Names of villages in quotes after a lead, in both languages; nothing where there are none."""
    if not villages:
        return "", ""
    more = " …" if len(villages) > NAMED else ""
    quoted = ", ".join(f"“{village.name}”" for village in villages[:NAMED]) + more
    return f"{lead}{quoted}", f"{lead_en}{quoted}"


def _otherwise(now: Village, fault: str, fault_en: str, related: tuple[CellRef, ...] = ()) -> Finding:
    return finding("B07", now.unit.ref, written=now.name, fault=fault, fault_en=fault_en, related=related)
