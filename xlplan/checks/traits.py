"""What the rules on words ask of a text, told once for all workbooks that have the text.

The communes of a batch share most of their words: a workbook looks up each of its texts once, not once a rule.
"""

from __future__ import annotations

from functools import lru_cache

from xlplan.checks import prose
from xlplan.checks.enumerations import may_list
from xlplan.checks.numbering import is_numbered
from xlplan.checks.unit_words import offices_in, words_in
from xlplan.checks.wording import Mention, numbers_in, placeholders_of, promise
from xlplan.tuples import NamedTuple

KEPT = 4096  # texts at a time; a commune has some hundred


class Traits(NamedTuple):
    """What a text holds, by the rules that look at it.

    ``states_figures``, ``states_share``, ``moves`` and ``ranks`` as in :mod:`xlplan.checks.prose`; ``words`` are those
    for units, ``offices`` those that are no more, ``names_commune`` is set where a placeholder brings its name (C08);
    ``written`` is the text with marks for the figures that it ``mentions``, ``numbers`` are those typed in it (C14);
    ``promise`` is what it says of an annex (C15); ``is_numbered`` is set where somebody typed a number before a line
    (C10), ``may_list`` where so many things may be listed (A23).
    """

    states_figures: bool
    states_share: bool
    moves: bool
    ranks: bool
    words: frozenset[str]
    offices: frozenset[str]
    names_commune: bool
    written: str
    mentions: tuple[Mention, ...]
    numbers: frozenset[str]
    promise: str
    is_numbered: bool
    may_list: bool


@lru_cache(maxsize=KEPT)
def traits_of(text: str) -> Traits:
    """What is to be known of a text."""
    return Traits(
        prose.states_figures(text),
        prose.states_share(text),
        prose.moves(text),
        prose.ranks(text),
        words_in(text),
        offices_in(text),
        "ten_don_vi" in text,
        *placeholders_of(text),
        numbers_in(text),
        promise(text),
        is_numbered(text),
        may_list(text),
    )
