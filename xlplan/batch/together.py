"""What a run writes for all its workbooks together: findings, province workbook, page."""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import json
from collections.abc import Sequence
from pathlib import Path
from threading import Thread

from xlplan.batch.engines import deaf_to_ctrl_c
from xlplan.batch.kept import Kept
from xlplan.batch.tasks import HELD, Task
from xlplan.files import OutputError, write_beside
from xlplan.messages import Language
from xlplan.results import Gathered, Result

FINDINGS, SUMMARY, PAGE = "ket_qua.jsonl", "tong_hop.xlsx", "tong_hop.html"
_NOTE = "together"


def made_ready(names: Sequence[str]) -> Thread:
    """Loads what these outputs need while the workers are busy: half a second that nobody has to wait for.

    Join the thread before writing. It is deaf to Ctrl-C, which is for the run to hear.
    """

    def load() -> None:
        with contextlib.suppress(Exception):  # the writing meets it again, and says so
            importlib.import_module("xlplan.province.workbook")
            importlib.import_module("xlplan.province.page")
            importlib.import_module("pandas")
            importlib.import_module("xlsxwriter")

    thread = Thread(target=load if SUMMARY in names else int, daemon=True)
    with deaf_to_ctrl_c():
        thread.start()
    return thread


def write_together(
    kept: Kept, tasks: Sequence[Task], gathered: Gathered, names: Sequence[str], lang: Language
) -> tuple[OutputError, ...]:
    """Writes these outputs of the tasks, unless they lie there as they would be written; those that could not be."""
    ledger = kept.ledger
    about = repr((names, kept.depends_on(tasks), gathered.submitted, sorted(gathered.superseded)))
    key = hashlib.sha256(about.encode("utf-8", "backslashreplace")).hexdigest()
    if ledger.said(_NOTE) == key and kept.outputs.all_there(names):
        return ()
    ledger.say(_NOTE, "")
    kept.outputs.claim(names, (task.path for task in tasks))
    troubles, written = [], []
    for name in names:
        try:
            if name in kept.outputs.held:
                raise OutputError(ledger.output / name, HELD)
            _write(ledger.output / name, name, gathered, lang)
            written.append(name)
        except OutputError as error:  # open in Excel, say: the others are written all the same
            troubles.append(error)
    ledger.leave(kept.outputs.settle((), written, set(names).difference(written)))
    ledger.say(_NOTE, "" if troubles else key)
    return tuple(troubles)


def _write(path: Path, name: str, gathered: Gathered, lang: Language) -> None:
    if name == FINDINGS:
        write_beside(path, lambda stream: [stream.write(line) for line in map(_line, gathered.results)])
    elif name == SUMMARY:
        from xlplan.province.workbook import write_workbook

        write_beside(path, lambda stream: write_workbook(gathered, stream, lang))
    else:
        from xlplan.province.page import write_page

        write_beside(path, lambda stream: write_page(gathered, stream, lang))


def _line(result: Result) -> bytes:
    """A result as its line of the contract's JSON."""
    return (json.dumps(result.entry, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")
