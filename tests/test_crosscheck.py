"""``xlplan crosscheck``: plans that somebody typed, held against the workbook; and its comments."""

from __future__ import annotations

import hashlib
import json
import random
import re
import shutil
import time
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import filled_plans
import hand_plans
import pytest
from docx import Document
from hand_plans import Hand
from hypothesis import given, settings
from hypothesis import strategies as st

from xlplan import catalogue
from xlplan.checks.document import Document as Structure
from xlplan.checks.numbering import numbers_of_headings
from xlplan.cli import run
from xlplan.documents.word.comments import Comment, commented
from xlplan.documents.word.grids import table_grids
from xlplan.documents.word.reading import opened, read
from xlplan.messages import message
from xlplan.model import Finding, Text, WordRef
from xlplan.packages.gate import Package
from xlplan.pipeline import Options, crosscheck, process

ROOT = Path(__file__).parent.parent
COMMUNES = filled_plans.COMMUNES
VILLAGES = tuple(filled_plans.commune("son_trung_2023").villages)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def workbook(name: str) -> Path:
    return ROOT / "workbooks" / f"{name}.xlsx"


def found(plan: Path, book: Path) -> list[Finding]:
    outcome = crosscheck(plan, book).outcome
    assert outcome.report is not None, outcome.problem
    return list(outcome.report.findings)


def codes(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(item.code, item.ref.address) for item in findings]


def errors(findings: list[Finding]) -> list[str]:
    return [message(item) for item in findings if item.severity == "error"]


def saved(hand: Hand, tmp_path: Path) -> Path:
    return hand.save(tmp_path / "ke_hoach.docx")


def son_trung(text: str, tmp_path: Path) -> Path:
    """A plan of Sơn Trung with these lines."""
    hand = Hand("xã Sơn Trung", "07", "Sơn Trung, ngày 10 tháng 02 năm 2023", "Giảm nghèo năm 2023 xã Sơn Trung")
    hand.lines(text)
    hand.end()
    return saved(hand, tmp_path)


def place_of(plan: Path, words: str) -> str:
    return next(passage.place for passage in read(plan).passages if words in passage.text)


# ---- the five communes' plans, typed by hand ----------------------------------------------------------------


def test_son_trung_48_and_16_are_not_63_and_a_xa_is_no_thi_tran(tmp_path: Path) -> None:
    plan = hand_plans.son_trung(tmp_path / "st.docx", VILLAGES)
    findings = found(plan, workbook("son_trung_2023"))
    sums = [item for item in findings if item.code == "A14"]
    assert ["48 + 16 = 64" in message(item) for item in sums] == [True]
    words = [item for item in findings if item.code == "C08"]
    assert [item.ref.address for item in words] == [place_of(plan, "thị trấn")]
    assert {item.code for item in findings} == {"A14", "C08"} and not errors(findings)


def test_long_an_base_of_the_target_promise_about_a_village_and_numbers(tmp_path: Path) -> None:
    plan = hand_plans.long_an(tmp_path / "la.docx")
    outcome = crosscheck(plan, workbook("long_an_2024")).outcome
    assert outcome.report is not None
    findings = list(outcome.report.findings)
    (base,) = [item for item in findings if item.code == "C04"]
    assert base.ref.address == place_of(plan, "> 0,62%") and "0,22%" in message(base) and "1,06%" in message(base)
    numbers = [(item.ref.address, item.actual) for item in findings if item.code == "C10"]
    assert numbers == [(place_of(plan, "III. KINH PHÍ"), "III."), (place_of(plan, "4.3."), "4.3.")]
    promise = [note for note in outcome.report.not_checked if note.code == "C05"]
    assert len(promise) == 1 and "Tân Hậu B2" in promise[0].params["what"]
    assert {item.code for item in findings} == {"C04", "C10"}


def test_phuoc_long_all_households_called_poor_and_an_annex_that_is_missing(tmp_path: Path) -> None:
    plan = hand_plans.phuoc_long(tmp_path / "pl.docx")
    findings = found(plan, workbook("phuoc_long_2024"))
    assert ("C14", place_of(plan, "8.999")) in codes(findings)
    assert ("C15", place_of(plan, "phụ lục")) in codes(findings)
    assert {item.code for item in findings} == {"C14", "C15"} and not errors(findings)


def test_an_duong_section_two_stands_twice(tmp_path: Path) -> None:
    plan = hand_plans.an_duong(tmp_path / "ad.docx")
    findings = found(plan, workbook("an_duong_2024"))
    assert codes(findings) == [("C10", place_of(plan, "II. KINH PHÍ"))]


def test_tan_khai_a_house_above_its_ceiling_and_an_average_that_is_cut_off(tmp_path: Path) -> None:
    plan = hand_plans.tan_khai(tmp_path / "tk.docx")
    findings = found(plan, workbook("tan_khai_2021_2025"))
    assert codes(findings) == [("C13", place_of(plan, "602")), ("A18", place_of(plan, "100.800.000"))]
    assert "150,5" in message(findings[0]) and not errors(findings)


# ---- generated plans ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COMMUNES)
def test_a_generated_plan_of_a_commune_has_no_error(name: str, tmp_path: Path) -> None:
    made = process(workbook(name), Options(plan=True, force=True)).plan
    assert made is not None
    plan = tmp_path / "plan.docx"
    plan.write_bytes(made)
    assert errors(found(plan, workbook(name))) == []


PRINTED = ("biểu: thôn", "kinh_phi: so_tien", "Hiện trạng")


def _texts(document: bytes | None) -> list[str]:
    assert document is not None
    return [passage.text for passage in opened(Package(document)).passages]


@pytest.mark.parametrize("kind", catalogue.kinds())
@pytest.mark.parametrize("seed", [1, 2])
def test_a_generated_plan_of_a_filled_starter_has_no_error_and_an_altered_figure_is_found(
    kind: str, seed: int, tmp_path: Path
) -> None:
    rng = random.Random(seed)
    content = filled_plans.starter(kind, rng)
    book, plan = tmp_path / "so.xlsx", tmp_path / "plan.docx"
    book.write_bytes(filled_plans.workbook(content))
    made = process(book, Options(plan=True, force=True)).plan
    assert made is not None
    plan.write_bytes(filled_plans.without_controls(made))
    before = found(plan, book)
    assert errors(before) == []
    spots = [place for place in filled_plans.places(content) if place.kind in PRINTED]
    for place in rng.sample(spots, len(spots)):
        other = filled_plans.workbook(filled_plans.altered(content, place, rng))
        book.write_bytes(other)
        if _texts(process(book, Options(plan=True, force=True)).plan) != _texts(made):
            break
    else:
        raise AssertionError("nothing that is typed is printed")
    assert errors(found(plan, book))


# ---- single sentences and tables --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("Cuối năm 2022, toàn xã có 36 hộ nghèo.", "C01"),
        ("Cuối năm 2022, toàn xã có 63 hộ nghèo.", ""),
        ("Năm 2023 toàn xã phấn đấu giảm 12 hộ nghèo (0,87%).", "C03"),
        ("Năm 2023 toàn xã phấn đấu giảm 12 hộ nghèo (0,78%).", ""),
        ("Toàn xã có 1.545 hộ, trong đó 63 hộ nghèo, chiếm 4,80%.", "C12"),
        ("Số hộ nghèo tăng từ 63 hộ xuống 51 hộ.", "C11"),
        ("Toàn xã có 12 thôn.", "C06"),
        ("Toàn xã có 11 thôn.", ""),
        ("Chọn 3 thôn làm điểm.", ""),
        ("Phấn đấu xóa hộ nghèo ở thôn Mai Hà trong năm 2023.", "C05"),
        ("Phấn đấu xóa hộ nghèo ở thôn Hòa Bình trong năm 2023.", "C05"),
        ("Thôn Mai Hà có 5 hộ nghèo cuối năm 2022.", "C01"),
    ],
)
def test_a_sentence_is_held_against_the_workbook(sentence: str, code: str, tmp_path: Path) -> None:
    plan = son_trung(f"I. NỘI DUNG\n{sentence}", tmp_path)
    expected = [(code, place_of(plan, sentence))] if code else []
    assert codes(found(plan, workbook("son_trung_2023"))) == expected


@pytest.mark.parametrize(
    ("sentence", "severity", "expected"),
    [
        ("Tỷ lệ nghèo đa chiều cuối năm 2024 còn 2,31%.", "", ""),
        ("Tỷ lệ nghèo đa chiều cuối năm 2024 còn 2,13%.", "warning", "2,31"),  # the table has P + C only
        ("Năm 2024 toàn xã giảm 6 hộ nghèo đa chiều.", "", ""),
        ("Năm 2024 toàn xã giảm 30 hộ nghèo đa chiều.", "error", "29"),
    ],
)
def test_what_may_mean_the_poor_or_both_is_held_against_what_there_is(
    sentence: str, severity: str, expected: str, tmp_path: Path
) -> None:
    hand = Hand("xã Long An", "38", "Long An, ngày 29 tháng 3 năm 2024", "Giảm nghèo năm 2024 xã Long An")
    hand.lines(f"I. NỘI DUNG\n{sentence}")
    hand.end()
    findings = [item for item in found(saved(hand, tmp_path), workbook("long_an_2024")) if item.code == "C01"]
    said = [(item.severity, (item.expected or "").replace(".", ",")) for item in findings]
    assert said == ([(severity, expected)] if severity else [])


def test_a_figure_of_the_plans_own_sentence_is_named_in_words(tmp_path: Path) -> None:
    sentence = "Phấn đấu 95% người còn khả năng lao động của hộ nghèo, hộ cận nghèo có nhu cầu được tư vấn, giới thiệu "
    sentence += "việc làm hoặc chuyển đổi nghề để tăng thu nhập, cải thiện đời sống."
    (said,) = errors(found(son_trung(f"I. NỘI DUNG\n- {sentence}", tmp_path), workbook("son_trung_2023")))
    assert "“Giá trị, Người có khả năng lao động" in said and "là 90%." in said


def test_a_figure_in_a_table_of_villages_is_found_in_its_cell(tmp_path: Path) -> None:
    plan = hand_plans.son_trung(tmp_path / "st.docx", VILLAGES)
    document = Document(str(plan))
    table = document.tables[1]
    table.cell(3, 2).text = "88"  # Hồ Sơn has 83 households
    table.cell(12, 3).text = "36"  # the total of 63 poor households
    document.save(str(plan))
    findings = [item for item in found(plan, workbook("son_trung_2023")) if item.code == "C01"]
    assert [(item.ref.address, item.actual, item.expected) for item in findings] == [
        ("T2R4C3", "88", "83"),
        ("T2R13C4", "36", "63"),
    ]
    assert findings[0].related[0].qualified.startswith("'Biểu chỉ tiêu'!")


def test_a_village_that_the_workbook_does_not_have_is_named(tmp_path: Path) -> None:
    names = ("Mai Hà", "Hà Tràng", "Cồn Cỏ", *VILLAGES[3:])
    plan = hand_plans.son_trung(tmp_path / "st.docx", names)
    assert ("C05", "T2R4C2") in codes(found(plan, workbook("son_trung_2023")))


def test_merged_heads_of_a_word_table_are_merges_of_its_grid(tmp_path: Path) -> None:
    document = Document()
    table = document.add_table(rows=3, cols=3)
    table.cell(0, 0).merge(table.cell(1, 0)).text = "Thôn"
    table.cell(0, 1).merge(table.cell(0, 2)).text = "Hộ nghèo"
    table.cell(2, 2).text = "7"
    document.save(str(tmp_path / "t.docx"))
    (grid,) = table_grids(read(tmp_path / "t.docx"))
    assert sorted(grid.sheet.merged) == [(1, 1, 2, 1), (1, 2, 1, 3)]
    assert (grid.text(1, 1), grid.text(1, 2), grid.text(3, 3)) == ("Thôn", "Hộ nghèo", "7")


@pytest.mark.parametrize(
    ("lines", "faults"),
    [
        (["I. A", "1. A", "II. B", "1. A"], []),
        (["I. A", "1.1. A", "1.2. B", "II. B", "2.1. A", "2.2. B"], []),
        (["1. A", "a) B", "b) C", "2. D", "a) E"], []),
        (["I. A", "II. B", "II. C"], ["II."]),
        (["I. A", "III. B"], ["III."]),
        (["4.1. A", "4.3. B"], ["4.3."]),
        (["2. A", "2.1. A", "2.1.1. B", "2.1.2. C", "3. D"], []),
        (["4. A", "4.1. A", "5. B", "5.1. A", "5.2. B"], ["4.1."]),
        (["4. A", "4.1. A", "5.1. B"], ["5.1.", "4.1."]),
    ],
)
def test_numbers_of_headings_start_anew_below_each_higher_one(lines: list[str], faults: list[str]) -> None:
    texts = [Text(WordRef(f"¶{i}"), line) for i, line in enumerate(lines)]
    outcomes = [item for item in numbers_of_headings(texts) if isinstance(item, Finding)]
    assert sorted(item.actual for item in outcomes) == sorted(faults)


def test_the_line_above_an_annex_carries_the_number_of_the_plan(tmp_path: Path) -> None:
    hand = Hand("xã Sơn Trung", "07", "Sơn Trung, ngày 10 tháng 02 năm 2023", "Giảm nghèo năm 2023 xã Sơn Trung")
    hand.line("I. NỘI DUNG")
    hand.end()
    hand.lines("PHỤ LỤC\n(Kèm theo Kế hoạch số 70/KH-UBND ngày 10 tháng 02 năm 2023 của Ủy ban nhân dân xã Sơn Trung)")
    plan = saved(hand, tmp_path)
    assert codes(found(plan, workbook("son_trung_2023"))) == [("C09", place_of(plan, "Kèm theo"))]


def test_the_year_of_the_title_alone_is_wrong(tmp_path: Path) -> None:
    hand = Hand("xã Sơn Trung", "07", "Sơn Trung, ngày 10 tháng 02 năm 2023", "Giảm nghèo năm 2024 xã Sơn Trung")
    hand.lines(
        "I. NỘI DUNG\nCuối năm 2022, toàn xã có 36 hộ nghèo.\nNăm 2023 các thôn rà soát; năm 2023 không tái nghèo."
    )
    plan = saved(hand, tmp_path)
    assert {code for code, _ in codes(found(plan, workbook("son_trung_2023")))} == {"C07", "C01"}


# ---- bad input --------------------------------------------------------------------------------------------------


def test_a_plan_of_another_commune_is_said_once(tmp_path: Path) -> None:
    plan = hand_plans.son_trung(tmp_path / "st.docx", VILLAGES)
    outcome = crosscheck(plan, workbook("long_an_2024")).outcome
    assert outcome.report is not None
    assert [item.code for item in outcome.report.findings] == ["I40"]
    assert {note.reason for note in outcome.report.not_checked} == {"other_plan"}


def test_a_plan_of_another_year_is_said_once(tmp_path: Path) -> None:
    hand = Hand("xã Sơn Trung", "07", "Sơn Trung, ngày 10 tháng 02 năm 2025", "Giảm nghèo năm 2025 xã Sơn Trung")
    hand.lines(
        "I. NỘI DUNG\nCuối năm 2024, toàn xã có 40 hộ nghèo.\nNăm 2025 toàn xã giảm 09 hộ nghèo (0,58%), năm 2025."
    )
    plan = saved(hand, tmp_path)
    assert [item.code for item in found(plan, workbook("son_trung_2023"))] == ["C07"]


def test_tracked_changes_bookmarks_and_a_table_of_contents(tmp_path: Path) -> None:
    plan = son_trung(
        "I. MỞ ĐẦU\t1\nII. NỘI DUNG\t2\nI. MỞ ĐẦU\nCuối năm 2022, toàn xã có 63 hộ nghèo.\nII. NỘI DUNG", tmp_path
    )
    with zipfile.ZipFile(plan) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    text = parts["word/document.xml"].decode()
    run_of = re.search(r"<w:r>(?:(?!</w:r>).)*toàn xã có 63 hộ nghèo(?:(?!</w:r>).)*</w:r>", text, re.DOTALL)
    assert run_of is not None
    change = 'w:id="91" w:author="A" w:date="2024-01-01T00:00:00Z"'
    deleted = run_of[0].replace("<w:t>", "<w:delText>").replace("</w:t>", "</w:delText>")
    new = run_of[0].replace("63 hộ", "36 hộ")
    marked = (
        '<w:bookmarkStart w:id="5" w:name="x"/>'
        f"<w:del {change}>{deleted}</w:del><w:ins {change.replace('91', '92')}>{new}</w:ins>"
        '<w:bookmarkEnd w:id="5"/>'
    )
    parts["word/document.xml"] = text.replace(run_of[0], marked).encode()
    with zipfile.ZipFile(plan, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    assert [(item.code, item.actual) for item in found(plan, workbook("son_trung_2023"))] == [("C01", "36")]


@pytest.mark.parametrize(
    "words",
    [
        "Xã vận động hộ nghèo chăm lo sản xuất, giảm 12 hộ nghèo trong năm, tỷ lệ còn 3,30%. ",
        *("12 hộ ", "1.234,5% ", "01 căn nhà ", "602 lao động bình quân ", "(một hai ", "tỷ lệ hộ nghèo "),
        *("12 hộ khả năng lao động ", "Xóa hộ nghèo ở thôn A ", "theo phụ lục kèm theo ", "a"),
    ],
)
def test_a_paragraph_of_20_000_letters_takes_no_time(words: str, tmp_path: Path) -> None:
    plan = son_trung("I. NỘI DUNG\n" + words * (20_000 // len(words)), tmp_path)
    start = time.process_time()
    assert crosscheck(plan, workbook("son_trung_2023"), mark=True).outcome.report is not None
    assert time.process_time() - start < 5


def test_sixty_villages_of_one_name_are_compared_line_by_line(tmp_path: Path) -> None:
    content = filled_plans.starter("thon", random.Random(4))
    code = content.kind.lines[0].code
    content.villages = ["Thôn 1"] * 60
    content.counts = {line: [5] * 60 for line in content.counts}
    content.counts[code] = [100 + i for i in range(60)]
    book, plan = tmp_path / "so.xlsx", tmp_path / "plan.docx"
    book.write_bytes(filled_plans.workbook(content))
    made = process(book, Options(plan=True, force=True)).plan
    assert made is not None
    plan.write_bytes(made)
    before = {(item.ref, item.actual) for item in found(plan, book)}
    content.counts[code][41] = 999
    book.write_bytes(filled_plans.workbook(content))
    new = [item for item in found(plan, book) if (item.ref, item.actual) not in before and item.actual == "141"]
    assert [(item.code, item.expected) for item in new] == [("C01", "999")]


@pytest.mark.parametrize("data", [b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, b"PK\3\4 none", b"text"])
def test_what_is_no_word_file_is_one_clear_line(
    data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = tmp_path / "cu.doc"
    plan.write_bytes(data)
    assert run(["crosscheck", str(plan), str(workbook("son_trung_2023"))]) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.count("\n") == 1 and "cu.doc" in captured.err


def test_a_workbook_in_the_place_of_the_document_and_the_other_way_round(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = hand_plans.an_duong(tmp_path / "ad.docx")
    assert run(["crosscheck", str(workbook("an_duong_2024")), str(workbook("an_duong_2024"))]) == 2
    assert run(["crosscheck", str(plan), str(plan)]) == 2
    assert capsys.readouterr().err.count("\n") == 2


PIECES = st.lists(
    st.sampled_from(
        [
            *("I. ", "II. ", "a) ", "- ", "toàn xã có ", "63 ", "hộ nghèo ", "%", "4,08% ", "giảm ", "từ ", "xuống "),
            *("năm 2023 ", "(", ")", ".", ": ", "ấp ", "thôn Mai Hà ", "Nơi nhận: ", "KẾ HOẠCH", "Căn cứ ", "\t", "…"),
            *("1.545 ", "đồng ", "bình quân ", "/", "kèm theo Kế hoạch số 3/KH-UBND ", "PHỤ LỤC", "20", "\u00a0", "🏠"),
        ]
    ),
    max_size=14,
).map("".join)


@given(lines=st.lists(PIECES, max_size=12), cells=st.lists(PIECES, min_size=4, max_size=4), between=st.booleans())
@settings(max_examples=60, deadline=None)
def test_no_document_makes_it_fail_and_no_input_is_written(
    lines: list[str], cells: list[str], between: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    document = Document()
    for i, line in enumerate(lines):
        document.add_paragraph(line)
        if between and i == 3:
            table = document.add_table(rows=2, cols=2)
            for cell, text in zip((c for row in table.rows for c in row.cells), cells, strict=True):
                cell.text = text
    plan = tmp_path_factory.mktemp("any") / "plan.docx"
    document.save(str(plan))
    before = hashlib.sha256(plan.read_bytes()).hexdigest()
    result = crosscheck(plan, workbook("son_trung_2023"), mark=True)
    assert result.outcome.report is not None and result.problem is None
    assert not [note for note in result.outcome.report.not_checked if note.reason == "crashed"]
    assert hashlib.sha256(plan.read_bytes()).hexdigest() == before


# ---- the command, and comments ----------------------------------------------------------------------------------


def test_the_json_names_places_of_the_document_and_cells_of_the_workbook(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = son_trung("I. NỘI DUNG\nCuối năm 2022, toàn xã có 36 hộ nghèo.", tmp_path)
    assert run(["crosscheck", str(plan), str(workbook("son_trung_2023")), "--format", "json"]) == 1
    (entry,) = json.loads(capsys.readouterr().out)["files"]
    (item,) = entry["findings"]
    assert (entry["file"], entry["unit"], entry["status"]) == (str(plan), "xã Sơn Trung", "findings")
    assert (item["code"], item["sheet"], item["cell"]) == ("C01", "", place_of(plan, "36 hộ nghèo"))
    assert (item["actual"], item["expected"]) == ("36", "63")
    assert item["related"] == ["'Biểu chỉ tiêu'!D19"]
    assert "cặp ngoặc nhọn" not in item["message"]


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def comments_of(path: Path) -> list[tuple[str, str, str]]:
    return [(c.author, str(c.comment_id), c.text) for c in Document(str(path)).comments]


def test_marks_are_comments_on_the_paragraphs_and_every_other_part_is_as_it_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan, out = hand_plans.phuoc_long(tmp_path / "pl.docx"), tmp_path / "out.docx"
    assert run(["crosscheck", str(plan), str(workbook("phuoc_long_2024")), "--mark", str(out)]) == 0
    console = capsys.readouterr().out
    made = comments_of(out)
    assert [author for author, _, _ in made] == ["xlplan"] * 2
    for _, _, text in made:
        code, _, words = text.partition(" – ")
        assert code in console and words in console
    old, new = parts_of(plan), parts_of(out)
    assert {name for name in old if old[name] != new[name]} == {
        "word/document.xml",
        "[Content_Types].xml",
        "word/_rels/document.xml.rels",
    }
    assert [p.text for p in Document(str(out)).paragraphs] == [p.text for p in Document(str(plan)).paragraphs]


def test_comments_that_are_there_stay_and_ids_are_unique(tmp_path: Path) -> None:
    plan, out = tmp_path / "pl.docx", tmp_path / "out.docx"
    hand_plans.phuoc_long(plan)
    document = Document(str(plan))
    document.add_comment(document.paragraphs[2].runs[0], text="Xem lại", author="Bà Lan", initials="L")
    document.save(str(plan))
    assert run(["crosscheck", str(plan), str(workbook("phuoc_long_2024")), "--mark", str(out)]) == 0
    made = comments_of(out)
    assert made[0][0] == "Bà Lan" and made[0][2] == "Xem lại"
    assert len({number for _, number, _ in made}) == len(made) == 3
    again = tmp_path / "again.docx"
    assert run(["crosscheck", str(out), str(workbook("phuoc_long_2024")), "--mark", str(again)]) == 0
    assert len({number for _, number, _ in comments_of(again)}) == 3


def test_a_marked_copy_never_takes_the_place_of_an_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = hand_plans.an_duong(tmp_path / "ad.docx")
    before = plan.read_bytes()
    assert run(["crosscheck", str(plan), str(workbook("an_duong_2024")), "--mark", str(plan)]) == 2
    assert plan.read_bytes() == before and capsys.readouterr().out == ""
    assert run(["crosscheck", str(plan), str(workbook("an_duong_2024")), "--mark", str(tmp_path / "x.pdf")]) == 2


def test_a_marked_copy_has_what_word_reads(tmp_path: Path) -> None:
    audit = shutil.which("openxml-audit")
    if audit is None:
        pytest.skip("openxml-audit is not installed")
    import subprocess

    plan, out = hand_plans.son_trung(tmp_path / "st.docx", VILLAGES), tmp_path / "out.docx"
    run(["crosscheck", str(plan), str(workbook("son_trung_2023")), "--mark", str(out)])
    shown = subprocess.run([audit, str(out), "--output", "json"], capture_output=True, text=True, check=False).stdout
    assert "comment" not in shown.lower()


@given(texts=st.lists(st.text(max_size=30), min_size=1, max_size=3), number=st.integers(0, 4))
@settings(max_examples=40, deadline=None)
def test_any_text_may_be_a_comment(texts: list[str], number: int) -> None:
    document = Document()
    for word in "abcde":
        document.add_paragraph(word)
    data = BytesIO()
    document.save(data)
    passage = opened(Package(data.getvalue())).passages[number]
    made = commented(data.getvalue(), [Comment(passage, texts)])
    comments = list(Document(BytesIO(made)).comments)
    assert len(comments) == 1 and len(comments[0].paragraphs) == len(texts)
    body = opened(Package(made)).passages
    assert [passage.text for passage in body] == list("abcde")
    marks = [e.getparent() for e in Document(BytesIO(made)).element.iter(f"{W}commentRangeStart")]
    assert [p.xpath("string()") for p in marks] == ["abcde"[number]]


def test_a_document_without_anything_to_check_yields_nothing() -> None:
    empty: list[Callable[..., object]] = [Structure().c06, Structure().c10]
    assert all(not list(rule(None)) for rule in empty)  # type: ignore[call-overload]
