"""This year's workbook beside last year's: whether they belong together, and what of them can be compared.

Read by A11, B03 and B07 where a workbook of last year was given (``xlplan check --previous``); nothing else loads it.
"""

from __future__ import annotations

from xlplan import catalogue
from xlplan.checks.scope import Outcome, not_checked
from xlplan.checks.villages import NO_VILLAGES, Change, Matching, changes, match, villages_of
from xlplan.messages import finding
from xlplan.model import CellRef, Submission
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.dates import format_period
from xlplan.vietnamese.text import clean, key, name_key


class LastYear(NamedTuple):
    """What this year's workbook can be held against. ``notes`` say why not, or what to know of it.

    ``reorganised``: name, kind, code or boundary of the commune are not those of last year. ``changes`` are
    villages that merged or were divided; they are in no list of ``villages`` but ``same``. ``scattered``: so many
    villages came or went that others may have another boundary too.
    """

    comparable: bool
    notes: tuple[Outcome, ...]
    reorganised: bool
    same_standard: bool
    period: tuple[int, int]
    villages: Matching
    changes: tuple[Change, ...]
    scattered: bool = False


def compare(submission: Submission, previous: Submission) -> LastYear:
    """Holds two workbooks against each other: one commune, the year before, one standard, which villages."""
    found = match(villages_of(submission), villages_of(previous))
    period, before = submission.years, previous.years
    if period is None:
        field = submission.fields.get("ky")
        return _apart(not_checked("A11", "no_period", field.ref if field else None))
    if not _same_commune(submission, previous, found):
        return _apart(_i35(submission, previous))
    if before is None or before[1] != period[0] - 1:
        return _apart(_i36(submission, previous, period[0]))
    villages, moved = changes(found)
    renamed = not _same_name(submission, previous)
    notes = (_i37(submission, previous),) if renamed else ()
    complete = bool(found.same) and not (found.added or found.gone)
    reformed = _day(previous, before[1]) < reform_day() <= _day(submission, period[0])
    return LastYear(
        True,
        notes,
        renamed or (reformed and not complete),
        catalogue.standard_of(before[1]) == catalogue.standard_of(period[0]),
        before,
        villages,
        moved,
        len(found.added) + len(found.gone) > len(found.same) + len(found.likely),
    )


def _apart(note: Outcome) -> LastYear:
    """Workbooks that are not held against each other, and why."""
    return LastYear(False, (note,), False, False, (0, 0), NO_VILLAGES, ())


def _same_name(submission: Submission, previous: Submission) -> bool:
    """Whether kind, name and (where both have one) code of the commune are the same; a blank one says nothing."""
    names = (name_key(submission.text("ten_don_vi")), name_key(previous.text("ten_don_vi")))
    others = [(key(submission.text(field)), key(previous.text(field))) for field in ("loai_don_vi", "ma_don_vi")]
    pairs = [names, *others]
    return all(now == before for now, before in pairs if now and before)


def _same_commune(submission: Submission, previous: Submission, found: Matching) -> bool:
    """Whether both are of one commune: by code, by name, else by the names of half of its villages.

    Names that are numbers (Tổ 1, Tổ 2 …) stand in every commune and speak for one only where it has no name.
    """
    codes = key(submission.text("ma_don_vi")), key(previous.text("ma_don_vi"))
    names = name_key(submission.text("ten_don_vi")), name_key(previous.text("ten_don_vi"))
    if any(all(pair) and pair[0] == pair[1] for pair in (codes, names)):
        return True
    named = [now for now, _ in found.same if not (all(names) and name_key(now.name).isdecimal())]
    return len(named) > 1 and 2 * len(named) >= len(found.same) + len(found.likely) + len(found.gone)


def reform_day() -> str:
    """The first day of the communes of two tiers (ISO), from the words for units."""
    return max(word.since for word in catalogue.unit_words("commune_kind"))


def _day(submission: Submission, year: int) -> str:
    """The day on which a workbook was made (ISO), as far as it says; else the first of its year."""
    parts = [submission.text(field) for field in ("nam_ban_hanh", "thang", "ngay")]
    if not parts[0].isdecimal():
        return f"{year}-01-01"
    month, day = (part.zfill(2) if part.isdecimal() else "01" for part in parts[1:])
    return f"{parts[0]}-{month}-{day}"


def file_name(submission: Submission) -> str:
    """The name of a workbook's file without its folders."""
    return submission.file.replace("\\", "/").rpartition("/")[2]


def _field_ref(submission: Submission, field: str) -> CellRef:
    found = submission.fields.get(field)
    if found is not None:
        return found.ref
    return CellRef(submission.table.sheet if submission.table else catalogue.forms()["thong_tin"].title, 0, 0)


def _i35(submission: Submission, previous: Submission) -> Outcome:
    return finding(
        "I35",
        _field_ref(submission, "ten_don_vi"),
        written=submission.unit_name,
        other=previous.unit_name or "…",
        file=file_name(previous),
    )


def _i36(submission: Submission, previous: Submission, first_year: int) -> Outcome:
    before = previous.years
    return finding(
        "I36",
        _field_ref(submission, "ky"),
        written=clean(submission.text("ky")) or str(submission.titled),
        period=format_period(*before) if before else "…",
        file=file_name(previous),
        wanted=f"năm {first_year - 1}",
        wanted_en=f"in {first_year - 1}",
    )


def _i37(submission: Submission, previous: Submission) -> Outcome:
    return finding(
        "I37",
        _field_ref(submission, "ten_don_vi"),
        written=submission.unit_name,
        other=previous.unit_name,
        file=file_name(previous),
    )
