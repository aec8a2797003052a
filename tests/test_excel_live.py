"""GN_CHITIEU and GN_CAU: an open workbook is read as its file would be, as often as need be and no more."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import build
import open_books
import pytest

from xlplan import catalogue
from xlplan.documents.blocks import Paragraph
from xlplan.documents.compose import compose
from xlplan.excel import live
from xlplan.excel.functions import GN_CAU, GN_CHITIEU, GN_UNICODE
from xlplan.excel.live import stays_in_sheet
from xlplan.rates import commune_figures, commune_rates, rates_of, village_figures
from xlplan.sheets.reader import read

ROOT = Path(__file__).parent.parent
COMMUNES = sorted((ROOT / "workbooks").glob("*.xlsx"))
SON_TRUNG = ROOT / "workbooks" / "son_trung_2023.xlsx"
TABLE = "Biểu chỉ tiêu"


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    found = Clock()
    monkeypatch.setattr(live, "clock", found)
    live.forget()
    yield found
    live.forget()


@pytest.fixture
def book(clock: Clock) -> Any:
    assert clock.now == 0
    return open_books.opened(SON_TRUNG)


@pytest.mark.parametrize("path", COMMUNES, ids=lambda path: path.stem)
def test_an_open_workbook_is_the_submission_of_its_file(path: Path, clock: Clock) -> None:
    assert clock.now == 0
    found = live.figures(open_books.opened(path)).submission
    wanted = read(path)
    for field in wanted._fields:
        if field not in ("file", "saved"):  # an open workbook has changed since it was saved
            assert getattr(found, field) == getattr(wanted, field), field


def test_figures_and_rates_are_those_of_the_commune_and_of_its_villages(book: Any) -> None:
    cell, submission = open_books.caller(book), read(SON_TRUNG)
    for code, figure in commune_figures(submission).items():
        if catalogue.known(code) and not catalogue.is_rate(code):
            assert figure.value is not None
            assert GN_CHITIEU(code, "", cell) == float(figure.value)
    for code, rate in commune_rates(submission).items():
        assert GN_CHITIEU(code, caller=cell) == float(rate.value or 0)
    for name, figures in village_figures(submission).items():
        codes = [[code] for code in rates_of(figures)]
        assert GN_CHITIEU(codes, name, cell) == [[float(rate.value or 0)] for rate in rates_of(figures).values()]
    assert GN_CHITIEU("ho_ngheo_dau_ky", [["Mai Hà", "thôn Hà Tràng", None]], cell) == [[3, 3, 63]]


def test_what_is_not_there_is_na_and_what_is_blank_is_blank(book: Any) -> None:
    cell = open_books.caller(book)
    assert GN_CHITIEU("ho_ngheo_dau_kỳ", "", cell) == GN_CHITIEU("ho_ngheo_dau_ky", "Mai Hạ", cell) == "#N/A"
    assert GN_CHITIEU(None, "", cell) == GN_CAU("", cell) == GN_CHITIEU("tai_ngheo", "", cell) == ""
    assert GN_CHITIEU(-2146826265, "", cell) == "#REF!"
    assert GN_CHITIEU("ho_ngheo_dau_ky", "") == GN_CAU("don_vi") == "#VALUE!"  # nobody says of which workbook
    assert GN_CAU([["khong_co_ma"], ["{{ho_ngheo_dau_ky}} hộ, {{sai}}"]], cell) == [["#N/A"], ["#N/A"]]


def test_fields_are_text_and_amounts_are_numbers() -> None:
    an_duong = ROOT / "workbooks" / "an_duong_2024.xlsx"
    assert GN_CHITIEU("don_vi", book=SON_TRUNG) == "xã Sơn Trung"
    total = GN_CHITIEU("tong_kinh_phi", book=an_duong)
    assert isinstance(total, float) and total > 10**6
    assert str(GN_CHITIEU("tong_kinh_phi_bang_chu", book=str(an_duong))).endswith(" đồng")
    assert GN_CHITIEU("don_vi", book=ROOT / "README.md") == "#N/A"


@pytest.mark.parametrize("path", COMMUNES, ids=lambda path: path.stem)
def test_a_sentence_in_a_cell_is_the_sentence_of_the_plan(path: Path, clock: Clock) -> None:
    assert clock.now == 0
    submission = read(path)
    plan = compose(submission).plan
    assert plan is not None
    printed = {block.text.casefold() for block in plan.body if isinstance(block, Paragraph)}
    kept = [row for row in submission.records["noi_dung"] if "{{" in row.text("noi_dung")]
    texts = [row.text("noi_dung") for row in kept if not row.text("dieu_kien") and "\n" not in row.text("noi_dung")]
    cell = open_books.caller(open_books.opened(path))
    found = GN_CAU([[text] for text in texts], cell) if texts else []
    assert isinstance(found, list)
    assert not path.stem.startswith("son_trung") or len(texts) > 3
    for (sentence,) in found:
        assert any(text.startswith(sentence.casefold()) for text in printed), sentence  # the last one ends with ./.


def test_a_code_is_given_with_or_without_braces(book: Any) -> None:
    cell = open_books.caller(book)
    words = "giảm 12 hộ, từ 63 hộ (4,08%) xuống 51 hộ (3,30%)"
    assert GN_CAU("bien_dong[ho_ngheo]", cell) == GN_CAU("{{bien_dong[ho_ngheo]}}", cell) == words
    assert GN_CAU("ty_le_ho_ngheo_dau_ky", cell) == "4,08%"


def test_nothing_is_written(book: Any) -> None:
    before = [list(sheet.values) for sheet in book.impl.results]
    GN_CHITIEU("ho_ngheo_dau_ky", "", open_books.caller(book))
    assert [list(sheet.values) for sheet in book.impl.results] == before


# ---- how often ------------------------------------------------------------------------------------------------


def test_two_hundred_cells_are_one_reading(book: Any, clock: Clock) -> None:
    cell = open_books.caller(book)
    for _ in range(200):
        assert GN_CHITIEU("ho_ngheo_dau_ky", "", cell) == 63
        clock.now += 0.002
    assert book.impl.asked["values"] == len(book.sheets)


def test_the_next_entry_is_seen_and_formats_are_not_asked_for_again(book: Any, clock: Clock) -> None:
    cell = open_books.caller(book)
    assert GN_CHITIEU("ho_ngheo_dau_ky", "Mai Hà", cell) == 3
    formats = book.impl.asked["formats"]
    clock.now += 0.3  # nobody types faster
    open_books.enter(book, TABLE, "D7", 5)
    assert GN_CHITIEU("ho_ngheo_dau_ky", "Mai Hà", cell) == 5
    assert book.impl.asked["formats"] == formats + 1


def test_a_percentage_that_is_typed_over_a_number_is_seen_with_its_format(clock: Clock, tmp_path: Path) -> None:
    text = "Mục tiêu\n| Chỉ tiêu | So sánh | Giá trị | Đơn vị |\n| Tỷ lệ hộ nghèo | còn | 3.30 | % |\n"
    book = open_books.opened(build.workbook(tmp_path / "muc_tieu.xlsx", text))
    (target,) = live.figures(book).submission.records["muc_tieu"]
    before = target.numbers["gia_tri"].value
    clock.now += 1
    open_books.enter(book, "Mục tiêu", "C2", 0.028)
    book.impl.formulas["Mục tiêu"]["C2"].number_format = "0.0%"
    (target,) = live.figures(book).submission.records["muc_tieu"]
    assert (before, target.numbers["gia_tri"].value, target.numbers["gia_tri"].written) == (
        Decimal("3.3"),
        Decimal("2.8"),
        "2,8%",
    )


def test_a_workbook_that_has_not_changed_is_looked_at_and_not_read_again(book: Any, clock: Clock) -> None:
    values = live.figures(book)
    clock.now += 5
    assert live.figures(book) is values
    assert book.impl.asked["values"] == 2 * len(book.sheets)
    clock.now += 5
    open_books.enter(book, TABLE, "D7", 5)
    assert live.figures(book) is not values


def test_a_long_recalculation_looks_again_within_a_second(book: Any, clock: Clock) -> None:
    for _ in range(30):
        live.figures(book)
        clock.now += 0.09
    assert book.impl.asked["values"] == 3 * len(book.sheets)


def test_a_macro_can_have_it_forgotten(book: Any, clock: Clock) -> None:
    assert clock.now == 0
    live.figures(book)
    open_books.enter(book, TABLE, "D7", 5)
    live.forget()
    assert GN_CHITIEU("ho_ngheo_dau_ky", "Mai Hà", book=book) == 5


def test_only_a_few_workbooks_are_kept(clock: Clock) -> None:
    for number in range(live.MOST_KEPT + 2):
        live.figures(open_books.opened(SON_TRUNG, f"{number}.xlsx"))
        clock.now += 1
    assert len(live._KEPT) == live.MOST_KEPT


# ---- while Excel recalculates ---------------------------------------------------------------------------------

SMALL = """
Thông tin
| Kỳ kế hoạch | 2024 |
| Tên đơn vị | Bình An |
| Loại đơn vị | xã |

Biểu chỉ tiêu
| TT | Thôn | Tổng số hộ | Hộ nghèo cuối năm 2023 | Giảm hộ nghèo trong năm 2024 | Hộ nghèo cuối năm 2024 |
| 1 | Đông | 100 | 5 | 2 | =D2-E2 -> 3 |
| 2 | Tây | 200 | 7 | 1 | =D3-E3 -> 6 |
|  | Toàn xã | =SUM(C2:C3) -> 300 | =SUM(D2:D3) -> 12 | =SUM(E2:E3) -> 3 | =SUM(F2:F3) -> 9 |
"""


def small(folder: Path) -> Any:
    return open_books.opened(build.workbook(folder / "xa.xlsx", SMALL))


def test_a_formula_that_excel_has_not_come_to_yet_is_reckoned_from_what_was_typed(clock: Clock, tmp_path: Path) -> None:
    book = small(tmp_path)
    assert GN_CHITIEU("ho_ngheo_cuoi_ky", "", book=book) == 9
    clock.now += 1
    open_books.enter(book, TABLE, "E2", 4)
    assert book.impl.results[TABLE]["F4"].value == 9
    assert GN_CHITIEU([["ho_ngheo_cuoi_ky"]], [["Đông", ""]], book=book) == [[1, 7]]
    assert GN_CHITIEU("ty_le_ho_ngheo_cuoi_ky", "", book=book) == 2.33


def test_cells_that_say_what_was_read_are_not_read(clock: Clock, tmp_path: Path) -> None:
    book = small(tmp_path)
    book.impl.formulas[TABLE]["C3"] = '=GN_CHITIEU("tong_so_ho")'
    book.impl.results[TABLE]["C3"] = 999
    assert clock.now == 0
    assert GN_CHITIEU("tong_so_ho", "Tây", book=book) == ""
    assert GN_CHITIEU("tong_so_ho", "", book=book) == 100


@pytest.mark.parametrize(
    ("formula", "stays"),
    [
        ("SUM(D7:D17)", True),
        ('IF(C7="","",N(C$19)-$C$20)', True),
        ('IF(AND(N(C7)>0,ISNUMBER(D7)),ROUND(D7*100/C7,2),"")', True),
        ("'Biểu chỉ tiêu'!D7+1", False),
        ("Sheet2!A1", False),
        ("TT_nam+1", False),
        ('"Hộ nghèo cuối năm "&TT_nam', False),
        ("SUM(Bảng1[Hộ])", False),
        ("[so.xlsx]Sheet1!A1", False),
        ('"TT_nam! is a text"&A1', True),
    ],
)
def test_only_formulas_of_their_own_sheet_are_reckoned(formula: str, stays: bool) -> None:
    assert stays_in_sheet(formula) is stays


# ---- what sheets hold -----------------------------------------------------------------------------------------


def test_dates_errors_and_coloured_empty_rows_are_read_as_from_a_file(clock: Clock, tmp_path: Path) -> None:
    book = small(tmp_path)
    assert clock.now == 0
    book.impl.coloured_to = 1_048_576
    open_books.enter(book, TABLE, "C2", "#DIV/0!")
    open_books.enter(book, TABLE, "D3", datetime.datetime(2023, 8, 4))
    notes = {(note.code, note.ref.address) for note in live.figures(book).submission.notes}
    assert {("I03", "C2"), ("I31", "D3")} <= notes
    assert GN_CHITIEU("tong_so_ho", "Đông", book=book) == ""


def test_a_workbook_without_a_form_is_na(clock: Clock, tmp_path: Path) -> None:
    assert clock.now == 0
    path = build.workbook(tmp_path / "la.xlsx", "Sheet1\n| a | b |\n| 1 | 2 |\n")
    assert GN_CHITIEU("ho_ngheo_dau_ky", "", book=open_books.opened(path)) == "#N/A"
    assert GN_CAU("don_vi", book=path) == "#N/A"


def test_the_font_of_a_range_tells_its_encoding(tmp_path: Path) -> None:
    from openpyxl.styles import Font

    book = open_books.opened(build.workbook(tmp_path / "cu.xlsx", "Sheet1\n| sè | x |\n| hé | 3 |\n"))
    cells = book.sheets["Sheet1"].range("A1:B2")
    assert GN_UNICODE(cells) == [["sè", "x"], ["hé", 3.0]]  # could be Unicode too
    for at, font in (("A1", ".VnTimeH"), ("A2", ".VnTime")):
        book.impl.formulas["Sheet1"][at].font = Font(name=font)
    assert GN_UNICODE(cells) == [["SỐ", "x"], ["hộ", 3.0]]
