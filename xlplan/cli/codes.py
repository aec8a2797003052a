"""``xlplan check --codes``: what each code means, with an example."""

from __future__ import annotations

import json
from textwrap import wrap

import click

from xlplan.cli.language import Texts
from xlplan.messages import SEVERITY_WORDS, Rule, rules

WIDTH = 100
_CODE, _SEVERITY = 7, 9  # columns before the text, the space behind them included


def codes(form: str, texts: Texts) -> str:
    """The list of all codes, to read or (``json``) for programs."""
    found = rules(texts.lang)
    if form == "json":
        entries = [rule._asdict() for rule in found]
        return json.dumps({"schema": 1, "codes": entries}, ensure_ascii=False, indent=2)
    return "\n".join(line for rule in found for line in _lines(rule, texts))


def _lines(rule: Rule, texts: Texts) -> list[str]:
    """One code: its severity and name, below them the example, wrapped under each other."""
    indent = " " * (_CODE + _SEVERITY)
    name = wrap(rule.name, WIDTH - len(indent), break_on_hyphens=False)
    example = wrap(f"{texts('Ví dụ:', 'Example:')} {rule.example}", WIDTH - len(indent), break_on_hyphens=False)
    head = f"{rule.code:<{_CODE}}{SEVERITY_WORDS[texts.lang][rule.severity]:<{_SEVERITY}}"
    return [
        click.style(head + name[0], bold=True),
        *(click.style(indent + line, bold=True) for line in name[1:]),
        *(indent + line for line in (example if rule.example else [])),
    ]
