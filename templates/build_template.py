"""Writes templates/ke_hoach.docx, the Word form of a plan, from clean minimal parts.

    python templates/build_template.py

Every size and distance stands here once, with its source: "N" is the text of Nghị định 30/2020/NĐ-CP (annex,
section, point), "K" is practice. Each is put into a named Word style, so that an official changes a style in
Word, never a paragraph. The parts are stored uncompressed: the bytes are the same on every machine.
"""

from __future__ import annotations

import unicodedata
import zipfile
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

TARGET = Path(__file__).with_name("ke_hoach.docx")

R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
NAMESPACES = f'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="{R}"'
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
PACKAGE_TYPE = "application/vnd.openxmlformats-package"
WORDML = "application/vnd.openxmlformats-officedocument.wordprocessingml"

USABLE = 160  # mm: A4 is 210 wide (N I.1), less 30 on the left and 20 on the right (N I.3)
USABLE_LANDSCAPE = 247  # mm: the same margins on 297
HEADER_COLUMNS = (58, 102)  # mm: the quốc hiệu, 13 pt bold, is 96 mm long and must never wrap (K)
SIGNATURE_COLUMNS = (72, 88)  # mm: nơi nhận 45 %, signature 55 % (K)
MOTTO = 60  # mm: length of the tiêu ngữ at 14 pt bold; its rule is as long as the text (N II.1)


def plain(name: str) -> str:
    """A Vietnamese name without its marks."""
    letters = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in letters if not unicodedata.combining(c))


def key(name: str) -> str:
    """The id of a style: ``KHTenLoai`` for ``KH Tên loại``."""
    return "".join(word[0].upper() + word[1:] for word in plain(name).split())


def dxa(millimetres: float) -> int:
    """Twentieths of a point."""
    return round(millimetres * 1440 / 25.4)


# -- styles ------------------------------------------------------------------------------------------------


def ppr(
    *,
    align: str = "",
    first: int | None = None,
    sides: float | None = None,
    before: int | None = None,
    after: int | None = None,
    exact: int | None = None,
    keep: bool = False,
    outline: int | None = None,
    once: bool = False,
    rule: bool = False,
) -> str:
    """Paragraph properties: ``first`` in twips, ``sides`` in mm, distances and an exact line in points."""
    xml = "<w:keepNext/>" if keep else ""
    if rule:  # a solid line below (N II.1, II.2, II.5): 0,75 pt
        xml += '<w:pBdr><w:bottom w:val="single" w:sz="6" w:space="0" w:color="000000"/></w:pBdr>'
    spacing = "" if before is None else f' w:before="{before * 20}"'
    spacing += "" if after is None else f' w:after="{after * 20}"'
    spacing += "" if exact is None else f' w:line="{exact * 20}" w:lineRule="exact"'
    xml += f"<w:spacing{spacing}/>" if spacing else ""
    indent = "" if sides is None else f' w:left="{dxa(sides)}" w:right="{dxa(sides)}"'
    indent += "" if first is None else f' w:firstLine="{first}"'
    xml += f"<w:ind{indent}/>" if indent else ""
    xml += "<w:contextualSpacing/>" if once else ""
    xml += f'<w:jc w:val="{align}"/>' if align else ""
    return xml + (f'<w:outlineLvl w:val="{outline}"/>' if outline is not None else "")


def rpr(size: int | None = None, *, bold: bool = False, italic: bool = False) -> str:
    """Run properties: ``size`` in points."""
    xml = "<w:b/><w:bCs/>" if bold else ""
    xml += "<w:i/><w:iCs/>" if italic else ""
    return xml + (f'<w:sz w:val="{size * 2}"/><w:szCs w:val="{size * 2}"/>' if size else "")


def style(
    name: str, ppr: str = "", rpr: str = "", *, base: str = "Normal", kind: str = "paragraph", table: str = ""
) -> str:
    """A named style of styles.xml; ``ppr`` and ``rpr`` are the XML inside the properties elements."""
    head = f'<w:style w:type="{kind}" w:customStyle="1" w:styleId="{key(name)}"><w:name w:val="{name}"/>'
    head += f'<w:basedOn w:val="{key(base)}"/>' if base else ""
    parts = (f"<w:pPr>{ppr}</w:pPr>" if ppr else "") + (f"<w:rPr>{rpr}</w:rPr>" if rpr else "")
    return f"{head}<w:qFormat/>{parts}{table}</w:style>"


def line(name: str, size: int, *, bold: bool = False, italic: bool = False, **how: object) -> str:
    """A centred line of its own, without indent."""
    options = {"align": "center", "first": 0, "before": 0, "after": 0, **how}
    return style(name, ppr(**options), rpr(size, bold=bold, italic=italic))  # type: ignore[arg-type]


def rule(name: str, length: float, room: float, after: int = 0) -> str:
    """A solid line of ``length`` mm in the middle of ``room`` mm, on a paragraph of its own."""
    how = ppr(sides=(room - length) / 2, first=0, before=3, after=after, exact=1, rule=True, align="center")
    return style(name, how, rpr(1))


def body(name: str, outline: int | None = None, *, bold: bool = False, italic: bool = False) -> str:
    """A body paragraph; a heading (with an outline level for the navigation pane) stays with what follows."""
    own = ppr(keep=outline is not None, outline=outline)
    return style(name, own, rpr(bold=bold, italic=italic), base="KH Đoạn")


# N II.5: a third to a half of the title, which differs from plan to plan: xlplan names the fitting one
TITLE_RULES = {"ngắn": 20, "vừa": 30, "dài": 40, "rất dài": 55}  # mm
HEAD_STYLES = (
    line("KH Quốc hiệu", 13, bold=True),  # N II.1: capitals, 12-13, upright bold
    line("KH Tiêu ngữ", 14, bold=True),  # N II.1: 13-14, upright bold
    rule("KH Kẻ tiêu ngữ", MOTTO, HEADER_COLUMNS[1]),
    line("KH Cơ quan cấp trên", 13),  # N II.2: capitals, 12-13, upright, not bold
    line("KH Cơ quan", 13, bold=True),  # N II.2: capitals, 12-13, upright bold
    # N II.2: a third to a half of the text: right for 40 to 60 mm (ỦY BAN NHÂN DÂN is 43, PHƯỜNG … up to 58)
    rule("KH Kẻ cơ quan", 20, HEADER_COLUMNS[0]),
    line("KH Số ký hiệu", 13, before=8),  # N II.3: 13, upright
    # N II.4: 13-14, italic; 13 keeps "Phường Điện Biên Phủ, ngày 29 tháng 12 năm 2024" on one line
    line("KH Địa danh ngày tháng", 13, italic=True, before=8),
    line("KH Tên loại", 14, bold=True, before=18, keep=True),  # N II.5: capitals, 13-14, bold
    line("KH Trích yếu", 14, bold=True, keep=True),  # N II.5: 13-14, upright bold
    *(rule(f"KH Kẻ trích yếu {name}", length, USABLE, after=12) for name, length in TITLE_RULES.items()),
)

BODY_STYLES = (
    # N II.6: 13-14, both sides justified, first line 1 or 1,27 cm (720 twips), at least 6 pt between
    # paragraphs, single to 1,5 lines; all others of the body are based on this one
    style("KH Đoạn", ppr(align="both", first=720, before=0, after=6), rpr(14)),
    body("KH Căn cứ", italic=True),  # N II.6: italic
    body("KH Mục", 0, bold=True),  # N II.6, V.6: capitals, bold
    body("KH Khoản", 1, bold=True),  # N V.6: with a title, bold
    body("KH Tiểu khoản", 2, bold=True),
    *(body(f"KH {name}") for name in ("Khoản chữ", "Tiểu khoản chữ", "Điểm", "Gạch", "Cộng")),
    line("KH Sau bảng", 1, exact=6),
    line("KH Ngắt phần", 1, exact=1),
)

GREY = '<w:shd w:val="clear" w:color="auto" w:fill="EDEDED"/>'
FOOT_STYLES = (
    # N II.9: "Nơi nhận:" 12 italic bold, recipients 11 upright, flush left
    style("KH Nơi nhận", ppr(align="left", before=8, after=0), rpr(12, bold=True, italic=True)),
    style("KH Nơi nhận dòng", ppr(align="left", before=0, after=0), rpr(11)),
    # N II.7: capitals, 13-14, bold
    line("KH Quyền hạn", 14, bold=True, keep=True, before=6, once=True),
    # N II.7: 13-14, bold, under the title; the distance is room for signature and seal, 5 lines of 14 pt (K)
    line("KH Họ tên", 14, bold=True, before=80),
    # N III.1: 14 bold; N III.1: capitals, 13-14 bold; N III.1: 13-14 italic, in brackets
    line("KH Phụ lục", 14, bold=True, keep=True, outline=0),
    line("KH Tên phụ lục", 14, bold=True, keep=True, outline=1),
    line("KH Kèm theo", 14, italic=True, keep=True),
    rule("KH Kẻ phụ lục", 55, USABLE, after=10),
    rule("KH Kẻ phụ lục ngang", 75, USABLE_LANDSCAPE, after=10),
    line("KH Số trang", 14),  # N I.7, V.14: 13-14, upright, centred in the top margin
    style("KH Lệnh", GREY + ppr(align="left", before=0, after=0), rpr(10)),  # only in the template
)

BORDER = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


def cell_margins(margin: float, before: str = "") -> str:
    """Properties of a table style whose cells have margins of ``margin`` mm left and right."""
    sides = "".join(f'<w:{side} w:w="{dxa(margin)}" w:type="dxa"/>' for side in ("left", "right"))
    return f"<w:tblPr>{before}<w:tblCellMar>{sides}</w:tblCellMar></w:tblPr>"


def cell_styles() -> list[str]:
    """Cells in three sizes: no rule in the decree, 11-13 in practice, 10 where nothing else fits."""
    aligns = {"đầu": "center", "chữ": "left", "giữa": "center", "số": "right"}
    found = []
    for suffix, size in (("", 12), (" nhỏ", 11), (" rất nhỏ", 10)):
        for name, align in aligns.items():
            how = ppr(align=align, first=0, before=2, after=2, keep=name == "đầu")
            found.append(style(f"KH Bảng {name}{suffix}", how, rpr(size, bold=name == "đầu")))
    return found


CHARACTER = {"kind": "character", "base": ""}
TABLE = {"kind": "table", "base": "Normal Table"}
OTHER_STYLES = (
    *cell_styles(),
    style("KH Bảng", **TABLE, table=cell_margins(1, f"<w:tblBorders>{BORDER}</w:tblBorders>")),
    style("KH Bảng hẹp", kind="table", base="KH Bảng", table=cell_margins(0.8)),
    style("KH Bảng không viền", **TABLE, table=cell_margins(0)),
    style("KH Nghiêng", "", rpr(italic=True), **CHARACTER),
    style("KH Đậm", "", rpr(bold=True), **CHARACTER),
    style("KH Đậm nghiêng", "", rpr(bold=True, italic=True), **CHARACTER),
)

# N I.4: Times New Roman, Unicode, black
DEFAULTS = (
    "<w:docDefaults><w:rPrDefault><w:rPr>"
    '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="Times New Roman" '
    'w:cs="Times New Roman"/><w:color w:val="000000"/><w:sz w:val="28"/><w:szCs w:val="28"/>'
    '<w:lang w:val="vi-VN" w:eastAsia="vi-VN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
    '<w:pPrDefault><w:pPr><w:spacing w:after="0" w:line="240" w:lineRule="auto"/></w:pPr></w:pPrDefault>'
    "</w:docDefaults>"
)


def built_in(kind: str, name: str, rest: str, id_: str = "") -> str:
    """A style that Word knows; without an id of its own it is the default of its kind."""
    which = f'w:styleId="{id_}"' if id_ else f'w:default="1" w:styleId="{key(name)}"'
    return f'<w:style w:type="{kind}" {which}><w:name w:val="{name}"/>{rest}</w:style>'


BUILT_IN = (
    built_in("paragraph", "Normal", "<w:pPr><w:widowControl/></w:pPr>")
    + built_in("character", "Default Paragraph Font", "<w:semiHidden/>")
    + built_in("table", "Normal Table", f"<w:semiHidden/>{cell_margins(1.9)}")
    + built_in("numbering", "No List", "<w:semiHidden/>")
    + built_in("paragraph", "annotation text", f"<w:rPr>{rpr(10)}</w:rPr>", "CommentText")
    + built_in("character", "annotation reference", f"<w:rPr>{rpr(8)}</w:rPr>", "CommentReference")
)

# -- body --------------------------------------------------------------------------------------------------


def par(style: str, text: str = "", section: str = "") -> str:
    """A paragraph in a style."""
    run = f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{key(style)}"/>{section}</w:pPr>{run}</w:p>'


def command(text: str) -> str:
    """A paragraph that holds a command and is gone from the plan."""
    return par("KH Lệnh", text)


def loop(each: str, *content: str) -> str:
    """Content that stands once for each."""
    return command(f"{{%p for {each} %}}") + "".join(content) + command("{%p endfor %}")


def choice(*cases: tuple[str, str]) -> str:
    """The content of the first case whose test holds; an empty test always holds."""
    words = [f"{'elif' if i else 'if'} {test}" if test else "else" for i, (test, _) in enumerate(cases)]
    pairs = zip(words, cases, strict=True)
    return "".join(command(f"{{%p {word} %}}") + case[1] for word, case in pairs) + command("{%p endif %}")


def table(widths: tuple[int, ...], *rows: tuple[str, ...]) -> str:
    """A table without borders, its widths in mm; no row breaks across pages."""
    twips = [dxa(width) for width in widths]
    xml = f'<w:tbl><w:tblPr><w:tblStyle w:val="{key("KH Bảng không viền")}"/>'
    xml += f'<w:tblW w:w="{sum(twips)}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>'
    xml += "".join(f'<w:gridCol w:w="{width}"/>' for width in twips) + "</w:tblGrid>"
    for row in rows:
        xml += "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
        for width, content in zip(twips, row, strict=True):
            xml += f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{content}</w:tc>'
        xml += "</w:tr>"
    return xml + "</w:tbl>"


def section(*, landscape: bool = False) -> str:
    """Margins of N I.3; the first page shows no number (N I.7), pages count from 1 (N III.1)."""
    size = 'w:w="16838" w:h="11906" w:orient="landscape"' if landscape else 'w:w="11906" w:h="16838"'
    return (
        f'<w:sectPr><w:headerReference w:type="default" r:id="header"/><w:pgSz {size}/>'
        f'<w:pgMar w:top="{dxa(20)}" w:right="{dxa(20)}" w:bottom="{dxa(20)}" w:left="{dxa(30)}" '
        f'w:header="{dxa(10)}" w:footer="{dxa(10)}" w:gutter="0"/><w:pgNumType w:start="1"/>'
        '<w:cols w:space="720"/><w:titlePg/></w:sectPr>'
    )


def heading_block() -> str:
    """Agency, quốc hiệu and tiêu ngữ, number, place and date (N II.1 to II.4)."""
    agency = choice(("co_quan_chu_quan", par("KH Cơ quan cấp trên", "{{ co_quan_chu_quan }}")))
    agency += loop("dong in co_quan", par("KH Cơ quan", "{{ dong }}")) + par("KH Kẻ cơ quan")
    nation = par("KH Quốc hiệu", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    nation += par("KH Tiêu ngữ", "Độc lập - Tự do - Hạnh phúc") + par("KH Kẻ tiêu ngữ")
    number, date = (
        par("KH Số ký hiệu", "{{ so_ky_hieu }}"),
        par("KH Địa danh ngày tháng", "{{ dia_danh_ngay }}"),
    )
    return table(HEADER_COLUMNS, (agency, nation), (number, date))


def title_block() -> str:
    """Tên loại, trích yếu and the rule below (N II.5)."""
    codes = {name: plain(name).replace(" ", "_") for name in TITLE_RULES}
    cases = [(f'ke_trich_yeu == "{code}"', par(f"KH Kẻ trích yếu {name}")) for name, code in codes.items()]
    return par("KH Tên loại", "{{ ten_loai }}") + par("KH Trích yếu", "{{ trich_yeu }}") + choice(*cases)


def macro() -> str:
    """One paragraph a kind of block; used by the plan and by its annexes."""
    names = ("Mục", "Khoản", "Khoản chữ", "Tiểu khoản", "Tiểu khoản chữ", "Điểm", "Gạch", "Cộng", "Đoạn")
    kinds = {plain(name).lower().replace(" ", "_"): f"KH {name}" for name in names}
    cases = [(f'd.kieu == "{kind}"', par(name, "{{ d.so }}{{r d.chu }}")) for kind, name in kinds.items()]
    cases.append(('d.kieu == "bang"', command("{{p d.bang }}") + par("KH Sau bảng")))
    return command("{%p macro viet(d) %}") + choice(*cases) + command("{%p endmacro %}")


def signature_block() -> str:
    """Recipients, signing authority, name (N II.7, II.9)."""
    recipients = loop("dong in noi_nhan", par("KH Nơi nhận dòng", "{{ dong }}"))
    left = choice(("noi_nhan", par("KH Nơi nhận", "Nơi nhận:") + recipients))
    right = loop("dong in quyen_han", par("KH Quyền hạn", "{{ dong }}")) + par("KH Họ tên", "{{ ho_ten }}")
    return table(SIGNATURE_COLUMNS, (left, right))


def annexes() -> str:
    """Each annex in a section of its own (N III.1)."""
    rules = choice(("pl.ngang", par("KH Kẻ phụ lục ngang")), ("", par("KH Kẻ phụ lục")))
    attached = choice(("pl.kem_theo", par("KH Kèm theo", "{{ pl.kem_theo }}") + rules))
    wide = par("KH Ngắt phần", "{# hết phụ lục, trang ngang #}", section(landscape=True))
    tall = par("KH Ngắt phần", "{# hết phụ lục, trang dọc #}", section())
    ends = choice(("pl.ngang", wide), ("", tall))
    titles = par("KH Phụ lục", "{{ pl.nhan }}") + par("KH Tên phụ lục", "{{ pl.ten }}")
    content = loop("d in pl.noi_dung", command("{{p viet(d) }}"))
    return loop("pl in phu_luc", titles, attached, content, ends)


HELP = (
    "{#p Các dòng nền xám là lệnh, tự mất khi lập kế hoạch: giữ nguyên từng dòng, không gõ thêm chữ vào. #}",
    "{#p Chữ cố định và chữ trong ngoặc nhọn kép: được chuyển chỗ, xóa hoặc thêm chữ bên cạnh. #}",
    "{#p Muốn đổi cỡ chữ, thụt lề, giãn dòng: sửa các kiểu (Styles) có tên bắt đầu bằng KH. #}",
)


def document() -> str:
    """The whole main part."""
    content = "".join(command(text) for text in HELP) + heading_block() + title_block()
    content += loop("c in can_cu", par("KH Căn cứ", "{{r c }}")) + macro()
    content += loop("d in noi_dung", command("{{p viet(d) }}"))
    content += signature_block() + par("KH Ngắt phần", "{# hết kế hoạch #}", section()) + annexes() + section()
    return f"<w:document {NAMESPACES}><w:body>{content}</w:body></w:document>"


# -- package -----------------------------------------------------------------------------------------------

NAMED = "".join((*HEAD_STYLES, *BODY_STYLES, *FOOT_STYLES, *OTHER_STYLES))
STYLES = f"<w:styles {NAMESPACES}>{DEFAULTS}{BUILT_IN}{NAMED}</w:styles>"

# settings.xml: lines that end with a line break are not stretched; Word 2013's own page layout
SETTINGS = (
    f'<w:settings {NAMESPACES}><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>'
    '<w:characterSpacingControl w:val="doNotCompress"/><w:compat><w:doNotExpandShiftReturn/>'
    '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" '
    'w:val="15"/></w:compat><w:themeFontLang w:val="vi-VN"/><w:decimalSymbol w:val=","/>'
    '<w:listSeparator w:val=";"/></w:settings>'
)

# fontTable.xml: the one font (N I.4)
FONTS = (
    f'<w:fonts {NAMESPACES}><w:font w:name="Times New Roman"><w:panose1 w:val="02020603050405020304"/>'
    '<w:charset w:val="00"/><w:family w:val="roman"/><w:pitch w:val="variable"/></w:font></w:fonts>'
)


def theme() -> str:
    """theme1.xml: black and white, Times New Roman; Word wants one, no style of ours refers to it."""
    names = ("dk1", "lt1", "dk2", "lt2", *(f"accent{i}" for i in range(1, 7)), "hlink", "folHlink")
    colours = "".join(
        f'<a:{name}><a:srgbClr val="{"FFFFFF" if name.startswith("lt") else "000000"}"/></a:{name}>' for name in names
    )
    font = '<a:latin typeface="Times New Roman"/><a:ea typeface=""/><a:cs typeface=""/>'
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    effect = "<a:effectStyle><a:effectLst/></a:effectStyle>"
    return (
        f'<a:theme xmlns:a="{DRAWING}" name="xlplan"><a:themeElements><a:clrScheme name="xlplan">{colours}'
        f'</a:clrScheme><a:fontScheme name="xlplan"><a:majorFont>{font}</a:majorFont><a:minorFont>{font}'
        f'</a:minorFont></a:fontScheme><a:fmtScheme name="xlplan"><a:fillStyleLst>{fill * 3}</a:fillStyleLst>'
        f"<a:lnStyleLst>{f'<a:ln>{fill}</a:ln>' * 3}</a:lnStyleLst><a:effectStyleLst>{effect * 3}"
        f"</a:effectStyleLst><a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst></a:fmtScheme></a:themeElements>"
        "</a:theme>"
    )


# header.xml: the page number, centred in the top margin (N I.7, V.14)
BEGIN, SEPARATE, END = (f'<w:fldChar w:fldCharType="{mark}"/>' for mark in ("begin", "separate", "end"))
PIECES = (BEGIN, '<w:instrText xml:space="preserve"> PAGE </w:instrText>', SEPARATE, "<w:t>2</w:t>", END)
FIELD = "".join(f"<w:r>{piece}</w:r>" for piece in PIECES)
HEADER = f"<w:hdr {NAMESPACES}>{par('KH Số trang').replace('</w:p>', FIELD)}</w:p></w:hdr>"

# Core properties; the date is the decree's own
STAMP = 'xsi:type="dcterms:W3CDTF">2020-03-05T00:00:00Z<'
CORE = (
    f'<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>Mẫu kế hoạch</dc:title>'
    f"<dc:creator>xlplan</dc:creator><dcterms:created {STAMP}/dcterms:created>"
    f"<dcterms:modified {STAMP}/dcterms:modified><dc:language>vi-VN</dc:language></cp:coreProperties>"
)


def related(*targets: tuple[str, str]) -> str:
    """A .rels part from (type, target); the id is the last word of the type."""
    links = "".join(
        f'<Relationship Id="{kind.rpartition("/")[2]}" Type="{kind}" Target="{target}"/>' for kind, target in targets
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>'


def parts() -> dict[str, str]:
    """All parts by name."""
    word = {"styles": STYLES, "settings": SETTINGS, "header": HEADER, "theme": theme()}
    word["fontTable"] = FONTS
    kinds = {f"word/{name}.xml": f"{WORDML}.{name}+xml" for name in word}
    kinds["word/document.xml"] = f"{WORDML}.document.main+xml"
    kinds["word/theme.xml"] = "application/vnd.openxmlformats-officedocument.theme+xml"
    kinds["docProps/core.xml"] = f"{PACKAGE_TYPE}.core-properties+xml"
    types = "".join(f'<Override PartName="/{part}" ContentType="{kind}"/>' for part, kind in kinds.items())
    rels = f'<Default Extension="rels" ContentType="{PACKAGE_TYPE}.relationships+xml"/>'
    properties = (f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml")
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">{rels}{types}</Types>',
        "_rels/.rels": related((f"{R}/officeDocument", "word/document.xml"), properties),
        "docProps/core.xml": CORE,
        "word/document.xml": document(),
        "word/_rels/document.xml.rels": related(*((f"{R}/{name}", f"{name}.xml") for name in word)),
        **{f"word/{name}.xml": text for name, text in word.items()},
    }


def build() -> bytes:
    """The template as the bytes of a .docx file."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as package:
        for name, text in parts().items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system = 0
            package.writestr(info, (DECLARATION + text).encode("utf-8"))
    return buffer.getvalue()


if __name__ == "__main__":
    TARGET.write_bytes(build())
    print(f"{TARGET}: {TARGET.stat().st_size} bytes")
