"""What the blocks of the outline stand for: rows made from other sheets, tables, annexes.

What makes the rows of a block is loaded when an outline asks for the block.
"""

from __future__ import annotations

from collections.abc import Callable

from xlplan import catalogue
from xlplan.documents.blocks import Annex, Paragraph, Run, Runs, WordTable
from xlplan.documents.filler import Filler
from xlplan.documents.letterhead import attached
from xlplan.documents.outline import HEADING_LEVELS, LEVELS, Entry
from xlplan.model import Record
from xlplan.vietnamese.text import upper

PROJECT_PARTS = (
    ("muc_tieu", "Mục tiêu"),
    ("doi_tuong", "Đối tượng"),
    ("noi_dung", "Nội dung hoạt động"),
    ("phan_cong", "Phân công thực hiện"),
    ("kinh_phi", "Vốn và nguồn vốn"),
    ("thoi_han", "Thời hạn"),
)

Insert = Callable[[Filler, int], list[Entry]]
"""The rows of a block; the number is the depth of the headings that it may bring."""


def insert(filler: Filler, block: str, level: str, *, has_text: bool) -> list[Entry]:
    """The rows that a block stands for: under the row that inserts it, or in its place where it has no text."""
    depth = LEVELS.index(level) + has_text if level in HEADING_LEVELS else 1
    return BLOCKS[block](filler, min(depth, len(HEADING_LEVELS) - 1))


def _in_body(table: WordTable | None) -> list[Entry]:
    return [Entry("*", (), blocks=(table,), inserts=True)] if table else []


# ---- the table of villages --------------------------------------------------------------------------------


def _table(filler: Filler, _: int) -> list[Entry]:
    from xlplan.documents.grids import plan_table

    table = filler.submission.table
    return _in_body(plan_table(filler.submission, table) if table else None)


def _annex(filler: Filler, _: int) -> list[Entry]:
    """The table as annex, which leaves nothing at the place itself."""
    from xlplan.documents.grids import plan_table

    table = filler.submission.table
    if table is not None:
        printed = plan_table(filler.submission, table)
        title = table.title.value if table.title else "BIỂU CHỈ TIÊU GIẢM NGHÈO"
        end = Paragraph("doan", (Run("./."),))
        filler.annexes.append(Annex("Phụ lục", upper(title), attached(filler), (printed, end), printed.landscape))
    return []


def _remarks(filler: Filler, _: int) -> list[Entry]:
    from xlplan.documents.sentences import remarks

    return [Entry("-", runs) for runs in remarks(filler.submission)]


# ---- targets, projects, assignments -----------------------------------------------------------------------


def _targets(filler: Filler, _: int) -> list[Entry]:
    return [Entry("-", runs) for row in filler.records("muc_tieu") for runs in _target(filler, row)]


def _target(filler: Filler, row: Record) -> list[Runs]:
    """The sentence of one target: its own wording, else indicator, operator and value."""
    if found := filler.lines(row, "dien_giai"):
        return found
    name = row.text("chi_tieu")
    label = catalogue.label(name) if catalogue.known(name) else name
    sign = row.text("phep").strip()
    if sign == "giảm" and "giảm" in label.lower():  # Chỉ tiêu giảm hộ nghèo: 15 hộ
        label, sign = f"{label}:", ""
    parts = (label, sign, "{{gia_tri}}")
    unit = row.text("don_vi")
    sentence = " ".join(part for part in parts if part) + (f" {unit}" if unit and unit != "%" else "")
    return [filler.runs(sentence, row.ref, row)] if name else []


def _projects(filler: Filler, depth: int) -> list[Entry]:
    """Projects, sub-projects and their contents with objective, beneficiaries, who does it, funding, deadline."""
    levels = catalogue.lists()["loai_du_an"]
    found: list[Entry] = []
    for row in filler.records("du_an"):
        kind = row.text("loai").strip().lower()
        deeper = levels.index(kind) if kind in levels else 0
        name = filler.lines(row, "ten")
        code = "".join(run.text for runs in filler.lines(row, "ma")[:1] for run in runs)
        heading = (Run(f"{code}: " if code and name else code), *(name[0] if name else ()))
        found.append(Entry(LEVELS[min(depth + deeper, 3)], tuple(r for r in heading if r.text)))
        for column, lead in PROJECT_PARTS:
            found += _led(lead, filler.lines(row, column))
    return found


def _led(lead: str, lines: list[Runs]) -> list[Entry]:
    """``- Lead: text`` for one line; ``- Lead:`` and ``+ text`` for several; nothing for none."""
    if not lines:
        return []
    start = Run(f"{lead}:", italic=True)
    if len(lines) == 1:
        return [Entry("-", (start, Run(" "), *lines[0]))]
    return [Entry("-", (start,)), *(Entry("+", runs) for runs in lines)]


def _assignments(filler: Filler, depth: int) -> list[Entry]:
    """Offices as headings, their tasks as bullets."""
    found: list[Entry] = []
    for row in filler.records("phan_cong"):
        heading = [run for runs in filler.lines(row, "don_vi") for run in runs]
        found.append(Entry(LEVELS[depth], tuple(heading)))
        found += [Entry("-", runs) for runs in filler.lines(row, "nhiem_vu")]
    return found


# ---- yearly targets, budget -------------------------------------------------------------------------------


def _yearly(filler: Filler, _: int) -> list[Entry]:
    from xlplan.documents.yearly_rows import yearly_entries

    return yearly_entries(filler)


def _yearly_table(filler: Filler, _: int) -> list[Entry]:
    from xlplan.documents.yearly_rows import yearly_table

    return _in_body(yearly_table(filler))


def _budget(filler: Filler, _: int) -> list[Entry]:
    from xlplan.documents.budget_rows import budget_entries

    return budget_entries(filler)


def _budget_table(filler: Filler, _: int) -> list[Entry]:
    from xlplan.documents.budget_rows import budget_table

    return _in_body(budget_table(filler))


# ---- answers to the check ---------------------------------------------------------------------------------


def _explained(filler: Filler, _: int) -> list[Entry]:
    from xlplan.documents.explained import explained_entries

    return explained_entries(filler)


BLOCKS: dict[str, Insert] = {
    "biểu chỉ tiêu": _table,
    "biểu kèm theo": _annex,
    "nhận xét": _remarks,
    "mục tiêu": _targets,
    "chỉ tiêu năm": _yearly,
    "bảng chỉ tiêu năm": _yearly_table,
    "dự án": _projects,
    "kinh phí": _budget,
    "bảng kinh phí": _budget_table,
    "phân công": _assignments,
    "giải trình": _explained,
}
"""The blocks that a row of the outline may insert, by the word in its column “Chèn khối”."""
