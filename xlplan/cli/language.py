"""Which language the messages are in, and texts in both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlplan.messages import Language

LANGUAGES: tuple[Language, ...] = ("vi", "en")


class Texts:
    """Picks one of two texts: ``texts("Tệp", "File")``."""

    def __init__(self, lang: Language) -> None:
        self.lang: Language = lang

    def __call__(self, vi: str, en: str) -> str:
        """The text in the language of this run."""
        return vi if self.lang == "vi" else en


def language_of(argv: list[str], environment: Mapping[str, str]) -> tuple[Language, list[str]]:
    """The language asked for by ``--lang`` (anywhere before ``--``) or ``XLPLAN_LANG``, and the other arguments.

    An unknown language stays among the arguments, where the command line reports it.
    """
    chosen = environment.get("XLPLAN_LANG", "vi")
    kept: list[str] = []
    at = 0
    while at < len(argv):
        word = argv[at]
        if word == "--":
            break
        value = word.removeprefix("--lang=") if word.startswith("--lang=") else None
        if word == "--lang" and at + 1 < len(argv):
            value = argv[at + 1]
        if value in LANGUAGES:
            chosen = value
            at += 2 if word == "--lang" else 1
            continue
        kept.append(word)
        at += 1
    return ("en" if chosen == "en" else "vi"), [*kept, *argv[at:]]
