"""How long reading and checking a workbook takes against openpyxl loading it twice, alternating in one run.

python benchmarks/reading.py [RUNS]

openpyxl needs two loads, one for the formulas and one for their results. Bar: reading and checking takes at most a
sixth of that. Two workbooks with a table of 40 villages in 14 columns: a filled standard one, and a stranger's with
eight sheets, seven of them lists. A third, whose eight sheets all hold such a table, is timed without a bar.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import openpyxl
import xlsxwriter

from xlplan import catalogue, checks
from xlplan.resources import outlines
from xlplan.sheets.reader import read
from xlplan.sheets.standard.builder import build
from xlplan.sheets.standard.starter import Start, blank_content
from xlplan.vietnamese.numbers import rate

VILLAGES = 40
SHEETS = 8
BAR = 6


def standard(path: Path) -> Path:
    """A plan of the kind ``thon`` with its starter text and every figure filled in."""
    dice = random.Random(40)
    names = [f"Thôn {word} {number}" for number in range(1, 11) for word in ("Đông", "Tây", "Nam", "Bắc")]
    kind = catalogue.kinds()["thon"]
    content = blank_content(Start(kind, 2026, villages=names, today=date(2026, 1, 1)), outlines())
    content.fields.update(ten_don_vi="Hòa Sơn", loai_don_vi="xã", loai_thon="thôn", so_thon=VILLAGES)
    rows = [village(dice) for _ in range(VILLAGES)]
    for code in rows[0]:
        content.counts[code] = [row[code] for row in rows]
        content.commune[code] = sum(row[code] for row in rows)
    with path.open("wb") as stream:
        build(content, stream)
    return path


def village(dice: random.Random) -> dict[str, int]:
    """Consistent figures of one village."""
    households = dice.randint(80, 400)
    row = {"tong_so_ho": households}
    for group in ("ho_ngheo", "ho_can_ngheo"):
        start = dice.randint(2, households // 12)
        cut = dice.randint(0, start // 2)
        row |= {f"{group}_dau_ky": start, f"giam_{group}": cut, f"{group}_cuoi_ky": start - cut}
    return row


def stranger(path: Path) -> Path:
    """A table and seven lists: two heading rows, typed counts, formulas for rates, ends and sums."""
    dice = random.Random(41)
    book = xlsxwriter.Workbook(str(path))
    fill(book.add_worksheet("Biểu"), dice, "")
    for number in range(2, SHEETS + 1):
        sheet = book.add_worksheet(f"Danh sách {number}")
        sheet.write_row(0, 0, ["TT", "Họ và tên", "Thôn", "Ghi chú"])
        for row in range(1, VILLAGES + 1):
            sheet.write_row(
                row, 0, [row, f"Người thứ {row}", f"Thôn số {row}", f"Phụ trách hộ số {dice.randint(1, 999)}"]
            )
    book.close()
    return path


def eight_tables(path: Path) -> Path:
    """A table in each of eight sheets, of eight former communes."""
    dice = random.Random(41)
    book = xlsxwriter.Workbook(str(path))
    for number in range(1, SHEETS + 1):
        fill(book.add_worksheet(f"Biểu {number}"), dice, f" xã {number}")
    book.close()
    return path


def fill(sheet: xlsxwriter.worksheet.Worksheet, dice: random.Random, former: str) -> None:
    """One table of 14 columns beside TT and the villages' names, from row 4."""
    sheet.write(0, 0, "BIỂU CHỈ TIÊU GIẢM NGHÈO NĂM 2026")
    sheet.merge_range(2, 0, 3, 0, "TT")
    sheet.merge_range(2, 1, 3, 1, "Thôn")
    sheet.merge_range(2, 2, 3, 2, "Tổng số hộ")
    heads = [
        f"{text} năm {year}"
        for group in ("Hộ nghèo", "Hộ cận nghèo")
        for text, year in ((f"{group} cuối", 2025), (f"Giảm {group.lower()} trong", 2026), (f"{group} cuối", 2026))
    ]
    for place, text in enumerate(heads):
        sheet.merge_range(2, 3 + 2 * place, 2, 4 + 2 * place, text)
        sheet.write_row(3, 3 + 2 * place, ["TS", "%"])
    sheet.merge_range(2, 15, 3, 15, "Ghi chú")
    codes = [
        f"{a}{g}{b}"
        for g in ("ho_ngheo", "ho_can_ngheo")
        for a, b in (("", "_dau_ky"), ("giam_", ""), ("", "_cuoi_ky"))
    ]
    rows = [village(dice) for _ in range(VILLAGES)]
    total = {code: sum(row[code] for row in rows) for code in rows[0]}
    for at, row in enumerate((*rows, total)):
        line = at + 4
        last = at == VILLAGES
        sheet.write_row(line, 0, ["", "Tổng cộng"] if last else [at + 1, f"Thôn số {at + 1}{former}"])
        for place, code in enumerate(("tong_so_ho", *codes)):
            column = max(2, 1 + 2 * place)
            letter = xlsxwriter.utility.xl_col_to_name(column)
            if last:
                sheet.write_formula(line, column, f"=SUM({letter}5:{letter}{line})", None, row[code])
            elif code.endswith("cuoi_ky"):
                terms = [xlsxwriter.utility.xl_rowcol_to_cell(line, column - back) for back in (4, 2)]
                sheet.write_formula(line, column, f"={terms[0]}-{terms[1]}", None, row[code])
            else:
                sheet.write_number(line, column, row[code])
            if place:
                shown = printed_rate(row[code], row["tong_so_ho"])
                sheet.write_formula(line, column + 1, f"=ROUND({letter}{line + 1}/C{line + 1}*100,2)", None, shown)


def printed_rate(part: int, whole: int) -> float:
    """The printed rate of the two counts."""
    return float(rate(part, whole, 2) or 0)


def ours(path: Path) -> int:
    """Errors found."""
    findings, _ = checks.run(read(path))
    return sum(item.severity == "error" for item in findings)


def theirs(path: Path) -> None:
    """Formulas, then results."""
    openpyxl.load_workbook(path)
    openpyxl.load_workbook(path, data_only=True)


def seconds(task: object, path: Path) -> float:
    start = time.perf_counter()
    task(path)  # type: ignore[operator]
    return time.perf_counter() - start


def main() -> int:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for make in (standard, stranger, eight_tables):
            path = make(Path(folder) / f"{make.__name__}.xlsx")
            if ours(path):
                raise SystemExit(f"{make.__name__}: the figures are consistent, yet errors were found")
            times: dict[str, list[float]] = {"openpyxl, twice": [], "read": [], "read and check": []}
            for _ in range(runs):
                times["openpyxl, twice"].append(seconds(theirs, path))
                times["read"].append(seconds(read, path))
                times["read and check"].append(seconds(ours, path))
            medians = {name: statistics.median(values) for name, values in times.items()}
            base = medians["openpyxl, twice"]
            print(f"{make.__name__} workbook, {path.stat().st_size:,} bytes, {runs} runs, medians")
            for name, median in medians.items():
                print(f"  {name:16} {median * 1000:8.1f} ms   1/{base / median:.1f}")
            if make is not eight_tables:
                worst = max(worst, medians["read and check"] / base)
    print(f"bar: read and check at most 1/{BAR}")
    return int(worst * BAR > 1)


if __name__ == "__main__":
    sys.exit(main())
