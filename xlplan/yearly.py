"""What a row of `Chỉ tiêu năm` means: whether its years add up, and which of them its total covers."""

from __future__ import annotations

from xlplan.model import Record, Submission
from xlplan.vietnamese.dates import parse_period
from xlplan.vietnamese.text import key

SHEET = "chi_tieu_nam"
STOCK, FLOW = "đến cuối năm", "trong năm"
"""A level reached at the end of a year, and what happens within it: only the latter adds up over years."""


def is_kind(record: Record, kind: str) -> bool:
    """Whether a row is a ``STOCK`` or a ``FLOW``, as its column “Cách tính” says."""
    return key(record.text("loai_so")) == key(kind)


def covered(submission: Submission, record: Record) -> tuple[int, int] | None:
    """First and last year of a row's total: those named beside it, else all of the period; ``None`` if unreadable."""
    named = record.text("nam_tong")
    return parse_period(named) if named else submission.period
