"""Runs of tokens around a number: the households that it counts, and how it goes on."""

from __future__ import annotations

from xlplan.checks.narrative.times import DATED
from xlplan.checks.narrative.words import ALL, BOTH, NEAR, POOR, Token

HARMLESS = frozenset(
    ("is", "fill", "aim", "standard", "total", "rate", "among", "and", "point", "people", "house", "done", "easing")
) | {"against", "on", "result"}
BEHIND = frozenset((*DATED, "is", "fill", "place", "and", "among", "on", "remains", "standard", "rate", "cut", "aim"))
OPENS = ("number", "rate", "total", "people")  # what may follow a verb behind a figure
GROUPS = {"house": "", "poor": POOR, "near": NEAR, "both": BOTH, "open": "open", "all": ALL}
SUBS = ("without", "with", "aid", "exit", "ethnic", "merit")
SUB_CODES = {
    (POOR, "without"): "ho_ngheo_khong_lao_dong",
    (POOR, "with"): "ho_ngheo_co_lao_dong",
    (NEAR, "without"): "ho_can_ngheo_khong_lao_dong",
    (NEAR, "with"): "ho_can_ngheo_co_lao_dong",
    (POOR, "aid"): "ho_ngheo_bao_tro_xa_hoi",
    (BOTH, "aid"): "ho_bao_tro_xa_hoi",
    (POOR, "ethnic"): "ho_ngheo_dtts",
    (POOR, "merit"): "ho_ngheo_nguoi_co_cong",
    (BOTH, "exit"): "ho_co_kha_nang_thoat_ngheo",
    ("", "exit"): "ho_co_kha_nang_thoat_ngheo",
}
RATED = frozenset(
    code for group in (POOR, NEAR, BOTH) for code in (f"{group}_dau_ky", f"{group}_cuoi_ky", f"giam_{group}")
)
_NARROWING = ("được", "đang", "đã", "cần", "muốn", "đăng", "tham")


def noun(found: list[Token], at: int) -> tuple[str, str, int]:
    """The households that a number counts, by the words right behind it, and the place behind these."""
    group, end = GROUPS[found[at].kind], at + 1
    kinds = [token.kind for token in found[end : end + 4]]
    joins = kinds[:1] == ["and"] or (bool(kinds) and kinds[0] == "sign" and found[end].value == ",")
    if group == POOR and joins and kinds[1:2] == ["near"]:
        runs_on = kinds[2:3] and kinds[2] in ("is", "number")
        group, end = (group, end) if runs_on else (BOTH, end + 2)
    sub = ""
    while end < len(found) and found[end].kind in SUBS:
        sub = sub or found[end].kind
        end += 1
        if sub == "aid" and [token.kind for token in found[end : end + 2]] == ["sign", "without"]:
            end += 2
    return group, sub, end


def left(found: list[Token], at: int) -> tuple[str, int]:
    """The households that leave poverty by the words behind a count and its noun, and the place behind these.

    Nothing where the words are others, or speak of the poor and the near-poor together (“thoát nghèo, cận nghèo”).
    """
    while at < len(found) and found[at].value in ("sẽ", "phấn đấu"):
        at += 1
    if at >= len(found) or found[at].kind != "leaves":
        return "", at
    kinds = [token.kind for token in found[at + 1 : at + 4]]
    joins = kinds[:1] == ["and"] or (bool(kinds) and found[at + 1].value == ",")
    together = joins and kinds[1:2] in (["near"], ["leaves"]) and kinds[2:3] != ["number"]
    return ("" if together else group_left(found[at])), at + 1


def group_left(token: Token) -> str:
    """Which poverty it is that households leave."""
    return NEAR if "cận" in token.value else POOR


def borrowed(found: list[Token], at: int) -> int:
    """Where the unit of a number stands that only the next one has, 0 where there is none.

    “giảm từ 97 xuống còn 55 hộ”, “hộ nghèo: 71/1.088 hộ”.
    """
    kinds = [token.kind for token in found[at + 1 : at + 4]]
    if kinds[:2] == ["remains", "number"] and kinds[2:] and kinds[2] in (*GROUPS, "percent"):
        return at + 3
    return at + 3 if found[at + 1 : at + 2] and found[at + 1].value == "/" and kinds[1:] == ["number", "house"] else 0


def narrows(found: list[Token], at: int) -> bool:
    """Whether a comma leads to words that narrow a count down: “, được vay vốn”, “, có nhu cầu”."""
    words = found[at + 1 : at + 4]
    if found[at].value != "," or not words:
        return False
    if words[0].value == "có":
        return all(word.kind != "number" for word in words[1:])
    return words[0].value in _NARROWING


def is_mark(first: Token, second: Token) -> bool:
    """Whether a text begins with the number of a list: ``2.``, ``a)``, ``IV.``."""
    short = first.kind in ("number", "word", "unknown") and first.end - first.start <= 4
    return short and second.value in (".", ")") and second.start == first.end


def has_rate(found: list[Token], at: int) -> bool:
    """Whether a count is followed by its rate, as figures of all are: “63 hộ nghèo với 113 khẩu, chiếm 4,08%”."""
    kinds = [token.kind for token in found[at : at + 9]]
    return "percent" in kinds and "house" not in kinds and not {"poor", "near"} & set(kinds[: kinds.index("percent")])


def joined(found: list[Token], at: int) -> bool:
    """Whether a number goes on from the figure before it: “giảm 12 hộ nghèo và 15 hộ cận nghèo”."""
    words = set()
    at -= 1
    while at > 0 and (found[at].kind in ("and", "among") or found[at].value in (",", "gồm", ":", "có")):
        words.add("among" if found[at].kind == "among" else found[at].value)
        at -= 1
    behind_figure = found[at].kind in (*GROUPS, "percent") or found[at].value == ")"
    return bool(words) and behind_figure and ("có" not in words or "among" in words)


def goes_on(found: list[Token], at: int) -> bool:
    """Whether the next figure of the clause is what is left: “… xuống còn 51 hộ”, “… (4,08%) còn 51 hộ”."""
    aside = False
    for token in found[at:]:
        aside = token.value == "(" or (aside and token.value != ")")
        if aside:
            continue
        if token.kind == "remains":
            return True
        if token.kind in ("number", "line", "cut", "rise") or (token.kind == "sign" and token.value in ",.;"):
            return False
    return False


def is_bound(found: list[Token], at: int) -> bool:
    """Whether a word makes the number behind it a bound: “trên 5%”, “giảm trên 10 hộ”."""
    return found[at].value == "trên" and at + 1 < len(found) and found[at + 1].kind == "number"


def leads_to_rate(found: list[Token], at: int) -> bool:
    """Whether a semicolon goes on with the rate of the count before it: “hộ nghèo: 63 hộ; tỷ lệ: 4,08%”."""
    kinds = [token.kind for token in found[at + 1 : at + 5] if token.kind != "is"]
    return found[at - 1].kind == "house" and kinds[:3] == ["rate", "number", "percent"]


def parts_persons(found: list[Token], at: int) -> bool:
    """Whether a stroke parts households from their persons: “63 hộ/113 khẩu”."""
    kinds = [token.kind for token in found[at + 1 : at + 3]]
    return found[at].value == "/" and found[at - 1].kind in GROUPS and kinds == ["number", "people"]


def stock(start: str, finish: str, time: str, *, remains: bool, aim: bool) -> tuple[str, ...]:
    """The start or the end of the plan by the time that is named; both where none is."""
    if time in ("start", "before", "now"):
        return () if aim and remains else (start,)
    if time == "end" or (time == "year" and remains and aim):
        return (finish,)
    if time == "year" and remains:
        return (finish, start)
    if time == "open":
        return (finish, start)
    if time:
        return ()
    return (finish, start) if aim else (start, finish)
