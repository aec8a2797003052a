"""From a workbook file to a Submission: sheets by their tabs or headings, tables wherever they stand."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path

from xlplan import catalogue
from xlplan.messages import finding
from xlplan.model import Cell, CellRef, Explanation, Finding, Record, Submission, Table, Text
from xlplan.packages.gate import PackageError
from xlplan.packages.workbook import Workbook, read_workbook
from xlplan.patterns import pattern
from xlplan.sheets.analysis import is_analysis
from xlplan.sheets.cells import Grid
from xlplan.sheets.labels import Years, years_of
from xlplan.sheets.lists import LONGEST_HEADING, read_fields, read_records, read_situation
from xlplan.sheets.tables import read_tables
from xlplan.vietnamese.dates import parse_period
from xlplan.vietnamese.text import key

TITLE_ROWS = 12  # a table's title, with its year, stands in the first rows
PROBLEMS_NAMED = 3  # a note on a damaged sheet names so many places
FIELDS_TO_KNOW = 3  # so many labels of `Thông tin` make a sheet that is not called so recognised
LISTING = "kiểm tra"  # what `xlplan check --mark` puts in; the name goes on where the official has such a sheet
CLOSED_FIELDS = ("loai_don_vi", "ban", "quyen_ky")
# .VnTime …, VNI-Times …; and letters of Western Europe that stand for Vietnamese ones in texts of that time.
LEGACY_FONTS = (".vn", "vni")
_LEGACY_LETTER = pattern("[¡-¯´-¿ÄÅÆÇËÎÏÐÑÖ×ØÛÜÞßäåæçëîïðñö÷øûüþÿ]")
MOST_IN_NO_DOUBT = 4096
_in_no_doubt: set[str] = set()  # texts without such a letter; those of a template come again in each of its workbooks
_YEAR = pattern(r"(?<!\d)20\d\d(?!\d)")


class NoContentError(Exception):
    """The workbook holds neither the form's fields nor any table or list that could be read."""


def read(path: Path | str) -> Submission:
    """Reads a commune's workbook.

    Raises :class:`~xlplan.packages.gate.PackageError` where the file is no workbook or breaks a limit, and
    :class:`NoContentError` where nothing of the form is in it. Whatever else is odd becomes a note (I..).
    """
    try:
        workbook = read_workbook(path, skip=_says_nothing_new)
    except PackageError as error:
        if error.kind != "legacy_xls":
            raise
        return _from_xls(path)
    if _has_missing(workbook):  # formulas may ask for what was passed over
        workbook = read_workbook(path)
    return submission_of(workbook, str(path))


def _from_xls(path: Path | str) -> Submission:
    """The submission in an Excel 97-2003 workbook, of which only values can be read."""
    from xlplan.packages.xls import read_xls

    found = submission_of(read_xls(path, skip=_says_nothing_new), str(path))
    note = finding("I33", CellRef(found.table.sheet if found.table else found.sheets[0], 0, 0))
    return found._replace(notes=(*found.notes, note), formulas_known=False)


def _says_nothing_new(sheet: str) -> bool:
    """Whether a sheet only repeats what stands elsewhere."""
    return key(sheet) in _titles_of_help()


@cache
def _titles_of_help() -> frozenset[str]:
    return frozenset(key(catalogue.forms()[code].title) for code in ("danh_muc", "huong_dan"))


def _has_missing(workbook: Workbook) -> bool:
    """Whether a formula came without a result (a file saved by another program)."""
    return any("" in [cell.kind for cell in sheet.cells.values()] for sheet in workbook.sheets)


def submission_of(workbook: Workbook, name: str) -> Submission:
    """The submission that an opened workbook holds; ``name`` is the file's name for messages."""
    notes = [*_in_unicode(workbook), *_recomputed(workbook)]
    grids = [Grid(sheet, date1904=workbook.date1904) for sheet in workbook.sheets]
    listings = [grid for grid in grids if _is_listing(grid)]
    grids = [grid for grid in grids if grid not in listings and not is_analysis(grid)]
    known = _by_title(grids)
    fields = _fields(grids, known)
    period = parse_period(fields["ky"].value) if "ky" in fields else None
    if "ky" in fields and period is None:
        notes.append(finding("I11", fields["ky"].ref, written=fields["ky"].value))
    fields = _as_listed(fields)
    notes += _not_in_list(fields)
    years = years_of(period) or _years_in_titles(grids)
    tables = _tables(grids, known, years)
    if "bieu" in known and not tables:
        notes.append(finding("I09", CellRef(known["bieu"].name, 0, 0)))
    records, situation = _lists(known)
    if not (fields or tables or any(records.values()) or situation):
        raise NoContentError(name)
    for grid in grids:
        notes += _about_the_sheet(grid, tables)
        notes += grid.close()
    sheets = tuple(grid.name for grid in grids)
    explanations = _explanations(listings) if listings else ()
    titled = years.last if years and "ky" not in fields else None
    return Submission(
        name,
        fields,
        tables,
        situation,
        records,
        tuple(notes),
        sheets,
        explanations=explanations,
        titled=titled,
        saved=workbook.saved,
    )


def _is_listing(grid: Grid) -> bool:
    """Whether a sheet is the list of findings of an earlier check, or a copy of it."""
    name = key(grid.name)
    if not name.startswith(LISTING) or name == LISTING:
        return name == LISTING
    from xlplan.sheets.marks.answers import signature_column

    return signature_column(grid.sheet) is not None


def _explanations(listings: list[Grid]) -> tuple[Explanation, ...]:
    """What an official answered in the sheet `Kiểm tra`, which is never read as a table."""
    from xlplan.sheets.marks.answers import read_explanations

    return tuple(explanation for grid in listings for explanation in read_explanations(grid))


def _about_the_sheet(grid: Grid, tables: tuple[Table, ...]) -> list[Finding]:
    """What is odd about a sheet as a whole: hidden though it holds a table, places that could not be read."""
    notes = []
    ref = CellRef(grid.name, 0, 0)
    if grid.sheet.state != "visible" and any(table.sheet == grid.name for table in tables):
        notes.append(finding("I27", ref))
    if problems := grid.sheet.problems:
        shown = "; ".join(problems[:PROBLEMS_NAMED]) + (" …" if len(problems) > PROBLEMS_NAMED else "")
        notes.append(finding("I28", ref, count=len(problems), written=shown))
    return notes


def _as_listed(fields: dict[str, Text]) -> dict[str, Text]:
    """The fields, words of closed lists as the list writes them: ``Bản điện tử``, ``tm`` and ``Xã`` are right too."""
    found = dict(fields)
    for code in CLOSED_FIELDS:
        if text := fields.get(code):
            words = {key(word): word for word in catalogue.lists()[catalogue.fields()[code].list]}
            found[code] = text._replace(value=words.get(key(text.value), text.value))
    return found


def _not_in_list(fields: dict[str, Text]) -> list[Finding]:
    """Fields whose value decides something and is not one of the words that the program knows."""
    notes = []
    for code in CLOSED_FIELDS:
        text, choices = fields.get(code), catalogue.lists()[catalogue.fields()[code].list]
        if text and text.value and text.value not in choices:
            notes.append(finding("I16", text.ref, written=text.value, choices="; ".join(choices).removesuffix(".")))
    return notes


def _in_unicode(workbook: Workbook) -> list[Finding]:
    """Texts of the time before Unicode are decoded, and said; most workbooks show at one look that they have none."""
    cells = [cell for sheet in workbook.sheets for cell in sheet.cells.values()]
    old_font = any(font.lower().startswith(LEGACY_FONTS) for font in {cell.font for cell in cells})
    if not old_font:
        texts = {str(cell.value) for cell in cells if cell.kind == "s"} - _in_no_doubt
        if not _LEGACY_LETTER.search("\n".join([text for text in texts if not text.isascii()])):
            if len(_in_no_doubt) < MOST_IN_NO_DOUBT:  # as far as they may be headings
                _in_no_doubt.update([text for text in texts if len(text) < LONGEST_HEADING])
            return []
    from xlplan.sheets.encodings import to_unicode

    return to_unicode(workbook.sheets)


def _recomputed(workbook: Workbook) -> list[Finding]:
    """Computes formulas that came without a result, and says so."""
    if not _has_missing(workbook):
        return []
    from xlplan.sheets.recompute import fill_missing

    computed = fill_missing(workbook).computed
    if not computed:
        return []
    return [finding("I14", CellRef(*computed[0]), count=len(computed))]


def _by_title(grids: list[Grid]) -> dict[str, Grid]:
    """Sheets whose tab says which form they are."""
    titles = _titles()
    found: dict[str, Grid] = {}
    for grid in grids:
        if (code := titles.get(key(grid.name))) and code not in found:
            found[code] = grid
    for grid in grids:  # “Hiện trạng 2026”, where there is no “Hiện trạng”
        if (code := _like_a_title(grid, titles)) and code not in found:
            found[code] = grid
    return found


def _like_a_title(grid: Grid, titles: dict[str, str]) -> str:
    """The form whose title, and after it a number, a tab has: ``Hiện trạng (2)``, ``Mục tiêu 2026``."""
    title, _, number = key(grid.name).rpartition(" ")
    return titles.get(title, "") if number.isdecimal() else ""


@cache
def _titles() -> dict[str, str]:
    """Key of the form by the key of its title or of another name for it."""
    return {key(t): form.key for form in catalogue.forms().values() for t in (form.title, *form.aliases)}


def _fields(grids: list[Grid], known: dict[str, Grid]) -> dict[str, Text]:
    """The fields of `Thông tin`; another sheet serves when it holds enough of their labels."""
    if "thong_tin" in known:
        return read_fields(known["thong_tin"])
    others = [grid for grid in grids if grid not in known.values()]
    found = max((read_fields(grid) for grid in others), key=len, default={})
    return found if len(found) >= FIELDS_TO_KNOW else {}


def _years_in_titles(grids: list[Grid]) -> Years | None:
    """The plan's year by the titles of the sheets, where `Thông tin` does not say it."""
    years = [
        int(year)
        for grid in grids
        for last in _last_title_row(grid)
        for (row, column), cell in grid.sheet.cells.items()
        if row <= last and cell.kind == "s" and "20" in (text := grid.text(row, column))
        for year in _YEAR.findall(text)
    ]
    return Years(max(years) - 1, max(years)) if years else None


def _last_title_row(grid: Grid) -> list[int]:
    """The last of the first filled rows of a sheet, wherever they stand; none where it is empty."""
    return sorted({row for row, _ in grid.sheet.cells})[:TITLE_ROWS][-1:]


def _tables(grids: list[Grid], known: dict[str, Grid], years: Years | None) -> tuple[Table, ...]:
    """The main table first, then tables of sheets that are no form."""
    titles = _titles()
    copies = {grid.name for grid in grids if _like_a_title(grid, titles) not in ("", "bieu")}
    forms = copies | {grid.name for code, grid in known.items() if code != "bieu"}
    candidates = [grid for grid in grids if grid.name not in forms]
    candidates.sort(key=lambda grid: grid is not known.get("bieu"))
    return tuple(_in_percent(table, grid) for grid in candidates for table in read_tables(grid, years))


def _in_percent(table: Table, grid: Grid) -> Table:
    """A table whose rates are per cent, where a column of them may hold fractions of one."""
    rates = [j for j, line in enumerate(table.lines) if line.code and catalogue.is_rate(line.code)]
    if not any(_none_above_one(table, j) for j in rates):
        return table
    from xlplan.sheets.fractions import as_percent

    return as_percent(table, grid)


def _none_above_one(table: Table, line: int) -> bool:
    highest = Decimal(0)
    for i in range(len(table.units)):
        cell = table.cell(i, line)
        if cell is not None and cell.value is not None and cell.value > highest:
            if cell.value > 1:  # in the first row, nearly always
                return False
            highest = cell.value
    return highest > 0


def _lists(known: dict[str, Grid]) -> tuple[dict[str, tuple[Record, ...]], dict[str, Cell]]:
    records: dict[str, tuple[Record, ...]] = {}
    situation: dict[str, Cell] = {}
    for code, grid in known.items():
        form = catalogue.forms()[code]
        if not form.columns or code == "danh_muc":
            continue
        if code == "hien_trang":
            situation, found = read_situation(grid)
        else:
            found = read_records(grid, form)
        if found is None:
            if grid.sheet.cells:
                names = "; ".join(column.heading.replace("{n}", "…") for column in form.columns)
                grid.notes.append(finding("I18", CellRef(grid.name, 0, 0), choices=names))
            continue
        records[code] = found
    return records, situation
