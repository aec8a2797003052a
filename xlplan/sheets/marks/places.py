"""What a cell stands for in words: the village and the indicator."""

from __future__ import annotations

from xlplan import catalogue
from xlplan.model import CellRef, Finding, Submission

Names = tuple[str, str]
_BETWEEN = " – "  # as the rules write the place of a figure: Toàn xã – Hộ nghèo


class Places:
    """Finds village and indicator of the cells that the reader read."""

    def __init__(self, submission: Submission) -> None:
        self._names: dict[CellRef, Names] = {}
        for table in submission.tables:
            for (unit, line), cell in table.cells.items():
                self._names.setdefault(cell.ref, (table.units[unit].name, table.lines[line].label))
            for one in table.units:
                self._names.setdefault(one.ref, (one.name, ""))
            for line_ in table.lines:
                self._names.setdefault(line_.ref, ("", line_.label))
        for code, cell in submission.situation.items():
            self._names.setdefault(cell.ref, ("", catalogue.label(code)))
        for key, text in submission.fields.items():
            if key in catalogue.fields():
                self._names.setdefault(text.ref, ("", catalogue.fields()[key].label))

    def at(self, ref: CellRef) -> Names | None:
        """Village and indicator of a cell, ``None`` where the reader made nothing of it."""
        return self._names.get(ref)

    def of(self, item: Finding) -> Names:
        """Village and indicator of a finding, each empty where there is none."""
        known = self._names.get(item.ref)
        if known is not None:
            return known
        unit, between, label = item.params.get("place", "").partition(_BETWEEN)
        return (unit, label) if between else ("", unit)
