"""Tables whose formulas are right in any shape give no finding F; one wrong reference gives one at its cell."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlplan import checks
from xlplan.checks import Case, formula_layouts
from xlplan.messages import message
from xlplan.model import Cell, CellRef, Finding, Line, NotChecked, Submission, Table, Unit
from xlplan.refs import address
from xlplan.vietnamese.numbers import rate

SHEET = "Biểu chỉ tiêu"
RULES = tuple(rule for rule in checks.RULES if rule.__name__.startswith("f"))
CODES = ("tong_so_ho", "ho_ngheo_dau_ky", "ty_le_ho_ngheo_dau_ky", "giam_ho_ngheo", "ho_ngheo_cuoi_ky", None)
H, P, RATE, OUT, END, OTHER = range(6)

RATES = (
    "ROUND({p}/{h}*100,2)",
    "ROUND({p}*100/{h},2)",
    "ROUND(100*{p}/{h},2)",
    "ROUND({p}/({h}/100),2)",
    'IF({h}=0,"",ROUND({p}/{h}*100,2))',
    'IF(AND(N({h})>0,ISNUMBER({p})),ROUND({p}*100/{h},2),"")',
    'IFERROR(ROUND({p}/{h}%,2),"")',
    "{p}*100/{h}",
)
DIFFERENCES = ("{p}-{o}", "SUM({p},-{o})", "+{p}-{o}", "-{o}+{p}", 'IF({p}="","",{p}-{o})', "({p}-{o})*1")
SUMS = ("SUM({range})", "{plus}", "SUM({comma})", "SUBTOTAL(9,{range})", "SUM({first})+SUM({rest})")


class Made:
    """A table of figures and formulas, villages as rows or as columns."""

    def __init__(self, orientation: str, first: int) -> None:
        self.orientation, self.first = orientation, first
        self.units: list[Unit] = []
        self.cells: dict[tuple[int, int], Cell] = {}

    def ref(self, unit: int, line: int) -> CellRef:
        along, across = self.first + unit, 3 + line
        return CellRef(SHEET, along, across) if self.orientation == "rows" else CellRef(SHEET, across, along)

    def at(self, unit: int, line: int) -> str:
        return self.ref(unit, line).address

    def unit(self, name: str, kind: str, parent: int | None = None) -> int:
        self.units.append(Unit(name, kind, CellRef(SHEET, 1, 1), self.first + len(self.units), "", parent))
        return len(self.units) - 1

    def put(self, unit: int, line: int, value: Decimal | int | None, formula: str | None = None) -> None:
        number = None if value is None else Decimal(value)
        places = max(0, -int(number.as_tuple().exponent)) if number is not None else 0
        state = "blank" if number is None else "number"
        shown = "" if number is None else f"{number:f}"
        self.cells[unit, line] = Cell(self.ref(unit, line), number, state, shown, formula, places)

    def value(self, unit: int, line: int) -> Decimal:
        return self.cells[unit, line].value or Decimal(0)

    def change(self, unit: int, line: int, formula: str | None, value: Decimal | None = None) -> None:
        cell = self.cells[unit, line]
        self.cells[unit, line] = cell._replace(formula=formula, value=cell.value if value is None else value)

    @property
    def submission(self) -> Submission:
        lines = tuple(Line(code, (code or "Khác",), CellRef(SHEET, 1, 3 + j), 3 + j) for j, code in enumerate(CODES))
        table = Table(SHEET, self.orientation, lines, tuple(self.units), self.cells)
        return Submission("xa.xlsx", {}, (table,))

    def findings(self) -> list[Finding]:
        found, missing = checks.run(self.submission, RULES)
        assert "crashed" not in {note.reason for note in missing}
        return list(found)

    def at_places(self) -> set[tuple[str, str]]:
        return {(f.code, f.ref.address) for f in self.findings()}


def summed(made: Made, shape: str, units: list[int], line: int) -> str:
    cells = [made.at(unit, line) for unit in units]
    rest = f"{cells[1]}:{cells[-1]}" if len(cells) > 1 else cells[0]
    text = shape.format(
        range=f"{cells[0]}:{cells[-1]}", plus="+".join(cells), comma=",".join(cells), first=cells[0], rest=rest
    )
    return text if len(cells) > 1 else f"SUM({cells[0]})"


def fill(made: Made, unit: int, counts: tuple[int, int, int], rates: str, difference: str) -> None:
    """A unit's counts, and its formulas of the rate and the end."""
    h, p, out = counts
    made.put(unit, H, h)
    made.put(unit, P, p)
    made.put(unit, OUT, out)
    made.put(unit, OTHER, h * 3)
    computed(made, unit, rates, difference)


def computed(made: Made, unit: int, rates: str, difference: str) -> None:
    cells = {"p": made.at(unit, P), "h": made.at(unit, H), "o": made.at(unit, OUT)}
    p, h = made.value(unit, P), made.value(unit, H)
    exact = p * 100 / h
    made.put(unit, RATE, rate(p, h) if "ROUND" in rates else exact, rates.format(**cells))
    made.put(unit, END, p - made.value(unit, OUT), difference.format(**cells))


def total(made: Made, unit: int, members: list[int], below: list[int], shape: str, rates: str, difference: str) -> None:
    """A total's sums of its members (villages, or subtotals that stand for the villages below)."""
    for line in (H, P, OUT, OTHER):
        value = sum((made.value(village, line) for village in below), Decimal(0))
        made.put(unit, line, value, summed(made, shape, members, line))
    computed(made, unit, rates, difference)


@st.composite
def tables(draw: st.DrawFn) -> Made:
    made = Made(draw(st.sampled_from(["rows", "columns"])), draw(st.integers(4, 20)))
    rates, difference = draw(st.sampled_from(RATES)), draw(st.sampled_from(DIFFERENCES))
    shape = draw(st.sampled_from(SUMS))
    sizes = draw(st.lists(st.integers(2, 5), min_size=1, max_size=3))
    grouped, total_first = draw(st.booleans()), draw(st.booleans())
    own = draw(st.sampled_from(["sum of all", "typed beside a sum"]))
    totals: list[int] = []
    if total_first:
        totals.append(made.unit("Toàn xã", "commune"))
    groups, villages, members = [], [], {}
    for g, size in enumerate(sizes):
        group = made.unit(f"Khu vực {g + 1}", "group") if grouped else None
        below = []
        for _ in range(size):
            village = made.unit(f"Làng {len(villages) + 1}", "village", group)
            h = draw(st.integers(50, 400))
            p = draw(st.integers(1, h))
            fill(made, village, (h, p, draw(st.integers(0, p))), rates, difference)
            villages.append(village)
            below.append(village)
        if group is not None:
            groups.append(group)
            members[group] = below
    if not total_first:
        totals.append(made.unit("Toàn xã", "commune"))
    for group, below in members.items():
        total(made, group, below, below, shape, rates, difference)
    whole = "SUM({comma})" if grouped and shape != "SUBTOTAL(9,{range})" else shape
    if grouped and shape == "SUBTOTAL(9,{range})":  # passes over the subtotals
        among = list(range(min(groups), max(villages) + 1))
    else:
        among = groups if grouped else villages
    total(made, totals[0], among, villages, whole, rates, difference)
    if own == "typed beside a sum":
        added = made.unit("Cộng các thôn", "sum")
        total(made, added, among, villages, whole, rates, difference)
        for line in (H, P, OUT, OTHER):
            made.change(totals[0], line, None)
        apart = made.unit("Chênh lệch", "difference")
        for line in (H, P, OUT, OTHER):
            made.put(apart, line, 0, f"{made.at(totals[0], line)}-{made.at(added, line)}")
    return made


@settings(max_examples=150, deadline=None)
@given(tables())
def test_right_formulas_in_any_shape_give_no_finding(made: Made) -> None:
    assert [message(item) for item in made.findings()] == []


@settings(max_examples=60, deadline=None)
@given(tables(), st.data())
def test_what_is_known_of_a_layout_says_nothing_of_the_figures(made: Made, data: st.DataObject) -> None:
    """A workbook of a layout that was met before has the findings that it has by itself."""
    made.findings()
    place = data.draw(st.sampled_from(sorted(made.cells)))
    cell = made.cells[place]
    made.change(*place, data.draw(st.sampled_from([cell.formula, None, "D8+D8", "SUM(D7:D9)"])), made.value(*place) + 1)
    other = Made(made.orientation, made.first)
    other.units, other.cells = made.units, made.cells
    met = made.findings()
    formula_layouts._layout.cache_clear()
    assert other.findings() == met


REFERENCE = re.compile(r"(?<![A-Z])[A-Z]{1,2}[0-9]+")


def moved(made: Made, cell: str, by: int) -> str:
    """The address of the same line, so many units further."""
    places = {made.at(unit, line): (unit, line) for unit, line in made.cells}
    unit, line = places[cell]
    ref = made.ref(unit + by, line)
    return address(ref.row, ref.column)


@settings(max_examples=150, deadline=None)
@given(tables(), st.data())
def test_one_reference_to_another_village_is_found(made: Made, data: st.DataObject) -> None:
    """In a rate or an end figure of a village, one figure is taken from a neighbour's row."""
    villages = [i for i, unit in enumerate(made.units) if unit.kind == "village"]
    unit, line = data.draw(st.sampled_from(villages[:-1])), data.draw(st.sampled_from([RATE, END]))
    formula = made.cells[unit, line].formula or ""
    right = data.draw(st.sampled_from([P, H] if line == RATE else [P, OUT]))
    made.change(unit, line, formula.replace(made.at(unit, right), made.at(unit + 1, right)))
    assert ("F03", made.at(unit, line)) in made.at_places()


@settings(max_examples=150, deadline=None)
@given(tables(), st.data())
def test_a_sum_that_leaves_out_a_village_is_found(made: Made, data: st.DataObject) -> None:
    sums = [
        (unit, line)
        for (unit, line), cell in made.cells.items()
        if cell.formula and line in (H, P, OUT) and made.units[unit].kind in ("commune", "group", "sum")
    ]
    unit, line = data.draw(st.sampled_from(sums))
    formula = made.cells[unit, line].formula or ""
    last = REFERENCE.findall(formula)[-1]
    shorter = moved(made, last, -1)
    if f":{last}" in formula and formula.count(shorter) == 0:
        wrong = formula.replace(f":{last}", f":{shorter}")
    elif f"{shorter}:{last}" in formula:
        wrong = formula.replace(f"{shorter}:{last}", shorter)
    else:
        wrong = formula.replace(f"+{last}", "").replace(f",{last}", "")
    if wrong == formula or len(set(REFERENCE.findall(wrong))) < 2:
        return
    made.change(unit, line, wrong)
    assert ("F02", made.at(unit, line)) in made.at_places()


@settings(max_examples=100, deadline=None)
@given(tables(), st.data())
def test_a_formula_typed_over_is_found_once(made: Made, data: st.DataObject) -> None:
    """A rate or an end figure of a village that is right but typed is a warning; nothing else is said."""
    villages = [i for i, unit in enumerate(made.units) if unit.kind == "village"]
    unit, line = data.draw(st.sampled_from(villages)), data.draw(st.sampled_from([RATE, END]))
    if len(villages) < 3:
        return
    made.change(unit, line, None)
    assert [(f.code, f.severity, f.ref.address) for f in made.findings()] == [("F01", "warning", made.at(unit, line))]


@settings(max_examples=100, deadline=None)
@given(tables(), st.data())
def test_an_input_changed_without_calculation_is_found(made: Made, data: st.DataObject) -> None:
    """Of a village's poor households one more is typed; rate, end and sums keep their old results."""
    villages = [i for i, unit in enumerate(made.units) if unit.kind == "village"]
    unit = data.draw(st.sampled_from(villages))
    made.change(unit, P, None, made.value(unit, P) + 1)
    stale = {cell for code, cell in made.at_places() if code == "F04"}
    assert made.at(unit, END) in stale
    assert made.at(unit, P) not in stale
    assert all(f.severity == "error" for f in made.findings())


def plain_table(rows: int = 5) -> Made:
    made = Made("rows", 7)
    villages = [made.unit(f"Làng {i + 1}", "village") for i in range(rows)]
    for i in villages:
        fill(made, i, (200 + i, 10 + i, 2), RATES[0], DIFFERENCES[0])
    commune = made.unit("Tổng cộng", "commune")
    total(made, commune, villages, villages, SUMS[0], RATES[0], DIFFERENCES[0])
    return made


def test_a_figure_of_more_digits_than_decimal_keeps_hides_no_other_finding() -> None:
    made = plain_table()
    made.change(0, P, None, Decimal(10) ** 31)
    made.change(1, P, None, made.value(1, P) + 1)
    assert made.at(1, END) in {cell for code, cell in made.at_places() if code == "F04"}


def test_formulas_that_are_not_known_make_every_rule_unchecked() -> None:
    class Old(Submission):
        formulas_known = False

    old = Old(*plain_table().submission)
    findings, missing = checks.run(old, RULES)
    assert findings == ()
    assert {note.code for note in missing} == {checks.code_of(rule) for rule in RULES}
    assert {note.reason for note in missing} == {"formulas_unknown"}


def test_a_table_without_formulas_is_not_checked() -> None:
    made = plain_table()
    for place in made.cells:
        made.change(*place, None)
    outcomes = [list(rule(Case(made.submission))) for rule in RULES]
    assert all(isinstance(found, NotChecked) for (found,) in outcomes)


@pytest.mark.parametrize("formula", ["SUM(C7:C10)", "C7+C8+C9+C10", "SUBTOTAL(9,C7:C10)", "SUM(C7:C9)+C10"])
def test_the_message_names_the_village_and_the_right_range(formula: str) -> None:
    made = plain_table()
    made.change(5, H, formula, Decimal(806))
    (found,) = (item for item in made.findings() if item.code == "F02")
    assert message(found) == (
        f"Biểu chỉ tiêu, ô C12 (Tổng cộng – tong_so_ho): có công thức ={formula}, bỏ sót Làng 5; cộng đủ được 1.010. "
        "Mỗi thôn phải được cộng đúng một lần; sửa công thức thành =SUM(C7:C11)."
    )
    assert (found.severity, found.actual, found.expected) == ("error", "806", "1010")


WRONG = [
    ("C12", "SUM(C7:C10,C10:C11)", "F02", "cộng Làng 4 hơn một lần"),
    ("C12", "SUM(C7:C12)", "F05", "tính từ chính ô này"),
    ("E9", "ROUND(D9/C$7*100,2)", "F03", "lấy số của “Làng 1” thay vì của “Làng 3”"),
    ("E9", "ROUND(D9/D12*100,2)", "F03", "lấy số của “Tổng cộng” thay vì của “Làng 3”"),
    ("E9", "ROUND(F9/C9*100,2)", "F03", "lấy “giam_ho_ngheo” làm tử số thay vì “ho_ngheo_dau_ky”"),
    ("G9", "D9-F8", "F03", "lấy số của “Làng 2” thay vì của “Làng 3”"),
    ("G9", "D9+F9", "F03", "tính khác các công thức còn lại của “ho_ngheo_cuoi_ky”"),
    ("D12", "SUM(F7:F11)", "F03", "lấy số của “giam_ho_ngheo” thay vì của “ho_ngheo_dau_ky”"),
    ("D12", "SUM(D7:D11)+1", "F06", "có số +1 nhập thẳng vào"),
    ("D12", "'[Thôn.xlsx]Biểu'!$D$9", "F07", "từ một tệp khác"),
    ("D12", "SUM(D7:D10)+#REF!", "F05", "trỏ tới một ô đã bị xóa"),
]


@pytest.mark.parametrize(("cell", "formula", "code", "words"), WRONG)
def test_each_slip_is_called_by_its_name(cell: str, formula: str, code: str, words: str) -> None:
    made = plain_table()
    place = next(place for place, known in made.cells.items() if known.ref.address == cell)
    made.change(*place, formula)
    found = [f for f in made.findings() if f.code == code]
    assert [f.ref.address for f in found] == [cell]
    assert words in message(found[0])


@pytest.mark.parametrize(
    "formula",
    [
        "SUM(D:D)",
        "SUM(D7:XFD1048576)",
        "SUM(A1:D11)",
        "SUM('Một:Hai'!D7)",
        "SUM(((((((D7))))))",
        "(" * 500 + "D7" + ")" * 500,
        "ROUND(D7,",
        'IF("D7:D9"="",1,2)',
        "Bảng1[Hộ]",
        "@D7:D9",
        "D7#",
        "-" * 900 + "D7",
        "1/0",
        "D7/0",
        "ROUND(D7,1E+300)",
        "9E+999*D7",
        "",
    ],
)
def test_odd_formulas_never_stop_a_rule(formula: str) -> None:
    made = plain_table()
    for place in ((5, P), (1, RATE), (2, END), (3, OTHER)):
        made.change(*place, formula)
    findings, missing = checks.run(made.submission, RULES)
    assert "crashed" not in {note.reason for note in missing}
    assert all(message(found) for found in findings)


def test_percentages_are_compared_as_they_are_shown() -> None:
    """0.0408 that is shown as 4,08 % holds 4.08 in the model, and its formula gives 0.0408."""
    made = plain_table()
    for i, line in product(range(6), (RATE,)):
        cell = made.cells[i, line]
        exact = made.value(i, P) / made.value(i, H) * 100
        formula = f"{made.at(i, P)}/{made.at(i, H)}"
        made.cells[i, line] = cell._replace(formula=formula, value=exact, written=f"{exact:.2f}%", places=2)
    assert made.findings() == []
    made.cells[2, RATE] = made.cells[2, RATE]._replace(value=Decimal(4), written="4,00%")
    assert made.at_places() == {("F04", made.at(2, RATE))}


def test_a_formula_unlike_its_neighbours_is_asked_about_and_no_error() -> None:
    """The one village with new entries adds their column; the figures are consistent."""
    made = plain_table()
    made.change(2, END, "D9-F9+H9", made.value(2, P) - made.value(2, OUT) + made.value(2, OTHER))
    made.change(5, END, "SUM(G7:G11)", sum(made.value(i, END) for i in range(5)))
    assert [(f.code, f.severity, f.ref.address) for f in made.findings()] == [("F03", "warning", "G9")]


def test_a_total_of_the_columns_that_make_up_its_own_is_right() -> None:
    made = plain_table()
    for i in range(5):
        made.put(i, OTHER, made.value(i, P) + made.value(i, OUT), f"{made.at(i, P)}+{made.at(i, OUT)}")
    made.put(5, OTHER, sum(made.value(i, OTHER) for i in range(5)), "SUM(D7:D11,F7:F11)")
    assert made.findings() == []


def test_two_sections_with_totals_of_their_own_are_no_slip() -> None:
    """Cộng after each section, and a Tổng cộng that takes both."""
    made = Made("rows", 7)
    sections = []
    for section in range(2):
        villages = [made.unit(f"Làng {section}{i}", "village") for i in range(3)]
        for i in villages:
            fill(made, i, (200 + i, 10 + i, 2), RATES[0], DIFFERENCES[0])
        sections.append((made.unit("Cộng", "commune"), villages))
    for unit, villages in sections:
        total(made, unit, villages, villages, SUMS[0], RATES[0], DIFFERENCES[0])
    assert made.findings() == []
    whole = made.unit("Tổng cộng", "commune")
    everyone = [i for _, villages in sections for i in villages]
    total(made, whole, [unit for unit, _ in sections], everyone, "{plus}", RATES[0], DIFFERENCES[0])
    assert made.findings() == []


def test_a_long_chain_of_formulas_is_no_burden() -> None:
    made = plain_table(3000)
    for i in range(2, 3000):
        made.change(i, OTHER, f"{made.at(i - 1, OTHER)}+{made.at(i - 2, OTHER)}")
    _, missing = checks.run(made.submission, RULES)
    assert "crashed" not in {note.reason for note in missing}
