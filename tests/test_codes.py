"""The codes of findings: what each means, as the command prints them and as the README lists them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from xlplan import catalogue, checks
from xlplan.catalogue.page import README, codes, with_codes
from xlplan.cli import run

FIXTURES = Path(__file__).parent / "should_fail"
NATURAL_ORDER = sorted(catalogue.rule_texts(), key=catalogue.code_order)


@pytest.mark.parametrize("code", NATURAL_ORDER)
def test_a_code_has_name_message_and_example_in_both_languages(code: str) -> None:
    entry = catalogue.rule_texts()[code]
    assert entry["severity"] in ("error", "warning", "info")
    for lang in ("vi", "en"):
        name, message, example = (entry.get(f"{part}_{lang}", "") for part in ("name", "message", "example"))
        assert name and name[-1] not in ".:;"
        assert message.endswith(".")
        assert example and example[-1] in ".…”" and "\n" not in example and len(example) <= 100
    assert entry["name_vi"] != entry["name_en"] and entry["example_vi"] != entry["example_en"]


def test_every_rule_has_an_entry_and_fixtures() -> None:
    rules = {checks.code_of(rule) for rule in checks.RULES}
    assert rules <= set(catalogue.rule_texts())
    assert rules <= {path.stem.partition("-")[0] for path in FIXTURES.glob("*.txt")}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_command_lists_every_code_on_a_hundred_columns(lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", lang, "check", "--codes"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 100
    assert [line.split()[0] for line in lines if not line.startswith(" ")] == NATURAL_ORDER
    text = " ".join(" ".join(lines).split())
    for code in NATURAL_ORDER:
        entry = catalogue.rule_texts()[code]
        assert entry[f"name_{lang}"] in text
        assert entry.get(f"example_{lang}", "") in text


def test_programs_get_the_codes_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--codes", "--format", "json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed["schema"] == 1
    assert [entry["code"] for entry in listed["codes"]] == NATURAL_ORDER
    a02 = next(entry for entry in listed["codes"] if entry["code"] == "A02")
    assert (a02["severity"], a02["name"]) == ("error", "Cộng các thôn, ấp bằng số toàn xã")
    assert a02["example"] == "Tổng ghi 64, cộng các thôn được 63."


def test_without_files_and_without_codes_the_command_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check"]) == 2
    assert "Thiếu đối số 'TỆP...'" in capsys.readouterr().err


def test_the_readme_lists_the_codes_of_the_catalogue() -> None:
    text = README.read_text(encoding="utf-8")
    assert with_codes(text) == text  # else: python -m xlplan.catalogue --readme
    assert re.findall(r"^\| ([A-Z]\d\d(?:-\d\d)?) \|", text, re.MULTILINE) == NATURAL_ORDER


def test_a_table_row_holds_no_bar_of_its_own() -> None:
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in codes().splitlines()} == {5}
