"""What a form says of itself: the formulas printed under its headings (A04, A08, A09, A13), and the sums of A16."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from xlplan import catalogue
from xlplan.catalogue import reviews
from xlplan.catalogue.records import AtMost, Equality
from xlplan.checks.printed import Formula, parse
from xlplan.checks.relations import Bound, Decimals, Ratio, Relation, as_printed, decimals
from xlplan.checks.scope import PASSED, ZERO, Outcome, Passed, Scope, filled, filled_lines, not_checked, plain, term
from xlplan.messages import finding
from xlplan.model import Cell, Finding, NotChecked, Table
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.numbers import round_half_up
from xlplan.vietnamese.text import key

MOST_PLACES = 6
SEVERAL = 3  # units in which a printed formula fails before it is doubted itself: a slip is one and the total
NO_FIGURES = Passed()  # 0 = 0 + 0 holds under any formula
_HUNDRED = Fraction(100)


class Stated(NamedTuple):
    """A formula printed for one line, with the lines that its marks mean and the rule that it belongs to."""

    table: Table
    line: int
    formula: Formula
    lines: Mapping[str, int]
    rule: str
    severity: str

    @property
    def text(self) -> str:
        """The formula as it is printed: ``4=3/1*100``."""
        line = self.table.lines[self.line]
        return f"{line.mark}={line.formula.lstrip('= ')}"


def printed(rule: str, tables: tuple[Table, ...]) -> Iterator[Outcome]:
    """Holds every printed formula of this rule that no identity of the catalogue covers already.

    A quotient is A04's, the flow of the forms Diễn biến A08's and A09's, any other sum or difference A13's.
    """
    for table in tables:
        for j, line in enumerate(table.lines):
            if line.formula:
                found = _stated(table, j)
                if isinstance(found, NotChecked):
                    if rule == found.code:
                        yield found
                elif found.rule == rule and not _is_covered(found):
                    yield from _judge(found)


def _stated(table: Table, j: int) -> Stated | NotChecked:
    """The formula printed for a line, or why it cannot be held against the figures."""
    line = table.lines[j]
    formula = parse(line.formula)
    if formula is None:
        return not_checked("A13", "printed_formula", what=f"{line.mark}={line.formula}")
    rule, severity = _rule_of(table, j, formula)
    marks = _marks(table, line.offset)
    wanted = formula.marks(marks)
    lost = [mark for mark in wanted if mark not in marks]
    if lost or not wanted:
        return not_checked(rule, "printed_mark", what=f"{line.mark}={line.formula.lstrip('= ')}")
    return Stated(table, j, formula, {mark: marks[mark] for mark in wanted}, rule, severity)


def _marks(table: Table, offset: int) -> dict[str, int]:
    """Positions of the lines by mark, among the first or the second lines of the units; a mark twice is none."""
    found: dict[str, list[int]] = {}
    for j, line in enumerate(table.lines):
        if line.mark and line.offset == offset:
            found.setdefault(key(line.mark), []).append(j)
    return {mark: places[0] for mark, places in found.items() if len(places) == 1}


def _flow_of(table: Table) -> Equality | None:
    """The official flow of a form Diễn biến."""
    return next((e for e in catalogue.equalities() if e.form and e.form == table.form), None)


def _rule_of(table: Table, j: int, formula: Formula) -> tuple[str, str]:
    """The rule that a printed formula belongs to, and how grave a breach is."""
    if formula.is_quotient:
        return "A04", "error"
    flow = _flow_of(table)
    end = table.line_of(flow.total) if flow else None
    if flow is None or end is None or table.lines[end].at != table.lines[j].at:
        return "A13", "error"
    wanted = filled_lines(table)
    offset = table.lines[j].offset
    places = {table.lines[i].at for code in flow.open if (i := table.line_of(code)) is not None}
    shown = [i for i, line in enumerate(table.lines) if line.at in places and line.offset == offset and i in wanted]
    return flow.rule, "error" if len(shown) == len(flow.open) else "warning"


def _is_covered(stated: Stated) -> bool:
    """Whether the catalogue has the same identity for the same lines: one contradiction is one finding."""
    lines = stated.table.lines
    total = lines[stated.line].code
    codes = {lines[j].code for j in stated.lines.values()}
    if total is None or None in codes:
        return False
    if catalogue.is_rate(total):
        return codes == {catalogue.count_of(total), catalogue.base_of(total)}
    if total == reviews.SHORTAGE_TOTAL:
        return codes == {lines[j].code for j in _lacks(stated.table)}
    signs = stated.formula.signs()
    if signs is None:
        return False
    by_code = {str(lines[stated.lines[mark]].code): sign for mark, sign in signs.items()}
    return any(
        _is_same(identity, by_code, stated.table) for identity in catalogue.equalities() if identity.total == total
    )


def _is_same(identity: Equality, signs: Mapping[str, int], table: Table) -> bool:
    """Whether an identity that is held in a table says what these signs say."""
    if identity.form not in ("", table.form):
        return False
    there = {line.code for line in table.lines}
    own = dict.fromkeys((*identity.plus, *identity.optional), 1) | dict.fromkeys(identity.minus, -1)
    if identity.form:
        own = {code: sign for code, sign in own.items() if code in there}
    return own.keys() >= signs.keys() and all(
        signs.get(code) == sign for code, sign in own.items() if code in there or code not in identity.optional
    )


# ---- one formula in every unit ----------------------------------------------------------------------------------


def _judge(stated: Stated) -> Iterator[Outcome]:
    """One formula in all units; where it holds in none of several it is asked whether it is printed right."""
    outcomes = [*_hold(stated)]
    broken = [item for item in outcomes if isinstance(item, Finding)]
    nearly = stated.rule == "A04" and any(item.severity == "warning" for item in broken)  # rounded in another way
    if len(broken) < SEVERAL or nearly or any(item is PASSED for item in outcomes):
        yield from outcomes
        return
    yield from (item for item in outcomes if isinstance(item, NotChecked))
    line = stated.table.lines[stated.line]
    yield finding(
        "I39",
        line.ref,
        written=stated.text,
        label=line.label,
        count=str(len(broken)),
        related=tuple(item.ref for item in broken),
    )


def _hold(stated: Stated) -> Iterator[Outcome]:
    """Holds one formula against every village, group and commune."""
    table = stated.table
    units = [*table.positions("village", "group", "commune")]
    cells = {i: cell for i in units if (cell := table.cell(i, stated.line)) is not None}
    if not any(filled(cell) for cell in cells.values()):
        yield not_checked(stated.rule, "blank", table.lines[stated.line].ref)
        return
    shown = decimals([*cells.values()])
    for i, cell in cells.items():
        terms = {mark: table.cell(i, j) for mark, j in stated.lines.items()}
        if not any(filled(found) for found in terms.values()):
            if filled(cell) and cell.value:
                yield not_checked(stated.rule, "blank", table.lines[stated.line].ref)
            continue
        values = _values([cell, *terms.values()])
        if isinstance(values, str):
            ref = next(c.ref for c in (cell, *terms.values()) if c is not None and _value(c)[1])
            yield not_checked(stated.rule, values, ref)
            continue
        by_mark = dict(zip(terms, values[1:], strict=True))
        if stated.formula.is_quotient:
            yield from _quotient(stated, i, cell, by_mark, shown)
        else:
            yield from _sum(stated, i, cell, by_mark)


def _value(cell: Cell) -> tuple[Fraction, str]:
    """A figure of a formula, a blank being nothing, or the reason why there is none."""
    if cell.state == "number" and cell.value is not None:
        return Fraction(cell.value), ""
    return Fraction(0), term(cell, blank_is_zero=True).reason


def _values(cells: list[Cell | None]) -> list[Fraction] | str:
    """The figures of these cells, or the reason why one of them has none."""
    found = [_value(cell) if cell is not None else (Fraction(0), "") for cell in cells]
    reason = next((reason for _, reason in found if reason), "")
    return reason or [value for value, _ in found]


def _place(stated: Stated, unit: int) -> str:
    return f"{stated.table.units[unit].name} – {stated.table.lines[stated.line].label}"


def _related(stated: Stated, unit: int) -> tuple[Cell, ...]:
    return tuple(cell for j in stated.lines.values() if (cell := stated.table.cell(unit, j)) is not None)


def _half_up(value: Fraction, places: int) -> Decimal:
    """A fraction rounded half up at so many decimals."""
    units = (abs(value) * 10**places * 2 + 1) // 2
    return Decimal(int(units) if value >= 0 else -int(units)).scaleb(-places)


def _quotient(
    stated: Stated, unit: int, cell: Cell, values: Mapping[str, Fraction], shown: Decimals
) -> Iterator[Outcome]:
    """A printed quotient, half up at the printed decimals; one unit in the last place is a warning."""
    formula, line = stated.formula, stated.table.lines[stated.line]
    ratio = formula.ratio(values)
    if cell.state == "blank" or ratio is None:
        return  # a rate over 0 is A19's
    above, below = ratio
    percent = formula.percent or formula.has_hundred or _is_rate(line.path)
    scale = Fraction(1) if not percent or formula.has_hundred else _HUNDRED
    meant = {above / below * scale} | ({above / below} if not formula.percent else set())
    places = min(max(cell.places, shown.most), MOST_PLACES)
    actual, expected = round_half_up(cell.value or ZERO, places), _half_up(above / below * scale, places)
    own = any(cell.value == _half_up(value, min(cell.places, MOST_PLACES)) for value in meant)
    if any(actual == _half_up(value, places) for value in meant) or (own and shown.mixed):
        yield PASSED if expected else NO_FIGURES
        return
    part = above / _HUNDRED if formula.has_hundred else above
    yield finding(
        "A04",
        cell.ref,
        severity="warning" if own or abs(actual - expected) <= Decimal(1).scaleb(-places) else "error",
        place=_place(stated, unit),
        printed=f"theo công thức in ở tiêu đề ({stated.text}), ",
        printed_en=f"by the formula printed in the heading ({stated.text}), ",
        percent="%" if percent else "",
        part=_shown(part),
        whole=_shown(below),
        actual=plain(actual),
        expected=plain(expected),
        related=tuple(c.ref for c in _related(stated, unit)),
    )


def _is_rate(path: tuple[str, ...]) -> bool:
    return any("%" in text or key(text).startswith("tỷ lệ") for text in path)


def _shown(value: Fraction) -> str:
    """A figure of a message: whole where it is whole, else with decimals."""
    return plain(Decimal(value.numerator)) if value.denominator == 1 else plain(_half_up(value, 2))


def _sum(stated: Stated, unit: int, cell: Cell, values: Mapping[str, Fraction]) -> Iterator[Outcome]:
    """A printed sum or difference; sums of rounded figures may be off by what rounding leaves."""
    expected = stated.formula.value(values)
    if expected is None:
        return
    actual = Fraction(cell.value or ZERO)
    cells = (cell, *_related(stated, unit))
    places = max(c.places for c in cells)
    slack = Fraction(len(cells), 2 * 10**places) if places else Fraction(0)
    if abs(actual - expected) <= slack:
        yield PASSED if expected else NO_FIGURES
        return
    yield finding(
        stated.rule,
        cell.ref,
        severity="warning" if stated.severity == "warning" else "error",
        place=_place(stated, unit),
        printed=f"theo công thức in ở tiêu đề ({stated.text}), ",
        printed_en=f"by the formula printed in the heading ({stated.text}), ",
        formula=_written_out(stated, unit),
        actual=plain(cell.value or ZERO),
        expected=_shown(expected),
        related=tuple(c.ref for c in _related(stated, unit)),
    )


def _written_out(stated: Stated, unit: int) -> str:
    """The formula with the figures of one unit, □ for a blank cell; its own text where it is no plain sum."""
    signs = stated.formula.signs()
    if signs is None:
        return stated.text.partition("=")[2]
    shown = []
    for mark, sign in signs.items():
        cell = stated.table.cell(unit, stated.lines[mark]) if mark in stated.lines else None
        text = mark if mark not in stated.lines else plain(cell.value or ZERO) if filled(cell) and cell else "□"
        shown.append(f"{'+' if sign > 0 else '-'} {text}")
    return " ".join(shown).removeprefix("+ ")


def relations(tables: tuple[Table, ...]) -> Iterator[Relation | Ratio | Bound]:
    """The same identities as data, for the search of the likeliest wrong cell."""
    for table in tables:
        for j, line in enumerate(table.lines):
            stated = _stated(table, j) if line.formula else None
            if isinstance(stated, Stated) and not _is_covered(stated):
                yield from _as_relations(stated)
        total = table.line_of(reviews.SHORTAGE_TOTAL)
        lacks = _lacks(table) if table.form == reviews.SHORTAGE else []
        yield from _bounds(table, lacks)
        for i in table.positions("village", "group", "commune") if lacks and total is not None else ():
            cells = tuple((cell, 1) for j in lacks if (cell := table.cell(i, j)) is not None)
            shown = table.cell(i, total or 0)
            if shown is not None and filled(shown) and any(filled(cell) for cell, _ in cells):
                yield Relation("A16", shown, cells, table.units[i].name, table.lines[total or 0].label)


def _bounds(table: Table, lacks: list[int]) -> Iterator[Bound]:
    """No more poor households lack one thing than there are."""
    poor = table.line_of(reviews.POOR)
    for i in table.positions("village", "group", "commune") if poor is not None else ():
        scope = Scope(table.units[i].name, {}, {}, blank_is_zero=True, is_commune=table.units[i].kind == "commune")
        for j in lacks:
            part, whole = table.cell(i, j), table.cell(i, poor or 0)
            if part is not None and whole is not None and filled(part):
                yield Bound(AtMost("A16", (table.lines[j].code or "",), reviews.POOR), (part,), whole, scope)


def _as_relations(stated: Stated) -> Iterator[Relation | Ratio]:
    """A printed sum in every unit, or a printed rate of two columns."""
    table, line, signs = stated.table, stated.table.lines[stated.line], stated.formula.signs()
    usual = decimals([c for i in range(len(table.units)) if (c := table.cell(i, stated.line)) is not None])
    for i in table.positions("village", "group", "commune"):
        shown = table.cell(i, stated.line)
        cells = {mark: cell for mark, j in stated.lines.items() if (cell := table.cell(i, j)) is not None}
        if shown is None or len(cells) != len(stated.lines) or not any(map(filled, cells.values())):
            continue
        if signs is not None and signs.keys() == cells.keys():
            terms = tuple((cells[mark], sign) for mark, sign in signs.items())
            missing = (1,) if stated.severity == "warning" else ()
            yield Relation(stated.rule, shown, terms, table.units[i].name, line.label, open=missing)
        elif len(cells) == 2 and shown.state != "blank" and (order := _order(stated)):
            part, whole = (cells[mark] for mark in order)
            yield Ratio("A04", shown, part, whole, *as_printed(shown, part, whole, usual), "", table, i, stated.line)


def _order(stated: Stated) -> tuple[str, str] | None:
    """The marks of part and whole, where a printed formula is a plain rate in per cent of two columns."""
    formula = stated.formula
    percent = formula.percent or formula.has_hundred or _is_rate(stated.table.lines[stated.line].path)
    first, second = stated.lines
    value = formula.value({first: Fraction(3), second: Fraction(7)})
    if value is None or not percent or not formula.is_quotient:
        return None
    times = _HUNDRED if formula.has_hundred else Fraction(1)
    if value == times * 3 / 7:
        return first, second
    return (second, first) if value == times * 7 / 3 else None


# ---- A16 ------------------------------------------------------------------------------------------------------


def _lacks(table: Table) -> list[int]:
    """Positions of the lines that say how many poor households lack one thing, listed in the catalogue or not.

    A heading that is not listed counts where it stands under the same heading as one that is.
    """
    known = [
        j
        for j, line in enumerate(table.lines)
        if (line.code or "").startswith(reviews.SHORTAGE) and line.code != reviews.SHORTAGE_TOTAL
    ]
    above = {table.lines[j].path[0] for j in known if len(table.lines[j].path) > 1}
    return [
        j
        for j, line in enumerate(table.lines)
        if j in known or (line.code is None and len(line.path) > 1 and line.path[0] in above)
    ]


def shortages(table: Table) -> Iterator[Outcome]:
    """A16 in one table of the form: each count of households that lack something <= P, their sum = the total."""
    poor, total = table.line_of(reviews.POOR), table.line_of(reviews.SHORTAGE_TOTAL)
    lacks = [j for j in _lacks(table) if j in filled_lines(table)]
    unknown = [
        j for j, line in enumerate(table.lines) if line.code is None and j not in lacks and _is_counted(table, j)
    ]
    for i in table.positions("village", "group", "commune"):
        for j in lacks if poor is not None else ():
            yield from _within(table, i, j, poor or 0)
        if total is None or not filled(table.cell(i, total)):
            continue
        if unknown:
            yield not_checked("A16", "unknown", table.lines[unknown[0]].ref)
        elif lacks:
            yield from _adds_up(table, i, total, lacks)


def _is_counted(table: Table, line: int) -> bool:
    """Whether a line of unknown meaning holds numbers: it may be one more indicator."""
    cells = (table.cell(i, line) for i in table.positions("village", "commune"))
    return any(cell is not None and cell.state == "number" for cell in cells)


def _within(table: Table, unit: int, line: int, poor: int) -> Iterator[Outcome]:
    part, whole = table.cell(unit, line), table.cell(unit, poor)
    if part is None or whole is None or not filled(part):
        return
    values = _values([part, whole])
    if isinstance(values, str):
        yield not_checked("A16", values, part.ref if _value(part)[1] else whole.ref)
    elif values[0] <= values[1]:
        yield PASSED
    else:
        label = table.lines[poor].label
        limit = plain(whole.value or ZERO)
        yield finding(
            "A16",
            part.ref,
            place=f"{table.units[unit].name} – {table.lines[line].label}",
            fault=f"nhiều hơn “{label}” là {limit}; số hộ thiếu hụt một chỉ số không thể vượt số hộ nghèo",
            fault_en=f"more than “{label}”, which is {limit}; no more can lack one thing than are poor",
            actual=plain(part.value or ZERO),
            expected=limit,
            related=(whole.ref,),
        )


def _adds_up(table: Table, unit: int, total: int, lacks: list[int]) -> Iterator[Outcome]:
    cell = table.cell(unit, total)
    parts = [found for j in lacks if (found := table.cell(unit, j)) is not None]
    if cell is None:
        return
    if not any(map(filled, parts)):
        yield not_checked("A16", "blank", table.lines[lacks[0]].ref)
        return
    values = _values([cell, *parts])
    if isinstance(values, str):
        yield not_checked("A16", values, next(c.ref for c in (cell, *parts) if _value(c)[1]))
        return
    expected = sum(values[1:], Fraction(0))
    if values[0] == expected:
        yield PASSED
        return
    yield finding(
        "A16",
        cell.ref,
        place=f"{table.units[unit].name} – {table.lines[total].label}",
        fault=f"cộng {len(lacks)} chỉ số được {_shown(expected)}",
        fault_en=f"the {len(lacks)} indicators add up to {_shown(expected)}",
        actual=plain(cell.value or ZERO),
        expected=_shown(expected),
        related=tuple(c.ref for c in parts),
    )
