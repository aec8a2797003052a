"""Splices of bytes: applied together, and turned round to take them out again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from xlplan.tuples import NamedTuple


class Edit(NamedTuple):
    """The bytes from ``start`` to ``end`` give way to ``new``."""

    start: int
    end: int
    new: bytes


def apply(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The bytes with all edits done. Edits of one place keep their order; they may touch but never overlap."""
    pieces: list[bytes] = []
    place = 0
    for start, end, new in _sorted(edits):
        if start < place:
            raise ValueError(f"edits overlap at byte {start}")
        pieces += (data[place:start], new)
        place = end
    return b"".join((*pieces, data[place:]))


def inverse(data: bytes, edits: Iterable[Edit]) -> list[Edit]:
    """The edits that make the edited bytes the original again."""
    found: list[Edit] = []
    shift = 0
    for start, end, new in _sorted(edits):
        found.append(Edit(start + shift, start + shift + len(new), data[start:end]))
        shift += len(new) - (end - start)
    return found


def _sorted(edits: Iterable[Edit]) -> Sequence[Edit]:
    return sorted(edits, key=lambda edit: (edit.start, edit.end))
