"""What only Excel itself can prove: the list of `xlplan.excel.proof`, run where there is an Excel."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module, util
from typing import Protocol

from xlplan.excel.setup.doctor.results import Result, State
from xlplan.excel.setup.office import installed
from xlplan.excel.setup.system import System
from xlplan.excel.setup.words import Text

PROOF = "xlplan.excel.proof"


class Report(Protocol):
    """How the list speaks: one call an item, as soon as it is known.

    ``item`` is a stable key, ``passed`` None for what was skipped; ``found`` and ``advice`` are sentences in
    both languages.
    """

    def __call__(self, item: str, passed: bool | None, found: Text, advice: Text | None = None) -> None:
        """Says how one item went."""


def prove(system: System, say: Callable[[Result], None]) -> None:
    """Runs the whole list and says a line for each item; where there is no Excel, that in one line."""
    if not any(excel.source != "store" for excel in installed(system)):
        text = Text(
            "Máy này không có Excel, danh mục chỉ Excel mới chứng minh được không chạy.",
            "There is no Excel here; the list of what only Excel can prove was not run.",
        )
        say(Result("full", "not_applicable", text))
        return
    if util.find_spec(PROOF) is None:
        text = Text("Bản xlplan này không có danh mục đó.", "This xlplan comes without that list.")
        say(Result("full", "not_applicable", text))
        return
    states: dict[bool | None, State] = {True: "ok", False: "error", None: "not_applicable"}

    def report(item: str, passed: bool | None, found: Text, advice: Text | None = None) -> None:
        say(Result("full", states[passed], found, advice, item))

    try:
        import_module(PROOF).run(report)
    except Exception as error:  # whatever Excel or COM throw: the doctor says it and ends in order
        reason = f"{type(error).__name__}: {error}"
        text = Text(f"Danh mục bị ngắt giữa chừng: {reason}", f"The list was cut off: {reason}")
        say(Result("full", "error", text))
