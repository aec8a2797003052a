"""Named tuples that are defined in a third of the time: ``typing.NamedTuple`` compiles every annotation at each start.

For a type checker it is ``typing.NamedTuple`` itself.
"""

from __future__ import annotations

from collections import namedtuple
from typing import TYPE_CHECKING, Any

__all__ = ["NamedTuple"]

if TYPE_CHECKING:
    from typing import NamedTuple
else:
    _OWN = frozenset(("__annotations__", "__module__", "__qualname__"))

    class _Definition(type):
        """Turns a class body of annotated fields, defaults and methods into a named tuple."""

        def __new__(mcs, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> type:
            if not bases:
                return super().__new__(mcs, name, bases, body)
            fields = tuple(body.get("__annotations__", ()))
            optional = [field for field in fields if field in body]
            if fields[len(fields) - len(optional) :] != tuple(optional):
                raise TypeError(f"{name}: a field without a default follows one that has a default")
            defaults = [body[field] for field in optional]
            made = namedtuple(name, fields, defaults=defaults, module=body["__module__"])
            for key, value in body.items():
                if key not in _OWN and key not in fields:
                    setattr(made, key, value)
            made.__annotations__ = body.get("__annotations__", {})
            made.__qualname__ = body["__qualname__"]
            return made

    class NamedTuple(metaclass=_Definition):
        """Base of a named tuple; a field without a default may not follow one that has one."""
