"""Which official review form a table is, and what each of its columns means.

A form is known by its headings, a title only helps. Headings are compared without the words that one commune writes
and another leaves out (``catalogue/data/reviews.toml``): *Trở thành hộ cận nghèo* and *Số hộ trở thành CN* are one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from xlplan import catalogue
from xlplan.catalogue import reviews
from xlplan.catalogue.records import ReviewColumn, ReviewForm
from xlplan.model import Line
from xlplan.patterns import pattern
from xlplan.sheets.labels import Years
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.text import key

UNDER_A_TITLE = 2  # so many columns fewer are enough where the title says which form it is
_YEAR = pattern(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_TITLE_YEAR = pattern(r"(?<!\d)((?:19|20)\d\d)(?![\d/])")
_NUMBER = pattern(r"(?:chỉ số )?(\d{1,2})")
_COUNTED = pattern(r"\b\d{1,2}\b")


class Heading(NamedTuple):
    """A heading taken apart: what it names, when, in which direction, and how it is measured.

    ``number`` is the number that stands in place of a name (the indicators 1, 2, 3 … of what households lack).
    """

    name: str
    when: str = ""
    under: str = ""
    people: bool = False
    rate: bool = False
    number: int = 0


class Recognised(NamedTuple):
    """A review form with the code of each of a table's lines (``None`` where the form has no such column)."""

    form: str
    codes: tuple[str | None, ...]


def recognise(lines: Sequence[Line], title: str, years: Years | None) -> Recognised | None:
    """The review form that lines with these headings (``path``, ``mark``) make under a title, if any.

    A line keeps the code that it already has (a heading such as *Hộ nghèo đầu năm* speaks for itself) where the form
    has no column for it.
    """
    years = _years_of(title) or years
    headings = _with_directions([_heading(line.path, years) for line in lines])
    best: tuple[int, ReviewForm, list[str | None]] | None = None
    for form in reviews.forms():
        codes = _codes(form, lines, headings, title, years)
        found = {code for code in codes if code}
        titled = _is_titled(form, title)
        score = len(found) + UNDER_A_TITLE * titled
        fits = score >= form.at_least and len(found) > 1 and _is_telling(form, found, titled=titled)
        if fits and (best is None or score > best[0]):
            best = (score, form, codes)
    if best is None:
        return None
    codes = [code or line.code for code, line in zip(best[2], lines, strict=True)]
    return Recognised(best[1].key, tuple(codes))


def heading_code(text: str) -> str:
    """The indicator that a heading names by itself on the sheet of a review, ``""`` where it names none.

    For finding the headings of a form: a name that several forms share gets the code of the first.
    """
    heading = _heading((text,), None)
    if not heading.name or len(text) > _LONGEST_HEADING:
        return ""
    for lack in reviews.shortages():
        if any(_holds(heading.name, words) for words in lack.has):
            return lack.code
    columns = (c for form in reviews.forms() for c in form.columns if c.telling or not c.under)
    return next((c.code for c in columns if _names(c, heading.name) and heading.name != _spoken("khác")), "")


_LONGEST_HEADING = 90

# ---- headings -----------------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def _spoken(text: str) -> str:
    """A heading without the words that make no difference."""
    words = reviews.words()
    short: dict[str, str] = words["short"]
    tokens = " ".join(short.get(token, token) for token in key(text).split())
    return _without(tokens, tuple(words["fillers"]))


def _without(text: str, phrases: tuple[str, ...]) -> str:
    """A text without these phrases, whole words only; one pass for each, in their order."""
    padded = f" {text.replace(' ', '  ')} "
    for phrase in phrases:
        padded = padded.replace(f" {phrase.replace(' ', '  ')} ", "  ")
    return " ".join(padded.split())


def _holds(text: str, phrase: str) -> bool:
    return f" {phrase} " in f" {text} "


def _has_any(text: str, phrases: Sequence[str]) -> bool:
    return any(_holds(text, phrase) for phrase in phrases)


@lru_cache(maxsize=1024)
def _heading(path: tuple[str, ...], years: Years | None) -> Heading:
    """A heading with all its levels; the innermost level that names anything is its name."""
    words = reviews.words()
    name, when, under, number = "", "", "", 0
    people = rate = False
    for depth, text in enumerate(path):
        folded = key(text)
        when = _when(folded, years) or when
        people = people or _has_any(folded, words["people"])
        rate = rate or _has_any(folded, words["rates"]) or "%" in text
        plain = _YEAR.sub(" ", folded)
        if direction := _direction(plain, outer=depth < len(path) - 1):
            under = direction
        if found := _NUMBER.fullmatch(" ".join(plain.split())):
            number = int(found[1])
            continue
        name = _name(plain, under) or name
    return Heading(name, when, under, people, rate, number)


def _name(folded: str, under: str) -> str:
    """What one level of a heading names: times, measures and directions left out; empty for *Số hộ*, *Tỷ lệ (%)*."""
    words = reviews.words()
    text = _without(_COUNTED.sub(" ", folded), (*words["start"], *words["end"], *words["rates"], *words["people"]))
    if under:
        text = _without(text, ("giảm", "tăng"))
    return _spoken(text)


def _when(folded: str, years: Years | None) -> str:
    """Whether a heading speaks of the start or the end of the year of the review."""
    named = {int(year) for year in _YEAR.findall(folded)}
    words = reviews.words()
    if (years and years.before in named) or _has_any(folded, words["start"]):
        return "start"
    return "end" if _has_any(folded, words["end"]) else ""


def _direction(folded: str, *, outer: bool) -> str:
    """The direction that a level gives: any word of it above others, only the plain word in the last level."""
    words = reviews.words()
    down = words["down"] if outer else ["giảm"]
    up = words["up"] if outer else ["tăng"]
    return "up" if _has_any(folded, up) else "down" if _has_any(folded, down) else ""


def _with_directions(headings: list[Heading]) -> list[Heading]:
    """Gives every flow a direction where headings leave it out: *khác* closes what went out, then what came in."""
    directed = [j for j, heading in enumerate(headings) if heading.under]
    other = _spoken("khác")
    found: list[Heading] = []
    others = 0
    for j, heading in enumerate(headings):
        if heading.under or heading.when or not heading.name:
            found.append(heading)
            continue
        before = next((headings[i] for i in reversed(directed) if i < j), None)
        after = next((headings[i] for i in directed if i > j), None)
        if before is not None and (before.name != other or after is None):
            under = before.under if before.name != other else "up"
        elif after is not None:
            under = after.under
        else:
            under = "up" if others else "down"
        others += heading.name == other and not heading.people
        found.append(heading._replace(under=under))
    return found


# ---- forms --------------------------------------------------------------------------------------------------


def _years_of(title: str) -> Years | None:
    """The year that a title names, with the one before; numbers of documents (07/2021/TT-BLĐTBXH) are none."""
    named = [int(year) for year in _TITLE_YEAR.findall(title)]
    return Years(max(named) - 1, max(named)) if named else None


def _is_titled(form: ReviewForm, title: str) -> bool:
    folded = key(title)
    return any(all(_holds(folded, part) for part in words) for words in form.titles)


def _is_telling(form: ReviewForm, found: set[str], *, titled: bool) -> bool:
    """Whether columns say that a table is a form and no plan's table; its title does where it is no flow."""
    telling = [column.code for column in form.columns if column.telling]
    return bool(found & set(telling)) or (titled and not any(c.under for c in form.columns)) or not telling


def _codes(
    form: ReviewForm, lines: Sequence[Line], headings: Sequence[Heading], title: str, years: Years | None
) -> list[str | None]:
    """The code of each line in one form; of two lines with one code the first keeps it."""
    found = list(
        _shortage_codes(lines, headings, title, years) if form.key == reviews.SHORTAGE else [None] * len(lines)
    )
    group = ""  # the code of the households that the columns stand under, for "Tỷ lệ" after "Số khẩu"
    people_before = False
    seen: set[str] = {code for code in found if code}
    for j, heading in enumerate(headings):
        if found[j] is not None:
            continue
        column = next((c for c in form.columns if _is_column(c, heading)), None)
        if column is None:
            continue
        people = heading.people or lines[j].offset == 1
        if heading.rate and not people and column.code == group:
            people = people_before and catalogue.RATE_PREFIX + column.code in seen
        code = _measured(column, people=people, rate=heading.rate)
        people_before, group = people, column.code
        if code and code not in seen:
            seen.add(code)
            found[j] = code
    return found


def _is_column(column: ReviewColumn, heading: Heading) -> bool:
    """Whether a heading is that of a column: its name, its time, its direction."""
    if heading.number:
        return False
    if column.when:
        fits = heading.when == column.when and not heading.under
    elif column.under:
        fits = heading.under == column.under
    else:
        fits = heading.when != "start" or bool(heading.under)
    return fits and _names(column, heading.name)


def _names(column: ReviewColumn, name: str) -> bool:
    return name in _spoken_words(column) or any(_holds(name, words) for words in column.has)


@lru_cache(maxsize=256)
def _spoken_words(column: ReviewColumn) -> frozenset[str]:
    return frozenset(_without(_spoken(words), ("giảm", "tăng")) for words in column.words)


def _measured(column: ReviewColumn, *, people: bool, rate: bool) -> str | None:
    """The count of a column, the persons of it, or the rate of either."""
    code = (column.people if people else column.code) or None
    if code is None or not rate:
        return code
    return catalogue.RATE_PREFIX + code if catalogue.known(catalogue.RATE_PREFIX + code) else None


def _shortage_codes(
    lines: Sequence[Line], headings: Sequence[Heading], title: str, years: Years | None
) -> Iterator[str | None]:
    """What households lack, by name, or by its number in the list of the review's year."""
    in_force = reviews.shortages_of(years.last if years else None)
    listed = {lack.code: lack for lack in (*in_force, *reviews.shortages())}
    repeated = Counter((line.path, line.offset) for line in lines)
    rates = _has_any(key(title), reviews.words()["rates"])
    at: Counter[tuple[tuple[str, ...], int]] = Counter()
    for line, heading in zip(lines, headings, strict=True):
        number = heading.number
        if not number and repeated[line.path, line.offset] > 1:
            at[line.path, line.offset] += 1
            number = at[line.path, line.offset]
        if number:
            code = in_force[number - 1].code if _lacking(line) and number <= len(in_force) else ""
        else:
            code = next((c for c, lack in listed.items() if _has_any(heading.name, lack.has)), "")
        if code and (rates or heading.rate):
            code = catalogue.RATE_PREFIX + code
        yield code or None


def _lacking(line: Line) -> bool:
    """Whether a heading's outer levels say that the numbers under it are what households lack."""
    return any(_has_any(key(text), reviews.words()["shortage"]) for text in line.path)
