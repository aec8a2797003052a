"""Named tuples that are defined in a quarter of the time: a command defines a hundred of them at each start.

``typing.NamedTuple`` compiles every annotation, and ``collections.namedtuple`` a text for each class; here classes with
as many fields share one compiled constructor. For a type checker it is ``typing.NamedTuple`` itself.
"""

from __future__ import annotations

from collections import _tuplegetter  # type: ignore[attr-defined] # what namedtuple takes: a property in C
from functools import cache
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

__all__ = ["NamedTuple"]

if TYPE_CHECKING:
    from typing import NamedTuple
else:

    @cache
    def _constructor(count: int) -> CodeType:
        """The code of ``__new__`` for so many fields, which still lack their names."""
        fields = "".join(f"field{i}, " for i in range(count))
        made = eval(f"lambda _cls, {fields}: new(_cls, ({fields}))")  # nothing but our own letters
        return made.__code__

    class _Definition(type):
        """Turns a class body of annotated fields, defaults and methods into a named tuple."""

        def __new__(mcs, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> type:
            if not bases:
                return super().__new__(mcs, name, bases, body)
            fields = tuple(body.get("__annotations__", ()))
            optional = [field for field in fields if field in body]
            if fields[len(fields) - len(optional) :] != tuple(optional):
                raise TypeError(f"{name}: a field without a default follows one that has a default")
            defaults = {field: body[field] for field in optional}
            code = _constructor(len(fields)).replace(
                co_varnames=("_cls", *fields), co_name="__new__", co_qualname=f"{name}.__new__"
            )
            made = {key: value for key, value in body.items() if key not in fields}
            made |= {field: _tuplegetter(i, f"Field {field}") for i, field in enumerate(fields)}
            made |= {"_fields": fields, "_field_defaults": defaults, "__match_args__": fields, "__slots__": ()}
            made["__new__"] = FunctionType(code, {"new": tuple.__new__}, "__new__", tuple(defaults.values()))
            return type(name, (_Record,), made)

    class _Record(tuple):
        """What all named tuples can do."""

        __slots__ = ()

        @classmethod
        def _make(cls, values: Any) -> Any:
            """One of these values, in the order of the fields."""
            return cls(*values)

        def _replace(self, /, **changes: Any) -> Any:
            """A copy with other values for some fields."""
            made = tuple.__new__(type(self), map(changes.pop, self._fields, self))
            if changes:
                raise ValueError(f"Got unexpected field names: {[*changes]!r}")
            return made

        def _asdict(self) -> dict[str, Any]:
            """The values by the names of their fields."""
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self) -> str:
            shown = ", ".join(f"{field}={value!r}" for field, value in zip(self._fields, self, strict=True))
            return f"{type(self).__name__}({shown})"

        def __getnewargs__(self) -> tuple[Any, ...]:
            return tuple(self)

    class NamedTuple(metaclass=_Definition):
        """Base of a named tuple; a field without a default may not follow one that has one."""
