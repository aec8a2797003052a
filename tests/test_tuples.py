"""Named tuples as `typing` makes them, only sooner."""

from __future__ import annotations

import pickle
from typing import get_type_hints

import pytest

from xlplan.tuples import NamedTuple


class Point(NamedTuple):
    """A place."""

    x: int
    y: int = 2

    @property
    def sum(self) -> int:
        """Both."""
        return self.x + self.y

    def moved(self, by: int) -> Point:
        """A copy."""
        return self._replace(x=self.x + by)


def test_fields_defaults_methods_and_equality() -> None:
    point = Point(1)
    assert point == (1, 2) and point.sum == 3 and point.moved(4) == Point(x=5, y=2)
    assert repr(point) == "Point(x=1, y=2)"
    assert Point._fields == ("x", "y") and Point.__doc__ == "A place."
    assert get_type_hints(Point) == {"x": int, "y": int}
    assert pickle.loads(pickle.dumps(point)) == point
    with pytest.raises(AttributeError):
        point.x = 3


def test_a_field_without_a_default_after_one_that_has_one_is_refused() -> None:
    fields = {"__module__": __name__, "__qualname__": "Wrong", "__annotations__": {"a": "int", "b": "int"}, "a": 1}
    with pytest.raises(TypeError, match="default"):
        type(NamedTuple)("Wrong", (NamedTuple,), fields)


def test_missing_and_unknown_fields_are_refused() -> None:
    with pytest.raises(TypeError):
        Point()
    with pytest.raises(TypeError):
        Point(1, z=3)
