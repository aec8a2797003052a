"""Lists in prose: a stated number is that of the things listed after it (A23)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from xlplan import catalogue
from xlplan.checks.prose import PROSE_COLUMNS, excerpt
from xlplan.checks.scope import PASSED, Case, Outcome
from xlplan.messages import finding
from xlplan.model import Record, Text
from xlplan.patterns import pattern
from xlplan.vietnamese.text import clean, key, nfc

PROJECTS = ("tiểu dự án", "dự án", "nội dung", "hoạt động", "nhiệm vụ", "giải pháp", "tiêu chí", "nhóm")
COMMUNES = ("xã", "phường", "thị trấn")
NAME_WORDS = 6  # a name has no more words; what is longer is a clause
MARKERS = ("-", "–", "+", "•", "*")

_LEADS = r"(?:\s*,)?(?:\s+(?:là|sau|sau đây|cụ thể|như sau|cụ thể như sau|bao gồm|gồm có|gồm))*\s*"
_DIGIT = pattern(r"\d")
_LIKELY = pattern(r"(?<![\d/.,])\d{1,3}\s+(?:\([^()]*\)\s*)?\w[^\d:(\n]{1,60}[:(]")
"""Whether it is worth looking closer: most workbooks hold no such list, and the long pattern takes its time."""
_OPEN = pattern(
    r"…|\.\.\.|v\.v|\{\{|\d\s*[-–]\s*\w*\s*\d|"
    r"\b(?:đến|từ|trong đó|như|các|một số|theo|nguồn|quyết định|văn bản|nghị quyết|ngày|tháng|năm)\b",
    re.IGNORECASE,
)
_IN_BRACKETS = pattern(r"\([^()]*\)")
_LAST_AND = pattern(r"\s+và\s+")
_MARKED = pattern(r"(?:^|[\s;,])(?:\(?\d{1,2}\)|[a-zđ]\))\s")
_PARTS_STATED = pattern(r"gồm\s+(\d{1,2})\s+tiểu dự án(?!\s*[:(])", re.IGNORECASE)


@cache
def _words() -> tuple[str, ...]:
    """What may be counted and listed, the longest first."""
    return tuple(sorted({*catalogue.village_words(), "tổ", *PROJECTS, *COMMUNES}, key=len, reverse=True))


@cache
def _stated() -> re.Pattern[str]:
    """A number, what it counts, and the colon or bracket that opens the list."""
    words = "|".join(_words())
    return re.compile(rf"(?<![\w/.,:%-])(\d{{1,3}})\s+(?:\([^()]*\)\s*)?({words})(?!\w){_LEADS}([:(])", re.IGNORECASE)


def a23(case: Case) -> Iterator[Outcome]:
    """A stated count equals the number of listed things: “24 tổ dân phố: Tổ 1, Tổ 2 …”.

    A list that is open, of ranges or not clearly divided is left alone: only where no reading of the list gives the
    number is it asked about.
    """
    stated_villages = case.submission.text("so_thon")
    likely = {id(text) for text, traits in zip(case.prose, case.traits, strict=True) if traits.may_list}
    for sheet, columns in PROSE_COLUMNS.items():
        records = case.submission.records.get(sheet, ()) if likely or sheet == "du_an" else ()
        for at, record in enumerate(records):
            for column in columns if likely else ():
                text = record.texts.get(column)
                if text is not None and id(text) in likely:
                    following = records[at + 1 :] if sheet == "noi_dung" else ()
                    yield from _lists(text, stated_villages, record, following)
            if sheet == "du_an":
                yield from _sub_projects(record, records[at + 1 :])


def _lists(text: Text, villages: str, record: Record, following: Sequence[Record]) -> Iterator[Outcome]:
    """Every list in one text whose number of things is stated before it."""
    value = text.value
    if "{{" in value and villages.isdecimal():
        value = nfc(value).replace("{{so_thon}}", villages)
    value = nfc(value)
    if not _is_likely(value):
        return
    for match in _stated().finditer(value):
        stated, word, opening = int(match[1]), match[2].casefold(), match[3]
        rest = value[match.end() :]
        if opening == "(":
            counts = _readings(rest.partition(")")[0], word) if ")" in rest else set()
        elif rest.strip():
            counts = _marked_lines(rest) or _readings(rest.partition("\n")[0], word)
        else:
            counts = _rows_below(record, following)
        if stated in counts:
            yield PASSED
        elif counts:
            yield finding(
                "A23",
                text.ref,
                written=excerpt(value, match.start(), match.end() - 1),
                listed=f"{max(counts)} {word}",
                listed_en=str(max(counts)),
                actual=str(stated),
                expected=str(max(counts)),
            )


def may_list(text: str) -> bool:
    """Whether a text may list so many things, as written or with the number of villages in its place."""
    if ":" not in text and "(" not in text:
        return False
    return "{{so_thon}}" in nfc(text) or _is_likely(nfc(text))


def _is_likely(text: str) -> bool:
    return bool(_DIGIT.search(text) and _LIKELY.search(text))


def _readings(listed: str, word: str) -> set[int]:
    """The numbers of things that a list may hold; none where it is open or cannot be divided."""
    end = next((at for at in (listed.find(". "), listed.find(".\n")) if at >= 0), len(listed))
    listed = _IN_BRACKETS.sub(" ", listed[:end]).strip().rstrip(".")
    pieces = [piece.strip() for piece in listed.split(";")]
    closed = next((i for i, piece in enumerate(pieces) if i and (":" in piece or not piece)), len(pieces))
    pieces = pieces[:closed]
    if _OPEN.search(";".join(pieces)) or not pieces[0]:
        return set()
    if word in PROJECTS:
        return _projects(pieces, word)
    counts = {_names(";".join(pieces).replace(";", ",").split(","), with_and) for with_and in (True, False)}
    if len(pieces) > 1:
        counts.add(len(pieces))
    return counts if max(counts) > 1 else set()


def _names(items: list[str], with_and: bool) -> int:
    """How many names lead a list, up to the first item that is none; “A và B” is two names or one."""
    count = 0
    for item in items:
        parts = [part for part in _LAST_AND.split(f" {item}") if part.strip()] if with_and else [item]
        for part in parts:
            if not _is_name(clean(part)):
                return count
            count += 1
    return count


def _is_name(item: str) -> bool:
    """Whether an item is the name of a village or commune: short, a capital or a digit first, or a word for one."""
    folded = f"{key(item)} "
    led = any(folded.startswith(f"{key(word)} ") for word in _words() if word not in PROJECTS)
    numbered = item[:-1].isdecimal() or item.isdecimal()  # the 2 of “Tổ 1, 2”, 3A; but no “12 hộ”
    return bool(item) and len(item.split()) <= NAME_WORDS and (led or item[0].isupper() or numbered)


def _projects(pieces: list[str], word: str) -> set[int]:
    """Projects and the like, whose names hold commas: divided by semicolons, numbers or the word itself."""
    whole = "; ".join(pieces)
    if (marked := len(_MARKED.findall(whole))) > 1:
        return {marked}
    if (named := len(pattern(rf"(?<!tiểu )\b{word} \d", re.IGNORECASE).findall(whole))) > 1:
        return {named, len(pieces)}
    return set(range(2, len(pieces) + 1))  # the sentence may go on after the list: a longer one proves nothing


def _marked_lines(rest: str) -> set[int]:
    """Lines under a colon that begin with a dash or the like; none where the list stands on the same line."""
    first, _, below = rest.partition("\n")
    lines = [line.strip() for line in below.splitlines() if line.strip()]
    if first.strip() or not lines or not lines[0].startswith(MARKERS):
        return set()
    count = next((i for i, line in enumerate(lines) if not line.startswith(lines[0][0])), len(lines))
    return {count} if count > 1 else set()


def _rows_below(record: Record, following: Sequence[Record]) -> set[int]:
    """Rows of the outline under one that ends with a colon; none where a condition or a block decides how many."""
    levels = catalogue.lists()["cap"]
    if not following or following[0].text("cap") not in levels or record.text("cap") not in levels:
        return set()
    child, own = levels.index(following[0].text("cap")), levels.index(record.text("cap"))
    if child == own or following[0].text("cap") == "*":
        return set()
    count = 0
    for row in following:
        level = row.text("cap")
        if level not in levels or levels.index(level) < child or level == "*":
            break
        if row.text("dieu_kien") or row.text("khoi"):
            return set()
        count += levels.index(level) == child
    return {count} if count > 1 else set()


def _sub_projects(record: Record, following: Sequence[Record]) -> Iterator[Outcome]:
    """“gồm 03 tiểu dự án” in a project of `Dự án`, against the rows of its sub-projects."""
    if key(record.text("loai")) != key("dự án") or not any("tiểu dự án" in str(t) for t in record.texts.values()):
        return
    kinds = [key(row.text("loai")) for row in following]
    own = kinds[: kinds.index(key("dự án"))] if key("dự án") in kinds else kinds
    count = own.count(key("tiểu dự án"))
    for column in PROSE_COLUMNS["du_an"]:
        text = record.texts.get(column)
        stated = _PARTS_STATED.search(nfc(text.value)) if text is not None else None
        if text is None or stated is None or not count:
            continue
        if int(stated[1]) == count:
            yield PASSED
        else:
            yield finding(
                "A23",
                text.ref,
                written=excerpt(nfc(text.value), *stated.span()),
                listed=f"{count} tiểu dự án",
                listed_en=f"{count}",
                actual=str(int(stated[1])),
                expected=str(count),
            )
