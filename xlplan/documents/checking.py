"""Checks a Word template before it is used: every problem with the paragraph that shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from xlplan.documents.opening import Opened, opened
from xlplan.documents.problems import TemplateProblem
from xlplan.documents.wordxml import (
    BREAK_STYLE,
    CELL_STYLES,
    CHARACTER_STYLES,
    DENSE_TABLE,
    HEAD_STYLE,
    SIZES,
    TABLE,
    w,
)
from xlplan.packages.gate import Package

_STYLES = (
    TABLE,
    DENSE_TABLE,
    BREAK_STYLE,
    *CHARACTER_STYLES.values(),
    *(f"{name}{size}" for name in (HEAD_STYLE, *CELL_STYLES.values()) for size in SIZES),
)
_TEXT_PARTS = ("main+xml", "header+xml", "footer+xml", "footnotes+xml", "endnotes+xml")
_COMMAND = re.compile(r"\{%-?\s*(?:tr|tc|p|r)?\s+(\w+)([^%]*)%\}")
_BLOCKS = frozenset({"for", "if", "macro", "call", "filter"})
_SHOWN = 120


def problems(path: Path) -> list[TemplateProblem]:
    """All that is wrong with a template, empty where a plan can be made with it.

    Kinds are those of :class:`TemplateProblem`, and ``split`` (a tag that Word tore over two paragraphs) and
    ``unclosed`` (a loop or condition without its end, or an end without a beginning).
    """
    from xlplan.documents.render import check

    try:
        template = opened(path)
    except TemplateProblem as error:
        return [error]
    found = [TemplateProblem("style", name) for name in _STYLES if name not in template.styles.ids]
    try:
        for paragraphs in _texts(template):
            found += [*_split(paragraphs), *_unclosed(paragraphs)]
    except etree.XMLSyntaxError as error:
        return [TemplateProblem("damaged", detail=str(error))]
    if not found:
        try:
            check(path)
        except TemplateProblem as error:
            found += [error, *error.others]
    return found


def _texts(template: Opened) -> Iterator[list[str]]:
    """The paragraphs of each part that may hold tags."""
    package = Package(template.data)
    for name in package.names():
        if package.content_type(name).endswith(_TEXT_PARTS):
            root = etree.fromstring(package.read(name), etree.XMLParser(resolve_entities=False, no_network=True))
            yield ["".join(t.text or "" for t in p.iter(w("t"))) for p in root.iter(w("p"))]


def _split(paragraphs: list[str]) -> Iterator[TemplateProblem]:
    for text in paragraphs:
        for start, end in (("{{", "}}"), ("{%", "%}"), ("{#", "#}")):
            if text.count(start) != text.count(end):
                yield TemplateProblem("split", start if text.count(start) > text.count(end) else end, _short(text))
                break


def _unclosed(paragraphs: list[str]) -> Iterator[TemplateProblem]:
    waiting: list[tuple[str, str]] = []
    for text in paragraphs:
        for command in _COMMAND.finditer(text):
            word = command[1]
            if word in _BLOCKS:
                waiting.append((word, text))
            elif word.startswith("end") and word[3:] in _BLOCKS:
                if not waiting or waiting[-1][0] != word[3:]:
                    yield TemplateProblem("unclosed", word, _short(text))
                    return
                waiting.pop()
    for word, text in waiting:
        yield TemplateProblem("unclosed", word, _short(text))


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
