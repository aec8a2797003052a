"""The five real communes: committed workbooks, their figures, and their plans."""

from __future__ import annotations

import importlib.util
import re
import tomllib
import zipfile
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from lxml import etree

from xlplan import catalogue
from xlplan.pipeline import Options, process

ROOT = Path(__file__).parent.parent
COMMUNES = ("son_trung_2023", "long_an_2024", "phuoc_long_2024", "an_duong_2024", "tan_khai_2021_2025")
WITH_TABLE = ("son_trung_2023", "long_an_2024")
VOLATILE = {"docProps/core.xml", "docProps/app.xml"}


def data(name: str) -> dict:
    return tomllib.loads((ROOT / "workbooks" / "source" / f"{name}.toml").read_text(encoding="utf-8"))


def workbook(name: str) -> Path:
    return ROOT / "workbooks" / f"{name}.xlsx"


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    made = {}
    for name in COMMUNES:
        outcome = process(workbook(name), Options(plan=True, force=True))
        assert outcome.plan is not None
        made[name] = tmp_path_factory.mktemp("plans") / f"{name}.docx"
        made[name].write_bytes(outcome.plan)
    return made


def text_of(path: Path) -> str:
    """All that a reader sees, in order; runs of white space (NBSP too) as one space."""
    body = Document(path).element.body
    paragraphs = [
        "".join(e.text or "" if e.tag.endswith("}t") else " " for e in p.iter("{*}t", "{*}br"))
        for p in body.iter("{*}p")
    ]
    return re.sub(r"\s+", " ", "\n".join(paragraphs))


def test_the_committed_workbooks_equal_a_fresh_build(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("build_workbooks", ROOT / "workbooks" / "build.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    built = module.build_all(tmp_path)
    with_macros = {f"{name}.xlsm" for name in ("bieu_chi_tieu", "son_trung_2023", "long_an_2024")}
    assert {path.name for path in built} == {f"{name}.xlsx" for name in (*COMMUNES, *catalogue.kinds())} | with_macros
    for fresh in built:
        with zipfile.ZipFile(fresh) as new, zipfile.ZipFile(ROOT / "workbooks" / fresh.relative_to(tmp_path)) as old:
            assert sorted(new.namelist()) == sorted(old.namelist())
            for part in set(new.namelist()) - VOLATILE:
                same = new.read(part) == old.read(part) or _canonical(new.read(part)) == _canonical(old.read(part))
                assert same, f"{fresh.name}: {part}"


def _canonical(xml: bytes) -> bytes:
    return etree.tostring(etree.fromstring(xml), method="c14n")


def test_all_72_percentages_of_son_trung_follow_from_their_counts_half_up() -> None:
    table = data("son_trung_2023")["bieu"]
    counts = {code: [*values, table["toan_xa"][code]] for code, values in table["so"].items()}
    printed = table["ty_le_in"]
    assert sum(len(values) for values in printed.values()) == 72
    for code, values in printed.items():
        for part, whole, shown in zip(counts[code], counts["tong_so_ho"], values, strict=True):
            exact = Decimal(part) * 100 / Decimal(whole)
            assert str(exact.quantize(Decimal("0.01"), ROUND_HALF_UP)) == shown
    assert printed["ho_ngheo_dau_ky"][4] == "3.13"  # 4/128 = 3,125


def test_the_workbook_of_son_trung_shows_the_72_percentages() -> None:
    table = data("son_trung_2023")["bieu"]
    report = process(workbook("son_trung_2023")).report
    assert report is not None
    read = report.submission.table
    assert read is not None
    units = [*read.positions("village"), read.commune]
    for code, values in table["ty_le_in"].items():
        cells = [read.figure(unit, f"ty_le_{code}") for unit in units]
        assert [f"{cell.value:.2f}" for cell in cells] == values
        assert all(cell.formula for cell in cells)


@pytest.mark.parametrize("name", WITH_TABLE)
def test_every_count_of_the_source_is_read_from_the_workbook(name: str) -> None:
    table = data(name)["bieu"]
    report = process(workbook(name)).report
    assert report is not None
    read = report.submission.table
    assert read is not None
    villages = [*read.positions("village")]
    assert [read.units[i].name for i in villages] == table["thon"]
    for code, values in table["so"].items():
        cells = [read.figure(i, code) for i in villages]
        assert [0 if c.value is None else int(c.value) for c in cells] == [v or 0 for v in values]
        total = read.figure(read.commune, code)
        assert int(total.value) == table["toan_xa"][code]
        assert total.formula is None  # typed from its own source, so that it can disagree


def test_every_sum_and_difference_of_long_an_follows_from_the_counts() -> None:
    table = data("long_an_2024")["bieu"]
    rows = {code: [v or 0 for v in values] + [table["toan_xa"][code]] for code, values in table["so"].items()}
    for values in rows.values():
        assert sum(values[:-1]) == values[-1]
    for m, b, t in zip(
        *(rows[c] for c in ("ho_da_chieu_dau_ky", "ho_bao_tro_xa_hoi", "ho_co_kha_nang_thoat_ngheo")),
        strict=True,
    ):
        assert m == b + t
    for g, p, c in zip(*(rows[x] for x in ("giam_ho_da_chieu", "giam_ho_ngheo", "giam_ho_can_ngheo")), strict=True):
        assert g == p + c
    for m0, g, m1 in zip(
        *(rows[x] for x in ("ho_da_chieu_dau_ky", "giam_ho_da_chieu", "ho_da_chieu_cuoi_ky")), strict=True
    ):
        assert m1 == m0 - g


@pytest.mark.parametrize("name", COMMUNES)
def test_the_plan_holds_every_figure_and_name_of_its_source(name: str, plans: dict[str, Path]) -> None:
    facts = (ROOT / "tests" / "facts" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    wanted = [re.sub(r"\s+", " ", line.strip()) for line in facts if line.strip() and not line.startswith("#")]
    text = text_of(plans[name])
    folded = text.casefold()
    assert len(wanted) > 60
    assert [fact for fact in wanted if fact not in text and fact.casefold() not in folded] == []


@pytest.mark.parametrize("name", WITH_TABLE)
def test_the_plan_holds_every_number_of_the_table(name: str, plans: dict[str, Path]) -> None:
    cells = Document(plans[name]).element.body.iter("{*}tc")  # python-docx's own text leaves content controls out
    rows = [["".join(text.text or "" for text in cell.iter("{*}t")) for cell in cells]]
    table = data(name)["bieu"]
    flat = {cell for row in rows for cell in row}
    for code, values in table["so"].items():
        for value in [*values, table["toan_xa"][code]]:
            assert value == "" or f"{value:,}".replace(",", ".") in flat
    for values in table.get("ty_le_in", {}).values():
        assert {v.replace(".", ",") for v in values} <= flat


FOUND = {
    "son_trung_2023": {("A14", "error", "Hiện trạng", "D6")},
    "long_an_2024": {("C04", "warning", "Mục tiêu", "C5")},
    "phuoc_long_2024": {("C15", "warning", "Phân công", "B8")},
    "an_duong_2024": set(),
    "tan_khai_2021_2025": {("A18", "error", "Kinh phí", "I6"), ("C13", "warning", "Chỉ tiêu năm", "L7")},
}


@pytest.mark.parametrize("name", COMMUNES)
def test_check_finds_the_contradictions_of_the_source_and_nothing_else(name: str) -> None:
    report = process(workbook(name)).report
    assert report is not None
    findings = [f for f in report.findings if f.severity != "info"]
    assert {(f.code, f.severity, f.ref.sheet, f.ref.address) for f in findings} == FOUND[name]
    assert len(findings) == len(FOUND[name])


@pytest.mark.parametrize("name", ["an_duong_2024", "tan_khai_2021_2025"])
def test_every_budget_line_is_read_from_the_workbook(name: str) -> None:
    report = process(workbook(name)).report
    assert report is not None
    read = report.submission.records["kinh_phi"]
    written = data(name)["kinh_phi"]
    assert len(read) == len(written)
    for row, source in zip(read, written, strict=True):
        assert {k: v for k, v in source.items() if k in ("cap", "noi_dung", "nguon")} == {
            k: row.text(k) for k in source if k in ("cap", "noi_dung", "nguon")
        }
        for column in ("so_luong", "so_luong_2", "muc_toi_da", "so_tien"):
            expected = Decimal(source[column]) if column in source else None
            assert (row.numbers[column].value if column in row.numbers else None) == expected


def test_the_total_of_an_duong_stands_in_digits_and_words(plans: dict[str, Path]) -> None:
    assert "13.000.000 đồng (Mười ba triệu đồng)" in text_of(plans["an_duong_2024"])


def test_the_yearly_targets_of_tan_khai_add_up_over_the_years_that_they_cover() -> None:
    report = process(workbook("tan_khai_2021_2025")).report
    assert report is not None
    rows = {row.text("ma"): row for row in report.submission.records["chi_tieu_nam"]}
    jobs = rows["viec_lam"]
    by_year = [int(jobs.numbers[f"nam_{year}"].value) for year in range(2021, 2026)]
    assert by_year == [487, 494, 507, 525, 530]
    assert sum(by_year[1:]) == int(jobs.numbers["tong"].value) == 2056
    assert jobs.text("nam_tong") == "2022 - 2025"
    assert [jobs.text(f"loai_{year}") for year in range(2021, 2026)] == ["thực hiện"] + ["kế hoạch"] * 4
    poor = rows["giam_ho_ngheo"]
    assert sum(int(poor.numbers[f"nam_{year}"].value) for year in (2022, 2023, 2024)) == 10


def test_blanks_of_the_sources_stay_blank() -> None:
    for name, blank in {
        "phuoc_long_2024": ("so_ke_hoach", "ngay"),
        "an_duong_2024": ("so_ke_hoach",),
        "tan_khai_2021_2025": ("so_ke_hoach", "ngay", "thang", "nguoi_ky"),
    }.items():
        report = process(workbook(name)).report
        assert report is not None
        assert [report.submission.text(field) for field in blank] == [""] * len(blank)


def test_no_placeholder_is_left_in_a_plan(plans: dict[str, Path]) -> None:
    for path in plans.values():
        assert not re.search(r"\{[{%]|[%}]\}", text_of(path))


def edited(name: str, tmp_path: Path, change: dict[str, object]) -> Path:
    """A copy in which a person changed cells of the table and saved it with another program."""
    book = openpyxl.load_workbook(workbook(name))
    for address, value in change.items():
        book["Biểu chỉ tiêu"][address].value = value
    path = tmp_path / f"{name}.xlsx"
    book.save(path)
    return path


def where(name: str, unit: str, code: str) -> str:
    report = process(workbook(name)).report
    assert report is not None
    table = report.submission.table
    assert table is not None
    row = next(i for i, u in enumerate(table.units) if u.name == unit or u.kind == unit)
    return table.figure(row, code).ref.address


def errors(path: Path) -> set[tuple[str, str]]:
    report = process(path).report
    assert report is not None
    return {(f.code, f.ref.address) for f in report.errors if f.ref.sheet == "Biểu chỉ tiêu"}


def test_one_changed_village_figure_is_found(tmp_path: Path) -> None:
    cell = where("son_trung_2023", "Lâm Thành", "giam_ho_ngheo")
    found = errors(edited("son_trung_2023", tmp_path, {cell: 3}))
    assert ("A02", where("son_trung_2023", "commune", "giam_ho_ngheo")) in found
    assert ("A08", where("son_trung_2023", "Lâm Thành", "ho_ngheo_cuoi_ky")) in found


def test_one_changed_commune_total_is_found(tmp_path: Path) -> None:
    cell = where("long_an_2024", "commune", "tong_so_ho")
    assert errors(edited("long_an_2024", tmp_path, {cell: 2752})) == {("A02", cell)}


def test_one_overtyped_rate_is_found(tmp_path: Path) -> None:
    cell = where("son_trung_2023", "Tiên Long", "ty_le_ho_ngheo_dau_ky")
    assert errors(edited("son_trung_2023", tmp_path, {cell: 3.31})) == {("A04", cell)}
    cell = where("son_trung_2023", "commune", "ty_le_ho_ngheo_dau_ky")
    assert ("A04", cell) in errors(edited("son_trung_2023", tmp_path, {cell: 4.8}))


def test_a_lead_that_ends_with_a_colon_stays_with_what_follows(plans: dict[str, Path]) -> None:
    leads = [p for p in Document(plans["long_an_2024"]).paragraphs if p.text.endswith("Mục tiêu:")]
    assert leads
    assert all(p.paragraph_format.keep_with_next for p in leads)
