"""What a workbook is to hold, before it is laid out: a commune's data (TOML), or the start of a new plan."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from xlplan import catalogue
from xlplan.catalogue.records import Kind
from xlplan.model import Orientation

TEMPLATE_VERSION = "1"
"""Layout version of the standard workbook, in the field ``phien_ban_mau`` and a document property."""

BLANK_VILLAGES = 10

Figure = int | Decimal | str | None
"""A cell of figures: a number, a text as it was typed (``-``, ``10.98``), or nothing."""

_TOP_KEYS = ("loai", "huong", "thong_tin", "bieu", "hien_trang", "noi_dung")
_TABLE_KEYS = ("thon", "so", "toan_xa", "ty_le_in")
_OUTLINE_WIDTH = 4
_USUAL = ("ho_ngheo_", "ho_can_ngheo_", "khau_")  # what `Hiện trạng` usually tells apart
_WORD = re.compile(r"\w+")


@dataclass
class Content:
    """All that a standard workbook holds.

    ``counts`` has one figure a village for each indicator, ``commune`` the figures that the commune typed
    from their own source. ``situation`` rows are code, value and note; a code of the table without a value
    is linked to the table. ``outline`` rows are level, text, block and condition.
    """

    kind: Kind
    orientation: Orientation
    fields: dict[str, str | int] = field(default_factory=dict)
    villages: list[str] = field(default_factory=list)
    counts: dict[str, list[Figure]] = field(default_factory=dict)
    commune: dict[str, Figure] = field(default_factory=dict)
    situation: list[tuple[str, Figure, str]] = field(default_factory=list)
    records: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    outline: list[tuple[str, str, str, str]] = field(default_factory=list)


def record_sheets() -> tuple[str, ...]:
    """Keys of the sheets that hold plain records (`Mục tiêu`, `Căn cứ`, `Dự án` …)."""
    apart = {"hien_trang", "noi_dung", "danh_muc"}
    return tuple(key for key, form in catalogue.forms().items() if form.columns and key not in apart)


def load_content(path: Path) -> Content:
    """Read a commune's data file. Raises ValueError that names the key which is unknown or does not fit."""
    data = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    _only_known(data, (*_TOP_KEYS, *record_sheets()), path.name)
    kind = _kind(data.get("loai"), path)
    fields = data.get("thong_tin", {})
    _only_known(fields, tuple(catalogue.fields()), f"{path.name} [thong_tin]")
    table = data.get("bieu", {})
    _only_known(table, _TABLE_KEYS, f"{path.name} [bieu]")
    villages = [str(name) for name in table.get("thon", ())]
    without_sheet = [sheet for sheet in record_sheets() if sheet in data and sheet not in kind.sheets]
    if without_sheet:
        raise ValueError(f"{path.name}: unknown key {without_sheet[0]!r}, {kind.key!r} has no such sheet")
    return Content(
        kind,
        _orientation(data.get("huong", kind.orientation), path),
        {key: value if isinstance(value, int) else str(value) for key, value in fields.items()},
        villages,
        {
            code: _village_figures(code, figures, len(villages), kind, path)
            for code, figures in table.get("so", {}).items()
        },
        {_line_code(code, kind, path): _figure(value) for code, value in table.get("toan_xa", {}).items()},
        [_situation_row(row, path) for row in data.get("hien_trang", ())],
        _records(data, path),
        [_outline_row(row, path) for row in data.get("noi_dung", ())],
    )


def blank_content(
    kind: Kind,
    villages: Sequence[str],
    orientation: str | None,
    outlines_dir: Path,
    year: int,
) -> Content:
    """Return what a new workbook starts from: the fields that follow from the year, and the starter outline.

    Without names of villages there are ten blank rows, without an orientation that of the kind. Nothing is
    invented: who signs, numbers, dates and figures stay blank.
    """
    starter = _starter(outlines_dir / f"{kind.outline}.toml")
    names = list(villages) or [""] * BLANK_VILLAGES
    outline = [_outline_row(row, outlines_dir) for row in starter.get("noi_dung", ())]
    records = _records(starter, outlines_dir / f"{kind.outline}.toml")
    programme, standard = catalogue.programme_of(year), catalogue.standard_of(year)
    if programme is None or not programme.projects:
        records.pop("du_an", None)  # the starter's projects belong to another programme
    fields: dict[str, str | int] = {
        "loai_don_vi": "xã",
        "loai_thon": "thôn",
        "ky": str(year),
        "loai_ke_hoach": kind.label,
        "ky_hieu": "KH-UBND",
        "tieu_de": f"Thực hiện {programme.name}\nnăm {year}" if programme else "",
        "chuong_trinh": programme.name if programme else "",
        "chuan_ngheo": standard.label if standard else "",
        "phien_ban_mau": TEMPLATE_VERSION,
    }
    if villages:
        fields["so_thon"] = len(names)
    texts = [text for row in outline for text in row[1:]]
    texts += [text for rows in records.values() for row in rows for text in row.values()]
    situation: list[tuple[str, Figure, str]] = [(code, None, "") for code in _starter_codes(kind, texts)]
    return Content(
        kind,
        _orientation(orientation or kind.orientation, outlines_dir),
        fields,
        names if kind.lines else [],
        situation=situation if "hien_trang" in kind.sheets else [],
        records=records,
        outline=outline,
    )


def _starter(path: Path) -> dict[str, Any]:
    """The starter outline of a kind of plan; empty where there is no file."""
    if not path.is_file():
        return {}
    data = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    _only_known(data, ("noi_dung", *record_sheets()), path.name)
    return data


def _starter_codes(kind: Kind, texts: Iterable[str]) -> list[str]:
    """Codes that `Hiện trạng` of a new workbook lists, in the order of the catalogue.

    What the table has at the start of the period (linked), what `Hiện trạng` usually adds on poor and
    near-poor households, and the counts that the outline asks for and the table lacks.
    """
    in_table = {line.code for line in kind.lines}
    asked = {catalogue.count_of(word) for text in texts for word in _WORD.findall(text)}
    return [
        code
        for code, indicator in catalogue.indicators().items()
        if (code in in_table and indicator.kind == "stock" and not code.endswith("_cuoi_ky"))
        or (code not in in_table and (code in asked or (code.startswith(_USUAL) and not code.endswith("_cuoi_ky"))))
    ]


def _only_known(data: Mapping[str, object], known: Iterable[str], where: str) -> None:
    unknown = [key for key in data if key not in set(known)]
    if unknown:
        raise ValueError(f"{where}: unknown key {unknown[0]!r}")


def _kind(key: object, path: Path) -> Kind:
    kinds = catalogue.kinds()
    if not isinstance(key, str) or key not in kinds:
        raise ValueError(f"{path.name}: unknown kind 'loai = {key!r}' (known: {', '.join(kinds)})")
    return kinds[key]


def _orientation(value: object, path: Path) -> Orientation:
    if value not in ("rows", "columns"):
        raise ValueError(f"{path.name}: 'huong' is 'rows' or 'columns', not {value!r}")
    return value


def _line_code(code: str, kind: Kind, path: Path) -> str:
    if code not in {line.code for line in kind.lines}:
        raise ValueError(f"{path.name} [bieu]: unknown key {code!r}, the table of {kind.key!r} has no such line")
    return code


def _village_figures(code: str, figures: object, villages: int, kind: Kind, path: Path) -> list[Figure]:
    _line_code(code, kind, path)
    if not isinstance(figures, list) or len(figures) != villages:
        raise ValueError(f"{path.name} [bieu.so]: {code!r} needs {villages} figures, one a village")
    return [_figure(value) for value in figures]


def _figure(value: object) -> Figure:
    """A figure of the data file; an empty text is a blank cell."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise ValueError(f"not a figure: {value!r}")
    return None if value == "" else value


def _situation_row(row: object, path: Path) -> tuple[str, Figure, str]:
    if not isinstance(row, list) or not 1 <= len(row) <= 3 or not catalogue.known(str(row[0])):
        raise ValueError(f"{path.name} hien_trang: unknown row {row!r}")
    value = _figure(row[1]) if len(row) > 1 else None
    return str(row[0]), value, str(row[2]) if len(row) > 2 else ""


def _records(data: Mapping[str, Any], path: Path) -> dict[str, list[dict[str, str]]]:
    found = {}
    for sheet in record_sheets():
        known = [column.key for column in catalogue.forms()[sheet].columns]
        rows = data.get(sheet, ())
        for row in rows:
            _only_known(row, known, f"{path.name} [[{sheet}]]")
        if rows:
            found[sheet] = [{key: _text(value) for key, value in row.items()} for row in rows]
    return found


def _text(value: object) -> str:
    """A text of the data file; a list is one line an item."""
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def _outline_row(row: object, path: Path) -> tuple[str, str, str, str]:
    if not isinstance(row, list) or not 1 <= len(row) <= _OUTLINE_WIDTH:
        raise ValueError(f"{path.name} noi_dung: unknown row {row!r}")
    level, text, block, condition = (*(str(item) for item in row), *[""] * (_OUTLINE_WIDTH - len(row)))
    return level, text, block, condition
