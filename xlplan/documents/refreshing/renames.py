"""Villages that have another name in the workbook than in the plan: known by the cells of their figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from xlplan import catalogue
from xlplan.checks.figures import village_names
from xlplan.documents.blocks import CAPITALS, IN_TABLE
from xlplan.documents.controls import Entry
from xlplan.documents.figures import Figures
from xlplan.model import Submission
from xlplan.patterns import pattern
from xlplan.tuples import NamedTuple

_OF_VILLAGE = pattern(rf"(?:{IN_TABLE}|{CAPITALS})?(\w+)\[(.*)\]")


class Renamed(NamedTuple):
    """A village's name in the plan and in the workbook, and the cell that names it now."""

    old: str
    new: str
    cell: str

    def key(self, key: str) -> str:
        """The key of a figure under the village's new name: ``ho_ngheo[Mai Hà]``, ``muc_tieu[…, Mai Hà].gia_tri``."""
        for before in ("[", ", "):
            key = key.replace(f"{before}{self.old}]", f"{before}{self.new}]")
        return key


def renames(entries: Iterable[Entry], figures: Figures, submission: Submission) -> tuple[Renamed, ...]:
    """The villages of a plan that are known by their cells alone.

    One that is gone from the workbook has the name that now stands over all its cells, if that name is new and the
    nearest villages above and below that kept their names have kept their cells: then no row came or went between.
    """
    known: dict[str, list[Entry]] = {}
    for entry in entries:
        found = _OF_VILLAGE.fullmatch(entry.key)
        if found and entry.cell and catalogue.known(found[1]):
            known.setdefault(found[2], []).append(entry)
    gone = [name for name, own in known.items() if any(figures.get(entry.key) is None for entry in own)]
    new = [name for name in village_names(submission).values() if name not in known] if gone else []
    cells = {
        table.units[i].name: table.units[i].ref.qualified
        for table in submission.tables
        for i in table.positions("village")
    }
    pairs = []
    for name in gone:
        if new and _is_framed(list(known), name, gone, known, figures):
            named = [other for other in new if _stand_there(Renamed(name, other, ""), known[name], figures)]
            if len(named) == 1:
                pairs.append(Renamed(name, named[0], cells.get(named[0], "")))
    return tuple(pairs)


def _stand_there(pair: Renamed, own: Sequence[Entry], figures: Figures) -> bool:
    """Whether the figures of a village stand in the same cells under another name."""
    found = [(entry.cell, figures.get(pair.key(entry.key))) for entry in own]
    return all(figure and figure.control.ref and figure.control.ref.qualified == cell for cell, figure in found)


def _is_framed(names: list[str], name: str, gone: list[str], known: dict[str, list[Entry]], figures: Figures) -> bool:
    """Whether the nearest villages of the same name on both sides stand where they stood."""
    at = names.index(name)
    sides = ([*reversed(names[:at])], names[at + 1 :])
    kept = [next((other for other in side if other not in gone), None) for side in sides]
    return all(other is None or _stand_there(Renamed("", "", ""), known[other], figures) for other in kept)
