"""Writes the province workbook."""

from __future__ import annotations

from collections import Counter
from tempfile import SpooledTemporaryFile
from typing import BinaryIO

from xlplan.messages import Language
from xlplan.province.book import Book
from xlplan.province.communes import write_areas, write_communes
from xlplan.province.findings import FindingsSheets
from xlplan.province.frames import Communes, areas_of, communes_of, villages_of
from xlplan.province.gathering import Files, gather
from xlplan.province.long_rows import LongRows, finish
from xlplan.province.overview import Facts, write_overview
from xlplan.province.reconcile import Line, Reconciliation
from xlplan.province.reviews import write_reviews
from xlplan.province.submitted import worth_saying, write_submitted
from xlplan.province.villages import write_villages
from xlplan.province.words import OVERVIEW
from xlplan.results import Gathered, Standing

_IN_MEMORY = 16 << 20  # bytes of the package before it goes to a temporary file


def write_workbook(gathered: Gathered, stream: BinaryIO, lang: Language = "vi") -> None:
    """Writes `tong_hop.xlsx` to ``stream``.

    Goes through the results twice and keeps none of them. Sheets and headings are Vietnamese; what is said of files
    and findings comes in ``lang``. The same results give the same bytes. Raises OSError where temporary files or the
    stream cannot be written.
    """
    files = gather(gathered, lang)
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as package:
        with Book(package) as book:  # type: ignore[arg-type] # a binary file, whatever typeshed calls it
            longs = _write(book, gathered, files, lang)
        package.seek(0)
        finish(package, stream, longs, book.parts_with_texts)


def _write(book: Book, gathered: Gathered, files: Files, lang: Language) -> list[LongRows]:
    """All sheets; what is still to be put into them."""
    communes = communes_of(files)
    overview = book.add_page(OVERVIEW, chief=True)
    written = write_communes(book, communes, lang)
    if areas := areas_of(communes):
        write_areas(book, areas, communes, written.ranges, lang)
    standings: Counter[Standing] = Counter()
    if worth_saying(gathered):
        standings = write_submitted(book, gathered, lang)
    longs = write_villages(book, villages_of(files, communes), communes)
    findings = FindingsSheets(book, sum(files.findings.values()), files.said, lang)
    lines = _second_pass(gathered, files, communes, findings)
    verdicts = write_reviews(book, lines, communes) if lines else {}
    facts = Facts(len(files.exports), files.findings, findings.ranges, standings, verdicts, lang)
    write_overview(overview, communes, written, facts)
    book.close()
    return longs


def _second_pass(gathered: Gathered, files: Files, communes: Communes, findings: FindingsSheets) -> list[Line]:
    """Adds the findings of every file that counts; the lines of the review forms among them."""
    units = communes.counted["unit"].to_dict()
    held = Reconciliation(communes, files.counts)
    for position, result in enumerate(gathered.results):
        if position in files.exports:
            held.add_export(result)
        elif position in units:
            findings.add(result, units[position])
            if result.reviews:
                held.add_own(position, result)
    return held.finished()
