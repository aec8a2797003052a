"""The officials' own template: what is wrong with it is named before it is used, and a hostile one ends quickly."""

from __future__ import annotations

import time
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree
from plan_edits import WORKBOOKS, listing, part, plan_of
from test_documents_render import draft_plan, signed_plan
from test_documents_template import TEMPLATE, changed, problem

from xlplan.cli import run
from xlplan.documents import by_docxtpl, fast
from xlplan.documents.blocks import Plan
from xlplan.documents.checking import problems
from xlplan.documents.compose import compose
from xlplan.documents.context import Details, context_of
from xlplan.documents.controls import Controls
from xlplan.documents.opening import opened, packed
from xlplan.documents.render import CREATED, render
from xlplan.documents.stubs import Stubs
from xlplan.sheets.reader import read

KIND = "{{ ten_loai }}"


def kinds(path: Path) -> list[tuple[str, str]]:
    return [(found.kind, found.placeholder) for found in problems(path)]


def test_our_own_template_has_no_problem(capsys: pytest.CaptureFixture[str]) -> None:
    assert problems(TEMPLATE) == []
    assert run(["template", "check", str(TEMPLATE)]) == 0
    assert "ke_hoach.docx" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "new", "expected", "paragraph"),
    [
        (KIND, "{{ ten_loa }}", ("unknown", "ten_loa"), "{{ ten_loa }}"),
        (KIND, "{{ ten_</w:t></w:r></w:p><w:p><w:r><w:t>loai }}", ("split", "{{"), "{{ ten_"),
        ("{%p for c in can_cu %}", "{# #}", ("unclosed", "endfor"), "{%p endfor %}"),
        ("{%p endmacro %}", "{# #}", ("unclosed", "macro"), "{%p macro viet(d) %}"),
        (KIND, "{{ ten_loai | hoa }}", ("syntax", "{{ ten_loai | hoa }}"), "{{ ten_loai | hoa }}"),
    ],
)
def test_each_problem_is_named_with_its_paragraph(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, expected: tuple[str, str], paragraph: str
) -> None:
    path = changed(tmp_path / "mau.docx", (old, new))
    found = problems(path)
    assert (found[0].kind, found[0].placeholder) == expected
    assert found[0].paragraph == paragraph
    assert run(["template", "check", str(path)]) == 1
    said = capsys.readouterr().err.strip()
    assert paragraph in said and len(said.splitlines()) == len(found)
    plan = ["plan", str(WORKBOOKS[3]), "-o", str(tmp_path / "ra.docx"), "--template", str(path), "--force"]
    assert run(plan) == 2
    assert not (tmp_path / "ra.docx").exists()


def test_every_unknown_placeholder_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = changed(tmp_path / "mau.docx", (KIND, "{{ ten_loa }} {{ don_vi }}"), ("{{ ho_ten }}", "{{ nguoi_ky }}"))
    assert sorted(kinds(path)) == [("unknown", "don_vi"), ("unknown", "nguoi_ky"), ("unknown", "ten_loa")]
    assert run(["template", "check", str(path)]) == 1
    assert "Nội dung" in capsys.readouterr().err  # where codes of figures belong


def test_a_template_that_lost_the_body_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = changed(tmp_path / "mau.docx", ("{%p for d in noi_dung %}", "{%p for d in can_cu if false %}"))
    assert kinds(path) == [("bodyless", "{{p viet(d) }}")]
    assert run(["template", "check", str(path)]) == 1
    assert "“{%p for d in noi_dung %}”" in capsys.readouterr().err


def test_a_folder_is_named_as_it_was_given(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["template", "check", "."]) == 2
    assert capsys.readouterr().err.startswith(".: ")


def test_every_missing_style_is_named(tmp_path: Path) -> None:
    names = ("KH Bảng số nhỏ", "KH Nghiêng")
    pairs = [(f'w:val="{name}"', f'w:val="X {name}"') for name in names]
    assert kinds(changed(tmp_path / "mau.docx", *pairs, part="word/styles.xml")) == [
        ("style", "KH Nghiêng"),
        ("style", "KH Bảng số nhỏ"),
    ]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("chu.docx", b"Ke hoach"),
        ("cu.doc", bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 2000),
        ("so.docx", WORKBOOKS[0].read_bytes()),
    ],
)
def test_what_is_no_template_gives_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, data: bytes
) -> None:
    (tmp_path / name).write_bytes(data)
    assert run(["template", "check", str(tmp_path / name)]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


LETTERS = "".join(f"{{% for c{n} in trich_yeu %}}" for n in range(9)) + "a" + "{% endfor %}" * 9
TWICE = "{% set x = trich_yeu %}" + "{% set x = x ~ x %}" * 30 + "{{ x }}"
BLOCKS = "{% set x %}" + "a" * 20 + "{% endset %}" + "{% set x %}{{ x }}{{ x }}{% endset %}" * 30 + "{{ x }}"
MACRO = "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}"


@pytest.mark.parametrize(
    "template",
    [
        LETTERS,
        TWICE,
        BLOCKS,
        MACRO,
        "{{ 'a' * 1000000000 }}",
        "{{ 1000000000 * 'a' }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ 10 ** 1000000000 }}",
        "{{ 'a'.ljust(1000000000) }}",
        "{{ '{:1000000000}'.format(1) }}",
        "{{ 'a' | center(1000000000) }}",
        "{{ 'a' | indent(1000000000) }}",
        "{% set x = [1] %}" + "{% set x = [x, x] %}" * 40 + "{{ x | string }}",
        "{% set x = [1] %}" + "{% set x = x + x %}" * 40 + "{{ x | length }}",
        "{% set s = 'a' * 100000 %}{{ (trich_yeu | list) | join(s) }}",
        "{% for c in trich_yeu recursive %}{{ loop(trich_yeu) }}{% endfor %}",
    ],
    ids=lambda template: template[:30],
)
def test_a_template_without_end_ends_within_seconds_with_one_clear_line(tmp_path: Path, template: str) -> None:
    path = changed(tmp_path / "mau.docx", (KIND, template))
    started = time.monotonic()
    found = problem(path, signed_plan()._replace(title="Giảm nghèo bền vững xã Long Hậu năm 2024 và các năm sau"))
    assert time.monotonic() - started < 15
    assert found.kind in ("limit", "forbidden", "syntax")
    assert found.paragraph


def test_what_officials_write_is_still_allowed(tmp_path: Path) -> None:
    path = changed(
        tmp_path / "mau.docx",
        (KIND, "{% for n in noi_nhan %}{{ loop.index }}/{{ loop.length }}{{ n | trim }}{% endfor %}{{ 'a' ~ ho_ten }}"),
        ("{{ trich_yeu }}", "{{ trich_yeu | upper }}{% if 'a' in ('a', 'b') %}{{ 2 * 3 }}{% endif %}{{ '-' * 3 }}"),
    )
    assert "6---" in "".join(etree.fromstring(part(render(signed_plan(), path))).itertext())


# -- the fast road ----------------------------------------------------------------------------------------------------


def roads(plan: Plan, template: Path = TEMPLATE) -> tuple[bytes | None, bytes]:
    """The same plan by both roads; ``None`` where the fast one leaves it to the other."""
    source = opened(template)
    details = Details(plan.title or plan.kind, plan.remarks, CREATED, plan.unit, plan.period)
    controls, stubs = Controls(), Stubs()
    quick = None
    if fast.possible(source, details):
        context = context_of(plan, source.styles, source.widths, controls, stubs)
        quick = fast.written(source, context, controls, stubs, details)
    controls = Controls()
    slow, _ = by_docxtpl.written(source, context_of(plan, source.styles, source.widths, controls), controls, details)
    return quick, packed(slow, {})


def canonical(data: bytes, name: str) -> bytes:
    """A part as C14N; of lists without order the items in order, without what only the list of figures adds."""
    root = etree.fromstring(part(data, name))
    if name.endswith(".rels") or name == "[Content_Types].xml":
        kept = [e for e in root if "customXml" not in str(sorted(e.attrib.values())) and e.get("Extension") != "xml"]
        return b"\n".join(sorted(f"{sorted((k, v) for k, v in e.attrib.items() if k != 'Id')}".encode() for e in kept))
    return etree.tostring(root, method="c14n")


@pytest.mark.parametrize("plan", [draft_plan, signed_plan, *WORKBOOKS], ids=lambda p: getattr(p, "stem", "") or "hand")
def test_both_roads_write_the_same_parts(plan) -> None:
    made = compose(read(plan)).plan if isinstance(plan, Path) else plan()
    assert made is not None
    quick, slow = roads(made)
    assert quick is not None
    with zipfile.ZipFile(BytesIO(slow)) as package:
        names = package.namelist()
    for name in names:
        if name != "docProps/core.xml":
            assert canonical(quick, name) == canonical(slow, name), name


HOSTILE_REMARKS = ("A02 – tổng sai", ' hai  dấu cách\tvà thẻ <w:p> & "ngoặc" ', "dòng một\ndòng hai\n", "{{ 1 }}")


@pytest.mark.parametrize("remarks", [("Một",), HOSTILE_REMARKS], ids=["one", "hostile"])
@pytest.mark.parametrize("styled", [False, True], ids=["plain", "with Word's styles of comments"])
def test_both_roads_write_the_same_comment(tmp_path: Path, remarks: tuple[str, ...], styled: bool) -> None:
    plan = compose(read(WORKBOOKS[3])).plan
    assert plan is not None
    style = '<w:style w:type="{}" w:styleId="{}"><w:name w:val="{}"/></w:style>'
    both = style.format("paragraph", "CommentText", "annotation text") + style.format(
        "character", "CommentReference", "annotation reference"
    )
    template = changed(tmp_path / "mau.docx", ("</w:styles>", f"{both}</w:styles>"), part="word/styles.xml")
    quick, slow = roads(plan._replace(remarks=remarks), template if styled else TEMPLATE)
    assert quick is not None
    with zipfile.ZipFile(BytesIO(slow)) as package:
        names = package.namelist()
    assert "word/comments.xml" in names
    for name in names:
        if name != "docProps/core.xml":
            assert canonical(quick, name) == canonical(slow, name), name


def test_what_the_fast_road_cannot_do_goes_the_other_way_and_gives_the_same(tmp_path: Path) -> None:
    plan = compose(read(WORKBOOKS[3])).plan
    assert plan is not None
    header = changed(tmp_path / "dau.docx", ("<w:t>2</w:t>", "<w:t>2 {{ ten_loai }}</w:t>"), part="word/header.xml")
    twice = changed(tmp_path / "lap.docx", ("{{ d.so }}{{r d.chu }}", "{{ d.so }}{{r d.chu }}{{r d.chu }}"))
    assert roads(plan, header)[0] is None
    assert roads(plan, twice)[0] is None
    for template in (header, twice):
        assert canonical(render(plan, template), "word/document.xml") == canonical(
            roads(plan, template)[1], "word/document.xml"
        )
    plain = render(plan)
    with_remark = etree.fromstring(part(render(plan._replace(remarks=("Một",)))))
    assert "".join(with_remark.itertext()) == "".join(etree.fromstring(part(plain)).itertext())


def test_a_very_long_cell_and_sixty_villages_of_one_name_do_no_harm(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    book = load_workbook(WORKBOOKS[3])
    sheet = book["Biểu chỉ tiêu"]
    for row in range(7, 18):
        sheet.cell(row, 2).value = "Mai Hà"
    book["Nội dung"]["B6"].value = "Chữ " * 5000
    book.save(tmp_path / "so.xlsx")
    data = plan_of(tmp_path / "so.xlsx")
    keys = [entry.key for entry in listing(data).entries]
    assert "bang:ho_ngheo_dau_ky[Mai Hà#11]" in keys
