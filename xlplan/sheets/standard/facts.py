"""What formulas of several sheets say: words, years and lines of the head, each with its present result."""

from __future__ import annotations

import re

from xlplan import catalogue
from xlplan.sheets.standard.cells import Formula, joined, quoted
from xlplan.sheets.standard.content import TEMPLATE_VERSION, Content
from xlplan.vietnamese.dates import parse_period
from xlplan.vietnamese.text import upper

_DOTS = "…………"
_YEARS = re.compile(r"\{(nay|truoc)\}")


class Facts:
    """The fields of `Thông tin` as formulas see them: by the names ``TT_<key>``."""

    def __init__(self, content: Content) -> None:
        given: dict[str, str | int] = {
            "loai_ke_hoach": content.kind.label,
            "phien_ban_mau": TEMPLATE_VERSION,
        }
        given |= {key: value for key, value in content.fields.items() if value != ""}
        self._fields = {key: _as_typed(key, value) for key, value in given.items()}

    def field(self, key: str) -> str | int:
        """Value of a field as its cell holds it, an empty text where it is blank."""
        return self._fields.get(key, "")

    def shown(self, key: str, blank: str = "") -> Formula:
        """``IF(TT_ky="","…",TT_ky)``: a field, or what stands for it while it is blank."""
        value = self.field(key)
        return Formula(f"IF(TT_{key}={quoted('')},{quoted(blank)},TT_{key})", blank if value == "" else value)

    def _padded(self, key: str, below: int) -> Formula:
        """A day or month as the decree writes it: with a leading zero below 10 (days) or 3 (months)."""
        value = self.field(key)
        text = f'IF(TT_{key}="","……",IF(TT_{key}<{below},TEXT(TT_{key},"00"),TT_{key}))'
        if value == "":
            return Formula(text, "……")
        return Formula(text, f"{value:02d}" if isinstance(value, int) and value < below else str(value))

    # ---- years --------------------------------------------------------------------------------------------

    def _period(self) -> tuple[int, int] | None:
        return parse_period(str(self.field("ky")))

    def year_formula(self) -> Formula:
        """The (last) year of the period, of which `TT_nam` is the name."""
        period = self._period()
        return Formula('IFERROR(VALUE(RIGHT(TRIM(TT_ky),4)),"")', period[1] if period else "")

    def year_before_formula(self) -> Formula:
        """The year before the first one of the period, of which `TT_nam_truoc` is the name.

        The first year stands eleven letters before the end (``2021 - 2025``), nine (``2021-2025``) or is the last.
        """
        first = [f"VALUE(LEFT(RIGHT(TRIM(TT_ky),{n}),4))" for n in (11, 9, 4)]
        text = f'IFERROR(IFERROR({first[0]},IFERROR({first[1]},{first[2]}))-1,"")'
        period = self._period()
        return Formula(text, period[0] - 1 if period else "")

    def heading(self, template: str, before: str = "") -> Formula | str:
        """A label; where it names a year (``{nay}``, ``{truoc}``) a formula that follows the period."""
        years = {
            "nay": Formula("TT_nam", self.year_formula().result),
            "truoc": Formula("TT_nam_truoc", self.year_before_formula().result),
        }
        pieces = _YEARS.split(before + template)
        if len(pieces) == 1:
            return before + template
        return joined(*(years[piece] if i % 2 else piece for i, piece in enumerate(pieces)))

    # ---- words --------------------------------------------------------------------------------------------

    @property
    def commune_word(self) -> Formula:
        """``xã``, ``phường`` …"""
        return self.shown("loai_don_vi", "xã")

    @property
    def village_word(self) -> Formula:
        """``thôn``, ``ấp`` …"""
        return self.shown("loai_thon", "thôn")

    @property
    def village_heading(self) -> Formula:
        """``Thôn``, ``Ấp`` …; ``Đơn vị`` while the word is blank."""
        word = str(self.field("loai_thon"))
        text = 'IF(TT_loai_thon="","Đơn vị",UPPER(LEFT(TT_loai_thon,1))&MID(TT_loai_thon,2,50))'
        return Formula(text, word[:1].upper() + word[1:] if word else "Đơn vị")

    @property
    def unit_formula(self) -> Formula:
        """``xã Sơn Trung``, of which `TT_don_vi` is the name."""
        text = f"{self.field('loai_don_vi')} {self.field('ten_don_vi')}"
        return Formula('TRIM(TT_loai_don_vi&" "&TT_ten_don_vi)', " ".join(text.split()))

    @property
    def office(self) -> Formula:
        """``ỦY BAN NHÂN DÂN XÃ SƠN TRUNG``."""
        name = str(self.field("ten_don_vi"))
        word = self.commune_word
        return joined(
            "ỦY BAN NHÂN DÂN ",
            Formula(f"UPPER({word.text})", upper(str(word.result))),
            " ",
            Formula(f'IF(TT_ten_don_vi="","{_DOTS}",UPPER(TT_ten_don_vi))', upper(name) or _DOTS),
        )

    @property
    def attached(self) -> Formula:
        """``(Kèm theo Kế hoạch số 38/KH-UBND ngày 29 tháng 3 năm 2024 của UBND xã Long An)``."""
        return joined(
            "(Kèm theo Kế hoạch số ",
            self.shown("so_ke_hoach", "……"),
            "/",
            self.shown("ky_hieu", "KH-UBND"),
            " ngày ",
            self._padded("ngay", 10),
            " tháng ",
            self._padded("thang", 3),
            " năm ",
            self.shown("nam_ban_hanh", "………"),
            " của UBND ",
            Formula("TT_don_vi", self.unit_formula.result),
            ")",
        )

    # ---- lines around the table ---------------------------------------------------------------------------

    @property
    def commune_line(self) -> Formula:
        """``Toàn xã``."""
        return joined("Toàn ", self.commune_word)

    @property
    def sum_line(self) -> Formula:
        """``Cộng các thôn``."""
        return joined("Cộng các ", self.village_word)

    @property
    def source(self) -> Formula:
        """``Nguồn số liệu toàn xã: Quyết định số …``."""
        return joined("Nguồn số liệu toàn ", self.commune_word, ": ", self.shown("nguon_so_lieu", _DOTS), ".")

    @property
    def cutoff(self) -> Formula:
        """``Số liệu chốt đến ngày 31/12/2023``."""
        return joined("Số liệu chốt đến ngày ", self.shown("ngay_chot", _DOTS), ".")


def _as_typed(key: str, value: str | int) -> str | int:
    """A number where the field is one, text anywhere else (a code keeps its leading zeros)."""
    is_number = catalogue.fields()[key].type == "number"
    return int(value) if is_number and str(value).isdecimal() else str(value)
