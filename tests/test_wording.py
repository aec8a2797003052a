"""What the prose says: words for units (C08), what figures are called (C14), promised annexes (C15)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from xlplan import checks
from xlplan.checks import prose
from xlplan.checks.unit_words import c08, plan_days
from xlplan.checks.wording import c14, c15
from xlplan.messages import message
from xlplan.model import Cell, CellRef, Record, Submission, Text

FIELDS = {
    "loai_don_vi": "xã",
    "ten_don_vi": "Bình An",
    "loai_thon": "thôn",
    "ky": "2024",
    "nam_ban_hanh": "2024",
}
FIGURES = {
    "tong_so_ho": 8999,
    "ho_ngheo_dau_ky": 14,
    "khau_ngheo_dau_ky": 45,
    "ho_can_ngheo_dau_ky": 60,
    "ho_can_ngheo_co_lao_dong": 21,
    "ho_ngheo_bao_tro_xa_hoi": 21,
}


def plan(*lines: str, recipient: str = "", figures: dict[str, int] | None = None, **fields: str) -> Submission:
    """A submission with these lines in its outline."""
    given = {**FIELDS, **fields}
    rows = tuple(
        Record(CellRef("Nội dung", i, 1), {"noi_dung": Text(CellRef("Nội dung", i, 2), line)})
        for i, line in enumerate(lines, start=2)
    )
    records = {"noi_dung": rows}
    if recipient:
        ref = CellRef("Nơi nhận", 2, 2)
        records["noi_nhan"] = (Record(ref, {"noi_nhan": Text(ref, recipient)}),)
    situation = {
        code: Cell(CellRef("Hiện trạng", i, 4), Decimal(value), "number", str(value))
        for i, (code, value) in enumerate((figures or {}).items(), start=2)
    }
    texts = {code: Text(CellRef("Thông tin", i, 2), value) for i, (code, value) in enumerate(given.items(), start=1)}
    return Submission("x.xlsx", texts, (), situation, records)


def words(found: Submission) -> list[str]:
    """The words that C08 complains about."""
    return [finding.actual for finding in checks.run(found, (c08,))[0]]


def said(rule: checks.Rule, *lines: str) -> int:
    """How many lines a rule complains about."""
    return len(checks.run(plan(*lines, figures=FIGURES), (rule,))[0])


# ---- C08 --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "days"),
    [
        ({"ngay": "15", "thang": "8", "nam_ban_hanh": "2025"}, ("2025-08-15", "2025-08-15")),
        ({"thang": "6", "nam_ban_hanh": "2025"}, ("2025-06-01", "2025-06-30")),
        ({"ngay": "31", "thang": "2", "nam_ban_hanh": "2024"}, ("2024-02-01", "2024-02-29")),
        ({"nam_ban_hanh": "2025"}, ("2025-01-01", "2025-12-31")),
        ({"nam_ban_hanh": "", "ky": "2021 - 2025"}, ("2021-01-01", "2021-12-31")),
        ({"nam_ban_hanh": "năm nay"}, ("2024-01-01", "2024-12-31")),
    ],
)
def test_the_days_that_a_plan_may_be_of(fields: dict[str, str], days: tuple[str, str]) -> None:
    found = plan_days(plan(**fields))
    assert found is not None
    assert (found.first, found.last) == days


def test_without_any_year_nothing_is_known_of_its_day() -> None:
    assert plan_days(plan(nam_ban_hanh="", ky="")) is None


@pytest.mark.parametrize(
    "line",
    [
        "Giảm tỷ lệ hộ nghèo toàn thị trấn",
        "Ban Chỉ đạo xóa đói giảm nghèo thị trấn họp mỗi quý",
        "Ủy ban nhân dân thị trấn giao các thôn thực hiện",
        "trên địa bàn thị trấn {{ten_don_vi}}",
        "của thị trấn Bình An năm 2024",
    ],
)
def test_this_commune_by_another_kind(line: str) -> None:
    assert words(plan(line)) == ["thị trấn"]


@pytest.mark.parametrize(
    "line",
    [
        "các xã, phường, thị trấn trên địa bàn huyện",
        "xã/phường/thị trấn",
        "phường Tân An và thị trấn Tây Sơn",
        "thị trấn Bình An cũ",
        "thị trấn {{ten_khac}}",
        "xây dựng phường, xã vững mạnh",
        "toàn {{loai_don_vi}}",
        "vốn của thị xã; hợp tác xã; toàn xã hội",
    ],
)
def test_other_communes_and_lists_are_left_alone(line: str) -> None:
    assert words(plan(line)) == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Ủy ban nhân dân xã tổ chức thực hiện", ["xã"]),
        ("huy động toàn xã hội", []),
        ("chính quyền địa phương cấp xã", []),
        ("an sinh xã hội của xã hội", []),
        ("xã viên hợp tác xã; thị xã Tân Châu", []),
        ("giúp đỡ xã Long An", []),
    ],
)
def test_xa_counts_only_after_a_word_that_points_to_this_commune(line: str, found: list[str]) -> None:
    assert words(plan(line, loai_don_vi="phường", loai_thon="khu phố")) == found


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Các ấp niêm yết danh sách", ["ấp"]),
        ("Trưởng khu phố chịu trách nhiệm", ["khu phố"]),
        ("các cấp ủy đảng; xây dựng nông thôn mới", []),
        ("các thôn, tổ dân phố", []),
        ("ấp Long Hòa; các ấp Long Hòa, Long Thành của xã bạn", []),
        ("trưởng bản, già làng, các bản sao", []),
        ("các {{loai_thon}}", []),
    ],
)
def test_another_word_for_villages(line: str, found: list[str]) -> None:
    assert words(plan(line)) == found


NEW = {"nam_ban_hanh": "2025", "thang": "7", "ngay": "1", "ky": "2025"}
OLD = {"nam_ban_hanh": "2025", "thang": "6", "ngay": "30", "ky": "2025"}


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("theo phân bổ của huyện", ["huyện"]),
        ("Quận 1 và huyện, quận khác", ["huyện", "quận"]),
        ("vốn của thị xã Tân Châu", ["thị xã"]),
        ("các xã, phường, thị trấn", ["thị trấn"]),
        ("thành phố thuộc tỉnh; thành phố Đà Nẵng", ["thành phố"]),
        ("tại các huyện nghèo", []),
        ("Quyết định số 12/QĐ-UBND của UBND huyện", []),
        ("huyện Hòa Vang trước đây; thị trấn Bình An cũ", []),
        ("quân đội, quấn quýt", []),
    ],
)
def test_words_that_ended_with_the_district(line: str, found: list[str]) -> None:
    assert words(plan(line, **NEW)) == found
    assert words(plan(line, **OLD)) == []


def test_recipients_too_and_offices_by_their_forms() -> None:
    assert words(plan(recipient="Phòng LĐ.TB&XH", **NEW)) == ["Phòng Lao động - Thương binh và Xã hội"]
    assert words(plan(recipient="Các cơ sở lao động; cán bộ Lao động - Thương binh và Xã hội", **NEW)) == []
    assert words(plan(recipient="Ủy ban nhân dân phường", **NEW)) == []  # a recipient may be any commune


def test_a_year_alone_does_not_decide_before_or_after() -> None:
    _, missing = checks.run(plan("vốn của huyện", cap_tren="huyện Hòa Vang", nam_ban_hanh="2025", ky="2025"), (c08,))
    assert [(note.reason, note.params["what"]) for note in missing] == [("date_open", "'Thông tin'!B6, 'Nội dung'!B2")]


@pytest.mark.parametrize(
    ("above", "found"),
    [
        ("thị xã Tân Châu", ["thị xã"]),
        ("thành phố Nha Trang", ["thành phố"]),
        ("thành phố Hồ Chí Minh", []),
        ("Thành phố Huế", []),
        ("tỉnh An Giang", []),
    ],
)
def test_the_level_above_after_the_reform(above: str, found: list[str]) -> None:
    assert words(plan(cap_tren=above, **NEW)) == found


def test_villages_that_a_merger_brought_into_a_commune_are_kept() -> None:
    assert words(plan(loai_thon="tổ dân phố")) == ["tổ dân phố"]
    assert words(plan(loai_thon="tổ dân phố", **NEW)) == []


def test_one_finding_a_cell_and_word_with_its_message() -> None:
    (found,), _ = checks.run(plan("UBND thị trấn giao\nđoàn thể thị trấn thực hiện"), (c08,))
    assert message(found) == (
        "Nội dung, ô B2: ghi “UBND thị trấn giao đoàn thể thị trấn thực…”, nhưng đơn vị này là xã, "
        "không phải thị trấn. Sửa lại từ này, hoặc sửa ô liên quan ở “Thông tin”."
    )


# ---- C14 --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "tổng hộ nghèo, hộ cận nghèo cuối năm 2023 hiện có 8.999 hộ với 45 nhân khẩu",
        "tổng số hộ nghèo là {{tong_so_ho}} hộ",
        "{{tong_so_ho}} hộ cận nghèo",
        "{{ho_ngheo_dau_ky}} hộ cận nghèo",
        "60 hộ nghèo",
        "tỷ lệ hộ cận nghèo còn {{ty_le_ho_ngheo_dau_ky}}",
        "{{khau_ngheo_dau_ky}} hộ",
        "{{ho_ngheo_dau_ky[Đông]}} nhân khẩu",
    ],
)
def test_a_figure_that_is_called_something_else(line: str) -> None:
    assert said(c14, line) == 1


@pytest.mark.parametrize(
    "line",
    [
        "{{tong_so_ho}} hộ, trong đó {{ho_ngheo_dau_ky}} hộ nghèo",
        "{{ho_ngheo_dau_ky}} hộ nghèo trên tổng số {{tong_so_ho}} hộ",
        "hộ nghèo so với tổng số hộ của xã là 8.999 hộ",
        "số hộ nghèo là 14 trong tổng dân số; xã có 8.999 hộ",
        "hộ nghèo sống cùng 8.999 hộ dân",
        "hộ nghèo, hộ cận nghèo {{ho_ngheo_dau_ky}} hộ",
        "{{khau_ngheo_dau_ky}} khẩu hộ nghèo",
        "năm 14; số 60/KH hộ nghèo; 60% hộ nghèo; 1.060 hộ nghèo",
        "21 hộ nghèo",  # two indicators have this figure
        "{{ho_ngheo_cuoi_ky}} hộ cận nghèo",  # nobody gave it
        "{{giam_ho_ngheo}} hộ nghèo",
    ],
)
def test_figures_that_are_called_what_they_count_or_may_be(line: str) -> None:
    assert said(c14, line) == 0


def test_the_message_shows_the_figure_and_not_its_code() -> None:
    found = plan("Hỗ trợ {{tong_so_ho}} hộ nghèo từ {{nguon}}", figures=FIGURES)
    (finding,), _ = checks.run(found, (c14,))
    assert message(finding) == (
        "Nội dung, ô B2: ghi “Hỗ trợ 8.999 hộ nghèo từ …”, nhưng “8.999” là “Tổng số hộ dân cư”. "
        "Sửa lại câu chữ, hoặc thay con số."
    )


def test_without_figures_nothing_is_checked() -> None:
    findings, missing = checks.run(plan("{{ho_ngheo_dau_ky}} hộ cận nghèo"), (c14,))
    assert findings == ()
    assert [note.reason for note in missing] == ["nothing"]


# ---- C15 --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "(theo phụ lục đính kèm)",
        "chỉ tiêu theo biểu kèm theo.",
        "(có biểu chi tiết kèm theo)",
        "(Có biểu  kèm theo)\nDòng sau",
        "danh sách hộ kèm theo Kế hoạch này",
        "thực hiện theo Phụ lục II",
    ],
)
def test_a_promise(line: str) -> None:
    assert said(c15, line) == 1


@pytest.mark.parametrize(
    "line",
    [
        "(Kèm theo Kế hoạch số 38/KH-UBND)",
        "theo Phụ lục I ban hành kèm theo Thông tư số 07/2021/TT-BLĐTBXH",
        "biểu mẫu kèm theo Nghị định số 30/2020/NĐ-CP",
        "báo cáo kèm theo danh sách hộ nghèo",
        "tiêu biểu; đi kèm",
    ],
)
def test_no_promise(line: str) -> None:
    assert said(c15, line) == 0


# ---- words and clauses ------------------------------------------------------------------------------------


def test_a_clause_ends_at_signs_before_a_space() -> None:
    text = "Xã có 8.999 hộ; hộ nghèo, hộ cận nghèo: 74 hộ. Hết"
    at = text.index("nghèo,")
    first, last = prose.clause(text, at, at + 5)
    assert text[first:last] == "hộ nghèo, hộ cận nghèo"
    first, last = prose.clause(text, at, at + 5, commas=True)
    assert text[first:last] == "hộ nghèo"


def test_a_word_stands_by_itself() -> None:
    assert list(prose.places("ấp cấp ấp. thấp ấp", "ấp")) == [0, 7, 16]
    assert prose.ends_with_word("toàn ", ("toàn",))
    assert not prose.ends_with_word("an toàn", ("oàn",))


def test_codes_are_gaps_and_the_name_is_the_name() -> None:
    assert prose.without_codes("xã {{ ten_don_vi }} có {{tong_so_ho}} hộ {{", "Bình An") == "xã Bình An có … hộ …"
