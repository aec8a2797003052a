"""What a run has done, in its output folder: a run that was broken off goes on there, and nothing is done twice.

A SQLite database in WAL mode that one run at a time holds; killed at any moment it is still whole
(https://sqlite.org/wal.html; with an exclusive lock WAL needs no shared memory, so that folders on a network do too).
"""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from xlplan.files import OutputError
from xlplan.intake.discovery import LEDGER
from xlplan.results import Result, dumped, loaded

_SCHEMA = 3
_AT_ONCE = 100  # results that are fetched by one query
_TABLES = """
create table if not exists done (
    path blob not null, role text not null, key text not null, result blob not null, outputs text not null,
    primary key (role, path)
) without rowid;
create table if not exists written (
    name text primary key, size integer not null, changed integer not null
) without rowid;
create table if not exists said (name text primary key, value text not null) without rowid;
"""

Stamp = tuple[int, int]  # of an output: its size, and its time of change in nanoseconds
MISSING: Stamp = (-1, 0)  # of an output that is not there; in the ledger, of one that is about to be written
# (one that is about to be replaced has a smaller "size", which says what lay there: see xlplan.batch.outputs)


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
            self._book.close()
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
        if run("pragma quick_check(1)").fetchone()[0] != "ok":  # what a failing disk made of it shows only later else
            raise sqlite3.DatabaseError("malformed")
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

    def put(self, role: str, path: str, key: str, result: Result, left: Mapping[str, Stamp | None]) -> None:
        """Notes a workbook as done, and its outputs as they were left. Raises OutputError."""
        names = json.dumps([name for name in (result.plan, result.marked, result.reply) if name])
        row = (os.fsencode(path), role, key, zlib.compress(dumped(result).encode("utf-8", "surrogatepass"), 1), names)
        with self._changing() as book:
            book.execute("insert or replace into done values (?, ?, ?, ?, ?)", row)
            self._leave(left)

    def forget(self, role: str, paths: Iterable[str]) -> None:
        """Takes workbooks out that are to be done again. Raises OutputError."""
        with self._changing() as book:
            rows = ((role, os.fsencode(path)) for path in paths)
            book.executemany("delete from done where role = ? and path = ?", rows)

    def leave(self, left: Mapping[str, Stamp | None]) -> None:
        """Notes outputs as they lie in the folder, as about to be written (``MISSING``), or as none of ours (None).

        Raises OutputError.
        """
        with self._changing():
            self._leave(left)

    def _leave(self, left: Mapping[str, Stamp | None]) -> None:
        rows = ((name, *stamp) for name, stamp in left.items() if stamp)
        self._book.executemany("insert or replace into written values (?, ?, ?)", rows)
        gone = ((name,) for name, stamp in left.items() if not stamp)
        self._book.executemany("delete from written where name = ?", gone)

    def _read(self, query: str, *values: object) -> list[Any]:
        """The rows of a query. Raises OutputError: the disk fails, or the share it lies on went away."""
        try:
            return self._book.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise OutputError(self.path, str(error)) from error

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        """All of a change or nothing of it, also where Ctrl-C comes between."""
        try:
            self._book.execute("begin")
            yield self._book
            self._book.execute("commit")
        except BaseException as error:
            if self._book.in_transaction:
                self._book.execute("rollback")
            if isinstance(error, sqlite3.Error):
                raise OutputError(self.path, str(error)) from error
            raise

    def rows(self, role: str) -> dict[str, tuple[str, tuple[str, ...]]]:
        """What each result depended on and the names of its outputs, by the workbook's path."""
        rows = self._read("select path, key, outputs from done where role = ?", role)
        return {os.fsdecode(path): (key, tuple(json.loads(outputs))) for path, key, outputs in rows}

    def written(self) -> dict[str, Stamp]:
        """The outputs that runs wrote into the folder, as they were left."""
        return {name: (size, changed) for name, size, changed in self._read("select * from written")}

    def results(self, role: str, paths: Iterable[str]) -> Iterator[Result]:
        """The results of workbooks that are done, in the order of the paths."""
        keys = map(os.fsencode, paths)
        while some := tuple(islice(keys, _AT_ONCE)):
            places = ",".join("?" * len(some))
            query = f"select path, result from done where role = ? and path in ({places})"
            found = dict(self._read(query, role, *some))
            for packed in filter(None, map(found.get, some)):
                yield loaded(zlib.decompress(packed).decode("utf-8", "surrogatepass"))

    def said(self, name: str) -> str:
        """A note of an earlier run, empty where there is none."""
        rows = self._read("select value from said where name = ?", name)
        return str(rows[0][0]) if rows else ""

    def say(self, name: str, value: str) -> None:
        """Leaves a note for later runs. Raises OutputError."""
        with self._changing() as book:
            book.execute("insert or replace into said values (?, ?)", (name, value))
