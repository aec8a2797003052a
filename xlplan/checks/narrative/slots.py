"""The slots that numbers of a text may be of, and what a reader knows before a text."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal

from xlplan.tuples import NamedTuple

COMMUNE, ELSEWHERE = "*", "?"  # scopes beside the names of villages
RATE, CUT, RISE = "ty_le_", "giam_", "tang_"  # beginnings of codes; a rise is of no indicator and only C11 asks for it


class Claim(NamedTuple):
    """A number that a text states of a known slot.

    ``code`` is the indicator, ``others`` are those that the words may mean as well (“hộ nghèo” without a time may be
    of the start or the end). ``village`` is ``None`` for the commune; ``unit`` is hộ, khẩu or %.
    """

    code: str
    village: str | None
    value: Decimal
    unit: str
    places: int
    start: int
    end: int
    others: tuple[str, ...] = ()
    sentence: int = 0

    @property
    def codes(self) -> tuple[str, ...]:
        """Every indicator that the words may mean."""
        return (self.code, *self.others)


class Last(NamedTuple):
    """The last count of households of a sentence: its group, its codes, its verb where it moves (cut, rise, from)."""

    group: str
    codes: tuple[str, ...]
    cut: str = ""


def without_other_cuts(claims: Collection[Claim], leaving: Collection[int]) -> Iterator[Claim]:
    """Claims without those of households that leave poverty where the text gives the decrease as another number.

    ``leaving`` are the places of their numbers: who leaves is the decrease only where nobody is new.
    """
    cuts = {(claim.code, claim.village): claim.value for claim in claims if claim.start not in leaving}
    for claim in claims:
        if claim.start not in leaving or cuts.get((claim.code, claim.village), claim.value) == claim.value:
            yield claim


class Context(NamedTuple):
    """What a reader knows before a sentence.

    ``places`` come from :func:`places_of`; ``before`` are the headings and the lead (ending with a colon) above the
    text, outermost first; ``explicit`` demands that the words name the commune or a village themselves.
    """

    period: tuple[int, int] | None = None
    places: Mapping[str, str] = {}
    before: tuple[str, ...] = ()
    village: str = ""
    explicit: bool = False
