"""Findings, reasons and problems in words, Vietnamese or English, by one grammar.

Where it is, what stands there, what was expected, what to do. The texts are data (``catalogue/data/rules.toml``,
``reasons.toml``, ``problems.toml``); this module only fills them in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Literal

from xlplan import catalogue
from xlplan.model import NO_FIGURES, CellRef, Finding, NotChecked, Proposal, Severity, WordRef
from xlplan.patterns import pattern
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.numbers import format_count, format_decimal

Language = Literal["vi", "en"]

SEVERITY_WORDS: Mapping[Language, Mapping[Severity, str]] = {
    "vi": {"error": "LỖI", "warning": "CẦN XEM", "info": "GHI CHÚ"},
    "en": {"error": "ERROR", "warning": "WARNING", "info": "NOTE"},
}
_NUMBER = pattern(r"-?\d+(\.\d+)?")
_UNLESS_SAID: Mapping[str, str] = {"printed": "", "printed_en": "", "percent": "%"}
_SAID = ("found", "found_en", "rule", "rule_en", "advice", "advice_en")  # whole clauses of the form of documents
_VERBATIM = (*_SAID, "written", "period", "formula", "printed", "printed_en")
"""A cell or heading as it stands; years, which take no dot; formulas, done by themselves below."""


class Rule(NamedTuple):
    """What a code means: its default severity, its name and an example in the language asked for."""

    code: str
    severity: Severity
    name: str
    example: str = ""


def rule(code: str, lang: Language = "vi") -> Rule:
    """The entry of a code in the catalogue of rules; raises ``KeyError`` for an unknown code."""
    row = catalogue.rule_texts()[code]
    return Rule(code, row["severity"], row[f"name_{lang}"], row.get(f"example_{lang}", ""))


def rules(lang: Language = "vi") -> list[Rule]:
    """Every code that a finding may have, by letters and number."""
    return [rule(code, lang) for code in sorted(catalogue.rule_texts(), key=catalogue.code_order)]


def finding(code: str, ref: CellRef, *, severity: Severity | None = None, **details: object) -> Finding:
    """A finding with the severity of its rule unless another is given.

    ``actual``, ``expected``, ``related`` and ``proposal`` go to the finding's own fields, every other detail
    becomes a parameter of the message.
    """
    own = {k: details.pop(k) for k in ("actual", "expected", "related", "proposal") if k in details}
    params = {key: str(value) for key, value in details.items()}
    return Finding(code, severity or rule(code).severity, ref, params, **own)  # type: ignore[arg-type]


def in_words(number: str, lang: Language) -> str:
    """A plain number as the language writes it: ``2725`` is 2.725 in Vietnamese; other text is left alone."""
    if lang == "en" or not _NUMBER.fullmatch(number):
        return number
    if "." in number:
        return format_decimal(Decimal(number), len(number.partition(".")[2]))
    return format_count(int(number))


def where(item: Finding, lang: Language = "vi") -> str:
    """The place of a finding: sheet, cell and, where known, village and indicator; in a Word file the paragraph."""
    if isinstance(item.ref, WordRef):
        return f"{item.ref.address} (“{item.params['place']}”)" if item.params.get("place") else item.ref.address
    cell = {"vi": "ô", "en": "cell"}[lang]
    place = f"{item.ref.sheet}, {cell} {item.ref.address}" if item.ref.row else item.ref.sheet
    named = item.params.get("place", "")
    return f"{place} ({named})" if named else place


def message(item: Finding, lang: Language = "vi") -> str:
    """The whole message of a finding: where, what stands there, what was expected, what to do."""
    return f"{where(item, lang)}: {_template(item, lang).format(**_values(item, lang))}"


def _template(item: Finding, lang: Language) -> str:
    """The text of a code; some say what to do in other words where the finding is of a Word file."""
    texts = catalogue.rule_texts()[item.code]
    own = texts.get(f"document_{lang}") if isinstance(item.ref, WordRef) else None
    return str(own or texts[f"message_{lang}"])


def statement(item: Finding, lang: Language = "vi") -> tuple[str, str]:
    """A message without its place, in two: what stands there against what was expected, and what to do (or nothing).

    The advice is the last sentence of the template, or of the text where the template's details bring it in.
    """
    template = _template(item, lang)
    values = _values(item, lang)
    found, stop, advice = (part.format(**values) for part in template.rpartition(". "))
    if not stop:
        found, stop, advice = advice.rpartition(". ")
        if not advice[:1].isupper() or advice.count("“") != advice.count("”"):  # a full stop in something quoted
            return f"{found}{stop}{advice}", ""
    return f"{found}{stop.strip()}", advice


def _values(item: Finding, lang: Language) -> dict[str, str]:
    """What fills a message's template, numbers in the language's own form."""
    blank = {"vi": "(để trống)", "en": "(blank)"}[lang]
    values = dict(_UNLESS_SAID)
    values |= {key: value if key in _VERBATIM else in_words(value, lang) for key, value in item.params.items()}
    values["actual"] = in_words(item.actual, lang) or blank
    values["expected"] = in_words(item.expected, lang)
    if not values.get("written", "-"):
        values["written"] = blank
    if "formula" in values:
        values["formula"] = _NUMBER.sub(lambda n: in_words(n[0], lang), values["formula"]).replace("□", blank)
    return values


def card(item: Finding, lang: Language = "vi", *, again: bool = False) -> str:
    """The repair card of a finding as one line; empty where there is none, short where it was said before."""
    if item.proposal is None and not item.candidates:
        return ""
    texts = catalogue.repair_texts()["line"]
    if item.proposal is not None:
        values = _proposed(item, item.proposal, lang)
        if again:
            return str(texts["again"][lang].format(**values))
        return str(texts["card"][lang].format(**values, remedy=remedy(item.proposal, lang)))
    named = [texts["candidate"][lang].format(**_proposed(item, other, lang)) for other in item.candidates]
    return str(texts["nothing" if len(named) > 1 else "one"][lang].format(candidates="; ".join(named)))


def remedy(proposal: Proposal, lang: Language = "vi") -> str:
    """What a proposal says at its own cell: what should stand there, and why."""
    texts = catalogue.repair_texts()["line"]
    values = _remedy_values(proposal, lang)
    return str(texts[proposal.confidence][lang].format(**values, reason=why(proposal, lang)))


def why(proposal: Proposal, lang: Language = "vi") -> str:
    """Why a proposal is made, in the language asked for."""
    return proposal.reason_en if lang == "en" and proposal.reason_en else proposal.reason


def _proposed(item: Finding, proposal: Proposal, lang: Language) -> dict[str, str]:
    return {
        "cell": proposal.ref.seen_from(item.ref.sheet),
        "place": f" ({proposal.place})" if proposal.place and proposal.ref != item.ref else "",
        **_remedy_values(proposal, lang),
    }


def _remedy_values(proposal: Proposal, lang: Language) -> dict[str, str]:
    texts = catalogue.repair_texts()["line"]
    actual = in_words(proposal.actual, lang)
    return {
        "value": in_words(proposal.value, lang),
        "actual": actual or str(texts["blank"][lang]),
        "now": str(texts["now" if actual else "now_blank"][lang]).format(actual=actual),
    }


def reason(item: NotChecked, lang: Language = "vi") -> str:
    """Why a rule was not checked."""
    return str(catalogue.reason_texts()[item.reason][lang].format(**item.params))


def reasons(items: Iterable[NotChecked], lang: Language = "vi") -> dict[str, list[str]]:
    """Each reason with the rules that were not checked for it; last those about figures that the workbook lacks."""
    grouped: dict[str, list[str]] = {}
    for item in sorted(items, key=lambda item: item.reason == NO_FIGURES):
        grouped.setdefault(reason(item, lang), []).append(item.code)
    return grouped


def problem(kind: str, file: str, lang: Language = "vi", **details: object) -> str:
    """One line for a file that cannot be used; ``kind`` is a key of ``problems.toml``."""
    values = {"detail": "", "count": "", "paragraph": "", **{k: str(v) for k, v in details.items()}}
    return str(catalogue.problem_texts()[kind][lang].format(file=file, **values))
