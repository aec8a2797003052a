"""What a text claims about the figures of a commune: the slot of each number, where the words leave no doubt.

Independent of where the text stands (a cell, a Word paragraph). A sentence is read from its start; a number is a
claim only if every word that leads to it is known, says which households, when and where, and nothing after it
narrows it down. Everything else claims nothing: precision comes before recall.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xlplan.checks.narrative.reader import Reader
from xlplan.checks.narrative.slots import COMMUNE, ELSEWHERE, Claim, Context
from xlplan.checks.narrative.words import names, tokens

__all__ = ["Claim", "Context", "claims", "places_of"]


def places_of(kind: str, name: str, village_word: str, villages: Iterable[str]) -> dict[str, str]:
    """Phrases that name the commune (``xã``, ``xã Sơn Trung``) and its villages (``thôn Mai Hà``).

    A village without its word counts only if its name has two words and no digit; names that occur twice are nowhere.
    """
    found: dict[str, str] = {}
    seen: dict[str, str] = {}
    word = village_word.lower()
    for village in villages:
        bare = village.strip()
        rest = bare[len(word) :].strip() if word and bare.lower().startswith(f"{word} ") else bare
        for phrase in names((f"{word} {rest}", f"{word} số {rest}", rest if _is_a_name(rest) else ""), village):
            found[phrase] = ELSEWHERE if phrase in seen else village
            seen[phrase] = village
    kinds = [kind.lower()] if kind else ["xã", "phường", "thị trấn", "đặc khu"]
    own = [part for k in kinds for part in (k, f"{k} {name}" if name else "")]
    found.update(names((*own, "địa bàn", "trên địa bàn", "toàn địa bàn"), COMMUNE))
    return found


def _is_a_name(rest: str) -> bool:
    parts = rest.split()
    return len(parts) > 1 and all(part[:1].isupper() for part in parts) and not any(c.isdigit() for c in rest)


def claims(text: str, context: Context) -> Iterator[Claim]:
    """Every claim of a text; places are those of the text. Of the same length in small letters, or nothing is said."""
    small = text.lower()
    if len(small) != len(text):
        return
    reader = Reader(context)
    for line in context.before:
        lead = line.rstrip().lower()
        for _ in reader.read(tokens(lead, context.places)):
            pass
        reader.after_lead(joined=lead.endswith(":"))
    for claim in reader.read(tokens(small, context.places)):
        if not text[claim.end :].lstrip()[:1].isupper():  # “4 Hộ nghèo” is the fourth line of a list
            yield claim
