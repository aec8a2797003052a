"""What the page adds up: no figure twice, no two years together."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
from browser import Browser, require_browser
from hypothesis import given, settings
from hypothesis import strategies as st
from test_page import MADE, Parsed, choose, finding, page, result

from xlplan import catalogue
from xlplan.province.page import write_page
from xlplan.province.workbook import write_workbook
from xlplan.results import Gathered, Result, Review, VillageRow
from xlplan.vietnamese.dates import parse_period


def test_an_export_of_the_database_is_not_added_to_the_communes_that_it_lists() -> None:
    lines = tuple(VillageRow(name, {"tong_so_ho": 278}) for name in ("Xã A", "Bình Ba"))
    review = Review("tong_hop", 2025, "Tổng hợp", lines, {"tong_so_ho": 556})
    export = result("", "csdl.xlsx", finding(), counts={"tong_so_ho": 556}, reviews=(review,))
    communes = [result(f"xã {name}", counts={"tong_so_ho": 278}) for name in ("A", "Bình Ba")]
    rows = Parsed(page(Gathered([export, *communes]))).block("rows")
    (row,) = [dict(zip(rows["fields"], row, strict=True)) for row in rows["rows"] if "csdl.xlsx" in row]
    assert (row["status"], row["figures"], row["errors"], row["found"]) == ("aside", [], 0, 1)
    assert "<dd>556<small>cộng từ 2 sổ</small></dd>" in page(Gathered([export, *communes]))


def of(year: str, file: str, households: int) -> Result:
    made = result("xã A", file, counts={"tong_so_ho": households, "giam_ho_ngheo": households // 10})
    return made._replace(entry={**made.entry, "period": year})


TWO_YEARS = Gathered([of("2024", "1.xlsx", 100), of("2025", "2.xlsx", 110), of("", "3.xlsx", 5)])


def test_figures_of_two_years_are_not_added_up() -> None:
    assert "<dd>110<small>kỳ 2025: cộng từ 1 sổ</small></dd>" in page(TWO_YEARS)


def blank(year: str, file: str) -> Result:
    return of(year, file, 0)._replace(counts={}, kind=catalogue.kinds()["nam"].label)


def test_blank_workbooks_decide_no_period_and_have_a_status_of_their_own() -> None:
    filled = [*TWO_YEARS.results, of("2024", "7.xlsx", 8)]
    text = page(Gathered([*filled, *(blank("2030", f"{n}.xlsx") for n in range(4, 7))]))
    assert "<dd>108<small>kỳ 2024: cộng từ 2 sổ</small></dd>" in text
    assert '<div class="card unfilled"><dt>Chưa có số liệu</dt><dd>3</dd></div>' in text
    assert '<div class="card clean"><dt>Không có lỗi</dt><dd>4</dd></div>' in text
    data = Parsed(text).block("rows")
    blanks = [dict(zip(data["fields"], row, strict=True)) for row in data["rows"] if "2030" in row]
    assert [(row["status"], row["figures"]) for row in blanks] == [("unfilled", [])] * 3
    assert all("điền số liệu" in row["remarks"][0] for row in blanks)
    assert data["periods"] == ["2024", "2025", ""]
    assert "unfilled" not in page(TWO_YEARS).partition("<dl")[2].partition("</dl>")[0]  # no card for none


def test_a_workbook_without_a_name_is_called_by_its_file() -> None:
    nameless = blank("2030", "mẫu.xlsx")
    data = Parsed(page(Gathered([nameless._replace(entry={**nameless.entry, "unit": "xã"})]))).block("rows")
    assert data["rows"][0][:1] == [""] and "mẫu.xlsx" in data["rows"][0]


counted = st.lists(
    st.tuples(st.sampled_from(["", "2024", "2025", "2021 - 2025"]), st.integers(0, 3)), min_size=1, max_size=8
)


@settings(deadline=None, max_examples=25)
@given(counted)
def test_page_and_province_workbook_are_of_one_period(workbooks: list[tuple[str, int]]) -> None:
    results = [
        of(period, f"{n}.xlsx", households)._replace(
            period=parse_period(period), counts={"tong_so_ho": households} if households else {}
        )
        for n, (period, households) in enumerate(workbooks)
    ]
    stream = io.BytesIO()
    write_workbook(Gathered(results), stream)
    subtitle = openpyxl.load_workbook(stream)["Tổng quan"]["B2"].value
    main = Parsed(page(Gathered(results))).block("rows")["periods"][0]
    assert subtitle.startswith(f"Kỳ {main or 'Chưa ghi'}{',' if len({p for p, _ in workbooks}) > 1 else ':'}")


def test_the_foot_of_the_table_and_the_charts_are_of_one_year_of_the_selection(tmp_path: Path) -> None:
    browser = Browser(require_browser(), tmp_path)
    try:
        with (tmp_path / "tong_hop.html").open("wb") as stream:
            write_page(TWO_YEARS, stream, made=MADE)
        tab = browser.open(tmp_path / "tong_hop.html")
        foot = "document.querySelector('tfoot').innerText"
        assert "Cộng 1 sổ kỳ 2025 đang chọn" in tab(foot) and "110" in tab(foot)
        cuts = "[...document.querySelectorAll('svg')].map(s => s.ariaLabel)[2]"
        assert tab(cuts) == "Giảm nhiều hộ nghèo nhất, kỳ 2025. xã A: 11 hộ"
        assert tab("document.querySelectorAll('figcaption')[2].innerText") == "Giảm nhiều hộ nghèo nhất, kỳ 2025"
        choose(tab, "search", "2024")
        tab.wait(f"!{foot}.includes('2025')")
        assert "Cộng 1 sổ đang chọn" in tab(foot) and "100" in tab(foot)
        assert tab(cuts) == "Giảm nhiều hộ nghèo nhất. xã A: 10 hộ"
    finally:
        browser.close()
