"""`Chỉ tiêu năm` and `Kinh phí`: built from content, read from any workbook that has the headings."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from pathlib import Path

import build as tables
import openpyxl
import pytest

from xlplan import budget, catalogue
from xlplan.model import Submission
from xlplan.sheets.reader import read
from xlplan.sheets.standard.builder import build
from xlplan.sheets.standard.content import load_content

TOML = """
loai = "giai-doan"
nam_thuc_hien = [2021, 2022]
[thong_tin]
ten_don_vi = "Thử"
ky = "2021 - 2026"
[[chi_tieu_nam]]
ma = "viec_lam"
chi_tieu = "Giải quyết việc làm"
don_vi = "lao động"
loai_so = "trong năm"
nam_2021 = 487
nam_2026 = 1530
tong = "2017"
nam_tong = "2021 - 2026"
[[kinh_phi]]
cap = "khoản mục"
noi_dung = "Sửa nhà"
so_luong = 2
don_vi = "căn"
don_gia = "40000000"
so_tien = "80000000"
nguon = "xã hội hóa"
"""
HEAD = "| Mã | Chỉ tiêu | Đơn vị tính | Cách tính | {} | Tổng | Các năm tính tổng | Diễn giải |"


def read_yearly(tmp_path: Path, years: str, *rows: str) -> Submission:
    text = "\n".join(("Thông tin", "| Kỳ kế hoạch | 2021 - 2023 |", "", "Chỉ tiêu năm", HEAD.format(years), *rows))
    return read(tables.workbook(tmp_path / "xa.xlsx", text + "\n"))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("yearly")
    (folder / "xa.toml").write_text(TOML, encoding="utf-8")
    build(load_content(folder / "xa.toml"), folder / "xa.xlsx")
    return folder / "xa.xlsx"


def test_what_is_written_is_read_again(built: Path) -> None:
    submission = read(built)
    (row,) = submission.records["chi_tieu_nam"]
    assert (row.text("ma"), row.text("loai_so"), row.text("nam_tong")) == ("viec_lam", "trong năm", "2021 - 2026")
    assert {k: int(c.value) for k, c in row.numbers.items()} == {"nam_2021": 487, "nam_2026": 1530, "tong": 2017}
    marks = [row.text(f"loai_{year}") for year in range(2021, 2027)]
    assert marks == ["thực hiện", "thực hiện", "kế hoạch", "kế hoạch", "kế hoạch", "kế hoạch"]
    (item,) = submission.records["kinh_phi"]
    assert {k: int(c.value) for k, c in item.numbers.items()} == {
        "so_luong": 2,
        "don_gia": 40_000_000,
        "so_tien": 80_000_000,
    }
    assert submission.notes == ()


def test_the_years_follow_the_period(built: Path) -> None:
    book = openpyxl.load_workbook(built)
    values = openpyxl.load_workbook(built, data_only=True)["Chỉ tiêu năm"]
    assert [values.cell(4, column).value for column in range(5, 11)] == [f"Năm {year}" for year in range(2021, 2027)]
    book["Thông tin"]["B12"].value = "2025 - 2027"
    assert book["Thông tin"]["A12"].value.startswith("Kỳ kế hoạch")
    saved = BytesIO()
    book.save(saved)  # without results, as another program saves it
    (built.parent / "khac.xlsx").write_bytes(saved.getvalue())
    (row,) = read(built.parent / "khac.xlsx").records["chi_tieu_nam"]
    assert row.numbers["nam_2025"].value == 487
    assert [key for key in row.texts if key.startswith("loai_2")] == ["loai_2025", "loai_2026", "loai_2027"]


def test_danh_muc_shows_money_periods_and_yearly_codes(built: Path) -> None:
    sheet = openpyxl.load_workbook(built, data_only=True)["Danh mục"]
    present = {row[0].value: row[3].value for row in sheet.iter_rows(min_row=5, max_col=4)}
    assert present["tong_kinh_phi"] == 80_000_000
    assert present["kinh_phi_xa_hoi_hoa"] == 80_000_000
    assert present["kinh_phi_vay"] == 0
    assert (present["nam_dau"], present["thoi_ky"]) == (2021, "giai đoạn 2021 - 2026")
    assert present["viec_lam[tổng]"] == 2017
    assert "so_tien_bang_chu" in present


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("dự án", "240", "vốn vay"), ("khoản mục", "180", "vốn vay"), ("khoản mục", "60", "vốn vay")], 240),
        ([("dự án", "240", "vốn vay"), ("khoản mục", "180", ""), ("khoản mục", "60", "")], 240),
        ([("tổng cộng", "13", ""), ("tiểu dự án", "5", "vốn vay"), ("tiểu dự án", "8", "xã hội hóa")], 5),
    ],
)
def test_danh_muc_counts_a_source_as_the_plan_does(
    tmp_path: Path, rows: list[tuple[str, str, str]], expected: int
) -> None:
    lines = [f'[[kinh_phi]]\ncap = "{cap}"\nso_tien = "{amount}"\nnguon = "{source}"' for cap, amount, source in rows]
    text = 'loai = "du-an"\n[thong_tin]\nky = "2024"\n' + "\n".join(lines)
    (tmp_path / "xa.toml").write_text(text, encoding="utf-8")
    build(load_content(tmp_path / "xa.toml"), tmp_path / "xa.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "xa.xlsx", data_only=True)["Danh mục"]
    present = {row[0].value: row[3].value for row in sheet.iter_rows(min_row=5, max_col=4)}
    assert present["kinh_phi_vay"] == expected
    assert budget.by_source(read(tmp_path / "xa.xlsx"), "vốn vay").value == expected


def test_a_misspelt_mark_is_said_at_its_cell(tmp_path: Path) -> None:
    rows = [
        "|  |  |  |  | thực hiện | kế hoach | kế hoạch |  |  |  |",
        "| a | Việc | hộ | trong năm | 1 | 2 | 3 | 6 | | |",
    ]
    found = read_yearly(tmp_path, "Năm 2021 | Năm 2022 | Năm 2023", *rows)
    assert [(n.code, n.ref.address) for n in found.notes] == [("I16", "F2")]
    (row,) = found.records["chi_tieu_nam"]
    assert [row.text(f"loai_{year}") for year in (2021, 2022, 2023)] == ["thực hiện", "kế hoạch", "kế hoạch"]


def test_figures_beyond_the_period_are_found_where_they_stand(built: Path) -> None:
    book = openpyxl.load_workbook(built)
    book["Thông tin"]["B12"].value = "2021 - 2024"
    book.save(built.parent / "ngan.xlsx")
    found = read(built.parent / "ngan.xlsx")
    assert [(n.code, n.severity, n.ref.address) for n in found.notes if n.code != "I14"] == [("I22", "error", "J6")]


def test_a_word_that_is_not_in_its_list_is_said(tmp_path: Path) -> None:
    text = """Thông tin
| Kỳ kế hoạch | 2024 |

Mục tiêu
| Chỉ tiêu | Phép so sánh | Giá trị | Đơn vị | Tính trên | Phạm vi | Diễn giải |
| Vay vốn | bằng | 100 | % | Hộ nghèo | Toàn xã | |
| Thẻ bảo hiểm | >= | 100 | % | hộ khá | Toàn xã | |
"""
    found = read(tables.workbook(tmp_path / "xa.xlsx", text))
    assert [(n.code, n.severity, n.ref.address) for n in found.notes] == [
        ("I16", "warning", "B2"),
        ("I16", "warning", "E3"),
    ]


def test_every_placeholder_of_the_catalogue_is_in_danh_muc_where_its_sheet_is(tmp_path: Path) -> None:
    for kind in catalogue.kinds().values():
        text = f'loai = "{kind.key}"\n[thong_tin]\nky = "2024"\n'
        (tmp_path / "xa.toml").write_text(text, encoding="utf-8")
        build(load_content(tmp_path / "xa.toml"), tmp_path / "xa.xlsx")
        sheet = openpyxl.load_workbook(tmp_path / "xa.xlsx", data_only=True)["Danh mục"]
        present = {str(row[0].value).partition("[")[0] for row in sheet.iter_rows(min_row=5, max_col=1)}
        money = {code for code in catalogue.derived_codes() if "kinh_phi" in code}
        sentences = {code for code, derived in catalogue.derived_codes().items() if derived.arguments}
        wanted = set(catalogue.derived_codes()) - sentences
        assert wanted - (money if "kinh_phi" not in kind.sheets else set()) <= present, kind.key
        if kind.key == "thon":
            assert sentences <= present


@pytest.mark.parametrize(
    "heading",
    ["TH 2021 | KH 2022 | Ước TH 2023", "Thực hiện năm 2021 | Kế hoạch 2022 | 2023", "Năm 2021 (TH) | 2022 | KH 2023"],
)
def test_years_and_their_marks_are_read_from_headings(tmp_path: Path, heading: str) -> None:
    (row,) = read_yearly(tmp_path, heading, "| a | Việc | hộ | trong năm | 1 | 2 | 3 | 6 | | |").records["chi_tieu_nam"]
    assert [row.numbers[f"nam_{year}"].value for year in (2021, 2022, 2023)] == [Decimal(n) for n in (1, 2, 3)]
    assert [row.text(f"loai_{year}") for year in (2021, 2022, 2023)] == ["thực hiện", "kế hoạch", "kế hoạch"]


def test_a_year_that_stands_twice_is_read_once(tmp_path: Path) -> None:
    rows = read_yearly(tmp_path, "Năm 2021 | Năm 2021", "| a | Việc | hộ | trong năm | 1 | 2 | 3 | | |").records
    assert rows["chi_tieu_nam"][0].numbers["nam_2021"].value == 1


def test_a_figure_that_is_no_number_is_said_and_not_guessed(tmp_path: Path) -> None:
    found = read_yearly(tmp_path, "Năm 2021", "| a | Việc | hộ | trong năm | mười hai | | | |")
    assert [(n.code, n.ref.address) for n in found.notes] == [("I01", "E2")]
    assert found.records["chi_tieu_nam"][0].numbers["nam_2021"].value is None


def test_an_unknown_column_of_the_data_file_is_named(tmp_path: Path) -> None:
    for sheet, column in (("chi_tieu_nam", "nam_hai"), ("kinh_phi", "nam_2021")):
        text = f'loai = "giai-doan"\n[[{sheet}]]\n{column} = "1"\n'
        (tmp_path / "xa.toml").write_text(text, encoding="utf-8")
        with pytest.raises(ValueError, match=column):
            load_content(tmp_path / "xa.toml")
