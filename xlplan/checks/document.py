"""The rules that ask for the structure of a Word document itself: C06, C07, C09, C10, C15.

All others read the document's texts in place of the outline's. What is compared is written once, in the modules of
the rules; here stands only where a document has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xlplan.checks.fields import c06 as villages_stated
from xlplan.checks.fields import issue, years_of
from xlplan.checks.numbering import numbers_of_headings
from xlplan.checks.scope import PASSED, Case, Outcome, not_checked
from xlplan.checks.wording import promise
from xlplan.messages import finding
from xlplan.model import NOTHING, Text
from xlplan.tuples import NamedTuple


class Document(NamedTuple):
    """What a document shows of itself.

    ``titles`` are its title and those of its annexes; ``numbered`` its paragraphs as they stand, with the numbers that
    somebody typed; ``attached`` the lines above annexes; ``issue`` number, symbol and date as the fields of
    `Thông tin`; ``villages`` where it says how many villages there are.
    """

    titles: tuple[Text, ...] = ()
    numbered: tuple[Text, ...] = ()
    attached: tuple[Text, ...] = ()
    issue: Mapping[str, Text] = NOTHING
    villages: tuple[Text, ...] = ()
    annexed: bool = False

    def c06(self, case: Case) -> Iterator[Outcome]:
        """The stated number of villages equals the rows of the workbook's table."""
        for text in self.villages:
            fields = {**case.submission.fields, "so_thon": text}
            yield from villages_stated(Case(case.submission._replace(fields=fields)))

    def c07(self, case: Case) -> Iterator[Outcome]:
        """One period everywhere: the years in the titles of plan and annexes are those of the workbook."""
        period = case.submission.period
        if period is None:
            yield not_checked("C07", "no_period")
            return
        for title in self.titles:
            yield from years_of(title, period)

    def c09(self, case: Case) -> Iterator[Outcome]:
        """Number and date above an annex are those of the document's head; an electronic copy leaves them open."""
        submission = case.submission._replace(fields=self.issue)
        for line in self.attached:
            if not self.issue:
                yield not_checked("C09", "missing", what="số, ngày ở đầu văn bản")
            elif any(sign.isdigit() for sign in line.value):
                yield from issue(submission, line)
            else:
                yield not_checked("C09", "electronic")

    def c10(self, _: Case) -> Iterator[Outcome]:
        """Typed numbers of sections run without gap or repeat."""
        yield from numbers_of_headings(self.numbered)

    def c15(self, case: Case) -> Iterator[Outcome]:
        """An annex that the text promises is there."""
        for text in case.prose:
            words = promise(text.value)
            if words and self.annexed:
                yield PASSED
            elif words:
                fault = "văn bản không có phụ lục, biểu nào", "the document has no annex"
                yield finding("C15", text.ref, written=words, fault=fault[0], fault_en=fault[1])
