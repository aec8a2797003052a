"""Indicators, identities, forms, units, standards, programmes, kinds of plan and rules: data and its loader.

The data stand as TOML in ``catalogue/data``; they are the one source of the workbook builder, the reader, the
checks and the narrative. Each table is read once, when it is first asked for.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from xlplan.catalogue.records import (
    AtMost,
    Column,
    Derived,
    Equality,
    Field,
    Form,
    HouseholdSize,
    Indicator,
    Kind,
    OfficeName,
    Programme,
    Project,
    Standard,
    TableLine,
    UnitWord,
)
from xlplan.catalogue.source import compiled_text, derived, table
from xlplan.vietnamese.text import key

RATE_PREFIX = "ty_le_"
RATE_BASE = "tong_so_ho"
PERSONS = "tong_nhan_khau"
YEAR_WORDS = {"truoc": "namtruoc", "nay": "namnay"}
"""Words that stand in the keys of headings for the year before the plan and the plan's (last) year."""
_RATE_WORDS = "tỷ lệ "
HEADING_SOURCES = ("indicators", "kinds")


def decree() -> dict[str, Any]:
    """The form of administrative documents: sizes, texts and kinds of Nghị định 30/2020/NĐ-CP."""
    return table("decree30")


@cache
def indicators() -> dict[str, Indicator]:
    """All counts by code, in the order of the catalogue."""
    return {
        row["code"]: Indicator(
            row["code"],
            row["label"],
            row["heading"],
            row["unit"],
            row["kind"],
            tuple(row.get("part_of", ())),
            row.get("rate", False),
            tuple(row.get("aliases", ())),
        )
        for row in table("indicators")["indicator"]
    }


def indicator(code: str) -> Indicator | None:
    """A count of the contract or of the review forms, ``None`` where the code is neither."""
    return indicators().get(code) or review_indicators().get(code)


@cache
def review_indicators() -> dict[str, Indicator]:
    """The counts that only review forms have, by code; no plan and no standard workbook shows them."""
    from xlplan.catalogue import reviews

    return reviews.indicators()


def is_rate(code: str) -> bool:
    """Whether a code is the rate of a count (``ty_le_…``)."""
    return code.startswith(RATE_PREFIX)


def count_of(code: str) -> str:
    """The count that a rate code belongs to; a count's own code otherwise."""
    return code.removeprefix(RATE_PREFIX)


@lru_cache(maxsize=1024)  # of any word that somebody wrote
def known(code: str) -> bool:
    """Whether a code is a count of the catalogue or the rate of one."""
    count = indicator(count_of(code))
    return count is not None and (count.rate or not is_rate(code))


def label(code: str) -> str:
    """How an indicator is named where no year is meant, e.g. ``Tỷ lệ hộ nghèo đầu kỳ``."""
    name = _known(count_of(code)).label
    return f"Tỷ lệ {name[0].lower()}{name[1:]}" if is_rate(code) else name


def unit(code: str) -> str:
    """The unit of an indicator: ``hộ``, ``nhân khẩu`` or ``%``."""
    return "%" if is_rate(code) else _known(code).unit


@lru_cache(maxsize=1024)
def base_of(code: str) -> str:
    """The count that the rate of a count is taken of: all households, all persons, the poor households."""
    found = indicator(count_of(code))
    return found.base if found else RATE_BASE


def _known(code: str) -> Indicator:
    found = indicator(code)
    if found is None:
        raise KeyError(code)
    return found


@cache
def equalities() -> tuple[Equality, ...]:
    """All identities `total = sum of others` between indicators of one unit."""
    return tuple(
        Equality(
            row["rule"],
            row["total"],
            tuple(row["plus"]),
            tuple(row.get("minus", ())),
            tuple(row.get("optional", ())),
            row.get("form", ""),
            tuple(row.get("open", ())),
        )
        for row in table("identities")["equal"]
    )


@cache
def at_most() -> tuple[AtMost, ...]:
    """All part-whole bounds: those of the indicators' ``part_of`` lists (A06) and the named ones."""
    every = (*indicators().values(), *review_indicators().values())
    bounds = [AtMost("A06", (i.code,), whole) for i in every for whole in i.part_of]
    bounds += [AtMost(r["rule"], (r["part"],), r["whole"]) for r in table("identities")["at_most"]]
    bounds += [AtMost(r["rule"], tuple(r["parts"]), r["whole"]) for r in table("identities")["sum_at_most"]]
    return tuple(bounds)


@cache
def household_sizes() -> tuple[HouseholdSize, ...]:
    """Pairs of persons and households with the plausible size of a household."""
    return tuple(
        HouseholdSize(
            r["people"],
            r["households"],
            r["low"],
            r["high"],
            r.get("commune_low", ""),
            r.get("commune_high", ""),
        )
        for r in table("identities")["household_size"]
    )


@cache
def _persons() -> dict[str, str]:
    return {size.households: size.people for size in household_sizes()}


def people_of(households: str) -> str | None:
    """The persons who live in the households of a count, where the catalogue has them."""
    return _persons().get(households)


@cache
def forms() -> dict[str, Form]:
    """The sheets of the standard workbook by key, in tab order."""
    return {
        name: Form(
            name,
            row["title"],
            tuple(row.get("aliases", ())),
            row["heading"],
            row.get("note", ""),
            tuple(
                Column(
                    c["key"],
                    c["heading"],
                    c["width"],
                    c.get("type", "text"),
                    c.get("list", ""),
                    c.get("help", ""),
                )
                for c in row.get("column", ())
            ),
            row.get("note_alone", row.get("note", "")),
        )
        for name, row in table("forms")["sheets"].items()
    }


@cache
def fields() -> dict[str, Field]:
    """The fields of `Thông tin` by key, in order."""
    return {
        row["key"]: Field(
            row["key"],
            row["label"],
            tuple(row.get("aliases", ())),
            row.get("type", "text"),
            row.get("list", ""),
            row.get("help", ""),
        )
        for row in table("forms")["field"]
    }


@cache
def derived_codes() -> dict[str, Derived]:
    """The placeholders that follow from fields and figures, by code."""
    return {
        row["key"]: Derived(
            row["key"], row["label"], row.get("unit", ""), row.get("source", ""), tuple(row.get("arguments", ()))
        )
        for row in table("forms")["derived"]
    }


@cache
def lists() -> dict[str, tuple[str, ...]]:
    """The lists behind the drop-downs by name, the dynamic ones (programmes, standards) included."""
    found = {name: tuple(values) for name, values in table("forms")["lists"].items()}
    found["dynamic:programmes"] = tuple(p.name for p in programmes())
    found["dynamic:standards"] = tuple(s.label for s in standards())
    return found


def sign(written: str) -> str:
    """A comparison as the list has it: ``>=`` is ≥; anything else stays."""
    return str(table("forms")["signs"].get(written, written))


def closed_lists() -> tuple[str, ...]:
    """The lists beside whose words the program knows no others."""
    return tuple(table("forms")["closed"])


@cache
def kinds() -> dict[str, Kind]:
    """The kinds of plan by key."""
    found = {}
    for name, row in table("kinds").items():
        layout = row.get("table", {})
        lines = tuple(
            TableLine(
                r["code"],
                r.get("number", ""),
                r.get("label", indicators()[r["code"]].heading),
                r.get("rate", False),
            )
            for r in layout.get("line", ())
        )
        found[name] = Kind(
            name,
            row["label"],
            tuple(row["sheets"]),
            row["outline"],
            layout.get("orientation", "rows"),
            layout.get("as_annex", False),
            lines,
            row.get("title", "Thực hiện {chuong_trinh}\n{thoi_ky}"),
        )
    return found


@cache
def standards() -> tuple[Standard, ...]:
    """All poverty standards, oldest first."""
    return tuple(
        Standard(
            r["code"],
            r["label"],
            r["first_year"],
            r["last_year"],
            r["rural"],
            r["urban"],
            r["document"],
            r.get("note", ""),
        )
        for r in table("standards")["standard"]
    )


def standard_of(year: int) -> Standard | None:
    """The poverty standard of a plan year."""
    return next((s for s in standards() if s.first_year <= year <= s.last_year), None)


@cache
def programmes() -> tuple[Programme, ...]:
    """All national target programmes, oldest first."""
    return tuple(
        Programme(
            r["code"],
            r["name"],
            r["first_year"],
            r["last_year"],
            tuple(Project(p["code"], p["name"], tuple(p.get("parts", ()))) for p in r.get("project", ())),
        )
        for r in table("programmes")["programme"]
    )


def programme_of(year: int) -> Programme | None:
    """The programme of a plan year."""
    return next((p for p in programmes() if p.first_year <= year <= p.last_year), None)


@cache
def unit_words(tier: str) -> tuple[UnitWord, ...]:
    """The words of a tier: ``commune_kind``, ``level_above``, ``province_kind`` or ``office_gone``."""
    return tuple(
        UnitWord(
            r["word"],
            r.get("since", ""),
            r.get("until", ""),
            tuple(r.get("villages", ())),
            tuple(r.get("kept", ())),
            r.get("kept_since", ""),
            tuple(r.get("spoken", (r["word"],))),
            tuple(r.get("names", ())),
        )
        for r in table("units")[tier]
    )


@cache
def unit_prose() -> dict[str, tuple[str, ...]]:
    """How prose speaks of units: lists of words by their use (rule C08)."""
    return {use: tuple(words) for use, words in table("units")["prose"].items()}


def valid_on(since: str, until: str, day: str) -> bool:
    """Whether something valid from ``since`` to ``until`` (ISO dates, empty: open) is so on a day."""
    return since <= day and (not until or day <= until)


def has_level_above(day: str) -> bool:
    """Whether there is a level between commune and province on a day (ISO): three tiers rather than two."""
    return any(valid_on(word.since, word.until, day) for word in unit_words("level_above"))


@cache
def offices() -> dict[str, tuple[OfficeName, ...]]:
    """The names of offices by role, in the order of preference."""
    return {
        row["role"]: tuple(
            OfficeName(n["name"], n.get("since", ""), n.get("until", ""), tuple(n.get("communes", ())))
            for n in row["name"]
        )
        for row in table("offices")["office"]
    }


def office(role: str, day: str, commune_kind: str) -> str:
    """The name of an office on a day (ISO) in a kind of commune; KeyError for an unknown role or none that fits."""
    for name in offices()[role]:
        if valid_on(name.since, name.until, day) and (not name.communes or commune_kind in name.communes):
            return name.name
    raise KeyError(role)


@cache
def village_words() -> tuple[str, ...]:
    """All words for a unit below the commune, longest first (``tổ dân phố`` before ``tổ``)."""
    words = {w for kind in unit_words("commune_kind") for w in kind.villages} | set(lists()["loai_thon"])
    return tuple(sorted(words, key=lambda w: (-len(w), w)))


@cache
def headings() -> dict[str, str]:
    """Key of every known heading to its indicator code; the levels of a path are joined by ``>``."""
    return derived("headings", HEADING_SOURCES, _headings)


def named(text: str, period: tuple[int, int] | None = None) -> str:
    """The indicator that a text is or names, ``""`` where it is none.

    Read are codes, names (``Hộ nghèo cuối kỳ``), names with a year of the period (``Hộ nghèo cuối năm 2024``) and
    any of them after ``Tỷ lệ``.
    """
    if known(text):
        return text
    folded = key(text)
    if period is not None:
        words = {str(period[0] - 1): YEAR_WORDS["truoc"], str(period[1]): YEAR_WORDS["nay"]}
        folded = " ".join(words.get(word, word) for word in folded.split())
    if found := headings().get(folded):
        return found
    count = headings().get(folded.removeprefix(_RATE_WORDS)) if folded.startswith(_RATE_WORDS) else None
    rate = RATE_PREFIX + count if count else ""
    return rate if known(rate) else ""


def compile_data() -> str:
    """The text of ``compiled.json`` for the TOML files as they are now (``python -m xlplan.catalogue``)."""
    return compiled_text({"headings": (HEADING_SOURCES, _headings)})


def _headings() -> dict[str, str]:
    found: dict[str, str] = {}
    for kind in kinds().values():
        parent = ""
        for line in kind.lines:
            path = f"{parent} > {line.label}" if parent and not line.number else line.label
            parent = line.label if line.number else parent
            found.setdefault(_heading_key(path), line.code)
    for code, indicator in indicators().items():
        for name in (indicator.heading, indicator.label, *indicator.aliases):
            found.setdefault(_heading_key(name), code)
        found.setdefault(key(code), code)
    return found


def _heading_key(template: str) -> str:
    """Key of a heading with its years as words, level by level."""
    return ">".join(key(part.format(**YEAR_WORDS)) for part in template.split(" > "))


def code_order(code: str) -> tuple[str, tuple[int, ...]]:
    """The place of a code among all: ``A02`` before ``A10``, ``D30-02`` before ``D30-10``."""
    letters = code.rstrip("0123456789-")
    return letters, tuple(map(int, code.removeprefix(letters).split("-")))


def rule_texts() -> dict[str, dict[str, Any]]:
    """Severity, names and message templates of every finding code."""
    return table("rules")


def reason_texts() -> dict[str, dict[str, str]]:
    """Why a rule was not checked, by reason key and language."""
    return table("reasons")


def repair_texts() -> dict[str, Any]:
    """The words of the repair card: its lines, reasons, shapes of slips and names of identities."""
    return table("repairs")


def problem_texts() -> dict[str, dict[str, str]]:
    """Why a file could not be used, by kind and language."""
    return table("problems")


def intake_texts() -> dict[str, Any]:
    """What a run over many workbooks says of communes, and the headings of the list of those that are to send one."""
    return table("intake")
