"""What an installation writes into the registry, but for Excel's list of add-ins (`opens`)."""

from __future__ import annotations

import ntpath
from collections.abc import Iterable

from xlplan.excel.setup.home import CONF, SETTINGS
from xlplan.excel.setup.office import user_key
from xlplan.excel.setup.system import DWORD, SZ, Value
from xlplan.tuples import NamedTuple


class Entry(NamedTuple):
    """One registry value that is to be written."""

    key: str
    name: str
    value: Value


def trusted_key(version: str) -> str:
    """The key of our trusted location: the home, without the folders in it."""
    return rf"{user_key(version)}\Security\Trusted Locations\xlplan"


def entries(home: str, versions: Iterable[str]) -> list[Entry]:
    """The way to the configuration, and for each version of Excel a trusted location, so that our macros run."""
    found = [Entry(SETTINGS, "conf", Value(SZ, ntpath.join(home, CONF)))]
    for version in versions:
        key = trusted_key(version)
        found += [
            Entry(key, "Path", Value(SZ, ntpath.join(home, ""))),
            Entry(key, "AllowSubFolders", Value(DWORD, 0)),
            Entry(key, "Description", Value(SZ, "xlplan")),
        ]
    return found
