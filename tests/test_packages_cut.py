"""What the fast roads take by cutting is well-formed XML: every fault at every place, against the parser."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from xlplan.packages import strings, worksheet
from xlplan.packages.filling import Book, Filler
from xlplan.packages.gate import PackageError
from xlplan.packages.rows import cut_rows
from xlplan.packages.stream import is_well_formed, scan
from xlplan.packages.styles import Styles
from xlplan.packages.workbook import Sheet

SOUND = (
    '<row r="1" s="1"><c r="A1" t="s"><v>0</v></c><c r="B1"/></row><row r="2"/>'
    '<row r="3"><c r="B3" t="str"><f ca="1">A1</f><v>ệ</v></c><c r="E3"><is><t>a</t></is></c></row>'
)
PIECES = [
    *('<row r="7" a="<row r="8">', '</row><row r="7" spans="1:2" ht="3">', '<row r="7" spans="1:2"/>', "<fx>A1</f>"),
    *("<row r='9'>", '<row r="9">', '<row r="9"/>', '<row r="9"></row>', "</row>", '</row><row r="9">', "</c>", "</v>"),
    *('<c r="Z9"/>', '<c r="Z9">', '<c r="Z9"><v>1</v></c>', "<v>1</v>", "<f>A1</f>", "<f/>", "<v/>", "<x/>", "<x>"),
    *("&", "&amp;", "&x;", "&#0;", "&#10;", "&#x1;", "&#7897;", "&#55296;", "&#99999;", "&#9999999;", "<", ">", "/"),
    *(
        "<!--",
        "-->",
        "<!-- x -->",
        "<![CDATA[",
        "]]>",
        "<?x y?>",
        "<!DOCTYPE x>",
        "\x00",
        "\x0b",
        "\x1f",
        "\ufffe",
        "\uffff",
    ),
    *(
        '"',
        "'",
        "=",
        " ",
        "\n",
        "\r",
        "x:",
        ' s="1"',
        ' r="A9"',
        ' x="1" x="2"',
        ' x="<"',
        ' x="&"',
        ' 9="1"',
        ' x="/>"',
    ),
]


def taken(rows: bytes) -> bool:
    """Whether the fast road takes these rows; then they are well-formed."""
    found = cut_rows(rows, Filler(Sheet("S"), Book(["chữ"], Styles(), 100)))
    assert not found or is_well_formed(b"<x>" + rows + b"</x>"), rows
    return found


def test_the_fast_road_takes_no_rows_that_a_parser_would_refuse() -> None:
    assert taken(SOUND.encode())
    tags = re.findall("<[^>]+>", SOUND)
    for place in range(len(SOUND) + 1):
        before, after = SOUND[:place], SOUND[place:]
        for piece in PIECES:
            taken(f"{before}{piece}{after}".encode())
        for tag in tags:
            if after.startswith(tag):
                taken(f"{before}{after[len(tag) :]}".encode())
        for raw in (b"\xff", b"\xed\xa0\x80", "ệ".encode()[:2]):
            taken(before.encode() + raw + after.encode())


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(SOUND)), st.sampled_from(PIECES), st.integers(0, 40)), min_size=1))
def test_rows_with_more_than_one_fault_are_not_taken_either(faults: list[tuple[int, str, int]]) -> None:
    text = SOUND
    for place, piece, gone in faults:
        text = text[:place] + piece + text[place + gone :]
    taken(text.encode())


AROUND = st.sampled_from(
    [
        *(
            "",
            "<x/>",
            "<cols>",
            "</cols>",
            "<sheetData>",
            "</sheetData>",
            "<x a='1' a='2'/>",
            "<x>&amp;</x>",
            "</worksheet>",
        ),
        *(
            "<worksheet>",
            "<!-- -->",
            "<!-- ",
            " -->",
            "<![CDATA[",
            "]]>",
            "&x;",
            "<?x?>",
            "<!DOCTYPE x>",
            "<x><y></x></y>",
        ),
    ]
)


@settings(deadline=None)
@given(st.lists(AROUND, max_size=3).map("".join), st.lists(AROUND, max_size=3).map("".join))
def test_what_stands_around_the_rows_is_refused_where_a_parser_would_refuse_the_whole(before: str, after: str) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row>'
    data = f"<worksheet>{before}<sheetData>{rows}</sheetData>{after}</worksheet>".encode()
    try:
        filler = worksheet._read_plain("x", data, Filler(Sheet("S"), Book([], Styles(), 100)))
    except PackageError:
        assert not is_well_formed(data)
    else:
        assert filler is None or is_well_formed(data)


ITEM = st.sampled_from(
    [
        *("<si><t>thôn</t></si>", '<si><t xml:space="preserve"> a </t></si>', "<si><t></t></si>", "<si><t/></si>"),
        *(
            "<si><t>a&amp;b&#7897;_x0041_</t></si>",
            "<si><r><t>a</t></r><r><t>b</t></r></si>",
            "<!-- <si><t>c</t></si> -->",
        ),
        *("<si><t><![CDATA[</t></si><si><t>]]></t></si>", "<x/>", "\n", "<si><t>a\r</t></si>", "<si></si>"),
        *("<si><t>]]></t></si>", "<si><t>&x;</t></si>", "<si><t>&#2;</t></si>", "<si><t>\x02</t></si>", "<si><t>"),
        *("<si><t>&#xD;&#65536;</t></si>", "<si><t>\ufffe</t></si>", '<si><t xml:space="preserve"></si></t>'),
    ]
)


@settings(deadline=None)
@given(
    st.sampled_from(["<sst>", "<?xml version='1.0'?>\r\n<sst x='1'>", "<sst><!-- ", "<sst/>"]),
    st.lists(ITEM, max_size=4),
    st.sampled_from(["", "\n", "<!-- -->", "x", "</sst>"]),
)
def test_shared_strings_are_the_same_on_both_roads(head: str, items: list[str], after: str) -> None:
    data = f"{head}{''.join(items)}</sst>{after}".encode()
    sound = is_well_formed(data)
    plain = strings._cut_strings(data)
    if plain is not None:
        assert sound
        reader = strings._SharedStrings(100)
        scan("x", [data], reader)
        assert plain == reader.strings
    usual = ["<si><t>thôn</t></si>", "<si><t></t></si>"]
    assert plain is not None or not sound or not items or any(item not in usual for item in items)
