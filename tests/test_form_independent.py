"""The form of generated plans measured without our own lint: from the XML with a small resolver of this file, and from
the rendered pages by the boxes of their words."""

from __future__ import annotations

import re
import subprocess
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from lxml import etree
from office import require_office, to_pdf
from word_edits import commune_plan, filled_plan

from xlplan import catalogue

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
POINTS_A_MM = 72 / 25.4
COMMUNES = ("an_duong_2024", "long_an_2024", "phuoc_long_2024", "son_trung_2023", "tan_khai_2021_2025")
PLANS = {name: lambda name=name: commune_plan(name) for name in COMMUNES} | {
    kind: lambda kind=kind: filled_plan(kind) for kind in sorted(catalogue.kinds())
}


# -- the XML ---------------------------------------------------------------------------------------------------


class Words(NamedTuple):
    """A paragraph with what its style and its first run say in the end (only what these plans use)."""

    text: str
    font: str
    size: float
    bold: bool
    italic: bool
    align: str
    first: int
    after: int
    before: int
    line: int
    in_table: bool


class Xml:
    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            self.body = etree.fromstring(archive.read("word/document.xml"))[0]
            styles = etree.fromstring(archive.read("word/styles.xml"))
            self.header = etree.fromstring(archive.read("word/header.xml"))
        self.styles = {s.get(f"{W}styleId"): s for s in styles.iter(f"{W}style")}
        self.defaults = styles.find(f"{W}docDefaults")

    def levels(self, paragraph: Any, run: Any | None) -> list[Any]:
        """Elements whose properties count, the strongest first."""
        found = [] if run is None else [run.find(f"{W}rPr")]
        style = run.find(f"{W}rPr/{W}rStyle") if run is not None else None
        found += self.chain(style.get(f"{W}val")) if style is not None else []
        found.append(paragraph.find(f"{W}pPr"))
        own = paragraph.find(f"{W}pPr/{W}pStyle")
        found += self.chain(own.get(f"{W}val") if own is not None else "Normal")
        return [x for x in (*found, *self.defaults) if x is not None]

    def chain(self, name: str) -> list[Any]:
        found = []
        while name:
            found.append(self.styles[name])
            above = self.styles[name].find(f"{W}basedOn")
            name = above.get(f"{W}val") if above is not None else ""
        return found

    def value(self, levels: list[Any], name: str, attribute: str, default: str) -> str:
        for level in levels:
            for node in [level.find(name), *level.iter(name)] if level.tag != f"{W}pPr" else [level.find(name)]:
                if node is not None and node.get(f"{W}{attribute}") is not None:
                    return str(node.get(f"{W}{attribute}"))
        return default

    def on(self, levels: list[Any], name: str) -> bool:
        for level in levels:
            node = next(iter(level.iter(name)), None) if level.tag != f"{W}pPr" else None
            if node is not None:
                return node.get(f"{W}val", "1") not in ("0", "false")
        return False

    def words(self) -> Iterator[Words]:
        for paragraph in self.body.iter(f"{W}p"):
            runs = [r for r in paragraph.iter(f"{W}r") if "".join(r.itertext()).strip()]
            levels = self.levels(paragraph, runs[0] if runs else None)
            yield Words(
                "".join(t.text or "" for t in paragraph.iter(f"{W}t")),
                self.value(levels, f"{W}rFonts", "ascii", ""),
                float(self.value(levels, f"{W}sz", "val", "0")) / 2,
                self.on(levels, f"{W}b"),
                self.on(levels, f"{W}i"),
                self.value(levels, f"{W}jc", "val", "left"),
                int(self.value(levels, f"{W}ind", "firstLine", "0")),
                int(self.value(levels, f"{W}spacing", "after", "0")),
                int(self.value(levels, f"{W}spacing", "before", "0")),
                int(self.value(levels, f"{W}spacing", "line", "240")),
                any(True for _ in paragraph.iterancestors(f"{W}tbl")),
            )


@pytest.fixture(scope="module", params=PLANS)
def data(request: pytest.FixtureRequest) -> bytes:
    return PLANS[request.param]()


def test_paper_and_margins(data: bytes) -> None:
    for section in Xml(data).body.iter(f"{W}sectPr"):
        size, margins = section.find(f"{W}pgSz"), section.find(f"{W}pgMar")
        assert {int(size.get(f"{W}w")), int(size.get(f"{W}h"))} == {11906, 16838}
        mm = {side: int(margins.get(f"{W}{side}")) / 1440 * 25.4 for side in ("top", "bottom", "left", "right")}
        assert 19.9 <= mm["top"] <= 25.1
        assert 19.9 <= mm["bottom"] <= 25.1
        assert 29.9 <= mm["left"] <= 35.1
        assert 14.9 <= mm["right"] <= 20.1


def test_every_word_is_black_times_new_roman(data: bytes) -> None:
    xml = Xml(data)
    assert {words.font for words in xml.words() if words.text.strip()} == {"Times New Roman"}
    for root in (xml.body, *xml.styles.values(), xml.header):
        assert {c.get(f"{W}val") for c in root.iter(f"{W}color")} <= {"000000", "auto"}
        fonts = {f.get(f"{W}{slot}") for f in root.iter(f"{W}rFonts") for slot in ("ascii", "hAnsi", "cs", "eastAsia")}
        assert fonts <= {"Times New Roman", None}


def test_the_head_has_its_sizes_and_weights(data: bytes) -> None:
    words = {" ".join(x.text.split()): x for x in Xml(data).words()}
    agency = words["ỦY BAN NHÂN DÂN"]
    number = next(x for text, x in words.items() if text.startswith("Số:"))
    date = next(x for text, x in words.items() if re.match(r".*, ngày.*tháng.*năm", text))
    for found, least, most, bold, italic in (
        (words[NATION], 12, 13, True, False),
        (words[MOTTO], 13, 14, True, False),
        (agency, 12, 13, True, False),
        (number, 13, 13, False, False),
        (date, 13, 14, False, True),
        (words["KẾ HOẠCH"], 13, 14, True, False),
    ):
        assert least <= found.size <= most, found.text
        assert (found.bold, found.italic, found.align) == (bold, italic, "center"), found.text


def test_paragraphs_of_the_text(data: bytes) -> None:
    found = [x for x in Xml(data).words() if len(x.text) > 150 and not x.in_table and x.align != "center"]
    assert len(found) >= 5
    for words in found:
        assert words.align == "both"
        assert 13 <= words.size <= 14
        assert 567 <= words.first <= 720
        assert words.after + words.before >= 120
        assert 240 <= words.line <= 360


def test_legal_bases_and_foot(data: bytes) -> None:
    words = list(Xml(data).words())
    bases = [x for x in words if x.text.startswith("Căn cứ ") and x.italic]
    assert all(x.text.endswith((";", ".")) for x in bases)
    at = next(i for i, x in enumerate(words) if x.text == "Nơi nhận:")
    title, first = words[at], words[at + 1]
    assert (title.size, title.bold, title.italic) == (12, True, True)
    assert (first.size, first.bold, first.italic, first.text[:2]) == (11, False, False, "- ")
    signature = next(x for x in words if x.text.startswith("TM. "))
    assert signature.bold
    assert 13 <= signature.size <= 14


# -- the pages -------------------------------------------------------------------------------------------------


class Word(NamedTuple):
    text: str
    left: float
    top: float
    right: float
    bottom: float


class Page(NamedTuple):
    width: float
    height: float
    words: list[Word]

    def line(self, text: str) -> list[Word]:
        """The words of a text, where they stand one after the other."""
        wanted = text.split()
        for at in range(len(self.words)):
            if [w.text for w in self.words[at : at + len(wanted)]] == wanted:
                return self.words[at : at + len(wanted)]
        raise AssertionError(f"{text} is not on the page")


def pages(pdf: Path) -> list[Page]:
    done = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, encoding="utf-8", check=True)
    root = etree.fromstring(done.stdout.encode(), etree.HTMLParser(encoding="utf-8"))
    found = []
    for page in root.iter("page"):
        words = [
            Word(w.text or "", *(float(w.get(k)) for k in ("xmin", "ymin", "xmax", "ymax"))) for w in page.iter("word")
        ]
        found.append(Page(float(page.get("width")), float(page.get("height")), words))
    return found


@pytest.fixture(scope="module", params=["long_an_2024", "phuoc_long_2024", "tan_khai_2021_2025", "nam", "thon"])
def rendered(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Page]:
    require_office()
    path = tmp_path_factory.mktemp("form") / "ke_hoach.docx"
    path.write_bytes(PLANS[request.param]())
    return pages(to_pdf(path, path.parent))


def on_one_line(words: list[Word]) -> bool:
    return max(w.top for w in words) - min(w.top for w in words) < 3


@pytest.mark.office
def test_national_name_and_motto_take_one_line_each_at_the_right(rendered: list[Page]) -> None:
    first = rendered[0]
    nation, motto = first.line(NATION), first.line(MOTTO)
    assert on_one_line(nation) and on_one_line(motto)
    assert 0 < motto[0].top - nation[0].top < 25
    assert nation[0].left > first.width * 0.4
    centres = [(words[0].left + words[-1].right) / 2 for words in (nation, motto)]
    assert abs(centres[0] - centres[1]) < 2
    assert nation[-1].right <= first.width - 14 * POINTS_A_MM


@pytest.mark.office
def test_the_agency_stands_level_with_the_national_name_at_the_left(rendered: list[Page]) -> None:
    first = rendered[0]
    agency, nation = first.line("ỦY BAN NHÂN DÂN"), first.line(NATION)
    assert abs(agency[0].top - nation[0].top) < 3
    assert agency[-1].right < nation[0].left


@pytest.mark.office
def test_number_and_date_stand_on_one_level(rendered: list[Page]) -> None:
    number, date = rendered[0].line("Số:"), rendered[0].line("ngày")
    assert abs(number[0].top - date[0].top) < 4


@pytest.mark.office
def test_words_stay_within_the_margins(rendered: list[Page]) -> None:
    for page in rendered:
        left, right = (30 - 1) * POINTS_A_MM, page.width - (15 - 0.5) * POINTS_A_MM
        assert all(word.left >= left and word.right <= right for word in page.words)
        assert all(word.bottom <= page.height - 19 * POINTS_A_MM for word in page.words)


@pytest.mark.office
def test_the_page_number_is_in_the_middle_of_the_top_margin_and_not_on_page_1(rendered: list[Page]) -> None:
    top = 20 * POINTS_A_MM
    assert not [word for word in rendered[0].words if word.bottom <= top + 2]
    assert len(rendered) > 2
    expected = 2
    for page in rendered[1:]:
        above = [word for word in page.words if word.bottom <= top + 2]
        if not above:  # the first page of an annex
            expected = 2
            continue
        (number,) = above
        assert number.text == str(expected)
        middle = (30 * POINTS_A_MM + page.width - 20 * POINTS_A_MM) / 2
        assert abs((number.left + number.right) / 2 - middle) < 3
        expected += 1


@pytest.mark.office
def test_the_first_line_of_a_paragraph_is_indented(rendered: list[Page]) -> None:
    first = next(word for page in rendered for word in page.words if word.text == "I.")
    assert 10 - 0.5 <= first.left / POINTS_A_MM - 30 <= 12.7 + 0.5
