"""The cell formats of the sheet `Kiểm tra`, and the colours of marks."""

from __future__ import annotations

from xlplan.packages.patch.stylesheet import Stylesheet

COLOURS = {"proposal": "FFE07B64", "error": "FFF4B6AA", "warning": "FFFFE79B", "explained": "FFEBF1F5"}
"""Fills of marked cells, from the cell that is likely wrong to the figure that was explained.

Each is clearly lighter than the one before (luma 59, 79, 90, 94 %), so that a grey print tells what must be
corrected from what is only to be looked at; black figures keep a contrast of more than 7:1 on all of them.
"""

_SIDES = ("left", "right", "top", "bottom")
_FONT = '<font>{}<sz val="{}"/>{}<name val="Times New Roman"/><family val="1"/></font>'


class Looks:
    """The cell formats of the sheet, as numbers of the stylesheet."""

    def __init__(self, styles: Stylesheet) -> None:
        self._styles = styles
        self.digit = max(round(styles.default_size * 96 / 72 / 2), 1)
        """Pixels of a digit in the workbook's own font: the widths of columns are given in these."""
        self.plain, self._bold = self._font(), self._font("<b/>")
        self._grey = self._font(colour="FF595959")
        self._box = styles.border(self._border("thin"))
        cream = styles.fill("FFFFFBE6")
        head = styles.fill("FF1F4E79")
        self.title = self._look(self._font("<b/>", 14, "FF1F4E79"), border=0, wrap=False)
        self.about = self._look(self._bold, border=0, wrap=False)
        self.guide = self._look(self._grey, border=0)
        self.head = self._look(self._font("<b/>", colour="FFFFFFFF"), head, across="center")
        self.head_answer = self._look(self._bold, styles.fill("FFFFD966"), across="center")
        self.text, self.code = self._look(self.plain), self._look(self._bold)
        self.link = self._look(self._font("<u/>", colour="FF1F4E79"))
        self.answer = self._look(self.plain, cream, free=True)
        self.answer_to_error = self._look(self.plain, free=True)
        self.level = {name: self._look(self._bold, styles.fill(rgb)) for name, rgb in COLOURS.items()}
        self.level |= {"info": self._look(self.plain), "gone": self._look(self._grey)}
        self.legend = {name: self._look(self.plain, styles.fill(rgb), across="center") for name, rgb in COLOURS.items()}

    def _font(self, more: str = "", size: int = 11, colour: str = "") -> int:
        return self._styles.font(_FONT.format(more, size, f'<color rgb="{colour}"/>' if colour else ""))

    def _border(self, style: str) -> str:
        sides = "".join(f'<{side} style="{style}"><color rgb="FFA6A6A6"/></{side}>' for side in _SIDES)
        return f"<border>{sides}<diagonal/></border>"

    def _look(
        self, font: int, fill: int = 0, border: int | None = None, across: str = "", *, free: bool = False,
        wrap: bool = True,
    ) -> int:  # fmt: skip
        border = self._box if border is None else border
        indent = 'indent="1" ' if border and not across else ""
        down = "center" if across or not border else "top"
        return self._styles.look(
            f'<xf numFmtId="49" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0" '
            'applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1" '
            f'applyProtection="1"><alignment horizontal="{across or "left"}" {indent}vertical="{down}" '
            f'wrapText="{int(wrap)}"/><protection locked="{int(not free)}"/></xf>'
        )
