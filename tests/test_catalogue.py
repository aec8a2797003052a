"""The data are whole: codes, identities and texts fit together, and the compiled form is fresh."""

from __future__ import annotations

import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from xlplan import catalogue, checks
from xlplan.catalogue import source
from xlplan.documents.inserts import BLOCKS
from xlplan.documents.outline import LEVELS
from xlplan.sheets.labels import Years, code_of


def test_the_compiled_tables_are_those_of_the_toml_files() -> None:
    assert source.COMPILED.read_text(encoding="utf-8") == catalogue.compile_data(), "python -m xlplan.catalogue"


def test_a_changed_table_wins_over_the_compiled_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "reasons.toml").write_text("[nothing]\nvi = 'khác'\nen = 'other'\n", encoding="utf-8")
    monkeypatch.setattr(source, "DATA", tmp_path)
    source.forget()
    try:
        assert catalogue.reason_texts() == {"nothing": {"vi": "khác", "en": "other"}}
    finally:
        source.forget()


def test_a_province_may_bring_its_own_tables(tmp_path: Path) -> None:
    own = (source.DATA / "offices.toml").read_text(encoding="utf-8").replace("Phòng Kinh tế", "Phòng Kinh tế tổng hợp")
    (tmp_path / "offices.toml").write_text(own, encoding="utf-8")
    code = "from xlplan import catalogue; print(catalogue.office('dau_moi', '2026-01-01', 'xã'))"
    environment = {**os.environ, "XLPLAN_DATA": str(tmp_path), "PYTHONUTF8": "1"}
    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "Phòng Kinh tế tổng hợp"


def test_the_contract_codes_are_all_there() -> None:
    contract = [
        "tong_so_ho",
        "tong_nhan_khau",
        "ho_ngheo_dau_ky",
        "ho_can_ngheo_dau_ky",
        "ho_da_chieu_dau_ky",
        "khau_ngheo_dau_ky",
        "khau_can_ngheo_dau_ky",
        "giam_ho_ngheo",
        "giam_ho_can_ngheo",
        "giam_ho_da_chieu",
        "phat_sinh_ho_ngheo",
        "tai_ngheo",
        "phat_sinh_ho_can_ngheo",
        "tai_can_ngheo",
        "ho_ngheo_cuoi_ky",
        "ho_can_ngheo_cuoi_ky",
        "ho_da_chieu_cuoi_ky",
        "ho_bao_tro_xa_hoi",
        "ho_co_kha_nang_thoat_ngheo",
        "ho_ngheo_khong_lao_dong",
        "ho_ngheo_co_lao_dong",
        "ho_can_ngheo_khong_lao_dong",
        "ho_can_ngheo_co_lao_dong",
        "ho_ngheo_dtts",
        "ho_ngheo_nguoi_co_cong",
    ]
    assert set(contract) <= set(catalogue.indicators())
    assert catalogue.known("ty_le_ho_ngheo_dau_ky")
    assert not catalogue.known("ty_le_tong_so_ho")
    assert not catalogue.known("ty_le_khau_ngheo_dau_ky")


def test_identities_speak_only_of_known_codes_and_rules() -> None:
    codes = set(catalogue.indicators()) | set(catalogue.review_indicators())
    for equality in catalogue.equalities():
        assert {equality.total, *equality.plus, *equality.minus, *equality.optional} <= codes
        assert equality.rule in catalogue.rule_texts()
    for bound in catalogue.at_most():
        assert {*bound.parts, bound.whole} <= codes
        assert bound.rule in catalogue.rule_texts()
    for size in catalogue.household_sizes():
        assert {size.people, size.households} <= codes


def test_every_rule_has_its_texts_and_every_text_of_a_rule_its_rule() -> None:
    implemented = {checks.code_of(rule) for rule in checks.RULES}
    assert {code for code in catalogue.rule_texts() if code[0] in "ABCF"} == implemented - {"I19"}
    assert implemented <= set(catalogue.rule_texts())
    for code, row in catalogue.rule_texts().items():
        texts = {f"{part}_{lang}" for part in ("name", "example", "message") for lang in ("vi", "en")}
        of_documents = {"document_vi", "document_en"} & set(row)  # other words where it is said of a Word file
        assert set(row) == {"severity", *texts, *of_documents} and len(of_documents) != 1, code


@pytest.mark.parametrize("code", list(catalogue.indicators()))
def test_each_indicator_is_recognised_by_every_name_it_has(code: str) -> None:
    years = Years(2022, 2023)
    indicator = catalogue.indicators()[code]
    for name in (indicator.heading, indicator.label, *indicator.aliases):
        path = tuple(part.strip() for part in name.format(truoc=2022, nay=2023).split(">"))
        assert code_of(path, years) == code, name


def test_texts_are_nfc() -> None:
    text = catalogue.compile_data()
    assert unicodedata.is_normalized("NFC", text)


@pytest.mark.parametrize(
    ("year", "standard"), [(2021, "2016-2020"), (2022, "2022-2025"), (2026, "2022-2025"), (2027, "2027-2030")]
)
def test_poverty_standards_by_year(year: int, standard: str) -> None:
    found = catalogue.standard_of(year)
    assert found is not None and found.code == standard


def test_the_programme_is_merged_from_2026() -> None:
    before, after = catalogue.programme_of(2025), catalogue.programme_of(2026)
    assert before is not None and [p.code for p in before.projects] == [f"Dự án {n}" for n in range(1, 8)]
    assert after is not None and "nông thôn mới" in after.name


def test_the_words_of_the_drop_downs_are_those_that_the_outline_knows() -> None:
    assert catalogue.lists()["cap"] == LEVELS
    assert catalogue.lists()["khoi"] == tuple(BLOCKS)
