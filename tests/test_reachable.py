"""Rates without their households or counts: whatever the figures, true rates are never asked about."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import submission

from xlplan import checks
from xlplan.messages import message
from xlplan.vietnamese.numbers import rate

PLACES = st.integers(0, 3)


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 9000), st.data(), PLACES)
def test_true_rates_on_unknown_households_agree(households: int, data: st.DataObject, places: int) -> None:
    figures: dict[str, int | str] = {}
    for stem in ("ho_ngheo_dau_ky", "ho_can_ngheo_dau_ky", "giam_ho_ngheo"):
        count = data.draw(st.integers(0, households))
        figures |= {stem: count, f"ty_le_{stem}": f"{rate(count, households, places):f}"}
    assert checks.run(submission([("Đông", figures)]), (checks.a20,))[0] == ()


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 9000), st.data(), PLACES)
def test_a_true_rate_without_its_count_is_reachable(households: int, data: st.DataObject, places: int) -> None:
    count = data.draw(st.integers(0, households))
    figures = {"tong_so_ho": households, "ty_le_ho_ngheo_dau_ky": f"{rate(count, households, places):f}"}
    assert checks.run(submission([("Đông", figures)]), (checks.a21,))[0] == ()


def test_most_slips_in_a_rate_of_a_village_are_seen_without_its_households() -> None:
    numbers = random.Random(7)
    seen = tried = 0
    while tried < 200:
        households, poor = numbers.randint(60, 400), numbers.randint(3, 30)
        near = numbers.randint(3, 30)
        shown = f"{rate(poor, households):f}"
        slip = shown[1] + shown[0] + shown[2:] if shown[1] != "." else shown[:2] + shown[3] + shown[2]
        if slip == shown or float(slip) == 0:
            continue
        tried += 1
        figures = {
            "ho_ngheo_dau_ky": poor,
            "ty_le_ho_ngheo_dau_ky": slip,
            "ho_can_ngheo_dau_ky": near,
            "ty_le_ho_can_ngheo_dau_ky": f"{rate(near, households):f}",
        }
        seen += bool(checks.run(submission([("Đông", figures)]), (checks.a20,))[0])
    assert seen >= 0.95 * tried


@pytest.mark.parametrize(
    ("sentence", "stated", "listed"),
    [
        ("Xã có 4 thôn: Đông, Tây, Nam.", "4", "3"),
        ("Địa bàn 05 ấp (Long Hiệp, Long Thành, Long Hòa và Tân Hậu B2)", "5", "4"),
        ("gồm 3 tổ dân phố: Tổ 1, 2, 3, 4", "3", "4"),
        ("Có 4 dự án: Dự án 1 về giống, vốn; Dự án 2 về nghề; Dự án 3", "4", "3"),
        ("Gồm 03 tiểu dự án:\n- Thông tin.\n- Truyền thông.", "3", "2"),
    ],
)
def test_a_list_that_is_not_of_its_number_is_found(sentence: str, stated: str, listed: str) -> None:
    (finding,) = checks.run(_outline(sentence), (checks.a23,))[0]
    assert (finding.actual, finding.expected) == (stated, listed)
    assert "liệt kê" in message(finding)


@pytest.mark.parametrize(
    "sentence",
    [
        "Xã có 24 thôn, ấp.",
        "Họp lúc 7 giờ 30: Đông, Tây.",
        "Nghị quyết số 24/NQ: Đông, Tây, Nam.",
        "Có 12 thôn: mỗi thôn cử một người, báo trước.",
        "Hỗ trợ 5 thôn (40 hộ, 160 khẩu).",
        "Chọn 5 thôn, trong đó có Đông, Tây.",
        "Gồm 6 thôn: từ Thôn 1 đến Thôn 6.",
        "Gồm 6 thôn: Thôn 1 - 6, họp hằng tháng.",
        "Có 3 thôn: Đông, Tây, …",
        "Xã có 02 thôn: Đông và Tây; 03 ấp: Một, Hai, Ba.",
        "3 nội dung: hỗ trợ giống, vốn, kỹ thuật và tiêu thụ.",
        "2 dự án: nuôi bò; trồng rừng; giao công chức theo dõi.",
        "Thành lập 2 tổ: tổ rà soát, tổ giám sát.",
    ],
)
def test_lists_that_are_whole_open_or_no_lists_are_left_alone(sentence: str) -> None:
    assert [message(item) for item in checks.run(_outline(sentence), (checks.a23,))[0]] == []


def _outline(sentence: str):
    from rows import submission as of_rows

    return of_rows("noi_dung", {"cap": "-", "noi_dung": sentence})
