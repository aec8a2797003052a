"""A18: sums, products, ceilings and shares of the budget, and amounts in words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rows import FIRST_ROW, outcomes, submission

from xlplan.checks.money import a18
from xlplan.messages import message, reason
from xlplan.model import CellRef, Submission, Text
from xlplan.vietnamese.words import money_in_words

LEVELS = ("tổng cộng", "giai đoạn", "dự án", "tiểu dự án", "khoản mục")
Row = dict[str, str | int | None]


def errors(*rows: Row) -> list[tuple[str, str, str]]:
    """Address, actual and expected of each finding of A18."""
    findings, _, _ = outcomes(a18, submission("kinh_phi", *rows))
    return [(f.ref.address, f.actual, f.expected) for f in findings]


def notes(*rows: Row) -> list[str]:
    return [reason(note) for note in outcomes(a18, submission("kinh_phi", *rows))[1]]


TAN_KHAI: tuple[Row, ...] = (
    {"cap": "giai đoạn", "noi_dung": "Giai đoạn 2022 - 2023", "so_tien": 360_000_000},
    {
        "cap": "khoản mục",
        "noi_dung": "Hỗ trợ xây mới nhà ở",
        "so_luong": 1,
        "don_vi": "căn",
        "muc_toi_da": 80_000_000,
        "so_tien": 100_800_000,
    },
    {"cap": "khoản mục", "noi_dung": "Hỗ trợ sửa nhà ở", "so_luong": 1, "so_tien": 30_000_000},
    {"cap": "khoản mục", "noi_dung": "Vốn vay", "so_luong": 2, "so_tien": 80_000_000, "nguon": "vốn vay"},
    {"cap": "khoản mục", "noi_dung": "Sinh kế", "so_luong": 5, "so_luong_2": 11, "so_tien": 149_200_000},
    {"cap": "giai đoạn", "noi_dung": "Giai đoạn 2024 - 2025", "so_tien": 14_904_000},
)


def test_one_house_above_its_ceiling_is_the_only_finding() -> None:
    (finding,) = outcomes(a18, submission("kinh_phi", *TAN_KHAI))[0]
    assert (finding.ref.address, finding.actual, finding.expected) == ("I6", "100800000", "<=80000000")
    assert message(finding) == (
        "Kinh phí, ô I6 (Hỗ trợ xây mới nhà ở): đang ghi 100.800.000; vượt mức tối đa cho cả số lượng: "
        "1 × 80.000.000 = 80.000.000. Giảm số tiền, hoặc xem lại số lượng và mức tối đa."
    )
    assert message(finding, "en").startswith(
        "Kinh phí, cell I6 (Hỗ trợ xây mới nhà ở): holds 100800000; above the ceiling"
    )


@pytest.mark.parametrize(("quantity", "amount"), [(None, 80_000_000), (1, 80_000_000), (3, 240_000_000), ("-", 1)])
def test_a_ceiling_is_for_one_unit_and_a_blank_quantity_counts_as_one(quantity: int | str | None, amount: int) -> None:
    row: Row = {"cap": "khoản mục", "so_luong": quantity, "muc_toi_da": 80_000_000, "so_tien": amount}
    assert errors(row) == []
    limit = 80_000_000 * (quantity if isinstance(quantity, int) else 1)
    assert errors({**row, "so_tien": limit + 1}) == [("I5", str(limit + 1), f"<={limit}")]


# ---- sums --------------------------------------------------------------------------------------------------


def test_a_row_without_amount_counts_as_the_sum_of_its_parts() -> None:
    rows: list[Row] = [
        {"cap": "tổng cộng", "so_tien": 13_000_000},
        {"cap": "dự án", "noi_dung": "Dự án 6"},
        {"cap": "tiểu dự án", "so_tien": 5_000_000},
        {"cap": "tiểu dự án", "so_tien": 2_000_000},
        {"cap": "dự án", "noi_dung": "Dự án 7", "so_tien": 6_000_000},
    ]
    assert errors(*rows) == []
    rows[3]["so_tien"] = 3_000_000
    assert errors(*rows) == [("I5", "13000000", "14000000")]


def test_a_row_without_parts_and_amount_leaves_the_sum_unchecked() -> None:
    rows: list[Row] = [
        {"cap": "tổng cộng", "so_tien": 13_000_000},
        {"cap": "dự án"},
        {"cap": "khoản mục", "so_tien": 5_000_000},
        {"cap": "khoản mục", "noi_dung": "Tập huấn"},
    ]
    assert errors(*rows) == []
    assert notes(*rows) == ["còn ô trống: 'Kinh phí'!I8"]
    rows[3]["so_tien"] = "tùy tình hình"
    assert notes(*rows) == ["có ô không đọc được: 'Kinh phí'!I8"]
    rows[3]["so_tien"] = "-"
    assert errors(*rows) == [("I5", "13000000", "5000000")]


def test_a_long_sum_is_shown_by_its_first_and_last_terms() -> None:
    rows: list[Row] = [{"cap": "dự án", "so_tien": 999}, *({"cap": "khoản mục", "so_tien": i} for i in range(1, 21))]
    (finding,) = outcomes(a18, submission("kinh_phi", *rows))[0]
    assert finding.params["formula"] == "1 + 2 + 3 + 4 + 5 + 6 + … + 20 = 210"
    assert len(finding.related) == 20


@st.composite
def trees(draw: st.DrawFn) -> list[Row]:
    """A budget whose sums hold; rows with parts may leave their amount blank."""
    rows: list[Row] = []

    def grow(depth: int) -> int:
        place = len(rows)
        rows.append({"cap": LEVELS[depth], "noi_dung": f"Khoản {place}"})
        below = st.lists(st.integers(depth + 1, len(LEVELS) - 1), max_size=3)
        parts = draw(below) if depth < len(LEVELS) - 1 and len(rows) < 25 else []
        amount = sum(grow(part) for part in sorted(parts, reverse=True)) if parts else draw(st.integers(0, 10**12))
        if not parts or draw(st.booleans()):
            rows[place]["so_tien"] = amount
        return amount

    grow(0)
    return rows


@settings(max_examples=100, deadline=None)
@given(trees())
def test_a_tree_whose_sums_hold_gives_no_finding(rows: list[Row]) -> None:
    findings, unchecked, _ = outcomes(a18, submission("kinh_phi", *rows))
    assert findings == []
    assert unchecked == []


@settings(max_examples=100, deadline=None)
@given(trees(), st.data())
def test_one_changed_amount_is_found_at_the_row_that_holds_the_sum(rows: list[Row], data: st.DataObject) -> None:
    rows[0]["so_tien"] = _amount(rows, 0)  # a total that every change below is seen against
    place = data.draw(st.sampled_from([i for i, row in enumerate(rows) if "so_tien" in row]))
    before = rows[place]["so_tien"]
    assert isinstance(before, int)
    rows[place]["so_tien"] = before + data.draw(st.integers(1, 10**9))
    if len(rows) == 1:
        assert errors(*rows) == []
        return
    wanted = {place} if _parts(rows, place) else set()
    above = _parent(rows, place)
    while above is not None and "so_tien" not in rows[above]:
        above = _parent(rows, above)
    wanted |= {above} if above is not None else set()
    assert {address for address, _, _ in errors(*rows)} == {f"I{FIRST_ROW + i}" for i in wanted}


def _depth(row: Row) -> int:
    return LEVELS.index(str(row["cap"]))


def _parent(rows: list[Row], i: int) -> int | None:
    return next((j for j in range(i - 1, -1, -1) if _depth(rows[j]) < _depth(rows[i])), None)


def _parts(rows: list[Row], i: int) -> list[int]:
    return [j for j in range(len(rows)) if _parent(rows, j) == i]


def _amount(rows: list[Row], i: int) -> int:
    own = rows[i].get("so_tien")
    return own if isinstance(own, int) else sum(_amount(rows, j) for j in _parts(rows, i))


# ---- products, shares, whole đồng ---------------------------------------------------------------------------


@pytest.mark.parametrize("amount", [5 * 200_000, 11 * 200_000, 55 * 200_000])
def test_either_quantity_or_both_may_be_multiplied_by_the_unit_cost(amount: int) -> None:
    row: Row = {"cap": "khoản mục", "so_luong": 5, "so_luong_2": 11, "don_gia": 200_000, "so_tien": amount}
    assert errors(row) == []


def test_a_wrong_product_names_the_nearest_right_one() -> None:
    row: Row = {"cap": "khoản mục", "so_luong": 5, "so_luong_2": 11, "don_gia": 200_000, "so_tien": 2_250_000}
    assert errors(row) == [("I5", "2250000", "2200000")]
    assert notes({"cap": "khoản mục", "don_gia": 200_000, "so_tien": 200_000}) == [
        "có đơn giá nhưng chưa ghi số lượng: 'Kinh phí'!G5"
    ]
    assert notes({**row, "so_luong": "vài"}) == ["có ô không đọc được: 'Kinh phí'!C5"]


@pytest.mark.parametrize(
    ("shares", "wanted"),
    [
        (("33.33", "33.33", "33.33"), []),  # each follows from its amount
        (("33", "33", "33"), []),
        (("33.33", "33.34", "33.33"), [("J7", "33.34", "33.33")]),
        (("33.33", None, "40"), [("J8", "40", "33")]),
    ],
)
def test_a_share_follows_from_the_amounts(shares: tuple[str | None, ...], wanted: list[tuple[str, str, str]]) -> None:
    parts: list[Row] = [{"cap": "khoản mục", "so_tien": 20_000_000, "ty_trong": share} for share in shares]
    assert errors({"cap": "tổng cộng", "so_tien": 60_000_000}, *parts) == wanted


@pytest.mark.parametrize(
    ("shares", "wanted"),
    [
        (("60", "30", "10"), []),
        (("60", "30", None), []),
        (("60", "30", "15"), [("J7", "error", "10")]),
        (("33.3", "33.3", "33.3"), [("J7", "warning", "33.4")]),
    ],
)
def test_shares_without_amounts_add_up_to_a_hundred(
    shares: tuple[str | None, ...], wanted: list[tuple[str, str, str]]
) -> None:
    rows: list[Row] = [{"cap": "khoản mục", "ty_trong": share} for share in shares]
    findings, _, _ = outcomes(a18, submission("kinh_phi", *rows))
    assert [(f.ref.address, f.severity, f.expected) for f in findings] == wanted


@pytest.mark.parametrize("amount", ["-350000", "1000000.5"])
def test_an_amount_is_in_whole_dong_and_not_negative(amount: str) -> None:
    assert errors({"cap": "khoản mục", "so_tien": amount}) == [("I5", amount, "")]


def test_a_row_without_any_amount_is_not_checked() -> None:
    assert outcomes(a18, submission("kinh_phi", {"cap": "tổng cộng"}, {"cap": "khoản mục"})) == ([], [], 0)


# ---- words -------------------------------------------------------------------------------------------------


def in_text(text: str) -> tuple[list[tuple[str, str]], int]:
    """Digits and words of each amount that disagree, and how many agree."""
    field = {"tieu_de": Text(CellRef("Thông tin", 9, 2), text)}
    findings, _, held = outcomes(a18, Submission("xa.xlsx", field))
    return [(f.actual, f.expected) for f in findings], held


@pytest.mark.parametrize(
    "text",
    [
        "Tổng số tiền: 13.000.000 đồng (Mười ba triệu đồng).",
        "13 triệu đồng (Mười ba triệu đồng chẵn./.)",
        "5.000.000đ (năm triệu)",
        "5 000 000 VNĐ (Bằng chữ: Năm triệu đồng)",
        "1,5 tỷ đồng (viết bằng chữ là: Một tỉ năm trăm triệu đồng)",
        "80.000.000 đồng/căn\n(*Tám mươi triệu đồng*)",
        "100.800.000 (một trăm triệu tám trăm ngàn đồng)",
    ],
)
def test_words_that_say_the_amount(text: str) -> None:
    assert in_text(text) == ([], 1)


def test_words_that_say_another_amount() -> None:
    assert in_text("Hỗ trợ 13.000.000 đồng (Mười bốn triệu đồng) và 5.000.000đ (Năm triệu đồng)") == (
        [("13000000", "14000000")],
        1,
    )


@pytest.mark.parametrize(
    "text",
    [
        "{{tong_kinh_phi}} ({{tong_kinh_phi_bang_chu}})",
        "13.000.000 đồng ({{tong_kinh_phi_bang_chu}})",
        "30.000.000 đồng (một năm hai đợt)",
        "30.000.000 đồng (năm)",
        "24 (hai mươi bốn) tổ dân phố",
        "13.000.000 đồng (Mười ba triệu đồng",
        "5.000.000 đồng (một triệu hai)",
        "Quyết định số 12/2024 (ba trăm hộ)",
    ],
)
def test_what_is_no_amount_in_words_is_left_alone(text: str) -> None:
    assert in_text(text) == ([], 0)


@settings(deadline=None)
@given(st.integers(10**3, 10**12), st.integers(10**3, 10**12))
def test_any_amount_with_the_words_of_another(digits: int, words: int) -> None:
    found, held = in_text(f"{digits:,} đồng ({money_in_words(words)})".replace(",", "."))
    assert (found, held) == (([], 1) if digits == words else ([(str(digits), str(words))], 0))


def test_a_message_writes_the_amount_in_words_once() -> None:
    field = {"tieu_de": Text(CellRef("Thông tin", 9, 2), "13.000.000 đồng (Mười bốn triệu đồng)")}
    (finding,) = outcomes(a18, Submission("xa.xlsx", field))[0]
    assert message(finding) == (
        "Thông tin, ô B9 (13.000.000 đồng (Mười bốn triệu đồng)): đang ghi 13.000.000; số bằng chữ trong ngoặc là "
        "14.000.000. Sửa số hoặc sửa chữ cho khớp nhau."
    )


def test_amounts_are_exact_at_any_size() -> None:
    rows: list[Row] = [{"cap": "dự án", "so_tien": 10**12}, {"cap": "khoản mục", "so_tien": 10**12 - 1}]
    assert errors(*rows) == [("I5", str(10**12), str(10**12 - 1))]
