"""Writes a finished plan through the Word template: docxtpl reads the tags, a sandboxed Jinja fills them.

The template belongs to the officials: nothing in it is trusted, and what is wrong with it is named with its
paragraph. The plan's own text never meets a parser of tags.
"""

from __future__ import annotations

import re
import traceback
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from lxml import etree

from xlplan import resources
from xlplan.documents.blocks import (
    Annex,
    Block,
    BodyCell,
    HeadCell,
    Paragraph,
    ParagraphKind,
    Plan,
    Run,
    WordTable,
)
from xlplan.documents.wordxml import (
    MisplacedError,
    MissingStyleError,
    Styles,
    clean,
    finish,
    inline,
    runs_xml,
    table_xml,
    text_width,
    turn,
    w,
)
from xlplan.packages.gate import Package, PackageError
from xlplan.tuples import NamedTuple

if TYPE_CHECKING:
    from docx.document import Document
    from docxtpl import DocxTemplate
    from jinja2 import Environment, Template

CREATED = datetime(2020, 3, 5, tzinfo=UTC)  # the decree's own date: files do not change because time passes
AUTHOR = "xlplan"
BOLD_KINDS = frozenset({"muc", "khoan", "tieu_khoan"})  # kinds whose paragraph style is bold
TITLE_STYLE = "KH Tên loại"

_RELATIONSHIP = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TAG = re.compile(r"<[^>]+>")
_NAME = re.compile(r"'([^']+)'")
_TEMPLATE_TYPE = b"wordprocessingml.template.main+xml"
_DOCUMENT_TYPE = b"wordprocessingml.document.main+xml"
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


class TemplateProblem(Exception):  # noqa: N818 - the name that officials' doors know
    """What is wrong with a Word template.

    ``kind`` is a kind of :class:`PackageError` (no Word file at all), or ``unknown`` (no such placeholder),
    ``syntax``, ``forbidden`` (reaches into Python), ``tag`` (``{{`` where ``{{r`` or ``{{p`` belongs),
    ``style`` (a style is missing), ``macros``, ``broken`` (commands that cut through a table or paragraph) or
    ``failed``. ``placeholder`` is the name meant, ``paragraph`` the text of the template's paragraph,
    ``detail`` technical English.
    """

    def __init__(self, kind: str, placeholder: str = "", paragraph: str = "", detail: str = "") -> None:
        super().__init__(kind, placeholder, paragraph, detail)  # all, so that it survives a worker process
        self.kind = kind
        self.placeholder = placeholder
        self.paragraph = paragraph
        self.detail = detail

    def __str__(self) -> str:
        where = f" in paragraph {self.paragraph!r}" if self.paragraph else ""
        return f"{self.kind}{where}: {self.placeholder or self.detail}"


def render(plan: Plan, template: Path | None = None, *, created: datetime | None = None) -> bytes:
    """The plan as the bytes of a .docx file; the same input gives the same bytes. Raises TemplateProblem."""
    word = _opened(template or resources.plan_template())
    document: Document = word.docx
    styles = _styles(document)
    try:
        context = _context(plan, styles, _page_widths(document))
    except MissingStyleError as error:
        raise TemplateProblem("style", error.args[0], detail="the template lacks this style") from error
    _fill(word, context)
    body = document.element.body
    try:
        finish(body, styles)
    except MisplacedError as error:
        raise TemplateProblem("tag", *error.args) from error
    _drop_unused_headers(document)
    moment = created or CREATED
    moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    _describe(document, plan.title or plan.kind, moment)
    if plan.remarks:
        _remark(document, styles, plan.remarks, moment)
    buffer = BytesIO()
    document.save(buffer)
    return _packed(buffer.getvalue(), {})


def check(template: Path) -> None:
    """Render a specimen that uses all that a template is given. Raises TemplateProblem."""
    render(_specimen(), template)


# -- opening -----------------------------------------------------------------------------------------------


def _opened(path: Path) -> DocxTemplate:
    """The template, known to be a Word document without macros, within the limits of the gate."""
    from docxtpl import DocxTemplate

    try:
        package = Package.open(path)
        name, _ = package.main_part("word")
        kind = package.content_type(name)
    except PackageError as error:
        raise TemplateProblem(error.kind, detail=error.detail) from error
    if "macroEnabled" in kind:
        raise TemplateProblem("macros", detail="the template holds macros")
    data = path.read_bytes()
    if kind.endswith("template.main+xml"):  # saved as .dotx
        types = package.read("[Content_Types].xml").replace(_TEMPLATE_TYPE, _DOCUMENT_TYPE)
        data = _packed(data, {"[Content_Types].xml": types})
    word = DocxTemplate(BytesIO(data))
    try:
        word.render_init()
    except Exception as error:  # python-docx has no exception of its own for damaged files
        raise TemplateProblem("damaged", detail=f"{type(error).__name__}: {error}") from error
    return word


def _styles(document: Document) -> Styles:
    """Ids and sizes by name: Word may give a style another id whenever it saves."""
    ids, sizes = {}, {}
    for style in document.styles.element.style_lst:
        ids[style.name_val] = style.styleId
        size = style.find(w("rPr") + "/" + w("sz"))
        if size is not None:
            sizes[style.name_val] = float(size.get(w("val"), "24")) / 2
    return Styles(ids, sizes)


class _PageWidths(NamedTuple):
    """Room between the margins in twips."""

    portrait: int
    landscape: int


def _page_widths(document: Document) -> _PageWidths:
    """What the template's own margins leave: the first section's, and that of its first landscape section."""
    sections = list(document.sections)
    margins = [(s.left_margin or 0) + (s.right_margin or 0) + (s.gutter or 0) for s in sections]
    sizes = [sorted((s.page_width or 0, s.page_height or 0)) for s in sections]
    wide = next((i for i, s in enumerate(sections) if s.page_width and s.page_width == sizes[i][1]), 0)
    return _PageWidths((sizes[0][0] - margins[0]) // 635, (sizes[wide][1] - margins[wide]) // 635)


def _packed(data: bytes, changed: Mapping[str, bytes]) -> bytes:
    """A package with changed parts, without the time of day."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            info.create_system = 0
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, changed.get(name) or old.read(name))
    return buffer.getvalue()


def _drop_unused_headers(document: Document) -> None:
    """Without annexes their section is gone, and with it the use of a header of its own."""
    used = {
        reference.get(f"{{{_RELATIONSHIP}}}id")
        for reference in document.element.body.iter(w("headerReference"), w("footerReference"))
    }
    for rel_id, rel in list(document.part.rels.items()):
        if rel.reltype.endswith(("/header", "/footer")) and rel_id not in used:
            del document.part.rels[rel_id]


def _describe(document: Document, title: str, moment: datetime) -> None:
    """Core properties that depend on nothing but the plan."""
    core = document.core_properties
    core.title = " ".join(clean(title).split())[:255]
    core.language = "vi-VN"
    core.author = core.last_modified_by = AUTHOR
    core.created = core.modified = moment.replace(tzinfo=None)
    core.revision = 1


def _remark(document: Document, styles: Styles, remarks: Sequence[str], moment: datetime) -> None:
    """One comment on the title (or on the first words there are), a paragraph a remark.

    python-docx takes two styles for granted that an official's template may lack.
    """
    from docx.text.run import Run as WordRun

    title = styles.ids.get(TITLE_STYLE)
    body = document.element.body
    marked = [p for p in body.iter(w("p")) if title and _style_of(p) == title] or [body]
    first = next((r for p in marked for r in p.iter(w("r"))), None)
    run = document.add_paragraph().add_run() if first is None else WordRun(first, document)
    comment = document.add_comment(run, author=AUTHOR, initials="xl")
    for i, remark in enumerate(remarks):
        paragraph = comment.add_paragraph() if i else comment.paragraphs[0]
        paragraph.add_run(clean(remark))
    element = comment._comment_elm
    element.date = moment
    for name in {"CommentText", "CommentReference"} - set(styles.ids.values()):
        for root in (element, body):
            references: list[Any] = [e for e in root.iter(w("pStyle"), w("rStyle")) if e.get(w("val")) == name]
            for reference in references:
                reference.getparent().remove(reference)


def _style_of(paragraph: Any) -> str:
    style = paragraph.find(f"{w('pPr')}/{w('pStyle')}")
    return "" if style is None else str(style.get(w("val")))


# -- what the template is given ----------------------------------------------------------------------------


def _context(plan: Plan, styles: Styles, widths: _PageWidths) -> dict[str, object]:
    return {
        "co_quan_chu_quan": plan.agency_above,
        "co_quan": plan.agency,
        "so_ky_hieu": plan.number,
        "dia_danh_ngay": plan.place_date,
        "ten_loai": plan.kind,
        "trich_yeu": plan.title,
        "ke_trich_yeu": _rule_length(plan.title),
        "can_cu": [_markup(runs_xml(runs, styles, italic=True)) for runs in plan.legal_bases],
        "noi_dung": _blocks(plan.body, styles, widths),
        "noi_nhan": plan.recipients,
        "quyen_han": plan.signature,
        "ho_ten": plan.signer,
        "phu_luc": [
            {
                "nhan": annex.label,
                "ten": annex.title,
                "kem_theo": annex.attached,
                "ngang": turned,
                "noi_dung": _blocks(annex.blocks, styles, widths, turned),
            }
            for annex in plan.annexes
            for turned in [annex.landscape or any(_is_wide(block) for block in annex.blocks)]
        ],
    }


def _rule_length(title: str) -> str:
    """Which rule is a third to a half of the title's longest line (N II.5): 20, 30, 40 or 55 mm."""
    width = text_width(title, 14) * 25.4 / 72
    return "ngan" if width < 62 else "vua" if width < 85 else "dai" if width < 115 else "rat_dai"


def _is_wide(block: Block) -> bool:
    return isinstance(block, WordTable) and block.landscape


def _blocks(
    blocks: Sequence[Block], styles: Styles, widths: _PageWidths, turned: bool | None = None
) -> list[dict[str, object]]:
    """Blocks as the template sees them; in the body (``turned`` is None) wide tables turn the page."""
    found: list[dict[str, object]] = []
    for i, block in enumerate(blocks):
        if isinstance(block, WordTable):
            wide = block.landscape if turned is None else turned
            xml = table_xml(block, widths.landscape if wide else widths.portrait, styles)
            if wide and turned is None and xml:
                before = "" if i and _is_wide(blocks[i - 1]) else turn(False, styles)
                after = "" if i + 1 < len(blocks) and _is_wide(blocks[i + 1]) else turn(True, styles)
                xml = before + xml + after
            found.append({"kieu": "bang", "so": "", "chu": "", "bang": _markup(xml)})
            continue
        text = runs_xml(block.runs, styles, bold=block.kind in BOLD_KINDS)
        number = f"{block.number} " if block.number else ""
        found.append({"kieu": block.kind, "so": number, "chu": _markup(text), "bang": ""})
    return found


def _markup(xml: str) -> str:
    from markupsafe import Markup

    return Markup(xml)


# -- filling -----------------------------------------------------------------------------------------------


class _Source(NamedTuple):
    """A part of the template, compiled; ``lines`` holds its XML, one paragraph a line."""

    template: Template
    lines: list[str]


@cache
def _environment() -> Environment:
    """Jinja without Python: no attributes that begin with an underscore, no functions, nothing undefined."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined, finalize=_finalize)
    environment.globals.clear()
    return environment


def _finalize(value: object) -> object:
    """What is put in place of ``{{ … }}``: XML of ours as it is, everything else as literal text."""
    if hasattr(value, "__html__"):
        return value
    if isinstance(value, Mapping | list | tuple):
        raise TypeError("a list cannot be printed as it is: use a loop ({%p for … %})")
    return _markup(inline(str(value)))


def _fill(word: DocxTemplate, context: Mapping[str, object]) -> None:
    """Fill body, headers, footers and notes."""
    from docx.oxml.parser import parse_xml

    word.map_tree(parse_xml(_filled(word.get_xml(), context)))
    for uri in (word.HEADER_URI, word.FOOTER_URI):
        for rel_id, part in list(word.get_headers_footers(uri)):
            xml = word.get_part_xml(part)
            if "{" in xml:
                word.map_headers_footers_xml(rel_id, _filled(xml, context).encode("utf-8"))
    for part in word.docx.part.package.iter_parts():
        if part.content_type.endswith(("footnotes+xml", "endnotes+xml")) and b"{" in part.blob:
            xml = etree.tostring(etree.fromstring(part.blob), encoding="unicode")
            part._blob = _filled(xml, context).encode("utf-8")


def _filled(xml: str, context: Mapping[str, object]) -> str:
    source = _source(xml, frozenset(context))
    try:
        text = source.template.render(context).replace("\n", "")
        etree.fromstring(text)
    except etree.XMLSyntaxError as error:
        raise TemplateProblem("broken", detail=str(error)) from error
    except Exception as error:  # a template can do anything, and each thing must name its paragraph
        raise _problem(error, source.lines) from error
    return text


@lru_cache(maxsize=32)
def _source(xml: str, names: frozenset[str]) -> _Source:
    """Compile a part once a process: reading the tags takes 50 of the 80 ms of a plan."""
    from docxtpl import DocxTemplate
    from jinja2 import TemplateSyntaxError, meta

    marked = re.sub(r"<w:p(?=[ >])", "\n<w:p", xml.replace("\n", " "))
    patched = DocxTemplate("").patch_xml(marked)
    lines = patched.split("\n")
    environment = _environment()
    try:
        unknown = meta.find_undeclared_variables(environment.parse(patched)) - names
        template = environment.from_string(patched)
    except TemplateSyntaxError as error:
        raise _problem(error, lines) from error
    if unknown:
        places = {name: re.compile(rf"\{{[{{%][^}}]*\b{re.escape(name)}\b") for name in unknown}
        at, name = min((_first(lines, place), name) for name, place in places.items())
        raise TemplateProblem("unknown", name, _words(lines[at]), f"'{name}' is undefined")
    return _Source(template, lines)


def _first(lines: Sequence[str], pattern: re.Pattern[str]) -> int:
    return next((i for i, line in enumerate(lines) if pattern.search(line)), 0)


def _words(line: str) -> str:
    """The text of a paragraph's XML."""
    text = _TAG.sub("", line).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()
    return text if len(text) <= 120 else f"{text[:119]}…"


def _problem(error: Exception, lines: Sequence[str]) -> TemplateProblem:
    """What Jinja found, with the paragraph it was found in."""
    from jinja2 import TemplateSyntaxError, UndefinedError
    from jinja2.exceptions import SecurityError

    kinds: tuple[tuple[type[Exception], str], ...] = (
        (TemplateSyntaxError, "syntax"),
        (SecurityError, "forbidden"),
        (UndefinedError, "unknown"),
    )
    kind = next((name for type_, name in kinds if isinstance(error, type_)), "failed")
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == "<template>"]
    line = getattr(error, "lineno", None) or (frames[-1].lineno if frames else None) or 1
    names = _NAME.findall(str(error))
    named = names[-1] if names and kind == "unknown" else ""
    paragraph = _words(lines[min(line, len(lines)) - 1])
    return TemplateProblem(kind, named or paragraph, paragraph, str(error))


# -- specimen ----------------------------------------------------------------------------------------------


def _specimen() -> Plan:
    """A plan that makes a template use everything it is given."""
    runs = (Run("Chữ "), Run("nghiêng", italic=True), Run(" đậm", bold=True), Run(" cả hai", True, True))
    cells = (BodyCell((Run("Thôn"),), "left"), BodyCell((Run("1"),)), BodyCell(runs, "center"))
    head = ((HeadCell("Đơn vị", rows=2), HeadCell("Hộ", columns=2)), (HeadCell("TS"), HeadCell("%")))
    table = WordTable((2, 1, 1), head, (cells,))
    blocks: tuple[Block, ...] = (*(Paragraph(kind, runs, "1.") for kind in get_args(ParagraphKind)), table)
    wide = WordTable((1,) * 14, (tuple(HeadCell(str(n)) for n in range(14)),), (), landscape=True)
    return Plan(
        agency_above="UBND HUYỆN",
        agency=("ỦY BAN NHÂN DÂN", "XÃ"),
        number="Số: 01/KH-UBND",
        place_date="Xã, ngày 01 tháng 01 năm 2024",
        kind="KẾ HOẠCH",
        title="Trích yếu",
        legal_bases=(runs,),
        body=blocks,
        recipients=("- Lưu: VT.",),
        signature=("TM. ỦY BAN NHÂN DÂN",),
        signer="Họ Tên",
        annexes=(Annex("Phụ lục I", "BIỂU", "(Kèm theo)", blocks), Annex("Phụ lục II", "BIỂU", "", (wide,))),
        remarks=("Ghi chú",),
    )
