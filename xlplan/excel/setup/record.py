"""``install.json``: everything that an installation wrote, with what stood there before.

It is written before anything else, so that an installation that was cut off can be undone as well.
"""

from __future__ import annotations

import json
import ntpath
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from xlplan.excel.setup.office import VERSIONS
from xlplan.excel.setup.system import Data, Value
from xlplan.tuples import NamedTuple

SCHEMA = 1


class Written(NamedTuple):
    """One registry value: where, what we wrote, and what stood there (None: nothing)."""

    key: str
    name: str
    value: Value
    former: Value | None


@dataclass
class Record:
    """An installation. ``opens`` holds, by version of Excel, its list of add-ins as it was before ours."""

    home: str
    version: str
    interpreter: str = ""
    finished: bool = False
    files: dict[str, str] = field(default_factory=dict)
    folders: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    values: list[Written] = field(default_factory=list)
    opens: dict[str, dict[str, Value]] = field(default_factory=dict)

    def dump(self) -> bytes:
        """The record as a file."""
        plain = {
            "schema": SCHEMA,
            **asdict(self),
            "values": [[w.key, w.name, _plain(w.value), w.former and _plain(w.former)] for w in self.values],
            "opens": {key: {n: _plain(v) for n, v in names.items()} for key, names in self.opens.items()},
        }
        return json.dumps(plain, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass")


def load(data: bytes) -> Record | None:
    """A record from its file; None for one that is damaged or of another program."""
    try:
        plain = json.loads(data.decode("utf-8", "surrogatepass"))
        if plain.pop("schema") != SCHEMA:
            return None
        plain["values"] = [Written(k, n, _value(v), _value(f) if f else None) for k, n, v, f in plain["values"]]
        plain["opens"] = {key: {n: _value(v) for n, v in names.items()} for key, names in plain["opens"].items()}
        record = Record(**plain)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return record if _is_sound(record) else None


def _is_sound(record: Record) -> bool:
    """Whether all fields are what they should be: whoever undoes the record deletes what it names.

    So it may name nothing but files in the home, folders above it, and keys of the user.
    """
    keys = [*record.keys, *(w.key for w in record.values)]
    texts = [record.home, record.version, record.interpreter, *record.folders, *keys, *record.files]
    kinds = isinstance(record.files, dict) and isinstance(record.folders, list) and isinstance(record.keys, list)
    if not (kinds and record.home and record.opens.keys() <= set(VERSIONS) and all(type(t) is str for t in texts)):
        return False
    home = record.home.lower()
    return (
        all(key.startswith("HKCU\\Software\\") for key in keys)
        and all(ntpath.dirname(file).lower() == home for file in record.files)
        and all(f"{home}\\".startswith(f"{folder.lower()}\\") for folder in record.folders)
    )


def _plain(value: Value) -> list[Any]:
    """A value for JSON; bytes as hexadecimal digits."""
    return [value.kind, {"hex": value.data.hex()} if isinstance(value.data, bytes) else value.data]


def _value(plain: list[Any]) -> Value:
    kind, data = plain
    if not isinstance(kind, int):
        raise TypeError("the kind of a value is a number")
    held: Data = bytes.fromhex(data["hex"]) if isinstance(data, Mapping) else data
    return Value(kind, held)
