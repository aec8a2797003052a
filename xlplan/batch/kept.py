"""Which workbooks of a run are done already, and what each result depended on."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from xlplan import __version__, resources
from xlplan.batch.ledger import Ledger
from xlplan.batch.outputs import Outputs
from xlplan.batch.tasks import Settings, Task, may_write, periods_of
from xlplan.intake import content
from xlplan.intake.content import digest
from xlplan.results import Result, dumped

# Troubles that lie in the day and not in the workbook: such a workbook is done again.
PASSING = frozenset(("timeout", "killed", "crashed", "output", "same_file", "missing", "unreadable"))


class Kept:
    """The results of one role of a ledger (this year's workbooks, or last year's) under the settings of a run.

    ``noted`` counts what was done in this run.
    """

    def __init__(self, ledger: Ledger, role: str, settings: Settings, *, resume: bool = True) -> None:
        self.ledger, self.role, self.settings = ledger, role, settings
        self.outputs = Outputs(ledger)
        self.noted = 0
        self._about = _about(settings)
        self._rows = ledger.rows(role)
        self._resume = resume

    def unfinished(self, tasks: Sequence[Task]) -> list[Task]:
        """The tasks that are to be done, after making room for them. Raises OutputError.

        A finished one whose workbook, settings and year before are as they were is left alone if its outputs are there.
        """
        todo = [task for task in tasks if not self._is_done(task)]
        again = {task.path for task in todo}
        claimed = {name for task in todo for name in may_write(task, self.settings)}
        # What another folder's workbook wrote under these names in another run is not that one's any more.
        lost = {path for path, (_, outputs) in self._rows.items() if path in again or not claimed.isdisjoint(outputs)}
        asked = {name.partition("/")[0] for name in claimed}
        before = {name for path in lost & again for name in self._rows[path][1] if name.partition("/")[0] in asked}
        self.ledger.forget(self.role, lost)
        self.outputs.drop(before - claimed)
        self.outputs.claim(sorted(claimed), (task.path for task in tasks))
        self.settings = self.settings._replace(held=self.outputs.held)
        self._rows = {path: row for path, row in self._rows.items() if path not in lost}
        return todo

    def note(self, task: Task, result: Result) -> None:
        """A task was done. Raises OutputError."""
        written = [name for name in (result.plan, result.marked, result.reply) if name]
        left = self.outputs.settle(may_write(task, self.settings), written)
        self.ledger.put(self.role, task.path, self._key(task, result), result, left)
        self.noted += 1

    def results(self, tasks: Iterable[Task]) -> Iterator[Result]:
        """The results of the tasks that are done, in their order."""
        return self.ledger.results(self.role, (task.path for task in tasks))

    def depends_on(self, tasks: Iterable[Task]) -> str:
        """A digest of all that the results of these tasks depend on."""
        keys = {path: key for path, (key, _) in self.ledger.rows(self.role).items()}
        # What is not to last has no key: it is what it says.
        each = [keys.get(task.path) or [dumped(result) for result in self.results([task])] for task in tasks]
        return digest(json.dumps(each).encode())

    def _is_done(self, task: Task) -> bool:
        key, outputs = self._rows.get(task.path, ("", ()))
        if not self._resume or not key or not task.digest:
            return False
        if not self.outputs.all_there(outputs):
            return False
        if self.settings.previous is None and self.settings.asked is None:
            return key == self._key_of(task, "")
        return key == self._key(task, next(iter(self.results([task]))))

    def _key(self, task: Task, result: Result) -> str:
        """What a result depends on; empty where it is not to last."""
        if result.trouble is not None and result.trouble.kind in PASSING:
            return ""
        index = self.settings.previous
        found = index and index.find(result.code, result.unit, result.district, result.province, result.period)
        earlier = f"{found}\0{content.digest_of(Path(found))}" if found else ""
        asked = sorted(periods_of(result, self.settings))  # the message says so where the workbook's is another
        return self._key_of(task, earlier, str(asked) if asked else "")

    def _key_of(self, task: Task, earlier: str, asked: str = "") -> str:
        parts = (self._about, task.digest, task.shown, task.name, earlier, asked)
        return digest("\0".join(parts).encode("utf-8", "backslashreplace"))


def _about(settings: Settings) -> str:
    """What every result depends on: the program, its template and sentences, what was asked for."""
    parts: list[object] = [__version__, content.digest_of(resources.plan_template())]
    parts += [settings.plans, settings.feedback, settings.lang]
    own = os.environ.get("XLPLAN_DATA")
    for file in sorted(Path(own).glob("*.toml")) if own else ():
        parts += [file.name, content.digest_of(file)]
    return digest(json.dumps(parts).encode())
