"""What a placeholder stands for: figures, rates and fields of a submission in the form that prose prints."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from xlplan import catalogue
from xlplan.documents.blocks import Run
from xlplan.messages import finding
from xlplan.model import Cell, CellRef, Finding, Record, Submission
from xlplan.rates import commune_figures, rate_of, village_figures
from xlplan.vietnamese.numbers import format_count, format_decimal, format_rate
from xlplan.vietnamese.text import clean, name_key, nearest

BLANK = "…………"  # a place to fill by hand, where the workbook has nothing

PLACEHOLDER = re.compile(r"\{\{\s*([^\W\d]\w*)\s*(?:\[\s*([^\]\n]+?)\s*\])?\s*\}\}")
SHOWN = 60  # letters of a text that a message quotes
_STRAY = re.compile(r"\{\{|\}\}")
_ANY_BRACES = re.compile(r"\{\{.*?\}\}")


class Value(NamedTuple):
    """A placeholder's text with the cell that it comes from; ``number`` where it is a figure."""

    text: str
    ref: CellRef | None = None
    number: Decimal | None = None

    @property
    def present(self) -> bool:
        """Whether the workbook has something there (zero counts as nothing)."""
        return self.number != 0 if self.number is not None else bool(self.text)


def prose_number(value: Decimal, code: str) -> str:
    """A figure as prose prints it: counts below ten with a zero in front, rates with two decimals and %."""
    if catalogue.is_rate(code):
        return format_rate(value)
    if value == value.to_integral_value():
        return format_count(int(value), pad=True)
    return format_decimal(value, max(0, -int(value.as_tuple().exponent)))


def target_number(value: Decimal, unit: str) -> str:
    """A target's value: 100%, 3,30%, 0,62%; plain counts as in prose."""
    whole = value == value.to_integral_value()
    if unit == "%":
        return f"{format_count(int(value))}%" if whole else format_rate(value)
    return format_count(int(value), pad=True) if whole else format_decimal(value)


class Values:
    """All that a submission's placeholders stand for."""

    def __init__(self, submission: Submission) -> None:
        self.submission = submission
        self.commune = commune_figures(submission)
        self.villages = village_figures(submission)
        self.keys: dict[str, list[str]] = {}
        for name in self.villages:
            self.keys.setdefault(name_key(name), []).append(name)

    def codes(self) -> Iterator[str]:
        """Every code that a placeholder may hold."""
        for code, indicator in catalogue.indicators().items():
            yield code
            if indicator.rate:
                yield catalogue.RATE_PREFIX + code
        yield from catalogue.fields()
        yield from ("don_vi", "nam", "nam_truoc", "gia_tri")

    def get(self, code: str, village: str = "") -> Value | None:
        """The value of a code, ``Value("")`` where the workbook has none, ``None`` where there is no such code."""
        if catalogue.known(code):
            figures = self._figures_of(village) if village else self.commune
            return None if figures is None else self._figure(code, figures)
        if village:
            return None
        if code in catalogue.fields():
            return self._field(code)
        return self._derived(code)

    def _figures_of(self, village: str) -> Mapping[str, Cell] | None:
        """A village's figures by its name as written, else by its key where that names one village only."""
        exact = self.villages.get(village)
        alike = self.keys.get(name_key(village), [])
        return exact if exact is not None or len(alike) != 1 else self.villages[alike[0]]

    def _figure(self, code: str, figures: Mapping[str, Cell]) -> Value:
        if catalogue.is_rate(code) and (rate := rate_of(code, figures)):
            return Value(format_rate(rate.value), rate.part.ref, rate.value) if rate.value is not None else Value("")
        cell = figures.get(code)
        if cell is None or cell.value is None:
            return Value("")
        return Value(prose_number(cell.value, code), cell.ref, cell.value)

    def unit_name(self) -> str:
        """The commune with its kind, ``xã Sơn Trung``; a name that is not given is a blank to fill."""
        kind, name = self.submission.text("loai_don_vi") or "xã", self.submission.text("ten_don_vi") or BLANK
        return name if name.casefold().startswith(f"{kind.casefold()} ") else f"{kind} {name}"

    def _field(self, code: str) -> Value:
        found = self.submission.fields.get(code)
        if found is None:
            return Value("")
        if code == "so_thon" and found.value.isdecimal():
            return Value(format_count(int(found.value), pad=True), found.ref, Decimal(found.value))
        return Value(found.value, found.ref)

    def _derived(self, code: str) -> Value | None:
        period = self.submission.period
        if code == "don_vi":
            return Value(self.unit_name())
        if code == "nam":
            return Value(str(period[1]) if period else "")
        if code == "nam_truoc":
            return Value(str(period[0] - 1) if period else "")
        return None

    def expand(self, text: str, ref: CellRef, row: Record | None = None) -> tuple[tuple[Run, ...], list[Finding]]:
        """A text with its placeholders filled in, and findings for those that do not exist (I07).

        ``row`` is the record that ``{{gia_tri}}`` speaks of. What the workbook has not becomes a blank to fill.
        """
        runs: list[Run] = []
        problems: list[Finding] = []
        end = 0
        for match in PLACEHOLDER.finditer(text):
            runs.append(Run(text[end : match.start()]))
            end = match.end()
            code, village = match[1], match[2] or ""
            value = _own_value(row) if code == "gia_tri" else self.get(code, village)
            if value is None:
                problems.append(self.unknown(code, ref, match[0] if village else ""))
                runs.append(Run(match[0]))
            else:
                runs.append(Run(value.text or BLANK, ref=value.ref, code=f"{code}[{village}]" if village else code))
        runs.append(Run(text[end:]))
        broken = (braces[0] for braces in _ANY_BRACES.finditer(text))
        problems += [self.unknown(b.strip("{} "), ref) for b in broken if not PLACEHOLDER.fullmatch(b)]
        if _STRAY.search(_ANY_BRACES.sub("", text)):
            problems.append(finding("I17", ref, written=clean(text)[:SHOWN]))
        return tuple(run for run in runs if run.text), problems

    def unknown(self, code: str, ref: CellRef, written: str = "") -> Finding:
        """The finding for a code that does not exist, with the nearest one that does."""
        near = [] if "[" in written else nearest(code, self.codes())
        return finding(
            "I07",
            ref,
            written=written or "{{" + code + "}}",
            near=f" (gần giống nhất: “{near[0]}”)" if near else "",
            near_en=f" (the nearest is “{near[0]}”)" if near else "",
        )


def _own_value(row: Record | None) -> Value | None:
    """``{{gia_tri}}``: the value of the target's own row."""
    if row is None:
        return None
    cell: Cell | None = row.numbers.get("gia_tri")
    if cell is not None and cell.value is not None:
        return Value(target_number(cell.value, row.text("don_vi")), cell.ref, cell.value)
    text = row.text("gia_tri") or BLANK
    return Value(f"{text}%" if row.text("don_vi") == "%" and not text.endswith("%") else text)
