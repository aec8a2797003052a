"""Villages beside each other: rows that repeat (B06), names that stand twice and totals among them (B07)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from xlplan import catalogue
from xlplan.checks.scope import PASSED, ZERO, Case, Outcome, not_checked, plain, term, whole
from xlplan.messages import finding
from xlplan.model import Table, Unit
from xlplan.vietnamese.text import name_key

ENOUGH_FIGURES = 3  # two villages with as many households and as many poor ones are nothing unusual
MOST_TABLES = 40  # whose names are held against those of the first
VILLAGES_NAMED = 5  # a message names so many villages

Typed = tuple[tuple[str, Decimal], ...]


def b06(case: Case) -> Iterator[Outcome]:
    """All figures that were typed for one village stand at another too: was a row copied?

    ``=COUNTIFS(D:D,D7,E:E,E7,F:F,F7)=1``. Formulas do not count, nor zeros; households and at least two more
    figures must be the same.
    """
    if not case.tables:
        yield not_checked("B06", "no_table")
    for table in case.tables:
        alike: dict[Typed, list[int]] = {}
        counts = [
            (j, line.code) for j, line in enumerate(table.lines) if line.code and not catalogue.is_rate(line.code)
        ]
        shared, compared = _shared_bases(table, counts), 0
        for i in table.positions("village"):
            if compared > 1 and i not in shared:
                continue  # it has households of its own number: no other is like it
            figures = _typed(table, i, counts)
            if len(figures) >= ENOUGH_FIGURES and any(code == catalogue.RATE_BASE for code, _ in figures):
                alike.setdefault(figures, []).append(i)
                compared += 1
        if compared > 1 and max(map(len, alike.values())) == 1:
            yield PASSED
        for figures, units in alike.items():
            if len(units) > 1:
                yield _copied(case, table, figures, units)


def _shared_bases(table: Table, counts: list[tuple[int, str]]) -> set[int]:
    """The villages that have as many households as another; all of them where several lines give households."""
    bases = [j for j, code in counts if code == catalogue.RATE_BASE]
    villages = [*table.positions("village")]
    if len(bases) != 1:
        return set(villages)
    cells = [(i, cell) for i in villages if (cell := table.cells.get((i, bases[0]))) is not None]
    often = Counter([cell.value for _, cell in cells])
    return {i for i, cell in cells if often[cell.value] > 1}


def _typed(table: Table, unit: int, counts: list[tuple[int, str]]) -> Typed:
    """The counts that somebody typed for a village, zeros aside; ``counts`` are the lines that are asked."""
    cells = [(code, cell) for j, code in counts if (cell := table.cells.get((unit, j))) is not None]
    typed = [(code, cell) for code, cell in cells if cell.value and cell.formula is None]
    return tuple(
        [(code, value) for code, cell in typed if (value := whole(cell) or term(cell, blank_is_zero=True).value)]
    )


def _copied(case: Case, table: Table, figures: Typed, units: list[int]) -> Outcome:
    """One question for all villages that are alike, at the second of them."""
    cells = [cell for i in units if (cell := table.figure(i, catalogue.RATE_BASE)) is not None]
    others = [table.units[i].name for i in (units[0], *units[2:])]
    named = ", ".join(others[:VILLAGES_NAMED]) + (" …" if len(others) > VILLAGES_NAMED else "")
    return finding(
        "B06",
        cells[1].ref,
        place=table.units[units[1]].name,
        count=str(len(figures)),
        others=named,
        villages=case.village_word,
        actual=plain(cells[1].value or ZERO),
        related=tuple(cell.ref for i, cell in enumerate(cells) if i != 1),
    )


def b07(case: Case) -> Iterator[Outcome]:
    """No village stands twice (in one group), and no total among the villages. ``=COUNTIF(B:B,B7)=1``

    Where last year's workbook is given, its villages are looked for as well.
    """
    if not case.tables:
        yield not_checked("B07", "no_table")
    for table in case.tables:
        yield from _names_twice(table)
        yield from _totals_within(case, table)
    if case.last_year is not None:
        from xlplan.checks.turn_of_year import names

        yield from names(case, case.last_year)
    yield from _spelt_otherwise(case)


def _names_twice(table: Table) -> Iterator[Outcome]:
    """Two former communes may each have a Thôn Một; within one group, or where there is none, names differ."""
    seen: dict[tuple[int | None, str], list[Unit]] = {}
    for i in table.positions("village"):
        unit = table.units[i]
        if not (name := name_key(unit.name)):
            continue
        before = seen.setdefault((unit.parent, name), [])
        first = _first_alike(unit, before) if before else None
        before.append(unit)
        if first is None:
            yield PASSED
        else:
            yield finding(
                "B07",
                unit.ref,
                written=unit.name,
                fault=f"trùng tên với “{first.name}” ở ô {first.ref.address}. Nếu là hai nơi khác nhau, ghi thêm "
                "tên để phân biệt (chẳng hạn tên xã cũ); nếu nhập hai lần, xóa một",
                fault_en=f"the name of “{first.name}” in {first.ref.address}. If they are two places, add what "
                "tells them apart (such as the former commune); if one was typed twice, clear it",
                related=(first.ref,),
            )


def _spelt_otherwise(case: Case) -> Iterator[Outcome]:
    """I34: a village of a later table that only its spelling keeps from being one of the first.

    Tables that share less than half of their villages are of other places, and nothing is asked of them.
    """
    if len(case.tables) < 2:
        return
    from xlplan.vietnamese.names import match_all, spelt_alike

    first = {unit.name: unit for unit in _village_units(case.tables[0])}
    for table in case.tables[1:MOST_TABLES]:
        own = {unit.name: unit for unit in _village_units(table)}
        alike = spelt_alike(own, first)
        if alike * 2 < min(len(own), len(first)) or alike == len(own):
            continue
        for name, meant in match_all(own, first).items():
            if meant.name is not None and meant.how == "likely":
                ref, other = own[name].ref, first[meant.name].ref
                place = other.seen_from(ref.sheet)
                yield finding("I34", ref, written=name, read=meant.name, other=place, related=(other,))


def _village_units(table: Table) -> list[Unit]:
    return [table.units[i] for i in table.positions("village")]


def _first_alike(unit: Unit, others: list[Unit]) -> Unit | None:
    """The first of the others that may mean the same village: Thôn 1 and Bản 1 do not."""
    from xlplan.vietnamese.names import same

    return next((other for other in others if same(unit.name, other.name)), None)


def _totals_within(case: Case, table: Table) -> Iterator[Outcome]:
    """A line that reads like a total and stands between villages is taken for the commune's figures."""
    members = [*table.positions("village", "group")]
    for i in table.positions("commune"):
        if not members or i < members[0] or i > members[-1]:
            continue
        unit, word = table.units[i], case.village_word
        commune = f"toàn {case.submission.text('loai_don_vi') or 'xã'}"
        yield finding(
            "B07",
            unit.ref,
            written=unit.name,
            fault=f"đứng giữa các {word} nhưng đọc như dòng tổng nên được hiểu là số {commune}. Nếu là tên {word}, ghi "
            f"“{word} {unit.name}”; nếu là dòng tổng, chuyển về đầu hoặc cuối biểu",
            fault_en="among the villages, but reads like a total and is taken for the commune's figures. If it is a "
            f"village, write “{word} {unit.name}”; if it is a total, move it to the first or last line",
        )
