"""Splices of packages: bytes outside them never change, whatever the cells, rows and sheets are."""

from __future__ import annotations

import re
from io import BytesIO
from zipfile import ZipFile

import gallery
import openpyxl
import pytest
from gallery import SHEET, parts, remark, report
from hypothesis import given, settings
from hypothesis import strategies as st

from xlplan.packages.gate import Package
from xlplan.packages.patch.archive import repack
from xlplan.packages.patch.edits import Edit, apply, inverse
from xlplan.packages.patch.markup import MarkupError, escape, parse, set_attribute
from xlplan.packages.patch.record import PART, undone
from xlplan.packages.patch.vml import EMPTY_DRAWING, Box, add_shapes
from xlplan.packages.patch.worksheet import SheetMap
from xlplan.packages.workbook import read_package
from xlplan.refs import MAX_COLUMN, MAX_ROW, address
from xlplan.sheets.marks.looks import COLOURS
from xlplan.sheets.marks.marker import marked
from xlplan.sheets.marks.removal import cleared

FAR = st.sampled_from([(1, 1), (MAX_ROW, MAX_COLUMN), (1, MAX_COLUMN), (MAX_ROW, 1)])
NEAR = st.tuples(st.integers(1, 12), st.integers(1, 8))
PLACES = st.one_of(NEAR, NEAR, FAR)


@st.composite
def edited(draw: st.DrawFn) -> tuple[bytes, list[Edit]]:
    data = draw(st.binary(max_size=40))
    cuts = sorted(draw(st.lists(st.integers(0, len(data)), max_size=8)))
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    edits = [Edit(start, stop, draw(st.binary(max_size=6))) for start, stop in pairs]
    return data, draw(st.permutations(edits)) if len({edit.start for edit in edits}) == len(edits) else edits


@given(edited())
def test_edits_can_be_turned_round(case: tuple[bytes, list[Edit]]) -> None:
    data, edits = case
    assert apply(apply(data, edits), inverse(data, edits)) == data


def test_edits_that_overlap_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="overlap"):
        apply(b"abcdef", [Edit(0, 3, b""), Edit(2, 4, b"")])


def test_members_that_stay_are_copied_as_they_are_packed() -> None:
    data = gallery.rich()
    made = repack(data, {"XL/Workbook.xml": b"<new/>"}, {"added.bin": b"1"}, ["docProps/app.xml"])
    with ZipFile(BytesIO(made)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
    assert names == [*(name for name in parts(data) if name != "docProps/app.xml"), "added.bin"]
    assert parts(made)["xl/workbook.xml"] == b"<new/>"


def test_sizes_behind_the_data_are_written_before_it() -> None:
    class Stream(BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise OSError

        def tell(self) -> int:
            raise OSError

    out = Stream()
    with ZipFile(out, "w", 8) as archive:
        for name, content in parts(gallery.by_hand()).items():
            archive.writestr(name, content)
    made = marked(out.getvalue(), report(remark((3, 2))))
    assert parts(cleared(made)) == parts(out.getvalue())


@given(st.text(alphabet=st.sampled_from("a<&\"'_x000D\x07\r\n\ud800é"), max_size=30))
def test_escaped_text_can_be_parsed_and_holds_no_escape_of_excel(text: str) -> None:
    element = parse(f"<a>{escape(text)}</a>".encode())
    assert element.name == "a"
    assert re.search("_x(?!005F_)[0-9A-Fa-f]{4}_", escape(text).replace("_x005F_", "")) is None


@pytest.mark.parametrize(
    ("tag", "made"),
    [
        (b"<c r='A1' s='3'/>", b"""<c r='A1' s="9"/>"""),
        (b'<c r="A1"\n t = "s" ><v>1</v></c>', b'<c r="A1"\n t = "s" s="9" ><v>1</v></c>'),
        (b'<c xs="s=1>2" s = "4"/>', b'<c xs="s=1>2" s = "9"/>'),
        (b"<c/>", b'<c s="9"/>'),
    ],
)
def test_attributes_are_set_where_they_stand(tag: bytes, made: bytes) -> None:
    assert apply(tag, [set_attribute(tag, parse(tag), "s", "9")]) == made


@pytest.mark.parametrize(
    "data",
    [
        b"<a>",
        b"",
        "<?xml version='1.0' encoding='utf-16'?><a/>".encode("utf-16"),
        b"<?xml version='1.0' encoding='windows-1258'?><a/>",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
    ],
)
def test_what_cannot_be_edited_is_refused(data: bytes) -> None:
    with pytest.raises(MarkupError):
        parse(data)


@st.composite
def sheets(draw: st.DrawFn) -> bytes:
    """A worksheet of random rows and cells: with and without addresses, empty rows, merged cells."""
    rows = []
    for row in sorted(draw(st.sets(st.integers(1, 12), max_size=6))):
        columns = sorted(draw(st.sets(st.integers(1, 8), max_size=4)))
        implied = columns == list(range(1, len(columns) + 1)) and draw(st.booleans())
        cells = "".join(
            f"<c{'' if implied else f' r={chr(34)}{address(row, column)}{chr(34)}'}"
            + draw(st.sampled_from(["/>", "><v>5</v></c>", ' t="inlineStr"><is><t>a</t></is></c>']))
            for column in columns
        )
        spans = draw(st.sampled_from(["", ' spans="2:3"']))
        rows.append(f'<row r="{row}"{spans}/>' if not cells else f'<row r="{row}"{spans}>{cells}</row>')
    prefix = draw(st.sampled_from(["", "x:"]))
    merged = draw(
        st.sampled_from(["", f'<{prefix}mergeCells count="1"><{prefix}mergeCell ref="B2:D5"/></{prefix}mergeCells>'])
    )
    return gallery.by_hand("".join(rows), prefix=prefix.rstrip(":"), after=merged)


@settings(max_examples=120, deadline=None)
@given(sheets(), st.lists(PLACES, min_size=1, max_size=6), st.booleans())
def test_any_cell_of_any_sheet_can_be_marked_and_cleared(
    data: bytes, places: list[tuple[int, int]], as_warning: bool
) -> None:
    made = marked(data, report(*(remark(place, "warning" if as_warning else "error") for place in places)))
    before, after = (read_package(Package(each)).sheets[0] for each in (data, made))
    assert after.cells.keys() == before.cells.keys()
    assert [(c.value, c.formula) for c in after.cells.values()] == [(c.value, c.formula) for c in before.cells.values()]
    assert parts(cleared(made)) == parts(data)
    sheet = parts(made)["xl/worksheets/sheet1.xml"]
    placed = [re.sub(rb"\D", b"", r) for r in re.findall(rb'<(?:x:)?row r="\d+"', sheet)]
    assert [int(n) for n in placed] == sorted({int(n) for n in placed})
    assert set(re.findall(rb'comment ref="([A-Z0-9]+)"', parts(made)["xl/comments1.xml"])) == {
        address(*before.anchor(*place)).encode() for place in places
    }


@settings(max_examples=25, deadline=None)
@given(st.lists(PLACES, min_size=1, max_size=5))
def test_openpyxl_sees_the_colour_at_the_very_cells(places: list[tuple[int, int]]) -> None:
    near = [place for place in places if place[0] < 100 and place[1] < 100] or [(1, 1)]
    book = openpyxl.load_workbook(BytesIO(marked(gallery.plain(), report(*map(remark, near)))))
    red = {
        (cell.row, cell.column)
        for row in book[SHEET].iter_rows()
        for cell in row
        if cell.fill.fgColor.rgb == COLOURS["error"]
    }
    assert red == set(near)


def test_the_box_of_a_note_stays_on_its_sheet_at_the_last_cell() -> None:
    data = parts(gallery.by_hand())["xl/worksheets/sheet1.xml"]
    for place in ((1, 1), (MAX_ROW, MAX_COLUMN), (MAX_ROW, 1), (1, MAX_COLUMN)):
        box = Box(place, 40, SheetMap(data, [place]))
        left, _, top, _, right, _, bottom, _ = (int(number) for number in box.anchor().split(","))
        assert 0 <= left < right < MAX_COLUMN
        assert 0 <= top < bottom < MAX_ROW


def test_shapes_of_a_long_list_take_further_blocks_of_ids() -> None:
    data = parts(gallery.by_hand())["xl/worksheets/sheet1.xml"]
    sheet = SheetMap(data, [])
    drawing = apply(EMPTY_DRAWING, add_shapes(EMPTY_DRAWING, [Box((n, 1), 2, sheet) for n in range(1, 1500)]))
    again = apply(drawing, add_shapes(drawing, [Box((n, 2), 2, sheet) for n in range(1, 1500)]))
    numbers = [int(n) for n in re.findall(rb'id="_x0000_s(\d+)"', again)]
    assert len(set(numbers)) == len(numbers) == 2998
    assert b'data="1,2,3"' in again
    assert again.count(b"<v:shapetype") == 1


def test_a_drawing_that_is_no_xml_is_spliced_all_the_same() -> None:
    old = EMPTY_DRAWING.replace(b"</xml>", b"<v:shape id=_x0000_s1100><br>a & b</v:shape>\r\n</xml>\r\n")
    sheet = SheetMap(parts(gallery.by_hand())["xl/worksheets/sheet1.xml"], [])
    made = apply(old, add_shapes(old, [Box((1, 1), 2, sheet)]))
    assert b"_x0000_s1101" in made and made.endswith(b"</xml>\r\n")


def test_the_record_is_not_trusted_once_a_part_has_changed() -> None:
    made = marked(gallery.plain(), report(remark((3, 2))))
    content = parts(made)
    content["xl/worksheets/sheet1.xml"] = content["xl/worksheets/sheet1.xml"].replace(b"<v>202</v>", b"<v>203</v>")
    changed = gallery.packed(dict(content))
    assert undone(changed) is None
    book = openpyxl.load_workbook(BytesIO(cleared(changed)))
    assert book.sheetnames == [SHEET]
    assert book[SHEET]["B2"].value == 203 and book[SHEET]["B3"].comment is None
    assert PART not in parts(cleared(changed))


@pytest.mark.parametrize("record", [b"", b"<marks", b"<marks xmlns='urn:xlplan:marks'><changed part='x'/></marks>"])
def test_a_harmed_record_is_no_traceback(record: bytes) -> None:
    content = parts(marked(gallery.plain(), report(remark((3, 2)))))
    content[PART] = record
    assert openpyxl.load_workbook(BytesIO(cleared(gallery.packed(dict(content))))).sheetnames == [SHEET]


def test_a_pointer_to_a_drawing_that_is_not_there_gets_one() -> None:
    data = gallery.by_hand(after=f'<legacyDrawing xmlns:r="{gallery.OFFICE}" r:id="rId7"/>')
    made = parts(marked(data, report(remark((3, 2)))))
    assert made["xl/worksheets/sheet1.xml"].count(b"legacyDrawing") == 1
    assert "xl/drawings/vmlDrawing1.vml" in made
    assert b'r:id="rId7"' not in made["xl/worksheets/sheet1.xml"]


def test_parts_that_get_nothing_are_not_packed_anew() -> None:
    data = gallery.threaded()
    made = marked(data, report(remark((3, 2), "info")))
    assert parts(made)["xl/worksheets/sheet1.xml"] == parts(data)["xl/worksheets/sheet1.xml"]
