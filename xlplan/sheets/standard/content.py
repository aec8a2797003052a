"""What a workbook is to hold, before it is laid out: the data of a commune, from its TOML file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from xlplan import catalogue
from xlplan.catalogue.records import Kind
from xlplan.model import Orientation

TEMPLATE_VERSION = "1"
"""Layout version of the standard workbook, in the field ``phien_ban_mau`` and a document property."""

Figure = int | Decimal | str | None
"""A cell of figures: a number, a text as it was typed (``-``, ``10.98``), or nothing."""

_TOP_KEYS = ("loai", "huong", "thong_tin", "bieu", "hien_trang", "noi_dung", "nam_thuc_hien")
_TABLE_KEYS = ("thon", "so", "toan_xa", "ty_le_in")
_OUTLINE_WIDTH = 4
_YEAR_KEY = re.compile(r"nam_\d{4}")


@dataclass
class Content:
    """All that a standard workbook holds.

    ``counts`` has one figure a village for each indicator, ``commune`` the figures that the commune typed
    from their own source. ``situation`` rows are code, value and note; a code of the table without a value
    is linked to the table. ``outline`` rows are level, text, block and condition. ``actual_years`` are the
    years of `Chỉ tiêu năm` whose figures are results; all others are planned.
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
    actual_years: tuple[int, ...] = ()


def record_sheets() -> tuple[str, ...]:
    """Keys of the sheets that hold plain records (`Mục tiêu`, `Căn cứ`, `Dự án` …)."""
    apart = {"hien_trang", "noi_dung", "danh_muc"}
    return tuple(key for key, form in catalogue.forms().items() if form.columns and key not in apart)


def load_content(path: Path) -> Content:
    """Read a commune's data file. Raises ValueError that names the key which is unknown or does not fit."""
    data = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    only_known(data, (*_TOP_KEYS, *record_sheets()), path.name)
    kind = _kind(data.get("loai"), path)
    fields = data.get("thong_tin", {})
    only_known(fields, tuple(catalogue.fields()), f"{path.name} [thong_tin]")
    table = data.get("bieu", {})
    only_known(table, _TABLE_KEYS, f"{path.name} [bieu]")
    villages = [str(name) for name in table.get("thon", ())]
    without_sheet = [sheet for sheet in record_sheets() if sheet in data and sheet not in kind.sheets]
    if without_sheet:
        raise ValueError(f"{path.name}: unknown key {without_sheet[0]!r}, {kind.key!r} has no such sheet")
    return Content(
        kind,
        read_orientation(data.get("huong", kind.orientation), path),
        {key: value if isinstance(value, int) else str(value) for key, value in fields.items()},
        villages,
        {
            code: _village_figures(code, figures, len(villages), kind, path)
            for code, figures in table.get("so", {}).items()
        },
        {_line_code(code, kind, path): _figure(value) for code, value in table.get("toan_xa", {}).items()},
        [_situation_row(row, path) for row in data.get("hien_trang", ())],
        read_records(data, path),
        [read_outline_row(row, path) for row in data.get("noi_dung", ())],
        tuple(int(year) for year in data.get("nam_thuc_hien", ())),
    )


def only_known(data: Mapping[str, object], known: Iterable[str], where: str) -> None:
    """Raise ValueError for a key that is not known, naming it and its place."""
    unknown = [key for key in data if key not in set(known)]
    if unknown:
        raise ValueError(f"{where}: unknown key {unknown[0]!r}")


def _kind(key: object, path: Path) -> Kind:
    kinds = catalogue.kinds()
    if not isinstance(key, str) or key not in kinds:
        raise ValueError(f"{path.name}: unknown kind 'loai = {key!r}' (known: {', '.join(kinds)})")
    return kinds[key]


def read_orientation(value: object, path: Path) -> Orientation:
    """``rows`` or ``columns``; ValueError for anything else."""
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


def read_records(data: Mapping[str, Any], path: Path) -> dict[str, list[dict[str, str]]]:
    """The rows of the list sheets; ValueError for a column that a sheet does not have."""
    found = {}
    for sheet in record_sheets():
        columns = catalogue.forms()[sheet].columns
        known = [column.key for column in columns if column.type != "years"]
        yearly = len(known) < len(columns)
        rows = data.get(sheet, ())
        for row in rows:
            named = [key for key in row if not (yearly and _YEAR_KEY.fullmatch(key))]
            only_known(dict.fromkeys(named), known, f"{path.name} [[{sheet}]]")
        if rows:
            found[sheet] = [{key: _text(value) for key, value in row.items()} for row in rows]
    return found


def _text(value: object) -> str:
    """A text of the data file; a list is one line an item."""
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def read_outline_row(row: object, path: Path) -> tuple[str, str, str, str]:
    """Level, text, block and condition of a row of the outline."""
    if not isinstance(row, list) or not 1 <= len(row) <= _OUTLINE_WIDTH:
        raise ValueError(f"{path.name} noi_dung: unknown row {row!r}")
    level, text, block, condition = (*(str(item) for item in row), *[""] * (_OUTLINE_WIDTH - len(row)))
    return level, text, block, condition
