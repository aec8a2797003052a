"""``xlplan template``: what concerns the officials' own Word template."""

from __future__ import annotations

from pathlib import Path

import click

from xlplan.cli.language import Texts
from xlplan.cli.show import complain
from xlplan.pipeline import check_template

FAULTS = frozenset(
    f"template_{kind}"
    for kind in (
        "unknown",
        "syntax",
        "forbidden",
        "tag",
        "style",
        "macros",
        "limit",
        "split",
        "unclosed",
        "broken",
        "bodyless",
        "failed",
    )
)
"""What can be mended in the template; anything else is no Word template that can be read."""


def command(texts: Texts) -> click.Command:
    """The group in one language."""
    group = click.Group(
        name="template",
        help=texts("Mẫu Word của đơn vị: kiểm tra trước khi dùng.", "Your own Word template: check it before use."),
        no_args_is_help=True,
    )
    group.add_command(_check(texts))
    return group


def _check(texts: Texts) -> click.Command:
    @click.command(
        name="check",
        short_help=texts("Kiểm tra một mẫu Word.", "Check a Word template."),
        help=texts(
            "Kiểm tra một mẫu Word: mã không có, mã bị Word ngắt, vòng lặp chưa đóng, kiểu chữ thiếu, kèm đoạn văn có "
            "lỗi. Mã thoát: 0 dùng được, 1 có lỗi, 2 không đọc được tệp.",
            "Check a Word template: unknown placeholders, tags split by Word, unclosed loops, missing styles, with "
            "the paragraph. Exit status: 0 it can be used, 1 something is wrong, 2 the file cannot be read.",
        ),
    )
    @click.argument("file", metavar=texts("MẪU.docx", "T.docx"), type=click.Path(path_type=Path))
    def check(file: Path) -> int:
        found = check_template(file)
        for problem in found:
            complain(problem, texts)
        if not found:
            click.echo(texts(f"Mẫu dùng được: {file}", f"The template can be used: {file}"))
            return 0
        return 1 if all(problem.kind in FAULTS for problem in found) else 2

    return check
