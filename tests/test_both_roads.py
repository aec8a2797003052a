"""Whatever officials write into their template, the fast road gives the document that docxtpl's gives, or gives way."""

from __future__ import annotations

import tracemalloc
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_edits import part
from test_documents_render import draft_plan, p, signed_plan
from test_documents_template import TEMPLATE, changed, problem
from test_template_check import canonical, roads

from xlplan.documents import skeletons
from xlplan.documents.blocks import Annex, BodyCell, Control, HeadCell, Paragraph, Plan, Run, WordTable
from xlplan.documents.controls import Controls
from xlplan.documents.problems import TemplateProblem

LINE = "{{ d.so }}{{r d.chu }}"
BODY = '<w:p><w:pPr><w:pStyle w:val="KHDoan"/>'


def row(text: str, style: str = "KHLenh") -> str:
    """A paragraph of the template."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


LOOP = row("{%p for d in noi_dung %}") + row("{{p viet(d) }}") + row("{%p endfor %}")


def in_cell(content: str) -> str:
    """A table with two cells, the second with a content."""
    cells = "".join(f'<w:tc><w:tcPr><w:tcW w:w="4000" w:type="dxa"/></w:tcPr>{c}</w:tc>' for c in (row("Cột"), content))
    grid = '<w:tblGrid><w:gridCol w:w="4000"/><w:gridCol w:w="4000"/></w:tblGrid>'
    return f'<w:tbl><w:tblPr><w:tblW w:w="8000" w:type="dxa"/></w:tblPr>{grid}<w:tr>{cells}</w:tr></w:tbl>'


def in_control(content: str, number: int) -> str:
    """A content control of the template's own, with an id and a tag."""
    properties = f'<w:tag w:val="x{number}|ten"/><w:id w:val="{61_000_000 + number}"/>'
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


# What officials change, by what it is; True: the fast road has to manage it
EDITS: dict[str, tuple[bool, list[tuple[str, str]]]] = {
    "nothing": (True, []),
    "text behind the words": (True, [(LINE, f"{LINE} (*):")] * 9),
    "number behind the words": (True, [(LINE, "{{r d.chu }}{{ d.so }}")] * 9),
    "no number": (True, [(LINE, "{{r d.chu }}")] * 9),
    "number only": (True, [(LINE, "{{ d.so }}")] * 3),
    "words twice": (False, [(LINE, LINE + "{{r d.chu }}")] * 9),
    "a number if there is one": (True, [(LINE, "{% if d.so %}{{ d.so }}{% endif %}{{r d.chu }}")] * 9),
    "a tab": (True, [(LINE, '{{ d.so }}</w:t><w:tab/><w:t xml:space="preserve">{{r d.chu }}')] * 9),
    "no style": (True, [(BODY + "</w:pPr>", "<w:p>")]),
    "a name of its own": (True, [(BODY, f'{BODY}<q:z xmlns:q="urn:q" q:v="1"/>')]),
    "text like a name": (True, [(LINE, f'{LINE} xmlns:a="b"')] * 9),
    "text like a stand-in": (True, [(LINE, f'{LINE} stub="1"')] * 9),
    "such a text in another language": (
        False,
        [(LOOP, LOOP + row("a").replace('<w:t xml:space="preserve">a', '<w:t xml:lang="en"> stub="1"'))],
    ),
    "a bookmark": (
        True,
        [(LINE, f'</w:t></w:r><w:bookmarkStart w:id="1" w:name="a"/><w:r><w:t xml:space="preserve">{LINE}')] * 9,
    ),
    "a section without settings": (True, [('<w:pStyle w:val="KHGach"/>', '<w:pStyle w:val="KHGach"/><w:sectPr/>')]),
    "text in the loop": (True, [(LOOP, LOOP.replace(row("{{p viet(d) }}"), row("xen") + row("{{p viet(d) }}")))]),
    "two loops": (False, [(LOOP, LOOP * 2)]),
    "a loop of numbers": (True, [(LOOP, LOOP + LOOP.replace("{{p viet(d) }}", "{{ d.so }}"))]),
    "a loop in a cell": (False, [(LOOP, in_cell(LOOP))]),
    "a loop in a control": (False, [(LOOP, in_control(LOOP, 70_000_001))]),
    "a control of a plan of ours": (False, [(LOOP, in_control(row("5"), 2) + LOOP)]),
    "the macro once more": (True, [(LOOP, row("{%p macro viet(d) %}") + row(LINE) + row("{%p endmacro %}") + LOOP)]),
    "the macro under another name": (False, [(LOOP, row("{%p set v = viet %}") + LOOP.replace("viet(d)", "v(d)"))]),
    "loops in loops": (False, [(LOOP, row("{%p for x in can_cu %}") + LOOP + row("{%p endfor %}"))]),
    "what the loop printed, measured": (
        False,
        [(LOOP, row("{%p set x %}") + LOOP + row("{%p endset %}") + row("{{ x | length }}") + row("{{p x }}"))],
    ),
    "long words": (False, [(LINE, "{% if d.chu | length > 80 %}*{% endif %}" + LINE)] * 9),
    "certain words": (False, [(LINE, "{% if 'hộ nghèo' in d.chu %}*{% endif %}" + LINE)] * 9),
    "letters of words": (False, [("{{r c }}", "{{r c }}{% for x in c %}{% if loop.last %}.{% endif %}{% endfor %}")]),
    "words that are texts": (True, [("{{ ten_loai }}", "{{ ten_loai | upper }}{% if 'a' in trich_yeu %}*{% endif %}")]),
    "the kind from a list": (True, [('d.kieu == "khoan"', 'd.kieu in ["khoan", "muc"]')]),
    "two figures with a break between": (
        True,
        [("{{ so_ky_hieu }}", '{{ so_ky_hieu }}</w:t><w:br/><w:t xml:space="preserve">{{ so_ky_hieu }}')],
    ),
    "text and figure": (True, [("{{ so_ky_hieu }}", "{{ so_ky_hieu }}; {{ so_ky_hieu }}")]),
}


@cache
def edited(name: str) -> Path:
    """The template with an edit."""
    return changed(Path(mkdtemp()) / "mau.docx", *EDITS[name][1])


def both(plan: Plan, template: Path) -> bool:
    """Whether the fast road manages a plan; what it writes has to be what the other does."""
    try:
        quick, slow = roads(plan, template)
    except TemplateProblem:
        return False
    if quick is not None:
        assert canonical(quick, "word/document.xml") == canonical(slow, "word/document.xml")
    return quick is not None


@pytest.mark.parametrize("name", EDITS)
def test_both_roads_agree_whatever_was_edited(name: str) -> None:
    plan = draft_plan()
    empty = (Paragraph("doan", ()), Paragraph("gach", (Run("\x01"),), "-"), p("muc", "Biểu:", "1."))
    annexes = (Annex("Phụ lục", "Ấp", "(Kèm)", (p("gach", "Ấp:", "-"), *signed_plan().annexes[0].blocks), True),)
    plan = plan._replace(body=(*plan.body, *empty), annexes=annexes, controls={"so_ky_hieu": Control("so_ky_hieu")})
    assert both(plan, edited(name)) is EDITS[name][0]


TEXTS = st.sampled_from(
    (
        "Hộ nghèo",
        "như sau:",
        "",
        "  ",
        "\x01",
        "\ufdd0",
        "a\x01:",
        ":\u200b",
        '<&>"{{ x }}',
        "a\nb",
        "t\ta",
        "\n",
        "x\x85",
    )
)
NUMBERS = st.sampled_from(("", "1.", "a)", "-", "&", "1:", "\n1", "1\n", "a\tb", "\x01", " "))
KINDS = st.sampled_from(("muc", "khoan", "khoan_chu", "tieu_khoan", "diem", "gach", "cong", "doan"))
RUN = st.builds(Run, TEXTS, st.booleans(), control=st.sampled_from((None, Control("ho_ngheo_dau_ky"))))
TABLE = st.builds(
    WordTable,
    st.just((1, 2)),
    st.sampled_from((((HeadCell("A"), HeadCell("B")),), ())),
    st.lists(
        st.tuples(st.builds(BodyCell, st.tuples(RUN)), st.builds(BodyCell, st.tuples(RUN))), min_size=1, max_size=2
    ).map(tuple),
    st.booleans(),
)
BLOCKS = st.lists(st.builds(Paragraph, KINDS, st.lists(RUN, max_size=2).map(tuple), NUMBERS) | TABLE, max_size=5).map(
    tuple
)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(list(EDITS)), BLOCKS, BLOCKS, TEXTS, TEXTS)
def test_both_roads_agree_on_any_plan(name: str, body: tuple, others: tuple, number: str, title: str) -> None:
    annexes = (Annex("Phụ lục", "Biểu", "", others),) if others else ()
    controls = {name: Control(name) for name in ("so_ky_hieu", "trich_yeu")}
    plan = draft_plan()._replace(body=body, annexes=annexes, number=number, title=title, controls=controls)
    both(plan, edited(name))


def test_a_text_of_which_nothing_is_left_becomes_no_control() -> None:
    assert type(Controls().shown(Control("so_ky_hieu"), "\x01")) is str
    plan = draft_plan()._replace(number="\x01", controls={"so_ky_hieu": Control("so_ky_hieu")})
    quick, _ = roads(plan)
    assert quick is not None
    assert b"so_ky_hieu" not in part(quick)


def test_what_a_loop_prints_through_no_macro_counts_as_it_is_printed(tmp_path: Path) -> None:
    template = "{% set s = 'a' * 900000 %}{% set f = s.strip %}{% for c in 'b' * 100000 %}{{ f(c) }}{% endfor %}"
    path = changed(tmp_path / "mau.docx", ("{{ ten_loai }}", template))
    tracemalloc.start()
    try:
        assert problem(path).kind == "limit"
        assert tracemalloc.get_traced_memory()[1] < 200_000_000
    finally:
        tracemalloc.stop()


def test_our_own_template_takes_the_fast_road() -> None:
    assert both(signed_plan(), TEMPLATE)


def test_plans_that_differ_in_texts_and_figures_share_what_is_finished_once() -> None:
    plan = draft_plan()._replace(title="Giảm nghèo", signer="Lê Thị A", controls={"trich_yeu": Control("trich_yeu")})
    others = [
        plan._replace(title="Về việc khác hẳn\nnăm 2031", signer="Lê Văn B: ", number="Số: 7 & 8"),
        plan._replace(
            title="Giảm nghèo:", agency=("UBND XÃ", "  KHÁC:  "), controls={"so_ky_hieu": Control("so_ky_hieu")}
        ),
        plan._replace(body=(*plan.body, p("doan", "Thêm:"), Paragraph("doan", (Run("5", control=Control("tinh")),)))),
    ]
    assert all(both(other, TEMPLATE) for other in (plan, *others, plan))
    before = skeletons._common.cache_info().misses
    assert both(plan._replace(title="Nghèo giảm", signer="Trần Thị C"), TEMPLATE)
    assert skeletons._common.cache_info().misses == before


def test_tables_that_follow_each_other_are_kept_with_what_comes_next() -> None:
    row = (BodyCell((Run("1", control=Control("tinh")), Run("2", bold=True))), BodyCell(()))
    table = WordTable((1, 2), ((HeadCell("A"), HeadCell("B")),), (row, row))
    plan = draft_plan()._replace(body=(table, table, p("doan", "Hết.")))
    assert both(plan, TEMPLATE)
    assert part(roads(plan)[0] or b"").count(b"<w:keepNext/>") == part(roads(plan)[1]).count(b"<w:keepNext/>") > 1


@pytest.mark.parametrize("letters", ["\ufdd70\ufdd8", "\ufdd7"])
def test_a_template_with_the_letters_that_we_number_with_takes_the_other_road(tmp_path: Path, letters: str) -> None:
    assert not both(draft_plan(), changed(tmp_path / "mau.docx", ("{{ ten_loai }}", letters + "{{ ten_loai }}")))
