"""A Word file as a person reads it: places, and what Word shows or does not show of the XML."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from xlplan.documents.word.reading import Passage, WordFile, opened
from xlplan.model import WordRef
from xlplan.packages.gate import Package, PackageError

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def package(body: str, *, uri: str = W, kind: str = TYPE, styles: str = "", **parts: str) -> Package:
    """A Word package with this body; other parts are named by their kind (``header``)."""
    space = f'xmlns:w="{uri}" xmlns:mc="{MC}"'
    main = f'<Override PartName="/word/document.xml" ContentType="{kind}"/>'
    files = {
        "[Content_Types].xml": f'<Types xmlns="x">{main}</Types>',
        "word/document.xml": f"<w:document {space}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": f"<w:styles {space}>{styles}</w:styles>",
    }
    files |= {f"word/{name}.xml": f"<w:hdr {space}>{xml}</w:hdr>" for name, xml in parts.items()}
    links = "".join(
        f'<Relationship Id="{name}" Type="{OFFICE}/{name}" Target="{name}.xml"/>' for name in ("styles", *parts)
    )
    files["word/_rels/document.xml.rels"] = f'<Relationships xmlns="{RELS}">{links}</Relationships>'
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return Package(buffer.getvalue())


def read(body: str, **more: str) -> WordFile:
    return opened(package(body, **more))


def one(body: str, **more: str) -> Passage:
    (found,) = read(body, **more).passages
    return found


def p(*runs: str) -> str:
    return f"<w:p>{''.join(runs)}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def table(*rows: str) -> str:
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def tc(content: str, span: int = 1) -> str:
    return f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/></w:tcPr>{content}</w:tc>'


def test_paragraphs_of_the_body_and_cells_have_places_of_their_own() -> None:
    inner = table(tc(p(r("d"))))
    found = read(p(r("a")) + table(tc(p(r("b")) + p(), 2) + tc(p(r("c")) + inner)) + p() + p(r("e"))).passages
    assert [(x.place, x.text, x.kind) for x in found] == [
        ("¶1", "a", "body"),
        ("T1R1C1", "b", "cell"),
        ("T1R1C1", "", "cell"),
        ("T1R1C3", "c", "cell"),
        ("T1R1C3T1R1C1", "d", "cell"),
        ("¶2", "", "body"),
        ("¶3", "e", "body"),
    ]
    assert [x.number for x in found] == list(range(7))


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        (r("a") + "<w:r><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r>", "a\tb\nc"),
        (r("Số:\u00a0\u00a0/KH"), "Số:\u00a0\u00a0/KH"),
        (r("ho\u0323\u0302") + "<w:r><w:t> x </w:t></w:r>", "hộx"),
        (r("5") + "<w:r><w:noBreakHyphen/></w:r>" + r("6"), "5-6"),
        (f"<w:ins>{r('mới')}</w:ins><w:del><w:r><w:delText>cũ</w:delText></w:r></w:del>", "mới"),
        (f"<w:moveFrom>{r('x')}</w:moveFrom><w:moveTo>{r('y')}</w:moveTo>", "y"),
        (r("ẩn", "<w:vanish/>") + r("hiện", '<w:vanish w:val="0"/>'), "hiện"),
        (f"<w:sdt><w:sdtPr/><w:sdtContent>{r('63')}</w:sdtContent></w:sdt>{r(' hộ')}", "63 hộ"),
        (f"<w:smartTag>{r('a')}</w:smartTag><w:hyperlink>{r('b')}</w:hyperlink>", "ab"),
        (f'<w:fldSimple w:instr="PAGE">{r("2")}</w:fldSimple>', "2"),
    ],
)
def test_text_is_what_a_person_reads(runs: str, text: str) -> None:
    assert one(p(runs)).text == text


def test_the_code_of_a_field_is_no_text_even_over_two_paragraphs() -> None:
    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    code = "<w:r><w:instrText> TOC </w:instrText></w:r>"
    inner = mark("begin") + code + r("mã") + mark("separate") + r("kết quả") + mark("end")
    found = read(p(mark("begin"), code, r("x"), mark("separate"), r("một")) + p(r("hai"), inner, mark("end"), r("ba")))
    assert [x.text for x in found.passages] == ["một", "haikết quảba"]


def test_text_is_hidden_by_a_style_that_is_based_on_a_hidden_one() -> None:
    styles = (
        '<w:style w:styleId="An"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:styleId="Con"><w:basedOn w:val="An"/></w:style>'
        '<w:style w:styleId="Hien"><w:basedOn w:val="An"/><w:rPr><w:vanish w:val="0"/></w:rPr></w:style>'
    )
    run = "".join(r(name, f'<w:rStyle w:val="{name}"/>') for name in ("An", "Con", "Hien"))
    assert one(p(run), styles=styles).text == "Hien"
    assert one(p('<w:pPr><w:pStyle w:val="Con"/></w:pPr>', r("a")), styles=styles).text == ""


def test_a_text_box_has_the_place_of_its_paragraph_and_is_read_once() -> None:
    box = f"<w:txbxContent>{p(r('trong khung'))}</w:txbxContent>"
    forms = f"<mc:Choice><w:drawing>{box}</w:drawing></mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback>"
    found = read(p(r("a"), f"<w:r><mc:AlternateContent>{forms}</mc:AlternateContent></w:r>")).passages
    assert [(x.place, x.text, x.kind) for x in found] == [("¶1", "a", "body"), ("¶1", "trong khung", "textbox")]


def test_sections_are_counted() -> None:
    end = "<w:pPr><w:sectPr/></w:pPr>"
    found = read(p(end, r("a")) + p(r("b")) + "<w:sectPr/>")
    assert [x.section for x in found.passages] == [0, 1]
    assert len(found.sections) == 2


def test_deleted_rows_are_gone_and_strict_files_are_read() -> None:
    deleted = f"<w:tr><w:trPr><w:del/></w:trPr>{tc(p(r('x')))}</w:tr>"
    found = read(f"<w:tbl>{deleted}<w:tr>{tc(p(r('y')))}</w:tr></w:tbl>", uri=STRICT).passages
    assert [(x.place, x.text) for x in found] == [("T1R1C1", "y")]


def test_headers_are_read_apart() -> None:
    found = read(p(r("a")), header=p(r("2")) + p(r("b"))).others()
    assert [(x.place, x.text, x.kind) for x in found] == [("H1¶1", "2", "header"), ("H1¶2", "b", "header")]


def test_notes_are_read_without_the_lines_above_them() -> None:
    notes = f'<w:footnote w:type="separator">{p(r(" "))}</w:footnote><w:footnote>{p(r("Nguồn: xã"))}</w:footnote>'
    found = read(p(r("a")), footnotes=notes).others()
    assert [(x.place, x.text, x.kind) for x in found] == [("N1¶1", "Nguồn: xã", "note")]


def test_a_file_with_macros_is_refused() -> None:
    with pytest.raises(PackageError) as caught:
        read(p(), kind="application/vnd.ms-word.document.macroEnabled.main+xml")
    assert caught.value.kind == "macros"


def test_a_place_in_word_stands_for_a_cell() -> None:
    ref = WordRef("T2R3C1")
    assert (ref.sheet, ref.address, ref.seen_from("Biểu")) == ("", "T2R3C1", "T2R3C1")
