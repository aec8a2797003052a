"""Why a cell is thought wrong, in one sentence of either language; the texts are data (``repairs.toml``)."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, cast

from xlplan import catalogue
from xlplan.checks.scope import Case, plain
from xlplan.messages import Language, in_words, rule
from xlplan.model import CellRef, Finding, Proposal
from xlplan.repair.network import Spot
from xlplan.tuples import NamedTuple

Confidence = Literal["certain", "likely", "possible"]


class Grounds(NamedTuple):
    """What speaks for a cell: the identities that fail there, whether they meet nowhere else, and the slip's shape.

    ``together`` are the addresses of cells that must be corrected with it.
    """

    rules: list[str]
    crossing: bool
    shape: str
    last_year: int | None
    alone: bool
    together: list[str]


def proposal(case: Case, spot: Spot, value: Decimal, confidence: str, grounds: Grounds) -> Proposal:
    """The proposal for a cell."""
    shown = plain(value)
    return Proposal(
        spot.cell.ref,
        shown,
        cast(Confidence, confidence),
        _sentence(shown, grounds, "vi", case.village_word),
        _sentence(shown, grounds, "en", case.village_word),
        _place(case, spot),
        _now(spot),
    )


def _now(spot: Spot) -> str:
    """What stands in the cell."""
    if spot.hole:
        return plain(spot.cell.value) if spot.cell.value is not None else spot.cell.written
    return "" if spot.blank else plain(Decimal(spot.value).scaleb(-spot.places))


def formula_itself(item: Finding) -> Proposal:
    """A proposal for a formula that is wrong itself, where the contradiction stands."""
    return _formula(item.ref, item.expected, "likely", item.params.get("place", ""), item.actual)


def wrong_formula(case: Case, spot: Spot, value: Decimal, confidence: Confidence) -> Proposal:
    """A proposal for a formula that a rule on formulas found wrong."""
    return _formula(spot.cell.ref, plain(value), confidence, _place(case, spot), _now(spot))


def _formula(ref: CellRef, value: str, confidence: Confidence, place: str, actual: str) -> Proposal:
    texts = catalogue.repair_texts()["why"]["formula"]
    return Proposal(ref, value, confidence, texts["vi"], texts["en"], place, actual)


def _place(case: Case, spot: Spot) -> str:
    if spot.table < 0:
        return catalogue.label(spot.code)
    table = case.tables[spot.table]
    return f"{table.units[spot.unit].name} – {table.lines[spot.line].label}"


def _sentence(value: str, grounds: Grounds, lang: Language, villages: str) -> str:
    texts = catalogue.repair_texts()
    names = [_identity(code, lang, villages) for code in grounds.rules]
    if grounds.together:
        why = "with_others"
    elif grounds.crossing:
        why = "crossing" if len(names) > 1 else "crossing_one"
    else:
        why = "alone" if grounds.alone else "shape"
    parts = [texts["why"][why][lang].format(rules=_joined(names, lang), value=in_words(value, lang))]
    if shape := texts["shape"].get(grounds.shape):
        parts.append(shape[lang])
    if grounds.together:
        parts.append(texts["together"][lang].format(cells=_joined(grounds.together, lang)))
    if grounds.last_year is not None:
        parts.append(texts["last_year"][lang].format(last=in_words(str(grounds.last_year), lang)))
    return "; ".join(parts)


def _identity(code: str, lang: Language, villages: str) -> str:
    named = catalogue.repair_texts()["identity"].get(code)
    if named:
        return str(named[lang]).format(villages=villages)
    name = rule(code, lang).name
    return f"{name[0].lower()}{name[1:]}"


def _joined(names: list[str], lang: Language) -> str:
    word = {"vi": "và", "en": "and"}[lang]
    return f" {word} ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else "".join(names)
