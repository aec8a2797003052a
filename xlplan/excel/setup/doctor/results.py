"""What a check has to look at, and what it says."""

from __future__ import annotations

import ntpath
from collections.abc import Sequence
from functools import cached_property
from typing import Literal

from xlplan.excel.setup.home import CONF, RECORD, found_home, read_configuration
from xlplan.excel.setup.office import Excel, installed
from xlplan.excel.setup.record import Record, load
from xlplan.excel.setup.system import System
from xlplan.excel.setup.words import Text
from xlplan.tuples import NamedTuple

State = Literal["ok", "look", "error", "not_applicable"]

INSTALL = Text("Chạy “xlplan addin install”.", "Run “xlplan addin install”.")


class Result(NamedTuple):
    """One line of the doctor. ``check`` is a stable key; ``about`` the file or Excel where there are several."""

    check: str
    state: State
    found: Text
    advice: Text | None = None
    about: str = ""


class Computer:
    """The computer that is looked at, each thing read once.

    ``files`` are workbooks that the user named, ``executable`` the Python that runs the doctor.
    """

    def __init__(self, system: System, files: Sequence[str], executable: str) -> None:
        self.system, self.files, self.executable = system, files, executable

    @cached_property
    def excels(self) -> list[Excel]:
        """Every Excel, the newest first."""
        return installed(self.system)

    @cached_property
    def home(self) -> str:
        """Where xlplan is installed; nothing where it is not."""
        return found_home(self.system)

    @cached_property
    def record(self) -> Record | None:
        """What the installation wrote; None where that cannot be read."""
        data = self.system.read(ntpath.join(self.home, RECORD)) if self.home else None
        return load(data) if data is not None else None

    @cached_property
    def configuration(self) -> dict[str, str]:
        """The settings that VBA reads; none where the file is missing or damaged."""
        data = self.system.read(ntpath.join(self.home, CONF)) if self.home else None
        return read_configuration(data) if data is not None else {}

    @property
    def interpreter(self) -> str:
        """The Python that Excel starts: the configured one, before installation the one that runs."""
        return self.configuration.get("INTERPRETER_WIN") or self.executable
