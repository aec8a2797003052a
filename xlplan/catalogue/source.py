"""The TOML files, and the same tables compiled to JSON, which loads in a tenth of the time.

A compiled table counts only while its check sum is that of the TOML files as they are, so an edited file
always wins. A province keeps its own tables (offices, programmes, unit words …) in a folder that the environment
variable ``XLPLAN_DATA`` names: a file there stands in place of the package's file of the same name.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

DATA = Path(__file__).parent / "data"
COMPILED = Path(__file__).parent / "compiled.json"
OWN_DATA = "XLPLAN_DATA"


@cache
def table(name: str) -> dict[str, Any]:
    """The table of ``data/<name>.toml``."""
    found = _fresh(name, (name,))
    return cast(dict[str, Any], found) if found is not None else _parse(name)


def derived(name: str, sources: tuple[str, ...], compute: Callable[[], dict[str, str]]) -> dict[str, str]:
    """A table that is computed from others: the compiled one while it is fresh, else computed now."""
    found = _fresh(f">{name}", sources)
    return cast(dict[str, str], found) if found is not None else compute()


def compiled_text(derivations: Mapping[str, tuple[tuple[str, ...], Callable[[], dict[str, str]]]]) -> str:
    """The text of ``compiled.json`` for the TOML files as they are now.

    ``derivations`` maps the name of a derived table to its sources and its computation.
    """
    names = sorted(path.stem for path in DATA.glob("*.toml"))
    tables = {name: {"crc": _check_sum((name,)), "data": _parse(name)} for name in names}
    for name, (sources, compute) in derivations.items():
        tables[f">{name}"] = {"crc": _check_sum(sources), "data": compute()}
    return json.dumps(tables, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n"


def _parse(name: str) -> dict[str, Any]:
    import tomllib

    return tomllib.loads(_bytes(name).decode("utf-8"))


def _fresh(entry: str, sources: tuple[str, ...]) -> object | None:
    """The data of a compiled entry that was made from exactly these TOML files."""
    found = _compiled().get(entry)
    return found["data"] if found is not None and found["crc"] == _check_sum(sources) else None


@cache
def _compiled() -> dict[str, Any]:
    try:
        return cast(dict[str, Any], json.loads(COMPILED.read_bytes()))
    except (OSError, ValueError):
        return {}


def _check_sum(names: tuple[str, ...]) -> int:
    crc = 0
    for name in names:
        crc = zlib.crc32(_bytes(name), crc)
    return crc


@cache
def _bytes(name: str) -> bytes:
    own = os.environ.get(OWN_DATA)
    path = Path(own) / f"{name}.toml" if own else None
    return (path if path and path.is_file() else DATA / f"{name}.toml").read_bytes()


def forget() -> None:
    """Drops what was read, for tests that change the files."""
    for cached in (table, _compiled, _bytes):
        cached.cache_clear()
