"""A plan that makes a template use everything it is given, for the check of templates."""

from __future__ import annotations

from typing import get_args

from xlplan.documents.blocks import (
    Annex,
    Block,
    BodyCell,
    HeadCell,
    Paragraph,
    ParagraphKind,
    Plan,
    Run,
    WordTable,
)

BODY = "Toàn văn kế hoạch"
"""Words that stand nowhere but in the body of the specimen."""


def specimen() -> Plan:
    """A plan that makes a template use everything it is given."""
    runs = (Run("Chữ "), Run("nghiêng", italic=True), Run(" đậm", bold=True), Run(" cả hai", True, True))
    cells = (BodyCell((Run("Thôn"),), "left"), BodyCell((Run("1"),)), BodyCell(runs, "center"))
    head = ((HeadCell("Đơn vị", rows=2), HeadCell("Hộ", columns=2)), (HeadCell("TS"), HeadCell("%")))
    table = WordTable((2, 1, 1), head, (cells,))
    blocks: tuple[Block, ...] = (*(Paragraph(kind, runs, "1.") for kind in get_args(ParagraphKind)), table)
    wide = WordTable((1,) * 14, (tuple(HeadCell(str(n)) for n in range(14)),), (), landscape=True)
    return Plan(
        agency_above="UBND HUYỆN",
        agency=("ỦY BAN NHÂN DÂN", "XÃ"),
        number="Số: 01/KH-UBND",
        place_date="Xã, ngày 01 tháng 01 năm 2024",
        kind="KẾ HOẠCH",
        title="Trích yếu",
        legal_bases=(runs,),
        body=(*blocks, Paragraph("doan", (Run(BODY),))),
        recipients=("- Lưu: VT.",),
        signature=("TM. ỦY BAN NHÂN DÂN",),
        signer="Họ Tên",
        annexes=(Annex("Phụ lục I", "BIỂU", "(Kèm theo)", blocks), Annex("Phụ lục II", "BIỂU", "", (wide,))),
        remarks=("Ghi chú",),
    )
