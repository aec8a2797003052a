"""What the Word template is given: a finished plan as plain data, in the order of the page.

Nothing here knows Word or the workbook; :mod:`xlplan.documents.compose` fills these classes,
:mod:`xlplan.documents.render` writes them through the template.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from xlplan.model import NOTHING, CellRef
from xlplan.tuples import NamedTuple

BLANK = "…………"
"""A place to fill by hand, where the workbook has nothing."""

ParagraphKind = Literal[
    "muc",  # I. TITLE IN CAPITALS, bold
    "khoan",  # 1. Title, bold
    "khoan_chu",  # 1. Text
    "tieu_khoan",  # 1.1. or 1.1.1. Title, bold
    "tieu_khoan_chu",  # 1.1. Text
    "diem",  # a) text
    "gach",  # - text
    "cong",  # + text
    "doan",  # body paragraph without a number
]


class Control(NamedTuple):
    """A figure, date, word or whole sentence from the workbook that can be refreshed in the finished plan.

    ``key`` names it in any plan of the same commune (``ho_ngheo_dau_ky[Mai Hà]``, ``kinh_phi[Sửa nhà ở].so_tien``),
    so that two plans agree on it; a key that begins with ``bang:`` is printed as tables print, with ``hoa:`` in
    capitals. Neighbouring runs that hold the same object are one control.
    """

    key: str
    ref: CellRef | None = None


_new = tuple.__new__  # what `_replace` comes to, in a quarter of the time: a plan has hundreds of figures
CAPITALS = "hoa:"
IN_TABLE = "bang:"


class Run(NamedTuple):
    """A stretch of text; ``ref`` and ``code`` say which cell and indicator a figure comes from."""

    text: str
    italic: bool = False
    bold: bool = False
    ref: CellRef | None = None
    code: str = ""
    control: Control | None = None


Runs = tuple[Run, ...]


class Paragraph(NamedTuple):
    """One paragraph of the body. ``number`` is printed before the text (``I.``, ``1.1.``, ``a)``, ``-``)."""

    kind: ParagraphKind
    runs: Runs
    number: str = ""

    @property
    def text(self) -> str:
        """The text without its number."""
        return "".join(run.text for run in self.runs)


class HeadCell(NamedTuple):
    """A cell of a table's heading; a spanned cell is given once, at its top left."""

    text: str
    columns: int = 1
    rows: int = 1


class BodyCell(NamedTuple):
    """A cell of a table's body."""

    runs: Runs
    align: Literal["left", "center", "right"] = "right"
    bold: bool = False
    italic: bool = False


class WordTable(NamedTuple):
    """A table: ``widths`` are relative weights of the columns, ``head`` rows repeat on every page.

    ``head[i]`` lists the cells that begin in heading row i from left to right; positions that are covered by
    a cell spanning from above are left out.
    """

    widths: tuple[int, ...]
    head: tuple[tuple[HeadCell, ...], ...]
    rows: tuple[tuple[BodyCell, ...], ...]
    landscape: bool = False


Block = Paragraph | WordTable


class Annex(NamedTuple):
    """One annex: ``label`` is ``Phụ lục`` or ``Phụ lục I``; ``attached`` the line (Kèm theo Kế hoạch số …)."""

    label: str
    title: str
    attached: str
    blocks: tuple[Block, ...]
    landscape: bool = False


class Plan(NamedTuple):
    """A complete plan, ready to be set in type (Nghị định 30/2020/NĐ-CP, Mẫu 1.4).

    ``agency_above`` may be empty; ``agency`` holds the lines of the issuing body's name. ``number`` and
    ``place_date`` already carry blanks where a draft leaves them open. ``signature`` holds the lines above
    the signature (``TM. ỦY BAN NHÂN DÂN``, ``KT. CHỦ TỊCH``, ``PHÓ CHỦ TỊCH``), ``signer`` may be empty.
    ``recipients`` are complete lines (``- Các ngành, đoàn thể xã;`` … ``- Lưu: VT.``).
    ``remarks`` become the text of a first Word comment (a plan made in spite of errors). ``controls`` name what is
    refreshed of the parts that are single texts, by their names in the template (``so_ky_hieu``); ``unit`` and
    ``period`` say whose plan it is.
    """

    agency_above: str
    agency: tuple[str, ...]
    number: str
    place_date: str
    kind: str
    title: str
    legal_bases: tuple[Runs, ...]
    body: tuple[Block, ...]
    recipients: tuple[str, ...]
    signature: tuple[str, ...]
    signer: str
    annexes: tuple[Annex, ...] = ()
    remarks: tuple[str, ...] = ()
    controls: Mapping[str, Control] = NOTHING
    unit: str = ""
    period: str = ""


def controlled(runs: Runs, key: str) -> Runs:
    """Runs as one control with the cell of their first figure; nothing that is empty is controlled."""
    control = Control(key, next((run.ref for run in runs if run.ref), None))
    return tuple([_new(Run, (*run[:-1], control)) if run[0] else run for run in runs])
