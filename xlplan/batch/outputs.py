"""The outputs in a folder: which of them a run wrote, and whether anybody changed them since.

Nothing that a person made is overwritten. Where an output is to be written and something lies that is not as a run left
it, that gets a name of its own: `xã A (đã sửa tay).docx`, or `xã A (bản trước).docx` where no run is known to have
written it. Where that cannot be done, because Word or Excel has it open or it is an input, nothing is written there.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache
from pathlib import Path

from xlplan.batch.ledger import MISSING, Ledger, Stamp
from xlplan.intake.discovery import EARLIER, EDITED
from xlplan.intake.names import folded

_MOST = 1000
_DOUBTFUL = "doubtful"


class Outputs:
    """The outputs of a ledger's folder.

    ``held`` are names for which no room could be made, not to be written; ``aside`` names the files that had to be set
    aside, as they are called now.
    """

    def __init__(self, ledger: Ledger) -> None:
        self.folder, self._ledger = ledger.output, ledger
        self.held: frozenset[str] = frozenset()
        self._left: dict[str, Stamp | None] = dict(ledger.written())
        self._before: dict[str, Stamp] = {}  # what a run had left where names were claimed, and still lay there
        self._taken = {folded(name) for name in self._left}  # nothing is set aside under the name of an output
        # Set aside, but perhaps only what a killed run wrote: the ledger keeps it, for this run may be killed too.
        self._doubtful: dict[str, str] = json.loads(ledger.said(_DOUBTFUL) or "{}")
        self.aside: list[str] = []

    def claim(self, names: Iterable[str], inputs: Iterable[str] = ()) -> None:
        """Makes room for outputs that are about to be written. Raises OutputError where the ledger cannot be.

        ``inputs`` are files that are never moved, whatever they are called.
        """
        of_inputs = cache(lambda: frozenset(map(os.path.realpath, inputs)))  # ten thousand, and hardly ever asked for
        claimed: dict[str, Stamp | None] = {}
        held = set()
        names = list(names)
        self._taken |= {folded(name) for name in names}
        for name in names:
            lies, left = stamp(self.folder / name), self._ours(name)
            if left == MISSING:  # a run was killed when it had written this: it is nobody's, and not to be edited
                self._remove(name)
            elif lies not in (MISSING, left) and not self._make_room(name, of_inputs):
                held.add(name)
                continue
            elif left and lies == left:
                self._before[name] = left
            claimed[name] = _about_to_be_replaced(self._before.get(name, MISSING))
        self.held = frozenset(held)
        self._left |= claimed
        self._ledger.leave(claimed)

    def settle(
        self, claimed: Iterable[str], written: Iterable[str], failed: Iterable[str] = ()
    ) -> Mapping[str, Stamp | None]:
        """How those that were written lie there; of the others that were claimed, what an earlier run left goes.

        What failed to be replaced is what it was before: an output of ours, or nobody knows whose.
        """
        left: dict[str, Stamp | None] = {name: None for name in claimed if name not in self.held}
        left |= {name: self._written(name) for name in written}
        for name, lies in left.items():
            if lies is None:
                self._remove(name)
        left |= {name: self._still_ours(name) for name, lies in left.items() if lies is None}
        left |= {name: self._still_ours(name) for name in failed if name not in self.held}
        self._left |= left
        return left

    def drop(self, names: Iterable[str]) -> None:
        """Removes outputs that will not be written again, unless somebody changed them. Raises OutputError."""
        dropped: dict[str, Stamp | None] = dict.fromkeys(names)
        for name in dropped:
            if self._ours(name) == stamp(self.folder / name):
                self._remove(name)
        self._left |= dropped
        self._ledger.leave(dropped)

    def all_there(self, names: Iterable[str]) -> bool:
        """Whether all of these lie in the folder."""
        return all((self.folder / name).exists() for name in names)

    def left(self, name: str) -> Stamp | None:
        """How a run left an output; None where none is known to have written it."""
        return self._left.get(name)

    def _still_ours(self, name: str) -> Stamp | None:
        """How an output lies there that a run left and this one could neither replace nor remove: it is open."""
        before = self._before.get(name)
        return before if before and stamp(self.folder / name) == before else None

    def _ours(self, name: str) -> Stamp | None:
        """An output as a run left it, also where another was about to replace it when it ended."""
        left = self._left.get(name)
        return _about_to_be_replaced(left) if left and left[0] < MISSING[0] else left

    def _written(self, name: str) -> Stamp:
        """How an output lies there now; what was set aside and is the same was a killed run's, and goes."""
        path, aside = self.folder / name, self._doubtful.pop(name, None)
        if aside:
            with contextlib.suppress(OSError):
                if (self.folder / aside).read_bytes() == path.read_bytes():
                    (self.folder / aside).unlink()
                    self.aside = [other for other in self.aside if other != aside]
            self._ledger.say(_DOUBTFUL, json.dumps(self._doubtful))
        return stamp(path)

    def _make_room(self, name: str, inputs: Callable[[], Collection[str]]) -> bool:
        """Sets aside what somebody wrote; whether that could be done."""
        path, left = self.folder / name, self._left.get(name)
        if os.path.realpath(path) in inputs():
            return False
        aside = self._free(path, EDITED if left else EARLIER)
        if aside is None:
            return False
        shown = aside.relative_to(self.folder).as_posix()
        if left and left[0] < MISSING[0]:
            self._doubtful[name] = shown
            self._ledger.say(_DOUBTFUL, json.dumps(self._doubtful))
        try:
            path.rename(aside)
        except OSError:  # it is open in Word or Excel, say
            self._doubtful.pop(name, None)
            return False
        self.aside.append(shown)
        return True

    def _free(self, path: Path, why: str) -> Path | None:
        """A name under which a file can be set aside; None where there is none left."""
        for number in range(1, _MOST):
            aside = path.with_name(f"{path.stem} ({why}{'' if number == 1 else f' {number}'}){path.suffix}")
            if not aside.exists() and folded(aside.relative_to(self.folder).as_posix()) not in self._taken:
                return aside
        return None

    def _remove(self, name: str) -> None:
        with contextlib.suppress(OSError):  # there is none, or a folder of that name, or it is open somewhere
            (self.folder / name).unlink()


def stamp(path: Path) -> Stamp:
    """Size and time of change of a file."""
    try:
        found = path.stat()
    except OSError:
        return MISSING
    return found.st_size, found.st_mtime_ns


def _about_to_be_replaced(lies: Stamp) -> Stamp:
    """How the ledger notes an output that is about to be replaced, and what that means again: it is its own inverse."""
    size, changed = lies
    return -2 - size, changed
