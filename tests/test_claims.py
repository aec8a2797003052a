"""What sentences claim: the right slot for each number, and nothing where the words leave a doubt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlplan import catalogue
from xlplan.checks.narrative.claims import Context, claims, places_of

VILLAGES = ("Mai Hà", "Hà Tràng", "Thôn 1", "2", "Trung Thịnh", "Trung Thịnh", "Ea T'Ling")
PLACES = places_of("xã", "Sơn Trung", "thôn", VILLAGES)
PLAN = Context((2023, 2023), PLACES)
SEVERAL_YEARS = Context((2021, 2025), PLACES)


def said(text: str, context: Context = PLAN) -> str:
    """The claims of a text in short: ``63 ho_ngheo_dau_ky``, with @ and the village, + what else may be meant."""
    found = []
    for claim in claims(text, context):
        place = f"@{claim.village}" if claim.village else ""
        others = "".join(f"+{code}" for code in claim.others)
        found.append(f"{text[claim.start : claim.end]} {claim.code}{others}{place}")
    return "; ".join(found)


P0, P1, C0, C1 = "ho_ngheo_dau_ky", "ho_ngheo_cuoi_ky", "ho_can_ngheo_dau_ky", "ho_can_ngheo_cuoi_ky"
M0, M1 = "ho_da_chieu_dau_ky", "ho_da_chieu_cuoi_ky"
SENTENCES = {
    # time in words
    "Tổng số hộ nghèo đầu năm 2023 là 63 hộ, chiếm tỷ lệ 4,08%.": f"63 {P0}; 4,08 ty_le_{P0}",
    "Hộ nghèo cuối năm 2022: 63 hộ": f"63 {P0}",
    "Tính đến ngày 31/12/2022, toàn xã có 63 hộ nghèo.": f"63 {P0}",
    "Đến ngày 31 tháng 12 năm 2023 toàn xã còn 51 hộ nghèo.": f"51 {P1}",
    "Đến hết năm 2023, số hộ cận nghèo toàn xã còn 54 hộ, tỷ lệ 3,5%.": f"54 {C1}; 3,5 ty_le_{C1}",
    "Hộ cận nghèo đầu kỳ: 69 hộ.": f"69 {C0}",
    "Phấn đấu đến cuối năm 2023 tỷ lệ hộ nghèo còn 3,30%.": f"3,30 ty_le_{P1}",
    "Tỷ lệ hộ cận nghèo của xã cuối năm 2022 là 4,47 %": f"4,47 ty_le_{C0}",
    "Hiện nay, toàn xã có 63 hộ nghèo.": f"63 {P0}",
    "Toàn xã có 63 hộ nghèo.": f"63 {P0}+{P1}",
    "Số hộ nghèo toàn xã còn 51 hộ.": f"51 {P0}+{P1}",
    # who leaves poverty
    "Phấn đấu năm 2023 có 14 hộ thoát nghèo.": "14 giam_ho_ngheo",
    "Trong năm 2023, toàn xã có 14 hộ nghèo thoát nghèo, 15 hộ thoát cận nghèo.": (
        "14 giam_ho_ngheo; 15 giam_ho_can_ngheo"
    ),
    "Năm 2023 thôn Mai Hà có 2 hộ vươn lên thoát nghèo bền vững.": "2 giam_ho_ngheo@Mai Hà",
    "Số hộ thoát nghèo trong năm 2023 là 14 hộ, còn 49 hộ nghèo.": f"14 giam_ho_ngheo; 49 {P1}",
    "Phấn đấu có 12 hộ thoát nghèo (0,78%).": "12 giam_ho_ngheo; 0,78 ty_le_giam_ho_ngheo",
    "Năm 2023 giảm 12 hộ nghèo, trong đó 14 hộ thoát nghèo.": "12 giam_ho_ngheo",
    # all households and persons
    "Toàn xã có 1.545 hộ, trong đó 63 hộ nghèo (4,08%), 69 hộ cận nghèo (4,47%).": (
        f"1.545 tong_so_ho; 63 {P0}+{P1}; 4,08 ty_le_{P0}+ty_le_{P1}; 69 {C0}+{C1}; 4,47 ty_le_{C0}+ty_le_{C1}"
    ),
    "Tổng số hộ dân của xã là 1.545 hộ với 5.012 nhân khẩu.": "1.545 tong_so_ho; 5.012 tong_nhan_khau",
    "Xã Sơn Trung có 11 thôn, tổng số 1.545 hộ dân.": "1.545 tong_so_ho",
    "Đầu năm 2023 xã có 63 hộ nghèo với 113 khẩu, chiếm 4,08% tổng số hộ.": (
        f"63 {P0}; 113 khau_ngheo_dau_ky; 4,08 ty_le_{P0}"
    ),
    "Cuối năm 2022 có 69 hộ cận nghèo, gồm 195 nhân khẩu.": f"69 {C0}; 195 khau_can_ngheo_dau_ky",
    "Cuối năm 2022: hộ nghèo 63 hộ/113 khẩu, chiếm 4,08%.": f"63 {P0}; 113 khau_ngheo_dau_ky; 4,08 ty_le_{P0}",
    "Toàn xã có 1.545 hộ, trong đó 63 hộ nghèo (113 khẩu), chiếm 4,08%.": (
        f"1.545 tong_so_ho; 63 {P0}+{P1}; 113 khau_ngheo_dau_ky; 4,08 ty_le_{P0}+ty_le_{P1}"
    ),
    "Tổng số 63 hộ nghèo với 113 nhân khẩu.": f"63 {P0}+{P1}; 113 khau_ngheo_dau_ky",
    "Số hộ nghèo: 63 hộ; tỷ lệ: 4,08%; số hộ cận nghèo: 69 hộ; tỷ lệ 4,47%.": (
        f"63 {P0}+{P1}; 4,08 ty_le_{P0}+ty_le_{P1}; 69 {C0}+{C1}; 4,47 ty_le_{C0}+ty_le_{C1}"
    ),
    "Toàn xã có 63 hộ nghèo, giảm 18 hộ; 69 hộ cận nghèo (giảm 0,76%).": f"63 {P0}+{P1}",
    # poor and near-poor together
    "Tổng số hộ nghèo, hộ cận nghèo cuối năm 2022 là 132 hộ, chiếm 8,54%.": f"132 {M0}; 8,54 ty_le_{M0}",
    "Cuối năm 2022 toàn xã có 132 hộ nghèo và cận nghèo; trong đó hộ nghèo 63 hộ.": f"132 {M0}; 63 {P0}",
    "Tỷ lệ nghèo đa chiều đầu năm 2023 là 8,54%.": f"8,54 ty_le_{P0}+ty_le_{M0}",
    # groups among the poor
    "Hộ nghèo không có khả năng lao động là 48 hộ; hộ nghèo có khả năng lao động là 16 hộ.": (
        "48 ho_ngheo_khong_lao_dong; 16 ho_ngheo_co_lao_dong"
    ),
    "Có 19 hộ cận nghèo không có khả năng lao động.": "19 ho_can_ngheo_khong_lao_dong",
    "Số hộ nghèo không còn sức lao động là 48 hộ; hộ nghèo còn sức lao động 16 hộ.": (
        "48 ho_ngheo_khong_lao_dong; 16 ho_ngheo_co_lao_dong"
    ),
    "Có 48 hộ nghèo hết sức lao động.": "48 ho_ngheo_khong_lao_dong",
    "Có 48 hộ nghèo hết sức khó khăn.": "",
    "Trong đó, hộ nghèo thuộc chính sách bảo trợ xã hội: 35 hộ": "35 ho_ngheo_bao_tro_xa_hoi",
    "Số hộ có khả năng thoát nghèo năm 2023 là 57 hộ.": "57 ho_co_kha_nang_thoat_ngheo",
    "Hộ nghèo là người dân tộc thiểu số: 05 hộ.": "05 ho_ngheo_dtts",
    # decreases
    "Hộ nghèo tăng 2 hộ, giảm 14 hộ.": "2 tang_ho_ngheo",
    "Năm 2023 giảm 14 hộ nghèo, tăng 2 hộ nghèo.": "2 tang_ho_ngheo",
    "Nhờ đó, đến cuối năm 2022, toàn xã còn 63 hộ nghèo.": f"63 {P0}",
    "Phấn đấu giảm 12 hộ nghèo, đưa tỷ lệ hộ nghèo từ 4,08% xuống còn 3,30%.": (
        f"12 giam_ho_ngheo; 4,08 ty_le_{P0}; 3,30 ty_le_{P1}"
    ),
    "Năm 2023 giảm 12 hộ nghèo, tương ứng giảm 0,78%.": "12 giam_ho_ngheo; 0,78 ty_le_giam_ho_ngheo",
    "Chỉ tiêu giảm hộ cận nghèo năm 2023: 15 hộ": "15 giam_ho_can_ngheo",
    "Toàn xã phấn đấu giảm 12 hộ nghèo và 15 hộ cận nghèo trong năm 2023.": ("12 giam_ho_ngheo; 15 giam_ho_can_ngheo"),
    "Kế hoạch năm 2023 giảm 27 hộ, gồm 12 hộ nghèo và 15 hộ cận nghèo.": "12 giam_ho_ngheo; 15 giam_ho_can_ngheo",
    "Tỷ lệ hộ nghèo giảm 0,78% so với cuối năm 2022, còn 3,30%.": (f"0,78 ty_le_giam_ho_ngheo; 3,30 ty_le_{P1}"),
    "Chỉ tiêu giảm: hộ nghèo 12 hộ; hộ cận nghèo 15 hộ.": "12 giam_ho_ngheo",
    "Giảm số hộ nghèo từ 63 hộ xuống còn 51 hộ.": f"63 {P0}; 51 {P1}",
    "Giảm tỷ lệ hộ nghèo toàn xã từ 4,08% đầu năm 2023 xuống 3,30% cuối năm 2023.": (
        f"4,08 ty_le_{P0}; 3,30 ty_le_{P1}"
    ),
    "Năm 2023 toàn xã giảm 12 hộ nghèo (0,78%), còn 51 hộ.": (f"12 giam_ho_ngheo; 0,78 ty_le_giam_ho_ngheo; 51 {P1}"),
    # villages
    "Thôn Mai Hà có 3 hộ nghèo, 4 hộ cận nghèo.": f"3 {P0}+{P1}@Mai Hà; 4 {C0}+{C1}@Mai Hà",
    "Hộ nghèo đầu năm 2023 của thôn Hà Tràng: 3 hộ": f"3 {P0}@Hà Tràng",
    "Thôn 1 giảm 2 hộ nghèo; thôn số 2 giảm 01 hộ nghèo.": "2 giam_ho_ngheo@Thôn 1; 01 giam_ho_ngheo@2",
    "Cuối năm 2022, Mai Hà có 202 hộ dân, trong đó 3 hộ nghèo.": f"202 tong_so_ho@Mai Hà; 3 {P0}@Mai Hà",
    # as people type
    "- Tổng hộ nghèo: 63hộ, chiếm tỉ lệ 4.08 %;": f"63 {P0}+{P1}; 4.08 ty_le_{P0}+ty_le_{P1}",
    "TỔNG SỐ HỘ NGHÈO ĐẦU NĂM 2023: 63 hộ": f"63 {P0}",
    "Theo kết quả rà soát, số hộ nghèo toàn xã là 63\u00a0hộ, tỷ lệ 4,08 phần trăm.": (
        f"63 {P0}+{P1}; 4,08 ty_le_{P0}+ty_le_{P1}"
    ),
    "Qua rà soát theo chuẩn nghèo đa chiều giai đoạn 2022 - 2025, cuối năm 2022 toàn xã có 63 hộ nghèo.": f"63 {P0}",
}


@pytest.mark.parametrize("text", SENTENCES)
def test_numbers_are_claims_of_the_slot_that_the_words_name(text: str) -> None:
    assert said(text) == SENTENCES[text]


@pytest.mark.parametrize(
    "text",
    [
        # other places
        "Toàn huyện có 1.200 hộ nghèo, chiếm 3,1%.",
        "Cả nước còn 2,93% hộ nghèo; tổng số hộ nghèo là 815.101 hộ.",
        "Tỉnh giao huyện giảm 500 hộ nghèo, tổng số hộ nghèo còn 700 hộ.",
        "Các xã trong cụm có 63 hộ nghèo.",
        "Thôn Trung Thịnh có 9 hộ nghèo.",  # two villages of the name
        "Thôn Không Có có 9 hộ nghèo.",
        "Mỗi thôn có 3 hộ nghèo.",
        # other times
        "Năm 2021 toàn xã có 80 hộ nghèo, chiếm 5,1%.",
        "Đến cuối năm 2025 tỷ lệ hộ nghèo còn 1,5%.",
        "Ngày 15/11/2022 toàn xã có 61 hộ nghèo.",
        "Giai đoạn 2016 - 2020 toàn xã giảm 120 hộ nghèo.",
        "Năm 2022 toàn xã giảm 15 hộ nghèo, còn 63 hộ.",
        "Đã giảm 15 hộ nghèo, còn 63 hộ.",
        "Bình quân mỗi năm giảm 12 hộ nghèo.",
        "Trong quý I, toàn xã giảm 3 hộ nghèo.",
        "Qua 6 tháng triển khai, toàn xã giảm 5 hộ nghèo, còn 58 hộ.",
        "Đến tháng 6, toàn xã còn 58 hộ nghèo.",
        "Nhờ đó, toàn xã giảm 18 hộ nghèo.",
        "Kết quả: giảm 18 hộ nghèo, 11 hộ cận nghèo.",
        "Năm 2022 giảm tỷ lệ hộ nghèo từ 5,29% xuống còn 4,08%.",
        "Tổng số hộ nghèo theo chuẩn nghèo giai đoạn 2016 - 2020 là 45 hộ, chiếm 2,9%.",
        "Có 45 hộ nghèo theo chuẩn nghèo giai đoạn 2016 - 2020.",
        # some of the households
        "Số hộ nghèo mới là 5 hộ, hộ nghèo cũ là 58 hộ.",
        "Về nhà ở, toàn xã có 6 hộ nghèo; về nước sạch, toàn xã có 9 hộ nghèo.",
        "Theo đăng ký của các hộ, toàn xã có 15 hộ nghèo.",
        "Triển khai tại 3 thôn: Mai Hà 3 hộ, Hà Tràng 3 hộ, Thôn 1 2 hộ",
        "Mai Hà 3 hộ nghèo, Hà Tràng 5 hộ nghèo, Thôn 1 có 2 hộ nghèo vay vốn.",
        "Toàn xã có 12 hộ nghèo có nhu cầu vay vốn.",
        "Hỗ trợ nhà ở cho 12 hộ nghèo trong năm 2023.",
        "Toàn xã có 15 hộ nghèo thiếu nước sạch, chiếm 23,8% số hộ nghèo.",
        "Hội Phụ nữ xã giúp 5 hộ nghèo thoát nghèo.",
        "Có 25 hộ nghèo vay 1.500 triệu đồng của Ngân hàng Chính sách xã hội huyện.",
        "100% hộ nghèo được vay vốn.",
        "Có 47,7% hộ nghèo được hỗ trợ.",
        "Cấp 113 thẻ bảo hiểm y tế cho 63 hộ nghèo.",
        "Tổng số nhân khẩu: 113 người.",  # of whom is not said
        "Không có khả năng lao động: 48 hộ.",
        # bounds, ranges, targets
        "Phấn đấu giảm từ 12 hộ nghèo trở lên.",
        "Giảm ít nhất 12 hộ nghèo.",
        "Giảm 10 - 12 hộ nghèo trong năm 2023.",
        "Tỷ lệ hộ nghèo giảm từ 1% - 1,5%/năm.",
        "Phấn đấu tỷ lệ hộ nghèo còn dưới 3%.",
        "Tỷ lệ hộ nghèo toàn xã khoảng 4%.",
        "Trên 90% hộ nghèo có nước sạch.",
        "Tỷ lệ hộ nghèo trên 5% có 3 thôn; dưới 3% có 3 thôn.",
        "Tỷ lệ hộ nghèo giảm trên 0,5%, còn dưới 3,5%.",
        "Phấn đấu giảm trên 10 hộ nghèo trong năm 2023.",
        # numbers that are none
        "Theo Quyết định số 63/QĐ-UBND ngày 12/01/2023, hộ nghèo của xã được hỗ trợ.",
        "Nghị quyết 42: hộ nghèo được vay 100 triệu đồng.",
        "Trẻ em dưới 16 tuổi thuộc hộ nghèo.",
        "4 Hộ nghèo dự kiến còn lại",
        "Tổ 1 202 hộ nghèo",
        "Hộ nghèo: 10.98 hộ",
        # one beside the other
        "Chỉ tiêu giảm nghèo: hộ nghèo 12 hộ.",
        # narrowed down only at the end, or of no known origin
        "Có 12 hộ nghèo, 15 hộ cận nghèo.",
        "Có 12 hộ nghèo, 15 hộ cận nghèo tham gia tập huấn.",
        "Toàn xã có 12 hộ nghèo (19%), 15 hộ cận nghèo tham gia tập huấn.",
        "Đến cuối năm 2023, toàn xã có 12 hộ nghèo và 15 hộ cận nghèo thoát nghèo.",
        "Trong năm 2023 toàn xã có 12 hộ nghèo, 15 hộ cận nghèo đăng ký thoát nghèo.",
        "Đến nay toàn xã có 12 hộ nghèo, chiếm 19% tổng số hộ nghèo, được vay vốn.",
        "Toàn xã có 12 hộ nghèo, được vay 600 triệu đồng.",
        "Tổng số hộ nghèo được hỗ trợ: 12 hộ.",
        "Mỗi chi bộ, đoàn thể giúp 01 hộ nghèo; toàn xã 11 hộ nghèo.",
        "Theo chỉ tiêu huyện giao, toàn xã giảm 14 hộ nghèo.",
        "Nghị quyết của Hội đồng nhân dân xã giao giảm 14 hộ nghèo.",
        "Tỷ lệ hộ nghèo của huyện là 3,2%, của xã là 4,08%.",
        "Tỷ lệ hộ nghèo giảm 1%/năm.",
        "Hộ nghèo thiếu hụt việc làm 12 hộ, chiếm 19,05%.",
        "Ước thực hiện năm 2023 giảm 10 hộ nghèo.",
        "Hỗ trợ cây giống: hộ nghèo 12 hộ; hộ cận nghèo 5 hộ.",
        "Hỗ trợ sửa chữa nhà ở. Hộ nghèo 12 hộ, hộ cận nghèo 5 hộ.",
        "Hỗ trợ con giống:\nHộ nghèo: 12 hộ\nHộ cận nghèo: 5 hộ",
        "Hộ được vay vốn, hộ nghèo 12 hộ, hộ cận nghèo 5 hộ.",
        "Trẻ em suy dinh dưỡng giảm; tỷ lệ hộ nghèo 5,2%.",
        "Phát sinh mới 2 hộ nghèo.",
        # who leaves poverty, but not in this plan, not all of them, or others come
        "Năm 2022 có 20 hộ thoát nghèo.",
        "Trong năm có 14 hộ thoát nghèo, phát sinh 2 hộ nghèo.",
        "Hỗ trợ 14 hộ thoát nghèo.",
        "Có 14 hộ đăng ký thoát nghèo năm 2023.",
        "Năm 2023 có 14 hộ không thoát nghèo.",
        "Phấn đấu 14 hộ thoát nghèo và cận nghèo.",
        "Phấn đấu 14 hộ thoát nghèo, thoát cận nghèo.",
        "Tỷ lệ hộ thoát nghèo đạt 20%.",
        "Năm 2023 có 14 hộ thoát nghèo được vay vốn.",
        "Kết quả thực hiện: có 14 hộ thoát nghèo.",
    ],
)
def test_where_the_words_leave_a_doubt_nothing_is_claimed(text: str) -> None:
    assert said(text) == ""


def test_a_lead_runs_on_into_its_points_and_headings_give_time() -> None:
    lead = PLAN._replace(before=("PHÂN TÍCH HỘ NGHÈO", "Theo kết quả rà soát, cuối năm 2022 toàn xã có:"))
    assert said("63 hộ nghèo, chiếm tỷ lệ 4,08%;", lead) == f"63 {P0}; 4,08 ty_le_{P0}"
    assert said("Hộ nghèo: 63 hộ", PLAN._replace(before=("TÌNH HÌNH HỘ NGHÈO CUỐI NĂM 2022",))) == f"63 {P0}"
    group = PLAN._replace(before=("63 hộ nghèo cuối năm 2022. Trong đó:",))
    assert said("Không có khả năng lao động: 48 hộ", group) in ("", "48 ho_ngheo_khong_lao_dong")


def test_totals_below_a_heading_about_the_poor_are_not_all_households() -> None:
    assert said("Tổng số hộ: 63 hộ", PLAN._replace(before=("Hộ nghèo",))) == ""
    assert said("Số hộ: 63 hộ; số nhân khẩu: 113 người", PLAN._replace(before=("Hộ nghèo:",))) == f"63 {P0}+{P1}"
    assert said("Tổng số hộ dân: 1.545 hộ", PLAN._replace(before=("THỰC TRẠNG HỘ NGHÈO",))) == "1.545 tong_so_ho"


@pytest.mark.parametrize(
    "heading", ["Hỗ trợ nhà ở", "Hội Phụ nữ xã", "Kết quả năm 2021", "Hỗ trợ cây giống:", "Chỉ tiêu giảm nghèo"]
)
def test_below_a_heading_about_something_else_nothing_is_claimed(heading: str) -> None:
    context = PLAN._replace(before=(heading,))
    assert said("Hộ nghèo: 12 hộ; hộ cận nghèo: 5 hộ.", context) == ""
    assert said("12 hộ nghèo.", context) == ""


def test_below_a_heading_about_support_the_commune_has_those_who_get_it_unless_a_time_is_named() -> None:
    housing = PLAN._replace(before=("DỰ ÁN", "Dự án 5: Hỗ trợ nhà ở"))
    assert said("Toàn xã có 6 hộ nghèo, 4 hộ cận nghèo.", housing) == ""
    assert said("Cuối năm 2022 toàn xã có 63 hộ nghèo.", housing) == f"63 {P0}"


def test_below_a_heading_about_results_what_falls_has_fallen() -> None:
    results = PLAN._replace(before=("KẾT QUẢ THỰC HIỆN",))
    assert said("Toàn xã giảm 18 hộ nghèo (1,21%), từ 81 hộ xuống còn 63 hộ.", results) == ""
    assert said("Phấn đấu năm 2023 giảm 12 hộ nghèo.", results) == "12 giam_ho_ngheo"
    assert said("Toàn xã có 63 hộ nghèo.", results) == f"63 {P0}+{P1}"


def test_rows_of_one_body_must_name_the_commune_themselves() -> None:
    context = PLAN._replace(explicit=True)
    assert said("Giảm 3 hộ nghèo. Tổng số hộ nghèo: 3 hộ.", context) == ""
    assert said("Toàn xã có 63 hộ nghèo.", context) == f"63 {P0}+{P1}"


def test_a_plan_over_several_years_has_no_yearly_claims() -> None:
    assert said("Cuối năm 2020 toàn xã có 63 hộ nghèo.", SEVERAL_YEARS) == f"63 {P0}"
    assert said("Đến năm 2025 tỷ lệ hộ nghèo còn 1,50%.", SEVERAL_YEARS) == f"1,50 ty_le_{P1}"
    assert said("Giai đoạn 2021 - 2025 toàn xã giảm 30 hộ nghèo.", SEVERAL_YEARS) == "30 giam_ho_ngheo"
    assert said("Năm 2022 giảm 5 hộ nghèo; năm 2023 giảm 3 hộ nghèo.", SEVERAL_YEARS) == ""


def test_without_a_period_no_year_is_that_of_the_plan() -> None:
    assert said("Hộ nghèo cuối năm 2022: 63 hộ", Context(None, PLACES)) == ""


WORDS = """toàn xã thôn Mai Hà huyện hộ nghèo hộ cận nghèo tổng số tỷ lệ giảm còn xuống từ trong đó chiếm có là và với
    khẩu người cuối năm đầu năm 2022 2023 2025 63 1.545 4,08 % 04 0 , . ; : ( ) - … \n hộ dân phấn đấu đã không có
    khả năng lao động 10/12 63/QĐ-UBND İ ngày 31/12/2022"""


@given(st.lists(st.sampled_from(WORDS.split(" ")), max_size=40))
def test_any_run_of_words_is_read_and_claims_are_numbers_of_known_slots(words: list[str]) -> None:
    text = " ".join(words)
    last = 0
    for claim in claims(text, PLAN):
        assert last <= claim.start < claim.end <= len(text)
        last = claim.end
        assert text[claim.start : claim.end].replace(".", "").replace(",", "").isdecimal()
        assert all(catalogue.known(code.replace("tang_", "giam_")) for code in claim.codes)
        assert claim.village is None or claim.village in VILLAGES
        assert (claim.unit == "%") == catalogue.is_rate(claim.code)


@given(st.integers(1, 99_999), st.integers(0, 10_000), st.sampled_from(["hộ nghèo", "hộ cận nghèo"]))
def test_any_figure_is_read_as_it_is_written(count: int, hundredths: int, group: str) -> None:
    shown = f"{count:,}".replace(",", ".")
    text = f"Tổng số {group} đầu năm 2023 là {shown} hộ, chiếm {hundredths // 100},{hundredths % 100:02d}%."
    found = [*claims(text, PLAN)]
    assert [claim.value * (100 if claim.unit == "%" else 1) for claim in found] == [count, hundredths]
    assert [claim.places for claim in found] == [0, 2]
