"""Comments of ours in a document: on the words they are about, those of now and no others; people's stay."""

from __future__ import annotations

import zipfile
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import filled_plans
import hand_plans
import pytest
from docx import Document
from docx.shared import Pt
from hand_plans import Hand
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl import load_workbook
from word_edits import w
from word_markup import SPACE

from xlplan.cli import run
from xlplan.documents.crosscheck.stretches import stretch
from xlplan.documents.word.comments import FINDING, REMARK, Comment, commented
from xlplan.documents.word.own_comments import OVER, own_comments, renewed
from xlplan.documents.word.reading import opened
from xlplan.messages import finding
from xlplan.model import WordRef
from xlplan.packages.gate import Package

ROOT = Path(__file__).parent.parent
SON_TRUNG = ROOT / "workbooks" / "son_trung_2023.xlsx"
PHUOC_LONG = ROOT / "workbooks" / "phuoc_long_2024.xlsx"
VILLAGES = tuple(filled_plans.commune("son_trung_2023").villages)
W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
W15 = "http://schemas.microsoft.com/office/word/2012/wordml"
BOOKS = sorted(path for path in (ROOT / "workbooks").glob("*.xlsx") if path.stem in filled_plans.COMMUNES)


def document_of(data: bytes) -> Any:
    return Document(BytesIO(data))


def saved(document: Any) -> bytes:
    made = BytesIO()
    document.save(made)
    return made.getvalue()


def texts(data: bytes) -> list[tuple[str, str]]:
    return [(c.author, c.text) for c in document_of(data).comments]


def spanned(data: bytes) -> dict[str, str]:
    """What each comment stands at, by its text."""
    document = document_of(data)
    named = {str(c.comment_id): c.text for c in document.comments}
    found: dict[str, str] = {}
    begun: dict[str, str] = {}
    for node in document.element.body.iter():
        if node.tag == w("commentRangeStart"):
            begun[node.get(w("id"))] = ""
        elif node.tag == w("commentRangeEnd"):
            found[named[node.get(w("id"))]] = begun.pop(node.get(w("id")))
        elif node.tag in (w("t"), w("tab")):
            shown = "\t" if node.tag == w("tab") else node.text or ""
            begun = {number: text + shown for number, text in begun.items()}
    assert not begun
    return found


def marked(plan: Path, book: Path, out: Path) -> bytes:
    assert run(["crosscheck", str(plan), str(book), "--mark", str(out)]) in (0, 1)
    return out.read_bytes()


def with_parts(data: bytes, parts: dict[str, bytes]) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        for name in dict.fromkeys([*old.namelist(), *parts]):
            new.writestr(name, parts.get(name) or old.read(name))
    return made.getvalue()


def part(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return archive.read(name)


def answered(data: bytes, words: str, about: str) -> bytes:
    """The document after somebody answered the comment that says ``words``, as Word keeps threads."""
    document = document_of(data)
    ours = next(c for c in document.comments if words in c.text)
    run_of = next(r for p in document.paragraphs for r in p.runs if about in r.text)
    reply = document.add_comment(run_of, text="Số này theo quyết định mới", author="Bà Lan", initials="L")
    for number, comment in ((1, ours), (2, reply)):
        comment._comment_elm.findall(w("p"))[-1].set(f"{{{W14}}}paraId", f"0000000{number}")
    whole = saved(document)
    thread = (
        f'<w15:commentsEx xmlns:w15="{W15}"><w15:commentEx w15:paraId="00000001" w15:done="0"/>'
        '<w15:commentEx w15:paraId="00000002" w15:paraIdParent="00000001" w15:done="0"/></w15:commentsEx>'
    )
    rels = part(whole, "word/_rels/document.xml.rels").decode()
    kind = "http://schemas.microsoft.com/office/2011/relationships/commentsExtended"
    rels = rels.replace("</Rel", f'<Relationship Id="rIdEx" Type="{kind}" Target="commentsExtended.xml"/></Rel')
    types = part(whole, "[Content_Types].xml").decode()
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.commentsExtended+xml"
    types = types.replace("</Types>", f'<Override PartName="/word/commentsExtended.xml" ContentType="{kind}"/></Types>')
    return with_parts(
        whole,
        {
            "word/commentsExtended.xml": thread.encode(),
            "word/_rels/document.xml.rels": rels.encode(),
            "[Content_Types].xml": types.encode(),
        },
    )


def thread(data: bytes) -> list[tuple[str, str]]:
    """The threads: each comment's id of its thread, and whether it is resolved."""
    root = etree.fromstring(part(data, "word/commentsExtended.xml"))
    return [(node.get(f"{{{W15}}}paraId"), node.get(f"{{{W15}}}done")) for node in root]


# ---- the comment of errors in a plan ----------------------------------------------------------------------------


def corrected(target: Path, **cells: object) -> Path:
    book = load_workbook(SON_TRUNG)
    for cell, value in cells.items():
        book["Hiện trạng"][cell].value = value
    book.save(target)
    return target


@pytest.fixture
def forced(tmp_path: Path) -> Path:
    """A plan made in spite of the error that 48 and 16 are not 63, in which a person left a comment too."""
    plan = tmp_path / "ke_hoach.docx"
    assert run(["plan", str(SON_TRUNG), "-o", str(plan), "--force"]) == 0
    document = document_of(plan.read_bytes())
    words = next(r for p in document.paragraphs for r in p.runs if len(r.text) > 9)
    document.add_comment(words, text="Xem lại câu này", author="Bà Lan", initials="L")
    plan.write_bytes(saved(document))
    assert [author for author, _ in texts(plan.read_bytes())] == ["xlplan", "Bà Lan"]
    return plan


def test_a_refreshed_plan_has_no_comment_of_errors_that_the_workbook_no_longer_has(
    forced: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, out = corrected(tmp_path / "sua.xlsx", D9=15), tmp_path / "moi.docx"
    assert run(["refresh", str(forced), str(book), "-o", str(out)]) in (0, 1)
    assert texts(out.read_bytes()) == [("Bà Lan", "Xem lại câu này")]
    assert "Nhận xét của xlplan" in capsys.readouterr().out
    assert part(out.read_bytes(), "word/document.xml").count(b"commentReference") == 1
    assert opened(Package(out.read_bytes())).passages[3].text == opened(Package(forced.read_bytes())).passages[3].text


def test_a_refreshed_plan_names_the_errors_that_the_workbook_has_now(forced: Path, tmp_path: Path) -> None:
    book, out = corrected(tmp_path / "sua.xlsx", D9=18), tmp_path / "moi.docx"
    before = texts(forced.read_bytes())
    assert run(["refresh", str(forced), str(book), "-o", str(out)]) in (0, 1)
    (ours, theirs) = texts(out.read_bytes())
    assert "48 + 18 = 66" in ours[1] and "48 + 16" not in ours[1] and theirs == before[1]


def test_comments_of_a_crosscheck_are_those_of_now_after_a_refresh(forced: Path, tmp_path: Path) -> None:
    once, out = tmp_path / "danh_dau.docx", tmp_path / "moi.docx"
    marked(forced, SON_TRUNG, once)
    assert [author for author, _ in texts(once.read_bytes())] == ["xlplan", "Bà Lan", "xlplan"]
    run(["refresh", str(once), str(corrected(tmp_path / "18.xlsx", D9=18)), "-o", str(out)])
    assert ["48 + 18" in text for _, text in texts(out.read_bytes())] == [True, False, True]
    run(["refresh", str(once), str(corrected(tmp_path / "15.xlsx", D9=15)), "-o", str(out)])
    assert texts(out.read_bytes()) == [("Bà Lan", "Xem lại câu này")]


def test_a_refreshed_plan_of_the_same_errors_stays_as_it_is(forced: Path, tmp_path: Path) -> None:
    out = tmp_path / "moi.docx"
    run(["refresh", str(forced), str(SON_TRUNG), "-o", str(out)])
    assert out.read_bytes() == forced.read_bytes()


def test_an_answer_to_the_comment_of_errors_outlives_the_errors(forced: Path, tmp_path: Path) -> None:
    forced.write_bytes(answered(forced.read_bytes(), "A14", "KẾ HOẠCH"))
    book, out = corrected(tmp_path / "sua.xlsx", D9=15), tmp_path / "moi.docx"
    run(["refresh", str(forced), str(book), "-o", str(out)])
    made = texts(out.read_bytes())
    assert made[0][1].startswith(OVER["vi"]) and "A14" in made[0][1]
    assert ("Bà Lan", "Số này theo quyết định mới") in made
    assert thread(out.read_bytes()) == [("00000001", "1"), ("00000002", "0")]
    again = tmp_path / "lai.docx"
    run(["refresh", str(out), str(SON_TRUNG), "-o", str(again)])  # the error is back
    assert texts(again.read_bytes())[0] == texts(forced.read_bytes())[0]
    assert thread(again.read_bytes())[0] == ("00000001", "0")


# ---- marked again -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("book", BOOKS, ids=lambda path: path.stem)
def test_a_marked_document_that_is_marked_again_is_the_same(book: Path, tmp_path: Path) -> None:
    plan = tmp_path / "a.docx"
    {
        "son_trung_2023": lambda path: hand_plans.son_trung(path, VILLAGES),
        "long_an_2024": hand_plans.long_an,
        "phuoc_long_2024": hand_plans.phuoc_long,
        "an_duong_2024": hand_plans.an_duong,
        "tan_khai_2021_2025": hand_plans.tan_khai,
    }[book.stem](plan)
    once = marked(plan, book, tmp_path / "b.docx")
    assert texts(once) and marked(tmp_path / "b.docx", book, tmp_path / "c.docx") == once


def test_what_was_corrected_loses_its_comment_and_comments_of_people_stay(tmp_path: Path) -> None:
    plan, book = hand_plans.phuoc_long(tmp_path / "a.docx"), PHUOC_LONG
    first = marked(plan, book, tmp_path / "b.docx")
    document = document_of(first)
    promise = next(p for p in document.paragraphs if "đính kèm" in p.text)
    document.add_comment(promise.runs[0], text="Đã hỏi chị Hoa", author="xlplan của tôi", initials="xl")
    for r in promise.runs:
        r.text = r.text.replace("phụ lục đính kèm", "quy định")
    (tmp_path / "b.docx").write_bytes(saved(document))
    second = marked(tmp_path / "b.docx", book, tmp_path / "c.docx")
    gone = {text for _, text in texts(first)} - {text for _, text in texts(second)}
    assert len(gone) == 1 and "đính kèm" in gone.pop()
    assert ("xlplan của tôi", "Đã hỏi chị Hoa") in texts(second)


def test_an_answered_comment_goes_on_with_its_thread(tmp_path: Path) -> None:
    plan, book = hand_plans.phuoc_long(tmp_path / "a.docx"), PHUOC_LONG
    first = answered(marked(plan, book, tmp_path / "b.docx"), "C14", "8.999")
    (tmp_path / "b.docx").write_bytes(first)
    second = marked(tmp_path / "b.docx", book, tmp_path / "c.docx")
    assert sorted(texts(second)) == sorted(texts(first))
    assert thread(second) == thread(first)
    text = part(second, "word/document.xml").decode().replace("hộ cận nghèo toàn phường", "hộ dân toàn phường")
    assert "hộ dân toàn phường" in text
    (tmp_path / "c.docx").write_bytes(with_parts(second, {"word/document.xml": text.encode()}))
    third = marked(tmp_path / "c.docx", book, tmp_path / "d.docx")
    over = [text for author, text in texts(third) if author == "xlplan" and text.startswith(OVER["vi"])]
    assert len(over) == 1 and "C14" in over[0]
    assert ("Bà Lan", "Số này theo quyết định mới") in texts(third) and thread(third)[0] == ("00000001", "1")
    assert marked(tmp_path / "d.docx", book, tmp_path / "e.docx") == third


# ---- where a comment stands -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("Đến cuối năm 2022, toàn xã có 36 hộ nghèo với 113 khẩu.", "36"),
        ("Đến cuối năm 2022, toàn xã có 3|6 hộ| nghèo với 113 khẩu.", "36"),
        ("Đến cuối năm 2022, toàn xã có ba mươi sáu hộ nghèo với 113 khẩu.", "ba mươi sáu"),
        ("Đến cuối năm 2022, toàn xã có 63 hộ nghèo, chiếm tỷ lệ 4,|80|%.", "4,80%"),
        ("- Toàn xã có 63 hộ nghèo đầu năm 2023; tuyên truyền để toàn thị trấn cùng hiểu.", "thị trấn"),
    ],
)
def test_a_comment_stands_at_the_figure_or_words_that_it_is_about(line: str, at: str, tmp_path: Path) -> None:
    hand = Hand("xã Sơn Trung", "07", "Sơn Trung, ngày 10 tháng 02 năm 2023", "Giảm nghèo năm 2023 xã Sơn Trung")
    hand.lines(f"I. NỘI DUNG\n{line}")
    hand.end()
    plan = hand.save(tmp_path / "a.docx")
    found = spanned(marked(plan, SON_TRUNG, tmp_path / "b.docx"))
    assert at in found.values(), found


def test_a_figure_that_stands_twice_in_what_is_quoted_is_not_guessed() -> None:
    item = finding("C01", WordRef("¶3"), written="36 hộ, 36 khẩu", label="", formula="", unit="", mark="", actual="36")
    text = "Toàn xã có 36 hộ, 36 khẩu."
    assert stretch(item, text) == (text.index("36"), text.index("."))
    assert stretch(item, f"{text} {text}") is None


@cache
def blank() -> bytes:
    return saved(Document())


def typed(runs: list[tuple[str, int]]) -> bytes:
    """A document with a paragraph of these runs, texts and sizes in points."""
    paragraph = etree.Element(w("p"), nsmap={"w": w("p")[1:-2]})
    for text, size in runs:
        run_of = etree.SubElement(paragraph, w("r"))
        etree.SubElement(etree.SubElement(run_of, w("rPr")), w("sz")).set(w("val"), str(2 * size))
        for i, words in enumerate(text.split("\t")):
            if i:
                etree.SubElement(run_of, w("tab"))
            node = etree.SubElement(run_of, w("t"))
            node.text = words
            node.set(SPACE, "preserve")
    body = part(blank(), "word/document.xml").replace(b"<w:body>", b"<w:body><w:p/>" + etree.tostring(paragraph))
    return with_parts(blank(), {"word/document.xml": body})


LETTERS = st.text(alphabet="ăề hộ<>&\"' \t1296%.,\U0001f600", min_size=1, max_size=9)


@given(
    runs=st.lists(st.tuples(LETTERS, st.integers(8, 30)), min_size=1, max_size=5),
    places=st.lists(st.tuples(st.integers(0, 44), st.integers(1, 12)), min_size=1, max_size=4),
)
@settings(max_examples=25, deadline=None)
def test_runs_are_divided_without_loss(runs: list[tuple[str, int]], places: list[tuple[int, int]]) -> None:
    data = typed(runs)
    passage = opened(Package(data)).passages[1]
    whole = "".join(text for text, _ in runs)
    assert passage.text == whole
    stretches = {(start, min(start + length, len(whole))) for start, length in places if start < len(whole)}
    made = commented(data, [Comment(passage, [f"{span}"], span) for span in sorted(stretches)])
    assert spanned(made) == {f"{span}": whole[slice(*span)] for span in stretches}
    document = document_of(made)
    sizes = [(r.font.size, letter) for r in document.paragraphs[1].runs if r.font.size for letter in r.text]
    assert sizes == [(Pt(size), letter) for text, size in runs for letter in text]
    cleared = renewed(made, [])
    assert b"comment" not in part(cleared, "word/document.xml")
    assert opened(Package(cleared)).passages[1].text == whole


def test_a_control_is_spanned_from_outside_and_keeps_its_figure(tmp_path: Path) -> None:
    """A comment on a figure of a plan of ours stands around its content control, which a refresh writes into."""
    plan, out = tmp_path / "a.docx", tmp_path / "b.docx"
    assert run(["plan", str(SON_TRUNG), "-o", str(plan), "--force"]) == 0
    file = opened(Package(plan.read_bytes()))
    passage = next(p for p in file.passages if any("63" in piece.text for piece in p.pieces) and p.kind == "body")
    at = passage.text.index("63")
    out.write_bytes(commented(plan.read_bytes(), [Comment(passage, ["C01 – …"], (at, at + 2))]))
    (own,) = own_comments(out.read_bytes(), FINDING)
    marks = document_of(out.read_bytes()).element.body.iter(w("commentRangeStart"))
    begin = next(mark for mark in marks if mark.get(w("id")) == own.id)
    assert begin.getparent().tag == w("p") and begin.getnext().tag == w("sdt")
    assert own.paragraph == passage.number
    assert own_comments(out.read_bytes(), REMARK)[0].lines[0].startswith("A14")
    more = load_workbook(SON_TRUNG)
    more["Biểu chỉ tiêu"]["D19"].value = 64
    more.save(tmp_path / "more.xlsx")
    new = tmp_path / "c.docx"
    assert run(["refresh", str(out), str(tmp_path / "more.xlsx"), "-o", str(new)]) in (0, 1)
    passages = opened(Package(new.read_bytes())).passages
    assert any(p.number == passage.number and p.text[at : at + 2] == "64" for p in passages)
