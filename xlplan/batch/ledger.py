"""What a run has done, in its output folder: a run that was broken off goes on there, and nothing is done twice.

A SQLite database in WAL mode that one run at a time holds; killed at any moment it is still whole
(https://sqlite.org/wal.html; with an exclusive lock WAL needs no shared memory, so that folders on a network do too).
"""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from xlplan.files import OutputError
from xlplan.intake.discovery import LEDGER
from xlplan.results import Result, dumped, loaded

_SCHEMA = 1
_TABLES = """
create table if not exists done (
    path blob not null, role text not null, key text not null, result blob not null, outputs text not null,
    primary key (role, path)
) without rowid;
create table if not exists said (name text primary key, value text not null) without rowid;
"""

Stamp = tuple[str, int, int]  # of an output: its path in the folder, size, time of change in nanoseconds


class Ledger:
    """The ledger of an output folder, which is made if need be. Raises OutputError where it cannot be written."""

    def __init__(self, output: Path) -> None:
        self.output, self.path = output, output / LEDGER
        try:
            output.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(output, error.strerror or str(error)) from error
        try:
            self._open()
        except sqlite3.DatabaseError as error:
            if "locked" in str(error):
                raise OutputError(output, "another run writes into this folder", "batch_running") from error
            if isinstance(error, sqlite3.OperationalError) and "malformed" not in str(error):
                raise OutputError(self.path, str(error)) from error
            self._begin_anew()  # no database, or a damaged one: it only ever saves work

    def _begin_anew(self) -> None:
        try:
            for suffix in ("", "-wal", "-shm"):
                Path(f"{self.path}{suffix}").unlink(missing_ok=True)
            self._open()
        except (OSError, sqlite3.DatabaseError) as error:
            raise OutputError(self.path, str(error)) from error

    def _open(self) -> None:
        self._book = sqlite3.connect(self.path, timeout=1, isolation_level=None)
        run = self._book.execute
        run("pragma locking_mode = exclusive")
        run("pragma journal_mode = wal")
        run("pragma synchronous = normal")
        run("begin immediate")
        run("commit")
        version = run("pragma user_version").fetchone()[0]
        if version not in (0, _SCHEMA):
            run("drop table if exists done")
            run("drop table if exists said")
        self._book.executescript(_TABLES)
        run(f"pragma user_version = {_SCHEMA}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._book.close()

    def put(self, role: str, path: str, key: str, result: Result) -> None:
        """Notes a workbook as done, with its outputs as they lie in the folder now. Raises OutputError."""
        names = [name for name in (result.plan, result.marked, result.reply) if name]
        outputs = json.dumps(self.stamps(names))
        row = (os.fsencode(path), role, key, zlib.compress(dumped(result).encode("utf-8", "surrogatepass"), 1), outputs)
        try:
            self._book.execute("insert or replace into done values (?, ?, ?, ?, ?)", row)
        except sqlite3.Error as error:
            raise OutputError(self.path, str(error)) from error

    def forget(self, role: str, paths: Iterable[str]) -> None:
        """Takes workbooks out that are to be done again."""
        self._book.execute("begin")
        self._book.executemany(
            "delete from done where role = ? and path = ?", ((role, os.fsencode(path)) for path in paths)
        )
        self._book.execute("commit")

    def rows(self, role: str) -> dict[str, tuple[str, tuple[Stamp, ...]]]:
        """What each result depended on and its outputs as they were left, by the workbook's path."""
        rows = self._book.execute("select path, key, outputs from done where role = ?", (role,))
        return {os.fsdecode(path): (key, tuple(map(tuple, json.loads(outputs)))) for path, key, outputs in rows}

    def results(self, role: str, paths: Iterable[str]) -> Iterator[Result]:
        """The results of workbooks that are done, in the order of the paths."""
        for path in paths:
            row = self._book.execute(
                "select result from done where role = ? and path = ?", (role, os.fsencode(path))
            ).fetchone()
            if row is not None:
                yield loaded(zlib.decompress(row[0]).decode("utf-8", "surrogatepass"))

    def said(self, name: str) -> str:
        """A note of an earlier run, empty where there is none."""
        row = self._book.execute("select value from said where name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def say(self, name: str, value: str) -> None:
        """Leaves a note for later runs."""
        self._book.execute("insert or replace into said values (?, ?)", (name, value))

    def stamps(self, names: Iterable[str]) -> list[Stamp]:
        """Outputs as they lie in the folder; one that is not there has size -1."""
        return [(name, *_stamp(self.output / name)) for name in names]


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return -1, 0
    return found.st_size, found.st_mtime_ns
