"""Text, runs and tables as WordprocessingML: spans, widths, sizes, and what is refused."""

from __future__ import annotations

import re

import pytest
from docx.table import Table
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from test_documents_render import draft_plan, opened, signed_plan

from xlplan.documents.blocks import BodyCell, HeadCell, Run, WordTable
from xlplan.documents.finishing import finish
from xlplan.documents.wordxml import MissingStyleError, Styles, clean, runs_xml, table_xml, text_width

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
ALL = Styles(
    {
        name: name
        for name in (
            *("KH Bảng", "KH Bảng hẹp", "KH Nghiêng", "KH Đậm", "KH Đậm nghiêng"),
            *(f"KH Bảng {k}{s}" for k in ("đầu", "chữ", "giữa", "số") for s in ("", " nhỏ", " rất nhỏ")),
        )
    },
    {},
)


@given(st.text(alphabet=st.characters(exclude_categories=())), st.booleans(), st.booleans())
def test_any_text_comes_back_as_it_was_cleaned(text: str, bold: bool, italic: bool) -> None:
    xml = runs_xml((Run(text, italic, bold),), ALL)
    assert "{" not in xml
    assert "}" not in xml
    pieces = {f"{{{W}}}br": "\n", f"{{{W}}}tab": "\t"}
    root = etree.fromstring(f'<w:p xmlns:w="{W}">{xml}</w:p>')
    assert "".join(pieces.get(e.tag, e.text or "") for e in root.iter()) == clean(text)


LONG_TEXTS = st.sampled_from(("12", "4,56", "chữ " * 25, "%s" * 210))
TEXTS = LONG_TEXTS | st.text(st.sampled_from("aẤ1%{&<> \t\n\x01𝔸"), max_size=8)
CELLS = st.builds(
    BodyCell,
    st.lists(st.builds(Run, TEXTS, st.booleans(), st.booleans()), max_size=2).map(tuple),
    st.sampled_from(("left", "center", "right")),
    st.booleans(),
    st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS), max_size=4))
def test_a_cell_holds_what_its_runs_give_in_a_paragraph(rows: list[tuple[BodyCell, BodyCell]]) -> None:
    xml = table_xml(WordTable((1, 1), ((HeadCell("A"), HeadCell("B")),), tuple(rows)), 9071, ALL)
    found = re.findall('<w:pStyle w:val="KH Bảng (?:chữ|giữa|số)[^"]*"/></w:pPr>(.*?)</w:p></w:tc>', xml)
    nothing = Run("")  # with which they are too many for any shorter way
    wanted = [
        tuple(Run(run.text, run.italic or cell.italic, run.bold or cell.bold) for run in cell.runs)
        for row in rows
        for cell in row
    ]
    assert found == [runs_xml((*runs, nothing, nothing), ALL) for runs in wanted]
    assert found == [runs_xml(runs, ALL) for runs in wanted]


def test_clean_text_has_one_kind_of_line_break_and_no_control_characters() -> None:
    assert clean("a\r\nb\rc\x0bd\x85e\u2028f\u2029g\tt\x00\x1f\x7f\x9f\ufffe\ud83d") == "a\nb\nc\nd\ne\nf\ng\tt"


def test_widths_are_those_of_the_font_and_marks_take_no_room() -> None:
    assert text_width("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 13) * 25.4 / 72 == pytest.approx(95.7, rel=0.04)
    assert text_width("Độc lập", 14) == text_width("Doc lap", 14)
    assert text_width("ngắn\ndài hơn nhiều", 10) == text_width("dài hơn nhiều", 10)


def test_a_style_that_the_template_lacks_is_named() -> None:
    with pytest.raises(MissingStyleError, match="KH Nghiêng"):
        runs_xml((Run("a", italic=True),), Styles({}, {}))


def table_rows(table: Table) -> list[list[tuple[str, int, str]]]:
    """Text, span and vertical merge of every cell."""
    return [
        [
            (
                str(c.xpath("string()")),
                int((c.xpath("./w:tcPr/w:gridSpan/@w:val") or ["1"])[0]),
                *(c.xpath("./w:tcPr/w:vMerge/@w:val") or [""]),
            )
            for c in row.tc_lst
        ]
        for row in table._tbl.tr_lst
    ]


def test_a_heading_of_two_levels_is_merged_and_repeated() -> None:
    table = opened(draft_plan()).tables[1]
    rows = table_rows(table)
    assert rows[0][:4] == [
        ("TT", 1, "restart"),
        ("Đơn vị", 1, "restart"),
        ("Tổng số hộ", 1, "restart"),
        ("Hộ nghèo cuối năm 2022", 2, ""),
    ]
    assert rows[1][:5] == [("", 1, "continue")] * 3 + [("TS", 1, ""), ("%", 1, "")]
    assert rows[-1][1][0] == "Tổng cộng"
    assert len(table._tbl.xpath("./w:tr/w:trPr/w:tblHeader")) == 2
    assert len(table._tbl.xpath("./w:tr/w:trPr/w:cantSplit")) == len(rows) == 14
    assert table.style is not None
    assert table.style.name == "KH Bảng hẹp"


def test_a_table_is_exactly_as_wide_as_its_page() -> None:
    widths = {}
    for plan in (draft_plan(), signed_plan()):
        document = opened(plan)
        table = next(t for t in document.tables if t._tbl.xpath("./w:tr/w:trPr/w:tblHeader"))
        columns = [int(v) for v in table._tbl.xpath("./w:tblGrid/w:gridCol/@w:w")]
        widths[len(columns)] = sum(columns) * 25.4 / 1440
        for row in table._tbl.tr_lst:
            assert sum(int(v) for v in row.xpath("./w:tc/w:tcPr/w:tcW/@w:w")) == sum(columns)
    assert widths == pytest.approx({15: 160, 9: 247}, abs=0.1)


def size_and_widths(table: WordTable, usable: int) -> tuple[str, list[int]]:
    xml = table_xml(table, usable, ALL)
    style = re.search('pStyle w:val="KH Bảng đầu([^"]*)"', xml)
    assert style
    return style[1], [int(w) for w in re.findall('gridCol w:w="([0-9]+)"', xml)]


def test_text_shrinks_only_where_numbers_would_break() -> None:
    def table(columns: int, text: str) -> WordTable:
        head = tuple(HeadCell(str(n)) for n in range(columns))
        return WordTable((1,) * columns, (head,), (tuple(BodyCell((Run(text),)) for _ in head),))

    assert size_and_widths(table(6, "1.234.567"), 9071)[0] == ""
    assert size_and_widths(table(13, "1,23"), 9071)[0] == " nhỏ"
    assert size_and_widths(table(9, "1.234.567"), 9071)[0] == " nhỏ"
    assert size_and_widths(table(10, "1.234.567"), 9071)[0] == " rất nhỏ"
    assert sum(size_and_widths(table(30, "1.234.567"), 9071)[1]) == 9071


def test_a_column_is_never_narrower_than_its_longest_word() -> None:
    head = (HeadCell("TT"), HeadCell("Nội dung"), HeadCell("Kinh phí"))
    row = (BodyCell((Run("1"),)), BodyCell((Run("chữ " * 60),), "left"), BodyCell((Run("13.000.000"),)))
    _, widths = size_and_widths(WordTable((1, 100, 1), (head,), (row,)), 9071)
    assert widths[2] >= text_width("13.000.000", 12) * 20
    assert sum(widths) == 9071


@pytest.mark.parametrize(
    "head",
    [
        ((HeadCell("A"),),),
        ((HeadCell("A"), HeadCell("B", columns=2)),),
        ((HeadCell("A"), HeadCell("B"), HeadCell("C")),),
        ((HeadCell("A", rows=2), HeadCell("B")),),
        ((HeadCell("A", columns=0), HeadCell("B")),),
        ((HeadCell("A"), HeadCell("B", rows=2)), (HeadCell("C", columns=2),)),
    ],
)
def test_a_heading_that_does_not_fit_is_refused(head: tuple[tuple[HeadCell, ...], ...]) -> None:
    with pytest.raises(ValueError, match="heading"):
        size_and_widths(WordTable((1, 1), head, ()), 9071)


def test_a_row_with_a_cell_too_few_is_refused() -> None:
    with pytest.raises(ValueError, match="row 1"):
        size_and_widths(WordTable((1, 1), ((HeadCell("A"), HeadCell("B")),), ((BodyCell(()),),)), 9071)


# -- the filled document -----------------------------------------------------------------------------------


def finished(content: str) -> etree._Element:
    spaces = f'xmlns:w="{W}" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    body = etree.fromstring(f"<w:body {spaces}>{content}<w:sectPr/></w:body>")
    finish(body, ALL)
    return body


def test_what_loops_copied_is_unique_again() -> None:
    looped = '<w:p w14:paraId="1A"><w:bookmarkStart w:id="0" w:name="a"/><w:bookmarkEnd w:id="0"/></w:p>'
    body = finished(looped * 3)
    assert len(body.findall(f"{{{W}}}p")) == 3
    assert b"paraId" not in etree.tostring(body)
    assert etree.tostring(body).count(b"<w:bookmarkStart") == etree.tostring(body).count(b"<w:bookmarkEnd") == 1


def test_empty_runs_go_and_empty_cells_get_their_paragraph() -> None:
    run = '<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve"></w:t></w:r>'
    body = finished(f"<w:p>{run}<w:r><w:t>a</w:t></w:r>{run}</w:p><w:tbl><w:tr><w:tc/></w:tr></w:tbl><w:p/>")
    assert len(body.findall(f".//{{{W}}}r")) == 1
    assert body.find(f".//{{{W}}}tc/{{{W}}}p") is not None


def test_trailing_empty_paragraphs_do_not_make_a_page_of_their_own() -> None:
    ended = "<w:p><w:pPr><w:sectPr><w:pgMar/></w:sectPr></w:pPr></w:p>"
    body = finished(f"<w:p><w:r><w:t>a</w:t></w:r></w:p>{ended}<w:p/><w:p/>")
    assert [etree.QName(child).localname for child in body] == ["p", "sectPr"]
    assert body.find(f"{{{W}}}sectPr/{{{W}}}pgMar") is not None
