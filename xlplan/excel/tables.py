"""A range that holds a table, checked as its workbook would be: findings and repair cards as rows of cells."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from xlplan import catalogue
from xlplan.excel.ranges import Block, as_sheet, block_of, number_formats
from xlplan.excel.values import Rows, shown
from xlplan.messages import SEVERITY_WORDS, statement, why
from xlplan.model import Finding, Proposal, Report
from xlplan.vietnamese.text import capitalise

if TYPE_CHECKING:
    from xlplan.model import Submission

FINDINGS_HEAD = ("Mức", "Mã", "Ô", "Nội dung")
CARDS_HEAD = ("Ô", "Đang ghi", "Nên là", "Độ chắc", "Vì sao")
CLEAN = "Không thấy sai sót"
NO_FIGURES = "Chưa có số liệu nào để kiểm tra"
NO_CARDS = "Có sai sót nhưng chưa đủ căn cứ để gợi ý cách sửa"
BLANK = "(trống)"
CONFIDENCE = {"certain": "Chắc chắn", "likely": "Khả năng cao", "possible": "Có thể"}


def findings(table: object, caller: Any = None) -> object:
    """What is wrong with a table: a heading and a row for each finding, or :data:`CLEAN`.

    A table with notes only (how something was read, what a figure assumes) is clean: the full check lists them.
    """
    _, report = _examined(table)
    if report is None:
        return fitted([[NO_FIGURES]], caller)
    if not _contradicts(report):
        return fitted([[CLEAN]], caller)
    lines = [[SEVERITY_WORDS["vi"][f.severity], f.code, f.ref.address, _said(f)] for f in report.findings]
    return fitted([list(FINDINGS_HEAD), *lines], caller)


def cards(table: object, caller: Any = None) -> object:
    """The repair cards of a table: a heading and a row for each cell to correct, the surest first.

    Where nothing singles out a cell, each candidate has a row and is called possible.
    """
    block, report = _examined(table)
    if report is None:
        return fitted([[NO_FIGURES]], caller)
    if not _contradicts(report):
        return fitted([[CLEAN]], caller)
    proposals = _proposals(report.findings)
    if not proposals:
        return fitted([[NO_CARDS]], caller)
    return fitted([list(CARDS_HEAD), *(_card(proposal, block.sheet) for proposal in proposals)], caller)


def _examined(table: object) -> tuple[Block, Report | None]:
    """The range and its report; none where nothing of a form is in it."""
    from xlplan.pipeline import examine
    from xlplan.sheets.reader import NoContentError

    block = block_of(table, sheet=catalogue.forms()["bieu"].title)
    try:
        report = examine(submission(block)).report
    except NoContentError:
        return block, None
    return block, report if report is not None and _has_figures(report) else None


def _has_figures(report: Report) -> bool:
    """Whether anybody has typed a figure; a blank form is not without mistakes, it is not checked."""
    return any(cell.state != "blank" for table in report.submission.tables for cell in table.cells.values())


def submission(block: Block) -> Submission:
    """What a range says, read as the only sheet of a workbook that has values alone.

    Formulas are left out: they speak of cells beyond the range, which are not there to follow them to.
    """
    from xlplan.packages.workbook import Workbook
    from xlplan.sheets.reader import submission_of

    workbook = Workbook(block.sheet)
    workbook.sheets.append(as_sheet(block, number_formats(block)))
    return submission_of(workbook, block.sheet)._replace(formulas_known=False)


def _contradicts(report: Report) -> bool:
    return any(finding.severity != "info" for finding in report.findings)


def _said(item: Finding) -> str:
    """A finding without its cell, which has a column of its own."""
    place = item.params.get("place", "")
    text = " ".join(part for part in statement(item) if part)
    return f"{place}: {text}" if place else capitalise(text)


def _proposals(found: Sequence[Finding]) -> list[Proposal]:
    """Each cell and value once, the surest first."""
    sure = [item.proposal for item in found if item.proposal is not None]
    open_ = [candidate for item in found if item.proposal is None for candidate in item.candidates]
    once: dict[object, Proposal] = {}
    for proposal in (*sure, *open_):
        once.setdefault(proposal[:2], proposal)
    rank = list(CONFIDENCE)
    return sorted(once.values(), key=lambda proposal: rank.index(proposal.confidence))


def _card(proposal: Proposal, sheet: str) -> list[object]:
    return [
        proposal.ref.seen_from(sheet),
        _figure(proposal.actual) if proposal.actual else BLANK,
        _figure(proposal.value),
        CONFIDENCE[proposal.confidence],
        f"{capitalise(why(proposal))}.",
    ]


def _figure(written: str) -> float | str:
    """A number as a number, so that the cell shows it in the user's own form; any other text as it stands."""
    try:
        return shown(Decimal(written))
    except InvalidOperation:
        return written


def fitted(lines: Rows, caller: Any) -> object:
    """The rows in the size of an array formula that was entered over several cells, one text as a single value.

    Excel without dynamic arrays would fill what is left over with #N/A, or with the same line again, and show
    nothing of what has no room.
    """
    height, width = _room(caller)
    if (height, width) == (1, 1):
        return lines[0][0] if len(lines) == 1 else lines
    if len(lines) > height:
        left = len(lines) - height + 1
        lines = [*lines[: height - 1], [f"… còn {left} dòng nữa; chọn vùng nhiều dòng hơn rồi nhập lại công thức"]]
    lines = [[*line, *[""] * (width - len(line))][:width] for line in lines]
    return [*lines, *[[""] * width for _ in range(height - len(lines))]]


def _room(caller: Any) -> tuple[int, int]:
    """The size of the range that a formula was entered in; one cell where nobody can say."""
    try:
        height, width = caller.shape
    except Exception:  # no caller, or Excel is too busy to tell
        return 1, 1
    return height, width
