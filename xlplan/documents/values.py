"""What a placeholder stands for: figures, rates and fields of a submission in the form that prose prints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cached_property, lru_cache

from xlplan import budget, catalogue
from xlplan.documents.blocks import BLANK, Control, Run, Runs, controlled
from xlplan.documents.own_figures import Value, is_money, money, money_in_full, own_value, yearly_value
from xlplan.documents.row_names import RowNames
from xlplan.messages import finding
from xlplan.model import Cell, CellRef, Finding, Record, Submission
from xlplan.patterns import pattern
from xlplan.rates import commune_figures, rate_of, village_figures
from xlplan.tuples import NamedTuple
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
        self._given: dict[tuple[str, str], Value | None] = {}
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

    @cached_property
    def villages(self) -> Mapping[str, Mapping[str, Cell]]:
        """The figures of each village by its name."""
        return village_figures(self.submission)

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
        asked = code, village
        if asked not in self._given:
            self._given[asked] = self._get(code, village)
        return self._given[asked]

    def _get(self, code: str, village: str) -> Value | None:
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
        template = template_of(text)
        if template.is_plain:
            return template.runs, []
        runs: list[Run] = []
        problems: list[Finding] = []
        for piece in template.pieces:
            if isinstance(piece, Run):
                runs.append(piece)
                continue
            code, village, written = piece
            found = self._runs(code, village, row)
            if found is None:
                problems.append(self.unknown(code, ref, written if village else ""))
                runs.append(Run(written))
            else:
                runs += [run for run in found if run.text]
        problems += [self.unknown(code, ref) for code in template.broken]
        if template.is_torn:
            problems.append(finding("I17", ref, written=clean(text)[:SHOWN]))
        return tuple(runs), problems

    def _runs(self, code: str, argument: str, row: Record | None) -> Runs | None:
        """What one placeholder prints, as one control; a blank where there is nothing, ``None`` where it is unknown."""
        full = f"{code}[{argument}]" if argument else code
        own = None if argument else own_value(row, code)
        value = own or self.get(code, argument)
        if value is None:
            said = self.sentence(code, argument)
            return None if said is None else controlled(said or (Run(BLANK),), full)
        text, ref, _, italic = value
        # always one of its own: neighbours that share the same object would be one control
        control = Control(self.names.key(row, code) if own and row is not None else full, ref)
        return (Run(text or _blank(code), italic and bool(text), False, ref, full, control),)

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


class _Placeholder(NamedTuple):
    """A placeholder of a text: code, argument (a village, an indicator) and how it is written."""

    code: str
    argument: str
    written: str


class _Template(NamedTuple):
    """A text cut at its placeholders, and what is wrong with its braces: the words in those that hold no code."""

    pieces: tuple[Run | _Placeholder, ...]
    is_plain: bool
    broken: tuple[str, ...] = ()
    is_torn: bool = False

    @property
    def runs(self) -> Runs:
        """A plain text: nothing but runs."""
        return self.pieces  # type: ignore[return-value] # see above


@lru_cache(maxsize=2048)  # the communes of a batch share most of their words
def template_of(text: str) -> _Template:
    """A text with its placeholders found."""
    if "{" not in text and "}" not in text:
        return _Template((Run(text),) if text else (), is_plain=True)
    pieces: list[Run | _Placeholder] = []
    end = 0
    for match in PLACEHOLDER.finditer(text):
        if match.start() > end:
            pieces.append(Run(text[end : match.start()]))
        pieces.append(_Placeholder(match[1], match[2] or "", match[0]))
        end = match.end()
    if end < len(text):
        pieces.append(Run(text[end:]))
    braces = (found[0] for found in _ANY_BRACES.finditer(text))
    broken = tuple([inner.strip("{} ") for inner in braces if not PLACEHOLDER.fullmatch(inner)])
    return _Template(tuple(pieces), False, broken, bool(_STRAY.search(_ANY_BRACES.sub("", text))))
