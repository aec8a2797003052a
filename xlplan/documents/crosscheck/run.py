"""A document against a workbook, by the rules that read the workbook's own sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from xlplan import checks
from xlplan.checks import Rule, said, targets, unit_words, wording, yearly
from xlplan.checks.document import Document
from xlplan.checks.fields import agrees, named_years
from xlplan.checks.identities import a14
from xlplan.checks.money import a18
from xlplan.checks.narrative.passages import passages
from xlplan.checks.scope import Case, Outcome
from xlplan.documents.crosscheck import printed, stated, tables
from xlplan.documents.crosscheck.layout import Layout, layout, position_of, ref_of
from xlplan.documents.crosscheck.stretches import Stretch, stretch
from xlplan.documents.word.grids import table_grids
from xlplan.documents.word.places import cell_at, cell_place
from xlplan.documents.word.reading import WordFile
from xlplan.messages import Language, finding, message
from xlplan.model import Cell, CellRef, Finding, NotChecked, Submission, Text, WordRef
from xlplan.patterns import pattern
from xlplan.tuples import NamedTuple
from xlplan.vietnamese.dates import parse_date
from xlplan.vietnamese.text import clean, name_key

RULES = tuple(f"C{n:02}" for n in range(1, 17))
_ONE_FIGURE = ("C01", "C02", "C03", "C12")
_AGENCY = pattern(r"(?i)^(?:ủy ban nhân dân|uỷ ban nhân dân|ubnd)\s*")
_KIND = pattern(r"(?i)^(?:xã|phường|thị trấn|đặc khu)\s+")
_IN_TITLE = pattern(r"(?:xã|phường|thị trấn|đặc khu)\s+((?:[A-ZĐÀ-Ỹ][\w'’]*\s?)+)")
_NUMBER = pattern(r"(?i)số\s*:?\s*([\d]*)[\s…._·]*/\s*([^\W\d][\w-]*)")


class Checked(NamedTuple):
    """What was found in a document, and what could not be checked."""

    findings: tuple[Finding, ...]
    not_checked: tuple[NotChecked, ...]


def crosscheck(file: WordFile, submission: Submission, previous: Submission | None = None) -> Checked:
    """Holds a document against a workbook. Raises PackageError where a part of the document cannot be read."""
    return _Run(file, submission, previous).check()


class _Run:
    def __init__(self, file: WordFile, submission: Submission, previous: Submission | None) -> None:
        self.file, self.submission, self.previous = file, submission, previous
        self.plan: Layout = layout(file)
        self.case = Case(submission, previous)
        self.confirmed: set[tuple[CellRef | None, str]] = set()
        self.positions = {id(passage.element): i for i, passage in enumerate(file.passages)}
        self.places: dict[str, int] = {}
        for i, passage in enumerate(file.passages):
            self.places.setdefault(passage.place, i)

    def check(self) -> Checked:
        if other := self.of_another():
            notes = tuple(NotChecked(code, "other_plan") for code in RULES if code != other.code)
            return Checked((other,), notes)
        found, missing = checks.run(self.as_outline(), self.rules(), previous=self.previous)
        more, notes = checks.run(self.submission, (self.c01,), previous=self.previous)
        inner = self.inner_contradictions()
        named = {(item.ref, _digits(item.params["number"])) for item in found if item.code == "C14"}
        found = tuple(item for item in found if item.code != "C01" or (item.ref, item.actual) not in named)
        findings = _once([self.softened(self.placed(item)) for item in (*found, *more, *inner)])
        findings.sort(key=lambda item: (position_of(item.ref), item.code))
        noted = [note for note in (*missing, *notes) if note.reason != "nothing"]
        silent = [note.code for note in (*missing, *notes) if note.reason == "nothing"]
        if silent.count("C01") < 2:
            silent = [code for code in silent if code != "C01"]
        noted += [NotChecked(code, "document_silent") for code in dict.fromkeys(silent)]
        return Checked(tuple(findings), tuple(noted))

    # ---- another plan ---------------------------------------------------------------------------------------

    def of_another(self) -> Finding | None:
        """The one thing to say of a document of another commune or of another period."""
        own = name_key(self.submission.text("ten_don_vi"))
        written, ref = self.unit()
        if own and written and name_key(written) != own:
            named = " ".join(text.value for text in (*self.plan.agency, self.plan.title) if text)
            if own not in name_key(named):
                return finding("I40", ref, written=written, other=self.submission.unit_name)
        return self.of_another_year()

    def unit(self) -> tuple[str, CellRef]:
        """What the letterhead calls the commune, else the title."""
        for text in reversed(self.plan.agency):
            name = _AGENCY.sub("", clean(text.value))
            if _KIND.match(name):
                return name, text.ref
        title = self.plan.title
        found = _IN_TITLE.search(title.value) if title else None
        return (clean(found[0]), title.ref) if found and title else ("", ref_of("¶1", 0))

    def of_another_year(self) -> Finding | None:
        """C07 for a title whose years are those of the whole document and not those of the workbook."""
        title, period = self.plan.title, self.submission.period
        if title is None or period is None:
            return None
        line = clean(title.value)
        spans = named_years(line)
        if not spans or any(agrees(line, start, end, period) for start, end in spans):
            return None
        years: Counter[str] = Counter()
        for record in self.plan.rows:
            text = record.text("noi_dung")
            years.update(text[start : start + 4] for start, _ in named_years(text))
        stated = line[spans[-1][1] - 4 : spans[-1][1]]
        if years[stated] < sum(years[str(year)] for year in range(period[0], period[1] + 1)):
            return None  # only the title is wrong, and C07 says so
        outcomes = list(Document(titles=(title,)).c07(self.case))
        return next((item for item in outcomes if isinstance(item, Finding)), None)

    # ---- the rules on sentences -----------------------------------------------------------------------------

    def as_outline(self) -> Submission:
        """The workbook with the document's texts in place of its own."""
        plan, fields = self.plan, dict(self.submission.fields)
        fields.pop("tieu_de", None)
        if plan.title is not None:
            fields["tieu_de"] = plan.title
        records = {
            "noi_dung": plan.rows,
            "noi_nhan": plan.recipients,
            "muc_tieu": tuple(stated.targets(plan.rows)),
            "chi_tieu_nam": tuple(stated.averages(plan.rows, self.submission)),
        }
        return self.submission._replace(fields=fields, records=records)

    def rules(self) -> tuple[Rule, ...]:
        """C01 to C16, those on the structure of a plan for this document."""
        own = self.structure()
        return (
            said.c01,
            targets.c02,
            said.c03,
            targets.c04,
            self.c05,
            own.c06,
            own.c07,
            unit_words.c08,
            own.c09,
            own.c10,
            said.c11,
            said.c12,
            yearly.c13,
            wording.c14,
            own.c15,
            said.c16,
        )

    def c05(self, case: Case) -> Iterator[Outcome]:
        """Promises about villages, and what a sentence says of the highest and lowest of them."""
        from xlplan.documents.crosscheck.superlatives import superlatives

        yield from targets.c05(case)
        yield from superlatives(case)

    def structure(self) -> Document:
        plan = self.plan
        titles = [text for text in (plan.title, *plan.headings) if text and named_years(clean(text.value))]
        return Document(
            titles=tuple(titles),
            numbered=plan.numbered,
            attached=plan.attached,
            issue=_issue(plan, self.submission),
            villages=tuple(stated.villages(plan.rows, self.submission.text("loai_thon") or "thôn")),
            annexed=plan.annexed,
        )

    # ---- figures in tables and in sentences of the workbook's own plan ------------------------------------------

    def c01(self, case: Case) -> Iterator[Outcome]:
        """Figures of tables, and of sentences and rows that the workbook's own plan has too."""
        from xlplan.documents.compose import compose

        grids = table_grids(self.file)
        read = tables.Read(grids, self.submission)
        yield from tables.against(read, case)
        plan = compose(self.submission).plan
        if plan is None:
            return
        document = printed.of_document(self.plan.rows, grids, self.positions)
        own = printed.of_plan(plan)
        self.confirmed = printed.confirmed(document, own)
        for outcome in printed.against(document, own):
            if not isinstance(outcome, Finding) or cell_at(outcome.ref.address) not in read.compared:
                yield outcome

    def inner_contradictions(self) -> list[Finding]:
        """A14 and A18 among the document's own figures.

        A contradiction that the workbook has too is one of the workbook; it is a warning here.
        """
        case = Case(self.as_outline())
        situation = dict(stated.able_to_work(self.plan.rows))
        for passage in passages(case.sentences, "states_figures"):
            for claim in passage.claims:
                if claim.village is None and (len(claim.codes) == 1 or claim.code.endswith("_dau_ky")):
                    cell = Cell(passage.source.ref, claim.value, "number", str(claim.value), None, claim.places)
                    situation.setdefault(claim.code, cell)
        bare = self.submission._replace(tables=(), situation=situation, records={})
        found, _ = checks.run(bare, (a14,))
        amounts = {"kinh_phi": tuple(stated.amounts(self.plan.rows)), "noi_dung": self.plan.rows}
        money, _ = checks.run(self.submission._replace(tables=(), situation={}, records=amounts), (a18,))
        own, _ = checks.run(self.submission, (a14, a18))
        known = {(item.code, item.actual, item.expected) for item in own}
        return [
            item._replace(severity="warning") if (item.code, item.actual, item.expected) in known else item
            for item in (*found, *money)
        ]

    def softened(self, item: Finding) -> Finding:
        """A warning for a figure that the workbook itself prints so: it contradicts itself, as its own check says."""
        own = item.severity == "error" and item.code in _ONE_FIGURE and (item.ref, item.actual) in self.confirmed
        return item._replace(severity="warning") if own else item

    # ---- places ---------------------------------------------------------------------------------------------

    def placed(self, item: Finding) -> Finding:
        """The finding at a place of the document; cells of its tables come as those of sheets."""
        return item._replace(ref=self.place(item.ref), related=tuple(map(self.related, item.related)))

    def place(self, ref: CellRef) -> CellRef:
        if isinstance(ref, WordRef):
            return ref
        name = cell_place(ref.sheet, ref.row, ref.column)
        if name in self.places:
            return ref_of(name, self.places[name])
        return ref_of(self.file.passages[0].place if self.file.passages else "¶1", 0)

    def related(self, ref: CellRef) -> CellRef:
        name = cell_place(ref.sheet, ref.row, ref.column)
        return ref_of(name, self.places[name]) if not isinstance(ref, WordRef) and name in self.places else ref


def _digits(written: str) -> str:
    return "".join(sign for sign in written if sign.isdigit())


def _issue(plan: Layout, submission: Submission) -> dict[str, Text]:
    """Number, symbol and date of the document as the fields of `Thông tin` have them."""
    if plan.number is None and plan.date is None:
        return {}
    fields: dict[str, Text] = {}
    ref = plan.number.ref if plan.number else ref_of("¶1", 0)
    number = _NUMBER.search(plan.number.value) if plan.number else None
    day = plan.date.value[plan.date.value.lower().rfind("ngày") :] if plan.date else ""
    date = parse_date(clean(day)) if day else None
    values = {
        "so_ke_hoach": number[1] if number else "",
        "ky_hieu": number[2] if number else submission.text("ky_hieu"),
    }
    if date is not None:
        values |= {
            code: str(part) if part else "" for code, part in zip(("ngay", "thang", "nam_ban_hanh"), date, strict=True)
        }
    for code, value in values.items():
        fields[code] = Text(ref, value)
    return fields


def _once(findings: list[Finding]) -> list[Finding]:
    """Each figure of a passage once, however many rules see it."""
    seen: set[tuple[object, ...]] = set()
    kept = []
    for item in findings:
        figure = (item.ref, "C01" if item.code in _ONE_FIGURE else item.code, item.actual)
        if figure not in seen:
            seen.add(figure)
            kept.append(item)
    return kept


def marked(data: bytes, findings: tuple[Finding, ...], file: WordFile, lang: Language = "vi") -> bytes:
    """The document with a comment at each figure that has findings, in place of those of an earlier crosscheck.

    Where the words are not known that a finding is about, its comment spans the paragraph. Raises PackageError and
    MarkupError.
    """
    from xlplan.documents.word.comments import Comment
    from xlplan.documents.word.own_comments import renewed

    comments: dict[tuple[int, Stretch | None], list[str]] = {}
    for item in findings:
        at = position_of(item.ref)
        words = stretch(item, file.passages[at].text)
        comments.setdefault((at, words), []).append(f"{item.code} – {message(item, lang)}")
    made = [Comment(file.passages[at], lines, words) for (at, words), lines in comments.items()]
    return renewed(data, made, lang=lang)
