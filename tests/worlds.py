"""Communes whose every figure agrees, in several tables and forms, written as people write them.

A world is drawn from one seed: villages with their flows through a year, in groups or none, shown as the table of a
plan, as review forms, or both. Rates have 0 to 3 decimals, trailing zeros trimmed or not; nothing is 0, a dash or a
blank. :func:`sheets` gives the text that ``build.workbook`` turns into a workbook, with the cell of each figure.
"""

from __future__ import annotations

import random
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

LACKS = (
    *("Việc làm", "Người phụ thuộc", "Dinh dưỡng", "Bảo hiểm y tế", "Trình độ giáo dục của người lớn"),
    *("Tình trạng đi học của trẻ em", "Chất lượng nhà ở", "Diện tích nhà ở bình quân đầu người"),
    *("Nguồn nước sinh hoạt", "Nhà tiêu hợp vệ sinh", "Sử dụng dịch vụ viễn thông"),
    "Phương tiện phục vụ tiếp cận thông tin",
)
NAMES = (
    *("Đông", "Tây", "Mỹ Hòa", "Phú Lợi", "Tân Hậu", "Long Hiệp", "Bình Minh", "An Lạc", "Suối Đá", "Đồng Tâm"),
    *("Hòa Bình", "Vĩnh Phước", "Kim Sơn", "Thạnh Trị", "Cây Da", "Bàu Sen", "Gò Mây", "Trà Cú"),
)
Village = dict[str, int]
HUNDRED = Decimal(100)


class Column(NamedTuple):
    """One column: its heading from the outermost level, what it counts, of what it is a rate, what is printed below."""

    heads: tuple[str, ...]
    count: str
    whole: str = ""
    formula: str = ""


class Style(NamedTuple):
    """How figures are written in one column of a sheet."""

    places: int
    trimmed: bool
    text: str | None
    percent: bool
    zero: tuple[str, ...]
    nothing: str
    thousands: str


class Unit(NamedTuple):
    """A row: its number, name and figures; ``kind`` is village, group or commune."""

    number: str
    name: str
    kind: str
    figures: Village


class Made(NamedTuple):
    """The text of a workbook, and sheet, row, column, unit kind and count (or rate) of each figure in it."""

    text: str
    cells: tuple[tuple[str, int, int, str, str], ...]
    values: dict[tuple[str, int, int], str]


def _among(rng: random.Random, count: int, share: float) -> int:
    return sum(rng.random() < share for _ in range(count))


def _persons(rng: random.Random, count: int) -> int:
    return max(count, round(count * rng.uniform(2.6, 4.4)))


def village(rng: random.Random, size: float, poor: float) -> Village:
    """A village whose flows, shares and persons agree."""
    whole = max(20, round(rng.lognormvariate(size, 0.4)))
    p0 = _among(rng, whole, poor * rng.uniform(0.2, 1.8))
    c0 = _among(rng, whole - p0, poor * rng.uniform(0.2, 1.8))
    out = _among(rng, p0, 0.35)
    fall = _among(rng, out, 0.5)
    beyond = _among(rng, out - fall, 0.8)
    left = _among(rng, c0, 0.4)
    sink = _among(rng, left, 0.2)
    gone = _among(rng, left - sink, 0.8)
    room = max(0, whole - p0 - c0)
    news = [_among(rng, min(room, 12), 0.06) for _ in range(6)]
    f = {"H": whole, "P0": p0, "C0": c0, "M0": p0 + c0}
    f |= {"PC": fall, "PX": beyond, "PK": out - fall - beyond, "CP": sink, "CX": gone, "CK": left - sink - gone}
    f |= {"PT": news[0], "PN": news[1], "PA": news[2], "CT": news[3], "CN": news[4], "CA": news[5]}
    f |= {"P1": p0 - out + sink + sum(news[:3]), "C1": c0 - left + fall + sum(news[3:])}
    f |= {"TB": _among(rng, max(0, whole - f["P1"] - f["C1"]), 0.15)}
    f |= {"GP": _among(rng, p0, 0.4), "GC": _among(rng, c0, 0.4)}
    f |= {"GM": f["GP"] + f["GC"], "P2": p0 - f["GP"], "C2": c0 - f["GC"], "M2": p0 + c0 - f["GP"] - f["GC"]}
    f |= {"BT": _among(rng, p0 + c0, 0.3)}
    f |= {"KN": p0 + c0 - f["BT"]}
    f |= {"L" + str(i): _among(rng, f["P1"], rng.uniform(0, 0.8)) for i in range(len(LACKS))}
    f["LT"] = sum(f["L" + str(i)] for i in range(len(LACKS)))
    for people, households in (("KP0", "P0"), ("KC0", "C0"), ("KP1", "P1"), ("KC1", "C1"), ("KTB", "TB")):
        f[people] = _persons(rng, f[households])
    f["K"] = max(_persons(rng, whole), f["KP1"] + f["KC1"] + f["KTB"] + whole, f["KP0"] + f["KC0"] + whole)
    return f


def added(parts: list[Village]) -> Village:
    """The figures of several villages together."""
    return {code: sum(part[code] for part in parts) for code in parts[0]}


def units(rng: random.Random) -> list[Unit]:
    """Villages in groups or none, with their total first or last."""
    size, poor = rng.uniform(4.2, 5.3), rng.choice((0.01, 0.04, 0.1))
    names = rng.sample(NAMES, rng.randint(2, 12))
    made = [village(rng, size, poor) for _ in names]
    rows: list[Unit] = []
    if len(names) > 3 and rng.random() < 0.35:
        cut = rng.randint(2, len(names) - 2)
        for i, (a, b) in enumerate(((0, cut), (cut, len(names)))):
            rows.append(Unit("I" * (i + 1), f"Khu vực {'thành thị' if i else 'nông thôn'}", "group", added(made[a:b])))
            rows += [Unit(str(k + 1), names[k], "village", made[k]) for k in range(a, b)]
    else:
        rows = [
            Unit(str(k + 1), name, "village", figures)
            for k, (name, figures) in enumerate(zip(names, made, strict=False))
        ]
    total = Unit("", rng.choice(("Tổng cộng", "Toàn xã", "Cộng")), "commune", added(made))
    return [total, *rows] if rng.random() < 0.3 else [*rows, total]


# ---- tables ---------------------------------------------------------------------------------------------------


def _pair(head: str, count: str, whole: str, level: str = "") -> list[Column]:
    heads = (head, level) if level else (head,)
    return [Column((*heads, "Số hộ"), count), Column((*heads, "Tỷ lệ (%)"), count, whole)]


def plan(rng: random.Random) -> list[Column]:
    """A plan's table for 2024."""
    end, year = "cuối năm 2023", "năm 2024"
    columns = [Column(("Tổng số hộ dân cư",), "H")]
    if rng.random() < 0.5:
        columns.append(Column(("Tổng số nhân khẩu",), "K"))
    columns += _pair(f"Hộ nghèo {end}", "P0", "H")
    columns += [Column((f"Nhân khẩu thuộc hộ nghèo {end}",), "KP0")] if rng.random() < 0.3 else []
    columns += _pair(f"Hộ cận nghèo {end}", "C0", "H")
    if rng.random() < 0.5:
        columns += _pair(f"Hộ nghèo đa chiều {end}", "M0", "H")
        if rng.random() < 0.5:
            columns += [
                Column(("Hộ hưởng bảo trợ xã hội, không có khả năng lao động",), "BT"),
                Column(("Hộ có khả năng thoát nghèo",), "KN"),
            ]
    if rng.random() < 0.4:
        columns += _pair(f"Chỉ tiêu giảm hộ nghèo {year}", "GP", "H")
    else:
        columns += [Column((f"Giảm hộ nghèo trong {year}",), "GP"), Column((f"Giảm hộ cận nghèo trong {year}",), "GC")]
    if rng.random() < 0.7:
        columns += _pair(f"Hộ nghèo cuối {year}", "P2", "H") + _pair(f"Hộ cận nghèo cuối {year}", "C2", "H")
    if rng.random() < 0.15:  # rates without their counts
        columns = [c for c in columns if c.whole or c.count not in ("P0", "C0", "P2", "C2")]
    return [c for c in columns if c.count != "H" or c.whole] if rng.random() < 0.15 else columns


def results() -> list[Column]:
    """Tổng hợp kết quả chính thức rà soát."""
    columns = [Column(("Tổng số hộ dân cư", "Hộ", "Số hộ"), "H"), Column(("Tổng số hộ dân cư", "Hộ", "Nhân khẩu"), "K")]
    middle = "Hộ làm nông nghiệp, lâm nghiệp, ngư nghiệp, diêm nghiệp có mức sống trung bình"
    for k, (head, count, people) in enumerate(
        (("Hộ nghèo", "P1", "KP1"), ("Hộ cận nghèo", "C1", "KC1"), (middle, "TB", "KTB"))
    ):
        first = 3 + 4 * k
        columns += [
            Column((head, "Hộ", "Số hộ"), count),
            Column((head, "Hộ", "Tỷ lệ (%)"), count, "H", f"{first + 1}={first}/1*100"),
            Column((head, "Khẩu", "Số khẩu"), people),
            Column((head, "Khẩu", "Tỷ lệ (%)"), people, "K", f"{first + 3}={first + 2}/2*100"),
        ]
    return columns


def flow(kind: str, codes: tuple[str, ...]) -> list[Column]:
    """Diễn biến hộ nghèo or hộ cận nghèo."""
    down = ("Trở thành hộ cận nghèo", "Vượt chuẩn hộ cận nghèo", "Khác")
    up = ("Từ hộ cận nghèo", "Tái nghèo", "Phát sinh mới", "Khác")
    if kind != "nghèo":
        down, up = ("Thoát cận nghèo", "Trở thành hộ nghèo", "Khác"), ("Từ hộ nghèo", "Tái cận nghèo", *up[2:])
    heads = [(f"Số hộ {kind} đầu kỳ",)]
    heads += [(f"Số hộ {kind} giảm trong kỳ", word) for word in down]
    heads += [(f"Số hộ {kind} tăng trong kỳ", word) for word in up]
    heads += [(f"Số hộ {kind} cuối kỳ",)]
    formulas = [*[""] * 8, "9=1-2-3-4+5+6+7+8"]
    return [Column(h, code, "", formula) for h, code, formula in zip(heads, codes, formulas, strict=True)]


def shortages(*, rates: bool) -> list[Column]:
    """What poor households lack, as counts or as rates."""
    head = "Tỷ lệ hộ nghèo thiếu hụt các chỉ số (%)" if rates else "Số hộ nghèo thiếu hụt các chỉ số"
    columns = [Column(("Tổng số hộ nghèo",), "P1")]
    columns += [] if rates else [Column(("Tổng số chỉ số thiếu hụt",), "LT", "", "2=3+4+…+14")]
    return columns + [Column((head, name), f"L{i}", "P1" if rates else "") for i, name in enumerate(LACKS)]


OF_POOR = ("P0", "PC", "PX", "PK", "CP", "PT", "PN", "PA", "P1")
OF_NEAR_POOR = ("C0", "CX", "CP", "CK", "PC", "CT", "CN", "CA", "C1")
FORMS = (
    ("Tổng hợp", "TỔNG HỢP KẾT QUẢ CHÍNH THỨC RÀ SOÁT HỘ NGHÈO, HỘ CẬN NGHÈO NĂM 2023", results()),
    ("Diễn biến HN", "DIỄN BIẾN HỘ NGHÈO NĂM 2023", flow("nghèo", OF_POOR)),
    ("Diễn biến HCN", "DIỄN BIẾN HỘ CẬN NGHÈO NĂM 2023", flow("cận nghèo", OF_NEAR_POOR)),
    ("Thiếu hụt", "PHÂN TÍCH CÁC CHỈ SỐ THIẾU HỤT DỊCH VỤ XÃ HỘI CƠ BẢN CỦA HỘ NGHÈO NĂM 2023", shortages(rates=False)),
    ("Tỷ lệ thiếu hụt", "TỶ LỆ CÁC CHỈ SỐ THIẾU HỤT SO VỚI TỔNG SỐ HỘ NGHÈO NĂM 2023", shortages(rates=True)),
)  # fmt: skip


def rounded(part: int, whole: int, places: int) -> Decimal:
    """A rate in per cent, half up."""
    return (Decimal(part) * HUNDRED / Decimal(whole)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def style(rng: random.Random, places: int) -> Style:
    """How one column is written."""
    zero = rng.choice((("0",), ("0",), ("-",), ("",), ("–",), ("0", "-", "")))
    text = rng.choice((None, None, None, "", "%", " %"))
    return Style(
        places, rng.random() < 0.4, text, rng.random() < 0.2, zero, rng.choice(("", "-")), rng.choice(("", "", "'."))
    )


def figure(rng: random.Random, unit: Unit, column: Column, s: Style) -> str:
    """What stands in one cell."""
    value = unit.figures[column.count]
    if not column.whole:
        if value == 0:
            return rng.choice(s.zero)
        return f"'{value // 1000}.{value % 1000:03}" if s.thousands and value > 999 else str(value)
    if not unit.figures[column.whole]:
        return s.nothing
    shown = rounded(value, unit.figures[column.whole], s.places)
    if not shown and "0" not in s.zero and not value:
        return rng.choice(s.zero)
    text = f"{shown:f}"
    if s.trimmed and "." in text:
        text = text.rstrip("0").rstrip(".")
    if s.text is not None:
        return f"'{text.replace('.', ',')}{s.text}"
    return f"{shown:.2f}%" if s.percent and s.places == 2 else text


def table(rng: random.Random, name: str, title: str, columns: list[Column], rows: list[Unit]) -> Made:
    """One sheet."""
    levels = max(len(column.heads) for column in columns)
    grid = [[title], *([] for _ in range(levels))]
    for level in range(levels):
        row = ["TT", "Thôn"] if not level else ["^", "^"]
        for k, column in enumerate(columns):
            before = columns[k - 1].heads if k else ()
            if level >= len(column.heads):
                row.append("^")
            elif before[: level + 1] == column.heads[: level + 1] and len(column.heads) > level + 1:
                row.append("<")
            else:
                row.append(column.heads[level])
        grid[1 + level] = row
    if rng.random() < 0.6:
        marks = [f"'{c.formula}" if c.formula else str(k) for k, c in enumerate(columns, start=1)]
        grid.append(["A", "B", *marks])
    places = rng.choice((0, 1, 2, 2, 2, 3))
    styles = [style(rng, places) for _ in columns]
    cells, values = [], {}
    for unit in rows:
        texts = [figure(rng, unit, column, s) for column, s in zip(columns, styles, strict=True)]
        grid.append([unit.number, unit.name, *texts])
        for k, (column, text) in enumerate(zip(columns, texts, strict=True)):
            code = f"{column.count}%" if column.whole else column.count
            cells.append((name, len(grid), k + 3, unit.kind, code))
            values[name, len(grid), k + 3] = text
    lines = [name, *(f"| {' | '.join(row)} |" for row in grid)]
    return Made("\n".join(lines), tuple(cells), values)


def sheets(seed: int) -> Made:
    """The workbook of a seed."""
    rng = random.Random(seed)
    rows = units(rng)
    parts = []
    if rng.random() < 0.5:
        parts.append(("Kế hoạch", "CHỈ TIÊU GIẢM NGHÈO NĂM 2024", plan(rng)))
    forms = [form for form in FORMS if rng.random() < 0.5]
    parts += forms if forms or parts else [rng.choice(FORMS)]
    made = [table(rng, *part, rows) for part in parts]
    values = {at: text for each in made for at, text in each.values.items()}
    return Made("\n\n".join(each.text for each in made), tuple(c for each in made for c in each.cells), values)


def changed(text: str, at: tuple[str, int, int], figure_text: str) -> str:
    """The text of a workbook with another figure in one cell (sheet, row, column)."""
    lines = text.splitlines()
    row = lines.index(at[0]) + at[1]
    parts = lines[row].split(" | ")
    first = parts[0].removeprefix("| ")
    parts = [first, *parts[1:-1], parts[-1].removesuffix(" |")]
    parts[at[2] - 1] = figure_text
    lines[row] = f"| {' | '.join(parts)} |"
    return "\n".join(lines)
