"""What only Excel can prove: run where there is an Excel; and here, that the list is complete and expects the right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from xlplan.excel import functions, proof, registry
from xlplan.excel.build.generate import VBA
from xlplan.excel.setup.words import Text
from xlplan.pipeline import process

_CALL = re.compile(r"^=(?:ERROR\.TYPE\(|INDEX\()?(GN_\w+)\(")


def test_every_function_and_every_button_is_on_the_list() -> None:
    called = {found[1] for formula, _ in proof.SAMPLES if (found := _CALL.match(formula))}
    assert called == {function.name for function in registry.FUNCTIONS}
    ribbon = (VBA / "XlplanRibbon.bas").read_text(encoding="ascii")
    assert set(proof.callbacks()) == set(re.findall(r"Public Sub (\w+)\(control As IRibbonControl\)", ribbon))


@pytest.fixture(scope="module")
def specimen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("proof") / "xlplan_thu.xlsm"
    path.write_bytes(proof.specimen())
    return path


def test_the_specimen_is_a_workbook_without_contradiction(specimen: Path) -> None:
    report = process(specimen).report
    assert report is not None and report.errors == ()


def test_the_samples_are_what_the_functions_give_in_python(specimen: Path) -> None:
    checked = 0
    for formula, wanted in proof.SAMPLES:
        found = re.fullmatch(r"=(GN_\w+)\((.*?)\)(?:&\"\")?", formula)
        if found is None or "BIEU" in formula:
            continue
        arguments = re.sub(r"DATE\(2026,1,5\)", "46027", found[2]).replace("{3;4}", "[[3],[4]]").replace("TRUE", "True")
        book = ", book=specimen" if registry.BY_NAME[found[1]].volatile else ""
        got = eval(f"{found[1]}({arguments}{book})", {**vars(functions), "specimen": specimen})
        assert got == wanted, formula
        checked += 1
    assert checked > 12


@pytest.mark.excel
def test_excel_itself() -> None:
    pytest.importorskip("win32com", reason="no Excel: this list has to run on Windows")
    wrong: list[str] = []

    def say(key: str, passed: bool | None, found: Text, advice: Text | None) -> None:
        if passed is False:
            wrong.append(f"{key}: {found.vi}")

    proof.run(say)
    assert wrong == []
