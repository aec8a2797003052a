"""Consistent tables of villages × indicators, laid out as communes lay them out, for tests that nobody tuned to.

``figures`` draws numbers that add up; ``lay_out`` puts them on a sheet in the layout of an ``Options`` and says in
which cell each figure then stands; ``write`` makes the workbook.
"""

from __future__ import annotations

import random
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import NamedTuple

import xlsxwriter
from hypothesis import strategies as st

NO_TOTAL = ("none", "nameless")
Value = int | float | str | None
HOUSEHOLDS = "tong_so_ho"
COUNTS = {
    "tong_so_ho": "Tổng số hộ gia đình",
    "ho_ngheo_dau_ky": "Hộ nghèo cuối năm 2023",
    "ho_can_ngheo_dau_ky": "Hộ cận nghèo cuối năm 2023",
    "giam_ho_ngheo": "Giảm hộ nghèo trong năm 2024",
    "giam_ho_can_ngheo": "Giảm hộ cận nghèo trong năm 2024",
    "ho_ngheo_cuoi_ky": "Hộ nghèo cuối năm 2024",
    "ho_can_ngheo_cuoi_ky": "Hộ cận nghèo cuối năm 2024",
}
PERSONS = {
    "tong_so_ho": "tong_nhan_khau",
    "ho_ngheo_dau_ky": "khau_ngheo_dau_ky",
    "ho_can_ngheo_dau_ky": "khau_can_ngheo_dau_ky",
}
NAMES = (
    *("Đông", "Tây", "Mỹ Hòa", "Phú Lợi", "Tân Hậu", "Long Hiệp", "Bình Minh", "An Lạc", "Suối Đá", "Đồng Tâm"),
    *("Hòa Bình", "Vĩnh Phước", "Kim Sơn", "Thạnh Trị", "Cây Da", "Bàu Sen", "Gò Mây", "Trà Cú", "Rạch Gốc", "Ninh Hạ"),
)
TITLES = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "BIỂU TỔNG HỢP HỘ NGHÈO NĂM 2024", "(Kèm theo Kế hoạch số 12/KH-UBND)")
GROUPS = ("", "roman", "below", "titles", "communes", "areas", "letters", "dotted", "plain")
NOTES = ("Ghi chú: số liệu rà soát cuối năm", "Nơi nhận:", "- Như trên;", "- Lưu: VT.", "CHỦ TỊCH")


class Options(NamedTuple):
    """One layout."""

    across: bool = True  # villages are rows
    pairs: bool = False  # a count and its rate under each indicator
    top: bool = False  # a level above the indicators
    merged: bool = True
    marks: str = ""  # "", "letters", "formulas"
    two_lines: bool = False  # Hộ and Nhân khẩu for each unit
    name_merged: bool = True
    total: str = "last"  # "first", "last", "none", "nameless"
    groups: str = ""  # one of GROUPS
    numbered: bool = True
    fillers: bool = False
    titles: bool = True
    notes: bool = True
    hidden: bool = False
    blank_zeros: bool = False
    gaps: bool = False
    repeated: bool = False
    remarks: bool = False
    sums: bool = False  # the sum of the villages and the difference under the total
    row: int = 1
    column: int = 1


def options() -> st.SearchStrategy[Options]:
    """Any layout."""
    yes = st.booleans()
    return st.builds(
        Options,
        across=yes,
        pairs=yes,
        top=yes,
        merged=yes,
        marks=st.sampled_from(("", "letters", "formulas")),
        two_lines=st.sampled_from((False, False, True)),
        name_merged=yes,
        total=st.sampled_from(("first", "last", "last", "none", "nameless")),
        groups=st.sampled_from(("", *GROUPS)),
        numbered=yes,
        fillers=yes,
        titles=yes,
        notes=yes,
        hidden=yes,
        blank_zeros=yes,
        gaps=yes,
        repeated=yes,
        remarks=yes,
        sums=yes,
        row=st.sampled_from((1, 1, 3, 500)),
        column=st.sampled_from((1, 1, 2, 26)),
    )


def figures(seed: int, count: int) -> list[dict[str, int]]:
    """Figures of each village: parts within wholes, end = start - decrease, persons at least the households."""
    draw = random.Random(seed)
    found = []
    for _ in range(count):
        households = draw.randint(60, 400)
        poor, near = draw.randint(0, 20), draw.randint(0, 20)
        out, near_out = draw.randint(0, poor), draw.randint(0, near)
        found.append(
            {
                "tong_so_ho": households,
                "ho_ngheo_dau_ky": poor,
                "ho_can_ngheo_dau_ky": near,
                "giam_ho_ngheo": out,
                "giam_ho_can_ngheo": near_out,
                "ho_ngheo_cuoi_ky": poor - out,
                "ho_can_ngheo_cuoi_ky": near - near_out,
                "tong_nhan_khau": households * 4 - draw.randint(0, 50),
                "khau_ngheo_dau_ky": poor * 3,
                "khau_can_ngheo_dau_ky": near * 4,
            }
        )
    return found


def added(parts: list[dict[str, int]]) -> dict[str, int]:
    """The sum of villages, figure by figure."""
    return {code: sum(part[code] for part in parts) for code in parts[0]}


def rate(part: int, whole: int) -> float:
    """A rate at two decimals, half up."""
    return float((Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01"), ROUND_HALF_UP))


class Item(NamedTuple):
    """A line of the table: village, group, total, or one that only fills (kind ``filler``, ``title``, ``gap``)."""

    kind: str
    name: str
    number: str
    figures: dict[str, int] | None


class Leaf(NamedTuple):
    """An indicator as it is printed: its code, the levels of its heading."""

    code: str
    path: tuple[str, ...]


class Sheet:
    """Cells, merged ranges and hidden rows or columns of one sheet, and where each figure stands."""

    def __init__(self) -> None:
        self.cells: dict[tuple[int, int], Value] = {}
        self.merges: list[tuple[int, int, int, int]] = []
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.places: dict[tuple[str, str], tuple[int, int]] = {}
        self.values: dict[tuple[str, str], Value] = {}

    def put(self, row: int, column: int, value: Value) -> None:
        if value is not None and value != "":
            self.cells[row, column] = value

    def merge(self, row: int, column: int, last_row: int, last_column: int) -> None:
        if (row, column) != (last_row, last_column):
            self.merges.append((row, column, last_row, last_column))


def items(villages: list[dict[str, int]], o: Options) -> list[Item]:
    """The lines of a table in their order."""
    found: list[Item] = []
    groups = o.groups if len(villages) >= 4 else ""
    if groups == "plain" and o.total in NO_TOTAL:
        groups = ""  # nothing at all tells these groups from villages
    half = len(villages) // 2
    parts = [(0, half), (half, len(villages))] if groups else [(0, len(villages))]
    for place, (start, stop) in enumerate(parts):
        members = [
            Item("village", f"Thôn {NAMES[i]}", str(i + 1) if o.numbered else "", villages[i])
            for i in range(start, stop)
        ]
        whole = added(villages[start:stop])
        found += _part(groups, place, members, whole, o)
    if o.fillers:
        found.insert(len(found) // 2, Item("filler", "…", "", None))
        found.append(Item("filler", "…", "", None))
    if o.gaps:
        found.insert(len(found) // 2, Item("gap", "", "", None))
    if o.total == "none":
        return found
    # one line, or groups, cannot tell a nameless total from another line
    nameless = o.total == "nameless" and not groups and len(villages) > 2
    total = Item("total", "" if nameless else "Tổng cộng", "", added(villages))
    after = [Item("sum", "Cộng các thôn", "", total.figures)] if o.sums and not nameless else []
    return [total, *found, *after] if o.total == "first" else [*found, total, *after]


def _part(groups: str, place: int, members: list[Item], whole: dict[str, int], o: Options) -> list[Item]:
    roman, letter = ("I", "II")[place], ("A", "B")[place]
    named = ("Khu vực thành thị", "Khu vực nông thôn")[place]
    if groups == "roman":
        return [Item("group", f"Cụm số {place + 1}", roman, whole), *members]
    if groups == "letters":
        return [Item("group", f"Cụm {NAMES[-1 - place]}", letter, whole), *members]
    if groups == "dotted" and o.numbered:
        inner = [item._replace(number=f"{place + 1}.{i + 1}") for i, item in enumerate(members)]
        return [Item("group", f"Cụm {NAMES[-1 - place]}", str(place + 1), whole), *inner]
    if groups in ("plain", "dotted"):
        return [Item("group", f"Miền {NAMES[-1 - place]}", "", whole), *members] if o.total not in NO_TOTAL else members
    if groups == "areas":
        return [Item("group", named, "", whole), *members]
    if groups == "communes":
        return [Item("group", f"Xã {NAMES[-1 - place]}", "", whole), *members]
    if groups == "below":
        return [*members, Item("group", f"Cộng khu vực {roman}", "", whole)]
    if groups == "titles":
        head = Item("title", named, roman if o.numbered else "", None)
        return [head, *members, Item("group", f"Cộng {named.casefold()}", "", whole)]
    return members


def leaves(o: Options) -> list[Leaf]:
    """The indicators in their order, with the levels of their headings."""
    if o.two_lines:
        heads = ["Tổng số", *(COUNTS[code] for code in ("ho_ngheo_dau_ky", "ho_can_ngheo_dau_ky"))]
        return [Leaf(code, (head,)) for code, head in zip(PERSONS, heads, strict=True)]
    found = []
    for code, head in COUNTS.items():
        above = ("Số liệu hộ",) if o.top and code != HOUSEHOLDS else ()
        if o.pairs and code != HOUSEHOLDS:
            found += [Leaf(code, (*above, head, "Số hộ")), Leaf(f"ty_le_{code}", (*above, head, "Tỷ lệ (%)"))]
        else:
            found.append(Leaf(code, (*above, head)))
    return found


def figure(item: Item, code: str, o: Options) -> Value:
    """What is printed for a line and an indicator."""
    if item.figures is None:
        return None
    if code.startswith("ty_le_"):
        return rate(item.figures[code.removeprefix("ty_le_")], item.figures[HOUSEHOLDS])
    value = item.figures[code]
    return None if o.blank_zeros and value == 0 else value


def lay_out(villages: list[dict[str, int]], o: Options) -> Sheet:
    """The table on a sheet."""
    sheet = Sheet()
    top = o.row
    if o.titles:
        for title in TITLES:
            sheet.put(top, o.column, title)
            top += 1
        top += 1
    bottom = _rows(sheet, villages, o, top) if o.across else _columns(sheet, villages, o, top)
    if o.notes:
        for place, note in enumerate(NOTES):
            sheet.put(bottom + 2 + place, o.column + (3 if note.isupper() else 0), note)
    return sheet


def _head(sheet: Sheet, o: Options, top: int, first: int, found: list[Leaf]) -> int:
    """The heading over indicators as columns; its last row."""
    depth = max(len(leaf.path) for leaf in found)
    for place, leaf in enumerate(found):
        for level, text in enumerate(leaf.path):
            same = place > 0 and found[place - 1].path[: level + 1] == leaf.path[: level + 1]
            if same:
                continue
            width = 1
            while place + width < len(found) and found[place + width].path[: level + 1] == leaf.path[: level + 1]:
                width += 1
            sheet.put(top + level, first + place, text)
            if o.merged:
                last = top + depth - 1 if level == len(leaf.path) - 1 else top + level
                sheet.merge(top + level, first + place, last, first + place + width - 1)
    return top + depth - 1


def _marks(sheet: Sheet, o: Options, row: int, leads: int, codes: list[str]) -> int:
    """The row of letters and numbers; the formula of a rate is true, as a form's is."""
    if not o.marks:
        return row - 1
    for place in range(leads):
        sheet.put(row, o.column + place, "ABCD"[place])
    for place, code in enumerate(codes):
        text: Value = place + 1
        if o.marks == "formulas":
            part, whole = code.removeprefix("ty_le_"), HOUSEHOLDS
            stated = part != code and {part, whole} <= set(codes)
            rate = f"=({codes.index(part) + 1})/({codes.index(whole) + 1})*100" if stated else ""
            text = f"({place + 1}){rate}"
        sheet.put(row, o.column + leads + place, text)
    return row


def _rows(sheet: Sheet, villages: list[dict[str, int]], o: Options, top: int) -> int:
    found = leaves(o)
    leads = ["TT", "Tên thôn", *(["ĐVT"] if o.two_lines else [])]
    first = o.column + len(leads)
    depth = _head(sheet, o, top, first, found) - top + 1
    if o.remarks:
        sheet.put(top, first + len(found), "Ghi chú")
    for place, text in enumerate(leads):
        sheet.put(top, o.column + place, text)
        if o.merged:
            sheet.merge(top, o.column + place, top + depth - 1, o.column + place)
    row = _marks(sheet, o, top + depth, len(leads), [leaf.code for leaf in found]) + 1
    listed = items(villages, o)
    for place, item in enumerate(listed):
        if o.repeated and o.numbered and place and item.kind == "village" and place == len(listed) // 2:
            for level in range(depth):
                for column in range(o.column, first + len(found)):
                    sheet.put(row + level, column, sheet.cells.get((top + level, column)))
            row += depth
        row = _unit(sheet, o, row, item, found)
    return row - 1


def _unit(sheet: Sheet, o: Options, row: int, item: Item, found: list[Leaf]) -> int:
    """One line (or two) of a table of villages as rows; the row after it."""
    if item.kind == "gap":
        return row + 1
    first = o.column + (3 if o.two_lines else 2)
    lines = 2 if o.two_lines and item.figures is not None else 1
    sheet.put(row, o.column, int(item.number) if item.number.isdecimal() else item.number)
    sheet.put(row, o.column + 1, item.name)
    for line in range(lines):
        if o.two_lines and item.figures is not None:
            sheet.put(row + line, o.column + 2, ("Hộ", "Nhân khẩu")[line])
        for place, leaf in enumerate(found):
            code = PERSONS[leaf.code] if line else leaf.code
            _place(sheet, item, code, (row + line, first + place), o)
    if o.remarks and item.kind == "village":
        sheet.put(row, first + len(found), "2 hộ mới" if len(item.name) % 2 else "Hộ nghèo")
    if lines == 2 and o.name_merged:
        sheet.merge(row, o.column, row + 1, o.column)
        sheet.merge(row, o.column + 1, row + 1, o.column + 1)
    if o.hidden and item.kind == "village" and len(sheet.hidden_rows) < lines:
        sheet.hidden_rows |= set(range(row, row + lines))
    return row + lines


def _place(sheet: Sheet, item: Item, code: str, place: tuple[int, int], o: Options) -> None:
    value = figure(item, code, o)
    sheet.put(*place, value)
    if item.kind in ("village", "group", "total", "sum"):
        sheet.places[item.name, code] = place
        sheet.values[item.name, code] = value


def _columns(sheet: Sheet, villages: list[dict[str, int]], o: Options, top: int) -> int:
    listed = [
        i
        for i in items(villages, o._replace(groups="", gaps=False, total="last" if o.total == "nameless" else o.total))
        if i.kind != "filler"
    ]
    codes = list(PERSONS) if o.two_lines else list(COUNTS)
    under = ("Hộ", "Nhân khẩu") if o.two_lines else ("Số hộ", "Tỷ lệ (%)") if o.pairs else ()
    width = max(1, len(under))
    first = o.column + 3
    depth = (1 if o.top else 0) + 1 + (1 if under else 0)
    for place, text in enumerate(("TT", "Nội dung", "Đơn vị tính")):
        sheet.put(top, o.column + place, text)
        if o.merged:
            sheet.merge(top, o.column + place, top + depth - 1, o.column + place)
    names = top + (1 if o.top else 0)
    if o.top:
        sheet.put(top, first, "Thôn")
        if o.merged:
            sheet.merge(top, first, top, first + len(listed) * width - 1)
    for place, item in enumerate(listed):
        column = first + place * width
        sheet.put(names, column, item.name)
        if under and o.merged:
            sheet.merge(names, column, names, column + width - 1)
        for offset, text in enumerate(under):
            sheet.put(names + 1, column + offset, text)
        if o.hidden and item.kind == "village" and not sheet.hidden_columns:
            sheet.hidden_columns |= set(range(column, column + width))
    row = _marks(sheet, o, top + depth, 3, [""] * len(listed) * width) + 1
    for place, code in enumerate(codes):
        sheet.put(row, o.column, place + 1)
        sheet.put(row, o.column + 1, "Tổng số" if o.two_lines and code == HOUSEHOLDS else COUNTS[code])
        if not o.two_lines:
            sheet.put(row, o.column + 2, "Hộ")
        for at, item in enumerate(listed):
            column = first + at * width
            _place(sheet, item, code, (row, column), o)
            if o.two_lines:
                _place(sheet, item, PERSONS[code], (row, column + 1), o)
            elif o.pairs and code != HOUSEHOLDS:
                _place(sheet, item, f"ty_le_{code}", (row, column + 1), o)
        row += 1
    return row - 1


INFO = (("Kỳ kế hoạch", "2024"), ("Tên đơn vị", "Bình An"), ("Loại đơn vị", "xã"), ("Loại đơn vị dưới cấp xã", "thôn"))


def write(path: Path, sheet: Sheet, *, name: str = "Sheet1", info: bool = True) -> Path:
    """The workbook with a sheet `Thông tin` (unless told otherwise) and the table's."""
    with xlsxwriter.Workbook(path) as book:
        two_places = book.add_format({"num_format": "0.00"})
        if info:
            tab = book.add_worksheet("Thông tin")
            for row, pair in enumerate(INFO):
                tab.write_row(row, 0, pair)
        tab = book.add_worksheet(name)
        for row, column, last_row, last_column in sheet.merges:
            tab.merge_range(row - 1, column - 1, last_row - 1, last_column - 1, None)
        for (row, column), value in sheet.cells.items():
            tab.write(row - 1, column - 1, value, two_places if isinstance(value, float) else None)
        for row in sheet.hidden_rows:
            tab.set_row(row - 1, None, None, {"hidden": True})
        for column in sheet.hidden_columns:
            tab.set_column(column - 1, column - 1, None, None, {"hidden": True})
    return path
