"""Who has sent a workbook, who has not, and what is wrong with what came: a line for each commune and file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

from xlplan import catalogue
from xlplan.intake.communes import Commune
from xlplan.intake.expected import Expected
from xlplan.intake.received import Period, Received, contests, steps, who
from xlplan.intake.reply import LONGEST_NAME, short
from xlplan.intake.roll import Found, Roll
from xlplan.messages import Language, problem
from xlplan.model import NOTHING
from xlplan.results import Standing, Submitted
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.dates import format_period, format_short
from xlplan.vietnamese.text import capitalise

_OURS = 7 * 3600  # seconds that Việt Nam is ahead of UTC, all year round


def compare(
    expected: Sequence[Expected],
    received: Iterable[Received],
    lang: Language = "vi",
    *,
    identical: Mapping[str, str] = NOTHING,
    period: Period | None = None,
) -> tuple[tuple[Submitted, ...], frozenset[str]]:
    """How every commune of a list stands, in its order, then the files that are worth a line, in theirs.

    Beside these lines, the files whose figures do not count because another of the commune does. ``identical`` are
    files that were not worked on, each with the file of the same content that was. ``period`` is asked of rows that
    state none; without one any period will do. An empty list gives only the lines of files: superseded, duplicate,
    wrong_template. When a workbook was last saved stands for when it was sent.
    """
    sorted_out = _SortedOut.of(expected, list(received), identical)
    lines = _Lines(sorted_out, lang, period)
    rows = [line for at in range(len(sorted_out.roll.listed)) for line in lines.of_commune(at)]
    others = [line for each in sorted_out.received if (line := lines.of_file(each))]
    return (*rows, *others, *lines.of_twins(identical)), frozenset(sorted_out.lost)


class _SortedOut(NamedTuple):
    """Which commune each file is of, and which of several files counts.

    ``found`` is what the list says of each readable file, ``after`` the commune that its name (or, for an unreadable
    one, only its name) says; ``won`` are the contests by the file that counts, ``lost`` the others with that file.
    ``twins`` are records of the files that were not worked on; they take part in no contest. ``strays`` are readable
    files whose name or code is of another commune than their Thông tin names.
    """

    roll: Roll
    received: tuple[Received, ...]
    twins: tuple[Received, ...]
    found: Mapping[str, Found]
    after: Mapping[str, int]
    strays: frozenset[str]
    won: Mapping[str, list[Received]]
    lost: Mapping[str, Received]

    @classmethod
    def of(cls, expected: Sequence[Expected], received: list[Received], identical: Mapping[str, str]) -> _SortedOut:
        roll, by_file = Roll(expected), {each.file: each for each in received}
        twins = [by_file[kept]._replace(file=file) for file, kept in identical.items() if kept in by_file]
        readable = [each for each in received if each.readable]
        found: dict[str, Found] = {}
        after: dict[str, int] = {}
        if expected:
            found = {each.file: roll.find(each.commune) for each in readable}
            found |= {each.file: found[identical[each.file]] for each in twins if each.readable}
            after = _called_after(roll, [*received, *twins], found)
        well_named = {identical[each.file] for each in twins if each.file not in after}
        strays = frozenset(
            file
            for file, each in found.items()
            if each.belongs is not None or (file in after and file not in well_named)
        )
        communes: dict[str, Hashable] = dict(who(readable))
        communes |= {file: ("listed", found[file].at) for file in communes if file in found and _is_listed(found[file])}
        groups = contests(readable, communes, strays)
        return cls(
            roll,
            tuple(received),
            tuple(twins),
            found,
            after,
            strays,
            {group[0].file: group[1:] for group in groups},
            {loser.file: group[0] for group in groups for loser in group[1:]},
        )


def _is_listed(found: Found) -> bool:
    return found.at is not None


def _called_after(roll: Roll, received: Sequence[Received], found: Mapping[str, Found]) -> dict[str, int]:
    """Files that are called after a commune of the list which they are not of, or which only their name tells.

    The name of a folder says nothing where workbooks of several communes lie in it: it is a district's.
    """
    of_folder: dict[tuple[str, ...], set[object]] = defaultdict(set)
    for each in received:
        if own := found.get(each.file):
            of_folder[steps(each.file)[:-1]].add(each.unit if own.at is None else own.at)
    after = {}
    for each in received:
        folder, name = steps(each.file)[:-1], steps(each.file)[-1]
        path = each.file if len(of_folder[folder]) <= 1 else name
        own = found.get(each.file)
        meant = roll.called_after(path, each if own else None, own.at if own else None)
        if meant is not None and (own is None or own.at != meant):
            after[each.file] = meant
    return after


class _Lines:
    """Puts into lines and sentences what was sorted out."""

    def __init__(self, sorted_out: _SortedOut, lang: Language, period: Period | None) -> None:
        self._of = sorted_out
        self._lang: Language = lang
        self._period = period
        self._said: set[str] = set()  # files that have a line
        self._claims: dict[int, list[Received]] = defaultdict(list)  # files that name a commune in Thông tin
        self._called: dict[int, list[Received]] = defaultdict(list)  # files that are only called after it
        for each in (*sorted_out.received, *sorted_out.twins):
            if each.file in sorted_out.after:
                self._called[sorted_out.after[each.file]].append(each)
        self._texts = catalogue.intake_texts()["remark"]
        for each in sorted_out.received:
            found = sorted_out.found.get(each.file)
            if found and found.at is not None:
                self._claims[found.at].append(each)

    def say(self, remark: str, **values: str) -> str:
        """A sentence of the catalogue."""
        return str(self._texts[remark][self._lang].format(**values))

    def of_commune(self, at: int) -> Iterator[Submitted]:
        """The lines of a commune of the list, one for each period that is asked of it."""
        listed = self._of.roll.listed[at]
        own = [each for each in self._claims[at] if each.file in self._of.won and each.file not in self._of.strays]
        asked = {row.period or self._period for row in listed.rows}
        for row in listed.rows:
            period = row.period or self._period
            right = [each for each in own if period is None or each.period == period]
            wrong = [each for each in own if each.period not in asked and each.file not in self._said]
            if right:
                yield self._came(row, max(right, key=_latest))
            elif wrong:
                each = max(wrong, key=_latest)
                yield self._line(row.commune, "wrong_year", each, self._wrong_year(each, period))
            else:
                yield self._instead(at, row)

    def _instead(self, at: int, row: Expected) -> Submitted:
        """The line of a commune of which no workbook came: what came under its name, or nothing."""
        called = [each for each in self._called[at] if each.file not in self._said or self._is_shared(each)]
        strays = [each for each in self._claims[at] if each.file in self._of.strays]
        by_code = [each for each in strays if each.file not in self._of.after and each.file not in self._said]
        for each in (*(each for each in called if each.readable), *by_code):
            return self._line(row.commune, "wrong_commune", each, self._wrong_commune(each), self._mistaken(each))
        for each in called:
            return self._line(row.commune, "wrong_template", each, self._unreadable(each))
        elsewhere = next((each for each in strays if each.file in self._of.after), None)
        if elsewhere:
            other = self._of.roll.listed[self._of.after[elsewhere.file]].commune.unit
            remark = self.say("missing_claimed", other=elsewhere.name, unit=other)
        elif row.deadline:
            remark = self.say("missing_deadline", deadline=_day(row.deadline))
        else:
            remark = self.say("missing")
        return Submitted(*_named(row.commune, "missing"), remark=remark)

    def _is_shared(self, each: Received) -> bool:
        """Whether a copy of a file is rightly another commune's: it then stands in that one's line too."""
        return each.readable and each.file not in self._of.strays

    def _came(self, row: Expected, each: Received) -> Submitted:
        """The line of a commune whose workbook came: in time or late, once or more often."""
        losers = self._of.won[each.file]
        others = self._replaced(each)
        standing: Standing = "duplicate" if others else "received"
        remarks = [self._instead_of(others, each)] if others else []
        if row.deadline and (saved := _saved_on(each.modified)) > row.deadline:
            in_time = any(loser.modified and _saved_on(loser.modified) <= row.deadline for loser in losers)
            standing = standing if in_time else "late"
            key = "late_again" if in_time else "late"
            remarks.insert(0, self.say(key, saved=_day(saved), deadline=_day(row.deadline)))
        if self._of.found[each.file].renamed:
            remarks.append(self.say("renamed", code=each.code, written=each.unit))
        return self._line(row.commune, standing, each, " ".join(remarks), self._mistaken(each))

    def _replaced(self, each: Received) -> list[Received]:
        """The files that a file takes the place of, copies and strays aside."""
        losers = self._of.won.get(each.file, ())
        return [loser for loser in losers if not (_is_copy(loser, each) or loser.file in self._of.strays)]

    def _instead_of(self, others: Sequence[Received], each: Received) -> str:
        return self.say("duplicate", others=", ".join(f"“{_shown(other.file, each.file)}”" for other in others))

    def of_file(self, each: Received) -> Submitted | None:
        """The line of a file that no commune's line is about; None where there is nothing to say of it."""
        if each.file in self._said:
            return None
        found, roll = self._of.found.get(each.file), self._of.roll
        at = found.at if found else self._of.after.get(each.file)
        commune = roll.listed[at].commune if at is not None else each.commune
        said = self._about(each, at)
        message = self._mistaken(each) if said and said[0] == "wrong_commune" else ""
        return self._line(commune, said[0], each, said[1], message) if said else None

    def of_twins(self, identical: Mapping[str, str]) -> Iterator[Submitted]:
        """The lines of files of the same content as another, which no commune's line is about."""
        kept = {each.file: each for each in self._of.received}
        for file, first in identical.items():
            if file in self._said:
                continue
            found = self._of.found.get(first)
            listed = self._of.roll.listed[found.at].commune if found and found.at is not None else None
            commune = listed or (kept[first].commune if first in kept else Commune(""))
            remark = self.say("identical", other=_shown(first, file))
            yield Submitted(*_named(commune, "duplicate"), file=file, remark=remark)

    def _about(self, each: Received, at: int | None) -> tuple[Standing, str] | None:
        """What there is to say of a file of a commune (its place in the list), the gravest first."""
        others = self._replaced(each)
        if not each.readable:
            said: tuple[Standing, str] | None = "wrong_template", self._unreadable(each)
        elif each.file in self._of.strays:
            said = "wrong_commune", self._wrong_commune(each)
        elif each.file in self._of.lost:
            said = self._lost(each)
        elif at is not None:
            said = self._of_another_year(each, at)
        elif self._of.roll.listed:
            said = "unexpected", self._unexpected(each)
        else:
            said = ("duplicate", self._instead_of(others, each)) if others else None
        return said

    def _lost(self, each: Received) -> tuple[Standing, str]:
        winner = self._of.lost[each.file]
        copy, other = _is_copy(each, winner), _shown(winner.file, each.file)
        return "duplicate" if copy else "superseded", self.say("copy" if copy else "superseded", other=other)

    def _of_another_year(self, each: Received, at: int) -> tuple[Standing, str] | None:
        asked = {row.period or self._period for row in self._of.roll.listed[at].rows}
        if None in asked or each.period in asked:
            return None
        return "wrong_year", self._wrong_year(each, max(period for period in asked if period))

    def _line(self, commune: Commune, standing: Standing, each: Received, remark: str, message: str = "") -> Submitted:
        self._said.add(each.file)
        return Submitted(*_named(commune, standing), file=each.file, remark=remark, message=message)

    def _wrong_year(self, each: Received, period: Period | None) -> str:
        wanted = format_period(*period) if period else ""
        if each.period is None:
            return self.say("no_year", wanted=wanted)
        return self.say("wrong_year", period=format_period(*each.period), wanted=wanted)

    def _unreadable(self, each: Received) -> str:
        kind = each.problem if each.problem in catalogue.problem_texts() else "damaged"
        return capitalise(problem(kind, "", self._lang, detail=each.detail).removeprefix(": "))

    def _wrong_commune(self, each: Received) -> str:
        roll, found = self._of.roll, self._of.found[each.file]
        written = each.unit or each.code
        if not written:
            return self.say("unnamed")
        if each.file in self._of.after:
            unit = roll.listed[self._of.after[each.file]].commune.unit
            return self.say("wrong_commune", unit=unit, written=written)
        assert found.belongs is not None
        unit = roll.listed[found.belongs].commune.unit
        return self.say("wrong_code", code=each.code, unit=unit, written=written)

    def _mistaken(self, each: Received) -> str:
        """What a file's sender is to be told of name and code: nothing where it names no commune, or the right one."""
        of, stray = self._of, each.file in self._of.strays
        found, written = of.found[each.file], each.unit
        own = of.roll.listed[found.at].commune.code if found.at is not None else ""
        if stray and each.file in of.after and (each.unit or each.code):
            key, meant = "wrong_commune", of.after[each.file]
            code = self._reply("code", code=each.code) if each.code else ""
            written = f"{each.unit} ({code})" if each.unit and code else each.unit or code
        elif stray and found.belongs is not None:
            key, meant = "wrong_code_known" if own else "wrong_code", found.belongs
        elif found.renamed and found.at is not None:
            key, meant = "wrong_name", found.at
        else:
            return ""
        unit = of.roll.listed[meant].commune.unit
        return self._reply(key, unit=unit, written=written, code=each.code, own=own)

    def _reply(self, key: str, **values: str) -> str:
        named = {name: short(text, LONGEST_NAME) for name, text in values.items()}
        return str(catalogue.intake_texts()["reply"][key][self._lang].format(**named))

    def _unexpected(self, each: Received) -> str:
        written = each.unit or each.code
        if not written:
            return self.say("unnamed")
        meant = self._of.roll.alike(each.unit) if each.unit else ()
        if meant:
            return capitalise(self.say("unexpected_like", written=written, units=", ".join(meant)))
        return capitalise(self.say("unexpected", written=written))


def _named(commune: Commune, standing: Standing) -> tuple[str, Standing, str, str, str]:
    return commune.unit, standing, commune.code, commune.district, commune.province


def _latest(each: Received) -> tuple[Period, str]:
    return each.period or (0, 0), each.modified


def _is_copy(one: Received, other: Received) -> bool:
    """Whether two files hold the same figures: an .xlsx and an .xlsm side by side."""
    return bool(one.figures) and one.figures == other.figures


def _shown(file: str, beside: str) -> str:
    """A file's name, with its folder where the other file has the same name."""
    at, other = steps(file), steps(beside)
    return "/".join(at[-2:]) if at[-1] == other[-1] else at[-1]


def _saved_on(modified: str) -> str:
    """The day in Việt Nam of a time in UTC, both ISO; empty for no time."""
    import datetime

    if not modified:
        return ""
    at = datetime.datetime.fromisoformat(modified) + datetime.timedelta(seconds=_OURS)
    return at.date().isoformat()


def _day(iso: str) -> str:
    year, month, day = map(int, iso.split("-"))
    return format_short(day, month, year)
