"""What a rule is given, and how it says what is wrong: texts stand in ``catalogue/data/decree30.toml``."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from xlplan import catalogue
from xlplan.documents.word.anatomy import Anatomy, anatomy
from xlplan.documents.word.paper import Line, Paper
from xlplan.messages import Language, finding, in_words
from xlplan.model import Finding, NotChecked, WordRef
from xlplan.patterns import pattern
from xlplan.vietnamese.text import bare, key

Outcome = Finding | NotChecked

LANGUAGES: tuple[Language, ...] = ("vi", "en")
_MARK = "\ue000"  # a private character: no document's own text becomes a measure
_MEASURE = pattern(rf"{_MARK}(-?\d+(?:\.\d+)?)")
_YEAR = pattern(r"\b(20\d\d)\b")
_DATE = pattern(r"(?i)tháng\s*(\d{1,2})\s*năm\s*(\d{4})")


class Case:
    """One document under the rules. Raises PackageError when made."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.parts: Anatomy = anatomy(paper)
        self.decree: dict[str, Any] = catalogue.decree()

    @cached_property
    def whole(self) -> bool:
        """Whether the document is of the kinds for which all rules hold (a letter without a kind too)."""
        if self.parts.kind is None:
            return bool(self.parts.number and self.parts.date)
        rows = {key(name): row for name, row in self.decree["kinds"].items()}
        return bool(rows[self.parts.kind_key]["whole"])

    @cached_property
    def symbol(self) -> str:
        """The abbreviation of the kind of document, empty where the kind is not known."""
        rows = {key(name): row["symbol"] for name, row in self.decree["kinds"].items()}
        return str(rows.get(self.parts.kind_key, ""))

    @cached_property
    def issued(self) -> tuple[int, int] | None:
        """Year and month of the date line; without it the year in the subject, which is then the whole year."""
        date = self.parts.date
        found = _DATE.search(date.text) if date else None
        if found:
            return int(found[2]), int(found[1])
        years = [int(y) for line in (date, *self.parts.subject) if line for y in _YEAR.findall(line.text)]
        return (min(years), 1) if years else None

    @cached_property
    def prose(self) -> tuple[Line, ...]:
        """The lines of the text that stand in no table and no box and are not centred or at the right margin."""
        return tuple(
            line
            for line in self.parts.body
            if line.passage.kind == "body"
            and not (self.paper.layout(line.passage).align in ("center", "right") and len(line.text) < 120)
        )

    def unfit(self, code: str) -> NotChecked:
        """The note that a rule does not hold for this kind of document, or for what is no document."""
        return NotChecked(code, "other_kind" if self.parts.is_document else "no_part")

    def fault(
        self,
        code: str,
        name: str,
        at: Line | str,
        *,
        actual: str = "",
        expected: str = "",
        related: tuple[str, ...] = (),
        **details: str,
    ) -> Finding:
        """A finding: what stands there, what the decree says and what to do, from the text of this name.

        A detail that begins with ``@`` names a part or a word of ``decree30.toml``; measures (:func:`number`) are
        written as each language writes them.
        """
        row = self.decree["faults"][name]
        params: dict[str, str] = {"place": at.quote if isinstance(at, Line) else ""}
        given = {"actual": actual, "expected": expected, **details}
        for lang in LANGUAGES:
            words = {k: self._word(v, lang) for k, v in given.items()}
            suffix = "" if lang == "vi" else "_en"
            for part, text in zip(("found", "rule", "advice"), row[lang], strict=True):
                params[part + suffix] = text.format(**words)
        ref = WordRef(at.place if isinstance(at, Line) else at)
        others = tuple(WordRef(place) for place in related)
        stands, rule = self._word(actual, "vi"), self._word(expected, "vi")
        found = finding(code, ref, actual=stands, expected=rule, related=others)
        return found._replace(params=params)

    def _word(self, value: str, lang: Language) -> str:
        if value.startswith("@"):
            name, _, n = value[1:].partition(":")
            row = self.decree["parts"].get(name) or self.decree["words"][name]
            return str(row[lang]).format(n=n)
        return _MEASURE.sub(lambda found: in_words(found[1], lang), value)

    def place_of_section(self, number: int) -> str:
        """The place of the first paragraph of a section."""
        return next((p.place for p in self.paper.file.passages if p.section == number), "¶1")


def number(value: float) -> str:
    """A measure with at most one decimal, marked so that a finding writes it as its language does."""
    return _MARK + f"{value:.1f}".removesuffix(".0")


def same(one: str, other: str) -> bool:
    """Whether two texts are the same but for marks, case and punctuation."""
    return bare(key(one)) == bare(key(other))
