"""What a Word template is given: the parts of a plan, their runs and tables already as WordprocessingML."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from xlplan.documents.blocks import Block, Plan, WordTable
from xlplan.documents.controls import Controls
from xlplan.documents.wordxml import Styles, runs_xml, table_xml, text_width, turn
from xlplan.tuples import NamedTuple

BOLD_KINDS = frozenset({"muc", "khoan", "tieu_khoan"})  # kinds whose paragraph style is bold


class Details(NamedTuple):
    """What a document says of itself: title, the remarks of its first comment, when it was made, whose plan it is."""

    title: str
    remarks: Sequence[str]
    moment: datetime
    unit: str = ""
    period: str = ""


class PageWidths(NamedTuple):
    """Room between the margins in twips."""

    portrait: int
    landscape: int


def context_of(plan: Plan, styles: Styles, widths: PageWidths, controls: Controls | None = None) -> dict[str, object]:
    """Every name that a template may use; figures are in controls where these are given. Raises MissingStyleError."""

    def head(name: str, text: str) -> str:
        return text if controls is None else controls.shown(plan.controls.get(name), text)

    return {
        "co_quan_chu_quan": plan.agency_above,
        "co_quan": plan.agency,
        "so_ky_hieu": head("so_ky_hieu", plan.number),
        "dia_danh_ngay": head("dia_danh_ngay", plan.place_date),
        "ten_loai": plan.kind,
        "trich_yeu": head("trich_yeu", plan.title),
        "ke_trich_yeu": _rule_length(plan.title),
        "can_cu": [_markup(runs_xml(runs, styles, controls, italic=True)) for runs in plan.legal_bases],
        "noi_dung": _blocks(plan.body, styles, widths, controls),
        "noi_nhan": plan.recipients,
        "quyen_han": plan.signature,
        "ho_ten": plan.signer,
        "phu_luc": [
            {
                "nhan": annex.label,
                "ten": annex.title,
                "kem_theo": head("kem_theo", annex.attached),
                "ngang": turned,
                "noi_dung": _blocks(annex.blocks, styles, widths, controls, turned),
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
    blocks: Sequence[Block],
    styles: Styles,
    widths: PageWidths,
    controls: Controls | None,
    turned: bool | None = None,
) -> list[dict[str, object]]:
    """Blocks as the template sees them; in the body (``turned`` is None) wide tables turn the page."""
    found: list[dict[str, object]] = []
    for i, block in enumerate(blocks):
        if isinstance(block, WordTable):
            wide = block.landscape if turned is None else turned
            xml = table_xml(block, widths.landscape if wide else widths.portrait, styles, controls)
            if wide and turned is None and xml:
                before = "" if i and _is_wide(blocks[i - 1]) else turn(False, styles)
                after = "" if i + 1 < len(blocks) and _is_wide(blocks[i + 1]) else turn(True, styles)
                xml = before + xml + after
            found.append({"kieu": "bang", "so": "", "chu": "", "bang": _markup(xml)})
            continue
        text = runs_xml(block.runs, styles, controls, bold=block.kind in BOLD_KINDS)
        number = f"{block.number} " if block.number else ""
        found.append({"kieu": block.kind, "so": number, "chu": _markup(text), "bang": ""})
    return found


def _markup(xml: str) -> str:
    from markupsafe import Markup

    return Markup(xml)
