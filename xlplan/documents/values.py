"""What a placeholder stands for: figures, rates and fields of a submission in the form that prose prints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from xlplan import budget, catalogue
from xlplan.documents.blocks import BLANK, Run, Runs, controlled
from xlplan.documents.own_figures import Value, is_money, money, money_in_full, own_value, yearly_value
from xlplan.documents.row_names import RowNames
from xlplan.messages import finding
from xlplan.model import Cell, CellRef, Finding, Record, Submission
from xlplan.patterns import pattern
from xlplan.rates import commune_figures, rate_of, village_figures
from xlplan.vietnamese.dates import period_in_words
from xlplan.vietnamese.numbers import format_count, format_decimal, format_rate
from xlplan.vietnamese.text import capitalise, clean, nearest

PLACEHOLDER = pattern(r"\{\{\s*([^\W\d]\w*)\s*(?:\[\s*([^\]\n]+?)\s*\])?\s*\}\}")
SHOWN = 60  # letters of a text that a message quotes
_CODE = pattern(r"[^\W\d]\w*")
_STRAY = pattern(r"\{\{|\}\}")
_ANY_BRACES = pattern(r"\{\{.*?\}\}")


def prose_number(value: Decimal, code: str) -> str:
    """A figure as prose prints it: counts below ten with a zero in front, rates with two decimals and %."""
    if catalogue.is_rate(code):
        return format_rate(value)
    if value == value.to_integral_value():
        return format_count(int(value), pad=True)
    return format_decimal(value, max(0, -int(value.as_tuple().exponent)))


def _blank(code: str) -> str:
    """What stands for a value that the workbook does not have, with the unit that is printed beside a value."""
    derived = catalogue.derived_codes().get(code)
    if catalogue.known(code) and catalogue.is_rate(code):
        return f"{BLANK}%"
    if is_money(code) or (derived is not None and derived.unit):
        return f"{BLANK} đồng"
    return f"tỉnh (thành phố) {BLANK}" if code == "tinh" else BLANK


class Values:
    """All that a submission's placeholders stand for."""

    def __init__(self, submission: Submission) -> None:
        self.submission = submission
        self.commune = commune_figures(submission)
        self.villages = village_figures(submission)
        self.names = RowNames(submission)
        self.yearly: dict[str, Record] = {}
        self.odd_codes: list[Finding] = []
        taken = {"gia_tri", *catalogue.fields(), *catalogue.derived_codes()}
        for row in submission.records.get("chi_tieu_nam", ()):
            code = row.text("ma")
            if code and (code in taken or code in self.yearly or not _CODE.fullmatch(code)):
                self.odd_codes.append(finding("I23", row.texts["ma"].ref, written=code))
            elif code:
                self.yearly[code] = row

    def codes(self) -> Iterator[str]:
        """Every code that a placeholder may hold."""
        for code, indicator in catalogue.indicators().items():
            yield code
            if indicator.rate:
                yield catalogue.RATE_PREFIX + code
        yield from catalogue.fields()
        yield from catalogue.derived_codes()
        yield from self.yearly
        yield "gia_tri"

    def get(self, code: str, village: str = "") -> Value | None:
        """The value of a code, ``Value("")`` where the workbook has none, ``None`` where there is no such code."""
        if code in self.yearly and (village or not catalogue.known(code)):
            found = yearly_value(self.yearly[code], village or "tổng", self.submission.period)
            if found is not None or not catalogue.known(code):
                return found
        if catalogue.known(code):
            figures = self._figures_of(village) if village else self.commune
            return None if figures is None else self._figure(code, figures)
        if village:
            return None
        if code in catalogue.fields():
            return self._field(code)
        return self._derived(code)

    def _figures_of(self, village: str) -> Mapping[str, Cell] | None:
        """A village's figures by its name as written, else by another spelling of it; never by a likely one."""
        exact = self.villages.get(village)
        if exact is not None:
            return exact
        from xlplan.vietnamese.names import match

        found = match(village, self.villages)
        return self.villages[found.name] if found.name is not None and found.how == "exact" else None

    def _figure(self, code: str, figures: Mapping[str, Cell]) -> Value:
        if catalogue.is_rate(code) and (rate := rate_of(code, figures)):
            return Value(format_rate(rate.value), rate.part.ref, rate.value) if rate.value is not None else Value("")
        cell = figures.get(code)
        if cell is None or cell.value is None:
            return Value("")
        return Value(prose_number(cell.value, code), cell.ref, cell.value)

    def unit_name(self) -> str:
        """The commune with its kind, ``xã Sơn Trung``; a name that is not given is a blank to fill.

        With a number for a name the kind has a capital: ``Phường 3`` (Nghị định 30, Phụ lục II, III.1b).
        """
        if name := self.submission.text("ten_don_vi"):
            named = self.submission.unit_name
            return capitalise(named) if name[:1].isdigit() else named
        return f"{self.submission.text('loai_don_vi') or 'xã'} {BLANK}"

    def _field(self, code: str) -> Value:
        found = self.submission.fields.get(code)
        if found is None:
            return Value("")
        if code == "so_thon" and found.value.isdecimal():
            return Value(format_count(int(found.value), pad=True), found.ref, Decimal(found.value))
        return Value(found.value, found.ref)

    def _derived(self, code: str) -> Value | None:
        derived = catalogue.derived_codes().get(code)
        if derived is None or derived.arguments:
            return None
        if derived.source:
            found = budget.by_source(self.submission, derived.source)
            return money(*found) if found else Value("")
        if code.startswith("tong_kinh_phi"):
            found = budget.total(self.submission)
            in_words = code != "tong_kinh_phi"
            return Value("") if found is None else money_in_full(*found) if in_words else money(*found)
        source = self.submission.fields.get("ten_don_vi" if code == "don_vi" else "ky")
        return Value(self._words(code), source.ref if source else None)

    def _words(self, code: str) -> str:
        """The unit's name, and what follows from the period."""
        if code == "don_vi":
            return self.unit_name()
        period = self.submission.period
        if period is None:
            return f"năm {BLANK}" if code == "thoi_ky" else ""
        first, last = period
        several = period_in_words(first, last)
        return {"nam": str(last), "nam_dau": str(first), "nam_truoc": str(first - 1), "thoi_ky": several}[code]

    def sentence(self, code: str, argument: str) -> Runs | None:
        """The words of a placeholder that speaks of several figures; ``None`` where it is no such or cannot."""
        derived = catalogue.derived_codes().get(code)
        if derived is None or not derived.arguments or not argument:
            return None
        from xlplan.documents import sentences

        if code == "bien_dong":
            return sentences.change(argument, self.commune) if catalogue.known(f"{argument}_dau_ky") else None
        table = self.submission.table
        if not catalogue.known(argument):
            return None
        if table is None:
            return ()
        word = self.submission.text("loai_thon").lower() or "thôn"
        if code == "nhieu_nhat":
            return sentences.ranking(argument, table, word=word)
        return sentences.without(argument, table, word) or sentences.none_without(argument, table, word)

    def expand(self, text: str, ref: CellRef, row: Record | None = None) -> tuple[tuple[Run, ...], list[Finding]]:
        """A text with its placeholders filled in, and findings for those that do not exist (I07).

        ``row`` is the record whose own figures (``{{gia_tri}}``) the text may name. What the workbook has not
        becomes a blank to fill.
        """
        if "{" not in text and "}" not in text:
            return ((Run(text),) if text else ()), []
        runs: list[Run] = []
        problems: list[Finding] = []
        end = 0
        for match in PLACEHOLDER.finditer(text):
            runs.append(Run(text[end : match.start()]))
            end = match.end()
            code, village = match[1], match[2] or ""
            found = self._runs(code, village, row)
            if found is None:
                problems.append(self.unknown(code, ref, match[0] if village else ""))
                runs.append(Run(match[0]))
            else:
                runs += found
        runs.append(Run(text[end:]))
        broken = (braces[0] for braces in _ANY_BRACES.finditer(text))
        problems += [self.unknown(b.strip("{} "), ref) for b in broken if not PLACEHOLDER.fullmatch(b)]
        if _STRAY.search(_ANY_BRACES.sub("", text)):
            problems.append(finding("I17", ref, written=clean(text)[:SHOWN]))
        return tuple(run for run in runs if run.text), problems

    def _runs(self, code: str, argument: str, row: Record | None) -> Runs | None:
        """What one placeholder prints, as one control; a blank where there is nothing, ``None`` where it is unknown."""
        full = f"{code}[{argument}]" if argument else code
        own = None if argument or row is None else own_value(row, code)
        value = own or self.get(code, argument)
        if value is None:
            said = self.sentence(code, argument)
            return None if said is None else controlled(said or (Run(BLANK),), full)
        run = Run(value.text or _blank(code), value.italic and bool(value.text), ref=value.ref, code=full)
        return controlled((run,), self.names.key(row, code) if own and row is not None else full)

    def unknown(self, code: str, ref: CellRef, written: str = "") -> Finding:
        """The finding for a code that does not exist, with the nearest one that does."""
        near = [found for found in nearest(code, self.codes()) if found != code]
        return finding(
            "I07",
            ref,
            written=written or "{{" + code + "}}",
            near=f" (gần giống nhất: “{near[0]}”)" if near else "",
            near_en=f" (the nearest is “{near[0]}”)" if near else "",
        )
