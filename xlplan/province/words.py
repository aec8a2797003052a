"""The words of the province workbook, and which indicators stand in it.

Sheets and headings are Vietnamese, as all that xlplan makes for officials; what is said of a file or finding comes in
the language that was asked for.
"""

from __future__ import annotations

from collections.abc import Mapping

from xlplan import catalogue
from xlplan.messages import Language
from xlplan.patterns import pattern
from xlplan.results import Standing

OVERVIEW, COMMUNES, AREAS, VILLAGES = "Tổng quan", "Các xã", "Theo địa bàn", "Các thôn"
FINDINGS, SUBMITTED, RECONCILED = "Phát hiện", "Nộp báo cáo", "Đối chiếu rà soát"

STATUS: Mapping[Language, Mapping[str, str]] = {
    "vi": {
        "error": "Có lỗi",
        "warning": "Cần xem",
        "info": "Không có lỗi",
        "unfilled": "Chưa có số liệu",
        "unreadable": "Không đọc được",
    },
    "en": {
        "error": "Errors",
        "warning": "Warnings",
        "info": "No errors",
        "unfilled": "No figures",
        "unreadable": "Unreadable",
    },
}
"""How a file is called by the worst that was found in it; where it holds no figures, nothing could be found."""

LEVELS = {"error": "Lỗi", "warning": "Cần xem", "info": "Ghi chú"}

STANDINGS: Mapping[Language, Mapping[Standing, str]] = {
    "vi": {
        "missing": "Chưa nộp",
        "wrong_year": "Sai năm",
        "wrong_template": "Sai mẫu",
        "wrong_commune": "Sai đơn vị",
        "unexpected": "Ngoài danh sách",
        "late": "Nộp muộn",
        "duplicate": "Nộp trùng",
        "superseded": "Đã có bản thay thế",
        "received": "Đã nộp",
    },
    "en": {
        "missing": "Missing",
        "wrong_year": "Wrong year",
        "wrong_template": "Wrong template",
        "wrong_commune": "Wrong commune",
        "unexpected": "Not on the list",
        "late": "Late",
        "duplicate": "Duplicate",
        "superseded": "Superseded",
        "received": "Received",
    },
}
"""What is said of a submission, the most urgent first."""

AGREES, DIFFERS, COMMUNE_ONLY, REVIEW_ONLY = "Khớp", "Lệch", "Chỉ có ở xã", "Chỉ có ở rà soát"
NO_PERIOD = "Chưa ghi"
_IN_BRACKETS = pattern(r" \([^)]*\)")
WHOLE = catalogue.RATE_BASE

STEMS = {"ho_ngheo": "hộ nghèo", "ho_can_ngheo": "hộ cận nghèo", "ho_da_chieu": "hộ nghèo đa chiều"}
"""The groups of households that a province asks for, the most asked for first."""


def key_codes() -> list[str]:
    """The indicators of the communes' sheet: all households; each group at the start, its cut and at the end."""
    codes = [WHOLE]
    for stem in STEMS:
        for count in (f"{stem}_dau_ky", f"giam_{stem}", f"{stem}_cuoi_ky"):
            codes.append(count)
            if not count.startswith("giam_"):
                codes.append(catalogue.RATE_PREFIX + count)
    return codes


def heading(code: str) -> str:
    """The heading of an indicator's column, without what its label explains in brackets; rates are in per cent."""
    label = _IN_BRACKETS.sub("", catalogue.label(code))
    return f"{label} (%)" if catalogue.is_rate(code) else label
