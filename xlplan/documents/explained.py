"""What the commune answered to the remarks of the check, as rows of the plan: the place, then the answer."""

from __future__ import annotations

from xlplan.documents.blocks import Run
from xlplan.documents.filler import Filler
from xlplan.documents.outline import Entry
from xlplan.model import CellRef, Explanation
from xlplan.refs import parse_address
from xlplan.sheets.marks.places import Places


def explained_entries(filler: Filler) -> list[Entry]:
    """A row for each answer of the submission, ``- Hộ nghèo cuối năm 2023, thôn Mai Hà: …``."""
    places = Places(filler.submission)
    return [Entry("-", _runs(answer, places)) for answer in filler.submission.explanations]


def _runs(answer: Explanation, places: Places) -> tuple[Run, ...]:
    place = answer.sheet
    ref: CellRef | None = None
    if answer.cell:
        ref = CellRef(answer.sheet, *parse_address(answer.cell))
        unit, label = places.at(ref) or ("", "")
        place = ", ".join(part for part in (label, unit) if part) or f"{answer.sheet}, ô {answer.cell}"
    text = " ".join(answer.text.split()).rstrip(".;, ")
    return Run(f"{place}:", italic=True), Run(f" {text}.", ref=ref)
