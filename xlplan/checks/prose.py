"""The sentences of a plan as the rules read them: which texts are prose, clauses, words and where they stand.

No regular expressions where a search for a word does: most workbooks hold none of the words looked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from xlplan.model import Record, Submission, Text
from xlplan.patterns import pattern

PROSE_COLUMNS = {
    "noi_dung": ("noi_dung",),
    "muc_tieu": ("dien_giai",),
    "chi_tieu_nam": ("chi_tieu", "dien_giai"),
    "du_an": ("ten", "muc_tieu", "doi_tuong", "noi_dung", "phan_cong", "kinh_phi", "thoi_han"),
    "kinh_phi": ("noi_dung", "dien_giai"),
    "phan_cong": ("don_vi", "nhiem_vu"),
}
"""Columns that the plan prints as its own words. Citations (`Căn cứ`) keep the words of their documents."""

GAP = "…"
"""What stands for a placeholder while the words around it are read."""

_CLAUSE_ENDS = (". ", "; ", ": ", "\n")
_AROUND = 32  # letters on each side that a message quotes


def rows(submission: Submission) -> Iterator[tuple[str, Record | None, Text]]:
    """Every text that the plan prints as its own words, in the order of the sheets.

    Each with the key of its sheet and its row; the title has no row.
    """
    title = submission.fields.get("tieu_de")
    if title is not None and title.value:
        yield "thong_tin", None, title
    for sheet, columns in PROSE_COLUMNS.items():
        for record in submission.records.get(sheet, ()):
            for column in columns:
                text = record.texts.get(column)
                if text is not None:
                    yield sheet, record, text


def without_codes(text: str, own_name: str) -> str:
    """A text with its placeholders as gaps; ``{{ten_don_vi}}`` is the commune's name."""
    if "{{" not in text:
        return text
    return _without_codes(text, own_name if "ten_don_vi" in text else "")


@lru_cache(maxsize=2048)  # the communes of a batch share most of their words
def _without_codes(text: str, own_name: str) -> str:
    head, *pieces = text.split("{{")
    result = [head]
    for piece in pieces:
        code, closed, rest = piece.partition("}}")
        result.append((own_name or GAP) if closed and code.strip() == "ten_don_vi" else GAP)
        result.append(rest if closed else piece)
    return "".join(result)


@lru_cache(maxsize=1024)  # every rule on words asks for the same texts
def lower(text: str) -> str:
    """The text in small letters, of the same length, so that places in it are places in the text."""
    small = text.lower()
    return small if len(small) == len(text) else text


def places(text: str, word: str) -> Iterator[int]:
    """Where a word (or phrase) stands by itself in a text."""
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if not text[at - 1 : at].isalnum() and not text[end : end + 1].isalnum():
            yield at
        at = text.find(word, end)


def has_word(text: str, words: tuple[str, ...]) -> bool:
    """Whether one of the words stands by itself in a text."""
    return any(True for word in words for _ in places(text, word))


def ends_with_word(text: str, words: tuple[str, ...]) -> bool:
    """Whether a text ends with one of the words (spaces after it aside)."""
    text = text.rstrip()
    return any(text.endswith(word) and not text[-len(word) - 1 : -len(word)].isalnum() for word in words)


def clause(text: str, start: int, end: int, *, commas: bool = False) -> tuple[int, int]:
    """First and last place of the clause around ``text[start:end]``: between full stops, semicolons and colons.

    A sign counts only before a space (not the dot of 8.999); with ``commas`` a comma ends the clause too.
    """
    first = max(at + len(sign) if (at := text.rfind(sign, 0, start)) >= 0 else 0 for sign in _CLAUSE_ENDS)
    ends = (*_CLAUSE_ENDS, ", ") if commas else _CLAUSE_ENDS
    last = min(at if (at := text.find(sign, end)) >= 0 else len(text) for sign in ends)
    return first, last


def excerpt(text: str, start: int, end: int) -> str:
    """The words around a place, as a message quotes them."""
    before, after = text[:start], text[end:]
    if len(before) > _AROUND:
        before = GAP + before[-_AROUND:].partition(" ")[2]
    if len(after) > _AROUND:
        after = after[:_AROUND].rpartition(" ")[0].rstrip(" ,;:") + GAP
    return " ".join(f"{before}{text[start:end]}{after}".split()).replace(GAP + GAP, GAP)


# ---- which texts are worth reading ------------------------------------------------------------------------

_DIGIT = pattern("[0-9]")
_COUNTED = ("hộ", "khẩu", "người")
_PERCENT = ("%", "phần trăm", "điểm")
_WAYS = ("xuống", "lên", "còn")
_PARTS = ("tổng", "trong đó", "trong số")


@lru_cache(maxsize=4096)  # the communes of a batch share most of their words
def states_figures(text: str) -> bool:
    """Whether a figure of poverty may stand in a text: a digit before hộ, khẩu or % or after a colon; words for one."""
    small = lower(text)
    if not _DIGIT.search(text):
        return _in_words(small)
    if _typed_before(small, _COUNTED):
        return True
    figures = _typed_before(small, _PERCENT) or any(_leads(small, at + 1) for at in _all(small, ":"))
    return ("nghèo" in small and figures) or _in_words(small)


def _in_words(small: str) -> bool:
    """Whether a text without digits holds a number of poor households in words."""
    if "nghèo" not in small or not any(word in small for word in _COUNTED):
        return False
    from xlplan.checks.narrative.spelled import spells

    return spells(small)


@lru_cache(maxsize=4096)  # the communes of a batch share most of their words
def states_share(text: str) -> bool:
    """Whether a text may give a percentage beside two counts, with something typed among them."""
    small = lower(text)
    if not _typed_before(small, _PERCENT) and not ("ty_le_" in text and _typed_before(small, _COUNTED)):
        return False
    if any(word in small for word in _PARTS) or any(_leads(small, at + 4) for at in _all(small, "tr")):
        return True
    return any(_leads(small, at + 1) and small[max(0, at - 2) : at].rstrip()[-1:].isdigit() for at in _all(small, "/"))


@lru_cache(maxsize=4096)  # the communes of a batch share most of their words
def moves(text: str) -> bool:
    """Whether a text may say that something rises or falls by figures, typed or by placeholders."""
    small = lower(text)
    to = "từ" in small and "đến" in small and "tăng" in small and "tuổi" not in small
    if to or ("từ" in small and any(word in small for word in _WAYS)):
        leads = (small[at + 2 : at + 10].lstrip().removeprefix("mức").lstrip() for at in _all(small, "từ"))
        if any(lead[:1].isdigit() or lead.startswith("{{") for lead in leads):
            return True
    return "tăng" in small and states_figures(text)


def _typed_before(small: str, words: tuple[str, ...]) -> bool:
    """Whether a digit stands before one of the words."""
    for word in words:
        at = small.find(word)
        while at >= 0:
            if small[max(0, at - 7) : at].rstrip().removesuffix("nhân").rstrip()[-1:].isdigit():
                return True
            at = small.find(word, at + 1)
    return False


def _leads(small: str, at: int) -> bool:
    """Whether a digit stands at a place, after a space or two."""
    return small[at : at + 3].lstrip()[:1].isdigit()


def _all(text: str, word: str) -> Iterator[int]:
    """Every place of a word, inside of other words too."""
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def ranks(text: str) -> bool:
    """Whether a text may call a village the highest or lowest."""
    return "nhất" in lower(text)
