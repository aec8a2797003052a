"""The parts of a document, as lint and crosscheck both take them, in documents that nobody formatted."""

from __future__ import annotations

import time
from io import BytesIO

import pytest
from docx import Document

from xlplan.documents.crosscheck.layout import Layout, layout
from xlplan.documents.word.anatomy import Anatomy, anatomy
from xlplan.documents.word.paper import Paper
from xlplan.documents.word.reading import WordFile, opened
from xlplan.packages.gate import Package

HEAD = ["ỦY BAN NHÂN DÂN", "XÃ BÌNH AN", "Số: 05/KH-UBND\tBình An, ngày 03 tháng 02 năm 2026", "KẾ HOẠCH"]
FOOT = ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Nguyễn Văn An"]


def typed(*lines: str) -> WordFile:
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    data = BytesIO()
    document.save(data)
    return opened(Package(data.getvalue()))


def both(*lines: str) -> tuple[Anatomy, Layout]:
    file = typed(*lines)
    return anatomy(Paper(file)), layout(file)


def texts(plan: Layout) -> list[str]:
    return [row.text("noi_dung") for row in plan.rows]


def test_number_and_date_that_a_tab_divides_are_two_parts() -> None:
    _, plan = both(*HEAD, "Giảm nghèo năm 2026", "", "I. NỘI DUNG", "Toàn xã có 63 hộ nghèo.", *FOOT)
    assert plan.number is not None and plan.number.value == "Số: 05/KH-UBND"
    assert plan.date is not None and plan.date.value == "Bình An, ngày 03 tháng 02 năm 2026"


def test_a_title_broken_in_its_middle_is_one_title_and_the_text_below_is_none() -> None:
    _, plan = both(*HEAD, "Thực hiện Chương trình mục tiêu quốc gia", "giảm nghèo năm 2026", "Toàn xã có 63 hộ nghèo.")
    assert plan.title is not None
    assert plan.title.value == "Thực hiện Chương trình mục tiêu quốc gia giảm nghèo năm 2026"
    assert texts(plan) == ["Toàn xã có 63 hộ nghèo."]


def test_a_table_of_contents_is_not_the_text_and_rows_that_tabs_divide_are() -> None:
    lines = ["I. MỞ ĐẦU\t1", "II. NỘI DUNG\t2", "I. MỞ ĐẦU", "II. NỘI DUNG", "Thôn Mai Hà\t202"]
    parts, plan = both(*HEAD, "Giảm nghèo năm 2026", "", *lines)
    assert [line.place for line in parts.body] == ["¶9", "¶10", "¶11", "¶11"]
    assert texts(plan) == ["MỞ ĐẦU", "NỘI DUNG", "Thôn Mai Hà 202"]


def test_villages_with_their_figures_behind_tabs_are_no_table_of_contents() -> None:
    villages = ["1. Thôn Mai Hà\t202", "2. Thôn Hồ Nam\t83", "TỔNG CỘNG\t285"]
    _, plan = both(*HEAD, "Giảm nghèo năm 2026", "", "I. HỘ NGHÈO", *villages)
    assert texts(plan) == ["HỘ NGHÈO", "Thôn Mai Hà 202", "Thôn Hồ Nam 83", "TỔNG CỘNG 285"]
    contents = ["MỤC LỤC", "1. Tình hình chung\t2", "", "2. Giải pháp\t3", "", "I. Mục tiêu\t4", "I. Mục tiêu"]
    _, plan = both(*HEAD, "Giảm nghèo năm 2026", "", *contents)
    assert texts(plan) == ["Mục tiêu"]


@pytest.mark.parametrize("filling", [".", "…", ". ", "\t", ", "])
def test_a_line_of_twenty_thousand_dots_to_fill_in_takes_no_time(filling: str) -> None:
    started = time.monotonic()
    parts, _ = both("Số " + filling * 10_000, *HEAD, "Giảm nghèo năm 2026", "", "I. NỘI DUNG " + filling * 20_000)
    assert parts.date is not None and parts.date.text.startswith("Bình An")
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("line", ["Nơi nhận: Như trên, lưu VT.", "Nơi nhận:(VBĐT)"])
def test_recipients_on_the_line_of_their_title_end_the_text(line: str) -> None:
    parts, plan = both(*HEAD, "Giảm nghèo năm 2026", "", "I. NỘI DUNG", "Toàn xã có 63 hộ nghèo./.", line, *FOOT)
    assert parts.recipients_title is not None and parts.recipients_title.text == line
    assert texts(plan) == ["NỘI DUNG", "Toàn xã có 63 hộ nghèo./."] and not plan.annexed


def test_a_name_below_the_signature_is_no_annex_and_what_follows_without_a_title_is_read() -> None:
    lines = [*HEAD, "Giảm nghèo năm 2026", "", "I. NỘI DUNG", "Toàn xã có 63 hộ nghèo./.", *FOOT]
    parts, plan = both(*lines)
    assert parts.signer is not None and parts.signer.text == "Nguyễn Văn An" and not plan.annexed
    _, plan = both(*lines, "Biểu 1. Hộ nghèo năm 2026", "Toàn xã có 36 hộ nghèo đầu năm 2026.")
    assert plan.annexed and texts(plan)[-1] == "Toàn xã có 36 hộ nghèo đầu năm 2026."
    assert [text.value for text in plan.headings] == ["Biểu 1. Hộ nghèo năm 2026"]


def test_a_text_without_a_head_is_all_text() -> None:
    lines = ["I. NỘI DUNG", "Số hộ nghèo 12/63 đã thoát nghèo.", "Ngày 3 tháng 2 năm 2026, toàn xã có 63 hộ nghèo."]
    parts, plan = both(*lines)
    assert (parts.number, parts.date, plan.agency) == (None, None, ())
    assert len(plan.rows) == 3


@pytest.mark.parametrize("dash", ["", "- ", "– "])
def test_legal_bases_after_dashes_are_legal_bases(dash: str) -> None:
    bases = [f"{dash}Căn cứ Luật Tổ chức chính quyền địa phương;", f"{dash}Căn cứ Nghị định số 07/2021/NĐ-CP."]
    parts, plan = both(*HEAD, "Giảm nghèo năm 2026", "", *bases, "I. NỘI DUNG")
    assert len(parts.bases) == 2 and texts(plan) == ["NỘI DUNG"]
