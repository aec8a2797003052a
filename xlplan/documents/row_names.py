"""What the rows of list sheets are called in the keys of controls: by what they are about, not by where they stand.

Rows may be moved and added between two versions of a plan; a figure is found again by the words of its row.
"""

from __future__ import annotations

from xlplan.documents.blocks import IN_TABLE
from xlplan.model import CellRef, Record, Submission

_NAMED_BY: dict[str, tuple[str, ...]] = {
    "muc_tieu": ("chi_tieu", "pham_vi"),
    "chi_tieu_nam": ("ma",),
    "kinh_phi": ("noi_dung",),
    "can_cu": ("loai", "trich_yeu"),
}
_ELSE = {"chi_tieu_nam": "chi_tieu"}


class RowNames:
    """The names of a submission's rows; of rows with one name the second is ``Sửa nhà ở#2``."""

    def __init__(self, submission: Submission) -> None:
        self._rows: dict[CellRef, tuple[str, str]] = {}
        for sheet, columns in _NAMED_BY.items():
            names = [_name(row, sheet, columns) for row in submission.records.get(sheet, ())]
            for row, name in zip(submission.records.get(sheet, ()), numbered(names), strict=True):
                self._rows[row.ref] = (sheet, name)

    def key(self, row: Record, column: str, *, table: bool = False) -> str:
        """``kinh_phi[Sửa nhà ở].so_tien``, with ``bang:`` before it for the form that tables print."""
        sheet, name = self._rows.get(row.ref, (row.ref.sheet, str(row.ref.row)))
        return f"{IN_TABLE if table else ''}{sheet}[{name}].{column}"


def numbered(names: list[str]) -> list[str]:
    """The names with ``#2``, ``#3`` … behind those that stood before."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return found


def _name(row: Record, sheet: str, columns: tuple[str, ...]) -> str:
    words = ", ".join(text for column in columns if (text := row.text(column)))
    return " ".join((words or row.text(_ELSE.get(sheet, ""))).split())
