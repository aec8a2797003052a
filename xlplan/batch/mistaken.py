"""Messages to those who sent another commune's workbook.

Whose a file was to be is known only when all have come in: then these messages are written anew, and again when that
has changed. One that somebody edited is left alone as long as there is nothing new to say.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from xlplan.batch.kept import Kept
from xlplan.batch.tasks import HELD, Task, periods_of
from xlplan.files import OutputError, write_bytes
from xlplan.intake.reply import encoded, reply
from xlplan.results import Submitted

_NOTE = "mistaken"


def write_messages(kept: Kept, tasks: Sequence[Task], lines: Iterable[Submitted]) -> tuple[OutputError, ...]:
    """Writes the messages that these lines ask for, and those that no longer have to say it; what could not be."""
    said = {line.file: line.message for line in lines if line.message}
    # By the workbook's path what its message says, and how that was left: a task that was done again wrote another.
    noted = json.loads(kept.ledger.said(_NOTE) or "{}")
    if not kept.settings.feedback or not (said or noted):
        return ()
    todo: dict[str, tuple[Task, str, bytes]] = {}
    for task in (task for task in tasks if task.shown in said or task.path in noted):
        message = said.get(task.shown, "")
        for result in kept.results([task]):
            if result.reply and noted.get(task.path) != _note(kept, message, result.reply):
                text = reply(result, kept.settings.lang, periods_of(result, kept.settings), message)
                todo[result.reply] = task, message, encoded(text)
    if todo:  # a run that is killed from here on may have written any of them: the next one looks at all again
        kept.ledger.say(_NOTE, json.dumps(noted | {task.path: [] for task, _, _ in todo.values()}))
    troubles = _write(kept, tasks, {name: data for name, (_, _, data) in todo.items()})
    for name, (task, message, _) in todo.items():
        noted.pop(task.path, None)
        if message and not any(trouble.path == kept.ledger.output / name for trouble in troubles):
            noted[task.path] = _note(kept, message, name)
    if todo:
        kept.ledger.say(_NOTE, json.dumps(noted))
    return troubles


def _note(kept: Kept, message: str, name: str) -> list[object]:
    return [message, *(kept.outputs.left(name) or ())]


def _write(kept: Kept, tasks: Sequence[Task], texts: dict[str, bytes]) -> tuple[OutputError, ...]:
    folder = kept.ledger.output
    there = [name for name, data in texts.items() if _lies_there(folder / name, data)]  # a run was killed just then
    kept.outputs.claim([name for name in texts if name not in there], (task.path for task in tasks))
    written, troubles = list(there), []
    for name in (name for name in texts if name not in there):
        try:
            if name in kept.outputs.held:
                raise OutputError(folder / name, HELD)
            write_bytes(folder / name, texts[name])
            written.append(name)
        except OutputError as error:
            troubles.append(error)
    kept.ledger.leave(kept.outputs.settle((), written, set(texts).difference(written)))
    return tuple(troubles)


def _lies_there(path: Path, data: bytes) -> bool:
    try:
        return path.read_bytes() == data
    except OSError:
        return False
