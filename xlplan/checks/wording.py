"""What sentences say about figures and annexes: C14, C15."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache

from xlplan import catalogue
from xlplan.checks import prose
from xlplan.checks.fields import has_figures
from xlplan.checks.scope import PASSED, Case, Outcome, not_checked
from xlplan.messages import finding
from xlplan.model import Cell, Finding, Record, Submission, Table, Text
from xlplan.patterns import pattern
from xlplan.rates import rate_of
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.numbers import format_count, format_rate
from xlplan.vietnamese.text import clean

# ---- C14 --------------------------------------------------------------------------------------------------

SMALLEST = 10  # below it a number in prose may count anything
_ALL = "tong_so_ho"
_POOR, _NEAR = "hộ nghèo", "hộ cận nghèo"
_WORD_OF = {
    "ho_ngheo": _POOR,
    "giam_ho_ngheo": _POOR,
    "ho_can_ngheo": _NEAR,
    "giam_ho_can_ngheo": _NEAR,
}
"""What the codes that begin so count; entries into poverty are left out, for they count moves between the two."""

_ALL_WORDS = ("hộ dân", "hộ gia đình")
_ALL_HEADS = ("tổng số hộ", "tổng hộ")  # unless “nghèo” or “cận nghèo” follows
_BEFORE_TOTAL = (
    "đối với",
    "của",
    "cho",
    "tại",
    "rà soát",
    "tổng số",
    "trên",
    "trên tổng số",
    "trong",
    "trong số",
    "trong tổng số",
    "toàn bộ",
    "/",
)
_CHANCE = ("giam_", "khau_", "phat_sinh_", "tai_")  # such figures meet other numbers of a plan by chance
_LINKS = frozenset(("là", "còn", "có", "chiếm", "đạt", "ở", "mức", "tỷ", "lệ", "hiện", "giảm", "gồm", "toàn", "xã"))
_YEAR_BEFORE = ("năm", "giai đoạn", "tháng", "ngày", "số", "quý", "-", "–", "/")
_YEAR_DIGITS = 4
_NUMBER = pattern(r"[0-9]+(?:\.[0-9]+)*")
_MARK = "#"
"""What stands for a figure while the words around it are read."""


class Mention(NamedTuple):
    """A figure in a sentence: the indicator it is of, where it stands, and whether the words name something else."""

    code: str
    start: int
    end: int
    is_misnamed: bool


def c14(case: Case) -> Iterator[Outcome]:
    """What a sentence calls a number is what it counts (Phước Long words all its households as poor ones)."""
    figures = case.commune
    if not figures:
        return
    literals = _stated_figures(case, figures)
    shown: dict[str, str] = {}
    for text, traits in zip(case.prose, case.traits, strict=True):
        written, mentions = traits.written, traits.mentions
        if not literals and not mentions:
            continue
        for mention in mentions:
            if mention.code not in shown:
                shown[mention.code] = _shown(mention.code, figures)
            if shown[mention.code]:
                yield _misnamed(text, written, mention, shown[mention.code]) if mention.is_misnamed else PASSED
        for figure, code in literals.items():
            for at in _places_of(written, figure):
                mention = _mention(code, written, at, at + len(figure))
                yield _misnamed(text, written, mention, figure) if mention.is_misnamed else PASSED


def _stated_figures(case: Case, figures: Mapping[str, Cell]) -> dict[str, str]:
    """Codes by figure, for figures in the prose that of all indicators and villages only one of the commune has."""
    counts: dict[Decimal, list[str]] = {}
    for code, cell in figures.items():
        if code.startswith(_CHANCE):
            continue
        if cell.value is not None and cell.value >= SMALLEST and cell.integral and not catalogue.is_rate(code):
            counts.setdefault(cell.value, []).append(code)
    typed = frozenset().union(*[traits.numbers for traits in case.traits if traits.numbers])
    shown = [(format_count(int(value)), value, codes[0]) for value, codes in counts.items() if len(codes) == 1]
    stated = [item for item in shown if item[0] in typed]
    if not stated:
        return {}
    of_villages = {cell.value for s in case.scopes if s.is_village for cell in s.figures.values()}
    return {written: code for written, value, code in stated if value not in of_villages}


def numbers_in(text: str) -> frozenset[str]:
    """The numbers of a text, dots inside them included."""
    return frozenset(_NUMBER.findall(text.replace("{{", "")))


def placeholders_of(text: str) -> tuple[str, tuple[Mention, ...]]:
    """A text with marks and gaps for its placeholders, and those that are figures."""
    if "{{" not in text:
        return text, ()
    head, *pieces = text.split("{{")
    found = []
    for piece in pieces:
        inner, closed, rest = piece.partition("}}")
        code = inner.partition("[")[0].strip()
        if not closed or not catalogue.known(code):
            head += (prose.GAP if closed else "") + (rest if closed else piece)
            continue
        found.append((code, len(head), len(head) + 1))
        head += _MARK + rest
    return head, tuple([_mention(code, head, start, end) for code, start, end in found])


def _places_of(text: str, shown: str) -> Iterator[int]:
    """Where a number stands as a count: no part of another number, of a date, of a document's number, no rate."""
    at = text.find(shown)
    while at >= 0:
        end = at + len(shown)
        before, after = text[max(0, at - 1) : at], text[end : end + 2]
        inside = before.isdigit() or before in (".", ",", "/", "-") or after[:1] in ("/", "%", "-")
        if not inside and not after.lstrip(".,")[:1].isdigit() and not _is_date(text[:at], shown):
            yield at
        at = text.find(shown, end)


def _is_date(before: str, digits: str) -> bool:
    """Whether digits are a year, a day or a document's number by the word before them."""
    return len(digits) <= _YEAR_DIGITS and prose.lower(before[-12:]).rstrip().endswith(_YEAR_BEFORE)


def _shown(code: str, figures: Mapping[str, Cell]) -> str:
    """A placeholder's figure as the plan prints it, empty where the workbook has none."""
    if catalogue.is_rate(code):
        rate = rate_of(code, figures)
        return format_rate(rate.value) if rate is not None and rate.value is not None else ""
    cell = figures.get(code)
    if cell is None or cell.value is None or not cell.integral:
        return ""
    return format_count(int(cell.value), pad=True)


def _after_figures(words: str) -> str:
    """What stands after the last figure in the words before another; years and days are no figures."""
    at = len(words)
    while at > 0:
        if words[at - 1] == _MARK:
            break
        if words[at - 1].isdigit():
            start = at - 1
            while start > 0 and (words[start - 1].isdigit() or words[start - 1] in ".,/-"):
                start -= 1
            if not _is_date(words[:start], words[start:at]):
                break
            at = start
        at -= 1
    return words[max(at, 0) :]


def _mention(code: str, written: str, start: int, end: int) -> Mention:
    """A figure of a text, and whether the words around it name something else."""
    small = prose.lower(written)
    first, last = prose.clause(small, start, end, commas=True)
    before, behind = _after_figures(small[first:start]), small[end:last].lstrip()
    wrong = _wrong_unit(code, behind) or _wrong_total(code, before, behind)
    other = {_POOR: _NEAR, _NEAR: _POOR}.get(_word_of(code))
    return Mention(
        code, start, end, wrong or (other is not None and (behind.startswith(other) or _governs(other, before)))
    )


def _misnamed(text: Text, written: str, mention: Mention, shown: str) -> Finding:
    """The finding for a figure whose words name something else."""
    head, tail = (part.replace(_MARK, prose.GAP) for part in (written[: mention.start], written[mention.end :]))
    return finding(
        "C14",
        text.ref,
        written=prose.excerpt(head + shown + tail, len(head), len(head) + len(shown)),
        number=f"“{shown}”",
        label=catalogue.label(mention.code),
    )


def _word_of(code: str) -> str:
    """``hộ nghèo`` or ``hộ cận nghèo``, where a code counts just these; empty otherwise."""
    count = catalogue.count_of(code).removesuffix("_dau_ky").removesuffix("_cuoi_ky")
    return _WORD_OF.get(count, "")


def _wrong_unit(code: str, behind: str) -> bool:
    """Persons that are called households, or households that are called persons."""
    if catalogue.is_rate(code):
        return False
    if catalogue.unit(code) == "hộ":
        return behind.startswith(("khẩu", "nhân khẩu"))
    return behind[:2] == "hộ" and not behind[2:3].isalnum()


def _wrong_total(code: str, before: str, behind: str) -> bool:
    """All households that are called poor ones: directly, or as the subject of the clause."""
    if code != _ALL:
        return False
    if behind.startswith((_POOR, _NEAR)):
        return True
    if not behind.startswith("hộ") or behind.startswith(_ALL_WORDS):
        return False
    speaks = _POOR in before or _NEAR in before
    return speaks and not _names_all(before) and not prose.ends_with_word(before, _BEFORE_TOTAL)


def _names_all(before: str) -> bool:
    """Whether the words before a figure name all households."""
    if prose.has_word(before, _ALL_WORDS):
        return True
    rests = (before[at + len(head) :].lstrip() for head in _ALL_HEADS for at in prose.places(before, head))
    return any(not rest.startswith(("nghèo", "cận")) for rest in rests)


def _governs(word: str, before: str) -> bool:
    """Whether the words before a figure name just this group and lead straight to the figure."""
    groups = {group for group in (_POOR, _NEAR) if group in before}
    if groups != {word}:
        return False
    return _LINKS.issuperset(before.rpartition(word)[2].split())


# ---- C15 --------------------------------------------------------------------------------------------------

ANNEX_BLOCK = "biểu kèm theo"
_PROMISE_WORDS = ("kèm theo", "đính kèm", "phụ lục")


@cache
def _promise_pattern() -> re.Pattern[str]:
    """An annex of this plan; that of another document (kèm theo Thông tư …) or report goes on with its name."""
    own = r"(?= ?(?:$|[).,;:”]|(?:của )?kế hoạch này|này))"
    named = r"(?:phụ lục|biểu|bảng|danh sách)(?: [^.,;:()]{1,40}?)? (?:đính )?kèm(?: theo)?" + own
    return re.compile(rf"{named}|theo (?:các )?phụ lục(?: (?:số )?[\divx]+)?{own}")


def c15(case: Case) -> Iterator[Outcome]:
    """An annex that the text promises is there (Phước Long: “theo phụ lục đính kèm”)."""
    promised = [(t, traits.promise) for t, traits in zip(case.prose, case.traits, strict=True) if traits.promise]
    if not promised:
        return
    table = case.submission.table
    fault = _fault(case.submission)
    rows = {record.texts["noi_dung"].ref: record for record in _outline(case.submission) if "noi_dung" in record.texts}
    for text, words in promised:
        if _vanishes(rows.get(text.ref), table):
            continue
        if fault:
            yield finding("C15", text.ref, written=words, fault=fault[0], fault_en=fault[1])
        elif table is not None and not has_figures(table):
            yield not_checked("C15", "blank", table.units[0].ref if table.units else None, what=table.sheet)
        else:
            yield PASSED


def promise(text: str) -> str:
    """The words of a text that promise an annex, empty where none do."""
    small = prose.lower(text)
    if not any(word in small for word in _PROMISE_WORDS):
        return ""
    lines = (clean(line) for line in text.splitlines())
    matches = ((line, _promise_pattern().search(prose.lower(line))) for line in lines)
    return next((line[match.start() : match.end()] for line, match in matches if match), "")


def _outline(submission: Submission) -> tuple[Record, ...]:
    return submission.records.get("noi_dung", ())


def _vanishes(record: Record | None, table: Table | None) -> bool:
    """Whether a row is printed only where there is a table, and there is none."""
    return table is None and record is not None and prose.has_word(record.text("dieu_kien"), ("bieu",))


def _fault(submission: Submission) -> tuple[str, str] | None:
    """Why the plan has no annex, in both languages; ``None`` where it has one."""
    if submission.table is None:
        return "sổ không có biểu chỉ tiêu", "the workbook has no table of villages"
    if not any(record.text("khoi").strip().lower() == ANNEX_BLOCK for record in _outline(submission)):
        return "Nội dung không chèn khối “biểu kèm theo”", "no row of the outline inserts the block “biểu kèm theo”"
    return None
