"""What a cell's style says about its value: number format and font, resolved when a cell first needs them."""

import re

from xlplan.packages.gate import local_name
from xlplan.packages.tree import Node
from xlplan.patterns import pattern
from xlplan.tuples import NamedTuple

BUILTIN_FORMATS = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: '"$"#,##0_);("$"#,##0)',
    6: '"$"#,##0_);[Red]("$"#,##0)',
    7: '"$"#,##0.00_);("$"#,##0.00)',
    8: '"$"#,##0.00_);[Red]("$"#,##0.00)',
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "mm-dd-yy",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "m/d/yy h:mm",
    37: "#,##0_);(#,##0)",
    38: "#,##0_);[Red](#,##0)",
    39: "#,##0.00_);(#,##0.00)",
    40: "#,##0.00_);[Red](#,##0.00)",
    41: '_(* #,##0_);_(* \\(#,##0\\);_(* "-"_);_(@_)',
    42: '_("$"* #,##0_);_("$"* \\(#,##0\\);_("$"* "-"_);_(@_)',
    43: '_(* #,##0.00_);_(* \\(#,##0.00\\);_(* "-"??_);_(@_)',
    44: '_("$"* #,##0.00_)_("$"* \\(#,##0.00\\)_("$"* "-"??_)_(@_)',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mmss.0",
    48: "##0.0E+0",
    49: "@",
}
# Ids whose code is the language's own; East Asian versions of Excel and WPS Office use them for dates.
BUILTIN_FORMATS |= dict.fromkeys((*range(27, 37), *range(50, 59)), "mm-dd-yy")

# Quoted text, an escaped or padding letter, colours and conditions in brackets (but not the hours of [h]:mm).
_LITERAL = pattern(r'"[^"]*"?|[\\_*].|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE | re.DOTALL)


_LITERAL_SIGNS = '"\\_*['  # one of them begins each


class Style(NamedTuple):
    """The code of a number format, the name of a font, and whether the format shows dates or times."""

    number_format: str
    font: str
    is_date: bool


Look = tuple[str, str | None, str, str, str]
"""Type of a cell, style id, number format and font, and its kind if it is a number: ``n``, or ``d`` for a date."""

_MOST_LOOKS = 10_000
_NO_STYLE = Style("General", "", False)


def bare_format(code: str) -> str:
    """A number format without quoted text, escapes, padding, colours and conditions: ``0" hộ"`` -> ``0``."""
    return _LITERAL.sub("", code) if any(sign in code for sign in _LITERAL_SIGNS) else code


def is_date_format(code: str) -> bool:
    """Whether a number format shows a number, by its first section, as a date or a time."""
    if code == "General":
        return False
    section = bare_format(code).partition(";")[0].replace("General", "")
    return any(letter in "dmhysDMHYS" for letter in section)


def is_percent_format(code: str) -> bool:
    """Whether a number format shows a number as a percentage: a ``%`` outside quotes and escapes."""
    return "%" in code and "%" in bare_format(code)


class Styles(dict[str | None, Style]):
    """Style of a cell by the text of its ``s`` attribute. Unknown ids give General and no font.

    One object may serve many workbooks: all that it learns follows from its root element.
    """

    def __init__(self, root: Node | None = None) -> None:
        super().__init__()
        parts = {} if root is None else {local_name(part): part for part in root}
        self._formats = {
            element.get("numFmtId", ""): element.get("formatCode", "General") for element in parts.get("numFmts", ())
        }
        self.looks: dict[str, Look] = {}  # what the attributes of a cell say, by their text; :meth:`keep` adds
        self._cells: list[Node] = list(parts.get("cellXfs", ()))
        self._fonts: list[Node] = list(parts.get("fonts", ()))

    def __missing__(self, key: str | None) -> Style:
        index = _index(key or "0")
        if not 0 <= index < len(self._cells):
            return _NO_STYLE  # and not kept: a file may name any number of styles that do not exist
        style = self[key] = self._resolve(index)
        return style

    def keep(self, text: str, look: Look) -> None:
        """Keep what the attributes of a cell say, unless a file writes them in absurdly many ways."""
        if len(self.looks) < _MOST_LOOKS:
            self.looks[text] = look

    def _resolve(self, index: int) -> Style:
        cell = self._cells[index]
        code = self._code(cell.get("numFmtId", "0"))
        return Style(code, self._font(_index(cell.get("fontId", "0"))), is_date_format(code))

    def _code(self, identifier: str) -> str:
        return self._formats.get(identifier) or BUILTIN_FORMATS.get(_index(identifier), "General")

    def _font(self, index: int) -> str:
        if not 0 <= index < len(self._fonts):
            return ""
        return next((part.get("val", "") for part in self._fonts[index] if local_name(part) == "name"), "")


def _index(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
