"""What the page adds up: no figure twice, no two years together."""

from __future__ import annotations

from pathlib import Path

from browser import Browser, require_browser
from test_page import MADE, Parsed, choose, finding, page, result

from xlplan.province.page import write_page
from xlplan.results import Gathered, Result, Review, VillageRow


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
    made = result("xã A", file, counts={"tong_so_ho": households})
    return made._replace(entry={**made.entry, "period": year})


TWO_YEARS = Gathered([of("2024", "1.xlsx", 100), of("2025", "2.xlsx", 110), of("", "3.xlsx", 5)])


def test_figures_of_two_years_are_not_added_up() -> None:
    assert "<dd>110<small>kỳ 2025: cộng từ 1 sổ</small></dd>" in page(TWO_YEARS)


def test_the_foot_of_the_table_adds_up_one_year_of_the_selection(tmp_path: Path) -> None:
    browser = Browser(require_browser(), tmp_path)
    try:
        with (tmp_path / "tong_hop.html").open("wb") as stream:
            write_page(TWO_YEARS, stream, made=MADE)
        tab = browser.open(tmp_path / "tong_hop.html")
        foot = "document.querySelector('tfoot').innerText"
        assert "Cộng 1 sổ kỳ 2025 đang chọn" in tab(foot) and "110" in tab(foot)
        choose(tab, "search", "2024")
        tab.wait(f"!{foot}.includes('2025')")
        assert "Cộng 1 sổ đang chọn" in tab(foot) and "100" in tab(foot)
    finally:
        browser.close()
