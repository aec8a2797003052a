"""`xlplan lint`: what it says of good plans, what it does with files that are no plans, and that it never fails."""

from __future__ import annotations

import json
import random
import shutil
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from test_packages_gate import compound
from word_edits import MAIN, Hands, commune_plan, filled_plan, w

from xlplan import catalogue
from xlplan.cli import run
from xlplan.documents import lint as rules
from xlplan.pipeline import Linted, lint

COMMUNES = ("an_duong_2024", "long_an_2024", "phuoc_long_2024", "son_trung_2023", "tan_khai_2021_2025")
KINDS = sorted(catalogue.kinds())
MACROS = b"application/vnd.ms-word.document.macroEnabled.main+xml"
PLAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def linted(data: bytes, folder: Path) -> Linted:
    path = folder / "ke_hoach.docx"
    path.write_bytes(data)
    found = lint(path)
    assert path.read_bytes() == data
    return found


def said(found: Linted) -> list[str]:
    assert found.problem is None
    assert not [item for item in found.not_checked if item.reason == "crashed"]
    return [f"{item.code} {item.ref.address} {item.params['found']}" for item in found.findings]


# -- good plans ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COMMUNES)
def test_the_plans_of_the_communes_are_in_form(name: str, tmp_path: Path) -> None:
    assert said(linted(commune_plan(name), tmp_path)) == []


@pytest.mark.parametrize("unit", ["xã Bình An", "phường 3", "đặc khu Phú Quý"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_filled_plan_of_each_kind_is_in_form(kind: str, unit: str, tmp_path: Path) -> None:
    found = linted(filled_plan(kind, unit), tmp_path)
    assert said(found) == []
    assert {item.code for item in found.not_checked} <= {"D30-12", "D30-15"}  # no points, no annex


def test_most_rules_have_something_to_hold_in_a_plan_with_an_annex(tmp_path: Path) -> None:
    assert {item.code for item in linted(commune_plan("long_an_2024"), tmp_path).not_checked} == {"D30-12"}


# -- what is tolerated -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("CỘNG HÒA", "CỘNG HOÀ"),
        ("ỦY BAN NHÂN DÂN", "UỶ BAN NHÂN DÂN"),
        ("Số: 38/KH-UBND", "Số:        /KH-UBND"),
        ("Số: 38/KH-UBND", "Số: ……/KH-UBND"),
        ("Số: 38/KH-UBND", "Số:\u00a0\u00a0\u00a0/KH-UBND"),
        ("Long An, ngày 29 tháng 3 năm 2024", "Long An, ngày    tháng 3 năm 2024"),
        ("Long An, ngày 29 tháng 3 năm 2024", "Long An, ngày ... tháng ... năm 2024"),
        ("Long An, ngày 29 tháng 3", "Long An,\u00a0ngày\u00a029\u00a0tháng\u00a03"),
        ("số 38/KH-UBND ngày 29 tháng 3 năm 2024 của", "số     /KH-UBND ngày   tháng   năm     của"),
        ("Độc lập - Tự do - Hạnh phúc", "Độc lập\u00a0- Tự do\u00a0- Hạnh phúc"),
    ],
)
def test_what_the_decree_leaves_open_is_no_finding(old: str, new: str, tmp_path: Path) -> None:
    hands = Hands(commune_plan("long_an_2024"))
    hands.replace(old, new)
    assert said(linted(hands.bytes(), tmp_path)) == []


def test_a_plan_before_the_reform_may_name_the_district_above(tmp_path: Path) -> None:
    hands = Hands(commune_plan("long_an_2024"))
    agency = hands.find("ỦY BAN NHÂN DÂN")
    above = etree.fromstring(etree.tostring(agency))
    agency.addprevious(above)
    hands.say(above, "UBND THỊ XÃ TÂN CHÂU")
    hands.letters(above, b="0")
    assert said(linted(hands.bytes(), tmp_path)) == []


@pytest.mark.parametrize(("half_points", "fine"), [("26", True), ("28", True), ("24", False), ("30", False)])
def test_sizes_within_the_range_of_the_decree_are_fine(half_points: str, fine: bool, tmp_path: Path) -> None:
    hands = Hands(commune_plan("long_an_2024"))
    hands.restyle("KH Đoạn", "rPr", "sz", val=half_points)
    assert (said(linted(hands.bytes(), tmp_path)) == []) is fine


@pytest.mark.parametrize(("twips", "fine"), [("567", True), ("720", True), ("1000", False), ("284", False)])
def test_first_lines_are_indented_one_to_1_27_cm(twips: str, fine: bool, tmp_path: Path) -> None:
    hands = Hands(commune_plan("long_an_2024"))
    hands.lay(hands.find("Để triển khai"), "ind", firstLine=twips)
    assert (said(linted(hands.bytes(), tmp_path)) == []) is fine


def test_an_indent_made_with_the_tab_key_is_an_indent(tmp_path: Path) -> None:
    hands = Hands(commune_plan("long_an_2024"))
    paragraph = hands.find("Để triển khai")
    hands.lay(paragraph, "ind", firstLine="0")
    assert said(linted(hands.bytes(), tmp_path)) != []
    first = next(paragraph.iter(w("t")))
    first.addprevious(first.makeelement(w("tab")))
    assert said(linted(hands.bytes(), tmp_path)) == []


def test_a_document_of_another_kind_is_held_only_against_what_holds_for_it(tmp_path: Path) -> None:
    hands = Hands(commune_plan("an_duong_2024"))
    hands.say(hands.find("KẾ HOẠCH"), "BIÊN BẢN")
    found = linted(hands.bytes(), tmp_path)
    assert said(found) == []
    reasons = {item.code: item.reason for item in found.not_checked}
    assert {code for code, reason in reasons.items() if reason == "other_kind"} >= {"D30-10", "D30-14", "D30-16"}


# -- files -----------------------------------------------------------------------------------------------------


def with_macros() -> bytes:
    hands = Hands(commune_plan("son_trung_2023"))
    types = hands.parts["[Content_Types].xml"]
    assert PLAIN in types
    hands.parts["[Content_Types].xml"] = types.replace(PLAIN, MACROS)
    return hands.bytes()


FILES = {
    "van_ban.doc": (lambda: compound("Root Entry", "WordDocument", "1Table"), ".docx"),
    "mat_khau.docx": (lambda: compound("Root Entry", "EncryptionInfo", "EncryptedPackage"), "mật khẩu"),
    "macro.docm": (with_macros, "macro"),
    "chu.docx": (lambda: b"K\xe1\xba\xbf ho\xe1\xba\xa1ch", "không phải tệp Word"),
    "rong.docx": (lambda: b"", "rỗng"),
    "cut.docx": (lambda: commune_plan("son_trung_2023")[:3000], "cụt"),
    "khong_co.docx": (None, "không tìm thấy"),
}


@pytest.mark.parametrize("name", FILES)
def test_what_is_no_word_document_is_one_clear_line(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make, word = FILES[name]
    if make:
        (tmp_path / name).write_bytes(make())
    assert run(["lint", str(tmp_path / name)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert word in captured.err
    assert "sổ tính" not in captured.err
    assert run(["--lang", "en", "lint", "--format", "json", str(tmp_path / name)]) == 2
    entry = json.loads(capsys.readouterr().out)["files"][0]
    assert (entry["status"], entry["findings"]) == ("unreadable", [])
    assert entry["problem"]


def test_a_workbook_is_no_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lint", "workbooks/long_an_2024.xlsx"]) == 2
    assert "Excel" in capsys.readouterr().err


def test_the_exit_status_tells_errors_from_warnings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "ke_hoach.docx"
    hands = Hands(commune_plan("long_an_2024"))
    assert run(["lint", str(hands.save(path))]) == 0
    hands.restyle("KH Kẻ tiêu ngữ", "pPr", "ind", left="2200", right="2200")
    assert run(["lint", str(hands.save(path))]) == 0
    out = capsys.readouterr().out
    assert "CẦN XEM  D30-05" in out
    hands.replace("KT. CHỦ TỊCH", "KT.CHỦ TỊCH")
    assert run(["lint", str(hands.save(path))]) == 1
    out = capsys.readouterr().out
    assert out.index("LỖI      D30-13  T") < out.index("CẦN XEM  D30-05  T")


def test_programs_get_findings_in_the_shape_of_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hands = Hands(commune_plan("long_an_2024"))
    hands.replace("ngày 29 tháng 3 năm", "ngày 29 tháng 03 năm")
    hands.replace("Trên đây là", "Đây là")
    hands.lay(hands.find("Để triển khai"), "jc", val="left")
    assert run(["lint", "--format", "json", str(hands.save(tmp_path / "x.docx"))]) == 1
    listed = json.loads(capsys.readouterr().out)
    (entry,) = listed["files"]
    assert (listed["schema"], entry["status"]) == (1, "findings")
    date, text = entry["findings"]
    assert (date["code"], date["severity"], date["cell"], date["sheet"]) == ("D30-07", "error", "T1R2C2", "")
    assert (date["actual"], date["expected"], date["related"], date["proposal"]) == ("03", "3", [], None)
    assert date["message"].startswith("T1R2C2 (“Long An, ngày 29 tháng 03 năm 2024”): tháng ghi “03”. Nghị định 30")
    assert (text["code"], text["cell"]) == ("D30-10", "¶6")
    assert {item["code"] for item in entry["not_checked"]} == {"D30-12"}
    assert all(set(item) == {"code", "reason"} for item in entry["not_checked"])


# -- whatever the file -----------------------------------------------------------------------------------------


def shaken(data: bytes, seed: int) -> bytes:
    """A plan in which something was done to some elements, attributes, texts and parts."""
    luck = random.Random(seed)
    hands = Hands(data)
    trees = list(hands.trees.values())
    for _ in range(luck.randint(1, 12)):
        nodes = list(luck.choice(trees).iter(etree.Element))
        node = luck.choice(nodes)
        parent = node.getparent()
        deed = luck.randrange(6)
        if deed == 0 and parent is not None:
            parent.remove(node)
        elif deed == 1 and parent is not None:
            parent.insert(luck.randrange(len(parent) + 1), etree.fromstring(etree.tostring(luck.choice(nodes[1:]))))
        elif deed == 2 and node.attrib:
            node.set(luck.choice(list(node.attrib)), luck.choice(["", "-1", "99999999999", "x", "1e9", "nil", "①"]))
        elif deed == 3 and node.attrib:
            del node.attrib[luck.choice(list(node.attrib))]
        elif deed == 4 and node.tag == w("t"):
            node.text = luck.choice(
                ["", " ", "Số: /", "ngày tháng năm", "I. ", "a) x", "./.", "Phụ lục", "TM.", "\u0300"]
            )
        elif parent is not None:
            parent.append(node)
    if luck.random() < 0.3:
        name = luck.choice([n for n in hands.parts if n != MAIN])
        del hands.parts[name]
    return hands.bytes()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), name=st.sampled_from(COMMUNES))
def test_whatever_was_done_to_the_xml_lint_says_something_and_changes_nothing(
    seed: int, name: str, tmp_path: Path
) -> None:
    found = linted(shaken(commune_plan(name), seed), tmp_path)
    assert found.problem is None or found.problem.kind != "crashed"
    assert [item for item in found.not_checked if item.reason == "crashed"] == []


def test_parts_may_be_missing(tmp_path: Path) -> None:
    data = commune_plan("long_an_2024")
    with zipfile.ZipFile(BytesIO(data)) as archive:
        names = archive.namelist()
    for name in names:
        hands = Hands(data)
        del hands.parts[name]
        found = linted(hands.bytes(), tmp_path)
        assert found.problem is None or found.problem.kind != "crashed", name


def test_a_file_without_a_word_is_no_document_but_no_failure(tmp_path: Path) -> None:
    hands = Hands(commune_plan("long_an_2024"))
    for paragraph in list(hands.paragraphs()):
        for run_ in list(paragraph.iter(w("r"))):
            run_.getparent().remove(run_)
    found = linted(hands.bytes(), tmp_path)
    assert "D30-04" in {item.code for item in found.findings} <= {"D30-03", "D30-04"}
    assert len(found.not_checked) > len(rules.RULES) / 2


def test_lint_is_quick_to_start_and_loads_no_library_for_a_file_that_is_none(tmp_path: Path) -> None:
    shutil.copy("workbooks/long_an_2024.xlsx", tmp_path / "x.docx")
    from test_architecture import HEAVY, loaded_after

    assert not loaded_after("lint", str(tmp_path / "x.docx")) & HEAVY
