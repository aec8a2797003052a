"""What a Word template is given: the parts of a plan, their runs and tables already as WordprocessingML."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache, partial

from xlplan.documents.blocks import Block, Plan, Runs, WordTable
from xlplan.documents.controls import Controls
from xlplan.documents.stubs import Stubs
from xlplan.documents.wordxml import Styles, bytes_of, narrow_runs, narrow_table, text_width, turn
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


def context_of(
    plan: Plan, styles: Styles, widths: PageWidths, controls: Controls | None = None, stubs: Stubs | None = None
) -> dict[str, object]:
    """Every name that a template may use; figures are in controls where these are given. Raises MissingStyleError.

    With ``stubs`` runs and tables are short stand-ins, for the fast road.
    """
    writer = _Writer(styles, widths, controls, stubs)

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
        "can_cu": [writer.runs(runs, italic=True) for runs in plan.legal_bases],
        "noi_dung": writer.blocks(plan.body),
        "noi_nhan": plan.recipients,
        "quyen_han": plan.signature,
        "ho_ten": plan.signer,
        "phu_luc": [
            {
                "nhan": annex.label,
                "ten": annex.title,
                "kem_theo": head("kem_theo", annex.attached),
                "ngang": turned,
                "noi_dung": writer.blocks(annex.blocks, turned),
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


class _Writer:
    """Writes the runs and tables of one plan."""

    def __init__(self, styles: Styles, widths: PageWidths, controls: Controls | None, stubs: Stubs | None) -> None:
        self.styles, self.widths, self.controls, self.stubs = styles, widths, controls, stubs
        self.made = controls.made if controls is not None else ()
        self.markup = _as_markup()

    def runs(self, runs: Runs, *, bold: bool = False, italic: bool = False) -> str:
        """The runs of a paragraph whose style is bold or italic."""
        first = len(self.made) + 1
        xml = narrow_runs(runs, self.styles, self.controls, bold=bold, italic=italic)
        if self.stubs is None:
            return self.markup(bytes_of(xml).decode())
        end = runs[-1].text[-1:] if runs else ""
        if not end or end.isspace():
            end = next((end for run in reversed(runs) if (end := run.text.rstrip()[-1:])), "")
        return self.markup(self.stubs.runs(xml, end, (first, len(self.made) + 1)))

    def table(self, table: WordTable, *, wide: bool) -> str:
        """A table as wide as its page."""
        first = len(self.made) + 1
        usable = self.widths.landscape if wide else self.widths.portrait
        xml = narrow_table(table, usable, self.styles, self.controls)
        return bytes_of(xml).decode() if self.stubs is None else self.stubs.table(xml, (first, len(self.made) + 1))

    def blocks(self, blocks: Sequence[Block], turned: bool | None = None) -> list[dict[str, object]]:
        """Blocks as the template sees them; in the body (``turned`` is None) wide tables turn the page."""
        found: list[dict[str, object]] = []
        for i, block in enumerate(blocks):
            if isinstance(block, WordTable):
                wide = block.landscape if turned is None else turned
                xml = self.table(block, wide=wide)
                if wide and turned is None and xml:
                    before = "" if i and _is_wide(blocks[i - 1]) else turn(False, self.styles)
                    after = "" if i + 1 < len(blocks) and _is_wide(blocks[i + 1]) else turn(True, self.styles)
                    xml = before + xml + after
                found.append({"kieu": "bang", "so": "", "chu": "", "bang": self.markup(xml)})
                continue
            made = len(self.stubs.full) if self.stubs is not None else 0
            text = self.runs(block.runs, bold=block.kind in BOLD_KINDS)
            number = f"{block.number} " if block.number else ""
            if self.stubs is not None:
                found.append(self.stubs.line(block.kind, number, text, made))
            else:
                found.append({"kieu": block.kind, "so": number, "chu": text, "bang": ""})
        return found


@cache
def _as_markup() -> Callable[[str], str]:
    """What makes XML into what a template prints as it is."""
    from markupsafe import Markup

    return partial(str.__new__, Markup)  # what Markup does for a text, in C
