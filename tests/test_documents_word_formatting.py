"""Effective formatting: styles, defaults, theme, toggles, lists and sections, as Word works them out."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_documents_word_reading import MC, OFFICE, RELS, TYPE, W, p, r

from xlplan.documents.word.formatting import Formats, Layout, Look
from xlplan.documents.word.lists import labels, written
from xlplan.documents.word.reading import WordFile, opened
from xlplan.documents.word.sections import sections
from xlplan.packages.gate import Package

A = "http://schemas.openxmlformats.org/drawingml/2006/main"
DEFAULTS = (
    '<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:asciiTheme="minorHAnsi" w:hAnsiTheme="minorHAnsi"/>'
    '<w:sz w:val="22"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="160" w:line="259"/></w:pPr>'
    "</w:pPrDefault></w:docDefaults>"
)


def style(name: str, inner: str, base: str = "", kind: str = "paragraph", default: bool = False) -> str:
    above = f'<w:basedOn w:val="{base}"/>' if base else ""
    first = ' w:default="1"' if default else ""
    return f'<w:style w:type="{kind}" w:styleId="{name}"{first}>{above}{inner}</w:style>'


def file(body: str, styles: str = "", numbering: str = "") -> WordFile:
    space = f'xmlns:w="{W}" xmlns:mc="{MC}" xmlns:r="{OFFICE}"'
    theme = f'<a:theme xmlns:a="{A}"><a:minorFont><a:latin typeface="Calibri"/></a:minorFont></a:theme>'
    main = f'<Override PartName="/word/document.xml" ContentType="{TYPE}"/>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="x">{main}</Types>',
        "word/document.xml": f"<w:document {space}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": f"<w:styles {space}>{DEFAULTS}{styles}</w:styles>",
        "word/theme.xml": theme,
        "word/numbering.xml": f"<w:numbering {space}>{numbering}</w:numbering>",
        "word/header.xml": f"<w:hdr {space}/>",
    }
    kinds = ("styles", "theme", "numbering", "header")
    links = "".join(f'<Relationship Id="{k}" Type="{OFFICE}/{k}" Target="{k}.xml"/>' for k in kinds)
    parts["word/_rels/document.xml.rels"] = f'<Relationships xmlns="{RELS}">{links}</Relationships>'
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return opened(Package(buffer.getvalue()))


def look(paragraph: str, styles: str = "") -> Look:
    found = file(paragraph, styles)
    return next(Formats(found).stretches(found.passages[0])).look


def layout(paragraph: str, styles: str = "", numbering: str = "") -> Layout:
    found = file(paragraph, styles, numbering)
    return Formats(found).layout(found.passages[0])


def styled(name: str, *runs: str) -> str:
    return p(f'<w:pPr><w:pStyle w:val="{name}"/></w:pPr>', *runs)


def test_defaults_and_the_font_of_the_theme() -> None:
    found = look(p(r("a")))
    assert (found.fonts, found.size, found.bold, found.colour) == (("Calibri", "Calibri"), 11, False, "000000")
    assert layout(p(r("a")))[4:8] == (0, 160, 259, "auto")


def test_the_nearest_style_of_a_chain_wins_and_direct_formatting_over_all() -> None:
    styles = style("Goc", '<w:rPr><w:sz w:val="26"/><w:i/></w:rPr>') + style(
        "Con", '<w:rPr><w:sz w:val="28"/></w:rPr>', "Goc"
    )
    assert look(styled("Con", r("a")), styles)[1:4] == (14, False, True)
    assert look(styled("Con", r("a", '<w:sz w:val="24"/><w:i w:val="0"/>')), styles)[1:4] == (12, False, False)


def test_a_plain_font_stands_over_the_themes_and_the_other_way_round() -> None:
    times = '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman"/>'
    assert look(p(r("a", times))).fonts == ("Times New Roman",) * 2
    theme = '<w:rFonts w:ascii="Times New Roman" w:asciiTheme="minorHAnsi"/>'
    assert look(p(r("a", theme))).fonts == ("Calibri", "Calibri")


@pytest.mark.parametrize(("of_paragraph", "of_run", "direct", "bold"), [
    (True, False, "", True),
    (False, True, "", True),
    (True, True, "", False),  # two styles that are bold take it away from each other
    (True, True, "<w:b/>", True),
    (True, False, '<w:b w:val="false"/>', False),
])  # fmt: skip
def test_bold_is_a_toggle_of_styles(of_paragraph: bool, of_run: bool, direct: str, bold: bool) -> None:
    on = {True: "<w:rPr><w:b/></w:rPr>", False: ""}
    styles = style("Doan", on[of_paragraph]) + style("Chu", on[of_run], kind="character")
    assert look(styled("Doan", r("a", f'<w:rStyle w:val="Chu"/>{direct}')), styles).bold is bold


def test_styles_that_go_in_a_circle_end() -> None:
    styles = style("A", '<w:rPr><w:sz w:val="30"/></w:rPr>', "B") + style("B", "", "A")
    assert look(styled("A", r("a")), styles).size == 15


def test_a_hanging_indent_replaces_a_first_line() -> None:
    styles = style("Doan", '<w:pPr><w:ind w:left="100" w:firstLine="720"/></w:pPr>')
    found = layout(p('<w:pPr><w:pStyle w:val="Doan"/><w:ind w:hanging="300"/></w:pPr>', r("a")), styles)
    assert (found.left, found.first) == (100, -300)


# -- lists -----------------------------------------------------------------------------------------------------


def level(number: int, digits: str, text: str) -> str:
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="1"/><w:numFmt w:val="{digits}"/><w:lvlText w:val="{text}"/>'
        '<w:pPr><w:ind w:left="720" w:hanging="360"/></w:pPr></w:lvl>'
    )


NUMBERING = (
    f'<w:abstractNum w:abstractNumId="7">{level(0, "upperRoman", "%1.")}{level(1, "decimal", "%2.")}'
    f"{level(2, 'lowerLetter', '%3)')}{level(3, 'bullet', '-')}{level(4, 'decimal', '%2.%5.')}</w:abstractNum>"
    '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/>'
    "</w:lvlOverride></w:num>"
)


def item(number: int, of: int = 1) -> str:
    return p(f'<w:pPr><w:numPr><w:ilvl w:val="{number}"/><w:numId w:val="{of}"/></w:numPr></w:pPr>', r("a"))


def test_labels_are_counted_as_word_counts_them() -> None:
    found = file("".join(map(item, (0, 1, 2, 2, 1, 4, 4, 2, 3, 0, 1))) + item(0, 2), numbering=NUMBERING)
    made = labels(found.passages, Formats(found))
    assert list(made.values()) == ["I.", "1.", "a)", "b)", "2.", "2.1.", "2.2.", "a)", "-", "II.", "1.", "I."]


def test_a_list_gives_its_paragraphs_their_indent() -> None:
    assert (layout(item(0), numbering=NUMBERING).left, layout(item(0), numbering=NUMBERING).first) == (720, -360)


@given(st.integers(1, 3999))
def test_roman_digits_are_read_back(number: int) -> None:
    values = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
    digits = [values[letter] for letter in written(number, "upperRoman")]
    assert sum(-d if any(d < e for e in digits[i + 1 : i + 2]) else d for i, d in enumerate(digits)) == number


# -- sections --------------------------------------------------------------------------------------------------


def test_a_section_takes_the_headers_of_the_one_before() -> None:
    first = '<w:headerReference w:type="default" r:id="header"/><w:pgMar w:left="1701" w:gutter="57"/><w:titlePg/>'
    found = file(p(f"<w:pPr><w:sectPr>{first}</w:sectPr></w:pPr>") + '<w:sectPr><w:pgNumType w:start="1"/></w:sectPr>')
    one, two = sections(found)
    assert one.part("default") == two.part("default") == "word/header.xml"
    assert (one.different_first, two.different_first, one.starts_at, two.starts_at) == (True, False, None, 1)
    assert round(one.left, 1) == 31.0
