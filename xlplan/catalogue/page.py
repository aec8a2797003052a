"""The table of codes in README.md, made from the catalogue (``python -m xlplan.catalogue --readme``)."""

from __future__ import annotations

from pathlib import Path

from xlplan.catalogue import code_order, rule_texts

README = Path(__file__).parent.parent.parent / "README.md"
START, END = "<!-- codes:start -->", "<!-- codes:end -->"


def codes() -> str:
    """The table of all codes by letter and number: severity, rule and example."""
    rows = [
        (code, row["severity"], row["name_en"], row.get("example_en", ""))
        for code, row in sorted(rule_texts().items(), key=lambda item: code_order(item[0]))
    ]
    head = ["| code | severity | rule | example |", "| --- | --- | --- | --- |"]
    return "\n".join([*head, *(f"| {' | '.join(map(_cell, row))} |" for row in rows)])


def _cell(text: str) -> str:
    """A text as a cell of a Markdown table."""
    return text.replace("|", "\\|").replace("{{", "`{{").replace("}}", "}}`") if "{{" in text else text


def with_codes(text: str) -> str:
    """The README with its table of codes as the catalogue has it; ValueError where the marks are not there once."""
    before, start, rest = text.partition(START)
    _, end, after = rest.partition(END)
    if not start or not end or START in after:
        raise ValueError(f"{START} … {END} must stand once")
    return f"{before}{START}\n\n{codes()}\n\n{END}{after}"
