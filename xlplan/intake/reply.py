"""The message to a commune: what came, what is wrong with it and what to do, as plain text for Zalo or an e-mail.

It is about that commune's file alone, and says its name only: no folder of whoever collects the workbooks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from xlplan import catalogue
from xlplan.intake.alike import place, together
from xlplan.intake.communes import named
from xlplan.intake.received import Period, steps, to_fill_in
from xlplan.messages import Language, in_words, problem
from xlplan.packages.sniff import KINDS
from xlplan.results import Result
from xlplan.vietnamese.dates import format_period, period_in_words
from xlplan.vietnamese.text import capitalise, clean

MOST = 10
"""Findings that a message names; those that say one sentence of many places are one."""
_PLACES = 5  # that are named of such others
_LONGEST = 420  # letters of a finding: its sentence, which may quote a cell
LONGEST_NAME = 120
_RANK = {"error": 0, "warning": 1}
# Of what keeps a file from being read, this is in the sender's hands; the rest happened where it was collected.
_THEIRS = (KINDS | {"no_content"}) - {"missing", "folder", "unreadable"}


def reply(result: Result, lang: Language = "vi", asked: Collection[Period] = (), mistaken: str = "") -> str:
    """The message about one workbook, lines ended by ``\\n``; at most some 25 lines.

    ``asked`` are the periods that were to be sent, empty where any will do; ``mistaken`` says that the workbook is
    another commune's than was to be sent, so that nobody knows whom to address. A warning that is answered in the
    column `Giải trình` is not asked again; an error has to be corrected. Of an unreadable file it says what to do, or
    that the trouble is not the sender's.
    """
    texts = _Texts(lang)
    parts = _about_unread(result, texts) if result.status == "unreadable" else _about(result, texts, asked, mistaken)
    return "\n".join((*parts, "", texts("close"))) + "\n"


def encoded(text: str) -> bytes:
    """A message as a file that every Notepad shows: UTF-8 with its mark, lines ended as Windows ends them."""
    return text.replace("\n", "\r\n").encode("utf-8-sig", "replace")


class _Texts:
    def __init__(self, lang: Language) -> None:
        self.lang: Language = lang
        self._texts = catalogue.intake_texts()["reply"]

    def __call__(self, name: str, **values: object) -> str:
        return str(self._texts[name][self.lang].format(**values))


def _about(result: Result, texts: _Texts, asked: Collection[Period], mistaken: str) -> list[str]:
    file = _name(result.file)
    unit = "" if mistaken else short(named(result.unit), LONGEST_NAME)
    to = texts("to", unit=unit) if unit else texts("to_sender", file=file)
    came = texts("received_no_period", file=file)
    if result.period:
        came = texts("received", file=file, period=_period(result.period, texts.lang))
    missing = [*([short(mistaken, _LONGEST)] if mistaken else []), *to_fill_in(result, texts.lang)]
    if asked and result.period and result.period not in asked:
        wanted = ", ".join(format_period(*period) for period in sorted(asked))
        missing.append(texts("wrong_year", period=format_period(*result.period), wanted=wanted))
    open_ones = [
        item
        for item in result.findings
        if item["severity"] in _RANK and not (item["severity"] == "warning" and item.get("explanation"))
    ]
    if not open_ones and missing:
        return [to, "", came, *missing, "", texts("fill_in", unit=unit or texts("nameless"))]
    if not open_ones:
        return [to, "", came, texts("clean"), "", texts("nothing_to_do")]
    open_ones.sort(key=lambda item: _RANK[item["severity"]])
    errors = sum(item["severity"] == "error" for item in open_ones)
    warnings = len(open_ones) - errors
    found = "errors_and_warnings" if errors and warnings else "errors" if errors else "only_warnings"
    lines = [to, "", came, *missing, texts(found, errors=errors, warnings=warnings), ""]
    groups = together(open_ones)
    lines += [f"{n}. {_findings(items, texts)}" for n, items in enumerate(groups[:MOST], start=1)]
    if (more := sum(map(len, groups[MOST:]))) > 0:
        lines.append(texts("more" if result.marked else "more_unmarked", count=more))
    attached = [texts("marked", file=_name(result.marked))] if result.marked else []
    again = texts("again", unit=unit or texts("nameless"))
    right = [texts("right_marked" if attached else "right")] if warnings else []  # an error cannot be explained away
    return [*lines, "", *attached, again, *right]


def _findings(items: Sequence[Mapping[str, Any]], texts: _Texts) -> str:
    """What is to be said of findings of one sentence: of the first all, of the others where they are."""
    first, *others = items
    if not others:
        return _finding(first, texts)
    places = [short(place(item), LONGEST_NAME) for item in others[:_PLACES]]
    named = ", ".join(places) + (", …" if len(others) > _PLACES else ".")
    return f"{_finding(first, texts)} {texts('alike', count=len(others), places=named)}"


def _finding(item: Mapping[str, Any], texts: _Texts) -> str:
    """Where, what stands there, what was expected, what to do; and what should probably stand there instead."""
    said = short(str(item["message"]), _LONGEST)
    proposal = item.get("proposal")
    if not proposal:
        return said
    value = in_words(str(proposal["value"]), texts.lang)
    return f"{said} {texts('suggestion', cell=proposal['cell'], value=short(value, LONGEST_NAME))}"


def _about_unread(result: Result, texts: _Texts) -> list[str]:
    file = _name(result.file)
    to = texts("to_sender", file=file)
    trouble = result.trouble
    if trouble is None or trouble.kind not in _THEIRS:
        return [to, "", texts("ours", file=file)]
    why = problem(trouble.kind, "", texts.lang, detail=short(trouble.detail, LONGEST_NAME)).removeprefix(": ")
    return [to, "", texts("unreadable", file=file), capitalise(why), "", texts("unreadable_again")]


def _name(path: str) -> str:
    return short(steps(path)[-1], LONGEST_NAME)


def short(text: str, longest: int) -> str:
    """A text as one line of so many letters at most."""
    line = clean("".join(letter if letter.isprintable() else " " for letter in clean(text)))
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def _period(period: tuple[int, int], lang: Language) -> str:
    first, last = period
    if lang == "vi":
        return period_in_words(first, last)
    return str(first) if first == last else f"{first} - {last}"
