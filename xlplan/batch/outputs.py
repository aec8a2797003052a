"""The outputs in a folder: which of them a run wrote, and whether anybody changed them since.

Nothing that a person made is overwritten. Where an output is to be written and something lies that is not as a run left
it, that gets a name of its own: `xã A (đã sửa tay).docx`, or `xã A (bản trước).docx` where no run is known to have
written it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from xlplan.batch.ledger import MISSING, Ledger, Stamp
from xlplan.intake.discovery import EARLIER, EDITED

_MOST = 1000


class Outputs:
    """The outputs of a ledger's folder; ``aside`` names those that had to be set aside, as they are called now."""

    def __init__(self, ledger: Ledger) -> None:
        self.folder, self._ledger = ledger.output, ledger
        self._left: dict[str, Stamp | None] = dict(ledger.written())
        self.aside: list[str] = []

    def claim(self, names: Iterable[str]) -> None:
        """Makes room for outputs that are about to be written. Raises OutputError where the ledger cannot be."""
        claimed: dict[str, Stamp | None] = dict.fromkeys(names, MISSING)
        for name in claimed:
            lies, left = stamp(self.folder / name), self._left.get(name)
            if left == MISSING:  # a run was killed when it had written this: it is nobody's, and not to be edited
                self._remove(name)
            elif lies not in (MISSING, left):
                self.aside += _set_aside(self.folder, name, EDITED if left else EARLIER)
        self._left |= claimed
        self._ledger.leave(claimed)

    def settle(self, claimed: Iterable[str], written: Iterable[str]) -> Mapping[str, Stamp | None]:
        """How those that were written lie there; of the others that were claimed, what an earlier run left goes."""
        left: dict[str, Stamp | None] = dict.fromkeys(claimed)
        left |= {name: stamp(self.folder / name) for name in written}
        for name, lies in left.items():
            if lies is None:
                self._remove(name)
        self._left |= left
        return left

    def drop(self, names: Iterable[str]) -> None:
        """Removes outputs that will not be written again, unless somebody changed them. Raises OutputError."""
        dropped: dict[str, Stamp | None] = dict.fromkeys(names)
        for name in dropped:
            if self._left.get(name) == stamp(self.folder / name):
                self._remove(name)
        self._left |= dropped
        self._ledger.leave(dropped)

    def all_there(self, names: Iterable[str]) -> bool:
        """Whether all of these lie in the folder."""
        return all((self.folder / name).exists() for name in names)

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


def _set_aside(folder: Path, name: str, why: str) -> list[str]:
    """Renames an output; its new name, nothing where it keeps its own."""
    path = folder / name
    for number in range(1, _MOST):
        aside = path.with_name(f"{path.stem} ({why}{'' if number == 1 else f' {number}'}){path.suffix}")
        if not aside.exists():
            with contextlib.suppress(OSError):  # what cannot be renamed cannot be replaced either: writing will say so
                path.rename(aside)
                return [aside.relative_to(folder).as_posix()]
            break
    return []
