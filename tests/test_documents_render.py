"""Two plans made by hand, through the Word template: what the file holds and how its pages look."""

from __future__ import annotations

import re
import zipfile
from datetime import UTC, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as DocumentType
from lxml import etree
from office import repairs

from xlplan.documents.blocks import (
    Annex,
    Block,
    BodyCell,
    HeadCell,
    Paragraph,
    ParagraphKind,
    Plan,
    Run,
    WordTable,
)
from xlplan.documents.render import render
from xlplan.documents.wordxml import text_width

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"


# -- plans -------------------------------------------------------------------------------------------------


def p(kind: ParagraphKind, text: str, number: str = "") -> Paragraph:
    """A paragraph; *stars* make italics."""
    pieces = text.split("*")
    return Paragraph(kind, tuple(Run(t, italic=i % 2 == 1) for i, t in enumerate(pieces) if t), number)


def cells(*texts: str, bold: bool = False) -> tuple[BodyCell, ...]:
    """A row: number centred, name left, figures right."""
    aligns = ("center", "left", *("right" for _ in texts[2:]))
    return tuple(BodyCell((Run(t),), a, bold) for t, a in zip(texts, aligns, strict=True))  # type: ignore[arg-type]


def rate(part: int, whole: int) -> str:
    value = (Decimal(part) * 100 / whole).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return str(value).replace(".", ",")


VILLAGES = {  # name: households, poor at the start, fewer, near poor at the start, fewer
    "Đồng Trước": (202, 3, 1, 4, 1),
    "Hà Thượng": (113, 3, 0, 5, 1),
    "Hồ Nam": (83, 2, 0, 3, 0),
    "Bến Đình": (110, 5, 1, 6, 1),
    "Tiên Thủy": (128, 4, 0, 5, 1),
    "Trung Nghĩa": (140, 9, 2, 6, 1),
    "Lâm Phúc": (159, 9, 2, 9, 3),
    "Tân Trường": (158, 6, 1, 6, 1),
    "Yên Khê": (146, 5, 1, 6, 1),
    "Mỹ Thịnh": (136, 11, 3, 6, 1),
    "Hải Phượng": (170, 6, 1, 13, 4),
}


def pairs(households: int, *counts: int) -> list[str]:
    return [text for count in counts for text in (str(count), rate(count, households))]


def village_table() -> WordTable:
    """TT, unit, households and six pairs of count and rate: 15 columns under two-level headings."""
    groups = ["Hộ nghèo cuối năm 2022", "Giảm hộ nghèo trong năm 2023", "Hộ nghèo cuối năm 2023"]
    groups += ("Hộ cận nghèo cuối năm 2022", "Giảm hộ cận nghèo năm 2023", "Hộ cận nghèo cuối năm 2023")
    top = [HeadCell(text, rows=2) for text in ("TT", "Đơn vị", "Tổng số hộ")]
    top += [HeadCell(text, columns=2) for text in groups]
    below = tuple(HeadCell(text) for _ in groups for text in ("TS", "%"))
    rows = []
    for n, (name, (all_, poor, less, near, near_less)) in enumerate(VILLAGES.items(), start=1):
        counts = (poor, less, poor - less, near, near_less, near - near_less)
        rows.append(cells(str(n), name, str(all_), *pairs(all_, *counts)))
    all_, poor, less, near, near_less = (sum(v[i] for v in VILLAGES.values()) for i in range(5))
    total = pairs(all_, poor, less, poor - less, near, near_less, near - near_less)
    rows.append(cells("", "Tổng cộng", f"{all_:,}".replace(",", "."), *total, bold=True))
    return WordTable((5, 15, 9, *((7, 8) * 6)), (tuple(top), below), tuple(rows))


LONG = (
    "Tổ chức rà soát từng hộ theo hoàn cảnh cụ thể, phân công người giúp đỡ, hỗ trợ vay vốn ưu đãi, "
    "hướng dẫn cách làm ăn và theo dõi kết quả hằng quý; kịp thời biểu dương những hộ tự nguyện viết đơn xin "
    "thoát nghèo và những thôn không còn hộ nghèo."
)


def draft_plan() -> Plan:
    """Number and date still open, unsigned; the table stands in the body."""
    body: list[Block] = [
        p("doan", "Ủy ban nhân dân xã xây dựng Kế hoạch thực hiện công tác giảm nghèo năm 2023 như sau:"),
        p("muc", "MỤC TIÊU, CHỈ TIÊU", "I."),
        p("khoan", "Mục tiêu tổng quát", "1."),
        p("doan", LONG),
        p("khoan", "Chỉ tiêu cụ thể", "2."),
        p("diem", "Giảm tỷ lệ hộ nghèo toàn xã từ 4,08% xuống còn 3,30%, tương ứng giảm 12 hộ;", "a)"),
        p("diem", "Giảm tỷ lệ hộ cận nghèo từ 4,47% xuống còn 3,50%;", "b)"),
        p("diem", "Chỉ tiêu của từng thôn như biểu sau:", "c)"),
        village_table(),
        p("muc", "NHIỆM VỤ VÀ GIẢI PHÁP", "II."),
        p("khoan", "Công tác lãnh đạo, điều hành", "1."),
        p("gach", LONG, "-"),
        p("gach", "Đối với từng nhóm hộ:", "-"),
        p("cong", f"*Hộ có lao động:* {LONG}", "+"),
        p("cong", f"*Hộ không có khả năng lao động:* {LONG}", "+"),
        p("khoan", "Công tác tuyên truyền", "2."),
        p("doan", LONG),
        p("muc", "TỔ CHỨC THỰC HIỆN", "III."),
        p("khoan_chu", "Các thôn tổ chức họp dân, niêm yết công khai kết quả.", "1."),
        p("khoan_chu", "Bộ phận chuyên môn tổng hợp, báo cáo theo quy định.", "2."),
        p("doan", "Yêu cầu các thôn, các bộ phận chuyên môn nghiêm túc triển khai thực hiện./."),
    ]
    return Plan(
        agency_above="",
        agency=("ỦY BAN NHÂN DÂN", "XÃ SƠN LĨNH"),
        number="Số:        /KH-UBND",
        place_date="Sơn Lĩnh, ngày      tháng 02 năm 2023",
        kind="KẾ HOẠCH",
        title="Thực hiện Chương trình mục tiêu quốc gia giảm nghèo bền vững năm 2023",
        legal_bases=(
            (Run("Căn cứ Luật Tổ chức chính quyền địa phương;"),),
            (Run("Căn cứ Nghị quyết số 26/NQ-HĐND ngày 29 tháng 12 năm 2022 của Hội đồng nhân dân xã."),),
        ),
        body=tuple(body),
        recipients=("- Thường trực Đảng ủy, HĐND xã;", "- Các thôn;", "- Lưu: VT."),
        signature=("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"),
        signer="",
    )


PROJECTS = (
    "Đa dạng hóa sinh kế",
    "Hỗ trợ phát triển sản xuất, cải thiện dinh dưỡng",
    "Phát triển nghề nghiệp",
)
HAMLETS = ("Long Hậu", "Long Bình", "Long Mỹ", "Tân Phú A1")


def hamlet_table() -> WordTable:
    """Nine columns and eight rows, for a page on its side."""
    fixed = [HeadCell(text, rows=2) for text in ("TT", "Nội dung", "Đơn vị tính")]
    top = (*fixed, HeadCell("Ấp", columns=4), HeadCell("Toàn xã", rows=2), HeadCell("Ghi chú", rows=2))
    marks = tuple(HeadCell(text) for text in ("A", "B", "C", "1", "2", "3", "4", "5", "6"))
    lines = (
        ("1", "Tổng số hộ dân đầu năm 2024", (964, 567, 601, 593)),
        ("2", "Tổng số hộ nghèo, hộ cận nghèo cuối năm 2023", (38, 18, 19, 17)),
        ("", "- Hộ hưởng bảo trợ xã hội, không có khả năng lao động", (18, 4, 8, 5)),
        ("", "- Hộ có khả năng thoát nghèo năm 2024", (20, 14, 11, 12)),
        ("3", "Chỉ tiêu giảm nghèo năm 2024", (8, 6, 7, 8)),
        ("", "- Hộ nghèo", (1, 1, 0, 4)),
        ("", "- Hộ cận nghèo", (7, 5, 7, 4)),
        ("4", "Hộ nghèo, hộ cận nghèo dự kiến còn lại cuối năm 2024", (30, 12, 12, 9)),
    )
    rows = []
    for number, label, counts in lines:
        texts = (number, label, "Hộ", *(f"{c:,}".replace(",", ".") for c in (*counts, sum(counts))), "")
        row = list(cells(*texts, bold=bool(number)))
        row[2] = BodyCell((Run("Hộ"),), "center")
        rows.append(tuple(row))
    head = (top, tuple(HeadCell(name) for name in HAMLETS), marks)
    return WordTable((6, 40, 9, 11, 11, 11, 11, 11, 12), head, tuple(rows), landscape=True)


def signed_plan() -> Plan:
    """Projects with their parts, number, date and signer; the table is an annex on its side."""
    body: list[Block] = [p("muc", "MỤC TIÊU", "I."), p("khoan_chu", LONG, "1."), p("khoan_chu", LONG, "2.")]
    body += [p("gach", f"Giảm {n} hộ nghèo tại ấp {name}.", "-") for n, name in zip("1104", HAMLETS, strict=True)]
    body.append(p("muc", "KẾ HOẠCH TRIỂN KHAI CÁC DỰ ÁN THÀNH PHẦN CỦA CHƯƠNG TRÌNH", "II."))
    for n, project in enumerate(PROJECTS, start=1):
        body.append(p("khoan", f"Dự án {n + 1}: {project}", f"{n}."))
        for m in (1, 2):
            body.append(p("tieu_khoan", f"Tiểu dự án {m} (Dự án {n + 1})", f"{n}.{m}."))
            body += [p("gach", f"*{what}:* {LONG}", "-") for what in ("Mục tiêu", "Đối tượng", "Nội dung")]
            body.append(p("tieu_khoan_chu", "Vốn theo phân bổ của cấp trên.", f"{n}.{m}.1."))
    body += [
        p("muc", "TỔ CHỨC THỰC HIỆN", "III."),
        p("doan", "Có biểu chỉ tiêu giảm nghèo năm 2024 kèm theo."),
        p("doan", "Trên đây là Kế hoạch thực hiện Chương trình năm 2024 của xã Long Hậu./."),
    ]
    attached = "(Kèm theo Kế hoạch số 38/KH-UBND ngày 29 tháng 3 năm 2024 của Ủy ban nhân dân xã Long Hậu)"
    annex = Annex("Phụ lục", "BIỂU CHỈ TIÊU GIẢM NGHÈO NĂM 2024", attached, (hamlet_table(), p("doan", "./.")), True)
    return Plan(
        agency_above="",
        agency=("ỦY BAN NHÂN DÂN", "XÃ LONG HẬU"),
        number="Số: 38/KH-UBND",
        place_date="Long Hậu, ngày 29 tháng 3 năm 2024",
        kind="KẾ HOẠCH",
        title="Giảm nghèo bền vững xã Long Hậu năm 2024",
        legal_bases=((Run("Căn cứ Luật Tổ chức chính quyền địa phương."),),),
        body=tuple(body),
        recipients=(
            "- Phòng Kinh tế;",
            "- Thường trực Đảng ủy, HĐND, UBND xã;",
            "- Các ngành, đoàn thể xã;",
            "- Ban nhân dân các ấp;",
            "- Lưu: VT.",
        ),
        signature=("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
        signer="Nguyễn Thị Hồng Gấm",
        annexes=(annex,),
    )


PLANS = {"draft": draft_plan, "signed": signed_plan}


@pytest.fixture(scope="module", params=PLANS)
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plans") / f"{request.param}.docx"
    path.write_bytes(render(PLANS[request.param]()))
    return path


def opened(plan: Plan) -> DocumentType:
    return Document(BytesIO(render(plan)))


def texts(document: DocumentType) -> list[str]:
    """All paragraphs, those of tables included, in the order of the page."""
    return ["".join(t.text or "" for t in p.iter(f"{W}t")) for p in document.element.body.iter(f"{W}p")]


def styles_of(document: DocumentType, name: str) -> list[str]:
    """Texts of the paragraphs in a style."""
    id_ = next(s.style_id for s in document.styles if s.name == name)
    found = document.element.body.xpath(f".//w:p[w:pPr/w:pStyle/@w:val='{id_}']")
    return ["".join(t.text or "" for t in p.iter(f"{W}t")) for p in found]


# -- the file ----------------------------------------------------------------------------------------------


def test_word_would_offer_no_repair(written: Path) -> None:
    assert repairs(written) == []


def test_the_same_plan_gives_the_same_bytes() -> None:
    plan = signed_plan()._replace(remarks=("Một", "Hai"))
    assert render(plan) == render(plan)


def test_the_file_says_what_it_is_and_no_time_of_day(written: Path) -> None:
    core = Document(str(written)).core_properties
    assert core.title.startswith(("Thực hiện Chương trình", "Giảm nghèo"))
    assert (core.author, core.last_modified_by, core.language) == ("xlplan", "xlplan", "vi-VN")
    assert core.created == core.modified == datetime(2020, 3, 5, tzinfo=UTC)
    with zipfile.ZipFile(written) as package:
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_date_of_creation_can_be_given() -> None:
    moment = datetime(2024, 3, 29, 8, 30, tzinfo=UTC)
    for given in (moment, moment.replace(tzinfo=None), moment.astimezone(timezone(timedelta(hours=7)))):
        core = Document(BytesIO(render(draft_plan(), created=given))).core_properties
        assert core.created == core.modified == moment


def test_nothing_of_the_template_is_left_behind(written: Path) -> None:
    with zipfile.ZipFile(written) as package:
        xml = package.read("word/document.xml").decode()
        assert not [n for n in package.namelist() if "comments" in n or "custom" in n]
    assert not re.search(r"[{}]|%}|KHLenh", xml)
    body = etree.fromstring(xml.encode())[0]
    assert not [r for r in body.iter(f"{W}r") if all(c.tag == f"{W}rPr" for c in r)]


def test_runs_and_paragraphs_carry_styles_and_no_formatting(written: Path) -> None:
    body = Document(str(written)).element.body
    assert {c.tag for r in body.iter(f"{W}rPr") for c in r} <= {f"{W}rStyle"}
    allowed = {f"{W}pStyle", f"{W}sectPr", f"{W}keepNext"}
    assert {c.tag for p in body.iter(f"{W}pPr") for c in p} <= allowed
    assert all(p.find(f"{W}pPr/{W}pStyle") is not None for p in body.iter(f"{W}p"))


# -- the page ----------------------------------------------------------------------------------------------


def test_a_plan_without_annex_is_one_portrait_section() -> None:
    (section,) = opened(draft_plan()).sections
    assert (section.page_width.mm, section.page_height.mm) == pytest.approx((210, 297), abs=0.1)  # type: ignore[union-attr]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [m.mm for m in margins if m] == pytest.approx([20, 20, 30, 20], abs=0.1)
    assert section.different_first_page_header_footer
    assert section.footer.is_linked_to_previous  # nothing in the bottom margin


def test_an_annex_on_its_side_counts_its_own_pages() -> None:
    plan, annex = opened(signed_plan()).sections
    assert (annex.page_width, annex.page_height) == (plan.page_height, plan.page_width)
    assert annex._sectPr.xpath("./w:pgNumType/@w:start") == ["1"]
    assert annex.left_margin == plan.left_margin
    assert styles_of(opened(signed_plan()), "KH Phụ lục") == ["Phụ lục"]


def test_every_annex_has_its_own_section() -> None:
    first = signed_plan().annexes[0]
    upright = Annex("Phụ lục II", "BIỂU DỌC", "", (village_table(),))
    sections = opened(signed_plan()._replace(annexes=(first, upright, first))).sections
    assert [s.orientation for s in sections] == [0, 1, 0, 1]
    assert [s._sectPr.find(f"{W}pgNumType") is not None for s in sections] == [True] * 4


def test_a_wide_table_of_the_body_turns_its_own_pages_only() -> None:
    plan, wide = draft_plan(), village_table()._replace(landscape=True)
    body = (*plan.body[:8], wide, wide, *plan.body[9:])
    document = opened(plan._replace(body=body, annexes=signed_plan().annexes))
    assert [s.orientation for s in document.sections] == [0, 1, 0, 1]
    starts = [s._sectPr.find(f"{W}pgNumType") is not None for s in document.sections]
    assert starts == [True, False, False, True]
    assert [s.different_first_page_header_footer for s in document.sections] == starts


def test_the_header_block_has_both_sides_in_order() -> None:
    document = opened(draft_plan()._replace(agency_above="HUYỆN ỦY"))
    left, right = document.tables[0].rows[0].cells
    assert [p.text for p in left.paragraphs] == ["HUYỆN ỦY", "ỦY BAN NHÂN DÂN", "XÃ SƠN LĨNH", ""]
    assert [p.style.name for p in left.paragraphs if p.style][:2] == ["KH Cơ quan cấp trên", "KH Cơ quan"]
    assert [p.text for p in right.paragraphs] == [NATION, MOTTO, ""]
    assert [c.text for c in document.tables[0].rows[1].cells] == [
        draft_plan().number,
        draft_plan().place_date,
    ]
    assert right.width is not None
    assert right.width.mm >= 95


@pytest.mark.parametrize(
    ("title", "style"),
    [
        ("Giảm nghèo năm 2024", "ngắn"),
        ("Giảm nghèo bền vững năm 2024", "vừa"),
        ("Giảm nghèo bền vững xã Long Hậu năm 2024", "dài"),
        (draft_plan().title, "rất dài"),
    ],
)
def test_the_rule_below_the_title_is_a_third_to_a_half_of_it(title: str, style: str) -> None:
    document = opened(draft_plan()._replace(title=title))
    assert styles_of(document, f"KH Kẻ trích yếu {style}") == [""]
    length = {"ngắn": 20, "vừa": 30, "dài": 40, "rất dài": 55}[style]
    width = min(text_width(title, 14) * 25.4 / 72, 160)
    assert width / 3 <= length <= width / 2


def test_the_signature_stays_with_the_last_paragraph() -> None:
    document = opened(draft_plan())
    table = document.tables[-1]
    assert table._tbl.xpath("./w:tr/w:trPr/w:cantSplit")
    assert table._tbl.xpath("./preceding-sibling::w:p[1]/w:pPr/w:keepNext")
    assert styles_of(document, "KH Họ tên") == [""]  # the name stays open


# -- text --------------------------------------------------------------------------------------------------

HOSTILE = "{{ ten_loai }} {% if %} {# x #} {_{ }_} {_% %_} <w:p> &amp; ]]> \"'\u200b𝄞"


def test_text_comes_out_as_it_went_in() -> None:
    runs = (Run(HOSTILE), Run(HOSTILE, italic=True))
    block = Paragraph("gach", runs, "-")
    table = WordTable((1,), ((HeadCell(HOSTILE),),), ((BodyCell(runs),),))
    plan = Plan(
        agency_above=HOSTILE,
        agency=(HOSTILE,),
        number=HOSTILE,
        place_date=HOSTILE,
        kind=HOSTILE,
        title=HOSTILE,
        legal_bases=(runs,),
        body=(block, table),
        recipients=(HOSTILE,),
        signature=(HOSTILE,),
        signer=HOSTILE,
        annexes=(Annex(HOSTILE, HOSTILE, HOSTILE, (block, table)),),
        remarks=(HOSTILE,),
    )
    document = opened(plan)
    found = texts(document)
    assert sum(text.count(HOSTILE) for text in found) == 24
    assert all(text.replace(HOSTILE, "") in ("", "- ", "Nơi nhận:", NATION, MOTTO) for text in found)
    assert document.core_properties.title == HOSTILE
    (comment,) = document.comments
    assert comment.text == HOSTILE


def test_characters_that_xml_forbids_are_dropped_and_breaks_become_breaks(tmp_path: Path) -> None:
    text = "một\x00\x07\x1b\ud800\ufffe hai\r\nba\x0bbốn\u2028năm\tsáu"
    plan = draft_plan()._replace(title=text, body=(p("doan", text),), remarks=(text,))
    (tmp_path / "plan.docx").write_bytes(render(plan))
    document = Document(str(tmp_path / "plan.docx"))
    (paragraph,) = (p for p in document.paragraphs if p.style and p.style.name == "KH Đoạn")
    assert paragraph.text == "một hai\nba\nbốn\nnăm\tsáu"
    assert document.core_properties.title == "một hai ba bốn năm sáu"
    assert repairs(tmp_path / "plan.docx") == []


def test_emphasis_is_a_character_style_that_differs_from_its_paragraph() -> None:
    runs = (Run("a"), Run("b", italic=True), Run("c", bold=True), Run("d", True, True))
    plan = draft_plan()._replace(legal_bases=(runs,), body=(Paragraph("doan", runs), Paragraph("muc", runs, "I.")))
    document = opened(plan)
    names = {s.style_id: s.name for s in document.styles}
    styled = [
        [(r.text, names.get(r._r.style or "")) for r in p.runs if r.text in "abcd"]
        for p in document.paragraphs
        if p.text in ("abcd", "I. abcd")
    ]
    italic, bold, both = "KH Nghiêng", "KH Đậm", "KH Đậm nghiêng"
    assert styled == [  # in Word bold twice is not bold: the paragraph's own emphasis is left out
        [("a", None), ("b", None), ("c", bold), ("d", bold)],
        [("a", None), ("b", italic), ("c", bold), ("d", both)],
        [("a", None), ("b", italic), ("c", None), ("d", italic)],
    ]


def test_errors_are_listed_in_a_comment_on_the_title() -> None:
    document = opened(draft_plan()._replace(remarks=("A02 – tổng sai", "B01 – tỷ lệ sai")))
    (comment,) = document.comments
    assert [p.text for p in comment.paragraphs] == ["A02 – tổng sai", "B01 – tỷ lệ sai"]
    assert (comment.author, comment.timestamp) == ("xlplan", datetime(2020, 3, 5, tzinfo=UTC))
    (title,) = (p for p in document.paragraphs if p.style and p.style.name == "KH Tên loại")
    assert title._p.xpath("./w:commentRangeStart")
