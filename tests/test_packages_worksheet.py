"""One worksheet: every form in which XML can say a cell, and both roads that read it."""

from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_packages_gate import MAIN, OFFICE, RELS, zipped

from xlplan.packages import worksheet
from xlplan.packages.gate import Package
from xlplan.packages.workbook import Sheet, Workbook, read_package


def parts_of(rows: str, after: str = "", before: str = "", **more: str) -> dict[str, str | bytes]:
    """A workbook of one sheet by hand; ``strings`` and ``styles`` become its parts."""
    relations = {"a": "worksheet", "b": "sharedStrings", "c": "styles"}
    targets = {"a": "worksheets/sheet1.xml", "b": "sharedStrings.xml", "c": "styles.xml"}
    parts: dict[str, str | bytes] = {
        "_rels/.rels": RELS.format(f'<Relationship Id="r" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'),
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{more.get("book", "")}<sheets>'
            f'<sheet name="S" r:id="a"/></sheets>{more.get("names", "")}</workbook>'
        ),
        "xl/_rels/workbook.xml.rels": RELS.format(
            "".join(
                f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{targets[key]}"/>'
                for key, kind in relations.items()
            )
        ),
        "xl/worksheets/sheet1.xml": (
            f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
        ),
    }
    if "strings" in more:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{more["strings"]}</sst>'
    if "styles" in more:
        parts["xl/styles.xml"] = f'<styleSheet xmlns="{MAIN}">{more["styles"]}</styleSheet>'
    return parts


def book_of(parts: Mapping[str, str | bytes]) -> Workbook:
    return read_package(Package(zipped(parts)))


def sheet_of(rows: str, **more: str) -> Sheet:
    return book_of(parts_of(rows, **more)).sheets[0]


def values(sheet: Sheet) -> dict[tuple[int, int], object]:
    return {place: cell.value for place, cell in sheet.cells.items()}


@settings(deadline=None)
@given(st.decimals(-(10**9), 10**9, places=4))
def test_the_number_that_was_typed_comes_back_without_binary_noise(typed: Decimal) -> None:
    shown = sheet_of(f'<row r="1"><c r="A1"><v>{float(typed):.17g}</v></c></row>').cells[1, 1].value
    assert shown == typed
    assert "E" not in str(shown)
    if typed == int(typed):
        assert str(shown) == str(int(typed))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4.0800000000000001", "4.08"),
        ("64", "64"),
        ("64.0", "64"),
        ("6.4E1", "64"),
        ("-0", "0"),
        (" 12 ", "12"),
        ("1e21", "1000000000000000000000"),
        ("12345678901234567", "12345678901234568"),
        ("0.1", "0.1"),
        ("0.10", "0.1"),
        (".5", "0.5"),
        ("1E-7", "1E-7"),
        ("007", "7"),
    ],
)
def test_numbers_become_the_shortest_decimal(text: str, value: str) -> None:
    cell = sheet_of(f'<row r="1"><c r="A1"><v>{text}</v></c></row>').cells[1, 1]
    assert (str(cell.value), cell.raw, cell.kind) == (value, text, "n")


@pytest.mark.parametrize("text", ["abc", "1_000", "NaN", "INF", "1e999", "٣", "1,5", "0x10", "9" * 500])
def test_a_number_that_is_none_is_left_out_and_recorded(text: str) -> None:
    sheet = sheet_of(f'<row r="1"><c r="A1"><v>{text}</v></c><c r="B1"><v>1</v></c></row>')
    assert values(sheet) == {(1, 2): 1}
    assert sheet.problems[0].startswith("cell A1: ")


STRINGS = (
    "<si><t>một</t></si>"
    "<si><r><rPr><b/></rPr><t>hai </t></r><r><t>ba</t></r><rPh sb='0' eb='1'><t>no</t></rPh></si>"
    "<si><t xml:space='preserve'> bốn </t></si><si/><si><t></t></si>"
    "<si><t>a_x000D_b_x005F_x000A_&amp;&#7897;</t></si>"
    "<si><t>x_xD83D__xDE00_y_xD83D_z_x0007_</t></si><si><t><![CDATA[<năm>]]></t><phoneticPr fontId='1'/></si>"
)


def test_shared_strings_join_their_runs_and_undo_escapes() -> None:
    cells = "".join(f'<c r="A{row}" t="s"><v>{row - 1}</v></c>' for row in range(1, 10))
    rows = "".join(f"<row>{cell}</c></row>" for cell in cells.split("</c>")[:-1])
    sheet = sheet_of(rows, strings=STRINGS)
    assert values(sheet) == {
        (1, 1): "một",
        (2, 1): "hai ba",
        (3, 1): " bốn ",
        (6, 1): "a\rb_x000A_&ộ",
        (7, 1): "x😀y\ufffdz",
        (8, 1): "<năm>",
    }
    assert sheet.problems == ["cell A9: type 's' cannot hold '8'"]


def test_a_missing_table_of_shared_strings_costs_only_the_text() -> None:
    sheet = sheet_of('<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>5</v></c></row>')
    assert values(sheet) == {(1, 2): 5}
    assert len(sheet.problems) == 1


def test_every_type_of_cell_is_told_apart() -> None:
    sheet = sheet_of(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>chữ</t></is></c>'
        '<c r="B1" t="inlineStr"><is><r><t>đậm</t></r><r><t> nhạt</t></r><rPh><t>x</t></rPh></is></c>'
        '<c r="C1" t="b"><v>1</v></c><c r="D1" t="b"><v>false</v></c><c r="E1" t="e"><v>#REF!</v></c>'
        '<c r="F1" t="d"><v>2024-05-01T00:00:00</v></c><c r="G1" t="str"><v>=x_x0041_</v></c>'
        '<c r="H1" t="str"><f>""</f><v></v></c><c r="I1"><f>A1</f></c><c r="J1"><f>A1</f><v/></c>'
        '<c r="K1"/><c r="L1" s="0"><v></v></c><c r="M1" t="str"><v></v></c><c r="N1" t="x"><v>1</v></c>'
        '<c r="O1" t="b"><v>2</v></c><c r="P1" t="n"><f></f><v>3</v></c></row>'
    )
    assert {place: (cell.kind, cell.value, cell.formula) for place, cell in sheet.cells.items()} == {
        (1, 1): ("s", "chữ", None),
        (1, 2): ("s", "đậm nhạt", None),
        (1, 3): ("b", True, None),
        (1, 4): ("b", False, None),
        (1, 5): ("e", "#REF!", None),
        (1, 6): ("d", "2024-05-01T00:00:00", None),
        (1, 7): ("s", "=xA", None),
        (1, 8): ("s", "", '""'),
        (1, 9): ("", None, "A1"),
        (1, 10): ("", None, "A1"),
        (1, 16): ("n", 3, None),
    }
    assert [problem[:7] for problem in sheet.problems] == ["cell N1", "cell O1"]


def test_cells_and_rows_without_an_address_follow_the_one_before() -> None:
    sheet = sheet_of(
        '<row><c><v>1</v></c><c r="C1"><v>3</v></c><c/><c><v>5</v></c></row>'
        '<row r="7"><c/><c><v>2</v></c></row>'
        '<row><c r="D9"><v>9</v></c><c><v>10</v></c></row>'
    )
    assert values(sheet) == {(1, 1): 1, (1, 3): 3, (1, 5): 5, (7, 2): 2, (9, 4): 9, (9, 5): 10}


@pytest.mark.parametrize(
    "cell",
    [
        '<row r="1"><c r="A0"><v>1</v></c></row>',
        '<row r="1"><c r="XFE1"><v>1</v></c></row>',
        '<row r="1"><c r="AAAA1"><v>1</v></c></row>',
        '<row r="1"><c r="A1048577"><v>1</v></c></row>',
        '<row r="1"><c r="1"><v>1</v></c></row>',
        '<row r="1"><c r="Ệ1"><v>1</v></c></row>',
        '<row r="1"><c r=""><v>1</v></c></row>',
        '<row r="1"><c r="XFD1"/><c><v>1</v></c></row>',
        '<row r="1048577"><c r="A1048577"><v>1</v></c></row>',
        '<row r="-1"><c><v>1</v></c></row>',
        '<row r="x"><c><v>1</v></c></row>',
        '<row r="1048576"/><row><c><v>1</v></c></row>',
    ],
)
def test_an_absurd_address_is_ignored_and_recorded(cell: str) -> None:
    sheet = sheet_of('<row r="3"><c r="B3"><v>3</v></c></row>' + cell)
    assert values(sheet) == {(3, 2): 3}
    assert 1 <= len(sheet.problems) <= 2
    assert sheet.hidden_rows == set()


def test_problems_are_counted_only_so_far() -> None:
    sheet = sheet_of("<row>" + '<c r="A0"><v>1</v></c>' * 500 + "</row>")
    assert len(sheet.problems) == 101
    assert sheet.problems[-1] == "and more"


def test_of_a_cell_that_comes_twice_the_last_counts() -> None:
    sheet = sheet_of('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>')
    assert values(sheet) == {(1, 1): 2}
    assert "A1 comes twice" in sheet.problems[0]


def test_formulas_are_read_in_every_form() -> None:
    sheet = sheet_of(
        '<row r="1"><c r="A1"><f>1&lt;2</f><v>1</v></c>'
        '<c r="B1"><f t="array" ref="B1:B2">A1:A2*2</f><v>2</v></c><c r="C1"><f>=SUM(A1)</f><v>1</v></c>'
        '<c r="D1"><f t="dataTable" ref="D1:D2" r1="A1" r2="A2"/><v>4</v></c>'
        '<c r="E1"><f xml:space="preserve"> A1 </f></c>'
        '<c r="F1" t="str"><f>"a_x000D_"</f><v>a_x000D_</v></c></row>'
    )
    assert [cell.formula for cell in sheet.cells.values()] == [
        "1<2",
        "A1:A2*2",
        "SUM(A1)",
        "TABLE(A1,A2)",
        " A1 ",
        '"a\r"',
    ]


def test_a_formula_whose_result_cannot_be_read_has_no_result() -> None:
    sheet = sheet_of('<row r="1"><c r="A1" t="s"><f>B1</f><v>9</v></c><c r="C1"><f>B1</f><v>x</v></c></row>')
    assert [(cell.kind, cell.value, cell.formula) for cell in sheet.cells.values()] == [("", None, "B1")] * 2
    assert len(sheet.problems) == 2


def test_shared_formulas_are_moved_to_their_cells_even_before_the_first_one() -> None:
    sheet = sheet_of(
        '<row r="1"><c r="B1"><f t="shared" si="1"/><v>1</v></c>'
        '<c r="C1"><f t="shared" si="0" ref="C1:C3">SUM($A1:B1)*"A1"</f><v>2</v></c></row>'
        '<row r="2"><c r="B2"><f t="shared" ref="B1:B2" si="1">A2+A$1</f><v>1</v></c>'
        '<c r="C2"><f t="shared" si="0"/><v>4</v></c></row>'
        '<row r="3"><c r="C3"><f t="shared" si="0"></f><v>5</v></c>'
        '<c r="D3"><f t="shared" si="9"/><v>6</v></c>'
        '<c r="E3"><f t="shared" si="0">own</f></c></row>'
    )
    assert {place: cell.formula for place, cell in sheet.cells.items()} == {
        (1, 2): "A1+A$1",
        (1, 3): 'SUM($A1:B1)*"A1"',
        (2, 2): "A2+A$1",
        (2, 3): 'SUM($A2:B2)*"A1"',
        (3, 3): 'SUM($A3:B3)*"A1"',
        (3, 4): "",
        (3, 5): "own",
    }
    assert sheet.problems == ["cell D3: no shared formula '9'"]


def test_styles_give_the_format_the_font_and_whether_a_number_is_a_date() -> None:
    styles = (
        '<numFmts><numFmt numFmtId="164" formatCode="0.0&quot;%&quot;"/>'
        '<numFmt numFmtId="165" formatCode="[h]:mm"/>'
        '<numFmt numFmtId="166" formatCode="[Red]0&quot; hộ mỗi ngày&quot;"/>'
        '</numFmts><fonts><font><name val=".VnTime"/></font><font><sz val="9"/></font></fonts>'
        '<cellXfs><xf numFmtId="0" fontId="0"/><xf numFmtId="10" fontId="1"/><xf numFmtId="164"/>'
        '<xf numFmtId="165"/>'
        '<xf numFmtId="166"/><xf numFmtId="14"/><xf numFmtId="57"/><xf numFmtId="999" fontId="9"/></cellXfs>'
    )
    cells = "".join(f'<c r="A{n}" s="{n - 1}"><v>1</v></c>' for n in range(1, 10)) + '<c r="B1"><v>1</v></c>'
    sheet = sheet_of(f"<row>{cells}</row>", styles=styles)
    found = [(c.number_format, c.font, c.kind, c.is_percent) for c in sheet.cells.values()]
    assert found == [
        ("General", ".VnTime", "n", False),
        ("0.00%", "", "n", True),
        ('0.0"%"', ".VnTime", "n", False),
        ("[h]:mm", ".VnTime", "d", False),
        ('[Red]0" hộ mỗi ngày"', ".VnTime", "n", False),
        ("mm-dd-yy", ".VnTime", "d", False),
        ("mm-dd-yy", ".VnTime", "d", False),
        ("General", "", "n", False),
        ("General", "", "n", False),
        ("General", ".VnTime", "n", False),
    ]


def test_columns_rows_and_merges_are_read_around_the_cells() -> None:
    sheet = sheet_of(
        '<row r="2" hidden="1"/><row r="3" hidden="true"><c r="A3"><v>1</v></c></row><row r="4" hidden="0"/>',
        before='<cols><col min="2" max="3" hidden="1"/><col min="5" max="5"/>'
        '<col min="3" max="4" hidden="true"/>'
        '<col min="16380" max="99999" hidden="1"/><col min="x" hidden="1"/></cols>',
        after='<mergeCells count="9"><mergeCell ref="A1:C2"/><mergeCell ref="$E$2:D1"/><mergeCell ref="A:B"/>'
        '</mergeCells><extLst><ext><mergeCell ref="Z1:Z2"/></ext></extLst>',
    )
    assert sheet.hidden_rows == {2, 3}
    assert sheet.hidden_columns == {2, 3, 4, *range(16380, 16385)}
    assert sheet.merged == [(1, 1, 2, 3), (1, 4, 2, 5)]
    assert len(sheet.problems) == 2


def test_what_stands_in_the_wrong_place_is_no_cell() -> None:
    choice = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice>'
        '<row r="5"><c r="A5"><v>5</v></c></row></mc:Choice></mc:AlternateContent>'
    )
    sheet = sheet_of(
        f'{choice}<row r="1"><c r="A1"><v>1</v><x><v>7</v></x></c><!-- <c r="B1"><v>2</v></c> --></row>',
        after=choice + '<row r="6"><c r="A6"><v>6</v></c></row>',
    )
    assert values(sheet) == {(1, 1): 1}


ROWS = st.lists(
    st.sampled_from(
        [
            '<c r="A{0}"><v>1</v></c>',
            '<c r="B{0}" s="1" t="s"><v>0</v></c>',
            '<c t="s" r="B{0}"><v>7</v></c>',
            '<c r="C{0}" t="str"><f>A{0}&amp;"x"</f><v>&lt;a&#7897;&gt;</v></c>',
            '<c r="D{0}" s="1"/>',
            '<c r="D{0}" s="2" />',
            '<c r="D{0}"></c>',
            '<c r="E{0}"><f t="shared" si="0"/><v>2</v></c>',
            '<c r="E{0}"><f t="shared" ref="E1" si="0">A{0}</f><v /></c>',
            '<c r="F{0}" s="2" cm="1"><f>A1</f><v></v></c>',
            '<c r="G{0}" t="inlineStr"><is><t xml:space="preserve"> a_x0041_ </t></is></c>',
            '<c r="G{0}" t="inlineStr"><is><r><t>a</t></r></is></c>',
            '<c r="H{0}" t="e"><v>#N/A</v></c>',
            '<c r="H{0}" t="b"><v>1</v></c>',
            '<c r="I{0}" s="2"><v>45000.5</v></c>',
            "<c><v>8</v></c>",
            '<c r="Z99"><v>8</v></c>',
            '<c r="XFE{0}"><v>8</v></c>',
            '<c r="J{0}"><v>no</v></c>',
            '<c r="J{0}"><v><![CDATA[5]]></v></c>',
            '<c r="J{0}"><v>5</v><extLst><v>6</v></extLst></c>',
            "<c r='K{0}'><v>5</v></c>",
            "\n",
        ]
    ),
    max_size=8,
)
STYLES = (
    '<fonts><font><name val="A"/></font></fonts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="9"/><xf numFmtId="14"/></cellXfs>'
)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", ' r="{0}"', ' r="{0}" spans="1:3" ht="9"', ' spans="1:3" r="{0}" hidden="1"']), ROWS
        ),
        max_size=4,
    )
)
def test_the_fast_road_and_the_general_road_lead_to_the_same_sheet(rows: list[tuple[str, list[str]]]) -> None:
    text = "".join(
        f"<row{attributes}>{''.join(cells)}</row>".format(number) for number, (attributes, cells) in enumerate(rows, 1)
    )
    strings = "<si><t>chữ</t></si>"
    usual = sheet_of(text, strings=strings, styles=STYLES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worksheet, "_PLAIN_SIZE", -1)
        general = sheet_of(text, strings=strings, styles=STYLES)
    for name in ("cells", "hidden_rows", "problems"):
        assert getattr(usual, name) == getattr(general, name)


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="5"><row r="1"><c r="A1"><v>1</v></c></row></row>',
        '<row r="1"><c r="A1"><c r="B1"><v>1</v></c></c></row>',
        '<c r="A1"><v>1</v></c><row r="1"/>',
        '<row r="1"/><c r="A1"><v>1</v></c>',
        '<row r="1"></row><c r="A1"><v>1</v></c>',
    ],
)
def test_rows_in_rows_and_cells_elsewhere_than_in_rows_are_none(rows: str) -> None:
    assert not sheet_of(f'{rows}<row r="6"><c r="A6" t="str"><v>_x0007_</v></c></row>').cells


@pytest.mark.parametrize(
    "after",
    [
        '<mergeCells count="2"><mergeCell ref="A1:B2"/><mergeCell ref="C1:C2"/></mergeCells><x mergeCel="1"/>',
        '<sheetProtection/><autoFilter ref="A1"><x/></autoFilter><mergeCells><mergeCell ref="A1:B2"/></mergeCells>',
        '<x><mergeCells><mergeCell ref="A1:B2"/></mergeCells></x>',
        '<mergeCells><mergeCell ref="A1:B2"/><mergeCell ref="A"/></mergeCells><!-- mergeCell ref="C1:C2" -->',
        '<mergeCells><mergeCell ref="A1:B2"/></mergeCells><mergeCells><mergeCell ref="C1:C2"/></mergeCells>',
    ],
)
def test_merged_ranges_are_the_same_on_both_roads(after: str, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = sheet_of('<row r="1"><c r="A1"><v>1</v></c></row>', after=after)
    monkeypatch.setattr(worksheet, "_PLAIN_SIZE", -1)
    general = sheet_of('<row r="1"><c r="A1"><v>1</v></c></row>', after=after)
    assert (usual.merged, usual.problems) == (general.merged, general.problems)


def test_a_sheet_styled_down_to_its_last_row_is_read_without_its_blanks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worksheet, "_PLAIN_SIZE", -1)
    rows = "".join(
        f'<row r="{row}"><c r="A{row}" s="1"/><c r="B{row}" s="1" />{more}</row>'
        for row, more in enumerate(["", "<c><v>3</v></c>", '<c r="D3"><v>4</v></c>', ""], 1)
    )
    sheet = sheet_of(rows + '<row r="5" hidden="1"></row><row r="6"><c r="A6" s="1"/></row><row><c><v>7</v></c></row>')
    assert values(sheet) == {(2, 3): 3, (3, 4): 4, (7, 1): 7}
    assert sheet.hidden_rows == {5}
