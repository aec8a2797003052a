"""Plans that xlplan did not make: typed in LibreOffice Writer with direct formatting; and plans that it saved again."""

from __future__ import annotations

from pathlib import Path

import pytest
from libreoffice_typing import BODY, FOOT, HEAD, typed
from libreoffice_vba import require_uno
from office import convert, require_office
from word_edits import commune_plan, filled_plan

from xlplan.documents.word.formatting import Formats
from xlplan.documents.word.reading import read
from xlplan.pipeline import lint

pytestmark = pytest.mark.office


def said(path: Path) -> list[tuple[str, str]]:
    found = lint(path)
    assert found.problem is None
    assert not [item for item in found.not_checked if item.reason == "crashed"]
    return [(item.code, item.params["found"]) for item in found.findings]


def test_a_plan_typed_by_hand_is_in_form(tmp_path: Path) -> None:
    require_uno()
    path = typed(tmp_path / "ke_hoach.docx")
    assert said(path) == []
    assert {item.code for item in lint(path).not_checked} == {"D30-15"}
    file = read(path)
    names = {Formats(file).layout(passage).style for passage in file.passages}
    assert not any(name.startswith("KH") for name in names)


def test_three_faults_of_a_typed_plan_are_found(tmp_path: Path) -> None:
    require_uno()
    head = (*HEAD[:3], (("Bình An, ngày 03 tháng 2 năm 2026", 14, "i"),))
    body = tuple((text.replace("đ) ", "e) ") if text.startswith("đ) ") else text, how) for text, how in BODY)
    foot = (FOOT[0], (("TM.ỦY BAN NHÂN DÂN", 14, "b"), *FOOT[1][1:]))
    path = typed(tmp_path / "ke_hoach.docx", head=head, body=body, foot=foot)
    assert sorted({code for code, _ in said(path)}) == ["D30-07", "D30-12", "D30-13"]


def test_faults_of_layout_in_a_typed_plan_are_found(tmp_path: Path) -> None:
    require_uno()
    path = typed(tmp_path / "ke_hoach.docx", first=0, after=0)
    assert sorted(said(path))[0][1].startswith("chữ đầu đoạn lùi vào 0 cm")
    assert {code for code, _ in said(path)} == {"D30-10"}


@pytest.mark.parametrize("name", ["long_an_2024", "tan_khai_2021_2025"])
def test_a_plan_that_libreoffice_saved_again_is_in_form(name: str, tmp_path: Path) -> None:
    require_office()
    path = tmp_path / f"{name}.docx"
    path.write_bytes(commune_plan(name))
    assert said(convert(path, tmp_path / "again", "docx:MS Word 2007 XML")) == []


def test_a_filled_plan_that_libreoffice_saved_again_is_in_form(tmp_path: Path) -> None:
    require_office()
    path = tmp_path / "ke_hoach.docx"
    path.write_bytes(filled_plan("phuong"))
    assert said(convert(path, tmp_path / "again", "docx:MS Word 2007 XML")) == []
