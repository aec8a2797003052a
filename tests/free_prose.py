"""Plans as officials write them freely: the same facts in many sentence forms, of which one figure may be altered.

The forms were written from the way communes' reports read, not from what the program's reader knows. A template holds
slots: ``{P0}`` poor households at the start, ``{C1}`` near-poor at the end, ``{gP}`` their decrease, ``{rP0}`` a rate,
``{w…}`` a count in words; ``{y}`` and ``{b}`` are the year of the plan and the one before.
"""

from __future__ import annotations

import random
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from hand_plans import Hand

from xlplan.sheets.standard.content import Content
from xlplan.vietnamese.words import number_in_words

CODES = {
    "H": "tong_so_ho",
    "K": "tong_nhan_khau",
    "P0": "ho_ngheo_dau_ky",
    "C0": "ho_can_ngheo_dau_ky",
    "P1": "ho_ngheo_cuoi_ky",
    "C1": "ho_can_ngheo_cuoi_ky",
    "M0": "ho_da_chieu_dau_ky",
    "M1": "ho_da_chieu_cuoi_ky",
    "gP": "giam_ho_ngheo",
    "gC": "giam_ho_can_ngheo",
    "kP": "khau_ngheo_dau_ky",
    "kC": "khau_can_ngheo_dau_ky",
    "nP": "ho_ngheo_khong_lao_dong",
    "lP": "ho_ngheo_co_lao_dong",
}
FORMS: dict[str, tuple[str, ...]] = {
    "count (rate)": (
        "Cuối năm {b}, hộ nghèo còn {P0} hộ (chiếm {rP0}).",
        "Đến cuối năm {b} toàn {u} có {P0} hộ nghèo, chiếm {rP0}; {C0} hộ cận nghèo, chiếm {rC0}.",
        "Số hộ nghèo cuối năm {b} là {P0} hộ, chiếm tỷ lệ {rP0} tổng số hộ toàn {u}.",
        "Theo kết quả rà soát cuối năm {b}, {u} có {C0} hộ cận nghèo với tỷ lệ {rC0}.",
        "Tại thời điểm cuối năm {b}, {u} ghi nhận {P0} hộ nghèo ({rP0}) và {C0} hộ cận nghèo ({rC0}).",
        "Hộ cận nghèo đầu năm {y}: {C0} hộ - {rC0}.",
    ),
    "from … to": (
        "Phấn đấu trong năm {y} số hộ nghèo giảm từ {P0} xuống còn {P1} hộ.",
        "Năm {y} đưa số hộ cận nghèo từ {C0} hộ xuống còn {C1} hộ.",
        "Phấn đấu hộ nghèo trên địa bàn giảm từ {P0} hộ đầu năm xuống {P1} hộ cuối năm {y}.",
        "Trong năm {y}, giảm tỷ lệ hộ nghèo từ {rP0} xuống còn {rP1}.",
        "Kế hoạch năm {y}: hạ số hộ cận nghèo từ {C0} xuống {C1} hộ.",
        "Số hộ nghèo của {u} năm {y} sẽ giảm từ {P0} hộ ({rP0}) còn {P1} hộ ({rP1}).",
    ),
    "rate alone": (
        "Tỷ lệ hộ cận nghèo của {u} cuối năm {b} là {rC0}.",
        "Tỉ lệ hộ nghèo đầu năm {y} của {u} ở mức {rP0}.",
        "Cuối năm {b}, tỷ lệ nghèo toàn {u} là {rP0}, tỷ lệ cận nghèo là {rC0}.",
        "{u_} có tỷ lệ hộ nghèo {rP0} và tỷ lệ hộ cận nghèo {rC0} tính đến ngày 31/12/{b}.",
        "So với tổng số hộ, hộ nghèo cuối năm {b} chiếm {rP0}.",
    ),
    "in words": (
        "Cuối năm {b} toàn {u} có {wP0} hộ nghèo.",
        "Đến cuối năm {b}, {u} còn {wC0} hộ cận nghèo.",
        "Trong năm {y} phấn đấu giảm {wgP} hộ nghèo.",
        "Cuối năm {b}, trên địa bàn có {P0} ({wP0}) hộ nghèo.",
        "Năm {y} xã phấn đấu giảm {wgC} hộ cận nghèo, còn {wC1} hộ.",
    ),
    "abbreviated": (
        "Cuối năm {b}: HN {P0} hộ ({rP0}), HCN {C0} hộ ({rC0}).",
        "Số HN cuối năm {b} của {u} là {P0} hộ; HCN là {C0} hộ.",
        "TS hộ của {u}: {H} hộ, trong đó hộ N: {P0} hộ, hộ CN: {C0} hộ.",
        "Hộ nghèo: {P0} hộ, TL {rP0}; hộ CN: {C0} hộ, TL {rC0} (cuối năm {b}).",
    ),
    "whole and parts": (
        "Toàn {u} có {H} hộ, trong đó có {P0} hộ nghèo và {C0} hộ cận nghèo (số liệu cuối năm {b}).",
        "Tổng số hộ trên địa bàn {u} là {H} hộ; hộ nghèo cuối năm {b}: {P0} hộ; hộ cận nghèo: {C0} hộ.",
        "Hiện nay {u} có {H} hộ dân với {K} nhân khẩu.",
        "Dân số toàn {u} là {H} hộ, {K} khẩu.",
        "{u_} có {H} hộ gia đình, {K} nhân khẩu, trong đó hộ nghèo cuối năm {b} là {P0} hộ.",
        "Tổng số hộ dân: {H} hộ. Trong đó: hộ nghèo {P0} hộ, hộ cận nghèo {C0} hộ, số liệu cuối năm {b}.",
    ),
    "verb first": (
        "Giảm {gP} hộ nghèo, {gC} hộ cận nghèo trong năm {y}.",
        "Trong năm {y} phấn đấu giảm ít nhất {gP} hộ nghèo và {gC} hộ cận nghèo.",
        "Chỉ tiêu năm {y}: giảm {gP} hộ nghèo; giảm {gC} hộ cận nghèo.",
        "Phấn đấu năm {y} toàn {u} có {gP} hộ thoát nghèo, {gC} hộ thoát cận nghèo.",
        "Đặt mục tiêu giảm được {gP} hộ nghèo trong năm {y}.",
        "Năm {y} toàn {u} giảm {gC} hộ cận nghèo và {gP} hộ nghèo theo chỉ tiêu giao.",
    ),
    "part of whole": (
        "Cuối năm {b}, hộ nghèo là {P0}/{H} hộ, chiếm {rP0}.",
        "Số hộ cận nghèo cuối năm {b}: {C0}/{H} hộ (tỷ lệ {rC0}).",
        "Có {P0} hộ nghèo trên tổng số {H} hộ toàn {u}, tỷ lệ {rP0} (cuối năm {b}).",
        "Cuối năm {b}, {P0} trong tổng số {H} hộ của {u} là hộ nghèo ({rP0}).",
    ),
    "persons": (
        "Cuối năm {b}, {u} có {P0} hộ nghèo với {kP} nhân khẩu; {C0} hộ cận nghèo với {kC} nhân khẩu.",
        "Hộ nghèo đầu năm {y}: {P0} hộ/{kP} khẩu; hộ cận nghèo: {C0} hộ/{kC} khẩu.",
        "Số nhân khẩu trong các hộ nghèo cuối năm {b} là {kP} người.",
        "Hộ nghèo cuối năm {b} có {P0} hộ, {kP} khẩu.",
        "Toàn {u} có {kC} nhân khẩu thuộc {C0} hộ cận nghèo (cuối năm {b}).",
    ),
    "end of the plan": (
        "Đến cuối năm {y}, tỷ lệ hộ nghèo còn {rP1}, hộ cận nghèo còn {rC1}.",
        "Phấn đấu đến 31/12/{y} toàn {u} còn {P1} hộ nghèo và {C1} hộ cận nghèo.",
        "Mục tiêu: kéo giảm tỷ lệ hộ nghèo của {u} xuống còn {rP1} vào cuối năm {y}.",
        "Số hộ nghèo còn lại vào cuối năm {y} dự kiến là {P1} hộ ({rP1}).",
        "Cuối năm {y} còn {P1} hộ nghèo ({rP1}), {C1} hộ cận nghèo ({rC1}).",
        "Tỷ lệ hộ nghèo cuối năm {y} phấn đấu đạt {rP1}.",
    ),
    "list": (
        "Kết quả rà soát cuối năm {b} của {u} như sau:|- Hộ nghèo: {P0} hộ, tỷ lệ {rP0}.|- Hộ cận nghèo: {C0} hộ, "
        "tỷ lệ {rC0}.",
        "Tình hình hộ nghèo, hộ cận nghèo cuối năm {b}:|+ Tổng số hộ nghèo: {P0} hộ;|+ Tổng số hộ cận nghèo: {C0} hộ.",
        "Chỉ tiêu cụ thể năm {y}:|- Giảm {gP} hộ nghèo, còn {P1} hộ.|- Giảm {gC} hộ cận nghèo, còn {C1} hộ.",
        "1. Hộ nghèo đầu năm {y}|- Tổng số: {P0} hộ.|- Tỷ lệ: {rP0}.",
        "Số liệu đầu năm {y} của {u}:|a) Hộ nghèo: {P0} hộ, {kP} nhân khẩu;|b) Hộ cận nghèo: {C0} hộ, {kC} nhân khẩu.",
    ),
    "poor and near-poor": (
        "Tổng số hộ nghèo và hộ cận nghèo cuối năm {b} là {M0} hộ, chiếm {rM0}.",
        "Hộ nghèo, cận nghèo toàn {u} đầu năm {y} có {M0} hộ ({rM0}).",
        "Tỷ lệ nghèo đa chiều của {u} cuối năm {b} là {rM0}.",
        "Tính chung, cuối năm {b} {u} có {M0} hộ nghèo và cận nghèo.",
        "Đầu năm {y} có {M0} hộ nghèo, hộ cận nghèo, tỷ lệ {rM0}.",
    ),
    "figure before noun": (
        "Cuối năm {b}, {u} vẫn còn {P0} hộ thuộc diện nghèo và {C0} hộ thuộc diện cận nghèo.",
        "Có {P0} hộ thuộc diện hộ nghèo theo kết quả rà soát cuối năm {b} của {u}.",
        "Với {P0} hộ nghèo ở thời điểm cuối năm {b}, {u} đạt tỷ lệ {rP0}.",
        "Qua rà soát cuối năm {b}, {P0} hộ được công nhận là hộ nghèo, {C0} hộ được công nhận là hộ cận nghèo.",
    ),
    "ability to work": (
        "Trong {P0} hộ nghèo cuối năm {b} có {nP} hộ không có khả năng lao động, {lP} hộ có khả năng lao động.",
        "Số hộ nghèo không có khả năng lao động cuối năm {b} là {nP} hộ.",
        "Hộ nghèo còn khả năng lao động cuối năm {b}: {lP} hộ; hộ nghèo không có khả năng lao động: {nP} hộ.",
    ),
    "decrease in points": (
        "Năm {y} giảm {gP} hộ nghèo, tương ứng giảm {dP}.",
        "Phấn đấu tỷ lệ hộ nghèo năm {y} giảm {dP} so với cuối năm {b}.",
        "Trong năm {y} giảm {gC} hộ cận nghèo ({dC}).",
        "Phấn đấu giảm {dP} hộ nghèo trong năm {y}.",
        "Mức giảm tỷ lệ hộ cận nghèo năm {y} là {dC}.",
    ),
    "village": (
        "Thôn {v1} có {v1P0} hộ nghèo vào cuối năm {b}.",
        "Cuối năm {b}, các thôn còn nhiều hộ nghèo là {v1} ({v1P0} hộ), {v2} ({v2P0} hộ).",
        "Riêng thôn {v1}: cuối năm {b} hộ nghèo {v1P0} hộ, hộ cận nghèo {v1C0} hộ.",
        "Cuối năm {b}, số hộ nghèo ở thôn {v1} là {v1P0} hộ, ở thôn {v2} là {v2P0} hộ.",
        "Hộ nghèo tập trung ở thôn {v1} với {v1P0} hộ nghèo cuối năm {b}.",
        "Giao thôn {v1} giảm {v1gP} hộ nghèo trong năm {y}.",
    ),
}
# Sentences whose figures are of other things: nothing may be said of them. {x}, {z} are any counts, {q} any rate.
ASIDE = (
    "Hỗ trợ {x} hộ nghèo, {z} hộ cận nghèo vay vốn phát triển sản xuất.",
    "Năm {bb} toàn {u} có {x} hộ nghèo, chiếm {q}.",
    "Cấp thẻ bảo hiểm y tế cho {x} người thuộc hộ nghèo và {z} người thuộc hộ cận nghèo.",
    "Toàn huyện hiện có {x} hộ nghèo, tỷ lệ {q}; tỉnh có {z} hộ nghèo.",
    "Tổ chức {x} lớp tập huấn cho {z} hộ nghèo, tỷ lệ tham gia đạt {q}.",
    "Trong năm có {x} hộ nghèo được sửa chữa nhà ở với kinh phí {z} triệu đồng.",
    "Có {x} hộ nghèo thiếu hụt về nước sạch, {z} hộ thiếu hụt về nhà ở.",
    "Giai đoạn {bb} - {b} giảm được {x} hộ nghèo, bình quân mỗi năm giảm {q}.",
    "Mỗi chi hội nhận giúp đỡ {x} hộ nghèo; vận động ba hộ khá giúp hai hộ nghèo.",
    "Đã có {x} hộ nghèo và {z} hộ cận nghèo đăng ký thoát nghèo.",
    "Tỷ lệ hộ nghèo dân tộc thiểu số giảm {q}; tỷ lệ hộ nghèo tiếp cận thông tin đạt {q2}.",
    "Phân công {x} đảng viên phụ trách {z} hộ nghèo có hoàn cảnh khó khăn.",
    "Trong đó {x} hộ nghèo có con em trong độ tuổi đi học được miễn, giảm học phí.",
    "Dự án nuôi bò: {x} hộ tham gia, gồm {z} hộ nghèo, còn lại là hộ mới thoát nghèo.",
    "Giải quyết việc làm cho {x} lao động thuộc hộ nghèo, đạt {q} kế hoạch.",
    "Vốn vay bình quân {x} triệu đồng một hộ; dư nợ của {z} hộ nghèo là 1 250 triệu đồng.",
    "Tặng {x} suất quà cho hộ nghèo dịp Tết, mỗi suất 500.000 đồng; thăm hỏi {z} hộ.",
    "Chỉ tiêu trên giao giảm {q} hộ nghèo so với năm {bb}; các xã bạn giảm {x} hộ.",
)
TABLES = ("table of villages", "table of the commune", "table of start and end")
_SLOT = re.compile(r"\{(\w+)\}")


class Slot(NamedTuple):
    """A figure of a text: the words of its slot and its true value; of rates the value has two decimals or one."""

    name: str
    value: Decimal
    places: int


class Hands(NamedTuple):
    """How somebody writes numbers."""

    places: int
    comma: str
    percent: str
    thousands: str
    padded: bool


class Form(NamedTuple):
    """A sentence (or table) of a plan: its form, its pieces of text with slots between them."""

    form: str
    pieces: tuple[str | Slot, ...]

    @property
    def slots(self) -> list[int]:
        return [i for i, piece in enumerate(self.pieces) if isinstance(piece, Slot)]


def habits(rng: random.Random) -> Hands:
    return Hands(
        rng.choice((1, 2, 2)),
        rng.choice(",,."),
        rng.choice(("%", " %")),
        rng.choice((".", "", " ")),
        rng.random() < 0.5,
    )


class Facts:
    """What the workbook holds, reckoned here and not by the program."""

    def __init__(self, content: Content) -> None:
        self.known = {code: value for code, value, _ in content.situation if isinstance(value, int)}
        self.known |= {code: value for code, value in content.commune.items() if isinstance(value, int)}
        self.villages, self.counts = content.villages, content.counts
        self.year = int(str(content.fields["ky"])[:4])
        self.unit, self.word = str(content.fields["loai_don_vi"]), str(content.fields["loai_thon"])
        self.name = f"{self.unit} {content.fields['ten_don_vi']}"

    def count(self, name: str, at: int | None = None) -> int | None:
        if name in ("M0", "M1"):
            parts = [self.count(group + name[1], at) for group in "PC"]
            return sum(p for p in parts if p is not None) if None not in parts else None
        code = CODES[name]
        if at is None:
            return self.known.get(code)
        return self.counts[code][at] if code in self.counts else None  # type: ignore[return-value]

    def slot(self, name: str, hands: Hands, picked: list[int]) -> Slot | None:
        """The figure of a slot; ``None`` where the workbook does not hold it."""
        if name[0] == "v":
            found = self.count(name[2:], picked[int(name[1]) - 1])
        elif name[0] in "rd":
            whole, part = self.count("H"), self.count(name[1:] if name[0] == "r" else f"g{name[1]}")
            return Slot(name, _rate(part, whole, hands.places), hands.places) if whole and part is not None else None
        else:
            found = self.count(name.removeprefix("w"))
        return None if found is None else Slot(name, Decimal(found), 0)


def _rate(part: int, whole: int, places: int) -> Decimal:
    return (Decimal(part * 100) / whole).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def written(slot: Slot, hands: Hands) -> str:
    if slot.name[0] in "rd":
        return f"{slot.value:.{slot.places}f}".replace(".", hands.comma) + hands.percent
    number = int(slot.value)
    if slot.name[0] == "w":
        return number_in_words(number)
    if number < 10 and hands.padded:
        return f"0{number}"
    return f"{number:,}".replace(",", hands.thousands)


def sentence(form: str, template: str, facts: Facts, hands: Hands, rng: random.Random) -> Form | None:
    """A sentence of a form with the facts of a workbook; ``None`` where it has not all of them."""
    picked = rng.sample(range(len(facts.villages)), 2) if len(facts.villages) > 1 else []
    if "{v1" in template and (not picked or facts.word != "thôn"):
        return None
    said = {
        "y": str(facts.year),
        "b": str(facts.year - 1),
        "bb": str(facts.year - 2),
        "u": facts.unit,
        "u_": facts.unit.capitalize(),
    }
    said |= {name: str(rng.randint(2, 400)) for name in "xz"}
    said |= {
        name: f"{rng.randint(1, 9999) / 100:.2f}".replace(".", hands.comma) + hands.percent for name in ("q", "q2")
    }
    said |= {f"v{n}": facts.villages[at] for n, at in enumerate(picked, start=1)}
    pieces: list[str | Slot] = []
    for n, piece in enumerate(_SLOT.split(template)):
        if n % 2 == 0 or piece in said:
            pieces.append(said.get(piece, piece) if n % 2 else piece)
            continue
        slot = facts.slot(piece, hands, picked)
        if slot is None:
            return None
        pieces.append(slot)
    return Form(form, tuple(pieces))


def table(form: str, facts: Facts, rng: random.Random) -> list[list[str | Slot]] | None:
    """A table without outline, under headings of somebody's own."""
    hands = Hands(2, ",", "", "", padded=False)
    bare = [name for name in ("H", "P0", "C0", "P1", "C1") if CODES[name] in facts.counts]
    if form == TABLES[0]:
        if len(bare) < 3 or not facts.villages:
            return None
        heads = {
            "H": ("Tổng hộ", "Số hộ dân", "Tổng số hộ"),
            "P0": (f"Hộ nghèo cuối năm {facts.year - 1}", "Hộ nghèo đầu năm", f"Số hộ nghèo đầu năm {facts.year}"),
            "C0": (f"Hộ cận nghèo cuối năm {facts.year - 1}", "Hộ cận nghèo đầu năm"),
            "P1": (f"Hộ nghèo cuối năm {facts.year}", "Hộ nghèo còn lại cuối năm"),
            "C1": (f"Hộ cận nghèo cuối năm {facts.year}", "Hộ cận nghèo còn lại cuối năm"),
        }
        first: list[str | Slot] = [rng.choice(("STT", "TT", "Số TT")), rng.choice(("Thôn", "Tên thôn", "Đơn vị"))]
        rows = [[*first, *(rng.choice(heads[name]) for name in bare)]]
        for at, village in enumerate(facts.villages):
            cells = [Slot(name, Decimal(facts.count(name, at) or 0), 0) for name in bare]
            rows.append([str(at + 1), village, *cells])
        total = [Slot(name, Decimal(facts.count(name) or 0), 0) for name in bare]
        return [*rows, ["", rng.choice(("Cộng", "Tổng cộng", f"Toàn {facts.unit}")), *total]]
    if form == TABLES[1]:
        heads_of = {
            "H": "Tổng số hộ",
            "P0": f"Số hộ nghèo cuối năm {facts.year - 1}",
            "rP0": f"Tỷ lệ hộ nghèo cuối năm {facts.year - 1} (%)",
            "C0": f"Số hộ cận nghèo cuối năm {facts.year - 1}",
            "rC0": f"Tỷ lệ hộ cận nghèo cuối năm {facts.year - 1} (%)",
            "gP": f"Số hộ nghèo giảm trong năm {facts.year}",
        }
        found = [(label, facts.slot(name, hands, [])) for name, label in heads_of.items()]
        rows = [[str(n), label, slot] for n, (label, slot) in enumerate(((a, b) for a, b in found if b), start=1)]
        return [["TT", "Nội dung", "Số lượng"], *rows]
    rows = []
    for label, names in (("Hộ nghèo", ("P0", "gP", "P1")), ("Hộ cận nghèo", ("C0", "gC", "C1"))):
        figures = [facts.slot(name, hands, []) for name in names]
        if None in figures:
            return None
        rows.append([label, *(slot for slot in figures if slot)])
    return [["Đối tượng", f"Đầu năm {facts.year}", f"Giảm trong năm {facts.year}", f"Cuối năm {facts.year}"], *rows]


# ---- plans ---------------------------------------------------------------------------------------------------


class FreePlan(NamedTuple):
    """A plan of sentences and tables; ``forms`` are its sentences, ``tables`` by their form."""

    facts: Facts
    hands: Hands
    forms: list[Form]
    tables: dict[str, list[list[str | Slot]]]

    def places(self) -> list[tuple[str, tuple[object, ...]]]:
        """Every figure: its form and where it stands."""
        found: list[tuple[str, tuple[object, ...]]] = []
        for n, form in enumerate(self.forms):
            found += [(form.form, (n, i)) for i in form.slots]
        for name, rows in self.tables.items():
            found += [
                (name, (name, i, j)) for i, row in enumerate(rows) for j, cell in enumerate(row) if type(cell) is Slot
            ]
        return found

    def at(self, place: tuple[object, ...]) -> Slot:
        return self.tables[place[0]][place[1]][place[2]] if len(place) == 3 else self.forms[place[0]].pieces[place[1]]  # type: ignore[index,return-value]

    def document(self, other: dict[tuple[object, ...], Slot]) -> tuple[Hand, list[str]]:
        """The document, and for each paragraph and table of the body the form that stands there."""
        title = f"Giảm nghèo bền vững năm {self.facts.year} {self.facts.name}"
        name = self.facts.name.partition(" ")[2]
        hand = Hand(self.facts.name, "15", f"{name}, ngày 12 tháng 3 năm {self.facts.year}", title)
        where: list[str] = []

        def line(text: str, form: str = "") -> None:
            hand.line(text.replace("|", " "))
            where.append(form)

        line("I. TÌNH HÌNH, CHỈ TIÊU")
        for n, form in enumerate(self.forms):
            parts = [
                written(other.get((n, i), p), self.hands) if isinstance(p, Slot) else p
                for i, p in enumerate(form.pieces)
            ]
            for text in "".join(parts).split("|"):
                line(text, form.form)
        for name, rows in self.tables.items():
            plain = Hands(2, ",", "", "", padded=False)
            cells = [
                [written(other.get((name, i, j), c), plain) if isinstance(c, Slot) else c for j, c in enumerate(row)]
                for i, row in enumerate(rows)
            ]
            hand.table(cells)
        line("II. TỔ CHỨC THỰC HIỆN")
        line("Các ban, ngành, đoàn thể theo nhiệm vụ được giao triển khai thực hiện kế hoạch này./.")
        hand.end()
        return hand, where


def free_plan(content: Content, rng: random.Random) -> FreePlan:
    """A plan with one sentence of each form that the workbook has figures for, in any order."""
    facts, hands = Facts(content), habits(rng)
    forms = []
    for name, templates in FORMS.items():
        found = [f for t in templates if (f := sentence(name, t, facts, hands, rng))]
        if found:
            forms.append(rng.choice(found))
    forms += [f for t in rng.sample(ASIDE, 5) if (f := sentence("of other things", t, facts, hands, rng))]
    rng.shuffle(forms)
    tables = {name: rows for name in TABLES if (rows := table(name, facts, rng))}
    return FreePlan(facts, hands, forms, tables)


def slip(slot: Slot, rng: random.Random) -> Slot:
    """Another figure, as people mistype one: a digit more, digits turned round, one off, last year's."""
    step = Decimal(1).scaleb(-slot.places)
    digits = str(slot.value).replace(".", "")
    turned = Decimal(digits[:-2] + digits[-1] + digits[-2]).scaleb(-slot.places) if len(digits) > 1 else slot.value
    new = slot.value
    while new == slot.value or new < 0:
        new = rng.choice(
            (slot.value + step, slot.value - step, turned, slot.value * 10, slot.value + step * rng.randint(2, 30))
        )
    return slot._replace(value=new)
