"""Clean text and the keys by which names and labels are matched and sorted."""

import subprocess
import sys
import unicodedata
from itertools import combinations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from xlplan.vietnamese.text import (
    capitalise,
    clean,
    fuzzy_key,
    key,
    name_key,
    nearest,
    nfc,
    sort_key,
    upper,
)

steady = settings(deadline=None, max_examples=300)

VIETNAMESE = "aàảãáạăằâấbcdđeèêệghiìíịklmnoòỏõóọôơpqrstuùủũúụưvxyỳỷỹýỵ"
labels = st.one_of(
    st.text(),
    st.text(alphabet=VIETNAMESE + VIETNAMESE.upper() + " -'%.()12\u0300\u0301\u0302\u0323\u00ad\u200b"),
)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("e\u0302\u0301", "ế"),
        ("e\u0323\u0302", "ệ"),
        ("ê\u0301", "ế"),
        ("Ðịa bàn, xã Ɖắk, gia ðình", "Địa bàn, xã Đắk, gia đình"),
        ("04\u00a0hộ", "04 hộ"),
        ("\ufeffgiảm\u00ad nghèo\u200b", "giảm nghèo"),
        ("e\u200b\u0301", "é"),
        ("30 º, 12 m², ½", "30 º, 12 m², ½"),
        ("hai  dòng\n", "hai  dòng\n"),
    ],
)
def test_nfc_composes_and_repairs_letters_but_leaves_the_rest(written: str, read: str) -> None:
    assert nfc(written) == read


def test_clean_makes_one_line_with_single_spaces() -> None:
    assert clean(" \tThống\ntin\r\n  truyền\u00a0 thông\u2028xã ") == "Thống tin truyền thông xã"


@pytest.mark.parametrize(
    "same",
    [
        ("hòa", "hoà", "HÒA", "Hoà", "  hòa. "),
        ("khỏe", "khoẻ"),
        ("Ủy ban", "Uỷ ban", "ỦY BAN"),
        ("thủy", "thuỷ"),
        ("tùy", "tuỳ"),
        ("văn hóa", "văn hoá"),
        ("Mỹ", "Mĩ"),
        ("Tỷ lệ (%)", "tỉ lệ %", "Tỷ lệ%", "TỶ LỆ ％"),
        ("kỹ thuật", "kĩ thuật"),
        ("lý", "lí"),
        ("hy", "hi"),
        ("sỹ", "sĩ"),
        ("quý", "quí"),
        ("Ea T'Ling", "Ea TLing", "Ea T’Ling", "EA TʼLING"),
        ("Số hộ, đầu kỳ", "Số hộ - đầu kỳ", "Số hộ\nđầu kỳ", "số_hộ_đầu_kỳ"),
    ],
)
def test_spellings_of_one_label_have_one_key(same: tuple[str, ...]) -> None:
    assert len({key(label) for label in same}) == 1


@pytest.mark.parametrize(
    "different",
    [
        ("hồ", "hộ", "hố", "ho"),
        ("quý", "quỳ", "quỵ", "quy"),
        ("hoa", "hòa", "họa"),
        ("tý", "tỳ", "ty"),
        ("đa", "da"),
        ("thi", "thy"),
        ("tai", "tay"),
        ("tỷ lệ", "tỷ lệ %"),
        ("mi", "mi\u0307"),
    ],
)
def test_labels_that_differ_in_a_letter_or_tone_have_different_keys(different: tuple[str, ...]) -> None:
    assert all(key(one) != key(other) for one, other in combinations(different, 2))


def test_key_of_quy_keeps_its_tone_where_it_is() -> None:
    assert key("Quỳ Hợp, quỹ, QUÝ") == "quỳ hợp quỹ quý"


@pytest.mark.parametrize("text", ["", " ", "…", "-", "'", "\u200b", "()"])
def test_key_is_empty_without_letters_digits_and_percent_signs(text: str) -> None:
    assert key(text) == ""


@pytest.mark.parametrize(
    "same",
    [
        (
            "Thôn 1",
            "Thôn I",
            "thôn 01",
            "Tổ dân phố 1",
            "TDP số 1",
            "KP.1",
            "KP1",
            "KP. 1",
            "khu phố I",
            "P.1",
        ),
        ("Ấp Tân Hậu B2", "ấp  Tân Hậu B2", "áp Tân Hậu B2", "Tân Hậu B2", "TÂN HẬU B2"),
        ("Thôn XIV", "THÔN 14"),
        ("Tiên Long XX", "Thôn Tiên Long 20"),
        ("Xã Long An", "xã Long An", "X. Long An", "Long An"),
        ("TT. Tân Khai", "TT Tân Khai", "thị trấn Tân Khai", "Tân Khai"),
        ("Đặc khu Phú Quý", "Phú Quí"),
        ("xã Bản Qua", "Bản Qua"),
        ("Buôn Ea T'Ling", "buôn Ea TLing"),
        ("Bon Đắk R'La", "Đắk R’La"),
        ("Sóc Hòa Mỹ", "phum Hoà Mĩ"),
    ],
)
def test_ways_to_write_one_name_have_one_name_key(same: tuple[str, ...]) -> None:
    assert len({name_key(name) for name in same}) == 1


def test_numbered_names_have_the_number_as_their_key() -> None:
    assert name_key("Thôn VII") == "7"
    assert name_key("Tổ dân phố số 010") == "10"


@pytest.mark.parametrize(
    "different",
    [
        ("Thôn 1", "Thôn 2", "Thôn 11", "Thôn 1A"),
        ("Thôn XX", "Thôn XXI"),
        ("Thôn VI", "Thôn Vy", "Thôn Vĩ"),
        ("Đắk Glong", "Đăk Glong", "Đak Glong"),
        ("Tiên Long", "Tiền Long"),
        ("Bản", "Thôn", "Thôn Bảng"),
        ("Thôn Thông", "Thôn Hông"),
    ],
)
def test_different_names_have_different_name_keys(different: tuple[str, ...]) -> None:
    assert all(name_key(one) != name_key(other) for one, other in combinations(different, 2))


@pytest.mark.parametrize("word", ["Thôn", "Tổ dân phố", "Khu phố", "Thị xã", "KP.", "khu dân cư"])
def test_a_unit_word_that_is_the_whole_name_stays(word: str) -> None:
    assert name_key(word) == key(word)


def test_a_unit_word_is_dropped_only_as_a_whole_word() -> None:
    assert name_key("Bảng Lãng") == "bảng lãng"
    assert name_key("Xaphin") == "xaphin"
    assert name_key("Lấp. Hòa") == "lấp hoà"


def test_fuzzy_key_joins_what_name_key_keeps_apart() -> None:
    glong = ("Đắk Glong", "Đăk Glong", "Đak Glong", "Dak Glong", "xã Đắc Glong")
    assert {fuzzy_key(name) for name in glong} == {"dak glong"}
    assert fuzzy_key("Ấp Hồ") == fuzzy_key("Hộ")


@pytest.mark.parametrize("ordered", [list("aăâbcdđeêghiklmnoôơpqrstuưvxy"), ["ma", "mà", "mả", "mã", "má", "mạ"]])
def test_sorting_follows_letters_and_tones(ordered: list[str]) -> None:
    backwards = ordered[::-1]
    assert sorted(backwards, key=sort_key) == ordered


@pytest.mark.parametrize(
    "ordered",
    [
        ["ban", "bàn", "bạn", "bán hàng", "băng", "bâng"],  # a tone decides only between the same letters
        ["An Sơn", "Anh", "Ân"],
        ["Buôn Ca", "Buôn Čuôr", "Buôn Dray"],
        ["Thôn 2", "thôn 10", "Thôn 010 A", "Thôn An"],
        ["hòa", "hoả", "hoá", "họa"],
        ["da", "Đa", "Em", "fa", "ga"],
    ],
)
def test_sorting_of_names(ordered: list[str]) -> None:
    backwards = ordered[::-1]
    assert sorted(backwards, key=sort_key) == ordered
    decomposed = [unicodedata.normalize("NFD", name) for name in backwards]
    assert [nfc(name) for name in sorted(decomposed, key=sort_key)] == ordered


def test_upper_and_capitalise_write_nfc() -> None:
    decomposed = unicodedata.normalize("NFD", "ủy ban nhân dân xã Đắk Ơ")
    assert upper(decomposed) == "ỦY BAN NHÂN DÂN XÃ ĐẮK Ơ"
    assert capitalise(decomposed) == "Ủy ban nhân dân xã Đắk Ơ"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("“đề án”", "“Đề án”"),
        ("04 hộ", "04 hộ"),
        (" ấp", " Ấp"),
        ("…", "…"),
        ("UBND xã", "UBND xã"),
    ],
)
def test_capitalise_changes_the_first_letter_only(text: str, shown: str) -> None:
    assert capitalise(text) == shown


def test_nearest_finds_misspelt_labels_and_codes() -> None:
    known = ["Biểu chỉ tiêu", "Chỉ tiêu năm", "Mục tiêu", "ho_ngheo_dau_ky", "ho_can_ngheo_dau_ky"]
    assert nearest("Bieu chi tieu", known) == ["Biểu chỉ tiêu"]
    assert nearest("Mục tiu", known) == ["Mục tiêu"]
    assert nearest("ho_ngheo_dauky", known, limit=2) == ["ho_ngheo_dau_ky", "ho_can_ngheo_dau_ky"]
    assert nearest("Kinh phí", known) == []
    assert nearest("Mục tiêu", known, limit=0) == []


def test_nearest_prefers_the_right_diacritics_among_equal_letters() -> None:
    assert nearest("hộ nghèọ", ["hồ nghéo", "hộ nghèo"], limit=2) == ["hộ nghèo", "hồ nghéo"]


@steady
@given(labels)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert nfc(nfc(text)) == nfc(text)
    assert clean(clean(text)) == clean(text)
    assert unicodedata.is_normalized("NFC", clean(text))


@steady
@given(labels)
@example("a'\u0301")  # the mark meets its letter when the apostrophe falls away
@example("kİ")
def test_a_key_is_its_own_key(text: str) -> None:
    assert key(key(text)) == key(text)
    assert name_key(name_key(text)) == name_key(text)


@steady
@given(labels)
def test_composed_and_decomposed_text_have_equal_keys(text: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert key(composed) == key(decomposed)
    assert name_key(composed) == name_key(decomposed)
    assert sort_key(composed) == sort_key(decomposed)


@steady
@given(st.text(alphabet=VIETNAMESE + " 1"))
def test_keys_do_not_depend_on_case(text: str) -> None:
    assert key(text.upper()) == key(text)
    assert name_key(text.upper()) == name_key(text)


@steady
@given(labels, labels)
def test_any_two_texts_have_one_order_unless_they_are_the_same(one: str, other: str) -> None:
    before, after = sort_key(one) < sort_key(other), sort_key(one) > sort_key(other)
    assert before + after == (clean(one) != clean(other))


def test_the_room_loads_only_light_modules() -> None:
    program = (
        "import sys; before = set(sys.modules)\n"
        "from xlplan.vietnamese import dates, numbers, text, words\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    outside = {name for name in loaded if name.partition(".")[0] not in sys.stdlib_module_names}
    assert {name for name in outside if not name.startswith("xlplan")} == set()
    assert not {"dataclasses", "inspect", "difflib", "datetime", "calendar", "locale"} & set(loaded)
