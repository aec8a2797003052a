"""Reads the tokens of a sentence in order and says which numbers are claims."""

from __future__ import annotations

from collections.abc import Iterator

from xlplan.checks.narrative.phrases import (
    BEHIND,
    GROUPS,
    HARMLESS,
    OPENS,
    RATED,
    SUB_CODES,
    SUBS,
    borrowed,
    goes_on,
    group_left,
    has_rate,
    is_bound,
    is_mark,
    joined,
    leads_to_rate,
    left,
    narrows,
    noun,
    parts_persons,
    stock,
)
from xlplan.checks.narrative.slots import COMMUNE, CUT, ELSEWHERE, RATE, RISE, Claim, Context, Last, without_other_cuts
from xlplan.checks.narrative.times import DATED, covers, when
from xlplan.checks.narrative.words import ALL, BOTH, NEAR, POOR, Amount, Token, count, percentage


class Reader:
    """Reads tokens in order and keeps what the words so far have said."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.trusted = True  # no heading above speaks of what the program does not know
        self.scope = context.village or ("" if not context.explicit else ELSEWHERE)
        self.time = ""
        self.sentence = 0
        self.grouped = self.topic = False  # households of a kind have been spoken of, in the text or above it
        self.last: Last | None = None
        self.base = ""
        self.good = True
        self.held: list[Claim] = []
        self.leaving: set[int] = set()  # where the numbers stand of households that leave poverty (thoát nghèo)
        self.chain = 0  # where in ``held`` the claims of the list of counts begin that is being read
        self.moved = False  # a decrease has been spoken of, and no time since: a figure without a verb may be one too
        self.past = False  # results are spoken of: what falls there has fallen already
        self.help = self.helped = False  # a heading speaks of support: households are those that get it
        self._sentence()

    def _sentence(self) -> None:
        """A new sentence: time and place stay, all else is open; a village does not go on."""
        self.sentence += 1
        self.trusted = self.trusted and self.good
        self.good = True
        self.chain = len(self.held)
        self.foreign = False  # the sentence speaks of another place
        self.summed = False  # the sentence says “tổng số”
        self.told = self.timed = False  # the sentence says “tổng số” or “tỷ lệ”; it names the start or the end
        self.aim = self.done = self.among = self.risen = False
        self.base = self.last.group if self.last is not None else ""
        self.last = None
        if self.context.explicit or self.scope not in ("", COMMUNE, self.context.village):
            self.scope = ELSEWHERE
        self.named = False  # the sentence itself names the commune or a village
        self._clause()
        self.verb = self.group = self.sub = ""
        self.people = False

    def _clause(self) -> None:
        self.clear = self.good
        self.known = True  # every word since the last comma
        self.placed = self.linked = self.dated = False

    def after_lead(self, *, joined: bool) -> None:
        """The end of a line above the text: a lead that ends with a colon runs on into it."""
        self.trusted = self.trusted and self.good
        self.topic = self.topic or self.grouped
        self.past = self.past or self.done
        self.help = self.helped
        if not joined:
            self._sentence()
            self.grouped = False

    # ---- words ----------------------------------------------------------------------------------------------

    def read(self, found: list[Token]) -> Iterator[Claim]:
        """The claims of a run of tokens."""
        at = 2 if len(found) > 1 and is_mark(found[0], found[1]) else 0
        self.held, self.chain, self.leaving = [], 0, set()
        while at < len(found):
            if found[at].kind == "number":
                claim, at = self._number(found, at)
                if claim is not None:
                    self.held.append(claim)
                continue
            self._word(found, at)
            at += 1
        yield from without_other_cuts(self.held, self.leaving)

    def _word(self, found: list[Token], at: int) -> None:
        token = found[at]
        kind = token.kind
        if kind == "sign":
            self._sign(found, at)
        elif kind == "line":
            if not at or found[at - 1].value != ":":
                self._sentence()
        elif kind == "place":
            self.scope = token.value
            self.placed = self.named = token.value != ELSEWHERE
        elif kind in DATED:
            self._time(found, at)
        elif kind in GROUPS:
            self._label(found, at)
        elif kind in SUBS:
            self.sub = "aid" if (self.sub, kind) == ("aid", "without") else kind
        elif kind in ("cut", "rise", "remains", "from", "leaves") or (self.aim and token.value == "giảm được"):
            self._verb(found, at)
        elif is_bound(found, at) or not self._light(kind, token.value):
            self.good = self.known = False
            if kind == "arises":
                self._arises()
            if kind in ("elsewhere", "villages"):
                self.scope = ELSEWHERE
                self.foreign = True

    def _verb(self, found: list[Token], at: int) -> None:
        """Words of falling, rising and remaining."""
        token = found[at]
        if token.kind == "leaves":
            self.verb, self.group = "leaves", group_left(token)
        else:
            # “63 hộ nghèo, còn hộ cận nghèo 69 hộ” sets one beside the other
            beside = token.value == "còn" and at and found[at - 1].value == "," and not self._after_cut()
            self.verb = "" if beside else "cut" if token.kind == "done" else token.kind
        self.moved = self.moved or token.kind in ("cut", "rise", "leaves", "done")
        if token.kind == "rise":
            self._rises()
        self.linked = True

    def _arises(self) -> None:
        """Where some come and some go, those who leave poverty are not the decrease."""
        self.held = [c for c in self.held if c.sentence != self.sentence or c.start not in self.leaving]
        self.chain = min(self.chain, len(self.held))

    def _rises(self) -> None:
        """“giảm 14 hộ, tăng 2 hộ” is less in all."""
        self.risen = True
        self.held = [c for c in self.held if c.sentence != self.sentence or not c.code.startswith(CUT)]
        self.chain = min(self.chain, len(self.held))

    def _light(self, kind: str, value: str) -> bool:
        """Words that lead on without a meaning of their own; whether a word is one."""
        self.aim = self.aim or kind == "aim"
        self.told = self.told or kind in ("total", "rate")
        self.summed = self.summed or (kind == "total" and value != "số")
        self.helped = self.helped or kind == "support"
        self.done = self.done or kind == "done"
        self.past = self.past or kind == "result"
        if kind == "among":
            self.base = self.last.group if self.last is not None else self.base
            self.among, self.group, self.sub = True, "", ""
        self.linked = self.linked or kind == "is"
        if kind == "people":
            self.people = True
        if kind == "easing" and self.aim:
            self.moved = True
        return kind in HARMLESS

    def _sign(self, found: list[Token], at: int) -> None:
        sign = found[at].value
        if sign == ";" and leads_to_rate(found, at):
            sign = ","
        if sign in (".", ";", "!", "?"):
            same = sign == ";"  # the items of one list
            good, named, foreign = self.good or not same, self.named and self.good and same, self.foreign and same
            self._sentence()
            self.good, self.named, self.foreign = good, named, foreign
            self.clear = self.clear and good
        elif sign in (",", "(", ")", "–", "-", "—") or parts_persons(found, at):
            self._comma(found, at)
        elif sign in ("+", "*", "•") and self.clear and not self.last and not self.group:
            pass  # the mark of a point
        else:
            self.good = self.known = False

    def _comma(self, found: list[Token], at: int) -> None:
        """A comma parts clauses, unless it parts “hộ nghèo, hộ cận nghèo”."""
        behind = found[at + 1].kind if at + 1 < len(found) else ""
        joins = found[at].value == "," and self.group == POOR and behind == "near" and found[at - 1].kind == "poor"
        if not joins and not (self.sub == "aid" and behind == "without"):
            dated = self.known and self.dated  # “…, đến cuối năm 2022, toàn xã có”
            self._clause()
            self.dated = dated
            if found[at].value == ",":
                self.verb = "" if self.verb != "from" else self.verb

    def _label(self, found: list[Token], at: int) -> None:
        """Names of households before a figure; “hộ nghèo, hộ cận nghèo” are one."""
        group = GROUPS[found[at].kind]
        between = found[at - 1] if at else None
        follows = between is not None and (between.kind == "and" or between.value == ",")
        if group == NEAR and self.group == POOR and follows and at > 1 and found[at - 2].kind == "poor":
            group = BOTH
        if found[at].kind == "house" and between is not None and between.value in ("tổng số", "tổng"):
            group = "" if self.grouped or self.topic else ALL
        if group:
            self.group, self.sub = group, ""
            self.grouped = self.grouped or group != ALL

    # ---- time -----------------------------------------------------------------------------------------------

    def _time(self, found: list[Token], at: int) -> None:
        token = found[at]
        if token.kind == "span" and at and found[at - 1].kind == "standard":
            if not covers(token, self.context.period):
                self.good = self.known = False  # theo chuẩn nghèo giai đoạn 2016 - 2020
            return
        if at and found[at - 1].kind == "against":
            if self._when(token) not in ("start", "before"):
                self.good = self.known = False
            return
        self.time = self._when(token)
        self.timed = self.time in ("start", "end")
        self.dated = self.time != "other"
        self.moved = False

    def _when(self, token: Token) -> str:
        return when(token, self.context.period)

    # ---- numbers --------------------------------------------------------------------------------------------

    def _number(self, found: list[Token], at: int) -> tuple[Claim | None, int]:
        """The claim of a number, and the place behind it and its noun."""
        unit_at = at + 1
        if unit_at < len(found) and found[unit_at].kind == "point":
            unit_at += 1
        unit = found[unit_at].kind if unit_at < len(found) else ""
        shares = (unit == "remains" and self.verb == "from") or (unit == "sign" and self.group in (POOR, NEAR))
        far = borrowed(found, at) if shares else 0
        if unit == "percent" or (far and found[far].kind == "percent"):
            return self._rate(found, at, at + 1 if far else unit_at + 1)
        if unit == "people":
            return self._persons(found, at, unit_at + 1)
        if far or (unit in GROUPS and unit_at == at + 1):
            return self._households(found, at, far)
        if unit == "villages":
            return None, at + 2
        self.good = self.known = False
        return None, at + 1

    def _accepted(self) -> bool:
        """Whether the words up to here leave no doubt."""
        if self.foreign or self.scope == ELSEWHERE or self.time == "other":
            return False
        named = self.named and (self.timed or not self.help)
        if self.good and (self.trusted or named or (self.told and self.timed)):
            return bool(self.scope) or not self.context.explicit
        return self.known and self.placed and self.dated and (self.linked or bool(self.group))

    def _behind(self, found: list[Token], at: int) -> tuple[bool, str, str]:
        """Whether the words behind a figure narrow nothing down, and the time and place that they add."""
        time = place = ""
        while at < len(found) and found[at].kind not in ("number", "line"):
            token = found[at]
            nxt = found[at + 1] if at + 1 < len(found) else None
            if token.kind == "sign":
                inside = token.value == "(" and nxt is not None and nxt.kind in DATED
                if not inside:
                    closes = token.value in ".,;()–-" or parts_persons(found, at)
                    return closes and not narrows(found, at), time, place
            elif token.kind in DATED and found[at - 1].kind == "standard":
                if token.kind == "span" and not covers(token, self.context.period):
                    return False, "", ""
            elif token.kind in DATED:
                time = time or self._when(token)
            elif token.kind == "place":
                place = place or token.value
            elif token.kind in ("is", "and") and nxt is not None and nxt.kind not in OPENS and nxt.kind not in GROUPS:
                return False, "", ""
            elif token.kind == "against":
                since = self.verb in ("cut", "rise") and nxt is not None and nxt.kind in DATED
                return (since and nxt is not None and self._when(nxt) in ("start", "before")), time, place
            elif token.kind not in BEHIND and token.kind not in GROUPS:
                return False, "", ""
            elif token.kind in ("among", "on", "remains", "cut", "aim", "rate") or token.kind in GROUPS:
                break
            at += 1
        return True, time, place

    def _households(self, found: list[Token], at: int, far: int = 0) -> tuple[Claim | None, int]:
        """``far`` is where the noun stands that a number has in common with the next one."""
        number = found[at]
        named: str | None
        named, sub, end = noun(found, far or at + 1)
        end = at + 1 if far and found[at + 1].kind == "remains" else end
        leaving, behind = left(found, end)
        if behind > end and found[behind - 1].kind == "leaves":
            self.verb, self.moved, end = "leaves", True, behind
            named = leaving if leaving and named in ("", leaving) else None
        in_list = self.last is not None and joined(found, at)
        self.chain = self.chain if in_list else len(self.held)
        if not self.verb and not self.group and in_list and self.last is not None:
            self.verb = self.last.cut if self.last.cut != "from" else ""
        amount = count(number.value)
        clear, time, place = self._behind(found, end)
        clear = clear and named is not None  # “15 hộ cận nghèo thoát nghèo”
        sub = sub or (self.sub if named in ("", self.group) else "")
        group = named if named is None else named or self._meant(found, end, sub)
        codes = self._codes(found, end, group, sub, time or self.time) if clear and group is not None else ()
        keep = self.scope
        self.scope = place or self.scope
        told = sub or self.verb or self.group or self.scope or time or self.time or has_rate(found, end)
        told = told or (self.summed and self.trusted)
        good = bool(codes) and amount is not None and bool(told) and self._accepted() and time != "other"
        village = self._village()
        leaves = self.verb == "leaves"
        cut = "cut" if leaves else self.verb if self.verb in ("cut", "rise", "from") else ""
        self.scope = keep if place == COMMUNE and keep else self.scope
        self.last = Last(group or "", codes if good else (), cut)
        self.group = self.sub = self.verb = ""
        self.people = False
        if group not in ("", ALL, None):
            self.grouped = True
        if not good or amount is None:
            self.good = self.good and clear
            if not clear:
                self._retract()
                self._retract_places(village)
            return None, end
        if leaves:
            self.leaving.add(number.start)
        return self._claim(codes, village, amount, "hộ", found[at]), end

    def _retract(self) -> None:
        """What narrows the last count of a list narrows all: “12 hộ nghèo và 15 hộ cận nghèo tham gia tập huấn”."""
        del self.held[self.chain :]

    def _retract_places(self, village: str | None) -> None:
        """So it is with a list of places: “Mai Hà 3 hộ nghèo, Hà Tràng 5 hộ nghèo vay vốn”."""
        while village and self.held and self.held[-1].sentence == self.sentence:
            if self.held[-1].village in (None, village):
                return
            self.held.pop()

    def _meant(self, found: list[Token], end: int, sub: str) -> str | None:
        """The group of “N hộ”: that of the label, else that spoken of, else all; ``None`` where it is open."""
        if self.group or (sub == "exit" and self.last is None):
            return self.group
        if (
            self.last is not None
            and (self.last.group not in ("", ALL) or sub)
            and (self.among or sub or self.verb in ("remains", "cut", "from") or self.last.cut)
        ):
            return self.last.group or None
        alone = self.trusted and not self.grouped and not self.verb and self.named and not self.among
        split = [token.kind for token in found[end : end + 3]]
        return ALL if alone and self.good and {"among", "people"} & set(split) else None

    def _codes(self, found: list[Token], end: int, group: str, sub: str, time: str) -> tuple[str, ...]:
        """The indicators that a count may be of; none where the words do not say."""
        if sub:
            code = SUB_CODES.get((group, sub), "")
            now = time in ("", "start", "before", "now") or (sub == "exit" and time == "year")
            return (code,) if code and now and not self.verb and not self.done else ()
        if group == ALL:
            bare = not self.verb and not self.aim
            return (ALL,) if bare and time in ("", "start", "before", "now", "year") else ()
        if group == "open":
            return tuple(code for one in (POOR, BOTH) for code in self._codes(found, end, one, sub, time))
        if not group:
            return ()
        return self._moving(found, end, group, time)

    def _moving(self, found: list[Token], end: int, group: str, time: str) -> tuple[str, ...]:
        """Codes of a group that is cut, left or there."""
        start, finish, cut = f"{group}_dau_ky", f"{group}_cuoi_ky", f"giam_{group}"
        if self.done:
            return ()
        if self.verb in ("cut", "rise", "leaves"):
            ahead = time in ("", "year", "end", "open") or (time in ("start", "now") and self.aim)
            ahead = ahead and not (self.risen and self.verb != "rise")
            self.past = self.past or self._fell_since()
            code = RISE + group if self.verb == "rise" else cut
            return (code,) if ahead and not goes_on(found, end) and (time or not self._is_past()) else ()
        if self.verb == "from":
            timely = time in ("start", "year", "now", "end") or (time in ("", "before") and not self._is_past())
            return (start,) if timely and goes_on(found, end) and not self._of_last_year(time) else ()
        if self.verb == "remains" and self._after_cut() and time in ("", "year", "end", "open"):
            return (finish,)
        if (self.verb == "remains" and self.last is not None and self.last.cut) or (self.moved and not self.verb):
            return ()
        return stock(start, finish, time, remains=self.verb == "remains", aim=self.aim)

    def _fell_since(self) -> bool:
        """Whether a decrease goes with what there is, as one of the past does: “63 hộ nghèo, giảm 18 hộ”."""
        stands = self.last is not None and not self.last.cut and bool(self.last.codes)
        return stands and not self.aim and not self.time

    def _is_past(self) -> bool:
        """Whether results are spoken of; they have no time of the plan."""
        return self.past and not self.aim

    def _of_last_year(self, time: str) -> bool:
        """Whether “từ … xuống” tells of the year before: “Năm 2022 giảm từ 81 hộ xuống 63 hộ”."""
        return self.time == time == "before" and not self.aim

    def _after_cut(self) -> bool:
        """Whether what remains is what a cut leaves that was itself understood."""
        return self.last is not None and bool(self.last.cut) and bool(self.last.codes)

    def _village(self) -> str | None:
        return self.scope if self.scope not in ("", COMMUNE) else None

    def _persons(self, found: list[Token], at: int, end: int) -> tuple[Claim | None, int]:
        """Persons of the poor, the near-poor or all; only those at the start are known."""
        clear, time, place = self._behind(found, end)
        amount = count(found[at].value)
        told = self.last is not None and self.last.codes and not self.last.cut
        labelled = self.people and self.group
        group = self.group if labelled else self.last.group if told and self.last is not None else ""
        codes = {POOR: "khau_ngheo_dau_ky", NEAR: "khau_can_ngheo_dau_ky", ALL: "tong_nhan_khau"}
        code = codes.get(group, "")
        if told and not labelled and self.last is not None and self.last.codes[0] not in (f"{group}_dau_ky", ALL):
            code = ""
        some = (self.among and self.base != ALL) or self.sub or place not in ("", COMMUNE)
        open_words = some or self.verb or self.done or self.aim
        timely = (time or self.time) in ("", "start", "before", "now")
        good = clear and code and not open_words and timely and amount is not None and self._accepted()
        self.people = False
        if labelled:
            self.group = ""
        if not good or amount is None:
            self.good = self.good and clear
            return None, end
        return self._claim((code,), self._village(), amount, "khẩu", found[at]), end

    def _rate(self, found: list[Token], at: int, end: int) -> tuple[Claim | None, int]:
        """A rate of the group named before it, or of the count before it; of all households, or nothing is claimed."""
        amount = percentage(found[at].value)
        codes: tuple[str, ...] = ()
        base_ok, clear, time = self._of_all(found, end)
        if amount is not None and clear and base_ok:
            codes = self._rate_codes(found, end, time)
        good = bool(codes) and self._accepted()
        if not base_ok:
            self._retract()  # a share of the poor: the count was of some of them
        if self.verb in ("from", "cut") and self.group:
            self.last = Last(self.group, codes if good else (), self.verb)
        elif self.verb == "from":
            self.last = Last(self.group or (self.last.group if self.last else ""), codes if good else (), "from")
        self.group = self.sub = self.verb = ""
        if not good or amount is None:
            self.good = self.good and clear
            return None, end
        return self._claim(codes, self._village(), amount, "%", found[at]), end

    def _of_all(self, found: list[Token], at: int) -> tuple[bool, bool, str]:
        """Whether a rate is of all households as far as the words behind it say; whether they are clear; the time."""
        kinds = [token.kind for token in found[at : at + 4]]
        if (kinds and kinds[0] in ("on", "against", "total")) or (kinds and kinds[0] in GROUPS):
            rest = [kind for kind in kinds if kind not in ("on", "against", "total", "fill")]
            of_all = (bool(rest) and rest[0] in ("house", "all")) or (kinds[0] == "on" and rest[:1] == ["number"])
            since = kinds[0] == "against" and len(found) > at + 1 and found[at + 1].kind in DATED and self.verb == "cut"
            start = since and self._when(found[at + 1]) in ("start", "before")
            return of_all or start, of_all or start, ""
        clear, time, place = self._behind(found, at)
        return True, clear and not (place and place != COMMUNE), time

    def _rate_codes(self, found: list[Token], end: int, time: str) -> tuple[str, ...]:
        last = self.last
        if self.sub or self.done or self.verb == "leaves" or (self.among and self.base != ALL):
            return ()  # a share of those who leave may be of the poor
        if not self.group and last is not None and self.verb in ("", "remains") and not self._moves(last):
            ready = all(code in RATED for code in last.codes) and time in ("", self.time)
            return tuple(RATE + code for code in last.codes) if ready else ()
        group = self.group or (last.group if last is not None else "")
        if group in ("", ALL) or self.verb == "rise":
            return ()
        if self.verb == "remains" and not self._after_cut() and last is not None and last.cut:
            return ()  # what a cut leaves that was not understood itself
        groups = (POOR, BOTH) if group == "open" else (group,)
        when = time or self.time
        return tuple(RATE + code for one in groups for code in self._moving(found, end, one, when))

    def _moves(self, last: Last) -> bool:
        """Whether “còn …%” after a count says more than the rate of that count."""
        return self.verb == "remains" and bool(last.cut)

    def _claim(self, codes: tuple[str, ...], village: str | None, amount: Amount, unit: str, token: Token) -> Claim:
        return Claim(
            codes[0], village, amount.value, unit, amount.places, token.start, token.end, codes[1:], self.sentence
        )
