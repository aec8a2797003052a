"""``xlplan new``: a blank standard workbook."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from xlplan import catalogue
from xlplan.cli.language import Texts
from xlplan.cli.show import complain, complain_of_output
from xlplan.files import OutputError, write_beside
from xlplan.pipeline import Problem
from xlplan.vietnamese.text import nfc

if TYPE_CHECKING:
    from xlplan.sheets.standard.content import Content
    from xlplan.sheets.standard.starter import Start


def _write(content: Content, stream: BinaryIO, *, macros: bool) -> None:
    if macros:
        from xlplan.excel.build import workbook_bytes

        stream.write(workbook_bytes(content))
    else:
        from xlplan.sheets.standard.builder import build

        build(content, stream)


def _refuse_odd_names(start: Start, texts: Texts) -> None:
    """Ask for the kind with the name, for a kind that exists in the year of the plan, and for a real period."""
    if start.last_year is not None and (start.year or 0) > start.last_year:
        message = texts("năm cuối phải từ năm đầu trở đi", "the last year is before the first")
        raise click.BadParameter(message, param_hint="--to")
    kinds = [w.word for w in catalogue.unit_words("commune_kind") if catalogue.valid_on(w.since, w.until, start.day)]
    if start.unit and not (start.name and start.unit.casefold().startswith(tuple(f"{kind} " for kind in kinds))):
        message = texts(
            f"cần loại và tên đơn vị có vào thời điểm của kế hoạch ({', '.join(kinds)}), ví dụ “phường Bình Minh”",
            f"give the commune with its kind ({', '.join(kinds)} at the plan's date)",
        )
        raise click.BadParameter(message, param_hint="--unit")
    provinces = [w.word for w in catalogue.unit_words("province_kind")]
    if start.province and not start.province.casefold().startswith(tuple(f"{kind} " for kind in provinces)):
        message = texts("cần ghi cả loại, ví dụ “tỉnh An Giang”", f"give the kind too ({', '.join(provinces)})")
        raise click.BadParameter(message, param_hint="--province")


def command(texts: Texts) -> click.Command:
    """The command in one language."""

    @click.command(
        name="new",
        help=texts(
            "Lập sổ tính mẫu mới. Loại “nam”: kế hoạch năm có dự án, các ấp là cột; “thon”: kế hoạch năm theo thôn, "
            "các thôn là dòng; “phuong”: kế hoạch năm, chỉ có số liệu toàn phường (xã); “du-an”: kế hoạch thực hiện "
            "dự án có kinh phí; “giai-doan”: kế hoạch nhiều năm.",
            "Make a new standard workbook. Kind “nam”: a year plan with projects, villages as columns; “thon”: a "
            "year plan by villages, villages as rows; “phuong”: a year plan on figures of the whole ward or commune; "
            "“du-an”: a plan for projects with money; “giai-doan”: a plan over several years.",
        ),
    )
    @click.argument("output", metavar="OUT.xlsx", type=click.Path(path_type=Path))
    @click.option(
        "--macros",
        is_flag=True,
        help=texts(
            "Sổ .xlsm có nút lệnh, hàm GN_ và sheet “Tính toán” (máy dùng cần cài bằng lệnh addin install).",
            "An .xlsm with buttons, GN_ functions and the sheet “Tính toán” (they need addin install on the PC).",
        ),
    )
    @click.option(
        "--kind",
        type=click.Choice(list(catalogue.kinds())),
        default="thon",
        show_default=True,
        help=texts("Loại kế hoạch.", "Kind of plan."),
    )
    @click.option(
        "--villages",
        metavar='"A, B, C"',
        default="",
        help=texts("Tên các thôn, cách nhau bằng dấu phẩy.", "Names of the villages, separated by commas."),
    )
    @click.option(
        "--orientation",
        type=click.Choice(["rows", "columns"]),
        help=texts("Các thôn là dòng (rows) hay cột (columns).", "Villages as rows or as columns."),
    )
    @click.option(
        "--year",
        type=click.IntRange(2000, 2100),
        help=texts(
            "Năm kế hoạch, hoặc năm đầu của giai đoạn (mặc định: năm nay).",
            "Year of the plan, or the first of its period (default: this year).",
        ),
    )
    @click.option(
        "--to",
        "last_year",
        metavar=texts("NĂM", "YEAR"),
        type=click.IntRange(2000, 2100),
        help=texts(
            "Năm cuối của giai đoạn (mặc định: giai đoạn năm năm).", "Last year of the period (default: five years)."
        ),
    )
    @click.option(
        "--unit",
        metavar=texts('"phường A"', '"UNIT"'),
        default="",
        help=texts("Loại và tên đơn vị, ví dụ “phường Hòa Bình”.", "The commune with its kind, as its seal has it."),
    )
    @click.option(
        "--province",
        metavar=texts('"tỉnh B"', '"PROVINCE"'),
        default="",
        help=texts("Tỉnh, thành phố, ví dụ “tỉnh An Giang”.", "The province, with its kind."),
    )
    def new(
        output: Path,
        *,
        macros: bool,
        kind: str,
        villages: str,
        orientation: str | None,
        year: int | None,
        last_year: int | None,
        unit: str,
        province: str,
    ) -> int:
        from xlplan.resources import outlines
        from xlplan.sheets.standard.starter import Start, blank_content

        suffix = ".xlsm" if macros else ".xlsx"
        if output.suffix.lower() != suffix:
            vi, en = f"tên tệp phải kết thúc bằng {suffix}", f"the name must end in {suffix}"
            if output.suffix.lower() == ".xlsm":
                vi, en = f"{vi}; sổ có nút lệnh và hàm: thêm --macros", f"{en}; for buttons and functions add --macros"
            raise click.BadParameter(texts(vi, en), param_hint="OUT.xlsx")
        if output.exists():
            complain(Problem("exists", str(output)), texts)
            return 2
        names = [name.strip() for name in villages.replace(";", ",").split(",") if name.strip()]
        start = Start(
            catalogue.kinds()[kind],
            year or datetime.date.today().year,
            [nfc(name) for name in names],
            orientation or "",
            nfc(" ".join(unit.split())),
            nfc(" ".join(province.split())),
            last_year=last_year,
        )
        _refuse_odd_names(start, texts)
        content = blank_content(start, outlines())
        try:
            write_beside(output, lambda stream: _write(content, stream, macros=macros))
        except OutputError as error:
            complain_of_output(error, texts)
            return 2
        click.echo(texts(f"Đã lập sổ tính mẫu: {output}", f"Workbook written: {output}"))
        return 0

    return new
