"""The Word template: what its styles say, what officials may do to it, and how its pages come out."""

from __future__ import annotations

import importlib.util
import pickle
import re
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pytest
from docx import Document
from docx.shared import Mm, Pt
from lxml import etree
from office import convert, repairs, require_office, to_pdf
from test_documents_render import HAMLETS, LONG, NATION, VILLAGES, draft_plan, opened, p, signed_plan, texts

from xlplan import resources
from xlplan.documents.blocks import Plan
from xlplan.documents.render import TemplateProblem, check, render

TEMPLATE = resources.plan_template()
BODY = ("Đoạn", "Căn cứ", "Mục", "Khoản", "Khoản chữ", "Tiểu khoản", "Tiểu khoản chữ", "Điểm", "Gạch", "Cộng")
# Sizes of Nghị định 30/2020/NĐ-CP: (least, most, bold, italic)
DECREE = {
    "KH Quốc hiệu": (12, 13, True, False),
    "KH Tiêu ngữ": (13, 14, True, False),
    "KH Cơ quan cấp trên": (12, 13, False, False),
    "KH Cơ quan": (12, 13, True, False),
    "KH Số ký hiệu": (13, 13, False, False),
    "KH Địa danh ngày tháng": (13, 14, False, True),
    "KH Tên loại": (13, 14, True, False),
    "KH Trích yếu": (13, 14, True, False),
    "KH Căn cứ": (13, 14, False, True),
    "KH Mục": (13, 14, True, False),
    "KH Đoạn": (13, 14, False, False),
    "KH Quyền hạn": (13, 14, True, False),
    "KH Họ tên": (13, 14, True, False),
    "KH Nơi nhận": (12, 12, True, True),
    "KH Nơi nhận dòng": (11, 11, False, False),
    "KH Phụ lục": (14, 14, True, False),
    "KH Tên phụ lục": (13, 14, True, False),
    "KH Kèm theo": (13, 14, False, True),
    "KH Số trang": (13, 14, False, False),
}


# -- the template itself -----------------------------------------------------------------------------------


def test_the_committed_template_is_what_its_script_writes() -> None:
    spec = importlib.util.spec_from_file_location("build_template", TEMPLATE.with_name("build_template.py"))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.build() == TEMPLATE.read_bytes()


def test_word_would_offer_no_repair_of_the_template() -> None:
    assert repairs(TEMPLATE) == []


def test_the_template_uses_all_that_it_is_given() -> None:
    check(TEMPLATE)


@pytest.mark.parametrize("name", DECREE)
def test_styles_have_the_sizes_of_the_decree(name: str) -> None:
    style = Document(str(TEMPLATE)).styles[name]
    base = style.base_style
    size = style.font.size or base.font.size
    least, most, bold, italic = DECREE[name]
    assert least <= size.pt <= most
    assert (bool(style.font.bold), bool(style.font.italic)) == (bold, italic)


@pytest.mark.parametrize("name", [f"KH {name}" for name in BODY])
def test_body_paragraphs_are_justified_and_indented(name: str) -> None:
    style = Document(str(TEMPLATE)).styles[name]
    root = style if name == "KH Đoạn" else style.base_style
    assert root.name == "KH Đoạn"
    form = root.paragraph_format
    assert (form.alignment, form.first_line_indent, form.space_after) == (3, 720 * 635, Pt(6))
    outline = style.element.xpath("./w:pPr/w:outlineLvl/@w:val")
    assert outline == {"KH Mục": ["0"], "KH Khoản": ["1"], "KH Tiểu khoản": ["2"]}.get(name, [])


def test_all_text_is_black_times_new_roman_in_vietnamese() -> None:
    styles = Document(str(TEMPLATE)).styles.element
    fonts = styles.xpath("//w:rFonts")
    assert [set(f.attrib.values()) for f in fonts] == [{"Times New Roman"}]
    assert {key.rpartition("}")[2] for key in fonts[0].attrib} == {"ascii", "hAnsi", "cs", "eastAsia"}
    assert set(styles.xpath("//w:pBdr//@w:color | //w:color/@w:val")) == {"000000"}
    assert styles.xpath("//w:lang/@w:val") == ["vi-VN"]


def test_rules_are_borders_of_the_right_length_and_never_underscores() -> None:
    document = Document(str(TEMPLATE))
    room = {"KH Kẻ tiêu ngữ": 102, "KH Kẻ cơ quan": 58, "KH Kẻ phụ lục ngang": 247}
    lengths = {}
    for style in document.styles:
        if style.name and style.name.startswith("KH Kẻ"):
            form = style.paragraph_format
            assert style.element.xpath("./w:pPr/w:pBdr/w:bottom[@w:val='single']")
            lengths[style.name] = round(room.get(style.name, 160) - form.left_indent.mm - form.right_indent.mm)
    assert lengths["KH Kẻ tiêu ngữ"] == 60  # as long as the tiêu ngữ
    assert lengths["KH Kẻ cơ quan"] == 20  # a third to a half of 40 to 60 mm
    assert not any("__" in text for text in texts(document))


def test_the_page_number_is_centred_in_the_header() -> None:
    (section, *_) = Document(str(TEMPLATE)).sections
    (paragraph,) = section.header.paragraphs
    assert paragraph.style is not None
    assert (paragraph.style.name, paragraph.style.paragraph_format.alignment) == ("KH Số trang", 1)
    assert paragraph._p.xpath("string(.//w:instrText)").strip() == "PAGE"


# -- what officials do to it -------------------------------------------------------------------------------


def changed(path: Path, *pairs: tuple[str, str], part: str = "word/document.xml") -> Path:
    """A copy of the template with other texts in one of its parts."""
    with zipfile.ZipFile(TEMPLATE) as package, zipfile.ZipFile(path, "w") as copy:
        for name in package.namelist():
            text = package.read(name).decode()
            for old, new in pairs if name == part else ():
                assert old in text
                text = text.replace(old, new, 1)
            copy.writestr(name, text)
    return path


def problem(path: Path, plan: Plan | None = None) -> TemplateProblem:
    with pytest.raises(TemplateProblem) as caught:
        render(plan or draft_plan(), path)
    return caught.value


@pytest.mark.parametrize("kept", ["{{ khong_co }}", "{{ d.khong_co }}"])
def test_an_unknown_placeholder_is_named_with_its_paragraph(tmp_path: Path, kept: str) -> None:
    path = changed(tmp_path / "t.docx", ("{{ d.so }}{{r d.chu }}", f"Chữ {kept} nữa"))
    found = problem(path)
    assert (found.kind, found.placeholder, found.paragraph) == ("unknown", "khong_co", f"Chữ {kept} nữa")


def test_an_unknown_placeholder_counts_where_this_plan_does_not_reach_it(tmp_path: Path) -> None:
    path = changed(tmp_path / "t.docx", ("{{ pl.nhan }}", "{{ nhan_khac }}"))
    assert draft_plan().annexes == ()
    assert problem(path).placeholder == "nhan_khac"


@pytest.mark.parametrize(
    ("old", "new", "paragraph"),
    [
        ("{%p endmacro %}", "{%p endmarco %}", "{% endmarco %}"),
        ("{{ ten_loai }}", "{{ ten_loai | hoa }}", "{{ ten_loai | hoa }}"),
        ("{{ ten_loai }}", "Số {{ ten loai }}", "Số {{ ten loai }}"),
    ],
)
def test_a_wrong_tag_is_shown_with_its_paragraph(tmp_path: Path, old: str, new: str, paragraph: str) -> None:
    found = problem(changed(tmp_path / "t.docx", (old, new)))
    assert (found.kind, found.paragraph) == ("syntax", paragraph)


@pytest.mark.parametrize(
    "expression",
    [
        "ten_loai.__class__",
        "''.__class__.__mro__[1].__subclasses__()",
        "can_cu.append(1)",
        "'{0.__class__}'.format(ten_loai)",
        "self._TemplateReference__context",
    ],
)
def test_a_template_cannot_reach_into_python(tmp_path: Path, expression: str) -> None:
    found = problem(changed(tmp_path / "t.docx", ("{{ ten_loai }}", f"{{{{ {expression} }}}}")))
    assert found.kind == "forbidden"
    assert found.paragraph == f"{{{{ {expression} }}}}"


@pytest.mark.parametrize("name", ["range", "lipsum", "cycler", "namespace", "dict"])
def test_a_template_has_no_functions(tmp_path: Path, name: str) -> None:
    assert problem(changed(tmp_path / "t.docx", ("{{ ten_loai }}", f"{{{{ {name}(9) }}}}"))).placeholder == name


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("{{ d.so }}{{r d.chu }}", "{{ d.so }}{{ d.chu }}", "tag"),
        ("{{ d.so }}{{r d.chu }}", "{{p d.chu }}", "tag"),
        ("{{p d.bang }}", "{{ d.bang }}", "tag"),
        ("{{ trich_yeu }}", "{{r trich_yeu }}", "tag"),
        ("{{ trich_yeu }}", "{{p trich_yeu }}", "tag"),
        ("{{ ten_loai }}", "{{ co_quan }}", "failed"),
        ("{{ ten_loai }}", "{{ ten_loai / 2 }}", "failed"),
        ("{{ ten_loai }}", "{% include 'x' %}", "failed"),
    ],
)
def test_a_tag_of_the_wrong_kind_is_refused(tmp_path: Path, old: str, new: str, kind: str) -> None:
    found = problem(changed(tmp_path / "t.docx", (old, new)))
    assert found.kind == kind
    assert found.paragraph


def test_commands_that_cut_through_a_table_are_refused(tmp_path: Path) -> None:
    cut = ("{{ so_ky_hieu }}", "{% if not ho_ten %}"), ("{{ ten_loai }}", "{% endif %}")
    assert problem(changed(tmp_path / "t.docx", *cut), signed_plan()).kind == "broken"


def test_a_missing_style_is_named(tmp_path: Path) -> None:
    path = changed(tmp_path / "t.docx", ('w:val="KH Bảng số nhỏ"', 'w:val="Khác"'), part="word/styles.xml")
    found = problem(path)
    assert (found.kind, found.placeholder) == ("style", "KH Bảng số nhỏ")


def test_what_is_no_word_file_is_refused(tmp_path: Path) -> None:
    def saved(name: str, data: bytes) -> Path:
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    book = Path(__file__).parent.parent / "workbooks" / "son_trung_2023.xlsx"
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("word/khac.xml", "<a/>")
    assert problem(tmp_path / "khong.docx").kind == "missing"
    assert problem(saved("chu.docx", b"Ke hoach")).kind == "not_office"
    assert problem(saved("bang.docx", book.read_bytes())).kind == "excel_not_word"
    assert problem(saved("thieu.docx", buffer.getvalue())).kind == "not_office"
    macros = "application/vnd.ms-word.document.macroEnabled.main+xml"
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    path = changed(tmp_path / "m.docx", (main, macros), part="[Content_Types].xml")
    assert problem(path).kind == "macros"
    lost = ('Target="styles.xml"', 'Target="x.xml"')
    path = changed(tmp_path / "d.docx", lost, part="word/_rels/document.xml.rels")
    assert problem(path).kind == "damaged"


def test_a_dotx_serves_as_well(tmp_path: Path) -> None:
    path = changed(tmp_path / "t.dotx", (".document.main+xml", ".template.main+xml"), part="[Content_Types].xml")
    (tmp_path / "plan.docx").write_bytes(render(signed_plan(), path))
    assert repairs(tmp_path / "plan.docx") == []


def test_a_problem_survives_the_way_back_from_a_worker() -> None:
    found = pickle.loads(pickle.dumps(TemplateProblem("unknown", "a", "b", "c")))
    assert (found.kind, found.placeholder, found.paragraph, found.detail) == ("unknown", "a", "b", "c")
    assert str(found) == "unknown in paragraph 'b': a"


def test_officials_may_split_tags_move_fields_and_use_curly_quotes(tmp_path: Path) -> None:
    split = '{{ ten_</w:t></w:r><w:proofErr w:type="spellStart"/><w:r><w:rPr><w:b/></w:rPr><w:t>loai }}'
    path = changed(
        tmp_path / "t.docx",
        ("{{ ten_loai }}", split),
        ('d.kieu == "muc"', "d.kieu == “muc”"),
        ("{{ trich_yeu }}", "{{ trich_yeu | upper }} – {{ ho_ten }}"),
    )
    document = Document(BytesIO(render(signed_plan()._replace(title="Giảm nghèo & việc làm"), path)))
    assert "KẾ HOẠCH" in texts(document)
    assert "GIẢM NGHÈO & VIỆC LÀM – Nguyễn Thị Hồng Gấm" in texts(document)
    assert "I. MỤC TIÊU" in texts(document)


def test_tables_follow_the_margins_of_the_template(tmp_path: Path) -> None:
    document = Document(str(TEMPLATE))
    for section in document.sections:
        section.left_margin, section.right_margin = Mm(35), Mm(15)
    document.save(str(tmp_path / "t.docx"))
    plan = Document(BytesIO(render(draft_plan(), tmp_path / "t.docx")))
    widths = plan.tables[1]._tbl.xpath("./w:tblGrid/w:gridCol/@w:w")
    assert sum(map(int, widths)) * 25.4 / 1440 == pytest.approx(160, abs=0.1)
    for section in document.sections:
        section.right_margin = Mm(20)
    document.save(str(tmp_path / "t.docx"))
    plan = Document(BytesIO(render(draft_plan(), tmp_path / "t.docx")))
    widths = plan.tables[1]._tbl.xpath("./w:tblGrid/w:gridCol/@w:w")
    assert sum(map(int, widths)) * 25.4 / 1440 == pytest.approx(155, abs=0.1)


def test_a_plain_template_without_sections_for_annexes_still_works(tmp_path: Path) -> None:
    document = Document(str(TEMPLATE))
    body = document.element.body
    for element in list(body)[:-1]:
        if element.xpath("string(.)") != "{{ ten_loai }}":
            body.remove(element)
    document.add_paragraph("{{ noi_nhan | join('; ') }}")
    document.save(str(tmp_path / "t.docx"))
    plan = Document(BytesIO(render(signed_plan(), tmp_path / "t.docx")))
    assert texts(plan) == ["KẾ HOẠCH", "; ".join(signed_plan().recipients)]


# -- pages -------------------------------------------------------------------------------------------------


class Page(NamedTuple):
    """Lines of text with their boxes in millimetres."""

    width: float
    height: float
    lines: list[tuple[str, float, float, float, float]]

    def has(self, text: str) -> bool:
        """Whether a text stands on one line; fonts that lack Vietnamese letters put spaces around them."""
        return any(squeezed(text) in squeezed(line[0]) for line in self.lines)

    def words(self) -> list[str]:
        return [word for line in self.lines for word in line[0].split()]


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def pages(path: Path, outdir: Path) -> list[Page]:
    """The pages of a file as LibreOffice sets them."""
    pdf = to_pdf(path, outdir)
    done = subprocess.run(["pdftotext", "-bbox-layout", str(pdf), "-"], capture_output=True, timeout=60, check=True)
    root = etree.fromstring(done.stdout)
    html = "{http://www.w3.org/1999/xhtml}"

    def mm(element: etree._Element, name: str) -> float:
        return float(element.get(name, "0")) * 25.4 / 72

    return [
        Page(
            mm(page, "width"),
            mm(page, "height"),
            [
                (
                    " ".join(w.text or "" for w in line),
                    *(mm(line, n) for n in ("xMin", "yMin", "xMax", "yMax")),
                )  # type: ignore[misc]
                for line in page.iter(f"{html}line")
            ],
        )
        for page in root.iter(f"{html}page")
    ]


@pytest.fixture(scope="module")
def draft(tmp_path_factory: pytest.TempPathFactory) -> list[Page]:
    require_office()
    folder = tmp_path_factory.mktemp("draft")
    (folder / "draft.docx").write_bytes(render(draft_plan()))
    return pages(folder / "draft.docx", folder)


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> list[Page]:
    require_office()
    folder = tmp_path_factory.mktemp("signed")
    (folder / "signed.docx").write_bytes(render(signed_plan()))
    return pages(folder / "signed.docx", folder)


def within_margins(found: list[Page]) -> bool:
    """Every line inside the margins of N I.3; in the top margin only a page number, in its middle."""
    for page in found:
        for text, left, _, right, bottom in page.lines:
            if bottom < 20:
                middle = 30 + (page.width - 50) / 2
                assert re.fullmatch("[0-9]+", text)
                assert (left + right) / 2 == pytest.approx(middle, abs=1)
            else:
                assert left >= 29.5, text
                assert right <= page.width - 19.5, text
                assert bottom <= page.height - 19, text
    return True


@pytest.mark.office
def test_the_national_name_stands_on_one_line(draft: list[Page], signed: list[Page]) -> None:
    for found in (draft, signed):
        assert found[0].has(NATION)
        assert found[0].has("Độc lập - Tự do - Hạnh phúc")


@pytest.mark.office
def test_nothing_lies_outside_the_margins(draft: list[Page], signed: list[Page]) -> None:
    assert within_margins(draft)
    assert within_margins(signed)


@pytest.mark.office
def test_pages_are_numbered_from_the_second(draft: list[Page], signed: list[Page]) -> None:
    numbers = [[t for t, *_, bottom in page.lines if bottom < 20] for page in (*draft, *signed)]
    assert numbers[: len(draft)] == [[], *([str(n)] for n in range(2, len(draft) + 1))]
    *plan, annex = numbers[len(draft) :]
    assert plan == [[], *([str(n)] for n in range(2, len(plan) + 1))]
    assert annex == []  # its pages count from 1 again


@pytest.mark.office
def test_the_table_of_fifteen_columns_fits_and_no_number_breaks(draft: list[Page]) -> None:
    words = [word for page in draft for word in page.words()]
    for text in ("1.545", "4,08", "3,30", "4,47", "3,50", "8,09", "7,65", "63", "69"):
        assert text in words
    for name in VILLAGES:
        assert any(page.has(name) for page in draft), f"{name} is broken into two lines"


@pytest.mark.office
def test_the_annex_is_one_page_on_its_side(signed: list[Page]) -> None:
    wide = [page for page in signed if page.width > page.height]
    assert wide == signed[-1:]
    assert "2.725" in wide[0].words()
    assert all(wide[0].has(name.split()[0]) for name in HAMLETS)


@pytest.mark.office
@pytest.mark.parametrize("extra", [0, 4, 8, 12, 16])
def test_the_signature_never_stands_alone_on_a_page(tmp_path: Path, extra: int) -> None:
    require_office()
    plan = signed_plan()._replace(annexes=())
    filler = tuple(p("doan", f"Dòng thêm {n}.") for n in range(extra))
    (tmp_path / "plan.docx").write_bytes(render(plan._replace(body=plan.body[:-1] + filler + plan.body[-1:])))
    last = pages(tmp_path / "plan.docx", tmp_path)[-1]
    for text in ("Trên đây là Kế hoạch", *plan.signature, plan.signer, *plan.recipients, "Nơi nhận:"):
        assert last.has(text)


@pytest.mark.office
def test_a_template_saved_by_another_word_processor_still_serves(tmp_path: Path) -> None:
    require_office()
    saved = convert(TEMPLATE, tmp_path, "docx:MS Word 2007 XML")
    check(saved)
    for plan in (draft_plan(), signed_plan()):
        found = Document(BytesIO(render(plan, saved)))
        assert texts(found) == texts(opened(plan))
        assert [s.orientation for s in found.sections] == [s.orientation for s in opened(plan).sections]
    assert LONG in " ".join(texts(found))
