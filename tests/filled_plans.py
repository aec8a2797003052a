"""Workbooks that somebody has filled in: the communes' own, and every starter with figures that agree.

Each figure that a person types can be changed on its own; the workbook is then built anew, so that its formulas follow.
"""

from __future__ import annotations

import copy
import random
import zipfile
from collections.abc import Callable, Iterator
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from xlplan import catalogue
from xlplan.model import Submission
from xlplan.packages.gate import Package
from xlplan.packages.workbook import read_package
from xlplan.resources import outlines
from xlplan.sheets.reader import submission_of
from xlplan.sheets.standard.builder import build
from xlplan.sheets.standard.content import Content, load_content
from xlplan.sheets.standard.starter import Start, blank_content
from xlplan.vietnamese.dates import parse_period
from xlplan.vietnamese.numbers import round_half_up

SOURCE = Path(__file__).parent.parent / "workbooks" / "source"
COMMUNES = ("son_trung_2023", "long_an_2024", "phuoc_long_2024", "an_duong_2024", "tan_khai_2021_2025")
NUMBERS = ("gia_tri", "tong", "binh_quan", "so_tien", "so_luong", "so_luong_2", "don_gia", "muc_toi_da")
NAMES = ("Mai Hạ", "Hà Trung", "Bình Lợi", "Phú Cường", "Suối Nhum", "Đồng Xoài", "Thanh Sơn", "Hòa Hiệp", "Cầu Đá")
UNITS = ("xã Minh Tâm", "phường Tân Lập", "xã Đồng Kho", "xã Phú Riềng")


class Place(NamedTuple):
    """One typed figure: where it stands in the workbook, and how it is got and set."""

    kind: str
    get: Callable[[Content], object]
    put: Callable[[Content, object], None]


def commune(name: str) -> Content:
    return load_content(SOURCE / f"{name}.toml")


def starter(kind: str, rng: random.Random) -> Content:
    """A starter outline with figures in every place that is meant for one."""
    villages = rng.sample(NAMES, rng.randint(4, len(NAMES)))
    content = blank_content(
        Start(
            catalogue.kinds()[kind],
            rng.choice((2024, 2026)),
            villages,
            unit=rng.choice(UNITS),
            province="tỉnh An Giang",
        ),
        outlines(),
    )
    rows = [_village(rng) for _ in villages]
    total = {code: sum(row[code] for row in rows) for code in rows[0]}
    for line in content.kind.lines:
        if line.code in total:
            content.counts[line.code] = [row[line.code] for row in rows]
            content.commune[line.code] = total[line.code]
    linked = set(content.counts)
    content.situation = [
        (code, None if code in linked else total.get(code, rng.randint(1, 9)), note)
        for code, _, note in content.situation
    ]
    _fill_records(content, rng, total)
    content.fields |= {"so_ke_hoach": "45", "ngay": 12, "thang": 3, "nam_ban_hanh": int(str(content.fields["ky"])[:4])}
    return content


def _village(rng: random.Random) -> dict[str, int]:
    households, poor, near = rng.randint(90, 420), rng.randint(5, 20), rng.randint(5, 30)
    cut, near_cut = rng.randint(1, poor - 1), rng.randint(1, near - 1)
    able = rng.randint(max(1, cut), poor)
    figures = {
        "tong_so_ho": households,
        "tong_nhan_khau": households * 4 - rng.randint(0, 60),
        "ho_ngheo_dau_ky": poor,
        "khau_ngheo_dau_ky": poor * 3 + rng.randint(0, 5),
        "giam_ho_ngheo": cut,
        "ho_ngheo_cuoi_ky": poor - cut,
        "ho_can_ngheo_dau_ky": near,
        "khau_can_ngheo_dau_ky": near * 3 + rng.randint(0, 5),
        "giam_ho_can_ngheo": near_cut,
        "ho_can_ngheo_cuoi_ky": near - near_cut,
        "ho_ngheo_co_lao_dong": able,
        "ho_ngheo_khong_lao_dong": poor - able,
        "ho_can_ngheo_co_lao_dong": near - 2,
        "ho_can_ngheo_khong_lao_dong": 2,
        "ho_ngheo_bao_tro_xa_hoi": rng.randint(0, poor - able) if poor > able else 0,
        "ho_ngheo_dtts": rng.randint(0, poor),
        "ho_ngheo_nguoi_co_cong": 0,
    }
    figures |= {
        "ho_da_chieu_dau_ky": poor + near,
        "giam_ho_da_chieu": cut + near_cut,
        "ho_da_chieu_cuoi_ky": poor + near - cut - near_cut,
        "ho_co_kha_nang_thoat_ngheo": min(poor + near, cut + near_cut + rng.randint(0, 3)),
    }
    figures["ho_bao_tro_xa_hoi"] = poor + near - figures["ho_co_kha_nang_thoat_ngheo"]
    return figures


def _fill_records(content: Content, rng: random.Random, total: dict[str, int]) -> None:
    for row in content.records.get("muc_tieu", ()):
        code = row.get("chi_tieu", "")
        known = total.get(code) or total.get(catalogue.count_of(code))
        if known is not None and "gia_tri" not in row:
            rate = catalogue.is_rate(code)
            row["gia_tri"] = str(round_half_up(Decimal(known * 100) / total["tong_so_ho"], 2)) if rate else str(known)
        row.setdefault("gia_tri", str(rng.randint(3, 60)))
    for row in content.records.get("kinh_phi", ()):
        if row.get("cap") in ("khoản mục", "khoản", None):
            row.setdefault("so_tien", str(rng.randint(10, 400) * 1_000_000))
    years = parse_period(str(content.fields["ky"]))
    for row in content.records.get("chi_tieu_nam", ()) if years else ():
        for year in range(years[0], years[1] + 1):
            row.setdefault(f"nam_{year}", str(rng.randint(20, 300)))


def places(content: Content) -> Iterator[Place]:
    """Every typed figure of a workbook."""
    for code, figures in content.counts.items():
        for i, figure in enumerate(figures):
            if isinstance(figure, int):
                yield Place(
                    "biểu: thôn",
                    lambda c, k=code, n=i: c.counts[k][n],
                    lambda c, v, k=code, n=i: c.counts[k].__setitem__(n, v),
                )
    for code, figure in content.commune.items():
        if isinstance(figure, int):
            yield Place(
                "biểu: toàn xã", lambda c, k=code: c.commune[k], lambda c, v, k=code: c.commune.__setitem__(k, v)
            )
    for i, (_, figure, _) in enumerate(content.situation):
        if isinstance(figure, int):
            yield Place(
                "Hiện trạng",
                lambda c, n=i: c.situation[n][1],
                lambda c, v, n=i: c.situation.__setitem__(n, (c.situation[n][0], v, c.situation[n][2])),
            )
    for sheet, rows in content.records.items():
        for i, row in enumerate(rows):
            for column, written in row.items():
                if (column in NUMBERS or column.startswith("nam_2")) and _number(written) is not None:
                    yield Place(
                        f"{sheet}: {column.partition('_2')[0] if column.startswith('nam_') else column}",
                        lambda c, s=sheet, n=i, k=column: _number(c.records[s][n][k]),
                        lambda c, v, s=sheet, n=i, k=column: c.records[s][n].__setitem__(k, str(v)),
                    )


def _number(written: object) -> Decimal | int | None:
    try:
        value = Decimal(str(written).replace(",", "."))
    except ArithmeticError:
        return None
    return int(value) if value == value.to_integral_value() else value


def altered(content: Content, place: Place, rng: random.Random) -> Content:
    """The workbook with one figure changed: a digit, a unit more or less, ten times."""
    other = copy.deepcopy(content)
    old = Decimal(str(place.get(content)))
    step = Decimal(1).scaleb(min(0, int(old.as_tuple().exponent)))
    new = old
    while new == old or new < 0:
        new = rng.choice((old + step, old - step, old * 10, old + step * rng.randint(2, 40), old + 10 * step))
    place.put(other, int(new) if new == new.to_integral_value() else new)
    return other


def workbook(content: Content) -> bytes:
    out = BytesIO()
    build(content, out)
    return out.getvalue()


def submission(content: Content) -> Submission:
    return submission_of(read_package(Package(workbook(content)), "so.xlsx"), "so.xlsx")


def without_controls(document: bytes) -> bytes:
    """A document whose content controls are gone and whose text is as it was."""
    w = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(document)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "word/document.xml":
                root = etree.fromstring(data)
                while (control := root.find(f".//{w}sdt")) is not None:
                    parent = control.getparent()
                    at = parent.index(control)
                    inner = control.find(f"{w}sdtContent")
                    parent[at : at + 1] = list(inner) if inner is not None else []
                data = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            new.writestr(name, data)
    return out.getvalue()
