"""``xlplan addin``: the Excel add-in on this computer and for others."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xlplan.cli.language import Texts
from xlplan.cli.show import complain, complain_of_output
from xlplan.excel.setup.words import SetupError
from xlplan.files import OutputError
from xlplan.pipeline import Problem

if TYPE_CHECKING:
    from xlplan.excel.setup.doctor import Result

STATES = {
    "ok": (("ĐẠT", "OK"), "green"),
    "look": (("CẦN XEM", "LOOK"), "yellow"),
    "error": (("LỖI", "ERROR"), "red"),
    "not_applicable": (("KHÔNG ÁP DỤNG", "DOES NOT APPLY"), "bright_black"),
}
"""How the doctor's states read, and their colours."""

_STATE = 14  # columns of the state
_PIP_SECONDS = 3600


def command(texts: Texts) -> click.Command:
    """The group in one language."""
    return click.Group(
        name="addin",
        help=texts(
            "Add-in cho Excel: cài cho người dùng của máy này, gỡ, kiểm tra, tạo bộ cài cho máy không có mạng.",
            "The Excel add-in: install it for this user, remove it, look at what stands in its way, make a folder that "
            "installs it without internet.",
        ),
        commands=[make(texts) for make in COMMANDS],
        no_args_is_help=True,
    )


def _addin_option(texts: Texts) -> Callable[[Callable[..., int]], Callable[..., int]]:
    return click.option(
        "--addin",
        metavar=texts("TỆP", "FILE"),
        type=click.Path(path_type=Path),
        help=texts("Tệp xlplan.xlam khác với tệp kèm xlplan.", "Another xlplan.xlam than the one that comes along."),
    )


def _refuse(error: SetupError, texts: Texts) -> int:
    """One clear line on the error stream."""
    click.echo(texts(*error.text), err=True)
    return 1


def _install(texts: Texts) -> click.Command:
    @click.command(
        name="install",
        short_help=texts("Cài add-in cho người dùng này.", "Install the add-in for this user."),
        help=texts(
            "Cài add-in cho người dùng này; không cần quyền quản trị. Đóng Excel trước. Mã thoát: 0 đã cài, 1 không "
            "cài được (không để lại gì).",
            "Install the add-in for this user; no administrator rights are needed. Close Excel first. Exit status: 0 "
            "installed, 1 not installed (nothing is left behind).",
        ),
    )
    @_addin_option(texts)
    @click.option(
        "--home",
        metavar="DIR",
        default="",
        help=texts(
            "Thư mục cài đặt, đường dẫn không dấu (mặc định: tự chọn).",
            "The folder of the installation, with an ASCII path (default: chosen by itself).",
        ),
    )
    def install_(addin: Path | None, home: str) -> int:
        from xlplan.excel.setup.home import addin_file
        from xlplan.excel.setup.install import install, usable
        from xlplan.excel.setup.system import this_system

        system = this_system()
        try:
            usable(system)
            done = install(system, addin_file(addin), sys.executable, home and str(Path(home).absolute()))
        except SetupError as error:
            return _refuse(error, texts)
        names = ", ".join(excel.name for excel in done.excels)
        click.echo(
            texts(
                f"Đã cài add-in cho {names}, tại {done.home}. Mở Excel: có thẻ “Kế hoạch giảm nghèo”.",
                f"The add-in is installed for {names}, in {done.home}. Excel now has the tab “Kế hoạch giảm nghèo”.",
            )
        )
        return 0

    return install_


def _uninstall(texts: Texts) -> click.Command:
    @click.command(
        name="uninstall",
        short_help=texts("Gỡ add-in, không để lại gì.", "Remove the add-in without a trace."),
        help=texts(
            "Gỡ add-in của người dùng này, không để lại gì. Đóng Excel trước. Mã thoát: 0 đã gỡ, 1 chưa gỡ hết.",
            "Remove this user's add-in without a trace. Close Excel first. Exit status: 0 removed, 1 not entirely.",
        ),
    )
    def uninstall_() -> int:
        from xlplan.excel.setup.system import this_system
        from xlplan.excel.setup.uninstall import uninstall

        try:
            done = uninstall(this_system())
        except SetupError as error:
            return _refuse(error, texts)
        for text in done.kept:
            click.echo(texts(*text), err=True)
        if done.removed:
            click.echo(texts("Đã gỡ add-in khỏi Excel.", "The add-in has been removed from Excel."))
        else:
            click.echo(texts("Add-in chưa được cài, không có gì để gỡ.", "The add-in is not installed."))
        return 0

    return uninstall_


def _bundle(texts: Texts) -> click.Command:
    @click.command(
        name="bundle",
        short_help=texts("Tạo bộ cài cho máy Windows không có mạng.", "Make a folder for a computer without internet."),
        help=texts(
            "Tạo thư mục DIR để mang sang máy Windows không có mạng: Python, các gói, add-in, cai_dat.cmd (bấm đúp "
            "để cài), hướng dẫn, mã SHA-256 của từng tệp. Mã thoát: 0 đã tạo, 1 không tạo được, 2 sai tham số.",
            "Make the folder DIR to carry to a Windows computer without internet: Python, packages, the add-in, "
            "cai_dat.cmd (a double click installs), instructions, the SHA-256 of every file. Exit status: 0 made, 1 "
            "not made, 2 usage.",
        ),
    )
    @click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
    @click.option(
        "--python",
        metavar=texts("TỆP", "FILE"),
        required=True,
        type=click.Path(path_type=Path),
        help=texts(
            "Bộ cài Python cho Windows tải từ python.org: python-3.x.y-amd64.exe, hoặc python-3.x.y-embed-amd64.zip.",
            "Python for Windows from python.org: python-3.x.y-amd64.exe, or python-3.x.y-embed-amd64.zip.",
        ),
    )
    @click.option(
        "--bits",
        type=click.Choice(["64", "32"]),
        help=texts("Windows 64 hay 32 bit (mặc định: theo tệp Python).", "64 or 32 bits (default: as the Python)."),
    )
    @click.option(
        "--python-version",
        metavar="3.x",
        help=texts("Phiên bản Python khi tên tệp không cho biết.", "Python's version where its name does not tell."),
    )
    @_addin_option(texts)
    def bundle_(folder: Path, *, python: Path, bits: str | None, python_version: str | None, addin: Path | None) -> int:
        from xlplan.excel.setup.bundle import bundle, inspect
        from xlplan.excel.setup.home import addin_file
        from xlplan.excel.setup.system import this_system

        if python_version and not _is_version(python_version):
            raise click.BadParameter(texts("cần dạng 3.12", "write it as 3.12"), param_hint="--python-version")
        system = this_system()
        try:
            private = inspect(python, python_version, int(bits) if bits else None)
            data = addin_file(addin)
            click.echo(texts("Đang tải các gói cho Windows…", "Downloading the packages for Windows…"), err=True)
            made = bundle(
                folder, private, data, lambda words: system.run([sys.executable, "-m", "pip", *words], _PIP_SECONDS)
            )
        except SetupError as error:
            return _refuse(error, texts)
        except OutputError as error:
            complain_of_output(error, texts)
            return 1
        size = made.size / 1_000_000
        click.echo(
            texts(
                f"Đã tạo bộ cài: {made.folder} ({made.wheels} gói, {size:.0f} MB). Chép cả thư mục sang máy kia, "
                "bấm đúp cai_dat.cmd.",
                f"Bundle made: {made.folder} ({made.wheels} packages, {size:.0f} MB). Copy the folder to the other "
                "computer and double click cai_dat.cmd.",
            )
        )
        return 0

    return bundle_


def _is_version(text: str) -> bool:
    major, _, minor = text.partition(".")
    return major == "3" and minor.isascii() and minor.isdecimal()


def _doctor(texts: Texts) -> click.Command:
    @click.command(
        name="doctor",
        short_help=texts("Tìm những gì làm add-in không chạy.", "Look at what breaks add-ins."),
        help=texts(
            "Kiểm tra những gì lặng lẽ làm hỏng add-in, mỗi thứ một dòng kèm cách xử lý; kiểm tra luôn các sổ tính "
            "được chỉ ra. Mã thoát: 0 không có lỗi, 1 có lỗi, 2 sai tham số.",
            "Look at what silently breaks add-ins, a line for each thing with what to do; also at the workbooks that "
            "are named. Exit status: 0 no error, 1 some, 2 usage.",
        ),
    )
    @click.argument("files", metavar=texts("[TỆP]...", "[FILE]..."), nargs=-1, type=click.Path(path_type=Path))
    @click.option("--json", "as_json", is_flag=True, help=texts("Kết quả cho chương trình.", "For programs."))
    @click.option(
        "--full",
        is_flag=True,
        help=texts(
            "Mở Excel và chạy thêm danh mục chỉ Excel mới chứng minh được.",
            "Also open Excel and run the list of what only Excel can prove.",
        ),
    )
    def doctor_(files: tuple[Path, ...], *, as_json: bool, full: bool) -> int:
        from xlplan.excel.setup.doctor import examine
        from xlplan.excel.setup.system import this_system

        lost = [path for path in files if not path.exists()]
        for path in lost:
            complain(Problem("missing", str(path)), texts)
        if lost:
            return 2
        system = this_system()
        results: list[Result] = []

        def say(result: Result) -> None:
            results.append(result)
            if not as_json:
                click.echo("\n".join(_lines(result, texts)))

        paths = [os.path.abspath(path) for path in files]  # noqa: PTH100 - a link stays a link
        for result in examine(system, paths, sys.executable):
            say(result)
        if full:
            from xlplan.excel.setup.doctor.full import prove

            prove(system, say)
        if as_json:
            entries = [_entry(result, texts) for result in results]
            click.echo(
                json.dumps({"schema": 1, "system": system.name, "checks": entries}, ensure_ascii=False, indent=2)
            )
        return int(any(result.state == "error" for result in results))

    return doctor_


def _lines(result: Result, texts: Texts) -> list[str]:
    """A line for what was found, and below it what to do."""
    from xlplan.excel.setup.doctor import TITLES

    words, colour = STATES[result.state]
    state = click.style(f"{texts(*words):<{_STATE}}", fg=colour, bold=result.state == "error")
    about = f" ({result.about})" if result.about else ""
    lines = [f"{state} {texts(*TITLES[result.check])}{about}: {texts(*result.found)}"]
    if result.advice:
        lines.append(f"{'':{_STATE}}   → {texts(*result.advice)}")
    return lines


def _entry(result: Result, texts: Texts) -> dict[str, str | None]:
    """A result for programs; ``check`` and ``state`` never change with the language."""
    return {
        "check": result.check,
        "about": result.about,
        "state": result.state,
        "found": texts(*result.found),
        "advice": texts(*result.advice) if result.advice else None,
    }


def _build(texts: Texts) -> click.Command:
    @click.command(
        name="build",
        short_help=texts("Tạo tệp add-in và sổ mẫu có macro.", "Build the add-in and the workbook with macros."),
        help=texts(
            "Tạo xlplan.xlam và sổ mẫu trống bieu_chi_tieu.xlsm trong thư mục DIR (mặc định: thư mục hiện tại), hệ "
            "điều hành nào cũng cho đúng các byte đó. Mã thoát: 0 đã tạo, 2 không ghi được.",
            "Build xlplan.xlam and the blank workbook bieu_chi_tieu.xlsm into the folder DIR (default: this one), byte "
            "for byte the same on any system. Exit status: 0 built, 2 not written.",
        ),
    )
    @click.option("-o", "--output", "folder", metavar="DIR", type=click.Path(path_type=Path), default=".")
    def build_(folder: Path) -> int:
        from xlplan.excel.build import ADDIN, STANDARD, addin_bytes, standard_bytes
        from xlplan.files import write_bytes

        try:
            for name, make in ((ADDIN, addin_bytes), (STANDARD, standard_bytes)):
                write_bytes(folder / name, make())
                click.echo(texts(f"Đã tạo: {folder / name}", f"Built: {folder / name}"))
        except OutputError as error:
            complain_of_output(error, texts)
            return 2
        return 0

    return build_


COMMANDS: tuple[Callable[[Texts], click.Command], ...] = (_install, _uninstall, _bundle, _build, _doctor)
"""What the group offers; another command is one more function here."""
