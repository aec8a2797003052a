"""TCVN3 and VNI: what becomes Unicode, and above all what stays as it is."""

from __future__ import annotations

import json
import subprocess
import unicodedata
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font

from xlplan import catalogue
from xlplan.messages import message
from xlplan.packages.workbook import read_workbook
from xlplan.sheets.reader import read
from xlplan.vietnamese import syllables as syllables_module
from xlplan.vietnamese.legacy import Encoding, converted, decode, encoding_of_font
from xlplan.vietnamese.syllables import is_syllable
from xlplan.vietnamese.text import clean, key

ROOT = Path(__file__).parent.parent
steady = settings(deadline=None, max_examples=300)

LETTERS = "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵ"
# By hand from the keyboards' tables: tone marks after a, e, o, u, y, ơ (ô) and ư (ö); letters with a hat or a cup.
VNI_TONES = dict(zip("\u0300\u0309\u0303\u0301\u0323", "øûõùï", strict=True))
VNI_HATS = dict(zip(["", *"\u0300\u0309\u0303\u0301\u0323"], "âàåãáä", strict=True))
VNI_CUPS = dict(zip(["", *"\u0300\u0309\u0303\u0301\u0323"], "êèúüéë", strict=True))
VNI_I = dict(zip("ìỉĩíịđỵ", "ìæóíòñî", strict=True))


def vni(text: str) -> str:
    """The text as the VNI keyboard stores it: an encoder that shares nothing with the decoder."""
    return "".join(_vni_letter(letter) for letter in text)


def _vni_letter(letter: str) -> str:
    if letter.lower() in VNI_I:
        stored = VNI_I[letter.lower()]
        return stored.upper() if letter.isupper() else stored
    marked = unicodedata.normalize("NFD", letter)
    base, tone = marked[0], "".join(mark for mark in marked[1:] if mark in VNI_TONES)
    if "\u0302" in marked:
        stored = base + VNI_HATS[tone]
    elif "\u0306" in marked:
        stored = base + VNI_CUPS[tone]
    elif "\u031b" in marked:
        stored = {"o": "ô", "u": "ö"}[base.lower()] + VNI_TONES.get(tone, "")
        stored = stored.upper() if letter.isupper() else stored
    else:
        stored = base + VNI_TONES.get(tone, "")
    return stored.upper() if letter.isupper() else stored


def tcvn3(text: str) -> str:
    """The text as TCVN3 stores it, by the system's own table (capitals with tones do not exist: they are small)."""
    plain = "".join(c if c in "ĂÂĐÊÔƠƯ" or unicodedata.normalize("NFD", c) == c else c.lower() for c in text)
    done = subprocess.run(
        ["iconv", "-f", "UTF-8", "-t", "TCVN5712-1"], input=plain.encode(), capture_output=True, check=True
    )
    return done.stdout.decode("latin-1")


PHRASES = (
    "Hộ nghèo",
    "Tổng cộng",
    "Thôn Tân Hòa",
    "Số hộ cận nghèo",
    "Tỷ lệ (%)",
    "Đơn vị tính",
    "Biểu chỉ tiêu giảm nghèo năm 2024",
    "Ủy ban nhân dân xã Long Hựu Đông",
    "Cộng hòa xã hội chủ nghĩa Việt Nam",
    "Hộ có khả năng thoát nghèo",
    "(Kèm theo Kế hoạch số 12/KH-UBND ngày 29/02/2024)",
    "Chỉ số thiếu hụt dịch vụ xã hội cơ bản",
    "thị trấn Quỳnh Lưu, huyện Mỹ Xuyên",
    "Sơn Dương",
    "Đồng Rẫy",
)


@pytest.mark.parametrize("phrase", PHRASES)
def test_vni_comes_back(phrase: str) -> None:
    found = decode(vni(phrase))
    assert found is not None and found == (phrase, "VNI")


@pytest.mark.parametrize("phrase", PHRASES)
def test_tcvn3_comes_back(phrase: str) -> None:
    try:
        stored = tcvn3(phrase)
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip("no iconv with TCVN5712-1 here")
    found = decode(stored)
    assert found is not None and found.encoding == "TCVN3"
    assert found.text.casefold() == phrase.casefold()


@pytest.mark.parametrize(
    ("stored", "read", "encoding"),
    [
        ("Hé nghÌo", "Hộ nghèo", "TCVN3"),
        ("Tæng céng", "Tổng cộng", "TCVN3"),
        ("Th«n", "Thôn", "TCVN3"),
        ("cËn nghÌo", "cận nghèo", "TCVN3"),
        ("Sè hé", "Số hộ", "TCVN3"),
        ("Sè l\xadîng", "Số lượng", "TCVN3"),
        ("§Æng ThÞ H¹nh", "Đặng Thị Hạnh", "TCVN3"),
        ("TæNG CéNG", "TỔNG CỘNG", "TCVN3"),
        ("Tû lÖ ® – 12%", "Tỷ lệ đ – 12%", "TCVN3"),
        ("Hoä ngheøo", "Hộ nghèo", "VNI"),
        ("Toång coäng", "Tổng cộng", "VNI"),
        ("HOÄ NGHEØO", "HỘ NGHÈO", "VNI"),
        ("Aáp Taân Haäu", "Ấp Tân Hậu", "VNI"),
        ("Ñôn vò tính", "Đơn vị tính", "VNI"),
    ],
)
def test_texts_as_they_stand_in_old_files(stored: str, read: str, encoding: str) -> None:
    assert decode(stored) == (read, encoding)


@pytest.mark.parametrize("encoding", ["TCVN3", "VNI"])
def test_every_letter_has_its_place(encoding: str) -> None:
    stored = {letter: vni(letter) for letter in LETTERS}
    if encoding == "TCVN3":
        try:
            stored = dict(zip(LETTERS, tcvn3("\n".join(LETTERS)).split("\n"), strict=True))
        except (FileNotFoundError, subprocess.CalledProcessError):
            pytest.skip("no iconv with TCVN5712-1 here")
    assert {converted(text, encoding): text for text in stored.values()} == {  # type: ignore[arg-type]
        letter: stored[letter] for letter in LETTERS
    }


@pytest.mark.parametrize(
    ("font", "encoding"),
    [
        (".VnTime", "TCVN3"),
        (".VnTimeH", "TCVN3"),
        (".VnArial Narrow", "TCVN3"),
        ("VNI-Times", "VNI"),
        ("VNI Times", "VNI"),
        ("Times New Roman", None),
        ("Vnitravel", None),
        ("", None),
    ],
)
def test_the_font_names_the_encoding(font: str, encoding: str | None) -> None:
    assert encoding_of_font(font) == encoding


def test_the_font_decides_where_letters_alone_would_not() -> None:
    assert decode("Hé", "Times New Roman") is None
    assert decode("Hé", ".VnTime") == ("Hộ", "TCVN3")
    assert decode("Long Hßa", ".VnTimeH") == ("LONG HÒA", "TCVN3")
    assert decode("Hoä", "VNI-Times") == ("Hộ", "VNI")


def test_unicode_in_an_old_font_stays() -> None:
    for text in ("Hộ nghèo", "Xã Cà Lúi", "04 hộ", "trình"):
        assert decode(text, ".VnTime") is None
        assert decode(text, "VNI-Times") is None


def test_one_odd_word_is_decoded_only_among_others_of_its_kind() -> None:
    assert decode("Hång") is None
    assert decode("Hång", "", frozenset(("TCVN3",))) == ("Hồng", "TCVN3")  # type: ignore[arg-type]
    assert decode("Ghi chó") is None
    assert decode("Ghi chó", "", frozenset(("TCVN3",))) == ("Ghi chú", "TCVN3")  # type: ignore[arg-type]
    assert decode("Hòa", "", frozenset(("TCVN3",))) is None  # type: ignore[arg-type]


def corpus() -> list[str]:
    """All texts of the catalogue and of the workbooks of the repository."""
    texts: list[str] = []

    def collect(value: object) -> None:
        if isinstance(value, str):
            texts.append(value)
        elif isinstance(value, dict):
            for name, inner in value.items():
                texts.append(str(name))
                collect(inner)
        elif isinstance(value, list):
            for inner in value:
                collect(inner)

    tables = json.loads((ROOT / "xlplan" / "catalogue" / "compiled.json").read_text(encoding="utf-8"))
    collect(tables)
    rule = catalogue.rule_texts()["I30"]
    quoted = (rule["example_vi"], rule["example_en"])  # they show what such a text looks like
    texts = [text for text in texts if text not in quoted]
    for path in sorted((ROOT / "workbooks").glob("*.xlsx")):
        for sheet in read_workbook(path).sheets:
            texts += [cell.value for cell in sheet.cells.values() if isinstance(cell.value, str)]
    return texts


ENCODINGS: tuple[Encoding, ...] = ("TCVN3", "VNI")
DOUBTFUL = ("số", "hộ", "kỳ", "lớp", "cũ", "chú", "có", "phố", "sống", "xóm", "thị", "vị", "xã")
BOTH = frozenset(ENCODINGS)


def test_no_text_of_the_repository_is_touched() -> None:
    texts = set(corpus())
    words = {word for text in texts for word in text.split()} | {word for text in texts for word in clean(text).split()}
    assert len(words) > 2_000
    assert [text for text in texts | words if decode(text)] == []
    assert [text for text in texts if decode(text, "", BOTH)] == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        *("café Zürich", "São Paulo", "Société Générale", "Müller & Söhne", "naïve", "Noël", "El Niño", "Chloé"),
        *("N·m", "5 µm", "4×5 m²", "Excel®", "© 2024", "«Thôn»", "10°C", "§ 12", "¶", "½ ha", "Señor Ñandú"),
        *("Krông Nô", "Ea Bông", "Pô Kô", "Ia Krái", "Ea Dêr", "Kon Pne", "Ð", "Ða Nhim", "gia ðình", "Xã Ðông Hòa"),
        *("Lào", "Hòa Bình", "Long Hòa", "Cà Mau", "Hà Nam", "Phú Yên", "né tránh", "bò sữa", "Sơn Trà", "Thanh Hóa"),
        *("12", "4,08%", "38/QĐ-UBND", "ho_ngheo_dau_ky", "", " ", "\xa0", "\xad", "a\xad", "Hoàn Kiếm", "Thanh Hoá"),
    ],
)
def test_unicode_and_other_languages_stay(text: str) -> None:
    assert decode(text) is None
    assert decode(unicodedata.normalize("NFD", text)) is None


def every_syllable() -> list[str]:
    """All syllables that Vietnamese could spell, each once."""
    spelt = (
        unicodedata.normalize("NFC", onset + rhyme[:place] + mark + rhyme[place:])
        for onset in syllables_module.ONSETS
        for rhyme in syllables_module.RHYMES
        for place in range(1, len(rhyme) + 1)
        for mark in ("", *VNI_TONES)
    )
    return [word for word in dict.fromkeys(spelt) if is_syllable(word)]


SYLLABLES = every_syllable()
syllables = st.sampled_from(SYLLABLES)


@steady
@given(st.lists(syllables, min_size=1, max_size=5).map(" ".join), st.booleans())
def test_vietnamese_in_unicode_is_never_touched(text: str, capital: bool) -> None:
    shown = text.title() if capital else text
    assert decode(shown) is None or {"sè", "hé"} <= set(key(shown).split())


def test_no_syllable_in_unicode_is_touched_and_hardly_one_among_legacy_texts() -> None:
    """All syllables that Vietnamese could spell: none by itself, a dozen words of tables beside certain cells."""
    touched = set()
    for word in SYLLABLES:
        assert decode(word) is None and decode(word.capitalize()) is None
        touched |= {(word, each.text) for one in BOTH if (each := decode(word, "", frozenset((one,))))}
    assert {text for _, text in touched} == set(DOUBTFUL)
    assert len(touched) == 16


@steady
@given(st.lists(syllables, min_size=2, max_size=5).map(" ".join))
def test_vni_that_is_read_is_read_right(text: str) -> None:
    assert converted(vni(text), "VNI") == text
    found = decode(vni(text))
    assert found is None or found.encoding == "TCVN3" or found.text == text


@steady
@given(st.text(alphabet=st.characters(max_codepoint=0x2FF), max_size=20), st.sampled_from(["", ".VnTime", "VNI-Times"]))
def test_any_text_is_decoded_or_left_without_an_error(text: str, font: str) -> None:
    found = decode(text, font)
    assert found is None or found.text == unicodedata.normalize("NFC", found.text)


@pytest.mark.parametrize("word", ["nghèo", "quyết", "giếng", "gì", "Đắk", "khuỷu", "uống", "yêu", "Ủy", "HỘ", "ngoằn"])
def test_words_that_are_syllables(word: str) -> None:
    assert is_syllable(word) and is_syllable(unicodedata.normalize("NFD", word))


@pytest.mark.parametrize("word", ["", "nghÌo", "café", "ceo", "viet", "hộp1", "ngè", "ghà", "mót́", "Müller", "hộc̣"])
def test_words_that_are_none(word: str) -> None:
    assert not is_syllable(word)


def test_a_mixed_workbook_is_read_in_unicode_with_one_note_a_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Biểu chỉ tiêu"
    old = Font(name=".VnTime")
    for column, heading in enumerate(["TT", "Th«n", "Tæng sè hé", "Hé nghÌo ®Çu n¨m 2024"], start=1):
        sheet.cell(1, column, heading).font = old
    rows = [(1, "Hòa Bình", 100, 3), (2, "T©n Hßa", 1545, 4)]
    for row, values in enumerate(rows, start=2):
        for column, value in enumerate(values, start=1):
            sheet.cell(row, column, value)
    sheet.cell(3, 2).font = old
    path = tmp_path / "xa.xlsx"
    book.save(path)
    found = read(path)
    assert found.table is not None
    assert [line.code for line in found.table.lines] == ["tong_so_ho", "ho_ngheo_dau_ky"]
    assert [unit.name for unit in found.table.units] == ["Hòa Bình", "Tân Hòa"]
    notes = [note for note in found.notes if note.code == "I30"]
    assert [(note.ref.address, note.params["count"]) for note in notes] == [("B1", "4")]
    assert message(notes[0]) == (
        "Biểu chỉ tiêu, ô B1: là ô đầu tiên trong 4 ô dùng bảng mã cũ TCVN3 (phông .VnTime); “Th«n” được đọc là "
        "“Thôn”. Tệp không bị sửa; nên chuyển sang Unicode (phông Times New Roman)."
    )
