"""The province workbook: what an official finds in it, read with openpyxl."""

from __future__ import annotations

import io
import re
import weakref
import zipfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import build
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from office import repairs

from xlplan import catalogue
from xlplan.pipeline import process
from xlplan.province import book as book_module
from xlplan.province import findings as findings_module
from xlplan.province import villages as villages_module
from xlplan.province.links import cell_text, target
from xlplan.province.reconcile import own_code
from xlplan.province.workbook import write_workbook
from xlplan.results import Gathered, Result, Review, Submitted, VillageRow, result_of

START, END, CUT, ALL = "ho_ngheo_dau_ky", "ho_ngheo_cuoi_ky", "giam_ho_ngheo", "tong_so_ho"
RATE = "ty_le_" + START


def finding(cell: str = "D9", code: str = "A02", severity: str = "error", **more: Any) -> dict[str, Any]:
    return {
        "code": code,
        "severity": severity,
        "sheet": "Biểu chỉ tiêu",
        "cell": cell,
        "message": f"Biểu chỉ tiêu, ô {cell}: đang ghi 63.",
        "actual": "63",
        "expected": "64",
        "proposal": None,
    } | more


def commune(name: str, counts: dict[str, Any] | None = None, *found: dict[str, Any], **more: Any) -> Result:
    status = "findings" if found else "clean"
    entry = {"file": "", "unit": name, "status": status, "findings": list(found)}
    fields: dict[str, Any] = {"file": f"{name}.xlsx", "period": (2024, 2024), "counts": counts or {}} | more
    if counts and START in counts and counts.get(ALL):
        fields.setdefault("rates", {RATE: f"{half_up(counts[START], counts[ALL])}"})
    return Result(digest="", modified="", entry=entry, **fields)


def test_districts_come_from_the_list_where_workbooks_name_none_any_more() -> None:
    results = [commune("xã A", {ALL: 100}), commune("xã B", {ALL: 50}), commune("xã C", {ALL: 7})]
    places = {"xã A": "Kỳ Sơn", "xã B": "Tân Kỳ"}
    lines = [Submitted(unit, "received", "", place, "Nghệ An", f"{unit}.xlsx") for unit, place in places.items()]
    lines.append(Submitted("xã D", "wrong_commune", "", "Quỳ Hợp", "Nghệ An", "xã C.xlsx"))
    sheet = opened(written(results, submitted=tuple(lines), listed=True))["Các xã"]
    found = {row["Đơn vị"]: row.get("Cấp huyện cũ") for row in table(sheet, "TT")}
    assert {unit: found[unit] for unit in ("xã A", "xã B", "xã C")} == {**places, "xã C": None}


def unreadable(file: str) -> Result:
    return Result(file, "", "", {"file": file, "unit": "", "status": "unreadable", "findings": []})


def written(results: list[Result], **more: Any) -> bytes:
    stream = io.BytesIO()
    write_workbook(Gathered(results, **more), stream)
    return stream.getvalue()


def opened(data: bytes, *, values: bool = True) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=values)


def table(sheet: Any, first: str) -> list[dict[str, Any]]:
    """The rows below the heading whose first cell is this, and those above it that hold totals."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    at = next(i for i, row in enumerate(rows) if row[0] == first)
    return [dict(zip(rows[at], row, strict=True)) for row in rows[at + 1 :]]


def totals(sheet: Any) -> dict[str, dict[str, Any]]:
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    at = next(i for i, row in enumerate(rows) if row[0] == "TT")
    lines = [dict(zip(rows[at], row, strict=True)) for row in rows[:at]]
    return {line["Đơn vị"]: line for line in lines if line["Đơn vị"]}


def half_up(part: int, whole: int) -> float | None:
    """A rate in per cent with two decimals, by whole numbers."""
    return ((20_000 * part + whole) // (2 * whole)) / 100 if whole else None


# ---- communes, areas, villages ------------------------------------------------------------------------------


def test_the_rate_of_a_total_is_that_of_the_sums_and_is_rounded_half_up() -> None:
    sheet = opened(written([commune("xã A", {ALL: 100, START: 4}), commune("xã B", {ALL: 28, START: 0})]))["Các xã"]
    line = totals(sheet)["Tổng cộng"]
    assert (line["Tổng số hộ dân cư"], line["Hộ nghèo đầu kỳ"]) == (128, 4)
    assert line["Tỷ lệ hộ nghèo đầu kỳ (%)"] == 3.13  # 3.125; the mean of the rates would be 2.00


def test_a_commune_without_the_whole_does_not_count_in_the_rate() -> None:
    sheet = opened(written([commune("xã A", {ALL: 100, START: 4}), commune("xã B", {START: 50})]))["Các xã"]
    line = totals(sheet)["Tổng cộng"]
    assert (line["Hộ nghèo đầu kỳ"], line["Tỷ lệ hộ nghèo đầu kỳ (%)"]) == (54, 4.0)


names = st.sampled_from(["", "huyện A", "huyện B", "thị xã A", "=1+1", "*", "~?", ">5"])
figures = st.fixed_dictionaries({}, optional={ALL: st.integers(0, 10**6), START: st.integers(0, 10**5)})
one = st.tuples(names, st.sampled_from(["", "tỉnh X", "tỉnh Y"]), figures)


@settings(max_examples=25, deadline=None)
@given(st.lists(one, min_size=1, max_size=8))
def test_totals_and_subtotals_are_the_sums_of_their_communes(given_communes: list[Any]) -> None:
    results = [
        commune(f"xã {i}", counts, district=district, province=province)
        for i, (district, province, counts) in enumerate(given_communes)
    ]
    book = opened(written(results))

    def expected(chosen: list[dict[str, int]]) -> tuple[Any, ...]:
        both = [c for c in chosen if ALL in c and START in c]
        sums = [
            sum(c[code] for c in chosen if code in c) if any(code in c for c in chosen) else "" for code in (ALL, START)
        ]
        rate = half_up(sum(c[START] for c in both), sum(c[ALL] for c in both))
        return *sums, "" if rate is None else rate

    def shown(line: dict[str, Any]) -> tuple[Any, ...]:
        heads = ("Tổng số hộ dân cư", "Hộ nghèo đầu kỳ", "Tỷ lệ hộ nghèo đầu kỳ (%)")
        return tuple("" if line.get(head) is None else line[head] for head in heads)

    def held(sums: tuple[Any, ...], line: dict[str, Any]) -> tuple[Any, ...]:
        return tuple(
            value if head in line else ""
            for value, head in zip(
                sums, ("Tổng số hộ dân cư", "Hộ nghèo đầu kỳ", "Tỷ lệ hộ nghèo đầu kỳ (%)"), strict=True
            )
        )

    line = totals(book["Các xã"])["Tổng cộng"]
    assert shown(line) == held(expected([counts for *_, counts in given_communes]), line)
    if "Theo địa bàn" not in book.sheetnames:
        assert len({place[:2] for place in given_communes}) == 1 or not any(p[0] or p[1] for p in given_communes)
        return
    sheet = book["Theo địa bàn"]
    rows = table(sheet, sheet["A3"].value)
    for row in rows:
        province = row.get("Tỉnh", "").replace("(chưa ghi)", "")
        district = row["Cấp huyện cũ"].replace("(chưa ghi)", "") if row.get("Cấp huyện cũ") else None
        chosen = [c for d, p, c in given_communes if p == province and district in (None, d)]
        assert row["Số sổ tính"] == len(chosen) > 0
        assert shown(row) == held(expected(chosen), row)
    of_provinces = [row for row in rows if "Tỉnh" not in row or not row.get("Cấp huyện cũ")]
    assert sum(row["Số sổ tính"] for row in of_provinces) == len(given_communes)


def test_names_of_one_district_that_are_spelt_differently_are_one_group() -> None:
    places = ["huyện Lâm Hà", "Lâm Hà", "Huyện  Lâm Hà", "huyện Đơn Dương"]
    results = [commune(f"xã {i}", {ALL: 10}, district=place) for i, place in enumerate(places)]
    rows = table(opened(written(results))["Theo địa bàn"], "Cấp huyện cũ")
    assert sorted(row["Số sổ tính"] for row in rows if row["Cấp huyện cũ"]) == [1, 3]


def test_periods_are_summed_apart_and_the_overview_tells_of_the_usual_one() -> None:
    results = [commune("xã A", {ALL: 10}), commune("xã B", {ALL: 20})]
    results.append(commune("xã A", {ALL: 40}, file="cũ.xlsx", period=(2023, 2023)))
    book = opened(written(results))
    lines = totals(book["Các xã"])
    assert {name: line["Tổng số hộ dân cư"] for name, line in lines.items()} == {"Cộng kỳ 2024": 30, "Cộng kỳ 2023": 40}
    assert 30 in [cell.value for row in book["Tổng quan"].iter_rows() for cell in row]


def blank(name: str, year: int, **more: Any) -> Result:
    """A workbook of the standard form in which nobody has typed a figure."""
    return commune(name, period=(year, year), kind=catalogue.kinds()["nam"].label, **more)


def test_blank_workbooks_decide_nothing_and_are_not_called_without_errors() -> None:
    results = [commune("xã A", {ALL: 10, START: 1}), commune("xã B", {ALL: 20, START: 2}, finding())]
    results += [commune("xã C", {ALL: 40}, period=(2023, 2023)), blank("xã C", 2024)]
    results += [blank(f"xã {name}", 2026) for name in "DEG"]
    results.append(blank("xã H", 2026, villages=(VillageRow("Thôn 1", {ALL: 5}),)))  # its commune's line alone is blank
    book = opened(written(results))
    states = {row["Đơn vị"]: row["Tình trạng"] for row in table(book["Các xã"], "TT") if row["Kỳ"] in {"2024", "2026"}}
    assert states == {
        "xã A": "Không có lỗi", "xã B": "Có lỗi", "xã C": "Chưa có số liệu", "xã D": "Chưa có số liệu",
        "xã E": "Chưa có số liệu", "xã G": "Chưa có số liệu", "xã H": "Không có lỗi",
    }  # fmt: skip
    shown = [[cell.value for cell in row if cell.value is not None] for row in book["Tổng quan"].iter_rows()]
    assert any("Kỳ 2024" in str(row[0]) for row in shown if row)
    counts = {"Có lỗi": 1, "Cần xem": 0, "Không có lỗi": 3, "Chưa có số liệu": 4, "Không đọc được": 0, "Cộng": 8}
    assert {row[0]: row[1] for row in shown if row and row[0] in counts} == counts
    assert next(row for row in shown if "Tổng số hộ dân cư" in row)[-1] == 30
    lines = totals(book["Các xã"])
    assert [*lines] == ["Cộng kỳ 2026", "Cộng kỳ 2024", "Cộng kỳ 2023"]


def test_a_workbook_without_a_name_is_called_by_its_file() -> None:
    """`xã` alone, as blank workbooks have it, names nobody."""
    book = opened(written([blank("xã", 2026, file="thư/mẫu.xlsx"), commune("xã A", {ALL: 10})]))
    assert [row["Đơn vị"] for row in table(book["Các xã"], "TT")] == ["xã A", "mẫu.xlsx"]


def test_areas_are_of_periods_that_have_a_total() -> None:
    results = [commune(f"xã {name}", {ALL: 10}, province=f"tỉnh {name}") for name in "AB"]
    rows = table(opened(written([*results, blank("xã C", 2026, province="tỉnh C")]))["Theo địa bàn"], "Kỳ")
    assert [(row["Kỳ"], row["Tỉnh"], row["Tổng số hộ dân cư"]) for row in rows] == [
        ("2024", "tỉnh A", 10),
        ("2024", "tỉnh B", 10),
    ]


def test_a_period_of_blank_workbooks_alone_has_no_total() -> None:
    lines = totals(opened(written([commune("xã A", {ALL: 10}), blank("xã B", 2026)]))["Các xã"])
    assert {name: line["Tổng số hộ dân cư"] for name, line in lines.items()} == {"Cộng kỳ 2024": 10}
    only_blank = opened(written([blank("xã A", 2026), blank("xã B", 2025)]))
    assert [*totals(only_blank["Các xã"])] == ["Cộng kỳ 2026", "Cộng kỳ 2025"]
    assert "Kỳ 2026" in only_blank["Tổng quan"]["B2"].value


def test_superseded_submissions_are_shown_and_count_nowhere() -> None:
    village = (VillageRow("Thôn 1", {ALL: 7}),)
    results = [
        commune("xã A", {ALL: 10, START: 1}, finding(), villages=village),
        commune("xã A", {ALL: 99, START: 9}, finding(), finding(), villages=village, file="cũ.xlsx"),
    ]
    book = opened(written(results, superseded=frozenset({"cũ.xlsx"})))
    assert totals(book["Các xã"])["Tổng cộng"]["Tổng số hộ dân cư"] == 10
    old = next(row for row in book["Các xã"].iter_rows() if row[-1].value == "cũ.xlsx")
    assert 99 in [cell.value for cell in old]
    assert all(cell.font.color.rgb != openpyxl.styles.colors.BLACK and cell.font.italic for cell in old)
    assert len(table(book["Các thôn"], "Thôn, ấp, tổ dân phố")) == 1
    assert len(table(book["Phát hiện"], "Đơn vị")) == 1


def test_every_village_is_a_row_with_its_commune_and_its_rates() -> None:
    villages = (
        VillageRow("Thôn 1", {ALL: 128, START: 4, "la": 3}, group="Xã cũ"),
        VillageRow("=Thôn 2", {ALL: 0, START: 0}),
        VillageRow("Thôn\x01 <3> & 4", {START: "1.5", ALL: "64.0"}),
    )
    data = written([commune("xã B", villages=villages), commune("xã A", villages=villages[:1], province="tỉnh X")])
    rows = table(opened(data)["Các thôn"], "Thôn, ấp, tổ dân phố")
    assert [row["Đơn vị"] for row in rows] == ["xã B"] * 3 + ["xã A"]  # no province comes first
    assert [row["Tỷ lệ hộ nghèo đầu kỳ (%)"] for row in rows] == [3.13, None, 2.34, 3.13]
    assert [row["Thôn, ấp, tổ dân phố"] for row in rows[1:3]] == ["=Thôn 2", "Thôn <3> & 4"]
    assert rows[0]["Xã cũ, nhóm"] == "Xã cũ" and rows[2]["Hộ nghèo đầu kỳ"] == 1.5


def test_villages_of_two_periods_are_never_added_up() -> None:
    """Each period has its sum; the rows that a filter leaves have one as soon as they are of one period."""

    def rows(*households: int) -> tuple[VillageRow, ...]:
        return tuple(VillageRow(f"Thôn {n}", {ALL: n, START: 1}) for n in households)

    results = [commune("xã A", villages=rows(30, 12)), commune("xã B", villages=rows(8))]
    results += [commune("xã A", villages=rows(29), file="cũ.xlsx", period=(2023, 2023)), blank("xã C", 2026)]
    data = written(results)
    sheet, formulas = opened(data)["Các thôn"], opened(data, values=False)["Các thôn"]
    heads = [cell.value for cell in sheet[6]]
    column = heads.index("Tổng số hộ dân cư")
    lines = {row[0].value: row[column].value for row in sheet.iter_rows(min_row=3, max_row=5)}
    assert lines == {"Cộng kỳ 2024": 50, "Cộng kỳ 2023": 29, "Cộng các dòng đang hiện": None}
    letter = sheet.cell(6, column + 1).column_letter
    assert formulas[f"{letter}3"].value == f"=SUMIFS(${letter}$7:${letter}$10,$C$7:$C$10,$C3)"
    assert [cell.value for cell in sheet["C"][6:10]] == ["2024", "2024", "2024", "2023"]
    ranks = [row[heads.index("Thứ tự kỳ")].value for row in sheet.iter_rows(min_row=7)]
    assert ranks[0] == ranks[1] == ranks[2] != ranks[3]
    assert sheet.column_dimensions[sheet.cell(6, len(heads)).column_letter].hidden
    one = opened(written([*results[:2], blank("xã C", 2026)]))["Các thôn"]
    assert [one["A3"].value, one.cell(3, column + 1).value] == ["Cộng các dòng đang hiện", 50]


# ---- findings and links -------------------------------------------------------------------------------------


def links(data: bytes, title: str) -> list[tuple[str, str | None]]:
    sheet = opened(data)[title]
    return [(c.hyperlink.target, c.hyperlink.location) for row in sheet.iter_rows() for c in row if c.hyperlink]


def test_a_finding_links_to_its_cell_in_the_marked_copy() -> None:
    name = "danh_dau/xã “A” 1#2 50% 'b'.xlsx"
    data = written([commune("xã A", {}, finding("D9"), finding("", sheet="O'K"), marked=name)])
    escaped = "danh_dau/xã%20“A”%201%232%2050%25%20'b'.xlsx"
    assert links(data, "Phát hiện") == [(escaped, "'Biểu chỉ tiêu'!D9"), (escaped, "'O''K'!A1")]
    assert links(written([commune("xã A", {}, finding())]), "Phát hiện") == []  # nothing to link to


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30))
def test_a_link_leads_back_to_the_name_of_its_file(name: str) -> None:
    from urllib.parse import unquote

    made = target(f"danh_dau/{name}", "S", "A1")
    path, hash_, place = made.removeprefix("external:").partition("#")
    assert unquote(path) == f"danh_dau/{name}" and (hash_, place) == ("#", "'S'!A1")
    assert not set(path) & set(' "<>#?[]\\')


def test_beyond_the_limit_of_excel_cells_are_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book_module, "MOST_LINKS", 2)
    data = written([commune("xã A", {}, *(finding(f"D{i}") for i in range(1, 5)), marked="danh_dau/a.xlsx")])
    assert len(links(data, "Phát hiện")) == 2
    assert [row["Ô"] for row in table(opened(data)["Phát hiện"], "Đơn vị")] == ["D1", "D2", "D3", "D4"]


def test_more_rows_than_a_sheet_takes_go_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings_module, "MOST_ROWS", 3)
    monkeypatch.setattr(villages_module, "MOST_ROWS", 2)
    villages = tuple(VillageRow(f"Thôn {i}", {ALL: i}) for i in range(5))
    book = opened(written([commune("xã A", {ALL: 1}, *(finding(f"D{i}") for i in range(1, 6)), villages=villages)]))
    for title, head, parts in (("Phát hiện", "Đơn vị", [3, 2]), ("Các thôn", "Thôn, ấp, tổ dân phố", [2, 2, 1])):
        pages = [page for page in book.sheetnames if page.startswith(title)]
        assert [len(table(book[page], head)) for page in pages] == parts
    code, _, _, count = next(
        [c.value for c in row[1:5]] for row in book["Tổng quan"].iter_rows() if row[1].value == "A02"
    )
    assert (code, count) == ("A02", 5)


def test_a_cell_holds_at_most_what_excel_takes() -> None:
    long = cell_text("🌾" * 40_000)
    assert len(long.encode("utf-16-le")) // 2 <= 32_767 and long.endswith("…") and "�" not in long


# ---- who sent what, and the review --------------------------------------------------------------------------


def test_who_is_missing_comes_first_and_the_sheet_is_there_only_where_there_is_something_to_say() -> None:
    lines = (Submitted("xã A", "received"), Submitted("xã B", "late", remark="…"), Submitted("xã C", "missing"))
    book = opened(written([commune("xã A")], submitted=lines, listed=True))
    assert [row["Tình hình"] for row in table(book["Nộp báo cáo"], "TT")] == ["Chưa nộp", "Nộp muộn", "Đã nộp"]
    assert "Nộp báo cáo" not in opened(written([commune("xã A")], submitted=lines[:1])).sheetnames


EXPORT = """
Tổng hợp
| TỔNG HỢP KẾT QUẢ RÀ SOÁT HỘ NGHÈO, HỘ CẬN NGHÈO NĂM 2023 |
| TT | Xã, phường | Tổng số hộ dân cư | Hộ nghèo | Hộ cận nghèo | Hộ có mức sống trung bình |
| I | Huyện A | 310 | 13 | 9 | 4 |
| 1 | Xã Sơn Trung | 110 | 4 | 2 | 1 |
| 2 | Xã Lọng An | 200 | 9 | 7 | 3 |
| II | Huyện B | 300 | 12 | 9 | 4 |
| 1 | Xã Sơn Trung | 100 | 3 | 2 | 1 |
| 2 | Phường Mới | 200 | 9 | 7 | 3 |
| | Tổng cộng | 610 | 25 | 18 | 8 |
"""


def test_the_export_of_the_database_is_no_commune_but_held_against_them(tmp_path: Path) -> None:
    export = result_of(process(build.workbook(tmp_path / "csdl.xlsx", EXPORT)), "", "", "vi")
    results = [
        commune("xã Sơn Trung", {ALL: 110, START: 5}, district="huyện A", file="1.xlsx"),
        export,
        commune("xã Long An", {ALL: 200, START: 9}, district="huyện A", file="2.xlsx"),
        commune("xã Sơn Trung", {ALL: 100, START: 3}, district="huyện B", file="3.xlsx"),
        commune("xã Vắng", {ALL: 50}, district="huyện B", file="4.xlsx"),
    ]
    data = written(results)
    book = opened(data)
    assert totals(book["Các xã"])["Tổng cộng"]["Tổng số hộ dân cư"] == 460
    found = {
        (row["Đơn vị"], row["Cấp huyện cũ"], row["Chỉ tiêu"]): (row["Kết quả"], row["Chênh lệch (xã − rà soát)"])
        for row in table(book["Đối chiếu rà soát"], "Đơn vị")
    }
    assert found["xã Sơn Trung", "huyện A", "Hộ nghèo đầu kỳ"] == ("Lệch", 1)
    assert found["xã Sơn Trung", "huyện A", "Tổng số hộ dân cư"] == ("Khớp", 0)
    assert found["xã Sơn Trung", "huyện B", "Hộ nghèo đầu kỳ"] == ("Khớp", 0)
    assert found["xã Long An", "huyện A", "Hộ nghèo đầu kỳ"] == ("Khớp", 0)  # another spelling, which is said
    assert found["xã Vắng", "huyện B", "Tổng số hộ dân cư"] == ("Chỉ có ở xã", None)
    assert ("Chỉ có ở rà soát", None) in [said for (unit, *_), said in found.items() if unit == "Phường Mới"]
    remarks = [row["Ghi chú"] for row in table(book["Đối chiếu rà soát"], "Đơn vị") if row["Đơn vị"] == "xã Long An"]
    assert all("Lọng An" in remark for remark in remarks)


def test_a_communes_own_review_is_held_against_its_figures() -> None:
    review = Review("tong_hop", 2023, "Rà soát", (VillageRow("Thôn 1", {END: 4}),), {END: 4, ALL: 100})
    rows = table(
        opened(written([commune("xã A", {ALL: 100, START: 5}, reviews=(review,))]))["Đối chiếu rà soát"], "Đơn vị"
    )
    assert [(r["Chỉ tiêu"], r["Kết quả"]) for r in rows] == [
        ("Tổng số hộ dân cư", "Khớp"),
        ("Hộ nghèo đầu kỳ", "Lệch"),
    ]


@pytest.mark.parametrize(
    ("code", "year", "expected"),
    [(END, 2023, START), (START, 2023, ""), (CUT, 2023, ""), (ALL, 2023, ALL), (END, 2024, END), (END, 2020, "")],
)
def test_a_review_of_the_year_before_is_held_against_the_start_of_the_plan(code: str, year: int, expected: str) -> None:
    assert own_code(code, year, (2024, 2024)) == expected


# ---- the file -----------------------------------------------------------------------------------------------


def test_nothing_or_only_unreadable_files_make_a_workbook_too(tmp_path: Path) -> None:
    for results in ([], [unreadable("hỏng.xlsx")], [commune("xã A", period=None)]):
        path = tmp_path / "tong_hop.xlsx"
        path.write_bytes(written(results))
        assert repairs(path) == []
        sheet = openpyxl.load_workbook(path)["Các xã"]
        assert [row["Đơn vị"] for row in table(sheet, "TT") if row["TT"]] == [r.unit or r.file for r in results]


def test_text_never_becomes_a_formula_and_excel_repairs_nothing(tmp_path: Path) -> None:
    found = finding("D9", message="=HYPERLINK(1)", actual="-1", proposal={"cell": "D9", "value": "2", "reason": "@x"})
    lines = (Submitted("+xã", "late", remark="-1", file="=1.xlsx"),)
    village = (VillageRow("@Đông", {ALL: 1}), VillageRow("-Tây", {ALL: 2}))
    results = [
        commune("=1+1", {ALL: 3, START: 1, CUT: 1, END: 0}, found, villages=village, marked="a b.xlsx", plan="k.docx"),
        commune("xã B", {ALL: 5, START: 1, CUT: 1}, found, district="=2", province="*", rates={RATE: "20.00"}),
        unreadable("+hỏng\udc80.xlsx"),
    ]
    path = tmp_path / "tong_hop.xlsx"
    path.write_bytes(written(results, submitted=lines))
    assert repairs(path) == []
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {"=1+1", "@Đông", "-Tây", "=HYPERLINK(1)", "+xã", "=2", "*"} <= {
        cell.value for cell in cells if cell.data_type != "f"
    }
    assert all(cell.value.startswith(_OURS) for cell in cells if cell.data_type == "f")
    with zipfile.ZipFile(path) as package:
        charts = [package.read(name).decode() for name in package.namelist() if "charts/chart" in name]
        drawing = package.read("xl/drawings/drawing1.xml").decode()
    assert len(charts) == 3 and drawing.count("descr=") == 3
    assert all("<c:v>" in chart for chart in charts)  # figures are there before anything is computed


_OURS = ("=SUM(", "=SUMIFS(", "=COUNTIF", "=IF", "=SUBTOTAL(", "='Các xã'!")


def test_every_formula_carries_its_result() -> None:
    results = [commune("xã A", {ALL: 3, START: 1}, finding(), district="huyện A", province="tỉnh X")]
    results.append(commune("xã B", {ALL: 0, START: 0}, district="huyện B", province="tỉnh X"))
    data = written(results)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        sheets = "".join(package.read(name).decode() for name in package.namelist() if "worksheets/sheet" in name)
    results_of = re.findall(r"<c ([^>]*)><f>[^<]*</f>(<v>[^<]*</v>|<v/>|)", sheets)
    assert len(results_of) > 20 and ("<v></v>" in {value for _, value in results_of})
    # the rate of nothing is an empty text, which is a result as well
    assert all(value not in ("", "<v/>") and (value != "<v></v>" or 't="str"' in cell) for cell, value in results_of)


def test_the_same_results_give_the_same_bytes() -> None:
    results = [commune("xã A", {ALL: 3, START: 1}, finding(), villages=(VillageRow("Thôn 1", {ALL: 3}),))]
    assert written(results) == written(results)


class _Entry(dict[str, Any]):
    """An entry that a weak reference can watch."""


class _Watched:
    def __init__(self, number: int) -> None:
        self.number, self.alive, self.most = number, weakref.WeakSet[_Held](), 0

    def __iter__(self) -> Iterator[Result]:
        for i in range(self.number):
            result = commune(f"xã {i}", {ALL: i + 1}, finding(), villages=(VillageRow(f"Thôn {i}", {ALL: i + 1}),))
            held = _Held()
            self.alive.add(held)
            yield result._replace(entry=_Entry(result.entry, held=held))
            del result, held
            self.most = max(self.most, len(self.alive))


class _Held:
    """What lives as long as the entry that holds it."""


def test_results_are_gone_through_and_not_kept() -> None:
    watched = _Watched(40)
    write_workbook(Gathered(watched), io.BytesIO())
    assert watched.most <= 3


def test_half_up_of_the_test_itself() -> None:
    assert half_up(4, 128) == 3.13 and Fraction(400, 128) == Fraction(25, 8)
