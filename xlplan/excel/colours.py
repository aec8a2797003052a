"""The colour that a fill shows: plain, from the palette, or from the theme with its tint.

Excel rounds tints in a way of its own; ours are within three steps of 255 of what it shows, which nobody sees.
"""

from __future__ import annotations

import colorsys
from typing import Final

from lxml import etree

from xlplan.packages.patch.draft import MAIN

_M = f"{{{MAIN}}}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_ORDER = ("lt1", "dk1", "lt2", "dk2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6", "hlink")
# ECMA-376 Part 1, 18.8.27: the palette that files without one of their own use.
_DIGITS = (
    "000000FFFFFFFF000000FF000000FFFFFF00FF00FF00FFFF800000008000000080808000800080008080C0C0C0808080"
    "9999FF993366FFFFCCCCFFFF660066FF80800066CCCCCCFF000080FF00FFFFFF0000FFFF8000808000000080800000FF"
    "00CCFFCCFFFFCCFFCCFFFF9999CCFFFF99CCCC99FFFFCC993366FF33CCCC99CC00FFCC00FF9900FF6600666699969696"
    "003366339966003300333300993300993366333399333333"
)
_PALETTE = [_DIGITS[at : at + 6] for at in range(0, len(_DIGITS), 6)]
_FIRST = 8  # numbers 0 to 7 repeat 8 to 15

Rgb = tuple[int, int, int]


class _Other:
    """A pattern or a gradient, which is more than one colour."""


OTHER: Final = _Other()
Shade = Rgb | None | _Other
"""One colour, no fill at all, or :data:`OTHER`."""


def rgb(digits: str) -> Rgb:
    """``FFE07B64`` or ``E07B64`` as three numbers. Raises ValueError."""
    number = int(digits[-6:], 16)
    return number >> 16, number >> 8 & 255, number & 255


class Palette:
    """The colours that fills of one workbook name by number."""

    def __init__(self, styles: etree._Element | None, theme: etree._Element | None) -> None:
        own = styles.iterfind(f"{_M}colors/{_M}indexedColors/{_M}rgbColor") if styles is not None else ()
        self._indexed = [str(colour.get("rgb") or "") for colour in own] or [*_PALETTE[:_FIRST], *_PALETTE]
        self._theme = _theme_colours(theme) if theme is not None else {}

    def shade(self, fill: etree._Element | None) -> Shade:
        """What a ``fill`` element shows."""
        if fill is None:
            return None
        pattern = fill.find(f"{_M}patternFill")
        if pattern is None:
            return OTHER if len(fill) else None
        kind = pattern.get("patternType") or "none"
        if kind == "none":
            return None
        front = pattern.find(f"{_M}fgColor")
        if kind != "solid" or front is None:
            return OTHER
        try:
            return self._colour(front)
        except (ValueError, IndexError, KeyError):
            return OTHER

    def _colour(self, colour: etree._Element) -> Rgb:
        if digits := colour.get("rgb"):
            base = rgb(str(digits))
        elif number := colour.get("theme"):
            base = self._theme[_ORDER[int(number)]]
        else:
            base = rgb(self._indexed[int(str(colour.get("indexed")))])
        return _tinted(base, float(colour.get("tint") or 0))


def _theme_colours(theme: etree._Element) -> dict[str, Rgb]:
    scheme = theme.find(f"{_A}themeElements/{_A}clrScheme")
    found: dict[str, Rgb] = {}
    for slot in () if scheme is None else scheme:
        for colour in slot:
            digits = str(colour.get("lastClr") or colour.get("val") or "")
            if len(digits) == 6:
                found[str(slot.tag).removeprefix(_A)] = rgb(digits)
    return found


def _tinted(base: Rgb, tint: float) -> Rgb:
    """A colour made lighter or darker (18.8.19: the luminance of HLS moves towards white or black)."""
    if not tint:
        return base
    hue, light, full = colorsys.rgb_to_hls(*(part / 255 for part in base))
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    red, green, blue = colorsys.hls_to_rgb(hue, min(max(light, 0.0), 1.0), full)
    return round(red * 255), round(green * 255), round(blue * 255)
