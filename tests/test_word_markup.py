"""Plans that people marked up in Word, and files that are no plan: right output or one clear line."""

from __future__ import annotations

import random
import zipfile
from collections import Counter
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path

import filled_plans as filled
import hand_plans
import pytest
from hand_plans import Hand
from lxml import etree
from plan_edits import MAIN, WORKBOOKS, Edited, disagreements, other_figures, part, plan_of, speaking, with_part
from test_packages_gate import compound
from word_edits import said, w
from word_markup import COMMENT, MARKS, NOTE, Marker, marked_up, with_contents

from xlplan.cli import run
from xlplan.documents.crosscheck.run import crosscheck as held
from xlplan.documents.refreshing import refresh
from xlplan.documents.word.reading import opened, read
from xlplan.messages import message
from xlplan.packages.gate import Package
from xlplan.pipeline import Options, crosscheck, lint, process
from xlplan.sheets.reader import read as read_workbook

SON_TRUNG = next(path for path in WORKBOOKS if path.stem == "son_trung_2023")
VILLAGES = tuple(filled.commune("son_trung_2023").villages)
Said = list[tuple[str, str]]


@cache
def plan(name: str) -> bytes:
    return plan_of(next(path for path in WORKBOOKS if path.stem == name))


def linted(path: Path) -> Said:
    found = lint(path)
    assert found.problem is None
    return sorted((item.code, message(item).partition(": ")[2]) for item in found.findings)


def crosschecked(path: Path, workbook: Path) -> Said:
    report = crosscheck(path, workbook).outcome.report
    assert report is not None
    assert [note for note in report.not_checked if note.reason == "crashed"] == []
    return sorted((item.code, message(item).partition(": ")[2]) for item in report.findings)


def settled(data: bytes) -> bytes:
    """The document without what was deleted or moved away."""
    root = etree.fromstring(part(data))
    for gone in [*root.iter(w("del"), w("moveFrom"))]:
        if (parent := gone.getparent()) is not None and parent.tag != w("rPr"):
            parent.remove(gone)
    return with_part(data, MAIN, etree.tostring(root))


def elements(data: bytes) -> Counter[str]:
    """How often each element of markup stands in a document; texts and their runs aside."""
    names = (etree.QName(node).localname for node in etree.fromstring(part(data)).iter())
    return Counter(name for name in names if name not in ("t", "r", "rPr", "rStyle"))


# ---- marked up by Word ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_markup_changes_nothing_of_what_lint_and_crosscheck_say(seed: int, tmp_path: Path) -> None:
    workbook = WORKBOOKS[seed]
    clean, marked = tmp_path / "sach.docx", tmp_path / "sua.docx"
    clean.write_bytes(plan_of(workbook))
    marker = marked_up(clean.read_bytes(), seed)
    marked.write_bytes(marker.bytes())
    assert {"ins", "del", "moveFrom", "commentRangeStart", "footnoteReference", "smartTag"} <= set(marker.marked)
    assert linted(marked) == linted(clean)
    assert crosschecked(marked, workbook) == crosschecked(clean, workbook)


@pytest.mark.parametrize("kind", list(MARKS))
def test_inconsistencies_of_a_typed_plan_are_found_under_any_markup(kind: str, tmp_path: Path) -> None:
    clean = hand_plans.son_trung(tmp_path / "sach.docx", VILLAGES)
    marked = tmp_path / "sua.docx"
    marked.write_bytes(marked_up(clean.read_bytes(), 7, (kind,), share=0.6).bytes())
    before = crosschecked(clean, SON_TRUNG)
    assert before and crosschecked(marked, SON_TRUNG) == before


def test_texts_of_comments_and_notes_are_no_text_of_the_plan(tmp_path: Path) -> None:
    marker = marked_up(plan("son_trung_2023"), 1, ("footnote", "comment", "field"))
    (tmp_path / "a.docx").write_bytes(marker.bytes())
    whole = "\n".join(passage.text for passage in read(tmp_path / "a.docx").passages)
    assert COMMENT not in whole and NOTE not in whole and "REF so_ho" not in whole
    assert NOTE in {passage.text for passage in read(tmp_path / "a.docx").others()}


def test_a_table_of_contents_is_neither_heading_nor_text(tmp_path: Path) -> None:
    clean, marked = tmp_path / "sach.docx", tmp_path / "sua.docx"
    clean.write_bytes(plan("tan_khai_2021_2025"))
    marker = Marker(clean.read_bytes(), 1)
    heads = [p for p in marker.hands.body.iterchildren(w("p")) if said(p).split(".")[0] in ("I", "II", "III", "IV")]
    with_contents(marker, heads[0], ["MỤC LỤC", *map(said, heads), "Phụ lục: 36 hộ nghèo"])
    marked.write_bytes(marker.bytes())
    assert linted(marked) == linted(clean)
    workbook = next(path for path in WORKBOOKS if path.stem == "tan_khai_2021_2025")
    assert crosschecked(marked, workbook) == crosschecked(clean, workbook)


@pytest.mark.parametrize("line", ["Hộ nghèo cuối năm 2022:\t36 hộ", "Hộ nghèo cuối năm 2022\t36"])
def test_a_figure_behind_a_tab_is_no_page_of_a_table_of_contents(line: str, tmp_path: Path) -> None:
    hand = Hand("xã Sơn Trung", "07", "Sơn Trung, ngày 10 tháng 02 năm 2023", "Giảm nghèo năm 2023 xã Sơn Trung")
    hand.lines(f"I. TÌNH HÌNH\t1\nI. TÌNH HÌNH\n{line}")
    file = opened(Package(hand.save(tmp_path / "a.docx").read_bytes()))
    from xlplan.documents.crosscheck.layout import layout

    assert [record.text("noi_dung") for record in layout(file).rows] == ["TÌNH HÌNH", " ".join(line.split())]


@pytest.mark.parametrize("seed", range(4))
def test_refresh_writes_the_figures_into_a_marked_up_plan_and_keeps_all_markup(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    source = speaking(WORKBOOKS[seed], tmp_path / "truoc.xlsx")
    other = other_figures(source, tmp_path / "so.xlsx", rng)
    marked = marked_up(plan_of(source), seed).bytes()
    done = refresh(marked, read_workbook(other))
    work = Edited(settled(marked), set())
    assert disagreements(work, done._replace(data=settled(done.data)), plan_of(other)) == []
    assert elements(done.data) == elements(marked)
    assert {item.why for item in done.left} <= {"tracked"}
    assert all(item.old != item.new for item in done.left)  # what agrees as it reads is not worth a word


def test_a_tracked_change_of_format_does_not_stop_a_refresh(tmp_path: Path) -> None:
    source = speaking(SON_TRUNG, tmp_path / "truoc.xlsx")
    other = other_figures(source, tmp_path / "so.xlsx", random.Random(3))
    marked = marked_up(plan_of(source), 1, ("rPrChange",), share=1).bytes()
    done = refresh(marked, read_workbook(other))
    assert done.changes and done.complete
    assert elements(done.data)["rPrChange"] == elements(marked)["rPrChange"] > 100


# ---- no plans ------------------------------------------------------------------------------------------------

_TYPE = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def changed(name: str, change: Callable[[bytes], bytes | None]) -> bytes:
    """A plan one of whose parts is another, or gone."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(plan("son_trung_2023"))) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.namelist():
            data = change(old.read(member)) if member == name else old.read(member)
            if data is not None:
                new.writestr(member, data)
    return out.getvalue()


def typed(kind: bytes) -> bytes:
    return changed("[Content_Types].xml", lambda data: data.replace(_TYPE, kind))


def zipped(**members: str) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return out.getvalue()


NO_PLANS: dict[str, tuple[Callable[[], bytes], str]] = {
    "cu.doc": (lambda: compound("Root Entry", "WordDocument"), "(.doc)"),
    "cu.docx": (lambda: compound("Root Entry", "WordDocument"), "(.doc)"),
    "mat_khau.docx": (lambda: compound("Root Entry", "EncryptionInfo", "EncryptedPackage"), "mật khẩu"),
    "so.docx": (SON_TRUNG.read_bytes, "tệp Excel"),
    "nen.docx": (lambda: zipped(a="1"), "không phải"),
    "rong.docx": (lambda: b"", "tệp rỗng"),
    "cut.docx": (lambda: plan("son_trung_2023")[:5000], "bị cụt"),
    "hong.docx": (lambda: changed(MAIN, lambda data: data[: len(data) // 2]), "Word để sửa"),
    "khong_than.docx": (lambda: changed(MAIN, lambda data: data.replace(b"w:body>", b"w:bodi>")), "Word để sửa"),
    "thieu.docx": (lambda: changed(MAIN, lambda _: None), "Word để sửa"),
    "macro.docx": (lambda: typed(b"application/vnd.ms-word.document.macroEnabled.main+xml"), "macro"),
    "mau_macro.docx": (lambda: typed(b"application/vnd.ms-word.template.macroEnabledTemplate.main+xml"), "macro"),
}


@pytest.mark.parametrize("name", list(NO_PLANS))
def test_what_is_no_plan_is_one_clear_line_from_every_command(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make, words = NO_PLANS[name]
    path, book, out = tmp_path / name, str(SON_TRUNG), tmp_path / "ra.docx"
    path.write_bytes(make())
    for command in (
        ["lint", str(path)],
        ["crosscheck", str(path), book, "--mark", str(out)],
        ["refresh", str(path), book, "-o", str(out)],
        ["template", "check", str(path)],
        ["plan", book, "-o", str(out), "--template", str(path), "--force"],
    ):
        fault = command[0] == "template" and words == "macro"  # a template that can be mended
        assert run(command) == (1 if fault else 2), command
        line = capsys.readouterr().err.strip()
        assert len(line.splitlines()) == 1 and words in line and "chính nó" not in line and "Excel để" not in line
        assert not out.exists()


def test_a_plan_that_was_saved_as_a_template_comes_back_as_a_document(tmp_path: Path) -> None:
    path, out = tmp_path / "mau.docx", tmp_path / "ra.docx"
    path.write_bytes(typed(_TYPE.replace(b"document.main", b"template.main")))
    assert run(["lint", str(path)]) == 0
    for command in (
        ["refresh", str(path), str(SON_TRUNG), "-o", str(out)],
        ["crosscheck", str(path), str(SON_TRUNG), "--mark", str(out)],
    ):
        assert run(command) == 0
        package = Package(out.read_bytes())
        assert package.content_type(MAIN) == _TYPE.decode()


@pytest.mark.parametrize("head", ["ỦY BAN NHÂN DÂN\nXÃ SƠN TRÀ", "UBND XÃ SƠN TRÀ", "Ủy ban nhân dân xã Sơn Trà"])
def test_a_plan_of_another_commune_is_said_in_one_line_however_its_head_is_typed(head: str, tmp_path: Path) -> None:
    hand = Hand("xã Sơn Trung", "07", "ngày 10 tháng 02 năm 2023", "Giảm nghèo bền vững năm 2023")
    hand.document.tables[0].cell(0, 0).text = head
    hand.lines("I. TÌNH HÌNH\nCuối năm 2022 toàn xã có 36 hộ nghèo.")
    report = crosscheck(hand.save(tmp_path / "a.docx"), SON_TRUNG).outcome.report
    assert report is not None
    assert [item.code for item in report.findings] == ["I40"]


def test_refresh_says_that_a_plan_is_of_another_commune_before_all_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "ke_hoach.docx", tmp_path / "ra.docx"
    path.write_bytes(marked_up(plan("long_an_2024"), 2).bytes())
    assert run(["refresh", str(path), str(SON_TRUNG), "-o", str(out)]) == 2
    line = capsys.readouterr().err.strip()
    assert len(line.splitlines()) == 1 and "Long An" in line and "Sơn Trung" in line
    assert not out.exists()


# ---- villages of one name, and cells without end ------------------------------------------------------------


def sixty() -> filled.Content:
    """A workbook whose villages are all called Mai Hà, each with figures of its own."""
    content = filled.starter("thon", random.Random(8))
    content.villages = ["Mai Hà"] * 60
    rows = [filled._village(random.Random(n)) for n in range(60)]
    content.counts = {code: [row[code] for row in rows] for code in content.counts}
    content.commune = {code: sum(row[code] for row in rows) for code in content.commune}
    return content


def test_no_figure_of_sixty_villages_of_one_name_goes_to_another(tmp_path: Path) -> None:
    content = sixty()
    before, after = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    before.write_bytes(filled.workbook(content))
    report = process(before).report
    assert report is not None and "B07" in {item.code for item in report.findings}
    made = plan_of(before)
    content.counts["ho_ngheo_dau_ky"][17] += 200
    after.write_bytes(filled.workbook(content))
    done = refresh(made, read_workbook(after))
    rows = {change.place.partition("C")[0] for change in done.changes if change.place.startswith("T2R")}
    (row,) = rows
    file = opened(Package(made))
    assert next(p.text for p in file.passages if p.place == f"{row}C1") == "18"
    found = held(file, read_workbook(after)).findings
    assert row in {item.ref.address.partition("C")[0] for item in found if item.code == "C01"}


def test_rows_of_one_name_in_another_number_are_not_checked_and_that_is_said(tmp_path: Path) -> None:
    submission = filled.submission(sixty())
    hand = Hand(submission.unit_name, "07", "ngày 10 tháng 02 năm 2024", "Giảm nghèo bền vững")
    rows = [[str(n), "Mai Hà", "999", "99"] for n in range(1, 60)]
    hand.table([["TT", "Thôn", "Tổng số hộ", "Hộ nghèo đầu năm"], *rows])
    checked = held(opened(Package(hand.save(tmp_path / "a.docx").read_bytes())), submission)
    assert "same_names" in {note.reason for note in checked.not_checked}
    assert [item for item in checked.findings if item.code == "C01"] == []


@pytest.mark.parametrize("text", ["Chữ dài " * 2500, "x" * 20_000])
def test_a_text_in_the_place_of_a_name_is_said_and_not_printed_in_a_cell(text: str, tmp_path: Path) -> None:
    content = filled.starter("thon", random.Random(8))
    content.villages[1] = text.strip()
    content.outline[5] = (content.outline[5][0], text, "", "")
    path = tmp_path / "so.xlsx"
    path.write_bytes(filled.workbook(content))
    outcome = process(path, Options(plan=True, force=True))
    assert outcome.report is not None and outcome.plan is not None
    (note,) = [item for item in outcome.report.findings if item.code == "I38"]
    assert len(message(note)) < 400
    passages = opened(Package(outcome.plan)).passages
    assert max(len(passage.text) for passage in passages if passage.kind == "cell") < 200
    assert max(len(passage.text) for passage in passages) > 19_000  # a paragraph may be as long as it is
    (tmp_path / "a.docx").write_bytes(outcome.plan)
    assert [item for item in crosschecked(tmp_path / "a.docx", path) if item[0] == "C01"] == []
