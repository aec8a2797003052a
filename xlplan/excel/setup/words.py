"""Sentences in both languages, and the one error that a user reads."""

from __future__ import annotations

from xlplan.tuples import NamedTuple


class Text(NamedTuple):
    """One sentence in Vietnamese and in English; the command line picks one."""

    vi: str
    en: str


class SetupError(Exception):
    """Something that the user can mend; ``text`` says what stands there and what to do."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text
