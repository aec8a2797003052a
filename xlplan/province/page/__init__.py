"""The page `tong_hop.html`: one file that any browser opens, with nothing to install, no server and no network.

Texts of workbooks are data to it and never markup: in the file they stand as JSON in which no ``<`` is left, the
script puts them into the page as text alone, and the Content-Security-Policy admits nothing but the script and the
styles that were written here.
"""

from __future__ import annotations

import base64
import hashlib
import json
import tomllib
import zlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Any, BinaryIO

from xlplan import catalogue
from xlplan.messages import Language, in_words, rule
from xlplan.province.page.data import FIGURES, STATUSES, Book, Row, Totals, finding, parts, totals
from xlplan.results import Gathered, Result
from xlplan.vietnamese.dates import period_in_words

CHUNK = 50  # rows whose findings the script reads at once, when the first of them is opened
PLAIN_ROWS = 400  # a longer table without script would be no help
_PERIODS_NAMED = 4
_BREAKS_OUT = {sign: f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
_POLICY = (
    "default-src 'none'; script-src '{script}'; style-src '{style}'; img-src data:; base-uri 'none'; "
    "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
Words = Mapping[str, Mapping[str, str]]


def write_page(gathered: Gathered, stream: BinaryIO, lang: Language = "vi", *, made: datetime | None = None) -> None:
    """Writes the page of a run; ``made`` is the time that it bears, now unless given.

    Goes through the results once and keeps a short row of each, its findings compressed.
    """
    words, book = _words(lang), Book(gathered, lang)
    packed, codes = [], set[str]()
    periods: set[tuple[int, int]] = set()
    for chunk in _chunks(gathered):
        rows = [book.add(result) for result in chunk]
        periods |= {
            result.period for result, row in zip(chunk, rows, strict=True) if result.period and row.status in _COUNTED
        }
        codes.update(str(item["code"]) for result in chunk for item in result.findings)
        found = [[finding(item, lang, words["proposal"]) for item in result.findings] for result in chunk]
        packed.append(zlib.compress(_json(found), 1))
    book.finish(words["page"]["export"])
    head, tail = _document(book, periods, made or datetime.now(), lang)
    stream.write(head)
    stream.write(_block("rows", _json(_rows(book, codes, lang))))
    for number, findings in enumerate(packed):
        stream.write(_block(f"findings-{number}", zlib.decompress(findings)))
    stream.write(tail)


_COUNTED = ("error", "warning", "clean")


def _chunks(gathered: Gathered) -> Iterator[list[Result]]:
    chunk: list[Result] = []
    for result in gathered.results:
        chunk.append(result)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


@cache
def _asset(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


@cache
def _words(lang: Language) -> Words:
    found: Words = tomllib.loads(_asset("words.toml"))[lang]
    return found


def _json(data: object) -> bytes:
    """JSON that cannot leave its script element; half a surrogate (a name that is no Unicode) stays an escape."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for sign, written in _BREAKS_OUT.items():
        text = text.replace(sign, written)
    return text.encode("utf-8", "backslashreplace")


def _block(name: str, data: bytes) -> bytes:
    return b'<script type="application/json" id="%s">%s</script>\n' % (name.encode(), data)


def _rows(book: Book, codes: set[str], lang: Language) -> dict[str, Any]:
    """All that the script needs at its start."""
    words = _words(lang)
    return {
        "lang": lang,
        "words": words["script"],
        "column": words["column"],
        "statuses": {status: words["status"][status] for status in STATUSES},
        "standings": words["standing"],
        "severities": words["severity"],
        "figures": [(code, catalogue.is_rate(code), parts(code)) for code in FIGURES],
        "rules": {code: _rule_name(code, lang) for code in sorted(codes, key=catalogue.code_order)},
        "chunk": CHUNK,
        "periods": book.periods,
        "fields": Row._fields,
        "rows": book.rows,
    }


def _rule_name(code: str, lang: Language) -> str:
    return rule(code, lang).name if code in catalogue.rule_texts() else ""


def _document(book: Book, periods: set[tuple[int, int]], made: datetime, lang: Language) -> tuple[bytes, bytes]:
    """What stands before and after the data blocks."""
    words, script, style = _words(lang), _asset("page.js"), _asset("page.css")
    sums = totals(book.rows, book.periods)
    texts = {name: escape(text) for name, text in words["page"].items()}
    date = f"{made:%d/%m/%Y}" if lang == "vi" else f"{made:%Y-%m-%d}"
    filled: dict[str, str] = dict(
        texts,
        lang=lang,
        policy=_POLICY.format(script=_source(script), style=_source(style)),
        style=style,
        period=escape(_period(periods, lang)),
        made=escape(words["page"]["made"].format(time=f"{made:%H:%M}", date=date)),
        standing_cards="\n".join(_standing(sums, lang)),
        figure_cards="\n".join(_figures(sums, lang)),
        plain=_plain(book.rows, lang),
        script=script,
    )
    head, tail = (Template(half).substitute(filled) for half in _asset("page.html").split("$data"))
    return head.encode("utf-8", "replace"), tail.encode()


def _say(number: int, lang: Language) -> str:
    """A whole number with its thousands apart: 14.323.245, in English 14,323,245."""
    return f"{number:,}" if lang == "en" else in_words(str(number), lang)


def _source(text: str) -> str:
    """The source expression of a Content-Security-Policy that admits this one text."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _period(periods: set[tuple[int, int]], lang: Language) -> str:
    """The period of what counts, or the several periods."""
    named = [
        period_in_words(*period) if lang == "vi" else "–".join(map(str, dict.fromkeys(period)))
        for period in sorted(periods)
    ]
    if len(named) < 2:
        return "".join(text[:1].upper() + text[1:] for text in named)
    listed = ", ".join(named[:_PERIODS_NAMED]) + (", …" if len(named) > _PERIODS_NAMED else "")
    return _words(lang)["page"]["periods"].format(count=len(named), periods=listed)


def _standing(sums: Totals, lang: Language) -> Iterator[str]:
    """How the communes stand, one card each."""
    card = _words(lang)["card"]

    def text(name: str, count: int) -> str:
        return card[name].format(count=_say(count, lang)) if count else ""

    received = sum(sums.status[status] for status in ("unreadable", "error", "unfilled", "warning", "clean"))
    standing = (
        ("received", received, text("received_more", sums.replaced)),
        ("missing", sums.status["missing"], ""),
        ("unreadable", sums.status["unreadable"], ""),
        ("unfilled", sums.status["unfilled"], ""),
        ("error", sums.status["error"], text("error_more", sums.errors)),
        ("warning", sums.status["warning"], text("warning_more", sums.warnings)),
        ("clean", sums.status["clean"], ""),
        ("plans", sums.plans, ""),
    )
    for name, count, more in standing:
        if count or name not in ("missing", "unreadable", "unfilled"):
            yield _card(name, card[name], _say(count, lang), more)


def _figures(sums: Totals, lang: Language) -> Iterator[str]:
    """What the figures of those that count add up to, one card each."""
    card = _words(lang)["card"]
    by_code = dict(zip(FIGURES, sums.figures, strict=True))
    most = max(workbooks for _, workbooks in sums.figures)
    for code, (value, workbooks) in by_code.items():
        if catalogue.is_rate(code) or value is None:
            continue
        share = by_code.get(catalogue.RATE_PREFIX + code, (None, 0))[0]
        said = [] if share is None else [card["share"].format(rate=f"{in_words(f'{share:f}', lang)}%")]
        if share is None or workbooks < most:  # start, cut and end of different workbooks do not add up
            said.append(card["added"].format(count=_say(workbooks, lang)))
        more = "; ".join(said)
        more = card["of_period"].format(period=sums.period, more=more) if sums.period else more
        yield _card("figure", _words(lang)["column"][code], _say(int(value), lang), more)


def _card(kind: str, name: str, value: str, more: str) -> str:
    under = f"<small>{escape(more)}</small>" if more else ""
    return f'<div class="card {kind}"><dt>{escape(name)}</dt><dd>{escape(value)}{under}</dd></div>'


def _plain(rows: list[Row], lang: Language) -> str:
    """What a browser without script shows: a plain table, or where there is one."""
    words = _words(lang)
    if len(rows) > PLAIN_ROWS:
        return f"<p>{escape(words['page']['noscript_long'].format(count=_say(len(rows), lang)))}</p>"
    column, page = words["column"], words["page"]
    names = (column["unit"], page["district"], page["province"], column["status"], column["errors"], page["remark"])
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    lines = []
    for row in rows:
        standings = [
            words["standing"][name] for name in row.standings if words["standing"][name] != words["status"][row.status]
        ]
        remark = " ".join((*(f"{name}." for name in standings), *row.remarks))
        cells = (
            row.unit or row.file,
            row.district,
            row.province,
            words["status"][row.status],
            row.errors or "",
            remark,
        )
        lines.append("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in cells) + "</tr>")
    return (
        f"<p>{escape(page['noscript'])}</p>\n"
        f"<table><thead><tr>{heads}</tr></thead>\n<tbody>\n" + "\n".join(lines) + "\n</tbody></table>"
    )
