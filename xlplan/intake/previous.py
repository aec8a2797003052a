"""Last year's workbook of a commune among those of a folder."""

from __future__ import annotations

from collections.abc import Iterable

from xlplan.intake.communes import Commune, Identity, compatible, identity, shown_one, without_marks
from xlplan.intake.received import Period, Received, superseded
from xlplan.tuples import NamedTuple


class _Kept(NamedTuple):
    who: Identity
    period: Period | None
    file: str


class Index(NamedTuple):
    """Workbooks of former years by the commune's name without diacritics: plain data for other processes."""

    kept: dict[str, tuple[_Kept, ...]]

    def find(self, code: str, unit: str, district: str, province: str, period: Period | None) -> str | None:
        """The workbook of the year before ``period``, else of the latest one before it; None where there is none.

        A code counts where the name is the same too: a commune that was merged kept the code of one of its parts. By
        name alone a workbook is taken only where no other commune may be meant.
        """
        wanted = identity(Commune(unit, code, district, province))
        alike = self.kept.get(without_marks(unit), ()) if wanted.name else ()
        earlier = [each for each in alike if _is_before(each.period, period)]
        same_code = [each for each in earlier if wanted.code and each.who.code == wanted.code]
        named = same_code or [
            each for each in earlier if not (wanted.code and each.who.code) and compatible(wanted, each.who)
        ]
        surely = [each for each in named if same_code or shown_one(wanted, each.who)] or named
        if not all(compatible(one.who, other.who) for one in surely[:1] for other in surely) and not same_code:
            return None
        return max(surely, key=_latest).file if surely else None


def index(received: Iterable[Received]) -> Index:
    """The workbooks of a folder of former years; of several of one commune and period the one that counts."""
    records = [each for each in received if each.readable]
    lost = superseded(records)
    kept: dict[str, list[_Kept]] = {}
    for each in records:
        found = identity(each.commune)
        if each.file not in lost and found.name:
            kept.setdefault(without_marks(each.unit), []).append(_Kept(found, each.period, each.file))
    return Index({name: tuple(sorted(files, key=lambda kept: kept.file)) for name, files in kept.items()})


def _is_before(found: Period | None, period: Period | None) -> bool:
    return found is None or period is None or found[1] < period[0]


def _latest(kept: _Kept) -> tuple[int, int]:
    """The year it ends with, a single year before a period that ends with it; one without a period comes last."""
    return (kept.period[1], kept.period[0]) if kept.period else (0, 0)
