"""The list of communes that are to send a workbook, as people keep it."""

from __future__ import annotations

import csv
import io
import unicodedata
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlplan.intake.expected import Expected, read_list
from xlplan.messages import problem
from xlplan.pipeline import Problem
from xlplan.vietnamese.text import clean, name_key

ROWS = """Mã ĐVHC;Tên xã;Huyện;Tỉnh;Năm;Hạn nộp
01234;Sơn Trung;Hương Sơn;Hà Tĩnh;2024;15/12/2024
27577;xã Long An;thị xã Tân Châu;tỉnh An Giang;2024;2024-12-15
"""


def listed(path: Path) -> list[Expected]:
    found = read_list(path)
    assert not isinstance(found, Problem), found
    return found


def kind(path: Path) -> str:
    found = read_list(path)
    assert isinstance(found, Problem)
    for lang in ("vi", "en"):
        assert path.name in problem(found.kind, path.name, lang, detail=found.detail)  # type: ignore[arg-type]
    return found.kind


def written(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "danh sach.csv"
    path.write_bytes(text.encode(encoding))
    return path


BOTH = [
    Expected("Sơn Trung", "01234", "Hương Sơn", "Hà Tĩnh", (2024, 2024), "2024-12-15", 2),
    Expected("xã Long An", "27577", "thị xã Tân Châu", "tỉnh An Giang", (2024, 2024), "2024-12-15", 3),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_csv_is_read_in_any_encoding_with_any_delimiter(tmp_path: Path, encoding: str, delimiter: str) -> None:
    assert listed(written(tmp_path, ROWS.replace(";", delimiter), encoding)) == BOTH


def test_the_old_code_page_of_vietnamese_windows_is_read(tmp_path: Path) -> None:
    tones = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}

    def page(letter: str) -> str:
        """A letter as code page 1258 has it: some with their tone, the others with a tone of its own."""
        try:
            letter.encode("cp1258")
            return letter
        except UnicodeEncodeError:
            apart = unicodedata.normalize("NFD", letter)
            tone = "".join(mark for mark in apart if mark in tones)
            return unicodedata.normalize("NFC", "".join(mark for mark in apart if mark not in tones)) + tone

    assert listed(written(tmp_path, "".join(map(page, ROWS)), "cp1258")) == BOTH


def test_tcvn3_and_vni_are_read(tmp_path: Path) -> None:
    path = tmp_path / "tcvn3.csv"
    path.write_bytes("Tªn x·,HuyÖn\nS¬n Trung,H­¬ng S¬n\n".encode("latin-1"))
    assert [(each.unit, each.district) for each in listed(path)] == [("Sơn Trung", "Hương Sơn")]
    path.write_bytes("Teân xaõ,Huyeän\nSôn Trung,Höông Sôn\n".encode("latin-1"))
    assert [(each.unit, each.district) for each in listed(path)] == [("Sơn Trung", "Hương Sơn")]


def test_letters_that_a_western_page_lost_are_not_guessed(tmp_path: Path) -> None:
    assert kind(
        written(tmp_path, "Tên xã,Tỉnh\nxã Hòa Lộc,Trà Vinh\n".replace("ộ", "?").replace("ỉ", "i"), "cp1252")
    ) == ("expected_text")


def test_lines_above_blank_rows_totals_and_districts_on_their_own_row(tmp_path: Path) -> None:
    text = """UBND TỈNH AN GIANG;;
DANH SÁCH XÃ GỬI BIỂU NĂM 2024;;

STT;XÃ/ PHƯỜNG/ THỊ TRẤN;mã xã
(1);(2);(3)
I;Thị xã Tân Châu;
1;Long An;30376
;;
2;phường Long Sơn;30377
II;huyện An Phú;
1;Phú Hữu;
;Tổng cộng;
"""
    found = [(each.unit, each.code, each.district, each.row) for each in listed(written(tmp_path, text))]
    assert found == [
        ("Long An", "30376", "Thị xã Tân Châu", 7),
        ("phường Long Sơn", "30377", "Thị xã Tân Châu", 9),
        ("Phú Hữu", "", "huyện An Phú", 11),
    ]


def test_the_list_of_the_statistics_office_is_read_as_it_is(tmp_path: Path) -> None:
    text = """Tỉnh Thành Phố,Mã TP,Quận Huyện,Mã QH,Phường Xã,Mã PX,Cấp,Tên Tiếng Anh
Thành phố Hà Nội,01,Quận Ba Đình,001,Phường Phúc Xá,00001,Phường,
Tỉnh An Giang,89,Thị xã Tân Châu,887,Long An,30388,Xã,
"""
    first, second = listed(written(tmp_path, text))
    assert first[:4] == ("Phường Phúc Xá", "00001", "Quận Ba Đình", "Thành phố Hà Nội")
    assert second[:4] == ("xã Long An", "30388", "Thị xã Tân Châu", "Tỉnh An Giang")


def test_a_sheet_of_excel_with_numbers_dates_and_merged_cells(tmp_path: Path) -> None:
    import datetime

    book = openpyxl.Workbook()
    book.active.title = "Ghi chú"
    book.active["A1"] = "Đơn vị: UBND tỉnh"
    sheet = book.create_sheet("Danh sách")
    sheet["B2"] = "DANH SÁCH"
    for place, heading in enumerate(["Hạn nộp", "Kỳ", "Huyện", "Đơn vị", "Mã đơn vị hành chính"], start=2):
        sheet.cell(4, place, heading)
    sheet["B5"], sheet["C5"], sheet["D5"] = datetime.datetime(2024, 12, 15, 17), "2021 - 2025", "Hương Sơn"
    for column in "BCD":
        sheet.merge_cells(f"{column}5:{column}6")
    sheet["E5"], sheet["F5"] = "xã Sơn Trung", 1234
    sheet["E6"], sheet["F6"] = unicodedata.normalize("NFD", "xã  Quang\nDiệm"), "01237"
    path = tmp_path / "danh sach.xlsx"
    book.save(path)
    assert listed(path) == [
        Expected("xã Sơn Trung", "01234", "Hương Sơn", "", (2021, 2025), "2024-12-15", 5),
        Expected("xã Quang Diệm", "01237", "Hương Sơn", "", (2021, 2025), "2024-12-15", 6),
    ]


def test_a_commune_that_stands_twice_is_one_but_two_periods_are_two(tmp_path: Path) -> None:
    text = "Mã;Tên xã;Năm\n01234;Sơn Trung;2023\n1234;xã Sơn Trung;2024\n01234;Sơn Trung;2023\n"
    assert [each.period for each in listed(written(tmp_path, text))] == [(2023, 2023), (2024, 2024)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sơn Trung\nLong An\n", "expected_columns"),
        ("Tên xã;Huyện\n;\n", "expected_empty"),
        ("Tên xã;Hạn nộp\nSơn Trung;cuối tháng\n", "expected_value"),
        ("Tên xã;Hạn nộp\nSơn Trung;31/02/2024\n", "expected_value"),
        ("Tên xã;Năm\nSơn Trung;năm nay\n", "expected_value"),
        ("", "empty"),
        ("<html><table><tr><td>Tên xã</td></tr></table></html>", "expected_text"),
        ("%PDF-1.4", "expected_text"),
        ('Tên xã;Huyện\n"' + "a" * 200_000 + '";b\n', "expected_text"),
    ],
)
def test_what_cannot_be_used_is_said(tmp_path: Path, text: str, expected: str) -> None:
    assert kind(written(tmp_path, text)) == expected


def test_a_missing_list_a_folder_and_a_damaged_workbook_are_said(tmp_path: Path) -> None:
    assert kind(tmp_path / "khong co.csv") == "missing"
    assert kind(tmp_path) == "folder"
    (tmp_path / "hong.xlsx").write_bytes(b"PK\x03\x04hong")
    assert kind(tmp_path / "hong.xlsx") == "truncated"


UNITS = ("Sơn Trung", "xã Long An", "PHƯỜNG Phú Hữu", "Đặc khu Côn Đảo", "Ea Kiết", "thị trấn Ea H'leo", "xã 1")
DISTRICTS = ("", 'Ea "H\'leo"', "Tân; Châu", "Krông, Nô")
ROW = st.tuples(st.integers(1, 99_999), st.sampled_from(UNITS), st.sampled_from(DISTRICTS))
LISTED = st.lists(ROW, min_size=1, max_size=5, unique_by=lambda row: row[0])


@settings(max_examples=60, deadline=None)
@given(LISTED, st.permutations(["Mã xã", "Đơn vị", "Huyện"]), st.sampled_from([";", ",", "\t"]), st.booleans())
def test_every_row_of_any_list_is_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, str, str]], order: list[str], sep: str, nfd: bool
) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, order, delimiter=sep)
    writer.writeheader()
    for code, unit, district in rows:
        writer.writerow({"Mã xã": f"{code:05d}", "Đơn vị": unit, "Huyện": district})
    path = tmp_path_factory.getbasetemp() / "bat_ky.csv"
    path.write_text(unicodedata.normalize("NFD", text.getvalue()) if nfd else text.getvalue(), encoding="utf-8")
    found = listed(path)
    assert [(int(each.code), name_key(each.unit), each.district) for each in found] == [
        (code, name_key(unit), clean(district)) for code, unit, district in rows
    ]


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_raise(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "bat_ky.bin"
    path.write_bytes(data)
    assert isinstance(read_list(path), list | Problem)
    path.write_bytes("Mã;Tên xã\n".encode() + data)
    assert isinstance(read_list(path), list | Problem)


def test_a_code_that_lost_its_zeros_in_excel_is_written_in_full(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (("Mã ĐVHC", "Tên xã"), (28, "xã A"), ("00031", "xã B"), (12345, "xã C"), ("A-7", "xã D")):
        book.active.append(row)
    book.save(tmp_path / "ds.xlsx")
    assert [each.code for each in listed(tmp_path / "ds.xlsx")] == ["00028", "00031", "12345", "A-7"]


@pytest.mark.parametrize("heads", ["Mã ĐVHC", "STT;Mã ĐVHC", "STT;Mã ĐVHC;Hạn nộp"])
@pytest.mark.parametrize("codes", [("00010", "00028", "00031"), ("10", "28", "31")])
def test_a_list_of_codes_alone_has_all_of_them_but_no_line_that_numbers_columns(
    tmp_path: Path, heads: str, codes: tuple[str, ...]
) -> None:
    columns = heads.split(";")
    numbers = ";".join(str(place) for place in range(1, len(columns) + 1))
    rows = [
        ";".join({"STT": str(n), "Mã ĐVHC": code, "Hạn nộp": "15/12/2024"}[c] for c in columns)
        for n, code in enumerate(codes, 1)
    ]
    path = written(tmp_path, "\n".join([heads, numbers, *rows]) + "\n")
    assert [each.commune.code for each in listed(path)] == ["00010", "00028", "00031"]
