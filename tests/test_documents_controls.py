"""Every figure of a plan in a content control that names it, and pages that look as they would without."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from office import repairs, require_office, to_pdf
from plan_edits import MAIN, WORKBOOKS, controls, figures, listing, number, part, plan_of, speaking, text, w, with_part
from test_documents_render import signed_plan
from test_documents_template import changed, problem

from xlplan.documents.blocks import Block, Control, Paragraph, Plan, Run, WordTable
from xlplan.documents.compose import compose
from xlplan.documents.controls import Controls, Entry, Listing, parse_listing, tag, title
from xlplan.documents.figure_names import words
from xlplan.documents.render import render
from xlplan.documents.wordxml import clean
from xlplan.model import CellRef
from xlplan.sheets.reader import read

RICH = pytest.mark.parametrize("workbook", WORKBOOKS, ids=lambda path: path.stem)


def opened(data: bytes) -> etree._Element:
    return etree.fromstring(part(data))


def runs_of(blocks: tuple[Block, ...]) -> list[Run]:
    found: list[Run] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            found += block.runs
        elif isinstance(block, WordTable):
            found += [run for row in block.rows for cell in row for run in cell.runs]
    return found


def plan_from(workbook: Path) -> Plan:
    plan = compose(read(workbook)).plan
    assert plan is not None
    return plan


PIECES = st.sampled_from(
    ("Mai Hà", "]", "[", "}{", "&", '"', "\t", "\n", "\r\n", "\x01", "\ud800", "𝔸", "⁂", "\u00a0", "a" * 40)
)
NAMES = st.lists(PIECES | st.text(max_size=6), max_size=4).map("".join)
CODES = st.sampled_from(("ho_ngheo_dau_ky", "ty_le_ho_can_ngheo_cuoi_ky", "bien_dong", "so_ngay", "không biết", "x.y"))
KEYS = st.builds("{}{}[{}]{}".format, st.sampled_from(("", "bang:", "hoa:")), CODES, NAMES, st.sampled_from(("", ".x")))
REFS = st.none() | st.builds(CellRef, NAMES, st.integers(0, 99999), st.integers(1, 16384))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(KEYS | NAMES, REFS, NAMES), min_size=1, max_size=5), st.integers(0, 12000))
def test_controls_are_called_as_tag_and_title_say_and_listed_as_they_are(made: list, before: int) -> None:
    controls = Controls()
    controls.made = [(Control(""), "")] * before
    controls.rows = [""] * before
    for key, ref, written in made:
        xml = controls.wrap(Control(key, ref), "<w:r/>", written).encode("latin-1").decode()
        entry = controls.entry(len(controls.made))
        assert (entry.key, entry.label, entry.cell) == (key, words(key), ref.qualified if ref and ref.row else "")
        control = etree.fromstring(f'<w:x xmlns:w="{w("x")[1:-2]}">{xml}</w:x>')[0]
        shown = [control[0].find(w(name)).get(w("val")) for name in ("alias", "tag")]
        assert shown == [in_attribute(title(entry)), in_attribute(tag(entry))]
    entries = tuple(map(controls.entry, range(before + 1, before + 1 + len(made))))
    numbers = range(before + 1, before + 1 + len(made))
    assert controls.listing("xã", "2026", numbers) == Listing("xã", "2026", entries).xml()


def in_attribute(text: str) -> str:
    return clean(text).replace("\n", " ").replace("\t", " ")


@RICH
def test_every_figure_with_a_cell_stands_in_a_control(workbook: Path, tmp_path: Path) -> None:
    plan = plan_from(speaking(workbook, tmp_path / "so.xlsx"))
    every = [*runs_of(plan.body), *(run for annex in plan.annexes for run in runs_of(annex.blocks))]
    figures_ = [run for run in every if run.code and run.text]
    assert figures_
    assert [run for run in figures_ if run.control is None] == []


@RICH
def test_numbers_of_tables_stand_nowhere_but_in_controls(workbook: Path) -> None:
    root = opened(plan_of(workbook))
    for table in root[0].iter(w("tbl")):
        if table.find(f"{w('tr')}/{w('trPr')}/{w('tblHeader')}") is None:
            continue  # the heads of the page
        for row in table.iter(w("tr")):
            if row.find(f"{w('trPr')}/{w('tblHeader')}") is not None:
                continue
            for cell in list(row.iter(w("tc")))[2:]:
                loose = [t.text for t in cell.iter(w("t")) if next(t.iterancestors(w("sdt")), None) is None]
                assert not any(re.fullmatch(r"[\d.,]+", found or "") for found in loose), loose


@RICH
def test_tags_and_dates_name_indicator_and_cell_in_64_letters(workbook: Path) -> None:
    data = plan_of(workbook)
    root, entries = opened(data), {entry.number: entry for entry in listing(data).entries}
    ids = [id_.get(w("val")) for id_ in root.iter(w("id")) if id_.getparent().tag == w("sdtPr")]
    assert len(ids) == len(set(ids)) == len(controls(root)) == len(entries)
    for control in controls(root):
        entry = entries[number(control)]
        properties = control[0]
        assert [child.tag for child in properties] == [w("alias"), w("tag"), w("id")]
        for name in ("alias", "tag"):
            assert 0 < len(properties.find(w(name)).get(w("val"))) <= 64
        address = entry.cell.rpartition("!")[2]
        assert properties.find(w("tag")).get(w("val")).endswith(f"|{address}" if address else "")
        assert text(control) == entry.text


@given(st.text(min_size=1, max_size=200), st.integers(1, 9999), st.sampled_from(["", "'Biểu chỉ tiêu'!XFD1048576"]))
def test_any_name_fits_into_a_tag_and_survives_the_list(name: str, n: int, cell: str) -> None:
    entry = Entry(n, name, cell, words(name), name)
    for shown in (tag(entry), title(entry)):
        assert len(shown.encode("utf-16-le", "surrogatepass")) <= 128
    back = parse_listing(Listing("xã A", "2024", (entry,)).xml())
    assert back is not None
    assert (back.entries[0].number, back.entries[0].cell) == (n, cell)


def test_a_damaged_list_is_no_list() -> None:
    good = Listing("xã A", "2024", (Entry(1, "a", "", "", "1"),)).xml()
    assert parse_listing(good[:-9]) is None
    assert parse_listing(good.replace(b'number="1"', b'number="x"')) is None
    assert parse_listing(b"<other/>") is None


def test_one_control_for_a_whole_sentence_and_two_for_two_figures_side_by_side(tmp_path: Path) -> None:
    data = plan_of(speaking(WORKBOOKS[3], tmp_path / "so.xlsx"))
    found = [entry for entry in listing(data).entries if entry.key == "bien_dong[ho_ngheo]"]
    assert [entry.text for entry in found] == ["giảm 12 hộ, từ 63 hộ (4,08%) xuống 51 hộ (3,30%)"]
    assert [e.text for e in listing(data).entries if e.key in ("ho_ngheo_dau_ky", "ty_le_ho_ngheo_dau_ky")][-3:] == [
        "63",
        "63",
        "4,08%",
    ]
    assert "hoa:thoi_ky" in {entry.key for entry in listing(data).entries}


def test_a_template_that_prints_a_text_twice_or_changed_still_gives_a_sound_file(tmp_path: Path) -> None:
    path = changed(
        tmp_path / "t.docx",
        ("{{ ten_loai }}", "{{ dia_danh_ngay }} {{ dia_danh_ngay | upper }}{{ so_ky_hieu }}"),
        ("{{ d.so }}{{r d.chu }}", "{{ d.so }}{{r d.chu }}{{r d.chu }}"),
    )
    plan = plan_from(WORKBOOKS[3])
    (tmp_path / "plan.docx").write_bytes(render(plan, path))
    assert repairs(tmp_path / "plan.docx") == []
    root = opened((tmp_path / "plan.docx").read_bytes())
    ids = [id_.get(w("val")) for id_ in root.iter(w("id")) if id_.getparent().tag == w("sdtPr")]
    assert len(ids) == len(set(ids))
    dates = [control for control in controls(root) if number(control) == 2]
    assert [text(control) for control in dates] == [plan.place_date, plan.place_date]
    assert plan.place_date.upper() in "".join(root.itertext())


def test_marks_never_reach_the_file_where_a_text_stands_in_a_name(tmp_path: Path) -> None:
    mark = '</w:t></w:r><w:bookmarkStart w:id="7" w:name="a {{ so_ky_hieu }}"/><w:bookmarkEnd w:id="7"/><w:r><w:t>'
    path = changed(tmp_path / "t.docx", ("{{ ten_loai }}", mark))
    plan = plan_from(WORKBOOKS[3])
    data = part(render(plan, path)).decode()
    assert f'w:name="a {plan.number}"' in data
    assert not re.search("[\ufdd0-\ufdef]", data)


def test_a_header_may_hold_a_figure(tmp_path: Path) -> None:
    path = changed(tmp_path / "t.docx", ("<w:t>2</w:t>", "<w:t>2 {{ so_ky_hieu }}</w:t>"), part="word/header.xml")
    data = render(plan_from(WORKBOOKS[3]), path)
    assert b"<w:sdt>" in part(data, "word/header.xml")


def test_marks_in_the_text_of_a_plan_make_no_control() -> None:
    hostile = "\ufdd01\ufdd1 x \ufdd2 \ue000"
    plan = signed_plan()._replace(title="Đề mục", body=(Paragraph("doan", (Run(hostile),)),))
    plan = plan._replace(controls={"trich_yeu": Control("trich_yeu")})
    assert "Đề mục" in figures(render(plan)).values()


def test_runs_in_a_wrong_place_are_still_named(tmp_path: Path) -> None:
    plan = plan_from(WORKBOOKS[3])
    found = problem(changed(tmp_path / "t.docx", ("{{ d.so }}{{r d.chu }}", "{{ d.so }}{{ d.chu }}")), plan)
    assert found.kind == "tag"


def test_a_plan_without_figures_carries_no_list() -> None:
    plan = signed_plan()
    assert plan.controls == {}
    assert b"customXml" not in part(render(plan), "[Content_Types].xml")
    with_figure = plan._replace(
        body=(Paragraph("doan", (Run("63", control=Control("a", CellRef("Biểu", 3, 4))),)),), unit="xã A", period="2024"
    )
    assert listing(render(with_figure)) == Listing("xã A", "2024", (Entry(1, "a", "'Biểu'!D3", "a", "63"),))


def without_controls(data: bytes) -> bytes:
    root = opened(data)
    for control in controls(root):
        parent, content = control.getparent(), control.find(w("sdtContent"))
        assert parent is not None and content is not None
        at = parent.index(control)
        parent[at : at + 1] = list(content)
    return with_part(data, MAIN, etree.tostring(root, encoding="UTF-8", xml_declaration=True))


def word_boxes(path: Path, folder: Path) -> list[tuple[str, list[float]]]:
    """The words of all pages with their boxes in points; a page's own size stands for its start."""
    pdf = to_pdf(path, folder)
    done = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, timeout=60, check=True)
    root = etree.fromstring(done.stdout)
    names = ("xMin", "yMin", "xMax", "yMax", "width", "height")
    return [(e.text or "", [float(e.get(n, "0")) for n in names]) for e in root.iter("{*}page", "{*}word")]


@pytest.mark.office
@pytest.mark.parametrize("workbook", [WORKBOOKS[3], WORKBOOKS[4]], ids=lambda path: path.stem)
def test_pages_look_as_they_would_without_controls(workbook: Path, tmp_path: Path) -> None:
    require_office()
    data = plan_of(workbook)
    (tmp_path / "co.docx").write_bytes(data)
    (tmp_path / "khong.docx").write_bytes(without_controls(data))
    with_, without = (word_boxes(tmp_path / name, tmp_path) for name in ("co.docx", "khong.docx"))
    assert len(with_) > 500
    assert [word for word, _ in with_] == [word for word, _ in without]  # page by page
    for (word, box), (_, other) in zip(with_, without, strict=True):
        assert box[1::2] == other[1::2], word  # the same line
        # LibreOffice rounds the places of words where a stretch of text ends: half a millimetre at most
        assert box[::2] == pytest.approx(other[::2], abs=1.5), word


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("muc_tieu[ty_le_ho_ngheo_cuoi_ky, Toàn xã].gia_tri", "Giá trị, Tỷ lệ hộ nghèo cuối kỳ, Toàn xã"),
        ("muc_tieu[Lao động được tập huấn, Toàn xã].gia_tri", "Giá trị, Lao động được tập huấn, Toàn xã"),
        ("nhan_xet.bien_dong[ho_can_ngheo]", "Nhận xét: So sánh cuối kỳ với đầu kỳ, Hộ cận nghèo"),
        ("nhan_xet.giam_nhieu_nhat[ho_ngheo]", "Nhận xét: địa bàn có chỉ tiêu giảm cao nhất, Hộ nghèo"),
        ("can_cu[Kế hoạch, của UBND {{tinh}} về X].so_ngay", "Số, ngày văn bản, Kế hoạch, của UBND … về X"),
    ],
)
def test_a_person_reads_words_and_no_codes(key: str, said: str) -> None:
    assert words(key) == said
