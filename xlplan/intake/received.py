"""What came in, as light records: a country's results do not fit into memory, who sent what and when does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from functools import cache
from pathlib import PurePosixPath

from xlplan import catalogue
from xlplan.intake.communes import Commune, Identity, Met, groups, identity, named
from xlplan.messages import Language
from xlplan.pipeline import Status
from xlplan.results import Result
from xlplan.tuples import NamedTuple

Period = tuple[int, int]

_BETTER_LAST = (".xls", ".xlsm", ".xlsx")


class Received(NamedTuple):
    """Who sent a workbook, for which period, when it was last saved and what became of it.

    The fields are those of :class:`~xlplan.results.Result`; ``errors`` counts its findings of level error,
    ``problem`` and ``detail`` say why it could not be read (a kind of ``problems.toml``).
    """

    file: str
    unit: str = ""
    code: str = ""
    district: str = ""
    province: str = ""
    period: Period | None = None
    modified: str = ""
    status: Status = "clean"
    errors: int = 0
    problem: str = ""
    detail: str = ""
    figures: str = ""

    @classmethod
    def of(cls, result: Result) -> Received:
        """The record of a result."""
        unreadable = result.status == "unreadable"
        return cls(
            result.file,
            named(result.unit),
            result.code,
            result.district,
            result.province,
            result.period,
            result.modified,
            result.status,
            result.count("error"),
            (result.trouble.kind if result.trouble else "crashed") if unreadable else "",
            result.trouble.detail if unreadable and result.trouble else "",
            "" if unreadable else result.figures,
        )

    @property
    def commune(self) -> Commune:
        """Who it says it is."""
        return Commune(self.unit, self.code, self.district, self.province)

    @property
    def readable(self) -> bool:
        """Whether it could be read as our workbook."""
        return self.status != "unreadable"

    @property
    def name(self) -> str:
        """The file's own name."""
        return steps(self.file)[-1]

    @property
    def met(self) -> Met:
        """Who it says it is, by keys, and the folder it lies in."""
        return identity(self.commune), "/".join(steps(self.file)[:-1])


def steps(path: str) -> tuple[str, ...]:
    """The folders and the name of a path, however the system writes it; at least one."""
    return tuple(step for step in path.replace("\\", "/").split("/") if step) or ("",)


def superseded(received: Iterable[Received]) -> frozenset[str]:
    """The files whose figures do not count, because another of the same commune and period does.

    The one that was saved last counts; of those saved at one time that with fewer errors, then .xlsx before .xlsm
    before .xls. Where there is a list of communes, :func:`~xlplan.intake.compare.superseded` knows more.
    """
    records = [each for each in received if each.readable]
    return frozenset(loser.file for _, *losers in contests(records, who(records)) for loser in losers)


def who(records: Iterable[Received]) -> Mapping[str, Hashable]:
    """Which commune each file is of, by what the workbooks say; files that name none are left out."""
    met = {each.file: each.met for each in records}
    named = {file: found for file, found in met.items() if _names_one(found[0])}
    numbers = groups(named.values())
    return {file: numbers[found] for file, found in named.items()}


def _names_one(found: Identity) -> bool:
    return bool(found.name or found.code)


def contests(
    records: Iterable[Received], communes: Mapping[str, Hashable], strays: frozenset[str] = frozenset()
) -> list[list[Received]]:
    """The files of one commune and period, the one that counts first; one file alone is a contest too.

    ``strays`` are files that claim a commune which their name does not: they never win against one that does.
    """
    sent: dict[tuple[Hashable, Period | None], list[Received]] = defaultdict(list)
    for each in records:
        if each.file in communes:
            sent[communes[each.file], each.period].append(each)

    def order(each: Received) -> tuple[bool, str, int, int]:
        suffix = PurePosixPath(each.name).suffix.lower()
        better = _BETTER_LAST.index(suffix) if suffix in _BETTER_LAST else -1
        return each.file not in strays, each.modified, -each.errors, better

    return [sorted(sorted(group, key=lambda each: each.file), key=order, reverse=True) for group in sent.values()]


def not_filled_in(result: Result) -> tuple[str, ...]:
    """What a readable workbook leaves out so that its sender has to send it again: ``unnamed``, ``no_figures``.

    Such a workbook contradicts nothing, and yet nothing in it was checked. Plans of projects and of several years may
    do without figures of households; an export of the poverty database is nobody's own.
    """
    if result.status == "unreadable" or result.reviews:
        return ()
    unnamed = not named(result.unit)
    empty = not has_figures(result) and (unnamed or result.kind in _kinds_with_figures())
    return ("unnamed",) * unnamed + ("no_figures",) * empty


def has_figures(result: Result) -> bool:
    """Whether a workbook holds any figure of households, the commune's or a village's."""
    return bool(result.counts) or any(village.values for village in result.villages)


def to_fill_in(result: Result, lang: Language) -> list[str]:
    """The same in sentences."""
    return [str(catalogue.intake_texts()["reply"][name][lang]) for name in not_filled_in(result)]


@cache
def _kinds_with_figures() -> frozenset[str]:
    sheets = {kind.label: kind.sheets for kind in catalogue.kinds().values()}
    return frozenset(label for label, held in sheets.items() if "bieu" in held or "du_an" not in held)
