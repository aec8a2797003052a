"""The names of figures in words, as a person reads them in Word, in messages and in reports."""

from __future__ import annotations

from functools import lru_cache

from xlplan import catalogue
from xlplan.documents.blocks import CAPITALS, IN_TABLE
from xlplan.patterns import pattern

ELLIPSIS = "…"
_OWN = pattern(r"(\w+)\[(.*)\]\.(\w+)")
_OF = pattern(r"(\w+)\[(.*)\]")
_FIELD = pattern(r"\{\{.*?\}\}")

_HEAD = {
    "so_ky_hieu": "Số, ký hiệu",
    "dia_danh_ngay": "Địa danh, ngày tháng năm",
    "trich_yeu": "Trích yếu",
    "kem_theo": "Dòng kèm theo của phụ lục",
    "so_ngay": "Số, ngày văn bản",
    "ty_le_cao_nhat": "địa bàn có tỷ lệ cao nhất",
    "giam_nhieu_nhat": "địa bàn có chỉ tiêu giảm cao nhất",
    "khong_giam": "địa bàn không có chỉ tiêu giảm",
    "khong_con": "địa bàn không còn hộ nghèo",
}


@lru_cache(maxsize=4096)
def words(key: str) -> str:
    """What a key means, for a person: ``Số tiền, Sửa nhà ở``."""
    bare = key.removeprefix(CAPITALS).removeprefix(IN_TABLE)
    if bare.startswith("nhan_xet."):
        return f"Nhận xét: {words(bare.removeprefix('nhan_xet.'))}"
    if own := _OWN.fullmatch(bare):
        return f"{_column(own[1], own[3])}, {_row_name(own[2])}"
    if of := _OF.fullmatch(bare):
        about = _about(of[2]) if is_about_a_code(of[1]) else of[2]
        return f"{words(of[1])}, {about}"
    if catalogue.known(bare):
        return catalogue.label(bare)
    known = catalogue.fields().get(bare) or catalogue.derived_codes().get(bare)
    return known.label.replace("{thon}", "thôn") if known else _HEAD.get(bare, bare.replace("_", " "))


def is_about_a_code(name: str) -> bool:
    """Whether ``name[…]`` says something about a code, not the figure of a unit."""
    return name in catalogue.derived_codes() or name in _HEAD


def _row_name(name: str) -> str:
    """The name of a row: an indicator's code at its start in words, a placeholder in its text as an ellipsis."""
    first, comma, rest = name.partition(", ")
    known = catalogue.label(first) if catalogue.known(first) else first
    return _FIELD.sub(ELLIPSIS, f"{known}{comma}{rest}")


def _about(code: str) -> str:
    """What a sentence is about: a code, or one without its ``_dau_ky``."""
    start = f"{code}_dau_ky"
    return catalogue.label(start).removesuffix(" đầu kỳ") if catalogue.known(start) else words(code)


def _column(sheet: str, column: str) -> str:
    form = catalogue.forms().get(sheet)
    bare = column.removesuffix("_bang_chu")
    found = next((c.heading for c in form.columns if c.key == bare), "") if form else ""
    if not found:
        return f"Năm {column.removeprefix('nam_')}" if column.startswith("nam_") else _HEAD.get(column, column)
    return found if bare == column else f"{found} bằng chữ"
