"""What a new workbook starts from: the fields that follow from year and unit, and the starter outline.

Nothing is invented: who signs, numbers, dates and figures stay blank. What depends on the time of the plan
(offices, recipients, projects of a programme) is chosen from data: ``«role»`` in a starter's text is the name
of an office (``offices.toml``), rows may carry ``khi`` (tiers of government) and ``chuong_trinh`` (programme).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from xlplan import catalogue
from xlplan.catalogue.records import Kind
from xlplan.sheets.standard.content import (
    TEMPLATE_VERSION,
    Content,
    Figure,
    only_known,
    read_orientation,
    read_outline_row,
    read_records,
    record_sheets,
)
from xlplan.vietnamese.dates import format_period, parse_period, period_in_words
from xlplan.vietnamese.text import key

BLANK_VILLAGES = 10
PERIOD_YEARS = 5
"""Length of the period of a plan that is no year plan."""

_THREE_TIERS, _TWO_TIERS = "ba cấp", "hai cấp"
_USUAL = ("ho_ngheo_", "ho_can_ngheo_", "khau_")  # what `Hiện trạng` usually tells apart
_WORD = re.compile(r"\w+")
_ROLE = re.compile(r"«(\w+)»")
_CHANGES = re.compile(r"bien_dong\[\s*(\w+)\s*\]")  # a change needs both ends


@dataclass(frozen=True)
class Start:
    """What is known of a new plan: its kind, first year, villages, unit, and the day by which words are chosen.

    ``year`` may be ``None`` (a blank form); ``last_year`` is that of a plan over several years (five where it is not
    given); ``unit`` is the commune with its kind (``phường Hòa Bình``) or empty.
    """

    kind: Kind
    year: int | None
    villages: Sequence[str] = ()
    orientation: str = ""
    unit: str = ""
    province: str = ""
    today: date | None = None
    last_year: int | None = None

    @property
    def day(self) -> str:
        """The day (ISO) by which offices are chosen: today within the plan's year, else that year's first."""
        today = self.today or date.today()
        if self.year is None or self.year == today.year:
            return today.isoformat()
        return date(self.year, 1, 1).isoformat()

    @property
    def commune_kind(self) -> str:
        """``xã``, ``phường`` …: that of the unit, else what the kind of plan is made for."""
        words = [word.word for word in catalogue.unit_words("commune_kind")]
        given = next((word for word in words if key(self.unit).startswith(f"{key(word)} ")), "")
        return given or ("phường" if self.kind.key == "phuong" else "xã")

    @property
    def name(self) -> str:
        """The commune's proper name."""
        unit = " ".join(self.unit.split())
        return unit[len(self.commune_kind) :].strip() if key(unit).startswith(f"{key(self.commune_kind)} ") else unit

    @property
    def village_word(self) -> str:
        """``thôn``, ``ấp`` …: the word that all names begin with, else the usual one of the commune's kind."""
        for word in catalogue.village_words():
            if self.villages and all(key(name).startswith(f"{key(word)} ") for name in self.villages):
                return word
        return next(word.villages[0] for word in catalogue.unit_words("commune_kind") if word.word == self.commune_kind)

    @property
    def period(self) -> str:
        """``2026``, or ``2026 - 2030`` for a plan over several years; empty in a blank form."""
        if self.year is None:
            return ""
        several = "chi_tieu_nam" in self.kind.sheets
        usual = self.year + PERIOD_YEARS - 1 if several else self.year
        return format_period(self.year, self.last_year or usual)


def blank_content(start: Start, outlines: Path) -> Content:
    """The content of a new workbook. Without names of villages there are ten blank rows."""
    path = outlines / f"{start.kind.outline}.toml"
    starter = _starter(path)
    records = read_records(_chosen(starter, start), path)
    records = {sheet: rows for sheet, rows in records.items() if sheet in start.kind.sheets}
    outline = [
        read_outline_row([_named(str(text), start) for text in row], path) for row in starter.get("noi_dung", ())
    ]
    texts = [text for row in outline for text in row[1:]]
    texts += [text for rows in records.values() for row in rows for text in row.values()]
    situation: list[tuple[str, Figure, str]] = [(code, None, "") for code in _starter_codes(start.kind, texts)]
    names = list(start.villages) or [""] * BLANK_VILLAGES
    return Content(
        start.kind,
        read_orientation(start.orientation or start.kind.orientation, path),
        _fields(start),
        names if start.kind.lines else [],
        situation=situation if "hien_trang" in start.kind.sheets else [],
        records=records,
        outline=outline,
    )


def _fields(start: Start) -> dict[str, str | int]:
    year = start.year
    programme = catalogue.programme_of(year) if year else None
    standard = catalogue.standard_of(year) if year else None
    period = parse_period(start.period)
    when = period_in_words(*period) if period else ""
    title = start.kind.title.format(
        chuong_trinh=programme.name if programme else "",
        thoi_ky=when,
        don_vi=f"{start.commune_kind} {start.name}" if start.name else "{{don_vi}}",
    )
    fields: dict[str, str | int] = {
        "loai_don_vi": start.commune_kind,
        "ten_don_vi": start.name,
        "tinh": start.province,
        "loai_thon": start.village_word,
        "ky": start.period,
        "loai_ke_hoach": start.kind.label,
        "ky_hieu": "KH-UBND",
        "tieu_de": title if programme and year else "",
        "chuong_trinh": programme.name if programme else "",
        "chuan_ngheo": standard.label if standard else "",
        "phien_ban_mau": TEMPLATE_VERSION,
    }
    if start.villages:
        fields["so_thon"] = len(start.villages)
    return fields


# ---- the starter outline ----------------------------------------------------------------------------------


def _starter(path: Path) -> dict[str, Any]:
    """The starter outline of a kind of plan; empty where there is no file."""
    if not path.is_file():
        return {}
    data = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    only_known(data, ("noi_dung", *record_sheets()), path.name)
    return data


def _chosen(starter: Mapping[str, Any], start: Start) -> dict[str, list[dict[str, object]]]:
    """The rows of the list sheets that fit the time and the programme, with their offices named."""
    found = {sheet: [row for row in starter.get(sheet, ()) if _fits(row, start)] for sheet in record_sheets()}
    rows = {sheet: [_row(row, start) for row in kept] for sheet, kept in found.items() if kept}
    if "phan_cong" in rows:
        rows["phan_cong"] = _by_office(rows["phan_cong"])
    if "noi_nhan" in rows:
        rows["noi_nhan"] = list({str(row.get("noi_nhan")): row for row in reversed(rows["noi_nhan"])}.values())[::-1]
    return rows


def _fits(row: Mapping[str, object], start: Start) -> bool:
    tiers = _THREE_TIERS if catalogue.has_level_above(start.day) else _TWO_TIERS
    programme = catalogue.programme_of(start.year or int(start.day[:4]))
    own = row.get("chuong_trinh")
    return row.get("khi", tiers) == tiers and (own is None or (programme is not None and own == programme.code))


def _row(row: Mapping[str, object], start: Start) -> dict[str, object]:
    return {k: _named(str(v), start) for k, v in row.items() if k not in ("khi", "chuong_trinh")}


def _named(text: str, start: Start) -> str:
    """A text with its offices named."""
    return _ROLE.sub(lambda role: catalogue.office(role[1], start.day, start.commune_kind), text)


def _by_office(rows: Iterable[Mapping[str, object]]) -> list[dict[str, object]]:
    """One row an office: the tasks of roles that one office has are joined, none twice."""
    tasks: dict[str, dict[str, None]] = {}
    for row in rows:
        own = tasks.setdefault(str(row["don_vi"]), {})
        own |= {line.strip(): None for line in str(row.get("nhiem_vu", "")).splitlines() if line.strip()}
    return [{"don_vi": office, "nhiem_vu": "\n".join(lines)} for office, lines in tasks.items()]


def _starter_codes(kind: Kind, texts: Iterable[str]) -> list[str]:
    """Codes that `Hiện trạng` of a new workbook lists, in the order of the catalogue.

    What the table has at the start of the period (linked), what `Hiện trạng` usually adds on poor and
    near-poor households, and the counts that the outline asks for and the table lacks.
    """
    in_table = {line.code for line in kind.lines}
    asked = {catalogue.count_of(word) for text in texts for word in _WORD.findall(text)}
    changes = {f"{stem}_{end}" for text in texts for stem in _CHANGES.findall(text) for end in ("dau_ky", "cuoi_ky")}
    asked |= changes
    return [
        code
        for code, indicator in catalogue.indicators().items()
        if (code in in_table and indicator.kind == "stock" and not code.endswith("_cuoi_ky"))
        or (code not in in_table and (code in asked or (code.startswith(_USUAL) and not code.endswith("_cuoi_ky"))))
    ]
