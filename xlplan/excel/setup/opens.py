"""Excel's list of add-ins to load: the values ``OPEN``, ``OPEN1``, ``OPEN2`` … of a user's options.

Excel numbers them without a gap and renumbers them itself. Other people's values are never changed; only
when ours is taken out from before others do those move up by one, as Excel would have done.
"""

from __future__ import annotations

from collections.abc import Mapping

from xlplan.excel.setup.office import user_key
from xlplan.excel.setup.system import SZ, System, Value
from xlplan.patterns import pattern

_NAME = pattern(r"OPEN([1-9][0-9]{0,4})?", 2)  # re.IGNORECASE


def options_key(version: str) -> str:
    """The key that holds the list."""
    return rf"{user_key(version)}\Options"


def listed(system: System, version: str) -> dict[str, Value]:
    """The values of the list, by name."""
    return {name: value for name, value in system.values(options_key(version)).items() if _NAME.fullmatch(name)}


def line(addin: str) -> Value:
    """The value that makes Excel load an add-in."""
    return Value(SZ, f'/R "{addin}"')


def loads(value: Value, addin: str) -> bool:
    """Whether a value loads this add-in; Excel writes it with or without ``/R`` and quotation marks."""
    data = value.data
    return isinstance(data, str) and data.lower().removeprefix("/r").strip().strip('"') == addin.lower()


def name(number: int) -> str:
    """The name of the value with this number, counted from 0."""
    return f"OPEN{number}" if number else "OPEN"


def number(open_name: str) -> int:
    """The number of a value's name."""
    return int(open_name[4:] or 0)


def add(system: System, version: str, addin: str) -> None:
    """Puts the add-in at the first free number, unless it is listed already."""
    values = listed(system, version)
    if any(loads(value, addin) for value in values.values()):
        return
    taken = {number(each) for each in values}
    free = next(n for n in range(len(taken) + 1) if n not in taken)
    system.set_value(options_key(version), name(free), line(addin))


def remove(system: System, version: str, addin: str, before: Mapping[str, Value] | None) -> bool:
    """Takes the add-in out and closes the gap; whether it was there.

    ``before`` is the list as it was when ours was put in: where only ours has been added since, nothing moves.
    """
    key = options_key(version)
    ours = sorted((n for n, value in listed(system, version).items() if loads(value, addin)), key=number)
    for each in ours:
        system.delete_value(key, each)
    if ours and listed(system, version) != before:
        for each in reversed(ours):
            _move_up(system, version, number(each))
    return bool(ours)


def _move_up(system: System, version: str, gap: int) -> None:
    """Moves the values right behind a gap up by one."""
    key = options_key(version)
    while True:
        held = {number(n): (n, value) for n, value in listed(system, version).items()}
        if gap in held or gap + 1 not in held:
            return
        old, value = held[gap + 1]
        system.set_value(key, name(gap), value)
        system.delete_value(key, old)
        gap += 1
