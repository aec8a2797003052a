"""Reading workbooks: the same cells as openpyxl sees, and what openpyxl does not see."""

import datetime
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.formula import ArrayFormula
from test_packages_gate import MAIN, OFFICE, zipped
from test_packages_worksheet import STRINGS, STYLES, book_of, parts_of

from xlplan.packages import worksheet
from xlplan.packages.gate import Package, PackageError
from xlplan.packages.sniff import KINDS
from xlplan.packages.workbook import Cell, Workbook, read_package, read_workbook

WORKBOOKS = Path(__file__).parent.parent / "workbooks"
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def assert_like_openpyxl(path: Path) -> int:
    """Compare every cell, and what surrounds the cells; give how many cells there were."""
    ours = read_workbook(path)
    formulas = openpyxl.load_workbook(path)
    results = openpyxl.load_workbook(path, data_only=True)
    assert [sheet.name for sheet in ours.sheets] == [sheet.title for sheet in formulas.worksheets]
    count = 0
    for sheet in ours.sheets:
        theirs, cached = formulas[sheet.name], results[sheet.name]
        assert sheet.state == theirs.sheet_state
        assert sheet.problems == []
        assert sorted(sheet.merged) == sorted(
            (r.min_row, r.min_col, r.max_row, r.max_col) for r in theirs.merged_cells.ranges
        )
        assert sheet.hidden_rows == {row for row, look in theirs.row_dimensions.items() if look.hidden}
        filled = {place: cell for place, cell in theirs._cells.items() if cell.value not in (None, "")}
        assert set(sheet.cells) == set(filled)
        for place, cell in sheet.cells.items():
            assert_like_cell(cell, filled[place], cached.cell(*place))
        count += len(filled)
    return count


def assert_like_cell(ours: Cell, theirs: Any, cached: Any) -> None:
    formula = theirs.value.text if isinstance(theirs.value, ArrayFormula) else theirs.value
    assert ours.formula == (str(formula).removeprefix("=") if theirs.data_type == "f" else None), ours
    assert (ours.number_format, ours.font) == (theirs.number_format, theirs.font.name)
    assert (ours.row, ours.col) == (theirs.row, theirs.column)
    value = cached.value
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        assert ours.kind == "d"
        assert isinstance(ours.value, Decimal)
        assert float(ours.value) == pytest.approx(to_excel(value), abs=1e-6)  # type: ignore[no-untyped-call]
    elif isinstance(value, bool):
        assert (ours.kind, ours.value) == ("b", value)
    elif value is None:  # openpyxl takes the result "" for no result
        assert (ours.kind, ours.value) in (("", None), ("s", ""))
    elif isinstance(value, int | float):
        assert ours.kind == "n"
        assert isinstance(ours.value, Decimal)
        assert float(ours.value) == value
    else:
        assert (ours.kind, ours.value) == ("e" if cached.data_type == "e" else "s", value)


def test_a_workbook_of_xlsxwriter_reads_as_in_openpyxl(tmp_path: Path) -> None:
    path = tmp_path / "thôn.xlsx"
    with xlsxwriter.Workbook(path) as book:
        looks = [
            book.add_format({"num_format": code, "font_name": font})
            for code, font in (("0.00%", "Arial"), ("#,##0", "Times New Roman"), ("dd/mm/yyyy", ".VnTime"))
        ]
        sheet = book.add_worksheet("Biểu chỉ tiêu")
        sheet.merge_range("A1:F1", "BIỂU CHỈ TIÊU", looks[1])
        for row in range(1, 41):
            sheet.write(row, 0, f"Thôn {row} <&>", looks[0])
            sheet.write(row, 1, row * 1.1, looks[0])
            sheet.write(row, 2, -row * 1e-7, looks[1])
            sheet.write_formula(row, 3, f'=IF(B{row}<C{row},"<&>",B{row})', looks[0], row / 3)
            sheet.write(row, 4, 45000 + row + 0.25, looks[2])
            sheet.write_boolean(row, 5, row % 2 == 0)
        sheet.write_formula("H1", "=1/0", None, "#DIV/0!")
        sheet.write_formula("H2", "=A2", None, "chữ")
        sheet.write_formula("H3", "=TRUE", None, True)
        sheet.write_array_formula("I1:I3", "{=B2:B4*2}", None, 2.2)
        sheet.write_rich_string("J1", "Số ", looks[1], "hộ", " nghèo")
        sheet.set_row(50, None, None, {"hidden": True})
        sheet.set_column("K:L", None, None, {"hidden": True})
        chart = book.add_chart({"type": "pie"})
        chart.add_series({"values": "='Biểu chỉ tiêu'!$B$2:$B$9"})
        book.add_chartsheet("Hình").set_chart(chart)
        hidden = book.add_worksheet("Ẩn")
        hidden.hide()
        hidden.write(1_048_575, 16_383, 7)
        book.add_worksheet("Rất ẩn").very_hidden()
    assert assert_like_openpyxl(path) > 240
    first, second, third = read_workbook(path).sheets
    assert first.hidden_columns == {11, 12}
    assert first.cells[1, 10].value == "Số hộ nghèo"
    assert (second.max_row, second.max_col) == (1_048_576, 16_384)
    assert (third.max_row, third.max_col, third.state) == (0, 0, "veryHidden")


def test_a_workbook_of_openpyxl_reads_as_in_openpyxl(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Thôn", 1, 2.5, True, None, datetime.date(2024, 2, 29), datetime.time(7, 30), "=B1+C1"])
    sheet.append(["", "'", " x ", "a\nb", 10**15, 1e300, -0.0, "=SUM(B1:C1)"])
    sheet["A4"].font = Font(name=".VnTime")
    sheet["A4"] = "Th«n"
    sheet["A5"] = "#N/A"
    sheet["A6"] = ArrayFormula("A6:A8", "=B1:B3*2")
    sheet.merge_cells("A9:B10")
    sheet.row_dimensions[3].hidden = True
    book.create_sheet("Có 'nháy' & <dấu>").sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    assert assert_like_openpyxl(tmp_path / "a.xlsx") == 17


@pytest.mark.parametrize("path", sorted(WORKBOOKS.glob("*.xls[xm]")), ids=lambda path: path.stem)
def test_the_workbooks_of_communes_read_as_in_openpyxl(path: Path) -> None:
    assert assert_like_openpyxl(path) > 500


CONTENT = st.one_of(
    st.integers(-(10**14), 10**14),
    st.floats(-1e300, 1e300),
    st.booleans(),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"), min_size=1, max_size=20),
    st.decimals(-1000, 1000, places=3).map(float),
)


@QUICK
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), CONTENT), max_size=25))
def test_what_was_written_is_what_is_read(tmp_path: Path, content: list[tuple[int, int, Any]]) -> None:
    path = tmp_path / "any.xlsx"
    written = {(row + 1, column + 1): value for row, column, value in content}
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for (row, column), value in written.items():
            write = sheet.write_string if isinstance(value, str) else sheet.write
            assert write(row - 1, column - 1, value) == 0
    read = read_workbook(path).sheets[0]
    seen = {place: text for place, value in written.items() if (text := visible(value)) != ""}
    assert {place: plain(cell.value) for place, cell in read.cells.items()} == seen
    assert read.problems == []


def visible(value: Any) -> Any:
    """What XlsxWriter leaves of a value: 16 digits of a number; we leave no letters that XML cannot hold."""
    if isinstance(value, str):
        return "".join(letter for letter in value if letter in "\t\n\r" or letter >= " ")
    return value if isinstance(value, bool) else float(f"{value:.16G}")


def plain(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else value


def rewritten(path: Path, change: Callable[[str], str]) -> Workbook:
    """The workbook after a change in the text of all its parts."""
    with zipfile.ZipFile(path) as archive:
        return book_of({name: change(archive.read(name).decode()) for name in archive.namelist()})


def strict(text: str) -> str:
    return (
        text.replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")
        .replace(OFFICE, "http://purl.oclc.org/ooxml/officeDocument/relationships")
        .replace("<workbook ", '<workbook conformance="strict" ')
    )


def prefixed(text: str) -> str:
    if f'xmlns="{MAIN}"' not in text:
        return text
    text = text.replace("</", "\0").replace("<?", "\1").replace("<", "<x:").replace("\0", "</x:").replace("\1", "<?")
    return text.replace("xmlns=", "xmlns:x=")


@pytest.mark.parametrize("change", [strict, prefixed, lambda text: text.replace("><", ">\n  <")])
def test_strict_prefixed_and_indented_workbooks_read_the_same(tmp_path: Path, change: Callable[[str], str]) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("Biểu")
        sheet.write_row("A1", ["chữ", 1.5, True])
        sheet.write_formula("D1", "=A1", None, "chữ")
        sheet.merge_range("A3:B4", "gộp")
        sheet.set_column("F:F", None, None, {"hidden": True})
    usual = read_workbook(tmp_path / "a.xlsx").sheets[0]
    other = rewritten(tmp_path / "a.xlsx", change).sheets[0]
    assert len(usual.cells) == 5
    assert (other.cells, other.merged, other.hidden_columns) == (usual.cells, [(3, 1, 4, 2)], {6})


def test_names_properties_and_flags_of_the_workbook(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsm", {"default_date_format": "dd/mm/yyyy"}) as book:
        book.add_worksheet("Biểu 1").write("A1", "x")
        book.add_worksheet("Biểu 2")
        book.define_name("tong", "='Biểu 1'!$A$1")
        book.define_name("'Biểu 2'!rieng", "='Biểu 2'!$B$2")
        book.set_properties({"title": "Kế hoạch"})
        book.set_custom_property("xlplan", "2")
        book.set_custom_property("số", 3)
    found = read_workbook(tmp_path / "a.xlsm")
    assert found.defined_names == {"tong": "'Biểu 1'!$A$1", "'Biểu 2'!rieng": "'Biểu 2'!$B$2"}
    assert found.properties == {"xlplan": "2", "số": "3", "title": "Kế hoạch"}
    assert (found.date1904, found.has_macros) == (False, False)
    assert found.path.endswith("a.xlsm")
    assert found.sheet("Biểu 2") is found.sheets[1]
    assert found.sheet("khác") is None


def test_macros_and_the_calendar_of_1904_are_seen() -> None:
    parts = parts_of("<row/>", book='<workbookPr date1904="1"/>')
    relations = str(parts["xl/_rels/workbook.xml.rels"])
    macro = '<Relationship Id="m" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject"/>'
    parts["xl/_rels/workbook.xml.rels"] = relations.replace("</Rel", macro + "</Rel")
    book = book_of(parts)
    assert (book.date1904, book.has_macros) == (True, True)
    cell = Cell(1, 1, "d", Decimal(0) + 1, None)
    assert book.date_of(cell) == datetime.date(1904, 1, 2)


def test_two_tabs_on_one_part_are_damage() -> None:
    parts = parts_of("<row/>")
    sheet = '<sheet name="S" r:id="a"/>'
    parts["xl/workbook.xml"] = str(parts["xl/workbook.xml"]).replace(sheet, sheet * 2)
    with pytest.raises(PackageError, match="no part of its own"):
        book_of(parts)


@pytest.mark.parametrize("write", ["xlsxwriter", "openpyxl"])
def test_files_of_the_libraries_take_the_fast_road(tmp_path: Path, write: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.xlsx"
    if write == "openpyxl":
        book = openpyxl.Workbook()
        book.worksheets[0].append(["Thôn", 1, "=B1*2", None, True])
        book.save(path)
    else:
        with xlsxwriter.Workbook(path) as other:
            other.add_worksheet().write_row(0, 0, ["Thôn", 1, "=B1*2", None, True])
    monkeypatch.setattr(worksheet, "scan", None)
    assert len(read_workbook(path).sheets[0].cells) == 4


SAMPLE = zipped(
    parts_of(
        '<row r="1"><c r="A1" t="s" s="1"><v>0</v></c>'
        '<c r="B1"><f t="shared" si="0" ref="B1:B2">A1+1</f><v>2</v></c>'
        '<c r="C1" t="inlineStr"><is><t>Thôn</t></is></c></row>'
        '<row r="2"><c r="B2"><f t="shared" si="0"/></c></row>',
        before='<cols><col min="1" max="2" hidden="1"/></cols>',
        after='<mergeCells><mergeCell ref="A1:B2"/></mergeCells>',
        strings=STRINGS,
        styles=STYLES,
        names='<definedNames><definedName name="x" localSheetId="0">S!$A$1</definedName></definedNames>',
    )
)
DAMAGE = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=4)), min_size=1, max_size=4
)


def damaged(data: bytes, damage: list[tuple[float, bytes]]) -> bytes:
    for place, value in damage:
        start = int(place * len(data))
        data = data[:start] + value + data[start + len(value) :]
    return data


def outcome(data: bytes) -> str:
    """``read``, or the kind of the error."""
    try:
        return "read" if read_package(Package(data)).sheets else "nothing"
    except PackageError as error:
        return error.kind


@settings(max_examples=400, deadline=None)
@given(DAMAGE)
def test_damaged_bytes_give_a_package_error_or_a_workbook(damage: list[tuple[float, bytes]]) -> None:
    assert outcome(damaged(SAMPLE, damage)) in KINDS | {"read"}


@settings(max_examples=600, deadline=None)
@given(st.sampled_from(sorted(Package(SAMPLE).names())), DAMAGE)
def test_damaged_parts_give_a_package_error_or_a_workbook(part: str, damage: list[tuple[float, bytes]]) -> None:
    package = Package(SAMPLE)
    parts: dict[str, str | bytes] = {name: package.read(name) for name in package.names()}
    parts[part] = damaged(package.read(part), damage)
    assert outcome(zipped(parts)) in KINDS | {"read"}
