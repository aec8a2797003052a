"""The official review forms and the indicators that only they have (``data/reviews.toml``)."""

from __future__ import annotations

from functools import cache
from typing import Any

from xlplan import catalogue
from xlplan.catalogue.records import Indicator, ReviewColumn, ReviewForm, Shortage
from xlplan.catalogue.source import table

SHORTAGE = "thieu_hut"
SHORTAGE_TOTAL = "thieu_hut_tong"
POOR = "ho_ngheo_cuoi_ky"
PEOPLE_PREFIX = "khau_"


@cache
def indicators() -> dict[str, Indicator]:
    """The counts of the review forms that no plan has: those listed, what households lack, persons of the flows."""
    found = {
        row["code"]: Indicator(
            row["code"],
            row["label"],
            row["label"],
            row["unit"],
            row["kind"],
            tuple(row.get("part_of", ())),
            row.get("rate", False),
            (),
            row.get("base", catalogue.RATE_BASE),
        )
        for row in table("reviews")["indicator"]
    }
    for lack in shortages():
        name = f"Hộ nghèo thiếu hụt về {lack.name}"
        found.setdefault(lack.code, Indicator(lack.code, name, name, "hộ", "stock", (), True, (), POOR))
    known = catalogue.indicators()
    for form in table("reviews")["form"]:
        for column in form["column"]:
            people, households = _people(column), column["code"]
            if people not in known and people not in found and not households.startswith(SHORTAGE):
                of = known.get(households) or found[households]
                name = f"Nhân khẩu thuộc {of.label[0].lower()}{of.label[1:]}"
                found[people] = Indicator(people, name, name, "nhân khẩu", of.kind, (), False, ())
    return found


def _people(column: dict[str, Any]) -> str:
    """The code of the persons of a column's households: ``khau_`` in place of ``ho_``, else before the code."""
    code = str(column["code"])
    return str(column.get("people", PEOPLE_PREFIX + code.removeprefix("ho_")))


@cache
def shortages() -> tuple[Shortage, ...]:
    """What households may lack, by poverty standard, in the order of the form."""
    return tuple(
        Shortage(row["code"], row["name"], tuple(row["has"]), listed["standard"])
        for listed in table("reviews")["shortage"]
        for row in listed["indicator"]
    )


def shortages_of(year: int | None) -> tuple[Shortage, ...]:
    """The list in force in a year (the newest where no year is known); empty where the catalogue has none."""
    standard = catalogue.standard_of(year) if year else None
    if year and standard is None:
        return ()
    code = standard.code if standard else shortages()[-1].standard
    return tuple(lack for lack in shortages() if lack.standard == code)


@cache
def forms() -> tuple[ReviewForm, ...]:
    """All review forms, those with a longer title first where one title holds another."""
    return tuple(
        ReviewForm(
            row["key"],
            tuple(tuple(words) for words in row["titles"]),
            tuple(
                ReviewColumn(
                    c["code"],
                    "" if c["code"] == SHORTAGE_TOTAL else _people(c),
                    tuple(c.get("words", ())),
                    tuple(c.get("has", ())),
                    c.get("when", ""),
                    c.get("under", ""),
                    c.get("telling", False),
                    c.get("open", False),
                )
                for c in row["column"]
            ),
            row["at_least"],
        )
        for row in table("reviews")["form"]
    )


def words() -> dict[str, Any]:
    """How headings of the forms are written: words to leave out, short forms, words for time, direction, measure."""
    found: dict[str, Any] = table("reviews")["words"]
    return found
