"""The command line: doors without rules of their own. Each command is a module, loaded when it is called."""

from __future__ import annotations

import gettext
import os
import sys
from importlib import import_module

import click

from xlplan.cli.language import Texts, language_of

COMMANDS: dict[str, tuple[str, str]] = {
    "new": ("Lập sổ tính mẫu mới cho một xã.", "Make a new standard workbook for a commune."),
    "check": ("Kiểm tra số liệu trong sổ tính.", "Check the figures of workbooks."),
    "plan": ("Lập kế hoạch Word từ sổ tính.", "Write the Word plan from a workbook."),
    "lint": (
        "Kiểm tra thể thức văn bản Word theo Nghị định 30.",
        "Check the form of a Word document (decree 30).",
    ),
    "refresh": (
        "Cập nhật số liệu trong kế hoạch Word đã chỉnh sửa.",
        "Refresh the figures of a plan that people have edited.",
    ),
    "batch": (
        "Kiểm tra và lập kế hoạch cho nhiều xã cùng lúc.",
        "Check and write the plans of many communes.",
    ),
    "crosscheck": ("Đối chiếu văn bản Word với sổ tính.", "Hold a Word plan against the workbook."),
    "template": ("Kiểm tra mẫu Word của đơn vị.", "Check your own Word template."),
    "addin": ("Cài, gỡ, kiểm tra add-in cho Excel.", "Install, remove and examine the Excel add-in."),
}
"""Name of each command, and its one-line help in Vietnamese and English."""


class Commands(click.Group):
    """A group whose commands are imported only when they are called."""

    texts: Texts

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order in which an official meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"xlplan.cli.{cmd_name}").command(self.texts)
        command.short_help = self.texts(*COMMANDS[cmd_name])
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing any."""
        with formatter.section(gettext.gettext("Commands")):
            formatter.write_dl([(name, self.texts(*help_)) for name, help_ in COMMANDS.items()])


def build(texts: Texts) -> Commands:
    """The whole command line in one language."""
    group = Commands(
        name="xlplan",
        help=texts(
            "Kế hoạch giảm nghèo của xã, phường từ sổ tính Excel quen thuộc: tính tỷ lệ, đối chiếu số liệu các "
            "thôn với số toàn xã, lập kế hoạch Word.",
            "Poverty-reduction plans of Vietnamese communes from the familiar Excel workbook: rates, checks of "
            "village rows against commune totals, and the Word plan.",
        ),
        no_args_is_help=True,
        params=[
            click.Option(
                ["--lang"],
                type=click.Choice(["vi", "en"]),
                expose_value=False,
                help=texts(
                    "Ngôn ngữ của thông báo (mặc định vi; hoặc đặt biến XLPLAN_LANG).",
                    "Language of the messages (default vi; or set XLPLAN_LANG).",
                ),
            )
        ],
    )
    group.texts = texts
    click.version_option(package_name=None, version=_version(), prog_name="xlplan")(group)
    return group


def _version() -> str:
    from xlplan import __version__

    return __version__


def run(argv: list[str]) -> int:
    """Runs one command line and returns its exit status; no traceback for whatever a user may do."""
    lang, arguments = language_of(argv, os.environ)
    os.environ["LANGUAGE"] = lang  # click asks gettext for its own words
    gettext.bindtextdomain("messages", os.path.join(os.path.dirname(__file__), "locale"))  # noqa: PTH118, PTH120
    texts = Texts(lang)
    try:
        result = build(texts).main(arguments, prog_name="xlplan", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo(texts("Đã dừng theo yêu cầu.", "Stopped."), err=True)
        return 130
    except BrokenPipeError:  # the reader of a pipe went away (`xlplan check … | head`)
        sys.stderr.close()
        return 0
    except (OSError, RuntimeError, ValueError, ImportError) as error:  # a name too long, a full disk, no pandas
        click.echo(texts(f"Không thực hiện được: {error}.", f"This could not be done: {error}."), err=True)
        return 2
    return result if isinstance(result, int) else 0
